/*
 * timeline.c - a quantity over time that changes often.
 */
#include "core/timeline.h"

/* A node of the tree and the pieces below it, [from, until). */
typedef struct Place
{
	int			node;
	int			from;
	int			until;
} Place;

static void add_below(Timeline *timeline, Place place, int from, int until,
					  Quantity quantity);
static Quantity least_below(const Timeline *timeline, Place place,
							int from, int until);
static int	find_below(const Timeline *timeline, Place place,
					   int from, int until, Quantity limit, bool last);
static Place place_root(const Timeline *timeline);
static Place place_child(Place place, int side);

/*
 * Build it from the quantities of its pieces; palloc'd in the current context.
 */
void
timeline_build(Timeline *timeline, const Quantity *values, int n)
{
	int			nleaves = 1;

	while (nleaves < n)
		nleaves *= 2;
	timeline->n = n;
	timeline->nleaves = nleaves;
	timeline->nodes = palloc(sizeof(TimelineNode) * 2 * (Size) nleaves);

	for (int i = 0; i < nleaves; i++)
	{
		/* pieces that there are not are never the least */
		timeline->nodes[nleaves + i].least = (i < n) ? values[i] : QUANTITY_MAX;
		timeline->nodes[nleaves + i].added = 0;
	}
	for (int i = nleaves - 1; i > 0; i--)
	{
		timeline->nodes[i].least = Min(timeline->nodes[2 * i].least,
									   timeline->nodes[2 * i + 1].least);
		timeline->nodes[i].added = 0;
	}
}

/*
 * Add a quantity to the pieces [from, until).
 */
void
timeline_add(Timeline *timeline, int from, int until, Quantity quantity)
{
	Assert(from >= 0 && until <= timeline->n);
	if (from < until && quantity != 0)
		add_below(timeline, place_root(timeline), from, until, quantity);
}

/*
 * The least quantity of the pieces [from, until); QUANTITY_MAX if there are
 * none.
 */
Quantity
timeline_least(const Timeline *timeline, int from, int until)
{
	return least_below(timeline, place_root(timeline), from, until);
}

/*
 * The first of the pieces [from, until) that is below the limit; -1 if none is.
 */
int
timeline_first_below(const Timeline *timeline, int from, int until,
					 Quantity limit)
{
	return find_below(timeline, place_root(timeline), from, until, limit, false);
}

/* the last of them */
int
timeline_last_below(const Timeline *timeline, int from, int until,
					Quantity limit)
{
	return find_below(timeline, place_root(timeline), from, until, limit, true);
}

static void
add_below(Timeline *timeline, Place place, int from, int until,
		  Quantity quantity)
{
	TimelineNode *node = &timeline->nodes[place.node];

	if (until <= place.from || from >= place.until)
		return;
	if (from <= place.from && until >= Min(place.until, timeline->n))
	{
		node->added += quantity;
		node->least += (node->least == QUANTITY_MAX) ? 0 : quantity;
		return;
	}

	add_below(timeline, place_child(place, 0), from, until, quantity);
	add_below(timeline, place_child(place, 1), from, until, quantity);
	node->least = Min(timeline->nodes[2 * place.node].least,
					  timeline->nodes[2 * place.node + 1].least) + node->added;
}

static Quantity
least_below(const Timeline *timeline, Place place, int from, int until)
{
	const TimelineNode *node = &timeline->nodes[place.node];
	Quantity	left;
	Quantity	right;

	if (until <= place.from || from >= Min(place.until, timeline->n) ||
		from >= until)
		return QUANTITY_MAX;
	if (from <= place.from && until >= Min(place.until, timeline->n))
		return node->least;

	left = least_below(timeline, place_child(place, 0), from, until);
	right = least_below(timeline, place_child(place, 1), from, until);
	return Min(left, right) + node->added;
}

/*
 * A node that lies in the range and is low enough holds what is looked for, so
 * no more than one path is followed to its end.
 */
static int
find_below(const Timeline *timeline, Place place, int from, int until,
		   Quantity limit, bool last)
{
	const TimelineNode *node = &timeline->nodes[place.node];
	int			found;

	if (until <= place.from || from >= Min(place.until, timeline->n) ||
		from >= until || node->least >= limit)
		return -1;
	if (place.until - place.from == 1)
		return place.from;

	limit -= node->added;
	found = find_below(timeline, place_child(place, last ? 1 : 0), from, until,
					   limit, last);
	if (found < 0)
		found = find_below(timeline, place_child(place, last ? 0 : 1), from,
						   until, limit, last);
	return found;
}

static Place
place_root(const Timeline *timeline)
{
	Place		root;

	root.node = 1;
	root.from = 0;
	root.until = timeline->nleaves;
	return root;
}

/* side 0 is the earlier half */
static Place
place_child(Place place, int side)
{
	int			half = (place.until - place.from) / 2;
	Place		child;

	child.node = 2 * place.node + side;
	child.from = place.from + (side == 0 ? 0 : half);
	child.until = place.from + (side == 0 ? half : 2 * half);
	return child;
}
