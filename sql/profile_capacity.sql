-- promise.capacity: units while a calendar is open
SET search_path = promise, pg_catalog;
SET TimeZone = 'Europe/Berlin';
SET DateStyle = 'ISO, DMY';

SELECT at, quantity
  FROM steps(capacity('Europe/Berlin; Mon-Fri 08:00-12:00 13:00-17:00', 2.5,
                      '[2026-12-03 10:00+01,2026-12-07 13:00+01)'));

-- an hour more, and one less, in a night shift when the clocks are switched
SELECT night, sum(hours)
  FROM (VALUES ('autumn', capacity('Europe/Berlin; Sat 22:00-06:00', 1,
                                   '[2026-10-24 12:00+02,2026-10-25 12:00+01)')),
               ('spring', capacity('Europe/Berlin; Sat 22:00-06:00', 1,
                                   '[2026-03-28 12:00+01,2026-03-29 12:00+02)'))) AS v(night, p),
       LATERAL (SELECT quantity * (lead(at) OVER (ORDER BY at) - at) AS hours FROM steps(p)) AS s
 GROUP BY night ORDER BY night;

-- the same as the multirange of open time, summed up
SELECT capacity(c, 3, within)
       = (SELECT profile(r, 3) FROM unnest(open(c, within)) AS r) AS same
  FROM (VALUES ('America/New_York; Mon-Fri 22:00-06:00; Sun 00:00-24:00'::calendar,
                '[2026-01-01 00:00+00,2027-01-01 00:00+00]'::tstzrange)) AS v(c, within);

-- nothing is nothing
SELECT capacity('UTC; Mon-Fri 08:00-17:00', 2, 'empty') AS empty,
       capacity('UTC; Mon-Fri 08:00-17:00', 0, '[2026-01-01,2026-02-01)') AS no_units,
       capacity('UTC; Mon-Fri 08:00-17:00', NULL, '[2026-01-01,2026-02-01)') IS NULL AS null_units;

-- free capacity is capacity less loads
SELECT min_over(capacity('UTC; Mon-Fri 08:00-17:00', 2, '[2026-01-01 00:00+00,2026-02-01 00:00+00)')
                - (SELECT profile(during, units)
                     FROM (VALUES (tstzrange '[2026-01-05 09:00+00,2026-01-05 12:00+00)', 1),
                                  ('[2026-01-05 11:00+00,2026-01-05 13:00+00)', 1)) AS load(during, units)),
                '[2026-01-05 08:00+00,2026-01-05 17:00+00)') AS least_free;

-- the end of time, and what is no capacity
\set VERBOSITY sqlstate
SELECT right(capacity('UTC; Mon-Sun 00:00-24:00', 1,
                      '[294276-12-31 00:00+00,294276-12-31 23:59:59.999999+00]')::text, 28) AS to_the_end;
SELECT capacity('UTC; Mon-Sun 00:00-24:00', 1, '[2026-01-01,)');
SELECT capacity('UTC; Mon-Sun 00:00-24:00', 'NaN', '[2026-01-01,2026-01-02)');
SELECT capacity('UTC; Mon-Sun 00:00-24:00', 123456789012345678901234567890, '[2026-01-01,2026-01-02)');
