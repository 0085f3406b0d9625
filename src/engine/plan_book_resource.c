/*
 * plan_book_resource.c - is free, and set up, what the plans of a book occupy?
 *
 * What is free is that of all rows, if those of a plan's ref are the loads that the
 * plan causes.
 */
#include "core/sort.h"
#include "core/text_order.h"
#include "engine/plan_booking.h"

/* what a step of a plan occupies, or a row says that it does */
typedef struct OwnLoad
{
	PlanResource *resource;
	Instant		from;
	Instant		until;
	Quantity	units;
	const char *setup;			/* state it leaves a resource in that has a
								 * matrix; NULL: as it was */
	int64		changeover;

	/* of the plan that is judged */
	bool		judged;			/* it is a step, and has not ended */
	Span		task;			/* the step itself */
} OwnLoad;

typedef struct OwnLoads
{
	OwnLoad    *loads;
	int			n;
	int			max;
} OwnLoads;

static bool add_plan(OwnLoads *list, const SupplyPlan *plan, bool judged,
					 Instant now);
static bool add_use(OwnLoads *list, const PlanLot *lot, int step, int use,
					bool judged, Instant now);
static void add_load(OwnLoads *list, const OwnLoad *load);
static bool resource_is_sound(PlanNetwork *network, const BookedPlan *booked,
							  OwnLoad *loads, int nloads);
static bool rows_are_loads(const PlanResource *resource, const char *ref,
						   const OwnLoad *loads, int nloads);
static bool load_is_sound(const BookedResource *sums, const OwnLoad *load);
static bool is_doubtful(const BookedResource *sums, const OwnLoad *load);
static int	compare_loads(const void *a, const void *b);
static int	compare_times(const OwnLoad *a, const OwnLoad *b);

/*
 * What is free of a resource, from all of its rows.
 */
BookedResource *
plan_book_sum_resource(PlanNetwork *network, PlanResource *resource)
{
	PlanChecking check = {.network = network};
	BookedResource *result = palloc0(sizeof(BookedResource));
	FreeCapacity capacity;

	result->status = plan_check_free(&check, resource, false, &capacity);
	if (result->status != PROMISE_OK)
		return result;
	result->free.steps = capacity.steps;
	result->free.nsteps = capacity.nsteps;
	plan_book_find_short(&result->free);
	if (resource->changeover != NULL && !resource->bucketed)
		plan_book_find_doubts(network, resource, result);
	return result;
}

bool
plan_book_resources_are_sound(PlanNetwork *network, const BookedPlan *booked)
{
	OwnLoads	list = {NULL, 0, 0};
	bool		sound = add_plan(&list, booked->plan, true, network->now);

	for (int i = 0; i < booked->nothers && sound; i++)
		sound = add_plan(&list, booked->others[i], false, network->now);
	if (sound && list.n > 1)
		core_sort(list.loads, list.n, sizeof(OwnLoad), compare_loads);

	for (int start = 0, end; start < list.n && sound; start = end)
	{
		end = start + 1;
		while (end < list.n &&
			   list.loads[end].resource == list.loads[start].resource)
			end++;
		sound = resource_is_sound(network, booked, &list.loads[start],
								  end - start);
	}
	if (list.loads != NULL)
		pfree(list.loads);
	return sound;
}

/*
 * All that a plan occupies of finite resources.  False if the rows cannot show it.
 */
static bool
add_plan(OwnLoads *list, const SupplyPlan *plan, bool judged, Instant now)
{
	for (int i = 0; i < plan->nlots; i++)
	{
		const PlanLot *lot = &plan->lots[i];

		CORE_CHECK_INTERRUPTS();
		for (int j = 0; j < lot->source->nsteps; j++)
		{
			for (int k = 0; k < lot->source->steps[j].nuses; k++)
			{
				if (!add_use(list, lot, j, k, judged, now))
					return false;
			}
		}
	}
	return true;
}

static bool
add_use(OwnLoads *list, const PlanLot *lot, int step, int use, bool judged,
		Instant now)
{
	const PlanTask *task = &lot->tasks[step];
	PlanResource *resource = task->resources[use];
	Span		span;
	OwnLoad		load;

	if (!plan_check_is_finite(resource))
		return true;

	span = plan_check_occupied(resource, task);
	load = (OwnLoad)
	{
		.resource = resource,.from = span.start,.until = span.end,
			.judged = judged && task->end > now,.task =
		{
			task->start, task->end
		}
	};
	if (resource->changeover != NULL && !resource->bucketed)
	{
		load.setup = lot->source->steps[step].setup_state;
		load.changeover = load.setup == NULL ? 0 : task->setup;
	}
	if (plan_check_resource_units(resource, &lot->source->steps[step].uses[use],
								  lot->quantity, &load.units) != PROMISE_OK)
		return false;
	if (load.units != 0 && load.from < load.until)
		add_load(list, &load);
	else if (load.setup != NULL)
		return false;			/* it changes the state, and has no row */
	return true;
}

static void
add_load(OwnLoads *list, const OwnLoad *load)
{
	if (list->n == list->max)
	{
		list->max = Max(16, 2 * list->max);
		list->loads = list->loads == NULL ?
			palloc(list->max * sizeof(OwnLoad)) :
			repalloc(list->loads, list->max * sizeof(OwnLoad));
	}
	list->loads[list->n++] = *load;
}

/*
 * Is a resource free, and set up, for what the plans of a ref do on it, in order?
 * What has ended is not among the rows: where it might matter, for a step that is
 * under way or for what the next one finds set up, one cannot tell.
 */
static bool
resource_is_sound(PlanNetwork *network, const BookedPlan *booked, OwnLoad *loads,
				  int nloads)
{
	const PlanResource *resource = loads[0].resource;
	const BookedResource *sums = resource->state;
	int			ncoming = 0;
	bool		under_way = false;

	if (sums->status != PROMISE_OK)
		return false;

	for (int i = 0; i < nloads; i++)
	{
		if (loads[i].until <= network->now)
			continue;
		under_way |= loads[i].from < network->now;
		loads[ncoming++] = loads[i];
	}
	if (ncoming < nloads && (under_way || resource->changeover != NULL))
		return false;
	if (!rows_are_loads(resource, booked->ref, loads, ncoming))
		return false;
	for (int i = 0; i < ncoming; i++)
	{
		if (loads[i].judged && !load_is_sound(sums, &loads[i]))
			return false;
	}
	return true;
}

/*
 * Are the rows of a ref just these loads, in order?
 */
static bool
rows_are_loads(const PlanResource *resource, const char *ref,
			   const OwnLoad *loads, int nloads)
{
	OwnLoads	list = {NULL, 0, 0};
	int			nrows;
	const CapacityEvent *rows =
	problem_capacity_of_ref(&resource->capacity, ref, &nrows);
	bool		same;

	for (int i = 0; i < nrows; i++)
	{
		OwnLoad		load = {
			.from = rows[i].from,.until = rows[i].until,
			.units = -rows[i].delta
		};

		if (!rows[i].is_load)
			continue;
		if (resource->changeover != NULL && !resource->bucketed)
		{
			load.setup = rows[i].setup_state;
			load.changeover = load.setup == NULL ? 0 : rows[i].changeover;
		}
		add_load(&list, &load);
	}
	if (list.n > 1)
		core_sort(list.loads, list.n, sizeof(OwnLoad), compare_loads);

	same = list.n == nloads;
	for (int i = 0; i < nloads && same; i++)
		same = compare_times(&list.loads[i], &loads[i]) == 0;
	if (list.loads != NULL)
		pfree(list.loads);
	return same;
}

static bool
load_is_sound(const BookedResource *sums, const OwnLoad *load)
{
	return !plan_book_is_short(&sums->free, load->from, load->until) &&
		!is_doubtful(sums, load);
}

/* does a step touch a time in which a changeover may be too short? */
static bool
is_doubtful(const BookedResource *sums, const OwnLoad *load)
{
	int			lo = 0;
	int			hi = sums->ndoubts;

	/* invariant: doubts[0 .. lo) end before the step, doubts[hi ..) do not */
	while (lo < hi)
	{
		int			mid = lo + (hi - lo) / 2;

		if (sums->doubts[mid].end < load->task.start)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < sums->ndoubts && sums->doubts[lo].start <= load->task.end;
}

/* by resource, then as rows and loads are compared */
static int
compare_loads(const void *a, const void *b)
{
	const OwnLoad *la = a;
	const OwnLoad *lb = b;

	if (la->resource != lb->resource)
		return la->resource->number < lb->resource->number ? -1 : 1;
	return compare_times(la, lb);
}

static int
compare_times(const OwnLoad *a, const OwnLoad *b)
{
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	if (a->until != b->until)
		return a->until < b->until ? -1 : 1;
	if (a->units != b->units)
		return a->units < b->units ? -1 : 1;
	if (a->changeover != b->changeover)
		return a->changeover < b->changeover ? -1 : 1;
	return text_order(a->setup, b->setup);
}
