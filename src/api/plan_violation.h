/*
 * plan_violation.h - what a recorded plan breaks, as rows of promise.plan_violation.
 */
#ifndef PROMISE_PLAN_VIOLATION_H
#define PROMISE_PLAN_VIOLATION_H

#include "postgres.h"

#include "nodes/execnodes.h"

#include "engine/plan_check.h"
#include "store/planned_read.h"

/* one rule that the plan breaks */
extern void plan_violation_put(ReturnSetInfo *result, const RecordedPlan *record,
							   const PlanViolation *violation);

/* a plan that cannot be understood any more */
extern void plan_violation_put_problem(ReturnSetInfo *result,
									   const RecordedPlan *record);

#endif							/* PROMISE_PLAN_VIOLATION_H */
