/*
 * What is changed of a promise beside quantity and date.
 */
SET timezone = 'Europe/Berlin';
SET datestyle = 'SQL, DMY';
SET client_min_messages = warning;
SET promise.clock = '2026-12-01 08:00+00';
CREATE ROLE regress_amendment_seller;
CREATE ROLE regress_amendment_owner;
DO $$
DECLARE
	statement text;
BEGIN
	FOR statement IN SELECT promise.grant_script('seller', 'regress_amendment_seller')
	LOOP
		EXECUTE statement;
	END LOOP;
END
$$;
CREATE TEMP VIEW amended AS
	SELECT ref, column_name, was, became, who FROM promise.amendment ORDER BY entry;
GRANT SELECT ON amended TO PUBLIC;
INSERT INTO promise.supply (item, at, quantity) VALUES ('LAMP', '-infinity', 100);

-- nothing is kept before promise.commitment is guarded
INSERT INTO promise.commitment (ref, item, at, quantity, price) VALUES ('OLD', 'LAMP', '2026-12-05 12:00+00', 1, 10);
UPDATE promise.commitment SET price = 11;
TABLE amended;
SELECT promise.protect('promise.commitment');

-- every column by itself, each with what was and what is
SET ROLE regress_amendment_seller;
SELECT quantity FROM promise.commit('SO-1', 'LAMP', 8, '2026-12-05', customer => 'Ada', seller => 'Kim', price => 100, cost => 60, currency => 'EUR');
UPDATE promise.commitment SET price = 90 WHERE ref = 'SO-1';
UPDATE promise.commitment
SET customer = 'Bob', seller = NULL, channel = 'shop', zone = 'north', group_ref = 'G', price = NULL, cost = 60.00, currency = 'USD',
	priority = 5, fixed = true, accepted_at = '2026-11-30 23:30+01', kind = 'forecast'
WHERE ref = 'SO-1';
UPDATE promise.commitment SET requested_at = '2026-12-05 12:00+00', requested_quantity = 1 WHERE ref = 'OLD';
TABLE amended;
-- each column that says something of a promise is followed
SELECT a.attname FROM pg_attribute AS a
WHERE a.attrelid = 'promise.commitment'::regclass AND a.attnum > 0 AND a.attgenerated = ''
  AND NOT EXISTS (SELECT FROM pg_trigger AS t
				  WHERE t.tgrelid = a.attrelid AND t.tgfoid = 'promise.amendment_record()'::regprocedure
					AND a.attname = ANY (string_to_array(encode(t.tgargs, 'escape'), '\000')))
ORDER BY 1;
RESET ROLE;
DELETE FROM promise.amendment;

-- what is set to what it was leaves no trace, nor does what is undone
UPDATE promise.commitment SET priority = priority, customer = 'Bob', cost = 60 WHERE ref = 'SO-1';
TABLE amended;
BEGIN;
UPDATE promise.commitment SET price = 1 WHERE ref = 'SO-1';
SAVEPOINT s;
UPDATE promise.commitment SET price = 2 WHERE ref = 'SO-1';
ROLLBACK TO s;
UPDATE promise.commitment SET price = 3 WHERE ref = 'SO-1';
SELECT column_name, was, became FROM amended;
ROLLBACK;
TABLE amended;

-- what the ledger tells is told once
SELECT quantity FROM promise.change('SO-1', 7, '2026-12-06');
UPDATE promise.commitment SET at = '2026-12-07 12:00+00', quantity = 6 WHERE ref = 'SO-1';
SELECT promise.deliver('SO-1', 6), promise.release('OLD');
TABLE amended;
-- of what is not open any more it tells nothing
UPDATE promise.commitment SET at = '2026-12-24 12:00+00', location = 'depot' WHERE ref = 'SO-1';
UPDATE promise.commitment SET delivered_at = '2026-12-03 12:00+00' WHERE ref = 'SO-1';
UPDATE promise.commitment SET delivered_at = '2026-12-03 12:00+00' WHERE ref = 'OLD';
UPDATE promise.commitment SET ref = 'NEW' WHERE ref = 'OLD';
SELECT ref, column_name, was, became FROM amended;
DELETE FROM promise.amendment;
-- what is opened again is in the ledger
UPDATE promise.commitment SET quantity = 1, delivered_at = NULL, at = '2026-12-25 12:00+00' WHERE ref = 'NEW';
TABLE amended;
-- delivered and moved in one statement
UPDATE promise.commitment SET quantity = 0, delivered_at = '2026-12-20 12:00+00', at = '2026-12-19 12:00+00' WHERE ref = 'NEW';
SELECT ref, column_name, was, became FROM amended;

-- a hold: how long it lasts, whom it is for; that it becomes a promise, the ledger tells
SELECT quantity FROM promise.hold('CART', 'LAMP', 1, '2026-12-05', '15 minutes', price => 50);
UPDATE promise.commitment SET expires_at = expires_at + interval '1 day' WHERE ref = 'CART';
SELECT quantity FROM promise.commit('CART', 'LAMP', 1, '2026-12-05');
UPDATE promise.commitment SET kind = 'hold', expires_at = 'infinity' WHERE ref = 'CART';
SELECT ref, column_name, was, became FROM amended WHERE ref = 'CART';

-- also what a trigger changes that the statement does not name
CREATE FUNCTION pg_temp.discount() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.price := NEW.price - 5; RETURN NEW; END';
SELECT quantity FROM promise.commit('SO-2', 'LAMP', 4, '2026-12-05', price => 100);
CREATE TRIGGER discount BEFORE UPDATE ON promise.commitment FOR EACH ROW EXECUTE FUNCTION pg_temp.discount();
UPDATE promise.commitment SET priority = 0 WHERE ref = 'SO-2';
DROP TRIGGER discount ON promise.commitment;
-- by ON CONFLICT and MERGE, too
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('SO-2', 'LAMP', '2026-12-05', 1)
ON CONFLICT (ref) DO UPDATE SET customer = 'Eve';
MERGE INTO promise.commitment AS c USING (VALUES ('SO-2', 'Lee')) AS v (ref, seller) ON c.ref = v.ref
WHEN MATCHED THEN UPDATE SET seller = v.seller;
SELECT ref, column_name, was, became FROM amended WHERE ref = 'SO-2';

-- it is in the order of the ledger, and of the parts of a promise it is told with the whole
INSERT INTO promise.commitment (ref, item, at, quantity, part_of) VALUES ('SO-2/2', 'LAMP', '2026-12-06', 1, 'SO-2');
UPDATE promise.commitment SET price = 7 WHERE ref = 'SO-2/2';
SELECT kind, change, open, column_name, was, became FROM promise.history('SO-2');
SELECT kind, ref, item, customer, seller, change, who = CURRENT_USER AS by_me, column_name, was, became
FROM promise.audit WHERE ref = 'SO-2' ORDER BY entry;
-- it outlives the promise
DELETE FROM promise.commitment WHERE ref = 'SO-2';
SELECT kind, item, column_name, was, became FROM promise.audit WHERE ref = 'SO-2' AND column_name = 'price';

-- nobody rewrites it, whatever he was granted; and none says what he did not do
GRANT USAGE ON SCHEMA promise TO regress_amendment_owner;
GRANT ALL ON promise.amendment TO regress_amendment_owner;
\set VERBOSITY terse
SET ROLE regress_amendment_owner;
UPDATE promise.amendment SET who = 'Kim';
DELETE FROM promise.amendment;
TRUNCATE promise.amendment;
INSERT INTO promise.amendment (ref, column_name, who, session_who, at_time, transaction) VALUES ('SO-1', 'price', 'Kim', 'Kim', now(), '1');
SET ROLE regress_amendment_seller;
DELETE FROM promise.amendment;
SELECT promise.amendment_record();
RESET ROLE;
\set VERBOSITY default

DELETE FROM promise.commitment;
DELETE FROM promise.guard;
DELETE FROM promise.supply;
DELETE FROM promise.alert;
-- who removes the last entry of a promise removes what was amended of it
DELETE FROM promise.ledger WHERE ref = 'SO-2' AND kind <> 'delete';
SELECT count(*) FROM amended WHERE ref = 'SO-2';
DELETE FROM promise.ledger WHERE ref = 'SO-2';
SELECT count(*) FROM amended WHERE ref = 'SO-2';
DELETE FROM promise.ledger;
TABLE amended;
DROP OWNED BY regress_amendment_seller, regress_amendment_owner;
DROP ROLE regress_amendment_seller, regress_amendment_owner;
