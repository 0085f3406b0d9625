/*
 * claim_match.c - claims on supply that spoils.
 *
 * What spoils of a lot depends on who is served, so the balance with and without
 * a claim is computed from the rows, each time anew.
 */
#include "engine/atp.h"
#include "engine/claim_balance.h"

/* a balance as steps, from now on */
typedef struct Balance
{
	Flow	   *steps;			/* delta is the balance from "at" on */
	int			nsteps;
} Balance;

static PromiseStatus compute(ClaimBalance *balance, int first, int nclaims,
							 Instant at, Balance *result);
static StockNode claimed_node(ClaimBalance *balance, int first, int nclaims,
							  Instant at);
static void put_claim(ClaimBalance *balance, StockNode *node, int claim,
					  Instant at);
static PromiseStatus earliest_available(ClaimBalance *balance, int claim,
										Instant *at);
static PromiseStatus earliest_tried(ClaimBalance *balance, int claim,
									Instant *at);
static int	compare_instants(const void *a, const void *b);
static bool is_supplied(const ClaimBalance *balance, const char *ref);

/*
 * What claims, none of them kept, lack together: several at their own dates, or
 * one at an instant.  If several lack nothing, then none of them does, whichever
 * are kept first: with more claims no balance is higher (unless "by_one").
 */
PromiseStatus
claim_match_lack(ClaimBalance *balance, int first, int nclaims, Instant at,
				 ClaimLack *lack)
{
	Balance		with;
	Balance		without;
	PromiseStatus status;
	Quantity	p_with = 0;
	Quantity	p_without = 0;
	int			i = 0;
	int			k = 0;

	lack->missing = 0;
	lack->from = INSTANT_END;
	if (nclaims == 1 && at >= balance->lead_end)
		return PROMISE_OK;

	status = compute(balance, first, nclaims, at, &with);
	if (status == PROMISE_OK)
		status = compute(balance, first, 0, at, &without);
	if (status != PROMISE_OK)
		return status;

	/* invariant: p_with and p_without are the balances after steps i and k */
	while (i < with.nsteps || k < without.nsteps)
	{
		Instant		now_at = Min(i < with.nsteps ? with.steps[i].at : INSTANT_END,
								 k < without.nsteps ? without.steps[k].at : INSTANT_END);

		if (now_at >= balance->lead_end)
			break;
		if (i < with.nsteps && with.steps[i].at == now_at)
			p_with = with.steps[i++].delta;
		if (k < without.nsteps && without.steps[k].at == now_at)
			p_without = without.steps[k++].delta;
		if (p_with >= 0 || p_with >= p_without)
			continue;
		if (lack->missing == 0)
			lack->from = now_at;
		lack->missing = Max(lack->missing, -p_with);
	}
	if (nclaims == 1)
		lack->missing = Min(lack->missing, balance->claims[first].quantity);

	pfree(with.steps);
	pfree(without.steps);
	return PROMISE_OK;
}

/*
 * See claim_balance_earliest.
 */
PromiseStatus
claim_match_earliest(ClaimBalance *balance, int claim, Instant *at)
{
	/* matching wants supply that is never taken back, and nothing bound */
	if (balance->falls ||
		is_supplied(balance, balance->claims[claim].flow.detail->ref))
		return earliest_tried(balance, claim, at);
	return earliest_available(balance, claim, at);
}

/*
 * The balance with the claims that are kept, and some more: see
 * claim_match_lack.
 */
static PromiseStatus
compute(ClaimBalance *balance, int first, int nclaims, Instant at,
		Balance *result)
{
	StockNode	node = claimed_node(balance, first, nclaims, at);
	FlowList	list;
	PromiseStatus status;
	Quantity	sum = 0;

	CORE_CHECK_INTERRUPTS();
	status = flow_list_build(&node, balance->now, &list);
	if (status != PROMISE_OK)
		return status;

	/* the flows become steps in place */
	result->steps = list.flows;
	result->nsteps = 0;
	for (int i = 0; i < list.nflows; i++)
	{
		/* within the sum of all quantities, see check_total() */
		sum += list.flows[i].delta;
		if (i + 1 < list.nflows && list.flows[i + 1].at == list.flows[i].at)
			continue;
		result->steps[result->nsteps].at = list.flows[i].at;
		result->steps[result->nsteps++].delta = sum;
	}
	if (list.never != NULL)
		pfree(list.never);
	return PROMISE_OK;
}

/*
 * The node with the rows of supply and the claims that are kept, and some more.
 * It uses the room for rows in "balance".
 */
static StockNode
claimed_node(ClaimBalance *balance, int first, int nclaims, Instant at)
{
	StockNode	node = *balance->node;

	node.events = balance->events;
	node.nevents = balance->nsupply;
	node.rules.safety_stock = 0;
	for (int i = 0; i < balance->nclaims; i++)
	{
		if (balance->claims[i].kept)
			put_claim(balance, &node, i, balance->claims[i].kept_at);
	}
	for (int i = first; i < first + nclaims; i++)
		put_claim(balance, &node, i,
				  (nclaims == 1) ? at : balance->claims[i].flow.at);
	return node;
}

static void
put_claim(ClaimBalance *balance, StockNode *node, int claim, Instant at)
{
	FlowEvent  *event = &node->events[node->nevents++];

	event->at = at;
	event->delta = -balance->claims[claim].quantity;
	event->detail = balance->claims[claim].flow.detail;
}

/*
 * By matching: the claims that are kept are all served, so what is available is
 * exact.
 */
static PromiseStatus
earliest_available(ClaimBalance *balance, int claim, Instant *at)
{
	StockNode	node = claimed_node(balance, claim, 0, 0);
	const Claim *asked = &balance->claims[claim];
	AtpCurve	curve;
	AtpLedger	ledger;
	PromiseStatus status;

	CORE_CHECK_INTERRUPTS();
	status = atp_curve_build(&node, balance->now, ATP_LOOKAHEAD, &curve);
	if (status != PROMISE_OK)
		return status;
	atp_ledger_init(&ledger, &curve);
	*at = atp_earliest(&ledger, asked->quantity, asked->flow.at);

	pfree(curve.steps);
	pfree(curve.flows.flows);
	if (curve.flows.never != NULL)
		pfree(curve.flows.never);
	if (curve.shelf != NULL)
	{
		pfree(curve.shelf->lots);
		pfree(curve.shelf->demand);
		pfree(curve.shelf);
	}
	return PROMISE_OK;
}

/*
 * By trying every instant at which something arrives, is needed or spoils:
 * whether the claim fits does not change in between.
 */
static PromiseStatus
earliest_tried(ClaimBalance *balance, int claim, Instant *at)
{
	const StockNode *node = balance->node;
	Instant		after = *at;
	Instant    *tries = palloc(sizeof(Instant) * (2 * (Size) node->nevents + 2));
	int			ntries = 0;
	PromiseStatus status = PROMISE_OK;

	tries[ntries++] = after;
	if (balance->lead_end != INSTANT_END)
		tries[ntries++] = balance->lead_end;
	for (int i = 0; i < node->nevents; i++)
	{
		Instant		counts_at = flow_counts_at(&node->events[i], &node->rules,
											   balance->now);
		Instant		expires_at = node->events[i].detail->is_supply ?
		node->events[i].detail->expires_at : INSTANT_END;

		if (counts_at > after && counts_at < balance->lead_end)
			tries[ntries++] = counts_at;
		if (expires_at > after && expires_at < balance->lead_end)
			tries[ntries++] = expires_at;
	}
	pg_qsort(tries, ntries, sizeof(Instant), compare_instants);

	*at = INSTANT_END;
	for (int i = 0; i < ntries && *at == INSTANT_END; i++)
	{
		ClaimLack	lack;

		if (i > 0 && tries[i] == tries[i - 1])
			continue;
		status = claim_match_lack(balance, claim, 1, tries[i], &lack);
		if (status != PROMISE_OK)
			break;
		if (lack.missing == 0)
			*at = tries[i];
	}
	pfree(tries);
	return status;
}

static int
compare_instants(const void *a, const void *b)
{
	Instant		ta = *(const Instant *) a;
	Instant		tb = *(const Instant *) b;

	return (ta > tb) - (ta < tb);
}

/* is supply bound to this ref? */
static bool
is_supplied(const ClaimBalance *balance, const char *ref)
{
	if (ref == NULL)
		return false;
	for (int i = 0; i < balance->nsupply; i++)
	{
		const FlowDetail *detail = balance->events[i].detail;

		if (detail->is_supply && detail->for_ref != NULL &&
			strcmp(detail->for_ref, ref) == 0)
			return true;
	}
	return false;
}
