/*
 * nodes.h - reading the rows of supply and demand of items.
 *
 * This is the only way from tables to answers: every question is computed
 * from what nodes_read() returns, so that no two answers disagree.
 */
#ifndef PROMISE_NODES_H
#define PROMISE_NODES_H

#include "engine/problem.h"
#include "store/unaccepted.h"

/* What to read. */
typedef struct NodeQuery
{
	const char **items;			/* distinct, not NULL */
	int			nitems;
	const char *location;		/* NULL: every location of the items */
	bool		as_owner;		/* read each relation with its owner's rights,
								 * and no row hidden: for the guard */
	bool		detail;			/* fill FlowEvent.detail of every event */
	bool		facts;			/* and FlowDetail.facts of demand; with detail */
	bool		in_flight;		/* demand that others have inserted and not
								 * yet committed counts, too; without details */
	bool		unaccepted;		/* orders that nobody has accepted count, too */
	const char **exclude;		/* refs that do not count, in no order */
	int			nexclude;
	Instant		now;			/* of the question, see nodes_now() */
} NodeQuery;

/*
 * What was found about one item.
 *
 * An item is known if it has an item row, a stocking row, or a row of supply
 * or demand (own demand only while something is open), at whatever location.
 * Its nodes are the locations where it has a stocking row or a row of supply
 * or demand; if a location was asked for, then at most that one, and also where
 * it merely exists (has a location row): an empty node with default rules.
 * They are sorted by the priority of the location, then by its name (byte
 * order).
 *
 * Either all events of a call have their detail or none: the reader fills it
 * without being asked where it matters, that is where a row of supply is bound
 * to a ref or expires.  Where none has, holds and what is planned for them have as
 * much of it as keeps the one for the other: not the kind, and not the order in
 * which they are served.
 */
typedef struct ItemNodes
{
	const char *item;			/* as in the query */
	bool		known;
	StockNode  *nodes;
	int			nnodes;
	const UnacceptedOrder *orders;	/* of all items of the call */
	int			norders;
} ItemNodes;

/*
 * Read the nodes of the items under the snapshot of the calling statement:
 * one ItemNodes for each item asked for, in the same order.  Everything is
 * allocated in the current memory context.
 *
 * Orders that nobody has accepted do not count, as far as their rows still say
 * what was recorded; then what was promised before stands in for them.  So
 * details are filled where there are such orders.
 *
 * What does not count is not returned: holds that have expired at "now", own
 * commitments whose ref a mapped row of demand has taken over, demand with an
 * excluded ref, quantities of zero or NULL, and what was planned for an
 * excluded ref or for a hold that has expired.  What was planned as supply for
 * a hold is bound to it, as long as no mapped row has taken over its ref.  Supply
 * bound to an excluded ref is returned unbound.  A quantity that cannot be
 * represented is an error.
 *
 * NULL if rows in flight were asked for and that cannot be answered: details
 * matter, there are orders that nobody has accepted, a relation of demand cannot be read so, or a quantity cannot be
 * represented.
 */
extern ItemNodes *nodes_read(const NodeQuery *query);

/* The instant of a question: setting promise.clock, else the transaction's. */
extern Instant nodes_now(void);

/* now rounded up to a multiple of promise.grain since 2000-01-01 UTC */
extern Instant nodes_grain_ceil(Instant now);

#endif							/* PROMISE_NODES_H */
