/*
 * Five kinds of roles: what the scripts grant, and nothing else.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET client_min_messages = warning;
CREATE TEMP TABLE kind (place integer, role_kind text, role name);
INSERT INTO kind VALUES
	(1, 'seller', 'regress_promise_seller'), (2, 'operations', 'regress_promise_operations'),
	(3, 'planner', 'regress_promise_planner'), (4, 'administrator', 'regress_promise_administrator'),
	(5, 'auditor', 'regress_promise_auditor');
SELECT count(*) FROM pg_roles WHERE rolname = 'regress_promise_seller';
SELECT promise.grant_script('boss', 'regress_promise_seller');
SELECT format('CREATE ROLE %I', role) FROM kind ORDER BY place \gexec

-- a table of the business is read by all who ask
CREATE SCHEMA shop;
CREATE TABLE shop."order line" (id integer PRIMARY KEY, product text, due timestamptz, quantity numeric, region text);
CREATE INDEX ON shop."order line" (product);
-- who maps a table needs the rights of its owner
CREATE ROLE regress_promise_shop;
GRANT USAGE ON SCHEMA shop TO regress_promise_shop;
ALTER TABLE shop."order line" OWNER TO regress_promise_shop;
GRANT regress_promise_shop TO regress_promise_administrator;
SELECT promise.protect('shop."order line"', item => 'product', at => 'due', ref => $$'L' || id$$);

-- every object is for something: what is new belongs in src/sql/98_rights.sql
SELECT a.object_type, a.name AS no_area FROM promise.object_areas() AS a WHERE a.area IS NULL;
SELECT r.area AS no_object FROM promise.role_rights() AS r
WHERE NOT EXISTS (SELECT FROM promise.object_areas() AS a WHERE a.area = r.area);
SELECT DISTINCT a.area AS for_nobody FROM promise.object_areas() AS a
WHERE NOT EXISTS (SELECT FROM promise.role_rights() AS r WHERE r.area = a.area) ORDER BY 1;

-- everybody may call what computes with values, and nothing else
SELECT a.signature, a.area FROM promise.object_areas() AS a JOIN pg_proc AS p ON p.oid = a.signature::regprocedure
WHERE a.object_type = 'function'
  AND (a.area = 'values') IS DISTINCT FROM EXISTS (
	SELECT FROM aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) AS g WHERE g.grantee = 0);

-- what a script looks like
SELECT s FROM promise.grant_script('operations', 'Ann') AS s WHERE s ~ 'commitment|deliver |supply|shop';
DO $$
DECLARE
	statement text;
BEGIN
	FOR statement IN SELECT s FROM kind, promise.grant_script(role_kind, role) AS s
	LOOP
		EXECUTE statement;
	END LOOP;
END
$$;

/*
 * Every right of each role on every table and view, and on all that changes
 * something.
 */
\pset footer off
CREATE TEMP VIEW our_relation AS
	SELECT c.oid, c.relname, c.relkind
	FROM pg_class AS c JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
	WHERE d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass
	  AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'promise')
	  AND c.relkind IN ('r', 'p', 'v', 'm', 'S');
CREATE TEMP VIEW our_function AS
	SELECT p.oid, p.proname, p.provolatile, p.prorettype
	FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
	WHERE d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass
	  AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'promise');
-- what the role may do, by the first letters: r is SELECT of all columns, w* UPDATE of some
CREATE FUNCTION pg_temp.rights(role name, relation oid) RETURNS text LANGUAGE sql AS $$
	SELECT COALESCE(string_agg(letter || CASE WHEN whole THEN '' ELSE '*' END, '' ORDER BY place), '')
	FROM (SELECT place, letter, has_table_privilege(role, relation, privilege),
				 CASE WHEN place <= 3 THEN has_any_column_privilege(role, relation, privilege) ELSE false END
		  FROM (VALUES (1, 'r', 'SELECT'), (2, 'a', 'INSERT'), (3, 'w', 'UPDATE'), (4, 'd', 'DELETE'),
					   (5, 'D', 'TRUNCATE'), (6, 'x', 'REFERENCES'), (7, 't', 'TRIGGER'))
			  AS p (place, letter, privilege)) AS p (place, letter, whole, any_column)
	WHERE whole OR any_column
$$;
SELECT c.relname, max(rights) FILTER (WHERE place = 1) AS seller, max(rights) FILTER (WHERE place = 2) AS operations,
	   max(rights) FILTER (WHERE place = 3) AS planner, max(rights) FILTER (WHERE place = 4) AS administrator,
	   max(rights) FILTER (WHERE place = 5) AS auditor
FROM our_relation AS c, kind, LATERAL pg_temp.rights(role, c.oid) AS rights
WHERE c.relkind <> 'S'
GROUP BY c.relname ORDER BY c.relname COLLATE "C";
SELECT k.role_kind, c.relname FROM our_relation AS c, kind AS k
WHERE c.relkind = 'S'
  AND (has_sequence_privilege(role, c.oid, 'USAGE') OR has_sequence_privilege(role, c.oid, 'SELECT')
	   OR has_sequence_privilege(role, c.oid, 'UPDATE'));
SELECT f.proname, string_agg(k.role_kind, ', ' ORDER BY k.place) FILTER (WHERE has_function_privilege(k.role, f.oid, 'EXECUTE')) AS may_execute
FROM our_function AS f, kind AS k
WHERE f.provolatile = 'v'
GROUP BY f.proname ORDER BY f.proname COLLATE "C";

-- all that only reads is for all of them, but for what tells how the extension is set up
SELECT f.proname, string_agg(k.role_kind, ', ' ORDER BY k.place) AS may_not_execute
FROM our_function AS f, kind AS k
WHERE f.provolatile <> 'v' AND NOT has_function_privilege(k.role, f.oid, 'EXECUTE')
GROUP BY f.proname ORDER BY f.proname COLLATE "C";

-- nobody may pass on what he has
SELECT k.role_kind, c.relname FROM kind AS k, our_relation AS c
WHERE has_table_privilege(k.role, c.oid, 'SELECT WITH GRANT OPTION');

-- a function with the rights of its owner would be a way around all this
SELECT f.oid::regprocedure FROM our_function AS f JOIN pg_proc AS p USING (oid) WHERE p.prosecdef;

/*
 * What each of them does all day works, and what it should not do does not: the
 * SQLSTATE if it is refused.  Whatever was done is undone.
 */
CREATE FUNCTION pg_temp.attempt(role name, statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('role', role, true);
	EXECUTE statement;
	RAISE SQLSTATE 'ZZZZZ';
EXCEPTION
	WHEN SQLSTATE 'ZZZZZ' THEN RETURN 'done';
	WHEN insufficient_privilege THEN RETURN '';
	WHEN OTHERS THEN RETURN SQLSTATE;
END
$$;
CREATE TEMP TABLE work (place serial, statement text);
CREATE TEMP VIEW attempts AS
	SELECT w.place, w.statement, max(done) FILTER (WHERE k.place = 1) AS seller, max(done) FILTER (WHERE k.place = 2) AS operations,
		   max(done) FILTER (WHERE k.place = 3) AS planner, max(done) FILTER (WHERE k.place = 4) AS administrator,
		   max(done) FILTER (WHERE k.place = 5) AS auditor
	FROM work AS w, kind AS k, LATERAL pg_temp.attempt(k.role, w.statement) AS done
	GROUP BY w.place, w.statement;

SELECT promise.protect('promise.commitment');
INSERT INTO promise.item (item) VALUES ('BIKE');
INSERT INTO promise.supply (item, at, quantity) VALUES ('BIKE', '-infinity', 10);
INSERT INTO promise.source (source, item, kind, lead_time) VALUES ('buy BIKE', 'BIKE', 'buy', '3 days');
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('SO-1', 'BIKE', now() + '1 day', 4);
SELECT quantity FROM promise.commit('SO-2', 'BIKE', 12, now() + '10 days');
INSERT INTO promise.policy (policy, maximum_quantity) VALUES ('at most 1,000', 1000);
INSERT INTO promise.exception (ref, item) VALUES ('SO-3', 'BIKE');
INSERT INTO promise.alert (raised_at, raised_by, item, location, ref, promised_at, quantity, missing, short_from, reason, detail, transaction)
VALUES (now(), 'nobody', 'BIKE', 'main', 'SO-1', now(), 4, 4, now(), 'stock', 'Nothing is there.', pg_current_xact_id());

-- what the tests before have deleted would be read over and over
VACUUM ANALYZE promise.commitment, promise.ledger, promise.supply, promise.planned_lot, promise.planned_flow, promise.planned_load, promise.alert;

-- questions, reports
INSERT INTO work (statement) VALUES
	($$SELECT promise.quote('BIKE', 40, now() + '2 days')$$),
	($$SELECT promise.quote_query('SELECT ''BIKE'' AS item, 1 AS quantity')$$),
	($$SELECT promise.explain('BIKE', 40, now() + '2 days')$$),
	($$SELECT promise.availability('BIKE')$$),
	($$SELECT promise.conflicts()$$),
	($$SELECT promise.gantt_planned('SO-2')$$),
	($$SELECT promise.check_plan('SO-2')$$),
	($$SELECT promise.history('SO-1')$$),
	($$SELECT promise.check_policy('BIKE', 2000, now() + '2 days')$$),
	($$SELECT promise.allowed('BIKE')$$),
	($$SELECT promise.scoreboard('item')$$),
	($$SELECT promise.leaderboard('seller')$$),
	($$SELECT promise.propose_lead_times()$$),
	($$TABLE promise.open_alerts$$),
	($$TABLE promise.shortage$$),
	($$TABLE promise.mapping_problems$$),
	($$SELECT promise.verify()$$),
	($$SELECT promise.guard_problems()$$);
SELECT statement, seller, operations, planner, administrator, auditor FROM attempts ORDER BY place;
-- what changes something, but is somebody's work
TRUNCATE work;
INSERT INTO work (statement) VALUES
	($$SELECT promise.commit('SO-4', 'BIKE', 1, NULL, customer => 'Ada', seller => 'Kim', price => 100)$$),
	($$SELECT promise.hold('SO-4', 'BIKE', 1, NULL, '1 hour'); SELECT promise.commit('SO-4', 'BIKE', 1, NULL)$$),
	($$SELECT promise.commit_query('SELECT ''SO-4'' AS ref, ''BIKE'' AS item, 1 AS quantity')$$),
	($$SELECT promise.change('SO-1', 5)$$),
	($$SELECT promise.release('SO-1')$$),
	($$SELECT promise.deliver('SO-1')$$),
	($$INSERT INTO promise.supply (item, quantity) VALUES ('BIKE', 5)$$),
	($$INSERT INTO promise.delivery (ref, quantity, at) VALUES ('L1', 1, now())$$),
	($$INSERT INTO promise.resource_change (resource, during, units) VALUES ('welder', tstzrange(now(), now() + '1 day'), 0)$$),
	($$UPDATE promise.source SET lead_time = '5 days'$$),
	($$SELECT promise.apply_lead_times()$$),
	($$SELECT promise.firm('SO-2')$$),
	($$SELECT promise.clear_alerts()$$),
	($$INSERT INTO promise.policy (policy, item, maximum_quantity) VALUES ('few bikes', 'BIKE', 5)$$),
	($$SELECT promise.enforce_policy()$$),
	($$INSERT INTO promise.customer (customer, region) VALUES ('Ada', 'north')$$),
	($$SELECT promise.map('item', 'shop."order line"', item => 'product')$$),
	($$SELECT promise.protect('promise.commitment', mode => 'warn')$$);
SELECT statement, seller, operations, planner, administrator, auditor FROM attempts ORDER BY place;
-- what would make a promise worth nothing
TRUNCATE work;
INSERT INTO work (statement) VALUES
	('UPDATE promise.ledger SET who = ''Kim'''),
	('DELETE FROM promise.ledger'),
	('TRUNCATE promise.ledger'),
	($$INSERT INTO promise.ledger (ref, item, location, at, change, kind, who, session_who, at_time, transaction)
		VALUES ('SO-1', 'BIKE', 'main', now(), -4, 'deliver', 'Kim', 'Kim', now(), pg_current_xact_id())$$),
	('DELETE FROM promise.commitment'),
	('TRUNCATE promise.commitment'),
	('UPDATE promise.commitment SET requested_at = now()'),
	('UPDATE promise.commitment SET price = 1'),
	('DELETE FROM promise.planned_flow'),
	('UPDATE promise.planned_load SET kept = true'),
	('DELETE FROM promise.planned_lot'),
	('UPDATE promise.mapping SET filter = ''false'''),
	('SELECT promise.unmap(''demand'', ''shop."order line"'')'),
	('UPDATE promise.policy SET maximum_quantity = NULL, lead_time = ''0'''),
	('DELETE FROM promise.policy'),
	('UPDATE promise.exception SET status = ''approved'''),
	('INSERT INTO promise.exception (ref, item, status) VALUES (''SO-4'', ''BIKE'', ''approved'')'),
	('INSERT INTO promise.signatory (role_name, side) VALUES (CURRENT_USER, ''operations'')'),
	('SELECT promise.map(''item'', ''pg_catalog.pg_am'', item => ''amname'')'),
	('UPDATE promise.mapping SET relation = ''pg_catalog.pg_am'''),
	('INSERT INTO promise.guard_watch SELECT guard, ''shop."order line"'', ''SELECT 1'' FROM promise.guard WHERE relation = ''promise.commitment''::regclass'),
	('SELECT promise.unprotect(''promise.commitment'')'),
	('DELETE FROM promise.guard'),
	('TRUNCATE promise.guard'),
	('DELETE FROM promise.guard_limit'),
	('ALTER TABLE promise.commitment DISABLE TRIGGER ALL'),
	('CREATE TRIGGER mine AFTER INSERT ON promise.commitment FOR EACH STATEMENT EXECUTE FUNCTION promise.guard_statement()'),
	('SET LOCAL session_replication_role = replica'),
	('SET LOCAL promise.clock = ''2020-01-01 00:00+00'''),
	('UPDATE promise.alert SET cleared_at = now()'),
	('UPDATE promise.alert SET ref = ''SO-9'''),
	('DELETE FROM promise.alert'),
	('SELECT setval(''promise.ledger_entry_seq'', 1)'),
	('SELECT nextval(''promise.plan_number'')'),
	('LOCK TABLE promise.node_lock IN SHARE ROW EXCLUSIVE MODE'),
	('DROP EXTENSION promise');
SELECT statement, seller, operations, planner, administrator, auditor FROM attempts ORDER BY place;

-- two roles at once have the rights of both, and no more
GRANT regress_promise_operations TO regress_promise_seller;
SELECT pg_temp.attempt('regress_promise_seller', 'SELECT promise.deliver(''SO-1'')');
SELECT pg_temp.attempt('regress_promise_seller', 'UPDATE promise.ledger SET who = ''Kim''');

SELECT promise.unprotect('shop."order line"');
SELECT promise.unmap('demand', 'shop."order line"');
DROP SCHEMA shop CASCADE;
SELECT promise.release('SO-2');
DELETE FROM promise.commitment;
DELETE FROM promise.exception;
DELETE FROM promise.policy;
DELETE FROM promise.alert;
DELETE FROM promise.guard;
DELETE FROM promise.source;
DELETE FROM promise.supply;
DELETE FROM promise.item;
DELETE FROM promise.ledger;
DROP OWNED BY regress_promise_shop;
DROP ROLE regress_promise_shop;
SELECT format('DROP OWNED BY %I; DROP ROLE %1$I', role) FROM kind ORDER BY place \gexec
