/*
 * promise.calendar: working time.  Whatever consults the zone database is
 * STABLE: a new version of it may change the answer.
 */
CREATE TYPE promise.calendar;

CREATE FUNCTION promise.calendar_in(cstring) RETURNS promise.calendar
	LANGUAGE c STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'calendar_in';
COMMENT ON FUNCTION promise.calendar_in(cstring) IS 'I/O';

CREATE FUNCTION promise.calendar_out(promise.calendar) RETURNS cstring
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'calendar_out';
COMMENT ON FUNCTION promise.calendar_out(promise.calendar) IS 'I/O';

CREATE FUNCTION promise.calendar_recv(internal) RETURNS promise.calendar
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'calendar_recv';
COMMENT ON FUNCTION promise.calendar_recv(internal) IS 'I/O';

CREATE FUNCTION promise.calendar_send(promise.calendar) RETURNS bytea
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'calendar_send';
COMMENT ON FUNCTION promise.calendar_send(promise.calendar) IS 'I/O';

CREATE TYPE promise.calendar (
	INPUT = promise.calendar_in,
	OUTPUT = promise.calendar_out,
	RECEIVE = promise.calendar_recv,
	SEND = promise.calendar_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = int4,
	STORAGE = extended
);
COMMENT ON TYPE promise.calendar IS
'working time: weekly shifts in a time zone, dated exceptions, validity; e.g. ''Europe/Berlin; Mon-Fri 08:00-16:00; 2026-12-25 closed''';

/* making and looking */

CREATE FUNCTION promise.calendar(zone text, VARIADIC rules text[])
	RETURNS promise.calendar
	LANGUAGE c STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'calendar_make';
COMMENT ON FUNCTION promise.calendar(text, text[]) IS
'calendar from its zone and the clauses of its literal';

CREATE FUNCTION promise.zone(calendar promise.calendar) RETURNS text
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'calendar_zone';
COMMENT ON FUNCTION promise.zone(promise.calendar) IS
'time zone of a calendar';

CREATE FUNCTION promise.closed_on(calendar promise.calendar, dates date[])
	RETURNS promise.calendar
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'calendar_closed_on';
COMMENT ON FUNCTION promise.closed_on(promise.calendar, date[]) IS
'the same calendar with no shift beginning on the dates';

/* open time */

CREATE FUNCTION promise.open(calendar promise.calendar, within tstzrange)
	RETURNS tstzmultirange
	LANGUAGE c STABLE STRICT PARALLEL SAFE COST 100
	AS 'MODULE_PATHNAME', 'calendar_open';
COMMENT ON FUNCTION promise.open(promise.calendar, tstzrange) IS
'open time of a calendar within a range';

CREATE FUNCTION promise.is_open(calendar promise.calendar, at timestamptz)
	RETURNS boolean
	LANGUAGE c STABLE STRICT PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'calendar_is_open_at';
COMMENT ON FUNCTION promise.is_open(promise.calendar, timestamptz) IS
'is the calendar open at an instant?';

CREATE FUNCTION promise.working_time(calendar promise.calendar,
									 start_at timestamptz, end_at timestamptz)
	RETURNS interval
	LANGUAGE c STABLE STRICT PARALLEL SAFE COST 10
	AS 'MODULE_PATHNAME', 'calendar_working_time';
COMMENT ON FUNCTION promise.working_time(promise.calendar, timestamptz, timestamptz) IS
'open time from start to end, negative if they are reversed';

CREATE FUNCTION promise.shift(calendar promise.calendar, at timestamptz,
							  by interval)
	RETURNS timestamptz
	LANGUAGE c STABLE STRICT PARALLEL SAFE COST 10
	AS 'MODULE_PATHNAME', 'calendar_shift';
COMMENT ON FUNCTION promise.shift(promise.calendar, timestamptz, interval) IS
'instant moved by open days, then by open time, forward or backward';

/* set operations */

CREATE FUNCTION promise.calendar_union(promise.calendar, promise.calendar)
	RETURNS promise.calendar
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
	AS 'MODULE_PATHNAME', 'calendar_union';
COMMENT ON FUNCTION promise.calendar_union(promise.calendar, promise.calendar) IS
'implementation of + operator';

CREATE FUNCTION promise.calendar_intersection(promise.calendar, promise.calendar)
	RETURNS promise.calendar
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
	AS 'MODULE_PATHNAME', 'calendar_intersection';
COMMENT ON FUNCTION promise.calendar_intersection(promise.calendar, promise.calendar) IS
'implementation of * operator';

CREATE FUNCTION promise.calendar_difference(promise.calendar, promise.calendar)
	RETURNS promise.calendar
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
	AS 'MODULE_PATHNAME', 'calendar_difference';
COMMENT ON FUNCTION promise.calendar_difference(promise.calendar, promise.calendar) IS
'implementation of - operator';

CREATE OPERATOR promise.+ (
	FUNCTION = promise.calendar_union,
	LEFTARG = promise.calendar, RIGHTARG = promise.calendar,
	COMMUTATOR = OPERATOR(promise.+)
);
COMMENT ON OPERATOR promise.+ (promise.calendar, promise.calendar) IS
'open when either calendar is';

CREATE OPERATOR promise.* (
	FUNCTION = promise.calendar_intersection,
	LEFTARG = promise.calendar, RIGHTARG = promise.calendar,
	COMMUTATOR = OPERATOR(promise.*)
);
COMMENT ON OPERATOR promise.* (promise.calendar, promise.calendar) IS
'open when both calendars are';

CREATE OPERATOR promise.- (
	FUNCTION = promise.calendar_difference,
	LEFTARG = promise.calendar, RIGHTARG = promise.calendar
);
COMMENT ON OPERATOR promise.- (promise.calendar, promise.calendar) IS
'open when the first calendar is and the second is not';

/* comparison: equality is that of the rules, the order has no meaning */

CREATE FUNCTION promise.calendar_lt(promise.calendar, promise.calendar)
	RETURNS boolean
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'calendar_lt';
COMMENT ON FUNCTION promise.calendar_lt(promise.calendar, promise.calendar) IS
'implementation of < operator';

CREATE FUNCTION promise.calendar_le(promise.calendar, promise.calendar)
	RETURNS boolean
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'calendar_le';
COMMENT ON FUNCTION promise.calendar_le(promise.calendar, promise.calendar) IS
'implementation of <= operator';

CREATE FUNCTION promise.calendar_eq(promise.calendar, promise.calendar)
	RETURNS boolean
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'calendar_eq';
COMMENT ON FUNCTION promise.calendar_eq(promise.calendar, promise.calendar) IS
'implementation of = operator';

CREATE FUNCTION promise.calendar_ne(promise.calendar, promise.calendar)
	RETURNS boolean
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'calendar_ne';
COMMENT ON FUNCTION promise.calendar_ne(promise.calendar, promise.calendar) IS
'implementation of <> operator';

CREATE FUNCTION promise.calendar_ge(promise.calendar, promise.calendar)
	RETURNS boolean
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'calendar_ge';
COMMENT ON FUNCTION promise.calendar_ge(promise.calendar, promise.calendar) IS
'implementation of >= operator';

CREATE FUNCTION promise.calendar_gt(promise.calendar, promise.calendar)
	RETURNS boolean
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'calendar_gt';
COMMENT ON FUNCTION promise.calendar_gt(promise.calendar, promise.calendar) IS
'implementation of > operator';

CREATE FUNCTION promise.calendar_cmp(promise.calendar, promise.calendar)
	RETURNS integer
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'calendar_cmp';
COMMENT ON FUNCTION promise.calendar_cmp(promise.calendar, promise.calendar) IS
'less-equal-greater of calendars';

CREATE FUNCTION promise.calendar_hash(promise.calendar) RETURNS integer
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'calendar_hash';
COMMENT ON FUNCTION promise.calendar_hash(promise.calendar) IS
'hash of a calendar';

CREATE FUNCTION promise.calendar_hash_extended(promise.calendar, bigint)
	RETURNS bigint
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'calendar_hash_extended';
COMMENT ON FUNCTION promise.calendar_hash_extended(promise.calendar, bigint) IS
'seeded hash of a calendar';

CREATE OPERATOR promise.= (
	FUNCTION = promise.calendar_eq,
	LEFTARG = promise.calendar, RIGHTARG = promise.calendar,
	COMMUTATOR = OPERATOR(promise.=), NEGATOR = OPERATOR(promise.<>),
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR promise.= (promise.calendar, promise.calendar) IS
'equal rules';

CREATE OPERATOR promise.<> (
	FUNCTION = promise.calendar_ne,
	LEFTARG = promise.calendar, RIGHTARG = promise.calendar,
	COMMUTATOR = OPERATOR(promise.<>), NEGATOR = OPERATOR(promise.=),
	RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR promise.<> (promise.calendar, promise.calendar) IS
'different rules';

CREATE OPERATOR promise.< (
	FUNCTION = promise.calendar_lt,
	LEFTARG = promise.calendar, RIGHTARG = promise.calendar,
	COMMUTATOR = OPERATOR(promise.>), NEGATOR = OPERATOR(promise.>=),
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR promise.< (promise.calendar, promise.calendar) IS
'before in the order of the index';

CREATE OPERATOR promise.<= (
	FUNCTION = promise.calendar_le,
	LEFTARG = promise.calendar, RIGHTARG = promise.calendar,
	COMMUTATOR = OPERATOR(promise.>=), NEGATOR = OPERATOR(promise.>),
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR promise.<= (promise.calendar, promise.calendar) IS
'not after in the order of the index';

CREATE OPERATOR promise.> (
	FUNCTION = promise.calendar_gt,
	LEFTARG = promise.calendar, RIGHTARG = promise.calendar,
	COMMUTATOR = OPERATOR(promise.<), NEGATOR = OPERATOR(promise.<=),
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR promise.> (promise.calendar, promise.calendar) IS
'after in the order of the index';

CREATE OPERATOR promise.>= (
	FUNCTION = promise.calendar_ge,
	LEFTARG = promise.calendar, RIGHTARG = promise.calendar,
	COMMUTATOR = OPERATOR(promise.<=), NEGATOR = OPERATOR(promise.<),
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR promise.>= (promise.calendar, promise.calendar) IS
'not before in the order of the index';

CREATE OPERATOR CLASS promise.calendar_ops
	DEFAULT FOR TYPE promise.calendar USING btree AS
	OPERATOR 1 promise.<,
	OPERATOR 2 promise.<=,
	OPERATOR 3 promise.=,
	OPERATOR 4 promise.>=,
	OPERATOR 5 promise.>,
	FUNCTION 1 promise.calendar_cmp(promise.calendar, promise.calendar),
	FUNCTION 4 pg_catalog.btequalimage(oid);
COMMENT ON OPERATOR FAMILY promise.calendar_ops USING btree IS
'equality of calendars, and an order without meaning';
COMMENT ON OPERATOR CLASS promise.calendar_ops USING btree IS
'equality and an order without meaning, for indexes, DISTINCT and joins';

CREATE OPERATOR CLASS promise.calendar_ops
	DEFAULT FOR TYPE promise.calendar USING hash AS
	OPERATOR 1 promise.=,
	FUNCTION 1 promise.calendar_hash(promise.calendar),
	FUNCTION 2 promise.calendar_hash_extended(promise.calendar, bigint);
COMMENT ON OPERATOR FAMILY promise.calendar_ops USING hash IS
'equality of calendars';
COMMENT ON OPERATOR CLASS promise.calendar_ops USING hash IS
'equality, for hash joins and aggregates';
