/*
 * planner_cheapest_test.c - the cheapest plan in time against the reference.
 *
 * Random small networks whose sources have costs; in half of them nothing is shared.
 * Every plan passes the checker and costs no less than the cheapest there is, seldom
 * more, and no more than the earliest plan.  Where nothing is shared, there is a plan
 * in time wherever the reference finds one.
 */
#include "plan_brute.h"
#include "plan_random.h"
#include "unit.h"

#include "engine/plan_check.h"

extern void test_planner_cheapest(void);

#define PROBLEMS		4000
#define EFFORT			20

/* what is counted over all problems of a class */
typedef struct Tally
{
	int			asked;
	int			decided;		/* by the reference */
	int			possible;
	int			in_time;		/* by the planner */
	int			equal;
	int			costly;			/* the earliest plan costs more than it has to */
	int			costly_equal;	/* of these */
	int64		cost;			/* of the cheapest plans, and above it */
	int64		cost_above;
} Tally;

static int64
cost_of(const SupplyPlan *plan)
{
	int64		cost = 0;

	for (int i = 0; i < plan->nlots; i++)
		cost += plan->lots[i].quantity / QUANTITY_SCALE * plan->lots[i].source->cost;
	return cost;
}

/* plan for the date of the request, and check the plan */
static bool
plan(const RandomProblem *problem, Planner *planner, const PlanRequest *request,
	 PlanAnswer *answer)
{
	PlanVerdict verdict;

	if (!CHECK_INT(planner_plan(planner, request, answer), PROMISE_OK))
		return false;
	if (!answer->possible)
		return true;
	return CHECK_INT(plan_check(&problem->fixture->network, NULL, 0, &answer->plan,
								&verdict), PROMISE_OK) &&
		CHECK_INT(verdict.nviolations, 0) &&
		CHECK(answer->at >= request->due);
}

static void
compare(const RandomProblem *problem, Tally *tally, bool *good)
{
	Planner    *planner = planner_create(&problem->fixture->network);
	PlanRequest request;
	PlanRequest earliest;
	BruteAnswer brute;
	PlanAnswer	answer;
	PlanAnswer	of_earliest;
	int64		cost;

	do
		plan_random_request(problem, &request);
	while (request.due == INSTANT_END || request.due < request.after ||
		   request.due > problem->product->stock.rules.horizon_end);
	request.late_eats_safety_stock = false;
	earliest = request;
	request.objective = PLAN_CHEAPEST;
	request.effort = EFFORT;
	tally->asked++;
	plan_brute_cheapest(&problem->fixture->network, &request, problem->slot,
						&brute);
	*good = plan(problem, planner, &request, &answer) &&
		plan(problem, planner, &earliest, &of_earliest);
	if (!brute.decided || !*good)
		return;

	tally->decided++;
	tally->possible += brute.possible;
	if (!answer.possible || answer.at > request.due)
	{
		*good = !brute.possible || CHECK(!problem->exact);
		return;
	}
	*good = CHECK(brute.possible);
	tally->in_time++;
	cost = cost_of(&answer.plan);
	*good &= CHECK(cost >= brute.cost);
	tally->equal += cost == brute.cost;
	tally->cost += brute.cost;
	tally->cost_above += cost - brute.cost;
	if (of_earliest.possible && of_earliest.at <= request.due)
	{
		*good &= CHECK(cost <= cost_of(&of_earliest.plan));
		if (cost_of(&of_earliest.plan) > brute.cost)
		{
			tally->costly++;
			tally->costly_equal += cost == brute.cost;
		}
	}
}

void
test_planner_cheapest(void)
{
	static const char *const names[] = {"general", "nothing shared"};
	Tally		tally[2] = {0};

	for (int i = 0; i < PROBLEMS; i++)
	{
		bool		exact = i % 2 == 1;
		RandomProblem problem;
		bool		good;

		plan_random_with(exact, RANDOM_COST, &problem);
		compare(&problem, &tally[exact], &good);
		if (!good)
			plan_random_print(&problem);
	}
	for (int i = 0; i < 2; i++)
	{
		const Tally *of = &tally[i];

		printf("cheapest plan, %s: %d asked, %d decided, %d possible, %d in time, %d equal; %d where the earliest costs more, %d of them equal; cost %d, %d above\n",
			   names[i], of->asked, of->decided, of->possible, of->in_time,
			   of->equal, of->costly, of->costly_equal,
			   (int) (of->cost / QUANTITY_SCALE),
			   (int) (of->cost_above / QUANTITY_SCALE));
		CHECK(of->decided * 100 >= of->asked * 95);
		CHECK(of->in_time * 100 >= of->possible * 97);
		CHECK(of->equal * 100 >= of->in_time * 97);
		CHECK(of->cost_above * 100 <= of->cost * 3);
	}
}
