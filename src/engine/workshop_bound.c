/*
 * workshop_bound.c - what made a lot as late as it is, or as early.
 *
 * The step that ends last was held up by a step before it, which was held up by
 * another, until one is found that waited for something else.  Backward it is the
 * same with the step that starts first and those after it.
 */
#include "engine/workshop_state.h"

static PromiseStatus bound_by_room(ShopLot *lot, int step, bool forward,
								   LotSchedule *schedule);
static int	waited_for(const ShopLot *lot, int step, bool forward);
static int	yielded_for(const ShopLot *lot, int step);
static PromiseStatus fill_room(ShopLot *lot, int step);
static PlanBinding bound_by_floor(const ShopLot *lot);
static bool waits_for_lead_time(const ShopLot *lot,
								const LotSchedule *schedule);
static bool has_lead_time(const PlanSource *source);
static PlanBinding bound_by_lead(const ShopLot *lot);

/*
 * Judge a schedule made forward; one that reaches the limit is none.
 */
PromiseStatus
workshop_bound_forward(ShopLot *lot, bool placed, LotSchedule *schedule)
{
	const PlanSource *source = lot->source;
	Instant		limit = lot->workshop->network->limit;
	int			last = 0;

	schedule->binding = PLAN_BOUND_BY_NOTHING;
	schedule->bound_by = NULL;
	schedule->bound_step = -1;

	if (!placed && lot->failed >= 0)
		return bound_by_room(lot, lot->failed, true, schedule);
	if (!placed && lot->nstocks > 0)
	{
		schedule->binding = PLAN_BOUND_BY_COMPONENT;
		return PROMISE_OK;
	}
	if (!placed || schedule->start >= source->effective.end)
	{
		schedule->end = INSTANT_END;
		schedule->binding = PLAN_BOUND_BY_EFFECTIVITY;
		return PROMISE_OK;
	}
	if (schedule->end >= limit)
	{
		schedule->binding = schedule->end == INSTANT_END ?
			bound_by_lead(lot) : PLAN_BOUND_BY_LIMIT;
		schedule->end = INSTANT_END;
		return PROMISE_OK;
	}
	if (source->kind != PLAN_KIT && waits_for_lead_time(lot, schedule))
	{
		schedule->binding = PLAN_BOUND_BY_LEAD_TIME;
		return PROMISE_OK;
	}
	if (source->nsteps == 0)
	{
		if (lot->release[0] > lot->floor)
		{
			schedule->binding = PLAN_BOUND_BY_COMPONENT;
			schedule->bound_step = 0;
		}
		else
			schedule->binding = bound_by_floor(lot);
		return PROMISE_OK;
	}

	for (int i = 1; i < source->nsteps; i++)
	{
		if (lot->tasks[i].end > lot->tasks[last].end)
			last = i;
	}
	return bound_by_room(lot, last, true, schedule);
}

/*
 * Judge a schedule made backward.
 */
PromiseStatus
workshop_bound_backward(ShopLot *lot, bool placed, LotSchedule *schedule)
{
	const PlanSource *source = lot->source;
	int			first = 0;

	schedule->binding = PLAN_BOUND_BY_NOTHING;
	schedule->bound_by = NULL;
	schedule->bound_step = -1;

	if (!placed && lot->failed >= 0)
		return bound_by_room(lot, lot->failed, false, schedule);
	if (!placed || source->nsteps == 0)
	{
		schedule->binding = bound_by_floor(lot);
		return PROMISE_OK;
	}

	for (int i = 1; i < source->nsteps; i++)
	{
		if (lot->tasks[i].start < lot->tasks[first].start)
			first = i;
	}
	return bound_by_room(lot, first, false, schedule);
}

/*
 * What a step waited for, or what it did not find.
 */
static PromiseStatus
bound_by_room(ShopLot *lot, int step, bool forward, LotSchedule *schedule)
{
	const PlanNetwork *network = lot->workshop->network;
	const StepRoom *room = lot->workshop->room;
	bool		failed = step == lot->failed;

	for (;;)
	{
		const PlanTask *task = &lot->tasks[step];
		Instant		from = forward ? workshop_ready_from(lot, step) :
		lot->floor;
		Instant		until = forward ? network->limit - 1 :
		workshop_done_by(lot, step);
		PromiseStatus status = fill_room(lot, step);
		Span		open;
		bool		opens;
		int			other;

		if (status != PROMISE_OK)
			return status;
		schedule->bound_step = step;
		opens = from <= until &&
			workshop_room_open(room, forward, from, until, &open);
		if (!opens)
		{
			if (!forward)
				schedule->binding = bound_by_floor(lot);
			else if (from < until && room->work != NULL)
				schedule->binding = PLAN_BOUND_BY_CALENDAR;
			else
				schedule->binding = PLAN_BOUND_BY_LIMIT;
			return PROMISE_OK;
		}
		if (failed || (forward ? task->start > open.start :
					   task->end < open.end))
		{
			schedule->binding = PLAN_BOUND_BY_CAPACITY;
			if (failed)
				schedule->bound_by = workshop_room_busy(room, from, until);
			else
				schedule->bound_by =
					workshop_room_busy(room, Min(open.start, task->start),
									   Max(open.end, task->end));
			other = failed || !forward || schedule->bound_by != NULL ? -1 :
				yielded_for(lot, step);
			if (other >= 0)
			{
				schedule->bound_by = NULL;
				step = other;
				continue;
			}
			if (schedule->bound_by == NULL && lot->nstocks > 0)
				schedule->binding = PLAN_BOUND_BY_COMPONENT;
			else if (schedule->bound_by == NULL &&
					 lot->source->steps[step].nuses > 0)
				schedule->bound_by = task->resources[0];
			return PROMISE_OK;
		}
		if (forward ? open.start > from : open.end < until)
		{
			schedule->binding = PLAN_BOUND_BY_CALENDAR;
			return PROMISE_OK;
		}

		other = waited_for(lot, step, forward);
		if (other < 0)
			break;
		step = other;
	}

	if (forward && lot->release[step] > lot->floor)
		schedule->binding = PLAN_BOUND_BY_COMPONENT;
	else if (forward)
		schedule->binding = bound_by_floor(lot);
	else
		schedule->binding = PLAN_BOUND_BY_WORK;
	return PROMISE_OK;
}

/*
 * The step that this one had to wait for, or that waits for this one backward; -1 if
 * it is not another step.
 */
static int
waited_for(const ShopLot *lot, int step, bool forward)
{
	const PlanStep *placed = &lot->source->steps[step];

	if (forward)
	{
		Instant		ready = workshop_ready_from(lot, step);

		if (ready <= Max(lot->floor, lot->release[step]))
			return -1;
		for (int i = 0; i < placed->nbefore; i++)
		{
			const PlanLink *link = &placed->before[i];

			if (lot->tasks[link->step].end + link->lag == ready)
				return link->step;
		}
		return -1;
	}

	for (int i = lot->first_after[step]; i < lot->first_after[step + 1]; i++)
	{
		const PlanLink *link = &lot->after[i];

		if (lot->tasks[link->step].start - link->lag ==
			workshop_done_by(lot, step) &&
			lot->tasks[link->step].start - link->lag < lot->ready_by)
			return link->step;
	}
	return -1;
}

/*
 * The step that yields what another one takes just when that begins; -1: there is
 * none.
 */
static int
yielded_for(const ShopLot *lot, int step)
{
	for (int i = 0; i < lot->nstocks; i++)
	{
		for (int j = 0; j < lot->source->nsteps; j++)
		{
			if (lot->stocks[i].takes[step] > 0 && lot->stocks[i].yields[j] > 0 &&
				lot->tasks[j].start < lot->tasks[step].start &&
				lot->tasks[j].end == lot->tasks[step].start)
				return j;
		}
	}
	return -1;
}

/*
 * With the resources that were chosen for it; with those that are preferred if it
 * found no room.
 */
static PromiseStatus
fill_room(ShopLot *lot, int step)
{
	const PlanStep *placed = &lot->source->steps[step];
	PlanTask   *task = &lot->tasks[step];

	for (int i = 0; step == lot->failed && i < placed->nuses; i++)
		task->resources[i] = placed->uses[i].choices[0];
	return workshop_room_fill(lot->workshop->room, placed, task->resources,
							  placed->nuses, lot->quantity, lot->work[step]);
}

/*
 * Why a lot does not begin before its floor.
 */
static PlanBinding
bound_by_floor(const ShopLot *lot)
{
	const PlanNetwork *network = lot->workshop->network;
	bool		is_fenced = lot->floor == lot->source->first_start;

	/* without a fence of its own a source begins where all fences count from */
	if (lot->floor > Max(network->now, network->first_start))
		return is_fenced ? PLAN_BOUND_BY_FENCE : PLAN_BOUND_BY_EFFECTIVITY;
	if (lot->source->nsteps > 0)
		return PLAN_BOUND_BY_WORK;
	if (has_lead_time(lot->source))
		return PLAN_BOUND_BY_LEAD_TIME;
	return lot->floor > network->now ? PLAN_BOUND_BY_FENCE :
		PLAN_BOUND_BY_NOTHING;
}

/*
 * Where a lead time begins in closed time, or on a closed day, it would not be over
 * sooner if it began a little sooner.
 */
static bool
waits_for_lead_time(const ShopLot *lot, const LotSchedule *schedule)
{
	Instant		begin = schedule->start;

	if (!has_lead_time(lot->source))
		return false;
	for (int i = 0; i < lot->source->nsteps; i++)
		begin = Max(begin, lot->tasks[i].end);
	return workshop_lead_end(lot->source, begin - 1) == schedule->end;
}

static bool
has_lead_time(const PlanSource *source)
{
	return source->lead_time.days != 0 || source->lead_time.time != 0;
}

/*
 * Why a lead time never ends.
 */
static PlanBinding
bound_by_lead(const ShopLot *lot)
{
	return lot->source->work != NULL || lot->source->calendar != NULL ?
		PLAN_BOUND_BY_CALENDAR : PLAN_BOUND_BY_LIMIT;
}
