/*
 * Promises given, changed and taken back in random order, while their plans are
 * handed over to the orders of the business, whole and lot by lot, with what they
 * take and occupy and without.  Handing over changes no balance; no promise is ever
 * broken; every plan can be read and holds; nothing is left of promises that are
 * gone.
 */
SET timezone = 'UTC';
SET client_min_messages = warning;
SET promise.clock = '2026-12-01 08:00:00+00';	-- a Tuesday
SET promise.timezone = 'UTC';

INSERT INTO promise.resource (resource, calendar) VALUES
	('welding', 'UTC; Mon-Fri 08:00-16:00'), ('assembly', 'UTC; Mon-Fri 08:00-16:00');
INSERT INTO promise.source (source, item, kind, lead_time, calendar, lot_multiple, lot_maximum) VALUES
	('assemble', 'BIKE', 'make', '0', NULL, NULL, 6), ('weld', 'FRAME', 'make', '0', NULL, 5, NULL),
	('order', 'WHEEL', 'buy', '5 days', 'UTC; Mon-Fri 08:00-16:00', 50, NULL), ('saw', 'TUBE', 'buy', '2 days', NULL, 20, NULL);
INSERT INTO promise.component (source, item, quantity) VALUES
	('assemble', 'FRAME', 1), ('assemble', 'WHEEL', 2), ('weld', 'TUBE', 3);
INSERT INTO promise.step (source, step, resource, setup, run) VALUES
	('assemble', 1, 'assembly', '15 min', '20 min'), ('weld', 1, 'welding', '30 min', '10 min');
INSERT INTO promise.supply (item, quantity) VALUES ('BIKE', 3), ('FRAME', 1), ('WHEEL', 30), ('TUBE', 40);

CREATE SCHEMA erp;
CREATE TABLE erp.production (item text, quantity numeric, ready_at timestamptz);
CREATE TABLE erp.part (number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, item text, quantity numeric, at timestamptz);
CREATE TABLE erp.job (resource text, during tstzrange, units numeric);
CREATE TABLE erp.line (ref text PRIMARY KEY, item text, quantity numeric, at timestamptz);
CREATE INDEX ON erp.production (item);
CREATE INDEX ON erp.part (item);
CREATE INDEX ON erp.part (('C' || number));
CREATE INDEX ON erp.job (resource);
CREATE INDEX ON erp.line (item);
SELECT promise.map('supply', 'erp.production', item => 'item', at => 'ready_at', quantity => 'quantity');
SELECT promise.map('demand', 'erp.part', item => 'item', at => 'at', quantity => 'quantity', ref => $$'C' || number$$);
SELECT promise.map('load', 'erp.job', resource => 'resource', during => 'during', units => 'units');
SELECT promise.protect('erp.line');

CREATE FUNCTION erp.balances() RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(b, E'\n' ORDER BY b COLLATE "C")
	FROM (SELECT i.item || ' ' || a.at || ' ' || a.balance
		  FROM unnest('{BIKE,FRAME,TUBE,WHEEL}'::text[]) AS i (item),
			   LATERAL promise.availability(i.item, method => 'cumulative') AS a
		  UNION ALL
		  SELECT r.resource || ' ' || c.during || ' ' || sum(c.units)
		  FROM unnest('{welding,assembly}'::text[]) AS r (resource), LATERAL promise.capacity_events(r.resource) AS c
		  WHERE c.is_load GROUP BY r.resource, c.during) AS x (b)
$$;
CREATE FUNCTION erp.hand_over(ref text, lot integer, plan bigint, components boolean, loads boolean) RETURNS void LANGUAGE sql AS $$
	WITH f AS MATERIALIZED (SELECT * FROM promise.firm(hand_over.ref, hand_over.lot, hand_over.plan, hand_over.components, hand_over.loads)),
	p AS (INSERT INTO erp.part (item, quantity, at) SELECT c.item, c.quantity, c.at FROM f, unnest(f.components) AS c),
	j AS (INSERT INTO erp.job SELECT l.resource, l.during, l.units FROM f, unnest(f.loads) AS l)
	INSERT INTO erp.production SELECT f.item, f.quantity, f.ready_at FROM f
$$;
-- what is wrong; nothing ever is
CREATE FUNCTION erp.wrong() RETURNS SETOF text LANGUAGE sql AS $$
	SELECT 'conflict ' || concat_ws(' ', c.ref, c.detail) FROM promise.conflicts() AS c
	UNION ALL
	SELECT 'plan ' || concat_ws(' ', c.ref, c.rule, c.detail) FROM promise.check_plan() AS c
	UNION ALL
	SELECT 'lot of ' || l.ref FROM promise.planned_lot AS l
	WHERE NOT EXISTS (SELECT FROM promise.commitment AS c WHERE c.ref = l.ref AND c.quantity > 0
					  UNION ALL SELECT FROM erp.line AS e WHERE e.ref = l.ref
					  UNION ALL SELECT FROM erp.part AS p WHERE 'C' || p.number = l.ref)
	UNION ALL
	SELECT 'rows of ' || r.ref
	FROM (SELECT f.ref, f.plan, f.lot FROM promise.planned_flow AS f
		  UNION ALL SELECT o.ref, o.plan, o.lot FROM promise.planned_load AS o) AS r
	WHERE NOT EXISTS (SELECT FROM promise.planned_lot AS l WHERE l.ref = r.ref AND l.plan = r.plan AND l.lot = r.lot)
	UNION ALL
	SELECT 'picture of ' || l.ref FROM (SELECT DISTINCT p.ref FROM promise.planned_lot AS p) AS l
	WHERE NOT EXISTS (SELECT FROM promise.gantt_planned(l.ref))
$$;

CREATE TABLE erp.log (step integer, what text, passed boolean, inherited integer);
CREATE PROCEDURE erp.step(number integer) LANGUAGE plpgsql AS $$
DECLARE
	chance double precision := random();
	much integer := 1 + floor(random() * 9);
	due timestamptz := timestamptz '2026-12-04 12:00+00' + floor(random() * 20) * interval '1 day';
	product text := (ARRAY['BIKE', 'BIKE', 'FRAME', 'WHEEL'])[1 + floor(random() * 4)];
	with_components boolean := random() < 0.6;
	with_loads boolean := random() < 0.6;
	whole boolean := random() < 0.5;
	turn double precision := random();
	promised text;
	ordered text;
	planned record;
	before text;
	what text;
	problem text;
BEGIN
	-- the row of that turn, whatever order they are stored in
	SELECT c.ref INTO promised FROM promise.commitment AS c WHERE c.quantity > 0
	ORDER BY c.ref COLLATE "C" OFFSET floor(turn * (SELECT count(*) FROM promise.commitment AS c WHERE c.quantity > 0)) LIMIT 1;
	SELECT l.ref INTO ordered FROM erp.line AS l
	ORDER BY l.ref COLLATE "C" OFFSET floor(turn * (SELECT count(*) FROM erp.line)) LIMIT 1;
	SELECT l.ref, l.lot, l.plan INTO planned FROM promise.planned_lot AS l WHERE NOT l.firm
	ORDER BY l.ref COLLATE "C", l.plan, l.lot OFFSET floor(turn * (SELECT count(*) FROM promise.planned_lot AS l WHERE NOT l.firm)) LIMIT 1;

	what := CASE WHEN chance < 0.35 THEN 'commit' WHEN chance < 0.45 THEN 'insert' WHEN chance < 0.5 THEN 'update'
		WHEN chance < 0.55 THEN 'delete' WHEN chance < 0.7 THEN 'change' WHEN chance < 0.8 THEN 'release' ELSE 'firm' END;
	BEGIN
		CASE what
			WHEN 'commit' THEN PERFORM promise.commit('P' || number, product, much, due);
			WHEN 'insert' THEN INSERT INTO erp.line VALUES ('L' || number, product, much, due);
			WHEN 'update' THEN UPDATE erp.line AS l SET quantity = much, at = due WHERE l.ref = ordered;
			WHEN 'delete' THEN DELETE FROM erp.line AS l WHERE l.ref = ordered;
			WHEN 'change' THEN PERFORM promise.change(promised, much, due);
			WHEN 'release' THEN PERFORM promise.release(promised);
			ELSE
				before := erp.balances();
				IF planned.ref IS NOT NULL THEN
					PERFORM erp.hand_over(planned.ref, CASE WHEN NOT whole THEN planned.lot END,
										  CASE WHEN NOT whole THEN planned.plan END, with_components, with_loads);
				END IF;
				SET CONSTRAINTS ALL IMMEDIATE;
				IF before <> erp.balances() THEN
					RAISE WARNING 'step %: handing over "%" has changed something', number, planned.ref;
				END IF;
		END CASE;
		INSERT INTO erp.log VALUES (number, what, true);
	EXCEPTION WHEN SQLSTATE 'PR001' OR SQLSTATE '22004' THEN
		-- it cannot be promised, or there is nothing to be changed
		INSERT INTO erp.log VALUES (number, what, false);
	END;
	COMMIT;
	UPDATE erp.log SET inherited = (SELECT count(*) FROM promise.planned_lot AS l WHERE l.inherited) WHERE step = number;
	FOR problem IN SELECT w FROM erp.wrong() AS w LOOP
		RAISE WARNING 'step %, %: %', number, what, problem;
	END LOOP;
	COMMIT;
END $$;
SELECT setseed(0.5);
SET client_min_messages = notice;
DO $$
BEGIN
	FOR number IN 1 .. 100 LOOP
		CALL erp.step(number);
	END LOOP;
END $$;
SELECT what, count(*) FILTER (WHERE passed) > 2 AS passed FROM erp.log GROUP BY what ORDER BY what;
-- whatever is released, delivered or handed over is never refused
SELECT step, what FROM erp.log WHERE NOT passed AND what IN ('release', 'delete', 'firm');
SELECT count(*) > 5 AS firm FROM promise.planned_lot WHERE firm;
SELECT max(inherited) > 1 AS inherited FROM erp.log;
SELECT count(*) > 5 AS kept FROM promise.planned_flow WHERE kept;
SELECT * FROM promise.verify();

SELECT promise.unprotect('erp.line'), promise.unprotect('promise.commitment'), promise.unprotect('promise.supply');
SELECT promise.unmap('demand', 'erp.line'), promise.unmap('supply', 'erp.production'), promise.unmap('demand', 'erp.part'),
	promise.unmap('load', 'erp.job');
SET client_min_messages = warning;
DROP SCHEMA erp CASCADE;
DELETE FROM promise.commitment;
DELETE FROM promise.ledger;
DELETE FROM promise.planned_lot;
DELETE FROM promise.planned_flow;
DELETE FROM promise.planned_load;
DELETE FROM promise.supply;
DELETE FROM promise.component;
DELETE FROM promise.step;
DELETE FROM promise.source;
DELETE FROM promise.resource;
