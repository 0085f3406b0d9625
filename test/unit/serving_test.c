/*
 * serving_test.c - who is served, against serving written out as loops over a
 * grid of instants, every claim judged by the balances with and without it.
 */
#include "unit.h"

#include "engine/serving.h"

extern void test_serving(void);

#define GRID		16			/* instants 0 .. GRID - 1; now is NOW */
#define NOW			3
#define MAX_EVENTS	12
#define LAST		(GRID + 4)	/* nothing changes from here on */

static FlowEvent events[MAX_EVENTS];
static FlowDetail details[MAX_EVENTS];
static StockNode node;
static bool spoils;
static bool falls;

/* the claims among the events, in order of serving */
static int	order[MAX_EVENTS];
static int	nclaims;

/* which events count, and where claims stand */
static bool kept[MAX_EVENTS];
static Instant placed[MAX_EVENTS];

typedef struct Naive
{
	bool		met[MAX_EVENTS];	/* by event */
	Quantity	missing[MAX_EVENTS];
	Instant		from[MAX_EVENTS];
	Instant		feasible_at[MAX_EVENTS];
	int			nlosers;
} Naive;

static void random_node(bool expiring);
static bool is_claim(int i);
static int	compare_orders(const void *a, const void *b);
static void naive_reset(void);
static void naive_balance(Quantity *balance);
static void naive_account(const char *ref, Quantity *balance);
static bool ref_is_supplied(const char *ref);
static bool naive_fits(int i, Instant at, Quantity *missing, Instant *from);
static void naive_serve(Naive *naive);
static void check_losers(const Serving *serving, const Naive *naive);
static void check_whole(const Serving *serving, const Naive *naive);
static void check_cause(Serving *serving, const Naive *naive, int loser);
static void check_receipts(const ServingCause *cause, const Naive *naive,
						   int loser);
static void test_random(bool expiring, int ntrials);
static void test_late_receipt(void);
static void test_many(void);

static int	total_losers;
static int	total_takers;
static int	total_receipts;

void
test_serving(void)
{
	test_late_receipt();
	test_random(false, UNIT_TRIALS / 5);
	CHECK(total_losers > UNIT_TRIALS / 10);
	CHECK(total_takers > UNIT_TRIALS / 20);
	CHECK(total_receipts > UNIT_TRIALS / 20);
	test_random(true, UNIT_TRIALS / 20);
	test_many();
}

/*
 * A node with few refs, so that several rows share one, and some supply bound
 * to them.
 */
static void
random_node(bool expiring)
{
	static const char *const refs[] = {"A", "B", "C", "D", "E", "F"};
	bool		bound = unit_random(0, 2) == 0;
	bool		corrections = unit_random(0, 4) == 0;

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
	spoils = false;
	falls = false;

	for (int i = 0; i < node.nevents; i++)
	{
		FlowEvent  *event = &events[i];
		FlowDetail *detail = &details[i];
		int			kind = (int) unit_random(0, 9);

		memset(detail, 0, sizeof(FlowDetail));
		event->detail = detail;
		event->at = unit_random(0, GRID - 1);
		event->delta = unit_random(0, 6);
		detail->expires_at = INSTANT_END;
		detail->ref = refs[unit_random(0, lengthof(refs) - 1)];
		if (kind < 4)
		{
			detail->origin = unit_random(0, 3) == 0 ? FLOW_PLANNED : FLOW_SUPPLY;
			detail->is_supply = true;
			if (unit_random(0, 3) == 0)
				event->at = INSTANT_BEGIN;
			if (corrections && unit_random(0, 2) == 0)
				event->delta = -event->delta;
			if (bound && unit_random(0, 1) == 0)
				detail->for_ref = refs[unit_random(0, 2)];
			if (expiring && event->delta > 0 && unit_random(0, 1) == 0)
				detail->expires_at = unit_random(NOW - 1, GRID + 2);
			if (unit_random(0, 15) == 0)
				event->at = INSTANT_END;
			spoils |= detail->expires_at != INSTANT_END && event->delta != 0;
			falls |= event->delta < 0;
		}
		else
		{
			detail->origin = kind == 9 ? FLOW_PLANNED : FLOW_DEMAND;
			event->delta = -event->delta;
			detail->priority = (int) unit_random(0, 1);
			detail->accepted_at = unit_random(0, 3);
			if (unit_random(0, 15) == 0)
				detail->ref = NULL;
		}
	}

	nclaims = 0;
	for (int i = 0; i < node.nevents; i++)
	{
		if (is_claim(i))
			order[nclaims++] = i;
	}
	pg_qsort(order, nclaims, sizeof(int), compare_orders);
}

static bool
is_claim(int i)
{
	return events[i].delta < 0 && !details[i].is_supply;
}

static int
compare_orders(const void *a, const void *b)
{
	int			x = *(const int *) a;
	int			y = *(const int *) b;

	if (details[x].priority != details[y].priority)
		return details[x].priority - details[y].priority;
	if (details[x].accepted_at != details[y].accepted_at)
		return (int) (details[x].accepted_at - details[y].accepted_at);
	if (events[x].at != events[y].at)
		return (int) (events[x].at - events[y].at);
	if (details[x].ref == NULL || details[y].ref == NULL)
	{
		if (details[x].ref != details[y].ref)
			return details[x].ref == NULL ? 1 : -1;
	}
	else if (strcmp(details[x].ref, details[y].ref) != 0)
		return strcmp(details[x].ref, details[y].ref);
	return (events[x].delta > events[y].delta) -
		(events[x].delta < events[y].delta);
}

/* supply only, every row where it counts */
static void
naive_reset(void)
{
	for (int i = 0; i < node.nevents; i++)
	{
		placed[i] = Max(events[i].at, NOW);
		if (events[i].delta > 0 && events[i].at != INSTANT_BEGIN &&
			events[i].at < NOW)
			placed[i] = node.rules.overdue_at;
		kept[i] = !is_claim(i);
	}
}

/*
 * The balance of what is kept.  Where something spoils, how lots are used up is
 * left to flow.c, which has its own test.
 */
static void
naive_balance(Quantity *balance)
{
	memset(balance, 0, sizeof(Quantity) * LAST);
	if (spoils)
	{
		StockNode	rest = node;
		FlowEvent	rows[MAX_EVENTS];
		FlowList	list;

		rest.events = rows;
		rest.nevents = 0;
		for (int i = 0; i < node.nevents; i++)
		{
			if (!kept[i])
				continue;
			rows[rest.nevents] = events[i];
			if (is_claim(i))
				rows[rest.nevents].at = placed[i];
			rest.nevents++;
		}
		(void) flow_list_build(&rest, NOW, &list);
		for (int i = 0; i < list.nflows; i++)
		{
			for (int t = (int) list.flows[i].at; t < LAST; t++)
				balance[t] += list.flows[i].delta;
		}
		return;
	}

	naive_account(NULL, balance);
	for (char ref = 'A'; ref <= 'F'; ref++)
	{
		char		name[2] = {ref, '\0'};

		if (ref_is_supplied(name))
			naive_account(name, balance);
	}
}

/* add what the rows of one account, or those of none, draw on the balance */
static void
naive_account(const char *ref, Quantity *balance)
{
	Quantity	level = 0;

	for (int t = NOW; t < LAST; t++)
	{
		for (int i = 0; i < node.nevents; i++)
		{
			const char *owner = details[i].is_supply ? details[i].for_ref :
			details[i].ref;

			if (owner != NULL && !ref_is_supplied(owner))
				owner = NULL;
			if (!kept[i] || placed[i] != t ||
				(ref == NULL) != (owner == NULL) ||
				(ref != NULL && strcmp(ref, owner) != 0))
				continue;
			level += events[i].delta;
		}
		balance[t] += (ref == NULL) ? level : Min(level, 0);
	}
}

static bool
ref_is_supplied(const char *ref)
{
	for (int i = 0; i < node.nevents; i++)
	{
		if (details[i].is_supply && details[i].for_ref != NULL &&
			events[i].delta != 0 && strcmp(details[i].for_ref, ref) == 0)
			return true;
	}
	return false;
}

/*
 * Does a claim fit at an instant beside what is kept?
 */
static bool
naive_fits(int i, Instant at, Quantity *missing, Instant *from)
{
	Quantity	without[LAST];
	Quantity	with[LAST];

	*missing = 0;
	*from = INSTANT_END;
	naive_balance(without);
	kept[i] = true;
	placed[i] = at;
	naive_balance(with);
	kept[i] = false;

	for (int t = NOW; t < LAST && t < node.rules.lead_end; t++)
	{
		if (with[t] >= 0 || with[t] >= without[t])
			continue;
		if (*missing == 0)
			*from = t;
		*missing = Max(*missing, Min(-with[t], -events[i].delta));
	}
	return *missing == 0;
}

static void
naive_serve(Naive *naive)
{
	memset(naive, 0, sizeof(Naive));
	naive_reset();
	for (int n = 0; n < nclaims; n++)
	{
		int			i = order[n];
		Instant		at = Max(events[i].at, NOW);

		naive->met[i] = at >= node.rules.lead_end ||
			naive_fits(i, at, &naive->missing[i], &naive->from[i]);
		if (naive->met[i])
		{
			kept[i] = true;
			placed[i] = at;
		}
		else
			naive->nlosers++;
	}

	for (int n = 0; n < nclaims; n++)
	{
		int			i = order[n];
		Instant		at = Max(events[i].at, NOW);
		Quantity	missing;
		Instant		from;

		naive->feasible_at[i] = at;
		if (naive->met[i])
			continue;
		while (at < LAST && at < node.rules.lead_end &&
			   !naive_fits(i, at, &missing, &from))
			at++;
		naive->feasible_at[i] = (at < LAST) ? at : INSTANT_END;
		if (at < LAST)
		{
			kept[i] = true;
			placed[i] = at;
		}
	}
}

static void
check_losers(const Serving *serving, const Naive *naive)
{
	bool		same = true;

	if (!CHECK_INT(serving->nclaims, nclaims) ||
		!CHECK_INT(serving->nlosers, naive->nlosers))
		return;
	for (int n = 0; n < nclaims; n++)
	{
		const ServedClaim *claim = &serving->claims[n];
		int			i = order[n];

		/* rows that nothing tells apart may change places */
		same &= claim->quantity == -events[i].delta;
		same &= claim->is_met == naive->met[i];
		same &= claim->feasible_at == naive->feasible_at[i];
		if (!claim->is_met)
		{
			same &= claim->missing == naive->missing[i];
			same &= claim->short_from == naive->from[i];
		}
	}
	CHECK(same);
}

/*
 * There is a loser exactly where the balance of all rows is short, and the
 * winners leave it short nowhere.
 */
static void
check_whole(const Serving *serving, const Naive *naive)
{
	Quantity	none[LAST];
	Quantity	all[LAST];
	Quantity	winners[LAST];
	bool		is_short = false;
	bool		sound = true;

	naive_reset();
	naive_balance(none);
	for (int n = 0; n < nclaims; n++)
		kept[order[n]] = naive->met[order[n]];
	naive_balance(winners);
	for (int n = 0; n < nclaims; n++)
		kept[order[n]] = true;
	naive_balance(all);

	for (int t = NOW; t < LAST && t < node.rules.lead_end; t++)
	{
		is_short |= all[t] < 0 && (!falls || all[t] < none[t]);
		sound &= winners[t] >= 0 || winners[t] >= none[t];
	}
	CHECK(sound);
	if (!falls || is_short)
		CHECK(is_short == (serving->nlosers > 0));
}

/*
 * The cause of a loser is what the deletion filter leaves, it is irreducible,
 * and all of it is served before the loser.
 */
static void
check_cause(Serving *serving, const Naive *naive, int loser)
{
	ServingCause cause;
	int			i = order[loser];
	Instant		at = Max(events[i].at, NOW);
	int			takers[MAX_EVENTS];
	int			ntakers = 0;
	Quantity	missing;
	Instant		from;
	bool		same = true;

	if (!CHECK(serving_cause(serving, loser, &cause) == PROMISE_OK))
		return;

	/* the filter, written out */
	naive_reset();
	for (int n = 0; n < loser; n++)
	{
		kept[order[n]] = naive->met[order[n]] &&
			placed[order[n]] <= naive->from[i];
	}
	for (int n = loser - 1; n >= 0; n--)
	{
		if (!kept[order[n]])
			continue;
		kept[order[n]] = false;
		if (naive_fits(i, at, &missing, &from))
			kept[order[n]] = true;
	}
	for (int n = 0; n < loser; n++)
	{
		if (kept[order[n]])
			takers[ntakers++] = order[n];
	}
	if (!CHECK_INT(cause.ntakers, ntakers))
		return;
	for (int n = 0; n < ntakers; n++)
		same &= cause.takers[n]->delta == events[takers[n]].delta &&
			cause.takers[n]->stated_at == events[takers[n]].at;
	CHECK(same);

	/* infeasible together, every proper subset feasible (see by_one) */
	for (int set = 0; set < (1 << ntakers); set++)
	{
		for (int n = 0; n < ntakers; n++)
			kept[takers[n]] = (set & (1 << n)) != 0;
		same &= naive_fits(i, at, &missing, &from) == (set != (1 << ntakers) - 1);
	}
	CHECK(same || serving->balance.by_one);
	total_losers++;
	total_takers += ntakers;
	total_receipts += cause.nreceipts;

	if (!spoils)
		check_receipts(&cause, naive, loser);
	pfree(cause.takers);
}

/*
 * The receipts named would be enough if they came by the loser's date, and
 * would not without the last of them.
 */
static void
check_receipts(const ServingCause *cause, const Naive *naive, int loser)
{
	int			i = order[loser];
	Instant		at = Max(events[i].at, NOW);
	Quantity	missing;
	Instant		from;

	for (int all = 0; all <= 1; all++)
	{
		Instant		was[MAX_EVENTS];

		/* of supply bound to its ref it takes no more than it can use */
		naive_reset();
		for (int n = 0; n < loser; n++)
			kept[order[n]] = naive->met[order[n]];
		memcpy(was, placed, sizeof(was));
		for (int n = 0; n < cause->nreceipts - (all ? 0 : 1); n++)
		{
			const char *for_ref = cause->receipts[n]->detail->for_ref;

			if (for_ref != NULL)
				return;
			for (int k = 0; k < node.nevents; k++)
			{
				if (cause->receipts[n]->detail == &details[k])
					placed[k] = at;
			}
		}
		if (all)
			CHECK(naive_fits(i, at, &missing, &from) == cause->suffice);
		else
			CHECK(!naive_fits(i, at, &missing, &from));
	}
}

static void
test_random(bool expiring, int ntrials)
{
	for (int trial = 0; trial < ntrials; trial++)
	{
		Naive		naive;
		Serving		serving;

		random_node(expiring);
		naive_serve(&naive);
		if (!CHECK(serving_build(&node, NOW, &serving) == PROMISE_OK))
			continue;
		check_losers(&serving, &naive);
		check_whole(&serving, &naive);
		for (int n = 0; n < serving.nclaims; n++)
		{
			if (!serving.claims[n].is_met)
				check_cause(&serving, &naive, n);
		}
	}
}

/*
 * 10 in stock and a receipt of 10 at 8: of three orders of 6 at 5, the second
 * gets nothing before the receipt, and the third nothing at all.
 */
static void
test_late_receipt(void)
{
	Serving		serving;
	ServingCause cause;

	memset(&node, 0, sizeof(node));
	memset(details, 0, sizeof(details));
	node.events = events;
	node.nevents = 5;
	node.rules.horizon_end = INSTANT_END;
	node.rules.lead_end = INSTANT_END;
	node.rules.overdue_at = INSTANT_END;
	for (int i = 0; i < 5; i++)
	{
		events[i].at = 5;
		events[i].delta = -6;
		events[i].detail = &details[i];
		details[i].accepted_at = i;
		details[i].expires_at = INSTANT_END;
	}
	details[0].is_supply = details[1].is_supply = true;
	events[0].delta = events[1].delta = 10;
	events[0].at = INSTANT_BEGIN;
	events[1].at = 8;

	CHECK(serving_build(&node, NOW, &serving) == PROMISE_OK);
	CHECK_INT(serving.nlosers, 2);
	CHECK(serving.claims[0].is_met);
	CHECK_INT(serving.claims[1].missing, 2);
	CHECK_INT(serving.claims[1].short_from, 5);
	CHECK_INT(serving.claims[1].feasible_at, 8);
	CHECK_INT(serving.claims[2].missing, 2);
	CHECK_INT(serving.claims[2].feasible_at, 8);

	CHECK(serving_cause(&serving, 1, &cause) == PROMISE_OK);
	CHECK_INT(cause.ntakers, 1);
	CHECK(cause.takers[0]->detail == &details[2]);
	CHECK_INT(cause.nreceipts, 1);
	CHECK(cause.suffice);
}

/*
 * 2,000 claims on stock for half of them: each loser is there for the same
 * thousand, and all is told in time.
 */
static void
test_many(void)
{
	const int	many = 2000;
	FlowEvent  *rows = palloc0(sizeof(FlowEvent) * (many + 1));
	FlowDetail *row_details = palloc0(sizeof(FlowDetail) * (many + 1));
	StockNode	large = node;
	Serving		serving;
	bool		all = true;

	memset(&large.rules, 0, sizeof(NodeRules));
	large.rules.horizon_end = large.rules.lead_end = INSTANT_END;
	large.rules.overdue_at = INSTANT_END;
	large.events = rows;
	large.nevents = many + 1;
	for (int i = 0; i <= many; i++)
	{
		rows[i].at = NOW + i;
		rows[i].delta = -1;
		rows[i].detail = &row_details[i];
		row_details[i].expires_at = INSTANT_END;
	}
	rows[many].at = INSTANT_BEGIN;
	rows[many].delta = many / 2;
	row_details[many].is_supply = true;

	CHECK(serving_build(&large, NOW, &serving) == PROMISE_OK);
	CHECK_INT(serving.nlosers, many / 2);
	for (int i = many / 2; i < many; i++)
	{
		ServingCause cause;

		all &= serving_cause(&serving, i, &cause) == PROMISE_OK;
		all &= cause.ntakers == many / 2 && cause.nreceipts == 0;
		pfree(cause.takers);
	}
	CHECK(all);
}
