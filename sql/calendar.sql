-- promise.calendar: literals, canonical output, errors, comparison, transport
SET search_path = promise, public;
SET DateStyle = ISO;
\set VERBOSITY default

-- canonical output
SELECT c::calendar FROM (VALUES
	('Europe/Berlin; Mon-Fri 08:00-12:00 13:00-17:00; Sat 08:00-12:00; 2026-12-24 08:00-12:00; 2026-12-25 closed'),
	('UTC; always'),
	('UTC; never'),
	('UTC; daily 00:00-24:00'),
	('UTC; Mon-Sun closed'),
	('UTC; 2026-01-01 08:00-12:00'),
	(' utc ;; DAILY 8:00-12:00, 12:00-16:00 ; '),
	('europe/berlin; sun-thu 22:00-06:00; 2026-12-24 to 2027-01-01 closed'),
	('UTC; Monday 08:00-12:00; tue 08:00-12:00; Wednesday,Fri 08:00-12:00; Thu 09:00-10:00'),
	('UTC; Mon-Fri 06:00-14:00 14:00-22:00 22:00-06:00'),
	('UTC; Mon 00:00-12:00 12:00-30:00'),
	('UTC; Mon 08:00:30-16:00:15'),
	('UTC; from 2026-01-01 to 2026-12-31; Mon-Fri 08:00-16:00; 2026-07-01 closed; 2025-07-01 closed'),
	('UTC; to 2026-12-31; Mon-Fri 08:00-16:00'),
	('UTC; Mon-Fri 08:00-16:00; from 2027-01-01; Mon-Fri 07:00-15:00; from 2028-01-01; never'),
	('UTC; from 2026-01-01 to 2026-06-30; daily 08:00-16:00; from 2026-09-01; daily 08:00-16:00'),
	('UTC; from 2026-01-01 to 2026-06-30; daily 08:00-16:00; from 2026-07-01; daily 08:00-16:00'),
	('UTC; from 2026-01-01 to 9999-12-31; daily 08:00-16:00'),
	('UTC; Mon-Fri 08:00-16:00; 2026-12-19 closed; 2026-12-21 08:00-16:00; 2026-12-22 closed')
) AS literal(c);

-- what is written twice is written alike
SELECT count(*) AS not_stable
FROM (VALUES
	('Europe/Berlin; Mon-Fri 08:00-12:00 13:00-17:00; Sat 08:00-12:00; 2026-12-24 08:00-12:00; 2026-12-25 closed'),
	('UTC; Mon 00:00-12:00 12:00-30:00'),
	('UTC; Tue,Thu-Fri 22:00-06:00; 2026-12-24 to 2027-01-08 closed'),
	('UTC; Mon-Fri 08:00-16:00; from 2027-01-01 to 2027-12-31; Sun-Tue 07:00-15:00; Thu 07:00-15:00')
) AS literal(c)
WHERE c::calendar::text::calendar <> c::calendar
   OR c::calendar::text::calendar::text <> c::calendar::text;

SELECT calendar('Europe/Berlin', 'Mon-Fri 08:00-16:00', '2026-12-25 closed'),
	zone('europe/berlin; always');
SELECT closed_on('UTC; Mon-Fri 08:00-16:00; 2026-12-24 08:00-12:00',
	'{2026-12-25, 2026-12-24, 2026-12-25, 2026-12-26}');

-- open time
SELECT open('UTC; Mon-Fri 08:00-12:00 13:00-17:00', '[2026-07-03 10:00+00,2026-07-06 09:00+00]');
SELECT is_open('UTC; daily 08:00-12:00', at) FROM unnest('{2026-07-03 07:59:59.999999+00,
	2026-07-03 08:00+00, 2026-07-03 11:59:59.999999+00, 2026-07-03 12:00+00}'::timestamptz[]) AS at;
SELECT working_time('UTC; Mon-Fri 08:00-16:00', '2026-07-03 10:00+00', '2026-07-06 09:00+00'),
	working_time('UTC; Mon-Fri 08:00-16:00', '2026-07-06 09:00+00', '2026-07-03 10:00+00');

-- a range of dates reaches only over short gaps, or it could not be read back
SELECT 'UTC; from 2026-02-01 to 2027-01-31; daily 08:00-12:00; 2026-01-31 08:00-12:00; 2027-02-01 08:00-12:00'::calendar;

-- what is no calendar
SELECT ''::calendar;
SELECT 'UTC'::calendar;
SELECT 'UTC;'::calendar;
SELECT 'Europe Berlin; always'::calendar;
SELECT 'UTC; Mon-Fri'::calendar;
SELECT 'UTC; Mon-Fry 08:00-16:00'::calendar;
SELECT 'UTC; Mon-Fri 08:00'::calendar;
SELECT 'UTC; Mon-Fri 8-16'::calendar;
SELECT 'UTC; Mon-Fri 08:00-16:60'::calendar;
SELECT 'UTC; Mon-Fri 25:00-26:00'::calendar;
SELECT 'UTC; Mon-Fri 08:00-49:00'::calendar;
SELECT 'UTC; Mon-Fri 08:00-16:00 noon'::calendar;
SELECT 'UTC; always today'::calendar;
SELECT 'UTC; Mon-Fri 08:00-16:00; Wed closed'::calendar;
SELECT 'UTC; always; Sat closed'::calendar;
SELECT 'UTC; 2026-02-29 closed'::calendar;
SELECT 'UTC; 2026-13-01 closed'::calendar;
SELECT 'UTC; 0000-01-01 closed'::calendar;
SELECT 'UTC; 26-01-01 closed'::calendar;
SELECT 'UTC; 2026-01-02 to 2026-01-01 closed'::calendar;
SELECT 'UTC; 2026-01-01 closed; 2026-01-01 08:00-12:00'::calendar;
SELECT 'UTC; Mon-Fri 08:00-16:00; from 2026-01-01'::calendar;
SELECT 'UTC; from 2026-01-01 to 2026-06-30; always; from 2026-06-30; always'::calendar;
SELECT 'UTC; from 2026-01-01; always; from 2025-01-01; never'::calendar;
SELECT 'UTC; from 2026-01-01 to 2025-12-31; always'::calendar;
SELECT 'UTC; always; to 2026-12-31; never'::calendar;

-- shifts that overlap, each message with both of them
SELECT 'UTC; Mon-Fri 08:00-12:00 11:00-15:00'::calendar;
SELECT 'UTC; Mon-Fri 22:00-06:00 05:00-07:00'::calendar;
SELECT 'UTC; Sun 22:00-06:00; Mon 05:59-08:00'::calendar;
SELECT 'UTC; Mon-Fri 22:00-06:00; 2026-07-04 05:00-08:00'::calendar;
SELECT 'UTC; Mon-Fri 08:00-16:00; 2026-07-05 22:00-10:00'::calendar;
SELECT 'UTC; daily 22:00-06:00; from 2026-07-01; daily 05:00-13:00'::calendar;
SELECT closed_on('UTC; always', '{2026-07-04, infinity}');
SELECT closed_on('UTC; always', '{2026-07-04, NULL}');

-- their SQLSTATEs
\set VERBOSITY sqlstate
SELECT 'UTC; Mon-Fri'::calendar;
SELECT 'UTC; Mon-Fri 08:00-12:00 11:00-15:00'::calendar;
SELECT 'Mars/Olympus; always'::calendar;
SELECT 'XXX100; always'::calendar;
SELECT calendar('UTC', 'always', NULL);
SELECT closed_on('UTC; always', '{infinity}');
SELECT closed_on('UTC; always', ARRAY[NULL::date]);
SELECT ('UTC; ' || repeat('from 2026-01-01; always; ', 2))::calendar;

-- ten thousand dated entries are fine, a hundred thousand are not
SELECT length(c::text) AS literal, pg_column_size(c) AS bytes,
	working_time(c, '2000-01-01 00:00+00', '2054-10-04 00:00+00') = '80000 hours' AS worked,
	shift(c, '2000-01-01 00:00+00', '80000 hours') = '2054-10-03 16:30+00' AS shifted,
	shift(c, '2054-10-04 00:00+00', '-80000 hours') = '2000-01-02 08:30+00' AS shifted_back,
	shift(c, '2000-01-01 08:30+00', '10000 days') = '2054-10-03 08:30+00' AS days,
	c::text::calendar = c AS read_back
FROM (SELECT ('UTC; never; ' || string_agg(format('%s 08:30-16:30', date '2000-01-02' + 2 * n), '; '))::calendar
	  FROM generate_series(0, 9999) n) AS many(c);
SELECT ('UTC; never; ' || string_agg(format('%s 08:00-16:00', date '2000-01-02' + n), '; '))::calendar IS NULL
FROM generate_series(0, 99999) n;
SELECT 'UTC; always; 0001-01-01 to 9999-12-31 closed'::calendar IS NULL;
SELECT ('UTC; ' || string_agg(format('from %s; daily 08:00-%s:00', date '2000-01-01' + n, 9 + n % 2), '; '))::calendar IS NULL
FROM generate_series(0, 1999) n;
SELECT ('UTC; Mon ' || string_agg(format('%s-%s', time '00:00' + n * interval '10 minutes', time '00:05' + n * interval '10 minutes'), ' '))::calendar IS NULL
FROM generate_series(0, 100) n;
\set VERBOSITY default

-- comparison and indexes
CREATE TABLE shop (id int, hours calendar);
INSERT INTO shop SELECT n, calendar(CASE WHEN n % 2 = 0 THEN 'UTC' ELSE 'Europe/Berlin' END,
	format('Mon-Fri 08:00-%s:00', 12 + n % 7), format('%s closed', date '2026-01-01' + n % 5))
FROM generate_series(1, 700) n;
ANALYZE shop;
SELECT count(DISTINCT hours), count(DISTINCT hours::text), count(DISTINCT calendar_send(hours)),
	count(DISTINCT calendar_hash(hours)) AS hashes,
	bool_and(calendar_hash_extended(hours, 0) & 4294967295 = calendar_hash(hours)::bigint & 4294967295) AS extended
FROM shop;
SET enable_hashjoin = off; SET enable_nestloop = off;
SELECT count(*) FROM shop a JOIN shop b USING (hours);
RESET enable_hashjoin; SET enable_mergejoin = off;
SELECT count(*) FROM shop a JOIN shop b USING (hours);
RESET enable_mergejoin; RESET enable_nestloop;
CREATE INDEX ON shop (hours);
CREATE INDEX ON shop USING hash (hours);
SET enable_seqscan = off;
SELECT count(*) FROM shop WHERE hours = 'UTC; Mon-Fri 08:00-14:00; 2026-01-02 closed';
SELECT count(*) FROM shop WHERE hours >= 'UTC; never';
SELECT (SELECT array_agg(id) FROM (SELECT id FROM shop ORDER BY hours, id) AS by_index)
	= (SELECT array_agg(id ORDER BY hours, id) FROM shop) AS same_order;
RESET enable_seqscan;
SELECT bool_and((a.hours < b.hours) = (b.hours > a.hours)
	AND (a.hours <= b.hours) = NOT (a.hours > b.hours)
	AND (a.hours = b.hours) = NOT (a.hours <> b.hours)
	AND calendar_cmp(a.hours, b.hours) = -calendar_cmp(b.hours, a.hours)) AS ordered
FROM shop a, shop b WHERE a.id <= 70 AND b.id <= 70;

-- binary form: there and back, by COPY through a file of the server
SELECT bool_and(calendar_send(hours) = calendar_send(hours::text::calendar)) FROM shop;
CREATE TABLE shop_copy (LIKE shop);
SELECT current_setting('data_directory') || '/shop.bin' AS file \gset
COPY shop TO :'file' (FORMAT binary);
COPY shop_copy FROM :'file' (FORMAT binary);
SELECT count(*), bool_and(a.hours = b.hours AND a.hours::text = b.hours::text) AS same
FROM shop a JOIN shop_copy b USING (id);
DROP TABLE shop, shop_copy;

-- output needs no zone database: neither its text nor another session's settings matter
SET TimeZone = 'Asia/Tokyo'; SET DateStyle = 'SQL, DMY';
SELECT 'Europe/Berlin; Mon-Fri 08:00-16:00; 2026-12-25 closed'::calendar;
