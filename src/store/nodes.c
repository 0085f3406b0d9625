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
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "store/mapping.h"
#include "store/nodes.h"
#include "store/plan.h"
#include "store/rules.h"
#include "store/settings.h"
#include "store/value.h"
#include "types/compat.h"
#include "types/due.h"
#include "types/report.h"
#include "types/timezone_setting.h"

/* up to this many keys are read one by one, with plans made once */
#define MAX_SINGLE_READS 16

/* rows that do not say where they are, are here */
#define DEFAULT_LOCATION "main"

/* A row of supply or demand before its location's zone is known. */
typedef struct RawEvent
{
	int64		at;				/* as its clock says */
	int64		expires_at;		/* the same; INSTANT_END if never */
	Quantity	delta;
	FlowDetail *detail;
	int			node;
	ValueClock	at_clock;
	ValueClock	expires_clock;
	bool		is_demand;
	bool		dropped;		/* it turned out not to count */
} RawEvent;

/* An item at a location, while its rows are being read. */
typedef struct RawNode
{
	int			item;			/* position in the query */
	int			location;		/* position in the reader */
	int			nevents;		/* that count */
	int			position;		/* of its next event in the result */
	NodeRules	rules;
} RawNode;

typedef struct RawLocation
{
	const char *name;
	bool		exists;			/* has a location row, or is the default */
	bool		has_priority;
	int			priority;
	const char *zone_name;		/* NULL: promise.timezone */
	DueZone		zone;
} RawLocation;

/* A row of stocking and the node that it is about. */
typedef struct RawStocking
{
	int			node;
	StockingRow row;
} RawStocking;

/* The ref of an own commitment, which a mapped row may take over. */
typedef struct OwnRef
{
	int			event;
	const char *ref;
} OwnRef;

#define SH_PREFIX locationtable
#define SH_ELEMENT_TYPE LocationEntry
#define SH_KEY_TYPE const char *
#define SH_KEY name
#define SH_HASH_KEY(table, key) \
	hash_bytes((const unsigned char *) (key), strlen(key))
#define SH_EQUAL(table, a, b) (strcmp(a, b) == 0)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
typedef struct LocationEntry
{
	const char *name;
	int			location;
	char		status;
} LocationEntry;
#include "lib/simplehash.h"

#define SH_PREFIX nodetable
#define SH_ELEMENT_TYPE NodeEntry
#define SH_KEY_TYPE uint64
#define SH_KEY key
#define SH_HASH_KEY(table, key) \
	hash_bytes_uint32((uint32) (key) ^ (uint32) ((key) >> 32) * 0x9e3779b9)
#define SH_EQUAL(table, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
typedef struct NodeEntry
{
	uint64		key;			/* item and location */
	int			node;
	char		status;
} NodeEntry;
#include "lib/simplehash.h"

/* The keys that a mapping is read by, and the number that each goes by. */
typedef struct KeyList
{
	const char **keys;
	const int  *numbers;		/* NULL: their positions */
	int			nkeys;
} KeyList;

typedef struct Reader
{
	const NodeQuery *query;
	MemoryContext result;		/* of the caller */
	MemoryContext scratch;		/* until the read ends */
	const char **exclude;		/* sorted */

	bool		detail;			/* read with all details */
	bool		needs_detail;	/* a row turned up that asks for it */

	/* the query that is running */
	const Mapping *mapping;
	const char *label;			/* its relation, for people */
	int			number;			/* of its key, if it is for one */
	int			location;		/* of its rows, if they do not say */

	/* what the previous row said, which the next often repeats */
	Datum		last_datum;
	int			last_datum_location;
	int			last_item;
	int			last_location;
	int			last_node;

	bool	   *known;			/* by item */

	locationtable_hash *location_table;
	RawLocation *locations;
	int			nlocations;
	int			max_locations;

	nodetable_hash *node_table;
	RawNode    *nodes;
	int			nnodes;
	int			max_nodes;

	RawEvent   *events;
	int			nevents;
	int			max_events;
	bool		has_local;		/* some instant needs its location's zone */

	RawStocking *stocking;
	int			nstocking;
	int			max_stocking;

	OwnRef	   *own_refs;
	int			nown_refs;
	int			max_own_refs;
	bool	   *taken_over;		/* by own ref */
} Reader;

static void begin_read(Reader *reader, const NodeQuery *query, bool detail,
					   MemoryContext result);
static ItemNodes *read_all(const NodeQuery *query, MemoryContext result);
static bool read_events(Reader *reader);
static void read_role(Reader *reader, RoleId role, int flags,
					  const KeyList *keys, PlanRowFunction function);
static void read_mapping(Reader *reader, Mapping *mapping, int flags,
						 const KeyList *keys, PlanRowFunction function);
static void read_one_by_one(Reader *reader, const PreparedQuery *query,
							const Key *key, const KeyList *keys,
							Datum *location, int nlocation,
							PlanRowFunction function);
static void read_set(Reader *reader, const PreparedQuery *query,
					 const Key *key, const KeyList *keys,
					 Datum *location, int nlocation,
					 PlanRowFunction function);
static bool is_empty_own_table(const Mapping *mapping);
static bool take_event(const PreparedQuery *query, const Datum *values,
					   const bool *nulls, void *arg);
static bool take_stocking(const PreparedQuery *query, const Datum *values,
						  const bool *nulls, void *arg);
static bool take_location(const PreparedQuery *query, const Datum *values,
						  const bool *nulls, void *arg);
static bool take_existence(const PreparedQuery *query, const Datum *values,
						   const bool *nulls, void *arg);
static bool take_ref(const PreparedQuery *query, const Datum *values,
					 const bool *nulls, void *arg);
static void add_detail(Reader *reader, RawEvent *event,
					   const PreparedQuery *query, const Datum *values,
					   const bool *nulls, bool at_is_null);
static Quantity take_quantity(Reader *reader, int item, Datum value,
							  Oid type);
static bool is_excluded(const Reader *reader, const char *ref);
static int	find_location(Reader *reader, const char *name);
static int	find_row_location(Reader *reader, const PreparedQuery *query,
							  const Datum *values, const bool *nulls);
static int	find_node(Reader *reader, int item, int location);
static void drop_taken_over(Reader *reader);
static void find_unseen(Reader *reader);
static void look_up_locations(Reader *reader);
static void resolve(Reader *reader);
static Instant resolve_instant(Reader *reader, const RawNode *node,
							   int64 value, ValueClock clock);
static pg_tz *zone_of(const Reader *reader, const RawNode *node);
static ItemNodes *hand_out(Reader *reader);
static int	compare_refs(const void *left, const void *right);
static int	compare_nodes(const void *left, const void *right, void *arg);
static void *grow(Reader *reader, void *array, int *allocated, size_t size);

ItemNodes *
nodes_read(const NodeQuery *query)
{
	ItemNodes  *result;
	int			nest_level;

	mapping_enter();
	PG_TRY();
	{
		MemoryContext caller = CurrentMemoryContext;

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
	/* for an instant before 2000, "past" is negative and now - past is later */
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

	begin_read(&reader, query, query->detail || query->nexclude > 0, result);
	if (!read_events(&reader))
	{
		Assert(!reader.detail);
		begin_read(&reader, query, true, result);
		if (!read_events(&reader))
			elog(ERROR, "reading with details asked for details");
	}

	read_role(&reader, ROLE_STOCKING, QUERY_AT_LOCATION, NULL, take_stocking);
	if (reader.nown_refs > 0)
		drop_taken_over(&reader);
	find_unseen(&reader);
	if (reader.has_local || reader.nstocking > 0 || reader.nlocations > 1 ||
		query->location != NULL)
		look_up_locations(&reader);
	resolve(&reader);
	return hand_out(&reader);
}

static void
begin_read(Reader *reader, const NodeQuery *query, bool detail,
		   MemoryContext result)
{
	memset(reader, 0, sizeof(Reader));
	reader->query = query;
	reader->result = result;
	reader->scratch = CurrentMemoryContext;
	reader->detail = detail;
	reader->last_datum_location = -1;
	reader->last_item = -1;
	reader->known = palloc0(Max(query->nitems, 1) * sizeof(bool));
	reader->location_table = locationtable_create(reader->scratch, 4, NULL);
	reader->node_table = nodetable_create(reader->scratch, 4, NULL);
	reader->location = find_location(reader, query->location != NULL ?
									 query->location : DEFAULT_LOCATION);

	if (query->nexclude > 0)
	{
		reader->exclude = palloc(query->nexclude * sizeof(char *));
		memcpy(reader->exclude, query->exclude,
			   query->nexclude * sizeof(char *));
		qsort(reader->exclude, query->nexclude, sizeof(char *), compare_refs);
	}
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
		read_role(reader, roles[i], flags, NULL, take_event);
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
	Catalogue  *catalogue = mapping_catalogue();
	KeyList		items = {
		.keys = reader->query->items,.nkeys = reader->query->nitems
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

static void
read_mapping(Reader *reader, Mapping *mapping, int flags, const KeyList *keys,
			 PlanRowFunction function)
{
	bool		single = keys->nkeys <= MAX_SINGLE_READS &&
	(flags & QUERY_REFS) == 0;
	const PreparedQuery *query;
	const Prepared *prepared;
	const Key  *key;
	Datum		location[KEY_MAX_PARTS];
	int			nlocation = 0;

	query = plan_get(mapping, single ? flags : flags | QUERY_SET);
	prepared = mapping->prepared;
	key = &prepared->columns.keys[role_column(mapping->role,
											  (flags & QUERY_REFS) != 0 ? "ref" :
											  role_list[mapping->role].lookup)];

	if (flags & QUERY_AT_LOCATION)
	{
		const Key  *location_key =
		&prepared->columns.keys[role_column(mapping->role, "location")];

		if (location_key->nparts == 0)
		{
			/* all its rows are at one place */
			if (strcmp(reader->query->location, DEFAULT_LOCATION) != 0)
				return;
		}
		else if (!key_parse(location_key, reader->query->location, location))
			return;
		nlocation = location_key->nparts;
	}

	reader->mapping = mapping;
	reader->label = prepared->label;
	reader->last_datum_location = -1;
	if (single)
		read_one_by_one(reader, query, key, keys, location, nlocation, function);
	else
		read_set(reader, query, key, keys, location, nlocation, function);
}

static void
read_one_by_one(Reader *reader, const PreparedQuery *query, const Key *key,
				const KeyList *keys, Datum *location, int nlocation,
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

static void
read_set(Reader *reader, const PreparedQuery *query, const Key *key,
		 const KeyList *keys, Datum *location, int nlocation,
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
 * A row of supply, demand or planned flow.
 */
static bool
take_event(const PreparedQuery *query, const Datum *values, const bool *nulls,
		   void *arg)
{
	Reader	   *reader = arg;
	const int  *column_of = query->column_of;
	const Oid  *types = query->query.types;
	RoleId		role = reader->mapping->role;
	int			column = column_of[FIELD_ORDINAL];
	int			item = column < 0 ? reader->number : DatumGetInt32(values[column]);
	int			location;
	Quantity	quantity;
	bool		is_demand;
	bool		at_is_null;
	RawEvent   *event;

	reader->known[item] = true;

	column = column_of[FIELD_BOUND];
	if (column >= 0 && DatumGetBool(values[column]))
	{
		reader->needs_detail = true;
		return false;
	}

	location = find_row_location(reader, query, values, nulls);
	if (location < 0)
		return true;

	column = column_of[FIELD_QUANTITY];
	quantity = (column < 0 || nulls[column]) ? 0 :
		take_quantity(reader, item, values[column], types[column]);
	is_demand = role == ROLE_DEMAND || (role == ROLE_PLANNED_FLOW && quantity < 0);
	if (role == ROLE_DEMAND)
		quantity = -Max(quantity, 0);

	if (reader->nevents == reader->max_events)
		reader->events = grow(reader, reader->events, &reader->max_events, sizeof(RawEvent));
	event = &reader->events[reader->nevents];
	event->node = find_node(reader, item, location);
	if (quantity == 0)
		return true;

	event->delta = quantity;
	event->is_demand = is_demand;
	event->dropped = false;
	event->detail = NULL;

	column = column_of[FIELD_AT];
	at_is_null = column >= 0 ? nulls[column] : is_demand;
	if (column >= 0 && !nulls[column])
		event->at = value_instant(values[column], types[column], &event->at_clock);
	else
	{
		/* no date: demand is due now, supply never comes, stock is there */
		event->at = (column < 0 || is_demand) ? INSTANT_BEGIN : INSTANT_END;
		event->at_clock = VALUE_INSTANT;
	}

	column = column_of[FIELD_EXPIRES_AT];
	event->expires_at = INSTANT_END;
	event->expires_clock = VALUE_INSTANT;
	if (column >= 0 && !nulls[column])
		event->expires_at = value_instant(values[column], types[column],
										  &event->expires_clock);

	if (event->at_clock != VALUE_INSTANT || event->expires_clock != VALUE_INSTANT)
		reader->has_local = true;

	if (reader->detail)
	{
		add_detail(reader, event, query, values, nulls, at_is_null);

		/* what was planned for an excluded ref goes with it, demand or supply */
		if ((is_demand || role == ROLE_PLANNED_FLOW) &&
			is_excluded(reader, event->detail->ref))
			return true;
	}

	if (role == ROLE_DEMAND && reader->mapping->own)
	{
		OwnRef	   *own;

		if (reader->nown_refs == reader->max_own_refs)
			reader->own_refs = grow(reader, reader->own_refs, &reader->max_own_refs, sizeof(OwnRef));
		own = &reader->own_refs[reader->nown_refs++];
		own->event = reader->nevents;
		own->ref = value_text(reader->scratch, values[column_of[FIELD_REF]]);
	}

	reader->nevents++;
	return true;
}

static void
add_detail(Reader *reader, RawEvent *event, const PreparedQuery *query,
		   const Datum *values, const bool *nulls, bool at_is_null)
{
	const int  *column_of = query->column_of;
	const Oid  *types = query->query.types;
	FlowDetail *detail = MemoryContextAllocZero(reader->result,
												sizeof(FlowDetail));
	int			column;

	detail->is_supply = !event->is_demand;
	detail->at_is_null = at_is_null;
	detail->relation = reader->label;

	column = column_of[FIELD_REF];
	if (column >= 0 && !nulls[column])
		detail->ref = value_key(reader->result, values[column], types[column]);
	column = column_of[FIELD_KIND];
	if (column >= 0 && !nulls[column])
		detail->kind = value_text(reader->result, values[column]);
	column = column_of[FIELD_FOR_REF];
	if (column >= 0 && !nulls[column])
		detail->for_ref = value_key(reader->result, values[column], types[column]);
	if (is_excluded(reader, detail->for_ref))
		detail->for_ref = NULL;
	event->detail = detail;
}

/*
 * A row of stocking.
 */
static bool
take_stocking(const PreparedQuery *query, const Datum *values,
			  const bool *nulls, void *arg)
{
	Reader	   *reader = arg;
	const int  *column_of = query->column_of;
	int			column = column_of[FIELD_ORDINAL];
	int			item = column < 0 ? reader->number : DatumGetInt32(values[column]);
	int			location;
	StockingRow *row;

	reader->known[item] = true;
	location = find_row_location(reader, query, values, nulls);
	if (location < 0)
		return true;

	if (reader->nstocking == reader->max_stocking)
		reader->stocking = grow(reader, reader->stocking, &reader->max_stocking, sizeof(RawStocking));
	reader->stocking[reader->nstocking].node = find_node(reader, item, location);
	row = &reader->stocking[reader->nstocking++].row;
	memset(row, 0, sizeof(StockingRow));

	column = column_of[FIELD_SAFETY_STOCK];
	row->has_safety_stock = column >= 0 && !nulls[column];
	if (row->has_safety_stock)
		row->safety_stock = take_quantity(reader, item, values[column],
										  query->query.types[column]);
	column = column_of[FIELD_HORIZON];
	row->has_horizon = column >= 0 && !nulls[column];
	if (row->has_horizon)
		row->horizon = *DatumGetIntervalP(values[column]);
	column = column_of[FIELD_LEAD_TIME];
	row->has_lead_time = column >= 0 && !nulls[column];
	if (row->has_lead_time)
		row->lead_time = *DatumGetIntervalP(values[column]);
	column = column_of[FIELD_OVERDUE_AFTER];
	row->has_overdue_after = column >= 0 && !nulls[column];
	if (row->has_overdue_after)
		row->overdue_after = *DatumGetIntervalP(values[column]);
	column = column_of[FIELD_OVERDUE_COUNTS];
	row->has_overdue_counts = column >= 0 && !nulls[column];
	if (row->has_overdue_counts)
		row->overdue_counts = DatumGetBool(values[column]);
	return true;
}

/*
 * A location row.  If there are several for one location, the smallest
 * priority counts, and the zone whose name sorts first.
 */
static bool
take_location(const PreparedQuery *query, const Datum *values,
			  const bool *nulls, void *arg)
{
	Reader	   *reader = arg;
	const int  *column_of = query->column_of;
	int			column = column_of[FIELD_ORDINAL];
	int			number = column < 0 ? reader->number : DatumGetInt32(values[column]);
	RawLocation *location = &reader->locations[number];

	location->exists = true;

	column = column_of[FIELD_PRIORITY];
	if (column >= 0 && !nulls[column])
	{
		int64		wide = DatumGetInt64(values[column]);
		int			priority = Max(Min(wide, PG_INT32_MAX), PG_INT32_MIN);

		if (!location->has_priority || priority < location->priority)
			location->priority = priority;
		location->has_priority = true;
	}

	column = column_of[FIELD_ZONE];
	if (column >= 0 && !nulls[column])
	{
		char	   *zone = value_text(reader->scratch, values[column]);

		if (location->zone_name == NULL || strcmp(zone, location->zone_name) < 0)
			location->zone_name = zone;
	}
	return true;
}

/* any row at all makes its item known */
static bool
take_existence(const PreparedQuery *query, const Datum *values,
			   const bool *nulls, void *arg)
{
	Reader	   *reader = arg;
	int			column = query->column_of[FIELD_ORDINAL];

	if (column < 0)
	{
		reader->known[reader->number] = true;
		return false;
	}
	reader->known[DatumGetInt32(values[column])] = true;
	return true;
}

/* a mapped row of demand has this ref */
static bool
take_ref(const PreparedQuery *query, const Datum *values, const bool *nulls,
		 void *arg)
{
	Reader	   *reader = arg;

	reader->taken_over[DatumGetInt32(values[query->column_of[FIELD_ORDINAL]])] = true;
	return true;
}

/*
 * A quantity that an answer depends on must fit.
 */
static Quantity
take_quantity(Reader *reader, int item, Datum value, Oid type)
{
	Quantity	quantity;

	if (unlikely(!value_quantity(value, type, &quantity)))
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_MAPPING),
				 errmsg("relation %s has a quantity that cannot be counted",
						reader->label),
				 errdetail("A row of item \"%s\" has %s.",
						   reader->query->items[item],
						   value_number_text(value, type)),
				 errhint("Such rows are listed in promise.mapping_problems.")));
	return quantity;
}

static bool
is_excluded(const Reader *reader, const char *ref)
{
	return ref != NULL && reader->exclude != NULL &&
		bsearch(&ref, reader->exclude, reader->query->nexclude, sizeof(char *),
				compare_refs) != NULL;
}

/*
 * The location of a row; -1 if it should have one but does not, so that it
 * cannot be read.
 */
static int
find_row_location(Reader *reader, const PreparedQuery *query,
				  const Datum *values, const bool *nulls)
{
	int			column = query->column_of[FIELD_LOCATION];
	Oid			type;
	Datum		value;

	if (column < 0)
		return reader->location;
	if (nulls[column])
		return -1;

	type = query->query.types[column];
	value = values[column];
	if (type == TEXTOID)
	{
		const char *text = VARDATA_ANY(DatumGetPointer(value));
		size_t		length = VARSIZE_ANY_EXHDR(DatumGetPointer(value));

		if (reader->last_datum_location >= 0)
		{
			const char *last = reader->locations[reader->last_datum_location].name;

			if (strncmp(last, text, length) == 0 && last[length] == '\0')
				return reader->last_datum_location;
		}
	}
	else if (type != UUIDOID && reader->last_datum_location >= 0 &&
			 value == reader->last_datum)
		return reader->last_datum_location;

	reader->last_datum = value;
	reader->last_datum_location =
		find_location(reader, value_key(CurrentMemoryContext, value, type));
	return reader->last_datum_location;
}

/*
 * The position of a location, which is added if it is new.
 */
static int
find_location(Reader *reader, const char *name)
{
	LocationEntry *entry;
	RawLocation *location;
	bool		found;

	entry = locationtable_lookup(reader->location_table, name);
	if (entry != NULL)
		return entry->location;

	name = MemoryContextStrdup(reader->result, name);
	entry = locationtable_insert(reader->location_table, name, &found);
	entry->location = reader->nlocations;

	if (reader->nlocations == reader->max_locations)
		reader->locations = grow(reader, reader->locations, &reader->max_locations, sizeof(RawLocation));
	location = &reader->locations[reader->nlocations];
	memset(location, 0, sizeof(RawLocation));
	location->name = name;
	location->exists = strcmp(name, DEFAULT_LOCATION) == 0;
	return reader->nlocations++;
}

/*
 * The position of a node, which is added if it is new.
 */
static int
find_node(Reader *reader, int item, int location)
{
	NodeEntry  *entry;
	RawNode    *node;
	bool		found;

	if (item == reader->last_item && location == reader->last_location)
		return reader->last_node;

	entry = nodetable_insert(reader->node_table,
							 (uint64) item << 32 | (uint32) location, &found);
	if (!found)
	{
		entry->node = reader->nnodes;
		if (reader->nnodes == reader->max_nodes)
			reader->nodes = grow(reader, reader->nodes, &reader->max_nodes, sizeof(RawNode));
		node = &reader->nodes[reader->nnodes++];
		memset(node, 0, sizeof(RawNode));
		node->item = item;
		node->location = location;
	}

	reader->last_item = item;
	reader->last_location = location;
	reader->last_node = entry->node;
	return entry->node;
}

/*
 * One ref is one demand: leave out own commitments whose ref some mapped row
 * of demand has, of whatever item.
 */
static void
drop_taken_over(Reader *reader)
{
	Catalogue  *catalogue = mapping_catalogue();
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
			read_mapping(reader, mapping, QUERY_REFS, &refs, take_ref);
	}

	for (int i = 0; i < refs.nkeys; i++)
	{
		if (reader->taken_over[i])
			reader->events[reader->own_refs[i].event].dropped = true;
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
		read_role(reader, roles[i], 0, &unseen, take_existence);
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
	read_role(reader, ROLE_LOCATION, 0, &names, take_location);

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

		if (event->at_clock != VALUE_INSTANT)
			event->at = resolve_instant(reader, node, event->at, event->at_clock);
		if (event->expires_clock != VALUE_INSTANT)
			event->expires_at = resolve_instant(reader, node, event->expires_at,
												event->expires_clock);
		if (event->is_demand && event->expires_at <= query->now)
			event->dropped = true;
		if (event->detail != NULL)
			event->detail->expires_at = event->expires_at;
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
				find_node(reader, i, reader->location);
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

static Instant
resolve_instant(Reader *reader, const RawNode *node, int64 value,
				ValueClock clock)
{
	DueZone    *zone = &reader->locations[node->location].zone;

	if (clock == VALUE_DAY)
		return due_end_of_day(zone, (DateADT) value);
	return due_from_local(zone, value);
}

/* look_up_locations is not called where zones do not matter */
static pg_tz *
zone_of(const Reader *reader, const RawNode *node)
{
	pg_tz	   *zone = reader->locations[node->location].zone.zone;

	return zone != NULL ? zone : timezone_setting_get();
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

static int
compare_refs(const void *left, const void *right)
{
	return strcmp(*(const char *const *) left, *(const char *const *) right);
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

/*
 * A larger array with the same contents, in the context of the old one, or the
 * first one in the reader's.
 */
static void *
grow(Reader *reader, void *array, int *allocated, size_t size)
{
	if (array == NULL)
	{
		*allocated = 64;
		return MemoryContextAlloc(reader->scratch, *allocated * size);
	}
	*allocated *= 2;
	return repalloc_huge(array, *allocated * size);
}
