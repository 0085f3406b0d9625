/*
 * offer.c - rows of type promise.offer.
 */
#include "postgres.h"

#include "funcapi.h"
#include "nodes/execnodes.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "api/offer.h"
#include "api/reason.h"
#include "types/quantity_numeric.h"

/* the columns of promise.offer, in order */
enum
{
	OFFER_REF,
	OFFER_OPTION,
	OFFER_PART,
	OFFER_KIND,
	OFFER_ITEM,
	OFFER_LOCATION,
	OFFER_QUANTITY,
	OFFER_AVAILABLE_AT,
	OFFER_DUE,
	OFFER_ON_TIME,
	OFFER_REASON,
	OFFER_DETAIL,
	OFFER_COST,
	OFFER_CURRENCY,
	OFFER_VALID_UNTIL,
	NUM_OFFER_COLUMNS
};

static void put_offer(ReturnSetInfo *rsinfo, const Offer *offer);
static void put_text(Datum *values, bool *nulls, int column, const char *text);
static void put_instant(Datum *values, bool *nulls, int column, Instant at);

const char *
offer_kind_name(OfferKind kind)
{
	switch (kind)
	{
		case OFFER_WHOLE:
			return "whole";
		case OFFER_LATER:
			return "later";
		case OFFER_ELSEWHERE:
			return "elsewhere";
		case OFFER_PARTS:
			return "parts";
		case OFFER_PARTIAL:
			return "partial";
		case OFFER_MAKE:
			return "make";
		case OFFER_BUY:
			return "buy";
		case OFFER_MOVE:
			return "move";
		case OFFER_KIT:
			return "kit";
		case OFFER_SUBSTITUTE:
			return "substitute";
		case OFFER_NONE:
			return "none";
	}
	return NULL;				/* not reached */
}

void
offer_list_init(OfferList *list)
{
	list->maxoffers = 4;
	list->noffers = 0;
	list->offers = palloc(sizeof(Offer) * 4);
}

void
offer_list_add(OfferList *list, const Offer *offer)
{
	if (list->noffers == list->maxoffers)
	{
		list->maxoffers *= 2;
		list->offers = repalloc(list->offers,
								sizeof(Offer) * (Size) list->maxoffers);
	}
	list->offers[list->noffers++] = *offer;
}

/*
 * Add rows to a set that is being returned in materialize mode.
 */
void
offer_list_put(ReturnSetInfo *rsinfo, const OfferList *list)
{
	for (int i = 0; i < list->noffers; i++)
		put_offer(rsinfo, &list->offers[i]);
}

static void
put_offer(ReturnSetInfo *rsinfo, const Offer *offer)
{
	Datum		values[NUM_OFFER_COLUMNS] = {0};
	bool		nulls[NUM_OFFER_COLUMNS] = {0};

	Assert(rsinfo->setDesc->natts == NUM_OFFER_COLUMNS);

	put_text(values, nulls, OFFER_REF, offer->ref);
	values[OFFER_OPTION] = Int32GetDatum(offer->option);
	values[OFFER_PART] = Int32GetDatum(offer->part);
	put_text(values, nulls, OFFER_KIND, offer_kind_name(offer->kind));
	put_text(values, nulls, OFFER_ITEM, offer->item);
	put_text(values, nulls, OFFER_LOCATION, offer->location);
	values[OFFER_QUANTITY] =
		NumericGetDatum(quantity_get_numeric(offer->quantity));
	put_instant(values, nulls, OFFER_AVAILABLE_AT, offer->available_at);
	put_instant(values, nulls, OFFER_DUE, offer->due);
	values[OFFER_ON_TIME] = BoolGetDatum(offer->on_time);
	if (offer->has_reason)
		values[OFFER_REASON] =
			reason_datum(offer->reason,
						 TupleDescAttr(rsinfo->setDesc,
									   OFFER_REASON)->atttypid);
	else
		nulls[OFFER_REASON] = true;
	put_text(values, nulls, OFFER_DETAIL, offer->detail);
	nulls[OFFER_COST] = !offer->has_cost;
	if (offer->has_cost)
		values[OFFER_COST] = NumericGetDatum(quantity_get_numeric(offer->cost));
	put_text(values, nulls, OFFER_CURRENCY, offer->currency);
	put_instant(values, nulls, OFFER_VALID_UNTIL, offer->valid_until);

	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

static void
put_text(Datum *values, bool *nulls, int column, const char *text)
{
	if (text == NULL)
		nulls[column] = true;
	else
		values[column] = CStringGetTextDatum(text);
}

static void
put_instant(Datum *values, bool *nulls, int column, Instant at)
{
	if (at == INSTANT_END)
		nulls[column] = true;
	else
		values[column] = TimestampTzGetDatum(at);
}
