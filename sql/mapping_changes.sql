/*
 * A mapping is checked when it is made, and again whenever what it reads
 * changes.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
CREATE SCHEMA erp;
CREATE TABLE erp.stock (sku text PRIMARY KEY, qty integer, due date, note text);
INSERT INTO erp.stock VALUES ('pen', 5, '2026-12-01', 'x');

-- what is refused
\set VERBOSITY sqlstate
SELECT promise.map('nonsense', 'erp.stock', item => 'sku', quantity => 'qty');
\set VERBOSITY default
SELECT promise.map('planned_flow', 'erp.stock', item => 'sku', quantity => 'qty');
SELECT promise.map(NULL, 'erp.stock', item => 'sku', quantity => 'qty');
SELECT promise.map('supply', NULL, item => 'sku', quantity => 'qty');
SELECT promise.map('supply', 'erp.stock', item => 'sku');
SELECT promise.map('supply', 'erp.stock', quantity => 'qty');
SELECT promise.map('item', 'erp.stock', item => 'sku', quantity => 'qty');
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => 'missing');
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => 'note');
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => 'qty', at => 'note');
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => 'qty', filter => 'qty');
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => 'qty', filter => 'qty >');
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => '');
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => 'qty, 1');
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => '*');
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => '$1');
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => 'stock');
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => '1) FROM pg_class; SELECT (1');
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => '1), (1');
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => '1) FROM pg_class WHERE (true');
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => '1) UNION ALL SELECT (2');
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => '1) AS one /*');
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => '(SELECT 1)');
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => 'sum(qty)');
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => 'rank() OVER ()');
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => 'generate_series(1, 2)');
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => 'random()');
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => 'qty', filter => 'EXISTS (SELECT FROM pg_class)');
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => 'qty', filter => 'clock_timestamp() > now()');
SELECT promise.map('supply', 'promise.commitment');
CREATE TEMP TABLE scratch (item text, quantity integer);
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => 'qty', filter => $$tableoid = 'erp.stock'::regclass$$);
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => 'qty', ref => 'md5(stock::text)');
SELECT promise.unmap('supply', 'erp.stock');
SELECT promise.map('supply', 'scratch');
CREATE FUNCTION pg_temp.once(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => 'abs(pg_temp.once(qty))');
SELECT promise.map('supply', 'erp.stock_pkey');
SELECT promise.map('supply', '1'::oid::regclass);
SELECT count(*) FROM promise.mapping;

-- volatile functions are found in views too, and whenever they get there
CREATE FUNCTION erp.wobble(integer) RETURNS integer LANGUAGE sql VOLATILE AS 'SELECT $1';
CREATE VIEW erp.inner_view AS SELECT sku, erp.wobble(qty) AS qty FROM erp.stock;
CREATE VIEW erp.outer_view AS SELECT sku, qty FROM erp.inner_view;
SELECT promise.map('supply', 'erp.outer_view', item => 'sku', quantity => 'qty');
ALTER FUNCTION erp.wobble(integer) STABLE;
SELECT promise.map('supply', 'erp.outer_view', item => 'sku', quantity => 'qty');
SELECT quantity FROM promise.events('pen');
ALTER FUNCTION erp.wobble(integer) VOLATILE;
SELECT quantity FROM promise.events('pen');
CREATE OR REPLACE VIEW erp.inner_view AS SELECT sku, qty + 1 AS qty FROM erp.stock;
SELECT quantity FROM promise.events('pen');
CREATE OR REPLACE VIEW erp.inner_view AS SELECT sku, erp.wobble(qty) AS qty FROM erp.stock;
SELECT quantity FROM promise.events('pen');
SELECT promise.unmap('supply', 'erp.outer_view');
DROP VIEW erp.outer_view, erp.inner_view;

-- a table that changes
SELECT promise.map('supply', 'erp.stock', item => 'sku', quantity => 'qty', at => 'due');
SELECT at, quantity, relation FROM promise.events('pen');
ALTER TABLE erp.stock RENAME TO shelf;
SELECT at, quantity, relation FROM promise.events('pen');
ALTER TABLE erp.shelf SET SCHEMA public;
SELECT at, quantity, relation FROM promise.events('pen');
ALTER TABLE public.shelf ADD COLUMN location text DEFAULT 'elsewhere';
SELECT location, at, quantity FROM promise.events('pen');
ALTER TABLE public.shelf ALTER COLUMN qty TYPE numeric USING qty + 0.25;
SELECT at, quantity FROM promise.events('pen');
ALTER TABLE public.shelf ALTER COLUMN due TYPE timestamp;
SELECT at, quantity FROM promise.events('pen');
ALTER TABLE public.shelf ALTER COLUMN sku TYPE integer USING 12;
SELECT at, quantity FROM promise.events('pen');
SELECT at, quantity FROM promise.events('12');
ALTER TABLE public.shelf ALTER COLUMN due TYPE text;
SELECT at, quantity FROM promise.events('12');
ALTER TABLE public.shelf ALTER COLUMN due TYPE timestamptz USING due::timestamptz;
SELECT at, quantity FROM promise.events('12');
ALTER TABLE public.shelf RENAME COLUMN qty TO amount;
SELECT at, quantity FROM promise.events('12');
SELECT role, key, problem FROM promise.mapping_problems;
ALTER TABLE public.shelf RENAME COLUMN amount TO qty;
SELECT at, quantity FROM promise.events('12');
ALTER TABLE public.shelf DROP COLUMN qty;
SELECT at, quantity FROM promise.events('12');
ALTER TABLE public.shelf ADD COLUMN qty integer DEFAULT 3;
SELECT at, quantity FROM promise.events('12');

-- what did not happen leaves no trace
BEGIN;
ALTER TABLE public.shelf ALTER COLUMN qty TYPE bigint USING qty * 10;
SELECT quantity FROM promise.events('12');
SAVEPOINT s;
SELECT promise.unmap('supply', 'public.shelf');
SELECT quantity FROM promise.events('12');
ROLLBACK TO s;
SELECT quantity FROM promise.events('12');
ROLLBACK;
SELECT quantity FROM promise.events('12');
BEGIN;
DROP TABLE public.shelf;
SELECT count(*) FROM promise.mapping;
ROLLBACK;
SELECT quantity FROM promise.events('12');

-- a mapping that is changed by hand, as a restore does
UPDATE promise.mapping SET expressions = array_replace(expressions, 'qty', 'qty * 100');
SELECT quantity FROM promise.events('12');
TRUNCATE promise.mapping;
SELECT quantity FROM promise.events('12');
SELECT promise.map('supply', 'public.shelf', item => 'sku', quantity => 'qty', at => 'due');

-- an expression that calls a question in turn, and a change underneath it
CREATE FUNCTION erp.known(text) RETURNS integer LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (SELECT count(*) FROM promise.events($1 || ' other'));
END
$$;
SELECT promise.map('supply', 'public.shelf', item => 'sku',
	quantity => 'qty + erp.known(sku::text)', at => 'due');
SELECT quantity FROM promise.events('12');
SELECT quantity FROM promise.events('12');

-- an expression that raises says whose it is, and keeps its SQLSTATE
SELECT promise.map('supply', 'public.shelf', item => 'sku', quantity => 'qty / (qty - 3)', at => 'due');
DO $$
DECLARE
	state text;
	context text;
BEGIN
	PERFORM promise.events('12');
EXCEPTION WHEN division_by_zero THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, context = PG_EXCEPTION_CONTEXT;
	RAISE INFO '% %', state, (regexp_match(context, 'promise mapping of .*?(?=\n|$)'))[1];
END
$$;
SELECT promise.map('supply', 'public.shelf', item => 'sku', quantity => 'qty', at => 'due');
SELECT quantity FROM promise.events('12');

-- a table that is gone
CREATE TABLE erp.gone AS SELECT 'pen' AS item, 1 AS quantity;
SELECT promise.map('supply', 'erp.gone', name => 'a b');
SELECT relation::oid AS gone FROM promise.mapping WHERE name = 'a b' \gset
DROP TABLE erp.gone;
\set VERBOSITY sqlstate
SELECT quantity FROM promise.events('12');
\set VERBOSITY default
SELECT replace(problem, :'gone', '<oid>') AS problem FROM promise.mapping_problems WHERE name = 'a b';
SELECT promise.unmap('supply', :'gone', 'a b');
SELECT quantity FROM promise.events('12');

DELETE FROM promise.mapping;
DROP TABLE public.shelf;
DROP TABLE scratch;
SET client_min_messages = warning;
DROP SCHEMA erp CASCADE;
