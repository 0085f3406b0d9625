/*
 * profile.c - the value of a profile, and arithmetic.
 */
#include "core/profile.h"

#include "core/quantity.h"

/* what two profiles that are combined are worth at one instant */
typedef PromiseStatus (*Combine) (Quantity a, Quantity b, Quantity *result);

static PromiseStatus merge(ProfileView a, ProfileView b, Combine combine,
						   ProfileStep *out, int *nout);
static int	steps_until(ProfileView p, Instant t);

/*
 * Do the steps obey the invariants?
 */
bool
profile_is_canonical(ProfileView p)
{
	Quantity	before = 0;

	for (int i = 0; i < p.nsteps; i++)
	{
		if (p.steps[i].at == INSTANT_END || p.steps[i].qty == before)
			return false;
		if (i > 0 && p.steps[i - 1].at >= p.steps[i].at)
			return false;
		before = p.steps[i].qty;
	}
	return true;
}

/*
 * Make steps canonical in place: drop those that change nothing.  Steps out of
 * order or at INSTANT_END make no profile.
 */
PromiseStatus
profile_canonicalize(ProfileStep *steps, int *nsteps)
{
	int			kept = 0;

	for (int i = 0; i < *nsteps; i++)
	{
		ProfileStep step = steps[i];

		if (step.at == INSTANT_END || (i > 0 && steps[i - 1].at >= step.at))
			return PROMISE_INVALID_PROFILE;
	}
	for (int i = 0; i < *nsteps; i++)
	{
		ProfileStep step = steps[i];

		profile_append(steps, &kept, step.at, step.qty);
	}
	*nsteps = kept;
	return PROMISE_OK;
}

/*
 * A total order: of two profiles, that one is less which is lower where they
 * first differ.
 */
int
profile_compare(ProfileView a, ProfileView b)
{
	int			shorter = Min(a.nsteps, b.nsteps);
	int			i = 0;
	Quantity	before;
	Quantity	qty_a;
	Quantity	qty_b;

	while (i < shorter && a.steps[i].at == b.steps[i].at &&
		   a.steps[i].qty == b.steps[i].qty)
		i++;
	if (i == a.nsteps && i == b.nsteps)
		return 0;

	/*
	 * The first difference is at the earlier of the two next steps; the
	 * profile whose step is later still has the common quantity there.
	 */
	before = i > 0 ? a.steps[i - 1].qty : 0;
	qty_a = qty_b = before;
	if (i < a.nsteps && (i == b.nsteps || a.steps[i].at <= b.steps[i].at))
		qty_a = a.steps[i].qty;
	if (i < b.nsteps && (i == a.nsteps || b.steps[i].at <= a.steps[i].at))
		qty_b = b.steps[i].qty;

	return qty_a < qty_b ? -1 : 1;
}

/*
 * The quantity at an instant.
 */
Quantity
profile_value(ProfileView p, Instant t)
{
	int			n = steps_until(p, t);

	return n > 0 ? p.steps[n - 1].qty : 0;
}

/*
 * The lowest and the highest quantity from "begin" on and before "end".  An
 * end at INSTANT_END means for ever.  False if there is no such instant.
 */
bool
profile_range(ProfileView p, Instant begin, Instant end,
			  Quantity *lowest, Quantity *highest)
{
	int			i;

	if (begin >= end && end != INSTANT_END)
		return false;

	i = steps_until(p, begin);
	*lowest = *highest = i > 0 ? p.steps[i - 1].qty : 0;
	for (; i < p.nsteps && p.steps[i].at < end; i++)
	{
		*lowest = Min(*lowest, p.steps[i].qty);
		*highest = Max(*highest, p.steps[i].qty);
	}
	return true;
}

static PromiseStatus
combine_add(Quantity a, Quantity b, Quantity *result)
{
	return pg_add_s64_overflow(a, b, result) ?
		PROMISE_QUANTITY_OVERFLOW : PROMISE_OK;
}

static PromiseStatus
combine_subtract(Quantity a, Quantity b, Quantity *result)
{
	return pg_sub_s64_overflow(a, b, result) ?
		PROMISE_QUANTITY_OVERFLOW : PROMISE_OK;
}

/*
 * a + b, a - b and a * b, instant by instant; products are rounded half away
 * from zero.  "out" has room for as many steps as a and b have together.
 */
PromiseStatus
profile_add(ProfileView a, ProfileView b, ProfileStep *out, int *nout)
{
	return merge(a, b, combine_add, out, nout);
}

PromiseStatus
profile_subtract(ProfileView a, ProfileView b, ProfileStep *out, int *nout)
{
	return merge(a, b, combine_subtract, out, nout);
}

PromiseStatus
profile_multiply(ProfileView a, ProfileView b, ProfileStep *out, int *nout)
{
	return merge(a, b, quantity_multiply, out, nout);
}

/*
 * Combine two profiles in one pass over their steps.
 */
static PromiseStatus
merge(ProfileView a, ProfileView b, Combine combine,
	  ProfileStep *out, int *nout)
{
	Quantity	qty_a = 0;
	Quantity	qty_b = 0;
	int			i = 0;
	int			j = 0;
	int			n = 0;

	/*
	 * invariant: a.steps[0 .. i) and b.steps[0 .. j) are before those that
	 * remain of both, and qty_a, qty_b are what they lead to
	 */
	while (i < a.nsteps || j < b.nsteps)
	{
		Instant		at;
		Quantity	qty;
		PromiseStatus status;

		CORE_CHECK_INTERRUPTS();
		if (j == b.nsteps ||
			(i < a.nsteps && a.steps[i].at <= b.steps[j].at))
			at = a.steps[i].at;
		else
			at = b.steps[j].at;
		if (i < a.nsteps && a.steps[i].at == at)
			qty_a = a.steps[i++].qty;
		if (j < b.nsteps && b.steps[j].at == at)
			qty_b = b.steps[j++].qty;

		status = combine(qty_a, qty_b, &qty);
		if (status != PROMISE_OK)
			return status;
		profile_append(out, &n, at, qty);
	}
	*nout = n;
	return PROMISE_OK;
}

/*
 * How many steps are at or before an instant.
 */
static int
steps_until(ProfileView p, Instant t)
{
	int			lo = 0;
	int			hi = p.nsteps;

	/* invariant: steps[0 .. lo) are at or before t, steps[hi ..) are after */
	while (lo < hi)
	{
		int			mid = lo + (hi - lo) / 2;

		if (p.steps[mid].at <= t)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}
