/*
 * plan_book.h - are many plans feasible, whose rows are all in the network?
 *
 * plan_check() sums up every node and resource that a plan touches, for each plan
 * anew.  Here the rows are summed up once: where a balance, or what is free of a
 * resource, is not negative, no plan takes what is not there.  A plan is said to be
 * sound only if plan_check() would find nothing; one that is not may still be, and
 * is to be checked by itself.  As there, nothing is shared with any planner.
 *
 * The network leaves out nothing.  Its rows have their details, and are in the order
 * of their refs (problem.h).  The sums hang on its nodes and resources.
 */
#ifndef PROMISE_PLAN_BOOK_H
#define PROMISE_PLAN_BOOK_H

#include "engine/plan.h"

/* one of the plans of a ref */
typedef struct BookedPlan
{
	const char *ref;
	const SupplyPlan *plan;		/* as it was written down */
	const SupplyPlan *counting; /* as it counts from now on */
	const SupplyPlan **others;	/* of the same ref, as they count */
	int			nothers;
} BookedPlan;

/* Sum up what a plan touches, to be kept in the current memory context. */
extern void plan_book_add(PlanNetwork *network, const SupplyPlan *plan);

/*
 * Of a plan that was added: is what it takes there, and are its resources free, and
 * set up?  Steps that have ended are not judged, nor are the rules that need no rows
 * (plan_check_alone).
 */
extern bool plan_book_is_sound(PlanNetwork *network, const BookedPlan *booked);

#endif							/* PROMISE_PLAN_BOOK_H */
