/*
 * plan_check_capacity.c - is a resource free while a plan occupies it?
 *
 * What is free is summed up from all that changes it: the rows, the plans that were
 * taken, the plan itself.  Wherever the plan occupies something of a finite resource,
 * what is free then must not be negative.
 */
#include "core/sort.h"
#include "engine/plan_checking.h"

/* a change of what is free */
typedef struct FreeChange
{
	Instant		at;
	Quantity	delta;
} FreeChange;

typedef struct FreeChangeList
{
	FreeChange *changes;
	int			nchanges;
	int			maxchanges;
} FreeChangeList;

static PromiseStatus check_task(PlanChecking *check, int lot, int step,
								int use, const FreeCapacity *capacity);
static int	collect_resources(const SupplyPlan *plan, PlanResource ***resources);
static PromiseStatus check_resource(PlanChecking *check,
									PlanResource *resource);
static PromiseStatus add_plan(FreeChangeList *list, const SupplyPlan *plan,
							  const PlanResource *resource);
static void add_load(FreeChangeList *list, Instant from, Instant until,
					 Quantity delta);
static void add_change(FreeChangeList *list, Instant at, Quantity delta);
static int	compare_resources(const void *a, const void *b);
static int	compare_changes(const void *a, const void *b);

/*
 * Every rule about resources as a whole.
 */
PromiseStatus
plan_check_capacity(PlanChecking *check)
{
	PlanResource **resources;
	int			nresources = collect_resources(check->plan, &resources);
	PromiseStatus status = PROMISE_OK;

	for (int i = 0; i < nresources && status == PROMISE_OK; i++)
	{
		CORE_CHECK_INTERRUPTS();
		if (i > 0 && resources[i] == resources[i - 1])
			continue;
		if (!plan_check_is_finite(resources[i]))
			continue;
		status = check_resource(check, resources[i]);
		if (status == PROMISE_OK && resources[i]->changeover != NULL &&
			!resources[i]->bucketed)
			status = plan_check_changeovers(check, resources[i]);
	}
	pfree(resources);
	return status;
}

/*
 * The resources of all tasks of a plan, by number; several times if they are used
 * several times.
 */
static int
collect_resources(const SupplyPlan *plan, PlanResource ***resources)
{
	int			nresources = 0;

	for (int i = 0; i < plan->nlots; i++)
	{
		for (int j = 0; j < plan->lots[i].source->nsteps; j++)
			nresources += plan->lots[i].source->steps[j].nuses;
	}
	*resources = palloc(sizeof(PlanResource *) * ((Size) nresources + 1));

	nresources = 0;
	for (int i = 0; i < plan->nlots; i++)
	{
		const PlanSource *source = plan->lots[i].source;

		for (int j = 0; j < source->nsteps; j++)
		{
			for (int k = 0; k < source->steps[j].nuses; k++)
				(*resources)[nresources++] =
					plan->lots[i].tasks[j].resources[k];
		}
	}
	qsort(*resources, nresources, sizeof(PlanResource *), compare_resources);
	return nresources;
}

static PromiseStatus
check_resource(PlanChecking *check, PlanResource *resource)
{
	FreeCapacity capacity;
	PromiseStatus status = plan_check_free(check, resource, true, &capacity);

	for (int i = 0; i < check->plan->nlots && status == PROMISE_OK; i++)
	{
		const PlanLot *lot = &check->plan->lots[i];

		for (int j = 0; j < lot->source->nsteps; j++)
		{
			for (int k = 0; k < lot->source->steps[j].nuses; k++)
			{
				if (lot->tasks[j].resources[k] == resource &&
					status == PROMISE_OK)
					status = check_task(check, i, j, k, &capacity);
			}
		}
	}
	if (status == PROMISE_OK)
		pfree(capacity.steps);
	return status;
}

/*
 * One violation for each task that has not enough somewhere: where first, and how
 * much where most.
 */
static PromiseStatus
check_task(PlanChecking *check, int lot, int step, int use,
		   const FreeCapacity *capacity)
{
	const PlanLot *it = &check->plan->lots[lot];
	PlanResource *resource = it->tasks[step].resources[use];
	Span		span = plan_check_occupied(resource, &it->tasks[step]);
	PlanViolation *violation = NULL;
	Quantity	units;
	PromiseStatus status;

	status = plan_check_resource_units(resource,
									   &it->source->steps[step].uses[use],
									   it->quantity, &units);
	if (status != PROMISE_OK || units == 0 || span.start >= span.end)
		return status;

	for (int i = 0; i < capacity->nsteps; i++)
	{
		Instant		from = capacity->steps[i].at;
		Instant		until = i + 1 < capacity->nsteps ?
		capacity->steps[i + 1].at : INSTANT_END;
		Quantity	missing;

		if (until <= span.start || from >= span.end ||
			capacity->steps[i].level >= 0)
			continue;
		if (violation == NULL)
		{
			violation = plan_check_add(check, PLAN_RULE_CAPACITY, -1, lot,
									   step);
			violation->resource = resource;
			violation->at = Max(Max(from, span.start), it->tasks[step].start);
		}
		if (pg_sub_s64_overflow(0, capacity->steps[i].level, &missing))
			missing = QUANTITY_MAX;
		violation->missing = Max(violation->missing, missing);
	}
	return PROMISE_OK;
}

/*
 * Does it matter how much of a resource is in use?  One that nobody knows has no
 * units.
 */
bool
plan_check_is_finite(const PlanResource *resource)
{
	return !resource->capacity.known || resource->capacity.finite;
}

/*
 * When a task occupies a resource: from its start to its end, open or not; of a
 * bucketed one the whole piece of capacity in which it starts.
 */
Span
plan_check_occupied(const PlanResource *resource, const PlanTask *task)
{
	Span		span = {task->start, task->end};

	if (!resource->bucketed)
		return span;

	span.start = INSTANT_BEGIN;
	span.end = INSTANT_END;
	for (int i = 0; i < resource->capacity.nevents; i++)
	{
		const CapacityEvent *event = &resource->capacity.events[i];
		Instant		ends[] = {event->from, event->until};

		if (event->is_load)
			continue;
		for (int j = 0; j < lengthof(ends); j++)
		{
			if (ends[j] <= task->start)
				span.start = Max(span.start, ends[j]);
			else
				span.end = Min(span.end, ends[j]);
		}
	}
	return span;
}

/*
 * What is free of a resource, with the plan to be checked or without it.
 */
PromiseStatus
plan_check_free(PlanChecking *check, const PlanResource *resource,
				bool with_plan, FreeCapacity *capacity)
{
	const CapacityNode *rows = &resource->capacity;
	FreeChangeList list = {.changes = NULL,.nchanges = 0,.maxchanges = 0};
	Quantity	free = 0;
	PromiseStatus status = PROMISE_OK;

	add_change(&list, INSTANT_BEGIN, rows->known ? rows->units : 0);
	for (int i = 0; i < rows->nevents; i++)
		add_load(&list, rows->events[i].from, rows->events[i].until,
				 rows->events[i].delta);
	for (int i = 0; i < check->ntaken && status == PROMISE_OK; i++)
		status = add_plan(&list, check->taken[i], resource);
	if (with_plan && status == PROMISE_OK)
		status = add_plan(&list, check->plan, resource);
	if (status != PROMISE_OK)
		return status;
	core_sort(list.changes, list.nchanges, sizeof(FreeChange), compare_changes);

	capacity->steps = palloc(sizeof(LevelStep) * (Size) list.nchanges);
	capacity->nsteps = 0;
	for (int i = 0; i < list.nchanges; i++)
	{
		if (pg_add_s64_overflow(free, list.changes[i].delta, &free))
			return PROMISE_QUANTITY_OVERFLOW;
		if (i + 1 < list.nchanges &&
			list.changes[i + 1].at == list.changes[i].at)
			continue;
		capacity->steps[capacity->nsteps].at = list.changes[i].at;
		capacity->steps[capacity->nsteps++].level = free;
	}
	pfree(list.changes);
	return PROMISE_OK;
}

static PromiseStatus
add_plan(FreeChangeList *list, const SupplyPlan *plan, const PlanResource *resource)
{
	for (int i = 0; i < plan->nlots; i++)
	{
		const PlanLot *lot = &plan->lots[i];

		for (int j = 0; j < lot->source->nsteps; j++)
		{
			for (int k = 0; k < lot->source->steps[j].nuses; k++)
			{
				Span		span;
				Quantity	units;
				PromiseStatus status;

				if (lot->tasks[j].resources[k] != resource)
					continue;
				status = plan_check_resource_units(resource,
												   &lot->source->steps[j].uses[k],
												   lot->quantity, &units);
				if (status != PROMISE_OK)
					return status;
				span = plan_check_occupied(resource, &lot->tasks[j]);
				add_load(list, span.start, span.end, -units);
			}
		}
	}
	return PROMISE_OK;
}

static void
add_load(FreeChangeList *list, Instant from, Instant until, Quantity delta)
{
	if (from >= until)
		return;
	add_change(list, from, delta);
	if (until != INSTANT_END)
		add_change(list, until, -delta);
}

static void
add_change(FreeChangeList *list, Instant at, Quantity delta)
{
	if (list->nchanges == list->maxchanges)
	{
		list->maxchanges = Max(16, 2 * list->maxchanges);
		if (list->changes == NULL)
			list->changes = palloc(list->maxchanges * sizeof(FreeChange));
		else
			list->changes = repalloc(list->changes,
									 list->maxchanges * sizeof(FreeChange));
	}
	list->changes[list->nchanges].at = at;
	list->changes[list->nchanges++].delta = delta;
}

static int
compare_resources(const void *a, const void *b)
{
	int			ra = (*(PlanResource *const *) a)->number;
	int			rb = (*(PlanResource *const *) b)->number;

	return (ra > rb) - (ra < rb);
}

static int
compare_changes(const void *a, const void *b)
{
	const FreeChange *ca = a;
	const FreeChange *cb = b;

	if (ca->at != cb->at)
		return ca->at < cb->at ? -1 : 1;
	return (ca->delta > cb->delta) - (ca->delta < cb->delta);
}
