-- promise.calendar: open time, working time and shift, in true time
SET search_path = promise, public;
SET TimeZone = 'UTC';
SET DateStyle = ISO;
SET IntervalStyle = postgres;

-- A night shift on the switch nights of three zones and one without: the
-- spring and the autumn one, with the hours that pass
CREATE FUNCTION night(zone text, evening date, hours text DEFAULT 'daily 22:00-06:00')
	RETURNS TABLE (starts text, ends text, lasts interval)
	LANGUAGE sql STABLE AS $$
	SELECT to_char(lower(r) AT TIME ZONE zone, 'MM-DD HH24:MI'),
		to_char(upper(r) AT TIME ZONE zone, 'MM-DD HH24:MI'),
		upper(r) - lower(r)
	FROM unnest(promise.open(promise.calendar(zone, hours),
		tstzrange((evening + time '12:00') AT TIME ZONE zone,
				  (evening + 1 + time '12:00') AT TIME ZONE zone))) AS r
$$;
SELECT zone, evening, n.*
FROM (VALUES ('Europe/Berlin', date '2026-03-28'), ('Europe/Berlin', '2026-10-24'),
	('America/New_York', '2026-03-07'), ('America/New_York', '2026-10-31'),
	('Australia/Lord_Howe', '2026-10-03'), ('Australia/Lord_Howe', '2026-04-04'),
	('Asia/Tokyo', '2026-03-28'), ('Asia/Tokyo', '2026-10-24')) AS z(zone, evening),
	night(zone, evening) n;

-- Shifts at the switch itself: times that are skipped have no length; times
-- that come twice stand for the first time, and what is open just before the
-- clock is put back is so until the clock has caught up
SELECT evening, hours, n.*
FROM (VALUES (date '2026-03-28', 'daily 02:00-03:00'), ('2026-03-28', 'daily 01:00-02:30'),
	('2026-03-28', 'daily 02:30-04:00'), ('2026-03-28', 'daily 02:15-02:45'),
	('2026-10-24', 'daily 02:00-03:00'), ('2026-10-24', 'daily 01:00-02:30'),
	('2026-10-24', 'daily 02:30-04:00'), ('2026-10-24', 'daily 02:15-02:45'),
	('2026-10-24', 'daily 01:00-02:00'), ('2026-10-24', 'daily 03:00-04:00')) AS z(evening, hours)
LEFT JOIN LATERAL night('Europe/Berlin', evening, hours) n ON true;

-- shifts that adjoin leave no gap and do not overlap, in any night
SELECT zone, sum(lasts) FILTER (WHERE hours = 'daily 22:00-06:00') AS whole,
	sum(lasts) FILTER (WHERE hours <> 'daily 22:00-06:00') AS parts
FROM (VALUES ('Europe/Berlin', date '2026-03-28'), ('Europe/Berlin', '2026-10-24'),
	('Australia/Lord_Howe', '2026-10-03'), ('Australia/Lord_Howe', '2026-04-04')) AS z(zone, evening),
	unnest('{daily 22:00-06:00, daily 22:00-01:45, daily 01:45-02:10, daily 02:10-02:50, daily 02:50-06:00}'::text[]) AS hours,
	night(zone, evening, hours)
GROUP BY zone, evening ORDER BY zone, evening;

-- a day that the Samoans never had: 2011-12-30
SELECT open('Pacific/Apia; daily 08:00-16:00', '[2011-12-29 00:00-10,2012-01-01 00:00+14)');
SELECT shift('Pacific/Apia; daily 08:00-16:00', '2011-12-29 12:00-10', '1 day') AS to_nowhere,
	shift('Pacific/Apia; daily 08:00-16:00', '2011-12-29 12:00-10', '2 days') AS next_day,
	shift('Pacific/Apia; daily 08:00-16:00', '2011-12-29 12:00-10', '8 hours') AS eight_hours;

-- shift by days: an order on a Mon-Fri calendar
\set cal 'Europe/Berlin; Mon-Thu 08:00-12:00 13:00-17:00; Fri 08:00-12:00; 2026-07-07 closed'
SET TimeZone = 'Europe/Berlin';
SELECT note, to_char(at, 'Dy MM-DD HH24:MI') AS at, by,
	to_char(shift(:'cal', at, by), 'Dy MM-DD HH24:MI:SS') AS shifted
FROM (VALUES
	('open at that time', timestamptz '2026-07-01 10:00', interval '1 day'),
	('over the weekend', '2026-07-03 10:00', '1 day'),
	('over a closed day', '2026-07-06 10:00', '1 day'),
	('a break: its end', '2026-07-01 12:30', '1 day'),
	('closing time is kept', '2026-07-01 17:00', '1 day'),
	('closed by then: the next opening', '2026-07-02 15:00', '1 day'),
	('from a closed day', '2026-07-04 10:00', '1 day'),
	('from a closed day, two', '2026-07-04 10:00', '2 days'),
	('before opening', '2026-07-01 06:00', '1 day'),
	('back', '2026-07-06 10:00', '-1 day'),
	('back, closed by then: the last closing', '2026-07-06 15:00', '-1 day'),
	('back from a closed day', '2026-07-05 10:00', '-1 day'),
	('no day, closed', '2026-07-04 10:00', '0'),
	('time', '2026-07-01 10:00', '4 hours'),
	('time up to closing', '2026-07-01 10:00', '6 hours'),
	('time and a microsecond', '2026-07-01 10:00', '6 hours 0.000001 seconds'),
	('time from a closed day', '2026-07-04 10:00', '1 hour'),
	('time back', '2026-07-06 09:00', '-2 hours'),
	('time back to opening', '2026-07-06 09:00', '-1 hour'),
	('days first, then time', '2026-07-03 10:00', '1 day 4 hours'),
	('days forth, time back', '2026-07-03 10:00', '1 day -3 hours'),
	('weeks are seven open days', '2026-07-01 10:00', '1 week')
) AS t(note, at, by);

-- night shifts belong to the day on which they begin
SELECT to_char(at, 'Dy HH24:MI') AS at, by, to_char(shift('Europe/Berlin; Mon-Fri 22:00-06:00', at, by), 'Dy MM-DD HH24:MI') AS shifted
FROM (VALUES (timestamptz '2026-07-03 23:00', interval '1 day'), ('2026-07-04 02:00', '1 day'),
	('2026-07-04 06:00', '1 day'), ('2026-07-04 07:00', '1 day'), ('2026-07-07 02:00', '-1 day'),
	('2026-07-03 23:00', '8 hours')) AS t(at, by);
SET TimeZone = 'UTC';

-- infinity stays; what cannot be said is an error
SELECT shift('UTC; never', 'infinity', '1 hour'), shift('UTC; never', '-infinity', '-1 day');
SELECT shift('UTC; always', '2026-07-01', '1 month');
SELECT shift('UTC; always', '2026-07-01', '-1 year');
SELECT working_time('UTC; always', '-infinity', '2026-07-01');
SELECT working_time('UTC; always', '4713-01-01 BC', '294276-01-01');
SELECT is_open('UTC; always', 'infinity');

-- open time that runs out
SELECT shift('UTC; never', '2026-07-01', '1 hour');
SELECT shift('UTC; never', '2026-07-01', '-1 day');
SELECT shift('UTC; from 2026-01-01 to 2026-12-31; Mon-Fri 08:00-16:00', '2026-12-31 10:00', '12 hours');
SELECT shift('UTC; from 2026-01-01 to 2026-12-31; Mon-Fri 08:00-16:00', '2026-12-31 10:00', '3 days');
SELECT shift('UTC; from 2026-01-01 to 2026-12-31; Mon-Fri 08:00-16:00', '2026-01-01 10:00', '-2 hours 1 second');
SELECT shift('UTC; from 2026-01-01 to 2026-12-31; Mon-Fri 08:00-16:00', '2026-01-02 10:00', '-2 days');
SELECT shift('UTC; to 2026-01-02; Thu 08:00-16:00; Fri 08:00-12:00', '2026-01-01 15:00', '1 day');
SELECT shift('Europe/Berlin; Mon-Fri 08:00-16:00', '2026-07-01', '2000000000 hours');
SELECT shift('Europe/Berlin; Mon-Fri 08:00-16:00', '2026-07-01', '-2000000000 days');
SELECT shift('UTC; from 2026-01-01 to 2026-12-31; Mon-Fri 08:00-16:00', '2026-12-31 10:00', '6 hours') AS to_the_end,
	shift('UTC; from 2026-01-01 to 2026-12-31; Mon-Fri 08:00-16:00', '2026-01-01 10:00', '-2 hours') AS to_the_start;

-- ranges with and without ends
SELECT open('UTC; always', 'empty'), open('UTC; never', '(,)'), open('UTC; always', '[2026-01-01,2026-01-02]');
SELECT open('UTC; from 2026-01-01 to 2026-01-02; daily 08:00-09:00', '(,)');
SELECT open('UTC; daily 08:00-09:00', '[2026-01-01 08:30,2026-01-02 08:30]'),
	open('UTC; daily 08:00-09:00', '(2026-01-01 08:00,2026-01-02 08:00)');
SELECT open('UTC; from 2026-01-01; always', '(,2026-01-03)');
SELECT open('UTC; from 2026-01-01; always', '[2026-01-01,)');
SELECT open('UTC; from 2026-01-01; always', '[2026-01-01,infinity)');
SELECT open('UTC; to 2026-01-01; always', '(,2026-01-01)');
\set VERBOSITY sqlstate
SELECT open('UTC; from 2026-01-01; always', '[2026-01-01,)');
SELECT open('UTC; daily 08:00-09:00', '[4713-01-01 BC,294276-01-01)');
SELECT shift('UTC; always', '2026-07-01', '1 month');
SELECT shift('UTC; never', '2026-07-01', '1 hour');
SELECT working_time('UTC; always', '-infinity', '2026-07-01');
SELECT working_time('UTC; always', '4713-01-01 BC', '294276-01-01');
\set VERBOSITY default

-- a zone that the server does not know can be received, but not used
CREATE TABLE received (c calendar);
SELECT current_setting('data_directory') || '/received.bin' AS file \gset
SELECT lo_from_bytea(0, '\x5047434f50590aff0d0a000000000000000000'::bytea
	|| '\x0001' || int4send(length(b)) || b || '\xffff') AS lo
FROM (SELECT overlay(calendar_send('Europe/Berlin; always') placing 'Europe/Bielef'::bytea from 9)) AS s(b) \gset
SELECT lo_export(:lo, :'file'), lo_unlink(:lo);
COPY received FROM :'file' (FORMAT binary);
SELECT c, c = 'Europe/Berlin; always' AS equal FROM received;
SELECT is_open(c, now()) FROM received;
DROP TABLE received;

-- the same whatever the session's settings
CREATE TABLE answers AS
SELECT open(c, '[2026-03-01 00:00+00,2026-11-01 00:00+00]') AS o,
	working_time(c, '2026-03-01 00:00+00', '2026-11-01 00:00+00') AS w,
	shift(c, '2026-03-05 09:00+00', '30 days 3 hours') AS s
FROM calendar('America/New_York', 'Mon-Fri 22:00-06:00', 'Sat 08:00-12:00') c;
SET TimeZone = 'Australia/Lord_Howe'; SET DateStyle = 'German'; SET IntervalStyle = iso_8601;
SELECT open(c, '[2026-03-01 00:00+00,2026-11-01 00:00+00]') = o AS open,
	working_time(c, '2026-03-01 00:00+00', '2026-11-01 00:00+00') = w AS worked,
	shift(c, '2026-03-05 09:00+00', '30 days 3 hours') = s AS shifted,
	w = (SELECT sum(upper(r) - lower(r)) FROM unnest(o) r) AS sums_up
FROM answers, calendar('America/New_York', 'Mon-Fri 22:00-06:00', 'Sat 08:00-12:00') c;
DROP TABLE answers;
DROP FUNCTION night;
