/*
 * rivals.h - the promises whose plans use what a request waits for.
 */
#ifndef PROMISE_RIVALS_H
#define PROMISE_RIVALS_H

#include "engine/plan_network.h"

typedef struct RivalQuery
{
	PlanNode  **nodes;			/* what is waited for */
	int			nnodes;
	PlanResource **resources;
	int			nresources;
	Instant		now;
	Instant		until;			/* what it is used for from then on does not
								 * matter */
	const char **exclude;		/* refs, in no order */
	int			nexclude;
	int			limit;			/* at most so many */
	bool		as_owner;		/* with the rights of the own tables' owner */
} RivalQuery;

/* may the caller see what is planned for promises? */
extern bool rivals_are_visible(void);

/*
 * The refs of plans that could be moved as far as their rows tell: nothing of them
 * has begun or was handed over, and all of their rows belong to one plan of the ref's
 * own.  By the
 * instant at which they first use what is waited for, then by ref; in the current
 * memory context, under the active snapshot.
 */
extern const char **rivals_find(const RivalQuery *query, int *nrefs);

#endif							/* PROMISE_RIVALS_H */
