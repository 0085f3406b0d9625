/*
 * answer.c - from options to rows of offers, with their reasons.
 */
#include "postgres.h"

#include "api/answer.h"
#include "api/reason.h"
#include "types/wording.h"

static void put_with_cause(Offer *offer, const Answer *answer,
						   const AtpLedger *ledger, Quantity quantity,
						   OfferList *list);
static void put_rest(Offer *offer, const Answer *answer,
					 const AtpLedger *ledger, OfferList *list);
static int	refusing_ledger(const QuoteOption *option);

/*
 * Will some row of this option name what binds?
 */
bool
answer_needs_detail(const Answer *answer, const QuoteOption *option)
{
	return option->missing > 0 || option->completion > answer->by;
}

/*
 * The rows of one option: its parts, and what is missing.
 */
void
answer_option(const Answer *answer, const AtpLedger *ledgers,
			  const QuoteOption *option, int option_no,
			  OfferList *list)
{
	Offer		offer;

	answer_offer(answer, &offer);
	offer.option = option_no;

	for (int i = 0; i < option->nparts; i++)
	{
		const OfferPart *part = &option->parts[i];
		const AtpLedger *ledger = &ledgers[part->ledger];

		offer.part = i + 1;
		offer.kind = option->kind;
		offer.location = ledger->curve->location;
		offer.quantity = part->quantity;
		offer.available_at = part->available_at;
		offer.on_time = part->available_at <= answer->due;
		offer.valid_until = answer->valid_until;

		if (part->available_at > answer->by)
		{
			Quantity	upto = 0;

			/* this part waits for all that its location gives up to it */
			for (int k = 0; k <= i; k++)
			{
				if (option->parts[k].ledger == part->ledger)
					upto += option->parts[k].quantity;
			}
			put_with_cause(&offer, answer, ledger, upto, list);
		}
		else
			offer_list_add(list, &offer);
	}

	if (option->missing > 0)
	{
		const AtpLedger *ledger = &ledgers[refusing_ledger(option)];

		offer.part = option->nparts + 1;
		offer.kind = OFFER_NONE;
		offer.location = ledger->curve->location;
		offer.quantity = option->missing;
		offer.available_at = INSTANT_END;
		offer.on_time = false;
		offer.valid_until = INSTANT_END;
		if (option->nparts > 1)
			put_rest(&offer, answer, ledger, list);
		else
			put_with_cause(&offer, answer, ledger, answer->quantity, list);
	}
}

/*
 * The row for an item that is unknown, or has nothing where it is asked for.
 */
void
answer_nothing(const Answer *answer, bool item_is_known,
			   OfferList *list)
{
	if (!item_is_known)
		answer_refusal(answer, REASON_UNKNOWN_ITEM,
					   psprintf("item \"%s\" has no row in any role",
								answer->item),
					   list);
	else if (answer->location != NULL)
		answer_refusal(answer, REASON_STOCK,
					   psprintf("item \"%s\" has neither stock nor receipts at location \"%s\"",
								answer->item, answer->location),
					   list);
	else
		answer_refusal(answer, REASON_STOCK,
					   psprintf("item \"%s\" has neither stock nor receipts",
								answer->item),
					   list);
}

/*
 * A single row that says no.
 */
void
answer_refusal(const Answer *answer, PromiseReason reason,
			   const char *detail, OfferList *list)
{
	Offer		offer;

	answer_offer(answer, &offer);
	offer.option = 1;
	offer.part = 1;
	offer.kind = OFFER_NONE;
	offer.location = answer->location;
	offer.quantity = answer->quantity;
	offer.available_at = INSTANT_END;
	offer.has_reason = true;
	offer.reason = reason;
	offer.detail = detail;
	offer_list_add(list, &offer);
}

/*
 * A row that says nothing yet but what was asked.
 */
void
answer_offer(const Answer *answer, Offer *offer)
{
	memset(offer, 0, sizeof(Offer));
	offer->ref = answer->ref;
	offer->item = answer->item;
	offer->due = answer->due;
	offer->valid_until = INSTANT_END;
}

/*
 * A row that says why this quantity is not there by the date asked for.
 */
static void
put_with_cause(Offer *offer, const Answer *answer, const AtpLedger *ledger,
			   Quantity quantity, OfferList *list)
{
	Cause		cause;
	Instant		by = answer->by;

	/* where nobody asked why not sooner, the rest is missing for good */
	if (by == INSTANT_END)
		by = (offer->available_at == INSTANT_END) ? ledger->curve->now :
			offer->available_at;

	cause_find(ledger, quantity, by, answer->after, &cause);
	if (offer->available_at != INSTANT_END && cause.missing == 0)
		offer->detail = (by < answer->after) ?
			psprintf("not wanted before %s", wording_instant(answer->after)) :
			"the date asked for has passed";
	else
	{
		offer->has_reason = true;
		offer->reason = cause.reason;
		offer->detail = reason_detail(&cause, ledger, quantity, by);
	}
	offer_list_add(list, offer);
	offer->has_reason = false;
	offer->detail = NULL;
}

/*
 * A row for what several locations together cannot deliver.
 */
static void
put_rest(Offer *offer, const Answer *answer, const AtpLedger *ledger,
		 OfferList *list)
{
	Cause		cause;

	cause_find(ledger, answer->quantity, INSTANT_END, answer->after, &cause);
	offer->has_reason = true;
	offer->reason = cause.reason;
	offer->detail = psprintf("%s of %s can be delivered; %s",
							 wording_quantity(answer->quantity - offer->quantity),
							 wording_quantity(answer->quantity),
							 reason_freeing(&cause, ledger));
	offer_list_add(list, offer);
}

/*
 * Whose cause is given for what is missing: the location that gives a part,
 * else the one that comes first.
 */
static int
refusing_ledger(const QuoteOption *option)
{
	return (option->nparts > 0) ? option->parts[0].ledger : 0;
}
