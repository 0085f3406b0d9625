/*
 * workshop_lead.c - lead times on the calendar of a source.
 *
 * Days come first and keep the time on the wall clock, as in promise.shift; the
 * rest is open time.  Days that begin in closed time begin with the next opening: so
 * what begins later never ends earlier, while promise.shift would take what begins on
 * a Saturday at noon to the same time of the day as what begins on Friday at noon, and
 * what begins on Sunday morning to an earlier one.
 */
#include "engine/workshop_state.h"

static Instant after_days(const PlanSource *source, Instant at, int32 days);
static bool begin_open(const PlanSource *source, Instant *at);
static bool in_time(const PlanSource *source, Instant start, Instant end);

/*
 * When the lead time is over that begins at "start"; INSTANT_END: never.
 */
Instant
workshop_lead_end(const PlanSource *source, Instant start)
{
	Instant		at = after_days(source, start, source->lead_time.days);

	if (at == INSTANT_BEGIN || at == INSTANT_END ||
		source->lead_time.time == 0)
		return at;
	if (source->work != NULL)
		return work_time_forward(source->work, at, source->lead_time.time);
	if (pg_add_s64_overflow(at, source->lead_time.time, &at))
		return INSTANT_END;
	return at;
}

/*
 * The last start at or after the floor from which the lead time is over by "end";
 * INSTANT_BEGIN: none.
 */
Instant
workshop_lead_start(const PlanSource *source, Instant end, Instant floor)
{
	Instant		start = end;
	Instant		guess;
	Instant		late;
	int64		step = CALENDAR_DAY;

	if (end < floor)
		return INSTANT_BEGIN;
	if (source->lead_time.time != 0)
	{
		if (source->work != NULL)
			start = work_time_backward(source->work, end,
									   source->lead_time.time);
		else if (pg_sub_s64_overflow(end, source->lead_time.time, &start))
			start = INSTANT_BEGIN;
	}
	if (source->lead_time.days == 0)
		return start < floor ? INSTANT_BEGIN : start;

	if (!in_time(source, floor, end))
		return INSTANT_BEGIN;
	guess = start == INSTANT_BEGIN ? start :
		after_days(source, start, -source->lead_time.days);
	start = floor;
	if (guess != INSTANT_END && guess > floor && in_time(source, guess, end))
		start = guess;

	/* invariant: start is in time, late is not */
	for (late = Min(start + step, end + 1);
		 late <= end && in_time(source, late, end);
		 late = Min(start + step, end + 1))
	{
		CORE_CHECK_INTERRUPTS();
		start = late;
		step *= 2;
	}
	while (late - start > 1)
	{
		Instant		middle = start + (late - start) / 2;

		if (in_time(source, middle, end))
			start = middle;
		else
			late = middle;
	}
	return start;
}

/*
 * INSTANT_BEGIN, INSTANT_END: beyond what the calendar knows.
 */
static Instant
after_days(const PlanSource *source, Instant at, int32 days)
{
	Instant		result;
	int64		counted;

	if (days == 0)
		return at;
	if (source->calendar == NULL)
	{
		if (pg_add_s64_overflow(at, days * CALENDAR_DAY, &result))
			return days > 0 ? INSTANT_END : INSTANT_BEGIN;
		return result;
	}
	if (at < CALENDAR_EARLIEST || at >= CALENDAR_LATEST ||
		(days > 0 && !begin_open(source, &at)) ||
		calendar_advance_days(source->calendar, source->zone, at, days,
							  &result, &counted) != PROMISE_OK)
		return days > 0 ? INSTANT_END : INSTANT_BEGIN;
	return result;
}

/*
 * Go on to the next opening, unless it is open or has just been; false: there is none.
 */
static bool
begin_open(const PlanSource *source, Instant *at)
{
	int64		counted;

	if (calendar_is_open(source->calendar, source->zone, *at) ||
		calendar_is_open(source->calendar, source->zone, *at - 1))
		return true;
	/* the first microsecond of open time lies behind the opening */
	if (calendar_advance(source->calendar, source->zone, *at, 1, at,
						 &counted) != PROMISE_OK)
		return false;
	(*at)--;
	return true;
}

static bool
in_time(const PlanSource *source, Instant start, Instant end)
{
	return workshop_lead_end(source, start) <= end;
}
