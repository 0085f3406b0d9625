/*
 * replan_effect.c - what a plan does to the trees of a planner, and taking it back.
 */
#include "engine/replan.h"
#include "engine/replan_effect.h"

static void read_resources(Planner *planner, const SupplyPlan *plan);
static void leave_out_unread(PlanChanges *changes);
static PromiseStatus hide_bound(PlanChanges *changes);
static PromiseStatus add_flows(Planner *planner, const PlanChanges *changes,
							   int sign);
static PromiseStatus change(Planner *planner, const ReplanEffect *effect,
							int sign);
static void remember_floors(ReplanEffect *effect);
static bool is_above(const ReplanEffect *effect, int sign,
					 const Quantity *floors);
static Instant next_at(const PlanChanges *changes, int flow);

/*
 * The nodes that it touches are known to the planner then.
 */
PromiseStatus
replan_effect(Planner *planner, const SupplyPlan *plan, bool is_bound,
			  ReplanScope scope, ReplanEffect *effect)
{
	PlanChanges *changes = &effect->changes;
	PromiseStatus status;

	if (scope == REPLAN_WHOLE)
		read_resources(planner, plan);
	status = plan_changes(plan, changes);
	if (status == PROMISE_OK && scope == REPLAN_READ)
		leave_out_unread(changes);
	for (int i = 0; i < changes->nflows && status == PROMISE_OK; i++)
	{
		PlannerNode *state;

		status = planner_node(planner, changes->flows[i].node, &state);
	}
	if (status == PROMISE_OK && is_bound)
		status = hide_bound(changes);
	effect->floors = palloc0(sizeof(Quantity) * ((Size) changes->nflows + 1));
	return status;
}

/* what a step takes of a bucketed one depends on its pieces */
static void
read_resources(Planner *planner, const SupplyPlan *plan)
{
	for (int i = 0; i < plan->nlots; i++)
	{
		const PlanLot *lot = &plan->lots[i];

		for (int j = 0; j < lot->source->nsteps; j++)
		{
			for (int k = 0; k < lot->source->steps[j].nuses; k++)
			{
				PlanResource *resource = lot->tasks[j].resources[k];

				if (!resource->was_read)
					planner->network->read_resource(planner->network, resource);
			}
		}
	}
}

static void
leave_out_unread(PlanChanges *changes)
{
	int			n = 0;

	for (int i = 0; i < changes->nflows; i++)
	{
		if (changes->flows[i].node->was_read)
			changes->flows[n++] = changes->flows[i];
	}
	changes->nflows = n;
	n = 0;
	for (int i = 0; i < changes->nloads; i++)
	{
		if (changes->loads[i].resource->was_read)
			changes->loads[n++] = changes->loads[i];
	}
	changes->nloads = n;
}

/*
 * With B(t) what a plan yields of a node up to t less what it takes, others see
 * min(0, B(t)), as they do of the rows (flow.c).
 */
static PromiseStatus
hide_bound(PlanChanges *changes)
{
	int			nseen = 0;

	for (int i = 0; i < changes->nflows;)
	{
		PlanNode   *node = changes->flows[i].node;
		Quantity	owned = 0;
		Quantity	drawn = 0;

		/* invariant: drawn is min(0, B) after the instants seen so far */
		while (i < changes->nflows && changes->flows[i].node == node)
		{
			PlanFlow	seen = changes->flows[i];

			for (; i < changes->nflows && changes->flows[i].node == node &&
				 changes->flows[i].at == seen.at; i++)
			{
				if (pg_add_s64_overflow(owned, changes->flows[i].delta, &owned))
					return PROMISE_QUANTITY_OVERFLOW;
			}
			seen.delta = Min(owned, 0) - drawn;
			drawn = Min(owned, 0);
			if (seen.delta != 0)
				changes->flows[nseen++] = seen;
		}
	}
	changes->nflows = nseen;
	return PROMISE_OK;
}

PromiseStatus
replan_lift(Planner *planner, ReplanEffect *effect, bool *lifted)
{
	TimeMark	mark = planner_mark(planner);
	PromiseStatus status;

	remember_floors(effect);
	status = change(planner, effect, -1);
	*lifted = status == PROMISE_OK && is_above(effect, -1, NULL);
	if (!*lifted)
		planner_undo(planner, mark);
	return status;
}

PromiseStatus
replan_put_back(Planner *planner, const ReplanEffect *effect, bool *fits)
{
	const PlanChanges *changes = &effect->changes;
	TimeMark	mark = planner_mark(planner);
	PromiseStatus status = change(planner, effect, 1);

	*fits = status == PROMISE_OK && is_above(effect, 1, effect->floors);
	for (int i = 0; i < changes->nloads && *fits; i++)
		*fits = workshop_load_fits(planner->workshop, &changes->loads[i]);
	if (!*fits)
		planner_undo(planner, mark);
	return status;
}

static PromiseStatus
change(Planner *planner, const ReplanEffect *effect, int sign)
{
	const PlanChanges *changes = &effect->changes;
	PromiseStatus status = add_flows(planner, changes, sign);

	for (int i = 0; i < changes->nloads && status == PROMISE_OK; i++)
		workshop_change_load(planner->workshop, &changes->loads[i], sign < 0);
	return status;
}

static PromiseStatus
add_flows(Planner *planner, const PlanChanges *changes, int sign)
{
	PromiseStatus status = PROMISE_OK;

	for (int i = 0; i < changes->nflows && status == PROMISE_OK; i++)
		status = planner_add_need_of(planner, changes->flows[i].node,
									 changes->flows[i].at,
									 -sign * changes->flows[i].delta);
	return status;
}

/*
 * What the balances are with the plan, as far as that is safety stock.
 */
static void
remember_floors(ReplanEffect *effect)
{
	const PlanChanges *changes = &effect->changes;

	for (int i = 0; i < changes->nflows; i++)
	{
		const PlannerNode *node = changes->flows[i].node->state;
		Instant		until = next_at(changes, i);

		if (changes->flows[i].at >= until || node->safety_stock <= 0)
			continue;
		effect->floors[i] = time_tree_least(node->balance,
											changes->flows[i].at, until);
		effect->floors[i] = Max(Min(effect->floors[i], node->safety_stock), 0);
	}
}

/*
 * Wherever the change lowers a balance, is that not below its floor?  NULL: zero
 * everywhere.
 */
static bool
is_above(const ReplanEffect *effect, int sign, const Quantity *floors)
{
	const PlanChanges *changes = &effect->changes;
	Quantity	change = 0;

	for (int i = 0; i < changes->nflows; i++)
	{
		const PlanFlow *flow = &changes->flows[i];
		const PlannerNode *node = flow->node->state;
		Instant		until = next_at(changes, i);

		if (i > 0 && flow->node != changes->flows[i - 1].node)
			change = 0;
		change += sign * flow->delta;
		if (change < 0 && flow->at < until && !flow->node->unlimited &&
			time_tree_least(node->balance, flow->at, until) <
			(floors == NULL ? 0 : floors[i]))
			return false;
	}
	return true;
}

/* when the balance of a flow's node is changed next; INSTANT_END: not again */
static Instant
next_at(const PlanChanges *changes, int flow)
{
	if (flow + 1 == changes->nflows ||
		changes->flows[flow + 1].node != changes->flows[flow].node)
		return INSTANT_END;
	return changes->flows[flow + 1].at;
}

/*
 * The planner's trees are told of all that the plan does; of a bound plan what
 * others do not see is taken from them again.
 */
PromiseStatus
replan_take(Planner *planner, const SupplyPlan *plan, bool is_bound,
			ReplanEffect *effect)
{
	PlanChanges all;
	PromiseStatus status = planner_take(planner, plan);

	if (status == PROMISE_OK)
		status = replan_effect(planner, plan, is_bound, REPLAN_WHOLE, effect);
	if (status != PROMISE_OK || !is_bound)
		return status;
	status = plan_changes(plan, &all);
	if (status == PROMISE_OK)
		status = add_flows(planner, &all, -1);
	if (status == PROMISE_OK)
		status = add_flows(planner, &effect->changes, 1);
	return status;
}

PromiseStatus
replan_move(Planner *planner, const SupplyPlan *before,
			const SupplyPlan *after, bool is_bound)
{
	ReplanEffect effect;
	PromiseStatus status = replan_effect(planner, before, is_bound,
										 REPLAN_WHOLE, &effect);

	if (status == PROMISE_OK)
		status = change(planner, &effect, -1);
	if (status == PROMISE_OK)
		status = replan_take(planner, after, is_bound, &effect);
	return status;
}

bool
replan_keeps_safety_stock(const ReplanEffect *effect)
{
	const PlanChanges *changes = &effect->changes;

	for (int i = 0; i < changes->nflows; i++)
		effect->floors[i] =
			((PlannerNode *) changes->flows[i].node->state)->safety_stock;
	return is_above(effect, 1, effect->floors);
}
