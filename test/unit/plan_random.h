/*
 * plan_random.h - small random networks, and requests to them.
 *
 * All instants lie on a grid of hours, or of quarters of a day, and all quantities are whole units, so that
 * the reference planner (plan_brute.h) can count them.  Random numbers come from
 * unit_prng.
 */
#ifndef PROMISE_TEST_PLAN_RANDOM_H
#define PROMISE_TEST_PLAN_RANDOM_H

#include "plan_fixture.h"

#include "engine/planner.h"

typedef struct RandomProblem
{
	PlanFixture *fixture;
	PlanNode   *product;
	int64		slot;			/* of the grid */

	/*
	 * No finite resource and no component is shared, every node has one
	 * source, every use one resource: the planner's date must be the
	 * earliest.
	 */
	bool		exact;
} RandomProblem;

/*
 * What a problem has beside the rest; no problem of the exact class but the first.
 * With costs, an exact problem shares nothing, but has more than one source.
 */
typedef enum RandomFeature
{
	RANDOM_BOUND = 1,			/* supply bound to demand */
	RANDOM_SHELF = 2,			/* supply that spoils */
	RANDOM_CHANGEOVER = 4,		/* sequence-dependent setup */
	RANDOM_BETWEEN = 8,			/* steps that consume what others yield */
	RANDOM_COST = 16			/* sources with costs, and more of them */
} RandomFeature;

extern void plan_random(bool exact, RandomProblem *problem);
extern void plan_random_with(bool exact, int features, RandomProblem *problem);
extern void plan_random_request(const RandomProblem *problem,
								PlanRequest *request);

/* the network, for a problem that went wrong */
extern void plan_random_print(const RandomProblem *problem);
extern void plan_random_print_request(const RandomProblem *problem,
									  const PlanRequest *request);
extern void plan_random_print_date(const RandomProblem *problem, bool possible,
								   Instant at);
extern void plan_random_print_plan(const RandomProblem *problem,
								   const SupplyPlan *plan);

#endif							/* PROMISE_TEST_PLAN_RANDOM_H */
