/*
 * verify: the truth from the rows alone, and what contradicts it.
 */
\pset null '-'
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
SET promise.clock = '2026-11-22 08:17+00';

SELECT * FROM promise.verify();

BEGIN;
INSERT INTO promise.supply (item, at, quantity, ref) VALUES
	('LAMP', '-infinity', 10, NULL), ('LAMP', '2026-12-08 10:00+00', 10, 'PO-1');
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES
	('SO-1', 'LAMP', '2026-12-05 12:00+00', 6), ('SO-2', 'LAMP', '2026-12-01 12:00+00', 6),
	('SO-3', 'LAMP', '2026-12-20 12:00+00', 9);
INSERT INTO promise.supply (item, location, at, quantity) VALUES ('BOLT', 'dock', '-infinity', -3);
INSERT INTO promise.resource (resource, units) VALUES ('OVEN', 2);
INSERT INTO promise.load (resource, during, units, ref) VALUES
	('OVEN', '[2026-12-01 08:00+00,2026-12-01 12:00+00)', 1, 'W-1'),
	('OVEN', '[2026-12-01 09:00+00,2026-12-01 13:00+00)', 2, 'W-2'),
	('SAW', '[2026-12-01 09:00+00,)', 1, 'W-3');
SELECT * FROM promise.shortage;
SELECT * FROM promise.check_levels('LAMP');
SELECT * FROM promise.verify();
INSERT INTO promise.stocking (item, replenishment_lead_time) VALUES ('LAMP', '14 days');
SELECT * FROM promise.shortage WHERE item = 'LAMP';
SELECT * FROM promise.verify();

-- what is planned for nobody
INSERT INTO promise.planned_flow (ref, item, at, quantity) VALUES
	('SO-1', 'LAMP', '2026-12-03 12:00+00', 6), ('gone', 'LAMP', '2026-12-03 12:00+00', 1.50);
INSERT INTO promise.planned_load (ref, resource, during) VALUES
	('gone', 'OVEN', '[2026-12-03 08:00+00,2026-12-03 12:00+00)');
SELECT * FROM promise.verify();
DELETE FROM promise.planned_flow;
DELETE FROM promise.planned_load;
ROLLBACK;

-- a ledger that was tampered with
BEGIN;
SELECT promise.protect('promise.commitment');
INSERT INTO promise.supply (item, quantity) VALUES ('LAMP', 20);
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES
	('SO-1', 'LAMP', '2026-12-05', 6), ('SO-2', 'LAMP', '2026-12-06', 6);
SELECT * FROM promise.verify();
UPDATE promise.ledger SET change = 7 WHERE ref = 'SO-1';
DELETE FROM promise.ledger WHERE ref = 'SO-2';
SELECT * FROM promise.verify();
ROLLBACK;
