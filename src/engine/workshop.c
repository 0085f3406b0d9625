/*
 * workshop.c - what is free of each resource.
 */
#include "engine/workshop_state.h"

static ShopResource *open_resource(Workshop *workshop, PlanResource *resource);
static TimeTree *free_units(Workshop *workshop, const PlanResource *resource);
static TimeTree *list_setups(Workshop *workshop,
							 const PlanResource *resource);
static void list_changes(ShopResource *shop);
static int	compare_instants(const void *a, const void *b);

Workshop *
workshop_create(PlanNetwork *network, TimeJournal *journal)
{
	Workshop   *workshop = palloc0(sizeof(Workshop));

	workshop->network = network;
	workshop->journal = journal;
	workshop->room = workshop_room_create(workshop);
	return workshop;
}

/*
 * The state of a resource, read when somebody first comes to it.
 */
ShopResource *
workshop_resource(Workshop *workshop, PlanResource *resource)
{
	int			number = resource->number;

	if (number >= workshop->nresources)
	{
		int			more = Max(number + 1, workshop->nresources * 2);
		ShopResource **resources = palloc0(more * sizeof(ShopResource *));

		if (workshop->nresources > 0)
		{
			memcpy(resources, workshop->resources,
				   workshop->nresources * sizeof(ShopResource *));
			pfree(workshop->resources);
		}
		workshop->resources = resources;
		workshop->nresources = more;
	}
	if (workshop->resources[number] == NULL)
		workshop->resources[number] = open_resource(workshop, resource);
	return workshop->resources[number];
}

/*
 * What is open in both; NULL is always.
 */
WorkTime *
workshop_joint_calendar(Workshop *workshop, WorkTime *a, WorkTime *b)
{
	JointCalendar *joint;

	if (a != NULL && work_time_is_always(a))
		a = NULL;
	if (b != NULL && work_time_is_always(b))
		b = NULL;
	if (a == NULL || a == b)
		return b;
	if (b == NULL)
		return a;

	for (int i = 0; i < workshop->njoints; i++)
	{
		joint = &workshop->joints[i];
		if ((joint->first == a && joint->second == b) ||
			(joint->first == b && joint->second == a))
			return joint->joint;
	}

	/* room is made whenever their number is a power of two */
	if (workshop->njoints == 0)
		workshop->joints = palloc(sizeof(JointCalendar));
	else if ((workshop->njoints & (workshop->njoints - 1)) == 0)
		workshop->joints = repalloc(workshop->joints,
									workshop->njoints * 2 *
									sizeof(JointCalendar));
	joint = &workshop->joints[workshop->njoints++];
	joint->first = a;
	joint->second = b;
	joint->joint = work_time_intersect(a, b);
	return joint->joint;
}

/*
 * The number of a setup, from 1.
 */
int
workshop_setup_number(Workshop *workshop, const char *state, int64 changeover)
{
	ShopSetup  *setup;

	for (int i = 0; i < workshop->nsetups; i++)
	{
		setup = &workshop->setups[i];
		if (setup->changeover == changeover &&
			strcmp(setup->state, state) == 0)
			return i + 1;
	}

	if (workshop->nsetups == 0)
		workshop->setups = palloc(sizeof(ShopSetup));
	else if ((workshop->nsetups & (workshop->nsetups - 1)) == 0)
		workshop->setups = repalloc(workshop->setups,
									workshop->nsetups * 2 * sizeof(ShopSetup));
	setup = &workshop->setups[workshop->nsetups++];
	setup->state = state;
	setup->changeover = changeover;
	return workshop->nsetups;
}

/*
 * The whole piece of capacity of a bucketed resource that an instant lies in.
 */
Span
workshop_piece(const ShopResource *resource, Instant at)
{
	Span		piece;
	int			lo = 0;
	int			hi = resource->nchanges;

	/* invariant: changes[0 .. lo) are at or before at, changes[hi ..) after */
	while (lo < hi)
	{
		int			mid = lo + (hi - lo) / 2;

		if (resource->changes[mid] <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	piece.start = lo > 0 ? resource->changes[lo - 1] : INSTANT_BEGIN;
	piece.end = lo < resource->nchanges ? resource->changes[lo] : INSTANT_END;
	return piece;
}

/*
 * Occupy what the lot needs.
 */
PromiseStatus
workshop_take(Workshop *workshop, PlanSource *source, Quantity lot,
			  const LotSchedule *schedule)
{
	for (int i = 0; i < source->nsteps; i++)
	{
		const PlanStep *step = &source->steps[i];
		const PlanTask *task = &schedule->tasks[i];
		StepFit		fit;
		PromiseStatus status;
		int64		work;

		status = plan_step_work(step, lot, &work);
		if (status == PROMISE_OK)
			status = workshop_room_fill(workshop->room, step, task->resources,
										step->nuses, lot, work);
		if (status != PROMISE_OK)
			return status;

		fit.span.start = task->start;
		fit.span.end = task->end;
		fit.setup = task->setup;
		workshop_room_occupy(workshop->room, &fit);
	}
	return PROMISE_OK;
}

static ShopResource *
open_resource(Workshop *workshop, PlanResource *resource)
{
	ShopResource *shop = palloc0(sizeof(ShopResource));

	if (!resource->was_read)
		workshop->network->read_resource(workshop->network, resource);
	shop->resource = resource;
	if (resource->capacity.finite || !resource->capacity.known)
		shop->free = free_units(workshop, resource);
	if (resource->changeover != NULL && !resource->bucketed)
		shop->setups = list_setups(workshop, resource);
	if (resource->bucketed)
		list_changes(shop);
	return shop;
}

static TimeTree *
free_units(Workshop *workshop, const PlanResource *resource)
{
	const CapacityNode *capacity = &resource->capacity;
	Quantity	base = capacity->known ? capacity->units : 0;
	TimeChange *changes = palloc((2 * capacity->nevents + 1) *
								 sizeof(TimeChange));
	TimeTree   *tree;
	int			nchanges = 0;

	/* events mostly begin in order, and end in order: two runs to be merged */
	for (int i = 0; i < capacity->nevents; i++)
	{
		const CapacityEvent *event = &capacity->events[i];

		if (event->from >= event->until)
			continue;
		if (event->from == INSTANT_BEGIN)
			base += event->delta;
		else
		{
			changes[nchanges].at = event->from;
			changes[nchanges++].delta = event->delta;
		}
	}
	for (int i = 0; i < capacity->nevents; i++)
	{
		const CapacityEvent *event = &capacity->events[i];

		if (event->from >= event->until || event->until == INSTANT_END)
			continue;
		changes[nchanges].at = event->until;
		changes[nchanges++].delta = -event->delta;
	}
	tree = time_tree_create(workshop->journal, base, changes, nchanges);
	pfree(changes);
	return tree;
}

/*
 * Rows may say that a resource is in two states at once; then the one that begins
 * later counts from there on.
 */
static TimeTree *
list_setups(Workshop *workshop, const PlanResource *resource)
{
	TimeChange *changes = palloc((2 * resource->nsetups + 1) *
								 sizeof(TimeChange));
	TimeTree   *tree;
	int			nchanges = 0;

	for (int i = 0; i < resource->nsetups; i++)
	{
		const PlanSetup *setup = &resource->setups[i];
		Instant		until = setup->until;
		int			number;

		if (i + 1 < resource->nsetups)
			until = Min(until, resource->setups[i + 1].from);
		if (setup->setup == NULL || setup->from >= until)
			continue;
		number = workshop_setup_number(workshop, setup->setup,
									   setup->changeover);
		changes[nchanges].at = setup->from;
		changes[nchanges++].delta = -number;
		changes[nchanges].at = until;
		changes[nchanges++].delta = number;
	}
	/* not by time_tree_add: nothing of this is ever taken back */
	tree = time_tree_create(workshop->journal, 0, changes, nchanges);
	pfree(changes);
	return tree;
}

static void
list_changes(ShopResource *shop)
{
	const CapacityNode *capacity = &shop->resource->capacity;
	int			kept = 0;

	shop->changes = palloc((2 * capacity->nevents + 1) * sizeof(Instant));
	for (int i = 0; i < capacity->nevents; i++)
	{
		if (capacity->events[i].is_load)
			continue;
		shop->changes[shop->nchanges++] = capacity->events[i].from;
		shop->changes[shop->nchanges++] = capacity->events[i].until;
	}
	qsort(shop->changes, shop->nchanges, sizeof(Instant), compare_instants);
	for (int i = 0; i < shop->nchanges; i++)
	{
		if (INSTANT_IS_FINITE(shop->changes[i]) &&
			(kept == 0 || shop->changes[kept - 1] != shop->changes[i]))
			shop->changes[kept++] = shop->changes[i];
	}
	shop->nchanges = kept;
}

static int
compare_instants(const void *a, const void *b)
{
	Instant		ia = *(const Instant *) a;
	Instant		ib = *(const Instant *) b;

	return (ia > ib) - (ia < ib);
}
