/* pictures */

CREATE FUNCTION promise.chart(
	item text,
	location text DEFAULT NULL,
	within tstzrange DEFAULT NULL
) RETURNS SETOF text
	AS 'MODULE_PATHNAME', 'promise_chart'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 20;
COMMENT ON FUNCTION promise.chart(text, text, tstzrange) IS
'balance, availability, receipts and demand of an item over time, drawn in 80 columns';

CREATE FUNCTION promise.gantt(
	item text,
	quantity numeric,
	due promise.due DEFAULT NULL,
	location text DEFAULT NULL,
	after timestamptz DEFAULT NULL,
	exclude text[] DEFAULT NULL,
	objective text DEFAULT 'earliest',
	placement text DEFAULT 'asap',
	width integer DEFAULT 100,
	effort integer DEFAULT NULL
) RETURNS SETOF text
	AS 'MODULE_PATHNAME', 'promise_gantt'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 100000 ROWS 20;
COMMENT ON FUNCTION promise.gantt(text, numeric, promise.due, text, timestamptz, text[], text, text, integer, integer) IS
'the answer of promise.plan() drawn against time: lots, steps and the critical path';

CREATE FUNCTION promise.gantt_planned(ref text, width integer DEFAULT 100)
	RETURNS SETOF text
	AS 'MODULE_PATHNAME', 'promise_gantt_planned'
	LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 20;
COMMENT ON FUNCTION promise.gantt_planned(text, integer) IS
'what has been planned for a promise, drawn in the same way';
