/*
 * conflicts: promises that cannot be kept, and why.
 */
\pset null '-'
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
SET promise.clock = '2026-11-22 08:17+00';

-- a receipt that slipped: served are priority, then acceptance
BEGIN;
INSERT INTO promise.supply (item, at, quantity, ref, kind) VALUES
	('LAMP', '-infinity', 10, NULL, 'stock'),
	('LAMP', '2026-12-08 10:00+00', 10, 'PO-1', 'purchase');
INSERT INTO promise.commitment (ref, item, at, quantity, priority, accepted_at) VALUES
	('SO-1', 'LAMP', '2026-12-05 12:00+00', 6, 0, '2026-11-02'),
	('SO-2', 'LAMP', '2026-12-01 12:00+00', 6, 0, '2026-11-03'),
	('SO-3', 'LAMP', '2026-12-02 12:00+00', 3, 0, '2026-11-04'),
	('SO-4', 'LAMP', '2026-12-20 12:00+00', 5, -1, '2026-11-05');
SELECT ref, quantity, promised_at, missing, short_from, feasible_at, reason, takers, receipts
FROM promise.conflicts('LAMP');
SELECT detail FROM promise.conflicts('LAMP');
SELECT ref, quantity, promised_at, feasible_at, met FROM promise.feasible_dates('LAMP');
-- had it come in time, all would be met; not so with one more
UPDATE promise.supply SET at = '2026-12-01 10:00+00' WHERE ref = 'PO-1';
SELECT count(*) FROM promise.conflicts('LAMP');
UPDATE promise.commitment SET quantity = 6 WHERE ref = 'SO-4';
SELECT ref, missing, feasible_at, reason, detail, takers, receipts FROM promise.conflicts('LAMP');
UPDATE promise.supply SET at = '2026-12-08 10:00+00' WHERE ref = 'PO-1';
SELECT ref, missing, feasible_at, reason, takers, receipts FROM promise.conflicts('LAMP');
UPDATE promise.commitment SET quantity = 5 WHERE ref = 'SO-4';
-- overdue: it counts later, or not at all
UPDATE promise.supply SET at = '2026-11-20 10:00+00' WHERE ref = 'PO-1';
UPDATE promise.commitment SET at = '2026-11-23 07:00+00' WHERE ref IN ('SO-1', 'SO-2');
SELECT ref, missing, feasible_at, reason, detail FROM promise.conflicts('LAMP');
INSERT INTO promise.stocking (item, overdue_counts) VALUES ('LAMP', false);
SELECT ref, missing, feasible_at, reason, detail FROM promise.conflicts('LAMP');
-- what is not there can be replenished; safety stock is no promise
UPDATE promise.stocking SET replenishment_lead_time = '10 days', safety_stock = 100;
SELECT ref, missing, feasible_at, reason, detail FROM promise.conflicts('LAMP');
UPDATE promise.stocking SET replenishment_lead_time = '6 hours';
SELECT ref, missing, feasible_at, reason, detail FROM promise.conflicts('LAMP');
ROLLBACK;

-- bound supply serves its order alone, and an order in conflict frees the rest
BEGIN;
INSERT INTO promise.supply (item, at, quantity, ref, for_ref) VALUES
	('LAMP', '2026-12-04 10:00+00', 5, 'MO-1', 'SO-1'),
	('LAMP', '2026-12-09 10:00+00', 5, 'MO-2', NULL);
INSERT INTO promise.commitment (ref, item, at, quantity, accepted_at) VALUES
	('SO-1', 'LAMP', '2026-12-03 12:00+00', 5, '2026-11-02'),
	('SO-2', 'LAMP', '2026-12-09 12:00+00', 5, '2026-11-03'),
	('SO-3', 'LAMP', '2026-12-10 12:00+00', 1, '2026-11-04');
SELECT ref, missing, short_from, feasible_at, reason, takers, receipts FROM promise.conflicts('LAMP');
ROLLBACK;

-- supply that spoils
BEGIN;
INSERT INTO promise.supply (item, quantity, ref, expires_at) VALUES
	('MILK', 5, 'L-1', '2026-11-25 00:00+00'), ('MILK', 5, 'L-2', '2026-11-28 00:00+00');
INSERT INTO promise.commitment (ref, item, at, quantity, accepted_at) VALUES
	('SO-1', 'MILK', '2026-11-27 12:00+00', 4, '2026-11-02'),
	('SO-2', 'MILK', '2026-11-26 12:00+00', 4, '2026-11-03'),
	('SO-3', 'MILK', '2026-11-23 12:00+00', 5, '2026-11-04');
SELECT ref, missing, short_from, feasible_at, reason, takers FROM promise.conflicts('MILK');
ROLLBACK;

-- A7 of the published cases: 10 at a place, 10 confirmed, then 10 moved away
BEGIN;
INSERT INTO promise.supply (item, location, quantity) VALUES ('BOLT', 'shelf', 10);
INSERT INTO promise.commitment (ref, item, location, at, quantity)
VALUES ('SO-1', 'BOLT', 'shelf', '2026-12-01 12:00+00', 10);
SELECT count(*) AS conflicts FROM promise.conflicts();
UPDATE promise.supply SET quantity = 0 WHERE item = 'BOLT';
INSERT INTO promise.supply (item, location, quantity) VALUES ('BOLT', 'dock', 10);
SELECT balance, balance = -10 AS same FROM promise.availability('BOLT', 'shelf')
ORDER BY at DESC LIMIT 1;
SELECT ref, location, missing, feasible_at, reason, detail FROM promise.conflicts();
ROLLBACK;

-- the same in the tables of a business
BEGIN;
CREATE TABLE quant (product integer, place text, qty numeric);
CREATE TABLE move (id integer PRIMARY KEY, product integer, place text, qty numeric, day date);
CREATE INDEX ON quant (product);
CREATE INDEX ON move (product);
SELECT promise.map('supply', 'quant', item => 'product', location => 'place',
				   at => '''-infinity''::timestamptz', quantity => 'qty');
SELECT promise.map('demand', 'move', item => 'product', location => 'place',
				   at => 'day', quantity => 'qty', ref => '''OUT-'' || id');
INSERT INTO quant VALUES (7, 'shelf', 10);
INSERT INTO move VALUES (1, 7, 'shelf', 10, '2026-12-01');
SELECT count(*) AS conflicts FROM promise.conflicts();
UPDATE quant SET place = 'dock';
SELECT balance, balance = -10 AS same FROM promise.availability('7', 'shelf')
ORDER BY at DESC LIMIT 1;
SELECT ref, item, location, missing, feasible_at, reason, detail FROM promise.conflicts();
SELECT ref FROM promise.conflicts('7', 'dock');
ROLLBACK;

-- everything: in order of item and location, and only what is short
BEGIN;
INSERT INTO promise.supply (item, quantity)
SELECT 'I' || i, 10 FROM generate_series(1, 1200) AS i;
INSERT INTO promise.commitment (ref, item, location, at, quantity)
SELECT 'S' || i, 'I' || i, CASE WHEN i % 500 = 0 THEN 'none' ELSE 'main' END,
	   '2026-12-01', CASE WHEN i % 300 = 0 THEN 11 ELSE 10 END
FROM generate_series(1, 1200) AS i;
SELECT ref, item, location, missing FROM promise.conflicts();
SELECT ref, item, location, missing FROM promise.conflicts(location => 'none');
SELECT count(*), count(*) FILTER (WHERE met) AS met FROM promise.feasible_dates();
ROLLBACK;

-- demand without a date is due now; nothing is known about nothing
BEGIN;
CREATE TABLE wish (item text, at timestamptz, quantity numeric);
SELECT promise.map('demand', 'wish');
INSERT INTO wish VALUES ('LAMP', NULL, 2), ('LAMP', 'infinity', 2);
SELECT ref, promised_at, missing, short_from, feasible_at FROM promise.conflicts();
SELECT count(*) FROM promise.conflicts('nothing');
ROLLBACK;

-- a resource that lost capacity: loads are served as their promises are
BEGIN;
INSERT INTO promise.resource (resource, units) VALUES ('SAW', 3), ('DRILL', 1);
INSERT INTO promise.commitment (ref, item, at, quantity, priority, accepted_at) VALUES
	('SO-1', 'LAMP', '2026-12-05', 1, 0, '2026-11-03'),
	('SO-2', 'LAMP', '2026-12-05', 1, 0, '2026-11-02'),
	('SO-3', 'LAMP', '2026-12-05', 1, -1, '2026-11-04'),
	('SO-9', 'LAMP', '2026-12-05', 0, -9, '2026-11-01');
INSERT INTO promise.load (resource, during, units, ref) VALUES
	('SAW', '[2026-12-01 08:00+00,2026-12-01 12:00+00)', 1, 'SO-1'),
	('SAW', '[2026-12-01 09:00+00,2026-12-01 11:00+00)', 2, NULL);
INSERT INTO promise.planned_load (resource, during, units, ref) VALUES
	('SAW', '[2026-12-01 10:00+00,2026-12-01 15:00+00)', 1, 'SO-2'),
	('SAW', '[2026-12-01 12:00+00,2026-12-01 14:00+00)', 1, 'SO-3'),
	('SAW', '[2026-12-01 13:00+00,2026-12-01 16:00+00)', 2, 'SO-9'),
	('DRILL', '[2026-12-01 13:00+00,2026-12-01 16:00+00)', 2, 'SO-3');
SELECT resource, ref, quantity, promised_at, missing, short_from, feasible_at, reason, takers, receipts
FROM promise.conflicts(resource => 'SAW');
SELECT ref, detail, kind, item, location FROM promise.conflicts(resource => 'SAW');
INSERT INTO promise.resource_change (resource, during, units) VALUES
	('SAW', '[2026-12-01 12:30+00,2026-12-02)', -2), ('SAW', '[2026-12-01 06:00+00,2026-12-01 07:00+00)', -3);
SELECT ref, missing, short_from, feasible_at, takers, detail FROM promise.conflicts(resource => 'SAW');
-- for ever
UPDATE promise.resource_change SET during = '[2026-12-01 06:00+00,)' WHERE units = -3;
SELECT ref, missing, feasible_at, takers, detail FROM promise.conflicts(resource => 'SAW');
-- without a row it has no units, without a limit it can do everything
DELETE FROM promise.resource WHERE resource = 'DRILL';
UPDATE promise.resource SET finite = false WHERE resource = 'SAW';
SELECT resource, ref, missing, feasible_at, detail FROM promise.conflicts(resource => 'DRILL');
SELECT count(*) FROM promise.conflicts(resource => 'SAW');
-- which are listed: all; an item's, a resource's, or both
SELECT item, resource, ref FROM promise.conflicts();
SELECT item, resource, ref FROM promise.conflicts('LAMP');
SELECT item, resource, ref FROM promise.conflicts(location => 'main');
SELECT item, resource, ref FROM promise.conflicts('LAMP', resource => 'DRILL');
SELECT item, resource, ref FROM promise.conflicts(resource => 'nothing');
ROLLBACK;

-- the same in the tables of a business: what has begun is judged by the rest
BEGIN;
CREATE TABLE job (machine integer, during tstzrange, order_no integer);
CREATE INDEX ON job (machine);
SELECT promise.map('load', 'job', resource => 'machine', during => 'during', ref => '''SO-'' || order_no');
INSERT INTO promise.resource (resource, units) VALUES ('7', 1);
INSERT INTO promise.commitment (ref, item, at, quantity, accepted_at) VALUES
	('SO-1', 'LAMP', '2026-12-05', 1, '2026-11-03'), ('SO-2', 'LAMP', '2026-12-05', 1, '2026-11-02');
INSERT INTO job VALUES (7, '[2026-11-22 06:17+00,2026-11-22 10:17+00)', 1),
	(7, '[2026-11-22 09:17+00,2026-11-22 11:17+00)', 2);
SELECT ref, promised_at, missing, short_from, feasible_at, takers FROM promise.conflicts(resource => '7');
SELECT kind, resource, from_at, until_at, missing FROM promise.shortage WHERE kind = 'capacity';
SELECT v FROM promise.verify() AS v WHERE v LIKE 'resource%';
ROLLBACK;

-- nobody may ask who was not told so
CREATE ROLE regress_conflicts_nobody;
GRANT USAGE ON SCHEMA promise TO regress_conflicts_nobody;
SET ROLE regress_conflicts_nobody;
SELECT * FROM promise.conflicts();
RESET ROLE;
DROP OWNED BY regress_conflicts_nobody;
DROP ROLE regress_conflicts_nobody;
