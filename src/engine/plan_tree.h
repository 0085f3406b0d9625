/*
 * plan_tree.h - a plan as rows to show: what it is for first, its path marked.
 *
 * Each need is followed by the lots for it, each lot by its steps, then by what it
 * takes; the level says how deep.  The critical path leads from the request down
 * to what began first: the lot that yields last, in it the step that ends last,
 * and whatever that had to wait for, another step or a component.  It ends at what
 * waited for something else: for a resource, for stock, for nothing at all.  It
 * follows from the times of the plan alone, so that a plan that was written down
 * has the same path as one that was just made.
 */
#ifndef PROMISE_PLAN_TREE_H
#define PROMISE_PLAN_TREE_H

#include "engine/plan.h"

typedef enum PlanRowKind
{
	PLAN_ROW_NEED,
	PLAN_ROW_LOT,
	PLAN_ROW_STEP
} PlanRowKind;

typedef struct PlanTreeRow
{
	PlanRowKind kind;
	int			level;			/* 0: the request */
	bool		critical;
	int			need;			/* of a need; else the one the lot is for */
	int			lot;			/* of a lot or a step; -1 of a need */
	int			step;			/* of a step, index in the source's; else -1 */
	bool		has_steps;		/* of a lot */
	Instant		start;			/* of a need: when it is taken */
	Instant		end;
	WorkTime   *work;			/* open time of a step, or of a lead time
								 * without steps; NULL: always */
} PlanTreeRow;

typedef struct PlanTree
{
	const SupplyPlan *plan;
	PlanTreeRow *rows;
	int			nrows;

	/* where the path ends at a step that waited for room on what it uses */
	int			waiting_lot;	/* -1: it does not */
	int			waiting_step;	/* index in the source's */
	Instant		waiting_since;	/* when all else was there */
} PlanTree;

/* the tree of a plan that is not empty, in the current memory context */
extern void plan_tree_build(PlanNetwork *network, const SupplyPlan *plan,
							PlanTree *tree);

#endif							/* PROMISE_PLAN_TREE_H */
