/*
 * Many promises at once: they compete in order, and are planned and written
 * together.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET intervalstyle = 'postgres';

\getenv abs_srcdir PG_ABS_SRCDIR
\set try :abs_srcdir '/sql/include/try.sql'
\set ECHO none
\i :try
\set ECHO all

BEGIN;
SET LOCAL promise.clock = '2026-12-01 10:30:00+00';	-- a Tuesday

INSERT INTO promise.resource (resource) VALUES ('oven');
INSERT INTO promise.source (source, item, kind, lead_time) VALUES ('bake', 'CAKE', 'make', '0'), ('mill', 'FLOUR', 'buy', '3 days');
INSERT INTO promise.component (source, item, quantity) VALUES ('bake', 'FLOUR', 2);
INSERT INTO promise.step (source, step, resource, run) VALUES ('bake', 1, 'oven', '1 hour');
INSERT INTO promise.supply (item, quantity, for_ref) VALUES ('FLOUR', 8, NULL), ('CAKE', 1, NULL), ('JAM', 5, NULL), ('JAM', 2, 'L9'), ('TEA', 9, NULL);
INSERT INTO promise.supply (item, location, quantity) VALUES ('JAM', 'north', 3);

CREATE TABLE pg_temp.line (n integer, ref text, item text, quantity numeric, due promise.due, location text);
INSERT INTO pg_temp.line VALUES
	(1, 'L1', 'CAKE', 2, '2026-12-01', NULL),				-- one is there, one is baked
	(2, 'L2', 'CAKE', 3, '2026-12-01', NULL),				-- the rest of the flour
	(3, 'L3', 'CAKE', 1, '2026-12-01', NULL),				-- no flour is left
	(4, 'L4', 'CAKE', 1, '2026-12-07', NULL),				-- but it can be bought
	(5, 'L5', 'CAKE', 1, NULL, NULL),
	(6, 'L6', 'JAM', 4, '2026-12-01', NULL),				-- in stock
	(7, 'L7', 'JAM', 3, '2026-12-01', NULL),				-- in the north
	(8, 'L8', 'JAM', 3, '2026-12-01', 'main'),				-- not enough there
	(9, 'L9', 'JAM', 3, '2026-12-01', 'main'),				-- two are kept for it
	(10, 'L10', 'PEAR', 1, NULL, NULL),						-- unknown
	(11, 'L11', 'JAM', 1, NULL, 'south');

SELECT ref, kind, location, quantity, available_at, due, on_time, reason, detail
	FROM promise.commit_query('SELECT * FROM pg_temp.line ORDER BY n');
SELECT ref, item, location, at, quantity, requested_at FROM promise.commitment ORDER BY length(ref), ref;
SELECT ref, source, quantity, start_at, end_at FROM promise.planned_lot ORDER BY plan, lot;
SELECT * FROM promise.conflicts();
SELECT * FROM promise.verify();
SELECT count(*) FROM promise.ledger WHERE kind = 'commit';

-- the same again: the same answers
SELECT ref, kind, location, quantity, available_at
	FROM promise.commit_query('SELECT * FROM pg_temp.line WHERE n IN (1, 4, 6) ORDER BY n');
SELECT count(*) FROM promise.planned_lot;
-- late, at its first date
SELECT ref, kind, available_at, due, on_time
	FROM promise.commit_query('SELECT * FROM pg_temp.line WHERE n = 3', late => true);
SELECT at, requested_at FROM promise.commitment WHERE ref = 'L3';
-- all or nothing
SELECT * FROM pg_temp.try($$SELECT promise.commit_query('SELECT ''new'' AS ref, ''CAKE'' AS item, 1 AS quantity UNION ALL SELECT * FROM (VALUES (''L8'', ''JAM'', 3)) AS v', all_or_nothing => true)$$);
SELECT * FROM pg_temp.try($$SELECT promise.commit_query('SELECT ''L10'' AS ref, ''PEAR'' AS item, 1 AS quantity', all_or_nothing => true)$$);
SELECT count(*) FROM promise.commitment WHERE ref = 'new';

-- all that promise.commit() takes of one
SELECT ref, kind, available_at FROM promise.commit_query($$
	SELECT 'T' || n AS ref, 'TEA' AS item, n AS quantity, 10 - n AS priority, 'group ' || n % 2 AS group_ref, 'ANN' AS customer,
		'web' AS channel, 'DE' AS zone, 'BOB' AS seller, n * 3.5 AS price, n * 2 AS cost, 'EUR' AS currency,
		CASE WHEN n = 2 THEN 'transfer' END AS kind, n = 1 AS fixed, CASE WHEN n = 2 THEN timestamptz '2026-12-04 12:00+00' END AS after, n AS colour
	FROM generate_series(1, 2) AS n UNION ALL SELECT 'T3', 'TEA', 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL$$);
SELECT ref, at, priority, group_ref, customer, channel, zone, seller, price, cost, currency, kind, fixed FROM promise.commitment WHERE item = 'TEA' ORDER BY ref;
-- the same again, by each way; and with other content
SELECT ref, kind FROM promise.commit_query($$SELECT 'T1' AS ref, 'TEA' AS item, 1 AS quantity, 9 AS priority, 'ANN' AS customer$$);
SELECT ref, kind FROM promise.commit('T1', 'TEA', 1, NULL, priority => 9, group_ref => 'group 1', price => 3.50);
SELECT * FROM pg_temp.try($$SELECT promise.commit_query('SELECT ''T1'' AS ref, ''TEA'' AS item, 1 AS quantity, 8 AS priority')$$);
SELECT * FROM pg_temp.try($$SELECT promise.commit_query('SELECT ''T1'' AS ref, ''TEA'' AS item, 1 AS quantity, ''group 2'' AS group_ref')$$);
SELECT * FROM pg_temp.try($$SELECT promise.commit_query('SELECT ''T4'' AS ref, ''TEA'' AS item, 1 AS quantity, ''hold'' AS kind')$$);
SELECT * FROM pg_temp.try($$SELECT promise.commit_query('SELECT ''T4'' AS ref, ''TEA'' AS item, 1 AS quantity, timestamptz ''infinity'' AS after')$$);
-- a question takes no notice of them
SELECT ref, kind, available_at FROM promise.quote_query($$SELECT 'T4' AS ref, 'TEA' AS item, 1 AS quantity, 'hold' AS kind, timestamptz 'infinity' AS after$$);

-- what is no request
SELECT count(*) FROM promise.commit_query(NULL);
SELECT * FROM pg_temp.try($$SELECT promise.commit_query('SELECT ''a'' AS ref, ''JAM'' AS item, 0 AS quantity')$$);
SELECT * FROM pg_temp.try($$SELECT promise.commit_query('SELECT ''a'' AS ref, NULL AS item, 1 AS quantity')$$);
SELECT * FROM pg_temp.try($$SELECT promise.commit_query('SELECT ''JAM'' AS item, 1 AS quantity')$$);
SELECT * FROM pg_temp.try($$SELECT promise.commit_query('SELECT ''a'' AS ref, ''JAM'' AS item, 1 AS quantity FROM generate_series(1, 2)')$$);
SELECT * FROM pg_temp.try($$SELECT promise.commit_query('SELECT ''L1'' AS ref, ''JAM'' AS item, 1 AS quantity')$$);
SELECT count(*) FROM promise.commit_query('SELECT NULL::text AS ref, NULL::text AS item, 1 AS quantity WHERE false');
ROLLBACK;

-- they are judged when constraints are checked, by what all of them come to
INSERT INTO promise.supply (item, quantity) VALUES ('JAM', 5);
SELECT promise.protect('promise.commitment', deferred => true);
BEGIN;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT ref, quantity FROM promise.commit_query($$SELECT 'L' || n AS ref, 'JAM' AS item, n AS quantity FROM generate_series(1, 2) AS n$$);
COMMIT;
SELECT ref, quantity FROM promise.commitment ORDER BY ref;
DELETE FROM promise.guard;
DELETE FROM promise.commitment;
DELETE FROM promise.supply;
DELETE FROM promise.ledger;
