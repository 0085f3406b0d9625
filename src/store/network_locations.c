/*
 * network_locations.c - where an item could be had.
 */
#include "postgres.h"

#include "store/locations.h"
#include "store/network_state.h"
#include "store/nodes.h"

typedef struct LocationList
{
	Network    *network;
	const char *item;
	LocationInfo *locations;
	int			nlocations;
	int			max_locations;
} LocationList;

/* which items have sources */
typedef struct SourcedItems
{
	Network    *network;
	KeyList		items;
	bool	   *sourced;
} SourcedItems;

static void read_sourced(void *arg);
static bool take_sourced(const PreparedQuery *query, const Datum *values,
						 const bool *nulls, void *arg);
static void read_locations(void *arg);
static bool take_location(const PreparedQuery *query, const Datum *values,
						  const bool *nulls, void *arg);
static void add_location(LocationList *list, const char *name);
static int	compare_locations(const void *a, const void *b);

/*
 * The locations where an item has rows or rules, or where something yields it, by
 * priority, then by name.
 */
NetworkLocation *
network_locations(PlanNetwork *base, const char *item, int *nlocations)
{
	Network    *network = (Network *) base;
	MemoryContext old = MemoryContextSwitchTo(network->context);
	NodeQuery	query = {
		.items = &item,
		.nitems = 1,
		.as_owner = network->as_owner,
		.exclude = network->exclude,
		.nexclude = network->nexclude,
		.now = base->now
	};
	LocationList list = {.network = network,.item = item};
	ItemNodes  *found = nodes_read(&query);
	NetworkLocation *result;

	for (int i = 0; i < found->nnodes; i++)
		add_location(&list, found->nodes[i].location);
	fetch_run(read_locations, &list);

	qsort(list.locations, list.nlocations, sizeof(LocationInfo),
		  compare_locations);
	result = palloc(Max(list.nlocations, 1) * sizeof(NetworkLocation));
	for (int i = 0; i < list.nlocations; i++)
	{
		result[i].name = list.locations[i].name;
		result[i].priority = list.locations[i].priority;
	}
	*nlocations = list.nlocations;
	MemoryContextSwitchTo(old);
	return result;
}

static void
read_locations(void *arg)
{
	LocationList *list = arg;
	Network    *network = list->network;
	KeyList		items = {.keys = &list->item,.nkeys = 1};
	const char **names;
	int			nnames;

	network_begin_fetch(network, NULL);
	fetch_role(&network->fetch, ROLE_SOURCE, 0, &items, take_location, list);
	names = network_yielding(network, list->item, &nnames);
	for (int i = 0; i < nnames; i++)
	{
		const NetworkSource *source = network_read_source(network, names[i]);

		if (source != NULL)
			add_location(list, source->location);
	}
	network_begin_fetch(network, NULL);
	locations_look_up(&network->fetch, list->locations, list->nlocations);
}

static bool
take_location(const PreparedQuery *query, const Datum *values,
			  const bool *nulls, void *arg)
{
	LocationList *list = arg;
	MemoryContext old = MemoryContextSwitchTo(list->network->context);
	NetworkRow	row = {.query = query,.values = values,.nulls = nulls};

	if (query->column_of[FIELD_LOCATION] < 0)
		add_location(list, FETCH_DEFAULT_LOCATION);
	else if (row_has(&row, FIELD_LOCATION))
		add_location(list, row_key(&row, FIELD_LOCATION));
	MemoryContextSwitchTo(old);
	return true;
}

static void
add_location(LocationList *list, const char *name)
{
	MemoryContext old;

	for (int i = 0; i < list->nlocations; i++)
	{
		if (strcmp(list->locations[i].name, name) == 0)
			return;
	}
	old = MemoryContextSwitchTo(list->network->context);
	NETWORK_GROW(list->locations, list->nlocations, list->max_locations);
	locations_init(&list->locations[list->nlocations++], pstrdup(name));
	MemoryContextSwitchTo(old);
}

static int
compare_locations(const void *a, const void *b)
{
	const LocationInfo *la = a;
	const LocationInfo *lb = b;

	if (la->priority != lb->priority)
		return la->priority < lb->priority ? -1 : 1;
	return strcmp(la->name, lb->name);
}

bool *
network_sourced(PlanNetwork *base, const char **items, int nitems)
{
	SourcedItems search = {
		.network = (Network *) base,
		.items = {.keys = items,.nkeys = nitems},
		.sourced = palloc0(Max(nitems, 1))
	};

	fetch_run(read_sourced, &search);
	return search.sourced;
}

static void
read_sourced(void *arg)
{
	SourcedItems *search = arg;
	Network    *network = search->network;

	network_begin_fetch(network, NULL);
	fetch_role(&network->fetch, ROLE_SOURCE, 0, &search->items, take_sourced,
			   search);
	fetch_role(&network->fetch, ROLE_OUTPUT, QUERY_BY_OTHER, &search->items,
			   take_sourced, search);
}

static bool
take_sourced(const PreparedQuery *query, const Datum *values,
			 const bool *nulls, void *arg)
{
	SourcedItems *search = arg;

	search->sourced[fetch_number(&search->network->fetch, query, values)] = true;
	return true;
}
