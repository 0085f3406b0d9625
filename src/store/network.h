/*
 * network.h - reading how items are made, bought and moved.
 *
 * As nodes.h for stock: the only way from tables to plans.  A network is read
 * as it is walked: an item's rows and sources when the planner comes to it, and
 * with it the other components of what it is needed for.
 */
#ifndef PROMISE_NETWORK_H
#define PROMISE_NETWORK_H

#include "engine/plan_network.h"

typedef struct NetworkQuery
{
	Instant		now;			/* of the question, see nodes_now() */
	Instant		limit;			/* nothing is planned at or beyond it */
	bool		as_owner;		/* see NodeQuery */
	bool		by_ref;			/* rows of nodes have their details, and they
								 * and those of resources are in the order of
								 * their refs (problem.h) */
	const char **exclude;		/* refs that do not count, nor what is planned
								 * for them, in no order */
	int			nexclude;
} NetworkQuery;

/* where an item could be had */
typedef struct NetworkLocation
{
	const char *name;
	int			priority;		/* smaller is preferred */
} NetworkLocation;

/* an item that would do instead of another */
typedef struct NetworkSubstitute
{
	const char *item;
	Quantity	ratio;			/* units of it that replace one unit */
	int			priority;		/* smaller is preferred */
	Span		effective;		/* deliveries for which it would do */
} NetworkSubstitute;

/* what has been read so far */
typedef struct NetworkReads
{
	int64		nodes;
	int64		events;			/* rows of supply and demand */
	int64		sources;
	int64		components;
	int64		steps;			/* rows of steps */
	int64		resources;		/* with their loads */
	int64		loads;			/* and changes of capacity */
} NetworkReads;

/*
 * A network from which nothing has been read yet.  It and all that is read
 * belong to the current memory context.  Its functions read under the active
 * snapshot; what cannot be read as a network is an error, PR005, or PR006 of an
 * interval that says no working time.
 */
extern PlanNetwork *network_open(const NetworkQuery *query);

/* The source of a name; NULL if there is none. */
extern PlanSource *network_find_source(PlanNetwork *network,
									   const char *name);

/* The resource or pool of a name, of which nothing may be known. */
extern PlanResource *network_find_resource(PlanNetwork *network,
										   const char *name);

/*
 * The locations where an item has rows or rules, or where something yields it, by
 * priority, then by name.
 */
extern NetworkLocation *network_locations(PlanNetwork *network,
										  const char *item, int *nlocations);

/* For each of several items: does some source yield it, wherever? */
extern bool *network_sourced(PlanNetwork *network, const char **items,
							 int nitems);

/* For each of several items: would another do instead? */
extern bool *network_substituted(PlanNetwork *network, const char **items,
								 int nitems);

/* What would do instead of an item, by priority, then by name. */
extern NetworkSubstitute *network_substitutes(PlanNetwork *network,
											  const char *item,
											  int *nsubstitutes);

extern NetworkReads network_reads(const PlanNetwork *network);

/* is it read with the rights of each relation's owner? */
extern bool network_is_as_owner(const PlanNetwork *network);

#endif							/* PROMISE_NETWORK_H */
