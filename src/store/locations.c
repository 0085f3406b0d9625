/*
 * locations.c - what is known of locations: priority and time zone.
 */
#include "postgres.h"

#include "pgtime.h"

#include "store/locations.h"
#include "store/value.h"
#include "types/report.h"
#include "types/timezone_setting.h"

typedef struct LocationReader
{
	const Fetch *fetch;
	LocationInfo *locations;
	MemoryContext context;		/* of the names of zones */
} LocationReader;

static bool take_location(const PreparedQuery *query, const Datum *values,
						  const bool *nulls, void *arg);

/* of a location nothing is known yet */
void
locations_init(LocationInfo *location, const char *name)
{
	memset(location, 0, sizeof(LocationInfo));
	location->name = name;
	location->exists = strcmp(name, FETCH_DEFAULT_LOCATION) == 0;
}

/*
 * Priorities and zones of the locations, and whether they exist.
 */
void
locations_look_up(Fetch *fetch, LocationInfo *locations, int nlocations)
{
	LocationReader reader = {
		.fetch = fetch,
		.locations = locations,
		.context = CurrentMemoryContext
	};
	KeyList		names = {.nkeys = nlocations};
	pg_tz	   *zone;

	names.keys = palloc(Max(nlocations, 1) * sizeof(char *));
	for (int i = 0; i < nlocations; i++)
		names.keys[i] = locations[i].name;
	fetch_role(fetch, ROLE_LOCATION, 0, &names, take_location, &reader);

	for (int i = 0; i < nlocations; i++)
	{
		LocationInfo *location = &locations[i];

		zone = timezone_setting_get();
		if (location->zone_name != NULL)
		{
			zone = pg_tzset(location->zone_name);
			if (zone == NULL || !pg_tz_acceptable(zone))
				ereport(ERROR,
						(errcode(ERRCODE_PROMISE_MAPPING),
						 errmsg("time zone \"%s\" of location \"%s\" is not known",
								location->zone_name, location->name)));
		}
		due_zone_init(&location->zone, zone);
	}
}

/*
 * A location row.  If there are several for one location, the smallest
 * priority counts, and the zone whose name sorts first.
 */
static bool
take_location(const PreparedQuery *query, const Datum *values,
			  const bool *nulls, void *arg)
{
	LocationReader *reader = arg;
	LocationInfo *location =
	&reader->locations[fetch_number(reader->fetch, query, values)];
	int			column;

	location->exists = true;

	column = query->column_of[FIELD_PRIORITY];
	if (column >= 0 && !nulls[column])
	{
		int			priority = value_priority(values[column]);

		if (!location->has_priority || priority < location->priority)
			location->priority = priority;
		location->has_priority = true;
	}

	column = query->column_of[FIELD_ZONE];
	if (column >= 0 && !nulls[column])
	{
		char	   *zone = value_text(reader->context, values[column]);

		if (location->zone_name == NULL || strcmp(zone, location->zone_name) < 0)
			location->zone_name = zone;
	}
	return true;
}
