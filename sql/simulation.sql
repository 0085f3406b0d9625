/*
 * A project run many times: paths that meet, and the dates that come of it.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET intervalstyle = 'postgres';
SET promise.clock = '2026-12-01 09:00+00';
\set SHOW_CONTEXT never

CREATE FUNCTION pg_temp.about(actual numeric, expected numeric, tolerance numeric) RETURNS boolean LANGUAGE sql AS
	$$SELECT abs(actual - expected) <= tolerance * expected$$;
CREATE FUNCTION pg_temp.hours(i interval) RETURNS numeric LANGUAGE sql AS $$SELECT extract(epoch FROM i) / 3600$$;

-- one after the other: 17, 20 and 8 hours, with deviations of 3, 4 and 0, and a lag of 24
INSERT INTO promise.source (source, item, kind) VALUES ('chain', 'CHAIN', 'make'), ('pair', 'PAIR', 'make'), ('sure', 'SURE', 'make'), ('empty', 'EMPTY', 'make');
INSERT INTO promise.step (source, step, setup) VALUES ('chain', 1, '1 hour'), ('chain', 2, '1 hour'), ('chain', 3, '8 hours');
INSERT INTO promise.precedence (source, before, after, lag) VALUES ('chain', 1, 2, '0'), ('chain', 2, 3, '24 hours');
INSERT INTO promise.estimate (source, step, optimistic, likely, pessimistic) VALUES
	('chain', 1, '12 hours', '15 hours', '30 hours'), ('chain', 2, '0', '24 hours', '24 hours');
SELECT * FROM promise.path_estimate('chain', '74 hours');
SELECT steps, criticality, pg_temp.about(pg_temp.hours(mean), 69, 0.003) AS mean, pg_temp.about(pg_temp.hours(deviation), 5, 0.03) AS deviation,
	pg_temp.about(pg_temp.hours(in_8_of_10), 69 + 0.84 * 5, 0.01) AS in_8_of_10, pg_temp.about(probability, 0.84, 0.03) AS probability
FROM promise.simulate_path('chain', '74 hours');

-- Two alike side by side: each is done by the mean with probability 1/2, both with 1/4.
-- PERT knows one of them, so it says 1/2.  In half of the runs one is longer.
INSERT INTO promise.step (source, step, setup) VALUES ('pair', 1, '1 hour'), ('pair', 2, '1 hour'), ('pair', 3, '0'), ('pair', 4, '39 hours');
INSERT INTO promise.precedence (source, before, after) VALUES ('pair', 1, 3), ('pair', 2, 3), ('pair', 4, 3);
INSERT INTO promise.estimate (source, step, optimistic, likely, pessimistic) SELECT 'pair', n, '40 hours', '60 hours', '80 hours' FROM generate_series(1, 2) AS n;
SELECT steps, mean, probability FROM promise.path_estimate('pair', '60 hours');
SELECT steps, pg_temp.about(criticality[1], 0.5, 0.05), pg_temp.about(criticality[2], 0.5, 0.05), criticality[3:4],
	pg_temp.about(probability, 0.25, 0.06) AS probability, mean > '62 hours' AS later
FROM promise.simulate_path('pair', '60 hours');
SELECT within, probability FROM unnest('{39:59:59,80:00}'::interval[]) AS within, promise.simulate_path('pair', within);

-- a seed gives the same runs, another seed gives others, more of them come closer
SELECT s1 = s2 AS same, s1 = s3 AS other
FROM promise.simulate_path('pair', '60 hours', seed => 5) AS s1, promise.simulate_path('pair', '60 hours', seed => 5) AS s2,
	promise.simulate_path('pair', '60 hours', seed => 6) AS s3;
SELECT pg_temp.about(probability, 0.25, 0.015) FROM promise.simulate_path('pair', '60 hours', runs => 200000);

-- nothing is drawn: the same as by PERT; both of two that take the same are critical
INSERT INTO promise.step (source, step, setup, run) VALUES ('sure', 1, '5 hours', '1 hour'), ('sure', 2, '8 hours', '0'), ('sure', 3, '1 hour', '0'), ('sure', 4, '4 hours', '0');
INSERT INTO promise.precedence (source, before, after, lag) VALUES ('sure', 1, 3, '0'), ('sure', 2, 3, '0'), ('sure', 4, 3, '3 hours');
SELECT * FROM promise.simulate_path('sure', '9 hours', quantity => 3);
SELECT steps, mean, deviation, probability FROM promise.path_estimate('sure', '9 hours', quantity => 3);
SELECT * FROM promise.path_estimate('sure', '9 hours', quantity => 1);
SELECT * FROM promise.simulate_path('empty');
SELECT * FROM promise.simulate_path('none', '1 hour');
SELECT * FROM promise.path_dates('none');

-- Through calendars: Ann works on steps 1 and 2 on Tuesday, at once; Bob has to wait, as Wednesday is closed.
INSERT INTO promise.resource (resource, calendar) VALUES ('Ann', 'UTC; Mon-Fri 09:00-17:00; 2026-12-02 closed'), ('Bob', 'UTC; Mon-Fri 09:00-17:00; 2026-12-02 closed'), ('Nia', 'UTC; Mon-Sun 20:00-22:00');
INSERT INTO promise.resource_skill (resource, skill) VALUES ('Ann', 'analyse'), ('Bob', 'analyse'), ('Nia', 'analyse');
UPDATE promise.step SET resource = 'Ann' WHERE source = 'sure' AND step IN (1, 2);
UPDATE promise.step SET resource = 'Bob' WHERE source = 'sure' AND step = 3;
UPDATE promise.step SET skill = 'analyse', setup = '2 hours' WHERE source = 'sure' AND step = 4;
SELECT * FROM promise.path_dates('sure');
SELECT * FROM promise.path_dates('sure', '2026-12-04 16:00+00');
-- one of several who would do: at six in the evening Nia is the first, but 11 hours would take her six nights
SELECT step, start_at, end_at FROM promise.path_dates('sure', '2026-12-01 18:00+00') WHERE step = 4;
UPDATE promise.step SET setup = '11 hours' WHERE source = 'sure' AND step = 4;
SELECT step, start_at, end_at FROM promise.path_dates('sure', '2026-12-01 18:00+00') WHERE step = 4;
-- in one piece, never
UPDATE promise.step SET pauses = false WHERE source = 'sure' AND step = 4;
SELECT step FROM promise.path_dates('sure');
SELECT * FROM promise.simulate_dates('sure');
UPDATE promise.step SET pauses = true, setup = '2 hours' WHERE source = 'sure' AND step = 4;

-- The chain, done by Ann: 17 hours until Friday at ten, 20 more until Tuesday, a day of lag, and 8 more.
UPDATE promise.step SET resource = 'Ann' WHERE source = 'chain';
SELECT step, start_at, end_at, critical FROM promise.path_dates('chain');
SELECT in_5_of_10::date, in_8_of_10::date, in_9_of_10::date, in_5_of_10 < in_8_of_10 AND in_8_of_10 < in_9_of_10 AS ascending FROM promise.simulate_dates('chain');
-- around the clock it is the same as without calendars
UPDATE promise.resource SET calendar = 'UTC; Mon-Sun 00:00-24:00';
SELECT d.steps = p.steps AND d.criticality = p.criticality AND d.probability = p.probability
	AND d.in_8_of_10 = '2026-12-01 09:00+00'::timestamptz + p.in_8_of_10 AS same
FROM promise.simulate_path('chain', '74 hours') AS p, promise.simulate_dates('chain', '2026-12-04 11:00+00') AS d;
-- a day is due at its end; what was due before it began is late
SET promise.timezone = 'UTC';
SELECT a.probability = b.probability AS same, c.probability AS before
FROM promise.simulate_dates('chain', '2026-12-03'::date) AS a, promise.simulate_dates('chain', '2026-12-04 00:00+00') AS b,
	promise.simulate_dates('chain', '2026-11-30'::date) AS c;

-- what was learnt about the estimator counts: half as long again
INSERT INTO promise.step (source, step) SELECT 'empty', n FROM generate_series(1, 10) AS n;
INSERT INTO promise.estimate (source, step, optimistic, likely, pessimistic, at_time) SELECT 'empty', n, '2 hours', '4 hours', '6 hours', '2026-01-01' FROM generate_series(1, 10) AS n;
INSERT INTO promise.outcome (source, step, started_at, ended_at, ordered, worked) SELECT 'empty', n, '2026-02-01', '2026-02-02', 1, '6 hours' FROM generate_series(1, 10) AS n;
SELECT corrected, pg_temp.about(pg_temp.hours(mean), CASE WHEN corrected THEN 1.5 ELSE 1 END * 37 + 32, 0.003) AS mean,
	pg_temp.about(pg_temp.hours(deviation), CASE WHEN corrected THEN 7.5 ELSE 5 END, 0.03) AS deviation
FROM unnest('{true,false}'::boolean[]) AS corrected, promise.simulate_path('chain', corrected => corrected);
-- a table of the business, mapped: the same as if it were the own one
CREATE TABLE routing AS SELECT source || '!' AS source, step, setup, resource FROM promise.step WHERE source = 'chain';
CREATE TABLE follows AS SELECT source || '!' AS source, before, after, lag FROM promise.precedence WHERE source = 'chain';
CREATE TABLE recipe (source text, item text, kind text);
INSERT INTO recipe VALUES ('chain!', 'CHAIN', 'make');
SELECT count(promise.map('source', 'recipe')) + count(promise.map('step', 'routing')) + count(promise.map('precedence', 'follows')) AS mapped;
INSERT INTO promise.estimate (source, step, optimistic, likely, pessimistic) SELECT source || '!', step, optimistic, likely, pessimistic FROM promise.step_estimate WHERE source = 'chain' ORDER BY step;
SELECT own = mapped AS same FROM promise.simulate_dates('chain') AS own, promise.simulate_dates('chain!') AS mapped;
SELECT count(*) FROM promise.path_dates('chain!') AS m JOIN promise.path_dates('chain') AS o ON o = m;
SELECT own = mapped AS same FROM promise.path_estimate('chain') AS own, promise.path_estimate('chain!') AS mapped;

-- what makes no sense
\set VERBOSITY terse
SELECT promise.simulate_path('chain', runs => 0);
SELECT promise.simulate_path('chain', runs => 1000001);
SELECT promise.simulate_path('chain', '-1 hour');
SELECT promise.simulate_path('chain', '1 month');
SELECT promise.simulate_path('chain', quantity => 0);
SELECT promise.path_dates('chain', 'infinity');
SELECT promise.project_runs('chain', 1, NULL, '{1}', '{1 hour}', '{1 hour}', '{0}');
SELECT promise.project_runs('chain', 1, NULL, '{1,2}', '{1 hour}', '{1 hour}', '{0.5}');
SELECT promise.project_tasks('chain', 1, NULL, '{1}', '{NULL}', '{1 hour}', '{0.5}');
SELECT promise.project_tasks('chain', 1, NULL, '{1}', '{-1 hour}', '{1 hour}', '{0.5}');
SELECT promise.project_tasks('chain', 1, NULL, '{1}', '{40000000 hours}', '{0}', '{0.5}');
SELECT promise.project_tasks('chain', NULL), promise.project_runs('chain', 1, seed => NULL);
\set VERBOSITY default

SELECT count(promise.unmap(role, relation)) FROM promise.mappings;
DROP TABLE routing, follows, recipe;
DELETE FROM promise.estimate;
DELETE FROM promise.outcome;
DELETE FROM promise.precedence;
DELETE FROM promise.step;
DELETE FROM promise.source;
DELETE FROM promise.resource_skill;
DELETE FROM promise.resource;
