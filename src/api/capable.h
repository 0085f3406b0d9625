/*
 * capable.h - capable to promise: plans for questions and commands.
 *
 * The one place where a request becomes a plan.  What is promised from stock alone
 * needs none of this; a Capable reads the network as far as its requests lead.
 */
#ifndef PROMISE_CAPABLE_H
#define PROMISE_CAPABLE_H

#include "postgres.h"

#include "engine/planner.h"
#include "store/network.h"

/* how a plan is to be made */
typedef struct PlanWish
{
	PlanObjective objective;
	PlanPlacement placement;
	int			effort;
} PlanWish;

typedef struct CapableQuery
{
	Instant		now;
	bool		as_owner;		/* see NodeQuery */
	const char **exclude;
	int			nexclude;
} CapableQuery;

typedef struct CapableRequest
{
	const char *item;
	Quantity	quantity;		/* above 0 */
	Instant		due;			/* INSTANT_END: as early as possible */
	Instant		after;			/* INSTANT_BEGIN: now */
	PlanWish	wish;
	bool		is_hold;		/* what is planned for it serves nobody else */
} CapableRequest;

/* a plan of another promise, placed anew: see moves.h */
typedef struct PlanMove PlanMove;

/* how a request is met at one location */
typedef struct CapablePlan
{
	const PlanNode *node;
	const char *location;
	int			priority;		/* of the location */
	Quantity	quantity;
	PlanAnswer	answer;
	Instant		available_at;	/* the first instant at which it could be
								 * taken; just in time, the date asked for;
								 * INSTANT_END: never */
	bool		in_time;		/* for the date asked for, or at once */
	bool		has_cost;		/* known for some lot, in one currency */
	Quantity	cost;			/* of all lots of which it is known */
	const char *currency;		/* NULL: none */
	const PlanMove *moves;		/* of others, without which it is not possible */
	int			nmoves;
} CapablePlan;

typedef struct Capable
{
	MemoryContext context;		/* of everything, and of all plans */
	PlanNetwork *network;
	Planner    *planner;
	bool		as_owner;		/* see NodeQuery */
	const char **fixed;			/* refs whose plans may not be moved: they are
								 * left out, or were moved already */
	int			nfixed;
	int			nexcluded;		/* the first so many of them are left out */
} Capable;

/* nothing is planned farther ahead than this */
#define CAPABLE_DAYS_AHEAD	3653

typedef struct CapableCache CapableCache;

extern Capable *capable_open(const CapableQuery *query);

/*
 * What a call site has opened before in the same statement, or a new one.  "cache"
 * is the call site's own, NULL at first; it lives in a child of "parent".  Nothing
 * may be taken from it.
 */
extern Capable *capable_open_cached(CapableCache **cache, MemoryContext parent,
									Instant now);

/* the locations where sources yield the item, by priority, then by name */
extern NetworkLocation *capable_locations(Capable *capable, const char *item,
										  int *nlocations);

/* for each of several items: does some source yield it, wherever? */
extern bool *capable_items(Capable *capable, const char **items, int nitems);

/* for each of several items: would another do instead? */
extern bool *capable_substituted(Capable *capable, const char **items,
								 int nitems);

/* what would do instead of an item, by priority, then by name */
extern NetworkSubstitute *capable_substitutes(Capable *capable,
											  const char *item,
											  int *nsubstitutes);

/*
 * Plan a request at a location; nothing is taken.  False if no source yields the
 * item there: all there is to know about it is its stock.
 */
extern bool capable_plan(Capable *capable, const CapableRequest *request,
						 const NetworkLocation *location, CapablePlan *plan);

/* the same, also where nothing but stock is known */
extern void capable_plan_anyway(Capable *capable,
								const CapableRequest *request,
								const NetworkLocation *location,
								CapablePlan *plan);

/* the request to the planner, and what its answer means for who asks */
extern PlanRequest capable_request(const CapableRequest *request,
								   const PlanNode *node);
extern void capable_judge(const Capable *capable, const CapableRequest *request,
						  CapablePlan *plan);

/*
 * The largest part of a request, in whole units, or in thousandths of it, that can
 * be had by a date; 0 if none can.
 */
extern Quantity capable_most(Capable *capable, const CapableRequest *request,
							 const NetworkLocation *location, Instant by,
							 Quantity minimum);

/* count a plan as accepted, or what is taken from stock, until it is taken back */
extern void capable_take_stock(Capable *capable, const char *item,
							   const char *location, Quantity quantity,
							   Instant at);
extern void capable_take(Capable *capable, const CapablePlan *plan);
extern TimeMark capable_mark(const Capable *capable);
extern void capable_undo(Capable *capable, TimeMark mark);

/* the first instant at which a request can be met anywhere, or at a location */
extern Instant capable_earliest(Capable *capable, const CapableRequest *request,
								const char *location);

/* less than 0: "a" is better */
extern int	capable_compare(const CapablePlan *a, const CapablePlan *b);

#endif							/* PROMISE_CAPABLE_H */
