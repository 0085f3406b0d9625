/*
 * time_runs.h - where a tree of time is at or above a level, and for how long.
 *
 * A run is a longest span without a value below a level.  Whoever looks for room
 * again and again meets the same runs again and again, most of them too short.  For
 * the kinds of work that come back, a tree therefore keeps its runs with the
 * open time of each in a search tree of its own, in which those that are long
 * enough are found in O(log n).
 *
 * A kind is remembered once as many short runs have been met without it as there
 * are breakpoints, so that remembering never costs more than it may save; the least
 * recently used gives way.  What is changed in the tree is noted, and looked at
 * when the runs are asked for: what is taken back before then costs nothing more.
 *
 * The answers do not depend on what is remembered.  Work time that is searched for
 * must outlive the tree.
 */
#ifndef PROMISE_TIME_RUNS_H
#define PROMISE_TIME_RUNS_H

#include "core/span.h"
#include "core/time_tree.h"
#include "core/work_time.h"

/* the length of a run: its open time, or without pauses the longest open span */
typedef struct RunKind
{
	Quantity	level;
	WorkTime   *work;			/* NULL: always open */
	bool		pauses;
} RunKind;

/* what a tree remembers, part of it */
typedef struct TimeRuns
{
	struct RunIndex *indexes;
	int			nindexes;
	int			maxindexes;
	int64		nasked;			/* how often, to tell which was used last */
	int64		nmissed;		/* of these without the index since the last */

	struct RunNode *nodes;		/* of all indexes */
	int			nnodes;			/* in use or free */
	int			maxnodes;
	int			free_node;		/* -1: none */
} TimeRuns;

extern void time_runs_init(TimeRuns *runs);
extern void time_runs_free(TimeRuns *runs);

/* values of the tree have changed over [from, until) */
extern void time_runs_note(TimeTree *tree, Instant from, Instant until);

/*
 * Where work of that amount may have room: no fit begins in [from, result), or ends
 * in (result, until].  INSTANT_END, INSTANT_BEGIN: nowhere.
 */
extern Instant time_runs_room_from(TimeTree *tree, const RunKind *kind,
								   int64 amount, Instant from);
extern Instant time_runs_room_until(TimeTree *tree, const RunKind *kind,
									int64 amount, Instant until);

#endif							/* PROMISE_TIME_RUNS_H */
