/*
 * Capable to promise: what stock does not cover is made, bought or moved.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
\set VERBOSITY terse
-- the offers without what they repeat
CREATE FUNCTION pg_temp.offers(quantity numeric, due promise.due DEFAULT NULL, item text DEFAULT 'BIKE', location text DEFAULT NULL,
	parts_max integer DEFAULT 2, ship_complete boolean DEFAULT false, objective text DEFAULT NULL)
RETURNS TABLE (o integer, p integer, kind text, location text, qty numeric, available_at timestamptz, reason promise.reason, detail text, cost text)
LANGUAGE sql BEGIN ATOMIC
	SELECT option, part, kind, q.location, q.quantity, available_at, reason, detail, cost || ' ' || coalesce(currency, '')
	FROM promise.quote(item, quantity, due, location, parts_max => parts_max, ship_complete => ship_complete, objective => objective) q;
END;

BEGIN;
SET LOCAL promise.clock = '2026-12-01 08:00:00+00';	-- a Tuesday

-- the bicycle of the README: frame, wheels, two work centres, a supplier
INSERT INTO promise.resource (resource, calendar) VALUES
	('welding', 'UTC; Mon-Fri 08:00-16:00'), ('assembly', 'UTC; Mon-Fri 08:00-16:00');
INSERT INTO promise.source (source, item, kind, lead_time, cost, currency) VALUES
	('assemble', 'BIKE', 'make', '0', NULL, NULL), ('weld', 'FRAME', 'make', '0', NULL, NULL),
	('wheels', 'WHEEL', 'buy', '3 days', 12.5, 'EUR');
INSERT INTO promise.component (source, item, quantity) VALUES
	('assemble', 'FRAME', 1), ('assemble', 'WHEEL', 2);
INSERT INTO promise.step (source, step, resource, run) VALUES
	('assemble', 1, 'assembly', '00:30'), ('weld', 1, 'welding', '01:00');
INSERT INTO promise.supply (item, quantity) VALUES ('BIKE', 5), ('WHEEL', 20), ('FRAME', 4);

-- 9: four in two hours; 10: one frame is welded first; 15: six frames until 14:00, then five hours of assembly;
-- 16: wheels come on Friday; 40: 31 frames until Friday 15:00, then 17.5 hours
SELECT q, promise.earliest('BIKE', q) FROM unnest('{5,6,9,10,15,16,20,40}'::numeric[]) q;
SELECT d, promise.feasible('BIKE', 40, d) FROM unnest('{2026-12-04,2026-12-08,2026-12-09,2026-12-15}'::promise.due[]) d;
SELECT promise.windows('BIKE', 9, NULL), promise.windows('BIKE', 9, '[2026-12-01 09:00+00,2026-12-02)');

-- smaller lots, if they are wanted: of the five to make for 10 four begin at once, and the last one at 10:00
SET LOCAL promise.smaller_lots = on;
SELECT q, promise.earliest('BIKE', q) FROM unnest('{9,10}'::numeric[]) q;
SET LOCAL promise.smaller_lots = off;

-- stock is in time: nothing is planned
SELECT * FROM pg_temp.offers(5, '2026-12-01');
-- made in time; in two parts where it is late; whole where it ships complete
SELECT * FROM pg_temp.offers(15, '2026-12-02');
SELECT * FROM pg_temp.offers(40, '2026-12-04');
SELECT * FROM pg_temp.offers(40, '2026-12-04', ship_complete => true);
SELECT * FROM pg_temp.offers(40, '2026-12-20');
-- as early as possible
SELECT * FROM pg_temp.offers(9);

-- no wheels but those in stock: what can be had of it, and why no more
SAVEPOINT s;
DELETE FROM promise.source WHERE item = 'WHEEL';
SELECT * FROM pg_temp.offers(40);
SELECT * FROM pg_temp.offers(40, parts_max => 1);
SELECT promise.earliest('BIKE', 40), promise.feasible('BIKE', 40, '2027-12-01'), promise.earliest('BIKE', 15);
ROLLBACK TO s;

-- what-if: a second shift in assembly, and back
SELECT promise.earliest('BIKE', 40);
UPDATE promise.resource SET calendar = 'UTC; Mon-Fri 06:00-22:00' WHERE resource = 'assembly';
SELECT promise.earliest('BIKE', 40);
ROLLBACK TO s;
SELECT promise.earliest('BIKE', 40);

-- bought here or moved from the north: the date decides, then priority, cost and name; of two in time the cheaper if asked
INSERT INTO promise.location VALUES ('north', NULL, 1), ('south', NULL, 0);
INSERT INTO promise.source (source, item, location, kind, from_location, lead_time, cost, currency) VALUES
	('north bell', 'BELL', 'north', 'buy', NULL, '2 days', 3, 'EUR'), ('south bell', 'BELL', 'south', 'buy', NULL, '2 days', 4, 'EUR'),
	('down', 'BELL', 'south', 'move', 'north', '1 day', NULL, NULL);
INSERT INTO promise.supply (item, location, quantity) VALUES ('BELL', 'north', 7);
SELECT * FROM pg_temp.offers(5, item => 'BELL', location => 'south');
SELECT * FROM pg_temp.offers(10, '2026-12-06', item => 'BELL');
SELECT * FROM pg_temp.offers(10, '2026-12-06', item => 'BELL', objective => 'cheapest');
SELECT promise.earliest('BELL', 7), promise.earliest('BELL', 7, 'south'), promise.earliest('BELL', 8, 'south'), promise.earliest('BELL', 8);
SELECT promise.windows('BELL', 5, NULL, 'south'), promise.windows('BELL', 8, NULL);

-- lines compete for components and capacity, in their order: a takes 4 frames, 8 wheels; b the other 12 wheels, welds 6 frames until
-- 14:00 and needs an hour of tomorrow; no wheel is left for c, nor for e; d is welded after those of b
SAVEPOINT s;
DELETE FROM promise.source WHERE item = 'BELL';
CREATE FUNCTION pg_temp.lines(VARIADIC lines text[]) RETURNS TABLE (ref text, kind text, item text, qty numeric, available_at timestamptz, cost text)
LANGUAGE sql AS $$
	SELECT ref, kind, item, quantity, available_at, cost || ' ' || currency FROM promise.quote_lines((
		SELECT array_agg(promise.request(split_part(l, ' ', 2), split_part(l, ' ', 3)::numeric, ref => split_part(l, ' ', 1)) ORDER BY n)
		FROM unnest(lines) WITH ORDINALITY AS t (l, n)))
$$;
SELECT * FROM pg_temp.lines('a BIKE 9', 'b BIKE 6', 'c WHEEL 1', 'd FRAME 1', 'e BIKE 1');
-- the other way round
SELECT * FROM pg_temp.lines('c WHEEL 1', 'a BIKE 9', 'b BIKE 6');
-- stock alone: as ever
SELECT * FROM pg_temp.lines('a BIKE 3', 'b BIKE 2', 'c WHEEL 20');
-- over batches: 2,091 hours of welding for 2,100 bikes, and half an hour of assembly; the wheels in stock are gone
SELECT count(*), max(available_at) = promise.shift('UTC; Mon-Fri 08:00-16:00', '2026-12-01 08:00+00', '2091 hours') + '30 min'
	AS as_welded, max(available_at) FILTER (WHERE item = 'WHEEL') AS wheel
FROM promise.quote_query($$SELECT 'BIKE' AS item, 1 AS quantity FROM generate_series(1, 2100) UNION ALL SELECT 'WHEEL', 1$$);
ROLLBACK TO s;

-- what would do instead, where it is sooner: 20 horns at once, 15 rings tomorrow, hooters no longer; nothing where bells are in time
SAVEPOINT s;
INSERT INTO promise.substitute (item, substitute, ratio, priority, effective) VALUES
	('BELL', 'RING', 1.5, 1, NULL), ('BELL', 'HORN', 2, 2, NULL), ('BELL', 'HOOTER', 1, 0, '(,2026-12-01)');
INSERT INTO promise.supply (item, location, quantity) VALUES ('HORN', 'south', 29), ('HOOTER', 'south', 100);
INSERT INTO promise.source (source, item, location, kind, lead_time, cost, currency) VALUES ('rings', 'RING', 'south', 'buy', '1 day', 2, 'EUR');
CREATE VIEW pg_temp.substitutes AS SELECT option, kind, item, location, quantity, available_at, on_time, reason, detail, cost
	FROM promise.quote('BELL', 10, '2026-12-02', parts_max => 1);
SELECT * FROM pg_temp.substitutes;
SELECT option, kind, item, quantity FROM promise.quote('BELL', 7, '2026-12-02');
DELETE FROM promise.source WHERE item = 'BELL';
DELETE FROM promise.supply WHERE item IN ('BELL', 'HORN');
SELECT * FROM pg_temp.substitutes;
ROLLBACK TO s;

-- arguments
SAVEPOINT s;
SELECT promise.quote('BELL', 5, objective => 'fastest'); ROLLBACK TO s;
SELECT promise.quote('BELL', 5, placement => 'never'); ROLLBACK TO s;
SELECT promise.earliest('BELL', 5, effort => -1); ROLLBACK TO s;
-- by the other methods one only looks
SELECT promise.earliest('BELL', 8, method => 'cumulative');
ROLLBACK;

-- A9: kits of 2 A and 2 B; A: 8 there, 133 incoming, 14 outgoing; B: 4258, 60 and 168: 63 kits with what comes, none from stock
BEGIN;
SET LOCAL promise.clock = '2026-12-01 08:00:00+00';
INSERT INTO promise.source (source, item, kind) VALUES ('kit', 'KIT', 'kit');
INSERT INTO promise.component (source, item, quantity) VALUES ('kit', 'A', 2), ('kit', 'B', 2);
INSERT INTO promise.supply (item, at, quantity) VALUES ('A', '-infinity', 8), ('A', '2026-12-10', 133), ('B', '-infinity', 4258), ('B', '2026-12-05', 60);
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('a', 'A', '2026-12-08', 14), ('b', 'B', '2026-12-09', 168);
SELECT q, promise.earliest('KIT', q), promise.feasible('KIT', q, '2026-12-09') FROM unnest('{1,63,64}'::numeric[]) q;
SELECT * FROM pg_temp.offers(64, item => 'KIT');
ROLLBACK;

-- A11: no stealing: 43 A in stock are for 43 B of 1 December; 10 B of 7 November wait for A's replenishment, which is too late
-- for those 43.  Were it in time for them, what is taken now could be put back.
BEGIN;
SET LOCAL promise.clock = '2026-11-07 00:00:00+00';
INSERT INTO promise.source (source, item, kind, lead_time) VALUES ('make B', 'B', 'make', '0'), ('buy A', 'A', 'buy', '24 days 12:00');
INSERT INTO promise.component (source, item, quantity) VALUES ('make B', 'A', 1);
INSERT INTO promise.supply (item, quantity) VALUES ('A', 43);
SELECT promise.earliest('B', 43);
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('first', 'B', '2026-12-01', 43);
INSERT INTO promise.planned_flow (ref, item, at, quantity) VALUES ('first', 'B', '2026-12-01', 43), ('first', 'A', '2026-12-01', -43);
SELECT promise.earliest('B', 10), promise.feasible('B', 10, '2026-11-07');
SELECT * FROM pg_temp.offers(10, '2026-11-07', item => 'B');
UPDATE promise.source SET lead_time = '24 days' WHERE source = 'buy A';
SELECT promise.earliest('B', 10);
ROLLBACK;
