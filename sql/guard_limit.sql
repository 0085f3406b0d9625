--
-- Registered limits: what they are told about a claim
--
SET promise.clock = '2030-01-01 08:00+00';
SET promise.timezone = 'UTC';
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
SET client_min_messages = warning;

CREATE TABLE sale (
	id integer PRIMARY KEY,
	product text NOT NULL,
	due date,
	qty numeric NOT NULL,
	header text,
	buyer integer,
	shop text,
	agent text,
	unit_price integer,
	unit_cost double precision,
	money text DEFAULT 'EUR'
);
CREATE INDEX ON sale (product, due) INCLUDE (qty);
SELECT promise.protect('sale', item => 'product', at => 'due', quantity => 'qty', ref => $$'S' || id$$,
	group_ref => 'header', customer => 'buyer', channel => 'shop', seller => 'agent',
	price => 'unit_price', cost => 'unit_cost', currency => 'money');
INSERT INTO promise.supply (item, at, quantity) VALUES ('BIKE', '-infinity', 100), ('FRAME', '-infinity', 100);

-- a limit that shows what it is told
CREATE FUNCTION tell(claims promise.claim[]) RETURNS SETOF promise.limit_violation
LANGUAGE plpgsql STABLE SET client_min_messages = warning
AS $$
DECLARE
	c promise.claim;
BEGIN
	FOREACH c IN ARRAY claims LOOP
		c.checked_at := NULL;
		RAISE WARNING '%', (SELECT jsonb_strip_nulls(to_jsonb(c)) - 'who') USING DETAIL = c.who = SESSION_USER;
	END LOOP;
END
$$;
INSERT INTO promise.guard_limit (limit_name, check_function) VALUES ('tell', 'tell(promise.claim[])');

-- new, more, sooner, nothing that is told, less, later
INSERT INTO sale VALUES (1, 'BIKE', '2030-01-10', 4, 'H1', 7, 'web', 'Kim', 10, 7.25);
INSERT INTO sale (id, product, qty) VALUES (2, 'BIKE', 1);
UPDATE sale SET qty = 6 WHERE id = 1;
UPDATE sale SET due = '2030-01-08' WHERE id = 1;
UPDATE sale SET agent = 'Pat', unit_price = 9 WHERE id = 1;
UPDATE sale SET qty = 5, unit_price = 8 WHERE id = 1;
-- by its sum in the transaction
BEGIN;
UPDATE sale SET qty = 7 WHERE id = 1;
UPDATE sale SET qty = 8, due = '2030-01-07' WHERE id = 1;
ROLLBACK;

-- rows without a ref
CREATE TABLE nameless (item text, at timestamptz, quantity numeric, customer text);
CREATE INDEX ON nameless (item, at) INCLUDE (quantity);
SELECT promise.protect('nameless');
INSERT INTO nameless VALUES ('FRAME', '2030-01-09', 1, 'Ada');
UPDATE nameless SET quantity = 3;

-- own promises, a hold, and what is planned for a promise of something else
INSERT INTO promise.commitment (ref, item, at, quantity, customer, channel, zone, seller, price, cost, currency, group_ref)
	VALUES ('SO-1', 'BIKE', '2030-01-09', 2, 'Bob', 'phone', 'EU', 'Pat', 12.5, 1e30, 'USD', 'SO');
INSERT INTO promise.commitment (ref, item, at, quantity, kind, expires_at)
	VALUES ('HOLD', 'BIKE', '2030-01-09', 2, 'hold', '2030-01-02');
INSERT INTO promise.planned_flow (ref, item, at, quantity) VALUES ('SO-1', 'FRAME', '2030-01-08', -2);

-- loads are told to those that want to know
INSERT INTO promise.resource (resource, units) VALUES ('saw', 2);
INSERT INTO promise.planned_load (resource, during, units, ref) VALUES ('saw', '[2030-01-02,2030-01-03)', 1, 'SO-1');
UPDATE promise.guard_limit SET loads = true;
UPDATE promise.planned_load SET units = 2;
UPDATE promise.planned_load SET during = '[2030-01-02 12:00+00,2030-01-03)';
SELECT promise.protect('promise.load');
INSERT INTO promise.load (resource, during, units) VALUES ('saw', '[2030-01-05,2030-01-06)', 1);

-- the rows with all that they say
SELECT * FROM promise.demanded('BIKE');
SELECT * FROM promise.demanded('FRAME', 'main');
SELECT * FROM promise.demanded('FRAME', 'nowhere');
SELECT * FROM promise.demanded(NULL);

-- in mode except only the demand of a ref becomes an exception
CREATE FUNCTION refuse(claims promise.claim[]) RETURNS SETOF promise.limit_violation
LANGUAGE sql STABLE AS $$ SELECT c.ref, NULL, NULL FROM unnest(claims) AS c $$;
UPDATE promise.guard_limit SET check_function = 'refuse(promise.claim[])', loads = false;
SELECT promise.protect('sale', mode => 'except'), promise.protect('nameless', mode => 'except');
INSERT INTO sale (id, product, due, qty) VALUES (9, 'BIKE', '2030-01-10', 1);
INSERT INTO nameless VALUES ('FRAME', '2030-01-09', 1, 'Ada');
SELECT ref, item, at, quantity, reason, detail, status FROM promise.exception;
DELETE FROM promise.guard_limit;
DELETE FROM promise.exception;

DROP FUNCTION refuse(promise.claim[]);
DROP FUNCTION tell(promise.claim[]);
DELETE FROM promise.planned_load;
DELETE FROM promise.planned_flow;
DELETE FROM promise.load;
DELETE FROM promise.resource;
DELETE FROM promise.commitment;
SELECT promise.unprotect(relation, role, mapping) FROM promise.guard ORDER BY guard;
SELECT promise.unmap('demand', 'sale'), promise.unmap('demand', 'nameless');
DROP TABLE sale, nameless;
DELETE FROM promise.supply;
SET client_min_messages = warning;
DELETE FROM promise.ledger;
