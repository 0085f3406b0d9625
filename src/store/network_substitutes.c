/*
 * network_substitutes.c - what would do instead of an item.
 */
#include "postgres.h"

#include "store/fetch.h"
#include "store/network_state.h"

typedef struct SubstituteReader
{
	Network    *network;
	const char *item;
	NetworkSubstitute *substitutes;
	RowRange   *ranges;
	int			nsubstitutes;
	int			max_substitutes;
	int			nranges;
	int			max_ranges;
} SubstituteReader;

/* a search for what has substitutes at all */
typedef struct SubstitutedItems
{
	Network    *network;
	KeyList		items;
	bool	   *substituted;
} SubstitutedItems;

static void read_substituted(void *arg);
static bool take_substituted(const PreparedQuery *query, const Datum *values,
							 const bool *nulls, void *arg);
static void read_substitutes(void *arg);
static bool take_substitute(const PreparedQuery *query, const Datum *values,
							const bool *nulls, void *arg);
static int	compare_substitutes(const void *a, const void *b);

bool *
network_substituted(PlanNetwork *base, const char **items, int nitems)
{
	SubstitutedItems search = {
		.network = (Network *) base,
		.items = {.keys = items,.nkeys = nitems},
		.substituted = palloc0(Max(nitems, 1))
	};

	fetch_run(read_substituted, &search);
	return search.substituted;
}

static void
read_substituted(void *arg)
{
	SubstitutedItems *search = arg;
	Network    *network = search->network;

	network_begin_fetch(network, NULL);
	fetch_role(&network->fetch, ROLE_SUBSTITUTE, 0, &search->items,
			   take_substituted, search);
}

static bool
take_substituted(const PreparedQuery *query, const Datum *values,
				 const bool *nulls, void *arg)
{
	SubstitutedItems *search = arg;

	search->substituted[fetch_number(&search->network->fetch, query, values)] = true;
	return true;
}

NetworkSubstitute *
network_substitutes(PlanNetwork *base, const char *item, int *nsubstitutes)
{
	SubstituteReader reader = {.network = (Network *) base,.item = item};

	fetch_run(read_substitutes, &reader);
	if (reader.nsubstitutes > 1)
		qsort(reader.substitutes, reader.nsubstitutes,
			  sizeof(NetworkSubstitute), compare_substitutes);
	*nsubstitutes = reader.nsubstitutes;
	return reader.substitutes;
}

/*
 * Dates of ranges are read once no other query is under way.
 */
static void
read_substitutes(void *arg)
{
	SubstituteReader *reader = arg;
	Network    *network = reader->network;
	KeyList		items = {.keys = &reader->item,.nkeys = 1};

	network_begin_fetch(network, NULL);
	fetch_role(&network->fetch, ROLE_SUBSTITUTE, 0, &items, take_substitute,
			   reader);
	network_begin_fetch(network, NULL);
	for (int i = 0; i < reader->nsubstitutes; i++)
		reader->substitutes[i].effective =
			network_range(network, &reader->ranges[i], FETCH_DEFAULT_LOCATION);
}

static bool
take_substitute(const PreparedQuery *query, const Datum *values,
				const bool *nulls, void *arg)
{
	SubstituteReader *reader = arg;
	Network    *network = reader->network;
	MemoryContext old = MemoryContextSwitchTo(network->context);
	NetworkRow	row = {
		.query = query,.values = values,.nulls = nulls,
		.relation = network->fetch.label,
		.what = "item",.key = reader->item
	};

	row_require(&row, FIELD_ITEM, "substitute");
	NETWORK_GROW(reader->substitutes, reader->nsubstitutes,
				 reader->max_substitutes);
	NETWORK_GROW(reader->ranges, reader->nranges, reader->max_ranges);
	reader->ranges[reader->nranges++] = row_range(&row, FIELD_EFFECTIVE);
	reader->substitutes[reader->nsubstitutes++] = (NetworkSubstitute)
	{
		.item = row_key(&row, FIELD_ITEM),
			.ratio = row_quantity(&row, FIELD_QUANTITY, "ratio",
								  QUANTITY_SCALE),
			.priority = row_integer(&row, FIELD_PRIORITY)
	};
	MemoryContextSwitchTo(old);
	return true;
}

static int
compare_substitutes(const void *a, const void *b)
{
	const NetworkSubstitute *sa = a;
	const NetworkSubstitute *sb = b;
	int			items;

	if (sa->priority != sb->priority)
		return sa->priority < sb->priority ? -1 : 1;
	items = strcmp(sa->item, sb->item);
	if (items != 0)
		return items;
	if (sa->ratio != sb->ratio)
		return sa->ratio < sb->ratio ? -1 : 1;
	if (sa->effective.start != sb->effective.start)
		return sa->effective.start < sb->effective.start ? -1 : 1;
	return (sa->effective.end > sb->effective.end) -
		(sa->effective.end < sb->effective.end);
}
