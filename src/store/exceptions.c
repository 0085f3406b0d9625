/*
 * exceptions.c - promises that are let pass although they cannot be kept.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "store/exceptions.h"
#include "store/owner.h"
#include "store/settings.h"
#include "types/compat.h"
#include "types/quantity_numeric.h"

/* parameters of all statements, in this order */
enum
{
	PARAM_REF,
	PARAM_ITEM,
	PARAM_LOCATION,
	PARAM_AT,
	PARAM_QUANTITY,
	PARAM_MISSING,
	PARAM_ORDER_AT,
	PARAM_ORDER_QUANTITY,
	PARAM_WAS_AT,
	PARAM_WAS_QUANTITY,
	PARAM_NOW,
	PARAM_REASON,
	PARAM_DETAIL,
	PARAM_WHO,
	PARAM_WHY,
	PARAM_URGENCY,
	PARAM_LIMIT,
	NUM_PARAMS
};

#define NUM_APPROVAL_PARAMS (PARAM_MISSING + 1)
#define NUM_ORDER_PARAMS (PARAM_NOW + 1)

/* an approval that can still be used */
#define APPROVED \
	"e.status OPERATOR(pg_catalog.=) 'approved'" \
	" AND (e.expires_at IS NULL OR e.expires_at OPERATOR(pg_catalog.>) promise.now())"

static const char approved_text[] =
"SELECT FROM promise.exception AS e"
" WHERE e.ref OPERATOR(pg_catalog.=) $1 AND e.item OPERATOR(pg_catalog.=) $2"
" AND e.location OPERATOR(pg_catalog.=) $3"
" AND " APPROVED
" AND (e.at IS NULL OR e.at OPERATOR(pg_catalog.<=) $4)"
" AND (e.quantity IS NULL OR e.quantity OPERATOR(pg_catalog.>=) $5)"
" AND (e.accepted IS NULL OR e.accepted OPERATOR(pg_catalog.>=) $6)"
" LIMIT 1";

static const char ref_approved_text[] =
"SELECT FROM promise.exception AS e"
" WHERE e.ref OPERATOR(pg_catalog.=) $1"
" AND " APPROVED
" LIMIT 1";

/* exactly what is wanted, and pending */
#define PENDING \
	"e.ref OPERATOR(pg_catalog.=) $1 AND e.item OPERATOR(pg_catalog.=) $2" \
	" AND e.location OPERATOR(pg_catalog.=) $3" \
	" AND e.status OPERATOR(pg_catalog.=) 'pending'" \
	" AND e.at IS NOT DISTINCT FROM $4 AND e.quantity IS NOT DISTINCT FROM $5"

/*
 * It was asked for before the order was written.  Who decides about it right now
 * may wait for a lock that this transaction holds, so he is not waited for.
 */
static const char join_text[] =
"UPDATE promise.exception AS u"
" SET order_at = $7, order_quantity = $8, order_passed_at = $11,"
" was_at = $9, was_quantity = $10"
" WHERE u.exception OPERATOR(pg_catalog.=)"
" (SELECT e.exception FROM promise.exception AS e"
" WHERE " PENDING " AND e.order_quantity IS NULL AND $8 IS NOT NULL"
" AND e.missing OPERATOR(pg_catalog.>=) $6"
" ORDER BY e.exception LIMIT 1 FOR UPDATE SKIP LOCKED)";

static const char record_text[] =
"INSERT INTO promise.exception"
" (ref, item, location, at, quantity, missing, order_at, order_quantity,"
" order_passed_at, was_at, was_quantity, reason, detail, asked_by, why,"
" urgency, guidelines)"
" SELECT $1, $2, $3, $4, $5, $6, $7, $8,"
" CASE WHEN $8 IS NOT NULL THEN $11 END, $9, $10, $12::promise.reason, $13, $14, $15,"
" $16, promise.limits_named($17, $13)"
" WHERE NOT EXISTS (SELECT FROM promise.exception AS e WHERE " PENDING
" AND e.order_at IS NOT DISTINCT FROM $7"
" AND e.order_quantity IS NOT DISTINCT FROM $8)";

/* the same check has found something else against it before */
static const char add_text[] =
"UPDATE promise.exception AS e"
" SET detail = pg_catalog.concat_ws(' ', e.detail, $13),"
" guidelines = e.guidelines OPERATOR(pg_catalog.||) promise.limits_named($17, $13)"
" WHERE " PENDING " AND pg_catalog.strpos(e.detail, $13) OPERATOR(pg_catalog.=) 0";

static uint64 execute(const char *text, int nparams, const ExceptionCase *wanted,
					  bool read_only);
static void put_demand(const RefDemand *demand, Datum *values, char *nulls);
static Datum text_or_null(const char *text, char *null);

/* a table without blocks has no rows under any snapshot */
bool
exceptions_any(void)
{
	Relation	rel = table_open(exceptions_table(), AccessShareLock);
	bool		result = RelationGetNumberOfBlocks(rel) > 0;

	table_close(rel, NoLock);
	return result;
}

bool
exceptions_is_approved(const ExceptionCase *wanted)
{
	return execute(approved_text, NUM_APPROVAL_PARAMS, wanted, true) > 0;
}

bool
exceptions_is_ref_approved(const char *ref)
{
	ExceptionCase wanted = {.ref = ref,.item = "",.location = ""};

	return execute(ref_approved_text, NUM_APPROVAL_PARAMS, &wanted, true) > 0;
}

bool
exceptions_record(const ExceptionCase *wanted)
{
	if (execute(join_text, NUM_ORDER_PARAMS, wanted, false) > 0 ||
		execute(record_text, NUM_PARAMS, wanted, false) > 0)
		return wanted->order.quantity > 0;
	(void) execute(add_text, NUM_PARAMS, wanted, false);
	return false;
}

Oid
exceptions_table(void)
{
	Oid			result = get_relname_relid("exception",
										   get_namespace_oid("promise", false));

	if (!OidIsValid(result))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"%s\" does not exist", "promise.exception")));
	return result;
}

/*
 * Run a statement; how many rows it returned or wrote.  Exceptions are rare, so
 * its plan is not kept.
 */
static uint64
execute(const char *text, int nparams, const ExceptionCase *wanted,
		bool read_only)
{
	static const Oid types[NUM_PARAMS] = {
		[PARAM_REF] = TEXTOID,
		[PARAM_ITEM] = TEXTOID,
		[PARAM_LOCATION] = TEXTOID,
		[PARAM_AT] = TIMESTAMPTZOID,
		[PARAM_QUANTITY] = NUMERICOID,
		[PARAM_MISSING] = NUMERICOID,
		[PARAM_ORDER_AT] = TIMESTAMPTZOID,
		[PARAM_ORDER_QUANTITY] = NUMERICOID,
		[PARAM_WAS_AT] = TIMESTAMPTZOID,
		[PARAM_WAS_QUANTITY] = NUMERICOID,
		[PARAM_NOW] = TIMESTAMPTZOID,
		[PARAM_REASON] = TEXTOID,
		[PARAM_DETAIL] = TEXTOID,
		[PARAM_WHO] = TEXTOID,
		[PARAM_WHY] = TEXTOID,
		[PARAM_URGENCY] = TEXTOID,
		[PARAM_LIMIT] = TEXTOID
	};
	char	   *who = GetUserNameFromId(GetUserId(), false);
	OwnerRights before;
	Oid			param_types[NUM_PARAMS];
	Datum		values[NUM_PARAMS];
	char		nulls[NUM_PARAMS];
	int			nest_level;
	int			result;
	uint64		nrows;

	memcpy(param_types, types, sizeof(types));
	memset(nulls, ' ', sizeof(nulls));
	if (read_only)
		owner_enter(exceptions_table(), &before);
	else
		owner_enter_to_write(exceptions_table(), &before);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	nest_level = compat_pin_search_path();

	values[PARAM_REF] = CStringGetTextDatum(wanted->ref);
	values[PARAM_ITEM] = CStringGetTextDatum(wanted->item);
	values[PARAM_LOCATION] = CStringGetTextDatum(wanted->location);
	values[PARAM_AT] = TimestampTzGetDatum(wanted->at);
	values[PARAM_QUANTITY] = NumericGetDatum(quantity_get_numeric(wanted->quantity));
	values[PARAM_MISSING] = NumericGetDatum(quantity_get_numeric(wanted->missing));
	if (nparams >= NUM_ORDER_PARAMS)
	{
		put_demand(&wanted->order, &values[PARAM_ORDER_AT],
				   &nulls[PARAM_ORDER_AT]);
		put_demand(&wanted->was, &values[PARAM_WAS_AT], &nulls[PARAM_WAS_AT]);
		values[PARAM_NOW] = TimestampTzGetDatum(wanted->now);
	}
	if (nparams == NUM_PARAMS)
	{
		values[PARAM_REASON] = CStringGetTextDatum(wanted->reason);
		values[PARAM_DETAIL] = CStringGetTextDatum(wanted->detail);
		values[PARAM_WHO] = CStringGetTextDatum(who);
		values[PARAM_WHY] = text_or_null(settings_exception_reason(),
										 &nulls[PARAM_WHY]);
		values[PARAM_URGENCY] =
			CStringGetTextDatum(settings_exception_urgency());
		values[PARAM_LIMIT] = text_or_null(wanted->limit, &nulls[PARAM_LIMIT]);
	}
	result = SPI_execute_with_args(text, nparams, param_types, values, nulls,
								   read_only, 0);
	if (result < 0)
		elog(ERROR, "SPI_execute_with_args failed: %s",
			 SPI_result_code_string(result));
	nrows = SPI_processed;

	compat_unpin_search_path(nest_level);
	SPI_finish();
	owner_leave(&before);
	return nrows;
}

/* its date and quantity; nulls, if nothing is demanded */
static void
put_demand(const RefDemand *demand, Datum *values, char *nulls)
{
	if (demand->quantity <= 0)
	{
		nulls[0] = nulls[1] = 'n';
		values[0] = values[1] = (Datum) 0;
		return;
	}
	values[0] = TimestampTzGetDatum(demand->at);
	values[1] = NumericGetDatum(quantity_get_numeric(demand->quantity));
}

static Datum
text_or_null(const char *text, char *null)
{
	if (text == NULL)
	{
		*null = 'n';
		return (Datum) 0;
	}
	return CStringGetTextDatum(text);
}
