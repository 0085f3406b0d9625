-- The example plant: a bicycle shop with a workshop in town ("main") and a
-- second shop in the north.
--
-- Its clock stands still at ten past eight on Monday, 23 November 2026, so that
-- the tour reads the same on every day.
ALTER DATABASE demo SET promise.clock = '2026-11-23 08:10+01';
ALTER DATABASE demo SET promise.timezone = 'Europe/Berlin';
ALTER DATABASE demo SET TimeZone = 'Europe/Berlin';
ALTER DATABASE demo SET DateStyle = 'ISO, DMY';

SET TimeZone = 'Europe/Berlin';
SET DateStyle = 'ISO, DMY';

-- ---------------------------------------------------------------------------
-- Bicycles and wheels are kept in the extension's own tables.
-- ---------------------------------------------------------------------------

INSERT INTO promise.item (item, unit, family) VALUES
	('BIKE', 'pcs', 'bicycles'),
	('WHEEL', 'pcs', 'parts');

-- the workshop is asked first, the shop in the north next
INSERT INTO promise.location (location, zone, priority) VALUES
	('main', 'Europe/Berlin', 0),
	('north', 'Europe/Berlin', 1);

-- two bicycles always stay in the window
INSERT INTO promise.stocking (item, location, safety_stock) VALUES
	('BIKE', 'main', 2);

-- what is in stock ...
INSERT INTO promise.supply (item, location, quantity, kind) VALUES
	('BIKE', 'main', 18, 'stock'),
	('BIKE', 'north', 5, 'stock'),
	('WHEEL', 'main', 10, 'stock');

-- ... and what is to come; the wheels should have been here last Thursday
INSERT INTO promise.supply (item, location, at, quantity, ref, kind) VALUES
	('BIKE', 'main', '2026-12-03 14:00', 20, 'MO-17', 'production'),
	('BIKE', 'main', '2026-12-17 14:00', 30, 'MO-18', 'production'),
	('BIKE', 'north', '2026-12-10 10:00', 6, 'TR-5', 'transfer'),
	('WHEEL', 'main', '2026-11-19 10:00', 100, 'PO-8', 'purchase');

-- what has been promised to customers, and what is expected to be sold besides
INSERT INTO promise.commitment (ref, item, location, at, quantity, kind, customer) VALUES
	('SO-101', 'BIKE', 'main', '2026-11-26 18:00', 8, 'customer', 'Ada'),
	('SO-102', 'BIKE', 'main', '2026-12-07 18:00', 15, 'customer', 'Grace'),
	('SO-103', 'BIKE', 'north', '2026-12-11 18:00', 2, 'customer', 'Edsger'),
	('SO-104', 'WHEEL', 'main', '2026-11-27 18:00', 8, 'customer', 'Ada'),
	('F-52', 'BIKE', 'main', '2026-12-21 18:00', 10, 'forecast', NULL);

-- two baskets of the web shop: one expired at eight o'clock, one lasts until noon
INSERT INTO promise.commitment (ref, item, location, at, quantity, kind, expires_at) VALUES
	('CART-1', 'BIKE', 'main', '2026-11-30 18:00', 4, 'hold', '2026-11-23 08:00'),
	('CART-2', 'BIKE', 'main', '2026-11-30 18:00', 1, 'hold', '2026-11-23 12:00');

-- ---------------------------------------------------------------------------
-- Frames and bells live in tables that the shop's ERP has had for years.  They
-- know nothing of the extension; the tour maps them where they are.
-- ---------------------------------------------------------------------------

CREATE SCHEMA shop;

CREATE TABLE shop.stock (
	sku text,
	warehouse text,
	on_hand integer NOT NULL,
	PRIMARY KEY (sku, warehouse)
);
INSERT INTO shop.stock VALUES
	('FRAME', 'main', 6),
	('BELL', 'main', 25),
	('BELL', 'north', 5);

CREATE TABLE shop.purchase_line (
	id integer PRIMARY KEY,
	sku text NOT NULL,
	warehouse text NOT NULL,
	ordered integer NOT NULL,
	received integer NOT NULL,
	expected_on date,
	state text NOT NULL
);
INSERT INTO shop.purchase_line VALUES
	(7, 'FRAME', 'main', 50, 0, '2026-12-04', 'confirmed'),
	(8, 'FRAME', 'main', 40, 40, '2026-11-02', 'done'),
	(9, 'BELL', 'main', 100, 40, '2026-12-01', 'confirmed'),
	(10, 'BELL', 'north', 30, 0, NULL, 'confirmed'),		-- no date yet
	(11, 'BELL', 'main', 500, 0, '2026-12-15', 'draft');

CREATE TABLE shop.sale_line (
	order_no text,
	line_no integer,
	sku text NOT NULL,
	warehouse text NOT NULL,
	ordered integer NOT NULL,
	shipped integer NOT NULL,
	wanted_on date,
	state text NOT NULL,
	PRIMARY KEY (order_no, line_no)
);
CREATE INDEX ON shop.sale_line (sku);
INSERT INTO shop.sale_line VALUES
	('S-31', 1, 'FRAME', 'main', 4, 0, '2026-11-25', 'confirmed'),
	('S-31', 2, 'BELL', 'main', 10, 10, '2026-11-20', 'done'),
	('S-32', 1, 'BELL', 'main', 20, 5, '2026-11-30', 'confirmed'),
	('S-33', 1, 'FRAME', 'main', 12, 0, '2026-12-04', 'quotation'),
	('S-33', 2, 'BELL', 'main', 12, 0, '2026-11-27', 'quotation'),
	('S-34', 1, 'FRAME', 'main', 2, 0, '2026-11-27', 'quotation'),
	('S-34', 2, 'BELL', 'main', 60, 0, '2026-12-02', 'quotation');
