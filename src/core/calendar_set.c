/*
 * calendar_set.c - union, intersection and difference of calendars.
 *
 * Open time is combined exactly, local time by local time, and so instant by
 * instant, because both calendars have one zone.  Every open time of the
 * result belongs to a day as well (the one on which its shift begins): to the
 * day that the calendars agree on, to the earlier one where they do not, and
 * in a difference to that of the first calendar; but a piece that would begin
 * after its day's midnight belongs to the day on which it begins.
 *
 * What the result says of a day depends only on what both calendars say of the
 * days from two before it to one after it.  So the week of a period is
 * computed from weeks alone, and dated entries can only differ from it around
 * dated entries and the borders of periods.
 */
#include "core/calendar_set.h"

/* days before and after one whose rules can matter to it */
#define REACH_BACK		2
#define REACH_AHEAD		1

/* the spans of one day: seconds from its midnight, which may be negative */
typedef struct DaySpans
{
	Span	   *spans;
	int			nspans;
} DaySpans;

/* one calendar as seen by a computation: its rules, or one week for ever */
typedef struct Operand
{
	const CalendarRules *rules;
	int			period;			/* the week to use, or -1 for the rules */
} Operand;

static DaySpans operand_day(const Operand *operand, int32 day, int shift_days);
static DaySpans spans_combine(SpanOp op, DaySpans a, DaySpans b);
static DaySpans raw_day(SpanOp op, const Operand *a, const Operand *b, int32 day);
static PromiseStatus combine_day(SpanOp op, const Operand *a, const Operand *b,
								 int32 day, ShiftList *list,
								 CalendarFault *fault);
static PromiseStatus combine_weeks(SpanOp op, const CalendarRules *a,
								   const CalendarRules *b,
								   CalendarDraft *draft, CalendarFault *fault);
static PromiseStatus combine_entries(SpanOp op, const CalendarRules *a,
									 const CalendarRules *b,
									 CalendarDraft *draft, CalendarFault *fault);
static int	add_days(int32 *days, int ndays, const CalendarRules *rules);
static int	compare_days(const void *a, const void *b);

/*
 * Combine two calendars of one zone.
 */
PromiseStatus
calendar_combine(SpanOp op, const CalendarRules *a, const CalendarRules *b,
				 CalendarRules *result, CalendarFault *fault)
{
	CalendarDraft draft;
	PromiseStatus status;

	Assert(strcmp(a->zone, b->zone) == 0);

	calendar_draft_init(&draft, a->zone);
	status = combine_weeks(op, a, b, &draft, fault);
	if (status == PROMISE_OK)
		status = combine_entries(op, a, b, &draft, fault);
	if (status == PROMISE_OK)
		status = calendar_finish(&draft, result, fault);
	return status;
}

/*
 * A calendar on which no shift begins on the days given.  They may come in any
 * order and repeatedly; the array is sorted in place.
 */
PromiseStatus
calendar_close_days(const CalendarRules *rules, int32 *days, int ndays,
					CalendarRules *result, CalendarFault *fault)
{
	CalendarDraft draft;
	ShiftList	closed = {0};
	int			n = 0;

	calendar_draft_copy(&draft, rules);
	if (ndays > 1)
		qsort(days, ndays, sizeof(int32), compare_days);

	/* leave out the entries that the days replace */
	for (int e = 0; e < draft.nentries; e++)
	{
		if (ndays == 0 ||
			bsearch(&draft.entries[e].day, days, ndays, sizeof(int32),
					compare_days) == NULL)
			draft.entries[n++] = draft.entries[e];
	}
	draft.nentries = n;

	for (int i = 0; i < ndays; i++)
	{
		PromiseStatus status;

		if (i > 0 && days[i] == days[i - 1])
			continue;
		status = calendar_draft_entry(&draft, days[i], &closed, fault);
		if (status != PROMISE_OK)
			return status;
	}
	return calendar_finish(&draft, result, fault);
}

/*
 * One period of the result for every pair of periods that meet.
 */
static PromiseStatus
combine_weeks(SpanOp op, const CalendarRules *a, const CalendarRules *b,
			  CalendarDraft *draft, CalendarFault *fault)
{
	Operand		week_a = {a, 0};
	Operand		week_b = {b, 0};

	for (;;)
	{
		DraftPeriod *period = &draft->periods[draft->nperiods - 1];
		bool		more_a = week_a.period + 1 < a->nperiods;
		bool		more_b = week_b.period + 1 < b->nperiods;
		int32		next_a;
		int32		next_b;
		PromiseStatus status;

		/* days 0 to 6 stand for all weeks */
		for (int32 day = 0; day < CALENDAR_WEEK; day++)
		{
			status = combine_day(op, &week_a, &week_b, day,
								 &period->week[calendar_weekday(day)], fault);
			if (status != PROMISE_OK)
				return status;
		}

		if (!more_a && !more_b)
			return PROMISE_OK;
		next_a = more_a ? a->periods[week_a.period + 1].first : PG_INT32_MAX;
		next_b = more_b ? b->periods[week_b.period + 1].first : PG_INT32_MAX;
		if (next_a <= next_b)
			week_a.period++;
		if (next_b <= next_a)
			week_b.period++;
		status = calendar_draft_period(draft, Min(next_a, next_b), fault);
		if (status != PROMISE_OK)
			return status;
	}
}

/*
 * An entry for every day that may differ from its week; calendar_finish drops
 * those that do not.
 */
static PromiseStatus
combine_entries(SpanOp op, const CalendarRules *a, const CalendarRules *b,
				CalendarDraft *draft, CalendarFault *fault)
{
	Operand		all_a = {a, -1};
	Operand		all_b = {b, -1};
	int			reach = REACH_BACK + REACH_AHEAD + 1;
	int32	   *days;
	int			ndays = 0;
	int			period = 0;

	days = palloc(reach * sizeof(int32) *
				  (a->nperiods + a->nentries + b->nperiods + b->nentries));
	ndays = add_days(days, ndays, a);
	ndays = add_days(days, ndays, b);
	qsort(days, ndays, sizeof(int32), compare_days);

	/* invariant: period is the last that begins at or before the day */
	for (int i = 0; i < ndays; i++)
	{
		ShiftList	list = {0};
		const ShiftList *week;
		PromiseStatus status;

		if (i > 0 && days[i] == days[i - 1])
			continue;
		CORE_CHECK_INTERRUPTS();
		status = combine_day(op, &all_a, &all_b, days[i], &list, fault);
		if (status != PROMISE_OK)
			return status;

		while (period + 1 < draft->nperiods &&
			   draft->periods[period + 1].first <= days[i])
			period++;
		week = &draft->periods[period].week[calendar_weekday(days[i])];
		if (!calendar_same_shifts(list.shifts, list.nshifts,
								  week->shifts, week->nshifts))
		{
			status = calendar_draft_entry(draft, days[i], &list, fault);
			if (status != PROMISE_OK)
				return status;
		}
		if (list.shifts != NULL)
			pfree(list.shifts);
	}
	pfree(days);
	return PROMISE_OK;
}

/*
 * The days that an entry, or a border between periods, of a calendar reaches.
 */
static int
add_days(int32 *days, int ndays, const CalendarRules *rules)
{
	for (int p = 1; p < rules->nperiods; p++)
	{
		/* both the day before the border and the one after it in reach */
		for (int i = -REACH_AHEAD; i < REACH_BACK; i++)
			days[ndays++] = rules->periods[p].first + i;
	}
	for (int e = 0; e < rules->nentries; e++)
	{
		for (int i = -REACH_AHEAD; i <= REACH_BACK; i++)
			days[ndays++] = rules->entries[e].day + i;
	}
	return ndays;
}

/*
 * The shifts of a day of the result: those pieces of its own that begin on it,
 * and those of the day before that begin only on it.
 */
static PromiseStatus
combine_day(SpanOp op, const Operand *a, const Operand *b, int32 day,
			ShiftList *list, CalendarFault *fault)
{
	DaySpans	before = raw_day(op, a, b, day - 1);
	DaySpans	own = raw_day(op, a, b, day);
	DaySpans	late = {NULL, 0};
	DaySpans	all;
	PromiseStatus status = PROMISE_OK;

	late.spans = palloc(Max(before.nspans, 1) * sizeof(Span));
	for (int i = 0; i < before.nspans; i++)
	{
		if (before.spans[i].start >= CALENDAR_DAY_SECS)
			late.nspans = span_append(late.spans, late.nspans,
									  before.spans[i].start - CALENDAR_DAY_SECS,
									  before.spans[i].end - CALENDAR_DAY_SECS);
	}
	while (own.nspans > 0 &&
		   own.spans[own.nspans - 1].start >= CALENDAR_DAY_SECS)
		own.nspans--;
	all = spans_combine(SPAN_UNION, late, own);

	for (int i = 0; i < all.nspans && status == PROMISE_OK; i++)
		status = calendar_draft_shift(list, all.spans[i].start,
									  all.spans[i].end, fault);

	pfree(before.spans);
	pfree(own.spans);
	pfree(late.spans);
	pfree(all.spans);
	return status;
}

/*
 * The open time that belongs to a day, wherever it begins.
 */
static DaySpans
raw_day(SpanOp op, const Operand *a, const Operand *b, int32 day)
{
	DaySpans	a_before = operand_day(a, day - 1, -1);
	DaySpans	b_before = operand_day(b, day - 1, -1);
	DaySpans	a_own = operand_day(a, day, 0);
	DaySpans	b_own = operand_day(b, day, 0);
	DaySpans	a_after = operand_day(a, day + 1, 1);
	DaySpans	b_after = operand_day(b, day + 1, 1);
	DaySpans	result = {NULL, 0};
	DaySpans	x;
	DaySpans	y;

	switch (op)
	{
		case SPAN_UNION:
			/* less what the other calendar counts to the day before */
			x = spans_combine(SPAN_UNION, a_own, b_own);
			y = spans_combine(SPAN_UNION, a_before, b_before);
			result = spans_combine(SPAN_DIFFERENCE, x, y);
			pfree(x.spans);
			pfree(y.spans);
			break;
		case SPAN_INTERSECTION:
			/* with what the other calendar counts to this day or the next */
			x = spans_combine(SPAN_UNION, b_own, b_after);
			y = spans_combine(SPAN_INTERSECTION, a_own, x);
			pfree(x.spans);
			x = spans_combine(SPAN_INTERSECTION, b_own, a_after);
			result = spans_combine(SPAN_UNION, x, y);
			pfree(x.spans);
			pfree(y.spans);
			break;
		case SPAN_DIFFERENCE:
			x = spans_combine(SPAN_UNION, b_before, b_own);
			y = spans_combine(SPAN_UNION, x, b_after);
			result = spans_combine(SPAN_DIFFERENCE, a_own, y);
			pfree(x.spans);
			pfree(y.spans);
			break;
	}

	pfree(a_before.spans);
	pfree(b_before.spans);
	pfree(a_own.spans);
	pfree(b_own.spans);
	pfree(a_after.spans);
	pfree(b_after.spans);
	return result;
}

/*
 * The shifts that begin on a day, moved by whole days.
 */
static DaySpans
operand_day(const Operand *operand, int32 day, int shift_days)
{
	DaySpans	result;
	int			nshifts;
	const CalendarShift *shifts;
	int32		moved = shift_days * CALENDAR_DAY_SECS;

	if (operand->period >= 0)
		shifts = calendar_week_shifts(operand->rules, operand->period,
									  calendar_weekday(day), &nshifts);
	else
		shifts = calendar_day_shifts(operand->rules, day, &nshifts);

	result.spans = palloc(Max(nshifts, 1) * sizeof(Span));
	result.nspans = 0;
	for (int i = 0; i < nshifts; i++)
		result.nspans = span_append(result.spans, result.nspans,
									shifts[i].start + moved,
									shifts[i].end + moved);
	return result;
}

static DaySpans
spans_combine(SpanOp op, DaySpans a, DaySpans b)
{
	DaySpans	result;

	result.spans = palloc(Max(a.nspans + b.nspans, 1) * sizeof(Span));
	result.nspans = span_combine(op, a.spans, a.nspans, b.spans, b.nspans,
								 result.spans);
	return result;
}

static int
compare_days(const void *a, const void *b)
{
	int32		x = *(const int32 *) a;
	int32		y = *(const int32 *) b;

	return (x > y) - (x < y);
}
