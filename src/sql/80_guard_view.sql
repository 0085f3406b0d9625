/*
 * 80_guard_view.sql - what a protected view is made of.
 *
 * These functions serve promise.protect.
 */
CREATE FUNCTION promise.guard_check_watch(relation regclass, query text, document text) RETURNS void
	AS 'MODULE_PATHNAME', 'guard_check_watch' LANGUAGE C
	VOLATILE STRICT PARALLEL UNSAFE COST 10000;
COMMENT ON FUNCTION promise.guard_check_watch(regclass, text, text) IS
'raises unless this is a query over "changed", rows of the table, that yields items and locations, and, unless empty, an expression over such a row';

CREATE FUNCTION promise.guard_view_tables(relation regclass) RETURNS SETOF regclass
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 10000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
	WITH RECURSIVE reads (relation) AS (
		SELECT guard_view_tables.relation::oid
		UNION
		SELECT d.refobjid
		FROM reads AS r
		JOIN pg_rewrite AS w ON w.ev_class OPERATOR(pg_catalog.=) r.relation
			AND w.ev_type OPERATOR(pg_catalog.=) '1'
		JOIN pg_class AS v ON v.oid OPERATOR(pg_catalog.=) r.relation
			AND v.relkind OPERATOR(pg_catalog.=) 'v'
		JOIN pg_depend AS d ON d.classid OPERATOR(pg_catalog.=) 'pg_rewrite'::regclass
			AND d.objid OPERATOR(pg_catalog.=) w.oid
			AND d.refclassid OPERATOR(pg_catalog.=) 'pg_class'::regclass
	)
	SELECT c.oid::regclass
	FROM reads AS r
	JOIN pg_class AS c ON c.oid OPERATOR(pg_catalog.=) r.relation
	WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,f,m}'::"char"[])
	ORDER BY c.oid
$$;
COMMENT ON FUNCTION promise.guard_view_tables(regclass) IS
'the tables that a view reads, also through other views';

/*
 * A header and the tables that each refer to it by one foreign key: then the key
 * of the header names the document.
 */
CREATE FUNCTION promise.guard_documents(
	tables regclass[],
	OUT relation regclass,
	OUT document text
) RETURNS SETOF record
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000 ROWS 3
SET search_path = pg_catalog, pg_temp
AS $$
	WITH reference AS (
		SELECT c.conrelid, c.confrelid, c.conkey, c.confkey
		FROM pg_constraint AS c
		WHERE c.contype OPERATOR(pg_catalog.=) 'f'
		  AND c.conrelid OPERATOR(pg_catalog.=) ANY (tables)
		  AND c.confrelid OPERATOR(pg_catalog.=) ANY (tables)
		  AND c.conrelid OPERATOR(pg_catalog.<>) c.confrelid
	), header AS (
		SELECT r.confrelid
		FROM reference AS r
		GROUP BY r.confrelid
		HAVING count(*) OPERATOR(pg_catalog.=) (cardinality(tables) OPERATOR(pg_catalog.-) 1)
		   AND count(DISTINCT r.conrelid) OPERATOR(pg_catalog.=) count(*)
		   AND count(DISTINCT r.confkey) OPERATOR(pg_catalog.=) 1
	), keyed AS (
		SELECT r.conrelid AS relation, r.conkey AS attnums
		FROM reference AS r JOIN header AS h USING (confrelid)
		UNION
		SELECT r.confrelid, r.confkey
		FROM reference AS r JOIN header AS h USING (confrelid)
	)
	SELECT k.relation::regclass,
		   CASE WHEN cardinality(k.attnums) OPERATOR(pg_catalog.=) 1
				THEN (SELECT quote_ident(a.attname) FROM pg_attribute AS a
					  WHERE a.attrelid OPERATOR(pg_catalog.=) k.relation
						AND a.attnum OPERATOR(pg_catalog.=) k.attnums[1])
				ELSE (SELECT format('ARRAY[%s]::text', string_agg(format('%I::text', a.attname), ', ' ORDER BY n.position))
					  FROM unnest(k.attnums) WITH ORDINALITY AS n (attnum, position)
					  JOIN pg_attribute AS a ON a.attrelid OPERATOR(pg_catalog.=) k.relation
						AND a.attnum OPERATOR(pg_catalog.=) n.attnum)
		   END
	FROM keyed AS k
	WHERE (SELECT count(*) FROM header) OPERATOR(pg_catalog.=) 1
$$;
COMMENT ON FUNCTION promise.guard_documents(regclass[]) IS
'how rows of these tables name the document that they belong to, if foreign keys tell';

/*
 * Which of the tables that the view reads each key names: with its schema or
 * without, whatever the search path.  A value is a query, or an object of a
 * query and a document.
 */
CREATE FUNCTION promise.guard_view_watches(
	relation regclass,
	watch jsonb,
	OUT watched regclass,
	OUT query text,
	OUT document text
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	tables constant regclass[] := ARRAY(SELECT promise.guard_view_tables(relation));
	watched_tables regclass[] := '{}';
	found_tables regclass[];
	name text;
	definition jsonb;
	parts text[];
	missing text;
BEGIN
	IF jsonb_typeof(watch) OPERATOR(pg_catalog.<>) 'object' THEN
		RAISE invalid_parameter_value USING
			MESSAGE = 'parameter "watch" must be a JSON object',
			HINT = 'Its keys are tables, its values queries.';
	END IF;

	FOR name, definition IN
		SELECT w.key, w.value FROM jsonb_each(watch) AS w
	LOOP
		IF jsonb_typeof(definition) OPERATOR(pg_catalog.=) 'object' THEN
			query := definition OPERATOR(pg_catalog.->>) 'query';
			-- said to be none is not the same as not said
			document := CASE WHEN definition OPERATOR(pg_catalog.?) 'document'
							 THEN COALESCE(definition OPERATOR(pg_catalog.->>) 'document', 'NULL::text') END;
		ELSE
			query := definition OPERATOR(pg_catalog.#>>) '{}';
			document := NULL;
		END IF;
		IF query IS NULL
		   OR EXISTS (SELECT FROM jsonb_object_keys(
							CASE jsonb_typeof(definition) WHEN 'object' THEN definition ELSE '{}' END) AS k
					  WHERE k OPERATOR(pg_catalog.<>) ALL ('{query,document}')) THEN
			RAISE invalid_parameter_value USING
				MESSAGE = format('the watch of table %s is no query', name),
				HINT = 'Give a query, or an object: {"query": "SELECT ...", "document": "an expression"}.';
		END IF;
		parts := parse_ident(name);
		found_tables := ARRAY(
			SELECT c.oid::regclass FROM pg_class AS c
			WHERE c.oid OPERATOR(pg_catalog.=) ANY (tables)
			  AND c.relname OPERATOR(pg_catalog.=) parts[cardinality(parts)]
			  AND (cardinality(parts) OPERATOR(pg_catalog.=) 1
				   OR c.relnamespace OPERATOR(pg_catalog.=) to_regnamespace(quote_ident(parts[1]))));
		IF cardinality(found_tables) OPERATOR(pg_catalog.=) 0 THEN
			RAISE invalid_parameter_value USING
				MESSAGE = format('view %s reads no table %s', relation, name),
				HINT = format('It reads %s.', (SELECT string_agg(t::text, ', ') FROM unnest(tables) AS t));
		ELSIF cardinality(found_tables) OPERATOR(pg_catalog.>) 1 THEN
			RAISE invalid_parameter_value USING
				MESSAGE = format('view %s reads several tables %s', relation, name),
				HINT = 'Say which schema.';
		ELSIF found_tables[1] OPERATOR(pg_catalog.=) ANY (watched_tables) THEN
			RAISE invalid_parameter_value USING
				MESSAGE = format('table %s is watched twice', found_tables[1]);
		END IF;
		watched := found_tables[1];
		document := COALESCE(document, (SELECT d.document FROM promise.guard_documents(tables) AS d
										WHERE d.relation OPERATOR(pg_catalog.=) watched));
		watched_tables := watched_tables OPERATOR(pg_catalog.||) watched;
		RETURN NEXT;
	END LOOP;

	missing := (SELECT string_agg(t::text, ', ') FROM unnest(tables) AS t
				WHERE t OPERATOR(pg_catalog.<>) ALL (watched_tables));
	IF missing IS NOT NULL THEN
		RAISE invalid_parameter_value USING
			MESSAGE = format('view %s also changes with %s', relation, missing),
			DETAIL = 'The guard of a view must watch every table that the view reads.',
			HINT = 'Give a query for each, over its changed rows: watch => ''{"table": "SELECT item, location FROM changed", ...}''.';
	END IF;
END
$$;
COMMENT ON FUNCTION promise.guard_view_watches(regclass, jsonb) IS
'the tables that a view reads, each with its query of a parameter "watch"; raises unless that has one for every table';
