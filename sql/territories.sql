/*
 * Territories: row-level security hides promises from sellers, not from the
 * guard.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET client_min_messages = warning;
SET promise.clock = '2026-12-01 08:00+00';
CREATE ROLE regress_promise_north;
CREATE ROLE regress_promise_south;
CREATE ROLE regress_promise_owner;
CREATE FUNCTION pg_temp.grant_all(role_kind text, role name) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	statement text;
BEGIN
	FOR statement IN SELECT s FROM promise.grant_script(role_kind, role) AS s
	LOOP
		EXECUTE statement;
	END LOOP;
END
$$;

CREATE SCHEMA sales;
CREATE TABLE sales.territory (role_name name, region text, PRIMARY KEY (role_name, region));
INSERT INTO sales.territory VALUES ('regress_promise_north', 'north'), ('regress_promise_south', 'south');
INSERT INTO promise.customer (customer, region) VALUES ('Ada', 'north'), ('Bob', 'south');
INSERT INTO promise.supply (item, at, quantity) VALUES ('BIKE', '-infinity', 10), ('BIKE', '2026-12-10', 5);

-- an order table of the business, owned by nobody special
CREATE TABLE sales.order_line (id integer PRIMARY KEY, product text, due date, quantity numeric, customer text);
CREATE INDEX ON sales.order_line (product);
ALTER TABLE sales.order_line OWNER TO regress_promise_owner;
GRANT USAGE ON SCHEMA sales TO regress_promise_owner, regress_promise_north, regress_promise_south;
GRANT SELECT ON sales.territory TO regress_promise_owner, regress_promise_north, regress_promise_south;
GRANT SELECT, INSERT, UPDATE, DELETE ON sales.order_line TO regress_promise_north, regress_promise_south;
SELECT promise.protect('sales.order_line', item => 'product', at => 'due', ref => $$'L' || id$$, customer => 'customer');
SELECT pg_temp.grant_all('seller', 'regress_promise_north');
SELECT pg_temp.grant_all('seller', 'regress_promise_south');

CREATE FUNCTION sales.is_mine(customer text) RETURNS boolean STABLE LANGUAGE sql
BEGIN ATOMIC
	SELECT EXISTS (SELECT FROM promise.customer AS c JOIN sales.territory AS t ON t.region = c.region
				   WHERE c.customer = is_mine.customer AND t.role_name = CURRENT_USER);
END;
ALTER TABLE promise.commitment ENABLE ROW LEVEL SECURITY;
CREATE POLICY territory ON promise.commitment USING (sales.is_mine(customer));
ALTER TABLE promise.ledger ENABLE ROW LEVEL SECURITY;
CREATE POLICY territory ON promise.ledger USING (EXISTS (SELECT FROM promise.commitment AS c WHERE c.ref = ledger.ref));
ALTER TABLE sales.order_line ENABLE ROW LEVEL SECURITY;
CREATE POLICY territory ON sales.order_line USING (sales.is_mine(customer));

-- each sees and writes his own
SET ROLE regress_promise_north;
SELECT quantity, available_at FROM promise.commit('N-1', 'BIKE', 4, '2026-12-05', customer => 'Ada');
INSERT INTO sales.order_line VALUES (1, 'BIKE', '2026-12-05', 2, 'Ada');
SET ROLE regress_promise_south;
SELECT quantity, available_at FROM promise.commit('S-1', 'BIKE', 3, '2026-12-05', customer => 'Bob');
SELECT ref, customer FROM promise.commitment ORDER BY ref;
SELECT ref, kind, change FROM promise.ledger ORDER BY entry;
SELECT ref FROM promise.history('N-1'), LATERAL (VALUES ('N-1')) AS r (ref);
SELECT id FROM sales.order_line;
SELECT ref, customer FROM promise.scoreboard_lines(NULL);
\set VERBOSITY terse
SELECT promise.commit('S-2', 'BIKE', 1, '2026-12-05', customer => 'Ada');
INSERT INTO sales.order_line VALUES (2, 'BIKE', '2026-12-05', 1, 'Ada');
SELECT promise.release('N-1');
SELECT promise.change('N-1', 1);
UPDATE promise.commitment SET priority = 5 RETURNING ref;
RESET ROLE;
SELECT ref, quantity, priority FROM promise.commitment ORDER BY ref;

-- what is hidden counts: one is left
SET ROLE regress_promise_south;
SELECT promise.commit('S-3', 'BIKE', 2, '2026-12-05', customer => 'Bob');
INSERT INTO promise.commitment (ref, item, at, quantity, customer) VALUES ('S-3', 'BIKE', '2026-12-05', 9, 'Bob');
INSERT INTO sales.order_line VALUES (3, 'BIKE', '2026-12-05', 9, 'Bob');
INSERT INTO sales.order_line VALUES (3, 'BIKE', '2026-12-05', 7, 'Bob');
UPDATE promise.commitment SET quantity = 5 WHERE ref = 'S-1';
-- so does what is hidden from its owner
RESET ROLE;
ALTER TABLE sales.order_line FORCE ROW LEVEL SECURITY;
ALTER TABLE promise.commitment FORCE ROW LEVEL SECURITY;
SET ROLE regress_promise_south;
SELECT promise.commit('S-3', 'BIKE', 2, '2026-12-05', customer => 'Bob');
INSERT INTO sales.order_line VALUES (3, 'BIKE', '2026-12-05', 2, 'Bob');
SET row_security = off;
INSERT INTO sales.order_line VALUES (3, 'BIKE', '2026-12-05', 2, 'Bob');
RESET row_security;
SELECT quantity FROM promise.commit('S-3', 'BIKE', 1, '2026-12-05', customer => 'Bob');
RESET ROLE;
SELECT balance FROM promise.availability('BIKE') WHERE balance < 0;
SELECT * FROM promise.conflicts();

-- a question that policies would falsify is an error; a function of somebody who sees all answers
SET ROLE regress_promise_south;
SELECT promise.quote('BIKE', 1, '2026-12-05');
SELECT promise.conflicts();
RESET ROLE;
CREATE FUNCTION sales.quote(item text, quantity numeric, due promise.due)
RETURNS TABLE (kind text, location text, quantity numeric, available_at timestamptz, on_time boolean)
STABLE SECURITY DEFINER LANGUAGE sql
BEGIN ATOMIC
	SELECT q.kind, q.location, q.quantity, q.available_at, q.on_time
	FROM promise.quote(quote.item, quote.quantity, quote.due) AS q;
END;
REVOKE EXECUTE ON FUNCTION sales.quote FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sales.quote TO regress_promise_south;
SET ROLE regress_promise_south;
SELECT * FROM sales.quote('BIKE', 5, '2026-12-12');
SET ROLE regress_promise_north;
SELECT * FROM sales.quote('BIKE', 5, '2026-12-12');
RESET ROLE;
\set VERBOSITY default

DROP POLICY territory ON promise.commitment;
ALTER TABLE promise.commitment NO FORCE ROW LEVEL SECURITY;
ALTER TABLE promise.commitment DISABLE ROW LEVEL SECURITY;
DROP POLICY territory ON promise.ledger;
ALTER TABLE promise.ledger DISABLE ROW LEVEL SECURITY;
SELECT promise.unprotect('sales.order_line');
SELECT promise.unmap('demand', 'sales.order_line');
DROP SCHEMA sales CASCADE;
DELETE FROM promise.commitment;
DELETE FROM promise.guard;
DELETE FROM promise.customer;
DELETE FROM promise.supply;
DELETE FROM promise.alert;
DELETE FROM promise.ledger;
DROP OWNED BY regress_promise_north, regress_promise_south, regress_promise_owner;
DROP ROLE regress_promise_north, regress_promise_south, regress_promise_owner;
