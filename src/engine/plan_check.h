/*
 * plan_check.h - is a plan feasible?  Verified rule by rule.
 *
 * The checker shares no code with any planner.  It is slow and simple on purpose:
 * sums over sorted arrays, no trees, nothing kept from one call to the next.  It
 * reads the network, what is there already, and the plan, and lists every rule that
 * the plan breaks.
 *
 * Where plan.h and plan_network.h leave open what is exact, it is strict:
 *
 * - a step starts in open time, ends when its work is done, and neither holds its
 *	 resources longer nor shorter than that takes; it starts and ends at one
 *	 instant if it has no work;
 * - a lot ends just when its lead time does, and a kit when its need is;
 * - a lot has one need for each component that it takes, of the very quantity;
 *	 a need of nothing may be left out;
 * - of components with one choice none is taken if none is in force.
 *
 * Nobody is stolen from because of the rules for balances and capacity: where the
 * plan lowers a balance and it is not negative after that, all that is needed by
 * then is served.
 */
#ifndef PROMISE_PLAN_CHECK_H
#define PROMISE_PLAN_CHECK_H

#include "engine/plan.h"

typedef enum PlanRule
{
	PLAN_RULE_SHAPE,			/* a plan that cannot be read: indexes, order */
	PLAN_RULE_BALANCE,			/* it takes what is not there, or is another's */
	PLAN_RULE_SAFETY_STOCK,
	PLAN_RULE_SHELF_LIFE,		/* it takes what has spoiled by then */
	PLAN_RULE_SUPPLIED,			/* lots and balance do not add up to the need */
	PLAN_RULE_LOT_SIZE,
	PLAN_RULE_LEAD_TIME,
	PLAN_RULE_FENCE,
	PLAN_RULE_EFFECTIVITY,
	PLAN_RULE_COMPONENT,		/* quantity, choice or date of what a lot
								 * takes */
	PLAN_RULE_WORK,				/* length of a step, its pauses, its calendar */
	PLAN_RULE_CHANGEOVER,
	PLAN_RULE_PRECEDENCE,
	PLAN_RULE_RESOURCE,			/* a resource that the step does not name */
	PLAN_RULE_CAPACITY,
	PLAN_RULE_LIMIT				/* before now, or beyond what is planned */
} PlanRule;

typedef struct PlanViolation
{
	PlanRule	rule;
	int			need;			/* -1: none */
	int			lot;			/* -1: none */
	int			step;			/* index; -1: none */
	const PlanNode *node;		/* NULL: none */
	const PlanResource *resource;
	Instant		at;
	Quantity	missing;		/* 0 where nothing is counted */
} PlanViolation;

typedef struct PlanVerdict
{
	PlanViolation *violations;	/* by rule, lot, need, step, at */
	int			nviolations;
} PlanVerdict;

/*
 * "taken" are plans that were accepted before this one and are not among the
 * network's rows.
 */
extern PromiseStatus plan_check(PlanNetwork *network, const SupplyPlan *const *taken,
								int ntaken, const SupplyPlan *plan,
								PlanVerdict *verdict);

/*
 * The same for the rules that only the plan itself can break: not those about what
 * is there, and what is free.
 */
extern PromiseStatus plan_check_alone(PlanNetwork *network, const SupplyPlan *plan,
									  PlanVerdict *verdict);

#endif							/* PROMISE_PLAN_CHECK_H */
