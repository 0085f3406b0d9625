/*
 * ical.c - the SQL face of library promise_ical.
 *
 * The library needs libical.  It is loaded by the first call that wants it,
 * not by CREATE EXTENSION: where libical is missing, everything else works.
 */
#include "postgres.h"

#include "types/ical.h"

PG_FUNCTION_INFO_V1(ical_holidays);

/*
 * promise.ical_holidays(ics text, within daterange)
 */
Datum
ical_holidays(PG_FUNCTION_ARGS)
{
	static PGFunction read_holidays = NULL;

	if (read_holidays == NULL)
		read_holidays = load_external_function(ICAL_LIBRARY, ICAL_FUNCTION,
											   true, NULL);
	return read_holidays(fcinfo);
}
