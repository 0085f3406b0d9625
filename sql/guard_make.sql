/*
 * Rows of the business that claim more than there is pass with a plan.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET intervalstyle = 'postgres';

\getenv abs_srcdir PG_ABS_SRCDIR
\set try :abs_srcdir '/sql/include/try.sql'
\set ECHO none
\i :try
\set ECHO all

BEGIN;
SET LOCAL promise.clock = '2026-12-01 10:30:00+00';	-- a Tuesday

CREATE TABLE order_line (ref text PRIMARY KEY, item text NOT NULL, quantity numeric NOT NULL, at timestamptz NOT NULL);
CREATE INDEX ON order_line (item, at) INCLUDE (quantity);
SELECT promise.protect('order_line');

INSERT INTO promise.resource (resource) VALUES ('oven');
INSERT INTO promise.source (source, item, kind, lead_time) VALUES ('bake', 'CAKE', 'make', '0'), ('mill', 'FLOUR', 'buy', '3 days');
INSERT INTO promise.component (source, item, quantity) VALUES ('bake', 'FLOUR', 2);
INSERT INTO promise.step (source, step, resource, run) VALUES ('bake', 1, 'oven', '1 hour');
INSERT INTO promise.supply (item, quantity) VALUES ('FLOUR', 8), ('CAKE', 1);

CREATE VIEW pg_temp.lots AS
	SELECT ref, lot, source, quantity, start_at, end_at FROM promise.planned_lot ORDER BY plan, lot;

-- from stock
INSERT INTO order_line VALUES ('A', 'CAKE', 1, '2026-12-02 12:00+00');
SELECT * FROM pg_temp.lots;
-- made; two lines of one statement compete for the oven
INSERT INTO order_line VALUES ('B', 'CAKE', 1, '2026-12-02 12:00+00'), ('C', 'CAKE', 2, '2026-12-02 14:00+00');
SELECT * FROM pg_temp.lots;
-- more than there is flour for, by that date
SELECT * FROM pg_temp.try($$INSERT INTO order_line VALUES ('D', 'CAKE', 2, '2026-12-02 14:00+00')$$);
-- but later
INSERT INTO order_line VALUES ('D', 'CAKE', 2, '2026-12-08 14:00+00');
SELECT * FROM pg_temp.lots WHERE ref = 'D';
-- one line that can be made, and one that cannot: all or nothing
SELECT * FROM pg_temp.try($$INSERT INTO order_line VALUES ('E', 'CAKE', 1, '2026-12-02 14:00+00'), ('F', 'CAKE', 1, '2026-12-01 10:45+00')$$);
SELECT * FROM promise.conflicts();
SELECT * FROM promise.verify();

-- more of it: planned anew
UPDATE order_line SET quantity = 3 WHERE ref = 'D';
SELECT * FROM pg_temp.lots WHERE ref = 'D';
-- plans leave with their orders
DELETE FROM order_line WHERE ref = 'D';
SELECT * FROM pg_temp.lots WHERE ref = 'D';
-- two items in one statement: each sees what the plan of the other takes
INSERT INTO promise.source (source, item, kind, lead_time) VALUES ('roll', 'BUN', 'make', '0');
INSERT INTO promise.component (source, item, quantity) VALUES ('roll', 'FLOUR', 1);
INSERT INTO promise.step (source, step, resource, run) VALUES ('roll', 1, 'oven', '1 hour');
INSERT INTO order_line VALUES ('G', 'BUN', 1, '2026-12-02 12:00+00'), ('H', 'CAKE', 1, '2026-12-05 12:00+00');
SELECT * FROM pg_temp.lots WHERE ref IN ('G', 'H');
SELECT * FROM promise.conflicts();
SELECT * FROM promise.verify();

-- the own table is a table of the business, too
INSERT INTO promise.commitment (ref, item, quantity, at) VALUES ('own', 'CAKE', 1, '2026-12-09 12:00+00');
SELECT * FROM pg_temp.lots WHERE ref = 'own';
-- what nothing yields is refused as before
SELECT * FROM pg_temp.try($$INSERT INTO order_line VALUES ('I', 'PEAR', 1, '2026-12-09')$$);
-- a rollback takes the plan along
SAVEPOINT s;
INSERT INTO order_line VALUES ('J', 'CAKE', 1, '2026-12-09');
SELECT count(*) FROM pg_temp.lots WHERE ref = 'J';
ROLLBACK TO s;
SELECT count(*) FROM pg_temp.lots WHERE ref = 'J';
ROLLBACK;

-- judged at the end of the transaction: planned there
BEGIN;
SET LOCAL promise.clock = '2026-12-01 10:30:00+00';
CREATE TABLE order_line (ref text PRIMARY KEY, item text NOT NULL, quantity numeric NOT NULL, at timestamptz NOT NULL);
SELECT promise.protect('order_line', deferred => true);
INSERT INTO promise.source (source, item, kind, lead_time) VALUES ('mill', 'FLOUR', 'buy', '3 days');
INSERT INTO order_line VALUES ('A', 'FLOUR', 1, '2026-12-02 12:00+00');
UPDATE order_line SET at = '2026-12-09 12:00+00';
SELECT count(*) FROM promise.planned_lot;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT ref, source, quantity, start_at, end_at FROM promise.planned_lot;
ROLLBACK;
-- a warning only where no plan will do
BEGIN;
SET LOCAL promise.clock = '2026-12-01 10:30:00+00';
CREATE TABLE order_line (ref text PRIMARY KEY, item text NOT NULL, quantity numeric NOT NULL, at timestamptz NOT NULL);
SELECT promise.protect('order_line', mode => 'warn');
INSERT INTO promise.source (source, item, kind, lead_time) VALUES ('mill', 'FLOUR', 'buy', '3 days');
INSERT INTO order_line VALUES ('B', 'FLOUR', 1, '2026-12-02 12:00+00');
INSERT INTO order_line VALUES ('A', 'FLOUR', 1, '2026-12-05 12:00+00');
SELECT ref, source, quantity, start_at, end_at FROM promise.planned_lot;
ROLLBACK;
