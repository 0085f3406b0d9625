--
-- Guidelines at their edges: values that are no numbers, clocks that change, periods
-- that begin and end, and who comes first
--
SET promise.clock = '2030-01-01 08:00+00';		-- a Tuesday
SET promise.timezone = 'UTC';
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
SET client_min_messages = warning;
\set SHOW_CONTEXT never

-- what makes no sense is refused when it is said
INSERT INTO promise.policy (policy, maximum_quantity) VALUES ('x', 'NaN');
INSERT INTO promise.policy (policy, maximum_quantity) VALUES ('x', -1);
INSERT INTO promise.policy (policy, minimum_margin) VALUES ('x', 'NaN');
INSERT INTO promise.policy (policy, minimum_margin) VALUES ('x', '-Infinity');
INSERT INTO promise.policy (policy, maximum_share) VALUES ('x', 'NaN');
INSERT INTO promise.policy (policy, maximum_load, load_resource) VALUES ('x', 'NaN', 'saw');
INSERT INTO promise.policy (policy, lead_time) VALUES ('x', '2 days -1 hour');
INSERT INTO promise.policy (policy, lead_time) VALUES ('x', '-1 day 48 hours');
INSERT INTO promise.policy (policy, load_resource) VALUES ('x', 'saw');
INSERT INTO promise.policy (policy, share_period) VALUES ('x', 'decade');
INSERT INTO promise.customer (customer, zone) VALUES ('x', 'Mars/Phobos');
BEGIN;
INSERT INTO promise.policy (policy) VALUES ('x');
INSERT INTO promise.flexibility (policy, distance, maximum_change) VALUES ('x', '1 day', 'NaN');
ROLLBACK;

-- margin: not known, no number, nothing, less than nothing
INSERT INTO promise.item (item) VALUES ('LAMP');
INSERT INTO promise.policy (policy, minimum_margin) VALUES ('margin', 20);
CREATE FUNCTION pg_temp.judged(price numeric, cost numeric) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(v.detail, ' ')
	FROM promise.policy_judge(ROW('R', 'LAMP', 'main', now(), 0, 1, 1, now(), NULL, NULL, 'customer', NULL, NULL, NULL, NULL,
								  NULL, price, cost, 'EUR', NULL, NULL, 'postgres', now())::promise.claim, true) AS v
$$;
SELECT v.*, pg_temp.judged(price, cost)
FROM (VALUES (10::numeric, 8::numeric), (10, 8.000001), (10, NULL), (NULL, 8), (10, 'NaN'), ('NaN', 8), ('Infinity', 8),
			 (10, 'Infinity'), (10, '-Infinity'), (0, 0), (0, 1), (0, -1), (-10, 1), (10, 0)) AS v (price, cost);
-- a loss may be allowed, and what is asked for instead is enough
UPDATE promise.policy SET minimum_margin = -25;
SELECT v.*, pg_temp.judged(price, cost) FROM (VALUES (8::numeric, 10::numeric), (7.99, 10)) AS v (price, cost);
SELECT count(*) AS asked, count(*) FILTER (WHERE pg_temp.judged(((regexp_match(v.hint, 'at least (\S+) EUR'))[1])::numeric, c.cost) IS NOT NULL) AS not_enough
FROM (SELECT g * 0.37 AS cost, (g * 13) % 99 AS margin FROM generate_series(1, 60) AS g) AS c,
	 LATERAL (SELECT promise.policy_judge(ROW('R', 'LAMP', 'main', now(), 0, 1, 1, now(), NULL, NULL, NULL, NULL, NULL, NULL, NULL,
			  NULL, c.cost / 2, c.cost, 'EUR', NULL, NULL, 'postgres', now())::promise.claim, true) AS v) AS j,
	 LATERAL (SELECT (j.v).hint) AS v;
DELETE FROM promise.policy;

-- the end of a day is that of promise.due, however clocks change
CREATE FUNCTION pg_temp.ends(day date, zone text) RETURNS timestamptz LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('promise.timezone', zone, true);
	RETURN day::promise.due::timestamptz;
END $$;
SELECT zone, day, promise.end_of_day(day, zone), pg_temp.ends(day, zone)
FROM unnest('{UTC,Europe/Berlin,America/Havana,America/Sao_Paulo,Asia/Beirut,Pacific/Apia,Australia/Lord_Howe,Asia/Kathmandu}'::text[]) AS zone,
	 LATERAL (SELECT d::date AS day FROM generate_series('2010-12-20'::timestamp, '2013-01-10', '1 day') AS d) AS d
WHERE promise.end_of_day(day, zone) <> pg_temp.ends(day, zone);
SELECT promise.end_of_day('infinity', 'UTC'), promise.end_of_day('-infinity', 'America/Havana');

-- days are days and hours go by: the night of 30 to 31 March is an hour short, that of 26 to 27 October an hour long
SELECT at, length, promise.time_after(at, length, 'Europe/Berlin') AT TIME ZONE 'Europe/Berlin' AS over
FROM unnest('{2030-03-30 20:00+01,2030-10-26 20:00+02}'::timestamptz[]) AS at,
	 unnest('{1 day,24 hours,1 day 12 hours,12 hours,-1 day}'::interval[]) AS length;
INSERT INTO promise.policy (policy, lead_time) VALUES ('twelve', '12 hours');
SET promise.timezone = 'Europe/Berlin';
SELECT allowed_at FROM promise.check_policy('LAMP', 1, '2030-03-31 00:00+01'::timestamptz, at => '2030-03-30 20:00+01');
SELECT count(*) FROM promise.check_policy('LAMP', 1, '2030-03-31 09:00+02'::timestamptz, at => '2030-03-30 20:00+01');
-- an order at the latest order time, in the hour that there is twice and the one that there is not
UPDATE promise.policy SET lead_time = '1 day', latest_order_time = '02:30';
SELECT at AT TIME ZONE 'Europe/Berlin' AS local, (promise.policy_first(p, p, at)).day
FROM promise.policy AS p,
	 unnest('{2030-10-27 02:29:59+02,2030-10-27 02:30+02,2030-10-27 02:30:01+02,2030-10-27 02:30+01,2030-10-27 02:30:01+01,
			  2030-03-31 01:59:59+01,2030-03-31 03:00+02}'::timestamptz[]) AS at;
DELETE FROM promise.policy;
SET promise.timezone = 'UTC';

-- a guideline that ends while an order waits: it is judged when it is given
INSERT INTO promise.policy (policy, effective, maximum_quantity) VALUES ('today', '[2030-01-01,2030-01-02)', 5);
INSERT INTO promise.policy (policy, maximum_quantity) VALUES ('always', 10);
SELECT at, v.policy FROM unnest('{2029-12-31 23:59:59.999999+00,2030-01-01 00:00+00,2030-01-01 23:59:59.999999+00,2030-01-02 00:00+00}'::timestamptz[]) AS at
LEFT JOIN LATERAL promise.check_policy('LAMP', 11, '2030-01-20', at => at) AS v ON true;
DELETE FROM promise.policy;

-- what may be promised is what is not refused then, where guidelines are of periods
INSERT INTO promise.policy (policy, period, lead_time) VALUES
	('now', NULL, '10 days'), ('fair', '[2030-01-04 12:00,2030-01-06)', '2 days'), ('holidays', '[2030-01-06,2030-02-01)', '40 days');
SELECT limit_name, policy, allowed, allowed_at FROM promise.allowed('LAMP') WHERE limit_name = 'lead_time';
SELECT count(*) FROM promise.check_policy('LAMP', 1, '2030-01-04 23:59:59.999999'::timestamptz);
DELETE FROM promise.policy WHERE policy = 'fair';
SELECT limit_name, policy, allowed, allowed_at FROM promise.allowed('LAMP') WHERE limit_name = 'lead_time';
DELETE FROM promise.policy;
-- compared with trying every six hours
SELECT setseed(0.75);
CREATE TEMP TABLE found (round integer, first_at timestamptz, tried timestamptz);
CREATE TEMP TABLE refused (LIKE found);
DO $$
BEGIN
	FOR n IN 1 .. 40 LOOP
		DELETE FROM promise.policy;
		INSERT INTO promise.policy (policy, period, lead_time, latest_order_time)
		SELECT 'P' || g,
			   CASE WHEN g > 1 THEN tstzrange('2030-01-01'::timestamptz + s * interval '6 hours',
											  '2030-01-01'::timestamptz + (s + 1 + floor(random() * 20)) * interval '6 hours') END,
			   CASE WHEN random() < 0.8 THEN floor(random() * 8) * interval '1 day' + floor(random() * 3) * interval '6 hours' END,
			   CASE WHEN random() < 0.3 THEN '07:00'::time END
		FROM (SELECT g, floor(random() * 40) AS s FROM generate_series(1, 5) AS g) AS g;
		INSERT INTO found
		SELECT n, promise.policy_first_date('LAMP', NULL, NULL, NULL, NULL, NULL, '2030-01-01 08:00+00', 'UTC'),
			   (SELECT min(t) FROM generate_series('2030-01-01 08:00+00'::timestamptz, '2030-01-20', '1 hour') AS t
				WHERE NOT EXISTS (SELECT FROM promise.check_policy('LAMP', 1, t::promise.due)));
		INSERT INTO refused
		SELECT f.* FROM found AS f
		WHERE f.round = n AND EXISTS (SELECT FROM promise.check_policy('LAMP', 1, f.first_at::promise.due));
	END LOOP;
END $$;
-- the first is found; as days end at their end, no more than a day after the first hour that is allowed
SELECT count(*), count(DISTINCT first_at) > 10 AS many FROM found;
SELECT * FROM refused;
SELECT * FROM found WHERE first_at < tried OR first_at >= date_trunc('day', tried) + interval '1 day';

DELETE FROM promise.policy;

-- a resource that a promise needs twice, a week apart: both weeks are judged, by whomever
INSERT INTO promise.resource (resource, units, calendar) VALUES ('saw', 1, 'UTC; Mon-Sun 08:00-18:00');
INSERT INTO promise.source (source, item, kind) VALUES ('make TABLE', 'TABLE', 'make');
INSERT INTO promise.step (source, step, resource, run) VALUES ('make TABLE', 1, 'saw', '0:30'), ('make TABLE', 2, 'saw', '2:00');
INSERT INTO promise.precedence (source, before, after, lag) VALUES ('make TABLE', 1, 2, '7 days');
INSERT INTO promise.policy (policy, maximum_load, load_resource, share_period) VALUES ('saw', 20, 'saw', 'week');
SELECT promise.enforce_policy();
SELECT wanted, detail FROM promise.check_policy('TABLE', 10, '2030-02-01');
SELECT reason, detail FROM promise.quote('TABLE', 10, '2030-02-01');
SELECT ref, reason, detail FROM promise.quote_query($$ SELECT 'T' || n AS ref, 'TABLE' AS item, 5 AS quantity, '2030-02-01'::promise.due AS due FROM generate_series(1, 2) AS n $$);
SELECT quantity FROM promise.commit('T', 'TABLE', 10, '2030-02-01');
SELECT ref, kind, detail FROM promise.commit_query($$ SELECT 'T' || n AS ref, 'TABLE' AS item, 5 AS quantity, '2030-02-01'::promise.due AS due FROM generate_series(1, 2) AS n $$);
SELECT promise.release('T1');
SELECT promise.enforce_policy(false);
SELECT promise.unprotect(relation, role, mapping) FROM promise.guard ORDER BY guard;
DELETE FROM promise.precedence;
DELETE FROM promise.step;
DELETE FROM promise.source;
DELETE FROM promise.resource;
DELETE FROM promise.commitment;
DELETE FROM promise.ledger;
DELETE FROM promise.policy;
DELETE FROM promise.customer;
DELETE FROM promise.item;
