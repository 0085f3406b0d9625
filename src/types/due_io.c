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
#include "utils/builtins.h"

#include "types/compat.h"
#include "types/due.h"
#include "types/report.h"
#include "types/timezone_setting.h"

PG_FUNCTION_INFO_V1(due_in);
PG_FUNCTION_INFO_V1(due_out);
PG_FUNCTION_INFO_V1(due_recv);
PG_FUNCTION_INFO_V1(due_send);
PG_FUNCTION_INFO_V1(due_from_date);
PG_FUNCTION_INFO_V1(due_from_timestamp);

/* a decoded literal */
typedef struct DueFields
{
	int			kind;			/* DTK_DATE, or a special instant */
	struct pg_tm tm;
	fsec_t		fsec;
	int			tz;				/* seconds west of Greenwich */
	CompatDateTimeError error;
} DueFields;

static int	decode_literal(const char *str, const char *suffix,
						   DueFields *fields);
static Instant fields_instant(const DueFields *fields, const char *str);

/*
 * What a literal leaves out is found by adding it: the decoder refuses a time
 * or a zone that is given twice.
 */
Datum
due_in(PG_FUNCTION_ARGS)
{
	char	   *str = PG_GETARG_CSTRING(0);
	DueFields	fields;
	int			dterr;

	/* neither a time nor a zone: a bare date */
	if (decode_literal(str, " 00:00:00+00", &fields) == 0 &&
		fields.kind == DTK_DATE)
	{
		DueZone		zone;
		int			day = date2j(fields.tm.tm_year, fields.tm.tm_mon,
								 fields.tm.tm_mday) - POSTGRES_EPOCH_JDATE;

		if (!IS_VALID_JULIAN(fields.tm.tm_year, fields.tm.tm_mon,
							 fields.tm.tm_mday))
			ereport(ERROR,
					(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
					 errmsg("due date out of range: \"%s\"", str)));
		due_zone_init(&zone, timezone_setting_get());
		PG_RETURN_TIMESTAMPTZ(due_end_of_day(&zone, day));
	}

	/* a zone, but no time: the end of that day in that zone */
	if (decode_literal(str, " 23:59:59.999999", &fields) == 0 &&
		fields.kind == DTK_DATE)
		PG_RETURN_TIMESTAMPTZ(fields_instant(&fields, str));

	/* an instant */
	dterr = decode_literal(str, "", &fields);
	if (dterr != 0)
		compat_datetime_error(dterr, &fields.error, str, "promise.due");
	PG_RETURN_TIMESTAMPTZ(fields_instant(&fields, str));
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

/*
 * Decode a literal with something added to it.  Returns 0 or a DTERR code.
 *
 * The decoder reads words like "today", and times without a zone, in the
 * session's zone: it is promise.timezone as long as we decode.
 */
static int
decode_literal(const char *str, const char *suffix, DueFields *fields)
{
	char	   *text = psprintf("%s%s", str, suffix);
	char		work[MAXDATELEN + MAXDATEFIELDS];
	char	   *field[MAXDATEFIELDS];
	int			ftype[MAXDATEFIELDS];
	int			nfields;
	int			dterr;
	pg_tz	   *save_timezone = session_timezone;

	memset(fields, 0, sizeof(*fields));
	dterr = ParseDateTime(text, work, sizeof(work), field, ftype,
						  MAXDATEFIELDS, &nfields);
	if (dterr == 0)
	{
		PG_TRY();
		{
			session_timezone = timezone_setting_get();
			dterr = compat_decode_datetime(field, ftype, nfields,
										   &fields->kind, &fields->tm,
										   &fields->fsec, &fields->tz,
										   &fields->error);
		}
		PG_FINALLY();
		{
			session_timezone = save_timezone;
		}
		PG_END_TRY();
	}
	pfree(text);

	return dterr;
}

static Instant
fields_instant(const DueFields *fields, const char *str)
{
	struct pg_tm tm = fields->tm;
	int			tz = fields->tz;
	Timestamp	result;

	switch (fields->kind)
	{
		case DTK_DATE:
			if (tm2timestamp(&tm, fields->fsec, &tz, &result) != 0)
				ereport(ERROR,
						(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
						 errmsg("due date out of range: \"%s\"", str)));
			return result;
		case DTK_EPOCH:
			return SetEpochTimestamp();
		case DTK_LATE:
			return INSTANT_END;
		case DTK_EARLY:
			return INSTANT_BEGIN;
		default:
			elog(ERROR, "unexpected kind %d of date and time \"%s\"",
				 fields->kind, str);
			return 0;			/* keep compiler quiet */
	}
}
