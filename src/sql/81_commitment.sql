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
	OUT who text,
	OUT column_name text,
	OUT was text,
	OUT became text,
	OUT relation regclass
) RETURNS SETOF record
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 100 ROWS 10
BEGIN ATOMIC
	SELECT h.entry, h.at_time, h.kind, h.item, h.location, h.at, h.change,
		   pg_catalog.sum(h.change) OVER (PARTITION BY h.relation ORDER BY h.entry), h.who, h.column_name, h.was, h.became,
		   h.relation
	FROM (SELECT l.entry, l.at_time, l.kind, l.item, l.location, l.at, l.change, l.who,
				 NULL::text AS column_name, NULL::text AS was, NULL::text AS became,
				 l.relation
		  FROM promise.ledger AS l
		  WHERE l.ref OPERATOR(pg_catalog.=) history.ref
			 OR l.part_of OPERATOR(pg_catalog.=) history.ref
		  UNION ALL
		  SELECT a.entry, a.at_time, 'amend', NULL, NULL, NULL, NULL, a.who, a.column_name, a.was, a.became,
				 NULL
		  FROM promise.amendment AS a
		  WHERE a.ref OPERATOR(pg_catalog.=) history.ref
			 OR a.ref IN (SELECT l.ref FROM promise.ledger AS l
						  WHERE l.part_of OPERATOR(pg_catalog.=) history.ref)) AS h
	ORDER BY h.entry;
END;
COMMENT ON FUNCTION promise.history(text) IS
'what has become of a promise and all of its parts, entry by entry of promise.ledger, and what was amended of it; open is what was open after each, of promise.commitment and of each mapped relation apart';

CREATE FUNCTION promise.commit(
	ref text,
	item text,
	quantity numeric,
	due promise.due,
	location text DEFAULT NULL,
	customer text DEFAULT NULL,
	channel text DEFAULT NULL,
	zone text DEFAULT NULL,
	seller text DEFAULT NULL,
	price numeric DEFAULT NULL,
	cost numeric DEFAULT NULL,
	currency text DEFAULT NULL,
	priority integer DEFAULT NULL,
	group_ref text DEFAULT NULL,
	kind text DEFAULT 'customer',
	after timestamptz DEFAULT NULL,
	fixed boolean DEFAULT false,
	placement text DEFAULT 'asap',
	objective text DEFAULT 'earliest',
	effort integer DEFAULT NULL,
	parts_max integer DEFAULT 1,
	part_minimum numeric DEFAULT NULL,
	ship_complete boolean DEFAULT false,
	lateness_max interval DEFAULT '0'
) RETURNS SETOF promise.offer
	AS 'MODULE_PATHNAME', 'commit_promise'
	LANGUAGE C VOLATILE PARALLEL UNSAFE COST 20000 ROWS 1;
COMMENT ON FUNCTION promise.commit(text, text, numeric, promise.due, text, text, text, text, text, numeric, numeric, text, integer, text, text, timestamptz, boolean, text, text, integer, integer, numeric, boolean, interval) IS
'gives a promise, in parts if parts_max allows it and all at once would be late, and keeps it in promise.commitment, or raises PR001; the same call again gives the same answer';

CREATE FUNCTION promise.hold(
	ref text,
	item text,
	quantity numeric,
	due promise.due,
	ttl interval,
	location text DEFAULT NULL,
	customer text DEFAULT NULL,
	channel text DEFAULT NULL,
	zone text DEFAULT NULL,
	seller text DEFAULT NULL,
	price numeric DEFAULT NULL,
	cost numeric DEFAULT NULL,
	currency text DEFAULT NULL,
	priority integer DEFAULT NULL,
	group_ref text DEFAULT NULL,
	after timestamptz DEFAULT NULL,
	placement text DEFAULT 'asap',
	objective text DEFAULT 'earliest',
	effort integer DEFAULT NULL,
	parts_max integer DEFAULT 1,
	part_minimum numeric DEFAULT NULL,
	ship_complete boolean DEFAULT false,
	lateness_max interval DEFAULT '0'
) RETURNS SETOF promise.offer
	AS 'MODULE_PATHNAME', 'commit_hold'
	LANGUAGE C VOLATILE PARALLEL UNSAFE COST 20000 ROWS 1;
COMMENT ON FUNCTION promise.hold(text, text, numeric, promise.due, interval, text, text, text, text, text, numeric, numeric, text, integer, text, timestamptz, text, text, integer, integer, numeric, boolean, interval) IS
'gives a promise that ends by itself, unless promise.commit() makes it one for good';

CREATE FUNCTION promise.commit_query(
	query text,
	late boolean DEFAULT false,
	all_or_nothing boolean DEFAULT false,
	placement text DEFAULT 'asap',
	objective text DEFAULT 'earliest',
	effort integer DEFAULT NULL,
	parts_max integer DEFAULT 1,
	part_minimum numeric DEFAULT NULL,
	ship_complete boolean DEFAULT false,
	lateness_max interval DEFAULT '0'
) RETURNS SETOF promise.offer
	AS 'MODULE_PATHNAME', 'commit_query'
	LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 10000;
COMMENT ON FUNCTION promise.commit_query(text, boolean, boolean, text, text, integer, integer, numeric, boolean, interval) IS
'gives a promise for each row of a query (ref, item, quantity and, if there are any, due, location and other arguments of promise.commit()), in its order; what cannot be promised is answered with kind none and the reason, or raises PR001 if it is all or nothing';

CREATE FUNCTION promise.release(
	ref text
) RETURNS boolean
	AS 'MODULE_PATHNAME', 'fulfil_release'
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 10000;
COMMENT ON FUNCTION promise.release(text) IS
'takes back what is open of a promise, of all of its parts; false if nothing is';

CREATE FUNCTION promise.deliver(
	ref text,
	quantity numeric DEFAULT NULL,
	at timestamptz DEFAULT NULL
) RETURNS numeric
	AS 'MODULE_PATHNAME', 'fulfil_deliver'
	LANGUAGE C VOLATILE PARALLEL UNSAFE COST 10000;
COMMENT ON FUNCTION promise.deliver(text, numeric, timestamptz) IS
'delivers a promise, all that is open or some of it, its earlier parts first, and takes it out of the own stock; what is still open';

CREATE FUNCTION promise.change(
	ref text,
	quantity numeric DEFAULT NULL,
	due promise.due DEFAULT NULL,
	placement text DEFAULT 'asap',
	objective text DEFAULT 'earliest',
	effort integer DEFAULT NULL
) RETURNS SETOF promise.offer
	AS 'MODULE_PATHNAME', 'fulfil_change'
	LANGUAGE C VOLATILE PARALLEL UNSAFE COST 20000 ROWS 1;
COMMENT ON FUNCTION promise.change(text, numeric, promise.due, text, text, integer) IS
'changes what is open of a promise, or its date, or raises PR001; NULL: as it is';

/* who may call them needs the rights to write promise.commitment, too */
