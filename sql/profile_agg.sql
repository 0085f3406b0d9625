-- aggregates that add up to a profile
SET search_path = promise, pg_catalog;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, DMY';

-- events
SELECT profile(at, quantity)
  FROM (VALUES (timestamptz '-infinity', 2), ('2026-01-05', 5), ('2026-01-03', -1.5),
               ('2026-01-05', -2), ('infinity', 100), ('2026-01-07', 3), ('2026-01-07', -3)) AS v(at, quantity);

-- occupations: bounds of every kind
SELECT profile(during, 2)
  FROM (VALUES (tstzrange '[2026-01-05,2026-01-07)'), ('(2026-01-05,2026-01-06]'), ('empty'),
               ('[2026-01-06,)'), ('(,2026-01-05)'), ('[2026-01-07,2026-01-07)')) AS v(during);
SELECT profile('[-infinity,2026-01-05)'::tstzrange, 1) AS from_infinite,
       profile('[2026-01-05,infinity]'::tstzrange, 1) AS to_infinite,
       profile('(,)'::tstzrange, 1) AS always,
       profile('[infinity,infinity]'::tstzrange, 1) AS never,
       profile('[294276-12-31 23:59:59.999999+00,294276-12-31 23:59:59.999999+00]'::tstzrange, 1) AS last_microsecond;

-- sum
SELECT sum(p) FROM (VALUES ('1; 2026-01-05 00:00+00: 2'::profile), (NULL),
                           ('0; 2026-01-04 00:00+00: 5; 2026-01-06 00:00+00: 0'), ('-1')) AS v(p);

-- nothing but NULLs is NULL; what adds up to nothing is 0
SELECT profile(NULL::timestamptz, 1) AS no_instant, profile(now(), NULL) AS no_quantity,
       profile(NULL::tstzrange, 1) AS no_range, sum(NULL::profile) AS no_profile,
       profile(now(), 0) AS zero, profile(timestamptz 'infinity', 1) AS never,
       profile(tstzrange 'empty', 1) AS empty, sum('0'::profile) AS sum_of_zero;
SELECT profile(now(), 1) AS events, profile(tstzrange '(,)', 1) AS occupations, sum('1'::profile) AS profiles
 WHERE false;

-- what counts is the sum at an instant, in any order
SELECT profile(at, q ORDER BY ord) = '0; 2026-01-05 00:00+00: 9000000000000' AS forward,
       profile(at, q ORDER BY ord DESC) = '0; 2026-01-05 00:00+00: 9000000000000' AS backward
  FROM (VALUES (1, timestamptz '2026-01-05', 9000000000000), (2, '2026-01-05', 9000000000000),
               (3, '2026-01-05', -9000000000000)) AS v(ord, at, q);
SELECT sum(p) = '9223372036854.775807; 2026-01-05 00:00+00: -9223372036854.775808' AS extremes
  FROM (VALUES ('9223372036854.775807; 2026-01-05 00:00+00: -9223372036854.775808'::profile),
               ('1; 2026-01-05 00:00+00: 0'), ('-1; 2026-01-05 00:00+00: 0')) AS v(p);

-- a moving frame over the extremes: taking the least quantity out again
SELECT i, profile(at, q) OVER w AS events, sum(p) OVER w AS profiles
  FROM (VALUES (1, timestamptz '2026-01-05', -9223372036854.775808, '0; 2026-01-05 00:00+00: -9223372036854.775808'::profile),
               (2, '2026-01-06', 1, '9223372036854.775807; 2026-01-05 00:00+00: -9223372036854.775808'),
               (3, '2026-01-07', 2, '5')) AS v(i, at, q, p)
WINDOW w AS (ORDER BY i ROWS BETWEEN CURRENT ROW AND CURRENT ROW);

-- random moves, stock and loads
CREATE TABLE public.profile_moves AS
SELECT i, i % 7 AS item,
       CASE WHEN i % 50 = 0 THEN timestamptz '-infinity'
            WHEN i % 97 = 0 THEN timestamptz 'infinity'
            WHEN i % 101 = 0 THEN NULL
            ELSE timestamptz '2026-01-01 00:00+00' + (i * 7919 % 1000) * interval '1 hour' END AS at,
       CASE WHEN i % 103 <> 0 THEN ((i * 104729) % 2001 - 1000) / 8.0 END AS q
  FROM generate_series(1, 5000) AS i;
ALTER TABLE public.profile_moves SET (parallel_workers = 4);
ANALYZE public.profile_moves;

-- each step is the sum of all that is at or before it, and nothing is missing
SELECT count(*) > 500 AS many,
       bool_and(s.quantity = (SELECT sum(m.q) FROM public.profile_moves AS m WHERE m.at <= s.at)) AS exact
  FROM (SELECT profile(at, q) AS p FROM public.profile_moves) AS v, steps(p) AS s;
SELECT count(*) FILTER (WHERE value_at(p, m.at) <> (SELECT sum(n.q) FROM public.profile_moves AS n
                                                     WHERE n.at <= m.at AND n.item = m.item)) AS wrong
  FROM (SELECT item, profile(at, q) AS p FROM public.profile_moves GROUP BY item) AS v
  JOIN public.profile_moves AS m USING (item)
 WHERE m.i % 10 = 1 AND m.at < 'infinity';

-- whatever the order of the rows, and in parallel
SELECT profile(at, q ORDER BY i) = profile(at, q ORDER BY i DESC) AS reversed,
       profile(at, q ORDER BY i) = profile(at, q ORDER BY at, q) AS sorted,
       profile(at, q ORDER BY i) = sum(profile_of_one) AS sum_of_each
  FROM (SELECT m.*, (SELECT profile(a, b) FROM (VALUES (m.at, m.q)) AS one(a, b)) AS profile_of_one FROM public.profile_moves AS m) AS s;
CREATE TEMP TABLE answers AS
SELECT 'serial' AS how, item, profile(at, q) AS events,
       profile(tstzrange(at, at + interval '36 hours'), q) FILTER (WHERE at < 'infinity') AS occupations
  FROM public.profile_moves GROUP BY item;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 4;
EXPLAIN (COSTS OFF)
SELECT item, profile(at, q) FROM public.profile_moves GROUP BY item;
INSERT INTO answers
SELECT 'parallel', item, profile(at, q),
       profile(tstzrange(at, at + interval '36 hours'), q) FILTER (WHERE at < 'infinity')
  FROM public.profile_moves GROUP BY item;
CREATE TABLE public.profile_parts AS
SELECT how, item, events FROM answers, generate_series(1, 40);
ALTER TABLE public.profile_parts SET (parallel_workers = 4);
EXPLAIN (COSTS OFF)
SELECT sum(events) FROM public.profile_parts;
SELECT sum(events) = (SELECT profile(at, q) * 80 FROM public.profile_moves) AS sum_in_parallel
  FROM public.profile_parts;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;
SELECT count(*) AS items, bool_and(s.events = p.events) AS events, bool_and(s.occupations = p.occupations) AS occupations
  FROM answers AS s JOIN answers AS p USING (item) WHERE s.how = 'serial' AND p.how = 'parallel';

-- a moving frame gives what a plain aggregate over the frame gives
SELECT count(*) AS frames,
       count(*) FILTER (WHERE moving IS DISTINCT FROM plain) AS wrong_events,
       count(*) FILTER (WHERE moving_load IS DISTINCT FROM plain_load) AS wrong_occupations,
       count(*) FILTER (WHERE moving_sum IS DISTINCT FROM plain_sum) AS wrong_sums
  FROM (SELECT i,
               profile(at, q) OVER w AS moving,
               profile(tstzrange(at, at + interval '36 hours'), q) OVER w AS moving_load,
               sum(one) OVER w AS moving_sum,
               (SELECT profile(n.at, n.q) FROM public.profile_moves AS n
                 WHERE n.i BETWEEN m.i - 3 AND m.i + 8) AS plain,
               (SELECT profile(tstzrange(n.at, n.at + interval '36 hours'), n.q) FROM public.profile_moves AS n
                 WHERE n.i BETWEEN m.i - 3 AND m.i + 8) AS plain_load,
               (SELECT profile(n.at, n.q) * 2 FROM public.profile_moves AS n
                 WHERE n.i BETWEEN m.i - 3 AND m.i + 8) AS plain_sum
          FROM (SELECT n.*, (SELECT profile(a, b) * 2 FROM (VALUES (n.at, n.q)) AS one(a, b)) AS one
                  FROM public.profile_moves AS n WHERE n.i <= 600) AS m
        WINDOW w AS (ORDER BY i ROWS BETWEEN 3 PRECEDING AND 8 FOLLOWING)) AS s
 WHERE i <= 592;
-- a frame of NULLs only is NULL again after others
SELECT i, profile(at, q) OVER (ORDER BY i ROWS CURRENT ROW) AS own
  FROM (VALUES (1, timestamptz '2026-01-05', 1), (2, NULL, 1), (3, '2026-01-06', NULL), (4, '2026-01-07', 0)) AS v(i, at, q);

-- bad input
\set VERBOSITY sqlstate
SELECT profile(now(), 'NaN');
SELECT profile(now(), 'infinity');
SELECT profile(now(), '-infinity');
SELECT profile(now(), 123456789012345678901234567890);
SELECT profile(tstzrange(now(), NULL), 'NaN');
SELECT profile(at, 9000000000000) FROM (VALUES (timestamptz '2026-01-01'), ('2026-01-02')) AS v(at);
SELECT sum(p) FROM (VALUES ('9223372036854'::profile), ('1')) AS v(p);
\set VERBOSITY default
-- which error it is depends on the server's minor version
DO $$
BEGIN
	PERFORM profile_event_accum(NULL, now(), 1);
	RAISE 'called outside of an aggregate';
EXCEPTION WHEN undefined_function OR feature_not_supported THEN
END
$$;
DO $$
BEGIN
	PERFORM profile_state_final(NULL);
	RAISE 'called outside of an aggregate';
EXCEPTION WHEN undefined_function OR feature_not_supported THEN
END
$$;
SELECT sum(p) FROM (VALUES ('9223372036854'::profile), ('1')) AS v(p);

DROP TABLE public.profile_moves, public.profile_parts;
