/*
 * replan_effect.h - what a plan does to the trees of a planner, and taking it back.
 */
#ifndef PROMISE_REPLAN_EFFECT_H
#define PROMISE_REPLAN_EFFECT_H

#include "engine/planner_state.h"

/* of a plan; its flows are those that others see */
typedef struct ReplanEffect
{
	PlanChanges changes;
	Quantity   *floors;			/* for each flow: the balance from there to
								 * the next one must not be below that */
} ReplanEffect;

/* which of the nodes and resources that a plan touches */
typedef enum ReplanScope
{
	REPLAN_WHOLE,				/* all, which reads them */
	REPLAN_READ					/* those that have been read */
} ReplanScope;

/*
 * What others see of a plan.  What is planned for a hold is bound to it: nobody
 * else sees but what it lacks of its own.
 */
extern PromiseStatus replan_effect(Planner *planner, const SupplyPlan *plan,
								   bool is_bound, ReplanScope scope,
								   ReplanEffect *effect);

/*
 * Take a plan that was accepted off the trees.  False, and nothing has changed, if
 * somebody else relies on it.
 */
extern PromiseStatus replan_lift(Planner *planner, ReplanEffect *effect,
								 bool *lifted);

/*
 * Put it back.  False, and nothing has changed, if that takes from somebody what he
 * has, finds no room, or leaves less of a safety stock than there was with it.
 */
extern PromiseStatus replan_put_back(Planner *planner,
									 const ReplanEffect *effect, bool *fits);

/* count a plan that was made just now */
extern PromiseStatus replan_take(Planner *planner, const SupplyPlan *plan,
								 bool is_bound, ReplanEffect *effect);

/* is the safety stock there wherever the plan takes something? */
extern bool replan_keeps_safety_stock(const ReplanEffect *effect);

#endif							/* PROMISE_REPLAN_EFFECT_H */
