/*
 * planner_changeover_test.c - orders that change the state of a machine.
 *
 * What one of them leaves behind, the next one finds: whatever is answered, that
 * plan and all before it can be carried out, also where one is put between two
 * others.
 */
#include "planner_fixture.h"
#include "unit.h"

#define NOW		(1000 * DAY)
#define LIMIT	(NOW + 1000 * DAY)
#define COLOURS 3
#define PROBLEMS 500

extern void test_planner_changeover(void);

static const char *const colours[COLOURS] = {"red", "green", "blue"};

static void paint_in_turn(void);
static void orders_at_random(void);
static PlanFixture *paint_shop(PlanNode **doors, const int64 *changeovers);

void
test_planner_changeover(void)
{
	paint_in_turn();
	orders_at_random();
}

/* changeovers are hours by from and to; each door takes an hour of painting */
static PlanFixture *
paint_shop(PlanNode **doors, const int64 *changeovers)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanResource *booth = fixture_resource(fixture, "booth", UNITS(1));

	booth->changeover = "colours";
	booth->initial_setup = colours[0];
	for (int i = 0; i < COLOURS; i++)
	{
		PlanSource *painting;

		doors[i] = fixture_node(fixture, colours[i]);
		painting = fixture_source(fixture, PLAN_MAKE, colours[i], doors[i]);
		fixture_step(painting, booth, UNITS(1), 0, HOUR)->setup_state =
			colours[i];
		for (int j = 0; j < COLOURS; j++)
		{
			if (i != j)
				fixture_changeover(fixture, colours[i], colours[j],
								   changeovers[i * COLOURS + j] * HOUR);
		}
	}
	plan_fixture_finish(fixture);
	return fixture;
}

static void
paint_in_turn(void)
{
	static const int64 changeovers[] = {0, 2, 3, 1, 0, 4, 5, 6, 0};
	PlanNode   *doors[COLOURS];
	PlanFixture *fixture = paint_shop(doors, changeovers);
	Planner    *planner = planner_create(&fixture->network);
	PlanRequest request = planner_request(doors[0], 2);

	/* it is red to begin with */
	CHECK_INT(planner_accept(planner, &request).at, NOW + 2 * HOUR);
	request.node = doors[1];
	CHECK_INT(planner_accept(planner, &request).at, NOW + 6 * HOUR);
	request.node = doors[2];
	CHECK_INT(planner_accept(planner, &request).at, NOW + 12 * HOUR);
	request.node = doors[1];
	CHECK_INT(planner_accept(planner, &request).at, NOW + 8 * HOUR + 12 * HOUR);
}

static void
orders_at_random(void)
{
	for (int i = 0; i < PROBLEMS; i++)
	{
		int64		changeovers[COLOURS * COLOURS];
		PlanNode   *doors[COLOURS];
		PlanFixture *fixture;
		Planner    *planner;

		for (int j = 0; j < COLOURS * COLOURS; j++)
			changeovers[j] = unit_random(0, 4);
		fixture = paint_shop(doors, changeovers);
		planner = planner_create(&fixture->network);
		for (int j = 0; j < 8; j++)
		{
			PlanRequest request =
			planner_request(doors[unit_random(0, COLOURS - 1)],
							unit_random(1, 4));

			request.placement = unit_random(0, 1) == 0 ? PLAN_ASAP : PLAN_JIT;
			if (unit_random(0, 3) > 0)
				request.due = NOW + unit_random(0, 48) * HOUR;
			CHECK(planner_accept(planner, &request).possible);
		}
	}
}
