/*
 * bad_input: what cannot be answered says so, with its SQLSTATE, and nothing
 * crashes.
 */
\pset null '-'
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
SET promise.clock = '2026-11-22 08:00+00';

-- the SQLSTATE and the message of a statement, or its first value
CREATE FUNCTION pg_temp.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
	note text;
BEGIN
	EXECUTE statement INTO result;
	RETURN coalesce(result, '-');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS result = PG_EXCEPTION_DETAIL, note = PG_EXCEPTION_HINT;
	RETURN concat_ws(' | ', SQLSTATE, SQLERRM, nullif(result, ''), nullif(note, ''));
END
$$;

INSERT INTO promise.supply (item, at, quantity, ref) VALUES
	('BIKE', '-infinity', 10, NULL), ('BIKE', '2026-12-05 10:00+00', 20, 'PO-1');

/*
 * Quantities: in every place that takes one.
 */
SELECT q AS quantity, pg_temp.try(format('SELECT promise.earliest(''BIKE'', %L)', q))
FROM unnest('{NaN,Infinity,-Infinity,-1,0,-0.0000001,0.0000004,0.0000005,0.000001,9223372036854.775807,
	9223372036854.775808,1e30,123456789012345678901234567890,0.123456789012345678901234567890,1e-1000}'::text[]) AS q;
SELECT f AS question, q AS quantity, split_part(pg_temp.try(format(f, q)), ' | ', 1) AS sqlstate
FROM unnest(ARRAY[
	'SELECT count(*) FROM promise.quote(''BIKE'', %L)',
	'SELECT count(*) FROM promise.quote(''BIKE'', 1, part_minimum => %L)',
	'SELECT promise.feasible(''BIKE'', %L, ''2026-12-01'')',
	'SELECT promise.windows(''BIKE'', %L, NULL)',
	'SELECT count(*) FROM promise.explain(''BIKE'', %L)',
	'SELECT count(*) FROM promise.quote_lines(ARRAY[promise.request(''BIKE'', %L)])'
]) AS f, unnest('{NaN,Infinity,0,-1,1e30}'::text[]) AS q;
SELECT q AS quantity, split_part(pg_temp.try(format('SELECT count(*) FROM promise.quote_query(%L)',
	format('SELECT text ''BIKE'' AS item, %L::%s AS quantity', q, t))), ' | ', 1) AS sqlstate, t AS type
FROM (VALUES ('NaN', 'numeric'), ('Infinity', 'numeric'), ('0', 'numeric'), ('-1', 'bigint'), ('1e30', 'numeric'),
			 ('NaN', 'float8'), ('1e300', 'float8'), ('9223372036854775807', 'bigint'), ('many', 'text')) AS v (q, t);
-- in the own tables
SELECT q AS quantity,
	   split_part(pg_temp.try(format('INSERT INTO promise.supply (item, quantity) VALUES (''BELL'', %L) RETURNING quantity', q)), ' | ', 1) AS supply,
	   split_part(pg_temp.try(format('INSERT INTO promise.commitment (ref, item, at, quantity) VALUES (''X'', ''BELL'', now(), %L) RETURNING quantity', q)), ' | ', 1) AS commitment,
	   split_part(pg_temp.try(format('INSERT INTO promise.stocking (item, safety_stock) VALUES (''BELL'', %L) RETURNING safety_stock', q)), ' | ', 1) AS safety_stock
FROM unnest('{NaN,Infinity,-1,1e30,0.0000001}'::text[]) AS q;
DELETE FROM promise.supply WHERE item = 'BELL';
-- a sum that overflows
BEGIN;
INSERT INTO promise.supply (item, quantity) SELECT 'SAND', 9000000000000 FROM generate_series(1, 2);
INSERT INTO promise.commitment (ref, item, at, quantity)
SELECT 'MUD-' || n, 'MUD', '2026-12-01 00:00+00', 9000000000000 FROM generate_series(1, 2) AS n;
SELECT q, split_part(pg_temp.try(format(q, i)), ' | ', 1) AS sqlstate, i
FROM unnest(ARRAY['SELECT promise.earliest(%L, 1)', 'SELECT count(*) FROM promise.quote(%L, 1)',
	'SELECT count(*) FROM promise.availability(%L)', 'SELECT count(*) FROM promise.explain(%L, 1)',
	'SELECT count(*) FROM promise.chart(%L)',
	'SELECT count(*) FROM promise.quote_lines(ARRAY[promise.request(%L, 1)])']) AS q,
	unnest('{SAND,MUD}'::text[]) AS i;
ROLLBACK;
-- lines that together are more than can be counted
SELECT count(*), count(available_at) FROM promise.quote_lines(ARRAY(
	SELECT promise.request('BIKE', 9223372036854.775807) FROM generate_series(1, 3)));
SELECT count(*), count(available_at) FROM promise.quote_lines(ARRAY(
	SELECT promise.request('BIKE', 9223372036854.775807) FROM generate_series(1, 3)), true);
BEGIN;
INSERT INTO promise.stocking (item, replenishment_lead_time) VALUES ('BIKE', '1 day');
SELECT count(*), count(available_at) FROM promise.quote_lines(ARRAY(
	SELECT promise.request('BIKE', 9223372036854.775807) FROM generate_series(1, 3)), true);
ROLLBACK;

/*
 * Dates
 */
SELECT d AS due, pg_temp.try(format('SELECT promise.feasible(''BIKE'', 1, %L)', d))
FROM unnest('{infinity,-infinity,4713-01-01 BC,4714-11-24 BC,4714-11-23 BC,294276-12-31,294277-01-01,5874898-01-01,
	2026-02-30,2026-12-01 24:00,tomorrow week,""}'::text[]) AS d;
SELECT d AS after, pg_temp.try(format('SELECT promise.earliest(''BIKE'', 1, after => %L)', d))
FROM unnest('{infinity,-infinity,4713-01-01 BC,294276-12-31 23:59:59.999999+00}'::text[]) AS d;
SELECT kind, available_at, due, on_time FROM promise.quote('BIKE', 5, 'infinity');
SELECT kind, available_at, due, on_time FROM promise.quote('BIKE', 5, '-infinity');
SELECT pg_temp.try($$SELECT count(*) FROM promise.quote('BIKE', 5, after => 'infinity')$$);
SELECT promise.windows('BIKE', 15, 'empty'), promise.windows('BIKE', 15, '(,)'),
	promise.windows('BIKE', 15, '[infinity,]'), promise.windows('BIKE', 15, '(,-infinity]');
SELECT r AS within, pg_temp.try(format('SELECT count(*) FROM promise.chart(''BIKE'', within => %L)', r))
FROM unnest(ARRAY['(,)', '[-infinity,infinity]', 'empty', '[2026-12-01 00:00+00,2026-12-01 00:00+00]',
	'[4713-01-01 00:00+00 BC,294276-12-31 00:00+00]']) AS r;
-- events at the ends of time
BEGIN;
INSERT INTO promise.supply (item, at, quantity) VALUES
	('OLD', '4713-01-01 00:00+00 BC', 1), ('OLD', '294276-12-31 23:59:59.999999+00', 1), ('OLD', 'infinity', 1);
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES
	('OLD-1', 'OLD', '-infinity', 1), ('OLD-2', 'OLD', '294276-12-31 23:59:59.999999+00', 1), ('OLD-3', 'OLD', 'infinity', 1);
INSERT INTO promise.stocking (item, horizon, replenishment_lead_time, overdue_after)
VALUES ('OLD', '200000 years', '170000000 years', '178000000 years');
SELECT at, supply, demand, balance, atp FROM promise.availability('OLD');
SELECT * FROM promise.node_rules('OLD');
SELECT * FROM promise.explain('OLD', 1);
SELECT * FROM promise.check_balance('OLD', 1);
ROLLBACK;
SELECT c AS clock, pg_temp.try(format('SELECT set_config(''promise.clock'', %L, true)', c))
FROM unnest('{infinity,4714-01-01 BC,now,yesterday,2026-11-22 08:00,2026-11-22 08:00+00}'::text[]) AS c;

/*
 * Calendars
 */
SELECT c AS calendar, pg_temp.try(format('SELECT %L::promise.calendar', c))
FROM unnest(ARRAY['', 'UTC', 'UTC; Mon', 'UTC; Mon 08:00-12:00 11:00-13:00', 'UTC; Mon 12:00-08:00 07:00-09:00',
	'UTC; Mon 08:00-08:00', 'UTC; Mon 25:00-26:00', 'Mars/Olympus; Mon 08:00-12:00', 'UTC; Moonday 08:00-12:00',
	'UTC; Mon 08:00-12:00; 2026-02-30 closed', 'UTC; Mon 08:00-12:00; 2026-12-24 closed; 2026-12-24 08:00-09:00',
	'UTC; 4800-01-01 BC closed', 'UTC; infinity closed']) AS c;
SELECT left(pg_temp.try(format('SELECT %L::promise.calendar', repeat('UTC; ', 100000))), 100) AS long_literal;
-- one that never opens
SELECT pg_temp.try($$SELECT promise.shift('UTC; never', '2026-11-22 00:00+00', '1 hour')$$),
	pg_temp.try($$SELECT promise.working_time('UTC; never', '2026-11-22 00:00+00', '2027-11-22 00:00+00')$$),
	pg_temp.try($$SELECT promise.open('UTC; never', '[2026-11-22 00:00+00,2027-11-22 00:00+00)')$$),
	pg_temp.try($$SELECT promise.is_open('UTC; never', '2026-11-22 00:00+00')$$);
-- 10,000 exceptions
WITH c AS (
	SELECT ('UTC; Mon-Sun 08:00-16:00; ' || string_agg(date '2000-01-01' + n * 2 || ' closed', '; '))::promise.calendar AS calendar
	FROM generate_series(0, 9999) AS n
)
SELECT promise.working_time(calendar, '2026-11-22 00:00+00', '2026-12-02 00:00+00'),
	promise.shift(calendar, '2026-11-22 00:00+00', '80 hours'),
	length(calendar::text) > 100000 AS long
FROM c;

/*
 * Arguments
 */
SELECT pg_temp.try(q) AS answer, q
FROM unnest(ARRAY[
	$$SELECT promise.earliest('', 1)$$,
	$$SELECT promise.earliest(repeat('x', 1000000), 1)$$,
	$$SELECT promise.earliest('UNICORN', 1)$$,
	$$SELECT promise.feasible('UNICORN', 1, '2026-12-01')$$,
	$$SELECT promise.windows('UNICORN', 1, NULL)$$,
	$$SELECT count(*) FROM promise.availability('UNICORN')$$,
	$$SELECT count(*) FROM promise.chart('UNICORN')$$,
	$$SELECT reason FROM promise.quote('UNICORN', 1)$$,
	$$SELECT promise.earliest('BIKE', 1, 'nowhere')$$,
	$$SELECT reason FROM promise.quote('BIKE', 1, location => 'nowhere')$$,
	$$SELECT promise.earliest('BIKE', 1, method => 'hope')$$,
	$$SELECT promise.earliest('BIKE', 1, exclude => '{}')$$,
	$$SELECT promise.earliest('BIKE', 1, exclude => '{{a,b},{c,NULL}}')$$,
	$$SELECT count(*) FROM promise.quote('BIKE', 12, parts_max => 0)$$,
	$$SELECT count(*) FROM promise.quote('BIKE', 12, parts_max => 2147483647)$$,
	$$SELECT count(*) FROM promise.quote('BIKE', 12, parts_max => NULL, part_minimum => NULL, ship_complete => NULL, method => NULL)$$,
	$$SELECT count(*) FROM promise.quote('BIKE', 12, part_minimum => 9223372036854.775807)$$,
	$$SELECT count(*) FROM promise.quote_lines('{}')$$,
	$$SELECT count(*) FROM promise.quote_lines(NULL)$$,
	$$SELECT count(*) FROM promise.quote_lines('{NULL}')$$,
	$$SELECT count(*) FROM promise.quote_lines(ARRAY[[promise.request('BIKE', 1)], [promise.request('BIKE', 1)]])$$,
	$$SELECT count(*) FROM promise.quote_lines('{NULL,NULL}', true)$$,
	$$SELECT count(*) FROM promise.quote_query(NULL)$$,
	$$SELECT count(*) FROM promise.quote_query('')$$,
	$$SELECT count(*) FROM promise.quote_query('SELEC 1')$$,
	$$SELECT count(*) FROM promise.quote_query('DELETE FROM promise.supply')$$,
	$$SELECT count(*) FROM promise.quote_query('SELECT 1 AS item')$$,
	$$SELECT count(*) FROM promise.quote_query('SELECT 1 AS item, 1 AS quantity, 2 AS quantity')$$,
	$$SELECT count(*) FROM promise.quote_query('SELECT 1 AS item, 1/0 AS quantity')$$,
	$$SELECT count(*) FROM promise.quote_query('SELECT ''BIKE'' AS item, 1 AS quantity, ''soon'' AS due')$$,
	$$SELECT count(*) FROM promise.quote_query('SELECT NULL AS item, NULL AS quantity')$$,
	$$SELECT count(*) FROM promise.quote_query('SELECT ''BIKE'' AS item, 1 AS quantity WHERE false')$$,
	$$SELECT count(*) FROM promise.quote_query('SELECT ''BIKE'' AS item, 1 AS quantity WHERE false', true)$$,
	$$SELECT count(*) FROM promise.quote_query('SELECT * FROM promise.quote_query(''SELECT 1 AS item, 1 AS quantity'')')$$,
	$$SELECT count(*) FROM promise.check_offers(NULL)$$,
	$$SELECT count(*) FROM promise.check_offers('{NULL}')$$,
	$$SELECT count(*) FROM promise.check_deliveries('BIKE', '{1,2}', '{2026-12-01}')$$,
	$$SELECT count(*) FROM promise.check_balance('BIKE', 'NaN')$$,
	$$SELECT count(*) FROM promise.check_balance('BIKE', -1)$$,
	$$SELECT count(*) FROM promise.check_balance('BIKE', 11, 'infinity')$$
]) AS q;
-- an item whose name is not ASCII, has quotes, or looks like SQL
INSERT INTO promise.supply (item, quantity) VALUES (E'a''b"c\\d', 1), ('Fahrrad grün', 1), ('1; DROP TABLE x', 1), ('', 1);
SELECT item, promise.earliest(item, 1), promise.earliest(item || ' ', 1)
FROM promise.supply WHERE quantity = 1 ORDER BY id;
SELECT kind, detail FROM promise.quote(E'a''b"c\\d', 2);
DELETE FROM promise.supply WHERE item <> 'BIKE';

/*
 * Keys of a mapped table: only the canonical text of a value is its key, and
 * what is no value of the type matches nothing.
 */
CREATE TABLE item_of_integer (product integer, pieces integer);
CREATE INDEX ON item_of_integer (product);
INSERT INTO item_of_integer VALUES (7, 3), (-7, 3);
SELECT promise.map('supply', 'item_of_integer', item => 'product', quantity => 'pieces');
SELECT k AS key, pg_temp.try(format('SELECT promise.earliest(%L, 3)', k))
FROM unnest(ARRAY['7', '-7', '007', '+7', ' 7', '7 ', '7.0', '-0', '0x7', '7e0', 'seven', '', '99999999999', '2147483648',
	'-2147483649', repeat('9', 50), E'7\n']) AS k;
SELECT ref, item, kind, reason FROM promise.quote_lines(ARRAY[promise.request('7', 1, ref => 'a'),
	promise.request('007', 1, ref => 'b'), promise.request('x', 1, ref => 'c')]);
SELECT promise.unmap('supply', 'item_of_integer');

/*
 * A mapped expression that raises, on the row that is asked for and on others.
 */
SELECT promise.map('supply', 'item_of_integer', item => 'product', quantity => '12 / (pieces - 3)');
SELECT pg_temp.try($$SELECT promise.earliest('7', 1)$$);
SELECT pg_temp.try($$SELECT promise.earliest('8', 1)$$);
SELECT pg_temp.try($$SELECT promise.earliest('BIKE', 1)$$);
UPDATE item_of_integer SET pieces = 4;
SELECT pg_temp.try($$SELECT promise.earliest('7', 1)$$);

/*
 * A mapped table that is renamed, altered, dropped.
 */
ALTER TABLE item_of_integer RENAME TO part;
SELECT pg_temp.try($$SELECT promise.earliest('7', 1)$$);
ALTER TABLE part RENAME product TO part_no;
SELECT pg_temp.try($$SELECT promise.earliest('7', 1)$$);
ALTER TABLE part RENAME part_no TO product;
ALTER TABLE part ALTER product TYPE text USING '00' || product;
SELECT pg_temp.try($$SELECT promise.earliest('007', 1)$$), pg_temp.try($$SELECT promise.earliest('7', 1)$$);
ALTER TABLE part ALTER pieces TYPE bytea USING pieces::text::bytea;
SELECT pg_temp.try($$SELECT promise.earliest('007', 1)$$);
ALTER TABLE part DROP pieces;
SELECT pg_temp.try($$SELECT promise.earliest('007', 1)$$);
ALTER TABLE part ADD pieces integer DEFAULT 4;
SELECT pg_temp.try($$SELECT promise.earliest('007', 1)$$);
ALTER TABLE part ADD COLUMN a integer, DROP COLUMN product, ADD product text DEFAULT '007';
SELECT pg_temp.try($$SELECT promise.earliest('007', 1)$$);
DROP TABLE part;
SELECT regexp_replace(pg_temp.try($$SELECT promise.earliest('BIKE', 1)$$), '[0-9]{4,}', 'OID', 'g') AS answer;
SELECT promise.unmap('supply', relation) FROM promise.mappings;

-- the server is still there, and so is the answer
SELECT promise.earliest('BIKE', 10), promise.earliest('BIKE', 30);
DELETE FROM promise.supply;
