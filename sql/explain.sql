/*
 * explain: every kind of line that the tree can have.
 */
SET promise.clock = '2026-11-22 08:10+00';
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';

BEGIN;
INSERT INTO promise.item (item) VALUES ('EMPTY');
INSERT INTO promise.supply (item, location, at, quantity, ref, kind) VALUES
	('DESK', 'main', '-infinity', 40, NULL, NULL),
	('DESK', 'main', '2026-12-20 00:00+00', 30, 'PO-1', 'purchase'),
	('DESK', 'main', '2026-11-01 00:00+00', 5, 'PO-0', 'purchase'),
	('DESK', 'main', 'infinity', 9, 'PO-9', 'purchase'),
	('DESK', 'north', '-infinity', 4, NULL, NULL);
INSERT INTO promise.commitment (ref, item, location, at, quantity, kind) VALUES
	('S-1', 'DESK', 'main', '2026-12-01 00:00+00', 3, 'customer'),
	('S-2', 'DESK', 'main', '2026-12-02 00:00+00', 9, 'customer'),
	('S-3', 'DESK', 'main', '2026-12-03 00:00+00', 2, 'forecast'),
	('S-4', 'DESK', 'main', '2026-12-04 00:00+00', 2, 'transfer'),
	('S-5', 'DESK', 'main', '2026-12-05 00:00+00', 4, 'component'),
	('S-6', 'DESK', 'main', '2026-12-06 00:00+00', 2, 'customer'),
	('S-7', 'DESK', 'main', '2026-12-07 00:00+00', 8, 'customer');

-- what is reserved between the date asked for and the low point, largest first
SELECT promise.explain('DESK', 20, '2026-11-25', 'main');
-- more than there will ever be, in parts; and nothing at all
SELECT promise.explain('DESK', 100, '2026-11-25');
SELECT promise.explain('EMPTY', 1);
SELECT promise.explain(NULL, 1);

-- the rules that are not the default
INSERT INTO promise.stocking (item, location, safety_stock, horizon, overdue_counts)
VALUES ('DESK', 'main', 6, '14 days', false);
SELECT promise.explain('DESK', 20, '2026-11-25', 'main');
UPDATE promise.stocking SET replenishment_lead_time = '5 days', overdue_counts = true;
SELECT promise.explain('DESK', 500, '2026-11-25', 'main');
SELECT promise.explain('DESK', 500, '2026-12-05', 'main');

-- the detail says the same in one sentence
SELECT kind, location, available_at, reason, detail
FROM promise.quote('DESK', 500, '2026-11-25', 'main', ship_complete => true);
UPDATE promise.stocking SET replenishment_lead_time = NULL;
SELECT kind, location, quantity, available_at, reason, detail
FROM promise.quote('DESK', 30, '2026-11-25', 'main', ship_complete => true);
DELETE FROM promise.stocking;

-- supply that spoils is what binds
INSERT INTO promise.supply (item, at, quantity, ref, expires_at)
VALUES ('MILK', '-infinity', 10, 'LOT-1', '2026-11-30 00:00+00');
SELECT promise.explain('MILK', 1);
ROLLBACK;

-- rows that do not add up are named
BEGIN;
INSERT INTO promise.supply (item, quantity) VALUES ('HUGE', 9000000000000), ('HUGE', 9000000000000);

\set SHOW_CONTEXT always
SELECT promise.earliest('HUGE', 1);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
