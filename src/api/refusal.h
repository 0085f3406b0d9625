/*
 * refusal.h - why a promise cannot be accepted, in words.
 */
#ifndef PROMISE_REFUSAL_H
#define PROMISE_REFUSAL_H

#include "postgres.h"

#include "engine/cause.h"
#include "engine/verdict.h"

/* Texts are palloc'd, or belong to the verdict. */
typedef struct Refusal
{
	const ClaimChange *claim;	/* the first one that does not fit */
	char	   *message;
	char	   *detail;			/* what is missing, what binds, what frees */
	char	   *hint;			/* the nearest yes */
	PromiseReason reason;
	Instant		available_at;	/* when the whole claim can be had;
								 * INSTANT_END: never */
} Refusal;

/* could a plan be made for the promise of a ref? */
typedef bool (*RefusalPlannable) (void *arg, const char *ref);

/*
 * The verdict is that of the two images, and broken.
 */
extern void refusal_of_stock(const StockNode *before, const StockNode *after,
							 Instant now, const Verdict *verdict,
							 RefusalPlannable is_plannable, void *arg,
							 Refusal *refusal);
extern void refusal_of_capacity(const CapacityNode *before,
								const CapacityNode *after, Instant now,
								const Verdict *verdict, Refusal *refusal);

/*
 * Say so at ERROR, WARNING or NOTICE.  The relation is the one whose guard
 * objects: clients get its name; InvalidOid if there is no single one.
 */
extern void refusal_report(int elevel, Oid relation, const Refusal *refusal);

#endif							/* PROMISE_REFUSAL_H */
