/*
 * ask_limits.c - what registered limits have against promises that nobody has
 * made yet.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "store/guards.h"
#include "store/limits.h"

PG_FUNCTION_INFO_V1(ask_limits);

/* columns of the result, in their order */
enum
{
	COLUMN_LIMIT_NAME,
	COLUMN_CHECK_FUNCTION,
	COLUMN_REF,
	COLUMN_DETAIL,
	COLUMN_HINT,
	NUM_COLUMNS
};

static void put_violation(ReturnSetInfo *result, const GuardLimit *limit,
						  const LimitViolation *violation);
static void put_text(Datum *values, bool *nulls, int column, const char *text);

/*
 * promise.ask_limits(claims promise.claim[])
 *
 * With the code that the guard asks them with, and the same rights.
 */
Datum
ask_limits(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int			nlimits;
	const GuardLimit *limits = guards_limits(&nlimits);

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < nlimits; i++)
	{
		int			nviolations;
		LimitViolation *violations =
		limits_ask_array(&limits[i], PG_GETARG_DATUM(0),
						 get_fn_expr_argtype(fcinfo->flinfo, 0), &nviolations);

		for (int j = 0; j < nviolations; j++)
			put_violation(result, &limits[i], &violations[j]);
	}
	PG_RETURN_NULL();
}

static void
put_violation(ReturnSetInfo *result, const GuardLimit *limit,
			  const LimitViolation *violation)
{
	Datum		values[NUM_COLUMNS];
	bool		nulls[NUM_COLUMNS] = {false};

	values[COLUMN_LIMIT_NAME] = CStringGetTextDatum(limit->name);
	values[COLUMN_CHECK_FUNCTION] = ObjectIdGetDatum(limit->function);
	put_text(values, nulls, COLUMN_REF, violation->ref);
	put_text(values, nulls, COLUMN_DETAIL, violation->detail);
	put_text(values, nulls, COLUMN_HINT, violation->hint);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

static void
put_text(Datum *values, bool *nulls, int column, const char *text)
{
	nulls[column] = (text == NULL);
	values[column] = text == NULL ? (Datum) 0 : CStringGetTextDatum(text);
}
