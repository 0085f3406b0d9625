/*
 * work_fixture.h - calendars and clocks for tests of working time.
 */
#ifndef PROMISE_TEST_WORK_FIXTURE_H
#define PROMISE_TEST_WORK_FIXTURE_H

#include "core/calendar_time.h"

#define HOUR INT64CONST(3600000000)
#define WORK_MAX_SWITCHES 6

/* a zone whose clock is put forward and back */
typedef struct WorkClock
{
	CalendarZone base;
	int			nswitches;
	Instant		at[WORK_MAX_SWITCHES];
	int64		offset[WORK_MAX_SWITCHES + 1];
} WorkClock;

/*
 * Open for whole hours on some days of a week, and otherwise on a few dates in the
 * 6000 days from 2000 on.
 */
extern void work_random_rules(CalendarRules *rules);

/* switched to and fro by an hour, some months apart */
extern void work_random_clock(WorkClock *clock, Instant begin);
extern WorkClock work_utc(void);

#endif							/* PROMISE_TEST_WORK_FIXTURE_H */
