/*
 * The history of orders in tables of the business: what the ledger knows of them.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET promise.timezone = 'Europe/Berlin';
SET promise.clock = '2026-11-20 08:00+00';
CREATE SCHEMA erp;
CREATE TABLE erp.order_line (id integer PRIMARY KEY, item text, site text, ordered numeric, shipped numeric DEFAULT 0,
	promised date, wanted date, customer text, rep text, price integer, state text DEFAULT 'open', note text);
CREATE TABLE erp.shipment (id serial PRIMARY KEY, line integer, at timestamptz, quantity numeric);
CREATE INDEX ON erp.order_line (item, promised) INCLUDE (site, ordered, shipped);
CREATE INDEX ON erp.shipment ((('SO ' || line)));
INSERT INTO promise.supply (item, location, at, quantity) VALUES ('lamp', 'Ulm', '-infinity', 1000), ('lamp', 'NY', '-infinity', 1000), ('lamp', 'main', '-infinity', 1000);
INSERT INTO promise.location (location, zone) VALUES ('NY', 'America/New_York');
INSERT INTO erp.order_line VALUES (1, 'lamp', 'Ulm', 10, 4, '2026-11-25', '2026-11-24', 'Ada', 'Kim', 20),
	(2, 'lamp', 'NY', 5, 0, '2026-11-26', NULL, 'Bob', 'Pat', 20), (3, 'lamp', 'Ulm', 5, 5, '2026-11-26', NULL, 'Bob', 'Pat', 20);

-- what cannot have a history
CREATE VIEW erp.lines AS SELECT * FROM erp.order_line;
SELECT promise.keep_history(NULL);
SELECT promise.keep_history('promise.commitment');
SELECT promise.keep_history('erp.order_line');
SELECT promise.keep_history('erp.lines');
SELECT promise.protect('erp.order_line', location => 'site', quantity => 'ordered - shipped', at => 'promised', filter => $$state = 'open'$$);
SELECT promise.keep_history('erp.order_line');
SELECT promise.keep_history('erp.order_line', name => 'other');
SELECT promise.protect('erp.order_line', ref => $$'SO ' || id$$, location => 'site', quantity => 'ordered - shipped', at => 'promised',
	requested_at => 'wanted', seller => 'rep', filter => $$state = 'open'$$);

-- what is there already
SELECT promise.keep_history('erp.order_line');
SELECT relation, keeps_history FROM promise.guards WHERE role = 'demand' ORDER BY guard;
CREATE FUNCTION pg_temp.news(OUT ref text, OUT item text, OUT location text, OUT at timestamptz, OUT change numeric, OUT kind text, OUT relation regclass)
	RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
	seen bigint := current_setting('test.seen')::bigint;
BEGIN
	RETURN QUERY SELECT l.ref, l.item, l.location, l.at, trim_scale(l.change), l.kind, l.relation FROM promise.ledger AS l WHERE l.entry > seen ORDER BY l.entry;
	PERFORM set_config('test.seen', (SELECT max(l.entry)::text FROM promise.ledger AS l), false);
	RETURN QUERY SELECT v, NULL, NULL, NULL::timestamptz, NULL::numeric, NULL, NULL::regclass FROM promise.verify() AS v;
END
$$;
SET test.seen = 0;
SELECT * FROM pg_temp.news();
-- to begin again finds nothing new
SELECT promise.keep_history('erp.order_line');
SELECT * FROM pg_temp.news();

-- statements of all kinds
INSERT INTO erp.order_line (id, item, site, ordered, promised, customer, rep) VALUES
	(4, 'lamp', 'Ulm', 2.5, '2026-11-25', 'Ada', 'Kim'), (5, 'lamp', 'NY', 0, '2026-11-25', 'Ada', 'Kim'), (6, 'lamp', 'Ulm', 7, NULL, 'Ada', 'Kim');
SELECT * FROM pg_temp.news();
UPDATE erp.order_line SET ordered = 6, promised = COALESCE(promised, '2026-11-30') WHERE id IN (4, 5, 6);
SELECT * FROM pg_temp.news();
UPDATE erp.order_line SET promised = promised + 1 WHERE id IN (2, 3);
SELECT * FROM pg_temp.news();
UPDATE erp.order_line SET note = 'nothing that is promised', price = 21, customer = 'Cem';
SELECT * FROM pg_temp.news();
UPDATE erp.order_line SET ordered = shipped - 1 WHERE id = 3;
SELECT * FROM pg_temp.news();
UPDATE erp.order_line SET id = 60 WHERE id = 6;
SELECT * FROM pg_temp.news();
MERGE INTO erp.order_line AS o USING (VALUES (4, 7), (5, 0), (7, 3)) AS n (id, ordered) ON o.id = n.id
	WHEN MATCHED AND n.ordered = 0 THEN DELETE
	WHEN MATCHED THEN UPDATE SET ordered = n.ordered
	WHEN NOT MATCHED THEN INSERT (id, item, site, ordered, promised) VALUES (n.id, 'lamp', 'Ulm', n.ordered, '2026-12-01');
SELECT * FROM pg_temp.news();
INSERT INTO erp.order_line (id, item, site, ordered, promised) VALUES (7, 'lamp', 'Ulm', 4, '2026-12-02'), (8, 'lamp', 'Ulm', 1, '2026-12-02')
	ON CONFLICT (id) DO UPDATE SET promised = excluded.promised;
SELECT * FROM pg_temp.news();
COPY erp.order_line (id, item, site, ordered, promised) FROM stdin;
9	lamp	Ulm	2	2026-12-03
\.
SELECT * FROM pg_temp.news();
WITH gone AS (DELETE FROM erp.order_line WHERE id = 9 RETURNING *)
UPDATE erp.order_line SET ordered = ordered + (SELECT sum(ordered) FROM gone) WHERE id = 8;
SELECT * FROM pg_temp.news();
UPDATE erp.order_line SET state = 'cancelled' WHERE id = 4;
UPDATE erp.order_line SET state = 'open' WHERE id = 4;
SELECT * FROM pg_temp.news();
SELECT ref, l.kind, l.customer, l.seller, o.price, o.requested_at FROM promise.gone_order AS o JOIN promise.ledger AS l USING (entry, ref) ORDER BY entry;

-- what is rolled back was never promised
BEGIN;
SAVEPOINT a;
UPDATE erp.order_line SET ordered = 50 WHERE id = 4;
ROLLBACK TO a;
UPDATE erp.order_line SET ordered = 8 WHERE id = 4;
COMMIT;
SELECT * FROM pg_temp.news();
-- and neither what the guard refuses
UPDATE erp.order_line SET ordered = 5000 WHERE id = 4;
SELECT * FROM pg_temp.news();

SELECT at_time, kind, location, at, trim_scale(change) AS change, trim_scale(open) AS open, relation FROM promise.history('SO 2');
SELECT ref, kind, trim_scale(change) AS change, promised_at, customer, who = current_user AS mine, relation FROM promise.audit WHERE ref = 'SO 7' ORDER BY entry;

-- a user without rights on the ledger
CREATE ROLE history_clerk;
GRANT USAGE ON SCHEMA erp TO history_clerk;
GRANT ALL ON erp.order_line TO history_clerk;
SET ROLE history_clerk;
UPDATE erp.order_line SET ordered = 9 WHERE id = 4;
DELETE FROM erp.order_line WHERE id = 8;
RESET ROLE;
SELECT ref, kind, trim_scale(change) AS change, who FROM promise.ledger WHERE who = 'history_clerk' ORDER BY entry;
SELECT * FROM pg_temp.news();
GRANT USAGE ON SCHEMA promise TO history_clerk;
GRANT ALL ON ALL TABLES IN SCHEMA promise TO history_clerk;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA promise TO history_clerk;
REVOKE SELECT ON erp.order_line FROM history_clerk;
SET ROLE history_clerk;
INSERT INTO promise.gone_order (entry, ref) VALUES (1, 'SO 1');
UPDATE promise.gone_order SET price = 1;
SELECT * FROM promise.history_rows('erp.order_line');
RESET ROLE;
GRANT SELECT ON erp.order_line TO history_clerk;
ALTER TABLE erp.order_line ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_lines ON erp.order_line TO history_clerk USING (rep = 'Kim');
SET ROLE history_clerk;
SELECT * FROM promise.history_rows('erp.order_line');
UPDATE erp.order_line SET ordered = 10 WHERE id IN (1, 4);
RESET ROLE;
SELECT * FROM pg_temp.news();
ALTER TABLE erp.order_line DISABLE ROW LEVEL SECURITY;
DROP OWNED BY history_clerk;
DROP ROLE history_clerk;

-- what the rows say may change with the mapping, or with the zone of a location
SELECT promise.protect('erp.order_line', ref => $$'SO ' || id$$, location => 'site', quantity => 'ordered - shipped', at => 'promised + 1',
	requested_at => 'wanted', seller => 'rep', filter => $$state = 'open'$$);
SELECT * FROM pg_temp.news();
UPDATE promise.location SET zone = 'Asia/Tokyo' WHERE location = 'NY';
SELECT * FROM promise.verify();
SELECT promise.keep_history('erp.order_line');
SELECT * FROM pg_temp.news();

-- a promise that the business took over: two stories
INSERT INTO promise.commitment (ref, item, location, at, quantity) VALUES ('SO 70', 'lamp', 'Ulm', '2026-12-01 12:00+00', 3);
INSERT INTO erp.order_line (id, item, site, ordered, promised) VALUES (70, 'lamp', 'Ulm', 3, '2026-12-01');
UPDATE promise.commitment SET quantity = 0 WHERE ref = 'SO 70';
UPDATE erp.order_line SET ordered = 2 WHERE id = 70;
SELECT kind, at, trim_scale(change) AS change, trim_scale(open) AS open, relation FROM promise.history('SO 70');
SELECT * FROM promise.verify();

-- TRUNCATE, and the end of the history
TRUNCATE erp.order_line;
SELECT ref, kind, trim_scale(change) AS change FROM pg_temp.news();
SELECT count(*) FROM promise.gone_order;
INSERT INTO erp.order_line VALUES (1, 'lamp', 'Ulm', 10, 0, '2026-11-25');
SELECT promise.keep_history('erp.order_line', false);
INSERT INTO erp.order_line VALUES (2, 'lamp', 'Ulm', 10, 0, '2026-11-25');
DELETE FROM erp.order_line WHERE id = 1;
SELECT ref, kind, change FROM pg_temp.news();
SELECT promise.keep_history('erp.order_line');
SELECT ref, kind, change FROM pg_temp.news();
SELECT promise.unprotect('erp.order_line');
INSERT INTO erp.order_line VALUES (3, 'lamp', 'Ulm', 10, 0, '2026-11-25');
SELECT ref, kind, change FROM pg_temp.news();

SELECT promise.unmap('demand', 'erp.order_line');

-- partitions and children: written through the table, directly, moved, emptied
CREATE TABLE erp.part_line (id integer, item text, at timestamptz, quantity numeric, ref text) PARTITION BY RANGE (id);
CREATE TABLE erp.part_low (ref text, quantity numeric, dropped text, at timestamptz, item text, id integer);
ALTER TABLE erp.part_low DROP COLUMN dropped;
ALTER TABLE erp.part_line ATTACH PARTITION erp.part_low FOR VALUES FROM (0) TO (10);
CREATE TABLE erp.part_high PARTITION OF erp.part_line FOR VALUES FROM (10) TO (20);
CREATE INDEX ON erp.part_line (item);
INSERT INTO erp.part_line VALUES (1, 'lamp', '2026-12-01', 1, 'P 1'), (11, 'lamp', '2026-12-01', 1, 'P 11');
SELECT promise.protect('erp.part_line');
SELECT promise.keep_history('erp.part_line');
INSERT INTO erp.part_line VALUES (2, 'lamp', '2026-12-02', 2, 'P 2'), (12, 'lamp', '2026-12-02', 2, 'P 12');
INSERT INTO erp.part_low (id, item, at, quantity, ref) VALUES (3, 'lamp', '2026-12-03', 3, 'P 3');
SELECT ref, at, kind, change, relation FROM pg_temp.news();
UPDATE erp.part_line SET id = id + 10 WHERE id = 3;
SELECT ref, at, kind, change FROM pg_temp.news();
UPDATE erp.part_line SET id = id - 10, quantity = quantity + 1 WHERE id IN (11, 12);
SELECT ref, at, kind, change FROM pg_temp.news();
TRUNCATE erp.part_low;
SELECT ref, at, kind, change FROM pg_temp.news();
SELECT promise.unprotect('erp.part_line');

-- two mappings of a table, one of which keeps its history
SELECT promise.protect('erp.part_line', filter => 'id < 13', name => 'kept');
SELECT promise.protect('erp.part_line', filter => 'id >= 13', name => 'other');
SELECT promise.keep_history('erp.part_line', name => 'kept');
UPDATE erp.part_line SET quantity = quantity + 1;
SELECT ref, at, kind, change FROM pg_temp.news();
SELECT promise.unprotect('erp.part_line', name => n), promise.unmap('demand', 'erp.part_line', n) FROM unnest('{kept,other}'::text[]) AS n;
SELECT promise.unmap('demand', 'erp.part_line');

-- many changes at random, with the sums told by the mapping alone, and how often an order
-- was changed noted beside; deliveries are booked before or after, with the line or apart
TRUNCATE erp.order_line;
SELECT promise.protect('erp.order_line', ref => $$'SO ' || id$$, location => 'site', quantity => 'ordered - shipped', at => 'promised');
SELECT promise.map('delivery', 'erp.shipment', ref => $$'SO ' || line$$);
SELECT promise.keep_history('erp.order_line');
CREATE TABLE erp.change (line integer, times integer);
DO $$
DECLARE
	line integer;
	open numeric;
	part numeric;
BEGIN
	PERFORM setseed(0.5);
	FOR line IN 100..139 LOOP
		INSERT INTO erp.order_line (id, item, site, ordered, promised) VALUES (line, 'lamp', 'Ulm', 1 + floor(random() * 20), '2026-12-01');
		UPDATE erp.order_line SET promised = promised + 1 WHERE id = line;
		COMMIT;
		FOR i IN 1..(random() * 6)::integer LOOP
			SELECT ordered - shipped INTO open FROM erp.order_line WHERE id = line;
			part := 1 + floor(random() * open);
			CASE floor(random() * 6)
				WHEN 0 THEN
					UPDATE erp.order_line SET ordered = ordered + part WHERE id = line;
					INSERT INTO erp.change VALUES (line, 1);
				WHEN 1 THEN
					UPDATE erp.order_line SET promised = promised + (random() * 4)::integer - 2 WHERE id = line AND open > 0;
					INSERT INTO erp.change SELECT line, 1 WHERE (SELECT count(DISTINCT at) FILTER (WHERE transaction = pg_current_xact_id()) FROM promise.ledger
						WHERE ref = 'SO ' || line) > 1;
				WHEN 2 THEN
					-- never the quantity of a shipment
					UPDATE erp.order_line SET ordered = ordered - 0.5 WHERE id = line AND open > 0;
					INSERT INTO erp.change SELECT line, 1 WHERE open > 0;
				WHEN 3 THEN
					INSERT INTO erp.shipment (line, at, quantity) SELECT line, now(), part WHERE open >= part;
					COMMIT;
					UPDATE erp.order_line SET shipped = shipped + part WHERE id = line AND open >= part;
				WHEN 4 THEN
					UPDATE erp.order_line SET shipped = shipped + part WHERE id = line AND open >= part;
					INSERT INTO erp.shipment (line, at, quantity) SELECT line, now(), part WHERE open >= part;
				ELSE
					UPDATE erp.order_line SET note = 'called' WHERE id = line;
			END CASE;
			COMMIT;
		END LOOP;
	END LOOP;
END
$$;
SELECT count(*) > 100 AS entries, count(DISTINCT transaction) > 80 AS transactions FROM promise.ledger WHERE ref LIKE 'SO 1__';
SELECT ref, item, location, at, sum(n) FROM (
	SELECT ref, item, location, at, quantity AS n FROM promise.mapped_promises() WHERE quantity > 0
	UNION ALL SELECT ref, item, location, at, -change FROM promise.ledger WHERE relation = 'erp.order_line'::regclass) AS n
GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0;
SELECT * FROM promise.verify();
SELECT sum(times) > 20 AS changes, (SELECT count(*) > 20 FROM erp.shipment) AS deliveries FROM erp.change;
SELECT id, promise.times_changed('SO ' || id), COALESCE(times, 0) AS noted FROM erp.order_line AS o
LEFT JOIN (SELECT line, sum(times) AS times FROM erp.change GROUP BY line) AS c ON c.line = o.id
WHERE promise.times_changed('SO ' || id) <> COALESCE(times, 0);
-- more rows than are read at a time
INSERT INTO erp.order_line (id, item, site, ordered, promised) SELECT n, 'lamp', CASE n % 3 WHEN 0 THEN 'NY' ELSE 'Ulm' END, 0.25, '2026-12-02'
FROM generate_series(1001, 3500) AS n;
UPDATE erp.order_line SET promised = promised + id % 3 WHERE id > 1000;
DELETE FROM erp.order_line WHERE id > 1000 AND id % 2 = 0;
SELECT kind, count(*), sum(change), count(DISTINCT ref) FROM promise.ledger WHERE ref LIKE 'SO ____' GROUP BY kind ORDER BY kind;
SELECT ref, item, location, at, sum(n) FROM (
	SELECT ref, item, location, at, quantity AS n FROM promise.mapped_promises() WHERE quantity > 0
	UNION ALL SELECT ref, item, location, at, -change FROM promise.ledger WHERE relation = 'erp.order_line'::regclass) AS n
GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0;
-- what came back is no change, and neither is the end
UPDATE erp.order_line SET ordered = 40 WHERE id = 100;
SELECT promise.times_changed('SO 100') AS before \gset
INSERT INTO erp.shipment (line, at, quantity) VALUES (100, now(), 7), (100, now(), -7);
UPDATE erp.order_line SET shipped = shipped + 7 WHERE id = 100;
UPDATE erp.order_line SET shipped = shipped - 7 WHERE id = 100;
DELETE FROM erp.order_line WHERE id = 100;
SELECT promise.times_changed('SO 100') - :before AS more;
SELECT promise.unprotect('erp.order_line'), promise.unmap('demand', 'erp.order_line'), promise.unmap('delivery', 'erp.shipment');

SELECT promise.unprotect('promise.commitment');
DELETE FROM promise.commitment;
DELETE FROM promise.ledger;
SELECT count(*) FROM promise.gone_order;
DELETE FROM promise.supply;
DELETE FROM promise.location;
DROP SCHEMA erp CASCADE;
RESET promise.clock;
