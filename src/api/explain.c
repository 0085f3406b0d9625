/*
 * explain.c - why, as an indented tree in the manner of EXPLAIN.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "api/offer.h"
#include "api/question.h"
#include "api/reason.h"
#include "engine/quote.h"
#include "types/wording.h"

PG_FUNCTION_INFO_V1(promise_explain);

/* A tree being written: one row of text a line. */
typedef struct Tree
{
	ReturnSetInfo *rsinfo;
	StringInfoData line;
} Tree;

/* how many of the flows that reserve stock are named */
#define MAX_CLAIMS_NAMED 5

static void tree_line(Tree *tree, int depth, const char *format,...) pg_attribute_printf(3, 4);
static void explain_options(Tree *tree, const Book *book,
							const QuoteRequest *request);
static void explain_location(Tree *tree, const AtpLedger *ledger,
							 const QuoteRequest *request);
static void explain_rules(Tree *tree, const AtpCurve *curve);
static void explain_overdue(Tree *tree, const AtpCurve *curve);
static int	compare_stated(const void *a, const void *b);
static void explain_claims(Tree *tree, const AtpCurve *curve,
						   const Cause *cause);

/*
 * explain(item, quantity, due, location, after, exclude, method)
 *
 * First the answer, then for each location how it comes about: what is there,
 * what binds and what frees, with the rows that say so.
 */
Datum
promise_explain(PG_FUNCTION_ARGS)
{
	const char *item = question_text(fcinfo, 0);
	BookQuery	query;
	QuoteRequest request = {0};
	Book	   *book;
	Tree		tree;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (item == NULL || PG_ARGISNULL(1))
		return (Datum) 0;
	tree.rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	initStringInfo(&tree.line);

	request.quantity = question_quantity(PG_GETARG_DATUM(1));
	request.due = question_instant(fcinfo, 2, INSTANT_END);
	request.location = question_text(fcinfo, 3);
	request.after = question_after(fcinfo, 4);
	request.parts_max = 2;
	request.part_minimum = 1;

	question_query(&query, &item, request.location);
	query.exclude = question_refs(fcinfo, 5, &query.nexclude);
	query.method = question_method(fcinfo, 6);
	query.detail = true;
	book = book_read(&query);

	tree_line(&tree, 0, "%s of item \"%s\"%s%s, asked on %s",
			  wording_quantity(request.quantity), item,
			  request.location == NULL ? "" :
			  psprintf(" at location \"%s\"", request.location),
			  request.due == INSTANT_END ? "" :
			  psprintf(" by %s", wording_instant(request.due)),
			  wording_instant(query.now));

	if (!book->known)
		tree_line(&tree, 1, "no (unknown_item): item \"%s\" has no row in any role", item);
	else if (book->nlocations == 0)
		tree_line(&tree, 1, "no (stock): there is neither stock nor a receipt");
	else
	{
		explain_options(&tree, book, &request);
		for (int i = 0; i < book->nlocations; i++)
			explain_location(&tree, &book->ledgers[i], &request);
	}
	return (Datum) 0;
}

static void
tree_line(Tree *tree, int depth, const char *format,...)
{
	Datum		value;
	bool		isnull = false;

	resetStringInfo(&tree->line);
	appendStringInfoSpaces(&tree->line, depth * 2);
	if (depth > 0)
		appendStringInfoString(&tree->line, "-> ");
	for (;;)
	{
		va_list		args;
		int			needed;

		va_start(args, format);
		needed = appendStringInfoVA(&tree->line, format, args);
		va_end(args);
		if (needed == 0)
			break;
		enlargeStringInfo(&tree->line, needed);
	}

	value = CStringGetTextDatum(tree->line.data);
	tuplestore_putvalues(tree->rsinfo->setResult, tree->rsinfo->setDesc,
						 &value, &isnull);
}

/*
 * The answer: the best option.
 */
static void
explain_options(Tree *tree, const Book *book, const QuoteRequest *request)
{
	QuoteOptions options;
	const QuoteOption *best;

	quote_options(book->ledgers, book->nlocations, request, &options);
	best = &options.options[0];

	if (best->nparts == 0)
		tree_line(tree, 1, "no: it cannot be delivered");
	else if (best->missing > 0)
		tree_line(tree, 1, "no: %s of it cannot be delivered",
				  wording_quantity(best->missing));
	else
		tree_line(tree, 1, "%s, %s", best->on_time ? "yes" : "late",
				  best->nparts == 1 ? "in one delivery" :
				  psprintf("in %d parts", best->nparts));

	for (int i = 0; i < best->nparts; i++)
		tree_line(tree, 2, "%s from location \"%s\" on %s",
				  wording_quantity(best->parts[i].quantity),
				  book->ledgers[best->parts[i].ledger].curve->location,
				  wording_instant(best->parts[i].available_at));
}

/*
 * One location: when it could deliver the whole, and what decides that.
 */
static void
explain_location(Tree *tree, const AtpLedger *ledger,
				 const QuoteRequest *request)
{
	const AtpCurve *curve = ledger->curve;
	Instant		from = Max(request->after, curve->now);
	Instant		by = (request->due == INSTANT_END) ? from :
	Max(request->due, from);
	Instant		at = quote_earliest(ledger, request->quantity, from);
	const AtpStep *now_step = &curve->steps[0];

	if (at == INSTANT_END)
		tree_line(tree, 1, "location \"%s\": never", curve->location);
	else
		tree_line(tree, 1, "location \"%s\": earliest %s", curve->location,
				  wording_instant(at));

	tree_line(tree, 2, "balance now %s: %s there, %s due",
			  wording_quantity(now_step->balance),
			  wording_quantity(now_step->supply),
			  wording_quantity(now_step->demand));
	explain_rules(tree, curve);
	explain_overdue(tree, curve);

	if (at > by)
	{
		Cause		cause;
		char	   *binding;

		cause_find(ledger, request->quantity, by, from, &cause);
		tree_line(tree, 2, "not %s (%s): %s available, %s missing",
				  by <= curve->now ? "now" :
				  psprintf("by %s", wording_instant(by)),
				  reason_name(cause.reason),
				  wording_quantity(cause.there),
				  wording_quantity(cause.missing));
		if (cause.binds_at != INSTANT_END)
			tree_line(tree, 3, "the balance is lowest on %s: %s",
					  wording_instant(cause.binds_at),
					  wording_quantity(curve->steps[atp_curve_find(curve,
																   cause.binds_at)].balance));
		binding = reason_binding(&cause);
		if (binding != NULL)
			tree_line(tree, 3, "binds: %s", binding);
		if (cause.binds_at != INSTANT_END)
			explain_claims(tree, curve, &cause);
		tree_line(tree, 3, "frees: %s", reason_freeing(&cause, ledger));
	}
	else if (at != INSTANT_END)
	{
		Quantity	available = atp_available(ledger, at);

		if (available == ATP_UNLIMITED)
			tree_line(tree, 2, "available on %s: replenished on demand",
					  wording_instant(at));
		else
			tree_line(tree, 2, "available on %s: %s", wording_instant(at),
					  wording_quantity(available));
	}
}

/* the rules that are not the default */
static void
explain_rules(Tree *tree, const AtpCurve *curve)
{
	if (curve->rules.safety_stock != 0)
		tree_line(tree, 2, "safety stock %s is kept",
				  wording_quantity(curve->rules.safety_stock));
	if (curve->rules.lead_end != INSTANT_END)
		tree_line(tree, 2, "can be replenished by %s: demand from then on does not bind",
				  wording_instant(curve->rules.lead_end));
	if (curve->rules.horizon_end != INSTANT_END)
		tree_line(tree, 2, "nothing is offered beyond the horizon %s",
				  wording_instant(curve->rules.horizon_end));
}

/*
 * Receipts that should have come, in the order in which they were due.
 */
static void
explain_overdue(Tree *tree, const AtpCurve *curve)
{
	const FlowList *list = &curve->flows;
	const Flow **overdue;
	int			noverdue = 0;

	overdue = palloc(sizeof(Flow *) * ((Size) list->nflows + list->nnever));
	for (int i = 0; i < list->nflows; i++)
	{
		if (flow_is_overdue(&list->flows[i]))
			overdue[noverdue++] = &list->flows[i];
	}
	for (int i = 0; i < list->nnever; i++)
		overdue[noverdue++] = &list->never[i];
	qsort(overdue, noverdue, sizeof(Flow *), compare_stated);

	for (int i = 0; i < noverdue; i++)
	{
		const Flow *flow = overdue[i];
		char	   *name = reason_flow_name(flow);
		char	   *quantity = wording_quantity(flow->delta);

		if (flow->delta < 0)
			continue;
		if (flow->stated_at == INSTANT_END)
			tree_line(tree, 2, "without a date: %s of %s, does not count",
					  name, quantity);
		else if (flow->at == INSTANT_END)
			tree_line(tree, 2, "overdue: %s of %s was due on %s, does not count",
					  name, quantity, wording_instant(flow->stated_at));
		else
			tree_line(tree, 2, "overdue: %s of %s was due on %s, counts on %s",
					  name, quantity, wording_instant(flow->stated_at),
					  wording_instant(flow->at));
	}
	pfree(overdue);
}

static int
compare_stated(const void *a, const void *b)
{
	return flow_compare_stated(*(const Flow *const *) a,
							   *(const Flow *const *) b);
}

/*
 * The largest demands to come until the low point, beside the one that binds:
 * what is there now is reserved for them.
 */
static void
explain_claims(Tree *tree, const AtpCurve *curve, const Cause *cause)
{
	const Flow *last = NULL;

	for (int n = 0; n < MAX_CLAIMS_NAMED; n++)
	{
		const Flow *next = NULL;

		/* the largest of those that come after the last one named */
		for (int i = 0; i < curve->flows.nflows; i++)
		{
			const Flow *flow = &curve->flows.flows[i];

			if (flow->delta >= 0 || flow == cause->binds ||
				flow->at <= curve->now || flow->at > cause->binds_at)
				continue;
			if (last != NULL && flow_compare_size(flow, last) <= 0)
				continue;
			if (next == NULL || flow_compare_size(flow, next) < 0)
				next = flow;
		}
		if (next == NULL)
			return;
		tree_line(tree, 4, "reserved for %s: %s on %s",
				  reason_flow_name(next), wording_quantity(-next->delta),
				  wording_instant(next->at));
		last = next;
	}
}
