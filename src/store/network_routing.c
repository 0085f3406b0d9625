/*
 * network_routing.c - how lots are made: steps, their order, what they occupy.
 */
#include "postgres.h"

#include "lib/binaryheap.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"

#include "core/text_order.h"
#include "store/network_state.h"
#include "types/report.h"

/* One row of a step; all rows of a step together say what it does. */
typedef struct RawStep
{
	NetworkSource *source;
	int			step;
	const char *resource;
	const char *skill;
	Quantity	units;
	int64		setup;
	int64		run;
	Quantity	batch;
	bool		pauses;
	const char *setup_state;
	const char *choice;
	int			priority;
} RawStep;

typedef struct RawLink
{
	NetworkSource *source;
	int			before;
	int			after;
	int64		lag;
} RawLink;

typedef struct RoutingReader
{
	Network    *network;
	NetworkSource **sources;
	int			nsources;
	RawStep    *steps;
	int			nsteps;
	int			max_steps;
	RawLink    *links;
	int			nlinks;
	int			max_links;
} RoutingReader;

static bool take_step(const PreparedQuery *query, const Datum *values,
					  const bool *nulls, void *arg);
static bool take_link(const PreparedQuery *query, const Datum *values,
					  const bool *nulls, void *arg);
static void look_for_resources(RoutingReader *reader);
static void fill_steps(RoutingReader *reader, NetworkSource *source,
					   const RawStep *rows, int nrows);
static void merge_rows(Network *network, PlanStep *step, const RawStep *rows,
					   int nrows);
static void fill_links(RoutingReader *reader, PlanSource *source,
					   const RawLink *links, int nlinks);
static void add_link(Network *network, PlanStep *after, int before, int64 lag);
static int	find_step(const PlanSource *source, int number);
static void order_steps(PlanSource *source);
static int	compare_indexes(Datum a, Datum b, void *arg);
static void report_step_cycle(const PlanSource *source, const int *nwaiting);
static int	compare_steps(const void *a, const void *b);
static int	compare_links(const void *a, const void *b);

/*
 * Read the steps of sources that have been described.
 */
void
network_read_routing(Network *network, NetworkSource **sources, int nsources)
{
	RoutingReader reader = {
		.network = network,
		.sources = sources,
		.nsources = nsources
	};
	KeyList		names = {.nkeys = nsources};
	int			step = 0;
	int			link = 0;

	names.keys = palloc(nsources * sizeof(char *));
	for (int i = 0; i < nsources; i++)
		names.keys[i] = sources[i]->base.name;
	fetch_role(&network->fetch, ROLE_STEP, 0, &names, take_step, &reader);
	if (reader.nsteps == 0)
		return;
	fetch_role(&network->fetch, ROLE_PRECEDENCE, 0, &names, take_link, &reader);
	look_for_resources(&reader);

	/* rows by source, in the order of the sources */
	qsort(reader.steps, reader.nsteps, sizeof(RawStep), compare_steps);
	qsort(reader.links, reader.nlinks, sizeof(RawLink), compare_links);
	for (int i = 0; i < nsources; i++)
	{
		int			first_step = step;
		int			first_link = link;

		CHECK_FOR_INTERRUPTS();
		while (step < reader.nsteps && reader.steps[step].source == sources[i])
			step++;
		while (link < reader.nlinks && reader.links[link].source == sources[i])
			link++;
		if (step == first_step)
			continue;
		if (sources[i]->base.kind == PLAN_KIT)
			ereport(ERROR,
					(errcode(ERRCODE_PROMISE_MAPPING),
					 errmsg("kit source \"%s\" has steps",
							sources[i]->base.name),
					 errhint("What takes time is of kind make.")));
		fill_steps(&reader, sources[i], &reader.steps[first_step],
				   step - first_step);
		fill_links(&reader, &sources[i]->base, &reader.links[first_link],
				   link - first_link);
		order_steps(&sources[i]->base);
	}
	pfree(reader.steps);
	if (reader.links != NULL)
		pfree(reader.links);
}

static bool
take_step(const PreparedQuery *query, const Datum *values, const bool *nulls,
		  void *arg)
{
	RoutingReader *reader = arg;
	MemoryContext old = MemoryContextSwitchTo(reader->network->context);
	NetworkSource *source;
	NetworkRow	row = network_source_row(reader->network, reader->sources, query,
										 values, nulls, &source);
	RawStep		raw = {.source = source};

	row_require(&row, FIELD_STEP, "step");
	raw.step = row_integer(&row, FIELD_STEP);
	raw.resource = row_key(&row, FIELD_RESOURCE);
	raw.skill = row_key(&row, FIELD_SKILL);
	raw.units = row_quantity(&row, FIELD_QUANTITY, "units", QUANTITY_SCALE);
	raw.setup = row_time(&row, FIELD_SETUP, "setup");
	raw.run = row_time(&row, FIELD_RUN, "run");
	raw.batch = row_quantity(&row, FIELD_BATCH, "batch", 0);
	raw.pauses = row_boolean(&row, FIELD_PAUSES, true);
	raw.setup_state = row_text(&row, FIELD_SETUP_STATE);
	raw.choice = row_text(&row, FIELD_CHOICE);
	raw.priority = row_integer(&row, FIELD_PRIORITY);
	reader->network->reads.steps++;

	NETWORK_GROW(reader->steps, reader->nsteps, reader->max_steps);
	reader->steps[reader->nsteps++] = raw;
	MemoryContextSwitchTo(old);
	return true;
}

static bool
take_link(const PreparedQuery *query, const Datum *values, const bool *nulls,
		  void *arg)
{
	RoutingReader *reader = arg;
	MemoryContext old = MemoryContextSwitchTo(reader->network->context);
	NetworkSource *source;
	NetworkRow	row = network_source_row(reader->network, reader->sources, query,
										 values, nulls, &source);
	RawLink		raw = {.source = source};

	row_require(&row, FIELD_BEFORE, "before");
	row_require(&row, FIELD_AFTER, "after");
	raw.before = row_integer(&row, FIELD_BEFORE);
	raw.after = row_integer(&row, FIELD_AFTER);
	raw.lag = row_time(&row, FIELD_LAG, "lag");

	NETWORK_GROW(reader->links, reader->nlinks, reader->max_links);
	reader->links[reader->nlinks++] = raw;
	MemoryContextSwitchTo(old);
	return true;
}

/*
 * What the rows name, before it is asked which of it would do.
 */
static void
look_for_resources(RoutingReader *reader)
{
	const char **resources = palloc(reader->nsteps * sizeof(char *));
	const char **skills = palloc(reader->nsteps * sizeof(char *));
	int			nresources = 0;
	int			nskills = 0;

	for (int i = 0; i < reader->nsteps; i++)
	{
		if (reader->steps[i].resource != NULL)
			resources[nresources++] = reader->steps[i].resource;
		if (reader->steps[i].skill != NULL)
			skills[nskills++] = reader->steps[i].skill;
	}
	network_look_for_resources(reader->network, resources, nresources,
							   skills, nskills);
}

/*
 * The steps of a source, by number for now.
 */
static void
fill_steps(RoutingReader *reader, NetworkSource *source, const RawStep *rows,
		   int nrows)
{
	PlanSource *base = &source->base;
	int			end;

	base->steps = MemoryContextAllocZero(reader->network->context,
										 nrows * sizeof(PlanStep));
	for (int start = 0; start < nrows; start = end)
	{
		end = start + 1;
		while (end < nrows && rows[end].step == rows[start].step)
			end++;
		merge_rows(reader->network, &base->steps[base->nsteps++],
				   &rows[start], end - start);
	}
}

/*
 * One step.  It takes the longest of the times that its rows say, and does not
 * pause if one of them forbids it.
 */
static void
merge_rows(Network *network, PlanStep *step, const RawStep *rows, int nrows)
{
	const char *source = rows[0].source->base.name;
	int			end;

	step->step = rows[0].step;
	step->pauses = true;
	for (int i = 0; i < nrows; i++)
	{
		const RawStep *row = &rows[i];

		step->setup = Max(step->setup, row->setup);
		step->run = Max(step->run, row->run);
		step->pauses &= row->pauses;
		if ((row->batch > 0 && step->batch > 0 && row->batch != step->batch) ||
			(row->setup_state != NULL && step->setup_state != NULL &&
			 strcmp(row->setup_state, step->setup_state) != 0))
			ereport(ERROR,
					(errcode(ERRCODE_PROMISE_MAPPING),
					 errmsg("the rows of step %d of source \"%s\" do not agree",
							step->step, source),
					 errhint("Give batch and setup_state in one of them, or the same in all.")));
		if (row->batch > 0)
			step->batch = row->batch;
		if (row->setup_state != NULL)
			step->setup_state = row->setup_state;
	}

	step->uses = MemoryContextAllocZero(network->context,
										nrows * sizeof(PlanUse));
	for (int start = 0; start < nrows; start = end)
	{
		const RawStep *row = &rows[start];
		NetworkChoices choices = {.source = source,.step = step->step};
		PlanUse    *use = &step->uses[step->nuses];

		end = start + 1;
		while (end < nrows && row->choice != NULL && rows[end].choice != NULL &&
			   strcmp(row->choice, rows[end].choice) == 0)
			end++;
		for (int i = start; i < end; i++)
		{
			if (rows[i].units != row->units)
				ereport(ERROR,
						(errcode(ERRCODE_PROMISE_MAPPING),
						 errmsg("the rows of choice \"%s\" of step %d of source \"%s\" do not agree",
								row->choice, step->step, source),
						 errhint("Give them all the same units.")));
			if (rows[i].resource != NULL || rows[i].skill != NULL)
				network_add_choices(network, &choices, rows[i].resource,
									rows[i].skill);
		}
		if (choices.nchoices == 0)
			continue;
		use->units = row->units;
		network_finish_choices(network, &choices, use);
		step->nuses++;
	}
}

/*
 * What comes before what: the steps in their order, if nothing is said.
 */
static void
fill_links(RoutingReader *reader, PlanSource *source, const RawLink *links,
		   int nlinks)
{
	if (nlinks == 0)
	{
		for (int i = 1; i < source->nsteps; i++)
			add_link(reader->network, &source->steps[i], i - 1, 0);
		return;
	}

	for (int i = 0; i < nlinks; i++)
	{
		int			before = find_step(source, links[i].before);
		int			after = find_step(source, links[i].after);

		if (before < 0 || after < 0)
			ereport(ERROR,
					(errcode(ERRCODE_PROMISE_MAPPING),
					 errmsg("source \"%s\" has no step %d", source->name,
							before < 0 ? links[i].before : links[i].after),
					 errdetail("A precedence names it.")));
		add_link(reader->network, &source->steps[after], before, links[i].lag);
	}
}

static void
add_link(Network *network, PlanStep *after, int before, int64 lag)
{
	MemoryContext old = MemoryContextSwitchTo(network->context);

	/* room for 1, 2, 4, 8, ... */
	if (after->nbefore == 0)
		after->before = palloc(sizeof(PlanLink));
	else if ((after->nbefore & (after->nbefore - 1)) == 0)
		after->before = repalloc(after->before,
								 2 * after->nbefore * sizeof(PlanLink));
	after->before[after->nbefore++] = (PlanLink)
	{
		.step = before,.lag = lag
	};
	MemoryContextSwitchTo(old);
}

/* by their numbers, before they are ordered; -1 if there is none */
static int
find_step(const PlanSource *source, int number)
{
	int			low = 0;
	int			high = source->nsteps;

	/* invariant: steps before low are smaller, those from high on are not */
	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (source->steps[middle].step < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < source->nsteps && source->steps[low].step == number ? low : -1;
}

/*
 * Order the steps topologically, ties by number.
 */
static void
order_steps(PlanSource *source)
{
	int			n = source->nsteps;
	PlanStep   *ordered = palloc(n * sizeof(PlanStep));
	int		   *nwaiting = palloc(n * sizeof(int));
	int		   *position = palloc(n * sizeof(int));
	int		   *first_after = palloc(n * sizeof(int));
	int		   *next_after;
	int		   *after;
	int			nlinks = 0;
	int			ndone = 0;
	binaryheap *ready = binaryheap_allocate(n, compare_indexes, NULL);

	/* lists of what comes after each step */
	for (int i = 0; i < n; i++)
	{
		first_after[i] = -1;
		nlinks += source->steps[i].nbefore;
	}
	next_after = palloc(Max(nlinks, 1) * sizeof(int));
	after = palloc(Max(nlinks, 1) * sizeof(int));
	nlinks = 0;
	for (int i = 0; i < n; i++)
	{
		const PlanStep *step = &source->steps[i];

		nwaiting[i] = step->nbefore;
		for (int j = 0; j < step->nbefore; j++)
		{
			after[nlinks] = i;
			next_after[nlinks] = first_after[step->before[j].step];
			first_after[step->before[j].step] = nlinks++;
		}
		if (step->nbefore == 0)
			binaryheap_add(ready, Int32GetDatum(i));
	}

	while (!binaryheap_empty(ready))
	{
		int			i = DatumGetInt32(binaryheap_remove_first(ready));

		position[i] = ndone;
		ordered[ndone++] = source->steps[i];
		for (int link = first_after[i]; link >= 0; link = next_after[link])
		{
			if (--nwaiting[after[link]] == 0)
				binaryheap_add(ready, Int32GetDatum(after[link]));
		}
	}
	if (ndone < n)
		report_step_cycle(source, nwaiting);

	for (int i = 0; i < n; i++)
	{
		for (int j = 0; j < ordered[i].nbefore; j++)
			ordered[i].before[j].step = position[ordered[i].before[j].step];
	}
	memcpy(source->steps, ordered, n * sizeof(PlanStep));
}

/* the smallest first; a binary heap gives the largest */
static int
compare_indexes(Datum a, Datum b, void *arg)
{
	int			ia = DatumGetInt32(a);
	int			ib = DatumGetInt32(b);

	return (ia < ib) - (ia > ib);
}

/*
 * Steps wait for each other.  Going back from one that waits, to one that it
 * waits for, must come to a step for the second time.
 */
static void
report_step_cycle(const PlanSource *source, const int *nwaiting)
{
	bool	   *seen = palloc0(source->nsteps * sizeof(bool));
	int		   *waits_for = palloc(source->nsteps * sizeof(int));
	StringInfoData text;
	int			i = 0;
	int			start;

	while (nwaiting[i] == 0)
		i++;
	while (!seen[i])
	{
		const PlanStep *step = &source->steps[i];
		int			j = 0;

		seen[i] = true;
		while (nwaiting[step->before[j].step] == 0)
			j++;
		waits_for[i] = step->before[j].step;
		i = waits_for[i];
	}

	initStringInfo(&text);
	start = i;
	do
	{
		appendStringInfo(&text, "%d after ", source->steps[i].step);
		i = waits_for[i];
	} while (i != start);
	ereport(ERROR,
			(errcode(ERRCODE_PROMISE_MAPPING),
			 errmsg("steps of source \"%s\" wait for each other", source->name),
			 errdetail("Step %s%d.", text.data, source->steps[start].step)));
}

/* by source, step, choice; then by all that tells rows apart */
static int
compare_steps(const void *a, const void *b)
{
	const RawStep *sa = a;
	const RawStep *sb = b;
	const char *texts_a[] = {sa->choice, sa->resource, sa->skill};
	const char *texts_b[] = {sb->choice, sb->resource, sb->skill};

	if (sa->source != sb->source)
		return sa->source->base.number < sb->source->base.number ? -1 : 1;
	if (sa->step != sb->step)
		return sa->step < sb->step ? -1 : 1;
	for (int i = 0; i < lengthof(texts_a); i++)
	{
		int			cmp;

		if (i == 1 && sa->priority != sb->priority)
			return sa->priority < sb->priority ? -1 : 1;
		cmp = text_order(texts_a[i], texts_b[i]);
		if (cmp != 0)
			return cmp;
	}
	return (sa->units > sb->units) - (sa->units < sb->units);
}

static int
compare_links(const void *a, const void *b)
{
	const RawLink *la = a;
	const RawLink *lb = b;

	if (la->source != lb->source)
		return la->source->base.number < lb->source->base.number ? -1 : 1;
	if (la->before != lb->before)
		return la->before < lb->before ? -1 : 1;
	if (la->after != lb->after)
		return la->after < lb->after ? -1 : 1;
	return (la->lag > lb->lag) - (la->lag < lb->lag);
}
