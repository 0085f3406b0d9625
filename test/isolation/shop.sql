-- shop.sql: the shop that the guard's specs trade in.  A spec opens it in its
-- setup and closes it in its teardown, which shows what was promised in the end
-- and whether it can be kept, counted from the rows alone.

CREATE SCHEMA shop;

-- are promises judged when the transaction ends, or each statement?
CREATE FUNCTION shop.deferred() RETURNS boolean
LANGUAGE sql STABLE
AS $$ SELECT current_setting('guard.deferred')::boolean $$;

-- The order table; its columns are named as the role's.  A spec that has one of
-- its own calls it "line", too.
CREATE PROCEDURE shop.open()
LANGUAGE plpgsql
AS $$
BEGIN
	CREATE TABLE line (
		ref text PRIMARY KEY,
		item text NOT NULL,
		quantity numeric NOT NULL DEFAULT 1,
		at timestamptz NOT NULL DEFAULT '2031-03-10 12:00+00'
	);
	CREATE INDEX line_item ON line (item, at) INCLUDE (quantity);
	PERFORM promise.protect('line', deferred => shop.deferred());
END
$$;

-- Changes of supply are recorded: they never wait for an answer.
CREATE PROCEDURE shop.protect_supply()
LANGUAGE plpgsql
AS $$
BEGIN
	PERFORM promise.protect('promise.supply', role => 'supply', mode => 'report', deferred => shop.deferred());
END
$$;

-- Everything that counts, naively.  (A function in PL/pgSQL, because "line" is
-- another table in every permutation.)
CREATE FUNCTION shop.flows()
RETURNS TABLE (kind text, ref text, item text, at timestamptz, quantity numeric)
LANGUAGE plpgsql STABLE
AS $$
BEGIN
	RETURN QUERY
	SELECT 'supply', s.ref, s.item, s.at, s.quantity FROM promise.supply AS s
	UNION ALL
	SELECT 'planned', f.ref, f.item, f.at, f.quantity FROM promise.planned_flow AS f WHERE NOT f.handed_over
	UNION ALL
	SELECT c.kind, c.ref, c.item, c.at, -c.quantity FROM promise.commitment AS c
	WHERE c.expires_at > clock_timestamp() IS NOT FALSE AND c.quantity > 0
	  AND c.ref NOT IN (SELECT l.ref FROM line AS l)
	UNION ALL
	SELECT 'line', l.ref, l.item::text, l.at, -l.quantity FROM line AS l;
END
$$;

-- Where more is promised than there is, and by how much.
CREATE FUNCTION shop.shortages()
RETURNS TABLE (item text, at timestamptz, missing numeric)
LANGUAGE sql STABLE
AS $$
	WITH step AS (
		SELECT f.item, f.at, sum(f.quantity) AS change FROM shop.flows() AS f GROUP BY f.item, f.at
	), balance AS (
		SELECT s.item, s.at, sum(s.change) OVER (PARTITION BY s.item ORDER BY s.at) AS quantity FROM step AS s
	)
	SELECT DISTINCT ON (b.item) b.item, b.at, -b.quantity
	FROM balance AS b
	WHERE b.quantity < 0
	ORDER BY b.item, b.quantity, b.at
$$;

-- Show the book, and leave nothing behind.
CREATE FUNCTION shop.close()
RETURNS TABLE (record text, ref text, item text, day text, quantity numeric)
LANGUAGE plpgsql
AS $$
DECLARE
	kind text;
	guarded record;
BEGIN
	-- rather a failed spec than one that never ends
	PERFORM set_config('lock_timeout', '10s', true);

	RETURN QUERY
	SELECT f.kind, f.ref, f.item, to_char(f.at AT TIME ZONE 'UTC', 'MM-DD'), abs(f.quantity)
	FROM shop.flows() AS f
	WHERE f.kind <> 'supply'
	ORDER BY f.kind COLLATE "C", f.item, f.at, f.ref COLLATE "C";

	RETURN QUERY
	SELECT 'SHORT', NULL, s.item, to_char(s.at AT TIME ZONE 'UTC', 'MM-DD'), s.missing
	FROM shop.shortages() AS s;

	RETURN QUERY
	SELECT 'load', l.ref, l.resource, to_char(lower(l.during) AT TIME ZONE 'UTC', 'MM-DD HH24:MI'), l.units
	FROM promise.load AS l
	ORDER BY l.resource COLLATE "C", l.during, l.ref COLLATE "C";

	RETURN QUERY
	SELECT 'alert', a.ref, a.item, to_char(a.promised_at AT TIME ZONE 'UTC', 'MM-DD'), a.missing
	FROM promise.alert AS a
	ORDER BY a.item COLLATE "C", a.ref COLLATE "C", a.alert;
	DELETE FROM promise.alert;

	-- the ledger keeps what is deleted as long as the table is guarded
	DELETE FROM promise.commitment;
	SET CONSTRAINTS ALL IMMEDIATE;
	FOR guarded IN SELECT g.relation, g.role, g.mapping FROM promise.guard AS g LOOP
		PERFORM promise.unprotect(guarded.relation, guarded.role, guarded.mapping);
	END LOOP;
	DELETE FROM promise.mapping;
	-- nothing is guarded any more, and triggers for 100,000 rows take a second
	PERFORM set_config('session_replication_role', 'replica', true);
	DELETE FROM promise.planned_flow;
	DELETE FROM promise.planned_load;
	DELETE FROM promise.supply;
	DELETE FROM promise.load;
	DELETE FROM promise.resource;
	DELETE FROM promise.planned_lot;
	DELETE FROM promise.source;
	DELETE FROM promise.component;
	DELETE FROM promise.step;
	SELECT c.relkind INTO kind FROM pg_class AS c WHERE c.oid = to_regclass('line');
	IF kind = 'v' THEN
		DROP VIEW line;
	ELSE
		DROP TABLE IF EXISTS line;
	END IF;
	DROP TABLE IF EXISTS orders, order_line;
END
$$;
