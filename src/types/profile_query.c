/*
 * profile_query.c - what SQL can ask a profile.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/multirangetypes.h"
#include "utils/timestamp.h"

#include "types/instant_range.h"
#include "types/profile_datum.h"
#include "types/quantity_numeric.h"
#include "types/report.h"

PG_FUNCTION_INFO_V1(profile_value_at);
PG_FUNCTION_INFO_V1(profile_min_over);
PG_FUNCTION_INFO_V1(profile_max_over);
PG_FUNCTION_INFO_V1(profile_steps);
PG_FUNCTION_INFO_V1(profile_steps_support);
PG_FUNCTION_INFO_V1(profile_atp);
PG_FUNCTION_INFO_V1(profile_cumulative);
PG_FUNCTION_INFO_V1(profile_discrete_atp);
PG_FUNCTION_INFO_V1(profile_earliest);
PG_FUNCTION_INFO_V1(profile_feasible);

static bool range_args(FunctionCallInfo fcinfo,
					   Quantity *lowest, Quantity *highest);
static int64 hold_from_interval(const Interval *interval);

Datum
profile_value_at(PG_FUNCTION_ARGS)
{
	Profile    *profile = PG_GETARG_PROFILE_P(0);
	Instant		at = PG_GETARG_TIMESTAMPTZ(1);

	PG_RETURN_NUMERIC(quantity_get_numeric(profile_value(profile_view(profile),
														 at)));
}

Datum
profile_min_over(PG_FUNCTION_ARGS)
{
	Quantity	lowest;
	Quantity	highest;

	if (!range_args(fcinfo, &lowest, &highest))
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(quantity_get_numeric(lowest));
}

Datum
profile_max_over(PG_FUNCTION_ARGS)
{
	Quantity	lowest;
	Quantity	highest;

	if (!range_args(fcinfo, &lowest, &highest))
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(quantity_get_numeric(highest));
}

static bool
range_args(FunctionCallInfo fcinfo, Quantity *lowest, Quantity *highest)
{
	Profile    *profile = PG_GETARG_PROFILE_P(0);
	Instant		begin;
	Instant		end;

	return instant_range_get(PG_GETARG_RANGE_P(1), &begin, &end) &&
		profile_range(profile_view(profile), begin, end, lowest, highest);
}

/*
 * One row per step, in order.
 */
Datum
profile_steps(PG_FUNCTION_ARGS)
{
	FuncCallContext *funcctx;
	Profile    *profile;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext oldcontext;
		TupleDesc	tupdesc;

		funcctx = SRF_FIRSTCALL_INIT();
		oldcontext = MemoryContextSwitchTo(funcctx->multi_call_memory_ctx);

		if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "return type must be a row type");
		funcctx->tuple_desc = BlessTupleDesc(tupdesc);

		/* a copy: the argument may not live until the last call */
		profile = (Profile *) PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0));
		funcctx->user_fctx = profile_from_datum(PointerGetDatum(profile));
		funcctx->max_calls = profile->nsteps;

		MemoryContextSwitchTo(oldcontext);
	}

	funcctx = SRF_PERCALL_SETUP();
	profile = funcctx->user_fctx;
	if (funcctx->call_cntr < funcctx->max_calls)
	{
		ProfileStep step = profile->steps[funcctx->call_cntr];
		Datum		values[2];
		bool		nulls[2] = {false, false};
		HeapTuple	tuple;

		values[0] = TimestampTzGetDatum(step.at);
		values[1] = NumericGetDatum(quantity_get_numeric(step.qty));
		tuple = heap_form_tuple(funcctx->tuple_desc, values, nulls);
		SRF_RETURN_NEXT(funcctx, HeapTupleGetDatum(tuple));
	}
	SRF_RETURN_DONE(funcctx);
}

/*
 * The planner's question how many rows steps() returns, which a constant can
 * answer.
 */
Datum
profile_steps_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);

	if (IsA(request, SupportRequestRows))
	{
		SupportRequestRows *rows = (SupportRequestRows *) request;
		Node	   *arg;

		if (!is_funcclause(rows->node))
			PG_RETURN_POINTER(NULL);
		arg = estimate_expression_value(rows->root,
										linitial(((FuncExpr *) rows->node)->args));
		if (IsA(arg, Const))
		{
			Const	   *constant = (Const *) arg;

			if (constant->constisnull)
				rows->rows = 0;
			else
				rows->rows = profile_from_datum(constant->constvalue)->nsteps;
			PG_RETURN_POINTER(rows);
		}
	}
	PG_RETURN_POINTER(NULL);
}

/*
 * What can be promised from each instant on: see profile_lookahead.
 */
Datum
profile_atp(PG_FUNCTION_ARGS)
{
	Profile    *profile = PG_GETARG_PROFILE_P(0);
	Profile    *result = profile_alloc((int64) profile->nsteps + 1);
	int			nsteps = 0;

	profile_lookahead(profile_view(profile), result->steps, &nsteps);
	profile_set_nsteps(result, nsteps);
	PG_RETURN_PROFILE_P(result);
}

/*
 * The balance as it is: the textbook's cumulative method does not look ahead.
 */
Datum
profile_cumulative(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/*
 * What each receipt leaves: see profile_leftovers.
 */
Datum
profile_discrete_atp(PG_FUNCTION_ARGS)
{
	Profile    *supply = PG_GETARG_PROFILE_P(0);
	Profile    *demand = PG_GETARG_PROFILE_P(1);
	Instant		start = PG_GETARG_TIMESTAMPTZ(2);
	Profile    *result = profile_alloc((int64) supply->nsteps + 1);
	int			nsteps = 0;

	promise_check(profile_leftovers(profile_view(supply), profile_view(demand),
									start, result->steps, &nsteps));
	profile_set_nsteps(result, nsteps);
	PG_RETURN_PROFILE_P(result);
}

/*
 * The first instant from "after" on with enough, for as long as asked.  Not
 * strict: no hold means for ever.
 */
Datum
profile_earliest(PG_FUNCTION_ARGS)
{
	Profile    *profile;
	Quantity	qty;
	int64		hold = PROFILE_FOREVER;
	Instant		earliest;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();

	profile = PG_GETARG_PROFILE_P(0);
	qty = quantity_from_datum(PG_GETARG_DATUM(1));
	if (!PG_ARGISNULL(3))
		hold = hold_from_interval(PG_GETARG_INTERVAL_P(3));

	if (!profile_find_earliest(profile_view(profile), qty,
							   PG_GETARG_TIMESTAMPTZ(2), hold, &earliest))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(earliest);
}

/*
 * All instants with enough, for as long as asked.  Not strict, as before.
 */
Datum
profile_feasible(PG_FUNCTION_ARGS)
{
	Profile    *profile;
	Quantity	qty;
	int64		hold = PROFILE_FOREVER;
	ProfileStretch *stretches;
	int			nstretches;
	RangeType **ranges;
	int			nranges = 0;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();

	profile = PG_GETARG_PROFILE_P(0);
	qty = quantity_from_datum(PG_GETARG_DATUM(1));
	if (!PG_ARGISNULL(2))
		hold = hold_from_interval(PG_GETARG_INTERVAL_P(2));

	stretches = palloc((profile->nsteps / 2 + 1) * sizeof(ProfileStretch));
	nstretches = profile_find_feasible(profile_view(profile), qty, hold,
									   stretches);

	ranges = palloc(nstretches * sizeof(RangeType *));
	for (int i = 0; i < nstretches; i++)
	{
		Instant		first = stretches[i].first;
		Instant		last = stretches[i].last;

		/* the hold can reach back beyond the first timestamp */
		if (last < MIN_TIMESTAMP)
			continue;

		/*
		 * Without a hold, the last microsecond is just the end of the run,
		 * which reads better excluded.
		 */
		if (last != INSTANT_END && hold == 0)
			ranges[nranges++] = instant_range_make(first, last + 1, false);
		else
			ranges[nranges++] = instant_range_make(first, last, true);
	}

	PG_RETURN_MULTIRANGE_P(make_multirange(TSTZMULTIRANGEOID,
										   instant_range_typcache(),
										   nranges, ranges));
}

/*
 * A length of time that does not depend on when it begins: a day has 24 hours,
 * and a month is none.
 */
static int64
hold_from_interval(const Interval *interval)
{
	int64		hold;

	if (interval->month != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("hold must not contain months or years"),
				 errhint("Give days, which have 24 hours, or hours.")));
	if (pg_mul_s64_overflow(interval->day, USECS_PER_DAY, &hold) ||
		pg_add_s64_overflow(hold, interval->time, &hold))
		ereport(ERROR,
				(errcode(ERRCODE_INTERVAL_FIELD_OVERFLOW),
				 errmsg("hold out of range")));
	if (hold < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("hold must not be negative")));
	return hold;
}
