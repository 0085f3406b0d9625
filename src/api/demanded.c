/*
 * demanded.c - the rows of demand with all that they say.
 *
 * promise.events() has what answers are computed from; here is what else the
 * rows tell: who asked for it, and at what price.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "core/text_order.h"
#include "store/nodes.h"
#include "types/quantity_numeric.h"

PG_FUNCTION_INFO_V1(demanded_list);

/* columns of the result, in their order */
enum
{
	COLUMN_REF,
	COLUMN_LOCATION,
	COLUMN_AT,
	COLUMN_QUANTITY,
	COLUMN_KIND,
	COLUMN_GROUP_REF,
	COLUMN_CUSTOMER,
	COLUMN_CHANNEL,
	COLUMN_ZONE,
	COLUMN_SELLER,
	COLUMN_PRICE,
	COLUMN_COST,
	COLUMN_CURRENCY,
	COLUMN_RELATION,
	NUM_COLUMNS
};

static int	compare_events(const void *left, const void *right);
static void put_demand(ReturnSetInfo *result, const StockNode *node,
					   const FlowEvent *event, Instant now);
static void put_text(Datum *values, bool *nulls, int column, const char *text);
static void put_number(Datum *values, bool *nulls, int column,
					   const char *text);

/*
 * promise.demanded(item text, location text, unaccepted boolean)
 */
Datum
demanded_list(PG_FUNCTION_ARGS)
{
	const char *item;
	NodeQuery	query = {
		.items = &item,
		.nitems = 1,
		.detail = true,
		.facts = true
	};
	ItemNodes  *found;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();

	item = text_to_cstring(PG_GETARG_TEXT_PP(0));
	if (!PG_ARGISNULL(1))
		query.location = text_to_cstring(PG_GETARG_TEXT_PP(1));
	query.unaccepted = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2);
	query.now = nodes_now();

	found = nodes_read(&query);
	for (int i = 0; i < found->nnodes; i++)
	{
		StockNode  *node = &found->nodes[i];

		qsort(node->events, node->nevents, sizeof(FlowEvent), compare_events);
		for (int j = 0; j < node->nevents; j++)
		{
			if (node->events[j].detail->origin == FLOW_DEMAND)
				put_demand((ReturnSetInfo *) fcinfo->resultinfo, node,
						   &node->events[j], query.now);
		}
	}
	PG_RETURN_NULL();
}

/* by date and ref; then by what else tells two rows apart */
static int
compare_events(const void *left, const void *right)
{
	const FlowEvent *a = left;
	const FlowEvent *b = right;
	int			order;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if ((order = text_order(a->detail->ref, b->detail->ref)) != 0)
		return order;
	if ((order = text_order(a->detail->relation, b->detail->relation)) != 0)
		return order;
	return a->delta == b->delta ? 0 : a->delta < b->delta ? 1 : -1;
}

static void
put_demand(ReturnSetInfo *result, const StockNode *node,
		   const FlowEvent *event, Instant now)
{
	const FlowDetail *detail = event->detail;
	const DemandFacts *facts = detail->facts;
	Datum		values[NUM_COLUMNS];
	bool		nulls[NUM_COLUMNS] = {false};

	put_text(values, nulls, COLUMN_REF, detail->ref);
	put_text(values, nulls, COLUMN_LOCATION, node->location);
	values[COLUMN_AT] = TimestampTzGetDatum(detail->at_is_null ? now : event->at);
	values[COLUMN_QUANTITY] =
		NumericGetDatum(quantity_get_numeric(-event->delta));
	put_text(values, nulls, COLUMN_KIND, detail->kind);
	put_text(values, nulls, COLUMN_GROUP_REF, facts->group_ref);
	put_text(values, nulls, COLUMN_CUSTOMER, facts->customer);
	put_text(values, nulls, COLUMN_CHANNEL, facts->channel);
	put_text(values, nulls, COLUMN_ZONE, facts->zone);
	put_text(values, nulls, COLUMN_SELLER, facts->seller);
	put_number(values, nulls, COLUMN_PRICE, facts->price);
	put_number(values, nulls, COLUMN_COST, facts->cost);
	put_text(values, nulls, COLUMN_CURRENCY, facts->currency);
	put_text(values, nulls, COLUMN_RELATION, detail->relation);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

static void
put_text(Datum *values, bool *nulls, int column, const char *text)
{
	nulls[column] = (text == NULL);
	values[column] = text == NULL ? (Datum) 0 : CStringGetTextDatum(text);
}

static void
put_number(Datum *values, bool *nulls, int column, const char *text)
{
	nulls[column] = (text == NULL);
	values[column] = text == NULL ? (Datum) 0 :
	DirectFunctionCall3(numeric_in, CStringGetDatum(text),
						ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}
