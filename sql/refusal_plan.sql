/*
 * What is refused although it could be made: what is missing for a plan, when that
 * frees, and what could be promised instead; and what passes where the network is
 * broken.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET intervalstyle = 'postgres';

BEGIN;
\set VERBOSITY terse

SET LOCAL promise.clock = '2026-12-01 08:00:00+00';	-- a Tuesday
CREATE TABLE order_line (ref text, item text NOT NULL, quantity numeric NOT NULL, at timestamptz NOT NULL);
CREATE INDEX ON order_line (item, at) INCLUDE (quantity, ref);
SELECT promise.protect('order_line');

-- run a statement, and say what became of it
CREATE FUNCTION pg_temp.try(statement text, OUT detail text, OUT hint text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	RAISE EXCEPTION SQLSTATE 'UNDO0';
EXCEPTION WHEN SQLSTATE 'PR001' THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
WHEN SQLSTATE 'UNDO0' THEN
	detail := 'passes';
END $$;
-- ask for it by promise.commit and as a row, and do what the hints say
CREATE FUNCTION pg_temp.ask(item text, quantity numeric, due text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	how text;
	said record;
	parts text[];
	date text;
BEGIN
	FOREACH how IN ARRAY ARRAY['SELECT promise.commit(''%s'', %L, %s, %L)', 'INSERT INTO order_line VALUES (''%s'', %L, %s, %L)'] LOOP
		said := pg_temp.try(format(how, 'X', item, quantity, due));
		RETURN NEXT said.detail;
		CONTINUE WHEN said.detail = 'passes';
		RETURN NEXT '  ' || said.hint;
		date := (regexp_match(said.hint, '(?:Promise it by|all of it by) ([0-9-]+(?: [0-9:+]+)?)'))[1];
		-- a date alone is the end of a day, for one as for the other
		IF date IS NOT NULL THEN
			said := pg_temp.try(format(how, 'X', item, quantity, date::promise.due::timestamptz));
			RETURN NEXT '  by ' || date || ': ' || said.detail;
			said := pg_temp.try(format(how, 'X', item, quantity, date::promise.due::timestamptz - interval '1 minute'));
			RETURN NEXT '  sooner: ' || CASE said.detail WHEN 'passes' THEN 'passes' ELSE 'refused' END;
		END IF;
		parts := regexp_match(said.hint, 'Promise ([0-9.]+) by ([0-9-]+(?: [0-9:+]+)?) and ([0-9.]+) more by ([0-9-]+(?: [0-9:+]+)?)');
		IF parts IS NOT NULL THEN
			said := pg_temp.try(format(how, 'X1', item, parts[1], parts[2]::promise.due::timestamptz) || ';'
				|| format(how, 'X2', item, parts[3], parts[4]::promise.due::timestamptz));
			RETURN NEXT '  in parts: ' || said.detail;
		END IF;
	END LOOP;
END $$;

INSERT INTO promise.resource (resource, calendar) VALUES ('welding', 'UTC; Mon-Fri 08:00-16:00'), ('assembly', 'UTC; Mon-Fri 08:00-16:00');
INSERT INTO promise.source (source, item, kind, lead_time, calendar) VALUES ('assemble', 'BIKE', 'make', '0', NULL), ('weld', 'FRAME', 'make', '0', NULL),
	('wheels', 'WHEEL', 'buy', '3 days', 'UTC; Mon-Fri 08:00-16:00'), ('paint', 'CART', 'make', '0', NULL);
INSERT INTO promise.component (source, item, quantity) VALUES ('assemble', 'FRAME', 1), ('assemble', 'WHEEL', 2), ('paint', 'PLANK', 2);
INSERT INTO promise.step (source, step, resource, run) VALUES ('assemble', 10, 'assembly', '00:30'), ('weld', 1, 'welding', '01:00');
INSERT INTO promise.supply (item, at, quantity) VALUES ('BIKE', '-infinity', 2), ('WHEEL', '-infinity', 20), ('FRAME', '-infinity', 4),
	('PLANK', '-infinity', 6), ('PLANK', '2026-12-09', 2);
INSERT INTO promise.load (resource, during, ref) VALUES ('welding', '[2026-12-02 08:00+00,2026-12-03 08:00+00)', 'repair');

-- the work itself; a resource that is busy; what must be bought
SELECT pg_temp.ask('BIKE', 5, '2026-12-01 09:00+00');
SELECT pg_temp.ask('BIKE', 16, '2026-12-02');
SELECT pg_temp.ask('BIKE', 20, '2026-12-03');
-- what comes later, and what never comes: some of it can be had
SELECT pg_temp.ask('CART', 4, '2026-12-04');
SELECT pg_temp.ask('CART', 5, '2026-12-04');
SELECT pg_temp.ask('PLANK', 7, '2026-12-04');
-- a change is refused in the same words, as is a hold
SELECT count(*) FROM promise.commit('SO 1', 'CART', 2, '2026-12-04');
SELECT pg_temp.try($$SELECT promise.change('SO 1', 4)$$);
SELECT pg_temp.try($$SELECT promise.hold('SO 2', 'CART', 2, '2026-12-04', '1 hour')$$);
-- of several lines the first that does not fit: the one before it keeps what it takes
SELECT pg_temp.try($$INSERT INTO order_line VALUES ('A', 'CART', 1, '2026-12-04'), ('B', 'CART', 1, '2026-12-05'), ('C', 'CART', 1, '2026-12-06')$$);
-- a row that cannot have a plan is told of stock alone
SELECT pg_temp.try($$INSERT INTO order_line VALUES (NULL, 'CART', 1, '2026-12-04')$$);
SELECT pg_temp.try($$INSERT INTO order_line VALUES ('A', 'CART', 1, '2026-12-04'), ('A', 'CART', 1, '2026-12-05')$$);
-- the reason of an exception
SELECT promise.protect('order_line', mode => 'except');
INSERT INTO order_line VALUES ('E', 'BIKE', 16, '2026-12-02');
SELECT ref, missing, reason, detail FROM promise.exception;
ROLLBACK;

-- a network that cannot be planned with stops nobody where the guard only warns
CREATE FUNCTION pg_temp.order_cart(mode text, fault text, deferred boolean DEFAULT false) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	what text;
	detail text;
BEGIN
	PERFORM set_config('promise.clock', '2026-12-01 08:00:00+00', true);
	CREATE TABLE order_line (ref text PRIMARY KEY, item text NOT NULL, quantity numeric NOT NULL, at timestamptz NOT NULL);
	PERFORM promise.protect('order_line', mode => mode, deferred => deferred);
	INSERT INTO promise.source (source, item, kind) VALUES ('paint', 'CART', 'make'), ('saw', 'PLANK', 'make');
	INSERT INTO promise.component (source, item, quantity) VALUES ('paint', 'PLANK', 2);
	EXECUTE fault;
	INSERT INTO promise.supply (item, quantity) VALUES ('CART', 1), ('LADDER', 1);
	INSERT INTO order_line VALUES ('A', 'CART', 1, '2026-12-01 09:00+00');
	INSERT INTO order_line VALUES ('B', 'CART', 1, '2026-12-01 09:00+00'), ('C', 'CART', 1, '2026-12-01 09:00+00'), ('D', 'LADDER', 2, '2026-12-01');
	SET CONSTRAINTS ALL IMMEDIATE;
	what := format('%s rows, %s lots, %s exceptions', (SELECT count(*) FROM order_line), (SELECT count(*) FROM promise.planned_lot),
		(SELECT count(*) FROM promise.exception));
	RAISE EXCEPTION SQLSTATE 'UNDO0';
EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
	RETURN what;
WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN SQLSTATE || ' ' || SQLERRM || ': ' || detail;
END $$;
\set VERBOSITY default
\set SHOW_CONTEXT never
SELECT pg_temp.order_cart('block', $$INSERT INTO promise.component (source, item, quantity) VALUES ('saw', 'CART', 1)$$);
SELECT pg_temp.order_cart('warn', $$INSERT INTO promise.component (source, item, quantity) VALUES ('saw', 'CART', 1)$$);
SELECT pg_temp.order_cart('warn', $$INSERT INTO promise.component (source, item, quantity) VALUES ('saw', 'CART', 1)$$, true);
SELECT pg_temp.order_cart('except', $$INSERT INTO promise.component (source, item, quantity) VALUES ('saw', 'CART', 1)$$);
-- a resource that is not there
SELECT pg_temp.order_cart('warn', $$INSERT INTO promise.step (source, step, resource) VALUES ('saw', 1, 'band saw')$$);
-- what is no fault of the network is an error as ever
SELECT pg_temp.order_cart('warn', $$UPDATE promise.component SET quantity = 9000000000000; INSERT INTO promise.component (source, item, quantity) VALUES ('saw', 'LOG', 9000000000000)$$);
-- a sound one is planned with
SELECT pg_temp.order_cart('warn', 'SELECT');
