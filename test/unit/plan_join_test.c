/*
 * plan_join_test.c - plans for parts of a request as one plan for the whole.
 *
 * The parts of random requests are planned one after the other, each with those
 * before it taken.  The joined plan passes the checker by itself, is ready when the
 * last part is, and is made of the same lots.
 */
#include "plan_random.h"
#include "unit.h"

#include "engine/plan_check.h"
#include "engine/plan_join.h"

extern void test_plan_join(void);

#define PROBLEMS		3000
#define MAX_PARTS		3

static int	njoined;			/* of several parts */
static int	nwaiting;			/* whose parts are ready at different times */
static int	nchanged;			/* that cannot be one */

/* plan a request in so many parts as there are; how many can be had */
static int
plan_parts(const RandomProblem *problem, PlanRequest request, PlanAnswer *answers,
		   const SupplyPlan **parts)
{
	Planner    *planner = planner_create(&problem->fixture->network);
	int			nparts = unit_random(2, MAX_PARTS);

	for (int i = 0; i < nparts; i++)
	{
		request.quantity = QUANTITY_SCALE * unit_random(1, 3);
		if (!CHECK_INT(planner_plan(planner, &request, &answers[i]), PROMISE_OK) ||
			!answers[i].possible)
			return i;
		CHECK_INT(planner_take(planner, &answers[i].plan), PROMISE_OK);
		parts[i] = &answers[i].plan;
	}
	return nparts;
}

/* the lots of a need, by following the list */
static int
count_lots(const SupplyPlan *plan)
{
	int			nlots = 0;

	for (int need = 0; need < plan->nneeds; need++)
	{
		for (int i = plan->needs[need].first_lot; i >= 0; i = plan->lots[i].next_lot)
		{
			CHECK_INT(plan->lots[i].need, need);
			nlots++;
		}
	}
	return nlots;
}

static bool
check_joined(const RandomProblem *problem, const SupplyPlan *const *parts,
			 int nparts)
{
	SupplyPlan	whole;
	PlanVerdict verdict;
	Instant		at = INSTANT_BEGIN;
	Quantity	quantity = 0;
	int			nlots = 0;
	int			nneeds = 1;
	bool		good;

	/* what a kit consists of may have changed by then */
	if (!plan_join(parts, nparts, &whole))
	{
		nchanged++;
		return CHECK_INT(problem->product->sources[0]->kind, PLAN_KIT);
	}
	for (int i = 0; i < nparts; i++)
	{
		at = Max(at, parts[i]->needs[0].at);
		quantity += parts[i]->needs[0].quantity;
		nlots += parts[i]->nlots;
		nneeds += parts[i]->nneeds - 1;
	}
	for (int i = 0; i < nparts; i++)
	{
		if (parts[i]->needs[0].at < at)
		{
			nwaiting++;
			break;
		}
	}
	good = CHECK_INT(whole.needs[0].at, at) &&
		CHECK_INT(whole.needs[0].quantity, quantity) &&
		CHECK_INT(whole.nneeds, nneeds) &&
		CHECK_INT(whole.nlots, nlots) &&
		CHECK_INT(count_lots(&whole), nlots) &&
		CHECK_INT(plan_check(&problem->fixture->network, NULL, 0, &whole, &verdict),
				  PROMISE_OK) &&
		CHECK_INT(verdict.nviolations, 0);
	if (!good)
	{
		plan_random_print(problem);
		for (int i = 0; i < nparts; i++)
			plan_random_print_plan(problem, parts[i]);
		for (int i = 0; i < verdict.nviolations; i++)
			printf("  rule %d\n", verdict.violations[i].rule);
	}
	return good;
}

void
test_plan_join(void)
{
	int			nbad = 0;

	for (int i = 0; i < PROBLEMS && nbad < 3; i++)
	{
		RandomProblem problem;
		PlanRequest request;
		PlanAnswer	answers[MAX_PARTS];
		const SupplyPlan *parts[MAX_PARTS];
		int			nparts;

		plan_random(i % 2 == 0, &problem);
		plan_random_request(&problem, &request);
		request.late_eats_safety_stock = false;
		nparts = plan_parts(&problem, request, answers, parts);
		if (nparts == 0)
			continue;
		njoined += nparts > 1;
		nbad += !check_joined(&problem, parts, nparts);
	}
	printf("joined plans: %d, %d of them of parts that are ready one after the other; %d cannot be one\n",
		   njoined, nwaiting, nchanged);
	CHECK(njoined > PROBLEMS / 4);
	CHECK(nwaiting > PROBLEMS / 20);
	CHECK(nchanged < PROBLEMS / 100);
}
