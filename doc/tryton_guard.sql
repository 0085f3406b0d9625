/*
 * tryton_guard.sql - no sale of a Tryton 6.0 ERP is confirmed that cannot be
 * kept.
 *
 * Run it once after doc/tryton.sql, as the owner of the database; running it
 * again replaces what it made.  It creates one view and triggers on the tables
 * that the view reads; no column, no row and no line of Tryton's is altered.
 * doc/tryton.md says what is guarded, and what Tryton's users see.
 *
 * The triggers check at the end of each statement.  With
 *
 *		psql -v deferred=true -f doc/tryton_guard.sql
 *
 * they check when the transaction commits.
 */
\set ON_ERROR_STOP on
\if :{?deferred}
\else
\set deferred false
\endif
BEGIN;
SET LOCAL client_min_messages = warning;

/*
 * What customers have been promised, once each.  Tryton promises when a sale is
 * confirmed, and makes the moves of its lines when it is processed, as a rule
 * in a transaction of its own.  So a promise is
 *
 * 1. what Tryton would still make moves for: the quantity of the line less that
 *	  of its moves, on the day that it would give them.  Cancelled moves count
 *	  as moved until somebody has them made again, as in Tryton;
 * 2. each open move of the line.
 *
 * Both halves name the same item, place and day under the same ref, so nothing
 * changes when a sale is processed.
 *
 * What is bought because it has been sold ("supply on sale", of the module
 * sale_supply) has no supply yet when it is promised, hence "bought": counted,
 * not guarded.  The columns of that module are read by name, so that the view
 * does without it.
 */
CREATE OR REPLACE VIEW promise_tryton.promised AS
	SELECT l.product AS item, s.warehouse AS location,
		   greatest(s.shipping_date,
					(s.sale_date + COALESCE(t.lead_time, '0'))::date) AS at,
		   round((r.quantity * lu.factor / du.factor)::numeric, du.digits) AS quantity,
		   'sale.line,' || l.id AS ref,
		   'sale.sale,' || s.id AS group_ref,
		   (l.create_date AT TIME ZONE 'UTC') AS accepted_at,
		   false AS bought
	FROM public.sale_line AS l
	JOIN public.sale_sale AS s ON s.id = l.sale
	JOIN public.product_product AS p ON p.id = l.product
	JOIN public.product_template AS t ON t.id = p.template
	JOIN public.product_uom AS lu ON lu.id = l.unit
	JOIN public.product_uom AS du ON du.id = t.default_uom
	CROSS JOIN LATERAL (
		SELECT round((l.quantity - COALESCE(sum(m.quantity * mu.factor / lu.factor), 0))::numeric,
					 lu.digits)::float8 AS quantity
		FROM public.stock_move AS m
		JOIN public.product_uom AS mu ON mu.id = m.uom
		WHERE m.origin = 'sale.line,' || l.id
		  AND NOT EXISTS (
			SELECT FROM public.sale_line_moves_recreated_rel AS a
			WHERE a.sale_line = l.id AND a.move = m.id)) AS r
	WHERE s.state IN ('confirmed', 'processing') AND l.type = 'line'
	  AND l.quantity > 0 AND r.quantity > 0 AND t.type <> 'service'
	  AND (to_jsonb(t) ->> 'supply_on_sale') IS DISTINCT FROM 'true'
	UNION ALL
	SELECT d.item, d.location, d.at, d.quantity::numeric,
		   d.origin,
		   'sale.sale,' || l.sale,
		   (l.create_date AT TIME ZONE 'UTC'),
		   (to_jsonb(l) ->> 'purchase_request') IS NOT NULL
	FROM promise_tryton.demand AS d
	JOIN public.sale_line AS l
		ON l.id = CASE WHEN d.origin LIKE 'sale.line,%'
					   THEN split_part(d.origin, ',', 2)::integer END
	WHERE d.origin LIKE 'sale.line,%';
COMMENT ON VIEW promise_tryton.promised IS 'what the customers of confirmed sales have been promised';

/*
 * It takes the place of the moves of sales.
 */
SELECT promise.unmap('demand', 'promise_tryton.demand', 'sale');
SELECT promise.map('demand', 'promise_tryton.promised', name => 'bought',
				   filter => 'bought');

/*
 * A change of each table that the view reads, and the items and places whose
 * promises it may have changed; "changed" are the old and the new versions of
 * the rows.  It may name too many, never too few.  What changes often without a
 * meaning for promises (the price of a product) is told by comparing the
 * versions of a row.
 *
 * The documents: two transactions that change rows of one sale wait for each
 * other, and so do two that change one line and its moves.
 */
SELECT promise.protect('promise_tryton.promised', name => 'sale', filter => 'NOT bought',
	deferred => :'deferred',
	watch => jsonb_build_object(
		'sale_sale', jsonb_build_object('document', $$'sale,' || id$$, 'query', $$
			SELECT l.product::text AS item, c.warehouse::text AS location
			FROM changed AS c JOIN public.sale_line AS l ON l.sale = c.id
			WHERE l.type = 'line'
		$$),
		'sale_line', jsonb_build_object('document', $$ARRAY['sale,' || sale, 'sale.line,' || id]$$, 'query', $$
			SELECT c.product::text AS item, s.warehouse::text AS location
			FROM changed AS c JOIN public.sale_sale AS s ON s.id = c.sale
			WHERE c.type = 'line'
		$$),
		'stock_move', jsonb_build_object('document', $$CASE WHEN origin LIKE 'sale.line,%' THEN origin END$$, 'query', $$
			SELECT c.product::text AS item, f.warehouse::text AS location
			FROM changed AS c JOIN promise_tryton.place AS f ON f.place = c.from_location
			WHERE c.origin LIKE 'sale.line,%'
			UNION ALL
			SELECT l.product::text, s.warehouse::text
			FROM changed AS c
			JOIN public.sale_line AS l
				ON l.id = CASE WHEN c.origin LIKE 'sale.line,%'
							   THEN split_part(c.origin, ',', 2)::integer END
			JOIN public.sale_sale AS s ON s.id = l.sale
		$$),
		'sale_line_moves_recreated_rel', jsonb_build_object('document', $$'sale.line,' || sale_line$$, 'query', $$
			SELECT l.product::text AS item, s.warehouse::text AS location
			FROM changed AS c
			JOIN public.sale_line AS l ON l.id = c.sale_line
			JOIN public.sale_sale AS s ON s.id = l.sale
		$$),
		'product_product', jsonb_build_object('document', NULL, 'query', $$
			SELECT l.product::text AS item, s.warehouse::text AS location
			FROM changed AS c
			JOIN public.sale_line AS l ON l.product = c.id
			JOIN public.sale_sale AS s ON s.id = l.sale
			WHERE s.state IN ('confirmed', 'processing')
			GROUP BY 1, 2
			HAVING count(DISTINCT c.template) > 1
		$$),
		'product_template', jsonb_build_object('document', NULL, 'query', $$
			SELECT l.product::text AS item, s.warehouse::text AS location
			FROM changed AS c
			JOIN public.product_product AS p ON p.template = c.id
			JOIN public.sale_line AS l ON l.product = p.id
			JOIN public.sale_sale AS s ON s.id = l.sale
			WHERE s.state IN ('confirmed', 'processing')
			GROUP BY 1, 2
			HAVING count(DISTINCT (c.type, c.default_uom, c.lead_time,
								   to_jsonb(c) ->> 'supply_on_sale')) > 1
		$$),
		'product_uom', jsonb_build_object('document', NULL, 'query', $$
			SELECT l.product::text AS item, s.warehouse::text AS location
			FROM changed AS c
			JOIN public.product_template AS t ON true
			JOIN public.product_product AS p ON p.template = t.id
			JOIN public.sale_line AS l ON l.product = p.id
			JOIN public.sale_sale AS s ON s.id = l.sale
			WHERE s.state IN ('confirmed', 'processing') AND c.id IN (l.unit, t.default_uom)
			GROUP BY 1, 2
			HAVING count(DISTINCT (c.factor, c.digits)) > 1
		$$),
		'stock_location', jsonb_build_object('document', NULL, 'query', $$
			SELECT d.item::text AS item, d.location::text AS location
			FROM promise_tryton.demand AS d
			WHERE EXISTS (
				SELECT FROM changed AS c
				GROUP BY c.id
				HAVING count(DISTINCT (c.type, c.parent)) > 1)
		$$)),
	item => 'item', location => 'location', at => 'at', quantity => 'quantity', ref => 'ref',
	group_ref => 'group_ref', accepted_at => 'accepted_at');

COMMIT;
