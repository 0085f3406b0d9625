/*
 * planner_balance.c - the free balance of nodes, as a planner goes on.
 */
#include "engine/planner_state.h"

/*
 * What can be had without limit, from the end of the replenishment lead time on.
 * A quarter of what there is leaves room for all else.
 */
#define PLENTY	(QUANTITY_MAX / 4)

static PromiseStatus build_balance(Planner *planner, PlanNode *node,
								   PlannerNode *state);
static PromiseStatus add_volume(PlannerNode *node, Quantity delta);
static PromiseStatus add_change(Planner *planner, PlanNode *node, Instant at,
								Quantity delta, bool is_supply);
static void remember_volume(Planner *planner, PlannerNode *node);

/*
 * What the planner knows of a node, read when it is first asked for.
 */
PromiseStatus
planner_node(Planner *planner, PlanNode *node, PlannerNode **state)
{
	PlannerNode *made;
	PromiseStatus status;

	if (node->state != NULL)
	{
		*state = node->state;
		return PROMISE_OK;
	}

	if (!node->was_read)
		planner->network->read_node(planner->network, node);
	made = palloc0(sizeof(PlannerNode));
	made->node = node;
	made->safety_stock = node->stock.rules.safety_stock;
	status = build_balance(planner, node, made);
	if (status != PROMISE_OK)
		return status;
	node->state = made;
	*state = made;
	return PROMISE_OK;
}

static PromiseStatus
build_balance(Planner *planner, PlanNode *node, PlannerNode *state)
{
	FlowList	list;
	TimeChange *changes;
	int			nchanges = 0;
	PromiseStatus status;

	status = flow_list_build(&node->stock, planner->network->now, &list);
	if (status != PROMISE_OK)
		return status;

	changes = palloc(sizeof(TimeChange) * ((Size) list.nflows + 1));
	for (int i = 0; i < list.nflows && status == PROMISE_OK; i++)
	{
		changes[nchanges++] = (TimeChange)
		{
			.at = list.flows[i].at,.delta = list.flows[i].delta
		};
		status = add_volume(state, list.flows[i].delta);
	}
	if (status == PROMISE_OK && node->stock.rules.lead_end != INSTANT_END)
	{
		changes[nchanges++] = (TimeChange)
		{
			.at = node->stock.rules.lead_end,.delta = PLENTY
		};
		status = add_volume(state, PLENTY);
	}
	if (status == PROMISE_OK && list.any_expiring)
		state->shelf = planner_shelf_create(&list, planner->network->now,
											node->stock.rules.lead_end);
	if (status == PROMISE_OK)
		state->balance = time_tree_create(planner->journal, 0, changes,
										  nchanges);
	pfree(changes);
	if (state->shelf == NULL)
		flow_list_free(&list);
	return status;
}

/*
 * Take a quantity that a need is for, or give it back if it is negative.
 */
PromiseStatus
planner_add_need_of(Planner *planner, PlanNode *node, Instant at,
					Quantity quantity)
{
	return add_change(planner, node, at, -quantity, false);
}

/*
 * Change the balance of a node from an instant on.
 */
static PromiseStatus
add_change(Planner *planner, PlanNode *node, Instant at, Quantity delta,
		   bool is_supply)
{
	PlannerNode *state;
	PromiseStatus status = planner_node(planner, node, &state);

	if (status != PROMISE_OK || node->unlimited || delta == 0)
		return status;
	remember_volume(planner, state);
	status = add_volume(state, delta);
	if (status != PROMISE_OK)
		return status;
	time_tree_add(state->balance, at, INSTANT_END, delta);
	if (state->shelf != NULL)
		planner_shelf_add(state->shelf, at, delta, is_supply);
	return PROMISE_OK;
}

/*
 * Add what a lot yields to the balances, or take it back.
 */
PromiseStatus
planner_add_outputs(Planner *planner, const PlanLot *lot, bool take_back)
{
	const PlanSource *source = lot->source;
	PromiseStatus status = PROMISE_OK;

	for (int i = 0; i < source->noutputs && status == PROMISE_OK; i++)
	{
		Quantity	quantity;

		status = plan_output_quantity(&source->outputs[i], lot->quantity,
									  &quantity);
		if (status == PROMISE_OK)
			status = add_change(planner, source->outputs[i].node,
								plan_output_at(&source->outputs[i],
											   lot->tasks, lot->end),
								take_back ? -quantity : quantity, true);
	}
	return status;
}

static PromiseStatus
add_volume(PlannerNode *node, Quantity delta)
{
	if (delta == QUANTITY_MIN ||
		pg_add_s64_overflow(node->volume, delta < 0 ? -delta : delta,
							&node->volume))
		return PROMISE_QUANTITY_OVERFLOW;
	return PROMISE_OK;
}

static void
remember_volume(Planner *planner, PlannerNode *node)
{
	if (planner->nvolumes == planner->maxvolumes)
	{
		planner->maxvolumes *= 2;
		planner->volumes = repalloc(planner->volumes,
									sizeof(VolumeChange) *
									(Size) planner->maxvolumes);
	}
	planner->volumes[planner->nvolumes++] = (VolumeChange)
	{
		.node = node,.before = node->volume,
			.shelf_mark = node->shelf == NULL ? 0 :
			planner_shelf_mark(node->shelf),
			.mark = time_journal_mark(planner->journal)
	};
}

/*
 * Take the last change of a node back, as far as the journal does not.
 */
void
planner_volume_undo(Planner *planner)
{
	const VolumeChange *change = &planner->volumes[--planner->nvolumes];

	change->node->volume = change->before;
	if (change->node->shelf != NULL)
		planner_shelf_undo(change->node->shelf, change->shelf_mark);
}

/*
 * The least balance that lets a quantity be taken, beside what is kept in any
 * case.
 */
PromiseStatus
planner_limit(const Planner *planner, const PlannerNode *node,
			  Quantity quantity, Quantity *limit)
{
	Quantity	kept = planner->keeps_safety_stock ? node->safety_stock : 0;

	if (pg_add_s64_overflow(quantity, kept, limit))
		return PROMISE_QUANTITY_OVERFLOW;
	return PROMISE_OK;
}

/*
 * What of a quantity taken at an instant the balance from there on lacks.
 */
Quantity
planner_missing(const Planner *planner, const PlannerNode *node, Instant at,
				Quantity quantity)
{
	Quantity	kept = planner->keeps_safety_stock ? node->safety_stock : 0;
	Quantity	least = node->shelf != NULL ?
	planner_shelf_available(node->shelf, at) :
	time_tree_least(node->balance, at, INSTANT_END);
	Quantity	spare;

	if (pg_sub_s64_overflow(least, kept, &spare))
		spare = 0;				/* far below what is kept */
	return quantity - Min(Max(spare, 0), quantity);
}

/*
 * Where supply spoils: does it serve a quantity at an instant?  Elsewhere what
 * serves once serves later, too.
 */
bool
planner_is_served(const Planner *planner, const PlannerNode *node, Instant at,
				  Quantity quantity)
{
	return node->shelf == NULL ||
		planner_shelf_available(node->shelf, at) >= quantity +
		(planner->keeps_safety_stock ? node->safety_stock : 0);
}

/*
 * The first instant, at or after another one, from which on the balance does not
 * fall below a limit before "until", at which it does not matter any more.  Where
 * supply spoils it always matters: others may be the ones to use up what comes.
 */
Instant
planner_served_from(const PlannerNode *node, Instant from, Instant until,
					Quantity limit)
{
	if (node->shelf != NULL)
		return planner_shelf_first(node->shelf, from, limit);
	if (from >= until)
		return from;
	return time_tree_clear_from(node->balance, from, until, limit);
}

/*
 * When lots must be there for a need at an instant: when the balance falls below
 * the limit.  Where supply spoils the need itself waits for them.
 */
Instant
planner_due_at(const PlannerNode *node, Instant at, Quantity limit)
{
	if (node->shelf != NULL)
		return at;
	return time_tree_first_below(node->balance, at, INSTANT_END, limit);
}
