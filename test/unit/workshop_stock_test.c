/*
 * workshop_stock_test.c - steps that consume what other steps of the lot yield.
 *
 * Small random projects: a schedule is sound in the checker's eyes, forward and
 * backward; and where there is none, no order of the steps has enough for each when
 * its turn comes.  The same where others supply and take something meanwhile, but for
 * the orders.
 */
#include "plan_fixture.h"
#include "unit.h"

#include "engine/plan_check.h"
#include "engine/workshop.h"

extern void test_workshop_stock(void);

#define MAX_STEPS	6
#define NSTOCKS		2
#define MAX_CHANGES	4
#define TRIALS		2000

typedef struct Shop
{
	PlanFixture *fixture;
	PlanSource *source;
	PlanNode   *nodes[NSTOCKS];
	TimeTree   *balances[NSTOCKS];
	int			stock[NSTOCKS];
	TimeChange	changes[NSTOCKS][MAX_CHANGES];
	int			nchanges[NSTOCKS];
	int			takes[MAX_STEPS][NSTOCKS];
	int			yields[MAX_STEPS][NSTOCKS];
} Shop;

static void random_order(void);
static void random_meanwhile(void);
static void random_shop(Shop *shop);
static void random_changes(Shop *shop);
static Workshop *open_workshop(Shop *shop, TimeJournal *journal);
static TimeTree *balance(void *owner, PlanNode *node);
static bool any_order(const Shop *shop, bool *done, const int *stock);
static bool is_sound(const Shop *shop, const LotSchedule *schedule);

void
test_workshop_stock(void)
{
	random_order();
	random_meanwhile();
}

static void
random_order(void)
{
	int			nplaced = 0;
	int			nhopeless = 0;

	for (int trial = 0; trial < TRIALS; trial++)
	{
		WorkshopEffort effort = {.schedules = 60,.seed = 3};
		Instant		release[MAX_STEPS] = {0};
		bool		done[MAX_STEPS] = {false};
		TimeJournal *journal = time_journal_create();
		Workshop   *workshop;
		Shop		shop;
		LotSchedule first;
		LotSchedule improved;
		LotSchedule late;

		random_shop(&shop);
		workshop = open_workshop(&shop, journal);
		CHECK_INT(workshop_forward(workshop, shop.source, UNITS(1), release,
								   NULL, &first), PROMISE_OK);
		CHECK_INT(workshop_forward(workshop, shop.source, UNITS(1), release,
								   &effort, &improved), PROMISE_OK);
		CHECK(improved.end <= first.end);
		CHECK_INT(improved.end != INSTANT_END,
				  any_order(&shop, done, shop.stock));
		if (improved.end == INSTANT_END)
		{
			CHECK_INT(workshop_backward(workshop, shop.source, UNITS(1),
										90 * HOUR, &effort, &late), PROMISE_OK);
			CHECK_INT(late.end, INSTANT_END);
			nhopeless++;
			continue;
		}
		nplaced++;
		CHECK(is_sound(&shop, &improved));
		if (first.end != INSTANT_END)
			CHECK(is_sound(&shop, &first));

		/* nothing stays taken */
		for (int i = 0; i < NSTOCKS; i++)
			CHECK_INT(time_tree_size(shop.balances[i]), 0);

		CHECK_INT(workshop_backward(workshop, shop.source, UNITS(1),
									90 * HOUR, &effort, &late), PROMISE_OK);
		CHECK(late.end != INSTANT_END && late.end <= 90 * HOUR);
		CHECK(is_sound(&shop, &late));
		time_journal_free(journal);
	}
	CHECK(nplaced > TRIALS / 4);
	CHECK(nhopeless > TRIALS / 20);
}

static void
random_meanwhile(void)
{
	int			nearly = 0;
	int			nlate = 0;

	for (int trial = 0; trial < TRIALS; trial++)
	{
		WorkshopEffort effort = {.schedules = 60,.seed = 3};
		Instant		release[MAX_STEPS] = {0};
		TimeJournal *journal = time_journal_create();
		Workshop   *workshop;
		Shop		shop;
		LotSchedule early;
		LotSchedule late;

		random_shop(&shop);
		random_changes(&shop);
		workshop = open_workshop(&shop, journal);
		CHECK_INT(workshop_forward(workshop, shop.source, UNITS(1), release,
								   &effort, &early), PROMISE_OK);
		CHECK_INT(workshop_backward(workshop, shop.source, UNITS(1),
									unit_random(10, 90) * HOUR, &effort, &late),
				  PROMISE_OK);
		if (early.end != INSTANT_END)
			nearly += CHECK(is_sound(&shop, &early));
		if (late.end != INSTANT_END)
			nlate += CHECK(is_sound(&shop, &late));
		for (int i = 0; i < NSTOCKS; i++)
			CHECK_INT(time_tree_size(shop.balances[i]), shop.nchanges[i]);
		time_journal_free(journal);
	}
	CHECK(nearly > TRIALS / 4);
	CHECK(nlate > TRIALS / 8);
}

/* others, whom there is always enough for */
static void
random_changes(Shop *shop)
{
	for (int i = 0; i < NSTOCKS; i++)
	{
		int			there = shop->stock[i];
		Instant		at = 0;

		for (int j = 0; j < MAX_CHANGES; j++)
		{
			int			delta = (int) unit_random(-Min(there, 3), 3);

			at += unit_random(1, 20) * HOUR;
			there += delta;
			if (delta == 0)
				continue;
			fixture_event(shop->nodes[i], at, delta);
			shop->changes[i][shop->nchanges[i]].at = at;
			shop->changes[i][shop->nchanges[i]++].delta = delta;
		}
	}
}

static Workshop *
open_workshop(Shop *shop, TimeJournal *journal)
{
	Workshop   *workshop = workshop_create(&shop->fixture->network, journal);

	for (int i = 0; i < NSTOCKS; i++)
		shop->balances[i] = time_tree_create(journal, shop->stock[i],
											 shop->changes[i],
											 shop->nchanges[i]);
	workshop_share_balances(workshop, balance, shop);
	return workshop;
}

static void
random_shop(Shop *shop)
{
	int			nsteps = (int) unit_random(2, MAX_STEPS);
	PlanResource *resource;

	memset(shop, 0, sizeof(*shop));
	shop->fixture = plan_fixture_create(0, 96 * HOUR);
	resource = fixture_resource(shop->fixture, "A", 2);
	shop->source = fixture_source(shop->fixture, PLAN_MAKE, "project",
								  fixture_node(shop->fixture, "X"));
	for (int i = 0; i < NSTOCKS; i++)
	{
		shop->nodes[i] = fixture_node(shop->fixture, i == 0 ? "S" : "T");
		shop->stock[i] = (int) unit_random(0, 3);
		fixture_event(shop->nodes[i], INSTANT_BEGIN, shop->stock[i]);
	}
	for (int i = 0; i < nsteps; i++)
	{
		PlanStep   *step = fixture_step(shop->source, NULL, 0,
										unit_random(0, 4) * HOUR, 0);

		fixture_parallel(step);
		for (int j = 0; j < i; j++)
		{
			if (unit_random(0, 4) == 0)
				fixture_link(step, j, 0);
		}
		if (unit_random(0, 1) == 0)
			fixture_use(step, &resource, 1, unit_random(1, 2));
		for (int j = 0; j < NSTOCKS; j++)
		{
			if (unit_random(0, 1) == 0)
			{
				shop->takes[i][j] = (int) unit_random(1, 3);
				fixture_component(shop->source, shop->nodes[j],
								  shop->takes[i][j], i);
			}
			if (unit_random(0, 1) == 0)
			{
				shop->yields[i][j] = (int) unit_random(1, 3);
				fixture_output(shop->source, shop->nodes[j],
							   shop->yields[i][j])->after_step = i + 1;
			}
		}
	}
	/* nodes that no step yields are the planner's matter: let none remain */
	for (int j = 0; j < NSTOCKS; j++)
	{
		shop->yields[nsteps - 1][j] += 1;
		fixture_output(shop->source, shop->nodes[j], 1)->after_step = nsteps;
	}
	plan_fixture_finish(shop->fixture);
}

static TimeTree *
balance(void *owner, PlanNode *node)
{
	Shop	   *shop = owner;

	return shop->balances[node == shop->nodes[0] ? 0 : 1];
}

/*
 * Is there an order in which each step finds what it takes?
 */
static bool
any_order(const Shop *shop, bool *done, const int *stock)
{
	bool		all = true;

	for (int i = 0; i < shop->source->nsteps; i++)
	{
		const PlanStep *step = &shop->source->steps[i];
		int			after[NSTOCKS];
		bool		ready = !done[i];

		all &= done[i];
		for (int j = 0; j < step->nbefore; j++)
			ready &= done[step->before[j].step];
		for (int j = 0; j < NSTOCKS; j++)
		{
			ready &= stock[j] >= shop->takes[i][j];
			after[j] = stock[j] - shop->takes[i][j] + shop->yields[i][j];
		}
		if (!ready)
			continue;
		done[i] = true;
		if (any_order(shop, done, after))
			return true;
		done[i] = false;
	}
	return all;
}

static bool
is_sound(const Shop *shop, const LotSchedule *schedule)
{
	PlanSource *source = shop->source;
	PlanNeed	needs[MAX_STEPS * NSTOCKS + 1];
	bool		uses[MAX_STEPS * NSTOCKS];
	PlanLot		lot = {
		.source = source,.next_lot = -1,.quantity = UNITS(1),
		.start = schedule->start,.end = schedule->end,
		.tasks = schedule->tasks,.uses_component = uses
	};
	SupplyPlan	plan = {
		.needs = needs,.nneeds = source->ncomponents + 1,.lots = &lot,
		.nlots = 1
	};
	PlanVerdict verdict;

	memset(needs, 0, sizeof(needs));
	memset(uses, true, sizeof(uses));
	needs[0].node = source->outputs[0].node;
	needs[0].lot = needs[0].component = needs[0].bound_by_need = -1;
	needs[0].quantity = UNITS(1);
	needs[0].at = schedule->end;
	for (int i = 0; i < source->ncomponents; i++)
	{
		needs[i + 1].node = source->components[i].node;
		needs[i + 1].component = i;
		needs[i + 1].quantity = source->components[i].quantity;
		needs[i + 1].from_balance = needs[i + 1].quantity;
		needs[i + 1].at = schedule->tasks[source->components[i].step].start;
		needs[i + 1].first_lot = needs[i + 1].bound_by_need = -1;
	}
	return plan_check(&shop->fixture->network, NULL, 0, &plan,
					  &verdict) == PROMISE_OK && verdict.nviolations == 0;
}
