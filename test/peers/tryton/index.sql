/*
 * The ERP's own index serves: in a database of a size at which reading a whole
 * table would be wrong, with the planner left alone.
 */
SET client_min_messages = warning;
BEGIN;
INSERT INTO product_template (id, name, type, default_uom, active, consumable)
SELECT n, 'P' || n, 'goods', 1, true, false FROM generate_series(1001, 2000) AS n;
INSERT INTO product_product (id, template, active)
SELECT n, n, true FROM generate_series(1001, 2000) AS n;
INSERT INTO stock_move (id, company, product, from_location, to_location, quantity,
						internal_quantity, uom, state, effective_date, planned_date, origin)
SELECT 10000 + n, 1, 1001 + n % 1000, CASE n % 3 WHEN 2 THEN 2 ELSE 6 END,
	   CASE n % 3 WHEN 2 THEN 7 ELSE 1 END, 1, 1, 1,
	   CASE n % 3 WHEN 0 THEN 'done' ELSE 'draft' END,
	   CASE n % 3 WHEN 0 THEN date '2026-11-01' END,
	   CASE n % 3 WHEN 0 THEN NULL ELSE date '2026-12-01' + n % 90 END,
	   CASE n % 3 WHEN 2 THEN 'sale.line,' || 10000 + n END
FROM generate_series(1, 10000) AS n;
ANALYZE stock_move, stock_location, product_product, product_template;

-- the indexes that the queries search for a product
CREATE FUNCTION pg_temp.plan_of(role text, relation regclass, name text) RETURNS SETOF text
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('PREPARE by_key AS %s', promise.mapping_query(role, relation, name));
	RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) EXECUTE by_key(1234)';
	DEALLOCATE by_key;
END
$$;
CREATE FUNCTION pg_temp.plan_of_all() RETURNS SETOF text
LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE 'EXPLAIN SELECT item, at, quantity FROM promise_tryton.demand';
END
$$;
SET LOCAL plan_cache_mode = force_generic_plan;
SELECT m.role, m.relation, m.name,
	   count(*) FILTER (WHERE plan ~ 'on stock_move_product_index|using stock_move_product_index on stock_move') AS by_index,
	   count(*) FILTER (WHERE plan LIKE '%Seq Scan on stock_move%') AS by_scan
FROM promise.mappings AS m
CROSS JOIN LATERAL pg_temp.plan_of(m.role, m.relation, m.name) AS plan
WHERE m.role IN ('supply', 'demand')
GROUP BY m.role, m.relation, m.name
ORDER BY m.role, m.relation::text, m.name;
-- how one of them reaches the moves
SELECT ltrim(plan, ' ->') AS step
FROM pg_temp.plan_of('demand', 'promise_tryton.demand', 'sale') AS plan
WHERE plan LIKE '%stock_move%' OR plan LIKE '%$1%';

-- promise.map finds nothing to advise
SET LOCAL client_min_messages = notice;
SELECT promise.map(m.role, m.relation, name => m.name, ref => m.columns ->> 'ref', filter => m.filter)
FROM promise.mappings AS m WHERE m.role IN ('supply', 'demand');

-- and the whole book is asked in one statement
SELECT count(*), count(DISTINCT available_at), sum(quantity)
FROM promise.quote_query('SELECT id::text AS item, 1 AS quantity, NULL::date AS due, ''5'' AS location
	FROM product_product WHERE id > 1000');

-- the planner expects rows, and not a single one, so that it does not read the
-- moves of all products once for each
SELECT (regexp_match(plan, 'rows=(\d+)'))[1]::integer > 1000 AS many
FROM pg_temp.plan_of_all() AS plan
LIMIT 1;
ROLLBACK;
