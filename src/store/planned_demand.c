/*
 * planned_demand.c - what is still demanded with the refs of plans.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "common/int.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "store/fetch.h"
#include "store/kept_query.h"
#include "store/network.h"
#include "store/nodes.h"
#include "store/owner.h"
#include "store/planned.h"
#include "store/planned_demand.h"
#include "store/value.h"

/* the rows of a node, read once for all plans */
typedef struct NodeEvents
{
	const PlanNode *node;
	const FlowEvent *events;
	int			nevents;
} NodeEvents;

struct PlannedDemand
{
	PlanNetwork *network;
	bool		whole;			/* its rows are all there, by ref */
	NodeEvents *nodes;			/* what was read beside it */
	int			nnodes;
	int			max_nodes;
};

/* own commitments of refs, and which of them a mapped row has taken over */
typedef struct OwnDemand
{
	PlanNetwork *network;
	RecordedPlan **plans;		/* whose refs they are */
	int			nplans;
	bool	   *taken_over;
} OwnDemand;

/* those that count: see nodes_read */
static KeptQuery own_query = {
	"SELECT r.position, c.item, c.location, c.quantity, c.at"
	" FROM pg_catalog.unnest($1) WITH ORDINALITY AS r (ref, position)"
	" JOIN promise.commitment AS c ON c.ref OPERATOR(pg_catalog.=) r.ref"
	" WHERE c.quantity OPERATOR(pg_catalog.>) 0"
	" AND (c.expires_at IS NULL OR c.expires_at OPERATOR(pg_catalog.>) $2)",
	2, {TEXTARRAYOID, TIMESTAMPTZOID}
};

static void fill_own(PlanNetwork *network, RecordedPlan **plans, int nplans);
static void find_taken_over(void *arg);
static void take_own(const OwnDemand *own);
static bool yields(const PlanSource *source, const PlanNode *node);
static const PlanSource *source_of(const RecordedPlan *plan);
static bool may_be_of_known(const RecordedPlan *plan);
static bool find_demand(PlannedDemand *demand, const char *ref,
						PlanNode *node, PlanNeed *request);
static const FlowEvent *find_events(PlannedDemand *demand, PlanNode *node,
									const char *ref, int *nevents);
static NodeEvents *node_events(PlannedDemand *demand, const PlanNode *node);
static void want(PlannedDemand *demand, const PlanNode *node);
static void read_wanted(PlannedDemand *demand, int first);
static void read_at_location(PlannedDemand *demand, int first,
							 const char *location);

PlannedDemand *
planned_demand_open(PlanNetwork *network, bool whole)
{
	PlannedDemand *demand = palloc0(sizeof(PlannedDemand));

	demand->network = network;
	demand->whole = whole;
	return demand;
}

void
planned_demand_fill(PlannedDemand *demand, RecordedPlan *plan)
{
	const PlanSource *source = source_of(plan);
	PlanNeed   *request = &plan->plan.needs[0];

	for (int i = 0; i < source->noutputs; i++)
	{
		if (find_demand(demand, plan->ref, source->outputs[i].node, request))
			break;
	}
	request->possible_at = request->at;
	planned_demand_lacking(&plan->plan, 0);
	plan->demand_unread = false;
}

void
planned_demand_fill_many(PlanNetwork *network, RecordedPlan *plans, int nplans,
						 bool known)
{
	PlannedDemand *demand = planned_demand_open(network, false);
	RecordedPlan **unread = palloc((nplans + 1) * sizeof(RecordedPlan *));
	int			nunread = 0;

	for (int i = 0; i < nplans; i++)
	{
		if (plans[i].problem == NULL && plans[i].demand_unread &&
			(!known || may_be_of_known(&plans[i])))
			unread[nunread++] = &plans[i];
	}
	if (nunread == 0)
		return;

	fill_own(network, unread, nunread);
	for (int i = 0; i < nunread; i++)
	{
		const PlanSource *source = source_of(unread[i]);

		for (int j = 0; j < source->noutputs && unread[i]->demand_unread; j++)
			want(demand, source->outputs[j].node);
	}
	read_wanted(demand, 0);
	for (int i = 0; i < nunread; i++)
	{
		if (unread[i]->demand_unread)
			planned_demand_fill(demand, unread[i]);
	}
}

/*
 * Own commitments are found by their refs, without a look at what else there is of
 * their items.
 */
static void
fill_own(PlanNetwork *network, RecordedPlan **plans, int nplans)
{
	OwnDemand	own = {.network = network,.plans = plans,.nplans = nplans};
	bool		as_owner = network_is_as_owner(network);
	MemoryContext caller = CurrentMemoryContext;
	const char **refs = palloc(nplans * sizeof(char *));
	OwnerRights before;
	Datum		values[2];

	for (int i = 0; i < nplans; i++)
		refs[i] = plans[i]->ref;
	own.taken_over = palloc(nplans * sizeof(bool));
	fetch_run(find_taken_over, &own);

	values[0] = kept_query_texts(refs, nplans);
	values[1] = TimestampTzGetDatum(network->now);
	if (as_owner)
		owner_enter(planned_table(), &before);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	kept_query_read(&own_query, values);
	MemoryContextSwitchTo(caller);
	take_own(&own);
	SPI_finish();
	if (as_owner)
		owner_leave(&before);
}

static void
find_taken_over(void *arg)
{
	OwnDemand  *own = arg;
	const char **refs = palloc(own->nplans * sizeof(char *));
	Fetch		fetch = {
		.catalogue = mapping_catalogue(),
		.as_owner = network_is_as_owner(own->network)
	};

	for (int i = 0; i < own->nplans; i++)
		refs[i] = own->plans[i]->ref;
	/* the result goes with the read */
	memcpy(own->taken_over, fetch_taken_over(&fetch, refs, own->nplans),
		   own->nplans * sizeof(bool));
}

/* the result of the query */
static void
take_own(const OwnDemand *own)
{
	for (uint64 row = 0; row < SPI_processed; row++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[row];
		Datum		values[5];
		bool		nulls[5];
		PlanNode   *node;
		RecordedPlan *plan;
		PlanNeed   *request;
		int			position;

		heap_deform_tuple(tuple, SPI_tuptable->tupdesc, values, nulls);
		position = (int) DatumGetInt64(values[0]) - 1;
		if (own->taken_over[position])
			continue;
		plan = own->plans[position];
		request = &plan->plan.needs[0];
		node = own->network->find_node(own->network,
									   TextDatumGetCString(values[1]),
									   TextDatumGetCString(values[2]));
		plan->demand_unread = false;
		if (yields(source_of(plan), node) &&
			value_quantity(values[3], NUMERICOID, &request->quantity))
		{
			request->node = node;
			request->at = request->possible_at =
				Max(DatumGetTimestampTz(values[4]), own->network->now);
			planned_demand_lacking(&plan->plan, 0);
		}
	}
}

static bool
yields(const PlanSource *source, const PlanNode *node)
{
	for (int i = 0; i < source->noutputs; i++)
	{
		if (source->outputs[i].node == node)
			return true;
	}
	return false;
}

void
planned_demand_lacking(SupplyPlan *plan, int number)
{
	PlanNeed   *need = &plan->needs[number];
	Quantity	lacking = need->quantity;

	for (int lot = need->first_lot; lot >= 0 && lacking > 0;
		 lot = plan->lots[lot].next_lot)
	{
		const PlanSource *source = plan->lots[lot].source;

		for (int j = 0; j < source->noutputs; j++)
		{
			Quantity	yield;

			if (source->outputs[j].node == need->node &&
				plan_output_quantity(&source->outputs[j],
									 plan->lots[lot].quantity,
									 &yield) == PROMISE_OK)
				lacking -= Min(lacking, yield);
		}
	}
	need->from_balance = lacking;
}

/* of the first lot for the promise itself: one of its outputs is demanded */
static const PlanSource *
source_of(const RecordedPlan *plan)
{
	return plan->plan.lots[plan->plan.needs[0].first_lot].source;
}

static bool
may_be_of_known(const RecordedPlan *plan)
{
	const PlanSource *source = source_of(plan);

	for (int i = 0; i < source->noutputs; i++)
	{
		if (source->outputs[i].node->was_read)
			return true;
	}
	return false;
}

/* what is demanded of a node with the plan's ref; false: nothing */
static bool
find_demand(PlannedDemand *demand, const char *ref, PlanNode *node,
			PlanNeed *request)
{
	int			nevents;
	const FlowEvent *events = find_events(demand, node, ref, &nevents);
	Quantity	quantity = 0;
	Instant		at = INSTANT_END;

	for (int i = 0; i < nevents; i++)
	{
		const FlowEvent *event = &events[i];

		if (event->detail->origin != FLOW_DEMAND || event->detail->ref == NULL ||
			strcmp(event->detail->ref, ref) != 0)
			continue;
		if (pg_sub_s64_overflow(quantity, event->delta, &quantity))
			quantity = QUANTITY_MAX;
		at = Min(at, Max(event->at, demand->network->now));
	}
	if (quantity == 0)
		return false;
	request->node = node;
	request->quantity = quantity;
	request->at = at;
	return true;
}

/* rows of a node among which are those with a ref */
static const FlowEvent *
find_events(PlannedDemand *demand, PlanNode *node, const char *ref,
			int *nevents)
{
	NodeEvents *found;

	if (demand->whole)
	{
		demand->network->read_node(demand->network, node);
		return problem_stock_of_ref(&node->stock, ref, nevents);
	}
	if (node_events(demand, node) == NULL)
	{
		want(demand, node);
		read_wanted(demand, demand->nnodes - 1);
	}
	found = node_events(demand, node);
	*nevents = found->nevents;
	return found->events;
}

/* NULL: not read, nor wanted */
static NodeEvents *
node_events(PlannedDemand *demand, const PlanNode *node)
{
	for (int i = 0; i < demand->nnodes; i++)
	{
		if (demand->nodes[i].node == node)
			return &demand->nodes[i];
	}
	return NULL;
}

static void
want(PlannedDemand *demand, const PlanNode *node)
{
	if (node_events(demand, node) != NULL)
		return;
	if (demand->nnodes == demand->max_nodes)
	{
		demand->max_nodes = Max(2 * demand->max_nodes, 4);
		demand->nodes = demand->nodes == NULL ?
			palloc(demand->max_nodes * sizeof(NodeEvents)) :
			repalloc(demand->nodes, demand->max_nodes * sizeof(NodeEvents));
	}
	demand->nodes[demand->nnodes++] = (NodeEvents)
	{
		.node = node
	};
}

/*
 * Read the rows of the nodes from the first one on, those of a location together.
 */
static void
read_wanted(PlannedDemand *demand, int first)
{
	for (int i = first; i < demand->nnodes; i++)
	{
		const char *location = demand->nodes[i].node->location;
		int			j = first;

		while (strcmp(demand->nodes[j].node->location, location) != 0)
			j++;
		/* else it was read with an earlier one */
		if (j == i)
			read_at_location(demand, i, location);
	}
}

static void
read_at_location(PlannedDemand *demand, int first, const char *location)
{
	const char **items = palloc(demand->nnodes * sizeof(char *));
	NodeEvents **wanted = palloc(demand->nnodes * sizeof(NodeEvents *));
	NodeQuery	query = {
		.items = items,
		.location = location,
		.detail = true,
		.as_owner = network_is_as_owner(demand->network),
		.now = demand->network->now
	};
	ItemNodes  *found;

	for (int i = first; i < demand->nnodes; i++)
	{
		if (strcmp(demand->nodes[i].node->location, location) != 0)
			continue;
		wanted[query.nitems] = &demand->nodes[i];
		items[query.nitems++] = demand->nodes[i].node->item;
	}
	found = nodes_read(&query);
	for (int i = 0; i < query.nitems; i++)
	{
		if (found[i].nnodes == 0)
			continue;
		wanted[i]->events = found[i].nodes[0].events;
		wanted[i]->nevents = found[i].nodes[0].nevents;
	}
}
