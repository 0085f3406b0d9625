/*
 * instant_range.h - ranges of timestamptz as instants.
 */
#ifndef PROMISE_INSTANT_RANGE_H
#define PROMISE_INSTANT_RANGE_H

#include "postgres.h"

#include "utils/rangetypes.h"
#include "utils/typcache.h"

#include "core/core.h"

extern TypeCacheEntry *instant_range_typcache(void);
extern bool instant_range_get(const RangeType *range,
							  Instant *begin, Instant *end);
extern RangeType *instant_range_make(Instant begin, Instant end,
									 bool end_included);

#endif							/* PROMISE_INSTANT_RANGE_H */
