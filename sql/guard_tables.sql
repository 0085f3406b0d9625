--
-- What the guard sees of views, partitions and children
--
SET promise.clock = '2030-01-01 00:00+00';
SET promise.timezone = 'UTC';
SET TimeZone = 'UTC';
SET client_min_messages = warning;

-- the date and the state of a line are on its header
CREATE TABLE header (id integer PRIMARY KEY, due date, state text);
CREATE TABLE line (id integer PRIMARY KEY, header integer REFERENCES header, item text, qty integer);
CREATE VIEW header_line AS
	SELECT l.id, l.item, h.due, l.qty, h.state FROM line AS l JOIN header AS h ON h.id = l.header;
INSERT INTO promise.supply (item, at, quantity) VALUES ('BIKE', '-infinity', 1), ('BIKE', '2030-02-01', 5);
SELECT promise.protect('header_line', item => 'item', at => 'due', quantity => 'qty', ref => 'id',
	filter => $$state = 'sale'$$,
	watch => '{"header": "SELECT l.item FROM changed AS c JOIN public.line AS l ON l.header = c.id",
			   "line": "SELECT item FROM changed"}');
INSERT INTO header VALUES (1, '2030-01-10', 'draft'), (2, '2030-01-10', 'draft');
INSERT INTO line VALUES (1, 1, 'BIKE', 1), (2, 2, 'BIKE', 1);
UPDATE header SET state = 'sale' WHERE id = 1;
UPDATE header SET state = 'sale' WHERE id = 2;
UPDATE header SET state = 'sale', due = '2030-02-02' WHERE id = 2;
UPDATE header SET due = '2030-01-31' WHERE id = 2;
UPDATE header SET due = '2030-02-03' WHERE id = 2;
UPDATE line SET qty = 6 WHERE id = 2;
SELECT * FROM header_line ORDER BY id;

-- partitions, also with other columns, and one attached later
CREATE TABLE part (k integer, id integer, item text, due date, qty integer) PARTITION BY LIST (k);
CREATE TABLE part_1 PARTITION OF part FOR VALUES IN (1);
CREATE TABLE part_2 (qty integer, due date, extra text, item text, id integer, k integer);
ALTER TABLE part_2 DROP COLUMN extra;
ALTER TABLE part ATTACH PARTITION part_2 FOR VALUES IN (2);
INSERT INTO promise.supply (item, at, quantity) VALUES ('CAR', '-infinity', 2);
SELECT promise.protect('part', item => 'item', at => 'due', quantity => 'qty', ref => 'id', deferred => true);
INSERT INTO part VALUES (1, 1, 'CAR', '2030-01-10', 1);
INSERT INTO part_2 (k, id, item, due, qty) VALUES (2, 2, 'CAR', '2030-01-10', 1);
INSERT INTO part_2 (k, id, item, due, qty) VALUES (2, 3, 'CAR', '2030-01-10', 1);
INSERT INTO part VALUES (2, 3, 'CAR', '2030-01-10', 1);
UPDATE part SET k = 2 WHERE k = 1;
UPDATE part_2 SET qty = 2 WHERE id = 1;
CREATE TABLE part_3 (LIKE part);
ALTER TABLE part ATTACH PARTITION part_3 FOR VALUES IN (3);
INSERT INTO part_3 VALUES (3, 3, 'CAR', '2030-01-10', 1);
BEGIN;
INSERT INTO part_3 VALUES (3, 3, 'CAR', '2030-01-10', 1);
DELETE FROM part WHERE id = 1;
COMMIT;
SELECT * FROM part ORDER BY id;
-- also where the node was judged before: at once, or by a guard that is not deferred
BEGIN;
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE part SET due = '2030-01-09' WHERE id = 3;
SAVEPOINT s;
INSERT INTO part_3 VALUES (3, 4, 'CAR', '2030-01-10', 1);
ROLLBACK TO s;
UPDATE part_3 SET due = '2030-01-08';
SAVEPOINT s;
UPDATE part_3 SET qty = 2;
ROLLBACK TO s;
INSERT INTO part VALUES (3, 4, 'CAR', '2030-01-10', 0);
UPDATE part_3 SET qty = 1 WHERE id = 4;
ROLLBACK;
CREATE TABLE other (id integer, item text, due date, qty integer);
SELECT promise.protect('other', item => 'item', at => 'due', quantity => 'qty', ref => $$'o' || id$$);
BEGIN;
UPDATE part_2 SET qty = 0;
INSERT INTO other VALUES (1, 'CAR', '2030-01-10', 1);
INSERT INTO part_3 VALUES (3, 4, 'CAR', '2030-01-10', 1);
COMMIT;
-- plans leave, too, each
BEGIN;
INSERT INTO promise.supply (item, quantity) VALUES ('CAR', 5);
INSERT INTO part_3 VALUES (3, 4, 'CAR', '2030-01-10', 1), (3, 5, 'CAR', '2030-01-10', 1), (3, 6, 'CAR', '2030-01-10', 1);
INSERT INTO promise.planned_flow (ref, item, at, quantity) VALUES
	('4', 'CAR', '2030-01-10', 1), ('5', 'CAR', '2030-01-10', 1), ('6', 'CAR', '2030-01-10', 1);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
DELETE FROM part_3 WHERE id IN (4, 5);
SET CONSTRAINTS ALL IMMEDIATE;
SELECT ref FROM promise.planned_flow;
ROLLBACK;
SELECT promise.unprotect('other'), promise.unmap('demand', 'other');
DROP TABLE other;

-- children
CREATE TABLE parent (id integer, item text, due date, qty integer);
CREATE TABLE child (x integer) INHERITS (parent);
SELECT promise.protect('parent', item => 'item', at => 'due', quantity => 'qty', ref => 'id');
INSERT INTO child VALUES (7, 'CAR', '2030-01-10', 1, 1);
DELETE FROM part WHERE id = 3;
INSERT INTO child VALUES (7, 'CAR', '2030-01-10', 1, 1);
UPDATE parent SET qty = 2;

-- leave nothing behind for other tests
SELECT promise.unprotect('header_line'), promise.unprotect('part'), promise.unprotect('parent'),
	promise.unprotect('promise.commitment');
SELECT promise.unmap('demand', 'header_line'), promise.unmap('demand', 'part'), promise.unmap('demand', 'parent');
DROP VIEW header_line;
DROP TABLE line, header, part, child, parent;
DELETE FROM promise.supply;
SELECT count(*) FROM promise.guard;
