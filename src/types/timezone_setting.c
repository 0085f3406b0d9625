/*
 * timezone_setting.c - the zone in which dates without one are read.
 *
 * A delivery date must not depend on who asks, so the session's TimeZone
 * counts nowhere: the setting promise.timezone takes its place, UTC unless it
 * is set, usually for the whole database.
 */
#include "postgres.h"

#include "utils/guc.h"

#include "types/compat.h"
#include "types/timezone_setting.h"

static bool check_zone(char **newval, void **extra, GucSource source);
static void assign_zone(const char *newval, void *extra);

/* the setting's text, and the zone that it names */
static char *zone_name = NULL;
static pg_tz *zone = NULL;

/*
 * Define the setting.  Called once, when the library is loaded.
 */
void
timezone_setting_define(void)
{
	DefineCustomStringVariable("promise.timezone",
							   "Sets the time zone in which dates without a zone are read.",
							   "A date means the last microsecond of that day in this zone.",
							   &zone_name,
							   "UTC",
							   PGC_USERSET,
							   0,
							   check_zone,
							   assign_zone,
							   NULL);
}

/*
 * The zone in force.  It belongs to the server's zone cache, which keeps it
 * for the life of the process.
 */
pg_tz *
timezone_setting_get(void)
{
	return zone;
}

static bool
check_zone(char **newval, void **extra, GucSource source)
{
	pg_tz	   *found = pg_tzset(*newval);
	pg_tz	  **result;

	if (found == NULL)
	{
		GUC_check_errdetail("Time zone \"%s\" is not known.", *newval);
		return false;
	}
	if (!pg_tz_acceptable(found))
	{
		GUC_check_errdetail("Time zone \"%s\" uses leap seconds, which PostgreSQL does not support.",
							*newval);
		return false;
	}

	result = compat_guc_malloc(sizeof(pg_tz *));
	if (result == NULL)
		return false;
	*result = found;
	*extra = result;
	return true;
}

static void
assign_zone(const char *newval, void *extra)
{
	zone = *(pg_tz **) extra;
}
