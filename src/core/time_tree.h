/*
 * time_tree.h - a step function of time that changes often.
 *
 * What is free of a resource, or the balance of an item: piecewise constant,
 * right-continuous, defined from INSTANT_BEGIN on.  It is held as its changes, in
 * a balanced tree whose nodes know the sum and the least prefix sum of what is
 * below them, so that each call costs O(log n) for n breakpoints, however long
 * the range is that it speaks of.
 *
 * Trees may share a journal.  What is changed after a mark can be taken back, in
 * time proportional to what is taken back; a breakpoint whose change comes back
 * to nothing leaves the tree.
 *
 * The caller sees to it that no sum overflows: the absolute values of all
 * quantities that are ever put in, together, fit into int64.  All memory belongs
 * to the context that was current when the tree, or the journal, was made.
 */
#ifndef PROMISE_TIME_TREE_H
#define PROMISE_TIME_TREE_H

#include "core/core.h"

typedef struct TimeTree TimeTree;
typedef struct TimeJournal TimeJournal;

/* a position in a journal */
typedef Size TimeMark;

extern TimeJournal *time_journal_create(void);
extern TimeMark time_journal_mark(const TimeJournal *journal);

/* take back every change of the journal's trees since the mark */
extern void time_journal_undo(TimeJournal *journal, TimeMark mark);
extern void time_journal_free(TimeJournal *journal);

/* a change of value at an instant */
typedef struct TimeChange
{
	Instant		at;
	Quantity	delta;
} TimeChange;

/*
 * The function that is "base" everywhere and then changes as said, in any order
 * (the array is sorted in place).  journal may be NULL: nothing can be taken
 * back then.  The changes given here are before every mark.
 */
extern TimeTree *time_tree_create(TimeJournal *journal, Quantity base,
								  TimeChange *changes, int nchanges);
extern void time_tree_free(TimeTree *tree);
extern int	time_tree_size(const TimeTree *tree);

/* add over [from, until); INSTANT_BEGIN and INSTANT_END: without that end */
extern void time_tree_add(TimeTree *tree, Instant from, Instant until,
						  Quantity quantity);

extern Quantity time_tree_value(const TimeTree *tree, Instant at);

/* the least value over [from, until), which is not empty */
extern Quantity time_tree_least(const TimeTree *tree, Instant from,
								Instant until);

/* the first instant of [from, until) with a value below limit; INSTANT_END: none */
extern Instant time_tree_first_below(const TimeTree *tree, Instant from,
									 Instant until, Quantity limit);

/* the first instant of [from, until) with a value of at least limit; INSTANT_END: none */
extern Instant time_tree_first_reaching(const TimeTree *tree, Instant from,
										Instant until, Quantity limit);

/*
 * The first t of [from, until] such that no value in [t, until) is below limit:
 * until itself if the value just before it is.
 */
extern Instant time_tree_clear_from(const TimeTree *tree, Instant from,
									Instant until, Quantity limit);

/*
 * The end of the last piece of [from, until) whose value is at least limit, cut at
 * until; INSTANT_BEGIN if there is none.
 */
extern Instant time_tree_last_reaching(const TimeTree *tree, Instant from,
									   Instant until, Quantity limit);

/* the first breakpoint after at; INSTANT_END if there is none */
extern Instant time_tree_next(const TimeTree *tree, Instant at);

#endif							/* PROMISE_TIME_TREE_H */
