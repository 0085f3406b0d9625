/*
 * replan_hope.c - could it help to move a set of plans out of the way?
 *
 * A plan touches much that the request has nothing to do with, and to take it off
 * the trees all of that must be read.  So it is first taken off those that are
 * there.  That makes at least as much room for the request, unless the request comes to
 * something else that it touches: then that is read by now, and it is tried again.
 */
#include "engine/replan_hope.h"

static PromiseStatus ask_without(Planner *planner, const PlanRequest *request,
								 Instant best, Rival *rivals, int nrivals,
								 bool *earlier);
static int	count_read(const ReplanOther *others, const Rival *rivals,
					   int nrivals);
static int	count_read_of(const SupplyPlan *plan);

PromiseStatus
replan_could_help(Planner *planner, const PlanRequest *request,
				  const PlanAnswer *before, const ReplanOther *others,
				  int nothers, bool *could, bool *came_to_more)
{
	Instant		best = before->possible ? before->at : INSTANT_END;
	Rival	   *rivals = palloc(sizeof(Rival) * ((Size) nothers + 1));
	int			nrivals = 0;
	int			nread;
	PromiseStatus status = PROMISE_OK;

	for (int i = 0; i < nothers && status == PROMISE_OK; i++)
	{
		bool		may;

		rivals[nrivals] = (Rival)
		{
			.other = i
		};
		status = replan_rival(planner, &others[i], REPLAN_READ,
							  &rivals[nrivals], &may);
		nrivals += may;
	}
	*could = *came_to_more = false;
	if (status != PROMISE_OK)
		return status;
	nread = count_read(others, rivals, nrivals);
	status = ask_without(planner, request, best, rivals, nrivals, could);
	*came_to_more = count_read(others, rivals, nrivals) > nread;
	return status;
}

PromiseStatus
replan_is_hopeful(Planner *planner, const PlanRequest *request, Instant best,
				  const ReplanOther *others, Rival *rivals, int nrivals,
				  bool *hopeful)
{
	bool		again = true;

	*hopeful = false;
	while (again && !*hopeful)
	{
		int			nread;
		PromiseStatus status = PROMISE_OK;

		for (int i = 0; i < nrivals && status == PROMISE_OK; i++)
		{
			if (rivals[i].scope == REPLAN_READ)
				status = replan_effect(planner, others[rivals[i].other].plan,
									   rivals[i].is_bound, REPLAN_READ,
									   &rivals[i].effect);
		}
		nread = count_read(others, rivals, nrivals);
		if (status == PROMISE_OK)
			status = ask_without(planner, request, best, rivals, nrivals,
								 hopeful);
		if (status != PROMISE_OK)
			return status;
		again = count_read(others, rivals, nrivals) > nread;
	}
	return PROMISE_OK;
}

/*
 * Whatever its date, as early as possible, and without looking for something better.
 */
static PromiseStatus
ask_without(Planner *planner, const PlanRequest *request, Instant best,
			Rival *rivals, int nrivals, bool *earlier)
{
	TimeMark	mark = planner_mark(planner);
	PlanRequest at_once = *request;
	PlanAnswer	answer;
	int			nlifted;
	PromiseStatus status = replan_lift_rivals(planner, rivals, nrivals,
											  &nlifted);

	*earlier = false;
	at_once.effort = 0;
	at_once.due = INSTANT_END;
	if (status == PROMISE_OK && nlifted > 0)
	{
		status = planner_plan(planner, &at_once, &answer);
		*earlier = status == PROMISE_OK && answer.possible && answer.at < best;
	}
	planner_undo(planner, mark);
	return status;
}

static int
count_read(const ReplanOther *others, const Rival *rivals, int nrivals)
{
	int			n = 0;

	for (int i = 0; i < nrivals; i++)
		n += count_read_of(others[rivals[i].other].plan);
	return n;
}

/* what a plan touches of what has been read */
static int
count_read_of(const SupplyPlan *plan)
{
	int			n = 0;

	for (int i = 0; i < plan->nneeds; i++)
		n += plan->needs[i].node->was_read;
	for (int i = 0; i < plan->nlots; i++)
	{
		const PlanSource *source = plan->lots[i].source;

		for (int j = 0; j < source->noutputs; j++)
			n += source->outputs[j].node->was_read;
		for (int j = 0; j < source->nsteps; j++)
		{
			for (int k = 0; k < source->steps[j].nuses; k++)
				n += plan->lots[i].tasks[j].resources[k]->was_read;
		}
	}
	return n;
}
