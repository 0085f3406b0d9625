/*
 * network_parts.c - what lots take and yield.
 */
#include "postgres.h"

#include "core/text_order.h"
#include "store/network_state.h"
#include "types/report.h"

typedef struct RawComponent
{
	NetworkSource *source;
	const char *item;
	Quantity	quantity;
	Quantity	fixed;
	Quantity	scrap;
	bool		has_step;
	int			step;			/* number of the step, then its index */
	RowRange	effective;
	const char *choice;
	int			priority;
} RawComponent;

typedef struct RawOutput
{
	NetworkSource *source;
	const char *item;
	Quantity	quantity;
	Quantity	fixed;
	bool		has_step;
	int			step;			/* number of the step */
} RawOutput;

typedef struct PartReader
{
	Network    *network;
	NetworkSource **sources;
	int			nsources;
	RawComponent *components;
	int			ncomponents;
	int			max_components;
	RawOutput  *outputs;
	int			noutputs;
	int			max_outputs;
} PartReader;

static bool take_component(const PreparedQuery *query, const Datum *values,
						   const bool *nulls, void *arg);
static bool take_output(const PreparedQuery *query, const Datum *values,
						const bool *nulls, void *arg);
static void add_moved_items(PartReader *reader);
static void find_steps(PartReader *reader);
static int	step_index(const PlanSource *source, int number);
static void fill_components(PartReader *reader);
static int	number_choice(const char **choices, int *nchoices,
						  const char *choice);
static void fill_outputs(PartReader *reader);
static void fill_output(Network *network, PlanSource *base,
						const NetworkSource *source, const RawOutput *raw);
static int	compare_components(const void *a, const void *b);
static int	compare_outputs(const void *a, const void *b);

/*
 * Read the parts of sources that have been described; within fetch_run, in the
 * memory context of SPI.
 */
void
network_complete_sources(Network *network, NetworkSource **sources,
						 int nsources)
{
	PartReader	reader = {
		.network = network,
		.sources = sources,
		.nsources = nsources
	};
	KeyList		names = {.nkeys = nsources};

	if (nsources == 0)
		return;

	names.keys = palloc(nsources * sizeof(char *));
	for (int i = 0; i < nsources; i++)
		names.keys[i] = sources[i]->base.name;

	network_read_routing(network, sources, nsources);
	fetch_role(&network->fetch, ROLE_COMPONENT, 0, &names, take_component,
			   &reader);
	fetch_role(&network->fetch, ROLE_OUTPUT, 0, &names, take_output, &reader);
	add_moved_items(&reader);
	find_steps(&reader);
	for (int i = 0; i < nsources; i++)
		sources[i]->base.effective = network_range(network,
												   &sources[i]->effective,
												   sources[i]->location);
	fill_components(&reader);
	fill_outputs(&reader);
	for (int i = 0; i < nsources; i++)
		sources[i]->complete = true;
	if (reader.components != NULL)
		pfree(reader.components);
	if (reader.outputs != NULL)
		pfree(reader.outputs);
}

static bool
take_component(const PreparedQuery *query, const Datum *values,
			   const bool *nulls, void *arg)
{
	PartReader *reader = arg;
	MemoryContext old = MemoryContextSwitchTo(reader->network->context);
	NetworkSource *source;
	NetworkRow	row = network_source_row(reader->network, reader->sources, query,
										 values, nulls, &source);
	RawComponent raw = {.source = source};

	row_require(&row, FIELD_ITEM, "item");
	raw.item = row_key(&row, FIELD_ITEM);
	source->says_what_it_moves |= strcmp(raw.item, source->item) == 0;
	row_require(&row, FIELD_QUANTITY, "quantity");
	raw.quantity = row_quantity(&row, FIELD_QUANTITY, "quantity", 0);
	raw.fixed = row_quantity(&row, FIELD_QUANTITY_FIXED, "quantity_fixed", 0);
	raw.scrap = row_quantity(&row, FIELD_SCRAP, "scrap", 0);
	if (raw.scrap >= QUANTITY_SCALE)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_MAPPING),
				 errmsg("all of component \"%s\" of source \"%s\" is lost",
						raw.item, source->base.name),
				 errhint("Scrap is a part of 1.")));
	raw.has_step = row_has(&row, FIELD_STEP);
	raw.step = row_integer(&row, FIELD_STEP);
	raw.effective = row_range(&row, FIELD_EFFECTIVE);
	raw.choice = row_text(&row, FIELD_CHOICE);
	raw.priority = row_integer(&row, FIELD_PRIORITY);
	reader->network->reads.components++;

	NETWORK_GROW(reader->components, reader->ncomponents, reader->max_components);
	reader->components[reader->ncomponents++] = raw;
	MemoryContextSwitchTo(old);
	return true;
}

static bool
take_output(const PreparedQuery *query, const Datum *values, const bool *nulls,
			void *arg)
{
	PartReader *reader = arg;
	MemoryContext old = MemoryContextSwitchTo(reader->network->context);
	NetworkSource *source;
	NetworkRow	row = network_source_row(reader->network, reader->sources, query,
										 values, nulls, &source);
	RawOutput	raw = {.source = source};

	row_require(&row, FIELD_ITEM, "item");
	raw.item = row_key(&row, FIELD_ITEM);
	raw.quantity = row_quantity(&row, FIELD_QUANTITY, "quantity", 0);
	raw.fixed = row_quantity(&row, FIELD_QUANTITY_FIXED, "quantity_fixed", 0);
	raw.has_step = row_has(&row, FIELD_STEP);
	raw.step = row_integer(&row, FIELD_STEP);

	NETWORK_GROW(reader->outputs, reader->noutputs, reader->max_outputs);
	reader->outputs[reader->noutputs++] = raw;
	MemoryContextSwitchTo(old);
	return true;
}

/*
 * A move takes the item at the other location, one for one, if its components
 * do not say how much of it.
 */
static void
add_moved_items(PartReader *reader)
{
	MemoryContext old = MemoryContextSwitchTo(reader->network->context);

	for (int i = 0; i < reader->nsources; i++)
	{
		NetworkSource *source = reader->sources[i];

		if (source->base.kind != PLAN_MOVE || source->says_what_it_moves)
			continue;
		NETWORK_GROW(reader->components, reader->ncomponents, reader->max_components);
		reader->components[reader->ncomponents++] = (RawComponent)
		{
			.source = source,.item = source->item,.quantity = QUANTITY_SCALE
		};
	}
	MemoryContextSwitchTo(old);
}

/*
 * From the number of a component's step to its index.  Of a source without steps
 * the numbers mean nothing.
 */
static void
find_steps(PartReader *reader)
{
	for (int i = 0; i < reader->ncomponents; i++)
	{
		RawComponent *raw = &reader->components[i];
		const PlanSource *source = &raw->source->base;
		int			index = 0;

		if (raw->has_step && source->nsteps > 0)
		{
			index = step_index(source, raw->step);
			if (index < 0)
				ereport(ERROR,
						(errcode(ERRCODE_PROMISE_MAPPING),
						 errmsg("component \"%s\" of source \"%s\" is for step %d, which does not exist",
								raw->item, source->name, raw->step)));
		}
		raw->step = index;
	}
}

/* of the step with a number; -1 if there is none */
static int
step_index(const PlanSource *source, int number)
{
	for (int i = 0; i < source->nsteps; i++)
	{
		if (source->steps[i].step == number)
			return i;
	}
	return -1;
}

static void
fill_components(PartReader *reader)
{
	Network    *network = reader->network;
	int			end;

	/* source by source, each in order */
	qsort(reader->components, reader->ncomponents, sizeof(RawComponent),
		  compare_components);
	for (int start = 0; start < reader->ncomponents; start = end)
	{
		NetworkSource *source = reader->components[start].source;
		PlanSource *base = &source->base;
		const char *location = base->kind == PLAN_MOVE ?
		source->from_location : source->location;
		const char **choices;
		int			nchoices = 0;

		end = start + 1;
		while (end < reader->ncomponents &&
			   reader->components[end].source == source)
			end++;
		choices = palloc((end - start) * sizeof(char *));
		base->components = MemoryContextAllocZero(network->context,
												  (end - start) *
												  sizeof(PlanComponent));

		for (int i = start; i < end; i++)
		{
			const RawComponent *raw = &reader->components[i];
			PlanComponent *component = &base->components[base->ncomponents];
			Span		effective = network_range(network, &raw->effective,
												  source->location);
			NetworkNode *node;

			if ((raw->quantity == 0 && raw->fixed == 0) ||
				effective.start >= effective.end)
				continue;
			node = (NetworkNode *) network->base.find_node(&network->base,
														   raw->item, location);
			if (!node->base.was_read && node->needed_for == NULL)
				node->needed_for = source;
			*component = (PlanComponent)
			{
				.node = &node->base,
					.quantity = raw->quantity,.fixed = raw->fixed,
					.scrap = raw->scrap,.step = raw->step,
					.effective = effective,.priority = raw->priority
			};
			if (raw->choice != NULL)
				component->choice = number_choice(choices, &nchoices,
												  raw->choice);
			base->ncomponents++;
		}
	}
}

/* choices have numbers from 1, by their first component */
static int
number_choice(const char **choices, int *nchoices, const char *choice)
{
	for (int i = 0; i < *nchoices; i++)
	{
		if (strcmp(choices[i], choice) == 0)
			return i + 1;
	}
	choices[(*nchoices)++] = choice;
	return *nchoices;
}

/*
 * What a source is for comes first.
 */
static void
fill_outputs(PartReader *reader)
{
	int			start = 0;
	int			end;

	/* as the sources, by their numbers */
	qsort(reader->outputs, reader->noutputs, sizeof(RawOutput), compare_outputs);
	for (int i = 0; i < reader->nsources; i++, start = end)
	{
		NetworkSource *source = reader->sources[i];
		RawOutput	own = {
			.source = source,.item = source->item,.quantity = QUANTITY_SCALE
		};
		PlanSource *base = &source->base;

		end = start;
		while (end < reader->noutputs && reader->outputs[end].source == source)
			end++;
		base->outputs = MemoryContextAllocZero(reader->network->context,
											   (end - start + 1) *
											   sizeof(PlanOutput));
		for (int j = start; j < end; j++)
		{
			if (strcmp(reader->outputs[j].item, source->item) == 0)
				own = reader->outputs[j];
		}
		if (own.quantity == 0)
			ereport(ERROR,
					(errcode(ERRCODE_PROMISE_MAPPING),
					 errmsg("source \"%s\" yields none of its item \"%s\" for each unit of a lot",
							base->name, source->item),
					 errhint("Give its row of role output a quantity, or remove it.")));
		if (own.has_step)
			ereport(ERROR,
					(errcode(ERRCODE_PROMISE_MAPPING),
					 errmsg("source \"%s\" yields its own item \"%s\" after step %d",
							base->name, source->item, own.step),
					 errhint("What a source is for is there when the lot ends.")));
		fill_output(reader->network, base, source, &own);
		for (int j = start; j < end; j++)
		{
			const RawOutput *raw = &reader->outputs[j];

			if (strcmp(raw->item, source->item) != 0 &&
				(raw->quantity > 0 || raw->fixed > 0))
				fill_output(reader->network, base, source, raw);
		}
	}
}

static void
fill_output(Network *network, PlanSource *base, const NetworkSource *source,
			const RawOutput *raw)
{
	PlanNode   *node = network->base.find_node(&network->base, raw->item,
											   source->location);
	int			step = raw->has_step ? step_index(base, raw->step) : -1;

	if (raw->has_step && step < 0)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_MAPPING),
				 errmsg("source \"%s\" yields item \"%s\" after step %d, which does not exist",
						base->name, raw->item, raw->step)));
	for (int i = 0; i < base->noutputs; i++)
	{
		if (base->outputs[i].node == node)
			ereport(ERROR,
					(errcode(ERRCODE_PROMISE_MAPPING),
					 errmsg("source \"%s\" is said twice how much it yields of item \"%s\"",
							base->name, raw->item)));
	}
	base->outputs[base->noutputs++] = (PlanOutput)
	{
		.node = node,.quantity = raw->quantity,.fixed = raw->fixed,
			.after_step = step + 1
	};
}

/* by source, then by step, choice, priority, item and what tells apart */
static int
compare_components(const void *a, const void *b)
{
	const RawComponent *ca = a;
	const RawComponent *cb = b;
	int			cmp;

	if (ca->source != cb->source)
		return ca->source->base.number < cb->source->base.number ? -1 : 1;
	if (ca->step != cb->step)
		return ca->step < cb->step ? -1 : 1;
	/* what is needed comes before choices */
	if ((ca->choice == NULL) != (cb->choice == NULL))
		return ca->choice == NULL ? -1 : 1;
	cmp = text_order(ca->choice, cb->choice);
	if (cmp != 0)
		return cmp;
	if (ca->priority != cb->priority)
		return ca->priority < cb->priority ? -1 : 1;
	cmp = strcmp(ca->item, cb->item);
	if (cmp != 0)
		return cmp;
	if (ca->quantity != cb->quantity)
		return ca->quantity < cb->quantity ? -1 : 1;
	if (ca->fixed != cb->fixed)
		return ca->fixed < cb->fixed ? -1 : 1;
	return (ca->scrap > cb->scrap) - (ca->scrap < cb->scrap);
}

static int
compare_outputs(const void *a, const void *b)
{
	const RawOutput *oa = a;
	const RawOutput *ob = b;

	if (oa->source != ob->source)
		return oa->source->base.number < ob->source->base.number ? -1 : 1;
	return strcmp(oa->item, ob->item);
}
