/*
 * 81_commitment.sql - the life of a promise: commit, hold, release, deliver,
 * change.
 */

/*
 * The ledger is opened when promise.commitment becomes guarded.  A dump loads
 * the ledger before the guard, so that there is nothing to open.
 */
CREATE FUNCTION promise.ledger_open() RETURNS trigger
	AS 'MODULE_PATHNAME', 'ledger_open' LANGUAGE C;
COMMENT ON FUNCTION promise.ledger_open() IS
'adds to the ledger what has been promised before promise.commitment was guarded';
REVOKE EXECUTE ON FUNCTION promise.ledger_open() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION promise.ledger_open() TO @extowner@ WITH GRANT OPTION;

CREATE TRIGGER ledger_open
	AFTER INSERT ON promise.guard
	FOR EACH ROW
	WHEN (NEW.relation OPERATOR(pg_catalog.=) 'promise.commitment'::pg_catalog.regclass)
	EXECUTE FUNCTION promise.ledger_open();
ALTER TABLE promise.guard ENABLE ALWAYS TRIGGER ledger_open;
COMMENT ON TRIGGER ledger_open ON promise.guard IS
'adds to the ledger what has been promised before promise.commitment was guarded';

CREATE FUNCTION promise.history(
	ref text,
	OUT entry bigint,
	OUT at_time timestamptz,
	OUT kind text,
	OUT item text,
	OUT location text,
	OUT at timestamptz,
	OUT change numeric,
	OUT open numeric,
	OUT who text
) RETURNS SETOF record
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 100 ROWS 10
BEGIN ATOMIC
	SELECT l.entry, l.at_time, l.kind, l.item, l.location, l.at, l.change,
		   pg_catalog.sum(l.change) OVER (ORDER BY l.entry), l.who
	FROM promise.ledger AS l
	WHERE l.ref OPERATOR(pg_catalog.=) history.ref
	ORDER BY l.entry;
END;
COMMENT ON FUNCTION promise.history(text) IS
'what has become of a promise, entry by entry of promise.ledger; open is what was open after each';
REVOKE EXECUTE ON FUNCTION promise.history(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION promise.history(text) TO @extowner@ WITH GRANT OPTION;
