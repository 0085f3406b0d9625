/*
 * replan_hope.h - could it help to move a set of plans out of the way?
 */
#ifndef PROMISE_REPLAN_HOPE_H
#define PROMISE_REPLAN_HOPE_H

#include "engine/replan_rival.h"

/*
 * Would the request be earlier than "best" without these plans, if no node and no
 * resource mattered but those that it comes to?  What must be read for that is what
 * the request itself comes to.
 */
extern PromiseStatus replan_is_hopeful(Planner *planner,
									   const PlanRequest *request, Instant best,
									   const ReplanOther *others,
									   Rival *rivals, int nrivals,
									   bool *hopeful);

#endif							/* PROMISE_REPLAN_HOPE_H */
