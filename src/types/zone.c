/*
 * zone.c - time zones of the server, for the pure layers.
 */
#include "postgres.h"

#include "datatype/timestamp.h"

#include "types/zone.h"

/* seconds from the epoch of pg_time_t to that of timestamptz */
#define EPOCH_SECS \
	((int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY)

static pg_tz *find_zone(const char *name);
static void server_regime(const CalendarZone *zone, Instant at,
						  int64 *offset, Instant *until);

/*
 * Prepare a zone for use, or raise an error if there is none of that name.
 */
void
zone_open(ServerZone *zone, const char *name)
{
	zone->base.regime = server_regime;
	zone->tz = find_zone(name);
}

/*
 * The zone's name in the zone database's own spelling; an error if there is
 * none that can be used.  The string belongs to the server's cache.
 */
const char *
zone_canonical_name(const char *name)
{
	ServerZone	zone;
	int64		offset;
	Instant		until;

	/* a POSIX specification may be well-formed and of no use */
	zone_open(&zone, name);
	server_regime(&zone.base, 0, &offset, &until);
	return pg_get_timezone_name(zone.tz);
}

static pg_tz *
find_zone(const char *name)
{
	pg_tz	   *tz = pg_tzset(name);

	if (tz == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("time zone \"%s\" not recognized", name),
				 errhint("View \"%s\" lists the time zones that the server knows.",
						 "pg_timezone_names")));
	if (!pg_tz_acceptable(tz))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("time zone \"%s\" appears to use leap seconds", name),
				 errdetail("PostgreSQL does not support leap seconds.")));
	return tz;
}

/*
 * CalendarZone's question, answered by the zone database.
 */
static void
server_regime(const CalendarZone *zone, Instant at,
			  int64 *offset, Instant *until)
{
	pg_tz	   *tz = ((const ServerZone *) zone)->tz;
	pg_time_t	seconds = at / USECS_PER_SEC;
	pg_time_t	boundary;
	long int	before_offset;
	long int	after_offset;
	int			before_isdst;
	int			after_isdst;
	int			found;

	if (at % USECS_PER_SEC < 0)
		seconds--;				/* round down */
	seconds += EPOCH_SECS;

	/* boundaries are whole seconds after "seconds", and so after "at" */
	found = pg_next_dst_boundary(&seconds, &before_offset, &before_isdst,
								 &boundary, &after_offset, &after_isdst, tz);
	if (found < 0 || before_offset < -SECS_PER_DAY || before_offset > SECS_PER_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("time zone \"%s\" cannot be used in a calendar",
						pg_get_timezone_name(tz))));

	*offset = before_offset * USECS_PER_SEC;
	if (found == 0 ||
		pg_mul_s64_overflow(boundary - EPOCH_SECS, USECS_PER_SEC, until))
		*until = INSTANT_END;
}
