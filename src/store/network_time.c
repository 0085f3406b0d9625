/*
 * network_time.c - working time of a network: calendars, fences and ranges.
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "store/locations.h"
#include "store/network_state.h"
#include "store/value.h"
#include "types/calendar_type.h"
#include "types/report.h"
#include "types/zone.h"

/* whose calendar is it, for people? */
typedef struct CalendarOwner
{
	const char *what;
	const char *name;
} CalendarOwner;

static void name_owner(void *arg);

/*
 * The calendar of a literal, which many resources may share.
 */
const NetworkCalendar *
network_calendar(Network *network, const char *text, const char *what,
				 const char *name)
{
	CalendarOwner owner = {what, name};
	ErrorContextCallback context = {
		.callback = name_owner,
		.arg = &owner,
		.previous = error_context_stack
	};
	void	  **slot = network_name(network->calendars, text);
	MemoryContext old;
	NetworkCalendar *calendar;
	ServerZone *zone;

	if (*slot != NULL)
		return *slot;

	error_context_stack = &context;
	old = MemoryContextSwitchTo(network->context);
	calendar = palloc(sizeof(NetworkCalendar));
	calendar->rules = calendar_rules(calendar_from_text(text));
	zone = palloc(sizeof(ServerZone));
	zone_open(zone, calendar->rules.zone);
	calendar->zone = &zone->base;
	calendar->work = work_time_create(&calendar->rules, calendar->zone,
									  network->base.now, network->base.limit);
	*slot = calendar;
	MemoryContextSwitchTo(old);
	error_context_stack = context.previous;
	return calendar;
}

static void
name_owner(void *arg)
{
	const CalendarOwner *owner = arg;

	errcontext("calendar of %s \"%s\"", owner->what, owner->name);
}

/*
 * The instant at which so much time has passed: open days first, then open time.
 * INSTANT_END if it never has.
 */
Instant
network_after(const NetworkCalendar *calendar, Instant start,
			  PlanDuration duration)
{
	Instant		result = start;
	int64		counted;

	if (calendar == NULL)
	{
		if (pg_add_s64_overflow(start, duration.days * USECS_PER_DAY, &result) ||
			pg_add_s64_overflow(result, duration.time, &result))
			return INSTANT_END;
		return result;
	}

	if (duration.days > 0 &&
		calendar_advance_days(&calendar->rules, calendar->zone, start,
							  duration.days, &result, &counted) != PROMISE_OK)
		return INSTANT_END;
	if (duration.time > 0 &&
		calendar_advance(&calendar->rules, calendar->zone, result,
						 duration.time, &result, &counted) != PROMISE_OK)
		return INSTANT_END;
	return result;
}

/*
 * The instants of a range, in the zone of a location if it is of local time; a
 * range that is not given holds all.  An empty one is as long as nothing.  To be
 * called within fetch_run, while no query runs.
 */
Span
network_range(Network *network, const RowRange *range, const char *location)
{
	Span		result = {INSTANT_BEGIN, INSTANT_END};
	LocationInfo info;

	if (!range->given)
		return result;

	locations_init(&info, location);
	if (range->type != TSTZRANGEOID)
		locations_look_up(&network->fetch, &info, 1);
	if (!value_range(range->value, range->type, &info.zone, &result.start,
					 &result.end))
		result.end = result.start = INSTANT_END;
	return result;
}
