/*
 * plan_check_shape.c - can a plan be read, and are its needs met?
 */
#include "core/calendar.h"
#include "engine/plan_checking.h"

static void check_need_shape(PlanChecking *check, int need);
static void check_lot_shape(PlanChecking *check, int lot);
static void check_tree(PlanChecking *check);
static bool instant_is_valid(Instant at);
static PromiseStatus check_supplied(PlanChecking *check, int need);
static bool node_has_source(PlanNetwork *network, PlanNode *node,
							const PlanSource *source);
static void check_need_limit(PlanChecking *check, int need);
static void check_lot_limit(PlanChecking *check, int lot);

/*
 * Are the indexes right, is it a tree, and are all instants and quantities such
 * that one can compute with them?  Nothing else looks at a plan of which this
 * is not so.
 */
bool
plan_check_shape(PlanChecking *check)
{
	const SupplyPlan *plan = check->plan;

	if (plan->nneeds < 1 || plan->nlots < 0)
	{
		(void) plan_check_add(check, PLAN_RULE_SHAPE, -1, -1, -1);
		return false;
	}
	for (int i = 0; i < plan->nneeds; i++)
		check_need_shape(check, i);
	for (int i = 0; i < plan->nlots; i++)
		check_lot_shape(check, i);
	if (check->nviolations == 0)
		check_tree(check);
	return check->nviolations == 0;
}

static void
check_need_shape(PlanChecking *check, int need)
{
	const SupplyPlan *plan = check->plan;
	const PlanNeed *it = &plan->needs[need];
	bool		valid = it->node != NULL && instant_is_valid(it->at) &&
	it->quantity >= 0 && it->from_balance >= 0 &&
	it->first_lot >= -1 && it->first_lot < plan->nlots;

	/* the request is the first, and the only one that no lot has */
	if (need == 0)
		valid = valid && it->lot == -1 && it->component == -1 &&
			it->quantity > 0;
	else
		valid = valid && it->lot >= 0 && it->lot < plan->nlots &&
			plan->lots[it->lot].source != NULL && it->component >= 0 &&
			it->component < plan->lots[it->lot].source->ncomponents;

	if (!valid)
		(void) plan_check_add(check, PLAN_RULE_SHAPE, need, -1, -1);
}

static void
check_lot_shape(PlanChecking *check, int lot)
{
	const SupplyPlan *plan = check->plan;
	const PlanLot *it = &plan->lots[lot];
	const PlanSource *source = it->source;

	if (source == NULL || it->need < 0 || it->need >= plan->nneeds ||
		it->next_lot < -1 || it->next_lot >= plan->nlots ||
		it->quantity < 0 || !instant_is_valid(it->start) ||
		!instant_is_valid(it->end) ||
		(source->nsteps > 0 && it->tasks == NULL) ||
		(source->ncomponents > 0 && it->uses_component == NULL))
	{
		(void) plan_check_add(check, PLAN_RULE_SHAPE, -1, lot, -1);
		return;
	}

	for (int i = 0; i < source->nsteps; i++)
	{
		const PlanTask *task = &it->tasks[i];
		bool		valid = instant_is_valid(task->start) &&
		instant_is_valid(task->end) && task->start <= task->end &&
		task->setup >= 0 &&
		(source->steps[i].nuses == 0 || task->resources != NULL);

		for (int j = 0; valid && j < source->steps[i].nuses; j++)
			valid = task->resources[j] != NULL;
		if (!valid)
			(void) plan_check_add(check, PLAN_RULE_SHAPE, -1, lot, i);
	}
}

/*
 * From the request every lot and every need is reached, once.  A need that is
 * reached has been reached through its lot, and a lot through its need: so nothing
 * is made for itself.
 */
static void
check_tree(PlanChecking *check)
{
	const SupplyPlan *plan = check->plan;
	bool	   *lot_seen = palloc0(sizeof(bool) * ((Size) plan->nlots + 1));
	bool	   *need_seen = palloc0(sizeof(bool) * (Size) plan->nneeds);
	int		   *open = palloc(sizeof(int) * (Size) plan->nneeds);
	int			nopen = 0;

	need_seen[0] = true;
	open[nopen++] = 0;
	while (nopen > 0)
	{
		int			need = open[--nopen];
		int			lot = plan->needs[need].first_lot;

		for (; lot >= 0; lot = plan->lots[lot].next_lot)
		{
			if (lot_seen[lot] || plan->lots[lot].need != need)
			{
				(void) plan_check_add(check, PLAN_RULE_SHAPE, need, lot, -1);
				break;
			}
			lot_seen[lot] = true;

			CORE_CHECK_INTERRUPTS();
			for (int i = 1; i < plan->nneeds; i++)
			{
				if (plan->needs[i].lot != lot)
					continue;
				Assert(!need_seen[i]);
				need_seen[i] = true;
				open[nopen++] = i;
			}
		}
	}

	for (int i = 0; i < plan->nneeds; i++)
	{
		if (!need_seen[i])
			(void) plan_check_add(check, PLAN_RULE_SHAPE, i, -1, -1);
	}
	for (int i = 0; i < plan->nlots; i++)
	{
		if (!lot_seen[i])
			(void) plan_check_add(check, PLAN_RULE_SHAPE, -1, i, -1);
	}
	pfree(lot_seen);
	pfree(need_seen);
	pfree(open);
}

static bool
instant_is_valid(Instant at)
{
	return at >= CALENDAR_EARLIEST && at < CALENDAR_LATEST;
}

/*
 * Needs are met in quantity, and nothing lies outside of what is planned.
 */
PromiseStatus
plan_check_needs(PlanChecking *check)
{
	for (int i = 0; i < check->plan->nneeds; i++)
	{
		PromiseStatus status = check_supplied(check, i);

		if (status != PROMISE_OK)
			return status;
		check_need_limit(check, i);
	}
	for (int i = 0; i < check->plan->nlots; i++)
		check_lot_limit(check, i);
	return PROMISE_OK;
}

/*
 * What is taken from the balance and what the lots yield add up to the need, and
 * each of its lots is a way to have it.
 */
static PromiseStatus
check_supplied(PlanChecking *check, int need)
{
	const PlanNeed *it = &check->plan->needs[need];
	Quantity	supplied = it->from_balance;

	for (int lot = it->first_lot; lot >= 0;
		 lot = check->plan->lots[lot].next_lot)
	{
		const PlanLot *made = &check->plan->lots[lot];
		Quantity	yield;
		PromiseStatus status;

		status = plan_check_yield(made->source, it->node, made->quantity,
								  &yield);
		if (status != PROMISE_OK)
			return status;
		if (yield <= 0 ||
			!node_has_source(check->network, it->node, made->source))
			(void) plan_check_add(check, PLAN_RULE_SUPPLIED, need, lot, -1);
		if (pg_add_s64_overflow(supplied, yield, &supplied))
			return PROMISE_QUANTITY_OVERFLOW;
	}

	if (supplied < it->quantity || it->from_balance > it->quantity)
		plan_check_add(check, PLAN_RULE_SUPPLIED, need, -1, -1)->missing =
			Max(it->quantity - supplied, 0);
	return PROMISE_OK;
}

static bool
node_has_source(PlanNetwork *network, PlanNode *node,
				const PlanSource *source)
{
	if (!node->was_read)
		network->read_node(network, node);
	for (int i = 0; i < node->nsources; i++)
	{
		if (node->sources[i] == source)
			return true;
	}
	return false;
}

static void
check_need_limit(PlanChecking *check, int need)
{
	const PlanNeed *it = &check->plan->needs[need];

	if (!it->node->was_read)
		check->network->read_node(check->network, it->node);
	if (it->at < check->network->now || it->at >= check->network->limit ||
		(need == 0 && it->at > it->node->stock.rules.horizon_end))
		(void) plan_check_add(check, PLAN_RULE_LIMIT, need, -1, -1);
}

static void
check_lot_limit(PlanChecking *check, int lot)
{
	const PlanNetwork *network = check->network;
	const PlanLot *it = &check->plan->lots[lot];

	if (it->start < network->now || it->end >= network->limit)
		(void) plan_check_add(check, PLAN_RULE_LIMIT, -1, lot, -1);
	for (int i = 0; i < it->source->nsteps; i++)
	{
		if (it->tasks[i].start < network->now ||
			it->tasks[i].end >= network->limit)
			(void) plan_check_add(check, PLAN_RULE_LIMIT, -1, lot, i);
	}
}
