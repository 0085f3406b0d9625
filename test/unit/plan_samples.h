/*
 * plan_samples.h - good plans of every kind, each as tight as can be.
 */
#ifndef PROMISE_TEST_PLAN_SAMPLES_H
#define PROMISE_TEST_PLAN_SAMPLES_H

#include "engine/plan_check.h"
#include "plan_builder.h"
#include "plan_fixture.h"

/* a Monday; days and hours count from there */
#define SAMPLE_NOW	(9823 * DAY)
#define SAMPLE_AT(day, hour) (SAMPLE_NOW + (day) * DAY + (hour) * HOUR)

/* a set of rules */
#define RULE(rule)	(1U << (rule))

typedef struct PlanSample
{
	const char *name;
	PlanFixture *fixture;
	SupplyPlan *plan;
	const SupplyPlan *taken;	/* NULL: none */

	/* what is broken if the request is taken a microsecond earlier, or later */
	uint32		early;
	uint32		late;
} PlanSample;

extern int	plan_samples_count(void);
extern void plan_sample_make(int number, PlanSample *sample);
extern PlanSample plan_sample_named(const char *name);
extern uint32 plan_sample_broken(const PlanSample *sample);
extern void plan_sample_shift_lot(PlanSample *sample, int lot, int64 by);

#endif							/* PROMISE_TEST_PLAN_SAMPLES_H */
