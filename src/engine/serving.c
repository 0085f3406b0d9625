/*
 * serving.c - who is served, and who is not.
 */
#include "core/text_order.h"
#include "engine/serving.h"

static bool is_plain(const StockNode *node);
static PromiseStatus short_until(const FlowList *list, Instant end,
								 Instant *until);
static bool is_same_until(const FlowList *a, const FlowList *b, Instant until);
static bool is_same_flow(const Flow *a, const Flow *b);
static PromiseStatus serve_in_order(Serving *serving);
static PromiseStatus count_fitting(ClaimBalance *balance, int first, int *nfit);
static PromiseStatus date_losers(Serving *serving);
static void keep_winners(Serving *serving, int before, Instant until);
static PromiseStatus filter(Serving *serving, int loser);
static void filter_rising(Serving *serving, int loser);
static PromiseStatus try_receipts(Serving *serving, int loser,
								  ServingCause *cause);
static PromiseStatus count_receipts(Serving *serving, int loser,
									ServingCause *cause);
static int	next_receipt(const Serving *serving, int loser, int previous);

PromiseStatus
serving_is_same(const StockNode *before, const StockNode *after, Instant now,
				bool *same)
{
	Instant		lead_end = after->rules.lead_end;
	FlowList	was;
	FlowList	is;
	Instant		was_until;
	Instant		is_until;
	PromiseStatus status;

	*same = false;
	if (before->rules.lead_end != lead_end || !is_plain(before) ||
		!is_plain(after))
		return PROMISE_OK;

	status = flow_list_build(before, now, &was);
	if (status != PROMISE_OK)
		return status;
	status = flow_list_build(after, now, &is);
	if (status == PROMISE_OK)
		status = short_until(&was, lead_end, &was_until);
	if (status == PROMISE_OK)
		status = short_until(&is, lead_end, &is_until);
	if (status == PROMISE_OK)
		*same = is_same_until(&was, &is, Max(was_until, is_until));
	flow_list_free(&was);
	flow_list_free(&is);
	return status;
}

/* does no supply serve one demand only, or spoil? */
static bool
is_plain(const StockNode *node)
{
	for (int i = 0; i < node->nevents; i++)
	{
		const FlowDetail *detail = node->events[i].detail;

		if (detail->is_supply &&
			(detail->for_ref != NULL || detail->expires_at != INSTANT_END))
			return false;
	}
	return true;
}

/*
 * When the balance is below zero for the last time before "end", it is so until
 * then; INSTANT_BEGIN if it never is.
 */
static PromiseStatus
short_until(const FlowList *list, Instant end, Instant *until)
{
	Quantity	level = 0;

	*until = INSTANT_BEGIN;
	for (int i = 0; i < list->nflows && list->flows[i].at < end; i++)
	{
		bool		is_last = i + 1 == list->nflows;

		if (pg_add_s64_overflow(level, list->flows[i].delta, &level))
			return PROMISE_QUANTITY_OVERFLOW;
		/* flows of one instant count together */
		if (level < 0 && is_last)
			*until = INSTANT_END;
		else if (level < 0 && list->flows[i + 1].at > list->flows[i].at)
			*until = list->flows[i + 1].at;
	}
	return PROMISE_OK;
}

/* the rows of one image mostly come in the order of the other */
static bool
is_same_until(const FlowList *a, const FlowList *b, Instant until)
{
	int			i = 0;

	while (i < a->nflows && a->flows[i].at < until)
	{
		if (i == b->nflows || !is_same_flow(&a->flows[i], &b->flows[i]))
			return false;
		i++;
	}
	return i >= b->nflows || b->flows[i].at >= until;
}

/* the same in all that serving looks at, and that names a claim */
static bool
is_same_flow(const Flow *a, const Flow *b)
{
	if (a->at != b->at || a->delta != b->delta ||
		a->detail->is_supply != b->detail->is_supply)
		return false;
	return a->detail->is_supply ||
		(a->stated_at == b->stated_at &&
		 a->detail->priority == b->detail->priority &&
		 a->detail->accepted_at == b->detail->accepted_at &&
		 text_order(a->detail->ref, b->detail->ref) == 0 &&
		 text_order(a->detail->relation, b->detail->relation) == 0);
}

/*
 * Serve the claims of a node.
 */
PromiseStatus
serving_build(const StockNode *node, Instant now, Serving *serving)
{
	ClaimBalance *balance = &serving->balance;
	PromiseStatus status;

	memset(serving, 0, sizeof(Serving));
	serving->nkept = -1;
	status = claim_balance_init(node, now, balance);
	if (status != PROMISE_OK)
		return status;

	serving->nclaims = balance->nclaims;
	serving->claims = palloc0(sizeof(ServedClaim) * ((Size) balance->nclaims + 1));
	for (int i = 0; i < balance->nclaims; i++)
	{
		serving->claims[i].flow = &balance->claims[i].flow;
		serving->claims[i].quantity = balance->claims[i].quantity;
		serving->claims[i].short_from = INSTANT_END;
	}

	status = serve_in_order(serving);
	if (status == PROMISE_OK)
		status = date_losers(serving);
	return status;
}

/*
 * Why a loser (an index into the claims) cannot be met.
 */
PromiseStatus
serving_cause(Serving *serving, int loser, ServingCause *cause)
{
	ClaimBalance *balance = &serving->balance;
	PromiseStatus status;

	Assert(!serving->claims[loser].is_met);
	memset(cause, 0, sizeof(ServingCause));

	keep_winners(serving, loser, INSTANT_END);
	status = balance->spoils ? count_receipts(serving, loser, cause) :
		try_receipts(serving, loser, cause);
	if (status != PROMISE_OK)
		return status;

	if (balance->spoils || balance->falls || balance->naccounts > 0)
		status = filter(serving, loser);
	else
		filter_rising(serving, loser);
	cause->takers = palloc(sizeof(Flow *) * ((Size) loser + 1));
	for (int i = 0; i < loser; i++)
	{
		if (balance->claims[i].kept)
			cause->takers[cause->ntakers++] = serving->claims[i].flow;
	}
	return status;
}

static PromiseStatus
serve_in_order(Serving *serving)
{
	ClaimBalance *balance = &serving->balance;

	for (int i = 0; i < serving->nclaims; i++)
	{
		ServedClaim *claim = &serving->claims[i];
		ClaimLack	lack;
		PromiseStatus status;

		if ((i & 1023) == 0)
			CORE_CHECK_INTERRUPTS();

		if (balance->spoils && !balance->by_one)
		{
			int			nfit;

			status = count_fitting(balance, i, &nfit);
			if (status != PROMISE_OK)
				return status;
			for (; nfit > 0; nfit--, i++)
			{
				serving->claims[i].is_met = true;
				claim_balance_keep(balance, i, serving->claims[i].flow->at);
			}
			if (i == serving->nclaims)
				break;
			claim = &serving->claims[i];
		}

		status = claim_balance_lack(balance, i, claim->flow->at, &lack);
		if (status != PROMISE_OK)
			return status;
		claim->is_met = lack.missing == 0;
		if (claim->is_met)
			claim_balance_keep(balance, i, claim->flow->at);
		else
		{
			claim->missing = lack.missing;
			claim->short_from = lack.from;
			serving->nlosers++;
		}
	}
	return PROMISE_OK;
}

/*
 * How many claims from "first" on, none of them kept, fit together.  To try one
 * costs as much as to try many, first all of them are tried, then more and more.
 */
static PromiseStatus
count_fitting(ClaimBalance *balance, int first, int *nfit)
{
	int			fitting = 0;
	int			failing = balance->nclaims - first + 1;
	int			step = 1;

	/* invariant: "fitting" of them fit, "failing" of them do not */
	while (failing - fitting > 1)
	{
		int			tried = Min(fitting + step, (fitting + failing) / 2);
		ClaimLack	lack;
		PromiseStatus status;

		/* all of the rest is a good guess */
		if (step == 1)
			tried = failing - 1;
		status = claim_match_lack(balance, first, tried,
								  balance->claims[first].flow.at, &lack);
		if (status != PROMISE_OK)
			return status;
		if (lack.missing == 0)
			fitting = tried;
		else
			failing = tried;
		step *= 2;
	}
	*nfit = fitting;
	return PROMISE_OK;
}

/*
 * Give each loser its new date.
 */
static PromiseStatus
date_losers(Serving *serving)
{
	ClaimBalance *balance = &serving->balance;

	for (int i = 0; i < serving->nclaims; i++)
	{
		ServedClaim *claim = &serving->claims[i];
		PromiseStatus status;

		claim->feasible_at = claim->flow->at;
		if (claim->is_met)
			continue;
		CORE_CHECK_INTERRUPTS();
		status = claim_balance_earliest(balance, i, &claim->feasible_at);
		if (status != PROMISE_OK)
			return status;
		if (claim->feasible_at != INSTANT_END)
			claim_balance_keep(balance, i, claim->feasible_at);
	}
	return PROMISE_OK;
}

/*
 * Keep those who are served before a claim, and nobody else.  Those who want
 * something after "until" only are left out.
 *
 * The losers of a node are asked about in order: what the timeline holds for
 * one of them is a part of what it must hold for the next.
 */
static void
keep_winners(Serving *serving, int before, Instant until)
{
	ClaimBalance *balance = &serving->balance;
	int			first = serving->nkept;

	if (first < 0 || first > before || until != INSTANT_END)
	{
		claim_balance_reset(balance);
		first = 0;
	}
	for (int i = 0; i < before; i++)
	{
		if ((i & 1023) == 0)
			CORE_CHECK_INTERRUPTS();
		if (!serving->claims[i].is_met || serving->claims[i].flow->at > until)
			continue;
		if (i < first)
			balance->claims[i].kept = true;
		else
			claim_balance_keep(balance, i, serving->claims[i].flow->at);
	}
	serving->nkept = (until == INSTANT_END) ? before : -1;
}

/*
 * Drop claims until those which are kept are an irreducible cause.
 *
 * Whoever takes something only after the instant from which the loser lacks, is
 * no part of it: what is missing there, is missing without them.  Of the others
 * each one is dropped, the last served first, if the loser still does not fit.
 * Several are dropped at once as long as that goes well: dropping more never
 * makes the loser lack more, so this drops what one after the other would.
 */
static PromiseStatus
filter(Serving *serving, int loser)
{
	ClaimBalance *balance = &serving->balance;
	Instant		at = serving->claims[loser].flow->at;
	Instant		binds_at = serving->claims[loser].short_from;
	int			next = loser - 1;
	int			many = 1;

	keep_winners(serving, loser, binds_at);

	/* invariant: of the claims after "next" those kept are in the cause */
	while (next >= 0)
	{
		int			first = Max(next - many + 1, 0);
		ClaimLack	lack;
		PromiseStatus status;

		CORE_CHECK_INTERRUPTS();
		for (int i = first; i <= next; i++)
		{
			if (balance->claims[i].kept)
				claim_balance_drop(balance, i);
		}
		status = claim_balance_lack(balance, loser, at, &lack);
		if (status != PROMISE_OK)
			return status;
		if (lack.missing > 0)
		{
			next = first - 1;
			many = balance->by_one ? 1 : 2 * many;
			continue;
		}
		for (int i = first; i <= next; i++)
		{
			if (serving->claims[i].is_met && serving->claims[i].flow->at <= binds_at)
				claim_balance_keep(balance, i, serving->claims[i].flow->at);
		}
		if (first == next)
			next--;
		many = 1;
	}
	return PROMISE_OK;
}

/*
 * The same where each claim is for itself and supply never falls.  Then the
 * instant from which the loser lacks decides alone: before it, the loser has
 * enough beside all; after it, beside claims that are all due by then, there is
 * no less than at it.  The timeline stays as it is: only "kept" is changed.
 */
static void
filter_rising(Serving *serving, int loser)
{
	ClaimBalance *balance = &serving->balance;
	Instant		binds_at = serving->claims[loser].short_from;
	Quantity	missing = serving->claims[loser].quantity -
	claim_balance_supply(balance, binds_at);

	for (int i = 0; i < loser; i++)
	{
		balance->claims[i].kept &= balance->claims[i].flow.at <= binds_at;
		if (balance->claims[i].kept)
			missing += balance->claims[i].quantity;
	}

	Assert(missing > 0);
	for (int i = loser - 1; i >= 0; i--)
	{
		if (balance->claims[i].kept && balance->claims[i].quantity < missing)
		{
			balance->claims[i].kept = false;
			missing -= balance->claims[i].quantity;
		}
	}
}

/*
 * The first receipts after the instant from which the loser lacks that would be
 * enough if they came by its date.  The winners before it are kept.
 */
static PromiseStatus
try_receipts(Serving *serving, int loser, ServingCause *cause)
{
	ClaimBalance *balance = &serving->balance;
	const ServedClaim *claim = &serving->claims[loser];
	Instant		at = claim->flow->at;
	PromiseStatus status = PROMISE_OK;

	for (int i = next_receipt(serving, loser, -1);
		 i >= 0 && cause->nreceipts < SERVING_MAX_RECEIPTS && !cause->suffice;
		 i = next_receipt(serving, loser, i))
	{
		const Flow *receipt = &balance->receipts[i];
		ClaimLack	lack;

		cause->receipts[cause->nreceipts++] = receipt;
		claim_balance_move_supply(balance, receipt->delta, at, receipt->at);
		status = claim_balance_lack(balance, loser, at, &lack);
		if (status != PROMISE_OK)
			break;
		cause->suffice = lack.missing == 0;
	}

	for (int i = 0; i < cause->nreceipts; i++)
		claim_balance_move_supply(balance, -cause->receipts[i]->delta, at,
								  cause->receipts[i]->at);
	return status;
}

/*
 * The same by their sum: where something spoils, more cannot be said without
 * matching them all anew.
 */
static PromiseStatus
count_receipts(Serving *serving, int loser, ServingCause *cause)
{
	Quantity	missing = serving->claims[loser].missing;

	for (int i = next_receipt(serving, loser, -1);
		 i >= 0 && cause->nreceipts < SERVING_MAX_RECEIPTS && !cause->suffice;
		 i = next_receipt(serving, loser, i))
	{
		const Flow *receipt = &serving->balance.receipts[i];

		cause->receipts[cause->nreceipts++] = receipt;
		missing -= Min(missing, receipt->delta);
		cause->suffice = missing == 0;
	}
	return PROMISE_OK;
}

/*
 * The next receipt that could serve a loser and comes too late; -1 if there is
 * none.
 */
static int
next_receipt(const Serving *serving, int loser, int previous)
{
	const ClaimBalance *balance = &serving->balance;
	const ServedClaim *claim = &serving->claims[loser];
	int			lo = previous + 1;
	int			hi = (previous < 0) ? balance->nreceipts : lo;

	/* invariant: receipts before lo come in time, those from hi do not */
	while (lo < hi)
	{
		int			mid = lo + (hi - lo) / 2;

		if (balance->receipts[mid].at <= claim->short_from)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < balance->nreceipts; lo++)
	{
		const char *for_ref = balance->receipts[lo].detail->for_ref;
		const char *ref = claim->flow->detail->ref;

		if (for_ref == NULL || (ref != NULL && strcmp(for_ref, ref) == 0))
			return lo;
	}
	return -1;
}
