-- promise.calendar: literals, canonical output, errors, comparison, transport
SET search_path = promise, public;
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
