/*
 * timeline.h - a quantity over time that changes often.
 *
 * Time is cut into n consecutive pieces, numbered from 0; what they stand for is
 * the caller's.  A change over a range of pieces, the minimum over a range, and
 * the first or last piece of a range that is too low are found in O(log n), by
 * a tree of minima whose inner nodes also hold what was added to all of their
 * pieces.
 *
 * The caller sees to it that no sum overflows: the absolute values of all
 * quantities that are ever put in, together, fit into int64.
 */
#ifndef PROMISE_TIMELINE_H
#define PROMISE_TIMELINE_H

#include "core/core.h"

typedef struct TimelineNode
{
	Quantity	least;			/* of its pieces, "added" included */
	Quantity	added;			/* to all of its pieces */
} TimelineNode;

typedef struct Timeline
{
	int			n;
	int			nleaves;		/* power of two, at least n */
	TimelineNode *nodes;		/* the root is 1, children of i 2i and 2i+1 */
} Timeline;

extern void timeline_build(Timeline *timeline, const Quantity *values, int n);
extern void timeline_add(Timeline *timeline, int from, int until,
						 Quantity quantity);
extern Quantity timeline_least(const Timeline *timeline, int from, int until);
extern int	timeline_first_below(const Timeline *timeline, int from, int until,
								 Quantity limit);
extern int	timeline_last_below(const Timeline *timeline, int from, int until,
								Quantity limit);

#endif							/* PROMISE_TIMELINE_H */
