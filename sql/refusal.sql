--
-- What the guard says: what is missing, who has it, what frees it, and which
-- promise would pass instead
--
SET promise.clock = '2030-01-01 00:00+00';
SET promise.timezone = 'UTC';
SET TimeZone = 'UTC';
SET client_min_messages = warning;

CREATE TABLE refusal_order (
	line text,
	product text,
	place text,
	due timestamptz,
	qty numeric
);
CREATE INDEX ON refusal_order (product, place, due);
SELECT promise.protect('refusal_order', item => 'product', location => 'place', at => 'due',
	quantity => 'qty', ref => 'line');

-- in parts, or whole at a later date: each hint passes
INSERT INTO promise.supply (ref, kind, item, at, quantity) VALUES
	(NULL, NULL, 'LAMP', '-infinity', 5), ('PO-1', 'purchase', 'LAMP', '2030-02-01', 10);
INSERT INTO refusal_order VALUES ('SO-1', 'LAMP', 'main', '2030-01-20', 3);
INSERT INTO refusal_order VALUES ('SO-2', 'LAMP', 'main', '2030-01-10', 4);
BEGIN;
INSERT INTO refusal_order VALUES ('SO-2', 'LAMP', 'main', '2030-01-10', 2),
	('SO-2', 'LAMP', 'main', '2030-02-01', 2);
ROLLBACK;
BEGIN;
INSERT INTO refusal_order VALUES ('SO-2', 'LAMP', 'main', '2030-02-01', 4);
ROLLBACK;
-- nothing by then, but later; a promise in the past is one for now
INSERT INTO refusal_order VALUES ('SO-2', 'LAMP', 'main', '2030-01-10', 2);
INSERT INTO refusal_order VALUES ('SO-3', 'LAMP', 'main', '2029-12-24', 1);
INSERT INTO refusal_order VALUES ('SO-3', 'LAMP', 'main', NULL, 1);
INSERT INTO refusal_order VALUES ('SO-3', 'LAMP', 'main', '2030-02-01', 1);
-- more of a promise, and an earlier date
UPDATE refusal_order SET qty = 3.5 WHERE line = 'SO-2';
UPDATE refusal_order SET due = '2030-01-05' WHERE line = 'SO-3';
-- more than there ever will be
INSERT INTO refusal_order VALUES ('SO-4', 'LAMP', 'main', '2030-01-10', 100);
INSERT INTO refusal_order VALUES ('SO-4', 'LAMP', 'main', '2030-02-10', 9);
INSERT INTO refusal_order VALUES ('SO-4', 'LAMP', 'main', '2030-02-10', 10);
INSERT INTO refusal_order VALUES ('SO-5', 'LAMP', 'main', '2030-02-10', 1);
-- several promises: the first that does not fit is named
INSERT INTO promise.supply (item, at, quantity) VALUES ('DESK', '-infinity', 5);
INSERT INTO refusal_order VALUES ('SO-6', 'DESK', 'main', '2030-01-10', 3),
	('SO-7', 'DESK', 'main', '2030-01-11', 3), ('SO-8', 'DESK', 'main', '2030-01-12', 3);
-- promises without a ref
INSERT INTO refusal_order VALUES (NULL, 'DESK', 'main', '2030-01-10', 3);
INSERT INTO refusal_order VALUES (NULL, 'DESK', 'main', '2030-01-10', 3);
UPDATE refusal_order SET qty = 6 WHERE line IS NULL;
-- what was missing before
DELETE FROM promise.supply WHERE item = 'DESK';
INSERT INTO refusal_order VALUES ('SO-9', 'DESK', 'main', '2030-01-20', 2);

-- a location; a receipt that is late, and one that does not count
INSERT INTO promise.supply (ref, item, location, at, quantity) VALUES
	('PO-2', 'SOFA', 'west', '2029-12-15', 4);
INSERT INTO refusal_order VALUES ('SO-10', 'SOFA', 'west', '2030-01-01 12:00+00', 2);
INSERT INTO promise.stocking (item, location, overdue_counts) VALUES ('SOFA', 'west', false);
INSERT INTO refusal_order VALUES ('SO-10', 'SOFA', 'west', '2030-01-01 12:00+00', 2);

-- the horizon, the lead time, the safety stock
INSERT INTO promise.supply (ref, item, at, quantity) VALUES
	('PO-4', 'RUG', '-infinity', 4), ('PO-5', 'RUG', '2030-03-01', 4);
INSERT INTO promise.stocking (item, horizon) VALUES ('RUG', '20 days');
INSERT INTO refusal_order VALUES ('SO-12', 'RUG', 'main', '2030-01-10', 5);
UPDATE promise.stocking SET horizon = NULL, replenishment_lead_time = '30 days' WHERE item = 'RUG';
INSERT INTO refusal_order VALUES ('SO-12', 'RUG', 'main', '2030-01-10', 5);
INSERT INTO refusal_order VALUES ('SO-12', 'RUG', 'main', '2030-02-10', 50);
UPDATE promise.stocking SET replenishment_lead_time = NULL, safety_stock = 3 WHERE item = 'RUG';
DELETE FROM refusal_order WHERE line = 'SO-12';
INSERT INTO refusal_order VALUES ('SO-12', 'RUG', 'main', '2030-01-10', 5);
INSERT INTO refusal_order VALUES ('SO-12', 'RUG', 'main', '2030-01-10', 2);

-- supply made for one promise serves no other
INSERT INTO promise.supply (ref, item, at, quantity, for_ref) VALUES
	('WO-1', 'BED', '2030-01-05', 6, 'SO-13');
INSERT INTO refusal_order VALUES ('SO-13', 'BED', 'main', '2030-01-10', 5);
INSERT INTO refusal_order VALUES ('SO-14', 'BED', 'main', '2030-01-10', 1);
INSERT INTO refusal_order VALUES ('SO-13', 'BED', 'main', '2030-01-10', 2);

-- what a client reads
DO $$
DECLARE
	said text;
	told text;
BEGIN
	INSERT INTO refusal_order VALUES ('SO-12', 'RUG', 'main', '2030-01-10', 5);
EXCEPTION WHEN SQLSTATE 'PR001' THEN
	GET STACKED DIAGNOSTICS said = SCHEMA_NAME, told = TABLE_NAME;
	RAISE WARNING 'refused by the guard of %.%', said, told;
END
$$;

-- leave nothing behind for other tests
SELECT promise.unprotect('refusal_order'), promise.unprotect('promise.commitment');
SELECT promise.unmap('demand', 'refusal_order');
DROP TABLE refusal_order;
DELETE FROM promise.stocking WHERE item IN ('SOFA', 'RUG');
DELETE FROM promise.supply WHERE item IN ('LAMP', 'DESK', 'SOFA', 'RUG', 'BED');
