/*
 * Growth: one item of 1,000, 10,000 and, up to 10^"scale", 100,000 events, and
 * that many lines that compete for an item of 1,000 events.  In a table of its
 * own, mapped instead of the book.
 */
SET client_min_messages = warning;
DELETE FROM bench.contestant WHERE name = 'growth';
DELETE FROM bench.sample WHERE name = 'growth';
DROP TABLE IF EXISTS bench.event;
CREATE TABLE bench.event (item int NOT NULL, at timestamptz NOT NULL, quantity bigint NOT NULL);
INSERT INTO bench.event
SELECT n, timestamptz '2026-01-01 00:00+00' + i * (interval '365 days' / n),
	/* stock, then a receipt of 1,300 after every three orders of 100 */
	CASE WHEN i % 4 = 0 THEN 1300 ELSE -100 END
FROM (SELECT (10 ^ e)::int FROM generate_series(3, :scale) AS e) AS size (n), generate_series(0, n - 1) AS i
UNION ALL
/* and 3,000 small items, so that the planner sees an ordinary table */
SELECT -n, timestamptz '2026-01-01 00:00+00' + i * interval '3 days', CASE WHEN i = 0 THEN 10000 ELSE -10 END
FROM generate_series(1, 3000) AS n, generate_series(0, 99) AS i;
CREATE INDEX ON bench.event (item, at) INCLUDE (quantity);
VACUUM (ANALYZE, FREEZE) bench.event;

SELECT promise.unmap('supply', 'bl.ev') \g /dev/null
SELECT promise.map('supply', 'bench.event', item => 'item', at => 'at', quantity => 'quantity') \g /dev/null

SELECT bench.make_quote('growth', 'promise.earliest($3, $4)', true) \g /dev/null
INSERT INTO bench.contestant (race, name, side, statement)
SELECT 'events 10^' || n, 'growth', 'ours', NULL FROM generate_series(3, :scale) AS n
UNION ALL
SELECT 'lines 10^' || n, 'growth', 'ours', format(
	$$SELECT count(available_at) FROM promise.quote_query(
		'SELECT 1000 AS item, 1 + i %% 3 AS quantity FROM generate_series(1, %s) AS i')$$, 10 ^ n)
FROM generate_series(3, :scale) AS n;

SELECT bench.race_quotes('events 10^' || n, '{growth}', (10 ^ n)::int, 1, :rounds)
FROM generate_series(3, :scale) AS n \g /dev/null

SELECT bench.race_statements('lines 10^' || n, :rounds / 5 + 1) FROM generate_series(3, :scale) AS n \g /dev/null

\echo
\echo '-- growth: promise.earliest by the events of one item; promise.quote_query by the lines that compete for it'
SELECT left(race, -5) AS what, (10 ^ right(race, 1)::int)::int AS n, round((median / 1e3)::numeric, 2) AS ms,
	round((p95 / 1e3)::numeric, 2) AS p95, round((median * 1e3 / 10 ^ right(race, 1)::int)::numeric) AS "ns each"
FROM bench.result WHERE race ~ '10\^\d$' ORDER BY 1, 2;

SELECT promise.unmap('supply', 'bench.event') \g /dev/null
SELECT promise.map('supply', 'bl.ev', item => 'il', at => 't', quantity => 'qty') \g /dev/null
DROP TABLE bench.event;
