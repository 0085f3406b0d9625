/*
 * offer.h - rows of type promise.offer.
 */
#ifndef PROMISE_OFFER_H
#define PROMISE_OFFER_H

#include "postgres.h"

#include "nodes/execnodes.h"

#include "engine/cause.h"
#include "engine/quote.h"

/* one row; strings are borrowed, NULL where SQL has NULL */
typedef struct Offer
{
	const char *ref;
	int			option;
	int			part;
	OfferKind	kind;
	const char *item;
	const char *location;
	Quantity	quantity;
	Instant		available_at;	/* INSTANT_END: NULL */
	Instant		due;			/* INSTANT_END: NULL */
	bool		on_time;
	bool		has_reason;
	PromiseReason reason;
	const char *detail;
	bool		has_cost;
	Quantity	cost;
	const char *currency;
	Instant		valid_until;	/* INSTANT_END: NULL */
	const struct CapablePlan *planned;	/* what it rests on; NULL: on stock */
} Offer;

/* rows that are not sent yet, palloc'd in the context of their creation */
typedef struct OfferList
{
	Offer	   *offers;
	int			noffers;
	int			maxoffers;
} OfferList;

extern const char *offer_kind_name(OfferKind kind);
extern void offer_list_init(OfferList *list);
extern void offer_list_add(OfferList *list, const Offer *offer);
extern void offer_list_put(ReturnSetInfo *rsinfo, const OfferList *list);

#endif							/* PROMISE_OFFER_H */
