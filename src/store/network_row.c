/*
 * network_row.c - the columns of one row of a network.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "store/network_row.h"
#include "store/value.h"
#include "types/compat.h"
#include "types/report.h"

static const Interval *get_interval(const NetworkRow *row, Field field,
									const char *name);

bool
row_has(const NetworkRow *row, Field field)
{
	int			column = row->query->column_of[field];

	return column >= 0 && !row->nulls[column];
}

/*
 * A row without this cannot be left out: a plan without it would be wrong.
 */
void
row_require(const NetworkRow *row, Field field, const char *name)
{
	if (!row_has(row, field))
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_MAPPING),
				 errmsg("relation %s has a row without %s",
						row->relation, name),
				 errdetail("It is about %s \"%s\".", row->what, row->key)));
}

/* the text of a key; NULL if the row has none */
const char *
row_key(const NetworkRow *row, Field field)
{
	int			column = row->query->column_of[field];

	if (column < 0 || row->nulls[column])
		return NULL;
	return value_key(CurrentMemoryContext, row->values[column],
					 row->query->query.types[column]);
}

const char *
row_text(const NetworkRow *row, Field field)
{
	int			column = row->query->column_of[field];

	if (column < 0 || row->nulls[column])
		return NULL;
	return value_text(CurrentMemoryContext, row->values[column]);
}

/* 0 if the row has none */
int
row_integer(const NetworkRow *row, Field field)
{
	int			column = row->query->column_of[field];

	if (column < 0 || row->nulls[column])
		return 0;
	return value_priority(row->values[column]);
}

bool
row_boolean(const NetworkRow *row, Field field, bool otherwise)
{
	int			column = row->query->column_of[field];

	if (column < 0 || row->nulls[column])
		return otherwise;
	return DatumGetBool(row->values[column]);
}

/*
 * A quantity, which must not be negative.
 */
Quantity
row_quantity(const NetworkRow *row, Field field, const char *name,
			 Quantity otherwise)
{
	int			column = row->query->column_of[field];
	Quantity	quantity;
	Oid			type;

	if (column < 0 || row->nulls[column])
		return otherwise;
	type = row->query->query.types[column];
	if (!value_quantity(row->values[column], type, &quantity) || quantity < 0)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_MAPPING),
				 errmsg("relation %s has a %s that cannot be counted",
						row->relation, name),
				 errdetail("A row of %s \"%s\" has %s.", row->what, row->key,
						   value_number_text(row->values[column], type))));
	return quantity;
}

/*
 * An interval as days and time, which on a calendar are open days and open time.
 */
PlanDuration
row_duration(const NetworkRow *row, Field field, const char *name)
{
	const Interval *interval = get_interval(row, field, name);
	PlanDuration result = {0, 0};

	if (interval != NULL)
	{
		result.days = interval->day;
		result.time = interval->time;
	}
	return result;
}

/*
 * An interval as microseconds, whose days have 24 hours.
 */
int64
row_time(const NetworkRow *row, Field field, const char *name)
{
	const Interval *interval = get_interval(row, field, name);

	/* what get_interval lets pass can be added up */
	return interval == NULL ? 0 :
		interval->day * USECS_PER_DAY + interval->time;
}

/* NULL if the row has none */
static const Interval *
get_interval(const NetworkRow *row, Field field, const char *name)
{
	int			column = row->query->column_of[field];
	const Interval *interval;

	if (column < 0 || row->nulls[column])
		return NULL;
	interval = DatumGetIntervalP(row->values[column]);
	if (value_time(row->values[column]) < 0 || interval->day < 0 ||
		interval->time < 0)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("relation %s has a %s that is no working time",
						row->relation, name),
				 errdetail("A row of %s \"%s\" has %s.", row->what, row->key,
						   DatumGetCString(DirectFunctionCall1(interval_out,
															   row->values[column]))),
				 errhint("Give days, hours and minutes, none of them negative.")));
	return interval;
}

RowRange
row_range(const NetworkRow *row, Field field)
{
	int			column = row->query->column_of[field];
	RowRange	result = {false, (Datum) 0, InvalidOid};

	if (column < 0 || row->nulls[column])
		return result;
	result.given = true;
	result.type = row->query->query.types[column];
	result.value = datumCopy(row->values[column], false, -1);
	return result;
}
