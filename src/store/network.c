/*
 * network.c - reading how items are made, bought and moved.
 *
 * The network keeps everything it has read by its name, so that a node, a source
 * or a resource exists once.  What is read together is what will be needed
 * together: the components of one source, the resources that one step may take.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "utils/memutils.h"

#include "store/network_state.h"
#include "store/nodes.h"
#include "store/rules.h"
#include "types/timezone_setting.h"

#define SH_PREFIX networknodes
#define SH_ELEMENT_TYPE NodeSlot
#define SH_KEY_TYPE NodeName
#define SH_KEY name
#define SH_HASH_KEY(table, key) hash_node(key)
#define SH_EQUAL(table, a, b) \
	(strcmp((a).item, (b).item) == 0 && strcmp((a).location, (b).location) == 0)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
typedef struct NodeName
{
	const char *item;
	const char *location;
} NodeName;
typedef struct NodeSlot
{
	NodeName	name;
	NetworkNode *node;
	char		status;
} NodeSlot;
static inline uint32
hash_node(NodeName name)
{
	return hash_combine(hash_bytes((const unsigned char *) name.item,
								   strlen(name.item)),
						hash_bytes((const unsigned char *) name.location,
								   strlen(name.location)));
}
#include "lib/simplehash.h"

#define SH_PREFIX networknames
#define SH_ELEMENT_TYPE NameSlot
#define SH_KEY_TYPE const char *
#define SH_KEY name
#define SH_HASH_KEY(table, key) \
	hash_bytes((const unsigned char *) (key), strlen(key))
#define SH_EQUAL(table, a, b) (strcmp(a, b) == 0)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
typedef struct NameSlot
{
	const char *name;
	void	  **value;			/* stays where it is when the table grows */
	char		status;
} NameSlot;
#include "lib/simplehash.h"

struct NameTable
{
	networknames_hash *hash;
};

static PlanNode *find_node(PlanNetwork *base, const char *item,
						   const char *location);
static void read_node(PlanNetwork *base, PlanNode *node);
static void read_stock(Network *network, NetworkNode **nodes, int nnodes);

PlanNetwork *
network_open(const NetworkQuery *query)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "promise network",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	Network    *network = palloc0(sizeof(Network));

	network->base.now = query->now;
	network->base.first_start = nodes_grain_ceil(query->now);
	network->base.limit = query->limit;
	network->base.find_node = find_node;
	network->base.read_node = read_node;
	network->base.read_resource = network_read_resource;
	network->base.changeover = network_changeover;
	network->context = context;
	network->as_owner = query->as_owner;
	network->by_ref = query->by_ref;
	network->nexclude = query->nexclude;
	network->exclude = palloc(Max(query->nexclude, 1) * sizeof(char *));
	for (int i = 0; i < query->nexclude; i++)
		network->exclude[i] = pstrdup(query->exclude[i]);
	network->node_table = networknodes_create(context, 16, NULL);
	network->sources = network_names();
	network->resources = network_names();
	network->skills = network_names();
	network->calendars = network_names();
	network->changeovers = network_names();
	MemoryContextSwitchTo(old);
	return &network->base;
}

NetworkReads
network_reads(const PlanNetwork *network)
{
	return ((const Network *) network)->reads;
}

bool
network_is_as_owner(const PlanNetwork *network)
{
	return ((const Network *) network)->as_owner;
}

PlanSource *
network_find_source(PlanNetwork *base, const char *name)
{
	Network    *network = (Network *) base;
	MemoryContext old = MemoryContextSwitchTo(network->context);
	NetworkSource *source = network_read_source(network, name);

	MemoryContextSwitchTo(old);
	return source == NULL ? NULL : &source->base;
}

PlanResource *
network_find_resource(PlanNetwork *base, const char *name)
{
	return &network_resource((Network *) base, name)->base;
}

/*
 * A table of what is found by names, in the current memory context.
 */
NameTable *
network_names(void)
{
	NameTable  *table = palloc(sizeof(NameTable));

	table->hash = networknames_create(CurrentMemoryContext, 8, NULL);
	return table;
}

/*
 * Where the table keeps what has this name; NULL is there at first.
 */
void **
network_name(NameTable *table, const char *name)
{
	NameSlot   *slot = networknames_lookup(table->hash, name);
	MemoryContext old;
	bool		found;

	if (slot != NULL)
		return slot->value;

	old = MemoryContextSwitchTo(table->hash->ctx);
	slot = networknames_insert(table->hash, pstrdup(name), &found);
	slot->value = palloc0(sizeof(void *));
	MemoryContextSwitchTo(old);
	return slot->value;
}

/*
 * Begin to read rows; only within fetch_run.  Mapped labels outlive the read.
 */
void
network_begin_fetch(Network *network, const char *location)
{
	network->fetch = (Fetch)
	{
		.catalogue = mapping_catalogue(),
			.location = location,
			.as_owner = network->as_owner,
			.label_context = network->context
	};
}

static PlanNode *
find_node(PlanNetwork *base, const char *item, const char *location)
{
	Network    *network = (Network *) base;
	NodeName	name = {item, location};
	NodeSlot   *slot = networknodes_lookup(network->node_table, name);
	MemoryContext old;
	NetworkNode *node;
	bool		found;

	if (slot != NULL)
		return &slot->node->base;

	old = MemoryContextSwitchTo(network->context);
	node = palloc0(sizeof(NetworkNode));
	node->base.item = name.item = pstrdup(item);
	node->base.location = name.location = pstrdup(location);
	node->base.number = base->nnodes++;
	slot = networknodes_insert(network->node_table, name, &found);
	slot->node = node;
	MemoryContextSwitchTo(old);
	return &node->base;
}

/*
 * Read a node, and with it those that are needed for the same source at the same
 * location.
 */
static void
read_node(PlanNetwork *base, PlanNode *wanted)
{
	Network    *network = (Network *) base;
	NetworkSource *source = ((NetworkNode *) wanted)->needed_for;
	MemoryContext old;
	NetworkNode **nodes;
	int			nnodes = 0;

	if (wanted->was_read)
		return;

	old = MemoryContextSwitchTo(network->context);
	nodes = palloc((1 + (source == NULL ? 0 : source->base.ncomponents)) *
				   sizeof(NetworkNode *));
	nodes[nnodes++] = (NetworkNode *) wanted;
	wanted->was_read = true;
	for (int i = 0; source != NULL && i < source->base.ncomponents; i++)
	{
		NetworkNode *node = (NetworkNode *) source->base.components[i].node;

		if (node->base.was_read || node->needed_for != source ||
			strcmp(node->base.location, wanted->location) != 0)
			continue;
		node->base.was_read = true;
		nodes[nnodes++] = node;
	}

	read_stock(network, nodes, nnodes);
	network_read_sources(network, nodes, nnodes);
	MemoryContextSwitchTo(old);
}

/*
 * The rows and rules of nodes at one location.
 */
static void
read_stock(Network *network, NetworkNode **nodes, int nnodes)
{
	NodeQuery	query = {
		.items = palloc(nnodes * sizeof(char *)),
		.nitems = nnodes,
		.location = nodes[0]->base.location,
		.as_owner = network->as_owner,
		.detail = network->by_ref,
		.exclude = network->exclude,
		.nexclude = network->nexclude,
		.now = network->base.now
	};
	ItemNodes  *found;

	for (int i = 0; i < nnodes; i++)
		query.items[i] = nodes[i]->base.item;
	found = nodes_read(&query);

	for (int i = 0; i < nnodes; i++)
	{
		PlanNode   *node = &nodes[i]->base;
		StockNode  *stock = &node->stock;

		if (found[i].nnodes > 0)
			*stock = found[i].nodes[0];
		else
		{
			rules_init(&stock->rules);
			rules_finish(&stock->rules, query.now, timezone_setting_get());
		}
		stock->item = node->item;
		stock->location = node->location;
		if (network->by_ref)
			problem_sort_stock(stock);
		node->unlimited = stock->rules.unlimited;
		network->reads.nodes++;
		network->reads.events += stock->nevents;
	}
}
