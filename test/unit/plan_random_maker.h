/*
 * plan_random_maker.h - what the parts of a random network are made with.
 */
#ifndef PROMISE_TEST_PLAN_RANDOM_MAKER_H
#define PROMISE_TEST_PLAN_RANDOM_MAKER_H

#include "plan_random.h"

#define NOW				(100 * DAY)
#define MAX_SHARED		8

/* what is left to be made, and what may be shared */
typedef struct Maker
{
	RandomProblem *problem;
	int			features;
	int			slots;
	int64		slot;			/* length of one */
	int			sources;		/* how many more */
	int			steps;
	PlanNode   *nodes[MAX_SHARED];	/* of the last level */
	int			nnodes;
	PlanResource *resources[MAX_SHARED];
	int			nresources;
} Maker;

/* plan_random_work.c */
extern void random_calendar(Maker *maker, PlanSource *source);
extern void random_steps(Maker *maker, PlanSource *source);
extern void random_changeovers(Maker *maker);
extern Instant random_slot(const Maker *maker);
extern bool one_in(int n);

#endif							/* PROMISE_TEST_PLAN_RANDOM_MAKER_H */
