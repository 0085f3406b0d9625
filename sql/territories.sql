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
CREATE ROLE regress_promise_depot LOGIN;
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
GRANT USAGE ON SCHEMA sales TO regress_promise_owner, regress_promise_north, regress_promise_south, regress_promise_depot;
GRANT SELECT ON sales.territory TO regress_promise_owner, regress_promise_north, regress_promise_south, regress_promise_depot;
GRANT SELECT, INSERT, UPDATE, DELETE ON sales.order_line TO regress_promise_north, regress_promise_south;
SELECT promise.protect('sales.order_line', item => 'product', at => 'due', ref => $$'L' || id$$, customer => 'customer');
SELECT pg_temp.grant_all('seller', 'regress_promise_north');
SELECT pg_temp.grant_all('seller', 'regress_promise_south');
SELECT pg_temp.grant_all('operations', 'regress_promise_depot');

CREATE FUNCTION sales.is_mine(customer text) RETURNS boolean STABLE LANGUAGE sql
BEGIN ATOMIC
	SELECT EXISTS (SELECT FROM promise.customer AS c JOIN sales.territory AS t ON t.region = c.region
				   WHERE c.customer = is_mine.customer AND t.role_name = CURRENT_USER);
END;
ALTER TABLE promise.commitment ENABLE ROW LEVEL SECURITY;
CREATE POLICY territory ON promise.commitment USING (sales.is_mine(customer));
CREATE POLICY everywhere ON promise.commitment TO regress_promise_depot USING (true);
ALTER TABLE promise.ledger ENABLE ROW LEVEL SECURITY;
ALTER TABLE promise.amendment ENABLE ROW LEVEL SECURITY;
CREATE POLICY territory ON promise.amendment USING (EXISTS (SELECT FROM promise.commitment AS c WHERE c.ref = amendment.ref));
ALTER TABLE promise.acknowledgement ENABLE ROW LEVEL SECURITY;
CREATE POLICY territory ON promise.acknowledgement TO regress_promise_north, regress_promise_south
	USING (EXISTS (SELECT FROM promise.commitment AS c WHERE c.ref = acknowledgement.ref)
		   OR EXISTS (SELECT FROM promise.mapped_promises(ARRAY[acknowledgement.ref])));
CREATE POLICY everywhere ON promise.acknowledgement TO regress_promise_depot USING (true);
CREATE POLICY territory ON promise.ledger
	USING (CASE WHEN relation IS NULL THEN EXISTS (SELECT FROM promise.commitment AS c WHERE c.ref = ledger.ref)
				ELSE sales.is_mine(customer) END);
ALTER TABLE promise.gone_order ENABLE ROW LEVEL SECURITY;
CREATE POLICY territory ON promise.gone_order
	USING (EXISTS (SELECT FROM promise.ledger AS l WHERE l.entry = gone_order.entry));
SELECT promise.keep_history('sales.order_line');
ALTER TABLE sales.order_line ENABLE ROW LEVEL SECURITY;
CREATE POLICY depot ON sales.order_line TO regress_promise_depot USING (true);
CREATE POLICY territory ON sales.order_line USING (sales.is_mine(customer));

-- each sees and writes his own
SET ROLE regress_promise_north;
SELECT quantity, available_at FROM promise.commit('N-1', 'BIKE', 4, '2026-12-05', customer => 'Ada');
INSERT INTO sales.order_line VALUES (1, 'BIKE', '2026-12-05', 2, 'Ada'), (3, 'BIKE', '2026-12-05', 1, 'Ada');
DELETE FROM sales.order_line WHERE id = 3;
SELECT ref, customer FROM promise.gone;
SET ROLE regress_promise_south;
SELECT ref, customer FROM promise.gone;
SELECT count(*) FROM promise.gone_order;
SELECT quantity, available_at FROM promise.commit('S-1', 'BIKE', 3, '2026-12-05', customer => 'Bob');
SELECT ref, customer FROM promise.commitment ORDER BY ref;
SELECT ref, kind, change FROM promise.ledger ORDER BY entry;
SELECT ref FROM promise.history('N-1'), LATERAL (VALUES ('N-1')) AS r (ref);
SELECT id FROM sales.order_line;
SELECT ref, customer FROM promise.scoreboard_lines(NULL);
-- what was changed of a promise, and who has acknowledged it, is known to who sees it
RESET ROLE;
INSERT INTO promise.signatory (role_name, side) VALUES ('regress_promise_depot', 'operations');
UPDATE promise.commitment SET price = 90;
SET SESSION AUTHORIZATION regress_promise_depot;
SELECT ref, item, quantity FROM promise.feed ORDER BY ref;
SELECT promise.acknowledge(ref) FROM (VALUES ('L1'), ('N-1'), ('S-1')) AS r (ref);
SELECT ref FROM promise.acknowledgement ORDER BY ref;
RESET SESSION AUTHORIZATION;
SET ROLE regress_promise_north;
SELECT ref FROM promise.acknowledgement ORDER BY ref;
SELECT ref, column_name, became FROM promise.amendment ORDER BY ref;
SELECT ref, acknowledged_by FROM promise.notices ORDER BY ref;
SET ROLE regress_promise_south;
SELECT ref FROM promise.acknowledgement ORDER BY ref;
SELECT ref, column_name, became FROM promise.amendment ORDER BY ref;
SELECT ref, acknowledged_by FROM promise.notices ORDER BY ref;
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
DROP POLICY everywhere ON promise.commitment;
DROP POLICY territory ON promise.ledger;
ALTER TABLE promise.ledger DISABLE ROW LEVEL SECURITY;
DROP POLICY territory ON promise.amendment;
ALTER TABLE promise.amendment DISABLE ROW LEVEL SECURITY;
DROP POLICY territory ON promise.acknowledgement;
DROP POLICY everywhere ON promise.acknowledgement;
ALTER TABLE promise.acknowledgement DISABLE ROW LEVEL SECURITY;
DROP POLICY territory ON promise.gone_order;
ALTER TABLE promise.gone_order DISABLE ROW LEVEL SECURITY;
SELECT promise.unprotect('sales.order_line');
SELECT promise.unmap('demand', 'sales.order_line');
DROP SCHEMA sales CASCADE;
DELETE FROM promise.commitment;
DELETE FROM promise.guard;
DELETE FROM promise.acknowledgement;
DELETE FROM promise.signatory;
DELETE FROM promise.customer;
DELETE FROM promise.supply;
DELETE FROM promise.alert;
DELETE FROM promise.ledger;
DROP OWNED BY regress_promise_north, regress_promise_south, regress_promise_owner, regress_promise_depot;
DROP ROLE regress_promise_north, regress_promise_south, regress_promise_owner, regress_promise_depot;
