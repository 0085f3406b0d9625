/*
 * replan_rival.h - plans of others that may be moved.
 */
#ifndef PROMISE_REPLAN_RIVAL_H
#define PROMISE_REPLAN_RIVAL_H

#include "engine/replan.h"
#include "engine/replan_effect.h"

typedef struct Rival
{
	int			other;			/* among those given */
	bool		is_bound;
	bool		is_fixed;		/* it may not be moved after all */
	ReplanScope scope;			/* of what is known of its effect */
	ReplanEffect effect;
	Instant		promised;
	int64		slack;			/* from when it is ready to then */
	bool		is_lifted;
	bool		is_moved;		/* placed anew, as in "plan"; else back */
	SupplyPlan	plan;
	ReplanEffect anew;			/* of that plan */
} Rival;

/*
 * May it be moved, as far as its plan, and the rows of what it touches within the
 * scope, tell?
 */
extern PromiseStatus replan_rival(Planner *planner, const ReplanOther *other,
								  ReplanScope scope, Rival *rival, bool *may);

/*
 * Lift those of a set that can be lifted: what others rely on, after those.
 */
extern PromiseStatus replan_lift_rivals(Planner *planner, Rival *rivals,
										int nrivals, int *nlifted);

#endif							/* PROMISE_REPLAN_RIVAL_H */
