/*
 * profile_datum.c - a profile as a PostgreSQL value.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "types/compat.h"
#include "types/profile_datum.h"
#include "types/report.h"

StaticAssertDecl(PROFILE_SIZE(PROFILE_MAX_STEPS) <= MaxAllocSize,
				 "the largest profile must fit a datum");

/*
 * A profile with room for some steps, which are zero.  The caller fills them
 * in and says with profile_set_nsteps how many it used.
 */
Profile *
profile_alloc(int64 nsteps)
{
	Profile    *result;

	if (nsteps < 0 || nsteps > PROFILE_MAX_STEPS)
		report_status(PROMISE_TOO_MANY_STEPS);

	result = palloc0(PROFILE_SIZE(nsteps));
	profile_set_nsteps(result, nsteps);
	return result;
}

/*
 * Take the first steps of those allocated.
 */
void
profile_set_nsteps(Profile *profile, int nsteps)
{
	SET_VARSIZE(profile, PROFILE_SIZE(nsteps));
	profile->nsteps = nsteps;
}

/*
 * A stored or passed value, out of its wrappings.  It belongs to the caller of
 * the SQL function, or is a copy in the current context.
 */
Profile *
profile_from_datum(Datum value)
{
	Profile    *profile = (Profile *) PG_DETOAST_DATUM(value);

	/* a later release may write what this one cannot read */
	if (profile->flags != 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("unsupported profile format %u", profile->flags)));
	Assert(VARSIZE(profile) == PROFILE_SIZE(profile->nsteps));
	Assert(profile_is_canonical(profile_view(profile)));

	return profile;
}
