/*
 * profile.h - quantities over time as step functions.
 *
 * A profile is piecewise constant and right-continuous: at and after a step it
 * has the step's quantity, until the next step.  The last step holds for ever.
 */
#ifndef PROMISE_PROFILE_H
#define PROMISE_PROFILE_H

#include "core/core.h"

typedef struct ProfileStep
{
	Instant		at;
	Quantity	qty;			/* from "at" on */
} ProfileStep;

/*
 * A borrowed view of a profile.  The steps belong to somebody else: a datum,
 * an aggregate's state, a test's local array.
 *
 * Invariants of a canonical profile (profile_is_canonical checks them):
 *
 * 1. steps are strictly increasing in "at", and none is at INSTANT_END;
 * 2. no step repeats the quantity of its predecessor;
 * 3. before the first step the quantity is 0, so the first one's is not 0.
 *
 * A first step at INSTANT_BEGIN says what the profile opens with.  Two equal
 * functions have equal steps, byte for byte: hashing, comparison and the
 * binary format rely on it.
 */
typedef struct ProfileView
{
	const ProfileStep *steps;
	int			nsteps;
} ProfileView;

/* a change of quantity, in a list without order */
typedef struct ProfileEvent
{
	Instant		at;
	Quantity	delta;
} ProfileEvent;

/* the instants from "first" to "last", both included */
typedef struct ProfileStretch
{
	Instant		first;			/* INSTANT_BEGIN: from the beginning */
	Instant		last;			/* INSTANT_END: for ever */
} ProfileStretch;

/* what a datum of less than one gigabyte can hold */
#define PROFILE_MAX_STEPS	((1 << 26) - 2)

/* a hold without an end */
#define PROFILE_FOREVER		PG_INT64_MAX

/*
 * Functions that write a profile write canonical steps into an array of the
 * caller.  How many steps it must have room for is said at each.
 */

/* profile.c: the value itself and arithmetic */
extern bool profile_is_canonical(ProfileView p);
extern PromiseStatus profile_canonicalize(ProfileStep *steps, int *nsteps);
extern int	profile_compare(ProfileView a, ProfileView b);
extern Quantity profile_value(ProfileView p, Instant t);
extern bool profile_range(ProfileView p, Instant begin, Instant end,
						  Quantity *lowest, Quantity *highest);
extern PromiseStatus profile_add(ProfileView a, ProfileView b,
								 ProfileStep *out, int *nout);
extern PromiseStatus profile_subtract(ProfileView a, ProfileView b,
									  ProfileStep *out, int *nout);
extern PromiseStatus profile_multiply(ProfileView a, ProfileView b,
									  ProfileStep *out, int *nout);

/* profile_events.c: from changes to the profile that they add up to */
extern void profile_sort_events(ProfileEvent *events, int nevents);
extern void profile_merge_events(const ProfileEvent *a, int na,
								 const ProfileEvent *b, int nb,
								 ProfileEvent *out);
extern int	profile_compact_events(ProfileEvent *events, int nevents);
extern PromiseStatus profile_from_events(const ProfileEvent *events,
										 int nevents,
										 ProfileStep *out, int *nout);

/* profile_search.c: what a profile can promise */
extern void profile_lookahead(ProfileView p, ProfileStep *out, int *nout);
extern PromiseStatus profile_leftovers(ProfileView supply, ProfileView demand,
									   Instant start,
									   ProfileStep *out, int *nout);
extern bool profile_find_earliest(ProfileView p, Quantity qty, Instant after,
								  int64 hold, Instant *earliest);
extern int	profile_find_feasible(ProfileView p, Quantity qty, int64 hold,
								  ProfileStretch *out);

/*
 * Append a step to canonical steps, unless it changes nothing.
 */
static inline void
profile_append(ProfileStep *steps, int *nsteps, Instant at, Quantity qty)
{
	Quantity	before = *nsteps > 0 ? steps[*nsteps - 1].qty : 0;

	Assert(*nsteps == 0 || steps[*nsteps - 1].at < at);
	if (qty != before)
	{
		steps[*nsteps].at = at;
		steps[*nsteps].qty = qty;
		(*nsteps)++;
	}
}

#endif							/* PROMISE_PROFILE_H */
