/*
 * gantt.h - a plan against time, as bars of characters.
 *
 * Time runs to the right, a column for each stretch of the same round length.  A
 * bar fills every column that it touches, so that the shortest step shows.
 */
#ifndef PROMISE_GANTT_H
#define PROMISE_GANTT_H

#include "engine/plan_tree.h"

#define GANTT_CRITICAL	'#'		/* under way, on the critical path */
#define GANTT_UNDER_WAY	'='
#define GANTT_CLOSED	'.'		/* under way, but nobody works */
#define GANTT_LOT		'-'		/* from the first step of a lot to its yield */
#define GANTT_INSTANT	'|'		/* taken, or put together, then */
#define GANTT_EMPTY		' '

typedef struct Gantt
{
	Instant		from;
	int64		length;			/* of a column */
	int			ncolumns;
} Gantt;

/*
 * The scale on which [from, upto] takes at most so many columns.  Columns begin
 * at "origin", a midnight, and multiples of their length from there.
 */
extern void gantt_scale(Instant origin, Instant from, Instant upto,
						int maxcolumns, Gantt *gantt);

/* the instant at which a column begins; that of ncolumns is the end */
extern Instant gantt_column_begin(const Gantt *gantt, int column);

/* what a row of the plan shows; bar has ncolumns + 1 bytes */
extern void gantt_bar(const Gantt *gantt, const PlanTreeRow *row, char *bar);

#endif							/* PROMISE_GANTT_H */
