/*
 * Many nodes in one change, and many changes in one session.
 */
SET promise.clock = '2030-01-01 00:00+00';
SET promise.timezone = 'UTC';
SET client_min_messages = warning;
CREATE SCHEMA shop;

/*
 * 3000 items, of which every 97th is promised once too often.  What is found to
 * be missing, and the naive answer.
 */
CREATE TABLE shop.receipt (company int, item int, at date, qty int);
INSERT INTO shop.receipt SELECT i % 3, i, '2030-02-01', 2 FROM generate_series(1, 3000) AS i;
CREATE TABLE shop.line (id int GENERATED ALWAYS AS IDENTITY, company int, item int, at date, qty int)
	WITH (autovacuum_enabled = off);
CREATE VIEW shop.naive AS
	SELECT company, item
	FROM (SELECT company, item, qty FROM shop.receipt
		  UNION ALL SELECT company, item, -qty FROM shop.line) AS r
	GROUP BY company, item HAVING sum(qty) < 0;
CREATE PROCEDURE shop.load() LANGUAGE sql AS $$
	INSERT INTO shop.line (company, item, at, qty)
	SELECT i % 3, i, '2030-02-02', CASE WHEN i % 97 = 0 AND n = 1 THEN 2 ELSE 1 END
	FROM generate_series(1, 3000) AS i, generate_series(1, 2) AS n ORDER BY hashint4(i * 2 + n)
$$;
CREATE FUNCTION shop.compare(key text, OUT missing bigint, OUT wrong bigint) LANGUAGE sql AS $$
	SELECT count(DISTINCT n.item),
		count(*) FILTER (WHERE n.item IS NULL OR e.item IS NULL)
	FROM (SELECT CASE key WHEN 'item' THEN item::text ELSE ARRAY[company, item]::text END AS item
		  FROM shop.naive) AS n
	FULL JOIN (SELECT DISTINCT item FROM promise.exception) AS e ON e.item = n.item
$$;
/* how many entries of the table's indexes this session has read lately */
CREATE FUNCTION shop.entries_read() RETURNS bigint LANGUAGE sql VOLATILE AS $$
	SELECT COALESCE(sum(pg_stat_get_xact_tuples_returned(indexrelid)), 0)::bigint
	FROM pg_index WHERE indrelid = 'shop.line'::regclass
$$;

-- without an index
SELECT promise.map('supply', 'shop.receipt', item => 'item', at => 'at', quantity => 'qty');
SELECT promise.protect('shop.line', item => 'item', at => 'at', quantity => 'qty', ref => 'id::text', mode => 'except');
BEGIN; CALL shop.load(); SELECT * FROM shop.compare('item'); ROLLBACK;

-- with one; the table was never analyzed, yet each entry is read only once, or
-- some times more where something is missing
CREATE INDEX line_item ON shop.line (item, at) INCLUDE (qty);
BEGIN; SELECT shop.entries_read() AS before \gset
CALL shop.load(); SELECT shop.entries_read() - :before BETWEEN 6000 AND 10000 AS by_key, * FROM shop.compare('item'); ROLLBACK;
-- at the end of the transaction; what was rolled back is still in the index
SELECT promise.protect('shop.line', item => 'item', at => 'at', quantity => 'qty', ref => 'id::text', mode => 'except',
	deferred => true);
BEGIN; SELECT shop.entries_read() AS before \gset
CALL shop.load();
SELECT count(*) FROM promise.exception;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT shop.entries_read() - :before BETWEEN 6000 AND 16000 AS by_key, * FROM shop.compare('item');
ROLLBACK;
-- an index that goes away with its plan
DROP INDEX shop.line_item;
BEGIN; CALL shop.load(); SET CONSTRAINTS ALL IMMEDIATE; SELECT * FROM shop.compare('item'); ROLLBACK;
SELECT promise.unprotect('shop.line');

-- a composed key, with an index for a part of it, which says too little ...
SELECT promise.map('supply', 'shop.receipt', item => '{company, item}', at => 'at', quantity => 'qty');
SELECT promise.protect('shop.line', item => '{company, item}', at => 'at', quantity => 'qty', ref => 'id::text',
	mode => 'except');
CREATE INDEX line_company ON shop.line (company);
BEGIN; CALL shop.load(); SELECT * FROM shop.compare('pair'); ROLLBACK;
-- ... and for all of it
CREATE INDEX line_pair ON shop.line (company, item);
BEGIN; SELECT shop.entries_read() AS before \gset
CALL shop.load(); SELECT shop.entries_read() - :before BETWEEN 6000 AND 10000 AS by_key, * FROM shop.compare('pair'); ROLLBACK;
SELECT promise.unprotect('shop.line');
SELECT promise.unmap('demand', 'shop.line'), promise.unmap('supply', 'shop.receipt');

/*
 * Many changes in one session.  What is kept depends on what was touched, not on
 * how often.  The memory of the contexts that outlive a statement, but for what
 * PostgreSQL itself keeps of every subtransaction, does not grow.
 */
SELECT promise.map('supply', 'shop.receipt', item => 'item', at => 'at', quantity => 'qty');
SELECT promise.protect('shop.line', item => 'item', at => 'at', quantity => 'qty');
CREATE INDEX line_item ON shop.line (item, at) INCLUDE (qty);
CREATE FUNCTION shop.memory() RETURNS bigint LANGUAGE sql VOLATILE AS $$
	-- the parent of a context is named up to 17, and found by its path from 18 on
	WITH context AS (
		SELECT c.name, c.total_bytes, to_jsonb(c) ->> 'parent' AS parent, to_jsonb(c) -> 'path' AS path
		FROM pg_backend_memory_contexts AS c
	)
	SELECT sum(c.total_bytes)::bigint
	FROM context AS c LEFT JOIN context AS p ON p.path = c.path - (-1)
	WHERE c.name <> 'CurTransactionContext' AND COALESCE(c.parent, p.name, 'TopMemoryContext') IN
		('TopMemoryContext', 'CacheMemoryContext', 'TopTransactionContext', 'CurTransactionContext')
$$;
CREATE PROCEDURE shop.change(way text, changes int) LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1 .. changes LOOP
		CASE way
			WHEN 'kept' THEN
				INSERT INTO shop.line (item, at, qty) VALUES (1 + i % 10, '2030-02-02', 1);
			WHEN 'kept, savepoints' THEN
				BEGIN
					INSERT INTO shop.line (item, at, qty) VALUES (1 + i % 10, '2030-02-02', 1);
				EXCEPTION WHEN SQLSTATE 'PR001' THEN
					RAISE;
				END;
			WHEN 'refused' THEN
				BEGIN
					INSERT INTO shop.line (item, at, qty) VALUES (1 + i % 10, '2030-02-02', 5000);
					RAISE 'not refused';
				EXCEPTION WHEN SQLSTATE 'PR001' THEN
				END;
			WHEN 'failed' THEN
				BEGIN
					INSERT INTO shop.line (item, at, qty) VALUES (1 + i % 10, '2030-02-02', -1);
					RAISE 'did not fail';
				EXCEPTION WHEN invalid_argument_for_logarithm THEN
				END;
		END CASE;
	END LOOP;
END $$;
CREATE FUNCTION shop.growth(way text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	before	bigint;
	growth	bigint;
BEGIN
	CALL shop.change(way, 100);
	before := shop.memory();
	CALL shop.change(way, 1000);
	growth := (shop.memory() - before) / 1024;
	-- each is good for more than 50 bytes, if any
	RETURN CASE WHEN growth < 50 THEN 'none' ELSE growth || ' kB' END;
END $$;
INSERT INTO shop.receipt SELECT i % 3, i, '2030-02-01', 2000 FROM generate_series(1, 10) AS i;
SELECT shop.growth('kept');
SELECT shop.growth('kept, savepoints');
SELECT shop.growth('refused');
-- an error in a mapped expression
SELECT promise.protect('shop.line', item => 'item', at => 'at', quantity => 'qty + 0 * ln(qty + 0.5)');
SELECT shop.growth('failed');

SELECT promise.unprotect('shop.line');
SELECT promise.unmap('demand', 'shop.line'), promise.unmap('supply', 'shop.receipt');
-- leave nothing behind for other tests
DELETE FROM promise.exception;
SELECT promise.unprotect('promise.commitment');
DROP SCHEMA shop CASCADE;
