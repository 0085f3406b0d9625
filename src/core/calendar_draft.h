/*
 * calendar_draft.h - rules on their way to a calendar.
 *
 * Whoever makes a calendar (a literal, the wire, a set operation) collects its
 * rules in a draft, in whatever order and form, and calendar_finish brings
 * them into the one canonical form or says what is wrong with them.
 */
#ifndef PROMISE_CALENDAR_DRAFT_H
#define PROMISE_CALENDAR_DRAFT_H

#include "core/calendar.h"

/* the shifts of one day; the array is palloc'd */
typedef struct ShiftList
{
	CalendarShift *shifts;
	int			nshifts;
	int			maxshifts;
} ShiftList;

typedef struct DraftPeriod
{
	int32		first;
	ShiftList	week[CALENDAR_WEEK];
} DraftPeriod;

typedef struct DraftEntry
{
	int32		day;
	ShiftList	list;
} DraftEntry;

/*
 * The first period is there from the start, with an empty week from
 * CALENDAR_DATE_BEGIN; the others are added in the order of time.  The
 * zone's name is borrowed; everything else is palloc'd and the draft's own.
 */
typedef struct CalendarDraft
{
	const char *zone;
	DraftPeriod *periods;
	int			nperiods;
	int			maxperiods;
	DraftEntry *entries;
	int			nentries;
	int			maxentries;
} CalendarDraft;

/* What is wrong: a full sentence, and another that helps or NULL. */
typedef struct CalendarFault
{
	char		detail[256];
	const char *hint;
} CalendarFault;

extern void calendar_draft_init(CalendarDraft *draft, const char *zone);
extern PromiseStatus calendar_draft_period(CalendarDraft *draft, int32 first,
										   CalendarFault *fault);
extern PromiseStatus calendar_draft_entry(CalendarDraft *draft, int32 day,
										  const ShiftList *list,
										  CalendarFault *fault);
extern PromiseStatus calendar_draft_shift(ShiftList *list,
										  int32 start, int32 end,
										  CalendarFault *fault);
extern void calendar_draft_list(ShiftList *list, const CalendarShift *shifts,
								int nshifts);
extern void calendar_draft_copy(CalendarDraft *draft,
								const CalendarRules *rules);
extern PromiseStatus calendar_finish(CalendarDraft *draft,
									 CalendarRules *rules,
									 CalendarFault *fault);

#endif							/* PROMISE_CALENDAR_DRAFT_H */
