-- promise.calendar: union, intersection, difference
SET search_path = promise, public;
SET TimeZone = 'UTC';

SELECT a, b, a + b AS "union", a * b AS intersection, a - b AS difference
FROM (VALUES
	('UTC; Mon-Fri 08:00-16:00'::calendar, 'UTC; Sat 08:00-12:00'::calendar),
	('UTC; Mon-Fri 08:00-16:00', 'UTC; daily 12:00-13:00'),
	('UTC; Mon-Fri 08:00-16:00; 2026-12-25 closed', 'UTC; from 2026-12-01 to 2026-12-31; always'),
	('UTC; Mon-Fri 08:00-16:00', 'UTC; never; 2026-12-25 00:00-24:00'),
	('UTC; Mon-Fri 22:00-06:00', 'UTC; Tue 00:00-08:00'),
	('UTC; daily 20:00-06:00', 'UTC; never; 2026-01-05 12:00-48:00'),
	('UTC; always', 'UTC; never'),
	('UTC; from 2026-01-01 to 2026-06-30; daily 08:00-12:00', 'UTC; from 2026-07-01 to 2026-12-31; daily 08:00-12:00'))
	AS t(a, b) \gx

-- they mean the sets of instants, in every night of a year
SELECT open(a + b, r) = open(a, r) + open(b, r) AS "union",
	open(a * b, r) = open(a, r) * open(b, r) AS intersection,
	open(a - b, r) = open(a, r) - open(b, r) AS difference
FROM (SELECT calendar(zone, 'Mon-Fri 22:00-06:00', 'Sat 08:00-02:30', '2026-04-05 02:30-05:00', '2026-12-24 to 2027-01-01 closed'),
		calendar(zone, 'from 2026-02-01 to 2026-11-30', 'daily 01:45-02:15 05:00-23:00')
	  FROM unnest('{Europe/Berlin, America/New_York, Australia/Lord_Howe, Asia/Tokyo}'::text[]) AS zone) AS t(a, b),
	tstzrange('2026-01-01', '2027-02-01') AS r;

-- only calendars of one zone can be combined
SELECT 'UTC; always'::calendar * 'Europe/Berlin; always';
SELECT ('UTC; Mon ' || string_agg(format('%s-%s', time '00:00' + n * interval '14 minutes', time '00:02' + n * interval '14 minutes'), ' '))::calendar
	+ ('UTC; Mon ' || string_agg(format('%s-%s', time '00:04' + n * interval '14 minutes', time '00:06' + n * interval '14 minutes'), ' '))::calendar
FROM generate_series(0, 99) n;
