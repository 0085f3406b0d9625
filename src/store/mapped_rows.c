/*
 * mapped_rows.c - what the rows of mapped relations say, for reports over all of
 * them.
 *
 * Dates are read in the zone of the row's location, if its role has one, else in
 * promise.timezone.  The zones are looked up when all rows are there.
 */
#include "postgres.h"

#include "store/fetch.h"
#include "store/locations.h"
#include "store/mapped_rows.h"
#include "store/query_fields.h"

/* a read with what it found */
typedef struct RowsRead
{
	Fetch		fetch;
	MemoryContext context;		/* of the result */
	RoleId		role;
	const Field *fields;
	int			nfields;
	KeyList		keys;			/* none: every row */
	MappedFact *facts;			/* nfields of each row */
	int		   *locations;		/* of each row: which of the zones */
	int			nrows;
	int			max_rows;
	LocationInfo *zones;
	int			nzones;
} RowsRead;

static void read_rows(void *arg);
static bool take_row(const PreparedQuery *query, const Datum *values,
					 const bool *nulls, void *arg);
static bool is_complete(const RowsRead *read, const PreparedQuery *query,
						const bool *nulls);
static void take_fact(RowsRead *read, const PreparedQuery *query,
					  const Datum *values, const bool *nulls, Field field,
					  MappedFact *fact);
static int	find_zone(RowsRead *read, const char *location);
static void settle_dates(RowsRead *read);

void
mapped_rows_read(RoleId role, const Field *fields, int nfields,
				 const char **keys, int nkeys,
				 MappedRowFunction function, void *arg)
{
	RowsRead	read = {
		.context = CurrentMemoryContext,
		.role = role,
		.fields = fields,
		.nfields = nfields,
		.keys = {.keys = keys,.nkeys = nkeys}
	};

	fetch_run(read_rows, &read);
	for (int i = 0; i < read.nrows; i++)
		function(&read.facts[(Size) i * nfields], arg);
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

		if (mapping->role != read->role || mapping->own)
			continue;
		if (read->keys.nkeys > 0)
			fetch_mapping(&read->fetch, mapping, QUERY_DETAIL | QUERY_VISIBLE, &read->keys,
						  take_row, read);
		else
			plan_execute(mapping, plan_get(mapping, QUERY_SCAN | QUERY_FACTS | QUERY_VISIBLE),
						 NULL, take_row, read);
	}
	settle_dates(read);
}

static bool
take_row(const PreparedQuery *query, const Datum *values, const bool *nulls,
		 void *arg)
{
	RowsRead   *read = arg;
	MemoryContext old = MemoryContextSwitchTo(read->context);
	int			location = query->column_of[FIELD_LOCATION];
	MappedFact *facts;

	if (is_complete(read, query, nulls))
	{
		if (read->nrows == read->max_rows)
		{
			read->max_rows = Max(64, 2 * read->max_rows);
			read->facts = read->facts == NULL ?
				palloc_extended((Size) read->max_rows * read->nfields * sizeof(MappedFact), MCXT_ALLOC_HUGE) :
				repalloc_huge(read->facts, (Size) read->max_rows * read->nfields * sizeof(MappedFact));
			read->locations = read->locations == NULL ?
				palloc_extended((Size) read->max_rows * sizeof(int), MCXT_ALLOC_HUGE) :
				repalloc_huge(read->locations, (Size) read->max_rows * sizeof(int));
		}
		facts = &read->facts[(Size) read->nrows * read->nfields];
		for (int i = 0; i < read->nfields; i++)
			take_fact(read, query, values, nulls, read->fields[i], &facts[i]);
		read->locations[read->nrows++] =
			find_zone(read, location >= 0 && !nulls[location] ?
					  value_key(read->context, values[location],
								query->query.types[location]) :
					  FETCH_DEFAULT_LOCATION);
	}
	MemoryContextSwitchTo(old);
	return true;
}

/* is nothing NULL that must not be?  A query for all rows says so itself. */
static bool
is_complete(const RowsRead *read, const PreparedQuery *query,
			const bool *nulls)
{
	int			missing = query->column_of[FIELD_MISSING];

	if (missing >= 0)
		return nulls[missing];
	for (const FieldDef *def = query_fields(read->fetch.mapping); def->column != NULL; def++)
	{
		int			column = query->column_of[def->field];

		if (column >= 0 && nulls[column] &&
			role_list[read->role].columns[role_column(read->role, def->column)].required)
			return false;
	}
	return true;
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
		fact->text = read->keys.keys[fetch_number(&read->fetch, query, values)];
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
		case FIELD_PRICE:
		case FIELD_COST:
			fact->text = value_number_text(values[column], type);
			break;
		default:
			fact->text = value_key(read->context, values[column], type);
			break;
	}
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
		DueZone    *zone = &read->zones[read->locations[i]].zone;

		for (int j = 0; j < read->nfields; j++)
		{
			MappedFact *fact = &read->facts[(Size) i * read->nfields + j];

			if (!fact->is_instant || fact->clock == VALUE_INSTANT)
				continue;
			fact->at = fact->clock == VALUE_DAY ?
				due_end_of_day(zone, (DateADT) fact->at) :
				due_from_local(zone, fact->at);
		}
	}
}
