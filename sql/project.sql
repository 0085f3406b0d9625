/*
 * Projects and services: steps that form a graph, done by people with skills.
 *
 * Days are working days of eight hours; it is Tuesday, 1 December, 9 o'clock.  What
 * is asked for is derived by hand at each question.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET intervalstyle = 'postgres';

CREATE FUNCTION pg_temp.steps(rows promise.plan_row) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', $1.step, $1.resource, to_char($1.start_at, 'Dy DD HH24:MI'), to_char($1.end_at, '- Dy DD HH24:MI'))
$$;

BEGIN;
SET LOCAL promise.clock = '2026-12-01 09:00+00';

-- two analysts, two developers, one of them both; he is away on Thursday and Friday
INSERT INTO promise.resource (resource, calendar)
	SELECT name, 'UTC; Mon-Fri 09:00-17:00' FROM unnest('{Ann,Bob,Cid}'::text[]) AS name;
INSERT INTO promise.resource_skill (resource, skill) VALUES
	('Ann', 'analyse'), ('Bob', 'analyse'), ('Bob', 'develop'), ('Cid', 'develop');
INSERT INTO promise.resource_change (resource, during, units) VALUES ('Bob', '[2026-12-03 00:00+00,2026-12-05 00:00+00)', -1);

-- interviews, then migration beside design and building; the customer tests what was
-- built for a day; acceptance
INSERT INTO promise.source (source, item, kind) VALUES ('portal', 'PORTAL', 'make');
INSERT INTO promise.step (source, step, skill, setup) VALUES
	('portal', 10, 'analyse', '8 hours'),
	('portal', 20, 'develop', '24 hours'),
	('portal', 30, 'analyse', '8 hours'),
	('portal', 40, 'develop', '32 hours'),
	('portal', 60, 'analyse', '8 hours'), ('portal', 60, 'develop', '8 hours');
INSERT INTO promise.precedence (source, before, after, lag) VALUES
	('portal', 10, 20, '0'), ('portal', 10, 30, '0'), ('portal', 30, 40, '0'),
	('portal', 40, 60, '24 hours'), ('portal', 20, 60, '0');

-- One after the other: interviews on Tuesday, design on Wednesday.  Migration is begun
-- by Cid on Wednesday and takes until Friday; nobody can build before Monday the 7th,
-- until Thursday the 10th.  The customer tests until Friday evening: acceptance on
-- Monday the 14th.
SELECT promise.earliest('PORTAL', 1, effort => 0);
-- Cid had better wait for the design: he builds from Thursday to Tuesday the 8th, while
-- Bob migrates from Monday to Wednesday.  Acceptance on Thursday the 10th, and never
-- sooner: building begins on Thursday the 3rd at best, and takes four days.
SELECT promise.earliest('PORTAL', 1);
SELECT pg_temp.steps(p) FROM promise.plan('PORTAL', 1) AS p WHERE step IS NOT NULL ORDER BY step, resource;

-- the same question has the same answer, in every form
SELECT location, available_at, due, on_time FROM promise.quote('PORTAL', 1, '2026-12-10 17:00+00') LIMIT 1;
SELECT location, available_at, due, on_time FROM promise.quote('PORTAL', 1, '2026-12-10 16:59+00') LIMIT 1;
SELECT promise.feasible('PORTAL', 1, '2026-12-10 17:00+00'), promise.feasible('PORTAL', 1, '2026-12-10 16:59+00');
SELECT count(DISTINCT plan) FROM (SELECT array_agg(p ORDER BY "row") AS plan
	FROM generate_series(1, 5) AS n, LATERAL promise.plan('PORTAL', n - n + 1) AS p GROUP BY n) AS plans;
-- a week later, all else alike, it is as long
SAVEPOINT s;
UPDATE promise.resource_change SET during = '[2026-12-10 00:00+00,2026-12-12 00:00+00)';
SET LOCAL promise.clock = '2026-12-08 09:00+00';
SELECT promise.earliest('PORTAL', 1);
ROLLBACK TO s;

-- a licence that step 40 needs is there on Tuesday the 8th.  Building takes until
-- Friday, the test until Saturday: acceptance on Monday the 14th
SAVEPOINT s;
INSERT INTO promise.source (source, item, kind, lead_time) VALUES ('vendor', 'LICENCE', 'buy', '7 days');
INSERT INTO promise.component (source, item, quantity, step) VALUES ('portal', 'LICENCE', 1, 40);
SELECT promise.earliest('PORTAL', 1);
SELECT kind, item, start_at, end_at, reason FROM promise.plan('PORTAL', 1) WHERE item IS NOT NULL;
ROLLBACK TO s;

-- the design is a document of its own, there on Wednesday evening; a customer who wants
-- just that has it then
SAVEPOINT s;
INSERT INTO promise.output (source, item, quantity, step) VALUES ('portal', 'DESIGN', 1, 30);
SELECT outputs FROM promise.sources('PORTAL');
SELECT kind, item, quantity, end_at FROM promise.plan('PORTAL', 1) WHERE item IS NOT NULL;
SELECT promise.earliest('DESIGN', 1);
SELECT promise.protect('promise.commitment');
SELECT available_at FROM promise.commit('SO 1', 'PORTAL', 1, '2026-12-10 17:00+00');
SELECT item, at, quantity, kind FROM promise.planned_flow ORDER BY at, item, quantity;
SELECT kind, item, quantity, end_at FROM promise.planned('SO 1') WHERE item IS NOT NULL;
SELECT promise.earliest('DESIGN', 1, effort => 0);
SELECT * FROM promise.verify();
SAVEPOINT t;
UPDATE promise.output SET step = 50;
SELECT promise.sources('PORTAL');
ROLLBACK TO t;
UPDATE promise.output SET item = 'PORTAL';
SELECT promise.sources('PORTAL');
ROLLBACK TO s;

-- Just in time for Wednesday the 16th: acceptance on that day, building done by Monday
-- evening and begun on Wednesday, design on Tuesday, interviews on Monday the 7th.
-- Migration is done by Tuesday evening.
SELECT pg_temp.steps(p) FROM promise.plan('PORTAL', 1, '2026-12-16 17:00+00', placement => 'jit') AS p
WHERE step IS NOT NULL ORDER BY step, resource;

-- The second customer: Bob interviews and designs on the first two days.  Cid builds
-- from Wednesday the 9th to Monday the 14th, and nobody could finish sooner: before,
-- Cid is with the first customer, and Bob is with him until the 10th.  Test until
-- Tuesday evening, Bob migrates until then: acceptance on Wednesday the 16th.
SELECT promise.protect('promise.commitment');
SELECT available_at FROM promise.commit('SO 1', 'PORTAL', 1, '2026-12-10 17:00+00');
SELECT promise.earliest('PORTAL', 1);
SELECT available_at FROM promise.commit('SO 2', 'PORTAL', 1, '2026-12-16 17:00+00');
SELECT resource, lower(during) AS start_at, upper(during) AS end_at, ref, step FROM promise.planned_load ORDER BY resource, start_at;
SELECT * FROM promise.verify();
ROLLBACK;
