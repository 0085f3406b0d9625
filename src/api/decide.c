/*
 * decide.c - can a promise be given?
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "api/answer.h"
#include "api/decide.h"
#include "api/reserve.h"
#include "store/fetch.h"
#include "store/node_lock.h"
#include "store/nodes.h"
#include "store/settings.h"
#include "types/report.h"
#include "types/wording.h"

/* the attempt at which all that a plan could touch is locked */
#define LAST_ATTEMPT 2

static void add_own_nodes(const Demand *demand, NodeSet *nodes);
static void lock_nodes(NodeSet *wanted, NodeSet *taken);
static void add_unlocked(const NodeSet *nodes, NodeSet *unlocked);
static bool decide_from_stock(const Demand *demand, Decision *decision);
static void decide_by_plan(const Demand *demand, Decision *decision,
						   Capable *capable);
static void check_known(const Demand *demand, const Book *book);
static Book *read_book(const Demand *demand, Instant now, bool detail);
static Instant effective_due(const Demand *demand, Instant now);
static bool choose(const Demand *demand, const Book *book, Decision *decision);
static char *alternatives(const Demand *demand, const AtpLedger *ledgers,
						  int nledgers, const QuoteOptions *options,
						  const CapablePlan *plan);
static char *date_of_plan(const Demand *demand, const CapablePlan *plan);
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
 * A plan counts once it has been made under the locks of all that it touches.
 */
void
decide(const Demand *demand, Decision *decision)
{
	NodeSet		wanted = {0};
	NodeSet		taken = {0};
	int			attempt = 0;

	add_own_nodes(demand, &wanted);
	for (;;)
	{
		CapableQuery query = {
			.as_owner = true,
			.exclude = (const char **) &demand->ref,
			.nexclude = 1
		};
		NodeSet		touched = {0};
		NodeSet		missing = {0};
		Capable    *capable;

		CHECK_FOR_INTERRUPTS();
		lock_nodes(&wanted, &taken);

		memset(decision, 0, sizeof(Decision));
		decision->now = query.now = decide_now();
		PushActiveSnapshot(GetLatestSnapshot());
		if (decide_from_stock(demand, decision))
		{
			PopActiveSnapshot();
			return;
		}
		capable = capable_open(&query);
		decide_by_plan(demand, decision, capable);
		if (decision->planned != NULL)
		{
			reserve_add_plan(&touched, &decision->planned->answer.plan);
			add_unlocked(&touched, &missing);
		}
		if (missing.nnodes > 0 && attempt >= LAST_ATTEMPT)
			reserve_add_closure(&wanted, capable, demand->item,
								demand->location);
		PopActiveSnapshot();
		if (missing.nnodes == 0)
			return;

		for (int i = 0; i < missing.nnodes; i++)
			reserve_add_node(&wanted, missing.nodes[i]);
		if (attempt < LAST_ATTEMPT && node_lock_try(missing.nodes, missing.nnodes))
		{
			for (int i = 0; i < missing.nnodes; i++)
				reserve_add_node(&taken, missing.nodes[i]);
			continue;
		}
		node_lock_release(taken.nodes, taken.nnodes);
		taken.nnodes = 0;
		attempt++;
	}
}

/*
 * Where no location is named, the best one is chosen under the locks of all.
 */
static void
add_own_nodes(const Demand *demand, NodeSet *nodes)
{
	NodeQuery	query = {0};
	ItemNodes  *item;

	if (demand->location != NULL)
	{
		reserve_add_node(nodes, touched_node(NODE_STOCK, demand->item,
											 demand->location));
		return;
	}

	query.items = (const char **) &demand->item;
	query.nitems = 1;
	query.as_owner = true;
	query.now = decide_now();
	PushActiveSnapshot(GetLatestSnapshot());
	item = nodes_read(&query);
	PopActiveSnapshot();
	for (int i = 0; i < item->nnodes; i++)
		reserve_add_node(nodes, touched_node(NODE_STOCK, demand->item,
											 item->nodes[i].location));
}

/*
 * Lock what is wanted, and note what had not been locked before.
 */
static void
lock_nodes(NodeSet *wanted, NodeSet *taken)
{
	reserve_unique(wanted);
	add_unlocked(wanted, taken);
	node_lock(wanted->nodes, wanted->nnodes);
}

static void
add_unlocked(const NodeSet *nodes, NodeSet *unlocked)
{
	for (int i = 0; i < nodes->nnodes; i++)
	{
		if (!nodes->nodes[i]->locked && !touched_all_locked())
			reserve_add_node(unlocked, nodes->nodes[i]);
	}
}

/*
 * First without details.  If that says no, or a later date than the first
 * possible one, then once more: supply that is kept for this ref, and what a
 * hold of it takes, count for it.  True if it cannot be had any sooner.
 */
static bool
decide_from_stock(const Demand *demand, Decision *decision)
{
	Book	   *book = read_book(demand, decision->now, false);
	Instant		soonest = Max(decision->now, demand->after);

	decision->feasible = choose(demand, book, decision);
	if (!decision->feasible ||
		(demand->due == INSTANT_END && decision->available_at > soonest))
	{
		book = read_book(demand, decision->now, true);
		decision->feasible = choose(demand, book, decision);
	}
	return decision->feasible &&
		(demand->due != INSTANT_END || decision->available_at <= soonest);
}

/*
 * The best plan, if it is better than what stock alone can do.
 */
static void
decide_by_plan(const Demand *demand, Decision *decision, Capable *capable)
{
	Instant		due = effective_due(demand, decision->now);
	CapableRequest request = {
		.item = demand->item,
		.quantity = demand->quantity,
		.due = due,
		.after = demand->after,
		.wish = demand->wish
	};
	int			nlocations;
	NetworkLocation *locations = capable_locations(capable, demand->item,
												   &nlocations);
	CapablePlan *best = NULL;

	for (int i = 0; i < nlocations; i++)
	{
		CapablePlan *plan;

		if (demand->location != NULL &&
			strcmp(demand->location, locations[i].name) != 0)
			continue;
		plan = palloc(sizeof(CapablePlan));
		if (!capable_plan(capable, &request, &locations[i], plan))
			continue;
		if (best == NULL ||
			(plan->answer.possible && !best->answer.possible) ||
			(plan->answer.possible == best->answer.possible &&
			 capable_compare(plan, best) < 0))
			best = plan;
	}

	if (best == NULL)
	{
		if (!decision->feasible && !demand->may_be_unknown)
			check_known(demand, read_book(demand, decision->now, true));
		return;
	}
	if (!best->answer.possible ||
		(due == INSTANT_END ? decision->feasible &&
		 best->available_at >= decision->available_at : best->answer.at > due))
	{
		decision->refused = best;
		if (decision->location == NULL)
			decision->location = best->location;
		return;
	}
	decision->feasible = true;
	decision->planned = best;
	decision->location = best->location;
	decision->available_at = best->available_at;
	decision->at = (demand->due == INSTANT_END) ? best->answer.at : demand->due;
}

static Book *
read_book(const Demand *demand, Instant now, bool detail)
{
	const char *ref = demand->ref;
	BookQuery	query = {0};

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
	return book_read(&query);
}

/*
 * What has neither rows nor sources is not known.
 */
static void
check_known(const Demand *demand, const Book *book)
{
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

void
decide_refuse(const Demand *demand, const Decision *decision)
{
	Refusal		refusal;

	decide_explain(demand, decision, &refusal);
	ereport(ERROR,
			(errcode(ERRCODE_PROMISE_NOT_FEASIBLE),
			 demand->due == INSTANT_END ?
			 errmsg("cannot promise %s of item \"%s\"%s",
					wording_quantity(demand->quantity), demand->item,
					place(demand->location)) :
			 errmsg("cannot promise %s of item \"%s\"%s by %s",
					wording_quantity(demand->quantity), demand->item,
					place(demand->location), wording_instant(demand->due)),
			 refusal.detail != NULL ?
			 errdetail("Promise \"%s\": %s.", demand->ref, refusal.detail) : 0,
			 errhint("%s", refusal.hint)));
}

/*
 * What binds at the location asked for, and what would pass.
 */
void
decide_explain(const Demand *demand, const Decision *decision,
			   Refusal *refusal)
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
	char	   *hint = NULL;

	anywhere.location = NULL;
	PushActiveSnapshot(GetLatestSnapshot());
	book = read_book(&anywhere, decision->now, true);
	PopActiveSnapshot();

	offer_list_init(&list);
	if (book->nlocations == 0)
		answer_nothing(&answer, book->known || decision->refused != NULL,
					   &list);
	else
	{
		Book		here = *book;

		/* why not here? */
		if (demand->location != NULL)
			here.nlocations = 0;
		for (int i = 0; i < book->nlocations && demand->location != NULL; i++)
		{
			if (strcmp(book->ledgers[i].curve->location, demand->location) == 0)
			{
				here.ledgers = &book->ledgers[i];
				here.nlocations = 1;
			}
		}
		if (here.nlocations == 0)
			answer_nothing(&answer, true, &list);
		request.parts_max = 1;
		quote_options(here.ledgers, here.nlocations, &request, &options);
		for (int i = 0; i < options.noptions; i++)
			answer_option(&answer, here.ledgers, &options.options[i], i + 1,
						  &list);

		request.parts_max = 2;
		quote_options(book->ledgers, book->nlocations, &request, &options);
		hint = alternatives(demand, book->ledgers, book->nlocations, &options,
							decision->refused);
	}
	if (hint == NULL && decision->refused != NULL &&
		decision->refused->answer.possible)
		hint = psprintf("Promise it by %s.",
						date_of_plan(demand, decision->refused));
	refusal->hint = hint != NULL ? hint : "Nothing more can be promised.";
	refusal->detail = NULL;
	refusal->reason = REASON_STOCK;
	for (int i = 0; i < list.noffers && refusal->detail == NULL; i++)
	{
		if (list.offers[i].has_reason)
			refusal->reason = list.offers[i].reason;
		refusal->detail = list.offers[i].detail;
	}
}

/* where, unless nobody asked or there is but one place by default */
static const char *
place(const char *location)
{
	if (location == NULL || strcmp(location, FETCH_DEFAULT_LOCATION) == 0)
		return "";
	return psprintf(" at location \"%s\"", location);
}

/* the date of a plan, and where it is for unless that was asked for */
static char *
date_of_plan(const Demand *demand, const CapablePlan *plan)
{
	const char *date = wording_instant(plan->answer.at);

	if (demand->location != NULL ||
		strcmp(plan->location, FETCH_DEFAULT_LOCATION) == 0)
		return pstrdup(date);
	return psprintf("%s from location \"%s\"", date, plan->location);
}

/*
 * The first option that delivers the whole, and the first in parts; NULL if
 * nothing can be had.  A plan may deliver the whole earlier.
 */
static char *
alternatives(const Demand *demand, const AtpLedger *ledgers, int nledgers,
			 const QuoteOptions *options, const CapablePlan *plan)
{
	Instant		whole_at = INSTANT_END;
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
			{
				whole = option_text(demand, ledgers, nledgers, option);
				whole_at = option->completion;
			}
		}
		else if (parts == NULL)
		{
			parts = option_text(demand, ledgers, nledgers, option);
			complete = option->missing == 0;
		}
	}
	if (plan != NULL && plan->answer.possible && plan->answer.at < whole_at)
		whole = date_of_plan(demand, plan);
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
