/*
 * What was planned for a promise leaves with it, however it goes: through a
 * view, by delivery, by its filter.
 */
SET promise.clock = '2030-01-01 00:00+00';
SET promise.timezone = 'UTC';
SET TimeZone = 'UTC';
SET client_min_messages = warning;
CREATE SCHEMA erp;

-- promises made of two tables; nothing of "hand" was ever demanded
CREATE TABLE erp.head (id integer PRIMARY KEY, due date, state text);
CREATE TABLE erp.detail (id text PRIMARY KEY, head integer REFERENCES erp.head, item text, qty integer);
CREATE VIEW erp.demand AS
	SELECT d.id, d.item, h.due, d.qty FROM erp.detail AS d JOIN erp.head AS h ON h.id = d.head
	WHERE h.state = 'sale';
CREATE FUNCTION erp.plans() RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(ref || ':' || item || ' ' || quantity, ', ' ORDER BY ref, item)
	FROM promise.planned_flow
$$;
CREATE FUNCTION erp.reset() RETURNS void LANGUAGE sql AS $$
	DELETE FROM erp.detail;
	DELETE FROM erp.head;
	DELETE FROM promise.commitment;
	DELETE FROM promise.planned_flow;
	DELETE FROM promise.planned_load;
	INSERT INTO promise.planned_flow (ref, item, at, quantity) VALUES
		('a', 'BIKE', '2030-01-05', 2), ('a', 'FRAME', '2030-01-04', -2), ('b', 'BIKE', '2030-01-05', 1),
		('hand', 'BIKE', '2030-01-05', 1);
	INSERT INTO promise.planned_load (resource, during, units, ref)
		VALUES ('saw', '[2030-01-04,2030-01-05)', 1, 'a');
	INSERT INTO erp.head VALUES (1, '2030-01-05', 'sale'), (2, '2030-01-05', 'sale'), (3, '2030-01-06', 'draft');
	INSERT INTO erp.detail VALUES ('a', 1, 'BIKE', 2), ('b', 2, 'BIKE', 1), ('c', 3, 'BIKE', 1);
$$;
INSERT INTO promise.supply (item, quantity) VALUES ('FRAME', 10);
INSERT INTO promise.resource (resource, units) VALUES ('saw', 1);
SELECT promise.protect('erp.demand', item => 'item', at => 'due', quantity => 'qty', ref => 'id',
	watch => '{"head": "SELECT d.item FROM changed AS c JOIN erp.detail AS d ON d.head = c.id",
			   "detail": "SELECT item FROM changed"}');

SELECT erp.reset();
SELECT erp.plans();
-- what does not end demand, leaves the plan
UPDATE erp.head SET due = due + 1 WHERE id = 1;
UPDATE erp.detail SET qty = 1 WHERE id = 'a';
UPDATE erp.detail SET item = 'FRAME' WHERE id = 'a';
UPDATE erp.detail SET item = 'BIKE' WHERE id = 'a';
SELECT erp.plans(), (SELECT count(*) FROM promise.planned_load) AS loads;
-- the order is cancelled, a line deleted, one got another name
UPDATE erp.head SET state = 'cancel' WHERE id = 1;
SELECT erp.plans(), (SELECT count(*) FROM promise.planned_load) AS loads;
UPDATE erp.detail SET id = 'd' WHERE id = 'b';
SELECT erp.plans();
DELETE FROM erp.detail WHERE id = 'd';
SELECT erp.plans();

-- delivered
SELECT erp.reset();
UPDATE erp.detail SET qty = 0 WHERE id = 'a';
SELECT erp.plans();
UPDATE erp.detail SET qty = NULL WHERE id = 'b';
SELECT erp.plans();

-- somebody else relies on it
SELECT erp.reset();
INSERT INTO erp.head VALUES (4, '2030-01-07', 'draft');
INSERT INTO erp.detail VALUES ('e', 4, 'BIKE', 2);
BEGIN;
UPDATE erp.detail SET qty = 1 WHERE id = 'a';
UPDATE erp.head SET state = 'sale' WHERE id = 4;
UPDATE erp.head SET state = 'cancel' WHERE id = 1;
SELECT erp.plans();
UPDATE erp.head SET state = 'cancel' WHERE id = 4;
SELECT erp.plans();
ROLLBACK;
-- what is rolled back ends nothing
BEGIN;
SAVEPOINT s;
UPDATE erp.head SET state = 'cancel' WHERE id = 1;
ROLLBACK TO s;
UPDATE erp.head SET state = 'cancel' WHERE id = 2;
COMMIT;
SELECT erp.plans();

-- an own promise that the view has hidden counts again
SELECT erp.reset();
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('b', 'WHEEL', '2030-01-05', 1);
UPDATE erp.head SET state = 'cancel' WHERE id = 2;
INSERT INTO promise.supply (item, quantity) VALUES ('WHEEL', 1);
UPDATE erp.head SET state = 'cancel' WHERE id = 2;
SELECT erp.plans();

-- demand that goes and comes back, with a new plan, has not vanished since
SELECT erp.reset();
SELECT erp.plans();

-- deferred
SELECT promise.protect('erp.demand', deferred => true,
	watch => '{"head": "SELECT d.item FROM changed AS c JOIN erp.detail AS d ON d.head = c.id",
			   "detail": "SELECT item FROM changed"}');
SELECT erp.reset();
BEGIN;
UPDATE erp.head SET state = 'cancel';
SELECT erp.plans();
UPDATE erp.head SET state = 'sale' WHERE id = 2;
COMMIT;
SELECT erp.plans();
BEGIN;
UPDATE erp.head SET state = 'cancel';
SET CONSTRAINTS ALL IMMEDIATE;
SELECT erp.plans();
UPDATE erp.head SET state = 'sale' WHERE id = 3;
ROLLBACK;
DELETE FROM erp.detail;
SELECT erp.plans();
SELECT promise.unprotect('erp.demand');
SELECT promise.unmap('demand', 'erp.demand');

/*
 * A table
 */
CREATE TABLE erp.line (ref text PRIMARY KEY, item text, due date, qty integer, shipped integer, state text);
SELECT promise.protect('erp.line', item => 'item', at => 'due', quantity => 'qty - shipped', ref => 'ref',
	filter => $$state = 'sale'$$);
SELECT erp.reset();
INSERT INTO erp.line VALUES ('a', 'BIKE', '2030-01-05', 2, 0, 'sale'), ('b', 'BIKE', '2030-01-05', 1, 0, 'sale');
UPDATE erp.line SET shipped = 1 WHERE ref = 'a';
SELECT erp.plans();
UPDATE erp.line SET shipped = 2 WHERE ref = 'a';
SELECT erp.plans();
UPDATE erp.line SET state = 'done' WHERE ref = 'b';
SELECT erp.plans();
DELETE FROM erp.line;
SELECT erp.reset();
INSERT INTO erp.line VALUES ('a', 'BIKE', '2030-01-05', 2, 0, 'sale'), ('b', 'BIKE', '2030-01-05', 1, 0, 'sale');
UPDATE erp.line SET shipped = NULL WHERE ref = 'a';
UPDATE erp.line SET item = NULL WHERE ref = 'b';
SELECT erp.plans();
-- but what is delivered keeps the place of an own promise
SELECT erp.reset();
DELETE FROM erp.line;
INSERT INTO erp.line VALUES ('a', 'BIKE', '2030-01-05', 2, 0, 'sale');
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('a', 'BIKE', '2030-01-05', 1);
UPDATE erp.line SET shipped = 2 WHERE ref = 'a';
SELECT ref, quantity FROM promise.events('BIKE') ORDER BY ref, quantity;
DELETE FROM erp.line;
SELECT ref, quantity FROM promise.events('BIKE') ORDER BY ref, quantity;

-- where there are plans, a guard that only warns still only warns
SELECT promise.protect('promise.commitment', mode => 'warn');
SET client_min_messages = notice;
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('late', 'SEAT', '2030-01-05', 1);
SET client_min_messages = warning;

-- a load is no exception
CREATE TABLE erp.job (machine text, during tstzrange, id text);
SELECT promise.protect('erp.job', role => 'load', resource => 'machine', during => 'during', ref => 'id', mode => 'except');
INSERT INTO erp.job VALUES ('saw', '[2030-01-04,2030-01-05)', 'j');
SELECT promise.unprotect('erp.job', role => 'load'), promise.unmap('load', 'erp.job');

-- leave nothing behind for other tests
SELECT promise.unprotect('erp.line'), promise.unprotect('promise.commitment');
SELECT promise.unmap('demand', 'erp.line');
DELETE FROM promise.commitment;
DELETE FROM promise.planned_flow;
DELETE FROM promise.planned_load;
DELETE FROM promise.supply;
DELETE FROM promise.resource;
DELETE FROM promise.ledger;
DELETE FROM promise.alert;
DROP SCHEMA erp CASCADE;
SELECT count(*) FROM promise.guard;
