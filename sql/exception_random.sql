--
-- EXCEPTION_RANDOM
-- Orders written, changed, deleted, approved and rejected at random, in mode
-- except.  What counts is kept beside, in a naive way: an order counts if all
-- that counts can be kept with it; else it counts as it did before.
--
SET promise.clock = '2026-11-23 10:00+00';
SET TimeZone = 'UTC';
SET client_min_messages = warning;
\set SHOW_CONTEXT never

CREATE TABLE sale (id text PRIMARY KEY, product text, due timestamptz, qty numeric, customer text);
CREATE INDEX ON sale (product);
SELECT promise.protect('sale', item => 'product', at => 'due', quantity => 'qty', ref => 'id', mode => 'except');
CREATE ROLE regress_promise_sam LOGIN SUPERUSER;
CREATE ROLE regress_promise_olga LOGIN SUPERUSER;
INSERT INTO promise.signatory (role_name, side) VALUES
	('regress_promise_sam', 'sales'), ('regress_promise_olga', 'operations');
INSERT INTO promise.supply (item, at, quantity) VALUES
	('a', '-infinity', 20), ('a', '2026-12-05 12:00', 15), ('a', '2026-12-10 12:00', 15), ('b', '-infinity', 10);

-- what counts, and what an order said that does not count as it stands
CREATE TABLE counts (id text PRIMARY KEY, product text, due timestamptz, qty numeric);
CREATE TABLE said (id text PRIMARY KEY, product text, due timestamptz, qty numeric);

CREATE FUNCTION can_be_kept() RETURNS boolean LANGUAGE sql STABLE
AS $$
	SELECT NOT EXISTS (
		SELECT FROM counts AS c
		WHERE (SELECT sum(s.quantity) FROM promise.supply AS s WHERE s.item = c.product AND s.at <= c.due)
			  < (SELECT sum(o.qty) FROM counts AS o WHERE o.product = c.product AND o.due <= c.due))
$$;

-- let the order count as it stands; if that cannot be, it is as it was
CREATE FUNCTION count_order(ref text) RETURNS boolean LANGUAGE plpgsql
AS $$
BEGIN
	BEGIN
		DELETE FROM counts WHERE id = ref;
		INSERT INTO counts SELECT id, product, due, qty FROM sale WHERE id = ref;
		IF can_be_kept() THEN
			RETURN true;
		END IF;
		RAISE assert_failure;
	EXCEPTION WHEN assert_failure THEN
		RETURN false;
	END;
END
$$;

-- one step; NULL if all is as it should be
CREATE FUNCTION step(number integer) RETURNS text LANGUAGE plpgsql
AS $$
DECLARE
	name constant text := 'o' || floor(random() * 12);
	day constant timestamptz := '2026-12-01'::timestamptz + floor(random() * 14) * interval '1 day';
	size constant numeric := 1 + floor(random() * 12);
	dice constant float8 := random();
	number_asked bigint;
	is_about boolean;					-- the order as it stands
	approved boolean;
	may_count boolean;
BEGIN
	PERFORM set_config('promise.clock', ('2026-11-23 10:00+00'::timestamptz + number * interval '1 second')::text, false);
	SELECT max(e.exception) INTO number_asked FROM promise.exception AS e WHERE e.ref = name AND e.status = 'pending';
	IF dice < 0.6 THEN
		INSERT INTO sale (id, product, due, qty) VALUES (name, CASE WHEN name < 'o3' THEN 'b' ELSE 'a' END, day, size)
		ON CONFLICT (id) DO UPDATE SET due = EXCLUDED.due, qty = EXCLUDED.qty;
	ELSIF dice < 0.7 THEN
		DELETE FROM sale WHERE id = name;
	ELSIF dice < 0.75 THEN
		UPDATE sale SET customer = name WHERE id = name;
	ELSIF dice < 0.8 THEN
		-- back to what counts, or away and as it was in one transaction
		UPDATE sale SET due = c.due, qty = c.qty FROM counts AS c WHERE c.id = sale.id AND sale.id = name;
	ELSIF number_asked IS NULL THEN
		NULL;
	ELSIF dice < 0.85 THEN
		SET LOCAL SESSION AUTHORIZATION regress_promise_olga;
		PERFORM promise.reject_exception(number_asked, 'operations', 'no');
		SET LOCAL SESSION AUTHORIZATION DEFAULT;
	ELSE
		-- with a plan, so that nothing may be missing
		is_about := EXISTS (SELECT FROM said AS s
							JOIN sale AS o USING (id, product, due, qty)
							JOIN promise.exception AS e ON e.exception = number_asked AND e.at <= o.due AND e.quantity >= o.qty
							WHERE s.id = name);
		may_count := NOT is_about OR count_order(name);
		BEGIN
			PERFORM promise.plan_capacity(number_asked, 'luck', '[2026-12-01, 2026-12-02)');
			SET LOCAL SESSION AUTHORIZATION regress_promise_olga;
			PERFORM promise.sign_exception(number_asked, 'operations');
			SET LOCAL SESSION AUTHORIZATION regress_promise_sam;
			PERFORM promise.sign_exception(number_asked, 'sales');
			approved := true;
		EXCEPTION WHEN SQLSTATE 'PR001' THEN
			approved := false;
		END;
		SET LOCAL SESSION AUTHORIZATION DEFAULT;
		IF approved <> may_count THEN
			RETURN format('%s: approval of %s: %s', number, name, approved);
		ELSIF approved AND is_about THEN
			DELETE FROM said WHERE id = name;
		END IF;
	END IF;

	-- what an order says is judged whenever it says something else
	IF dice < 0.8 THEN
		IF NOT EXISTS (SELECT FROM said AS s JOIN sale AS o USING (id, product, due, qty) WHERE s.id = name) THEN
			DELETE FROM said WHERE id = name;
			IF NOT count_order(name) THEN
				INSERT INTO said SELECT id, product, o.due, o.qty FROM sale AS o WHERE id = name;
			END IF;
		END IF;
	END IF;
	RETURN (
		SELECT format('%s: %s counts as %s, not %s', number, COALESCE(c.id, d.ref), d.qty, c.qty)
		FROM counts AS c
		FULL JOIN (SELECT x.ref, i.item, x.at, x.quantity AS qty FROM unnest('{a,b}'::text[]) AS i (item), promise.demanded(i.item) AS x) AS d
			ON d.ref = c.id AND d.item = c.product AND d.at = c.due AND d.qty = c.qty
		WHERE c.id IS NULL OR d.ref IS NULL
		LIMIT 1);
END
$$;

SELECT setseed(0.5);
DO $$
DECLARE
	wrong text;
BEGIN
	FOR number IN 1 .. 600 LOOP
		wrong := step(number);
		IF wrong IS NULL AND EXISTS (SELECT FROM promise.conflicts()) THEN
			wrong := format('%s: a promise is in conflict', number);
		END IF;
		IF wrong IS NOT NULL THEN
			RAISE EXCEPTION '%', wrong;
		END IF;
		COMMIT;
	END LOOP;
END
$$;
-- enough has happened
SELECT count(*) > 100 AS recorded, count(*) FILTER (WHERE status = 'approved') > 10 AS approved,
	   count(*) FILTER (WHERE status = 'rejected') > 5 AS rejected, count(order_quantity) > 0 AS waiting,
	   count(was_quantity) > 0 AS changed
FROM promise.exception;
SELECT * FROM promise.verify();

DELETE FROM sale;
SELECT promise.unprotect('sale'), promise.unmap('demand', 'sale');
DELETE FROM promise.exception;
DELETE FROM promise.signatory;
DELETE FROM promise.guard;
DELETE FROM promise.resource_change;
DELETE FROM promise.supply;
DELETE FROM promise.alert;
DROP TABLE sale, counts, said;
DROP FUNCTION can_be_kept, count_order, step;
DROP ROLE regress_promise_sam, regress_promise_olga;
