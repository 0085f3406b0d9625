/*
 * atp.c - the balance of a node and what it allows.
 */
#include "core/sort.h"
#include "engine/atp.h"

static PromiseStatus accumulate(AtpCurve *curve);
static PromiseStatus look_ahead(AtpCurve *curve);
static PromiseStatus leave_per_receipt(AtpCurve *curve);
static PromiseStatus match_lots(AtpCurve *curve);
static PromiseStatus take_from_lots(AtpLedger *ledger, Quantity quantity,
									int step);
static Quantity step_available(const AtpLedger *ledger, int step);
static PromiseStatus less_safety_stock(const AtpCurve *curve,
									   Quantity balance, Quantity *available);
static int	count_limited_steps(const AtpCurve *curve);
static PromiseStatus ledger_open(AtpLedger *ledger);
static int	find_unused(int *previous, int i);
static int	compare_instants(const void *a, const void *b);

/*
 * Build the curve of a node, all of it palloc'd in the current context.  The
 * node's strings and details are borrowed, its events are not.
 */
PromiseStatus
atp_curve_build(const StockNode *node, Instant now, AtpMethod method,
				AtpCurve *curve)
{
	PromiseStatus status;

	Assert(INSTANT_IS_FINITE(now));

	curve->item = node->item;
	curve->location = node->location;
	curve->priority = node->priority;
	curve->rules = node->rules;
	curve->now = now;
	curve->method = method;
	curve->shelf = NULL;

	status = flow_list_build(node, now, &curve->flows);
	if (status == PROMISE_OK)
		status = accumulate(curve);
	if (status == PROMISE_OK)
		status = (method == ATP_DISCRETE) ?
			leave_per_receipt(curve) : look_ahead(curve);
	if (status == PROMISE_OK && method == ATP_LOOKAHEAD &&
		curve->flows.any_expiring)
		status = match_lots(curve);

	Assert(status != PROMISE_OK || atp_curve_is_valid(curve));
	return status;
}

/*
 * Do the steps keep the invariants of the header?
 */
bool
atp_curve_is_valid(const AtpCurve *curve)
{
	bool		found_end = curve->rules.lead_end == INSTANT_END ||
	curve->rules.lead_end <= curve->now;

	if (curve->nsteps < 1 || curve->steps[0].at != curve->now)
		return false;

	for (int i = 0; i < curve->nsteps; i++)
	{
		const AtpStep *step = &curve->steps[i];
		Quantity	before = (i == 0) ? 0 : step[-1].balance;

		if (i > 0 && step->at <= step[-1].at)
			return false;
		if (step->balance - before != step->supply - step->demand)
			return false;
		if (step->at >= curve->rules.lead_end &&
			step->available != ATP_UNLIMITED)
			return false;
		if (i > 0 && atp_curve_rises(curve) &&
			step->available < step[-1].available)
			return false;
		found_end |= step->at == curve->rules.lead_end;
	}
	return found_end;
}

/*
 * Index of the step in which an instant lies: the last one at or before it.
 * Instants before now lie in the first.
 */
int
atp_curve_find(const AtpCurve *curve, Instant at)
{
	int			lo = 1;
	int			hi = curve->nsteps;

	/* invariant: steps before lo are at or before "at", those from hi after */
	while (lo < hi)
	{
		int			mid = lo + (hi - lo) / 2;

		if (curve->steps[mid].at <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo - 1;
}

/*
 * One pass over the sorted flows: a step for now, one for each later instant
 * with a flow, and one for the end of the lead time.
 */
static PromiseStatus
accumulate(AtpCurve *curve)
{
	const Flow *flows = curve->flows.flows;
	int			nflows = curve->flows.nflows;
	Instant		lead_end = curve->rules.lead_end;
	bool		end_pending = lead_end != INSTANT_END && lead_end > curve->now;
	Quantity	balance = 0;
	int			n = 0;
	int			i = 0;

	curve->steps = palloc(sizeof(AtpStep) * ((Size) nflows + 2));

	while (n == 0 || i < nflows || end_pending)
	{
		AtpStep    *step = &curve->steps[n];

		if ((n & 4095) == 0)
			CORE_CHECK_INTERRUPTS();

		if (n == 0)
			step->at = curve->now;
		else if (i < nflows && (!end_pending || flows[i].at <= lead_end))
			step->at = flows[i].at;
		else
			step->at = lead_end;
		end_pending &= step->at != lead_end;

		step->supply = 0;
		step->demand = 0;
		for (; i < nflows && flows[i].at == step->at; i++)
		{
			Quantity	delta = flows[i].delta;

			if (delta >= 0 ?
				pg_add_s64_overflow(step->supply, delta, &step->supply) :
				pg_sub_s64_overflow(step->demand, delta, &step->demand))
				return PROMISE_QUANTITY_OVERFLOW;
		}
		if (pg_add_s64_overflow(balance, step->supply, &balance) ||
			pg_sub_s64_overflow(balance, step->demand, &balance))
			return PROMISE_QUANTITY_OVERFLOW;
		step->balance = balance;
		n++;
	}
	curve->nsteps = n;
	return PROMISE_OK;
}

/*
 * Available by look-ahead or, without it, cumulative.
 */
static PromiseStatus
look_ahead(AtpCurve *curve)
{
	Quantity	least = QUANTITY_MAX;

	for (int i = curve->nsteps - 1; i >= 0; i--)
	{
		AtpStep    *step = &curve->steps[i];
		PromiseStatus status;

		if (step->at >= curve->rules.lead_end)
		{
			step->available = ATP_UNLIMITED;
			continue;
		}
		if (curve->method == ATP_CUMULATIVE)
			least = step->balance;
		else
			least = Min(least, step->balance);
		status = less_safety_stock(curve, least, &step->available);
		if (status != PROMISE_OK)
			return status;
	}
	return PROMISE_OK;
}

/*
 * Available by the discrete method: each receipt, and what there is now,
 * bears the demand until the next receipt.
 */
static PromiseStatus
leave_per_receipt(AtpCurve *curve)
{
	int			next = curve->nsteps;

	/* invariant: steps[next ..) are done, and next is a receipt or the end */
	for (int i = curve->nsteps - 1; i >= 0; i--)
	{
		AtpStep    *steps = curve->steps;
		Quantity	leaves = 0;
		PromiseStatus status;

		if (steps[i].at >= curve->rules.lead_end)
		{
			steps[i].available = ATP_UNLIMITED;
			next = i;
			continue;
		}
		if (i > 0 && steps[i].supply == 0)
			continue;

		for (int k = i; k < next; k++)
		{
			if (pg_add_s64_overflow(leaves, steps[k].supply, &leaves) ||
				pg_sub_s64_overflow(leaves, steps[k].demand, &leaves))
				return PROMISE_QUANTITY_OVERFLOW;
		}

		/* safety stock is kept from what there is at the start */
		status = PROMISE_OK;
		if (i == 0)
			status = less_safety_stock(curve, leaves, &leaves);
		if (status != PROMISE_OK)
			return status;

		for (int k = i; k < next; k++)
			steps[k].available = leaves;
		next = i;
	}
	return PROMISE_OK;
}

/*
 * Available by look-ahead where supply spoils: the flows become lots and
 * demand again, and are matched.  Every lot has a step at which it arrives,
 * and one at which it spoils.
 */
static PromiseStatus
match_lots(AtpCurve *curve)
{
	const FlowList *list = &curve->flows;
	ShelfLife  *shelf = palloc(sizeof(ShelfLife));
	Quantity   *available;
	PromiseStatus status;

	curve->shelf = shelf;
	shelf->nsteps = count_limited_steps(curve);
	shelf->lots = palloc(sizeof(ShelfLot) * ((Size) list->nflows + 1));
	shelf->nlots = 0;
	shelf->demand = palloc0(sizeof(Quantity) * ((Size) shelf->nsteps + 1));

	for (int i = 0; i < list->nflows; i++)
	{
		const Flow *flow = &list->flows[i];
		int			step = atp_curve_find(curve, flow->at);

		if (step >= shelf->nsteps || flow->lost)
			continue;
		if (flow->delta > 0)
		{
			ShelfLot   *lot = &shelf->lots[shelf->nlots++];
			Instant		spoils_at = flow_spoils_at(flow);

			lot->from = step;
			lot->until = (spoils_at == INSTANT_END) ? shelf->nsteps :
				core_min(atp_curve_find(curve, spoils_at), shelf->nsteps);
			lot->quantity = flow->delta;
		}
		else if (pg_sub_s64_overflow(shelf->demand[step], flow->delta,
									 &shelf->demand[step]))
			return PROMISE_QUANTITY_OVERFLOW;
	}

	available = palloc(sizeof(Quantity) * ((Size) shelf->nsteps + 1));
	status = shelf_life_available(shelf, available);
	for (int i = 0; i < shelf->nsteps && status == PROMISE_OK; i++)
		status = less_safety_stock(curve, available[i],
								   &curve->steps[i].available);
	pfree(available);
	return status;
}

static PromiseStatus
less_safety_stock(const AtpCurve *curve, Quantity balance,
				  Quantity *available)
{
	if (pg_sub_s64_overflow(balance, curve->rules.safety_stock, available))
		return PROMISE_QUANTITY_OVERFLOW;
	return PROMISE_OK;
}

/* how many steps lie before the end of the lead time */
static int
count_limited_steps(const AtpCurve *curve)
{
	int			n = curve->nsteps;

	while (n > 0 && curve->steps[n - 1].available == ATP_UNLIMITED &&
		   curve->steps[n - 1].at >= curve->rules.lead_end)
		n--;
	return n;
}

void
atp_ledger_init(AtpLedger *ledger, const AtpCurve *curve)
{
	ledger->curve = curve;
	ledger->nrises = count_limited_steps(curve);
	ledger->rises = NULL;
	ledger->tree = NULL;
	ledger->previous = NULL;
	ledger->shelf = NULL;
	ledger->available = NULL;
	ledger->taken = 0;
}

/*
 * What is available at an instant after all that was taken; ATP_UNLIMITED
 * from the end of the lead time on.  Not floored.
 */
Quantity
atp_available(const AtpLedger *ledger, Instant at)
{
	return step_available(ledger, atp_curve_find(ledger->curve, at));
}

static Quantity
step_available(const AtpLedger *ledger, int step)
{
	Quantity	sum = 0;

	if (step >= ledger->nrises)
		return ATP_UNLIMITED;
	if (ledger->available != NULL)
		return ledger->available[step];
	if (ledger->rises == NULL)
		return ledger->curve->steps[step].available;

	/* the sum of rises[0 .. step] */
	for (int k = step + 1; k > 0; k -= k & -k)
		sum += ledger->tree[k];
	return sum;
}

/*
 * First instant at or after "after", and not before now, at which the whole
 * quantity is available; INSTANT_END if there is none.  The horizon is not
 * looked at.
 */
Instant
atp_earliest(const AtpLedger *ledger, Quantity quantity, Instant after)
{
	const AtpCurve *curve = ledger->curve;
	Instant		from = Max(after, curve->now);
	int			found;

	if (ledger->rises == NULL)
	{
		found = atp_curve_find(curve, from);
		if (atp_curve_rises(curve))
		{
			int			lo = found;
			int			hi = curve->nsteps;

			/* invariant: steps[found .. lo) are too low, steps[hi ..) are not */
			while (lo < hi)
			{
				int			mid = lo + (hi - lo) / 2;

				if (curve->steps[mid].available < quantity)
					lo = mid + 1;
				else
					hi = mid;
			}
			found = lo;
		}
		else
		{
			while (found < curve->nsteps &&
				   step_available(ledger, found) < quantity)
				found++;
		}
	}
	else
	{
		Quantity	below = 0;

		/*
		 * Descend the tree: the longest run of rises whose sum is less than
		 * the quantity.  Only the first rise can be negative, and it is part
		 * of every sum, so the sums rise.
		 */
		int			bit = 1;

		while (bit * 2 <= ledger->nrises)
			bit *= 2;
		found = 0;
		for (; bit > 0; bit /= 2)
		{
			if (found + bit <= ledger->nrises &&
				below + ledger->tree[found + bit] < quantity)
			{
				found += bit;
				below += ledger->tree[found];
			}
		}
	}

	if (found >= curve->nsteps)
		return INSTANT_END;
	return Max(from, curve->steps[found].at);
}

/*
 * The instants before "before" at which anything can become available from
 * any of these ledgers, in order; those before "after" stand at it.  The array
 * is palloc'd; its length is returned.
 */
int
atp_instants(const AtpLedger *ledgers, int nledgers,
			 Instant after, Instant before, Instant **instants)
{
	Size		nsteps = 1;
	int			n = 0;

	for (int i = 0; i < nledgers; i++)
		nsteps += ledgers[i].curve->nsteps;
	*instants = palloc(sizeof(Instant) * nsteps);

	for (int i = 0; i < nledgers; i++)
	{
		const AtpCurve *curve = ledgers[i].curve;

		for (int k = 0; k < curve->nsteps; k++)
		{
			Instant		at = Max(curve->steps[k].at, after);

			if (at < before)
				(*instants)[n++] = at;
		}
	}
	core_sort(*instants, n, sizeof(Instant), compare_instants);
	return n;
}

/*
 * Take a quantity at an instant at which it is available.
 */
PromiseStatus
atp_take(AtpLedger *ledger, Quantity quantity, Instant at)
{
	int			i = atp_curve_find(ledger->curve, at);

	Assert(ledger->curve->method == ATP_LOOKAHEAD);
	Assert(quantity > 0 && atp_available(ledger, at) >= quantity);

	/* what is replenished on demand takes nothing from anybody */
	if (i >= ledger->nrises)
		return PROMISE_OK;

	if (ledger->curve->shelf != NULL)
		return take_from_lots(ledger, quantity, i);

	if (ledger->rises == NULL)
	{
		PromiseStatus status = ledger_open(ledger);

		if (status != PROMISE_OK)
			return status;
	}

	ledger->taken += quantity;
	while (quantity > 0)
	{
		Quantity	used;

		i = find_unused(ledger->previous, i);
		used = (i == 0) ? quantity : Min(quantity, ledger->rises[i]);
		ledger->rises[i] -= used;
		for (int k = i + 1; k <= ledger->nrises; k += k & -k)
			ledger->tree[k] -= used;
		if (i > 0 && ledger->rises[i] == 0)
			ledger->previous[i] = i - 1;
		quantity -= used;
	}
	return PROMISE_OK;
}

/*
 * Take where supply spoils: what is taken is demand at that step, and the lots
 * are matched anew.
 */
static PromiseStatus
take_from_lots(AtpLedger *ledger, Quantity quantity, int step)
{
	const AtpCurve *curve = ledger->curve;
	PromiseStatus status;

	if (ledger->shelf == NULL)
	{
		Size		nsteps = (Size) curve->shelf->nsteps;

		ledger->shelf = palloc(sizeof(ShelfLife));
		*ledger->shelf = *curve->shelf;
		ledger->shelf->demand =
			memcpy(palloc(sizeof(Quantity) * (nsteps + 1)),
				   curve->shelf->demand, sizeof(Quantity) * nsteps);
		ledger->available = palloc(sizeof(Quantity) * (nsteps + 1));
	}
	if (pg_add_s64_overflow(ledger->shelf->demand[step], quantity,
							&ledger->shelf->demand[step]))
		return PROMISE_QUANTITY_OVERFLOW;

	ledger->taken += quantity;
	status = shelf_life_available(ledger->shelf, ledger->available);
	for (int i = 0; i < ledger->shelf->nsteps && status == PROMISE_OK; i++)
		status = less_safety_stock(curve, ledger->available[i],
								   &ledger->available[i]);
	return status;
}

/*
 * Build the rises and their tree, in the current context.
 */
static PromiseStatus
ledger_open(AtpLedger *ledger)
{
	const AtpStep *steps = ledger->curve->steps;
	int			n = ledger->nrises;

	ledger->rises = palloc(sizeof(Quantity) * (Size) n);
	ledger->previous = palloc(sizeof(int) * (Size) n);
	ledger->tree = palloc0(sizeof(Quantity) * ((Size) n + 1));

	for (int i = 0; i < n; i++)
	{
		Quantity	rise = steps[i].available;

		if (i > 0 &&
			pg_sub_s64_overflow(rise, steps[i - 1].available, &rise))
			return PROMISE_QUANTITY_OVERFLOW;
		ledger->rises[i] = rise;
		ledger->previous[i] = (i > 0 && rise == 0) ? i - 1 : i;
	}

	/* each node hands its sum to its parent: linear, and within int64 */
	for (int k = 1; k <= n; k++)
	{
		int			parent = k + (k & -k);

		if (pg_add_s64_overflow(ledger->tree[k], ledger->rises[k - 1],
								&ledger->tree[k]))
			return PROMISE_QUANTITY_OVERFLOW;
		if (parent <= n &&
			pg_add_s64_overflow(ledger->tree[parent], ledger->tree[k],
								&ledger->tree[parent]))
			return PROMISE_QUANTITY_OVERFLOW;
	}
	return PROMISE_OK;
}

/*
 * The last rise at or before i that is not used up (rise 0 never is), with
 * the path shortened for the next search.
 */
static int
find_unused(int *previous, int i)
{
	int			root = i;

	while (previous[root] != root)
		root = previous[root];
	while (previous[i] != root)
	{
		int			next = previous[i];

		previous[i] = root;
		i = next;
	}
	return root;
}

static int
compare_instants(const void *a, const void *b)
{
	Instant		ta = *(const Instant *) a;
	Instant		tb = *(const Instant *) b;

	return (ta > tb) - (ta < tb);
}
