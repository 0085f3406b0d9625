/*
 * guard_except.h - promises that are let pass although they cannot be kept.
 */
#ifndef PROMISE_GUARD_EXCEPT_H
#define PROMISE_GUARD_EXCEPT_H

#include "postgres.h"

#include "api/refusal.h"
#include "engine/verdict.h"
#include "store/nodes.h"
#include "store/touched.h"

/*
 * What a node was before, but with approved claims as they are now: so they do
 * not count as a change, and others are judged as if they had been there.
 */
extern StockNode guard_except_approved(const TouchedNode *node,
									   const StockNode *before,
									   const StockNode *after,
									   const Verdict *verdict);

/*
 * Record claims as pending exceptions, the first that does not fit beside those
 * before it, and so on; the others pass.  Only a ref can be excepted: what has
 * none is refused.  True if orders do not count any more: the node was touched,
 * to be judged again without them.
 */
extern bool guard_except_claims(const TouchedNode *node,
								const StockNode *before,
								const StockNode *after, Instant now,
								RefusalPlannable is_plannable, void *arg);

/* refuse what cannot be recorded, and say why */
extern void guard_except_refuse(const TouchedNode *node,
								const Refusal *refusal, const char *why);

/*
 * Nodes were judged as they were read: orders that nobody has accepted, and that
 * do not say any more what was recorded, count now.  Should they ever say it
 * again, that is another claim.
 */
extern void guard_except_forget(const ItemNodes *read);

#endif							/* PROMISE_GUARD_EXCEPT_H */
