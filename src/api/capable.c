/*
 * capable.c - capable to promise: plans for questions and commands.
 */
#include "postgres.h"

#include "datatype/timestamp.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "api/capable.h"
#include "api/moves.h"
#include "api/plan_status.h"
#include "api/stamp.h"
#include "core/quantity.h"
#include "store/settings.h"
#include "types/report.h"

/* all that it reads and makes lives in "context", and is thrown away together */
struct CapableCache
{
	MemoryContext context;
	Stamp	   *stamp;
	Capable    *capable;
};

/* a request as an error names it */
typedef struct PlannedNode
{
	const char *item;
	const char *location;
} PlannedNode;

static void name_plan(void *arg);
static void find_cost(CapablePlan *plan);
static int	compare_costs(const CapablePlan *a, const CapablePlan *b);

/*
 * Everything lives in the current memory context, and so do the plans that are
 * made later.
 */
Capable *
capable_open(const CapableQuery *query)
{
	Capable    *capable = palloc(sizeof(Capable));
	NetworkQuery network = {
		.now = query->now,
		.limit = query->now + CAPABLE_DAYS_AHEAD * USECS_PER_DAY,
		.as_owner = query->as_owner,
		.exclude = query->exclude,
		.nexclude = query->nexclude
	};

	capable->context = CurrentMemoryContext;
	capable->network = network_open(&network);
	capable->planner = planner_create(capable->network);
	capable->as_owner = query->as_owner;
	capable->nfixed = capable->nexcluded = query->nexclude;
	capable->fixed = palloc((query->nexclude + 1) * sizeof(char *));
	for (int i = 0; i < query->nexclude; i++)
		capable->fixed[i] = pstrdup(query->exclude[i]);
	return capable;
}

Capable *
capable_open_cached(CapableCache **cache, MemoryContext parent, Instant now)
{
	CapableQuery query = {.now = now};
	MemoryContext context;
	MemoryContext old;

	if (*cache != NULL && stamp_is_current((*cache)->stamp, now) &&
		MemoryContextMemAllocated((*cache)->context, true) <=
		(Size) work_mem * 1024)
		return (*cache)->capable;

	if (*cache != NULL)
		MemoryContextDelete((*cache)->context);
	*cache = NULL;
	context = AllocSetContextCreate(parent, "promise plans",
									ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(context);
	*cache = palloc(sizeof(CapableCache));
	(*cache)->context = context;
	(*cache)->stamp = stamp_take(context, now);
	(*cache)->capable = capable_open(&query);
	MemoryContextSwitchTo(old);
	return (*cache)->capable;
}

NetworkLocation *
capable_locations(Capable *capable, const char *item, int *nlocations)
{
	MemoryContext old;
	PlanNetwork *network = capable->network;
	NetworkLocation *locations;
	int			nyielding = 0;

	*nlocations = 0;
	if (!*capable_items(capable, &item, 1))
		return NULL;
	old = MemoryContextSwitchTo(capable->context);
	locations = network_locations(network, item, nlocations);

	for (int i = 0; i < *nlocations; i++)
	{
		PlanNode   *node = network->find_node(network, item,
											  locations[i].name);

		network->read_node(network, node);
		if (node->nsources > 0)
			locations[nyielding++] = locations[i];
	}
	*nlocations = nyielding;
	MemoryContextSwitchTo(old);
	return locations;
}

bool *
capable_items(Capable *capable, const char **items, int nitems)
{
	MemoryContext old = MemoryContextSwitchTo(capable->context);
	bool	   *result = network_sourced(capable->network, items, nitems);

	MemoryContextSwitchTo(old);
	return result;
}

bool *
capable_substituted(Capable *capable, const char **items, int nitems)
{
	MemoryContext old = MemoryContextSwitchTo(capable->context);
	bool	   *result = network_substituted(capable->network, items, nitems);

	MemoryContextSwitchTo(old);
	return result;
}

NetworkSubstitute *
capable_substitutes(Capable *capable, const char *item, int *nsubstitutes)
{
	MemoryContext old = MemoryContextSwitchTo(capable->context);
	NetworkSubstitute *result = network_substitutes(capable->network, item,
													nsubstitutes);

	MemoryContextSwitchTo(old);
	return result;
}

bool
capable_plan(Capable *capable, const CapableRequest *request,
			 const NetworkLocation *location, CapablePlan *plan)
{
	PlanNode   *node = capable->network->find_node(capable->network,
												   request->item,
												   location->name);

	capable->network->read_node(capable->network, node);
	if (node->nsources == 0)
		return false;
	capable_plan_anyway(capable, request, location, plan);
	return true;
}

void
capable_plan_anyway(Capable *capable, const CapableRequest *request,
					const NetworkLocation *location, CapablePlan *plan)
{
	MemoryContext old = MemoryContextSwitchTo(capable->context);
	PlanNetwork *network = capable->network;
	PlannedNode name = {request->item, location->name};
	ErrorContextCallback context = {
		.callback = name_plan,
		.arg = &name,
		.previous = error_context_stack
	};
	PlanRequest wanted;

	error_context_stack = &context;
	memset(plan, 0, sizeof(CapablePlan));
	plan->node = network->find_node(network, request->item, location->name);
	wanted = capable_request(request, plan->node);
	plan->location = location->name;
	plan->priority = location->priority;
	plan->quantity = request->quantity;
	plan_status_check(network, wanted.node,
					  planner_plan(capable->planner, &wanted, &plan->answer));
	capable_judge(capable, request, plan);
	error_context_stack = context.previous;
	MemoryContextSwitchTo(old);
}

PlanRequest
capable_request(const CapableRequest *request, const PlanNode *node)
{
	PlanRequest wanted = {
		.node = unconstify(PlanNode *, node),
		.quantity = request->quantity,
		.due = request->due,
		.after = request->after,
		.objective = request->wish.objective,
		.placement = request->wish.placement,
		.effort = request->wish.effort,
		.smaller_lots = settings_smaller_lots()
	};

	return wanted;
}

void
capable_judge(const Capable *capable, const CapableRequest *request,
			  CapablePlan *plan)
{
	const PlanAnswer *answer = &plan->answer;

	plan->available_at = answer->earliest != INSTANT_BEGIN ?
		answer->earliest : answer->at;
	plan->in_time = answer->possible &&
		plan->available_at <= (request->due != INSTANT_END ? request->due :
							   Max(request->after, capable->network->now));
	find_cost(plan);
}

/* error context: what was to be planned? */
static void
name_plan(void *arg)
{
	const PlannedNode *node = arg;

	errcontext("plan for item \"%s\" at location \"%s\"",
			   node->item, node->location);
}

/*
 * What its lots cost, as far as that is known; not known in several currencies.
 */
static void
find_cost(CapablePlan *plan)
{
	const SupplyPlan *made = &plan->answer.plan;

	plan->has_cost = false;
	plan->cost = 0;
	plan->currency = NULL;
	for (int i = 0; i < made->nlots; i++)
	{
		const PlanSource *source = made->lots[i].source;
		Quantity	cost;

		if (source->cost == 0)
			continue;
		if (plan->has_cost &&
			(plan->currency == NULL) != (source->currency == NULL))
			plan->has_cost = false;
		else if (plan->has_cost && plan->currency != NULL &&
				 strcmp(plan->currency, source->currency) != 0)
			plan->has_cost = false;
		else
		{
			plan->has_cost = true;
			plan->currency = source->currency;
			promise_check(quantity_multiply_up(made->lots[i].quantity,
											   source->cost, &cost));
			if (pg_add_s64_overflow(plan->cost, cost, &plan->cost))
				promise_check(PROMISE_QUANTITY_OVERFLOW);
			continue;
		}
		plan->cost = 0;
		plan->currency = NULL;
		return;
	}
}

/*
 * Bisection: what can be had of more can be had of less.  Lot sizes may break
 * that rule, but what is found has been planned.
 */
Quantity
capable_most(Capable *capable, const CapableRequest *request,
			 const NetworkLocation *location, Instant by, Quantity minimum)
{
	CapableRequest part = *request;
	Quantity	unit = (request->quantity % QUANTITY_SCALE == 0) ?
	QUANTITY_SCALE : Max(request->quantity / 1000, 1);
	int64		least = Max((minimum + unit - 1) / unit, 1);
	int64		lo = least - 1;
	int64		hi = request->quantity / unit;

	/*
	 * invariant: lo units can be had, or are too few; hi + 1 are not asked
	 * for
	 */
	while (lo < hi)
	{
		int64		mid = hi - (hi - lo) / 2;
		CapablePlan plan;

		part.quantity = mid * unit;
		capable_plan_anyway(capable, &part, location, &plan);
		if (plan.answer.possible && plan.available_at <= by)
			lo = mid;
		else
			hi = mid - 1;
	}
	return lo < least ? 0 : lo * unit;
}

Instant
capable_earliest(Capable *capable, const CapableRequest *request,
				 const char *location)
{
	NetworkLocation *locations;
	Instant		first = INSTANT_END;
	CapablePlan *plans;
	int			nplans = 0;
	int			nlocations;

	locations = capable_locations(capable, request->item, &nlocations);
	plans = palloc(Max(nlocations, 1) * sizeof(CapablePlan));
	for (int i = 0; i < nlocations; i++)
	{
		if ((location != NULL && strcmp(locations[i].name, location) != 0) ||
			!capable_plan(capable, request, &locations[i], &plans[nplans]))
			continue;
		if (plans[nplans].answer.possible)
			first = Min(first, plans[nplans].available_at);
		nplans++;
	}
	if (moves_improve(capable, request, plans, nplans))
	{
		for (int i = 0; i < nplans; i++)
			if (plans[i].answer.possible)
				first = Min(first, plans[i].available_at);
	}
	return first;
}

void
capable_take(Capable *capable, const CapablePlan *plan)
{
	MemoryContext old = MemoryContextSwitchTo(capable->context);

	moves_take(capable, plan);
	promise_check(planner_take(capable->planner, &plan->answer.plan));
	MemoryContextSwitchTo(old);
}

void
capable_take_stock(Capable *capable, const char *item, const char *location,
				   Quantity quantity, Instant at)
{
	MemoryContext old = MemoryContextSwitchTo(capable->context);
	PlanNetwork *network = capable->network;
	PlanNeed	need = {
		.node = network->find_node(network, item, location),
		.lot = -1,
		.component = -1,
		.quantity = quantity,
		.at = at,
		.from_balance = quantity,
		.first_lot = -1
	};
	SupplyPlan	plan = {.needs = &need,.nneeds = 1};

	network->read_node(network, need.node);
	promise_check(planner_take(capable->planner, &plan));
	MemoryContextSwitchTo(old);
}

TimeMark
capable_mark(const Capable *capable)
{
	return planner_mark(capable->planner);
}

void
capable_undo(Capable *capable, TimeMark mark)
{
	planner_undo(capable->planner, mark);
}

/*
 * In time before late, then by date, priority of the location, cost and name.
 */
int
capable_compare(const CapablePlan *a, const CapablePlan *b)
{
	int			costs;

	if (a->in_time != b->in_time)
		return a->in_time ? -1 : 1;
	if (a->available_at != b->available_at)
		return a->available_at < b->available_at ? -1 : 1;
	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	costs = compare_costs(a, b);
	return costs != 0 ? costs : strcmp(a->location, b->location);
}

/* in one currency the lower one; a cost that is not known comes last */
static int
compare_costs(const CapablePlan *a, const CapablePlan *b)
{
	if (a->has_cost != b->has_cost)
		return a->has_cost ? -1 : 1;
	if (!a->has_cost || (a->currency == NULL) != (b->currency == NULL) ||
		(a->currency != NULL && strcmp(a->currency, b->currency) != 0) ||
		a->cost == b->cost)
		return 0;
	return a->cost < b->cost ? -1 : 1;
}
