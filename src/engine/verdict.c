/*
 * verdict.c - does a transaction create or deepen a shortage by promising?
 */
#include "core/sort.h"
#include "engine/verdict.h"

/* A balance that is walked in time. */
typedef struct Balance
{
	FlowList	list;
	int			next;			/* first flow that is not in "level" yet */
	Quantity	level;
} Balance;

/* A change of the free capacity of the three images. */
typedef struct CapacityStep
{
	Instant		at;
	Quantity	before;
	Quantity	mixed;
	Quantity	after;
} CapacityStep;

/* What is free of a resource, walked in time. */
typedef struct CapacityWalk
{
	CapacityStep *steps;		/* sorted */
	int			nsteps;
	int			next;			/* first step that is not in "level" yet */
	CapacityStep level;
} CapacityWalk;

/* Where the rule is broken, as it is found. */
typedef struct Finding
{
	Verdict    *verdict;
	ClaimSpan  *spans;			/* disjoint, sorted; the last may be open */
	int			nspans;
	bool		open;			/* is the rule broken at the last instant? */
} Finding;

static StockNode mix_images(const StockNode *before, const StockNode *after);
static PromiseStatus balance_init(Balance *balance, const StockNode *node,
								  Instant now);
static void balance_free(Balance *balance);
static Instant balance_next(const Balance *balance);
static PromiseStatus balance_advance(Balance *balance, Instant at);
static PromiseStatus walk_balances(Balance *before, Balance *mixed,
								   Balance *after, Instant end,
								   Finding *finding);
static void finding_init(Finding *finding, Verdict *verdict, int maxspans);
static PromiseStatus finding_see(Finding *finding, Instant at, bool broken,
								 Quantity after, Quantity before);
static void finding_end(Finding *finding, Instant end);
static void name_flows(Verdict *verdict, const FlowList *after);
static Flow *copy_flow(const Flow *flow);
static const Flow *larger_flow(const Flow *largest, const Flow *flow);
static bool capacity_is_limited(const CapacityNode *node);
static Quantity capacity_units(const CapacityNode *node);
static PromiseStatus capacity_init(CapacityWalk *walk,
								   const CapacityNode *before,
								   const CapacityNode *after, Instant now);
static PromiseStatus add_capacity_steps(CapacityWalk *walk,
										const CapacityEvent *event,
										Instant now, bool before, bool mixed,
										bool after);
static void add_capacity_step(CapacityWalk *walk, Instant at, Quantity delta,
							  bool before, bool mixed, bool after);
static PromiseStatus capacity_advance(CapacityWalk *walk);
static int	compare_steps(const void *a, const void *b);
static void name_load(Verdict *verdict, const CapacityNode *after);
static bool load_is_larger(const CapacityEvent *a, const CapacityEvent *b);

/*
 * One pass over the flows: most checks end here.
 */
PromiseStatus
verdict_is_short(const StockNode *after, Instant now, bool *is_short)
{
	FlowList	list;
	Quantity	level = 0;
	PromiseStatus status = flow_list_build(after, now, &list);

	*is_short = false;
	if (status != PROMISE_OK)
		return status;

	for (int i = 0; i < list.nflows && !*is_short; i++)
	{
		if (list.flows[i].at >= after->rules.lead_end)
			break;
		if (pg_add_s64_overflow(level, list.flows[i].delta, &level))
		{
			status = PROMISE_QUANTITY_OVERFLOW;
			break;
		}
		/* flows of one instant count together */
		*is_short = level < 0 &&
			(i + 1 == list.nflows || list.flows[i + 1].at > list.flows[i].at);
	}
	flow_list_free(&list);
	return status;
}

PromiseStatus
verdict_of_stock(const StockNode *before, const StockNode *after,
				 Instant now, Verdict *verdict)
{
	StockNode	mix = mix_images(before, after);
	Balance		balance_before;
	Balance		balance_mixed;
	Balance		balance_after;
	Finding		finding;
	PromiseStatus status;

	status = balance_init(&balance_before, before, now);
	if (status == PROMISE_OK)
		status = balance_init(&balance_mixed, &mix, now);
	if (status == PROMISE_OK)
		status = balance_init(&balance_after, after, now);
	if (status != PROMISE_OK)
		return status;

	finding_init(&finding, verdict,
				 balance_before.list.nflows + balance_mixed.list.nflows +
				 balance_after.list.nflows);
	status = walk_balances(&balance_before, &balance_mixed, &balance_after,
						   after->rules.lead_end, &finding);
	if (status == PROMISE_OK && verdict->broken)
		status = claim_changes_of_stock(before, after, now, finding.spans,
										finding.nspans, &verdict->claims,
										&verdict->nclaims);

	/*
	 * A demand that shrinks leaves others with less where it had lent them
	 * its own supply for a lot that spoils.  Nobody promised anything.
	 */
	verdict->broken &= verdict->nclaims > 0;
	if (verdict->broken)
		name_flows(verdict, &balance_after.list);

	pfree(mix.events);
	pfree(finding.spans);
	balance_free(&balance_before);
	balance_free(&balance_mixed);
	balance_free(&balance_after);
	return status;
}

/*
 * The supply of "after" with the claims of "before".
 */
static StockNode
mix_images(const StockNode *before, const StockNode *after)
{
	StockNode	mix = *after;

	mix.events = palloc(sizeof(FlowEvent) *
						((Size) before->nevents + after->nevents + 1));
	mix.nevents = 0;
	for (int i = 0; i < after->nevents; i++)
	{
		Assert(after->events[i].detail != NULL);
		if (after->events[i].detail->origin == FLOW_SUPPLY)
			mix.events[mix.nevents++] = after->events[i];
	}
	for (int i = 0; i < before->nevents; i++)
	{
		Assert(before->events[i].detail != NULL);
		if (before->events[i].detail->origin != FLOW_SUPPLY)
			mix.events[mix.nevents++] = before->events[i];
	}
	return mix;
}

static PromiseStatus
balance_init(Balance *balance, const StockNode *node, Instant now)
{
	balance->next = 0;
	balance->level = 0;
	return flow_list_build(node, now, &balance->list);
}

static void
balance_free(Balance *balance)
{
	flow_list_free(&balance->list);
}

/* when the balance changes next; INSTANT_END if it does not */
static Instant
balance_next(const Balance *balance)
{
	return (balance->next < balance->list.nflows) ?
		balance->list.flows[balance->next].at : INSTANT_END;
}

/*
 * Take in all flows up to and including those of an instant.
 */
static PromiseStatus
balance_advance(Balance *balance, Instant at)
{
	while (balance_next(balance) <= at && at != INSTANT_END)
	{
		Quantity	delta = balance->list.flows[balance->next++].delta;

		if (pg_add_s64_overflow(balance->level, delta, &balance->level))
			return PROMISE_QUANTITY_OVERFLOW;
	}
	return PROMISE_OK;
}

/*
 * Between two instants at which a balance changes nothing happens.
 */
static PromiseStatus
walk_balances(Balance *before, Balance *mixed, Balance *after, Instant end,
			  Finding *finding)
{
	for (;;)
	{
		Instant		at = core_min(core_min(balance_next(before),
										   balance_next(mixed)),
								  balance_next(after));
		PromiseStatus status;

		if (at == INSTANT_END || at >= end)
			break;
		CORE_CHECK_INTERRUPTS();

		status = balance_advance(before, at);
		if (status == PROMISE_OK)
			status = balance_advance(mixed, at);
		if (status == PROMISE_OK)
			status = balance_advance(after, at);
		if (status == PROMISE_OK)
			status = finding_see(finding, at,
								 after->level < 0 &&
								 after->level < before->level &&
								 after->level < mixed->level,
								 after->level, before->level);
		if (status != PROMISE_OK)
			return status;
	}
	finding_end(finding, end);
	return PROMISE_OK;
}

static void
finding_init(Finding *finding, Verdict *verdict, int maxspans)
{
	memset(verdict, 0, sizeof(*verdict));
	verdict->from = INSTANT_END;
	verdict->until = INSTANT_END;
	verdict->deepest_at = INSTANT_END;

	finding->verdict = verdict;
	finding->spans = palloc(sizeof(ClaimSpan) * ((Size) maxspans + 1));
	finding->nspans = 0;
	finding->open = false;
}

/*
 * Note what holds from "at" on.
 */
static PromiseStatus
finding_see(Finding *finding, Instant at, bool broken, Quantity after,
			Quantity before)
{
	Verdict    *verdict = finding->verdict;

	if (after == QUANTITY_MIN || before == QUANTITY_MIN)
		return PROMISE_QUANTITY_OVERFLOW;

	if (broken && !finding->open)
		finding->spans[finding->nspans++].from = at;
	else if (!broken && finding->open)
		finding->spans[finding->nspans - 1].until = at;
	finding->open = broken;

	if (broken && !verdict->broken)
	{
		verdict->broken = true;
		verdict->from = at;
	}
	if (verdict->broken && verdict->until == INSTANT_END)
	{
		if (after >= 0)
			verdict->until = at;
		else if (-after > verdict->missing)
		{
			verdict->missing = -after;
			verdict->missing_before = Max(-before, 0);
			verdict->deepest_at = at;
		}
	}
	return PROMISE_OK;
}

/*
 * Nothing is missing from "end" on.
 */
static void
finding_end(Finding *finding, Instant end)
{
	if (finding->open)
		finding->spans[finding->nspans - 1].until = end;
	if (finding->verdict->broken && finding->verdict->until == INSTANT_END)
		finding->verdict->until = end;
}

/*
 * What binds, and what frees.  They are copies: the list goes.
 */
static void
name_flows(Verdict *verdict, const FlowList *after)
{
	const Flow *binds = NULL;
	const Flow *frees = NULL;
	ClaimSet	rose;

	claim_set_init(&rose, verdict->claims, verdict->nclaims);
	for (int i = 0; i < after->nflows; i++)
	{
		const Flow *flow = &after->flows[i];

		if (flow->lost)
			continue;
		if (flow->delta < 0 && flow->at <= verdict->deepest_at &&
			flow->detail->origin != FLOW_SUPPLY &&
			!claim_set_has_flow(&rose, flow->detail))
			binds = larger_flow(binds, flow);
		if (flow->delta > 0 && flow->at == verdict->until)
			frees = larger_flow(frees, flow);
	}
	verdict->binds = copy_flow(binds);
	verdict->frees = copy_flow(frees);
	claim_set_free(&rose);
}

static Flow *
copy_flow(const Flow *flow)
{
	Flow	   *copy;

	if (flow == NULL)
		return NULL;
	copy = palloc(sizeof(Flow));
	*copy = *flow;
	return copy;
}

static const Flow *
larger_flow(const Flow *largest, const Flow *flow)
{
	return (largest == NULL || flow_compare_size(flow, largest) < 0) ?
		flow : largest;
}

PromiseStatus
verdict_is_overloaded(const CapacityNode *after, Instant now,
					  bool *is_overloaded)
{
	CapacityWalk walk;
	PromiseStatus status;

	*is_overloaded = false;
	if (!capacity_is_limited(after))
		return PROMISE_OK;

	status = capacity_init(&walk, after, after, now);
	while (status == PROMISE_OK && walk.next < walk.nsteps)
	{
		status = capacity_advance(&walk);
		*is_overloaded = walk.level.after < 0;
		if (*is_overloaded)
			break;
	}
	pfree(walk.steps);
	return status;
}

PromiseStatus
verdict_of_capacity(const CapacityNode *before, const CapacityNode *after,
					Instant now, Verdict *verdict)
{
	CapacityWalk walk;
	Finding		finding;
	PromiseStatus status;

	finding_init(&finding, verdict,
				 2 * (before->nevents + after->nevents) + 1);
	if (!capacity_is_limited(after))
	{
		pfree(finding.spans);
		return PROMISE_OK;
	}

	status = capacity_init(&walk, before, after, now);
	while (status == PROMISE_OK && walk.next < walk.nsteps)
	{
		const CapacityStep *level = &walk.level;

		CORE_CHECK_INTERRUPTS();
		status = capacity_advance(&walk);
		if (status == PROMISE_OK)
			status = finding_see(&finding, level->at,
								 level->after < 0 &&
								 level->after < level->before &&
								 level->after < level->mixed,
								 level->after, level->before);
	}
	finding_end(&finding, INSTANT_END);
	if (status == PROMISE_OK && verdict->broken)
	{
		status = claim_changes_of_capacity(before, after, now, finding.spans,
										   finding.nspans, &verdict->claims,
										   &verdict->nclaims);
		name_load(verdict, after);
	}
	pfree(finding.spans);
	pfree(walk.steps);
	return status;
}

static bool
capacity_is_limited(const CapacityNode *node)
{
	return !node->known || node->finite;
}

/* one that had no limit before has none of the old units to compare with */
static Quantity
capacity_units(const CapacityNode *node)
{
	return node->known ? node->units : 0;
}

/*
 * The free capacity of three images.  The level is before all time until the
 * first step is taken, which stands at now.
 */
static PromiseStatus
capacity_init(CapacityWalk *walk, const CapacityNode *before,
			  const CapacityNode *after, Instant now)
{
	bool		limited = capacity_is_limited(before);
	PromiseStatus status = PROMISE_OK;

	walk->steps = palloc(sizeof(CapacityStep) *
						 (2 * ((Size) before->nevents + after->nevents) + 1));
	walk->nsteps = 0;
	walk->next = 0;
	walk->level.at = INSTANT_BEGIN;
	walk->level.before = limited ? capacity_units(before) : QUANTITY_MAX;
	walk->level.mixed = capacity_units(after);
	walk->level.after = capacity_units(after);

	add_capacity_step(walk, now, 0, false, false, true);
	for (int i = 0; i < before->nevents && status == PROMISE_OK; i++)
		status = add_capacity_steps(walk, &before->events[i], now, limited,
									before->events[i].is_load, false);
	for (int i = 0; i < after->nevents && status == PROMISE_OK; i++)
		status = add_capacity_steps(walk, &after->events[i], now, false,
									!after->events[i].is_load, true);
	core_sort(walk->steps, walk->nsteps, sizeof(CapacityStep), compare_steps);
	return status;
}

/*
 * An event begins and, if ever, ends.
 */
static PromiseStatus
add_capacity_steps(CapacityWalk *walk, const CapacityEvent *event,
				   Instant now, bool before, bool mixed, bool after)
{
	Instant		from = Max(event->from, now);

	if (event->until <= from)
		return PROMISE_OK;
	if (event->delta == QUANTITY_MIN)
		return PROMISE_QUANTITY_OVERFLOW;
	add_capacity_step(walk, from, event->delta, before, mixed, after);
	if (event->until != INSTANT_END)
		add_capacity_step(walk, event->until, -event->delta, before, mixed,
						  after);
	return PROMISE_OK;
}

static void
add_capacity_step(CapacityWalk *walk, Instant at, Quantity delta,
				  bool before, bool mixed, bool after)
{
	CapacityStep *step = &walk->steps[walk->nsteps++];

	step->at = at;
	step->before = before ? delta : 0;
	step->mixed = mixed ? delta : 0;
	step->after = after ? delta : 0;
}

/*
 * Take in all steps of the next instant.
 */
static PromiseStatus
capacity_advance(CapacityWalk *walk)
{
	CapacityStep *level = &walk->level;

	level->at = walk->steps[walk->next].at;
	while (walk->next < walk->nsteps &&
		   walk->steps[walk->next].at == level->at)
	{
		const CapacityStep *step = &walk->steps[walk->next++];

		if (pg_add_s64_overflow(level->before, step->before, &level->before) ||
			pg_add_s64_overflow(level->mixed, step->mixed, &level->mixed) ||
			pg_add_s64_overflow(level->after, step->after, &level->after))
			return PROMISE_QUANTITY_OVERFLOW;
	}
	return PROMISE_OK;
}

static int
compare_steps(const void *a, const void *b)
{
	const CapacityStep *sa = a;
	const CapacityStep *sb = b;

	return (sa->at > sb->at) - (sa->at < sb->at);
}

/*
 * What else loads the resource where most is missing.
 */
static void
name_load(Verdict *verdict, const CapacityNode *after)
{
	ClaimSet	rose;

	claim_set_init(&rose, verdict->claims, verdict->nclaims);
	for (int i = 0; i < after->nevents; i++)
	{
		const CapacityEvent *event = &after->events[i];

		if (event->is_load && event->from <= verdict->deepest_at &&
			event->until > verdict->deepest_at &&
			!claim_set_has_load(&rose, event) &&
			(verdict->occupies == NULL ||
			 load_is_larger(event, verdict->occupies)))
			verdict->occupies = event;
	}
	claim_set_free(&rose);
}

/* of more units, else that which begins earlier, else of the smaller ref */
static bool
load_is_larger(const CapacityEvent *a, const CapacityEvent *b)
{
	if (a->delta != b->delta)
		return a->delta < b->delta;
	if (a->from != b->from)
		return a->from < b->from;
	if (a->ref == NULL || b->ref == NULL)
		return a->ref != NULL && b->ref == NULL;
	return strcmp(a->ref, b->ref) < 0;
}

/*
 * Walk the free capacity and wait for a stretch that is long enough.
 */
PromiseStatus
verdict_capacity_room(const CapacityNode *node, Quantity units,
					  int64 duration, Instant after, Instant *at)
{
	CapacityWalk walk;
	PromiseStatus status;
	bool		open = true;

	*at = after;
	if (!capacity_is_limited(node))
		return PROMISE_OK;

	/* invariant: if open, there is room from *at to the last step seen */
	status = capacity_init(&walk, node, node, after);
	while (status == PROMISE_OK && walk.next < walk.nsteps)
	{
		status = capacity_advance(&walk);
		if (open && walk.level.at - *at >= duration)
			break;
		if (walk.level.after < units)
			open = false;
		else if (!open)
		{
			open = true;
			*at = walk.level.at;
		}
	}
	if (!open)
		*at = INSTANT_END;
	pfree(walk.steps);
	return status;
}
