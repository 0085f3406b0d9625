/*
 * planned_competition.h - lines that compete also for components and capacity.
 *
 * One planner serves all lines, in their order.  What stock serves in time is taken
 * from it as ever, and the planner is told; what a plan takes from the stock of an
 * item that is asked for is taken from its ledger.  What a plan leaves over is known
 * to the planner alone, so a ledger never says more than there is.
 */
#ifndef PROMISE_PLANNED_COMPETITION_H
#define PROMISE_PLANNED_COMPETITION_H

#include "postgres.h"

#include "api/line_batch.h"

extern bool planned_competition_begin(Batch *batch);
extern void planned_competition_answer(Batch *batch);

#endif							/* PROMISE_PLANNED_COMPETITION_H */
