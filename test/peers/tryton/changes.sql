/*
 * What counts: the life of moves, and what else the guide says.  Each story
 * ends with a rollback.
 */
\pset null '-'

-- picked, the goods are still in the warehouse; delivered, they are not, and
-- no longer promised either
BEGIN;
UPDATE stock_move SET state = 'done', effective_date = '2026-11-22' WHERE id = 10;
SELECT balance, atp FROM promise.availability('4') LIMIT 1;
UPDATE stock_move SET state = 'done', effective_date = '2026-11-22' WHERE id = 7;
SELECT balance, atp FROM promise.availability('4') LIMIT 1;
SELECT ref FROM promise.events('4') WHERE kind = 'customer' ORDER BY ref;
ROLLBACK;

-- what is cancelled frees what was promised; what is only staged counts as little
BEGIN;
SELECT promise.earliest('4', 6);
UPDATE stock_move SET state = 'cancelled' WHERE id IN (11, 12);
SELECT promise.earliest('4', 6);
UPDATE stock_move SET state = 'staging' WHERE id = 20;
SELECT promise.earliest('4', 6);
ROLLBACK;

-- what is assigned counts like a draft, at its planned day
BEGIN;
UPDATE stock_move SET state = 'assigned' WHERE id IN (13, 17);
SELECT at, quantity, ref FROM promise.events('4') WHERE ref IN ('sale.line,4', 'production,1') ORDER BY at;
ROLLBACK;

-- returns by a customer and to a supplier, and what was lost
BEGIN;
INSERT INTO stock_move (id, company, product, from_location, to_location, quantity,
						internal_quantity, uom, state, planned_date, origin) VALUES
	(1001, 1, 3, 7, 1, 1, 1, 1, 'draft', '2026-11-23', 'sale.line,9'),
	(1002, 1, 3, 3, 6, 1, 1, 1, 'draft', '2026-11-24', 'purchase.line,9'),
	(1003, 1, 3, 3, 4, 1, 1, 1, 'done', '2026-11-22', NULL);
SELECT at, quantity, ref, kind FROM promise.events('3') WHERE at < '2026-11-25' ORDER BY at;
ROLLBACK;

-- a receipt in parts, the first 25 put into a shelf below the storage zone
BEGIN;
UPDATE stock_location SET "right" = "right" + 4 WHERE "right" >= 25;
UPDATE stock_location SET "left" = "left" + 4 WHERE "left" > 25;
INSERT INTO stock_location (id, name, type, parent, "left", "right", active) VALUES
	(100, 'Aisle', 'view', 3, 25, 28, true),
	(101, 'Shelf', 'storage', 100, 26, 27, true);
UPDATE stock_move SET quantity = 35, internal_quantity = 35 WHERE id = 5;
INSERT INTO stock_move (id, company, product, from_location, to_location, quantity,
						internal_quantity, uom, state, effective_date, origin) VALUES
	(1001, 1, 1, 6, 1, 25, 25, 1, 'done', '2026-11-22', 'purchase.line,1'),
	(1002, 1, 1, 1, 101, 25, 25, 1, 'done', '2026-11-22', NULL);
SELECT at, supply, demand, balance, atp FROM promise.availability('1');
ROLLBACK;

-- overdue: the purchase of 28 November has not come by 1 December
BEGIN;
SET LOCAL promise.clock = '2026-12-01 09:00+00';
SELECT at, quantity, ref FROM promise.events('2') WHERE at > '-infinity' ORDER BY at, ref;
SELECT at, supply, demand, balance, atp FROM promise.availability('2');
SELECT * FROM promise.explain('2', 12, exclude => ARRAY['{stock.move,16}']);
ROLLBACK;

-- moves without a date are listed: demand is due now, a receipt never comes
BEGIN;
UPDATE stock_move SET planned_date = NULL WHERE id IN (6, 21);
SELECT * FROM promise.mapping_problems ORDER BY relation::text;
SELECT at, supply, demand, balance, atp FROM promise.availability('1');
SELECT at, supply, demand, balance, atp FROM promise.availability('2');
ROLLBACK;

-- an unknown time zone of the company is listed, too
BEGIN;
UPDATE company_company SET timezone = 'Europe/Atlantis';
SELECT * FROM promise.mapping_problems;
SELECT promise.earliest('4', 6);
ROLLBACK;

-- the end of a day in the time zone of the company
BEGIN;
UPDATE company_company SET timezone = 'Europe/Berlin';
SELECT promise.earliest('4', 6, exclude => ARRAY['sale.line,3']);
ROLLBACK;
BEGIN;
SET LOCAL promise.timezone = 'America/New_York';
SELECT promise.earliest('4', 6, exclude => ARRAY['sale.line,3']);
ROLLBACK;

-- a consumable can be had at once, a service is no item
BEGIN;
SELECT promise.earliest('3', 1000);
UPDATE product_template SET consumable = true WHERE id = 3;
SELECT promise.earliest('3', 1000);
INSERT INTO product_template (id, name, type, default_uom, active, consumable)
VALUES (1000, 'Assembly', 'service', 1, true, false), (1001, 'Bolt', 'goods', 1, true, false);
INSERT INTO product_product (id, template, active) VALUES (1000, 1000, true), (1001, 1001, true);
SELECT reason FROM promise.quote('1000', 1);
SELECT reason FROM promise.quote('1001', 1);
ROLLBACK;

-- a second warehouse: five wheels are sent there, and on their way for two days
BEGIN;
INSERT INTO stock_location (id, name, type, parent, "left", "right", active) VALUES
	(100, 'North', 'warehouse', NULL, 1001, 1004, true),
	(101, 'North shelf', 'storage', 100, 1002, 1003, true);
INSERT INTO stock_move (id, company, product, from_location, to_location, quantity,
						internal_quantity, uom, state, planned_date, shipment) VALUES
	(1001, 1, 2, 3, 8, 5, 5, 1, 'draft', '2026-11-24', 'stock.shipment.internal,1'),
	(1002, 1, 2, 8, 101, 5, 5, 1, 'draft', '2026-11-26', 'stock.shipment.internal,1');
SELECT location, at, quantity, ref, kind FROM promise.events('2')
WHERE ref IN ('{stock.move,1001}', 'stock.move,1002') ORDER BY at;
SELECT promise.earliest('2', 4), promise.earliest('2', 4, '5'), promise.earliest('2', 4, '100');
SELECT option, part, kind, location, quantity, available_at FROM promise.quote('2', 6, '2026-11-30');
-- directly from warehouse to warehouse, one move is both
UPDATE stock_move SET state = 'cancelled' WHERE id = 1001;
UPDATE stock_move SET from_location = 3 WHERE id = 1002;
SELECT location, at, quantity, ref, kind FROM promise.events('2') WHERE ref IN ('{stock.move,1002}', 'stock.move,1002') ORDER BY location;
ROLLBACK;

-- a warehouse within the warehouse keeps what is its own
BEGIN;
UPDATE stock_location SET "right" = "right" + 4 WHERE "right" >= 26;
UPDATE stock_location SET "left" = "left" + 4 WHERE "left" > 26;
INSERT INTO stock_location (id, name, type, parent, "left", "right", active) VALUES
	(100, 'Shop', 'warehouse', 5, 26, 29, true),
	(101, 'Shop floor', 'storage', 100, 27, 28, true);
INSERT INTO stock_move (id, company, product, from_location, to_location, quantity,
						internal_quantity, uom, state, effective_date)
VALUES (1001, 1, 2, 3, 101, 5, 5, 1, 'done', '2026-11-22');
SELECT location, quantity FROM promise.events('2') WHERE at = '-infinity' ORDER BY location;
ROLLBACK;

-- what a production makes for one line of a sale serves no other
BEGIN;
UPDATE stock_move SET state = 'cancelled' WHERE id IN (11, 13);
SELECT at, supply, demand, balance, atp FROM promise.availability('4');
UPDATE production SET origin = 'sale.line,3' WHERE id = 2;
SELECT at, supply, demand, balance, atp FROM promise.availability('4');
SELECT at, supply, demand, balance, atp FROM promise.availability('4', exclude => ARRAY['sale.line,3']);
ROLLBACK;

-- a hold of our own makes way when the sale is entered under its ref
BEGIN;
INSERT INTO promise.commitment (ref, item, location, at, quantity, kind, expires_at)
VALUES ('sale.line,5', '2', '5', '2026-11-25 00:00+00', 2, 'hold', '2026-11-23 00:00+00');
SELECT promise.earliest('2', 5), promise.earliest('2', 4);
INSERT INTO stock_move (id, company, product, from_location, to_location, quantity,
						internal_quantity, uom, state, planned_date, origin)
VALUES (1001, 1, 2, 2, 7, 3, 3, 1, 'draft', '2026-11-25', 'sale.line,5');
SELECT promise.earliest('2', 4), promise.earliest('2', 3);
ROLLBACK;

-- by choice: the minimum of an order point as safety stock
BEGIN;
SELECT promise.map('stocking', 'stock_order_point', name => 'minimum',
	item => 'product', location => 'warehouse_location',
	safety_stock => 'greatest(min_quantity, 0)',
	filter => 'warehouse_location IS NOT NULL AND min_quantity IS NOT NULL');
UPDATE stock_order_point SET min_quantity = 4 WHERE product = 2;
SELECT promise.earliest('2', 2), promise.earliest('2', 3);
ROLLBACK;

-- by choice: what can be bought within the supplier's lead time
BEGIN;
CREATE VIEW promise_tryton.bought AS
	SELECT p.id AS item, w.id AS location, min(s.lead_time) AS replenishment_lead_time
	FROM purchase_product_supplier AS s
	JOIN product_product AS p ON p.template = s.template
	CROSS JOIN stock_location AS w
	WHERE w.type = 'warehouse' AND s.active
	GROUP BY p.id, w.id;
SELECT promise.map('stocking', 'promise_tryton.bought');
SELECT promise.earliest('2', 22), promise.earliest('2', 23);
ROLLBACK;

-- by choice: productions that are no more than drafts do not count
BEGIN;
UPDATE stock_move SET state = 'cancelled' WHERE id IN (11, 12);
UPDATE production SET state = 'draft' WHERE id = 2;
SELECT promise.earliest('4', 6);
SELECT promise.map('supply', 'promise_tryton.receipt',
	filter => 'status <> ''draft'' OR kind <> ''production''');
SELECT promise.earliest('4', 6);
ROLLBACK;

-- several companies
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT promise.map('supply', 'promise_tryton.stock', item => '{company,item}');
SELECT promise.map('supply', 'promise_tryton.receipt', item => '{company,item}');
SELECT promise.map('demand', 'promise_tryton.demand', name => 'sale', item => '{company,item}',
	ref => 'origin', filter => 'origin LIKE ''sale.line,%''');
SELECT promise.map('demand', 'promise_tryton.demand', name => 'other', item => '{company,item}',
	ref => '{''stock.move'',move}', filter => '(origin LIKE ''sale.line,%'') IS NOT TRUE');
INSERT INTO company_company (id, party, currency) VALUES (2, 2, 1);
INSERT INTO stock_move (id, company, product, from_location, to_location, quantity,
						internal_quantity, uom, state, effective_date)
VALUES (1001, 2, 2, 6, 3, 100, 100, 1, 'done', '2026-11-21');
SELECT promise.earliest('{1,2}', 6), promise.earliest('{1,2}', 7), promise.earliest('{2,2}', 100);
ROLLBACK;
