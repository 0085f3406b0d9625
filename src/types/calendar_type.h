/*
 * calendar_type.h - promise.calendar as a datum.
 */
#ifndef PROMISE_CALENDAR_TYPE_H
#define PROMISE_CALENDAR_TYPE_H

#include "postgres.h"

#include "fmgr.h"

#include "core/calendar.h"
#include "core/calendar_draft.h"

/*
 * The arrays of canonical rules (see core/calendar.h) packed behind each
 * other: periods, entries, shifts; then the zone's name with its terminating
 * zero.  Everything but the name consists of int32, so there is no padding.
 *
 * A datum holds rules and the name of a zone, never resolved instants: what it
 * means follows the server's zone database.
 */
typedef struct Calendar
{
	int32		vl_len_;		/* varlena header (do not touch directly!) */
	uint32		flags;			/* format version and options, now 0 */
	int32		nperiods;
	int32		nentries;
	int32		nshifts;
	int32		zonelen;		/* without the terminating zero */
	int32		data[FLEXIBLE_ARRAY_MEMBER];
} Calendar;

StaticAssertDecl(sizeof(CalendarPeriod) == (CALENDAR_WEEK + 2) * sizeof(int32),
				 "calendar periods must be packed");
StaticAssertDecl(sizeof(CalendarEntry) == 3 * sizeof(int32),
				 "calendar entries must be packed");
StaticAssertDecl(sizeof(CalendarShift) == 2 * sizeof(int32),
				 "calendar shifts must be packed");
StaticAssertDecl(offsetof(Calendar, data) == 6 * sizeof(int32),
				 "the header of a calendar must be packed");

#define DatumGetCalendarP(datum_) ((Calendar *) PG_DETOAST_DATUM(datum_))
#define PG_GETARG_CALENDAR_P(n_) DatumGetCalendarP(PG_GETARG_DATUM(n_))
#define PG_RETURN_CALENDAR_P(cal_) PG_RETURN_POINTER(cal_)

/* calendar_io.c */
extern Calendar *calendar_from_text(const char *text);
extern Calendar *calendar_pack(const CalendarRules *rules);
extern CalendarRules calendar_rules(const Calendar *cal);
extern _Noreturn void calendar_fault(PromiseStatus status, const CalendarFault *fault);

/* calendar_time.c */
extern Span *calendar_open_spans(const Calendar *cal, Instant from, Instant to,
								 int *nspans);

#endif							/* PROMISE_CALENDAR_TYPE_H */
