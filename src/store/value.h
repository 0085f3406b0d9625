/*
 * value.h - from the columns of a mapped query to values of the engine.
 */
#ifndef PROMISE_VALUE_H
#define PROMISE_VALUE_H

#include "postgres.h"

#include "core/core.h"
#include "types/due.h"

/* How to read an instant: as it is, or in the zone of its location. */
typedef enum ValueClock
{
	VALUE_INSTANT,
	VALUE_LOCAL,				/* a timestamp */
	VALUE_DAY					/* a date: its last microsecond */
} ValueClock;

extern int64 value_instant(Datum value, Oid type, ValueClock *clock);
extern Instant value_in_zone(int64 value, ValueClock clock, DueZone *zone);
extern bool value_quantity(Datum value, Oid type, Quantity *quantity);
extern bool value_range(Datum value, Oid type, DueZone *zone, Instant *from,
						Instant *until);
extern int64 value_time(Datum value);
extern int	value_priority(Datum value);
extern char *value_number_text(Datum value, Oid type);
extern char *value_key(MemoryContext context, Datum value, Oid type);
extern char *value_text(MemoryContext context, Datum value);

#endif							/* PROMISE_VALUE_H */
