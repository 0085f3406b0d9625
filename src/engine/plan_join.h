/*
 * plan_join.h - several plans for parts of a request as one plan for the whole.
 *
 * Each part was planned with those before it taken, so that they are feasible
 * together.
 */
#ifndef PROMISE_PLAN_JOIN_H
#define PROMISE_PLAN_JOIN_H

#include "engine/plan.h"

/* in the current memory context; lots and what they point to are shared */
extern void plan_join(const SupplyPlan *const *parts, int nparts,
					  SupplyPlan *whole);

#endif							/* PROMISE_PLAN_JOIN_H */
