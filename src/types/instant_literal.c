/*
 * instant_literal.c - reading dates and times in a zone of our choice.
 *
 * The spellings are those of timestamptz: the server's decoder reads them.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/datetime.h"

#include "types/instant_literal.h"
#include "types/report.h"

static _Noreturn void raise_out_of_range(const char *str);

/*
 * Decode a literal with something added to it.
 *
 * A suffix tells what a literal leaves out, because the decoder refuses a time
 * or a zone that is given twice: if it takes the literal with a time added,
 * there was none.  Only the special instants, "epoch" and the infinities, take
 * everything and are refused here.
 *
 * The decoder reads words like "today", and times without a zone, in the
 * session's zone.  So that is the given zone as long as we decode.
 */
bool
instant_literal_decode(const char *str, const char *suffix, pg_tz *zone,
					   InstantLiteral *literal)
{
	char	   *text = psprintf("%s%s", str, suffix);
	char		work[MAXDATELEN + MAXDATEFIELDS];
	char	   *field[MAXDATEFIELDS];
	int			ftype[MAXDATEFIELDS];
	int			nfields;
	pg_tz	   *save_timezone = session_timezone;

	memset(literal, 0, sizeof(*literal));
	literal->dterr = ParseDateTime(text, work, sizeof(work), field, ftype,
								   MAXDATEFIELDS, &nfields);
	if (literal->dterr == 0)
	{
		PG_TRY();
		{
			session_timezone = zone;
			literal->dterr = compat_decode_datetime(field, ftype, nfields,
													&literal->kind,
													&literal->tm,
													&literal->fsec,
													&literal->tz,
													&literal->error);
		}
		PG_FINALLY();
		{
			session_timezone = save_timezone;
		}
		PG_END_TRY();
	}
	pfree(text);

	if (literal->dterr == 0 && suffix[0] != '\0' && literal->kind != DTK_DATE)
		literal->dterr = DTERR_BAD_FORMAT;
	return literal->dterr == 0;
}

/*
 * The instant that a decoded literal names; "str" is for the message if it is
 * out of range.
 */
Instant
instant_literal_value(const InstantLiteral *literal, const char *str)
{
	struct pg_tm tm = literal->tm;
	int			tz = literal->tz;
	Timestamp	result;

	switch (literal->kind)
	{
		case DTK_DATE:
			if (tm2timestamp(&tm, literal->fsec, &tz, &result) != 0)
				raise_out_of_range(str);
			return result;
		case DTK_EPOCH:
			return SetEpochTimestamp();
		case DTK_LATE:
			return INSTANT_END;
		case DTK_EARLY:
			return INSTANT_BEGIN;
		default:
			elog(ERROR, "unexpected kind %d of date and time \"%s\"",
				 literal->kind, str);
			return 0;			/* keep compiler quiet */
	}
}

/*
 * The local date in a decoded literal that is not one of the special instants.
 */
DateADT
instant_literal_date(const InstantLiteral *literal, const char *str)
{
	const struct pg_tm *tm = &literal->tm;

	Assert(literal->kind == DTK_DATE);
	if (!IS_VALID_JULIAN(tm->tm_year, tm->tm_mon, tm->tm_mday))
		raise_out_of_range(str);
	return date2j(tm->tm_year, tm->tm_mon, tm->tm_mday) - POSTGRES_EPOCH_JDATE;
}

/*
 * Say why a literal could not be decoded.
 */
void
instant_literal_raise(InstantLiteral *literal, const char *str,
					  const char *type)
{
	compat_datetime_error(literal->dterr, &literal->error, str, type);
	pg_unreachable();
}

/*
 * Append an instant, in UTC whatever the settings.
 */
void
instant_literal_append(StringInfo buf, Instant at)
{
	char		literal[MAXDATELEN + 1];
	struct pg_tm tm;
	fsec_t		fsec;

	if (!INSTANT_IS_FINITE(at))
		EncodeSpecialTimestamp(at, literal);
	else if (timestamp2tm(at, NULL, &tm, &fsec, NULL, NULL) != 0)
		report_status(PROMISE_INSTANT_OVERFLOW);
	else
	{
		tm.tm_isdst = 0;		/* else the offset is not written */
		EncodeDateTime(&tm, fsec, true, 0, NULL, USE_ISO_DATES, literal);
	}
	appendStringInfoString(buf, literal);
}

static void
raise_out_of_range(const char *str)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("timestamp out of range: \"%s\"", str)));
}
