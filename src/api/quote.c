/*
 * quote.c - the ways to deliver, best first.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"

#include "api/answer_way.h"
#include "api/policy_mark.h"
#include "api/question.h"
#include "api/substitutes.h"
#include "store/nodes.h"

PG_FUNCTION_INFO_V1(promise_quote);

static Book *read_ways(BookQuery *query, WaysSearch *search, Ways *ways);
static void add_plans(const BookQuery *query, WaysSearch *search, Ways *ways);
static bool any_needs_detail(const Answer *answer, const Ways *ways);
static void sort_asked_first(Book *book, const char *location);

/*
 * quote(item, quantity, due, location, after, exclude, parts_max,
 *		 part_minimum, ship_complete, method, objective, placement, effort,
 *		 customer, channel, seller, price, cost)
 *
 * The rows are read lean first.  They are read again with all locations if
 * the one asked for cannot deliver in time (or at once, where no date is asked
 * for), and with detail if anything needs to be explained.  Only then is anything
 * planned.
 */
Datum
promise_quote(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	const char *item = question_text(fcinfo, 0);
	BookQuery	query;
	WaysSearch	search = {.item = item};
	QuoteRequest *request = &search.request;
	Ways		ways;
	Answer		answer = {0};
	DemandFacts facts;
	OfferList	list;
	Book	   *book;

	InitMaterializedSRF(fcinfo, 0);
	if (item == NULL || PG_ARGISNULL(1))
		return (Datum) 0;

	answer.item = item;
	answer.quantity = question_quantity(PG_GETARG_DATUM(1));
	answer.due = question_instant(fcinfo, 2, INSTANT_END);
	answer.location = question_text(fcinfo, 3);
	answer.after = question_after(fcinfo, 4);

	question_query(&query, &item, answer.location);
	query.exclude = question_refs(fcinfo, 5, &query.nexclude);
	query.method = question_method(fcinfo, 9);
	answer.by = (answer.due != INSTANT_END) ? answer.due :
		Max(query.now, answer.after);
	answer.valid_until = nodes_grain_ceil(query.now);

	request->quantity = answer.quantity;
	request->due = answer.due;
	request->after = answer.after;
	request->location = answer.location;
	request->parts_max = question_parts(fcinfo, 6, 8);
	request->part_minimum = question_part_minimum(fcinfo, 7);
	search.by = answer.by;
	search.wish.objective = question_objective(fcinfo, 10);
	search.wish.placement = question_placement(fcinfo, 11);
	search.wish.effort = question_effort(fcinfo, 12);

	book = read_ways(&query, &search, &ways);
	if (query.location != NULL && book->known &&
		(ways.nways == 0 || any_needs_detail(&answer, &ways)))
	{
		query.location = NULL;
		book = read_ways(&query, &search, &ways);
	}
	if (any_needs_detail(&answer, &ways))
	{
		query.detail = true;
		book = read_ways(&query, &search, &ways);
	}
	if (query.method == ATP_LOOKAHEAD && !ways_suffice(&search, &ways))
		add_plans(&query, &search, &ways);

	offer_list_init(&list);
	if (ways.nways == 0)
		answer_nothing(&answer, book->known, &list);
	for (int i = 0; i < ways.nways; i++)
		answer_way(&answer, &ways.ways[i], i + 1, &list);
	question_facts(fcinfo, 13, &facts);
	facts.price = question_number(fcinfo, 16);
	facts.cost = question_number(fcinfo, 17);
	policy_mark(&list, &facts, query.now);
	offer_list_put(rsinfo, &list);
	return (Datum) 0;
}

/*
 * Read the book and find the ways from stock; none if the item has no location.
 */
static Book *
read_ways(BookQuery *query, WaysSearch *search, Ways *ways)
{
	Book	   *book = book_read(query);

	sort_asked_first(book, search->request.location);
	search->ledgers = book->ledgers;
	search->nledgers = book->nlocations;
	ways_from_stock(search, ways);
	return book;
}

static void
add_plans(const BookQuery *query, WaysSearch *search, Ways *ways)
{
	CapableQuery capable = {
		.now = query->now,
		.exclude = query->exclude,
		.nexclude = query->nexclude
	};

	search->capable = capable_open(&capable);
	search->may_move = true;
	ways_add_plans(search, ways);
	if (!ways_suffice(search, ways))
		substitutes_add_read(query, search, ways);
}

static bool
any_needs_detail(const Answer *answer, const Ways *ways)
{
	for (int i = 0; i < ways->nways; i++)
	{
		if (answer_needs_detail(answer, ways->ways[i].stock))
			return true;
	}
	return false;
}

/*
 * The location asked for comes first, so that it is the one that explains a
 * no; the others keep their order.
 */
static void
sort_asked_first(Book *book, const char *location)
{
	for (int i = 1; location != NULL && i < book->nlocations; i++)
	{
		if (strcmp(book->ledgers[i].curve->location, location) == 0)
		{
			AtpLedger	asked = book->ledgers[i];

			memmove(&book->ledgers[1], &book->ledgers[0],
					sizeof(AtpLedger) * (Size) i);
			book->ledgers[0] = asked;
			return;
		}
	}
}
