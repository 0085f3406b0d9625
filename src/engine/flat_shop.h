/*
 * flat_shop.h - steps placed on resources that are free all the time, fast.
 *
 * Most projects are planned on teams and machines of a constant size.  What is free
 * of all of them between two instants then fits into a few words, which are compared
 * and changed at once; a search that places thousands of schedules needs
 * microseconds for each.
 *
 * A lane of a word holds what is free of one resource, below its highest bit, which
 * stays 0.
 */
#ifndef PROMISE_FLAT_SHOP_H
#define PROMISE_FLAT_SHOP_H

#include "engine/plan_network.h"

typedef struct FlatShop
{
	int			n;				/* steps, numbered in a topological order */
	const int64 *duration;
	const int  *first_before;	/* as in a Sequence */
	const PlanLink *before;
	const int  *first_after;
	const PlanLink *after;
	const Instant *release;		/* NULL: none */

	int			nresources;
	int			nwords;
	int			lane_bits;
	uint64		high;			/* the highest bit of each lane */
	uint64	   *all;			/* what there is, nwords */
	uint64	   *need;			/* of step i from need[i * nwords] on */

	/* piece i lasts from at[i] to at[i + 1], the last one for ever */
	int			npieces;
	Instant    *at;
	uint64	   *free;			/* of piece i from free[i * nwords] on */
} FlatShop;

/*
 * units[i * nresources + j] is what step i needs of resource j.  False if some step
 * needs more than there is.  The arrays are borrowed but those of units.
 */
extern bool flat_shop_build(FlatShop *shop, const Quantity *units,
							const Quantity *capacity, int nresources);
extern void flat_shop_free(FlatShop *shop);

/* as the function "place" of a Sequence */
extern bool flat_shop_place(void *flat_shop, const int *order, bool early,
							Instant edge, Instant *start, Instant *end);

/* how long the steps take at least, with "edge" as their first start */
extern int64 flat_shop_least_length(const FlatShop *shop,
									const Quantity *units,
									const Quantity *capacity);

#endif							/* PROMISE_FLAT_SHOP_H */
