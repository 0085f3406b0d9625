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

/* Which kind of row an event comes from. */
typedef enum FlowOrigin
{
	FLOW_SUPPLY,				/* stock and scheduled receipts */
	FLOW_DEMAND,				/* promises and other needs */
	FLOW_PLANNED				/* planned for a promise, supply or demand */
} FlowOrigin;

/*
 * What a row of supply or demand says beyond its instant and quantity.  Read
 * only where an answer needs it: to explain, to leave out refs, to serve
 * supply bound to one demand, or to follow shelf life.
 */
/*
 * Who asked for it and at what price: what the row of a demand says that no
 * answer depends on.  NULL where it says nothing.
 */
typedef struct DemandFacts
{
	const char *group_ref;
	const char *customer;
	const char *channel;
	const char *zone;
	const char *seller;
	const char *price;			/* of one unit, a number in words */
	const char *cost;
	const char *currency;
} DemandFacts;

typedef struct FlowDetail
{
	FlowOrigin	origin;
	bool		is_supply;		/* else demand; of a planned flow its sign
								 * tells */
	bool		at_is_null;		/* the row names no date */
	bool		is_former;		/* what was promised before its row was
								 * changed to what nobody has accepted */
	const char *ref;			/* NULL if the row has none */
	const char *kind;			/* as in its role; NULL if the row has none */
	const char *for_ref;		/* supply made or bought for that demand only */
	const char *relation;		/* table the row was read from, for people */
	Instant		expires_at;		/* shelf life of supply, end of a hold;
								 * INSTANT_END if none */

	/*
	 * In which order demand is served: smaller and earlier first; 0 and
	 * INSTANT_BEGIN if the row does not say.  A planned flow has those of the
	 * own commitment with its ref; if there is none, the largest int and
	 * INSTANT_END, also where mapped demand has that ref.
	 */
	int			priority;
	Instant		accepted_at;
	const DemandFacts *facts;	/* of demand, if they were asked for */
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
	bool		unlimited;		/* can be had at any time in any quantity:
								 * lead_end is now */
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

/* What changes the free capacity of a resource, over [from, until). */
typedef struct CapacityEvent
{
	Instant		from;
	Instant		until;
	Quantity	delta;			/* loads are negative; a change of capacity
								 * either */
	bool		is_load;
	const char *ref;			/* of a load; NULL if the row has none */
	const char *relation;		/* table the row was read from, for people */

	/*
	 * In which order loads are served, read only if asked for: those of the
	 * open own commitment with its ref.  If there is none, 0 and
	 * INSTANT_BEGIN, but of what is planned the largest int and INSTANT_END.
	 */
	int			priority;
	Instant		accepted_at;

	/* read only if asked for: how a load leaves the resource */
	const char *setup_state;	/* NULL: as it was */
	int64		changeover;		/* microseconds of work for that, within it */
} CapacityEvent;

/*
 * A resource, with its rows in no particular order.  What occupies it holds its
 * units also while its calendar is closed, so the calendar says nothing about
 * whether it is overloaded.
 */
typedef struct CapacityNode
{
	const char *resource;
	bool		known;			/* has a row of its own; else it has no units */
	bool		finite;			/* false: no load is too much */
	Quantity	units;
	CapacityEvent *events;
	int			nevents;
	const char *setup_state;	/* how the last load that has ended left it,
								 * if asked for; NULL: not known */
} CapacityNode;

/*
 * Rows in the order of their refs, those without one first, and the rows of one
 * ref among rows in that order.  Rows of supply and demand have their details.
 */
extern void problem_sort_stock(StockNode *node);
extern const FlowEvent *problem_stock_of_ref(const StockNode *node,
											 const char *ref, int *nevents);
extern void problem_sort_capacity(CapacityNode *node);
extern const CapacityEvent *problem_capacity_of_ref(const CapacityNode *node,
													const char *ref, int *nevents);

/* What is demanded under one ref at a node: in all, and the first date. */
typedef struct RefDemand
{
	Quantity	quantity;		/* 0: nothing */
	Instant		at;				/* INSTANT_BEGIN if a row names no date */
} RefDemand;

/* what rows of demand, in whatever order, say of a ref */
extern PromiseStatus problem_demand_of_ref(const StockNode *node,
										   const char *ref, RefDemand *demand);

#endif							/* PROMISE_PROBLEM_H */
