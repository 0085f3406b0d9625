/*
 * plan_rows.h - a plan as rows of type promise.plan_row.
 */
#ifndef PROMISE_PLAN_ROWS_H
#define PROMISE_PLAN_ROWS_H

#include "postgres.h"

#include "nodes/execnodes.h"

#include "engine/cause.h"
#include "engine/plan.h"

/*
 * "firm" says of each lot whether it was handed over; NULL: none was.
 */
extern void plan_rows_put(ReturnSetInfo *result, PlanNetwork *network,
						  const SupplyPlan *plan, const char *ref,
						  const bool *firm, int *nrows);
extern void plan_rows_put_none(ReturnSetInfo *result, const char *item,
							   const char *location, Quantity quantity,
							   PromiseReason reason, const char *detail);

#endif							/* PROMISE_PLAN_ROWS_H */
