/*
 * time_tree_search.c - a step function of time that changes often: its questions.
 *
 * Searches go down to the instant at which they begin and from there over
 * neighbours and whole children, whose summaries tell whether to look into them.
 * "value" is always the value just before what is looked at next.
 */
#include "core/time_tree_nodes.h"

/* a search over the pieces of [from, until) for the first or last of a kind */
typedef struct Search
{
	const TimeTree *tree;
	Instant		from;
	Instant		until;
	Quantity	limit;
	bool		below;			/* a value below limit, else at least limit */
} Search;

static Instant first_piece(const TimeTree *tree, Instant from, Instant until,
						   Quantity limit, bool below);
static Instant last_piece_end(const TimeTree *tree, Instant from,
							  Instant until, Quantity limit, bool below);
static Instant search_first(const Search *search, int level, int node,
							Quantity *value, bool whole);
static Instant search_last(const Search *search, int level, int node,
						   Quantity value, bool whole);
static Quantity search_least(const TimeTree *tree, int level, int node,
							 Quantity value, Instant after, Instant until);

static inline bool
is_hit(const Search *search, Quantity value)
{
	return search->below ? value < search->limit : value >= search->limit;
}

/* does a value below a child hit?  "value" is the one before it */
static inline bool
child_has_hit(const Search *search, const TreeInner *inner, int slot,
			  Quantity value)
{
	return is_hit(search, value +
				  (search->below ? inner->least[slot] : inner->most[slot]));
}

Quantity
time_tree_value(const TimeTree *tree, Instant at)
{
	Quantity	value = tree->base;
	int			node = tree->root;
	const TreeLeaf *leaf;
	int			n;

	for (int level = tree->height; level > 0; level--)
	{
		const TreeInner *inner = &tree->inners[node];
		int			slot = inner_slot(inner, at);

		for (int i = 0; i < slot; i++)
			value += inner->sum[i];
		node = inner->child[slot];
	}

	leaf = &tree->leaves[node];
	n = leaf_count_until(leaf, at);
	for (int i = 0; i < n; i++)
		value += leaf->delta[i];
	return value;
}

Quantity
time_tree_least(const TimeTree *tree, Instant from, Instant until)
{
	Quantity	value = time_tree_value(tree, from);

	Assert(from < until);
	return core_min(value, search_least(tree, tree->height, tree->root, tree->base,
										from, until));
}

Instant
time_tree_first_below(const TimeTree *tree, Instant from, Instant until,
					  Quantity limit)
{
	return first_piece(tree, from, until, limit, true);
}

Instant
time_tree_first_reaching(const TimeTree *tree, Instant from, Instant until,
						 Quantity limit)
{
	return first_piece(tree, from, until, limit, false);
}

Instant
time_tree_clear_from(const TimeTree *tree, Instant from, Instant until,
					 Quantity limit)
{
	return core_max(from, last_piece_end(tree, from, until, limit, true));
}

Instant
time_tree_last_reaching(const TimeTree *tree, Instant from, Instant until,
						Quantity limit)
{
	return last_piece_end(tree, from, until, limit, false);
}

Instant
time_tree_next(const TimeTree *tree, Instant at)
{
	int			node = tree->root;
	int			next = -1;		/* the child after the one taken, deepest
								 * known */
	int			next_level = 0;
	const TreeLeaf *leaf;
	int			n;

	for (int level = tree->height; level > 0; level--)
	{
		const TreeInner *inner = &tree->inners[node];
		int			slot = inner_slot(inner, at);

		if (slot + 1 < inner->n)
		{
			next = inner->child[slot + 1];
			next_level = level - 1;
		}
		node = inner->child[slot];
	}

	leaf = &tree->leaves[node];
	n = leaf_count_until(leaf, at);
	if (n < leaf->n)
		return leaf->at[n];
	if (next < 0)
		return INSTANT_END;
	for (; next_level > 0; next_level--)
		next = tree->inners[next].child[0];
	return tree->leaves[next].at[0];
}

/*
 * The start of the first piece of [from, until) of a kind; INSTANT_END: none.
 */
static Instant
first_piece(const TimeTree *tree, Instant from, Instant until, Quantity limit,
			bool below)
{
	Search		search = {tree, from, until, limit, below};
	Quantity	value = tree->base;
	Instant		found;

	if (from >= until)
		return INSTANT_END;
	found = search_first(&search, tree->height, tree->root, &value, false);
	return found < until ? found : INSTANT_END;
}

/*
 * The end of the last piece of [from, until) of a kind, cut at until;
 * INSTANT_BEGIN: none.
 */
static Instant
last_piece_end(const TimeTree *tree, Instant from, Instant until,
			   Quantity limit, bool below)
{
	Search		search = {tree, from, until, limit, below};
	Instant		found;

	if (from >= until)
		return INSTANT_BEGIN;
	found = search_last(&search, tree->height, tree->root, tree->base, false);
	if (found <= from)
	{
		/* only the piece that is going on at "from" is left */
		if (!is_hit(&search, time_tree_value(tree, from)))
			return INSTANT_BEGIN;
		found = from;
	}
	return core_min(time_tree_next(tree, found), until);
}

/*
 * The first hit at or after "from", or, if the node lies after it as a whole, the
 * first in it; INSTANT_END: none that matters.  "value" is the one before the node
 * and becomes the one after it.
 */
static Instant
search_first(const Search *search, int level, int node, Quantity *value,
			 bool whole)
{
	const TreeInner *inner;
	int			slot = 0;

	if (level == 0)
	{
		const TreeLeaf *leaf = &search->tree->leaves[node];
		int			n = whole ? 0 : leaf_count_until(leaf, search->from);

		for (int i = 0; i < n; i++)
			*value += leaf->delta[i];
		if (!whole && is_hit(search, *value))
			return search->from;
		for (int i = n; i < leaf->n; i++)
		{
			*value += leaf->delta[i];
			if (is_hit(search, *value))
				return leaf->at[i];
		}
		return INSTANT_END;
	}

	inner = &search->tree->inners[node];
	if (!whole)
	{
		Instant		found;

		slot = inner_slot(inner, search->from);
		for (int i = 0; i < slot; i++)
			*value += inner->sum[i];
		found = search_first(search, level - 1, inner->child[slot], value, false);
		if (found != INSTANT_END)
			return found;
		slot++;
	}
	for (; slot < inner->n; slot++)
	{
		if (slot > 0 && inner->at[slot] >= search->until)
			return search->until;
		if (child_has_hit(search, inner, slot, *value))
			return search_first(search, level - 1, inner->child[slot], value, true);
		*value += inner->sum[slot];
	}
	return INSTANT_END;
}

/*
 * The last breakpoint before "until" that hits, or, if the node lies before it as a
 * whole, the last in it; INSTANT_BEGIN: none that matters.  "value" is the one
 * before the node.
 */
static Instant
search_last(const Search *search, int level, int node, Quantity value,
			bool whole)
{
	Instant		found = INSTANT_BEGIN;
	const TreeInner *inner;
	int			slot;

	if (level == 0)
	{
		const TreeLeaf *leaf = &search->tree->leaves[node];
		int			n = whole ? leaf->n : leaf_count_until(leaf, search->until - 1);

		for (int i = 0; i < n; i++)
		{
			value += leaf->delta[i];
			if (is_hit(search, value))
				found = leaf->at[i];
		}
		return found;
	}

	inner = &search->tree->inners[node];
	slot = whole ? inner->n : inner_slot(inner, search->until - 1);
	for (int i = 0; i < slot; i++)
		value += inner->sum[i];
	if (!whole)
		found = search_last(search, level - 1, inner->child[slot], value, false);

	/*
	 * invariant: value is the one before the child "slot", all from it on
	 * miss
	 */
	while (found == INSTANT_BEGIN && --slot >= 0)
	{
		if (slot + 1 < inner->n && inner->at[slot + 1] <= search->from)
			return search->from;
		value -= inner->sum[slot];
		if (child_has_hit(search, inner, slot, value))
			found = search_last(search, level - 1, inner->child[slot], value, true);
	}
	return found;
}

/*
 * The least value at the breakpoints of a node in (after, until), QUANTITY_MAX if
 * there is none.  "value" is the one before the node.
 */
static Quantity
search_least(const TimeTree *tree, int level, int node, Quantity value,
			 Instant after, Instant until)
{
	Quantity	least = QUANTITY_MAX;
	const TreeInner *inner;
	int			first;
	int			last;

	if (level == 0)
	{
		const TreeLeaf *leaf = &tree->leaves[node];

		for (int i = 0; i < leaf->n && leaf->at[i] < until; i++)
		{
			value += leaf->delta[i];
			if (leaf->at[i] > after)
				least = Min(least, value);
		}
		return least;
	}

	inner = &tree->inners[node];
	first = inner_slot(inner, after);
	last = inner_slot(inner, until - 1);
	for (int i = 0; i < first; i++)
		value += inner->sum[i];
	for (int i = first; i <= last; i++)
	{
		/* a bound that does not cut the child is no bound of it */
		Instant		child_after = (i == first) ? after : INSTANT_BEGIN;
		Instant		child_until = (i == last) ? until : INSTANT_END;
		Quantity	child_least = value + inner->least[i];

		if (child_after != INSTANT_BEGIN || child_until != INSTANT_END)
			child_least = search_least(tree, level - 1, inner->child[i], value,
									   child_after, child_until);
		least = Min(least, child_least);
		value += inner->sum[i];
	}
	return least;
}
