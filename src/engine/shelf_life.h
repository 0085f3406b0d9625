/*
 * shelf_life.h - what supply that spoils can serve beside the known demand.
 *
 * Time is cut into steps, at each of which something arrives, is needed or
 * spoils; between two steps nothing changes.  A lot can serve the demand of the
 * steps from its arrival until it spoils.  Which quantity can be taken at step
 * t so that all other demand is still served?
 *
 * A matching of lots and demand decides (Hall's theorem): of the supply as a
 * whole, S, less the demand as a whole, D, all is available at t but what
 * cannot reach t and cannot be used elsewhere either:
 *
 *	 available(t) = S - D - before(t) - after(t)
 *
 * before(t) is what spoils by t although the demand before t is served from the
 * lots that spoil first (first expired, first out); after(t) is what arrives
 * after t and is left over although the demand after t is served from the lots
 * that arrive last.  One pass in each direction finds both for every t, in
 * O(n log n).
 *
 * Demand that cannot be served in time is owed, and served by what arrives
 * later.  Of two lots that spoil together the one with the smaller index is
 * used first.
 */
#ifndef PROMISE_SHELF_LIFE_H
#define PROMISE_SHELF_LIFE_H

#include "core/core.h"

/* A lot, usable at the steps [from, until). */
typedef struct ShelfLot
{
	int			from;
	int			until;			/* nsteps: it does not spoil */
	Quantity	quantity;		/* above zero */
	Quantity	lost;			/* result: what spoils if nothing more is
								 * taken */
} ShelfLot;

typedef struct ShelfLife
{
	int			nsteps;
	ShelfLot   *lots;
	int			nlots;
	Quantity   *demand;			/* of each step */
} ShelfLife;

extern PromiseStatus shelf_life_serve(ShelfLife *shelf);
extern PromiseStatus shelf_life_available(ShelfLife *shelf,
										  Quantity *available);

#endif							/* PROMISE_SHELF_LIFE_H */
