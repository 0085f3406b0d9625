/*
 * planner_place_test.c - where plans lie, and which way they go.
 */
#include "planner_fixture.h"
#include "unit.h"

#define NOW		(1000 * DAY)
#define LIMIT	(NOW + 1000 * DAY)

extern void test_planner_place(void);

static Planner *fresh_planner(PlanFixture *fixture);
static void placements(void);
static void no_needless_lots(void);
static void other_sources(void);
static void cheapest(void);
static void several_lots(void);
static void moves(void);
static void kits(void);
static void kit_without_stealing(void);
static void coproducts(void);
static void fixed_coproduct(void);
static void safety_stock(void);
static void fences_and_effectivity(void);
static void components_in_force(void);
static void components_of_choice(void);
static void with_effort(void);
static void with_smaller_lots(void);
static void deterministic(void);

void
test_planner_place(void)
{
	placements();
	no_needless_lots();
	other_sources();
	cheapest();
	several_lots();
	moves();
	kits();
	kit_without_stealing();
	coproducts();
	fixed_coproduct();
	safety_stock();
	fences_and_effectivity();
	components_in_force();
	components_of_choice();
	with_effort();
	with_smaller_lots();
	deterministic();
}

static Planner *
fresh_planner(PlanFixture *fixture)
{
	for (int i = 0; i < fixture->network.nnodes; i++)
		fixture->nodes[i]->state = NULL;
	return planner_create(&fixture->network);
}

/* as early as can be, and as late as the date allows */
static void
placements(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *bike = fixture_node(fixture, "bike");
	PlanNode   *wheel = fixture_node(fixture, "wheel");
	PlanSource *assembly = fixture_source(fixture, PLAN_MAKE, "assembly", bike);
	PlanSource *buying = fixture_source(fixture, PLAN_BUY, "wheels", wheel);
	PlanResource *bench = fixture_resource(fixture, "bench", UNITS(1));
	PlanRequest request = planner_request(bike, 5);
	PlanAnswer	answer;

	fixture_step(assembly, bench, UNITS(1), 0, HOUR);
	fixture_component(assembly, wheel, UNITS(2), 0);
	buying->lead_time.days = 2;
	plan_fixture_finish(fixture);

	request.due = NOW + 20 * DAY;
	answer = planner_ask(fresh_planner(fixture), &request);
	CHECK_INT(answer.at, request.due);
	CHECK_INT(answer.earliest, NOW + 2 * DAY + 5 * HOUR);
	CHECK_INT(answer.plan.lots[0].start, NOW + 2 * DAY);
	CHECK_INT(answer.plan.lots[1].start, NOW);

	request.placement = PLAN_JIT;
	answer = planner_ask(fresh_planner(fixture), &request);
	CHECK_INT(answer.at, request.due);
	CHECK_INT(answer.plan.lots[0].end, request.due);
	CHECK_INT(answer.plan.lots[1].end, request.due - 5 * HOUR);

	/* late: as late as the earliest date allows, which is no different */
	request.due = NOW + DAY;
	answer = planner_ask(fresh_planner(fixture), &request);
	CHECK_INT(answer.at, NOW + 2 * DAY + 5 * HOUR);
	CHECK_INT(answer.earliest, answer.at);
	CHECK_INT(answer.plan.lots[1].start, NOW);
}

/* what is there by the date is not made, however early it could have been */
static void
no_needless_lots(void)
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
	fixture_event(quick, NOW + 5 * DAY, UNITS(3));
	plan_fixture_finish(fixture);

	/* three of five quick ones come on day 5, and are needed on day 10 */
	answer = planner_ask(fresh_planner(fixture), &request);
	CHECK_INT(answer.at, NOW + 11 * DAY);
	CHECK_INT(answer.plan.nlots, 3);
	CHECK_INT(answer.plan.needs[1].from_balance, UNITS(3));
	CHECK_INT(answer.plan.lots[1].quantity, UNITS(2));

	fixture_event(set, NOW + 15 * DAY, UNITS(4));
	request.due = NOW + 15 * DAY;
	answer = planner_ask(fresh_planner(fixture), &request);
	CHECK_INT(answer.at, NOW + 15 * DAY);
	CHECK_INT(answer.earliest, NOW + 11 * DAY);
	CHECK_INT(answer.plan.lots[0].quantity, UNITS(1));
}

static void
other_sources(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *part = fixture_node(fixture, "part");
	PlanSource *near = fixture_source(fixture, PLAN_BUY, "near", part);
	PlanSource *far = fixture_source(fixture, PLAN_BUY, "far", part);
	PlanRequest request = planner_request(part, 5);
	PlanAnswer	answer;

	far->priority = 1;
	far->lead_time.days = 10;
	near->priority = 2;
	near->lead_time.days = 3;
	plan_fixture_finish(fixture);

	answer = planner_ask(fresh_planner(fixture), &request);
	CHECK_INT(answer.at, NOW + 3 * DAY);
	CHECK(answer.plan.lots[0].source == near);

	/* with time enough, the one that is preferred */
	request.due = NOW + 10 * DAY;
	request.placement = PLAN_JIT;
	answer = planner_ask(fresh_planner(fixture), &request);
	CHECK(answer.plan.lots[0].source == far);
	request.due = NOW + 10 * DAY - 1;
	answer = planner_ask(fresh_planner(fixture), &request);
	CHECK(answer.plan.lots[0].source == near);
	CHECK_INT(answer.at, request.due);
}

static void
cheapest(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *part = fixture_node(fixture, "part");
	PlanSource *costly = fixture_source(fixture, PLAN_BUY, "costly", part);
	PlanSource *cheap = fixture_source(fixture, PLAN_BUY, "cheap", part);
	PlanRequest request = planner_request(part, 5);
	PlanAnswer	answer;

	costly->priority = 1;
	costly->lead_time.days = 1;
	costly->cost = UNITS(9);
	cheap->priority = 2;
	cheap->lead_time.days = 5;
	cheap->cost = UNITS(7);
	plan_fixture_finish(fixture);

	request.objective = PLAN_CHEAPEST;
	for (PlanPlacement placement = PLAN_ASAP; placement <= PLAN_JIT;
		 placement++)
	{
		request.placement = placement;
		request.due = NOW + 6 * DAY;
		answer = planner_ask(fresh_planner(fixture), &request);
		CHECK(answer.plan.lots[0].source == cheap);
		CHECK_INT(answer.plan.lots[0].end, placement == PLAN_JIT ?
				  request.due : NOW + 5 * DAY);

		request.due = NOW + 4 * DAY;
		answer = planner_ask(fresh_planner(fixture), &request);
		CHECK(answer.plan.lots[0].source == costly);
		CHECK_INT(answer.at, request.due);
	}
	request.due = INSTANT_END;
	answer = planner_ask(fresh_planner(fixture), &request);
	CHECK_INT(answer.at, NOW + DAY);
}

/* lots of four at most, one after the other */
static void
several_lots(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *part = fixture_node(fixture, "part");
	PlanSource *making = fixture_source(fixture, PLAN_MAKE, "making", part);
	PlanResource *press = fixture_resource(fixture, "press", UNITS(1));
	PlanRequest request = planner_request(part, 10);
	PlanAnswer	answer;
	int			nlots = 0;

	fixture_step(making, press, UNITS(1), HOUR, HOUR);
	making->lot_maximum = UNITS(5);
	making->lot_multiple = UNITS(2);
	plan_fixture_finish(fixture);

	answer = planner_ask(fresh_planner(fixture), &request);
	CHECK_INT(answer.at, NOW + 13 * HOUR);
	for (int i = answer.plan.needs[0].first_lot; i >= 0;
		 i = answer.plan.lots[i].next_lot)
		nlots++;
	CHECK_INT(nlots, 3);

	request.placement = PLAN_JIT;
	request.due = NOW + 20 * HOUR;
	answer = planner_ask(fresh_planner(fixture), &request);
	CHECK_INT(answer.at, request.due);
	CHECK_INT(answer.plan.nlots, 3);
}

static void
moves(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *shop = fixture_node(fixture, "shop");
	PlanNode   *hub = fixture_node(fixture, "hub");
	PlanSource *truck = fixture_source(fixture, PLAN_MOVE, "truck", shop);
	PlanSource *buying = fixture_source(fixture, PLAN_BUY, "buying", hub);
	PlanRequest request = planner_request(shop, 8);
	PlanAnswer	answer;

	fixture_component(truck, hub, UNITS(1), 0);
	truck->lead_time.days = 2;
	buying->lead_time.days = 7;
	fixture_event(shop, INSTANT_BEGIN, UNITS(3));
	fixture_event(hub, INSTANT_BEGIN, UNITS(5));
	plan_fixture_finish(fixture);

	CHECK_INT(planner_date(fixture, shop, 3), NOW);
	CHECK_INT(planner_date(fixture, shop, 8), NOW + 2 * DAY);
	CHECK_INT(planner_date(fixture, shop, 9), NOW + 9 * DAY);

	request.due = NOW + 30 * DAY;
	request.placement = PLAN_JIT;
	answer = planner_ask(fresh_planner(fixture), &request);
	CHECK_INT(answer.plan.nlots, 1);
	CHECK_INT(answer.plan.needs[1].at, NOW + 28 * DAY);
}

static void
kits(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *kit = fixture_node(fixture, "kit");
	PlanNode   *box = fixture_node(fixture, "box");
	PlanNode   *a = fixture_node(fixture, "a");
	PlanNode   *b = fixture_node(fixture, "b");
	PlanSource *kitting = fixture_source(fixture, PLAN_KIT, "kitting", kit);
	PlanSource *boxing = fixture_source(fixture, PLAN_MAKE, "boxing", box);

	/* a: stock 8, incoming 133, outgoing 14; b: 4258, 60 and 168 */
	fixture_component(kitting, a, UNITS(2), 0);
	fixture_component(kitting, b, UNITS(2), 0);
	fixture_component(boxing, kit, UNITS(1), 0);
	boxing->lead_time.days = 1;
	fixture_event(a, INSTANT_BEGIN, UNITS(8));
	fixture_event(a, NOW + 5 * DAY, -UNITS(14));
	fixture_event(a, NOW + 9 * DAY, UNITS(133));
	fixture_event(b, INSTANT_BEGIN, UNITS(4258));
	fixture_event(b, NOW + 5 * DAY, -UNITS(168));
	fixture_event(b, NOW + 9 * DAY, UNITS(60));
	plan_fixture_finish(fixture);

	CHECK_INT(planner_date(fixture, kit, 1), NOW + 9 * DAY);
	CHECK_INT(planner_date(fixture, kit, 63), NOW + 9 * DAY);
	CHECK_INT(planner_date(fixture, kit, 64), INSTANT_END);
	CHECK_INT(planner_date(fixture, box, 63), NOW + 10 * DAY);
}

/* 43 of b are promised with all of a that there is until it is replaced */
static void
kit_without_stealing(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *a = fixture_node(fixture, "a");
	PlanNode   *b = fixture_node(fixture, "b");
	PlanSource *kitting = fixture_source(fixture, PLAN_KIT, "kitting", b);
	PlanRequest request = planner_request(b, 43);
	Planner    *planner;

	fixture_component(kitting, a, UNITS(1), 0);
	fixture_event(a, INSTANT_BEGIN, UNITS(43));
	fixture_event(a, NOW + 30 * DAY, UNITS(20));
	plan_fixture_finish(fixture);

	planner = fresh_planner(fixture);
	request.due = NOW + 24 * DAY;
	CHECK_INT(planner_accept(planner, &request).at, request.due);
	request.quantity = UNITS(10);
	request.due = NOW;
	CHECK_INT(planner_accept(planner, &request).at, NOW + 30 * DAY);
}

/* what one branch yields beside its own serves the next one */
static void
coproducts(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *meal = fixture_node(fixture, "meal");
	PlanNode   *cream = fixture_node(fixture, "cream");
	PlanNode   *skim = fixture_node(fixture, "skim");
	PlanSource *cooking = fixture_source(fixture, PLAN_MAKE, "cooking", meal);
	PlanSource *skimming = fixture_source(fixture, PLAN_MAKE, "skimming",
										  cream);
	PlanRequest request = planner_request(meal, 2);
	PlanAnswer	answer;

	fixture_component(cooking, cream, UNITS(1), 0);
	fixture_component(cooking, skim, UNITS(3), 0);
	fixture_output(skimming, skim, UNITS(4));
	skimming->lead_time.days = 1;
	plan_fixture_finish(fixture);

	answer = planner_ask(fresh_planner(fixture), &request);
	CHECK_INT(answer.at, NOW + DAY);
	CHECK_INT(answer.plan.nlots, 2);

	/* and can be asked for itself */
	CHECK_INT(planner_date(fixture, skim, 9), NOW + DAY);
}

/* of what every lot yields the same of, as many lots are made as it takes */
static void
fixed_coproduct(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *bread = fixture_node(fixture, "bread");
	PlanNode   *crumbs = fixture_node(fixture, "crumbs");
	PlanSource *baking = fixture_source(fixture, PLAN_MAKE, "baking", bread);
	PlanRequest request = planner_request(crumbs, 10);
	PlanAnswer	answer;

	fixture_output(baking, crumbs, 0)->fixed = UNITS(3);
	baking->lot_minimum = UNITS(5);
	baking->lead_time.days = 1;
	plan_fixture_finish(fixture);

	answer = planner_ask(fresh_planner(fixture), &request);
	CHECK_INT(answer.at, NOW + DAY);
	CHECK_INT(answer.plan.nlots, 4);
	CHECK_INT(answer.plan.lots[3].quantity, UNITS(5));
}

static void
safety_stock(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *part = fixture_node(fixture, "part");
	PlanSource *buying = fixture_source(fixture, PLAN_BUY, "buying", part);
	PlanRequest request = planner_request(part, 6);
	PlanAnswer	answer;

	buying->lead_time.days = 9;
	part->stock.rules.safety_stock = UNITS(3);
	fixture_event(part, INSTANT_BEGIN, UNITS(8));
	plan_fixture_finish(fixture);

	CHECK_INT(planner_date(fixture, part, 5), NOW);
	CHECK_INT(planner_date(fixture, part, 6), NOW + 9 * DAY);

	request.late_eats_safety_stock = true;
	request.due = NOW + 9 * DAY;
	answer = planner_ask(fresh_planner(fixture), &request);
	CHECK_INT(answer.at, NOW + 9 * DAY);
	CHECK(answer.plan.keeps_safety_stock);
	request.due = NOW + 8 * DAY;
	answer = planner_ask(fresh_planner(fixture), &request);
	CHECK_INT(answer.at, NOW + 8 * DAY);
	CHECK(!answer.plan.keeps_safety_stock);
	CHECK_INT(answer.plan.nlots, 0);
}

static void
fences_and_effectivity(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *part = fixture_node(fixture, "part");
	PlanSource *old = fixture_source(fixture, PLAN_BUY, "old", part);
	PlanSource *new = fixture_source(fixture, PLAN_BUY, "new", part);
	PlanRequest request = planner_request(part, 1);

	old->first_start = NOW + 2 * DAY;
	old->effective.end = NOW + 10 * DAY;
	old->lead_time.days = 3;
	new->effective.start = NOW + 6 * DAY;
	new->lead_time.days = 1;
	plan_fixture_finish(fixture);

	CHECK_INT(planner_date(fixture, part, 1), NOW + 5 * DAY);
	old->effective.end = NOW + 2 * DAY;
	CHECK_INT(planner_date(fixture, part, 1), NOW + 7 * DAY);
	new->effective.end = NOW + 6 * DAY;
	CHECK_INT(planner_ask(fresh_planner(fixture), &request).binding,
			  PLAN_BOUND_BY_EFFECTIVITY);
}

/* what a lot takes depends on when it starts */
static void
components_in_force(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *part = fixture_node(fixture, "part");
	PlanNode   *old = fixture_node(fixture, "old");
	PlanNode   *new = fixture_node(fixture, "new");
	PlanSource *making = fixture_source(fixture, PLAN_MAKE, "making", part);
	PlanSource *buying = fixture_source(fixture, PLAN_BUY, "buying", new);

	fixture_component(making, old, UNITS(1), 0)->effective.end = NOW + 5 * DAY;
	fixture_component(making, new, UNITS(1), 0)->effective.start =
		NOW + 5 * DAY;
	making->lead_time.days = 1;
	buying->lead_time.days = 7;
	fixture_event(old, INSTANT_BEGIN, UNITS(2));
	fixture_event(old, NOW + 4 * DAY, UNITS(1));
	fixture_event(old, NOW + 5 * DAY, UNITS(10));
	fixture_event(new, NOW + 6 * DAY, UNITS(4));
	plan_fixture_finish(fixture);

	CHECK_INT(planner_date(fixture, part, 2), NOW + DAY);
	CHECK_INT(planner_date(fixture, part, 3), NOW + 5 * DAY);
	CHECK_INT(planner_date(fixture, part, 4), NOW + 7 * DAY);
	CHECK_INT(planner_date(fixture, part, 5), NOW + 8 * DAY);
}

static void
components_of_choice(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *part = fixture_node(fixture, "part");
	PlanNode   *oak = fixture_node(fixture, "oak");
	PlanNode   *pine = fixture_node(fixture, "pine");
	PlanSource *making = fixture_source(fixture, PLAN_MAKE, "making", part);
	PlanComponent *wood;
	PlanRequest request = planner_request(part, 3);
	PlanAnswer	answer;

	wood = fixture_component(making, oak, UNITS(1), 0);
	wood->choice = 1;
	wood->priority = 1;
	wood = fixture_component(making, pine, UNITS(2), 0);
	wood->choice = 1;
	wood->priority = 2;
	fixture_event(oak, NOW + 4 * DAY, UNITS(3));
	fixture_event(pine, NOW + 2 * DAY, UNITS(6));
	plan_fixture_finish(fixture);

	answer = planner_ask(fresh_planner(fixture), &request);
	CHECK_INT(answer.at, NOW + 2 * DAY);
	CHECK(!answer.plan.lots[0].uses_component[0]);
	CHECK(answer.plan.lots[0].uses_component[1]);

	request.placement = PLAN_JIT;
	request.due = NOW + 4 * DAY;
	answer = planner_ask(fresh_planner(fixture), &request);
	CHECK_INT(answer.at, NOW + 4 * DAY);
	CHECK(answer.plan.lots[0].uses_component[0]);
}

/*
 * Two parts share a machine and a scarce material, of which the first one that is
 * looked for takes the wrong half.
 */
static void
with_effort(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *set = fixture_node(fixture, "set");
	PlanNode   *left = fixture_node(fixture, "left");
	PlanNode   *right = fixture_node(fixture, "right");
	PlanNode   *steel = fixture_node(fixture, "steel");
	PlanSource *packing = fixture_source(fixture, PLAN_MAKE, "packing", set);
	PlanSource *making_left = fixture_source(fixture, PLAN_MAKE, "left", left);
	PlanSource *making_right = fixture_source(fixture, PLAN_MAKE, "right",
											  right);
	PlanRequest request = planner_request(set, 1);
	PlanAnswer	answer;

	fixture_component(packing, left, UNITS(1), 0);
	fixture_component(packing, right, UNITS(1), 0);
	fixture_component(making_left, steel, UNITS(1), 0);
	fixture_component(making_right, steel, UNITS(1), 0);
	making_left->lead_time.days = 1;
	making_right->lead_time.days = 9;
	fixture_event(steel, INSTANT_BEGIN, UNITS(1));
	fixture_event(steel, NOW + 6 * DAY, UNITS(1));
	plan_fixture_finish(fixture);

	CHECK_INT(planner_date(fixture, set, 1), NOW + 15 * DAY);
	request.effort = 20;
	answer = planner_ask(fresh_planner(fixture), &request);
	CHECK_INT(answer.at, NOW + 9 * DAY);
	CHECK_INT(answer.earliest, NOW + 9 * DAY);
}

/*
 * A machine has two gaps, neither as long as the whole lot; with effort there is one
 * lot for each of them.
 */
static void
with_smaller_lots(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *bolt = fixture_node(fixture, "bolt");
	PlanNode   *wire = fixture_node(fixture, "wire");
	PlanSource *turning = fixture_source(fixture, PLAN_MAKE, "turning", bolt);
	PlanResource *lathe = fixture_resource(fixture, "lathe", UNITS(1));
	PlanRequest request = planner_request(bolt, 9);
	PlanAnswer	answer;

	fixture_step(turning, lathe, UNITS(1), 0, HOUR);
	fixture_component(turning, wire, UNITS(1), 0);
	fixture_event(wire, INSTANT_BEGIN, UNITS(100));
	fixture_capacity(lathe, NOW + 5 * HOUR, NOW + 10 * HOUR, -UNITS(1), true);
	fixture_capacity(lathe, NOW + 15 * HOUR, NOW + 9 * DAY, -UNITS(1), true);
	plan_fixture_finish(fixture);

	CHECK_INT(planner_date(fixture, bolt, 9), NOW + 9 * DAY + 9 * HOUR);
	request.effort = 20;
	CHECK_INT(planner_ask(fresh_planner(fixture), &request).at,
			  NOW + 9 * DAY + 9 * HOUR);
	request.smaller_lots = true;
	answer = planner_ask(fresh_planner(fixture), &request);
	CHECK_INT(answer.at, NOW + 14 * HOUR);
	CHECK_INT(answer.plan.nlots, 2);

	/* whole units, and for the date that is asked for */
	CHECK_INT(answer.plan.lots[0].quantity % QUANTITY_SCALE, 0);
	request.due = NOW + DAY;
	request.placement = PLAN_JIT;
	answer = planner_ask(fresh_planner(fixture), &request);
	CHECK_INT(answer.at, NOW + DAY);
	CHECK_INT(answer.earliest, NOW + 14 * HOUR);
	CHECK_INT(answer.plan.needs[0].at, NOW + DAY);

	/* lots may not be as small as that */
	turning->lot_minimum = UNITS(6);
	request.due = INSTANT_END;
	CHECK_INT(planner_ask(fresh_planner(fixture), &request).at,
			  NOW + 9 * DAY + 9 * HOUR);
}

/* the same question has the same answer, whatever was asked in between */
static void
deterministic(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *part = fixture_node(fixture, "part");
	PlanNode   *other = fixture_node(fixture, "other");
	PlanSource *making = fixture_source(fixture, PLAN_MAKE, "making", part);
	PlanSource *buying = fixture_source(fixture, PLAN_BUY, "buying", other);
	PlanResource *press = fixture_resource(fixture, "press", UNITS(1));
	PlanRequest request = planner_request(part, 3);
	PlanRequest bigger = planner_request(part, 9);
	Planner    *planner;
	TimeMark	mark;
	Instant		first;

	fixture_step(making, press, UNITS(1), HOUR, HOUR);
	fixture_component(making, other, UNITS(2), 0);
	buying->lead_time.days = 1;
	fixture_event(other, NOW + 3 * HOUR, UNITS(9));
	plan_fixture_finish(fixture);

	planner = fresh_planner(fixture);
	first = planner_ask(planner, &request).at;
	mark = planner_mark(planner);
	CHECK_INT(planner_accept(planner, &bigger).at, NOW + DAY + 10 * HOUR);

	/* before that there is room, and what it takes is replaced in time */
	CHECK_INT(planner_accept(planner, &request).at, first);
	CHECK(planner_accept(planner, &request).at > first);
	planner_forget(planner, mark);
	CHECK_INT(planner_ask(planner, &request).at, first);
}
