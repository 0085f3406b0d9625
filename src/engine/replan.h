/*
 * replan.h - before a "no": plans of others placed anew.
 *
 * A plan that was accepted keeps its promise wherever it lies before its date.  So
 * if a request is late, or cannot be met at all, plans that stand in its way are
 * lifted off the trees, the request is planned, and they are placed again.  What
 * comes of it counts only if the request is earlier than before and every promised
 * date holds; else nothing has happened.
 *
 * Which plans may be moved:
 *
 * - those that use what the request waits for: the resources and the nodes on its
 *	 critical path (replan_bounds), and of a request that cannot be met all that it
 *	 came to.  The caller looks them up, those that use it first from now on, and
 *	 gives at most as many as effort allows;
 * - of these only what can be taken off whole and leaves nobody short: nothing of
 *	 the plan has begun, or lies within the fence of its source, or was handed over
 *	 to the business (the caller leaves that out); nobody else relies on what it
 *	 yields, unless he is lifted with it;
 * - and what can be taken off exactly: not where supply spoils, not on resources
 *	 with changeovers, and not where supply is bound to the ref by the business.
 *
 * What is tried, in this order: each plan by itself, those first that are ready
 * the longest before their promised date; then the first two, four, eight and so
 * on of them together.  A set that is lifted makes room; the request is planned
 * there, without looking for something better, as it was asked for, then as early
 * as possible, then with the other placement.  Then every lifted plan that still
 * fits goes back to where it was, and the others are planned anew, just in time
 * for their promised dates, in the order of these.  It ends when the request is in
 * time, when "effort" sets were tried, or as many drafts made as another search with
 * that effort may make (planner_state.h).  A set is passed over, and nothing read for
 * it, if the request would not be earlier with it out of the way; so is the whole, if
 * it would not be with all of them (replan_could_help).
 *
 * Nothing here depends on the date asked for but the end of the search, so that a
 * date that was found without one is found again when it is asked for.
 *
 * Why no promise suffers: a set is lifted only if no balance that it lowers gets
 * below zero, so that whoever is not in it is served without it.  From there on
 * every plan is placed by the planner, which takes nothing from anybody, or goes
 * back only where that is so (replan_effect.h).  The request of a plan that is
 * placed anew is the same as before.  A plan that is bound to its promise (that of
 * a hold) serves nobody else, before or after.
 */
#ifndef PROMISE_REPLAN_H
#define PROMISE_REPLAN_H

#include "engine/planner.h"

/* a plan that may be moved: its first need is the promise, at its date */
typedef struct ReplanOther
{
	const char *ref;
	const SupplyPlan *plan;
	bool		promise_unread; /* its first need has no quantity yet */
} ReplanOther;

typedef struct ReplanMove
{
	int			other;			/* among those given */
	bool		is_bound;		/* it is planned for a hold */
	SupplyPlan	plan;			/* in place of its plan; without lots: it
								 * needs none any more */
} ReplanMove;

typedef struct ReplanAnswer
{
	bool		found;			/* else there is nothing better */
	PlanAnswer	answer;			/* of the request */
	ReplanMove *moves;			/* by their number; there may be none */
	int			nmoves;
} ReplanAnswer;

/* what a request waits for, each once, in no order that means anything */
typedef struct ReplanBounds
{
	PlanNode  **nodes;
	int			nnodes;
	PlanResource **resources;
	int			nresources;
} ReplanBounds;

/* more plans than these are never looked at for one request */
#define REPLAN_MAX_OTHERS	20

extern void replan_bounds(const PlanRequest *request, const PlanAnswer *answer,
						  ReplanBounds *bounds);

/*
 * Would the request be earlier than in "before" with all of these out of the way, as
 * far as the nodes and resources matter that the request comes to?  If not, replan
 * need not be called, nor the rest be read of what they touch.  The promises must
 * have been read of those that are for nodes which have been.
 *
 * If it could not help, and the request came to more of what they touch, ask again.
 */
extern PromiseStatus replan_could_help(Planner *planner,
									   const PlanRequest *request,
									   const PlanAnswer *before,
									   const ReplanOther *others, int nothers,
									   bool *could, bool *came_to_more);

/*
 * Look for a plan that is earlier than the one in "before", with at most
 * request->effort sets of others moved.  All of them are in the planner's trees,
 * and among the rows of its network if they are for a hold.  "is_bound": what is
 * planned for the request serves nobody else.  The trees are left as they were.
 */
extern PromiseStatus replan(Planner *planner, const PlanRequest *request,
							bool is_bound, const PlanAnswer *before,
							const ReplanOther *others, int nothers,
							ReplanAnswer *answer);

/* count a plan that was accepted as moved */
extern PromiseStatus replan_move(Planner *planner, const SupplyPlan *before,
								 const SupplyPlan *after, bool is_bound);

#endif							/* PROMISE_REPLAN_H */
