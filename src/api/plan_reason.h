/*
 * plan_reason.h - why a plan is as late as it is, or why there is none.
 */
#ifndef PROMISE_PLAN_REASON_H
#define PROMISE_PLAN_REASON_H

#include "postgres.h"

#include "engine/cause.h"
#include "engine/planner.h"

extern PromiseReason plan_reason(const PlanAnswer *answer, const PlanNode *node);

/* what a binding of something that can be had comes down to */
extern PromiseReason plan_reason_bound(PlanBinding binding);

/* likewise of what cannot be had */
extern PromiseReason plan_reason_failed(PlanBinding binding);

/* what makes a need as late as it is, in words */
extern char *plan_reason_of_need(const SupplyPlan *plan, int need);
extern char *plan_reason_detail(const PlanAnswer *answer);

/*
 * What is missing for a plan that is late, how much of it and when that frees, or
 * why there is no plan.
 */
extern char *plan_reason_missing(PlanNetwork *network,
								 const PlanAnswer *answer);

#endif							/* PROMISE_PLAN_REASON_H */
