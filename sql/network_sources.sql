/*
 * How items are made, bought and moved, as it is read for a plan.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
\set VERBOSITY default
-- what is wrong with an item's sources after a change
CREATE FUNCTION pg_temp.try(item text, change text) RETURNS TABLE (state text, message text, detail text)
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE change;
	PERFORM promise.sources(item);
	RAISE 'nothing is wrong' USING ERRCODE = 'ZZZZZ';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
	RETURN NEXT;
END $$;
\x on

BEGIN;
SET LOCAL promise.clock = '2026-12-01 10:30:00+00';	-- a Tuesday

-- the bicycle of the README: frame, wheels, two work centres, a supplier
INSERT INTO promise.resource (resource, calendar) VALUES
	('welding', 'UTC; Mon-Fri 08:00-16:00'), ('assembly', 'UTC; Mon-Fri 08:00-16:00');
INSERT INTO promise.source (source, item, kind, lead_time, calendar, lot_multiple, cost, currency, fence) VALUES
	('assemble', 'BIKE', 'make', '0', NULL, 1, NULL, NULL, '3 days 04:00'),
	('weld', 'FRAME', 'make', '1 day', 'UTC; Mon-Fri 08:00-16:00', NULL, NULL, NULL, NULL),
	('Schmidt & Söhne', 'WHEEL', 'buy', '5 days', 'UTC; Mon-Fri 08:00-16:00', 50, 12.5, 'EUR', '2 days 04:00'),
	('Miller', 'WHEEL', 'buy', '2 days', NULL, NULL, 19, 'EUR', NULL);
INSERT INTO promise.component (source, item, quantity, quantity_fixed, scrap, step, effective) VALUES
	('assemble', 'FRAME', 1, 0, 0, NULL, NULL), ('assemble', 'WHEEL', 2, 1, 0.015, 20, '[2026-01-01 00:00+00,)'),
	('assemble', 'OLD PART', 1, 0, 0, NULL, 'empty'), ('assemble', 'GREASE', 0, 0.1, 0, 20, NULL);
INSERT INTO promise.step (source, step, resource, setup, run, pauses) VALUES
	('assemble', 20, 'assembly', '0', '00:20', false), ('assemble', 10, NULL, '00:05', '0', true),
	('weld', 1, 'welding', '00:30', '00:10:00.5', true);
SELECT * FROM promise.sources('BIKE');
SELECT * FROM promise.sources('FRAME', 'main');
SELECT source, priority, first_start, lead_time, lot_multiple, cost, currency FROM promise.sources('WHEEL');
SELECT count(*) FROM promise.sources('WHEEL', 'elsewhere');
SELECT count(*) FROM promise.sources('unknown');
SELECT count(*) FROM promise.sources(NULL);

-- a ring of steps in any order; pools, skills and alternatives
INSERT INTO promise.resource (resource, pool, location) VALUES
	('shop', NULL, 'main'), ('lathe 2', 'lathes', 'main'), ('lathe 1', 'lathes', 'main'), ('lathes', 'shop', 'main'),
	('mill', 'shop', 'main'), ('Ann', NULL, 'main'), ('Bob', NULL, 'main');
INSERT INTO promise.resource_skill VALUES
	('lathe 2', 'thread', 1), ('mill', 'thread', 2), ('lathe 1', 'turn', 0),
	('Bob', 'turner', 1), ('Ann', 'turner', 2), ('Ann', 'lead', 0);
INSERT INTO promise.source (source, item, kind) VALUES ('turn', 'BOLT', 'make');
INSERT INTO promise.step (source, step, resource, skill, units, run, batch, choice, priority, setup_state) VALUES
	('turn', 1, 'shop', 'thread', 1, '00:10', 12, NULL, 0, 'M8'), ('turn', 1, NULL, 'turner', 0.5, '00:05', NULL, NULL, 0, NULL),
	('turn', 2, 'lathes', NULL, 1, '0', NULL, NULL, 0, NULL),
	('turn', 3, 'mill', NULL, 1, '00:01', NULL, 'any', 1, NULL), ('turn', 3, 'lathe 2', NULL, 1, '00:01', NULL, 'any', 2, NULL),
	('turn', 3, NULL, 'lead', 1, '00:01', NULL, NULL, 2, NULL),
	('turn', 4, NULL, NULL, 1, '0', NULL, NULL, 0, NULL), ('turn', 5, 'Ann', 'turner', 1, '00:07', NULL, NULL, 0, NULL);
INSERT INTO promise.precedence VALUES
	('turn', 5, 1, '00:30'), ('turn', 5, 2, '0'), ('turn', 2, 3, '1 day 01:00'), ('turn', 1, 3, '0'), ('turn', 3, 4, '0');
SELECT jsonb_array_elements(steps) AS step FROM promise.sources('BOLT');

-- alternatives of components; co-products; what a move takes
INSERT INTO promise.source (source, item, location, kind, from_location, priority, effective) VALUES
	('refine', 'OIL', 'main', 'make', NULL, 1, NULL), ('ship', 'OIL', 'main', 'move', 'north', 0, NULL),
	('pipe', 'OIL', 'north', 'move', 'well', 0, '[2026-06-01 00:00+00,2027-06-01 00:00+00)'),
	('past', 'OIL', 'north', 'buy', NULL, 0, 'empty');
INSERT INTO promise.component (source, item, quantity, choice, priority) VALUES
	('refine', 'SWEET CRUDE', 2, 'crude', 2), ('refine', 'SOUR CRUDE', 2.5, 'crude', 1), ('refine', 'WATER', 3, NULL, 0),
	('refine', 'COAL', 1, 'heat', 1), ('refine', 'GAS', 1, 'heat', 1),
	('pipe', 'OIL', 1.02, NULL, 0);
INSERT INTO promise.output VALUES ('refine', 'OIL', 0.9, 0), ('refine', 'TAR', 0.1, 5), ('ship', 'SLUDGE', 0.000001, 0);
INSERT INTO promise.location VALUES ('north', NULL, -1);
SELECT location, source, kind, effective, outputs, components FROM promise.sources('OIL');
SELECT location, source, outputs FROM promise.sources('TAR');
SELECT location, source FROM promise.sources('SLUDGE');
SELECT location, source FROM promise.sources('SLUDGE', 'north');
\x off

-- what cannot be meant
SELECT t.* FROM (VALUES
	('BIKE', $$INSERT INTO promise.component (source, item, quantity, step) VALUES ('assemble', 'BELL', 1, 30)$$),
	('BIKE', $$INSERT INTO promise.precedence VALUES ('assemble', 10, 30)$$),
	('BIKE', $$INSERT INTO promise.precedence VALUES ('assemble', 10, 20), ('assemble', 20, 10)$$),
	('BIKE', $$INSERT INTO promise.step (source, step, resource) VALUES ('assemble', 30, 'robot')$$),
	('BIKE', $$INSERT INTO promise.step (source, step, skill) VALUES ('assemble', 30, 'juggling')$$),
	('BIKE', $$INSERT INTO promise.step (source, step, resource, skill) VALUES ('assemble', 30, 'assembly', 'turner')$$),
	('BIKE', $$INSERT INTO promise.resource (resource, pool) VALUES ('A', 'B'), ('B', 'A');
			   INSERT INTO promise.step (source, step, resource) VALUES ('assemble', 30, 'A')$$),
	('BIKE', $$INSERT INTO promise.output VALUES ('assemble', 'BIKE', 0, 1)$$),
	('BIKE', $$UPDATE promise.source SET kind = 'kit' WHERE source = 'assemble'$$),
	('WHEEL', $$UPDATE promise.source SET kind = 'kit' WHERE source = 'Miller'$$),
	('WHEEL', $$UPDATE promise.source SET lead_time = '1 month' WHERE source = 'Miller'$$),
	('BIKE', $$UPDATE promise.step SET run = '1 year' WHERE source = 'assemble'$$),
	('WHEEL', $$UPDATE promise.source SET lot_minimum = 60, lot_maximum = 80 WHERE source = 'Schmidt & Söhne'$$),
	('BOLT', $$UPDATE promise.step SET units = 2 WHERE resource = 'mill'$$),
	('BOLT', $$INSERT INTO promise.step (source, step, batch) VALUES ('turn', 1, 13)$$),
	('BOLT', $$INSERT INTO promise.precedence VALUES ('turn', 4, 5)$$)
) AS c (item, change), pg_temp.try(c.item, c.change) AS t;
ROLLBACK;

-- all of it in an ERP's own tables
BEGIN;
SET LOCAL promise.clock = '2026-12-01 10:30:00+00';
CREATE SCHEMA plant;
CREATE TABLE plant.routing (id integer PRIMARY KEY, product integer, warehouse text, days integer, open_hours text);
CREATE INDEX ON plant.routing (product);
CREATE TABLE plant.bom_line (routing integer, product integer, qty double precision, valid daterange);
CREATE INDEX ON plant.bom_line (routing);
CREATE TABLE plant.operation (routing integer, seq smallint, workcenter bigint, minutes numeric);
CREATE INDEX ON plant.operation (routing);
CREATE TABLE plant.workcenter (id bigint PRIMARY KEY, department integer, n integer, hours text);
CREATE INDEX ON plant.workcenter (department);
INSERT INTO promise.location VALUES ('B', 'Europe/Berlin');
INSERT INTO plant.routing VALUES (1, 7, 'B', 2, 'Europe/Berlin; Mon-Fri 08:00-16:00'), (2, 7, 'B', 3, NULL);
INSERT INTO plant.bom_line VALUES (1, 8, 0.25, '[2026-12-01,2027-01-01)'), (1, 9, 3, NULL);
INSERT INTO plant.operation VALUES (1, 10, 100, 1.5), (1, 20, 5, 2);
INSERT INTO plant.workcenter VALUES (100, NULL, 1, 'UTC; always'), (51, 5, 2, NULL), (52, 5, 1, NULL);
SELECT promise.map('source', 'plant.routing', source => 'id', item => 'product', location => 'warehouse',
	kind => '''make''', lead_time => 'make_interval(days => days)', calendar => 'open_hours');
SELECT promise.map('component', 'plant.bom_line', source => 'routing', item => 'product', quantity => 'qty', effective => 'valid');
SELECT promise.map('step', 'plant.operation', source => 'routing', step => 'seq', resource => 'workcenter',
	run => 'make_interval(secs => minutes * 60)');
SELECT promise.map('resource', 'plant.workcenter', resource => 'id', pool => 'department', units => 'n', calendar => 'hours');
\x on
SELECT location, source, first_start, lead_time, components, steps FROM promise.sources('7');
\x off
-- what is not a row of its kind is an error, not left out
SELECT t.* FROM (VALUES
	('7', 'UPDATE plant.bom_line SET product = NULL WHERE product = 9'),
	('7', 'UPDATE plant.bom_line SET qty = ''NaN'' WHERE product = 9'),
	('7', 'UPDATE plant.bom_line SET qty = -1 WHERE product = 9'),
	('7', 'UPDATE plant.operation SET minutes = -1 WHERE seq = 10'),
	('7', 'UPDATE plant.operation SET seq = NULL WHERE seq = 10'),
	('7', $$UPDATE plant.routing SET open_hours = 'Mars/Olympus; always' WHERE id = 1$$),
	('7', $$INSERT INTO promise.source (source, item, location, kind) VALUES ('2', '7', 'B', 'buy')$$),
	('7', 'ALTER TABLE plant.bom_line ALTER qty TYPE text')
) AS c (item, change), pg_temp.try(c.item, c.change) AS t;
ROLLBACK;

-- without limit: nothing is short of it, whoever asks
BEGIN;
SET LOCAL promise.clock = '2026-12-01 10:30:00+00';
INSERT INTO promise.stocking (item, unlimited) VALUES ('AIR', true);
SELECT promise.earliest('AIR', 1000000);
SELECT promise.protect('promise.commitment');
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('BREATH', 'AIR', '2026-12-02', 5);
SELECT count(*) FROM promise.conflicts('AIR');
UPDATE promise.stocking SET unlimited = false;
SELECT promise.earliest('AIR', 1000000), (SELECT count(*) FROM promise.conflicts('AIR')) AS conflicts;
ROLLBACK;
