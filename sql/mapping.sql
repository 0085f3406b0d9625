/*
 * The tables of an existing business as rows of the network.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET client_min_messages = warning;
CREATE SCHEMA erp;

CREATE TABLE erp.sale_line (
	id integer PRIMARY KEY,
	product_id integer NOT NULL,
	warehouse varchar(20) NOT NULL DEFAULT 'main',
	date_planned date,
	qty double precision,
	delivered double precision NOT NULL DEFAULT 0,
	state text NOT NULL DEFAULT 'sale'
);
CREATE INDEX sale_line_product ON erp.sale_line (product_id, date_planned)
	INCLUDE (qty, delivered, warehouse, state);
INSERT INTO erp.sale_line VALUES
	(1, 7, 'main', '2026-12-01', 5, 1.5, 'sale'),
	(2, 7, 'north', '2026-12-03', 2, 0, 'sale'),
	(3, 8, 'main', '2026-12-03', 2, 0, 'sale'),
	(4, 7, 'main', '2026-12-05', 9, 0, 'draft'),
	(5, 7, 'main', '2026-12-06', 4, 6, 'sale');

-- expressions, a filter, and columns that are not mapped
SELECT promise.map('demand', 'erp.sale_line', item => 'product_id',
	location => 'warehouse', at => 'date_planned', quantity => 'qty - delivered',
	ref => 'id', kind => '''customer''', filter => 'state = ''sale''');
SELECT * FROM promise.mappings;
SELECT * FROM promise.events('7');
SELECT * FROM promise.events('7', 'north');
SELECT * FROM promise.events('7', 'nowhere');
SELECT * FROM promise.events('8', exclude => '{3}');

-- the query by key is served by the table's own index, and by it alone
SET client_min_messages = notice;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
CREATE FUNCTION pg_temp.explain_mapping(role text, relation regclass, key text)
RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE 'PREPARE mapped AS ' || promise.mapping_query(role, relation);
	SET plan_cache_mode = force_generic_plan;
	RETURN QUERY EXECUTE format('EXPLAIN (COSTS OFF) EXECUTE mapped (%s)', key);
	RESET plan_cache_mode;
	DEALLOCATE mapped;
END
$$;
SELECT promise.mapping_query('demand', 'erp.sale_line');
VACUUM ANALYZE erp.sale_line;
SELECT pg_temp.explain_mapping('demand', 'erp.sale_line', '7');
SELECT promise.mapping_query('supply', 'erp.sale_line');
RESET enable_seqscan;
RESET enable_bitmapscan;

-- the same names again replace; another name adds
SELECT promise.map('demand', 'erp.sale_line', item => 'product_id',
	location => 'warehouse', at => 'date_planned', quantity => 'qty',
	ref => 'id', filter => 'state = ''sale''');
SELECT promise.map('demand', 'erp.sale_line', item => 'product_id',
	location => 'warehouse', at => 'date_planned', quantity => 'qty',
	ref => 'id', kind => '''forecast''', filter => 'state = ''draft''',
	name => 'drafts');
SELECT name, columns ->> 'kind' AS kind, filter FROM promise.mappings ORDER BY name COLLATE "C";
SELECT ref, kind, quantity FROM promise.events('7');
SELECT promise.unmap('demand', 'erp.sale_line', 'drafts');
SELECT promise.unmap('demand', 'erp.sale_line', 'drafts');

-- dates are the end of their day, timestamps local, in the location's zone;
-- the session's settings do not matter
CREATE TABLE erp.zones AS
	SELECT * FROM (VALUES ('berlin', 'Europe/Berlin', 1), ('tokyo', 'Asia/Tokyo', 2),
				   ('main', NULL, 3)) AS z(code, tz, rank);
CREATE TABLE erp.receipt (
	product text, warehouse text, day date, local timestamp, instant timestamptz, qty bigint
);
CREATE INDEX ON erp.receipt (product);
INSERT INTO erp.receipt
	SELECT 'chair', code, '2026-10-24', '2026-10-25 12:00', '2026-10-25 12:00+00', 1 FROM erp.zones;
SELECT promise.map('location', 'erp.zones', location => 'code', zone => 'tz', priority => 'rank');
SELECT promise.map('supply', 'erp.receipt', item => 'product', location => 'warehouse',
	at => 'day', quantity => 'qty', kind => '''day''', name => 'day');
SELECT promise.map('supply', 'erp.receipt', item => 'product', location => 'warehouse',
	at => 'local', quantity => 'qty', kind => '''local''', name => 'local');
SELECT promise.map('supply', 'erp.receipt', item => 'product', location => 'warehouse',
	at => 'instant', quantity => 'qty', kind => '''instant''', name => 'instant');
SELECT location, kind, at FROM promise.events('chair');
SET promise.timezone = 'America/New_York';
SELECT location, kind, at FROM promise.events('chair', 'main');
CREATE TEMP TABLE expected AS SELECT * FROM promise.events('chair');
SET timezone = 'Pacific/Auckland';
SET datestyle = 'German';
SET intervalstyle = 'iso_8601';
SET search_path = erp, pg_temp;
SET extra_float_digits = 0;
SET standard_conforming_strings = off;
SELECT count(*) FROM (TABLE expected EXCEPT ALL SELECT * FROM promise.events('chair')) AS d;
\c -
SET timezone = 'Pacific/Auckland';
SET datestyle = 'German';
SET promise.timezone = 'America/New_York';
SELECT location, kind, at AT TIME ZONE 'UTC' AS utc FROM promise.events('chair', 'main');
\c -
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET client_min_messages = warning;

-- an expression that reads settings reads pinned ones, and literals too
CREATE TABLE erp.stamped (sku text PRIMARY KEY, stamp timestamptz, qty numeric);
INSERT INTO erp.stamped VALUES ('lamp', '2026-12-01 23:30+00', 1);
SELECT promise.map('supply', 'erp.stamped', item => 'sku', quantity => 'qty',
	at => 'stamp::date', kind => '''date of stamp''');
SELECT promise.map('demand', 'erp.stamped', item => 'sku', quantity => 'qty',
	at => '''02/03/2026''::date', name => 'literal');
SELECT at, quantity FROM promise.events('lamp');
SET datestyle = 'German';
SET timezone = 'Europe/Berlin';
SELECT at AT TIME ZONE 'UTC' AS utc, quantity FROM promise.events('lamp');
SET promise.timezone = 'Europe/Berlin';
SELECT at AT TIME ZONE 'UTC' AS utc, quantity FROM promise.events('lamp');
RESET promise.timezone;
RESET timezone;
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';

-- one ref is one demand: a mapped row takes the place of an own commitment,
-- also if it is about something else
INSERT INTO promise.commitment (ref, item, at, quantity, kind) VALUES
	('1', '7', '2026-12-01', 100, 'hold'),
	('3', '7', '2026-12-01', 200, 'customer'),
	('4', '7', '2026-12-01', 300, 'customer'),
	('01', '7', '2026-12-01', 400, 'customer'),
	('web 1', '7', '2026-12-01', 500, 'customer');
SELECT ref, quantity, relation FROM promise.events('7', 'main');
SELECT ref, quantity, relation FROM promise.events('7', 'main', exclude => '{web 1}');
DELETE FROM promise.commitment;

-- columns not named default to those of the same name
CREATE VIEW erp.open_order AS
	SELECT l.id AS ref, l.product_id AS item, l.qty - l.delivered AS quantity,
		   l.date_planned AS at, 'customer' AS kind, l.warehouse AS location
	FROM erp.sale_line AS l WHERE l.qty > l.delivered;
SELECT promise.unmap('demand', 'erp.sale_line');
SELECT promise.map('demand', 'erp.open_order');
SELECT columns FROM promise.mappings WHERE relation = 'erp.open_order'::regclass;
SELECT * FROM promise.events('7');

-- odd names, generated columns, domains, partitions
CREATE DOMAIN erp."an Item" AS text;
CREATE TABLE erp."Weird ""Table" (
	"Item No" erp."an Item",
	"Qty;--" integer,
	"select" integer GENERATED ALWAYS AS ("Qty;--" * 2) STORED
) PARTITION BY LIST ("Item No");
CREATE TABLE erp.weird_1 PARTITION OF erp."Weird ""Table" FOR VALUES IN ('a');
CREATE TABLE erp.weird_2 PARTITION OF erp."Weird ""Table" DEFAULT;
CREATE INDEX ON erp."Weird ""Table" ("Item No");
INSERT INTO erp."Weird ""Table" VALUES ('a', 1), ('O''Brien "q" \', 2);
SELECT promise.map('supply', 'erp."Weird ""Table"', item => '"Item No"',
	quantity => '"select" -- twice', name => 'it''s "odd"');
SELECT * FROM promise.events('a');
SELECT * FROM promise.events('O''Brien "q" \');
SELECT promise.mapping_query('supply', 'erp."Weird ""Table"', 'it''s "odd"');

-- inheritance, materialized views, foreign tables
CREATE TABLE erp.parent (item text PRIMARY KEY, quantity integer);
CREATE TABLE erp.child (PRIMARY KEY (item)) INHERITS (erp.parent);
INSERT INTO erp.parent VALUES ('cup', 1);
INSERT INTO erp.child VALUES ('cup', 2);
SELECT promise.map('supply', 'erp.parent');
CREATE MATERIALIZED VIEW erp.total AS
	SELECT item, sum(quantity) AS quantity FROM erp.parent GROUP BY item;
CREATE UNIQUE INDEX ON erp.total (item);
SELECT promise.map('supply', 'erp.total');
CREATE EXTENSION file_fdw;
CREATE SERVER regress_promise_files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE erp.feed (item text, quantity integer)
	SERVER regress_promise_files OPTIONS (program 'echo cup,40; echo mug,50', format 'csv');
SELECT promise.map('supply', 'erp.feed');
SELECT relation, quantity FROM promise.events('cup');
UPDATE erp.child SET quantity = 20;
SELECT relation, quantity FROM promise.events('cup');
REFRESH MATERIALIZED VIEW CONCURRENTLY erp.total;
SELECT relation, quantity FROM promise.events('cup');
CREATE TABLE erp.grandchild () INHERITS (erp.child);
INSERT INTO erp.grandchild VALUES ('cup', 300);
SELECT relation, quantity FROM promise.events('cup');
-- an own table can have children too
CREATE TABLE erp.more_supply () INHERITS (promise.supply);
INSERT INTO erp.more_supply (id, item, quantity) VALUES (1, 'cup', 4000);
SELECT relation, quantity FROM promise.events('cup');
DROP TABLE erp.more_supply;
DELETE FROM promise.mapping WHERE relation = 'erp.feed'::regclass;
DROP EXTENSION file_fdw CASCADE;

-- every role can be mapped
CREATE TABLE erp.anything (
	id integer PRIMARY KEY, label text, amount numeric, duration interval, flag boolean,
	period daterange, spell tstzrange, clock time
);
CREATE INDEX ON erp.anything (label);
SELECT promise.map('item', 'erp.anything', item => 'label', unit => 'id', family => 'label');
SELECT promise.map('resource', 'erp.anything', resource => 'label', units => 'amount', finite => 'flag', calendar => 'label');
SELECT promise.map('resource_change', 'erp.anything', resource => 'label', units => 'amount', during => 'spell');
SELECT promise.map('load', 'erp.anything', resource => 'label', units => 'amount', during => 'period', ref => 'id');
SELECT promise.map('source', 'erp.anything', source => 'id', item => 'label', kind => '''buy''', lead_time => 'duration', lot_multiple => 'amount', effective => 'period');
SELECT promise.map('component', 'erp.anything', source => 'id', item => 'label', quantity => 'amount', step => 'id');
SELECT promise.map('step', 'erp.anything', source => 'id', step => 'id', resource => 'label', run => 'duration');
SELECT promise.map('precedence', 'erp.anything', source => 'id', before => 'id', after => 'id', lag => 'duration');
SELECT promise.map('lane', 'erp.anything', zone => 'label', transit => 'duration', cutoff => 'clock');
SELECT promise.map('substitute', 'erp.anything', item => 'label', substitute => 'id', ratio => 'amount');
SELECT count(*) FROM promise.mapping WHERE relation = 'erp.anything'::regclass;
SELECT count(*) FROM promise.mapping_problems('erp.anything');
INSERT INTO erp.anything (id) VALUES (1);
SELECT role, key, problem FROM promise.mapping_problems('erp.anything') ORDER BY role COLLATE "C";
DELETE FROM promise.mapping WHERE relation = 'erp.anything'::regclass;

DELETE FROM promise.mapping;
DROP SCHEMA erp CASCADE;
