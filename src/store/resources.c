/*
 * resources.c - reading resources, what changes their capacity, and what
 * occupies them.
 *
 * The resources come first: they say in which zones the local dates of the
 * rest are to be read.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "common/int.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "store/fetch.h"
#include "store/holds.h"
#include "store/locations.h"
#include "store/owner.h"
#include "store/resources.h"
#include "store/value.h"
#include "types/report.h"
#include "types/timezone_setting.h"

#define MIN_EVENTS 64

/* A change of capacity or a load, before it is handed out. */
typedef struct RawCapacity
{
	CapacityEvent event;
	int			resource;		/* position in the query */
	bool		expired;		/* planned for a hold that has expired */
	bool		ended;			/* before now; only its state matters */
} RawCapacity;

typedef struct ResourceReader
{
	const ResourceQuery *query;
	MemoryContext result;		/* of the caller */
	MemoryContext scratch;		/* until the read ends */
	Fetch		fetch;
	CapacityNode *nodes;		/* of the result */
	const char **location_of;	/* by resource; NULL: none that is known */
	DueZone   **zone_of;		/* by resource */
	LocationInfo *locations;
	const Holds *holds;			/* whose plans expire with them */
	DueZone		zone;			/* of resources without a location */
	RawCapacity *events;
	int			nevents;
	int			max_events;
} ResourceReader;

static void read_resources(void *arg);
static bool take_resource(const PreparedQuery *query, const Datum *values,
						  const bool *nulls, void *arg);
static const char *get_location(const ResourceReader *reader,
								const PreparedQuery *query,
								const Datum *values, const bool *nulls);
static void find_zones(ResourceReader *reader);
static bool take_capacity(const PreparedQuery *query, const Datum *values,
						  const bool *nulls, void *arg);
static bool get_units(const ResourceReader *reader, int resource,
					  const PreparedQuery *query, const Datum *values,
					  const bool *nulls, Quantity *units);
static void take_setup(const ResourceReader *reader,
					   const PreparedQuery *query, const Datum *values,
					   const bool *nulls, CapacityEvent *event);
static bool is_excluded(const ResourceQuery *query, const char *ref);
static bool is_kept(const PreparedQuery *query, const Datum *values);
static void drop_expired(ResourceReader *reader);
static void find_order(ResourceReader *reader);
static void run_order_query(const ResourceReader *reader, Datum refs);
static void hand_out(ResourceReader *reader);

/* the order of open own commitments, and which of many refs each is of */
static const char *const order_text =
"SELECT r.ordinal, c.priority, c.accepted_at\n"
"FROM pg_catalog.unnest($1) WITH ORDINALITY AS r (ref, ordinal)\n"
"JOIN promise.commitment AS c ON c.ref OPERATOR(pg_catalog.=) r.ref\n"
"WHERE c.quantity OPERATOR(pg_catalog.>) 0";

CapacityNode *
resources_read(const ResourceQuery *query)
{
	ResourceReader reader = {
		.query = query,
		.result = CurrentMemoryContext
	};

	fetch_run(read_resources, &reader);
	return reader.nodes;
}

static void
read_resources(void *arg)
{
	static const RoleId roles[] = {
		ROLE_RESOURCE_CHANGE, ROLE_LOAD, ROLE_PLANNED_LOAD
	};
	ResourceReader *reader = arg;
	const ResourceQuery *query = reader->query;
	KeyList		names = {
		.keys = query->resources,
		.nkeys = query->nresources
	};

	reader->scratch = CurrentMemoryContext;
	reader->fetch.catalogue = mapping_catalogue();
	reader->fetch.as_owner = query->as_owner;
	reader->fetch.label_context = reader->result;
	reader->location_of = palloc0(Max(query->nresources, 1) * sizeof(char *));
	reader->nodes = MemoryContextAllocZero(reader->result,
										   Max(query->nresources, 1) *
										   sizeof(CapacityNode));
	for (int i = 0; i < query->nresources; i++)
	{
		reader->nodes[i].resource = query->resources[i];
		reader->nodes[i].finite = true;
	}

	fetch_role(&reader->fetch, ROLE_RESOURCE, 0, &names, take_resource, reader);
	find_zones(reader);
	if (fetch_any(&reader->fetch, ROLE_PLANNED_LOAD))
		reader->holds = holds_read(&reader->fetch);
	for (int i = 0; i < lengthof(roles); i++)
		fetch_role(&reader->fetch, roles[i], query->setups ? QUERY_DETAIL : 0,
				   &names, take_capacity, reader);
	drop_expired(reader);
	if (query->order)
		find_order(reader);
	hand_out(reader);
}

/*
 * A resource row.  If there are several for one resource, their units add up;
 * it is infinite if any of them is, and stands at the location whose name
 * sorts first.
 */
static bool
take_resource(const PreparedQuery *query, const Datum *values,
			  const bool *nulls, void *arg)
{
	ResourceReader *reader = arg;
	int			resource = fetch_number(&reader->fetch, query, values);
	CapacityNode *node = &reader->nodes[resource];
	const char *location = get_location(reader, query, values, nulls);
	const char *before = reader->location_of[resource];
	int			column;
	Quantity	units;

	node->known = true;
	if (location != NULL && (before == NULL || strcmp(location, before) < 0))
		reader->location_of[resource] = location;

	column = query->column_of[FIELD_FINITE];
	if (column >= 0 && !nulls[column] && !DatumGetBool(values[column]))
		node->finite = false;

	if (!get_units(reader, resource, query, values, nulls, &units))
		units = QUANTITY_SCALE;
	if (pg_add_s64_overflow(node->units, Max(units, 0), &node->units))
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_MAPPING),
				 errmsg("resource \"%s\" has more units than can be counted",
						node->resource)));
	return true;
}

/* where a resource is, in the scratch context; NULL if its row has no place */
static const char *
get_location(const ResourceReader *reader, const PreparedQuery *query,
			 const Datum *values, const bool *nulls)
{
	int			column = query->column_of[FIELD_LOCATION];

	if (column < 0)
		return FETCH_DEFAULT_LOCATION;
	if (nulls[column])
		return NULL;
	return value_key(reader->scratch, values[column],
					 query->query.types[column]);
}

/*
 * The zone in which the local dates of each resource are read.
 */
static void
find_zones(ResourceReader *reader)
{
	int			nresources = reader->query->nresources;
	int			nlocations = 0;

	due_zone_init(&reader->zone, timezone_setting_get());
	reader->zone_of = palloc(Max(nresources, 1) * sizeof(DueZone *));
	reader->locations = palloc(Max(nresources, 1) * sizeof(LocationInfo));

	/* most resources share few locations */
	for (int i = 0; i < nresources; i++)
	{
		const char *name = reader->location_of[i];
		int			j = 0;

		reader->zone_of[i] = &reader->zone;
		if (name == NULL)
			continue;
		while (j < nlocations && strcmp(reader->locations[j].name, name) != 0)
			j++;
		if (j == nlocations)
			locations_init(&reader->locations[nlocations++], name);
		reader->zone_of[i] = &reader->locations[j].zone;
	}
	locations_look_up(&reader->fetch, reader->locations, nlocations);
}

/*
 * A change of capacity or a load.
 */
static bool
take_capacity(const PreparedQuery *query, const Datum *values,
			  const bool *nulls, void *arg)
{
	ResourceReader *reader = arg;
	int			resource = fetch_number(&reader->fetch, query, values);
	RoleId		role = reader->fetch.mapping->role;
	bool		is_load = role != ROLE_RESOURCE_CHANGE;
	int			setup = query->column_of[FIELD_SETUP_STATE];
	bool		has_setup = setup >= 0 && !nulls[setup];
	int			during = query->column_of[FIELD_DURING];
	int			column;
	RawCapacity *raw;
	Quantity	units;
	Instant		from;
	Instant		until;
	Instant		expires_at;

	if (during < 0 || nulls[during] ||
		!value_range(values[during], query->query.types[during],
					 reader->zone_of[resource], &from, &until) ||
		(until <= reader->query->now && !has_setup))
		return true;

	if (!get_units(reader, resource, query, values, nulls, &units))
		units = is_load ? QUANTITY_SCALE : 0;
	if (is_load)
		units = -Max(units, 0);
	if (units == 0)
		return true;

	if (reader->nevents == reader->max_events)
	{
		reader->max_events = Max(2 * reader->max_events, MIN_EVENTS);
		reader->events = reader->events == NULL ?
			MemoryContextAlloc(reader->scratch,
							   reader->max_events * sizeof(RawCapacity)) :
			repalloc_huge(reader->events,
						  reader->max_events * sizeof(RawCapacity));
	}
	raw = &reader->events[reader->nevents++];
	raw->resource = resource;
	raw->expired = false;
	raw->ended = until <= reader->query->now;
	raw->event.from = from;
	raw->event.until = until;
	raw->event.delta = units;
	raw->event.is_load = is_load;
	raw->event.relation = reader->fetch.label;
	raw->event.priority = role == ROLE_PLANNED_LOAD ? PG_INT32_MAX : 0;
	raw->event.accepted_at = role == ROLE_PLANNED_LOAD ? INSTANT_END :
		INSTANT_BEGIN;
	raw->event.ref = NULL;
	column = query->column_of[FIELD_REF];
	if (column >= 0 && !nulls[column])
	{
		raw->event.ref = value_key(reader->result, values[column],
								   query->query.types[column]);
		if (is_load && is_excluded(reader->query, raw->event.ref) &&
			!is_kept(query, values))
		{
			reader->nevents--;
			return true;
		}
	}
	take_setup(reader, query, values, nulls, &raw->event);

	if (role == ROLE_PLANNED_LOAD &&
		holds_find(reader->holds, values[query->column_of[FIELD_REF]],
				   &expires_at))
		raw->expired = expires_at <= reader->query->now;
	return true;
}

/*
 * How a load leaves its resource.
 */
static void
take_setup(const ResourceReader *reader, const PreparedQuery *query,
		   const Datum *values, const bool *nulls, CapacityEvent *event)
{
	int			column = query->column_of[FIELD_SETUP_STATE];

	event->setup_state = NULL;
	event->changeover = 0;
	if (column < 0 || nulls[column])
		return;
	event->setup_state = value_text(reader->result, values[column]);

	column = query->column_of[FIELD_DURATION];
	if (column >= 0 && !nulls[column])
		event->changeover = core_max(value_time(values[column]), 0);
}

static bool
is_excluded(const ResourceQuery *query, const char *ref)
{
	for (int i = 0; i < query->nexclude; i++)
	{
		if (strcmp(query->exclude[i], ref) == 0)
			return true;
	}
	return false;
}

/* is it of a lot that was handed over without it? */
static bool
is_kept(const PreparedQuery *query, const Datum *values)
{
	int			column = query->column_of[FIELD_KEPT];

	return column >= 0 && DatumGetBool(values[column]);
}

/*
 * The units of a row, false if it says none.  An answer depends on them, so
 * they must fit.
 */
static bool
get_units(const ResourceReader *reader, int resource,
		  const PreparedQuery *query, const Datum *values, const bool *nulls,
		  Quantity *units)
{
	int			column = query->column_of[FIELD_QUANTITY];
	Oid			type;

	if (column < 0 || nulls[column])
		return false;

	type = query->query.types[column];
	if (!value_quantity(values[column], type, units))
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_MAPPING),
				 errmsg("relation %s has units that cannot be counted",
						reader->fetch.label),
				 errdetail("A row of resource \"%s\" has %s.",
						   reader->query->resources[resource],
						   value_number_text(values[column], type)),
				 errhint("Such rows are listed in promise.mapping_problems.")));
	return true;
}

/*
 * What was planned for a hold that has expired does not count, unless a mapped
 * row has taken over its ref: then it is no hold any more.
 */
static void
drop_expired(ResourceReader *reader)
{
	const char **refs = palloc(Max(reader->nevents, 1) * sizeof(char *));
	const bool *taken_over;
	int			nrefs = 0;

	for (int i = 0; i < reader->nevents; i++)
	{
		if (reader->events[i].expired)
			refs[nrefs++] = reader->events[i].event.ref;
	}
	taken_over = fetch_taken_over(&reader->fetch, refs, nrefs);

	nrefs = 0;
	for (int i = 0; i < reader->nevents; i++)
	{
		if (reader->events[i].expired)
			reader->events[i].expired = !taken_over[nrefs++];
	}
}

/*
 * Loads are served as the own commitments with their refs are.
 */
static void
find_order(ResourceReader *reader)
{
	Datum	   *refs = MemoryContextAllocHuge(reader->scratch,
											  Max(reader->nevents, 1) *
											  sizeof(Datum));
	RawCapacity **raws = MemoryContextAllocHuge(reader->scratch,
												Max(reader->nevents, 1) *
												sizeof(RawCapacity *));
	int			nrefs = 0;

	for (int i = 0; i < reader->nevents; i++)
	{
		RawCapacity *raw = &reader->events[i];

		if (!raw->event.is_load || raw->event.ref == NULL || raw->expired)
			continue;
		raws[nrefs] = raw;
		refs[nrefs++] = CStringGetTextDatum(raw->event.ref);
	}
	if (nrefs == 0)
		return;

	run_order_query(reader, PointerGetDatum(construct_array(refs, nrefs, TEXTOID,
															-1, false,
															TYPALIGN_INT)));
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[i];
		TupleDesc	desc = SPI_tuptable->tupdesc;
		CapacityEvent *event;
		bool		is_null;
		Datum		value;

		value = SPI_getbinval(tuple, desc, 1, &is_null);
		event = &raws[DatumGetInt64(value) - 1]->event;
		value = SPI_getbinval(tuple, desc, 2, &is_null);
		event->priority = is_null ? 0 : DatumGetInt32(value);
		value = SPI_getbinval(tuple, desc, 3, &is_null);
		event->accepted_at = is_null ? INSTANT_BEGIN : DatumGetTimestampTz(value);
	}
	SPI_freetuptable(SPI_tuptable);
}

static void
run_order_query(const ResourceReader *reader, Datum refs)
{
	static Oid	types[1] = {TEXTARRAYOID};
	OwnerRights before;
	int			result;

	if (reader->query->as_owner)
		owner_enter(get_relname_relid("commitment",
									  get_namespace_oid("promise", false)),
					&before);
	result = SPI_execute_with_args(order_text, 1, types, &refs, NULL, true, 0);
	if (result != SPI_OK_SELECT)
		elog(ERROR, "could not read the order of loads: %s",
			 SPI_result_code_string(result));
	if (reader->query->as_owner)
		owner_leave(&before);
}

/*
 * The result: each resource's events together.
 */
static void
hand_out(ResourceReader *reader)
{
	CapacityEvent *events;
	int			nevents = 0;
	Instant    *last_ended = palloc(Max(reader->query->nresources, 1) *
									sizeof(Instant));

	for (int i = 0; i < reader->nevents; i++)
	{
		const RawCapacity *raw = &reader->events[i];

		if (!raw->expired && !raw->ended)
			reader->nodes[raw->resource].nevents++;
	}

	events = MemoryContextAllocHuge(reader->result,
									Max(reader->nevents, 1) *
									sizeof(CapacityEvent));
	for (int i = 0; i < reader->query->nresources; i++)
	{
		CapacityNode *node = &reader->nodes[i];

		node->events = events + nevents;
		nevents += node->nevents;
		node->nevents = 0;
	}

	for (int i = 0; i < reader->nevents; i++)
	{
		RawCapacity *raw = &reader->events[i];
		CapacityNode *node = &reader->nodes[raw->resource];

		if (raw->expired)
			continue;
		if (!raw->ended)
			node->events[node->nevents++] = raw->event;
		else if (node->setup_state == NULL ||
				 raw->event.until > last_ended[raw->resource] ||
				 (raw->event.until == last_ended[raw->resource] &&
				  strcmp(raw->event.setup_state, node->setup_state) < 0))
		{
			node->setup_state = raw->event.setup_state;
			last_ended[raw->resource] = raw->event.until;
		}
	}
}
