/*
 * claim.h - who claims more of a node than before.
 *
 * A claim is what a promise takes: its demand, the components planned for it,
 * the loads planned for it; less what is planned to be made or bought for it.
 * All rows of one ref are one claim.  A row without a ref is a claim of its
 * own, and it is the same claim in two images if it says the same in both.
 */
#ifndef PROMISE_CLAIM_H
#define PROMISE_CLAIM_H

#include "engine/problem.h"

/* A time [from, until). */
typedef struct ClaimSpan
{
	Instant		from;
	Instant		until;
} ClaimSpan;

/* A claim that rose. */
typedef struct ClaimChange
{
	const char *ref;			/* NULL: a row without one */
	const char *relation;		/* table of its row; NULL if not known */
	Instant		at;				/* of stock: the date that it asks for now; of
								 * capacity: begin of its load; at least now */
	Instant		until;			/* of capacity: end of its load */
	Quantity	before;			/* what it claimed */
	Quantity	after;			/* what it claims; zero or less where all that
								 * it does is to withdraw planned supply */
	const FlowDetail *row;		/* of stock without ref: its row, else NULL */
	const CapacityEvent *load;	/* of capacity without ref: its row, else NULL */
} ClaimChange;

extern PromiseStatus claim_changes_of_stock(const StockNode *before,
											const StockNode *after,
											Instant now,
											const ClaimSpan *spans, int nspans,
											ClaimChange **claims,
											int *nclaims);
extern PromiseStatus claim_changes_of_capacity(const CapacityNode *before,
											   const CapacityNode *after,
											   Instant now,
											   const ClaimSpan *spans,
											   int nspans,
											   ClaimChange **claims,
											   int *nclaims);

/* Some claims, to look rows up in: sorted, palloc'd, texts borrowed. */
typedef struct ClaimSet
{
	const char **refs;
	int			nrefs;
	const void **rows;
	int			nrows;
} ClaimSet;

extern void claim_set_init(ClaimSet *set, const ClaimChange *claims,
						   int nclaims);
extern void claim_set_free(ClaimSet *set);
extern bool claim_set_has_ref(const ClaimSet *set, const char *ref);
extern bool claim_set_has_flow(const ClaimSet *set, const FlowDetail *detail);
extern bool claim_set_has_load(const ClaimSet *set, const CapacityEvent *load);

/*
 * A node as it were without some claims: copies that share all texts and
 * details but those of supply bound to such a claim, which is free there.
 */
extern StockNode claim_leave_out_of_stock(const StockNode *node,
										  const ClaimSet *set);
extern CapacityNode claim_leave_out_of_capacity(const CapacityNode *node,
												const ClaimSet *set);

#endif							/* PROMISE_CLAIM_H */
