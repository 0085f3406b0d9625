/*
 * workshop_lead.c - lead times on the calendar of a source.
 *
 * Days come first and keep the time on the wall clock, as in promise.shift; the
 * rest is open time.
 */
#include "engine/workshop_state.h"

static Instant after_days(const PlanSource *source, Instant at, int32 days);
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
 *
 * A start on a closed day keeps its time of the day too, so a later start is not
 * always a later end, and the answer may not be the very last.  Where starting at the
 * floor is in time, there is an answer.
 */
Instant
workshop_lead_start(const PlanSource *source, Instant end, Instant floor)
{
	Instant		start = end;
	Instant		late;

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

	if (start != INSTANT_BEGIN)
		start = after_days(source, start, -source->lead_time.days);
	if (start == INSTANT_END || start < floor || !in_time(source, start, end))
		start = floor;
	if (!in_time(source, start, end))
		return INSTANT_BEGIN;
	if (source->calendar == NULL)
		return start;

	/*
	 * closed days in between do not count: later by whole days, then within
	 * one
	 */
	for (int64 days = (end - start) / CALENDAR_DAY; days > 0; days--)
	{
		CORE_CHECK_INTERRUPTS();
		if (in_time(source, start + days * CALENDAR_DAY, end))
		{
			start += days * CALENDAR_DAY;
			break;
		}
	}
	late = Min(start + CALENDAR_DAY, end + 1);
	if (start < end && !in_time(source, start + 1, end))
		late = start + 1;
	while (late <= end && in_time(source, late, end))
	{
		start = late;
		late = Min(start + CALENDAR_DAY, end + 1);
	}
	/* invariant: start is in time, late is not */
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
		calendar_advance_days(source->calendar, source->zone, at, days,
							  &result, &counted) != PROMISE_OK)
		return days > 0 ? INSTANT_END : INSTANT_BEGIN;
	return result;
}

static bool
in_time(const PlanSource *source, Instant start, Instant end)
{
	return workshop_lead_end(source, start) <= end;
}
