/*
 * plan_builder.h - plans made by hand.
 *
 * A plan begins with its request; lots and needs are added to it from the top down.
 * Of every choice the first is taken; what else there is to say, the caller writes
 * into the plan.
 */
#ifndef PROMISE_TEST_PLAN_BUILDER_H
#define PROMISE_TEST_PLAN_BUILDER_H

#include "engine/plan.h"

extern SupplyPlan *plan_build(PlanNode *node, Quantity quantity, Instant at,
							  Quantity from_balance);

/* a lot for a need, after those that it has; its number in the plan */
extern int	plan_build_lot(SupplyPlan *plan, int need, PlanSource *source,
						   Quantity quantity, Instant start, Instant end);
extern void plan_build_task(SupplyPlan *plan, int lot, int step,
							Instant start, Instant end);

/* the need of a lot for a component; its number in the plan */
extern int	plan_build_need(SupplyPlan *plan, int lot, int component,
							Quantity quantity, Instant at,
							Quantity from_balance);
extern SupplyPlan *plan_build_copy(const SupplyPlan *plan);

#endif							/* PROMISE_TEST_PLAN_BUILDER_H */
