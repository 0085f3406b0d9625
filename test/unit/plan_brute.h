/*
 * plan_brute.h - the earliest or cheapest plan of a request, by trying everything.
 *
 * For small networks whose instants all lie on a grid (plan_slots.h).  Depth first
 * over every choice there is: to take from the balance or to make a lot, of which
 * source, of which size, in how many parts if the largest lot forces several, of
 * which components and resources, and the start of every step.  Whether a choice
 * was allowed is judged by the sum of all that the plan changes: no steal, at
 * every level.
 *
 * Quantities must be whole units, and so are lots.
 */
#ifndef PROMISE_TEST_PLAN_BRUTE_H
#define PROMISE_TEST_PLAN_BRUTE_H

#include "engine/planner.h"

typedef struct BruteAnswer
{
	bool		decided;		/* the search came to its end */
	bool		possible;
	Instant		earliest;		/* if so; INSTANT_BEGIN if not looked for */
	int64		cost;			/* if so, of the cheapest plan */
	SupplyPlan	plan;			/* if so, that plan */
} BruteAnswer;

/* steps of the search after which a problem is too large */
#define BRUTE_BUDGET	100000

/*
 * The due date of the request only says whether the safety stock may be eaten.
 * "splits" allows several lots also where one of the largest would do for what the
 * balance lacks, but not for all of the need.
 */
extern void plan_brute(PlanNetwork *network, const SupplyPlan *const *taken,
					   int ntaken, const PlanRequest *request, int64 slot,
					   bool splits, BruteAnswer *answer);

/* the cheapest of all plans for the due date of the request */
extern void plan_brute_cheapest(PlanNetwork *network, const PlanRequest *request,
								int64 slot, BruteAnswer *answer);

#endif							/* PROMISE_TEST_PLAN_BRUTE_H */
