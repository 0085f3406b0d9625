/*
 * plan_check_changeover.c - is there time to set a resource up?
 *
 * What is done on a resource with a matrix of setup times follows what was done
 * before it.  A changeover lies within the step that needs it.  But something may get
 * in before what is there already, or was placed before in the same plan, which then
 * needs another changeover than the one it holds: what that lacks must fit into idle
 * time in between.  Nothing that
 * was there before may lack more with the plan than it lacks without.
 */
#include "core/sort.h"
#include "engine/plan_checking.h"

/* something done on the resource that leaves it in a state */
typedef struct Job
{
	Instant		from;
	Instant		until;
	const char *setup;
	int64		changeover;		/* that it holds */
	int			lot;			/* of the plan to be checked; -1: another's */
	int			step;
} Job;

typedef struct JobList
{
	Job		   *jobs;
	int			njobs;
	int			maxjobs;
} JobList;

static void add_plan(JobList *list, const SupplyPlan *plan,
					 const PlanResource *resource, bool by_plan);
static void add_job(JobList *list, const Job *job);
static int64 lack(PlanChecking *check, PlanResource *resource,
				  const JobList *list, int job, bool with_plan,
				  const FreeCapacity *capacity);
static int64 idle_time(PlanResource *resource, const FreeCapacity *capacity,
					   Instant from, Instant until);
static int	last_own_job(const JobList *list, int job);
static int	compare_jobs(const void *a, const void *b);

/*
 * The changeovers of a resource, of all that the plan does on it and of whatever
 * comes after that.
 */
PromiseStatus
plan_check_changeovers(PlanChecking *check, PlanResource *resource)
{
	JobList		list = {.jobs = NULL,.njobs = 0,.maxjobs = 0};
	FreeCapacity with;
	FreeCapacity without;
	PromiseStatus status;

	for (int i = 0; i < resource->nsetups; i++)
	{
		const PlanSetup *setup = &resource->setups[i];
		Job			job = {
			.from = setup->from,.until = setup->until,.setup = setup->setup,
			.changeover = setup->changeover,.lot = -1,.step = -1
		};

		add_job(&list, &job);
	}
	for (int i = 0; i < check->ntaken; i++)
		add_plan(&list, check->taken[i], resource, false);
	add_plan(&list, check->plan, resource, true);
	if (list.njobs == 0)
		return PROMISE_OK;
	core_sort(list.jobs, list.njobs, sizeof(Job), compare_jobs);

	status = plan_check_free(check, resource, true, &with);
	if (status == PROMISE_OK)
		status = plan_check_free(check, resource, false, &without);
	if (status != PROMISE_OK)
		return status;

	for (int i = 0; i < list.njobs; i++)
	{
		const Job  *job = &list.jobs[i];
		int64		lacks = lack(check, resource, &list, i, true, &with);
		PlanViolation *violation;
		int			culprit = i;

		CORE_CHECK_INTERRUPTS();
		if (lacks <= 0)
			continue;
		if (job->lot < 0)
		{
			if (lacks <= lack(check, resource, &list, i, false, &without))
				continue;
			culprit = last_own_job(&list, i);
		}
		violation = plan_check_add(check, PLAN_RULE_CHANGEOVER, -1,
								   culprit < 0 ? -1 : list.jobs[culprit].lot,
								   culprit < 0 ? -1 : list.jobs[culprit].step);
		violation->resource = resource;
		violation->at = job->from;
	}

	pfree(with.steps);
	pfree(without.steps);
	pfree(list.jobs);
	return PROMISE_OK;
}

static void
add_plan(JobList *list, const SupplyPlan *plan, const PlanResource *resource,
		 bool by_plan)
{
	for (int i = 0; i < plan->nlots; i++)
	{
		const PlanLot *lot = &plan->lots[i];

		for (int j = 0; j < lot->source->nsteps; j++)
		{
			const PlanStep *step = &lot->source->steps[j];
			const PlanTask *task = &lot->tasks[j];
			bool		uses_it = false;

			for (int k = 0; k < step->nuses; k++)
				uses_it |= task->resources[k] == resource;
			/* what takes no time needs no setup, and leaves none */
			if (uses_it && step->setup_state != NULL &&
				task->start < task->end)
			{
				Job			job = {
					.from = task->start,.until = task->end,
					.setup = step->setup_state,.changeover = task->setup,
					.lot = by_plan ? i : -1,.step = by_plan ? j : -1
				};

				add_job(list, &job);
			}
		}
	}
}

static void
add_job(JobList *list, const Job *job)
{
	if (list->njobs == list->maxjobs)
	{
		list->maxjobs = Max(16, 2 * list->maxjobs);
		if (list->jobs == NULL)
			list->jobs = palloc(list->maxjobs * sizeof(Job));
		else
			list->jobs = repalloc(list->jobs, list->maxjobs * sizeof(Job));
	}
	list->jobs[list->njobs++] = *job;
}

/*
 * What a job lacks of the changeover that it needs, with the plan or without it; 0
 * or less: nothing.  A new plan's own jobs hold theirs themselves, unless they follow
 * another of them, which may have been placed after them.
 */
static int64
lack(PlanChecking *check, PlanResource *resource, const JobList *list, int job,
	 bool with_plan, const FreeCapacity *capacity)
{
	const Job  *it = &list->jobs[job];
	const char *state = resource->initial_setup;
	Instant		idle_from = check->network->now;
	bool		came_later;		/* may what is before it have got in? */
	int64		lacks;

	came_later = it->lot < 0 || check->plan->accepted;
	for (int i = job - 1; i >= 0; i--)
	{
		if (!with_plan && list->jobs[i].lot >= 0)
			continue;
		state = list->jobs[i].setup;
		idle_from = list->jobs[i].until;
		came_later |= list->jobs[i].lot >= 0;
		break;
	}
	if (state == NULL)
		return 0;

	lacks = check->network->changeover(check->network, resource, state,
									   it->setup) - it->changeover;
	if (came_later && lacks > 0)
		lacks -= idle_time(resource, capacity, idle_from, it->from);
	return lacks;
}

/*
 * Working time in [from, until) in which something of the resource is free.
 */
static int64
idle_time(PlanResource *resource, const FreeCapacity *capacity, Instant from,
		  Instant until)
{
	int64		idle = 0;

	for (int i = 0; i < capacity->nsteps; i++)
	{
		Instant		begin = Max(capacity->steps[i].at, from);
		Instant		end = i + 1 < capacity->nsteps ?
		Min(capacity->steps[i + 1].at, until) : until;

		if (begin >= end || capacity->steps[i].level <= 0)
			continue;
		idle += resource->work == NULL ? plan_check_elapsed(begin, end) :
			work_time_between(resource->work, begin, end);
	}
	return idle;
}

/*
 * The last of the plan's own jobs before another's; -1 if there is none, since the
 * plan only took the idle time.
 */
static int
last_own_job(const JobList *list, int job)
{
	while (--job >= 0 && list->jobs[job].lot < 0)
		;
	return job;
}

/* by start; what takes no time comes first, then what was there before */
static int
compare_jobs(const void *a, const void *b)
{
	const Job  *ja = a;
	const Job  *jb = b;

	if (ja->from != jb->from)
		return ja->from < jb->from ? -1 : 1;
	if (ja->until != jb->until)
		return ja->until < jb->until ? -1 : 1;
	if (ja->lot != jb->lot)
		return ja->lot < jb->lot ? -1 : 1;
	if (ja->step != jb->step)
		return ja->step < jb->step ? -1 : 1;
	return strcmp(ja->setup, jb->setup);
}
