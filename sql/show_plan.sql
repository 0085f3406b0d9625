/*
 * Plans for people: the tree that explain shows, and their picture against time.
 */
SET promise.clock = '2026-12-01 10:30+00';	-- a Tuesday
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';

BEGIN;
INSERT INTO promise.resource (resource, calendar) VALUES
	('welding', 'UTC; Mon-Fri 08:00-16:00'), ('assembly', 'UTC; Mon-Fri 08:00-16:00');
INSERT INTO promise.source (source, item, kind, lead_time, calendar, lot_multiple) VALUES
	('assemble', 'BIKE', 'make', '0', NULL, 1), ('weld', 'FRAME', 'make', '0', NULL, NULL),
	('supplier', 'WHEEL', 'buy', '5 days', 'UTC; Mon-Fri 08:00-16:00', 50);
INSERT INTO promise.component (source, item, quantity, step) VALUES
	('assemble', 'FRAME', 1, NULL), ('assemble', 'WHEEL', 2, 20);
INSERT INTO promise.step (source, step, resource, setup, run) VALUES
	('assemble', 10, NULL, '00:05', '0'), ('assemble', 20, 'assembly', '0', '00:20'),
	('weld', 1, 'welding', '00:30', '00:10');
INSERT INTO promise.supply (item, quantity) VALUES ('BIKE', 3), ('WHEEL', 10), ('FRAME', 1);
INSERT INTO promise.load (resource, during, ref) VALUES
	('assembly', '[2026-12-01 08:00+00,2026-12-01 14:00+00)', 'MO 1');

-- what stock serves in time needs no plan
SELECT promise.explain('BIKE', 3);
-- the wheels decide, a resource decides, the frames decide
SELECT promise.explain('BIKE', 10);
SELECT promise.gantt('BIKE', 10);
SELECT promise.explain('BIKE', 5);
DELETE FROM promise.load;
SELECT promise.explain('BIKE', 7, '2026-12-01 11:00+00', 'main');
SELECT promise.gantt('BIKE', 7, width => 60);
-- by a date: in time, as late as that allows
SELECT promise.explain('BIKE', 10, '2026-12-18', placement => 'jit');
SELECT promise.gantt('BIKE', 10, '2026-12-18', placement => 'jit', width => 80);
-- stock only, and as the other methods see it
SELECT promise.gantt('BIKE', 3);
SELECT promise.explain('BIKE', 10, method => 'discrete');

-- from elsewhere, put together, with two resources at once
INSERT INTO promise.source (source, item, location, kind, from_location, lead_time) VALUES
	('truck', 'BIKE', 'north', 'move', 'main', '1 day');
INSERT INTO promise.source (source, item, location, kind) VALUES ('kit', 'TANDEM', 'north', 'kit');
INSERT INTO promise.component (source, item, quantity) VALUES ('kit', 'BIKE', 2);
INSERT INTO promise.step (source, step, resource) VALUES ('assemble', 20, 'welding');
SELECT promise.explain('TANDEM', 3, location => 'north');
SELECT promise.gantt('TANDEM', 3, location => 'north');

-- no plan
SELECT promise.gantt('UNICORN', 1);
INSERT INTO promise.source (source, item, kind) VALUES ('forge', 'LAMP', 'make');
INSERT INTO promise.component (source, item, quantity) VALUES ('forge', 'BULB', 1);
SELECT promise.explain('LAMP', 1);
SELECT promise.gantt('LAMP', 1);
SELECT count(*) FROM promise.gantt(NULL, 1);
SAVEPOINT s;
SELECT promise.gantt('BIKE', 1, width => 59);
ROLLBACK TO s;
SELECT promise.gantt_planned('SO 1', 1001);
ROLLBACK TO s;
SELECT promise.gantt('BIKE', 0);
ROLLBACK TO s;

-- what has been planned for a promise
SELECT promise.protect('promise.commitment');
SELECT location, quantity, available_at FROM promise.commit('SO 1', 'BIKE', 10, '2026-12-10');
SELECT promise.gantt_planned('SO 1');
SELECT promise.gantt_planned('SO 2');
SELECT promise.gantt_planned(NULL);
-- frames that somebody else came to rely on
INSERT INTO promise.commitment (ref, item, quantity, at) VALUES ('SO 3', 'WHEEL', 30, '2026-12-10');
SELECT promise.release('SO 1');
SELECT promise.gantt_planned('SO 3', 80);
-- what cannot be read any more
DELETE FROM promise.source WHERE source = 'supplier';
SELECT promise.gantt_planned('SO 3');
ROLLBACK;

-- long names, and long times
BEGIN;
INSERT INTO promise.source (source, item, kind, lead_time) VALUES
	('slow', 'Fahrradständer für sehr große Fahrräder mit Anhänger', 'buy', '900 days');
SELECT promise.gantt('Fahrradständer für sehr große Fahrräder mit Anhänger', 1, width => 70);
ROLLBACK;
