/*
 * planner_stock.c - what steps of a lot consume of other steps of the same lot.
 *
 * Such a component is no branch of the plan: the workshop schedules the steps so that
 * each finds enough, of what the others yield and of what is there (workshop_stock.c).
 * Here it learns what is there, and the needs are taken when the steps begin.
 */
#include "engine/planner_state.h"

static TimeTree *free_balance(void *owner, PlanNode *node);
static TimeTree *balance_above(const Planner *planner,
							   const PlannerNode *node, Quantity kept);
static PromiseStatus add_volume(Quantity quantity, Quantity *volume);

void
planner_share_balances(Planner *planner)
{
	workshop_share_balances(planner->workshop, free_balance, planner);
}

/*
 * Does a lot take a component of what its own steps yield?  Its node is known.
 */
bool
planner_is_between_steps(const PlanSource *source, int component)
{
	const PlanComponent *taken = &source->components[component];

	return taken->choice == 0 && !taken->node->unlimited &&
		plan_is_between_steps(source, taken->node);
}

/* is there such a component? */
bool
planner_shares_stock(const PlanSource *source)
{
	for (int i = 0; i < source->ncomponents; i++)
	{
		if (planner_is_between_steps(source, i))
			return true;
	}
	return false;
}

/*
 * Come to know the nodes that the steps of a lot share.  The workshop adds to their
 * balances what all steps yield and consume, which must fit beside what is there.
 */
PromiseStatus
planner_open_stocks(Planner *planner, const PlanSource *source, Quantity lot)
{
	for (int i = 0; i < source->ncomponents; i++)
	{
		PlanNode   *node = source->components[i].node;
		PlannerNode *state;
		Quantity	volume;
		PromiseStatus status;

		if (!plan_is_between_steps(source, node))
			continue;
		status = planner_node(planner, node, &state);
		volume = status == PROMISE_OK ? state->volume : 0;
		for (int j = 0; j < source->ncomponents && status == PROMISE_OK; j++)
		{
			Quantity	quantity;

			if (source->components[j].node != node)
				continue;
			status = plan_component_quantity(&source->components[j], lot,
											 &quantity);
			if (status == PROMISE_OK)
				status = add_volume(quantity, &volume);
		}
		for (int j = 0; j < source->noutputs && status == PROMISE_OK; j++)
		{
			Quantity	quantity;

			if (source->outputs[j].node != node)
				continue;
			status = plan_output_quantity(&source->outputs[j], lot, &quantity);
			if (status == PROMISE_OK)
				status = add_volume(quantity, &volume);
		}
		if (status != PROMISE_OK)
			return status;
	}
	return PROMISE_OK;
}

static PromiseStatus
add_volume(Quantity quantity, Quantity *volume)
{
	return pg_add_s64_overflow(*volume, quantity, volume) ?
		PROMISE_QUANTITY_OVERFLOW : PROMISE_OK;
}

/*
 * Take what the steps of a scheduled lot take of each other.
 */
PromiseStatus
planner_take_between_steps(Planner *planner, int lot)
{
	const PlanSource *source = planner->lots[lot].lot.source;
	PromiseStatus status = PROMISE_OK;

	for (int i = 0; i < source->ncomponents && status == PROMISE_OK; i++)
	{
		PlannerNeed ask = {
			.node = source->components[i].node,.lot = lot,.component = i
		};
		int			need;

		if (!planner_is_between_steps(source, i) ||
			!planner_span_has(source->components[i].effective,
							  planner->lots[lot].schedule.start))
			continue;
		ask.at = planner_component_at(&planner->lots[lot], i);
		status = plan_component_quantity(&source->components[i],
										 planner->lots[lot].lot.quantity,
										 &ask.quantity);
		if (status == PROMISE_OK)
			status = planner_add_need(planner, &ask, &need);
		if (status == PROMISE_OK)
			status = planner_take_need(planner, need, ask.at);
		if (status == PROMISE_OK)
			planner->lots[lot].needs[i] = need;
		if (status == PROMISE_OK &&
			planner->lots[lot].bound_by_component == i)
		{
			planner->needs[need].need.possible_at = ask.at;
			planner->needs[need].need.binding = PLAN_BOUND_BY_STOCK;
		}
	}
	return status;
}

/*
 * What is free of a node at each instant, as the workshop asks for it.  Where it has
 * less than must be kept, others lack it, and nothing is free.
 */
static TimeTree *
free_balance(void *owner, PlanNode *node)
{
	const Planner *planner = owner;
	PlannerNode *state = node->state;
	Quantity	kept = planner->keeps_safety_stock ? state->safety_stock : 0;

	if (node->unlimited)
		return NULL;
	if (state->shelf == NULL && kept == 0 &&
		time_tree_least(state->balance, planner->network->now,
						INSTANT_END) >= 0)
		return state->balance;
	if (state->spare != NULL)
		time_tree_free(state->spare);
	state->spare = balance_above(planner, state, kept);
	return state->spare;
}

/*
 * Where supply spoils, nothing is free but what the steps yield.
 */
static TimeTree *
balance_above(const Planner *planner, const PlannerNode *node, Quantity kept)
{
	TimeChange *changes = palloc(sizeof(TimeChange) *
								 ((Size) time_tree_size(node->balance) + 1));
	int			nchanges = 0;
	Quantity	base = 0;
	Quantity	before = 0;
	TimeTree   *tree;

	for (Instant at = planner->network->now;
		 at != INSTANT_END && node->shelf == NULL;
		 at = time_tree_next(node->balance, at))
	{
		Quantity	value = time_tree_value(node->balance, at);
		Quantity	above;

		CORE_CHECK_INTERRUPTS();
		if (pg_sub_s64_overflow(value, kept, &above))
			above = 0;			/* far below what is kept */
		above = Max(above, 0);
		if (at == planner->network->now)
			base = above;
		else
			changes[nchanges++] = (TimeChange)
		{
			.at = at,.delta = above - before
		};
		before = above;
	}
	tree = time_tree_create(planner->journal, base, changes, nchanges);
	pfree(changes);
	return tree;
}
