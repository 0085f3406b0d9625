/*
 * A database shaped like one of ERPNext 15 on PostgreSQL, as far as
 * doc/erpnext.md reads it: the tables and columns that matter, by their names and
 * types, without the ERP.
 *
 * BIKE		5 in stock in Stores, 10 more on 8 December
 * BELL		12 in stock in Stores
 */
CREATE TABLE "tabItem" (
	name varchar(140) PRIMARY KEY,
	item_name varchar(140),
	item_group varchar(140),
	stock_uom varchar(140),
	is_stock_item smallint NOT NULL DEFAULT 1,
	disabled smallint NOT NULL DEFAULT 0
);
CREATE TABLE "tabWarehouse" (
	name varchar(140) PRIMARY KEY,
	company varchar(140),
	is_group smallint NOT NULL DEFAULT 0,
	disabled smallint NOT NULL DEFAULT 0
);
CREATE TABLE "tabBin" (
	name varchar(140) PRIMARY KEY,
	item_code varchar(140),
	warehouse varchar(140),
	actual_qty decimal(21,9) NOT NULL DEFAULT 0,
	reserved_qty decimal(21,9) NOT NULL DEFAULT 0,
	ordered_qty decimal(21,9) NOT NULL DEFAULT 0,
	UNIQUE (item_code, warehouse)
);
CREATE TABLE "tabSales Order" (
	name varchar(140) PRIMARY KEY,
	creation timestamp,
	docstatus smallint NOT NULL DEFAULT 0,	/* 0 draft, 1 submitted, 2 cancelled */
	status varchar(140) DEFAULT 'Draft',	/* To Deliver and Bill, On Hold, Closed ... */
	customer varchar(140),
	company varchar(140),
	transaction_date date,
	delivery_date date
);
CREATE TABLE "tabSales Order Item" (
	name varchar(140) PRIMARY KEY,
	creation timestamp,
	docstatus smallint NOT NULL DEFAULT 0,
	parent varchar(140),
	parenttype varchar(140) DEFAULT 'Sales Order',
	idx bigint NOT NULL DEFAULT 0,
	item_code varchar(140),
	warehouse varchar(140),
	delivery_date date,
	qty decimal(21,9) NOT NULL DEFAULT 0,
	uom varchar(140),
	conversion_factor decimal(21,9) NOT NULL DEFAULT 1,
	stock_qty decimal(21,9) NOT NULL DEFAULT 0,
	delivered_qty decimal(21,9) NOT NULL DEFAULT 0,
	delivered_by_supplier smallint NOT NULL DEFAULT 0
);
CREATE INDEX "sales_order_item_parent_index" ON "tabSales Order Item" (parent);
CREATE INDEX "sales_order_item_item_code_index" ON "tabSales Order Item" (item_code);
CREATE TABLE "tabPurchase Order" (
	name varchar(140) PRIMARY KEY,
	docstatus smallint NOT NULL DEFAULT 0,
	status varchar(140) DEFAULT 'Draft'
);
CREATE TABLE "tabPurchase Order Item" (
	name varchar(140) PRIMARY KEY,
	docstatus smallint NOT NULL DEFAULT 0,
	parent varchar(140),
	item_code varchar(140),
	warehouse varchar(140),
	schedule_date date,
	expected_delivery_date date,
	qty decimal(21,9) NOT NULL DEFAULT 0,
	conversion_factor decimal(21,9) NOT NULL DEFAULT 1,
	received_qty decimal(21,9) NOT NULL DEFAULT 0,
	delivered_by_supplier smallint NOT NULL DEFAULT 0
);
CREATE INDEX "purchase_order_item_parent_index" ON "tabPurchase Order Item" (parent);
CREATE INDEX "purchase_order_item_item_code_index" ON "tabPurchase Order Item" (item_code);
CREATE TABLE "tabWork Order" (
	name varchar(140) PRIMARY KEY,
	docstatus smallint NOT NULL DEFAULT 0,
	status varchar(140) DEFAULT 'Draft',
	production_item varchar(140),
	fg_warehouse varchar(140),
	qty decimal(21,9) NOT NULL DEFAULT 0,
	produced_qty decimal(21,9) NOT NULL DEFAULT 0,
	planned_start_date timestamp,
	expected_delivery_date date
);

INSERT INTO "tabItem" (name, item_name, item_group, stock_uom, is_stock_item) VALUES
	('BIKE', 'Bike', 'Products', 'Nos', 1), ('BELL', 'Bell', 'Products', 'Nos', 1),
	('REPAIR', 'Repair', 'Services', 'Hour', 0);
INSERT INTO "tabWarehouse" (name, company, is_group) VALUES
	('All Warehouses - PL', 'Plant', 1), ('Stores - PL', 'Plant', 0);
INSERT INTO "tabBin" (name, item_code, warehouse, actual_qty) VALUES
	('bin-1', 'BIKE', 'Stores - PL', 5), ('bin-2', 'BELL', 'Stores - PL', 12);
INSERT INTO "tabPurchase Order" VALUES ('PUR-ORD-1', 1, 'To Receive and Bill');
INSERT INTO "tabPurchase Order Item" (name, docstatus, parent, item_code, warehouse, schedule_date, qty)
	VALUES ('poi-1', 1, 'PUR-ORD-1', 'BIKE', 'Stores - PL', '2026-12-08', 10);

/* three drafts */
INSERT INTO "tabSales Order" (name, creation, customer, company, transaction_date, delivery_date) VALUES
	('SAL-ORD-1', '2026-12-01 07:00', 'Ann', 'Plant', '2026-12-01', '2026-12-04'),
	('SAL-ORD-2', '2026-12-01 07:30', 'Bob', 'Plant', '2026-12-01', '2026-12-04'),
	('SAL-ORD-3', '2026-12-01 07:45', 'Eve', 'Plant', '2026-12-01', '2026-12-10');
INSERT INTO "tabSales Order Item" (name, creation, parent, idx, item_code, warehouse, delivery_date, qty, uom, conversion_factor, stock_qty) VALUES
	('soi-1', '2026-12-01 07:00', 'SAL-ORD-1', 1, 'BIKE', 'Stores - PL', '2026-12-04', 4, 'Nos', 1, 4),
	('soi-2', '2026-12-01 07:00', 'SAL-ORD-1', 2, 'REPAIR', 'Stores - PL', '2026-12-04', 1, 'Hour', 1, 1),
	('soi-3', '2026-12-01 07:30', 'SAL-ORD-2', 1, 'BIKE', 'Stores - PL', '2026-12-04', 3, 'Nos', 1, 3),
	('soi-4', '2026-12-01 07:45', 'SAL-ORD-3', 1, 'BELL', 'Stores - PL', '2026-12-10', 1, 'Dozen', 12, 12);
