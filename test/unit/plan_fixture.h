/*
 * plan_fixture.h - networks made by hand.
 *
 * A builder: names in, structs out.  Arrays grow as things are added; sources are
 * put into the order of preference when the fixture is finished, which must happen
 * before a planner or the checker reads it.
 */
#ifndef PROMISE_TEST_PLAN_FIXTURE_H
#define PROMISE_TEST_PLAN_FIXTURE_H

#include "engine/plan_network.h"

#define HOUR	INT64CONST(3600000000)
#define DAY		(24 * HOUR)
#define UNITS(n) ((n) * QUANTITY_SCALE)

/* the network comes first: a fixture is a PlanNetwork */
typedef struct PlanFixture
{
	PlanNetwork network;
	PlanNode  **nodes;
	PlanResource **resources;
	PlanSource **sources;
	struct FixtureChangeover *changeovers;
	int			nchangeovers;
} PlanFixture;

extern PlanFixture *plan_fixture_create(Instant now, Instant limit);
extern PlanNode *fixture_node(PlanFixture *fixture, const char *item);
extern void fixture_event(PlanNode *node, Instant at, Quantity delta);
extern PlanResource *fixture_resource(PlanFixture *fixture, const char *name,
									  Quantity units);
extern void fixture_capacity(PlanResource *resource, Instant from,
							 Instant until, Quantity delta, bool is_load);

/* a source that yields one unit of the node for each unit of its lot */
extern PlanSource *fixture_source(PlanFixture *fixture, PlanKind kind,
								  const char *name, PlanNode *node);
extern PlanComponent *fixture_component(PlanSource *source, PlanNode *node,
										Quantity quantity, int step);
extern PlanOutput *fixture_output(PlanSource *source, PlanNode *node,
								  Quantity quantity);

/* a step after all that the source has so far; resource may be NULL */
extern PlanStep *fixture_step(PlanSource *source, PlanResource *resource,
							  Quantity units, int64 setup, int64 run);
extern void fixture_use(PlanStep *step, PlanResource **choices, int nchoices,
						Quantity units);

/* forget the precedence that fixture_step gives, and add another */
extern void fixture_parallel(PlanStep *step);
extern void fixture_link(PlanStep *after, int before, int64 lag);
extern void fixture_changeover(PlanFixture *fixture, const char *from,
							   const char *to, int64 duration);

/* working time in UTC, by a literal such as "UTC; Mon-Fri 08:00-16:00" */
extern const CalendarRules *fixture_calendar(const char *literal);
extern void fixture_work(PlanFixture *fixture, PlanResource *resource,
						 const char *literal);
extern void fixture_lead_time(PlanFixture *fixture, PlanSource *source,
							  int32 days, int64 time, const char *literal);
extern void plan_fixture_finish(PlanFixture *fixture);

#endif							/* PROMISE_TEST_PLAN_FIXTURE_H */
