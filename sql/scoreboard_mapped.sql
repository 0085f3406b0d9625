/*
 * The scoreboard of a business whose orders and shipments are mapped.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET promise.timezone = 'Europe/Berlin';
SET promise.clock = '2026-11-20 08:00+00';
CREATE SCHEMA erp;
CREATE TABLE erp.order_line (id integer PRIMARY KEY, item text, site text, ordered numeric, shipped numeric,
	promised date, wanted date, customer text, rep text, price numeric);
CREATE TABLE erp.shipment (id integer PRIMARY KEY, line integer, day date, hour time, quantity integer, unit_cost numeric);
CREATE INDEX ON erp.order_line (item, promised) INCLUDE (site, ordered, shipped);
CREATE INDEX ON erp.shipment ((('SO ' || line)));
INSERT INTO erp.order_line VALUES
	(1, 'lamp', 'Ulm', 10, 10, '2026-11-10', '2026-11-10', 'Ada', 'Kim', 20),
	(2, 'lamp', 'Ulm', 10, 10, '2026-11-12', '2026-11-10', 'Ada', 'Kim', 20),
	(3, 'lamp', 'Kiel', 10, 10, '2026-11-10', '2026-11-10', 'Bob', 'Pat', 20),
	(4, 'lamp', 'Kiel', 10, 0, '2026-11-10', NULL, 'Bob', 'Pat', 20),
	(5, 'lamp', 'Kiel', 10, 4, '2026-11-30', '2026-11-30', 'Bob', 'Pat', 20),
	(6, 'lamp', 'Kiel', 0, 0, '2026-11-10', '2026-11-10', 'Bob', 'Pat', 20),
	(7, 'lamp', 'Ulm', 10, 10, '2026-11-12', '2026-11-12', 'Ada', 'Kim', 20);
INSERT INTO erp.shipment VALUES
	(1, 1, '2026-11-10', '23:30', 10, 12), (2, 2, '2026-11-11', '00:30', 10, 12), (3, 3, '2026-11-10', '12:00', 4, 12),
	(4, 3, '2026-11-11', '12:00', 6, NULL), (5, 5, '2026-11-19', '12:00', 4, 12), (6, 7, '2026-11-12', '12:00', 11, 12),
	(7, 7, '2026-11-14', '12:00', -1, 12);
SELECT promise.map('demand', 'erp.order_line', ref => $$'SO ' || id$$, location => 'site', quantity => 'ordered - shipped', at => 'promised',
	requested_at => 'wanted', seller => 'rep');

-- nothing is delivered as long as nobody says so
SELECT ref, location, asked_day, asked_quantity AS asked, delivered, kept, cancelled FROM promise.scoreboard_lines() ORDER BY ref;

-- shipments as deliveries, by the clock of the warehouse, which is in Berlin
SELECT promise.map('delivery', 'erp.shipment', ref => $$'SO ' || line$$, at => 'day + hour', cost => 'unit_cost');
SELECT * FROM promise.mapped_deliveries() ORDER BY ref, at;
SELECT * FROM promise.mapped_deliveries('{SO 3,SO 9,NULL}') ORDER BY at;
SELECT count(*) FROM promise.mapped_deliveries('{}');
-- orders by ref: as all of them say, each once
SELECT ref, item, location, at, quantity, requested_at, customer, seller, price FROM promise.mapped_promises('{SO 5,SO 9,NULL,SO 5,so 1,SO 2}') ORDER BY ref;
SELECT count(*) FROM promise.mapped_promises('{}');
SELECT count(*), count(*) FILTER (WHERE s.ref IS NULL)
FROM promise.mapped_promises() AS m
LEFT JOIN promise.mapped_promises((SELECT array_agg('SO ' || n) FROM generate_series(1, 30) AS n)) AS s ON s = m;
-- rows without an item, an order without its ref
INSERT INTO erp.order_line VALUES (8, NULL, 'Ulm', 10, 0, '2026-11-10', NULL, 'Ada', 'Kim', 20), (9, 'lamp', NULL, 10, 0, NULL, NULL, 'Ada', 'Kim', 20);
SELECT ref, location, at FROM promise.mapped_promises('{SO 8,SO 9}');
SELECT ref, location, at FROM promise.mapped_promises() WHERE ref IN ('SO 8', 'SO 9');
DELETE FROM erp.order_line WHERE id > 7;
SELECT promise.map('demand', 'erp.order_line', name => 'without ref', location => 'site', quantity => 'ordered', at => 'promised', seller => 'rep');
SELECT count(*) FROM promise.mapped_promises('{SO 5}');
SELECT promise.unmap('demand', 'erp.order_line', 'without ref');
SELECT ref, location, asked_day, asked_quantity AS asked, first_at, last_quantity AS last, delivered, delivered_at, in_time, pending AS p, cancelled AS c, kept,
	last_kept AS lk, delivered_cost FROM promise.scoreboard_lines() ORDER BY ref;
SELECT name, lines, kept, pending, cancelled FROM promise.scoreboard('seller');
SELECT name, currency, booked, delivered, in_time FROM promise.scoreboard_value('site');

-- it is a report on what one may see: policies hide rows
CREATE ROLE regress_promise_kim;
GRANT USAGE ON SCHEMA erp, promise TO regress_promise_kim;
GRANT SELECT ON ALL TABLES IN SCHEMA erp, promise TO regress_promise_kim;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA promise TO regress_promise_kim;
ALTER TABLE erp.order_line ENABLE ROW LEVEL SECURITY;
ALTER TABLE erp.shipment ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_lines ON erp.order_line TO regress_promise_kim USING (rep = 'Kim');
CREATE POLICY own_shipments ON erp.shipment TO regress_promise_kim USING (line <> 7);
SET ROLE regress_promise_kim;
SELECT ref, seller, delivered, kept FROM promise.scoreboard_lines() ORDER BY ref;
SELECT count(*) FROM promise.mapped_deliveries('{SO 7}');
SELECT ref FROM promise.mapped_promises('{SO 1,SO 3}');
SET row_security = off;
SELECT promise.mapped_deliveries('{SO 1}');
SELECT promise.mapped_promises('{SO 1}');
RESET row_security;
RESET ROLE;
SELECT count(*) FROM promise.mapped_deliveries('{SO 7}');
DROP POLICY own_lines ON erp.order_line;
DROP POLICY own_shipments ON erp.shipment;
ALTER TABLE erp.order_line DISABLE ROW LEVEL SECURITY;
ALTER TABLE erp.shipment DISABLE ROW LEVEL SECURITY;
DROP OWNED BY regress_promise_kim;
DROP ROLE regress_promise_kim;

-- what the own table knows of a promise counts: what was asked for cannot be changed there
INSERT INTO promise.commitment (ref, item, location, at, quantity, requested_at, requested_quantity, customer, seller)
VALUES ('SO 7', 'lamp', 'Ulm', '2026-11-12 12:00+00', 0, '2026-11-09 12:00+00', 10, 'Ada', 'Lou');
SELECT ref, seller, asked_day, asked_quantity AS asked, delivered, kept, last_kept FROM promise.scoreboard_lines() WHERE ref = 'SO 7';

-- a shipment takes the place of a delivery in the ledger, and so does a row of promise.delivery
INSERT INTO promise.commitment (ref, item, at, quantity, requested_at, requested_quantity) VALUES
	('SO 8', 'lamp', '2026-11-12 12:00+00', 5, '2026-11-12 12:00+00', 5), ('SO 9', 'lamp', '2026-11-12 12:00+00', 5, '2026-11-12 12:00+00', 5);
SELECT promise.protect('promise.commitment');
UPDATE promise.commitment SET quantity = 0, delivered_at = '2026-11-15 12:00+00' WHERE ref IN ('SO 8', 'SO 9');
INSERT INTO erp.shipment VALUES (8, 8, '2026-11-12', '12:00', 3, NULL), (9, 8, '2026-11-13', '12:00', 2, NULL);
SELECT ref, at, quantity, cost FROM promise.delivered WHERE ref IN ('SO 8', 'SO 9') ORDER BY ref, at;
SELECT ref, delivered, in_time, kept FROM promise.scoreboard_lines() WHERE ref IN ('SO 8', 'SO 9') ORDER BY ref;

-- what cannot be read
INSERT INTO erp.shipment VALUES (10, 1, NULL, NULL, 1, NULL);
SELECT role, relation, key, problem FROM promise.mapping_problems('erp.shipment');
SELECT count(*) FROM promise.mapped_deliveries('{SO 1}');
SELECT count(*) FROM promise.mapped_deliveries() WHERE ref = 'SO 1';
DELETE FROM erp.shipment WHERE id = 10;

-- dates are those of the place that it left
INSERT INTO promise.location (location, zone) VALUES ('NY', 'America/New_York');
SELECT promise.map('delivery', 'erp.shipment', ref => $$'SO ' || line$$, at => 'day', location => $$CASE line WHEN 1 THEN 'NY' ELSE 'main' END$$);
SELECT ref, at FROM promise.mapped_deliveries() WHERE ref IN ('SO 1', 'SO 2') ORDER BY ref;
DELETE FROM promise.location;

SELECT promise.map('delivery', 'erp.shipment', ref => 'line', at => 'unit_cost');
SELECT promise.map('delivery', 'erp.shipment', at => 'day');

SELECT promise.unmap('delivery', 'erp.shipment'), promise.unmap('demand', 'erp.order_line');
SELECT promise.unprotect('promise.commitment');
DELETE FROM promise.commitment;
DELETE FROM promise.ledger;
DROP SCHEMA erp CASCADE;
RESET promise.clock;
