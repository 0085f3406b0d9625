/*
 * time_tree_nodes.h - how a tree of time is laid out; for its own files only.
 *
 * A B+-tree: leaves hold breakpoints and their changes, inner nodes know of each
 * child the sum of its changes, and the least and the greatest sum of its first so
 * many of them (one at least).  Few, wide nodes: a search touches a handful of
 * cache lines where a binary tree would touch dozens.
 *
 * Nodes live in arrays and are named by their index, so that the arrays can grow
 * where the tree was made, whoever is calling.
 *
 * Invariants (time_tree_is_sound checks them):
 *
 * 1. breakpoints ascend strictly, are finite, and no change is 0;
 * 2. all leaves are at the same depth; none is empty but the root of an empty tree,
 *	  and no inner node is; an inner root has two children at least;
 * 3. what child i and all after it hold is at or after at[i], and what is before
 *	  it is before (at[0] is not looked at);
 * 4. sum, least and most are those of the child.
 */
#ifndef PROMISE_TIME_TREE_NODES_H
#define PROMISE_TIME_TREE_NODES_H

#include "core/time_runs.h"

#define LEAF_WIDTH	32
#define INNER_WIDTH 16

/* inner nodes of two children each would still hold more than memory does */
#define TREE_MAX_HEIGHT 32

typedef struct TreeLeaf
{
	int			n;
	int			next_free;
	Instant		at[LEAF_WIDTH];
	Quantity	delta[LEAF_WIDTH];
} TreeLeaf;

typedef struct TreeInner
{
	int			n;
	int			next_free;
	int			child[INNER_WIDTH];
	Instant		at[INNER_WIDTH];
	Quantity	sum[INNER_WIDTH];
	Quantity	least[INNER_WIDTH];
	Quantity	most[INNER_WIDTH];
} TreeInner;

struct TimeTree
{
	TimeJournal *journal;		/* NULL: nothing can be taken back */
	Quantity	base;			/* value before the first breakpoint */
	int			size;			/* breakpoints */
	int			height;			/* levels of inner nodes */
	int			root;			/* a leaf if height is 0 */

	TreeLeaf   *leaves;
	int			nleaves;		/* in use or free */
	int			maxleaves;
	int			free_leaf;		/* -1: none */

	TreeInner  *inners;
	int			ninners;
	int			maxinners;
	int			free_inner;

	TimeRuns	runs;			/* for first_fit.h */
};

/* how many entries of a node are at or before an instant */
static inline int
leaf_count_until(const TreeLeaf *leaf, Instant at)
{
	int			count = 0;

	for (int i = 0; i < leaf->n; i++)
		count += (leaf->at[i] <= at);
	return count;
}

/* the child below which an instant is, or would be */
static inline int
inner_slot(const TreeInner *inner, Instant at)
{
	int			slot = 0;

	for (int i = 1; i < inner->n; i++)
		slot += (inner->at[i] <= at);
	return slot;
}

extern void time_tree_change(TimeTree *tree, Instant from, Instant until,
							 Quantity quantity);
extern void time_journal_record(TimeJournal *journal, TimeTree *tree,
								Instant from, Instant until,
								Quantity quantity);

extern bool time_tree_is_sound(const TimeTree *tree);

#endif							/* PROMISE_TIME_TREE_NODES_H */
