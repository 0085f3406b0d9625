/*
 * guard_limit.c - registered limits, asked about what a transaction claims.
 *
 * A limit is a function in SQL.  It is told what a claim takes before and after,
 * and what the rows of its ref say beside: how much was demanded for when, by
 * whom, at what price.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "api/guard_limit.h"
#include "api/reason.h"
#include "engine/claim.h"
#include "store/exceptions.h"
#include "store/limits.h"
#include "types/report.h"

/* A node whose claims are asked about. */
typedef struct ClaimNode
{
	const TouchedNode *node;
	const StockNode *before;	/* NULL: it is a resource */
	const StockNode *after;
} ClaimNode;

/* The claims that the limits are asked about. */
typedef struct ClaimList
{
	LimitClaim *claims;
	ClaimNode  *nodes;			/* of each */
	int			nclaims;
	int			maxclaims;
	Instant		now;
} ClaimList;

/* Rows of demand that have a ref, by ref. */
typedef struct DemandRows
{
	const FlowEvent **rows;
	int			nrows;
} DemandRows;

/* What is demanded under one ref. */
typedef struct Demanded
{
	bool		found;
	Quantity	quantity;
	Instant		due;			/* the first */
	const FlowDetail *last;		/* detail of the last row */
} Demanded;

static void add_stock_claims(ClaimList *list, const TouchedNode *node,
							 const StockNode *before, const StockNode *judged,
							 const StockNode *after, Instant now);
static bool was_asked(const ClaimSet *risen, const char *ref);
static StockNode without_planned_supply(const StockNode *node);
static void add_restated(ClaimList *list, const ClaimNode *of,
						 const ClaimSet *asked, const DemandRows *before,
						 const DemandRows *after, Instant now);
static bool says_same(const FlowDetail *a, const FlowDetail *b);
static bool is_same_promise(const FlowDetail *was, const FlowDetail *is);
static bool is_same(const char *a, const char *b);
static bool is_hold(const FlowDetail *detail);
static void describe_demanded(LimitClaim *claim, const Demanded *is,
							  const Demanded *was);
static void describe_nameless(LimitClaim *claim, const ClaimChange *change);
static void add_capacity_claims(ClaimList *list, const TouchedNode *node,
								const CapacityNode *before,
								const CapacityNode *judged,
								const CapacityNode *after, Instant now);
static LimitClaim *add_claim(ClaimList *list, const ClaimNode *node);
static DemandRows demand_rows(const StockNode *node);
static Demanded demand_of_ref(const DemandRows *demand, const char *ref,
							  Instant now);
static int	compare_rows(const void *left, const void *right);
static bool ask(const ClaimList *list, NodeKind kind);
static bool act_on_violation(const GuardLimit *limit,
							 const LimitViolation *violation,
							 const ClaimList *list);
static bool is_about(const LimitViolation *violation, const LimitClaim *claim);
static bool is_approved(const LimitViolation *violation, const ClaimList *list);
static bool record_exceptions(const GuardLimit *limit,
							  const LimitViolation *violation,
							  const ClaimList *list, bool *left_out);
static ExceptionCase case_of(const LimitClaim *claim);
static void report(int level, const GuardLimit *limit,
				   const LimitViolation *violation, const char *why);

bool
guard_limit_any(NodeKind kind)
{
	int			nlimits;
	const GuardLimit *limits = guards_limits(&nlimits);

	for (int i = 0; i < nlimits; i++)
	{
		if (kind == NODE_STOCK || limits[i].loads)
			return true;
	}
	return false;
}

bool
guard_limit_ask_stock(TouchedNode **nodes, int nnodes, const StockNode *before,
					  const StockNode *judged, const StockNode *after,
					  Instant now)
{
	ClaimList	list = {.now = now};

	for (int i = 0; i < nnodes; i++)
	{
		CHECK_FOR_INTERRUPTS();
		add_stock_claims(&list, nodes[i], &before[i], &judged[i], &after[i],
						 now);
	}
	return ask(&list, NODE_STOCK);
}

void
guard_limit_ask_capacity(TouchedNode **nodes, int nnodes,
						 const CapacityNode *before,
						 const CapacityNode *judged, const CapacityNode *after,
						 Instant now)
{
	ClaimList	list = {.now = now};

	for (int i = 0; i < nnodes; i++)
	{
		CHECK_FOR_INTERRUPTS();
		add_capacity_claims(&list, nodes[i], &before[i], &judged[i],
							&after[i], now);
	}
	(void) ask(&list, NODE_RESOURCE);
}

static void
add_stock_claims(ClaimList *list, const TouchedNode *node,
				 const StockNode *before, const StockNode *judged,
				 const StockNode *after, Instant now)
{
	ClaimSpan	always = {.from = now,.until = INSTANT_END};
	ClaimNode	of = {.node = node,.before = before,.after = after};
	StockNode	needs_before = without_planned_supply(before);
	StockNode	needs_judged = without_planned_supply(judged);
	StockNode	needs_after = without_planned_supply(after);
	ClaimSet	risen;
	ClaimSet	asked;
	DemandRows	demand_before;
	DemandRows	demand_judged;
	DemandRows	demand_after;
	ClaimChange *changes;
	int			nchanges;
	int			nasked = 0;

	promise_check(claim_changes_of_stock(&needs_judged, &needs_after, now,
										 &always, 1, &changes, &nchanges));
	claim_set_init(&risen, changes, nchanges);
	promise_check(claim_changes_of_stock(&needs_before, &needs_after, now,
										 &always, 1, &changes, &nchanges));

	demand_before = demand_rows(before);
	demand_judged = demand_rows(judged);
	demand_after = demand_rows(after);
	for (int i = 0; i < nchanges; i++)
	{
		ClaimChange change = changes[i];
		LimitClaim *claim;
		Demanded	is;
		Demanded	was;

		/* one that only comes later does not rise */
		if (change.after <= change.before || was_asked(&risen, change.ref))
			continue;
		changes[nasked++] = change;
		claim = add_claim(list, &of);
		claim->ref = change.ref;
		claim->item = node->name;
		claim->location = node->location;
		claim->at = change.at;
		claim->before = change.before;
		claim->after = change.after;
		if (change.ref == NULL)
		{
			describe_nameless(claim, &change);
			continue;
		}

		is = demand_of_ref(&demand_after, change.ref, now);
		was = demand_of_ref(&demand_before, change.ref, now);
		describe_demanded(claim, &is, &was);
	}
	claim_set_init(&asked, changes, nasked);
	add_restated(list, &of, &asked, &demand_judged, &demand_after, now);
}

/*
 * A promise that takes no more than it did, but says something else: a hold that is
 * one for good now, another customer or price.  Of several rows of a ref the last
 * one tells.  What a promise was before says nothing of its own.
 */
static void
add_restated(ClaimList *list, const ClaimNode *of, const ClaimSet *asked,
			 const DemandRows *before, const DemandRows *after, Instant now)
{
	for (int i = 0; i < after->nrows; i++)
	{
		const char *ref = after->rows[i]->detail->ref;
		LimitClaim *claim;
		Demanded	is;
		Demanded	was;

		if (i + 1 < after->nrows &&
			strcmp(after->rows[i + 1]->detail->ref, ref) == 0)
			continue;
		was = demand_of_ref(before, ref, now);
		if (!was.found || says_same(was.last, after->rows[i]->detail) ||
			is_hold(after->rows[i]->detail) ||
			after->rows[i]->detail->is_former || claim_set_has_ref(asked, ref))
			continue;
		is = demand_of_ref(after, ref, now);
		claim = add_claim(list, of);
		claim->ref = ref;
		claim->item = of->node->name;
		claim->location = of->node->location;
		claim->at = is.due;
		claim->before = was.quantity;
		claim->after = is.quantity;
		describe_demanded(claim, &is, &was);
	}
}

/* all that limits are told beside quantity and date */
static bool
says_same(const FlowDetail *a, const FlowDetail *b)
{
	return is_same(a->kind, b->kind) &&
		is_same(a->facts->group_ref, b->facts->group_ref) &&
		is_same(a->facts->customer, b->facts->customer) &&
		is_same(a->facts->channel, b->facts->channel) &&
		is_same(a->facts->zone, b->facts->zone) &&
		is_same(a->facts->seller, b->facts->seller) &&
		is_same(a->facts->price, b->facts->price) &&
		is_same(a->facts->cost, b->facts->cost) &&
		is_same(a->facts->currency, b->facts->currency);
}

/* a hold becomes the promise that it was made for */
static bool
is_same_promise(const FlowDetail *was, const FlowDetail *is)
{
	return (is_hold(was) || is_same(was->kind, is->kind)) &&
		is_same(was->facts->customer, is->facts->customer) &&
		is_same(was->facts->channel, is->facts->channel);
}

static bool
is_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool
is_hold(const FlowDetail *detail)
{
	return detail->kind != NULL && strcmp(detail->kind, "hold") == 0;
}

/*
 * What is promised to somebody else, through another channel or as something else
 * is another promise.
 */
static void
describe_demanded(LimitClaim *claim, const Demanded *is, const Demanded *was)
{
	claim->is_demanded = is->found;
	claim->quantity = is->quantity;
	claim->due = is->due;
	claim->was_demanded = was->found && is->found &&
		is_same_promise(was->last, is->last);
	claim->was_quantity = was->quantity;
	claim->was_due = was->due;
	if (is->found)
	{
		claim->kind = is->last->kind;
		claim->facts = is->last->facts;
	}
}

/*
 * Has a claim that is not among those that have risen since been asked about?  Which
 * of several equal rows without a ref is new cannot be told.
 */
static bool
was_asked(const ClaimSet *risen, const char *ref)
{
	return ref != NULL && !claim_set_has_ref(risen, ref);
}

/*
 * What is planned for a promise takes nothing from others, so that it claims
 * less; but it is no less of a promise.
 */
static StockNode
without_planned_supply(const StockNode *node)
{
	StockNode	result = *node;

	result.nevents = 0;
	result.events = MemoryContextAllocHuge(CurrentMemoryContext,
										   Max(node->nevents, 1) *
										   sizeof(FlowEvent));
	for (int i = 0; i < node->nevents; i++)
	{
		const FlowEvent *event = &node->events[i];

		if (event->detail->origin != FLOW_PLANNED || event->delta < 0)
			result.events[result.nevents++] = *event;
	}
	return result;
}

/*
 * A row without a ref is a claim of its own.  It is known by its date, so what
 * it was before had the same one.
 */
static void
describe_nameless(LimitClaim *claim, const ClaimChange *change)
{
	if (change->row->origin != FLOW_DEMAND)
		return;
	claim->is_demanded = true;
	claim->quantity = change->after;
	claim->due = change->at;
	claim->was_demanded = change->before > 0;
	claim->was_quantity = change->before;
	claim->was_due = change->at;
	claim->kind = change->row->kind;
	claim->facts = change->row->facts;
}

static void
add_capacity_claims(ClaimList *list, const TouchedNode *node,
					const CapacityNode *before, const CapacityNode *judged,
					const CapacityNode *after, Instant now)
{
	ClaimSpan	always = {.from = now,.until = INSTANT_END};
	ClaimNode	of = {.node = node};
	ClaimSet	risen;
	ClaimChange *changes;
	int			nchanges;

	promise_check(claim_changes_of_capacity(judged, after, now, &always, 1,
											&changes, &nchanges));
	if (nchanges == 0)
		return;
	claim_set_init(&risen, changes, nchanges);
	promise_check(claim_changes_of_capacity(before, after, now, &always, 1,
											&changes, &nchanges));
	for (int i = 0; i < nchanges; i++)
	{
		LimitClaim *claim;

		if (changes[i].after <= changes[i].before ||
			was_asked(&risen, changes[i].ref))
			continue;
		claim = add_claim(list, &of);
		claim->ref = changes[i].ref;
		claim->resource = node->name;
		claim->at = changes[i].at;
		claim->until = changes[i].until;
		claim->before = changes[i].before;
		claim->after = changes[i].after;
	}
}

/* one more, zeroed */
static LimitClaim *
add_claim(ClaimList *list, const ClaimNode *node)
{
	LimitClaim *claim;

	if (list->nclaims == list->maxclaims)
	{
		list->maxclaims = Max(64, 2 * list->maxclaims);
		if (list->claims == NULL)
		{
			list->claims = palloc(list->maxclaims * sizeof(LimitClaim));
			list->nodes = palloc(list->maxclaims * sizeof(ClaimNode));
		}
		else
		{
			list->claims = repalloc_huge(list->claims,
										 list->maxclaims * sizeof(LimitClaim));
			list->nodes = repalloc_huge(list->nodes,
										list->maxclaims * sizeof(ClaimNode));
		}
	}
	list->nodes[list->nclaims] = *node;
	claim = &list->claims[list->nclaims++];
	memset(claim, 0, sizeof(LimitClaim));
	return claim;
}

static DemandRows
demand_rows(const StockNode *node)
{
	DemandRows	result = {
		.rows = MemoryContextAllocHuge(CurrentMemoryContext,
									   Max(node->nevents, 1) *
									   sizeof(FlowEvent *))
	};

	for (int i = 0; i < node->nevents; i++)
	{
		const FlowEvent *event = &node->events[i];

		if (event->detail->origin == FLOW_DEMAND && event->detail->ref != NULL)
			result.rows[result.nrows++] = event;
	}
	qsort(result.rows, result.nrows, sizeof(FlowEvent *), compare_rows);
	return result;
}

/* a row that names no date is due now */
static Demanded
demand_of_ref(const DemandRows *demand, const char *ref, Instant now)
{
	Demanded	result = {0};
	int			lo = 0;
	int			hi = demand->nrows;

	/* invariant: rows[0 .. lo) have a smaller ref, rows[hi ..) have not */
	while (lo < hi)
	{
		int			mid = lo + (hi - lo) / 2;

		if (strcmp(demand->rows[mid]->detail->ref, ref) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}

	for (int i = lo; i < demand->nrows; i++)
	{
		const FlowEvent *row = demand->rows[i];

		if (strcmp(row->detail->ref, ref) != 0)
			break;
		if (!result.found)
			result.due = row->detail->at_is_null ? now : row->at;
		if (pg_sub_s64_overflow(result.quantity, row->delta, &result.quantity))
			promise_check(PROMISE_QUANTITY_OVERFLOW);
		result.found = true;
		result.last = row->detail;
	}
	return result;
}

/* by ref, then date, then quantity: of equal rows any will do */
static int
compare_rows(const void *left, const void *right)
{
	const FlowEvent *a = *(const FlowEvent *const *) left;
	const FlowEvent *b = *(const FlowEvent *const *) right;
	int			order = strcmp(a->detail->ref, b->detail->ref);

	if (order != 0)
		return order;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return a->delta == b->delta ? 0 : a->delta < b->delta ? 1 : -1;
}

/* true if something does not count any more */
static bool
ask(const ClaimList *list, NodeKind kind)
{
	int			nlimits;
	const GuardLimit *limits = guards_limits(&nlimits);
	bool		left_out = false;

	for (int i = 0; i < nlimits && list->nclaims > 0; i++)
	{
		LimitViolation *violations;
		int			nviolations;

		if (kind == NODE_RESOURCE && !limits[i].loads)
			continue;
		violations = limits_ask(&limits[i], list->claims, list->nclaims,
								list->now, &nviolations);
		for (int j = 0; j < nviolations; j++)
			left_out |= act_on_violation(&limits[i], &violations[j], list);
	}
	return left_out;
}

/*
 * Do what the strictest guard says whose node the promise touched, unless it was
 * approved; true if it does not count any more.  A violation that names no promise of these is about all of them.
 */
static bool
act_on_violation(const GuardLimit *limit, const LimitViolation *violation,
				 const ClaimList *list)
{
	GuardMode	mode = GUARD_REPORT;
	bool		left_out = false;

	for (int i = 0; i < list->nclaims; i++)
	{
		if (is_about(violation, &list->claims[i]))
			mode = Max(mode, list->nodes[i].node->mode);
	}
	if (mode == GUARD_REPORT || is_approved(violation, list))
		return false;
	if (mode == GUARD_EXCEPT &&
		record_exceptions(limit, violation, list, &left_out))
		report(NOTICE, limit, violation, NULL);
	else
		report(mode == GUARD_WARN ? WARNING : ERROR, limit, violation,
			   mode == GUARD_EXCEPT ?
			   "Only what is demanded under a ref can become an exception." : NULL);
	return left_out;
}

static bool
is_about(const LimitViolation *violation, const LimitClaim *claim)
{
	return violation->ref == NULL || claim->ref == NULL ||
		strcmp(claim->ref, violation->ref) == 0;
}

/*
 * Has somebody approved all that the promise asks for?  What it loads follows
 * from that.
 */
static bool
is_approved(const LimitViolation *violation, const ClaimList *list)
{
	bool		any = false;

	if (violation->ref == NULL || !exceptions_any())
		return false;
	for (int i = 0; i < list->nclaims; i++)
	{
		const LimitClaim *claim = &list->claims[i];
		ExceptionCase wanted = case_of(claim);

		if (claim->ref == NULL || strcmp(claim->ref, violation->ref) != 0)
			continue;
		if (claim->resource != NULL ? !exceptions_is_ref_approved(claim->ref) :
			claim->is_demanded && !exceptions_is_approved(&wanted))
			return false;
		any |= claim->resource != NULL || claim->is_demanded;
	}
	return any;
}

/*
 * Accept the promise as a pending exception.  False if it cannot become one:
 * only the demand of a ref can.  Nodes where it does not count any more are
 * judged again without it.
 */
static bool
record_exceptions(const GuardLimit *limit, const LimitViolation *violation,
				  const ClaimList *list, bool *left_out)
{
	bool		any = false;

	for (int i = 0; i < list->nclaims && violation->ref != NULL; i++)
	{
		const LimitClaim *claim = &list->claims[i];
		const ClaimNode *of = &list->nodes[i];
		ExceptionCase wanted = case_of(claim);

		if (!claim->is_demanded || claim->ref == NULL ||
			strcmp(claim->ref, violation->ref) != 0)
			continue;
		wanted.reason = reason_name(REASON_POLICY);
		wanted.limit = limit->name;
		wanted.now = list->now;
		wanted.detail = violation->detail != NULL ? violation->detail : "";
		promise_check(problem_demand_of_ref(of->after, claim->ref,
											&wanted.order));
		promise_check(problem_demand_of_ref(of->before, claim->ref,
											&wanted.was));
		any = true;
		if (!exceptions_record(&wanted))
			continue;
		*left_out = true;
		touched_add(NODE_STOCK, of->node->name, of->node->location,
					of->node->mode, false, of->node->relation, false);
	}
	return any;
}

static ExceptionCase
case_of(const LimitClaim *claim)
{
	return (ExceptionCase)
	{
		.ref = claim->ref,
			.item = claim->item,
			.location = claim->location,
			.at = claim->due,
			.quantity = claim->quantity
	};
}

/* with what the limit says and, if it is given, why more cannot be done about it */
static void
report(int level, const GuardLimit *limit, const LimitViolation *violation,
	   const char *why)
{
	const char *hint = violation->hint;

	if (why != NULL)
		hint = hint == NULL ? why : psprintf("%s %s", hint, why);
	ereport(level,
			(errcode(ERRCODE_PROMISE_POLICY),
			 violation->ref != NULL ?
			 errmsg("limit \"%s\" does not allow promise \"%s\"",
					limit->name, violation->ref) :
			 errmsg("limit \"%s\" does not allow the promise", limit->name),
			 violation->detail != NULL ? errdetail("%s", violation->detail) : 0,
			 hint != NULL ? errhint("%s", hint) : 0));
}
