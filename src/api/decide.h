/*
 * decide.h - can a promise be given?
 *
 * The way of an own promise is: lock, decide, write.  All locking is in one
 * place, decide(): the nodes are locked, then read as they are now, and the
 * write that follows is judged once more by the guard under the same locks,
 * which are held to the end of the transaction.
 *
 * What stock does not serve in time is planned.  Which nodes a plan touches is
 * known when it has been made, so they are locked out of order, without waiting,
 * and it is made once more.  If that cannot be, then the locks of this attempt
 * are given back and the next one takes all of them in order; the third attempt
 * takes whatever a plan could touch.  Where plans of others are moved, which ones
 * may be others every time; then at last everything is locked at once.
 */
#ifndef PROMISE_DECIDE_H
#define PROMISE_DECIDE_H

#include "postgres.h"

#include "api/book.h"
#include "api/capable.h"
#include "engine/cause.h"
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
	PlanWish	wish;			/* for what stock alone does not serve */
	Instant		latest;			/* the last of it, if all cannot be there by
								 * the date; not before the date counts */
	int			parts_max;		/* 0 or 1: all at once */
	Quantity	part_minimum;
	const char **own_refs;		/* further parts that it had before, which do
								 * not count either; and its ref */
	int			nown_refs;		/* 0: only its ref */
	bool		is_hold;
	bool		may_be_unknown; /* an unknown item or location is no error */
} Demand;

/* one of the parts that it is given in */
typedef struct DecidedPart
{
	const char *location;
	Quantity	quantity;
	Instant		available_at;
	Instant		at;				/* the date to promise */
	const CapablePlan *planned; /* NULL: it is there */
} DecidedPart;

typedef struct Decision
{
	Instant		now;			/* of the decision, after all its locks */
	bool		feasible;
	const char *location;		/* where from; NULL: the item is nowhere */
	Instant		available_at;	/* the first instant at which it could be
								 * promised; INSTANT_END: it is not feasible */
	Instant		at;				/* the date to promise; INSTANT_END: not
								 * feasible, and no date was asked for */
	bool		has_balance;	/* it is there; so these are known, of that
								 * location by that date: */
	Quantity	supply;			/* all that is expected */
	Quantity	demand;			/* all that is promised of it already */
	const CapablePlan *planned; /* what must be made, bought or moved for it;
								 * NULL: it is there, or not feasible */
	const CapablePlan *refused; /* the best plan of those that are too late,
								 * or why there is none; NULL: nothing could
								 * be planned */
	PlanNetwork *network;		/* of these plans */
	DecidedPart *parts;			/* in the order of their dates */
	int			nparts;			/* 0: all at once, as the fields above say */
} Decision;

/* what must be made, bought or moved for one of the parts, or for all at once */
static inline const CapablePlan *
decision_planned(const Decision *decision, int part)
{
	return decision->nparts > 0 ? decision->parts[part].planned :
		decision->planned;
}

/* the instant of a command: setting promise.clock, else the clock */
extern Instant decide_now(void);

/*
 * Lock the nodes of the demand and decide.  An unknown item or location is an
 * error.  Everything is in the current memory context.
 */
extern void decide(const Demand *demand, Decision *decision);

/* the refs whose demand does not count for it, of which there is one at least */
extern const char **decide_own_refs(const Demand *demand);

/* what is known of the item at the location asked for */
extern Book *decide_read_book(const Demand *demand, Instant now, bool detail);

/* the date asked for, as it can still be kept */
extern Instant decide_effective_due(const Demand *demand, Instant now);

/* why not, and what could be promised instead */
typedef struct Refusal
{
	PromiseReason reason;
	const char *detail;			/* NULL: nothing more is known */
	const char *hint;
} Refusal;

extern void decide_explain(const Demand *demand, const Decision *decision,
						   Refusal *refusal);

/* the same as an error */
extern void decide_refuse(const Demand *demand, const Decision *decision);

#endif							/* PROMISE_DECIDE_H */
