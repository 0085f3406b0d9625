/*
 * events.c - the list of events that every answer is computed from.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "core/sort.h"
#include "core/text_order.h"
#include "store/nodes.h"
#include "types/quantity_numeric.h"

PG_FUNCTION_INFO_V1(events_list);

#define NUM_EVENT_COLUMNS 12

static const char **get_refs(ArrayType *array, int *nrefs);
static int	compare_events(const void *left, const void *right);
static void put_event(ReturnSetInfo *result, const StockNode *node,
					  const FlowEvent *event);
static void put_text(Datum *values, bool *nulls, int column, const char *text);

/*
 * promise.events(item text, location text, exclude text[])
 *
 * Declared with a fourth argument, a boolean, it can read as the guard does,
 * with the rights of the relations' owners: for tests.
 */
Datum
events_list(PG_FUNCTION_ARGS)
{
	const char *item;
	NodeQuery	query = {
		.items = &item,
		.nitems = 1,
		.detail = true
	};
	ItemNodes  *found;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();

	item = text_to_cstring(PG_GETARG_TEXT_PP(0));
	if (!PG_ARGISNULL(1))
		query.location = text_to_cstring(PG_GETARG_TEXT_PP(1));
	if (!PG_ARGISNULL(2))
		query.exclude = get_refs(PG_GETARG_ARRAYTYPE_P(2), &query.nexclude);
	if (PG_NARGS() > 3 && !PG_ARGISNULL(3))
		query.as_owner = PG_GETARG_BOOL(3);
	query.now = nodes_now();

	found = nodes_read(&query);
	for (int i = 0; i < found->nnodes; i++)
	{
		StockNode  *node = &found->nodes[i];

		core_sort(node->events, node->nevents, sizeof(FlowEvent), compare_events);
		for (int j = 0; j < node->nevents; j++)
			put_event((ReturnSetInfo *) fcinfo->resultinfo, node,
					  &node->events[j]);
	}
	PG_RETURN_NULL();
}

/*
 * The elements of an array of refs that are not null.
 */
static const char **
get_refs(ArrayType *array, int *nrefs)
{
	Datum	   *elements;
	bool	   *nulls;
	int			nelements;
	const char **refs;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT,
					  &elements, &nulls, &nelements);
	refs = palloc(Max(nelements, 1) * sizeof(char *));
	*nrefs = 0;
	for (int i = 0; i < nelements; i++)
	{
		if (!nulls[i])
			refs[(*nrefs)++] = TextDatumGetCString(elements[i]);
	}
	return refs;
}

/*
 * By date, supply before demand; then by whatever tells two rows apart, so that
 * the order does not depend on the tables'.
 */
static int
compare_events(const void *left, const void *right)
{
	const FlowEvent *a = left;
	const FlowEvent *b = right;
	int			order;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->detail->is_supply != b->detail->is_supply)
		return a->detail->is_supply ? -1 : 1;
	if ((order = text_order(a->detail->ref, b->detail->ref)) != 0)
		return order;
	if ((order = text_order(a->detail->relation, b->detail->relation)) != 0)
		return order;
	if ((order = text_order(a->detail->kind, b->detail->kind)) != 0)
		return order;
	if ((order = text_order(a->detail->for_ref, b->detail->for_ref)) != 0)
		return order;
	if (a->delta != b->delta)
		return a->delta < b->delta ? -1 : 1;
	if (a->detail->priority != b->detail->priority)
		return a->detail->priority < b->detail->priority ? -1 : 1;
	if (a->detail->accepted_at != b->detail->accepted_at)
		return a->detail->accepted_at < b->detail->accepted_at ? -1 : 1;
	return 0;
}

static void
put_event(ReturnSetInfo *result, const StockNode *node, const FlowEvent *event)
{
	Datum		values[NUM_EVENT_COLUMNS];
	bool		nulls[NUM_EVENT_COLUMNS] = {false};

	put_text(values, nulls, 0, node->item);
	put_text(values, nulls, 1, node->location);
	values[2] = TimestampTzGetDatum(event->at);
	nulls[2] = event->detail->at_is_null;
	values[3] = NumericGetDatum(quantity_get_numeric(event->delta));
	put_text(values, nulls, 4, event->detail->ref);
	put_text(values, nulls, 5, event->detail->kind);
	put_text(values, nulls, 6, event->detail->for_ref);
	put_text(values, nulls, 7, event->detail->relation);
	put_text(values, nulls, 8, event->detail->is_supply ? "supply" : "demand");
	values[9] = TimestampTzGetDatum(event->detail->expires_at);
	nulls[9] = event->detail->expires_at == INSTANT_END;
	values[10] = Int32GetDatum(event->detail->priority);
	nulls[10] = event->detail->is_supply ||
		(event->detail->origin == FLOW_PLANNED &&
		 event->detail->accepted_at == INSTANT_END);
	values[11] = TimestampTzGetDatum(event->detail->accepted_at);
	nulls[11] = nulls[10] || event->detail->accepted_at == INSTANT_BEGIN;
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

static void
put_text(Datum *values, bool *nulls, int column, const char *text)
{
	nulls[column] = (text == NULL);
	values[column] = text == NULL ? (Datum) 0 : CStringGetTextDatum(text);
}
