/*
 * capacity_test.c - the rule of the guard for resources, against references
 * that try every instant.
 */
#include "unit.h"

#include "engine/verdict.h"

extern void test_capacity(void);

#define NOW			4
#define LAST		28			/* nothing changes after this instant */
#define NEVER		(LAST + 1)
#define NUM_REFS	4
#define MAX_LOADS	10

static const char *const ref_names[NUM_REFS] = {"A", "B", "C", "D"};

static void test_overload(void);
static void test_room(void);
static void random_capacity(CapacityNode *node, CapacityEvent *events);
static void random_capacity_event(CapacityEvent *event);
static Quantity naive_free(const CapacityNode *node,
						   const CapacityNode *loads, int s);
static Quantity naive_load(const CapacityNode *node, const char *ref, int s);

void
test_capacity(void)
{
	test_overload();
	test_room();
}

/*
 * A resource, read at NOW: what ended before is not there.
 */
static void
random_capacity(CapacityNode *node, CapacityEvent *events)
{
	memset(node, 0, sizeof(*node));
	node->resource = "R";
	node->known = unit_random(0, 9) != 0;
	node->finite = unit_random(0, 9) != 0;
	node->units = unit_random(0, 4);
	node->events = events;
	node->nevents = (int) unit_random(0, MAX_LOADS - 3);
	memset(events, 0, sizeof(CapacityEvent) * MAX_LOADS);
}

static void
random_capacity_event(CapacityEvent *event)
{
	event->from = unit_random(0, LAST - 4);
	event->until = unit_random(0, 9) == 0 ? INSTANT_END :
		unit_random(Max(event->from, NOW) + 1, LAST);
	event->is_load = unit_random(0, 3) != 0;
	event->delta = event->is_load ? -unit_random(1, 3) : unit_random(-2, 2);
	event->ref = unit_random(0, 5) == 0 ? NULL :
		ref_names[unit_random(0, NUM_REFS - 1)];
	event->relation = "t";
}

/* what is free at s, with the loads of another image; of one ref what it loads */
static Quantity
naive_free(const CapacityNode *node, const CapacityNode *loads, int s)
{
	Quantity	free = node->known ? node->units : 0;

	for (int i = 0; i < node->nevents; i++)
	{
		if (!node->events[i].is_load && node->events[i].from <= s &&
			node->events[i].until > s)
			free += node->events[i].delta;
	}
	for (int i = 0; i < loads->nevents; i++)
	{
		if (loads->events[i].is_load && loads->events[i].from <= s &&
			loads->events[i].until > s)
			free += loads->events[i].delta;
	}
	return free;
}

static Quantity
naive_load(const CapacityNode *node, const char *ref, int s)
{
	Quantity	load = 0;

	for (int i = 0; i < node->nevents; i++)
	{
		if (node->events[i].is_load && node->events[i].from <= s &&
			node->events[i].until > s && node->events[i].ref != NULL &&
			strcmp(node->events[i].ref, ref) == 0)
			load -= node->events[i].delta;
	}
	return load;
}

static void
test_overload(void)
{
	int			nbroken = 0;
	int			npassed = 0;

	for (int trial = 0; trial < UNIT_TRIALS / 2; trial++)
	{
		CapacityNode before;
		CapacityNode after;
		CapacityEvent events_before[MAX_LOADS];
		CapacityEvent events_after[MAX_LOADS];
		Verdict		verdict;
		bool		is_overloaded;
		bool		naive_overloaded = false;
		bool		broken[NEVER + 1] = {false};
		int			from = NEVER;

		random_capacity(&before, events_before);
		for (int i = 0; i < before.nevents; i++)
			random_capacity_event(&events_before[i]);
		after = before;
		after.events = events_after;
		memcpy(events_after, events_before, sizeof(events_before));
		for (int n = (int) unit_random(1, 3); n > 0; n--)
		{
			int			i = (int) unit_random(0, after.nevents);

			if (i == after.nevents)
				after.nevents++;
			else if (unit_random(0, 1) == 0)
			{
				events_after[i] = events_after[--after.nevents];
				continue;
			}
			random_capacity_event(&events_after[i]);
		}
		if (unit_random(0, 5) == 0)
			after.units = unit_random(0, 4);
		if (unit_random(0, 9) == 0)
			after.finite = true;

		for (int s = LAST; s >= NOW; s--)
		{
			Quantity	pa = naive_free(&after, &after, s);
			Quantity	pb = (before.known && !before.finite) ? QUANTITY_MAX :
			naive_free(&before, &before, s);
			Quantity	dc = naive_free(&after, &before, s) - pa;

			if (after.known && !after.finite)
				continue;
			broken[s] = pa < 0 && pa < pb && dc > 0;
			naive_overloaded |= pa < 0;
			from = broken[s] ? s : from;
		}

		CHECK(verdict_is_overloaded(&after, NOW,
									&is_overloaded) == PROMISE_OK);
		CHECK(is_overloaded == naive_overloaded);
		CHECK(verdict_of_capacity(&before, &after, NOW,
								  &verdict) == PROMISE_OK);
		CHECK(verdict.broken == (from < NEVER));
		nbroken += verdict.broken;
		npassed += is_overloaded && !verdict.broken;
		if (!verdict.broken || from == NEVER)
			continue;

		CHECK_INT(verdict.from, from);
		CHECK_INT(verdict.missing,
				  -naive_free(&after, &after, (int) verdict.deepest_at));
		for (int s = from; s < Min(verdict.until, NEVER); s++)
			CHECK(naive_free(&after, &after, s) >= -verdict.missing &&
				  naive_free(&after, &after, s) < 0);
		CHECK(verdict.until == INSTANT_END ||
			  naive_free(&after, &after, (int) verdict.until) >= 0);
		for (int r = 0; r < NUM_REFS; r++)
		{
			Quantity	most = 0;
			Quantity	named = 0;

			for (int s = NOW; s <= LAST; s++)
			{
				if (broken[s])
					most = Max(most, naive_load(&after, ref_names[r], s) -
							   naive_load(&before, ref_names[r], s));
			}
			for (int k = 0; k < verdict.nclaims; k++)
			{
				if (verdict.claims[k].ref != NULL &&
					strcmp(verdict.claims[k].ref, ref_names[r]) == 0)
					named = verdict.claims[k].after - verdict.claims[k].before;
			}
			CHECK_INT(named, most);
		}
		CHECK(verdict.nclaims > 0);
	}
	CHECK(nbroken > UNIT_TRIALS / 50);
	CHECK(npassed > UNIT_TRIALS / 50);
}

/*
 * The first stretch with room, against trying every instant.
 */
static void
test_room(void)
{
	int			nfound = 0;

	for (int trial = 0; trial < UNIT_TRIALS / 2; trial++)
	{
		CapacityNode node;
		CapacityEvent loads[MAX_LOADS];
		Quantity	units = unit_random(1, 3);
		int			duration = (int) unit_random(1, 6);
		int			after = (int) unit_random(NOW, LAST);
		Instant		at;
		Instant		naive_at = INSTANT_END;

		random_capacity(&node, loads);
		for (int i = 0; i < node.nevents; i++)
			random_capacity_event(&loads[i]);

		for (int t = LAST + 1; t >= after; t--)
		{
			bool		fits = true;

			for (int s = t; s < t + duration; s++)
				fits &= (node.known && !node.finite) ||
					naive_free(&node, &node, s) >= units;
			naive_at = fits ? t : naive_at;
		}
		CHECK(verdict_capacity_room(&node, units, duration, after,
									&at) == PROMISE_OK);
		CHECK_INT(at, naive_at);
		nfound += at > after && at != INSTANT_END;
	}
	CHECK(nfound > UNIT_TRIALS / 50);
}
