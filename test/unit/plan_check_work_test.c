/*
 * plan_check_work_test.c - the rules about work and resources at their very edge.
 *
 * As in plan_check_rule_test.c the samples stay and the network is changed.
 */
#include "plan_samples.h"
#include "unit.h"

static void check_work(void);
static void check_precedence(void);
static void check_pools(void);
static void check_capacity(void);
static void check_buckets(void);
static void check_changeovers(void);
static void check_changeover_neighbours(void);
static void check_changeover_blame(void);
static void check_taken(void);

/* the sample breaks just these rules */
#define CHECK_RULES(sample, rules) \
	CHECK_INT(plan_sample_broken(&(sample)), (rules))

void
test_plan_check_work(void)
{
	check_work();
	check_precedence();
	check_pools();
	check_capacity();
	check_buckets();
	check_changeovers();
	check_changeover_neighbours();
	check_changeover_blame();
	check_taken();
}

/*
 * Open time, to the microsecond.
 */
static void
check_work(void)
{
	PlanSample	sample = plan_sample_named("pauses");
	PlanStep   *steps = sample.plan->lots[0].source->steps;
	PlanResource *oven = sample.fixture->resources[0];
	PlanResource *worker = sample.fixture->resources[2];

	steps[0].setup--;
	CHECK_RULES(sample, RULE(PLAN_RULE_WORK));
	steps[0].setup++;
	steps[1].run++;
	CHECK_RULES(sample, RULE(PLAN_RULE_WORK));
	steps[1].run--;

	/* without a pause: the night is in between */
	steps[1].pauses = false;
	CHECK_RULES(sample, RULE(PLAN_RULE_WORK));
	steps[1].pauses = true;

	/* a break in what has none, even if the time is enough */
	fixture_work(sample.fixture, oven,
				 "UTC; Mon-Fri 08:00-12:00 12:30-16:30");
	sample.plan->lots[0].tasks[0].end += HOUR / 2;
	CHECK_RULES(sample, RULE(PLAN_RULE_WORK));
	steps[0].pauses = true;
	CHECK_RULES(sample, 0);
	fixture_work(sample.fixture, oven, "UTC; Mon-Fri 08:00-16:30");
	CHECK_RULES(sample, RULE(PLAN_RULE_WORK));
	steps[0].setup += HOUR / 2;
	CHECK_RULES(sample, 0);

	/* nobody waits with units in hand: neither before the work nor after it */
	sample.plan->lots[0].tasks[1].start--;
	CHECK_RULES(sample, RULE(PLAN_RULE_WORK));
	sample.plan->lots[0].tasks[1].start++;
	fixture_work(sample.fixture, worker, "UTC; Mon-Fri 10:00-13:30 14:00-18:00");
	steps[1].run -= HOUR / 4;
	CHECK_RULES(sample, 0);
	steps[1].run -= 3 * HOUR / 4;
	sample.plan->lots[0].tasks[1].end = SAMPLE_AT(1, 15) + HOUR / 2;
	sample.plan->lots[0].end = SAMPLE_AT(1, 15) + HOUR / 2;
	CHECK_RULES(sample, 0);
	steps[1].run = 7 * HOUR / 4;
	sample.plan->lots[0].tasks[1].end = SAMPLE_AT(1, 13) + HOUR / 2;
	sample.plan->lots[0].end = SAMPLE_AT(1, 13) + HOUR / 2;
	CHECK_RULES(sample, 0);
	sample.plan->lots[0].tasks[1].end++;
	sample.plan->lots[0].end++;
	CHECK_RULES(sample, RULE(PLAN_RULE_WORK));

	/* batches: of two, as many as are begun */
	sample = plan_sample_named("pauses");
	steps = sample.plan->lots[0].source->steps;
	sample.plan->lots[0].source->lot_minimum = 0;
	sample.plan->needs[0].quantity = UNITS(3);
	sample.plan->lots[0].quantity = UNITS(2) + 1;
	CHECK_RULES(sample, RULE(PLAN_RULE_SUPPLIED) | RULE(PLAN_RULE_BALANCE));
	sample.plan->needs[0].quantity = UNITS(2);
	CHECK_RULES(sample, 0);
	sample.plan->lots[0].quantity = UNITS(2);
	CHECK_RULES(sample, RULE(PLAN_RULE_WORK));
}

static void
check_precedence(void)
{
	PlanSample	sample = plan_sample_named("parallel");
	PlanStep   *steps = sample.plan->lots[0].source->steps;

	steps[1].before[0].lag++;
	CHECK_RULES(sample, RULE(PLAN_RULE_PRECEDENCE));
	steps[1].before[0].lag--;
	steps[2].before[0].lag = 2 * HOUR;
	CHECK_RULES(sample, 0);
	steps[2].before[0].lag++;
	CHECK_RULES(sample, RULE(PLAN_RULE_PRECEDENCE));
	steps[2].before[0].lag = 0;
	steps[3].before[0].lag++;
	CHECK_RULES(sample, RULE(PLAN_RULE_PRECEDENCE));
	steps[3].before[0].lag--;
	steps[3].before[1].lag++;
	CHECK_RULES(sample, RULE(PLAN_RULE_PRECEDENCE));
}

/*
 * Any member of the crew, but no member twice.
 */
static void
check_pools(void)
{
	PlanSample	sample = plan_sample_named("parallel");
	PlanResource **crew = sample.fixture->resources;
	PlanResource **resources = sample.plan->lots[0].tasks[3].resources;

	resources[0] = crew[1];
	resources[1] = crew[2];
	CHECK_RULES(sample, 0);
	resources[0] = crew[2];
	CHECK_RULES(sample, RULE(PLAN_RULE_CAPACITY));
	resources[0] = crew[0];
	CHECK_RULES(sample, RULE(PLAN_RULE_CAPACITY));
	resources[0] = crew[1];
	sample.plan->lots[0].tasks[0].resources[0] = crew[1];
	CHECK_RULES(sample, RULE(PLAN_RULE_RESOURCE));
}

/*
 * Capacity counts as long as a step holds it, open or closed, and no longer.
 */
static void
check_capacity(void)
{
	PlanSample	sample = plan_sample_named("make");
	PlanResource *welding = sample.fixture->resources[0];
	PlanResource *assembly = sample.fixture->resources[1];
	CapacityEvent *event = &welding->capacity.events[0];

	event->from--;
	CHECK_RULES(sample, RULE(PLAN_RULE_CAPACITY));
	event->from++;
	event->until = SAMPLE_AT(0, 10);
	event->from = SAMPLE_NOW;
	CHECK_RULES(sample, RULE(PLAN_RULE_CAPACITY));
	event->until = SAMPLE_AT(0, 8);
	CHECK_RULES(sample, 0);
	event->until++;
	CHECK_RULES(sample, RULE(PLAN_RULE_CAPACITY));

	/* at night, in the pause */
	event->from = SAMPLE_AT(0, 20);
	event->until = SAMPLE_AT(0, 20) + 1;
	CHECK_RULES(sample, RULE(PLAN_RULE_CAPACITY));
	event->from = event->until;
	CHECK_RULES(sample, 0);

	assembly->capacity.units--;
	CHECK_RULES(sample, RULE(PLAN_RULE_CAPACITY));
	fixture_capacity(assembly, SAMPLE_AT(1, 9), SAMPLE_AT(1, 12), 1, false);
	CHECK_RULES(sample, 0);
	assembly->capacity.events[0].until--;
	CHECK_RULES(sample, RULE(PLAN_RULE_CAPACITY));
	assembly->capacity.known = false;
	assembly->capacity.finite = false;
	CHECK_RULES(sample, RULE(PLAN_RULE_CAPACITY));
	assembly->capacity.known = true;
	CHECK_RULES(sample, 0);

	/* what takes no time takes nothing */
	sample = plan_sample_named("buckets");
	sample.fixture->resources[0]->bucketed = false;
	sample.fixture->resources[0]->capacity.nevents = 0;
	CHECK_RULES(sample, RULE(PLAN_RULE_CAPACITY));
	sample.plan->lots[0].source->steps[0].setup = 0;
	sample.plan->lots[0].tasks[0].start = SAMPLE_AT(1, 6);
	sample.plan->lots[0].start = SAMPLE_AT(1, 6);
	CHECK_RULES(sample, 0);
}

/*
 * Units for each unit of the lot, from the whole piece in which the step starts.
 */
static void
check_buckets(void)
{
	PlanSample	sample = plan_sample_named("buckets");
	PlanResource *press = sample.fixture->resources[0];
	PlanUse    *use = &sample.plan->lots[0].source->steps[0].uses[0];

	use->units++;
	CHECK_RULES(sample, RULE(PLAN_RULE_CAPACITY));
	use->units--;

	/* however little of the time is left, and wherever the load is */
	plan_sample_shift_lot(&sample, 0, SAMPLE_AT(2, 0) - 1 - sample.plan->lots[0].start);
	CHECK_RULES(sample, 0);
	press->capacity.events[3].from = press->capacity.events[3].until - 1;
	CHECK_RULES(sample, 0);
	press->capacity.events[3].delta--;
	CHECK_RULES(sample, RULE(PLAN_RULE_CAPACITY));
	plan_sample_shift_lot(&sample, 0, 1);
	CHECK_RULES(sample, 0);
	plan_sample_shift_lot(&sample, 0, SAMPLE_AT(3, 0) - sample.plan->lots[0].start);
	CHECK_RULES(sample, RULE(PLAN_RULE_CAPACITY));

	/* rounded up: 0.5 units of 1.000001 each where 0.5 is left */
	sample = plan_sample_named("buckets");
	press = sample.fixture->resources[0];
	sample.plan->lots[0].quantity = QUANTITY_SCALE / 2;
	sample.plan->needs[0].quantity = QUANTITY_SCALE / 2;
	sample.plan->lots[0].source->steps[0].uses[0].units = UNITS(1);
	press->capacity.events[3].delta = -UNITS(19) / 2;
	CHECK_RULES(sample, 0);
	sample.plan->lots[0].source->steps[0].uses[0].units++;
	CHECK_RULES(sample, RULE(PLAN_RULE_CAPACITY));

	/* even if it takes no time */
	sample = plan_sample_named("buckets");
	press = sample.fixture->resources[0];
	sample.plan->lots[0].source->steps[0].setup = 0;
	sample.plan->lots[0].tasks[0].end = SAMPLE_AT(1, 5);
	sample.plan->lots[0].end = SAMPLE_AT(1, 5);
	CHECK_RULES(sample, 0);
	press->capacity.events[3].delta--;
	CHECK_RULES(sample, RULE(PLAN_RULE_CAPACITY));
}

/*
 * What was there before and after, and idle time for what it needs now.
 */
static void
check_changeovers(void)
{
	PlanSample	sample = plan_sample_named("changeover");
	PlanResource *booth = sample.fixture->resources[0];

	fixture_capacity(booth, SAMPLE_AT(0, 9), SAMPLE_AT(0, 9) + 1, -UNITS(1),
					 true);
	CHECK_RULES(sample, RULE(PLAN_RULE_CHANGEOVER));
	booth->setups[1].changeover = 1;
	CHECK_RULES(sample, 0);
	booth->capacity.nevents--;
	booth->setups[1].changeover = 0;

	/* closed time is no time for it */
	fixture_work(sample.fixture, booth, "UTC; Mon 04:00-09:30 10:00-14:00");
	CHECK_RULES(sample, RULE(PLAN_RULE_CHANGEOVER));
	booth->work = NULL;

	/* without the plan it was as bad */
	booth->setups[0].setup = "blue";
	sample.plan->lots[0].tasks[0].setup = 0;
	sample.plan->lots[0].tasks[0].end = SAMPLE_AT(0, 7);
	sample.plan->lots[0].end = SAMPLE_AT(0, 7);
	CHECK_RULES(sample, 0);
	booth->setups[0].until = SAMPLE_AT(0, 10);
	CHECK_RULES(sample, 0);
	booth->setups[0].until = SAMPLE_AT(0, 4);

	/* in another state, or none that matters */
	sample = plan_sample_named("changeover");
	booth = sample.fixture->resources[0];
	booth->setups[0].setup = "green";
	CHECK_RULES(sample, 0);
	booth->nsetups = 0;
	booth->initial_setup = "red";
	CHECK_RULES(sample, 0);
	sample.plan->lots[0].tasks[0].setup--;
	sample.plan->lots[0].source->steps[0].setup++;
	CHECK_RULES(sample, RULE(PLAN_RULE_CHANGEOVER));
	booth->initial_setup = NULL;
	CHECK_RULES(sample, 0);
	booth->initial_setup = "red";
	booth->changeover = NULL;
	CHECK_RULES(sample, 0);
	booth->changeover = "colours";
	sample.plan->lots[0].source->steps[0].setup_state = NULL;
	CHECK_RULES(sample, 0);

	/* what has no state may still take the time that another needs */
	sample = plan_sample_named("changeover");
	booth = sample.fixture->resources[0];
	booth->setups[0].setup = "blue";
	booth->nsetups = 2;
	plan_sample_shift_lot(&sample, 0, HOUR);
	sample.plan->lots[0].source->steps[0].setup_state = NULL;
	CHECK_RULES(sample, 0);
	booth->setups[0].until++;
	CHECK_RULES(sample, RULE(PLAN_RULE_CHANGEOVER));
	booth->setups[1].changeover = 1;
	CHECK_RULES(sample, 0);
}

/*
 * Who comes before whom: rows in any order, other plans, other resources.
 */
static void
check_changeover_neighbours(void)
{
	PlanSample	sample = plan_sample_named("changeover");
	PlanResource *booth = sample.fixture->resources[0];
	PlanSource *source = sample.plan->lots[0].source;
	PlanSource *paint_red = fixture_source(sample.fixture, PLAN_MAKE,
										   "paint CHAIR",
										   fixture_node(sample.fixture, "CHAIR"));
	PlanSetup	first = booth->setups[0];
	SupplyPlan *taken;

	booth->setups[0] = booth->setups[1];
	booth->setups[1] = first;
	CHECK_RULES(sample, 0);
	booth->setups[0].from--;
	booth->capacity.events[1].from--;
	CHECK_RULES(sample, RULE(PLAN_RULE_CHANGEOVER));

	/* the same done by another plan: it has as much idle time, or holds some */
	booth->setups[0] = first;
	booth->nsetups = 1;
	booth->capacity.nevents = 1;
	fixture_step(paint_red, booth, UNITS(1), HOUR, 0)->setup_state = "red";
	taken = plan_build(paint_red->outputs[0].node, UNITS(1), SAMPLE_AT(0, 11),
					   0);
	plan_build_lot(taken, 0, paint_red, UNITS(1), SAMPLE_AT(0, 10),
				   SAMPLE_AT(0, 11));
	plan_build_task(taken, 0, 0, SAMPLE_AT(0, 10), SAMPLE_AT(0, 11));
	sample.taken = taken;
	CHECK_RULES(sample, 0);
	taken->lots[0].tasks[0].start--;
	CHECK_RULES(sample, RULE(PLAN_RULE_CHANGEOVER));
	taken->lots[0].tasks[0].setup = 1;
	CHECK_RULES(sample, 0);

	/* a state that another resource is left in */
	sample = plan_sample_named("changeover");
	source = sample.plan->lots[0].source;
	fixture_step(source, fixture_resource(sample.fixture, "OTHER", UNITS(1)),
				 UNITS(1), 0, 0)->setup_state = "green";
	fixture_changeover(sample.fixture, "blue", "green", HOUR);
	sample.plan = plan_build(source->outputs[0].node, UNITS(3),
							 SAMPLE_AT(0, 9), 0);
	plan_build_lot(sample.plan, 0, source, UNITS(3), SAMPLE_AT(0, 4),
				   SAMPLE_AT(0, 9));
	plan_build_task(sample.plan, 0, 0, SAMPLE_AT(0, 4), SAMPLE_AT(0, 9));
	plan_build_task(sample.plan, 0, 1, SAMPLE_AT(0, 9), SAMPLE_AT(0, 9));
	sample.plan->lots[0].tasks[0].setup = 2 * HOUR;
	CHECK_RULES(sample, 0);
}

/*
 * The plan answers for its own changeovers, and for what others lack because of it.
 */
static void
check_changeover_blame(void)
{
	PlanSample	sample = plan_sample_named("changeover");
	PlanResource *booth = sample.fixture->resources[0];
	PlanVerdict verdict;

	/* its own job holds its changeover, even after idle time */
	booth->nsetups = 0;
	booth->capacity.nevents = 0;
	booth->initial_setup = "red";
	CHECK_RULES(sample, 0);
	sample.plan->lots[0].tasks[0].setup--;
	sample.plan->lots[0].source->steps[0].setup++;
	CHECK_RULES(sample, RULE(PLAN_RULE_CHANGEOVER));

	/* six idle hours for seven before, one for two now: it lacks the same */
	sample = plan_sample_named("changeover");
	booth = sample.fixture->resources[0];
	fixture_changeover(sample.fixture, "red", "green", 7 * HOUR);
	fixture_changeover(sample.fixture, "blue", "green", 2 * HOUR);
	booth->setups[1].setup = "green";
	CHECK_RULES(sample, 0);
	booth->setups[0].until++;
	CHECK_RULES(sample, 0);
	booth->setups[0].until--;
	sample.plan->lots[0].tasks[0].end++;
	sample.plan->lots[0].source->steps[0].setup++;
	sample.plan->lots[0].end++;
	sample.plan->needs[0].at++;
	CHECK_RULES(sample, RULE(PLAN_RULE_CHANGEOVER));

	/* the job of the plan is named, and where the changeover is lacking */
	booth->setups++;
	booth->nsetups--;
	booth->initial_setup = "blue";
	CHECK_INT(plan_check(&sample.fixture->network, NULL, 0, sample.plan,
						 &verdict), PROMISE_OK);
	if (CHECK_INT(verdict.nviolations, 1))
	{
		CHECK_INT(verdict.violations[0].rule, PLAN_RULE_CHANGEOVER);
		CHECK_INT(verdict.violations[0].lot, 0);
		CHECK_INT(verdict.violations[0].step, 0);
		CHECK(verdict.violations[0].resource == booth);
		CHECK_INT(verdict.violations[0].at, SAMPLE_AT(0, 10));
	}
}

/*
 * Another plan counts as if it were among the rows.
 */
static void
check_taken(void)
{
	PlanSample	sample = plan_sample_named("taken");
	SupplyPlan *taken = plan_build_copy(sample.taken);

	sample.taken = taken;
	taken->lots[0].tasks[0].end++;
	CHECK_RULES(sample, RULE(PLAN_RULE_CAPACITY));
	taken->lots[0].tasks[0].end--;
	taken->needs[1].quantity++;
	CHECK_RULES(sample, RULE(PLAN_RULE_BALANCE));
	taken->needs[1].quantity--;
	CHECK_RULES(sample, 0);

	/* its need was covered by a lot; what is in stock is not its own */
	taken->needs[0].quantity++;
	CHECK_RULES(sample, RULE(PLAN_RULE_BALANCE));
	taken->needs[0].quantity -= 2;
	CHECK_RULES(sample, 0);
	sample.plan->needs[0].quantity++;
	sample.plan->needs[0].from_balance++;
	CHECK_RULES(sample, 0);

	/* what another plan lacks by itself is no fault of this one */
	sample = plan_sample_named("buy");
	sample.plan->needs[0].from_balance = 0;
	sample.plan->needs[0].quantity = UNITS(15);
	sample.taken = plan_build(sample.plan->needs[0].node, UNITS(100),
							  SAMPLE_AT(1, 0), UNITS(100));
	CHECK_RULES(sample, 0);
	sample.plan->needs[0].at--;
	CHECK_RULES(sample, RULE(PLAN_RULE_BALANCE));
}
