/*
 * report.c - the one place where a status becomes an error.
 */
#include "postgres.h"

#include "types/report.h"

static int	status_sqlstate(PromiseStatus status);
static const char *status_message(PromiseStatus status);

/*
 * Raise the error that stands for a status other than PROMISE_OK.
 */
void
report_status(PromiseStatus status)
{
	ereport(ERROR,
			(errcode(status_sqlstate(status)),
			 errmsg("%s", status_message(status))));
}

static int
status_sqlstate(PromiseStatus status)
{
	switch (status)
	{
		case PROMISE_OK:
			break;
		case PROMISE_QUANTITY_OVERFLOW:
			return ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE;
		case PROMISE_INSTANT_OVERFLOW:
			return ERRCODE_DATETIME_VALUE_OUT_OF_RANGE;
		case PROMISE_TOO_MANY_STEPS:
		case PROMISE_CALENDAR_TOO_LARGE:
			return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
		case PROMISE_INVALID_PROFILE:
		case PROMISE_INVALID_CALENDAR:
			return ERRCODE_INVALID_PARAMETER_VALUE;
		case PROMISE_CALENDAR_EXHAUSTED:
			return ERRCODE_PROMISE_EXHAUSTED;
		case PROMISE_NETWORK_CYCLE:
		case PROMISE_NETWORK_TOO_DEEP:
			return ERRCODE_PROMISE_MAPPING;
	}
	/* no default above: the compiler names the member that is missing */
	return ERRCODE_INTERNAL_ERROR;
}

static const char *
status_message(PromiseStatus status)
{
	switch (status)
	{
		case PROMISE_OK:
			break;
		case PROMISE_QUANTITY_OVERFLOW:
			return "quantity out of range";
		case PROMISE_INSTANT_OVERFLOW:
			return "timestamp out of range";
		case PROMISE_TOO_MANY_STEPS:
			return "profile has too many steps";
		case PROMISE_INVALID_PROFILE:
			return "invalid profile";
		case PROMISE_INVALID_CALENDAR:
			return "invalid calendar";
		case PROMISE_CALENDAR_TOO_LARGE:
			return "calendar is too large";
		case PROMISE_CALENDAR_EXHAUSTED:
			return "calendar has no open time left";
		case PROMISE_NETWORK_CYCLE:
			return "an item is made of itself";
		case PROMISE_NETWORK_TOO_DEEP:
			return "bill of material has too many levels";
	}
	return "unexpected status";
}
