/*
 * planned_demand.h - what is still demanded with the refs of plans.
 *
 * A plan as it was written down does not say what the promise is that it serves:
 * that stands in the rows of demand with its ref, wherever they are.
 */
#ifndef PROMISE_PLANNED_DEMAND_H
#define PROMISE_PLANNED_DEMAND_H

#include "store/planned_read.h"

/* the rows of demand that have been read */
typedef struct PlannedDemand PlannedDemand;

/*
 * In the current memory context.  Has the network the whole of the rows, by ref?
 * Else they are read beside it.
 */
extern PlannedDemand *planned_demand_open(PlanNetwork *network, bool whole);

/*
 * Fill in the first need of a plan, and what its lots do not supply of it: what is
 * demanded, or as it is if nothing is.
 */
extern void planned_demand_fill(PlannedDemand *demand, RecordedPlan *plan);

/*
 * The same for those plans of several whose demand was not read yet, reading
 * their rows together; with "known", only for those that may demand what the
 * network has come to.
 */
extern void planned_demand_fill_many(PlanNetwork *network,
									 RecordedPlan *plans, int nplans,
									 bool known);

/* fill in what the lots of a need do not supply */
extern void planned_demand_lacking(SupplyPlan *plan, int need);

#endif							/* PROMISE_PLANNED_DEMAND_H */
