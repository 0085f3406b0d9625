/*
 * 94_profit.sql - what a project was to earn when it was bid and promised, and
 * what it has earned when it was delivered.
 *
 * Promises and deliveries are those that the scoreboard counts, so that both say
 * the same.
 */
CREATE FUNCTION promise.project_profit(
	project text,
	OUT stage text,
	OUT currency text,
	OUT revenue numeric,
	OUT cost numeric,
	OUT margin numeric,
	OUT margin_percent numeric,
	OUT complete boolean
) RETURNS SETOF record
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 3
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH lines AS MATERIALIZED (
		SELECT l.*
		FROM promise.project AS p
		JOIN promise.scoreboard_lines() AS l ON l.item = p.item
		WHERE p.project = project_profit.project AND NOT l.cancelled
	), amounts (place, stage, currency, revenue, cost, complete) AS (
		SELECT 1, 'bid', d.currency, d.quantity * d.price, d.quantity * d.cost, true
		FROM promise.deliverable_now AS d
		WHERE d.project = project_profit.project AND d.list = 'bid' AND d.currency IS NOT NULL
		UNION ALL
		SELECT 2, 'promise', l.currency, l.first_quantity * l.price, l.first_quantity * l.cost, true
		FROM lines AS l
		UNION ALL
		SELECT 3, 'delivery', l.currency, l.delivered * l.price, l.delivered_cost,
			   l.delivered >= l.last_quantity
		FROM lines AS l
	), totals AS (
		-- what is not known of one is not known of all
		SELECT a.place, a.stage, a.currency,
			   CASE WHEN bool_and(a.revenue IS NOT NULL) THEN sum(a.revenue) END AS revenue,
			   CASE WHEN bool_and(a.cost IS NOT NULL) THEN sum(a.cost) END AS cost,
			   bool_and(a.complete) AS complete
		FROM amounts AS a
		GROUP BY a.place, a.stage, a.currency
	)
	SELECT t.stage, t.currency, t.revenue, t.cost, t.revenue - t.cost,
		   round((t.revenue - t.cost) * 100 / NULLIF(t.revenue, 0), 2), t.complete
	FROM totals AS t
	ORDER BY t.currency COLLATE "C", t.place;
END
$$;
COMMENT ON FUNCTION promise.project_profit(text) IS
'revenue, cost and margin of a project as bid, as promised and as delivered by now, per currency';
