/*
 * Networks that are wrong in one place: each is refused at once, with a SQLSTATE
 * of its own, by every question that comes to it, and by none that does not.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
\set SHOW_CONTEXT never
BEGIN;
SET LOCAL promise.clock = '2026-12-01 08:00:00+00';
-- what a question answers after changes, within two seconds
CREATE FUNCTION pg_temp.try(question text, VARIADIC changes text[]) RETURNS TABLE (state text, answer text, detail text)
LANGUAGE plpgsql AS $$
DECLARE
	change text;
	begun timestamptz;
BEGIN
	begun := clock_timestamp();
	BEGIN
		FOREACH change IN ARRAY changes LOOP
			EXECUTE change;
		END LOOP;
		EXECUTE 'SELECT (' || question || ')::text' INTO answer;
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, answer = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
	END;
	IF clock_timestamp() - begun > interval '2 s' THEN
		answer := 'late: ' || answer;
	END IF;
	RAISE EXCEPTION SQLSTATE 'UNDO0';
EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
	RETURN NEXT;
END $$;

-- a table, made in working time of wood that is bought, moved, and sold in a kit with chairs
INSERT INTO promise.resource (resource, calendar) VALUES ('saw', 'UTC; Mon-Fri 08:00-16:00');
INSERT INTO promise.source (source, item, location, kind, from_location, lead_time) VALUES
	('make', 'TABLE', 'main', 'make', NULL, '0'), ('buy', 'WOOD', 'main', 'buy', NULL, '2 days'),
	('set', 'SET', 'main', 'kit', NULL, '0'), ('chairs', 'CHAIR', 'main', 'buy', NULL, '1 day'),
	('ship', 'TABLE', 'north', 'move', 'main', '1 day');
INSERT INTO promise.component (source, item, quantity) VALUES ('make', 'WOOD', 3), ('set', 'TABLE', 1), ('set', 'CHAIR', 4);
INSERT INTO promise.step (source, step, resource, run) VALUES ('make', 10, 'saw', '01:00'), ('make', 20, 'saw', '00:30');
SELECT * FROM pg_temp.try($$promise.earliest('SET', 2)$$, 'SELECT');
SELECT * FROM pg_temp.try($$promise.earliest('TABLE', 2, 'north')$$, 'SELECT');

\x on
-- made of itself: by make, by kit, and by a long way round; as part of something else, it is found as well
SELECT t.* FROM (VALUES
	($$promise.earliest('TABLE', 1)$$, $$INSERT INTO promise.component (source, item, quantity) VALUES ('make', 'TABLE', 0.1)$$),
	($$promise.earliest('SET', 1)$$, $$INSERT INTO promise.component (source, item, quantity) VALUES ('set', 'SET', 1)$$),
	($$promise.earliest('TABLE', 1)$$, $$INSERT INTO promise.component (source, item, quantity) VALUES ('make', 'SET', 1)$$),
	($$promise.earliest('SET', 1)$$, $$INSERT INTO promise.component (source, item, quantity) VALUES ('buy', 'TABLE', 1)$$),
	-- to and fro: the planner does not go in circles, there is another way
	($$promise.earliest('TABLE', 1, 'north')$$, $$INSERT INTO promise.source (source, item, location, kind, from_location) VALUES ('back', 'TABLE', 'main', 'move', 'north')$$),
	($$promise.earliest('NAIL', 1, 'north')$$, $$INSERT INTO promise.source (source, item, location, kind, from_location) VALUES ('to', 'NAIL', 'north', 'move', 'main'), ('fro', 'NAIL', 'main', 'move', 'north')$$),
	-- steps
	($$promise.earliest('TABLE', 1)$$, $$INSERT INTO promise.precedence VALUES ('make', 10, 20), ('make', 20, 10)$$),
	($$promise.earliest('TABLE', 1)$$, $$INSERT INTO promise.precedence VALUES ('make', 10, 10)$$),
	($$promise.earliest('TABLE', 1)$$, $$INSERT INTO promise.precedence VALUES ('make', 10, 30)$$),
	($$promise.earliest('TABLE', 1)$$, $$UPDATE promise.component SET step = 15 WHERE source = 'make'$$),
	($$promise.earliest('TABLE', 1)$$, $$UPDATE promise.step SET resource = 'lathe' WHERE step = 20$$),
	($$promise.earliest('TABLE', 1)$$, $$UPDATE promise.step SET resource = NULL, skill = 'turner' WHERE step = 20$$),
	($$promise.earliest('TABLE', 1)$$, $$UPDATE promise.step SET run = '1 month' WHERE step = 20$$),
	($$promise.earliest('TABLE', 1)$$, $$INSERT INTO promise.precedence VALUES ('make', 10, 20, '1 month')$$),
	-- the sizes and times of lots
	($$promise.earliest('TABLE', 1)$$, $$UPDATE promise.source SET lead_time = '1 month' WHERE source = 'buy'$$),
	($$promise.earliest('TABLE', 1)$$, $$UPDATE promise.source SET fence = '1 year' WHERE source = 'buy'$$),
	($$promise.earliest('TABLE', 1)$$, $$UPDATE promise.source SET lot_multiple = 10, lot_maximum = 9 WHERE source = 'buy'$$),
	($$promise.earliest('TABLE', 1)$$, $$UPDATE promise.source SET lead_time = '178000000 days' WHERE source = 'buy'$$),
	($$promise.earliest('SET', 1)$$, $$UPDATE promise.source SET lead_time = '1 hour' WHERE source = 'set'$$),
	-- time that is nothing, or never comes
	($$promise.earliest('TABLE', 1000)$$, $$UPDATE promise.step SET run = '0'$$),
	($$promise.earliest('TABLE', 1)$$, $$UPDATE promise.resource SET calendar = 'UTC; 2020-01-01 08:00-16:00'$$),
	($$promise.earliest('TABLE', 1)$$, $$UPDATE promise.resource SET calendar = 'UTC; never'$$),
	($$promise.earliest('TABLE', 1)$$, $$UPDATE promise.resource SET units = 0$$),
	-- quantities
	($$promise.earliest('TABLE', 9000000000000)$$, $$SELECT$$),
	($$promise.earliest('TABLE', 1)$$, $$UPDATE promise.component SET quantity = 9000000000000 WHERE source = 'make'$$),
	($$promise.earliest('TABLE', 2)$$, $$UPDATE promise.component SET quantity = 9000000000000 WHERE source = 'make'$$),
	($$promise.earliest('TABLE', 1)$$, $$UPDATE promise.source SET lot_maximum = 0.000001 WHERE source = 'buy'$$),
	($$promise.earliest('TABLE', 1)$$, $$INSERT INTO promise.output VALUES ('make', 'TABLE', 0.000001, 0)$$),
	($$promise.earliest('TABLE', 1)$$, $$INSERT INTO promise.output VALUES ('make', 'TABLE', 0, 1)$$)
) AS c (question, change), pg_temp.try(c.question, c.change) AS t;
-- not a number, from an ERP's own tables
CREATE TABLE bad_parts (way text PRIMARY KEY, product text, qty float8, lost float8);
INSERT INTO bad_parts VALUES ('make', 'GLUE', 1, 0);
SELECT promise.map('component', 'bad_parts', source => 'way', item => 'product', quantity => 'qty', scrap => 'lost');
INSERT INTO promise.source (source, item, kind) VALUES ('glue', 'GLUE', 'buy');
SELECT t.* FROM (VALUES ('SET qty = ''NaN'''), ('SET qty = ''Infinity'''), ('SET qty = 1e30'), ('SET qty = -1'), ('SET lost = 1'),
	('SET product = NULL'), ('SET qty = NULL'), ('SET lost = 0.999999')) AS c (change),
	pg_temp.try($$promise.earliest('TABLE', 1)$$, 'UPDATE bad_parts ' || c.change) AS t;
\x off
-- what does not come to it is answered
SELECT * FROM pg_temp.try($$promise.earliest('CHAIR', 1)$$, $$UPDATE bad_parts SET qty = 'NaN'$$);
-- what is there needs no network
SELECT * FROM pg_temp.try($$promise.quote('TABLE', 1)$$, $$UPDATE bad_parts SET qty = 'NaN'$$, $$INSERT INTO promise.supply (item, quantity) VALUES ('TABLE', 5)$$);
ROLLBACK;
