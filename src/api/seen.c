/*
 * seen.c - keeping offers with the promises that were made of them.
 */
#include "postgres.h"

#include "api/moves.h"
#include "api/seen.h"
#include "store/offer_seen.h"
#include "store/settings.h"

static const LedgerEntry *find_entry(const LedgerEntries *entries,
									 const char *ref, int *from);
static void add_plan(OfferSeen *kept, const CapablePlan *planned);

/*
 * Less, later, or a hold that becomes a promise takes no decision: "now" is not
 * set then.
 */
void
seen_keep_row(const Commitment *row, PromisingWrite how,
			  const Decision *decision, const LedgerEntries *entries)
{
	OfferList	list;
	Seen		seen = {
		.decided_at = decision->now != 0 ? decision->now : decide_now(),
		.decision = decision,
		.planned = decision->planned
	};

	offer_list_init(&list);
	if (how == PROMISING_CHANGE)
		promising_changed_offer(row, decision->available_at, &list);
	else
		promising_offer(row, &list);
	seen.offer = &list.offers[0];
	seen_keep(&seen, 1, entries);
}

/*
 * A trigger on promise.commitment may have changed other rows in between, whose
 * entries are passed over.
 */
void
seen_keep(const Seen *seen, int nseen, const LedgerEntries *entries)
{
	OfferSeen  *kept;
	int			from = 0;
	int			nkept = 0;

	if (!settings_keep_offers())
		return;

	kept = palloc((Size) nseen * sizeof(OfferSeen));
	for (int i = 0; i < nseen; i++)
	{
		const Offer *offer = seen[i].offer;
		const Decision *decision = seen[i].decision;
		const LedgerEntry *entry = find_entry(entries, offer->ref, &from);

		if (entry == NULL)
			continue;
		kept[nkept] = (OfferSeen)
		{
			.entry = entry->number,
				.ref = offer->ref,
				.kind = offer_kind_name(offer->kind),
				.item = offer->item,
				.location = offer->location,
				.quantity = offer->quantity,
				.available_at = offer->available_at,
				.due = offer->due,
				.on_time = offer->on_time,
				.valid_until = offer->valid_until,
				.decided_at = seen[i].decided_at
		};
		if (decision != NULL && decision->has_balance)
		{
			kept[nkept].has_balance = true;
			kept[nkept].supply = decision->supply;
			kept[nkept].demand = decision->demand;
		}
		if (seen[i].planned != NULL)
			add_plan(&kept[nkept], seen[i].planned);
		nkept++;
	}
	offer_seen_keep(kept, nkept);
	pfree(kept);
}

/*
 * The next entry of a ref; NULL, and nothing is passed over, if there is none: the
 * ledger is not kept where triggers are off.
 */
static const LedgerEntry *
find_entry(const LedgerEntries *entries, const char *ref, int *from)
{
	for (int i = *from; i < entries->nentries; i++)
	{
		if (strcmp(entries->entries[i].ref, ref) == 0)
		{
			*from = i + 1;
			return &entries->entries[i];
		}
	}
	return NULL;
}

static void
add_plan(OfferSeen *kept, const CapablePlan *planned)
{
	kept->plan = &planned->answer.plan;
	kept->nmoved = planned->nmoves;
	kept->moved = palloc((Size) Max(planned->nmoves, 1) * sizeof(char *));
	for (int i = 0; i < planned->nmoves; i++)
		kept->moved[i] = planned->moves[i].ref;
}
