/*
 * explain_plan.h - a plan as part of an explanation.
 */
#ifndef PROMISE_EXPLAIN_PLAN_H
#define PROMISE_EXPLAIN_PLAN_H

#include "api/capable.h"
#include "api/text_tree.h"

/* nothing is written of a plan that takes no more than what is there */
extern void explain_plan(TextTree *tree, int depth, PlanNetwork *network,
						 const CapablePlan *plan);

#endif							/* PROMISE_EXPLAIN_PLAN_H */
