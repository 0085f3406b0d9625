/*
 * plan_booking.h - what has been summed up of a book, for the files plan_book*.c.
 */
#ifndef PROMISE_PLAN_BOOKING_H
#define PROMISE_PLAN_BOOKING_H

#include "engine/plan_book.h"
#include "engine/plan_checking.h"

/* a balance, or what is free of a resource, as all rows together have it */
typedef struct BookedCurve
{
	LevelStep  *steps;			/* up to where it matters */
	int			nsteps;
	int		   *next_short;		/* of each step, the first one from it on at a
								 * negative level; nsteps: none */
} BookedCurve;

/* hangs on PlanNode.state */
typedef struct BookedNode
{
	PromiseStatus status;		/* else there is no balance */
	BookedCurve balance;
	bool		spoils;			/* some of it does */
	const char **bound;			/* refs that supply is bound to, in order */
	int			nbound;
} BookedNode;

/* hangs on PlanResource.state */
typedef struct BookedResource
{
	PromiseStatus status;		/* else nothing is known to be free */
	BookedCurve free;
	Span	   *doubts;			/* in order, apart: where a changeover may be
								 * too short */
	int			ndoubts;
} BookedResource;

extern BookedNode *plan_book_sum_node(PlanNetwork *network, PlanNode *node);
extern BookedResource *plan_book_sum_resource(PlanNetwork *network,
											  PlanResource *resource);
extern void plan_book_find_doubts(PlanNetwork *network, PlanResource *resource,
								  BookedResource *booked);

extern bool plan_book_balances_are_sound(PlanNetwork *network,
										 const BookedPlan *booked);
extern bool plan_book_resources_are_sound(PlanNetwork *network,
										  const BookedPlan *booked);

extern void plan_book_find_short(BookedCurve *curve);
extern int	plan_book_first_step(const BookedCurve *curve, Instant at);
extern bool plan_book_is_short(const BookedCurve *curve, Instant from,
							   Instant until);

#endif							/* PROMISE_PLAN_BOOKING_H */
