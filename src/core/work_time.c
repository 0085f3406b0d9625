/*
 * work_time.c - open time of a calendar, ready to be walked many times.
 *
 * The window has been read from "begin" to "known".  It grows by doubling, so that
 * what a planner never comes to is never computed.
 */
#include "core/work_time.h"

#include "core/span.h"

/* the window grows by this at first, and never by more than the other at once */
#define GROWTH_MIN	(64 * CALENDAR_DAY)
#define GROWTH_MAX	(3653 * CALENDAR_DAY)

/* a bound of memory: thousands of years of shifts */
#define MAX_SPANS	4000000

/* for each so many spans the longest is known */
#define BLOCK		64

typedef struct WorkSpan
{
	Instant		start;
	Instant		end;
	int64		before;			/* open time before it, within the window */
} WorkSpan;

/*
 * Invariants: spans ascend and do not touch; they are what is open within
 * [begin, known).  The end of the last one is final only if it is before known, or
 * if known has come to the limit.
 */
struct WorkTime
{
	bool		always;			/* open from begin to limit: no spans are kept */
	Instant		begin;
	Instant		limit;
	Instant		known;

	/* where the spans come from: a calendar, or two of these */
	const CalendarRules *rules;
	const CalendarZone *zone;
	WorkTime   *a;
	WorkTime   *b;

	WorkSpan   *spans;
	int			nspans;
	int			maxspans;
	int64	   *longest;		/* of spans [BLOCK * i, BLOCK * (i + 1)) */
};

static WorkTime *create_window(Instant begin, Instant limit);
static bool covers(const WorkTime *outer, const WorkTime *inner);
static bool rules_are_always(const CalendarRules *rules);
static void narrow_to_rules(WorkTime *work);
static void grow_to(WorkTime *work, Instant until);
static bool grow(WorkTime *work, Instant until);
static void read_calendar(WorkTime *work, Instant target);
static void read_both(WorkTime *work, Instant target);
static bool first_span(WorkTime *work, Instant from, Instant until, Span *span);
static void append_span(WorkTime *work, Instant start, Instant end);
static int	spans_until(const WorkTime *work, Instant at);
static int64 open_before(WorkTime *work, Instant at);
static int64 total(const WorkTime *work);
static int	span_of_amount(const WorkTime *work, int64 passed);
static int	next_long(const WorkTime *work, int i, int64 amount);
static int	previous_long(const WorkTime *work, int i, int64 amount);

static inline Instant
window_begin(const WorkTime *work)
{
	return work == NULL ? INSTANT_BEGIN : work->begin;
}

static inline Instant
window_limit(const WorkTime *work)
{
	return work == NULL ? INSTANT_END : work->limit;
}

WorkTime *
work_time_create(const CalendarRules *rules, const CalendarZone *zone,
				 Instant begin, Instant limit)
{
	WorkTime   *work = create_window(begin, limit);

	if (rules == NULL || rules_are_always(rules))
		work->always = true;
	else
	{
		work->rules = rules;
		work->zone = zone;
		narrow_to_rules(work);
	}
	return work;
}

WorkTime *
work_time_intersect(WorkTime *a, WorkTime *b)
{
	WorkTime   *work;

	if (a == b || covers(b, a))
		return a;
	if (covers(a, b))
		return b;

	work = create_window(Max(a->begin, b->begin), Min(a->limit, b->limit));
	work->always = a->always && b->always;
	work->a = a;
	work->b = b;
	return work;
}

bool
work_time_is_always(const WorkTime *work)
{
	return work == NULL || work->always;
}

bool
work_time_is_within(const WorkTime *work, const WorkTime *other)
{
	if (work == other || covers(other, work))
		return true;
	if (work == NULL || work->a == NULL)
		return false;
	return work_time_is_within(work->a, other) ||
		work_time_is_within(work->b, other);
}

Instant
work_time_open_from(WorkTime *work, Instant at)
{
	int			i;

	if (work_time_is_always(work))
	{
		at = core_max(at, window_begin(work));
		return at < window_limit(work) ? at : INSTANT_END;
	}

	grow_to(work, at);
	i = spans_until(work, at);
	if (i > 0 && at < work->spans[i - 1].end)
		return at;
	while (i == work->nspans)
	{
		if (!grow(work, work->limit))
			return INSTANT_END;

		/* the last span may have grown over "at" */
		if (i > 0 && at < work->spans[i - 1].end)
			return at;
	}
	return Max(at, work->spans[i].start);
}

Instant
work_time_open_until(WorkTime *work, Instant at)
{
	int			i;

	if (work_time_is_always(work))
	{
		at = core_min(at, window_limit(work));
		return at > window_begin(work) ? at : INSTANT_BEGIN;
	}

	grow_to(work, at);
	i = spans_until(work, at);
	if (i > 0 && work->spans[i - 1].start == at)
		i--;
	return i > 0 ? Min(at, work->spans[i - 1].end) : INSTANT_BEGIN;
}

Instant
work_time_forward(WorkTime *work, Instant at, int64 amount)
{
	int64		target;
	int			i;

	if (amount <= 0)
		return at;
	if (work_time_is_always(work))
	{
		at = core_max(at, window_begin(work));
		if (pg_add_s64_overflow(at, amount, &at) || at > window_limit(work))
			return INSTANT_END;
		return at;
	}

	if (pg_add_s64_overflow(open_before(work, at), amount, &target))
		return INSTANT_END;
	while (total(work) < target)
	{
		if (!grow(work, work->limit))
			return INSTANT_END;
	}
	i = span_of_amount(work, target - 1);
	return work->spans[i].start + (target - work->spans[i].before);
}

Instant
work_time_backward(WorkTime *work, Instant at, int64 amount)
{
	int64		target;
	int			i;

	if (amount <= 0)
		return at;
	if (work_time_is_always(work))
	{
		at = core_min(at, window_limit(work));
		if (pg_sub_s64_overflow(at, amount, &at) || at < window_begin(work))
			return INSTANT_BEGIN;
		return at;
	}

	target = open_before(work, at) - amount;
	if (target < 0)
		return INSTANT_BEGIN;
	i = span_of_amount(work, target);
	return work->spans[i].start + (target - work->spans[i].before);
}

Instant
work_time_unbroken_from(WorkTime *work, Instant at, int64 amount)
{
	int			i;

	if (amount <= 0)
		return at;
	if (work_time_is_always(work))
	{
		Instant		end;

		at = core_max(at, window_begin(work));
		if (pg_add_s64_overflow(at, amount, &end) || end > window_limit(work))
			return INSTANT_END;
		return at;
	}

	grow_to(work, at);
	i = core_max(spans_until(work, at) - 1, 0);
	for (;;)
	{
		i = next_long(work, i, amount);
		if (i < work->nspans)
		{
			Instant		start = Max(at, work->spans[i].start);

			if (work->spans[i].end - amount >= start)
				return start;
			i++;
			continue;
		}

		/* the last span may yet become longer */
		i = Max(work->nspans - 1, 0);
		if (!grow(work, work->limit))
			return INSTANT_END;
	}
}

Instant
work_time_unbroken_until(WorkTime *work, Instant at, int64 amount)
{
	int			i;

	if (amount <= 0)
		return at;
	if (work_time_is_always(work))
	{
		Instant		start;

		at = core_min(at, window_limit(work));
		if (pg_sub_s64_overflow(at, amount, &start) || start < window_begin(work))
			return INSTANT_BEGIN;
		return at;
	}

	grow_to(work, at);
	i = spans_until(work, at) - 1;
	if (i >= 0 && Min(at, work->spans[i].end) - work->spans[i].start >= amount)
		return Min(at, work->spans[i].end);
	i = previous_long(work, i - 1, amount);
	return i >= 0 ? work->spans[i].end : INSTANT_BEGIN;
}

int64
work_time_between(WorkTime *work, Instant from, Instant until)
{
	if (from >= until)
		return 0;
	if (work_time_is_always(work))
	{
		from = core_max(from, window_begin(work));
		until = core_min(until, window_limit(work));
		return until > from ? until - from : 0;
	}
	return open_before(work, until) - open_before(work, from);
}

int64
work_time_longest(WorkTime *work, Instant from, Instant until)
{
	int64		longest = 0;
	int			first;
	int			last;

	if (work_time_is_always(work))
		return work_time_between(work, from, until);
	if (from >= until)
		return 0;

	grow_to(work, until);
	first = core_max(spans_until(work, from) - 1, 0);
	last = spans_until(work, until - 1) - 1;

	/* the first and the last may be cut, those between are whole */
	for (int i = first; i <= last; i++)
	{
		if (i % BLOCK == 0 && i > first && i + BLOCK <= last)
		{
			longest = Max(longest, work->longest[i / BLOCK]);
			i += BLOCK - 1;
		}
		else
			longest = Max(longest, Min(work->spans[i].end, until) -
						  Max(work->spans[i].start, from));
	}
	return longest;
}

static WorkTime *
create_window(Instant begin, Instant limit)
{
	WorkTime   *work = palloc0(sizeof(WorkTime));

	work->begin = begin;
	work->limit = Max(begin, limit);
	work->known = begin;
	work->maxspans = BLOCK;
	work->spans = palloc(work->maxspans * sizeof(WorkSpan));
	work->longest = palloc(work->maxspans / BLOCK * sizeof(int64));
	return work;
}

/*
 * Is one always open wherever the other may be open?
 */
static bool
covers(const WorkTime *outer, const WorkTime *inner)
{
	return work_time_is_always(outer) &&
		window_begin(outer) <= window_begin(inner) &&
		window_limit(outer) >= window_limit(inner);
}

/*
 * Is one week of 168 hours all there is to a calendar?
 */
static bool
rules_are_always(const CalendarRules *rules)
{
	int64		seconds = 0;

	if (rules->nperiods != 1 || rules->nentries != 0)
		return false;
	for (int i = 0; i < rules->nshifts; i++)
		seconds += rules->shifts[i].end - rules->shifts[i].start;
	return seconds * CALENDAR_SEC == CALENDAR_WEEK * CALENDAR_DAY;
}

/*
 * Leave out of the window what is surely closed, days ahead of the first opening
 * and behind the last, with room for every zone and a shift over midnight.
 */
static void
narrow_to_rules(WorkTime *work)
{
	int32		first;
	int32		last;

	work->begin = Max(work->begin, CALENDAR_EARLIEST);
	work->known = work->begin;
	work->limit = Min(work->limit, CALENDAR_LATEST);
	if (!calendar_bounds(work->rules, &first, &last))
		work->limit = work->known;
	else
	{
		if (first > calendar_local_day(CALENDAR_EARLIEST) + 3)
			work->known = Max(work->known, (first - 3) * CALENDAR_DAY);
		if (last < calendar_local_day(CALENDAR_LATEST) - 5)
			work->limit = Min(work->limit, (last + 5) * CALENDAR_DAY);
	}
	work->limit = Max(work->limit, work->known);
}

static void
grow_to(WorkTime *work, Instant until)
{
	while (work->known < until && grow(work, until))
		;
}

/*
 * Read more of what lies ahead, at least up to "until" if that is not far.  False
 * if all of the window is known.
 */
static bool
grow(WorkTime *work, Instant until)
{
	Instant		target = work->limit;
	int64		step = GROWTH_MAX;

	if (work->known >= work->limit)
		return false;
	CORE_CHECK_INTERRUPTS();

	/* as much again as there is, more if it is asked for by name */
	if (work->known - work->begin < GROWTH_MAX)
		step = Max(work->known - work->begin, GROWTH_MIN);
	if (until < work->limit && until - work->known > step)
		step = Min(until - work->known, GROWTH_MAX);
	if (target - step > work->known)
		target = work->known + step;

	if (work->rules != NULL)
		read_calendar(work, target);
	else
		read_both(work, target);
	work->known = target;
	if (work->nspans >= MAX_SPANS)
		work->limit = work->known;
	return true;
}

/*
 * Read a calendar from "known" to the target, which is too near for more spans
 * than a calendar may tell at once.
 */
static void
read_calendar(WorkTime *work, Instant target)
{
	Span	   *spans;
	int			nspans;
	PromiseStatus status PG_USED_FOR_ASSERTS_ONLY;

	status = calendar_spans(work->rules, work->zone, work->known, target,
							&spans, &nspans);
	Assert(status == PROMISE_OK);
	for (int i = 0; i < nspans; i++)
		append_span(work, spans[i].start, spans[i].end);
	if (spans != NULL)
		pfree(spans);
}

/*
 * Read what is open in both of two work times from "known" to the target.
 */
static void
read_both(WorkTime *work, Instant target)
{
	Instant		at = work->known;
	Span		a;
	Span		b;

	while (first_span(work->a, at, target, &a) &&
		   first_span(work->b, at, target, &b))
	{
		if (a.start < b.end && b.start < a.end)
			append_span(work, Max(a.start, b.start), Min(a.end, b.end));
		at = Min(a.end, b.end);
	}
}

/*
 * The first of what is open within [from, until); false if nothing is.
 */
static bool
first_span(WorkTime *work, Instant from, Instant until, Span *span)
{
	span->start = Max(from, work->begin);
	span->end = Min(until, work->limit);
	if (!work->always)
	{
		int			i;

		grow_to(work, until);
		i = spans_until(work, from);
		if (i > 0 && from < work->spans[i - 1].end)
			i--;
		if (i == work->nspans)
			return false;
		span->start = Max(from, work->spans[i].start);
		span->end = Min(until, work->spans[i].end);
	}
	return span->start < span->end;
}

/*
 * Add what is open behind all that is known.
 */
static void
append_span(WorkTime *work, Instant start, Instant end)
{
	WorkSpan   *last = (work->nspans > 0) ? &work->spans[work->nspans - 1] : NULL;
	int			block;

	if (last != NULL && last->end == start)
		last->end = end;
	else
	{
		int64		before = total(work);

		if (work->nspans == work->maxspans)
		{
			work->maxspans *= 2;
			work->spans = repalloc(work->spans, work->maxspans * sizeof(WorkSpan));
			work->longest = repalloc(work->longest,
									 work->maxspans / BLOCK * sizeof(int64));
		}
		last = &work->spans[work->nspans++];
		last->start = start;
		last->end = end;
		last->before = before;
	}

	block = (work->nspans - 1) / BLOCK;
	if ((work->nspans - 1) % BLOCK == 0)
		work->longest[block] = 0;
	work->longest[block] = Max(work->longest[block], last->end - last->start);
}

/* how many spans begin at or before an instant */
static int
spans_until(const WorkTime *work, Instant at)
{
	int			lo = 0;
	int			hi = work->nspans;

	/*
	 * invariant: spans before lo begin at or before it, those from hi on
	 * after
	 */
	while (lo < hi)
	{
		int			mid = lo + (hi - lo) / 2;

		if (work->spans[mid].start <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* open time of the window before an instant */
static int64
open_before(WorkTime *work, Instant at)
{
	int			i;

	grow_to(work, at);
	i = spans_until(work, at) - 1;
	if (i < 0)
		return 0;
	return work->spans[i].before + Min(at, work->spans[i].end) - work->spans[i].start;
}

/* open time of the window as far as it is known */
static int64
total(const WorkTime *work)
{
	const WorkSpan *last;

	if (work->nspans == 0)
		return 0;
	last = &work->spans[work->nspans - 1];
	return last->before + last->end - last->start;
}

/* the span that is going on when so much open time has passed, which there is */
static int
span_of_amount(const WorkTime *work, int64 passed)
{
	int			lo = 0;
	int			hi = work->nspans;

	/*
	 * invariant: spans before lo have begun by then, those from hi on have
	 * not
	 */
	while (lo < hi)
	{
		int			mid = lo + (hi - lo) / 2;

		if (work->spans[mid].before <= passed)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo - 1;
}

/* the first span from i on that is so long; nspans: none */
static int
next_long(const WorkTime *work, int i, int64 amount)
{
	while (i < work->nspans)
	{
		if (i % BLOCK == 0 && work->longest[i / BLOCK] < amount)
			i += BLOCK;
		else if (work->spans[i].end - work->spans[i].start < amount)
			i++;
		else
			return i;
	}
	return work->nspans;
}

/* the last span up to i that is so long; -1: none */
static int
previous_long(const WorkTime *work, int i, int64 amount)
{
	while (i >= 0)
	{
		if (i % BLOCK == BLOCK - 1 && work->longest[i / BLOCK] < amount)
			i -= BLOCK;
		else if (work->spans[i].end - work->spans[i].start < amount)
			i--;
		else
			break;
	}
	return Max(i, -1);
}
