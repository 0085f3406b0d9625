/*
 * instant_range.c - ranges of timestamptz as instants.
 *
 * Instants are whole microseconds, so every range of them can be written with
 * its begin included and its end not.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/timestamp.h"

#include "types/compat.h"
#include "types/instant_range.h"

/*
 * What the server knows of the type tstzrange; it keeps it itself.
 */
TypeCacheEntry *
instant_range_typcache(void)
{
	return lookup_type_cache(TSTZRANGEOID, TYPECACHE_RANGE_INFO);
}

/*
 * The instants of a range, from *begin on and before *end.  INSTANT_BEGIN and
 * INSTANT_END stand for missing and for infinite bounds alike; after the last
 * microsecond of timestamptz comes END_TIMESTAMP, which has no name there.
 * False if the range holds no instant.
 */
bool
instant_range_get(const RangeType *range, Instant *begin, Instant *end)
{
	RangeBound	lower;
	RangeBound	upper;
	bool		empty;

	range_deserialize(instant_range_typcache(), range, &lower, &upper, &empty);
	if (empty)
		return false;

	*begin = lower.infinite ? INSTANT_BEGIN : DatumGetTimestampTz(lower.val);
	*end = upper.infinite ? INSTANT_END : DatumGetTimestampTz(upper.val);
	if (!lower.inclusive && INSTANT_IS_FINITE(*begin))
		(*begin)++;
	if (upper.inclusive && INSTANT_IS_FINITE(*end))
		(*end)++;

	return *begin < *end;
}

/*
 * A range from "begin" on and before "end", or including it.  The infinite
 * instants make it unbounded.
 */
RangeType *
instant_range_make(Instant begin, Instant end, bool end_included)
{
	RangeBound	lower = {
		.val = TimestampTzGetDatum(begin),
		.infinite = begin == INSTANT_BEGIN,
		.inclusive = true,
		.lower = true
	};
	RangeBound	upper = {
		.val = TimestampTzGetDatum(end),
		.infinite = end == INSTANT_END,
		.inclusive = end_included,
		.lower = false
	};

	return compat_make_range(instant_range_typcache(), &lower, &upper);
}
