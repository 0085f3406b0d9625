/*
 * capacity_serving_test.c - which loads a resource can carry, against serving
 * written out as loops over a grid of instants.
 */
#include "unit.h"

#include "engine/capacity_serving.h"
#include "engine/verdict.h"

extern void test_capacity_serving(void);

#define NOW			3
#define GRID		12			/* instants of the rows: 0 .. GRID - 1 */
#define MAX_EVENTS	10
#define LAST		(GRID * (MAX_EVENTS + 2))	/* nothing changes from here
												 * on */

static CapacityEvent events[MAX_EVENTS];
static CapacityNode node;

/* what is free at each instant */
typedef Quantity Free[LAST + 1];

static int	total_losers;
static int	total_takers;
static int	total_changes;
static int	total_dates;

static void random_node(void);
static void naive_capacity(Free free);
static void naive_take(Free free, const CapacityEvent *event, Instant from);
static Instant naive_end(const CapacityEvent *event, Instant from);
static bool naive_fits(const Free free, const CapacityEvent *event,
					   Instant from);
static bool is_before(const CapacityEvent *a, const CapacityEvent *b);
static void check_order(const CapacityServing *serving);
static void check_serving(const CapacityServing *serving);
static void check_cause(CapacityServing *serving, int loser);
static void test_random(void);
static void test_many(void);

void
test_capacity_serving(void)
{
	test_random();
	CHECK(total_losers > 20000);
	CHECK(total_takers > 10000);
	CHECK(total_changes > 5000);
	CHECK(total_dates > 10000);
	test_many();
}

static void
test_random(void)
{
	for (int trial = 0; trial < UNIT_TRIALS / 5; trial++)
	{
		CapacityServing serving;
		bool		is_overloaded;

		random_node();
		CHECK_INT(capacity_serving_build(&node, NOW, &serving), PROMISE_OK);
		if (node.known && !node.finite)
		{
			CHECK_INT(serving.nlosers, 0);
			continue;
		}
		check_order(&serving);
		check_serving(&serving);

		/* the guard sees the same overload, unless nobody is hit by it */
		CHECK_INT(verdict_is_overloaded(&node, NOW, &is_overloaded), PROMISE_OK);
		CHECK(is_overloaded || serving.nlosers == 0);

		/* in order, and then any of them again */
		for (int i = 0; i < serving.nloads; i++)
		{
			if (!serving.loads[i].is_met)
				check_cause(&serving, i);
		}
		for (int i = serving.nloads - 1; i >= 0; i--)
		{
			if (!serving.loads[i].is_met)
				check_cause(&serving, i);
		}
	}
}

static void
random_node(void)
{
	static const char *const refs[] = {"A", "B", "C", NULL};

	memset(&node, 0, sizeof(node));
	node.resource = "R";
	node.known = unit_random(0, 19) != 0;
	node.finite = unit_random(0, 19) != 0;
	node.units = unit_random(0, 5);
	node.events = events;
	node.nevents = (int) unit_random(0, MAX_EVENTS);
	for (int i = 0; i < node.nevents; i++)
	{
		CapacityEvent *event = &events[i];

		memset(event, 0, sizeof(CapacityEvent));
		event->from = unit_random(0, 9) == 0 ? INSTANT_BEGIN :
			unit_random(0, GRID - 2);
		event->until = unit_random(0, 19) == 0 ? INSTANT_END :
			unit_random(Max(event->from, NOW) + 1, GRID);
		event->is_load = unit_random(0, 3) != 0;
		event->delta = event->is_load ? -unit_random(1, 3) : unit_random(-3, 2);
		event->ref = refs[unit_random(0, lengthof(refs) - 1)];
		event->priority = (int) unit_random(0, 1);
		event->accepted_at = unit_random(0, 2);
		event->relation = "t";
	}
}

/* without any load */
static void
naive_capacity(Free free)
{
	for (Instant s = NOW; s <= LAST; s++)
	{
		free[s] = node.known ? node.units : 0;
		for (int i = 0; i < node.nevents; i++)
		{
			if (!events[i].is_load && events[i].from <= s && s < events[i].until)
				free[s] += events[i].delta;
		}
	}
}

static void
naive_take(Free free, const CapacityEvent *event, Instant from)
{
	for (Instant s = from; s <= LAST && s < naive_end(event, from); s++)
		free[s] += event->delta;
}

static Instant
naive_end(const CapacityEvent *event, Instant from)
{
	return (event->until == INSTANT_END) ? INSTANT_END :
		from + event->until - Max(event->from, NOW);
}

static bool
naive_fits(const Free free, const CapacityEvent *event, Instant from)
{
	for (Instant s = from; s <= LAST && s < naive_end(event, from); s++)
	{
		if (free[s] + event->delta < 0)
			return false;
	}
	return true;
}

static bool
is_before(const CapacityEvent *a, const CapacityEvent *b)
{
	if (a->priority != b->priority)
		return a->priority < b->priority;
	if (a->accepted_at != b->accepted_at)
		return a->accepted_at < b->accepted_at;
	if (a->from != b->from)
		return a->from < b->from;
	return a->ref != NULL && (b->ref == NULL || strcmp(a->ref, b->ref) < 0);
}

/* all loads are served, each once, and none before one that comes first */
static void
check_order(const CapacityServing *serving)
{
	int			nloads = 0;

	for (int i = 0; i < node.nevents; i++)
		nloads += events[i].is_load;
	CHECK_INT(serving->nloads, nloads);
	for (int i = 0; i < serving->nloads; i++)
	{
		for (int k = 0; k < i; k++)
		{
			CHECK(serving->loads[k].event != serving->loads[i].event);
			CHECK(!is_before(serving->loads[i].event, serving->loads[k].event));
		}
	}
}

/* literal serving, then a date for each loser by trying every one */
static void
check_serving(const CapacityServing *serving)
{
	Free		free;
	int			nlosers = 0;

	naive_capacity(free);
	for (int i = 0; i < serving->nloads; i++)
	{
		const ServedLoad *load = &serving->loads[i];
		const CapacityEvent *event = load->event;
		Instant		from = Max(event->from, NOW);

		CHECK_INT(load->from, from);
		CHECK_INT(load->units, -event->delta);
		CHECK_INT(load->is_met, naive_fits(free, event, from));
		if (load->is_met)
		{
			CHECK_INT(load->feasible_at, from);
			naive_take(free, event, from);
		}
		else
		{
			Quantity	missing = 0;
			Instant		short_from = INSTANT_END;

			for (Instant s = from; s <= LAST && s < event->until; s++)
			{
				if (free[s] + event->delta < 0)
				{
					missing = Max(missing, Min(-event->delta,
											   -event->delta - free[s]));
					short_from = Min(short_from, s);
				}
			}
			CHECK_INT(load->missing, missing);
			CHECK_INT(load->short_from, short_from);
			nlosers++;
		}
	}
	CHECK_INT(serving->nlosers, nlosers);
	total_losers += nlosers;

	for (int i = 0; i < serving->nloads; i++)
	{
		const ServedLoad *load = &serving->loads[i];
		Instant		at;

		if (load->is_met)
			continue;
		for (at = load->from; at < LAST; at++)
		{
			if (naive_fits(free, load->event, at))
				break;
		}
		CHECK_INT(load->feasible_at, at == LAST ? INSTANT_END : at);
		if (at < LAST)
		{
			naive_take(free, load->event, at);
			total_dates++;
		}
	}
}

/* too little beside the takers, and enough without any one of them */
static void
check_cause(CapacityServing *serving, int loser)
{
	const ServedLoad *load = &serving->loads[loser];
	LoadCause	cause;
	Free		capacity;
	Quantity	lowers = 0;
	Instant		at;
	int			next = 0;

	capacity_serving_cause(serving, loser, &cause);
	naive_capacity(capacity);
	for (int without = -1; without < cause.ntakers; without++)
	{
		Free		free;

		memcpy(free, capacity, sizeof(free));
		for (int i = 0; i < cause.ntakers; i++)
		{
			if (i != without)
				naive_take(free, cause.takers[i], Max(cause.takers[i]->from, NOW));
		}
		CHECK_INT(naive_fits(free, load->event, load->from), without >= 0);
		if (without >= 0)
			continue;
		for (at = load->from; free[at] >= load->units; at++)
			;
		CHECK_INT(cause.at, at);
	}

	/* winners before it, in order, that hold something where it lacks */
	for (int i = 0; i < loser && next < cause.ntakers; i++)
	{
		if (serving->loads[i].event != cause.takers[next])
			continue;
		CHECK(serving->loads[i].is_met);
		CHECK(serving->loads[i].from <= load->short_from &&
			  load->short_from < serving->loads[i].until);
		next++;
	}
	CHECK_INT(next, cause.ntakers);
	total_takers += next;

	CHECK_INT(cause.capacity, capacity[cause.at]);
	for (int i = 0; i < node.nevents; i++)
	{
		if (!events[i].is_load && events[i].from <= cause.at &&
			cause.at < events[i].until)
			lowers = Min(lowers, events[i].delta);
	}
	CHECK_INT(cause.change == NULL ? 0 : cause.change->delta, lowers);
	if (cause.change != NULL)
	{
		CHECK(!cause.change->is_load && cause.change->from <= cause.at &&
			  cause.at < cause.change->until);
		total_changes++;
	}
	pfree(cause.takers);
}

/*
 * As many loads as a resource may have in a year; each second one is too much,
 * and all that are go to the end.
 */
static void
test_many(void)
{
	enum
	{
		NUM_LOADS = 5000
	};
	CapacityNode many = {
		.resource = "R",
		.known = true,
		.finite = true,
		.units = 1,
		.nevents = NUM_LOADS
	};
	CapacityServing serving;
	int			ntakers = 0;

	many.events = palloc0(sizeof(CapacityEvent) * NUM_LOADS);
	for (int i = 0; i < NUM_LOADS; i++)
	{
		many.events[i].from = NOW + i / 2;
		many.events[i].until = NOW + i / 2 + 1;
		many.events[i].delta = -1;
		many.events[i].is_load = true;
		many.events[i].relation = "t";
	}
	CHECK_INT(capacity_serving_build(&many, NOW, &serving), PROMISE_OK);
	CHECK_INT(serving.nlosers, NUM_LOADS / 2);
	for (int i = 0; i < serving.nloads; i++)
	{
		LoadCause	cause;

		if (serving.loads[i].is_met)
			continue;
		CHECK_INT(serving.loads[i].feasible_at, NOW + NUM_LOADS / 2 + i / 2);
		capacity_serving_cause(&serving, i, &cause);
		ntakers += cause.ntakers;
		pfree(cause.takers);
	}
	CHECK_INT(ntakers, NUM_LOADS / 2);

	/* what cannot be added up is an error, not a wrong answer */
	many.units = QUANTITY_MAX;
	CHECK_INT(capacity_serving_build(&many, NOW, &serving),
			  PROMISE_QUANTITY_OVERFLOW);
}
