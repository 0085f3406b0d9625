/*
 * profile_capacity.c - from working time to capacity over time.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/timestamp.h"

#include "types/calendar_type.h"
#include "types/instant_range.h"
#include "types/profile_datum.h"
#include "types/quantity_numeric.h"

PG_FUNCTION_INFO_V1(profile_capacity);

/*
 * promise.capacity(calendar, units, within): so many units while the calendar
 * is open within the range, and 0 everywhere else.
 */
Datum
profile_capacity(PG_FUNCTION_ARGS)
{
	Calendar   *cal = PG_GETARG_CALENDAR_P(0);
	Quantity	units = quantity_from_datum(PG_GETARG_DATUM(1));
	Instant		begin;
	Instant		end;
	Span	   *spans = NULL;
	int			nspans = 0;
	Profile    *result;
	int			nsteps = 0;

	if (instant_range_get(PG_GETARG_RANGE_P(2), &begin, &end))
		spans = calendar_open_spans(cal, begin, end, &nspans);

	result = profile_alloc((int64) nspans * 2);
	for (int i = 0; i < nspans; i++)
	{
		profile_append(result->steps, &nsteps, spans[i].start, units);
		/* the last microsecond that there is has no successor */
		if (IS_VALID_TIMESTAMP(spans[i].end))
			profile_append(result->steps, &nsteps, spans[i].end, 0);
	}
	profile_set_nsteps(result, nsteps);
	PG_RETURN_PROFILE_P(result);
}
