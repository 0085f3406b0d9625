/*
 * planner_reason_test.c - what is named as the reason binds.
 *
 * Random networks of the exact class.  Whatever an answer says that it waits for is
 * taken away, and the answer must be earlier; but for the few that wait for two things
 * at once.
 */
#include "plan_random.h"
#include "unit.h"

extern void test_planner_reason(void);

#define PROBLEMS	6000
#define NUM_BINDINGS (PLAN_BOUND_BY_LIMIT + 1)

typedef struct Tally
{
	int			named;
	int			earlier;
} Tally;

static const char *const names[NUM_BINDINGS] = {
	[PLAN_BOUND_BY_STOCK] = "stock",[PLAN_BOUND_BY_COMPONENT] = "component",
	[PLAN_BOUND_BY_CAPACITY] = "capacity",
	[PLAN_BOUND_BY_CALENDAR] = "calendar",
	[PLAN_BOUND_BY_LEAD_TIME] = "lead time",[PLAN_BOUND_BY_WORK] = "work",
	[PLAN_BOUND_BY_FENCE] = "fence",
	[PLAN_BOUND_BY_EFFECTIVITY] = "effectivity"
};

static PlanAnswer
ask(const RandomProblem *problem, const PlanRequest *request)
{
	PlanFixture *fixture = problem->fixture;
	PlanAnswer	answer;

	for (int i = 0; i < fixture->network.nnodes; i++)
		fixture->nodes[i]->state = NULL;
	CHECK_INT(planner_plan(planner_create(&fixture->network), request,
						   &answer), PROMISE_OK);
	return answer;
}

/*
 * Take away what a need waits for.
 */
static void
relax(const RandomProblem *problem, const PlanNeed *need)
{
	PlanSource *source = need->node->nsources > 0 ?
	need->node->sources[0] : NULL;

	switch (need->binding)
	{
		case PLAN_BOUND_BY_STOCK:
			fixture_event(need->node, INSTANT_BEGIN, UNITS(100));
			break;
		case PLAN_BOUND_BY_CAPACITY:
			for (int i = 0; i < problem->fixture->network.nresources; i++)
			{
				PlanResource *resource = problem->fixture->resources[i];

				if (resource == need->bound_by)
					resource->capacity.finite = false;
			}
			break;
		case PLAN_BOUND_BY_CALENDAR:
			for (int i = 0; i < source->nsteps; i++)
			{
				for (int j = 0; j < source->steps[i].nuses; j++)
					source->steps[i].uses[j].choices[0]->work = NULL;
			}
			break;
		case PLAN_BOUND_BY_LEAD_TIME:
			source->lead_time = (PlanDuration)
			{
				0, 0
			};
			break;
		case PLAN_BOUND_BY_WORK:
			for (int i = 0; i < source->nsteps; i++)
			{
				source->steps[i].setup = 0;
				source->steps[i].run = 0;
				for (int j = 0; j < source->steps[i].nbefore; j++)
					source->steps[i].before[j].lag = 0;
			}
			break;
		case PLAN_BOUND_BY_FENCE:
			source->first_start = problem->fixture->network.now;
			break;
		case PLAN_BOUND_BY_EFFECTIVITY:
			source->effective.start = INSTANT_BEGIN;
			break;
		default:
			break;
	}
}

void
test_planner_reason(void)
{
	Tally		tally[NUM_BINDINGS];
	int			named = 0;
	int			earlier = 0;

	memset(tally, 0, sizeof(tally));
	for (int i = 0; i < PROBLEMS; i++)
	{
		RandomProblem problem;
		PlanRequest request;
		PlanAnswer	answer;
		PlanAnswer	relaxed;
		const PlanNeed *need;

		plan_random(true, &problem);
		plan_random_request(&problem, &request);
		request.due = INSTANT_END;
		request.late_eats_safety_stock = false;
		answer = ask(&problem, &request);
		if (!answer.possible || answer.at == Max(request.after,
												 problem.fixture->network.now))
			continue;

		need = &answer.plan.needs[0];
		while (need->bound_by_need >= 0)
		{
			CHECK_INT(need->binding, PLAN_BOUND_BY_COMPONENT);
			need = &answer.plan.needs[need->bound_by_need];
		}
		relax(&problem, need);
		relaxed = ask(&problem, &request);
		CHECK(relaxed.possible && relaxed.at <= answer.at);
		tally[need->binding].named++;
		tally[need->binding].earlier += relaxed.at < answer.at;
	}

	for (int i = 0; i < NUM_BINDINGS; i++)
	{
		if (tally[i].named == 0)
			continue;
		printf("reason %s: named %d times, earlier without it %d times\n",
			   names[i] == NULL ? "?" : names[i], tally[i].named,
			   tally[i].earlier);
		named += tally[i].named;
		earlier += tally[i].earlier;
	}
	CHECK(named > PROBLEMS / 5);
	CHECK(earlier * 100 >= named * 97);
}
