/*
 * calendar_set.h - union, intersection and difference of calendars.
 */
#ifndef PROMISE_CALENDAR_SET_H
#define PROMISE_CALENDAR_SET_H

#include "core/calendar_draft.h"
#include "core/span.h"

extern PromiseStatus calendar_combine(SpanOp op, const CalendarRules *a,
									  const CalendarRules *b,
									  CalendarRules *result,
									  CalendarFault *fault);
extern PromiseStatus calendar_close_days(const CalendarRules *rules,
										 int32 *days, int ndays,
										 CalendarRules *result,
										 CalendarFault *fault);

#endif							/* PROMISE_CALENDAR_SET_H */
