/*
 * ways.h - all ways to deliver: from stock, and by a plan.
 *
 * They come in the order of quote.h, substitutes after the item itself where they
 * are as early; among ways that are equal by that, the one
 * with the lower cost comes first, then stock.
 */
#ifndef PROMISE_WAYS_H
#define PROMISE_WAYS_H

#include "postgres.h"

#include "api/capable.h"
#include "engine/quote.h"

typedef struct Way
{
	const QuoteOption *stock;	/* NULL: planned */
	const CapablePlan *plans;	/* one for each part */
	int			nplans;
	const NetworkSubstitute *substitute;	/* NULL: the item itself */
	Quantity	quantity;		/* of the substitute */
	const AtpLedger *ledgers;	/* that stock is taken from */
	const CapablePlan *refused; /* why the rest cannot be had; NULL: all can */

	OfferKind	kind;
	bool		on_time;
	Quantity	missing;
	Instant		completion;		/* INSTANT_END: nothing can be had */
	int			nparts;
	const char *location;		/* of the first part */
	int			priority;
	Quantity	cost;			/* 0 if not known, and of stock */
	const char *currency;		/* NULL: none */
} Way;

typedef struct Ways
{
	Way		   *ways;
	int			nways;
	int			maxways;
} Ways;

/* what is asked, and where it may come from */
typedef struct WaysSearch
{
	const AtpLedger *ledgers;
	int			nledgers;
	const char *item;
	QuoteRequest request;
	Instant		by;				/* the date asked for, or now */
	bool		only_here;		/* from the location asked for */
	bool		may_move;		/* plans of others, if all is late */
	Capable    *capable;
	PlanWish	wish;
} WaysSearch;

extern void ways_from_stock(const WaysSearch *search, Ways *ways);
extern bool ways_suffice(const WaysSearch *search, const Ways *ways);
extern void ways_add_substitute(const WaysSearch *search,
								const NetworkSubstitute *substitute,
								const WaysSearch *instead, const Way *way,
								Ways *ways);
extern void ways_add_plans(const WaysSearch *search, Ways *ways);

/* what a plan is called by what its last source does, or by when it is taken */
extern OfferKind ways_kind_of_plan(const CapablePlan *plan, Instant at,
								   Instant due);

#endif							/* PROMISE_WAYS_H */
