/*
 * atp_test.c - available to promise against a reference that is obviously
 * right: balances on a small grid of integer instants, every definition
 * written out as a loop over that grid.
 */
#include "atp_fixture.h"

#include "engine/cause.h"

extern void test_atp(void);

typedef struct Naive
{
	Quantity	balance[GRID];
	Quantity	available[GRID];
	bool		receipt[GRID];
} Naive;

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
static void test_cause(void);
static void test_overflow(void);

void
test_atp(void)
{
	test_curve();
	test_competition();
	test_bound_supply();
	test_shelf_life();
	test_cause();
	test_overflow();
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

		atp_fixture_node(9);
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

		atp_fixture_node(9);
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

		atp_fixture_node(9);
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
 * Supply that spoils: what the curve offers at an instant is exactly what can
 * be served there beside everything else, tried unit by unit; after takes too.
 */
static void
test_shelf_life(void)
{
	int			tried = 0;
	int			fallen = 0;

	for (int trial = 0; trial < UNIT_TRIALS / 4; trial++)
	{
		Quantity	lots[MAX_EVENTS];
		Instant		expiry[MAX_EVENTS];
		Quantity	demand[GRID];
		AtpCurve	curve;
		AtpLedger	ledger;
		bool		met;
		bool		sound;

		atp_fixture_node(4);
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
		sound = true;
		for (int i = 0; i < curve.nsteps; i++)
			sound &= curve.steps[i].balance >= 0;
		CHECK(sound == met);
		if (!met)
			continue;

		for (int take = 0; take < 3; take++)
		{
			Quantity	quantity = unit_random(1, 4);
			Instant		at;

			sound = true;
			for (Instant t = NOW; t < GRID; t++)
			{
				Quantity	available = atp_available(&ledger, t);

				/* as much as that, and not one more */
				sound &= available >= 0;
				demand[t] += available;
				sound &= naive_serves(lots, expiry, &demand, node.nevents);
				demand[t]++;
				sound &= !naive_serves(lots, expiry, &demand, node.nevents);
				demand[t] -= available + 1;
				fallen += t > NOW && available < atp_available(&ledger, t - 1);
				tried++;
			}
			CHECK(sound);

			at = atp_earliest(&ledger, quantity, NOW);
			if (at == INSTANT_END)
				break;
			CHECK_INT(atp_take(&ledger, quantity, at), PROMISE_OK);
			demand[at] += quantity;
		}
	}
	CHECK(tried > UNIT_TRIALS / 10);
	CHECK(fallen > UNIT_TRIALS / 100);
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

		atp_fixture_node(6);
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

	atp_fixture_node(1);
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
