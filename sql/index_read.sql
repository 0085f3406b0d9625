/*
 * index_read: what is read from a covering index directly is what the
 * executor would read.
 */
SET promise.clock = '2026-11-22 08:00+00';
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';

CREATE SCHEMA erp;
CREATE TABLE erp.moves (
	id bigint GENERATED ALWAYS AS IDENTITY,
	product integer NOT NULL,
	at timestamptz,
	qty bigint
) WITH (autovacuum_enabled = off);
INSERT INTO erp.moves (product, at, qty)
SELECT n % 50, timestamptz '2026-11-23 00:00+00' + n * interval '1 hour', n % 7 + 1
FROM generate_series(1, 20000) AS n;
CREATE INDEX moves_product ON erp.moves (product, at) INCLUDE (qty);
VACUUM ANALYZE erp.moves;
SELECT promise.map('supply', 'erp.moves', item => 'product', quantity => 'qty');

-- the plan that is run directly
DO $$
DECLARE
	line text;
	query text := promise.mapping_query('supply', 'erp.moves');
BEGIN
	EXECUTE 'PREPARE direct(integer) AS ' || query;
	SET LOCAL plan_cache_mode = force_generic_plan;
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) EXECUTE direct(7)' LOOP
		RAISE NOTICE '%', line;
	END LOOP;
	DEALLOCATE direct;
END
$$;

-- the balance of every product, by the extension and by plain SQL
CREATE FUNCTION erp.differences() RETURNS bigint LANGUAGE sql VOLATILE AS $$
	WITH truth AS (
		SELECT product, sum(qty) AS quantity, count(*) AS n
		FROM erp.moves WHERE at IS NOT NULL AND qty <> 0 GROUP BY product
	), answer AS (
		SELECT p AS product, e.n, e.quantity
		FROM generate_series(0, 51) AS p,
			LATERAL (SELECT count(*) AS n, sum(quantity) AS quantity
					 FROM promise.events(p::text) WHERE at < 'infinity') AS e
		WHERE e.n > 0
	)
	SELECT count(*) FROM truth FULL JOIN answer USING (product)
	WHERE truth.n IS DISTINCT FROM answer.n
		OR truth.quantity IS DISTINCT FROM answer.quantity
$$;
CREATE FUNCTION erp.last_balances() RETURNS numeric LANGUAGE sql VOLATILE AS $$
	SELECT sum(a.balance)
	FROM generate_series(0, 51) AS p,
		LATERAL (SELECT balance FROM promise.availability(p::text)
				 ORDER BY at DESC LIMIT 1) AS a
$$;
SELECT erp.differences(), erp.last_balances() = (SELECT sum(qty) FROM erp.moves) AS same;

-- rows that are not visible to everybody: updated, deleted, inserted, rolled back
UPDATE erp.moves SET qty = qty + 1 WHERE id % 10 = 0;
DELETE FROM erp.moves WHERE id % 11 = 0;
SELECT erp.differences(), erp.last_balances() = (SELECT sum(qty) FROM erp.moves) AS same;
BEGIN;
INSERT INTO erp.moves (product, at, qty) SELECT 51, '2026-12-24 00:00+00', 5 FROM generate_series(1, 10);
DELETE FROM erp.moves WHERE product = 7;
SELECT promise.earliest('51', 50), promise.earliest('7', 1);
SELECT erp.differences(), erp.last_balances() = (SELECT sum(qty) FROM erp.moves) AS same;
SAVEPOINT s;
UPDATE erp.moves SET product = 51 WHERE product = 8;
SELECT erp.differences(), erp.last_balances() = (SELECT sum(qty) FROM erp.moves) AS same;
ROLLBACK TO s;
SELECT erp.differences(), erp.last_balances() = (SELECT sum(qty) FROM erp.moves) AS same;
ROLLBACK;
SELECT erp.differences(), erp.last_balances() = (SELECT sum(qty) FROM erp.moves) AS same;

-- an older snapshot keeps what it saw
BEGIN ISOLATION LEVEL SERIALIZABLE;
DECLARE before CURSOR FOR SELECT promise.earliest('9', 1000), promise.earliest('9', 1) FROM generate_series(1, 2);
FETCH 1 FROM before;
DELETE FROM erp.moves WHERE product = 9;
SELECT promise.earliest('9', 1000), promise.earliest('9', 1);
FETCH 1 FROM before;
ROLLBACK;

-- NULLs in the index: a receipt without a date never comes
INSERT INTO erp.moves (product, at, qty) VALUES (50, NULL, 3), (50, '2026-12-01 00:00+00', NULL), (50, '2026-12-02 00:00+00', 2);
SELECT at, balance FROM promise.availability('50');

-- without the right to read the table there is no answer
CREATE ROLE regress_promise_reader;
GRANT USAGE ON SCHEMA promise, erp TO regress_promise_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA promise TO regress_promise_reader;
GRANT EXECUTE ON FUNCTION promise.earliest(text, numeric, text, timestamptz, text[], text, integer) TO regress_promise_reader;
SET ROLE regress_promise_reader;
SELECT promise.earliest('7', 1);
RESET ROLE;
GRANT SELECT (product, at) ON erp.moves TO regress_promise_reader;
SET ROLE regress_promise_reader;
SELECT promise.earliest('7', 1);
RESET ROLE;
GRANT SELECT ON erp.moves TO regress_promise_reader;
SET ROLE regress_promise_reader;
SELECT promise.earliest('7', 1);
RESET ROLE;

-- rows hidden by row-level security are an error, never a wrong answer
ALTER TABLE erp.moves ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON erp.moves USING (product > 40);
SET ROLE regress_promise_reader;
SELECT promise.earliest('7', 1);
RESET ROLE;
SELECT promise.earliest('7', 1);
ALTER TABLE erp.moves DISABLE ROW LEVEL SECURITY;

-- the index goes, the answer stays
DROP INDEX erp.moves_product;
SELECT promise.earliest('7', 1), erp.differences();

-- a mapped expression may itself ask
CREATE FUNCTION erp.stock_of(product integer) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN CASE WHEN product < 100 THEN coalesce(promise.earliest((product + 100)::text, 1) IS NOT NULL, false)::integer * 5 ELSE 1 END;
END
$$;
CREATE INDEX moves_product ON erp.moves (product, at) INCLUDE (qty);
VACUUM ANALYZE erp.moves;
INSERT INTO erp.moves (product, at, qty) VALUES (103, '2026-12-01 00:00+00', 1);
SELECT promise.map('supply', 'erp.moves', item => 'product', quantity => 'erp.stock_of(product)');
SELECT promise.earliest('3', 5), promise.earliest('4', 5);

-- a function is replaced that only the plan knows of, by way of another
CREATE FUNCTION erp.pieces(qty bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT qty * 2';
CREATE FUNCTION erp.boxes(qty bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT erp.pieces(qty) + 0';
SELECT promise.map('supply', 'erp.moves', item => 'product', quantity => 'erp.boxes(qty)');
SELECT at, balance FROM promise.availability('103');
CREATE OR REPLACE FUNCTION erp.pieces(qty bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT qty * 3';
SELECT at, balance FROM promise.availability('103');

-- what one role may call, another may not
CREATE FUNCTION erp.counted(qty bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN qty; END';
REVOKE EXECUTE ON FUNCTION erp.counted FROM PUBLIC;
SELECT promise.map('supply', 'erp.moves', item => 'product', quantity => 'erp.counted(qty)');
SELECT promise.earliest('103', 1);
\set SHOW_CONTEXT never
SET ROLE regress_promise_reader;
SELECT promise.earliest('103', 1);
RESET ROLE;
\set SHOW_CONTEXT errors
SELECT promise.earliest('103', 1);

SELECT promise.unmap('supply', 'erp.moves');
DROP OWNED BY regress_promise_reader;
DROP ROLE regress_promise_reader;
SET client_min_messages = warning;
DROP SCHEMA erp CASCADE;
