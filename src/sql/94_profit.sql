/*
 * 94_profit.sql - what a project was to earn when it was bid and promised, and
 * what it has earned when it was delivered.
 *
 * Promises and deliveries are those that the scoreboard counts, so that both say
 * the same.  Where they do not say a cost, hours do: in the currency of their rates,
 * whatever that of the promise.
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
		SELECT l.*,
			   EXISTS (SELECT FROM promise.delivered AS d
					   LEFT JOIN promise.commitment AS c ON c.ref = d.ref
					   WHERE l.ref IN (d.ref, c.part_of) AND d.cost IS NOT NULL) AS says_cost
		FROM promise.project AS p
		JOIN promise.scoreboard_lines() AS l ON l.item = p.item
		WHERE p.project = project_profit.project AND NOT l.cancelled
	), estimated AS MATERIALIZED (
		SELECT l.ref, h.currency, h.cost
		FROM lines AS l
		CROSS JOIN promise.project_labour(project_profit.project, 'estimated', l.first_quantity) AS h
		WHERE l.cost IS NULL
	), worked AS MATERIALIZED (
		SELECT h.currency, h.cost
		FROM promise.project_labour(project_profit.project, 'worked') AS h
		WHERE (SELECT NOT bool_or(l.says_cost) FROM lines AS l)
	), amounts (place, stage, currency, revenue, cost, complete) AS (
		SELECT 1, 'bid', d.currency, d.quantity * d.price, d.quantity * d.cost, true
		FROM promise.deliverable_now AS d
		WHERE d.project = project_profit.project AND d.list = 'bid' AND d.currency IS NOT NULL
		UNION ALL
		SELECT 2, 'promise', l.currency, l.first_quantity * l.price,
			   CASE WHEN l.ref IN (SELECT e.ref FROM estimated AS e) THEN 0 ELSE l.first_quantity * l.cost END, true
		FROM lines AS l
		UNION ALL
		SELECT 2, 'promise', e.currency, 0, e.cost, true
		FROM estimated AS e
		UNION ALL
		SELECT 3, 'delivery', l.currency, l.delivered * l.price,
			   CASE WHEN EXISTS (SELECT FROM worked) THEN 0 ELSE l.delivered_cost END,
			   l.delivered >= l.last_quantity
		FROM lines AS l
		UNION ALL
		SELECT 3, 'delivery', w.currency, 0, w.cost, (SELECT bool_and(l.delivered >= l.last_quantity) FROM lines AS l)
		FROM worked AS w
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
