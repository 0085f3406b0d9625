/*
 * cause.c - why a quantity cannot be had sooner.
 */
#include "engine/cause.h"

static const Flow *largest_flow(const Flow *flows, int nflows, Instant at,
								int sign);
static bool flow_is_larger(const Flow *a, const Flow *b);

/*
 * Find the cause for not having "quantity" by "by".
 *
 * "by" and "after" before now mean now.  The pointers in "cause" point into
 * the curve.
 */
void
cause_find(const AtpLedger *ledger, Quantity quantity, Instant by,
		   Instant after, Cause *cause)
{
	const AtpCurve *curve = ledger->curve;
	Instant		from = Max(after, curve->now);
	Instant		at = atp_earliest(ledger, quantity, from);
	int			rise = (at == INSTANT_END) ? curve->nsteps :
	atp_curve_find(curve, at);
	AtpLedger	alone;

	cause->there = Max(atp_available(ledger, Max(by, from)), 0);
	cause->missing = Max(quantity - cause->there, 0);
	cause->frees_at = at;
	cause->binds_at = INSTANT_END;
	cause->binds = NULL;
	cause->frees = NULL;

	if (rise > 0)
	{
		cause->binds_at = curve->steps[rise - 1].at;
		cause->binds = largest_flow(curve->flows.flows, curve->flows.nflows,
									cause->binds_at, -1);
	}
	if (rise < curve->nsteps)
		cause->frees = largest_flow(curve->flows.flows, curve->flows.nflows,
									curve->steps[rise].at, 1);
	else if (curve->flows.nnever > 0)
		cause->frees = largest_flow(curve->flows.never, curve->flows.nnever,
									INSTANT_END, 1);

	/* would it have been there but for the earlier lines? */
	atp_ledger_init(&alone, curve);
	cause->competing = atp_earliest(&alone, quantity, from) < at;

	if (at > curve->rules.horizon_end && at != INSTANT_END)
		cause->reason = REASON_HORIZON;
	else if (at != INSTANT_END && rise >= ledger->nrises)
		cause->reason = REASON_LEAD_TIME;
	else if (cause->frees == NULL)
		cause->reason = REASON_STOCK;
	else if (at == INSTANT_END)
		cause->reason = (cause->frees->stated_at < curve->now) ?
			REASON_RECEIPT_OVERDUE : REASON_STOCK;
	else
		cause->reason = flow_is_overdue(cause->frees) ?
			REASON_RECEIPT_OVERDUE : REASON_RECEIPT_LATE;
}

/*
 * The largest flow of one sign at an instant; NULL if there is none.
 */
static const Flow *
largest_flow(const Flow *flows, int nflows, Instant at, int sign)
{
	const Flow *largest = NULL;
	int			lo = 0;
	int			hi = nflows;

	/* invariant: flows[0 .. lo) are before "at", flows[hi ..) are not */
	while (lo < hi)
	{
		int			mid = lo + (hi - lo) / 2;

		if (flows[mid].at < at)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < nflows && flows[lo].at == at; lo++)
	{
		if ((sign < 0 ? flows[lo].delta < 0 : flows[lo].delta > 0) &&
			(largest == NULL || flow_is_larger(&flows[lo], largest)))
			largest = &flows[lo];
	}
	return largest;
}

/*
 * The larger quantity, then the smaller ref: never the order of the rows.
 */
static bool
flow_is_larger(const Flow *a, const Flow *b)
{
	/* of the same sign: negative numbers reach further */
	Quantity	size_a = (a->delta < 0) ? a->delta : -a->delta;
	Quantity	size_b = (b->delta < 0) ? b->delta : -b->delta;

	if (size_a != size_b)
		return size_a < size_b;
	if (a->detail == NULL || a->detail->ref == NULL)
		return false;
	if (b->detail == NULL || b->detail->ref == NULL)
		return true;
	return strcmp(a->detail->ref, b->detail->ref) < 0;
}
