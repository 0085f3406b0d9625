/*
 * flow.c - from the rows of a node to the flows that count.
 */
#include "core/sort.h"
#include "core/text_order.h"
#include "engine/flow.h"
#include "engine/shelf_life.h"

/* by instant; flows of one instant keep their order */
#define SORT_RUNS sort_flows
#define SORT_RUNS_ELEMENT Flow
#include "core/sort_runs_template.h"

static void place_rows(const StockNode *node, Instant now, FlowList *list,
					   bool *any_bound, bool *any_expiring);
static bool has_details(const StockNode *node);
static Flow make_flow(Instant at, Quantity delta, Instant stated_at,
					  const FlowDetail *detail);
static int	compare_flows(const void *a, const void *b);
static int	compare_flows_fully(const void *a, const void *b);
static PromiseStatus net_bound_supply(FlowList *list, bool any_expiring);
static int	compare_flows_by_owner(const void *a, const void *b);
static const Flow *largest_of_sign(const Flow *flows, int nflows,
								   Quantity sign);
static const char *flow_owner(const Flow *flow);
static bool ref_is_supplied(const char *ref, const char **refs, int nrefs);
static int	compare_refs(const void *a, const void *b);
static PromiseStatus add_losses(Flow *flows, int *nflows, bool bound);
static Instant lot_spoils_at(const Flow *flow, bool bound);
static int	collect_instants(const Flow *flows, int nflows, bool bound,
							 Instant *instants);
static int	find_instant(const Instant *instants, int ninstants, Instant at);
static int	compare_instants(const void *a, const void *b);

/*
 * Build the flows of a node.
 *
 * The arrays of "list" are palloc'd in the current context.
 */
PromiseStatus
flow_list_build(const StockNode *node, Instant now, FlowList *list)
{
	bool		any_bound;
	bool		any_expiring;

	place_rows(node, now, list, &any_bound, &any_expiring);
	list->any_expiring = false;

	if (any_bound)
	{
		PromiseStatus status = net_bound_supply(list, any_expiring);

		if (status != PROMISE_OK)
			return status;
	}

	sort_flows(list->flows, list->nflows);

	/* what spoils may all have been bound */
	for (int i = 0; i < list->nflows && any_expiring && !list->any_expiring; i++)
		list->any_expiring = flow_spoils_at(&list->flows[i]) != INSTANT_END;
	if (list->any_expiring)
		return add_losses(list->flows, &list->nflows, false);
	return PROMISE_OK;
}

void
flow_list_free(FlowList *list)
{
	pfree(list->flows);
	if (list->never != NULL)
		pfree(list->never);
}

/*
 * Put every row at the instant at which it counts.
 */
static void
place_rows(const StockNode *node, Instant now, FlowList *list,
		   bool *any_bound, bool *any_expiring)
{
	/* each expiring lot may add one loss; each row may be kept as "never" */
	list->flows = palloc(sizeof(Flow) *
						 ((Size) node->nevents * (has_details(node) ? 2 : 1) + 1));
	list->nflows = 0;
	list->never = NULL;
	list->nnever = 0;
	*any_bound = false;
	*any_expiring = false;

	for (int i = 0; i < node->nevents; i++)
	{
		const FlowEvent *event = &node->events[i];
		Instant		at = flow_counts_at(event, &node->rules, now);

		if ((i & 0xFFFF) == 0)
			CORE_CHECK_INTERRUPTS();
		if (event->delta == 0)
			continue;

		if (at == INSTANT_END)
		{
			if (list->never == NULL)
				list->never = palloc(sizeof(Flow) * (Size) (node->nevents - i));
			list->never[list->nnever++] = make_flow(at, event->delta,
													event->at, event->detail);
			continue;
		}

		list->flows[list->nflows++] = make_flow(at, event->delta,
												event->at, event->detail);

		if (event->detail != NULL && event->detail->is_supply)
		{
			*any_bound |= event->detail->for_ref != NULL;
			*any_expiring |= event->detail->expires_at != INSTANT_END;
		}
	}
}

/* without them no row is known to expire */
static bool
has_details(const StockNode *node)
{
	for (int i = 0; i < node->nevents; i++)
	{
		if (node->events[i].detail != NULL)
			return true;
	}
	return false;
}

static Flow
make_flow(Instant at, Quantity delta, Instant stated_at,
		  const FlowDetail *detail)
{
	Flow		flow;

	flow.at = at;
	flow.delta = delta;
	flow.stated_at = stated_at;
	flow.detail = detail;
	flow.lost = false;
	return flow;
}

static int
compare_flows(const void *a, const void *b)
{
	const Flow *fa = a;
	const Flow *fb = b;

	return (fa->at > fb->at) - (fa->at < fb->at);
}

/* an order that no two rows share, unless nothing tells them apart */
static int
compare_flows_fully(const void *a, const void *b)
{
	int			cmp = compare_flows(a, b);

	return (cmp != 0) ? cmp : flow_compare_size(a, b);
}

/*
 * Replace supply bound to a demand, and that demand, by what the demand draws
 * on the free balance.
 *
 * For one ref let B(t) be its bound supply less its demand and less what of
 * the supply has spoiled, all up to t.  The free balance sees min(0, B(t)):
 * nothing while the bound supply covers the demand, the lack while it does not.
 *
 * There is room in "list" for the losses: at most one for each lot.
 */
static PromiseStatus
net_bound_supply(FlowList *list, bool any_expiring)
{
	const char **refs = palloc(sizeof(char *) * (Size) list->nflows);
	Flow	   *bound = palloc(sizeof(Flow) * (Size) list->nflows);
	Flow	   *account = palloc(sizeof(Flow) * 2 * (Size) list->nflows);
	int			nrefs = 0;
	int			nbound = 0;
	int			nfree = 0;

	for (int i = 0; i < list->nflows; i++)
	{
		const FlowDetail *detail = list->flows[i].detail;

		if (detail != NULL && detail->is_supply && detail->for_ref != NULL)
			refs[nrefs++] = detail->for_ref;
	}
	core_sort(refs, nrefs, sizeof(char *), compare_refs);

	/* set aside the flows that belong to such a ref */
	for (int i = 0; i < list->nflows; i++)
	{
		const char *owner = flow_owner(&list->flows[i]);

		if (owner != NULL && ref_is_supplied(owner, refs, nrefs))
			bound[nbound++] = list->flows[i];
		else
			list->flows[nfree++] = list->flows[i];
	}
	core_sort(bound, nbound, sizeof(Flow), compare_flows_by_owner);

	/*
	 * Walk each ref in time.  invariant: "owned" is B after the instants seen
	 * so far, "drawn" is min(0, B).
	 */
	for (int i = 0; i < nbound;)
	{
		const char *owner = flow_owner(&bound[i]);
		Quantity	owned = 0;
		Quantity	drawn = 0;
		int			naccount = 0;

		for (; i < nbound && strcmp(flow_owner(&bound[i]), owner) == 0; i++)
			account[naccount++] = bound[i];
		if (any_expiring)
		{
			PromiseStatus status = add_losses(account, &naccount, true);

			if (status != PROMISE_OK)
				return status;
		}

		for (int k = 0; k < naccount;)
		{
			int			first = k;
			Quantity	draws;
			Quantity	change;

			/* what the flows of one instant do, they do together */
			for (; k < naccount && account[k].at == account[first].at; k++)
			{
				if (pg_add_s64_overflow(owned, account[k].delta, &owned))
					return PROMISE_QUANTITY_OVERFLOW;
			}
			draws = Min(owned, 0);
			if (pg_sub_s64_overflow(draws, drawn, &change))
				return PROMISE_QUANTITY_OVERFLOW;
			drawn = draws;
			if (change == 0)
				continue;
			list->flows[nfree] = *largest_of_sign(&account[first], k - first,
												  change);
			list->flows[nfree].lost = false;
			list->flows[nfree++].delta = change;
		}
	}
	list->nflows = nfree;

	pfree(refs);
	pfree(bound);
	pfree(account);
	return PROMISE_OK;
}

/* in whose name the balance changes: there is a flow of that sign */
static const Flow *
largest_of_sign(const Flow *flows, int nflows, Quantity sign)
{
	const Flow *largest = NULL;

	for (int i = 0; i < nflows; i++)
	{
		if ((sign < 0) == (flows[i].delta < 0) &&
			(largest == NULL || flow_compare_size(&flows[i], largest) < 0))
			largest = &flows[i];
	}
	Assert(largest != NULL);
	return largest;
}

/* the ref whose own account this flow belongs to; NULL if it is free */
static const char *
flow_owner(const Flow *flow)
{
	if (flow->detail == NULL)
		return NULL;
	return flow->detail->is_supply ? flow->detail->for_ref : flow->detail->ref;
}

/* by owner, then instant, then supply before demand */
static int
compare_flows_by_owner(const void *a, const void *b)
{
	const Flow *fa = a;
	const Flow *fb = b;
	int			cmp = strcmp(flow_owner(fa), flow_owner(fb));

	if (cmp == 0)
		cmp = compare_flows(fa, fb);
	if (cmp == 0)
		cmp = (fb->delta > fa->delta) - (fb->delta < fa->delta);
	if (cmp == 0)
		cmp = flow_compare_size(fa, fb);
	return cmp;
}

static int
compare_refs(const void *a, const void *b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static bool
ref_is_supplied(const char *ref, const char **refs, int nrefs)
{
	return bsearch(&ref, refs, nrefs, sizeof(char *), compare_refs) != NULL;
}

/*
 * When free supply spoils: INSTANT_END if it does not, or if the flow is what
 * supply bound to a demand leaves to the others, which is no lot any more.
 */
Instant
flow_spoils_at(const Flow *flow)
{
	if (flow->detail == NULL || !flow->detail->is_supply ||
		flow->detail->for_ref != NULL)
		return INSTANT_END;
	return flow->detail->expires_at;
}

/*
 * Use up supply first expired, first out, and add what is lost as flows of
 * its own: one for each lot that spoils, also if nothing of it is lost, so
 * that there is a step in the curve.
 *
 * The flows are sorted by instant, and so they are left.  There must be room
 * for a loss of every lot.  "bound" tells whose lots spoil here: those of one
 * ref's own account, or those of the free balance.
 */
static PromiseStatus
add_losses(Flow *flows, int *nflows, bool bound)
{
	int			nrows = *nflows;
	Instant    *instants = palloc(sizeof(Instant) * (2 * (Size) nrows + 1));
	int		   *lot_rows = palloc(sizeof(int) * ((Size) nrows + 1));
	ShelfLife	shelf;
	PromiseStatus status;

	/* which lot is used up must not depend on the order of the rows */
	core_sort(flows, nrows, sizeof(Flow), compare_flows_fully);

	shelf.nsteps = collect_instants(flows, nrows, bound, instants);
	shelf.lots = palloc(sizeof(ShelfLot) * ((Size) nrows + 1));
	shelf.nlots = 0;
	shelf.demand = palloc0(sizeof(Quantity) * ((Size) shelf.nsteps + 1));

	for (int i = 0; i < nrows; i++)
	{
		Flow	   *flow = &flows[i];
		int			step = find_instant(instants, shelf.nsteps, flow->at);
		Instant		spoils_at = lot_spoils_at(flow, bound);

		if (flow->delta < 0)
		{
			if (pg_sub_s64_overflow(shelf.demand[step], flow->delta,
									&shelf.demand[step]))
				return PROMISE_QUANTITY_OVERFLOW;
		}
		else if (spoils_at <= flow->at)
			flow->delta = 0;	/* spoiled before it counts */
		else if (flow->delta > 0)
		{
			ShelfLot   *lot = &shelf.lots[shelf.nlots];

			lot->from = step;
			lot->until = (spoils_at == INSTANT_END) ? shelf.nsteps :
				find_instant(instants, shelf.nsteps, spoils_at);
			lot->quantity = flow->delta;
			lot_rows[shelf.nlots++] = i;
		}
	}

	status = shelf_life_serve(&shelf);
	for (int i = 0; i < shelf.nlots && status == PROMISE_OK; i++)
	{
		const Flow *flow = &flows[lot_rows[i]];
		Instant		spoils_at = lot_spoils_at(flow, bound);

		if (spoils_at == INSTANT_END)
			continue;
		flows[*nflows] = make_flow(spoils_at, -shelf.lots[i].lost, spoils_at,
								   flow->detail);
		flows[(*nflows)++].lost = true;
	}
	sort_flows(flows, *nflows);

	pfree(instants);
	pfree(lot_rows);
	pfree(shelf.lots);
	pfree(shelf.demand);
	return status;
}

/* when a lot spoils in an account of bound supply, or in the free balance */
static Instant
lot_spoils_at(const Flow *flow, bool bound)
{
	if (!bound)
		return flow_spoils_at(flow);
	return (flow->detail != NULL && flow->detail->is_supply) ?
		flow->detail->expires_at : INSTANT_END;
}

/*
 * The instants at which rows count or spoil, in order and each once; returns
 * how many.
 */
static int
collect_instants(const Flow *flows, int nflows, bool bound,
				 Instant *instants)
{
	int			n = 0;
	int			ndistinct = 0;

	for (int i = 0; i < nflows; i++)
	{
		Instant		spoils_at = lot_spoils_at(&flows[i], bound);

		instants[n++] = flows[i].at;
		if (spoils_at != INSTANT_END)
			instants[n++] = spoils_at;
	}
	core_sort(instants, n, sizeof(Instant), compare_instants);
	for (int i = 0; i < n; i++)
	{
		if (i == 0 || instants[i] != instants[i - 1])
			instants[ndistinct++] = instants[i];
	}
	return ndistinct;
}

static int
find_instant(const Instant *instants, int ninstants, Instant at)
{
	const Instant *found = bsearch(&at, instants, ninstants, sizeof(Instant),
								   compare_instants);

	Assert(found != NULL);
	return (int) (found - instants);
}

static int
compare_instants(const void *a, const void *b)
{
	Instant		ta = *(const Instant *) a;
	Instant		tb = *(const Instant *) b;

	return (ta > tb) - (ta < tb);
}

/*
 * Which of two flows of one sign is named first: the larger, then the earlier,
 * then that of the smaller ref, then whatever else is said of it.  Never the
 * one that happened to be read first, unless nothing tells them apart.
 */
int
flow_compare_size(const Flow *a, const Flow *b)
{
	/* of the same sign: negative numbers reach further */
	Quantity	size_a = (a->delta < 0) ? a->delta : -a->delta;
	Quantity	size_b = (b->delta < 0) ? b->delta : -b->delta;
	int			order;

	if (size_a != size_b)
		return (size_a > size_b) ? 1 : -1;
	if (a->at != b->at)
		return (a->at > b->at) ? 1 : -1;
	if (a->detail == NULL || b->detail == NULL)
		return (a->detail == NULL) - (b->detail == NULL);
	order = text_order(a->detail->ref, b->detail->ref);
	if (order == 0)
		order = text_order(a->detail->kind, b->detail->kind);
	if (order == 0)
		order = (a->stated_at > b->stated_at) - (a->stated_at < b->stated_at);
	return order;
}

/*
 * In which order receipts that should have come are named: as they were due.
 */
int
flow_compare_stated(const Flow *a, const Flow *b)
{
	if (a->stated_at != b->stated_at)
		return (a->stated_at > b->stated_at) ? 1 : -1;
	return flow_compare_size(a, b);
}
