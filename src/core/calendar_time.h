/*
 * calendar_time.h - from local rules to instants.
 *
 * An instant is open if the wall clock shows open time.  Where clocks are put
 * forward, the times that are skipped have no length.  Where they are put
 * back, each local time stands for its first showing: shifts begin and end
 * then, and while the clock shows times for the second time it is open if it
 * was so just before it was put back.  So adjoining shifts adjoin in every
 * night, and a shift across the switch has its true length.
 */
#ifndef PROMISE_CALENDAR_TIME_H
#define PROMISE_CALENDAR_TIME_H

#include "core/calendar.h"

/*
 * A time zone, as its owner sees it: "regime" tells the microseconds to add
 * to UTC at an instant, and the first instant after it at which that may
 * change, or INSTANT_END.  No offset is above a day.
 */
typedef struct CalendarZone CalendarZone;
struct CalendarZone
{
	void		(*regime) (const CalendarZone *zone, Instant at,
						   int64 *offset, Instant *until);
};

extern bool calendar_is_open(const CalendarRules *rules,
							 const CalendarZone *zone, Instant at);
extern PromiseStatus calendar_spans(const CalendarRules *rules,
									const CalendarZone *zone,
									Instant from, Instant to,
									Span **spans, int *nspans);
extern int64 calendar_working(const CalendarRules *rules,
							  const CalendarZone *zone,
							  Instant from, Instant to);
extern PromiseStatus calendar_advance(const CalendarRules *rules,
									  const CalendarZone *zone,
									  Instant at, int64 amount,
									  Instant *result, int64 *counted);
extern PromiseStatus calendar_advance_days(const CalendarRules *rules,
										   const CalendarZone *zone,
										   Instant at, int32 days,
										   Instant *result, int64 *counted);

#endif							/* PROMISE_CALENDAR_TIME_H */
