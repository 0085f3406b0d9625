/*
 * profile_events.c - from changes to the profile that they add up to.
 *
 * The result must not depend on the order in which changes arrive, and neither
 * must the question whether it overflows.  So sums are kept wide, and only
 * what a profile has at an instant must fit a quantity.
 */
#include "core/profile.h"
#include "core/sort.h"

/*
 * A sum of quantities: high * 2^32 + low, with 0 <= low < 2^32.  It cannot
 * overflow with less than 2^31 terms.
 */
typedef struct WideSum
{
	int64		high;
	int64		low;
} WideSum;

static inline void
wide_add(WideSum *sum, Quantity delta)
{
	/* the two halves of delta: the upper one signed, the lower one not */
	int64		low = (int64) ((uint64) delta & PG_UINT32_MAX);
	int64		high = (delta - low) / (INT64CONST(1) << 32);

	sum->low += low;
	sum->high += high + (sum->low >> 32);
	sum->low &= PG_UINT32_MAX;
}

static inline bool
wide_get(WideSum sum, Quantity *qty)
{
	if (sum.high < PG_INT32_MIN || sum.high > PG_INT32_MAX)
		return false;
	*qty = sum.high * (INT64CONST(1) << 32) + sum.low;
	return true;
}

static int
compare_events(const void *a, const void *b)
{
	const ProfileEvent *x = a;
	const ProfileEvent *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->delta != y->delta)
		return x->delta < y->delta ? -1 : 1;
	return 0;
}

/*
 * Sort events by instant; those of one instant by delta, so that equal lists
 * have equal results whatever their order was.
 */
void
profile_sort_events(ProfileEvent *events, int nevents)
{
	core_sort(events, nevents, sizeof(ProfileEvent), compare_events);
}

/*
 * Merge two sorted lists into a third array.
 */
void
profile_merge_events(const ProfileEvent *a, int na,
					 const ProfileEvent *b, int nb, ProfileEvent *out)
{
	int			i = 0;
	int			j = 0;

	while (i < na || j < nb)
	{
		if (j == nb || (i < na && compare_events(&a[i], &b[j]) <= 0))
			*out++ = a[i++];
		else
			*out++ = b[j++];
	}
}

/*
 * Make one event of all those at the same instant, in sorted events, and drop
 * what adds up to nothing and what never comes.  Events whose sum is no
 * quantity stay as they are.  Returns the number of events left; they are
 * sorted.
 */
int
profile_compact_events(ProfileEvent *events, int nevents)
{
	int			kept = 0;
	int			i = 0;

	while (i < nevents && events[i].at != INSTANT_END)
	{
		WideSum		sum = {0, 0};
		Quantity	delta;
		int			first = i;

		do
			wide_add(&sum, events[i++].delta);
		while (i < nevents && events[i].at == events[first].at);

		if (wide_get(sum, &delta))
		{
			if (delta != 0)
			{
				events[kept].at = events[first].at;
				events[kept].delta = delta;
				kept++;
			}
		}
		else
		{
			memmove(events + kept, events + first,
					(i - first) * sizeof(ProfileEvent));
			kept += i - first;
		}
	}
	return kept;
}

/*
 * The profile that sorted events add up to.  Those at INSTANT_BEGIN are what
 * it opens with, those at INSTANT_END never come.  "out" has room for as many
 * steps as there are events.
 */
PromiseStatus
profile_from_events(const ProfileEvent *events, int nevents,
					ProfileStep *out, int *nout)
{
	WideSum		sum = {0, 0};
	int			n = 0;
	int			i = 0;

	while (i < nevents && events[i].at != INSTANT_END)
	{
		Instant		at = events[i].at;
		Quantity	qty;

		CORE_CHECK_INTERRUPTS();
		do
			wide_add(&sum, events[i++].delta);
		while (i < nevents && events[i].at == at);

		if (!wide_get(sum, &qty))
			return PROMISE_QUANTITY_OVERFLOW;
		profile_append(out, &n, at, qty);
	}
	*nout = n;
	return PROMISE_OK;
}
