/*
 * flow.c - from the rows of a node to the flows that count.
 */
#include "engine/flow.h"

/* A lot that spoils, in the heap of shelf_life_losses(). */
typedef struct Lot
{
	Instant		expires_at;
	int			number;			/* of two that spoil together, the one that
								 * was there first is used first */
	Quantity	left;
	const FlowDetail *detail;
} Lot;

typedef struct LotHeap
{
	Lot		   *lots;
	int			nlots;
} LotHeap;

static void place_rows(const StockNode *node, Instant now, FlowList *list,
					   bool *any_bound, bool *any_expiring);
static Flow make_flow(Instant at, Quantity delta, Instant stated_at,
					  const FlowDetail *detail);
static void sort_flows(Flow *flows, int nflows);
static int	compare_flows(const void *a, const void *b);
static int	compare_flows_fully(const void *a, const void *b);
static PromiseStatus net_bound_supply(FlowList *list, bool any_expiring);
static int	compare_flows_by_owner(const void *a, const void *b);
static const char *flow_owner(const Flow *flow);
static bool ref_is_supplied(const char *ref, const char **refs, int nrefs);
static int	compare_refs(const void *a, const void *b);
static PromiseStatus shelf_life_losses(Flow *flows, int *nflows_p, bool bound);
static int	compare_words(const char *a, const char *b);
static inline bool lot_is_sooner(const Lot *a, const Lot *b);
static void lot_heap_push(LotHeap *heap, Lot lot);
static void lot_heap_pop(LotHeap *heap);

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

	if (any_bound)
	{
		PromiseStatus status = net_bound_supply(list, any_expiring);

		if (status != PROMISE_OK)
			return status;
	}

	sort_flows(list->flows, list->nflows);

	if (any_expiring)
		return shelf_life_losses(list->flows, &list->nflows, false);
	return PROMISE_OK;
}

/*
 * Put every row at the instant at which it counts.
 */
static void
place_rows(const StockNode *node, Instant now, FlowList *list,
		   bool *any_bound, bool *any_expiring)
{
	/* each expiring lot may add one loss; each row may be kept as "never" */
	list->flows = palloc(sizeof(Flow) * (2 * (Size) node->nevents + 1));
	list->nflows = 0;
	list->never = NULL;
	list->nnever = 0;
	*any_bound = false;
	*any_expiring = false;

	for (int i = 0; i < node->nevents; i++)
	{
		const FlowEvent *event = &node->events[i];
		Instant		at = event->at;

		if (event->delta == 0)
			continue;

		if (event->delta > 0 && at != INSTANT_BEGIN && at < now)
			at = node->rules.overdue_at;

		if (at == INSTANT_END)
		{
			if (list->never == NULL)
				list->never = palloc(sizeof(Flow) * (Size) (node->nevents - i));
			list->never[list->nnever++] = make_flow(at, event->delta,
													event->at, event->detail);
			continue;
		}

		list->flows[list->nflows++] = make_flow(Max(at, now), event->delta,
												event->at, event->detail);

		if (event->detail != NULL && event->detail->is_supply)
		{
			*any_bound |= event->detail->for_ref != NULL;
			*any_expiring |= event->detail->expires_at != INSTANT_END;
		}
	}
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
	return flow;
}

/*
 * Rows usually come from an index in order already.
 */
static void
sort_flows(Flow *flows, int nflows)
{
	for (int i = 1; i < nflows; i++)
	{
		if (flows[i].at < flows[i - 1].at)
		{
			pg_qsort(flows, nflows, sizeof(Flow), compare_flows);
			return;
		}
	}
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
	pg_qsort(refs, nrefs, sizeof(char *), compare_refs);

	/* set aside the flows that belong to such a ref */
	for (int i = 0; i < list->nflows; i++)
	{
		const char *owner = flow_owner(&list->flows[i]);

		if (owner != NULL && ref_is_supplied(owner, refs, nrefs))
			bound[nbound++] = list->flows[i];
		else
			list->flows[nfree++] = list->flows[i];
	}
	pg_qsort(bound, nbound, sizeof(Flow), compare_flows_by_owner);

	/*
	 * Walk each ref in time.  invariant: "owned" is B after the flows seen so
	 * far, "drawn" is min(0, B).
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
			PromiseStatus status = shelf_life_losses(account, &naccount, true);

			if (status != PROMISE_OK)
				return status;
		}

		for (int k = 0; k < naccount; k++)
		{
			Quantity	draws;
			Quantity	change;

			if (pg_add_s64_overflow(owned, account[k].delta, &owned))
				return PROMISE_QUANTITY_OVERFLOW;
			draws = Min(owned, 0);
			if (pg_sub_s64_overflow(draws, drawn, &change))
				return PROMISE_QUANTITY_OVERFLOW;
			drawn = draws;
			if (change == 0)
				continue;
			list->flows[nfree] = account[k];
			list->flows[nfree++].delta = change;
		}
	}
	list->nflows = nfree;

	pfree(refs);
	pfree(bound);
	pfree(account);
	return PROMISE_OK;
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
 * Use up supply first expired, first out, and add what is lost as flows of
 * its own.
 *
 * The sweep keeps the lots that are there in a heap by expiry (INSTANT_END
 * for supply that does not spoil), and the demand that nothing has covered
 * yet as "owed"; one of the two is empty between instants.  A lot whose time
 * has come leaves the heap and is lost with what is left of it.
 *
 * The flows are sorted by instant, and so they are left.  There must be room
 * for a loss of every lot.  "bound" tells whose lots spoil here: those of one
 * ref's own account, or those of the free balance, where what is left of bound
 * supply is a change of the balance and no lot any more.
 */
static PromiseStatus
shelf_life_losses(Flow *flows, int *nflows_p, bool bound)
{
	LotHeap		heap;
	Quantity	owed = 0;
	int			nrows = *nflows_p;
	int			nflows = nrows;

	heap.lots = palloc(sizeof(Lot) * (Size) (nflows + 1));
	heap.nlots = 0;

	/* which lot is used up must not depend on the order of the rows */
	pg_qsort(flows, nrows, sizeof(Flow), compare_flows_fully);

	for (int i = 0; i <= nrows;)
	{
		Instant		at = (i < nrows) ? flows[i].at : INSTANT_END;

		/* what spoils up to here is lost */
		while (heap.nlots > 0 && heap.lots[0].expires_at <= at &&
			   heap.lots[0].expires_at != INSTANT_END)
		{
			Lot			lot = heap.lots[0];

			lot_heap_pop(&heap);
			flows[nflows++] = make_flow(lot.expires_at, -lot.left,
										lot.expires_at, lot.detail);
		}
		if (i == nrows)
			break;

		for (; i < nrows && flows[i].at == at; i++)
		{
			Flow	   *flow = &flows[i];
			Lot			lot;

			if (flow->delta <= 0)
			{
				if (pg_sub_s64_overflow(owed, flow->delta, &owed))
					return PROMISE_QUANTITY_OVERFLOW;
				continue;
			}

			lot.expires_at = INSTANT_END;
			if (flow->detail != NULL && flow->detail->is_supply &&
				(flow->detail->for_ref != NULL) == bound)
				lot.expires_at = flow->detail->expires_at;
			lot.number = i;
			lot.left = flow->delta;
			lot.detail = flow->detail;

			/* spoiled before it counts: it covers nothing */
			if (lot.expires_at <= at)
				flow->delta = 0;
			else
				lot_heap_push(&heap, lot);
		}

		/* all supply of this instant is there for all that is owed */
		while (owed > 0 && heap.nlots > 0)
		{
			Quantity	used = Min(owed, heap.lots[0].left);

			owed -= used;
			heap.lots[0].left -= used;
			if (heap.lots[0].left == 0)
				lot_heap_pop(&heap);
		}
	}

	*nflows_p = nflows;
	sort_flows(flows, nflows);
	pfree(heap.lots);
	return PROMISE_OK;
}

/* is lot a used before lot b? */
static inline bool
lot_is_sooner(const Lot *a, const Lot *b)
{
	if (a->expires_at != b->expires_at)
		return a->expires_at < b->expires_at;
	return a->number < b->number;
}

static void
lot_heap_push(LotHeap *heap, Lot lot)
{
	int			at = heap->nlots++;

	/* invariant: the hole at "at" has no child that is smaller than "lot" */
	while (at > 0 && lot_is_sooner(&lot, &heap->lots[(at - 1) / 2]))
	{
		heap->lots[at] = heap->lots[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap->lots[at] = lot;
}

static void
lot_heap_pop(LotHeap *heap)
{
	Lot			lot = heap->lots[--heap->nlots];
	int			at = 0;

	/* invariant: the hole at "at" has no parent that is greater than "lot" */
	for (;;)
	{
		int			child = 2 * at + 1;

		if (child >= heap->nlots)
			break;
		if (child + 1 < heap->nlots &&
			lot_is_sooner(&heap->lots[child + 1], &heap->lots[child]))
			child++;
		if (!lot_is_sooner(&heap->lots[child], &lot))
			break;
		heap->lots[at] = heap->lots[child];
		at = child;
	}
	heap->lots[at] = lot;
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
	order = compare_words(a->detail->ref, b->detail->ref);
	if (order == 0)
		order = compare_words(a->detail->kind, b->detail->kind);
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

/* NULL comes last */
static int
compare_words(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a == NULL) - (b == NULL);
	return strcmp(a, b);
}
