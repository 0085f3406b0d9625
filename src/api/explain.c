/*
 * explain.c - why, as an indented tree in the manner of EXPLAIN.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"

#include "api/answer_way.h"
#include "api/explain_plan.h"
#include "api/moves.h"
#include "api/plan_reason.h"
#include "api/policy_mark.h"
#include "api/question.h"
#include "api/reason.h"
#include "api/substitutes.h"
#include "store/guards.h"
#include "types/wording.h"

PG_FUNCTION_INFO_V1(promise_explain);

/* how many of the flows that reserve stock are named */
#define MAX_CLAIMS_NAMED 5

/* how many ways are named beside the best */
#define MAX_WAYS_BESIDE 3

static void explain_ways(TextTree *tree, const Ways *ways);
static bool is_more_than_stock(const Ways *ways);
static void explain_guidelines(TextTree *tree, const WaysSearch *search,
							   const Way *way, const DemandFacts *facts,
							   Instant now);
static void explain_way(TextTree *tree, const Way *way, bool is_best);
static void explain_plans(TextTree *tree, const WaysSearch *search,
						  const Way *way);
static void explain_location(TextTree *tree, const AtpLedger *ledger,
							 const QuoteRequest *request, bool is_planned);
static void explain_rules(TextTree *tree, const AtpCurve *curve);
static void explain_overdue(TextTree *tree, const AtpCurve *curve);
static int	compare_stated(const void *a, const void *b);
static void explain_claims(TextTree *tree, const AtpCurve *curve,
						   const Cause *cause);

/*
 * explain(item, quantity, due, location, after, exclude, method, objective,
 *		   placement, effort, parts_max, part_minimum, ship_complete,
 *		   customer, channel, seller, price, cost)
 *
 * First the answer, then for each location how it comes about: what is there,
 * what binds and what frees, with the rows that say so.  Then, if the answer is
 * planned, the plan.
 */
Datum
promise_explain(PG_FUNCTION_ARGS)
{
	const char *item = question_text(fcinfo, 0);
	BookQuery	query;
	WaysSearch	search = {0};
	QuoteRequest *request = &search.request;
	DemandFacts facts;
	Ways		ways;
	Book	   *book;
	TextTree	tree;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (item == NULL || PG_ARGISNULL(1))
		return (Datum) 0;
	text_tree_init(&tree, (ReturnSetInfo *) fcinfo->resultinfo);

	request->quantity = question_quantity(PG_GETARG_DATUM(1));
	request->due = question_instant(fcinfo, 2, INSTANT_END);
	request->location = question_text(fcinfo, 3);
	request->after = question_after(fcinfo, 4);
	request->parts_max = question_parts(fcinfo, 10, 12);
	request->part_minimum = question_part_minimum(fcinfo, 11);
	question_facts(fcinfo, 13, &facts);
	facts.price = question_number(fcinfo, 16);
	facts.cost = question_number(fcinfo, 17);

	question_query(&query, &item, request->location);
	query.exclude = question_refs(fcinfo, 5, &query.nexclude);
	query.method = question_method(fcinfo, 6);
	query.detail = true;
	book = book_read(&query);

	search.item = item;
	search.ledgers = book->ledgers;
	search.nledgers = book->nlocations;
	search.by = request->due != INSTANT_END ? request->due :
		Max(query.now, request->after);
	search.only_here = request->location != NULL;
	search.wish.objective = question_objective(fcinfo, 7);
	search.wish.placement = question_placement(fcinfo, 8);
	search.wish.effort = question_effort(fcinfo, 9);
	ways_from_stock(&search, &ways);
	if (query.method == ATP_LOOKAHEAD && !ways_suffice(&search, &ways))
	{
		CapableQuery capable = {
			.now = query.now,
			.exclude = query.exclude,
			.nexclude = query.nexclude
		};

		search.capable = capable_open(&capable);
		search.may_move = true;
		ways_add_plans(&search, &ways);
		if (!ways_suffice(&search, &ways))
			substitutes_add_read(&query, &search, &ways);
	}

	text_tree_line(&tree, 0, "%s of item \"%s\"%s%s, asked on %s",
				   wording_quantity(request->quantity), item,
				   request->location == NULL ? "" :
				   psprintf(" at location \"%s\"", request->location),
				   request->due == INSTANT_END ? "" :
				   psprintf(" by %s", wording_instant(request->due)),
				   wording_instant(query.now));

	if (ways.nways > 0)
	{
		explain_ways(&tree, &ways);
		explain_guidelines(&tree, &search, &ways.ways[0], &facts, query.now);
	}
	else if (!book->known)
		text_tree_line(&tree, 1, "no (unknown_item): item \"%s\" has no row in any role", item);
	else
		text_tree_line(&tree, 1, "no (stock): there is neither stock nor a receipt");
	for (int i = 0; i < book->nlocations; i++)
		explain_location(&tree, &book->ledgers[i], request,
						 is_more_than_stock(&ways));
	if (ways.nways > 0)
		explain_plans(&tree, &search, &ways.ways[0]);
	for (int i = 1; i < ways.nways && ways.ways[i - 1].substitute != NULL; i++)
	{
		/*
		 * of substitutes the best one says enough, but the item itself is
		 * asked for
		 */
		if (ways.ways[i].substitute == NULL)
			explain_plans(&tree, &search, &ways.ways[i]);
	}
	return (Datum) 0;
}

/*
 * The answer: the best way, and if that is not from stock, the next best.
 */
static void
explain_ways(TextTree *tree, const Ways *ways)
{
	explain_way(tree, &ways->ways[0], true);
	if (!is_more_than_stock(ways))
		return;
	for (int i = 1; i < Min(ways->nways, 1 + MAX_WAYS_BESIDE); i++)
		explain_way(tree, &ways->ways[i], false);
}

/* is the best way not one from stock of the item itself? */
static bool
is_more_than_stock(const Ways *ways)
{
	return ways->nways > 0 &&
		(ways->ways[0].nplans > 0 || ways->ways[0].substitute != NULL);
}

/*
 * What guidelines have against the best way.
 */
static void
explain_guidelines(TextTree *tree, const WaysSearch *search, const Way *way,
				   const DemandFacts *facts, Instant now)
{
	Answer		answer = {
		.item = search->item,
		.quantity = search->request.quantity,
		.due = search->request.due,
		.after = search->request.after,
		.by = search->by,
		.valid_until = INSTANT_END
	};
	OfferList	list;

	if (!guards_any_policy())
		return;
	offer_list_init(&list);
	answer_way(&answer, way, 1, &list);
	for (int i = 0; i < list.noffers; i++)
		list.offers[i].detail = NULL;
	policy_mark(&list, facts, now);
	for (int i = 0; i < list.noffers; i++)
	{
		if (list.offers[i].detail != NULL)
			text_tree_line(tree, 2, "outside of the guidelines: %s",
						   list.offers[i].detail);
	}
}

static void
explain_way(TextTree *tree, const Way *way, bool is_best)
{
	const char *answer = is_best ? "yes, " : "or ";
	const char *instead = way->substitute == NULL ? "" :
	psprintf(" of item \"%s\" instead", way->substitute->item);

	if (way->nparts == 0)
		text_tree_line(tree, 1, "no: it cannot be delivered");
	else if (way->missing > 0)
		text_tree_line(tree, 1, "no: %s of it cannot be delivered",
					   wording_quantity(way->missing));
	else
		text_tree_line(tree, 1, "%s%s", way->on_time ? answer :
					   is_best ? "late, " : "or late, ",
					   way->nparts == 1 ? "in one delivery" :
					   psprintf("in %d parts", way->nparts));

	for (int i = 0; way->stock != NULL && i < way->stock->nparts; i++)
	{
		const OfferPart *part = &way->stock->parts[i];

		text_tree_line(tree, 2, "%s%s from location \"%s\" on %s",
					   wording_quantity(part->quantity), instead,
					   way->ledgers[part->ledger].curve->location,
					   wording_instant(part->available_at));
	}
	for (int i = 0; i < way->nplans; i++)
	{
		const CapablePlan *plan = &way->plans[i];
		const char *planned;

		if (plan->answer.plan.nlots == 0)
			planned = "";
		else if (plan->answer.at != plan->available_at)
			planned = psprintf(", planned for %s",
							   wording_instant(plan->answer.at));
		else
			planned = ", as planned";
		if (plan->nmoves > 0)
			planned = psprintf("%s; %s", planned, moves_text(plan));
		text_tree_line(tree, 2, "%s%s from location \"%s\" on %s%s",
					   wording_quantity(plan->quantity), instead, plan->location,
					   wording_instant(plan->available_at), planned);
	}
}

/*
 * How it is planned, or why the rest cannot be.
 */
static void
explain_plans(TextTree *tree, const WaysSearch *search, const Way *way)
{
	for (int i = 0; i < way->nplans; i++)
		explain_plan(tree, 1, search->capable->network, &way->plans[i]);
	if (way->refused != NULL && !way->refused->answer.possible)
		text_tree_line(tree, 1, "no plan at location \"%s\" (%s): %s",
					   way->refused->location,
					   reason_name(plan_reason(&way->refused->answer,
											   way->refused->node)),
					   plan_reason_detail(&way->refused->answer));
}

/*
 * One location: when it could deliver the whole, and what decides that.
 */
static void
explain_location(TextTree *tree, const AtpLedger *ledger,
				 const QuoteRequest *request, bool is_planned)
{
	const AtpCurve *curve = ledger->curve;
	Instant		from = Max(request->after, curve->now);
	Instant		by = (request->due == INSTANT_END) ? from :
	Max(request->due, from);
	Instant		at = quote_earliest(ledger, request->quantity, from);
	const AtpStep *now_step = &curve->steps[0];
	const char *source = is_planned ? ", from stock and receipts" : "";

	if (at == INSTANT_END)
		text_tree_line(tree, 1, "location \"%s\"%s: never", curve->location,
					   source);
	else
		text_tree_line(tree, 1, "location \"%s\"%s: earliest %s",
					   curve->location, source,
					   wording_instant(at));

	text_tree_line(tree, 2, "balance now %s: %s there, %s due",
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
		text_tree_line(tree, 2, "not %s (%s): %s available, %s missing",
					   by <= curve->now ? "now" :
					   psprintf("by %s", wording_instant(by)),
					   reason_name(cause.reason),
					   wording_quantity(cause.there),
					   wording_quantity(cause.missing));
		if (cause.binds_at != INSTANT_END)
			text_tree_line(tree, 3, "the balance is lowest on %s: %s",
						   wording_instant(cause.binds_at),
						   wording_quantity(curve->steps[atp_curve_find(curve,
																		cause.binds_at)].balance));
		binding = reason_binding(&cause);
		if (binding != NULL)
			text_tree_line(tree, 3, "binds: %s", binding);
		if (cause.binds_at != INSTANT_END)
			explain_claims(tree, curve, &cause);
		text_tree_line(tree, 3, "frees: %s", reason_freeing(&cause, ledger));
	}
	else if (at != INSTANT_END)
	{
		Quantity	available = atp_available(ledger, at);

		if (available == ATP_UNLIMITED)
			text_tree_line(tree, 2, "available on %s: replenished on demand",
						   wording_instant(at));
		else
			text_tree_line(tree, 2, "available on %s: %s", wording_instant(at),
						   wording_quantity(available));
	}
}

/* the rules that are not the default */
static void
explain_rules(TextTree *tree, const AtpCurve *curve)
{
	if (curve->rules.safety_stock != 0)
		text_tree_line(tree, 2, "safety stock %s is kept",
					   wording_quantity(curve->rules.safety_stock));
	if (curve->rules.lead_end != INSTANT_END)
		text_tree_line(tree, 2, "can be replenished by %s: demand from then on does not bind",
					   wording_instant(curve->rules.lead_end));
	if (curve->rules.horizon_end != INSTANT_END)
		text_tree_line(tree, 2, "nothing is offered beyond the horizon %s",
					   wording_instant(curve->rules.horizon_end));
}

/*
 * Receipts that should have come, in the order in which they were due.
 */
static void
explain_overdue(TextTree *tree, const AtpCurve *curve)
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
			text_tree_line(tree, 2, "without a date: %s of %s, does not count",
						   name, quantity);
		else if (flow->at == INSTANT_END)
			text_tree_line(tree, 2, "overdue: %s of %s was due on %s, does not count",
						   name, quantity, wording_instant(flow->stated_at));
		else
			text_tree_line(tree, 2, "overdue: %s of %s was due on %s, counts on %s",
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
explain_claims(TextTree *tree, const AtpCurve *curve, const Cause *cause)
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
		text_tree_line(tree, 4, "reserved for %s: %s on %s",
					   reason_flow_name(next), wording_quantity(-next->delta),
					   wording_instant(next->at));
		last = next;
	}
}
