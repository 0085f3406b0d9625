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

DELETE FROM promise.outcome;
DELETE FROM promise.output;
DELETE FROM promise.step;
DELETE FROM promise.source;
DELETE FROM promise.resource_skill;
DELETE FROM promise.resource;
