/*
 * project.h - when the steps of a project would end if nobody did anything else.
 *
 * A project is a lot of a source.  A step begins when all steps before it have
 * ended, the lags after them over, and goes on while those are there whom it
 * occupies; of several who would do, it is done by whoever is done first.  Nobody
 * is taken by other steps or by other promises: that is for the planner.
 *
 * How long steps take is an argument, so that it can be drawn many times.
 */
#ifndef PROMISE_PROJECT_H
#define PROMISE_PROJECT_H

#include "engine/plan_network.h"

/* the open time of those who would do a step together, for each way to choose */
typedef struct ProjectCrew
{
	WorkTime  **times;			/* all different */
	int			ntimes;			/* at least 1 */
} ProjectCrew;

typedef struct Project
{
	const PlanSource *source;
	Instant		start;			/* no step begins before */
	ProjectCrew *crews;			/* of each step */
} Project;

/* what became of a step */
typedef struct ProjectTask
{
	Instant		ready;			/* all that it waits for is over */
	Instant		start;
	Instant		end;
	int			waits_for;		/* index of the step that made it ready; of
								 * several the one with the smallest number;
								 * -1: none */
	bool		critical;		/* on a path that decides the end */
} ProjectTask;

/* how long steps may take: setup, and a drawn time above or instead of it */
typedef struct ProjectEstimate
{
	int64		sure;			/* microseconds that it takes in any case */
	double		mean;			/* of the time that is drawn, in microseconds;
								 * 0: none is */
	double		deviation;
	double		position;		/* of the mean within the range that was
								 * estimated: from a sixth, near its begin, to
								 * five sixths */
} ProjectEstimate;

typedef struct ProjectRuns
{
	int64	   *elapsed;		/* from start to end of each run, ascending */
	int			nruns;
	int		   *ncritical;		/* of each step, runs in which it was */
	double		mean;			/* of elapsed */
	double		deviation;
} ProjectRuns;

/*
 * Steps of a source of the network, by the calendars of those who would do them
 * unless all are to be there at any time.
 */
extern void project_open(Project *project, PlanNetwork *network,
						 const PlanSource *source, Instant start,
						 bool always_there);

/*
 * Place all steps, given the working time of each.  PROMISE_CALENDAR_EXHAUSTED,
 * PROMISE_INSTANT_OVERFLOW: that never ends.
 */
extern PromiseStatus project_place(const Project *project, const int64 *works,
								   ProjectTask *tasks, Instant *end);

/* the working times if each step takes its mean; or PROMISE_INSTANT_OVERFLOW */
extern PromiseStatus project_means(const ProjectEstimate *estimates,
								   int nsteps, int64 *works);

/*
 * Place them many times, with times drawn from a generator with that seed.  One
 * seed gives the same runs at any time.
 */
extern PromiseStatus project_simulate(const Project *project,
									  const ProjectEstimate *estimates,
									  int nruns, uint64 seed,
									  ProjectRuns *runs);

/* the least time in which so many of ten runs were done; from 1 to 10 */
extern int64 project_quantile(const ProjectRuns *runs, int tenths);

/* how many of the runs took no longer than that */
extern int	project_done_within(const ProjectRuns *runs, int64 elapsed);

#endif							/* PROMISE_PROJECT_H */
