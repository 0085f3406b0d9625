-- promise.profile: the value, its operators and what can be asked of it
SET search_path = promise, pg_catalog;
SET TimeZone = 'Europe/Berlin';
SET DateStyle = 'ISO, DMY';

-- literals: read in any spelling with an offset, written in one
SELECT p::profile::text
  FROM unnest('{0,5,-2.500,
                "0; 2026-01-01 00:00:00+00: 5",
                " 1.5 ; 2026-01-01T00:00Z:2;1 Feb 2026 10:00 Europe/Berlin : 3.25 ",
                "7; 2026-01-01 12:00:00.123456-05:30: 0",
                "0; 0044-03-15 12:00+00 BC: 1; 12026-01-01 00:00+00: -0.000001",
                "9223372036854.775807; 2026-01-01 00:00+00: -9223372036854.775808",
                "1e3; 2026-01-01 00:00+00: 0.0000005; 2026-01-02 00:00+00: 0.00000049"}'::text[]) AS p;

-- canonical: steps that change nothing are not kept
SELECT '0; 2026-01-01 00:00+00: 0; 2026-01-02 00:00+00: 5; 2026-01-03 00:00+00: 5.000'::profile;
SELECT '0; 2026-01-01 00:00+00: 5'::profile = '0; 2026-01-01 01:00+01: 5.0; 2026-06-01 00:00+00: 5'::profile AS equal;

-- what is written does not depend on the session
SELECT md5(string_agg(p::text, ',')) AS digest
  FROM (SELECT '0; 2026-07-01 12:00 America/New_York: 5; 1 Aug 2026 00:00+00: 2.5'::profile AS p) AS s \gset before_
SET TimeZone = 'Asia/Kathmandu';
SET DateStyle = 'SQL, MDY';
SELECT md5(string_agg(p::text, ',')) = :'before_digest' AS same
  FROM (SELECT '0; 2026-07-01 12:00 America/New_York: 5; 1 Aug 2026 00:00+00: 2.5'::profile AS p) AS s;
RESET TimeZone;
RESET DateStyle;

-- bad literals, each with its SQLSTATE
\set VERBOSITY sqlstate
SELECT ''::profile;
SELECT 'x'::profile;
SELECT '1;'::profile;
SELECT '1; 5'::profile;
SELECT '1; : 5'::profile;
SELECT '1; 2026-01-01 00:00+00:'::profile;
SELECT '1; 2026-01-01 00:00+00'::profile;
SELECT '1; 2026-01-01 00:00: 5'::profile;
SELECT '1; 2026-01-01: 5'::profile;
SELECT '1; infinity: 5'::profile;
SELECT '1; -infinity: 5'::profile;
SELECT '1; 2026-02-30 00:00+00: 5'::profile;
SELECT '1; 5000-01-01 00:00+00 BC: 5'::profile;
SELECT '1; 300000-01-01 00:00+00: 5'::profile;
SELECT '1; 2026-01-02 00:00+00: 5; 2026-01-01 00:00+00: 6'::profile;
SELECT '1; 2026-01-01 00:00+00: 5; 2026-01-01 00:00+00: 6'::profile;
SELECT 'NaN'::profile;
SELECT 'infinity'::profile;
SELECT '123456789012345678901234567890'::profile;
SELECT '9223372036854.775808'::profile;
SELECT '1; 2026-01-01 00:00 Mars/Olympus: 5'::profile;
\set VERBOSITY default
SELECT '1; 2026-01-01 00:00: 5'::profile;
SELECT '1; 5'::profile;
SELECT '1; 2026-01-02 00:00+00: 5; 2026-01-01 00:00+00: 6'::profile;
SELECT 'NaN'::profile;
SELECT '9223372036854.775808'::profile;

SET TimeZone = 'UTC';
SET DateStyle = 'ISO, DMY';

-- questions
CREATE TEMP TABLE plant (name text, p profile);
INSERT INTO plant VALUES
	('none', '0'),
	('stock', '10'),
	('falling', '10; 2026-01-05 00:00+00: 6; 2026-01-10 00:00+00: 2'),
	('rising', '0; 2026-01-05 00:00+00: 6; 2026-01-10 00:00+00: 12'),
	('dip', '10; 2026-01-05 00:00+00: 3; 2026-01-10 00:00+00: 12; 2026-01-15 00:00+00: 8');
SELECT name, value_at(p, '-infinity') AS begins, value_at(p, '2026-01-05') AS at_fifth,
       value_at(p, '2026-01-04 23:59:59.999999') AS just_before,
       value_at(p, 'infinity') AS ends
  FROM plant;
SELECT name, min_over(p, '[2026-01-04,2026-01-05)') AS until_fifth,
       min_over(p, '[2026-01-04,2026-01-05]') AS including_it,
       min_over(p, '(2026-01-05,2026-01-10)') AS inside,
       max_over(p, '[2026-01-06,)') AS from_sixth,
       min_over(p, '(,)') AS lowest, max_over(p, '(,)') AS highest
  FROM plant;
SELECT min_over('10', 'empty') AS empty, min_over('10', '[2026-01-05,2026-01-05)') AS empty_too,
       min_over('10', '[2026-01-05,2026-01-05]') AS one_instant,
       min_over('10; 2026-01-05 00:00+00: 6', '[infinity,infinity]') AS never_comes,
       max_over('10; 2026-01-05 00:00+00: 6', '[-infinity,2026-01-05)') AS always;
SELECT name, s.* FROM plant, steps(p) AS s ORDER BY name, at;
SELECT name, atp(p), cumulative(p) = p AS cumulative FROM plant;

-- the planner knows how many steps a constant has
EXPLAIN SELECT * FROM steps('10; 2026-01-05 00:00+00: 6; 2026-01-10 00:00+00: 2');
EXPLAIN SELECT * FROM steps(NULL);

-- the first instant with enough, and all of them
SELECT name, profile_earliest(p, 5, '2026-01-01') AS for_ever,
       profile_earliest(p, 5, '2026-01-01', '4 days') AS four_days,
       profile_earliest(p, 5, '2026-01-01', '4 days 00:00:00.000001') AS no_longer,
       profile_earliest(p, 5, '2026-01-02', '0') AS at_once,
       profile_earliest(p, 0, '-infinity') AS nothing
  FROM plant;
SELECT name, profile_feasible(p, 5) AS for_ever, profile_feasible(p, 5, '4 days') AS four_days,
       profile_feasible(p, 5, '0') AS at_once
  FROM plant;
SELECT profile_earliest('0; 2026-01-05 00:00+00: 6', 6, 'infinity') AS at_infinity,
       profile_earliest('0; 2026-01-05 00:00+00: 6', 7, '2026-01-01') AS never,
       profile_earliest('0; 2026-01-05 00:00+00: 6', -1, '2026-01-01') AS negative;
SELECT profile_earliest(NULL, 1, now()) IS NULL AS no_profile,
       profile_earliest('1', NULL, now()) IS NULL AS no_quantity,
       profile_earliest('1', 1, NULL) IS NULL AS no_after,
       profile_feasible(NULL, 1) IS NULL AS feasible_no_profile,
       profile_feasible('1', NULL) IS NULL AS feasible_no_quantity;

-- a hold so long that it reaches back before the first timestamp
SELECT profile_feasible('5; 4713-01-02 00:00+00 BC: 0', 5, '100000 days') AS none,
       profile_feasible('5; 4713-01-02 00:00+00 BC: 0', 5, '1 day') AS some;

-- the discrete method
SELECT discrete_atp('30; 2026-01-12 00:00+00: 50',
                    '0; 2026-01-05 00:00+00: 10; 2026-01-12 00:00+00: 25; 2026-01-19 00:00+00: 40') AS rest,
       discrete_atp('30; 2026-01-05 00:00+00: 40', '0; 2026-01-06 00:00+00: 5') AS from_the_beginning,
       discrete_atp('30; 2026-01-05 00:00+00: 40', '0; 2026-01-06 00:00+00: 5', '2026-01-05') AS from_the_fifth,
       discrete_atp('30', '0', 'infinity') AS never;

-- arithmetic
SELECT a.name, b.name, a.p + b.p AS sum, a.p - b.p AS difference
  FROM plant AS a, plant AS b WHERE a.name IN ('falling', 'dip') AND b.name IN ('rising', 'stock');
SELECT -p AS negated, p + 1.5 AS plus, 1.5 + p AS plus_too, p - 10 AS minus, 10 - p AS minus_too
  FROM plant WHERE name = 'falling';
SELECT p * 2.5 AS times, 2.5 * p AS times_too, p * p AS squared, p * 0 AS nothing,
       p * (1 / 3.0) AS third, p * 0.333333 AS six_decimals, p * 0.0000001 AS small
  FROM plant WHERE name = 'falling';
SELECT '2'::profile * '0; 2026-01-05 00:00+00: 1; 2026-01-06 00:00+00: 0' AS window;
SELECT count(*) AS pairs,
       bool_and(a.p + b.p = b.p + a.p) AS commutes,
       bool_and(a.p + b.p - b.p = a.p) AS inverse,
       bool_and(a.p + -b.p = a.p - b.p) AS negation,
       bool_and((a.p + b.p) * 2 = a.p * 2 + b.p * 2) AS distributes,
       bool_and(a.p * b.p = b.p * a.p) AS products_commute
  FROM plant AS a, plant AS b;

-- order and equality: every pair has one relation
SELECT count(*) AS pairs,
       bool_and((a.p < b.p)::int + (a.p = b.p)::int + (a.p > b.p)::int = 1) AS one_of_three,
       bool_and((a.p <= b.p) = NOT (a.p > b.p) AND (a.p >= b.p) = NOT (a.p < b.p)) AS or_equal,
       bool_and((a.p = b.p) = NOT (a.p <> b.p)) AS unequal,
       bool_and((a.p < b.p) = (b.p > a.p)) AS mirrored,
       bool_and(profile_cmp(a.p, b.p) = (a.p > b.p)::int - (a.p < b.p)::int) AS compared,
       bool_and(a.p <> b.p OR profile_hash(a.p) = profile_hash(b.p)) AS hashed,
       bool_and(profile_hash(a.p)::bit(32) = profile_hash_extended(a.p, 0)::bit(32)) AS extended
  FROM plant AS a, plant AS b;
SELECT name FROM plant ORDER BY p;

-- overflow and what is no quantity
\set VERBOSITY sqlstate
SELECT '9223372036854'::profile + '1'::profile;
SELECT '9223372036854'::profile + 1;
SELECT - '-9223372036854.775808'::profile;
SELECT '-9223372036854'::profile - 1;
SELECT '9223372036854'::profile * 1.1;
SELECT '9223372036854'::profile * 1.00000001;
SELECT '9223372036854'::profile * 123456789012345678901234567890;
SELECT '1'::profile * 'NaN';
SELECT '1'::profile + 'infinity'::numeric;
SELECT discrete_atp('9223372036854', '-9223372036854');
SELECT profile_earliest('1', 'NaN', now());
SELECT profile_earliest('1', '123456789012345678901234567890', now());
SELECT profile_earliest('1', 1, now(), '1 month');
SELECT profile_earliest('1', 1, now(), '-1 day');
SELECT profile_earliest('1', 1, now(), '200000000 days');
SELECT profile_feasible('1', '-infinity');
SELECT profile_feasible('1', 1, '1 year');
\set VERBOSITY default
SELECT profile_earliest('1', 1, now(), '1 month');
SELECT profile_earliest('1', 1, now(), '-1 day');
