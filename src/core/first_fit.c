/*
 * first_fit.c - where work finds room.
 *
 * A try places the work as early as it can be; what is in its way says where the
 * next try begins: behind the last instant at which too little is free.
 */
#include "core/first_fit.h"

static bool are_free(const FitDemand *demands, int ndemands,
					 Instant *from, Instant limit);
static bool are_free_until(const FitDemand *demands, int ndemands,
						   Instant *until, Instant floor);

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

	for (;;)
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
		start = clear;
		if (!are_free(demands, ndemands, &start, limit))
			return false;
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

	for (;;)
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
			blocked = Min(blocked, time_tree_first_below(demands[i].tree, start,
														 blocked, demands[i].units));
		if (blocked == end)
		{
			fit->start = start;
			fit->end = end;
			return true;
		}
		end = blocked;
		if (!are_free_until(demands, ndemands, &end, floor))
			return false;
	}
}

/*
 * Move on to where each demand is free for a moment, which need not be the same
 * moment.  False if one is not before the limit.
 */
static bool
are_free(const FitDemand *demands, int ndemands, Instant *from, Instant limit)
{
	for (int i = 0; i < ndemands; i++)
	{
		*from = time_tree_first_reaching(demands[i].tree, *from, limit,
										 demands[i].units);
		if (*from == INSTANT_END)
			return false;
	}
	return true;
}

static bool
are_free_until(const FitDemand *demands, int ndemands,
			   Instant *until, Instant floor)
{
	for (int i = 0; i < ndemands; i++)
	{
		*until = time_tree_last_reaching(demands[i].tree, floor, *until,
										 demands[i].units);
		if (*until == INSTANT_BEGIN)
			return false;
	}
	return true;
}
