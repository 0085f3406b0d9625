/*
 * plan_network.h - what a planner reads: how items are made, bought and moved.
 *
 * As problem.h for balances: plain structs, filled from the tables by the store
 * and by hand in tests.  A network is read as it is walked, since a plan touches
 * few of its nodes: the planner asks for a node's sources and rows when it comes
 * to it, and for the rows of a resource likewise.  Until then only the names are
 * filled in.
 *
 * Names are compared by strcmp; every node and every resource of a network exists
 * once, so that the planner compares pointers.  Arrays are in the order in which
 * the planner is to prefer, as said at each.  Memory belongs to the network.
 */
#ifndef PROMISE_PLAN_NETWORK_H
#define PROMISE_PLAN_NETWORK_H

#include "core/work_time.h"
#include "engine/problem.h"

typedef struct PlanNetwork PlanNetwork;
typedef struct PlanNode PlanNode;
typedef struct PlanResource PlanResource;
typedef struct PlanSource PlanSource;

/*
 * A span of time as people state it: on a calendar days are open days and the
 * rest is open time; without one a day has 24 hours.
 */
typedef struct PlanDuration
{
	int32		days;
	int64		time;			/* microseconds */
} PlanDuration;

/* An item at a location. */
struct PlanNode
{
	const char *item;
	const char *location;
	int			number;			/* in the network, from 0 */
	void	   *state;			/* the planner's; NULL at first */

	/* filled in by read_node */
	bool		was_read;
	StockNode	stock;			/* its rules and rows; what is planned for
								 * others is among them */
	PlanSource **sources;		/* by priority, cost, name; also those that
								 * yield it beside something else */
	int			nsources;
	bool		unlimited;		/* can be had at any time in any quantity */
};

/*
 * Work is done on one of these.  What is free is units, less what occupies it;
 * closed time occupies nothing, but what is under way holds its units through it.
 */
struct PlanResource
{
	const char *name;
	int			number;			/* in the network, from 0 */
	void	   *state;			/* the planner's; NULL at first */

	/* filled in by read_resource */
	bool		was_read;
	WorkTime   *work;			/* NULL: always */
	CapacityNode capacity;
	bool		bucketed;		/* a step takes units for each unit of the lot
								 * (rounded up) out of the whole piece of
								 * capacity in which it starts, and holds
								 * nothing; a piece ends where any change of
								 * capacity, not a load, begins or ends */
	const char *changeover;		/* matrix of setup times; NULL: none */
	const char *initial_setup;	/* state at the start; NULL: any */
	struct PlanSetup *setups;	/* states of what occupies it, by from */
	int			nsetups;
};

/*
 * In which state what occupies a resource leaves it.  With a matrix a changeover
 * lies within what it prepares, but what is there already may need a longer one
 * when something gets in before it: as much of it as the resource is idle in
 * between.
 */
typedef struct PlanSetup
{
	Instant		from;
	Instant		until;
	const char *setup;
	int64		changeover;		/* working time for one, within it */
} PlanSetup;

/*
 * A resource that a step holds from its start to its end, or one of several that
 * would do (members of a pool, people with a skill), by priority, name.
 */
typedef struct PlanUse
{
	PlanResource **choices;
	int			nchoices;		/* at least 1 */
	Quantity	units;
} PlanUse;

/*
 * A step of a lot.  Its work takes setup + run for each unit of the lot, or for
 * each batch begun.  It may begin when all steps before it have ended, the lag
 * after each counted in elapsed time.
 */
typedef struct PlanStep
{
	int			step;			/* number in its source */
	int64		setup;			/* microseconds of working time */
	int64		run;
	Quantity	batch;			/* units worked on at once; 0: run counts for
								 * one unit, in proportion */
	bool		pauses;			/* may be under way while closed; else it lies
								 * within one open span */
	const char *setup_state;	/* that it needs of resources with a
								 * changeover matrix; NULL: any */
	PlanUse    *uses;			/* held together; work goes on while all are
								 * open */
	int			nuses;
	struct PlanLink *before;	/* steps that must end before it begins */
	int			nbefore;
} PlanStep;

typedef struct PlanLink
{
	int			step;			/* index in the source's steps */
	int64		lag;			/* microseconds, not negative */
} PlanLink;

/*
 * What a lot consumes: (quantity for each unit of the lot + fixed), more by the
 * scrap, at the start of a step; of a move at the other location.  Components
 * with the same choice (not 0) stand for each other: exactly one of them is
 * taken, the first in force by priority unless the search finds better.
 */
typedef struct PlanComponent
{
	PlanNode   *node;
	Quantity	quantity;
	Quantity	fixed;
	Quantity	scrap;			/* part lost, in millionths, below 1 */
	int			step;			/* index in the source's steps; 0 also if it
								 * has none */
	Span		effective;		/* starts of the lot at which it is needed */
	int			choice;
	int			priority;
} PlanComponent;

/*
 * What a lot yields when it ends, or already when one of its steps does: quantity
 * for each unit of the lot + fixed.  The first output is what the source is for; its
 * quantity is not 0, and it is yielded when the lot ends.  What a step yields other
 * steps of the same lot may consume.
 */
typedef struct PlanOutput
{
	PlanNode   *node;
	Quantity	quantity;
	Quantity	fixed;
	int			after_step;		/* index in the source's steps, plus 1; 0:
								 * when the lot ends */
} PlanOutput;

typedef enum PlanKind
{
	PLAN_MAKE,
	PLAN_BUY,
	PLAN_MOVE,
	PLAN_KIT
} PlanKind;

/*
 * A way to replenish.  A lot begins when its first step begins, or when its lead
 * time does if it has no steps.  It ends, and yields, when the lead time after its
 * last step is over.  A kit has neither: it is put together when it is taken.
 */
struct PlanSource
{
	const char *name;
	PlanKind	kind;
	int			number;			/* in the network, from 0 */
	int			priority;
	PlanDuration lead_time;
	WorkTime   *work;			/* calendar of lead time and fence; NULL:
								 * always */
	const CalendarRules *calendar;	/* the same, for whole days; NULL: always */
	const CalendarZone *zone;
	Quantity	lot_minimum;	/* 0: none; of the lot's own units */
	Quantity	lot_multiple;	/* 0: none */
	Quantity	lot_maximum;	/* 0: none */
	Instant		first_start;	/* end of the fence, not before now */
	Span		effective;		/* starts that are allowed */
	Quantity	cost;			/* of one unit; 0 if not known */
	const char *currency;		/* NULL: none */
	const char *supplier;		/* NULL: none */
	PlanOutput *outputs;
	int			noutputs;		/* at least 1 */
	PlanComponent *components;	/* by step, then choice, priority, item */
	int			ncomponents;
	PlanStep   *steps;			/* topologically ordered, ties by number */
	int			nsteps;
};

/*
 * The network.  The functions fill in what they are asked for, once; they may
 * raise an error (the store's do), so that the planner keeps no state outside
 * memory that goes with the question.
 */
struct PlanNetwork
{
	Instant		now;			/* nothing starts before */
	Instant		first_start;	/* now rounded up: fences count from then */
	Instant		limit;			/* nothing is planned at or beyond it */
	int			nnodes;			/* so far */
	int			nresources;
	int			nsources;
	PlanNode   *(*find_node) (PlanNetwork *network, const char *item,
							  const char *location);
	void		(*read_node) (PlanNetwork *network, PlanNode *node);
	void		(*read_resource) (PlanNetwork *network,
								  PlanResource *resource);

	/* working time from one state of a resource to another */
	int64		(*changeover) (PlanNetwork *network,
							   const PlanResource *resource,
							   const char *from, const char *to);
};

/*
 * What several files compute from a source, in one place.  They report
 * PROMISE_QUANTITY_OVERFLOW or PROMISE_INSTANT_OVERFLOW.
 */
extern PromiseStatus plan_source_lot(const PlanSource *source, int output,
									 Quantity need, Quantity *lot);
extern PromiseStatus plan_output_quantity(const PlanOutput *output,
										  Quantity lot, Quantity *quantity);
extern PromiseStatus plan_component_quantity(const PlanComponent *component,
											 Quantity lot, Quantity *quantity);
extern PromiseStatus plan_step_work(const PlanStep *step, Quantity lot,
									int64 *work);

/*
 * Do steps of a lot consume what other steps of it yield?  Such a component is not
 * had from elsewhere, and what is yielded so is no way to have the node.
 */
extern bool plan_is_between_steps(const PlanSource *source,
								  const PlanNode *node);

/* what a step draws on a bucketed resource, and the piece it draws it from */
extern PromiseStatus plan_bucket_quantity(const PlanUse *use, Quantity lot,
										  Quantity *quantity);
extern Span plan_bucket_piece(const PlanResource *resource, Instant at);

#endif							/* PROMISE_PLAN_NETWORK_H */
