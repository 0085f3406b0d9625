/*
 * network_problems.c - rows of a network that cannot be read.
 *
 * A plan stops at the first row that says what cannot be meant.  The same rules as
 * in network_row.c and network_source.c, without raising an error, so that all
 * such rows can be listed.
 */
#include "postgres.h"

#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "core/calendar_text.h"
#include "store/network_problems.h"
#include "store/query_fields.h"
#include "store/value.h"

/* a row, and who wants to know about it */
typedef struct RowToLookAt
{
	const PreparedQuery *query;
	const Datum *values;
	const bool *nulls;
	NetworkProblemFunction function;
	void	   *arg;
} RowToLookAt;

static bool has(const RowToLookAt *row, Field field);
static Datum get(const RowToLookAt *row, Field field);
static void look_at_number(const RowToLookAt *row, Field field,
						   const char *column);
static void look_at_interval(const RowToLookAt *row, Field field,
							 const char *column);
static void look_at_calendar(const RowToLookAt *row);
static void look_at_source(const RowToLookAt *row);
static Quantity lot_bound(const RowToLookAt *row, Field field);

void
network_problems_find(const Mapping *mapping, const PreparedQuery *query,
					  const Datum *values, const bool *nulls,
					  NetworkProblemFunction function, void *arg)
{
	RowToLookAt row = {query, values, nulls, function, arg};
	const RoleColumn *columns = role_list[mapping->role].columns;

	for (const FieldDef *def = query_fields(mapping); def->column != NULL; def++)
	{
		if (!has(&row, def->field))
			continue;
		switch (columns[role_column(mapping->role, def->column)].kind)
		{
			case COLUMN_NUMBER:
				/* units are looked at with those of supply and demand */
				if (mapping->role != ROLE_RESOURCE &&
					mapping->role != ROLE_RESOURCE_CHANGE &&
					mapping->role != ROLE_LOAD)
					look_at_number(&row, def->field, def->column);
				break;
			case COLUMN_INTERVAL:
				look_at_interval(&row, def->field, def->column);
				break;
			default:
				if (def->field == FIELD_CALENDAR)
					look_at_calendar(&row);
				break;
		}
	}
	if (mapping->role == ROLE_SOURCE)
		look_at_source(&row);
}

static bool
has(const RowToLookAt *row, Field field)
{
	int			column = row->query->column_of[field];

	return column >= 0 && !row->nulls[column];
}

static Datum
get(const RowToLookAt *row, Field field)
{
	return row->values[row->query->column_of[field]];
}

static void
look_at_number(const RowToLookAt *row, Field field, const char *column)
{
	Oid			type = row->query->query.types[row->query->column_of[field]];
	Quantity	quantity;

	if (!value_quantity(get(row, field), type, &quantity) || quantity < 0)
		row->function(row->arg,
					  psprintf("%s %s cannot be counted", column,
							   value_number_text(get(row, field), type)));
	else if (field == FIELD_SCRAP && quantity >= QUANTITY_SCALE)
		row->function(row->arg,
					  psprintf("%s %s leaves nothing", column,
							   value_number_text(get(row, field), type)));
}

static void
look_at_interval(const RowToLookAt *row, Field field, const char *column)
{
	Datum		value = get(row, field);
	const Interval *interval = DatumGetIntervalP(value);

	if (value_time(value) < 0 || interval->day < 0 || interval->time < 0)
		row->function(row->arg,
					  psprintf("%s %s is no working time", column,
							   DatumGetCString(DirectFunctionCall1(interval_out,
																   value))));
}

static void
look_at_calendar(const RowToLookAt *row)
{
	char	   *text = value_text(CurrentMemoryContext,
								  get(row, FIELD_CALENDAR));
	CalendarDraft draft;
	CalendarRules rules;
	CalendarFault fault = {{0}};
	pg_tz	   *zone;

	if (calendar_parse(text, &draft, &fault) != PROMISE_OK ||
		calendar_finish(&draft, &rules, &fault) != PROMISE_OK)
		row->function(row->arg,
					  psprintf(fault.detail[0] == '\0' ?
							   "calendar \"%s\" cannot be read" :
							   "calendar \"%s\" cannot be read: %s",
							   text, fault.detail));
	else
	{
		zone = pg_tzset(rules.zone);
		if (zone == NULL || !pg_tz_acceptable(zone))
			row->function(row->arg,
						  psprintf("zone \"%s\" of its calendar is not known",
								   rules.zone));
	}
	pfree(text);
}

static void
look_at_source(const RowToLookAt *row)
{
	static const char *const kinds[] = {"make", "buy", "move", "kit"};
	Quantity	minimum = lot_bound(row, FIELD_LOT_MINIMUM);
	Quantity	multiple = lot_bound(row, FIELD_LOT_MULTIPLE);
	Quantity	maximum = lot_bound(row, FIELD_LOT_MAXIMUM);
	char	   *kind;
	bool		known = false;

	if (maximum > 0 && multiple > 0)
		maximum -= maximum % multiple;
	if (lot_bound(row, FIELD_LOT_MAXIMUM) > 0 && maximum < Max(minimum, 1))
		row->function(row->arg, "no lot has a size that is allowed");

	if (!has(row, FIELD_KIND))
		return;
	kind = value_text(CurrentMemoryContext, get(row, FIELD_KIND));
	for (int i = 0; i < lengthof(kinds); i++)
		known |= strcmp(kind, kinds[i]) == 0;
	if (!known)
		row->function(row->arg, psprintf("kind \"%s\" is not known", kind));
	if (strcmp(kind, "move") == 0 && !has(row, FIELD_FROM_LOCATION))
		row->function(row->arg, "from_location is null");
	if (strcmp(kind, "kit") == 0 && has(row, FIELD_LEAD_TIME) &&
		value_time(get(row, FIELD_LEAD_TIME)) > 0)
		row->function(row->arg, "a kit has a lead time");
	pfree(kind);
}

/* 0: none, or one that has been complained of */
static Quantity
lot_bound(const RowToLookAt *row, Field field)
{
	Quantity	quantity;

	if (!has(row, field) ||
		!value_quantity(get(row, field),
						row->query->query.types[row->query->column_of[field]],
						&quantity))
		return 0;
	return Max(quantity, 0);
}
