/*
 * planner_shelf_test.c - plans with supply that spoils.
 */
#include "planner_fixture.h"
#include "unit.h"

#define NOW		(1000 * DAY)
#define LIMIT	(NOW + 1000 * DAY)
#define PROBLEMS	2000

extern void test_planner_shelf(void);

static void spoils(PlanNode *node, Instant at, Quantity quantity,
				   Instant expires_at);
static void fresh_enough(void);
static void orders_at_random(void);

void
test_planner_shelf(void)
{
	fresh_enough();
	orders_at_random();
}

static void
spoils(PlanNode *node, Instant at, Quantity quantity, Instant expires_at)
{
	FlowDetail *detail = palloc0(sizeof(FlowDetail));

	detail->origin = FLOW_SUPPLY;
	detail->is_supply = true;
	detail->expires_at = expires_at;
	fixture_event(node, at, quantity);
	node->stock.events[node->stock.nevents - 1].detail = detail;
}

/* milk that is good until day 3, more on day 10, and a dairy two days away */
static void
fresh_enough(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *milk = fixture_node(fixture, "milk");
	PlanNode   *cheese = fixture_node(fixture, "cheese");
	PlanSource *dairy = fixture_source(fixture, PLAN_MAKE, "dairy", cheese);
	PlanRequest request = planner_request(milk, 4);
	Planner    *planner;

	spoils(milk, INSTANT_BEGIN, UNITS(10), NOW + 3 * DAY);
	spoils(milk, NOW + 10 * DAY, UNITS(10), NOW + 13 * DAY);
	fixture_event(milk, NOW + 2 * DAY, -UNITS(5));
	fixture_component(dairy, milk, UNITS(1), 0);
	dairy->first_start = NOW + 5 * DAY;
	plan_fixture_finish(fixture);

	CHECK_INT(planner_date(fixture, milk, 5), NOW);
	CHECK_INT(planner_date(fixture, milk, 6), NOW + 10 * DAY);
	CHECK_INT(planner_date(fixture, milk, 11), INSTANT_END);

	/* the milk of today has spoiled when cheese can be begun */
	CHECK_INT(planner_date(fixture, cheese, 1), NOW + 10 * DAY);

	planner = planner_create(&fixture->network);
	for (int i = 0; i < fixture->network.nnodes; i++)
		fixture->nodes[i]->state = NULL;
	CHECK_INT(planner_accept(planner, &request).at, NOW);
	CHECK_INT(planner_accept(planner, &request).at, NOW + 10 * DAY);
	request.quantity = UNITS(1);
	CHECK_INT(planner_accept(planner, &request).at, NOW);
	CHECK_INT(planner_accept(planner, &request).at, NOW + 10 * DAY);
}

/* whatever is answered, the plan and all before it can be carried out */
static void
orders_at_random(void)
{
	for (int i = 0; i < PROBLEMS; i++)
	{
		PlanFixture *fixture = planner_network(NOW, LIMIT);
		PlanNode   *milk = fixture_node(fixture, "milk");
		PlanNode   *cheese = fixture_node(fixture, "cheese");
		PlanSource *dairy = fixture_source(fixture, PLAN_MAKE, "dairy",
										   cheese);
		PlanSource *farm = fixture_source(fixture, PLAN_BUY, "farm", milk);
		PlanResource *vat = fixture_resource(fixture, "vat", UNITS(1));
		Planner    *planner;

		farm->lead_time.days = (int) unit_random(0, 8);
		farm->lot_multiple = UNITS(unit_random(0, 3));
		fixture_step(dairy, vat, UNITS(1), unit_random(0, 2) * DAY,
					 unit_random(0, 1) * DAY);
		fixture_component(dairy, milk, UNITS(unit_random(1, 2)), 0);
		milk->stock.rules.safety_stock = UNITS(unit_random(0, 1));
		for (int j = 0; j < 6; j++)
		{
			PlanNode   *node = unit_random(0, 3) > 0 ? milk : cheese;
			Instant		at = NOW + unit_random(0, 12) * DAY;

			if (unit_random(0, 2) > 0)
				spoils(node, at, UNITS(unit_random(1, 6)),
					   at + unit_random(1, 8) * DAY);
			else
				fixture_event(node, at, UNITS(unit_random(-2, 4)));
		}
		plan_fixture_finish(fixture);

		planner = planner_create(&fixture->network);
		for (int j = 0; j < 4; j++)
		{
			PlanRequest request = planner_request(unit_random(0, 1) == 0 ?
												  milk : cheese,
												  unit_random(1, 5));

			request.placement = unit_random(0, 1) == 0 ? PLAN_ASAP : PLAN_JIT;
			if (unit_random(0, 1) == 0)
				request.due = NOW + unit_random(0, 15) * DAY;
			planner_accept(planner, &request);
		}
	}
}
