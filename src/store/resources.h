/*
 * resources.h - reading resources, what changes their capacity, and what
 * occupies them.
 *
 * As nodes.h for stock: the only way from tables to the capacity of a
 * resource.
 */
#ifndef PROMISE_RESOURCES_H
#define PROMISE_RESOURCES_H

#include "engine/problem.h"

typedef struct ResourceQuery
{
	const char **resources;		/* distinct, not NULL */
	int			nresources;
	bool		as_owner;		/* see NodeQuery */
	bool		order;			/* with the order in which loads are served */
	bool		setups;			/* with the states in which loads leave it */
	const char **exclude;		/* refs whose loads do not count, in no order */
	int			nexclude;
	Instant		now;
} ResourceQuery;

/*
 * One CapacityNode for each resource asked for, in the same order, in the
 * current memory context.  What does not count is not returned: loads planned
 * for a hold that has expired at "now", loads of an excluded ref or of no units,
 * resource changes and loads that ended before "now".
 */
extern CapacityNode *resources_read(const ResourceQuery *query);

#endif							/* PROMISE_RESOURCES_H */
