/*
 * planner_shelf.c - nodes whose supply spoils, as a planner goes on.
 *
 * There a balance does not tell what can be taken: what spoils can serve until then
 * and no longer.  Supply and demand are matched (shelf_life.h), what is planned
 * among them, whenever something has changed.  What is planned does not spoil.
 */
#include "engine/planner_shelf.h"

#include "engine/shelf_life.h"

/* a change by a plan */
typedef struct ShelfChange
{
	Instant		at;
	Quantity	delta;
	bool		is_supply;		/* else it changes the demand */
} ShelfChange;

struct PlannerShelf
{
	FlowList	flows;
	Instant		now;
	Instant		lead_end;
	ShelfChange *changes;
	int			nchanges;
	int			maxchanges;

	/* what can be taken at each step; not known if there are no steps */
	Instant    *steps;
	Quantity   *available;
	int			nsteps;
};

static void match(PlannerShelf *shelf);
static void forget(PlannerShelf *shelf);
static void list_steps(PlannerShelf *shelf);
static void add_step(PlannerShelf *shelf, Instant at);
static int	find_step(const PlannerShelf *shelf, Instant at);
static void add_rows(const PlannerShelf *shelf, ShelfLife *matching);
static void add_changes(const PlannerShelf *shelf, ShelfLife *matching);
static int	compare_instants(const void *a, const void *b);

/*
 * The shelf of a node with these flows, which it keeps.
 */
PlannerShelf *
planner_shelf_create(const FlowList *flows, Instant now, Instant lead_end)
{
	PlannerShelf *shelf = palloc0(sizeof(PlannerShelf));

	shelf->flows = *flows;
	shelf->now = now;
	shelf->lead_end = lead_end;
	shelf->maxchanges = 8;
	shelf->changes = palloc(sizeof(ShelfChange) * (Size) shelf->maxchanges);
	return shelf;
}

void
planner_shelf_add(PlannerShelf *shelf, Instant at, Quantity delta,
				  bool is_supply)
{
	if (shelf->nchanges == shelf->maxchanges)
	{
		shelf->maxchanges *= 2;
		shelf->changes = repalloc(shelf->changes, sizeof(ShelfChange) *
								  (Size) shelf->maxchanges);
	}
	shelf->changes[shelf->nchanges++] = (ShelfChange)
	{
		.at = at,.delta = delta,.is_supply = is_supply
	};
	forget(shelf);
}

/* how many changes there were, and back to so many */
int
planner_shelf_mark(const PlannerShelf *shelf)
{
	return shelf->nchanges;
}

void
planner_shelf_undo(PlannerShelf *shelf, int mark)
{
	if (shelf->nchanges == mark)
		return;
	shelf->nchanges = mark;
	forget(shelf);
}

/*
 * What can be taken at an instant although all other demand is served.
 */
Quantity
planner_shelf_available(PlannerShelf *shelf, Instant at)
{
	if (at >= shelf->lead_end)
		return QUANTITY_MAX;
	match(shelf);
	return shelf->available[find_step(shelf, at)];
}

/*
 * The first instant at or after another one at which so much can be taken;
 * INSTANT_END if there is none.
 */
Instant
planner_shelf_first(PlannerShelf *shelf, Instant from, Quantity quantity)
{
	if (from >= shelf->lead_end)
		return from;
	match(shelf);
	for (int i = find_step(shelf, from); i < shelf->nsteps; i++)
	{
		if (shelf->available[i] >= quantity)
			return Max(from, shelf->steps[i]);
	}
	return shelf->lead_end;
}

static void
forget(PlannerShelf *shelf)
{
	if (shelf->nsteps == 0)
		return;
	pfree(shelf->steps);
	pfree(shelf->available);
	shelf->nsteps = 0;
}

/*
 * Match supply and demand, unless that has been done.
 */
static void
match(PlannerShelf *shelf)
{
	ShelfLife	matching;
	PromiseStatus status PG_USED_FOR_ASSERTS_ONLY;

	if (shelf->nsteps > 0)
		return;
	CORE_CHECK_INTERRUPTS();
	list_steps(shelf);
	matching.nsteps = shelf->nsteps;
	matching.nlots = 0;
	matching.lots = palloc(sizeof(ShelfLot) *
						   (Size) (shelf->flows.nflows + shelf->nsteps));
	matching.demand = palloc0(sizeof(Quantity) * (Size) shelf->nsteps);
	add_rows(shelf, &matching);
	add_changes(shelf, &matching);

	/* all quantities together fit, as the planner sees to */
	status = shelf_life_available(&matching, shelf->available);
	Assert(status == PROMISE_OK);
	pfree(matching.lots);
	pfree(matching.demand);
}

/*
 * The instants before the end of the lead time at which anything changes.
 */
static void
list_steps(PlannerShelf *shelf)
{
	int			most = 2 * shelf->flows.nflows + shelf->nchanges + 1;
	int			ndistinct = 1;

	shelf->steps = palloc(sizeof(Instant) * (Size) most);
	shelf->available = palloc(sizeof(Quantity) * (Size) most);
	shelf->steps[shelf->nsteps++] = shelf->now;
	for (int i = 0; i < shelf->flows.nflows; i++)
	{
		add_step(shelf, shelf->flows.flows[i].at);
		add_step(shelf, flow_spoils_at(&shelf->flows.flows[i]));
	}
	for (int i = 0; i < shelf->nchanges; i++)
		add_step(shelf, shelf->changes[i].at);

	qsort(shelf->steps, shelf->nsteps, sizeof(Instant), compare_instants);
	for (int i = 1; i < shelf->nsteps; i++)
	{
		if (shelf->steps[i] != shelf->steps[ndistinct - 1])
			shelf->steps[ndistinct++] = shelf->steps[i];
	}
	shelf->nsteps = ndistinct;
}

static void
add_step(PlannerShelf *shelf, Instant at)
{
	if (at > shelf->now && at < shelf->lead_end)
		shelf->steps[shelf->nsteps++] = at;
}

/* the step that an instant lies in */
static int
find_step(const PlannerShelf *shelf, Instant at)
{
	int			lo = 0;
	int			hi = shelf->nsteps;

	/* invariant: steps[0 .. lo) are at or before at, steps[hi ..) after */
	while (lo < hi)
	{
		int			mid = lo + (hi - lo) / 2;

		if (shelf->steps[mid] <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return Max(lo - 1, 0);
}

static void
add_rows(const PlannerShelf *shelf, ShelfLife *matching)
{
	for (int i = 0; i < shelf->flows.nflows; i++)
	{
		const Flow *flow = &shelf->flows.flows[i];
		Instant		spoils_at = flow_spoils_at(flow);
		int			step = find_step(shelf, flow->at);

		if (flow->lost || flow->at >= shelf->lead_end)
			continue;
		if (flow->delta < 0)
			matching->demand[step] -= flow->delta;
		else if (flow->delta > 0 && spoils_at > flow->at)
			matching->lots[matching->nlots++] = (ShelfLot)
		{
			.from = step,.quantity = flow->delta,
				.until = spoils_at >= shelf->lead_end ? shelf->nsteps :
				find_step(shelf, spoils_at)
		};
	}
}

/*
 * What plans supply and take; what they took and then gave back is nothing.
 */
static void
add_changes(const PlannerShelf *shelf, ShelfLife *matching)
{
	Quantity   *supply = palloc0(sizeof(Quantity) * (Size) shelf->nsteps);

	for (int i = 0; i < shelf->nchanges; i++)
	{
		const ShelfChange *change = &shelf->changes[i];
		int			step = find_step(shelf, change->at);

		if (change->at >= shelf->lead_end)
			continue;
		if (change->is_supply)
			supply[step] += change->delta;
		else
			matching->demand[step] -= change->delta;
	}
	for (int i = 0; i < shelf->nsteps; i++)
	{
		if (supply[i] > 0)
			matching->lots[matching->nlots++] = (ShelfLot)
		{
			.from = i,.until = shelf->nsteps,.quantity = supply[i]
		};
	}
	pfree(supply);
}

static int
compare_instants(const void *a, const void *b)
{
	Instant		ta = *(const Instant *) a;
	Instant		tb = *(const Instant *) b;

	return (ta > tb) - (ta < tb);
}
