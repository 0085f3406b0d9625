/*
 * Before a "no", plans of other promises are placed anew: every promised date
 * holds, and the request is earlier.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET intervalstyle = 'postgres';

\getenv abs_srcdir PG_ABS_SRCDIR
\set try :abs_srcdir '/sql/include/try.sql'
\set ECHO none
\i :try
\set ECHO all
CREATE VIEW pg_temp.lots AS
	SELECT ref, source, quantity, start_at, end_at FROM promise.planned_lot ORDER BY start_at, ref;

BEGIN;
SET LOCAL promise.clock = '2026-12-01 08:00:00+00';	-- a Tuesday
INSERT INTO promise.resource (resource) VALUES ('machine');
INSERT INTO promise.source (source, item, kind, lead_time) VALUES
	('sewing', 'TENT', 'make', '0'), ('cutting', 'FLAG', 'make', '0'), ('knotting', 'NET', 'make', '0');
INSERT INTO promise.step (source, step, resource, run) VALUES
	('sewing', 1, 'machine', '1 hour'), ('cutting', 1, 'machine', '1 hour'), ('knotting', 1, 'machine', '1 hour');

-- eight tents, as soon as possible, but they have time until Thursday
SELECT available_at, due FROM promise.commit('SO-12', 'TENT', 8, '2026-12-03 08:00');
SELECT * FROM pg_temp.lots;

-- four flags by noon: the tents are in the way, and could be made later
SET LOCAL promise.replan = off;
SELECT kind, available_at, on_time, reason, detail FROM promise.quote('FLAG', 4, '2026-12-01 12:00', parts_max => 1);
SELECT promise.earliest('FLAG', 4), promise.feasible('FLAG', 4, '2026-12-01 12:00');
SELECT * FROM pg_temp.try($$SELECT promise.commit('SO-13', 'FLAG', 4, '2026-12-01 12:00')$$);
SET LOCAL promise.replan = on;
SELECT kind, available_at, on_time, reason, detail FROM promise.quote('FLAG', 4, '2026-12-01 12:00', parts_max => 1);
SELECT promise.earliest('FLAG', 4), promise.feasible('FLAG', 4, '2026-12-01 12:00'), promise.feasible('FLAG', 4, '2026-12-01 11:59');
SELECT promise.windows('FLAG', 4, '[2026-12-01,2026-12-10)');
SELECT promise.explain('FLAG', 4, '2026-12-01 12:00');
SELECT "row", parent, level, kind, item, resource, quantity, start_at, end_at, ref FROM promise.plan('FLAG', 4, '2026-12-01 12:00');
SELECT promise.gantt('FLAG', 4, '2026-12-01 12:00', width => 70);
-- without effort nothing is moved; for lines that compete it is
SELECT available_at FROM promise.quote('FLAG', 4, '2026-12-01 12:00', parts_max => 1, effort => 0);
SELECT available_at FROM promise.quote_lines(ARRAY[promise.request('FLAG', 4, '2026-12-01 12:00')]) WHERE part = 1;
-- a question moves nothing
SELECT * FROM pg_temp.lots;

SELECT available_at, due, on_time FROM promise.commit('SO-13', 'FLAG', 4, '2026-12-01 12:00');
SELECT * FROM pg_temp.lots;
SELECT count(*) FROM promise.planned_load;
SELECT ref, item, at, quantity FROM promise.commitment ORDER BY ref;
SELECT count(*) FROM promise.ledger;
SELECT * FROM promise.check_plan();
SELECT * FROM promise.conflicts();
SELECT * FROM promise.verify();

-- now they have no time any more: nothing moves, and that is a no
SELECT * FROM pg_temp.try($$SELECT promise.commit('SO-14', 'NET', 40, '2026-12-03 08:00')$$);
-- a hold moves others, too, and is moved
SELECT available_at FROM promise.hold('SO-15', 'NET', 3, '2026-12-02 20:00', '1 day');
SELECT available_at, detail FROM promise.quote('FLAG', 5, '2026-12-01 17:00', parts_max => 1);
SELECT available_at FROM promise.commit('SO-16', 'FLAG', 5, '2026-12-01 17:00');
SELECT * FROM pg_temp.lots;
SELECT * FROM promise.check_plan();
SELECT * FROM promise.conflicts();
-- what is moved leaves with its promise all the same
SELECT promise.release('SO-12'), promise.release('SO-15');
SELECT * FROM pg_temp.lots;
SELECT * FROM promise.verify();
ROLLBACK;

-- components: frames were taken early for what has time, and are bought for it again
BEGIN;
SET LOCAL promise.clock = '2026-12-01 08:00:00+00';
INSERT INTO promise.source (source, item, kind, lead_time) VALUES
	('assemble', 'BIKE', 'make', '1 day'), ('build', 'TRIKE', 'make', '1 day'), ('supplier', 'FRAME', 'buy', '10 days');
INSERT INTO promise.component (source, item, quantity) VALUES ('assemble', 'FRAME', 1), ('build', 'FRAME', 1);
INSERT INTO promise.supply (item, quantity) VALUES ('FRAME', 3);
SELECT available_at FROM promise.commit('SO-1', 'BIKE', 3, '2026-12-24');
SELECT available_at, detail FROM promise.quote('TRIKE', 2, '2026-12-04', parts_max => 1);
SELECT available_at FROM promise.commit('SO-2', 'TRIKE', 2, '2026-12-04');
SELECT * FROM pg_temp.lots;
SELECT ref, item, at, quantity, kind FROM promise.planned_flow ORDER BY at, ref, item;
SELECT * FROM promise.check_plan();
SELECT * FROM promise.conflicts();
ROLLBACK;

-- what begins within its fence stays, and so does what others rely on
BEGIN;
SET LOCAL promise.clock = '2026-12-01 08:00:00+00';
INSERT INTO promise.resource (resource) VALUES ('kiln');
INSERT INTO promise.source (source, item, kind, lead_time, lot_multiple) VALUES
	('bowls', 'BOWL', 'make', '0', 10), ('cups', 'CUP', 'make', '0', NULL);
INSERT INTO promise.step (source, step, resource, run) VALUES ('bowls', 1, 'kiln', '1 hour'), ('cups', 1, 'kiln', '1 hour');
SELECT available_at FROM promise.commit('SO-1', 'BOWL', 6, '2026-12-24');
SAVEPOINT s;
SELECT available_at FROM promise.commit('SO-2', 'BOWL', 4, '2026-12-01 20:00');
SELECT available_at, detail FROM promise.quote('CUP', 10, '2026-12-01 18:00', parts_max => 1);
ROLLBACK TO s;
SELECT available_at, detail FROM promise.quote('CUP', 10, '2026-12-01 18:00', parts_max => 1);
UPDATE promise.source SET fence = '2 days' WHERE source = 'bowls';
SELECT available_at, detail FROM promise.quote('CUP', 10, '2026-12-01 18:00', parts_max => 1);
UPDATE promise.source SET fence = NULL WHERE source = 'bowls';
-- it has begun
SET LOCAL promise.clock = '2026-12-01 08:30:00+00';
SELECT available_at, detail FROM promise.quote('CUP', 10, '2026-12-01 19:30', parts_max => 1);
-- written by hand
SET LOCAL promise.clock = '2026-12-01 08:00:00+00';
INSERT INTO promise.planned_load (ref, resource, during) VALUES ('SO-1', 'kiln', '[2026-12-20,2026-12-21)');
SELECT available_at, detail FROM promise.quote('CUP', 10, '2026-12-01 18:00', parts_max => 1);
ROLLBACK;

-- the guard moves, too: an order table of one's own
BEGIN;
SET LOCAL promise.clock = '2026-12-01 08:00:00+00';
CREATE TABLE order_line (ref text PRIMARY KEY, item text, quantity numeric, at timestamptz);
CREATE INDEX ON order_line (item, at) INCLUDE (quantity, ref);
SELECT promise.protect('order_line');
INSERT INTO promise.resource (resource) VALUES ('machine');
INSERT INTO promise.source (source, item, kind, lead_time) VALUES ('sewing', 'TENT', 'make', '0'), ('cutting', 'FLAG', 'make', '0');
INSERT INTO promise.step (source, step, resource, run) VALUES ('sewing', 1, 'machine', '1 hour'), ('cutting', 1, 'machine', '1 hour');
INSERT INTO order_line VALUES ('1', 'TENT', 8, '2026-12-03 08:00'), ('2', 'TENT', 2, '2026-12-04 08:00');
SELECT * FROM pg_temp.lots;
SAVEPOINT s;
SET LOCAL promise.replan = off;
SELECT * FROM pg_temp.try($$INSERT INTO order_line VALUES ('3', 'FLAG', 4, '2026-12-01 12:00'), ('4', 'FLAG', 1, '2026-12-01 13:00')$$);
ROLLBACK TO s;
INSERT INTO order_line VALUES ('3', 'FLAG', 4, '2026-12-01 12:00'), ('4', 'FLAG', 1, '2026-12-01 13:00');
SELECT * FROM pg_temp.lots;
SELECT * FROM promise.check_plan();
SELECT * FROM promise.conflicts();
SELECT * FROM promise.verify();
-- the offer for no date is what can be promised
SELECT available_at AS soonest FROM promise.quote('FLAG', 3, parts_max => 1) LIMIT 1 \gset
SELECT :'soonest', promise.feasible('FLAG', 3, :'soonest');
INSERT INTO order_line VALUES ('5', 'FLAG', 3, :'soonest');
SELECT * FROM pg_temp.lots;
SELECT * FROM promise.check_plan();
ROLLBACK;
