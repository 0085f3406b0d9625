/*
 * Who may map, and what a question needs.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET client_min_messages = warning;
CREATE SCHEMA erp;

CREATE TABLE erp.stock (id integer PRIMARY KEY, item text, quantity numeric);
CREATE INDEX ON erp.stock (item);
INSERT INTO erp.stock VALUES (1, 'fine', 1), (14, 'fine', 2);
SELECT promise.map('supply', 'erp.stock');

\set VERBOSITY terse
CREATE ROLE regress_promise_mapper;
SET ROLE regress_promise_mapper;
SELECT promise.map('item', 'erp.stock');
RESET ROLE;
GRANT USAGE ON SCHEMA promise, erp TO regress_promise_mapper;
SET ROLE regress_promise_mapper;
SELECT promise.map('item', 'erp.stock');
SELECT promise.unmap('item', 'erp.stock');
SELECT * FROM promise.mappings;
RESET ROLE;
GRANT EXECUTE ON FUNCTION promise.map, promise.unmap, promise.events TO regress_promise_mapper;
GRANT SELECT, INSERT, UPDATE, DELETE ON promise.mapping TO regress_promise_mapper;
SET ROLE regress_promise_mapper;
SELECT promise.map('item', 'erp.stock');
RESET ROLE;
GRANT SELECT ON ALL TABLES IN SCHEMA erp, promise TO regress_promise_mapper;
SET ROLE regress_promise_mapper;
SELECT promise.map('item', 'erp.stock');
RESET ROLE;
-- what an expression calls runs with the rights of the owner, too
CREATE ROLE regress_promise_erp;
ALTER TABLE erp.stock OWNER TO regress_promise_erp;
GRANT regress_promise_erp TO regress_promise_mapper;
SET ROLE regress_promise_mapper;
SELECT promise.map('item', 'erp.stock');
SELECT promise.unmap('item', 'erp.stock');
SELECT quantity FROM promise.events('fine');
RESET ROLE;

REVOKE regress_promise_erp FROM regress_promise_mapper;

-- policies never hide rows: who may not see them all gets an error
ALTER TABLE erp.stock ENABLE ROW LEVEL SECURITY;
CREATE POLICY regress_some ON erp.stock USING (id < 10);
SELECT quantity FROM promise.events('fine');
SET ROLE regress_promise_mapper;
SELECT quantity FROM promise.events('fine');
RESET ROLE;
ALTER TABLE erp.stock DISABLE ROW LEVEL SECURITY;
SET ROLE regress_promise_mapper;
SELECT quantity FROM promise.events('fine');
RESET ROLE;
\set VERBOSITY default

DELETE FROM promise.mapping;
DROP SCHEMA erp CASCADE;
REVOKE ALL ON SCHEMA promise FROM regress_promise_mapper;
REVOKE ALL ON ALL TABLES IN SCHEMA promise FROM regress_promise_mapper;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA promise FROM regress_promise_mapper;
DROP ROLE regress_promise_mapper, regress_promise_erp;
