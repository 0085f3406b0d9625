/*
 * verdict.h - does a transaction create or deepen a shortage by promising?
 *
 * The rule of the guard (design, section 7).  Of a node there are two images:
 * with the changes of the transaction, and without them.  Let P be the balance
 * with them, dP the change of the balance, dC the change of claims (demand less
 * planned supply; loads), all cumulated up to s.  The rule is broken where
 *
 *		P(s) < 0  and  dP(s) < 0  and  dC(s) > 0,
 *
 * for s from now until the end of the replenishment lead time.  So whatever
 * reduces claims passes, and supply may always change; a row never competes with
 * its own old version; and safety stock plays no part.
 *
 * Of a resource P is the free capacity, and nothing is cumulated: what counts
 * are the values at s.
 */
#ifndef PROMISE_VERDICT_H
#define PROMISE_VERDICT_H

#include "engine/flow.h"

/* A ref that claims more than it did, in order of instant and ref. */
typedef struct ClaimChange
{
	const char *ref;			/* NULL: rows without one */
	const char *relation;		/* table of its row */
	Instant		at;				/* the date that it asks for now */
	Quantity	before;			/* what it claimed */
	Quantity	after;			/* what it claims */
} ClaimChange;

typedef struct Verdict
{
	bool		broken;
	Instant		from;			/* first instant at which the rule is broken */
	Instant		until;			/* when the balance is not negative any more;
								 * INSTANT_END if never */
	Instant		deepest_at;		/* where most is missing, between the two */
	Quantity	missing;		/* how much there, above zero */
	const Flow *binds;			/* of stock: the largest older claim by then;
								 * NULL if none */
	const Flow *frees;			/* of stock: the receipt at "until"; NULL */
	ClaimChange *claims;		/* those that rose, where the rule is broken */
	int			nclaims;
} Verdict;

/*
 * Is the balance negative anywhere?  If not, nothing can be broken and the
 * second image need not be read.  Details are not needed.
 */
extern PromiseStatus verdict_is_short(const StockNode *after, Instant now,
									  bool *is_short);
extern bool verdict_is_overloaded(const CapacityNode *after, Instant now);

/* Both images must have been read with details. */
extern PromiseStatus verdict_of_stock(const StockNode *before,
									  const StockNode *after, Instant now,
									  Verdict *verdict);
extern PromiseStatus verdict_of_capacity(const CapacityNode *before,
										 const CapacityNode *after,
										 Instant now, Verdict *verdict);

#endif							/* PROMISE_VERDICT_H */
