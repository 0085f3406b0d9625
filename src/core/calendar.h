/*
 * calendar.h - the rules of working time.
 *
 * A calendar says for every local day which shifts begin on it: by the week of
 * the period that the day lies in, unless the day has an entry of its own.
 * Days are counted from 2000-01-01 (the representation of date), times of day
 * in seconds from local midnight, local time in microseconds since
 * 2000-01-01 00:00 on the wall clock (the representation of timestamp).
 */
#ifndef PROMISE_CALENDAR_H
#define PROMISE_CALENDAR_H

#include "core/core.h"
#include "core/span.h"

#define CALENDAR_WEEK		7	/* Monday is 0 */
#define CALENDAR_DAY_SECS	86400
#define CALENDAR_SEC		INT64CONST(1000000)
#define CALENDAR_DAY		(CALENDAR_DAY_SECS * CALENDAR_SEC)

/* dates that a rule may name: 0001-01-01 to 9999-12-31 */
#define CALENDAR_DATE_MIN	(-730119)
#define CALENDAR_DATE_MAX	2921939

/* the first day of the first period: there is none before */
#define CALENDAR_DATE_BEGIN PG_INT32_MIN

/* instants that timestamptz can hold: EARLIEST <= t < LATEST */
#define CALENDAR_EARLIEST	INT64CONST(-211813488000000000)
#define CALENDAR_LATEST		INT64CONST(9223371331200000000)

/* limits of one calendar, and of one answer */
#define CALENDAR_MAX_PERIODS	1000
#define CALENDAR_MAX_DAYS		65536
#define CALENDAR_MAX_DAY_SHIFTS 100
#define CALENDAR_MAX_SPANS		10000000
#define CALENDAR_MAX_ZONE		255 /* bytes of a zone's name */

/*
 * A shift, in seconds from the midnight at which its day begins.  It begins on
 * its day and ends there or on the next: 0 <= start < 86400, start < end <=
 * 172800.
 */
typedef struct CalendarShift
{
	int32		start;
	int32		end;
} CalendarShift;

/*
 * The week in force from a day to the day before the next period's.  The
 * shifts of weekday w are those numbered week[w] .. week[w + 1] - 1.
 */
typedef struct CalendarPeriod
{
	int32		first;
	int32		week[CALENDAR_WEEK + 1];
} CalendarPeriod;

/* A day with an entry of its own: "shift" is the number of its first shift. */
typedef struct CalendarEntry
{
	int32		day;
	int32		shift;
	int32		nshifts;		/* 0: closed */
} CalendarEntry;

/*
 * A borrowed view of a calendar.  The arrays belong to somebody else: a datum,
 * a draft, a test.
 *
 * Invariants of canonical rules (calendar_is_canonical checks them):
 *
 * 1. the first period begins at CALENDAR_DATE_BEGIN, periods ascend, and
 *	  neighbours differ in their weeks;
 * 2. entries ascend, and each differs from what its week says of that day;
 * 3. the shifts of one day ascend and do not touch;
 * 4. no shift reaches into one of the next day, neither within a week taken
 *	  for itself nor at the days that follow each other in fact;
 * 5. the shifts are stored in the order of periods, weekdays and entries,
 *	  without gaps.
 *
 * Two calendars with the same zone, the same week in force on every day and
 * the same shifts on every day have therefore equal arrays, byte for byte.
 * Because of 3 and 4, the order of shifts by day is their order in time.
 */
typedef struct CalendarRules
{
	const char *zone;
	int			nperiods;
	int			nentries;
	int			nshifts;
	const CalendarPeriod *periods;
	const CalendarEntry *entries;
	const CalendarShift *shifts;
} CalendarRules;

/* A run of days with the same rule around one of them. */
typedef struct CalendarRun
{
	int32		first;
	int32		last;			/* inclusive */
	int			period;			/* number of the period */
	int			entry;			/* number of the entry, or -1 for a week */
} CalendarRun;

/* what calendar_sum and calendar_walk count */
typedef enum CalendarUnit
{
	CALENDAR_OPEN_DAYS,			/* days on which a shift begins */
	CALENDAR_OPEN_SECONDS		/* length of the shifts, by the wall clock */
} CalendarUnit;

extern bool calendar_is_canonical(const CalendarRules *rules);
extern int	calendar_compare(const CalendarRules *a, const CalendarRules *b);
extern int	calendar_period_at(const CalendarRules *rules, int32 day);
extern const CalendarShift *calendar_week_shifts(const CalendarRules *rules,
												 int period, int weekday,
												 int *nshifts);
extern const CalendarShift *calendar_day_shifts(const CalendarRules *rules,
												int32 day, int *nshifts);
extern bool calendar_same_shifts(const CalendarShift *a, int na,
								 const CalendarShift *b, int nb);
extern CalendarRun calendar_run_at(const CalendarRules *rules, int32 day);
extern bool calendar_bounds(const CalendarRules *rules,
							int32 *first, int32 *last);

extern int64 calendar_sum(const CalendarRules *rules, CalendarUnit unit,
						  int32 from, int32 to);
extern bool calendar_walk(const CalendarRules *rules, CalendarUnit unit,
						  int32 day, int32 limit, int64 amount,
						  int32 *found, int64 *passed);

/* Monday is 0; 2000-01-01 was a Saturday */
static inline int
calendar_weekday(int32 day)
{
	int			weekday = (day % CALENDAR_WEEK + 5) % CALENDAR_WEEK;

	return weekday < 0 ? weekday + CALENDAR_WEEK : weekday;
}

/* the day that a local time lies in */
static inline int32
calendar_local_day(int64 local)
{
	int64		day = local / CALENDAR_DAY;

	return (int32) (local % CALENDAR_DAY < 0 ? day - 1 : day);
}

#endif							/* PROMISE_CALENDAR_H */
