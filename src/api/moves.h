/*
 * moves.h - before a "no": plans of other promises placed anew.
 *
 * What may be moved, and how, is the engine's (engine/replan.h).  Here the plans
 * that stand in the way are found and read, and what becomes of them is handed to
 * whoever asked: questions say so, commands write it down with the promise.
 *
 * Nothing is decided by what was read without locks.  A command that has found a
 * plan with moves locks all nodes and resources of it, of the plans as they were and as
 * they will be, and looks again; whoever changes a plan holds the locks of its
 * nodes, too.
 */
#ifndef PROMISE_MOVES_H
#define PROMISE_MOVES_H

#include "api/capable.h"
#include "api/offer.h"
#include "store/planned_write.h"

/* a plan of another promise, placed anew */
struct PlanMove
{
	const char *ref;
	bool		is_bound;		/* it is planned for a hold */
	const SupplyPlan *before;
	SupplyPlan	after;			/* without lots: nothing is planned for it any
								 * more */
};

/*
 * Plans for one request at several locations, of which none is in time: improve
 * those for which others can be moved, if the setting promise.replan allows it.
 * True if any is earlier now.  Where one is in time, nobody is moved.
 */
extern bool moves_improve(Capable *capable, const CapableRequest *request,
						  CapablePlan *plans, int nplans);

/* count them as done */
extern void moves_take(Capable *capable, const CapablePlan *plan);

/* what was counted as done has been written down: it may be moved again */
extern void moves_written(Capable *capable);

/* 'moves the plan of "SO-12"', and the like; NULL if nothing is moved */
extern char *moves_text(const CapablePlan *plan);

/* say in the last offer whose plans a promise has moved; NULL: nothing was planned */
extern void moves_tell(const CapablePlan *plan, OfferList *list);

#endif							/* PROMISE_MOVES_H */
