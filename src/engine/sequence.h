/*
 * sequence.h - in which order the steps of a project are best placed.
 *
 * A schedule follows from an order: step after step as early as there is room, or
 * from the last to the first as late.  For resources that are shared the order
 * decides how long the whole takes, and to find the best is hard.  The search is
 * a genetic algorithm over orders (Hartmann 1998) in which each schedule is pushed
 * to the right and back to the left (Valls, Ballestin & Quintanilla 2005); it starts
 * from orders drawn by their latest starts with a bias (Kolisch 1996).  It knows
 * orders only; whoever calls it places the steps.
 *
 * Equal problems, efforts and seeds give equal orders.
 */
#ifndef PROMISE_SEQUENCE_H
#define PROMISE_SEQUENCE_H

#include "engine/plan_network.h"

/* Steps are numbered in a topological order. */
typedef struct Sequence
{
	int			n;
	const int  *first_before;	/* the links to the steps before step i are */
	const PlanLink *before;		/* before[first_before[i] .. first_before[i +
								 * 1]) */
	const int  *first_after;	/* likewise those after */
	const PlanLink *after;
	const int64 *length;		/* of each step, about */

	/* earliest instead of latest schedules are wanted */
	bool		forward;

	/* forward: no schedule ends before; else: none starts after */
	Instant		bound;

	/*
	 * Place all steps, and write where they lie.  "early": as early as
	 * possible, from the first of the order to the last, from "edge" on; else
	 * as late as possible, from the last to the first, up to it.  False if
	 * that fails.
	 */
	bool		(*place) (void *shop, const int *order, bool early,
						  Instant edge, Instant *start, Instant *end);
	void	   *shop;
	Instant		edge;			/* of the schedules that are wanted */
	const int  *known;			/* an order that can be placed; NULL: none is
								 * known */
} Sequence;

/*
 * Try that many schedules, fewer if the best there can be is found, and take those
 * that were tried off.  Writes the order of the best, and where it ends (forward) or
 * starts.  False if none of them could be placed.
 */
extern bool sequence_search(const Sequence *sequence, int *schedules,
							uint64 seed, int *order, Instant *reached);

#endif							/* PROMISE_SEQUENCE_H */
