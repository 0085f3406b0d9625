/*
 * 83_verify.sql - the truth from the rows alone, and whether all that is
 * derived from them agrees with it.
 */

CREATE FUNCTION promise.counted_items() RETURNS SETOF text
	AS 'MODULE_PATHNAME', 'conflicts_counted_items'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 100000 ROWS 100;
COMMENT ON FUNCTION promise.counted_items() IS
'every item that has rows of supply, demand or plans, own or mapped';

CREATE FUNCTION promise.counted_resources() RETURNS SETOF text
	AS 'MODULE_PATHNAME', 'conflicts_counted_resources'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 100000 ROWS 100;
COMMENT ON FUNCTION promise.counted_resources() IS
'every resource that something loads, own or mapped';

/*
 * A setting keeps this from being inlined, so that the planner expects few rows: a
 * query that is thought to be so long that it is worth compiling would spend a
 * second or two on that alone.
 */
CREATE FUNCTION promise.counted_nodes() RETURNS TABLE (item text, location text)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000 ROWS 100
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT i.item, p.location
	FROM promise.counted_items() AS i (item),
		 LATERAL (SELECT DISTINCT e.location FROM promise.events(i.item) AS e) AS p;
END;
COMMENT ON FUNCTION promise.counted_nodes() IS
'every item with the locations where it has rows of supply, demand or plans, own or mapped';

/*
 * The balance of an item at a location after each instant at which it may
 * change, from the rows alone.
 */
CREATE FUNCTION promise.check_levels(
	item text,
	location text DEFAULT 'main'
) RETURNS TABLE (at timestamptz, balance numeric)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 20000 ROWS 20
BEGIN ATOMIC
	SELECT w.at, w.balance
	FROM (SELECT array_agg(f.at) AS dates, array_agg(f.quantity) AS quantities,
				 array_agg(f.ends_at) AS ends
		  FROM promise.check_flows(check_levels.item, check_levels.location) AS f) AS f,
		 LATERAL promise.check_walk(f.dates, f.quantities, f.ends) AS w;
END;
COMMENT ON FUNCTION promise.check_levels(text, text) IS
'the balance of an item at a location after each instant at which it may change, computed in SQL';

/*
 * Stretches of time in which the balance, or what is free of a resource, is
 * negative.  The look-ahead ends with the replenishment lead time.
 */
CREATE VIEW promise.shortage AS
WITH levels AS (
	SELECT 'stock'::text AS kind, n.item, n.location, NULL::text AS resource,
		   w.at, w.balance, COALESCE(r.lead_end, 'infinity') AS lead_end
	FROM promise.counted_nodes() AS n,
		 LATERAL promise.node_rules(n.item, n.location) AS r,
		 LATERAL promise.check_levels(n.item, n.location) AS w
	UNION ALL
	SELECT 'capacity', NULL, NULL, c.resource, c.at,
		   sum(c.change) OVER (PARTITION BY c.resource ORDER BY c.at), 'infinity'
	FROM (SELECT n.resource, x.at, sum(x.change) AS change
		  FROM promise.counted_resources() AS n (resource),
			   LATERAL (SELECT promise.now() AS at, 0::numeric AS change
						UNION ALL
						SELECT greatest(x.at, promise.now()), x.change
						FROM promise.capacity_events(n.resource) AS e,
							 LATERAL (VALUES (lower(e.during), e.units),
											 (COALESCE(upper(e.during), 'infinity'), - e.units)
							 ) AS x (at, change)) AS x
		  WHERE x.at < 'infinity'
		  GROUP BY n.resource, x.at) AS c
), steps AS (
	SELECT l.*,
		   lead(l.at, 1, 'infinity') OVER node AS next_at,
		   -- stretches of one sign have one number
		   count(*) FILTER (WHERE l.balance >= 0) OVER node AS stretch
	FROM levels AS l
	WHERE l.at < l.lead_end
	WINDOW node AS (PARTITION BY l.kind, l.item, l.location, l.resource ORDER BY l.at)
)
SELECT s.kind, s.item, s.location, s.resource,
	   min(s.at) AS from_at,
	   NULLIF(least(max(s.next_at), min(s.lead_end)), 'infinity') AS until_at,
	   - min(s.balance) AS missing
FROM steps AS s
WHERE s.balance < 0
GROUP BY s.kind, s.item, s.location, s.resource, s.stretch
ORDER BY s.kind DESC, s.item, s.location, s.resource, min(s.at);
COMMENT ON VIEW promise.shortage IS
'when and where the balance is negative, from the rows alone: computed in SQL, for all items and resources, which takes its time';
COMMENT ON COLUMN promise.shortage.kind IS 'stock or capacity';
COMMENT ON COLUMN promise.shortage.item IS 'the item; NULL: it is a resource';
COMMENT ON COLUMN promise.shortage.location IS 'where; NULL: it is a resource';
COMMENT ON COLUMN promise.shortage.resource IS 'the resource; NULL: it is an item';
COMMENT ON COLUMN promise.shortage.from_at IS 'first instant of the stretch';
COMMENT ON COLUMN promise.shortage.until_at IS
'instant at which it ends, or up to which it can be replenished; NULL: never';
COMMENT ON COLUMN promise.shortage.missing IS 'the most that is missing within it';
GRANT ALL ON promise.shortage TO @extowner@ WITH GRANT OPTION;

CREATE FUNCTION promise.verify() RETURNS SETOF text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 5
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	node record;
BEGIN
	-- the ledger adds up to what is open
	IF EXISTS (SELECT FROM promise.guard AS g
			   WHERE g.relation = 'promise.commitment'::regclass)
	THEN
		RETURN QUERY
		SELECT format('ledger of promise "%s": %s of item "%s" at location "%s" on %s, but %s is open',
					  n.ref, trim_scale(sum(n.change)), n.item, n.location, n.at,
					  trim_scale(sum(n.quantity)))
		FROM (SELECT l.ref, l.item, l.location, l.at, l.change, 0.0 AS quantity
			  FROM promise.ledger AS l
			  WHERE l.relation IS NULL
			  UNION ALL
			  SELECT c.ref, c.item, c.location, c.at, 0.0, c.quantity
			  FROM promise.commitment AS c) AS n
		GROUP BY n.ref, n.item, n.location, n.at
		HAVING sum(n.change) <> sum(n.quantity)
		ORDER BY n.ref, n.at;

		RETURN QUERY
		SELECT format('ledger of promise "%s": entry %s leaves less than nothing of item "%s" at location "%s" on %s',
					  l.ref, l.entry, l.item, l.location, l.at)
		FROM (SELECT e.*, sum(e.change) OVER (PARTITION BY e.ref, e.item, e.location, e.at
											  ORDER BY e.entry) AS open
			  FROM promise.ledger AS e
			  WHERE e.relation IS NULL) AS l
		WHERE l.open < 0
		ORDER BY l.entry;
	END IF;

	-- and so it does for mapped relations, as far as the caller may see their rows
	RETURN QUERY
	SELECT format('ledger of order "%s" in %s: %s of item "%s" at location "%s" on %s, but %s is open: call promise.keep_history(%L)',
				  n.ref, n.relation, trim_scale(sum(n.change)), n.item, n.location, n.at,
				  trim_scale(sum(n.quantity)), n.relation)
	FROM (SELECT DISTINCT g.relation FROM promise.guard AS g
		  WHERE g.keeps_history
			AND has_table_privilege(g.relation, 'SELECT') AND NOT row_security_active(g.relation)) AS k
	CROSS JOIN LATERAL (
		SELECT k.relation, l.ref, l.item, l.location, l.at, l.change, 0.0 AS quantity
		FROM promise.ledger AS l
		WHERE l.relation = k.relation
		UNION ALL
		SELECT k.relation, r.ref, r.item, r.location, r.at, 0.0, r.quantity
		FROM promise.history_rows(k.relation) AS r) AS n
	GROUP BY n.relation, n.ref, n.item, n.location, n.at
	HAVING sum(n.change) <> sum(n.quantity)
	ORDER BY n.relation::text, n.ref, n.at;

	RETURN QUERY SELECT p FROM promise.guard_problems() AS p;

	-- what is planned is planned for a promise
	IF EXISTS (SELECT FROM promise.planned_flow) OR EXISTS (SELECT FROM promise.planned_load)
	   OR EXISTS (SELECT FROM promise.planned_lot)
	THEN
		RETURN QUERY
		SELECT format('%s is planned for "%s", which is no promise', n.what, n.ref)
		FROM (SELECT f.ref, format('%s of item "%s" at location "%s"',
								   trim_scale(f.quantity), f.item, f.location) AS what
			  FROM promise.planned_flow AS f
			  UNION ALL
			  SELECT o.ref, format('load of resource "%s"', o.resource)
			  FROM promise.planned_load AS o
			  UNION ALL
			  SELECT l.ref, format('lot of source "%s"', l.source)
			  FROM promise.planned_lot AS l) AS n
		WHERE NOT EXISTS (SELECT FROM promise.commitment AS c
						  WHERE c.ref = n.ref AND c.quantity > 0)
		  AND NOT EXISTS (SELECT
						  FROM promise.counted_items() AS i (item),
							   LATERAL promise.events(i.item) AS e
						  WHERE e.ref = n.ref AND e.role = 'demand'
							AND e.relation <> 'promise.planned_flow')
		ORDER BY n.ref, n.what;
	END IF;

	-- the engine counts as the rows do
	FOR node IN
		SELECT n.item, n.location FROM promise.counted_nodes() AS n
		ORDER BY n.item, n.location
	LOOP
		RETURN QUERY
		SELECT format('balance of item "%s" at location "%s" on %s: the engine says %s more than the rows',
					  node.item, node.location, d.at, trim_scale(sum(d.change)))
		FROM (SELECT a.at, a.balance - lag(a.balance, 1, 0.0) OVER (ORDER BY a.at) AS change
			  FROM promise.availability(node.item, node.location, NULL, 'cumulative') AS a
			  UNION ALL
			  SELECT w.at, lag(w.balance, 1, 0.0) OVER (ORDER BY w.at) - w.balance
			  FROM promise.check_levels(node.item, node.location) AS w) AS d
		GROUP BY d.at
		HAVING sum(d.change) <> 0
		ORDER BY d.at;
	END LOOP;

	-- a promise is in conflict exactly where the rows leave it short, unless
	-- supply itself is negative and nobody's
	RETURN QUERY
	SELECT format('item "%s" at location "%s": %s', COALESCE(s.item, c.item),
				  COALESCE(s.location, c.location),
				  CASE WHEN s.item IS NULL THEN 'a promise is in conflict, but nothing is short'
					  ELSE 'the balance is negative, but no promise is in conflict' END)
	FROM (SELECT DISTINCT h.item, h.location FROM promise.shortage AS h
		  WHERE h.kind = 'stock') AS s
	FULL JOIN (SELECT DISTINCT k.item, k.location FROM promise.conflicts() AS k
			   WHERE k.resource IS NULL) AS c
		ON c.item = s.item AND c.location = s.location
	WHERE c.item IS NULL
	  AND NOT EXISTS (SELECT FROM promise.events(s.item, s.location) AS e
					  WHERE e.role = 'supply' AND e.quantity < 0)
	   OR s.item IS NULL
	ORDER BY 1;

	-- and so is a load, unless changes alone take more than there is
	RETURN QUERY
	SELECT format('resource "%s": %s', COALESCE(s.resource, c.resource),
				  CASE WHEN s.resource IS NULL THEN 'a load is in conflict, but nothing is short'
					  ELSE 'it is overloaded, but no load is in conflict' END)
	FROM (SELECT DISTINCT h.resource FROM promise.shortage AS h
		  WHERE h.kind = 'capacity') AS s
	FULL JOIN (SELECT DISTINCT n.resource
			   FROM promise.counted_resources() AS n (resource),
					LATERAL promise.conflicts(resource => n.resource) AS k) AS c
		ON c.resource = s.resource
	WHERE c.resource IS NULL
	  AND NOT EXISTS (SELECT FROM promise.capacity_events(s.resource) AS e
					  WHERE NOT e.is_load AND e.units < 0)
	   OR s.resource IS NULL
	ORDER BY 1;
END
$$;
COMMENT ON FUNCTION promise.verify() IS
'everything derived recomputed and compared: ledger, guards, plans, balances and conflicts; no row means sound.  Reads everything';
