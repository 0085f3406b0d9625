/*
 * decide.h - can a promise be given?
 *
 * The way of an own promise is: lock, decide, write.  All locking is in one
 * place, decide(): the nodes are locked, then read as they are now, and the
 * write that follows is judged once more by the guard under the same locks,
 * which are held to the end of the transaction.
 */
#ifndef PROMISE_DECIDE_H
#define PROMISE_DECIDE_H

#include "postgres.h"

#include "api/book.h"
#include "engine/quote.h"

/* what is asked for */
typedef struct Demand
{
	const char *ref;			/* what it takes now does not count */
	const char *item;
	const char *location;		/* NULL: from the best one */
	Quantity	quantity;
	Instant		due;			/* INSTANT_END: as early as possible */
	Instant		after;			/* not before */
} Demand;

typedef struct Decision
{
	Instant		now;			/* of the decision, after all its locks */
	bool		feasible;
	const char *location;		/* where from; NULL: the item is nowhere */
	Instant		available_at;	/* the first instant at which it could be
								 * promised; INSTANT_END: it is not feasible */
	Instant		at;				/* the date to promise; INSTANT_END: not
								 * feasible, and no date was asked for */
} Decision;

/* the instant of a command: setting promise.clock, else the clock */
extern Instant decide_now(void);

/*
 * Lock the nodes of the demand and decide.  An unknown item or location is an
 * error.  Everything is in the current memory context.
 */
extern void decide(const Demand *demand, Decision *decision);

/* say what could be promised instead, as an error */
extern void decide_refuse(const Demand *demand, const Decision *decision);

#endif							/* PROMISE_DECIDE_H */
