/*
 * due_io.c - the type promise.due: an instant written like a deadline.
 *
 * It is stored as timestamptz and compares as timestamptz.  What differs is
 * how a literal is read: a bare date means the last microsecond of that day,
 * and what names no zone is read in promise.timezone, never in the session's
 * TimeZone.  Reading and writing depend on that setting and on the zone
 * database, so they are STABLE; the binary format is the instant itself.
 */
#include "postgres.h"

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/datetime.h"

#include "types/due.h"
#include "types/instant_literal.h"
#include "types/report.h"
#include "types/timezone_setting.h"

PG_FUNCTION_INFO_V1(due_in);
PG_FUNCTION_INFO_V1(due_out);
PG_FUNCTION_INFO_V1(due_recv);
PG_FUNCTION_INFO_V1(due_send);
PG_FUNCTION_INFO_V1(due_from_date);
PG_FUNCTION_INFO_V1(due_from_timestamp);

/*
 * What a literal leaves out is found by adding it: the decoder refuses a time
 * or a zone that is given twice.
 */
Datum
due_in(PG_FUNCTION_ARGS)
{
	char	   *str = PG_GETARG_CSTRING(0);
	pg_tz	   *tz = timezone_setting_get();
	InstantLiteral literal;

	/* neither a time nor a zone: a bare date */
	if (instant_literal_decode(str, " 00:00:00+00", tz, &literal))
	{
		DueZone		zone;

		due_zone_init(&zone, tz);
		PG_RETURN_TIMESTAMPTZ(due_end_of_day(&zone,
											 instant_literal_date(&literal, str)));
	}

	/* a zone, but no time: the end of that day in that zone */
	if (!instant_literal_decode(str, " 23:59:59.999999", tz, &literal) &&
		!instant_literal_decode(str, "", tz, &literal))
		instant_literal_raise(&literal, str, "promise.due");

	PG_RETURN_TIMESTAMPTZ(instant_literal_value(&literal, str));
}

Datum
due_out(PG_FUNCTION_ARGS)
{
	Instant		at = PG_GETARG_TIMESTAMPTZ(0);
	char		buf[MAXDATELEN + 1];
	struct pg_tm tm;
	fsec_t		fsec;
	int			tz;
	const char *abbreviation;

	if (TIMESTAMP_NOT_FINITE(at))
		EncodeSpecialTimestamp(at, buf);
	else if (timestamp2tm(at, &tz, &tm, &fsec, &abbreviation,
						  timezone_setting_get()) == 0)
		EncodeDateTime(&tm, fsec, true, tz, abbreviation, USE_ISO_DATES, buf);
	else
		report_status(PROMISE_INSTANT_OVERFLOW);

	PG_RETURN_CSTRING(pstrdup(buf));
}

Datum
due_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	Instant		at = pq_getmsgint64(buf);

	if (!TIMESTAMP_NOT_FINITE(at) && !IS_VALID_TIMESTAMP(at))
		report_status(PROMISE_INSTANT_OVERFLOW);

	PG_RETURN_TIMESTAMPTZ(at);
}

Datum
due_send(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendint64(&buf, PG_GETARG_TIMESTAMPTZ(0));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

Datum
due_from_date(PG_FUNCTION_ARGS)
{
	DueZone		zone;

	due_zone_init(&zone, timezone_setting_get());
	PG_RETURN_TIMESTAMPTZ(due_end_of_day(&zone, PG_GETARG_DATEADT(0)));
}

Datum
due_from_timestamp(PG_FUNCTION_ARGS)
{
	DueZone		zone;

	due_zone_init(&zone, timezone_setting_get());
	PG_RETURN_TIMESTAMPTZ(due_from_local(&zone, PG_GETARG_TIMESTAMP(0)));
}
