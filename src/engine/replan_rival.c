/*
 * replan_rival.c - plans of others that may be moved.
 */
#include "engine/replan_rival.h"

static bool is_in_future(const PlanNetwork *network, const SupplyPlan *plan);
static bool can_be_lifted(const PlanChanges *changes, const char *ref,
						  bool *is_bound);

PromiseStatus
replan_rival(Planner *planner, const ReplanOther *other, ReplanScope scope,
			 Rival *rival, bool *may)
{
	const SupplyPlan *plan = other->plan;
	Instant		ready = INSTANT_BEGIN;
	PromiseStatus status;

	for (int i = plan->needs[0].first_lot; i >= 0; i = plan->lots[i].next_lot)
		ready = Max(ready, plan->lots[i].end);
	rival->scope = scope;
	rival->promised = plan->needs[0].at;
	*may = plan->nlots > 0 &&
		(other->promise_unread || plan->needs[0].quantity > 0) &&
		is_in_future(planner->network, plan);
	if (!*may)
		return PROMISE_OK;
	rival->slack = ready == INSTANT_BEGIN || ready > rival->promised ? 0 :
		rival->promised - ready;

	status = replan_effect(planner, plan, false, scope, &rival->effect);
	if (status != PROMISE_OK)
		return status;
	*may = can_be_lifted(&rival->effect.changes, other->ref, &rival->is_bound);
	if (*may && rival->is_bound)
		status = replan_effect(planner, plan, true, scope, &rival->effect);
	return status;
}

/*
 * Has nothing of it begun, and could all of it be begun anew?
 */
static bool
is_in_future(const PlanNetwork *network, const SupplyPlan *plan)
{
	for (int i = 0; i < plan->nneeds; i++)
	{
		if (plan->needs[i].at < network->now)
			return false;
	}
	for (int i = 0; i < plan->nlots; i++)
	{
		const PlanLot *lot = &plan->lots[i];

		if (lot->start < network->now || lot->start < lot->source->first_start)
			return false;
	}
	return true;
}

/*
 * Is what the plan changes all that the trees know of it?
 */
static bool
can_be_lifted(const PlanChanges *changes, const char *ref, bool *is_bound)
{
	*is_bound = false;
	for (int i = 0; i < changes->nloads; i++)
	{
		if (changes->loads[i].resource->changeover != NULL)
			return false;
	}
	for (int i = 0; i < changes->nflows; i++)
	{
		const PlanNode *node = changes->flows[i].node;
		const StockNode *stock = &node->stock;

		if (i > 0 && node == changes->flows[i - 1].node)
			continue;
		if (((PlannerNode *) node->state)->shelf != NULL)
			return false;
		for (int k = 0; k < stock->nevents; k++)
		{
			const FlowDetail *detail = stock->events[k].detail;

			/* either all rows have their details or none */
			if (detail == NULL)
				break;
			if (!detail->is_supply || detail->for_ref == NULL ||
				strcmp(detail->for_ref, ref) != 0)
				continue;
			if (detail->origin != FLOW_PLANNED)
				return false;
			*is_bound = true;
		}
	}
	return true;
}

PromiseStatus
replan_lift_rivals(Planner *planner, Rival *rivals, int nrivals, int *nlifted)
{
	bool		again = true;

	*nlifted = 0;
	for (int i = 0; i < nrivals; i++)
		rivals[i].is_lifted = false;
	while (again)
	{
		again = false;
		for (int i = 0; i < nrivals; i++)
		{
			Rival	   *rival = &rivals[i];
			PromiseStatus status;

			if (rival->is_lifted || rival->is_fixed)
				continue;
			status = replan_lift(planner, &rival->effect, &rival->is_lifted);
			if (status != PROMISE_OK)
				return status;
			*nlifted += rival->is_lifted;
			again |= rival->is_lifted;
		}
	}
	return PROMISE_OK;
}
