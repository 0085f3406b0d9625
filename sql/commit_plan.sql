/*
 * Promises that take more than what is there: a plan is made and written down
 * with them.
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

\set bicycle :abs_srcdir '/sql/include/bicycle.sql'
\set ECHO none
\i :bicycle
\set ECHO all

CREATE VIEW pg_temp.lots AS
	SELECT ref, lot, source, quantity, start_at, end_at, need FROM promise.planned_lot ORDER BY plan, lot;
CREATE VIEW pg_temp.flows AS
	SELECT ref, item, at, quantity, kind, lot FROM promise.planned_flow ORDER BY ref, at, item, quantity DESC;
CREATE VIEW pg_temp.loads AS
	SELECT ref, resource, during, units, lot, step FROM promise.planned_load ORDER BY ref, during, resource;

-- stock first: there is no plan
SELECT location, quantity, available_at, due, on_time FROM promise.commit('SO 1', 'BIKE', 3, '2026-12-04');
SELECT count(*) FROM pg_temp.lots;
-- two more have to be made, from one frame that is there and one that is welded
SELECT location, quantity, available_at, due, on_time FROM promise.commit('SO 2', 'BIKE', 2, '2026-12-04');
SELECT * FROM pg_temp.lots;
SELECT * FROM pg_temp.flows;
SELECT * FROM pg_temp.loads;
-- the same call gives the same answer, and plans nothing again
SELECT location, quantity, available_at, due, on_time FROM promise.commit('SO 2', 'BIKE', 2, '2026-12-04');
SELECT count(*) FROM pg_temp.lots;
-- as early as possible: what the plan of the other takes is gone
SELECT available_at, due FROM promise.commit('SO 3', 'BIKE', 3, NULL);
-- too many wheels for that date: when could it be?
SELECT * FROM pg_temp.try($$SELECT promise.commit('SO 4', 'BIKE', 10, '2026-12-04')$$);
SELECT available_at, due FROM promise.commit('SO 4', 'BIKE', 10, '2026-12-31', placement => 'jit');
SELECT source, start_at, end_at FROM pg_temp.lots WHERE ref = 'SO 4';
SELECT * FROM pg_temp.try($$SELECT promise.commit('SO 5', 'BIKE', 1, '2026-12-31', placement => 'late')$$);
SELECT * FROM pg_temp.try($$SELECT promise.commit('SO 5', 'BIKE', 1, '2026-12-31', objective => 'nice')$$);
SELECT * FROM pg_temp.try($$SELECT promise.commit('SO 5', 'BIKE', 1, '2026-12-31', effort => -1)$$);
SELECT * FROM promise.conflicts();
SELECT * FROM promise.verify();

-- more of it: planned anew
SELECT quantity, available_at FROM promise.change('SO 2', 4, '2026-12-11');
SELECT source, quantity, start_at, end_at FROM pg_temp.lots WHERE ref = 'SO 2';
SELECT * FROM pg_temp.try($$SELECT promise.change('SO 2', 4000, NULL)$$);
SELECT * FROM promise.conflicts();

-- plans leave with their promise
SELECT promise.release('SO 2');
SELECT count(*) FROM pg_temp.lots WHERE ref = 'SO 2';
SELECT * FROM promise.conflicts();

-- a hold has a plan, which becomes the plan of the promise
SELECT available_at, valid_until FROM promise.hold('SO 6', 'BIKE', 2, '2026-12-30', '1 hour');
SELECT source, quantity, start_at, end_at FROM pg_temp.lots WHERE ref = 'SO 6';
SELECT available_at, valid_until FROM promise.commit('SO 6', 'BIKE', 2, '2026-12-30');
SELECT source, quantity, start_at, end_at FROM pg_temp.lots WHERE ref = 'SO 6';
SELECT * FROM promise.conflicts();
SELECT * FROM promise.verify();

-- only sources say that there is such an item
INSERT INTO promise.source (source, item, location, kind, lead_time) VALUES ('bell maker', 'BELL', 'north', 'buy', '2 days');
SELECT location, available_at FROM promise.commit('SO 8', 'BELL', 5, NULL);
SELECT * FROM pg_temp.try($$SELECT promise.commit('SO 9', 'BELL', 5, '2026-12-02')$$);
SELECT * FROM pg_temp.try($$SELECT promise.commit('SO 9', 'BELL', 5, NULL, 'south')$$);
SELECT * FROM pg_temp.try($$SELECT promise.commit('SO 9', 'HORN', 5, NULL)$$);
-- what is made of itself
INSERT INTO promise.component (source, item, quantity) VALUES ('bell maker', 'BELL', 1);
SELECT * FROM pg_temp.try($$SELECT promise.commit('SO 9', 'BELL', 5, NULL)$$);
ROLLBACK;

-- a hold that has expired is planned anew; what was planned for it is gone
BEGIN;
SET LOCAL promise.clock = '2026-12-01 10:30:00+00';
INSERT INTO promise.source (source, item, kind, lead_time) VALUES ('supplier', 'WHEEL', 'buy', '5 days');
SELECT available_at, valid_until FROM promise.hold('SO 7', 'WHEEL', 2, NULL, '1 hour');
SELECT source, quantity, start_at, end_at FROM promise.planned_lot;
SET LOCAL promise.clock = '2026-12-02 10:30:00+00';
SELECT available_at, valid_until FROM promise.commit('SO 7', 'WHEEL', 2, '2026-12-30', placement => 'jit');
SELECT source, quantity, start_at, end_at FROM promise.planned_lot;
SELECT item, at, quantity FROM promise.planned_flow;
SELECT * FROM promise.conflicts();
SELECT * FROM promise.verify();
ROLLBACK;
