/*
 * plan_check_test.c - the checker accepts good plans and finds every change that
 * breaks a rule.
 *
 * Each field of each need, lot and task of each sample is changed by the smallest
 * amount there is, up and down, or to another value, one at a time.  For every change
 * it is said here which rules it breaks, which others may be broken with it, and
 * that no other is.
 */
#include "plan_samples.h"
#include "unit.h"

/* rules that fail when things are taken a little too early or too much of them */
#define ANY_BALANCE \
	(RULE(PLAN_RULE_BALANCE) | RULE(PLAN_RULE_SAFETY_STOCK) | \
	 RULE(PLAN_RULE_SHELF_LIFE))

/* a changed plan, and what the checker must say of it */
typedef struct Mutant
{
	const char *sample;
	const char *field;
	int			row;
	int			step;
	int64		change;
	SupplyPlan *plan;
	uint32		required;
	uint32		allowed;		/* beside those that are required */
} Mutant;

static void mutate_need(PlanSample *sample, int need, int64 change);
static void mutate_request(PlanSample *sample, Mutant *mutant);
static void mutate_need_links(PlanSample *sample, int need);
static void mutate_lot(PlanSample *sample, int lot, int64 change);
static void mutate_lot_quantity(PlanSample *sample, Mutant *mutant);
static void mutate_lot_links(PlanSample *sample, int lot);
static void mutate_components(PlanSample *sample, int lot);
static void mutate_task(PlanSample *sample, int lot, int step, int64 change);
static void mutate_resources(PlanSample *sample, int lot, int step);
static Mutant make_mutant(PlanSample *sample, const char *field, int row,
						  int step, int64 change);
static void check_mutant(PlanSample *sample, const Mutant *mutant);
static uint32 broken_rules(PlanSample *sample, const SupplyPlan *plan);
static bool starts_component(const PlanLot *lot, int step);
static bool is_tight(const SupplyPlan *plan, int need);
static bool has_kit(const SupplyPlan *plan, int need);
static bool may_differ(const SupplyPlan *plan, int need);

void
test_plan_check(void)
{
	for (int i = 0; i < plan_samples_count(); i++)
	{
		PlanSample	sample;

		plan_sample_make(i, &sample);
		if (!CHECK_INT(broken_rules(&sample, sample.plan), 0))
			printf("sample \"%s\"\n", sample.name);

		for (int j = 0; j < sample.plan->nneeds; j++)
		{
			mutate_need(&sample, j, 1);
			mutate_need(&sample, j, -1);
			mutate_need_links(&sample, j);
		}
		for (int j = 0; j < sample.plan->nlots; j++)
		{
			mutate_lot(&sample, j, 1);
			mutate_lot(&sample, j, -1);
			mutate_lot_links(&sample, j);
			mutate_components(&sample, j);
			for (int k = 0; k < sample.plan->lots[j].source->nsteps; k++)
			{
				mutate_task(&sample, j, k, 1);
				mutate_task(&sample, j, k, -1);
				mutate_resources(&sample, j, k);
			}
		}
	}
}

/*
 * Quantity, date and what is taken from the balance.
 */
static void
mutate_need(PlanSample *sample, int need, int64 change)
{
	const PlanNeed *old = &sample->plan->needs[need];
	Mutant		mutant;

	mutant = make_mutant(sample, "need.quantity", need, -1, change);
	mutant.plan->needs[need].quantity += change;
	if (need == 0)
		mutate_request(sample, &mutant);
	else
	{
		mutant.required = RULE(PLAN_RULE_COMPONENT);
		mutant.allowed = RULE(PLAN_RULE_SUPPLIED) | ANY_BALANCE;
	}
	check_mutant(sample, &mutant);

	mutant = make_mutant(sample, "need.at", need, -1, change);
	mutant.plan->needs[need].at += change;
	if (need == 0)
		mutant.required = change < 0 ? sample->early : sample->late;
	else
	{
		mutant.required = RULE(PLAN_RULE_COMPONENT);
		mutant.allowed = ANY_BALANCE | RULE(PLAN_RULE_LIMIT);
		if (has_kit(sample->plan, need))
			mutant.required |= RULE(PLAN_RULE_LEAD_TIME);
	}
	check_mutant(sample, &mutant);

	/* of a balance nothing less than nothing can be taken */
	mutant = make_mutant(sample, "need.from_balance", need, -1, change);
	mutant.plan->needs[need].from_balance += change;
	if (mutant.plan->needs[need].from_balance < 0)
		mutant.required = RULE(PLAN_RULE_SHAPE);
	else if (change < 0 ? is_tight(sample->plan, need) :
			 old->from_balance == old->quantity)
		mutant.required = RULE(PLAN_RULE_SUPPLIED);
	check_mutant(sample, &mutant);
}

/*
 * More of it is not supplied; less of it is harmless, unless less is needed then than
 * is said to be taken.
 */
static void
mutate_request(PlanSample *sample, Mutant *mutant)
{
	const PlanNeed *request = &sample->plan->needs[0];

	if (mutant->change < 0 ? request->from_balance == request->quantity :
		is_tight(sample->plan, 0))
		mutant->required = RULE(PLAN_RULE_SUPPLIED);
	if (mutant->change > 0)
		mutant->allowed = ANY_BALANCE;
}

static void
mutate_need_links(PlanSample *sample, int need)
{
	const SupplyPlan *plan = sample->plan;
	PlanNode   *stranger = fixture_node(sample->fixture, "STRANGER");
	Mutant		mutant;

	/* of a stranger's stock the same could be had, but it is no component */
	if (stranger->stock.nevents == 0)
		fixture_event(stranger, INSTANT_BEGIN, UNITS(1000));
	mutant = make_mutant(sample, "need.node", need, -1, 0);
	mutant.plan->needs[need].node = stranger;
	if (need > 0)
		mutant.required = RULE(PLAN_RULE_COMPONENT);
	if (plan->needs[need].first_lot >= 0)
		mutant.required |= RULE(PLAN_RULE_SUPPLIED);
	mutant.allowed = ANY_BALANCE;
	check_mutant(sample, &mutant);

	for (int i = -2; i <= plan->nlots; i++)
	{
		if (i != plan->needs[need].lot)
		{
			mutant = make_mutant(sample, "need.lot", need, -1, i);
			mutant.plan->needs[need].lot = i;
			mutant.required = RULE(PLAN_RULE_SHAPE);
			if (may_differ(mutant.plan, need))
			{
				mutant.required = RULE(PLAN_RULE_COMPONENT);
				mutant.allowed = ANY_BALANCE;
			}
			check_mutant(sample, &mutant);
		}
		if (i != plan->needs[need].first_lot)
		{
			mutant = make_mutant(sample, "need.first_lot", need, -1, i);
			mutant.plan->needs[need].first_lot = i;
			mutant.required = RULE(PLAN_RULE_SHAPE);
			check_mutant(sample, &mutant);
		}
	}

	for (int i = -2; i <= 3; i++)
	{
		if (i == plan->needs[need].component)
			continue;
		mutant = make_mutant(sample, "need.component", need, -1, i);
		mutant.plan->needs[need].component = i;
		mutant.required = RULE(PLAN_RULE_SHAPE);
		if (need > 0 && i >= 0 &&
			i < plan->lots[plan->needs[need].lot].source->ncomponents)
			mutant.required = RULE(PLAN_RULE_COMPONENT);
		check_mutant(sample, &mutant);
	}
}

/*
 * Quantity, start and end.
 */
static void
mutate_lot(PlanSample *sample, int lot, int64 change)
{
	const PlanLot *old = &sample->plan->lots[lot];
	Mutant		mutant;

	mutant = make_mutant(sample, "lot.quantity", lot, -1, change);
	mutate_lot_quantity(sample, &mutant);
	check_mutant(sample, &mutant);

	mutant = make_mutant(sample, "lot.start", lot, -1, change);
	mutant.plan->lots[lot].start += change;
	mutant.required = RULE(old->source->nsteps > 0 ? PLAN_RULE_PRECEDENCE :
						   PLAN_RULE_LEAD_TIME);
	if (starts_component(old, -1))
		mutant.required |= RULE(PLAN_RULE_COMPONENT);
	if (change < 0)
		mutant.allowed = RULE(PLAN_RULE_LIMIT) | RULE(PLAN_RULE_FENCE);
	check_mutant(sample, &mutant);

	/* what is there later may be too late */
	mutant = make_mutant(sample, "lot.end", lot, -1, change);
	mutant.plan->lots[lot].end += change;
	mutant.required = RULE(PLAN_RULE_LEAD_TIME);
	if (change > 0)
		mutant.required |= RULE(PLAN_RULE_BALANCE);
	check_mutant(sample, &mutant);
}

static void
mutate_lot_quantity(PlanSample *sample, Mutant *mutant)
{
	PlanLot    *lot = &mutant->plan->lots[mutant->row];
	const PlanSource *source = lot->source;

	if (source->lot_multiple > 0 ||
		(mutant->change < 0 && lot->quantity == source->lot_minimum) ||
		(mutant->change > 0 && lot->quantity == source->lot_maximum))
		mutant->required |= RULE(PLAN_RULE_LOT_SIZE);
	for (int i = 0; i < source->ncomponents; i++)
	{
		if (lot->uses_component[i] && source->components[i].quantity > 0)
			mutant->required |= RULE(PLAN_RULE_COMPONENT);
	}
	for (int i = 0; i < source->nsteps; i++)
	{
		/* batches that are full: with more another one begins */
		if (source->steps[i].run > 0 &&
			(source->steps[i].batch == 0 || mutant->change > 0))
			mutant->required |= RULE(PLAN_RULE_WORK);
		for (int j = 0; j < source->steps[i].nuses; j++)
		{
			if (lot->tasks[i].resources[j]->bucketed && mutant->change > 0)
				mutant->required |= RULE(PLAN_RULE_CAPACITY);
		}
	}
	if (mutant->change < 0 && is_tight(sample->plan, lot->need))
		mutant->required |= RULE(PLAN_RULE_SUPPLIED) | RULE(PLAN_RULE_BALANCE);
	lot->quantity += mutant->change;
}

static void
mutate_lot_links(PlanSample *sample, int lot)
{
	const SupplyPlan *plan = sample->plan;
	Mutant		mutant;

	for (int i = -1; i <= plan->nneeds; i++)
	{
		if (i == plan->lots[lot].need)
			continue;
		mutant = make_mutant(sample, "lot.need", lot, -1, i);
		mutant.plan->lots[lot].need = i;
		mutant.required = RULE(PLAN_RULE_SHAPE);
		check_mutant(sample, &mutant);
	}
	for (int i = -2; i <= plan->nlots; i++)
	{
		if (i == plan->lots[lot].next_lot)
			continue;
		mutant = make_mutant(sample, "lot.next_lot", lot, -1, i);
		mutant.plan->lots[lot].next_lot = i;
		mutant.required = RULE(PLAN_RULE_SHAPE);
		check_mutant(sample, &mutant);
	}
	mutant = make_mutant(sample, "lot.source", lot, -1, 0);
	mutant.plan->lots[lot].source = NULL;
	mutant.required = RULE(PLAN_RULE_SHAPE);
	check_mutant(sample, &mutant);
}

/*
 * Take what is not taken, leave what is.
 */
static void
mutate_components(PlanSample *sample, int lot)
{
	const PlanLot *old = &sample->plan->lots[lot];

	for (int i = 0; i < old->source->ncomponents; i++)
	{
		const PlanComponent *component = &old->source->components[i];
		Mutant		mutant = make_mutant(sample, "lot.uses_component", lot, -1,
										 i);

		mutant.plan->lots[lot].uses_component[i] = !old->uses_component[i];
		mutant.required = RULE(PLAN_RULE_COMPONENT);
		if (!old->uses_component[i] &&
			(old->start < component->effective.start ||
			 old->start >= component->effective.end))
			mutant.required |= RULE(PLAN_RULE_EFFECTIVITY);
		check_mutant(sample, &mutant);
	}
}

static void
mutate_task(PlanSample *sample, int lot, int step, int64 change)
{
	const PlanLot *old = &sample->plan->lots[lot];
	Mutant		mutant;

	/* it is too long or too short, and its components come at another time */
	mutant = make_mutant(sample, "task.start", lot, step, change);
	mutant.plan->lots[lot].tasks[step].start += change;
	mutant.required = RULE(PLAN_RULE_WORK);
	if (starts_component(old, step))
		mutant.required |= RULE(PLAN_RULE_COMPONENT);
	mutant.allowed = RULE(PLAN_RULE_PRECEDENCE);
	if (change < 0)
		mutant.allowed |= RULE(PLAN_RULE_CAPACITY) |
			RULE(PLAN_RULE_CHANGEOVER) | RULE(PLAN_RULE_LIMIT);
	check_mutant(sample, &mutant);

	mutant = make_mutant(sample, "task.end", lot, step, change);
	mutant.plan->lots[lot].tasks[step].end += change;
	mutant.required = RULE(PLAN_RULE_WORK);
	mutant.allowed = RULE(PLAN_RULE_LEAD_TIME);
	if (change > 0)
		mutant.allowed |= RULE(PLAN_RULE_CAPACITY) |
			RULE(PLAN_RULE_CHANGEOVER) | RULE(PLAN_RULE_PRECEDENCE);
	check_mutant(sample, &mutant);

	mutant = make_mutant(sample, "task.setup", lot, step, change);
	mutant.plan->lots[lot].tasks[step].setup += change;
	mutant.required = RULE(PLAN_RULE_WORK);
	if (mutant.plan->lots[lot].tasks[step].setup < 0)
		mutant.required = RULE(PLAN_RULE_SHAPE);
	else if (change < 0)
		mutant.required |= RULE(PLAN_RULE_CHANGEOVER);
	check_mutant(sample, &mutant);
}

/*
 * A resource that is free, but not one that would do; and none.
 */
static void
mutate_resources(PlanSample *sample, int lot, int step)
{
	const PlanStep *asked = &sample->plan->lots[lot].source->steps[step];
	static PlanResource stranger = {
		.name = "STRANGER",.number = 1000,
		.capacity = {.known = true,.finite = true,.units = UNITS(100)}
	};

	for (int i = 0; i < asked->nuses; i++)
	{
		Mutant		mutant = make_mutant(sample, "task.resource", lot, step, i);

		mutant.plan->lots[lot].tasks[step].resources[i] = &stranger;
		mutant.required = RULE(PLAN_RULE_RESOURCE);
		mutant.allowed = RULE(PLAN_RULE_WORK);
		check_mutant(sample, &mutant);

		mutant.plan->lots[lot].tasks[step].resources[i] = NULL;
		mutant.required = RULE(PLAN_RULE_SHAPE);
		mutant.allowed = 0;
		check_mutant(sample, &mutant);
	}
}

static Mutant
make_mutant(PlanSample *sample, const char *field, int row, int step,
			int64 change)
{
	Mutant		mutant = {
		.sample = sample->name,.field = field,.row = row,.step = step,
		.change = change,.plan = plan_build_copy(sample->plan)
	};

	return mutant;
}

static void
check_mutant(PlanSample *sample, const Mutant *mutant)
{
	uint32		broken = broken_rules(sample, mutant->plan);

	if (!CHECK((broken & mutant->required) == mutant->required) |
		!CHECK((broken & ~(mutant->required | mutant->allowed)) == 0))
		printf("sample \"%s\", %s %d.%d changed by or to " INT64_FORMAT
			   ": broken %x, required %x, allowed %x\n",
			   mutant->sample, mutant->field, mutant->row, mutant->step,
			   mutant->change, broken, mutant->required, mutant->allowed);
}

/*
 * The rules that the checker finds broken.  Violations come in their order, each in
 * a row that the plan has.
 */
static uint32
broken_rules(PlanSample *sample, const SupplyPlan *plan)
{
	uint32		broken = 0;
	PlanVerdict verdict;

	CHECK_INT(plan_check(&sample->fixture->network, &sample->taken,
						 sample->taken == NULL ? 0 : 1, plan, &verdict),
			  PROMISE_OK);
	for (int i = 0; i < verdict.nviolations; i++)
	{
		const PlanViolation *violation = &verdict.violations[i];

		broken |= RULE(violation->rule);
		CHECK(i == 0 || violation[-1].rule <= violation->rule);
		CHECK(violation->need < plan->nneeds && violation->lot < plan->nlots);
		CHECK(violation->missing >= 0);
	}
	return broken;
}

/* is a component taken when the step starts; -1: when the lot does? */
static bool
starts_component(const PlanLot *lot, int step)
{
	bool		at_start = lot->source->nsteps == 0 ||
	lot->source->kind == PLAN_MOVE;

	for (int i = 0; i < lot->source->ncomponents; i++)
	{
		if (lot->uses_component[i] &&
			(at_start ? step < 0 : lot->source->components[i].step == step))
			return true;
	}
	return false;
}

/* is nothing left over of what a need is supplied with? */
static bool
is_tight(const SupplyPlan *plan, int need)
{
	Quantity	supplied = plan->needs[need].from_balance;

	for (int lot = plan->needs[need].first_lot; lot >= 0;
		 lot = plan->lots[lot].next_lot)
	{
		const PlanSource *source = plan->lots[lot].source;

		for (int i = 0; i < source->noutputs; i++)
		{
			Quantity	yield;

			if (source->outputs[i].node == plan->needs[need].node &&
				plan_output_quantity(&source->outputs[i],
									 plan->lots[lot].quantity,
									 &yield) == PROMISE_OK)
				supplied += yield;
		}
	}
	return supplied == plan->needs[need].quantity;
}

static bool
has_kit(const SupplyPlan *plan, int need)
{
	int			lot = plan->needs[need].first_lot;

	return lot >= 0 && plan->lots[lot].source->kind == PLAN_KIT;
}

/* could the lot that a need names have it, and the plan still be a tree? */
static bool
may_differ(const SupplyPlan *plan, int need)
{
	const PlanNeed *it = &plan->needs[need];

	return need > 0 && it->lot >= 0 && it->lot < plan->nlots &&
		it->component < plan->lots[it->lot].source->ncomponents &&
		(it->first_lot < 0 || it->lot != it->first_lot);
}
