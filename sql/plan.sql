/*
 * Plans: how a quantity could be had, and what has been planned.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET intervalstyle = 'postgres';

-- a plan as a tree
CREATE FUNCTION pg_temp.tree(rows promise.plan_row) RETURNS text LANGUAGE sql AS $$
	SELECT repeat('  ', $1.level) || concat_ws(' ', $1.kind, $1.item, $1.source, $1.step, $1.resource, $1.quantity,
		'at ' || $1.location, to_char($1.start_at, 'MM-DD HH24:MI'), to_char($1.end_at, '- MM-DD HH24:MI'),
		'(' || $1.reason || ')', $1.detail)
$$;
-- plan, and write it down for a ref
CREATE FUNCTION pg_temp.plan_for(item text, quantity numeric, due promise.due, location text, after timestamptz,
	exclude text[], objective text, placement text, effort integer, ref text) RETURNS SETOF promise.plan_row
	AS '$libdir/promise', 'promise_plan' LANGUAGE C;

BEGIN;
SET LOCAL promise.clock = '2026-12-01 10:30:00+00';	-- a Tuesday

\getenv abs_srcdir PG_ABS_SRCDIR
\set bicycle :abs_srcdir '/sql/include/bicycle.sql'
\set ECHO none
\i :bicycle
\set ECHO all
INSERT INTO promise.load (resource, during, ref) VALUES ('assembly', '[2026-12-01 08:00+00,2026-12-01 14:00+00)', 'MO 1');

-- from stock, as early as possible, by a date, just in time
SELECT pg_temp.tree(p) FROM promise.plan('BIKE', 3) AS p;
SELECT pg_temp.tree(p) FROM promise.plan('BIKE', 5) AS p;
SELECT pg_temp.tree(p) FROM promise.plan('BIKE', 10) AS p;
SELECT pg_temp.tree(p) FROM promise.plan('BIKE', 10, '2026-12-18', 'main') AS p;
SELECT pg_temp.tree(p) FROM promise.plan('BIKE', 10, '2026-12-18', placement => 'jit') AS p;
SELECT end_at, reason FROM promise.plan('BIKE', 10, after => '2026-12-10 10:00+00') WHERE level = 0;
-- an order of its own does not stand in its way
SAVEPOINT s;
INSERT INTO promise.commitment (ref, item, quantity, at) VALUES ('SO 1', 'BIKE', 3, '2026-12-01 11:00+00');
SELECT quantity, end_at FROM promise.plan('BIKE', 3) WHERE level = 0;
SELECT quantity, end_at FROM promise.plan('BIKE', 3, exclude => '{SO 1}') WHERE level = 0;
ROLLBACK TO s;
-- the cheapest that is in time
INSERT INTO promise.source (source, item, kind, lead_time, cost, priority) VALUES
	('express', 'RIM', 'buy', '1 day', 20, 1), ('slow boat', 'RIM', 'buy', '30 days', 5, 2), ('local', 'RIM', 'buy', '5 days', 7, 0);
SELECT source, end_at FROM promise.plan('RIM', 20) WHERE kind = 'buy';
SELECT source, end_at FROM promise.plan('RIM', 20, '2026-12-07', objective => 'cheapest') WHERE kind = 'buy';
SELECT source, end_at FROM promise.plan('RIM', 20, '2027-02-01', objective => 'cheapest') WHERE kind = 'buy';
DELETE FROM promise.source WHERE item = 'RIM';

-- no plan
SELECT kind, item, location, quantity, reason, detail FROM promise.plan('nothing', 1);
SELECT kind, item, location, quantity, reason, detail FROM promise.plan('BIKE', 1, location => 'nowhere');
SELECT kind, item, location, quantity, reason, detail FROM promise.plan('RIM', 1);
INSERT INTO promise.stocking (item, horizon) VALUES ('BIKE', '2 days'), ('SPOKE', NULL);
SELECT kind, item, location, quantity, reason, detail FROM promise.plan('BIKE', 10);
SELECT kind, item, location, quantity, reason, detail FROM promise.plan('SPOKE', 1);
DELETE FROM promise.stocking;
SELECT count(*) FROM promise.plan(NULL, 1);
SELECT count(*) FROM promise.plan('BIKE', NULL);
SAVEPOINT s;
SELECT promise.plan('BIKE', 0);
ROLLBACK TO s;
SELECT promise.plan('BIKE', 1, placement => 'late');
ROLLBACK TO s;
SELECT promise.plan('BIKE', 1, objective => 'nice');
ROLLBACK TO s;
INSERT INTO promise.source (source, item, location, kind, from_location) VALUES ('fetch', 'BIKE', 'north', 'move', 'main');
INSERT INTO promise.component (source, item, quantity) VALUES ('weld', 'TUBE', 3), ('draw', 'SCRAP', 1);
INSERT INTO promise.source (source, item, kind) VALUES ('draw', 'TUBE', 'make'), ('cut', 'SCRAP', 'make');
INSERT INTO promise.component (source, item, quantity) VALUES ('cut', 'FRAME', 1);
SELECT promise.plan('BIKE', 10, location => 'north');
ROLLBACK TO s;

-- it reads what it touches, whatever else there is
SELECT * FROM promise.plan_reads('BIKE', 3);
SELECT * FROM promise.plan_reads('BIKE', 10);
INSERT INTO promise.supply (item, quantity) SELECT 'other ' || i, i FROM generate_series(1, 1000) AS i;
INSERT INTO promise.source (source, item, kind) SELECT 'make other ' || i, 'other ' || i, 'make' FROM generate_series(1, 1000) AS i;
INSERT INTO promise.component (source, item, quantity) SELECT 'make other ' || i, 'WHEEL', 2 FROM generate_series(1, 1000) AS i;
INSERT INTO promise.step (source, step, resource) SELECT 'make other ' || i, 1, 'welding' FROM generate_series(1, 1000) AS i;
SELECT * FROM promise.plan_reads('BIKE', 10);

-- what is written down says the same again, and leaves with its promise
SELECT promise.protect('promise.commitment');
SELECT count(*) FROM pg_temp.plan_for('BIKE', 10, NULL, 'main', NULL, NULL, NULL, NULL, NULL, 'SO 2');
INSERT INTO promise.commitment (ref, item, quantity, at) VALUES ('SO 2', 'BIKE', 10, '2026-12-09');
SELECT ref, item, at, quantity, kind, lot, need, component FROM promise.planned_flow ORDER BY item, at, quantity DESC;
SELECT ref, resource, during, units, lot, step, use FROM promise.planned_load ORDER BY resource;
SELECT ref, lot, source, step, start_at, end_at, changeover FROM promise.planned_step ORDER BY lot, start_at;
SELECT pg_temp.tree(p) FROM promise.planned('SO 2') AS p;
SELECT * FROM promise.verify();
-- the next one finds it taken
SELECT pg_temp.tree(p) FROM promise.plan('BIKE', 10) AS p;
SELECT promise.release('SO 2');
SELECT (SELECT count(*) FROM promise.planned_lot) AS lots, (SELECT count(*) FROM promise.planned_flow) AS flows,
	(SELECT count(*) FROM promise.planned_load) AS loads;

-- wheels of a lot that others came to rely on
SELECT count(*) FROM pg_temp.plan_for('BIKE', 10, NULL, 'main', NULL, NULL, NULL, NULL, NULL, 'SO 3');
INSERT INTO promise.commitment (ref, item, quantity, at) VALUES ('SO 3', 'BIKE', 10, '2026-12-09'), ('SO 4', 'WHEEL', 30, '2026-12-10');
SELECT promise.release('SO 3');
SELECT ref, source, quantity, inherited FROM promise.planned_lot ORDER BY lot;
SELECT pg_temp.tree(p) FROM promise.planned('SO 4') AS p;
-- what is planned from what is gone
SELECT count(*) FROM pg_temp.plan_for('BIKE', 10, NULL, 'main', NULL, NULL, NULL, NULL, NULL, 'SO 5');
INSERT INTO promise.commitment (ref, item, quantity, at) VALUES ('SO 5', 'BIKE', 10, '2026-12-20');
SAVEPOINT s;
DELETE FROM promise.source WHERE source = 'weld';
SELECT * FROM promise.planned('SO 5');
ROLLBACK TO s;
UPDATE promise.step SET step = 30 WHERE step = 20;
UPDATE promise.component SET step = 30 WHERE step = 20;
SELECT * FROM promise.planned('SO 5');
ROLLBACK TO s;
UPDATE promise.component SET item = 'TYRE' WHERE item = 'WHEEL' AND source = 'assemble';
SELECT * FROM promise.planned('SO 5');
ROLLBACK;

-- every kind of plan is read back as it was written
BEGIN;
SET LOCAL promise.clock = '2026-12-01 10:30:00+00';
INSERT INTO promise.resource (resource, pool, changeover, initial_setup) VALUES
	('press 1', 'presses', 'colours', 'blue'), ('press 2', 'presses', 'colours', 'red'), ('Ann', NULL, NULL, NULL), ('oven', NULL, NULL, NULL);
INSERT INTO promise.resource (resource, units, bucketed) VALUES ('packing', 100, true);
INSERT INTO promise.resource_change (resource, during, units) VALUES ('packing', '[2026-12-02,2026-12-03)', 50);
INSERT INTO promise.resource_skill VALUES ('press 1', 'print', 1), ('press 2', 'print', 2), ('Ann', 'check', 0);
INSERT INTO promise.changeover (changeover, from_setup, to_setup, duration) VALUES
	('colours', 'blue', 'red', '02:00'), ('colours', NULL, NULL, '01:00');
INSERT INTO promise.source (source, item, location, kind, from_location, lead_time, lot_maximum) VALUES
	('print', 'POSTER', 'main', 'make', NULL, '0', 40), ('roll', 'PAPER', 'main', 'move', 'store', '06:00', NULL),
	('bundle', 'SET', 'main', 'kit', NULL, '0', NULL), ('mill', 'PAPER', 'store', 'buy', NULL, '1 day', NULL),
	('ink', 'INK', 'main', 'buy', NULL, '03:00', NULL);
INSERT INTO promise.component (source, item, quantity, quantity_fixed, scrap, choice, priority) VALUES
	('print', 'PAPER', 0.5, 1, 0.1, NULL, 0), ('print', 'INK', 0.01, 0, 0, 'ink', 1), ('print', 'TONER', 0.01, 0, 0, 'ink', 2),
	('bundle', 'POSTER', 2, 0, 0, NULL, 0), ('bundle', 'TUBE', 1, 0, 0, NULL, 0);
INSERT INTO promise.output VALUES ('print', 'POSTER', 0.9, 0), ('print', 'WASTE', 0.1, 0.5);
INSERT INTO promise.step (source, step, resource, skill, setup, run, setup_state, units) VALUES
	('print', 1, 'presses', 'print', '00:10', '00:02', 'red', 1), ('print', 1, NULL, 'check', '0', '0', NULL, 0.5),
	('print', 2, 'oven', NULL, '0', '0', NULL, 1), ('print', 3, 'packing', NULL, '00:30', '0', NULL, 1);
INSERT INTO promise.stocking (item, unlimited) VALUES ('TUBE', true);
SELECT pg_temp.tree(p) FROM pg_temp.plan_for('SET', 30, NULL, 'main', NULL, NULL, NULL, NULL, NULL, 'SO 5') AS p;
INSERT INTO promise.commitment (ref, item, quantity, at) SELECT 'SO 5', item, -quantity, end_at
	FROM promise.plan('SET', 30, exclude => '{SO 5}') WHERE level = 0;
SELECT a.kind, a.item, a.resource, a.quantity, a.start_at, a.end_at, b.kind, b.item, b.resource, b.quantity, b.start_at, b.end_at
FROM promise.plan('SET', 30, exclude => '{SO 5}') AS a
FULL JOIN promise.planned('SO 5') AS b USING ("row")
WHERE (a.parent, a.kind, a.item, a.location, a.source, a.step, a.resource, a.quantity, a.start_at, a.end_at)
	IS DISTINCT FROM (b.parent, b.kind, b.item, b.location, b.source, b.step, b.resource, b.quantity, b.start_at, b.end_at);
SELECT resource, units, step, use, setup_state, changeover, during FROM promise.planned_load
WHERE setup_state IS NOT NULL OR resource = 'packing' ORDER BY id;
-- rows of the plan are the changes of every balance
SELECT item, location, p.quantity, f.quantity
FROM (SELECT item, location, sum(quantity) AS quantity FROM promise.planned('SO 5') WHERE item IS NOT NULL AND level > 0 GROUP BY 1, 2) AS p
FULL JOIN (SELECT item, location, sum(quantity) AS quantity FROM promise.planned_flow GROUP BY 1, 2) AS f USING (item, location)
WHERE p.quantity IS DISTINCT FROM f.quantity;
ROLLBACK;
