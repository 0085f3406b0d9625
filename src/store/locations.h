/*
 * locations.h - what is known of locations: priority and time zone.
 */
#ifndef PROMISE_LOCATIONS_H
#define PROMISE_LOCATIONS_H

#include "postgres.h"

#include "store/fetch.h"
#include "types/due.h"

typedef struct LocationInfo
{
	const char *name;
	bool		exists;			/* has a location row, or is the default */
	bool		has_priority;
	int			priority;
	const char *zone_name;		/* NULL: promise.timezone */
	DueZone		zone;
} LocationInfo;

extern void locations_init(LocationInfo *location, const char *name);
extern void locations_look_up(Fetch *fetch, LocationInfo *locations,
							  int nlocations);

#endif							/* PROMISE_LOCATIONS_H */
