/*
 * profile_search.c - what a profile can promise.
 *
 * The profile is a balance: what there will be when everything known has
 * happened.  Each function is one pass over its steps.
 */
#include "core/profile.h"

static int	next_run(ProfileView p, Quantity qty, int i,
					 Instant *begin, Instant *end);

/*
 * The look-ahead envelope: at each instant the least quantity from then on.
 * It never falls with time, and is what can be taken at t without taking it
 * from anybody later.  "out" has room for one step more than p has.
 */
void
profile_lookahead(ProfileView p, ProfileStep *out, int *nout)
{
	Quantity	lowest;
	int			n = p.nsteps + 1;
	int			kept = 0;

	if (p.nsteps == 0)
	{
		*nout = 0;
		return;
	}

	/* backwards, from the end of "out": out[n ..) are the steps so far */
	lowest = p.steps[p.nsteps - 1].qty;
	for (int i = p.nsteps - 1; i >= 0; i--)
	{
		lowest = Min(lowest, p.steps[i].qty);
		out[--n].at = p.steps[i].at;
		out[n].qty = lowest;
	}
	/* what comes before the first step is 0 and looks ahead as well */
	if (p.steps[0].at != INSTANT_BEGIN)
	{
		out[--n].at = INSTANT_BEGIN;
		out[n].qty = Min(lowest, 0);
	}

	for (int i = n; i < p.nsteps + 1; i++)
	{
		ProfileStep step = out[i];

		profile_append(out, &kept, step.at, step.qty);
	}
	*nout = kept;
}

/*
 * The textbook's discrete available-to-promise: from each receipt to the next
 * one, what the demand in between leaves of it.
 *
 * supply and demand are cumulated; a receipt is an instant at which supply
 * grows.  Everything up to "start" counts as one receipt at start.  With the
 * balance B = supply - demand the rest of a receipt is B just before the next
 * receipt less B just before this one: so what is neither a receipt nor
 * demand (a correction of stock, a cancellation) counts where it happens.  The
 * result can be negative: a receipt that does not cover its demand lives on
 * what earlier ones left, which the method does not deduct from them.
 *
 * "out" has room for one step more than supply has.
 */
PromiseStatus
profile_leftovers(ProfileView supply, ProfileView demand, Instant start,
				  ProfileStep *out, int *nout)
{
	Quantity	qty_supply = 0;
	Quantity	qty_demand = 0;
	Quantity	balance = 0;	/* before the receipt at "since" */
	Instant		since = start;
	int			i = 0;
	int			j = 0;
	int			n = 0;

	if (start == INSTANT_END)
	{
		*nout = 0;
		return PROMISE_OK;
	}

	/* the receipt at start includes all supply up to then */
	while (i < supply.nsteps && supply.steps[i].at <= start)
		qty_supply = supply.steps[i++].qty;

	/* invariant: qty_supply is what there is of it before supply.steps[i] */
	for (; i <= supply.nsteps; i++)
	{
		Instant		at = i < supply.nsteps ? supply.steps[i].at : INSTANT_END;
		Quantity	before;
		Quantity	left;

		if (i < supply.nsteps && supply.steps[i].qty < qty_supply)
		{
			qty_supply = supply.steps[i].qty;
			continue;			/* a loss, not a receipt */
		}
		while (j < demand.nsteps && demand.steps[j].at < at)
			qty_demand = demand.steps[j++].qty;

		if (pg_sub_s64_overflow(qty_supply, qty_demand, &before) ||
			pg_sub_s64_overflow(before, balance, &left))
			return PROMISE_QUANTITY_OVERFLOW;
		profile_append(out, &n, since, left);

		since = at;
		balance = before;
		if (i < supply.nsteps)
			qty_supply = supply.steps[i].qty;
	}
	*nout = n;
	return PROMISE_OK;
}

/*
 * The first instant from "after" on at which at least qty is there and stays
 * for "hold" microseconds (PROFILE_FOREVER: for ever; 0: at that instant).
 * False if there is none.
 */
bool
profile_find_earliest(ProfileView p, Quantity qty, Instant after, int64 hold,
					  Instant *earliest)
{
	Instant		begin;
	Instant		end;
	int			i = -1;

	while ((i = next_run(p, qty, i, &begin, &end)) <= p.nsteps)
	{
		int64		length;

		begin = Max(begin, after);
		if (end != INSTANT_END)
		{
			if (begin >= end || hold == PROFILE_FOREVER)
				continue;
			if (!pg_sub_s64_overflow(end, begin, &length) && length < hold)
				continue;
		}
		*earliest = begin;
		return true;
	}
	return false;
}

/*
 * All instants at which at least qty is there and stays for "hold", as
 * stretches in order, which do not touch.  Returns their number; "out" has
 * room for one more than half the steps of p, rounded up.
 */
int
profile_find_feasible(ProfileView p, Quantity qty, int64 hold,
					  ProfileStretch *out)
{
	Instant		begin;
	Instant		end;
	int			i = -1;
	int			n = 0;

	while ((i = next_run(p, qty, i, &begin, &end)) <= p.nsteps)
	{
		Instant		last = INSTANT_END;

		if (end != INSTANT_END)
		{
			if (hold == PROFILE_FOREVER ||
				pg_sub_s64_overflow(end, Max(hold, 1), &last) ||
				last < begin || last == INSTANT_BEGIN)
				continue;
		}
		out[n].first = begin;
		out[n].last = last;
		n++;
	}
	return n;
}

/*
 * The next run of instants with at least qty: from *begin on, before *end
 * (INSTANT_END: for ever).
 *
 * i is -1 to start with and then what the last call returned: the index of the
 * step that ended the run, or nsteps if none did.  What comes before the first
 * step counts as step -1.  Returns nsteps + 1 if there is no further run.
 */
static int
next_run(ProfileView p, Quantity qty, int i, Instant *begin, Instant *end)
{
	bool		at_start = i == -1 && (p.nsteps == 0 ||
									   p.steps[0].at != INSTANT_BEGIN);

	if (at_start && qty <= 0)
	{
		*begin = INSTANT_BEGIN;
		i = 0;
	}
	else
	{
		i = Max(i, 0);
		while (i < p.nsteps && p.steps[i].qty < qty)
			i++;
		if (i >= p.nsteps)
			return p.nsteps + 1;
		*begin = p.steps[i++].at;
	}

	while (i < p.nsteps && p.steps[i].qty >= qty)
		i++;
	*end = i < p.nsteps ? p.steps[i].at : INSTANT_END;
	return i;
}
