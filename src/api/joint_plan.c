/*
 * joint_plan.c - the first date on which all lines can be had by plans.
 */
#include "postgres.h"

#include "datatype/timestamp.h"
#include "miscadmin.h"

#include "api/joint_plan.h"

/* how many lines are planned for one unit of effort, each trial counting them all */
#define LINES_PER_EFFORT	100

/* dates that are as close as this are one */
#define CLOSE_ENOUGH		USECS_PER_MINUTE

/* how often lines are planned for the date of the slowest where waiting will not do */
#define MAX_ROUNDS			100

typedef enum LineOrder
{
	GIVEN_ORDER,
	SLOWEST_FIRST,				/* by when they could be had alone */
	NUM_LINE_ORDERS
} LineOrder;

/* how lines are planned: in which order, for which date, and where in it */
typedef struct Trial
{
	LineOrder	order;
	bool		dealt;			/* from where stock is dealt out */
	Instant		after;
	Instant		due;			/* INSTANT_END: each as early as possible */
	PlanPlacement placement;
	int			effort;
} Trial;

/* the lines, and what is known of them while a date is looked for */
typedef struct Search
{
	Batch	   *batch;
	const JointStock *stock;
	Capable    *capable;
	NetworkLocation **places;	/* of each item */
	int		   *nplaces;
	const bool *sourced;		/* each item */
	const char **dealt;			/* location of each line of an item without
								 * sources, as stock is dealt out; else NULL */
	int		   *orders[NUM_LINE_ORDERS];
	int			nordered;
	Instant		lowest;			/* no date before it will do */
	int			left;			/* trials */
	CapablePlan *trial;			/* the last one, of each line */
	int			last;			/* line that was planned last */
	Trial		best;
	JointPlan  *joint;			/* result */
} Search;

static void open_search(Search *search);
static void find_places(Search *search);
static void deal_out(Search *search);
static bool plan_alone(Search *search);
static void sort_slowest_first(Search *search);
static int	compare_alone(const void *left, const void *right, void *arg);
static bool plan_in_order(Search *search);
static void name_slowest(Search *search, Instant at);
static const CapablePlan *copy_plan(const CapablePlan *plan);
static bool can_wait(const Search *search, Instant until);
static void improve(Search *search);
static void bisect(Search *search, Trial *trial);
static bool come_forward(Search *search);
static bool try_date(Search *search, Trial *trial, Instant due, Instant *found);
static void place_as_wished(Search *search);
static Instant plan_lines(Search *search, const Trial *trial);
static bool plan_line(Search *search, int number, const Trial *trial,
					  CapablePlan *best);
static void keep(Search *search, const Trial *trial, Instant at);

bool
joint_plan_find(Batch *batch, const JointStock *stock, JointPlan *joint)
{
	Search		search = {.batch = batch,.stock = stock,.joint = joint};
	Size		size = sizeof(CapablePlan) * ((Size) batch->nlines + 1);
	bool		any = false;

	open_search(&search);
	for (int i = 0; i < batch->nitems; i++)
		any |= search.sourced[i];
	if (!any)
		return false;

	memset(joint, 0, sizeof(JointPlan));
	joint->at = INSTANT_END;
	joint->alone = palloc0(size);
	joint->plans = palloc0(size);
	search.trial = palloc0(size);
	find_places(&search);
	deal_out(&search);
	if (!plan_alone(&search))
		return true;
	sort_slowest_first(&search);
	if (!plan_in_order(&search))
		return true;
	if (joint->at > search.lowest)
		improve(&search);
	place_as_wished(&search);
	return true;
}

static void
open_search(Search *search)
{
	Batch	   *batch = search->batch;
	const QuestionTerms *terms = &batch->competition->terms;
	CapableQuery query = {
		.now = batch->competition->now,
		.exclude = terms->exclude,
		.nexclude = terms->nexclude
	};
	const char **items = palloc(sizeof(char *) * ((Size) batch->nitems + 1));

	for (int i = 0; i < batch->nitems; i++)
		items[i] = batch->items[i].item;
	search->capable = capable_open(&query);
	search->sourced = capable_items(search->capable, items, batch->nitems);
	search->left = Min(terms->wish.effort,
					   (int) ((int64) terms->wish.effort * LINES_PER_EFFORT /
							  Max(batch->nlines, 1)));
}

static void
find_places(Search *search)
{
	Batch	   *batch = search->batch;

	search->places = palloc(sizeof(NetworkLocation *) * ((Size) batch->nitems + 1));
	search->nplaces = palloc(sizeof(int) * ((Size) batch->nitems + 1));
	for (int i = 0; i < batch->nitems; i++)
		search->places[i] = network_locations(search->capable->network,
											  batch->items[i].item,
											  &search->nplaces[i]);
}

/*
 * From where lines of items without sources are delivered, if all of them are as
 * early as possible; the latest of these is a bound of the answer.
 */
static void
deal_out(Search *search)
{
	Batch	   *batch = search->batch;

	search->dealt = palloc0(sizeof(char *) * ((Size) batch->nlines + 1));
	search->lowest = Max(batch->competition->now,
						 batch->competition->terms.after);
	for (int i = 0; i < batch->nitems; i++)
	{
		const BatchItem *item = &batch->items[i];
		const TogetherLine *line = search->stock->lines[i];

		if (search->sourced[i] || search->stock->item_at[i] == INSTANT_END)
			continue;
		for (int k = item->first_line; k >= 0; k = batch->lines[k].next)
			search->dealt[k] = item->book->curves[(line++)->ledger].location;
		if (search->stock->item_at[i] > search->lowest)
		{
			search->lowest = search->stock->item_at[i];
			search->joint->slowest = item->first_line;
		}
	}
}

/*
 * When could each line be had if it were the only one?  False if one never could.
 */
static bool
plan_alone(Search *search)
{
	Batch	   *batch = search->batch;
	JointPlan  *joint = search->joint;
	Trial		trial = {
		.after = batch->competition->terms.after,
		.due = INSTANT_END,
		.effort = batch->competition->terms.wish.effort
	};
	bool		all = true;

	for (int i = 0; i < batch->nlines; i++)
	{
		CapablePlan *alone = &joint->alone[i];
		bool		possible;

		if (batch->lines[i].item < 0)
			continue;
		CHECK_FOR_INTERRUPTS();
		possible = plan_line(search, i, &trial, alone);
		if (all && (!possible || alone->answer.at > search->lowest))
		{
			joint->slowest = i;
			joint->why = alone;
			search->lowest = alone->answer.at;
		}
		all &= possible;
	}
	return all;
}

/*
 * The orders in which lines are planned.
 */
static void
sort_slowest_first(Search *search)
{
	Batch	   *batch = search->batch;

	search->nordered = 0;
	for (int i = 0; i < lengthof(search->orders); i++)
		search->orders[i] = palloc(sizeof(int) * ((Size) batch->nlines + 1));
	for (int i = 0; i < batch->nlines; i++)
	{
		if (batch->lines[i].item >= 0)
			search->orders[GIVEN_ORDER][search->nordered++] = i;
	}
	memcpy(search->orders[SLOWEST_FIRST], search->orders[GIVEN_ORDER],
		   sizeof(int) * (Size) search->nordered);
	qsort_arg(search->orders[SLOWEST_FIRST], search->nordered, sizeof(int),
			  compare_alone, search->joint->alone);
}

static int
compare_alone(const void *left, const void *right, void *arg)
{
	const CapablePlan *alone = arg;
	int			a = *(const int *) left;
	int			b = *(const int *) right;

	if (alone[a].answer.at != alone[b].answer.at)
		return alone[a].answer.at > alone[b].answer.at ? -1 : 1;
	return a - b;
}

/*
 * The bound from above: each line as early as possible, after those before it.
 * What one order cannot do another may.
 */
static bool
plan_in_order(Search *search)
{
	JointPlan  *joint = search->joint;

	for (int way = 0; way < 4; way++)
	{
		Trial		trial = {
			.order = way & 1,
			.dealt = (way & 2) != 0,
			.after = search->batch->competition->terms.after,
			.due = INSTANT_END,
			.effort = search->batch->competition->terms.wish.effort
		};
		Instant		at = plan_lines(search, &trial);

		for (int round = 0; at != INSTANT_END && round < MAX_ROUNDS; round++)
		{
			if (at == trial.after || can_wait(search, at))
			{
				keep(search, &trial, at);
				if (at > search->lowest)
					name_slowest(search, at);
				return true;
			}
			trial.after = at;
			at = plan_lines(search, &trial);
		}
		if (way == 0)
		{
			joint->slowest = search->last;
			joint->why = copy_plan(&search->trial[search->last]);
			joint->competes = true;
		}
	}
	return false;
}

/* others compete with the line that was the last one to be there */
static void
name_slowest(Search *search, Instant at)
{
	JointPlan  *joint = search->joint;

	joint->competes = true;
	for (int k = 0; k < search->nordered; k++)
	{
		int			line = search->orders[GIVEN_ORDER][k];

		if (joint->plans[line].answer.at != at)
			continue;
		joint->slowest = line;
		joint->why = copy_plan(&joint->plans[line]);
		return;
	}
}

static const CapablePlan *
copy_plan(const CapablePlan *plan)
{
	CapablePlan *copy = palloc(sizeof(CapablePlan));

	*copy = *plan;
	return copy;
}

/*
 * Could all lines that have just been planned be taken later as well?
 */
static bool
can_wait(const Search *search, Instant until)
{
	Batch	   *batch = search->batch;

	for (int k = 0; k < search->nordered; k++)
	{
		int			line = search->orders[GIVEN_ORDER][k];
		const CapablePlan *plan = &search->trial[line];
		const Book *book = batch->items[batch->lines[line].item].book;

		if (plan->answer.at == until)
			continue;
		if (plan->node->stock.rules.horizon_end < until)
			return false;
		for (int i = 0; i < book->nlocations; i++)
		{
			if (strcmp(book->curves[i].location, plan->location) == 0 &&
				!atp_curve_rises(&book->curves[i]))
				return false;
		}
	}
	return true;
}

/*
 * Look for an earlier date: first for the earliest one that is not out of the
 * question, then, in the way that came closest, for those between.
 */
static void
improve(Search *search)
{
	JointPlan  *joint = search->joint;
	Trial		best = {.order = SLOWEST_FIRST,.dealt = true,.placement = PLAN_JIT};
	Instant		closest = INSTANT_END;

	for (int way = 0; way < 4 && joint->at > search->lowest; way++)
	{
		Trial		trial = {
			.order = (way & 1) != 0 ? GIVEN_ORDER : SLOWEST_FIRST,
			.dealt = true,
			.placement = (way & 2) != 0 ? PLAN_ASAP : PLAN_JIT
		};
		Instant		found;

		if (!try_date(search, &trial, search->lowest, &found))
			return;
		if (found < closest)
		{
			closest = found;
			best = trial;
		}
	}
	bisect(search, &best);
	while (joint->at > search->lowest && come_forward(search))
		;
}

/*
 * Dates are tried to the minute.
 */
static void
bisect(Search *search, Trial *trial)
{
	JointPlan  *joint = search->joint;
	Instant		lo = search->lowest;
	Instant		found;

	/* invariant: not at "lo", as far as was found; at joint->at */
	while (joint->at - lo > CLOSE_ENOUGH)
	{
		Instant		middle = lo + (joint->at - lo) / 2;

		middle = Max(middle - middle % CLOSE_ENOUGH, lo + 1);
		if (!try_date(search, trial, middle, &found))
			return;
		if (joint->at > middle)
			lo = middle;
	}
}

/*
 * Where all lines could have been had sooner than on the date that was tried, try
 * when the last of them could.
 */
static bool
come_forward(Search *search)
{
	JointPlan  *joint = search->joint;
	Instant		before = joint->at;
	Trial		trial = search->best;
	Instant		sooner = search->lowest;
	Instant		found;

	trial.placement = PLAN_ASAP;
	if (!try_date(search, &trial, before, &found) || found != before)
		return false;
	for (int k = 0; k < search->nordered; k++)
		sooner = Max(sooner,
					 search->trial[search->orders[GIVEN_ORDER][k]].available_at);
	return sooner < before && try_date(search, &trial, sooner, &found) &&
		joint->at < before;
}

/*
 * Plan all lines for a date, and keep that if it is better.  False, if there was
 * effort enough.
 */
static bool
try_date(Search *search, Trial *trial, Instant due, Instant *found)
{
	if (search->left <= 0)
		return false;
	search->left--;
	trial->after = search->batch->competition->terms.after;
	trial->due = due;
	*found = plan_lines(search, trial);
	if (*found < search->joint->at &&
		(*found == due || can_wait(search, *found)))
		keep(search, trial, *found);
	return true;
}

/*
 * Each line has been planned for what was looked for.  For the date that was
 * found it may take less, and lie in it as was asked for.
 */
static void
place_as_wished(Search *search)
{
	JointPlan  *joint = search->joint;
	const PlanWish *wish = &search->batch->competition->terms.wish;
	Trial		trial = search->best;

	trial.due = joint->at;
	trial.placement = wish->placement;
	trial.effort = wish->effort;
	if (plan_lines(search, &trial) == joint->at)
		keep(search, &trial, joint->at);
}

/*
 * Plan the lines one after another; when is the last one there?  INSTANT_END if
 * one cannot be planned.
 */
static Instant
plan_lines(Search *search, const Trial *trial)
{
	TimeMark	mark = capable_mark(search->capable);
	Instant		latest = Max(search->batch->competition->now, trial->after);

	for (int k = 0; k < search->nordered && latest != INSTANT_END; k++)
	{
		int			line = search->orders[trial->order][k];
		CapablePlan *plan = &search->trial[line];

		CHECK_FOR_INTERRUPTS();
		search->last = line;
		if (plan_line(search, line, trial, plan))
		{
			capable_take(search->capable, plan);
			latest = Max(latest, plan->answer.at);
		}
		else
			latest = INSTANT_END;
	}
	capable_undo(search->capable, mark);
	return latest;
}

/*
 * The best plan over the locations; if there is none, why not, at one of them.
 */
static bool
plan_line(Search *search, int number, const Trial *trial, CapablePlan *best)
{
	const BatchLine *line = &search->batch->lines[number];
	const PlanWish *wish = &search->batch->competition->terms.wish;
	CapableRequest request = {
		.item = line->answer.item,
		.quantity = line->answer.quantity,
		.due = trial->due,
		.after = trial->after,
		.wish = {
			.objective = wish->objective,
			.placement = trial->placement,
			.effort = trial->effort
		}
	};
	const char *only = line->answer.location;
	bool		found = false;

	if (trial->dealt && search->dealt[number] != NULL)
		only = search->dealt[number];
	memset(best, 0, sizeof(CapablePlan));
	best->answer.at = INSTANT_END;
	for (int i = 0; i < search->nplaces[line->item]; i++)
	{
		const NetworkLocation *place = &search->places[line->item][i];
		CapablePlan plan;

		if (only != NULL && strcmp(only, place->name) != 0)
			continue;
		capable_plan_anyway(search->capable, &request, place, &plan);
		if (best->node == NULL ||
			(plan.answer.possible &&
			 (!found || capable_compare(&plan, best) < 0)))
			*best = plan;
		found |= plan.answer.possible;
	}
	return found;
}

static void
keep(Search *search, const Trial *trial, Instant at)
{
	search->best = *trial;
	search->joint->at = at;
	memcpy(search->joint->plans, search->trial,
		   sizeof(CapablePlan) * (Size) search->batch->nlines);
}
