/*
 * claim.c - who claims more of a node than before.
 */
#include "core/sort.h"
#include "core/text_order.h"
#include "engine/claim.h"
#include "engine/flow.h"

/* One row of a claim, of either image. */
typedef struct ClaimRow
{
	const char *ref;			/* NULL if the row has none */
	const char *relation;
	Instant		counts_at;
	Instant		ends_at;		/* of capacity; INSTANT_END of stock */
	Instant		stated_at;
	Quantity	quantity;		/* negative: planned supply */
	bool		is_after;		/* of the second image */
	const FlowDetail *detail;	/* of stock */
	const CapacityEvent *load;	/* of capacity */
} ClaimRow;

/* A change of what a claim takes. */
typedef struct ClaimEdge
{
	Instant		at;
	Quantity	before;
	Quantity	after;
} ClaimEdge;

/* What the steps of one comparison share. */
typedef struct ClaimScan
{
	Instant		now;
	const ClaimSpan *spans;		/* disjoint, sorted */
	int			nspans;
	ClaimRow   *rows;
	int			nrows;
	ClaimEdge  *edges;			/* of one claim; room for two of each row */
	bool		any_change;		/* look for what came, not only what rose */
	ClaimChange *claims;
	int			nclaims;
} ClaimScan;

static void scan_init(ClaimScan *scan, int nrows, Instant now,
					  const ClaimSpan *spans, int nspans);
static PromiseStatus add_stock_rows(ClaimScan *scan, const StockNode *node,
									const NodeRules *rules, bool is_after);
static PromiseStatus add_capacity_rows(ClaimScan *scan, const CapacityNode *node,
									   bool is_after);
static PromiseStatus find_changes(ClaimScan *scan);
static PromiseStatus scan_claims(ClaimScan *scan);
static int	cancel_equal_rows(ClaimRow *rows, int nrows);
static PromiseStatus scan_claim(ClaimScan *scan, const ClaimRow *rows,
								int nrows);
static int	collect_edges(const ClaimRow *rows, int nrows, ClaimEdge *edges);
static int	find_span(const ClaimScan *scan, Instant from, Instant until);
static void add_claim(ClaimScan *scan, const ClaimRow *rows, int nrows,
					  Instant at, Quantity before, Quantity after);
static bool same_row(const ClaimRow *a, const ClaimRow *b);
static bool same_place(const ClaimRow *a, const ClaimRow *b);
static int	compare_rows(const void *a, const void *b);
static int	compare_edges(const void *a, const void *b);
static int	compare_claims(const void *a, const void *b);
static int	compare_refs(const void *a, const void *b);
static int	compare_pointers(const void *a, const void *b);
static bool has_row(const ClaimSet *set, const void *row);

/*
 * The claims that are higher in "after" than in "before" somewhere within the
 * spans, in order of "at" and ref.
 *
 * Where supply spoils, a claim may take more from the others by coming later,
 * without being higher at any instant: if none is, then these are the claims
 * that ask for more at some instant than they did at that instant.
 */
PromiseStatus
claim_changes_of_stock(const StockNode *before, const StockNode *after,
					   Instant now, const ClaimSpan *spans, int nspans,
					   ClaimChange **claims, int *nclaims)
{
	ClaimScan	scan;
	PromiseStatus status;

	scan_init(&scan, before->nevents + after->nevents, now, spans, nspans);
	status = add_stock_rows(&scan, before, &after->rules, false);
	if (status == PROMISE_OK)
		status = add_stock_rows(&scan, after, &after->rules, true);
	if (status == PROMISE_OK)
		status = find_changes(&scan);

	*claims = scan.claims;
	*nclaims = scan.nclaims;
	return status;
}

/*
 * The same for loads.  They do not add up over time: what counts is what a
 * claim takes at each instant.
 */
PromiseStatus
claim_changes_of_capacity(const CapacityNode *before,
						  const CapacityNode *after, Instant now,
						  const ClaimSpan *spans, int nspans,
						  ClaimChange **claims, int *nclaims)
{
	ClaimScan	scan;
	PromiseStatus status;

	scan_init(&scan, before->nevents + after->nevents, now, spans, nspans);
	status = add_capacity_rows(&scan, before, false);
	if (status == PROMISE_OK)
		status = add_capacity_rows(&scan, after, true);
	if (status == PROMISE_OK)
		status = find_changes(&scan);

	*claims = scan.claims;
	*nclaims = scan.nclaims;
	return status;
}

static void
scan_init(ClaimScan *scan, int nrows, Instant now, const ClaimSpan *spans,
		  int nspans)
{
	scan->now = now;
	scan->spans = spans;
	scan->nspans = nspans;
	scan->rows = palloc(sizeof(ClaimRow) * ((Size) nrows + 1));
	scan->nrows = 0;
	scan->edges = palloc(sizeof(ClaimEdge) * 2 * ((Size) nrows + 1));
	scan->claims = palloc(sizeof(ClaimChange) * ((Size) nrows + 1));
	scan->nclaims = 0;
}

/*
 * Both images are placed by the same rules, so that only rows differ.
 */
static PromiseStatus
add_stock_rows(ClaimScan *scan, const StockNode *node,
			   const NodeRules *rules, bool is_after)
{
	for (int i = 0; i < node->nevents; i++)
	{
		const FlowEvent *event = &node->events[i];
		const FlowDetail *detail = event->detail;
		Instant		at = flow_counts_at(event, rules, scan->now);
		ClaimRow   *row;

		Assert(detail != NULL);
		if (detail->origin == FLOW_SUPPLY || event->delta == 0 ||
			at == INSTANT_END)
			continue;

		row = &scan->rows[scan->nrows++];
		/* what is planned for a hold names it as the one that it serves */
		row->ref = (detail->ref != NULL) ? detail->ref : detail->for_ref;
		row->relation = detail->relation;
		row->counts_at = at;
		row->ends_at = INSTANT_END;
		row->stated_at = event->at;
		if (pg_sub_s64_overflow(0, event->delta, &row->quantity))
			return PROMISE_QUANTITY_OVERFLOW;
		row->is_after = is_after;
		row->detail = detail;
		row->load = NULL;
	}
	return PROMISE_OK;
}

static PromiseStatus
add_capacity_rows(ClaimScan *scan, const CapacityNode *node, bool is_after)
{
	for (int i = 0; i < node->nevents; i++)
	{
		const CapacityEvent *event = &node->events[i];
		ClaimRow   *row;

		if (!event->is_load || event->delta == 0 ||
			event->until <= Max(event->from, scan->now))
			continue;

		row = &scan->rows[scan->nrows++];
		row->ref = event->ref;
		row->relation = event->relation;
		row->counts_at = Max(event->from, scan->now);
		row->ends_at = event->until;
		row->stated_at = event->from;
		if (pg_sub_s64_overflow(0, event->delta, &row->quantity))
			return PROMISE_QUANTITY_OVERFLOW;
		row->is_after = is_after;
		row->detail = NULL;
		row->load = event;
	}
	return PROMISE_OK;
}

static PromiseStatus
find_changes(ClaimScan *scan)
{
	PromiseStatus status;

	core_sort(scan->rows, scan->nrows, sizeof(ClaimRow), compare_rows);
	scan->nrows = cancel_equal_rows(scan->rows, scan->nrows);

	scan->any_change = false;
	status = scan_claims(scan);
	if (status == PROMISE_OK && scan->nclaims == 0)
	{
		scan->any_change = true;
		status = scan_claims(scan);
	}
	core_sort(scan->claims, scan->nclaims, sizeof(ClaimChange),
			  compare_claims);

	pfree(scan->rows);
	pfree(scan->edges);
	return status;
}

/*
 * Drop rows without a ref that stand in both images, each against one of the
 * other; returns how many rows are left.  Equal rows are neighbours, those of
 * the first image first.
 */
static int
cancel_equal_rows(ClaimRow *rows, int nrows)
{
	int			nleft = 0;

	for (int i = 0; i < nrows;)
	{
		int			nbefore = 0;
		int			nafter = 0;
		int			n = 0;

		if (rows[i].ref != NULL)
		{
			rows[nleft++] = rows[i++];
			continue;
		}
		for (; i + n < nrows && same_row(&rows[i], &rows[i + n]); n++)
		{
			nbefore += rows[i + n].is_after ? 0 : 1;
			nafter += rows[i + n].is_after ? 1 : 0;
		}
		/* invariant: nleft <= i, so nothing is overwritten too early */
		for (int k = 0; k < nbefore - nafter; k++)
			rows[nleft++] = rows[i + k];
		for (int k = 0; k < nafter - nbefore; k++)
			rows[nleft++] = rows[i + nbefore + k];
		i += n;
	}
	return nleft;
}

/*
 * Of rows without a ref, one of each image for the same date is taken for one
 * row whose quantity changed.
 */
static PromiseStatus
scan_claims(ClaimScan *scan)
{
	PromiseStatus status = PROMISE_OK;

	for (int i = 0; i < scan->nrows && status == PROMISE_OK;)
	{
		const ClaimRow *rows = &scan->rows[i];
		int			n = 1;

		while (rows->ref != NULL && i + n < scan->nrows &&
			   rows[n].ref != NULL && strcmp(rows[n].ref, rows->ref) == 0)
			n++;
		if (rows->ref == NULL && i + 1 < scan->nrows &&
			same_place(&rows[0], &rows[1]) &&
			rows[0].is_after != rows[1].is_after)
			n = 2;
		status = scan_claim(scan, rows, n);
		i += n;
	}
	return status;
}

/*
 * Walk one claim in time, and note it where it rose most.
 */
static PromiseStatus
scan_claim(ClaimScan *scan, const ClaimRow *rows, int nrows)
{
	int			nedges = collect_edges(rows, nrows, scan->edges);
	Quantity	before = 0;
	Quantity	after = 0;
	Quantity	rise = 0;
	Quantity	most = 0;
	bool		changed = false;
	bool		found = false;
	Instant		found_at = scan->now;
	Quantity	found_before = 0;
	Quantity	found_after = 0;

	/* invariant: "before" and "after" is what is claimed from edge i on */
	for (int i = 0; i < nedges;)
	{
		Instant		at = scan->edges[i].at;
		Quantity	rise_until_now = rise;
		int			span;

		for (; i < nedges && scan->edges[i].at == at; i++)
		{
			if (pg_add_s64_overflow(before, scan->edges[i].before, &before) ||
				pg_add_s64_overflow(after, scan->edges[i].after, &after))
				return PROMISE_QUANTITY_OVERFLOW;
		}
		if (pg_sub_s64_overflow(after, before, &rise))
			return PROMISE_QUANTITY_OVERFLOW;

		changed |= rise > rise_until_now;
		span = find_span(scan, at,
						 (i < nedges) ? scan->edges[i].at : INSTANT_END);
		if (span < 0 || (rise <= most && !scan->any_change))
			continue;
		most = rise;
		found = true;
		found_at = Max(at, scan->spans[span].from);
		found_before = before;
		found_after = after;
	}

	if (scan->any_change ? changed : found)
		add_claim(scan, rows, nrows, found_at, found_before, found_after);
	return PROMISE_OK;
}

/*
 * The edges of one claim, in order of time.
 */
static int
collect_edges(const ClaimRow *rows, int nrows, ClaimEdge *edges)
{
	int			nedges = 0;

	for (int i = 0; i < nrows; i++)
	{
		Quantity	quantity = rows[i].quantity;

		edges[nedges].at = rows[i].counts_at;
		edges[nedges].before = rows[i].is_after ? 0 : quantity;
		edges[nedges++].after = rows[i].is_after ? quantity : 0;
		if (rows[i].ends_at == INSTANT_END)
			continue;
		edges[nedges].at = rows[i].ends_at;
		edges[nedges].before = rows[i].is_after ? 0 : -quantity;
		edges[nedges++].after = rows[i].is_after ? -quantity : 0;
	}
	core_sort(edges, nedges, sizeof(ClaimEdge), compare_edges);
	return nedges;
}

/*
 * The first of the spans that shares an instant with [from, until); -1 if
 * there is none.
 */
static int
find_span(const ClaimScan *scan, Instant from, Instant until)
{
	int			lo = 0;
	int			hi = scan->nspans;

	/* invariant: spans[0 .. lo) end before "from", spans[hi ..) do not */
	while (lo < hi)
	{
		int			mid = lo + (hi - lo) / 2;

		if (scan->spans[mid].until <= from)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (lo < scan->nspans && scan->spans[lo].from < until) ? lo : -1;
}

/*
 * Its date is that of its latest row of the second image that counts at "at".
 */
static void
add_claim(ClaimScan *scan, const ClaimRow *rows, int nrows, Instant at,
		  Quantity before, Quantity after)
{
	ClaimChange *claim = &scan->claims[scan->nclaims++];
	const ClaimRow *latest = NULL;

	for (int i = 0; i < nrows; i++)
	{
		if (rows[i].is_after && rows[i].quantity > 0 &&
			(scan->any_change || rows[i].counts_at <= at) &&
			rows[i].ends_at > at &&
			(latest == NULL || rows[i].stated_at >= latest->stated_at))
			latest = &rows[i];
	}

	claim->ref = rows->ref;
	claim->relation = (latest != NULL) ? latest->relation : rows->relation;
	claim->at = Max((latest != NULL) ? latest->stated_at : at, scan->now);
	claim->until = (latest != NULL) ? latest->ends_at : INSTANT_END;
	claim->before = before;
	claim->after = after;
	/* a row without ref has risen, so it is there */
	Assert(rows->ref != NULL || latest != NULL);
	claim->row = (rows->ref == NULL) ? latest->detail : NULL;
	claim->load = (rows->ref == NULL) ? latest->load : NULL;
}

/* do two rows without a ref say the same? */
static bool
same_row(const ClaimRow *a, const ClaimRow *b)
{
	return same_place(a, b) && a->quantity == b->quantity;
}

/* ... but for their quantities? */
static bool
same_place(const ClaimRow *a, const ClaimRow *b)
{
	return a->ref == NULL && b->ref == NULL &&
		text_order(a->relation, b->relation) == 0 &&
		a->stated_at == b->stated_at && a->ends_at == b->ends_at;
}

/* by ref; those without one by what they say */
static int
compare_rows(const void *a, const void *b)
{
	const ClaimRow *ra = a;
	const ClaimRow *rb = b;
	int			cmp = text_order(ra->ref, rb->ref);

	if (cmp == 0)
		cmp = text_order(ra->relation, rb->relation);
	if (cmp == 0)
		cmp = (ra->stated_at > rb->stated_at) - (ra->stated_at < rb->stated_at);
	if (cmp == 0)
		cmp = (ra->ends_at > rb->ends_at) - (ra->ends_at < rb->ends_at);
	if (cmp == 0)
		cmp = (ra->quantity > rb->quantity) - (ra->quantity < rb->quantity);
	if (cmp == 0)
		cmp = (int) ra->is_after - (int) rb->is_after;
	return cmp;
}

static int
compare_edges(const void *a, const void *b)
{
	Instant		ta = ((const ClaimEdge *) a)->at;
	Instant		tb = ((const ClaimEdge *) b)->at;

	return (ta > tb) - (ta < tb);
}

static int
compare_claims(const void *a, const void *b)
{
	const ClaimChange *ca = a;
	const ClaimChange *cb = b;
	int			cmp = (ca->at > cb->at) - (ca->at < cb->at);

	if (cmp == 0)
		cmp = text_order(ca->ref, cb->ref);
	if (cmp == 0)
		cmp = (ca->after < cb->after) - (ca->after > cb->after);
	if (cmp == 0)
		cmp = text_order(ca->relation, cb->relation);
	return cmp;
}

void
claim_set_init(ClaimSet *set, const ClaimChange *claims, int nclaims)
{
	set->refs = palloc(sizeof(char *) * ((Size) nclaims + 1));
	set->nrefs = 0;
	set->rows = palloc(sizeof(void *) * ((Size) nclaims + 1));
	set->nrows = 0;

	for (int i = 0; i < nclaims; i++)
	{
		if (claims[i].ref != NULL)
			set->refs[set->nrefs++] = claims[i].ref;
		else if (claims[i].row != NULL)
			set->rows[set->nrows++] = claims[i].row;
		else
			set->rows[set->nrows++] = claims[i].load;
	}
	core_sort(set->refs, set->nrefs, sizeof(char *), compare_refs);
	core_sort(set->rows, set->nrows, sizeof(void *), compare_pointers);
}

void
claim_set_free(ClaimSet *set)
{
	pfree(set->refs);
	pfree(set->rows);
}

/* is this a row of one of the claims? */
bool
claim_set_has_flow(const ClaimSet *set, const FlowDetail *detail)
{
	if (detail->origin == FLOW_SUPPLY)
		return false;
	if (detail->ref != NULL)
		return claim_set_has_ref(set, detail->ref);
	return has_row(set, detail) || claim_set_has_ref(set, detail->for_ref);
}

bool
claim_set_has_load(const ClaimSet *set, const CapacityEvent *load)
{
	if (!load->is_load)
		return false;
	return (load->ref != NULL) ? claim_set_has_ref(set, load->ref) : has_row(set, load);
}

bool
claim_set_has_ref(const ClaimSet *set, const char *ref)
{
	return ref != NULL &&
		bsearch(&ref, set->refs, set->nrefs, sizeof(char *),
				compare_refs) != NULL;
}

static bool
has_row(const ClaimSet *set, const void *row)
{
	return bsearch(&row, set->rows, set->nrows, sizeof(void *),
				   compare_pointers) != NULL;
}

static int
compare_refs(const void *a, const void *b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static int
compare_pointers(const void *a, const void *b)
{
	uintptr_t	pa = (uintptr_t) *(const void *const *) a;
	uintptr_t	pb = (uintptr_t) *(const void *const *) b;

	return (pa > pb) - (pa < pb);
}

StockNode
claim_leave_out_of_stock(const StockNode *node, const ClaimSet *set)
{
	StockNode	result = *node;

	result.events = palloc(sizeof(FlowEvent) * ((Size) node->nevents + 1));
	result.nevents = 0;
	for (int i = 0; i < node->nevents; i++)
	{
		FlowEvent  *event = &result.events[result.nevents];
		const FlowDetail *detail = node->events[i].detail;

		if (claim_set_has_flow(set, detail))
			continue;
		*event = node->events[i];
		result.nevents++;
		if (detail->is_supply && claim_set_has_ref(set, detail->for_ref))
		{
			FlowDetail *unbound = palloc(sizeof(FlowDetail));

			*unbound = *detail;
			unbound->for_ref = NULL;
			event->detail = unbound;
		}
	}
	return result;
}

CapacityNode
claim_leave_out_of_capacity(const CapacityNode *node, const ClaimSet *set)
{
	CapacityNode result = *node;

	result.events = palloc(sizeof(CapacityEvent) *
						   ((Size) node->nevents + 1));
	result.nevents = 0;
	for (int i = 0; i < node->nevents; i++)
	{
		if (!claim_set_has_load(set, &node->events[i]))
			result.events[result.nevents++] = node->events[i];
	}
	return result;
}
