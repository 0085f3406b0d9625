/*
 * 80_guard.sql - the tables of the guard and its trigger functions.
 *
 * promise.protect creates triggers on the tables of the business.  Own tables
 * have had theirs since the extension was created; they do nothing until there
 * is a guard for their table.
 */

/*
 * What is protected.  The backend keeps a copy of these tables, which the
 * triggers below declare out of date.
 *
 * The foreign keys are always null.  They make pg_dump write, and pg_restore
 * load, guards after the rows of the own tables, which are therefore not judged
 * while they are loaded.
 */
CREATE TABLE promise.guard (
	guard integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	relation regclass NOT NULL,
	role text NOT NULL,
	mapping text NOT NULL DEFAULT '',
	mode text NOT NULL CHECK (mode IN ('block', 'warn', 'except', 'report')),
	deferred boolean NOT NULL DEFAULT false,
	keeps_history boolean NOT NULL DEFAULT false,
	loaded_commitment text REFERENCES promise.commitment,
	loaded_ledger bigint REFERENCES promise.ledger,
	loaded_gone_order bigint REFERENCES promise.gone_order,
	loaded_planned_flow bigint REFERENCES promise.planned_flow,
	loaded_planned_load bigint REFERENCES promise.planned_load,
	loaded_load bigint REFERENCES promise.load,
	loaded_supply bigint REFERENCES promise.supply,
	loaded_resource text REFERENCES promise.resource,
	loaded_resource_change bigint REFERENCES promise.resource_change,
	loaded_stocking_item text,
	loaded_stocking_location text,
	FOREIGN KEY (loaded_stocking_item, loaded_stocking_location)
		REFERENCES promise.stocking,
	UNIQUE (relation, role, mapping),
	CONSTRAINT guard_refers_to_nothing
		CHECK (num_nonnulls(loaded_commitment, loaded_ledger, loaded_gone_order,
							loaded_planned_flow, loaded_planned_load,
							loaded_load, loaded_supply,
							loaded_resource, loaded_resource_change,
							loaded_stocking_item, loaded_stocking_location) = 0)
);
COMMENT ON TABLE promise.guard IS
'what promise.protect has recorded; change it with promise.protect and promise.unprotect only';
COMMENT ON COLUMN promise.guard.guard IS 'number of the guard, which its triggers carry';
COMMENT ON COLUMN promise.guard.relation IS 'table or view that is protected';
COMMENT ON COLUMN promise.guard.role IS 'role of its rows';
COMMENT ON COLUMN promise.guard.mapping IS 'name of the mapping that reads them';
COMMENT ON COLUMN promise.guard.mode IS
'what happens to a change that breaks a promise: block, warn, except or report';
COMMENT ON COLUMN promise.guard.deferred IS
'true: judged when the transaction commits; false: at the end of each statement';
COMMENT ON COLUMN promise.guard.keeps_history IS
'true: what its rows promise is entered in promise.ledger; see promise.keep_history';
COMMENT ON COLUMN promise.guard.loaded_commitment IS 'always null: orders a dump';
COMMENT ON COLUMN promise.guard.loaded_ledger IS 'always null: orders a dump';
COMMENT ON COLUMN promise.guard.loaded_gone_order IS 'always null: orders a dump';
COMMENT ON COLUMN promise.guard.loaded_planned_flow IS 'always null: orders a dump';
COMMENT ON COLUMN promise.guard.loaded_planned_load IS 'always null: orders a dump';
COMMENT ON COLUMN promise.guard.loaded_load IS 'always null: orders a dump';
COMMENT ON COLUMN promise.guard.loaded_supply IS 'always null: orders a dump';
COMMENT ON COLUMN promise.guard.loaded_resource IS 'always null: orders a dump';
COMMENT ON COLUMN promise.guard.loaded_resource_change IS 'always null: orders a dump';
COMMENT ON COLUMN promise.guard.loaded_stocking_item IS 'always null: orders a dump';
COMMENT ON COLUMN promise.guard.loaded_stocking_location IS 'always null: orders a dump';

-- no foreign key: pg_restore -j loads tables in any order
CREATE TABLE promise.guard_watch (
	guard integer NOT NULL,
	relation regclass NOT NULL,
	query text NOT NULL,
	document text,
	PRIMARY KEY (guard, relation)
);
COMMENT ON TABLE promise.guard_watch IS 'the tables that a protected view reads';
COMMENT ON COLUMN promise.guard_watch.guard IS 'the guard of the view';
COMMENT ON COLUMN promise.guard_watch.relation IS 'a table that the view reads';
COMMENT ON COLUMN promise.guard_watch.query IS
'which items and locations the rows of "changed", rows of that table, may affect';
COMMENT ON COLUMN promise.guard_watch.document IS
'what one promise is made of, over a row of that table: two transactions that change rows of one document wait for each other';

/*
 * Locks on nodes are object locks within this table's OID.
 */
CREATE TABLE promise.node_lock (
	node bigint PRIMARY KEY CHECK (false)
);
COMMENT ON TABLE promise.node_lock IS
'has no rows: locks on nodes are taken in its name';
COMMENT ON COLUMN promise.node_lock.node IS 'never filled';

/*
 * Registered limits, asked by the guard about every claim that rises, and every
 * hold that becomes a promise.
 */
CREATE TYPE promise.claim AS (
	ref text,
	item text,
	location text,
	at timestamptz,
	before numeric,
	after numeric,
	quantity numeric,
	due timestamptz,
	was_quantity numeric,
	was_due timestamptz,
	kind text,
	group_ref text,
	customer text,
	channel text,
	zone text,
	seller text,
	price numeric,
	cost numeric,
	currency text,
	resource text,
	until timestamptz,
	who text,
	checked_at timestamptz
);
COMMENT ON TYPE promise.claim IS 'a promise that claims more than it did, or was a hold';
COMMENT ON COLUMN promise.claim.ref IS 'the promise; NULL: a row without ref';
COMMENT ON COLUMN promise.claim.item IS 'the item; NULL: it is a load';
COMMENT ON COLUMN promise.claim.location IS 'the location; NULL: it is a load';
COMMENT ON COLUMN promise.claim.at IS 'the date that it asks for now; of a load: its start';
COMMENT ON COLUMN promise.claim.before IS 'what it claimed, whether or not something is planned for it';
COMMENT ON COLUMN promise.claim.after IS 'what it claims now';
COMMENT ON COLUMN promise.claim.quantity IS
'what is demanded there under its ref, in all; NULL: nothing is, it is planned for a promise of something else';
COMMENT ON COLUMN promise.claim.due IS 'the first date that it is demanded for';
COMMENT ON COLUMN promise.claim.was_quantity IS
'what was demanded there under its ref before; NULL: nothing was, it is new there';
COMMENT ON COLUMN promise.claim.was_due IS 'the first date that it was demanded for before';
COMMENT ON COLUMN promise.claim.kind IS 'kind of the demand; NULL: its row says none';
COMMENT ON COLUMN promise.claim.group_ref IS 'the order that it belongs to';
COMMENT ON COLUMN promise.claim.customer IS 'whom it is promised to';
COMMENT ON COLUMN promise.claim.channel IS 'through which channel it is sold';
COMMENT ON COLUMN promise.claim.zone IS 'zone that it is delivered to';
COMMENT ON COLUMN promise.claim.seller IS 'who sells it';
COMMENT ON COLUMN promise.claim.price IS 'price of one unit';
COMMENT ON COLUMN promise.claim.cost IS 'cost of one unit';
COMMENT ON COLUMN promise.claim.currency IS 'currency of price and cost';
COMMENT ON COLUMN promise.claim.resource IS 'the resource that it loads; NULL: it is an item';
COMMENT ON COLUMN promise.claim.until IS 'end of the load';
COMMENT ON COLUMN promise.claim.who IS 'the role that makes the change';
COMMENT ON COLUMN promise.claim.checked_at IS 'the instant at which it is judged';

CREATE TYPE promise.limit_violation AS (
	ref text,
	detail text,
	hint text
);
COMMENT ON TYPE promise.limit_violation IS 'a claim that a registered limit does not allow';
COMMENT ON COLUMN promise.limit_violation.ref IS 'the promise';
COMMENT ON COLUMN promise.limit_violation.detail IS 'why not, as a sentence';
COMMENT ON COLUMN promise.limit_violation.hint IS 'what would be allowed, as a sentence';

CREATE TABLE promise.guard_limit (
	limit_name text PRIMARY KEY,
	check_function regprocedure NOT NULL,
	loads boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE promise.guard_limit IS
'further limits on promises: functions that the guard asks about every claim that rises, and every hold that becomes a promise';
COMMENT ON COLUMN promise.guard_limit.limit_name IS 'name of the limit';
COMMENT ON COLUMN promise.guard_limit.check_function IS
'takes promise.claim[], returns SETOF promise.limit_violation; no row: allowed';
COMMENT ON COLUMN promise.guard_limit.loads IS
'true: it is asked about loads on resources, too';

SELECT pg_catalog.pg_extension_config_dump('promise.guard', '');
SELECT pg_catalog.pg_extension_config_dump('promise.guard_guard_seq', '');
SELECT pg_catalog.pg_extension_config_dump('promise.guard_watch', '');
SELECT pg_catalog.pg_extension_config_dump('promise.node_lock', '');
SELECT pg_catalog.pg_extension_config_dump('promise.guard_limit', '');

GRANT ALL ON
	promise.guard, promise.guard_watch, promise.node_lock, promise.guard_limit
	TO @extowner@ WITH GRANT OPTION;
GRANT ALL ON SEQUENCE promise.guard_guard_seq
	TO @extowner@ WITH GRANT OPTION;

CREATE FUNCTION promise.guard_changed() RETURNS trigger
	AS 'MODULE_PATHNAME', 'guard_changed' LANGUAGE C;
COMMENT ON FUNCTION promise.guard_changed() IS
'makes every backend read the guards again';

CREATE TRIGGER guard_changed
	AFTER INSERT OR UPDATE OR DELETE ON promise.guard
	FOR EACH STATEMENT EXECUTE FUNCTION promise.guard_changed();
CREATE TRIGGER guard_stays
	BEFORE TRUNCATE ON promise.guard
	FOR EACH STATEMENT EXECUTE FUNCTION promise.guard_changed();
CREATE TRIGGER guard_changed
	AFTER INSERT OR UPDATE OR DELETE ON promise.guard_watch
	FOR EACH STATEMENT EXECUTE FUNCTION promise.guard_changed();
CREATE TRIGGER guard_stays
	BEFORE TRUNCATE ON promise.guard_watch
	FOR EACH STATEMENT EXECUTE FUNCTION promise.guard_changed();
CREATE TRIGGER guard_changed
	AFTER INSERT OR UPDATE OR DELETE ON promise.guard_limit
	FOR EACH STATEMENT EXECUTE FUNCTION promise.guard_changed();
CREATE TRIGGER guard_stays
	BEFORE TRUNCATE ON promise.guard_limit
	FOR EACH STATEMENT EXECUTE FUNCTION promise.guard_changed();
ALTER TABLE promise.guard ENABLE ALWAYS TRIGGER guard_changed;
ALTER TABLE promise.guard_watch ENABLE ALWAYS TRIGGER guard_changed;
ALTER TABLE promise.guard_limit ENABLE ALWAYS TRIGGER guard_changed;
COMMENT ON TRIGGER guard_changed ON promise.guard IS
'makes every backend read the guards again';
COMMENT ON TRIGGER guard_changed ON promise.guard_watch IS
'makes every backend read the guards again';
COMMENT ON TRIGGER guard_changed ON promise.guard_limit IS
'makes every backend read the guards again';
COMMENT ON TRIGGER guard_stays ON promise.guard IS 'refuses TRUNCATE';
COMMENT ON TRIGGER guard_stays ON promise.guard_watch IS 'refuses TRUNCATE';
COMMENT ON TRIGGER guard_stays ON promise.guard_limit IS 'refuses TRUNCATE';

CREATE FUNCTION promise.guard_limit_is_valid() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_proc AS p
				   WHERE p.oid OPERATOR(pg_catalog.=) NEW.check_function
					 AND p.prokind OPERATOR(pg_catalog.=) 'f'
					 AND p.pronargs OPERATOR(pg_catalog.=) 1
					 AND p.proargtypes[0] OPERATOR(pg_catalog.=) 'promise.claim[]'::regtype
					 AND p.prorettype OPERATOR(pg_catalog.=) 'promise.limit_violation'::regtype
					 AND p.proretset) THEN
		RAISE invalid_function_definition USING
			MESSAGE = format('function %s cannot check a limit', NEW.check_function),
			HINT = 'It must take promise.claim[] and return SETOF promise.limit_violation.';
	END IF;
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION promise.guard_limit_is_valid() IS
'refuses functions that cannot check a limit';

CREATE TRIGGER guard_limit_is_valid
	BEFORE INSERT OR UPDATE ON promise.guard_limit
	FOR EACH ROW EXECUTE FUNCTION promise.guard_limit_is_valid();
COMMENT ON TRIGGER guard_limit_is_valid ON promise.guard_limit IS
'refuses functions that cannot check a limit';

/*
 * The triggers of guarded tables.  Their argument is the number of the guard;
 * those of own tables have none.
 */
CREATE FUNCTION promise.guard_statement() RETURNS trigger
	AS 'MODULE_PATHNAME', 'guard_statement' LANGUAGE C;
COMMENT ON FUNCTION promise.guard_statement() IS
'notes what a statement changed, and judges it unless the guard is deferred';

CREATE FUNCTION promise.guard_row() RETURNS trigger
	AS 'MODULE_PATHNAME', 'guard_row' LANGUAGE C;
COMMENT ON FUNCTION promise.guard_row() IS
'judges what a transaction changed, if the guard is deferred';

CREATE FUNCTION promise.guard_truncate() RETURNS trigger
	AS 'MODULE_PATHNAME', 'guard_truncate' LANGUAGE C;
COMMENT ON FUNCTION promise.guard_truncate() IS
'notes what TRUNCATE is about to remove, and judges it afterwards';

DO $$
DECLARE
	own text;
	command text;
BEGIN
	FOREACH own IN ARRAY ARRAY['commitment', 'planned_flow', 'planned_load', 'load', 'supply',
							   'stocking', 'resource', 'resource_change']
	LOOP
		FOREACH command IN ARRAY ARRAY[
			'CREATE TRIGGER promise_guard_insert AFTER INSERT ON promise.%I'
			' REFERENCING NEW TABLE AS promise_new'
			' FOR EACH STATEMENT EXECUTE FUNCTION promise.guard_statement()',
			'COMMENT ON TRIGGER promise_guard_insert ON promise.%I IS'
			' ''guards promises, once promise.protect has been called for the table''',
			'CREATE TRIGGER promise_guard_update AFTER UPDATE ON promise.%I'
			' REFERENCING OLD TABLE AS promise_old NEW TABLE AS promise_new'
			' FOR EACH STATEMENT EXECUTE FUNCTION promise.guard_statement()',
			'COMMENT ON TRIGGER promise_guard_update ON promise.%I IS'
			' ''guards promises, once promise.protect has been called for the table''',
			'CREATE TRIGGER promise_guard_delete AFTER DELETE ON promise.%I'
			' REFERENCING OLD TABLE AS promise_old'
			' FOR EACH STATEMENT EXECUTE FUNCTION promise.guard_statement()',
			'COMMENT ON TRIGGER promise_guard_delete ON promise.%I IS'
			' ''guards promises, once promise.protect has been called for the table''',
			'CREATE CONSTRAINT TRIGGER promise_guard_check AFTER INSERT OR UPDATE OR DELETE ON promise.%I'
			' DEFERRABLE INITIALLY DEFERRED'
			' FOR EACH ROW EXECUTE FUNCTION promise.guard_row()',
			'COMMENT ON TRIGGER promise_guard_check ON promise.%I IS'
			' ''guards promises, once promise.protect has been called for the table, deferred''']
		LOOP
			EXECUTE pg_catalog.format(command, own);
		END LOOP;
	END LOOP;
END
$$;
