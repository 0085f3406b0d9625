/*
 * planner_binding_test.c - what the planner says made a request late.
 */
#include "planner_fixture.h"
#include "unit.h"

#define NOW		(1000 * DAY)
#define LIMIT	(NOW + 1000 * DAY)

extern void test_planner_binding(void);

static PlanAnswer ask(PlanFixture *fixture, PlanNode *node, int64 units);
static void by_stock(void);
static void by_time(void);
static void by_capacity(void);
static void by_component(void);
static void by_what_comes_last(void);
static void by_own_step(void);

void
test_planner_binding(void)
{
	by_stock();
	by_time();
	by_capacity();
	by_component();
	by_what_comes_last();
	by_own_step();
}

static PlanAnswer
ask(PlanFixture *fixture, PlanNode *node, int64 units)
{
	PlanRequest request = planner_request(node, units);

	for (int i = 0; i < fixture->network.nnodes; i++)
		fixture->nodes[i]->state = NULL;
	return planner_ask(planner_create(&fixture->network), &request);
}

static void
by_stock(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *part = fixture_node(fixture, "part");

	fixture_event(part, INSTANT_BEGIN, UNITS(5));
	fixture_event(part, NOW + 3 * DAY, UNITS(5));
	plan_fixture_finish(fixture);

	CHECK_INT(ask(fixture, part, 5).plan.needs[0].binding,
			  PLAN_BOUND_BY_NOTHING);
	CHECK_INT(ask(fixture, part, 6).plan.needs[0].binding,
			  PLAN_BOUND_BY_STOCK);
	CHECK_INT(ask(fixture, part, 11).binding, PLAN_BOUND_BY_NO_SOURCE);
}

static void
by_time(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *part = fixture_node(fixture, "part");
	PlanSource *buying = fixture_source(fixture, PLAN_BUY, "buying", part);

	buying->lead_time.days = 3;
	plan_fixture_finish(fixture);

	CHECK_INT(ask(fixture, part, 1).plan.needs[0].binding,
			  PLAN_BOUND_BY_LEAD_TIME);
	buying->lead_time.days = 0;
	buying->first_start = NOW + DAY;
	CHECK_INT(ask(fixture, part, 1).plan.needs[0].binding,
			  PLAN_BOUND_BY_FENCE);

	/* now is rounded up for all of them, which is not a fence */
	buying->first_start = fixture->network.first_start = NOW + HOUR;
	CHECK_INT(ask(fixture, part, 1).plan.needs[0].binding,
			  PLAN_BOUND_BY_FENCE);
	buying->lead_time.days = 3;
	CHECK_INT(ask(fixture, part, 1).plan.needs[0].binding,
			  PLAN_BOUND_BY_LEAD_TIME);
	buying->first_start = NOW + DAY;
	CHECK_INT(ask(fixture, part, 1).plan.needs[0].binding,
			  PLAN_BOUND_BY_FENCE);
}

static void
by_capacity(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *part = fixture_node(fixture, "part");
	PlanSource *making = fixture_source(fixture, PLAN_MAKE, "making", part);
	PlanResource *press = fixture_resource(fixture, "press", UNITS(1));
	PlanAnswer	answer;

	fixture_step(making, press, UNITS(1), 0, HOUR);
	plan_fixture_finish(fixture);
	CHECK_INT(ask(fixture, part, 4).plan.needs[0].binding, PLAN_BOUND_BY_WORK);

	fixture_capacity(press, NOW, NOW + DAY, -UNITS(1), true);
	answer = ask(fixture, part, 4);
	CHECK_INT(answer.at, NOW + DAY + 4 * HOUR);
	CHECK_INT(answer.plan.needs[0].binding, PLAN_BOUND_BY_CAPACITY);
	CHECK(answer.plan.needs[0].bound_by == press);
}

/* two levels: the slower component, and what makes that one late */
static void
by_component(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *set = fixture_node(fixture, "set");
	PlanNode   *slow = fixture_node(fixture, "slow");
	PlanNode   *quick = fixture_node(fixture, "quick");
	PlanSource *packing = fixture_source(fixture, PLAN_MAKE, "packing", set);
	PlanSource *buy_slow = fixture_source(fixture, PLAN_BUY, "slow", slow);
	PlanSource *buy_quick = fixture_source(fixture, PLAN_BUY, "quick", quick);

	packing->lead_time.days = 1;
	fixture_component(packing, quick, UNITS(1), 0);
	fixture_component(packing, slow, UNITS(1), 0);
	fixture_component(packing, quick, UNITS(2), 0);
	buy_slow->lead_time.days = 10;
	buy_quick->lead_time.days = 9;
	plan_fixture_finish(fixture);

	for (PlanPlacement placement = PLAN_ASAP; placement <= PLAN_JIT;
		 placement++)
	{
		PlanRequest request = planner_request(set, 1);
		PlanAnswer	answer;
		const PlanNeed *need;

		for (int i = 0; i < fixture->network.nnodes; i++)
			fixture->nodes[i]->state = NULL;
		request.placement = placement;
		answer = planner_ask(planner_create(&fixture->network), &request);
		need = &answer.plan.needs[0];
		CHECK_INT(need->binding, PLAN_BOUND_BY_COMPONENT);
		if (!CHECK(need->bound_by_need > 0))
			continue;
		need = &answer.plan.needs[need->bound_by_need];
		CHECK(need->node == slow);
		CHECK_INT(need->binding, PLAN_BOUND_BY_LEAD_TIME);
		CHECK_INT(need->possible_at, NOW + 10 * DAY);
	}
}

/* a part that comes while the press is busy, and one that comes when it is free */
static void
by_what_comes_last(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *set = fixture_node(fixture, "set");
	PlanNode   *part = fixture_node(fixture, "part");
	PlanSource *pressing = fixture_source(fixture, PLAN_MAKE, "pressing", set);
	PlanSource *buying = fixture_source(fixture, PLAN_BUY, "buying", part);
	PlanResource *press = fixture_resource(fixture, "press", UNITS(1));
	PlanAnswer	answer;

	buying->lead_time.days = 2;
	fixture_step(pressing, press, UNITS(1), HOUR, 0);
	fixture_component(pressing, part, UNITS(1), 0);
	fixture_capacity(press, NOW + DAY, NOW + 3 * DAY, -UNITS(1), true);
	plan_fixture_finish(fixture);

	answer = ask(fixture, set, 1);
	CHECK_INT(answer.at, NOW + 3 * DAY + HOUR);
	CHECK_INT(answer.plan.needs[0].binding, PLAN_BOUND_BY_CAPACITY);
	CHECK(answer.plan.needs[0].bound_by == press);
	CHECK_INT(answer.plan.needs[0].bound_by_need, -1);

	buying->lead_time.days = 4;
	answer = ask(fixture, set, 1);
	CHECK_INT(answer.plan.needs[0].binding, PLAN_BOUND_BY_COMPONENT);
	CHECK_INT(answer.plan.needs[0].bound_by_need, 1);
}

/* what the second step takes is yielded by the first, but for one of them */
static void
by_own_step(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *box = fixture_node(fixture, "box");
	PlanNode   *board = fixture_node(fixture, "board");
	PlanSource *making = fixture_source(fixture, PLAN_MAKE, "making", box);
	PlanAnswer	answer;

	fixture_step(making, NULL, 0, HOUR, 0);
	fixture_parallel(fixture_step(making, NULL, 0, HOUR, 0));
	fixture_output(making, board, UNITS(5))->after_step = 1;
	fixture_component(making, board, UNITS(6), 1);
	fixture_event(board, INSTANT_BEGIN, UNITS(1));
	fixture_event(board, NOW + DAY, UNITS(1));
	plan_fixture_finish(fixture);

	for (PlanPlacement placement = PLAN_ASAP; placement <= PLAN_JIT;
		 placement++)
	{
		PlanRequest request = planner_request(box, 1);

		for (int i = 0; i < fixture->network.nnodes; i++)
			fixture->nodes[i]->state = NULL;
		request.placement = placement;
		answer = planner_ask(planner_create(&fixture->network), &request);
		CHECK_INT(answer.at, NOW + 2 * HOUR);
		CHECK_INT(answer.plan.needs[0].binding, PLAN_BOUND_BY_WORK);
		CHECK_INT(answer.plan.nneeds, 2);
	}

	answer = ask(fixture, box, 2);
	CHECK_INT(answer.at, NOW + DAY + HOUR);
	CHECK_INT(answer.plan.needs[0].binding, PLAN_BOUND_BY_COMPONENT);
	CHECK_INT(answer.plan.needs[0].bound_by_need, 1);
	CHECK_INT(answer.plan.needs[1].binding, PLAN_BOUND_BY_STOCK);
	CHECK(!ask(fixture, box, 3).possible);
	CHECK(!ask(fixture, board, 3).possible);
}
