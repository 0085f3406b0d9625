/*
 * plan_check_step.c - steps: on which resources, in what order, in working time.
 *
 * Of a calendar it is asked only when it opens next and how much of a span is
 * open: the rest is counted here, span by span.
 */
#include "engine/plan_checking.h"

/* how a step's working time lies within it */
typedef struct WorkDone
{
	int64		amount;
	bool		from_start;		/* the first of it is at the start */
	bool		to_end;			/* the last of it is at the end */
} WorkDone;

static void check_resources(PlanChecking *check, int lot, int step);
static PromiseStatus check_precedence(PlanChecking *check, int lot, int step);
static PromiseStatus check_work(PlanChecking *check, int lot, int step);
static PromiseStatus step_work(const PlanStep *step, Quantity lot,
							   int64 *work);
static WorkDone work_done(const PlanTask *task, int nresources);
static Instant all_open_from(const PlanTask *task, int nresources,
							 Instant from);
static Instant open_until(WorkTime *work, Instant from, Instant until);

/*
 * Every rule about the steps of a lot, but for capacity and changeovers.
 */
PromiseStatus
plan_check_steps(PlanChecking *check, int lot)
{
	for (int i = 0; i < check->plan->lots[lot].source->nsteps; i++)
	{
		PromiseStatus status;

		check_resources(check, lot, i);
		status = check_precedence(check, lot, i);
		if (status == PROMISE_OK)
			status = check_work(check, lot, i);
		if (status != PROMISE_OK)
			return status;
	}
	return PROMISE_OK;
}

/*
 * Each is one of those that would do.
 */
static void
check_resources(PlanChecking *check, int lot, int step)
{
	const PlanLot *it = &check->plan->lots[lot];
	const PlanTask *task = &it->tasks[step];

	for (int i = 0; i < it->source->steps[step].nuses; i++)
	{
		const PlanUse *use = &it->source->steps[step].uses[i];
		bool		found = false;

		if (!task->resources[i]->was_read)
			check->network->read_resource(check->network, task->resources[i]);
		for (int j = 0; j < use->nchoices; j++)
			found |= use->choices[j] == task->resources[i];
		if (!found)
			plan_check_add(check, PLAN_RULE_RESOURCE, -1, lot, step)->resource =
				task->resources[i];
	}
}

static PromiseStatus
check_precedence(PlanChecking *check, int lot, int step)
{
	const PlanLot *it = &check->plan->lots[lot];

	for (int i = 0; i < it->source->steps[step].nbefore; i++)
	{
		const PlanLink *link = &it->source->steps[step].before[i];
		Instant		earliest;

		if (pg_add_s64_overflow(it->tasks[link->step].end, link->lag,
								&earliest))
			return PROMISE_INSTANT_OVERFLOW;
		if (it->tasks[step].start < earliest)
		{
			(void) plan_check_add(check, PLAN_RULE_PRECEDENCE, -1, lot, step);
			break;
		}
	}
	return PROMISE_OK;
}

/*
 * A step begins and ends with work and takes as much of it as it needs, without a
 * break unless it pauses.
 */
static PromiseStatus
check_work(PlanChecking *check, int lot, int step)
{
	const PlanLot *it = &check->plan->lots[lot];
	const PlanStep *asked = &it->source->steps[step];
	const PlanTask *task = &it->tasks[step];
	WorkDone	done;
	int64		work;
	PromiseStatus status;

	status = step_work(asked, it->quantity, &work);
	if (status != PROMISE_OK)
		return status;
	if (pg_add_s64_overflow(work, task->setup, &work))
		return PROMISE_INSTANT_OVERFLOW;

	if (work == 0 && task->start == task->end)
		return PROMISE_OK;
	done = work_done(task, asked->nuses);
	if (done.amount != work || !done.from_start || !done.to_end ||
		(!asked->pauses &&
		 plan_check_elapsed(task->start, task->end) != work))
		(void) plan_check_add(check, PLAN_RULE_WORK, -1, lot, step);
	return PROMISE_OK;
}

static PromiseStatus
step_work(const PlanStep *step, Quantity lot, int64 *work)
{
	int64		run;

	if (step->batch > 0)
	{
		int64		batches = lot / step->batch;

		if (batches * step->batch < lot)
			batches++;
		if (pg_mul_s64_overflow(batches, step->run, &run))
			return PROMISE_INSTANT_OVERFLOW;
	}
	else if (plan_check_ratio(lot, step->run, QUANTITY_SCALE, true,
							  &run) != PROMISE_OK)
		return PROMISE_INSTANT_OVERFLOW;

	if (pg_add_s64_overflow(run, step->setup, work))
		return PROMISE_INSTANT_OVERFLOW;
	return PROMISE_OK;
}

/*
 * The time within a task in which all of its resources are open.
 */
static WorkDone
work_done(const PlanTask *task, int nresources)
{
	WorkDone	done = {.amount = 0,.from_start = false,.to_end = false};
	Instant		at = all_open_from(task, nresources, task->start);

	while (at < task->end)
	{
		Instant		until = task->end;

		CORE_CHECK_INTERRUPTS();
		for (int i = 0; i < nresources; i++)
			until = open_until(task->resources[i]->work, at, until);
		done.from_start |= at == task->start;
		done.to_end |= until == task->end;

		/* within an int64 wherever the whole task is, else it is too long */
		if (pg_add_s64_overflow(done.amount, plan_check_elapsed(at, until),
								&done.amount))
			done.amount = PG_INT64_MAX;
		at = all_open_from(task, nresources, until);
	}
	return done;
}

/*
 * The first instant from one on at which all resources of a task are open;
 * INSTANT_END if there is none.
 */
static Instant
all_open_from(const PlanTask *task, int nresources, Instant from)
{
	Instant		at = from;
	bool		moved = true;

	while (moved && at < task->end)
	{
		moved = false;
		for (int i = 0; i < nresources; i++)
		{
			WorkTime   *work = task->resources[i]->work;
			Instant		open = work == NULL ? at : work_time_open_from(work, at);

			moved |= open != at;
			at = open;
			if (at == INSTANT_END)
				return at;
		}
	}
	return at;
}

/*
 * How long, from an open instant on and up to another, it stays open: the time in
 * between is all open up to some instant, and not beyond it.
 */
static Instant
open_until(WorkTime *work, Instant from, Instant until)
{
	Instant		open = from;
	Instant		beyond = until;

	if (work == NULL ||
		work_time_between(work, from, until) == plan_check_elapsed(from, until))
		return until;

	/* invariant: [from, open) is open, [from, beyond) is not */
	while (beyond - open > 1)
	{
		Instant		middle = open + (beyond - open) / 2;

		if (work_time_between(work, from, middle) ==
			plan_check_elapsed(from, middle))
			open = middle;
		else
			beyond = middle;
	}
	return open;
}
