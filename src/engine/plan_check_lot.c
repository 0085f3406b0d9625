/*
 * plan_check_lot.c - lots: size, dates, and what they take.
 */
#include "core/calendar_time.h"
#include "engine/plan_checking.h"

static void check_lot_size(PlanChecking *check, int lot);
static void check_lot_start(PlanChecking *check, int lot);
static PromiseStatus check_lot_end(PlanChecking *check, int lot);
static PromiseStatus lead_time_ends(const PlanSource *source, Instant begin,
									Instant end, bool *ends);
static bool span_contains(const Span *span, Instant at);
static void check_choices(PlanChecking *check, int lot);
static void check_choice(PlanChecking *check, int lot, int first);
static PromiseStatus check_component(PlanChecking *check, int lot,
									 int component);
static PromiseStatus component_quantity(const PlanComponent *component,
										Quantity lot, Quantity *quantity);
static Instant component_at(const PlanLot *lot, int component);

/*
 * Every rule about single lots.
 */
PromiseStatus
plan_check_lots(PlanChecking *check)
{
	for (int i = 0; i < check->plan->nlots; i++)
	{
		PromiseStatus status;

		CORE_CHECK_INTERRUPTS();
		check_lot_size(check, i);
		check_lot_start(check, i);
		status = plan_check_steps(check, i);
		if (status == PROMISE_OK)
			status = check_lot_end(check, i);
		if (status == PROMISE_OK)
			status = plan_check_components(check, i);
		if (status != PROMISE_OK)
			return status;
	}
	return PROMISE_OK;
}

static void
check_lot_size(PlanChecking *check, int lot)
{
	const PlanLot *it = &check->plan->lots[lot];
	const PlanSource *source = it->source;

	if (it->quantity == 0 || it->quantity < source->lot_minimum ||
		(source->lot_maximum > 0 && it->quantity > source->lot_maximum) ||
		(source->lot_multiple > 0 && it->quantity % source->lot_multiple != 0))
		(void) plan_check_add(check, PLAN_RULE_LOT_SIZE, -1, lot, -1);
}

/*
 * A lot begins with its first step, outside of the fence and while its source is in
 * force.
 */
static void
check_lot_start(PlanChecking *check, int lot)
{
	const PlanLot *it = &check->plan->lots[lot];

	if (it->source->nsteps > 0)
	{
		Instant		first = it->tasks[0].start;

		for (int i = 1; i < it->source->nsteps; i++)
			first = Min(first, it->tasks[i].start);
		if (it->start != first)
			(void) plan_check_add(check, PLAN_RULE_PRECEDENCE, -1, lot, -1);
	}

	if (it->start < it->source->first_start)
		(void) plan_check_add(check, PLAN_RULE_FENCE, -1, lot, -1);
	if (!span_contains(&it->source->effective, it->start))
		(void) plan_check_add(check, PLAN_RULE_EFFECTIVITY, -1, lot, -1);
}

/*
 * A lot ends when the lead time after its last step does; a kit, when it is taken.
 */
static PromiseStatus
check_lot_end(PlanChecking *check, int lot)
{
	const PlanLot *it = &check->plan->lots[lot];
	Instant		begin = it->start;
	bool		ends;
	PromiseStatus status = PROMISE_OK;

	for (int i = 0; i < it->source->nsteps; i++)
	{
		if (i == 0 || it->tasks[i].end > begin)
			begin = it->tasks[i].end;
	}

	if (it->source->kind == PLAN_KIT)
		ends = it->start == it->end &&
			it->end == check->plan->needs[it->need].at;
	else
		status = lead_time_ends(it->source, begin, it->end, &ends);
	if (status != PROMISE_OK)
		return status;
	if (!ends)
		plan_check_add(check, PLAN_RULE_LEAD_TIME, -1, lot, -1)->at = it->end;
	return PROMISE_OK;
}

/*
 * Does the lead time that begins at an instant end at another?  First its days are
 * counted, open ones on a calendar, then its time.  Of that it is only verified
 * that it lies between the two, and that the last of it is over just then.
 */
static PromiseStatus
lead_time_ends(const PlanSource *source, Instant begin, Instant end,
			   bool *ends)
{
	const PlanDuration *lead = &source->lead_time;
	Instant		counted = begin;
	int64		length;

	*ends = false;
	if (source->calendar == NULL)
	{
		if (pg_mul_s64_overflow(lead->days, CALENDAR_DAY, &length) ||
			pg_add_s64_overflow(length, lead->time, &length) ||
			pg_add_s64_overflow(begin, length, &counted))
			return PROMISE_INSTANT_OVERFLOW;
		*ends = end == counted;
		return PROMISE_OK;
	}

	if (lead->days != 0)
	{
		int64		days;
		PromiseStatus status;

		/* days that begin in closed time begin with the next opening */
		if (!calendar_is_open(source->calendar, source->zone, begin) &&
			!calendar_is_open(source->calendar, source->zone, begin - 1))
			begin = work_time_open_from(source->work, begin);
		if (begin == INSTANT_END)
			return PROMISE_OK;
		status = calendar_advance_days(source->calendar, source->zone, begin,
									   lead->days, &counted, &days);
		if (status == PROMISE_CALENDAR_EXHAUSTED)
			return PROMISE_OK;	/* there is no such date */
		if (status != PROMISE_OK)
			return status;
	}
	if (lead->time == 0)
		*ends = end == counted;
	else
		*ends = end > counted &&
			plan_check_elapsed(counted, end) != PG_INT64_MAX &&
			calendar_working(source->calendar, source->zone, counted,
							 end) == lead->time &&
			calendar_is_open(source->calendar, source->zone, end - 1);
	return PROMISE_OK;
}

static bool
span_contains(const Span *span, Instant at)
{
	return at >= span->start && at < span->end;
}

/*
 * A lot has one need for every component that it takes.
 */
PromiseStatus
plan_check_components(PlanChecking *check, int lot)
{
	const PlanSource *source = check->plan->lots[lot].source;

	check_choices(check, lot);
	for (int i = 0; i < source->ncomponents; i++)
	{
		PromiseStatus status = check_component(check, lot, i);

		if (status != PROMISE_OK)
			return status;
	}
	return PROMISE_OK;
}

/*
 * Components without a choice are taken if they are in force when the lot starts; of
 * those with the same choice exactly one, unless none is in force.
 */
static void
check_choices(PlanChecking *check, int lot)
{
	const PlanLot *it = &check->plan->lots[lot];
	const PlanSource *source = it->source;

	for (int i = 0; i < source->ncomponents; i++)
	{
		const PlanComponent *component = &source->components[i];
		bool		in_force = span_contains(&component->effective, it->start);
		bool		is_first = true;

		if (it->uses_component[i] && !in_force)
			plan_check_add(check, PLAN_RULE_EFFECTIVITY, -1, lot, -1)->node =
				component->node;
		if (component->choice == 0)
		{
			if (!it->uses_component[i] && in_force)
				plan_check_add(check, PLAN_RULE_COMPONENT, -1, lot, -1)->node =
					component->node;
			continue;
		}
		for (int j = 0; j < i; j++)
			is_first &= source->components[j].choice != component->choice;
		if (is_first)
			check_choice(check, lot, i);
	}
}

static void
check_choice(PlanChecking *check, int lot, int first)
{
	const PlanLot *it = &check->plan->lots[lot];
	const PlanComponent *components = it->source->components;
	bool		any_in_force = false;
	int			nused = 0;

	for (int i = first; i < it->source->ncomponents; i++)
	{
		if (components[i].choice != components[first].choice)
			continue;
		any_in_force |= span_contains(&components[i].effective, it->start);
		nused += it->uses_component[i];
	}
	if (nused != (any_in_force ? 1 : 0))
		plan_check_add(check, PLAN_RULE_COMPONENT, -1, lot, -1)->node =
			components[first].node;
}

/*
 * The need of a component: of the right item and quantity, at the right date.  A
 * component of which nothing is needed may have none.
 */
static PromiseStatus
check_component(PlanChecking *check, int lot, int component)
{
	const PlanLot *it = &check->plan->lots[lot];
	const PlanComponent *takes = &it->source->components[component];
	Quantity	quantity = 0;
	int			nneeds = 0;

	if (it->uses_component[component])
	{
		PromiseStatus status = component_quantity(takes, it->quantity,
												  &quantity);

		if (status != PROMISE_OK)
			return status;
	}

	for (int i = 0; i < check->plan->nneeds; i++)
	{
		const PlanNeed *need = &check->plan->needs[i];

		if (need->lot != lot || need->component != component)
			continue;
		if (nneeds++ > 0 || !it->uses_component[component] ||
			need->node != takes->node || need->quantity != quantity ||
			need->at != component_at(it, component))
			plan_check_add(check, PLAN_RULE_COMPONENT, i, lot, -1)->missing =
				Max(quantity - need->quantity, 0);
	}
	if (nneeds == 0 && quantity > 0)
	{
		PlanViolation *violation = plan_check_add(check, PLAN_RULE_COMPONENT,
												  -1, lot, -1);

		violation->node = takes->node;
		violation->at = component_at(it, component);
		violation->missing = quantity;
	}
	return PROMISE_OK;
}

static PromiseStatus
component_quantity(const PlanComponent *component, Quantity lot,
				   Quantity *quantity)
{
	Quantity	net;
	PromiseStatus status;

	status = plan_check_ratio(lot, component->quantity, QUANTITY_SCALE, true,
							  &net);
	if (status != PROMISE_OK)
		return status;
	if (pg_add_s64_overflow(net, component->fixed, &net))
		return PROMISE_QUANTITY_OVERFLOW;
	return plan_check_ratio(net, QUANTITY_SCALE,
							QUANTITY_SCALE - component->scrap, true, quantity);
}

/*
 * When a component is taken: when its step starts; at the lot's start if there are
 * no steps, and of a move, which has left the other place by then.
 */
static Instant
component_at(const PlanLot *lot, int component)
{
	const PlanSource *source = lot->source;

	if (source->nsteps == 0 || source->kind == PLAN_MOVE)
		return lot->start;
	return lot->tasks[source->components[component].step].start;
}
