/*
 * profile_ops.c - comparison, hashing and arithmetic of profiles.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "types/profile_datum.h"
#include "types/quantity_numeric.h"
#include "types/report.h"

PG_FUNCTION_INFO_V1(profile_lt);
PG_FUNCTION_INFO_V1(profile_le);
PG_FUNCTION_INFO_V1(profile_eq);
PG_FUNCTION_INFO_V1(profile_ne);
PG_FUNCTION_INFO_V1(profile_ge);
PG_FUNCTION_INFO_V1(profile_gt);
PG_FUNCTION_INFO_V1(profile_cmp);
PG_FUNCTION_INFO_V1(profile_hash);
PG_FUNCTION_INFO_V1(profile_hash_extended);

PG_FUNCTION_INFO_V1(profile_plus);
PG_FUNCTION_INFO_V1(profile_minus);
PG_FUNCTION_INFO_V1(profile_times);
PG_FUNCTION_INFO_V1(profile_uminus);
PG_FUNCTION_INFO_V1(profile_plus_numeric);
PG_FUNCTION_INFO_V1(profile_numeric_plus);
PG_FUNCTION_INFO_V1(profile_minus_numeric);
PG_FUNCTION_INFO_V1(profile_numeric_minus);
PG_FUNCTION_INFO_V1(profile_times_numeric);
PG_FUNCTION_INFO_V1(profile_numeric_times);

typedef PromiseStatus (*ProfileOp) (ProfileView a, ProfileView b,
									ProfileStep *out, int *nout);

static int	compare_args(FunctionCallInfo fcinfo);
static Profile *combine(ProfileView a, ProfileView b, ProfileOp op);
static Profile *times_numeric(Profile *profile, Datum factor);

/*
 * The order and the hash.  Equal profiles are equal byte for byte.
 */

Datum
profile_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_args(fcinfo) < 0);
}

Datum
profile_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_args(fcinfo) <= 0);
}

Datum
profile_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_args(fcinfo) == 0);
}

Datum
profile_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_args(fcinfo) != 0);
}

Datum
profile_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_args(fcinfo) >= 0);
}

Datum
profile_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_args(fcinfo) > 0);
}

Datum
profile_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(compare_args(fcinfo));
}

static int
compare_args(FunctionCallInfo fcinfo)
{
	Profile    *a = PG_GETARG_PROFILE_P(0);
	Profile    *b = PG_GETARG_PROFILE_P(1);
	int			result = profile_compare(profile_view(a), profile_view(b));

	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	return result;
}

Datum
profile_hash(PG_FUNCTION_ARGS)
{
	Profile    *profile = PG_GETARG_PROFILE_P(0);
	uint32		hash = hash_bytes((unsigned char *) profile->steps,
								  profile->nsteps * sizeof(ProfileStep));

	PG_FREE_IF_COPY(profile, 0);
	PG_RETURN_UINT32(hash);
}

Datum
profile_hash_extended(PG_FUNCTION_ARGS)
{
	Profile    *profile = PG_GETARG_PROFILE_P(0);
	uint64		hash = hash_bytes_extended((unsigned char *) profile->steps,
										   profile->nsteps * sizeof(ProfileStep),
										   PG_GETARG_INT64(1));

	PG_FREE_IF_COPY(profile, 0);
	PG_RETURN_UINT64(hash);
}

/*
 * Arithmetic, instant by instant.  A number is the profile that always has it.
 */

static Datum
profile_binary(FunctionCallInfo fcinfo, ProfileOp op)
{
	Profile    *a = PG_GETARG_PROFILE_P(0);
	Profile    *b = PG_GETARG_PROFILE_P(1);

	PG_RETURN_PROFILE_P(combine(profile_view(a), profile_view(b), op));
}

/*
 * The view of a number; *step is the caller's, and backs it.
 */
static ProfileView
constant_view(Datum number, ProfileStep *step)
{
	ProfileView view = {step, 0};

	profile_append(step, &view.nsteps, INSTANT_BEGIN,
				   quantity_from_datum(number));
	return view;
}

static Datum
profile_with_number(FunctionCallInfo fcinfo, ProfileOp op)
{
	Profile    *a = PG_GETARG_PROFILE_P(0);
	ProfileStep step;
	ProfileView b = constant_view(PG_GETARG_DATUM(1), &step);

	PG_RETURN_PROFILE_P(combine(profile_view(a), b, op));
}

static Datum
number_with_profile(FunctionCallInfo fcinfo, ProfileOp op)
{
	ProfileStep step;
	ProfileView a = constant_view(PG_GETARG_DATUM(0), &step);
	Profile    *b = PG_GETARG_PROFILE_P(1);

	PG_RETURN_PROFILE_P(combine(a, profile_view(b), op));
}

Datum
profile_plus(PG_FUNCTION_ARGS)
{
	return profile_binary(fcinfo, profile_add);
}

Datum
profile_minus(PG_FUNCTION_ARGS)
{
	return profile_binary(fcinfo, profile_subtract);
}

Datum
profile_times(PG_FUNCTION_ARGS)
{
	return profile_binary(fcinfo, profile_multiply);
}

Datum
profile_uminus(PG_FUNCTION_ARGS)
{
	Profile    *profile = PG_GETARG_PROFILE_P(0);
	ProfileView zero = {NULL, 0};

	PG_RETURN_PROFILE_P(combine(zero, profile_view(profile),
								profile_subtract));
}

Datum
profile_plus_numeric(PG_FUNCTION_ARGS)
{
	return profile_with_number(fcinfo, profile_add);
}

Datum
profile_numeric_plus(PG_FUNCTION_ARGS)
{
	return number_with_profile(fcinfo, profile_add);
}

Datum
profile_minus_numeric(PG_FUNCTION_ARGS)
{
	return profile_with_number(fcinfo, profile_subtract);
}

Datum
profile_numeric_minus(PG_FUNCTION_ARGS)
{
	return number_with_profile(fcinfo, profile_subtract);
}

Datum
profile_times_numeric(PG_FUNCTION_ARGS)
{
	PG_RETURN_PROFILE_P(times_numeric(PG_GETARG_PROFILE_P(0),
									  PG_GETARG_DATUM(1)));
}

Datum
profile_numeric_times(PG_FUNCTION_ARGS)
{
	PG_RETURN_PROFILE_P(times_numeric(PG_GETARG_PROFILE_P(1),
									  PG_GETARG_DATUM(0)));
}

static Profile *
combine(ProfileView a, ProfileView b, ProfileOp op)
{
	Profile    *result = profile_alloc((int64) a.nsteps + b.nsteps);
	int			nsteps = 0;

	promise_check(op(a, b, result->steps, &nsteps));
	profile_set_nsteps(result, nsteps);
	return result;
}

/*
 * A factor, unlike a quantity, may have any number of decimals: a third is
 * not 0.333333.  Each product is exact before it is rounded.
 */
static Profile *
times_numeric(Profile *profile, Datum factor)
{
	Numeric		num = DatumGetNumeric(factor);
	ProfileView view = profile_view(profile);
	Profile    *result;
	int			nsteps = 0;

	if (quantity_is_exact(num))
	{
		ProfileStep step;

		return combine(view, constant_view(factor, &step), profile_multiply);
	}

	result = profile_alloc(view.nsteps);
	for (int i = 0; i < view.nsteps; i++)
	{
		Numeric		qty = quantity_get_numeric(view.steps[i].qty);
		Datum		product = DirectFunctionCall2(numeric_mul,
												  NumericGetDatum(qty),
												  NumericGetDatum(num));

		CHECK_FOR_INTERRUPTS();
		profile_append(result->steps, &nsteps, view.steps[i].at,
					   quantity_from_datum(product));
		pfree(qty);
		pfree(DatumGetPointer(product));
	}
	profile_set_nsteps(result, nsteps);
	return result;
}
