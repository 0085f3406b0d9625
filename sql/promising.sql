/*
 * promising: the questions, on own tables alone.
 */
\pset null '-'
SET promise.clock = '2026-11-22 08:00+00';
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';

BEGIN;
INSERT INTO promise.location (location, zone, priority) VALUES
	('main', 'UTC', 0), ('north', 'Europe/Berlin', 1);
INSERT INTO promise.item (item) VALUES ('BIKE'), ('BELL'), ('PUMP'), ('GHOST');
INSERT INTO promise.supply (item, location, at, quantity, ref) VALUES
	('BIKE', 'main', '-infinity', 60, NULL),
	('BIKE', 'main', '2026-12-05 10:00+00', 50, 'PO-3'),
	('BIKE', 'north', '-infinity', 10, NULL),
	('BIKE', 'north', '2026-12-03 10:00+00', 15, 'PO-4');
INSERT INTO promise.commitment (ref, item, location, at, quantity) VALUES
	('SO-1', 'BIKE', 'main', '2026-11-20 12:00+00', 15),
	('SO-7', 'BIKE', 'main', '2026-12-03 12:00+00', 30);

-- the picture
SELECT * FROM promise.availability('BIKE');
SELECT * FROM promise.availability('BIKE', 'main');

-- on time, late, in parts, from elsewhere
SELECT option, part, kind, location, quantity, available_at, due, on_time, reason, detail
FROM promise.quote('BIKE', 10, '2026-12-01');
SELECT option, part, kind, location, quantity, available_at, on_time, reason, detail
FROM promise.quote('BIKE', 40, '2026-12-01');
SELECT option, part, kind, location, quantity, available_at, on_time, reason, detail
FROM promise.quote('BIKE', 40, '2026-12-01', 'main');
SELECT option, part, kind, location, quantity, available_at, on_time, reason
FROM promise.quote('BIKE', 22, '2026-12-01');
-- the preferred location gives as much as it can, though the other has more
SELECT part, kind, location, quantity, available_at
FROM promise.quote('BIKE', 30, '2026-12-04') WHERE option = 1;
SELECT part, kind, location, quantity, available_at
FROM promise.quote('BIKE', 30, '2026-12-04', 'north') WHERE option = 1;
SELECT part, kind, location, quantity, available_at
FROM promise.quote('BIKE', 28, '2026-12-04', part_minimum => 14) WHERE option = 1;
SELECT option, part, kind, location, quantity, available_at, on_time, reason
FROM promise.quote('BIKE', 40, '2026-12-01', ship_complete => true);
SELECT option, part, kind, location, quantity, available_at, on_time, reason
FROM promise.quote('BIKE', 40, parts_max => 3, part_minimum => 5);
SELECT option, part, kind, location, quantity, available_at, on_time, reason
FROM promise.quote('BIKE', 40, parts_max => 1);

-- more than there will ever be
SELECT option, part, kind, location, quantity, available_at, on_time, reason, detail
FROM promise.quote('BIKE', 100, '2026-12-31');
-- nothing binds but the date asked for
SELECT kind, location, available_at, on_time, reason, detail FROM promise.quote('BIKE', 5, '2026-11-20');
SELECT kind, location, available_at, on_time, reason, detail
FROM promise.quote('BIKE', 5, '2026-11-25', after => '2026-11-26 00:00+00');
SELECT option, part, kind, location, quantity, available_at, on_time, reason, detail
FROM promise.quote('GHOST', 1);
SELECT kind, item, quantity, available_at, on_time, reason, detail
FROM promise.quote('UNICORN', 1, '2026-12-01');
SELECT kind, reason, detail FROM promise.quote('BIKE', 1, NULL, 'nowhere');
SELECT * FROM promise.quote(NULL, 1);
SELECT * FROM promise.quote('BIKE', NULL);

-- no date is asked for: the other location has it sooner
SELECT option, part, kind, location, quantity, available_at
FROM promise.quote('BIKE', 15, location => 'north');

-- as much as there is, from a date behind all events on
SELECT part, kind, location, quantity, available_at
FROM promise.quote('BIKE', 100, after => '2030-01-01 00:00+00');

-- the scalars
SELECT promise.earliest('BIKE', 15), promise.earliest('BIKE', 40),
	promise.earliest('BIKE', 40, 'north'), promise.earliest('BIKE', 1000),
	promise.earliest('UNICORN', 1), promise.earliest(NULL, 1);
SELECT promise.earliest('BIKE', 15, after => '2026-12-24 00:00+00');
SELECT promise.feasible('BIKE', 40, '2026-12-04'), promise.feasible('BIKE', 40, '2026-12-05'),
	promise.feasible('BIKE', 1, '2026-11-21'), promise.feasible('BIKE', 1, NULL);
SELECT promise.windows('BIKE', 40, NULL), promise.windows('BIKE', 20, NULL, 'main'),
	promise.windows('BIKE', 20, '[2026-12-24 00:00+00,2026-12-25 00:00+00)', 'main'),
	promise.windows('BIKE', 1000, NULL);
SELECT promise.earliest('BIKE', 45, 'main'),
	promise.earliest('BIKE', 45, 'main', exclude => ARRAY['SO-7']);
SELECT promise.earliest('BIKE', 45, 'main', method => 'cumulative'),
	promise.earliest('BIKE', 45, 'main', method => 'discrete');

-- why
SELECT * FROM promise.explain('BIKE', 40, '2026-12-01');
SELECT * FROM promise.explain('BIKE', 10, location => 'main');
SELECT * FROM promise.explain('UNICORN', 10);
SELECT * FROM promise.chart('BIKE', 'main');

-- rules: safety stock, horizon, replenishment lead time, overdue receipts
INSERT INTO promise.stocking (item, location, safety_stock, horizon)
VALUES ('BIKE', 'main', 10, '10 days');
SELECT promise.earliest('BIKE', 5, 'main'), promise.earliest('BIKE', 15, 'main');
SELECT kind, location, available_at, reason, detail
FROM promise.quote('BIKE', 15, location => 'main', ship_complete => true);
-- what is there beyond the horizon is not offered
SELECT kind, quantity, reason, detail FROM promise.quote('BIKE', 45, '2027-01-01', 'main', parts_max => 1)
WHERE location = 'main';
SELECT kind, quantity, reason, detail
FROM promise.quote('BIKE', 45, '2027-01-01', 'main', parts_max => 1, after => '2026-12-24 00:00+00')
WHERE location = 'main';
UPDATE promise.stocking SET horizon = NULL, replenishment_lead_time = '7 days';
SELECT * FROM promise.availability('BIKE', 'main');
SELECT kind, available_at, reason, detail
FROM promise.quote('BIKE', 1000, '2026-11-25', 'main', ship_complete => true);
INSERT INTO promise.supply (item, at, quantity, ref) VALUES
	('BELL', '2026-11-20 00:00+00', 5, 'PO-8');
SELECT kind, available_at, reason, detail FROM promise.quote('BELL', 5, '2026-11-22');
SELECT * FROM promise.explain('BELL', 5);
INSERT INTO promise.stocking (item, overdue_after) VALUES ('BELL', '3 days');
SELECT promise.earliest('BELL', 5);
UPDATE promise.stocking SET overdue_counts = false WHERE item = 'BELL';
SELECT kind, available_at, reason, detail FROM promise.quote('BELL', 5, '2026-11-22');

-- supply bound to one demand serves no other
INSERT INTO promise.supply (item, at, quantity, ref, for_ref) VALUES
	('PUMP', '-infinity', 10, NULL, NULL),
	('PUMP', '2026-12-10 00:00+00', 8, 'MO-1', 'SO-20');
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES
	('SO-20', 'PUMP', '2026-12-08 00:00+00', 6);
SELECT at, supply, demand, balance, atp FROM promise.availability('PUMP');
SELECT at, supply, demand, balance, atp FROM promise.availability('PUMP', exclude => ARRAY['SO-20']);

-- holds expire by themselves, forecasts and transfers are demand
INSERT INTO promise.commitment (ref, item, at, quantity, kind, expires_at) VALUES
	('H-1', 'PUMP', '2026-11-23 00:00+00', 2, 'hold', '2026-11-22 09:00+00'),
	('H-2', 'PUMP', '2026-11-23 00:00+00', 1, 'hold', '2026-11-22 08:00+00');
INSERT INTO promise.commitment (ref, item, at, quantity, kind) VALUES
	('F-1', 'PUMP', '2026-11-24 00:00+00', 1, 'forecast'),
	('T-1', 'PUMP', '2026-11-25 00:00+00', 1, 'transfer');
SELECT at, supply, demand, balance, atp FROM promise.availability('PUMP');
SELECT detail FROM promise.quote('PUMP', 8, '2026-11-30', ship_complete => true);

-- shelf life: what spoils before it is used cannot be promised
INSERT INTO promise.supply (item, at, quantity, ref, expires_at) VALUES
	('MILK', '-infinity', 10, 'LOT-1', '2026-11-30 00:00+00'),
	('MILK', '2026-11-28 00:00+00', 10, 'LOT-2', '2026-12-08 00:00+00');
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES
	('SO-30', 'MILK', '2026-11-29 00:00+00', 4);
SELECT at, supply, demand, balance, atp FROM promise.availability('MILK');

-- the grain: until when an offer stands
SELECT valid_until FROM promise.quote('PUMP', 1);
SET LOCAL promise.clock = '2026-11-22 08:10+00';
SELECT valid_until FROM promise.quote('PUMP', 1);
ROLLBACK;

-- lines compete in their order
BEGIN;
INSERT INTO promise.supply (item, location, at, quantity, ref) VALUES
	('A', 'main', '-infinity', 10, NULL),
	('A', 'north', '2026-12-01 00:00+00', 10, 'PO-1'),
	('B', 'main', '2026-12-07 00:00+00', 4, 'PO-2');
SELECT ref, part, kind, item, location, quantity, available_at, on_time, reason, detail
FROM promise.quote_lines(ARRAY[
	promise.request('A', 8, '2026-11-30', ref => 'L1'),
	promise.request('A', 3, '2026-11-30', ref => 'L2'),
	promise.request('A', 2, '2026-11-30', ref => 'L3'),
	promise.request('B', 4, ref => 'L4'),
	promise.request('B', 1, ref => 'L5'),
	promise.request('C', 1, ref => 'L6'),
	promise.request(NULL, 1, ref => 'L7'),
	promise.request('A', 7, location => 'north', ref => 'L8')]);
SELECT ref, kind, item, location, quantity, available_at, on_time, reason, detail
FROM promise.quote_lines(ARRAY[
	promise.request('A', 8, '2026-11-30', ref => 'L1'),
	promise.request('A', 3, '2026-11-30', ref => 'L2'),
	promise.request('B', 2, ref => 'L3')], together => true);
SELECT ref, kind, item, available_at, reason, detail
FROM promise.quote_lines(ARRAY[
	promise.request('A', 8, ref => 'L1'),
	promise.request('B', 5, ref => 'L2')], together => true);
SELECT ref, kind, item, location, quantity, available_at
FROM promise.quote_query($$
	SELECT 'Q' || n AS ref, 'A' AS item, n AS quantity, date '2026-12-31' AS due
	FROM generate_series(1, 6) AS n ORDER BY n -- the small ones first$$);
-- the same lines in more than one batch would be the same
SELECT count(*) FILTER (WHERE kind <> 'none') AS served, sum(quantity) FILTER (WHERE kind <> 'none') AS quantity
FROM promise.quote_query($$
	SELECT 'A' AS item, 0.001 AS quantity FROM generate_series(1, 25000)$$);
ROLLBACK;

-- what is refused
SELECT promise.earliest('BIKE', 0);
SELECT promise.earliest('BIKE', -1);
SELECT promise.earliest('BIKE', 'NaN');
SELECT promise.earliest('BIKE', 'Infinity');
SELECT promise.earliest('BIKE', 1234567890123456789012345678901234567890);
SELECT promise.earliest('BIKE', 0.0000001);
SELECT promise.earliest('BIKE', 1, method => 'guess');
SELECT * FROM promise.quote('BIKE', 1, parts_max => 0);
SELECT * FROM promise.quote('BIKE', 1, part_minimum => 0);
SELECT promise.earliest('BIKE', 1, after => 'infinity');
SELECT * FROM promise.quote('BIKE', 1, '4714-11-23 BC');
SELECT * FROM promise.quote_query('SELECT 1 AS quantity');
SELECT * FROM promise.quote_query('SELECT 1; SELECT 2');
INSERT INTO promise.supply (item, quantity) VALUES ('BIKE', 1);
-- of long names a chart shows the beginning
INSERT INTO promise.supply (item, quantity) VALUES (repeat('long ', 40), 1);
SELECT length(line), line FROM promise.chart(repeat('long ', 40), 'main') AS line LIMIT 1;
SELECT * FROM promise.chart('BIKE', within => 'empty');
DELETE FROM promise.supply;
