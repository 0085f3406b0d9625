/*
 * guard_trigger.c - the triggers of the guard.
 */
#include "postgres.h"

#include "commands/trigger.h"
#include "fmgr.h"

PG_FUNCTION_INFO_V1(guard_statement);
PG_FUNCTION_INFO_V1(guard_row);
PG_FUNCTION_INFO_V1(guard_truncate);

static void check_protocol(FunctionCallInfo fcinfo, const char *function);

/*
 * promise.guard_statement(), AFTER INSERT, UPDATE or DELETE, FOR EACH STATEMENT
 */
Datum
guard_statement(PG_FUNCTION_ARGS)
{
	check_protocol(fcinfo, "guard_statement");
	return PointerGetDatum(NULL);
}

/*
 * promise.guard_row(), deferred constraint trigger FOR EACH ROW
 */
Datum
guard_row(PG_FUNCTION_ARGS)
{
	check_protocol(fcinfo, "guard_row");
	return PointerGetDatum(NULL);
}

/*
 * promise.guard_truncate(), BEFORE and AFTER TRUNCATE
 */
Datum
guard_truncate(PG_FUNCTION_ARGS)
{
	check_protocol(fcinfo, "guard_truncate");
	return PointerGetDatum(NULL);
}

static void
check_protocol(FunctionCallInfo fcinfo, const char *function)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called by trigger manager",
						function)));
}
