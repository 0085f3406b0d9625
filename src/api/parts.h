/*
 * parts.h - a request that is met in parts.
 *
 * By the date asked for as much as can be, then the rest as soon as it can be.  A
 * part comes from one location.  With promise.smaller_lots it is planned piece by
 * piece: the largest that can be had in time, then the largest of what is left, and
 * so on, which finds room in several gaps where one plan would need it at once.
 * Pieces that are delivered together are one plan (plan_join.h).
 */
#ifndef PROMISE_PARTS_H
#define PROMISE_PARTS_H

#include "postgres.h"

#include "api/capable.h"

/* no request is met in more parts */
#define PARTS_MAX 1000

typedef struct PartsRequest
{
	CapableRequest whole;
	NetworkLocation *locations; /* that parts may come from */
	int			nlocations;
	Instant		by;				/* the date asked for, or at once */
	Instant		latest;			/* the last of it; not before "by" */
	Instant		whole_at;		/* when all could come at once; INSTANT_END:
								 * not in time even for that */
	int			parts_max;
	Quantity	part_minimum;
} PartsRequest;

/*
 * Plan the parts, of which there are two at least, and count them as taken; how
 * many.  0 if nothing can be had by the date, the rest is too late, or less is late
 * if all comes at once: quantity times how late it is.
 */
extern int	parts_plan(Capable *capable, const PartsRequest *request,
					   CapablePlan **parts);

/*
 * Try to have the whole of a request that is late sooner, piece by piece, where
 * promise.smaller_lots asks for that; nothing is taken.
 */
extern void parts_hasten(Capable *capable, const CapableRequest *request,
						 const NetworkLocation *location, CapablePlan *plan);

#endif							/* PROMISE_PARTS_H */
