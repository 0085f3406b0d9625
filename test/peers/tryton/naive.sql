/*
 * The same numbers computed from the ERP's tables alone, in another way: by
 * the tree of locations as parents and children, a day at a time.
 */
CREATE TEMP TABLE event AS
	WITH RECURSIVE inside AS (
		SELECT id AS place, id AS warehouse FROM stock_location WHERE type = 'warehouse'
		UNION ALL
		SELECT l.id, i.warehouse FROM stock_location AS l JOIN inside AS i ON l.parent = i.place
	)
	SELECT m.id, m.product, i.warehouse, m.internal_quantity::numeric AS quantity,
		   CASE WHEN m.state = 'done' THEN '-infinity' ELSE m.planned_date END AS day
	FROM stock_move AS m JOIN inside AS i ON i.place = m.to_location
	WHERE m.state IN ('done', 'draft', 'assigned')
	UNION ALL
	SELECT m.id, m.product, i.warehouse, -m.internal_quantity::numeric,
		   CASE WHEN m.state = 'done' THEN '-infinity' ELSE m.planned_date END
	FROM stock_move AS m JOIN inside AS i ON i.place = m.from_location
	WHERE m.state IN ('done', 'draft', 'assigned');

CREATE TEMP TABLE day AS
	SELECT d::date AS day
	FROM generate_series(date '2026-11-22', date '2026-12-31', '1 day') AS d;

-- the balance at the end of each day, and the least balance from then on;
-- "without" leaves one move out
CREATE TEMP TABLE balance AS
	SELECT p.product, p.without, d.day, COALESCE(sum(e.quantity), 0) AS balance
	FROM (SELECT product, NULL::integer AS without FROM event
		  UNION
		  SELECT product, id FROM event WHERE day > '-infinity'
		  GROUP BY product, id HAVING sum(quantity) < 0) AS p
	CROSS JOIN day AS d
	LEFT JOIN event AS e
		ON e.product = p.product AND e.day <= d.day AND e.id IS DISTINCT FROM p.without
	GROUP BY p.product, p.without, d.day;
CREATE TEMP TABLE naive AS
	SELECT b.product, b.without, b.day, b.balance,
		   (SELECT min(l.balance) FROM balance AS l
			WHERE l.product = b.product AND l.without IS NOT DISTINCT FROM b.without
			  AND l.day >= b.day) AS atp
	FROM balance AS b;

-- for every product and day: balance and look-ahead
CREATE TEMP TABLE answer AS
	SELECT n.product, n.day, n.balance, n.atp, a.balance AS our_balance, a.atp AS our_atp
	FROM naive AS n
	CROSS JOIN LATERAL (
		SELECT v.balance, v.atp
		FROM promise.availability(n.product::text, '5') AS v
		WHERE v.at < (n.day + 1)::timestamp AT TIME ZONE 'UTC'
		ORDER BY v.at DESC
		LIMIT 1) AS a
	WHERE n.without IS NULL;
SELECT count(*), count(DISTINCT product) AS products, count(DISTINCT balance) AS balances FROM answer;
SELECT * FROM answer WHERE balance <> our_balance OR atp <> our_atp;

-- for every product and quantity: the earliest day
WITH asked AS (
	SELECT p.id AS product, q AS quantity,
		   (SELECT min(n.day) FROM naive AS n
			WHERE n.product = p.id AND n.without IS NULL AND n.atp >= q) AS naive,
		   (promise.earliest(p.id::text, q) AT TIME ZONE 'UTC')::date AS ours
	FROM product_product AS p CROSS JOIN generate_series(1, 110) AS q
)
SELECT count(*), count(naive) AS possible, count(DISTINCT naive) AS days,
	   count(*) FILTER (WHERE naive IS DISTINCT FROM ours) AS different
FROM asked;

-- for every open demand and every quantity up to its own: the earliest day
-- without it
WITH asked AS (
	SELECT m.id, q AS quantity,
		   (SELECT min(n.day) FROM naive AS n WHERE n.without = m.id AND n.atp >= q) AS naive,
		   (promise.earliest(m.product::text, q,
							 exclude => ARRAY[CASE WHEN m.origin LIKE 'sale.line,%' THEN m.origin
												   ELSE format('{stock.move,%s}', m.id) END])
			AT TIME ZONE 'UTC')::date AS ours
	FROM (SELECT DISTINCT without FROM naive) AS n
	JOIN stock_move AS m ON m.id = n.without
	CROSS JOIN LATERAL generate_series(1, m.quantity::integer) AS q
)
SELECT count(DISTINCT id) AS demands, count(*), count(DISTINCT naive) AS days,
	   count(*) FILTER (WHERE naive IS DISTINCT FROM ours) AS different
FROM asked;
