/*
 * time_tree.c - a step function of time that changes often: its changes.
 *
 * See time_tree_nodes.h for the layout, time_tree_search.c for the questions.
 */
#include "core/time_tree_nodes.h"

#define SORT_RUNS sort_changes
#define SORT_RUNS_ELEMENT TimeChange
#include "core/sort_runs_template.h"

/* how full the nodes of a new tree are, so that the next changes find room */
#define LEAF_FILL	(LEAF_WIDTH * 3 / 4)
#define INNER_FILL	(INNER_WIDTH * 3 / 4)

/* what an inner node knows of a child */
typedef struct Summary
{
	Quantity	sum;
	Quantity	least;
	Quantity	most;
} Summary;

/* the way from the root to a leaf: at each level a node and the child taken */
typedef struct PathStep
{
	int			node;
	int			slot;
} PathStep;

static void change(TimeTree *tree, Instant at, Quantity delta);
static int	descend(TimeTree *tree, Instant at, PathStep *path);
static void insert_entry(TimeTree *tree, PathStep *path, int leaf, int i,
						 Instant at, Quantity delta);
static void remove_entry(TimeTree *tree, int leaf, int i);
static void update_path(TimeTree *tree, const PathStep *path, bool removed);
static void lower_root(TimeTree *tree);
static void raise_root(TimeTree *tree);
static void split_child(TimeTree *tree, int parent, int slot, int level,
						int left_count);
static void join_children(TimeTree *tree, int parent, int slot, int level);
static int	node_count(const TimeTree *tree, int level, int node);
static Summary node_summary(const TimeTree *tree, int level, int node);
static bool node_is_sound(const TimeTree *tree, int level, int node,
						  Instant *last, int *size);
static void set_summary(TreeInner *inner, int slot, Summary summary);
static void leaf_move(TreeLeaf *to, int to_i, const TreeLeaf *from, int from_i,
					  int n);
static void inner_move(TreeInner *to, int to_i, const TreeInner *from,
					   int from_i, int n);
static int	new_leaf(TimeTree *tree);
static int	new_inner(TimeTree *tree);
static void free_node(TimeTree *tree, int level, int node);
static int	merge_changes(TimeChange *changes, int nchanges, Quantity *base);
static void build(TimeTree *tree, const TimeChange *changes, int nchanges);

TimeTree *
time_tree_create(TimeJournal *journal, Quantity base,
				 TimeChange *changes, int nchanges)
{
	TimeTree   *tree = palloc(sizeof(TimeTree));

	nchanges = merge_changes(changes, nchanges, &base);

	tree->journal = journal;
	tree->base = base;
	tree->size = nchanges;
	tree->height = 0;
	tree->nleaves = 0;
	tree->maxleaves = nchanges / LEAF_FILL + 1;
	tree->leaves = palloc(tree->maxleaves * sizeof(TreeLeaf));
	tree->free_leaf = -1;
	tree->ninners = 0;
	tree->maxinners = tree->maxleaves / (INNER_FILL - 1);
	tree->inners = palloc(Max(tree->maxinners * sizeof(TreeInner), 1));
	tree->free_inner = -1;
	build(tree, changes, nchanges);
	time_runs_init(&tree->runs);
	return tree;
}

void
time_tree_free(TimeTree *tree)
{
	pfree(tree->leaves);
	pfree(tree->inners);
	time_runs_free(&tree->runs);
	pfree(tree);
}

int
time_tree_size(const TimeTree *tree)
{
	return tree->size;
}

void
time_tree_add(TimeTree *tree, Instant from, Instant until, Quantity quantity)
{
	if (from >= until || quantity == 0)
		return;
	if (tree->journal != NULL)
		time_journal_record(tree->journal, tree, from, until, quantity);
	time_tree_change(tree, from, until, quantity);
}

/*
 * Add over [from, until), which is not empty, without a record.
 */
void
time_tree_change(TimeTree *tree, Instant from, Instant until,
				 Quantity quantity)
{
	if (from == INSTANT_BEGIN)
		tree->base += quantity;
	else
		change(tree, from, quantity);
	if (until != INSTANT_END)
		change(tree, until, -quantity);
	if (tree->runs.nindexes > 0)
		time_runs_note(tree, from, until);
}

/*
 * Change the values from an instant on.
 */
static void
change(TimeTree *tree, Instant at, Quantity delta)
{
	PathStep	path[TREE_MAX_HEIGHT + 1];
	int			number = descend(tree, at, path);
	TreeLeaf   *leaf = &tree->leaves[number];
	int			i = leaf_count_until(leaf, at);
	bool		removed = false;

	if (i == 0 || leaf->at[i - 1] != at)
		insert_entry(tree, path, number, i, at, delta);
	else
	{
		leaf->delta[i - 1] += delta;
		if (leaf->delta[i - 1] == 0)
		{
			remove_entry(tree, number, i - 1);
			removed = true;
		}
	}
	update_path(tree, path, removed);
}

/*
 * The leaf of an instant, and the way to it, on which every inner node has room
 * for one more child when this returns.
 */
static int
descend(TimeTree *tree, Instant at, PathStep *path)
{
	int			node;

	if (tree->height > 0 && tree->inners[tree->root].n == INNER_WIDTH)
	{
		raise_root(tree);
		split_child(tree, tree->root, 0, tree->height - 1, INNER_WIDTH / 2);
	}

	node = tree->root;
	for (int level = tree->height; level > 0; level--)
	{
		int			slot = inner_slot(&tree->inners[node], at);
		int			child = tree->inners[node].child[slot];

		if (level > 1 && tree->inners[child].n == INNER_WIDTH)
		{
			split_child(tree, node, slot, level - 1, INNER_WIDTH / 2);
			slot = inner_slot(&tree->inners[node], at);
			child = tree->inners[node].child[slot];
		}
		path[level].node = node;
		path[level].slot = slot;
		node = child;
	}
	return node;
}

/*
 * Insert a breakpoint before entry i of a leaf.  A full leaf is split in the
 * middle, or, so that what comes in order leaves full leaves behind, at its end.
 */
static void
insert_entry(TimeTree *tree, PathStep *path, int leaf, int i,
			 Instant at, Quantity delta)
{
	TreeLeaf   *target;

	if (tree->leaves[leaf].n == LEAF_WIDTH)
	{
		int			left_count = (i == LEAF_WIDTH) ? LEAF_WIDTH - 1 : LEAF_WIDTH / 2;

		if (tree->height == 0)
		{
			raise_root(tree);
			path[1].node = tree->root;
			path[1].slot = 0;
		}
		split_child(tree, path[1].node, path[1].slot, 0, left_count);
		if (i > left_count)
		{
			i -= left_count;
			path[1].slot++;
			leaf = tree->inners[path[1].node].child[path[1].slot];
		}
	}

	target = &tree->leaves[leaf];
	leaf_move(target, i + 1, target, i, target->n - i);
	target->at[i] = at;
	target->delta[i] = delta;
	target->n++;
	tree->size++;
}

static void
remove_entry(TimeTree *tree, int leaf, int i)
{
	TreeLeaf   *target = &tree->leaves[leaf];

	leaf_move(target, i, target, i + 1, target->n - i - 1);
	target->n--;
	tree->size--;
}

/*
 * Tell the inner nodes on the way to a leaf what became of it.
 */
static void
update_path(TimeTree *tree, const PathStep *path, bool removed)
{
	for (int level = 1; level <= tree->height; level++)
	{
		TreeInner  *inner = &tree->inners[path[level].node];
		int			slot = path[level].slot;
		int			child = inner->child[slot];
		int			count = node_count(tree, level - 1, child);

		if (count == 0)
		{
			inner_move(inner, slot, inner, slot + 1, inner->n - slot - 1);
			inner->n--;
			free_node(tree, level - 1, child);
			continue;
		}
		set_summary(inner, slot, node_summary(tree, level - 1, child));
		if (removed && count <= (level == 1 ? LEAF_WIDTH : INNER_WIDTH) / 4)
		{
			join_children(tree, path[level].node, slot, level - 1);
			join_children(tree, path[level].node, slot - 1, level - 1);
		}
	}
	if (removed)
		lower_root(tree);
}

static void
lower_root(TimeTree *tree)
{
	while (tree->height > 0 && tree->inners[tree->root].n == 1)
	{
		int			child = tree->inners[tree->root].child[0];

		free_node(tree, tree->height, tree->root);
		tree->root = child;
		tree->height--;
	}
}

/*
 * Put a new root above the present one, for a moment with one child.
 */
static void
raise_root(TimeTree *tree)
{
	int			root = new_inner(tree);
	TreeInner  *inner = &tree->inners[root];

	Assert(tree->height < TREE_MAX_HEIGHT);
	inner->n = 1;
	inner->child[0] = tree->root;
	inner->at[0] = INSTANT_BEGIN;
	set_summary(inner, 0, node_summary(tree, tree->height, tree->root));
	tree->root = root;
	tree->height++;
}

/*
 * Split a child, which is at "level", behind its first left_count entries.  The
 * parent has room for one more child.
 */
static void
split_child(TimeTree *tree, int parent, int slot, int level, int left_count)
{
	int			right = (level == 0) ? new_leaf(tree) : new_inner(tree);
	TreeInner  *inner = &tree->inners[parent];
	int			left = inner->child[slot];
	Instant		at;

	if (level == 0)
	{
		TreeLeaf   *from = &tree->leaves[left];
		TreeLeaf   *to = &tree->leaves[right];

		to->n = from->n - left_count;
		from->n = left_count;
		leaf_move(to, 0, from, left_count, to->n);
		at = to->at[0];
	}
	else
	{
		TreeInner  *from = &tree->inners[left];
		TreeInner  *to = &tree->inners[right];

		to->n = from->n - left_count;
		from->n = left_count;
		inner_move(to, 0, from, left_count, to->n);
		at = to->at[0];
	}

	inner_move(inner, slot + 2, inner, slot + 1, inner->n - slot - 1);
	inner->n++;
	inner->child[slot + 1] = right;
	inner->at[slot + 1] = at;
	set_summary(inner, slot, node_summary(tree, level, left));
	set_summary(inner, slot + 1, node_summary(tree, level, right));
}

/*
 * Make one of a child, which is at "level", and the one after it, if there are
 * both and the result is not so full that it would soon be split again.
 */
static void
join_children(TimeTree *tree, int parent, int slot, int level)
{
	TreeInner  *inner = &tree->inners[parent];
	int			left;
	int			right;
	int			nleft;
	int			nright;

	if (slot < 0 || slot + 1 >= inner->n)
		return;
	left = inner->child[slot];
	right = inner->child[slot + 1];
	nleft = node_count(tree, level, left);
	nright = node_count(tree, level, right);
	if (nleft + nright > (level == 0 ? LEAF_FILL : INNER_FILL))
		return;

	if (level == 0)
	{
		leaf_move(&tree->leaves[left], nleft, &tree->leaves[right], 0, nright);
		tree->leaves[left].n += nright;
	}
	else
	{
		/* the bound of a first child is not kept: that of its parent holds */
		tree->inners[right].at[0] = inner->at[slot + 1];
		inner_move(&tree->inners[left], nleft, &tree->inners[right], 0, nright);
		tree->inners[left].n += nright;
	}
	free_node(tree, level, right);
	inner_move(inner, slot + 1, inner, slot + 2, inner->n - slot - 2);
	inner->n--;
	set_summary(inner, slot, node_summary(tree, level, left));
}

static int
node_count(const TimeTree *tree, int level, int node)
{
	return level == 0 ? tree->leaves[node].n : tree->inners[node].n;
}

static Summary
node_summary(const TimeTree *tree, int level, int node)
{
	Summary		summary = {0, QUANTITY_MAX, QUANTITY_MIN};

	if (level == 0)
	{
		const TreeLeaf *leaf = &tree->leaves[node];

		for (int i = 0; i < leaf->n; i++)
		{
			summary.sum += leaf->delta[i];
			summary.least = Min(summary.least, summary.sum);
			summary.most = Max(summary.most, summary.sum);
		}
	}
	else
	{
		const TreeInner *inner = &tree->inners[node];

		for (int i = 0; i < inner->n; i++)
		{
			summary.least = Min(summary.least, summary.sum + inner->least[i]);
			summary.most = Max(summary.most, summary.sum + inner->most[i]);
			summary.sum += inner->sum[i];
		}
	}
	return summary;
}

static void
set_summary(TreeInner *inner, int slot, Summary summary)
{
	inner->sum[slot] = summary.sum;
	inner->least[slot] = summary.least;
	inner->most[slot] = summary.most;
}

/*
 * Does the tree keep the invariants of time_tree_nodes.h?
 */
bool
time_tree_is_sound(const TimeTree *tree)
{
	Instant		last = INSTANT_BEGIN;
	int			size = 0;

	if (tree->height > 0 && tree->inners[tree->root].n < 2)
		return false;
	return node_is_sound(tree, tree->height, tree->root, &last, &size) &&
		last != INSTANT_END && size == tree->size;
}

/*
 * "last" is the breakpoint before the node, then its own last one; "size" counts
 * them.
 */
static bool
node_is_sound(const TimeTree *tree, int level, int node,
			  Instant *last, int *size)
{
	if (node_count(tree, level, node) == 0)
		return level == 0 && tree->height == 0;

	if (level == 0)
	{
		const TreeLeaf *leaf = &tree->leaves[node];

		for (int i = 0; i < leaf->n; i++)
		{
			if (leaf->at[i] <= *last || leaf->delta[i] == 0)
				return false;
			*last = leaf->at[i];
		}
		*size += leaf->n;
		return true;
	}

	for (int i = 0; i < tree->inners[node].n; i++)
	{
		const TreeInner *inner = &tree->inners[node];
		Summary		summary = node_summary(tree, level - 1, inner->child[i]);

		if (inner->sum[i] != summary.sum || inner->least[i] != summary.least ||
			inner->most[i] != summary.most)
			return false;
		if (i > 0 && inner->at[i] <= *last)
			return false;
		if (i > 0)
			*last = inner->at[i] - 1;
		if (!node_is_sound(tree, level - 1, inner->child[i], last, size))
			return false;
	}
	return true;
}

static void
leaf_move(TreeLeaf *to, int to_i, const TreeLeaf *from, int from_i, int n)
{
	memmove(&to->at[to_i], &from->at[from_i], n * sizeof(Instant));
	memmove(&to->delta[to_i], &from->delta[from_i], n * sizeof(Quantity));
}

static void
inner_move(TreeInner *to, int to_i, const TreeInner *from, int from_i, int n)
{
	memmove(&to->child[to_i], &from->child[from_i], n * sizeof(int));
	memmove(&to->at[to_i], &from->at[from_i], n * sizeof(Instant));
	memmove(&to->sum[to_i], &from->sum[from_i], n * sizeof(Quantity));
	memmove(&to->least[to_i], &from->least[from_i], n * sizeof(Quantity));
	memmove(&to->most[to_i], &from->most[from_i], n * sizeof(Quantity));
}

static int
new_leaf(TimeTree *tree)
{
	int			leaf = tree->free_leaf;

	if (leaf >= 0)
	{
		tree->free_leaf = tree->leaves[leaf].next_free;
		return leaf;
	}
	if (tree->nleaves == tree->maxleaves)
	{
		tree->leaves = repalloc(tree->leaves,
								2 * tree->maxleaves * sizeof(TreeLeaf));
		tree->maxleaves *= 2;
	}
	return tree->nleaves++;
}

static int
new_inner(TimeTree *tree)
{
	int			inner = tree->free_inner;

	if (inner >= 0)
	{
		tree->free_inner = tree->inners[inner].next_free;
		return inner;
	}
	if (tree->ninners == tree->maxinners)
	{
		int			maxinners = Max(2, 2 * tree->maxinners);

		tree->inners = repalloc(tree->inners, maxinners * sizeof(TreeInner));
		tree->maxinners = maxinners;
	}
	return tree->ninners++;
}

static void
free_node(TimeTree *tree, int level, int node)
{
	if (level == 0)
	{
		tree->leaves[node].next_free = tree->free_leaf;
		tree->free_leaf = node;
	}
	else
	{
		tree->inners[node].next_free = tree->free_inner;
		tree->free_inner = node;
	}
}

/*
 * Sort changes, make those of one instant one, and drop what changes nothing.
 * What has no beginning becomes part of the base.
 */
static int
merge_changes(TimeChange *changes, int nchanges, Quantity *base)
{
	int			n = 0;

	sort_changes(changes, nchanges);
	for (int i = 0; i < nchanges; i++)
	{
		if (changes[i].at == INSTANT_BEGIN)
			*base += changes[i].delta;
		else if (changes[i].at != INSTANT_END)
		{
			if (n > 0 && changes[n - 1].at == changes[i].at)
				changes[n - 1].delta += changes[i].delta;
			else
				changes[n++] = changes[i];
			if (changes[n - 1].delta == 0)
				n--;
		}
	}
	return n;
}

/*
 * Fill the leaves of a new tree from left to right, and then level by level what
 * is above them.
 */
static void
build(TimeTree *tree, const TimeChange *changes, int nchanges)
{
	int			first = 0;		/* of the nodes of the level below */
	int			n = 0;
	Instant    *starts = palloc((nchanges / LEAF_FILL + 1) * sizeof(Instant));

	do
	{
		int			number = new_leaf(tree);
		TreeLeaf   *leaf = &tree->leaves[number];
		int			done = n * LEAF_FILL;

		leaf->n = Min(LEAF_FILL, nchanges - done);
		for (int i = 0; i < leaf->n; i++)
		{
			leaf->at[i] = changes[done + i].at;
			leaf->delta[i] = changes[done + i].delta;
		}
		starts[n++] = (leaf->n > 0) ? leaf->at[0] : INSTANT_BEGIN;
	} while (n * LEAF_FILL < nchanges);

	/* invariant: nodes first .. first + n - 1 begin at starts[0 .. n) */
	while (n > 1)
	{
		int			parents = 0;
		int			first_parent = tree->ninners;

		for (int done = 0; done < n; parents++)
		{
			int			number = new_inner(tree);
			TreeInner  *inner = &tree->inners[number];

			inner->n = Min(INNER_FILL, n - done);
			for (int i = 0; i < inner->n; i++)
			{
				inner->child[i] = first + done + i;
				inner->at[i] = starts[done + i];
				set_summary(inner, i, node_summary(tree, tree->height,
												   first + done + i));
			}
			starts[parents] = starts[done];
			done += inner->n;
		}
		first = first_parent;
		n = parents;
		tree->height++;
	}
	tree->root = first;
	pfree(starts);
}
