/*
 * The life of a promise: commit, hold, release, deliver, change.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET promise.clock = '2026-12-01 10:00+00';
CREATE VIEW public.entries AS
	SELECT ref, item, location, at, change, kind FROM promise.ledger ORDER BY entry;
CREATE VIEW public.unbalanced AS
	SELECT ref, item, location, at, sum(quantity) AS off
	FROM (SELECT ref, item, location, at, quantity FROM promise.commitment
		  UNION ALL SELECT ref, item, location, at, -change FROM promise.ledger) AS n
	GROUP BY ref, item, location, at HAVING sum(quantity) <> 0;
CREATE VIEW public.promises AS
	SELECT ref, kind, item, location, quantity, at, requested_quantity AS asked, requested_at AS asked_at,
		   available_at, delivered_at, expires_at, status
	FROM promise.commitment ORDER BY ref;

INSERT INTO promise.location VALUES ('north', NULL, 1);
INSERT INTO promise.supply (item, location, at, quantity, ref) VALUES
	('bike', 'main', '-infinity', 10, NULL),
	('bike', 'main', '2026-12-10', 20, 'po 1'),
	('bike', 'north', '-infinity', 5, NULL);

-- the first commit opens the ledger
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('old', 'bike', '2026-12-20', 1);
SELECT * FROM promise.commit('so 1', 'bike', 8, '2026-12-05');
TABLE public.promises;
TABLE public.entries;
SELECT relation, role, mode, deferred FROM promise.guard ORDER BY guard;
-- supply is watched whoever has guarded the promises
BEGIN;
SELECT promise.unprotect('promise.commitment'), promise.unprotect('promise.supply', 'supply');
SELECT promise.protect('promise.commitment', mode => 'warn', deferred => true);
SELECT promise.release('nobody');
SELECT relation, role, mode, deferred FROM promise.guard ORDER BY guard;
ROLLBACK;

-- the same again gives the same answer, in every respect that is named
SELECT * FROM promise.commit('so 1', 'bike', 8.0, '2026-12-05');
SELECT * FROM promise.commit('so 1', 'bike', 8, '2026-12-05', 'main');
SELECT count(*) FROM promise.ledger;
\set VERBOSITY sqlstate
SELECT * FROM promise.commit('so 1', 'bike', 9, '2026-12-05');
SELECT * FROM promise.commit('so 3', 'bike', 9, '2026-12-05');
SELECT * FROM promise.commit('so 3', 'bike', 0, '2026-12-05');
SELECT * FROM promise.commit('so 3', 'car', 1, '2026-12-05');
SELECT * FROM promise.change('so 3', 1, '2026-12-05');
SELECT * FROM promise.commit('so 1', NULL, 9, '2026-12-05');
\set VERBOSITY default
SELECT * FROM promise.commit('so 1', 'car', 8, NULL, 'north', customer => 'Ada', channel => 'shop', zone => 'EU',
	seller => 'Bob', price => 10, cost => 5, currency => 'EUR', priority => 3, group_ref => 'so', kind => 'transfer');
SELECT * FROM promise.commit('old', 'bike', 1, '2026-12-20 00:00+00');
SELECT * FROM promise.commit('old', 'bike', 1, '2026-12-21');

-- what was agreed is kept
SELECT * FROM promise.commit('so 2', 'bike', 2, '2026-12-20', 'main', customer => 'Ada', channel => 'shop', zone => 'EU',
	seller => 'Bob', price => 10.50, cost => 5, currency => 'EUR', priority => 3, group_ref => 'so', kind => 'transfer', fixed => true);
SELECT customer, channel, zone, seller, price, cost, currency, priority, group_ref, kind, fixed, accepted_at
FROM promise.commitment WHERE ref = 'so 2';
SELECT count(*) FROM promise.commit('so 2', 'bike', 2, '2026-12-20', 'main', customer => 'Ada', channel => 'shop', zone => 'EU',
	seller => 'Bob', price => 10.5, cost => 5.00, currency => 'EUR', priority => 3, group_ref => 'so', kind => 'transfer', fixed => true);

-- no: why, and what would pass
SELECT * FROM promise.commit('so 3', 'bike', 8, '2026-12-05');
SELECT * FROM promise.commit('so 3', 'bike', 8, '2026-12-05', 'north');
SELECT * FROM promise.commit('so 3', 'bike', 1000, '2026-12-05');
SELECT * FROM promise.commit('so 3', 'bike', 1000, NULL);
SELECT * FROM promise.commit('so 3', 'bike', 1, '2026-11-05');
SELECT * FROM promise.commit('so 3', 'car', 1, '2026-12-05');
SELECT * FROM promise.commit('so 3', 'bike', 1, '2026-12-05', 'moon');
SELECT * FROM promise.commit('so 3', 'bike', 0, '2026-12-05');
SELECT * FROM promise.commit('so 3', 'bike', -1, '2026-12-05');
SELECT * FROM promise.commit('so 3', 'bike', 'NaN', '2026-12-05');
SELECT * FROM promise.commit('so 3', 'bike', 9223372036854.775808, '2026-12-05');
SELECT * FROM promise.commit('so 3', 'bike', 0.0000001, '2026-12-05');
SELECT * FROM promise.commit('so 3', 'bike', NULL, '2026-12-05');
SELECT * FROM promise.commit('so 3', NULL, 1, '2026-12-05');
SELECT * FROM promise.commit(NULL, 'bike', 1, '2026-12-05');
SELECT * FROM promise.commit('', 'bike', 1, '2026-12-05');
SELECT * FROM promise.hold('', 'bike', 1, '2026-12-05', '1 hour');
SELECT * FROM promise.commit('so 3', 'bike', 1, '-infinity');
SELECT * FROM promise.commit('so 3', 'bike', 1, '2026-12-05', kind => 'hold');
\set VERBOSITY terse
SELECT * FROM promise.commit('so 3', 'bike', 1, '2026-12-05', kind => 'gift');
\set VERBOSITY default
SELECT count(*) FROM promise.commitment WHERE ref = 'so 3';

-- without a date: as early as possible; the best location; not before
SELECT location, quantity, available_at, due FROM promise.commit('so 4', 'bike', 3, NULL);
SELECT location, quantity, available_at, due FROM promise.commit('so 5', 'bike', 6, NULL, 'main');
SELECT location, quantity, available_at, due FROM promise.commit('so 6', 'bike', 1, NULL, after => '2026-12-15');
-- an offer is good until its grain ends
BEGIN;
SET LOCAL promise.clock = '2026-12-01 10:59:59+00';
SELECT location, available_at, due FROM promise.commit('so 7', 'bike', 0.5, '2026-12-01 10:00:01+00');
SELECT location, available_at, due FROM promise.commit('so 8', 'bike', 0.5, '2026-12-01 09:59:59+00');
ROLLBACK;
TABLE public.promises;

-- promises of one statement and of one transaction compete
BEGIN;
INSERT INTO promise.supply (item, quantity) VALUES ('bell', 3);
SAVEPOINT s;
SELECT o.ref, o.quantity FROM generate_series(1, 3) AS k, promise.commit('bell ' || k, 'bell', 1, NULL) AS o;
SAVEPOINT t;
SELECT promise.commit('bell 4', 'bell', 1, NULL);
ROLLBACK TO t;
ROLLBACK TO s;
SELECT o.ref, o.quantity FROM promise.commit('bell 4', 'bell', 3, NULL) AS o;
COMMIT;

-- supply that is kept for a ref is there for it
INSERT INTO promise.supply (item, quantity, for_ref) VALUES ('lock', 2, 'lock 1');
SELECT promise.commit('lock 2', 'lock', 1, '2026-12-05');
SELECT ref, quantity FROM promise.commit('lock 1', 'lock', 2, '2026-12-05');
-- safety stock is for nobody
INSERT INTO promise.supply (item, quantity) VALUES ('pump', 5);
INSERT INTO promise.stocking (item, safety_stock) VALUES ('pump', 2);
SELECT promise.commit('pump 1', 'pump', 4, '2026-12-05');
SELECT ref, quantity FROM promise.commit('pump 1', 'pump', 3, '2026-12-05');
-- what spoils is promised while it is there
INSERT INTO promise.supply (item, quantity, expires_at) VALUES ('glue', 5, '2026-12-03');
SELECT ref, quantity, available_at, due, on_time FROM promise.commit('glue 1', 'glue', 4, '2026-12-05');
SELECT at FROM promise.commitment WHERE ref = 'glue 1';

/*
 * Holds
 */
INSERT INTO promise.supply (item, quantity) VALUES ('lamp', 10);
SELECT promise.hold('h 0', 'lamp', 6, '2026-12-05', '0');
SELECT promise.hold('h 0', 'lamp', 6, '2026-12-05', '-1 hour');
SELECT promise.hold('h 0', 'lamp', 6, '2026-12-05', NULL);
SELECT promise.hold('h 0', 'lamp', 11, '2026-12-05', '1 hour');
SELECT * FROM promise.hold('h 1', 'lamp', 6, '2026-12-05', '1 hour', customer => 'Ada');
SELECT valid_until FROM promise.hold('h 1', 'lamp', 6, '2026-12-05', '2 hours', customer => 'Ada');
SELECT promise.hold('h 1', 'lamp', 6, '2026-12-06', '1 hour');
SELECT promise.commit('so 10', 'lamp', 6, '2026-12-05');
-- it ends by itself
SET promise.clock = '2026-12-01 11:00+00';
SELECT promise.change('h 1', 1);
SELECT promise.deliver('h 1');
SELECT ref, quantity FROM promise.commit('so 10', 'lamp', 6, '2026-12-05');
SELECT promise.hold('h 1', 'lamp', 6, '2026-12-05', '1 hour');
SELECT promise.commit('h 1', 'lamp', 6, '2026-12-05');
-- and may begin anew
SELECT promise.release('so 10');
SELECT * FROM promise.hold('h 1', 'lamp', 6, '2026-12-07', '1 hour', seller => 'Bob');
SELECT entry IS NOT NULL AS entry, kind, at, change, open FROM promise.history('h 1');
-- converting one that lives always passes, also in a shortage
UPDATE promise.supply SET quantity = 1 WHERE item = 'lamp';
SELECT promise.commit('h 1', 'lamp', 7, '2026-12-07');
SELECT promise.commit('h 1', 'lamp', 6, '2026-12-06');
SELECT * FROM promise.commit('h 1', 'lamp', 6, '2026-12-07', priority => 2);
SELECT * FROM promise.commit('h 1', 'lamp', 6, '2026-12-07', priority => 2);
SELECT ref, valid_until FROM promise.hold('h 1', 'lamp', 6, '2026-12-07', '1 hour');
SELECT kind, expires_at, customer, seller, priority, quantity, at FROM promise.commitment WHERE ref = 'h 1';
-- one that has expired is new demand
UPDATE promise.supply SET quantity = 10 WHERE item = 'lamp';
-- a hold that was changed becomes a promise of what it holds now
BEGIN;
SELECT quantity FROM promise.hold('h 3', 'lamp', 2, '2026-12-05', '1 hour');
SELECT quantity FROM promise.change('h 3', 1);
SAVEPOINT s;
SELECT promise.commit('h 3', 'lamp', 2, '2026-12-05');
ROLLBACK TO s;
SELECT quantity FROM promise.commit('h 3', 'lamp', 1, '2026-12-05');
SELECT quantity FROM promise.commit('h 3', 'lamp', 1, '2026-12-05');
SELECT quantity, requested_quantity FROM promise.commitment WHERE ref = 'h 3';
ROLLBACK;
SELECT ref FROM promise.hold('h 2', 'lamp', 4, NULL, '1 minute');
SET promise.clock = '2026-12-01 12:00+00';
SELECT * FROM promise.commit('h 2', 'lamp', 4, NULL);
SELECT kind, at, change, open FROM promise.history('h 2');
SELECT promise.release('h 2');
SELECT promise.release('h 2');
SELECT promise.release('nobody');
SELECT promise.release(NULL);
SELECT promise.commit('h 2', 'lamp', 4, NULL);
SELECT promise.deliver('h 2');
SELECT promise.change('h 2', 1);
TABLE public.unbalanced;

/*
 * Delivering
 */
INSERT INTO promise.supply (item, quantity, for_ref, lot, expires_at) VALUES
	('soap', 4, NULL, 'never', NULL), ('soap', 3, NULL, 'later', '2027-03-01'), ('soap', 2, NULL, 'soon', '2027-01-01'),
	('soap', 1, 'so 11', 'kept', NULL), ('soap', 5, 'so 12', 'kept for another', NULL), ('soap', 6, NULL, 'spoilt', '2026-11-01');
INSERT INTO promise.supply (item, at, quantity, lot) VALUES ('soap', '2026-12-24', 10, 'to come');
SELECT ref, available_at FROM promise.commit('so 11', 'soap', 9, '2026-12-10');
SELECT promise.deliver('so 11', 0);
SELECT promise.deliver('so 11', -1);
SELECT promise.deliver('so 11', 'NaN');
SELECT promise.deliver('so 11', 10);
SELECT promise.deliver('so 11', 1, 'infinity');
SELECT promise.deliver('nobody', 1);
SELECT promise.deliver(NULL, 1);
SELECT promise.deliver('so 11', 2);
SELECT lot, quantity FROM promise.supply WHERE item = 'soap' AND quantity > 0 ORDER BY lot;
SELECT promise.deliver('so 11', 5, '2026-12-02');
SELECT lot, quantity FROM promise.supply WHERE item = 'soap' AND quantity > 0 ORDER BY lot;
-- the same request still gets the same answer
SELECT * FROM promise.commit('so 11', 'soap', 9, '2026-12-10');
SELECT promise.deliver('so 11', at => '2026-12-03');
SELECT * FROM promise.commit('so 11', 'soap', 9, '2026-12-10');
SELECT promise.deliver('so 11');
SELECT * FROM public.promises WHERE ref = 'so 11';
SELECT kind, at, change, open FROM promise.history('so 11');
-- goods that are not in the books are a correction
SELECT ref, available_at FROM promise.commit('so 13', 'soap', 9, '2026-12-31');
SELECT promise.deliver('so 13');
SELECT lot, at, quantity, ref, kind FROM promise.supply WHERE item = 'soap' ORDER BY lot, at, quantity;
-- an early delivery that endangers somebody else passes, and is reported
DELETE FROM promise.alert;
INSERT INTO promise.supply (item, at, quantity) VALUES ('chair', '-infinity', 5), ('chair', '2026-12-10', 5);
SELECT ref FROM promise.commit('late', 'chair', 5, '2026-12-20');
SELECT ref FROM promise.commit('soon', 'chair', 5, '2026-12-03');
SELECT promise.deliver('late');
SELECT ref, item, missing, promised_at FROM promise.alert;
SELECT * FROM promise.availability('soap');

/*
 * Changing
 */
INSERT INTO promise.supply (item, at, quantity) VALUES ('desk', '-infinity', 10), ('desk', '2026-12-20', 10);
SELECT ref FROM promise.commit('d 1', 'desk', 6, '2026-12-10');
SELECT ref FROM promise.commit('d 2', 'desk', 8, '2026-12-24');
SELECT promise.change('d 1', 0);
SELECT promise.change('d 1', 5, 'infinity');
SELECT promise.change('nobody', 1);
SELECT promise.change(NULL, 1);
SELECT * FROM promise.change('d 1', 8);
SELECT * FROM promise.change('d 1', 9, '2026-12-11');
SELECT promise.change('d 1', 12);
SELECT * FROM promise.change('d 1', 12, '2026-12-22');
SELECT promise.change('d 1', due => '2026-12-12');
SELECT * FROM promise.change('d 1', 10, '2026-12-12');
SELECT * FROM promise.change('d 1');
-- less, or later, passes in a shortage, too; more and earlier do not
UPDATE promise.supply SET quantity = 2 WHERE item = 'desk' AND at = '-infinity';
SELECT quantity, due FROM promise.change('d 1', 9);
SELECT quantity, due FROM promise.change('d 1', due => '2026-12-13');
SELECT promise.change('d 1', 9.5);
SELECT promise.change('d 1', due => '2026-12-12');
SELECT kind, at, change, open FROM promise.history('d 1');
SELECT * FROM promise.commit('d 1', 'desk', 6, '2026-12-10');
TABLE public.unbalanced;

/*
 * Who may
 */
CREATE ROLE commitment_clerk;
GRANT USAGE ON SCHEMA promise TO commitment_clerk;
GRANT EXECUTE ON FUNCTION promise.commit TO commitment_clerk;
SET ROLE commitment_clerk;
\set VERBOSITY terse
SELECT promise.commit('c 1', 'lamp', 1, NULL);
\set VERBOSITY default
RESET ROLE;
GRANT INSERT ON promise.commitment TO commitment_clerk;
SET ROLE commitment_clerk;
SELECT ref, quantity FROM promise.commit('c 1', 'lamp', 1, NULL);
SELECT promise.release('c 1');
RESET ROLE;
SELECT ref, kind, who FROM promise.ledger WHERE ref = 'c 1';

/*
 * What is not feasible is a promise all the same if the guard lets it pass: by
 * an approved exception, or because it only warns or records.
 */
\set VERBOSITY terse
INSERT INTO promise.exception (ref, item, at, quantity, status) VALUES ('x 1', 'desk', '2026-12-02 00:00+00', 5, 'approved');
SELECT * FROM promise.commit('x 1', 'desk', 5, '2026-12-02 00:00+00');
SELECT * FROM promise.commit('x 1', 'desk', 5, '2026-12-02 00:00+00');
SELECT promise.change('x 1', 6);
SELECT promise.commit('x 2', 'desk', 5, '2026-12-02');
SELECT promise.protect('promise.commitment', mode => 'warn');
SELECT kind, available_at, due, on_time FROM promise.commit('x 2', 'desk', 5, '2026-12-02');
SELECT promise.protect('promise.commitment', mode => 'except');
SELECT kind, available_at, due, on_time FROM promise.commit('x 3', 'desk', 5, '2026-12-02');
SELECT promise.commit('x 4', 'desk', 5, NULL);
SELECT ref, quantity, status FROM promise.exception ORDER BY ref;
SELECT promise.protect('promise.commitment', deferred => true);
SELECT promise.commit('x 4', 'desk', 5, '2026-12-02');
SELECT promise.protect('promise.commitment');
\set VERBOSITY default

/*
 * Mapped demand belongs to the business
 */
CREATE TABLE public.sale (id integer PRIMARY KEY, product text, due timestamptz, qty integer);
CREATE INDEX ON public.sale (product);
SELECT promise.map('demand', 'public.sale', item => 'product', at => 'due', quantity => 'qty', ref => '''sale '' || id');
INSERT INTO public.sale VALUES (1, 'lamp', '2026-12-20', 1);
SELECT * FROM promise.commit('sale 1', 'lamp', 1, '2026-12-20 00:00+00');
SELECT promise.commit('sale 1', 'lamp', 2, '2026-12-20 00:00+00');
SELECT promise.commit('sale 1', 'desk', 1, '2026-12-20 00:00+00');
SELECT count(*) FROM promise.commitment WHERE ref = 'sale 1';
SELECT promise.unmap('demand', 'public.sale');
-- and where the business keeps the stock, it books it
INSERT INTO promise.supply (item, quantity) VALUES ('mat', 1);
CREATE TABLE public.stock (product text, qty integer);
CREATE INDEX ON public.stock (product);
INSERT INTO public.stock VALUES ('mat', 10);
SELECT promise.map('supply', 'public.stock', item => 'product', quantity => 'qty');
SELECT ref FROM promise.commit('mat 1', 'mat', 5, NULL);
SELECT promise.deliver('mat 1', 1);
SELECT promise.deliver('mat 1');
SELECT quantity, kind FROM promise.supply WHERE item = 'mat';
SELECT promise.unmap('supply', 'public.stock');

TABLE public.unbalanced;

-- many promises in random order: the ledger agrees with what is open, and
-- nobody is short
DO $$
DECLARE
	n integer;
	done integer := 0;
BEGIN
	PERFORM setseed(0.5);
	DELETE FROM promise.commitment;
	DELETE FROM promise.supply;
	FOR k IN 0 .. 3 LOOP
		INSERT INTO promise.supply (item, at, quantity) VALUES
			('random ' || k, '-infinity', 20), ('random ' || k, '2026-12-10', 20), ('random ' || k, '2026-12-20', 20);
	END LOOP;
	FOR i IN 1 .. 600 LOOP
		n := (random() * 60)::integer;
		BEGIN
			CASE (random() * 6)::integer
				WHEN 0, 1 THEN
					PERFORM promise.commit('r ' || n, 'random ' || n % 4, 1 + n % 5, timestamptz '2026-12-02' + n % 20 * interval '1 day');
				WHEN 2 THEN
					PERFORM promise.hold('r ' || n, 'random ' || n % 4, 1 + n % 5, timestamptz '2026-12-02' + n % 20 * interval '1 day', '1 hour');
				WHEN 3 THEN
					PERFORM promise.deliver('r ' || n, 1);
				WHEN 4 THEN
					PERFORM promise.change('r ' || n, 1 + (random() * 5)::integer, timestamptz '2026-12-02' + random() * interval '20 days');
				WHEN 5 THEN
					PERFORM promise.release('r ' || n);
				ELSE
					PERFORM set_config('promise.clock', (promise.now() + interval '10 minutes')::text, false);
			END CASE;
			done := done + 1;
			IF random() < 0.2 THEN
				done := done - 1;
				RAISE EXCEPTION 'undo' USING ERRCODE = 'P0099';
			END IF;
		EXCEPTION
			WHEN SQLSTATE 'P0099' OR SQLSTATE 'PR001' OR SQLSTATE 'PR003' OR SQLSTATE 'PR006' OR SQLSTATE 'PR007' THEN NULL;
		END;
		IF EXISTS (TABLE public.unbalanced) THEN
			RAISE EXCEPTION 'unbalanced after step %', i;
		END IF;
		FOR k IN 0 .. 3 LOOP
			IF EXISTS (SELECT FROM promise.check_balance('random ' || k)) THEN
				RAISE EXCEPTION 'short after step %', i;
			END IF;
		END LOOP;
	END LOOP;
	IF done < 150 THEN
		RAISE EXCEPTION 'only % steps passed', done;
	END IF;
END
$$;
SELECT kind, count(*) > 5 AS often FROM promise.ledger WHERE ref LIKE 'r %' GROUP BY kind ORDER BY kind;
SELECT status, count(*) > 3 AS often FROM promise.commitment GROUP BY status ORDER BY status;

SELECT promise.unprotect('promise.commitment'), promise.unprotect('promise.supply', 'supply');
DELETE FROM promise.commitment;
DELETE FROM promise.ledger;
DELETE FROM promise.alert;
DELETE FROM promise.supply;
DELETE FROM promise.stocking;
DELETE FROM promise.location;
DELETE FROM promise.exception;
DROP TABLE public.sale, public.stock;
DROP OWNED BY commitment_clerk;
DROP ROLE commitment_clerk;
DROP VIEW public.promises, public.unbalanced, public.entries;
RESET promise.clock;
