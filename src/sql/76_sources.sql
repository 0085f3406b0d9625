/*
 * 76_sources.sql - how an item can be had.
 */
CREATE FUNCTION promise.sources(
	item text,
	location text DEFAULT NULL,
	OUT location text,
	OUT source text,
	OUT kind text,
	OUT priority integer,
	OUT first_start timestamptz,
	OUT lead_time interval,
	OUT lot_minimum numeric,
	OUT lot_multiple numeric,
	OUT lot_maximum numeric,
	OUT cost numeric,
	OUT currency text,
	OUT effective tstzrange,
	OUT outputs jsonb,
	OUT components jsonb,
	OUT steps jsonb
) RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'sources_list'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000 ROWS 3;
COMMENT ON FUNCTION promise.sources(text, text) IS
'the ways to make, buy or move an item, best first, with what each takes, yields and occupies, as a plan sees them';
