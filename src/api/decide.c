/*
 * decide.c - can a promise be given?
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "api/decide.h"
#include "api/moves.h"
#include "api/parts.h"
#include "api/reserve.h"
#include "store/fetch.h"
#include "store/node_lock.h"
#include "store/nodes.h"
#include "store/settings.h"
#include "types/report.h"

/* the attempt at which all that a plan could touch is locked */
#define LAST_ATTEMPT 2

static void add_own_nodes(const Demand *demand, NodeSet *nodes);
static void lock_nodes(NodeSet *wanted, NodeSet *taken);
static void add_unlocked(const NodeSet *nodes, NodeSet *unlocked);
static bool decide_from_stock(const Demand *demand, Decision *decision);
static void decide_by_plan(const Demand *demand, Decision *decision,
						   Capable *capable);
static void decide_late(const Demand *demand, Decision *decision,
						Capable *capable);
static void decide_parts(const Demand *demand, Decision *decision,
						 Capable *capable);
static int	compare_parts(const void *left, const void *right);
static void check_known(const Demand *demand, const Book *book);
static bool choose(const Demand *demand, const Book *book, Decision *decision);
static void add_balance(const AtpCurve *curve, Decision *decision);

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
			.exclude = decide_own_refs(demand),
			.nexclude = Max(demand->nown_refs, 1)
		};
		NodeSet		touched = {0};
		NodeSet		missing = {0};
		Capable    *capable;

		CHECK_FOR_INTERRUPTS();
		/* only what is moved can still be missing then */
		if (attempt > LAST_ATTEMPT + 1)
			node_lock_all();
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
		if (!decision->feasible && demand->latest > demand->due)
			decide_late(demand, decision, capable);
		if (demand->parts_max > 1 &&
			(!decision->feasible || decision->available_at > demand->due ||
			 demand->due == INSTANT_END))
			decide_parts(demand, decision, capable);
		if (decision->planned != NULL)
			reserve_add_moves(&touched, decision->planned);
		for (int i = 0; i < decision->nparts; i++)
		{
			if (decision->parts[i].planned != NULL)
				reserve_add_plan(&touched,
								 &decision->parts[i].planned->answer.plan);
		}
		add_unlocked(&touched, &missing);
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
	Book	   *book = decide_read_book(demand, decision->now, false);
	Instant		soonest = Max(decision->now, demand->after);

	decision->feasible = choose(demand, book, decision);
	if (!decision->feasible ||
		(demand->due == INSTANT_END && decision->available_at > soonest))
	{
		book = decide_read_book(demand, decision->now, true);
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
	Instant		due = decide_effective_due(demand, decision->now);
	CapableRequest request = {
		.item = demand->item,
		.quantity = demand->quantity,
		.due = due,
		.after = demand->after,
		.wish = demand->wish,
		.is_hold = demand->is_hold
	};
	int			nlocations;
	NetworkLocation *locations = capable_locations(capable, demand->item,
												   &nlocations);
	CapablePlan *plans = palloc((nlocations + 1) * sizeof(CapablePlan));
	int			nplans = 0;
	CapablePlan *best = NULL;

	for (int i = 0; i < nlocations; i++)
	{
		if ((demand->location == NULL ||
			 strcmp(demand->location, locations[i].name) == 0) &&
			capable_plan(capable, &request, &locations[i], &plans[nplans]))
			nplans++;
	}
	(void) moves_improve(capable, &request, plans, nplans);
	for (int i = 0; i < nplans; i++)
	{
		CapablePlan *plan = &plans[i];

		if (best == NULL ||
			(plan->answer.possible && !best->answer.possible) ||
			(plan->answer.possible == best->answer.possible &&
			 capable_compare(plan, best) < 0))
			best = plan;
	}

	if (best == NULL)
	{
		if (!decision->feasible && !demand->may_be_unknown)
			check_known(demand, decide_read_book(demand, decision->now, true));
		return;
	}
	if (!best->answer.possible ||
		(due == INSTANT_END ? decision->feasible &&
		 best->available_at >= decision->available_at : best->answer.at > due))
	{
		decision->refused = best;
		decision->network = capable->network;
		if (decision->location == NULL)
			decision->location = best->location;
		return;
	}
	decision->feasible = true;
	decision->has_balance = false;
	decision->planned = best;
	decision->location = best->location;
	decision->available_at = best->available_at;
	decision->at = (demand->due == INSTANT_END) ? best->answer.at : demand->due;
}

/*
 * All at once, but after the date asked for.
 */
static void
decide_late(const Demand *demand, Decision *decision, Capable *capable)
{
	Demand		first = *demand;
	Decision	late = {.now = decision->now};

	first.due = INSTANT_END;
	if (!decide_from_stock(&first, &late))
		decide_by_plan(&first, &late, capable);
	if (late.feasible && late.at <= demand->latest)
		*decision = late;
}

/*
 * In parts, if less of it is late then.
 */
static void
decide_parts(const Demand *demand, Decision *decision, Capable *capable)
{
	Instant		due = decide_effective_due(demand, decision->now);
	PartsRequest request = {
		.whole = {
			.item = demand->item,
			.quantity = demand->quantity,
			.due = due,
			.after = demand->after,
			.wish = demand->wish,
			.is_hold = demand->is_hold
		},
		.by = due != INSTANT_END ? due : Max(decision->now, demand->after),
		.latest = Max(demand->latest, due),
		.parts_max = demand->parts_max,
		.part_minimum = demand->part_minimum
	};
	int			nlocations;
	NetworkLocation *locations = network_locations(capable->network,
												   demand->item, &nlocations);
	CapablePlan *plans;
	int			nparts;
	DecidedPart *parts;

	request.locations = palloc((Size) Max(nlocations, 1) *
							   sizeof(NetworkLocation));
	for (int i = 0; i < nlocations; i++)
	{
		if (demand->location == NULL ||
			strcmp(locations[i].name, demand->location) == 0)
			request.locations[request.nlocations++] = locations[i];
	}
	request.whole_at = decision->feasible ? decision->available_at : INSTANT_END;
	nparts = parts_plan(capable, &request, &plans);
	parts = palloc((Size) Max(nparts, 1) * sizeof(DecidedPart));
	for (int i = 0; i < nparts; i++)
	{
		const CapablePlan *plan = &plans[i];

		parts[i] = (DecidedPart)
		{
			.location = plan->location,
				.quantity = plan->quantity,
				.available_at = plan->available_at,
				.at = plan->available_at <= due && demand->due != INSTANT_END ?
				demand->due : plan->answer.at,
				.planned = plan->answer.plan.nlots > 0 ? plan : NULL
		};
	}
	if (nparts == 0)
		return;

	qsort(parts, nparts, sizeof(DecidedPart), compare_parts);
	decision->feasible = true;
	decision->parts = parts;
	decision->nparts = nparts;
	decision->planned = NULL;
}

/* by date, then the larger one, then by location */
static int
compare_parts(const void *left, const void *right)
{
	const DecidedPart *a = left;
	const DecidedPart *b = right;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->quantity != b->quantity)
		return a->quantity > b->quantity ? -1 : 1;
	return strcmp(a->location, b->location);
}

const char **
decide_own_refs(const Demand *demand)
{
	return demand->nown_refs > 0 ? demand->own_refs :
		(const char **) &demand->ref;
}

Book *
decide_read_book(const Demand *demand, Instant now, bool detail)
{
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
		query.exclude = decide_own_refs(demand);
		query.nexclude = Max(demand->nown_refs, 1);
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
Instant
decide_effective_due(const Demand *demand, Instant now)
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
	Instant		due = decide_effective_due(demand, decision->now);
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
		add_balance(ledger->curve, decision);
		return true;
	}
	return false;
}

/*
 * What the decision rests on, to be kept with the promise.
 */
static void
add_balance(const AtpCurve *curve, Decision *decision)
{
	decision->has_balance = true;
	decision->supply = 0;
	decision->demand = 0;
	for (int i = 0; i < curve->nsteps && curve->steps[i].at <= decision->at; i++)
	{
		const AtpStep *step = &curve->steps[i];

		/* steps hold sums that do not overflow, their sums can */
		if (pg_add_s64_overflow(decision->supply, step->supply, &decision->supply) ||
			pg_add_s64_overflow(decision->demand, step->demand, &decision->demand))
		{
			decision->has_balance = false;
			return;
		}
	}
}
