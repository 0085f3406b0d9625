-- for each open demand with an early date of the ERP's: when could it be
-- delivered at the earliest, if it gave back what is reserved for it?
SELECT m.id, p.code, m.internal_quantity, m.planned_date, e.early_date,
	   to_char(promise.earliest(m.product::text, m.internal_quantity::numeric,
								exclude => ARRAY[CASE WHEN m.origin LIKE 'sale.line,%' THEN m.origin
													  ELSE format('{stock.move,%s}', m.id) END])
			   AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')
FROM public.stock_quantity_early_plan AS e
JOIN public.stock_move AS m ON e.origin = 'stock.move,' || m.id
JOIN public.product_product AS p ON p.id = m.product
ORDER BY m.id;
