/*
 * mapped_rows.c - what the rows of a role say, for reports over all of them.
 *
 * Dates are read in the zone of the row's location, if its role has one, else in
 * promise.timezone.  The zones are looked up when all rows are there.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "store/fetch.h"
#include "store/locations.h"
#include "store/mapped_rows.h"
#include "store/network_problems.h"
#include "store/query_fields.h"

/* where a row is from and of, beside its facts */
typedef struct RowOrigin
{
	Oid			relation;
	const char *mapping;
	int			zone;			/* of its location: which of the zones */
} RowOrigin;

/* a read with what it found */
typedef struct RowsRead
{
	Fetch		fetch;
	MemoryContext context;		/* of the result */
	const MappedRowsQuery *asked;
	const Mapping *mapping;		/* that is being read */
	RowOrigin	origin;			/* of its rows */
	MappedFact *facts;			/* as many as fields, of each row */
	RowOrigin  *origins;		/* of each row */
	int			nrows;
	int			max_rows;
	LocationInfo *zones;
	int			nzones;
} RowsRead;

static void read_rows(void *arg);
static void read_mapping(RowsRead *read, Mapping *mapping);
static bool take_row(const PreparedQuery *query, const Datum *values,
					 const bool *nulls, void *arg);
static void make_room(RowsRead *read);
static bool is_complete(const RowsRead *read, const PreparedQuery *query,
						const bool *nulls);
static bool can_be_planned_with(const RowsRead *read,
								const PreparedQuery *query,
								const Datum *values, const bool *nulls);
static void note_problem(void *arg, const char *problem);
static void take_fact(RowsRead *read, const PreparedQuery *query,
					  const Datum *values, const bool *nulls, Field field,
					  MappedFact *fact);
static const Interval *copy_interval(MemoryContext context, Datum value);
static int	find_zone(RowsRead *read, const char *location);
static void settle_dates(RowsRead *read);

void
mapped_rows_read(const MappedRowsQuery *rows, MappedRowFunction function,
				 void *arg)
{
	RowsRead	read = {
		.context = CurrentMemoryContext,
		.asked = rows
	};

	fetch_run(read_rows, &read);
	for (int i = 0; i < read.nrows; i++)
	{
		MappedRow	row = {
			.relation = read.origins[i].relation,
			.mapping = read.origins[i].mapping,
			.facts = &read.facts[(Size) i * rows->nfields]
		};

		function(&row, arg);
	}
}

static void
read_rows(void *arg)
{
	RowsRead   *read = arg;
	Catalogue  *catalogue = mapping_catalogue();

	read->fetch.catalogue = catalogue;
	for (int i = 0; i < catalogue->nmappings; i++)
	{
		Mapping    *mapping = &catalogue->mappings[i];

		if (mapping->role == read->asked->role &&
			(read->asked->own || !mapping->own))
			read_mapping(read, mapping);
	}
	settle_dates(read);
}

static void
read_mapping(RowsRead *read, Mapping *mapping)
{
	const MappedRowsQuery *asked = read->asked;
	KeyList		keys = {.keys = asked->keys,.nkeys = asked->nkeys};
	int			all = QUERY_SCAN | QUERY_FACTS | QUERY_VISIBLE;

	/* rows that do not say what is looked for are never it */
	if (asked->by_other && asked->keys != NULL &&
		mapping->expressions[role_column(mapping->role, query_lookup(mapping->role, QUERY_BY_OTHER))] == NULL)
		return;

	read->mapping = mapping;
	read->origin = (RowOrigin)
	{
		.relation = mapping->relation,
			.mapping = mapping->own ? NULL :
			MemoryContextStrdup(read->context, mapping->name)
	};
	if (asked->keys == NULL)
		plan_execute(mapping, plan_get(mapping, all), NULL, take_row, read);
	else if (asked->nkeys > 0)
		fetch_mapping(&read->fetch, mapping,
					  asked->by_other ? all | QUERY_BY_OTHER :
					  QUERY_DETAIL | QUERY_VISIBLE, &keys, take_row, read);
}

static bool
take_row(const PreparedQuery *query, const Datum *values, const bool *nulls,
		 void *arg)
{
	RowsRead   *read = arg;
	int			nfields = read->asked->nfields;
	MemoryContext old = MemoryContextSwitchTo(read->context);
	int			location = query->column_of[FIELD_LOCATION];
	MappedFact *facts;

	if (is_complete(read, query, nulls) &&
		can_be_planned_with(read, query, values, nulls))
	{
		make_room(read);
		facts = &read->facts[(Size) read->nrows * nfields];
		for (int i = 0; i < nfields; i++)
			take_fact(read, query, values, nulls, read->asked->fields[i],
					  &facts[i]);
		read->origin.zone =
			find_zone(read, location >= 0 && !nulls[location] ?
					  value_key(read->context, values[location],
								query->query.types[location]) :
					  FETCH_DEFAULT_LOCATION);
		read->origins[read->nrows++] = read->origin;
	}
	MemoryContextSwitchTo(old);
	return true;
}

static void
make_room(RowsRead *read)
{
	Size		row_size = read->asked->nfields * sizeof(MappedFact);

	if (read->nrows < read->max_rows)
		return;
	read->max_rows = Max(64, 2 * read->max_rows);
	read->facts = read->facts == NULL ?
		palloc_extended(read->max_rows * row_size, MCXT_ALLOC_HUGE) :
		repalloc_huge(read->facts, read->max_rows * row_size);
	read->origins = read->origins == NULL ?
		palloc_extended((Size) read->max_rows * sizeof(RowOrigin), MCXT_ALLOC_HUGE) :
		repalloc_huge(read->origins, (Size) read->max_rows * sizeof(RowOrigin));
}

/* is nothing NULL that must not be?  A query for all rows says so itself. */
static bool
is_complete(const RowsRead *read, const PreparedQuery *query,
			const bool *nulls)
{
	const Mapping *mapping = read->mapping;
	int			missing = query->column_of[FIELD_MISSING];
	int			location = query->column_of[FIELD_LOCATION];

	if (missing >= 0)
		return nulls[missing];
	if (location >= 0 && nulls[location])
		return false;
	for (const FieldDef *def = query_fields(mapping); def->column != NULL; def++)
	{
		int			column = query->column_of[def->field];

		if (column >= 0 && nulls[column] &&
			role_list[mapping->role].columns[role_column(mapping->role, def->column)].required)
			return false;
	}
	return true;
}

/* would a plan not stop at the row?  Of demand and deliveries none rests on it. */
static bool
can_be_planned_with(const RowsRead *read, const PreparedQuery *query,
					const Datum *values, const bool *nulls)
{
	bool		result = true;

	if (read->mapping->role != ROLE_DEMAND &&
		read->mapping->role != ROLE_DELIVERY)
		network_problems_find(read->mapping, query, values, nulls,
							  note_problem, &result);
	return result;
}

static void
note_problem(void *arg, const char *problem)
{
	bool	   *result = arg;

	*result = false;
}

static void
take_fact(RowsRead *read, const PreparedQuery *query, const Datum *values,
		  const bool *nulls, Field field, MappedFact *fact)
{
	int			column = query->column_of[field];
	Oid			type;

	memset(fact, 0, sizeof(MappedFact));
	if (field == FIELD_KEY && column < 0)
	{
		/* what was asked for */
		fact->is_known = true;
		fact->text = read->asked->keys[fetch_number(&read->fetch, query, values)];
		return;
	}
	if (column < 0 || nulls[column])
		return;

	fact->is_known = true;
	type = query->query.types[column];
	switch (field)
	{
		case FIELD_AT:
		case FIELD_ACCEPTED_AT:
		case FIELD_REQUESTED_AT:
			fact->is_instant = true;
			fact->at = value_instant(values[column], type, &fact->clock);
			break;
		case FIELD_QUANTITY:
		case FIELD_QUANTITY_FIXED:
		case FIELD_BATCH:
		case FIELD_PRICE:
		case FIELD_COST:
			fact->text = value_number_text(values[column], type);
			break;
		case FIELD_LEAD_TIME:
		case FIELD_SETUP:
		case FIELD_RUN:
		case FIELD_LAG:
			fact->interval = copy_interval(read->context, values[column]);
			break;
		case FIELD_STEP:
		case FIELD_PRIORITY:
		case FIELD_BEFORE:
		case FIELD_AFTER:
			fact->integer = value_priority(values[column]);
			break;
		case FIELD_PAUSES:
			fact->text = DatumGetBool(values[column]) ? "true" : "false";
			break;
		default:
			fact->text = value_key(read->context, values[column], type);
			break;
	}
}

static const Interval *
copy_interval(MemoryContext context, Datum value)
{
	Interval   *result = MemoryContextAlloc(context, sizeof(Interval));

	*result = *DatumGetIntervalP(value);
	return result;
}

/* the position of a location's zone, which is added if it is new */
static int
find_zone(RowsRead *read, const char *location)
{
	for (int i = read->nzones - 1; i >= 0; i--)
	{
		if (strcmp(read->zones[i].name, location) == 0)
			return i;
	}

	read->zones = read->zones == NULL ? palloc(sizeof(LocationInfo)) :
		repalloc(read->zones, (read->nzones + 1) * sizeof(LocationInfo));
	locations_init(&read->zones[read->nzones], location);
	return read->nzones++;
}

static void
settle_dates(RowsRead *read)
{
	locations_look_up(&read->fetch, read->zones, read->nzones);
	for (int i = 0; i < read->nrows; i++)
	{
		DueZone    *zone = &read->zones[read->origins[i].zone].zone;

		for (int j = 0; j < read->asked->nfields; j++)
		{
			MappedFact *fact = &read->facts[(Size) i * read->asked->nfields + j];

			if (fact->is_instant)
				fact->at = value_in_zone(fact->at, fact->clock, zone);
		}
	}
}
