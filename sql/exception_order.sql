--
-- EXCEPTION_ORDER
-- Orders that the guard lets pass in mode except: they are in the table of the
-- business, and do not count before somebody approves them.
--
\i sql/include/deciders.sql
INSERT INTO promise.signatory (role_name, side) VALUES
	('regress_promise_sam', 'sales'), ('regress_promise_olga', 'operations');
CREATE TABLE sale (id text PRIMARY KEY, product text, due timestamptz, qty numeric, customer text, note text);
CREATE INDEX ON sale (product);
SELECT promise.protect('sale', item => 'product', at => 'due', quantity => 'qty', ref => 'id', mode => 'except');
GRANT SELECT, INSERT, UPDATE, DELETE ON sale TO regress_promise_kim, regress_promise_sam, regress_promise_olga;
INSERT INTO promise.supply (item, at, quantity) VALUES ('rug', '-infinity', 10), ('rug', '2026-12-20', 20);
-- the number of the last exception for a ref, and what both sides do about it
CREATE FUNCTION asked(ref text) RETURNS bigint LANGUAGE sql STABLE
AS 'SELECT max(e.exception) FROM promise.exception AS e WHERE e.ref = asked.ref';
CREATE FUNCTION approve(ref text) RETURNS text LANGUAGE plpgsql
AS $$
BEGIN
	SET LOCAL SESSION AUTHORIZATION regress_promise_olga;
	PERFORM promise.sign_exception(asked(ref), 'operations');
	SET LOCAL SESSION AUTHORIZATION regress_promise_sam;
	RETURN promise.sign_exception(asked(ref), 'sales');
END
$$;
CREATE VIEW waiting AS
	SELECT e.ref, e.quantity, e.missing, e.order_at, e.order_quantity, e.was_at, e.was_quantity, x.why, x.urgency, x.standing, x.asked_by, x.answer_by
	FROM promise.exception AS e JOIN promise.exceptions AS x USING (exception)
	ORDER BY e.exception;
GRANT SELECT ON waiting TO PUBLIC;

--
-- It is not an order: others are answered, and served, as if it were not there
--
SET SESSION AUTHORIZATION regress_promise_kim;
INSERT INTO sale VALUES ('S-1', 'rug', '2026-12-10', 6);
BEGIN;
SET LOCAL promise.exception_urgency = 'urgent';
SET LOCAL promise.exception_reason = 'They buy ten times as much in spring.';
INSERT INTO sale VALUES ('S-2', 'rug', '2026-12-01', 100);
COMMIT;
SELECT * FROM waiting;
SELECT ref, item, missing FROM promise.conflicts();
SELECT available_at, quantity FROM promise.quote('rug', 4, '2026-12-10');
SELECT ref, quantity FROM promise.demanded('rug');
SELECT ref, quantity FROM promise.demanded('rug', unaccepted => true);
SELECT at, supply, demand, balance FROM promise.availability('rug');
INSERT INTO sale VALUES ('S-3', 'rug', '2026-12-02', 4);
SELECT ref FROM waiting;
RESET SESSION AUTHORIZATION;
SELECT * FROM promise.verify();
SELECT * FROM promise.shortage;
SET SESSION AUTHORIZATION regress_promise_kim;

--
-- What else says it
--
BEGIN;
SET LOCAL promise.exception_urgency = 'at once';
INSERT INTO sale VALUES ('S-4', 'rug', '2026-12-01', 1);
ROLLBACK;
SET promise.exception_urgency = 'low';
INSERT INTO sale VALUES ('S-4', 'rug', '2026-12-01', 1);
RESET promise.exception_urgency;
SELECT ref, why, urgency, answer_by FROM waiting;
DELETE FROM sale WHERE id = 'S-4';

--
-- Whoever changes it is judged anew: by what it says then
--
-- a note is nothing
UPDATE sale SET note = 'call them' WHERE id = 'S-2';
SELECT ref, order_quantity FROM waiting;
-- less, and still too much
UPDATE sale SET qty = 50 WHERE id = 'S-2';
SELECT ref, order_quantity, why FROM waiting;
-- what can be kept counts
UPDATE sale SET qty = 20, due = '2026-12-21' WHERE id = 'S-2';
SELECT ref, quantity FROM promise.demanded('rug');
SELECT ref, order_quantity FROM waiting;
INSERT INTO sale VALUES ('S-5', 'rug', '2026-12-22', 1);
-- what it was once and nobody accepted is another claim now
UPDATE sale SET qty = 50, due = '2026-12-01' WHERE id = 'S-2';
SELECT ref, order_quantity, was_at, was_quantity FROM waiting;

--
-- What was promised before counts until the change is approved
--
SELECT ref, at, quantity FROM promise.demanded('rug');
SELECT available_at, quantity FROM promise.quote('rug', 1, '2026-12-30');
UPDATE sale SET qty = 51 WHERE id = 'S-2';
SELECT ref, order_quantity, was_at, was_quantity FROM waiting;
UPDATE sale SET qty = 20, due = '2026-12-21' WHERE id = 'S-2';
SELECT ref, at, quantity FROM promise.demanded('rug');
-- deleted, with all that it was
UPDATE sale SET qty = 21 WHERE id = 'S-2';
DELETE FROM sale WHERE id = 'S-2';
SELECT ref, at, quantity FROM promise.demanded('rug');
SELECT ref, order_quantity FROM waiting WHERE order_quantity IS NOT NULL;

--
-- Approved, it counts, and is judged like any other
--
SET SESSION AUTHORIZATION regress_promise_kim;
INSERT INTO sale VALUES ('S-6', 'rug', '2026-12-05', 3);
RESET SESSION AUTHORIZATION;
-- at their risk: three are missing, and no more
BEGIN;
INSERT INTO sale VALUES ('S-7', 'rug', '2026-12-03', 2);
SELECT promise.demanded('rug');
SELECT approve('S-6');
SELECT ref, quantity FROM promise.demanded('rug');
SELECT ref, missing FROM promise.conflicts();
ROLLBACK;
-- a plan leaves nothing missing, or it is no plan
SET SESSION AUTHORIZATION regress_promise_olga;
SELECT promise.plan_move(asked('S-6'), 'S-1', '2026-12-20');
RESET SESSION AUTHORIZATION;
SELECT approve('S-6');
UPDATE sale SET due = '2026-12-20' WHERE id = 'S-1';
BEGIN;
INSERT INTO sale VALUES ('S-8', 'rug', '2026-12-05', 4);
SELECT approve('S-6');
ROLLBACK;
SELECT ref, standing, order_quantity FROM waiting WHERE ref = 'S-6';
SELECT approve('S-6');
SELECT ref, standing, order_quantity FROM waiting WHERE ref = 'S-6';
SELECT ref, quantity FROM promise.demanded('rug');
SELECT ref FROM promise.conflicts();
-- who approves by plain SQL is judged when the transaction commits
INSERT INTO sale VALUES ('S-9', 'rug', '2026-12-06', 5);
SELECT ref, missing FROM waiting WHERE ref = 'S-9';
INSERT INTO promise.exception_entry (exception, kind, resource, during, units)
	VALUES (asked('S-9'), 'capacity', 'loom', '[2026-12-01, 2026-12-02)', 1);
SET SESSION AUTHORIZATION regress_promise_olga;
INSERT INTO promise.exception_entry (exception, kind, side) VALUES (asked('S-9'), 'sign', 'operations');
SET SESSION AUTHORIZATION regress_promise_sam;
INSERT INTO promise.exception_entry (exception, kind, side) VALUES (asked('S-9'), 'sign', 'sales');
SELECT promise.settle_exception(asked('S-9'));
SELECT ref, standing FROM waiting WHERE ref = 'S-9';
-- nor is it undone by deleting what was recorded
RESET SESSION AUTHORIZATION;
DELETE FROM promise.exception WHERE ref = 'S-9';
TRUNCATE promise.exception, promise.exception_entry;
-- who does it by hand is told
BEGIN;
UPDATE promise.exception SET order_at = NULL, order_quantity = NULL, order_passed_at = NULL WHERE ref = 'S-9';
SET CONSTRAINTS ALL IMMEDIATE;
SELECT ref, missing FROM promise.alert;
ROLLBACK;
DELETE FROM sale WHERE id = 'S-9';
DELETE FROM promise.exception WHERE ref = 'S-9';

--
-- Rejected, it still does not count; written again, it is judged again
--
SET SESSION AUTHORIZATION regress_promise_kim;
INSERT INTO sale VALUES ('S-10', 'rug', '2026-12-07', 7);
SET SESSION AUTHORIZATION regress_promise_olga;
SELECT promise.reject_exception(asked('S-10'), 'operations', 'no');
SELECT ref, quantity, status FROM promise.rejected_orders;
SELECT ref FROM promise.demanded('rug');
SET SESSION AUTHORIZATION regress_promise_kim;
DELETE FROM sale WHERE id = 'S-10';
INSERT INTO sale VALUES ('S-10', 'rug', '2026-12-07', 7);
SELECT ref, standing, order_quantity FROM waiting WHERE ref = 'S-10';
SELECT ref FROM promise.rejected_orders;
-- asked for again while the order stands, and approved
SET SESSION AUTHORIZATION regress_promise_olga;
SELECT promise.reject_exception(asked('S-10'), 'operations', 'no');
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT promise.ask_exception('S-10', 'rug', 7, '2026-12-07 00:00+00', 'They have moved house.', reserve => false) = asked('S-10') AS asked;
RESET SESSION AUTHORIZATION;
SET promise.clock = '2026-11-23 10:01+00';
SELECT approve('S-10');
SELECT ref, standing, order_quantity FROM waiting WHERE ref = 'S-10';
SELECT ref, quantity FROM promise.demanded('rug') WHERE ref = 'S-10';
SELECT ref FROM promise.rejected_orders;
DELETE FROM sale WHERE id = 'S-10';
-- asked for first, and written before it is approved: it is one exception
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT promise.ask_exception('S-11', 'rug', 8, '2026-12-07 12:00+00', 'They have moved house.', reserve => false) = asked('S-11') AS asked;
INSERT INTO sale VALUES ('S-11', 'rug', '2026-12-07 12:00+00', 8);
SELECT ref, standing, order_quantity, why FROM waiting WHERE ref = 'S-11';
DELETE FROM sale WHERE id = 'S-11';

--
-- Nobody makes an order of somebody else not count
--
SELECT ref, quantity FROM promise.demanded('rug') WHERE ref = 'S-3';
INSERT INTO promise.exception (ref, item, at, quantity, missing, order_at, order_quantity)
	VALUES ('S-3', 'rug', '2026-12-02', 4, 1, '2026-12-02', 4) RETURNING order_quantity;
UPDATE promise.exception SET order_at = '2026-12-02', order_quantity = 4 WHERE ref = 'S-3';
SELECT ref, quantity FROM promise.demanded('rug') WHERE ref = 'S-3';

--
-- Of several at once, those that do not fit beside the others
--
INSERT INTO sale VALUES ('B-1', 'rug', '2026-12-21', 4), ('B-2', 'rug', '2026-12-22', 100), ('B-3', 'rug', '2026-12-23', 3),
	('B-4', 'rug', '2026-12-24', 50);
SELECT ref, quantity, missing, order_quantity FROM waiting WHERE ref LIKE 'B-%';
SELECT ref, quantity FROM promise.demanded('rug') WHERE ref LIKE 'B-%';
DELETE FROM sale WHERE id LIKE 'B-%';

--
-- Outside of guidelines or of limits of one's own
--
RESET SESSION AUTHORIZATION;
INSERT INTO promise.policy (policy, item, maximum_quantity) VALUES ('small', 'mat', 10);
SELECT promise.enforce_policy();
INSERT INTO promise.supply (item, at, quantity) VALUES ('mat', '-infinity', 30);
SET SESSION AUTHORIZATION regress_promise_kim;
INSERT INTO sale VALUES ('M-1', 'mat', '2026-12-10', 11);
SELECT available_at, quantity FROM promise.quote('mat', 30, '2026-12-10') WHERE option = 1;
INSERT INTO sale VALUES ('M-2', 'mat', '2026-12-10', 9);
UPDATE sale SET qty = 12 WHERE id = 'M-2';
SELECT ref, at, quantity FROM promise.demanded('mat');
-- another customer is another promise: what it was stays promised until then
INSERT INTO sale VALUES ('M-3', 'mat', '2026-12-11', 10, 'Expo');
RESET SESSION AUTHORIZATION;
UPDATE promise.policy SET maximum_quantity = 8;
SET SESSION AUTHORIZATION regress_promise_kim;
UPDATE sale SET customer = 'Fair' WHERE id = 'M-3';
UPDATE sale SET note = 'blue' WHERE id = 'M-3';
SELECT ref, at, quantity FROM promise.demanded('mat');
SELECT ref, order_quantity, was_quantity FROM waiting WHERE ref LIKE 'M%' AND order_quantity IS NOT NULL;
RESET SESSION AUTHORIZATION;
SELECT approve('M-1'), approve('M-2'), approve('M-3');
SELECT ref, at, quantity FROM promise.demanded('mat');
SELECT ref, missing FROM promise.conflicts('mat');
SELECT promise.enforce_policy(false);

--
-- Made to order: nothing is planned for what does not count
--
INSERT INTO promise.supply (item, at, quantity) VALUES ('wool', '-infinity', 40);
INSERT INTO promise.source (source, item, kind, lead_time) VALUES ('weave', 'throw', 'make', '2 days');
INSERT INTO promise.component (source, item, quantity) VALUES ('weave', 'wool', 2);
INSERT INTO promise.policy (policy, item, maximum_quantity) VALUES ('few', 'throw', 10);
SELECT promise.enforce_policy();
SET SESSION AUTHORIZATION regress_promise_kim;
INSERT INTO sale VALUES ('T-1', 'throw', '2026-12-10', 12);
SELECT ref, item, quantity FROM promise.planned_flow ORDER BY 1, 2, 3;
-- nor if all that the plan would touch is locked already
BEGIN;
INSERT INTO sale VALUES ('W-1', 'wool', '2026-12-10', 1), ('W-2', 'throw', '2026-12-10', 1);
INSERT INTO sale VALUES ('W-3', 'throw', '2026-12-10', 11);
SELECT ref, item, quantity FROM promise.planned_flow ORDER BY 1, 2, 3;
ROLLBACK;
INSERT INTO sale VALUES ('T-2', 'throw', '2026-12-10', 10);
SELECT ref, item, quantity FROM promise.planned_flow ORDER BY 1, 2, 3;
RESET SESSION AUTHORIZATION;
SELECT approve('T-1');
INSERT INTO promise.supply (item, at, quantity) VALUES ('wool', '-infinity', 4);
SELECT approve('T-1');
SELECT ref, item, quantity FROM promise.planned_flow ORDER BY 1, 2, 3;
SELECT ref FROM promise.conflicts();
-- planned for what it was, until more is approved
SET SESSION AUTHORIZATION regress_promise_kim;
UPDATE sale SET qty = 11 WHERE id = 'T-2';
SELECT ref, at, quantity FROM promise.demanded('throw');
SELECT ref, item, quantity FROM promise.planned_flow ORDER BY 1, 2, 3;
SELECT ref FROM promise.conflicts();
RESET SESSION AUTHORIZATION;
SELECT promise.enforce_policy(false);

--
-- The other ways in which orders are kept: several rows of a ref, dates, none at
-- all, deferred, behind a view, own promises
--
SELECT promise.unprotect('sale');
DELETE FROM sale;
DELETE FROM promise.exception;
SELECT promise.unmap('demand', 'sale');
CREATE TABLE part (id integer PRIMARY KEY, sale text, product text, due date, qty numeric);
CREATE INDEX ON part (product);
SELECT promise.protect('part', item => 'product', at => 'due', quantity => 'qty', ref => 'sale', mode => 'except', deferred => true);
INSERT INTO promise.supply (item, at, quantity) VALUES ('cup', '-infinity', 10), ('cup', '2026-12-20', 20);
BEGIN;
INSERT INTO part VALUES (1, 'P-1', 'cup', '2026-12-01', 8);
INSERT INTO part VALUES (2, 'P-1', 'cup', '2026-12-05', 4);
INSERT INTO part VALUES (3, 'P-2', 'cup', NULL, 11);
COMMIT;
SELECT ref, order_at, order_quantity FROM waiting;
SELECT ref, quantity FROM promise.demanded('cup');
-- as an ERP may write it again: it says the same, and is the same
BEGIN;
DELETE FROM part WHERE id = 1;
INSERT INTO part VALUES (4, 'P-1', 'cup', '2026-12-01', 8);
COMMIT;
SELECT ref, order_at, order_quantity FROM waiting;
-- one part less
DELETE FROM part WHERE id = 2;
SELECT ref, quantity FROM promise.demanded('cup');
SELECT ref, order_quantity FROM waiting;
SELECT promise.unprotect('part');
SELECT promise.unmap('demand', 'part');
CREATE VIEW part_demand AS SELECT p.sale AS ref, p.product AS item, p.due AS at, p.qty AS quantity FROM part AS p;
SELECT promise.protect('part_demand', mode => 'except', watch => '{"part": "SELECT product AS item FROM changed"}');
INSERT INTO part VALUES (5, 'P-3', 'cup', '2026-12-01', 4);
SELECT ref, quantity FROM promise.demanded('cup');
UPDATE part SET qty = 2 WHERE id = 5;
SELECT ref, quantity FROM promise.demanded('cup');
UPDATE part SET qty = 4 WHERE id = 5;
SELECT ref, at, quantity FROM promise.demanded('cup');
SELECT ref, order_quantity, was_quantity FROM waiting WHERE order_quantity IS NOT NULL;
SELECT promise.protect('promise.commitment', mode => 'except');
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('C-1', 'cup', '2026-12-02', 2);
SELECT ref, at, quantity FROM promise.demanded('cup');
SELECT * FROM promise.verify();

-- constraints that are immediate, and deferred again; savepoints
SELECT promise.protect('part_demand', mode => 'except', deferred => true, watch => '{"part": "SELECT product AS item FROM changed"}');
BEGIN;
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE part SET qty = 5 WHERE id = 5;
INSERT INTO part VALUES (6, 'P-6', 'cup', '2026-12-01', 6);
SET CONSTRAINTS ALL DEFERRED;
INSERT INTO part VALUES (7, 'P-7', 'cup', '2026-12-01', 7);
SAVEPOINT s;
UPDATE part SET qty = 1 WHERE id = 6;
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK TO s;
UPDATE part SET qty = 0.5 WHERE id = 7;
COMMIT;
SELECT ref, at, quantity FROM promise.demanded('cup');
SELECT ref, order_quantity, was_quantity FROM waiting WHERE order_quantity IS NOT NULL;

DELETE FROM part;
SELECT promise.unprotect('part_demand'), promise.unmap('demand', 'part_demand');
DELETE FROM promise.exception;
DELETE FROM promise.commitment;
DELETE FROM promise.guard;
DELETE FROM promise.policy;
DELETE FROM promise.signatory;
DELETE FROM promise.planned_flow;
DELETE FROM promise.planned_lot;
DELETE FROM promise.component;
DELETE FROM promise.source;
DELETE FROM promise.supply;
DELETE FROM promise.ledger;
DELETE FROM promise.alert;
DROP VIEW waiting, part_demand;
DROP TABLE sale, part;
DROP FUNCTION asked, approve;
DROP OWNED BY regress_promise_kim, regress_promise_sam, regress_promise_olga;
DROP ROLE regress_promise_kim, regress_promise_sam, regress_promise_olga;
