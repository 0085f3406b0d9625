/*
 * plan_checking.h - one check of a plan, shared by the files that make it.
 *
 * The files each verify some of the rules (plan_check.h) and report what is
 * broken.  What quantities and times follow from a source is computed here a
 * second time, in other ways than the planner's, so that an error in one of them
 * is found by the other.
 */
#ifndef PROMISE_PLAN_CHECKING_H
#define PROMISE_PLAN_CHECKING_H

#include "engine/plan_check.h"

typedef struct PlanChecking
{
	PlanNetwork *network;
	const SupplyPlan *const *taken;
	int			ntaken;
	const SupplyPlan *plan;
	PlanViolation *violations;
	int			nviolations;
	int			maxviolations;
} PlanChecking;

/* a balance, or what is free of a resource, from an instant until the next step */
typedef struct LevelStep
{
	Instant		at;
	Quantity	level;
} LevelStep;

/* what is free with or without what the plan to be checked occupies */
typedef struct FreeCapacity
{
	LevelStep  *steps;			/* the first is at INSTANT_BEGIN */
	int			nsteps;
} FreeCapacity;

/* a balance as the rows have it */
typedef struct RowBalance
{
	LevelStep  *steps;
	int			nsteps;
	bool		spoils;			/* some of it does */
} RowBalance;

/* the rules */
extern bool plan_check_shape(PlanChecking *check);
extern PromiseStatus plan_check_needs(PlanChecking *check);
extern PromiseStatus plan_check_lots(PlanChecking *check);
extern PromiseStatus plan_check_components(PlanChecking *check, int lot);
extern PromiseStatus plan_check_steps(PlanChecking *check, int lot);
extern PromiseStatus plan_check_balances(PlanChecking *check);
extern PromiseStatus plan_check_capacity(PlanChecking *check);
extern PromiseStatus plan_check_changeovers(PlanChecking *check,
											PlanResource *resource);

/* a violation to be completed; valid until the next one is added */
extern PlanViolation *plan_check_add(PlanChecking *check, PlanRule rule,
									 int need, int lot, int step);

/* what follows from a source */
extern PromiseStatus plan_check_ratio(int64 a, int64 b, int64 divisor,
									  bool up, int64 *result);
extern PromiseStatus plan_check_yield(const PlanSource *source,
									  const PlanNode *node, Quantity lot,
									  Quantity *yield);
extern PromiseStatus plan_check_output(const PlanOutput *output, Quantity lot,
									   Quantity *quantity);
extern PromiseStatus plan_check_resource_units(const PlanResource *resource,
											   const PlanUse *use,
											   Quantity lot,
											   Quantity *units);

/* what is there, and what is free of a resource */
extern PromiseStatus plan_check_row_balance(PlanNetwork *network,
											const PlanNode *node,
											RowBalance *balance);
extern PromiseStatus plan_check_free(PlanChecking *check,
									 const PlanResource *resource,
									 bool with_plan,
									 FreeCapacity *capacity);
extern bool plan_check_is_finite(const PlanResource *resource);
extern Span plan_check_occupied(const PlanResource *resource,
								const PlanTask *task);

/* the time from one instant to a later one, as much as an int64 holds */
static inline int64
plan_check_elapsed(Instant from, Instant until)
{
	int64		elapsed;

	return pg_sub_s64_overflow(until, from, &elapsed) ? PG_INT64_MAX : elapsed;
}

#endif							/* PROMISE_PLAN_CHECKING_H */
