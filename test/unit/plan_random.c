/*
 * plan_random.c - small random networks, and requests to them.
 */
#include "plan_random_maker.h"
#include "unit.h"

#include "engine/flow.h"

#define EXACT_SLOTS		32
#define GENERAL_SLOTS	20
#define MAX_LEVELS		3

static PlanNode *make_node(Maker *maker, int level);
static PlanNode *make_component_node(Maker *maker, int level);
static void make_rows(Maker *maker, PlanNode *node);
static void make_bound(Maker *maker, PlanNode *node);
static void make_spoiling(Maker *maker, PlanNode *node);
static void make_rules(Maker *maker, PlanNode *node);
static void make_between(Maker *maker, PlanSource *source);
static void make_source(Maker *maker, PlanNode *node, int level);
static void make_lots(Maker *maker, PlanSource *source);
static void make_dates(Maker *maker, PlanSource *source);
static void make_outputs(Maker *maker, PlanSource *source, PlanNode *node);
static void make_components(Maker *maker, PlanSource *source, int level);
static int	compare_components(const void *a, const void *b);
static void make_quantity(PlanComponent *component);
static void make_choice(Maker *maker, PlanSource *source, int level);

void
plan_random(bool exact, RandomProblem *problem)
{
	plan_random_with(exact, 0, problem);
}

void
plan_random_with(bool exact, int features, RandomProblem *problem)
{
	Maker		maker;

	memset(&maker, 0, sizeof(maker));
	maker.problem = problem;
	maker.features = features;
	maker.slots = exact ? EXACT_SLOTS : GENERAL_SLOTS;
	maker.sources = unit_random(1, 5);
	maker.steps = exact ? 6 : 4;
	maker.slot = unit_random(1, 4) == 1 ? DAY / 4 : HOUR;
	problem->slot = maker.slot;
	problem->exact = exact;
	/* the last instant before the limit is the begin of a slot, too */
	problem->fixture = plan_fixture_create(NOW, NOW + (maker.slots - 1) *
										   maker.slot + 1);
	problem->product = make_node(&maker, 0);
	if ((features & RANDOM_CHANGEOVER) != 0)
		random_changeovers(&maker);
	plan_fixture_finish(problem->fixture);
}

void
plan_random_request(const RandomProblem *problem, PlanRequest *request)
{
	const PlanNetwork *network = &problem->fixture->network;
	int			slots = (network->limit - network->now) / problem->slot + 1;

	memset(request, 0, sizeof(PlanRequest));
	request->node = problem->product;
	request->quantity = UNITS(unit_random(1, 4));
	request->due = INSTANT_END;
	if (unit_random(0, 1) == 0)
		request->due = network->now + unit_random(0, slots - 1) * problem->slot;
	request->after = INSTANT_BEGIN;
	if (one_in(8))
		request->after = network->now + unit_random(0, 4) * problem->slot;
	request->late_eats_safety_stock = request->due != INSTANT_END && one_in(4);
	request->objective = PLAN_EARLIEST;
	request->placement = unit_random(0, 1) == 0 ? PLAN_ASAP : PLAN_JIT;
	request->seed = 1;
}

static PlanNode *
make_node(Maker *maker, int level)
{
	PlanFixture *fixture = maker->problem->fixture;
	PlanNode   *node = fixture_node(fixture, psprintf("n%d",
													  fixture->network.nnodes));

	make_source(maker, node, level);
	if (node->nsources == 0 || node->sources[0]->kind != PLAN_KIT)
	{
		if ((maker->features & RANDOM_COST) != 0 ? one_in(2) :
			!maker->problem->exact && one_in(5))
			make_source(maker, node, level);
		make_rules(maker, node);
		make_rows(maker, node);
	}
	if (maker->nnodes < MAX_SHARED)
		maker->nodes[maker->nnodes++] = node;
	return node;
}

/*
 * In general, a component may be one that something else consumes already: all that
 * is finished cannot be made of what is under way.
 */
static PlanNode *
make_component_node(Maker *maker, int level)
{
	if (!maker->problem->exact && maker->nnodes > 0 && one_in(4))
		return maker->nodes[unit_random(0, maker->nnodes - 1)];
	return make_node(maker, level + 1);
}

static void
make_rules(Maker *maker, PlanNode *node)
{
	NodeRules  *rules = &node->stock.rules;

	if (one_in(6))
		rules->safety_stock = UNITS(unit_random(1, 2));
	if (one_in(10))
		rules->lead_end = random_slot(maker);
	if (one_in(20))
		rules->horizon_end = random_slot(maker);
	rules->overdue_at = one_in(3) ? INSTANT_END : random_slot(maker);
}

/*
 * What is promised is there, in most cases.
 */
static void
make_rows(Maker *maker, PlanNode *node)
{
	int			nreceipts = unit_random(0, 2);
	int			ndemands = unit_random(0, 2);
	Quantity	least = 0;

	if (one_in(12) && node->number > 0)
		node->unlimited = true;
	/* what cannot be replenished is there, or will be */
	if (node->nsources == 0 && !one_in(4))
		fixture_event(node, random_slot(maker), UNITS(unit_random(4, 12)));
	if (one_in(2))
		fixture_event(node, INSTANT_BEGIN, UNITS(unit_random(0, 4)));
	for (int i = 0; i < nreceipts; i++)
		fixture_event(node, one_in(10) ? NOW - DAY : random_slot(maker),
					  UNITS(unit_random(1, 4)));
	for (int i = 0; i < ndemands; i++)
		fixture_event(node, one_in(10) ? NOW - DAY : random_slot(maker),
					  -UNITS(unit_random(1, 4)));

	if (one_in(8))
		return;
	for (int s = 0; s < maker->slots; s++)
	{
		Quantity	balance = 0;

		for (int i = 0; i < node->stock.nevents; i++)
		{
			Instant		at = flow_counts_at(&node->stock.events[i],
											&node->stock.rules, NOW);

			if (at <= NOW + s * maker->slot)
				balance += node->stock.events[i].delta;
		}
		least = Min(least, balance);
	}
	if (least < 0)
		fixture_event(node, INSTANT_BEGIN, -least);
	if ((maker->features & RANDOM_BOUND) != 0 && one_in(2))
		make_bound(maker, node);
	else if ((maker->features & RANDOM_SHELF) != 0 && one_in(2))
		make_spoiling(maker, node);
}

/*
 * Supply for one demand, which takes as much of it, or more or less, sooner or later.
 */
static void
make_bound(Maker *maker, PlanNode *node)
{
	const char *ref = psprintf("order of %s", node->item);
	int			nrows = unit_random(2, 3);

	for (int i = 0; i < nrows; i++)
	{
		FlowDetail *detail = palloc0(sizeof(FlowDetail));
		bool		is_supply = i < nrows - 1;

		detail->origin = is_supply ? FLOW_SUPPLY : FLOW_DEMAND;
		detail->is_supply = is_supply;
		detail->expires_at = INSTANT_END;
		if (is_supply)
			detail->for_ref = ref;
		else
			detail->ref = ref;
		fixture_event(node, is_supply && one_in(2) ? INSTANT_BEGIN :
					  random_slot(maker),
					  UNITS(is_supply ? unit_random(1, 3) : -unit_random(1, 3)));
		node->stock.events[node->stock.nevents - 1].detail = detail;
	}
}

static void
make_spoiling(Maker *maker, PlanNode *node)
{
	int			nlots = unit_random(1, 2);

	for (int i = 0; i < nlots; i++)
	{
		FlowDetail *detail = palloc0(sizeof(FlowDetail));
		Instant		at = random_slot(maker);

		detail->origin = FLOW_SUPPLY;
		detail->is_supply = true;
		detail->expires_at = at + unit_random(1, 10) * maker->slot;
		fixture_event(node, one_in(3) ? INSTANT_BEGIN : at,
					  UNITS(unit_random(1, 4)));
		node->stock.events[node->stock.nevents - 1].detail = detail;
	}
}

static void
make_source(Maker *maker, PlanNode *node, int level)
{
	PlanFixture *fixture = maker->problem->fixture;
	PlanKind	kind = PLAN_BUY;
	PlanSource *source;

	if (maker->sources <= 0 || (level > 0 && one_in(6)))
		return;
	maker->sources--;
	if (level < MAX_LEVELS - 1)
	{
		if (one_in(12))
			kind = node->nsources == 0 ? PLAN_KIT : PLAN_MAKE;
		else if (one_in(6))
			kind = PLAN_MOVE;
		else if (level == 0 || !one_in(4))
			kind = PLAN_MAKE;
	}

	source = fixture_source(fixture, kind,
							psprintf("s%d", fixture->network.nsources), node);
	source->priority = unit_random(1, 2);
	if ((maker->features & RANDOM_COST) != 0)
		source->cost = UNITS(unit_random(0, 9));
	if (kind == PLAN_KIT)
	{
		make_components(maker, source, level);
		return;
	}
	make_lots(maker, source);
	make_dates(maker, source);
	make_outputs(maker, source, node);
	if (kind == PLAN_MOVE)
	{
		fixture_component(source, make_component_node(maker, level), UNITS(1),
						  0);
		return;
	}
	if (kind == PLAN_MAKE)
	{
		random_steps(maker, source);
		make_components(maker, source, level);
		if ((maker->features & RANDOM_BETWEEN) != 0 && source->nsteps > 1)
			make_between(maker, source);
	}
}

/*
 * One step yields what another takes, in most cases enough of it and before.
 */
static void
make_between(Maker *maker, PlanSource *source)
{
	PlanFixture *fixture = maker->problem->fixture;
	PlanNode   *node = fixture_node(fixture,
									psprintf("n%d", fixture->network.nnodes));
	int			yielding = one_in(6) ? source->nsteps - 1 : 0;
	int			taking = one_in(6) ? 0 : source->nsteps - 1;
	int			units = unit_random(1, 2);

	fixture_output(source, node, UNITS(units))->after_step = yielding + 1;
	fixture_component(source, node, UNITS(one_in(2) ? units :
										  unit_random(1, 3)), taking);
	make_rows(maker, node);
	node->unlimited = false;
	qsort(source->components, source->ncomponents, sizeof(PlanComponent),
		  compare_components);
}

static void
make_lots(Maker *maker, PlanSource *source)
{
	if (one_in(4))
		source->lot_multiple = UNITS(unit_random(1, 3));
	if (one_in(5))
		source->lot_minimum = UNITS(unit_random(1, 4));
	if (one_in(8))
	{
		source->lot_maximum = UNITS(unit_random(2, 4));
		source->lot_multiple = source->lot_maximum > UNITS(2) && one_in(3) ?
			UNITS(2) : UNITS(1);
		source->lot_minimum = Min(source->lot_minimum,
								  source->lot_maximum - source->lot_multiple);
	}
}

static void
make_dates(Maker *maker, PlanSource *source)
{
	if (source->kind != PLAN_MAKE || one_in(4))
		source->lead_time.time = unit_random(0, source->kind == PLAN_MAKE ? 3 : 9) *
			maker->slot;
	if (one_in(3))
		random_calendar(maker, source);
	else if (source->kind == PLAN_BUY && one_in(8))
		source->lead_time.days = 1;
	if (maker->slot != HOUR && one_in(3))
		source->lead_time.days = unit_random(0, 3);

	if (one_in(6))
		source->first_start = NOW + unit_random(1, 6) * maker->slot;
	if (one_in(10))
		source->effective.start = NOW + unit_random(0, 8) * maker->slot;
	if (one_in(10))
		source->effective.end = NOW + unit_random(0, 1) +
			unit_random(9, maker->slots) * maker->slot;
}

/*
 * In some cases more than one comes out, or something beside it.
 */
static void
make_outputs(Maker *maker, PlanSource *source, PlanNode *node)
{
	PlanFixture *fixture = maker->problem->fixture;

	if (one_in(8))
		source->outputs[0].quantity = UNITS(2);
	if (one_in(12))
		source->outputs[0].fixed = UNITS(1);
	/* keep the lots whole */
	if (source->outputs[0].quantity != UNITS(1) || source->outputs[0].fixed > 0)
		source->lot_multiple = Max(source->lot_multiple, UNITS(1));
	if (one_in(12))
	{
		PlanNode   *beside = fixture_node(fixture,
										  psprintf("n%d", fixture->network.nnodes));

		fixture_output(source, beside, UNITS(unit_random(1, 2)));
		make_rows(maker, beside);
		beside->unlimited = false;

		/* the source may be for the other one */
		if (one_in(2))
		{
			PlanOutput	first = source->outputs[0];

			source->outputs[0] = source->outputs[1];
			source->outputs[1] = first;
		}
	}
}

static void
make_components(Maker *maker, PlanSource *source, int level)
{
	int			ncomponents = unit_random(source->kind == PLAN_KIT ? 1 : 0, 2);

	for (int i = 0; i < ncomponents; i++)
	{
		PlanNode   *node = make_component_node(maker, level);
		int			step = unit_random(0, Max(source->nsteps - 1, 0));
		PlanComponent *component = fixture_component(source, node, UNITS(1),
													 step);

		make_quantity(component);
		if (!maker->problem->exact && source->kind != PLAN_KIT && one_in(12))
			component->effective.start = random_slot(maker);
	}
	if (!maker->problem->exact && one_in(8))
		make_choice(maker, source, level);
	if (source->ncomponents > 1)
		qsort(source->components, source->ncomponents, sizeof(PlanComponent),
			  compare_components);
}

/* as a network has them */
static int
compare_components(const void *a, const void *b)
{
	const PlanComponent *ca = a;
	const PlanComponent *cb = b;

	if (ca->step != cb->step)
		return ca->step < cb->step ? -1 : 1;
	if (ca->choice != cb->choice)
		return ca->choice < cb->choice ? -1 : 1;
	if (ca->priority != cb->priority)
		return ca->priority < cb->priority ? -1 : 1;
	return strcmp(ca->node->item, cb->node->item);
}

/*
 * Whole units, with what is lost of them.
 */
static void
make_quantity(PlanComponent *component)
{
	switch (unit_random(0, 9))
	{
		case 0:
			component->quantity = UNITS(2);
			break;
		case 1:
			component->fixed = UNITS(1);
			break;
		case 2:
			component->quantity = 0;
			component->fixed = UNITS(2);
			break;
		case 3:
			component->scrap = QUANTITY_SCALE / 2;
			break;
		case 4:
			component->quantity = 8 * QUANTITY_SCALE / 10;
			component->scrap = 2 * QUANTITY_SCALE / 10;
			break;
	}
}

static void
make_choice(Maker *maker, PlanSource *source, int level)
{
	for (int i = 0; i < 2; i++)
	{
		PlanComponent *component =
		fixture_component(source, make_component_node(maker, level),
						  UNITS(1), Max(source->nsteps - 1, 0));

		component->choice = 1;
		component->priority = i;
	}
}
