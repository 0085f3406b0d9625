/*
 * problem.c - finding the rows of one ref.
 */
#include "core/sort.h"
#include "engine/problem.h"

#include "common/int.h"

static int	compare_flows(const void *a, const void *b);
static int	compare_capacities(const void *a, const void *b);
static int	compare_refs(const char *a, const char *b);

void
problem_sort_stock(StockNode *node)
{
	core_sort(node->events, node->nevents, sizeof(FlowEvent), compare_flows);
}

const FlowEvent *
problem_stock_of_ref(const StockNode *node, const char *ref, int *nevents)
{
	int			lo = 0;
	int			hi = node->nevents;

	/* invariant: events[0 .. lo) have smaller refs, events[hi ..) have not */
	while (lo < hi)
	{
		int			mid = lo + (hi - lo) / 2;

		if (compare_refs(node->events[mid].detail->ref, ref) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	while (hi < node->nevents &&
		   compare_refs(node->events[hi].detail->ref, ref) == 0)
		hi++;
	*nevents = hi - lo;
	return node->events + lo;
}

PromiseStatus
problem_demand_of_ref(const StockNode *node, const char *ref, RefDemand *demand)
{
	demand->quantity = 0;
	demand->at = INSTANT_END;
	for (int i = 0; i < node->nevents; i++)
	{
		const FlowEvent *event = &node->events[i];

		if (event->detail->origin != FLOW_DEMAND ||
			compare_refs(event->detail->ref, ref) != 0)
			continue;
		demand->at = Min(demand->at, event->at);
		if (pg_sub_s64_overflow(demand->quantity, event->delta,
								&demand->quantity))
			return PROMISE_QUANTITY_OVERFLOW;
	}
	return PROMISE_OK;
}

void
problem_sort_capacity(CapacityNode *node)
{
	core_sort(node->events, node->nevents, sizeof(CapacityEvent),
			  compare_capacities);
}

const CapacityEvent *
problem_capacity_of_ref(const CapacityNode *node, const char *ref, int *nevents)
{
	int			lo = 0;
	int			hi = node->nevents;

	/* invariant as above */
	while (lo < hi)
	{
		int			mid = lo + (hi - lo) / 2;

		if (compare_refs(node->events[mid].ref, ref) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	while (hi < node->nevents &&
		   compare_refs(node->events[hi].ref, ref) == 0)
		hi++;
	*nevents = hi - lo;
	return node->events + lo;
}

static int
compare_flows(const void *a, const void *b)
{
	return compare_refs(((const FlowEvent *) a)->detail->ref,
						((const FlowEvent *) b)->detail->ref);
}

static int
compare_capacities(const void *a, const void *b)
{
	return compare_refs(((const CapacityEvent *) a)->ref,
						((const CapacityEvent *) b)->ref);
}

/* by bytes; rows without a ref come first */
static int
compare_refs(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}
