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

REVOKE ALL ON FUNCTION promise.chart(text, text, tstzrange) FROM PUBLIC;
GRANT ALL ON FUNCTION promise.chart(text, text, tstzrange) TO @extowner@ WITH GRANT OPTION;
