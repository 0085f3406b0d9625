/*
 * 80_protect.sql - protecting tables and views.
 *
 * The functions that serve promise.protect come first.
 */
CREATE FUNCTION promise.guard_tables(relation regclass) RETURNS SETOF regclass
	AS 'MODULE_PATHNAME', 'guard_tables' LANGUAGE C
	VOLATILE STRICT PARALLEL UNSAFE COST 10000 ROWS 10;
COMMENT ON FUNCTION promise.guard_tables(regclass) IS
'a table with its partitions and children, locked against writers, if they can be guarded';

CREATE FUNCTION promise.guard_mode(role text, mode text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF role IS NULL OR role OPERATOR(pg_catalog.<>) ALL
			(ARRAY['demand', 'load', 'planned_flow', 'planned_load',
				   'supply', 'stocking', 'resource', 'resource_change']) THEN
		RAISE invalid_parameter_value USING
			MESSAGE = format('rows of role "%s" cannot be protected', role),
			HINT = 'Roles that can are demand, load, supply, stocking, resource and resource_change.';
	END IF;
	IF mode OPERATOR(pg_catalog.<>) ALL (ARRAY['block', 'warn', 'except', 'report']) THEN
		RAISE invalid_parameter_value USING
			MESSAGE = format('mode "%s" does not exist', mode),
			HINT = 'Modes are block, warn, except and report.';
	END IF;
	IF role OPERATOR(pg_catalog.=) ANY (ARRAY['supply', 'stocking', 'resource', 'resource_change']) THEN
		IF mode OPERATOR(pg_catalog.<>) 'report' THEN
			RAISE invalid_parameter_value USING
				MESSAGE = format('mode "%s" is not for role "%s"', mode, role),
				HINT = 'Supply may always change: mode report records the promises that it endangers.';
		END IF;
		RETURN 'report';
	END IF;
	RETURN COALESCE(mode, 'block');
END
$$;
COMMENT ON FUNCTION promise.guard_mode(text, text) IS
'the mode that a guard of this role gets if this one is asked for; NULL: the usual one';

CREATE FUNCTION promise.guard_create_triggers(guard integer, relation regclass, deferred boolean)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	target regclass;
	event text;
	trigger_name text;
	state "char";
BEGIN
	FOR target IN
		SELECT t FROM promise.guard_tables(guard_create_triggers.relation) AS t
	LOOP
		FOREACH event IN ARRAY ARRAY['insert', 'update', 'delete', 'truncate', 'truncated', 'check']
		LOOP
			-- PostgreSQL clones row triggers to partitions
			CONTINUE WHEN event OPERATOR(pg_catalog.=) 'check'
				AND (NOT deferred
					 OR target OPERATOR(pg_catalog.<>) guard_create_triggers.relation
					 AND (SELECT c.relispartition FROM pg_class AS c WHERE c.oid OPERATOR(pg_catalog.=) target));

			trigger_name := format('promise_guard_%s_%s', guard, event);
			SELECT t.tgenabled INTO state FROM pg_trigger AS t
			WHERE t.tgrelid OPERATOR(pg_catalog.=) target AND t.tgname OPERATOR(pg_catalog.=) trigger_name;
			IF FOUND THEN
				IF state OPERATOR(pg_catalog.=) ANY ('{D,R}'::"char"[]) THEN
					EXECUTE format('ALTER TABLE %s ENABLE TRIGGER %I', target, trigger_name);
				END IF;
				CONTINUE;
			END IF;

			EXECUTE format(
				CASE event
					WHEN 'insert' THEN
						'CREATE TRIGGER %I AFTER INSERT ON %s'
						' REFERENCING NEW TABLE AS promise_new'
						' FOR EACH STATEMENT EXECUTE FUNCTION promise.guard_statement(%L)'
					WHEN 'update' THEN
						'CREATE TRIGGER %I AFTER UPDATE ON %s'
						' REFERENCING OLD TABLE AS promise_old NEW TABLE AS promise_new'
						' FOR EACH STATEMENT EXECUTE FUNCTION promise.guard_statement(%L)'
					WHEN 'delete' THEN
						'CREATE TRIGGER %I AFTER DELETE ON %s'
						' REFERENCING OLD TABLE AS promise_old'
						' FOR EACH STATEMENT EXECUTE FUNCTION promise.guard_statement(%L)'
					WHEN 'truncate' THEN
						'CREATE TRIGGER %I BEFORE TRUNCATE ON %s'
						' FOR EACH STATEMENT EXECUTE FUNCTION promise.guard_truncate(%L)'
					WHEN 'truncated' THEN
						'CREATE TRIGGER %I AFTER TRUNCATE ON %s'
						' FOR EACH STATEMENT EXECUTE FUNCTION promise.guard_truncate(%L)'
					WHEN 'check' THEN
						'CREATE CONSTRAINT TRIGGER %I AFTER INSERT OR UPDATE OR DELETE ON %s'
						' DEFERRABLE INITIALLY DEFERRED'
						' FOR EACH ROW EXECUTE FUNCTION promise.guard_row(%L)'
				END,
				trigger_name, target, guard);
		END LOOP;
	END LOOP;
END
$$;
COMMENT ON FUNCTION promise.guard_create_triggers(integer, regclass, boolean) IS
'creates the triggers of a guard on a table with its partitions and children, where they are missing';

/*
 * A trigger whose guard is gone does nothing, so those that only an owner may
 * drop can stay.
 */
CREATE FUNCTION promise.guard_drop_triggers(guard integer, kept regclass[], kept_check boolean)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	old record;
BEGIN
	FOR old IN
		SELECT t.relation, t.trigger_name, pg_has_role(c.relowner, 'USAGE') AS is_mine
		FROM promise.guard_triggers() AS t
		JOIN pg_class AS c ON c.oid OPERATOR(pg_catalog.=) t.relation
		WHERE t.guard OPERATOR(pg_catalog.=) guard_drop_triggers.guard
		  AND NOT t.is_clone
		  AND (t.relation OPERATOR(pg_catalog.<>) ALL (kept)
			   OR t.is_check AND NOT kept_check)
		ORDER BY t.relation, t.trigger_name
	LOOP
		IF old.is_mine THEN
			EXECUTE format('DROP TRIGGER %I ON %s', old.trigger_name, old.relation);
		ELSE
			RAISE NOTICE 'trigger "%" of table % stays, which only the owner of the table may drop',
				old.trigger_name, old.relation
				USING HINT = 'It does nothing.';
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION promise.guard_drop_triggers(integer, regclass[], boolean) IS
'drops the triggers of a guard, but for those of these tables';

CREATE FUNCTION promise.guard_triggers(
	OUT guard integer,
	OUT relation regclass,
	OUT trigger_name text,
	OUT enabled boolean,
	OUT is_check boolean,
	OUT is_clone boolean
) RETURNS SETOF record
LANGUAGE sql STABLE PARALLEL SAFE COST 10000 ROWS 50
SET search_path = pg_catalog, pg_temp
AS $$
	-- arguments are separated by null bytes
	SELECT encode(trim(TRAILING '\x00'::bytea FROM t.tgargs), 'escape')::integer,
		   t.tgrelid::regclass,
		   t.tgname::text,
		   t.tgenabled OPERATOR(pg_catalog.=) ANY ('{O,A}'::"char"[]),
		   t.tgfoid OPERATOR(pg_catalog.=) 'promise.guard_row()'::regprocedure,
		   t.tgparentid OPERATOR(pg_catalog.<>) 0
	FROM pg_trigger AS t
	WHERE t.tgfoid OPERATOR(pg_catalog.=) ANY (ARRAY['promise.guard_statement()', 'promise.guard_row()',
													 'promise.guard_truncate()']::regprocedure[])
	  AND t.tgnargs OPERATOR(pg_catalog.=) 1
$$;
COMMENT ON FUNCTION promise.guard_triggers() IS
'the triggers of guards on tables of the business';

CREATE FUNCTION promise.guard_own_table(relation regclass, mode text, deferred boolean, again boolean)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	own record;
	found_any boolean := false;
BEGIN
	FOR own IN
		SELECT o.relation, o.role
		FROM (VALUES ('promise.commitment'::regclass, 'promise.commitment'::regclass, 'demand'),
					 ('promise.commitment', 'promise.planned_flow', 'planned_flow'),
					 ('promise.commitment', 'promise.planned_load', 'planned_load'),
					 ('promise.load', 'promise.load', 'load'),
					 ('promise.supply', 'promise.supply', 'supply'),
					 ('promise.stocking', 'promise.stocking', 'stocking'),
					 ('promise.resource', 'promise.resource', 'resource'),
					 ('promise.resource_change', 'promise.resource_change', 'resource_change'))
			AS o (asked, relation, role)
		WHERE o.asked OPERATOR(pg_catalog.=) guard_own_table.relation
	LOOP
		found_any := true;
		CONTINUE WHEN NOT again
			AND EXISTS (SELECT FROM promise.guard AS g
						WHERE g.relation OPERATOR(pg_catalog.=) own.relation);
		-- no writer is under way when the guard appears
		PERFORM promise.guard_tables(own.relation);
		INSERT INTO promise.guard AS g (relation, role, mode, deferred)
		VALUES (own.relation, own.role, promise.guard_mode(own.role, guard_own_table.mode),
				guard_own_table.deferred)
		ON CONFLICT ON CONSTRAINT guard_relation_role_mapping_key DO UPDATE
			SET mode = excluded.mode, deferred = excluded.deferred;
	END LOOP;

	IF NOT found_any THEN
		RAISE wrong_object_type USING
			MESSAGE = format('%s cannot be protected', relation),
			HINT = 'Of the extension''s own tables commitment, load, supply, stocking, resource and resource_change can.';
	END IF;
END
$$;
COMMENT ON FUNCTION promise.guard_own_table(regclass, text, boolean, boolean) IS
'activates the guard of an own table; unless "again", only if it is not active';

CREATE FUNCTION promise.protect(
	relation regclass,
	item text DEFAULT NULL,
	location text DEFAULT NULL,
	at text DEFAULT NULL,
	quantity text DEFAULT NULL,
	ref text DEFAULT NULL,
	kind text DEFAULT NULL,
	group_ref text DEFAULT NULL,
	priority text DEFAULT NULL,
	accepted_at text DEFAULT NULL,
	requested_at text DEFAULT NULL,
	customer text DEFAULT NULL,
	channel text DEFAULT NULL,
	zone text DEFAULT NULL,
	expires_at text DEFAULT NULL,
	fixed text DEFAULT NULL,
	seller text DEFAULT NULL,
	price text DEFAULT NULL,
	cost text DEFAULT NULL,
	currency text DEFAULT NULL,
	for_ref text DEFAULT NULL,
	lot text DEFAULT NULL,
	status text DEFAULT NULL,
	resource text DEFAULT NULL,
	during text DEFAULT NULL,
	units text DEFAULT NULL,
	setup_state text DEFAULT NULL,
	changeover text DEFAULT NULL,
	filter text DEFAULT NULL,
	mode text DEFAULT NULL,
	deferred boolean DEFAULT false,
	watch jsonb DEFAULT NULL,
	role text DEFAULT 'demand',
	name text DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100000
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	is_own boolean;
	is_view boolean;
	has_expressions constant boolean :=
		num_nonnulls(item, location, at, quantity, ref, kind, group_ref, priority, accepted_at,
					 requested_at, customer, channel, zone, expires_at, fixed, seller, price, cost, currency,
					 for_ref, lot, status, resource, during, units, setup_state, changeover,
					 filter) OPERATOR(pg_catalog.>) 0;
	is_deferred constant boolean := COALESCE(deferred, false);
	mapping_name constant text := COALESCE(name, '');
	guard_mode text;
	guard_number integer;
	target regclass;
	targets regclass[];
	guarded regclass[] := '{}';
BEGIN
	SELECT c.relnamespace OPERATOR(pg_catalog.=) 'promise'::regnamespace,
		   c.relkind OPERATOR(pg_catalog.=) 'v'
	INTO is_own, is_view
	FROM pg_class AS c WHERE c.oid OPERATOR(pg_catalog.=) relation;
	IF relation IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'parameter "relation" must not be null';
	END IF;

	IF is_own THEN
		IF has_expressions OR watch IS NOT NULL OR name IS NOT NULL THEN
			RAISE invalid_parameter_value USING
				MESSAGE = format('%s belongs to the extension and is read without a mapping', relation),
				HINT = 'Give mode and deferred only.';
		END IF;
		PERFORM promise.guard_own_table(relation, mode, is_deferred, true);
		RETURN;
	END IF;

	guard_mode := promise.guard_mode(role, mode);

	-- no writer is under way when the guard appears
	IF is_view THEN
		targets := ARRAY(SELECT w.watched FROM promise.guard_view_watches(relation, COALESCE(watch, '{}')) AS w
						 ORDER BY w.watched);
	ELSIF watch IS NOT NULL THEN
		RAISE invalid_parameter_value USING
			MESSAGE = format('%s is not a view', relation),
			DETAIL = 'A table is watched by itself.',
			HINT = 'Leave out the parameter "watch".';
	ELSE
		targets := ARRAY[relation];
	END IF;
	FOREACH target IN ARRAY targets
	LOOP
		IF EXISTS (SELECT FROM pg_class AS c
				   WHERE c.oid OPERATOR(pg_catalog.=) target
					 AND c.relnamespace OPERATOR(pg_catalog.=) 'promise'::regnamespace) THEN
			RAISE wrong_object_type USING
				MESSAGE = format('view %s reads %s, which belongs to the extension', relation, target),
				DETAIL = 'A dump would not keep triggers on it.';
		END IF;
		guarded := guarded OPERATOR(pg_catalog.||) ARRAY(SELECT promise.guard_tables(target));
	END LOOP;

	IF has_expressions
	   OR NOT EXISTS (SELECT FROM promise.mapping AS m
					  WHERE m.role OPERATOR(pg_catalog.=) role
						AND m.relation OPERATOR(pg_catalog.=) relation
						AND m.name OPERATOR(pg_catalog.=) mapping_name)
	THEN
		PERFORM promise.map(
			role, relation, name => mapping_name, filter => filter,
			item => item, location => location, at => at, quantity => quantity, ref => ref,
			kind => kind, group_ref => group_ref, priority => priority, accepted_at => accepted_at,
			requested_at => requested_at, customer => customer, channel => channel, zone => zone,
			expires_at => expires_at, fixed => fixed, seller => seller, price => price,
			cost => cost, currency => currency, for_ref => for_ref, lot => lot,
			status => status, resource => resource, during => during, units => units,
			setup_state => setup_state, changeover => changeover);
	END IF;

	INSERT INTO promise.guard AS g (relation, role, mapping, mode, deferred)
	VALUES (relation, role, mapping_name, guard_mode, is_deferred)
	ON CONFLICT ON CONSTRAINT guard_relation_role_mapping_key DO UPDATE
		SET mode = excluded.mode, deferred = excluded.deferred
	RETURNING g.guard INTO guard_number;

	DELETE FROM promise.guard_watch AS w WHERE w.guard OPERATOR(pg_catalog.=) guard_number;
	IF is_view THEN
		INSERT INTO promise.guard_watch (guard, relation, query, document)
		SELECT guard_number, w.watched, w.query, w.document
		FROM promise.guard_view_watches(relation, watch) AS w;
		PERFORM promise.guard_check_watch(w.relation, w.query, COALESCE(w.document, ''))
		FROM promise.guard_watch AS w WHERE w.guard OPERATOR(pg_catalog.=) guard_number;
		IF cardinality(targets) OPERATOR(pg_catalog.>) 1
		   AND EXISTS (SELECT FROM promise.guard_watch AS w
					   WHERE w.guard OPERATOR(pg_catalog.=) guard_number AND w.document IS NULL) THEN
			RAISE WARNING USING
				MESSAGE = format('concurrent changes of one document can escape the guard of %s', relation),
				DETAIL = 'Foreign keys do not tell which rows of its tables make up one promise.',
				HINT = 'Say it for each table: watch => ''{"table": {"query": "SELECT ...", "document": "order_id"}, ...}''.';
		END IF;
	END IF;

	FOREACH target IN ARRAY targets
	LOOP
		PERFORM promise.guard_create_triggers(guard_number, target, is_deferred);
	END LOOP;
	PERFORM promise.guard_drop_triggers(guard_number, guarded, is_deferred);

	-- other expressions may say something else of the same rows
	IF has_expressions AND EXISTS (SELECT FROM promise.guard AS g
								   WHERE g.guard OPERATOR(pg_catalog.=) guard_number AND g.keeps_history) THEN
		PERFORM promise.history_open(relation);
	END IF;

	-- own promises compete with those of the business
	IF role OPERATOR(pg_catalog.=) 'demand' THEN
		PERFORM promise.guard_own_table('promise.commitment', 'block', is_deferred, false);
	END IF;
END
$$;
COMMENT ON FUNCTION promise.protect IS
'maps a table or view as promise.map does, and guards it: no transaction changes its rows so that a promise cannot be kept';

CREATE FUNCTION promise.unprotect(
	relation regclass,
	role text DEFAULT 'demand',
	name text DEFAULT NULL
) RETURNS boolean
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	guard_number integer;
BEGIN
	DELETE FROM promise.guard AS g
	WHERE g.relation OPERATOR(pg_catalog.=) unprotect.relation
	  -- an own table has one role
	  AND (g.role OPERATOR(pg_catalog.=) unprotect.role
		   OR EXISTS (SELECT FROM pg_class AS c
					  WHERE c.oid OPERATOR(pg_catalog.=) g.relation
						AND c.relnamespace OPERATOR(pg_catalog.=) 'promise'::regnamespace))
	  AND g.mapping OPERATOR(pg_catalog.=) COALESCE(unprotect.name, '')
	RETURNING g.guard INTO guard_number;
	IF NOT FOUND THEN
		RETURN false;
	END IF;

	DELETE FROM promise.guard_watch AS w WHERE w.guard OPERATOR(pg_catalog.=) guard_number;
	PERFORM promise.guard_drop_triggers(guard_number, '{}', false);
	IF relation OPERATOR(pg_catalog.=) 'promise.commitment'::regclass THEN
		DELETE FROM promise.guard AS g
		WHERE g.relation OPERATOR(pg_catalog.=) ANY (ARRAY['promise.planned_flow',
														   'promise.planned_load']::regclass[]);
	END IF;
	RETURN true;
END
$$;
COMMENT ON FUNCTION promise.unprotect(regclass, text, text) IS
'ends the guard of promise.protect under these names; false if there was none';

CREATE VIEW promise.guards AS
	SELECT g.guard, g.relation, g.role, g.mapping AS name, g.mode, g.deferred,
		   CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_class AS c
							 WHERE c.oid OPERATOR(pg_catalog.=) g.relation
							   AND c.relnamespace OPERATOR(pg_catalog.=) 'promise'::pg_catalog.regnamespace)
				THEN ARRAY[g.relation]
				ELSE ARRAY(SELECT DISTINCT t.relation FROM promise.guard_triggers() AS t
						   WHERE t.guard OPERATOR(pg_catalog.=) g.guard AND t.enabled
						   ORDER BY t.relation)
		   END AS tables,
		   (SELECT pg_catalog.jsonb_object_agg(
						w.relation::text,
						CASE WHEN w.document IS NULL THEN pg_catalog.to_jsonb(w.query)
							 ELSE pg_catalog.jsonb_build_object(
									'query', w.query,
									'document', CASE WHEN w.document OPERATOR(pg_catalog.<>) 'NULL::text'
													 THEN w.document END)
						END)
			FROM promise.guard_watch AS w
			WHERE w.guard OPERATOR(pg_catalog.=) g.guard) AS watch,
		   g.keeps_history
	FROM promise.guard AS g;
COMMENT ON VIEW promise.guards IS 'what is protected, and how';
COMMENT ON COLUMN promise.guards.guard IS 'number of the guard, which its triggers carry';
COMMENT ON COLUMN promise.guards.relation IS
'table or view that is protected; a number: it has been dropped';
COMMENT ON COLUMN promise.guards.role IS 'role of its rows';
COMMENT ON COLUMN promise.guards.name IS 'name of the mapping that reads them';
COMMENT ON COLUMN promise.guards.mode IS
'what happens to a change that breaks a promise: block, warn, except or report';
COMMENT ON COLUMN promise.guards.deferred IS
'true: judged when the transaction commits; false: at the end of each statement';
COMMENT ON COLUMN promise.guards.tables IS 'the tables that have triggers of the guard';
COMMENT ON COLUMN promise.guards.watch IS
'of a view: the tables that it reads, each with its query and its document, as promise.protect takes them';
COMMENT ON COLUMN promise.guards.keeps_history IS
'whether what its rows promise is entered in promise.ledger; see promise.keep_history';

CREATE FUNCTION promise.guard_problems() RETURNS SETOF text
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000 ROWS 5
SET search_path = pg_catalog, pg_temp
AS $$
	WITH RECURSIVE live AS (
		SELECT g.guard, g.relation, g.role, g.mapping, g.deferred, c.relkind,
			   c.relnamespace OPERATOR(pg_catalog.=) 'promise'::regnamespace AS is_own
		FROM promise.guard AS g
		JOIN pg_class AS c ON c.oid OPERATOR(pg_catalog.=) g.relation
	),
	-- the tables that must have triggers of a guard
	guarded (guard, relation) AS (
		SELECT l.guard, l.relation::oid FROM live AS l WHERE l.relkind OPERATOR(pg_catalog.<>) 'v' AND NOT l.is_own
		UNION
		SELECT w.guard, w.relation::oid FROM promise.guard_watch AS w JOIN live AS l USING (guard)
		UNION
		SELECT g.guard, i.inhrelid FROM guarded AS g
		JOIN pg_inherits AS i ON i.inhparent OPERATOR(pg_catalog.=) g.relation
	),
	-- and the triggers
	wanted AS (
		SELECT g.guard, c.oid::regclass AS relation,
			   format('promise_guard_%s_%s', g.guard, e.event) AS trigger_name
		FROM guarded AS g
		JOIN pg_class AS c ON c.oid OPERATOR(pg_catalog.=) g.relation
		JOIN live AS l USING (guard)
		CROSS JOIN unnest(ARRAY['insert', 'update', 'delete', 'truncate', 'truncated', 'check']) AS e (event)
		WHERE l.deferred OR e.event OPERATOR(pg_catalog.<>) 'check'
	),
	own_triggers AS (
		SELECT l.relation, t.tgname AS trigger_name
		FROM live AS l
		JOIN pg_trigger AS t ON t.tgrelid OPERATOR(pg_catalog.=) l.relation
		WHERE l.is_own
		  AND starts_with(t.tgname, 'promise_guard_')
		  AND t.tgenabled OPERATOR(pg_catalog.=) ANY ('{D,R}'::"char"[])
	),
	problems (number, object, problem) AS (
		SELECT 1, g.relation::text,
			   format('guard %s, role %s, is of a relation that has been dropped: call promise.unprotect(%s, %L)',
					  g.guard, g.role, g.relation::oid, g.role)
		FROM promise.guard AS g
		WHERE g.guard OPERATOR(pg_catalog.<>) ALL (ARRAY(SELECT l.guard FROM live AS l))
		UNION ALL
		SELECT 2, l.relation::text,
			   format('%s is guarded but not mapped to role %s: its rows do not count', l.relation, l.role)
		FROM live AS l
		WHERE NOT l.is_own
		  AND NOT EXISTS (SELECT FROM promise.mapping AS m
						  WHERE m.role OPERATOR(pg_catalog.=) l.role
							AND m.relation OPERATOR(pg_catalog.=) l.relation
							AND m.name OPERATOR(pg_catalog.=) l.mapping)
		UNION ALL
		SELECT 3, l.relation::text, format('view %s reads table %s, which is not watched', l.relation, t)
		FROM live AS l, promise.guard_view_tables(l.relation) AS t
		WHERE l.relkind OPERATOR(pg_catalog.=) 'v'
		  AND NOT EXISTS (SELECT FROM promise.guard_watch AS w
						  WHERE w.guard OPERATOR(pg_catalog.=) l.guard
							AND w.relation OPERATOR(pg_catalog.=) t)
		UNION ALL
		SELECT 4, l.relation::text, format('view %s reads table %s no more, which is watched', l.relation, w.relation)
		FROM live AS l
		JOIN promise.guard_watch AS w USING (guard)
		WHERE w.relation OPERATOR(pg_catalog.<>) ALL (ARRAY(SELECT promise.guard_view_tables(l.relation)))
		UNION ALL
		SELECT 5, w.relation::text,
			   CASE WHEN count(t.guard) OPERATOR(pg_catalog.=) 0
					THEN format('table %s has no triggers of guard %s: call promise.protect again',
								w.relation, w.guard)
					ELSE format('table %s has not all triggers of guard %s, enabled: call promise.protect again',
								w.relation, w.guard)
			   END
		FROM wanted AS w
		LEFT JOIN promise.guard_triggers() AS t
			ON t.relation OPERATOR(pg_catalog.=) w.relation
			AND t.trigger_name OPERATOR(pg_catalog.=) w.trigger_name
			AND t.enabled
		GROUP BY w.guard, w.relation
		HAVING count(t.guard) OPERATOR(pg_catalog.<) count(*)
		UNION ALL
		SELECT 6, o.relation::text, format('trigger %s of table %s is disabled', o.trigger_name, o.relation)
		FROM own_triggers AS o
		UNION ALL
		SELECT 7, t.relation::text,
			   format('table %s has triggers of guard %s, which does not concern it', t.relation, t.guard)
		FROM promise.guard_triggers() AS t
		WHERE NOT EXISTS (SELECT FROM guarded AS g
						  WHERE g.guard OPERATOR(pg_catalog.=) t.guard
							AND g.relation OPERATOR(pg_catalog.=) t.relation)
		  -- of a relation that has been dropped they go with the guard
		  AND NOT EXISTS (SELECT FROM promise.guard AS g
						  WHERE g.guard OPERATOR(pg_catalog.=) t.guard
							AND g.guard OPERATOR(pg_catalog.<>) ALL (ARRAY(SELECT l.guard FROM live AS l)))
		GROUP BY t.relation, t.guard
	)
	SELECT p.problem FROM problems AS p ORDER BY p.number, p.object COLLATE "C", p.problem COLLATE "C"
$$;
COMMENT ON FUNCTION promise.guard_problems() IS
'what is wrong with the guards, each as a sentence; no row: nothing';

GRANT SELECT ON promise.guards TO @extowner@ WITH GRANT OPTION;
