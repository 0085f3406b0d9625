/*
 * alerts.c - writing rows of promise.alert.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "store/alerts.h"
#include "store/owner.h"
#include "types/compat.h"
#include "types/quantity_numeric.h"

#define NUM_PARAMS 14

/*
 * A transaction that is judged several times says each thing once.
 */
static const char *const insert_text =
"INSERT INTO promise.alert (raised_at, raised_by, item, location, ref,\n"
"  promised_at, quantity, missing, short_from, feasible_at, reason, detail,\n"
"  notified, resource, transaction)\n"
"SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::promise.reason, $12,\n"
"  $13, $14, pg_catalog.pg_current_xact_id()\n"
"WHERE NOT EXISTS (SELECT FROM promise.alert AS a\n"
"  WHERE a.cleared_at IS NULL\n"
"    AND (a.item OPERATOR(pg_catalog.=) $3\n"
"         AND a.location OPERATOR(pg_catalog.=) $4\n"
"         OR a.resource OPERATOR(pg_catalog.=) $14)\n"
"    AND a.ref IS NOT DISTINCT FROM $5\n"
"    AND a.promised_at IS NOT DISTINCT FROM $6\n"
"    AND a.missing OPERATOR(pg_catalog.>=) $8\n"
"    AND a.transaction OPERATOR(pg_catalog.=) pg_catalog.pg_current_xact_id())";

static bool write_row(const AlertRow *row);
static void put_text(Datum *values, char *nulls, int param, const char *string);
static void put_instant(Datum *values, char *nulls, int param, Instant at,
						Instant null);

int
alerts_write(const AlertRow *rows, int nrows)
{
	Oid			relation = get_relname_relid("alert",
											 get_namespace_oid("promise", false));
	OwnerRights before;
	int			nest_level;
	int			nwritten = 0;

	owner_enter_to_write(relation, &before);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	nest_level = compat_pin_search_path();
	for (int i = 0; i < nrows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		nwritten += write_row(&rows[i]);
	}
	compat_unpin_search_path(nest_level);
	SPI_finish();
	owner_leave(&before);
	return nwritten;
}

static bool
write_row(const AlertRow *row)
{
	static Oid	types[NUM_PARAMS] = {
		TIMESTAMPTZOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID,
		NUMERICOID, NUMERICOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID,
		TEXTOID, BOOLOID, TEXTOID
	};
	Datum		values[NUM_PARAMS];
	char		nulls[NUM_PARAMS];
	int			result;

	memset(nulls, ' ', sizeof(nulls));
	values[0] = TimestampTzGetDatum(row->raised_at);
	put_text(values, nulls, 1, row->raised_by);
	put_text(values, nulls, 2, row->item);
	put_text(values, nulls, 3, row->location);
	put_text(values, nulls, 4, row->ref);
	put_instant(values, nulls, 5, row->promised_at, INSTANT_BEGIN);
	values[6] = NumericGetDatum(quantity_get_numeric(row->quantity));
	values[7] = NumericGetDatum(quantity_get_numeric(row->missing));
	put_instant(values, nulls, 8, row->short_from, INSTANT_END);
	put_instant(values, nulls, 9, row->feasible_at, INSTANT_END);
	put_text(values, nulls, 10, row->reason);
	put_text(values, nulls, 11, row->detail);
	values[12] = BoolGetDatum(row->notified);
	put_text(values, nulls, 13, row->resource);

	result = SPI_execute_with_args(insert_text, NUM_PARAMS,
								   types, values, nulls,
								   false, 0);
	if (result != SPI_OK_INSERT)
		elog(ERROR, "could not write an alert: %s",
			 SPI_result_code_string(result));
	return SPI_processed > 0;
}

static void
put_text(Datum *values, char *nulls, int param, const char *string)
{
	if (string == NULL)
		nulls[param] = 'n';
	else
		values[param] = CStringGetTextDatum(string);
}

/* an instant, and the one that stands for SQL's NULL */
static void
put_instant(Datum *values, char *nulls, int param, Instant at, Instant null)
{
	if (at == null)
		nulls[param] = 'n';
	else
		values[param] = TimestampTzGetDatum(at);
}
