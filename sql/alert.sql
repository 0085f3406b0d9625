/*
 * alert: promises that a change has newly put at risk.
 */
\pset null '-'
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
SET promise.clock = '2026-11-22 08:17+00';
-- rows are named by their number
ALTER TABLE promise.alert ALTER COLUMN alert RESTART;

CREATE TABLE alert_stock (item text, quantity numeric);
CREATE INDEX ON alert_stock (item);
SELECT promise.protect('promise.commitment', mode => 'warn');
SELECT promise.map('supply', 'alert_stock', at => '''-infinity''::timestamptz');
SELECT promise.protect('alert_stock', role => 'supply');
INSERT INTO alert_stock VALUES ('LAMP', 10), ('LAMP', 5);
INSERT INTO promise.commitment (ref, item, at, quantity, accepted_at) VALUES
	('SO-1', 'LAMP', '2026-12-01', 8, '2026-11-01'), ('SO-2', 'LAMP', '2026-12-02', 7, '2026-11-02');

-- supply may always change, by somebody who may not even see the alerts
CREATE ROLE regress_alert_clerk;
GRANT USAGE ON SCHEMA promise TO regress_alert_clerk;
GRANT ALL ON alert_stock TO regress_alert_clerk;
SET ROLE regress_alert_clerk;
UPDATE alert_stock SET quantity = quantity;
DELETE FROM alert_stock WHERE quantity = 5;
UPDATE alert_stock SET quantity = 11;
SELECT * FROM promise.alert;
RESET ROLE;
SELECT alert, raised_at, raised_by, item, location, ref, promised_at, quantity, missing,
	   short_from, feasible_at, reason, detail, notified, cleared_at
FROM promise.alert \gx

-- a transaction that is judged after each statement says each thing once
BEGIN;
UPDATE alert_stock SET quantity = 9;
UPDATE alert_stock SET quantity = 10;
UPDATE alert_stock SET quantity = 8;
SAVEPOINT more;
UPDATE alert_stock SET quantity = 7;
ROLLBACK TO more;
COMMIT;
SELECT alert, ref, missing FROM promise.alert ORDER BY alert;

-- a promise that passes with a warning hits one that is served after it
INSERT INTO promise.commitment (ref, item, at, quantity, priority, accepted_at)
VALUES ('SO-3', 'LAMP', '2026-12-03', 1, -1, '2026-11-03');
SELECT alert, ref, missing, detail FROM promise.alert WHERE alert > 3 ORDER BY alert;

-- open are those that stand; others can be cleared
SELECT alert, ref, missing FROM promise.open_alerts;
INSERT INTO alert_stock VALUES ('LAMP', 1);
SELECT alert, ref, missing FROM promise.open_alerts;
SELECT promise.clear_alerts();
SELECT alert, ref, cleared_at FROM promise.alert ORDER BY alert;
SELECT promise.clear_alerts();

-- the row says whether the change notified
SET promise.notify = on;
BEGIN;
DELETE FROM alert_stock WHERE quantity = 1;
DELETE FROM alert_stock;
SELECT count(*) FROM promise.alert WHERE notified;
COMMIT;
SELECT count(*), bool_and(notified) FROM promise.alert WHERE cleared_at IS NULL AND missing > 7;
RESET promise.notify;

-- what a trigger on the alerts writes is judged, too
INSERT INTO alert_stock VALUES ('FUSE', 1);
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('F-1', 'FUSE', '2026-12-01', 1);
CREATE FUNCTION alert_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('F-3', 'FUSE', '2026-12-03', 1);
	RETURN NULL;
END
$$;
CREATE TRIGGER alert_again AFTER INSERT ON promise.alert
	FOR EACH ROW WHEN (NEW.ref = 'F-2') EXECUTE FUNCTION alert_again();
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('F-2', 'FUSE', '2026-12-02', 1);
SELECT ref, missing FROM promise.alert WHERE item = 'FUSE' ORDER BY ref;
DROP TRIGGER alert_again ON promise.alert;
DROP FUNCTION alert_again();

-- a machine may always fail; the loads that it cannot carry any more are recorded
SELECT promise.protect('promise.resource');
SELECT promise.protect('promise.resource_change');
INSERT INTO promise.resource (resource, units) VALUES ('SAW', 2);
INSERT INTO promise.load (resource, during, units, ref) VALUES
	('SAW', '[2026-12-01 08:00+00,2026-12-01 12:00+00)', 1, 'SO-2'),
	('SAW', '[2026-12-01 09:00+00,2026-12-01 11:00+00)', 1, 'SO-1');
DELETE FROM promise.alert;
BEGIN;
INSERT INTO promise.resource_change (resource, during, units) VALUES ('SAW', '[2026-12-01 10:00+00,2026-12-01 16:00+00)', -1);
UPDATE promise.resource_change SET units = -1;
COMMIT;
SELECT raised_at, item, location, resource, ref, promised_at, quantity, missing, short_from, feasible_at,
	   reason, detail
FROM promise.alert \gx
UPDATE promise.resource SET units = 1;
SELECT resource, ref, missing, detail FROM promise.alert ORDER BY alert;
SELECT resource, ref, missing FROM promise.open_alerts;
DELETE FROM promise.resource_change;
SELECT resource, ref, missing FROM promise.open_alerts;
UPDATE promise.resource SET units = 2;
SELECT promise.clear_alerts();
SELECT count(*) FROM promise.open_alerts;
-- loads that pass with a warning hit others
SELECT promise.protect('promise.load', mode => 'warn');
DELETE FROM promise.alert;
INSERT INTO promise.load (resource, during, units, ref) VALUES
	('SAW', '[2026-12-01 07:00+00,2026-12-01 09:30+00)', 1, NULL);
SELECT resource, ref, missing, feasible_at FROM promise.alert ORDER BY alert;
DELETE FROM promise.load;
DELETE FROM promise.resource;
SELECT promise.unprotect('promise.load', 'load');
SELECT promise.unprotect('promise.resource_change', 'resource_change');
SELECT promise.unprotect('promise.resource', 'resource');

SELECT promise.unprotect('alert_stock', role => 'supply');
SELECT promise.unmap('supply', 'alert_stock');
DELETE FROM promise.commitment;
SELECT promise.unprotect('promise.commitment');
DELETE FROM promise.ledger;
DELETE FROM promise.alert;
DROP TABLE alert_stock;
DROP OWNED BY regress_alert_clerk;
DROP ROLE regress_alert_clerk;
