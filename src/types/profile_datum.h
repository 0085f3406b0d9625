/*
 * profile_datum.h - a profile as a PostgreSQL value.
 */
#ifndef PROMISE_PROFILE_DATUM_H
#define PROMISE_PROFILE_DATUM_H

#include "postgres.h"

#include "fmgr.h"

#include "core/profile.h"

/*
 * A header and the steps of a canonical profile, 8-byte aligned.  All of it is
 * always initialized: values are compared and hashed.
 */
typedef struct Profile
{
	int32		vl_len_;		/* varlena header (do not touch directly!) */
	uint32		flags;			/* format version and options, now 0 */
	int32		nsteps;
	int32		padding;		/* keeps steps 8-byte aligned; always 0 */
	ProfileStep steps[FLEXIBLE_ARRAY_MEMBER];
} Profile;

StaticAssertDecl(offsetof(Profile, steps) % 8 == 0,
				 "profile steps must be 8-byte aligned");

#define PROFILE_SIZE(nsteps) \
	(offsetof(Profile, steps) + (Size) (nsteps) * sizeof(ProfileStep))

extern Profile *profile_alloc(int64 nsteps);
extern Profile *profile_from_datum(Datum value);
extern void profile_set_nsteps(Profile *profile, int nsteps);

static inline ProfileView
profile_view(const Profile *profile)
{
	ProfileView view = {profile->steps, profile->nsteps};

	return view;
}

#define PG_GETARG_PROFILE_P(n)	profile_from_datum(PG_GETARG_DATUM(n))
#define PG_RETURN_PROFILE_P(x)	PG_RETURN_POINTER(x)

#endif							/* PROMISE_PROFILE_DATUM_H */
