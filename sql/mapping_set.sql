/*
 * Many rows in many tables: the events against a naive query, and questions
 * about many items at once against one by one, under different plans.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET client_min_messages = warning;
SET promise.clock = '2026-06-01 00:00+00';
SET promise.timezone = 'Asia/Tokyo';
CREATE SCHEMA erp;

-- pseudo-random, and the same everywhere
CREATE FUNCTION erp.dice(n integer, seed integer, sides integer) RETURNS integer
LANGUAGE sql IMMUTABLE
RETURN ((hashint8extended(n, seed) % sides) + sides) % sides;

CREATE TABLE erp.place (id integer PRIMARY KEY, tz text, rank integer);
INSERT INTO erp.place VALUES (1, 'Europe/Berlin', 3), (2, 'America/New_York', 1), (3, NULL, 2);
CREATE TABLE erp.receipt AS
	SELECT n AS id, erp.dice(n, 1, 60) AS item, 1 + erp.dice(n, 2, 3) AS place,
		   date '2026-05-25' + erp.dice(n, 3, 90) AS day,
		   CASE WHEN erp.dice(n, 4, 20) > 0 THEN erp.dice(n, 5, 40) - 3 END AS qty,
		   CASE WHEN erp.dice(n, 6, 8) = 0 THEN erp.dice(n, 7, 2000) END AS for_line
	FROM generate_series(1, 2000) AS n;
CREATE TABLE erp.line AS
	SELECT n AS id, erp.dice(n, 8, 60) AS item, 1 + erp.dice(n, 9, 3) AS place,
		   CASE WHEN erp.dice(n, 10, 20) > 0
				THEN timestamp '2026-05-25' + erp.dice(n, 11, 90 * 24) * interval '1 hour' END AS due,
		   CASE WHEN erp.dice(n, 12, 20) > 0 THEN (erp.dice(n, 13, 30) - 2) / 4.0 END AS qty,
		   erp.dice(n, 14, 4) > 0 AS open
	FROM generate_series(1, 2000) AS n;
INSERT INTO promise.commitment (ref, item, location, at, quantity, kind, expires_at)
	SELECT n::text, erp.dice(n, 15, 60), 1 + erp.dice(n, 16, 3),
		   timestamptz '2026-05-25 00:00+00' + erp.dice(n, 17, 90) * interval '1 day', erp.dice(n, 18, 9),
		   'hold', CASE WHEN erp.dice(n, 19, 2) = 0
						THEN timestamptz '2026-05-31 00:00+00' + erp.dice(n, 20, 48) * interval '1 hour' END
	FROM generate_series(1500, 2500) AS n;
INSERT INTO promise.supply (item, location, at, quantity)
	SELECT i, p, '-infinity', erp.dice(i * 3 + p, 21, 100) FROM generate_series(0, 59) AS i, generate_series(1, 3) AS p;
SELECT promise.map('location', 'erp.place', location => 'id', zone => 'tz', priority => 'rank');
SELECT promise.map('supply', 'erp.receipt', item => 'item', location => 'place', at => 'day',
	quantity => 'qty', ref => 'id', for_ref => 'for_line');
SELECT promise.map('demand', 'erp.line', item => 'item', location => 'place', at => 'due',
	quantity => 'qty', ref => 'id', filter => 'open');

-- what the events should be, as plainly as can be
CREATE VIEW erp.naive AS
	SELECT r.item::text AS item, r.place::text AS location,
		   ((r.day + 1)::timestamp AT TIME ZONE COALESCE(p.tz, 'Asia/Tokyo')) - interval '1 microsecond' AS at,
		   r.qty::numeric AS quantity, r.id::text AS ref, r.for_line::text AS for_ref
	FROM erp.receipt AS r JOIN erp.place AS p ON p.id = r.place
	WHERE r.qty <> 0
	UNION ALL
	SELECT l.item::text, l.place::text, l.due AT TIME ZONE COALESCE(p.tz, 'Asia/Tokyo'),
		   -l.qty, l.id::text, NULL
	FROM erp.line AS l JOIN erp.place AS p ON p.id = l.place
	WHERE l.open AND l.qty > 0
	UNION ALL
	SELECT c.item, c.location, c.at, -c.quantity, c.ref, NULL
	FROM promise.commitment AS c
	WHERE c.quantity > 0
	  AND (c.expires_at IS NULL OR c.expires_at > '2026-06-01 00:00+00')
	  AND NOT EXISTS (SELECT FROM erp.line AS l WHERE l.open AND l.id::text = c.ref)
	UNION ALL
	SELECT s.item, s.location, s.at, s.quantity, NULL, NULL FROM promise.supply AS s WHERE s.quantity <> 0;
CREATE FUNCTION erp.compare(exclude text[] DEFAULT NULL)
RETURNS TABLE (events bigint, missing bigint, surplus bigint) LANGUAGE sql
BEGIN ATOMIC
	WITH found AS (
		SELECT e.item, e.location, e.at, e.quantity, e.ref, e.for_ref
		FROM generate_series(0, 61) AS i, promise.events(i::text, exclude => compare.exclude) AS e
	), expected AS (
		SELECT n.item, n.location, n.at, n.quantity, n.ref,
			   CASE WHEN n.for_ref = ANY (compare.exclude) THEN NULL ELSE n.for_ref END AS for_ref
		FROM erp.naive AS n
		WHERE NOT (n.quantity < 0 AND n.ref IS NOT NULL AND n.for_ref IS NULL
				   AND n.ref = ANY (COALESCE(compare.exclude, '{}'))
				   AND NOT EXISTS (SELECT FROM erp.receipt AS r
								   WHERE r.id::text = n.ref AND r.item::text = n.item AND r.qty = n.quantity))
	)
	SELECT (SELECT count(*) FROM found),
		   (SELECT count(*) FROM (TABLE expected EXCEPT ALL TABLE found) AS x),
		   (SELECT count(*) FROM (TABLE found EXCEPT ALL TABLE expected) AS x);
END;
SELECT * FROM erp.compare();
SELECT * FROM erp.compare(ARRAY(SELECT n::text FROM generate_series(1, 2500, 3) AS n));

-- at one location there is what there is of it among all
SELECT count(*)
FROM generate_series(0, 61) AS i, generate_series(1, 4) AS p,
	LATERAL (SELECT array_agg((e.at, e.quantity, e.ref)) AS one FROM promise.events(i::text, p::text) AS e) AS a,
	LATERAL (SELECT array_agg((e.at, e.quantity, e.ref)) AS one FROM promise.events(i::text) AS e WHERE e.location = p::text) AS b
WHERE a.one IS DISTINCT FROM b.one;

-- many at once, one by one; with and without indexes, and in another order
CREATE FUNCTION erp.compare_set(place text)
RETURNS TABLE (questions bigint, differences bigint) LANGUAGE sql
BEGIN ATOMIC
	SELECT count(*), count(*) FILTER (WHERE o.at IS DISTINCT FROM promise.earliest(o.item, 25, compare_set.place))
	FROM (SELECT q.item, max(q.available_at) AS at
		  FROM promise.quote_lines(ARRAY(
				SELECT promise.request(i::text, 25, NULL, compare_set.place, i::text)
				FROM generate_series(0, 61) AS i)) AS q
		  WHERE q.option = 1 AND q.kind IN ('whole', 'later', 'none')
		  GROUP BY q.item) AS o;
END;
SELECT * FROM erp.compare_set(NULL);
SELECT * FROM erp.compare_set('2');
CREATE TEMP TABLE answers AS
	SELECT i, promise.earliest(i::text, 25) AS earliest FROM generate_series(0, 61) AS i;
SELECT count(earliest) FROM answers;
CREATE INDEX ON erp.receipt (item, day) INCLUDE (qty, place);
CREATE INDEX ON erp.line (item);
CREATE INDEX ON erp.line (id);
ANALYZE erp.receipt, erp.line;
SET enable_seqscan = off;
SELECT * FROM erp.compare();
SELECT * FROM erp.compare_set(NULL);
SELECT count(*) FROM answers WHERE earliest IS DISTINCT FROM promise.earliest(i::text, 25);
SET enable_bitmapscan = off;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SELECT * FROM erp.compare_set(NULL);
RESET enable_seqscan;
RESET enable_bitmapscan;
SET enable_nestloop = off;
SELECT * FROM erp.compare_set(NULL);
RESET enable_hashjoin;
RESET enable_mergejoin;
RESET enable_nestloop;
CLUSTER erp.receipt USING receipt_item_day_qty_place_idx;
UPDATE erp.line SET due = due WHERE id % 2 = 0;
SELECT * FROM erp.compare();
SELECT * FROM erp.compare_set(NULL);
SELECT count(*) FROM answers WHERE earliest IS DISTINCT FROM promise.earliest(i::text, 25);

-- in parallel: the rows that ask are scanned by workers
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
CREATE TABLE erp.question AS SELECT i, earliest FROM answers;
SELECT count(*) FROM erp.question WHERE earliest IS DISTINCT FROM promise.earliest(i::text, 25);

DELETE FROM promise.mapping;
DELETE FROM promise.commitment;
DELETE FROM promise.supply;
DROP SCHEMA erp CASCADE;
