/*
 * nearest_yes.h - what could be promised instead of what is refused.
 */
#ifndef PROMISE_NEAREST_YES_H
#define PROMISE_NEAREST_YES_H

#include "postgres.h"

#include "api/ways.h"

/*
 * A sentence: the whole at the first date on which it can be had, and in parts
 * where some of it can be had sooner; or what there is of it.  NULL if nothing can
 * be had.  The ways are those to deliver what was searched for.
 */
extern char *nearest_yes(const WaysSearch *search, const Ways *ways);

#endif							/* PROMISE_NEAREST_YES_H */
