/*
 * offer_seen.h - offers that were accepted, kept as they were seen.
 */
#ifndef PROMISE_OFFER_SEEN_H
#define PROMISE_OFFER_SEEN_H

#include "postgres.h"

#include "engine/plan.h"

typedef struct OfferSeen
{
	int64		entry;			/* of the ledger; 0: there is none, nothing is
								 * kept */
	const char *ref;
	const char *kind;
	const char *item;
	const char *location;
	Quantity	quantity;
	Instant		available_at;	/* INSTANT_END: NULL */
	Instant		due;			/* the same */
	bool		on_time;
	Instant		valid_until;	/* the same */
	Instant		decided_at;
	bool		has_balance;
	Quantity	supply;			/* at its location by its date */
	Quantity	demand;			/* of others, of that supply */
	const SupplyPlan *plan;		/* NULL: it needs none */
	const char **moved;			/* refs whose plans were placed anew for it */
	int			nmoved;
} OfferSeen;

/* in the transaction that accepts them, after their entries */
extern void offer_seen_keep(const OfferSeen *offers, int noffers);

#endif							/* PROMISE_OFFER_SEEN_H */
