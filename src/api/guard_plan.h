/*
 * guard_plan.h - planning what a check finds missing.
 */
#ifndef PROMISE_GUARD_PLAN_H
#define PROMISE_GUARD_PLAN_H

#include "postgres.h"

#include "engine/verdict.h"
#include "store/touched.h"

typedef struct GuardPlanning GuardPlanning;

/* Nothing has been planned yet; it lives in the current memory context. */
extern GuardPlanning *guard_plan_begin(void);

/*
 * Plan for what was claimed at a node and is missing there.  True if nothing is
 * to be done about the node now: it will be judged again.  Nothing is written.
 * A network that cannot be planned with is an error, PR005; where the guard lets
 * pass what is missing, a warning, and nothing is planned.
 *
 * Not for demand that is as it was: what was planned for it is gone then, because
 * that was handed over to the business, which has to replace it, or removed.
 */
extern bool guard_plan_claims(GuardPlanning *planning, const TouchedNode *node,
							  const StockNode *before, const StockNode *after,
							  const Verdict *verdict, Instant now);

/*
 * Some of what was to be planned for does not count any more: forget what has
 * not been written, and judge its node again.
 */
extern void guard_plan_drop(GuardPlanning *planning);

/*
 * Was it tried in vain to plan for the demand of a ref at a node?  Not where there
 * is no telling.
 */
extern bool guard_plan_was_tried(const GuardPlanning *planning,
								 const StockNode *after, const char *ref);

/* what must be locked besides the nodes that are to be judged */
extern TouchedNode **guard_plan_wanted(const GuardPlanning *planning,
									   int *nnodes);

/*
 * Write what was planned, if all that it touches is locked; else see to it that
 * it will be.  "nodes" were judged, and "taken" locked, in this attempt.
 */
extern void guard_plan_settle(GuardPlanning *planning, TouchedNode **nodes,
							  int nnodes, TouchedNode **taken, int ntaken);

#endif							/* PROMISE_GUARD_PLAN_H */
