/*
 * What the network states against what happened.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET intervalstyle = 'postgres';
SET promise.timezone = 'UTC';
\set SHOW_CONTEXT never
-- (the details of failing rows have numbers in them)
\set VERBOSITY terse

-- days: all of them, or open ones; the day of the start does not count
SELECT promise.days_taken(NULL, '2026-11-02 08:00+00', '2026-11-02 17:00+00'),
	promise.days_taken(NULL, '2026-11-02 23:00+00', '2026-11-09 01:00+00'),
	promise.days_taken('UTC; Mon-Fri 08:00-17:00', '2026-11-02 23:00+00', '2026-11-09 01:00+00'),
	promise.days_taken('UTC; Mon-Fri 22:00-06:00', '2026-11-06 12:00+00', '2026-11-08 12:00+00'),
	promise.days_taken('UTC; Mon-Fri 08:00-17:00; 2026-11-04 closed', '2026-11-02 08:00+00', '2026-11-06 08:00+00');

INSERT INTO promise.source (source, item, kind, lead_time, calendar) VALUES
	('buy', 'bolt', 'buy', '10 days', NULL), ('right', 'nut', 'buy', '10 days', NULL), ('few', 'pin', 'buy', '10 days', NULL),
	('open days', 'cap', 'buy', '10 days', 'UTC; Mon-Fri 08:00-17:00'), ('make', 'lamp', 'make', '0', NULL);
INSERT INTO promise.resource (resource, calendar) VALUES ('press', 'UTC; Mon-Fri 08:00-17:00');
INSERT INTO promise.step (source, step, resource, setup, run) VALUES ('make', 1, 'press', '1 hour', '10 minutes');

-- 100 lots that took 1, 2, ... 100 days and yielded 101 to 200 of 200: the 90 percent quantile is 90, of the yield 0.55
INSERT INTO promise.outcome (source, started_at, ended_at, ordered, yielded)
SELECT 'buy', '2026-01-01', '2026-01-01'::timestamptz + n * interval '1 day', 200, 100 + n FROM generate_series(1, 100) AS n;
INSERT INTO promise.outcome (source, started_at, ended_at, ordered, yielded)
SELECT 'right', '2026-01-01', '2026-01-11', 5, 5 FROM generate_series(1, 100);
INSERT INTO promise.outcome (source, started_at, ended_at, ordered)
SELECT 'few', '2026-01-01', '2026-03-11', 5 FROM generate_series(1, 19);
INSERT INTO promise.outcome (source, started_at, ended_at, ordered)
SELECT 'open days', '2026-11-02', '2026-11-09', 5 FROM generate_series(1, 20);
-- from Friday 15:00 to Monday 11:00 is 5 working hours: one to set up, 12 minutes for each of 20
INSERT INTO promise.outcome (source, step, started_at, ended_at, ordered)
SELECT 'make', 1, '2026-11-06 15:00+00', '2026-11-09 11:00+00', 20 FROM generate_series(1, 20);

-- the skill of whom?  Only time sheets know: 6 hours, of which one to set up
INSERT INTO promise.resource_skill VALUES ('press', 'pressing');
INSERT INTO promise.step (source, step, skill, setup, run) VALUES ('make', 2, 'pressing', '1 hour', '10 minutes');
INSERT INTO promise.step (source, step, run) VALUES ('make', 3, '10 minutes');
INSERT INTO promise.outcome (source, step, started_at, ended_at, ordered, worked)
SELECT 'make', 2, '2026-11-06 15:00+00', '2026-11-09 11:00+00', 20, CASE WHEN n > 5 THEN interval '6 hours' END FROM generate_series(1, 25) AS n;
-- a step that needs nobody; one of a pool; one whose resource is elsewhere
INSERT INTO promise.resource (resource, pool) VALUES ('press 1', 'presses');
INSERT INTO promise.step (source, step, resource) VALUES ('make', 4, 'presses'), ('make', 5, 'elsewhere');
INSERT INTO promise.outcome (source, step, started_at, ended_at, ordered)
SELECT 'make', step, '2026-11-06 15:00+00', '2026-11-06 18:00+00', 20 FROM generate_series(3, 5) AS step;
SELECT step, worked, count(*) FROM promise.step_outcome WHERE source = 'make' GROUP BY 1, 2 ORDER BY 1, 2;
INSERT INTO promise.outcome (source, step, started_at, ended_at, ordered, worked) VALUES ('make', 2, '2026-01-02', '2026-01-02', 1, '1 day');

SELECT * FROM promise.propose_lead_times();
SELECT * FROM promise.propose_lead_times(0.5, during => '[2026-01-01,2026-03-01)');
SELECT source, lots FROM promise.propose_lead_times(minimum => 19) WHERE source = 'few';
SELECT promise.propose_lead_times(1.5);

-- on demand
SELECT * FROM promise.apply_lead_times('{open days,make}');
SELECT source, lead_time FROM promise.source ORDER BY source;
SELECT step, run FROM promise.step ORDER BY step;
SELECT * FROM promise.apply_lead_times();
SELECT source, item, quantity FROM promise.output;
SELECT * FROM promise.propose_lead_times();
INSERT INTO promise.outcome (source, started_at, ended_at, ordered) VALUES ('buy', '2026-01-02', '2026-01-01', 1);


-- a step that occupies several: Monday 15:00 to Wednesday 09:00 both are open from 15:00 to 16:00, 10:00 to 16:00 and not
-- on Wednesday; who of a choice it was is not known
INSERT INTO promise.resource (resource, calendar) VALUES ('crane', 'UTC; Mon-Fri 10:00-16:00'), ('floor', NULL);
INSERT INTO promise.source (source, item, kind) VALUES ('build', 'mast', 'make');
INSERT INTO promise.step (source, step, resource, setup, run, batch, choice) VALUES
	('build', 1, 'press', '1 hour', '20 minutes', NULL, NULL), ('build', 1, 'crane', '30 minutes', '40 minutes', 2, NULL),
	('build', 1, 'floor', '0', '1 minute', NULL, NULL),
	('build', 2, 'press', '0', '20 minutes', NULL, 'any'), ('build', 2, 'crane', '0', '30 minutes', NULL, 'any'),
	('build', 3, 'floor', '0', '30 minutes', NULL, 'only'), ('build', 4, 'floor', '0', '0', NULL, NULL), ('build', 4, 'crane', '0', '0', NULL, NULL);
INSERT INTO promise.outcome (source, step, started_at, ended_at, ordered)
SELECT 'build', step, '2026-11-02 15:00+00', '2026-11-04 09:00+00', 3 FROM generate_series(1, 3) AS step;
INSERT INTO promise.outcome (source, step, started_at, ended_at, ordered)
SELECT 'build', 4, '2026-11-02 17:00+00', '2026-11-03' , 3;
SELECT step, worked FROM promise.step_outcome WHERE source = 'build' ORDER BY 1;
-- 7 hours, of which one to set up, for two batches; then half as long, which the other rows must not say longer
SELECT * FROM promise.propose_lead_times(minimum => 1) WHERE source = 'build' AND step = 1;
BEGIN;
SELECT * FROM promise.apply_lead_times('{build}', minimum => 1);
SELECT resource, setup, run FROM promise.step WHERE source = 'build' AND step = 1 ORDER BY resource;
ROLLBACK;
UPDATE promise.outcome SET worked = '1 hour 20 minutes' WHERE source = 'build' AND step = 1;
SELECT * FROM promise.apply_lead_times('{build}', minimum => 1) WHERE step = 1;
SELECT resource, setup, run FROM promise.step WHERE source = 'build' AND step = 1 ORDER BY resource;
SELECT * FROM promise.propose_lead_times(minimum => 1) WHERE source = 'build' AND step = 1;

-- what comes after the steps: of lots of which all of the last steps are known
DELETE FROM promise.outcome;
DELETE FROM promise.step;
INSERT INTO promise.source (source, item, kind, lead_time, calendar) VALUES
	('in line', 'rod', 'make', '1 day', NULL), ('at once', 'tube', 'make', '0', 'UTC; Mon-Fri 08:00-17:00'),
	('cools', 'pipe', 'make', '90 minutes', 'UTC; Mon-Fri 08:00-17:00'), ('ships', 'wire', 'buy', '36 hours', NULL),
	('kit', 'set', 'kit', '0', NULL);
INSERT INTO promise.step (source, step, resource) SELECT s, step, 'elsewhere' FROM unnest('{in line,at once,cools}'::text[]) AS s, generate_series(1, 3) AS step;
INSERT INTO promise.precedence (source, before, after) VALUES ('at once', 1, 2), ('at once', 1, 3);
SELECT setseed(0.25) IS NOT NULL AS repeatable;
INSERT INTO promise.outcome (source, step, started_at, ended_at, ordered, ref)
SELECT s, step, '2026-11-02', '2026-11-02'::timestamptz + (random() * 10000)::integer * interval '1 minute', 1, s || n
FROM unnest('{in line,at once,cools}'::text[]) AS s, generate_series(1, 60) AS n, generate_series(1, 3) AS step
WHERE random() > 0.2;
INSERT INTO promise.outcome (source, started_at, ended_at, ordered, ref)
SELECT s, '2026-11-02', '2026-11-04'::timestamptz + (random() * 12000)::integer * interval '1 minute', 1, s || n
FROM unnest('{in line,at once,cools,ships,kit}'::text[]) AS s, generate_series(1, 60) AS n;
-- two lots of a ref: which steps were whose?
INSERT INTO promise.outcome (source, started_at, ended_at, ordered, ref)
SELECT 'in line', '2026-11-02', '2026-12-24', 1, 'in line' || n FROM generate_series(1, 5) AS n;

-- naively: lot by lot
CREATE FUNCTION pg_temp.after_steps(lot promise.outcome) RETURNS timestamptz
LANGUAGE plpgsql AS $$
DECLARE
	lasts integer[] := CASE lot.source WHEN 'at once' THEN '{2,3}' WHEN 'ships' THEN '{}' WHEN 'kit' THEN '{}' ELSE '{3}' END;
	since timestamptz;
BEGIN
	IF lasts = '{}' THEN
		RETURN lot.started_at;
	END IF;
	IF (SELECT count(*) FROM promise.outcome WHERE source = lot.source AND ref = lot.ref AND step IS NULL) > 1 THEN
		RETURN NULL;
	END IF;
	FOR i IN 1 .. cardinality(lasts) LOOP
		IF NOT EXISTS (SELECT FROM promise.outcome WHERE source = lot.source AND ref = lot.ref AND step = lasts[i]) THEN
			RETURN NULL;
		END IF;
	END LOOP;
	SELECT max(ended_at) INTO since FROM promise.outcome WHERE source = lot.source AND ref = lot.ref AND step IS NOT NULL;
	RETURN CASE WHEN since > lot.ended_at THEN lot.ended_at ELSE since END;
END
$$;
CREATE TEMP TABLE naive AS
SELECT source, count(*) AS lots, (array_agg(took ORDER BY took))[ceil(count(*) * 0.9)] AS proposed
FROM (SELECT s.source, CASE WHEN s.source IN ('cools', 'ships')
							THEN round(extract(epoch FROM CASE WHEN s.calendar IS NULL THEN o.ended_at - a.since
															   ELSE promise.working_time(s.calendar, a.since, o.ended_at) END) / 3600, 4)
							ELSE promise.days_taken(s.calendar, a.since, o.ended_at) END AS took
	  FROM promise.outcome AS o JOIN promise.source AS s USING (source), pg_temp.after_steps(o) AS a (since)
	  WHERE o.step IS NULL AND s.kind <> 'kit' AND a.since IS NOT NULL) AS t
GROUP BY source;
SELECT source, n.lots BETWEEN 20 AND 60 AS some, n.lots = p.lots AS same_lots, n.proposed = p.proposed AS same_proposal, p.property, p.stated
FROM naive AS n FULL JOIN promise.propose_lead_times() AS p USING (source) ORDER BY source;
SELECT source, property, proposed FROM promise.apply_lead_times('{at once,cools}') ORDER BY source;
SELECT source, lead_time FROM promise.source WHERE source IN ('at once', 'cools') ORDER BY source;
SELECT source FROM promise.propose_lead_times() ORDER BY source;

DELETE FROM promise.precedence;
DELETE FROM promise.outcome;
DELETE FROM promise.output;
DELETE FROM promise.step;
DELETE FROM promise.source;
DELETE FROM promise.resource_skill;
DELETE FROM promise.resource;

-- who did it, and how long it took to set up: one need of a step may be open
INSERT INTO promise.resource (resource, pool, calendar) VALUES
	('press 1', 'presses', 'UTC; Mon-Fri 08:00-17:00'), ('press 2', 'presses', 'UTC; Mon-Sun 06:00-22:00'),
	('press 3', 'presses', NULL), ('crane', NULL, 'UTC; Mon-Fri 10:00-16:00'), ('Ann', NULL, 'UTC; Mon-Fri 12:00-20:00'),
	('presses', NULL, 'UTC; Mon-Fri 09:00-10:00'); -- a name of both a resource and a pool means the pool
INSERT INTO promise.resource_skill VALUES ('Ann', 'welding');
INSERT INTO promise.source (source, item, kind) VALUES ('weld', 'frame', 'make');
INSERT INTO promise.step (source, step, resource, skill, setup, run, choice) VALUES
	('weld', 1, 'presses', NULL, '1 hour', '10 minutes', NULL),
	('weld', 2, 'press 1', NULL, '1 hour', '10 minutes', 'any'), ('weld', 2, 'press 2', NULL, '1 hour', '10 minutes', 'any'),
	('weld', 3, 'presses', NULL, '1 hour', '10 minutes', NULL), ('weld', 3, 'crane', NULL, '0', '0', NULL),
	('weld', 4, NULL, 'welding', '1 hour', '10 minutes', NULL),
	('weld', 5, 'crane', NULL, '1 hour', '10 minutes', NULL),
	('weld', 6, 'presses', NULL, '1 hour', '10 minutes', NULL), ('weld', 6, NULL, 'welding', '0', '0', NULL),
	('weld', 7, NULL, NULL, '1 hour', '10 minutes', NULL);
-- from Monday 07:00 to Tuesday 11:00, set up until Monday 13:00
INSERT INTO promise.outcome (source, step, resource, started_at, set_up_at, ended_at, ordered)
SELECT 'weld', step, resource, '2026-11-02 07:00', '2026-11-02 13:00', '2026-11-03 11:00', 6
FROM generate_series(1, 7) AS step, unnest('{press 1,press 2,press 3,crane,Ann,Bob,NULL}'::text[]) AS resource;
CREATE TEMP TABLE hours (resource text, opens integer, closes integer);
INSERT INTO hours VALUES ('press 1', 8, 17), ('press 2', 6, 22), ('press 3', 0, 24), ('crane', 10, 16), ('Ann', 12, 20);
-- naively: minute by minute
CREATE FUNCTION pg_temp.minutes(resources text[], until timestamptz) RETURNS bigint
LANGUAGE sql AS $$
	SELECT count(*)
	FROM generate_series(timestamptz '2026-11-02 07:00', until - interval '1 minute', interval '1 minute') AS m (at)
	WHERE NOT EXISTS (SELECT FROM hours AS h WHERE h.resource = ANY (resources)
					  AND (extract(hour FROM m.at) < h.opens OR extract(hour FROM m.at) >= h.closes))
$$;
WITH naive AS (
	SELECT o.outcome, b.busy IS NOT NULL AS is_known, pg_temp.minutes(b.busy, o.ended_at) AS worked, pg_temp.minutes(b.busy, o.set_up_at) AS setup_worked
	FROM promise.outcome AS o,
		LATERAL (SELECT CASE WHEN o.resource = 'Bob' THEN NULL
							 WHEN o.step IN (1, 2, 4, 5, 7) AND o.resource IS NOT NULL THEN ARRAY[o.resource]
							 WHEN o.step = 3 AND o.resource IS NOT NULL THEN ARRAY['crane', o.resource]
							 WHEN o.step = 5 THEN '{crane}'
							 WHEN o.step = 7 THEN '{}' END) AS b (busy)
	WHERE o.source = 'weld'
)
SELECT step, count(*), count(*) FILTER (WHERE n.is_known) AS known,
	count(*) FILTER (WHERE NOT n.is_known AND num_nonnulls(t.worked, t.setup_worked) = 0
						OR n.is_known AND t.worked = n.worked * interval '1 minute' AND t.setup_worked = n.setup_worked * interval '1 minute') AS same
FROM promise.step_outcome AS t FULL JOIN naive AS n USING (outcome) GROUP BY step ORDER BY step;
-- setting up took what it took, and is no part of the run; time sheets know better
SELECT step, property, stated, proposed FROM promise.propose_lead_times(minimum => 1) WHERE step IN (4, 5);
UPDATE promise.outcome SET worked = '3 hours', setup_worked = '2 hours 30 minutes' WHERE step = 5;
SELECT step, property, lots, stated, proposed FROM promise.propose_lead_times(minimum => 1) WHERE step = 5;
SELECT property, resource, stated, happened, lots, within_stated FROM promise.resource_times(minimum => 1) WHERE step = 1;
-- of what needs a state, setting up depends on what was done before
UPDATE promise.step SET setup_state = 'red' WHERE step = 5;
SELECT step, property, lots, stated, proposed FROM promise.propose_lead_times(minimum => 1) WHERE step = 5;
UPDATE promise.step SET setup_state = NULL;
SELECT step, property, written, statement FROM promise.apply_lead_times(minimum => 1) WHERE step = 5;
SELECT setup, run FROM promise.step WHERE step = 5;
SELECT count(*) FROM promise.propose_lead_times(minimum => 1) WHERE step = 5;
INSERT INTO promise.outcome (source, step, started_at, set_up_at, ended_at, ordered) VALUES ('weld', 1, '2026-11-02', '2026-11-04', '2026-11-03', 1);
INSERT INTO promise.outcome (source, step, started_at, ended_at, ordered, worked, setup_worked) VALUES ('weld', 1, '2026-11-02', '2026-11-03', 1, '1 hour', '2 hours');
DELETE FROM promise.outcome;
DELETE FROM promise.step;
DELETE FROM promise.source;

-- a network in mapped tables, and one that is half there: routes with a key of two columns, some of them no longer in use
CREATE SCHEMA erp;
CREATE TABLE erp.route (company integer, code text, product text, kind text, delay interval, days integer, hours text, good numeric, in_use boolean DEFAULT true,
	PRIMARY KEY (company, code));
CREATE TABLE erp.operation (id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY, company integer, code text, "Position" smallint, machine text, prepare interval, each interval, at_once integer);
CREATE TABLE erp.machine (code text PRIMARY KEY, hours text, hall text);
CREATE TABLE erp.follows (company integer, code text, first integer, second integer);
CREATE VIEW erp.slow_route AS SELECT '{' || company || ',' || code || '}' AS source, product AS item, kind, make_interval(days => days) AS lead_time
	FROM erp.route WHERE in_use AND days IS NOT NULL;
SET client_min_messages = warning;
SELECT promise.map('source', 'erp.route', source => '{company,code}', item => 'product', lead_time => 'delay', calendar => 'hours',
	filter => 'in_use AND days IS NULL -- those with days are slow');
SELECT promise.map('source', 'erp.slow_route');
SELECT promise.map('output', 'erp.route', source => '{company,code}', item => 'product', quantity => 'good', filter => 'good IS NOT NULL');
SELECT promise.map('step', 'erp.operation', source => '{company,code}', step => '"Position"', resource => 'machine', setup => 'prepare', run => 'each', batch => 'at_once');
SELECT promise.map('resource', 'erp.machine', resource => 'code', calendar => 'hours', pool => 'hall');
SELECT promise.map('precedence', 'erp.follows', source => '{company,code}', before => 'first', after => 'second');
RESET client_min_messages;
INSERT INTO erp.machine VALUES ('saw', 'UTC; Mon-Fri 06:00-14:00', 'hall 1'), ('lathe', 'UTC; Mon-Fri 07:00-15:00', 'hall 1'), ('oven', NULL, NULL);
INSERT INTO erp.route (company, code, product, kind, delay, days, hours, good) VALUES
	(1, 'buy', 'bolt', 'buy', '10 days', NULL, 'UTC; Mon-Fri 08:00-17:00', NULL), (2, 'buy', 'bolt', 'buy', '10 days', NULL, NULL, 0.95),
	(1, 'hours', 'nut', 'buy', '36 hours', NULL, NULL, 1), (1, 'slow', 'cap', 'buy', NULL, 30, NULL, NULL),
	(1, 'make', 'rod', 'make', NULL, NULL, NULL, NULL), (1, 'fork', 'fork', 'make', '1 day', NULL, NULL, NULL),
	(1, 'twice', 'pin', 'buy', '10 days', NULL, NULL, NULL), (1, 'months', 'pin', 'buy', '1 month', NULL, NULL, NULL), (1, 'old', 'pin', 'buy', '10 days', NULL, NULL, NULL);
UPDATE erp.route SET in_use = false WHERE code = 'old';
INSERT INTO promise.source (source, item, kind, lead_time) VALUES ('{1,twice}', 'pin', 'buy', '10 days'), ('{1,own}', 'axle', 'make', '2 days');
INSERT INTO erp.operation (company, code, "Position", machine, prepare, each, at_once) VALUES
	(1, 'make', 10, 'saw', '30 minutes', '6 minutes', NULL), (1, 'make', 20, 'hall 1', NULL, '12 minutes', 4), (1, 'make', 20, 'oven', '10 minutes', '2 minutes', NULL),
	(1, 'fork', 10, 'saw', '0', '6 minutes', 0), (1, 'fork', 20, 'saw', '0', '6 minutes', NULL), (1, 'fork', 30, 'lathe', '0', '6 minutes', NULL),
	(1, 'own', 10, 'oven', '0', '1 hour', NULL);
INSERT INTO promise.step (source, step, resource, run) VALUES ('{1,make}', 30, 'oven', '1 hour'), ('{1,own}', 10, 'oven', '59 minutes 59 seconds');
INSERT INTO erp.follows VALUES (1, 'fork', 10, 20), (1, 'fork', 10, 30);

INSERT INTO promise.outcome (source, started_at, ended_at, ordered, yielded, ref)
SELECT '{' || company || ',' || code || '}', at, at + (20000 + random() * 30000)::integer * interval '1 minute', 100, 80 + (random() * 20)::integer, code || n
FROM (SELECT company, code FROM erp.route UNION SELECT 1, 'own') AS r, generate_series(1, 40) AS n, LATERAL (SELECT timestamptz '2026-01-01' + n * interval '5 hours') AS b (at);
INSERT INTO promise.outcome (source, step, resource, started_at, set_up_at, ended_at, ordered, ref)
SELECT '{1,' || code || '}', step, CASE WHEN step = 20 AND code = 'make' THEN (ARRAY['saw', 'lathe', NULL])[1 + n % 3] END,
	at, CASE WHEN n % 4 > 0 THEN at + (random() * 600)::integer * interval '1 minute' END, at + (601 + random() * 6000)::integer * interval '1 minute', 90 + n % 20, code || n
FROM (VALUES ('make', 10), ('make', 20), ('make', 30), ('fork', 10), ('fork', 20), ('fork', 30), ('own', 10)) AS s (code, step), generate_series(1, 40) AS n,
	LATERAL (SELECT timestamptz '2026-01-01' + n * interval '5 hours') AS b (at)
WHERE random() > 0.1;

-- naively, from the tables themselves: each source with what its last steps are
CREATE TEMP TABLE told AS
SELECT '{' || company || ',' || code || '}' AS source, extract(epoch FROM COALESCE(delay, make_interval(days => COALESCE(days, 0)))) AS lead_time, hours, COALESCE(good, 1) AS good,
	CASE code WHEN 'make' THEN '{30}'::integer[] WHEN 'fork' THEN '{20,30}' ELSE '{}' END AS lasts
FROM erp.route WHERE code NOT IN ('twice', 'months', 'old')
UNION ALL VALUES ('{1,own}', 2 * 86400, NULL, 1, '{10}'::integer[]);
CREATE TEMP TABLE waits AS
SELECT t.*, o.ended_at, o.yielded / o.ordered AS yield,
	CASE WHEN lasts = '{}' THEN o.started_at
		 WHEN (SELECT count(DISTINCT p.step) FROM promise.outcome AS p WHERE p.source = o.source AND p.ref = o.ref AND p.step = ANY (lasts)) = cardinality(lasts)
		 THEN LEAST(o.ended_at, (SELECT max(p.ended_at) FROM promise.outcome AS p WHERE p.source = o.source AND p.ref = o.ref AND p.step IS NOT NULL)) END AS since
FROM told AS t JOIN promise.outcome AS o USING (source) WHERE o.step IS NULL;
CREATE TEMP TABLE works AS
SELECT s.source, s.step, s.setup, s.run, extract(epoch FROM w.worked) AS worked, extract(epoch FROM w.setup_worked) AS setup_worked, ceil(o.ordered / s.batch) AS batches
FROM (VALUES ('{1,make}', 10, 1800, 360, 1, '{saw}'::text[]), ('{1,make}', 20, 600, 720, 4, '{oven,NULL}'), ('{1,make}', 30, 0, 3600, 1, '{oven}'), ('{1,fork}', 10, 0, 360, 1, '{saw}'),
			 ('{1,fork}', 20, 0, 360, 1, '{saw}'), ('{1,fork}', 30, 0, 360, 1, '{lathe}'), ('{1,own}', 10, 0, 3600, 1, '{oven}')) AS s (source, step, setup, run, batch, busy)
JOIN promise.outcome AS o USING (source, step)
CROSS JOIN LATERAL (SELECT o.resource IS NOT NULL OR s.step <> 20 OR s.source <> '{1,make}' AS is_known,
		(SELECT m.hours::promise.calendar FROM erp.machine AS m WHERE (m.code = ANY (s.busy) OR m.code = o.resource) AND m.hours IS NOT NULL) AS hours) AS c
CROSS JOIN LATERAL (SELECT CASE WHEN NOT c.is_known THEN NULL WHEN c.hours IS NULL THEN o.ended_at - o.started_at ELSE promise.working_time(c.hours, o.started_at, o.ended_at) END,
		CASE WHEN NOT c.is_known THEN NULL WHEN c.hours IS NULL THEN o.set_up_at - o.started_at ELSE promise.working_time(c.hours, o.started_at, o.set_up_at) END) AS w (worked, setup_worked);
CREATE TEMP TABLE naive_mapped AS
SELECT source, step, property, stated, count(*) AS lots, count(*) FILTER (WHERE CASE property WHEN 'yield' THEN took >= stated ELSE took <= stated END) AS within_stated,
	CASE property WHEN 'yield' THEN (array_agg(took ORDER BY took))[greatest(ceil(count(*) * 0.1), 1)]
				  ELSE (array_agg(took ORDER BY took))[ceil(count(*) * 0.9)] END AS proposed
FROM (
	SELECT source, NULL::integer AS step, 'lead_time' AS property, lead_time / 86400 AS stated, promise.days_taken(hours::promise.calendar, since, ended_at)::numeric AS took
	FROM waits WHERE source <> '{1,hours}' AND since IS NOT NULL
	UNION ALL
	SELECT source, NULL, 'lead_hours', lead_time / 3600, round(extract(epoch FROM ended_at - since) / 3600, 4) FROM waits WHERE source = '{1,hours}'
	UNION ALL
	SELECT source, NULL, 'yield', good, yield FROM waits
	UNION ALL
	SELECT source, step, 'setup', setup, setup_worked FROM works WHERE setup_worked IS NOT NULL
	UNION ALL
	SELECT source, step, 'run', run, round(greatest(worked - COALESCE(setup_worked, setup), 0) / batches, 6) FROM works WHERE worked IS NOT NULL) AS t
GROUP BY source, step, property, stated;
SELECT p.source, p.step, p.property, p.stated, p.relation, p.mapping IS NOT NULL AS mapped, p.lots = n.lots AS same_lots,
	p.within_stated = n.within_stated AS same_within, p.proposed = n.proposed AS same_proposal
FROM (SELECT * FROM naive_mapped WHERE lots >= 20 AND proposed <> stated) AS n
FULL JOIN promise.propose_lead_times() AS p ON p.source = n.source AND p.property = n.property AND p.step IS NOT DISTINCT FROM n.step
ORDER BY n.source, n.property, n.step, p.relation::text;

-- nothing is written into the mapped tables: here are the statements
CREATE TEMP TABLE untouched AS
SELECT (SELECT array_agg(r::text ORDER BY r::text) FROM erp.route AS r) AS routes, (SELECT array_agg(o::text ORDER BY o::text) FROM erp.operation AS o) AS operations;
CREATE TEMP TABLE applied AS SELECT * FROM promise.apply_lead_times();
SELECT source, step, property, written, regexp_replace(statement, $$'[^']*([0-9]:|[0-9] day|[0-9]\.)[^']*'$$, '...', 'g') AS statement
FROM applied ORDER BY source, property, step, relation::text;
SELECT routes = (SELECT array_agg(r::text ORDER BY r::text) FROM erp.route AS r) AND operations = (SELECT array_agg(o::text ORDER BY o::text) FROM erp.operation AS o) AS nothing_changed
FROM untouched;
SELECT source, property, relation FROM promise.propose_lead_times() WHERE mapping IS NULL AND property <> 'run';
SELECT count(statement) AS statements FROM applied WHERE NOT written;
\set ECHO none
SELECT statement FROM applied WHERE NOT written AND statement IS NOT NULL \gexec
\set ECHO all
-- where it is not known how long it took to set up, the run rests on what is stated of it, which has changed
SELECT source, step, property, relation FROM promise.propose_lead_times() WHERE property <> 'run';

-- policies hide rows from who reads; without the right to read there is no answer
CREATE ROLE regress_lead_reader;
GRANT USAGE ON SCHEMA promise, erp TO regress_lead_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA promise, erp TO regress_lead_reader;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA promise TO regress_lead_reader;
ALTER TABLE erp.route ENABLE ROW LEVEL SECURITY;
CREATE POLICY first_company ON erp.route USING (company = 1);
SELECT count(*) FROM promise.stated_sources();
SET ROLE regress_lead_reader;
SELECT count(*) FROM promise.stated_sources();
SELECT count(*) FROM promise.stated_sources('{"{1,buy}","{2,buy}",NULL}');
SELECT count(*) FROM promise.stated_sources('{}');
RESET ROLE;
REVOKE SELECT ON erp.operation FROM regress_lead_reader;
SET ROLE regress_lead_reader;
SELECT count(*) FROM promise.propose_lead_times();
RESET ROLE;
DROP OWNED BY regress_lead_reader;
DROP ROLE regress_lead_reader;

-- each outcome is read and aggregated once: ten times as many take ten times as many rows through the plan
CREATE FUNCTION pg_temp.rows_handled(lots integer) RETURNS numeric
LANGUAGE plpgsql AS $$
DECLARE
	plan jsonb;
BEGIN
	DELETE FROM promise.outcome;
	INSERT INTO promise.outcome (source, step, started_at, set_up_at, ended_at, ordered, yielded, ref)
	SELECT '{1,' || (ARRAY['make', 'fork', 'buy'])[1 + n % 3] || '}', step, '2026-01-01', '2026-01-02', '2026-01-03', 1, 1, n
	FROM generate_series(1, lots / 4) AS n, unnest('{NULL,10,20,30}'::integer[]) AS step;
	ANALYZE promise.outcome;
	EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) SELECT m.source, m.step, m.property, percentile_disc(0.9) WITHIN GROUP (ORDER BY m.happened) '
		'FROM promise.measured() AS m GROUP BY 1, 2, 3' INTO plan;
	RETURN (SELECT sum(((node ->> 'Actual Rows')::numeric + COALESCE((node ->> 'Rows Removed by Join Filter')::numeric, 0)) * (node ->> 'Actual Loops')::numeric)
			FROM jsonb_path_query(plan, 'strict $.**') AS p (node)
			WHERE jsonb_typeof(node) = 'object' AND node ? 'Node Type');
END
$$;
SELECT pg_temp.rows_handled(2000) AS few, pg_temp.rows_handled(20000) AS many \gset
SELECT :many / :few BETWEEN 9 AND 11 AS linear, :many / 20000 < 30 AS read_once;

DO $$ BEGIN PERFORM promise.unmap(role, relation, name) FROM promise.mapping; END $$;
SET client_min_messages = warning;
DROP SCHEMA erp CASCADE;
RESET client_min_messages;
DELETE FROM promise.outcome;
DELETE FROM promise.output;
DELETE FROM promise.step;
DELETE FROM promise.source;
DELETE FROM promise.resource_skill;
DELETE FROM promise.resource;
