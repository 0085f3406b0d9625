-- The example plant: a bicycle shop in two places.
--
-- Its clock stands still at eight o'clock on Monday, 2 November 2026, so that
-- the tour reads the same on every day.
ALTER DATABASE demo SET promise.clock = '2026-11-02 08:00+01';
ALTER DATABASE demo SET promise.timezone = 'Europe/Berlin';
ALTER DATABASE demo SET TimeZone = 'Europe/Berlin';
ALTER DATABASE demo SET DateStyle = 'ISO, DMY';

SET TimeZone = 'Europe/Berlin';
SET DateStyle = 'ISO, DMY';

INSERT INTO promise.item (item, unit, family) VALUES
	('BIKE', 'pcs', 'bicycles'),
	('FRAME', 'pcs', 'parts'),
	('WHEEL', 'pcs', 'parts');

-- the workshop in town is asked first, the shop in the north next
INSERT INTO promise.location (location, zone, priority) VALUES
	('main', 'Europe/Berlin', 0),
	('north', 'Europe/Berlin', 1);

-- two bicycles always stay in the window
INSERT INTO promise.stocking (item, location, safety_stock) VALUES
	('BIKE', 'main', 2);

-- what is in stock ...
INSERT INTO promise.supply (item, location, quantity, kind) VALUES
	('BIKE', 'main', 12, 'stock'),
	('BIKE', 'north', 5, 'stock'),
	('FRAME', 'main', 6, 'stock'),
	('WHEEL', 'main', 40, 'stock');

-- ... and what is to come; the wheels should have been here last Thursday
INSERT INTO promise.supply (item, location, at, quantity, ref, kind) VALUES
	('BIKE', 'main', '2026-11-12 14:00', 20, 'MO-17', 'production'),
	('BIKE', 'main', '2026-11-26 14:00', 30, 'MO-18', 'production'),
	('FRAME', 'main', '2026-11-20 10:00', 50, 'PO-7', 'purchase'),
	('WHEEL', 'main', '2026-10-29 10:00', 100, 'PO-8', 'purchase');

-- what has been promised, and what is expected to be sold besides
INSERT INTO promise.commitment (ref, item, location, at, quantity, kind, customer, accepted_at) VALUES
	('SO-101', 'BIKE', 'main', '2026-11-05 18:00', 8, 'customer', 'Ada', '2026-10-20 09:00'),
	('SO-102', 'BIKE', 'main', '2026-11-16 18:00', 15, 'customer', 'Grace', '2026-10-21 10:00'),
	('SO-103', 'BIKE', 'north', '2026-11-20 18:00', 2, 'customer', 'Edsger', '2026-10-22 11:00'),
	('F-48', 'BIKE', 'main', '2026-11-30 18:00', 10, 'forecast', NULL, '2026-10-01 00:00'),
	('SO-104', 'WHEEL', 'main', '2026-11-06 18:00', 36, 'customer', 'Ada', '2026-10-23 12:00');
