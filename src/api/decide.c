/*
 * decide.c - can a promise be given?
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "api/answer.h"
#include "api/decide.h"
#include "store/commitment.h"
#include "store/fetch.h"
#include "store/nodes.h"
#include "store/settings.h"
#include "types/report.h"
#include "types/wording.h"

static void lock_nodes(const Demand *demand);
static Book *read_book(const Demand *demand, Instant now, bool detail);
static Instant effective_due(const Demand *demand, Instant now);
static bool choose(const Demand *demand, const Book *book, Decision *decision);
static char *alternatives(const Demand *demand, const AtpLedger *ledgers,
						  int nledgers, const QuoteOptions *options);
static const char *place(const char *location);
static char *option_text(const Demand *demand, const AtpLedger *ledgers,
						 int nledgers, const QuoteOption *option);

Instant
decide_now(void)
{
	Instant		clock;

	if (settings_clock(&clock))
		return clock;
	return GetCurrentTimestamp();
}

/*
 * First without details.  If that says no, or a later date than the first
 * possible one, then once more: supply that is kept for this ref, and what a
 * hold of it takes, count for it.
 */
void
decide(const Demand *demand, Decision *decision)
{
	Book	   *book;

	lock_nodes(demand);

	decision->now = decide_now();
	PushActiveSnapshot(GetLatestSnapshot());
	book = read_book(demand, decision->now, false);
	decision->feasible = choose(demand, book, decision);
	if (!decision->feasible ||
		(demand->due == INSTANT_END &&
		 decision->available_at > Max(decision->now, demand->after)))
	{
		book = read_book(demand, decision->now, true);
		decision->feasible = choose(demand, book, decision);
	}
	PopActiveSnapshot();
}

/*
 * Where no location is named, the best one is chosen under the locks of all.
 */
static void
lock_nodes(const Demand *demand)
{
	NodeQuery	query = {0};
	ItemNodes  *item;
	const char **locations;

	if (demand->location != NULL)
	{
		const char *location = demand->location;

		commitment_lock_nodes(demand->item, &location, 1);
		return;
	}

	query.items = (const char **) &demand->item;
	query.nitems = 1;
	query.as_owner = true;
	query.now = decide_now();
	PushActiveSnapshot(GetLatestSnapshot());
	item = nodes_read(&query);
	PopActiveSnapshot();

	locations = palloc(sizeof(char *) * (Size) Max(item->nnodes, 1));
	for (int i = 0; i < item->nnodes; i++)
		locations[i] = item->nodes[i].location;
	commitment_lock_nodes(demand->item, locations, item->nnodes);
}

static Book *
read_book(const Demand *demand, Instant now, bool detail)
{
	const char *ref = demand->ref;
	BookQuery	query = {0};
	Book	   *book;

	query.items = (const char **) &demand->item;
	query.nitems = 1;
	query.location = demand->location;
	query.as_owner = true;
	query.method = ATP_LOOKAHEAD;
	query.now = now;
	if (detail)
	{
		query.detail = true;
		query.exclude = &ref;
		query.nexclude = 1;
	}
	book = book_read(&query);

	if (!book->known)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_UNKNOWN),
				 errmsg("unknown item \"%s\"", demand->item),
				 errdetail("Commitment \"%s\" asks for it, and no row of any role names it.",
						   demand->ref)));
	if (book->nlocations == 0 && demand->location != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_UNKNOWN),
				 errmsg("unknown location \"%s\"", demand->location),
				 errdetail("Commitment \"%s\" asks for item \"%s\" there, and no row names the location.",
						   demand->ref, demand->item)));
	return book;
}

/*
 * An offer can be accepted until its grain ends, so a date that was "now" when
 * it was offered still is.
 */
static Instant
effective_due(const Demand *demand, Instant now)
{
	if (demand->due < now && demand->due != INSTANT_BEGIN &&
		nodes_grain_ceil(demand->due) >= now)
		return now;
	return demand->due;
}

/*
 * Can one location deliver the whole in time?  Among those that can, the order
 * of offers decides.
 */
static bool
choose(const Demand *demand, const Book *book, Decision *decision)
{
	Instant		due = effective_due(demand, decision->now);
	QuoteRequest request = {
		.quantity = demand->quantity,
		.due = due,
		.after = demand->after,
		.location = demand->location,
		.parts_max = 1,
		.part_minimum = 1
	};
	QuoteOptions options;

	decision->location = demand->location;
	decision->available_at = INSTANT_END;
	decision->at = demand->due;
	if (book->nlocations == 0)
		return false;
	if (decision->location == NULL)
		decision->location = book->ledgers[0].curve->location;
	quote_options(book->ledgers, book->nlocations, &request, &options);
	for (int i = 0; i < options.noptions; i++)
	{
		const QuoteOption *option = &options.options[i];
		const AtpLedger *ledger;

		if (option->nparts != 1 || option->missing > 0 ||
			option->completion > due)
			continue;

		ledger = &book->ledgers[option->parts[0].ledger];
		decision->location = ledger->curve->location;
		decision->available_at = option->completion;

		/* what spoils may be there in time, but gone by the date */
		if (demand->due == INSTANT_END ||
			atp_available(ledger, due) < demand->quantity)
			decision->at = decision->available_at;
		else
			decision->at = demand->due;
		return true;
	}
	return false;
}

/*
 * The refusal: what binds at the location asked for, and what would pass.
 */
void
decide_refuse(const Demand *demand, const Decision *decision)
{
	Instant		due = effective_due(demand, decision->now);
	QuoteRequest request = {
		.quantity = demand->quantity,
		.due = due,
		.after = demand->after,
		.location = demand->location,
		.parts_max = 2,
		.part_minimum = 1
	};
	Answer		answer = {
		.ref = demand->ref,
		.item = demand->item,
		.location = demand->location,
		.quantity = demand->quantity,
		.due = due,
		.after = demand->after,
		.by = (due == INSTANT_END) ? Max(decision->now, demand->after) : due,
		.valid_until = INSTANT_END
	};
	Demand		anywhere = *demand;
	QuoteOptions options = {0};
	OfferList	list;
	Book	   *book;
	const char *detail = NULL;
	char	   *hint = NULL;

	anywhere.location = NULL;
	PushActiveSnapshot(GetLatestSnapshot());
	book = read_book(&anywhere, decision->now, true);
	PopActiveSnapshot();

	offer_list_init(&list);
	if (book->nlocations == 0)
		answer_nothing(&answer, true, &list);
	else
	{
		Book		here = *book;

		/* why not here? */
		for (int i = 0; i < book->nlocations && demand->location != NULL; i++)
		{
			if (strcmp(book->ledgers[i].curve->location, demand->location) == 0)
			{
				here.ledgers = &book->ledgers[i];
				here.nlocations = 1;
			}
		}
		request.parts_max = 1;
		quote_options(here.ledgers, here.nlocations, &request, &options);
		for (int i = 0; i < options.noptions; i++)
			answer_option(&answer, here.ledgers, &options.options[i], i + 1,
						  &list);

		request.parts_max = 2;
		quote_options(book->ledgers, book->nlocations, &request, &options);
		hint = alternatives(demand, book->ledgers, book->nlocations, &options);
	}
	for (int i = 0; i < list.noffers && detail == NULL; i++)
		detail = list.offers[i].detail;

	ereport(ERROR,
			(errcode(ERRCODE_PROMISE_NOT_FEASIBLE),
			 demand->due == INSTANT_END ?
			 errmsg("cannot promise %s of item \"%s\"%s",
					wording_quantity(demand->quantity), demand->item,
					place(demand->location)) :
			 errmsg("cannot promise %s of item \"%s\"%s by %s",
					wording_quantity(demand->quantity), demand->item,
					place(demand->location), wording_instant(demand->due)),
			 detail != NULL ?
			 errdetail("Promise \"%s\": %s.", demand->ref, detail) : 0,
			 hint != NULL ? errhint("%s", hint) :
			 errhint("Nothing more can be promised.")));
}

/* where, unless nobody asked or there is but one place by default */
static const char *
place(const char *location)
{
	if (location == NULL || strcmp(location, FETCH_DEFAULT_LOCATION) == 0)
		return "";
	return psprintf(" at location \"%s\"", location);
}

/*
 * The first option that delivers the whole, and the first in parts; NULL if
 * nothing can be had.
 */
static char *
alternatives(const Demand *demand, const AtpLedger *ledgers, int nledgers,
			 const QuoteOptions *options)
{
	char	   *whole = NULL;
	char	   *parts = NULL;
	bool		complete = false;

	for (int i = 0; i < options->noptions; i++)
	{
		const QuoteOption *option = &options->options[i];

		if (option->nparts == 0)
			continue;
		if (option->nparts == 1 && option->missing == 0)
		{
			if (whole == NULL)
				whole = option_text(demand, ledgers, nledgers, option);
		}
		else if (parts == NULL)
		{
			parts = option_text(demand, ledgers, nledgers, option);
			complete = option->missing == 0;
		}
	}
	if (whole != NULL && parts != NULL)
		return psprintf("Promise %s, or all of it by %s.", parts, whole);
	if (whole != NULL)
		return psprintf("Promise it by %s.", whole);
	if (parts != NULL)
		return psprintf(complete ? "Promise %s." : "Promise at most %s.", parts);
	return NULL;
}

/* "3 by ... and 2 more by ... from location "north"", or the date alone */
static char *
option_text(const Demand *demand, const AtpLedger *ledgers, int nledgers,
			const QuoteOption *option)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < option->nparts; i++)
	{
		const OfferPart *part = &option->parts[i];
		const char *location = ledgers[part->ledger].curve->location;

		if (option->nparts > 1 || option->missing > 0)
			appendStringInfo(&text, "%s%s%s by ", i > 0 ? " and " : "",
							 wording_quantity(part->quantity),
							 i > 0 ? " more" : "");
		appendStringInfoString(&text, wording_instant(part->available_at));
		if (demand->location == NULL ? nledgers > 1 :
			strcmp(location, demand->location) != 0)
			appendStringInfo(&text, " from location \"%s\"", location);
	}
	return text.data;
}
