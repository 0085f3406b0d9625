/*
 * problem.h - what an engine reads: the network as plain structs.
 *
 * The store fills these from the tables; the engines read them and nothing
 * else.  All memory belongs to the context that was current when the store
 * read them.
 */
#ifndef PROMISE_PROBLEM_H
#define PROMISE_PROBLEM_H

#include "core/core.h"

/*
 * What a row of supply or demand says beyond its instant and quantity.  Read
 * only where an answer needs it: to explain, to leave out refs, to serve
 * supply bound to one demand, or to follow shelf life.
 */
typedef struct FlowDetail
{
	bool		is_supply;
	bool		at_is_null;		/* the row names no date */
	const char *ref;			/* NULL if the row has none */
	const char *kind;			/* as in its role; NULL if the row has none */
	const char *for_ref;		/* supply made or bought for that demand only */
	const char *relation;		/* table the row was read from, for people */
	Instant		expires_at;		/* shelf life of supply, end of a hold;
								 * INSTANT_END if none */
} FlowDetail;

/*
 * One row of supply or demand of a node, as the row states it: demand is
 * negative, supply is positive, a correction of supply may be negative.  The
 * rules for dates in the past are the engine's, not the reader's.
 *
 * at is INSTANT_BEGIN for stock.  Supply without a date stands at INSTANT_END
 * (never), demand without one at INSTANT_BEGIN with at_is_null in its detail.
 */
typedef struct FlowEvent
{
	Instant		at;
	Quantity	delta;
	const FlowDetail *detail;	/* NULL unless details were asked for */
} FlowEvent;

/*
 * The rules of an item at a location, with every interval already turned into
 * an instant that counts from now.
 */
typedef struct NodeRules
{
	Quantity	safety_stock;
	Instant		horizon_end;	/* INSTANT_END: no horizon */
	Instant		lead_end;		/* end of the replenishment lead time;
								 * INSTANT_END: not replenished by itself */
	Instant		overdue_at;		/* when a receipt due in the past counts;
								 * INSTANT_END: not at all */
} NodeRules;

/* An item at a location ("node"), with its rows in no particular order. */
typedef struct StockNode
{
	const char *item;
	const char *location;
	int			priority;		/* of the location; smaller is preferred */
	NodeRules	rules;
	FlowEvent  *events;
	int			nevents;
} StockNode;

#endif							/* PROMISE_PROBLEM_H */
