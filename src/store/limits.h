/*
 * limits.h - registered limits, asked about claims that rise.
 */
#ifndef PROMISE_LIMITS_H
#define PROMISE_LIMITS_H

#include "postgres.h"

#include "engine/problem.h"
#include "store/guards.h"

/* One promise.claim. */
typedef struct LimitClaim
{
	const char *ref;			/* NULL: a row without one */
	const char *item;			/* NULL: it is a load */
	const char *location;
	Instant		at;
	Quantity	before;
	Quantity	after;

	/* of an item: what is demanded there under that ref */
	bool		is_demanded;
	Quantity	quantity;
	Instant		due;
	bool		was_demanded;
	Quantity	was_quantity;
	Instant		was_due;
	const char *kind;			/* as in its row; NULL if that has none */
	const DemandFacts *facts;

	/* of a load */
	const char *resource;
	Instant		until;
} LimitClaim;

/* One promise.limit_violation; texts are NULL if they are NULL. */
typedef struct LimitViolation
{
	char	   *ref;
	char	   *detail;
	char	   *hint;
} LimitViolation;

/*
 * What a limit has against these claims, in the current memory context.  Its
 * function reads under the active snapshot, with the rights of the owner of
 * promise.guard_limit.
 */
extern LimitViolation *limits_ask(const GuardLimit *limit,
								  const LimitClaim *claims, int nclaims,
								  Instant now, int *nviolations);

/* is it that of the guidelines, promise.check_policy()? */
extern bool limits_are_guidelines(const GuardLimit *limit);

/* the same of claims as an array of promise.claim, of that type */
extern LimitViolation *limits_ask_array(const GuardLimit *limit, Datum claims,
										Oid type, int *nviolations);

/*
 * What guidelines have against each claim by itself, likewise.  The ref of a
 * violation is the number of its claim, from 1 on.  In the guard what a promise
 * does not say is missing; a question is judged by what it says.
 */
extern LimitViolation *limits_ask_each(const LimitClaim *claims, int nclaims,
									   Instant now, bool in_guard,
									   int *nviolations);

/* Lines that are held against guidelines in their order: 85_policy_share.sql. */
typedef struct LimitLines
{
	LimitClaim *claims;			/* the ref of each is the number of its line,
								 * from 1 on */
	int			nclaims;
	int			first_asked;	/* claims before it are not judged, but count */
	bool	   *counts;			/* of each line */
	int			nlines;
} LimitLines;

/*
 * What guidelines have against what lines take together, likewise.
 */
extern LimitViolation *limits_ask_lines(const LimitLines *lines, Instant now,
										int *nviolations);

#endif							/* PROMISE_LIMITS_H */
