/*
 * serving.h - who is served, and who is not.
 *
 * The promises of a node are served in order: priority, then acceptance, then
 * promised date, then ref.  One that cannot be met at its date beside those
 * before it is a loser; it takes nothing.  When all have been seen, the losers
 * get, in the same order, the earliest date that breaks no one who is served:
 * the date now feasible.  Safety stock plays no part: it protects no promise.
 *
 * The cause of a loser is one irreducible set of rows: the promises served
 * before it that, together, leave too little, such that without any one of them
 * it could be met.  It is found by leaving them out in reverse order of serving
 * (deletion filter; Chinneck, Feasibility and Infeasibility in Optimization).
 * Beside them stand the receipts that would have sufficed had they come in time.
 */
#ifndef PROMISE_SERVING_H
#define PROMISE_SERVING_H

#include "engine/flow.h"

/* A promise of the node: the flows of one ref that draw on it at one instant. */
typedef struct ServedClaim
{
	const Flow *flow;			/* its claim; its detail is never NULL */
	Quantity	quantity;		/* above zero */
	bool		is_met;			/* at its date */
	Quantity	missing;		/* of a loser: how much less is there at its
								 * date */
	Instant		short_from;		/* of a loser: the binding instant */
	Instant		feasible_at;	/* its date if met; else the earliest that
								 * breaks no one; INSTANT_END if never */
} ServedClaim;

typedef struct Serving
{
	ServedClaim *claims;		/* in order of serving */
	int			nclaims;
	int			nlosers;
} Serving;

/* the rows that keep a loser from being met */
typedef struct ServingCause
{
	const Flow **takers;		/* promises served before, in that order */
	int			ntakers;
	const Flow **receipts;		/* that come too late, in order of time,
								 * enough of them to cover what is missing */
	int			nreceipts;
} ServingCause;

/* The node must have been read with details. */
extern PromiseStatus serving_build(const StockNode *node, Instant now,
								   Serving *serving);
extern PromiseStatus serving_cause(const StockNode *node, Instant now,
								   const Serving *serving, int loser,
								   ServingCause *cause);

#endif							/* PROMISE_SERVING_H */
