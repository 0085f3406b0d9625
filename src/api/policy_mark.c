/*
 * policy_mark.c - offers that are outside of the guidelines.
 *
 * An offer is judged by the same functions as a promise in the guard.  It is not
 * left out: whoever asks sees what could be had, and what it takes to be allowed
 * to promise it.
 */
#include "postgres.h"

#include "api/policy_mark.h"
#include "store/guards.h"
#include "store/limits.h"

/* how a claim is named: as no promise is, for its own demand would be left out */
#define OFFER_REF	"\001"

static void add_sentences(Offer *offer, const char *sentences);

void
policy_mark(OfferList *list, const DemandFacts *facts, Instant now)
{
	Offer	  **offers;
	const DemandFacts **all;

	if (!guards_any_policy())
		return;

	offers = palloc(Max(list->noffers, 1) * sizeof(Offer *));
	all = palloc(Max(list->noffers, 1) * sizeof(DemandFacts *));
	for (int i = 0; i < list->noffers; i++)
	{
		offers[i] = &list->offers[i];
		all[i] = facts;
	}
	policy_mark_lines(offers, all, list->noffers, now);
}

void
policy_mark_lines(Offer **offers, const DemandFacts **facts, int noffers,
				  Instant now)
{
	LimitClaim *claims;
	LimitViolation *violations;
	int			nclaims = 0;
	int			nviolations;

	if (!guards_any_policy())
		return;

	claims = palloc0(Max(noffers, 1) * sizeof(LimitClaim));
	for (int i = 0; i < noffers; i++)
	{
		const Offer *offer = offers[i];
		LimitClaim *claim = &claims[nclaims];

		if (offer->available_at == INSTANT_END)
			continue;
		claim->ref = psprintf(OFFER_REF "%d", i);
		claim->item = offer->item;
		claim->location = offer->location;
		claim->is_demanded = true;
		claim->quantity = offer->quantity;
		claim->due = offer->on_time && offer->due != INSTANT_END ?
			offer->due : offer->available_at;
		claim->at = claim->due;
		claim->after = claim->quantity;
		claim->facts = facts[i];
		nclaims++;
	}
	if (nclaims == 0)
		return;

	violations = limits_ask_guidelines(claims, nclaims, now, &nviolations);
	for (int i = 0; i < nviolations; i++)
		add_sentences(offers[atoi(violations[i].ref + strlen(OFFER_REF))], violations[i].detail);
}

static void
add_sentences(Offer *offer, const char *sentences)
{
	if (!offer->has_reason)
	{
		offer->has_reason = true;
		offer->reason = REASON_POLICY;
	}
	offer->detail = offer->detail == NULL ? sentences :
		psprintf("%s; %s", offer->detail, sentences);
}
