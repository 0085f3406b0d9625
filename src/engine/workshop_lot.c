/*
 * workshop_lot.c - the steps of a lot, one after the other.
 */
#include "engine/workshop_state.h"

static PromiseStatus open_lot(ShopLot *lot, Workshop *workshop,
							  PlanSource *source, Quantity quantity,
							  Instant about);
static Instant first_release(const PlanSource *source, const Instant *release);
static void close_lot(ShopLot *lot);
static bool steps_crowd(const PlanSource *source, bool in_sequence);
static bool is_chain(const PlanSource *source);
static bool share_resource(const PlanStep *a, const PlanStep *b,
						   bool in_sequence);
static PromiseStatus place_steps(ShopLot *lot, const int *order, bool forward,
								 bool *placed);
static PromiseStatus place_step(ShopLot *lot, int step, bool forward,
								bool *placed);
static int	next_step(const ShopLot *lot, const int *order, int placed,
					  bool forward);
static PromiseStatus occupy(ShopLot *lot, int step, bool forward);
static PromiseStatus first_start_allowed(ShopLot *lot, TimeMark mark,
										 bool *placed);
static int	first_to_start(const ShopLot *lot);
static Instant tasks_start(const ShopLot *lot);
static Instant tasks_end(const ShopLot *lot);
static bool order_matters(const ShopLot *lot, const WorkshopEffort *effort);

/*
 * The earliest end of a lot.
 */
PromiseStatus
workshop_forward(Workshop *workshop, PlanSource *source, Quantity lot,
				 const Instant *release, const WorkshopEffort *effort,
				 LotSchedule *result)
{
	ShopLot		placing;
	bool		placed = true;
	PromiseStatus status = open_lot(&placing, workshop, source, lot,
									first_release(source, release));

	placing.release = release;
	if (status == PROMISE_OK && source->nsteps > 0)
		status = workshop_lot_place(&placing, true, &placed);
	if (status == PROMISE_OK && order_matters(&placing, effort))
		status = workshop_improve(&placing, true, effort, &placed);

	result->tasks = placing.tasks;
	result->start = INSTANT_END;
	result->end = INSTANT_END;
	if (placed && source->nsteps == 0)
	{
		result->start = Max(release[0], placing.floor);
		result->end = workshop_lead_end(source, result->start);
	}
	else if (placed)
	{
		result->start = tasks_start(&placing);
		result->end = workshop_lead_end(source, tasks_end(&placing));
	}
	if (status == PROMISE_OK)
		status = workshop_bound_forward(&placing, placed, result);
	close_lot(&placing);
	return status;
}

/*
 * The latest start of a lot that yields by the deadline.
 */
PromiseStatus
workshop_backward(Workshop *workshop, PlanSource *source, Quantity lot,
				  Instant deadline, const WorkshopEffort *effort,
				  LotSchedule *result)
{
	ShopLot		placing;
	bool		placed;
	PromiseStatus status = open_lot(&placing, workshop, source, lot, deadline);

	placing.ready_by = workshop_lead_start(source,
										   Min(deadline,
											   workshop->network->limit - 1),
										   placing.floor);
	placed = placing.ready_by != INSTANT_BEGIN;
	if (status == PROMISE_OK && placed && source->nsteps > 0)
	{
		status = workshop_lot_place(&placing, false, &placed);
		if (status == PROMISE_OK && order_matters(&placing, effort))
			status = workshop_improve(&placing, false, effort, &placed);
	}

	result->tasks = placing.tasks;
	result->start = INSTANT_END;
	result->end = INSTANT_END;
	if (placed && source->nsteps == 0)
	{
		result->start = Min(placing.ready_by, source->effective.end - 1);
		if (result->start >= placing.floor)
			result->end = workshop_lead_end(source, result->start);
	}
	else if (placed)
	{
		result->start = tasks_start(&placing);
		result->end = workshop_lead_end(source, tasks_end(&placing));
	}
	if (status == PROMISE_OK)
		status = workshop_bound_backward(&placing, placed, result);
	close_lot(&placing);
	return status;
}

/*
 * Judge a schedule with other releases than it was made with.
 */
PromiseStatus
workshop_judge(Workshop *workshop, PlanSource *source, Quantity lot,
			   const Instant *release, LotSchedule *schedule)
{
	ShopLot		placed;
	PromiseStatus status = open_lot(&placed, workshop, source, lot,
									first_release(source, release));
	PlanTask   *scratch = placed.tasks;

	placed.release = release;
	placed.tasks = schedule->tasks;
	if (status == PROMISE_OK)
		status = workshop_bound_forward(&placed, true, schedule);
	pfree(scratch);
	close_lot(&placed);
	return status;
}

/*
 * Place all steps in the order in which they are listed.  If that leaves a step
 * without what it consumes, another order is looked for.
 */
PromiseStatus
workshop_lot_place(ShopLot *lot, bool forward, bool *placed)
{
	PromiseStatus status = forward ?
	workshop_lot_forward(lot, lot->order, placed) :
	workshop_lot_backward(lot, lot->order, placed);

	if (status != PROMISE_OK || *placed || lot->failed >= 0 ||
		lot->nstocks == 0 || lot->order != NULL)
		return status;

	lot->order = palloc(lot->source->nsteps * sizeof(int));
	if (!workshop_stock_order(lot, lot->order))
	{
		pfree(lot->order);
		lot->order = NULL;
		return status;
	}
	return forward ? workshop_lot_forward(lot, lot->order, placed) :
		workshop_lot_backward(lot, lot->order, placed);
}

/*
 * Place all steps as early as they can, in the given order (NULL: as listed), which
 * respects precedence.  Nothing stays taken.
 */
PromiseStatus
workshop_lot_forward(ShopLot *lot, const int *order, bool *placed)
{
	TimeJournal *journal = lot->workshop->journal;
	TimeMark	mark = time_journal_mark(journal);
	PromiseStatus status = place_steps(lot, order, true, placed);

	time_journal_undo(journal, mark);
	if (status == PROMISE_OK && *placed &&
		(tasks_start(lot) >= lot->source->effective.end ||
		 !workshop_stock_starts(lot, tasks_start(lot))))
		*placed = false;
	return status;
}

/*
 * Place all steps as late as they can, from the last of the order to the first.
 */
PromiseStatus
workshop_lot_backward(ShopLot *lot, const int *order, bool *placed)
{
	TimeJournal *journal = lot->workshop->journal;
	TimeMark	mark = time_journal_mark(journal);
	PromiseStatus status = place_steps(lot, order, false, placed);

	if (status == PROMISE_OK && *placed)
		status = first_start_allowed(lot, mark, placed);
	if (status == PROMISE_OK && *placed)
		*placed = workshop_stock_holds(lot) &&
			workshop_stock_starts(lot, tasks_start(lot));
	time_journal_undo(journal, mark);
	return status;
}

/*
 * Place the steps one after the other, up to the first that finds no room.  They
 * stay taken.
 */
static PromiseStatus
place_steps(ShopLot *lot, const int *order, bool forward, bool *placed)
{
	PromiseStatus status = PROMISE_OK;

	*placed = true;
	lot->failed = -1;
	if (lot->nstocks > 0)
		workshop_stock_begin(lot, forward);
	for (int i = 0; i < lot->source->nsteps && *placed && status == PROMISE_OK; i++)
	{
		int			step = next_step(lot, order, i, forward);

		*placed = step >= 0;
		if (step < 0)
			break;
		status = place_step(lot, step, forward, placed);
		if (status == PROMISE_OK && !*placed)
			lot->failed = step;
		else if (status == PROMISE_OK && lot->crowded)
			status = occupy(lot, step, forward);
	}
	return status;
}

static PromiseStatus
place_step(ShopLot *lot, int step, bool forward, bool *placed)
{
	Instant		bound;

	if (forward)
	{
		bound = workshop_stock_from(lot, step, workshop_ready_from(lot, step));
		return workshop_step_first(lot, step, bound, placed);
	}
	bound = workshop_stock_until(lot, step, workshop_done_by(lot, step));
	return workshop_step_last(lot, step, bound, INSTANT_END, placed);
}

/*
 * From when on a step may begin, by what comes before it.
 */
Instant
workshop_ready_from(const ShopLot *lot, int step)
{
	const PlanStep *placed = &lot->source->steps[step];
	Instant		ready = lot->floor;

	if (lot->release != NULL)
		ready = Max(ready, lot->release[step]);
	for (int i = 0; i < placed->nbefore; i++)
	{
		const PlanLink *link = &placed->before[i];
		Instant		end;

		if (pg_add_s64_overflow(lot->tasks[link->step].end, link->lag, &end))
			end = INSTANT_END;
		ready = Max(ready, end);
	}
	return ready;
}

/*
 * By when a step must have ended for those after it.
 */
Instant
workshop_done_by(const ShopLot *lot, int step)
{
	Instant		done = lot->ready_by;

	for (int i = lot->first_after[step]; i < lot->first_after[step + 1]; i++)
	{
		const PlanLink *link = &lot->after[i];

		/* instants that are planned lie far above the least */
		done = Min(done, lot->tasks[link->step].start - link->lag);
	}
	return done;
}

/*
 * The step to be placed after "placed" others.
 */
static int
next_step(const ShopLot *lot, const int *order, int placed, bool forward)
{
	int			place = forward ? placed : lot->source->nsteps - 1 - placed;

	if (lot->nstocks > 0)
		return workshop_stock_next(lot, order, forward);
	return order != NULL ? order[place] : place;
}

static PromiseStatus
occupy(ShopLot *lot, int step, bool forward)
{
	if (lot->nstocks > 0)
		workshop_stock_place(lot, step, forward);
	return workshop_step_occupy(lot, step);
}

static PromiseStatus
open_lot(ShopLot *lot, Workshop *workshop, PlanSource *source,
		 Quantity quantity, Instant about)
{
	int			nlinks = 0;
	int			nuses = 0;
	PlanResource **resources;

	memset(lot, 0, sizeof(*lot));
	lot->workshop = workshop;
	lot->source = source;
	lot->quantity = quantity;
	lot->about = about;
	lot->floor = Max(Max(workshop->network->now, source->first_start),
					 source->effective.start);
	lot->failed = -1;
	lot->in_sequence = is_chain(source);
	lot->crowded = steps_crowd(source, lot->in_sequence);

	for (int i = 0; i < source->nsteps; i++)
	{
		nlinks += source->steps[i].nbefore;
		nuses += source->steps[i].nuses;
	}
	/* the tasks are the caller's, with their resources in one piece */
	lot->tasks = palloc0(source->nsteps * sizeof(PlanTask) +
						 (nuses + 1) * sizeof(PlanResource *));
	resources = (PlanResource **) &lot->tasks[source->nsteps];
	lot->work = palloc((source->nsteps + 1) * sizeof(int64));
	lot->first_after = palloc0((source->nsteps + 2) * sizeof(int));
	lot->after = palloc((nlinks + 1) * sizeof(PlanLink));

	for (int i = 0; i < source->nsteps; i++)
	{
		const PlanStep *step = &source->steps[i];
		PromiseStatus status = plan_step_work(step, quantity, &lot->work[i]);

		if (status != PROMISE_OK)
			return status;
		lot->tasks[i].resources = resources;
		resources += step->nuses;
		for (int j = 0; j < step->nbefore; j++)
			lot->first_after[step->before[j].step + 2]++;
	}

	/* those after step i will lie at after[first_after[i] .. [i + 1]) */
	for (int i = 1; i <= source->nsteps; i++)
		lot->first_after[i + 1] += lot->first_after[i];
	for (int i = 0; i < source->nsteps; i++)
	{
		const PlanStep *step = &source->steps[i];

		for (int j = 0; j < step->nbefore; j++)
		{
			PlanLink   *link = &lot->after[lot->first_after[step->before[j].step + 1]++];

			link->step = i;
			link->lag = step->before[j].lag;
		}
	}
	return workshop_stock_open(lot);
}

static Instant
first_release(const PlanSource *source, const Instant *release)
{
	Instant		first = release[0];

	for (int i = 1; i < source->nsteps; i++)
		first = Min(first, release[i]);
	return first;
}

static void
close_lot(ShopLot *lot)
{
	pfree(lot->work);
	pfree(lot->first_after);
	pfree(lot->after);
	workshop_stock_close(lot);
}

/*
 * May one step of a source take what another one needs?
 */
static bool
steps_crowd(const PlanSource *source, bool in_sequence)
{
	for (int i = 0; i < source->nsteps; i++)
	{
		for (int j = 0; j < i; j++)
		{
			if (share_resource(&source->steps[i], &source->steps[j],
							   in_sequence))
				return true;
		}
	}
	return false;
}

static bool
is_chain(const PlanSource *source)
{
	for (int i = 1; i < source->nsteps; i++)
	{
		bool		follows = false;

		for (int j = 0; j < source->steps[i].nbefore; j++)
			follows |= source->steps[i].before[j].step == i - 1;
		if (!follows)
			return false;
	}
	return true;
}

/*
 * In sequence only buckets and setups remember what came before.
 */
static bool
share_resource(const PlanStep *a, const PlanStep *b, bool in_sequence)
{
	for (int i = 0; i < a->nuses; i++)
	{
		for (int j = 0; j < b->nuses; j++)
		{
			for (int k = 0; k < a->uses[i].nchoices; k++)
			{
				const PlanResource *resource = a->uses[i].choices[k];

				if (in_sequence && resource->was_read &&
					!resource->bucketed && resource->changeover == NULL)
					continue;
				for (int l = 0; l < b->uses[j].nchoices; l++)
				{
					if (b->uses[j].choices[l] == resource)
						return true;
				}
			}
		}
	}
	return false;
}

/*
 * A lot must start before its source goes out of force.  Where placing it as late
 * as possible failed that, one of its first steps is brought forward: the one that
 * starts first already.
 */
static PromiseStatus
first_start_allowed(ShopLot *lot, TimeMark mark, bool *placed)
{
	const PlanSource *source = lot->source;
	PromiseStatus status = PROMISE_OK;
	int			step;

	*placed = true;
	if (tasks_start(lot) < source->effective.end)
		return PROMISE_OK;
	if (lot->nstocks > 0)
	{
		/* the others may rest on what it yields */
		*placed = false;
		return PROMISE_OK;
	}

	/* it is not in its own way */
	step = first_to_start(lot);
	time_journal_undo(lot->workshop->journal, mark);
	for (int i = 0; lot->crowded && i < source->nsteps; i++)
	{
		if (i != step && status == PROMISE_OK)
			status = workshop_step_occupy(lot, i);
	}
	if (status == PROMISE_OK)
		status = workshop_step_last(lot, step, lot->tasks[step].end,
									source->effective.end - 1, placed);
	if (!*placed)
		lot->failed = step;
	return status;
}

/*
 * The step that starts first among those that no other must precede.
 */
static int
first_to_start(const ShopLot *lot)
{
	int			first = -1;

	for (int i = 0; i < lot->source->nsteps; i++)
	{
		if (lot->source->steps[i].nbefore == 0 &&
			(first < 0 || lot->tasks[i].start < lot->tasks[first].start))
			first = i;
	}
	return first;
}

static Instant
tasks_start(const ShopLot *lot)
{
	Instant		start = INSTANT_END;

	for (int i = 0; i < lot->source->nsteps; i++)
		start = Min(start, lot->tasks[i].start);
	return start;
}

static Instant
tasks_end(const ShopLot *lot)
{
	Instant		end = INSTANT_BEGIN;

	for (int i = 0; i < lot->source->nsteps; i++)
		end = Max(end, lot->tasks[i].end);
	return end;
}

/*
 * Is it worth looking for a better order of the steps?
 */
static bool
order_matters(const ShopLot *lot, const WorkshopEffort *effort)
{
	return effort != NULL && effort->schedules > 0 &&
		(effort->left == NULL || *effort->left >= lot->source->nsteps) && lot->crowded &&
		!lot->in_sequence;
}
