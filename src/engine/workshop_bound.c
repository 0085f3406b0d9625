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
static PromiseStatus fill_room(ShopLot *lot, int step);
static PlanBinding bound_by_floor(const ShopLot *lot);
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
	if (lot->floor > lot->workshop->network->now)
		return lot->floor == lot->source->first_start ?
			PLAN_BOUND_BY_FENCE : PLAN_BOUND_BY_EFFECTIVITY;
	if (lot->source->nsteps > 0)
		return PLAN_BOUND_BY_WORK;
	return lot->source->lead_time.days != 0 ||
		lot->source->lead_time.time != 0 ?
		PLAN_BOUND_BY_LEAD_TIME : PLAN_BOUND_BY_NOTHING;
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
