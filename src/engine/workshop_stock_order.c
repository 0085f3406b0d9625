/*
 * workshop_stock_order.c - an order in which every step finds what it consumes.
 *
 * Whatever may come next and leaves no balance lower than it was is done at once: that
 * never does harm.  Among the rest every choice is tried, depth first, no set of steps
 * twice, up to a budget.  To find an order is hard in general.
 */
#include "engine/workshop_state.h"

/* sets of steps to look at */
#define MAX_SETS	20000

/* more steps than this do not fit into a set: they are not remembered */
#define MAX_IN_SET	64

typedef struct OrderSearch
{
	ShopLot    *lot;
	Quantity   *left;			/* of each stock */
	int		   *order;
	int			n;				/* steps in it */
	int			budget;
	uint64	   *seen;			/* hash table of sets that lead nowhere; 0:
								 * free */
} OrderSearch;

static bool find_rest(OrderSearch *search);
static bool is_possible(const OrderSearch *search, int step);
static bool does_no_harm(const OrderSearch *search, int step);
static void append(OrderSearch *search, int step);
static void take_back(OrderSearch *search, int until);
static uint64 steps_done(const OrderSearch *search);
static bool was_seen(OrderSearch *search, uint64 set);

/*
 * Write an order for all steps of the lot; false if none was found.
 */
bool
workshop_stock_order(ShopLot *lot, int *order)
{
	OrderSearch search = {.lot = lot,.order = order,.budget = MAX_SETS};
	bool		found;

	search.left = palloc((lot->nstocks + 1) * sizeof(Quantity));
	for (int i = 0; i < lot->nstocks; i++)
		search.left[i] = time_tree_value(lot->stocks[i].balance,
										 INSTANT_END - 1);
	search.seen = palloc0(4 * MAX_SETS * sizeof(uint64));
	memset(lot->is_placed, 0, lot->source->nsteps * sizeof(bool));
	found = find_rest(&search);
	pfree(search.left);
	pfree(search.seen);
	return found;
}

/*
 * As deep as there are steps, at most.
 */
static bool
find_rest(OrderSearch *search)
{
	int			nsteps = search->lot->source->nsteps;
	int			begun = search->n;
	bool		moved = true;

	CORE_CHECK_INTERRUPTS();
	while (moved)
	{
		moved = false;
		for (int i = 0; i < nsteps; i++)
		{
			if (is_possible(search, i) && does_no_harm(search, i))
			{
				append(search, i);
				moved = true;
			}
		}
	}
	if (search->n == nsteps)
		return true;

	if (search->budget-- > 0 && !was_seen(search, steps_done(search)))
	{
		for (int i = 0; i < nsteps; i++)
		{
			if (!is_possible(search, i))
				continue;
			append(search, i);
			if (find_rest(search))
				return true;
			take_back(search, search->n - 1);
		}
	}
	take_back(search, begun);
	return false;
}

static bool
is_possible(const OrderSearch *search, int step)
{
	const ShopLot *lot = search->lot;
	const PlanStep *next = &lot->source->steps[step];

	if (lot->is_placed[step])
		return false;
	for (int i = 0; i < next->nbefore; i++)
	{
		if (!lot->is_placed[next->before[i].step])
			return false;
	}
	for (int i = 0; i < lot->nstocks; i++)
	{
		if (lot->stocks[i].takes[step] > 0 &&
			search->left[i] < lot->stocks[i].takes[step])
			return false;
	}
	return true;
}

static bool
does_no_harm(const OrderSearch *search, int step)
{
	const ShopLot *lot = search->lot;

	for (int i = 0; i < lot->nstocks; i++)
	{
		if (lot->stocks[i].yields[step] < lot->stocks[i].takes[step])
			return false;
	}
	return true;
}

static void
append(OrderSearch *search, int step)
{
	ShopLot    *lot = search->lot;

	search->order[search->n++] = step;
	lot->is_placed[step] = true;
	for (int i = 0; i < lot->nstocks; i++)
		search->left[i] += lot->stocks[i].yields[step] -
			lot->stocks[i].takes[step];
}

/*
 * Take back the last steps until only so many are left.
 */
static void
take_back(OrderSearch *search, int until)
{
	ShopLot    *lot = search->lot;

	while (search->n > until)
	{
		int			step = search->order[--search->n];

		lot->is_placed[step] = false;
		for (int i = 0; i < lot->nstocks; i++)
			search->left[i] -= lot->stocks[i].yields[step] -
				lot->stocks[i].takes[step];
	}
}

static uint64
steps_done(const OrderSearch *search)
{
	uint64		set = 0;

	if (search->lot->source->nsteps > MAX_IN_SET)
		return 0;
	for (int i = 0; i < search->n; i++)
		set |= UINT64CONST(1) << search->order[i];
	return set;
}

/*
 * Remembers the set; there are at most as many as the budget allows, so the table is
 * never full.  The empty set is not remembered: nothing leads to it again.
 */
static bool
was_seen(OrderSearch *search, uint64 set)
{
	uint64		at = (set * UINT64CONST(0x9E3779B97F4A7C15)) % (4 * MAX_SETS);

	if (set == 0)
		return false;
	while (search->seen[at] != 0)
	{
		if (search->seen[at] == set)
			return true;
		at = (at + 1) % (4 * MAX_SETS);
	}
	search->seen[at] = set;
	return false;
}
