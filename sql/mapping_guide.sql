/*
 * The statements of doc/mapping.md, in its order.
 */
SET promise.clock = '2026-12-01 08:00+00';
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
CREATE SCHEMA shop;
SET search_path = shop;

CREATE TABLE product (id integer PRIMARY KEY, sku text UNIQUE, unit text);
CREATE TABLE warehouse (code text PRIMARY KEY, city text, time_zone text, rank integer);
CREATE TABLE stock (product_id integer REFERENCES product, warehouse text REFERENCES warehouse,
	on_hand numeric, PRIMARY KEY (product_id, warehouse));
CREATE TABLE purchase_line (id integer PRIMARY KEY, product_id integer, warehouse text,
	expected date, ordered numeric, received numeric, state text);
CREATE TABLE order_header (id integer PRIMARY KEY, customer text, ship_on date, state text);
CREATE TABLE order_line (id integer PRIMARY KEY, order_id integer REFERENCES order_header,
	product_id integer, warehouse text, quantity numeric, delivered numeric);

INSERT INTO product VALUES (7, 'BIKE', 'piece'), (8, 'BELL', 'piece');
INSERT INTO warehouse VALUES ('HH', 'Hamburg', 'Europe/Berlin', 1), ('NY', 'New York', 'America/New_York', 2);
INSERT INTO stock VALUES (7, 'HH', 20), (7, 'NY', 5);
INSERT INTO purchase_line VALUES (501, 7, 'HH', '2026-12-10', 30, 0, 'confirmed'), (502, 7, 'HH', '2026-12-05', 99, 0, 'draft');
INSERT INTO order_header VALUES (1, 'Anna', '2026-12-04', 'confirmed'), (2, 'Ben', '2026-12-07', 'quotation');
INSERT INTO order_line VALUES (11, 1, 7, 'HH', 12, 2), (12, 2, 7, 'HH', 50, 0);

-- the items and locations
SELECT promise.map('item', 'product', item => 'id', unit => 'unit');
SELECT promise.map('location', 'warehouse', location => 'code', zone => 'time_zone', priority => 'rank');

-- stock: no date
SELECT promise.map('supply', 'stock', item => 'product_id', location => 'warehouse',
	quantity => 'on_hand', kind => '''stock''');

-- scheduled receipts
SELECT promise.map('supply', 'purchase_line', item => 'product_id', location => 'warehouse',
	at => 'expected', quantity => 'ordered - received', ref => '''PO '' || id',
	kind => '''purchase''', filter => 'state = ''confirmed''');
CREATE INDEX ON purchase_line (product_id, expected) INCLUDE (ordered, received, warehouse, state);

-- demand: its date is on the header, so a view joins them
CREATE VIEW promised_line AS
	SELECT l.product_id AS item, l.warehouse AS location, h.ship_on AS at,
		   l.quantity - l.delivered AS quantity, 'SO ' || l.id AS ref,
		   'SO ' || h.id AS group_ref, h.customer
	FROM order_line AS l JOIN order_header AS h ON h.id = l.order_id
	WHERE h.state = 'confirmed';
SELECT promise.map('demand', 'promised_line');
CREATE INDEX ON order_line (product_id);

-- the list that every answer is computed from, and answers
SELECT * FROM promise.events('7');
SELECT p.sku, promise.earliest(p.id::text, 15, 'HH') FROM product AS p ORDER BY p.id;
SELECT location, quantity, available_at, reason FROM promise.quote('7', 22, '2026-12-06');

-- what is mapped, what is run, what cannot be read
SELECT role, relation, columns ->> 'quantity' AS quantity, filter FROM promise.mappings
ORDER BY role COLLATE "C", relation::text COLLATE "C";
SELECT promise.mapping_query('supply', 'purchase_line');
INSERT INTO purchase_line VALUES (503, 7, 'HH', NULL, 10, 0, 'confirmed');
SELECT * FROM promise.mapping_problems;
UPDATE purchase_line SET expected = '2026-12-12' WHERE id = 503;
SELECT * FROM promise.mapping_problems;

-- rules of an item at a location
CREATE TABLE order_point (product_id integer, warehouse text, minimum numeric, lead_days integer,
	PRIMARY KEY (product_id, warehouse));
INSERT INTO order_point VALUES (7, 'HH', 4, 14);
SELECT promise.map('stocking', 'order_point', item => 'product_id', location => 'warehouse',
	safety_stock => 'minimum', replenishment_lead_time => 'make_interval(days => lead_days)');
SELECT promise.earliest('7', 6, 'HH'), promise.earliest('7', 7, 'HH'), promise.earliest('7', 700, 'HH');

-- several companies in one database
CREATE TABLE company_stock (company integer, product integer, quantity numeric, PRIMARY KEY (company, product));
INSERT INTO company_stock VALUES (1, 7, 100), (2, 7, 200);
SELECT promise.map('supply', 'company_stock', item => '{company,product}');
SELECT item, quantity FROM promise.events('{2,7}');

SELECT promise.unmap('supply', 'company_stock');

RESET search_path;
DELETE FROM promise.mapping;
SET client_min_messages = warning;
DROP SCHEMA shop CASCADE;
