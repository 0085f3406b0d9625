/*
 * serving.h - who is served, and who is not.
 *
 * The claims of a node (promises and other demand, and what is planned to be
 * taken) are served in order: priority, then acceptance, then promised date,
 * then ref.  One that cannot be met at its date beside those before it is a
 * loser; it takes nothing.  When all have been seen, the losers get, in the same
 * order, the earliest date that breaks no one who is served, nor a loser before
 * them at its new date: the date now feasible.  Safety stock plays no part: it
 * protects no promise.
 *
 * The cause of a loser is one irreducible set of claims: those served before it
 * that, together, leave too little, such that without any one of them it could
 * be met.  Those that do not matter at the instant from which it lacks are left
 * out first, then one after the other in reverse order of serving (deletion
 * filter; Chinneck, Feasibility and Infeasibility in Optimization).  Beside them
 * stand the receipts that would have sufficed had they come in time.
 */
#ifndef PROMISE_SERVING_H
#define PROMISE_SERVING_H

#include "engine/claim_balance.h"

/* A claim of the node. */
typedef struct ServedClaim
{
	const Flow *flow;			/* its row; its detail is never NULL */
	Quantity	quantity;		/* above zero */
	bool		is_met;			/* at its date */
	Quantity	missing;		/* of a loser: how much of it is not there at
								 * its date without breaking a later one */
	Instant		short_from;		/* of a loser: first instant at which too
								 * little is there */
	Instant		feasible_at;	/* its date if met; else the earliest that
								 * breaks no one; INSTANT_END if never */
} ServedClaim;

typedef struct Serving
{
	ServedClaim *claims;		/* in order of serving */
	int			nclaims;
	int			nlosers;
	ClaimBalance balance;		/* for serving_cause() */
	int			nkept;			/* the timeline holds the winners among so
								 * many first claims; -1: something else */
} Serving;

/* how many late receipts are named */
#define SERVING_MAX_RECEIPTS 20

/* the rows that keep a loser from being met */
typedef struct ServingCause
{
	const Flow **takers;		/* claims served before, in that order */
	int			ntakers;
	const Flow *receipts[SERVING_MAX_RECEIPTS]; /* that come too late, in the
												 * order in which they count */
	int			nreceipts;
	bool		suffice;		/* would they have been enough? */
} ServingCause;

/*
 * Would every claim lack as much in both images, as far as can be told without
 * serving them?
 *
 * Where all claims together leave enough, no choice among them leaves too
 * little.  So who is met, and what the others lack, depends only on what counts
 * before the last instant at which all of them leave too little.  What counts
 * before it in either image is compared.  That it must be the same is more than
 * is needed, but that no balance falls would not do: who is met after a receipt
 * has come may take what another one had.
 *
 * Supply that is bound or spoils is not looked into: the answer is no.
 */
extern PromiseStatus serving_is_same(const StockNode *before,
									 const StockNode *after, Instant now,
									 bool *same);

/*
 * The node must have been read with details, and is borrowed.  All results are
 * palloc'd in the current context; the takers of a cause may be freed.
 */
extern PromiseStatus serving_build(const StockNode *node, Instant now,
								   Serving *serving);
extern PromiseStatus serving_cause(Serving *serving, int loser,
								   ServingCause *cause);

#endif							/* PROMISE_SERVING_H */
