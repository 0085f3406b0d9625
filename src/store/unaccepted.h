/*
 * unaccepted.h - orders of the business that do not count.
 *
 * In mode except the guard lets an order pass that cannot be kept, and records
 * what the rows of its ref say as an exception.  They do not count, as long as
 * they say just that and nobody has approved it; in their place counts what was
 * promised under the ref before.
 *
 * That an order counts again is a claim that rises, and judged like any other:
 * when its rows change, because they do; when it is approved, or what was
 * recorded is deleted, by a trigger (promise.guard_exception()).
 */
#ifndef PROMISE_UNACCEPTED_H
#define PROMISE_UNACCEPTED_H

#include "postgres.h"

#include "commands/trigger.h"

#include "core/core.h"

typedef struct UnacceptedOrder
{
	int64		exception;		/* its number */
	int			item;			/* position among those asked for */
	const char *location;
	const char *ref;
	Instant		at;				/* the first date of its rows, as they say it;
								 * INSTANT_BEGIN if none */
	Quantity	quantity;		/* of all of them */
	Instant		was_at;			/* what counts in their place */
	Quantity	was_quantity;	/* 0: nothing */
	bool		is_current;		/* set by nodes_read: the rows say so */
} UnacceptedOrder;

/*
 * The orders of these items at a location, or at all if it is NULL, under the
 * active snapshot, the last recorded first.  In the current memory context.
 */
extern UnacceptedOrder *unaccepted_read(const char **items, int nitems,
										const char *location, int *norders);

/*
 * Forget orders that have been changed or are gone: should the rows say the
 * same again, that is a new claim.  One that somebody decides about right now
 * stays.
 */
extern void unaccepted_forget(const int64 *exceptions, int nexceptions);

/* touch the nodes of the rows of promise.exception that a trigger is called for */
extern void unaccepted_touch(const TriggerData *trigger);

#endif							/* PROMISE_UNACCEPTED_H */
