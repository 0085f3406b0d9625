/*
 * nodes.c - reading the rows of supply and demand of items.
 *
 * A read runs one query for each relation that has rows of the roles it needs,
 * own or mapped, and gathers the rows in one growing array.  When all are
 * there, the zones of their locations are looked up, local dates become
 * instants, and the events are handed out node by node.
 *
 * A read first asks only for what every answer needs, which a covering index
 * can give.  If a row turns up whose details matter, it starts again with all
 * details.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/xact.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "store/mapping.h"
#include "store/nodes.h"
#include "store/reader.h"
#include "store/settings.h"
#include "types/compat.h"
#include "types/report.h"
#include "types/timezone_setting.h"

/* up to this many keys are read one by one, with plans made once */
#define MAX_SINGLE_READS 16

/* The keys that a mapping is read by, and the number that each goes by. */
typedef struct KeyList
{
	const char **keys;
	const int  *numbers;		/* NULL: their positions */
	int			nkeys;
} KeyList;

static ItemNodes *read_all(const NodeQuery *query, MemoryContext result);
static bool read_events(Reader *reader);
static void read_role(Reader *reader, RoleId role, int flags,
					  const KeyList *keys, PlanRowFunction function);
static void read_mapping(Reader *reader, Mapping *mapping, int flags,
						 const KeyList *keys, PlanRowFunction function);
static void read_one_by_one(Reader *reader, const PreparedQuery *query,
							const Key *key, const KeyList *keys,
							const Datum *location, int nlocation,
							PlanRowFunction function);
static void read_set(Reader *reader, const PreparedQuery *query,
					 const Key *key, const KeyList *keys,
					 const Datum *location, int nlocation,
					 PlanRowFunction function);
static bool is_empty_own_table(const Mapping *mapping);
static void drop_taken_over(Reader *reader);
static void find_unseen(Reader *reader);
static void look_up_locations(Reader *reader);
static void resolve(Reader *reader);
static Instant resolve_instant(Reader *reader, const RawNode *node,
							   int64 value, ValueClock clock);
static pg_tz *zone_of(const Reader *reader, const RawNode *node);
static ItemNodes *hand_out(Reader *reader);
static int	compare_nodes(const void *left, const void *right, void *arg);

ItemNodes *
nodes_read(const NodeQuery *query)
{
	ItemNodes  *volatile result = NULL;

	mapping_enter();
	PG_TRY();
	{
		MemoryContext caller = CurrentMemoryContext;
		int			nest_level;

		if (SPI_connect() != SPI_OK_CONNECT)
			elog(ERROR, "SPI_connect failed");
		nest_level = compat_pin_search_path();
		result = read_all(query, caller);
		compat_unpin_search_path(nest_level);
		SPI_finish();
	}
	PG_FINALLY();
	{
		mapping_leave();
	}
	PG_END_TRY();

	return result;
}

Instant
nodes_now(void)
{
	Instant		clock;

	if (settings_clock(&clock))
		return clock;
	return GetCurrentTransactionStartTimestamp();
}

Instant
nodes_grain_ceil(Instant now)
{
	int64		grain = settings_grain();
	int64		past = now % grain;
	Instant		result;

	if (past == 0)
		return now;
	/* before 2000, "past" is negative, and now - past is later */
	if (past < 0)
		return now - past;
	if (pg_add_s64_overflow(now, grain - past, &result))
		return now;
	return result;
}

/*
 * Read, and read again with details if they turn out to matter.
 */
static ItemNodes *
read_all(const NodeQuery *query, MemoryContext result)
{
	Reader		reader;

	reader_begin(&reader, query, query->detail || query->nexclude > 0, result);
	if (!read_events(&reader))
	{
		Assert(!reader.detail);
		reader_begin(&reader, query, true, result);
		if (!read_events(&reader))
			elog(ERROR, "reading with details asked for details");
	}

	read_role(&reader, ROLE_STOCKING, QUERY_AT_LOCATION, NULL,
			  reader_take_stocking);
	if (reader.nown_refs > 0)
		drop_taken_over(&reader);
	find_unseen(&reader);
	look_up_locations(&reader);
	resolve(&reader);
	return hand_out(&reader);
}

/*
 * All rows of supply and demand.  False if they must be read with details.
 */
static bool
read_events(Reader *reader)
{
	static const RoleId roles[] = {ROLE_SUPPLY, ROLE_DEMAND, ROLE_PLANNED_FLOW};
	int			flags = QUERY_AT_LOCATION | (reader->detail ? QUERY_DETAIL : 0);

	for (int i = 0; i < lengthof(roles); i++)
	{
		read_role(reader, roles[i], flags, NULL, reader_take_event);
		if (reader->needs_detail)
			return false;
	}
	return true;
}

/*
 * Hand the rows of a role to a function.  Without keys, those of the query's
 * items are read, and QUERY_AT_LOCATION means its location, if it has one.
 */
static void
read_role(Reader *reader, RoleId role, int flags, const KeyList *keys,
		  PlanRowFunction function)
{
	Catalogue  *catalogue = reader->catalogue;
	KeyList		items = {
		.keys = reader->query->items,
		.nkeys = reader->query->nitems
	};

	if (keys == NULL)
		keys = &items;
	if (reader->query->location == NULL)
		flags &= ~QUERY_AT_LOCATION;

	for (int i = 0; i < catalogue->nmappings; i++)
	{
		Mapping    *mapping = &catalogue->mappings[i];

		if (mapping->role != role || is_empty_own_table(mapping))
			continue;
		read_mapping(reader, mapping, flags, keys, function);
		if (reader->needs_detail)
			break;
	}
}

/*
 * Hand the rows of one mapping that have these keys to a function.  Keys that
 * its relation cannot have are passed over.
 */
static void
read_mapping(Reader *reader, Mapping *mapping, int flags, const KeyList *keys,
			 PlanRowFunction function)
{
	bool		single = (keys->nkeys <= MAX_SINGLE_READS &&
						  (flags & QUERY_REFS) == 0);
	const PreparedQuery *query;
	const Prepared *prepared;
	const char *lookup;
	const Key  *key;
	Datum		location[KEY_MAX_PARTS];
	int			nlocation = 0;

	if (!single)
		flags |= QUERY_SET;
	if (reader->query->as_owner)
		flags |= QUERY_AS_OWNER;
	query = plan_get(mapping, flags);
	prepared = mapping->prepared;
	lookup = (flags & QUERY_REFS) != 0 ? "ref" : role_list[mapping->role].lookup;
	key = &prepared->columns.keys[role_column(mapping->role, lookup)];

	if (flags & QUERY_AT_LOCATION)
	{
		const Key  *location_key =
		&prepared->columns.keys[role_column(mapping->role, "location")];

		if (location_key->nparts == 0)
		{
			/* all its rows are at one place */
			if (strcmp(reader->query->location, READER_DEFAULT_LOCATION) != 0)
				return;
		}
		else if (!key_parse(location_key, reader->query->location, location))
			return;
		nlocation = location_key->nparts;
	}

	reader->mapping = mapping;
	/* details outlive what the mapping is prepared to */
	reader->label = !reader->detail ? prepared->label :
		MemoryContextStrdup(reader->result, prepared->label);
	reader->last_datum_location = -1;
	if (single)
		read_one_by_one(reader, query, key, keys, location, nlocation,
						function);
	else
		read_set(reader, query, key, keys, location, nlocation, function);
}

/* one run of a query for each key */
static void
read_one_by_one(Reader *reader, const PreparedQuery *query, const Key *key,
				const KeyList *keys, const Datum *location, int nlocation,
				PlanRowFunction function)
{
	Datum		params[2 * KEY_MAX_PARTS];

	memcpy(&params[key->nparts], location, nlocation * sizeof(Datum));
	for (int i = 0; i < keys->nkeys && !reader->needs_detail; i++)
	{
		if (!key_parse(key, keys->keys[i], params))
			continue;
		reader->number = keys->numbers != NULL ? keys->numbers[i] : i;
		plan_execute(reader->mapping, query, params, function, reader);
	}
}

/* one run of a query for all keys */
static void
read_set(Reader *reader, const PreparedQuery *query, const Key *key,
		 const KeyList *keys, const Datum *location, int nlocation,
		 PlanRowFunction function)
{
	static const KeyPart number_part = {.type = KEY_INT4};
	Datum		params[1 + 2 * KEY_MAX_PARTS];
	Datum	   *numbers = palloc(keys->nkeys * sizeof(Datum));
	Datum	   *parts[KEY_MAX_PARTS];
	int			nkeys = 0;

	for (int i = 0; i < key->nparts; i++)
		parts[i] = palloc(keys->nkeys * sizeof(Datum));

	for (int i = 0; i < keys->nkeys; i++)
	{
		Datum		values[KEY_MAX_PARTS];

		if (!key_parse(key, keys->keys[i], values))
			continue;
		for (int j = 0; j < key->nparts; j++)
			parts[j][nkeys] = values[j];
		numbers[nkeys++] = Int32GetDatum(keys->numbers != NULL ?
										 keys->numbers[i] : i);
	}
	if (nkeys == 0)
		return;

	params[0] = key_array(&number_part, numbers, nkeys);
	for (int i = 0; i < key->nparts; i++)
		params[1 + i] = key_array(&key->parts[i], parts[i], nkeys);
	memcpy(&params[1 + key->nparts], location, nlocation * sizeof(Datum));
	plan_execute(reader->mapping, query, params, function, reader);
}

/*
 * Need an own table not even be asked?  Where the rows are all in an ERP's
 * tables, the own ones are empty, and to see that costs less than to run a
 * query.  A table without blocks has no rows under any snapshot.
 */
static bool
is_empty_own_table(const Mapping *mapping)
{
	Relation	rel;
	bool		result;

	if (!mapping->own)
		return false;

	rel = table_open(mapping->relation, AccessShareLock);
	result = !rel->rd_rel->relhassubclass && RelationGetNumberOfBlocks(rel) == 0;
	table_close(rel, NoLock);
	return result;
}

/*
 * One ref is one demand: leave out own commitments whose ref some mapped row
 * of demand has, of whatever item.  A hold of which that is true is no hold any
 * more, so what was planned for it stays, for whoever needs it.
 */
static void
drop_taken_over(Reader *reader)
{
	Catalogue  *catalogue = reader->catalogue;
	KeyList		refs = {.nkeys = reader->nown_refs};

	refs.keys = palloc(refs.nkeys * sizeof(char *));
	for (int i = 0; i < refs.nkeys; i++)
		refs.keys[i] = reader->own_refs[i].ref;
	reader->taken_over = palloc0(refs.nkeys * sizeof(bool));

	for (int i = 0; i < catalogue->nmappings; i++)
	{
		Mapping    *mapping = &catalogue->mappings[i];

		if (mapping->role == ROLE_DEMAND && !mapping->own &&
			mapping->expressions[role_column(ROLE_DEMAND, "ref")] != NULL)
			read_mapping(reader, mapping, QUERY_REFS, &refs, reader_take_ref);
	}

	for (int i = 0; i < refs.nkeys; i++)
	{
		RawEvent   *event = &reader->events[reader->own_refs[i].event];

		if (!reader->taken_over[i])
			continue;
		if (event->is_planned)
		{
			event->expires_at = INSTANT_END;
			event->detail->for_ref = NULL;
		}
		else
			event->dropped = true;
	}
}

/*
 * Find out whether items of which no row was seen are known nevertheless: by
 * an item row or, if only one location was read, by rows at another.
 */
static void
find_unseen(Reader *reader)
{
	static const RoleId roles[] = {
		ROLE_ITEM, ROLE_STOCKING, ROLE_SUPPLY, ROLE_DEMAND, ROLE_PLANNED_FLOW
	};
	int			nroles = reader->query->location != NULL ? lengthof(roles) : 1;
	KeyList		unseen;
	int		   *numbers;

	unseen.keys = palloc(Max(reader->query->nitems, 1) * sizeof(char *));
	unseen.numbers = numbers = palloc(Max(reader->query->nitems, 1) * sizeof(int));
	for (int i = 0; i < nroles; i++)
	{
		unseen.nkeys = 0;
		for (int j = 0; j < reader->query->nitems; j++)
		{
			if (!reader->known[j])
			{
				unseen.keys[unseen.nkeys] = reader->query->items[j];
				numbers[unseen.nkeys++] = j;
			}
		}
		if (unseen.nkeys == 0)
			break;
		read_role(reader, roles[i], 0, &unseen, reader_take_existence);
	}
}

/*
 * Priorities and zones of the locations, and whether they exist.
 */
static void
look_up_locations(Reader *reader)
{
	KeyList		names = {.nkeys = reader->nlocations};
	pg_tz	   *zone;

	names.keys = palloc(names.nkeys * sizeof(char *));
	for (int i = 0; i < names.nkeys; i++)
		names.keys[i] = reader->locations[i].name;
	read_role(reader, ROLE_LOCATION, 0, &names, reader_take_location);

	for (int i = 0; i < reader->nlocations; i++)
	{
		RawLocation *location = &reader->locations[i];

		zone = timezone_setting_get();
		if (location->zone_name != NULL)
		{
			zone = pg_tzset(location->zone_name);
			if (zone == NULL || !pg_tz_acceptable(zone))
				ereport(ERROR,
						(errcode(ERRCODE_PROMISE_MAPPING),
						 errmsg("time zone \"%s\" of location \"%s\" is not known",
								location->zone_name, location->name)));
		}
		due_zone_init(&location->zone, zone);
	}
}

/*
 * Turn local dates into instants, intervals into rules, and count the events
 * that are left.
 */
static void
resolve(Reader *reader)
{
	const NodeQuery *query = reader->query;

	for (int i = 0; i < reader->nevents; i++)
	{
		RawEvent   *event = &reader->events[i];
		RawNode    *node = &reader->nodes[event->node];

		CHECK_FOR_INTERRUPTS();
		if (event->at_clock != VALUE_INSTANT)
			event->at = resolve_instant(reader, node, event->at, event->at_clock);
		if (event->expires_clock != VALUE_INSTANT)
			event->expires_at = resolve_instant(reader, node, event->expires_at,
												event->expires_clock);
		if ((event->is_demand || event->is_planned) &&
			event->expires_at <= query->now)
			event->dropped = true;
		if (event->detail != NULL)
		{
			/* what is planned for a hold does not spoil when the hold ends */
			event->detail->expires_at = event->is_planned ? INSTANT_END :
				event->expires_at;
			if (event->accepted_clock != VALUE_INSTANT)
				event->detail->accepted_at =
					resolve_instant(reader, node, event->detail->accepted_at,
									event->accepted_clock);
		}
		if (!event->dropped)
			node->nevents++;
	}

	/* a location that was asked for need only exist */
	if (query->location != NULL &&
		reader->locations[reader->location].exists)
	{
		for (int i = 0; i < query->nitems; i++)
		{
			if (reader->known[i])
				reader_find_node(reader, i, reader->location);
		}
	}

	for (int i = 0; i < reader->nnodes; i++)
		rules_init(&reader->nodes[i].rules);
	for (int i = 0; i < reader->nstocking; i++)
	{
		RawNode    *node = &reader->nodes[reader->stocking[i].node];

		rules_apply(&node->rules, &reader->stocking[i].row, query->now,
					zone_of(reader, node));
	}
	for (int i = 0; i < reader->nnodes; i++)
		rules_finish(&reader->nodes[i].rules, query->now,
					 zone_of(reader, &reader->nodes[i]));
}

/* from a local date or time at a node to the instant that it means */
static Instant
resolve_instant(Reader *reader, const RawNode *node, int64 value,
				ValueClock clock)
{
	DueZone    *zone = &reader->locations[node->location].zone;

	if (clock == VALUE_DAY)
		return due_end_of_day(zone, (DateADT) value);
	return due_from_local(zone, value);
}

static pg_tz *
zone_of(const Reader *reader, const RawNode *node)
{
	return reader->locations[node->location].zone.zone;
}

/*
 * The result: nodes sorted, and each one's events together.
 */
static ItemNodes *
hand_out(Reader *reader)
{
	const NodeQuery *query = reader->query;
	ItemNodes  *result;
	StockNode  *nodes;
	FlowEvent  *events;
	RawNode   **sorted = palloc(Max(reader->nnodes, 1) * sizeof(RawNode *));
	int			nevents = 0;

	result = MemoryContextAllocZero(reader->result,
									Max(query->nitems, 1) * sizeof(ItemNodes));
	nodes = MemoryContextAllocZero(reader->result,
								   Max(reader->nnodes, 1) * sizeof(StockNode));
	events = MemoryContextAllocHuge(reader->result,
									Max(reader->nevents, 1) * sizeof(FlowEvent));

	for (int i = 0; i < query->nitems; i++)
	{
		result[i].item = query->items[i];
		result[i].known = reader->known[i];
	}

	for (int i = 0; i < reader->nnodes; i++)
		sorted[i] = &reader->nodes[i];
	qsort_arg(sorted, reader->nnodes, sizeof(RawNode *), compare_nodes, reader);

	for (int i = 0; i < reader->nnodes; i++)
	{
		RawNode    *raw = sorted[i];
		ItemNodes  *item = &result[raw->item];
		StockNode  *node = &nodes[i];

		if (item->nnodes++ == 0)
			item->nodes = node;
		node->item = item->item;
		node->location = reader->locations[raw->location].name;
		node->priority = reader->locations[raw->location].priority;
		node->rules = raw->rules;
		node->events = events + nevents;
		node->nevents = raw->nevents;
		raw->position = nevents;
		nevents += raw->nevents;
	}

	for (int i = 0; i < reader->nevents; i++)
	{
		RawEvent   *raw = &reader->events[i];
		FlowEvent  *event;

		if (raw->dropped)
			continue;
		event = &events[reader->nodes[raw->node].position++];
		event->at = raw->at;
		event->delta = raw->delta;
		event->detail = raw->detail;
	}
	return result;
}

/* by item, then by the location's priority, then by its name */
static int
compare_nodes(const void *left, const void *right, void *arg)
{
	const RawNode *a = *(const RawNode *const *) left;
	const RawNode *b = *(const RawNode *const *) right;
	const Reader *reader = arg;
	const RawLocation *la = &reader->locations[a->location];
	const RawLocation *lb = &reader->locations[b->location];

	if (a->item != b->item)
		return a->item < b->item ? -1 : 1;
	if (la->priority != lb->priority)
		return la->priority < lb->priority ? -1 : 1;
	return strcmp(la->name, lb->name);
}
