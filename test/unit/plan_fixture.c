/*
 * plan_fixture.c - networks made by hand.
 */
#include "plan_fixture.h"

#include "core/calendar_text.h"

typedef struct FixtureChangeover
{
	const char *from;
	const char *to;
	int64		duration;
} FixtureChangeover;

static PlanNode *find_node(PlanNetwork *network, const char *item,
						   const char *location);
static void read_node(PlanNetwork *network, PlanNode *node);
static void read_resource(PlanNetwork *network, PlanResource *resource);
static int64 changeover(PlanNetwork *network, const PlanResource *resource,
						const char *from, const char *to);
static int	compare_sources(const void *a, const void *b);
static void utc_regime(const CalendarZone *zone, Instant at, int64 *offset,
					   Instant *until);

static const CalendarZone utc = {utc_regime};

/* room for one more in an array of n that was made by this macro */
#define GROW(array, n) \
	((array) = (array) == NULL ? palloc0(sizeof(*(array))) : \
	 repalloc((array), ((n) + 1) * sizeof(*(array))))

PlanFixture *
plan_fixture_create(Instant now, Instant limit)
{
	PlanFixture *fixture = palloc0(sizeof(PlanFixture));

	fixture->network.now = now;
	fixture->network.first_start = now;
	fixture->network.limit = limit;
	fixture->network.find_node = find_node;
	fixture->network.read_node = read_node;
	fixture->network.read_resource = read_resource;
	fixture->network.changeover = changeover;
	return fixture;
}

/*
 * The node of an item at "main", made if there is none.
 */
PlanNode *
fixture_node(PlanFixture *fixture, const char *item)
{
	return find_node(&fixture->network, item, "main");
}

void
fixture_event(PlanNode *node, Instant at, Quantity delta)
{
	StockNode  *stock = &node->stock;

	GROW(stock->events, stock->nevents);
	stock->events[stock->nevents++] = (FlowEvent)
	{
		.at = at,.delta = delta
	};
}

PlanResource *
fixture_resource(PlanFixture *fixture, const char *name, Quantity units)
{
	PlanResource *resource = palloc0(sizeof(PlanResource));

	resource->name = name;
	resource->number = fixture->network.nresources;
	resource->capacity = (CapacityNode)
	{
		.resource = name,.known = true,.finite = true,.units = units
	};
	GROW(fixture->resources, fixture->network.nresources);
	fixture->resources[fixture->network.nresources++] = resource;
	return resource;
}

void
fixture_capacity(PlanResource *resource, Instant from, Instant until,
				 Quantity delta, bool is_load)
{
	CapacityNode *capacity = &resource->capacity;

	GROW(capacity->events, capacity->nevents);
	capacity->events[capacity->nevents++] = (CapacityEvent)
	{
		.from = from,.until = until,.delta = delta,.is_load = is_load
	};
}

PlanSource *
fixture_source(PlanFixture *fixture, PlanKind kind, const char *name,
			   PlanNode *node)
{
	PlanSource *source = palloc0(sizeof(PlanSource));

	source->name = name;
	source->kind = kind;
	source->number = fixture->network.nsources;
	source->first_start = fixture->network.now;
	source->effective = (Span)
	{
		INSTANT_BEGIN, INSTANT_END
	};
	fixture_output(source, node, UNITS(1));
	GROW(fixture->sources, fixture->network.nsources);
	fixture->sources[fixture->network.nsources++] = source;
	return source;
}

PlanComponent *
fixture_component(PlanSource *source, PlanNode *node, Quantity quantity,
				  int step)
{
	PlanComponent *component;

	GROW(source->components, source->ncomponents);
	component = &source->components[source->ncomponents++];
	*component = (PlanComponent)
	{
		.node = node,.quantity = quantity,.step = step,
			.effective =
		{
			INSTANT_BEGIN, INSTANT_END
		}
	};
	return component;
}

PlanOutput *
fixture_output(PlanSource *source, PlanNode *node, Quantity quantity)
{
	PlanOutput *output;

	GROW(source->outputs, source->noutputs);
	output = &source->outputs[source->noutputs++];
	*output = (PlanOutput)
	{
		.node = node,.quantity = quantity
	};

	GROW(node->sources, node->nsources);
	node->sources[node->nsources++] = source;
	return output;
}

PlanStep *
fixture_step(PlanSource *source, PlanResource *resource, Quantity units,
			 int64 setup, int64 run)
{
	PlanStep   *step;

	GROW(source->steps, source->nsteps);
	step = &source->steps[source->nsteps++];
	*step = (PlanStep)
	{
		.step = source->nsteps,.setup = setup,.run = run,.pauses = true
	};
	if (source->nsteps > 1)
		fixture_link(step, source->nsteps - 2, 0);
	if (resource != NULL)
		fixture_use(step, &resource, 1, units);
	return step;
}

void
fixture_use(PlanStep *step, PlanResource **choices, int nchoices,
			Quantity units)
{
	PlanUse    *use;

	GROW(step->uses, step->nuses);
	use = &step->uses[step->nuses++];
	use->choices = palloc(nchoices * sizeof(PlanResource *));
	memcpy(use->choices, choices, nchoices * sizeof(PlanResource *));
	use->nchoices = nchoices;
	use->units = units;
}

void
fixture_parallel(PlanStep *step)
{
	step->nbefore = 0;
}

void
fixture_link(PlanStep *after, int before, int64 lag)
{
	GROW(after->before, after->nbefore);
	after->before[after->nbefore++] = (PlanLink)
	{
		.step = before,.lag = lag
	};
}

void
fixture_changeover(PlanFixture *fixture, const char *from, const char *to,
				   int64 duration)
{
	GROW(fixture->changeovers, fixture->nchangeovers);
	fixture->changeovers[fixture->nchangeovers++] = (FixtureChangeover)
	{
		from, to, duration
	};
}

const CalendarRules *
fixture_calendar(const char *literal)
{
	CalendarRules *rules = palloc(sizeof(CalendarRules));
	CalendarDraft draft;
	CalendarFault fault;

	if (calendar_parse(literal, &draft, &fault) != PROMISE_OK ||
		calendar_finish(&draft, rules, &fault) != PROMISE_OK)
	{
		fprintf(stderr, "%s: %s\n", literal, fault.detail);
		abort();
	}
	return rules;
}

void
fixture_work(PlanFixture *fixture, PlanResource *resource,
			 const char *literal)
{
	resource->work = work_time_create(fixture_calendar(literal), &utc,
									  fixture->network.now,
									  fixture->network.limit);
}

/*
 * The literal may be NULL: no calendar.
 */
void
fixture_lead_time(PlanFixture *fixture, PlanSource *source, int32 days,
				  int64 time, const char *literal)
{
	source->lead_time.days = days;
	source->lead_time.time = time;
	if (literal == NULL)
		return;
	source->calendar = fixture_calendar(literal);
	source->zone = &utc;
	source->work = work_time_create(source->calendar, &utc,
									fixture->network.now,
									fixture->network.limit);
}

void
plan_fixture_finish(PlanFixture *fixture)
{
	for (int i = 0; i < fixture->network.nnodes; i++)
		qsort(fixture->nodes[i]->sources, fixture->nodes[i]->nsources,
			  sizeof(PlanSource *), compare_sources);
}

static PlanNode *
find_node(PlanNetwork *network, const char *item, const char *location)
{
	PlanFixture *fixture = (PlanFixture *) network;
	PlanNode   *node;

	for (int i = 0; i < network->nnodes; i++)
	{
		node = fixture->nodes[i];
		if (strcmp(node->item, item) == 0 &&
			strcmp(node->location, location) == 0)
			return node;
	}

	node = palloc0(sizeof(PlanNode));
	node->item = item;
	node->location = location;
	node->number = network->nnodes;
	node->stock = (StockNode)
	{
		.item = item,.location = location,
			.rules =
		{
			.horizon_end = INSTANT_END,.lead_end = INSTANT_END,
				.overdue_at = network->now
		}
	};
	GROW(fixture->nodes, network->nnodes);
	fixture->nodes[network->nnodes++] = node;
	return node;
}

/*
 * Everything was filled in when the fixture was built.
 */
static void
read_node(PlanNetwork *network, PlanNode *node)
{
	node->was_read = network->nnodes > node->number;
}

static void
read_resource(PlanNetwork *network, PlanResource *resource)
{
	resource->was_read = network->nresources > resource->number;
}

static int64
changeover(PlanNetwork *network, const PlanResource *resource,
		   const char *from, const char *to)
{
	const PlanFixture *fixture = (const PlanFixture *) network;

	if (resource->changeover == NULL)
		return 0;
	for (int i = 0; i < fixture->nchangeovers; i++)
	{
		const FixtureChangeover *rule = &fixture->changeovers[i];

		if (strcmp(rule->from, from) == 0 && strcmp(rule->to, to) == 0)
			return rule->duration;
	}
	return 0;
}

static int
compare_sources(const void *a, const void *b)
{
	const PlanSource *sa = *(PlanSource *const *) a;
	const PlanSource *sb = *(PlanSource *const *) b;

	if (sa->priority != sb->priority)
		return sa->priority < sb->priority ? -1 : 1;
	if (sa->cost != sb->cost)
		return sa->cost < sb->cost ? -1 : 1;
	return strcmp(sa->name, sb->name);
}

static void
utc_regime(const CalendarZone *zone, Instant at, int64 *offset,
		   Instant *until)
{
	*offset = 0;
	*until = INSTANT_END;
}
