/*
 * workshop_improve_test.c - orders of steps that share resources.
 *
 * Small projects are placed in every order that precedence allows: one of them gives
 * the earliest end there is.  The search must find it nearly always, never claims
 * more, and never loses to the order as listed.  The checker sees every plan.
 */
#include "plan_fixture.h"
#include "unit.h"

#include "core/calendar_text.h"
#include "engine/plan_check.h"
#include "engine/workshop.h"

extern void test_workshop_improve(void);

#define MAX_STEPS	6
#define TRIALS		600

typedef struct Shop
{
	PlanFixture *fixture;
	PlanSource *source;
	PlanResource *resources[3];
	Instant		release[MAX_STEPS];
} Shop;

static void random_shop(Shop *shop, bool flat);
static WorkTime *day_shift(void);
static void place(Shop *shop, bool forward, Instant deadline, int schedules,
				  LotSchedule *schedule);
static Instant best_of_all(Shop *shop, bool forward, Instant deadline);
static void try_orders(Shop *shop, PlanSource *reordered, int *places,
					   bool forward, Instant deadline, Instant *best);
static bool is_sound(const Shop *shop, const LotSchedule *schedule);

static void
utc_regime(const CalendarZone *zone, Instant at, int64 *offset, Instant *until)
{
	*offset = 0;
	*until = INSTANT_END;
}

static const CalendarZone utc = {utc_regime};

void
test_workshop_improve(void)
{
	int			nbest = 0;
	int			ntried = 0;

	for (int trial = 0; trial < TRIALS; trial++)
	{
		bool		forward = trial % 3 != 0;
		Instant		deadline = unit_random(60, 90) * HOUR;
		Shop		shop;
		LotSchedule first;
		LotSchedule improved;
		LotSchedule again;
		Instant		best;

		random_shop(&shop, trial % 2 == 0);
		place(&shop, forward, deadline, 0, &first);
		place(&shop, forward, deadline, 200, &improved);
		place(&shop, forward, deadline, 200, &again);
		best = best_of_all(&shop, forward, deadline);

		CHECK_INT(improved.start, again.start);
		CHECK_INT(improved.end, again.end);
		if (!CHECK_INT(first.end != INSTANT_END, improved.end != INSTANT_END) ||
			first.end == INSTANT_END)
			continue;
		CHECK(is_sound(&shop, &first));
		CHECK(is_sound(&shop, &improved));
		if (forward)
			CHECK(improved.end <= first.end && improved.end >= best);
		else
			CHECK(improved.start >= first.start && improved.start <= best &&
				  improved.end <= deadline);
		ntried++;
		nbest += (forward ? improved.end : improved.start) == best;
	}
	CHECK(ntried > TRIALS / 2);
	CHECK(nbest * 100 >= ntried * 98);
}

static void
random_shop(Shop *shop, bool flat)
{
	static const char *const names[] = {"A", "B", "C"};
	int			nsteps = (int) unit_random(2, MAX_STEPS);

	memset(shop, 0, sizeof(*shop));
	shop->fixture = plan_fixture_create(0, 96 * HOUR);
	for (int i = 0; i < 3; i++)
	{
		shop->resources[i] = fixture_resource(shop->fixture, names[i],
											  UNITS(unit_random(2, 4)));
		if (!flat && unit_random(0, 1) == 0)
			shop->resources[i]->work = day_shift();
		if (!flat && unit_random(0, 1) == 0)
			fixture_capacity(shop->resources[i], unit_random(0, 8) * HOUR,
							 unit_random(9, 20) * HOUR, -UNITS(1), true);
	}
	shop->source = fixture_source(shop->fixture, PLAN_MAKE, "project",
								  fixture_node(shop->fixture, "X"));
	for (int i = 0; i < nsteps; i++)
	{
		PlanStep   *step = fixture_step(shop->source, NULL, 0,
										unit_random(0, 5) * HOUR, 0);

		fixture_parallel(step);
		for (int j = 0; j < i; j++)
		{
			if (unit_random(0, 3) == 0)
				fixture_link(step, j, unit_random(0, 2) * HOUR);
		}
		for (int j = 0; j < 3; j++)
		{
			if (unit_random(0, 1) == 0)
				fixture_use(step, &shop->resources[j], 1,
							UNITS(unit_random(1, 2)));
		}
		shop->release[i] = unit_random(0, 3) == 0 ? unit_random(0, 6) * HOUR : 0;
	}
	plan_fixture_finish(shop->fixture);
}

static WorkTime *
day_shift(void)
{
	CalendarDraft *draft = palloc(sizeof(CalendarDraft));
	CalendarRules *rules = palloc(sizeof(CalendarRules));
	CalendarFault fault;

	CHECK_INT(calendar_parse("UTC; Mon-Sun 04:00-10:00 12:00-20:00", draft,
							 &fault), PROMISE_OK);
	CHECK_INT(calendar_finish(draft, rules, &fault), PROMISE_OK);
	return work_time_create(rules, &utc, 0, 96 * HOUR);
}

static void
place(Shop *shop, bool forward, Instant deadline, int schedules,
	  LotSchedule *schedule)
{
	int			all = schedules * shop->source->nsteps;
	int			left = all;
	WorkshopEffort effort = {.schedules = schedules,.left = &left,.seed = 7};
	TimeJournal *journal = time_journal_create();
	Workshop   *workshop = workshop_create(&shop->fixture->network, journal);

	if (forward)
		CHECK_INT(workshop_forward(workshop, shop->source, UNITS(1),
								   shop->release, &effort, schedule),
				  PROMISE_OK);
	else
		CHECK_INT(workshop_backward(workshop, shop->source, UNITS(1),
									deadline, &effort, schedule), PROMISE_OK);
	CHECK(left >= 0 && left <= all);

	/* nothing is tried any more */
	if (forward && left == 0)
	{
		LotSchedule first;
		LotSchedule limited;

		CHECK_INT(workshop_forward(workshop, shop->source, UNITS(1),
								   shop->release, NULL, &first), PROMISE_OK);
		effort.schedules = 200;
		CHECK_INT(workshop_forward(workshop, shop->source, UNITS(1),
								   shop->release, &effort, &limited), PROMISE_OK);
		CHECK_INT(left, 0);
		CHECK_INT(limited.end, first.end);
	}
	time_journal_free(journal);
}

/*
 * The earliest end, or the latest start, of all orders: a source that lists the
 * steps in that order is placed in it.
 */
static Instant
best_of_all(Shop *shop, bool forward, Instant deadline)
{
	Instant		best = forward ? INSTANT_END : INSTANT_BEGIN;
	PlanSource	reordered = *shop->source;
	int			places[MAX_STEPS];

	reordered.steps = palloc(MAX_STEPS * sizeof(PlanStep));
	reordered.nsteps = 0;
	memset(places, -1, sizeof(places));
	try_orders(shop, &reordered, places, forward, deadline, &best);
	return best;
}

/*
 * places[i] is where step i stands in the order, -1: not yet.
 */
static void
try_orders(Shop *shop, PlanSource *reordered, int *places, bool forward,
		   Instant deadline, Instant *best)
{
	int			n = shop->source->nsteps;

	if (reordered->nsteps == n)
	{
		Shop		copy = *shop;
		LotSchedule schedule;

		copy.source = reordered;
		for (int i = 0; i < n; i++)
			copy.release[places[i]] = shop->release[i];
		place(&copy, forward, deadline, 0, &schedule);
		if (schedule.end != INSTANT_END)
			*best = forward ? Min(*best, schedule.end) :
				Max(*best, schedule.start);
		return;
	}

	for (int i = 0; i < n; i++)
	{
		PlanStep	step = shop->source->steps[i];
		bool		ready = places[i] < 0;

		step.before = palloc((step.nbefore + 1) * sizeof(PlanLink));
		for (int j = 0; j < step.nbefore && ready; j++)
		{
			step.before[j] = shop->source->steps[i].before[j];
			step.before[j].step = places[step.before[j].step];
			ready = step.before[j].step >= 0;
		}
		if (!ready)
			continue;
		places[i] = reordered->nsteps;
		reordered->steps[reordered->nsteps++] = step;
		try_orders(shop, reordered, places, forward, deadline, best);
		reordered->nsteps--;
		places[i] = -1;
	}
}

static bool
is_sound(const Shop *shop, const LotSchedule *schedule)
{
	PlanNeed	need = {
		.node = shop->source->outputs[0].node,.lot = -1,.component = -1,
		.quantity = UNITS(1),.at = schedule->end,.bound_by_need = -1
	};
	PlanLot		lot = {
		.source = shop->source,.next_lot = -1,.quantity = UNITS(1),
		.start = schedule->start,.end = schedule->end,
		.tasks = schedule->tasks
	};
	SupplyPlan	plan = {
		.needs = &need,.nneeds = 1,.lots = &lot,.nlots = 1
	};
	PlanVerdict verdict;

	return plan_check(&shop->fixture->network, NULL, 0, &plan,
					  &verdict) == PROMISE_OK && verdict.nviolations == 0;
}
