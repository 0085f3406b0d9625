/*
 * commit_foresight.h - which of many lines guidelines will refuse.
 *
 * The guard says that something is refused once it is written, and then no more than
 * the first of it.  So lines are planned, and held against the guidelines, before:
 * a line that is refused takes nothing from those after it.
 */
#ifndef PROMISE_COMMIT_FORESIGHT_H
#define PROMISE_COMMIT_FORESIGHT_H

#include "postgres.h"

#include "api/line_planner.h"

/* does the guard refuse what is outside of the guidelines? */
extern bool commit_foresight_helps(void);

/*
 * Say of lines, from the first on, why they will be refused; NULL: guidelines have
 * nothing against them.  How many it can say it of: none that come after one that
 * must see what those before it have written.  Nothing is written or counted as taken.
 */
extern int	commit_foresee(LinePlanner *planner, const RequestLine *lines,
						   const bool *known, int nlines,
						   const char **refusals);

#endif							/* PROMISE_COMMIT_FORESIGHT_H */
