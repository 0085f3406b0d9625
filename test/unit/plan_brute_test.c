/*
 * plan_brute_test.c - the reference planner against cases counted by hand.
 */
#include "plan_brute.h"
#include "plan_random.h"
#include "unit.h"

extern void test_plan_brute(void);

#define NOW		(100 * DAY)
#define SLOTS	24

/* in how many hours a quantity can be had; -1: never */
static int
hours_until(PlanFixture *fixture, PlanNode *node, int quantity)
{
	PlanRequest request;
	BruteAnswer answer;

	plan_fixture_finish(fixture);
	memset(&request, 0, sizeof(request));
	request.node = node;
	request.quantity = UNITS(quantity);
	request.due = INSTANT_END;
	request.after = INSTANT_BEGIN;
	plan_brute(&fixture->network, NULL, 0, &request, HOUR, true, &answer);
	CHECK(answer.decided);
	return answer.possible ? (int) ((answer.earliest - NOW) / HOUR) : -1;
}

static PlanFixture *
new_fixture(void)
{
	return plan_fixture_create(NOW, NOW + SLOTS * HOUR);
}

/*
 * What is held for a later promise serves an earlier one if it is replaced.
 */
static void
test_netting(void)
{
	PlanFixture *fixture = new_fixture();
	PlanNode   *bike = fixture_node(fixture, "bike");
	PlanSource *buy;

	fixture_event(bike, INSTANT_BEGIN, UNITS(5));
	fixture_event(bike, NOW + 10 * HOUR, -UNITS(4));
	fixture_event(bike, NOW + 20 * HOUR, UNITS(3));
	CHECK_INT(hours_until(fixture, bike, 1), 0);
	CHECK_INT(hours_until(fixture, bike, 2), 20);
	CHECK_INT(hours_until(fixture, bike, 4), 20);
	CHECK_INT(hours_until(fixture, bike, 5), -1);

	buy = fixture_source(fixture, PLAN_BUY, "buy", bike);
	buy->lead_time.time = 10 * HOUR;
	CHECK_INT(hours_until(fixture, bike, 5), 0);
	CHECK_INT(hours_until(fixture, bike, 6), 10);
	buy->lead_time.time = 11 * HOUR;
	CHECK_INT(hours_until(fixture, bike, 5), 11);
	buy->lot_maximum = UNITS(2);
	CHECK_INT(hours_until(fixture, bike, 8), 11);
	bike->stock.rules.safety_stock = UNITS(2);
	CHECK_INT(hours_until(fixture, bike, 1), 11);
	bike->stock.rules.lead_end = NOW + 8 * HOUR;
	CHECK_INT(hours_until(fixture, bike, 3), 0);
	CHECK_INT(hours_until(fixture, bike, 4), 8);
}

/*
 * Two levels: a wheel is needed when the second step of the bike begins.
 */
static void
test_steps(void)
{
	PlanFixture *fixture = new_fixture();
	PlanNode   *bike = fixture_node(fixture, "bike");
	PlanNode   *wheel = fixture_node(fixture, "wheel");
	PlanResource *bench = fixture_resource(fixture, "bench", UNITS(1));
	PlanSource *make = fixture_source(fixture, PLAN_MAKE, "make", bike);
	PlanSource *buy = fixture_source(fixture, PLAN_BUY, "buy", wheel);

	fixture_step(make, bench, UNITS(1), HOUR, HOUR);
	fixture_step(make, bench, UNITS(1), 0, HOUR)->before[0].lag = 2 * HOUR;
	CHECK_INT(hours_until(fixture, bike, 2), 3 + 2 + 2);

	fixture_component(make, wheel, UNITS(2), 1);
	buy->lead_time.time = 4 * HOUR;
	CHECK_INT(hours_until(fixture, bike, 2), 7);
	buy->lead_time.time = 9 * HOUR;
	CHECK_INT(hours_until(fixture, bike, 2), 11);
	fixture_event(wheel, NOW + HOUR, UNITS(3));
	CHECK_INT(hours_until(fixture, bike, 1), 5);
	CHECK_INT(hours_until(fixture, bike, 2), 11);

	/* the bench is busy, then closed */
	fixture_capacity(bench, NOW + 9 * HOUR, NOW + 12 * HOUR, -UNITS(1), true);
	CHECK_INT(hours_until(fixture, bike, 2), 14);
	make->first_start = NOW + 9 * HOUR;
	CHECK_INT(hours_until(fixture, bike, 2), 12 + 7);
	make->effective.end = NOW + 12 * HOUR;
	CHECK_INT(hours_until(fixture, bike, 2), -1);
}

/*
 * Two branches want the same resource; kits, scrap, a move and a co-product.
 */
static void
test_branches(void)
{
	PlanFixture *fixture = new_fixture();
	PlanNode   *set = fixture_node(fixture, "set");
	PlanNode   *table = fixture_node(fixture, "table");
	PlanNode   *chair = fixture_node(fixture, "chair");
	PlanNode   *abroad = fixture->network.find_node(&fixture->network, "chair",
													"abroad");
	PlanResource *saw = fixture_resource(fixture, "saw", UNITS(1));
	PlanSource *kit = fixture_source(fixture, PLAN_KIT, "kit", set);
	PlanSource *join = fixture_source(fixture, PLAN_MAKE, "join", table);
	PlanSource *carve = fixture_source(fixture, PLAN_MAKE, "carve", chair);
	PlanSource *ship = fixture_source(fixture, PLAN_MOVE, "ship", chair);

	fixture_component(kit, table, UNITS(1), 0);
	fixture_component(kit, chair, UNITS(4), 0);
	fixture_step(join, saw, UNITS(1), HOUR, 2 * HOUR);
	fixture_step(carve, saw, UNITS(1), 0, HOUR);
	fixture_component(ship, abroad, UNITS(1), 0)->scrap = QUANTITY_SCALE / 2;
	ship->lead_time.time = 5 * HOUR;
	CHECK_INT(hours_until(fixture, set, 1), 3 + 4);
	CHECK_INT(hours_until(fixture, set, 2), 5 + 8);

	/* a move loses half of it on the way */
	fixture_event(abroad, NOW + HOUR, UNITS(15));
	CHECK_INT(hours_until(fixture, set, 1), 6);
	CHECK_INT(hours_until(fixture, set, 2), 13);
	fixture_event(abroad, NOW + HOUR, UNITS(1));
	CHECK_INT(hours_until(fixture, set, 2), 6);

	/* or two saws do it, while chairs fall off as tables are made */
	saw->capacity.units = UNITS(2);
	CHECK_INT(hours_until(fixture, set, 1), 4);
	fixture_output(join, chair, UNITS(2));
	CHECK_INT(hours_until(fixture, set, 1), 3);
}

void
test_plan_brute(void)
{
	test_netting();
	test_steps();
	test_branches();
}
