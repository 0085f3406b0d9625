/*
 * 82_conflicts.sql - promises that cannot be kept: which, why, and who was told.
 */

CREATE TYPE promise.conflict AS (
	ref				text,
	item			text,
	location		text,
	quantity		numeric,
	promised_at		timestamptz,
	missing			numeric,
	short_from		timestamptz,
	feasible_at		timestamptz,
	reason			promise.reason,
	detail			text,
	takers			text[],
	receipts		text[],
	kind			text,
	resource		text
);
COMMENT ON TYPE promise.conflict IS
'a promise, or other demand, that cannot be met at its date beside those served before it';
COMMENT ON COLUMN promise.conflict.ref IS 'the promise; NULL: its row has none';
COMMENT ON COLUMN promise.conflict.item IS 'its item; NULL: a load on a resource';
COMMENT ON COLUMN promise.conflict.location IS 'where it is delivered from';
COMMENT ON COLUMN promise.conflict.quantity IS 'what is still to be delivered; units of a resource';
COMMENT ON COLUMN promise.conflict.promised_at IS
'its date, or the start of the load; NULL: the row names none, so it is due now';
COMMENT ON COLUMN promise.conflict.missing IS
'how much of it is not there at its date without breaking another';
COMMENT ON COLUMN promise.conflict.short_from IS
'first instant, at its date or later, at which too little is there';
COMMENT ON COLUMN promise.conflict.feasible_at IS
'earliest date that breaks no promise that is met, and no new date of those before it; NULL: never';
COMMENT ON COLUMN promise.conflict.reason IS 'why';
COMMENT ON COLUMN promise.conflict.detail IS
'the reason in words: what is missing, who takes it, what comes too late';
COMMENT ON COLUMN promise.conflict.takers IS
'refs served before it that together leave too little, while without any one of them it could be met; at most 100 are named';
COMMENT ON COLUMN promise.conflict.receipts IS
'refs of receipts that come too late, as many as would have been enough; at most 20 are named';
COMMENT ON COLUMN promise.conflict.kind IS 'kind of the demand, as in its role';
COMMENT ON COLUMN promise.conflict.resource IS 'the resource that is overloaded; NULL: it is an item';

CREATE FUNCTION promise.conflicts(
	item text DEFAULT NULL,
	location text DEFAULT NULL
) RETURNS SETOF promise.conflict
	AS 'MODULE_PATHNAME', 'conflicts_list'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 100000 ROWS 10;
COMMENT ON FUNCTION promise.conflicts(text, text) IS
'promises that cannot be kept, of one item or of all, in order of item, location and serving: by how much, when they could be, and the rows that are the cause';

CREATE FUNCTION promise.feasible_dates(
	item text DEFAULT NULL,
	location text DEFAULT NULL,
	OUT ref text,
	OUT kind text,
	OUT item_name text,
	OUT location_name text,
	OUT quantity numeric,
	OUT promised_at timestamptz,
	OUT feasible_at timestamptz,
	OUT met boolean
) RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'conflicts_feasible_dates'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 100000 ROWS 100;
COMMENT ON FUNCTION promise.feasible_dates(text, text) IS
'every promise of one item or of all with the date at which it can be met now, in order of item, location and serving; NULL: never';

/* they reveal other people's orders: the owner says who may ask */

REVOKE ALL ON FUNCTION
	promise.conflicts(text, text),
	promise.feasible_dates(text, text)
FROM PUBLIC;
GRANT ALL ON FUNCTION
	promise.conflicts(text, text),
	promise.feasible_dates(text, text)
TO @extowner@ WITH GRANT OPTION;
