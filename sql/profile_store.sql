-- profiles in tables: indexes, joins, long values, the binary format
SET search_path = promise, pg_catalog;
SET TimeZone = 'UTC';

CREATE TEMP TABLE stored AS
SELECT i, (SELECT profile(timestamptz '2026-01-01 00:00+00' + (i * k % 100) * interval '1 day', i % 11 - k)
             FROM generate_series(1, i % 5) AS k) AS p
  FROM generate_series(1, 2000) AS i;
CREATE INDEX stored_p ON stored (p);
CREATE INDEX stored_hash ON stored USING hash (p);
ANALYZE stored;

-- an index finds and sorts what a sequential scan does
SELECT p AS wanted FROM stored WHERE i = 43 \gset
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM stored WHERE p < '0';
SELECT count(*) AS lower, min(i), max(i) FROM stored WHERE p < '0' \gset index_
SELECT string_agg(i::text, ',' ORDER BY i) AS equal FROM stored WHERE p = :'wanted' \gset index_
SELECT md5(string_agg(p::text, ',')) AS sorted FROM (SELECT p FROM stored ORDER BY p) AS s \gset index_
SET enable_seqscan = on;
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SELECT count(*) = :index_lower AND min(i) = :index_min AND max(i) = :index_max AS lower FROM stored WHERE p < '0';
SELECT string_agg(i::text, ',' ORDER BY i) = :'index_equal' AND count(*) > 1 AS equal FROM stored WHERE p = :'wanted';
SELECT md5(string_agg(p::text, ',')) = :'index_sorted' AS sorted FROM (SELECT p FROM stored ORDER BY p) AS s;
RESET enable_bitmapscan;
RESET enable_indexscan;
RESET enable_indexonlyscan;

-- joins of every kind agree
SET enable_mergejoin = off;
SET enable_nestloop = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM stored AS a JOIN stored AS b USING (p);
SELECT count(*) AS pairs FROM stored AS a JOIN stored AS b USING (p) \gset hash_
SET enable_mergejoin = on;
SET enable_hashjoin = off;
SELECT count(*) = :hash_pairs AS merge FROM stored AS a JOIN stored AS b USING (p);
RESET enable_nestloop;
SET enable_mergejoin = off;
SELECT count(*) = :hash_pairs AS loop FROM stored AS a JOIN stored AS b USING (p);
RESET enable_mergejoin;
RESET enable_hashjoin;
SELECT (SELECT count(DISTINCT p) FROM stored) = (SELECT count(*) FROM (SELECT p FROM stored WHERE p IS NOT NULL GROUP BY p) AS s) AS distinct;

-- long values are compressed or stored out of line
CREATE TEMP TABLE long AS
SELECT profile(timestamptz '2026-01-01 00:00+00' + i * interval '7 minutes', (i * 7919) % 1009 - 500) AS p
  FROM generate_series(1, 20000) AS i;
SELECT (SELECT count(*) FROM steps(p)) AS steps, p::text::profile = p AS same, value_at(p, 'infinity') AS ends
  FROM long;

-- binary copy
\copy stored TO 'results/profile.copy' WITH (FORMAT binary)
CREATE TEMP TABLE copied (LIKE stored);
\copy copied FROM 'results/profile.copy' WITH (FORMAT binary)
SELECT count(*) AS copied, bool_and(c.p IS NOT DISTINCT FROM s.p) AS same FROM copied AS c JOIN stored AS s USING (i);
\copy long TO 'results/profile.copy' WITH (FORMAT binary)
TRUNCATE copied;
\copy copied (p) FROM 'results/profile.copy' WITH (FORMAT binary)
SELECT c.p = l.p AS long FROM copied AS c, long AS l;

-- what the wire may say: a payload, received by binary copy
CREATE TEMP TABLE received (p profile);
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
	SELECT p::text INTO result FROM received;
	RETURN result;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END
$$;
CREATE FUNCTION pg_temp.payload(flags integer, nsteps integer, VARIADIC steps bigint[]) RETURNS bytea LANGUAGE sql AS
	'SELECT int4send(flags) || int4send(nsteps) || string_agg(int8send(s), NULL ORDER BY i)
	   FROM unnest(steps) WITH ORDINALITY AS u(s, i)';
SELECT p::text, encode(profile_send(p), 'hex') AS sent, pg_temp.receive(profile_send(p)) = p::text AS received
  FROM unnest('{0,2.5,"1; 2000-01-01 00:00:00.000001+00: 3"}'::profile[]) AS p;

SELECT what, pg_temp.receive(payload)
  FROM (VALUES ('good', pg_temp.payload(0, 2, 1, 5000000, 2, 6000000)),
               ('opens', pg_temp.payload(0, 1, -9223372036854775808, 5000000)),
               ('step that changes nothing', pg_temp.payload(0, 3, 1, 0, 2, 5000000, 3, 5000000)),
               ('unknown format', pg_temp.payload(1, 1, 1, 5000000)),
               ('too few steps', pg_temp.payload(0, 1, 1, 5000000, 2, 6000000)),
               ('too many steps', pg_temp.payload(0, 3, 1, 5000000, 2, 6000000)),
               ('negative count', pg_temp.payload(0, -1, 1, 5000000)),
               ('huge count', pg_temp.payload(0, 2147483647, 1, 5000000)),
               ('out of order', pg_temp.payload(0, 2, 2, 5000000, 1, 6000000)),
               ('same instant', pg_temp.payload(0, 2, 1, 5000000, 1, 6000000)),
               ('late beginning', pg_temp.payload(0, 2, 1, 5000000, -9223372036854775808, 6000000)),
               ('at infinity', pg_temp.payload(0, 1, 9223372036854775807, 5000000)),
               ('before all timestamps', pg_temp.payload(0, 1, -211813488000000001, 5000000)),
               ('after all timestamps', pg_temp.payload(0, 1, 9223371331200000000, 5000000)),
               ('empty', ''),
               ('one byte', '\x00')) AS v(what, payload);

-- truncated and oversized anywhere, and random bytes: an error with its code,
-- or a canonical value, never anything else
SELECT DISTINCT pg_temp.receive(substr(payload, 1, cut)) AS truncated
  FROM (SELECT profile_send('1; 2026-01-01 00:00+00: 3; 2026-02-01 00:00+00: 2')) AS v(payload),
       generate_series(0, 55) AS cut;
SELECT DISTINCT pg_temp.receive(payload || substr(payload, 1, more)) AS oversized
  FROM (SELECT profile_send('1; 2026-01-01 00:00+00: 3')) AS v(payload), generate_series(1, 16, 3) AS more;
SELECT count(*) AS tries,
       count(*) FILTER (WHERE answer !~ '^(22P03|08P01)$' AND answer::profile::text <> answer) AS wrong,
       count(*) FILTER (WHERE answer !~ '^(22P03|08P01)$') > 10 AS some_valid,
       count(*) FILTER (WHERE answer ~ '^(22P03|08P01)$') > 10 AS some_refused
  FROM (SELECT pg_temp.receive(set_byte(set_byte(payload, abs(hashint4(i)) % 40, abs(hashint4(i + 1)) % 256),
                                        abs(hashint4(i + 2)) % 40, abs(hashint4(i + 3)) % 256)) AS answer
          FROM (SELECT profile_send('1; 2026-01-01 00:00+00: 3')) AS v(payload), generate_series(1, 200) AS i) AS s;
SELECT DISTINCT pg_temp.receive(decode(md5(i::text) || md5((i + 1)::text), 'hex')) AS random_bytes
  FROM generate_series(1, 50) AS i;
