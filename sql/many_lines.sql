/*
 * many_lines: questions of more lines than one batch, and lines that are
 * delivered together from several locations.
 */
SET promise.clock = '2026-11-22 08:10+00';
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';

BEGIN;
INSERT INTO promise.location (location, priority) VALUES ('main', 0), ('east', 1), ('west', 2);
INSERT INTO promise.supply (item, location, at, quantity, ref)
SELECT 'I' || i, l, timestamptz '2026-12-01 00:00+00' + (i * 7 + length(l) * 3 + n) % 30 * interval '1 day',
	10 + (i + n) % 5, format('PO-%s-%s-%s', i, l, n)
FROM generate_series(1, 20) AS i, unnest(ARRAY['main', 'east', 'west']) AS l, generate_series(1, 4) AS n;

CREATE TEMP TABLE line AS
SELECT n AS ref, 'I' || (n % 20 + 1) AS item, (n % 3 + 1) / 1000.0 AS quantity,
	CASE n % 5 WHEN 0 THEN 'east' WHEN 1 THEN 'main' END AS location,
	CASE n % 2 WHEN 0 THEN timestamptz '2026-12-10 00:00+00' END AS due
FROM generate_series(1, 23000) AS n;

-- in a dozen batches: the lines of a query, and of an array, get the same offers
CREATE TEMP TABLE by_query AS
SELECT * FROM promise.quote_query('SELECT * FROM line ORDER BY ref');
CREATE TEMP TABLE by_array AS
SELECT * FROM promise.quote_lines((
	SELECT array_agg(promise.request(item, quantity, due, location, ref::text) ORDER BY ref)
	FROM line));
SELECT count(*) FROM by_query;
SELECT count(*) FROM ((TABLE by_query EXCEPT ALL TABLE by_array) UNION ALL (TABLE by_array EXCEPT ALL TABLE by_query)) AS d;

-- they come in the order of the lines, each from where it was asked for
SELECT count(*) FROM (
	SELECT ref::integer AS ref, lag(ref::integer, 1, 0) OVER () AS before FROM by_query) AS o
WHERE ref < before;
SELECT count(*) FROM by_query AS o JOIN line AS l ON l.ref = o.ref::integer
WHERE o.kind <> 'none' AND l.location IS NOT NULL AND o.location <> l.location;

-- nobody is promised what is not there: what was offered, as demand
INSERT INTO promise.commitment (ref, item, location, at, quantity)
SELECT format('%s/%s', ref, part), item, location, available_at, quantity
FROM by_query WHERE kind <> 'none';
SELECT count(*), min(balance) >= 0 AS covered
FROM generate_series(1, 20) AS i, promise.availability('I' || i) AS a;
ROLLBACK;

-- together: dealt out to the locations so that they all have it soonest
BEGIN;
INSERT INTO promise.supply (item, location, at, quantity) VALUES
	('A', 'main', '2026-12-01 00:00+00', 10),
	('A', 'north', '2026-12-02 00:00+00', 7),
	('A', 'main', '2026-12-20 00:00+00', 100),
	('B', 'main', '2026-11-30 00:00+00', 1);
-- one after another, the 4 would leave no room for the 6 beside the 7
SELECT item, quantity, location, available_at
FROM promise.quote_lines(ARRAY[
	promise.request('A', 4), promise.request('A', 6), promise.request('A', 7), promise.request('B', 1)], true);
SELECT item, quantity, location, available_at
FROM promise.quote_lines(ARRAY[
	promise.request('A', 7), promise.request('A', 4), promise.request('A', 6, location => 'main')], true);
SELECT item, quantity, location, available_at, reason
FROM promise.quote_lines(ARRAY[
	promise.request('A', 7), promise.request('A', 4), promise.request('A', 6, location => 'nowhere')], true);
-- a horizon that ends before the slowest line is there
INSERT INTO promise.stocking (item, location, horizon) VALUES ('B', 'main', '9 days');
SELECT item, quantity, location, available_at, reason, detail
FROM promise.quote_lines(ARRAY[promise.request('A', 50), promise.request('B', 1)], true);
-- more lines than a batch are still one question
SELECT count(*), count(DISTINCT available_at), min(available_at)
FROM promise.quote_query('SELECT ''A'' AS item, 0.001 AS quantity FROM generate_series(1, 21000)', true);
SELECT count(*) FROM promise.quote_query('SELECT 1 AS item, 1 AS quantity WHERE false', true);
SELECT count(*) FROM promise.quote_query(NULL);
SELECT count(*) FROM promise.quote_lines(NULL);
SELECT count(*) FROM promise.quote_lines('{}');
SELECT count(*) FROM promise.quote_lines(ARRAY[NULL, promise.request('A', NULL)]);
SELECT * FROM promise.quote_lines(ARRAY[promise.request('A', -1)]);
ROLLBACK;
SELECT * FROM promise.quote_query('SELECT ''A'' AS item, 0 AS quantity');

-- a long question can be cancelled
SET statement_timeout = '100ms';
SELECT count(*) FROM promise.quote_query('SELECT g AS item, 1 AS quantity FROM generate_series(1, 3000000) AS g');
RESET statement_timeout;
