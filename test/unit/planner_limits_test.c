/*
 * planner_limits_test.c - networks that are broken, deep, wide or huge.
 */
#include "planner_fixture.h"
#include "unit.h"

#include "engine/planner_state.h"

#define NOW		(1000 * DAY)
#define LIMIT	(NOW + 1000 * DAY)

extern void test_planner_limits(void);

static PlanNode *numbered_node(PlanFixture *fixture, int number);
static PromiseStatus status_of(PlanFixture *fixture, PlanNode *node,
							   Quantity quantity, PlanPlacement placement);
static PlanNode *chain(PlanFixture *fixture, int nlevels, int width);
static void made_of_itself(void);
static void moved_in_a_circle(void);
static void no_source(void);
static void no_lot(void);
static void deep(void);
static void wide(void);
static void many_ways(void);
static void search_many_ways(PlanFixture *fixture, PlanNode *top);
static void huge(void);
static void beyond_the_limit(void);

void
test_planner_limits(void)
{
	made_of_itself();
	moved_in_a_circle();
	no_source();
	no_lot();
	deep();
	wide();
	many_ways();
	huge();
	beyond_the_limit();
}

static PlanNode *
numbered_node(PlanFixture *fixture, int number)
{
	return fixture_node(fixture, psprintf("item %d", number));
}

static PromiseStatus
status_of(PlanFixture *fixture, PlanNode *node, Quantity quantity,
		  PlanPlacement placement)
{
	PlanRequest request = planner_request(node, 1);
	PlanAnswer	answer;

	for (int i = 0; i < fixture->network.nnodes; i++)
		fixture->nodes[i]->state = NULL;
	request.quantity = quantity;
	request.placement = placement;
	request.due = NOW + 900 * DAY;
	return planner_plan(planner_create(&fixture->network), &request, &answer);
}

/* a node made of "width" of the next level, and so on; the last one is bought */
static PlanNode *
chain(PlanFixture *fixture, int nlevels, int width)
{
	PlanNode   *top = numbered_node(fixture, 0);
	PlanNode   *node = top;

	for (int i = 1; i <= nlevels; i++)
	{
		PlanSource *source = fixture_source(fixture, PLAN_MAKE, "make", node);

		node = numbered_node(fixture, i);
		source->lead_time.time = HOUR;
		for (int j = 0; j < width; j++)
			fixture_component(source, node, UNITS(1), 0);
	}
	fixture_source(fixture, PLAN_BUY, "buy", node);
	return top;
}

static void
made_of_itself(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *egg = fixture_node(fixture, "egg");
	PlanNode   *hen = fixture_node(fixture, "hen");
	PlanSource *laying = fixture_source(fixture, PLAN_MAKE, "laying", egg);
	PlanSource *hatching = fixture_source(fixture, PLAN_MAKE, "hatching", hen);

	fixture_component(laying, hen, UNITS(1), 0);
	fixture_component(hatching, egg, UNITS(1), 0);
	plan_fixture_finish(fixture);

	CHECK_INT(status_of(fixture, egg, UNITS(1), PLAN_ASAP),
			  PROMISE_NETWORK_CYCLE);
	CHECK_INT(status_of(fixture, egg, UNITS(1), PLAN_JIT),
			  PROMISE_NETWORK_CYCLE);

	/* and the planner can be asked again */
	fixture_event(hen, INSTANT_BEGIN, UNITS(1));
	CHECK_INT(planner_date(fixture, egg, 1), NOW);
}

static void
moved_in_a_circle(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *north = fixture_node(fixture, "north");
	PlanNode   *south = fixture_node(fixture, "south");
	PlanSource *down = fixture_source(fixture, PLAN_MOVE, "down", south);
	PlanSource *up = fixture_source(fixture, PLAN_MOVE, "up", north);
	PlanSource *buying = fixture_source(fixture, PLAN_BUY, "buy", south);

	fixture_component(down, north, UNITS(1), 0);
	fixture_component(up, south, UNITS(1), 0);
	down->lead_time.days = 1;
	up->lead_time.days = 1;
	buying->lead_time.days = 5;
	fixture_event(north, INSTANT_BEGIN, UNITS(6));
	fixture_event(south, INSTANT_BEGIN, UNITS(2));
	plan_fixture_finish(fixture);

	CHECK_INT(planner_date(fixture, north, 6), NOW);
	CHECK_INT(planner_date(fixture, north, 8), NOW + DAY);

	/* what is moved away from north does not come back as more */
	CHECK_INT(planner_date(fixture, north, 9), NOW + 6 * DAY);
	CHECK_INT(planner_date(fixture, south, 8), NOW + DAY);
	CHECK_INT(planner_date(fixture, south, 9), NOW + 5 * DAY);
}

static void
no_source(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *set = fixture_node(fixture, "set");
	PlanNode   *part = fixture_node(fixture, "part");
	PlanSource *packing = fixture_source(fixture, PLAN_MAKE, "packing", set);
	PlanRequest request = planner_request(set, 5);
	PlanAnswer	answer;

	fixture_component(packing, part, UNITS(1), 0);
	fixture_event(part, INSTANT_BEGIN, UNITS(4));
	plan_fixture_finish(fixture);

	answer = planner_ask(planner_create(&fixture->network), &request);
	CHECK(!answer.possible);
	CHECK_INT(answer.binding, PLAN_BOUND_BY_NO_SOURCE);
	CHECK(answer.bound_node == part);
}

/* no multiple fits below the largest lot */
static void
no_lot(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *part = fixture_node(fixture, "part");
	PlanSource *buying = fixture_source(fixture, PLAN_BUY, "buying", part);
	PlanRequest request = planner_request(part, 5);
	PlanAnswer	answer;

	buying->lot_multiple = UNITS(7);
	buying->lot_maximum = UNITS(6);
	plan_fixture_finish(fixture);

	answer = planner_ask(planner_create(&fixture->network), &request);
	CHECK(!answer.possible);
	CHECK_INT(answer.binding, PLAN_BOUND_BY_LOT_SIZE);
	CHECK(answer.bound_source == buying);
}

static void
deep(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *top = chain(fixture, 990, 1);

	plan_fixture_finish(fixture);
	CHECK_INT(planner_date(fixture, top, 1), NOW + 990 * HOUR);
	CHECK_INT(status_of(fixture, top, UNITS(1), PLAN_JIT), PROMISE_OK);

	fixture = planner_network(NOW, LIMIT);
	top = chain(fixture, 5000, 1);
	plan_fixture_finish(fixture);
	CHECK_INT(status_of(fixture, top, UNITS(1), PLAN_ASAP),
			  PROMISE_NETWORK_TOO_DEEP);
	CHECK_INT(status_of(fixture, top, UNITS(1), PLAN_JIT),
			  PROMISE_NETWORK_TOO_DEEP);
}

/* two of each level make 2^40 needs */
static void
wide(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *top = chain(fixture, 40, 2);

	plan_fixture_finish(fixture);
	CHECK_INT(status_of(fixture, top, UNITS(1), PLAN_ASAP),
			  PROMISE_NETWORK_TOO_DEEP);
	CHECK_INT(status_of(fixture, top, UNITS(1), PLAN_JIT),
			  PROMISE_NETWORK_TOO_DEEP);
}

/* four sources for each of 30 levels, and stock that never suffices */
static void
many_ways(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *top = numbered_node(fixture, 0);
	PlanNode   *node = top;

	for (int i = 1; i <= 30; i++)
	{
		PlanNode   *next = numbered_node(fixture, i);

		for (int j = 0; j < 4; j++)
		{
			PlanSource *source = fixture_source(fixture, PLAN_MAKE,
												psprintf("make %d", j), node);

			source->lead_time.time = (4 - j) * HOUR;
			fixture_component(source, next, UNITS(1), 0);
		}
		for (int j = 1; j < 10; j++)
			fixture_event(next, NOW + j * DAY, 1);
		node = next;
	}
	fixture_source(fixture, PLAN_BUY, "buy", node);
	plan_fixture_finish(fixture);
	CHECK(planner_date(fixture, top, 1) <= NOW + 30 * 4 * HOUR);
	CHECK_INT(status_of(fixture, top, UNITS(1), PLAN_JIT), PROMISE_OK);
	search_many_ways(fixture, top);
}

/* the search ends, is never later, and answers the same again */
static void
search_many_ways(PlanFixture *fixture, PlanNode *top)
{
	PlanRequest request = planner_request(top, 1);
	Instant		before = planner_date(fixture, top, 1);
	Planner    *planner;

	for (int i = 0; i < fixture->network.nnodes; i++)
		fixture->nodes[i]->state = NULL;
	planner = planner_create(&fixture->network);
	for (request.effort = 1; request.effort < 20; request.effort *= 4)
	{
		PlanAnswer	answer = planner_ask(planner, &request);
		int64		most = request.effort * PLANNER_SEARCHED_DRAFTS;

		CHECK(answer.at <= before);
		CHECK_INT(planner_ask(planner, &request).at, answer.at);

		/* each of the plans that was begun is finished */
		CHECK(planner->searched <= most + 30 * 64);
		CHECK(planner->searched > most / 2);
	}
}

static void
huge(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *top = fixture_node(fixture, "top");
	PlanNode   *part = fixture_node(fixture, "part");
	PlanSource *packing = fixture_source(fixture, PLAN_MAKE, "packing", top);
	PlanSource *buying = fixture_source(fixture, PLAN_BUY, "buying", part);

	fixture_component(packing, part, UNITS(1000), 0);
	fixture_step(packing, NULL, 0, 0, DAY);
	plan_fixture_finish(fixture);

	CHECK_INT(status_of(fixture, part, QUANTITY_MAX, PLAN_ASAP),
			  PROMISE_QUANTITY_OVERFLOW);
	CHECK_INT(status_of(fixture, top, QUANTITY_MAX / 2, PLAN_ASAP),
			  PROMISE_INSTANT_OVERFLOW);
	packing->steps[0].run = 0;
	CHECK_INT(status_of(fixture, top, QUANTITY_MAX / 2, PLAN_JIT),
			  PROMISE_QUANTITY_OVERFLOW);

	/* more lots than a plan can have */
	buying->lot_maximum = 1;
	CHECK_INT(status_of(fixture, part, UNITS(1), PLAN_ASAP), PROMISE_OK);
}

static void
beyond_the_limit(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *part = fixture_node(fixture, "part");
	PlanSource *buying = fixture_source(fixture, PLAN_BUY, "buying", part);
	PlanRequest request = planner_request(part, 5);
	PlanAnswer	answer;

	buying->lead_time.days = 1000;
	plan_fixture_finish(fixture);
	answer = planner_ask(planner_create(&fixture->network), &request);
	CHECK(!answer.possible);
	CHECK_INT(answer.binding, PLAN_BOUND_BY_LIMIT);

	buying->lead_time.days = 999;
	CHECK_INT(planner_date(fixture, part, 5), NOW + 999 * DAY);

	/* the horizon of the item limits the date of the request alone */
	part->stock.rules.horizon_end = NOW + 998 * DAY;
	answer = planner_ask(planner_create(&fixture->network), &request);
	CHECK(!answer.possible);
}
