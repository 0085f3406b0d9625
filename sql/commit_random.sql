/*
 * Promises at random, most of which need plans: a new one never worsens what was
 * promised before, and every plan that is written down keeps all rules.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';

BEGIN;
SET LOCAL promise.clock = '2026-12-01 10:30:00+00';

-- three levels: 4 products of 2 parts each, 4 parts of 2 materials each
INSERT INTO promise.resource (resource, calendar) SELECT 'machine ' || i, CASE WHEN i < 3 THEN 'UTC; Mon-Fri 08:00-16:00'::promise.calendar END
	FROM generate_series(1, 3) AS i;
INSERT INTO promise.source (source, item, kind, lead_time, lot_minimum, lot_multiple)
	SELECT 'make P' || i, 'P' || i, 'make', interval '0', NULL::numeric, NULL::numeric FROM generate_series(1, 4) AS i
	UNION ALL SELECT 'make C' || i, 'C' || i, 'make', interval '0', CASE WHEN i % 2 = 0 THEN 5 END, CASE WHEN i % 2 = 0 THEN 5 END
	FROM generate_series(1, 4) AS i
	UNION ALL SELECT 'buy M' || i, 'M' || i, 'buy', i * interval '1 day', 20, 10 FROM generate_series(1, 3) AS i;
INSERT INTO promise.component (source, item, quantity)
	SELECT 'make P' || i, 'C' || 1 + (i + j) % 4, 1 + j FROM generate_series(1, 4) AS i, generate_series(0, 1) AS j
	UNION ALL SELECT 'make C' || i, 'M' || 1 + (i + j) % 3, 2 - j FROM generate_series(1, 4) AS i, generate_series(0, 1) AS j;
INSERT INTO promise.step (source, step, resource, setup, run)
	SELECT 'make P' || i, 1, 'machine ' || 1 + i % 3, '10 min'::interval, '15 min'::interval FROM generate_series(1, 4) AS i
	UNION ALL SELECT 'make C' || i, 1, 'machine ' || 1 + (i + 1) % 3, '5 min', '5 min' FROM generate_series(1, 4) AS i;
INSERT INTO promise.supply (item, quantity, at)
	SELECT 'P' || i, i, '-infinity'::timestamptz FROM generate_series(1, 4) AS i
	UNION ALL SELECT 'C' || i, 3, '2026-12-03 12:00+00' FROM generate_series(1, 4) AS i
	UNION ALL SELECT 'M' || i, 15, '-infinity' FROM generate_series(1, 3) AS i;

CREATE TEMP TABLE outcome (what text, answer text);
DO $$
DECLARE
	i integer;
	what text;
	target text;
	wanted integer;
	due_at timestamptz;
	how text;
	problem text;
BEGIN
	PERFORM setseed(0.4);
	FOR i IN 1 .. 60 LOOP
		what := (ARRAY['commit', 'commit', 'commit', 'commit', 'hold', 'insert', 'change', 'release'])[1 + floor(random() * 8)];
		target := 'R' || 1 + floor(random() * i)::integer;
		wanted := 1 + floor(random() * 6);
		due_at := CASE WHEN random() < 0.8 THEN '2026-12-01 12:00+00'::timestamptz + floor(random() * 400) * interval '1 hour' END;
		how := (ARRAY['asap', 'jit'])[1 + floor(random() * 2)];
		BEGIN
			CASE what
				WHEN 'commit' THEN
					PERFORM promise.commit('R' || i, 'P' || 1 + i % 4, wanted, due_at, placement => how, effort => i % 3);
				WHEN 'hold' THEN
					PERFORM promise.hold('R' || i, 'C' || 1 + i % 4, wanted, due_at, '1 day', placement => how);
				WHEN 'insert' THEN
					INSERT INTO promise.commitment (ref, item, quantity, at)
					VALUES ('R' || i, 'P' || 1 + i % 4, wanted, coalesce(due_at, '2026-12-20'));
				WHEN 'change' THEN
					PERFORM promise.change(target, wanted, due_at, placement => how);
				ELSE
					PERFORM promise.release(target);
			END CASE;
			INSERT INTO outcome VALUES (what, 'yes');
		EXCEPTION WHEN SQLSTATE 'PR001' OR SQLSTATE 'PR003' OR SQLSTATE 'PR006' THEN
			INSERT INTO outcome VALUES (what, SQLSTATE);
		END;

		FOR problem IN
			SELECT c::text FROM promise.conflicts() AS c
			UNION ALL SELECT p::text FROM promise.check_plan() AS p
		LOOP
			RAISE WARNING 'after % % of %: %', what, i, target, problem;
		END LOOP;
	END LOOP;
END $$;
-- all of it happens
SELECT what, bool_or(answer = 'yes') AS passes, bool_or(answer <> 'yes') AS fails FROM outcome GROUP BY what ORDER BY what;
SELECT * FROM promise.verify();
SELECT count(DISTINCT plan) > 10 AS many_plans, count(*) > 30 AS many_lots FROM promise.planned_lot;
ROLLBACK;
