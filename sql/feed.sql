--
-- FEED
-- What has been promised, told to those who are to deliver it.
--
SET promise.clock = '2026-11-23 10:00+00';	-- a Monday
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
\set SHOW_CONTEXT never

CREATE ROLE regress_promise_welders;
CREATE ROLE regress_promise_depot;
CREATE ROLE regress_promise_bikes;
CREATE ROLE regress_promise_kim LOGIN;
CREATE ROLE regress_promise_wil LOGIN IN ROLE regress_promise_welders;
CREATE ROLE regress_promise_dee LOGIN IN ROLE regress_promise_depot, regress_promise_bikes;
DO $$
DECLARE
	statement text;
BEGIN
	FOR statement IN
		SELECT promise.grant_script(r.kind, r.role)
		FROM (VALUES ('seller', 'regress_promise_kim'::name), ('operations', 'regress_promise_wil'),
					 ('operations', 'regress_promise_dee')) AS r (kind, role)
	LOOP
		EXECUTE statement;
	END LOOP;
END
$$;

INSERT INTO promise.item (item, family) VALUES ('BIKE', 'bikes'), ('PUMP', 'parts');
INSERT INTO promise.signatory (role_name, side, item, family, location, resource) VALUES
	('regress_promise_welders', 'operations', NULL, NULL, NULL, 'welder'),
	('regress_promise_welders', 'operations', 'FRAME', NULL, NULL, NULL),
	('regress_promise_depot', 'operations', NULL, NULL, 'depot', NULL),
	('regress_promise_bikes', 'operations', NULL, 'bikes', NULL, NULL),
	('regress_promise_kim', 'sales', NULL, NULL, NULL, NULL);
INSERT INTO promise.resource (resource, calendar) VALUES ('welder', 'UTC; Mon-Fri 08:00-16:00');
INSERT INTO promise.source (source, item, location, kind) VALUES ('make BIKE', 'BIKE', 'depot', 'make');
INSERT INTO promise.step (source, step, resource, run) VALUES ('make BIKE', 10, 'welder', '1 hour');
INSERT INTO promise.supply (item, location, at, quantity) VALUES
	('BIKE', 'main', '-infinity', 5), ('PUMP', 'main', '-infinity', 50), ('PUMP', 'depot', '-infinity', 50);

--
-- Whom a promise concerns
--
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT ref FROM promise.commit('SO-1', 'PUMP', 5, '2026-12-01', location => 'main', customer => 'Ada');
SELECT ref FROM promise.commit('SO-2', 'PUMP', 5, '2026-12-01', location => 'depot', customer => 'Bob', seller => 'Kim');
SELECT ref FROM promise.commit('SO-3', 'BIKE', 2, '2026-12-01', location => 'main');
SELECT ref FROM promise.commit('SO-4', 'BIKE', 2, '2026-12-01', location => 'depot');
SELECT ref FROM promise.hold('SO-5', 'PUMP', 1, '2026-12-01', '1 day', location => 'depot');
SELECT ref, item, location, at, quantity, customer, seller, news, since, role_name, acknowledge_by, acknowledged_by, exception
FROM promise.notices ORDER BY ref, role_name;
-- each role has its own feed; by SET ROLE one sees that of another
SELECT ref FROM promise.feed;
SELECT promise.acknowledge('SO-2');
SET SESSION AUTHORIZATION regress_promise_wil;
SELECT ref, role_name, news FROM promise.feed;
SET SESSION AUTHORIZATION regress_promise_dee;
SELECT ref, role_name, news FROM promise.feed ORDER BY ref, role_name;

--
-- Acknowledged, for whom one may
--
SELECT promise.acknowledge('SO-4', 'on Tuesday');
SELECT promise.acknowledge('SO-4');
SELECT promise.acknowledge('SO-1');
SELECT promise.acknowledge('SO-9');
SELECT ref, role_name FROM promise.feed ORDER BY ref, role_name;
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT ref, role_name, acknowledged_by, acknowledged_at, note FROM promise.notices WHERE ref = 'SO-4' ORDER BY role_name;
INSERT INTO promise.acknowledgement (ref, role_name) VALUES ('SO-4', 'regress_promise_welders');
SET SESSION AUTHORIZATION regress_promise_wil;
INSERT INTO promise.acknowledgement (ref, role_name) VALUES ('SO-4', 'regress_promise_depot');
INSERT INTO promise.acknowledgement (ref, role_name) VALUES ('SO-1', 'regress_promise_welders');
INSERT INTO promise.acknowledgement (ref, role_name, session_who) VALUES ('SO-4', 'regress_promise_welders', 'regress_promise_dee');
INSERT INTO promise.acknowledgement (ref, role_name, entry) VALUES ('SO-4', 'regress_promise_welders', 1000);
SELECT ref, role_name, entry < 1000 AS as_it_is, session_who FROM promise.acknowledgement ORDER BY acknowledgement;
DELETE FROM promise.acknowledgement;
RESET SESSION AUTHORIZATION;
SELECT promise.acknowledge('SO-2');
GRANT DELETE, TRUNCATE ON promise.acknowledgement TO regress_promise_wil;
SET SESSION AUTHORIZATION regress_promise_wil;
DELETE FROM promise.acknowledgement;
TRUNCATE promise.acknowledgement;

--
-- What changes is news again; what is delivered is not; what is taken back is
-- told to those who knew of it
--
SET SESSION AUTHORIZATION regress_promise_dee;
SELECT promise.acknowledge('SO-2'), promise.acknowledge('SO-3');
SELECT promise.deliver('SO-2', 1);
SELECT ref FROM promise.feed;
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT quantity, due FROM promise.change('SO-2', 6);
SELECT promise.release('SO-1'), promise.release('SO-3');
SET SESSION AUTHORIZATION regress_promise_dee;
SELECT ref, quantity, news, role_name FROM promise.feed ORDER BY ref;
SELECT promise.acknowledge('SO-2'), promise.acknowledge('SO-3');
SELECT ref FROM promise.feed;
-- one who was not there when it was promised is told what is open
RESET SESSION AUTHORIZATION;
INSERT INTO promise.signatory (role_name, side) VALUES ('regress_promise_bikes', 'operations');
SELECT ref, news FROM promise.notices WHERE acknowledged_at IS NULL ORDER BY ref;
DELETE FROM promise.signatory WHERE role_name = 'regress_promise_bikes' AND family IS NULL;

--
-- Not acknowledged in time
--
INSERT INTO promise.feed_time (role_name, acknowledge_within, calendar) VALUES
	('regress_promise_depot', '2 hours', 'UTC; Mon-Fri 06:00-11:00');
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT ref FROM promise.commit('SO-6', 'BIKE', 1, '2026-12-08', location => 'depot');
SELECT role_name, acknowledge_by FROM promise.notices WHERE ref = 'SO-6' ORDER BY role_name;
RESET SESSION AUTHORIZATION;
SET promise.clock = '2026-11-24 09:00+00';
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT ref, item, news, role_name, acknowledge_by, overdue_for FROM promise.unacknowledged;
RESET SESSION AUTHORIZATION;
SET promise.clock = '2026-11-24 11:00+00';
SELECT ref, role_name, overdue_for FROM promise.unacknowledged ORDER BY ref, role_name;
SET SESSION AUTHORIZATION regress_promise_dee;
SELECT promise.acknowledge('SO-6');
SELECT ref, role_name FROM promise.unacknowledged ORDER BY ref, role_name;

--
-- An exception is told as such
--
RESET SESSION AUTHORIZATION;
INSERT INTO promise.exception (exception, ref, item, location, status) VALUES (77, 'SO-7', 'PUMP', 'depot', 'approved');
SELECT ref FROM promise.commit('SO-7', 'PUMP', 500, '2026-12-01', location => 'depot');
SELECT ref, role_name, exception FROM promise.notices WHERE ref = 'SO-7';

--
-- Orders in a table of the business
--
CREATE SCHEMA erp;
CREATE TABLE erp.line (id text, item text, site text, ordered numeric, shipped numeric DEFAULT 0, promised date,
	customer text, booked timestamptz, kind text DEFAULT 'customer');
CREATE INDEX ON erp.line (item, promised);
CREATE TABLE erp.shipment (line text, day date, quantity numeric);
CREATE INDEX ON erp.shipment (line);
SELECT promise.map('demand', 'erp.line', ref => 'id', location => 'site', quantity => 'ordered - shipped', at => 'promised',
	accepted_at => 'booked', kind => 'kind');
GRANT USAGE ON SCHEMA erp TO regress_promise_kim, regress_promise_dee, regress_promise_wil;
GRANT SELECT ON erp.line, erp.shipment TO regress_promise_kim, regress_promise_dee, regress_promise_wil;
INSERT INTO erp.line (id, item, site, ordered, promised, customer, booked, kind) VALUES
	('E-1', 'PUMP', 'depot', 5, '2026-12-01', 'Ada', '2026-11-23 09:00+00', 'customer'),
	('E-2', 'PUMP', 'main', 5, '2026-12-01', 'Ada', '2026-11-23 09:00+00', 'customer'),
	('E-3', 'BIKE', 'depot', 1, '2026-12-01', 'Bob', NULL, 'customer'),
	('E-3', 'BIKE', 'depot', 2, '2026-12-03', 'Bob', NULL, 'customer'),
	('E-3', 'PUMP', 'depot', 1, '2026-12-01', 'Bob', NULL, 'customer'),
	('E-4', 'PUMP', 'depot', 5, '2026-12-01', 'Ada', NULL, 'hold'),
	('E-5', 'BIKE', 'main', 1, '2026-12-01', 'Ada', NULL, 'customer'),
	('SO-6', 'BIKE', 'depot', 9, '2026-12-01', 'Ada', NULL, 'customer');
INSERT INTO promise.load (resource, during, ref) VALUES ('welder', '[2026-11-30 08:00+00, 2026-11-30 09:00+00)', 'E-5');
SET SESSION AUTHORIZATION regress_promise_dee;
SELECT ref, item, location, at, quantity, customer, news, since, role_name, acknowledge_by FROM promise.feed ORDER BY ref, item, role_name;
SET SESSION AUTHORIZATION regress_promise_wil;
SELECT ref, news FROM promise.feed WHERE ref LIKE 'E%';
-- of those without a date of acceptance nobody knows since when
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT ref, item, role_name, overdue_for FROM promise.unacknowledged WHERE ref LIKE 'E%' ORDER BY ref, role_name;
SELECT promise.acknowledge('E-1');
-- acknowledged as it is now
SET SESSION AUTHORIZATION regress_promise_dee;
SELECT promise.acknowledge('E-1', 'on the shelf'), promise.acknowledge('E-3');
SELECT promise.acknowledge('E-1'), promise.acknowledge('E-3');
SELECT promise.acknowledge('E-2');
SELECT promise.acknowledge('E-4');
SELECT ref, role_name, item, location, at, quantity, entry, note FROM promise.acknowledgement WHERE ref LIKE 'E%' ORDER BY ref, role_name, item;
SELECT ref, role_name FROM promise.feed WHERE ref LIKE 'E%' ORDER BY ref, role_name;
INSERT INTO promise.acknowledgement (ref, role_name, item, location, quantity) VALUES ('E-5', 'regress_promise_bikes', 'BIKE', 'depot', 7);
INSERT INTO promise.acknowledgement (ref, role_name, quantity) VALUES ('E-5', 'regress_promise_bikes', 7);
SELECT ref, item, location, quantity FROM promise.acknowledgement WHERE ref = 'E-5';
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT ref, news, acknowledged_by, acknowledged_at, note, entry FROM promise.notices WHERE ref = 'E-1';
-- a change of quantity or date is news, also back to what it was
RESET SESSION AUTHORIZATION;
UPDATE erp.line SET ordered = 6 WHERE id = 'E-1';
UPDATE erp.line SET promised = '2026-11-30' WHERE id = 'E-3' AND item = 'PUMP';
UPDATE erp.line SET customer = 'Eve' WHERE id = 'E-5';
SET SESSION AUTHORIZATION regress_promise_dee;
SELECT ref, item, at, quantity, news, since, acknowledge_by FROM promise.feed WHERE ref LIKE 'E%' ORDER BY ref, role_name;
SELECT promise.acknowledge('E-1'), promise.acknowledge('E-3');
RESET SESSION AUTHORIZATION;
UPDATE erp.line SET ordered = 5 WHERE id = 'E-1';
SET SESSION AUTHORIZATION regress_promise_dee;
SELECT ref, quantity, news FROM promise.feed WHERE ref LIKE 'E%' ORDER BY ref, role_name;
SELECT promise.acknowledge('E-1');
-- what is no longer there is told to those who knew of it, but not what was delivered
RESET SESSION AUTHORIZATION;
DELETE FROM erp.line WHERE id = 'E-1' OR id = 'E-2';
UPDATE erp.line SET shipped = ordered WHERE id = 'E-5' OR id = 'E-3' AND item = 'PUMP';
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT ref, news FROM promise.notices WHERE ref LIKE 'E%' ORDER BY ref, role_name;
SET SESSION AUTHORIZATION regress_promise_dee;
SELECT ref, item, location, quantity, news, since, role_name FROM promise.feed WHERE ref LIKE 'E%' ORDER BY ref, role_name;
RESET SESSION AUTHORIZATION;
INSERT INTO promise.delivery (ref, at, quantity) VALUES ('E-3', '2026-11-24', 1);
INSERT INTO erp.shipment VALUES ('E-5', '2026-11-24', 1);
SELECT promise.map('delivery', 'erp.shipment', ref => 'line', at => 'day');
SET SESSION AUTHORIZATION regress_promise_dee;
SELECT ref, news FROM promise.feed WHERE ref LIKE 'E%' ORDER BY ref, role_name;
SELECT promise.acknowledge('E-1', 'taken off the shelf');
SELECT ref, news FROM promise.feed WHERE ref LIKE 'E%' ORDER BY ref, role_name;
SELECT promise.acknowledge('E-1');
-- what is delivered of an order is no news, but more than that is
RESET SESSION AUTHORIZATION;
INSERT INTO erp.line (id, item, site, ordered, promised, customer) VALUES
	('P-1', 'PUMP', 'depot', 9, '2026-12-01', 'Ada'),
	('P-2', 'PUMP', 'depot', 9, '2026-12-01', 'Ada'),
	('P-3', 'PUMP', 'depot', 3, '2026-12-01', 'Ada'), ('P-3', 'BIKE', 'depot', 3, '2026-12-01', 'Ada');
INSERT INTO erp.shipment VALUES ('P-2', '2026-11-23', 2);
UPDATE erp.line SET shipped = 2 WHERE id = 'P-2';
SET SESSION AUTHORIZATION regress_promise_dee;
SELECT promise.acknowledge(ref) FROM (VALUES ('P-1'), ('P-2'), ('P-3')) AS p (ref);
SELECT ref, role_name, item, quantity, delivered FROM promise.acknowledgement WHERE ref LIKE 'P%' ORDER BY ref, role_name, item;
RESET SESSION AUTHORIZATION;
INSERT INTO erp.shipment VALUES ('P-1', '2026-11-24', 4), ('P-2', '2026-11-24', 3), ('P-3', '2026-11-24', 1);
UPDATE erp.line SET shipped = CASE id WHEN 'P-1' THEN 4 WHEN 'P-2' THEN 5 ELSE 1 END WHERE id IN ('P-1', 'P-2') OR id = 'P-3' AND item = 'BIKE';
SELECT ref, role_name, item, quantity, news, acknowledged_by FROM promise.notices('{P-1,P-2,P-3}') ORDER BY ref, role_name, item;
-- some came back
INSERT INTO promise.delivery (ref, at, quantity) VALUES ('P-1', '2026-11-24', -1);
UPDATE erp.line SET shipped = 3 WHERE id = 'P-1';
SELECT ref FROM promise.notices('{P-1}') WHERE acknowledged_at IS NULL;
-- as much was ordered as was delivered: what is open is as it was acknowledged, the order is not
UPDATE erp.line SET ordered = ordered + shipped WHERE id = 'P-1';
-- less without a delivery, and more than was known under a ref with several items
UPDATE erp.line SET ordered = 8 WHERE id = 'P-2';
UPDATE erp.line SET ordered = 4 WHERE id = 'P-3' AND item = 'PUMP';
SELECT ref, role_name, item, quantity, news, acknowledged_by FROM promise.notices('{P-1,P-2,P-3}') ORDER BY ref, role_name, item;
SET SESSION AUTHORIZATION regress_promise_dee;
SELECT promise.acknowledge(ref) FROM (VALUES ('P-1'), ('P-2'), ('P-3')) AS p (ref);
-- delivered in full: nothing to tell, and nothing to acknowledge
RESET SESSION AUTHORIZATION;
UPDATE erp.line SET shipped = ordered WHERE id LIKE 'P%';
INSERT INTO erp.shipment VALUES ('P-1', '2026-11-25', 9), ('P-2', '2026-11-25', 3), ('P-3', '2026-11-25', 6);
SET SESSION AUTHORIZATION regress_promise_dee;
SELECT ref FROM promise.feed WHERE ref LIKE 'P%';
SELECT promise.acknowledge('P-1');
SET SESSION AUTHORIZATION regress_promise_wil;
SELECT promise.acknowledge('P-1');
RESET SESSION AUTHORIZATION;
-- whatever happens to orders: those are told of which what was ordered, or when it is
-- promised, is not what was acknowledged
CREATE TEMP TABLE known (ref text PRIMARY KEY, ordered numeric, promised date);
CREATE TEMP VIEW told_wrong AS
	SELECT l.id FROM erp.line AS l LEFT JOIN known AS k ON k.ref = l.id
	WHERE l.id LIKE 'R%' AND l.ordered > l.shipped
	  AND (SELECT bool_and(n.acknowledged_at IS NOT NULL) FROM promise.notices AS n WHERE n.ref = l.id)
		  IS DISTINCT FROM (k.ref IS NOT NULL AND (k.ordered, k.promised) = (l.ordered, l.promised));
INSERT INTO erp.line (id, item, site, ordered, promised, customer)
SELECT 'R-' || n, 'PUMP', 'depot', 100, '2026-12-01', 'Ada' FROM generate_series(1, 8) AS n;
SELECT setseed(0.5);
DO $$
DECLARE
	owner constant name := session_user;
	one text;
	n integer;
	told integer := 0;
BEGIN
	FOR step IN 1 .. 150 LOOP
		one := 'R-' || 1 + floor(random() * 8);
		n := floor(random() * 4) - 1;
		CASE floor(random() * 5)
			WHEN 0 THEN
				UPDATE erp.line SET ordered = ordered + n WHERE id = one;
			WHEN 1 THEN
				UPDATE erp.line SET promised = '2026-12-01'::date + n WHERE id = one;
			WHEN 2 THEN
				PERFORM set_config('session_authorization', 'regress_promise_dee', true);
				PERFORM promise.acknowledge(one);
				PERFORM set_config('session_authorization', owner, true);
				INSERT INTO known SELECT id, ordered, promised FROM erp.line WHERE id = one
				ON CONFLICT (ref) DO UPDATE SET ordered = EXCLUDED.ordered, promised = EXCLUDED.promised;
			ELSE
				UPDATE erp.line SET shipped = shipped + n WHERE id = one;
				INSERT INTO erp.shipment VALUES (one, '2026-11-25', n);
		END CASE;
		IF EXISTS (TABLE told_wrong) THEN
			RAISE EXCEPTION 'wrong after step %', step;
		END IF;
		told := told + (SELECT count(*) FROM promise.notices AS t WHERE t.ref LIKE 'R%' AND t.acknowledged_at IS NULL AND t.news = 'changed');
	END LOOP;
	RAISE NOTICE 'told of changes: %', told > 100;
END
$$;
DROP VIEW told_wrong;
-- when it changed is known if its history is kept
CREATE TABLE erp.kept (id text PRIMARY KEY, item text, ordered numeric, shipped numeric DEFAULT 0, promised date);
CREATE INDEX ON erp.kept (item, promised);
GRANT SELECT ON erp.kept TO regress_promise_dee;
INSERT INTO erp.kept (id, item, ordered, promised) VALUES ('K-1', 'BIKE', 1, '2026-12-08');
SELECT promise.protect('erp.kept', ref => 'id', quantity => 'ordered - shipped', at => 'promised', mode => 'warn');
SELECT promise.keep_history('erp.kept');
SET promise.clock = '2026-11-24 12:00+00';
INSERT INTO erp.kept (id, item, ordered, promised) VALUES ('K-2', 'BIKE', 3, '2026-12-08'), ('K-3', 'BIKE', 3, '2026-12-08');
SELECT ref, news, since, acknowledge_by FROM promise.notices('{K-1,K-2,K-3}') ORDER BY ref;
SET SESSION AUTHORIZATION regress_promise_dee;
SELECT promise.acknowledge(ref) FROM (VALUES ('K-1'), ('K-2'), ('K-3')) AS k (ref);
RESET SESSION AUTHORIZATION;
SET promise.clock = '2026-11-24 13:00+00';
UPDATE erp.kept SET promised = '2026-12-09' WHERE id <> 'K-3';
UPDATE erp.kept SET ordered = 2 WHERE id = 'K-3';
SET promise.clock = '2026-11-24 14:00+00';
UPDATE erp.kept SET shipped = 1 WHERE id = 'K-2';
INSERT INTO erp.shipment VALUES ('K-2', '2026-11-24', 1);
SELECT ref, quantity, news, since, acknowledge_by FROM promise.notices('{K-1,K-2,K-3}') ORDER BY ref;
SET promise.clock = '2026-11-25 13:30+00';
SELECT ref, news, overdue_for FROM promise.unacknowledged WHERE ref LIKE 'K%' ORDER BY ref;
SET promise.clock = '2026-11-24 11:00+00';
SELECT promise.unprotect('erp.kept'), promise.unmap('demand', 'erp.kept');
DELETE FROM promise.acknowledgement WHERE ref LIKE 'K%';
DELETE FROM promise.ledger WHERE ref LIKE 'K%';
-- policies hide orders from the feed
RESET SESSION AUTHORIZATION;
INSERT INTO erp.line (id, item, site, ordered, promised, customer) VALUES
	('E-6', 'PUMP', 'depot', 1, '2026-12-01', 'Ada'), ('E-7', 'PUMP', 'depot', 1, '2026-12-01', 'Bob');
ALTER TABLE erp.line ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON erp.line TO regress_promise_dee USING (customer = 'Ada');
SET SESSION AUTHORIZATION regress_promise_dee;
SELECT ref, role_name FROM promise.feed WHERE ref IN ('E-6', 'E-7');
SELECT promise.acknowledge('E-7');
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT ref FROM promise.notices WHERE ref IN ('E-6', 'E-7');
RESET SESSION AUTHORIZATION;
REVOKE SELECT ON erp.line FROM regress_promise_dee;
SET SESSION AUTHORIZATION regress_promise_dee;
SELECT ref FROM promise.feed;
RESET SESSION AUTHORIZATION;
SELECT promise.unmap('demand', 'erp.line'), promise.unmap('delivery', 'erp.shipment');
DROP SCHEMA erp CASCADE;

SELECT promise.release(ref) FROM promise.commitment WHERE quantity > 0 ORDER BY ref;
SELECT promise.unprotect('promise.commitment'), promise.unprotect('promise.supply', 'supply');
DELETE FROM promise.commitment;
DELETE FROM promise.guard;
DELETE FROM promise.exception;
DELETE FROM promise.acknowledgement;
DELETE FROM promise.feed_time;
DELETE FROM promise.signatory;
DELETE FROM promise.ledger;
DELETE FROM promise.alert;
DELETE FROM promise.supply;
DELETE FROM promise.step;
DELETE FROM promise.source;
DELETE FROM promise.load;
DELETE FROM promise.delivery;
DELETE FROM promise.resource;
DELETE FROM promise.item;
DROP OWNED BY regress_promise_kim, regress_promise_wil, regress_promise_dee;
DROP ROLE regress_promise_kim, regress_promise_wil, regress_promise_dee,
	regress_promise_welders, regress_promise_depot, regress_promise_bikes;
