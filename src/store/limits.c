/*
 * limits.c - registered limits, asked about claims that rise.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"
#include "nodes/value.h"
#include "parser/parse_func.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "store/limits.h"
#include "store/owner.h"
#include "types/compat.h"
#include "types/quantity_numeric.h"
#include "types/report.h"

/* The columns of promise.claim that a claim tells, in their order there. */
typedef enum ClaimColumn
{
	CLAIM_REF,
	CLAIM_ITEM,
	CLAIM_LOCATION,
	CLAIM_AT,
	CLAIM_BEFORE,
	CLAIM_AFTER,
	CLAIM_QUANTITY,
	CLAIM_DUE,
	CLAIM_WAS_QUANTITY,
	CLAIM_WAS_DUE,
	CLAIM_KIND,
	CLAIM_GROUP_REF,
	CLAIM_CUSTOMER,
	CLAIM_CHANNEL,
	CLAIM_ZONE,
	CLAIM_SELLER,
	CLAIM_PRICE,
	CLAIM_COST,
	CLAIM_CURRENCY,
	CLAIM_RESOURCE,
	CLAIM_UNTIL
} ClaimColumn;

#define NUM_COLUMNS (CLAIM_UNTIL + 1)

/* prices travel as text, which promise.claim makes numbers of */
static const Oid column_types[NUM_COLUMNS] = {
	[CLAIM_REF] = TEXTOID,
	[CLAIM_ITEM] = TEXTOID,
	[CLAIM_LOCATION] = TEXTOID,
	[CLAIM_AT] = TIMESTAMPTZOID,
	[CLAIM_BEFORE] = NUMERICOID,
	[CLAIM_AFTER] = NUMERICOID,
	[CLAIM_QUANTITY] = NUMERICOID,
	[CLAIM_DUE] = TIMESTAMPTZOID,
	[CLAIM_WAS_QUANTITY] = NUMERICOID,
	[CLAIM_WAS_DUE] = TIMESTAMPTZOID,
	[CLAIM_KIND] = TEXTOID,
	[CLAIM_GROUP_REF] = TEXTOID,
	[CLAIM_CUSTOMER] = TEXTOID,
	[CLAIM_CHANNEL] = TEXTOID,
	[CLAIM_ZONE] = TEXTOID,
	[CLAIM_SELLER] = TEXTOID,
	[CLAIM_PRICE] = TEXTOID,
	[CLAIM_COST] = TEXTOID,
	[CLAIM_CURRENCY] = TEXTOID,
	[CLAIM_RESOURCE] = TEXTOID,
	[CLAIM_UNTIL] = TIMESTAMPTZOID,
};

/* what all claims of a check share, and what else some functions are told */
enum
{
	PARAM_WHO = NUM_COLUMNS,
	PARAM_NOW,
	FIRST_EXTRA
};

#define MAX_EXTRA	2

/* a function, and what it is told besides the claims */
typedef struct LimitFunction
{
	const char *name;			/* qualified */
	Oid			function;
	int			nextra;
	Oid			extra_types[MAX_EXTRA];
	Datum		extra[MAX_EXTRA];
} LimitFunction;

/* plans that call functions, by their names */
static struct
{
	char	   *function;
	SPIPlanPtr	plan;
}			kept[8];
static int	nkept = 0;

static void find_own(LimitFunction *function, const char *name);
static LimitViolation *ask(const LimitFunction *function,
						   const LimitClaim *claims, int nclaims, Instant now,
						   int *nviolations);
static SPIPlanPtr plan_of(const LimitFunction *function, Oid *types);
static char *query_text(const LimitFunction *function);
static Datum bool_array(const bool *values, int nvalues);
static Datum column_array(const LimitClaim *claims, int nclaims,
						  ClaimColumn column);
static Datum column_value(const LimitClaim *claim, ClaimColumn column,
						  bool *is_null);
static Datum text_value(const char *text, bool *is_null);
static Datum quantity_value(bool is_known, Quantity quantity, bool *is_null);
static Datum instant_value(bool is_known, Instant instant, bool *is_null);
static char *function_name(const GuardLimit *limit);
static LimitViolation *copy_violations(MemoryContext context,
									   int *nviolations);
static char *copy_text(MemoryContext context, uint64 row, int column);

LimitViolation *
limits_ask(const GuardLimit *limit, const LimitClaim *claims, int nclaims,
		   Instant now, int *nviolations)
{
	LimitFunction function = {
		.name = function_name(limit),
		.function = limit->function
	};

	return ask(&function, claims, nclaims, now, nviolations);
}

/* of that name one only can be a limit, by its arguments */
bool
limits_are_guidelines(const GuardLimit *limit)
{
	return strcmp(function_name(limit), "promise.check_policy") == 0;
}

LimitViolation *
limits_ask_array(const GuardLimit *limit, Datum claims, Oid type,
				 int *nviolations)
{
	MemoryContext caller = CurrentMemoryContext;
	char	   *text = psprintf("SELECT v.ref, v.detail, v.hint FROM %s($1) AS v",
								function_name(limit));
	LimitViolation *result;
	OwnerRights before;
	int			nest_level;
	int			code;

	owner_enter_function(limit->function, &before);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	nest_level = compat_pin_search_path();
	code = SPI_execute_with_args(text, 1, &type, &claims, NULL, true, 0);
	if (code != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_with_args failed: %s",
			 SPI_result_code_string(code));
	result = copy_violations(caller, nviolations);
	compat_unpin_search_path(nest_level);
	SPI_finish();
	owner_leave(&before);
	return result;
}

LimitViolation *
limits_ask_each(const LimitClaim *claims, int nclaims, Instant now,
				bool in_guard, int *nviolations)
{
	LimitFunction function = {
		.nextra = 1,
		.extra_types = {BOOLOID},
		.extra = {BoolGetDatum(in_guard)}
	};

	find_own(&function, "policy_judge_each");
	return ask(&function, claims, nclaims, now, nviolations);
}

LimitViolation *
limits_ask_lines(const LimitLines *lines, Instant now, int *nviolations)
{
	LimitFunction function = {
		.nextra = 2,
		.extra_types = {BOOLARRAYOID, INT8OID},
		.extra = {
			bool_array(lines->counts, lines->nlines),
			Int64GetDatum(lines->first_asked + 1)
		}
	};

	find_own(&function, "policy_judge_lines");
	return ask(&function, lines->claims, lines->nclaims, now, nviolations);
}

/* one of the extension's own, by its arguments: the claims, and what is extra */
static void
find_own(LimitFunction *function, const char *name)
{
	List	   *qualified = list_make2(makeString("promise"),
									   makeString(pstrdup(name)));
	Oid			schema = get_namespace_oid("promise", false);
	Oid			claim = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid,
										CStringGetDatum("claim"),
										ObjectIdGetDatum(schema));
	Oid			types[1 + MAX_EXTRA] = {get_array_type(claim)};

	memcpy(types + 1, function->extra_types, sizeof(function->extra_types));
	function->name = quote_qualified_identifier("promise", name);
	function->function = LookupFuncName(qualified, 1 + function->nextra, types,
										false);
}

static LimitViolation *
ask(const LimitFunction *function, const LimitClaim *claims, int nclaims,
	Instant now, int *nviolations)
{
	MemoryContext caller = CurrentMemoryContext;
	char	   *who = GetUserNameFromId(GetUserId(), false);
	LimitViolation *result;
	OwnerRights before;
	Oid			types[FIRST_EXTRA + MAX_EXTRA];
	Datum		values[FIRST_EXTRA + MAX_EXTRA];
	int			nest_level;
	int			code;

	owner_enter_function(function->function, &before);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	nest_level = compat_pin_search_path();

	for (int i = 0; i < NUM_COLUMNS; i++)
	{
		types[i] = get_array_type(column_types[i]);
		values[i] = column_array(claims, nclaims, i);
	}
	types[PARAM_WHO] = TEXTOID;
	values[PARAM_WHO] = CStringGetTextDatum(who);
	types[PARAM_NOW] = TIMESTAMPTZOID;
	values[PARAM_NOW] = TimestampTzGetDatum(now);
	for (int i = 0; i < function->nextra; i++)
	{
		types[FIRST_EXTRA + i] = function->extra_types[i];
		values[FIRST_EXTRA + i] = function->extra[i];
	}
	code = SPI_execute_plan(plan_of(function, types), values, NULL, true, 0);
	if (code != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_plan failed: %s",
			 SPI_result_code_string(code));

	result = copy_violations(caller, nviolations);
	compat_unpin_search_path(nest_level);
	SPI_finish();
	owner_leave(&before);
	return result;
}

/*
 * The plan that calls a function, kept for the next time as long as functions
 * are few.  To be called between SPI_connect and SPI_finish.
 */
static SPIPlanPtr
plan_of(const LimitFunction *function, Oid *types)
{
	SPIPlanPtr	plan;

	for (int i = 0; i < nkept; i++)
	{
		if (strcmp(kept[i].function, function->name) == 0)
			return kept[i].plan;
	}

	/* what the claims are makes no difference to how they are handed over */
	plan = SPI_prepare_cursor(query_text(function),
							  FIRST_EXTRA + function->nextra, types,
							  CURSOR_OPT_GENERIC_PLAN);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare_cursor failed: %s",
			 SPI_result_code_string(SPI_result));
	if (nkept < lengthof(kept))
	{
		char	   *name = MemoryContextStrdup(TopMemoryContext, function->name);

		SPI_keepplan(plan);

		/* nothing can fail any more */
		kept[nkept].function = name;
		kept[nkept++].plan = plan;
	}
	return plan;
}

/*
 * A call of a limit's function with an array of the claims.
 */
static char *
query_text(const LimitFunction *function)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "SELECT v.ref, v.detail, v.hint FROM %s(ARRAY(SELECT ROW(",
					 function->name);
	for (int i = 0; i < NUM_COLUMNS; i++)
		appendStringInfo(&text, "u.c%d, ", i);
	appendStringInfo(&text, "$%d, $%d)::promise.claim FROM ROWS FROM (",
					 PARAM_WHO + 1, PARAM_NOW + 1);
	for (int i = 0; i < NUM_COLUMNS; i++)
		appendStringInfo(&text, "%spg_catalog.unnest($%d)", i > 0 ? ", " : "",
						 i + 1);
	appendStringInfoString(&text, ") WITH ORDINALITY AS u (");
	for (int i = 0; i < NUM_COLUMNS; i++)
		appendStringInfo(&text, "c%d, ", i);
	appendStringInfoString(&text, "n) ORDER BY u.n)");
	for (int i = 0; i < function->nextra; i++)
		appendStringInfo(&text, ", $%d", FIRST_EXTRA + 1 + i);
	appendStringInfoString(&text, ") AS v");
	return text.data;
}

static Datum
bool_array(const bool *values, int nvalues)
{
	Datum	   *elements = palloc(Max(nvalues, 1) * sizeof(Datum));

	for (int i = 0; i < nvalues; i++)
		elements[i] = BoolGetDatum(values[i]);
	return PointerGetDatum(construct_array(elements, nvalues, BOOLOID,
										   sizeof(bool), true, TYPALIGN_CHAR));
}

/* one column of all claims */
static Datum
column_array(const LimitClaim *claims, int nclaims, ClaimColumn column)
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
column_value(const LimitClaim *claim, ClaimColumn column, bool *is_null)
{
	static const DemandFacts no_facts = {0};
	const DemandFacts *facts = claim->facts != NULL ? claim->facts : &no_facts;

	switch (column)
	{
		case CLAIM_REF:
			return text_value(claim->ref, is_null);
		case CLAIM_ITEM:
			return text_value(claim->item, is_null);
		case CLAIM_LOCATION:
			return text_value(claim->location, is_null);
		case CLAIM_AT:
			return instant_value(true, claim->at, is_null);
		case CLAIM_BEFORE:
			return quantity_value(true, claim->before, is_null);
		case CLAIM_AFTER:
			return quantity_value(true, claim->after, is_null);
		case CLAIM_QUANTITY:
			return quantity_value(claim->is_demanded, claim->quantity, is_null);
		case CLAIM_DUE:
			return instant_value(claim->is_demanded, claim->due, is_null);
		case CLAIM_WAS_QUANTITY:
			return quantity_value(claim->was_demanded, claim->was_quantity,
								  is_null);
		case CLAIM_WAS_DUE:
			return instant_value(claim->was_demanded, claim->was_due, is_null);
		case CLAIM_KIND:
			return text_value(claim->kind, is_null);
		case CLAIM_GROUP_REF:
			return text_value(facts->group_ref, is_null);
		case CLAIM_CUSTOMER:
			return text_value(facts->customer, is_null);
		case CLAIM_CHANNEL:
			return text_value(facts->channel, is_null);
		case CLAIM_ZONE:
			return text_value(facts->zone, is_null);
		case CLAIM_SELLER:
			return text_value(facts->seller, is_null);
		case CLAIM_PRICE:
			return text_value(facts->price, is_null);
		case CLAIM_COST:
			return text_value(facts->cost, is_null);
		case CLAIM_CURRENCY:
			return text_value(facts->currency, is_null);
		case CLAIM_RESOURCE:
			return text_value(claim->resource, is_null);
		case CLAIM_UNTIL:
			return instant_value(claim->resource != NULL, claim->until, is_null);
	}
	pg_unreachable();
}

static Datum
text_value(const char *text, bool *is_null)
{
	*is_null = text == NULL;

	return *is_null ? (Datum) 0 : CStringGetTextDatum(text);
}

static Datum
quantity_value(bool is_known, Quantity quantity, bool *is_null)
{
	*is_null = !is_known;
	return *is_null ? (Datum) 0 : NumericGetDatum(quantity_get_numeric(quantity));
}

static Datum
instant_value(bool is_known, Instant instant, bool *is_null)
{
	*is_null = !is_known;
	return *is_null ? (Datum) 0 : TimestampTzGetDatum(instant);
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

/* what a query of a limit's function has returned */
static LimitViolation *
copy_violations(MemoryContext context, int *nviolations)
{
	LimitViolation *result = MemoryContextAlloc(context,
												Max(SPI_processed, 1) *
												sizeof(LimitViolation));

	*nviolations = (int) SPI_processed;
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		result[i].ref = copy_text(context, i, 1);
		result[i].detail = copy_text(context, i, 2);
		result[i].hint = copy_text(context, i, 3);
	}
	return result;
}

static char *
copy_text(MemoryContext context, uint64 row, int column)
{
	char	   *value = SPI_getvalue(SPI_tuptable->vals[row],
									 SPI_tuptable->tupdesc, column);

	return value == NULL ? NULL : MemoryContextStrdup(context, value);
}
