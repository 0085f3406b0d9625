/*
 * The ledger follows every change of promise.commitment, whoever makes it and
 * however, and is never changed itself.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET promise.clock = '2026-12-01 10:00+00';
CREATE VIEW public.entries AS
	SELECT ref, item, location, at, change, kind, who, at_time FROM promise.ledger ORDER BY entry;
-- the invariant: what is open is the sum of its entries
CREATE VIEW public.unbalanced AS
	SELECT ref, item, location, at, sum(quantity) AS off
	FROM (SELECT ref, item, location, at, quantity FROM promise.commitment
		  UNION ALL SELECT ref, item, location, at, -change FROM promise.ledger) AS n
	GROUP BY ref, item, location, at HAVING sum(quantity) <> 0;


-- there is enough of everything
INSERT INTO promise.supply (item, location, quantity)
SELECT i, l, 1000000000 FROM unnest('{lamp,bulb,item 0,item 1,item 2,other}'::text[]) AS i, unnest('{main,north,l0,l1}'::text[]) AS l;

-- before promise.commitment is guarded nothing is recorded, as in a restore
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES
	('so 1', 'lamp', '2026-12-05', 3), ('so 2', 'lamp', '2026-12-06', 2), ('done', 'lamp', '2026-12-06', 0);
SELECT * FROM promise.ledger;
SELECT promise.protect('promise.commitment');
TABLE public.entries;

-- statements of all kinds; what does not change what is open adds nothing
CREATE TEMP TABLE mark AS SELECT max(entry) AS entry FROM promise.ledger;
CREATE FUNCTION public.new_entries() RETURNS SETOF public.entries LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY SELECT ref, item, location, at, change, kind, who, at_time FROM promise.ledger
		WHERE entry > (SELECT entry FROM mark) ORDER BY entry;
	UPDATE mark SET entry = (SELECT max(entry) FROM promise.ledger);
END
$$;
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES
	('so 3', 'lamp', '2026-12-05', 3), ('so 4', 'lamp', '2026-12-06', 0), ('so 5', 'lamp', '2026-12-06', 1.5);
SELECT * FROM public.new_entries();
UPDATE promise.commitment SET quantity = quantity + 1 WHERE ref IN ('so 3', 'so 4');
SELECT * FROM public.new_entries();
UPDATE promise.commitment SET at = at + interval '1 day' WHERE ref = 'so 3';
UPDATE promise.commitment SET item = 'bulb' WHERE ref = 'so 3';
UPDATE promise.commitment SET location = 'north', quantity = 1 WHERE ref = 'so 3';
UPDATE promise.commitment SET ref = 'so 3b' WHERE ref = 'so 3';
SELECT * FROM public.new_entries();
UPDATE promise.commitment SET customer = 'Ada', quantity = quantity;
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES
	('so 5', 'lamp', '2026-12-06', 9), ('so 6', 'lamp', '2026-12-06', 1)
	ON CONFLICT (ref) DO UPDATE SET quantity = excluded.quantity;
SELECT * FROM public.new_entries();
MERGE INTO promise.commitment AS c
USING (VALUES ('so 5', 1), ('so 7', 2), ('so 6', 0)) AS v (ref, quantity) ON v.ref = c.ref
WHEN MATCHED AND v.quantity = 0 THEN DELETE
WHEN MATCHED THEN UPDATE SET quantity = v.quantity
WHEN NOT MATCHED THEN INSERT (ref, item, at, quantity) VALUES (v.ref, 'lamp', '2026-12-07', v.quantity);
SELECT * FROM public.new_entries() ORDER BY ref;
COPY promise.commitment (ref, item, at, quantity) FROM stdin;
so 8	lamp	2026-12-08	1
so 9	lamp	2026-12-08	2
\.
WITH gone AS (DELETE FROM promise.commitment WHERE ref = 'so 9' RETURNING *)
INSERT INTO promise.commitment (ref, item, at, quantity)
SELECT 'so 10', item, at, quantity FROM gone;
SELECT * FROM public.new_entries() ORDER BY ref, change;
DELETE FROM promise.commitment WHERE ref LIKE 'so 1_' RETURNING ref;
SELECT * FROM public.new_entries();
INSERT INTO promise.commitment (ref, item, at, quantity, kind, expires_at)
	VALUES ('hold', 'lamp', '2026-12-08', 1, 'hold', '2026-12-02');
UPDATE promise.commitment SET kind = 'customer', expires_at = NULL WHERE ref = 'hold';
SELECT * FROM public.new_entries();
TABLE public.unbalanced;

-- what is rolled back was never there
BEGIN;
SAVEPOINT s;
UPDATE promise.commitment SET quantity = quantity + 1;
ROLLBACK TO s;
UPDATE promise.commitment SET quantity = quantity + 1 WHERE ref = 'so 1';
COMMIT;
SELECT * FROM public.new_entries();
TABLE public.unbalanced;
SELECT entry IS NOT NULL AS entry, at_time, kind, item, location, at, change, open, who
FROM promise.history('so 5');
SELECT * FROM promise.history('nobody');
SELECT * FROM promise.history(NULL);

-- what was asked for stays; the first time it may be added
INSERT INTO promise.commitment (ref, item, at, quantity, requested_at) VALUES ('asked', 'lamp', '2026-12-05', 3, '2026-12-04');
UPDATE promise.commitment SET requested_quantity = 5 WHERE ref = 'asked';
UPDATE promise.commitment SET requested_quantity = 4 WHERE ref = 'asked';
UPDATE promise.commitment SET requested_at = NULL WHERE ref = 'asked';
UPDATE promise.commitment SET requested_at = requested_at, quantity = 2 WHERE ref = 'asked';

-- the status follows
\set VERBOSITY terse
INSERT INTO promise.commitment (ref, item, at, quantity, delivered_at) VALUES ('wrong', 'lamp', '2026-12-05', 3, now());
UPDATE promise.commitment SET status = 'delivered' WHERE ref = 'asked';
\set VERBOSITY default
UPDATE promise.commitment SET quantity = 0, delivered_at = '2026-12-04' WHERE ref = 'so 1';
UPDATE promise.commitment SET quantity = 0 WHERE ref = 'so 2';
SELECT ref, quantity, status FROM promise.commitment ORDER BY ref;

-- entries are written by whoever may write the row, and by nobody else
CREATE ROLE ledger_clerk;
GRANT USAGE ON SCHEMA promise TO ledger_clerk;
GRANT SELECT, INSERT, UPDATE ON promise.commitment TO ledger_clerk;
SET ROLE ledger_clerk;
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('by clerk', 'lamp', '2026-12-05', 3);
SELECT * FROM promise.ledger;
SELECT * FROM promise.history('by clerk');
UPDATE promise.ledger SET change = 0;
RESET ROLE;
SELECT ref, change, kind, who, session_who = session_user AS session_who, transaction IS NOT NULL AS transaction
FROM promise.ledger WHERE ref = 'by clerk';
GRANT ALL ON promise.ledger TO ledger_clerk;
GRANT ALL ON SEQUENCE promise.ledger_entry_seq TO ledger_clerk;
SET ROLE ledger_clerk;
UPDATE promise.ledger SET change = 0;
DELETE FROM promise.ledger;
INSERT INTO promise.ledger (ref, item, location, at, change, kind, who, session_who, at_time, transaction)
	VALUES ('false', 'lamp', 'main', now(), 1, 'commit', 'me', 'me', now(), '1');
RESET ROLE;
TABLE public.unbalanced;

-- while the guard is away nothing is written; it finds out what was
SELECT promise.unprotect('promise.commitment');
UPDATE promise.commitment SET quantity = quantity + 1 WHERE ref LIKE 'so%' AND quantity > 0;
DELETE FROM promise.commitment WHERE ref = 'hold';
SELECT count(*) > 0 AS unbalanced FROM public.unbalanced;
SELECT * FROM public.new_entries() WHERE ref <> 'by clerk';
SELECT promise.protect('promise.commitment');
SELECT * FROM public.new_entries() ORDER BY ref;
TABLE public.unbalanced;
SELECT promise.protect('promise.commitment', deferred => true);
SELECT * FROM public.new_entries();

-- random changes in random transactions, and the sums hold
DO $$
DECLARE
	n integer;
BEGIN
	PERFORM setseed(0.25);
	FOR i IN 1 .. 400 LOOP
		BEGIN
			n := (random() * 30)::integer;
			CASE (random() * 5)::integer
				WHEN 0 THEN
					INSERT INTO promise.commitment (ref, item, at, quantity)
					SELECT 'r' || k, 'item ' || k % 3, timestamptz '2026-12-01' + k * interval '1 day', k
					FROM generate_series(n, n + (random() * 3)::integer) AS k
					ON CONFLICT (ref) DO UPDATE SET quantity = promise.commitment.quantity + 1;
				WHEN 1 THEN
					UPDATE promise.commitment SET quantity = (random() * 5)::integer WHERE ref LIKE 'r' || n || '%';
				WHEN 2 THEN
					UPDATE promise.commitment SET at = at + interval '1 hour', location = 'l' || n % 2
					WHERE ref IN ('r' || n, 'r' || n + 1);
				WHEN 3 THEN
					DELETE FROM promise.commitment WHERE ref = 'r' || n;
				WHEN 4 THEN
					UPDATE promise.commitment SET ref = ref || 'x' WHERE ref = 'r' || n;
				ELSE
					UPDATE promise.commitment SET quantity = quantity * 2, item = 'other' WHERE ref = 'r' || n;
			END CASE;
			IF random() < 0.25 THEN
				RAISE EXCEPTION 'undo' USING ERRCODE = 'P0099';
			END IF;
		EXCEPTION
			WHEN unique_violation OR SQLSTATE 'P0099' THEN NULL;
		END;
		IF EXISTS (TABLE public.unbalanced) THEN
			RAISE EXCEPTION 'unbalanced after step %', i;
		END IF;
	END LOOP;
END
$$;
SELECT count(*) > 100 AS entries, count(DISTINCT ref) > 20 AS refs FROM promise.ledger WHERE ref LIKE 'r%';

DELETE FROM promise.commitment;
TABLE public.unbalanced;
SELECT promise.unprotect('promise.commitment');
DELETE FROM promise.ledger;
-- of a promise of which nothing was ever open
DELETE FROM promise.amendment;
DELETE FROM promise.supply;
DROP OWNED BY ledger_clerk;
DROP ROLE ledger_clerk;
DROP VIEW public.unbalanced;
DROP FUNCTION public.new_entries();
DROP VIEW public.entries;
