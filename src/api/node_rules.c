/*
 * node_rules.c - what a question starts from besides the rows: the rules of an
 * item at a location, and now.
 *
 * With promise.events() this is all that an answer rests on, so whoever has
 * both can check any answer without the engine.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "store/nodes.h"
#include "types/quantity_numeric.h"

PG_FUNCTION_INFO_V1(node_rules);
PG_FUNCTION_INFO_V1(node_now);

#define NUM_RULE_COLUMNS 4

/*
 * promise.node_rules(item text, location text)
 */
Datum
node_rules(PG_FUNCTION_ARGS)
{
	const char *item;
	NodeQuery	query = {
		.items = &item,
		.nitems = 1
	};
	ItemNodes  *found;
	TupleDesc	desc;
	Datum		values[NUM_RULE_COLUMNS];
	bool		nulls[NUM_RULE_COLUMNS] = {false};
	const NodeRules *rules;

	item = text_to_cstring(PG_GETARG_TEXT_PP(0));
	query.location = text_to_cstring(PG_GETARG_TEXT_PP(1));
	query.now = nodes_now();
	found = nodes_read(&query);
	if (found->nnodes == 0)
		PG_RETURN_NULL();

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");

	/* the ends of Instant are those of timestamptz */
	rules = &found->nodes[0].rules;
	values[0] = NumericGetDatum(quantity_get_numeric(rules->safety_stock));
	values[1] = TimestampTzGetDatum(rules->horizon_end);
	values[2] = TimestampTzGetDatum(rules->lead_end);
	values[3] = TimestampTzGetDatum(rules->overdue_at);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc),
													  values, nulls)));
}

/*
 * promise.now()
 */
Datum
node_now(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(nodes_now());
}
