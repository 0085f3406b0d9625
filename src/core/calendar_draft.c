/*
 * calendar_draft.c - from collected rules to a canonical calendar.
 */
#include "core/calendar_draft.h"
#include "core/calendar_text.h"

/* a draft may hold this many entries before redundant ones are dropped */
#define DRAFT_MAX_ENTRIES	(8 * CALENDAR_MAX_DAYS)

static PromiseStatus finish_list(ShiftList *list, int32 day, int weekday,
								 CalendarFault *fault);
static PromiseStatus finish_periods(CalendarDraft *draft, CalendarFault *fault);
static PromiseStatus finish_entries(CalendarDraft *draft, CalendarFault *fault);
static void drop_redundant(CalendarDraft *draft);
static PromiseStatus check_week(DraftPeriod *period, CalendarFault *fault);
static PromiseStatus check_following(const CalendarRules *rules, int32 day,
									 CalendarFault *fault);
static void build_rules(const CalendarDraft *draft, CalendarRules *rules);
static int32 build_shifts(CalendarShift *shifts, int32 n, const ShiftList *list);
static PromiseStatus overlap_fault(CalendarFault *fault,
								   int32 day_a, int weekday_a,
								   const CalendarShift *a,
								   int32 day_b, int weekday_b,
								   const CalendarShift *b);
static void shift_label(char *label, size_t size, int32 day, int weekday,
						const CalendarShift *shift);
static int	compare_shifts(const void *a, const void *b);
static int	compare_entries(const void *a, const void *b);

/* stands for "a weekday, not a date" in messages */
#define NO_DAY	CALENDAR_DATE_BEGIN

/*
 * Begin a draft without open time.  The zone's name stays the caller's.
 */
void
calendar_draft_init(CalendarDraft *draft, const char *zone)
{
	memset(draft, 0, sizeof(CalendarDraft));
	draft->zone = zone;
	draft->maxperiods = 4;
	draft->periods = palloc(draft->maxperiods * sizeof(DraftPeriod));
	memset(&draft->periods[0], 0, sizeof(DraftPeriod));
	draft->periods[0].first = CALENDAR_DATE_BEGIN;
	draft->nperiods = 1;
	draft->maxentries = 16;
	draft->entries = palloc(draft->maxentries * sizeof(DraftEntry));
}

/*
 * Add a period, with an empty week, behind the others.
 */
PromiseStatus
calendar_draft_period(CalendarDraft *draft, int32 first, CalendarFault *fault)
{
	DraftPeriod *period;

	Assert(first > draft->periods[draft->nperiods - 1].first);

	/* redundant periods are dropped only later: one in two may be */
	if (draft->nperiods >= 2 * CALENDAR_MAX_PERIODS)
	{
		snprintf(fault->detail, sizeof(fault->detail),
				 "A calendar has at most %d periods.", CALENDAR_MAX_PERIODS);
		fault->hint = NULL;
		return PROMISE_CALENDAR_TOO_LARGE;
	}
	if (draft->nperiods == draft->maxperiods)
	{
		draft->maxperiods *= 2;
		draft->periods = repalloc(draft->periods,
								  draft->maxperiods * sizeof(DraftPeriod));
	}
	period = &draft->periods[draft->nperiods++];
	memset(period, 0, sizeof(DraftPeriod));
	period->first = first;
	return PROMISE_OK;
}

/*
 * Add an entry for a day, with a copy of the list.
 */
PromiseStatus
calendar_draft_entry(CalendarDraft *draft, int32 day, const ShiftList *list,
					 CalendarFault *fault)
{
	if (draft->nentries >= DRAFT_MAX_ENTRIES)
	{
		snprintf(fault->detail, sizeof(fault->detail),
				 "A calendar has at most %d dated entries.", CALENDAR_MAX_DAYS);
		fault->hint = "Long times without work are better written as a period.";
		return PROMISE_CALENDAR_TOO_LARGE;
	}
	if (draft->nentries == draft->maxentries)
	{
		draft->maxentries *= 2;
		draft->entries = repalloc(draft->entries,
								  draft->maxentries * sizeof(DraftEntry));
	}
	draft->entries[draft->nentries].day = day;
	calendar_draft_list(&draft->entries[draft->nentries].list,
						list->shifts, list->nshifts);
	draft->nentries++;
	return PROMISE_OK;
}

/*
 * Add a shift to the list of a day, in seconds from its midnight.
 */
PromiseStatus
calendar_draft_shift(ShiftList *list, int32 start, int32 end,
					 CalendarFault *fault)
{
	fault->hint = NULL;
	if (start < 0 || start >= CALENDAR_DAY_SECS ||
		end <= start || end > 2 * CALENDAR_DAY_SECS)
	{
		snprintf(fault->detail, sizeof(fault->detail),
				 "A shift begins on its day and ends there or on the next.");
		return PROMISE_INVALID_CALENDAR;
	}
	if (list->nshifts >= CALENDAR_MAX_DAY_SHIFTS)
	{
		snprintf(fault->detail, sizeof(fault->detail),
				 "A day has at most %d shifts.", CALENDAR_MAX_DAY_SHIFTS);
		return PROMISE_CALENDAR_TOO_LARGE;
	}
	if (list->nshifts == list->maxshifts)
	{
		list->maxshifts = Max(4, 2 * list->maxshifts);
		if (list->shifts == NULL)
			list->shifts = palloc(list->maxshifts * sizeof(CalendarShift));
		else
			list->shifts = repalloc(list->shifts,
									list->maxshifts * sizeof(CalendarShift));
	}
	list->shifts[list->nshifts].start = start;
	list->shifts[list->nshifts].end = end;
	list->nshifts++;
	return PROMISE_OK;
}

/*
 * Make a list of a copy of these shifts.
 */
void
calendar_draft_list(ShiftList *list, const CalendarShift *shifts, int nshifts)
{
	list->shifts = NULL;
	list->nshifts = list->maxshifts = nshifts;
	if (nshifts > 0)
	{
		list->shifts = palloc(nshifts * sizeof(CalendarShift));
		memcpy(list->shifts, shifts, nshifts * sizeof(CalendarShift));
	}
}

/*
 * Begin a draft with the rules of a calendar.
 */
void
calendar_draft_copy(CalendarDraft *draft, const CalendarRules *rules)
{
	calendar_draft_init(draft, rules->zone);

	draft->nperiods = draft->maxperiods = rules->nperiods;
	draft->periods = repalloc(draft->periods,
							  rules->nperiods * sizeof(DraftPeriod));
	for (int p = 0; p < rules->nperiods; p++)
	{
		draft->periods[p].first = rules->periods[p].first;
		for (int w = 0; w < CALENDAR_WEEK; w++)
		{
			int			nshifts;
			const CalendarShift *shifts;

			shifts = calendar_week_shifts(rules, p, w, &nshifts);
			calendar_draft_list(&draft->periods[p].week[w], shifts, nshifts);
		}
	}

	draft->nentries = rules->nentries;
	draft->maxentries = rules->nentries + 16;
	draft->entries = repalloc(draft->entries,
							  draft->maxentries * sizeof(DraftEntry));
	for (int e = 0; e < rules->nentries; e++)
	{
		const CalendarEntry *entry = &rules->entries[e];

		draft->entries[e].day = entry->day;
		calendar_draft_list(&draft->entries[e].list,
							rules->shifts + entry->shift, entry->nshifts);
	}
}

/*
 * Bring the rules of a draft into canonical form.  The arrays of the result
 * are palloc'd; its zone is the draft's.
 */
PromiseStatus
calendar_finish(CalendarDraft *draft, CalendarRules *rules,
				CalendarFault *fault)
{
	PromiseStatus status;

	fault->detail[0] = '\0';
	fault->hint = NULL;

	status = finish_periods(draft, fault);
	if (status == PROMISE_OK)
		status = finish_entries(draft, fault);
	if (status != PROMISE_OK)
		return status;

	build_rules(draft, rules);

	/* weeks are sound in themselves: look where others follow each other */
	for (int p = 1; p < rules->nperiods; p++)
	{
		status = check_following(rules, rules->periods[p].first - 1, fault);
		if (status != PROMISE_OK)
			return status;
	}
	for (int e = 0; e < rules->nentries; e++)
	{
		status = check_following(rules, rules->entries[e].day - 1, fault);
		if (status == PROMISE_OK)
			status = check_following(rules, rules->entries[e].day, fault);
		if (status != PROMISE_OK)
			return status;
	}

	Assert(calendar_is_canonical(rules));
	return PROMISE_OK;
}

/*
 * Sort the shifts of a day and join those that touch.  Shifts that overlap are
 * a fault.
 */
static PromiseStatus
finish_list(ShiftList *list, int32 day, int weekday, CalendarFault *fault)
{
	int			n = 0;

	if (list->nshifts > 1)
		qsort(list->shifts, list->nshifts, sizeof(CalendarShift), compare_shifts);

	/* first look at all, so that messages show the shifts as they were given */
	for (int i = 1; i < list->nshifts; i++)
	{
		if (list->shifts[i].start < list->shifts[i - 1].end)
			return overlap_fault(fault, day, weekday, &list->shifts[i - 1],
								 day, weekday, &list->shifts[i]);
	}
	for (int i = 0; i < list->nshifts; i++)
	{
		if (n > 0 && list->shifts[n - 1].end == list->shifts[i].start)
			list->shifts[n - 1].end = list->shifts[i].end;
		else
			list->shifts[n++] = list->shifts[i];
	}
	list->nshifts = n;
	return PROMISE_OK;
}

/*
 * Finish the weeks, and join periods whose weeks are the same.
 */
static PromiseStatus
finish_periods(CalendarDraft *draft, CalendarFault *fault)
{
	int			n = 0;

	for (int p = 0; p < draft->nperiods; p++)
	{
		DraftPeriod *period = &draft->periods[p];
		bool		differs = (n == 0);
		PromiseStatus status;

		for (int w = 0; w < CALENDAR_WEEK; w++)
		{
			status = finish_list(&period->week[w], NO_DAY, w, fault);
			if (status != PROMISE_OK)
				return status;
		}
		status = check_week(period, fault);
		if (status != PROMISE_OK)
			return status;

		for (int w = 0; w < CALENDAR_WEEK && !differs; w++)
		{
			const ShiftList *a = &draft->periods[n - 1].week[w];
			const ShiftList *b = &period->week[w];

			differs = !calendar_same_shifts(a->shifts, a->nshifts,
											b->shifts, b->nshifts);
		}
		if (differs)
		{
			if (n != p)
				draft->periods[n] = *period;
			n++;
		}
	}
	draft->nperiods = n;

	if (n > CALENDAR_MAX_PERIODS)
	{
		snprintf(fault->detail, sizeof(fault->detail),
				 "A calendar has at most %d periods.", CALENDAR_MAX_PERIODS);
		return PROMISE_CALENDAR_TOO_LARGE;
	}
	return PROMISE_OK;
}

/*
 * Sort and finish the entries; a day that has two is a fault.
 */
static PromiseStatus
finish_entries(CalendarDraft *draft, CalendarFault *fault)
{
	if (draft->nentries > 1)
		qsort(draft->entries, draft->nentries, sizeof(DraftEntry),
			  compare_entries);

	for (int e = 0; e < draft->nentries; e++)
	{
		DraftEntry *entry = &draft->entries[e];
		PromiseStatus status;

		CORE_CHECK_INTERRUPTS();
		if (entry->day < CALENDAR_DATE_MIN || entry->day > CALENDAR_DATE_MAX)
		{
			snprintf(fault->detail, sizeof(fault->detail),
					 "Dates reach from 0001-01-01 to 9999-12-31.");
			return PROMISE_INVALID_CALENDAR;
		}
		if (e > 0 && entry->day == entry[-1].day)
		{
			char		date[CALENDAR_DATE_LEN];

			calendar_print_date(date, entry->day);
			snprintf(fault->detail, sizeof(fault->detail),
					 "There are two entries for %s.", date);
			return PROMISE_INVALID_CALENDAR;
		}
		status = finish_list(&entry->list, entry->day,
							 calendar_weekday(entry->day), fault);
		if (status != PROMISE_OK)
			return status;
	}

	drop_redundant(draft);

	if (draft->nentries > CALENDAR_MAX_DAYS)
	{
		snprintf(fault->detail, sizeof(fault->detail),
				 "A calendar has at most %d dated entries.", CALENDAR_MAX_DAYS);
		fault->hint = "Long times without work are better written as a period.";
		return PROMISE_CALENDAR_TOO_LARGE;
	}
	return PROMISE_OK;
}

/* drop the entries that say the same as the week */
static void
drop_redundant(CalendarDraft *draft)
{
	int			n = 0;
	int			p = 0;

	/* invariant: period p is the last that begins at or before the entry */
	for (int e = 0; e < draft->nentries; e++)
	{
		const DraftEntry *entry = &draft->entries[e];
		const ShiftList *week;

		while (p + 1 < draft->nperiods &&
			   draft->periods[p + 1].first <= entry->day)
			p++;
		week = &draft->periods[p].week[calendar_weekday(entry->day)];
		if (!calendar_same_shifts(entry->list.shifts, entry->list.nshifts,
								  week->shifts, week->nshifts))
			draft->entries[n++] = *entry;
	}
	draft->nentries = n;
}

/* does no day of the week reach into the next, Sunday into Monday included? */
static PromiseStatus
check_week(DraftPeriod *period, CalendarFault *fault)
{
	for (int w = 0; w < CALENDAR_WEEK; w++)
	{
		int			next = (w + 1) % CALENDAR_WEEK;
		const ShiftList *a = &period->week[w];
		const ShiftList *b = &period->week[next];

		if (a->nshifts > 0 && b->nshifts > 0 &&
			a->shifts[a->nshifts - 1].end - CALENDAR_DAY_SECS > b->shifts[0].start)
			return overlap_fault(fault, NO_DAY, w, &a->shifts[a->nshifts - 1],
								 NO_DAY, next, &b->shifts[0]);
	}
	return PROMISE_OK;
}

/* does a day not reach into the next? */
static PromiseStatus
check_following(const CalendarRules *rules, int32 day, CalendarFault *fault)
{
	int			na;
	int			nb;
	const CalendarShift *a = calendar_day_shifts(rules, day, &na);
	const CalendarShift *b = calendar_day_shifts(rules, day + 1, &nb);

	if (na > 0 && nb > 0 && a[na - 1].end - CALENDAR_DAY_SECS > b[0].start)
		return overlap_fault(fault, day, calendar_weekday(day), &a[na - 1],
							 day + 1, calendar_weekday(day + 1), &b[0]);
	return PROMISE_OK;
}

/* lay out the arrays in their order */
static void
build_rules(const CalendarDraft *draft, CalendarRules *rules)
{
	CalendarPeriod *periods;
	CalendarEntry *entries;
	CalendarShift *shifts;
	size_t		nshifts = 0;
	int32		n = 0;

	for (int p = 0; p < draft->nperiods; p++)
	{
		for (int w = 0; w < CALENDAR_WEEK; w++)
			nshifts += draft->periods[p].week[w].nshifts;
	}
	for (int e = 0; e < draft->nentries; e++)
		nshifts += draft->entries[e].list.nshifts;

	periods = palloc(draft->nperiods * sizeof(CalendarPeriod));
	entries = palloc(Max(draft->nentries, 1) * sizeof(CalendarEntry));
	shifts = palloc(Max(nshifts, 1) * sizeof(CalendarShift));

	for (int p = 0; p < draft->nperiods; p++)
	{
		periods[p].first = draft->periods[p].first;
		for (int w = 0; w < CALENDAR_WEEK; w++)
		{
			periods[p].week[w] = n;
			n = build_shifts(shifts, n, &draft->periods[p].week[w]);
		}
		periods[p].week[CALENDAR_WEEK] = n;
	}
	for (int e = 0; e < draft->nentries; e++)
	{
		entries[e].day = draft->entries[e].day;
		entries[e].shift = n;
		entries[e].nshifts = draft->entries[e].list.nshifts;
		n = build_shifts(shifts, n, &draft->entries[e].list);
	}
	Assert(n == nshifts);

	rules->zone = draft->zone;
	rules->nperiods = draft->nperiods;
	rules->nentries = draft->nentries;
	rules->nshifts = n;
	rules->periods = periods;
	rules->entries = entries;
	rules->shifts = shifts;
}

static int32
build_shifts(CalendarShift *shifts, int32 n, const ShiftList *list)
{
	if (list->nshifts > 0)
		memcpy(shifts + n, list->shifts, list->nshifts * sizeof(CalendarShift));
	return n + list->nshifts;
}

static PromiseStatus
overlap_fault(CalendarFault *fault,
			  int32 day_a, int weekday_a, const CalendarShift *a,
			  int32 day_b, int weekday_b, const CalendarShift *b)
{
	char		label_a[64];
	char		label_b[64];

	shift_label(label_a, sizeof(label_a), day_a, weekday_a, a);
	shift_label(label_b, sizeof(label_b), day_b, weekday_b, b);
	snprintf(fault->detail, sizeof(fault->detail),
			 "The shifts \"%s\" and \"%s\" overlap.", label_a, label_b);
	fault->hint = NULL;
	return PROMISE_INVALID_CALENDAR;
}

static void
shift_label(char *label, size_t size, int32 day, int weekday,
			const CalendarShift *shift)
{
	char		date[CALENDAR_DATE_LEN];
	char		times[CALENDAR_SHIFT_LEN];

	calendar_print_shift(times, shift);
	if (day == NO_DAY)
		snprintf(label, size, "%s %s", calendar_weekday_name(weekday), times);
	else
	{
		calendar_print_date(date, day);
		snprintf(label, size, "%s %s", date, times);
	}
}

static int
compare_shifts(const void *a, const void *b)
{
	const CalendarShift *x = a;
	const CalendarShift *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	return 0;
}

static int
compare_entries(const void *a, const void *b)
{
	const DraftEntry *x = a;
	const DraftEntry *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return 0;
}
