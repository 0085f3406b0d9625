/*
 * first_fit.c - where work finds room.
 *
 * A try places the work as early as it can be; what is in its way says where the
 * next try begins: behind the last instant at which too little is free.  A search
 * that has met some runs that are too short asks for one that is long enough.
 */
#include "core/first_fit.h"

#include "core/time_runs.h"

/* after so many tries, runs that are too short are no longer tried one by one */
#define TRIES_PATIENT 4

static Instant next_start(const FitDemand *demands, int ndemands,
						  WorkTime *work, int64 amount, bool pauses,
						  Instant from, bool patient);
static Instant next_end(const FitDemand *demands, int ndemands,
						WorkTime *work, int64 amount, bool pauses,
						Instant until, bool patient);

bool
first_fit_forward(const FitDemand *demands, int ndemands, WorkTime *work,
				  int64 amount, bool pauses, Instant from, Instant limit,
				  Span *fit)
{
	Instant		start = from;

	if (amount <= 0)
	{
		fit->start = fit->end = from;
		return from <= limit;
	}

	for (int tries = 0;; tries++)
	{
		Instant		clear;
		Instant		end;

		CORE_CHECK_INTERRUPTS();
		start = pauses ? work_time_open_from(work, start) :
			work_time_unbroken_from(work, start, amount);
		if (start >= limit)
			return false;
		end = work_time_forward(work, start, amount);
		if (end > limit || end == INSTANT_END)
			return false;

		clear = start;
		for (int i = 0; i < ndemands; i++)
		{
			const FitDemand *demand = &demands[i];

			if (time_tree_first_below(demand->tree, clear, end, demand->units) != INSTANT_END)
				clear = time_tree_clear_from(demand->tree, clear, end, demand->units);
		}
		if (clear == start)
		{
			fit->start = start;
			fit->end = end;
			return true;
		}
		start = next_start(demands, ndemands, work, amount, pauses, clear,
						   tries < TRIES_PATIENT);
	}
}

bool
first_fit_backward(const FitDemand *demands, int ndemands, WorkTime *work,
				   int64 amount, bool pauses, Instant until, Instant floor,
				   Span *fit)
{
	Instant		end = until;

	if (amount <= 0)
	{
		fit->start = fit->end = until;
		return until >= floor;
	}

	for (int tries = 0;; tries++)
	{
		Instant		blocked;
		Instant		start;

		CORE_CHECK_INTERRUPTS();
		end = pauses ? work_time_open_until(work, end) :
			work_time_unbroken_until(work, end, amount);
		if (end <= floor)
			return false;
		start = work_time_backward(work, end, amount);
		if (start < floor || start == INSTANT_BEGIN)
			return false;

		blocked = end;
		for (int i = 0; i < ndemands; i++)
			blocked = core_min(blocked, time_tree_first_below(demands[i].tree, start,
															  blocked, demands[i].units));
		if (blocked == end)
		{
			fit->start = start;
			fit->end = end;
			return true;
		}
		end = next_end(demands, ndemands, work, amount, pauses, blocked,
					   tries < TRIES_PATIENT);
	}
}

/*
 * Where to try next: each demand is free for a moment, or even for a run that is
 * long enough, which need not be the same for all.  INSTANT_END: nowhere.
 */
static Instant
next_start(const FitDemand *demands, int ndemands, WorkTime *work, int64 amount,
		   bool pauses, Instant from, bool patient)
{
	for (int i = 0; i < ndemands && from != INSTANT_END; i++)
	{
		RunKind		kind = {demands[i].units, work, pauses};

		from = patient ?
			time_tree_first_reaching(demands[i].tree, from, INSTANT_END, kind.level) :
			time_runs_room_from(demands[i].tree, &kind, amount, from);
	}
	return from;
}

static Instant
next_end(const FitDemand *demands, int ndemands, WorkTime *work, int64 amount,
		 bool pauses, Instant until, bool patient)
{
	for (int i = 0; i < ndemands && until != INSTANT_BEGIN; i++)
	{
		RunKind		kind = {demands[i].units, work, pauses};

		until = patient ?
			time_tree_last_reaching(demands[i].tree, INSTANT_BEGIN, until, kind.level) :
			time_runs_room_until(demands[i].tree, &kind, amount, until);
	}
	return until;
}
