/*
 * planner_state.h - what the files of the planner share.
 *
 * While a planner looks for a plan it keeps a draft: the needs and lots so far,
 * each of them also taken from the trees of its node and its resources.  Going
 * back to a mark forgets the records since then and gives back what they took.
 * A part of the draft can be lifted out, to try something else in its place, and
 * be put back later where it was.
 */
#ifndef PROMISE_PLANNER_STATE_H
#define PROMISE_PLANNER_STATE_H

#include "engine/flow.h"
#include "engine/planner.h"
#include "engine/planner_shelf.h"
#include "engine/workshop.h"

/* what a planner knows of a node; hangs on PlanNode.state */
typedef struct PlannerNode
{
	PlanNode   *node;
	TimeTree   *balance;		/* free balance from now on */
	PlannerShelf *shelf;		/* what counts instead if supply spoils */
	TimeTree   *spare;			/* what was free of it when last asked */
	Quantity	volume;			/* absolute values of all that was ever put in */
	Quantity	safety_stock;

	/* while its sources are looked at */
	bool		on_path;
	int			path_conversions;	/* of the planner when it came on the path */

	/* in a search: the only source to try, from 1; 0: all */
	int			gene;
	int			pieces;			/* lots for one need, as far as lot sizes
								 * allow; 0: as few as do */
	bool		is_visited;		/* its sources were looked at for the request */
} PlannerNode;

typedef struct DraftNeed
{
	PlanNeed	need;
	bool		is_taken;		/* from the balance */
	bool		has_kits;		/* among its lots */
} DraftNeed;

typedef struct DraftLot
{
	PlanLot		lot;
	LotSchedule schedule;		/* its tasks are those of the lot */
	int			output;			/* which one of the source it is made for */
	int		   *needs;			/* of each component; -1: none */
	bool		is_taken;		/* scheduled, and counted */
	int			bound_by_component; /* that made it late; -1: none */
} DraftLot;

/* a node to take back to what it was */
typedef struct VolumeChange
{
	PlannerNode *node;
	Quantity	before;
	int			shelf_mark;
	TimeMark	mark;
} VolumeChange;

/* why there is no plan */
typedef struct PlannerFailure
{
	bool		is_known;
	PlanBinding binding;
	PlanNode   *node;
	const PlanSource *source;
} PlannerFailure;

struct Planner
{
	PlanNetwork *network;
	TimeJournal *journal;
	Workshop   *workshop;
	WorkshopEffort effort;		/* for the order of the steps of a lot */
	int			steps_left;		/* to place for that, of the present phase */

	DraftNeed  *needs;
	int			nneeds;
	int			maxneeds;
	DraftLot   *lots;
	int			nlots;
	int			maxlots;
	VolumeChange *volumes;
	int			nvolumes;
	int			maxvolumes;

	/* in a search: how sources take their components, by number; 0: in order */
	uint64	   *genes;
	int			ngenes;

	PlannerNode **visited;		/* for the present request */
	int			nvisited;
	int			maxvisited;

	/* of the present request */
	bool		keeps_safety_stock;
	PlanObjective objective;
	PlanPlacement placement;
	int			depth;
	int			conversions;	/* makes and kits on the path */
	int64		drafted;		/* needs and steps so far, of the present
								 * phase */
	int64		drafted_before; /* in all earlier phases */
	int64		most_drafted;	/* up to which ways are weighed */
	int64		searched;		/* drafts for better plans, of the last
								 * request */
	bool		is_stale;		/* something was moved to where it would not
								 * be the same: a kit that consists of
								 * something else then, or what spoils */
	PlannerFailure failure;
};

/* a state of the draft to go back to */
typedef struct PlannerMark
{
	TimeMark	trees;
	int			nneeds;
	int			nlots;
	int			nvolumes;
} PlannerMark;

/* a part of the draft that was lifted out of it */
typedef struct PlannerFragment
{
	int			first_need;		/* where it belongs */
	int			first_lot;
	DraftNeed  *needs;
	int			nneeds;
	DraftLot   *lots;
	int			nlots;
} PlannerFragment;

/*
 * One of several ways, the one with the earliest instant; of equal ones the
 * first that was offered.
 */
typedef struct PlannerChoice
{
	PlannerMark mark;			/* where every way begins */
	Instant		best;			/* of the best so far; ways must be below it */
	int			number;			/* of the best; -1: none */
	bool		in_place;		/* the draft holds it, else the fragment */
	PlannerFragment fragment;
} PlannerChoice;

/* what is needed */
typedef struct PlannerNeed
{
	PlanNode   *node;
	Quantity	quantity;
	Instant		at;				/* not before, or exactly then */
	int			lot;			/* that consumes it; -1: the request */
	int			component;
} PlannerNeed;

/* a lot that is wanted */
typedef struct PlannerLot
{
	int			need;			/* in the draft, that it is for */
	PlanSource *source;
	int			output;
	Quantity	quantity;
	Instant		latest;			/* a later end is of no use */
} PlannerLot;

/* in which order, and how large, several lots for one need are made */
typedef enum PlannerSplit
{
	PLANNER_LARGE_FIRST,		/* as large as may be, then what remains */
	PLANNER_LARGE_LAST,
	PLANNER_EVEN				/* as even as may be */
} PlannerSplit;

#define PLANNER_SPLITS	3

/*
 * Levels of a network that are followed; deeper ones are an error.  Each takes
 * about one kilobyte of stack, three under AddressSanitizer.
 */
#define PLANNER_MAX_DEPTH	1000

/* needs of one plan, and lots of one need; more is an error */
#define PLANNER_MAX_NEEDS	200000
#define PLANNER_MAX_LOTS	10000

/*
 * What a request may cost.  It has three phases: looking for the first plan, for a
 * better one, and placing it.  In each of them drafts are counted: a need that is
 * looked into, a step that is scheduled, or a lot without steps.  After so many, no
 * way is weighed against another any more: the plan that has been begun is finished
 * with the first way of each need.  The search for a better plan gets so many more for
 * each plan that it may try, and begins none that it has nothing left for.
 */
#define PLANNER_WEIGHED_DRAFTS	50000
#define PLANNER_SEARCHED_DRAFTS	10000

/*
 * Orders of the steps of a lot that are tried for each plan that may be tried, and
 * how many steps may be placed for that in each phase.
 */
#define PLANNER_LOT_SCHEDULES	15
#define PLANNER_ORDERED_STEPS	5000

/* more plans than that are not tried */
#define PLANNER_MAX_EFFORT		100000

/* planner_balance.c */
extern PromiseStatus planner_node(Planner *planner, PlanNode *node,
								  PlannerNode **state);
extern PromiseStatus planner_add_need_of(Planner *planner, PlanNode *node,
										 Instant at, Quantity quantity);
extern void planner_volume_undo(Planner *planner);
extern bool planner_is_served(const Planner *planner, const PlannerNode *node,
							  Instant at, Quantity quantity);
extern PromiseStatus planner_add_outputs(Planner *planner, const PlanLot *lot,
										 bool take_back);
extern PromiseStatus planner_limit(const Planner *planner,
								   const PlannerNode *node,
								   Quantity quantity, Quantity *limit);
extern Quantity planner_missing(const Planner *planner,
								const PlannerNode *node, Instant at,
								Quantity quantity);
extern Instant planner_served_from(const PlannerNode *node, Instant from,
								   Instant until, Quantity limit);
extern Instant planner_due_at(const PlannerNode *node, Instant at,
							  Quantity limit);

/* planner_draft.c */
extern PlannerMark planner_draft_mark(const Planner *planner);
extern void planner_draft_undo(Planner *planner, PlannerMark mark);
extern PromiseStatus planner_add_need(Planner *planner,
									  const PlannerNeed *ask, int *need);
extern PromiseStatus planner_take_need(Planner *planner, int need, Instant at);
extern PromiseStatus planner_move_need(Planner *planner, int need, Instant at);
extern PromiseStatus planner_move_kits(Planner *planner, int need, Instant at);
extern PromiseStatus planner_add_lot(Planner *planner, const PlannerLot *ask,
									 int *lot);
extern PromiseStatus planner_take_lot(Planner *planner, int lot);
extern void planner_lift(Planner *planner, PlannerMark mark,
						 PlannerFragment *fragment);
extern void planner_link_lots(PlannerFragment *fragment);
extern PromiseStatus planner_put_back(Planner *planner,
									  PlannerFragment *fragment);
extern void planner_fragment_free(PlannerFragment *fragment);
extern void planner_set_schedule(Planner *planner, int lot,
								 const LotSchedule *schedule);
extern PromiseStatus planner_draft_cost(const Planner *planner, int first_lot,
										int64 *cost);
extern void planner_draft_plan(Planner *planner, SupplyPlan *plan);

/* planner_choice.c */
extern void planner_choice_begin(Planner *planner, Instant bound,
								 PlannerChoice *choice);
extern void planner_choice_try(Planner *planner, PlannerChoice *choice);
extern bool planner_choice_offer(Planner *planner, PlannerChoice *choice,
								 int number, Instant at);
extern PromiseStatus planner_choice_end(Planner *planner,
										PlannerChoice *choice);

/* planner_sources.c */
extern PromiseStatus planner_enter(Planner *planner, PlannerNode *node);
extern void planner_leave(Planner *planner, PlannerNode *node);
extern PromiseStatus planner_may_take(const Planner *planner,
									  const PlannerNode *node, bool *may);
extern int	planner_output_of(const PlanSource *source, const PlanNode *node);
extern PromiseStatus planner_lot_sizes(const PlanSource *source, int output,
									   Quantity quantity, PlannerSplit split,
									   int pieces, Quantity **sizes,
									   int *nsizes);
extern Instant planner_next_effective(const PlanSource *source, Instant after);
extern bool planner_starts_alike(const PlanSource *source, Instant a,
								 Instant b);
extern int	planner_first_of_choice(const PlanSource *source, int choice,
									Instant start);
extern int	planner_next_of_choice(const PlanSource *source, int choice,
								   Instant start, int after);
extern bool planner_span_has(Span span, Instant at);
extern void planner_fail(Planner *planner, PlanBinding binding, PlanNode *node,
						 const PlanSource *source);
extern bool planner_is_weighing(const Planner *planner);

/* planner_forward.c */
extern PromiseStatus planner_earliest(Planner *planner, const PlannerNeed *ask,
									  Instant bound, int *need);
extern PromiseStatus planner_enough_from(const Planner *planner,
										 Quantity quantity, const int *lots,
										 int nlots, Instant *at);

/* planner_lot.c */
extern PromiseStatus planner_forward_lot(Planner *planner,
										 const PlannerLot *ask, int *lot);
extern Instant planner_component_at(const DraftLot *lot, int component);

/* planner_stock.c */
extern void planner_share_balances(Planner *planner);
extern bool planner_is_between_steps(const PlanSource *source, int component);
extern bool planner_shares_stock(const PlanSource *source);
extern PromiseStatus planner_open_stocks(Planner *planner,
										 const PlanSource *source,
										 Quantity lot);
extern PromiseStatus planner_take_between_steps(Planner *planner, int lot);

/* planner_gene.c */
extern uint64 planner_gene(const Planner *planner, const PlanSource *source);
extern void planner_set_gene(Planner *planner, const PlanSource *source,
							 uint64 gene);
extern void planner_prefer_sources(Planner *planner);
extern void planner_reset_genes(Planner *planner);
extern int *planner_component_order(const Planner *planner,
									const PlanSource *source);
extern bool planner_gene_allows(const Planner *planner,
								const PlanSource *source, int component);

/* planner_search.c */
extern PromiseStatus planner_improve(Planner *planner,
									 const PlanRequest *request,
									 const PlannerNeed *ask, Instant enough,
									 PlannerFragment *found, Instant *at);

/* planner_place.c */
extern PromiseStatus planner_place(Planner *planner, const PlannerNeed *ask,
								   const PlannerFragment *hint, int hint_need,
								   int *need);

#endif							/* PROMISE_PLANNER_STATE_H */
