/* promise.due: an instant whose bare-date literal means the end of that day */

CREATE TYPE promise.due;

CREATE FUNCTION promise.due_in(cstring) RETURNS promise.due
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.due_in(cstring) IS 'I/O';

CREATE FUNCTION promise.due_out(promise.due) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.due_out(promise.due) IS 'I/O';

CREATE FUNCTION promise.due_recv(internal) RETURNS promise.due
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.due_recv(internal) IS 'I/O';

CREATE FUNCTION promise.due_send(promise.due) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.due_send(promise.due) IS 'I/O';

/* in category D, so that COALESCE(due, date) and the like are of type due */
CREATE TYPE promise.due (
	INPUT = promise.due_in,
	OUTPUT = promise.due_out,
	RECEIVE = promise.due_recv,
	SEND = promise.due_send,
	LIKE = timestamptz,
	CATEGORY = 'D'
);
COMMENT ON TYPE promise.due IS
'instant by which something is due: a bare date means the last microsecond of that day in the zone promise.timezone';

/*
 * Casts.  Into due they are implicit.  Out of it they are not: else
 * "due <= date" would find the operator of timestamptz and date, which reads
 * the date in the session's zone.
 */

CREATE FUNCTION promise.due(date) RETURNS promise.due
	AS 'MODULE_PATHNAME', 'due_from_date' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.due(date) IS
'the last microsecond of a day in the zone promise.timezone';

CREATE FUNCTION promise.due(timestamp) RETURNS promise.due
	AS 'MODULE_PATHNAME', 'due_from_timestamp' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.due(timestamp) IS
'the instant of a local time in the zone promise.timezone';

CREATE CAST (date AS promise.due) WITH FUNCTION promise.due(date) AS IMPLICIT;
COMMENT ON CAST (date AS promise.due) IS
'the last microsecond of the day in the zone promise.timezone';

CREATE CAST (timestamp AS promise.due) WITH FUNCTION promise.due(timestamp) AS IMPLICIT;
COMMENT ON CAST (timestamp AS promise.due) IS
'the instant of that local time in the zone promise.timezone';

CREATE CAST (timestamptz AS promise.due) WITHOUT FUNCTION AS IMPLICIT;
COMMENT ON CAST (timestamptz AS promise.due) IS 'the same instant';

CREATE CAST (promise.due AS timestamptz) WITHOUT FUNCTION AS ASSIGNMENT;
COMMENT ON CAST (promise.due AS timestamptz) IS 'the same instant';

/* operators: those of timestamptz, whose representation is the same */

CREATE FUNCTION promise.due_lt(promise.due, promise.due) RETURNS boolean
	AS 'timestamp_lt' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION promise.due_lt(promise.due, promise.due) IS 'implementation of < operator';

CREATE FUNCTION promise.due_le(promise.due, promise.due) RETURNS boolean
	AS 'timestamp_le' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION promise.due_le(promise.due, promise.due) IS 'implementation of <= operator';

CREATE FUNCTION promise.due_eq(promise.due, promise.due) RETURNS boolean
	AS 'timestamp_eq' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION promise.due_eq(promise.due, promise.due) IS 'implementation of = operator';

CREATE FUNCTION promise.due_ne(promise.due, promise.due) RETURNS boolean
	AS 'timestamp_ne' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION promise.due_ne(promise.due, promise.due) IS 'implementation of <> operator';

CREATE FUNCTION promise.due_ge(promise.due, promise.due) RETURNS boolean
	AS 'timestamp_ge' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION promise.due_ge(promise.due, promise.due) IS 'implementation of >= operator';

CREATE FUNCTION promise.due_gt(promise.due, promise.due) RETURNS boolean
	AS 'timestamp_gt' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION promise.due_gt(promise.due, promise.due) IS 'implementation of > operator';

CREATE OPERATOR promise.< (
	LEFTARG = promise.due, RIGHTARG = promise.due, FUNCTION = promise.due_lt,
	COMMUTATOR = OPERATOR(promise.>), NEGATOR = OPERATOR(promise.>=),
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR promise.< (promise.due, promise.due) IS 'is earlier than';

CREATE OPERATOR promise.<= (
	LEFTARG = promise.due, RIGHTARG = promise.due, FUNCTION = promise.due_le,
	COMMUTATOR = OPERATOR(promise.>=), NEGATOR = OPERATOR(promise.>),
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR promise.<= (promise.due, promise.due) IS 'is not later than';

CREATE OPERATOR promise.= (
	LEFTARG = promise.due, RIGHTARG = promise.due, FUNCTION = promise.due_eq,
	COMMUTATOR = OPERATOR(promise.=), NEGATOR = OPERATOR(promise.<>),
	RESTRICT = eqsel, JOIN = eqjoinsel,
	HASHES, MERGES
);
COMMENT ON OPERATOR promise.= (promise.due, promise.due) IS 'is the same instant as';

CREATE OPERATOR promise.<> (
	LEFTARG = promise.due, RIGHTARG = promise.due, FUNCTION = promise.due_ne,
	COMMUTATOR = OPERATOR(promise.<>), NEGATOR = OPERATOR(promise.=),
	RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR promise.<> (promise.due, promise.due) IS 'is another instant than';

CREATE OPERATOR promise.>= (
	LEFTARG = promise.due, RIGHTARG = promise.due, FUNCTION = promise.due_ge,
	COMMUTATOR = OPERATOR(promise.<=), NEGATOR = OPERATOR(promise.<),
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR promise.>= (promise.due, promise.due) IS 'is not earlier than';

CREATE OPERATOR promise.> (
	LEFTARG = promise.due, RIGHTARG = promise.due, FUNCTION = promise.due_gt,
	COMMUTATOR = OPERATOR(promise.<), NEGATOR = OPERATOR(promise.<=),
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR promise.> (promise.due, promise.due) IS 'is later than';

CREATE FUNCTION promise.due_cmp(promise.due, promise.due) RETURNS integer
	AS 'timestamp_cmp' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION promise.due_cmp(promise.due, promise.due) IS 'less-equal-greater';

CREATE FUNCTION promise.due_sortsupport(internal) RETURNS void
	AS 'timestamp_sortsupport' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.due_sortsupport(internal) IS 'sort support';

CREATE FUNCTION promise.due_hash(promise.due) RETURNS integer
	AS 'timestamp_hash' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.due_hash(promise.due) IS 'hash';

CREATE FUNCTION promise.due_hash_extended(promise.due, bigint) RETURNS bigint
	AS 'timestamp_hash_extended' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.due_hash_extended(promise.due, bigint) IS 'hash with a seed';

CREATE OPERATOR CLASS promise.due_ops DEFAULT FOR TYPE promise.due USING btree AS
	OPERATOR 1 promise.<,
	OPERATOR 2 promise.<=,
	OPERATOR 3 promise.=,
	OPERATOR 4 promise.>=,
	OPERATOR 5 promise.>,
	FUNCTION 1 promise.due_cmp(promise.due, promise.due),
	FUNCTION 2 promise.due_sortsupport(internal),
	FUNCTION 4 pg_catalog.btequalimage(oid);
COMMENT ON OPERATOR CLASS promise.due_ops USING btree IS 'order of instants';
COMMENT ON OPERATOR FAMILY promise.due_ops USING btree IS 'order of instants';

CREATE OPERATOR CLASS promise.due_ops DEFAULT FOR TYPE promise.due USING hash AS
	OPERATOR 1 promise.=,
	FUNCTION 1 promise.due_hash(promise.due),
	FUNCTION 2 promise.due_hash_extended(promise.due, bigint);
COMMENT ON OPERATOR CLASS promise.due_ops USING hash IS 'equality of instants';
COMMENT ON OPERATOR FAMILY promise.due_ops USING hash IS 'equality of instants';
