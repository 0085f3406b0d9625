/*
 * profile_test.c - profiles against dense arrays of quantities.
 *
 * The naive model: steps happen at the instants 1 to LAST only, so an array
 * with one quantity per instant, and one for all that is before, says
 * everything.  Each property is then a loop over it.
 */
#include "unit.h"

#include "core/profile.h"

extern void test_profile(void);

#define LAST		12			/* steps are at 1 .. LAST, or at the beginning */
#define MAX_EVENTS	10
#define MAX_STEPS	(2 * MAX_EVENTS + 2)
#define LONGEST		15			/* hold */

/* qty[t] from instant t on; qty[0] is everything before instant 1 */
typedef struct Dense
{
	int64		qty[LAST + 1];
} Dense;

typedef struct Sample
{
	ProfileStep steps[MAX_STEPS];
	ProfileView view;
	Dense		dense;
} Sample;

static int64
dense_value(const Dense *d, Instant t)
{
	return d->qty[t < 0 ? 0 : Min(t, LAST)];
}

/*
 * Does a view say the same as the array, and is it canonical?
 */
static bool
matches(ProfileView view, const Dense *d)
{
	int			i = 0;
	int64		qty = 0;

	if (!profile_is_canonical(view))
		return false;
	if (i < view.nsteps && view.steps[i].at == INSTANT_BEGIN)
		qty = view.steps[i++].qty;
	for (int t = 0; t <= LAST; t++)
	{
		if (i < view.nsteps && view.steps[i].at == t)
			qty = view.steps[i++].qty;
		if (qty != d->qty[t])
			return false;
	}
	return i == view.nsteps;
}

static int
random_events(ProfileEvent *events, Dense *dense)
{
	int			nevents = unit_random(0, MAX_EVENTS);

	memset(dense, 0, sizeof(*dense));
	for (int i = 0; i < nevents; i++)
	{
		int			at = unit_random(0, LAST + 1);

		events[i].delta = unit_random(-5, 5);
		events[i].at = at;
		if (at == 0)
			events[i].at = INSTANT_BEGIN;
		else if (at == LAST + 1)
			events[i].at = INSTANT_END;
		for (int t = at; t <= LAST; t++)
			dense->qty[t] += events[i].delta;
	}
	return nevents;
}

/*
 * A random profile, and with it a test of how events become one.
 */
static void
random_sample(Sample *sample)
{
	ProfileEvent events[MAX_EVENTS];
	int			nevents = random_events(events, &sample->dense);
	PromiseStatus status;

	if (unit_random(0, 1) == 0)
		profile_sort_events(events, nevents);
	else
	{
		ProfileEvent parts[MAX_EVENTS];
		int			half = unit_random(0, nevents);

		memcpy(parts, events, sizeof(parts));
		profile_sort_events(parts, half);
		profile_sort_events(parts + half, nevents - half);
		profile_merge_events(parts, half, parts + half, nevents - half, events);
	}
	if (unit_random(0, 1) == 0)
	{
		nevents = profile_compact_events(events, nevents);
		for (int i = 0; i < nevents; i++)
		{
			CHECK(events[i].delta != 0 && events[i].at != INSTANT_END);
			CHECK(i == 0 || events[i - 1].at < events[i].at);
		}
	}
	status = profile_from_events(events, nevents, sample->steps,
								 &sample->view.nsteps);
	sample->view.steps = sample->steps;
	CHECK(status == PROMISE_OK);
	CHECK(sample->view.nsteps <= nevents);
	CHECK(matches(sample->view, &sample->dense));
}

static void
test_values(void)
{
	Sample		p;

	random_sample(&p);
	CHECK_INT(profile_value(p.view, INSTANT_BEGIN), p.dense.qty[0]);
	CHECK_INT(profile_value(p.view, INSTANT_END), p.dense.qty[LAST]);
	for (int t = -2; t <= LAST + 2; t++)
		CHECK_INT(profile_value(p.view, t), dense_value(&p.dense, t));
}

static void
test_range(void)
{
	Sample		p;
	int			from = unit_random(-2, LAST + 2);
	int			until = unit_random(-2, LAST + 2);
	int64		naive_lowest = PG_INT64_MAX;
	int64		naive_highest = PG_INT64_MIN;
	Quantity	lowest;
	Quantity	highest;
	bool		open_begin = unit_random(0, 3) == 0;
	bool		open_end = unit_random(0, 3) == 0;
	bool		found;

	random_sample(&p);
	if (open_begin)
		from = -2;
	if (open_end)
		until = LAST + 3;
	for (int t = from; t < until; t++)
	{
		naive_lowest = Min(naive_lowest, dense_value(&p.dense, t));
		naive_highest = Max(naive_highest, dense_value(&p.dense, t));
	}

	/* from the beginning on there is always an instant before */
	if (open_begin && until <= from)
		naive_lowest = naive_highest = p.dense.qty[0];
	found = profile_range(p.view,
						  open_begin ? INSTANT_BEGIN : from,
						  open_end ? INSTANT_END : until,
						  &lowest, &highest);
	CHECK(found == (naive_lowest <= naive_highest));
	if (found)
	{
		CHECK_INT(lowest, naive_lowest);
		CHECK_INT(highest, naive_highest);
	}
}

static void
test_arithmetic(void)
{
	Sample		a;
	Sample		b;
	ProfileStep out[2 * MAX_STEPS];
	ProfileView result = {out, 0};
	Dense		sum;
	Dense		difference;
	Dense		product;

	random_sample(&a);
	random_sample(&b);
	for (int t = 0; t <= LAST; t++)
	{
		/* quantities count in millionths, and so do their products */
		sum.qty[t] = a.dense.qty[t] + b.dense.qty[t];
		difference.qty[t] = a.dense.qty[t] - b.dense.qty[t];
		product.qty[t] = a.dense.qty[t] * b.dense.qty[t] * 250;
	}

	CHECK(profile_add(a.view, b.view, out, &result.nsteps) == PROMISE_OK);
	CHECK(matches(result, &sum));
	CHECK(profile_subtract(a.view, b.view, out, &result.nsteps) == PROMISE_OK);
	CHECK(matches(result, &difference));

	for (int i = 0; i < a.view.nsteps; i++)
		a.steps[i].qty *= 500 * QUANTITY_SCALE / 1000;
	for (int i = 0; i < b.view.nsteps; i++)
		b.steps[i].qty *= 500;
	CHECK(profile_multiply(a.view, b.view, out, &result.nsteps) == PROMISE_OK);
	CHECK(matches(result, &product));
}

static int
dense_compare(const Dense *a, const Dense *b)
{
	for (int t = 0; t <= LAST; t++)
	{
		if (a->qty[t] != b->qty[t])
			return a->qty[t] < b->qty[t] ? -1 : 1;
	}
	return 0;
}

static void
test_compare(void)
{
	Sample		a;
	Sample		b;

	random_sample(&a);
	random_sample(&b);
	if (unit_random(0, 1) == 0)
	{
		/* mostly equal, so that equality and late differences are met */
		memcpy(&b, &a, sizeof(b));
		b.view.steps = b.steps;
		if (b.view.nsteps > 0)
		{
			ProfileStep *last = &b.steps[b.view.nsteps - 1];
			int			change = unit_random(-1, 1);

			for (int t = Max(last->at, 0); t <= LAST; t++)
				b.dense.qty[t] += change;
			last->qty += change;
			CHECK(profile_canonicalize(b.steps, &b.view.nsteps) == PROMISE_OK);
		}
	}

	CHECK_INT(profile_compare(a.view, b.view),
			  dense_compare(&a.dense, &b.dense));
	CHECK_INT(profile_compare(b.view, a.view),
			  dense_compare(&b.dense, &a.dense));
}

/*
 * Any array of steps: it becomes the canonical form of what it says, or is
 * refused.
 */
static void
test_canonicalize(void)
{
	ProfileStep steps[MAX_EVENTS];
	ProfileView view = {steps, unit_random(0, MAX_EVENTS)};
	Dense		dense;
	bool		valid = true;
	int			at = unit_random(0, 3);
	PromiseStatus status;

	memset(&dense, 0, sizeof(dense));
	for (int i = 0; i < view.nsteps; i++)
	{
		steps[i].at = at == 0 ? INSTANT_BEGIN : at;
		steps[i].qty = unit_random(0, 2);
		for (int t = at; t <= LAST; t++)
			dense.qty[t] = steps[i].qty;
		if (i < view.nsteps - 1)
		{
			int			next = at + unit_random(unit_random(0, 9) == 0 ? -1 : 1,
												3);

			if (next <= at)
				valid = false;
			at = Max(next, 0);
			if (at > LAST)
			{
				view.nsteps = i + 1;
				break;
			}
		}
	}

	if (view.nsteps > 0 && unit_random(0, 9) == 0)
	{
		steps[view.nsteps - 1].at = INSTANT_END;
		valid = false;
	}

	status = profile_canonicalize(steps, &view.nsteps);
	CHECK(status == (valid ? PROMISE_OK : PROMISE_INVALID_PROFILE));
	if (valid)
		CHECK(matches(view, &dense));
}

static void
test_lookahead(void)
{
	Sample		p;
	ProfileStep out[MAX_STEPS + 1];
	ProfileView result = {out, 0};
	Dense		envelope;

	random_sample(&p);
	for (int t = 0; t <= LAST; t++)
	{
		envelope.qty[t] = p.dense.qty[t];
		for (int u = t; u <= LAST; u++)
			envelope.qty[t] = Min(envelope.qty[t], p.dense.qty[u]);
	}
	profile_lookahead(p.view, out, &result.nsteps);
	CHECK(matches(result, &envelope));
}

/*
 * The textbook's rule, instant by instant: at each receipt begins a new rest,
 * which all else goes into.
 */
static void
test_leftovers(void)
{
	Sample		supply;
	Sample		demand;
	ProfileStep out[MAX_STEPS + 1];
	ProfileView result = {out, 0};
	Dense		rest;
	int			start = unit_random(0, LAST);
	int			since = start;
	int64		left;

	random_sample(&supply);
	random_sample(&demand);

	memset(&rest, 0, sizeof(rest));
	left = supply.dense.qty[start] - demand.dense.qty[start];
	for (int t = start; t <= LAST; t++)
	{
		int64		supplied = 0;
		int64		demanded = 0;

		if (t > start)
		{
			supplied = supply.dense.qty[t] - supply.dense.qty[t - 1];
			demanded = demand.dense.qty[t] - demand.dense.qty[t - 1];
		}
		if (supplied > 0)
		{
			since = t;
			left = 0;
		}
		left += supplied - demanded;
		for (int u = since; u <= LAST; u++)
			rest.qty[u] = left;
	}

	CHECK(profile_leftovers(supply.view, demand.view,
							start == 0 ? INSTANT_BEGIN : start,
							out, &result.nsteps) == PROMISE_OK);
	CHECK(matches(result, &rest));

	CHECK(profile_leftovers(supply.view, demand.view, INSTANT_END,
							out, &result.nsteps) == PROMISE_OK);
	CHECK_INT(result.nsteps, 0);
}

static bool
dense_fits(const Dense *d, int64 qty, Instant t, int64 hold)
{
	int64		until = t + Max(hold, 1);

	if (hold == PROFILE_FOREVER)
		until = Max(t, LAST) + 1;
	for (Instant u = t; u < until; u++)
	{
		if (dense_value(d, u) < qty)
			return false;
	}
	return true;
}

static void
test_search(void)
{
	Sample		p;
	int64		qty = unit_random(-6, 8);
	int64		hold = unit_random(0, LONGEST);
	Instant		after = unit_random(-5, LAST + 5);
	bool		expected = false;
	Instant		naive = 0;
	Instant		earliest = 0;
	ProfileStretch stretches[MAX_STEPS / 2 + 1];
	int			nstretches;
	bool		fits_at_beginning;

	random_sample(&p);
	if (hold == LONGEST)
		hold = PROFILE_FOREVER;

	for (Instant t = after; t <= LAST + 5 && !expected; t++)
	{
		expected = dense_fits(&p.dense, qty, t, hold);
		naive = t;
	}
	CHECK(profile_find_earliest(p.view, qty, after, hold, &earliest) ==
		  expected);
	if (expected)
		CHECK_INT(earliest, naive);

	/* so long before the first step that no finite hold reaches it */
	fits_at_beginning = dense_fits(&p.dense, qty, -LONGEST - 1, hold);
	if (fits_at_beginning)
	{
		CHECK(profile_find_earliest(p.view, qty, INSTANT_BEGIN, hold,
									&earliest));
		CHECK(earliest == INSTANT_BEGIN);
	}
	expected = p.dense.qty[LAST] >= qty;
	CHECK(profile_find_earliest(p.view, qty, INSTANT_END, hold, &earliest) ==
		  expected);
	if (expected)
		CHECK(earliest == INSTANT_END);

	nstretches = profile_find_feasible(p.view, qty, hold, stretches);
	CHECK(nstretches <= p.view.nsteps / 2 + 1);
	CHECK((nstretches > 0 && stretches[0].first == INSTANT_BEGIN) ==
		  fits_at_beginning);
	CHECK((nstretches > 0 && stretches[nstretches - 1].last == INSTANT_END) ==
		  expected);
	for (int i = 0; i < nstretches; i++)
	{
		CHECK(stretches[i].first <= stretches[i].last);
		CHECK(i == 0 || stretches[i - 1].last < stretches[i].first - 1);
	}
	for (Instant t = -LONGEST - 5; t <= LAST + 5; t++)
	{
		bool		contained = false;

		for (int i = 0; i < nstretches; i++)
			contained |= stretches[i].first <= t && t <= stretches[i].last;
		CHECK(contained == dense_fits(&p.dense, qty, t, hold));
	}
}

/*
 * Sums that leave int64 on the way, in any order: only what the profile has at
 * an instant counts.
 */
static void
test_wide_sums(void)
{
	static const Quantity large[] = {
		QUANTITY_MIN, QUANTITY_MIN + 1, QUANTITY_MIN / 2, -1, 1,
		QUANTITY_MAX / 2, QUANTITY_MAX - 1, QUANTITY_MAX
	};
	ProfileEvent events[MAX_EVENTS];
	ProfileEvent reversed[MAX_EVENTS];
	ProfileStep steps[MAX_EVENTS];
	ProfileStep steps_reversed[MAX_EVENTS];
	int			nsteps = 0;
	int			nsteps_reversed = 0;
	int			nevents = unit_random(1, MAX_EVENTS);
	int			ncompact;
	bool		fits = true;
	PromiseStatus status;

	for (int i = 0; i < nevents; i++)
	{
		events[i].at = unit_random(1, 3);
		events[i].delta = large[unit_random(0, lengthof(large) - 1)];
		reversed[nevents - 1 - i] = events[i];
	}
	for (int t = 1; t <= 3; t++)
	{
		__int128	sum = 0;

		for (int i = 0; i < nevents; i++)
		{
			if (events[i].at <= t)
				sum += events[i].delta;
		}
		fits &= PG_INT64_MIN <= sum && sum <= PG_INT64_MAX;
	}

	profile_sort_events(events, nevents);
	status = profile_from_events(events, nevents, steps, &nsteps);
	CHECK(status == (fits ? PROMISE_OK : PROMISE_QUANTITY_OVERFLOW));

	profile_sort_events(reversed, nevents);
	ncompact = profile_compact_events(reversed, nevents);
	CHECK(ncompact <= nevents);
	status = profile_from_events(reversed, ncompact, steps_reversed,
								 &nsteps_reversed);
	CHECK(status == (fits ? PROMISE_OK : PROMISE_QUANTITY_OVERFLOW));

	if (fits && CHECK_INT(nsteps_reversed, nsteps))
		CHECK(memcmp(steps, steps_reversed, nsteps * sizeof(*steps)) == 0);
}

/*
 * What does not fit is reported, whatever the operation.
 */
static void
test_overflow(void)
{
	ProfileStep highest = {INSTANT_BEGIN, QUANTITY_MAX};
	ProfileStep lowest = {5, QUANTITY_MIN};
	ProfileView high = {&highest, 1};
	ProfileView low = {&lowest, 1};
	ProfileView none = {NULL, 0};
	ProfileStep out[4];
	int			nout;

	CHECK(profile_add(high, high, out, &nout) == PROMISE_QUANTITY_OVERFLOW);
	CHECK(profile_add(high, low, out, &nout) == PROMISE_OK);
	CHECK_INT(out[1].qty, -1);
	CHECK(profile_subtract(none, low, out, &nout) == PROMISE_QUANTITY_OVERFLOW);
	CHECK(profile_subtract(low, high, out, &nout) == PROMISE_QUANTITY_OVERFLOW);
	CHECK(profile_multiply(high, low, out, &nout) == PROMISE_QUANTITY_OVERFLOW);
	CHECK(profile_leftovers(high, low, INSTANT_BEGIN, out, &nout) ==
		  PROMISE_QUANTITY_OVERFLOW);
}

void
test_profile(void)
{
	for (int i = 0; i < UNIT_TRIALS; i++)
	{
		test_values();
		test_range();
		test_arithmetic();
		test_compare();
		test_canonicalize();
		test_lookahead();
		test_leftovers();
		test_search();
		test_wide_sums();
	}
	test_overflow();
}
