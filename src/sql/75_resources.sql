/*
 * 75_resources.sql - what the capacity of a resource is computed from.
 */
CREATE FUNCTION promise.capacity_events(
	resource text,
	OUT during tstzrange,
	OUT units numeric,
	OUT is_load boolean,
	OUT ref text,
	OUT relation text
) RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'capacity_events_list'
	LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 1000 ROWS 100;
COMMENT ON FUNCTION promise.capacity_events(text) IS
'the units of a resource, what changes them (positive: more) and what occupies it (negative), from now on: their sum at an instant is what is free';
