/*
 * planner_test.c - the planner against the reference planner and the checker.
 *
 * Random small networks.  In the exact class the planner's date is the earliest
 * there is; elsewhere it is never earlier than that, and seldom later.  Every plan
 * passes the checker, and none takes what earlier plans or the rows rely on.
 */
#include "plan_brute.h"
#include "plan_random.h"
#include "unit.h"

#include "engine/plan_check.h"

extern void test_planner(void);

#define PROBLEMS		9000	/* with more than two orders each, on average */
#define MAX_ORDERS		10
#define MAX_SHOWN		3		/* problems that went wrong */

/* what is counted over all problems of a class */
typedef struct Tally
{
	int			asked;
	int			decided;		/* by the reference */
	int			possible;
	int			equal;
	int64		slots;			/* from now to the earliest date, and later */
	int64		slots_late;
} Tally;

typedef enum Class
{
	CLASS_GENERAL,
	CLASS_EXACT,
	CLASS_EFFORT,				/* general, asked again with effort */
	CLASS_BOUND,
	CLASS_SHELF,
	CLASS_CHANGEOVER,
	CLASS_BETWEEN,
	NUM_CLASSES
} Class;

static const char *const class_names[] = {
	"general", "exact", "with effort", "with supply that is bound",
	"with supply that spoils", "with changeovers", "with intermediate stock"
};

/* what a problem of a class has beside the rest */
static const int class_features[] = {
	0, RANDOM_BOUND, 0, RANDOM_BOUND, RANDOM_SHELF, RANDOM_CHANGEOVER,
	RANDOM_BETWEEN
};

#define EFFORT			10

static int	shown;

/*
 * Say what went wrong, for the first few problems.
 */
static void
show(const RandomProblem *problem, const PlanRequest *request,
	 const BruteAnswer *brute, const PlanAnswer *answer)
{
	if (shown++ >= MAX_SHOWN)
		return;
	plan_random_print(problem);
	plan_random_print_request(problem, request);
	printf("reference: ");
	plan_random_print_date(problem, brute->possible, brute->earliest);
	plan_random_print_plan(problem, &brute->plan);
	printf("planner: ");
	plan_random_print_date(problem, answer->possible, answer->earliest);
	if (answer->possible)
	{
		printf("  taken ");
		plan_random_print_date(problem, true, answer->at);
		plan_random_print_plan(problem, &answer->plan);
	}
}

static void
show_violations(const PlanVerdict *verdict)
{
	for (int i = 0; i < verdict->nviolations; i++)
	{
		const PlanViolation *of = &verdict->violations[i];

		printf("  breaks rule %d: need %d, lot %d, step %d, node %s, resource %s, missing %g\n",
			   of->rule, of->need, of->lot, of->step,
			   of->node != NULL ? of->node->item : "-",
			   of->resource != NULL ? of->resource->name : "-",
			   (double) of->missing / QUANTITY_SCALE);
	}
}

static bool
check_plan(const RandomProblem *problem, const SupplyPlan *const *taken,
		   int ntaken, const SupplyPlan *plan)
{
	PlanVerdict verdict;

	if (!CHECK_INT(plan_check(&problem->fixture->network, taken, ntaken, plan,
							  &verdict), PROMISE_OK))
		return false;

	if (CHECK_INT(verdict.nviolations, 0))
		return true;
	if (shown < MAX_SHOWN)
		show_violations(&verdict);
	return false;
}

/*
 * Is all of a plan on the grid of the network?  Just in time, a lot that has to
 * begin before some instant may begin a microsecond before it.
 */
static bool
is_on_grid(const RandomProblem *problem, const SupplyPlan *plan)
{
	Instant		now = problem->fixture->network.now;
	bool		on_grid = true;

	for (int i = 0; i < plan->nneeds; i++)
		on_grid &= (plan->needs[i].at - now) % problem->slot == 0;
	for (int i = 0; i < plan->nlots; i++)
	{
		const PlanLot *lot = &plan->lots[i];

		on_grid &= (lot->start - now) % problem->slot == 0;
		on_grid &= (lot->end - now) % problem->slot == 0;
		for (int k = 0; k < lot->source->nsteps; k++)
		{
			on_grid &= (lot->tasks[k].start - now) % problem->slot == 0;
			on_grid &= (lot->tasks[k].end - now) % problem->slot == 0;
		}
	}
	return on_grid;
}

/*
 * The date of an answer: the due date if the request can be had by then, else the
 * earliest.
 */
static bool
check_dates(const PlanRequest *request, const PlanAnswer *answer)
{
	Instant		due = request->due == INSTANT_END ? INSTANT_BEGIN :
	Min(request->due, request->node->stock.rules.horizon_end);

	if (!answer->possible)
		return true;
	return CHECK(answer->at == Max(due, answer->earliest)) &&
		CHECK(answer->at >= request->after) &&
		CHECK(answer->plan.nneeds > 0) &&
		CHECK_INT(answer->plan.needs[0].at, answer->at) &&
		CHECK_INT(answer->plan.needs[0].quantity, request->quantity) &&
		CHECK(answer->plan.needs[0].node == request->node);
}

/*
 * Compare with the reference; false if something is wrong.
 */
static bool
compare(const RandomProblem *problem, const BruteAnswer *brute,
		Instant latest, const PlanAnswer *answer, Tally *tally)
{
	const PlanNetwork *network = &problem->fixture->network;
	Instant		date = answer->possible ? answer->earliest : network->limit;
	bool		equal;

	tally->asked++;
	if (!brute->decided)
		return true;
	tally->decided++;
	if (!brute->possible)
	{
		tally->equal += !answer->possible;
		return CHECK(!answer->possible);
	}
	tally->possible++;

	/* placed just in time, without looking for the earliest date */
	if (answer->possible && answer->earliest == INSTANT_BEGIN)
	{
		tally->equal++;
		return CHECK(answer->at >= brute->earliest);
	}
	if (!answer->possible)
		equal = problem->exact && latest == INSTANT_END;
	else
		equal = date >= brute->earliest &&
			date <= (problem->exact ? latest : brute->earliest);
	tally->equal += equal;
	tally->slots += (brute->earliest - network->now) / problem->slot;
	tally->slots_late += (date - brute->earliest) / problem->slot;
	if (problem->exact)
		return CHECK(equal);
	return CHECK(date >= brute->earliest);
}

/*
 * The earliest date, and the latest that is exact: splitting a lot where nothing
 * forces it may be earlier, which the planner need not find.
 */
static void
ask_reference(const RandomProblem *problem, const SupplyPlan *const *taken,
			  int ntaken, const PlanRequest *request, BruteAnswer *brute,
			  Instant *latest)
{
	PlanFixture *fixture = problem->fixture;
	BruteAnswer forced;
	bool		any_maximum = false;

	plan_brute(&fixture->network, taken, ntaken, request, problem->slot, true,
			   brute);
	*latest = brute->earliest;
	for (int i = 0; i < fixture->network.nsources; i++)
		any_maximum |= fixture->sources[i]->lot_maximum > 0;
	if (!brute->possible || !problem->exact || !any_maximum)
		return;

	plan_brute(&fixture->network, taken, ntaken, request, problem->slot, false,
			   &forced);
	brute->decided = forced.decided;
	*latest = forced.possible ? forced.earliest : INSTANT_END;
}

/*
 * Effort finds what is not later, and the same whenever it is asked.
 */
static void
ask_with_effort(const RandomProblem *problem, Planner *planner,
				const SupplyPlan *const *taken, int ntaken,
				PlanRequest request, const BruteAnswer *brute,
				const PlanAnswer *without, Tally *tally)
{
	PlanAnswer	answer;
	PlanAnswer	again;
	bool		good;

	request.effort = EFFORT;
	good = CHECK_INT(planner_plan(planner, &request, &answer), PROMISE_OK) &&
		compare(problem, brute, INSTANT_END, &answer, tally) &&
		check_dates(&request, &answer) &&
		(!answer.possible ||
		 check_plan(problem, taken, ntaken, &answer.plan)) &&
		CHECK(answer.at <= without->at) &&
		CHECK_INT(planner_plan(planner, &request, &again), PROMISE_OK) &&
		CHECK_INT(again.at, answer.at) &&
		CHECK_INT(again.plan.nlots, answer.plan.nlots);
	if (!good)
		show(problem, &request, brute, &answer);
}

static PromiseStatus
ask(const RandomProblem *problem, Planner *planner,
	const SupplyPlan *const *taken, int ntaken, Class class, Tally *tally,
	PlanAnswer *answer)
{
	Tally		beside = {0};
	PlanRequest request;
	BruteAnswer brute;
	Instant		latest;
	PromiseStatus status;
	bool		good;

	plan_random_request(problem, &request);
	ask_reference(problem, taken, ntaken, &request, &brute, &latest);
	if (brute.possible)
		check_plan(problem, taken, ntaken, &brute.plan);

	status = planner_plan(planner, &request, answer);
	good = CHECK_INT(status, PROMISE_OK) &&
		compare(problem, &brute, latest, answer, &tally[class]) &&
		check_dates(&request, answer) &&
		(!answer->possible ||
		 check_plan(problem, taken, ntaken, &answer->plan));
	if (!good)
		show(problem, &request, &brute, answer);
	else if (!problem->exact)
		ask_with_effort(problem, planner, taken, ntaken, request, &brute,
						answer, class == CLASS_GENERAL ?
						&tally[CLASS_EFFORT] : &beside);
	return status;
}

/*
 * Every plan that was taken is still as good as when it was taken, but that others
 * may have eaten the safety stock that it left.
 */
static void
check_taken(const RandomProblem *problem, const SupplyPlan *plans, int nplans)
{
	bool		kept = true;

	for (int i = 0; i < nplans; i++)
		kept &= plans[i].keeps_safety_stock;
	for (int i = 0; i < nplans; i++)
	{
		const SupplyPlan *others[MAX_ORDERS];
		SupplyPlan	plan = plans[i];
		int			nothers = 0;

		for (int k = 0; k < nplans; k++)
		{
			if (k != i)
				others[nothers++] = &plans[k];
		}
		plan.keeps_safety_stock &= kept;
		plan.accepted = true;
		check_plan(problem, others, nothers, &plan);
	}
}

/*
 * Orders one after the other, none of which may harm those before it.
 */
static void
take_orders(const RandomProblem *problem, Planner *planner, Class class,
			Tally *tally)
{
	SupplyPlan	plans[MAX_ORDERS];
	const SupplyPlan *taken[MAX_ORDERS];
	int			norders = unit_random(5, MAX_ORDERS);
	int			ntaken = 0;

	for (int i = 0; i < norders; i++)
	{
		PlanAnswer	answer;

		if (ask(problem, planner, taken, ntaken, class, tally,
				&answer) != PROMISE_OK)
			return;
		if (!answer.possible)
			continue;
		CHECK_INT(planner_take(planner, &answer.plan), PROMISE_OK);
		plans[ntaken] = answer.plan;
		taken[ntaken] = &plans[ntaken];
		ntaken++;

		check_taken(problem, plans, ntaken);
		/* the reference could not count on */
		if (!is_on_grid(problem, &answer.plan))
			return;
	}
}

/* half of them exact, a sixth with something special */
static Class
class_of(int problem)
{
	if (problem % 2 == 0)
		return CLASS_EXACT;
	if (problem % 3 != 0)
		return CLASS_GENERAL;
	return CLASS_BOUND + problem / 6 % (NUM_CLASSES - CLASS_BOUND);
}

void
test_planner(void)
{
	Tally		tally[NUM_CLASSES];
	int64		slots = 0;		/* outside of the exact class */
	int64		slots_late = 0;

	memset(tally, 0, sizeof(tally));
	shown = 0;
	for (int i = 0; i < PROBLEMS; i++)
	{
		RandomProblem problem;
		Planner    *planner;
		PlanAnswer	answer;
		Class		class = class_of(i);

		plan_random_with(class == CLASS_EXACT, class_features[class], &problem);
		planner = planner_create(&problem.fixture->network);
		if (i % 10 < 2)
			take_orders(&problem, planner, class, tally);
		else
			ask(&problem, planner, NULL, 0, class, tally, &answer);
	}

	for (int i = 0; i < NUM_CLASSES; i++)
	{
		Tally	   *of = &tally[i];

		printf("planner, %s: %d asked, %d decided, %d possible, %d equal, %d slots, %d late\n",
			   class_names[i], of->asked, of->decided, of->possible, of->equal,
			   (int) of->slots, (int) of->slots_late);
		/* the reference must not leave out what is hard */
		CHECK(of->decided * 100 >= of->asked * (i < CLASS_BOUND ? 98 : 90));
		CHECK(of->possible >= of->asked / 2);
		CHECK(of->equal >= of->decided * 9 / 10);
		if (i == CLASS_EXACT || i == CLASS_EFFORT)
			continue;
		CHECK(of->slots_late * 100 <= of->slots * (i < CLASS_BOUND ? 3 : 10));
		slots += of->slots;
		slots_late += of->slots_late;
	}
	CHECK(slots_late * 100 <= slots * 3);
	CHECK(tally[CLASS_EXACT].asked >= tally[CLASS_GENERAL].asked);
	CHECK_INT(tally[CLASS_EXACT].equal, tally[CLASS_EXACT].decided);
	CHECK(tally[CLASS_EFFORT].slots_late <= tally[CLASS_GENERAL].slots_late);
}
