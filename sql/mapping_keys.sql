/*
 * Keys are text; relations have types of their own.  A key matches only if it
 * is the canonical text of the value.
 */
SET client_min_messages = warning;
CREATE SCHEMA erp;
CREATE TYPE erp.size AS ENUM ('small', 'large one');
CREATE COLLATION erp.insensitive (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE erp.stock (
	i2 smallint, i4 integer, i8 bigint, n numeric, u uuid, t text, v varchar(20),
	c char(8), nm name, e erp.size, ci text COLLATE erp.insensitive, f float8, d date, b bytea
);
INSERT INTO erp.stock VALUES
	(7, 7, 7, 7, '6ecd8c99-4036-403d-bf84-cf8400f67836', 'seven', 'seven', 'seven', 'seven',
	 'small', 'Seven', 7, '2026-12-01', '\x07'),
	(-32768, -2147483648, -9223372036854775808, 1.50, '00000000-0000-0000-0000-000000000000', '', ' ', ' a', 'x',
	 'large one', 'SEVEN', 1.5, '2026-12-01', '\x');

-- what each key finds, and whether it finds it the same way among many: more
-- than 16 items are read by the set query
CREATE FUNCTION pg_temp.found(expression text, keys text[])
RETURNS TABLE (key text, rows bigint, in_set bigint) LANGUAGE plpgsql AS $$
BEGIN
	PERFORM promise.map('supply', 'erp.stock', item => expression, quantity => '1');
	RETURN QUERY
	WITH many AS (
		SELECT o.item, o.available_at
		FROM promise.quote_lines(ARRAY(
			SELECT promise.request(k, 1, ref => k) FROM unnest(keys || ARRAY(
				SELECT 'filler ' || g FROM generate_series(1, 20) AS g)) AS k)) AS o
	)
	SELECT k, (SELECT count(*) FROM promise.events(k)),
		   (SELECT count(*) FROM many WHERE many.item = k AND many.available_at IS NOT NULL)
	FROM unnest(keys) WITH ORDINALITY AS keys(k, n)
	ORDER BY n;
END
$$;
SELECT * FROM pg_temp.found('i2', '{7,07,+7," 7","7 ",7.0,-0,-32768,-32769,32768,seven,"",-,"7\n"}');
SELECT * FROM pg_temp.found('i4', '{7,007,-2147483648,-2147483649,2147483648,99999999999999999999,7e0,0x7}');
SELECT * FROM pg_temp.found('i8', '{7,-9223372036854775808,9223372036854775808,-9223372036854775809}');
SELECT * FROM pg_temp.found('n', '{7,7.0,07,1.5,1.50,1.500,NaN,Infinity,-0,.5,1.,1e1}');
SELECT * FROM pg_temp.found('u', '{6ecd8c99-4036-403d-bf84-cf8400f67836,6ECD8C99-4036-403D-BF84-CF8400F67836,
	6ecd8c994036403dbf84cf8400f67836,"{6ecd8c99-4036-403d-bf84-cf8400f67836}",6ecd8c99}');
SELECT * FROM pg_temp.found('t', '{seven,SEVEN,"seven ",""}');
SELECT * FROM pg_temp.found('v', '{seven,"seven "," ",""}');
SELECT * FROM pg_temp.found('c', '{seven,"seven   "," a",a,toolongforit}');
SELECT * FROM pg_temp.found('nm', ARRAY['seven', 'x', repeat('x', 64), repeat('x', 63)]);
SELECT * FROM pg_temp.found('e', '{small,"large one",medium,Small}');
SELECT * FROM pg_temp.found('ci', '{Seven,SEVEN,seven}');

-- composed keys are arrays, written as PostgreSQL writes them
SELECT * FROM pg_temp.found('{i4,t}', ARRAY[
	'{7,seven}', '{-2147483648,""}', '{7,"seven"}', '{7, seven}', '{07,seven}', '{7}', '{7,seven,x}',
	'7', '{7,seven', '{7,seven}x', '{{7,seven}}', '{7,NULL}', '{7,}', '{7,"seven}', '']);
SELECT * FROM pg_temp.found('{"t || '' \"\\,{}''"}', ARRAY[
	'{"seven \"\\,{}"}', '{seven "\,{}}', 'seven "\,{}']);
SELECT item FROM promise.events('{"seven \"\\,{}"}');

-- the location is a key too, and so is a ref
SELECT promise.map('supply', 'erp.stock', item => 't', location => 'i4', quantity => '1', ref => '{i8,u}');
SELECT location, ref FROM promise.events('seven');
SELECT count(*) FROM promise.events('seven', '7');
SELECT count(*) FROM promise.events('seven', '07');
SELECT promise.map('supply', 'erp.stock', item => 't', location => '{i2,i4}', quantity => '1', for_ref => 'u');
SELECT location, for_ref FROM promise.events('seven');
SELECT location, for_ref FROM promise.events('seven', '{7,7}');
SELECT location, for_ref FROM promise.events('seven', exclude => '{6ecd8c99-4036-403d-bf84-cf8400f67836}');

-- an index serves each type that has one, in a single search
SET client_min_messages = notice;
CREATE INDEX stock_v ON erp.stock (v);
CREATE INDEX stock_n ON erp.stock (n);
CREATE INDEX stock_ci ON erp.stock (ci);
CREATE INDEX stock_i4_t ON erp.stock (i4, t);
SELECT promise.map('supply', 'erp.stock', item => 'v', quantity => '1');
SELECT promise.map('supply', 'erp.stock', item => 'n', quantity => '1');
SELECT promise.map('supply', 'erp.stock', item => 'ci', quantity => '1');
SELECT promise.map('supply', 'erp.stock', item => '{t,i4}', quantity => '1');
SELECT promise.map('supply', 'erp.stock', item => 'u', quantity => '1');
SELECT promise.map('supply', 'erp.stock', item => 'lower(t)', quantity => 'i4 + i2', at => 'd', filter => 'f > 0');
SELECT promise.map('supply', 'erp.stock', item => 'e', quantity => '1');
-- an index that begins with something else does not serve
SELECT promise.map('item', 'erp.stock', item => 't');
CREATE INDEX stock_lower_t ON erp.stock (lower(t)) WHERE f > 0;
SELECT promise.map('supply', 'erp.stock', item => 'lower(t)', quantity => 'i4 + i2', at => 'd', filter => 'f > 0');
SELECT promise.map('supply', 'erp.stock', item => 'lower(t)', quantity => 'i4 + i2', at => 'd');

-- types whose text depends on settings name nothing
\set VERBOSITY terse
SELECT promise.map('supply', 'erp.stock', item => 'f', quantity => '1');
SELECT promise.map('supply', 'erp.stock', item => 'd', quantity => '1');
SELECT promise.map('supply', 'erp.stock', item => 'b', quantity => '1');
SELECT promise.map('supply', 'erp.stock', item => '{}', quantity => '1');
SELECT promise.map('supply', 'erp.stock', item => '{{t,v}}', quantity => '1');
SELECT promise.map('supply', 'erp.stock', item => '{t,NULL}', quantity => '1');
SELECT promise.map('supply', 'erp.stock', item => '{t', quantity => '1');
SELECT promise.map('supply', 'erp.stock', item => '{t,t,t,t,t,t,t,t,t}', quantity => '1');
\set VERBOSITY default

SET client_min_messages = warning;
DELETE FROM promise.mapping;
DROP SCHEMA erp CASCADE;
