/*
 * Reading as the guard does: each relation with the rights of its owner, and
 * no row hidden from anyone.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET client_min_messages = notice;
\set VERBOSITY terse
CREATE SCHEMA erp;
CREATE FUNCTION erp.read_as_owner(
	item text, location text, exclude text[], as_owner boolean,
	OUT item text, OUT location text, OUT at timestamptz, OUT quantity numeric,
	OUT ref text, OUT kind text, OUT for_ref text, OUT relation text,
	OUT role text, OUT expires_at timestamptz, OUT priority integer,
	OUT accepted_at timestamptz
) RETURNS SETOF record
AS '$libdir/promise', 'events_list' LANGUAGE C STABLE;
CREATE FUNCTION erp.seen(text, boolean) RETURNS text
LANGUAGE sql AS
$$SELECT string_agg(e.ref || ' ' || e.quantity, ', ' ORDER BY e.ref)
  FROM erp.read_as_owner($1, NULL, NULL, $2) AS e$$;
-- says as whom it runs
CREATE FUNCTION erp.told(integer) RETURNS text
LANGUAGE plpgsql STABLE AS
$$BEGIN
	RAISE NOTICE 'read as %', CASE WHEN current_user ~ '^regress_' THEN current_user ELSE 'nobody special' END;
	RETURN $1;
END$$;

CREATE ROLE regress_promise_owner;
CREATE ROLE regress_promise_other;
CREATE ROLE regress_promise_writer;
GRANT USAGE ON SCHEMA promise TO regress_promise_owner, regress_promise_writer;
GRANT USAGE ON SCHEMA erp
	TO regress_promise_owner, regress_promise_other, regress_promise_writer;
GRANT EXECUTE ON FUNCTION promise.events TO regress_promise_owner;

-- the writer may write, and no more
INSERT INTO promise.supply (item, quantity) VALUES ('nut', 1);
CREATE TABLE erp.plain (ref integer PRIMARY KEY, item text, at date, quantity numeric);
CREATE INDEX ON erp.plain (item) INCLUDE (ref, at, quantity);
CREATE TABLE erp.secret (ref integer PRIMARY KEY, item text, at date, quantity numeric);
CREATE INDEX ON erp.secret (item);
ALTER TABLE erp.plain OWNER TO regress_promise_owner;
ALTER TABLE erp.secret OWNER TO regress_promise_owner;
GRANT INSERT ON erp.plain, erp.secret TO regress_promise_writer;
SELECT promise.map('demand', 'erp.plain', kind => 'NULL');
SELECT promise.map('demand', 'erp.secret', kind => 'NULL');
SET ROLE regress_promise_writer;
INSERT INTO erp.plain VALUES (1, 'bolt', '2026-01-02', 5);
INSERT INTO erp.secret VALUES (2, 'bolt', '2026-01-03', 7), (14, 'bolt', '2026-01-03', 8);
SELECT erp.seen('bolt', false);
SELECT erp.seen('bolt', true), current_user;
RESET ROLE;

-- an index is read directly with the same rights
VACUUM erp.plain;
ANALYZE erp.plain;
SELECT promise.unmap('demand', 'erp.secret');
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('own', 'bolt', '2026-01-01', 1);
SET ROLE regress_promise_writer;
SELECT erp.seen('bolt', true), current_user;
SELECT erp.seen('bolt', false);
SELECT erp.seen('bolt', true), current_user;
RESET ROLE;
SELECT erp.seen('bolt', false);
DELETE FROM promise.commitment;
SELECT promise.map('demand', 'erp.secret', kind => 'NULL');

-- policies hide nothing, not even the owner's own, however the reads alternate
ALTER TABLE erp.secret ENABLE ROW LEVEL SECURITY;
CREATE POLICY regress_some ON erp.secret USING (ref < 10);
CREATE POLICY regress_all ON erp.secret FOR INSERT WITH CHECK (true);
SET ROLE regress_promise_writer;
SELECT erp.seen('bolt', true);
RESET ROLE;
ALTER TABLE erp.secret FORCE ROW LEVEL SECURITY;
SET ROLE regress_promise_writer;
SELECT erp.seen('bolt', true);
RESET ROLE;
GRANT SELECT ON ALL TABLES IN SCHEMA promise TO regress_promise_owner;
SET ROLE regress_promise_owner;
SELECT erp.seen('bolt', true);
SELECT erp.seen('bolt', false);
SELECT erp.seen('bolt', true);
RESET ROLE;
SELECT erp.seen('bolt', false);
SET ROLE regress_promise_writer;
SELECT erp.seen('bolt', false);
SET row_security = off;
SELECT erp.seen('bolt', true);
RESET row_security;
RESET ROLE;

-- who the owner is, is looked up at each read
SELECT promise.unmap('demand', 'erp.plain');
SELECT promise.unmap('demand', 'erp.secret');
SELECT promise.map('demand', 'erp.plain', kind => 'erp.told(ref)');
SET ROLE regress_promise_writer;
SELECT erp.seen('bolt', true);
SELECT erp.seen('bolt', true);
RESET ROLE;
ALTER TABLE erp.plain OWNER TO regress_promise_other;
SET ROLE regress_promise_writer;
SELECT erp.seen('bolt', true);
RESET ROLE;
SELECT erp.seen('bolt', false);

-- after an error everybody is who they were
CREATE OR REPLACE FUNCTION erp.told(integer) RETURNS text
LANGUAGE plpgsql STABLE AS
$$BEGIN
	RAISE EXCEPTION 'fails as %', current_user;
END$$;
SET ROLE regress_promise_writer;
SELECT erp.seen('bolt', true);
SELECT current_user;
DO $$
BEGIN
	PERFORM erp.seen('bolt', true);
EXCEPTION WHEN raise_exception THEN
	RAISE NOTICE '%, and goes on as %', SQLERRM, current_user;
END
$$;
RESET ROLE;
-- what the expressions call acts as the owner of the table and cannot escape
CREATE OR REPLACE FUNCTION erp.told(integer) RETURNS text
LANGUAGE plpgsql STABLE AS
$$BEGIN
	PERFORM set_config('role', 'none', true);
	RETURN current_user;
END$$;
SELECT erp.seen('bolt', true);

SELECT promise.unmap('demand', 'erp.plain');
DELETE FROM promise.supply;
SET client_min_messages = warning;
DROP SCHEMA erp CASCADE;
REVOKE ALL ON SCHEMA promise FROM regress_promise_owner, regress_promise_writer;
REVOKE ALL ON ALL TABLES IN SCHEMA promise FROM regress_promise_owner;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA promise FROM regress_promise_owner;
DROP ROLE regress_promise_owner, regress_promise_other, regress_promise_writer;
