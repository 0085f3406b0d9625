/*
 * 88_history.sql - what the ledger knows of orders in mapped tables: what was
 * promised at first, how often it was changed, which are gone.
 */

/*
 * What the state of pg_catalog.sum() is made of pays for many numbers; here
 * there are a few for each of many promises.
 */
CREATE AGGREGATE promise.add_up(numeric) (
	SFUNC = pg_catalog.numeric_add,
	STYPE = numeric,
	COMBINEFUNC = pg_catalog.numeric_add,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE promise.add_up(numeric) IS
'the same as sum(), with less to set up for each of many small groups';

/*
 * What a transaction has promised is what it has left of the order when it ends, on
 * the last of its dates if it has several.  The first one that has left anything
 * counts.  Most have one entry of an order, so only for others it is looked up which
 * date is left.
 */
CREATE FUNCTION promise.date_left(ref text, transaction xid8) RETURNS timestamptz
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000
	RETURN (SELECT pg_catalog.max(p.at)
			FROM (SELECT l.at FROM promise.ledger AS l
				  WHERE l.ref OPERATOR(pg_catalog.=) date_left.ref AND l.relation IS NOT NULL
					AND l.transaction OPERATOR(pg_catalog.=) date_left.transaction
				  GROUP BY l.at
				  HAVING pg_catalog.sum(l.change) OPERATOR(pg_catalog.>) 0) AS p);
COMMENT ON FUNCTION promise.date_left(text, xid8) IS
'the last date for which a transaction has left more of an order in a mapped table than there was';

CREATE FUNCTION promise.first_promises(
	OUT ref text,
	OUT at timestamptz,
	OUT quantity numeric,
	OUT opened_at timestamptz
) RETURNS SETOF record
	LANGUAGE sql STABLE PARALLEL SAFE COST 100000 ROWS 10000
BEGIN ATOMIC
	WITH promised AS (
		SELECT l.ref, l.transaction, pg_catalog.min(l.entry) AS entry, pg_catalog.count(*) AS entries,
			   pg_catalog.min(l.at) AS at, promise.add_up(l.change) AS quantity,
			   pg_catalog.min(l.at_time) FILTER (WHERE l.kind OPERATOR(pg_catalog.=) 'opening') AS opened_at
		FROM promise.ledger AS l
		WHERE l.relation IS NOT NULL
		GROUP BY l.ref, l.transaction
		HAVING promise.add_up(l.change) OPERATOR(pg_catalog.>) 0
	), first AS (
		SELECT DISTINCT ON (p.ref) p.*
		FROM promised AS p
		ORDER BY p.ref, p.entry
	)
	SELECT f.ref,
		   CASE f.entries WHEN 1 THEN f.at ELSE promise.date_left(f.ref, f.transaction) END,
		   f.quantity, f.opened_at
	FROM first AS f;
END;
COMMENT ON FUNCTION promise.first_promises() IS
'what was promised at first of each order in a mapped table whose history is kept; opened_at: as it stood when its history began';

/*
 * The last that the ledger knows of the order is that it went.  Rows that somebody
 * may not see are not gone, and one that has come back without anything open has
 * no entry: whoever reads this also looks for a row.
 */
CREATE VIEW promise.gone WITH (security_invoker = true) AS
	SELECT l.ref, l.item, l.location, l.at, l.customer, l.seller, l.at_time AS gone_at,
		   o.kind, o.group_ref, o.accepted_at, o.requested_at, o.channel, o.price, o.cost, o.currency
	FROM promise.gone_order AS o
	JOIN promise.ledger AS l ON l.entry OPERATOR(pg_catalog.=) o.entry
	WHERE NOT EXISTS (SELECT FROM promise.ledger AS n
					  WHERE n.ref OPERATOR(pg_catalog.=) o.ref AND n.relation IS NOT NULL
						AND n.entry OPERATOR(pg_catalog.>) o.entry);
COMMENT ON VIEW promise.gone IS 'orders of mapped tables whose history is kept that are gone, as they were at last';
COMMENT ON COLUMN promise.gone.ref IS 'the promise';
COMMENT ON COLUMN promise.gone.item IS 'its item';
COMMENT ON COLUMN promise.gone.location IS 'where it was to be delivered from';
COMMENT ON COLUMN promise.gone.at IS 'the date that was promised in the end';
COMMENT ON COLUMN promise.gone.customer IS 'whom it was promised to';
COMMENT ON COLUMN promise.gone.seller IS 'who had sold it';
COMMENT ON COLUMN promise.gone.gone_at IS 'when it went';
COMMENT ON COLUMN promise.gone.kind IS 'kind of the demand; NULL: its row said none';
COMMENT ON COLUMN promise.gone.group_ref IS 'the order that it belonged to';
COMMENT ON COLUMN promise.gone.accepted_at IS 'when it was accepted';
COMMENT ON COLUMN promise.gone.requested_at IS 'the date that the customer had asked for';
COMMENT ON COLUMN promise.gone.channel IS 'through which channel it was sold';
COMMENT ON COLUMN promise.gone.price IS 'price of one unit';
COMMENT ON COLUMN promise.gone.cost IS 'cost of one unit';
COMMENT ON COLUMN promise.gone.currency IS 'currency of price and cost';
GRANT SELECT ON promise.gone TO @extowner@ WITH GRANT OPTION;

/*
 * Of an order in a mapped table that counts which each transaction has left of it,
 * place by place.  What it was made of in the transaction that entered it is no
 * change, and neither is its end.
 *
 * It may be less because something was delivered, or more because something came
 * back; see src/store/history.h.  A step by just the quantity of a delivery is that
 * delivery.  Of the other steps to less as many are deliveries, the smallest
 * first, as can be with what else was delivered: in doubt nothing was changed.
 * Deliveries from before the ledger knew the order are none of these.
 */
CREATE FUNCTION promise.order_changes(
	ref text,
	OUT transaction xid8,
	OUT entry bigint
) RETURNS SETOF record
	LANGUAGE sql STABLE STRICT PARALLEL RESTRICTED COST 1000 ROWS 2
BEGIN ATOMIC
	WITH known AS (
		SELECT l.transaction, l.entry, l.kind, l.item, l.location, l.at, l.change, l.at_time
		FROM promise.ledger AS l
		WHERE l.ref OPERATOR(pg_catalog.=) order_changes.ref
		  AND l.relation IS NOT NULL
	), first AS (
		SELECT k.transaction, k.kind, k.at_time FROM known AS k
		ORDER BY k.entry LIMIT 1
	), place AS (
		SELECT k.transaction, pg_catalog.max(k.entry) AS entry, pg_catalog.sum(k.change) AS change,
			   pg_catalog.bool_or(k.kind OPERATOR(pg_catalog.=) 'delete') AS is_gone
		FROM known AS k
		WHERE k.kind OPERATOR(pg_catalog.<>) 'opening'
		  AND k.transaction OPERATOR(pg_catalog.<>) (SELECT f.transaction FROM first AS f)
		GROUP BY k.transaction, k.item, k.location, k.at
	), step AS (
		SELECT p.transaction, pg_catalog.max(p.entry) AS entry,
			   -- at more than one place it is no delivery
			   CASE WHEN pg_catalog.count(*) OPERATOR(pg_catalog.=) 1
					THEN OPERATOR(pg_catalog.-) pg_catalog.sum(p.change) END AS less
		FROM place AS p
		WHERE p.change OPERATOR(pg_catalog.<>) 0
		GROUP BY p.transaction
		HAVING pg_catalog.bool_or(p.change OPERATOR(pg_catalog.>) 0) OR NOT pg_catalog.bool_or(p.is_gone)
	), delivery AS (
		SELECT d.quantity, pg_catalog.row_number() OVER (PARTITION BY d.quantity ORDER BY d.at) AS number
		FROM first AS f,
			 (SELECT o.at, o.quantity FROM promise.delivery AS o
			  WHERE o.ref OPERATOR(pg_catalog.=) order_changes.ref
			  UNION ALL
			  SELECT m.at, m.quantity FROM promise.mapped_deliveries(ARRAY[order_changes.ref]) AS m) AS d
		WHERE f.kind OPERATOR(pg_catalog.<>) 'opening' OR d.at OPERATOR(pg_catalog.>=) f.at_time
	), matched AS (
		SELECT s.transaction, s.entry, s.less, d.quantity
		FROM (SELECT t.transaction, t.entry, t.less,
					 pg_catalog.row_number() OVER (PARTITION BY t.less ORDER BY t.entry) AS number
			  FROM step AS t) AS s
		LEFT JOIN delivery AS d ON d.quantity OPERATOR(pg_catalog.=) s.less AND d.number OPERATOR(pg_catalog.=) s.number
	)
	SELECT m.transaction, m.entry
	FROM (SELECT u.transaction, u.entry, u.less,
				 pg_catalog.sum(u.less) FILTER (WHERE u.less OPERATOR(pg_catalog.>) 0)
				 OVER (ORDER BY u.less, u.entry) AS less_by_then
		  FROM matched AS u
		  WHERE u.quantity IS NULL) AS m
	WHERE m.less IS NULL
	   OR m.less OPERATOR(pg_catalog.<) 0
	   OR m.less_by_then OPERATOR(pg_catalog.>) (
			(SELECT COALESCE(pg_catalog.sum(d.quantity), 0) FROM delivery AS d)
			OPERATOR(pg_catalog.-)
			(SELECT COALESCE(pg_catalog.sum(d.quantity), 0) FROM matched AS d))
	ORDER BY m.entry;
END;
COMMENT ON FUNCTION promise.order_changes(text) IS
'the transactions that changed an order in a mapped table, each with its last entry of promise.ledger; deliveries are no changes';

CREATE FUNCTION promise.times_changed(ref text) RETURNS bigint
	LANGUAGE sql STABLE STRICT PARALLEL RESTRICTED COST 1000
BEGIN ATOMIC
	SELECT pg_catalog.count(DISTINCT c.transaction)
	FROM (SELECT l.transaction
		  FROM promise.ledger AS l
		  WHERE l.ref OPERATOR(pg_catalog.=) times_changed.ref
			AND l.relation IS NULL
			AND l.kind OPERATOR(pg_catalog.=) ANY ('{change,update}')
		  UNION ALL
		  SELECT o.transaction
		  FROM promise.order_changes(times_changed.ref) AS o) AS c
	WHERE c.transaction IS DISTINCT FROM pg_catalog.pg_current_xact_id_if_assigned();
END;
COMMENT ON FUNCTION promise.times_changed(text) IS
'in how many transactions a promise was changed, this one apart';
