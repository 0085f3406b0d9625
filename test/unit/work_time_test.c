/*
 * work_time_test.c - work time against the calendar it is made from.
 *
 * Walks and sums are compared with calendar_advance and calendar_working, whose
 * results are cut at the window, and single spans with a walk over all of them.
 */
#include "unit.h"
#include "work_fixture.h"

#include "core/calendar_draft.h"
#include "core/work_time.h"

extern void test_work_time(void);

#define QUESTIONS	40

typedef struct Sample
{
	CalendarRules rules;
	WorkClock	clock;
	Instant		begin;
	Instant		limit;
	Span	   *spans;			/* all of the window */
	int			nspans;
} Sample;

static void random_sample(Sample *sample);
static void all_spans(Sample *sample);
static bool same_as_calendar(const Sample *sample, WorkTime *work);
static bool same_as_spans(const Sample *sample, WorkTime *work);
static Instant random_instant(const Sample *sample);
static int64 random_amount(void);
static void test_windows(void);
static void test_always(void);

void
test_work_time(void)
{
	for (int trial = 0; trial < UNIT_TRIALS / 100; trial++)
	{
		Sample		a;
		Sample		b;
		Sample		both;
		WorkTime   *work;
		WorkTime   *other;

		random_sample(&a);
		work = work_time_create(&a.rules, &a.clock.base, a.begin, a.limit);
		CHECK(same_as_calendar(&a, work));
		CHECK(same_as_spans(&a, work));

		random_sample(&b);
		other = work_time_create(&b.rules, &b.clock.base, b.begin, b.limit);
		both.begin = Max(a.begin, b.begin);
		both.limit = Max(both.begin, Min(a.limit, b.limit));
		both.spans = palloc((a.nspans + b.nspans + 1) * sizeof(Span));
		both.nspans = span_combine(SPAN_INTERSECTION, a.spans, a.nspans,
								   b.spans, b.nspans, both.spans);
		CHECK(same_as_spans(&both, work_time_intersect(work, other)));
		CHECK(same_as_spans(&a, work_time_intersect(work, NULL)));
	}
	test_windows();
	test_always();
}

/*
 * Open on some days of a week, otherwise on some dates; windows from nothing to
 * years, so that they grow several times.
 */
static void
random_sample(Sample *sample)
{
	int			years = (unit_random(0, 9) == 0) ? 6 : 1;

	work_random_rules(&sample->rules);
	sample->begin = unit_random(0, 5000) * CALENDAR_DAY + unit_random(0, 23) * HOUR;
	sample->limit = sample->begin + unit_random(0, years * 400) * CALENDAR_DAY +
		unit_random(0, 23) * HOUR;
	work_random_clock(&sample->clock, sample->begin);
	all_spans(sample);
}

static void
all_spans(Sample *sample)
{
	sample->spans = NULL;
	sample->nspans = 0;
	CHECK_INT(calendar_spans(&sample->rules, &sample->clock.base, sample->begin,
							 sample->limit, &sample->spans, &sample->nspans),
			  PROMISE_OK);
}

static bool
same_as_calendar(const Sample *sample, WorkTime *work)
{
	const CalendarRules *rules = &sample->rules;
	const CalendarZone *zone = &sample->clock.base;
	bool		same = true;

	for (int i = 0; i < QUESTIONS; i++)
	{
		Instant		at = random_instant(sample);
		Instant		until = random_instant(sample);
		int64		amount = random_amount();
		Instant		from = Max(at, sample->begin);
		Instant		to = Min(at, sample->limit);
		Instant		expected;
		int64		counted;

		if (calendar_advance(rules, zone, from, amount, &expected, &counted) != PROMISE_OK ||
			expected > sample->limit)
			expected = INSTANT_END;
		same &= work_time_forward(work, at, amount) == expected;

		if (calendar_advance(rules, zone, to, -amount, &expected, &counted) != PROMISE_OK ||
			expected < sample->begin)
			expected = INSTANT_BEGIN;
		same &= work_time_backward(work, at, amount) == expected;

		to = Min(until, sample->limit);
		same &= work_time_between(work, at, until) ==
			(from < to ? calendar_working(rules, zone, from, to) : 0);
		if (from == at && at < sample->limit)
			same &= (work_time_open_from(work, at) == at) ==
				calendar_is_open(rules, zone, at);
	}
	return same;
}

static bool
same_as_spans(const Sample *sample, WorkTime *work)
{
	bool		same = true;

	for (int i = 0; i < QUESTIONS; i++)
	{
		Instant		at = random_instant(sample);
		int64		amount = random_amount();
		Instant		open_from = INSTANT_END;
		Instant		open_until = INSTANT_BEGIN;
		Instant		unbroken_from = INSTANT_END;
		Instant		unbroken_until = INSTANT_BEGIN;
		int64		after = 0;
		int64		before = 0;
		Instant		forward = INSTANT_END;
		Instant		backward = INSTANT_BEGIN;

		for (int j = 0; j < sample->nspans; j++)
		{
			Instant		start = Max(sample->spans[j].start, at);
			Instant		end = sample->spans[j].end;

			if (start >= end)
				continue;
			open_from = Min(open_from, start);
			if (end - start >= amount)
				unbroken_from = Min(unbroken_from, start);
			if (after < amount && after + end - start >= amount)
				forward = start + amount - after;
			after += end - start;
		}
		for (int j = sample->nspans - 1; j >= 0; j--)
		{
			Instant		start = sample->spans[j].start;
			Instant		end = Min(sample->spans[j].end, at);

			if (start >= end)
				continue;
			open_until = Max(open_until, end);
			if (end - start >= amount)
				unbroken_until = Max(unbroken_until, end);
			if (before < amount && before + end - start >= amount)
				backward = end - (amount - before);
			before += end - start;
		}
		same &= work_time_open_from(work, at) == open_from &&
			work_time_open_until(work, at) == open_until &&
			work_time_unbroken_from(work, at, amount) == unbroken_from &&
			work_time_unbroken_until(work, at, amount) == unbroken_until &&
			work_time_forward(work, at, amount) == forward &&
			work_time_backward(work, at, amount) == backward &&
			work_time_between(work, INSTANT_BEGIN, at) == before &&
			work_time_between(work, at, INSTANT_END) == after;
	}
	return same;
}

/* in the window, near its ends, or at an end of a span */
static Instant
random_instant(const Sample *sample)
{
	int64		days = (sample->limit - sample->begin) / CALENDAR_DAY;

	if (sample->nspans > 0 && unit_random(0, 2) == 0)
	{
		const Span *span = &sample->spans[unit_random(0, sample->nspans - 1)];

		return (unit_random(0, 1) ? span->start : span->end) + unit_random(-1, 1);
	}
	return sample->begin + unit_random(-2, Min(days, unit_random(0, days)) + 2) * CALENDAR_DAY +
		unit_random(0, 23) * HOUR;
}

static int64
random_amount(void)
{
	switch (unit_random(0, 3))
	{
		case 0:
			return unit_random(1, 3);
		case 1:
			return unit_random(1, 30) * HOUR;
		case 2:
			return unit_random(1, 2000) * HOUR;
		default:
			return unit_random(1, PG_INT64_MAX);
	}
}

static void
test_windows(void)
{
	CalendarDraft draft;
	CalendarFault fault;
	CalendarRules rules;
	WorkClock	utc = work_utc();
	ShiftList	none = {NULL, 0, 0};
	WorkTime   *work;

	/* never open: nothing to look for, however far */
	calendar_draft_init(&draft, "UTC");
	CHECK_INT(calendar_finish(&draft, &rules, &fault), PROMISE_OK);
	work = work_time_create(&rules, &utc.base, 0, INSTANT_END);
	CHECK(!work_time_is_always(work));
	CHECK_INT(work_time_open_from(work, 0), INSTANT_END);
	CHECK_INT(work_time_open_until(work, INSTANT_END), INSTANT_BEGIN);
	CHECK_INT(work_time_forward(work, 0, 1), INSTANT_END);
	CHECK_INT(work_time_unbroken_from(work, 0, 1), INSTANT_END);
	CHECK_INT(work_time_forward(work, 7, 0), 7);
	CHECK_INT(work_time_backward(work, 7, 0), 7);

	/* an hour a week: no shift is longer, whatever is looked for */
	calendar_draft_init(&draft, "UTC");
	CHECK_INT(calendar_draft_shift(&draft.periods[0].week[0], 0, 3600, &fault), PROMISE_OK);
	CHECK_INT(calendar_finish(&draft, &rules, &fault), PROMISE_OK);
	work = work_time_create(&rules, &utc.base, 0, 40000 * CALENDAR_DAY);
	CHECK_INT(work_time_unbroken_from(work, 0, HOUR), 2 * CALENDAR_DAY);
	CHECK_INT(work_time_unbroken_from(work, 0, HOUR + 1), INSTANT_END);
	CHECK_INT(work_time_unbroken_until(work, INSTANT_END, HOUR + 1), INSTANT_BEGIN);
	CHECK_INT(work_time_forward(work, 0, 5000 * HOUR),
			  (2 + 4999 * 7) * CALENDAR_DAY + HOUR);
	CHECK_INT(work_time_backward(work, (2 + 4999 * 7) * CALENDAR_DAY + HOUR, 5000 * HOUR),
			  2 * CALENDAR_DAY);

	/*
	 * closed on one day only: what is open reaches over all that is known at
	 * first
	 */
	calendar_draft_init(&draft, "UTC");
	for (int day = 0; day < CALENDAR_WEEK; day++)
		CHECK_INT(calendar_draft_shift(&draft.periods[0].week[day], 0, 24 * 3600,
									   &fault), PROMISE_OK);
	CHECK_INT(calendar_draft_entry(&draft, 500, &none, &fault), PROMISE_OK);
	CHECK_INT(calendar_finish(&draft, &rules, &fault), PROMISE_OK);
	work = work_time_create(&rules, &utc.base, 0, 2000 * CALENDAR_DAY);
	CHECK_INT(work_time_unbroken_from(work, 7, 300 * CALENDAR_DAY), 7);
	CHECK_INT(work_time_unbroken_from(work, 7, 600 * CALENDAR_DAY), 501 * CALENDAR_DAY);
	CHECK_INT(work_time_unbroken_until(work, 900 * CALENDAR_DAY, 400 * CALENDAR_DAY),
			  500 * CALENDAR_DAY);
	CHECK_INT(work_time_longest(work, 100 * CALENDAR_DAY, 700 * CALENDAR_DAY),
			  400 * CALENDAR_DAY);
}

static void
test_always(void)
{
	CalendarDraft draft;
	CalendarFault fault;
	CalendarRules rules;
	WorkClock	utc = work_utc();
	WorkTime   *work;
	WorkTime   *part;

	calendar_draft_init(&draft, "UTC");
	for (int day = 0; day < CALENDAR_WEEK; day++)
		CHECK_INT(calendar_draft_shift(&draft.periods[0].week[day], 6 * 3600,
									   30 * 3600, &fault), PROMISE_OK);
	CHECK_INT(calendar_finish(&draft, &rules, &fault), PROMISE_OK);
	work = work_time_create(&rules, &utc.base, 100, 200);

	/* NULL is always, and so is what needs no calendar */
	CHECK(work_time_is_always(NULL) && work_time_is_always(work));
	CHECK(work_time_intersect(NULL, NULL) == NULL);
	CHECK(work_time_intersect(work, NULL) == work && work_time_intersect(NULL, work) == work);
	CHECK_INT(work_time_forward(NULL, 5, 10), 15);
	CHECK_INT(work_time_backward(NULL, 5, 10), -5);
	CHECK_INT(work_time_forward(NULL, 5, PG_INT64_MAX), INSTANT_END);
	CHECK_INT(work_time_open_from(NULL, 5), 5);
	CHECK_INT(work_time_between(NULL, 5, 12), 7);

	/* within its window */
	CHECK_INT(work_time_open_from(work, 50), 100);
	CHECK_INT(work_time_open_from(work, 200), INSTANT_END);
	CHECK_INT(work_time_open_until(work, 300), 200);
	CHECK_INT(work_time_open_until(work, 100), INSTANT_BEGIN);
	CHECK_INT(work_time_forward(work, 50, 100), 200);
	CHECK_INT(work_time_forward(work, 50, 101), INSTANT_END);
	CHECK_INT(work_time_backward(work, 250, 100), 100);
	CHECK_INT(work_time_backward(work, 250, 101), INSTANT_BEGIN);
	CHECK_INT(work_time_unbroken_from(work, 120, 80), 120);
	CHECK_INT(work_time_unbroken_from(work, 120, 81), INSTANT_END);
	CHECK_INT(work_time_unbroken_until(work, 250, 30), 200);
	CHECK_INT(work_time_between(work, 50, 150), 50);

	part = work_time_intersect(work, work_time_create(NULL, NULL, 150, 400));
	CHECK(work_time_is_always(part));
	CHECK_INT(work_time_open_from(part, 0), 150);
	CHECK_INT(work_time_open_until(part, 1000), 200);
}
