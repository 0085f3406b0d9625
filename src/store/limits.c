/*
 * limits.c - registered limits, asked about claims that rise.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "store/limits.h"
#include "store/owner.h"
#include "types/compat.h"
#include "types/quantity_numeric.h"
#include "types/report.h"

/* columns of promise.claim */
#define NUM_COLUMNS 6

static const Oid column_types[NUM_COLUMNS] = {
	TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, NUMERICOID, NUMERICOID
};

static Datum column_array(const LimitClaim *claims, int nclaims, int column);
static Datum column_value(const LimitClaim *claim, int column, bool *is_null);
static char *function_name(const GuardLimit *limit);
static char *copy_text(MemoryContext context, uint64 row, int column);

LimitViolation *
limits_ask(const GuardLimit *limit, const LimitClaim *claims, int nclaims,
		   int *nviolations)
{
	MemoryContext caller = CurrentMemoryContext;
	LimitViolation *result;
	OwnerRights before;
	Oid			types[NUM_COLUMNS];
	Datum		values[NUM_COLUMNS];
	int			nest_level;
	int			code;

	owner_enter(get_relname_relid("guard_limit",
								  get_namespace_oid("promise", false)),
				&before);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	nest_level = compat_pin_search_path();

	for (int i = 0; i < NUM_COLUMNS; i++)
	{
		types[i] = get_array_type(column_types[i]);
		values[i] = column_array(claims, nclaims, i);
	}
	code = SPI_execute_with_args(psprintf("SELECT v.ref, v.detail, v.hint"
										  " FROM %s(ARRAY(SELECT ROW(u.r, u.i, u.l, u.a, u.b, u.q)::promise.claim"
										  " FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2),"
										  " pg_catalog.unnest($3), pg_catalog.unnest($4),"
										  " pg_catalog.unnest($5), pg_catalog.unnest($6))"
										  " WITH ORDINALITY AS u (r, i, l, a, b, q, n)"
										  " ORDER BY u.n)) AS v",
										  function_name(limit)),
								 NUM_COLUMNS, types, values, NULL, true, 0);
	if (code != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_with_args failed: %s",
			 SPI_result_code_string(code));

	*nviolations = (int) SPI_processed;
	result = MemoryContextAlloc(caller, Max(SPI_processed, 1) *
								sizeof(LimitViolation));
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		result[i].ref = copy_text(caller, i, 1);
		result[i].detail = copy_text(caller, i, 2);
		result[i].hint = copy_text(caller, i, 3);
	}

	compat_unpin_search_path(nest_level);
	SPI_finish();
	owner_leave(&before);
	return result;
}

/* one column of all claims */
static Datum
column_array(const LimitClaim *claims, int nclaims, int column)
{
	Datum	   *values = palloc(Max(nclaims, 1) * sizeof(Datum));
	bool	   *nulls = palloc(Max(nclaims, 1) * sizeof(bool));
	int			dimensions[] = {nclaims};
	int			lower_bounds[] = {1};
	int16		length;
	bool		by_value;
	char		alignment;

	for (int i = 0; i < nclaims; i++)
		values[i] = column_value(&claims[i], column, &nulls[i]);
	get_typlenbyvalalign(column_types[column], &length, &by_value, &alignment);
	return PointerGetDatum(construct_md_array(values, nulls, 1, dimensions,
											  lower_bounds, column_types[column],
											  length, by_value, alignment));
}

static Datum
column_value(const LimitClaim *claim, int column, bool *is_null)
{
	*is_null = false;
	switch (column)
	{
		case 0:
			*is_null = claim->ref == NULL;
			return *is_null ? (Datum) 0 : CStringGetTextDatum(claim->ref);
		case 1:
			return CStringGetTextDatum(claim->item);
		case 2:
			return CStringGetTextDatum(claim->location);
		case 3:
			return TimestampTzGetDatum(claim->at);
		case 4:
			return NumericGetDatum(quantity_get_numeric(claim->before));
		default:
			return NumericGetDatum(quantity_get_numeric(claim->after));
	}
}

static char *
function_name(const GuardLimit *limit)
{
	char	   *name = get_func_name(limit->function);

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("function with OID %u of limit \"%s\" does not exist",
						limit->function, limit->name)));
	return quote_qualified_identifier(get_namespace_name(get_func_namespace(limit->function)),
									  name);
}

static char *
copy_text(MemoryContext context, uint64 row, int column)
{
	char	   *value = SPI_getvalue(SPI_tuptable->vals[row],
									 SPI_tuptable->tupdesc, column);

	return value == NULL ? NULL : MemoryContextStrdup(context, value);
}
