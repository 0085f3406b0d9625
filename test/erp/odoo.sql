/*
 * A database shaped like one of Odoo 17, as far as doc/odoo.md reads it: the
 * tables and columns that matter, by their names and types, without the ERP.
 *
 * BIKE		5 in stock, 10 more on 8 December
 * LAMP		a consumable: Odoo keeps no stock of it
 * BELL		12 in stock
 */
CREATE TABLE stock_warehouse (id serial PRIMARY KEY, name varchar NOT NULL, code varchar);
CREATE TABLE stock_location (
	id serial PRIMARY KEY,
	name varchar NOT NULL,
	usage varchar NOT NULL,			/* internal, customer, supplier, production ... */
	warehouse_id integer REFERENCES stock_warehouse,
	parent_path varchar,
	active boolean DEFAULT true
);
CREATE TABLE uom_uom (id serial PRIMARY KEY, name varchar NOT NULL, factor numeric NOT NULL);
CREATE TABLE product_template (
	id serial PRIMARY KEY,
	name varchar NOT NULL,
	type varchar NOT NULL,			/* product (stored), consu, service */
	uom_id integer NOT NULL REFERENCES uom_uom,
	sale_delay double precision DEFAULT 0,
	active boolean DEFAULT true
);
CREATE TABLE product_product (
	id serial PRIMARY KEY,
	product_tmpl_id integer NOT NULL REFERENCES product_template,
	default_code varchar,
	active boolean DEFAULT true
);
CREATE TABLE sale_order (
	id serial PRIMARY KEY,
	name varchar NOT NULL,
	state varchar NOT NULL DEFAULT 'draft',	/* draft, sent, sale, cancel */
	warehouse_id integer REFERENCES stock_warehouse,
	date_order timestamp NOT NULL,
	commitment_date timestamp
);
CREATE TABLE sale_order_line (
	id serial PRIMARY KEY,
	order_id integer NOT NULL REFERENCES sale_order ON DELETE CASCADE,
	product_id integer REFERENCES product_product,
	product_uom_qty numeric NOT NULL,
	product_uom integer REFERENCES uom_uom,
	qty_delivered numeric DEFAULT 0
);
CREATE TABLE purchase_order (id serial PRIMARY KEY, name varchar, state varchar DEFAULT 'draft', date_planned timestamp);
CREATE TABLE purchase_order_line (
	id serial PRIMARY KEY,
	order_id integer NOT NULL REFERENCES purchase_order ON DELETE CASCADE,
	product_id integer REFERENCES product_product,
	product_qty numeric NOT NULL,
	product_uom integer REFERENCES uom_uom,
	qty_received numeric DEFAULT 0,
	date_planned timestamp
);
CREATE TABLE stock_quant (
	id serial PRIMARY KEY,
	product_id integer NOT NULL REFERENCES product_product,
	location_id integer NOT NULL REFERENCES stock_location,
	quantity numeric NOT NULL,
	reserved_quantity numeric NOT NULL DEFAULT 0
);
CREATE INDEX stock_quant__product_id_index ON stock_quant (product_id);
CREATE TABLE stock_move (
	id serial PRIMARY KEY,
	product_id integer NOT NULL REFERENCES product_product,
	product_uom_qty numeric NOT NULL,
	product_uom integer NOT NULL REFERENCES uom_uom,
	product_qty numeric NOT NULL,	/* the same in the unit of the product */
	state varchar NOT NULL DEFAULT 'draft',	/* draft, waiting, confirmed, partially_available, assigned, done, cancel */
	date timestamp NOT NULL,
	date_deadline timestamp,
	location_id integer NOT NULL REFERENCES stock_location,
	location_dest_id integer NOT NULL REFERENCES stock_location,
	sale_line_id integer REFERENCES sale_order_line ON DELETE SET NULL,
	purchase_line_id integer REFERENCES purchase_order_line ON DELETE SET NULL,
	production_id integer,
	raw_material_production_id integer,
	create_date timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')
);
CREATE INDEX stock_move__product_id_index ON stock_move (product_id);
CREATE INDEX stock_move__sale_line_id_index ON stock_move (sale_line_id);

INSERT INTO stock_warehouse (name, code) VALUES ('Main', 'WH');
INSERT INTO stock_location (name, usage, warehouse_id) VALUES
	('WH/Stock', 'internal', 1), ('WH/Output', 'internal', 1),
	('Customers', 'customer', NULL), ('Vendors', 'supplier', NULL),
	('Production', 'production', NULL);
INSERT INTO uom_uom (name, factor) VALUES ('Units', 1), ('Dozens', 0.0833333333333333);
INSERT INTO product_template (name, type, uom_id) VALUES
	('Bike', 'product', 1), ('Lamp', 'consu', 1), ('Bell', 'product', 1), ('Repair', 'service', 1);
INSERT INTO product_product (product_tmpl_id, default_code) VALUES
	(1, 'BIKE'), (2, 'LAMP'), (3, 'BELL'), (4, 'REPAIR');
INSERT INTO stock_quant (product_id, location_id, quantity) VALUES (1, 1, 4), (1, 2, 1), (3, 1, 12);

INSERT INTO purchase_order (name, state, date_planned) VALUES ('P00001', 'purchase', '2026-12-08 12:00');
INSERT INTO purchase_order_line (order_id, product_id, product_qty, product_uom, date_planned)
	VALUES (1, 1, 10, 1, '2026-12-08 12:00');
INSERT INTO stock_move (product_id, product_uom_qty, product_uom, product_qty, state, date,
						location_id, location_dest_id, purchase_line_id)
	VALUES (1, 10, 1, 10, 'assigned', '2026-12-08 12:00', 4, 1, 1);

/* two quotations */
INSERT INTO sale_order (name, state, warehouse_id, date_order, commitment_date) VALUES
	('S00001', 'draft', 1, '2026-12-01 07:00', '2026-12-04 12:00'),
	('S00002', 'sent', 1, '2026-12-01 07:30', '2026-12-04 12:00');
INSERT INTO sale_order_line (order_id, product_id, product_uom_qty, product_uom) VALUES
	(1, 1, 4, 1), (1, 2, 100, 1), (2, 1, 3, 1);
