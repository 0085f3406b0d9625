/*
 * Handing plans over to the orders of the business.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET intervalstyle = 'postgres';
SET client_min_messages = warning;
SET promise.clock = '2026-12-01 08:00:00+00';	-- a Tuesday
SET promise.timezone = 'UTC';

-- run a statement, and say what became of it
CREATE FUNCTION pg_temp.try(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
	hint text;
BEGIN
	EXECUTE statement;
	SET CONSTRAINTS ALL IMMEDIATE;
	SET CONSTRAINTS ALL DEFERRED;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN NEXT SQLSTATE || ' ' || SQLERRM;
	IF detail <> '' THEN
		RETURN NEXT '  DETAIL ' || detail;
	END IF;
	IF hint <> '' THEN
		RETURN NEXT '  HINT ' || hint;
	END IF;
END $$;

-- a bicycle: a frame that is welded, two wheels that are bought
INSERT INTO promise.resource (resource, calendar) VALUES
	('welding', 'UTC; Mon-Fri 08:00-16:00'), ('assembly', 'UTC; Mon-Fri 08:00-16:00');
INSERT INTO promise.source (source, item, kind, supplier, lead_time, calendar, lot_multiple) VALUES
	('assemble', 'BIKE', 'make', NULL, '0', NULL, NULL), ('weld', 'FRAME', 'make', NULL, '0', NULL, 5),
	('order', 'WHEEL', 'buy', 'Rim & Sons', '5 days', 'UTC; Mon-Fri 08:00-16:00', 50);
INSERT INTO promise.component (source, item, quantity) VALUES
	('assemble', 'FRAME', 1), ('assemble', 'WHEEL', 2), ('weld', 'TUBE', 3);
INSERT INTO promise.step (source, step, resource, setup, run) VALUES
	('assemble', 1, 'assembly', '15 min', '20 min'), ('weld', 1, 'welding', '30 min', '10 min');
INSERT INTO promise.supply (item, quantity) VALUES ('BIKE', 3), ('FRAME', 1), ('WHEEL', 30), ('TUBE', 100);

-- the orders of the business: what they yield, take and occupy
CREATE SCHEMA erp;
CREATE TABLE erp.production (
	number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	kind text, item text, quantity numeric, start_at timestamptz, ready_at timestamptz, origin text, lot integer
);
CREATE TABLE erp.part (origin text, lot integer, item text, quantity numeric, at timestamptz);
CREATE TABLE erp.job (origin text, lot integer, resource text, during tstzrange, units numeric);
CREATE INDEX ON erp.production (item);
CREATE INDEX ON erp.part (item);
CREATE INDEX ON erp.job (resource);
SELECT promise.map('supply', 'erp.production', item => 'item', at => 'ready_at', quantity => 'quantity',
	ref => $$'MO' || number$$, kind => $$'production'$$);
SELECT promise.map('demand', 'erp.part', item => 'item', at => 'at', quantity => 'quantity',
	ref => $$origin || '/' || lot || '/' || item$$, kind => $$'component'$$);
SELECT promise.map('load', 'erp.job', resource => 'resource', during => 'during', units => 'units', ref => $$origin || '/' || lot$$);

-- the balance of everything, and what is free of the work centres
CREATE VIEW pg_temp.balances AS
	SELECT i.item, a.at, a.balance
	FROM unnest('{BIKE,FRAME,TUBE,WHEEL}'::text[]) AS i (item), LATERAL promise.availability(i.item, method => 'cumulative') AS a;
CREATE VIEW pg_temp.free AS
	SELECT r.resource, c.during, sum(c.units) AS units
	FROM unnest('{welding,assembly}'::text[]) AS r (resource), LATERAL promise.capacity_events(r.resource) AS c
	WHERE c.is_load GROUP BY 1, 2;
CREATE TEMP TABLE noted_balances AS SELECT * FROM pg_temp.balances;
CREATE TEMP TABLE noted_free AS SELECT * FROM pg_temp.free;
CREATE PROCEDURE pg_temp.note() LANGUAGE sql AS $$
	TRUNCATE pg_temp.noted_balances, pg_temp.noted_free;
	INSERT INTO noted_balances SELECT * FROM pg_temp.balances;
	INSERT INTO noted_free SELECT * FROM pg_temp.free;
$$;
-- what is different from what was noted; nothing, if plans are handed over
CREATE FUNCTION pg_temp.changed() RETURNS SETOF text LANGUAGE sql AS $$
	(SELECT '+ ' || b FROM pg_temp.balances AS b EXCEPT SELECT '+ ' || b FROM pg_temp.noted_balances AS b)
	UNION ALL
	(SELECT '- ' || b FROM pg_temp.noted_balances AS b EXCEPT SELECT '- ' || b FROM pg_temp.balances AS b)
	UNION ALL
	(SELECT '+ ' || b FROM pg_temp.free AS b EXCEPT SELECT '+ ' || b FROM pg_temp.noted_free AS b)
	UNION ALL
	(SELECT '- ' || b FROM pg_temp.noted_free AS b EXCEPT SELECT '- ' || b FROM pg_temp.free AS b)
	ORDER BY 1
$$;
-- the three insertions that belong to it, in one statement
CREATE FUNCTION pg_temp.hand_over(ref text, lot integer DEFAULT NULL, components boolean DEFAULT true, loads boolean DEFAULT true)
RETURNS SETOF text LANGUAGE sql AS $$
	WITH f AS MATERIALIZED (SELECT * FROM promise.firm(hand_over.ref, hand_over.lot, components => hand_over.components,
													   loads => hand_over.loads)),
	p AS (INSERT INTO erp.part SELECT f.ref, f.lot, c.item, c.quantity, c.at FROM f, unnest(f.components) AS c),
	j AS (INSERT INTO erp.job SELECT f.ref, f.lot, l.resource, l.during, l.units FROM f, unnest(f.loads) AS l)
	INSERT INTO erp.production (kind, item, quantity, start_at, ready_at, origin, lot)
		SELECT f.kind, f.item, f.quantity, f.start_at, f.ready_at, f.ref, f.lot FROM f
		RETURNING kind || ' ' || quantity || ' ' || item
$$;

-- what is there to be ordered
SELECT quantity, available_at, on_time FROM promise.commit('SO-1', 'BIKE', 20, '2026-12-11');
CALL pg_temp.note();
BEGIN;
SELECT lot, for_lot, kind, item, location, quantity, source, supplier, start_at, ready_at, yields FROM promise.firm('SO-1');
ROLLBACK;
BEGIN;
SELECT lot, c.* FROM promise.firm('SO-1') AS f, unnest(f.components) AS c;
ROLLBACK;
BEGIN;
SELECT lot, l.* FROM promise.firm('SO-1') AS f, unnest(f.loads) AS l;
ROLLBACK;

-- handed over in one statement: nothing is different
BEGIN;
SELECT * FROM pg_temp.hand_over('SO-1');
SELECT * FROM pg_temp.changed();
SET CONSTRAINTS ALL IMMEDIATE;
SELECT * FROM pg_temp.hand_over('SO-1');
SELECT lot, source, firm FROM promise.planned_lot ORDER BY lot;
SELECT count(*) FROM erp.production;
SELECT * FROM promise.conflicts();
SELECT * FROM promise.check_plan();
SELECT promise.gantt_planned('SO-1', 80);
SELECT kind, item, quantity, start_at, end_at FROM promise.planned('SO-1');
SELECT * FROM promise.verify();
-- nothing of the plan is left when the promise is gone, but the orders are
SELECT promise.release('SO-1');
SELECT count(*) FROM promise.planned_lot;
SELECT count(*) FROM promise.planned_flow;
SELECT item, quantity FROM erp.production ORDER BY number;
ROLLBACK;

-- in two statements
BEGIN;
CREATE TEMP TABLE firmed AS SELECT * FROM promise.firm('SO-1');
INSERT INTO erp.production (kind, item, quantity, start_at, ready_at, origin, lot)
	SELECT kind, item, quantity, start_at, ready_at, ref, lot FROM firmed;
INSERT INTO erp.part SELECT f.ref, f.lot, c.item, c.quantity, c.at FROM firmed AS f, unnest(f.components) AS c;
INSERT INTO erp.job SELECT f.ref, f.lot, l.resource, l.during, l.units FROM firmed AS f, unnest(f.loads) AS l;
SELECT * FROM pg_temp.changed();
SET CONSTRAINTS ALL IMMEDIATE;
DROP TABLE firmed;
ROLLBACK;


-- orders that are too small, too late, or nowhere
BEGIN;
SELECT * FROM pg_temp.try($$INSERT INTO erp.production (item, quantity, ready_at) SELECT item, quantity - 1, ready_at FROM promise.firm('SO-1')$$);
SELECT * FROM pg_temp.try($$INSERT INTO erp.production (item, quantity, ready_at) SELECT item, quantity, '2026-12-12' FROM promise.firm('SO-1')$$);
SELECT * FROM pg_temp.try($$SELECT promise.firm('SO-1')$$);
-- at once, if constraints are immediate: then orders come first
SET CONSTRAINTS ALL IMMEDIATE;
SELECT * FROM pg_temp.try($$INSERT INTO erp.production (item, quantity, ready_at) SELECT item, quantity, ready_at FROM promise.firm('SO-1')$$);
INSERT INTO erp.production (item, quantity, ready_at) SELECT item, quantity, at FROM promise.planned_flow WHERE quantity > 0;
SELECT lot, kind, item FROM promise.firm('SO-1');
ROLLBACK;
SELECT * FROM pg_temp.changed();

/*
 * Lot by lot: the frames now, the wheels later, the bicycles last.
 */
BEGIN;
SELECT * FROM pg_temp.hand_over('SO-1', 1);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT * FROM pg_temp.changed();
SELECT promise.gantt_planned('SO-1', 80);
SELECT kind, item, quantity, detail FROM promise.planned('SO-1');
SELECT * FROM promise.check_plan();
SELECT * FROM pg_temp.try($$SELECT promise.firm('SO-1', 1)$$);
SELECT * FROM pg_temp.try($$SELECT promise.firm('SO-1', 7)$$);
SELECT * FROM pg_temp.try($$SELECT promise.firm('SO-1', 1, -1)$$);
-- the bicycles, before the wheels that they take
SELECT * FROM pg_temp.hand_over('SO-1', 0);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT * FROM pg_temp.changed();
SELECT promise.gantt_planned('SO-1', 80);
SELECT * FROM promise.check_plan();
SELECT * FROM promise.verify();
SAVEPOINT s;
-- the rest of the plan leaves with the promise
SELECT promise.release('SO-1');
SELECT count(*) FROM promise.planned_flow;
SELECT * FROM promise.conflicts();
ROLLBACK TO s;
SELECT * FROM pg_temp.hand_over('SO-1');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT * FROM pg_temp.changed();
SELECT bool_and(firm) FROM promise.planned_lot;
ROLLBACK;

/*
 * What the business does not write down stays planned.
 */
BEGIN;
SELECT * FROM pg_temp.hand_over('SO-1', components => false);
SELECT * FROM pg_temp.changed();
SET CONSTRAINTS ALL IMMEDIATE;
SELECT count(*) FROM erp.part;
SELECT item, quantity, handed_over, kept FROM promise.planned_flow ORDER BY item, quantity;
SELECT * FROM promise.check_plan();
SELECT ref, role, quantity FROM promise.events('TUBE') ORDER BY ref;
-- also beside a question that leaves the promise out
SELECT ref, role, quantity FROM promise.events('TUBE', exclude => '{SO-1}') ORDER BY ref;
SAVEPOINT s;
SELECT promise.release('SO-1');
SELECT count(*) FROM promise.planned_flow;
SELECT at, balance FROM promise.availability('TUBE');
ROLLBACK TO s;
-- more of it: the orders stay, the rest is planned beside them
SET CONSTRAINTS ALL DEFERRED;
SELECT quantity, available_at FROM promise.change('SO-1', 24, '2026-12-18');
SELECT source, quantity, firm FROM promise.planned_lot ORDER BY plan, lot;
SELECT promise.gantt_planned('SO-1', 80);
SELECT * FROM promise.check_plan();
SELECT * FROM promise.conflicts();
-- less of it: they still stay
SELECT quantity FROM promise.change('SO-1', 5);
SELECT source, quantity, firm FROM promise.planned_lot ORDER BY plan, lot;
SELECT * FROM promise.conflicts();
-- delivered
SELECT promise.deliver('SO-1');
SELECT count(*) FROM promise.planned_flow;
ROLLBACK;
BEGIN;
SELECT * FROM pg_temp.hand_over('SO-1', loads => false);
SELECT * FROM pg_temp.changed();
SELECT resource, handed_over, kept FROM promise.planned_load ORDER BY resource;
SELECT * FROM promise.check_plan();
SELECT ref, units, during FROM promise.capacity_events('welding') WHERE is_load;
ROLLBACK;

/*
 * A trigger on the table of orders does it by itself.
 */
CREATE FUNCTION erp.take_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM promise.firm(NEW.origin, NEW.lot, components => false, loads => false);
	RETURN NULL;
END $$;
CREATE TRIGGER take_over AFTER INSERT ON erp.production
	FOR EACH ROW WHEN (NEW.origin IS NOT NULL) EXECUTE FUNCTION erp.take_over();
BEGIN;
INSERT INTO erp.production (item, quantity, ready_at, origin, lot) VALUES
	('FRAME', 20, '2026-12-01 11:50', 'SO-1', 1), ('BIKE', 17, '2026-12-08 13:55', 'SO-1', 0);
SELECT * FROM pg_temp.changed();
SET CONSTRAINTS ALL IMMEDIATE;
SELECT lot, source, firm FROM promise.planned_lot ORDER BY lot;
SELECT * FROM promise.check_plan();
ROLLBACK;
DROP TRIGGER take_over ON erp.production;

/*
 * What cannot be handed over
 */
SELECT * FROM pg_temp.try($$SELECT promise.firm('SO-0')$$);
SELECT * FROM pg_temp.try($$SELECT promise.firm(NULL)$$);
BEGIN;
SELECT count(*) FROM promise.commit('SO-2', 'TUBE', 1, '2026-12-11');
SELECT * FROM pg_temp.try($$SELECT promise.firm('SO-2')$$);
SELECT count(*) FROM promise.hold('SO-3', 'BIKE', 2, '2026-12-24', '1 hour');
SELECT * FROM pg_temp.try($$SELECT promise.firm('SO-3')$$);
SELECT count(*) FROM promise.commit('SO-3', 'BIKE', 2, '2026-12-24');
SELECT kind, item, quantity FROM promise.firm('SO-3');
UPDATE promise.source SET source = 'buy' WHERE source = 'order';
SELECT * FROM pg_temp.try($$SELECT promise.firm('SO-1')$$);
ROLLBACK;
-- who may change promises may do it
CREATE ROLE firm_planner;
GRANT USAGE ON SCHEMA promise TO firm_planner;
SET ROLE firm_planner;
SELECT promise.firm('SO-1');
RESET ROLE;
GRANT EXECUTE ON FUNCTION promise.firm(text, integer, bigint, boolean, boolean) TO firm_planner;
SET ROLE firm_planner;
SELECT promise.firm('SO-1');
RESET ROLE;
GRANT UPDATE ON promise.commitment TO firm_planner;
SET ROLE firm_planner;
BEGIN;
SELECT kind, item, quantity FROM promise.firm('SO-1');
ROLLBACK;
RESET ROLE;
DROP OWNED BY firm_planner;
DROP ROLE firm_planner;

/*
 * An order of the business' own, planned by the guard, and made, bought and moved
 */
BEGIN;
CREATE TABLE erp.line (ref text PRIMARY KEY, item text, quantity numeric, at timestamptz, location text);
SELECT promise.protect('erp.line');
INSERT INTO promise.source (source, item, location, kind, lead_time, from_location) VALUES
	('truck', 'BELL', 'shop', 'move', '1 day', 'main'), ('cast', 'BELL', 'main', 'make', '2 days', NULL);
INSERT INTO promise.output (source, item, quantity) VALUES ('cast', 'BELL', 1), ('cast', 'CHIP', 0.5);
INSERT INTO erp.line VALUES ('L-1', 'BELL', 4, '2026-12-20', 'shop');
SELECT ref, lot, for_lot, kind, item, location, quantity, from_location, start_at, ready_at, yields, components
FROM promise.firm('L-1') ORDER BY lot;
INSERT INTO promise.supply (item, location, at, quantity, for_ref) VALUES
	('BELL', 'shop', '2026-12-04 08:00', 4, 'L-1'), ('BELL', 'main', '2026-12-03 08:00', 4, NULL), ('CHIP', 'main', '2026-12-03 08:00', 2, NULL);
INSERT INTO promise.commitment (ref, item, at, quantity, kind) VALUES ('L-1 out', 'BELL', '2026-12-03 08:00', 4, 'transfer');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT source, firm FROM promise.planned_lot WHERE ref = 'L-1' ORDER BY lot;
SELECT * FROM promise.conflicts();
DELETE FROM erp.line;
SELECT count(*) FROM promise.planned_lot WHERE ref = 'L-1';
SELECT promise.unprotect('erp.line');
ROLLBACK;

/*
 * Letting go: what a promise does not need any more, others may.
 */
-- stock that has come in serves the order now
BEGIN;
INSERT INTO erp.production (item, quantity, ready_at) VALUES ('BIKE', 40, '2026-12-02');
SELECT quantity FROM promise.change('SO-1', 21);
SELECT count(*) FROM promise.planned_lot;
SELECT * FROM promise.conflicts();
ROLLBACK;
-- fewer, and later: only lots of which nothing is needed
BEGIN;
SELECT quantity FROM promise.change('SO-1', 4);
SELECT source, quantity FROM promise.planned_lot ORDER BY lot;
SELECT quantity FROM promise.change('SO-1', 3);
SELECT count(*) FROM promise.planned_flow;
ROLLBACK;
-- somebody else relies on the wheels that are left over, and on the frames
BEGIN;
SELECT count(*) FROM promise.commit('SO-4', 'WHEEL', 40, '2026-12-09');
SELECT count(*) FROM promise.commit('SO-5', 'WHEEL', 5, '2026-12-09');
SELECT count(*) FROM promise.commit('SO-6', 'FRAME', 4, '2026-12-09');
SELECT ref, source, quantity FROM promise.planned_lot ORDER BY ref, plan, lot;
SAVEPOINT s;
SELECT promise.release('SO-1');
SELECT ref, source, quantity, need, inherited FROM promise.planned_lot ORDER BY ref, plan, lot;
SELECT ref, item, quantity FROM promise.planned_flow ORDER BY ref, item, quantity;
SELECT ref, resource FROM promise.planned_load;
SELECT promise.gantt_planned('SO-6', 80);
SELECT * FROM promise.check_plan();
SELECT * FROM promise.conflicts();
SELECT promise.release('SO-6'), promise.release('SO-4');
SELECT ref, source, quantity, inherited FROM promise.planned_lot ORDER BY ref, plan, lot;
SELECT promise.release('SO-5');
SELECT count(*) FROM promise.planned_flow;
ROLLBACK TO s;
-- the same where the order is changed, and planned anew
SELECT quantity, available_at FROM promise.change('SO-1', 28, '2026-12-21');
SELECT ref, source, quantity, need, inherited FROM promise.planned_lot ORDER BY ref, plan, lot;
SELECT * FROM promise.check_plan();
SELECT * FROM promise.conflicts();
ROLLBACK TO s;
SELECT quantity FROM promise.change('SO-1', 3);
SELECT ref, source, quantity, need, inherited FROM promise.planned_lot ORDER BY ref, plan, lot;
SELECT * FROM promise.check_plan();
SELECT * FROM promise.conflicts();
ROLLBACK TO s;
-- somebody relies on the bicycles themselves: all of it is for them then
SELECT quantity FROM promise.change('SO-1', 10);
SELECT count(*) FROM promise.commit('SO-7', 'BIKE', 9, '2026-12-10');
SELECT promise.release('SO-1');
SELECT ref, source, quantity, need, inherited FROM promise.planned_lot ORDER BY ref, plan, lot;
SELECT promise.gantt_planned('SO-7', 80);
SELECT * FROM promise.check_plan();
ROLLBACK TO s;
-- part of it is firm
SELECT * FROM pg_temp.hand_over('SO-1', 0);
SELECT promise.release('SO-1');
SELECT ref, source, quantity, need, inherited, firm FROM promise.planned_lot ORDER BY ref, plan, lot;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT * FROM promise.check_plan();
SELECT * FROM promise.verify();
ROLLBACK;
-- an order of the business is planned anew by its guard
BEGIN;
CREATE TABLE erp.line (ref text PRIMARY KEY, item text, quantity numeric, at timestamptz);
SELECT promise.protect('erp.line');
INSERT INTO promise.source (source, item, kind, lead_time, lot_multiple) VALUES ('cast', 'BELL', 'buy', '2 days', 50);
INSERT INTO erp.line VALUES ('L-2', 'BELL', 40, '2026-12-24');
INSERT INTO erp.line VALUES ('L-3', 'BELL', 5, '2026-12-24');
SELECT ref, source, quantity, inherited FROM promise.planned_lot WHERE ref <> 'SO-1' ORDER BY ref, plan, lot;
UPDATE erp.line SET quantity = 120 WHERE ref = 'L-2';
SELECT ref, source, quantity, inherited FROM promise.planned_lot WHERE ref <> 'SO-1' ORDER BY ref, plan, lot;
SELECT * FROM promise.conflicts();
SELECT * FROM promise.check_plan();
SELECT promise.unprotect('erp.line');
ROLLBACK;

SELECT promise.release('SO-1');
SELECT promise.unmap('supply', 'erp.production'), promise.unmap('demand', 'erp.part'), promise.unmap('load', 'erp.job');
DROP SCHEMA erp CASCADE;
SELECT promise.unprotect('promise.commitment'), promise.unprotect('promise.supply');
DELETE FROM promise.commitment;
DELETE FROM promise.supply;
DELETE FROM promise.component;
DELETE FROM promise.step;
DELETE FROM promise.source;
DELETE FROM promise.resource;
DELETE FROM promise.ledger;
