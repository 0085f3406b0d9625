/*
 * policy_mark.h - offers that are outside of the guidelines.
 *
 * Each offer says what guidelines have against it; that costs nothing where there
 * are none.  One that has no other reason gets the reason "policy".
 */
#ifndef PROMISE_POLICY_MARK_H
#define PROMISE_POLICY_MARK_H

#include "postgres.h"

#include "api/offer.h"
#include "store/limits.h"

/* the options of one question, of which one at most is taken: each by itself */
extern void policy_mark(OfferList *list, const DemandFacts *facts,
						Instant now);

/* the best offer for a line */
typedef struct MarkedLine
{
	OfferList  *offers;			/* its parts */
	const DemandFacts *facts;
} MarkedLine;

/* what was offered so far within guidelines, in one question about many lines */
typedef struct PolicyOffered
{
	MemoryContext context;
	LimitClaim *claims;
	int			nclaims;
	int			maxclaims;
} PolicyOffered;

/*
 * Lines that come after what was offered before, in their order; what is within
 * guidelines joins it.
 */
extern void policy_mark_lines(PolicyOffered *offered, const MarkedLine *lines,
							  int nlines, Instant now);

#endif							/* PROMISE_POLICY_MARK_H */
