/*
 * network_source.c - the ways to replenish items.
 *
 * What yields an item is found by the item itself and, of co-products, by what
 * lots yield besides.
 */
#include "postgres.h"

#include "store/network_state.h"
#include "types/report.h"

/* a source that yields the item of a node */
typedef struct Yield
{
	int			node;			/* position among those that are read */
	const char *name;			/* of the source */
	NetworkSource *source;		/* NULL until it is looked for */
} Yield;

typedef struct SourceReader
{
	Network    *network;
	NetworkNode **nodes;		/* at one location */
	int			nnodes;
	const char *name;			/* or one source to read */
	Yield	   *yields;
	int			nyields;
	int			max_yields;
	NetworkSource **fresh;		/* described for the first time */
	int			nfresh;
	int			max_fresh;
} SourceReader;

static void read_sources_of_nodes(void *arg);
static void read_one_source(void *arg);
static void read_named(SourceReader *reader);
static bool take_source(const PreparedQuery *query, const Datum *values,
						const bool *nulls, void *arg);
static bool take_named(const PreparedQuery *query, const Datum *values,
					   const bool *nulls, void *arg);
static bool take_yield(const PreparedQuery *query, const Datum *values,
					   const bool *nulls, void *arg);
static void add_yield(SourceReader *reader, int node, const char *name,
					  NetworkSource *source);
static NetworkSource *describe(SourceReader *reader, NetworkRow *row,
							   const char *location, bool by_name);
static PlanKind get_kind(const NetworkRow *row);
static void check_lots(const NetworkRow *row, const PlanSource *source);
static void hand_out(SourceReader *reader);
static bool yields(const PlanSource *source, const PlanNode *node);
static int	compare_names(const void *a, const void *b);
static int	compare_yields(const void *a, const void *b);
static int	compare_sources(const void *a, const void *b);

/*
 * Fill in the sources of nodes at one location.
 */
void
network_read_sources(Network *network, NetworkNode **nodes, int nnodes)
{
	SourceReader reader = {
		.network = network,
		.nodes = nodes,
		.nnodes = nnodes
	};

	fetch_run(read_sources_of_nodes, &reader);
}

/*
 * The source of a name; NULL if there is none.
 */
NetworkSource *
network_read_source(Network *network, const char *name)
{
	SourceReader reader = {
		.network = network,
		.name = name
	};
	NetworkSource *source = *network_name(network->sources, name);

	if (source == NULL || !source->complete)
	{
		fetch_run(read_one_source, &reader);
		source = *network_name(network->sources, name);
	}
	return source;
}

/*
 * The sources that say themselves that they yield an item; within fetch_run.
 */
const char **
network_yielding(Network *network, const char *item, int *nnames)
{
	NetworkNode node = {.base = {.item = item}};
	NetworkNode *nodes[] = {&node};
	SourceReader reader = {
		.network = network,
		.nodes = nodes,
		.nnodes = 1
	};
	KeyList		items = {.keys = &item,.nkeys = 1};
	const char **names;

	fetch_role(&network->fetch, ROLE_OUTPUT, QUERY_BY_OTHER, &items,
			   take_yield, &reader);
	names = palloc(Max(reader.nyields, 1) * sizeof(char *));
	for (int i = 0; i < reader.nyields; i++)
		names[i] = reader.yields[i].name;
	*nnames = reader.nyields;
	return names;
}

/*
 * A row about one of the sources that were asked for, in the order of the
 * question.
 */
NetworkRow
network_source_row(Network *network, NetworkSource **sources,
				   const PreparedQuery *query, const Datum *values,
				   const bool *nulls, NetworkSource **source)
{
	Fetch	   *fetch = &network->fetch;

	*source = sources[fetch_number(fetch, query, values)];
	return (NetworkRow)
	{
		.query = query,.values = values,.nulls = nulls,
			.relation = fetch->label,
			.what = "source",.key = (*source)->base.name
	};
}

static void
read_sources_of_nodes(void *arg)
{
	SourceReader *reader = arg;
	Network    *network = reader->network;
	KeyList		items = {
		.keys = palloc(reader->nnodes * sizeof(char *)),
		.nkeys = reader->nnodes
	};

	for (int i = 0; i < reader->nnodes; i++)
		items.keys[i] = reader->nodes[i]->base.item;

	network_begin_fetch(network, reader->nodes[0]->base.location);
	fetch_role(&network->fetch, ROLE_SOURCE, QUERY_AT_LOCATION, &items,
			   take_source, reader);
	fetch_role(&network->fetch, ROLE_OUTPUT, QUERY_BY_OTHER, &items,
			   take_yield, reader);
	read_named(reader);
	network_complete_sources(network, reader->fresh, reader->nfresh);
	hand_out(reader);
}

static void
read_one_source(void *arg)
{
	SourceReader *reader = arg;

	network_begin_fetch(reader->network, NULL);
	add_yield(reader, -1, reader->name, NULL);
	read_named(reader);
	network_complete_sources(reader->network, reader->fresh, reader->nfresh);
}

/*
 * Read the sources of which only the names are known.
 */
static void
read_named(SourceReader *reader)
{
	KeyList		names = {
		.keys = palloc(Max(reader->nyields, 1) * sizeof(char *))
	};

	qsort(reader->yields, reader->nyields, sizeof(Yield), compare_names);
	for (int i = 0; i < reader->nyields; i++)
	{
		Yield	   *yield = &reader->yields[i];

		if (yield->source == NULL)
			yield->source = *network_name(reader->network->sources, yield->name);
		if (yield->source == NULL &&
			(names.nkeys == 0 ||
			 strcmp(names.keys[names.nkeys - 1], yield->name) != 0))
			names.keys[names.nkeys++] = yield->name;
	}
	if (names.nkeys == 0)
		return;
	fetch_role(&reader->network->fetch, ROLE_SOURCE, QUERY_BY_OTHER, &names,
			   take_named, reader);
	for (int i = 0; i < reader->nyields; i++)
		reader->yields[i].source = *network_name(reader->network->sources,
												 reader->yields[i].name);
}

/* a row that was found by its item, at the location of the read */
static bool
take_source(const PreparedQuery *query, const Datum *values, const bool *nulls,
			void *arg)
{
	SourceReader *reader = arg;
	Network    *network = reader->network;
	MemoryContext old = MemoryContextSwitchTo(network->context);
	int			node = fetch_number(&network->fetch, query, values);
	NetworkRow	row = {
		.query = query,.values = values,.nulls = nulls,
		.relation = network->fetch.label,
		.what = "item",.key = reader->nodes[node]->base.item
	};
	NetworkSource *source = describe(reader, &row, network->fetch.location,
									 false);

	add_yield(reader, node, source->base.name, source);
	MemoryContextSwitchTo(old);
	return true;
}

/* a row that was found by its name */
static bool
take_named(const PreparedQuery *query, const Datum *values, const bool *nulls,
		   void *arg)
{
	SourceReader *reader = arg;
	Network    *network = reader->network;
	MemoryContext old = MemoryContextSwitchTo(network->context);
	NetworkRow	row = {
		.query = query,.values = values,.nulls = nulls,
		.relation = network->fetch.label,.what = "source"
	};
	const char *location = FETCH_DEFAULT_LOCATION;

	row.key = row_key(&row, FIELD_SOURCE);
	if (query->column_of[FIELD_LOCATION] >= 0)
		location = row_key(&row, FIELD_LOCATION);
	/* what is nowhere cannot be read, as by its item */
	if (location != NULL)
		describe(reader, &row, location, true);
	MemoryContextSwitchTo(old);
	return true;
}

/* a row of what lots yield, found by its item */
static bool
take_yield(const PreparedQuery *query, const Datum *values, const bool *nulls,
		   void *arg)
{
	SourceReader *reader = arg;
	Network    *network = reader->network;
	MemoryContext old = MemoryContextSwitchTo(network->context);
	int			node = fetch_number(&network->fetch, query, values);
	NetworkRow	row = {
		.query = query,.values = values,.nulls = nulls,
		.relation = network->fetch.label,
		.what = "item",.key = reader->nodes[node]->base.item
	};

	row_require(&row, FIELD_SOURCE, "source");
	add_yield(reader, node, row_key(&row, FIELD_SOURCE), NULL);
	MemoryContextSwitchTo(old);
	return true;
}

static void
add_yield(SourceReader *reader, int node, const char *name,
		  NetworkSource *source)
{
	NETWORK_GROW(reader->yields, reader->nyields, reader->max_yields);
	reader->yields[reader->nyields++] = (Yield)
	{
		.node = node,.name = name,.source = source
	};
}

/*
 * The source that a row describes.  Its name is that of one way only.
 */
static NetworkSource *
describe(SourceReader *reader, NetworkRow *row, const char *location,
		 bool by_name)
{
	Network    *network = reader->network;
	const char *name;
	const char *literal;
	const NetworkCalendar *calendar = NULL;
	NetworkSource *source;
	PlanSource *base;
	void	  **slot;
	bool	   *seen;

	row_require(row, FIELD_SOURCE, "source");
	name = row_key(row, FIELD_SOURCE);
	row->what = "source";
	row->key = name;
	slot = network_name(network->sources, name);
	source = *slot;
	if (source != NULL)
	{
		seen = by_name ? &source->by_name : &source->by_item;
		if (*seen)
			ereport(ERROR,
					(errcode(ERRCODE_PROMISE_MAPPING),
					 errmsg("source \"%s\" is described twice", name),
					 errdetail("One of its rows is in relation %s.", row->relation)));
		*seen = true;
		return source;
	}

	row_require(row, FIELD_ITEM, "item");
	row_require(row, FIELD_KIND, "kind");
	source = palloc0(sizeof(NetworkSource));
	*(by_name ? &source->by_name : &source->by_item) = true;
	source->item = row_key(row, FIELD_ITEM);
	source->location = pstrdup(location);
	source->effective = row_range(row, FIELD_EFFECTIVE);
	source->fence = row_duration(row, FIELD_FENCE, "fence");

	base = &source->base;
	base->name = name;
	base->number = network->base.nsources++;
	base->kind = get_kind(row);
	base->priority = row_integer(row, FIELD_PRIORITY);
	base->lead_time = row_duration(row, FIELD_LEAD_TIME, "lead time");
	base->lot_minimum = row_quantity(row, FIELD_LOT_MINIMUM, "lot_minimum", 0);
	base->lot_multiple = row_quantity(row, FIELD_LOT_MULTIPLE, "lot_multiple", 0);
	base->lot_maximum = row_quantity(row, FIELD_LOT_MAXIMUM, "lot_maximum", 0);
	base->cost = row_quantity(row, FIELD_COST, "cost", 0);
	base->currency = row_text(row, FIELD_CURRENCY);
	base->supplier = row_key(row, FIELD_SUPPLIER);
	check_lots(row, base);

	literal = row_text(row, FIELD_CALENDAR);
	if (literal != NULL)
	{
		calendar = network_calendar(network, literal, "source", base->name);
		base->calendar = &calendar->rules;
		base->zone = calendar->zone;
		base->work = calendar->work;
	}
	/* what is put together when it is taken needs no time to begin */
	base->first_start = network_after(calendar, base->kind == PLAN_KIT ?
									  network->base.now : network->base.first_start,
									  source->fence);

	if (base->kind == PLAN_MOVE)
	{
		row_require(row, FIELD_FROM_LOCATION, "from_location");
		source->from_location = row_key(row, FIELD_FROM_LOCATION);
	}
	if (base->kind == PLAN_KIT &&
		(base->lead_time.days > 0 || base->lead_time.time > 0))
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_MAPPING),
				 errmsg("kit source \"%s\" has a lead time", base->name),
				 errhint("What takes time is of kind make.")));

	*slot = source;
	network->reads.sources++;
	NETWORK_GROW(reader->fresh, reader->nfresh, reader->max_fresh);
	reader->fresh[reader->nfresh++] = source;
	return source;
}

static PlanKind
get_kind(const NetworkRow *row)
{
	static const char *const names[] = {
		[PLAN_MAKE] = "make",[PLAN_BUY] = "buy",
		[PLAN_MOVE] = "move",[PLAN_KIT] = "kit"
	};
	const char *kind = row_text(row, FIELD_KIND);

	for (int i = 0; i < lengthof(names); i++)
	{
		if (strcmp(kind, names[i]) == 0)
			return (PlanKind) i;
	}
	ereport(ERROR,
			(errcode(ERRCODE_PROMISE_MAPPING),
			 errmsg("source \"%s\" is of kind \"%s\"", row->key, kind),
			 errhint("Kinds are make, buy, move and kit.")));
}

/*
 * There must be a size that a lot can have.
 */
static void
check_lots(const NetworkRow *row, const PlanSource *source)
{
	Quantity	largest = source->lot_maximum;

	if (largest == 0)
		return;
	if (source->lot_multiple > 0)
		largest -= largest % source->lot_multiple;
	if (largest < Max(source->lot_minimum, 1))
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_MAPPING),
				 errmsg("no lot of source \"%s\" has a size that is allowed",
						source->name),
				 errdetail("No multiple of lot_multiple lies between lot_minimum and lot_maximum.")));
}

/*
 * Give each node its sources: those that yield its item where it is.
 */
static void
hand_out(SourceReader *reader)
{
	PlanSource **sources = MemoryContextAlloc(reader->network->context,
											  Max(reader->nyields, 1) *
											  sizeof(PlanSource *));
	const Yield *yield = reader->yields;
	const Yield *end = yield + reader->nyields;

	qsort(reader->yields, reader->nyields, sizeof(Yield), compare_yields);
	for (int i = 0; i < reader->nnodes; i++)
	{
		PlanNode   *node = &reader->nodes[i]->base;

		node->sources = sources;
		for (; yield < end && yield->node == i; yield++)
		{
			PlanSource *source = &yield->source->base;

			if (yield->source != NULL && yields(source, node) &&
				(node->nsources == 0 ||
				 node->sources[node->nsources - 1] != source))
				node->sources[node->nsources++] = source;
		}
		sources += node->nsources;
		qsort(node->sources, node->nsources, sizeof(PlanSource *),
			  compare_sources);
	}
}

/* a co-product found by its item may be yielded elsewhere */
static bool
yields(const PlanSource *source, const PlanNode *node)
{
	if (source->effective.start >= source->effective.end)
		return false;
	for (int i = 0; i < source->noutputs; i++)
	{
		if (source->outputs[i].node == node)
			return true;
	}
	return false;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(((const Yield *) a)->name, ((const Yield *) b)->name);
}

static int
compare_yields(const void *a, const void *b)
{
	const Yield *ya = a;
	const Yield *yb = b;

	if (ya->node != yb->node)
		return ya->node < yb->node ? -1 : 1;
	return strcmp(ya->name, yb->name);
}

/* in the order of preference */
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
