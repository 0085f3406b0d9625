/*
 * due.c - from local dates and times to instants.
 *
 * A date is a deadline: its last microsecond, in the zone of the place where
 * it counts.  On the days when clocks are switched that takes some care: in
 * some zones midnight is skipped or happens twice, and a few days in history
 * did not happen at all.
 */
#include "postgres.h"

#include "utils/datetime.h"

#include "types/due.h"
#include "types/report.h"

/*
 * Offsets are less than a day, on either side of Greenwich.  So the instant of
 * a local time, and whatever a switch does to it, is within two days of the
 * same figures read as UTC.
 */
#define MARGIN_SECS		(2 * SECS_PER_DAY)

/*
 * How far before the time in question to start looking for switches: about
 * half a year, so that what is found usually serves the whole season.
 */
#define SEARCH_SECS		(200 * SECS_PER_DAY)

/* seconds from the Unix epoch to PostgreSQL's */
#define EPOCH_SECS \
	((POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * (int64) SECS_PER_DAY)

static pg_time_t last_second_before(DueZone *zone, pg_time_t local);
static void remember_stretch(DueZone *zone, pg_time_t begin, pg_time_t end,
							 int64 offset);
static Instant instant_checked(Timestamp t);

/*
 * Prepare for conversions from the local time of a zone.
 */
void
due_zone_init(DueZone *zone, pg_tz *tz)
{
	zone->zone = tz;
	zone->known_begin = zone->known_end = 0;
	zone->offset = 0;
}

/*
 * The last microsecond of a day: of all instants whose local time is before
 * the next day, the last.  If the day did not happen at all, it is the last
 * microsecond of the day before.  The infinite dates are the infinite
 * instants.  Raises 22008 if the result is no timestamptz.
 */
Instant
due_end_of_day(DueZone *zone, DateADT day)
{
	Timestamp	midnight;		/* at the end of the day, local */

	if (DATE_IS_NOBEGIN(day))
		return INSTANT_BEGIN;
	if (DATE_IS_NOEND(day))
		return INSTANT_END;
	/* dates reach further than timestamps */
	if (day >= TIMESTAMP_END_JULIAN - POSTGRES_EPOCH_JDATE)
		report_status(PROMISE_INSTANT_OVERFLOW);

	midnight = ((Timestamp) day + 1) * USECS_PER_DAY;
	if (midnight < zone->known_begin || midnight >= zone->known_end)
	{
		pg_time_t	local = midnight / USECS_PER_SEC + EPOCH_SECS;
		pg_time_t	end = last_second_before(zone, local) + 1;

		return instant_checked((end - EPOCH_SECS) * USECS_PER_SEC - 1);
	}
	return instant_checked(midnight - zone->offset - 1);
}

/*
 * The instant of a local time.  A time that is skipped or happens twice is
 * read as PostgreSQL reads it: with the standard offset.  The infinite times
 * are the infinite instants.  Raises 22008 if the result is no timestamptz.
 */
Instant
due_from_local(DueZone *zone, Timestamp local)
{
	struct pg_tm tm;
	fsec_t		fsec;

	if (TIMESTAMP_NOT_FINITE(local))
		return local;

	if (local < zone->known_begin || local >= zone->known_end)
	{
		/* for the next time; this one may be close to a switch */
		(void) last_second_before(zone, local / USECS_PER_SEC + EPOCH_SECS);

		if (timestamp2tm(local, NULL, &tm, &fsec, NULL, NULL) != 0)
			report_status(PROMISE_INSTANT_OVERFLOW);
		/* counts west of Greenwich */
		return instant_checked(local + USECS_PER_SEC *
							   (int64) DetermineTimeZoneOffset(&tm, zone->zone));
	}
	return instant_checked(local - zone->offset);
}

/*
 * The last second, since the Unix epoch, whose local time is before a given
 * local time.
 *
 * Goes through the stretches between the zone's switches.  In a stretch from
 * "begin" to "end" with one offset, those seconds end at local - offset or at
 * the stretch's own end.  Clocks that are put back can bring the local time
 * back, so a later stretch may have later ones; a stretch that begins after
 * the margin cannot.
 */
static pg_time_t
last_second_before(DueZone *zone, pg_time_t local)
{
	pg_time_t	begin = local - SEARCH_SECS;
	pg_time_t	last = begin;

	for (;;)
	{
		long int	offset,
					next_offset;
		int			isdst,
					next_isdst;
		pg_time_t	switch_at;
		pg_time_t	end;

		if (pg_next_dst_boundary(&begin, &offset, &isdst, &switch_at,
								 &next_offset, &next_isdst, zone->zone) > 0)
			end = switch_at;
		else
			end = local + SEARCH_SECS;	/* no switch known from here on */

		if (begin < local - offset)
		{
			last = Min(end, local - offset) - 1;
			remember_stretch(zone, begin, end, offset);
		}
		if (end > local + MARGIN_SECS)
			return last;
		begin = end;
	}
}

/*
 * Between two switches, and far enough from both, a local time has one instant.
 */
static void
remember_stretch(DueZone *zone, pg_time_t begin, pg_time_t end, int64 offset)
{
	zone->known_begin = (begin + MARGIN_SECS - EPOCH_SECS) * USECS_PER_SEC;
	zone->known_end = (end - MARGIN_SECS - EPOCH_SECS) * USECS_PER_SEC;
	zone->offset = offset * USECS_PER_SEC;
}

static Instant
instant_checked(Timestamp t)
{
	if (!IS_VALID_TIMESTAMP(t))
		report_status(PROMISE_INSTANT_OVERFLOW);
	return t;
}
