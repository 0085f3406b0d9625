/*
 * workshop_stock.c - what steps of a lot yield for other steps of it.
 *
 * The balance of such a node is shared by the steps as a resource is: a step starts
 * when what it consumes is there from then on, and what it yields is there from its
 * end on.  Backward all steps count as done at the beginning at first; placing one
 * moves what it consumes and yields to where it is placed, and it must end while
 * there is enough of what it yields without it.
 *
 * A step may have to wait for others that nothing else puts before it.  So the order
 * in which steps are placed is followed as far as there is enough for the next one;
 * else a later one goes first.
 */
#include "engine/workshop_state.h"

static int	find_stock(const ShopLot *lot, const PlanNode *node);
static PromiseStatus sum_steps(ShopLot *lot);
static bool is_in_force(const PlanComponent *component, Instant start);
static bool is_ready(const ShopLot *lot, int step, bool forward);
static bool enough(const ShopLot *lot, int step, bool forward);

/*
 * The balances of nodes, for lots that yield and consume something on their way: the
 * owner's trees, in the workshop's journal.
 */
void
workshop_share_balances(Workshop *workshop,
						TimeTree *(*balance) (void *owner, PlanNode *node),
						void *owner)
{
	workshop->balance = balance;
	workshop->owner = owner;
}

/*
 * Find what the steps of a lot share.
 */
PromiseStatus
workshop_stock_open(ShopLot *lot)
{
	const PlanSource *source = lot->source;
	const Workshop *workshop = lot->workshop;

	for (int i = 0; i < source->noutputs && workshop->balance != NULL; i++)
	{
		PlanNode   *node = source->outputs[i].node;
		TimeTree   *balance;

		if (source->outputs[i].after_step == 0 ||
			!plan_is_between_steps(source, node) || find_stock(lot, node) >= 0)
			continue;
		balance = workshop->balance(workshop->owner, node);
		if (balance == NULL)
			continue;
		if (lot->stocks == NULL)
			lot->stocks = palloc0(source->noutputs * sizeof(ShopStock));
		lot->stocks[lot->nstocks].node = node;
		lot->stocks[lot->nstocks++].balance = balance;
	}
	if (lot->nstocks == 0)
		return PROMISE_OK;

	lot->crowded = true;
	for (int i = 0; i < lot->nstocks; i++)
	{
		lot->stocks[i].takes = palloc0(source->nsteps * sizeof(Quantity));
		lot->stocks[i].yields = palloc0(source->nsteps * sizeof(Quantity));
	}
	lot->is_placed = palloc0(source->nsteps * sizeof(bool));
	return sum_steps(lot);
}

void
workshop_stock_close(ShopLot *lot)
{
	for (int i = 0; i < lot->nstocks; i++)
	{
		pfree(lot->stocks[i].takes);
		pfree(lot->stocks[i].yields);
	}
	if (lot->nstocks > 0)
	{
		pfree(lot->stocks);
		pfree(lot->is_placed);
	}
	if (lot->order != NULL)
		pfree(lot->order);
}

/*
 * Nothing is placed yet.
 */
void
workshop_stock_begin(ShopLot *lot, bool forward)
{
	memset(lot->is_placed, 0, lot->source->nsteps * sizeof(bool));
	for (int i = 0; i < lot->nstocks && !forward; i++)
	{
		ShopStock  *stock = &lot->stocks[i];

		for (int j = 0; j < lot->source->nsteps; j++)
			time_tree_add(stock->balance, INSTANT_BEGIN, INSTANT_END,
						  stock->yields[j] - stock->takes[j]);
	}
}

/*
 * The step to be placed next: the first of the order, or the last, for which there
 * is enough; -1 if there is none.
 */
int
workshop_stock_next(const ShopLot *lot, const int *order, bool forward)
{
	int			n = lot->source->nsteps;

	for (int i = 0; i < n; i++)
	{
		int			place = forward ? i : n - 1 - i;
		int			step = order != NULL ? order[place] : place;

		if (!lot->is_placed[step] && is_ready(lot, step, forward) &&
			enough(lot, step, forward))
			return step;
	}
	return -1;
}

/*
 * From when on there is enough for a step that does not start before "ready".
 */
Instant
workshop_stock_from(const ShopLot *lot, int step, Instant ready)
{
	for (int i = 0; i < lot->nstocks && ready != INSTANT_END; i++)
	{
		const ShopStock *stock = &lot->stocks[i];

		if (stock->takes[step] > 0)
			ready = time_tree_clear_from(stock->balance, ready, INSTANT_END,
										 stock->takes[step]);
	}
	return ready;
}

/*
 * Until when there is enough without what a step yields that ends at or before
 * "done".
 */
Instant
workshop_stock_until(const ShopLot *lot, int step, Instant done)
{
	for (int i = 0; i < lot->nstocks; i++)
	{
		const ShopStock *stock = &lot->stocks[i];

		if (stock->yields[step] > 0 && done > lot->floor)
			done = core_min(done, time_tree_first_below(stock->balance, lot->floor,
														done, stock->yields[step]));
	}
	return done;
}

/*
 * Count what a step consumes and yields where it was placed.
 */
void
workshop_stock_place(ShopLot *lot, int step, bool forward)
{
	const PlanTask *task = &lot->tasks[step];

	lot->is_placed[step] = true;
	for (int i = 0; i < lot->nstocks; i++)
	{
		const ShopStock *stock = &lot->stocks[i];

		if (forward)
		{
			time_tree_add(stock->balance, task->start, INSTANT_END,
						  -stock->takes[step]);
			time_tree_add(stock->balance, task->end, INSTANT_END,
						  stock->yields[step]);
		}
		else
		{
			time_tree_add(stock->balance, INSTANT_BEGIN, task->start,
						  stock->takes[step]);
			time_tree_add(stock->balance, INSTANT_BEGIN, task->end,
						  -stock->yields[step]);
		}
	}
}

/*
 * With all steps placed, is there enough all the time?  Backward, a step finds what
 * others yield, but what was there without them is only seen now.
 */
bool
workshop_stock_holds(const ShopLot *lot)
{
	for (int i = 0; i < lot->nstocks; i++)
	{
		if (time_tree_least(lot->stocks[i].balance, lot->floor,
							INSTANT_END) < 0)
			return false;
	}
	return true;
}

/*
 * Does a lot that starts then take what was counted?
 */
bool
workshop_stock_starts(const ShopLot *lot, Instant start)
{
	for (int i = 0; i < lot->source->ncomponents; i++)
	{
		const PlanComponent *component = &lot->source->components[i];

		if (find_stock(lot, component->node) >= 0 &&
			is_in_force(component, start) != is_in_force(component, lot->about))
			return false;
	}
	return true;
}

static bool
is_in_force(const PlanComponent *component, Instant start)
{
	return component->choice == 0 && component->effective.start <= start &&
		start < component->effective.end;
}

static int
find_stock(const ShopLot *lot, const PlanNode *node)
{
	for (int i = 0; i < lot->nstocks; i++)
	{
		if (lot->stocks[i].node == node)
			return i;
	}
	return -1;
}

static PromiseStatus
sum_steps(ShopLot *lot)
{
	const PlanSource *source = lot->source;
	PromiseStatus status = PROMISE_OK;
	Quantity	quantity;

	for (int i = 0; i < source->ncomponents; i++)
	{
		const PlanComponent *component = &source->components[i];
		int			number = find_stock(lot, component->node);
		Quantity   *takes;

		if (number < 0 || !is_in_force(component, lot->about))
			continue;
		status = plan_component_quantity(component, lot->quantity, &quantity);
		if (status != PROMISE_OK)
			return status;
		takes = &lot->stocks[number].takes[component->step];
		if (pg_add_s64_overflow(*takes, quantity, takes))
			return PROMISE_QUANTITY_OVERFLOW;
	}
	for (int i = 0; i < source->noutputs; i++)
	{
		const PlanOutput *output = &source->outputs[i];
		int			number = find_stock(lot, output->node);
		Quantity   *yields;

		if (number < 0 || output->after_step == 0)
			continue;
		status = plan_output_quantity(output, lot->quantity, &quantity);
		if (status != PROMISE_OK)
			return status;
		yields = &lot->stocks[number].yields[output->after_step - 1];
		if (pg_add_s64_overflow(*yields, quantity, yields))
			return PROMISE_QUANTITY_OVERFLOW;
	}
	return PROMISE_OK;
}

/*
 * Are all steps placed that must be placed first?
 */
static bool
is_ready(const ShopLot *lot, int step, bool forward)
{
	const PlanStep *placed = &lot->source->steps[step];

	if (forward)
	{
		for (int i = 0; i < placed->nbefore; i++)
		{
			if (!lot->is_placed[placed->before[i].step])
				return false;
		}
		return true;
	}
	for (int i = lot->first_after[step]; i < lot->first_after[step + 1]; i++)
	{
		if (!lot->is_placed[lot->after[i].step])
			return false;
	}
	return true;
}

static bool
enough(const ShopLot *lot, int step, bool forward)
{
	if (forward)
		return workshop_stock_from(lot, step, lot->floor) != INSTANT_END;
	return workshop_stock_until(lot, step, lot->ready_by) > lot->floor;
}
