/*
 * planner_fixture.c - requests to a planner, each of whose plans is checked.
 */
#include "planner_fixture.h"

#include "engine/plan_check.h"
#include "unit.h"

#define MAX_ACCEPTED 32

static SupplyPlan accepted[MAX_ACCEPTED];
static int	naccepted;
static PlanFixture *current;

static void check_plan(const SupplyPlan *plan, int skip);

PlanFixture *
planner_network(Instant now, Instant limit)
{
	naccepted = 0;
	current = plan_fixture_create(now, limit);
	return current;
}

PlanRequest
planner_request(PlanNode *node, int64 units)
{
	return (PlanRequest)
	{
		.node = node,.quantity = UNITS(units),.due = INSTANT_END,
			.after = INSTANT_BEGIN
	};
}

PlanAnswer
planner_ask(Planner *planner, const PlanRequest *request)
{
	PlanAnswer	answer;

	memset(&answer, 0, sizeof(answer));
	answer.at = INSTANT_END;
	if (!CHECK_INT(planner_plan(planner, request, &answer), PROMISE_OK))
		return answer;
	if (answer.possible)
	{
		CHECK(answer.earliest <= answer.at);
		CHECK_INT(answer.plan.needs[0].at, answer.at);
		CHECK_INT(answer.plan.needs[0].quantity, request->quantity);
		check_plan(&answer.plan, -1);
	}
	else
	{
		CHECK_INT(answer.at, INSTANT_END);
		CHECK_INT(answer.plan.nneeds, 0);
		CHECK(answer.binding != PLAN_BOUND_BY_NOTHING);
	}
	return answer;
}

Instant
planner_date(PlanFixture *fixture, PlanNode *node, int64 units)
{
	PlanRequest request = planner_request(node, units);

	for (int i = 0; i < fixture->network.nnodes; i++)
		fixture->nodes[i]->state = NULL;
	return planner_ask(planner_create(&fixture->network), &request).at;
}

PlanAnswer
planner_accept(Planner *planner, const PlanRequest *request)
{
	PlanAnswer	answer = planner_ask(planner, request);

	if (!answer.possible)
		return answer;
	CHECK(naccepted < MAX_ACCEPTED);
	CHECK_INT(planner_take(planner, &answer.plan), PROMISE_OK);
	accepted[naccepted++] = answer.plan;
	accepted[naccepted - 1].accepted = true;
	for (int i = 0; i < naccepted; i++)
		check_plan(&accepted[i], i);
	return answer;
}

void
planner_forget(Planner *planner, TimeMark mark)
{
	planner_undo(planner, mark);
	naccepted = 0;
}

/*
 * Check a plan beside all that were accepted but itself.
 */
static void
check_plan(const SupplyPlan *plan, int skip)
{
	const SupplyPlan *others[MAX_ACCEPTED];
	int			nothers = 0;
	PlanVerdict verdict;

	for (int i = 0; i < naccepted; i++)
	{
		if (i != skip)
			others[nothers++] = &accepted[i];
	}
	if (!CHECK_INT(plan_check(&current->network, others, nothers, plan,
							  &verdict), PROMISE_OK))
		return;

	if (CHECK_INT(verdict.nviolations, 0))
		return;
	for (int i = 0; i < verdict.nviolations; i++)
		printf("    rule %d, need %d, lot %d, step %d, at %lld\n",
			   verdict.violations[i].rule, verdict.violations[i].need,
			   verdict.violations[i].lot, verdict.violations[i].step,
			   (long long) verdict.violations[i].at);
}
