/*
 * plan_status.h - what a planner reports, as an error.
 */
#ifndef PROMISE_PLAN_STATUS_H
#define PROMISE_PLAN_STATUS_H

#include "postgres.h"

#include "engine/plan_network.h"

extern void plan_status_check(const PlanNetwork *network, const PlanNode *node,
							  PromiseStatus status);

#endif							/* PROMISE_PLAN_STATUS_H */
