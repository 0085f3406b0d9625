/*
 * planner_fixture.h - requests to a planner, each of whose plans is checked.
 */
#ifndef PROMISE_TEST_PLANNER_FIXTURE_H
#define PROMISE_TEST_PLANNER_FIXTURE_H

#include "engine/planner.h"
#include "plan_fixture.h"

/* a request for the whole units of an item, as early as possible */
extern PlanRequest planner_request(PlanNode *node, int64 units);

/*
 * Ask, and check the plan.  What overflows, or is no network, is a failed check.
 */
extern PlanAnswer planner_ask(Planner *planner, const PlanRequest *request);

/* the same by a planner of its own; only the date, INSTANT_END: none */
extern Instant planner_date(PlanFixture *fixture, PlanNode *node, int64 units);

/* ask and count the plan as accepted; all plans so far are checked again */
extern PlanAnswer planner_accept(Planner *planner, const PlanRequest *request);

/* take back all that was accepted, to a mark before the first one */
extern void planner_forget(Planner *planner, TimeMark mark);

/* begin a network: plans that were accepted before are forgotten */
extern PlanFixture *planner_network(Instant now, Instant limit);

#endif							/* PROMISE_TEST_PLANNER_FIXTURE_H */
