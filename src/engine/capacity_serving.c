/*
 * capacity_serving.c - which loads a resource can carry, and which not.
 */
#include "core/sort.h"
#include "core/text_order.h"
#include "engine/capacity_serving.h"

#include "common/int.h"

/*
 * What is free, as a step function: free[i] from at[i] until at[i + 1], the last
 * one for ever.  Unlike the timeline it can be cut anywhere.
 */
typedef struct FreeSteps
{
	Instant    *at;
	Quantity   *free;
	int			n;
} FreeSteps;

static PromiseStatus check_total(const CapacityNode *node);
static void collect_loads(CapacityServing *serving);
static int	compare_loads(const void *a, const void *b);
static void collect_instants(CapacityServing *serving);
static void add_instant(CapacityServing *serving, Instant at);
static int	compare_instants(const void *a, const void *b);
static int	find_piece(const Instant *instants, int n, Instant at);
static void fill_capacity(CapacityServing *serving);
static void put(CapacityServing *serving, const ServedLoad *load, int sign);
static void serve_in_order(CapacityServing *serving);
static void date_losers(CapacityServing *serving);
static Instant find_room(const FreeSteps *steps, const ServedLoad *load);
static Instant end_of(const ServedLoad *load, Instant from);
static void take_room(FreeSteps *steps, const ServedLoad *load, Instant from);
static int	cut(FreeSteps *steps, Instant at);
static void keep_winners(CapacityServing *serving, int before);
static const CapacityEvent *find_change(const CapacityServing *serving,
										Instant at);

/*
 * Serve the loads of a resource.
 */
PromiseStatus
capacity_serving_build(const CapacityNode *node, Instant now,
					   CapacityServing *serving)
{
	PromiseStatus status;

	memset(serving, 0, sizeof(CapacityServing));
	serving->node = node;
	serving->now = now;
	if (node->known && !node->finite)
		return PROMISE_OK;

	status = check_total(node);
	if (status != PROMISE_OK)
		return status;

	collect_loads(serving);
	collect_instants(serving);
	fill_capacity(serving);
	serve_in_order(serving);
	if (serving->nlosers > 0)
		date_losers(serving);
	return PROMISE_OK;
}

/*
 * Why a loser (an index into the loads) cannot be met.
 *
 * Who holds nothing at the instant from which the loser lacks is no part of it:
 * what is missing there, is missing without them.  Of the others each one is
 * dropped, the last served first, if the loser still does not fit.
 */
void
capacity_serving_cause(CapacityServing *serving, int loser, LoadCause *cause)
{
	const ServedLoad *load = &serving->loads[loser];
	int			binds = find_piece(serving->instants, serving->npieces,
								   load->short_from);
	bool	   *dropped = palloc0(sizeof(bool) * ((Size) loser + 1));
	int			lacks;

	Assert(!load->is_met);
	memset(cause, 0, sizeof(LoadCause));
	cause->takers = palloc(sizeof(CapacityEvent *) * ((Size) loser + 1));

	keep_winners(serving, loser);
	for (int pass = 0; pass < 2; pass++)
	{
		for (int i = loser - 1; i >= 0; i--)
		{
			const ServedLoad *other = &serving->loads[i];
			bool		is_far = other->first > binds || other->end <= binds;

			if ((i & 1023) == 0)
				CORE_CHECK_INTERRUPTS();
			if (!other->is_met || is_far != (pass == 0) ||
				other->first >= load->end || other->end <= load->first)
				continue;
			put(serving, other, -1);
			dropped[i] = pass == 0 ||
				timeline_least(&serving->timeline, load->first,
							   load->end) < load->units;
			if (!dropped[i])
				put(serving, other, 1);
		}
	}

	lacks = timeline_first_below(&serving->timeline, load->first, load->end,
								 load->units);
	Assert(lacks >= 0);
	cause->at = serving->instants[lacks];
	cause->capacity = serving->capacity[lacks];
	cause->change = find_change(serving, cause->at);

	/* whoever holds something while the loser does was judged above */
	for (int i = 0; i < loser; i++)
	{
		const ServedLoad *other = &serving->loads[i];

		if (dropped[i])
			put(serving, other, 1);
		else if (other->is_met && other->first < load->end &&
				 other->end > load->first)
			cause->takers[cause->ntakers++] = other->event;
	}
	pfree(dropped);
}

/*
 * No sum may overflow, whichever loads are kept.
 */
static PromiseStatus
check_total(const CapacityNode *node)
{
	Quantity	total = node->known ? node->units : 0;

	for (int i = 0; i < node->nevents; i++)
	{
		Quantity	delta = node->events[i].delta;

		if (delta == QUANTITY_MIN ||
			pg_add_s64_overflow(total, delta < 0 ? -delta : delta, &total))
			return PROMISE_QUANTITY_OVERFLOW;
	}
	return PROMISE_OK;
}

static void
collect_loads(CapacityServing *serving)
{
	const CapacityNode *node = serving->node;

	serving->loads = palloc(sizeof(ServedLoad) * ((Size) node->nevents + 1));
	for (int i = 0; i < node->nevents; i++)
	{
		const CapacityEvent *event = &node->events[i];

		if (!event->is_load || event->delta >= 0 ||
			event->until <= Max(event->from, serving->now))
			continue;
		serving->loads[serving->nloads++] = (ServedLoad)
		{
			.event = event,
				.from = Max(event->from, serving->now),
				.until = event->until,
				.units = -event->delta,
				.short_from = INSTANT_END
		};
	}
	core_sort(serving->loads, serving->nloads, sizeof(ServedLoad), compare_loads);
}

/*
 * The order of serving; then whatever else tells two loads apart.
 */
static int
compare_loads(const void *a, const void *b)
{
	const CapacityEvent *ea = ((const ServedLoad *) a)->event;
	const CapacityEvent *eb = ((const ServedLoad *) b)->event;
	int			order;

	if (ea->priority != eb->priority)
		return (ea->priority > eb->priority) ? 1 : -1;
	if (ea->accepted_at != eb->accepted_at)
		return (ea->accepted_at > eb->accepted_at) ? 1 : -1;
	if (ea->from != eb->from)
		return (ea->from > eb->from) ? 1 : -1;
	if ((order = text_order(ea->ref, eb->ref)) != 0)
		return order;
	if (ea->until != eb->until)
		return (ea->until > eb->until) ? 1 : -1;
	if (ea->delta != eb->delta)
		return (ea->delta > eb->delta) ? 1 : -1;
	return text_order(ea->relation, eb->relation);
}

/*
 * The pieces of time: now, and wherever anything begins or ends after it.
 */
static void
collect_instants(CapacityServing *serving)
{
	const CapacityNode *node = serving->node;
	int			n = 0;

	serving->instants = palloc(sizeof(Instant) *
							   (2 * (Size) node->nevents + 1));
	serving->instants[serving->npieces++] = serving->now;
	for (int i = 0; i < node->nevents; i++)
	{
		add_instant(serving, node->events[i].from);
		add_instant(serving, node->events[i].until);
	}
	core_sort(serving->instants, serving->npieces, sizeof(Instant),
			  compare_instants);
	for (int i = 0; i < serving->npieces; i++)
	{
		if (n == 0 || serving->instants[n - 1] != serving->instants[i])
			serving->instants[n++] = serving->instants[i];
	}
	serving->npieces = n;

	for (int i = 0; i < serving->nloads; i++)
	{
		ServedLoad *load = &serving->loads[i];

		load->first = find_piece(serving->instants, n, load->from);
		load->end = load->until == INSTANT_END ? n :
			find_piece(serving->instants, n, load->until);
	}
}

static void
add_instant(CapacityServing *serving, Instant at)
{
	if (at > serving->now && at != INSTANT_END)
		serving->instants[serving->npieces++] = at;
}

static int
compare_instants(const void *a, const void *b)
{
	Instant		ia = *(const Instant *) a;
	Instant		ib = *(const Instant *) b;

	return (ia > ib) - (ia < ib);
}

/* the last of the pieces that begins at an instant or before it */
static int
find_piece(const Instant *instants, int n, Instant at)
{
	int			lo = 0;
	int			hi = n;

	/* invariant: piece lo begins by then, piece hi does not */
	while (hi - lo > 1)
	{
		int			mid = lo + (hi - lo) / 2;

		if (instants[mid] <= at)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

/*
 * What the resource has without any load.
 */
static void
fill_capacity(CapacityServing *serving)
{
	const CapacityNode *node = serving->node;
	Quantity	level = node->known ? node->units : 0;

	serving->capacity = palloc0(sizeof(Quantity) * (Size) serving->npieces);
	for (int i = 0; i < node->nevents; i++)
	{
		const CapacityEvent *event = &node->events[i];

		if (event->is_load || event->until <= Max(event->from, serving->now))
			continue;
		serving->capacity[find_piece(serving->instants, serving->npieces,
									 Max(event->from, serving->now))] += event->delta;
		if (event->until != INSTANT_END)
			serving->capacity[find_piece(serving->instants, serving->npieces,
										 event->until)] -= event->delta;
	}
	for (int i = 0; i < serving->npieces; i++)
	{
		level += serving->capacity[i];
		serving->capacity[i] = level;
	}
	timeline_build(&serving->timeline, serving->capacity, serving->npieces);
}

/* keep a load, or with sign -1 drop it */
static void
put(CapacityServing *serving, const ServedLoad *load, int sign)
{
	timeline_add(&serving->timeline, load->first, load->end,
				 -sign * load->units);
}

static void
serve_in_order(CapacityServing *serving)
{
	Timeline   *timeline = &serving->timeline;

	for (int i = 0; i < serving->nloads; i++)
	{
		ServedLoad *load = &serving->loads[i];
		Quantity	least = timeline_least(timeline, load->first, load->end);

		if ((i & 1023) == 0)
			CORE_CHECK_INTERRUPTS();
		load->is_met = least >= load->units;
		load->feasible_at = load->from;
		if (load->is_met)
		{
			put(serving, load, 1);
			continue;
		}
		load->missing = load->units - Max(least, 0);
		load->short_from =
			serving->instants[timeline_first_below(timeline, load->first,
												   load->end, load->units)];
		serving->nlosers++;
	}
	serving->nkept = serving->nloads;
}

/*
 * Give each loser its new begin.  A loser takes as long as there are pieces.
 */
static void
date_losers(CapacityServing *serving)
{
	Size		maxsteps = serving->npieces + 2 * (Size) serving->nlosers;
	FreeSteps	steps = {
		.at = palloc(sizeof(Instant) * maxsteps),
		.free = palloc(sizeof(Quantity) * maxsteps),
		.n = serving->npieces
	};

	memcpy(steps.at, serving->instants, sizeof(Instant) * steps.n);
	for (int i = 0; i < steps.n; i++)
		steps.free[i] = timeline_least(&serving->timeline, i, i + 1);

	for (int i = 0; i < serving->nloads; i++)
	{
		ServedLoad *load = &serving->loads[i];

		if (load->is_met)
			continue;
		CORE_CHECK_INTERRUPTS();
		load->feasible_at = find_room(&steps, load);
		if (load->feasible_at != INSTANT_END)
			take_room(&steps, load, load->feasible_at);
	}
	pfree(steps.at);
	pfree(steps.free);
}

/*
 * The first instant from which enough is free for long enough.
 */
static Instant
find_room(const FreeSteps *steps, const ServedLoad *load)
{
	Instant		from = load->from;
	Instant		until = load->until;

	for (int i = find_piece(steps->at, steps->n, from);
		 i < steps->n && steps->at[i] < until; i++)
	{
		if (steps->free[i] >= load->units)
			continue;
		if (i + 1 == steps->n)
			return INSTANT_END;
		from = steps->at[i + 1];
		until = end_of(load, from);
	}
	return from;
}

/* when it ends if it begins then */
static Instant
end_of(const ServedLoad *load, Instant from)
{
	int64		duration;
	Instant		until;

	if (load->until == INSTANT_END ||
		pg_sub_s64_overflow(load->until, load->from, &duration) ||
		pg_add_s64_overflow(from, duration, &until))
		return INSTANT_END;
	return until;
}

static void
take_room(FreeSteps *steps, const ServedLoad *load, Instant from)
{
	Instant		until = end_of(load, from);
	int			first = cut(steps, from);
	int			end = until == INSTANT_END ? steps->n : cut(steps, until);

	for (int i = first; i < end; i++)
		steps->free[i] -= load->units;
}

/* the number of the step that begins at an instant, which is made if need be */
static int
cut(FreeSteps *steps, Instant at)
{
	int			i = find_piece(steps->at, steps->n, at);

	if (steps->at[i] == at)
		return i;
	memmove(&steps->at[i + 1], &steps->at[i], sizeof(Instant) * (steps->n - i));
	memmove(&steps->free[i + 1], &steps->free[i],
			sizeof(Quantity) * (steps->n - i));
	steps->at[i + 1] = at;
	steps->n++;
	return i + 1;
}

/*
 * Keep those who are served before a load, and nobody else.  The losers are
 * mostly asked about in order: what is held for one is a part of what must be
 * for the next.
 */
static void
keep_winners(CapacityServing *serving, int before)
{
	int			first = serving->nkept;

	if (first > before)
	{
		pfree(serving->timeline.nodes);
		timeline_build(&serving->timeline, serving->capacity, serving->npieces);
		first = 0;
	}
	for (int i = first; i < before; i++)
	{
		if ((i & 1023) == 0)
			CORE_CHECK_INTERRUPTS();
		if (serving->loads[i].is_met)
			put(serving, &serving->loads[i], 1);
	}
	serving->nkept = before;
}

/*
 * The change that lowers the capacity most at an instant; of several the one
 * that began last, then the one that ends last.
 */
static const CapacityEvent *
find_change(const CapacityServing *serving, Instant at)
{
	const CapacityEvent *found = NULL;

	for (int i = 0; i < serving->node->nevents; i++)
	{
		const CapacityEvent *event = &serving->node->events[i];

		if (event->is_load || event->delta >= 0 || event->from > at ||
			event->until <= at)
			continue;
		if (found == NULL || event->delta < found->delta ||
			(event->delta == found->delta &&
			 (event->from > found->from ||
			  (event->from == found->from && event->until > found->until))))
			found = event;
	}
	return found;
}
