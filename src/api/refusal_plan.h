/*
 * refusal_plan.h - why no plan meets a claim, and what could be planned instead.
 */
#ifndef PROMISE_REFUSAL_PLAN_H
#define PROMISE_REFUSAL_PLAN_H

#include "postgres.h"

#include "engine/atp.h"
#include "engine/cause.h"
#include "engine/claim.h"

/* a claim that no plan meets in time, and those that come after it */
typedef struct UnplannedClaim
{
	const AtpLedger *ledger;	/* of its node, without all of these */
	const ClaimChange *claims;
	int			nclaims;
	Instant		now;
} UnplannedClaim;

typedef struct LatePlan
{
	PromiseReason reason;
	char	   *missing;		/* for a plan, in words */
	char	   *hint;			/* NULL: nothing can be had */
	Instant		available_at;	/* INSTANT_END: never */
} LatePlan;

/* false, if it is not for want of a plan: nothing yields it there, or one is in time */
extern bool refusal_plan(const UnplannedClaim *unplanned, LatePlan *late);

#endif							/* PROMISE_REFUSAL_PLAN_H */
