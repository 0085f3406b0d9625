/*
 * atp_test.c - available to promise against a reference that is obviously
 * right: balances on a small grid of integer instants, every definition
 * written out as a loop over that grid.
 */
#include "unit.h"

#include "engine/cause.h"
#include "engine/quote.h"
#include "engine/together.h"

extern void test_atp(void);

#define GRID		24			/* instants 0 .. GRID - 1; now is NOW */
#define NOW			4
#define MAX_EVENTS	14

typedef struct Naive
{
	Quantity	balance[GRID];
	Quantity	available[GRID];
	bool		receipt[GRID];
} Naive;

static FlowEvent events[MAX_EVENTS];
static FlowDetail details[MAX_EVENTS];
static StockNode node;

static void random_node(int maxquantity);
static void add_random_details(void);
static Instant naive_counts_at(const FlowEvent *event);
static void naive_balance(Naive *naive);
static void naive_available(Naive *naive, AtpMethod method);
static Instant naive_earliest(const Naive *naive, Quantity quantity,
							  Instant after);
static bool naive_serves(const Quantity *lots, const Instant *expiry,
						 Quantity (*demand)[GRID], int nlots);
static void test_curve(void);
static void test_competition(void);
static void test_bound_supply(void);
static void test_shelf_life(void);
static void test_quote(void);
static void test_together(void);
static void test_cause(void);
static void test_overflow(void);

void
test_atp(void)
{
	test_curve();
	test_competition();
	test_bound_supply();
	test_shelf_life();
	test_quote();
	test_together();
	test_cause();
	test_overflow();
}

static void
random_node(int maxquantity)
{
	memset(&node, 0, sizeof(node));
	node.item = "ITEM";
	node.location = "main";
	node.events = events;
	node.nevents = (int) unit_random(0, MAX_EVENTS);
	node.rules.safety_stock = unit_random(0, 3) == 0 ? unit_random(0, 5) : 0;
	node.rules.horizon_end = INSTANT_END;
	node.rules.lead_end = unit_random(0, 3) == 0 ?
		unit_random(NOW, GRID - 1) : INSTANT_END;
	node.rules.overdue_at = unit_random(0, 3) == 0 ? INSTANT_END :
		unit_random(NOW, NOW + 4);

	for (int i = 0; i < node.nevents; i++)
	{
		events[i].at = unit_random(0, GRID - 1);
		events[i].delta = unit_random(-maxquantity, maxquantity);
		if (events[i].delta > 0 && unit_random(0, 3) == 0)
			events[i].at = INSTANT_BEGIN;
		events[i].detail = NULL;
	}
}

static Instant
naive_counts_at(const FlowEvent *event)
{
	if (event->at >= NOW)
		return event->at;
	if (event->delta > 0 && event->at != INSTANT_BEGIN)
		return node.rules.overdue_at;
	return NOW;
}

static void
naive_balance(Naive *naive)
{
	for (int t = 0; t < GRID; t++)
	{
		naive->balance[t] = 0;
		naive->receipt[t] = false;
		for (int i = 0; i < node.nevents; i++)
		{
			if (naive_counts_at(&events[i]) <= t)
				naive->balance[t] += events[i].delta;
			if (naive_counts_at(&events[i]) == t && events[i].delta > 0)
				naive->receipt[t] = true;
		}
	}
}

static void
naive_available(Naive *naive, AtpMethod method)
{
	naive_balance(naive);

	for (int t = NOW; t < GRID; t++)
	{
		if (t >= node.rules.lead_end)
		{
			naive->available[t] = ATP_UNLIMITED;
			continue;
		}
		naive->available[t] = naive->balance[t] - node.rules.safety_stock;
		if (method == ATP_LOOKAHEAD)
		{
			for (int s = t; s < GRID && s < node.rules.lead_end; s++)
				naive->available[t] =
					Min(naive->available[t],
						naive->balance[s] - node.rules.safety_stock);
		}
		else if (method == ATP_DISCRETE)
		{
			int			first = t;
			int			last = t;

			/* the bucket from this receipt up to the next */
			while (first > NOW && !naive->receipt[first])
				first--;
			while (last + 1 < GRID && last + 1 < node.rules.lead_end &&
				   !naive->receipt[last + 1])
				last++;
			naive->available[t] = naive->balance[last];
			if (first > NOW)
				naive->available[t] -= naive->balance[first - 1];
			else
				naive->available[t] -= node.rules.safety_stock;
		}
	}
}

static Instant
naive_earliest(const Naive *naive, Quantity quantity, Instant after)
{
	for (int t = NOW; t < GRID; t++)
	{
		if (t >= after && naive->available[t] >= quantity)
			return t;
	}
	return INSTANT_END;
}

/*
 * Curves of all methods, their values everywhere and their earliest instants.
 */
static void
test_curve(void)
{
	for (int trial = 0; trial < UNIT_TRIALS; trial++)
	{
		AtpMethod	method = (AtpMethod) (trial % 3);
		Quantity	quantity = unit_random(1, 20);
		Instant		after = unit_random(0, GRID - 1);
		AtpCurve	curve;
		AtpLedger	ledger;
		Naive		naive;
		bool		same = true;

		random_node(9);
		naive_available(&naive, method);
		if (!CHECK_INT(atp_curve_build(&node, NOW, method, &curve),
					   PROMISE_OK))
			return;
		CHECK(atp_curve_is_valid(&curve));
		atp_ledger_init(&ledger, &curve);

		for (int t = NOW; t < GRID; t++)
		{
			same &= atp_available(&ledger, t) == naive.available[t];
			same &= curve.steps[atp_curve_find(&curve, t)].balance ==
				naive.balance[t];
		}
		CHECK(same);
		CHECK_INT(atp_earliest(&ledger, quantity, after),
				  naive_earliest(&naive, quantity, after));
	}
}

/*
 * Lines that compete: after every take the ledger must say what a curve says
 * that is built from all rows and all takes.  The first property of the
 * product is checked on the way: what was taken never makes the balance
 * negative where it was not.
 */
static void
test_competition(void)
{
	for (int trial = 0; trial < UNIT_TRIALS / 10; trial++)
	{
		static FlowEvent with_takes[MAX_EVENTS + 8];
		AtpCurve	curve;
		AtpLedger	ledger;
		Naive		before;
		StockNode	original;

		random_node(9);
		naive_available(&before, ATP_LOOKAHEAD);
		(void) atp_curve_build(&node, NOW, ATP_LOOKAHEAD, &curve);
		atp_ledger_init(&ledger, &curve);

		/* from here on the naive model sees the takes as demand */
		original = node;
		memcpy(with_takes, events, sizeof(events));

		for (int line = 0; line < 8; line++)
		{
			Quantity	quantity = unit_random(1, 6);
			Instant		after = unit_random(0, GRID - 1);
			Instant		at = atp_earliest(&ledger, quantity, after);
			AtpCurve	fresh;
			AtpLedger	alone;
			bool		same = true;

			node.events = with_takes;
			(void) atp_curve_build(&node, NOW, ATP_LOOKAHEAD, &fresh);
			atp_ledger_init(&alone, &fresh);
			for (int t = NOW; t < GRID; t++)
				same &= atp_available(&ledger, t) == atp_available(&alone, t);
			CHECK(same);
			CHECK_INT(at, atp_earliest(&alone, quantity, after));

			if (at == INSTANT_END)
				continue;
			CHECK_INT(atp_take(&ledger, quantity, at), PROMISE_OK);

			/* what is replenished on demand does not come from the node */
			if (at >= node.rules.lead_end)
				continue;
			with_takes[node.nevents].at = at;
			with_takes[node.nevents].delta = -quantity;
			with_takes[node.nevents].detail = NULL;
			node.nevents++;

			for (int t = NOW; t < GRID && t < node.rules.lead_end; t++)
			{
				Quantity	after_take =
				fresh.steps[atp_curve_find(&fresh, t)].balance -
				(t >= at ? quantity : 0);

				same &= after_take >= Min(before.balance[t], 0);
			}
			CHECK(same);
		}
		node = original;
	}
}

static void
add_random_details(void)
{
	static const char *const refs[] = {"A", "B", "C"};

	for (int i = 0; i < node.nevents; i++)
	{
		memset(&details[i], 0, sizeof(FlowDetail));
		details[i].is_supply = events[i].delta > 0;
		details[i].expires_at = INSTANT_END;
		if (details[i].is_supply)
			details[i].for_ref = unit_random(0, 1) ? refs[unit_random(0, 2)] : NULL;
		else
			details[i].ref = refs[unit_random(0, 2)];
		events[i].detail = &details[i];
	}
}

/*
 * Supply bound to a demand: the free balance at t is the free supply, less
 * the demand without bound supply, less what each other demand lacks at t.
 */
static void
test_bound_supply(void)
{
	for (int trial = 0; trial < UNIT_TRIALS; trial++)
	{
		AtpCurve	curve;
		bool		same = true;

		random_node(9);
		add_random_details();
		(void) atp_curve_build(&node, NOW, ATP_LOOKAHEAD, &curve);

		for (int t = NOW; t < GRID; t++)
		{
			Quantity	expected = 0;

			for (int i = 0; i < node.nevents; i++)
			{
				bool		supplied = false;
				const char *owner = details[i].is_supply ?
				details[i].for_ref : details[i].ref;

				for (int k = 0; k < node.nevents && owner != NULL; k++)
					supplied |= details[k].for_ref != NULL &&
						naive_counts_at(&events[k]) != INSTANT_END &&
						events[k].delta != 0 &&
						strcmp(details[k].for_ref, owner) == 0;
				if (!supplied && naive_counts_at(&events[i]) <= t)
					expected += events[i].delta;
			}
			for (int ref = 'A'; ref <= 'C'; ref++)
			{
				Quantity	own = 0;
				bool		supplied = false;

				for (int i = 0; i < node.nevents; i++)
				{
					const char *owner = details[i].is_supply ?
					details[i].for_ref : details[i].ref;

					if (owner == NULL || owner[0] != ref)
						continue;
					if (naive_counts_at(&events[i]) <= t)
						own += events[i].delta;
					supplied |= details[i].is_supply &&
						naive_counts_at(&events[i]) != INSTANT_END;
				}
				if (supplied)
					expected += Min(own, 0);
			}
			same &= curve.steps[atp_curve_find(&curve, t)].balance == expected;
		}
		CHECK(same);
	}
}

/*
 * Can these demands be met from these lots?  Unit by unit, each from the lot
 * that is there and spoils first, which is known to serve whatever can be
 * served.
 */
static bool
naive_serves(const Quantity *lots, const Instant *expiry,
			 Quantity (*demand)[GRID], int nlots)
{
	Quantity	left[MAX_EVENTS];

	memcpy(left, lots, sizeof(Quantity) * (Size) nlots);
	for (int t = NOW; t < GRID; t++)
	{
		Quantity	owed = (*demand)[t];

		while (owed > 0)
		{
			int			best = -1;

			for (int i = 0; i < nlots; i++)
			{
				if (left[i] > 0 && events[i].at <= t && expiry[i] > t &&
					(best < 0 || expiry[i] < expiry[best]))
					best = i;
			}
			if (best < 0)
				return false;
			left[best]--;
			owed--;
		}
	}
	return true;
}

/*
 * Supply that spoils: what the curve offers can always be served, unit by
 * unit, beside everything else (it may be less than possible, never more).
 * And with nothing taken the losses are exactly what nobody uses.
 */
static void
test_shelf_life(void)
{
	int			tried = 0;

	for (int trial = 0; trial < UNIT_TRIALS; trial++)
	{
		Quantity	lots[MAX_EVENTS];
		Instant		expiry[MAX_EVENTS];
		Quantity	demand[GRID];
		AtpCurve	curve;
		AtpLedger	ledger;
		bool		met;

		random_node(4);
		node.rules.lead_end = INSTANT_END;
		node.rules.safety_stock = 0;
		memset(demand, 0, sizeof(demand));
		for (int i = 0; i < node.nevents; i++)
		{
			events[i].at = unit_random(NOW, GRID - 1);
			memset(&details[i], 0, sizeof(FlowDetail));
			details[i].is_supply = events[i].delta > 0;
			details[i].expires_at = unit_random(0, 2) == 0 ? INSTANT_END :
				unit_random(NOW, GRID + 2);
			events[i].detail = &details[i];
			lots[i] = Max(events[i].delta, 0);
			expiry[i] = details[i].expires_at;
			if (events[i].delta < 0)
				demand[events[i].at] -= events[i].delta;
		}
		met = naive_serves(lots, expiry, &demand, node.nevents);

		(void) atp_curve_build(&node, NOW, ATP_LOOKAHEAD, &curve);
		atp_ledger_init(&ledger, &curve);

		/* the known demand is met exactly if the balance is never negative */
		CHECK((atp_available(&ledger, NOW) >= 0) == met);
		if (!met)
			continue;

		for (Quantity quantity = 1; quantity <= 4; quantity++)
		{
			Instant		at = atp_earliest(&ledger, quantity, NOW);

			if (at == INSTANT_END)
				break;
			demand[at] += quantity;
			CHECK(naive_serves(lots, expiry, &demand, node.nevents));
			demand[at] -= quantity;
			tried++;
		}
	}
	CHECK(tried > UNIT_TRIALS / 10);
}

/*
 * Options: sums are right, every option can be taken from fresh ledgers, the
 * first is never worse than any other, and no single location has the whole
 * before the first option says.
 */
static void
test_quote(void)
{
	int			across = 0;
	int			parts = 0;

	for (int trial = 0; trial < UNIT_TRIALS; trial++)
	{
		static const char *const names[] = {"east", "main", "west"};
		AtpCurve	curves[3];
		AtpLedger	ledgers[3];
		QuoteRequest request;
		QuoteOptions result;
		Instant		whole_at = INSTANT_END;
		int			nlocations = (int) unit_random(1, 3);

		for (int i = 0; i < nlocations; i++)
		{
			random_node(6);
			node.location = names[i];
			node.priority = (int) unit_random(0, 1);
			if (unit_random(0, 4) == 0)
				node.rules.horizon_end = unit_random(NOW, GRID - 1);
			(void) atp_curve_build(&node, NOW, ATP_LOOKAHEAD, &curves[i]);
			atp_ledger_init(&ledgers[i], &curves[i]);
		}
		request.quantity = unit_random(1, 20);
		request.due = unit_random(0, 1) ? unit_random(NOW, GRID - 1) : INSTANT_END;
		request.after = unit_random(0, 3) ? INSTANT_BEGIN : unit_random(NOW, GRID - 1);
		request.location = unit_random(0, 1) ? "main" : NULL;
		request.parts_max = (int) unit_random(1, 4);
		request.part_minimum = unit_random(1, 4);

		for (int i = 0; i < nlocations; i++)
			whole_at = Min(whole_at, quote_earliest(&ledgers[i],
													request.quantity,
													request.after));

		quote_options(ledgers, nlocations, &request, &result);
		CHECK(result.noptions >= 1);
		CHECK(result.options[0].missing > 0 ||
			  result.options[0].completion <= whole_at);
		CHECK(whole_at == INSTANT_END || result.options[0].missing == 0);

		for (int o = 0; o < result.noptions; o++)
		{
			const QuoteOption *option = &result.options[o];
			Quantity	sum = option->missing;
			bool		sound = true;

			sound &= option->nparts <= request.parts_max;
			sound &= (option->nparts == 0) == (option->kind == OFFER_NONE);
			for (int p = 0; p < option->nparts; p++)
			{
				const OfferPart *part = &option->parts[p];
				AtpLedger  *ledger = &ledgers[part->ledger];

				sum += part->quantity;
				sound &= part->available_at >= Max(request.after, NOW);
				sound &= part->available_at <= ledger->curve->rules.horizon_end;
				sound &= option->nparts == 1 ||
					part->quantity >= request.part_minimum;
				sound &= p == 0 ||
					part->available_at >= option->parts[p - 1].available_at;
			}
			CHECK_INT(sum, request.quantity);
			CHECK(sound);

			/* take it, the last part first: all of it must be there */
			for (int p = option->nparts - 1; p >= 0; p--)
			{
				const OfferPart *part = &option->parts[p];
				AtpLedger  *ledger = &ledgers[part->ledger];

				if (CHECK(atp_available(ledger, part->available_at) >=
						  part->quantity))
					(void) atp_take(ledger, part->quantity,
									part->available_at);
				across += part->ledger != option->parts[0].ledger;
				parts += option->nparts > 1;
			}
			for (int i = 0; i < nlocations; i++)
				atp_ledger_init(&ledgers[i], &curves[i]);
		}
	}
	CHECK(across > UNIT_TRIALS / 100);
	CHECK(parts > UNIT_TRIALS / 100);
}

/*
 * Lines delivered together: the first instant of the grid at which any of all
 * the ways to deal them out fits.
 */
static void
test_together(void)
{
	int			dealt = 0;

	for (int trial = 0; trial < UNIT_TRIALS / 4; trial++)
	{
		static const char *const names[] = {"east", "main", "west"};
		AtpCurve	curves[3];
		AtpLedger	ledgers[3];
		TogetherLine lines[4];
		int			nlocations = (int) unit_random(1, 3);
		int			nlines = (int) unit_random(1, 4);
		Instant		after = unit_random(NOW, NOW + 4);
		Instant		expected = INSTANT_END;
		Instant		at;
		int			nways = 1;

		for (int i = 0; i < nlocations; i++)
		{
			random_node(9);
			node.location = names[i];
			(void) atp_curve_build(&node, NOW, ATP_LOOKAHEAD, &curves[i]);
			atp_ledger_init(&ledgers[i], &curves[i]);
		}
		for (int i = 0; i < nlines; i++)
		{
			lines[i].quantity = unit_random(1, 8);
			lines[i].only = unit_random(0, 3) == 0 ?
				(int) unit_random(0, nlocations - 1) : -1;
			nways *= nlocations;
		}

		for (Instant t = after; t < GRID && expected == INSTANT_END; t++)
		{
			for (int way = 0; way < nways && expected == INSTANT_END; way++)
			{
				Quantity	load[3] = {0};
				bool		fits = true;

				for (int i = 0, rest = way; i < nlines; i++, rest /= nlocations)
				{
					load[rest % nlocations] += lines[i].quantity;
					fits &= lines[i].only < 0 ||
						lines[i].only == rest % nlocations;
				}
				for (int i = 0; i < nlocations; i++)
					fits &= load[i] == 0 ||
						atp_available(&ledgers[i], t) >= load[i];
				if (fits)
					expected = t;
			}
		}

		at = together_earliest(ledgers, nlocations, lines, nlines, after);
		CHECK_INT(at, expected);
		if (at == INSTANT_END)
			continue;

		/* and the ledgers it names do have it */
		for (int i = 0; i < nlines; i++)
		{
			CHECK(lines[i].only < 0 || lines[i].only == lines[i].ledger);
			if (CHECK(atp_available(&ledgers[lines[i].ledger], at) >=
					  lines[i].quantity))
				(void) atp_take(&ledgers[lines[i].ledger], lines[i].quantity,
								at);
			dealt += nlocations > 1;
		}
	}
	CHECK(dealt > UNIT_TRIALS / 100);
}

/*
 * The cause: removing what binds, or bringing forward what frees, must help.
 */
static void
test_cause(void)
{
	int			bound = 0;

	for (int trial = 0; trial < UNIT_TRIALS; trial++)
	{
		AtpCurve	curve;
		AtpLedger	ledger;
		Quantity	quantity = unit_random(1, 12);
		Cause		cause;

		random_node(6);
		add_random_details();
		for (int i = 0; i < node.nevents; i++)
			details[i].for_ref = NULL;
		(void) atp_curve_build(&node, NOW, ATP_LOOKAHEAD, &curve);
		atp_ledger_init(&ledger, &curve);
		if (atp_earliest(&ledger, quantity, NOW) == NOW)
			continue;

		cause_find(&ledger, quantity, NOW, NOW, &cause);
		CHECK_INT(cause.frees_at, atp_earliest(&ledger, quantity, NOW));
		CHECK_INT(cause.there + cause.missing, quantity);
		CHECK(!cause.competing);
		CHECK((cause.reason == REASON_LEAD_TIME) ==
			  (cause.frees_at != INSTANT_END &&
			   cause.frees_at >= node.rules.lead_end));
		CHECK(cause.reason == REASON_RECEIPT_LATE ||
			  cause.reason == REASON_RECEIPT_OVERDUE ||
			  cause.reason == REASON_LEAD_TIME ||
			  cause.frees_at == INSTANT_END);

		/* at the low point less than the quantity is left */
		if (cause.binds_at != INSTANT_END)
			CHECK(curve.steps[atp_curve_find(&curve, cause.binds_at)].balance -
				  node.rules.safety_stock < quantity);
		if (cause.binds != NULL)
		{
			CHECK(cause.binds->delta < 0);
			CHECK_INT(cause.binds->at, cause.binds_at);
			bound++;
		}
	}
	CHECK(bound > UNIT_TRIALS / 100);
}

static void
test_overflow(void)
{
	AtpCurve	curve;

	random_node(1);
	node.nevents = 2;
	events[0].at = events[1].at = INSTANT_BEGIN;
	events[0].delta = events[1].delta = QUANTITY_MAX;
	events[0].detail = events[1].detail = NULL;
	CHECK_INT(atp_curve_build(&node, NOW, ATP_LOOKAHEAD, &curve),
			  PROMISE_QUANTITY_OVERFLOW);

	events[1].delta = QUANTITY_MIN;
	CHECK_INT(atp_curve_build(&node, NOW, ATP_LOOKAHEAD, &curve),
			  PROMISE_QUANTITY_OVERFLOW);
}
