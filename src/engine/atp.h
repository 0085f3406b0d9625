/*
 * atp.h - available to promise: the balance of a node and what it allows.
 *
 * P(t) is the balance: supply up to and including t less demand up to and
 * including t.  Available at t is, by method,
 *
 *	 look-ahead	the minimum of P over [t, end), less safety stock: what can be
 *				taken at t without breaking anything later.  This is the
 *				default and the only method that never promises twice.
 *	 cumulative	P(t) less safety stock, blind to what comes later.
 *	 discrete	what a receipt leaves after the demand before the next receipt
 *				(the master schedule's ATP of the textbooks: Stevenson,
 *				Operations Management).
 *
 * The end is the end of the replenishment lead time; from there on everything
 * can be had.  Without a lead time there is no end.  The horizon limits what
 * is offered, never the look-ahead.
 *
 * Where supply spoils, a sum says too little: what is available at t by look-ahead
 * is then found by matching (shelf_life.h), and it falls when a lot spoils.
 *
 * A curve is immutable once built.  Invariants (atp_curve_is_valid checks):
 *
 * 1. nsteps >= 1, steps[0].at is now, steps are strictly increasing in "at";
 * 2. balance changes by supply - demand from step to step;
 * 3. steps from lead_end on have available = ATP_UNLIMITED, and if lead_end
 *	  is finite there is a step at it;
 * 4. if the curve rises (look-ahead, and nothing spoils), available never
 *	  decreases.
 */
#ifndef PROMISE_ATP_H
#define PROMISE_ATP_H

#include "engine/flow.h"
#include "engine/shelf_life.h"

typedef enum AtpMethod
{
	ATP_LOOKAHEAD,
	ATP_DISCRETE,
	ATP_CUMULATIVE
} AtpMethod;

#define ATP_UNLIMITED	QUANTITY_MAX

typedef struct AtpStep
{
	Instant		at;
	Quantity	supply;			/* of this instant; stock at the first step */
	Quantity	demand;
	Quantity	balance;		/* P(at) */
	Quantity	available;		/* less safety stock, not floored */
} AtpStep;

typedef struct AtpCurve
{
	const char *item;
	const char *location;
	int			priority;		/* of the location */
	NodeRules	rules;
	Instant		now;
	AtpMethod	method;
	AtpStep    *steps;
	int			nsteps;
	FlowList	flows;			/* what the steps were made of */
	ShelfLife  *shelf;			/* look-ahead where supply spoils; else NULL */
} AtpCurve;

/* is more available later, always? */
static inline bool
atp_curve_rises(const AtpCurve *curve)
{
	return curve->method == ATP_LOOKAHEAD && curve->shelf == NULL;
}

extern PromiseStatus atp_curve_build(const StockNode *node, Instant now,
									 AtpMethod method, AtpCurve *curve);
extern bool atp_curve_is_valid(const AtpCurve *curve);
extern int	atp_curve_find(const AtpCurve *curve, Instant at);

/*
 * A ledger of what a question takes from a curve while its lines compete.
 *
 * With look-ahead the curve is a stair that only rises, and the stair after
 * taking q at t is again one: the rises at or before t, the latest first, go
 * until q is covered.  (Proof: let A be the stair and A(t) >= q.  For s >= t
 * the balance falls by q.  For s < t the new minimum is min(A(s), A(t) - q),
 * which is what removing the latest rises leaves.)  So a take costs the rises
 * that it uses up, each once, and a look-up is a descent in a binary indexed
 * tree: O(log n) either way, however many lines compete.
 *
 * The tree is built with the first take; until then the curve itself answers.
 * Where supply spoils, the curve is no stair: a take is more demand, and what is
 * available is matched anew.  With the methods other than look-ahead nothing can
 * be taken: they are for looking.
 */
typedef struct AtpLedger
{
	const AtpCurve *curve;
	int			nrises;			/* steps before lead_end */
	Quantity   *rises;			/* NULL until the first take; [0] may be < 0 */
	Quantity   *tree;			/* binary indexed tree over rises, from 1 */
	int		   *previous;		/* last rise not used up at or before i */
	ShelfLife  *shelf;			/* with the takes; NULL until the first */
	Quantity   *available;		/* of its steps */
	Quantity	taken;			/* in all */
} AtpLedger;

extern void atp_ledger_init(AtpLedger *ledger, const AtpCurve *curve);
extern Quantity atp_available(const AtpLedger *ledger, Instant at);
extern Instant atp_earliest(const AtpLedger *ledger, Quantity quantity,
							Instant after);
extern int	atp_instants(const AtpLedger *ledgers, int nledgers,
						 Instant after, Instant before, Instant **instants);
extern PromiseStatus atp_take(AtpLedger *ledger, Quantity quantity,
							  Instant at);

#endif							/* PROMISE_ATP_H */
