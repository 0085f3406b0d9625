/*
 * quote.c - the ways to deliver a quantity of one item, best first.
 */
#include "engine/quote.h"

/* What the steps of one question share. */
typedef struct QuoteSearch
{
	const AtpLedger *ledgers;
	int			nledgers;
	const QuoteRequest *request;
	QuoteOptions *result;
} QuoteSearch;

static void offer_whole(QuoteSearch *search);
static void offer_parts_in_time(QuoteSearch *search, int ledger);
static void offer_parts_across(QuoteSearch *search);
static bool across_is_enough(const QuoteSearch *search, Instant at,
							 int *order, int *nparts);
static Quantity offered_at(const QuoteSearch *search, int ledger_no,
						   Instant at);
static void rank_locations(const QuoteSearch *search, Instant at, int *order);
static void prefer_locations(const QuoteSearch *search, int *order, int n);
static void offer_what_there_is(QuoteSearch *search);
static bool any_on_time(const QuoteSearch *search);
static QuoteOption *add_option(QuoteSearch *search, int maxparts);
static void finish_option(const QuoteSearch *search, QuoteOption *option,
						  OfferKind kind);
static int	compare_parts(const void *a, const void *b);
static void sort_options(QuoteSearch *search);
static bool option_is_better(const QuoteSearch *search, const QuoteOption *a,
							 const QuoteOption *b);
static int	compare_locations(const QuoteSearch *search, int a, int b);

/*
 * First instant at which the whole quantity is offered by one location, the
 * horizon looked at; INSTANT_END if it is not.
 */
Instant
quote_earliest(const AtpLedger *ledger, Quantity quantity, Instant after)
{
	Instant		at = atp_earliest(ledger, quantity, after);

	return (at > ledger->curve->rules.horizon_end) ? INSTANT_END : at;
}

/*
 * Find the ways to deliver, best first.  There is always at least one option:
 * the last resort is one of kind OFFER_NONE without parts.
 */
void
quote_options(const AtpLedger *ledgers, int nledgers,
			  const QuoteRequest *request, QuoteOptions *result)
{
	QuoteSearch search;

	Assert(request->quantity > 0);
	Assert(request->parts_max >= 1 && request->part_minimum >= 1);

	search.ledgers = ledgers;
	search.nledgers = nledgers;
	search.request = request;
	search.result = result;

	/* a whole and two kinds of parts for each location, and one at the end */
	result->options = palloc(sizeof(QuoteOption) * (2 * (Size) nledgers + 2));
	result->noptions = 0;

	offer_whole(&search);

	if (request->parts_max > 1 &&
		(request->due == INSTANT_END || !any_on_time(&search)))
	{
		for (int i = 0; i < nledgers; i++)
			offer_parts_in_time(&search, i);
		offer_parts_across(&search);
	}

	if (result->noptions == 0)
		offer_what_there_is(&search);

	sort_options(&search);
}

/*
 * All at once from each location that can.
 */
static void
offer_whole(QuoteSearch *search)
{
	const QuoteRequest *request = search->request;

	for (int i = 0; i < search->nledgers; i++)
	{
		const AtpLedger *ledger = &search->ledgers[i];
		Instant		at = quote_earliest(ledger, request->quantity,
										request->after);
		QuoteOption *option;

		if (at == INSTANT_END)
			continue;

		option = add_option(search, 1);
		option->parts[0].ledger = i;
		option->parts[0].quantity = request->quantity;
		option->parts[0].available_at = at;
		option->nparts = 1;
		finish_option(search, option,
					  request->location != NULL &&
					  strcmp(request->location, ledger->curve->location) != 0 ?
					  OFFER_ELSEWHERE :
					  at > request->due ? OFFER_LATER : OFFER_WHOLE);
	}
}

/*
 * From one location, as it becomes available: what there is by the date asked
 * for (or as soon as there is anything), then each time there is more, and
 * the rest when the whole is there.
 *
 * Every part but the last is at most what is available at its instant less
 * the parts before it, and the rest comes when the whole quantity is
 * available, so the parts together are as feasible as the whole.
 */
static void
offer_parts_in_time(QuoteSearch *search, int ledger_no)
{
	const QuoteRequest *request = search->request;
	const AtpLedger *ledger = &search->ledgers[ledger_no];
	Instant		whole_at = quote_earliest(ledger, request->quantity,
										  request->after);
	Quantity	given = 0;
	QuoteOption *option;

	if (whole_at == INSTANT_END || !atp_curve_rises(ledger->curve))
		return;

	option = add_option(search, request->parts_max);
	while (option->nparts < request->parts_max - 1)
	{
		OfferPart  *part = &option->parts[option->nparts];
		Quantity	rest = request->quantity - given;
		Quantity	there;
		Instant		at;

		/* a part, and a rest behind it, of at least the minimum each */
		if (rest < request->part_minimum ||
			rest - request->part_minimum < request->part_minimum)
			break;
		at = quote_earliest(ledger, given + request->part_minimum,
							request->after);
		if (at >= whole_at)
			break;
		there = atp_available(ledger, at);

		/* better one part that is on time than a first drop */
		if (option->nparts == 0 && at <= request->due &&
			request->due < whole_at)
			there = atp_available(ledger, request->due);

		part->quantity = Min(there - given, rest - request->part_minimum);
		part->available_at = quote_earliest(ledger, given + part->quantity,
											request->after);
		part->ledger = ledger_no;
		given += part->quantity;
		option->nparts++;
	}

	if (option->nparts == 0)
	{
		search->result->noptions--; /* nothing to be had before the whole */
		return;
	}
	option->parts[option->nparts].ledger = ledger_no;
	option->parts[option->nparts].quantity = request->quantity - given;
	option->parts[option->nparts].available_at = whole_at;
	option->nparts++;
	finish_option(search, option, OFFER_PARTS);
}

/*
 * From several locations, each one part: at the first instant at which those
 * that have most have enough together, if no location alone has it then.  Of
 * these, the preferred ones give as much as they can.
 *
 * What a location offers by an instant only rises, so "enough" stays true once
 * it is: the first such instant is found by bisection.
 */
static void
offer_parts_across(QuoteSearch *search)
{
	const QuoteRequest *request = search->request;
	Quantity	rest = request->quantity;
	Instant		first;
	Instant    *instants;
	QuoteOption *option;
	int		   *order;
	int			nparts;
	int			ninstants;
	int			lo = 0;
	int			hi;

	if (search->nledgers < 2 ||
		search->ledgers[0].curve->method != ATP_LOOKAHEAD)
		return;

	order = palloc(sizeof(int) * (Size) search->nledgers);
	ninstants = hi = atp_instants(search->ledgers, search->nledgers,
								  Max(request->after, search->ledgers[0].curve->now),
								  INSTANT_END, &instants);

	/* invariant: not enough before instants[lo], enough from instants[hi] */
	while (lo < hi)
	{
		int			mid = lo + (hi - lo) / 2;

		if (across_is_enough(search, instants[mid], order, &nparts))
			hi = mid;
		else
			lo = mid + 1;
	}

	first = (lo < ninstants) ? instants[lo] : INSTANT_END;
	pfree(instants);
	if (first == INSTANT_END ||
		!across_is_enough(search, first, order, &nparts) || nparts < 2)
	{
		pfree(order);
		return;
	}

	option = add_option(search, nparts);
	prefer_locations(search, order, nparts);
	for (int i = 0; i < nparts; i++)
	{
		const AtpLedger *ledger = &search->ledgers[order[i]];
		OfferPart  *part = &option->parts[i];

		/* leave at least the minimum to each part that follows */
		part->ledger = order[i];
		part->quantity = core_min(offered_at(search, order[i], first),
								  rest - request->part_minimum * (nparts - 1 - i));
		part->available_at = quote_earliest(ledger, part->quantity,
											request->after);
		rest -= part->quantity;
	}
	Assert(rest == 0);
	option->nparts = nparts;
	finish_option(search, option, OFFER_PARTS);
	pfree(order);
}

/*
 * Do the locations that have most have enough together at an instant, in at
 * most parts_max parts of at least the minimum?  The first nparts of "order"
 * are those locations.
 */
static bool
across_is_enough(const QuoteSearch *search, Instant at, int *order,
				 int *nparts)
{
	const QuoteRequest *request = search->request;
	Quantity	sum = 0;
	int			most = Min(search->nledgers, request->parts_max);

	rank_locations(search, at, order);
	for (int n = 0; n < most; n++)
	{
		Quantity	offered = offered_at(search, order[n], at);

		/* so many parts of the minimum are more than was asked for */
		if (offered < request->part_minimum ||
			request->quantity / (n + 1) < request->part_minimum)
			return false;
		if (offered >= request->quantity - sum)
		{
			*nparts = n + 1;
			return true;
		}
		sum += offered;
	}
	return false;
}

/*
 * The most that a location offers at one instant, which is not after "at" and
 * not after its horizon.  Where nothing spoils it offers most at the end.
 */
static Quantity
offered_at(const QuoteSearch *search, int ledger_no, Instant at)
{
	const AtpLedger *ledger = &search->ledgers[ledger_no];
	const AtpCurve *curve = ledger->curve;
	Instant		from = Max(search->request->after, curve->now);
	Instant		upto = Min(at, curve->rules.horizon_end);
	Quantity	most = 0;

	if (from > upto)
		return 0;
	if (atp_curve_rises(curve))
		return core_max(atp_available(ledger, upto), 0);

	for (int i = atp_curve_find(curve, from);
		 i < curve->nsteps && curve->steps[i].at <= upto; i++)
		most = core_max(most, atp_available(ledger, Max(curve->steps[i].at, from)));
	return most;
}

/*
 * Order the locations by what they offer, most first, then as always.
 * Insertion sort: the order of the step before is nearly the order now.
 */
static void
rank_locations(const QuoteSearch *search, Instant at, int *order)
{
	Quantity   *offered = palloc(sizeof(Quantity) * (Size) search->nledgers);

	for (int i = 0; i < search->nledgers; i++)
	{
		Quantity	mine = offered_at(search, i, at);
		int			k = i;

		/* invariant: order[0 .. k) is sorted, order[k + 1 .. i] is worse */
		while (k > 0 && (offered[k - 1] < mine ||
						 (offered[k - 1] == mine &&
						  compare_locations(search, order[k - 1], i) > 0)))
		{
			offered[k] = offered[k - 1];
			order[k] = order[k - 1];
			k--;
		}
		offered[k] = mine;
		order[k] = i;
	}
	pfree(offered);
}

/* put the preferred ones among the first n locations first */
static void
prefer_locations(const QuoteSearch *search, int *order, int n)
{
	for (int i = 1; i < n; i++)
	{
		int			mine = order[i];
		int			k = i;

		while (k > 0 && compare_locations(search, order[k - 1], mine) > 0)
		{
			order[k] = order[k - 1];
			k--;
		}
		order[k] = mine;
	}
}

/*
 * The whole cannot be had: offer the most that can ever be given, one part from
 * each of the locations that have most, or say that there is nothing.
 */
static void
offer_what_there_is(QuoteSearch *search)
{
	const QuoteRequest *request = search->request;
	QuoteOption *option = add_option(search, request->parts_max);
	int		   *order = palloc(sizeof(int) * (Size) search->nledgers);
	Instant		last = request->after;

	option->missing = request->quantity;
	if (request->parts_max > 1 &&
		search->ledgers[0].curve->method == ATP_LOOKAHEAD)
	{
		for (int i = 0; i < search->nledgers; i++)
		{
			const AtpCurve *curve = search->ledgers[i].curve;

			last = Max(last, curve->steps[curve->nsteps - 1].at);
		}
		rank_locations(search, last, order);

		for (int i = 0; i < Min(search->nledgers, request->parts_max); i++)
		{
			OfferPart  *part = &option->parts[option->nparts];

			part->ledger = order[i];
			part->quantity = core_min(offered_at(search, order[i], last),
									  option->missing);
			if (part->quantity < request->part_minimum)
				break;
			part->available_at = quote_earliest(&search->ledgers[order[i]],
												part->quantity,
												request->after);
			option->missing -= part->quantity;
			option->nparts++;
		}
	}
	finish_option(search, option,
				  option->nparts > 0 ? OFFER_PARTIAL : OFFER_NONE);
	pfree(order);
}

static bool
any_on_time(const QuoteSearch *search)
{
	for (int i = 0; i < search->result->noptions; i++)
	{
		if (search->result->options[i].on_time)
			return true;
	}
	return false;
}

static QuoteOption *
add_option(QuoteSearch *search, int maxparts)
{
	QuoteOption *option =
	&search->result->options[search->result->noptions++];

	option->parts = palloc(sizeof(OfferPart) * (Size) maxparts);
	option->nparts = 0;
	option->missing = 0;
	return option;
}

static void
finish_option(const QuoteSearch *search, QuoteOption *option, OfferKind kind)
{
	option->kind = kind;
	option->completion = INSTANT_END;
	if (option->nparts > 0)
	{
		pg_qsort(option->parts, option->nparts, sizeof(OfferPart),
				 compare_parts);
		option->completion = option->parts[option->nparts - 1].available_at;
	}
	option->on_time = option->nparts > 0 && option->missing == 0 &&
		option->completion <= search->request->due;
}

static int
compare_parts(const void *a, const void *b)
{
	const OfferPart *pa = a;
	const OfferPart *pb = b;

	if (pa->available_at != pb->available_at)
		return (pa->available_at > pb->available_at) ? 1 : -1;
	return pa->ledger - pb->ledger;
}

/*
 * Insertion sort: stable, and few options are the rule.
 */
static void
sort_options(QuoteSearch *search)
{
	QuoteOption *options = search->result->options;

	for (int i = 1; i < search->result->noptions; i++)
	{
		QuoteOption option = options[i];
		int			k = i;

		/* invariant: options[0 .. k) is sorted, options[k + 1 .. i] is worse */
		while (k > 0 && option_is_better(search, &option, &options[k - 1]))
		{
			options[k] = options[k - 1];
			k--;
		}
		options[k] = option;
	}
}

/* the order of the header */
static bool
option_is_better(const QuoteSearch *search, const QuoteOption *a,
				 const QuoteOption *b)
{
	if (a->on_time != b->on_time)
		return a->on_time;
	if (a->missing != b->missing)
		return a->missing < b->missing;
	if (a->completion != b->completion)
		return a->completion < b->completion;
	if (a->nparts != b->nparts)
		return a->nparts < b->nparts;
	if (a->nparts == 0)
		return false;
	return compare_locations(search, a->parts[0].ledger,
							 b->parts[0].ledger) < 0;
}

/* the location asked for, then by priority, then by name */
static int
compare_locations(const QuoteSearch *search, int a, int b)
{
	const AtpCurve *ca = search->ledgers[a].curve;
	const AtpCurve *cb = search->ledgers[b].curve;

	if (search->request->location != NULL)
	{
		bool		asked_a = strcmp(ca->location, search->request->location) == 0;
		bool		asked_b = strcmp(cb->location, search->request->location) == 0;

		if (asked_a != asked_b)
			return asked_a ? -1 : 1;
	}
	if (ca->priority != cb->priority)
		return (ca->priority > cb->priority) ? 1 : -1;
	return strcmp(ca->location, cb->location);
}
