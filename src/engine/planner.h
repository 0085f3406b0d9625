/*
 * planner.h - capable to promise: the earliest plan for a request.
 *
 * A planner works on a network whose balances and free capacity it keeps as trees
 * with one journal.  A plan that is taken counts for all that are asked for later;
 * a mark brings back what was before.
 *
 * The need for q of a node at t is met by lots that supply what the balance lacks:
 * with P the free balance from t on, Q(t) = q - max(0, min P), to be there when P
 * first falls below q.  Q never grows with t and that instant never comes earlier,
 * so the first t at which the lots are in time is found by looking at the steps of
 * min P only, and in most cases at one or two of them.  How early a lot can be there
 * is found forward, its components by the same rule; where a plan lies within its
 * date is then decided from the date down: as early as possible, or as late (just in
 * time), each need with the lots that it takes at that date and no more.
 *
 * That is exact (the earliest date there is) where no finite resource and no scarce
 * component is shared between branches or parallel steps of the request, with one
 * source and one choice of resource for each node, one lot for each unless the
 * largest lot forces several, and no changeovers.  Outside of that class the first
 * answer may be late; with effort the planner tries other sources, orders of
 * branches and choices, and answers with the best plan it has seen.  Equal effort
 * and seed give equal plans.
 */
#ifndef PROMISE_PLANNER_H
#define PROMISE_PLANNER_H

#include "core/time_tree.h"
#include "engine/plan.h"

typedef struct Planner Planner;

typedef enum PlanObjective
{
	PLAN_EARLIEST,
	PLAN_CHEAPEST				/* among the plans in time; without a date, or
								 * if none is in time: the earliest */
} PlanObjective;

typedef enum PlanPlacement
{
	PLAN_ASAP,
	PLAN_JIT
} PlanPlacement;

typedef struct PlanRequest
{
	PlanNode   *node;
	Quantity	quantity;		/* above 0 */
	Instant		due;			/* INSTANT_END: as early as possible */
	Instant		after;			/* not taken before; INSTANT_BEGIN: now */
	bool		late_eats_safety_stock; /* draw on it if else it would be late */
	PlanObjective objective;
	PlanPlacement placement;
	int			effort;			/* plans to try beyond the first; and for
								 * each, several orders of parallel steps */
	uint64		seed;
	bool		smaller_lots;	/* with effort, try more lots than the largest
								 * that is allowed asks for */
} PlanRequest;

typedef struct PlanAnswer
{
	bool		possible;		/* is there a plan? */
	Instant		at;				/* when the request is taken: the due date if
								 * it can be, else the earliest date;
								 * INSTANT_END if not possible */
	Instant		earliest;		/* before which it could not have been taken;
								 * equal to "at" or before it.  INSTANT_BEGIN
								 * if that was not looked for: just in time,
								 * and the date can be kept */
	SupplyPlan	plan;			/* empty if not possible */

	/* if not possible */
	PlanBinding binding;
	PlanNode   *bound_node;		/* NULL: none */
	const PlanSource *bound_source; /* NULL: none */
} PlanAnswer;

extern Planner *planner_create(PlanNetwork *network);

/*
 * The plan for a request.  Nothing is taken.  With a date the request is taken at
 * that date if it can be, however early it could have been had.
 * PROMISE_NETWORK_CYCLE, PROMISE_NETWORK_TOO_DEEP, or what overflows.
 */
extern PromiseStatus planner_plan(Planner *planner,
								  const PlanRequest *request,
								  PlanAnswer *answer);

/* count a plan as accepted */
extern PromiseStatus planner_take(Planner *planner, const SupplyPlan *plan);

extern TimeMark planner_mark(const Planner *planner);
extern void planner_undo(Planner *planner, TimeMark mark);

#endif							/* PROMISE_PLANNER_H */
