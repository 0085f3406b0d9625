/* promise.profile: quantities over time, as step functions */

CREATE TYPE promise.profile;

CREATE FUNCTION promise.profile_in(cstring) RETURNS promise.profile
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_in(cstring) IS 'I/O';

CREATE FUNCTION promise.profile_out(promise.profile) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_out(promise.profile) IS 'I/O';

CREATE FUNCTION promise.profile_recv(internal) RETURNS promise.profile
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_recv(internal) IS 'I/O';

CREATE FUNCTION promise.profile_send(promise.profile) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_send(promise.profile) IS 'I/O';

CREATE TYPE promise.profile (
	INPUT = promise.profile_in,
	OUTPUT = promise.profile_out,
	RECEIVE = promise.profile_recv,
	SEND = promise.profile_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE promise.profile IS
'quantity over time: piecewise constant, right-continuous, defined from -infinity';

/*
 * Order and equality.  Of two profiles, that one is less which is lower where
 * they first differ.
 */

CREATE FUNCTION promise.profile_lt(promise.profile, promise.profile) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_lt(promise.profile, promise.profile) IS 'implementation of < operator';

CREATE FUNCTION promise.profile_le(promise.profile, promise.profile) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_le(promise.profile, promise.profile) IS 'implementation of <= operator';

CREATE FUNCTION promise.profile_eq(promise.profile, promise.profile) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_eq(promise.profile, promise.profile) IS 'implementation of = operator';

CREATE FUNCTION promise.profile_ne(promise.profile, promise.profile) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_ne(promise.profile, promise.profile) IS 'implementation of <> operator';

CREATE FUNCTION promise.profile_ge(promise.profile, promise.profile) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_ge(promise.profile, promise.profile) IS 'implementation of >= operator';

CREATE FUNCTION promise.profile_gt(promise.profile, promise.profile) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_gt(promise.profile, promise.profile) IS 'implementation of > operator';

CREATE OPERATOR promise.< (
	LEFTARG = promise.profile, RIGHTARG = promise.profile, FUNCTION = promise.profile_lt,
	COMMUTATOR = OPERATOR(promise.>), NEGATOR = OPERATOR(promise.>=),
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR promise.< (promise.profile, promise.profile) IS 'is lower where they first differ';

CREATE OPERATOR promise.<= (
	LEFTARG = promise.profile, RIGHTARG = promise.profile, FUNCTION = promise.profile_le,
	COMMUTATOR = OPERATOR(promise.>=), NEGATOR = OPERATOR(promise.>),
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR promise.<= (promise.profile, promise.profile) IS 'is lower where they first differ, or equal';

CREATE OPERATOR promise.= (
	LEFTARG = promise.profile, RIGHTARG = promise.profile, FUNCTION = promise.profile_eq,
	COMMUTATOR = OPERATOR(promise.=), NEGATOR = OPERATOR(promise.<>),
	RESTRICT = eqsel, JOIN = eqjoinsel,
	HASHES, MERGES
);
COMMENT ON OPERATOR promise.= (promise.profile, promise.profile) IS 'is equal at every instant';

CREATE OPERATOR promise.<> (
	LEFTARG = promise.profile, RIGHTARG = promise.profile, FUNCTION = promise.profile_ne,
	COMMUTATOR = OPERATOR(promise.<>), NEGATOR = OPERATOR(promise.=),
	RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR promise.<> (promise.profile, promise.profile) IS 'differs at some instant';

CREATE OPERATOR promise.>= (
	LEFTARG = promise.profile, RIGHTARG = promise.profile, FUNCTION = promise.profile_ge,
	COMMUTATOR = OPERATOR(promise.<=), NEGATOR = OPERATOR(promise.<),
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR promise.>= (promise.profile, promise.profile) IS 'is higher where they first differ, or equal';

CREATE OPERATOR promise.> (
	LEFTARG = promise.profile, RIGHTARG = promise.profile, FUNCTION = promise.profile_gt,
	COMMUTATOR = OPERATOR(promise.<), NEGATOR = OPERATOR(promise.<=),
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR promise.> (promise.profile, promise.profile) IS 'is higher where they first differ';

CREATE FUNCTION promise.profile_cmp(promise.profile, promise.profile) RETURNS integer
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_cmp(promise.profile, promise.profile) IS 'less-equal-greater';

CREATE FUNCTION promise.profile_hash(promise.profile) RETURNS integer
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_hash(promise.profile) IS 'hash';

CREATE FUNCTION promise.profile_hash_extended(promise.profile, bigint) RETURNS bigint
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_hash_extended(promise.profile, bigint) IS 'hash with a seed';

CREATE OPERATOR CLASS promise.profile_ops DEFAULT FOR TYPE promise.profile USING btree AS
	OPERATOR 1 promise.<,
	OPERATOR 2 promise.<=,
	OPERATOR 3 promise.=,
	OPERATOR 4 promise.>=,
	OPERATOR 5 promise.>,
	FUNCTION 1 promise.profile_cmp(promise.profile, promise.profile),
	FUNCTION 4 pg_catalog.btequalimage(oid);
COMMENT ON OPERATOR CLASS promise.profile_ops USING btree IS 'order by the first difference';
COMMENT ON OPERATOR FAMILY promise.profile_ops USING btree IS 'order by the first difference';

CREATE OPERATOR CLASS promise.profile_ops DEFAULT FOR TYPE promise.profile USING hash AS
	OPERATOR 1 promise.=,
	FUNCTION 1 promise.profile_hash(promise.profile),
	FUNCTION 2 promise.profile_hash_extended(promise.profile, bigint);
COMMENT ON OPERATOR CLASS promise.profile_ops USING hash IS 'equality at every instant';
COMMENT ON OPERATOR FAMILY promise.profile_ops USING hash IS 'equality at every instant';

/* arithmetic, instant by instant; a number is the profile that always has it */

CREATE FUNCTION promise.profile_plus(promise.profile, promise.profile) RETURNS promise.profile
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_plus(promise.profile, promise.profile) IS 'implementation of + operator';

CREATE FUNCTION promise.profile_minus(promise.profile, promise.profile) RETURNS promise.profile
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_minus(promise.profile, promise.profile) IS 'implementation of - operator';

CREATE FUNCTION promise.profile_times(promise.profile, promise.profile) RETURNS promise.profile
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_times(promise.profile, promise.profile) IS 'implementation of * operator';

CREATE FUNCTION promise.profile_plus_numeric(promise.profile, numeric) RETURNS promise.profile
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_plus_numeric(promise.profile, numeric) IS 'implementation of + operator';

CREATE FUNCTION promise.profile_numeric_plus(numeric, promise.profile) RETURNS promise.profile
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_numeric_plus(numeric, promise.profile) IS 'implementation of + operator';

CREATE FUNCTION promise.profile_minus_numeric(promise.profile, numeric) RETURNS promise.profile
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_minus_numeric(promise.profile, numeric) IS 'implementation of - operator';

CREATE FUNCTION promise.profile_numeric_minus(numeric, promise.profile) RETURNS promise.profile
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_numeric_minus(numeric, promise.profile) IS 'implementation of - operator';

CREATE FUNCTION promise.profile_times_numeric(promise.profile, numeric) RETURNS promise.profile
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_times_numeric(promise.profile, numeric) IS 'implementation of * operator';

CREATE FUNCTION promise.profile_numeric_times(numeric, promise.profile) RETURNS promise.profile
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_numeric_times(numeric, promise.profile) IS 'implementation of * operator';

CREATE FUNCTION promise.profile_uminus(promise.profile) RETURNS promise.profile
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_uminus(promise.profile) IS 'implementation of - operator';

CREATE OPERATOR promise.+ (
	LEFTARG = promise.profile, RIGHTARG = promise.profile, FUNCTION = promise.profile_plus,
	COMMUTATOR = OPERATOR(promise.+)
);
COMMENT ON OPERATOR promise.+ (promise.profile, promise.profile) IS 'add profiles';

CREATE OPERATOR promise.- (
	LEFTARG = promise.profile, RIGHTARG = promise.profile, FUNCTION = promise.profile_minus
);
COMMENT ON OPERATOR promise.- (promise.profile, promise.profile) IS 'subtract profiles';

CREATE OPERATOR promise.* (
	LEFTARG = promise.profile, RIGHTARG = promise.profile, FUNCTION = promise.profile_times,
	COMMUTATOR = OPERATOR(promise.*)
);
COMMENT ON OPERATOR promise.* (promise.profile, promise.profile) IS 'multiply profiles';

CREATE OPERATOR promise.+ (
	LEFTARG = promise.profile, RIGHTARG = numeric, FUNCTION = promise.profile_plus_numeric,
	COMMUTATOR = OPERATOR(promise.+)
);
COMMENT ON OPERATOR promise.+ (promise.profile, numeric) IS 'add a number at every instant';

CREATE OPERATOR promise.+ (
	LEFTARG = numeric, RIGHTARG = promise.profile, FUNCTION = promise.profile_numeric_plus,
	COMMUTATOR = OPERATOR(promise.+)
);
COMMENT ON OPERATOR promise.+ (numeric, promise.profile) IS 'add a number at every instant';

CREATE OPERATOR promise.- (
	LEFTARG = promise.profile, RIGHTARG = numeric, FUNCTION = promise.profile_minus_numeric
);
COMMENT ON OPERATOR promise.- (promise.profile, numeric) IS 'subtract a number at every instant';

CREATE OPERATOR promise.- (
	LEFTARG = numeric, RIGHTARG = promise.profile, FUNCTION = promise.profile_numeric_minus
);
COMMENT ON OPERATOR promise.- (numeric, promise.profile) IS 'subtract from a number at every instant';

CREATE OPERATOR promise.* (
	LEFTARG = promise.profile, RIGHTARG = numeric, FUNCTION = promise.profile_times_numeric,
	COMMUTATOR = OPERATOR(promise.*)
);
COMMENT ON OPERATOR promise.* (promise.profile, numeric) IS 'multiply by a number';

CREATE OPERATOR promise.* (
	LEFTARG = numeric, RIGHTARG = promise.profile, FUNCTION = promise.profile_numeric_times,
	COMMUTATOR = OPERATOR(promise.*)
);
COMMENT ON OPERATOR promise.* (numeric, promise.profile) IS 'multiply by a number';

CREATE OPERATOR promise.- (
	RIGHTARG = promise.profile, FUNCTION = promise.profile_uminus
);
COMMENT ON OPERATOR promise.- (NONE, promise.profile) IS 'negate';

/* aggregates */

CREATE FUNCTION promise.profile_event_accum(internal, timestamptz, numeric) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_event_accum(internal, timestamptz, numeric) IS 'aggregate transition function';

CREATE FUNCTION promise.profile_event_retract(internal, timestamptz, numeric) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_event_retract(internal, timestamptz, numeric) IS 'aggregate inverse transition function';

CREATE FUNCTION promise.profile_during_accum(internal, tstzrange, numeric) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_during_accum(internal, tstzrange, numeric) IS 'aggregate transition function';

CREATE FUNCTION promise.profile_during_retract(internal, tstzrange, numeric) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_during_retract(internal, tstzrange, numeric) IS 'aggregate inverse transition function';

CREATE FUNCTION promise.profile_sum_accum(internal, promise.profile) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_sum_accum(internal, promise.profile) IS 'aggregate transition function';

CREATE FUNCTION promise.profile_sum_retract(internal, promise.profile) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_sum_retract(internal, promise.profile) IS 'aggregate inverse transition function';

CREATE FUNCTION promise.profile_state_combine(internal, internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_state_combine(internal, internal) IS 'aggregate combine function';

CREATE FUNCTION promise.profile_state_serialize(internal) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_state_serialize(internal) IS 'aggregate serial function';

CREATE FUNCTION promise.profile_state_deserialize(bytea, internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_state_deserialize(bytea, internal) IS 'aggregate deserial function';

CREATE FUNCTION promise.profile_state_final(internal) RETURNS promise.profile
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_state_final(internal) IS 'aggregate final function';

CREATE AGGREGATE promise.profile(at timestamptz, quantity numeric) (
	SFUNC = promise.profile_event_accum,
	STYPE = internal,
	SSPACE = 1024,
	FINALFUNC = promise.profile_state_final,
	COMBINEFUNC = promise.profile_state_combine,
	SERIALFUNC = promise.profile_state_serialize,
	DESERIALFUNC = promise.profile_state_deserialize,
	MSFUNC = promise.profile_event_accum,
	MINVFUNC = promise.profile_event_retract,
	MSTYPE = internal,
	MSSPACE = 1024,
	MFINALFUNC = promise.profile_state_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE promise.profile(timestamptz, numeric) IS
'the profile to which changes of quantity add up; a change at -infinity is what it opens with, one at infinity never comes';

CREATE AGGREGATE promise.profile(during tstzrange, quantity numeric) (
	SFUNC = promise.profile_during_accum,
	STYPE = internal,
	SSPACE = 1024,
	FINALFUNC = promise.profile_state_final,
	COMBINEFUNC = promise.profile_state_combine,
	SERIALFUNC = promise.profile_state_serialize,
	DESERIALFUNC = promise.profile_state_deserialize,
	MSFUNC = promise.profile_during_accum,
	MINVFUNC = promise.profile_during_retract,
	MSTYPE = internal,
	MSSPACE = 1024,
	MFINALFUNC = promise.profile_state_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE promise.profile(tstzrange, numeric) IS
'the profile to which occupations add up, each a quantity while it lasts';

CREATE AGGREGATE promise.sum(promise.profile) (
	SFUNC = promise.profile_sum_accum,
	STYPE = internal,
	SSPACE = 1024,
	FINALFUNC = promise.profile_state_final,
	COMBINEFUNC = promise.profile_state_combine,
	SERIALFUNC = promise.profile_state_serialize,
	DESERIALFUNC = promise.profile_state_deserialize,
	MSFUNC = promise.profile_sum_accum,
	MINVFUNC = promise.profile_sum_retract,
	MSTYPE = internal,
	MSSPACE = 1024,
	MFINALFUNC = promise.profile_state_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE promise.sum(promise.profile) IS
'the sum of profiles, instant by instant';

/* questions */

CREATE FUNCTION promise.value_at(profile promise.profile, at timestamptz) RETURNS numeric
	AS 'MODULE_PATHNAME', 'profile_value_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.value_at(promise.profile, timestamptz) IS
'the quantity at an instant';

CREATE FUNCTION promise.min_over(profile promise.profile, during tstzrange) RETURNS numeric
	AS 'MODULE_PATHNAME', 'profile_min_over' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.min_over(promise.profile, tstzrange) IS
'the least quantity in a range; NULL if the range is empty';

CREATE FUNCTION promise.max_over(profile promise.profile, during tstzrange) RETURNS numeric
	AS 'MODULE_PATHNAME', 'profile_max_over' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.max_over(promise.profile, tstzrange) IS
'the greatest quantity in a range; NULL if the range is empty';

CREATE FUNCTION promise.profile_steps_support(internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_steps_support(internal) IS
'planner support for promise.steps';

CREATE FUNCTION promise.steps(profile promise.profile, OUT at timestamptz, OUT quantity numeric)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'profile_steps' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
	ROWS 100 SUPPORT promise.profile_steps_support;
COMMENT ON FUNCTION promise.steps(promise.profile) IS
'the instants at which the quantity changes, and to what; -infinity if it does not open with 0';

CREATE FUNCTION promise.atp(profile promise.profile) RETURNS promise.profile
	AS 'MODULE_PATHNAME', 'profile_atp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.atp(promise.profile) IS
'available to promise: at each instant the least balance from then on';

CREATE FUNCTION promise.cumulative(profile promise.profile) RETURNS promise.profile
	AS 'MODULE_PATHNAME', 'profile_cumulative' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.cumulative(promise.profile) IS
'available to promise by the cumulative method: the balance itself, without looking ahead';

CREATE FUNCTION promise.discrete_atp(supply promise.profile, demand promise.profile,
									 start timestamptz DEFAULT '-infinity')
	RETURNS promise.profile
	AS 'MODULE_PATHNAME', 'profile_discrete_atp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promise.discrete_atp(promise.profile, promise.profile, timestamptz) IS
'available to promise by the discrete method: what each receipt leaves after the demand before the next one; not floored, so it can be negative; everything up to start is one receipt';

CREATE FUNCTION promise.profile_earliest(profile promise.profile, quantity numeric,
										 after timestamptz, hold interval DEFAULT NULL)
	RETURNS timestamptz
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_earliest(promise.profile, numeric, timestamptz, interval) IS
'the first instant from after on with at least that quantity for as long as hold, for ever if that is NULL; NULL if there is none';

CREATE FUNCTION promise.profile_feasible(profile promise.profile, quantity numeric,
										 hold interval DEFAULT NULL)
	RETURNS tstzmultirange
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION promise.profile_feasible(promise.profile, numeric, interval) IS
'all instants with at least that quantity for as long as hold, for ever if that is NULL';

CREATE FUNCTION promise.capacity(calendar promise.calendar, units numeric, within tstzrange)
	RETURNS promise.profile
	AS 'MODULE_PATHNAME', 'profile_capacity' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION promise.capacity(promise.calendar, numeric, tstzrange) IS
'so many units while the calendar is open within the range, and 0 everywhere else';
