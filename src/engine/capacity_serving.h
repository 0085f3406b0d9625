/*
 * capacity_serving.h - which loads a resource can carry, and which not.
 *
 * As serving.h for items: the loads of a resource are served in order:
 * priority, then acceptance, then begin, then ref.  One that needs more units
 * than are free beside those before it, at any instant from its begin to its
 * end, is a loser; it takes nothing.  When all have been seen, the losers get,
 * in the same order, the earliest begin at which what is left of them fits
 * beside all who are served and the losers before them at their new begins.
 * Closed time of the calendar holds units like open time.
 *
 * The cause of a loser is one irreducible set of loads served before it, found
 * by the same deletion filter, and the change that lowers the capacity most
 * where it still lacks beside them.
 */
#ifndef PROMISE_CAPACITY_SERVING_H
#define PROMISE_CAPACITY_SERVING_H

#include "core/timeline.h"
#include "engine/problem.h"

/* A load of the resource that has not ended. */
typedef struct ServedLoad
{
	const CapacityEvent *event; /* its row */
	Instant		from;			/* at least now */
	Instant		until;			/* INSTANT_END: for ever */
	Quantity	units;			/* above zero */
	int			first;			/* the pieces that it holds, [first, end) */
	int			end;
	bool		is_met;			/* at its begin */
	Quantity	missing;		/* of a loser: how many of its units are not
								 * free; never more than those */
	Instant		short_from;		/* of a loser: first instant at which too few
								 * are free */
	Instant		feasible_at;	/* its begin if met; else the earliest that
								 * breaks no one; INSTANT_END if never */
} ServedLoad;

typedef struct CapacityServing
{
	const CapacityNode *node;
	Instant		now;
	ServedLoad *loads;			/* in order of serving */
	int			nloads;
	int			nlosers;

	Instant    *instants;		/* where the pieces of time begin */
	int			npieces;
	Quantity   *capacity;		/* of each piece, without any load */
	Timeline	timeline;		/* what the loads that are kept leave */
	int			nkept;			/* those are the winners among so many first */
} CapacityServing;

/* the rows that keep a loser from being met */
typedef struct LoadCause
{
	const CapacityEvent **takers;	/* loads served before, in that order */
	int			ntakers;
	Instant		at;				/* first instant at which too little is free
								 * beside them alone */
	Quantity	capacity;		/* of the resource there */
	const CapacityEvent *change;	/* that lowers it most there; NULL: none */
} LoadCause;

/*
 * The node is borrowed; it must have been read with the order of its loads.  All
 * results are palloc'd in the current context; the takers of a cause may be
 * freed.  A resource without limit has no loads here.
 */
extern PromiseStatus capacity_serving_build(const CapacityNode *node,
											Instant now,
											CapacityServing *serving);
extern void capacity_serving_cause(CapacityServing *serving, int loser,
								   LoadCause *cause);

#endif							/* PROMISE_CAPACITY_SERVING_H */
