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
#include "types/compat.h"
#include "types/quantity_numeric.h"

/* parameters of both statements, in this order */
enum
{
	PARAM_REF,
	PARAM_ITEM,
	PARAM_LOCATION,
	PARAM_AT,
	PARAM_QUANTITY,
	PARAM_MISSING,
	PARAM_REASON,
	PARAM_DETAIL,
	PARAM_WHO,
	NUM_PARAMS
};

#define NUM_APPROVAL_PARAMS (PARAM_MISSING + 1)

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

static const char record_text[] =
"INSERT INTO promise.exception"
" (ref, item, location, at, quantity, missing, reason, detail, asked_by)"
" SELECT $1, $2, $3, $4, $5, $6, $7::promise.reason, $8, $9"
" WHERE NOT EXISTS (SELECT FROM promise.exception AS e"
" WHERE e.ref OPERATOR(pg_catalog.=) $1 AND e.item OPERATOR(pg_catalog.=) $2"
" AND e.location OPERATOR(pg_catalog.=) $3"
" AND e.status OPERATOR(pg_catalog.=) 'pending'"
" AND e.at IS NOT DISTINCT FROM $4 AND e.quantity IS NOT DISTINCT FROM $5)";

static Oid	exception_table(void);
static uint64 execute(const char *text, int nparams, const ExceptionCase *wanted,
					  bool read_only);

/* a table without blocks has no rows under any snapshot */
bool
exceptions_any(void)
{
	Relation	rel = table_open(exception_table(), AccessShareLock);
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

void
exceptions_record(const ExceptionCase *wanted)
{
	(void) execute(record_text, NUM_PARAMS, wanted, false);
}

static Oid
exception_table(void)
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
		[PARAM_REASON] = TEXTOID,
		[PARAM_DETAIL] = TEXTOID,
		[PARAM_WHO] = TEXTOID
	};
	char	   *who = GetUserNameFromId(GetUserId(), false);
	OwnerRights before;
	Oid			param_types[NUM_PARAMS];
	Datum		values[NUM_PARAMS];
	int			nest_level;
	int			result;
	uint64		nrows;

	memcpy(param_types, types, sizeof(types));
	if (read_only)
		owner_enter(exception_table(), &before);
	else
		owner_enter_to_write(exception_table(), &before);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	nest_level = compat_pin_search_path();

	values[PARAM_REF] = CStringGetTextDatum(wanted->ref);
	values[PARAM_ITEM] = CStringGetTextDatum(wanted->item);
	values[PARAM_LOCATION] = CStringGetTextDatum(wanted->location);
	values[PARAM_AT] = TimestampTzGetDatum(wanted->at);
	values[PARAM_QUANTITY] = NumericGetDatum(quantity_get_numeric(wanted->quantity));
	values[PARAM_MISSING] = NumericGetDatum(quantity_get_numeric(wanted->missing));
	if (nparams > NUM_APPROVAL_PARAMS)
	{
		values[PARAM_REASON] = CStringGetTextDatum(wanted->reason);
		values[PARAM_DETAIL] = CStringGetTextDatum(wanted->detail);
		values[PARAM_WHO] = CStringGetTextDatum(who);
	}
	result = SPI_execute_with_args(text, nparams, param_types, values, NULL,
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
