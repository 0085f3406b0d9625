/*
 * claim_balance.h - the supply of a node and the claims on it that are kept.
 *
 * The rows of a node fall into supply, which counts as flow.h says, and claims:
 * demand, and what is planned to be taken.  Claims are kept and dropped one by
 * one, and one that is not kept is asked whether it fits:  P being the balance
 * of supply and the claims that are kept, a claim fits at an instant if keeping
 * it there leaves P(s) >= 0 at every s, before the end of the replenishment lead
 * time, at which it lowers P.  From that end on everything fits.
 *
 * A claim whose ref has supply bound to it takes that first, and lowers the
 * balance of all others only by what it lacks.  Several claims of one ref share
 * the supply that is bound to it.
 *
 * Where no supply spoils, P is a timeline, and each step costs O(log n) (times
 * the rows of its ref, if supply is bound to it).  Else P is computed anew from
 * the rows, which is slower, but asks nothing of how lots are used up.
 */
#ifndef PROMISE_CLAIM_BALANCE_H
#define PROMISE_CLAIM_BALANCE_H

#include "core/timeline.h"
#include "engine/flow.h"

/* A row that claims something of the node. */
typedef struct Claim
{
	Flow		flow;			/* at the instant at which it counts */
	Quantity	quantity;		/* above zero */
	int			account;		/* of its ref; -1 if nothing is bound to it */
	bool		kept;
	Instant		kept_at;		/* where it was put */
} Claim;

/* a change of what is bound to a ref less what its kept claims take */
typedef struct AccountPoint
{
	int			piece;			/* of the timeline */
	Quantity	quantity;
} AccountPoint;

/* Supply bound to a ref, and the claims of that ref that are kept. */
typedef struct Account
{
	const char *ref;
	AccountPoint *points;		/* in order of time */
	int			npoints;
	int			maxpoints;
} Account;

typedef struct ClaimBalance
{
	const StockNode *node;
	Instant		now;
	Instant		lead_end;
	Claim	   *claims;			/* in order of serving */
	int			nclaims;
	Flow	   *receipts;		/* supply that arrives after now, in order */
	int			nreceipts;
	bool		falls;			/* does supply alone ever fall? */
	bool		spoils;			/* does any supply expire? */
	bool		by_one;			/* one claim more may help another: where
								 * supply spoils, and some is bound, what
								 * comes back to all in place of a lot that
								 * would have spoiled lasts */

	/* where nothing spoils */
	Instant    *instants;		/* where the pieces of the timeline begin */
	int			npieces;
	Quantity   *supply;			/* P without any claim */
	Timeline	timeline;		/* P */
	Account    *accounts;		/* by ref */
	int			naccounts;

	/* where something spoils: room for the rows of supply and all claims */
	FlowEvent  *events;
	int			nsupply;		/* how many are supply; those stand first */
} ClaimBalance;

/* What a claim lacks at an instant. */
typedef struct ClaimLack
{
	Quantity	missing;		/* 0: it fits; never more than its quantity */
	Instant		from;			/* first instant at which too little is there */
} ClaimLack;

extern PromiseStatus claim_balance_init(const StockNode *node, Instant now,
										ClaimBalance *balance);
extern void claim_balance_reset(ClaimBalance *balance);
extern PromiseStatus claim_balance_lack(ClaimBalance *balance, int claim,
										Instant at, ClaimLack *lack);
extern void claim_balance_keep(ClaimBalance *balance, int claim, Instant at);
extern void claim_balance_drop(ClaimBalance *balance, int claim);
extern Quantity claim_balance_supply(const ClaimBalance *balance, Instant at);
extern void claim_balance_move_supply(ClaimBalance *balance, Quantity quantity,
									  Instant from, Instant until);
extern PromiseStatus claim_balance_earliest(ClaimBalance *balance, int claim,
											Instant *at);

/* where something spoils: see claim_match.c */
extern PromiseStatus claim_match_lack(ClaimBalance *balance, int first,
									  int nclaims, Instant at,
									  ClaimLack *lack);
extern PromiseStatus claim_match_earliest(ClaimBalance *balance, int claim,
										  Instant *at);

#endif							/* PROMISE_CLAIM_BALANCE_H */
