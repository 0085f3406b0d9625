/*
 * planner_search.c - look for a plan that is earlier than the first one.
 *
 * Which source, which component and which order of components the forward pass
 * takes is best for each of them as it comes, not for all of them together.  The
 * search first makes smaller lots along what made the plan late, since they fit
 * where a large one does not; then it changes ways at random, a few at a time, and
 * keeps what is no later.  Every now and then it tries to place a plan from an
 * earlier date down instead.  All chance comes from the seed, and the plans tried
 * cost no more drafts together than the effort allows; so that depends on the
 * question alone.
 */
#include "engine/planner_state.h"

#include "common/pg_prng.h"

/* one of so many plans is placed from a date down */
#define PLACED_TRIALS	4

/* ways changed at once, at most */
#define MAX_CHANGES		3

/* lots that are made of one, at most */
#define MAX_PIECES		8

/* a way that was changed: of a source, or else of a node */
typedef struct WayChange
{
	PlannerNode *node;
	PlanSource *source;			/* NULL: of the node */
	uint64		before;
} WayChange;

typedef struct Improvement
{
	const PlannerNeed *ask;
	pg_prng_state prng;
	PlannerMark mark;
	PlannerFragment *best;
	Instant		at;				/* of the best plan */
	Instant		enough;

	/* smaller lots, for what made the best plan late */
	int			level;			/* of the request, then of what it waits for */
	int			pieces;			/* that were tried there; 0: none */
	bool		is_split;		/* all of them were tried */
} Improvement;

static bool has_ways(const Planner *planner);
static int	count_ways(const PlannerNode *node);
static PromiseStatus try_split(Planner *planner, Improvement *improvement,
							   PlannerNode *node);
static PlannerNode *next_to_split(Improvement *improvement);
static PlannerNode *late_node(const Improvement *improvement, int level);
static bool waits_for_room(const PlanSource *source);
static PromiseStatus try_changed(Planner *planner, Improvement *improvement);
static PromiseStatus try_placed(Planner *planner, Improvement *improvement);
static int	change_ways(Planner *planner, Improvement *improvement,
						WayChange *changes);
static void change_back(Planner *planner, const WayChange *changes,
						int nchanges);
static void set_gene(Planner *planner, const WayChange *way, uint64 gene);
static void keep(Planner *planner, Improvement *improvement, Instant at);
static int64 below(Improvement *improvement, int64 limit);

/*
 * Improve the plan that was found for a need, until it is there by "enough" or
 * so many plans were tried as the request allows.  If none was found, one is wanted
 * before *at.
 */
PromiseStatus
planner_improve(Planner *planner, const PlanRequest *request,
				const PlannerNeed *ask, Instant enough,
				PlannerFragment *found, Instant *at)
{
	Improvement improvement = {
		.ask = ask,.mark = planner_draft_mark(planner),.best = found,
		.at = *at,.enough = enough,.is_split = !request->smaller_lots
	};
	PromiseStatus status = PROMISE_OK;

	pg_prng_seed(&improvement.prng, request->seed);
	planner->most_drafted = 0;
	for (int i = 0; i < request->effort && status == PROMISE_OK; i++)
	{
		PlannerNode *node;

		CORE_CHECK_INTERRUPTS();
		if (improvement.at <= enough)
			break;
		node = next_to_split(&improvement);
		if (node == NULL && !has_ways(planner))
			break;
		/* plans that cost less than their share leave the rest to others */
		planner->most_drafted += PLANNER_SEARCHED_DRAFTS;
		if (!planner_is_weighing(planner))
			continue;
		if (node != NULL)
			status = try_split(planner, &improvement, node);
		else if (below(&improvement, PLACED_TRIALS) == 0)
			status = try_placed(planner, &improvement);
		else
			status = try_changed(planner, &improvement);
	}
	planner->searched = planner->drafted;
	*at = improvement.at;
	return status;
}

/*
 * Could anything that was looked at for the request be done otherwise?
 */
static bool
has_ways(const Planner *planner)
{
	for (int i = 0; i < planner->nvisited; i++)
	{
		if (count_ways(planner->visited[i]) > 0)
			return true;
	}
	return false;
}

/* the sources with an order of components, and the choice of a source */
static int
count_ways(const PlannerNode *node)
{
	int			nways = node->node->nsources > 1;

	for (int i = 0; i < node->node->nsources; i++)
		nways += node->node->sources[i]->ncomponents > 1;
	return nways;
}

/*
 * The next node to make smaller lots of; NULL: all were tried.
 */
static PlannerNode *
next_to_split(Improvement *improvement)
{
	PlannerNode *node = NULL;

	if (improvement->best->nneeds == 0)
		improvement->is_split = true;
	while (!improvement->is_split)
	{
		node = late_node(improvement, improvement->level);
		improvement->pieces = Max(improvement->pieces, 1);
		if (node == NULL)
			improvement->is_split = true;
		else if (2 * improvement->pieces <= MAX_PIECES)
			break;
		improvement->level++;
		improvement->pieces = 0;
	}
	return improvement->is_split ? NULL : node;
}

/*
 * What made the best plan late, as far as it is worked on: the request, what its
 * last lot waits for, and so on; NULL below that.
 */
static PlannerNode *
late_node(const Improvement *improvement, int level)
{
	const PlannerFragment *best = improvement->best;
	int			need = best->first_need;

	for (;;)
	{
		const PlanNeed *late = &best->needs[need - best->first_need].need;
		const DraftLot *last = NULL;

		for (int i = late->first_lot; i >= 0;
			 i = best->lots[i - best->first_lot].lot.next_lot)
		{
			const DraftLot *lot = &best->lots[i - best->first_lot];

			if (last == NULL || lot->lot.end > last->lot.end)
				last = lot;
		}
		if ((last == NULL ? late->node->nsources > 0 :
			 waits_for_room(last->lot.source)) && level-- == 0)
			return late->node->state;
		if (last == NULL || late->bound_by_need < 0)
			return NULL;
		need = late->bound_by_need;
	}
}

/*
 * Is a source worked on where there is not always room?  Elsewhere lots side by side
 * would take no time at all if only they were small enough.
 */
static bool
waits_for_room(const PlanSource *source)
{
	for (int i = 0; i < source->nsteps; i++)
	{
		for (int k = 0; k < source->steps[i].nuses; k++)
		{
			const PlanUse *use = &source->steps[i].uses[k];

			for (int n = 0; n < use->nchoices; n++)
			{
				if (use->choices[n]->capacity.finite)
					return true;
			}
		}
	}
	return false;
}

/*
 * Make twice as many lots of a node as were tried last.
 */
static PromiseStatus
try_split(Planner *planner, Improvement *improvement, PlannerNode *node)
{
	int			before = node->pieces;
	int			need;
	PromiseStatus status;

	improvement->pieces *= 2;
	node->pieces = improvement->pieces;
	status = planner_earliest(planner, improvement->ask, improvement->at,
							  &need);
	if (status != PROMISE_OK)
		return status;
	if (need >= 0 && !planner->is_stale)
		keep(planner, improvement, planner->needs[need].need.at);
	else
	{
		planner_draft_undo(planner, improvement->mark);
		node->pieces = before;
	}
	planner->is_stale = false;
	return PROMISE_OK;
}

static PromiseStatus
try_changed(Planner *planner, Improvement *improvement)
{
	WayChange	changes[MAX_CHANGES];
	int			nchanges = change_ways(planner, improvement, changes);
	int			need;
	PromiseStatus status;

	if (nchanges == 0)
		return PROMISE_OK;
	/* as early as the best is not better, but leads to where others are */
	status = planner_earliest(planner, improvement->ask,
							  improvement->best->nneeds > 0 ?
							  improvement->at + 1 : improvement->at, &need);
	if (status != PROMISE_OK)
		return status;
	if (need >= 0 && !planner->is_stale)
		keep(planner, improvement, planner->needs[need].need.at);
	else
	{
		planner_draft_undo(planner, improvement->mark);
		change_back(planner, changes, nchanges);
	}
	planner->is_stale = false;
	return PROMISE_OK;
}

/*
 * Place a plan, just in time for an earlier date.
 */
static PromiseStatus
try_placed(Planner *planner, Improvement *improvement)
{
	PlannerNeed ask = *improvement->ask;
	PlanPlacement placement = planner->placement;
	int			need;
	PromiseStatus status;

	ask.at = improvement->enough +
		below(improvement, improvement->at - improvement->enough);
	planner->placement = PLAN_JIT;
	status = planner_place(planner, &ask, NULL, -1, &need);
	planner->placement = placement;
	if (status != PROMISE_OK || need < 0)
		return status;
	planner->needs[need].need.possible_at = ask.at;
	keep(planner, improvement, ask.at);
	return PROMISE_OK;
}

/*
 * Change some ways of nodes that were looked at; returns how many.
 */
static int
change_ways(Planner *planner, Improvement *improvement, WayChange *changes)
{
	int			nchanges = 0;
	int64		wanted = 1 + below(improvement, MAX_CHANGES);

	/* not every node that is drawn has a choice */
	for (int i = 0; i < 8 * MAX_CHANGES && nchanges < wanted; i++)
	{
		PlannerNode *state =
		planner->visited[below(improvement, planner->nvisited)];
		PlanNode   *node = state->node;
		WayChange  *change = &changes[nchanges];
		int64		way;

		if (count_ways(state) == 0)
			continue;
		*change = (WayChange)
		{
			.node = state,.before = state->gene
		};
		way = below(improvement, count_ways(state)) - (node->nsources > 1);
		for (int j = 0; j < node->nsources && way >= 0; j++)
		{
			if (node->sources[j]->ncomponents <= 1 || way-- > 0)
				continue;
			change->source = node->sources[j];
			change->before = planner_gene(planner, change->source);
		}
		set_gene(planner, change, change->source == NULL ?
				 (uint64) below(improvement, node->nsources + 1) :
				 pg_prng_uint64(&improvement->prng));
		nchanges++;
	}
	return nchanges;
}

static void
change_back(Planner *planner, const WayChange *changes, int nchanges)
{
	for (int i = nchanges - 1; i >= 0; i--)
		set_gene(planner, &changes[i], changes[i].before);
}

static void
set_gene(Planner *planner, const WayChange *way, uint64 gene)
{
	if (way->source == NULL)
		way->node->gene = (int) gene;
	else
		planner_set_gene(planner, way->source, gene);
}

/*
 * The draft is the best plan so far.
 */
static void
keep(Planner *planner, Improvement *improvement, Instant at)
{
	planner_fragment_free(improvement->best);
	planner_lift(planner, improvement->mark, improvement->best);
	planner_link_lots(improvement->best);
	improvement->at = at;
}

/* a random number below the limit, which is above 0 */
static int64
below(Improvement *improvement, int64 limit)
{
	return (int64) pg_prng_uint64_range(&improvement->prng, 0,
										(uint64) limit - 1);
}
