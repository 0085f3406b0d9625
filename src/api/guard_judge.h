/*
 * guard_judge.h - do nodes that a transaction changed keep their promises?
 */
#ifndef PROMISE_GUARD_JUDGE_H
#define PROMISE_GUARD_JUDGE_H

#include "postgres.h"

#include "api/guard_plan.h"
#include "core/core.h"
#include "store/touched.h"

/*
 * Judge nodes under the active snapshot, which must be the latest and see what
 * this transaction did; their locks are held.  What is missing is planned, if it
 * can be; else acts as their guards say: raises, warns or records.
 */
extern void guard_judge(TouchedNode **nodes, int nnodes, Instant now,
						GuardPlanning *planning);

/*
 * Is nothing missing at any of these stock nodes, even if everything that others
 * claim and have not yet committed counts?  False also if that cannot be told.
 */
extern bool guard_judge_in_flight(TouchedNode **nodes, int nnodes, Instant now);

#endif							/* PROMISE_GUARD_JUDGE_H */
