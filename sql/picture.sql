/*
 * Pictures: what they show is what the questions answer, and nothing in a name
 * breaks them.
 */
SET promise.clock = '2026-12-01 10:30+00';	-- a Tuesday
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
\pset format unaligned
\pset tuples_only on

BEGIN;
\i sql/include/bicycle.sql
INSERT INTO promise.supply (item, at, quantity, ref) VALUES ('BIKE', '2026-12-10', 20, 'MO 17');
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES
	('SO 1', 'BIKE', '2026-12-15', 8), ('SO 2', 'BIKE', '2026-12-03', 5);
SELECT promise.chart_svg('BIKE');
SELECT promise.gantt_svg(array_agg(p)) FROM promise.plan('BIKE', 10) AS p;
-- the zone is the one in which dates are read, whatever that of the session
SET LOCAL promise.timezone = 'America/New_York';
SET LOCAL timezone = 'Asia/Tokyo';
SELECT line FROM regexp_split_to_table(promise.chart_svg('BIKE'), '\n') AS line WHERE line LIKE '%class="date"%' LIMIT 1;
RESET promise.timezone;
RESET timezone;

-- several locations, one that is replenished on demand, and one where nothing moves
INSERT INTO promise.supply (item, location, quantity) VALUES ('BIKE', 'north', 7.5), ('PUMP', 'main', 3);
INSERT INTO promise.stocking (item, location, replenishment_lead_time) VALUES ('PUMP', 'main', '5 days');
SELECT line FROM regexp_split_to_table(promise.chart_svg('BIKE'), '\n') AS line WHERE line LIKE '%>at %' OR line LIKE '<g>%';
SELECT line FROM regexp_split_to_table(promise.chart_svg('PUMP'), '\n') AS line WHERE line LIKE '<g>%';
-- a range cuts what is not in it, and may begin before now
SELECT line FROM regexp_split_to_table(promise.chart_svg('BIKE', 'main', '[2026-12-09,2026-12-11)', 400), '\n') AS line
WHERE line LIKE '<g>%' OR line LIKE '%class="date"%' OR line LIKE '<path%';
SELECT count(*) FROM regexp_split_to_table(promise.chart_svg('BIKE', 'main', '[1000-01-01,2999-01-01)'), '\n') AS line WHERE line LIKE '%class="date"%';

-- names are text
INSERT INTO promise.supply (item, location, quantity) VALUES ('<script>"&', E'a<b\u0007', 1);
SELECT line FROM regexp_split_to_table(promise.chart_svg('<script>"&'), '\n') AS line WHERE line ~ 'class="title"|>at |<g>';
SELECT promise.gantt_svg(ARRAY[ROW(1, NULL, 0, 'buy', repeat('<long>', 30), '&', '"s"', NULL, NULL, 1, now(), now(), NULL, '<d>', NULL, false)::promise.plan_row], 300)
	LIKE '%<text x="12" y="59">buy 1 &lt;long&gt;&lt;..</text>%';

-- nothing to draw, and what cannot be drawn
SELECT promise.chart_svg('UNICORN') IS NULL, promise.chart_svg(NULL) IS NULL, promise.gantt_svg(NULL) IS NULL,
	promise.gantt_svg('{}') IS NULL;
SELECT promise.gantt_svg(array_agg(p)) IS NULL FROM promise.plan('UNICORN', 1) AS p;
SAVEPOINT s;
SELECT promise.chart_svg('BIKE', NULL, 'empty');
ROLLBACK TO s;
SELECT promise.chart_svg('BIKE', NULL, '[2020-01-01,2020-01-01]');
ROLLBACK TO s;
SELECT promise.chart_svg('BIKE', NULL, '(,2020-01-01]');
ROLLBACK TO s;
SELECT promise.chart_svg('BIKE', width => 0);
ROLLBACK TO s;
SELECT promise.gantt_svg('{}', 100000);
ROLLBACK;

-- marks are round, about as many as were wanted, and all within
SELECT r.lowest, r.highest, string_agg(trim_scale(m)::text, ' ' ORDER BY m)
FROM (VALUES (0, 1), (-3, 17), (0, 0.000007), (123, 9200000000000)) AS r (lowest, highest),
	LATERAL promise.axis_of_quantity(r.lowest, r.highest, 5) AS m
GROUP BY 1, 2 ORDER BY 1, 2;
SELECT r.span, count(*), min(a.label), max(a.label), bool_and(a.at <@ r.span)
FROM (VALUES (tstzrange('2026-12-01 10:00+00', '2026-12-01 18:00+00')), ('[2026-12-01,2026-12-09)'), ('[2026-03-20,2026-05-10)'),
			 ('[2026-01-01,2027-01-01)'), ('[1990-01-01,2026-01-01)'), ('[2000-01-01,200000-01-01)')) AS r (span),
	LATERAL promise.axis_of_time(r.span, 8, 'Europe/Berlin') AS a
GROUP BY r.span ORDER BY r.span;
