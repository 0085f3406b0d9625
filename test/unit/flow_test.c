/*
 * flow_test.c - from rows to flows: supply that is bound and spoils.
 */
#include "unit.h"

#include "engine/atp.h"

extern void test_flow(void);

#define GRID		24			/* instants 0 .. GRID - 1; now is NOW */
#define NOW			4
#define MAX_EVENTS	14

static FlowEvent events[MAX_EVENTS];
static FlowDetail details[MAX_EVENTS];
static StockNode node;

static void random_node(void);
static void test_bound_shelf_life(void);
static void random_runs(void);
static bool is_sorted_copy(const FlowList *list);
static void test_order(void);

void
test_flow(void)
{
	test_bound_shelf_life();
	test_order();
}

/*
 * Rows of which two in three expire if they are supply.
 */
static void
random_node(void)
{
	memset(&node, 0, sizeof(node));
	node.item = "ITEM";
	node.location = "main";
	node.events = events;
	node.nevents = (int) unit_random(0, MAX_EVENTS);
	node.rules.horizon_end = INSTANT_END;
	node.rules.lead_end = INSTANT_END;
	node.rules.overdue_at = unit_random(0, 3) == 0 ? INSTANT_END :
		unit_random(NOW, NOW + 4);

	for (int i = 0; i < node.nevents; i++)
	{
		events[i].delta = unit_random(-6, 6);
		events[i].at = unit_random(0, GRID - 1);
		if (events[i].delta > 0 && unit_random(0, 3) == 0)
			events[i].at = INSTANT_BEGIN;
		events[i].detail = &details[i];
		memset(&details[i], 0, sizeof(FlowDetail));
		details[i].is_supply = events[i].delta > 0;
		details[i].expires_at = unit_random(0, 2) == 0 ? INSTANT_END :
			unit_random(NOW - 1, GRID + 2);
	}
}

/*
 * Where every row belongs to one ref, the free balance sees of them just what
 * the same rows would lack if they were free.
 */
static void
test_bound_shelf_life(void)
{
	int			lacking = 0;

	for (int trial = 0; trial < UNIT_TRIALS; trial++)
	{
		AtpCurve	bound;
		AtpCurve	unbound;
		bool		same = true;

		random_node();
		(void) atp_curve_build(&node, NOW, ATP_LOOKAHEAD, &unbound);
		for (int i = 0; i < node.nevents; i++)
		{
			if (details[i].is_supply)
				details[i].for_ref = "A";
			else
				details[i].ref = "A";
		}
		(void) atp_curve_build(&node, NOW, ATP_LOOKAHEAD, &bound);

		for (int t = NOW; t < GRID + 3; t++)
		{
			int			step = atp_curve_find(&unbound, t);
			Quantity	lack = Min(unbound.steps[step].balance, 0);

			step = atp_curve_find(&bound, t);
			same &= bound.steps[step].balance == lack;
			lacking += lack < 0;
		}
		CHECK(same);
	}
	CHECK(lacking > UNIT_TRIALS / 10);
}

/*
 * Rows without details, in runs that are in order; each has its own quantity.
 */
static void
random_runs(void)
{
	int			longest = (int) unit_random(1, MAX_EVENTS);

	random_node();
	for (int i = 0; i < node.nevents; i++)
	{
		events[i].delta = (i + 1) * (unit_random(0, 1) == 0 ? 1 : -1);
		events[i].detail = NULL;
		if (i > 0 && unit_random(0, longest) > 0)
			events[i].at = unit_random(events[i - 1].at, GRID - 1);
		else
			events[i].at = unit_random(0, GRID - 1);
	}
}

/* what is to be: instant by instant, each one's rows as they were given */
static bool
is_sorted_copy(const FlowList *list)
{
	int			n = 0;

	for (Instant t = NOW; t < GRID; t++)
	{
		for (int i = 0; i < node.nevents; i++)
		{
			if (flow_counts_at(&events[i], &node.rules, NOW) != t)
				continue;
			if (n == list->nflows || list->flows[n].at != t ||
				list->flows[n].delta != events[i].delta)
				return false;
			n++;
		}
	}
	return n == list->nflows;
}

/*
 * Whatever runs the rows come in, flows are sorted and lose nothing.
 */
static void
test_order(void)
{
	int			unsorted = 0;

	for (int trial = 0; trial < UNIT_TRIALS; trial++)
	{
		FlowList	list;

		random_runs();
		for (int i = 1; i < node.nevents; i++)
			unsorted += events[i].at < events[i - 1].at;
		CHECK(flow_list_build(&node, NOW, &list) == PROMISE_OK);
		CHECK(is_sorted_copy(&list));
		flow_list_free(&list);
	}
	CHECK(unsorted > UNIT_TRIALS / 2);
}
