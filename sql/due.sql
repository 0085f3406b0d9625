-- promise.due: an instant written like a deadline
SET search_path = promise, pg_catalog;
SET promise.timezone = 'Europe/Berlin';

-- a bare date is the last microsecond of that day, in any common spelling
SELECT literal, literal::due AS due
  FROM (VALUES ('2026-12-01'), (' 2026-12-01 '), ('20261201'), ('Dec 1 2026'),
               ('1 December 2026'), ('2026-07-01'), ('0044-03-15 BC'),
               ('12345-06-07')) AS v(literal);

-- a time, a zone, or both
SELECT literal, literal::due AS due
  FROM (VALUES ('2026-12-01 10:00'), ('2026-12-01T10:00:00.5'),
               ('2026-12-01 00:00'), ('2026-12-01 10:00+00'),
               ('2026-12-01 10:00 America/New_York'), ('2026-12-01 10:00Z'),
               ('2026-12-01 allballs'), ('2026-12-01 America/New_York'),
               ('2026-12-01+00'), ('infinity'), ('-infinity'),
               ('epoch')) AS v(literal);

-- words are read in promise.timezone
BEGIN;
SELECT 'now'::due = now() AS now,
       'today'::due = (now() AT TIME ZONE 'Europe/Berlin')::date AS today,
       'tomorrow'::due = (now() AT TIME ZONE 'Europe/Berlin')::date + 1 AS tomorrow,
       'yesterday 10:00'::due
         = ((now() AT TIME ZONE 'Europe/Berlin')::date - 1 + time '10:00')
           AT TIME ZONE 'Europe/Berlin' AS yesterday_at_ten;
COMMIT;

-- the session's settings never matter
CREATE TEMP TABLE same (due due, text text);
PREPARE read_all AS
	INSERT INTO same
	SELECT l::due, l::due::text
	  FROM unnest('{2026-12-01,2026-12-01 10:00,2026-07-01,2026-12-01 10:00+05,today}'::text[]) AS l;
SET TimeZone = 'Pacific/Kiritimati';
SET DateStyle = 'ISO, DMY';
EXECUTE read_all;
SET TimeZone = 'Pacific/Pago_Pago';
SET DateStyle = 'German, YMD';
EXECUTE read_all;
SET TimeZone = 'UTC';
SET DateStyle = 'SQL, MDY';
EXECUTE read_all;
SELECT count(*) = 15 AS read, count(DISTINCT due) = 5 AS same_value,
       count(DISTINCT text) = 5 AS same_text
  FROM same;
RESET TimeZone;
RESET DateStyle;

-- casts into due
SELECT date '2026-12-01'::due AS date,
       timestamp '2026-12-01 10:00'::due AS timestamp,
       timestamptz '2026-12-01 10:00+00'::due AS timestamptz,
       date 'infinity'::due AS never,
       timestamp '-infinity'::due AS always;

-- and out of it
SELECT ('2026-12-01'::due::timestamptz) AT TIME ZONE 'UTC';
CREATE TEMP TABLE assigned(at timestamptz);
INSERT INTO assigned SELECT due '2026-12-01';
SELECT at AT TIME ZONE 'UTC' AS at FROM assigned;

-- the implicit casts serve arguments, and every mixture finds one operator
CREATE FUNCTION pg_temp.deadline(due) RETURNS text
	LANGUAGE sql AS 'SELECT $1::text';
SELECT pg_temp.deadline('2026-12-01') AS literal,
       pg_temp.deadline(date '2026-12-01') AS date,
       pg_temp.deadline(date '2026-12-01' + 1) AS date_plus_one,
       pg_temp.deadline(timestamp '2026-12-01 10:00') AS timestamp,
       pg_temp.deadline(timestamptz '2026-12-01 10:00+01') AS timestamptz;
SELECT due '2026-12-01' = '2026-12-01' AS literal,
       due '2026-12-01' = date '2026-12-01' AS date,
       date '2026-12-01' = due '2026-12-01' AS date_first,
       due '2026-12-01' > timestamp '2026-12-01 23:59' AS timestamp,
       due '2026-12-01' <= timestamptz '2026-12-02 00:00+01' AS timestamptz,
       due '2026-12-01' > timestamptz '2026-12-01 23:59+01' AS timestamptz_gt,
       timestamptz '2026-12-01 23:59+01' < due '2026-12-01' AS timestamptz_first;
SELECT pg_typeof(COALESCE(NULL::due, date '2026-12-01')) AS coalesced;

-- midnight is skipped, happens twice, or the whole day did not happen
SET promise.timezone = 'America/Sao_Paulo';
SELECT '2018-11-03'::due::timestamptz AT TIME ZONE 'UTC' AS before_gap,
       '2018-11-04'::due::timestamptz AT TIME ZONE 'UTC' AS day_of_gap,
       '2018-02-17'::due::timestamptz AT TIME ZONE 'UTC' AS midnight_twice;
SET promise.timezone = 'America/Havana';
SELECT '2025-11-01'::due AS before_first_midnight, '2025-11-02'::due AS after;
SET promise.timezone = 'Pacific/Apia';
SELECT '2011-12-29'::due AS before, '2011-12-30'::due AS did_not_happen,
       '2011-12-31'::due AS after;
SET promise.timezone = 'Australia/Lord_Howe';
SELECT '2026-04-05'::due AS thirty_minutes_back, '2026-10-04'::due AS and_forth,
       '2026-10-04 02:15'::due AS in_gap, '2026-04-05 01:45'::due AS twice;

-- every day and hour of ten years with many odd switches: the end of a day is the last
-- instant of it, and a local time is read as AT TIME ZONE reads it
CREATE FUNCTION pg_temp.check_zone(zone text, OUT days bigint, OUT wrong_days bigint,
								   OUT hours bigint, OUT wrong_hours bigint)
LANGUAGE plpgsql AS
$$
BEGIN
	PERFORM set_config('promise.timezone', zone, true);
	SELECT count(*),
		   count(*) FILTER (WHERE (e AT TIME ZONE zone)::date > d
							OR EXISTS (SELECT 1
										 FROM generate_series(e + interval '1 us',
															  e + interval '50 hours',
															  interval '30 minutes') AS later
										WHERE (later AT TIME ZONE zone)::date <= d))
	  INTO days, wrong_days
	  FROM (SELECT d::date AS d, d::date::promise.due::timestamptz AS e
			  FROM generate_series(timestamp '2010-01-01', '2019-12-31', '1 day') AS d) AS s;
	SELECT count(*),
		   count(*) FILTER (WHERE h::promise.due::timestamptz <> h AT TIME ZONE zone)
	  INTO hours, wrong_hours
	  FROM generate_series(timestamp '2010-01-01', '2019-12-31', '1 hour 10 minutes') AS h;
END
$$;
SELECT zone, c.*
  FROM unnest('{UTC,Europe/Berlin,America/New_York,Australia/Lord_Howe,America/Sao_Paulo,America/Havana,Pacific/Apia,Asia/Kolkata}'::text[]) AS zone,
       pg_temp.check_zone(zone) AS c;
SET promise.timezone = 'Europe/Berlin';

-- the same order, equality and hash as timestamptz
SELECT count(*) AS pairs,
       bool_and((a < b) = (a::timestamptz < b::timestamptz)) AS lt,
       bool_and((a <= b) = (a::timestamptz <= b::timestamptz)) AS le,
       bool_and((a = b) = (a::timestamptz = b::timestamptz)) AS eq,
       bool_and((a <> b) = (a::timestamptz <> b::timestamptz)) AS ne,
       bool_and((a >= b) = (a::timestamptz >= b::timestamptz)) AS ge,
       bool_and((a > b) = (a::timestamptz > b::timestamptz)) AS gt,
       bool_and(due_cmp(a, b) = timestamptz_cmp(a::timestamptz, b::timestamptz)) AS cmp
  FROM unnest('{2026-12-01,2026-12-02,-infinity,infinity,2026-12-01 10:00}'::due[]) AS a,
       unnest('{2026-12-01,2026-12-02,-infinity,infinity,2026-12-01 10:00}'::due[]) AS b;

-- index scan = sequential scan; hash and merge
CREATE TEMP TABLE dues AS
SELECT ('2026-01-01'::date + i % 50)::due AS due, i FROM generate_series(1, 1000) AS i;
CREATE INDEX dues_due ON dues (due);
CREATE INDEX dues_hash ON dues USING hash (due);
ANALYZE dues;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM dues WHERE due < '2026-01-10';
SELECT count(*) FROM dues WHERE due < '2026-01-10';
RESET enable_seqscan;
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SELECT count(*) FROM dues WHERE due < '2026-01-10';
RESET enable_indexscan;
RESET enable_indexonlyscan;
RESET enable_bitmapscan;
SELECT count(DISTINCT due) AS days FROM dues;

-- binary copy
\copy (SELECT due, i FROM dues UNION ALL SELECT 'infinity', 0) TO 'results/due.copy' WITH (FORMAT binary)
CREATE TEMP TABLE copied (LIKE dues);
\copy copied FROM 'results/due.copy' WITH (FORMAT binary)
SELECT count(*) AS copied, count(d) AS found FROM copied LEFT JOIN dues AS d USING (due, i);

-- what the wire may say: eight bytes of an instant that there is
CREATE TEMP TABLE received (due due);
CREATE FUNCTION pg_temp.receive(payload bytea) RETURNS text LANGUAGE plpgsql AS
$$
DECLARE
	bytes bytea := '\x5047434f50590aff0d0a00' || int4send(0) || int4send(0)
		|| int2send(1::int2) || int4send(length(payload)) || payload || int2send((-1)::int2);
	octal text;
	result text;
BEGIN
	SELECT string_agg('\' || (b >> 6)::text || (b >> 3 & 7)::text || (b & 7)::text, '' ORDER BY i)
	  INTO octal
	  FROM generate_series(0, length(bytes) - 1) AS i, LATERAL get_byte(bytes, i) AS b;
	TRUNCATE received;
	EXECUTE format('COPY received FROM PROGRAM %L WITH (FORMAT binary)', 'printf ''' || octal || '''');
	SELECT due::text INTO result FROM received;
	RETURN result;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END
$$;
SELECT what, pg_temp.receive(payload)
  FROM (VALUES ('good', due_send('2026-12-01')), ('infinity', due_send('infinity')),
               ('first', int8send(-211813488000000000)), ('before', int8send(-211813488000000001)),
               ('last', int8send(9223371331199999999)), ('after', int8send(9223371331200000000)),
               ('short', '\x00000000000000'), ('long', '\x000000000000000000'), ('empty', '')) AS v(what, payload);

-- bad input, with its SQLSTATE
\set VERBOSITY sqlstate
SELECT ''::due;
SELECT 'next Tuesday'::due;
SELECT '2026-02-30'::due;
SELECT '2026-12-01 25:00'::due;
SELECT '2026-12-01 10:00 Mars/Olympus'::due;
SELECT '4714-01-01 BC'::due;
SELECT '5000-01-01 BC'::due;
SELECT '294277-01-01'::due;
SELECT date '294277-01-01'::due;
SELECT date '4714-11-24 BC'::due IS NOT NULL AS first_day;
SELECT repeat('1', 1000)::due;
SET promise.timezone = 'Mars/Olympus';
SET promise.timezone = '';
\set VERBOSITY default
SELECT 'next Tuesday'::due;
SELECT '294277-01-01'::due;
SET promise.timezone = 'Mars/Olympus';
SHOW promise.timezone;
