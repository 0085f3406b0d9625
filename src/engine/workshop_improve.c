/*
 * workshop_improve.c - a better order for the steps of a lot.
 *
 * Where all resources are open and free all the time, the orders are tried on a
 * flat_shop; else on the workshop's own trees.  Either way the best order is placed
 * on the trees at last.
 */
#include "engine/workshop_state.h"

#include "engine/flat_shop.h"
#include "engine/sequence.h"

/* what the search needs beside the lot */
typedef struct Improvement
{
	ShopLot    *lot;
	Instant		floor;			/* of the lot, which the search moves */
	Instant		ready_by;
	Sequence	sequence;
	int		   *first_before;
	PlanLink   *before;
	FlatShop	flat;
	PromiseStatus status;
} Improvement;

static PromiseStatus place_lot(ShopLot *lot, bool forward, const int *order,
							   bool *placed);
static void open_improvement(Improvement *improvement, ShopLot *lot,
							 bool forward);
static void close_improvement(Improvement *improvement);
static bool open_flat(Improvement *improvement);
static bool is_flat(const ShopLot *lot, PlanResource ***resources,
					int *nresources);
static int	find_resource(PlanResource **resources, int nresources,
						  const PlanResource *resource);
static bool place_in_trees(void *shop, const int *order, bool early,
						   Instant edge, Instant *start, Instant *end);
static Instant reached_by_tasks(const ShopLot *lot, bool forward);

/*
 * Look for a better order than the one that the lot's tasks follow, and place its
 * tasks by it.  "placed" tells whether those could be placed at all, and whether they
 * can be now.
 */
PromiseStatus
workshop_improve(ShopLot *lot, bool forward, const WorkshopEffort *effort,
				 bool *placed)
{
	int		   *order = palloc(lot->source->nsteps * sizeof(int));
	Instant		first = reached_by_tasks(lot, forward);
	Instant		reached;
	Improvement improvement;
	int			schedules = effort->schedules;
	int			left;
	bool		flat;
	bool		better;

	open_improvement(&improvement, lot, forward);
	flat = open_flat(&improvement);
	if (effort->left != NULL)
		schedules = Min(schedules, *effort->left / lot->source->nsteps);
	left = schedules;
	better = sequence_search(&improvement.sequence, &left, effort->seed, order,
							 &reached) &&
		(!*placed || (forward ? reached < first : reached > first));
	if (effort->left != NULL)
		*effort->left -= (schedules - left) * lot->source->nsteps;

	lot->floor = improvement.floor;
	lot->ready_by = improvement.ready_by;
	if (improvement.status == PROMISE_OK)
	{
		if (better)
			improvement.status = place_lot(lot, forward, order, placed);
		/* on trees the tasks are those of the last order tried */
		if (improvement.status == PROMISE_OK && (better ? !*placed : !flat))
			improvement.status = workshop_lot_place(lot, forward, placed);
	}

	if (flat)
		flat_shop_free(&improvement.flat);
	close_improvement(&improvement);
	pfree(order);
	return improvement.status;
}

static PromiseStatus
place_lot(ShopLot *lot, bool forward, const int *order, bool *placed)
{
	return forward ? workshop_lot_forward(lot, order, placed) :
		workshop_lot_backward(lot, order, placed);
}

static void
open_improvement(Improvement *improvement, ShopLot *lot, bool forward)
{
	const PlanSource *source = lot->source;
	Sequence   *sequence = &improvement->sequence;
	int			nlinks = 0;

	memset(improvement, 0, sizeof(*improvement));
	improvement->lot = lot;
	improvement->floor = lot->floor;
	improvement->ready_by = lot->ready_by;

	for (int i = 0; i < source->nsteps; i++)
		nlinks += source->steps[i].nbefore;
	improvement->first_before = palloc((source->nsteps + 1) * sizeof(int));
	improvement->before = palloc((nlinks + 1) * sizeof(PlanLink));
	nlinks = 0;
	for (int i = 0; i < source->nsteps; i++)
	{
		improvement->first_before[i] = nlinks;
		for (int j = 0; j < source->steps[i].nbefore; j++)
			improvement->before[nlinks++] = source->steps[i].before[j];
	}
	improvement->first_before[source->nsteps] = nlinks;

	sequence->n = source->nsteps;
	sequence->first_before = improvement->first_before;
	sequence->before = improvement->before;
	sequence->first_after = lot->first_after;
	sequence->after = lot->after;
	sequence->length = lot->work;
	sequence->forward = forward;
	sequence->edge = forward ? lot->floor : lot->ready_by;
	sequence->bound = forward ? INSTANT_BEGIN : INSTANT_END;
	sequence->place = place_in_trees;
	sequence->shop = improvement;
	sequence->known = lot->order;
}

static void
close_improvement(Improvement *improvement)
{
	pfree(improvement->first_before);
	pfree(improvement->before);
}

/*
 * Place the orders on a flat shop, if that is the same.
 */
static bool
open_flat(Improvement *improvement)
{
	const ShopLot *lot = improvement->lot;
	const PlanSource *source = lot->source;
	Sequence   *sequence = &improvement->sequence;
	FlatShop   *flat = &improvement->flat;
	PlanResource **resources;
	Quantity   *units;
	Quantity   *capacity;
	int			nresources;
	bool		built;

	if (!is_flat(lot, &resources, &nresources))
		return false;

	capacity = palloc((nresources + 1) * sizeof(Quantity));
	for (int i = 0; i < nresources; i++)
	{
		const ShopResource *shop = workshop_resource(lot->workshop,
													 resources[i]);

		capacity[i] = time_tree_value(shop->free, lot->workshop->network->now);
	}
	units = palloc0((Size) source->nsteps * Max(nresources, 1) *
					sizeof(Quantity));
	for (int i = 0; i < source->nsteps; i++)
	{
		const PlanStep *step = &source->steps[i];

		for (int j = 0; j < step->nuses; j++)
		{
			int			number = find_resource(resources, nresources,
											   step->uses[j].choices[0]);

			if (number >= 0 && lot->work[i] > 0)
				units[i * nresources + number] += step->uses[j].units;
		}
	}

	flat->n = source->nsteps;
	flat->duration = lot->work;
	flat->first_before = improvement->first_before;
	flat->before = improvement->before;
	flat->first_after = lot->first_after;
	flat->after = lot->after;
	flat->release = lot->release;
	built = flat_shop_build(flat, units, capacity, nresources);
	if (built)
	{
		int64		least = flat_shop_least_length(flat, units, capacity);

		sequence->place = flat_shop_place;
		sequence->shop = flat;
		sequence->bound = sequence->forward ? sequence->edge + least :
			sequence->edge - least;
	}
	pfree(units);
	pfree(capacity);
	pfree(resources);
	return built;
}

/*
 * Are all resources open all the time, and free of anything else from now on?  Lists
 * those that are limited.  What lasts so long that sums might overflow is left to the
 * trees.
 */
static bool
is_flat(const ShopLot *lot, PlanResource ***resources, int *nresources)
{
	const PlanSource *source = lot->source;
	int64		longest = (PG_INT64_MAX / 4) / (source->nsteps + 1);
	int			nuses = 0;

	for (int i = 0; i < source->nsteps; i++)
		nuses += source->steps[i].nuses;
	*resources = palloc((nuses + 1) * sizeof(PlanResource *));
	*nresources = 0;
	if (lot->nstocks > 0)
		return false;

	for (int i = 0; i < source->nsteps; i++)
	{
		const PlanStep *step = &source->steps[i];

		if (lot->work[i] > longest)
			return false;
		for (int j = 0; j < step->nbefore; j++)
		{
			if (step->before[j].lag > longest)
				return false;
		}
		for (int j = 0; j < step->nuses; j++)
		{
			PlanResource *resource = step->uses[j].choices[0];
			const ShopResource *shop = workshop_resource(lot->workshop,
														 resource);

			if (step->uses[j].nchoices > 1 || resource->bucketed ||
				shop->setups != NULL || step->uses[j].units < 0 ||
				(resource->work != NULL && !work_time_is_always(resource->work)))
				return false;
			if (shop->free == NULL)
				continue;
			if (time_tree_next(shop->free, lot->workshop->network->now) !=
				INSTANT_END)
				return false;
			if (find_resource(*resources, *nresources, resource) < 0)
				(*resources)[(*nresources)++] = resource;
		}
	}
	return true;
}

static int
find_resource(PlanResource **resources, int nresources,
			  const PlanResource *resource)
{
	for (int i = 0; i < nresources; i++)
	{
		if (resources[i] == resource)
			return i;
	}
	return -1;
}

/*
 * Place an order on the trees, as the function "place" of a Sequence.
 */
static bool
place_in_trees(void *shop, const int *order, bool early, Instant edge,
			   Instant *start, Instant *end)
{
	Improvement *improvement = shop;
	ShopLot    *lot = improvement->lot;
	bool		placed = false;

	if (improvement->status != PROMISE_OK)
		return false;
	lot->floor = early ? edge : improvement->floor;
	lot->ready_by = early ? lot->ready_by : edge;
	improvement->status = place_lot(lot, early, order, &placed);
	if (improvement->status != PROMISE_OK || !placed)
		return false;
	for (int i = 0; i < lot->source->nsteps; i++)
	{
		start[i] = lot->tasks[i].start;
		end[i] = lot->tasks[i].end;
	}
	return true;
}

static Instant
reached_by_tasks(const ShopLot *lot, bool forward)
{
	Instant		reached = forward ? INSTANT_BEGIN : INSTANT_END;

	for (int i = 0; i < lot->source->nsteps; i++)
	{
		if (forward)
			reached = Max(reached, lot->tasks[i].end);
		else
			reached = Min(reached, lot->tasks[i].start);
	}
	return reached;
}
