/*
 * commitment.h - reading and writing the rows of promise.commitment.
 *
 * They are read with the rights of the table's owner and as they are now,
 * whatever the transaction's snapshot, so that nobody promises twice; they are
 * written with the rights of the caller and in its isolation level, as by its
 * own statements.
 */
#ifndef PROMISE_COMMITMENT_H
#define PROMISE_COMMITMENT_H

#include "postgres.h"

#include "core/core.h"

/* A row.  What it does not say is NULL or INSTANT_END. */
typedef struct Commitment
{
	const char *ref;
	const char *item;
	const char *location;
	Instant		at;
	Quantity	quantity;		/* open; 0: it is settled */
	const char *kind;
	const char *group_ref;
	int			priority;
	bool		has_requested_quantity;
	Quantity	requested_quantity;
	Instant		requested_at;
	Instant		accepted_at;
	Instant		available_at;
	Instant		delivered_at;
	Instant		expires_at;
	bool		fixed;
	const char *customer;
	const char *channel;
	const char *zone;
	const char *seller;
	const char *currency;
	Datum		price;			/* numeric */
	Datum		cost;
	bool		price_is_null;
	bool		cost_is_null;
	const char *part_of;
} Commitment;

/*
 * The row of a ref, locked to the end of the transaction, in the current memory
 * context; NULL if there is none.  Rows are locked before nodes, which is the
 * order of a statement and its guard.
 */
extern Commitment *commitment_lock(const char *ref);

/*
 * The rows of the further parts of a promise that is delivered in parts, in their
 * order, locked likewise: see promise_parts.h for what they are.
 */
extern Commitment **commitment_lock_parts(const char *ref, int *nparts);

/* does a mapped row of demand have this ref, which no row here has? */
extern bool commitment_is_mapped(const char *ref);

/* false: somebody else has written a row of that ref meanwhile */
extern bool commitment_insert(const Commitment *row);

/*
 * Write a row that was locked: date, quantity and delivery, or all of it.  An
 * error if that row is not there for the caller.
 */
extern void commitment_change(const Commitment *row);
extern void commitment_renew(const Commitment *row);

/*
 * Take delivered goods out of the own stock: what is kept for that ref first,
 * then what expires first.  If that is not enough, the rest becomes a
 * correction, unless the business keeps stock in tables of its own, mapped as
 * supply: then it books there, and nothing is done here.
 */
extern void commitment_book_stock(const Commitment *row, Quantity quantity,
								  Instant now);

/*
 * May the guard let a promise of this ref pass although it is not feasible?
 * That is so if it only warns or records, and if the ref has an approved
 * exception.
 */
extern bool commitment_may_pass(const char *ref);

/*
 * Guard promise.commitment and promise.supply, those of them that are not.
 */
extern void commitment_activate(void);

/*
 * Lock the nodes of an item at locations against everybody who promises there,
 * to the end of the transaction.
 */
extern void commitment_lock_nodes(const char *item, const char **locations,
								  int nlocations);

#endif							/* PROMISE_COMMITMENT_H */
