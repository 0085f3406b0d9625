/*
 * time_runs.c - where a tree of time is at or above a level, and for how long.
 *
 * The runs of an index are a treap: a search tree by their starts whose shape is
 * that of a heap by priorities, here hashes of the nodes' numbers.  Each node knows
 * the greatest length below it.
 */
#include "core/time_runs.h"

#include "core/time_tree_nodes.h"

#include "common/hashfn.h"

#define MAX_INDEXES 8
#define MAX_CHANGED 8

/* an index of less is not worth it */
#define MIN_SIZE	32

typedef struct RunNode
{
	Instant		start;
	Instant		end;
	int64		length;
	int64		longest;		/* of this and all below */
	int			left;			/* -1: none */
	int			right;			/* next free node if this is free */
} RunNode;

/*
 * The runs of a kind as the tree was, except where it has changed since.
 */
typedef struct RunIndex
{
	RunKind		kind;
	int			root;			/* -1: no runs */
	int64		used;			/* when it was asked for last */
	int			nchanged;
	Span		changed[MAX_CHANGED];
} RunIndex;

static int	find_index(TimeTree *tree, const RunKind *kind);
static int	remember(TimeTree *tree, const RunKind *kind);
static void note_change(TimeTree *tree, RunIndex *index,
						Instant from, Instant until);
static void catch_up(TimeTree *tree, RunIndex *index);
static void replace_runs(TimeTree *tree, RunIndex *index,
						 Instant from, Instant until);
static int64 run_length(const RunKind *kind, Instant start, Instant end);
static int	run_before(const TimeRuns *runs, int node, Instant at);
static int	first_long(const TimeRuns *runs, int node, Instant after,
					   int64 amount);
static int	last_long(const TimeRuns *runs, int node, Instant before,
					  int64 amount);
static void split(TimeRuns *runs, int node, Instant at, int *before, int *rest);
static int	merge(TimeRuns *runs, int a, int b);
static void update(TimeRuns *runs, int node);
static int	new_node(TimeRuns *runs);
static void free_nodes(TimeRuns *runs, int node);

void
time_runs_init(TimeRuns *runs)
{
	memset(runs, 0, sizeof(TimeRuns));
	runs->free_node = -1;

	/* the arrays grow where the tree is, whoever is calling */
	runs->indexes = palloc(1);
	runs->nodes = palloc(1);
}

void
time_runs_free(TimeRuns *runs)
{
	pfree(runs->indexes);
	pfree(runs->nodes);
}

void
time_runs_note(TimeTree *tree, Instant from, Instant until)
{
	for (int i = 0; i < tree->runs.nindexes; i++)
		note_change(tree, &tree->runs.indexes[i], from, until);
}

Instant
time_runs_room_from(TimeTree *tree, const RunKind *kind, int64 amount,
					Instant from)
{
	const TimeRuns *runs = &tree->runs;
	int			number = find_index(tree, kind);
	const RunIndex *index;
	int			run;

	if (number < 0 || runs->indexes[number].kind.level < kind->level)
		from = time_tree_first_reaching(tree, from, INSTANT_END, kind->level);
	if (number < 0 || from == INSTANT_END)
		return from;

	index = &runs->indexes[number];
	run = run_before(runs, index->root, from);
	if (run >= 0 && from < runs->nodes[run].end &&
		run_length(&index->kind, from, runs->nodes[run].end) >= amount)
		return from;
	run = first_long(runs, index->root, from, amount);
	return run >= 0 ? runs->nodes[run].start : INSTANT_END;
}

Instant
time_runs_room_until(TimeTree *tree, const RunKind *kind, int64 amount,
					 Instant until)
{
	const TimeRuns *runs = &tree->runs;
	int			number = find_index(tree, kind);
	const RunIndex *index;
	int			run;

	if (number < 0 || runs->indexes[number].kind.level < kind->level)
		until = time_tree_last_reaching(tree, INSTANT_BEGIN, until, kind->level);
	if (number < 0 || until == INSTANT_BEGIN)
		return until;

	index = &runs->indexes[number];
	run = run_before(runs, index->root, until - 1);
	if (run >= 0 && until <= runs->nodes[run].end)
	{
		if (run_length(&index->kind, runs->nodes[run].start, until) >= amount)
			return until;
		until = runs->nodes[run].start;
	}
	run = last_long(runs, index->root, until, amount);
	return run >= 0 ? runs->nodes[run].end : INSTANT_BEGIN;
}

/*
 * The index that knows most about a kind, up to date; -1 if none does.  Where there
 * is no work for a lower level, or in longer open time, there is none for this.
 */
static int
find_index(TimeTree *tree, const RunKind *kind)
{
	TimeRuns   *runs = &tree->runs;
	int			found = -1;
	bool		exact = false;

	for (int i = 0; i < runs->nindexes && !exact; i++)
	{
		const RunKind *other = &runs->indexes[i].kind;

		if (other->level > kind->level ||
			(kind->pauses && !other->pauses) ||
			!work_time_is_within(kind->work, other->work))
			continue;
		exact = other->level == kind->level && other->work == kind->work &&
			other->pauses == kind->pauses;
		if (exact || found < 0 || other->level > runs->indexes[found].kind.level)
			found = i;
	}

	if (!exact && ++runs->nmissed > Max(tree->size, MIN_SIZE))
		found = remember(tree, kind);
	if (found >= 0)
	{
		runs->indexes[found].used = ++runs->nasked;
		catch_up(tree, &runs->indexes[found]);
	}
	return found;
}

/*
 * Make an index, for the time being of what has changed since ever.
 */
static int
remember(TimeTree *tree, const RunKind *kind)
{
	TimeRuns   *runs = &tree->runs;
	int			number = 0;
	RunIndex   *index;

	if (runs->nindexes < MAX_INDEXES)
	{
		if (runs->nindexes == runs->maxindexes)
		{
			int			maxindexes = Max(1, 2 * runs->maxindexes);

			runs->indexes = repalloc(runs->indexes, maxindexes * sizeof(RunIndex));
			runs->maxindexes = maxindexes;
		}
		number = runs->nindexes++;
	}
	else
	{
		for (int i = 1; i < runs->nindexes; i++)
		{
			if (runs->indexes[i].used < runs->indexes[number].used)
				number = i;
		}
		free_nodes(runs, runs->indexes[number].root);
	}

	index = &runs->indexes[number];
	index->kind = *kind;
	index->root = -1;
	index->nchanged = 0;
	note_change(tree, index, INSTANT_BEGIN, INSTANT_END);
	runs->nmissed = 0;
	return number;
}

/*
 * Note a change, together with one that it touches.
 */
static void
note_change(TimeTree *tree, RunIndex *index, Instant from, Instant until)
{
	for (int i = 0; i < index->nchanged; i++)
	{
		Span	   *span = &index->changed[i];

		if (from <= span->end && span->start <= until)
		{
			span->start = Min(span->start, from);
			span->end = Max(span->end, until);
			return;
		}
	}

	if (index->nchanged == MAX_CHANGED)
		catch_up(tree, index);
	index->changed[index->nchanged].start = from;
	index->changed[index->nchanged].end = until;
	index->nchanged++;
}

static void
catch_up(TimeTree *tree, RunIndex *index)
{
	while (index->nchanged > 0)
	{
		Span		span = index->changed[--index->nchanged];

		replace_runs(tree, index, span.start, span.end);
	}
}

/*
 * Look for the runs of [from, until) anew, and of those that reach into it or touch
 * it.  Where one ends at another change that has not been looked at yet, it will be
 * replaced then.
 */
static void
replace_runs(TimeTree *tree, RunIndex *index, Instant from, Instant until)
{
	TimeRuns   *runs = &tree->runs;
	Quantity	level = index->kind.level;
	int			run = run_before(runs, index->root, from);
	int			before;
	int			old;
	int			after = -1;
	Instant		at;

	if (run >= 0 && from <= runs->nodes[run].end)
		from = runs->nodes[run].start;
	split(runs, index->root, from, &before, &old);
	if (until != INSTANT_END)
	{
		split(runs, old, until + 1, &old, &after);
		run = run_before(runs, old, INSTANT_END);
		if (run >= 0)
			until = Max(until, runs->nodes[run].end);
	}
	free_nodes(runs, old);

	at = time_tree_first_reaching(tree, from, until, level);
	while (at != INSTANT_END)
	{
		Instant		below = time_tree_first_below(tree, at, until, level);
		RunNode    *node;

		CORE_CHECK_INTERRUPTS();
		run = new_node(runs);
		node = &runs->nodes[run];
		node->start = at;
		node->end = Min(below, until);
		node->length = run_length(&index->kind, node->start, node->end);
		node->longest = node->length;
		node->left = node->right = -1;
		before = merge(runs, before, run);
		at = (below == INSTANT_END) ? INSTANT_END :
			time_tree_first_reaching(tree, below, until, level);
	}
	index->root = merge(runs, before, after);
}

/* what has no end is longer than any work */
static int64
run_length(const RunKind *kind, Instant start, Instant end)
{
	if (!INSTANT_IS_FINITE(start) || !INSTANT_IS_FINITE(end))
		return PG_INT64_MAX;
	return kind->pauses ? work_time_between(kind->work, start, end) :
		work_time_longest(kind->work, start, end);
}

/* the last run that starts at or before an instant; -1: none */
static int
run_before(const TimeRuns *runs, int node, Instant at)
{
	int			found = -1;

	while (node >= 0)
	{
		if (runs->nodes[node].start <= at)
		{
			found = node;
			node = runs->nodes[node].right;
		}
		else
			node = runs->nodes[node].left;
	}
	return found;
}

/* the first run of that length that starts after an instant; -1: none */
static int
first_long(const TimeRuns *runs, int node, Instant after, int64 amount)
{
	const RunNode *run;

	if (node < 0 || runs->nodes[node].longest < amount)
		return -1;
	run = &runs->nodes[node];
	if (run->start > after)
	{
		int			found = first_long(runs, run->left, after, amount);

		if (found >= 0)
			return found;
		if (run->length >= amount)
			return node;
	}
	return first_long(runs, run->right, after, amount);
}

/* the last run of that length that starts before an instant; -1: none */
static int
last_long(const TimeRuns *runs, int node, Instant before, int64 amount)
{
	const RunNode *run;

	if (node < 0 || runs->nodes[node].longest < amount)
		return -1;
	run = &runs->nodes[node];
	if (run->start < before)
	{
		int			found = last_long(runs, run->right, before, amount);

		if (found >= 0)
			return found;
		if (run->length >= amount)
			return node;
	}
	return last_long(runs, run->left, before, amount);
}

/*
 * Part a treap: what starts before an instant, and the rest.
 */
static void
split(TimeRuns *runs, int node, Instant at, int *before, int *rest)
{
	int			part;

	if (node < 0)
		*before = *rest = -1;
	else if (runs->nodes[node].start < at)
	{
		split(runs, runs->nodes[node].right, at, &part, rest);
		runs->nodes[node].right = part;
		*before = node;
		update(runs, node);
	}
	else
	{
		split(runs, runs->nodes[node].left, at, before, &part);
		runs->nodes[node].left = part;
		*rest = node;
		update(runs, node);
	}
}

/*
 * Join two treaps, of which the second lies behind the first.
 */
static int
merge(TimeRuns *runs, int a, int b)
{
	if (a < 0)
		return b;
	if (b < 0)
		return a;

	if (murmurhash32((uint32) a) > murmurhash32((uint32) b))
	{
		runs->nodes[a].right = merge(runs, runs->nodes[a].right, b);
		update(runs, a);
		return a;
	}
	runs->nodes[b].left = merge(runs, a, runs->nodes[b].left);
	update(runs, b);
	return b;
}

static void
update(TimeRuns *runs, int node)
{
	RunNode    *run = &runs->nodes[node];

	run->longest = run->length;
	if (run->left >= 0)
		run->longest = Max(run->longest, runs->nodes[run->left].longest);
	if (run->right >= 0)
		run->longest = Max(run->longest, runs->nodes[run->right].longest);
}

static int
new_node(TimeRuns *runs)
{
	int			node = runs->free_node;

	if (node >= 0)
	{
		runs->free_node = runs->nodes[node].right;
		return node;
	}
	if (runs->nnodes == runs->maxnodes)
	{
		int			maxnodes = Max(MIN_SIZE, 2 * runs->maxnodes);

		runs->nodes = repalloc(runs->nodes, maxnodes * sizeof(RunNode));
		runs->maxnodes = maxnodes;
	}
	return runs->nnodes++;
}

static void
free_nodes(TimeRuns *runs, int node)
{
	if (node < 0)
		return;
	free_nodes(runs, runs->nodes[node].left);
	free_nodes(runs, runs->nodes[node].right);
	runs->nodes[node].right = runs->free_node;
	runs->free_node = node;
}
