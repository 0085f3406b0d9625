/*
 * limits.h - registered limits, asked about claims that rise.
 */
#ifndef PROMISE_LIMITS_H
#define PROMISE_LIMITS_H

#include "postgres.h"

#include "core/core.h"
#include "store/guards.h"

/* One promise.claim. */
typedef struct LimitClaim
{
	const char *ref;			/* NULL: a row without one */
	const char *item;
	const char *location;
	Instant		at;
	Quantity	before;
	Quantity	after;
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
								  int *nviolations);

#endif							/* PROMISE_LIMITS_H */
