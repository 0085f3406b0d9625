-- quantities: numeric in and out, against numeric's own arithmetic
SET search_path = promise, pg_catalog;

-- a quantity as the extension reads and writes it
CREATE FUNCTION pg_temp.quantity(numeric) RETURNS numeric
	LANGUAGE sql AS 'SELECT promise.value_at(promise.profile(timestamptz ''-infinity'', $1), ''-infinity'')';

-- every number of digits before and after the point, both signs
SELECT count(*) AS numbers, count(*) FILTER (WHERE pg_temp.quantity(n) IS DISTINCT FROM round(n, 6)) AS wrong,
       count(*) FILTER (WHERE pg_temp.quantity(n)::text <> trim_scale(round(n, 6))::text) AS not_shortest
  FROM (SELECT sign * digits::numeric / (10::numeric ^ places) AS n
          FROM (VALUES (1), (-1)) AS s(sign),
               unnest('{0,1,5,9,10,49,50,99,100,1234,5000,9999,10000,10001,99995,123456,9999995,
                        12345678,100000000,123456789,1234567890,9999999999,123456789012,
                        1234567890123}'::text[]) AS digits,
               generate_series(0, 20) AS places) AS v;
SELECT count(*) AS numbers, count(*) FILTER (WHERE pg_temp.quantity(n) IS DISTINCT FROM round(n, 6)) AS wrong
  FROM (SELECT (hashint8extended(i, 1) % 1000000000000000000)::numeric
               / (10::numeric ^ (6 + abs(hashint4(i)) % 14)) AS n
          FROM generate_series(1, 20000) AS i) AS v;

-- stored values come packed, with the long header too
CREATE TEMP TABLE stored (n numeric);
INSERT INTO stored
SELECT n FROM unnest('{0,0.0,1,-1,40,2.5,0.000001,-0.000001,0.0000005,0.0000004999999,
                       9223372036854.775807,-9223372036854.775808,10000,100000000,1000000000000}'::numeric[]) AS n;
INSERT INTO stored VALUES (('2.5' || repeat('0', 200))::numeric), (('-0.' || repeat('0', 300) || '1')::numeric),
	(('1.0000004' || repeat('9', 100))::numeric), (('1.0000005' || repeat('0', 100))::numeric);
SELECT trim_scale(round(n, 10)) AS n, pg_temp.quantity(n) AS quantity, pg_temp.quantity(n) = round(n, 6) AS same
  FROM stored;

-- out of range
\set VERBOSITY sqlstate
SELECT pg_temp.quantity(9223372036854.775808);
SELECT pg_temp.quantity(9223372036854.7758075);
SELECT pg_temp.quantity(9223372036854.77580749);
SELECT pg_temp.quantity(-9223372036854.7758085);
SELECT pg_temp.quantity(-9223372036854.7758084);
SELECT pg_temp.quantity(9999999999999);
SELECT pg_temp.quantity(10000000000000000);
SELECT pg_temp.quantity(123456789012345678901234567890);
SELECT pg_temp.quantity(1e1000);
SELECT pg_temp.quantity('NaN');
SELECT pg_temp.quantity('infinity');
SELECT pg_temp.quantity('-infinity');
\set VERBOSITY default
SELECT pg_temp.quantity(1e1000);
SELECT pg_temp.quantity('NaN');
