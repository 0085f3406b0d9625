/*
 * plan.h - a plan: what is taken, made, bought and moved for one request.
 *
 * A plan is a tree.  The request is need 0.  A need is met from the balance of its
 * node and by lots, each lot has needs of its own, its components.  The flows and
 * loads that a plan causes follow from its needs and lots (plan_changes); nothing
 * else changes a balance or the free capacity of a resource.
 *
 * Feasible: wherever the plan lowers the balance of a node (its change of the
 * balance at s is negative), the balance after it is not below the safety stock
 * that the request respects, and not below 0; the same for the free capacity of
 * resources.  The checker (plan_check.h) says so independently of any planner.
 */
#ifndef PROMISE_SUPPLY_PLAN_H
#define PROMISE_SUPPLY_PLAN_H

#include "engine/plan_network.h"

/* what made a need or a lot as late as it is */
typedef enum PlanBinding
{
	PLAN_BOUND_BY_NOTHING,		/* it could be had at once */
	PLAN_BOUND_BY_STOCK,		/* balance: the instant at which it suffices */
	PLAN_BOUND_BY_COMPONENT,
	PLAN_BOUND_BY_CAPACITY,		/* a resource that is busy */
	PLAN_BOUND_BY_CALENDAR,		/* closed time */
	PLAN_BOUND_BY_LEAD_TIME,
	PLAN_BOUND_BY_WORK,			/* its own working time */
	PLAN_BOUND_BY_FENCE,
	PLAN_BOUND_BY_EFFECTIVITY,
	PLAN_BOUND_BY_LOT_SIZE,
	PLAN_BOUND_BY_NO_SOURCE,
	PLAN_BOUND_BY_LIMIT			/* horizon: beyond what is planned */
} PlanBinding;

typedef struct PlanNeed
{
	PlanNode   *node;
	int			lot;			/* that consumes it; -1: the request itself */
	int			component;		/* of the lot's source; -1 for the request */
	Quantity	quantity;
	Instant		at;				/* when it is taken */
	Quantity	from_balance;	/* what the lots need not supply */
	int			first_lot;		/* lots that were planned for it; -1: none */

	/* for people */
	Instant		possible_at;	/* the earliest at which it could be had */
	PlanBinding binding;
	const PlanResource *bound_by;	/* of a need bound by capacity */
	int			bound_by_need;	/* of one bound by a component; else -1 */
} PlanNeed;

/* where and when a step of a lot is done */
typedef struct PlanTask
{
	Instant		start;
	Instant		end;
	int64		setup;			/* working time for a changeover before it,
								 * which lies within [start, end) */
	PlanResource **resources;	/* one for each use of the step */
} PlanTask;

typedef struct PlanLot
{
	PlanSource *source;
	int			need;			/* that it was planned for */
	int			next_lot;		/* of the same need; -1: the last */
	Quantity	quantity;
	Instant		start;
	Instant		end;			/* when it yields */
	PlanTask   *tasks;			/* one for each step of the source */
	bool	   *uses_component; /* one for each component: which of those with
								 * a choice are taken, and which are in force */
} PlanLot;

typedef struct SupplyPlan
{
	PlanNeed   *needs;
	int			nneeds;
	PlanLot    *lots;
	int			nlots;
	bool		keeps_safety_stock; /* no need draws on it */
	bool		accepted;		/* others may have been planned after it */
} SupplyPlan;

/* a change of a balance by a plan */
typedef struct PlanFlow
{
	PlanNode   *node;
	Instant		at;
	Quantity	delta;
	int			need;			/* what takes it; -1 of what a lot yields */
	int			lot;			/* that yields or consumes it; -1: the request */
} PlanFlow;

/* a change of free capacity by a plan */
typedef struct PlanLoad
{
	PlanResource *resource;
	Instant		from;
	Instant		until;
	Quantity	units;
	int			lot;
	int			step;			/* index in the steps of the lot's source */
} PlanLoad;

typedef struct PlanChanges
{
	PlanFlow   *flows;			/* by node's number, at, supply first */
	int			nflows;
	PlanLoad   *loads;			/* by resource's number, from */
	int			nloads;
} PlanChanges;

/* when a lot yields an output */
static inline Instant
plan_output_at(const PlanOutput *output, const PlanTask *tasks, Instant end)
{
	return output->after_step > 0 ? tasks[output->after_step - 1].end : end;
}

/* what a plan changes, in the current memory context */
extern PromiseStatus plan_changes(const SupplyPlan *plan, PlanChanges *changes);

/* the lot of a need that yields last; -1: it has none */
extern int	plan_last_lot(const SupplyPlan *plan, int need);

/* what the lots cost, and one of them more; PROMISE_QUANTITY_OVERFLOW */
extern PromiseStatus plan_cost(const SupplyPlan *plan, int64 *cost);
extern PromiseStatus plan_lot_add_cost(const PlanLot *lot, int64 *cost);

#endif							/* PROMISE_SUPPLY_PLAN_H */
