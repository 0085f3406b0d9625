/*
 * placement.h - a project, made by hand, placed and checked.
 */
#ifndef PROMISE_BENCH_PLACEMENT_H
#define PROMISE_BENCH_PLACEMENT_H

#include "plan_fixture.h"

#define MAX_RESOURCES	8

/* an item that is made by one source with a step for each activity */
typedef struct Project
{
	PlanFixture *fixture;
	PlanSource *source;
	int			nsteps;
} Project;

/* how a project was placed */
typedef struct Placement
{
	int			length;			/* hours; -1: it could not be placed */
	double		seconds;		/* of computing */
	bool		sound;			/* does the checker agree? */
} Placement;

extern Project *project_create(void);
extern Placement placement_make(Project *project, int schedules);
extern void project_fail(const char *what, const char *path);

#endif							/* PROMISE_BENCH_PLACEMENT_H */
