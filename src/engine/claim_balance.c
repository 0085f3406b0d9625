/*
 * claim_balance.c - the supply of a node and the claims on it that are kept.
 */
#include "core/sort.h"
#include "core/text_order.h"
#include "engine/claim_balance.h"

/* a run of pieces over which what a ref has of its own does not change */
typedef struct Stretch
{
	int			from;			/* pieces [from, until) */
	int			until;
	Quantity	draws;			/* what the claim takes of the free balance */
} Stretch;

static PromiseStatus check_total(const StockNode *node);
static void collect_claims(ClaimBalance *balance);
static int	compare_claims(const void *a, const void *b);
static PromiseStatus collect_supply(ClaimBalance *balance);
static bool is_claim(const FlowEvent *event);
static bool is_bound(const FlowEvent *event);
static void collect_instants(ClaimBalance *balance, const FlowList *supply);
static int	compare_instants(const void *a, const void *b);
static int	find_piece(const ClaimBalance *balance, Instant at);
static void fill_supply(ClaimBalance *balance, const FlowList *supply);
static void collect_accounts(ClaimBalance *balance);
static int	compare_bound(const void *a, const void *b);
static int	compare_receipts(const void *a, const void *b);
static int	find_account(const ClaimBalance *balance, const char *ref);
static void account_put(Account *account, int piece, Quantity quantity);
static int	find_stretches(const ClaimBalance *balance, const Claim *claim,
						   int piece, Stretch *one, Stretch **stretches);
static void put(ClaimBalance *balance, Claim *claim, int sign);

/*
 * Take the rows of a node apart; nothing is kept yet.  Everything is palloc'd
 * in the current context; the node is borrowed.  It must have been read with
 * details.
 */
PromiseStatus
claim_balance_init(const StockNode *node, Instant now, ClaimBalance *balance)
{
	PromiseStatus status;

	memset(balance, 0, sizeof(ClaimBalance));
	balance->node = node;
	balance->now = now;
	balance->lead_end = node->rules.lead_end;

	status = check_total(node);
	if (status == PROMISE_OK)
	{
		collect_claims(balance);
		status = collect_supply(balance);
	}
	if (status == PROMISE_OK)
		claim_balance_reset(balance);
	return status;
}

/*
 * Drop all claims.
 */
void
claim_balance_reset(ClaimBalance *balance)
{
	for (int i = 0; i < balance->nclaims; i++)
		balance->claims[i].kept = false;
	if (balance->spoils)
		return;

	if (balance->timeline.nodes != NULL)
		pfree(balance->timeline.nodes);
	timeline_build(&balance->timeline, balance->supply, balance->npieces);
	collect_accounts(balance);
}

/*
 * What a claim that is not kept would lack at an instant.
 */
PromiseStatus
claim_balance_lack(ClaimBalance *balance, int claim, Instant at,
				   ClaimLack *lack)
{
	const Claim *asked = &balance->claims[claim];
	Stretch		one;
	Stretch    *stretches;
	int			nstretches;

	Assert(!asked->kept);
	if (balance->spoils)
		return claim_match_lack(balance, claim, 1, at, lack);

	lack->missing = 0;
	lack->from = INSTANT_END;
	if (at >= balance->lead_end)
		return PROMISE_OK;

	nstretches = find_stretches(balance, asked, find_piece(balance, at),
								&one, &stretches);
	for (int i = 0; i < nstretches; i++)
	{
		const Stretch *stretch = &stretches[i];
		Quantity	least;

		if (stretch->draws == 0)
			continue;
		least = timeline_least(&balance->timeline, stretch->from,
							   stretch->until);
		if (least >= stretch->draws)
			continue;
		if (lack->missing == 0)
		{
			int			first = timeline_first_below(&balance->timeline,
													 stretch->from,
													 stretch->until,
													 stretch->draws);

			lack->from = Max(at, balance->instants[first]);
		}
		lack->missing = Max(lack->missing, stretch->draws - least);
	}
	lack->missing = Min(lack->missing, asked->quantity);
	if (stretches != &one)
		pfree(stretches);
	return PROMISE_OK;
}

/*
 * Keep a claim at an instant, whether it fits or not: where nothing spoils,
 * that is its own or one that claim_balance_earliest found.
 */
void
claim_balance_keep(ClaimBalance *balance, int claim, Instant at)
{
	Claim	   *asked = &balance->claims[claim];

	Assert(!asked->kept);
	asked->kept = true;
	asked->kept_at = at;
	if (!balance->spoils)
		put(balance, asked, 1);
}

void
claim_balance_drop(ClaimBalance *balance, int claim)
{
	Claim	   *asked = &balance->claims[claim];

	Assert(asked->kept);
	asked->kept = false;
	if (!balance->spoils)
		put(balance, asked, -1);
}

/*
 * What there would be without any claim at an instant at which something
 * arrives or is claimed.  Where nothing spoils.
 */
Quantity
claim_balance_supply(const ClaimBalance *balance, Instant at)
{
	return balance->supply[find_piece(balance, at)];
}

/*
 * Add a quantity to the balance between two such instants: supply that comes at
 * the later one would come at the earlier one.  Where nothing spoils.
 */
void
claim_balance_move_supply(ClaimBalance *balance, Quantity quantity,
						  Instant from, Instant until)
{
	int			first = find_piece(balance, from);
	int			end = find_piece(balance, Min(until, balance->lead_end));

	timeline_add(&balance->timeline, first, end, quantity);
}

/*
 * The first instant, not before its own, at which a claim fits; INSTANT_END if
 * there is none.
 */
PromiseStatus
claim_balance_earliest(ClaimBalance *balance, int claim, Instant *at)
{
	const Claim *asked = &balance->claims[claim];
	Stretch		one;
	Stretch    *stretches;
	int			nstretches;
	int			found = -1;

	*at = asked->flow.at;
	if (*at >= balance->lead_end)
		return PROMISE_OK;
	if (balance->spoils)
		return claim_match_earliest(balance, claim, at);

	/* behind the last piece at which it does not fit */
	nstretches = find_stretches(balance, asked,
								find_piece(balance, asked->flow.at),
								&one, &stretches);
	for (int i = nstretches - 1; i >= 0 && found < 0; i--)
	{
		if (stretches[i].draws > 0)
			found = timeline_last_below(&balance->timeline, stretches[i].from,
										stretches[i].until,
										stretches[i].draws);
	}
	if (stretches != &one)
		pfree(stretches);

	if (found == balance->npieces - 1)
		*at = balance->lead_end;
	else if (found >= 0)
		*at = balance->instants[found + 1];
	return PROMISE_OK;
}

/*
 * All quantities together must fit, so that no sum of some of them overflows.
 */
static PromiseStatus
check_total(const StockNode *node)
{
	Quantity	total = 0;

	for (int i = 0; i < node->nevents; i++)
	{
		Quantity	delta = node->events[i].delta;

		if (delta < 0 ?
			pg_sub_s64_overflow(total, delta, &total) :
			pg_add_s64_overflow(total, delta, &total))
			return PROMISE_QUANTITY_OVERFLOW;
	}
	return PROMISE_OK;
}

static void
collect_claims(ClaimBalance *balance)
{
	const StockNode *node = balance->node;

	balance->claims = palloc0(sizeof(Claim) * ((Size) node->nevents + 1));
	for (int i = 0; i < node->nevents; i++)
	{
		const FlowEvent *event = &node->events[i];
		Claim	   *claim = &balance->claims[balance->nclaims];

		Assert(event->detail != NULL);
		if (!is_claim(event))
			continue;

		claim->flow.at = flow_counts_at(event, &node->rules, balance->now);
		claim->flow.delta = event->delta;
		claim->flow.stated_at = event->at;
		claim->flow.detail = event->detail;
		claim->flow.lost = false;
		claim->quantity = -event->delta;
		claim->account = -1;
		/* what is never due claims nothing */
		if (claim->flow.at != INSTANT_END)
			balance->nclaims++;
	}
	core_sort(balance->claims, balance->nclaims, sizeof(Claim), compare_claims);
}

/*
 * The order of serving: priority, acceptance, date, ref; then whatever else
 * tells two claims apart.
 */
static int
compare_claims(const void *a, const void *b)
{
	const Flow *fa = &((const Claim *) a)->flow;
	const Flow *fb = &((const Claim *) b)->flow;
	int			order;

	if (fa->detail->priority != fb->detail->priority)
		return (fa->detail->priority > fb->detail->priority) ? 1 : -1;
	if (fa->detail->accepted_at != fb->detail->accepted_at)
		return (fa->detail->accepted_at > fb->detail->accepted_at) ? 1 : -1;
	if (fa->stated_at != fb->stated_at)
		return (fa->stated_at > fb->stated_at) ? 1 : -1;
	order = text_order(fa->detail->ref, fb->detail->ref);
	if (order == 0)
		order = flow_compare_size(fa, fb);
	if (order == 0)
		order = text_order(fa->detail->relation, fb->detail->relation);
	return order;
}

/*
 * What there is without any claim.
 */
static PromiseStatus
collect_supply(ClaimBalance *balance)
{
	const StockNode *node = balance->node;
	StockNode	unclaimed = *node;
	FlowList	list;
	PromiseStatus status;

	balance->events = palloc(sizeof(FlowEvent) * ((Size) node->nevents + 1));
	balance->receipts = palloc(sizeof(Flow) * ((Size) node->nevents + 1));
	for (int i = 0; i < node->nevents; i++)
	{
		const FlowEvent *event = &node->events[i];
		Instant		at = flow_counts_at(event, &node->rules, balance->now);

		if (event->delta == 0 || is_claim(event))
			continue;
		balance->events[balance->nsupply++] = *event;
		balance->falls |= event->delta < 0;
		balance->spoils |= event->detail->expires_at != INSTANT_END &&
			event->detail->is_supply;
		balance->by_one |= is_bound(event);
		if (event->delta > 0 && at > balance->now)
		{
			Flow	   *receipt = &balance->receipts[balance->nreceipts++];

			receipt->at = at;
			receipt->delta = event->delta;
			receipt->stated_at = event->at;
			receipt->detail = event->detail;
			receipt->lost = false;
		}
	}
	core_sort(balance->receipts, balance->nreceipts, sizeof(Flow),
			  compare_receipts);
	balance->by_one &= balance->spoils;
	if (balance->spoils)
		return PROMISE_OK;

	unclaimed.events = balance->events;
	unclaimed.nevents = balance->nsupply;
	status = flow_list_build(&unclaimed, balance->now, &list);
	if (status != PROMISE_OK)
		return status;

	collect_instants(balance, &list);
	fill_supply(balance, &list);
	pfree(list.flows);
	return PROMISE_OK;
}

static bool
is_claim(const FlowEvent *event)
{
	return event->delta < 0 && !event->detail->is_supply;
}

static bool
is_bound(const FlowEvent *event)
{
	return event->detail->is_supply && event->detail->for_ref != NULL;
}

/* by instant, then as they were due */
static int
compare_receipts(const void *a, const void *b)
{
	const Flow *fa = a;
	const Flow *fb = b;

	if (fa->at != fb->at)
		return (fa->at > fb->at) ? 1 : -1;
	return flow_compare_stated(fa, fb);
}

/*
 * The pieces of the timeline: from now on, cut wherever something arrives or is
 * claimed before the end of the lead time.
 */
static void
collect_instants(ClaimBalance *balance, const FlowList *supply)
{
	const StockNode *node = balance->node;
	int			n = 0;

	balance->instants = palloc(sizeof(Instant) *
							   ((Size) supply->nflows + node->nevents + 1));
	balance->instants[n++] = balance->now;
	for (int i = 0; i < supply->nflows; i++)
		balance->instants[n++] = supply->flows[i].at;
	for (int i = 0; i < node->nevents; i++)
	{
		const FlowEvent *event = &node->events[i];

		if (is_claim(event) || is_bound(event))
			balance->instants[n++] = flow_counts_at(event, &node->rules,
													balance->now);
	}
	core_sort(balance->instants, n, sizeof(Instant), compare_instants);

	for (int i = 0; i < n; i++)
	{
		Instant		at = balance->instants[i];

		if (at >= balance->lead_end || at == INSTANT_END)
			break;
		if (balance->npieces == 0 || at != balance->instants[balance->npieces - 1])
			balance->instants[balance->npieces++] = at;
	}
}

static int
compare_instants(const void *a, const void *b)
{
	Instant		ta = *(const Instant *) a;
	Instant		tb = *(const Instant *) b;

	return (ta > tb) - (ta < tb);
}

/* the piece that begins at an instant; npieces if that is too late for one */
static int
find_piece(const ClaimBalance *balance, Instant at)
{
	int			lo = 0;
	int			hi = balance->npieces;

	/* invariant: pieces before lo begin before "at", those from hi do not */
	while (lo < hi)
	{
		int			mid = lo + (hi - lo) / 2;

		if (balance->instants[mid] < at)
			lo = mid + 1;
		else
			hi = mid;
	}
	Assert(lo == balance->npieces || balance->instants[lo] == at);
	return lo;
}

static void
fill_supply(ClaimBalance *balance, const FlowList *supply)
{
	Quantity	sum = 0;
	int			next = 0;

	balance->supply = palloc(sizeof(Quantity) * ((Size) balance->npieces + 1));
	for (int i = 0; i < balance->npieces; i++)
	{
		for (; next < supply->nflows &&
			 supply->flows[next].at <= balance->instants[i]; next++)
			sum += supply->flows[next].delta;
		balance->supply[i] = sum;
	}
}

/*
 * The supply that is bound to refs which claim something.
 */
static void
collect_accounts(ClaimBalance *balance)
{
	const FlowEvent **bound;
	int			nbound = 0;

	if (balance->accounts == NULL)
		balance->accounts = palloc0(sizeof(Account) *
									((Size) balance->nsupply + 1));
	for (int i = 0; i < balance->naccounts; i++)
		pfree(balance->accounts[i].points);
	balance->naccounts = 0;

	bound = palloc(sizeof(FlowEvent *) * ((Size) balance->nsupply + 1));
	for (int i = 0; i < balance->nsupply; i++)
	{
		if (is_bound(&balance->events[i]))
			bound[nbound++] = &balance->events[i];
	}
	core_sort(bound, nbound, sizeof(FlowEvent *), compare_bound);

	for (int i = 0; i < nbound; i++)
	{
		const char *ref = bound[i]->detail->for_ref;

		if (i == 0 || strcmp(bound[i - 1]->detail->for_ref, ref) != 0)
		{
			Account    *account = &balance->accounts[balance->naccounts++];

			account->ref = ref;
			account->npoints = 0;
			account->maxpoints = 4;
			account->points = palloc(sizeof(AccountPoint) * 4);
		}
		account_put(&balance->accounts[balance->naccounts - 1],
					find_piece(balance, flow_counts_at(bound[i],
													   &balance->node->rules,
													   balance->now)),
					bound[i]->delta);
	}
	pfree(bound);

	for (int i = 0; i < balance->nclaims; i++)
		balance->claims[i].account =
			find_account(balance, balance->claims[i].flow.detail->ref);
}

static int
compare_bound(const void *a, const void *b)
{
	const FlowEvent *ea = *(const FlowEvent *const *) a;
	const FlowEvent *eb = *(const FlowEvent *const *) b;

	return strcmp(ea->detail->for_ref, eb->detail->for_ref);
}

static int
find_account(const ClaimBalance *balance, const char *ref)
{
	int			lo = 0;
	int			hi = balance->naccounts;

	if (ref == NULL)
		return -1;

	/* invariant: accounts before lo have smaller refs, those from hi do not */
	while (lo < hi)
	{
		int			mid = lo + (hi - lo) / 2;

		if (strcmp(balance->accounts[mid].ref, ref) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (lo < balance->naccounts &&
			strcmp(balance->accounts[lo].ref, ref) == 0) ? lo : -1;
}

/*
 * Add a quantity to an account from a piece on.
 */
static void
account_put(Account *account, int piece, Quantity quantity)
{
	int			at = account->npoints;

	if (account->npoints == account->maxpoints)
	{
		account->maxpoints *= 2;
		account->points = repalloc(account->points,
								   sizeof(AccountPoint) * account->maxpoints);
	}
	for (; at > 0 && account->points[at - 1].piece > piece; at--)
		account->points[at] = account->points[at - 1];
	account->points[at].piece = piece;
	account->points[at].quantity = quantity;
	account->npoints++;
}

/*
 * What a claim would draw on the free balance if it were put at a piece: all of
 * it, or what the account of its ref does not have.  The stretches are in order
 * and reach from that piece to the end; they are in "one", or palloc'd.
 */
static int
find_stretches(const ClaimBalance *balance, const Claim *claim, int piece,
			   Stretch *one, Stretch **stretches)
{
	const Account *account;
	Quantity	level = 0;
	int			n = 0;
	int			next = 0;

	if (claim->account < 0)
	{
		one->from = piece;
		one->until = balance->npieces;
		one->draws = claim->quantity;
		*stretches = one;
		return 1;
	}

	account = &balance->accounts[claim->account];
	*stretches = palloc(sizeof(Stretch) * ((Size) account->npoints + 1));
	while (piece < balance->npieces)
	{
		Stretch    *stretch = &(*stretches)[n++];

		for (; next < account->npoints &&
			 account->points[next].piece <= piece; next++)
			level += account->points[next].quantity;
		stretch->from = piece;
		stretch->until = (next < account->npoints) ?
			Min(account->points[next].piece, balance->npieces) :
			balance->npieces;
		stretch->draws = claim->quantity -
			Min(claim->quantity, Max(level, 0));
		piece = stretch->until;
	}
	return n;
}

/*
 * Put a claim into the balance where it is kept, or take it out again.
 */
static void
put(ClaimBalance *balance, Claim *claim, int sign)
{
	int			piece;
	Stretch		one;
	Stretch    *stretches;
	int			nstretches;

	if (claim->kept_at >= balance->lead_end)
		return;
	piece = find_piece(balance, claim->kept_at);

	/* it draws what it adds to what the others of its ref draw without it */
	if (sign < 0 && claim->account >= 0)
	{
		Account    *account = &balance->accounts[claim->account];
		int			at = 0;

		while (account->points[at].piece != piece ||
			   account->points[at].quantity != -claim->quantity)
			at++;
		account->npoints--;
		memmove(&account->points[at], &account->points[at + 1],
				sizeof(AccountPoint) * (account->npoints - at));
	}
	nstretches = find_stretches(balance, claim, piece, &one, &stretches);
	for (int i = 0; i < nstretches; i++)
		timeline_add(&balance->timeline, stretches[i].from, stretches[i].until,
					 -sign * stretches[i].draws);
	if (sign > 0 && claim->account >= 0)
		account_put(&balance->accounts[claim->account], piece,
					-claim->quantity);
	if (stretches != &one)
		pfree(stretches);
}
