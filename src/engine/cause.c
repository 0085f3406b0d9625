/*
 * cause.c - why a quantity cannot be had sooner.
 */
#include "engine/cause.h"

static int	low_point(const AtpLedger *ledger, Instant by, int rise);
static const Flow *largest_flow(const Flow *flows, int nflows, Instant at,
								int sign);

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
	int			low;
	AtpLedger	alone;

	cause->there = (from > curve->rules.horizon_end) ? 0 :
		core_max(atp_available(ledger,
							   Min(Max(by, from), curve->rules.horizon_end)), 0);
	cause->missing = Max(quantity - cause->there, 0);
	cause->frees_at = at;
	cause->binds_at = INSTANT_END;
	cause->binds = NULL;
	cause->frees = NULL;

	low = low_point(ledger, Max(by, from), rise);
	if (low >= 0)
	{
		cause->binds_at = curve->steps[low].at;
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
 * The step at which the balance is as low as what is available at "by" says:
 * the last before there is more.  None (-1) if there is enough from the first
 * step on.
 */
static int
low_point(const AtpLedger *ledger, Instant by, int rise)
{
	Quantity	there = atp_available(ledger, by);
	Instant		more_at;

	if (there == ATP_UNLIMITED || rise == 0)
		return -1;
	more_at = atp_earliest(ledger, there + 1, by);
	if (more_at == INSTANT_END)
		return ledger->curve->nsteps - 1;
	return core_max(atp_curve_find(ledger->curve, more_at) - 1, 0);
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
			(largest == NULL ||
			 flow_compare_size(&flows[lo], largest) < 0))
			largest = &flows[lo];
	}
	return largest;
}
