/*
 * quote.h - the ways to deliver a quantity of one item, best first.
 *
 * An option is one way: whole from one location, in parts from one location
 * as it becomes available, or in parts from several locations.  Options come
 * in this order (design, section 10), so that the same question always has
 * the same answer:
 *
 *	 1. complete and on time before the others;
 *	 2. complete before incomplete, the larger quantity first;
 *	 3. the earlier completion;
 *	 4. fewer parts;
 *	 5. the location asked for, then the location's priority, then its name.
 *
 * Where supply spoils, one location delivers at one instant: what it could give
 * now may be gone when the rest is there.
 *
 * A delivery in parts is a way out: it is offered where no location delivers
 * the whole on time, or where no date is asked for and it completes or starts
 * sooner.
 */
#ifndef PROMISE_QUOTE_H
#define PROMISE_QUOTE_H

#include "engine/atp.h"

typedef enum OfferKind
{
	OFFER_WHOLE,				/* all at once, in time if a date was asked */
	OFFER_LATER,				/* all at once, after the date asked for */
	OFFER_ELSEWHERE,			/* all at once, not from the location asked
								 * for */
	OFFER_PARTS,				/* all, in several parts */
	OFFER_PARTIAL,				/* what can be had of it, in these parts */
	OFFER_MAKE,					/* all at once, by a plan that makes it */
	OFFER_BUY,
	OFFER_MOVE,
	OFFER_KIT,
	OFFER_SUBSTITUTE,			/* all at once, of another item */
	OFFER_NONE					/* nothing can be had */
} OfferKind;

typedef struct QuoteRequest
{
	Quantity	quantity;
	Instant		due;			/* INSTANT_END: as early as possible */
	Instant		after;			/* not before; INSTANT_BEGIN: now */
	const char *location;		/* preferred; NULL: no preference */
	int			parts_max;		/* at least 1 */
	Quantity	part_minimum;	/* at least 1 */
} QuoteRequest;

typedef struct OfferPart
{
	int			ledger;			/* index of the location's ledger */
	Quantity	quantity;
	Instant		available_at;
} OfferPart;

/* invariant: parts are in order of available_at; they add up to quantity -
 * missing */
typedef struct QuoteOption
{
	OfferKind	kind;
	bool		on_time;		/* complete by the date asked for */
	Quantity	missing;		/* what cannot be had at all */
	Instant		completion;		/* of the last part; INSTANT_END if none */
	OfferPart  *parts;
	int			nparts;
} QuoteOption;

typedef struct QuoteOptions
{
	QuoteOption *options;
	int			noptions;
} QuoteOptions;

extern Instant quote_earliest(const AtpLedger *ledger, Quantity quantity,
							  Instant after);
extern void quote_options(const AtpLedger *ledgers, int nledgers,
						  const QuoteRequest *request,
						  QuoteOptions *result);

#endif							/* PROMISE_QUOTE_H */
