/*
 * line_planner.h - plans of lines that become promises one after the other.
 *
 * What is there is read once, and each line that was planned is counted as taken.
 * Nothing is written here.
 */
#ifndef PROMISE_LINE_PLANNER_H
#define PROMISE_LINE_PLANNER_H

#include "postgres.h"

#include "api/capable.h"
#include "store/line_reader.h"

typedef struct LinePlanner
{
	PlanWish	wish;
	PartsWish	parts;			/* of lines that do not say */

	/*
	 * Write down what was accepted, before others are asked to give way for a
	 * line that would be late; NULL: lines wait for that.
	 */
	void		(*write_down) (void *arg);
	void	   *arg;

	/* while it is open */
	MemoryContext context;		/* of the planner and all it has read */
	Capable    *capable;		/* NULL: it is closed */
	struct places_hash *places;
	Instant		now;
} LinePlanner;

/* what a line is promised by */
typedef struct LinePlans
{
	CapablePlan *plans;			/* one for each part */
	int			nplans;
} LinePlans;

typedef enum LinePlanned
{
	LINE_PLANNED,
	LINE_IMPOSSIBLE,			/* as far as stock that is nobody's and plans
								 * go */
	LINE_WAITS					/* for what was accepted to be written down */
} LinePlanned;

/* open it unless it is; what it reads is as of now */
extern void line_planner_open(LinePlanner *planner);

/* what others have written it does not know; plans are gone then, too */
extern void line_planner_close(LinePlanner *planner);

/* what a line does not say, the call does */
extern PartsWish line_planner_parts(const LinePlanner *planner,
									const RequestLine *line);

/*
 * The best way to deliver a line over the locations, counted as taken: in parts, if
 * they may be and less of it is late then.
 */
extern LinePlanned line_planner_plan(LinePlanner *planner,
									 const RequestLine *line,
									 LinePlans *accepted);

/* the rows of promise.commitment that a line becomes by its plans; how many */
extern int	line_planner_rows(const LinePlanner *planner,
							  const RequestLine *line, const LinePlans *plans,
							  Commitment **rows);

/* what is the same for all of them */
extern void line_planner_fill_row(const RequestLine *line, Commitment *row);

#endif							/* PROMISE_LINE_PLANNER_H */
