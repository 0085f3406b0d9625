/*
 * plan_cycle.h - an item that is made of itself.
 */
#ifndef PROMISE_PLAN_CYCLE_H
#define PROMISE_PLAN_CYCLE_H

#include "engine/plan_network.h"

/*
 * Nodes each of which is made of the next one, and the last of the first, among
 * those that have been read and are needed for this one.  What is only moved in a
 * circle is none.  False if there is no such cycle; the array is palloc'd.
 */
extern bool plan_cycle_find(const PlanNetwork *network, const PlanNode *node,
							const PlanNode ***cycle, int *ncycle);

#endif							/* PROMISE_PLAN_CYCLE_H */
