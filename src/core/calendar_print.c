/*
 * calendar_print.c - from canonical rules to the canonical literal.
 */
#include "core/calendar_text.h"

/* times of a shift that lasts from one midnight to the next */
#define IS_WHOLE_DAY(shifts, n) \
	((n) == 1 && (shifts)[0].start == 0 && (shifts)[0].end == CALENDAR_DAY_SECS)

static void print_week(const CalendarRules *rules, int period, StringInfo out);
static void print_weekdays(const CalendarRules *rules, int period, int weekday,
						   bool *printed, StringInfo out);
static bool same_weekdays(const CalendarRules *rules, int period, int v, int w);
static int	last_equal_entry(const CalendarRules *rules, int first);
static bool same_until(const CalendarRules *rules, int entry, int32 limit);
static void print_hours(const CalendarShift *shifts, int nshifts,
						StringInfo out);
static void append_date(StringInfo out, int32 day);
static int	print_time(char *out, int32 seconds);

/*
 * Append the canonical literal.
 */
void
calendar_print(const CalendarRules *rules, StringInfo out)
{
	bool		any = false;

	appendStringInfoString(out, rules->zone);

	for (int p = 0; p < rules->nperiods; p++)
	{
		const CalendarPeriod *period = &rules->periods[p];
		bool		last = (p + 1 == rules->nperiods);
		bool		ends = !last && period[1].week[0] == period[1].week[CALENDAR_WEEK];

		if (period->week[0] == period->week[CALENDAR_WEEK])
			continue;			/* closed: said by the others' ends */
		any = true;

		if (p > 0)
		{
			appendStringInfoString(out, "; from ");
			append_date(out, period->first);
		}
		if (ends)
		{
			appendStringInfoString(out, p > 0 ? " to " : "; to ");
			append_date(out, period[1].first - 1);
		}
		print_week(rules, p, out);
	}
	if (!any)
		appendStringInfoString(out, "; never");

	for (int e = 0; e < rules->nentries;)
	{
		const CalendarEntry *entry = &rules->entries[e];
		int			last = last_equal_entry(rules, e);

		CORE_CHECK_INTERRUPTS();
		appendStringInfoString(out, "; ");
		append_date(out, entry->day);
		if (last > e)
		{
			appendStringInfoString(out, " to ");
			append_date(out, rules->entries[last].day);
		}
		print_hours(rules->shifts + entry->shift, entry->nshifts, out);
		e = last + 1;
	}
}

/*
 * Write a day as an ISO date.  "out" has room for CALENDAR_DATE_LEN.
 */
void
calendar_print_date(char *out, int32 day)
{
	/* civil date from days: count from 0000-03-01 in eras of 400 years */
	int64		n = (int64) day - CALENDAR_DATE_MIN + 306;
	int			era = n / 146097;
	int			era_day = n % 146097;
	int			era_year = (era_day - era_day / 1460 + era_day / 36524 -
							era_day / 146096) / 365;
	int			year_day = era_day - (365 * era_year + era_year / 4 - era_year / 100);
	int			m = (5 * year_day + 2) / 153;	/* March is 0 */
	int			d = year_day - (153 * m + 2) / 5 + 1;
	int			year = era * 400 + era_year + (m >= 10 ? 1 : 0);

	Assert(day >= CALENDAR_DATE_MIN && day <= CALENDAR_DATE_MAX);
	snprintf(out, CALENDAR_DATE_LEN, "%04u-%02u-%02u",
			 (unsigned) year % 10000, (unsigned) (m < 10 ? m + 3 : m - 9) % 100,
			 (unsigned) d % 100);
}

/*
 * Write the times of a shift.  "out" has room for CALENDAR_SHIFT_LEN.
 */
void
calendar_print_shift(char *out, const CalendarShift *shift)
{
	int32		end = shift->end;

	/* an end that is not after the start reads as one of the next day */
	if (end > CALENDAR_DAY_SECS && end - CALENDAR_DAY_SECS <= shift->start)
		end -= CALENDAR_DAY_SECS;
	out += print_time(out, shift->start);
	*out++ = '-';
	print_time(out, end);
}

const char *
calendar_weekday_name(int weekday)
{
	static const char *const names[CALENDAR_WEEK] = {
		"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"
	};

	return names[weekday];
}

/*
 * The clauses of a week that is not empty.  Weekdays with equal hours share
 * one clause, at the place of the first.
 */
static void
print_week(const CalendarRules *rules, int period, StringInfo out)
{
	bool		printed[CALENDAR_WEEK] = {false};
	bool		daily = true;
	int			nshifts;
	const CalendarShift *shifts;

	for (int w = 1; w < CALENDAR_WEEK; w++)
		daily = daily && same_weekdays(rules, period, 0, w);
	if (daily)
	{
		shifts = calendar_week_shifts(rules, period, 0, &nshifts);
		if (IS_WHOLE_DAY(shifts, nshifts))
			appendStringInfoString(out, "; always");
		else
		{
			appendStringInfoString(out, "; daily");
			print_hours(shifts, nshifts, out);
		}
		return;
	}

	for (int w = 0; w < CALENDAR_WEEK; w++)
	{
		/* begin only where a run of equal weekdays does: Sun-Thu is one */
		if (printed[w] || same_weekdays(rules, period, w,
										(w + CALENDAR_WEEK - 1) % CALENDAR_WEEK))
			continue;
		shifts = calendar_week_shifts(rules, period, w, &nshifts);
		if (nshifts == 0)
			continue;
		appendStringInfoString(out, "; ");
		print_weekdays(rules, period, w, printed, out);
		print_hours(shifts, nshifts, out);
	}
}

/*
 * All runs of weekdays with the hours of the given one, at which one begins.
 */
static void
print_weekdays(const CalendarRules *rules, int period, int weekday,
			   bool *printed, StringInfo out)
{
	for (int w = weekday; w < CALENDAR_WEEK; w++)
	{
		int			last = w;

		if (!same_weekdays(rules, period, weekday, w) ||
			same_weekdays(rules, period, w, (w + CALENDAR_WEEK - 1) % CALENDAR_WEEK))
			continue;
		printed[w] = true;
		while (same_weekdays(rules, period, w, (last + 1) % CALENDAR_WEEK))
		{
			last = (last + 1) % CALENDAR_WEEK;
			printed[last] = true;
		}
		if (w > weekday)
			appendStringInfoChar(out, ',');
		appendStringInfoString(out, calendar_weekday_name(w));
		if (last != w)
			appendStringInfo(out, "-%s", calendar_weekday_name(last));
	}
}

static bool
same_weekdays(const CalendarRules *rules, int period, int v, int w)
{
	int			nv;
	int			nw;
	const CalendarShift *shifts_v = calendar_week_shifts(rules, period, v, &nv);
	const CalendarShift *shifts_w = calendar_week_shifts(rules, period, w, &nw);

	return calendar_same_shifts(shifts_v, nv, shifts_w, nw);
}

/*
 * The last entry of a range of dates that all have the hours of entry "first",
 * be it by an entry or by their week.  Gaps of a week and more are not closed:
 * a literal may not name more dates than calendar_parse accepts.
 */
static int
last_equal_entry(const CalendarRules *rules, int first)
{
	int			last = first;

	while (last + 1 < rules->nentries)
	{
		const CalendarEntry *entry = &rules->entries[last];

		if (entry[1].day - entry[0].day > CALENDAR_WEEK ||
			!calendar_same_shifts(rules->shifts + entry[0].shift, entry[0].nshifts,
								  rules->shifts + entry[1].shift, entry[1].nshifts) ||
			!same_until(rules, last, entry[1].day))
			break;
		last++;
	}
	return last;
}

/* have all days after the entry's and before the limit its hours? */
static bool
same_until(const CalendarRules *rules, int e, int32 limit)
{
	const CalendarEntry *entry = &rules->entries[e];

	for (int32 day = entry->day + 1; day < limit; day++)
	{
		int			nshifts;
		const CalendarShift *shifts = calendar_day_shifts(rules, day, &nshifts);

		if (!calendar_same_shifts(rules->shifts + entry->shift, entry->nshifts,
								  shifts, nshifts))
			return false;
	}
	return true;
}

static void
print_hours(const CalendarShift *shifts, int nshifts, StringInfo out)
{
	if (nshifts == 0)
		appendStringInfoString(out, " closed");
	for (int i = 0; i < nshifts; i++)
	{
		char		times[CALENDAR_SHIFT_LEN];

		calendar_print_shift(times, &shifts[i]);
		appendStringInfo(out, " %s", times);
	}
}

static void
append_date(StringInfo out, int32 day)
{
	char		date[CALENDAR_DATE_LEN];

	calendar_print_date(date, day);
	appendStringInfoString(out, date);
}

/* write a time of day, with seconds where there are any */
static int
print_time(char *out, int32 seconds)
{
	unsigned	h = seconds / 3600 % 100;
	unsigned	m = seconds / 60 % 60;
	unsigned	s = seconds % 60;

	if (s != 0)
		return sprintf(out, "%02u:%02u:%02u", h, m, s);
	return sprintf(out, "%02u:%02u", h, m);
}
