/*
 * Rules of stocking: where their intervals lead, and in whose zone.
 */
\pset null '-'
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
-- three quarters of an hour into a grain; Berlin leaves daylight saving time on
-- the 25th at 01:00 UTC
SET promise.clock = '2026-10-24 09:45+00';
BEGIN;
INSERT INTO promise.location VALUES ('berlin', 'Europe/Berlin'), ('main', NULL);
INSERT INTO promise.supply (item, location, at, quantity, ref) VALUES
	('late', 'berlin', '2026-10-20 00:00+00', 5, 'po 1'),
	('late', 'main', '2026-10-20 00:00+00', 5, 'po 2');

-- an overdue receipt counts one day from the grain after now: of the calendar,
-- which has 25 hours in Berlin
SELECT promise.earliest('late', 1, 'berlin') AS berlin, promise.earliest('late', 1, 'main') AS main;
-- also where nothing else asks for the zone
INSERT INTO promise.supply (item, at, quantity) VALUES ('lone', '2026-10-20 00:00+00', 5);
SELECT promise.earliest('lone', 1);
UPDATE promise.location SET zone = 'Europe/Berlin' WHERE location = 'main';
SELECT promise.earliest('lone', 1);
UPDATE promise.location SET zone = NULL WHERE location = 'main';
SET LOCAL promise.grain = '15min';
SELECT promise.earliest('late', 1, 'berlin') AS berlin, promise.earliest('late', 1, 'main') AS main;
SET LOCAL promise.grain = '1h';
SET LOCAL promise.timezone = 'America/New_York';
SELECT promise.earliest('late', 1, 'main') AS main;
RESET promise.timezone;
INSERT INTO promise.stocking (item, location, overdue_after) VALUES
	('late', 'berlin', '24 hours'), ('late', 'main', '1 month');
SELECT promise.earliest('late', 1, 'berlin') AS berlin, promise.earliest('late', 1, 'main') AS main;
UPDATE promise.stocking SET overdue_after = '0';
SELECT promise.earliest('late', 1, 'berlin') AS berlin, promise.earliest('late', 1, 'main') AS main;
UPDATE promise.stocking SET overdue_counts = false WHERE location = 'main';
SELECT promise.earliest('late', 1, 'berlin') AS berlin, promise.earliest('late', 1, 'main') AS main;

-- the lead time counts from the grain, the horizon from now
INSERT INTO promise.stocking (item, location, replenishment_lead_time) VALUES
	('made', 'berlin', '2 days'), ('made', 'main', '2 days 30 minutes');
SELECT promise.earliest('made', 1000, 'berlin') AS berlin, promise.earliest('made', 1000, 'main') AS main;
INSERT INTO promise.stocking (item, location, horizon) VALUES
	('far', 'berlin', '2 days'), ('far', 'main', '1 year');
INSERT INTO promise.supply (item, location, at, quantity) VALUES
	('far', 'berlin', '2026-10-26 10:44+00', 1),
	('far', 'berlin', '2026-10-26 10:46+00', 1),
	('far', 'main', '2027-10-24 09:45+00', 1),
	('far', 'main', '2027-10-24 09:46+00', 1);
SELECT promise.earliest('far', 1, 'berlin') AS berlin, promise.earliest('far', 2, 'berlin') AS beyond,
	promise.earliest('far', 1, 'main') AS main, promise.earliest('far', 2, 'main') AS beyond;

-- safety stock limits what is promised
INSERT INTO promise.supply (item, at, quantity) VALUES
	('safe', '-infinity', 10), ('safe', '2026-10-30', 10);
INSERT INTO promise.stocking (item, safety_stock) VALUES ('safe', 4.5);
SELECT promise.earliest('safe', 5.5), promise.earliest('safe', 5.500001);

-- rules from several tables: the most cautious of each counts
CREATE SCHEMA erp;
CREATE TABLE erp.rule (id integer PRIMARY KEY, item text, place text, safety float8, horizon interval, lead interval, overdue interval, counts boolean);
CREATE INDEX ON erp.rule (item);
SELECT promise.map('stocking', 'erp.rule', location => 'place', safety_stock => 'safety',
	replenishment_lead_time => 'lead', overdue_after => 'overdue', overdue_counts => 'counts');
INSERT INTO erp.rule (id, item, place, safety) VALUES (1, 'safe', 'main', 2), (2, 'safe', 'elsewhere', 9);
SELECT promise.earliest('safe', 5.5), promise.earliest('safe', 5.500001);
INSERT INTO erp.rule (id, item, place, safety) VALUES (3, 'safe', 'main', 5.5), (4, 'safe', 'main', NULL);
SELECT promise.earliest('safe', 4.5), promise.earliest('safe', 4.500001);
INSERT INTO erp.rule (id, item, place, lead) VALUES (5, 'made', 'berlin', '5 days'), (6, 'made', 'berlin', '1 day');
SELECT promise.earliest('made', 1000, 'berlin');
INSERT INTO erp.rule (id, item, place, overdue) VALUES (7, 'late', 'berlin', '3 days'), (8, 'late', 'berlin', '2 days');
SELECT promise.earliest('late', 1, 'berlin');
INSERT INTO erp.rule (id, item, place, counts) VALUES (9, 'late', 'berlin', false);
SELECT promise.earliest('late', 1, 'berlin');
INSERT INTO erp.rule (id, item, place, horizon) VALUES (10, 'far', 'main', '1 day');
SELECT promise.earliest('far', 1, 'main');

-- intervals that lead nowhere, or back
INSERT INTO erp.rule (id, item, place, lead) VALUES
	(11, 'never', 'main', '299000 years'), (12, 'back', 'main', '-1 year'),
	(13, 'months', 'main', '4 months 7 days'), (14, 'hours', 'main', '2562047788 hours'),
	(15, 'century', 'main', '100 years');
SELECT promise.earliest('never', 1), promise.earliest('back', 1), promise.earliest('months', 1),
	promise.earliest('hours', 1), promise.earliest('century', 1);

-- many items at once: the same answers
SELECT count(*) AS questions,
	count(*) FILTER (WHERE o.available_at IS DISTINCT FROM promise.earliest(o.item, 1, 'main')) AS differences
FROM promise.quote_lines(ARRAY(
	SELECT promise.request(i, 1, NULL, 'main', i)
	FROM unnest(ARRAY['late', 'made', 'far', 'safe', 'never', 'back', 'months', 'hours', 'century']
		|| ARRAY(SELECT 'none ' || n FROM generate_series(1, 20) AS n)) AS i)) AS o;
ROLLBACK;
