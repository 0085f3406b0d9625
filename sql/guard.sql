--
-- The guard: no transaction commits a promise that cannot be kept
--
SET promise.clock = '2030-01-01 00:00+00';
SET promise.timezone = 'UTC';
SET TimeZone = 'UTC';
SET client_min_messages = warning;

CREATE TABLE orders (
	line text PRIMARY KEY,
	product text,
	due timestamptz,
	qty numeric,
	state text NOT NULL DEFAULT 'sale',
	note text
);
CREATE INDEX ON orders (product, due) INCLUDE (qty);
SELECT promise.protect('orders', item => 'product', at => 'due', quantity => 'qty', ref => 'line',
	filter => $$state <> 'quotation'$$);

INSERT INTO promise.supply (item, at, quantity) VALUES
	('BIKE', '-infinity', 1), ('BIKE', '2030-02-01', 5), ('TRIKE', '-infinity', 4);

-- the last unit
INSERT INTO orders VALUES ('A', 'BIKE', '2030-01-10', 1);
INSERT INTO orders VALUES ('B', 'BIKE', '2030-01-10', 1);
-- a quotation passes, confirming it does not
INSERT INTO orders VALUES ('B', 'BIKE', '2030-01-10', 1, 'quotation');
UPDATE orders SET state = 'sale' WHERE line = 'B';
UPDATE orders SET state = 'sale', due = '2030-02-01' WHERE line = 'B';
DELETE FROM orders WHERE line = 'B';
-- two lines of one statement are judged by their sum
INSERT INTO orders VALUES ('C', 'TRIKE', '2030-01-10', 2), ('D', 'TRIKE', '2030-01-11', 3);
INSERT INTO orders VALUES ('C', 'TRIKE', '2030-01-10', 2), ('D', 'TRIKE', '2030-01-11', 2);
-- a row does not compete with its own old version
UPDATE orders SET due = due - interval '1 day', qty = qty WHERE product = 'TRIKE';
UPDATE orders SET qty = CASE line WHEN 'C' THEN 1 ELSE 3 END WHERE product = 'TRIKE';
-- several statements of a transaction are judged by their sum so far
BEGIN;
DELETE FROM orders WHERE line = 'D';
INSERT INTO orders VALUES ('E', 'TRIKE', '2030-01-05', 3);
UPDATE orders SET line = 'D' WHERE line = 'E';
COMMIT;
BEGIN;
INSERT INTO orders VALUES ('E', 'TRIKE', '2030-01-05', 3);
DELETE FROM orders WHERE line = 'D';
COMMIT;
-- NULL dates are due now; NULL and zero quantities and NULL items are nothing
INSERT INTO orders VALUES ('F', 'BIKE', NULL, 1);
INSERT INTO orders VALUES ('F', 'BIKE', NULL, 0), ('G', 'BIKE', '2030-01-02', NULL), ('H', NULL, NULL, 9);
UPDATE orders SET qty = 1 WHERE line = 'F';
DELETE FROM orders WHERE line IN ('F', 'G', 'H');

-- during a shortage what reduces claims passes, what raises them does not
DELETE FROM promise.supply WHERE item = 'TRIKE';
SELECT line, due, qty FROM orders WHERE product = 'TRIKE' ORDER BY line;
UPDATE orders SET qty = 2 WHERE line = 'D';
UPDATE orders SET due = '2030-01-20' WHERE line = 'D';
UPDATE orders SET due = '2030-01-19' WHERE line = 'D';
UPDATE orders SET qty = 2.5 WHERE line = 'D';
UPDATE orders SET note = 'urgent' WHERE product = 'TRIKE';
BEGIN;
DELETE FROM orders WHERE line = 'D';
INSERT INTO orders VALUES ('D', 'TRIKE', '2030-01-21', 2);
COMMIT;
DELETE FROM orders WHERE line = 'C';
DELETE FROM orders WHERE line = 'D';

-- savepoints
INSERT INTO promise.supply (item, at, quantity) VALUES ('TRIKE', '-infinity', 4);
BEGIN;
SAVEPOINT s;
INSERT INTO orders VALUES ('C', 'TRIKE', '2030-01-10', 4);
ROLLBACK TO s;
INSERT INTO orders VALUES ('D', 'TRIKE', '2030-01-10', 4);
SAVEPOINT s;
INSERT INTO orders VALUES ('E', 'TRIKE', '2030-01-10', 4);
ROLLBACK TO s;
SAVEPOINT s;
DELETE FROM orders WHERE line = 'D';
ROLLBACK TO s;
INSERT INTO orders VALUES ('E', 'TRIKE', '2030-01-10', 4);
ROLLBACK;
-- a refused statement in a block of its own leaves nothing behind
DO $$
DECLARE
	taken integer := 0;
BEGIN
	FOR i IN 1 .. 6 LOOP
		BEGIN
			INSERT INTO orders VALUES ('P' || i, 'TRIKE', '2030-01-10', 1);
			taken := taken + 1;
		EXCEPTION WHEN SQLSTATE 'PR001' THEN
			RAISE WARNING 'P% was refused', i;
		END;
	END LOOP;
	RAISE WARNING '% were taken', taken;
END
$$;
SELECT count(*) FROM orders WHERE product = 'TRIKE';
DELETE FROM orders WHERE product = 'TRIKE';

-- ways to write: upsert, MERGE, writable CTE, COPY
INSERT INTO orders VALUES ('C', 'TRIKE', '2030-01-10', 3);
INSERT INTO orders VALUES ('C', 'TRIKE', '2030-01-10', 1), ('D', 'TRIKE', '2030-01-10', 1)
	ON CONFLICT (line) DO UPDATE SET qty = orders.qty + EXCLUDED.qty;
INSERT INTO orders VALUES ('C', 'TRIKE', '2030-01-10', 1)
	ON CONFLICT (line) DO UPDATE SET qty = orders.qty + EXCLUDED.qty;
MERGE INTO orders AS o
USING (VALUES ('C', 1), ('D', 1)) AS v (line, qty) ON o.line = v.line
WHEN MATCHED THEN UPDATE SET qty = o.qty + v.qty
WHEN NOT MATCHED THEN INSERT VALUES (v.line, 'TRIKE', '2030-01-10', v.qty);
MERGE INTO orders AS o
USING (VALUES ('C', -1), ('D', 1)) AS v (line, qty) ON o.line = v.line
WHEN MATCHED THEN UPDATE SET qty = o.qty + v.qty
WHEN NOT MATCHED THEN INSERT VALUES (v.line, 'TRIKE', '2030-01-10', v.qty);
WITH gone AS (DELETE FROM orders WHERE line = 'C' RETURNING qty)
INSERT INTO orders SELECT 'E', 'TRIKE', '2030-01-10', qty + 1 FROM gone;
WITH gone AS (DELETE FROM orders WHERE line = 'C' RETURNING qty)
INSERT INTO orders SELECT 'E', 'TRIKE', '2030-01-10', qty FROM gone;
COPY orders (line, product, due, qty) FROM STDIN;
F	TRIKE	2030-01-10	1
\.
DELETE FROM orders WHERE line = 'E';
COPY orders (line, product, due, qty) FROM STDIN;
F	TRIKE	2030-01-10	1
\.
UPDATE orders SET qty = o.qty FROM (VALUES ('D', 2), ('F', 2)) AS o (line, qty) WHERE o.line = orders.line;
SELECT line, qty FROM orders WHERE product = 'TRIKE' ORDER BY line;

-- what says the same as before takes no lock
CREATE VIEW node_locks AS
	SELECT count(*) FROM pg_locks
	WHERE locktype = 'object' AND classid = 'promise.node_lock'::regclass
	  AND pid = pg_backend_pid();
BEGIN;
UPDATE orders SET note = 'seen', qty = qty * 1.0;
UPDATE orders SET line = line;
INSERT INTO orders VALUES ('Q', 'TRIKE', '2030-01-10', 100, 'quotation');
DELETE FROM orders WHERE line = 'Q';
SELECT * FROM node_locks;
UPDATE orders SET qty = qty - 1;
SELECT * FROM node_locks;
ROLLBACK;

-- more nodes than the lock table should hold
BEGIN;
INSERT INTO promise.supply (item, at, quantity)
	SELECT 'M' || i, '-infinity', 1 FROM generate_series(1, 3000) AS i;
INSERT INTO orders SELECT 'M' || i, 'M' || i, '2030-01-10', 1 FROM generate_series(1, 3000) AS i;
SELECT * FROM node_locks;
SELECT mode FROM pg_locks WHERE relation = 'promise.node_lock'::regclass AND pid = pg_backend_pid()
	ORDER BY mode;
INSERT INTO orders VALUES ('N', 'M2500', '2030-01-10', 1);
ROLLBACK;

-- TRUNCATE
BEGIN;
TRUNCATE orders;
INSERT INTO orders VALUES ('C', 'TRIKE', '2030-01-10', 4);
INSERT INTO orders VALUES ('D', 'TRIKE', '2030-01-10', 1);
ROLLBACK;
-- frozen rows would look as if they had been there before
BEGIN;
TRUNCATE orders;
INSERT INTO orders VALUES ('C', 'TRIKE', '2030-01-10', 1);
SAVEPOINT emptied;
TRUNCATE orders;
COPY orders (line, product, due, qty) FROM STDIN;
F	TRIKE	2030-01-10	4
\.
ROLLBACK TO emptied;
TRUNCATE orders;
COPY orders (line, product, due, qty) FROM STDIN WITH (FREEZE);
F	TRIKE	2030-01-10	1
\.
ROLLBACK;

--
-- Deferred: a transaction is judged by its net change
--
CREATE TABLE shipments (
	company integer,
	product integer,
	depot integer,
	day date,
	qty integer,
	id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
CREATE INDEX ON shipments (company, product);
CREATE TABLE stock (company integer, product integer, depot integer, qty integer);
CREATE INDEX ON stock (company, product);
SELECT promise.map('supply', 'stock', item => '{company,product}', location => 'depot', quantity => 'qty');
SELECT promise.protect('shipments', item => '{company,product}', location => 'depot', at => 'day',
	quantity => 'qty', ref => 'id', deferred => true);
INSERT INTO stock VALUES (1, 7, 3, 10);

BEGIN;
INSERT INTO shipments VALUES (1, 7, 3, '2030-01-03', 11);
UPDATE shipments SET qty = 10;
COMMIT;
BEGIN;
INSERT INTO shipments VALUES (1, 7, 3, '2030-01-04', 1);
COMMIT;
INSERT INTO shipments VALUES (1, 7, 4, '2030-01-04', 1);
BEGIN;
INSERT INTO shipments VALUES (1, 7, 3, '2030-01-04', 1);
SAVEPOINT s;
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK TO s;
COMMIT;
BEGIN;
INSERT INTO shipments VALUES (1, 7, 3, '2030-01-04', 1);
DELETE FROM shipments WHERE day = '2030-01-03';
SAVEPOINT s;
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK TO s;
INSERT INTO shipments VALUES (1, 7, 3, '2030-01-04', 10);
COMMIT;
BEGIN;
SET CONSTRAINTS ALL IMMEDIATE;
INSERT INTO shipments VALUES (1, 7, 3, '2030-01-04', 1);
ROLLBACK;
-- from then on every statement is judged, also where a node was judged before
BEGIN;
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE shipments SET qty = 8;
SAVEPOINT s;
INSERT INTO shipments VALUES (1, 7, 3, '2030-01-04', 3);
ROLLBACK TO s;
INSERT INTO shipments VALUES (1, 7, 3, '2030-01-04', 2);
COMMIT;
SELECT company, product, depot, day, qty FROM shipments ORDER BY id;
-- until it is deferred again
BEGIN;
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE shipments SET qty = qty;
SET CONSTRAINTS ALL DEFERRED;
INSERT INTO shipments VALUES (1, 7, 3, '2030-01-04', 1);
DELETE FROM shipments WHERE qty = 2;
COMMIT;
-- and so are statements that others run within
CREATE FUNCTION also_next_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.qty > 1 THEN
		INSERT INTO shipments VALUES (NEW.company, NEW.product, NEW.depot, NEW.day + 1, NEW.qty / 2);
	END IF;
	RETURN NULL;
END
$$;
CREATE TRIGGER also_next_day AFTER INSERT ON shipments FOR EACH ROW EXECUTE FUNCTION also_next_day();
BEGIN;
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE shipments SET qty = 4 WHERE qty = 8;
SAVEPOINT s;
INSERT INTO shipments VALUES (1, 7, 3, '2030-01-05', 4);
ROLLBACK TO s;
INSERT INTO shipments VALUES (1, 7, 3, '2030-01-05', 3);
COMMIT;
DROP TRIGGER also_next_day ON shipments;
DELETE FROM shipments WHERE day > '2030-01-04';
SELECT company, product, depot, day, qty FROM shipments ORDER BY id;
-- a trigger that did not run is noticed
BEGIN;
DO $$
BEGIN
	EXECUTE (SELECT format('ALTER TABLE shipments DISABLE TRIGGER promise_guard_%s_check', guard)
			 FROM promise.guard WHERE relation = 'shipments'::regclass);
END
$$;
INSERT INTO shipments VALUES (1, 7, 3, '2029-12-04', 1);
COMMIT;
SELECT company, product, depot, day, qty FROM shipments ORDER BY id;

--
-- What was planned for a promise leaves with it, unless others rely on it
--
INSERT INTO promise.planned_flow (ref, item, at, quantity) VALUES
	('P', 'RACER', '2030-01-05', 3), ('Q', 'RACER', '2030-01-07', 1);
INSERT INTO orders VALUES ('P', 'RACER', '2030-01-05', 2), ('Q', 'RACER', '2030-01-07', 1), ('R', 'RACER', '2030-01-06', 1);
DELETE FROM orders WHERE line = 'P';
SELECT ref, at, quantity FROM promise.planned_flow ORDER BY at;
UPDATE orders SET line = 'S' WHERE line = 'R';
SELECT ref, at, quantity FROM promise.planned_flow ORDER BY at;
UPDATE orders SET state = 'quotation' WHERE line = 'Q';
SELECT ref, at, quantity FROM promise.planned_flow ORDER BY at;
DELETE FROM orders WHERE line = 'S';
SELECT ref, at, quantity FROM promise.planned_flow ORDER BY at;
DELETE FROM orders WHERE line = 'Q';
-- the plan of a hold counts while the hold does
INSERT INTO promise.supply (item, at, quantity) VALUES ('FRAME', '-infinity', 1), ('RACER', '-infinity', 1);
BEGIN;
INSERT INTO promise.commitment (ref, item, at, quantity, kind, expires_at)
	VALUES ('H', 'RACER', '2030-01-06', 1, 'hold', '2029-12-31');
INSERT INTO promise.planned_flow (ref, item, at, quantity) VALUES ('H', 'FRAME', '2030-01-05', -1);
INSERT INTO orders VALUES ('P', 'FRAME', '2030-01-05', 1);
SAVEPOINT s;
UPDATE promise.commitment SET expires_at = '2030-01-02';
ROLLBACK TO s;
DELETE FROM orders WHERE line = 'P';
UPDATE promise.commitment SET expires_at = '2030-01-02';
SAVEPOINT s;
INSERT INTO orders VALUES ('P', 'FRAME', '2030-01-05', 1);
ROLLBACK TO s;
DELETE FROM promise.commitment;
SELECT count(*) FROM promise.planned_flow;
ROLLBACK;

--
-- Other modes, approved exceptions, registered limits
--
INSERT INTO promise.exception (ref, item, quantity, at, status) VALUES
	('X', 'FRAME', 2, '2030-01-09', 'approved'), ('Y', 'FRAME', 2, '2030-01-09', 'rejected');
INSERT INTO orders VALUES ('P', 'FRAME', '2030-01-05', 1);
INSERT INTO orders VALUES ('Y', 'FRAME', '2030-01-09', 1);
INSERT INTO orders VALUES ('X', 'FRAME', '2030-01-09', 3);
INSERT INTO orders VALUES ('X', 'FRAME', '2030-01-08', 1);
INSERT INTO orders VALUES ('X', 'FRAME', '2030-01-09', 1), ('Z', 'FRAME', '2030-01-12', 1);
INSERT INTO orders VALUES ('X', 'FRAME', '2030-01-09', 1);
DELETE FROM orders WHERE line = 'X';
SET client_min_messages = notice;
SELECT promise.protect('orders', mode => 'except');
INSERT INTO orders VALUES ('E', 'FRAME', '2030-01-10', 1);
UPDATE orders SET note = 'asked' WHERE line = 'E';
SELECT ref, item, location, at, quantity, missing, reason, status, asked_by = current_user AS asked_by_us
	FROM promise.exception ORDER BY exception;
UPDATE promise.exception SET status = 'approved' WHERE ref = 'E';
DELETE FROM orders WHERE line = 'E';
INSERT INTO orders VALUES ('E', 'FRAME', '2030-01-10', 1);
DELETE FROM orders WHERE line = 'E';
-- a row without a ref cannot become an exception
CREATE TABLE nameless (item text, at timestamptz, quantity numeric);
CREATE INDEX ON nameless (item, at) INCLUDE (quantity);
SELECT promise.protect('nameless', mode => 'except');
INSERT INTO nameless VALUES ('FRAME', '2030-01-10', 1);
SELECT promise.unprotect('nameless'), promise.unmap('demand', 'nameless');
DROP TABLE nameless;
SELECT promise.protect('orders', mode => 'warn');
INSERT INTO orders VALUES ('W', 'FRAME', '2030-01-10', 1);
DELETE FROM orders WHERE line = 'W';
SET client_min_messages = warning;
SELECT promise.protect('orders', mode => 'block');
CREATE FUNCTION at_most_four(claims promise.claim[]) RETURNS SETOF promise.limit_violation
LANGUAGE sql STABLE AS $$
	SELECT c.ref, format('Too much of %s: %s instead of %s.', c.item, c.after, c.before), 'Take 4.'
	FROM unnest(claims) AS c WHERE c.after > 4
$$;
INSERT INTO promise.guard_limit VALUES ('at most four', 'at_most_four(promise.claim[])');
INSERT INTO promise.supply (item, at, quantity) VALUES ('WHEEL', '-infinity', 100);
INSERT INTO orders VALUES ('P1', 'WHEEL', '2030-01-05', 4), ('P2', 'WHEEL', '2030-01-05', 4);
UPDATE orders SET qty = 5 WHERE line = 'P2';
DELETE FROM promise.guard_limit;
UPDATE orders SET qty = 5 WHERE line = 'P2';
DROP FUNCTION at_most_four(promise.claim[]);
DELETE FROM promise.exception;

--
-- Resources: what counts is the free capacity at each instant
--
SELECT promise.protect('promise.load');
INSERT INTO promise.resource (resource, units) VALUES ('saw', 2);
INSERT INTO promise.load (resource, during, units, ref) VALUES ('saw', '[2030-01-02,2030-01-04)', 2, 'L1');
INSERT INTO promise.load (resource, during, units, ref) VALUES ('saw', '[2030-01-03,2030-01-05)', 1, 'L2');
INSERT INTO promise.load (resource, during, units, ref) VALUES ('saw', '[2030-01-04,2030-01-05)', 1, 'L2');
INSERT INTO promise.planned_load (resource, during, units, ref) VALUES ('saw', '[2030-01-04,2030-01-05)', 2, 'L3');
UPDATE promise.load SET during = '[2030-01-02,2030-01-05)' WHERE ref = 'L1';
BEGIN;
UPDATE promise.resource SET units = 1;
UPDATE promise.load SET units = 1.5 WHERE ref = 'L1';
UPDATE promise.load SET units = 1.6 WHERE ref = 'L1';
ROLLBACK;
DELETE FROM promise.load;
DELETE FROM promise.resource;
SELECT promise.unprotect('promise.load');

-- where anything is planned, a guard is as strict as it is elsewhere
INSERT INTO promise.planned_flow (ref, item, at, quantity) VALUES ('PL', 'PLAN', '2030-01-01', 1);
SELECT promise.protect('promise.commitment', mode => 'warn');
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('PW', 'NONE', '2030-01-02', 1);
BEGIN;
UPDATE promise.commitment SET quantity = 2 WHERE ref = 'PW';
SELECT promise.protect('promise.commitment', mode => 'block');
SAVEPOINT s;
UPDATE promise.commitment SET quantity = 3 WHERE ref = 'PW';
ROLLBACK TO s;
SELECT promise.protect('promise.commitment', mode => 'warn');
UPDATE promise.commitment SET quantity = 3 WHERE ref = 'PW';
ROLLBACK;
DELETE FROM promise.commitment WHERE ref = 'PW';
SELECT promise.protect('promise.commitment', mode => 'block');

-- names of the trigger functions are no functions to call
SELECT promise.guard_statement();
CREATE TABLE wrong (a integer);
CREATE TRIGGER wrong BEFORE INSERT ON wrong FOR EACH ROW EXECUTE FUNCTION promise.guard_statement('1');
INSERT INTO wrong VALUES (1);
DROP TABLE wrong;
CREATE TABLE wrong (a integer);
CREATE TRIGGER wrong AFTER INSERT ON wrong FOR EACH STATEMENT EXECUTE FUNCTION promise.guard_row('1');
INSERT INTO wrong VALUES (1);
DROP TABLE wrong;

-- leave nothing behind for other tests
DROP VIEW node_locks;
SELECT promise.unprotect('orders'), promise.unprotect('shipments'), promise.unprotect('promise.commitment');
SELECT promise.unmap('demand', 'orders'), promise.unmap('demand', 'shipments'), promise.unmap('supply', 'stock');
DROP TABLE orders, shipments, stock;
DELETE FROM promise.supply;
DELETE FROM promise.planned_flow;
DELETE FROM promise.ledger;
DELETE FROM promise.alert;
SELECT count(*) FROM promise.guard;
