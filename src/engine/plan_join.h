/*
 * plan_join.h - several plans for parts of a request as one plan for the whole.
 *
 * Each part was planned with those before it taken, so that they are feasible
 * together.
 */
#ifndef PROMISE_PLAN_JOIN_H
#define PROMISE_PLAN_JOIN_H

#include "engine/plan.h"

/*
 * In the current memory context; lots and what they point to are shared.  False if
 * the parts cannot be one: what is ready first waits for the last of them, but a kit
 * is put together when it is taken, and may be none any more by then.
 */
extern bool plan_join(const SupplyPlan *const *parts, int nparts,
					  SupplyPlan *whole);

#endif							/* PROMISE_PLAN_JOIN_H */
