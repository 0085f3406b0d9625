/*
 * plan_tree_test.c - the rows of a plan, and the path that decides its date.
 */
#include "engine/plan_tree.h"
#include "plan_samples.h"
#include "planner_fixture.h"
#include "unit.h"

/* a Monday */
#define NOW		(9823 * DAY)
#define LIMIT	(NOW + 400 * DAY)

extern void test_plan_tree(void);

/* a bicycle, and what the tests vary of it */
typedef struct Bicycle
{
	PlanFixture *fixture;
	PlanNode   *bike;
	PlanNode   *wheel;
	PlanSource *wheels;
	PlanResource *bench;
} Bicycle;

/* that tree_of made last */
static PlanTree last_tree;

static void path_through_steps(void);
static void path_through_closed_time(void);
static void path_to_a_receipt(void);
static void path_ends_at_capacity(void);
static void path_through_one_branch(void);
static void samples(void);
static Bicycle bicycle(void);
static char *tree_of(Bicycle *bicycle, int64 units);
static char *describe(const PlanTree *tree);

void
test_plan_tree(void)
{
	path_through_steps();
	path_through_closed_time();
	path_to_a_receipt();
	path_ends_at_capacity();
	path_through_one_branch();
	samples();
}

/* the frames take three hours, the wheels a week unless they are there */
static void
path_through_steps(void)
{
	Bicycle		b = bicycle();

	CHECK(strcmp(tree_of(&b, 3),
				 "0*need bike 171-171\n"
				 "1*lot assembly 3-171\n"
				 "2 step 0 3-3\n"
				 "2*step 1 168-171\n"
				 "2 need frame 3-3\n"
				 "3 lot welding 0-3\n"
				 "4 step 0 0-3\n"
				 "2*need wheel 168-168\n"
				 "3*lot wheels 0-168\n") == 0);
	fixture_event(b.wheel, INSTANT_BEGIN, UNITS(6));
	CHECK(strcmp(tree_of(&b, 3),
				 "0*need bike 6-6\n"
				 "1*lot assembly 3-6\n"
				 "2*step 0 3-3\n"
				 "2*step 1 3-6\n"
				 "2*need frame 3-3\n"
				 "3*lot welding 0-3\n"
				 "4*step 0 0-3\n"
				 "2 need wheel 3-3\n") == 0);
}

/* what waits for nothing but the morning waits for what came in the evening */
static void
path_through_closed_time(void)
{
	Bicycle		b = bicycle();

	fixture_work(b.fixture, b.bench, "UTC; Mon-Fri 08:00-16:00");
	fixture_event(b.wheel, INSTANT_BEGIN, UNITS(100));
	CHECK(strstr(tree_of(&b, 7), "3*lot welding 0-7\n") != NULL);
	CHECK(strstr(tree_of(&b, 9), "3 lot welding 0-9\n") == NULL);
}

static void
path_to_a_receipt(void)
{
	Bicycle		b = bicycle();
	char	   *tree;

	fixture_event(b.wheel, NOW + 5 * HOUR, UNITS(6));
	tree = tree_of(&b, 3);
	CHECK(strstr(tree, "0*need bike 8-8\n") != NULL);
	CHECK(strstr(tree, "2*need wheel 5-5\n") != NULL);
	CHECK(strstr(tree, "lot wheels") == NULL);
	CHECK(strstr(tree, "2 need frame 3-3\n") != NULL);
	CHECK_INT(last_tree.waiting_lot, -1);
}

/* everything is there at 3:00, the bench is not */
static void
path_ends_at_capacity(void)
{
	Bicycle		b = bicycle();
	char	   *tree;

	fixture_event(b.wheel, INSTANT_BEGIN, UNITS(100));
	fixture_capacity(b.bench, NOW, NOW + 20 * HOUR, -UNITS(1), true);
	tree = tree_of(&b, 3);
	CHECK(strstr(tree, "2*step 1 20-23\n") != NULL);
	CHECK(strstr(tree, "2 step 0 ") != NULL);
	CHECK(strstr(tree, "2 need frame ") != NULL);
	CHECK(strstr(tree, "4 step 0 0-3\n") != NULL);
	CHECK_INT(last_tree.waiting_lot, 0);
	CHECK_INT(last_tree.waiting_step, 1);
	CHECK_INT(last_tree.waiting_since, NOW + 3 * HOUR);
}

/* of parallel steps the one that ends last */
static void
path_through_one_branch(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *node = fixture_node(fixture, "house");
	PlanSource *source = fixture_source(fixture, PLAN_MAKE, "build", node);
	Bicycle		b = {.fixture = fixture,.bike = node};

	fixture_step(source, NULL, 0, 2 * HOUR, 0);
	fixture_step(source, NULL, 0, 5 * HOUR, 0);
	fixture_parallel(fixture_step(source, NULL, 0, 3 * HOUR, 0));
	fixture_link(&source->steps[2], 0, HOUR);
	fixture_link(fixture_step(source, NULL, 0, HOUR, 0), 1, 0);
	plan_fixture_finish(fixture);
	CHECK(strcmp(tree_of(&b, 1),
				 "0*need house 8-8\n"
				 "1*lot build 0-8\n"
				 "2*step 0 0-2\n"
				 "2*step 1 2-7\n"
				 "2 step 2 3-6\n"
				 "2*step 3 7-8\n") == 0);
}

/*
 * Of every kind of plan: each need, lot and step has its row, and the path leads
 * from the request to one thing at a time.
 */
static void
samples(void)
{
	for (int i = 0; i < plan_samples_count(); i++)
	{
		PlanSample	sample;
		PlanTree	tree;
		int			nrows;
		Instant		reached = INSTANT_END;

		plan_sample_make(i, &sample);
		plan_tree_build(&sample.fixture->network, sample.plan, &tree);

		nrows = sample.plan->nneeds + sample.plan->nlots;
		for (int lot = 0; lot < sample.plan->nlots; lot++)
			nrows += sample.plan->lots[lot].source->nsteps;
		CHECK_INT(tree.nrows, nrows);
		CHECK_INT(tree.rows[0].level, 0);
		CHECK(tree.rows[0].critical);

		for (int row = 1; row < tree.nrows; row++)
		{
			const PlanTreeRow *r = &tree.rows[row];
			int			parent = row - 1;

			while (tree.rows[parent].level >= r->level)
				parent--;
			CHECK_INT(tree.rows[parent].level, r->level - 1);
			CHECK_INT(tree.rows[parent].kind,
					  r->kind == PLAN_ROW_LOT ? PLAN_ROW_NEED : PLAN_ROW_LOT);
			if (!r->critical)
				continue;
			CHECK(tree.rows[parent].critical);
			if (r->kind != PLAN_ROW_LOT)
				continue;
			CHECK(r->end <= reached);
			reached = r->start;
		}
	}
}

static Bicycle
bicycle(void)
{
	PlanFixture *fixture = planner_network(NOW, LIMIT);
	PlanNode   *frame = fixture_node(fixture, "frame");
	PlanSource *assembly;
	PlanSource *welding;
	Bicycle		b = {
		.fixture = fixture,
		.bike = fixture_node(fixture, "bike"),
		.wheel = fixture_node(fixture, "wheel"),
		.bench = fixture_resource(fixture, "bench", UNITS(1))
	};

	assembly = fixture_source(fixture, PLAN_MAKE, "assembly", b.bike);
	welding = fixture_source(fixture, PLAN_MAKE, "welding", frame);
	b.wheels = fixture_source(fixture, PLAN_BUY, "wheels", b.wheel);
	b.wheels->lead_time.days = 7;
	fixture_step(welding, NULL, 0, 0, HOUR);
	fixture_step(assembly, NULL, 0, 0, 0);
	fixture_step(assembly, b.bench, UNITS(1), 0, HOUR);
	fixture_component(assembly, frame, UNITS(1), 0);
	fixture_component(assembly, b.wheel, UNITS(2), 1);
	plan_fixture_finish(fixture);
	return b;
}

/* the plan for so many as early as possible; times are hours from now */
static char *
tree_of(Bicycle *b, int64 units)
{
	PlanRequest request = planner_request(b->bike, units);
	PlanAnswer	answer;

	for (int i = 0; i < b->fixture->network.nnodes; i++)
		b->fixture->nodes[i]->state = NULL;
	for (int i = 0; i < b->fixture->network.nresources; i++)
		b->fixture->resources[i]->state = NULL;
	answer = planner_ask(planner_create(&b->fixture->network), &request);
	if (!CHECK(answer.possible))
		return "";
	plan_tree_build(&b->fixture->network, &answer.plan, &last_tree);
	return describe(&last_tree);
}

static char *
describe(const PlanTree *tree)
{
	char	   *text = "";

	for (int i = 0; i < tree->nrows; i++)
	{
		const PlanTreeRow *row = &tree->rows[i];
		const char *name = "";

		if (row->kind == PLAN_ROW_NEED)
			name = psprintf("need %s", tree->plan->needs[row->need].node->item);
		else if (row->kind == PLAN_ROW_LOT)
			name = psprintf("lot %s", tree->plan->lots[row->lot].source->name);
		else
			name = psprintf("step %d", row->step);
		text = psprintf("%s%d%c%s %d-%d\n", text, row->level,
						row->critical ? '*' : ' ', name,
						(int) ((row->start - NOW) / HOUR),
						(int) ((row->end - NOW) / HOUR));
	}
	return text;
}
