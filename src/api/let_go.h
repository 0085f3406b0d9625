/*
 * let_go.h - what becomes of a plan that its promise does not need.
 *
 * Lots that nobody needs leave.  A lot on which another promise has come to rely
 * is passed on to it, to the first one in the order of serving if there are
 * several, and with it what was planned for that lot, as far as it is needed.
 */
#ifndef PROMISE_LET_GO_H
#define PROMISE_LET_GO_H

#include "core/core.h"

typedef enum LetGo
{
	LET_GO_ALL,					/* the promise is gone */
	LET_GO_TO_OTHERS,			/* it will be planned anew: what others rely
								 * on is passed on, the rest stays for now */
	LET_GO_UNNEEDED				/* it may need less than what was planned */
} LetGo;

/*
 * As everything is by now; the nodes where something is planned for the ref are
 * locked.  True if rows were written.
 */
extern bool let_go(const char *ref, LetGo how, Instant now);

#endif							/* PROMISE_LET_GO_H */
