/*
 * value.c - from the columns of a mapped query to values of the engine.
 *
 * The types are those that query.c gives to columns, no others.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/int.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/rangetypes.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"
#include "utils/uuid.h"

#include "store/value.h"
#include "types/compat.h"
#include "types/quantity_numeric.h"

/* no zone is further from Greenwich than this, nor is the end of a day */
#define MARGIN_DAYS 2

static Instant bound_instant(Datum value, Oid type, DueZone *zone);

/*
 * A date or timestamp, in the units of its clock.  The infinite ones are
 * instants in every zone, and so are those that in some zone lie outside of
 * what a timestamptz can hold.
 */
int64
value_instant(Datum value, Oid type, ValueClock *clock)
{
	switch (type)
	{
		case DATEOID:
			{
				DateADT		day = DatumGetDateADT(value);

				*clock = VALUE_INSTANT;
				if (day < DATETIME_MIN_JULIAN - POSTGRES_EPOCH_JDATE + MARGIN_DAYS)
					return INSTANT_BEGIN;
				if (day > TIMESTAMP_END_JULIAN - POSTGRES_EPOCH_JDATE - MARGIN_DAYS)
					return INSTANT_END;
				*clock = VALUE_DAY;
				return day;
			}
		case TIMESTAMPOID:
			{
				Timestamp	local = DatumGetTimestamp(value);

				*clock = VALUE_INSTANT;
				if (local < MIN_TIMESTAMP + MARGIN_DAYS * USECS_PER_DAY)
					return INSTANT_BEGIN;
				if (local > END_TIMESTAMP - MARGIN_DAYS * USECS_PER_DAY)
					return INSTANT_END;
				*clock = VALUE_LOCAL;
				return local;
			}
		default:
			Assert(type == TIMESTAMPTZOID);
			*clock = VALUE_INSTANT;
			return DatumGetTimestampTz(value);
	}
}

/*
 * The instant that it means in a zone.
 */
Instant
value_in_zone(int64 value, ValueClock clock, DueZone *zone)
{
	switch (clock)
	{
		case VALUE_INSTANT:
			break;
		case VALUE_LOCAL:
			return due_from_local(zone, value);
		case VALUE_DAY:
			return due_end_of_day(zone, (DateADT) value);
	}
	return value;
}

/*
 * A range of dates or timestamps as the instants from *from on and before
 * *until, in a zone if they are local; INSTANT_BEGIN and INSTANT_END stand for
 * missing and for infinite bounds alike.  False if it holds no instant.
 */
bool
value_range(Datum value, Oid type, DueZone *zone, Instant *from,
			Instant *until)
{
	RangeType  *range = DatumGetRangeTypeP(value);
	RangeBound	lower;
	RangeBound	upper;
	bool		empty;

	range_deserialize(lookup_type_cache(type, TYPECACHE_RANGE_INFO), range,
					  &lower, &upper, &empty);
	if (!empty)
	{
		*from = lower.infinite ? INSTANT_BEGIN :
			bound_instant(lower.val, type, zone);
		*until = upper.infinite ? INSTANT_END :
			bound_instant(upper.val, type, zone);
		/* ranges of dates always include their lower bound only */
		if (!lower.inclusive && INSTANT_IS_FINITE(*from))
			(*from)++;
		if (upper.inclusive && INSTANT_IS_FINITE(*until))
			(*until)++;
	}
	if ((Pointer) range != DatumGetPointer(value))
		pfree(range);
	return !empty && *from < *until;
}

/*
 * The bound of a range of this type: of a date its first instant.
 */
static Instant
bound_instant(Datum value, Oid type, DueZone *zone)
{
	ValueClock	clock;
	int64		result;

	switch (type)
	{
		case DATERANGEOID:
			{
				DateADT		day = DatumGetDateADT(value);

				/* the day before ends when the day begins */
				if (!DATE_NOT_FINITE(day))
					day--;
				result = value_instant(DateADTGetDatum(day), DATEOID, &clock);
				return clock == VALUE_DAY ?
					due_end_of_day(zone, (DateADT) result) + 1 : result;
			}
		case TSRANGEOID:
			result = value_instant(value, TIMESTAMPOID, &clock);
			return clock == VALUE_LOCAL ? due_from_local(zone, result) : result;
		default:
			Assert(type == TSTZRANGEOID);
			return DatumGetTimestampTz(value);
	}
}

/*
 * A number as a quantity; false if it is none or does not fit.
 */
bool
value_quantity(Datum value, Oid type, Quantity *quantity)
{
	switch (type)
	{
		case INT4OID:
			*quantity = DatumGetInt32(value) * QUANTITY_SCALE;
			return true;
		case INT8OID:
			return !pg_mul_s64_overflow(DatumGetInt64(value), QUANTITY_SCALE,
										quantity);
		default:
			{
				Numeric		number;
				bool		result;

				Assert(type == NUMERICOID);
				number = (Numeric) PG_DETOAST_DATUM_PACKED(value);
				result = quantity_try_from_numeric(number, quantity);
				if ((Pointer) number != DatumGetPointer(value))
					pfree(number);
				return result;
			}
	}
}

/*
 * An interval as microseconds of work, whose days have 24 hours; one that cannot
 * be said like that, with months or beyond their range, is negative.
 */
int64
value_time(Datum value)
{
	const Interval *interval = DatumGetIntervalP(value);
	int64		result;

	if (compat_interval_is_infinite(interval) || interval->month != 0 ||
		pg_add_s64_overflow(interval->day * USECS_PER_DAY, interval->time,
							&result))
		return -1;
	return Max(result, -1);
}

/* one that is out of range comes first or last all the same */
int
value_priority(Datum value)
{
	int64		wide = DatumGetInt64(value);

	return Max(Min(wide, PG_INT32_MAX), PG_INT32_MIN);
}

/* the same number as text, to complain about it */
char *
value_number_text(Datum value, Oid type)
{
	switch (type)
	{
		case INT4OID:
			return psprintf("%d", DatumGetInt32(value));
		case INT8OID:
			return psprintf(INT64_FORMAT, DatumGetInt64(value));
		default:
			return DatumGetCString(DirectFunctionCall1(numeric_out, value));
	}
}

/*
 * The text of a key, which has the type key_text_type, allocated in the
 * context.
 */
char *
value_key(MemoryContext context, Datum value, Oid type)
{
	MemoryContext old;
	char	   *result;

	if (type == TEXTOID)
		return value_text(context, value);

	old = MemoryContextSwitchTo(context);
	switch (type)
	{
		case INT2OID:
			result = psprintf("%d", DatumGetInt16(value));
			break;
		case INT4OID:
			result = psprintf("%d", DatumGetInt32(value));
			break;
		case INT8OID:
			result = psprintf(INT64_FORMAT, DatumGetInt64(value));
			break;
		default:
			Assert(type == UUIDOID);
			result = DatumGetCString(DirectFunctionCall1(uuid_out, value));
			break;
	}
	MemoryContextSwitchTo(old);
	return result;
}

char *
value_text(MemoryContext context, Datum value)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	char	   *result = TextDatumGetCString(value);

	MemoryContextSwitchTo(old);
	return result;
}
