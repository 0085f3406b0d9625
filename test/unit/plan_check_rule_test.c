/*
 * plan_check_rule_test.c - the rules about needs and lots at their very edge.
 *
 * The samples are good plans.  Here the network around them is changed instead: to
 * where the plan is just still good, and one step beyond.
 */
#include "plan_samples.h"
#include "unit.h"

static void check_shape(void);
static void check_limits(void);
static void check_fence(void);
static void check_effectivity(void);
static void check_lot_sizes(void);
static void check_sources(void);
static void check_lead_time(void);
static void check_balance(void);
static void check_safety_stock(void);
static void check_bound_supply(void);
static void check_choices(void);
static void check_components(void);
static void check_violations(void);
static void check_overflow(void);
static void find_violation(PlanSample *sample, PlanRule rule,
						   PlanViolation *violation);

/* the sample breaks just these rules */
#define CHECK_RULES(sample, rules) \
	CHECK_INT(plan_sample_broken(&(sample)), (rules))

void
test_plan_check_rule(void)
{
	check_shape();
	check_limits();
	check_fence();
	check_effectivity();
	check_lot_sizes();
	check_sources();
	check_lead_time();
	check_balance();
	check_safety_stock();
	check_bound_supply();
	check_choices();
	check_components();
	check_violations();
	check_overflow();
}

/*
 * A plan that nobody can compute with, in whatever respect, is not looked at.
 */
static void
check_shape(void)
{
	static const Instant unreal[] = {
		INSTANT_BEGIN, INSTANT_END, CALENDAR_EARLIEST - 1, CALENDAR_LATEST
	};
	PlanSample	sample = plan_sample_named("make");
	SupplyPlan *good = sample.plan;

	for (int i = 0; i < 14; i++)
	{
		SupplyPlan *plan = plan_build_copy(good);
		PlanLot    *lot = &plan->lots[0];
		PlanTask   *task = &lot->tasks[1];

		sample.plan = plan;
		switch (i)
		{
			case 0:
				plan->nneeds = 0;
				break;
			case 1:
				plan->nlots = -1;
				break;
			case 2:
				plan->needs[0].quantity = 0;
				break;
			case 3:
				plan->needs[1].quantity = -1;
				break;
			case 4:
				plan->needs[1].node = NULL;
				break;
			case 5:
				lot->quantity = -1;
				break;
			case 6:
				lot->tasks = NULL;
				break;
			case 7:
				lot->uses_component = NULL;
				break;
			case 8:
				task->resources = NULL;
				break;
			case 9:
				task->end = task->start - 1;
				break;
			default:
				plan->needs[1].at = unreal[i - 10];
				CHECK_RULES(sample, RULE(PLAN_RULE_SHAPE));
				plan->needs[1].at = good->needs[1].at;
				lot->start = unreal[i - 10];
				CHECK_RULES(sample, RULE(PLAN_RULE_SHAPE));
				lot->start = good->lots[0].start;
				lot->end = unreal[i - 10];
				CHECK_RULES(sample, RULE(PLAN_RULE_SHAPE));
				lot->end = good->lots[0].end;
				task->start = unreal[i - 10];
				CHECK_RULES(sample, RULE(PLAN_RULE_SHAPE));
				task->start = good->lots[0].tasks[1].start;
				task->end = unreal[i - 10];
		}
		CHECK_RULES(sample, RULE(PLAN_RULE_SHAPE));
	}
	sample.plan = plan_build_copy(good);
	CHECK_RULES(sample, 0);

	/* what a source does not have, a lot need not have */
	sample = plan_sample_named("buy");
	sample.plan->lots[0].tasks = NULL;
	sample.plan->lots[0].uses_component = NULL;
	CHECK_RULES(sample, 0);
}

/*
 * Nothing before now, nothing at the limit, no request beyond the horizon.
 */
static void
check_limits(void)
{
	PlanSample	sample = plan_sample_named("make");
	PlanNetwork *network = &sample.fixture->network;
	PlanNode   *bike = sample.plan->needs[0].node;

	network->limit = SAMPLE_AT(1, 12) + 1;
	CHECK_RULES(sample, 0);
	network->limit--;
	CHECK_RULES(sample, RULE(PLAN_RULE_LIMIT));

	network->limit = SAMPLE_AT(365, 0);
	network->now = SAMPLE_AT(0, 8);
	CHECK_RULES(sample, 0);
	network->now++;
	CHECK_RULES(sample, RULE(PLAN_RULE_LIMIT) | RULE(PLAN_RULE_BALANCE));

	network->now = SAMPLE_NOW;
	bike->stock.rules.horizon_end = SAMPLE_AT(1, 12);
	CHECK_RULES(sample, 0);
	bike->stock.rules.horizon_end--;
	CHECK_RULES(sample, RULE(PLAN_RULE_LIMIT));
}

static void
check_fence(void)
{
	PlanSample	sample = plan_sample_named("make");
	PlanSource *source = sample.plan->lots[1].source;

	source->first_start = SAMPLE_AT(0, 8);
	CHECK_RULES(sample, 0);
	source->first_start++;
	CHECK_RULES(sample, RULE(PLAN_RULE_FENCE));
}

/*
 * Judged when the lot starts, not when a step does.
 */
static void
check_effectivity(void)
{
	PlanSample	sample = plan_sample_named("make");
	PlanSource *source = sample.plan->lots[0].source;
	PlanComponent *wheel = &source->components[1];
	PlanSample	pauses = plan_sample_named("pauses");

	source->effective.start = SAMPLE_AT(0, 10);
	source->effective.end = SAMPLE_AT(0, 10) + 1;
	wheel->effective = source->effective;
	CHECK_RULES(sample, 0);
	source->effective.end--;
	CHECK_RULES(sample, RULE(PLAN_RULE_EFFECTIVITY));
	source->effective.end = INSTANT_END;
	source->effective.start++;
	CHECK_RULES(sample, RULE(PLAN_RULE_EFFECTIVITY));

	source->effective.start = INSTANT_BEGIN;
	wheel->effective.end--;
	CHECK_RULES(sample, RULE(PLAN_RULE_EFFECTIVITY));
	wheel->effective.end = INSTANT_END;
	wheel->effective.start++;
	CHECK_RULES(sample, RULE(PLAN_RULE_EFFECTIVITY));

	/* a component that is not in force is not needed */
	fixture_component(pauses.plan->lots[0].source,
					  fixture_node(pauses.fixture, "CLAY"), UNITS(1),
					  0)->effective.end = SAMPLE_AT(0, 11);
	pauses.plan->lots[0].uses_component = palloc0(sizeof(bool));
	CHECK_RULES(pauses, 0);
	pauses.plan->lots[0].source->components[0].effective.end++;
	CHECK_RULES(pauses, RULE(PLAN_RULE_COMPONENT));
}

static void
check_lot_sizes(void)
{
	PlanSample	sample = plan_sample_named("buy");
	PlanSource *source = sample.plan->lots[0].source;

	source->lot_minimum++;
	CHECK_RULES(sample, RULE(PLAN_RULE_LOT_SIZE));
	source->lot_minimum = 0;
	CHECK_RULES(sample, 0);
	source->lot_maximum--;
	CHECK_RULES(sample, RULE(PLAN_RULE_LOT_SIZE));
	source->lot_maximum = 0;
	CHECK_RULES(sample, 0);
	source->lot_multiple++;
	CHECK_RULES(sample, RULE(PLAN_RULE_LOT_SIZE));
	source->lot_multiple = 0;
	CHECK_RULES(sample, 0);

	/* a lot of nothing is none */
	sample = plan_sample_named("coproduct");
	sample.plan->lots[0].quantity = 0;
	sample.plan->needs[0].quantity = UNITS(1);
	sample.plan->needs[1].quantity = 0;
	sample.plan->needs[1].from_balance = 0;
	CHECK_RULES(sample, RULE(PLAN_RULE_LOT_SIZE));
	sample.plan->lots[0].quantity = 1;
	sample.plan->needs[1].quantity = 1;
	sample.plan->needs[1].from_balance = 1;
	CHECK_RULES(sample, 0);
}

/*
 * A lot of a source that does not yield the item, or yields nothing of it.
 */
static void
check_sources(void)
{
	PlanSample	sample = plan_sample_named("buy");
	PlanSource *source = sample.plan->lots[0].source;
	PlanNode   *node = sample.plan->needs[0].node;

	node->nsources = 0;
	CHECK_RULES(sample, RULE(PLAN_RULE_SUPPLIED));
	node->nsources = 1;
	source->outputs[0].node = fixture_node(sample.fixture, "TUBE");
	CHECK_RULES(sample, RULE(PLAN_RULE_SUPPLIED) | RULE(PLAN_RULE_BALANCE));
	source->outputs[0].node = node;
	CHECK_RULES(sample, 0);
	source->outputs[0].quantity--;
	CHECK_RULES(sample, RULE(PLAN_RULE_SUPPLIED) | RULE(PLAN_RULE_BALANCE));

	/* what is yielded is rounded down: 10 * 0.9999999 and 5 of them */
	source->outputs[0].quantity = QUANTITY_SCALE;
	source->outputs[0].fixed = 1;
	sample.plan->needs[0].quantity += 2;
	CHECK_RULES(sample, 0);
}

static void
check_lead_time(void)
{
	PlanSample	sample = plan_sample_named("buy on calendar");
	PlanSource *source = sample.plan->lots[0].source;

	source->lead_time.time++;
	CHECK_RULES(sample, RULE(PLAN_RULE_LEAD_TIME));
	source->lead_time.time -= 2;
	CHECK_RULES(sample, RULE(PLAN_RULE_LEAD_TIME));
	source->lead_time.time++;
	source->lead_time.days--;
	CHECK_RULES(sample, RULE(PLAN_RULE_LEAD_TIME));
	source->lead_time.days++;
	CHECK_RULES(sample, 0);

	/* days alone: the time of the day is kept */
	source->lead_time.time = 0;
	CHECK_RULES(sample, RULE(PLAN_RULE_LEAD_TIME));
	sample.plan->lots[0].end = SAMPLE_AT(7, 10);
	CHECK_RULES(sample, 0);
	sample.plan->lots[0].end++;
	CHECK_RULES(sample, RULE(PLAN_RULE_LEAD_TIME));
	source->lead_time.time = 6 * HOUR;
	sample.plan->lots[0].end = SAMPLE_AT(7, 16);
	CHECK_RULES(sample, 0);

	/* a holiday of the supplier is one day more */
	source->calendar = fixture_calendar("UTC; Mon-Fri 08:00-16:00;"
										" 2026-11-27 closed");
	CHECK_RULES(sample, RULE(PLAN_RULE_LEAD_TIME));
	plan_sample_shift_lot(&sample, 0, 0);
	sample.plan->lots[0].end = SAMPLE_AT(8, 16);
	sample.plan->needs[0].at = SAMPLE_AT(8, 16);
	CHECK_RULES(sample, 0);

	/* open time that ends: the lead time does not */
	source->calendar = fixture_calendar("UTC; never; 2026-11-26 08:00-16:00");
	CHECK_RULES(sample, RULE(PLAN_RULE_LEAD_TIME));

	/* after the last step, not after the one that is last in the list */
	sample = plan_sample_named("parallel");
	sample.plan->lots[0].source->lead_time.time--;
	CHECK_RULES(sample, RULE(PLAN_RULE_LEAD_TIME));
}

/*
 * What others need counts before and after, what comes too late does not.
 */
static void
check_balance(void)
{
	PlanSample	sample = plan_sample_named("stock");
	StockNode  *stock = &sample.plan->needs[0].node->stock;

	for (int i = 0; i < stock->nevents; i++)
	{
		stock->events[i].delta--;
		CHECK_RULES(sample, RULE(PLAN_RULE_BALANCE));
		stock->events[i].delta += 2;
		CHECK_RULES(sample, 0);
		stock->events[i].delta--;
	}
	stock->events[1].at++;
	CHECK_RULES(sample, RULE(PLAN_RULE_BALANCE));
	stock->events[1].at = INSTANT_END;
	CHECK_RULES(sample, RULE(PLAN_RULE_BALANCE));

	/* a receipt that is overdue counts when the rules say so */
	stock->events[1].at = SAMPLE_NOW - DAY;
	stock->rules.overdue_at = SAMPLE_AT(2, 0);
	CHECK_RULES(sample, 0);
	stock->rules.overdue_at++;
	CHECK_RULES(sample, RULE(PLAN_RULE_BALANCE));
	stock->events[1].at = SAMPLE_AT(2, 0);

	/* from the end of the lead time on nothing is short */
	stock->events[2].delta -= UNITS(5);
	CHECK_RULES(sample, RULE(PLAN_RULE_BALANCE));
	stock->rules.lead_end = SAMPLE_AT(5, 0);
	CHECK_RULES(sample, 0);
	stock->rules.lead_end++;
	CHECK_RULES(sample, RULE(PLAN_RULE_BALANCE));

	/* where it was short before, and the plan does not make it worse */
	sample = plan_sample_named("buy");
	stock = &sample.plan->needs[0].node->stock;
	sample.plan->needs[0].from_balance = 0;
	sample.plan->needs[0].quantity = UNITS(15);
	fixture_event(sample.plan->needs[0].node, SAMPLE_AT(1, 0), -UNITS(50));
	CHECK_RULES(sample, 0);
	sample.plan->needs[0].at--;
	CHECK_RULES(sample, RULE(PLAN_RULE_BALANCE));
	sample.plan->needs[0].at++;
	sample.plan->needs[0].from_balance = 1;
	sample.plan->needs[0].quantity++;
	CHECK_RULES(sample, RULE(PLAN_RULE_BALANCE));
}

static void
check_safety_stock(void)
{
	PlanSample	sample = plan_sample_named("safety stock");
	NodeRules  *rules = &sample.plan->needs[0].node->stock.rules;

	rules->safety_stock++;
	CHECK_RULES(sample, RULE(PLAN_RULE_SAFETY_STOCK));
	sample.plan->keeps_safety_stock = false;
	CHECK_RULES(sample, 0);
	sample.plan->needs[0].quantity = UNITS(8);
	sample.plan->needs[0].from_balance = UNITS(8);
	CHECK_RULES(sample, 0);
	sample.plan->needs[0].quantity++;
	sample.plan->needs[0].from_balance++;
	CHECK_RULES(sample, RULE(PLAN_RULE_BALANCE));
}

/*
 * Supply that was made for one demand serves no other.
 */
static void
check_bound_supply(void)
{
	PlanSample	sample = plan_sample_named("stock");
	FlowDetail	detail = {
		.origin = FLOW_SUPPLY,.is_supply = true,.expires_at = INSTANT_END
	};
	StockNode  *stock = &sample.plan->needs[0].node->stock;

	stock->events[1].detail = &detail;
	CHECK_RULES(sample, 0);
	detail.for_ref = "SO-1";
	CHECK_RULES(sample, RULE(PLAN_RULE_BALANCE));
}

/*
 * Exactly one of each choice, and one that is in force.
 */
static void
check_choices(void)
{
	PlanSample	sample = plan_sample_named("choices");
	PlanSource *source = sample.plan->lots[0].source;
	bool	   *uses = sample.plan->lots[0].uses_component;

	/* the other glue, as soon as it is in force */
	uses[1] = true;
	uses[2] = false;
	sample.plan->needs[1].component = 1;
	sample.plan->needs[1].node = source->components[1].node;
	sample.plan->needs[1].quantity = UNITS(4);
	sample.plan->needs[1].from_balance = UNITS(4);
	CHECK_RULES(sample, RULE(PLAN_RULE_EFFECTIVITY));
	source->components[1].effective.start = SAMPLE_AT(0, 3);
	CHECK_RULES(sample, 0);

	/* none of a choice of which none is in force */
	source->components[1].effective.start++;
	source->components[2].effective.start = INSTANT_END;
	CHECK_RULES(sample, RULE(PLAN_RULE_COMPONENT) |
				RULE(PLAN_RULE_EFFECTIVITY));
	uses[1] = false;
	sample.plan->nneeds = 1;
	CHECK_RULES(sample, 0);
}

/*
 * Quantities of components: for each unit, in any case, and what is lost.
 */
static void
check_components(void)
{
	PlanSample	sample = plan_sample_named("make");
	PlanComponent *wheel = &sample.plan->lots[0].source->components[1];
	PlanComponent *rod = &sample.plan->lots[1].source->components[0];

	wheel->scrap++;
	CHECK_RULES(sample, RULE(PLAN_RULE_COMPONENT));
	wheel->scrap = QUANTITY_SCALE / 10;
	rod->fixed++;
	CHECK_RULES(sample, RULE(PLAN_RULE_COMPONENT));
	rod->fixed--;
	rod->quantity--;
	CHECK_RULES(sample, RULE(PLAN_RULE_COMPONENT));
	rod->quantity++;

	/* a component of another step comes when that begins */
	wheel->step = 0;
	CHECK_RULES(sample, RULE(PLAN_RULE_COMPONENT));
	wheel->step = 1;
	CHECK_RULES(sample, 0);

	/* of which nothing is needed, there may be no need */
	sample = plan_sample_named("move");
	sample.plan->lots[0].source->components[0].quantity = 0;
	CHECK_RULES(sample, RULE(PLAN_RULE_COMPONENT));
	sample.plan->nneeds = 1;
	CHECK_RULES(sample, 0);

	/* rounded up: 0.5 lots of 1.000001 */
	sample = plan_sample_named("move");
	sample.plan->lots[0].source->components[0].quantity++;
	sample.plan->lots[0].quantity = QUANTITY_SCALE / 2;
	sample.plan->needs[0].quantity = QUANTITY_SCALE / 2;
	sample.plan->needs[1].quantity = QUANTITY_SCALE / 2 + 1;
	sample.plan->needs[1].from_balance = QUANTITY_SCALE / 2 + 1;
	CHECK_RULES(sample, 0);
	sample.plan->needs[1].quantity--;
	sample.plan->needs[1].from_balance--;
	CHECK_RULES(sample, RULE(PLAN_RULE_COMPONENT));

	/* one need for each, not two, be they what one should be or its parts */
	sample = plan_sample_named("move");
	fixture_event(sample.plan->needs[1].node, SAMPLE_NOW, UNITS(5));
	plan_build_need(sample.plan, 0, 0, UNITS(5), SAMPLE_AT(1, 0), UNITS(5));
	CHECK_RULES(sample, RULE(PLAN_RULE_COMPONENT));
	sample = plan_sample_named("move");
	sample.plan->needs[1].quantity -= UNITS(2);
	sample.plan->needs[1].from_balance -= UNITS(2);
	plan_build_need(sample.plan, 0, 0, UNITS(2), SAMPLE_AT(1, 0), UNITS(2));
	CHECK_RULES(sample, RULE(PLAN_RULE_COMPONENT));
}

/*
 * A violation names what is missing, where and when.
 */
static void
check_violations(void)
{
	PlanSample	sample = plan_sample_named("stock");
	PlanViolation violation;

	fixture_event(sample.plan->needs[0].node, SAMPLE_AT(3, 0), -UNITS(1));
	fixture_event(sample.plan->needs[0].node, SAMPLE_AT(7, 0), -UNITS(2));
	fixture_event(sample.plan->needs[0].node, SAMPLE_AT(8, 0), UNITS(2));
	find_violation(&sample, PLAN_RULE_BALANCE, &violation);
	CHECK(violation.node == sample.plan->needs[0].node);
	CHECK_INT(violation.need, 0);
	CHECK_INT(violation.at, SAMPLE_AT(5, 0));
	CHECK_INT(violation.missing, UNITS(3));

	sample = plan_sample_named("make");
	sample.fixture->resources[0]->capacity.events[0].from = SAMPLE_AT(1, 8);
	sample.fixture->resources[0]->capacity.events[0].delta -= UNITS(2);
	find_violation(&sample, PLAN_RULE_CAPACITY, &violation);
	CHECK(violation.resource == sample.fixture->resources[0]);
	CHECK_INT(violation.lot, 0);
	CHECK_INT(violation.step, 0);
	CHECK_INT(violation.at, SAMPLE_AT(1, 8));
	CHECK_INT(violation.missing, UNITS(3));

	sample = plan_sample_named("make");
	sample.plan->needs[1].quantity -= UNITS(1);
	find_violation(&sample, PLAN_RULE_COMPONENT, &violation);
	CHECK_INT(violation.need, 1);
	CHECK_INT(violation.lot, 0);
	CHECK_INT(violation.missing, UNITS(1));
	CHECK_INT(violation.at, SAMPLE_AT(1, 9));

	/* the need that takes it, at its very instant */
	sample = plan_sample_named("make");
	fixture_event(sample.plan->needs[3].node, SAMPLE_NOW, -UNITS(1));
	find_violation(&sample, PLAN_RULE_BALANCE, &violation);
	CHECK(violation.node == sample.plan->needs[3].node);
	CHECK_INT(violation.need, 3);
	CHECK_INT(violation.lot, -1);
	CHECK_INT(violation.at, SAMPLE_AT(0, 8));
	CHECK_INT(violation.missing, UNITS(1));

	/* of a lot: where it starts, and what it is for */
	sample = plan_sample_named("buy on calendar");
	sample.plan->lots[0].source->first_start++;
	find_violation(&sample, PLAN_RULE_FENCE, &violation);
	CHECK(violation.node == sample.plan->needs[0].node);
	CHECK_INT(violation.lot, 0);
	CHECK_INT(violation.at, SAMPLE_AT(3, 10));

	/* of a need: what is asked for, and when */
	sample.plan->needs[0].quantity += UNITS(2);
	find_violation(&sample, PLAN_RULE_SUPPLIED, &violation);
	CHECK(violation.node == sample.plan->needs[0].node);
	CHECK_INT(violation.need, 0);
	CHECK_INT(violation.at, SAMPLE_AT(7, 16));
	CHECK_INT(violation.missing, UNITS(2));
}

/*
 * What leaves the range of an int64 is said, not computed with.
 */
static void
check_overflow(void)
{
	PlanSample	sample = plan_sample_named("make");
	PlanVerdict verdict;

	sample.plan->lots[1].source->components[0].quantity = QUANTITY_MAX;
	CHECK_INT(plan_check(&sample.fixture->network, NULL, 0, sample.plan,
						 &verdict), PROMISE_QUANTITY_OVERFLOW);

	sample = plan_sample_named("make");
	sample.plan->lots[1].source->steps[0].run = PG_INT64_MAX;
	CHECK_INT(plan_check(&sample.fixture->network, NULL, 0, sample.plan,
						 &verdict), PROMISE_INSTANT_OVERFLOW);

	sample = plan_sample_named("stock");
	sample.plan->needs[0].quantity = QUANTITY_MAX;
	sample.plan->needs[0].from_balance = QUANTITY_MAX;
	fixture_event(sample.plan->needs[0].node, SAMPLE_AT(9, 0), -QUANTITY_MAX);
	CHECK_INT(plan_check(&sample.fixture->network, NULL, 0, sample.plan,
						 &verdict), PROMISE_QUANTITY_OVERFLOW);
}

/*
 * The only violation of a rule.
 */
static void
find_violation(PlanSample *sample, PlanRule rule, PlanViolation *violation)
{
	PlanVerdict verdict;
	int			nfound = 0;

	memset(violation, 0, sizeof(*violation));
	CHECK_INT(plan_check(&sample->fixture->network, NULL, 0, sample->plan,
						 &verdict), PROMISE_OK);
	for (int i = 0; i < verdict.nviolations; i++)
	{
		if (verdict.violations[i].rule != rule)
			continue;
		*violation = verdict.violations[i];
		nfound++;
	}
	CHECK_INT(nfound, 1);
}
