/*
 * calendar.c - looking up and counting by the rules of a calendar.
 *
 * Everything here is local: days, shifts and wall-clock seconds.  What the
 * zone makes of them is in calendar_time.c.
 */
#include "core/calendar.h"

/* what the days of one week weigh, for calendar_sum and calendar_walk */
typedef struct WeekWeights
{
	int			period;			/* -1: none yet */
	int64		weight[CALENDAR_WEEK];
	int64		total;
} WeekWeights;

static bool day_is_canonical(const CalendarShift *shifts, int nshifts);
static bool days_are_disjoint(const CalendarRules *rules, int32 day);
static bool reaches_into(const CalendarShift *a, int na,
						 const CalendarShift *b, int nb);
static bool same_week(const CalendarRules *rules, int p, int q);
static int	find_entry(const CalendarRules *rules, int32 day);
static int64 shifts_weight(const CalendarShift *shifts, int nshifts,
						   CalendarUnit unit);
static void weigh_week(const CalendarRules *rules, CalendarUnit unit,
					   int period, WeekWeights *weights);
static int	compare_int32s(const void *a, const void *b, size_t size);

/*
 * Do the rules keep the invariants of calendar.h?
 */
bool
calendar_is_canonical(const CalendarRules *rules)
{
	int			shift = 0;

	if (rules->nperiods < 1 || rules->periods[0].first != CALENDAR_DATE_BEGIN)
		return false;

	for (int p = 0; p < rules->nperiods; p++)
	{
		const CalendarPeriod *period = &rules->periods[p];

		for (int w = 0; w < CALENDAR_WEEK; w++)
		{
			int			nshifts;
			int			nnext;
			const CalendarShift *shifts;
			const CalendarShift *next;

			if (period->week[w] != shift || period->week[w + 1] < shift ||
				period->week[w + 1] > rules->nshifts)
				return false;
			shifts = calendar_week_shifts(rules, p, w, &nshifts);
			if (!day_is_canonical(shifts, nshifts))
				return false;
			shift += nshifts;

			next = calendar_week_shifts(rules, p, (w + 1) % CALENDAR_WEEK, &nnext);
			if (reaches_into(shifts, nshifts, next, nnext))
				return false;
		}
		if (p > 0)
		{
			if (period->first <= rules->periods[p - 1].first ||
				period->first < CALENDAR_DATE_MIN ||
				period->first > CALENDAR_DATE_MAX)
				return false;
			if (same_week(rules, p - 1, p))
				return false;
		}
	}

	for (int e = 0; e < rules->nentries; e++)
	{
		const CalendarEntry *entry = &rules->entries[e];
		const CalendarShift *week;
		int			nweek;

		if (entry->day < CALENDAR_DATE_MIN || entry->day > CALENDAR_DATE_MAX ||
			(e > 0 && entry->day <= rules->entries[e - 1].day))
			return false;
		if (entry->shift != shift || entry->nshifts < 0 ||
			entry->nshifts > rules->nshifts - shift)
			return false;
		if (!day_is_canonical(&rules->shifts[shift], entry->nshifts))
			return false;
		week = calendar_week_shifts(rules, calendar_period_at(rules, entry->day),
									calendar_weekday(entry->day), &nweek);
		if (calendar_same_shifts(&rules->shifts[shift], entry->nshifts,
								 week, nweek))
			return false;
		shift += entry->nshifts;
	}
	if (shift != rules->nshifts)
		return false;

	/* days follow each other out of the ordinary only at these places */
	for (int p = 1; p < rules->nperiods; p++)
	{
		if (!days_are_disjoint(rules, rules->periods[p].first - 1))
			return false;
	}
	for (int e = 0; e < rules->nentries; e++)
	{
		if (!days_are_disjoint(rules, rules->entries[e].day - 1) ||
			!days_are_disjoint(rules, rules->entries[e].day))
			return false;
	}
	return true;
}

/*
 * Total order of canonical calendars: by zone, then by their arrays.  Only
 * equality has a meaning.
 */
int
calendar_compare(const CalendarRules *a, const CalendarRules *b)
{
	int			cmp = strcmp(a->zone, b->zone);

	if (cmp != 0)
		return cmp;
	if (a->nperiods != b->nperiods)
		return a->nperiods < b->nperiods ? -1 : 1;
	if (a->nentries != b->nentries)
		return a->nentries < b->nentries ? -1 : 1;
	if (a->nshifts != b->nshifts)
		return a->nshifts < b->nshifts ? -1 : 1;

	cmp = compare_int32s(a->periods, b->periods,
						 a->nperiods * sizeof(CalendarPeriod));
	if (cmp == 0)
		cmp = compare_int32s(a->entries, b->entries,
							 a->nentries * sizeof(CalendarEntry));
	if (cmp == 0)
		cmp = compare_int32s(a->shifts, b->shifts,
							 a->nshifts * sizeof(CalendarShift));
	return cmp;
}

/*
 * The number of the period that a day lies in.
 */
int
calendar_period_at(const CalendarRules *rules, int32 day)
{
	int			lo = 0;
	int			hi = rules->nperiods;

	/* invariant: periods [0 .. lo] begin at or before the day, [hi ..) after */
	while (hi - lo > 1)
	{
		int			mid = lo + (hi - lo) / 2;

		if (rules->periods[mid].first <= day)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

/*
 * The shifts of a weekday in the week of a period.
 */
const CalendarShift *
calendar_week_shifts(const CalendarRules *rules, int period, int weekday,
					 int *nshifts)
{
	const int32 *week = rules->periods[period].week;

	*nshifts = week[weekday + 1] - week[weekday];
	return rules->shifts + week[weekday];
}

/*
 * The shifts that begin on a day.
 */
const CalendarShift *
calendar_day_shifts(const CalendarRules *rules, int32 day, int *nshifts)
{
	int			e = find_entry(rules, day);

	if (e < rules->nentries && rules->entries[e].day == day)
	{
		*nshifts = rules->entries[e].nshifts;
		return rules->shifts + rules->entries[e].shift;
	}
	return calendar_week_shifts(rules, calendar_period_at(rules, day),
								calendar_weekday(day), nshifts);
}

bool
calendar_same_shifts(const CalendarShift *a, int na,
					 const CalendarShift *b, int nb)
{
	return na == nb &&
		(na == 0 || memcmp(a, b, na * sizeof(CalendarShift)) == 0);
}

/*
 * The longest run of days around a day that one rule governs: the day alone if
 * it has an entry, else all days of its period as far as the next entries.
 */
CalendarRun
calendar_run_at(const CalendarRules *rules, int32 day)
{
	CalendarRun run;
	int			e = find_entry(rules, day);

	run.period = calendar_period_at(rules, day);
	if (e < rules->nentries && rules->entries[e].day == day)
	{
		run.first = run.last = day;
		run.entry = e;
		return run;
	}

	run.entry = -1;
	run.first = rules->periods[run.period].first;
	if (e > 0)
		run.first = Max(run.first, rules->entries[e - 1].day + 1);
	run.last = PG_INT32_MAX;
	if (run.period + 1 < rules->nperiods)
		run.last = rules->periods[run.period + 1].first - 1;
	if (e < rules->nentries)
		run.last = Min(run.last, rules->entries[e].day - 1);
	return run;
}

/*
 * Days outside of which no shift begins; PG_INT32_MIN and PG_INT32_MAX where
 * there is no end.  False if no shift begins at all.
 */
bool
calendar_bounds(const CalendarRules *rules, int32 *first, int32 *last)
{
	bool		found = false;

	for (int p = 0; p < rules->nperiods; p++)
	{
		const CalendarPeriod *period = &rules->periods[p];

		if (period->week[0] == period->week[CALENDAR_WEEK])
			continue;
		if (!found)
			*first = period->first;
		found = true;
		*last = (p + 1 < rules->nperiods) ?
			rules->periods[p + 1].first - 1 : PG_INT32_MAX;
	}
	for (int e = 0; e < rules->nentries; e++)
	{
		const CalendarEntry *entry = &rules->entries[e];

		if (entry->nshifts == 0)
			continue;
		*first = found ? Min(*first, entry->day) : entry->day;
		*last = found ? Max(*last, entry->day) : entry->day;
		found = true;
	}
	return found;
}

/*
 * The open days, or the seconds of the shifts, of the days from .. to - 1.
 */
int64
calendar_sum(const CalendarRules *rules, CalendarUnit unit,
			 int32 from, int32 to)
{
	WeekWeights weights = {.period = -1};
	int64		sum = 0;
	int32		day = from;

	while (day < to)
	{
		CalendarRun run = calendar_run_at(rules, day);
		int32		last = Min(run.last, to - 1);

		CORE_CHECK_INTERRUPTS();
		if (run.entry >= 0)
		{
			const CalendarEntry *entry = &rules->entries[run.entry];

			sum += shifts_weight(rules->shifts + entry->shift,
								 entry->nshifts, unit);
		}
		else
		{
			int64		weeks = ((int64) last - day + 1) / CALENDAR_WEEK;

			weigh_week(rules, unit, run.period, &weights);
			sum += weeks * weights.total;
			day += weeks * CALENDAR_WEEK;
			for (; day <= last; day++)
				sum += weights.weight[calendar_weekday(day)];
		}
		day = last + 1;
	}
	return sum;
}

/*
 * Walk from a day towards the limit (inclusive; it may lie in the past) until
 * the days passed, including the one found, hold "amount" > 0.  "passed" is
 * what lies in the days before the one found, or in all of them if there is
 * not enough, which is when false is returned.
 */
bool
calendar_walk(const CalendarRules *rules, CalendarUnit unit,
			  int32 day, int32 limit, int64 amount,
			  int32 *found, int64 *passed)
{
	WeekWeights weights = {.period = -1};
	int			step = (limit >= day) ? 1 : -1;
	int64		ndays = step * ((int64) limit - day) + 1;	/* left to walk */

	Assert(amount > 0);

	*passed = 0;
	while (ndays > 0)
	{
		CalendarRun run = calendar_run_at(rules, day);
		int64		nrun;		/* days of the run left to walk */

		CORE_CHECK_INTERRUPTS();
		nrun = (step > 0) ? (int64) run.last - day + 1 : (int64) day - run.first + 1;
		nrun = Min(nrun, ndays);
		ndays -= nrun;

		if (run.entry >= 0)
		{
			const CalendarEntry *entry = &rules->entries[run.entry];

			weights.period = -1;
			weights.total = shifts_weight(rules->shifts + entry->shift,
										  entry->nshifts, unit);
			weights.weight[calendar_weekday(day)] = weights.total;
		}
		else
		{
			int64		weeks = nrun / CALENDAR_WEEK;

			weigh_week(rules, unit, run.period, &weights);

			/* pass whole weeks, as long as they are not enough */
			if (weights.total > 0)
				weeks = Min(weeks, (amount - *passed - 1) / weights.total);
			*passed += weeks * weights.total;
			day += step * weeks * CALENDAR_WEEK;
			nrun -= weeks * CALENDAR_WEEK;
		}

		/* invariant: fewer than 7 days are left, or the next 7 are enough */
		for (; nrun > 0; nrun--)
		{
			int64		weight = weights.weight[calendar_weekday(day)];

			if (weight > 0 && *passed + weight >= amount)
			{
				*found = day;
				return true;
			}
			*passed += weight;
			day += step;
		}
	}
	return false;
}

/* sorted, in range, not touching */
static bool
day_is_canonical(const CalendarShift *shifts, int nshifts)
{
	if (nshifts > CALENDAR_MAX_DAY_SHIFTS)
		return false;
	for (int i = 0; i < nshifts; i++)
	{
		if (shifts[i].start < 0 || shifts[i].start >= CALENDAR_DAY_SECS ||
			shifts[i].end <= shifts[i].start ||
			shifts[i].end > 2 * CALENDAR_DAY_SECS)
			return false;
		if (i > 0 && shifts[i - 1].end >= shifts[i].start)
			return false;
	}
	return true;
}

/* does no shift of the day reach into one of the day after? */
static bool
days_are_disjoint(const CalendarRules *rules, int32 day)
{
	int			na;
	int			nb;
	const CalendarShift *a = calendar_day_shifts(rules, day, &na);
	const CalendarShift *b = calendar_day_shifts(rules, day + 1, &nb);

	return !reaches_into(a, na, b, nb);
}

/* does the last of the shifts a overlap the first of the next day's, b? */
static bool
reaches_into(const CalendarShift *a, int na, const CalendarShift *b, int nb)
{
	return na > 0 && nb > 0 &&
		a[na - 1].end - CALENDAR_DAY_SECS > b[0].start;
}

static bool
same_week(const CalendarRules *rules, int p, int q)
{
	for (int w = 0; w < CALENDAR_WEEK; w++)
	{
		int			na;
		int			nb;
		const CalendarShift *a = calendar_week_shifts(rules, p, w, &na);
		const CalendarShift *b = calendar_week_shifts(rules, q, w, &nb);

		if (!calendar_same_shifts(a, na, b, nb))
			return false;
	}
	return true;
}

/* the number of the first entry at or after a day */
static int
find_entry(const CalendarRules *rules, int32 day)
{
	int			lo = 0;
	int			hi = rules->nentries;

	/* invariant: entries [0 .. lo) are before the day, [hi ..) are not */
	while (lo < hi)
	{
		int			mid = lo + (hi - lo) / 2;

		if (rules->entries[mid].day < day)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static int64
shifts_weight(const CalendarShift *shifts, int nshifts, CalendarUnit unit)
{
	int64		seconds = 0;

	if (unit == CALENDAR_OPEN_DAYS)
		return nshifts > 0 ? 1 : 0;
	for (int i = 0; i < nshifts; i++)
		seconds += shifts[i].end - shifts[i].start;
	return seconds;
}

/* fill in the weights of a period's week, unless they are there already */
static void
weigh_week(const CalendarRules *rules, CalendarUnit unit, int period,
		   WeekWeights *weights)
{
	if (weights->period == period)
		return;

	weights->period = period;
	weights->total = 0;
	for (int w = 0; w < CALENDAR_WEEK; w++)
	{
		int			nshifts;
		const CalendarShift *shifts;

		shifts = calendar_week_shifts(rules, period, w, &nshifts);
		weights->weight[w] = shifts_weight(shifts, nshifts, unit);
		weights->total += weights->weight[w];
	}
}

/* compare arrays as numbers, so that the order is the same on every machine */
static int
compare_int32s(const void *a, const void *b, size_t size)
{
	const int32 *x = a;
	const int32 *y = b;

	for (size_t i = 0; i < size / sizeof(int32); i++)
	{
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	}
	return 0;
}
