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
 * What claims do to the balance is more than their sum where supply is bound to
 * one ref or spoils: a demand that its own supply covers takes nothing from the
 * others, the surplus of a hold's plan gives them nothing, and a demand that
 * comes later may let a lot spoil.  So dC is measured: it is what the balance
 * loses between a mixed image, the supply of after with the claims of before,
 * and after.  Without such supply that is the change of the sum of claims.
 * With Pb and Pm for the other balances the rule is broken where
 *
 *		P(s) < min(0, Pb(s), Pm(s)).
 *
 * A transaction that changes no claim has Pm = P and passes; one that changes
 * no supply has Pm = Pb and breaks the rule wherever it makes P lower than it
 * was and negative.  One that only takes claims away passes whatever the sums
 * say.
 *
 * Of a resource P is the free capacity, and nothing is cumulated: what counts
 * are the values at s.
 */
#ifndef PROMISE_VERDICT_H
#define PROMISE_VERDICT_H

#include "engine/claim.h"
#include "engine/flow.h"

/* Only "broken" has a meaning if it is false. */
typedef struct Verdict
{
	bool		broken;
	Instant		from;			/* first instant at which the rule is broken */
	Instant		until;			/* when nothing is missing any more;
								 * INSTANT_END if never */
	Instant		deepest_at;		/* where most is missing, between the two */
	Quantity	missing;		/* how much there, above zero */
	Quantity	missing_before; /* of which without the transaction */
	const Flow *binds;			/* of stock: the largest claim by then that
								 * did not rise; NULL if none */
	const Flow *frees;			/* of stock: the largest receipt at "until";
								 * NULL */
	const CapacityEvent *occupies;	/* of capacity: the largest load there
									 * that did not rise; NULL */
	ClaimChange *claims;		/* those that rose, where the rule is broken */
	int			nclaims;
} Verdict;

/*
 * Is the balance negative anywhere?  If not, nothing can be broken and the
 * second image need not be read.  Details are not needed.
 */
extern PromiseStatus verdict_is_short(const StockNode *after, Instant now,
									  bool *is_short);
extern PromiseStatus verdict_is_overloaded(const CapacityNode *after,
										   Instant now, bool *is_overloaded);

/*
 * Both images must have been read with details, and by the same "now".  What
 * the verdict points to belongs to them or is palloc'd.
 */
extern PromiseStatus verdict_of_stock(const StockNode *before,
									  const StockNode *after, Instant now,
									  Verdict *verdict);
extern PromiseStatus verdict_of_capacity(const CapacityNode *before,
										 const CapacityNode *after,
										 Instant now, Verdict *verdict);

/*
 * The first instant from "after" on from which a load of that size and
 * duration would not overload the resource; INSTANT_END if there is none.
 */
extern PromiseStatus verdict_capacity_room(const CapacityNode *node,
										   Quantity units, int64 duration,
										   Instant after, Instant *at);

#endif							/* PROMISE_VERDICT_H */
