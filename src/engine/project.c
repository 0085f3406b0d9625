/*
 * project.c - the critical path of a project, through lags and calendars.
 */
#include "engine/project.h"

static void add_use(ProjectCrew *crew, PlanNetwork *network,
					const PlanUse *use);
static bool has_time(WorkTime *const *times, int ntimes, const WorkTime *time);
static PromiseStatus place_step(const Project *project, int index, int64 work,
								ProjectTask *tasks);
static PromiseStatus wait_for(const PlanSource *source, int index,
							  ProjectTask *tasks);
static void find_critical(const PlanSource *source, Instant end,
						  ProjectTask *tasks);

void
project_open(Project *project, PlanNetwork *network, const PlanSource *source,
			 Instant start, bool always_there)
{
	project->source = source;
	project->start = start;
	project->crews = palloc(sizeof(ProjectCrew) * (Size) Max(source->nsteps, 1));
	for (int i = 0; i < source->nsteps; i++)
	{
		const PlanStep *step = &source->steps[i];
		ProjectCrew *crew = &project->crews[i];

		crew->times = palloc0(sizeof(WorkTime *));
		crew->ntimes = 1;
		for (int j = 0; j < step->nuses && !always_there; j++)
			add_use(crew, network, &step->uses[j]);
	}
}

/*
 * Everybody so far together with each of those who would do.  Many share a
 * calendar, so that few ways differ.
 */
static void
add_use(ProjectCrew *crew, PlanNetwork *network, const PlanUse *use)
{
	WorkTime  **times = palloc(sizeof(WorkTime *) * (Size) crew->ntimes *
							   (Size) use->nchoices);
	int			ntimes = 0;

	for (int i = 0; i < use->nchoices; i++)
	{
		PlanResource *resource = use->choices[i];
		bool		is_new = true;

		if (!resource->was_read)
			network->read_resource(network, resource);
		for (int j = 0; j < i && is_new; j++)
			is_new = use->choices[j]->work != resource->work;
		for (int j = 0; j < crew->ntimes && is_new; j++)
		{
			WorkTime   *both = work_time_intersect(crew->times[j],
												   resource->work);

			if (!has_time(times, ntimes, both))
				times[ntimes++] = both;
		}
	}
	pfree(crew->times);
	crew->times = times;
	crew->ntimes = ntimes;
}

static bool
has_time(WorkTime *const *times, int ntimes, const WorkTime *time)
{
	for (int i = 0; i < ntimes; i++)
	{
		if (times[i] == time)
			return true;
	}
	return false;
}

PromiseStatus
project_place(const Project *project, const int64 *works, ProjectTask *tasks,
			  Instant *end)
{
	const PlanSource *source = project->source;

	*end = project->start;
	/* each step comes after those that it waits for */
	for (int i = 0; i < source->nsteps; i++)
	{
		PromiseStatus status = place_step(project, i, works[i], tasks);

		if (status != PROMISE_OK)
			return status;
		*end = Max(*end, tasks[i].end);
	}
	find_critical(source, *end, tasks);
	return PROMISE_OK;
}

static PromiseStatus
place_step(const Project *project, int index, int64 work, ProjectTask *tasks)
{
	const PlanStep *step = &project->source->steps[index];
	const ProjectCrew *crew = &project->crews[index];
	ProjectTask *task = &tasks[index];
	PromiseStatus status;

	task->ready = project->start;
	task->waits_for = -1;
	status = wait_for(project->source, index, tasks);
	if (status != PROMISE_OK)
		return status;

	task->start = task->end = task->ready;
	if (work == 0)
		return PROMISE_OK;

	task->end = INSTANT_END;
	for (int i = 0; i < crew->ntimes; i++)
	{
		WorkTime   *time = crew->times[i];
		Instant		start = step->pauses ? work_time_open_from(time, task->ready) :
		work_time_unbroken_from(time, task->ready, work);
		Instant		end = start == INSTANT_END ? INSTANT_END :
		work_time_forward(time, start, work);

		if (end < task->end)
		{
			task->start = start;
			task->end = end;
		}
	}
	return task->end == INSTANT_END ? PROMISE_CALENDAR_EXHAUSTED : PROMISE_OK;
}

static PromiseStatus
wait_for(const PlanSource *source, int index, ProjectTask *tasks)
{
	const PlanStep *step = &source->steps[index];
	ProjectTask *task = &tasks[index];

	for (int i = 0; i < step->nbefore; i++)
	{
		int			before = step->before[i].step;
		Instant		over;

		if (pg_add_s64_overflow(tasks[before].end, step->before[i].lag, &over))
			return PROMISE_INSTANT_OVERFLOW;
		if (over > task->ready || task->waits_for < 0 ||
			(over == task->ready &&
			 source->steps[before].step < source->steps[task->waits_for].step))
			task->waits_for = before;
		task->ready = Max(task->ready, over);
	}
	return PROMISE_OK;
}

/*
 * What decides the end: the steps that end last, and backwards from each step on
 * it the steps that made it ready.
 */
static void
find_critical(const PlanSource *source, Instant end, ProjectTask *tasks)
{
	for (int i = 0; i < source->nsteps; i++)
		tasks[i].critical = tasks[i].end == end;
	for (int i = source->nsteps - 1; i >= 0; i--)
	{
		const PlanStep *step = &source->steps[i];

		for (int j = 0; tasks[i].critical && j < step->nbefore; j++)
		{
			ProjectTask *before = &tasks[step->before[j].step];

			if (before->end + step->before[j].lag == tasks[i].ready)
				before->critical = true;
		}
	}
}
