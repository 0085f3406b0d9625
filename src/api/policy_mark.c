/*
 * policy_mark.c - offers that are outside of the guidelines.
 *
 * An offer is judged by the same functions as a promise in the guard.  It is not
 * left out: whoever asks sees what could be had, and what it takes to be allowed
 * to promise it.
 */
#include "postgres.h"

#include "api/capable.h"
#include "api/policy_lines.h"
#include "api/policy_mark.h"
#include "store/guards.h"

/* offers, and the claims that they are judged by: one each, and their plans' */
typedef struct Marking
{
	PolicyLines lines;
	Offer	  **offers;
	int			noffers;
	int			maxoffers;
} Marking;

static void begin_marking(Marking *marking);
static void add_offer(Marking *marking, Offer *offer, const DemandFacts *facts);
static void mark(const Marking *marking);
static void add_sentences(Offer *offer, const char *sentences);
static void keep_line(PolicyOffered *offered, const PolicyLines *lines,
					  int line);
static const DemandFacts *copy_facts(const DemandFacts *facts);
static const char *copy_text(const char *text);

void
policy_mark(OfferList *list, const DemandFacts *facts, Instant now)
{
	Marking		marking;
	int			option = -1;

	if (!guards_any_policy())
		return;

	begin_marking(&marking);
	for (int i = 0; i < list->noffers; i++)
	{
		Offer	   *offer = &list->offers[i];

		if (offer->available_at == INSTANT_END)
			continue;
		if (offer->option != option)
			policy_lines_begin(&marking.lines, false);
		option = offer->option;
		add_offer(&marking, offer, facts);
	}
	if (marking.noffers == 0)
		return;

	policy_lines_ask_each(&marking.lines, now, false);
	policy_lines_ask_together(&marking.lines, now);
	mark(&marking);
}

void
policy_mark_lines(PolicyOffered *offered, const MarkedLine *lines, int nlines,
				  Instant now)
{
	Marking		marking;
	PolicyLines *asked = &marking.lines;
	int			first;

	if (!guards_any_policy())
		return;

	begin_marking(&marking);
	policy_lines_begin(asked, true);
	for (int i = 0; i < offered->nclaims; i++)
		policy_lines_add(asked, &offered->claims[i], NULL);
	asked->asked.first_asked = offered->nclaims;
	first = asked->asked.nlines;
	for (int i = 0; i < nlines; i++)
	{
		const OfferList *offers = lines[i].offers;
		bool		begun = false;

		for (int k = 0; k < offers->noffers; k++)
		{
			if (offers->offers[k].available_at == INSTANT_END)
				continue;
			if (!begun)
				policy_lines_begin(asked, true);
			begun = true;
			add_offer(&marking, &offers->offers[k], lines[i].facts);
		}
	}
	if (marking.noffers == 0)
		return;

	policy_lines_ask_each(asked, now, false);
	policy_lines_settle(asked, now);
	mark(&marking);
	for (int i = first; i < asked->asked.nlines; i++)
	{
		if (asked->asked.counts[i])
			keep_line(offered, asked, i);
	}
}

static void
begin_marking(Marking *marking)
{
	policy_lines_init(&marking->lines);
	marking->noffers = 0;
	marking->maxoffers = 64;
	marking->offers = palloc(marking->maxoffers * sizeof(Offer *));
}

/* a part of the last line */
static void
add_offer(Marking *marking, Offer *offer, const DemandFacts *facts)
{
	LimitClaim	claim = {
		.item = offer->item,
		.location = offer->location,
		.is_demanded = true,
		.quantity = offer->quantity,
		.after = offer->quantity,
		.facts = facts
	};

	claim.due = offer->on_time && offer->due != INSTANT_END ?
		offer->due : offer->available_at;
	claim.at = claim.due;
	policy_lines_add(&marking->lines, &claim,
					 offer->planned == NULL ? NULL :
					 &offer->planned->answer.plan);
	if (marking->noffers == marking->maxoffers)
	{
		marking->maxoffers *= 2;
		marking->offers = repalloc_huge(marking->offers,
										marking->maxoffers * sizeof(Offer *));
	}
	marking->offers[marking->noffers++] = offer;
}

static void
mark(const Marking *marking)
{
	const LimitLines *asked = &marking->lines.asked;
	int			noffers = 0;

	for (int i = asked->first_asked; i < asked->nclaims; i++)
	{
		const char *detail = policy_lines_detail(&marking->lines, i);

		if (!asked->claims[i].is_demanded)
			continue;
		if (detail != NULL)
			add_sentences(marking->offers[noffers], detail);
		noffers++;
	}
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

/* the lines themselves are gone when the next ones come */
static void
keep_line(PolicyOffered *offered, const PolicyLines *lines, int line)
{
	MemoryContext old = MemoryContextSwitchTo(offered->context);
	int			first;
	int			end;

	policy_lines_claims(lines, line, &first, &end);
	for (int i = first; i < end; i++)
	{
		LimitClaim	claim = lines->asked.claims[i];

		claim.ref = NULL;
		claim.item = copy_text(claim.item);
		claim.location = copy_text(claim.location);
		claim.resource = copy_text(claim.resource);
		claim.facts = copy_facts(claim.facts);
		if (offered->nclaims == offered->maxclaims)
		{
			offered->maxclaims = Max(64, 2 * offered->maxclaims);
			offered->claims = offered->claims == NULL ?
				palloc(offered->maxclaims * sizeof(LimitClaim)) :
				repalloc_huge(offered->claims,
							  offered->maxclaims * sizeof(LimitClaim));
		}
		offered->claims[offered->nclaims++] = claim;
	}
	MemoryContextSwitchTo(old);
}

/* what shares go by */
static const DemandFacts *
copy_facts(const DemandFacts *facts)
{
	DemandFacts *copy;

	if (facts == NULL)
		return NULL;
	copy = palloc0(sizeof(DemandFacts));
	copy->customer = copy_text(facts->customer);
	copy->channel = copy_text(facts->channel);
	return copy;
}

static const char *
copy_text(const char *text)
{
	return text == NULL ? NULL : pstrdup(text);
}
