/*
 * 81_history.sql - what becomes of orders in tables of the business.
 *
 * The triggers of a guard enter in promise.ledger what their rows promise, if its
 * history is to be kept; src/store/history.h says exactly what.
 */
CREATE FUNCTION promise.history_open(relation regclass) RETURNS void
	AS 'MODULE_PATHNAME', 'history_open' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 100000;
COMMENT ON FUNCTION promise.history_open(regclass) IS
'adds to the ledger what the rows of a mapped relation promise and the ledger does not know; serves promise.keep_history';

CREATE FUNCTION promise.history_rows(
	relation regclass,
	OUT ref text,
	OUT item text,
	OUT location text,
	OUT at timestamptz,
	OUT quantity numeric,
	OUT customer text,
	OUT seller text
) RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'history_rows' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 10000;
COMMENT ON FUNCTION promise.history_rows(regclass) IS
'what is open of the rows of a mapped relation whose history is kept, as the ledger ought to say';

CREATE FUNCTION promise.keep_history(
	relation regclass,
	keep boolean DEFAULT true,
	name text DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	mapping_name constant text := COALESCE(name, '');
	missing text;
BEGIN
	IF relation IS NULL OR keep IS NULL THEN
		RAISE null_value_not_allowed USING
			MESSAGE = format('parameter "%s" must not be null', CASE WHEN relation IS NULL THEN 'relation' ELSE 'keep' END);
	ELSIF relation = 'promise.commitment'::regclass THEN
		RAISE wrong_object_type USING
			MESSAGE = 'the history of promise.commitment is always kept',
			HINT = 'It begins when promise.commitment is protected.';
	END IF;

	IF NOT keep THEN
		UPDATE promise.guard AS g SET keeps_history = false
		WHERE g.relation = keep_history.relation AND g.role = 'demand' AND g.mapping = mapping_name AND g.keeps_history;
		RETURN;
	END IF;

	IF EXISTS (SELECT FROM pg_class AS c WHERE c.oid = relation AND c.relkind IN ('v', 'f', 'm')) THEN
		RAISE wrong_object_type USING
			MESSAGE = format('cannot keep the history of %s, which is not a table', relation),
			DETAIL = 'No trigger sees what its rows said before a change.',
			HINT = 'Map and protect a table whose rows say item, date, quantity and ref, or give the promises with promise.commit.';
	ELSIF NOT EXISTS (SELECT FROM promise.guard AS g
					  WHERE g.relation = keep_history.relation AND g.role = 'demand' AND g.mapping = mapping_name) THEN
		RAISE object_not_in_prerequisite_state USING
			MESSAGE = format('%s is not protected as demand', relation),
			DETAIL = 'The triggers of its guard keep the history.',
			HINT = format('Call promise.protect(%L, ...) first.', relation);
	END IF;
	SELECT c INTO missing
	FROM unnest('{ref,at}'::text[]) AS c
	WHERE NOT EXISTS (SELECT FROM promise.mapping AS m
					  WHERE m.relation = keep_history.relation AND m.role = 'demand' AND m.name = mapping_name
						AND c = ANY (m.columns))
	LIMIT 1;
	IF FOUND THEN
		RAISE invalid_parameter_value USING
			MESSAGE = format('rows of %s do not say their "%s"', relation, missing),
			DETAIL = 'The ledger names each promise and its date.',
			HINT = format('Give promise.protect the parameter "%s".', missing);
	END IF;

	-- no writer is under way when the history begins
	PERFORM promise.guard_tables(relation);
	UPDATE promise.guard AS g SET keeps_history = true
	WHERE g.relation = keep_history.relation AND g.role = 'demand' AND g.mapping = mapping_name;
	PERFORM promise.history_open(relation);
END
$$;
COMMENT ON FUNCTION promise.keep_history(regclass, boolean, text) IS
'enters in promise.ledger from now on what rows of a protected table promise, and what they promise now; or, if not "keep", does so no more';
