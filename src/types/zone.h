/*
 * zone.h - time zones of the server, for the pure layers.
 */
#ifndef PROMISE_ZONE_H
#define PROMISE_ZONE_H

#include "postgres.h"

#include "pgtime.h"

#include "core/calendar_time.h"

/* The pg_tz belongs to the server's cache, which never forgets one. */
typedef struct ServerZone
{
	CalendarZone base;			/* must be first */
	pg_tz	   *tz;
} ServerZone;

extern void zone_open(ServerZone *zone, const char *name);
extern const char *zone_canonical_name(const char *name);

#endif							/* PROMISE_ZONE_H */
