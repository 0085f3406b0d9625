/*
 * What promise.protect and promise.unprotect record and create; what the
 * triggers do is not tested here.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
\set SHOW_CONTEXT never
CREATE SCHEMA erp;
-- (names of triggers have the number of their guard)
ALTER TABLE promise.guard ALTER COLUMN guard RESTART;

CREATE VIEW pg_temp.triggers AS
	SELECT relation, trigger_name, enabled, is_clone FROM promise.guard_triggers()
	ORDER BY relation::text COLLATE "C", trigger_name COLLATE "C";
CREATE VIEW pg_temp.guards AS
	SELECT relation, role, name, mode, deferred, tables, watch FROM promise.guards
	ORDER BY relation::text COLLATE "C", role COLLATE "C", name COLLATE "C";

/*
 * A plain table
 */
CREATE TABLE erp.line (
	id integer PRIMARY KEY,
	product integer,
	due date,
	ordered numeric,
	shipped numeric,
	still_open numeric GENERATED ALWAYS AS (ordered - shipped) STORED,
	state text
);
CREATE INDEX ON erp.line (product);
SELECT promise.protect('erp.line', item => 'product', at => 'due', quantity => 'still_open',
	ref => '''L'' || id', filter => 'state = ''open''');
SELECT * FROM promise.mappings;
SELECT * FROM pg_temp.guards;
SELECT pg_get_triggerdef(oid) FROM pg_trigger
WHERE tgrelid = 'erp.line'::regclass AND NOT tgisinternal ORDER BY tgname COLLATE "C";
SELECT * FROM promise.guard_problems();

-- they work as triggers do, for any writer
INSERT INTO promise.supply (item, quantity) VALUES ('7', 10);
INSERT INTO erp.line VALUES (1, 7, '2031-01-01', 3, 1, DEFAULT, 'open');
UPDATE erp.line SET shipped = 2;
DELETE FROM erp.line;
TRUNCATE erp.line;

-- again: mode and deferral change, the mapping stays, nothing comes twice
SELECT promise.protect('erp.line', mode => 'warn', deferred => true);
SELECT * FROM pg_temp.guards;
SELECT trigger_name FROM pg_temp.triggers;
SELECT pg_get_triggerdef(oid) FROM pg_trigger
WHERE tgrelid = 'erp.line'::regclass AND tgname ~ '_check$';
SELECT columns, filter FROM promise.mappings;
SELECT promise.protect('erp.line', item => 'product', at => 'due', quantity => 'still_open');
SELECT columns, filter FROM promise.mappings;
SELECT trigger_name FROM pg_temp.triggers;

-- a second guard of the same relation, under another name
SELECT promise.protect('erp.line', item => 'product', at => 'due', quantity => 'ordered',
	ref => '''all '' || id', filter => 'state = ''forecast''', mode => 'except', name => 'it''s forecast');
SELECT * FROM pg_temp.guards;
SELECT count(*) FROM pg_temp.triggers;

-- what is missing is created, what is disabled enabled
ALTER TABLE erp.line DISABLE TRIGGER USER;
DROP TRIGGER promise_guard_1_delete ON erp.line;
SELECT tables FROM pg_temp.guards WHERE name = '' AND relation = 'erp.line'::regclass;
SELECT * FROM promise.guard_problems();
SELECT promise.protect('erp.line');
SELECT promise.protect('erp.line', name => 'it''s forecast');
SELECT * FROM promise.guard_problems();

SELECT promise.unprotect('erp.line', name => 'it''s forecast');
SELECT promise.unprotect('erp.line', name => 'it''s forecast');
SELECT promise.unprotect('erp.line', 'supply');
SELECT promise.unprotect('erp.line');
SELECT * FROM pg_temp.guards;
SELECT * FROM pg_temp.triggers;
-- (the mappings stay)
SELECT name FROM promise.mappings ORDER BY name;
DELETE FROM promise.mapping;
SELECT promise.unprotect('promise.commitment');
SELECT * FROM pg_temp.guards;

/*
 * Odd names, partitions of partitions, columns in another order
 */
CREATE SCHEMA "Büro ""1""";
CREATE TABLE "Büro ""1"""."Auftrag's Zeile; --" ("Nr." integer, "Stück" numeric, "Für" text, "Am" date)
	PARTITION BY RANGE ("Nr.");
CREATE TABLE "Büro ""1"""."Teil %I" PARTITION OF "Büro ""1"""."Auftrag's Zeile; --"
	FOR VALUES FROM (0) TO (100) PARTITION BY RANGE ("Nr.");
CREATE TABLE "Büro ""1"""."Teil 1a" ("Am" date, "Für" text, "Stück" numeric, "Nr." integer);
ALTER TABLE "Büro ""1"""."Teil %I" ATTACH PARTITION "Büro ""1"""."Teil 1a" FOR VALUES FROM (0) TO (50);
CREATE TABLE "Büro ""1"""."REST" PARTITION OF "Büro ""1"""."Auftrag's Zeile; --" DEFAULT;
CREATE INDEX ON "Büro ""1"""."Auftrag's Zeile; --" ("Für");
SELECT promise.protect('"Büro ""1"""."Auftrag''s Zeile; --"', item => '"Für"', at => '"Am"',
	quantity => '"Stück"', ref => '"Nr."', deferred => true);
SELECT tables FROM pg_temp.guards WHERE role = 'demand';
SELECT regexp_replace(trigger_name, '[0-9]+', 'N') AS trigger_name, array_agg(relation) AS on, array_agg(is_clone) AS is_clone
FROM pg_temp.triggers GROUP BY 1 ORDER BY 1;
INSERT INTO "Büro ""1"""."Auftrag's Zeile; --" VALUES (1, 1, '7', '2031-01-01'), (1000, 1, '7', '2031-01-01');
UPDATE "Büro ""1"""."Auftrag's Zeile; --" SET "Nr." = 1001 - "Nr.";
DELETE FROM "Büro ""1"""."Teil 1a";
DELETE FROM "Büro ""1"""."REST";

-- a partition that comes later, one that goes
CREATE TABLE "Büro ""1"""."Teil 1b" PARTITION OF "Büro ""1"""."Teil %I" FOR VALUES FROM (50) TO (60);
ALTER TABLE "Büro ""1"""."Teil %I" DETACH PARTITION "Büro ""1"""."Teil 1a";
SELECT * FROM promise.guard_problems();
SELECT promise.protect('"Büro ""1"""."Auftrag''s Zeile; --"', deferred => true);
SELECT * FROM promise.guard_problems();
SELECT tables FROM pg_temp.guards WHERE role = 'demand';
SELECT promise.unprotect('"Büro ""1"""."Auftrag''s Zeile; --"');
SELECT * FROM pg_temp.triggers;
DROP SCHEMA "Büro ""1""" CASCADE;
DELETE FROM promise.mapping;
SELECT promise.unprotect('promise.commitment');

/*
 * Inheritance
 */
CREATE TABLE erp.base (item text, at date, quantity numeric);
CREATE TABLE erp.child (more text) INHERITS (erp.base);
CREATE TABLE erp.grandchild () INHERITS (erp.child);
SELECT promise.protect('erp.base', deferred => true);
SELECT relation, count(*), bool_or(is_clone) AS is_clone FROM pg_temp.triggers GROUP BY relation ORDER BY 1;
SELECT * FROM promise.guard_problems();
SELECT promise.unprotect('erp.base');
DROP TABLE erp.base CASCADE;
DELETE FROM promise.mapping;

/*
 * Views: every table must be watched
 */
CREATE TABLE erp.head (id integer PRIMARY KEY, due date, state text);
CREATE TABLE erp.detail (id integer PRIMARY KEY, head integer REFERENCES erp.head, product text, qty numeric);
CREATE INDEX ON erp.detail (product);
CREATE VIEW erp.open_head AS SELECT * FROM erp.head WHERE state = 'open';
CREATE VIEW erp.demand AS
	SELECT d.id AS ref, d.product AS item, h.due AS at, d.qty AS quantity
	FROM erp.detail AS d JOIN erp.open_head AS h ON h.id = d.head;
SELECT promise.protect('erp.demand');
SELECT promise.protect('erp.demand', watch => '[]');
SELECT promise.protect('erp.demand', watch => '{"detail": "SELECT product AS item FROM changed"}');
SELECT promise.protect('erp.demand', watch => '{"line": "SELECT 1", "head": "SELECT 1"}');
SELECT promise.protect('erp.demand', watch => '{"head": "SELECT 1", "detail": "SELECT 1", "erp.head": "SELECT 1"}');
SELECT promise.protect('erp.demand', watch => '{"head": "SELECT 1", "detail": "SELECT product AS item FROM changed"}');
SELECT promise.protect('erp.demand', watch => '{"head": "SELECT", "detail": "SELECT product AS item FROM changed"}');
SELECT promise.protect('erp.demand', watch => '{"head": "SELEC 1", "detail": "SELECT product AS item FROM changed"}');
SELECT promise.protect('erp.demand', watch => '{"head": "DELETE FROM changed", "detail": "SELECT product AS item FROM changed"}');
SELECT promise.protect('erp.demand', watch => '{"head": "SELECT 1 AS item) AS n; DROP TABLE erp.head; --", "detail": "SELECT product AS item FROM changed"}');
SELECT promise.protect('erp.demand', watch => '{"head": "SELECT product AS item FROM changed", "detail": "SELECT product AS item FROM changed"}');
SELECT promise.protect('erp.demand', watch => '{"head": "SELECT random()::text AS item FROM changed", "detail": "SELECT product AS item FROM changed"}');
SELECT promise.protect('erp.demand', watch => '{"head": "SELECT due AS item FROM changed", "detail": "SELECT product AS item FROM changed"}');
SELECT * FROM pg_temp.guards;
SELECT * FROM promise.mappings;
SELECT promise.protect('erp.demand', mode => 'warn', watch => '{
	"head": "WITH h AS (SELECT id FROM changed) SELECT d.product AS item FROM h JOIN erp.detail AS d ON d.head = h.id",
	"erp.detail": "SELECT product AS item, ''main'' AS location FROM changed"}');
SELECT * FROM pg_temp.guards;
SELECT DISTINCT relation FROM pg_temp.triggers ORDER BY 1;
INSERT INTO erp.head VALUES (1, '2031-01-01', 'open');
INSERT INTO erp.detail VALUES (1, 1, '7', 1);

SELECT relation, query, document FROM promise.guard_watch ORDER BY relation::text;
-- what a document is, is told where no foreign key tells it
CREATE TABLE erp.bare_head (id integer PRIMARY KEY, company integer, due date);
CREATE TABLE erp.bare_line (head integer, company integer, product text, qty numeric);
CREATE INDEX ON erp.bare_line (product);
CREATE VIEW erp.bare AS
	SELECT l.product AS item, h.due AS at, l.qty AS quantity
	FROM erp.bare_line AS l JOIN erp.bare_head AS h ON h.id = l.head AND h.company = l.company;
SELECT promise.protect('erp.bare', watch => '{
	"bare_head": "SELECT l.product AS item FROM changed AS h JOIN erp.bare_line AS l ON l.head = h.id",
	"bare_line": {"query": "SELECT product AS item FROM changed"}}');
SELECT promise.protect('erp.bare', watch => '{
	"bare_head": {"query": "SELECT l.product AS item FROM changed AS h JOIN erp.bare_line AS l ON l.head = h.id", "document": "ARRAY[company, id]::text"},
	"bare_line": {"query": "SELECT product AS item FROM changed", "document": "ARRAY[company, head]::text"}}');
SELECT relation, document FROM promise.guard_watch WHERE relation::text ~ 'bare' ORDER BY relation::text;
BEGIN;
INSERT INTO erp.bare_head VALUES (1, 2, '2031-01-01');
SELECT count(*) FROM pg_catalog.pg_locks WHERE locktype = 'object' AND classid = 'promise.node_lock'::regclass;
ROLLBACK;
-- rows of several documents, and of none
SELECT promise.protect('erp.bare', watch => '{
	"bare_head": {"query": "SELECT NULL AS item", "document": null},
	"bare_line": {"query": "SELECT product AS item FROM changed", "document": "ARRAY[company::text, head::text]"}}');
BEGIN;
INSERT INTO erp.bare_head VALUES (1, 2, '2031-01-01');
INSERT INTO erp.bare_line VALUES (1, 2, 'x', 0), (3, 2, 'y', 0);
SELECT count(*) FROM pg_catalog.pg_locks WHERE locktype = 'object' AND classid = 'promise.node_lock'::regclass;
ROLLBACK;
-- what is shown can be given again
SELECT jsonb_pretty(watch) FROM promise.guards WHERE relation = 'erp.bare'::regclass;
SELECT promise.protect('erp.bare', watch => g.watch) FROM promise.guards AS g WHERE g.relation = 'erp.bare'::regclass;
SELECT relation, query, document FROM promise.guard_watch WHERE relation::text ~ 'bare' ORDER BY relation::text;
SELECT promise.protect('erp.bare', watch => '{"bare_head": {"document": "id"}, "bare_line": "SELECT product AS item FROM changed"}');
SELECT promise.protect('erp.bare', watch => '{"bare_head": {"query": "SELECT 1 AS item", "documents": "id"}, "bare_line": "SELECT product AS item FROM changed"}');
SELECT promise.protect('erp.bare', watch => '{"bare_head": {"query": "SELECT 1 AS item", "document": "due"}, "bare_line": {"query": "SELECT product AS item FROM changed", "document": "heads"}}');
SELECT promise.unprotect('erp.bare'), promise.unmap('demand', 'erp.bare');
DROP VIEW erp.bare;
DROP TABLE erp.bare_head, erp.bare_line;

-- two tables of that name
CREATE SCHEMA shop;
CREATE TABLE shop.head (id integer);
CREATE VIEW erp.two_heads AS SELECT 'x' AS item, now() AS at, 1 AS quantity FROM erp.head, shop.head AS other;
SELECT promise.protect('erp.two_heads', watch => '{"head": "SELECT 1 AS item"}');
SELECT promise.protect('erp.two_heads', watch => '{"erp.head": "SELECT 1 AS item"}');

-- the view changes: the guard does not follow by itself
CREATE OR REPLACE VIEW erp.open_head AS SELECT h.* FROM erp.head AS h, shop.head AS s WHERE s.id = h.id;
SELECT * FROM promise.guard_problems();
CREATE OR REPLACE VIEW erp.open_head AS SELECT 1 AS id, '2031-01-01'::date AS due, 'open'::text AS state;
SELECT * FROM promise.guard_problems();
SELECT promise.protect('erp.demand', watch => '{"detail": "SELECT product AS item FROM changed"}');
SELECT * FROM promise.guard_problems();
SELECT DISTINCT relation FROM pg_temp.triggers ORDER BY 1;

-- it goes: its guard can be named by its number
DROP VIEW erp.demand;
SELECT regexp_replace(p, '\([0-9]+', '(NUMBER') FROM promise.guard_problems() AS p;
INSERT INTO erp.detail VALUES (2, 1, '7', 1);
SELECT promise.unprotect(relation) FROM promise.guard WHERE mapping = '' AND relation::text ~ '^[0-9]+$';
SELECT * FROM promise.guard_problems();
SELECT * FROM pg_temp.triggers;
DELETE FROM promise.mapping;
SELECT promise.unprotect('promise.commitment');

/*
 * What cannot be protected
 */
SELECT promise.protect(NULL);
SELECT promise.protect('erp.detail', item => 'product', at => 'NULL::date', quantity => 'qty', mode => 'allow');
SELECT promise.protect('erp.detail', item => 'product', at => 'NULL::date', quantity => 'qty', mode => 'block', role => 'supply');
SELECT promise.protect('erp.detail', item => 'product', role => 'item');
SELECT promise.protect('erp.detail', item => 'product', role => 'nothing');
SELECT promise.protect('erp.detail', item => 'product', watch => '{}');
SELECT promise.protect('erp.detail');
SELECT promise.protect('erp.detail', item => 'product', at => '(SELECT now())', quantity => 'qty');
CREATE FOREIGN DATA WRAPPER regress_promise_nowhere;
CREATE SERVER regress_promise_nowhere FOREIGN DATA WRAPPER regress_promise_nowhere;
CREATE FOREIGN TABLE erp.far (item text, at date, quantity numeric) SERVER regress_promise_nowhere;
SELECT promise.protect('erp.far');
CREATE TABLE erp.half (item text, at date, quantity numeric) PARTITION BY LIST (item);
CREATE FOREIGN TABLE erp.far_half PARTITION OF erp.half DEFAULT SERVER regress_promise_nowhere;
SELECT promise.protect('erp.half');
CREATE VIEW erp.view_far AS SELECT * FROM erp.far;
SELECT promise.protect('erp.view_far', watch => '{"far": "SELECT item FROM changed"}');
CREATE MATERIALIZED VIEW erp.copy AS SELECT product AS item, now() AS at, qty AS quantity FROM erp.detail;
SELECT promise.protect('erp.copy');
CREATE VIEW erp.view_copy AS SELECT * FROM erp.copy;
SELECT promise.protect('erp.view_copy', watch => '{"copy": "SELECT item FROM changed"}');
CREATE TEMP TABLE passing (item text, at date, quantity numeric);
SELECT promise.protect('passing');
SELECT promise.protect('pg_catalog.pg_class', item => 'relname', at => 'now()', quantity => '1');
SELECT promise.protect('erp.head_pkey');
CREATE VIEW erp.view_own AS SELECT * FROM promise.supply;
SELECT promise.protect('erp.view_own', watch => '{"supply": "SELECT item FROM changed"}');
SELECT promise.protect('promise.item');
SELECT promise.protect('promise.supply', item => 'item');
SELECT promise.protect('promise.supply', mode => 'block');
SELECT * FROM pg_temp.guards;
SELECT * FROM pg_temp.triggers;

/*
 * Own tables, each by itself but for what is planned for promises
 */
SELECT promise.protect('promise.commitment', mode => 'except', deferred => true);
SELECT promise.protect('promise.load');
SELECT promise.protect('promise.supply');
SELECT promise.protect('promise.stocking');
SELECT promise.protect('promise.resource');
SELECT promise.protect('promise.resource_change', mode => 'report');
SELECT * FROM pg_temp.guards;
-- a table of the business does not change the guard that is there
CREATE TABLE erp.order_line (item text, at date, quantity numeric);
SELECT promise.protect('erp.order_line');
SELECT * FROM pg_temp.guards WHERE role IN ('demand', 'planned_flow');
SELECT promise.unprotect('erp.order_line');
DELETE FROM promise.mapping;
-- their triggers are always there
SELECT pg_get_triggerdef(oid) FROM pg_trigger
WHERE tgrelid = 'promise.commitment'::regclass AND tgname ~ '^promise_guard' ORDER BY tgname COLLATE "C";
ALTER TABLE promise.supply DISABLE TRIGGER promise_guard_update;
SELECT * FROM promise.guard_problems();
ALTER TABLE promise.supply ENABLE TRIGGER promise_guard_update;
-- they are not emptied behind the guards' back
TRUNCATE promise.supply;
TRUNCATE promise.supply CASCADE;
SELECT promise.unprotect('promise.commitment');
SELECT relation, promise.unprotect(relation, role) FROM pg_temp.guards;
SELECT * FROM pg_temp.guards;

/*
 * An owner who is no superuser, a table of somebody else's, row-level security
 */
CREATE ROLE regress_promise_owner;
CREATE ROLE regress_promise_other;
GRANT USAGE ON SCHEMA promise TO regress_promise_owner, regress_promise_other;
GRANT CREATE, USAGE ON SCHEMA erp TO regress_promise_owner, regress_promise_other;
SET ROLE regress_promise_owner;
CREATE TABLE erp.owned (item text, at date, quantity numeric, tenant text);
CREATE INDEX ON erp.owned (item);
ALTER TABLE erp.owned ENABLE ROW LEVEL SECURITY;
CREATE POLICY regress_mine ON erp.owned USING (tenant = CURRENT_USER);
SELECT promise.protect('erp.owned');
RESET ROLE;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA promise TO regress_promise_owner, regress_promise_other;
GRANT ALL ON ALL TABLES IN SCHEMA promise TO regress_promise_owner, regress_promise_other;
SET ROLE regress_promise_owner;
SELECT promise.protect('erp.owned', deferred => true);
SELECT relation, deferred, tables FROM promise.guards WHERE role = 'demand' ORDER BY relation::text;
INSERT INTO erp.owned VALUES ('7', '2031-01-01', 1, 'regress_promise_owner');
RESET ROLE;
GRANT SELECT ON erp.owned TO regress_promise_other;
SET ROLE regress_promise_other;
SELECT promise.protect('erp.owned', mode => 'warn');
RESET ROLE;
GRANT TRIGGER ON erp.owned TO regress_promise_other;
SET ROLE regress_promise_other;
-- who may create triggers may not drop them: without their guard they do nothing
SELECT promise.protect('erp.owned', mode => 'warn');
SELECT promise.unprotect('erp.owned');
RESET ROLE;
SELECT * FROM promise.guard_problems();
INSERT INTO erp.owned VALUES ('7', '2031-01-01', 1, 'regress_promise_owner');
SET ROLE regress_promise_owner;
SELECT promise.protect('erp.owned');
SELECT promise.guard_drop_triggers(guard, '{}', false)
FROM (SELECT DISTINCT t.guard FROM promise.guard_triggers() AS t WHERE t.relation = 'erp.owned'::regclass
	  EXCEPT SELECT guard FROM promise.guard) AS ended;
RESET ROLE;
SELECT * FROM promise.guard_problems();

/*
 * Limits are functions of one kind
 */
CREATE FUNCTION erp.no_limit(claims promise.claim[]) RETURNS SETOF promise.limit_violation
	STABLE LANGUAGE sql AS 'SELECT c.ref, NULL, NULL FROM unnest(claims) AS c WHERE false';
INSERT INTO promise.guard_limit VALUES ('sine', 'pg_catalog.sin(double precision)');
INSERT INTO promise.guard_limit VALUES ('none', 'erp.no_limit');
INSERT INTO promise.guard_limit VALUES ('none', 'erp.no_limit(promise.claim[])');
UPDATE promise.guard_limit SET check_function = 'pg_catalog.sin(double precision)';
DELETE FROM promise.guard_limit;
TRUNCATE promise.guard_limit;

/*
 * The triggers of the business need the extension: it says so.
 */
DROP VIEW pg_temp.triggers, pg_temp.guards, erp.view_own;
DROP FUNCTION erp.no_limit;
DROP EXTENSION promise;

SELECT promise.unprotect('erp.owned');
SELECT promise.unprotect('promise.commitment');
DELETE FROM promise.mapping;
DELETE FROM promise.supply;
SET client_min_messages = warning;
DROP SCHEMA erp, shop CASCADE;
DROP SERVER regress_promise_nowhere;
DROP FOREIGN DATA WRAPPER regress_promise_nowhere;
DROP OWNED BY regress_promise_owner, regress_promise_other;
DROP ROLE regress_promise_owner, regress_promise_other;
