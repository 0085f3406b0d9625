/*
 * Three-point estimates, who is usually how far off, and the path.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET intervalstyle = 'postgres';
\set SHOW_CONTEXT never

CREATE ROLE regress_estimate_ann;
CREATE ROLE regress_estimate_bob;
GRANT USAGE ON SCHEMA promise TO regress_estimate_ann, regress_estimate_bob;
GRANT SELECT, INSERT ON promise.estimate, promise.estimate_review TO regress_estimate_ann, regress_estimate_bob;
GRANT SELECT ON promise.step_estimate TO regress_estimate_ann;
GRANT EXECUTE ON FUNCTION promise.is_superuser, promise.may_restore TO regress_estimate_ann, regress_estimate_bob;
GRANT regress_estimate_bob TO regress_estimate_ann;

-- (2 + 4 * 3 + 10) / 6 = 4 hours, (10 - 2) / 6 = 1:20
SELECT * FROM promise.pert('2 hours', '3 hours', '10 hours');
SELECT * FROM promise.pert('1 hour', '1 hour', '1 hour');
SELECT * FROM promise.pert('1 second', '1 second', '2 seconds');
SELECT * FROM promise.pert('1 hour', NULL, '2 hours');

-- the project of sql/project.sql
INSERT INTO promise.source (source, item, kind) VALUES ('portal', 'PORTAL', 'make');
INSERT INTO promise.step (source, step, skill, setup) VALUES
	('portal', 10, 'analyse', '8 hours'), ('portal', 20, 'develop', '24 hours'), ('portal', 30, 'analyse', '8 hours'),
	('portal', 40, 'develop', '32 hours'), ('portal', 60, 'analyse', '8 hours'), ('portal', 60, 'develop', '8 hours');
INSERT INTO promise.precedence (source, before, after, lag) VALUES
	('portal', 10, 20, '0'), ('portal', 10, 30, '0'), ('portal', 30, 40, '0'), ('portal', 40, 60, '24 hours'), ('portal', 20, 60, '0');

-- one estimates, another reviews; nobody does both, whatever role is taken on
SET SESSION AUTHORIZATION regress_estimate_ann;
INSERT INTO promise.estimate (source, step, optimistic, likely, pessimistic, note) VALUES
	('portal', 10, '6 hours', '8 hours', '10 hours', NULL), ('portal', 40, '16 hours', '28 hours', '64 hours', 'as in the shop of last year');
SELECT step, estimator, mean, deviation, agreed, reviewers FROM promise.step_estimate;
RESET SESSION AUTHORIZATION;
SELECT promise.apply_estimates('portal');
SET SESSION AUTHORIZATION regress_estimate_ann;
INSERT INTO promise.estimate_review (entry, agreed) SELECT entry, true FROM promise.estimate;
INSERT INTO promise.estimate_review (entry, agreed, who) SELECT entry, true, 'regress_estimate_bob' FROM promise.estimate;
SET ROLE regress_estimate_bob;
INSERT INTO promise.estimate_review (entry, agreed) SELECT entry, true FROM promise.estimate;
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_estimate_bob;
INSERT INTO promise.estimate_review (entry, agreed, note) SELECT entry, step <> 40, CASE step WHEN 40 THEN 'was three days more' END FROM promise.estimate;
\set VERBOSITY terse
INSERT INTO promise.estimate_review (entry, agreed) SELECT entry, true FROM promise.estimate;
\set VERBOSITY default
INSERT INTO promise.estimate_review (entry, agreed) VALUES (-1, true);
RESET SESSION AUTHORIZATION;
SELECT step, estimator, mean, agreed, reviewers FROM promise.step_estimate ORDER BY step;
-- the superuser has not agreed either
INSERT INTO promise.estimate_review (entry, agreed) SELECT entry, true FROM promise.estimate;
SELECT step, agreed, reviewers FROM promise.step_estimate ORDER BY step;
SELECT promise.apply_estimates('portal');
SET SESSION AUTHORIZATION regress_estimate_ann;
INSERT INTO promise.estimate (source, step, optimistic, likely, pessimistic) VALUES ('portal', 40, '16 hours', '28 hours', '88 hours');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_estimate_bob;
INSERT INTO promise.estimate_review (entry, agreed) SELECT max(entry), true FROM promise.estimate;
INSERT INTO promise.estimate (source, step, optimistic, likely, pessimistic) VALUES ('portal', 20, '16 hours', '24 hours', '32 hours');
RESET SESSION AUTHORIZATION;
INSERT INTO promise.estimate_review (entry, agreed) SELECT max(entry), true FROM promise.estimate;
SELECT step, estimator, mean, deviation, agreed, reviewers FROM promise.step_estimate ORDER BY step;

-- no history, no correction
SELECT * FROM promise.estimator_bias();
SELECT * FROM promise.corrected_estimates('portal');

-- Ann's steps took 6 hours for each 4; Bob's 2 or 4 for 3, with deviations of 80 minutes; of Cid's there are nine.
-- What was estimated after the work began does not count, nor what nobody knows the time of.
INSERT INTO promise.step (source, step) SELECT 'old', n FROM generate_series(1, 40) AS n;
UPDATE promise.step SET run = '10 minutes', batch = 6 WHERE source = 'old' AND step = 1;
UPDATE promise.step SET skill = 'analyse' WHERE source = 'old' AND step = 40;
INSERT INTO promise.estimate (source, step, optimistic, likely, pessimistic, who, at_time)
SELECT 'old', n, '2 hours'::interval, '4 hours'::interval, '6 hours'::interval, 'regress_estimate_ann', '2026-01-01'::timestamptz
FROM generate_series(1, 10) AS n UNION ALL
SELECT 'old', n, '9 hours', '9 hours', '9 hours', 'regress_estimate_ann', '2026-03-01' FROM generate_series(1, 10) AS n UNION ALL
SELECT 'old', n, '1 hour', '2 hours', '9 hours', 'regress_estimate_bob', '2026-01-01' FROM generate_series(11, 20) AS n UNION ALL
SELECT 'old', n, '1 hour', '1 hour', '1 hour', 'cid', '2026-01-01' FROM generate_series(21, 29) AS n UNION ALL
SELECT 'old', 40, '1 hour', '1 hour', '1 hour', 'cid', '2026-01-01';
INSERT INTO promise.outcome (source, step, started_at, ended_at, ordered, worked)
SELECT 'old', n, '2026-02-01', '2026-02-05', 7,
	CASE WHEN n = 1 THEN interval '6 hours 20 minutes' WHEN n <= 10 THEN '6 hours' WHEN n % 2 = 0 THEN '2 hours' WHEN n <= 20 THEN '4 hours' ELSE '3 hours' END
FROM generate_series(1, 29) AS n;
INSERT INTO promise.outcome (source, step, started_at, ended_at, ordered) VALUES ('old', 40, '2026-02-01', '2026-02-05', 1);
INSERT INTO promise.outcome (source, step, started_at, ended_at, ordered, worked) VALUES ('old', 39, '2026-02-01', '2026-02-05', 1, '5 hours');
SELECT * FROM promise.estimator_bias();
SELECT estimator, estimates, factor, enough FROM promise.estimator_bias(9);
SELECT estimator FROM promise.estimator_bias(during => '[2026-03-01,)');
SELECT * FROM promise.corrected_estimates('portal');
SELECT step, estimator, corrected FROM promise.corrected_estimates('portal', 11);
-- Bob is right on the whole, but his ranges are not: 3 hours off each time are 2.25 deviations
BEGIN;
UPDATE promise.outcome SET worked = CASE WHEN step % 2 = 0 THEN interval '0' ELSE '6 hours' END WHERE step BETWEEN 11 AND 20;
SELECT estimator, within_range, factor, spread FROM promise.estimator_bias() WHERE estimator ~ 'bob';
SELECT step, stated, stated_deviation, corrected, corrected_deviation FROM promise.corrected_estimates('portal') WHERE step = 20;
ROLLBACK;

-- the same from each row, by other means
WITH facts AS (
	SELECT e.who, extract(epoch FROM (e.optimistic + 4 * e.likely + e.pessimistic) / 6) AS mean,
		extract(epoch FROM o.worked) - CASE o.step WHEN 1 THEN 20 * 60 ELSE 0 END AS actual
	FROM promise.outcome AS o JOIN promise.estimate AS e ON e.source = o.source AND e.step = o.step AND e.at_time < o.started_at
	WHERE o.source = 'old' AND o.worked IS NOT NULL)
SELECT b.estimator, b.factor - round(sum(f.actual) / sum(f.mean), 4) AS difference
FROM facts AS f JOIN promise.estimator_bias() AS b ON b.estimator = f.who GROUP BY b.estimator, b.factor ORDER BY 1;

INSERT INTO promise.resource (resource, calendar) SELECT name, 'UTC; Mon-Fri 09:00-17:00' FROM unnest('{Ann,Bob,Cid}'::text[]) AS name;
INSERT INTO promise.resource_skill (resource, skill) VALUES ('Ann', 'analyse'), ('Bob', 'analyse'), ('Bob', 'develop'), ('Cid', 'develop');
INSERT INTO promise.source (source, item, kind) VALUES ('old', 'OLD', 'make'), ('two', 'TWO', 'make');

-- the path: 10, 30, 40, 60.  36 hours of 40 become 54, 8 become 12: 12 + 8 + 54 + 8, and 24 that the customer tests
SELECT * FROM promise.path_estimate('portal', corrected => false);
SELECT * FROM promise.path_estimate('portal', '106 hours');
SELECT within, (promise.path_estimate('portal', within, corrected => false)).probability
FROM (VALUES ('0'::interval), ('72 hours'), ('84 hours'), ('96 hours'), ('108 hours'), ('1000 hours')) AS v (within);
SELECT * FROM promise.path_estimate('portal', '106 hours', minimum => 11);
SELECT * FROM promise.path_estimate('nothing', '1 hour');
SELECT * FROM promise.path_estimate('old', '1 hour', 13);
SELECT round(promise.normal_probability(z)::numeric, 6) FROM unnest('{-40,-3,-1.644854,-1,0,1,1.959964,3,40}'::float8[]) AS z;

-- a what-if: what would the corrected estimates make of the date?
SET promise.clock = '2026-12-01 09:00+00';
SELECT kind, available_at FROM promise.quote('PORTAL', 1);
BEGIN;
SELECT * FROM promise.apply_estimates('portal', corrected => false);
SELECT kind, available_at FROM promise.quote('PORTAL', 1);
SELECT * FROM promise.apply_estimates('portal');
SELECT kind, available_at FROM promise.quote('PORTAL', 1);
ROLLBACK;
SELECT kind, available_at FROM promise.quote('PORTAL', 1);
RESET promise.clock;

-- what is no estimate
\set VERBOSITY terse
INSERT INTO promise.estimate (source, step, optimistic, likely, pessimistic) VALUES ('portal', 10, '2 hours', '1 hour', '3 hours');
INSERT INTO promise.estimate (source, step, optimistic, likely, pessimistic) VALUES ('portal', 10, '2 hours', '3 hours', '1 day');
INSERT INTO promise.estimate (source, step, optimistic, likely, pessimistic) VALUES ('portal', 10, '0', '0', '0');
INSERT INTO promise.estimate (source, step, optimistic, likely, pessimistic) VALUES ('gone', 10, '1 hour', '1 hour', '1 hour');
INSERT INTO promise.estimate_review (entry, agreed, who) SELECT max(entry), true, 'cid' FROM promise.estimate;
SELECT promise.apply_estimates('gone');
INSERT INTO promise.precedence VALUES ('portal', 60, 10);
SELECT promise.path_estimate('portal');
UPDATE promise.precedence SET after = 11 WHERE before = 60;
SELECT promise.path_estimate('portal');
GRANT UPDATE, DELETE, TRUNCATE ON promise.estimate, promise.estimate_review TO regress_estimate_ann;
SET SESSION AUTHORIZATION regress_estimate_ann;
UPDATE promise.estimate SET pessimistic = '100 hours';
DELETE FROM promise.estimate_review WHERE NOT agreed;
TRUNCATE promise.estimate_review;
RESET SESSION AUTHORIZATION;
\set VERBOSITY default

-- random networks: the longest of all paths
CREATE FUNCTION pg_temp.draw(n integer, below integer) RETURNS integer IMMUTABLE LANGUAGE sql AS
	$$SELECT mod(('x' || substr(md5('estimate ' || n), 1, 7))::bit(28)::integer, below)$$;
INSERT INTO promise.source (source, item, kind) SELECT 'r' || n, 'R' || n, 'make' FROM generate_series(1, 40) AS n;
INSERT INTO promise.step (source, step, setup, run)
SELECT 'r' || n, s, pg_temp.draw(100 * n + s, 5) * interval '1 hour', pg_temp.draw(7000 + 100 * n + s, 4) * interval '10 minutes'
FROM generate_series(1, 40) AS n, generate_series(1, 7) AS s;
INSERT INTO promise.precedence (source, before, after, lag)
SELECT 'r' || n, b, a, pg_temp.draw(30000 + 100 * n + 10 * a + b, 3) * interval '1 hour' FROM generate_series(1, 40) AS n, generate_series(1, 7) AS a, generate_series(1, 7) AS b
WHERE a <> b AND mod(a * (n % 6 + 1), 7) > mod(b * (n % 6 + 1), 7) AND pg_temp.draw(20000 + 100 * n + 10 * a + b, 3) = 0;
WITH RECURSIVE paths (source, path, took) AS (
	SELECT source, ARRAY[step], setup + 3 * run FROM promise.step WHERE source ~ '^r'
	UNION ALL
	SELECT p.source, p.path || s.step, p.took + c.lag + s.setup + 3 * s.run
	FROM paths AS p
	JOIN promise.precedence AS c ON c.source = p.source AND c.before = p.path[cardinality(p.path)]
	JOIN promise.step AS s ON s.source = p.source AND s.step = c.after
)
SELECT count(*) AS networks, count(*) FILTER (WHERE cardinality(e.steps) > 2) AS long,
	count(*) FILTER (WHERE e.mean <> l.longest OR NOT EXISTS (SELECT FROM paths AS p WHERE p.source = l.source AND p.path = e.steps AND p.took = l.longest)) AS wrong
FROM (SELECT source, max(took) AS longest FROM paths GROUP BY source) AS l, promise.path_estimate(l.source, quantity => 3) AS e;

-- a step that occupies two takes its longest run for each of its batches, whichever row says them: 3 of 20 minutes
INSERT INTO promise.step (source, step, skill, run, batch) VALUES ('two', 1, 'analyse', '10 minutes', 2), ('two', 1, 'develop', '20 minutes', NULL);
SELECT mean FROM promise.path_estimate('two', quantity => 5);
INSERT INTO promise.estimate (source, step, optimistic, likely, pessimistic) VALUES ('two', 1, '1 hour', '2 hours', '3 hours');
INSERT INTO promise.outcome (source, step, started_at, ended_at, ordered, worked)
SELECT 'two', 1, at_time + interval '1 hour', at_time + interval '1 day', 5, '4 hours' FROM promise.estimate WHERE source = 'two';
SELECT actual FROM promise.estimate_outcome WHERE source = 'two';

DELETE FROM promise.estimate_review;
DELETE FROM promise.estimate;
DELETE FROM promise.outcome;
DELETE FROM promise.precedence;
DELETE FROM promise.step;
DELETE FROM promise.source;
DELETE FROM promise.resource_skill;
DELETE FROM promise.resource;
DROP OWNED BY regress_estimate_ann, regress_estimate_bob;
DROP ROLE regress_estimate_ann, regress_estimate_bob;
