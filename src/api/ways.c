/*
 * ways.c - all ways to deliver: from stock, and by a plan.
 */
#include "postgres.h"

#include "api/moves.h"
#include "api/parts.h"
#include "api/ways.h"

/* the locations that are planned at, and what came of it */
typedef struct PlannedLocations
{
	NetworkLocation *locations;
	CapablePlan *plans;
	int			n;
} PlannedLocations;

static void plan_locations(const WaysSearch *search, PlannedLocations *planned);
static void add_whole(const WaysSearch *search, const CapablePlan *plan,
					  Ways *ways);
static bool stock_is_as_early(const WaysSearch *search,
							  const CapablePlan *plan);
static void add_parts(const WaysSearch *search,
					  const NetworkLocation *location, Ways *ways);
static void add_what_there_is(const WaysSearch *search,
							  const PlannedLocations *planned, Ways *ways);
static bool is_complete(const Ways *ways);
static CapableRequest request_of(const WaysSearch *search, Quantity quantity);
static OfferKind kind_of(const WaysSearch *search, const CapablePlan *plan);
static Way *add_way(Ways *ways);
static Way *add_planned(const WaysSearch *search, const CapablePlan *plans,
						int nplans, Ways *ways);
static void sort_ways(const WaysSearch *search, Ways *ways);
static int	compare_ways(const WaysSearch *search, const Way *a, const Way *b);
static int	compare_costs(const Way *a, const Way *b);

/*
 * The ways to deliver from stock and receipts.
 */
void
ways_from_stock(const WaysSearch *search, Ways *ways)
{
	QuoteOptions options;

	memset(ways, 0, sizeof(Ways));
	if (search->nledgers == 0)
		return;
	quote_options(search->ledgers, search->nledgers, &search->request,
				  &options);
	for (int i = 0; i < options.noptions; i++)
	{
		const QuoteOption *option = &options.options[i];
		Way		   *way = add_way(ways);
		const AtpCurve *curve = search->ledgers[option->nparts > 0 ?
												option->parts[0].ledger : 0].curve;

		way->stock = option;
		way->ledgers = search->ledgers;
		way->kind = option->kind;
		way->on_time = option->on_time;
		way->missing = option->missing;
		way->completion = option->completion;
		way->nparts = option->nparts;
		way->location = curve->location;
		way->priority = curve->priority;
	}
}

/*
 * Is the best way so far so good that no plan can be better?  Where a location is
 * asked for, what another one has is no answer.
 */
bool
ways_suffice(const WaysSearch *search, const Ways *ways)
{
	return ways->nways > 0 && ways->ways[0].missing == 0 &&
		ways->ways[0].nparts > 0 && ways->ways[0].completion <= search->by &&
		ways->ways[0].kind != OFFER_ELSEWHERE;
}

/*
 * Add the ways to make, buy or move it.  Nothing is planned where only stock is
 * known.
 */
void
ways_add_plans(const WaysSearch *search, Ways *ways)
{
	PlannedLocations planned;

	plan_locations(search, &planned);
	if (planned.n == 0)
		return;

	for (int i = 0; i < planned.n; i++)
		add_whole(search, &planned.plans[i], ways);
	sort_ways(search, ways);

	if (search->request.parts_max > 1 && !ways_suffice(search, ways))
	{
		for (int i = 0; i < planned.n; i++)
			add_parts(search, &planned.locations[i], ways);
	}
	if (is_complete(ways))
	{
		int			n = 0;

		/* the last resort is not needed */
		for (int i = 0; i < ways->nways; i++)
		{
			if (ways->ways[i].missing == 0)
				ways->ways[n++] = ways->ways[i];
		}
		ways->nways = n;
	}
	else
		add_what_there_is(search, &planned, ways);
	sort_ways(search, ways);
}

/*
 * Add the way to deliver a substitute, which was searched for instead.
 */
void
ways_add_substitute(const WaysSearch *search,
					const NetworkSubstitute *substitute,
					const WaysSearch *instead, const Way *way, Ways *ways)
{
	Way		   *added = add_way(ways);

	*added = *way;
	added->substitute = substitute;
	added->quantity = instead->request.quantity;
	added->kind = OFFER_SUBSTITUTE;
	sort_ways(search, ways);
}

/*
 * Plan the whole at the location asked for, and at the others if that is late.
 */
static void
plan_locations(const WaysSearch *search, PlannedLocations *planned)
{
	CapableRequest request = request_of(search, search->request.quantity);
	const char *asked = search->request.location;
	NetworkLocation *locations;
	int			nlocations;

	locations = capable_locations(search->capable, search->item, &nlocations);
	planned->locations = palloc(sizeof(NetworkLocation) *
								(Size) Max(nlocations, 1));
	planned->plans = palloc(sizeof(CapablePlan) * (Size) Max(nlocations, 1));
	planned->n = 0;

	for (int round = (asked == NULL) ? 1 : 0; round < 2; round++)
	{
		for (int i = 0; i < nlocations; i++)
		{
			bool		is_asked = asked != NULL &&
			strcmp(locations[i].name, asked) == 0;

			if (is_asked != (round == 0))
				continue;
			if (capable_plan(search->capable, &request, &locations[i],
							 &planned->plans[planned->n]))
				planned->locations[planned->n++] = locations[i];
		}
		if (asked != NULL &&
			(search->only_here ||
			 (planned->n > 0 && planned->plans[0].in_time)))
			break;
	}
	if (search->may_move)
		(void) moves_improve(search->capable, &request, planned->plans,
							 planned->n);
}

static void
add_whole(const WaysSearch *search, const CapablePlan *plan, Ways *ways)
{
	if (plan->answer.possible && plan->answer.plan.nlots > 0 &&
		!stock_is_as_early(search, plan))
		(void) add_planned(search, plan, 1, ways);
}

/* would the plan take what stock could give at that date? */
static bool
stock_is_as_early(const WaysSearch *search, const CapablePlan *plan)
{
	for (int i = 0; i < search->nledgers; i++)
	{
		if (strcmp(search->ledgers[i].curve->location, plan->location) == 0)
			return quote_earliest(&search->ledgers[i], plan->quantity,
								  search->request.after) <= plan->available_at;
	}
	return false;
}

/*
 * In parts from one location: as much as can be there by the date, then the rest.
 */
static void
add_parts(const WaysSearch *search, const NetworkLocation *location,
		  Ways *ways)
{
	TimeMark	mark = capable_mark(search->capable);
	NetworkLocation here = *location;
	PartsRequest request = {
		.whole = request_of(search, search->request.quantity),
		.locations = &here,
		.nlocations = 1,
		.by = search->by,
		.latest = INSTANT_END,
		.whole_at = INSTANT_END,
		.parts_max = search->request.parts_max,
		.part_minimum = search->request.part_minimum
	};
	CapablePlan *parts;
	int			nparts = parts_plan(search->capable, &request, &parts);
	int			nlots = 0;

	for (int i = 0; i < nparts; i++)
		nlots += parts[i].answer.plan.nlots;
	/* from stock alone it is offered already */
	if (nlots > 0)
		(void) add_planned(search, parts, nparts, ways);
	capable_undo(search->capable, mark);
}

/*
 * The whole cannot be had: the most that can, or what stands in the way.
 */
static void
add_what_there_is(const WaysSearch *search, const PlannedLocations *planned,
				  Ways *ways)
{
	const QuoteRequest *request = &search->request;
	CapableRequest whole = request_of(search, request->quantity);
	const Way  *stock = ways->nways > 0 ? &ways->ways[0] : NULL;
	Quantity	best = 0;
	int			best_at = 0;
	Way		   *way;

	for (int i = 0; i < planned->n && request->parts_max > 1; i++)
	{
		Quantity	most = capable_most(search->capable, &whole,
										&planned->locations[i], INSTANT_END - 1,
										request->part_minimum);

		if (most > best)
		{
			best = most;
			best_at = i;
		}
	}

	if (stock != NULL && request->quantity - stock->missing > best)
		return;
	ways->nways = 0;
	if (best > 0)
	{
		CapableRequest part = request_of(search, best);
		CapablePlan *plan = palloc(sizeof(CapablePlan));

		if (capable_plan(search->capable, &part, &planned->locations[best_at],
						 plan) && plan->answer.possible)
		{
			way = add_planned(search, plan, 1, ways);
			way->kind = OFFER_PARTIAL;
			way->missing = request->quantity - best;
			way->on_time = false;
			way->refused = &planned->plans[best_at];
			return;
		}
	}

	way = add_way(ways);
	way->kind = OFFER_NONE;
	way->missing = request->quantity;
	way->completion = INSTANT_END;
	way->location = planned->plans[0].location;
	way->priority = planned->plans[0].priority;
	way->refused = &planned->plans[0];
}

static bool
is_complete(const Ways *ways)
{
	for (int i = 0; i < ways->nways; i++)
	{
		if (ways->ways[i].missing == 0)
			return true;
	}
	return false;
}

static CapableRequest
request_of(const WaysSearch *search, Quantity quantity)
{
	CapableRequest request = {
		.item = search->item,
		.quantity = quantity,
		.due = search->request.due,
		.after = search->request.after,
		.wish = search->wish
	};

	return request;
}

static OfferKind
kind_of(const WaysSearch *search, const CapablePlan *plan)
{
	const char *asked = search->request.location;

	if (asked != NULL && strcmp(asked, plan->location) != 0)
		return OFFER_ELSEWHERE;
	return ways_kind_of_plan(plan, plan->available_at, search->request.due);
}

OfferKind
ways_kind_of_plan(const CapablePlan *plan, Instant at, Instant due)
{
	if (plan->answer.plan.nlots == 0)
		return at > due ? OFFER_LATER : OFFER_WHOLE;
	switch (plan->answer.plan.lots[plan->answer.plan.needs[0].first_lot].source->kind)
	{
		case PLAN_MAKE:
			return OFFER_MAKE;
		case PLAN_BUY:
			return OFFER_BUY;
		case PLAN_MOVE:
			return OFFER_MOVE;
		case PLAN_KIT:
			return OFFER_KIT;
	}
	return OFFER_WHOLE;			/* not reached */
}

static Way *
add_way(Ways *ways)
{
	if (ways->nways == ways->maxways)
	{
		ways->maxways = Max(8, 2 * ways->maxways);
		ways->ways = ways->ways == NULL ?
			palloc(sizeof(Way) * (Size) ways->maxways) :
			repalloc(ways->ways, sizeof(Way) * (Size) ways->maxways);
	}
	memset(&ways->ways[ways->nways], 0, sizeof(Way));
	return &ways->ways[ways->nways++];
}

static Way *
add_planned(const WaysSearch *search, const CapablePlan *plans, int nplans,
			Ways *ways)
{
	Way		   *way = add_way(ways);

	way->plans = plans;
	way->nplans = nplans;
	way->kind = (nplans > 1) ? OFFER_PARTS : kind_of(search, plans);
	way->completion = INSTANT_BEGIN;
	for (int i = 0; i < nplans; i++)
	{
		way->completion = Max(way->completion, plans[i].available_at);
		if (plans[i].currency != NULL)
			way->currency = plans[i].currency;
		if (pg_add_s64_overflow(way->cost, plans[i].cost, &way->cost))
			way->cost = QUANTITY_MAX;
	}
	way->on_time = way->completion <= search->request.due;
	way->nparts = nplans;
	way->location = plans[0].location;
	way->priority = plans[0].priority;
	return way;
}

/*
 * Insertion sort: stable, and few ways are the rule.
 */
static void
sort_ways(const WaysSearch *search, Ways *ways)
{
	for (int i = 1; i < ways->nways; i++)
	{
		Way			way = ways->ways[i];
		int			k = i;

		/* invariant: ways[0 .. k) is sorted, ways[k + 1 .. i] is worse */
		while (k > 0 && compare_ways(search, &way, &ways->ways[k - 1]) < 0)
		{
			ways->ways[k] = ways->ways[k - 1];
			k--;
		}
		ways->ways[k] = way;
	}
}

/* the order of the header */
static int
compare_ways(const WaysSearch *search, const Way *a, const Way *b)
{
	const char *asked = search->request.location;

	if (a->on_time != b->on_time)
		return a->on_time ? -1 : 1;
	if (a->missing != b->missing)
		return a->missing < b->missing ? -1 : 1;
	if (search->wish.objective == PLAN_CHEAPEST && a->on_time &&
		compare_costs(a, b) != 0)
		return compare_costs(a, b);
	if (a->completion != b->completion)
		return a->completion < b->completion ? -1 : 1;
	if (a->nparts != b->nparts)
		return a->nparts < b->nparts ? -1 : 1;
	if ((a->substitute == NULL) != (b->substitute == NULL))
		return a->substitute == NULL ? -1 : 1;
	if (a->substitute != NULL &&
		a->substitute->priority != b->substitute->priority)
		return a->substitute->priority < b->substitute->priority ? -1 : 1;
	if (asked != NULL)
	{
		bool		asked_a = strcmp(a->location, asked) == 0;
		bool		asked_b = strcmp(b->location, asked) == 0;

		if (asked_a != asked_b)
			return asked_a ? -1 : 1;
	}
	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	if (compare_costs(a, b) != 0)
		return compare_costs(a, b);
	if ((a->stock != NULL) != (b->stock != NULL))
		return a->stock != NULL ? -1 : 1;
	if (a->substitute != NULL &&
		strcmp(a->substitute->item, b->substitute->item) != 0)
		return strcmp(a->substitute->item, b->substitute->item);
	return strcmp(a->location, b->location);
}

/* costs in two currencies say nothing */
static int
compare_costs(const Way *a, const Way *b)
{
	if (a->cost == b->cost ||
		(a->currency != NULL && b->currency != NULL &&
		 strcmp(a->currency, b->currency) != 0))
		return 0;
	return a->cost < b->cost ? -1 : 1;
}
