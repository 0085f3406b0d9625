/*
 * calendar_time.c - promise.calendar: open time, working time, shift.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/multirangetypes.h"
#include "utils/rangetypes.h"
#include "utils/timestamp.h"

#include "core/calendar_time.h"
#include "types/calendar_type.h"
#include "types/compat.h"
#include "types/report.h"
#include "types/zone.h"

PG_FUNCTION_INFO_V1(calendar_open);
PG_FUNCTION_INFO_V1(calendar_is_open_at);
PG_FUNCTION_INFO_V1(calendar_working_time);
PG_FUNCTION_INFO_V1(calendar_shift);

static Instant range_instant(const RangeBound *bound);
static void check_bounded(const CalendarRules *rules, Instant from, Instant to);
static void check_finite(Instant at);
static Instant shift_part(const CalendarRules *rules, const CalendarZone *zone,
						  Instant at, int32 days, int64 time);
static char *print_days(int64 days);
static char *print_time(int64 time);

StaticAssertDecl(CALENDAR_EARLIEST == MIN_TIMESTAMP &&
				 CALENDAR_LATEST == END_TIMESTAMP,
				 "calendars must reach as far as timestamptz");

/*
 * promise.open(calendar, tstzrange)
 */
Datum
calendar_open(PG_FUNCTION_ARGS)
{
	Calendar   *cal = PG_GETARG_CALENDAR_P(0);
	RangeType  *within = PG_GETARG_RANGE_P(1);
	TypeCacheEntry *typcache;
	RangeBound	lower;
	RangeBound	upper;
	bool		empty;
	Span	   *spans = NULL;
	int			nspans = 0;
	RangeType **ranges;

	typcache = multirange_get_typcache(fcinfo, TSTZMULTIRANGEOID);
	range_deserialize(typcache->rngtype, within, &lower, &upper, &empty);
	if (!empty)
	{
		Instant		from = range_instant(&lower);
		Instant		to = range_instant(&upper);

		spans = calendar_open_spans(cal, from, to, &nspans);
	}

	ranges = palloc_extended(Max(nspans, 1) * sizeof(RangeType *), MCXT_ALLOC_HUGE);
	for (int i = 0; i < nspans; i++)
	{
		RangeBound	start = {TimestampTzGetDatum(spans[i].start), false, true, true};
		RangeBound	end = {TimestampTzGetDatum(spans[i].end), false, false, false};

		CHECK_FOR_INTERRUPTS();
		ranges[i] = compat_make_range(typcache->rngtype, &start, &end);
	}
	PG_RETURN_MULTIRANGE_P(make_multirange(typcache->type_id, typcache->rngtype,
										   nspans, ranges));
}

/*
 * promise.is_open(calendar, timestamptz)
 */
Datum
calendar_is_open_at(PG_FUNCTION_ARGS)
{
	Calendar   *cal = PG_GETARG_CALENDAR_P(0);
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(1);
	CalendarRules rules = calendar_rules(cal);
	ServerZone	zone;

	check_finite(at);
	zone_open(&zone, rules.zone);
	PG_RETURN_BOOL(calendar_is_open(&rules, &zone.base, at));
}

/*
 * promise.working_time(calendar, timestamptz, timestamptz)
 */
Datum
calendar_working_time(PG_FUNCTION_ARGS)
{
	Calendar   *cal = PG_GETARG_CALENDAR_P(0);
	TimestampTz start_at = PG_GETARG_TIMESTAMPTZ(1);
	TimestampTz end_at = PG_GETARG_TIMESTAMPTZ(2);
	CalendarRules rules = calendar_rules(cal);
	ServerZone	zone;
	int64		length;
	Interval   *result = palloc0(sizeof(Interval));

	check_finite(start_at);
	check_finite(end_at);
	if (pg_sub_s64_overflow(end_at, start_at, &length) || length == PG_INT64_MIN)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("interval out of range")));

	zone_open(&zone, rules.zone);
	if (length >= 0)
		result->time = calendar_working(&rules, &zone.base, start_at, end_at);
	else
		result->time = -calendar_working(&rules, &zone.base, end_at, start_at);
	PG_RETURN_INTERVAL_P(result);
}

/*
 * promise.shift(calendar, timestamptz, interval): open days first, then open
 * time.
 */
Datum
calendar_shift(PG_FUNCTION_ARGS)
{
	Calendar   *cal = PG_GETARG_CALENDAR_P(0);
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(1);
	Interval   *by = PG_GETARG_INTERVAL_P(2);
	CalendarRules rules = calendar_rules(cal);
	ServerZone	zone;

	if (by->month != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot shift by months or years in working time"),
				 errhint("Give days, which count open days, or hours.")));
	if (TIMESTAMP_NOT_FINITE(at))
		PG_RETURN_TIMESTAMPTZ(at);

	zone_open(&zone, rules.zone);
	at = shift_part(&rules, &zone.base, at, by->day, 0);
	at = shift_part(&rules, &zone.base, at, 0, by->time);
	PG_RETURN_TIMESTAMPTZ(at);
}

/*
 * The open spans of [from, to): sorted, disjoint, not touching.  The array is
 * palloc'd; it may be NULL if there are none.  Raises 22023 if there is no end
 * of them.
 */
Span *
calendar_open_spans(const Calendar *cal, Instant from, Instant to, int *nspans)
{
	CalendarRules rules = calendar_rules(cal);
	ServerZone	zone;
	Span	   *spans;

	check_bounded(&rules, from, to);
	zone_open(&zone, rules.zone);
	promise_check(calendar_spans(&rules, &zone.base, from, to, &spans, nspans));
	return spans;
}

/*
 * The instant at which a range starts or before which it ends.  The next
 * microsecond stands for an exclusive start or an inclusive end: timestamptz
 * has none between.
 */
static Instant
range_instant(const RangeBound *bound)
{
	TimestampTz at;

	if (bound->infinite)
		return bound->lower ? INSTANT_BEGIN : INSTANT_END;
	at = DatumGetTimestampTz(bound->val);
	if (!TIMESTAMP_NOT_FINITE(at) && bound->inclusive != bound->lower)
		at++;
	return at;
}

/*
 * A range without an end is fine where the calendar ends by itself.
 */
static void
check_bounded(const CalendarRules *rules, Instant from, Instant to)
{
	int32		first;
	int32		last;

	if (!calendar_bounds(rules, &first, &last))
		return;
	if ((from == INSTANT_BEGIN && first == PG_INT32_MIN) ||
		(to == INSTANT_END && last == PG_INT32_MAX))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("open time without end cannot be listed"),
				 errdetail("Both the range and the calendar have no %s.",
						   from == INSTANT_BEGIN && first == PG_INT32_MIN ?
						   "beginning" : "end"),
				 errhint("Give a range with both bounds.")));
}

static void
check_finite(Instant at)
{
	if (TIMESTAMP_NOT_FINITE(at))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp must be finite")));
}

/*
 * Shift by open days or by open time.
 */
static Instant
shift_part(const CalendarRules *rules, const CalendarZone *zone,
		   Instant at, int32 days, int64 time)
{
	Instant		result;
	int64		counted;
	PromiseStatus status;

	if (days != 0)
		status = calendar_advance_days(rules, zone, at, days, &result, &counted);
	else
		status = calendar_advance(rules, zone, at, time, &result, &counted);

	if (status == PROMISE_CALENDAR_EXHAUSTED)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_EXHAUSTED),
				 errmsg("calendar has no open time left"),
				 errdetail("A shift by %s from %s finds only %s of open time.",
						   days != 0 ? print_days(days) : print_time(time),
						   timestamptz_to_str(at),
						   days != 0 ? print_days(counted) : print_time(counted)),
				 errhint("Prolong the calendar, or ask for less.")));
	promise_check(status);
	return result;
}

static char *
print_days(int64 days)
{
	return psprintf(days == 1 || days == -1 ? INT64_FORMAT " day" : INT64_FORMAT " days",
					days);
}

static char *
print_time(int64 time)
{
	Interval	interval = {.time = time};

	return DatumGetCString(DirectFunctionCall1(interval_out,
											   IntervalPGetDatum(&interval)));
}
