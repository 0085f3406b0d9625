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
SELECT o.step, promise.time_worked(o), count(*) FROM promise.outcome AS o WHERE o.source = 'make' GROUP BY 1, 2 ORDER BY 1, 2;
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
SELECT o.step, promise.time_worked(o) FROM promise.outcome AS o WHERE o.source = 'build' ORDER BY 1;
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
