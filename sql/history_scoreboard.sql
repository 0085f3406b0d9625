/*
 * The scoreboard of orders in tables of the business whose history is kept.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET promise.timezone = 'UTC';
SET promise.clock = '2026-11-02 08:00+00';
CREATE SCHEMA erp;
CREATE TABLE erp.order_line (id integer PRIMARY KEY, item text, ordered numeric, shipped numeric DEFAULT 0, promised date, wanted date,
	customer text, rep text DEFAULT 'Kim', price numeric DEFAULT 20, state text DEFAULT 'open');
CREATE TABLE erp.shipment (line integer, day date, quantity numeric);
CREATE INDEX ON erp.order_line (item, promised) INCLUDE (ordered, shipped) WHERE state = 'open';
CREATE INDEX ON erp.shipment ((('SO ' || line)));
INSERT INTO promise.supply (item, at, quantity) VALUES ('lamp', '-infinity', 10000);
CREATE VIEW pg_temp.lines AS
	SELECT ref, customer AS cust, seller, asked_day AS asked, asked_quantity AS q, first_at::date AS first, first_quantity AS fq, last_at::date AS last,
		last_quantity AS lq, delivered AS d, pending AS p, cancelled AS c, cancelled_late AS late, kept, first_kept AS fk, last_kept AS lk
	FROM promise.scoreboard_lines();

-- ship something: the row and the shipment, in whatever order
CREATE PROCEDURE erp.ship(line integer, quantity numeric, day date, row_first boolean DEFAULT true) LANGUAGE plpgsql AS $$
BEGIN
	IF row_first THEN
		UPDATE erp.order_line SET shipped = shipped + quantity WHERE id = line;
	END IF;
	INSERT INTO erp.shipment VALUES (line, day, quantity);
	IF NOT row_first THEN
		COMMIT;
		UPDATE erp.order_line SET shipped = shipped + quantity WHERE id = line;
	END IF;
END
$$;

-- an order that is there when the history begins, and was partly delivered
INSERT INTO erp.order_line VALUES (1, 'lamp', 10, 4, '2026-11-10', NULL, 'Ada');
INSERT INTO erp.shipment VALUES (1, '2026-11-01', 4);
SELECT promise.protect('erp.order_line', ref => $$'SO ' || id$$, quantity => 'ordered - shipped', at => 'promised', requested_at => 'wanted',
	seller => 'rep', filter => $$state = 'open'$$);
SELECT promise.map('delivery', 'erp.shipment', ref => $$'SO ' || line$$, at => 'day');
SELECT promise.keep_history('erp.order_line');

-- made up in one transaction, and then changed in others: later, less, more
BEGIN;
INSERT INTO erp.order_line (id, item, ordered, promised, customer) VALUES (2, 'lamp', 1, '2026-12-24', 'Ada');
UPDATE erp.order_line SET ordered = 10 WHERE id = 2;
UPDATE erp.order_line SET promised = '2026-11-09' WHERE id = 2;
COMMIT;
INSERT INTO erp.order_line (id, item, ordered, promised, wanted, customer, rep) VALUES (3, 'lamp', 8, '2026-11-09', '2026-11-08', 'Bob', 'Pat'),
	(4, 'lamp', 6, '2026-11-09', NULL, 'Bob', 'Pat'), (5, 'lamp', 5, '2026-11-09', NULL, 'Bob', 'Pat'), (6, 'lamp', 5, '2026-11-09', NULL, 'Bob', 'Kim'),
	(7, 'lamp', 0, '2026-11-09', NULL, 'Bob', 'Kim'), (8, 'lamp', 3, '2026-11-09', NULL, 'Ada', 'Kim'), (9, 'lamp', 3, '2026-11-20', NULL, 'Ada', 'Kim');
SET promise.clock = '2026-11-05 08:00+00';
UPDATE erp.order_line SET promised = '2026-11-12' WHERE id IN (1, 2, 3);
UPDATE erp.order_line SET ordered = 7 WHERE id = 2;
UPDATE erp.order_line SET promised = '2026-11-13' WHERE id = 3;
UPDATE erp.order_line SET promised = '2026-11-08' WHERE id = 4;
-- cancelled: deleted, left out by the filter, nothing ordered any more; what nobody ever promised
DELETE FROM erp.order_line WHERE id = 5;
UPDATE erp.order_line SET state = 'cancelled' WHERE id = 6;
DELETE FROM erp.order_line WHERE id = 7;
UPDATE erp.order_line SET ordered = 0 WHERE id = 8;
-- and delivered
SET promise.clock = '2026-11-14 08:00+00';
CALL erp.ship(1, 6, '2026-11-11');
CALL erp.ship(2, 7, '2026-11-12', false);
CALL erp.ship(3, 3, '2026-11-08');
CALL erp.ship(3, 5, '2026-11-13');
CALL erp.ship(4, 6, '2026-11-08', false);
-- what is delivered is closed, and purged at last; cancelled after the day asked for
UPDATE erp.order_line SET state = 'done' WHERE id = 4;
DELETE FROM erp.order_line WHERE id IN (4, 6, 8);
INSERT INTO erp.order_line (id, item, ordered, promised, customer) VALUES (10, 'lamp', 2, '2026-11-09', 'Ada');
DELETE FROM erp.order_line WHERE id = 10;
SELECT * FROM pg_temp.lines ORDER BY length(ref), ref;
SELECT ref, was_at::date, now_at::date, told_at FROM promise.slip ORDER BY entry;
SELECT name, lines, kept, first_kept, last_kept, cancelled, slips FROM promise.scoreboard('seller') ORDER BY name;
SELECT n, promise.times_changed('SO ' || n) FROM generate_series(1, 9) AS n;
SELECT ref, customer, gone_at FROM promise.gone ORDER BY length(ref), ref;

-- a trigger of the business that sets the date when the row is there: its entries come first
CREATE FUNCTION erp.set_date() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE erp.order_line SET promised = promised + 3 WHERE id = NEW.id;
	RETURN NULL;
END
$$;
CREATE TRIGGER set_date AFTER INSERT ON erp.order_line FOR EACH ROW EXECUTE FUNCTION erp.set_date();
INSERT INTO erp.order_line (id, item, ordered, promised, customer) VALUES (11, 'lamp', 4, '2026-11-20', 'Cem');
DROP TRIGGER set_date ON erp.order_line;
SELECT kind, at::date, change, open FROM promise.history('SO 11');
SELECT * FROM pg_temp.lines WHERE ref = 'SO 11';
SELECT count(*) AS slips, promise.times_changed('SO 11') FROM promise.slip WHERE ref = 'SO 11';

-- one that comes back is not gone, whether or not anything is open of it
INSERT INTO erp.order_line (id, item, ordered, promised, customer) VALUES (5, 'lamp', 5, '2026-11-20', 'Bob');
INSERT INTO erp.order_line (id, item, ordered, promised, customer) VALUES (6, 'lamp', 0, '2026-11-09', 'Bob');
SELECT * FROM pg_temp.lines WHERE ref IN ('SO 5', 'SO 6');

-- a promise of one's own that has the same ref counts by what was agreed there, and its
-- entries are its own
INSERT INTO promise.commitment (ref, item, at, quantity, requested_at, requested_quantity, customer, seller)
VALUES ('SO 9', 'lamp', '2026-11-12 12:00+00', 4, '2026-11-09 12:00+00', 10, 'Ada', 'Lou');
UPDATE promise.commitment SET quantity = 3 WHERE ref = 'SO 9';
UPDATE erp.order_line SET promised = '2026-11-25', ordered = 9 WHERE id = 9;
SELECT * FROM pg_temp.lines WHERE ref = 'SO 9';
SELECT ref, was_at::date, now_at::date FROM promise.slip WHERE ref = 'SO 9';
SELECT promise.times_changed('SO 9');
DELETE FROM promise.commitment;

-- what one may not see is not gone
CREATE ROLE history_seller;
GRANT USAGE ON SCHEMA erp, promise TO history_seller;
GRANT SELECT ON ALL TABLES IN SCHEMA erp, promise TO history_seller;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA promise TO history_seller;
ALTER TABLE erp.order_line ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_lines ON erp.order_line TO history_seller USING (rep = 'Pat');
ALTER TABLE promise.ledger ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_entries ON promise.ledger TO history_seller USING (seller = 'Pat');
ALTER TABLE promise.gone_order ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_entries ON promise.gone_order TO history_seller
	USING (EXISTS (SELECT FROM promise.ledger AS l WHERE l.entry = gone_order.entry));
SET ROLE history_seller;
SELECT ref, customer, seller, first_quantity, last_quantity, cancelled FROM promise.scoreboard_lines() ORDER BY ref;
SELECT count(*) FROM promise.gone_order;
RESET ROLE;
DROP POLICY own_lines ON erp.order_line;
DROP POLICY own_entries ON promise.ledger;
DROP POLICY own_entries ON promise.gone_order;
ALTER TABLE erp.order_line DISABLE ROW LEVEL SECURITY;
ALTER TABLE promise.ledger DISABLE ROW LEVEL SECURITY;
ALTER TABLE promise.gone_order DISABLE ROW LEVEL SECURITY;
DROP OWNED BY history_seller;
DROP ROLE history_seller;

-- the same orders in a mapped table and promised by our own functions: the same numbers
TRUNCATE erp.order_line, erp.shipment;
DELETE FROM promise.ledger;
SET promise.clock = '2026-11-02 08:00+00';
CREATE TABLE erp.plan (id integer, ordered numeric, promised date, moved date, cut numeric, shipped numeric, day date, gone boolean);
SELECT setseed(0.25) \gset
INSERT INTO erp.plan SELECT n, q, DATE '2026-11-08' + (random() * 10)::integer,
	CASE WHEN random() < 0.5 THEN DATE '2026-11-08' + (random() * 12)::integer END, CASE WHEN random() < 0.2 THEN ceil(q / 3) END,
	CASE WHEN random() < 0.3 THEN ceil(q / 2) ELSE q END, DATE '2026-11-08' + (random() * 12)::integer, random() < 0.15
FROM (SELECT n, 2 + floor(random() * 20) AS q FROM generate_series(100, 299) AS n) AS n;
UPDATE erp.plan SET shipped = least(shipped, ordered - COALESCE(cut, 0));
INSERT INTO erp.order_line (id, item, ordered, promised, customer) SELECT id, 'lamp', ordered, promised, 'Ada' FROM erp.plan ORDER BY id;
INSERT INTO promise.commitment (ref, item, at, quantity, customer, seller, price)
SELECT 'OWN ' || id, 'lamp', promised + interval '1 day' - interval '1 microsecond', ordered, 'Ada', 'Kim', 20 FROM erp.plan ORDER BY id;
SET promise.clock = '2026-11-05 08:00+00';
UPDATE erp.order_line AS o SET promised = p.moved FROM erp.plan AS p WHERE p.id = o.id AND p.moved IS NOT NULL;
UPDATE promise.commitment AS c SET at = p.moved + interval '1 day' - interval '1 microsecond' FROM erp.plan AS p WHERE c.ref = 'OWN ' || p.id AND p.moved IS NOT NULL;
UPDATE erp.order_line AS o SET ordered = o.ordered - p.cut FROM erp.plan AS p WHERE p.id = o.id AND p.cut IS NOT NULL;
UPDATE promise.commitment AS c SET quantity = quantity - p.cut FROM erp.plan AS p WHERE c.ref = 'OWN ' || p.id AND p.cut IS NOT NULL;
SET promise.clock = '2026-11-15 08:00+00';
DELETE FROM erp.order_line AS o USING erp.plan AS p WHERE p.id = o.id AND p.gone;
SELECT count(promise.release('OWN ' || id)) FROM erp.plan WHERE gone;
INSERT INTO erp.shipment SELECT id, day, shipped FROM erp.plan WHERE NOT gone;
UPDATE erp.order_line AS o SET shipped = p.shipped FROM erp.plan AS p WHERE p.id = o.id;
SELECT count(promise.deliver('OWN ' || id, shipped, day + interval '1 day' - interval '1 microsecond')) FROM erp.plan WHERE NOT gone AND shipped > 0;
SELECT count(*), count(*) FILTER (WHERE a.cancelled) > 10 AS cancelled, count(*) FILTER (WHERE a.first_kept <> a.last_kept) > 5 AS differ
FROM promise.scoreboard_lines() AS a WHERE a.ref LIKE 'SO %';
SELECT a.ref, a, b FROM promise.scoreboard_lines() AS a
JOIN promise.scoreboard_lines() AS b ON b.ref = 'OWN ' || substr(a.ref, 4)
WHERE a.ref LIKE 'SO %'
  AND (a.asked_day, a.asked_quantity, a.first_at, a.first_quantity, a.last_at, a.last_quantity, a.delivered, a.delivered_at, a.in_time,
	   a.pending, a.cancelled, a.cancelled_late, a.kept, a.early, a.first_kept, a.last_kept)
	  IS DISTINCT FROM
	  (b.asked_day, b.asked_quantity, b.first_at, b.first_quantity, b.last_at, b.last_quantity, b.delivered, b.delivered_at, b.in_time,
	   b.pending, b.cancelled, b.cancelled_late, b.kept, b.early, b.first_kept, b.last_kept);
SELECT s.n, count(*), count(s.ref) > 10 AS any FROM (
	SELECT substr(ref, 4) AS n, ref, was_at, now_at, told_at FROM promise.slip WHERE ref LIKE 'SO %'
	UNION ALL SELECT substr(ref, 5), ref, was_at, now_at, told_at FROM promise.slip WHERE ref LIKE 'OWN %') AS s
GROUP BY s.n, s.was_at, s.now_at, s.told_at HAVING count(*) <> 2;
SELECT count(*) > 20 AS slips FROM promise.slip WHERE ref LIKE 'SO %';

SELECT promise.unprotect('erp.order_line'), promise.unmap('demand', 'erp.order_line'), promise.unmap('delivery', 'erp.shipment'), promise.unprotect('promise.commitment');
DELETE FROM promise.commitment;
DELETE FROM promise.ledger;
DELETE FROM promise.supply;
DROP SCHEMA erp CASCADE;
RESET promise.clock;
