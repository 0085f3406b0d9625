/*
 * vanished.c - demand of protected views that a transaction has made vanish.
 *
 * Of the rows of a view no trigger sees what they were.  But the nodes are known
 * that a change of a watched table affects, and the view can be read twice: as
 * it is, and as it would be without what this transaction has done since it last
 * judged the node, under the same snapshot.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "store/fetch.h"
#include "store/guards.h"
#include "store/value.h"
#include "store/vanished.h"

/* at most this many nodes are read at once */
#define BATCH_NODES 2000

/* The refs that the views have at some nodes, and the read of them. */
typedef struct RefList
{
	TouchedNode **nodes;		/* sorted, see compare_nodes */
	int			nnodes;
	const char **refs;
	int			nrefs;
	int			max_refs;
	MemoryContext context;		/* of the refs */
} RefList;

static void fetch_refs(void *arg);
static void fetch_batch(RefList *list, Fetch *fetch, int start, int end);
static bool take_demand(const PreparedQuery *query, const Datum *values,
						const bool *nulls, void *arg);
static void sort_refs(RefList *list);
static int	compare_nodes(const void *left, const void *right);
static int	compare_refs(const void *left, const void *right);

const char **
vanished_refs(TouchedNode **nodes, int nnodes, int *nrefs)
{
	RefList		after = {
		.nodes = MemoryContextAllocHuge(CurrentMemoryContext,
										Max(nnodes, 1) * sizeof(TouchedNode *)),
		.context = CurrentMemoryContext
	};
	RefList		before;
	const char **result;
	int			start = 0;
	int			next = 0;

	for (int i = 0; i < nnodes; i++)
	{
		if (nodes[i]->kind == NODE_STOCK)
			after.nodes[after.nnodes++] = nodes[i];
	}
	if (after.nnodes > 1)
		qsort(after.nodes, after.nnodes, sizeof(TouchedNode *), compare_nodes);

	/* those that were judged at the same time, together */
	before = after;
	while (start < after.nnodes)
	{
		int			end = start + 1;

		while (end < after.nnodes &&
			   after.nodes[end]->judged_until == after.nodes[start]->judged_until)
			end++;
		before.nodes = &after.nodes[start];
		before.nnodes = end - start;
		PushCopiedSnapshot(GetActiveSnapshot());
		GetActiveSnapshot()->curcid = after.nodes[start]->judged_until;
		fetch_run(fetch_refs, &before);
		PopActiveSnapshot();
		start = end;
	}
	if (before.nrefs > 0)
		fetch_run(fetch_refs, &after);
	sort_refs(&before);
	sort_refs(&after);

	result = MemoryContextAllocHuge(CurrentMemoryContext,
									Max(before.nrefs, 1) * sizeof(char *));
	*nrefs = 0;
	for (int i = 0; i < before.nrefs; i++)
	{
		while (next < after.nrefs &&
			   strcmp(after.refs[next], before.refs[i]) < 0)
			next++;
		if ((next < after.nrefs && strcmp(after.refs[next], before.refs[i]) == 0) ||
			(*nrefs > 0 && strcmp(result[*nrefs - 1], before.refs[i]) == 0))
			continue;
		result[(*nrefs)++] = before.refs[i];
	}
	return result;
}

static void
fetch_refs(void *arg)
{
	RefList    *list = arg;
	Fetch		fetch = {
		.catalogue = mapping_catalogue(),
		.as_owner = true
	};
	int			start = 0;

	/* nodes of one location together */
	while (start < list->nnodes)
	{
		int			end = start + 1;

		CHECK_FOR_INTERRUPTS();
		while (end < list->nnodes && end - start < BATCH_NODES &&
			   strcmp(list->nodes[end]->location,
					  list->nodes[start]->location) == 0)
			end++;
		fetch_batch(list, &fetch, start, end);
		start = end;
	}
}

static void
fetch_batch(RefList *list, Fetch *fetch, int start, int end)
{
	Catalogue  *catalogue = fetch->catalogue;
	KeyList		keys = {
		.keys = palloc((end - start) * sizeof(char *)),
		.nkeys = end - start
	};

	for (int i = start; i < end; i++)
		keys.keys[i - start] = list->nodes[i]->name;
	fetch->location = list->nodes[start]->location;

	for (int i = 0; i < catalogue->nmappings; i++)
	{
		Mapping    *mapping = &catalogue->mappings[i];

		if (mapping->role == ROLE_DEMAND && !mapping->own &&
			mapping->expressions[role_column(ROLE_DEMAND, "ref")] != NULL &&
			guards_is_view(mapping->relation, mapping->name))
			fetch_mapping(fetch, mapping, QUERY_AT_LOCATION | QUERY_DETAIL,
						  &keys, take_demand, list);
	}
}

/* one row; only what is still to be delivered is demand */
static bool
take_demand(const PreparedQuery *query, const Datum *values, const bool *nulls,
			void *arg)
{
	RefList    *list = arg;
	int			ref = query->column_of[FIELD_REF];
	int			quantity = query->column_of[FIELD_QUANTITY];
	Quantity	number;

	if (nulls[ref])
		return true;
	if (quantity >= 0 &&
		(nulls[quantity] ||
		 (value_quantity(values[quantity], query->query.types[quantity], &number) &&
		  number <= 0)))
		return true;

	if (list->nrefs == list->max_refs)
	{
		list->max_refs = Max(2 * list->max_refs, 64);
		if (list->refs == NULL)
			list->refs = MemoryContextAlloc(list->context,
											list->max_refs * sizeof(char *));
		else
			list->refs = repalloc_huge(list->refs,
									   list->max_refs * sizeof(char *));
	}
	list->refs[list->nrefs++] = value_key(list->context, values[ref],
										  query->query.types[ref]);
	return true;
}

static void
sort_refs(RefList *list)
{
	if (list->nrefs > 1)
		qsort(list->refs, list->nrefs, sizeof(char *), compare_refs);
}

/* by the time when they were judged, and by location */
static int
compare_nodes(const void *left, const void *right)
{
	const TouchedNode *a = *(const TouchedNode *const *) left;
	const TouchedNode *b = *(const TouchedNode *const *) right;

	if (a->judged_until != b->judged_until)
		return a->judged_until < b->judged_until ? -1 : 1;
	return strcmp(a->location, b->location);
}

static int
compare_refs(const void *left, const void *right)
{
	return strcmp(*(const char *const *) left, *(const char *const *) right);
}
