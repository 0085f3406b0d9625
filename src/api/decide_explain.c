/*
 * decide_explain.c - why a promise is not given, and what could be given instead.
 */
#include "postgres.h"

#include "utils/snapmgr.h"

#include "api/answer.h"
#include "api/decide.h"
#include "api/nearest_yes.h"
#include "api/plan_reason.h"
#include "store/fetch.h"
#include "types/report.h"
#include "types/wording.h"

static void explain_stock(const Answer *answer, const Demand *demand,
						  const Decision *decision, const Book *book,
						  Refusal *refusal);
static char *find_nearest_yes(const Answer *answer, const Demand *demand,
							  const Decision *decision, const Book *book);
static const char *place(const char *location);

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
 * What binds at the location asked for, there and in what was planned, and what
 * would pass.
 */
void
decide_explain(const Demand *demand, const Decision *decision,
			   Refusal *refusal)
{
	Instant		due = decide_effective_due(demand, decision->now);
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
	Book	   *book;

	anywhere.location = NULL;
	PushActiveSnapshot(GetLatestSnapshot());
	book = decide_read_book(&anywhere, decision->now, true);
	explain_stock(&answer, demand, decision, book, refusal);
	refusal->hint = find_nearest_yes(&answer, demand, decision, book);
	PopActiveSnapshot();

	if (refusal->hint == NULL)
		refusal->hint = "Nothing more can be promised.";
	if (decision->refused != NULL)
	{
		const PlanAnswer *plan = &decision->refused->answer;
		char	   *missing = plan_reason_missing(decision->network, plan);

		refusal->reason = plan_reason(plan, decision->refused->node);
		refusal->detail = refusal->detail == NULL ? missing :
			psprintf("%s; %s", refusal->detail, missing);
	}
}

/*
 * Why not from stock and receipts, at the location asked for?
 */
static void
explain_stock(const Answer *answer, const Demand *demand,
			  const Decision *decision, const Book *book, Refusal *refusal)
{
	QuoteRequest request = {
		.quantity = answer->quantity,
		.due = answer->due,
		.after = answer->after,
		.location = answer->location,
		.parts_max = 1,
		.part_minimum = 1
	};
	Book		here = *book;
	QuoteOptions options = {0};
	OfferList	list;

	for (int i = 0; i < book->nlocations && demand->location != NULL; i++)
	{
		if (strcmp(book->ledgers[i].curve->location, demand->location) == 0)
		{
			here.ledgers = &book->ledgers[i];
			here.nlocations = 1;
			break;
		}
		here.nlocations = 0;
	}

	offer_list_init(&list);
	if (here.nlocations == 0)
		answer_nothing(answer, book->known || decision->refused != NULL, &list);
	else
		quote_options(here.ledgers, here.nlocations, &request, &options);
	for (int i = 0; i < options.noptions; i++)
		answer_option(answer, here.ledgers, &options.options[i], i + 1, &list);

	refusal->detail = NULL;
	refusal->reason = REASON_STOCK;
	for (int i = 0; i < list.noffers && refusal->detail == NULL; i++)
	{
		if (list.offers[i].has_reason)
			refusal->reason = list.offers[i].reason;
		refusal->detail = list.offers[i].detail;
	}
}

/*
 * From anywhere, and planned unless nothing could be.
 */
static char *
find_nearest_yes(const Answer *answer, const Demand *demand,
				 const Decision *decision, const Book *book)
{
	CapableQuery query = {
		.now = decision->now,
		.as_owner = true,
		.exclude = decide_own_refs(demand),
		.nexclude = Max(demand->nown_refs, 1)
	};
	WaysSearch	search = {
		.ledgers = book->ledgers,
		.nledgers = book->nlocations,
		.item = answer->item,
		.request = {
			.quantity = answer->quantity,
			.due = answer->due,
			.after = answer->after,
			.location = answer->location,
			.parts_max = 2,
			.part_minimum = 1
		},
		.by = answer->by,
		.may_move = true,
		.wish = demand->wish
	};
	Ways		ways;

	ways_from_stock(&search, &ways);
	if (decision->refused != NULL)
	{
		search.capable = capable_open(&query);
		ways_add_plans(&search, &ways);
	}
	return nearest_yes(&search, &ways);
}

/* where, unless nobody asked or there is but one place by default */
static const char *
place(const char *location)
{
	if (location == NULL || strcmp(location, FETCH_DEFAULT_LOCATION) == 0)
		return "";
	return psprintf(" at location \"%s\"", location);
}
