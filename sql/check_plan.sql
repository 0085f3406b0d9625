/*
 * Do the plans that were written down still hold?  The planner's own do; then each
 * rule is broken, by what is planned or by what it was planned from.
 */
\pset null '-'
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET intervalstyle = 'postgres';

BEGIN;
SET LOCAL promise.clock = '2026-12-01 10:30:00+00';	-- a Tuesday

-- change something, past the guard, look at what is broken, and take it back
CREATE FUNCTION pg_temp.after(VARIADIC changes text[]) RETURNS TABLE (
	ref text, rule text, item text, source text, resource text, step integer, at timestamptz, missing numeric, detail text
) LANGUAGE plpgsql AS $$
DECLARE
	change text;
	found promise.plan_violation[];
	one_by_one promise.plan_violation[];
BEGIN
	BEGIN
		SET LOCAL session_replication_role = replica;
		FOREACH change IN ARRAY changes LOOP
			EXECUTE change;
		END LOOP;
		SELECT array_agg(v) INTO found FROM promise.check_plan() AS v;
		-- all at once, and each by itself
		SELECT array_agg(v) INTO one_by_one
		FROM (SELECT DISTINCT l.ref COLLATE "C" AS ref FROM promise.planned_lot AS l ORDER BY 1) AS r, LATERAL promise.check_plan(r.ref) AS v;
		IF found IS DISTINCT FROM one_by_one THEN
			RAISE EXCEPTION 'all at once: %, one by one: %', found, one_by_one;
		END IF;
		RAISE EXCEPTION SQLSTATE 'UNDO0';
	EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
		NULL;
	END;
	RETURN QUERY SELECT f.ref, f.rule, f.item || ' at ' || f.location, f.source, f.resource, f.step, f.at, f.missing,
			regexp_replace(f.detail, ' plan \d+ ', ' plan # ')
		FROM unnest(found) AS f;
END $$;

-- a bicycle that is made, of frames that are welded and wheels that are bought
INSERT INTO promise.resource (resource, calendar) VALUES
	('welding', 'UTC; Mon-Fri 08:00-16:00'), ('assembly', 'UTC; Mon-Fri 08:00-16:00'), ('bench', 'UTC; Mon-Fri 08:00-16:00');
INSERT INTO promise.source (source, item, kind, lead_time, calendar, lot_multiple) VALUES
	('assemble', 'BIKE', 'make', '0', NULL, 1), ('weld', 'FRAME', 'make', '0', NULL, NULL),
	('supplier', 'WHEEL', 'buy', '5 days', 'UTC; Mon-Fri 08:00-16:00', 50);
INSERT INTO promise.component (source, item, quantity, step) VALUES ('assemble', 'FRAME', 1, NULL), ('assemble', 'WHEEL', 2, 20);
INSERT INTO promise.step (source, step, resource, setup, run) VALUES
	('assemble', 10, NULL, '00:05', '0'), ('assemble', 20, 'assembly', '0', '00:20'), ('weld', 1, 'welding', '00:30', '00:10');
INSERT INTO promise.supply (item, quantity) VALUES ('BIKE', 3), ('WHEEL', 10), ('FRAME', 1);
INSERT INTO promise.stocking (item, safety_stock) VALUES ('WHEEL', 1);
-- posters, printed in a colour on one of two presses, packed in a bucket, and sold in sets
INSERT INTO promise.resource (resource, pool, changeover, initial_setup) VALUES
	('press 1', 'presses', 'colours', 'blue'), ('press 2', 'presses', 'colours', 'blue');
INSERT INTO promise.resource (resource, units, bucketed) VALUES ('packing', 100, true);
INSERT INTO promise.changeover (changeover, from_setup, to_setup, duration) VALUES
	('colours', 'blue', 'red', '02:00'), ('colours', NULL, NULL, '01:00');
INSERT INTO promise.source (source, item, location, kind, from_location, lead_time, lot_maximum) VALUES
	('print', 'POSTER', 'main', 'make', NULL, '0', 40), ('roll', 'PAPER', 'main', 'move', 'store', '06:00', NULL),
	('bundle', 'SET', 'main', 'kit', NULL, '0', NULL), ('mill', 'PAPER', 'store', 'buy', NULL, '1 day', NULL);
INSERT INTO promise.component (source, item, quantity, quantity_fixed, scrap) VALUES
	('print', 'PAPER', 0.5, 1, 0.1), ('bundle', 'POSTER', 2, 0, 0), ('bundle', 'TUBE', 1, 0, 0);
INSERT INTO promise.step (source, step, resource, setup, run, setup_state) VALUES
	('print', 1, 'presses', '00:10', '00:02', 'red'), ('print', 2, 'packing', '00:30', '0', NULL);
INSERT INTO promise.stocking (item, unlimited) VALUES ('TUBE', true);

-- nothing is planned, and nothing is wrong
SELECT * FROM promise.check_plan();
SELECT promise.commit('SO 1', 'BIKE', 3, '2026-12-04') IS NOT NULL AS stock;
SELECT available_at FROM promise.commit('SO 2', 'BIKE', 10, NULL);
SELECT available_at FROM promise.commit('SO 3', 'BIKE', 5, '2026-12-18', placement => 'jit');
SELECT available_at FROM promise.commit('SO 4', 'SET', 30, NULL);
SELECT available_at FROM promise.commit('SO 5', 'FRAME', 2, '2026-12-03');
SELECT ref, count(*) FROM promise.planned_lot GROUP BY ref ORDER BY ref;
SELECT * FROM promise.check_plan();
SELECT * FROM promise.check_plan('SO 2');
SELECT * FROM promise.check_plan('SO 1');
SELECT * FROM promise.check_plan('nobody''s');

-- what is taken is not there: a demand got in, stock is gone, the date is earlier
SELECT * FROM pg_temp.after($$DELETE FROM promise.supply WHERE item = 'FRAME'$$);
SELECT * FROM pg_temp.after($$INSERT INTO promise.commitment (ref, item, quantity, at) VALUES ('SO 6', 'WHEEL', 35, '2026-12-17')$$);
SELECT * FROM pg_temp.after($$UPDATE promise.commitment SET at = '2026-12-02' WHERE ref = 'SO 2'$$);
SELECT * FROM pg_temp.after($$UPDATE promise.commitment SET quantity = 11 WHERE ref = 'SO 2'$$);
-- less than was promised is not wrong
SELECT * FROM pg_temp.after($$UPDATE promise.commitment SET quantity = 9 WHERE ref = 'SO 2'$$);
-- safety stock is no promise
SELECT * FROM pg_temp.after($$UPDATE promise.stocking SET safety_stock = 100 WHERE item = 'WHEEL'$$);
-- a frame that rusts
SELECT * FROM pg_temp.after($$UPDATE promise.supply SET expires_at = '2026-12-01 11:00+00' WHERE item = 'FRAME'$$);
-- lots
SELECT * FROM pg_temp.after($$UPDATE promise.source SET lot_multiple = 7 WHERE source = 'supplier'$$);
SELECT * FROM pg_temp.after($$UPDATE promise.source SET lot_maximum = 20 WHERE source = 'print'$$);
SELECT * FROM pg_temp.after($$UPDATE promise.source SET lead_time = '6 days' WHERE source = 'supplier'$$);
SELECT * FROM pg_temp.after($$UPDATE promise.source SET item = 'BELL' WHERE source = 'weld'$$);
SELECT * FROM pg_temp.after($$UPDATE promise.source SET effective = '[2027-01-01,)' WHERE source = 'weld'$$);
SELECT * FROM pg_temp.after($$UPDATE promise.planned_lot SET quantity = 8 WHERE ref = 'SO 5'$$);
-- the fence is for what is planned anew
SELECT * FROM pg_temp.after($$UPDATE promise.source SET fence = '30 days' WHERE source = 'weld'$$);
-- components
SELECT * FROM pg_temp.after($$UPDATE promise.component SET quantity = 3 WHERE item = 'WHEEL'$$);
SELECT * FROM pg_temp.after($$UPDATE promise.component SET effective = '[2027-01-01,)' WHERE item = 'FRAME'$$);
SELECT * FROM pg_temp.after($$INSERT INTO promise.component (source, item, quantity) VALUES ('weld', 'TUBE', 4)$$);
SELECT * FROM pg_temp.after($$UPDATE promise.planned_flow SET quantity = quantity + 1 WHERE ref = 'SO 2' AND item = 'WHEEL' AND quantity < 0$$);
-- steps
SELECT * FROM pg_temp.after($$UPDATE promise.step SET run = '00:11' WHERE source = 'weld'$$);
SELECT * FROM pg_temp.after($$UPDATE promise.resource SET calendar = 'UTC; Mon-Fri 08:00-12:00' WHERE resource = 'welding'$$);
SELECT * FROM pg_temp.after($$UPDATE promise.step SET pauses = false, run = '02:00' WHERE source = 'weld'$$);
SELECT * FROM pg_temp.after($$UPDATE promise.step SET resource = 'bench' WHERE source = 'weld'$$);
SELECT * FROM pg_temp.after($$UPDATE promise.planned_lot SET step_starts[2] = step_starts[1], step_ends[2] = step_starts[1] + '200 minutes' WHERE ref = 'SO 3' AND source = 'assemble'$$);
SELECT * FROM pg_temp.after($$UPDATE promise.planned_lot SET start_at = start_at - interval '1 hour' WHERE ref = 'SO 3' AND source = 'assemble'$$);
-- resources
SELECT * FROM pg_temp.after($$INSERT INTO promise.load (resource, during, ref) VALUES ('welding', '[2026-12-01 11:00+00,2026-12-01 11:10+00)', 'MO 1')$$);
SELECT * FROM pg_temp.after($$INSERT INTO promise.resource_change (resource, during, units) VALUES ('assembly', '[2026-12-08,2026-12-19)', -1)$$);
SELECT * FROM pg_temp.after($$UPDATE promise.resource SET units = 59 WHERE resource = 'packing'$$);
-- ten minutes more are there before the step, two days are not
SELECT * FROM pg_temp.after($$UPDATE promise.changeover SET duration = '02:10' WHERE from_setup = 'blue'$$);
SELECT * FROM pg_temp.after($$UPDATE promise.changeover SET duration = '48:00' WHERE from_setup = 'blue'$$);
SELECT * FROM pg_temp.after($$INSERT INTO promise.stocking (item, horizon) VALUES ('BIKE', '3 days')$$);

-- what was planned from what is gone cannot be read
SELECT * FROM pg_temp.after($$DELETE FROM promise.source WHERE source = 'weld'$$);
SELECT * FROM pg_temp.after($$UPDATE promise.step SET step = 30 WHERE step = 20$$, $$UPDATE promise.component SET step = 30 WHERE step = 20$$);
SELECT * FROM pg_temp.after($$UPDATE promise.component SET item = 'TYRE' WHERE item = 'WHEEL'$$);
SELECT * FROM pg_temp.after($$UPDATE promise.planned_lot SET need = 7 WHERE source = 'weld' AND ref = 'SO 2'$$);
-- and of a broken network it is said which plan comes to it
SAVEPOINT s;
DELETE FROM promise.resource WHERE resource = 'welding';
SELECT * FROM promise.check_plan();
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO s;

-- time passes: what has begun goes on, and needs its resource until it ends
SET LOCAL promise.clock = '2026-12-01 11:30:00+00';
SELECT * FROM promise.check_plan();
SELECT * FROM pg_temp.after($$UPDATE promise.source SET effective = '[2027-01-01,)', fence = '1 day' WHERE source = 'weld'$$,
	$$INSERT INTO promise.resource_change (resource, during, units) VALUES ('welding', '[2026-12-01 12:00+00,2026-12-01 12:10+00)', -1)$$);
-- what was to come, and has not, is overdue
SET LOCAL promise.clock = '2026-12-02 09:10:00+00';
SELECT * FROM promise.check_plan();
SELECT * FROM pg_temp.after($$INSERT INTO promise.supply (item, quantity) VALUES ('FRAME', 9)$$);
SET LOCAL promise.clock = '2026-12-01 10:30:00+00';

-- what others came to rely on is passed to them
SELECT promise.protect('promise.commitment');
INSERT INTO promise.commitment (ref, item, quantity, at) VALUES ('SO 7', 'WHEEL', 10, '2026-12-17');
SELECT promise.release('SO 2');
SELECT ref, source, quantity FROM promise.planned_lot WHERE inherited;
SELECT * FROM promise.check_plan();
SELECT * FROM pg_temp.after($$UPDATE promise.source SET lead_time = '6 days' WHERE source = 'supplier'$$);
-- what a promise still needs after a part of it was delivered
SELECT promise.deliver('SO 4', 10, '2026-12-01 10:30:00+00') IS NOT NULL AS delivered;
SELECT * FROM promise.check_plan('SO 4');
ROLLBACK;

-- one that gets in before another leaves it idle time for another changeover
BEGIN;
SET LOCAL promise.clock = '2026-12-01 08:00:00+00';
INSERT INTO promise.resource (resource, changeover, initial_setup) VALUES ('press', 'colours', 'red');
INSERT INTO promise.changeover (changeover, from_setup, to_setup, duration) VALUES
	('colours', NULL, NULL, '1 hour'), ('colours', 'green', 'blue', '4 hours');
INSERT INTO promise.source (source, item, kind, lead_time) VALUES ('blue', 'BLUE', 'make', '0'), ('green', 'GREEN', 'make', '0');
INSERT INTO promise.step (source, step, resource, run, setup_state) VALUES
	('blue', 1, 'press', '1 hour', 'blue'), ('green', 1, 'press', '1 hour', 'green');
SELECT due FROM promise.commit('SO 1', 'BLUE', 1, '2026-12-02 12:00+00', placement => 'jit');
SELECT due FROM promise.commit('SO 2', 'GREEN', 1, '2026-12-02 10:00+00', placement => 'jit');
SELECT ref, during, changeover FROM promise.planned_load ORDER BY during;
SELECT * FROM promise.check_plan('SO 1');
SELECT * FROM promise.check_plan();
ROLLBACK;

-- with the rights of who asks
CREATE ROLE check_plan_reader;
GRANT USAGE ON SCHEMA promise TO check_plan_reader;
SET ROLE check_plan_reader;
SELECT * FROM promise.check_plan();
RESET ROLE;
GRANT EXECUTE ON FUNCTION promise.check_plan TO check_plan_reader;
SET ROLE check_plan_reader;
SELECT * FROM promise.check_plan();
RESET ROLE;
DROP OWNED BY check_plan_reader;
DROP ROLE check_plan_reader;
