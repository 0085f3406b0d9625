/*
 * tryton.sql - promise on the database of a Tryton 6.0 ERP.
 *
 * Run it once, as the owner of the database and in that database, after
 * CREATE EXTENSION promise; running it again replaces what it made.  It creates
 * views in a schema of its own and maps them: nothing of Tryton's is altered,
 * and no row is copied.  doc/tryton.md says what counts, and why.
 *
 * Items are named by the id of the product, locations by the id of the
 * warehouse, demand by Tryton's own references: "sale.line,4" for a line of a
 * sale, "{stock.move,15}" for any other move.
 */
\set ON_ERROR_STOP on
BEGIN;

/*
 * Tryton has an index on every column that questions are asked by.  While there
 * are hardly any moves the planner takes just any of them, and promise.map would
 * give notice of that.
 */
SET LOCAL client_min_messages = warning;

/*
 * Companies share products and warehouses, but not stock.
 */
DO $$
BEGIN
	IF (SELECT count(DISTINCT company) FROM public.stock_move) > 1 THEN
		RAISE EXCEPTION 'the stock of this database belongs to several companies'
			USING HINT = 'See "Several companies" in doc/tryton.md.';
	END IF;
END
$$;

CREATE SCHEMA IF NOT EXISTS promise_tryton;
COMMENT ON SCHEMA promise_tryton IS 'how promise reads Tryton''s tables';

/*
 * Where a storage location belongs: the innermost warehouse around it.
 *
 * Tryton keeps its tree of locations as nested intervals.  Storage outside of
 * every warehouse (goods in transit) and locations of other types (customers,
 * suppliers, production, lost and found) have no row here.
 */
CREATE OR REPLACE VIEW promise_tryton.place AS
	SELECT l.id AS place, w.warehouse
	FROM public.stock_location AS l
	CROSS JOIN LATERAL (
		SELECT o.id AS warehouse
		FROM public.stock_location AS o
		WHERE o.type = 'warehouse' AND o."left" < l."left" AND o."right" > l."right"
		ORDER BY o."left" DESC
		LIMIT 1) AS w
	WHERE l.type = 'storage';
COMMENT ON VIEW promise_tryton.place IS 'storage locations and the warehouse they are in';

CREATE OR REPLACE VIEW promise_tryton.item AS
	SELECT p.id AS item, u.symbol AS unit, t.id AS family
	FROM public.product_product AS p
	JOIN public.product_template AS t ON t.id = p.template
	JOIN public.product_uom AS u ON u.id = t.default_uom
	WHERE t.type <> 'service' AND p.active AND t.active;
COMMENT ON VIEW promise_tryton.item IS
'products that are kept in stock, in the default unit of their template';

/*
 * Dates without a time are those of the company.  Tryton knows no time zone of
 * a warehouse; if the company has none either, promise.timezone holds.
 */
CREATE OR REPLACE VIEW promise_tryton.location AS
	SELECT w.id AS location,
		   (SELECT min(c.timezone) FROM public.company_company AS c
			HAVING min(c.timezone) = max(c.timezone)) AS zone
	FROM public.stock_location AS w
	WHERE w.type = 'warehouse' AND w.active;
COMMENT ON VIEW promise_tryton.location IS 'warehouses, in the time zone of the company';

/*
 * Tryton treats a consumable product as always there.
 */
CREATE OR REPLACE VIEW promise_tryton.stocking AS
	SELECT p.id AS item, w.id AS location, interval '0' AS replenishment_lead_time
	FROM public.product_product AS p
	JOIN public.product_template AS t ON t.id = p.template
	CROSS JOIN public.stock_location AS w
	WHERE t.consumable AND w.type = 'warehouse' AND w.active;
COMMENT ON VIEW promise_tryton.stocking IS 'consumable products can be had at once';

/*
 * Stock is the sum of what was moved into a warehouse and out of it; a move
 * within it adds to one of its places what it takes from another.  The sum is
 * one for each product, so that a question about some products reads the moves
 * of these, by Tryton's index.
 */
CREATE OR REPLACE VIEW promise_tryton.stock AS
	SELECT p.id AS item, s.warehouse AS location, s.quantity, s.company
	FROM public.product_product AS p
	CROSS JOIN LATERAL (
		SELECT l.warehouse, m.company,
			   sum(e.sign * m.internal_quantity::numeric) AS quantity
		FROM public.stock_move AS m
		CROSS JOIN LATERAL (VALUES (m.to_location, 1), (m.from_location, -1))
			AS e (place, sign)
		JOIN promise_tryton.place AS l ON l.place = e.place
		WHERE m.product = p.id AND m.state = 'done'
		GROUP BY l.warehouse, m.company) AS s;
COMMENT ON VIEW promise_tryton.stock IS 'what done moves have left in each warehouse';

/*
 * Open moves into a warehouse: purchases, outputs of productions, returns of
 * customers, transfers.  What is made for one line of a sale serves no other.
 *
 * A comparison of the two warehouses would be clearer than the CASE, but the
 * planner would take them for equal in every row, hence expect no row, and read
 * the moves of many products again and again.
 */
CREATE OR REPLACE VIEW promise_tryton.receipt AS
	SELECT m.product AS item, t.warehouse AS location, m.planned_date AS at,
		   m.internal_quantity AS quantity,
		   CASE WHEN m.production_output IS NOT NULL
				THEN 'production,' || m.production_output
				WHEN m.origin LIKE 'purchase.line,%' THEN m.origin
				ELSE 'stock.move,' || m.id END AS ref,
		   CASE o.type WHEN 'supplier' THEN 'purchase'
					   WHEN 'production' THEN 'production'
					   WHEN 'customer' THEN 'return'
					   ELSE 'transfer' END AS kind,
		   COALESCE(p.state, m.state) AS status,
		   CASE WHEN p.origin LIKE 'sale.line,%' THEN p.origin END AS for_ref,
		   m.company
	FROM public.stock_move AS m
	JOIN promise_tryton.place AS t ON t.place = m.to_location
	JOIN public.stock_location AS o ON o.id = m.from_location
	LEFT JOIN promise_tryton.place AS f ON f.place = m.from_location
	LEFT JOIN public.production AS p ON p.id = m.production_output
	WHERE m.state IN ('draft', 'assigned')
	  AND CASE WHEN f.warehouse = t.warehouse THEN false ELSE true END;
COMMENT ON VIEW promise_tryton.receipt IS 'open moves into a warehouse';

/*
 * Open moves out of a warehouse: deliveries to customers, inputs of
 * productions, transfers, returns to suppliers.
 */
CREATE OR REPLACE VIEW promise_tryton.demand AS
	SELECT m.product AS item, f.warehouse AS location, m.planned_date AS at,
		   m.internal_quantity AS quantity,
		   CASE d.type WHEN 'customer' THEN 'customer'
					   WHEN 'production' THEN 'component'
					   ELSE 'transfer' END AS kind,
		   COALESCE(m.shipment, 'production,' || m.production_input) AS group_ref,
		   m.id AS move, m.origin, m.company
	FROM public.stock_move AS m
	JOIN promise_tryton.place AS f ON f.place = m.from_location
	JOIN public.stock_location AS d ON d.id = m.to_location
	LEFT JOIN promise_tryton.place AS t ON t.place = m.to_location
	WHERE m.state IN ('draft', 'assigned')
	  AND CASE WHEN f.warehouse = t.warehouse THEN false ELSE true END;
COMMENT ON VIEW promise_tryton.demand IS 'open moves out of a warehouse';

/*
 * What is still to deliver of each line of a sale, in the default unit of the
 * product: a question to promise.quote.  A line that has moves waits for those
 * that are open; one that has none, as in a quotation, for all of itself.
 */
CREATE OR REPLACE VIEW promise_tryton.open_line AS
	SELECT s.number AS sale, s.state, l.id AS line, p.code,
		   l.product::text AS item,
		   CASE WHEN m.moved THEN m.quantity
				ELSE round((l.quantity * lu.factor / du.factor)::numeric, 6)
		   END AS quantity,
		   CASE WHEN m.moved THEN m.due
				ELSE COALESCE(s.shipping_date,
							  (s.sale_date + COALESCE(t.lead_time, '0'))::date)
		   END AS due,
		   s.warehouse::text AS location,
		   'sale.line,' || l.id AS ref
	FROM public.sale_line AS l
	JOIN public.sale_sale AS s ON s.id = l.sale
	JOIN public.product_product AS p ON p.id = l.product
	JOIN public.product_template AS t ON t.id = p.template
	JOIN public.product_uom AS lu ON lu.id = l.unit
	JOIN public.product_uom AS du ON du.id = t.default_uom
	CROSS JOIN LATERAL (
		SELECT count(*) > 0 AS moved,
			   sum(o.internal_quantity::numeric)
				   FILTER (WHERE o.state IN ('draft', 'assigned')) AS quantity,
			   max(o.planned_date)
				   FILTER (WHERE o.state IN ('draft', 'assigned')) AS due
		FROM public.stock_move AS o
		WHERE o.origin = 'sale.line,' || l.id) AS m
	WHERE l.type = 'line' AND l.quantity > 0 AND t.type <> 'service'
	  AND s.state IN ('draft', 'quotation', 'confirmed', 'processing')
	  AND (m.quantity > 0 OR NOT m.moved);
COMMENT ON VIEW promise_tryton.open_line IS 'what is still to deliver of each line of a sale';

/*
 * The views have the columns of their roles, under the same names.  Demand is
 * mapped in two parts, so that Tryton's indexes serve whoever looks for a ref:
 * one on the origins of moves, the other their primary key.
 */
SELECT promise.map('item', 'promise_tryton.item'),
	   promise.map('location', 'promise_tryton.location'),
	   promise.map('stocking', 'promise_tryton.stocking'),
	   promise.map('supply', 'promise_tryton.stock'),
	   promise.map('supply', 'promise_tryton.receipt'),
	   promise.map('demand', 'promise_tryton.demand', name => 'sale',
				   ref => 'origin',
				   filter => 'origin LIKE ''sale.line,%'''),
	   promise.map('demand', 'promise_tryton.demand', name => 'other',
				   ref => '{''stock.move'',move}',
				   filter => '(origin LIKE ''sale.line,%'') IS NOT TRUE');

COMMIT;
