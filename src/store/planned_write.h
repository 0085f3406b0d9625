/*
 * planned_write.h - writing down what was planned for promises.
 */
#ifndef PROMISE_PLANNED_WRITE_H
#define PROMISE_PLANNED_WRITE_H

#include "engine/plan.h"

typedef struct PlanToWrite
{
	const char *ref;
	const SupplyPlan *plan;
	const PlanChanges *changes; /* of the plan */
	bool		is_moved;		/* it was planned already, and is placed anew */
} PlanToWrite;

/*
 * Add the lots, flows and loads of plans for their refs: one statement each,
 * with the rights of the own tables' owner.  The request itself is demand
 * already, or will be; what is planned is all else.
 */
extern void planned_write(const PlanToWrite *plans, int nplans);

#endif							/* PROMISE_PLANNED_WRITE_H */
