/*
 * unaccepted.c - orders of the business that do not count.
 */
#include "postgres.h"

#include "access/genam.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "storage/bufmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "store/exceptions.h"
#include "store/kept_query.h"
#include "store/owner.h"
#include "store/touched.h"
#include "store/unaccepted.h"
#include "store/value.h"
#include "types/compat.h"
#include "types/quantity_numeric.h"

/* columns of the result, in their order */
enum
{
	ORDER_EXCEPTION = 1,
	ORDER_NUMBER,
	ORDER_LOCATION,
	ORDER_REF,
	ORDER_AT,
	ORDER_QUANTITY,
	ORDER_WAS_AT,
	ORDER_WAS_QUANTITY
};

/*
 * What was asked for by itself, too, may have been approved so; but not before,
 * for then it did not do.
 */
static KeptQuery orders_query = {
	"SELECT e.exception, k.number, e.location, e.ref, e.order_at, e.order_quantity,"
	" e.was_at, e.was_quantity"
	" FROM pg_catalog.unnest($1) WITH ORDINALITY AS k (item, number)"
	" JOIN promise.exception AS e ON e.item OPERATOR(pg_catalog.=) k.item"
	" WHERE e.order_quantity IS NOT NULL"
	" AND (pg_catalog.cardinality($2) OPERATOR(pg_catalog.=) 0"
	" OR e.location OPERATOR(pg_catalog.=) ANY ($2))"
	" AND NOT EXISTS (SELECT FROM promise.exception AS a"
	" WHERE a.ref OPERATOR(pg_catalog.=) e.ref"
	" AND a.item OPERATOR(pg_catalog.=) e.item"
	" AND a.location OPERATOR(pg_catalog.=) e.location"
	" AND a.status OPERATOR(pg_catalog.=) 'approved'"
	" AND a.decided_at OPERATOR(pg_catalog.>) e.order_passed_at"
	" AND (a.at OPERATOR(pg_catalog.<=) e.at) IS NOT FALSE"
	" AND (a.quantity OPERATOR(pg_catalog.>=) e.quantity) IS NOT FALSE)"
	" ORDER BY e.exception DESC",
	2,
	{TEXTARRAYOID, TEXTARRAYOID}
};

static const char forget_text[] =
"UPDATE promise.exception AS e"
" SET order_at = NULL, order_quantity = NULL, order_passed_at = NULL,"
" was_at = NULL, was_quantity = NULL"
" FROM (SELECT x.exception FROM promise.exception AS x"
" WHERE x.exception OPERATOR(pg_catalog.=) ANY ($1)"
" FOR UPDATE SKIP LOCKED) AS l"
" WHERE e.exception OPERATOR(pg_catalog.=) l.exception";

static bool is_any(void);
static UnacceptedOrder take_order(MemoryContext context, uint64 row);
static Datum column_of(uint64 row, int column, bool *is_null);
static Datum value_of(uint64 row, int column);
static void touch_row(const TriggerData *trigger, HeapTuple row,
					  GuardMode mode);
static char *value_in(const TriggerData *trigger, HeapTuple row,
					  const char *column);

UnacceptedOrder *
unaccepted_read(const char **items, int nitems, const char *location,
				int *norders)
{
	MemoryContext caller = CurrentMemoryContext;
	UnacceptedOrder *result;
	OwnerRights before;
	Datum		values[2];

	*norders = 0;
	if (!is_any())
		return NULL;

	owner_enter(exceptions_table(), &before);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	values[0] = kept_query_texts(items, nitems);
	values[1] = kept_query_texts(&location, location != NULL);
	kept_query_read(&orders_query, values);

	*norders = (int) SPI_processed;
	result = MemoryContextAlloc(caller, Max(SPI_processed, 1) *
								sizeof(UnacceptedOrder));
	for (uint64 i = 0; i < SPI_processed; i++)
		result[i] = take_order(caller, i);
	SPI_finish();
	owner_leave(&before);
	return result;
}

/* an index that has no page but its first has no entry under any snapshot */
static bool
is_any(void)
{
	Oid			index = get_relname_relid("exception_order",
										  get_namespace_oid("promise", false));
	Relation	rel;
	bool		result;

	if (!OidIsValid(index))
		return exceptions_any();
	rel = index_open(index, AccessShareLock);
	result = RelationGetNumberOfBlocks(rel) > 1;
	index_close(rel, NoLock);
	return result;
}

static UnacceptedOrder
take_order(MemoryContext context, uint64 row)
{
	UnacceptedOrder result = {
		.exception = DatumGetInt64(value_of(row, ORDER_EXCEPTION)),
		.item = (int) DatumGetInt64(value_of(row, ORDER_NUMBER)) - 1,
		.location = value_text(context, value_of(row, ORDER_LOCATION)),
		.ref = value_text(context, value_of(row, ORDER_REF)),
		.at = DatumGetTimestampTz(value_of(row, ORDER_AT)),
		.quantity = quantity_from_datum(value_of(row, ORDER_QUANTITY))
	};
	bool		is_null;
	Datum		was_at = column_of(row, ORDER_WAS_AT, &is_null);

	if (!is_null)
	{
		result.was_at = DatumGetTimestampTz(was_at);
		result.was_quantity =
			quantity_from_datum(value_of(row, ORDER_WAS_QUANTITY));
	}
	return result;
}

static Datum
column_of(uint64 row, int column, bool *is_null)
{
	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column,
						 is_null);
}

/* of a column that is never null here */
static Datum
value_of(uint64 row, int column)
{
	bool		is_null;
	Datum		result = column_of(row, column, &is_null);

	Assert(!is_null);
	return result;
}

void
unaccepted_forget(const int64 *exceptions, int nexceptions)
{
	Oid			type = INT8ARRAYOID;
	Datum	   *datums = palloc(Max(nexceptions, 1) * sizeof(Datum));
	Datum		values[1];
	OwnerRights before;
	int			nest_level;
	int			result;

	for (int i = 0; i < nexceptions; i++)
		datums[i] = Int64GetDatum(exceptions[i]);
	values[0] = PointerGetDatum(construct_array(datums, nexceptions, INT8OID,
												sizeof(int64), FLOAT8PASSBYVAL,
												TYPALIGN_DOUBLE));

	owner_enter_to_write(exceptions_table(), &before);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	nest_level = compat_pin_search_path();
	result = SPI_execute_with_args(forget_text, 1, &type, values, NULL, false, 0);
	if (result != SPI_OK_UPDATE)
		elog(ERROR, "SPI_execute_with_args failed: %s",
			 SPI_result_code_string(result));
	compat_unpin_search_path(nest_level);
	SPI_finish();
	owner_leave(&before);
}

/*
 * What counts because it was approved, or its exception deleted, must be kept.
 * What is forgotten was judged before, or else its owner has done it by hand, who
 * is told.
 */
void
unaccepted_touch(const TriggerData *trigger)
{
	bool		is_update = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event);
	HeapTuple	row = is_update ? trigger->tg_newtuple : trigger->tg_trigtuple;
	GuardMode	mode = is_update && value_in(trigger, row, "order_quantity") == NULL &&
	strcmp(value_in(trigger, row, "status"), "approved") != 0 ?
	GUARD_REPORT : GUARD_BLOCK;

	touch_row(trigger, trigger->tg_trigtuple, mode);
	if (is_update)
		touch_row(trigger, row, mode);
}

static void
touch_row(const TriggerData *trigger, HeapTuple row, GuardMode mode)
{
	touched_add(NODE_STOCK, value_in(trigger, row, "item"),
				value_in(trigger, row, "location"), mode, false,
				RelationGetRelid(trigger->tg_relation), false);
}

static char *
value_in(const TriggerData *trigger, HeapTuple row, const char *column)
{
	TupleDesc	columns = RelationGetDescr(trigger->tg_relation);

	return SPI_getvalue(row, columns, SPI_fnumber(columns, column));
}
