/*
 * joint_plan.h - lines that are delivered together, and planned for it.
 *
 * A line can be had at t if some location has a plan for it that takes it at t, beside
 * the plans of all other lines.  Lines planned one after another are all there at
 * the latest of their dates: that bounds the answer from above, since what has been
 * planned can wait.  No line can be had sooner than it could be alone; nor can
 * lines of an item without sources than stock can be dealt out to them.  The latest
 * of these bounds the answer from below, and where both are equal, it is exact.
 *
 * Between them the lines are planned again, for a common date, in two orders, as
 * soon and as late as it allows, and for other dates by bisection; the best that was
 * found is the answer.  What fails at a date is no proof against it.  How often
 * that is tried is the effort, less where there are many lines.
 *
 * Where supply spoils, or a horizon ends, waiting may not do; then all lines are
 * planned for the date of the slowest of them, and again, until they agree.
 */
#ifndef PROMISE_JOINT_PLAN_H
#define PROMISE_JOINT_PLAN_H

#include "postgres.h"

#include "api/line_batch.h"
#include "engine/together.h"

/* how stock and receipts alone serve the items, each by itself */
typedef struct JointStock
{
	const Instant *item_at;		/* INSTANT_END: they do not */
	TogetherLine **lines;		/* of each item, in order */
} JointStock;

typedef struct JointPlan
{
	Instant		at;				/* INSTANT_END: there is no common date */
	CapablePlan *alone;			/* of each line, if it were the only one */
	CapablePlan *plans;			/* of each line, for that date */

	/*
	 * The line for which the others wait, or that stands in the way; and how
	 * it would be met alone, or, if others compete with it, after those
	 * before it. NULL: lines of its item are served from stock and receipts.
	 */
	int			slowest;
	const CapablePlan *why;
	bool		competes;
} JointPlan;

/* false, if there is nothing to plan */
extern bool joint_plan_find(Batch *batch, const JointStock *stock,
							JointPlan *joint);

/* one offer for each line, all at the same instant; or why there is none */
extern void joint_plan_answer(Batch *batch, const JointPlan *joint);

#endif							/* PROMISE_JOINT_PLAN_H */
