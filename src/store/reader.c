/*
 * reader.c - gathering the rows of a read.
 *
 * The functions here take one row of a query each, as plan_execute hands them
 * over.  They run inside of the executor, so whatever outlives the query is
 * allocated in the reader's contexts.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "fmgr.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "store/reader.h"
#include "store/value.h"
#include "types/report.h"

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

/* up to so many refs to be left out are compared with a text as it lies there */
#define MAX_COMPARED_REFS	8

static void add_hold(Reader *reader, RawEvent *event, Datum ref,
					 bool at_is_null);
static void add_detail(Reader *reader, RawEvent *event,
					   const PreparedQuery *query, const Datum *values,
					   const bool *nulls, bool at_is_null);
static DemandFacts *read_facts(Reader *reader, const PreparedQuery *query,
							   const Datum *values, const bool *nulls);
static Quantity take_quantity(Reader *reader, int item, Datum value,
							  Oid type);
static bool is_excluded(const Reader *reader, const char *ref);
static bool has_excluded_ref(const Reader *reader, const PreparedQuery *query,
							 const Datum *values, const bool *nulls);
static bool is_kept(const PreparedQuery *query, const Datum *values);
static int	find_location(Reader *reader, const char *name);
static inline int row_location(Reader *reader, const PreparedQuery *query,
							   const Datum *values, const bool *nulls);
static int	find_row_location(Reader *reader, const PreparedQuery *query,
							  const Datum *values, const bool *nulls);
static int	compare_refs(const void *left, const void *right);
static void *grow(Reader *reader, void *array, int *allocated, size_t size);

/*
 * Start reading what the query asks for.  What is read lives in "result", the
 * rest in the current memory context.
 */
void
reader_begin(Reader *reader, const NodeQuery *query, bool detail,
			 MemoryContext result)
{
	memset(reader, 0, sizeof(Reader));
	reader->query = query;
	reader->result = result;
	reader->scratch = CurrentMemoryContext;
	reader->fetch.catalogue = mapping_catalogue();
	reader->fetch.location = query->location;
	reader->fetch.as_owner = query->as_owner;
	reader->fetch.label_context = detail ? result : NULL;
	reader->detail = detail;
	reader->last_datum_location = -1;
	reader->last_item = -1;
	reader->known = palloc0(Max(query->nitems, 1) * sizeof(bool));
	reader->location_table = locationtable_create(reader->scratch, 4, NULL);
	reader->node_table = nodetable_create(reader->scratch, 4, NULL);
	reader->location = find_location(reader, query->location != NULL ?
									 query->location : FETCH_DEFAULT_LOCATION);

	if (query->nexclude > 0)
	{
		reader->exclude = palloc(query->nexclude * sizeof(char *));
		memcpy(reader->exclude, query->exclude,
			   query->nexclude * sizeof(char *));
		qsort(reader->exclude, query->nexclude, sizeof(char *), compare_refs);
	}
}

/*
 * A row of supply, demand or planned flow.
 */
bool
reader_take_event(const PreparedQuery *query, const Datum *values,
				  const bool *nulls, void *arg)
{
	Reader	   *reader = arg;
	const int  *column_of = query->column_of;
	const Oid  *types = query->query.types;
	RoleId		role = reader->fetch.mapping->role;
	int			item = fetch_number(&reader->fetch, query, values);
	int			column;
	int			location;
	Quantity	quantity;
	bool		is_demand;
	bool		at_is_null;
	bool		is_of_hold = false;
	Instant		hold_end;
	RawEvent   *event;

	reader->known[item] = true;

	if (!reader->detail)
	{
		column = column_of[FIELD_BOUND];
		is_of_hold = reader->holds != NULL && column_of[FIELD_REF] >= 0 &&
			(role == ROLE_PLANNED_FLOW || reader->fetch.mapping->own) &&
			holds_find(reader->holds, values[column_of[FIELD_REF]], &hold_end);
		if ((column >= 0 && DatumGetBool(values[column])) ||
			(is_of_hold && role == ROLE_PLANNED_FLOW && reader->fetch.in_flight))
		{
			reader->fetch.stop = true;
			return false;
		}
	}

	location = row_location(reader, query, values, nulls);
	if (location < 0)
		return true;

	column = column_of[FIELD_QUANTITY];
	quantity = (column < 0 || nulls[column]) ? 0 :
		take_quantity(reader, item, values[column], types[column]);
	is_demand = role == ROLE_DEMAND || (role == ROLE_PLANNED_FLOW && quantity < 0);
	if (role == ROLE_DEMAND)
		quantity = -Max(quantity, 0);

	if (reader->nevents == reader->max_events)
		reader->events = grow(reader, reader->events, &reader->max_events,
							  sizeof(RawEvent));
	event = &reader->events[reader->nevents];
	event->node = (item == reader->last_item &&
				   location == reader->last_location) ? reader->last_node :
		reader_find_node(reader, item, location);
	if (quantity == 0)
		return true;

	event->delta = quantity;
	event->is_demand = is_demand;
	event->is_planned = role == ROLE_PLANNED_FLOW;
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

	/*
	 * What was planned for an excluded ref goes with it, demand or supply;
	 * but what a lot takes that was handed over is taken all the same.
	 */
	if (reader->exclude != NULL && role != ROLE_SUPPLY &&
		has_excluded_ref(reader, query, values, nulls) &&
		!is_kept(query, values))
		return true;

	if (reader->detail)
		add_detail(reader, event, query, values, nulls, at_is_null);
	else if (is_of_hold)
	{
		add_hold(reader, event, values[column_of[FIELD_REF]], at_is_null);
		event->expires_at = hold_end;
	}

	if ((role == ROLE_DEMAND && reader->fetch.mapping->own) ||
		(role == ROLE_PLANNED_FLOW &&
		 (is_of_hold ||
		  (reader->detail && !nulls[column_of[FIELD_FOR_REF]]))))
	{
		OwnRef	   *own;

		if (reader->nown_refs == reader->max_own_refs)
			reader->own_refs = grow(reader, reader->own_refs,
									&reader->max_own_refs, sizeof(OwnRef));
		own = &reader->own_refs[reader->nown_refs++];
		own->event = reader->nevents;
		own->ref = value_text(reader->scratch, values[column_of[FIELD_REF]]);
	}

	reader->nevents++;
	return true;
}

/*
 * A row of a hold, or of what is planned for one, in a read without details: as
 * much as it takes to keep the one for the other.
 */
static void
add_hold(Reader *reader, RawEvent *event, Datum ref, bool at_is_null)
{
	FlowDetail *detail = MemoryContextAllocZero(reader->result,
												sizeof(FlowDetail));

	detail->origin = event->is_planned ? FLOW_PLANNED : FLOW_DEMAND;
	detail->is_supply = !event->is_demand;
	detail->at_is_null = at_is_null;
	detail->relation = reader->fetch.label;
	detail->ref = value_text(reader->result, ref);
	if (detail->is_supply)
		detail->for_ref = detail->ref;
	event->accepted_clock = VALUE_INSTANT;
	event->detail = detail;
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

	switch (reader->fetch.mapping->role)
	{
		case ROLE_SUPPLY:
			detail->origin = FLOW_SUPPLY;
			break;
		case ROLE_DEMAND:
			detail->origin = FLOW_DEMAND;
			break;
		default:
			detail->origin = FLOW_PLANNED;
			break;
	}
	detail->is_supply = !event->is_demand;
	detail->at_is_null = at_is_null;
	detail->relation = reader->fetch.label;

	column = column_of[FIELD_REF];
	if (column >= 0 && !nulls[column])
		detail->ref = value_key(reader->result, values[column], types[column]);
	column = column_of[FIELD_KIND];
	if (column >= 0 && !nulls[column])
		detail->kind = value_text(reader->result, values[column]);
	column = column_of[FIELD_FOR_REF];
	if (column >= 0 && !nulls[column])
		detail->for_ref = value_key(reader->result, values[column], types[column]);
	if (is_excluded(reader, detail->for_ref) || event->is_demand)
		detail->for_ref = NULL;

	/* a plan is served as its promise is; one without comes last */
	detail->priority = event->is_planned ? PG_INT32_MAX : 0;
	detail->accepted_at = event->is_planned ? INSTANT_END : INSTANT_BEGIN;
	column = column_of[FIELD_PRIORITY];
	if (column >= 0 && !nulls[column])
		detail->priority = value_priority(values[column]);
	event->accepted_clock = VALUE_INSTANT;
	column = column_of[FIELD_ACCEPTED_AT];
	if (column >= 0 && !nulls[column])
	{
		ValueClock	clock;

		detail->accepted_at = value_instant(values[column], types[column], &clock);
		event->accepted_clock = clock;
	}
	if (reader->query->facts && detail->origin == FLOW_DEMAND)
		detail->facts = read_facts(reader, query, values, nulls);
	event->detail = detail;
}

static DemandFacts *
read_facts(Reader *reader, const PreparedQuery *query, const Datum *values,
		   const bool *nulls)
{
	DemandFacts *facts = MemoryContextAllocZero(reader->result,
												sizeof(DemandFacts));
	const struct
	{
		Field		field;
		const char **fact;
	}			columns[] = {
		{FIELD_GROUP_REF, &facts->group_ref},
		{FIELD_CUSTOMER, &facts->customer},
		{FIELD_CHANNEL, &facts->channel},
		{FIELD_ZONE, &facts->zone},
		{FIELD_SELLER, &facts->seller},
		{FIELD_PRICE, &facts->price},
		{FIELD_COST, &facts->cost},
		{FIELD_CURRENCY, &facts->currency},
	};

	for (int i = 0; i < lengthof(columns); i++)
	{
		Field		field = columns[i].field;
		int			column = query->column_of[field];

		if (column < 0 || nulls[column])
			continue;
		*columns[i].fact = (field == FIELD_PRICE || field == FIELD_COST) ?
			MemoryContextStrdup(reader->result,
								value_number_text(values[column],
												  query->query.types[column])) :
			value_key(reader->result, values[column],
					  query->query.types[column]);
	}
	return facts;
}

/*
 * A row of stocking.
 */
bool
reader_take_stocking(const PreparedQuery *query, const Datum *values,
					 const bool *nulls, void *arg)
{
	Reader	   *reader = arg;
	const int  *column_of = query->column_of;
	int			item = fetch_number(&reader->fetch, query, values);
	int			column;
	int			location;
	StockingRow *row;

	reader->known[item] = true;
	location = row_location(reader, query, values, nulls);
	if (location < 0)
		return true;

	if (reader->nstocking == reader->max_stocking)
		reader->stocking = grow(reader, reader->stocking,
								&reader->max_stocking, sizeof(RawStocking));
	reader->stocking[reader->nstocking].node =
		reader_find_node(reader, item, location);
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
	column = query->column_of[FIELD_UNLIMITED];
	row->unlimited = column >= 0 && !nulls[column] &&
		DatumGetBool(values[column]);
	return true;
}

/* any row at all makes its item known */
bool
reader_take_existence(const PreparedQuery *query, const Datum *values,
					  const bool *nulls, void *arg)
{
	Reader	   *reader = arg;
	int			column = query->column_of[FIELD_ORDINAL];

	if (column < 0)
	{
		reader->known[reader->fetch.number] = true;
		return false;
	}
	reader->known[DatumGetInt32(values[column])] = true;
	return true;
}

/*
 * A quantity that an answer depends on must fit.
 */
static Quantity
take_quantity(Reader *reader, int item, Datum value, Oid type)
{
	Quantity	quantity;

	if (likely(value_quantity(value, type, &quantity)))
		return quantity;

	/* it may be in flight, and never count */
	if (reader->fetch.in_flight)
		reader->fetch.stop = true;
	else
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_MAPPING),
				 errmsg("relation %s has a quantity that cannot be counted",
						reader->fetch.label),
				 errdetail("A row of item \"%s\" has %s.",
						   reader->query->items[item],
						   value_number_text(value, type)),
				 errhint("Such rows are listed in promise.mapping_problems.")));
	return 0;
}

static bool
is_excluded(const Reader *reader, const char *ref)
{
	return ref != NULL && reader->exclude != NULL &&
		bsearch(&ref, reader->exclude, reader->query->nexclude, sizeof(char *),
				compare_refs) != NULL;
}

/* the same of the ref of a row */
static bool
has_excluded_ref(const Reader *reader, const PreparedQuery *query,
				 const Datum *values, const bool *nulls)
{
	int			column = query->column_of[FIELD_REF];
	struct varlena *packed;
	size_t		length;
	bool		result = false;

	if (column < 0 || nulls[column])
		return false;
	if (query->query.types[column] != TEXTOID ||
		reader->query->nexclude > MAX_COMPARED_REFS)
		return is_excluded(reader, value_key(CurrentMemoryContext, values[column],
											 query->query.types[column]));

	packed = PG_DETOAST_DATUM_PACKED(values[column]);
	length = VARSIZE_ANY_EXHDR(packed);
	for (int i = 0; i < reader->query->nexclude && !result; i++)
		result = strncmp(reader->exclude[i], VARDATA_ANY(packed), length) == 0 &&
			reader->exclude[i][length] == '\0';
	if ((Pointer) packed != DatumGetPointer(values[column]))
		pfree(packed);
	return result;
}

/* is it of a lot that was handed over without it? */
static bool
is_kept(const PreparedQuery *query, const Datum *values)
{
	int			column = query->column_of[FIELD_KEPT];

	return column >= 0 && DatumGetBool(values[column]);
}

/*
 * The location of a row; -1 if it should have one but does not, so that it
 * cannot be read.
 */
static inline int
row_location(Reader *reader, const PreparedQuery *query,
			 const Datum *values, const bool *nulls)
{
	return query->column_of[FIELD_LOCATION] < 0 ? reader->location :
		find_row_location(reader, query, values, nulls);
}

/* the same for rows that say it */
static int
find_row_location(Reader *reader, const PreparedQuery *query,
				  const Datum *values, const bool *nulls)
{
	int			column = query->column_of[FIELD_LOCATION];
	Oid			type;
	Datum		value;

	if (nulls[column])
		return -1;

	type = query->query.types[column];
	value = values[column];
	if (reader->last_mapping != reader->fetch.mapping)
	{
		/* equal values of another type may mean another location */
		reader->last_mapping = reader->fetch.mapping;
		reader->last_datum_location = -1;
	}
	if (type == TEXTOID)
	{
		struct varlena *packed = PG_DETOAST_DATUM_PACKED(value);
		const char *text = VARDATA_ANY(packed);
		size_t		length = VARSIZE_ANY_EXHDR(packed);

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
	LocationInfo *location;
	bool		found;

	entry = locationtable_lookup(reader->location_table, name);
	if (entry != NULL)
		return entry->location;

	name = MemoryContextStrdup(reader->result, name);
	entry = locationtable_insert(reader->location_table, name, &found);
	entry->location = reader->nlocations;

	if (reader->nlocations == reader->max_locations)
		reader->locations = grow(reader, reader->locations,
								 &reader->max_locations, sizeof(LocationInfo));
	location = &reader->locations[reader->nlocations];
	locations_init(location, name);
	return reader->nlocations++;
}

/*
 * The position of a node, which is added if it is new.
 */
int
reader_find_node(Reader *reader, int item, int location)
{
	NodeEntry  *entry;
	RawNode    *node;
	bool		found;

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

static int
compare_refs(const void *left, const void *right)
{
	return strcmp(*(const char *const *) left, *(const char *const *) right);
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
