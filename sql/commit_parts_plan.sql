/*
 * Promises in parts that are made: planned, held, many at once, taken over; and many
 * random ones.
 */
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO, MDY';
SET LOCAL promise.clock = '2026-12-01 08:00+00';
CREATE VIEW pg_temp.promised AS
	SELECT ref, part_of, kind, quantity, at, status FROM promise.commitment ORDER BY length(ref), ref;
CREATE VIEW pg_temp.sound AS
	SELECT (SELECT count(*) FROM promise.conflicts()) AS conflicts,
		   (SELECT count(*) FROM promise.check_plan()) AS broken,
		   (SELECT count(*) FROM promise.verify()) AS unsound;

INSERT INTO promise.resource (resource, calendar) VALUES ('oven', 'UTC; Mon-Fri 08:00-16:00');
INSERT INTO promise.source (source, item, kind, lead_time) VALUES ('bake', 'CAKE', 'make', '0');
INSERT INTO promise.step (source, step, resource, setup, run) VALUES ('bake', 1, 'oven', '30 min', '30 min');
INSERT INTO promise.supply (item, quantity) VALUES ('CAKE', 4);
SELECT promise.protect('promise.commitment');

-- not all of forty can be baked by tomorrow
SELECT count(*) FROM promise.commit('C-1', 'CAKE', 6, '2026-12-02 12:00');
SELECT ref, part, kind, quantity, available_at, on_time
FROM promise.commit('C-2', 'CAKE', 40, '2026-12-02', parts_max => 2, lateness_max => '2 days');
SELECT * FROM pg_temp.promised;
SELECT ref, count(*) AS lots, sum(quantity) AS quantity, max(end_at) AS ready FROM promise.planned_lot GROUP BY ref ORDER BY ref;
SELECT * FROM pg_temp.sound;
-- a plan leaves with its part
SELECT promise.release('C-2 part 2');
SELECT ref, count(*) AS lots FROM promise.planned_lot GROUP BY ref ORDER BY ref;
SELECT promise.release('C-2');
SELECT ref, count(*) AS lots FROM promise.planned_lot GROUP BY ref ORDER BY ref;

-- held, and made a promise as it is
SELECT ref, part, quantity, available_at, valid_until
FROM promise.hold('H-1', 'CAKE', 40, '2026-12-02', '1 hour', parts_max => 2, lateness_max => NULL);
SELECT ref, part, quantity, available_at, valid_until FROM promise.commit('H-1', 'CAKE', 40, NULL);
SELECT * FROM pg_temp.promised WHERE 'H-1' IN (ref, part_of);
SELECT promise.release('H-1');
-- held too long, and asked for anew, in one part now
SELECT ref, part, quantity, available_at
FROM promise.hold('H-2', 'CAKE', 40, '2026-12-02', '1 hour', parts_max => 2, lateness_max => NULL);
SET LOCAL promise.clock = '2026-12-01 10:00+00';
SELECT ref, part, quantity, available_at FROM promise.commit('H-2', 'CAKE', 40, NULL);
SELECT * FROM pg_temp.promised WHERE 'H-2' IN (ref, part_of);
SELECT ref, part, quantity, available_at FROM promise.commit('H-2', 'CAKE', 40, NULL);
SELECT kind, at, change, open FROM promise.history('H-2');
SELECT * FROM pg_temp.sound;
SELECT promise.release('H-2');
SET LOCAL promise.clock = '2026-12-01 08:00+00';

-- many at once: the lines say what they take, or the call does
SELECT ref, part, kind, quantity, available_at, on_time, reason
FROM promise.commit_query($$SELECT * FROM (VALUES
	('Q-1', 'CAKE', 40, timestamptz '2026-12-02 18:00', 2, NULL::numeric, NULL::boolean, interval '3 days'),
	('Q-2', 'CAKE', 10, '2026-12-02 18:00', 2, NULL, true, NULL),
	('Q-3', 'CAKE', 10, '2026-12-04 12:00', 2, 9, NULL, NULL),
	('Q-4', 'CAKE', 20, '2026-12-07 12:00', NULL, NULL, NULL, NULL),
	('Q-5', 'CAKE', 20, '2026-12-07 12:00', NULL, NULL, NULL, '30 minutes'))
	AS line (ref, item, quantity, due, parts_max, part_minimum, ship_complete, lateness_max)$$,
	parts_max => 3, lateness_max => '7 days');
SELECT * FROM pg_temp.promised WHERE 'Q-1' IN (ref, part_of) OR ref >= 'Q-2';
SELECT * FROM pg_temp.sound;

-- an order of the business with the ref of the whole takes the place of all parts
SAVEPOINT mapped;
CREATE TABLE public.sales_order (number text PRIMARY KEY, product text, quantity int, at timestamptz);
SELECT promise.map('demand', 'public.sales_order', item => 'product', at => 'at', quantity => 'quantity', ref => 'number');
SELECT e.ref, e.quantity, e.at FROM promise.events('CAKE') AS e WHERE e.ref LIKE 'Q-1%' AND e.role = 'demand' ORDER BY 1;
INSERT INTO public.sales_order VALUES ('Q-1', 'CAKE', 40, '2026-12-04 16:00+00');
SELECT e.ref, e.quantity, e.at FROM promise.events('CAKE') AS e WHERE e.ref LIKE 'Q-1%' AND e.role = 'demand' ORDER BY 1;
SELECT conflicts FROM pg_temp.sound;
ROLLBACK TO mapped;

/*
 * At random: whatever is asked for, the parts are what was allowed, and nothing that
 * was promised before is broken by them.
 */
INSERT INTO promise.source (source, item, location, kind, lead_time, from_location, lot_minimum) VALUES
	('bake east', 'CAKE', 'east', 'make', '0', NULL, 3), ('van', 'CAKE', 'west', 'move', '4 hours', 'main', NULL);
INSERT INTO promise.step (source, step, resource, setup, run) VALUES ('bake east', 1, 'oven', '1 hour', '20 min');
INSERT INTO promise.supply (item, location, quantity, at) VALUES
	('CAKE', 'east', 7, '-infinity'), ('CAKE', 'west', 3, '2026-12-03 09:00'), ('CAKE', 'west', 5, '2026-12-10 09:00');
CREATE TABLE pg_temp.outcome (what text, parts integer);
CREATE FUNCTION pg_temp.judge(i integer, allowed integer, minimum numeric, asked numeric, latest timestamptz) RETURNS SETOF text
LANGUAGE sql AS $$
	SELECT format('%s: %s parts of %s, at most %s', i, count(*), allowed, max(at))
	FROM promise.commitment WHERE 'R' || i IN (ref, part_of)
	HAVING sum(requested_quantity) <> asked OR count(*) > allowed OR max(at) > latest
		OR (count(*) > 1 AND min(requested_quantity) < minimum)
	UNION ALL SELECT format('%s: %s', i, c) FROM promise.conflicts() AS c
	UNION ALL SELECT format('%s: %s', i, p) FROM promise.check_plan() AS p
$$;
DO $$
DECLARE
	i integer;
	what text;
	allowed integer;
	minimum numeric;
	asked numeric;
	due_at timestamptz;
	lateness interval;
	target text;
	problem text;
BEGIN
	PERFORM setseed(0.3);
	FOR i IN 1 .. 100 LOOP
		what := (ARRAY['commit', 'commit', 'query', 'query', 'deliver', 'change', 'release'])[1 + floor(random() * CASE WHEN i < 9 THEN 4 ELSE 7 END)];
		allowed := 1 + floor(random() * 4);
		minimum := 1 + floor(random() * 4);
		asked := 2 + floor(random() * 20);
		due_at := timestamptz '2026-12-01 12:00' + floor(random() * 300) * interval '1 hour';
		lateness := (ARRAY['0', '2 days', '10 days'])[1 + floor(random() * 3)];
		target := (SELECT coalesce(part_of, ref) FROM promise.commitment WHERE ref LIKE 'R%' AND quantity > 0 ORDER BY random(), ref LIMIT 1);
		PERFORM set_config('promise.smaller_lots', CASE WHEN i % 2 = 0 THEN 'on' ELSE 'off' END, true);
		BEGIN
			CASE what
				WHEN 'commit' THEN
					PERFORM promise.commit('R' || i, 'CAKE', asked, due_at, CASE WHEN i % 5 = 0 THEN 'main' END,
						parts_max => allowed, part_minimum => minimum, lateness_max => lateness);
				WHEN 'query' THEN
					PERFORM promise.commit_query(format('SELECT %L AS ref, ''CAKE'' AS item, %s AS quantity, %L::timestamptz AS due',
						'R' || i, asked, due_at), parts_max => allowed, part_minimum => minimum, lateness_max => lateness, placement => 'jit');
				WHEN 'deliver' THEN
					PERFORM promise.deliver(target, minimum);
				WHEN 'change' THEN
					PERFORM promise.change(target, asked, due_at);
				ELSE
					PERFORM promise.release(target);
			END CASE;
			INSERT INTO outcome SELECT what, count(*) FROM promise.commitment WHERE CASE WHEN what IN ('commit', 'query') THEN 'R' || i ELSE target END IN (ref, part_of);
		EXCEPTION WHEN SQLSTATE 'PR001' OR SQLSTATE 'PR006' THEN
			INSERT INTO outcome VALUES (what, 0);
		END;
		FOR problem IN SELECT pg_temp.judge(i, CASE WHEN what IN ('commit', 'query') THEN allowed ELSE 99 END, minimum, asked, due_at + lateness) LOOP
			RAISE WARNING '%: %', what, problem;
		END LOOP;
	END LOOP;
END $$;
SELECT what, bool_or(parts = 0) AS fails, bool_or(parts = 1) AS whole, bool_or(parts = 2) AS in_two, bool_or(parts > 2) AS in_more
FROM outcome GROUP BY what ORDER BY what;
SELECT * FROM promise.verify();
ROLLBACK;

-- a kit is put together when the last of it is there
BEGIN;
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO, MDY';
SET LOCAL promise.clock = '2026-12-01 08:00+00';
SET LOCAL promise.smaller_lots = on;
INSERT INTO promise.resource (resource, calendar) VALUES ('press', 'UTC; Mon-Fri 08:00-16:00');
INSERT INTO promise.source (source, item, kind, lead_time) VALUES ('pack', 'SET', 'kit', '0'), ('press', 'PLATE', 'make', '0');
INSERT INTO promise.component (source, item, quantity) VALUES ('pack', 'PLATE', 1);
INSERT INTO promise.step (source, step, resource, run, pauses) VALUES ('press', 1, 'press', '1 hour', false);
SELECT kind, quantity, available_at
FROM promise.commit_query($$SELECT 'S' AS ref, 'SET' AS item, 9 AS quantity, '2026-12-01'::promise.due AS due$$, late => true);
SELECT source, quantity, start_at, end_at FROM promise.planned_lot ORDER BY lot;
SELECT * FROM promise.check_plan();
ROLLBACK;
