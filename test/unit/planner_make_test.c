/*
 * planner_make_test.c - dates that can be worked out by hand.
 */
#include "planner_fixture.h"
#include "unit.h"

#define NOW		(1000 * DAY)
#define LIMIT	(NOW + 1000 * DAY)

extern void test_planner_make(void);

static void stock(void);
static void buy(void);
static void make(void);
static void netting(void);
static void smaller_lots(void);
static void held_for_later(void);

void
test_planner_make(void)
{
	stock();
	buy();
	make();
	netting();
	smaller_lots();
	held_for_later();
}

static void
stock(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *bolt = fixture_node(fixture, "bolt");

	fixture_event(bolt, INSTANT_BEGIN, UNITS(10));
	fixture_event(bolt, NOW + 5 * DAY, UNITS(20));
	fixture_event(bolt, NOW + 8 * DAY, -UNITS(6));
	plan_fixture_finish(fixture);

	CHECK_INT(planner_date(fixture, bolt, 10), NOW);
	CHECK_INT(planner_date(fixture, bolt, 11), NOW + 5 * DAY);
	CHECK_INT(planner_date(fixture, bolt, 24), NOW + 5 * DAY);
	CHECK_INT(planner_date(fixture, bolt, 25), INSTANT_END);
}

static void
buy(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *bolt = fixture_node(fixture, "bolt");
	PlanSource *source = fixture_source(fixture, PLAN_BUY, "bolts", bolt);
	PlanRequest request = planner_request(bolt, 15);
	PlanAnswer	answer;

	source->lead_time.days = 7;
	source->lot_multiple = UNITS(4);
	fixture_event(bolt, INSTANT_BEGIN, UNITS(10));
	plan_fixture_finish(fixture);

	answer = planner_ask(planner_create(&fixture->network), &request);
	CHECK_INT(answer.at, NOW + 7 * DAY);
	CHECK_INT(answer.plan.nlots, 1);
	CHECK_INT(answer.plan.lots[0].quantity, UNITS(8));
	CHECK_INT(answer.plan.needs[0].from_balance, UNITS(10));
}

/* a bicycle: a frame that is made, two wheels that are bought */
static void
make(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *bike = fixture_node(fixture, "bike");
	PlanNode   *frame = fixture_node(fixture, "frame");
	PlanNode   *wheel = fixture_node(fixture, "wheel");
	PlanNode   *tube = fixture_node(fixture, "tube");
	PlanSource *assembly = fixture_source(fixture, PLAN_MAKE, "assembly",
										  bike);
	PlanSource *welding = fixture_source(fixture, PLAN_MAKE, "welding", frame);
	PlanSource *wheels = fixture_source(fixture, PLAN_BUY, "wheels", wheel);
	PlanResource *bench = fixture_resource(fixture, "bench", UNITS(1));
	PlanResource *torch = fixture_resource(fixture, "torch", UNITS(1));
	PlanRequest request = planner_request(bike, 10);
	PlanAnswer	answer;

	fixture_step(assembly, bench, UNITS(1), HOUR, HOUR);
	fixture_component(assembly, frame, UNITS(1), 0);
	fixture_component(assembly, wheel, UNITS(2), 0);
	fixture_step(welding, torch, UNITS(1), 0, 2 * HOUR);
	fixture_component(welding, tube, UNITS(3), 0);
	wheels->lead_time.days = 3;
	fixture_event(tube, INSTANT_BEGIN, UNITS(24));
	fixture_event(tube, NOW + 4 * DAY, UNITS(100));
	fixture_event(frame, INSTANT_BEGIN, UNITS(2));
	fixture_event(wheel, INSTANT_BEGIN, UNITS(4));
	plan_fixture_finish(fixture);

	/* two frames are there, wheels for two */
	CHECK_INT(planner_date(fixture, bike, 2), NOW + 3 * HOUR);

	/* wheels bind: three days, then an hour of setup and ten of work */
	answer = planner_ask(planner_create(&fixture->network), &request);
	CHECK_INT(answer.at, NOW + 3 * DAY + 11 * HOUR);
	CHECK_INT(answer.plan.nneeds, 4);
	CHECK_INT(answer.plan.nlots, 3);
	CHECK_INT(answer.plan.needs[0].binding, PLAN_BOUND_BY_COMPONENT);

	/* tubes bind: 11 frames lack 3 of 33 tubes until day 4 */
	CHECK_INT(planner_date(fixture, bike, 11),
			  NOW + 4 * DAY + 18 * HOUR + 12 * HOUR);
}

/* a component whose receipt comes before it is needed is not bought */
static void
netting(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *set = fixture_node(fixture, "set");
	PlanNode   *slow = fixture_node(fixture, "slow");
	PlanNode   *quick = fixture_node(fixture, "quick");
	PlanSource *packing = fixture_source(fixture, PLAN_MAKE, "packing", set);
	PlanSource *buy_slow = fixture_source(fixture, PLAN_BUY, "slow", slow);
	PlanSource *buy_quick = fixture_source(fixture, PLAN_BUY, "quick", quick);
	PlanRequest request = planner_request(set, 5);
	PlanAnswer	answer;

	packing->lead_time.days = 1;
	fixture_component(packing, quick, UNITS(1), 0);
	fixture_component(packing, slow, UNITS(1), 0);
	buy_slow->lead_time.days = 10;
	buy_quick->lead_time.days = 1;
	fixture_event(quick, NOW + 5 * DAY, UNITS(5));
	plan_fixture_finish(fixture);

	answer = planner_ask(planner_create(&fixture->network), &request);
	CHECK_INT(answer.at, NOW + 11 * DAY);
	CHECK_INT(answer.plan.nlots, 2);
}

/* waiting for a receipt makes the lot that is lacking smaller, and quicker */
static void
smaller_lots(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *cake = fixture_node(fixture, "cake");
	PlanSource *baking = fixture_source(fixture, PLAN_MAKE, "baking", cake);
	PlanResource *oven = fixture_resource(fixture, "oven", UNITS(1));

	fixture_step(baking, oven, UNITS(1), 0, DAY);
	for (int i = 1; i <= 9; i++)
		fixture_event(cake, NOW + i * DAY, UNITS(1));
	plan_fixture_finish(fixture);

	/* five of ten have come after five days, and five are baked */
	CHECK_INT(planner_date(fixture, cake, 10), NOW + 5 * DAY);
}

/* stock that is held for a later promise serves if it is replaced in time */
static void
held_for_later(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *part = fixture_node(fixture, "part");
	PlanSource *buying = fixture_source(fixture, PLAN_BUY, "parts", part);
	PlanRequest request = planner_request(part, 10);
	Planner    *planner;

	buying->lead_time.days = 10;
	fixture_event(part, INSTANT_BEGIN, UNITS(10));
	fixture_event(part, NOW + 12 * DAY, -UNITS(10));
	plan_fixture_finish(fixture);

	planner = planner_create(&fixture->network);
	CHECK_INT(planner_accept(planner, &request).at, NOW);
	CHECK_INT(planner_accept(planner, &request).at, NOW + 10 * DAY);
}
