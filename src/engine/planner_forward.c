/*
 * planner_forward.c - how early something can be had.
 *
 * The need for q of a node from t on lacks Q(t) = q - max(0, min P) of the balance
 * P from there on.  The later t, the less is lacking: Q falls in steps, at the
 * instants at which the least balance ahead rises.  Lots of Q(t) make t possible
 * if nothing falls below q from t until they are there, so the first instant of
 * each step that is possible follows from how early lots of that size can be
 * there.  The first step is tried first; where it does not answer, the others
 * before the best answer so far are bisected, since smaller lots are there no
 * later.
 */
#include "core/sort.h"
#include "engine/planner_state.h"

/* starts of steps that are looked at together */
#define MAX_STARTS	64

/* the question for one need, while ways to meet it are tried */
typedef struct Search
{
	const PlannerNeed *ask;
	PlannerNode *state;
	int			need;			/* in the draft */
	Quantity	limit;			/* least balance that lets it be taken */
	Quantity	trying;			/* what the lots that are tried supply */
	Quantity	missing;		/* the same of the best way */
	PlannerChoice choice;
} Search;

/* what a lot yields, and when */
typedef struct LotYield
{
	Instant		at;
	Quantity	yield;
} LotYield;

static PromiseStatus search_need(Planner *planner, Search *search);
static PromiseStatus search_steps(Planner *planner, Search *search);
static PromiseStatus bisect_steps(Planner *planner, Search *search,
								  Instant low, Instant high);
static Instant next_start(const Planner *planner, const Search *search,
						  Instant at);
static int	collect_starts(const Planner *planner, const Search *search,
						   Instant low, Instant high, Instant *starts,
						   bool *is_thinned);
static PromiseStatus try_start(Planner *planner, Search *search,
							   Instant start, Instant *reached);
static PromiseStatus try_sources(Planner *planner, Search *search,
								 Instant *reached);
static PromiseStatus try_source(Planner *planner, Search *search,
								PlanSource *source, PlannerSplit split,
								int *nlots, Instant *reached);
static PromiseStatus try_lots(Planner *planner, Search *search,
							  PlanSource *source, int output,
							  const Quantity *sizes, int nlots, int *lots,
							  Instant *reached);
static PromiseStatus served_from(const Planner *planner, const Search *search,
								 const PlanSource *source, int *lots,
								 int nlots, Instant *at);
static int	compare_yields(const void *a, const void *b);
static PromiseStatus finish_need(Planner *planner, const Search *search);
static void name_binding(const Planner *planner, const Search *search,
						 PlanNeed *need);
static Instant yields_at(const DraftLot *lot);

/*
 * Meet a need as early as can be, not before ask->at, and leave that in the draft.
 * need is -1, and nothing is left, if there is no way before the bound.
 */
PromiseStatus
planner_earliest(Planner *planner, const PlannerNeed *ask, Instant bound,
				 int *need)
{
	PlannerMark mark = planner_draft_mark(planner);
	Search		search = {
		.ask = ask
	};
	PromiseStatus status;

	*need = -1;
	status = planner_node(planner, ask->node, &search.state);
	if (status == PROMISE_OK)
		status = planner_limit(planner, search.state, ask->quantity,
							   &search.limit);
	if (status == PROMISE_OK)
		status = planner_add_need(planner, ask, &search.need);
	if (status != PROMISE_OK)
		return status;

	planner_choice_begin(planner, Min(bound, planner->network->limit),
						 &search.choice);
	if (ask->node->unlimited || ask->quantity == 0)
		planner_choice_offer(planner, &search.choice, 0, ask->at);
	else if (ask->at < search.choice.best)
		status = search_need(planner, &search);
	if (status != PROMISE_OK)
		return status;

	if (search.choice.number < 0)
	{
		if (bound >= planner->network->limit)
			planner_fail(planner, PLAN_BOUND_BY_LIMIT, ask->node, NULL);
		planner_draft_undo(planner, mark);
		return PROMISE_OK;
	}
	status = finish_need(planner, &search);
	*need = search.need;
	return status;
}

/*
 * The balance alone, then lots.
 */
static PromiseStatus
search_need(Planner *planner, Search *search)
{
	PlanNode   *node = search->ask->node;
	Instant		stock_at;
	bool		may_take;
	PromiseStatus status = planner_may_take(planner, search->state, &may_take);

	if (status != PROMISE_OK || !may_take)
		return status;

	stock_at = planner_served_from(search->state, search->ask->at,
								   INSTANT_END, search->limit);
	planner_choice_offer(planner, &search->choice, 0, stock_at);
	if (stock_at == search->ask->at)
		return PROMISE_OK;
	if (node->nsources == 0)
	{
		if (stock_at == INSTANT_END)
			planner_fail(planner, PLAN_BOUND_BY_NO_SOURCE, node, NULL);
		return PROMISE_OK;
	}

	status = planner_enter(planner, search->state);
	if (status == PROMISE_OK)
		status = search_steps(planner, search);
	if (status == PROMISE_OK)
		status = planner_choice_end(planner, &search->choice);
	planner_leave(planner, search->state);
	return status;
}

/*
 * Try lots for the steps of what is missing, from the first one on.
 */
static PromiseStatus
search_steps(Planner *planner, Search *search)
{
	Instant		low = search->ask->at;
	Instant		reached;

	/* is there another step?  asked while nothing is taken yet */
	Instant		second = next_start(planner, search, low);

	PromiseStatus status = try_start(planner, search, low, &reached);

	if (status == PROMISE_OK && search->state->shelf != NULL &&
		search->choice.best > low)
	{
		/* what is there may have spoiled before the lots are */
		planner_choice_try(planner, &search->choice);
		search->trying = search->ask->quantity;
		status = try_sources(planner, search, &reached);
	}
	if (status != PROMISE_OK || second >= search->choice.best ||
		!planner_is_weighing(planner))
		return status;
	return bisect_steps(planner, search, low, search->choice.best);
}

/*
 * Lots for the step at low are not there at its start; high is the best so far.
 */
static PromiseStatus
bisect_steps(Planner *planner, Search *search, Instant low, Instant high)
{
	Instant    *starts = palloc(sizeof(Instant) * MAX_STARTS);
	bool		is_thinned;
	PromiseStatus status = PROMISE_OK;

	do
	{
		int			first = 0;
		int			last;

		planner_choice_try(planner, &search->choice);
		last = collect_starts(planner, search, low, high, starts, &is_thinned);

		/*
		 * invariant: lots for the steps before first are not there at their
		 * starts; those for the step at last are, or it lies at the best so
		 * far
		 */
		while (first < last && status == PROMISE_OK)
		{
			int			middle = first + (last - first) / 2;
			Instant		reached;

			status = try_start(planner, search, starts[middle], &reached);
			if (reached <= starts[middle])
			{
				high = starts[middle];
				last = middle;
			}
			else
			{
				low = starts[middle];
				first = middle + 1;
			}
		}
	} while (is_thinned && status == PROMISE_OK);
	pfree(starts);
	return status;
}

/*
 * The next instant from which on less is missing than at another one, but
 * something is; INSTANT_END if there is none.
 */
static Instant
next_start(const Planner *planner, const Search *search, Instant at)
{
	Quantity	wanted = search->ask->quantity;
	Quantity	missing = planner_missing(planner, search->state, at, wanted);

	if (missing == 0 || search->state->shelf != NULL)
		return INSTANT_END;
	at = time_tree_clear_from(search->state->balance, at, INSTANT_END,
							  search->limit - missing + 1);
	if (at == INSTANT_END ||
		planner_missing(planner, search->state, at, wanted) == 0)
		return INSTANT_END;
	return at;
}

/*
 * The starts of steps between low and high, neither included.  If they are many,
 * only some of them, evenly.
 */
static int
collect_starts(const Planner *planner, const Search *search, Instant low,
			   Instant high, Instant *starts, bool *is_thinned)
{
	int			stride = 1;
	int			nskipped = 0;
	int			nstarts = 0;

	*is_thinned = false;
	for (Instant at = next_start(planner, search, low); at < high;
		 at = next_start(planner, search, at))
	{
		CORE_CHECK_INTERRUPTS();
		if (++nskipped < stride)
			continue;
		nskipped = 0;
		if (nstarts == MAX_STARTS)
		{
			nstarts /= 2;
			for (int i = 0; i < nstarts; i++)
				starts[i] = starts[2 * i + 1];
			stride *= 2;
			*is_thinned = true;
		}
		starts[nstarts++] = at;
	}
	return nstarts;
}

/*
 * Try every source with lots of what is missing from start on.  reached is the
 * first instant at which one of them lets the need be met; INSTANT_END if none
 * does so before the best so far.
 */
static PromiseStatus
try_start(Planner *planner, Search *search, Instant start, Instant *reached)
{
	planner_choice_try(planner, &search->choice);
	search->trying = planner_missing(planner, search->state, start,
									 search->ask->quantity);
	return try_sources(planner, search, reached);
}

static PromiseStatus
try_sources(Planner *planner, Search *search, Instant *reached)
{
	PlanNode   *node = search->ask->node;
	PromiseStatus status = PROMISE_OK;

	*reached = INSTANT_END;
	for (int i = 0; i < node->nsources && status == PROMISE_OK; i++)
	{
		int			nlots;

		if (search->state->gene > 0 && search->state->gene != i + 1)
			continue;
		if (plan_is_between_steps(node->sources[i], node))
		{
			planner_fail(planner, PLAN_BOUND_BY_NO_SOURCE, node, NULL);
			continue;
		}

		for (int split = 0; split < PLANNER_SPLITS; split++)
		{
			if (*reached <= search->ask->at ||
				(*reached < INSTANT_END && !planner_is_weighing(planner)))
				return PROMISE_OK;
			status = try_source(planner, search, node->sources[i], split,
								&nlots, reached);
			if (status != PROMISE_OK || nlots < 2)
				break;
		}
	}
	return status;
}

/*
 * Try one source.  nlots is how many lots it takes.
 */
static PromiseStatus
try_source(Planner *planner, Search *search, PlanSource *source,
		   PlannerSplit split, int *nlots, Instant *reached)
{
	int			output = planner_output_of(source, search->ask->node);
	Quantity   *sizes;
	int		   *lots;
	PromiseStatus status = planner_lot_sizes(source, output, search->trying,
											 split, search->state->pieces,
											 &sizes, nlots);

	if (status != PROMISE_OK)
		return status;
	if (*nlots == 0)
		planner_fail(planner, PLAN_BOUND_BY_LOT_SIZE, search->ask->node,
					 source);
	if (*nlots > 0)
	{
		lots = palloc(sizeof(int) * (Size) *nlots);
		status = try_lots(planner, search, source, output, sizes, *nlots,
						  lots, reached);
		pfree(lots);
	}
	pfree(sizes);
	return status;
}

static PromiseStatus
try_lots(Planner *planner, Search *search, PlanSource *source, int output,
		 const Quantity *sizes, int nlots, int *lots, Instant *reached)
{
	PlannerLot	ask = {
		.need = search->need,.source = source,.output = output,
		.latest = planner->network->limit - 1
	};
	Instant		at = INSTANT_END;
	PromiseStatus status;

	planner_choice_try(planner, &search->choice);

	/* an end after which the best so far would not be bettered */
	if (nlots == 1 && source->outputs[output].after_step == 0)
		ask.latest = core_min(ask.latest,
							  planner_due_at(search->state, search->choice.best - 1,
											 search->limit));

	for (int i = 0; i < nlots; i++)
	{
		ask.quantity = sizes[i];
		status = planner_forward_lot(planner, &ask, &lots[i]);
		if (status != PROMISE_OK)
			return status;
		if (lots[i] < 0)
		{
			planner_draft_undo(planner, search->choice.mark);
			return PROMISE_OK;
		}
	}

	status = served_from(planner, search, source, lots, nlots, &at);
	if (status != PROMISE_OK)
		return status;
	if (planner_choice_offer(planner, &search->choice, 0, at))
		search->missing = search->trying;
	*reached = Min(*reached, at);
	return PROMISE_OK;
}

/*
 * The first instant from which on the balance lets the need be met, with the lots,
 * which it contains.
 */
static PromiseStatus
served_from(const Planner *planner, const Search *search,
			const PlanSource *source, int *lots, int nlots, Instant *at)
{
	Instant		enough;
	PromiseStatus status = planner_enough_from(planner, search->ask->quantity,
											   lots, nlots, &enough);

	if (status != PROMISE_OK)
		return status;
	*at = search->ask->at;
	/* a kit is put together when it is taken */
	if (source->kind == PLAN_KIT)
	{
		for (int i = 0; i < nlots; i++)
			*at = Max(*at, planner->lots[lots[i]].lot.end);
	}
	*at = planner_served_from(search->state, *at, enough, search->limit);
	return PROMISE_OK;
}

/*
 * From when on the lots alone yield a quantity: the balance is not lowered any
 * more.  INSTANT_END: they do not.
 */
PromiseStatus
planner_enough_from(const Planner *planner, Quantity quantity, const int *lots,
					int nlots, Instant *at)
{
	LotYield   *yields = palloc(sizeof(LotYield) * ((Size) nlots + 1));

	for (int i = 0; i < nlots; i++)
	{
		const DraftLot *lot = &planner->lots[lots[i]];
		PromiseStatus status;

		yields[i].at = yields_at(lot);
		status = plan_output_quantity(&lot->lot.source->outputs[lot->output],
									  lot->lot.quantity, &yields[i].yield);
		if (status != PROMISE_OK)
			return status;
	}
	core_sort(yields, nlots, sizeof(LotYield), compare_yields);

	for (int i = 0; i < nlots && quantity > 0; i++)
	{
		quantity -= yields[i].yield;
		*at = yields[i].at;
	}
	if (quantity > 0)
		*at = INSTANT_END;
	pfree(yields);
	return PROMISE_OK;
}

static int
compare_yields(const void *a, const void *b)
{
	const LotYield *ya = a;
	const LotYield *yb = b;

	return (ya->at > yb->at) - (ya->at < yb->at);
}

/* when a lot yields what it is made for */
static Instant
yields_at(const DraftLot *lot)
{
	return plan_output_at(&lot->lot.source->outputs[lot->output],
						  lot->lot.tasks, lot->lot.end);
}

/*
 * Take a need for which the best way is in the draft.
 */
static PromiseStatus
finish_need(Planner *planner, const Search *search)
{
	DraftNeed  *need = &planner->needs[search->need];
	Instant		at = search->choice.best;
	PromiseStatus status;

	need->need.from_balance = search->ask->quantity - search->missing;
	need->need.possible_at = at;
	if (at > search->ask->at)
		name_binding(planner, search, &need->need);
	status = planner_take_need(planner, search->need, at);
	if (status == PROMISE_OK && need->has_kits)
		status = planner_move_kits(planner, search->need, at);
	return status;
}

/*
 * What made a need late: one of its lots, if the need can be met just when that
 * yields, else the balance.
 */
static void
name_binding(const Planner *planner, const Search *search, PlanNeed *need)
{
	need->binding = PLAN_BOUND_BY_STOCK;
	for (int i = search->choice.mark.nlots; i < planner->nlots; i++)
	{
		const DraftLot *lot = &planner->lots[i];

		if (lot->lot.need != search->need ||
			yields_at(lot) != need->possible_at)
			continue;
		need->binding = lot->schedule.binding;
		need->bound_by = lot->schedule.bound_by;
		need->bound_by_need = lot->bound_by_component < 0 ? -1 :
			lot->needs[lot->bound_by_component];
	}
}
