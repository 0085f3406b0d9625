/*
 * calendar_ops.c - promise.calendar: comparison, hashing, set operations.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "utils/array.h"
#include "utils/date.h"

#include "core/calendar_set.h"
#include "types/calendar_type.h"

PG_FUNCTION_INFO_V1(calendar_eq);
PG_FUNCTION_INFO_V1(calendar_ne);
PG_FUNCTION_INFO_V1(calendar_lt);
PG_FUNCTION_INFO_V1(calendar_le);
PG_FUNCTION_INFO_V1(calendar_gt);
PG_FUNCTION_INFO_V1(calendar_ge);
PG_FUNCTION_INFO_V1(calendar_cmp);
PG_FUNCTION_INFO_V1(calendar_hash);
PG_FUNCTION_INFO_V1(calendar_hash_extended);
PG_FUNCTION_INFO_V1(calendar_union);
PG_FUNCTION_INFO_V1(calendar_intersection);
PG_FUNCTION_INFO_V1(calendar_difference);
PG_FUNCTION_INFO_V1(calendar_closed_on);

static int	compare_args(FunctionCallInfo fcinfo);
static Datum combine_args(FunctionCallInfo fcinfo, SpanOp op);

Datum
calendar_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_args(fcinfo) == 0);
}

Datum
calendar_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_args(fcinfo) != 0);
}

Datum
calendar_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_args(fcinfo) < 0);
}

Datum
calendar_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_args(fcinfo) <= 0);
}

Datum
calendar_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_args(fcinfo) > 0);
}

Datum
calendar_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_args(fcinfo) >= 0);
}

Datum
calendar_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(compare_args(fcinfo));
}

/* equal calendars are equal byte for byte: hash the bytes */
Datum
calendar_hash(PG_FUNCTION_ARGS)
{
	Calendar   *cal = PG_GETARG_CALENDAR_P(0);
	Datum		result = hash_any((unsigned char *) VARDATA(cal),
								  VARSIZE(cal) - VARHDRSZ);

	PG_FREE_IF_COPY(cal, 0);
	return result;
}

Datum
calendar_hash_extended(PG_FUNCTION_ARGS)
{
	Calendar   *cal = PG_GETARG_CALENDAR_P(0);
	Datum		result = hash_any_extended((unsigned char *) VARDATA(cal),
										   VARSIZE(cal) - VARHDRSZ,
										   PG_GETARG_INT64(1));

	PG_FREE_IF_COPY(cal, 0);
	return result;
}

Datum
calendar_union(PG_FUNCTION_ARGS)
{
	return combine_args(fcinfo, SPAN_UNION);
}

Datum
calendar_intersection(PG_FUNCTION_ARGS)
{
	return combine_args(fcinfo, SPAN_INTERSECTION);
}

Datum
calendar_difference(PG_FUNCTION_ARGS)
{
	return combine_args(fcinfo, SPAN_DIFFERENCE);
}

/*
 * promise.closed_on(calendar, date[]): the same, with no shift on those dates.
 */
Datum
calendar_closed_on(PG_FUNCTION_ARGS)
{
	Calendar   *cal = PG_GETARG_CALENDAR_P(0);
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(1);
	CalendarRules rules = calendar_rules(cal);
	CalendarRules result;
	CalendarFault fault;
	PromiseStatus status;
	Datum	   *dates;
	bool	   *nulls;
	int			ndates;
	int32	   *days;

	deconstruct_array(array, DATEOID, sizeof(DateADT), true, TYPALIGN_INT,
					  &dates, &nulls, &ndates);
	days = palloc(Max(ndates, 1) * sizeof(int32));
	for (int i = 0; i < ndates; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("dates of a calendar must not be null")));
		days[i] = DatumGetDateADT(dates[i]);
	}

	status = calendar_close_days(&rules, days, ndates, &result, &fault);
	if (status != PROMISE_OK)
		calendar_fault(status, &fault);
	PG_RETURN_CALENDAR_P(calendar_pack(&result));
}

/* the body of the comparisons; reached from indexes, so it frees its copies */
static int
compare_args(FunctionCallInfo fcinfo)
{
	Calendar   *a = PG_GETARG_CALENDAR_P(0);
	Calendar   *b = PG_GETARG_CALENDAR_P(1);
	CalendarRules rules_a = calendar_rules(a);
	CalendarRules rules_b = calendar_rules(b);
	int			result = calendar_compare(&rules_a, &rules_b);

	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	return result;
}

/* the body of the set operations */
static Datum
combine_args(FunctionCallInfo fcinfo, SpanOp op)
{
	Calendar   *a = PG_GETARG_CALENDAR_P(0);
	Calendar   *b = PG_GETARG_CALENDAR_P(1);
	CalendarRules rules_a = calendar_rules(a);
	CalendarRules rules_b = calendar_rules(b);
	CalendarRules result;
	CalendarFault fault;
	PromiseStatus status;

	if (strcmp(rules_a.zone, rules_b.zone) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot combine calendars of time zones \"%s\" and \"%s\"",
						rules_a.zone, rules_b.zone),
				 errhint("Combine what function %s makes of them.", "promise.open")));

	status = calendar_combine(op, &rules_a, &rules_b, &result, &fault);
	if (status != PROMISE_OK)
		calendar_fault(status, &fault);
	PG_RETURN_CALENDAR_P(calendar_pack(&result));
}
