/*
 * profile_io.c - reading and writing profiles.
 *
 * The literal is what the profile opens with, and its steps in order:
 *
 *		0; 2026-01-01 00:00:00+00: 5; 2026-02-01 00:00:00+00: 2.5
 *
 * Instants are written in UTC, whatever the session's settings are, and read
 * in any spelling that timestamptz has, if it names its offset or zone.
 * Reading them depends on the zone database and on DateStyle: it is STABLE,
 * and writing is IMMUTABLE.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/quantity.h"
#include "types/instant_literal.h"
#include "types/profile_datum.h"
#include "types/quantity_numeric.h"
#include "types/report.h"

PG_FUNCTION_INFO_V1(profile_in);
PG_FUNCTION_INFO_V1(profile_out);
PG_FUNCTION_INFO_V1(profile_recv);
PG_FUNCTION_INFO_V1(profile_send);

#define TYPE_NAME "promise.profile"

static Quantity read_quantity(char *str);
static Instant read_instant(char *str);
static _Noreturn void raise_syntax(const char *str, const char *detail);

Datum
profile_in(PG_FUNCTION_ARGS)
{
	const char *str = PG_GETARG_CSTRING(0);
	char	   *work = pstrdup(str);
	char	   *part = work;
	int			nparts = 1;
	int			nsteps = 0;
	Quantity	opening;
	Instant		before = INSTANT_BEGIN;
	Profile    *result;

	for (const char *c = str; *c != '\0'; c++)
	{
		if (*c == ';')
			nparts++;
	}
	result = profile_alloc(nparts);

	for (int i = 0; i < nparts; i++)
	{
		char	   *next = strchr(part, ';');

		CHECK_FOR_INTERRUPTS();
		if (next != NULL)
			*next++ = '\0';
		if (i == 0)
		{
			opening = read_quantity(part);
			profile_append(result->steps, &nsteps, INSTANT_BEGIN, opening);
		}
		else
		{
			/* the last colon: others belong to the time */
			char	   *colon = strrchr(part, ':');
			Instant		at;

			if (colon == NULL)
				raise_syntax(str, "Each step must be an instant, a colon and a quantity.");
			*colon = '\0';
			at = read_instant(part);
			if (at <= before)
				raise_syntax(str, "Steps must be in ascending order of time.");
			profile_append(result->steps, &nsteps, at,
						   read_quantity(colon + 1));
			before = at;
		}
		part = next;
	}

	pfree(work);
	profile_set_nsteps(result, nsteps);
	PG_RETURN_PROFILE_P(result);
}

Datum
profile_out(PG_FUNCTION_ARGS)
{
	Profile    *profile = PG_GETARG_PROFILE_P(0);
	StringInfoData buf;
	int			i = 0;

	initStringInfo(&buf);
	if (profile->nsteps > 0 && profile->steps[0].at == INSTANT_BEGIN)
		quantity_append_text(&buf, profile->steps[i++].qty);
	else
		appendStringInfoChar(&buf, '0');

	for (; i < profile->nsteps; i++)
	{
		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(&buf, "; ");
		instant_literal_append(&buf, profile->steps[i].at);
		appendStringInfoString(&buf, ": ");
		quantity_append_text(&buf, profile->steps[i].qty);
	}
	PG_RETURN_CSTRING(buf.data);
}

Datum
profile_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	uint32		flags = pq_getmsgint(buf, 4);
	int32		nsteps = pq_getmsgint(buf, 4);
	Profile    *result;

	if (flags != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("unsupported profile format %u", flags)));
	/* before memory is taken for them */
	if (nsteps < 0 || nsteps > (buf->len - buf->cursor) / 16)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid number of profile steps: %d", nsteps)));

	result = profile_alloc(nsteps);
	for (int i = 0; i < nsteps; i++)
	{
		ProfileStep *step = &result->steps[i];

		step->at = pq_getmsgint64(buf);
		step->qty = pq_getmsgint64(buf);
		if (!IS_VALID_TIMESTAMP(step->at) &&
			!(i == 0 && step->at == INSTANT_BEGIN))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					 errmsg("profile step is out of the range of timestamps")));
	}

	/* trust nothing from the wire: the canonical form is ours to establish */
	if (profile_canonicalize(result->steps, &nsteps) != PROMISE_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("profile steps are not in ascending order of time")));

	profile_set_nsteps(result, nsteps);
	PG_RETURN_PROFILE_P(result);
}

/*
 * Flags, number of steps, and each step's instant (as in timestamptz) and
 * quantity in millionths.
 */
Datum
profile_send(PG_FUNCTION_ARGS)
{
	Profile    *profile = PG_GETARG_PROFILE_P(0);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendint32(&buf, profile->flags);
	pq_sendint32(&buf, profile->nsteps);
	for (int i = 0; i < profile->nsteps; i++)
	{
		pq_sendint64(&buf, profile->steps[i].at);
		pq_sendint64(&buf, profile->steps[i].qty);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

static Quantity
read_quantity(char *str)
{
	Datum		num = DirectFunctionCall3(numeric_in, CStringGetDatum(str),
										  ObjectIdGetDatum(InvalidOid),
										  Int32GetDatum(-1));

	return quantity_from_datum(num);
}

/*
 * A finite instant that names its offset.
 */
static Instant
read_instant(char *str)
{
	pg_tz	   *utc = pg_tzset("UTC");
	InstantLiteral literal;
	Instant		at;

	/* if it takes an offset, it has none */
	if (instant_literal_decode(str, " +00", utc, &literal))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("instant without an offset: \"%s\"", str),
				 errhint("Add the offset from UTC or a time zone, as in \"2026-01-01 00:00:00+00\".")));

	if (!instant_literal_decode(str, "", utc, &literal))
		instant_literal_raise(&literal, str, TYPE_NAME);
	at = instant_literal_value(&literal, str);
	if (!INSTANT_IS_FINITE(at))
		raise_syntax(str, "A step must be at a finite instant.");
	return at;
}

static void
raise_syntax(const char *str, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type %s: \"%s\"",
					TYPE_NAME, str),
			 errdetail("%s", detail)));
}
