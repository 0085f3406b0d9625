/*
 * capacity_events.c - the list of events that capacity is computed from.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/sort.h"
#include "core/text_order.h"
#include "store/nodes.h"
#include "store/resources.h"
#include "types/instant_range.h"
#include "types/quantity_numeric.h"

PG_FUNCTION_INFO_V1(capacity_events_list);

#define NUM_COLUMNS 5

static Datum infinite_units(void);
static int	compare_events(const void *left, const void *right);
static void put_event(ReturnSetInfo *result, const CapacityEvent *event,
					  Datum units);

/*
 * promise.capacity_events(resource text)
 */
Datum
capacity_events_list(PG_FUNCTION_ARGS)
{
	static const CapacityEvent always = {
		.from = INSTANT_BEGIN,
		.until = INSTANT_END
	};
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const char *resource;
	ResourceQuery query = {
		.resources = &resource,
		.nresources = 1
	};
	CapacityNode *node;

	InitMaterializedSRF(fcinfo, 0);
	resource = text_to_cstring(PG_GETARG_TEXT_PP(0));
	query.now = nodes_now();
	node = resources_read(&query);

	/* the units of the resource itself are there always */
	if (node->known)
		put_event(result, &always, !node->finite ? infinite_units() :
				  NumericGetDatum(quantity_get_numeric(node->units)));

	core_sort(node->events, node->nevents, sizeof(CapacityEvent), compare_events);
	for (int i = 0; i < node->nevents; i++)
		put_event(result, &node->events[i],
				  NumericGetDatum(quantity_get_numeric(node->events[i].delta)));
	PG_RETURN_NULL();
}

static Datum
infinite_units(void)
{
	return DirectFunctionCall3(numeric_in, CStringGetDatum("Infinity"),
							   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

/*
 * By time, changes before loads; then by whatever tells two rows apart, so that
 * the order does not depend on the tables'.
 */
static int
compare_events(const void *left, const void *right)
{
	const CapacityEvent *a = left;
	const CapacityEvent *b = right;
	int			order;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	if (a->until != b->until)
		return a->until < b->until ? -1 : 1;
	if (a->is_load != b->is_load)
		return a->is_load ? 1 : -1;
	if ((order = text_order(a->ref, b->ref)) != 0)
		return order;
	if ((order = text_order(a->relation, b->relation)) != 0)
		return order;
	if (a->delta != b->delta)
		return a->delta < b->delta ? -1 : 1;
	return 0;
}

static void
put_event(ReturnSetInfo *result, const CapacityEvent *event, Datum units)
{
	Datum		values[NUM_COLUMNS];
	bool		nulls[NUM_COLUMNS] = {false};

	values[0] = RangeTypePGetDatum(instant_range_make(event->from, event->until,
													  false));
	values[1] = units;
	values[2] = BoolGetDatum(event->is_load);
	nulls[3] = (event->ref == NULL);
	if (!nulls[3])
		values[3] = CStringGetTextDatum(event->ref);
	nulls[4] = (event->relation == NULL);
	if (!nulls[4])
		values[4] = CStringGetTextDatum(event->relation);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}
