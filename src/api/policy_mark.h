/*
 * policy_mark.h - offers that are outside of the guidelines.
 */
#ifndef PROMISE_POLICY_MARK_H
#define PROMISE_POLICY_MARK_H

#include "postgres.h"

#include "api/offer.h"
#include "engine/problem.h"

/*
 * Say of each offer what guidelines have against it; costs nothing where there
 * are none.  An offer that has no other reason gets the reason "policy".
 */
extern void policy_mark(OfferList *list, const DemandFacts *facts,
						Instant now);

/* the same for offers of several lines, each with its own facts */
extern void policy_mark_lines(Offer **offers, const DemandFacts **facts,
							  int noffers, Instant now);

#endif							/* PROMISE_POLICY_MARK_H */
