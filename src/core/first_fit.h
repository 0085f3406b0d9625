/*
 * first_fit.h - where work finds room.
 *
 * Work holds units of one or several resources for as long as a given amount of
 * open time takes.  It finds room where none of them falls below what it holds,
 * from its start to its end, the pauses between open spans included.
 *
 * Trees remember what is searched for often (time_runs.h): work time must outlive
 * them.
 */
#ifndef PROMISE_FIRST_FIT_H
#define PROMISE_FIRST_FIT_H

#include "core/span.h"
#include "core/time_tree.h"
#include "core/work_time.h"

/* units that are needed of what a tree says is free */
typedef struct FitDemand
{
	TimeTree   *tree;
	Quantity	units;
} FitDemand;

/*
 * The earliest fit at or after "from" that ends at or before "limit", or the
 * latest one that ends at or before "until" and starts at or after "floor".  False
 * if there is none.
 *
 * work tells when it is open; NULL: always.  With pauses the work may extend over
 * several open spans, else it lies within one.  The fit starts in open time and
 * ends when the last of it has been used.  Work of no amount holds nothing: it
 * fits at "from", or at "until", itself.
 */
extern bool first_fit_forward(const FitDemand *demands, int ndemands,
							  WorkTime *work, int64 amount, bool pauses,
							  Instant from, Instant limit, Span *fit);
extern bool first_fit_backward(const FitDemand *demands, int ndemands,
							   WorkTime *work, int64 amount, bool pauses,
							   Instant until, Instant floor, Span *fit);

#endif							/* PROMISE_FIRST_FIT_H */
