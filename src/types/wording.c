/*
 * wording.c - instants and quantities as people read them.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

#include "types/due.h"
#include "types/quantity_numeric.h"
#include "types/wording.h"
#include "types/timezone_setting.h"

/*
 * An instant in the zone promise.timezone, palloc'd: the last microsecond of
 * a day as the bare date that promise.due reads it from, others in ISO format
 * with seconds only where there are any.  The session's TimeZone and DateStyle
 * do not matter.
 */
char *
wording_instant(Instant at)
{
	char		buf[MAXDATELEN + 1];
	struct pg_tm tm;
	fsec_t		fsec;
	int			tz;
	const char *abbreviation;
	DueZone		zone;

	if (!INSTANT_IS_FINITE(at))
	{
		EncodeSpecialTimestamp(at, buf);
		return pstrdup(buf);
	}
	if (timestamp2tm(at, &tz, &tm, &fsec, &abbreviation,
					 timezone_setting_get()) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp out of range")));

	/* only the last second of a day can be its last microsecond */
	if (tm.tm_sec == 59 && fsec == USECS_PER_SEC - 1)
	{
		DateADT		day = date2j(tm.tm_year, tm.tm_mon, tm.tm_mday) -
		POSTGRES_EPOCH_JDATE;

		due_zone_init(&zone, timezone_setting_get());
		if (due_end_of_day(&zone, day) == at)
		{
			EncodeDateOnly(&tm, USE_ISO_DATES, buf);
			return pstrdup(buf);
		}
	}

	EncodeDateTime(&tm, fsec, true, tz, abbreviation, USE_ISO_DATES, buf);
	if (tm.tm_sec == 0 && fsec == 0)
	{
		/* yyyy-mm-dd hh:mm:00+zz loses its seconds */
		char	   *seconds = strstr(buf, ":00");
		char	   *colon = strchr(buf, ':');

		if (seconds == colon)
			seconds = strstr(colon + 1, ":00");
		if (seconds != NULL)
			memmove(seconds, seconds + 3, strlen(seconds + 3) + 1);
	}
	return pstrdup(buf);
}

/*
 * A quantity without needless zeros, palloc'd.
 */
char *
wording_quantity(Quantity quantity)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out,
											   NumericGetDatum(quantity_get_numeric(quantity))));
}
