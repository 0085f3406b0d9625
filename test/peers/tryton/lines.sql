/*
 * Every open line of a sale in one query, each as if it gave back what is
 * reserved for it.
 */
\pset null '-'
SELECT l.sale, l.line, l.code, l.quantity, l.due, o.kind, o.available_at, o.on_time, o.reason
FROM promise_tryton.open_line AS l
CROSS JOIN LATERAL promise.quote(l.item, l.quantity, l.due, l.location,
								 exclude => ARRAY[l.ref]) AS o
WHERE o.option = 1
ORDER BY l.line;

-- each of these answers stands against the rows, and none could be earlier
SELECT l.line, array_length(q.offers, 1) AS parts, c.problem
FROM promise_tryton.open_line AS l
CROSS JOIN LATERAL (
	SELECT array_agg(o) AS offers
	FROM promise.quote(l.item, l.quantity, l.due, l.location, exclude => ARRAY[l.ref]) AS o
	WHERE o.option = 1) AS q
LEFT JOIN LATERAL promise.check_offers(q.offers, exclude => ARRAY[l.ref]) AS c ON true
ORDER BY l.line;
-- line 3 could not be delivered a day before
SELECT * FROM promise.check_balance('4', 6, '2026-12-09 23:59:59.999999+00', '5', ARRAY['sale.line,3']);

/*
 * The same from the tables of sales alone
 */
SELECT s.number, l.id, l.quantity, s.shipping_date, o.kind, o.available_at, o.on_time
FROM sale_line AS l
JOIN sale_sale AS s ON s.id = l.sale
CROSS JOIN LATERAL promise.quote(l.product::text, l.quantity::numeric, s.shipping_date,
								 s.warehouse::text,
								 exclude => ARRAY['sale.line,' || l.id]) AS o
WHERE s.state = 'processing' AND o.option = 1
ORDER BY l.id;

/*
 * A quotation is not promised yet: its lines compete for what is left.
 */
BEGIN;
INSERT INTO product_uom (id, name, symbol, category, factor, rate, rounding, digits, active)
VALUES (1000, 'Dozen', 'dz', 1, 12, 0.083333333333, 1, 0, true);
INSERT INTO sale_sale (id, number, state, company, currency, party, warehouse,
					   invoice_method, shipment_method, invoice_state, shipment_state,
					   invoice_address, shipment_address, sale_date, shipping_date)
SELECT 100, 'Q1', 'quotation', company, currency, party, warehouse,
	   invoice_method, shipment_method, invoice_state, shipment_state,
	   invoice_address, shipment_address, sale_date, NULL
FROM sale_sale WHERE id = 1;
INSERT INTO sale_line (id, sale, type, product, quantity, unit) VALUES
	(101, 100, 'line', 2, 0.25, 1000),
	(102, 100, 'line', 2, 4, 1),
	(103, 100, 'line', 4, 1, 1);
SELECT line, code, quantity, due, ref FROM promise_tryton.open_line WHERE state = 'quotation' ORDER BY line;
SELECT ref, option, part, kind, quantity, available_at, due, on_time, reason, detail
FROM promise.quote_query('SELECT item, quantity, due, location, ref
	FROM promise_tryton.open_line WHERE state = ''quotation'' ORDER BY line');

-- a line that is part delivered asks for the rest
UPDATE stock_move SET quantity = 5, internal_quantity = 5 WHERE id IN (8, 9);
INSERT INTO stock_move (id, company, product, from_location, to_location, quantity,
						internal_quantity, uom, state, effective_date, origin) VALUES
	(1001, 1, 2, 3, 2, 3, 3, 1, 'done', '2026-11-22', 'stock.move,8'),
	(1002, 1, 2, 2, 7, 3, 3, 1, 'done', '2026-11-22', 'sale.line,2');
SELECT line, quantity, due FROM promise_tryton.open_line WHERE line = 2;
-- and not at all once it is delivered
UPDATE stock_move SET state = 'done' WHERE id IN (8, 9);
SELECT line, quantity, due FROM promise_tryton.open_line WHERE line = 2;
ROLLBACK;
