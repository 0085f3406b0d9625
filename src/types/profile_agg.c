/*
 * profile_agg.c - aggregates that add up to a profile.
 *
 * The state is a list of changes; sorting it at the end is all the work there
 * is.  Workers' lists are concatenated.  To take an input out of a moving
 * frame again is to add its opposite, which is exact: sums are wider than a
 * quantity, so only what the result has at an instant can overflow.
 *
 * Like sum(), the aggregates return NULL if there was no input but NULLs.
 */
#include "postgres.h"

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "types/compat.h"
#include "types/instant_range.h"
#include "types/profile_datum.h"
#include "types/quantity_numeric.h"
#include "types/report.h"

PG_FUNCTION_INFO_V1(profile_event_accum);
PG_FUNCTION_INFO_V1(profile_event_retract);
PG_FUNCTION_INFO_V1(profile_during_accum);
PG_FUNCTION_INFO_V1(profile_during_retract);
PG_FUNCTION_INFO_V1(profile_sum_accum);
PG_FUNCTION_INFO_V1(profile_sum_retract);
PG_FUNCTION_INFO_V1(profile_state_combine);
PG_FUNCTION_INFO_V1(profile_state_serialize);
PG_FUNCTION_INFO_V1(profile_state_deserialize);
PG_FUNCTION_INFO_V1(profile_state_final);

#define STATE_FIRST_EVENTS	64
#define STATE_MAX_EVENTS	(1 << 30)

typedef struct ProfileState
{
	MemoryContext context;		/* what the events are allocated in */
	int64		ninputs;		/* how many inputs were not NULL */
	ProfileEvent *events;
	int			nevents;
	int			nsorted;		/* events[0 .. nsorted) are sorted, compacted */
	int			maxevents;		/* allocated */
} ProfileState;

/* whether an input comes or goes */
typedef enum StateSign
{
	STATE_ADD,
	STATE_TAKE
} StateSign;

static MemoryContext aggregate_context(FunctionCallInfo fcinfo);
static ProfileState *state_arg(FunctionCallInfo fcinfo);
static void state_count(ProfileState *state, StateSign sign);
static void state_change(ProfileState *state, Instant at, Quantity delta,
						 StateSign sign);
static void state_push(ProfileState *state, Instant at, Quantity delta);
static void state_tidy(ProfileState *state);
static void state_reserve(ProfileState *state, int64 nevents);

/*
 * profile(at, quantity): from "at" on there is so much more.  At -infinity is
 * what the profile opens with; infinity never comes.
 */
static Datum
event_transition(FunctionCallInfo fcinfo, StateSign sign)
{
	ProfileState *state = state_arg(fcinfo);

	if (!PG_ARGISNULL(1) && !PG_ARGISNULL(2))
	{
		state_count(state, sign);
		state_change(state, PG_GETARG_TIMESTAMPTZ(1),
					 quantity_from_datum(PG_GETARG_DATUM(2)), sign);
	}
	PG_RETURN_POINTER(state);
}

Datum
profile_event_accum(PG_FUNCTION_ARGS)
{
	return event_transition(fcinfo, STATE_ADD);
}

Datum
profile_event_retract(PG_FUNCTION_ARGS)
{
	return event_transition(fcinfo, STATE_TAKE);
}

/*
 * profile(during, quantity): so much more while it lasts.  An empty range
 * counts as an input that changes nothing.
 */
static Datum
during_transition(FunctionCallInfo fcinfo, StateSign sign)
{
	ProfileState *state = state_arg(fcinfo);

	if (!PG_ARGISNULL(1) && !PG_ARGISNULL(2))
	{
		Quantity	qty = quantity_from_datum(PG_GETARG_DATUM(2));
		Instant		begin;
		Instant		end;

		state_count(state, sign);
		if (instant_range_get(PG_GETARG_RANGE_P(1), &begin, &end))
		{
			state_change(state, begin, qty, sign);
			state_change(state, end, qty,
						 sign == STATE_ADD ? STATE_TAKE : STATE_ADD);
		}
	}
	PG_RETURN_POINTER(state);
}

Datum
profile_during_accum(PG_FUNCTION_ARGS)
{
	return during_transition(fcinfo, STATE_ADD);
}

Datum
profile_during_retract(PG_FUNCTION_ARGS)
{
	return during_transition(fcinfo, STATE_TAKE);
}

/*
 * sum(profile).  Adding long profiles one by one would read the sum again for
 * each; their changes are collected instead.
 */
static Datum
sum_transition(FunctionCallInfo fcinfo, StateSign sign)
{
	ProfileState *state = state_arg(fcinfo);

	if (!PG_ARGISNULL(1))
	{
		Profile    *profile = PG_GETARG_PROFILE_P(1);
		Quantity	before = 0;

		state_count(state, sign);
		for (int i = 0; i < profile->nsteps; i++)
		{
			ProfileStep step = profile->steps[i];
			Quantity	delta;

			if (!pg_sub_s64_overflow(step.qty, before, &delta))
				state_change(state, step.at, delta, sign);
			else
			{
				state_change(state, step.at, step.qty, sign);
				state_change(state, step.at, before,
							 sign == STATE_ADD ? STATE_TAKE : STATE_ADD);
			}
			before = step.qty;
		}
		PG_FREE_IF_COPY(profile, 1);
	}
	PG_RETURN_POINTER(state);
}

Datum
profile_sum_accum(PG_FUNCTION_ARGS)
{
	return sum_transition(fcinfo, STATE_ADD);
}

Datum
profile_sum_retract(PG_FUNCTION_ARGS)
{
	return sum_transition(fcinfo, STATE_TAKE);
}

/*
 * Everything of the second state into the first.
 */
Datum
profile_state_combine(PG_FUNCTION_ARGS)
{
	ProfileState *state;
	ProfileState *other;

	if (PG_ARGISNULL(1))
	{
		(void) aggregate_context(fcinfo);
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_POINTER(PG_GETARG_POINTER(0));
	}

	/* if there is no first one, it is made: the second one lives too short */
	state = state_arg(fcinfo);
	other = (ProfileState *) PG_GETARG_POINTER(1);

	state->ninputs += other->ninputs;
	if (other->nevents > 0)
	{
		state_reserve(state, (int64) state->nevents + other->nevents);
		memcpy(state->events + state->nevents, other->events,
			   other->nevents * sizeof(ProfileEvent));
		state->nevents += other->nevents;
	}
	PG_RETURN_POINTER(state);
}

Datum
profile_state_serialize(PG_FUNCTION_ARGS)
{
	ProfileState *state = (ProfileState *) PG_GETARG_POINTER(0);
	StringInfoData buf;

	(void) aggregate_context(fcinfo);
	state_tidy(state);

	pq_begintypsend(&buf);
	pq_sendint64(&buf, state->ninputs);
	pq_sendint32(&buf, state->nevents);
	for (int i = 0; i < state->nevents; i++)
	{
		pq_sendint64(&buf, state->events[i].at);
		pq_sendint64(&buf, state->events[i].delta);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

Datum
profile_state_deserialize(PG_FUNCTION_ARGS)
{
	bytea	   *serialized = PG_GETARG_BYTEA_PP(0);
	ProfileState *state = palloc0(sizeof(ProfileState));
	StringInfoData buf;
	int			nevents;

	(void) aggregate_context(fcinfo);
	initStringInfo(&buf);
	appendBinaryStringInfo(&buf, VARDATA_ANY(serialized),
						   VARSIZE_ANY_EXHDR(serialized));

	state->context = CurrentMemoryContext;
	state->ninputs = pq_getmsgint64(&buf);
	nevents = pq_getmsgint(&buf, 4);
	state_reserve(state, nevents);
	for (int i = 0; i < nevents; i++)
	{
		state->events[i].at = pq_getmsgint64(&buf);
		state->events[i].delta = pq_getmsgint64(&buf);
	}
	state->nevents = state->nsorted = nevents;
	pq_getmsgend(&buf);
	pfree(buf.data);

	PG_RETURN_POINTER(state);
}

/*
 * What the inputs add up to.  Tidying the list changes how the state is
 * written, not what it says: a moving frame goes on with it.
 */
Datum
profile_state_final(PG_FUNCTION_ARGS)
{
	ProfileState *state;
	Profile    *result;
	int			nsteps = 0;

	(void) aggregate_context(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = (ProfileState *) PG_GETARG_POINTER(0);
	if (state->ninputs == 0)
		PG_RETURN_NULL();

	state_tidy(state);
	result = profile_alloc(state->nevents);
	promise_check(profile_from_events(state->events, state->nevents,
									  result->steps, &nsteps));
	profile_set_nsteps(result, nsteps);
	PG_RETURN_PROFILE_P(result);
}

static MemoryContext
aggregate_context(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "aggregate function called in non-aggregate context");
	return context;
}

/*
 * The state that a transition goes on with, or a new one.
 */
static ProfileState *
state_arg(FunctionCallInfo fcinfo)
{
	MemoryContext context = aggregate_context(fcinfo);
	ProfileState *state;

	if (!PG_ARGISNULL(0))
		return (ProfileState *) PG_GETARG_POINTER(0);

	state = MemoryContextAllocZero(context, sizeof(ProfileState));
	state->context = context;
	return state;
}

static void
state_count(ProfileState *state, StateSign sign)
{
	state->ninputs += sign == STATE_ADD ? 1 : -1;
}

static void
state_change(ProfileState *state, Instant at, Quantity delta, StateSign sign)
{
	if (sign == STATE_TAKE)
	{
		if (delta == QUANTITY_MIN)
		{
			/* its opposite is no quantity */
			state_push(state, at, 1);
			delta++;
		}
		delta = -delta;
	}
	state_push(state, at, delta);
}

static void
state_push(ProfileState *state, Instant at, Quantity delta)
{
	if (at >= END_TIMESTAMP)
		return;					/* never comes */

	if (state->nevents == state->maxevents)
	{
		/* long lists often change the same instants again and again */
		state_tidy(state);
		if (state->nevents >= state->maxevents / 2)
			state_reserve(state, Max((int64) state->nevents * 2,
									 STATE_FIRST_EVENTS));
	}
	state->events[state->nevents].at = at;
	state->events[state->nevents].delta = delta;
	state->nevents++;
}

/*
 * Sort the events and make one of those at the same instant.  Costs no more
 * than one pass if few were added since.
 */
static void
state_tidy(ProfileState *state)
{
	int			nnew = state->nevents - state->nsorted;

	if (nnew == 0)
		return;

	profile_sort_events(state->events + state->nsorted, nnew);
	if (state->nsorted > 0)
	{
		ProfileEvent *merged;

		CHECK_FOR_INTERRUPTS();
		merged = MemoryContextAllocHuge(state->context,
										state->maxevents * sizeof(ProfileEvent));
		profile_merge_events(state->events, state->nsorted,
							 state->events + state->nsorted, nnew, merged);
		pfree(state->events);
		state->events = merged;
	}
	state->nevents = profile_compact_events(state->events, state->nevents);
	state->nsorted = state->nevents;
}

/*
 * Make room for so many events in all.
 */
static void
state_reserve(ProfileState *state, int64 nevents)
{
	if (nevents <= state->maxevents)
		return;
	if (nevents > STATE_MAX_EVENTS)
		report_status(PROMISE_TOO_MANY_STEPS);

	if (state->events == NULL)
		state->events = MemoryContextAllocHuge(state->context,
											   nevents * sizeof(ProfileEvent));
	else
		state->events = repalloc_huge(state->events,
									  nevents * sizeof(ProfileEvent));
	state->maxevents = nevents;
}
