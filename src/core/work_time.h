/*
 * work_time.h - open time of a calendar, ready to be walked many times.
 *
 * A calendar says what is open by rules; a planner asks for the same weeks again
 * and again.  Work time holds the open spans of a window with the open time that
 * lies before each, so that every question is a binary search.  The window grows
 * by itself, never beyond the limit: what lies outside it is closed.  Spans of
 * work that adjoin are one.  Memory sets a limit, too, some thousand years on.
 *
 * For all functions work time that is NULL is always open, without any limit.
 *
 * All memory belongs to the context that was current when it was created.
 */
#ifndef PROMISE_WORK_TIME_H
#define PROMISE_WORK_TIME_H

#include "core/calendar_time.h"

typedef struct WorkTime WorkTime;

/*
 * The open time of the rules within [begin, limit); without rules all of it.
 * begin is finite if there are rules.  rules and zone must outlive it.
 */
extern WorkTime *work_time_create(const CalendarRules *rules,
								  const CalendarZone *zone,
								  Instant begin, Instant limit);

/* what is open in both; either may be NULL: always */
extern WorkTime *work_time_intersect(WorkTime *a, WorkTime *b);

/* is it known without looking that it is never closed within its window? */
extern bool work_time_is_always(const WorkTime *work);

/* is the other open wherever this is, as far as can be told without looking? */
extern bool work_time_is_within(const WorkTime *work, const WorkTime *other);

/* the first open instant at or after at; INSTANT_END: none */
extern Instant work_time_open_from(WorkTime *work, Instant at);

/* the last instant at or before at that ends open time; INSTANT_BEGIN: none */
extern Instant work_time_open_until(WorkTime *work, Instant at);

/*
 * Where work of that much open time ends if it begins at "at" (or begins if it
 * ends there): the first such instant, or the last.  Of no work: at itself.
 * INSTANT_END, INSTANT_BEGIN: open time runs out.
 */
extern Instant work_time_forward(WorkTime *work, Instant at, int64 amount);
extern Instant work_time_backward(WorkTime *work, Instant at, int64 amount);

/*
 * The first start at or after at (the last end at or before it) such that the
 * work lies within one open span.
 */
extern Instant work_time_unbroken_from(WorkTime *work, Instant at,
									   int64 amount);
extern Instant work_time_unbroken_until(WorkTime *work, Instant at,
										int64 amount);

/* open time in [from, until), and the longest that is unbroken */
extern int64 work_time_between(WorkTime *work, Instant from, Instant until);
extern int64 work_time_longest(WorkTime *work, Instant from, Instant until);

#endif							/* PROMISE_WORK_TIME_H */
