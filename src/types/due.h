/*
 * due.h - from local dates and times to instants.
 */
#ifndef PROMISE_DUE_H
#define PROMISE_DUE_H

#include "postgres.h"

#include "pgtime.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "core/core.h"

/*
 * A zone, and a stretch of local time in which its offset is known and no
 * switch is near.  Dates of one list fall into few such stretches, so that
 * most conversions are one subtraction.  The caller owns it and may keep it as
 * long as it likes: zones are never freed and never change.
 */
typedef struct DueZone
{
	pg_tz	   *zone;
	Timestamp	known_begin;	/* local; offset holds in [begin, end) */
	Timestamp	known_end;
	int64		offset;			/* microseconds east of Greenwich */
} DueZone;

extern void due_zone_init(DueZone *zone, pg_tz *tz);
extern Instant due_end_of_day(DueZone *zone, DateADT day);
extern Instant due_from_local(DueZone *zone, Timestamp local);

#endif							/* PROMISE_DUE_H */
