/*
 * What promise reads: every event of the four products.
 */
\pset null '-'
SELECT p.code, e.at, e.quantity, e.ref, e.kind, e.relation
FROM product_product AS p
CROSS JOIN LATERAL promise.events(p.id::text) AS e
ORDER BY p.id, e.at, e.quantity DESC;
SELECT * FROM promise.mapping_problems;

-- stock less what is promised: nothing of CART is free, ever
SELECT p.code, a.at, a.supply, a.demand, a.balance, a.atp
FROM product_product AS p
CROSS JOIN LATERAL promise.availability(p.id::text) AS a
ORDER BY p.id, a.at;
SELECT promise.earliest('4', 1), promise.earliest('2', 6), promise.earliest('2', 7);
SELECT * FROM promise.explain('4', 1, '2026-12-24');

-- move 16, where the ERP waits for the purchase: what taking the 12 wheels at
-- once leaves to the others
SELECT * FROM promise.explain('2', 12, '2026-11-30', exclude => ARRAY['{stock.move,16}']);
SELECT a.at, a.supply, a.demand, a.balance, a.balance - 12 AS without_the_12
FROM promise.availability('2', exclude => ARRAY['{stock.move,16}']) AS a;
-- and move 11, which waits for the production
SELECT * FROM promise.explain('4', 6, '2026-12-11', exclude => ARRAY['sale.line,3']);
