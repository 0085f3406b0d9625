/*
 * calendar_test.c - calendars against a time line of half hours.
 *
 * The naive model writes down for every half hour of a window of days whether
 * it is open and to which day it belongs: first by the wall clock, straight
 * from the random rules, then for instants, by watching a clock that is put
 * forward and back.  Every property is then a walk over that line.
 */
#include "unit.h"

#include "core/calendar_set.h"
#include "core/calendar_text.h"
#include "core/calendar_time.h"

extern void test_calendar(void);

#define DAYS		18			/* of the window */
#define MARGIN		4			/* days without rules of their own at its ends */
#define CELL		(CALENDAR_DAY / 48)
#define CELLS		(DAYS * 48)
#define MAX_PERIODS 3
#define MAX_SHIFTS	3
#define MAX_SWITCHES 3
#define QUESTIONS	20			/* of each kind to a calendar and clock */

typedef struct Day
{
	CalendarShift shifts[MAX_SHIFTS];
	int			nshifts;
} Day;

typedef struct Cell
{
	bool		open;
	int32		day;			/* if open */
} Cell;

typedef struct Clock
{
	CalendarZone base;
	int			nswitches;
	Instant		at[MAX_SWITCHES];
	int64		offset[MAX_SWITCHES + 1];
} Clock;

typedef struct Sample
{
	int32		base;			/* first day of the window */
	int			nperiods;
	int32		first[MAX_PERIODS];
	Day			week[MAX_PERIODS][CALENDAR_WEEK];
	bool		dated[DAYS];
	Day			entry[DAYS];
	bool		bounded;		/* nothing is open outside the window */
	bool		sound;			/* no shifts overlap */

	Cell		local[CELLS];
	CalendarRules rules;
} Sample;

/* the time line of instants: one per cell of the window */
typedef struct Line
{
	Instant		start;			/* of the window, also its start in UTC */
	Cell		cells[CELLS];
	int64		shown[CELLS];	/* the local time at the start of the cell */
	bool		repeated[CELLS];
	int32		date[CELLS];
} Line;

static void
clock_regime(const CalendarZone *zone, Instant at, int64 *offset, Instant *until)
{
	const Clock *clock = (const Clock *) zone;
	int			i = 0;

	while (i < clock->nswitches && clock->at[i] <= at)
		i++;
	*offset = clock->offset[i];
	*until = i < clock->nswitches ? clock->at[i] : INSTANT_END;
}

static void
random_clock(Clock *clock, int32 base)
{
	Instant		at = (base + 2) * CALENDAR_DAY;

	clock->base.regime = clock_regime;
	clock->nswitches = unit_random(0, MAX_SWITCHES);
	clock->offset[0] = unit_random(-20, 20) * CELL;
	for (int i = 0; i < clock->nswitches; i++)
	{
		at += unit_random(1, 48 * 5) * CELL;
		clock->at[i] = at;
		switch (unit_random(0, 9))
		{
			case 0:				/* a date line moves */
				clock->offset[i + 1] = clock->offset[i] > 0 ?
					clock->offset[i] - 24 * 2 * CELL : clock->offset[i] + 24 * 2 * CELL;
				break;
			case 1:
				clock->offset[i + 1] = unit_random(-24, 24) * CELL;
				break;
			default:
				clock->offset[i + 1] = clock->offset[i] + unit_random(-2, 2) * CELL;
				break;
		}
		clock->offset[i + 1] = Max(Min(clock->offset[i + 1], 24 * CELL), -24 * CELL);
	}
}

static void
random_day(Day *day)
{
	int32		at = 0;

	day->nshifts = 0;
	if (unit_random(0, 3) == 0)
		return;
	for (int n = unit_random(1, MAX_SHIFTS); n > 0; n--)
	{
		int32		start = at + unit_random(0, 16);
		int32		end = start + unit_random(1, 18);

		if (unit_random(0, 200) == 0)
			start = Max(start - 4, 0);
		if (start >= 48)
			break;
		if (end > 48 && unit_random(0, 2) > 0)
			end = 48;
		day->shifts[day->nshifts].start = start * 1800;
		day->shifts[day->nshifts].end = end * 1800;
		day->nshifts++;
		at = end;
	}
}

static const Day *
day_of(const Sample *sample, int32 day)
{
	int			p = 0;

	if (day >= sample->base && day < sample->base + DAYS &&
		sample->dated[day - sample->base])
		return &sample->entry[day - sample->base];
	while (p + 1 < sample->nperiods && sample->first[p + 1] <= day)
		p++;
	return &sample->week[p][calendar_weekday(day)];
}

static bool
overlap(const Day *a, const Day *b, int32 later)
{
	for (int i = 0; i < a->nshifts; i++)
	{
		for (int j = 0; j < b->nshifts; j++)
		{
			if ((a != b || later != 0 || i != j) &&
				a->shifts[i].start < b->shifts[j].end + later &&
				b->shifts[j].start + later < a->shifts[i].end)
				return true;
		}
	}
	return false;
}

static bool
is_sound(const Sample *sample)
{
	for (int p = 0; p < sample->nperiods; p++)
	{
		for (int w = 0; w < CALENDAR_WEEK; w++)
		{
			const Day  *day = &sample->week[p][w];

			if (overlap(day, day, 0) ||
				overlap(day, &sample->week[p][(w + 1) % CALENDAR_WEEK], CALENDAR_DAY_SECS))
				return false;
		}
	}
	for (int32 d = sample->base; d < sample->base + DAYS; d++)
	{
		if (overlap(day_of(sample, d), day_of(sample, d), 0) ||
			overlap(day_of(sample, d), day_of(sample, d + 1), CALENDAR_DAY_SECS))
			return false;
	}
	return true;
}

/*
 * Random rules, and what the library makes of them.
 */
static void
random_sample(Sample *sample, int32 base)
{
	CalendarDraft draft;
	CalendarFault fault;
	PromiseStatus status = PROMISE_OK;

	memset(sample, 0, sizeof(Sample));
	sample->base = base;
	sample->bounded = unit_random(0, 1);
	sample->nperiods = sample->bounded ? 3 : unit_random(1, MAX_PERIODS);
	sample->first[0] = CALENDAR_DATE_BEGIN;
	for (int p = 1; p < sample->nperiods; p++)
		sample->first[p] = Max(base + MARGIN, sample->first[p - 1] + 1) +
			unit_random(0, 3);
	for (int p = 0; p < sample->nperiods; p++)
	{
		if (sample->bounded && p != 1)
			continue;
		for (int w = 0; w < CALENDAR_WEEK; w++)
		{
			if (w > 0 && unit_random(0, 2) > 0)
				sample->week[p][w] = sample->week[p][w - 1];
			else
				random_day(&sample->week[p][w]);
		}
	}
	for (int d = MARGIN; d < DAYS - MARGIN; d++)
	{
		sample->dated[d] = unit_random(0, 5) == 0;
		if (sample->dated[d])
			random_day(&sample->entry[d]);
	}
	sample->sound = is_sound(sample);

	for (int i = 0; i < CELLS; i++)
	{
		int64		at = base * CALENDAR_DAY + i * CELL;

		sample->local[i].open = false;
		for (int32 d = base - 3; d <= base + DAYS; d++)
		{
			const Day  *day = day_of(sample, d);

			for (int s = 0; s < day->nshifts; s++)
			{
				if (d * CALENDAR_DAY + day->shifts[s].start * CALENDAR_SEC <= at &&
					at < d * CALENDAR_DAY + day->shifts[s].end * CALENDAR_SEC)
				{
					sample->local[i].open = true;
					sample->local[i].day = d;
				}
			}
		}
	}

	/* the same in a draft, shifts and entries in disorder */
	calendar_draft_init(&draft, "UTC");
	for (int p = 0; p < sample->nperiods; p++)
	{
		if (p > 0)
			status = calendar_draft_period(&draft, sample->first[p], &fault);
		CHECK_INT(status, PROMISE_OK);
		for (int w = 0; w < CALENDAR_WEEK; w++)
		{
			const Day  *day = &sample->week[p][w];

			for (int s = day->nshifts - 1; s >= 0; s--)
				CHECK_INT(calendar_draft_shift(&draft.periods[p].week[w],
											   day->shifts[s].start,
											   day->shifts[s].end, &fault),
						  PROMISE_OK);
		}
	}
	for (int d = DAYS - 1; d >= 0; d--)
	{
		ShiftList	list;

		if (!sample->dated[d])
			continue;
		calendar_draft_list(&list, sample->entry[d].shifts, sample->entry[d].nshifts);
		CHECK_INT(calendar_draft_entry(&draft, base + d, &list, &fault), PROMISE_OK);
	}
	status = calendar_finish(&draft, &sample->rules, &fault);
	CHECK_INT(status, sample->sound ? PROMISE_OK : PROMISE_INVALID_CALENDAR);
	if (status == PROMISE_OK)
		CHECK(calendar_is_canonical(&sample->rules));
}

/*
 * Watch the clock from the start of the window on.  The first two and the last
 * two days of the line are not used: the clock may show times outside.
 */
static void
draw_line(Line *line, const Sample *sample, const Clock *clock)
{
	int64		high = PG_INT64_MIN;
	Cell		last = {false, 0};
	int32		last_date = sample->base;

	line->start = sample->base * CALENDAR_DAY;
	for (int i = 0; i < CELLS; i++)
	{
		Instant		at = line->start + i * CELL;
		int64		offset;
		Instant		until;
		int64		local;
		int			c;

		clock_regime(&clock->base, at, &offset, &until);
		local = at + offset;
		line->shown[i] = local;
		line->repeated[i] = local < high;
		if (!line->repeated[i])
		{
			c = (local - line->start) / CELL;
			if (local < line->start || c >= CELLS)
				last.open = false;
			else
				last = sample->local[c];
			last_date = calendar_local_day(local);
			high = local + CELL;
		}
		line->cells[i] = last;
		line->date[i] = last_date;
	}
}

static int
cell_of(const Line *line, Instant at)
{
	return (at - line->start) / CELL;
}

static bool
naive_open(const Line *line, Instant at)
{
	return line->cells[cell_of(line, at)].open;
}

static int64
naive_working(const Line *line, Instant from, Instant to)
{
	int64		working = 0;

	for (int i = cell_of(line, from); i < CELLS; i++)
	{
		Instant		start = Max(line->start + i * CELL, from);
		Instant		end = Min(line->start + (i + 1) * CELL, to);

		if (start >= end)
			break;
		if (line->cells[i].open)
			working += end - start;
	}
	return working;
}

/* INSTANT_BEGIN or INSTANT_END if it is not within the window */
static Instant
naive_advance(const Line *line, Instant at, int64 amount)
{
	for (int i = cell_of(line, at); amount > 0 && i < CELLS; i++)
	{
		Instant		start = Max(line->start + i * CELL, at);
		Instant		end = line->start + (i + 1) * CELL;

		if (!line->cells[i].open)
			continue;
		if (end - start >= amount)
			return start + amount;
		amount -= end - start;
	}
	for (int i = cell_of(line, at); amount < 0 && i >= 0; i--)
	{
		Instant		start = line->start + i * CELL;
		Instant		end = Min(line->start + (i + 1) * CELL, at);

		if (!line->cells[i].open)
			continue;
		if (end - start >= -amount)
			return end + amount;
		amount += end - start;
	}
	return amount > 0 ? INSTANT_END : (amount < 0 ? INSTANT_BEGIN : at);
}

static Instant
naive_advance_days(const Line *line, const Sample *sample, Instant at, int days)
{
	int			i = cell_of(line, at);
	int			p = cell_of(line, at - 1);
	int			step = days > 0 ? 1 : -1;
	int32		day;
	int64		local;

	if (days == 0)
		return at;
	if (line->cells[i].open)
		day = line->cells[i].day;
	else if (line->cells[p].open)
		day = line->cells[p].day;
	else
		day = line->date[i];
	local = line->shown[i] + (at - line->start) % CELL - day * CALENDAR_DAY;

	for (days = abs(days); days > 0; days--)
	{
		do
		{
			day += step;
			if (day < sample->base || day >= sample->base + DAYS)
				return step > 0 ? INSTANT_END : INSTANT_BEGIN;
		} while (day_of(sample, day)->nshifts == 0);
	}

	local += day * CALENDAR_DAY;
	for (i = 0; i < CELLS; i++)
	{
		if (!line->repeated[i] && line->shown[i] + CELL > local)
			break;
	}
	if (i <= 48 || i >= CELLS - 48)
		return step > 0 ? INSTANT_END : INSTANT_BEGIN;
	at = line->start + i * CELL + Max(0, local - line->shown[i]);

	if (naive_open(line, at) || naive_open(line, at - 1))
		return at;
	at = naive_advance(line, at, step);
	return INSTANT_IS_FINITE(at) ? at - step : at;
}

static Instant
random_instant(const Line *line)
{
	Instant		at = line->start + 2 * CALENDAR_DAY;

	if (unit_random(0, 1))
		return at + unit_random(0, (DAYS - 4) * 48) * CELL;
	return at + unit_random(0, (DAYS - 4) * CALENDAR_DAY);
}

static void
check_moved(PromiseStatus status, Instant actual, Instant expected,
			const Line *line, const Sample *sample)
{
	if (expected == INSTANT_END)
	{
		if (sample->bounded)
			CHECK_INT(status, PROMISE_CALENDAR_EXHAUSTED);
		else
			CHECK(status == PROMISE_CALENDAR_EXHAUSTED ||
				  actual >= line->start + (DAYS - 3) * CALENDAR_DAY);
	}
	else if (expected == INSTANT_BEGIN)
	{
		if (sample->bounded)
			CHECK_INT(status, PROMISE_CALENDAR_EXHAUSTED);
		else
			CHECK(status == PROMISE_CALENDAR_EXHAUSTED ||
				  actual <= line->start + 3 * CALENDAR_DAY);
	}
	else if (expected > line->start + 2 * CALENDAR_DAY &&
			 expected < line->start + (DAYS - 2) * CALENDAR_DAY)
	{
		CHECK_INT(status, PROMISE_OK);
		CHECK_INT(actual, expected);
	}
}

static void
check_time(const Sample *sample, const Clock *clock)
{
	Line		line;
	Instant		window_start;
	Instant		window_end;
	Span	   *spans;
	int			nspans;
	int			s = 0;

	draw_line(&line, sample, clock);
	window_start = line.start + 2 * CALENDAR_DAY;
	window_end = line.start + (DAYS - 2) * CALENDAR_DAY;

	CHECK_INT(calendar_spans(&sample->rules, &clock->base, window_start,
							 window_end, &spans, &nspans), PROMISE_OK);
	CHECK(span_is_canonical(spans, nspans));
	for (int i = 2 * 48; i < CELLS - 2 * 48; i++)
	{
		Instant		at = line.start + i * CELL;

		while (s < nspans && spans[s].end <= at)
			s++;
		if (!CHECK_INT(s < nspans && spans[s].start <= at, line.cells[i].open))
			break;
		if (!CHECK_INT(s < nspans && spans[s].start <= at + CELL - 1, line.cells[i].open))
			break;
	}
	if (spans != NULL)
		pfree(spans);

	for (int i = 0; i < QUESTIONS; i++)
	{
		Instant		at = random_instant(&line);
		Instant		to = random_instant(&line);
		int64		amount = unit_random(-60, 60) * CELL;
		int			days = unit_random(-5, 5);
		Instant		actual;
		int64		counted;
		PromiseStatus status;

		if (unit_random(0, 1))
			amount += unit_random(-CELL, CELL);
		CHECK_INT(calendar_is_open(&sample->rules, &clock->base, at),
				  naive_open(&line, at));
		CHECK_INT(calendar_working(&sample->rules, &clock->base,
								   Min(at, to), Max(at, to)),
				  naive_working(&line, Min(at, to), Max(at, to)));

		status = calendar_advance(&sample->rules, &clock->base, at, amount,
								  &actual, &counted);
		check_moved(status, actual, naive_advance(&line, at, amount), &line, sample);
		if (status == PROMISE_CALENDAR_EXHAUSTED && sample->bounded)
			CHECK_INT(counted, amount > 0 ?
					  naive_working(&line, at, line.start + DAYS * CALENDAR_DAY) :
					  naive_working(&line, line.start, at));

		status = calendar_advance_days(&sample->rules, &clock->base, at, days,
									   &actual, &counted);
		check_moved(status, actual, naive_advance_days(&line, sample, at, days),
					&line, sample);
	}
}

static bool
same_rules(const CalendarRules *a, const CalendarRules *b)
{
	return calendar_compare(a, b) == 0;
}

/*
 * The literal of a calendar is read as the same calendar.
 */
static void
check_text(const CalendarRules *rules)
{
	StringInfoData out;
	CalendarDraft draft;
	CalendarRules again;
	CalendarFault fault;

	initStringInfo(&out);
	calendar_print(rules, &out);
	if (CHECK_INT(calendar_parse(out.data, &draft, &fault), PROMISE_OK) &&
		CHECK_INT(calendar_finish(&draft, &again, &fault), PROMISE_OK))
		CHECK(same_rules(rules, &again));
	else
		printf("%s: %s\n", out.data, fault.detail);
	pfree(out.data);
}

static void
check_sets(const Sample *a, const Sample *b)
{
	static const SpanOp ops[] = {SPAN_UNION, SPAN_INTERSECTION, SPAN_DIFFERENCE};
	static Clock utc = {{clock_regime}, 0, {0}, {0}};
	CalendarFault fault;
	CalendarRules other;
	CalendarRules result[3];

	for (int op = 0; op < 3; op++)
	{
		Span	   *spans;
		int			nspans;
		int			s = 0;

		CHECK_INT(calendar_combine(ops[op], &a->rules, &b->rules, &result[op],
								   &fault), PROMISE_OK);
		CHECK(calendar_is_canonical(&result[op]));
		CHECK_INT(calendar_spans(&result[op], &utc.base,
								 a->base * CALENDAR_DAY,
								 (a->base + DAYS) * CALENDAR_DAY,
								 &spans, &nspans), PROMISE_OK);
		for (int i = 0; i < CELLS; i++)
		{
			Instant		at = a->base * CALENDAR_DAY + i * CELL;
			bool		in_a = a->local[i].open;
			bool		in_b = b->local[i].open;
			bool		expected = op == 0 ? in_a || in_b :
			(op == 1 ? in_a && in_b : in_a && !in_b);

			while (s < nspans && spans[s].end <= at)
				s++;
			if (!CHECK_INT(s < nspans && spans[s].start <= at, expected))
				break;
		}
		if (spans != NULL)
			pfree(spans);
		check_text(&result[op]);
	}

	CHECK_INT(calendar_combine(SPAN_UNION, &b->rules, &a->rules, &other, &fault),
			  PROMISE_OK);
	CHECK(same_rules(&other, &result[0]));
	CHECK_INT(calendar_combine(SPAN_INTERSECTION, &b->rules, &a->rules, &other,
							   &fault), PROMISE_OK);
	CHECK(same_rules(&other, &result[1]));
	CHECK_INT(calendar_combine(SPAN_UNION, &a->rules, &a->rules, &other, &fault),
			  PROMISE_OK);
	CHECK(same_rules(&other, &a->rules));
	CHECK_INT(calendar_combine(SPAN_INTERSECTION, &a->rules, &a->rules, &other,
							   &fault), PROMISE_OK);
	CHECK(same_rules(&other, &a->rules));
	CHECK_INT(calendar_combine(SPAN_DIFFERENCE, &a->rules, &a->rules, &other,
							   &fault), PROMISE_OK);
	CHECK_INT(other.nperiods + other.nentries + other.nshifts, 1);
}

static void
check_closed(const Sample *sample)
{
	int32		days[2];
	int32		sorted[2];
	CalendarRules closed;
	CalendarFault fault;
	PromiseStatus status;

	for (int i = 0; i < 2; i++)
		days[i] = sorted[i] = sample->base + unit_random(0, DAYS - 1);
	status = calendar_close_days(&sample->rules, sorted, 2, &closed, &fault);
	CHECK_INT(status, PROMISE_OK);
	CHECK(calendar_is_canonical(&closed));
	for (int32 d = sample->base; d < sample->base + DAYS; d++)
	{
		int			na;
		int			nb;
		const CalendarShift *a = calendar_day_shifts(&sample->rules, d, &na);
		const CalendarShift *b = calendar_day_shifts(&closed, d, &nb);

		if (d == days[0] || d == days[1])
			na = 0;
		CHECK(calendar_same_shifts(a, na, b, nb));
	}
}

void
test_calendar(void)
{
	int			pairs = UNIT_TRIALS / (2 * QUESTIONS);

	/* UNIT_TRIALS questions of each kind */
	while (pairs > 0)
	{
		Sample		a;
		Sample		b;
		Clock		clock;
		int32		base = 9000 + unit_random(0, 6);

		random_sample(&a, base);
		random_sample(&b, base);
		if (!a.sound || !b.sound)
			continue;
		pairs--;
		random_clock(&clock, base);
		check_time(&a, &clock);
		check_time(&b, &clock);
		check_text(&a.rules);
		check_sets(&a, &b);
		check_closed(&a);
	}
}
