/*
 * workshop_step.c - a step on the best of the resources that would do.
 *
 * Few combinations of choices are all tried; of many, each use in turn takes what
 * is best beside those before it.  The best is the earliest end, or the latest
 * start backward; ties go to what is preferred.
 */
#include "engine/workshop_state.h"

/* combinations of resources up to which all are tried */
#define MAX_COMBINATIONS	64

/* A search among the choices of one step. */
typedef struct StepSearch
{
	ShopLot    *lot;
	int			step;
	bool		forward;
	Instant		bound;			/* starts, or ends, at or beyond this */
	Instant		latest_start;	/* backward */
	PlanResource **resources;	/* being tried */
	bool		found;
	StepFit		best;
} StepSearch;

static PromiseStatus search(StepSearch *search);
static PromiseStatus try_all(StepSearch *search);
static PromiseStatus try_in_turn(StepSearch *search);
static PromiseStatus try(StepSearch *search, int nuses, bool *better);
static int	combinations(const PlanStep *step);

/*
 * The earliest end of a step that starts at or after "from".  Writes its task.
 */
PromiseStatus
workshop_step_first(ShopLot *lot, int step, Instant from, bool *found)
{
	StepSearch	request = {
		.lot = lot,.step = step,.forward = true,.bound = from
	};
	PromiseStatus status = search(&request);

	*found = request.found;
	return status;
}

/*
 * The latest start of a step that ends at or before "until" and starts at or
 * before latest_start.
 */
PromiseStatus
workshop_step_last(ShopLot *lot, int step, Instant until,
				   Instant latest_start, bool *found)
{
	StepSearch	request = {
		.lot = lot,.step = step,.bound = until,.latest_start = latest_start
	};
	PromiseStatus status = search(&request);

	*found = request.found;
	return status;
}

/*
 * Take what the task of a step takes.
 */
PromiseStatus
workshop_step_occupy(ShopLot *lot, int step)
{
	const PlanStep *placed = &lot->source->steps[step];
	const PlanTask *task = &lot->tasks[step];
	StepRoom   *room = lot->workshop->room;
	StepFit		fit;
	PromiseStatus status;

	status = workshop_room_fill(room, placed, task->resources, placed->nuses,
								lot->quantity, lot->work[step]);
	if (status != PROMISE_OK)
		return status;
	fit.span.start = task->start;
	fit.span.end = task->end;
	fit.setup = task->setup;
	workshop_room_occupy(room, &fit);
	return PROMISE_OK;
}

static PromiseStatus
search(StepSearch *search)
{
	const PlanStep *step = &search->lot->source->steps[search->step];
	PlanTask   *task = &search->lot->tasks[search->step];
	PlanResource *few[8];
	PromiseStatus status;

	search->resources = step->nuses <= lengthof(few) ? few :
		palloc(step->nuses * sizeof(PlanResource *));
	if (combinations(step) <= MAX_COMBINATIONS)
		status = try_all(search);
	else
		status = try_in_turn(search);
	if (search->resources != few)
		pfree(search->resources);

	if (search->found)
	{
		task->start = search->best.span.start;
		task->end = search->best.span.end;
		task->setup = search->best.setup;
	}
	return status;
}

static PromiseStatus
try_all(StepSearch *search)
{
	const PlanStep *step = &search->lot->source->steps[search->step];
	PlanTask   *task = &search->lot->tasks[search->step];
	int			total = combinations(step);

	for (int i = 0; i < total; i++)
	{
		int			rest = i;
		bool		better;
		PromiseStatus status;

		/* the choice of the last use changes first */
		for (int j = step->nuses - 1; j >= 0; j--)
		{
			search->resources[j] = step->uses[j].choices[rest %
														 step->uses[j].nchoices];
			rest /= step->uses[j].nchoices;
		}
		status = try(search, step->nuses, &better);
		if (status != PROMISE_OK)
			return status;
		if (better)
			memcpy(task->resources, search->resources,
				   step->nuses * sizeof(PlanResource *));
	}
	return PROMISE_OK;
}

static PromiseStatus
try_in_turn(StepSearch *search)
{
	const PlanStep *step = &search->lot->source->steps[search->step];
	PlanTask   *task = &search->lot->tasks[search->step];

	for (int i = 0; i < step->nuses; i++)
	{
		search->found = false;
		for (int j = 0; j < step->uses[i].nchoices; j++)
		{
			bool		better;
			PromiseStatus status;

			search->resources[i] = step->uses[i].choices[j];
			status = try(search, i + 1, &better);
			if (status != PROMISE_OK)
				return status;
			if (better)
				task->resources[i] = search->resources[i];
		}
		if (!search->found)
			return PROMISE_OK;
		search->resources[i] = task->resources[i];
	}
	return PROMISE_OK;
}

/*
 * Try the first nuses of the resources, and keep the fit if it is better.
 */
static PromiseStatus
try(StepSearch *search, int nuses, bool *better)
{
	ShopLot    *lot = search->lot;
	StepRoom   *room = lot->workshop->room;
	StepFit		fit;
	PromiseStatus status;

	*better = false;
	status = workshop_room_fill(room, &lot->source->steps[search->step],
								search->resources, nuses, lot->quantity,
								lot->work[search->step]);
	if (status != PROMISE_OK)
		return status;

	if (search->forward)
	{
		/*
		 * nothing ends at the limit; ends that are not better are not looked
		 * for
		 */
		Instant		limit = search->found ? search->best.span.end - 1 :
		lot->workshop->network->limit - 1;

		if (!workshop_room_first(room, search->bound, limit, &fit))
			return PROMISE_OK;
	}
	else
	{
		Instant		floor = search->found ? search->best.span.start + 1 :
		lot->floor;

		if (!workshop_room_last(room, search->bound, floor,
								search->latest_start, &fit))
			return PROMISE_OK;
	}
	search->best = fit;
	search->found = true;
	*better = true;
	return PROMISE_OK;
}

/*
 * In how many ways the resources can be chosen; above the limit: just more.
 */
static int
combinations(const PlanStep *step)
{
	int			total = 1;

	for (int i = 0; i < step->nuses; i++)
	{
		if (step->uses[i].nchoices > MAX_COMBINATIONS)
			return MAX_COMBINATIONS + 1;
		total *= step->uses[i].nchoices;
		if (total > MAX_COMBINATIONS)
			return MAX_COMBINATIONS + 1;
	}
	return total;
}
