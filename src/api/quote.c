/*
 * quote.c - the ways to deliver, best first.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"

#include "api/answer.h"
#include "api/question.h"
#include "store/nodes.h"
#include "types/quantity_numeric.h"
#include "types/report.h"

PG_FUNCTION_INFO_V1(promise_quote);

static Book *read_options(BookQuery *query, const QuoteRequest *request,
						  QuoteOptions *options);
static bool any_needs_detail(const Answer *answer,
							 const QuoteOptions *options);
static void sort_asked_first(Book *book, const char *location);
static int	parts_argument(FunctionCallInfo fcinfo, int argno,
						   bool ship_complete);
static Quantity part_minimum_argument(FunctionCallInfo fcinfo, int argno);

/*
 * quote(item, quantity, due, location, after, exclude, parts_max,
 *		 part_minimum, ship_complete, method)
 *
 * The rows are read lean first.  They are read again with all locations if
 * the one asked for cannot deliver in time (or at once, where no date is asked
 * for), and with detail if anything needs to be explained.
 */
Datum
promise_quote(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	const char *item = question_text(fcinfo, 0);
	BookQuery	query;
	QuoteRequest request;
	QuoteOptions options;
	Answer		answer = {0};
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

	request.quantity = answer.quantity;
	request.due = answer.due;
	request.after = answer.after;
	request.location = answer.location;
	request.parts_max = parts_argument(fcinfo, 6,
									   !PG_ARGISNULL(8) && PG_GETARG_BOOL(8));
	request.part_minimum = part_minimum_argument(fcinfo, 7);

	book = read_options(&query, &request, &options);
	if (query.location != NULL && book->known &&
		(options.noptions == 0 || any_needs_detail(&answer, &options)))
	{
		query.location = NULL;
		book = read_options(&query, &request, &options);
	}
	if (any_needs_detail(&answer, &options))
	{
		query.detail = true;
		book = read_options(&query, &request, &options);
	}

	offer_list_init(&list);
	if (book->nlocations == 0)
		answer_nothing(&answer, book->known, &list);
	for (int i = 0; i < options.noptions; i++)
		answer_option(&answer, book->ledgers, &options.options[i], i + 1,
					  &list);
	offer_list_put(rsinfo, &list);
	return (Datum) 0;
}

/*
 * Read the book and find the options; none if the item has no location.
 */
static Book *
read_options(BookQuery *query, const QuoteRequest *request,
			 QuoteOptions *options)
{
	Book	   *book = book_read(query);

	options->options = NULL;
	options->noptions = 0;
	if (book->nlocations > 0)
	{
		sort_asked_first(book, request->location);
		quote_options(book->ledgers, book->nlocations, request, options);
	}
	return book;
}

static bool
any_needs_detail(const Answer *answer, const QuoteOptions *options)
{
	for (int i = 0; i < options->noptions; i++)
	{
		if (answer_needs_detail(answer, &options->options[i]))
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

/*
 * The number of parts: one if the order ships complete, else two if nothing is
 * said.
 */
static int
parts_argument(FunctionCallInfo fcinfo, int argno, bool ship_complete)
{
	int			parts = PG_ARGISNULL(argno) ? 2 : PG_GETARG_INT32(argno);

	if (parts < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("number of parts must be at least 1")));
	return ship_complete ? 1 : Min(parts, 1000);
}

/* the least quantity of a part: anything if nothing is said */
static Quantity
part_minimum_argument(FunctionCallInfo fcinfo, int argno)
{
	Quantity	minimum = PG_ARGISNULL(argno) ? 1 :
	quantity_from_datum(PG_GETARG_DATUM(argno));

	if (minimum < 1)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("minimum of a part must be above zero"),
				 errhint("The smallest quantity is 0.000001; NULL is no minimum.")));
	return minimum;
}
