/*
 * plan_cycle_test.c - items that are made of themselves.
 */
#include "engine/plan_cycle.h"
#include "plan_fixture.h"
#include "unit.h"

#define NOW		(1000 * DAY)

extern void test_plan_cycle(void);

static PlanSource *make(PlanFixture *fixture, PlanKind kind, PlanNode *node,
						PlanNode *component);
static void found(void);
static void not_found(void);
static void property(void);
static bool leads_back(const PlanFixture *fixture, int from, int to, int steps);

void
test_plan_cycle(void)
{
	found();
	not_found();
	property();
}

static PlanSource *
make(PlanFixture *fixture, PlanKind kind, PlanNode *node, PlanNode *component)
{
	PlanSource *source = fixture_source(fixture, kind, "source", node);

	fixture_component(source, component, UNITS(1), 0);
	return source;
}

/* the cycle begins where it is first met, and goes on to the components */
static void
found(void)
{
	PlanFixture *fixture = plan_fixture_create(NOW, INSTANT_END);
	PlanNode   *top = fixture_node(fixture, "top");
	PlanNode   *a = fixture_node(fixture, "a");
	PlanNode   *b = fixture_node(fixture, "b");
	PlanNode   *c = fixture_node(fixture, "c");
	const PlanNode **cycle;
	int			ncycle;

	make(fixture, PLAN_MAKE, top, a);
	make(fixture, PLAN_MAKE, a, fixture_node(fixture, "leaf"));
	make(fixture, PLAN_KIT, a, b);
	make(fixture, PLAN_MOVE, b, c);
	make(fixture, PLAN_MAKE, c, a);
	CHECK(plan_cycle_find(&fixture->network, top, &cycle, &ncycle));
	CHECK_INT(ncycle, 3);
	CHECK(cycle[0] == a && cycle[1] == b && cycle[2] == c);

	/* of itself at once */
	make(fixture, PLAN_MAKE, top, top);
	CHECK(plan_cycle_find(&fixture->network, top, &cycle, &ncycle));
	CHECK(cycle[0] == top && ncycle == 1);
}

static void
not_found(void)
{
	PlanFixture *fixture = plan_fixture_create(NOW, INSTANT_END);
	PlanNode   *top = fixture_node(fixture, "top");
	PlanNode   *a = fixture_node(fixture, "a");
	PlanNode   *b = fixture_node(fixture, "b");
	const PlanNode **cycle;
	int			ncycle;

	/* two ways to the same component, a circle of moves, one apart */
	make(fixture, PLAN_MAKE, top, a);
	make(fixture, PLAN_MAKE, top, b);
	make(fixture, PLAN_MOVE, a, b);
	make(fixture, PLAN_MOVE, b, a);
	make(fixture, PLAN_MAKE, fixture_node(fixture, "apart"),
		 fixture_node(fixture, "apart"));
	CHECK(!plan_cycle_find(&fixture->network, top, &cycle, &ncycle));
}

/* as paths tell that are tried one by one */
static void
property(void)
{
	for (int trial = 0; trial < UNIT_TRIALS / 20; trial++)
	{
		PlanFixture *fixture = plan_fixture_create(NOW, INSTANT_END);
		int			n = (int) unit_random(1, 5);
		bool		expected = false;
		const PlanNode **cycle;
		int			ncycle;

		for (int i = 0; i < n; i++)
			fixture_node(fixture, psprintf("%d", i));
		for (int i = (int) unit_random(0, 6); i > 0; i--)
			make(fixture, unit_random(0, 1) ? PLAN_MAKE : PLAN_MOVE,
				 fixture->nodes[unit_random(0, n - 1)],
				 fixture->nodes[unit_random(0, n - 1)]);

		for (int i = 0; i < fixture->network.nsources; i++)
		{
			const PlanSource *source = fixture->sources[i];
			int			made = source->outputs[0].node->number;

			if (source->kind != PLAN_MOVE && leads_back(fixture, 0, made, n) &&
				leads_back(fixture, source->components[0].node->number, made, n))
				expected = true;
		}
		CHECK_INT(plan_cycle_find(&fixture->network, fixture->nodes[0], &cycle,
								  &ncycle), expected);
	}
}

static bool
leads_back(const PlanFixture *fixture, int from, int to, int steps)
{
	if (from == to)
		return true;
	for (int i = 0; i < fixture->network.nsources && steps > 0; i++)
	{
		const PlanSource *source = fixture->sources[i];

		if (source->outputs[0].node->number == from &&
			leads_back(fixture, source->components[0].node->number, to,
					   steps - 1))
			return true;
	}
	return false;
}
