/*
 * workshop_room.c - where one step finds room on the resources chosen for it.
 *
 * The trees know where enough units are free for the working time.  Two rules go
 * beyond that, and each is looked at where the trees offer room:
 *
 * - a changeover lengthens the work by the time from the state before it; and what
 *   comes next on the resource must have the time for its own changeover: what it
 *   holds for one already, and as much more as the resource is idle before it;
 * - a bucketed resource must have enough left in the whole piece of its capacity in
 *   which the step starts.
 */
#include "engine/workshop_state.h"

#include "core/quantity.h"

static void make_room(StepRoom *room, int nuses);
static void draw(StepDraw *draws, int *ndraws, ShopResource *resource,
				 Quantity units);
static bool fit_first(const StepRoom *room, int64 amount, Instant from,
					  Instant limit, Span *span);
static bool fit_last(const StepRoom *room, int64 amount, Instant until,
					 Instant floor, Span *span);
static Instant last_end(const StepRoom *room, int64 amount,
						Instant latest_start);
static bool buckets_hold(const StepRoom *room, Instant start, Instant *later,
						 Instant *earlier);
static int64 changeover_at(const StepRoom *room, Instant start);
static Instant next_allows(const StepRoom *room, Instant start);
static Instant idle_before(const ShopResource *resource, Instant until,
						   int64 amount);
static Instant next_occupied(const StepRoom *room, Instant at);
static Instant last_occupied(const StepRoom *room, Instant at);
static const char *state_before(const Workshop *workshop,
								const ShopResource *resource, Instant at);
static const ShopSetup *setup_of(const Workshop *workshop, Quantity value);
static int64 changeover(const Workshop *workshop,
						const ShopResource *resource, const char *from,
						const char *to);

StepRoom *
workshop_room_create(Workshop *workshop)
{
	StepRoom   *room = palloc0(sizeof(StepRoom));

	room->workshop = workshop;
	return room;
}

/*
 * What a step asks of its resources, the first nuses of which are chosen.  Two
 * uses of the same resource add up.
 */
PromiseStatus
workshop_room_fill(StepRoom *room, const PlanStep *step,
				   PlanResource *const *resources, int nuses,
				   Quantity lot, int64 work)
{
	make_room(room, nuses);
	room->work = NULL;
	room->amount = work;
	room->pauses = step->pauses;
	room->setup_state = step->setup_state;
	room->nheld = 0;
	room->nchanged = 0;
	room->nbuckets = 0;
	room->nfits = 0;

	for (int i = 0; i < nuses; i++)
	{
		ShopResource *resource = workshop_resource(room->workshop,
												   resources[i]);
		const PlanUse *use = &step->uses[i];
		bool		known = false;

		room->work = workshop_joint_calendar(room->workshop, room->work,
											 resource->resource->work);
		if (resource->resource->bucketed)
		{
			Quantity	drawn;
			PromiseStatus status = plan_bucket_quantity(use, lot, &drawn);

			if (status != PROMISE_OK)
				return status;
			draw(room->buckets, &room->nbuckets, resource, drawn);
		}
		else if (work > 0)
			draw(room->held, &room->nheld, resource, use->units);

		/* what takes no time needs no setup */
		for (int j = 0; j < room->nchanged; j++)
			known |= room->changed[j] == resource;
		if (!known && work > 0 && resource->setups != NULL &&
			step->setup_state != NULL)
			room->changed[room->nchanged++] = resource;
	}

	for (int i = 0; i < room->nheld; i++)
	{
		if (room->held[i].resource->free == NULL)
			continue;
		room->fits[room->nfits].tree = room->held[i].resource->free;
		room->fits[room->nfits++].units = room->held[i].units;
	}
	for (int i = 0; i < room->nchanged; i++)
	{
		room->fits[room->nfits].tree = room->changed[i]->setups;
		room->fits[room->nfits++].units = 0;
	}
	return PROMISE_OK;
}

/*
 * The earliest room at or after "from" that ends at or before the limit.
 */
bool
workshop_room_first(StepRoom *room, Instant from, Instant limit, StepFit *fit)
{
	for (;;)
	{
		Instant		later;
		Instant		earlier;

		CORE_CHECK_INTERRUPTS();
		fit->setup = 0;
		if (!fit_first(room, room->amount, from, limit, &fit->span))
			return false;
		if (room->nchanged > 0)
		{
			Instant		next = next_occupied(room, fit->span.start);

			/* gaps before this one are too short for the work alone */
			fit->setup = changeover_at(room, fit->span.start);
			if ((fit->setup > 0 &&
				 (!fit_first(room, room->amount + fit->setup,
							 fit->span.start, limit, &fit->span) ||
				  fit->span.start >= next)) ||
				fit->span.end > next_allows(room, fit->span.start))
			{
				if (next == INSTANT_END)
					return false;
				from = next;
				continue;
			}
		}
		if (buckets_hold(room, fit->span.start, &later, &earlier))
			return true;
		if (later >= limit)
			return false;
		from = later;
	}
}

/*
 * The latest room that ends at or before "until", starts at or after the floor
 * and at or before latest_start.
 */
bool
workshop_room_last(StepRoom *room, Instant until, Instant floor,
				   Instant latest_start, StepFit *fit)
{
	for (;;)
	{
		Instant		later;
		Instant		earlier;
		Instant		bound = until;

		CORE_CHECK_INTERRUPTS();
		if (latest_start < floor)
			return false;
		fit->setup = 0;
		bound = core_min(bound, last_end(room, room->amount, latest_start));
		if (!fit_last(room, room->amount, bound, floor, &fit->span))
			return false;
		if (room->nchanged > 0)
		{
			Instant		last = last_occupied(room, fit->span.start);

			/* in this gap; those after it are too short for the work alone */
			fit->setup = changeover_at(room, fit->span.start);
			bound = core_min(until, last_end(room, room->amount + fit->setup,
											 latest_start));
			bound = core_min(bound, next_allows(room, fit->span.start));
			if ((fit->setup > 0 || fit->span.end > bound) &&
				(!fit_last(room, room->amount + fit->setup, bound, floor,
						   &fit->span) ||
				 fit->span.start < last))
			{
				/* go on before what is before this gap */
				if (last <= floor)
					return false;
				until = Min(until, last);
				latest_start = Min(latest_start, last - 1);
				continue;
			}
		}
		if (buckets_hold(room, fit->span.start, &later, &earlier))
			return true;
		if (earlier == INSTANT_BEGIN)
			return false;
		latest_start = earlier - 1;
	}
}

/*
 * Where it would be if everything were free: the first place in [from, until], or
 * the last.
 */
bool
workshop_room_open(const StepRoom *room, bool forward, Instant from,
				   Instant until, Span *span)
{
	if (forward)
		return first_fit_forward(NULL, 0, room->work, room->amount,
								 room->pauses, from, until, span);
	return first_fit_backward(NULL, 0, room->work, room->amount, room->pauses,
							  until, from, span);
}

/*
 * The resource that has too little first in [from, until); NULL: none.
 */
const PlanResource *
workshop_room_busy(const StepRoom *room, Instant from, Instant until)
{
	const PlanResource *busy = NULL;
	Instant		first = INSTANT_END;

	for (int i = 0; i < room->nheld + room->nbuckets; i++)
	{
		const StepDraw *asked = i < room->nheld ? &room->held[i] :
		&room->buckets[i - room->nheld];
		Instant		at = INSTANT_END;

		if (asked->resource->free != NULL && from < until)
			at = time_tree_first_below(asked->resource->free, from, until,
									   asked->units);
		if (at < first)
		{
			first = at;
			busy = asked->resource->resource;
		}
	}
	return busy;
}

/*
 * Take it.
 */
void
workshop_room_occupy(StepRoom *room, const StepFit *fit)
{
	Workshop   *workshop = room->workshop;

	for (int i = 0; i < room->nbuckets; i++)
	{
		ShopResource *resource = room->buckets[i].resource;
		Span		piece = workshop_piece(resource, fit->span.start);

		if (resource->free != NULL)
			time_tree_add(resource->free, piece.start, piece.end,
						  -room->buckets[i].units);
	}
	if (fit->span.start == fit->span.end)
		return;
	for (int i = 0; i < room->nheld; i++)
	{
		if (room->held[i].resource->free != NULL)
			time_tree_add(room->held[i].resource->free, fit->span.start,
						  fit->span.end, -room->held[i].units);
	}
	for (int i = 0; i < room->nchanged; i++)
		time_tree_add(room->changed[i]->setups, fit->span.start,
					  fit->span.end,
					  -workshop_setup_number(workshop, room->setup_state,
											 fit->setup));
}

static void
make_room(StepRoom *room, int nuses)
{
	if (nuses <= room->size)
		return;
	if (room->size > 0)
	{
		pfree(room->fits);
		pfree(room->held);
		pfree(room->changed);
		pfree(room->buckets);
	}
	room->size = Max(nuses, 8);
	room->fits = palloc(2 * room->size * sizeof(FitDemand));
	room->held = palloc(room->size * sizeof(StepDraw));
	room->changed = palloc(room->size * sizeof(ShopResource *));
	room->buckets = palloc(room->size * sizeof(StepDraw));
}

static void
draw(StepDraw *draws, int *ndraws, ShopResource *resource, Quantity units)
{
	for (int i = 0; i < *ndraws; i++)
	{
		if (draws[i].resource == resource)
		{
			/* more than there can be of anything is as good as too much */
			if (pg_add_s64_overflow(draws[i].units, units, &draws[i].units))
				draws[i].units = QUANTITY_MAX;
			return;
		}
	}
	draws[*ndraws].resource = resource;
	draws[(*ndraws)++].units = units;
}

static bool
fit_first(const StepRoom *room, int64 amount, Instant from, Instant limit,
		  Span *span)
{
	return first_fit_forward(room->fits, room->nfits, room->work, amount,
							 room->pauses, from, limit, span);
}

static bool
fit_last(const StepRoom *room, int64 amount, Instant until, Instant floor,
		 Span *span)
{
	return first_fit_backward(room->fits, room->nfits, room->work, amount,
							  room->pauses, until, floor, span);
}

/*
 * Work of that amount starts at or before latest_start just if it ends at or
 * before this.
 */
static Instant
last_end(const StepRoom *room, int64 amount, Instant latest_start)
{
	Instant		end;

	if (latest_start == INSTANT_END)
		return INSTANT_END;
	if (amount == 0)
		return latest_start;
	if (room->work != NULL && room->pauses)
	{
		/* an open instant is what a fit starts in */
		Instant		open = work_time_open_until(room->work, latest_start + 1);

		if (open == INSTANT_BEGIN)
			return INSTANT_BEGIN;
		return work_time_forward(room->work, open - 1, amount);
	}
	if (pg_add_s64_overflow(latest_start, amount, &end))
		return INSTANT_END;
	return end;
}

/*
 * Is enough left in the pieces that the start lies in?  If not, where is the next
 * start that may do, and before which instant the last.
 */
static bool
buckets_hold(const StepRoom *room, Instant start, Instant *later,
			 Instant *earlier)
{
	bool		hold = true;

	*later = INSTANT_BEGIN;
	*earlier = INSTANT_END;
	for (int i = 0; i < room->nbuckets; i++)
	{
		const ShopResource *resource = room->buckets[i].resource;
		Quantity	units = room->buckets[i].units;
		Instant		next = INSTANT_END;
		Span		piece;

		if (resource->free == NULL)
			continue;
		piece = workshop_piece(resource, start);
		if (time_tree_least(resource->free, piece.start, piece.end) >= units)
			continue;

		hold = false;
		if (piece.end != INSTANT_END)
			next = time_tree_first_reaching(resource->free, piece.end,
											INSTANT_END, units);
		*later = Max(*later, next);
		*earlier = Min(*earlier, piece.start);
	}
	return hold;
}

/*
 * Working time to set up the resources for work that starts then: they are set up
 * at the same time.
 */
static int64
changeover_at(const StepRoom *room, Instant start)
{
	int64		longest = 0;

	for (int i = 0; i < room->nchanged; i++)
	{
		const char *before = state_before(room->workshop, room->changed[i],
										  start);

		longest = core_max(longest, changeover(room->workshop, room->changed[i],
											   before, room->setup_state));
	}
	return longest;
}

/*
 * When work that starts then must have ended for what comes next on each resource
 * to be set up from its state.
 */
static Instant
next_allows(const StepRoom *room, Instant start)
{
	Instant		allowed = INSTANT_END;

	for (int i = 0; i < room->nchanged; i++)
	{
		const ShopResource *resource = room->changed[i];
		Instant		next = time_tree_first_below(resource->setups, start,
												 INSTANT_END, 0);
		Instant		by = next;
		const ShopSetup *setup;
		int64		lacking;

		if (next == INSTANT_END)
			continue;
		setup = setup_of(room->workshop,
						 time_tree_value(resource->setups, next));
		if (setup == NULL)
			continue;
		lacking = changeover(room->workshop, resource, room->setup_state,
							 setup->state) - setup->changeover;
		if (lacking > 0)
			by = idle_before(resource, next, lacking);
		allowed = Min(allowed, by);
	}
	return allowed;
}

/*
 * From when on a resource is idle for that much working time before an instant;
 * INSTANT_BEGIN: it is not.
 */
static Instant
idle_before(const ShopResource *resource, Instant until, int64 amount)
{
	Instant		from;

	if (resource->resource->work != NULL)
		from = work_time_backward(resource->resource->work, until, amount);
	else if (pg_sub_s64_overflow(until, amount, &from))
		from = INSTANT_BEGIN;
	if (from != INSTANT_BEGIN && resource->free != NULL &&
		time_tree_least(resource->free, from, until) <= 0)
		from = INSTANT_BEGIN;
	return from;
}

/*
 * The next instant at which one of the resources has something set up on it;
 * INSTANT_END: none.
 */
static Instant
next_occupied(const StepRoom *room, Instant at)
{
	Instant		next = INSTANT_END;

	for (int i = 0; i < room->nchanged; i++)
		next = core_min(next, time_tree_first_below(room->changed[i]->setups, at,
													INSTANT_END, 0));
	return next;
}

/*
 * The last instant before which one of the resources had something set up on it;
 * INSTANT_BEGIN: none.
 */
static Instant
last_occupied(const StepRoom *room, Instant at)
{
	Instant		last = INSTANT_BEGIN;

	for (int i = 0; i < room->nchanged; i++)
		last = core_max(last, time_tree_clear_from(room->changed[i]->setups,
												   INSTANT_BEGIN, at, 0));
	return last;
}

/*
 * The state that a resource is in before an instant; NULL: any.
 */
static const char *
state_before(const Workshop *workshop, const ShopResource *resource,
			 Instant at)
{
	Instant		end = time_tree_clear_from(resource->setups, INSTANT_BEGIN,
										   at, 0);
	const ShopSetup *setup;

	if (end == INSTANT_BEGIN)
		return resource->resource->initial_setup;
	setup = setup_of(workshop, time_tree_value(resource->setups, end - 1));
	return setup != NULL ? setup->state : NULL;
}

static const ShopSetup *
setup_of(const Workshop *workshop, Quantity value)
{
	if (value >= 0 || -value > workshop->nsetups)
		return NULL;
	return &workshop->setups[-value - 1];
}

static int64
changeover(const Workshop *workshop, const ShopResource *resource,
		   const char *from, const char *to)
{
	if (from == NULL || to == NULL)
		return 0;
	return workshop->network->changeover(workshop->network,
										 resource->resource, from, to);
}
