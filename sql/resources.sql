/*
 * Reading resources, what changes their capacity, and what occupies them.
 */
SET promise.clock = '2026-03-20 08:00+00';
SET promise.timezone = 'Europe/Berlin';
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
SET client_min_messages = warning;
CREATE SCHEMA erp;

-- own tables
SELECT * FROM promise.capacity_events(NULL);
SELECT * FROM promise.capacity_events('nothing');
INSERT INTO promise.resource (resource, units, finite) VALUES
	('saw', 2, true), ('yard', 1, false);
INSERT INTO promise.resource_change (resource, during, units) VALUES
	('saw', '[2026-03-21 06:00+00,2026-03-21 12:00+00)', -1),
	('saw', '(,2026-03-20 08:00+00)', 5),			-- ends before now
	('saw', '(,2026-03-20 08:00+00]', 6),			-- ends now
	('saw', '(2026-04-01 06:00+00,infinity]', 3),
	('saw', '[2026-05-01 06:00+00,2026-05-02 06:00+00]', 0);
INSERT INTO promise.load (resource, during, units, ref) VALUES
	('saw', '[2026-03-19 06:00+00,2026-03-21 07:00+00)', 1.5, 'wo 1'),
	('saw', '[2026-03-21 06:00+00,2026-03-21 07:00+00)', 0, 'wo 2'),
	('saw', '[2026-03-21 06:00+00,2026-03-21 06:00+00]', 0.25, 'wo 3'),
	('saw', '(2026-03-21 06:00:00.000001+00,2026-03-21 06:00:00.000002+00)', 1, 'none'),
	('bench', '[-infinity,)', 1, NULL),
	('yard', '[2026-03-20 06:00+00,2026-03-20 08:00:00.000001+00)', 4, 'wo 4');
SELECT * FROM promise.capacity_events('saw');
SELECT * FROM promise.capacity_events('yard');
SELECT * FROM promise.capacity_events('bench');

-- plans, which end with their hold unless the business has taken over its ref
INSERT INTO promise.commitment (ref, item, at, quantity, kind, expires_at) VALUES
	('h', 'x', '2026-04-01', 1, 'hold', '2026-03-20 08:00:00.000001+00'),
	('g', 'x', '2026-04-01', 1, 'hold', NULL),
	('s', 'x', '2026-04-01', 0, 'hold', '2026-03-20 08:00+00'),
	('t', 'x', '2026-04-01', 1, 'hold', '2026-03-20 08:00+00'),
	('k', 'x', '2026-04-01', 1, 'customer', NULL);
INSERT INTO promise.planned_load (ref, resource, during, units)
SELECT ref, 'press', '[2026-03-22 06:00+00,2026-03-22 07:00+00)', n
FROM unnest('{h,g,s,t,k,nobody}'::text[]) WITH ORDINALITY AS r (ref, n);
SELECT ref, units FROM promise.capacity_events('press');
SET promise.clock = '2026-03-20 08:00:00.000001+00';
SELECT ref, units FROM promise.capacity_events('press');
CREATE TABLE erp.line (ref text PRIMARY KEY, item text, at date, quantity integer);
CREATE INDEX ON erp.line (item);
INSERT INTO erp.line VALUES ('t', 'x', '2026-04-01', 1);
SELECT promise.map('demand', 'erp.line', kind => 'NULL');
SELECT ref, units FROM promise.capacity_events('press');
SELECT promise.unmap('demand', 'erp.line');
SET promise.clock = '2026-03-20 08:00+00';

-- tables of the business: any key, ranges of days and of local times
INSERT INTO promise.location (location, zone) VALUES
	('7', 'America/New_York'), ('8', 'Asia/Tokyo'), ('odd', 'Europe/London');
CREATE TABLE erp.machine (id integer PRIMARY KEY, site integer, slots integer, unlimited boolean);
CREATE TABLE erp.shift (machine integer, days daterange, extra numeric);
CREATE TABLE erp.job (job integer, machine integer, span tsrange, slots smallint);
CREATE INDEX ON erp.shift (machine);
CREATE INDEX ON erp.job (machine);
INSERT INTO erp.machine VALUES (1, 7, 3, false), (2, 8, NULL, NULL), (3, NULL, -5, false), (4, 7, 1, true);
INSERT INTO erp.shift VALUES
	(1, '[2026-03-28,2026-03-30]', 1), (2, '[2026-03-28,2026-03-30]', 1), (3, '[2026-03-28,2026-03-30]', 1),
	(4, '(,2026-03-20]', 1), (4, '[2026-04-01,infinity]', 2), (4, '[-infinity,2026-03-21)', 3),
	(1, 'empty', 7), (1, NULL, 7), (1, '[2026-06-01,2026-06-02)', NULL);
INSERT INTO erp.job VALUES
	(11, 1, '[2026-03-28 12:00,2026-03-28 13:00)', 1), (12, 2, '(2026-03-28 12:00,2026-03-28 13:00]', 2),
	-- not a time in Berlin, and twice in Berlin
	(13, 3, '[2026-03-29 02:30,2026-03-29 03:30)', NULL), (14, 3, '[2026-10-25 02:30,2026-10-25 03:30)', 1),
	(15, 4, '[,2026-03-20 12:00)', -2), (16, 4, '[infinity,]', 1), (17, 4, 'empty', 1), (18, 4, NULL, 1),
	(19, 4, '[-infinity,infinity]', 5);
SELECT promise.map('resource', 'erp.machine', resource => 'id', location => 'site', units => 'slots',
				   finite => 'NOT unlimited', calendar => 'NULL');
SELECT promise.map('resource_change', 'erp.shift', resource => 'machine', during => 'days', units => 'extra');
SELECT promise.map('load', 'erp.job', resource => 'machine', during => 'span', units => 'slots', ref => 'job');
SELECT m.id, e.* FROM erp.machine AS m, promise.capacity_events(m.id::text) AS e ORDER BY m.id, is_load, during;
SELECT * FROM promise.capacity_events('01');
SELECT role, key, ref, problem FROM promise.mapping_problems ORDER BY 1, 2, 3, 4;

-- several rows for one resource add up; one that is infinite makes it infinite
INSERT INTO promise.resource (resource, units, location) VALUES ('1', 0.5, 'odd'), ('2', 1, 'main');
SELECT * FROM promise.capacity_events('1');
SELECT * FROM promise.capacity_events('2');
UPDATE promise.resource SET finite = false WHERE resource = '2';
SELECT units FROM promise.capacity_events('2') WHERE NOT is_load AND ref IS NULL AND relation IS NULL;
\set VERBOSITY terse
UPDATE promise.resource SET units = 9223372036854.775807 WHERE resource = '1';
SELECT * FROM promise.capacity_events('1');
UPDATE promise.resource SET units = 1 WHERE resource = '1';
SELECT promise.map('load', 'erp.job', resource => 'machine', during => 'span', units => 'slots * 1e15', ref => 'job');
SELECT * FROM promise.capacity_events('1');
\set VERBOSITY default
SELECT promise.map('load', 'erp.job', resource => 'machine', during => 'span', units => 'slots', ref => 'job');

-- a zone that does not exist
UPDATE promise.location SET zone = 'Mars/Olympus' WHERE location = '7';
SELECT * FROM promise.capacity_events('1');
UPDATE promise.location SET zone = 'America/New_York' WHERE location = '7';

/*
 * By random rows: what is free at every instant, against plain SQL
 */
SELECT setseed(0.25);
DELETE FROM promise.resource;
DELETE FROM promise.resource_change;
DELETE FROM promise.load;
DELETE FROM promise.planned_load;
TRUNCATE erp.machine, erp.shift, erp.job;
INSERT INTO promise.resource (resource, units) SELECT n, n FROM generate_series(1, 20, 2) AS n;
INSERT INTO erp.machine SELECT n, CASE WHEN n % 3 = 0 THEN 7 ELSE 8 END, n % 4, false FROM generate_series(1, 20) AS n;
INSERT INTO promise.load (resource, during, units)
SELECT (random() * 20)::int,
	   tstzrange(t, t + random() * interval '9 days', (ARRAY['[)', '(]', '()', '[]'])[1 + n % 4]), n % 5
FROM (SELECT n, timestamptz '2026-03-10' + random() * interval '30 days' AS t
	  FROM generate_series(1, 400) AS n) AS s;
INSERT INTO erp.job
SELECT n, (random() * 20)::int,
	   tsrange(t, t + random() * interval '9 days', (ARRAY['[)', '(]', '()', '[]'])[1 + n % 4]), n % 5
FROM (SELECT n, timestamp '2026-03-10' + random() * interval '30 days' AS t
	  FROM generate_series(1, 400) AS n) AS s;
INSERT INTO erp.shift
SELECT (random() * 20)::int, daterange(t, t + (random() * 9)::int, (ARRAY['[)', '(]', '[]'])[1 + n % 3]), n % 5 - 2
FROM (SELECT n, date '2026-03-10' + (random() * 30)::int AS t FROM generate_series(1, 200) AS n) AS s;
INSERT INTO promise.planned_load (ref, resource, during, units)
SELECT (ARRAY['h', 'g', 't', 'k', 'nobody'])[1 + n % 5], (random() * 20)::int,
	   tstzrange(t, t + random() * interval '9 days'), n % 5
FROM (SELECT n, timestamptz '2026-03-10' + random() * interval '30 days' AS t
	  FROM generate_series(1, 200) AS n) AS s;
CREATE FUNCTION erp.free(wanted integer, t timestamptz) RETURNS numeric LANGUAGE sql STABLE AS $$
	SELECT COALESCE((SELECT units FROM promise.resource WHERE resource = wanted::text), 0)
		+ COALESCE((SELECT slots FROM erp.machine WHERE id = wanted), 0)
		- COALESCE((SELECT sum(units) FROM promise.load WHERE resource = wanted::text AND during @> $2), 0)
		- COALESCE((SELECT sum(units) FROM promise.planned_load
					WHERE resource = wanted::text AND during @> $2 AND ref <> 't'), 0)
		- COALESCE((SELECT sum(slots) FROM erp.job WHERE machine = wanted AND span @> l.t), 0)
		+ COALESCE((SELECT sum(extra) FROM erp.shift WHERE machine = wanted AND days @> l.t::date), 0)
	FROM (SELECT $2 AT TIME ZONE
			  CASE WHEN wanted % 3 = 0 THEN 'America/New_York' ELSE 'Asia/Tokyo' END AS t) AS l
$$;
SELECT count(*) > 1000 AS enough, count(DISTINCT answer) > 30 AS different,
	   count(*) FILTER (WHERE answer IS DISTINCT FROM erp.free(n, at)) AS wrong
FROM (SELECT n, at, (SELECT sum(units) FROM promise.capacity_events(n::text) AS e WHERE e.during @> at) AS answer
	  FROM generate_series(1, 20) AS n,
		   LATERAL (SELECT lower(during) AS at FROM promise.load WHERE resource = n::text
					UNION SELECT upper(during) FROM promise.load WHERE resource = n::text
					UNION SELECT lower(span)::timestamptz FROM erp.job WHERE machine = n
					UNION SELECT d + interval '4 hours' FROM generate_series(timestamptz '2026-03-20', '2026-04-20', '1 day') AS d
					UNION SELECT timestamptz '2026-03-20' + random() * interval '30 days' FROM generate_series(1, 20)) AS i
	  WHERE at >= promise.now()) AS a;

DELETE FROM promise.mapping;
DELETE FROM promise.resource;
DELETE FROM promise.resource_change;
DELETE FROM promise.load;
DELETE FROM promise.planned_load;
DELETE FROM promise.commitment;
DELETE FROM promise.location;
DROP SCHEMA erp CASCADE;
