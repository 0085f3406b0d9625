/*
 * answer.h - from options to rows of offers, with their reasons.
 */
#ifndef PROMISE_ANSWER_H
#define PROMISE_ANSWER_H

#include "postgres.h"

#include "api/offer.h"

/*
 * A request being answered.  An offer gets a reason if it comes after "by":
 * the date asked for, or now where somebody wants to know why not sooner, or
 * INSTANT_END where nobody does.  What cannot be had always gets one.
 */
typedef struct Answer
{
	const char *ref;
	const char *item;
	const char *location;		/* asked for; NULL: any */
	Quantity	quantity;
	Instant		due;			/* INSTANT_END: none */
	Instant		after;
	Instant		by;
	Instant		valid_until;
} Answer;

extern bool answer_needs_detail(const Answer *answer,
								const QuoteOption *option);
extern void answer_option(const Answer *answer, const AtpLedger *ledgers,
						  const QuoteOption *option, int option_no,
						  OfferList *list);
extern void answer_offer(const Answer *answer, Offer *offer);
extern void answer_nothing(const Answer *answer, bool item_is_known,
						   OfferList *list);
extern void answer_refusal(const Answer *answer, PromiseReason reason,
						   const char *detail, OfferList *list);

#endif							/* PROMISE_ANSWER_H */
