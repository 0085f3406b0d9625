/*
 * workshop.h - the free capacity of resources, and lots placed on it.
 *
 * A workshop holds, for every resource that a question comes to, what is free of
 * it over time, as a tree in the workshop's journal: what one lot takes, the next
 * finds taken, and going back to a mark gives it back.
 *
 * A lot's steps are placed by serial schedule generation (Kolisch & Hartmann 1999):
 * one after the other in an order that respects precedence, each at the first
 * instant (or, backward, the last) at which its resources are free together for
 * its whole working time.  Of alternative resources the one with the earliest end
 * (latest start) is taken, ties by their order.  Without resources shared between
 * parallel steps the result is the earliest (latest) there is; else the order
 * matters, and workshop_improve looks for a better one.
 */
#ifndef PROMISE_WORKSHOP_H
#define PROMISE_WORKSHOP_H

#include "core/time_tree.h"
#include "engine/plan.h"

typedef struct Workshop Workshop;

/* When a lot is done, and what made it so. */
typedef struct LotSchedule
{
	PlanTask   *tasks;			/* one for each step; palloc'd */
	Instant		start;			/* of the first step, or of the lead time */
	Instant		end;			/* when it yields; INSTANT_END: it cannot be
								 * done */
	PlanBinding binding;		/* what made it as late (early, backward) as
								 * it is, or impossible */
	const PlanResource *bound_by;	/* if that is capacity */
	int			bound_step;		/* index of the step that binds; -1: none */
} LotSchedule;

/*
 * How much to search for a better order: 0 is one pass.  A schedule of 120 steps takes
 * some 10 microseconds where all resources are free all the time, else some hundreds.
 */
typedef struct WorkshopEffort
{
	int			schedules;		/* of one lot to try beyond the first */
	int		   *left;			/* steps that may be placed for that, of all
								 * lots, less those that were; NULL: without
								 * limit */
	uint64		seed;
} WorkshopEffort;

extern Workshop *workshop_create(PlanNetwork *network, TimeJournal *journal);

/*
 * Some steps of a lot may yield what others consume (plan_is_between_steps).  What
 * is free of such nodes is the owner's, in the same journal, and never negative;
 * NULL: as much as one likes.  Without them what steps yield is not looked at.  A tree
 * is used until the call in which it was asked for returns.
 */
extern void workshop_share_balances(Workshop *workshop,
									TimeTree *(*balance) (void *owner,
														  PlanNode *node),
									void *owner);

/*
 * The earliest end of a lot whose step i starts at or after release[i] (a source
 * without steps: release[0]), which lie at or after the source's first start.
 * Nothing is taken.
 */
extern PromiseStatus workshop_forward(Workshop *workshop,
									  PlanSource *source, Quantity lot,
									  const Instant *release,
									  const WorkshopEffort *effort,
									  LotSchedule *result);

/*
 * The latest start of a lot that yields at or before the deadline, with all its
 * steps as late as that allows.  result->end is INSTANT_END if it would have to
 * start too early.
 */
extern PromiseStatus workshop_backward(Workshop *workshop,
									   PlanSource *source, Quantity lot,
									   Instant deadline,
									   const WorkshopEffort *effort,
									   LotSchedule *result);

/*
 * What made a lot end when it does, if nothing that its steps consume was missing
 * after release[i], although they were placed later: the binding of the schedule,
 * which was made forward.
 */
extern PromiseStatus workshop_judge(Workshop *workshop, PlanSource *source,
									Quantity lot, const Instant *release,
									LotSchedule *schedule);

/* occupy what the lot needs; to be taken back by the journal */
extern PromiseStatus workshop_take(Workshop *workshop, PlanSource *source,
								   Quantity lot, const LotSchedule *schedule);

/*
 * Occupy what a load says, or give it back; not of resources with changeovers.
 */
extern void workshop_change_load(Workshop *workshop, const PlanLoad *load,
								 bool give_back);

/* is nothing overloaded while a load that is there lasts? */
extern bool workshop_load_fits(Workshop *workshop, const PlanLoad *load);

#endif							/* PROMISE_WORKSHOP_H */
