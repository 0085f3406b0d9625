/*
 * workshop_state.h - what the files of the workshop share; nobody else reads it.
 */
#ifndef PROMISE_WORKSHOP_STATE_H
#define PROMISE_WORKSHOP_STATE_H

#include "core/first_fit.h"
#include "engine/workshop.h"

/* A resource that some step came to. */
typedef struct ShopResource
{
	PlanResource *resource;
	TimeTree   *free;			/* units; NULL: without limit */

	/*
	 * How it was set up for what occupies it: minus the number of that setup,
	 * 0 while nothing does.  NULL without a changeover matrix.
	 */
	TimeTree   *setups;

	/* where the capacity of a bucketed resource changes, sorted */
	Instant    *changes;
	int			nchanges;
} ShopResource;

/* how something was set up: state, and working time held for the changeover */
typedef struct ShopSetup
{
	const char *state;
	int64		changeover;
} ShopSetup;

/* open time of two calendars at once, made when first needed */
typedef struct JointCalendar
{
	WorkTime   *first;
	WorkTime   *second;
	WorkTime   *joint;
} JointCalendar;

struct Workshop
{
	PlanNetwork *network;
	TimeJournal *journal;
	ShopResource **resources;	/* by number; NULL: nobody came to it yet */
	int			nresources;
	ShopSetup  *setups;			/* a setup's number is its index + 1 */
	int			nsetups;
	JointCalendar *joints;
	int			njoints;
	struct StepRoom *room;		/* scratch */
	TimeTree   *(*balance) (void *owner, PlanNode *node);	/* NULL: not shared */
	void	   *owner;
};

/* what a step draws on one resource */
typedef struct StepDraw
{
	ShopResource *resource;
	Quantity	units;
} StepDraw;

/*
 * A step with a resource for each of its uses: what it asks of them, each resource
 * once.
 */
typedef struct StepRoom
{
	Workshop   *workshop;
	WorkTime   *work;			/* open time of all of them; NULL: always */
	int64		amount;			/* working time without a changeover */
	bool		pauses;
	const char *setup_state;

	/* trees that must not fall below units, states among them */
	FitDemand  *fits;
	int			nfits;
	StepDraw   *held;			/* resources among those */
	int			nheld;
	ShopResource **changed;		/* have a changeover matrix */
	int			nchanged;
	StepDraw   *buckets;
	int			nbuckets;
	int			size;			/* of each array */
} StepRoom;

/* where a step finds room */
typedef struct StepFit
{
	Span		span;
	int64		setup;			/* changeover within it */
} StepFit;

/* a node that some steps of a lot yield and others consume */
typedef struct ShopStock
{
	PlanNode   *node;
	TimeTree   *balance;
	Quantity   *takes;			/* by each step, at its start */
	Quantity   *yields;			/* at its end */
} ShopStock;

/* A lot that is to be placed. */
typedef struct ShopLot
{
	Workshop   *workshop;
	PlanSource *source;
	Quantity	quantity;
	int64	   *work;			/* of each step */
	int		   *first_after;	/* the links to the steps after step i are */
	PlanLink   *after;			/* after[first_after[i] .. first_after[i + 1]) */
	bool		crowded;		/* may its steps stand in each other's way? */
	bool		in_sequence;	/* are they one after the other? */
	Instant		about;			/* components in force then are consumed */
	Instant		floor;			/* no step starts before */
	const Instant *release;		/* of each step; NULL: none */
	Instant		ready_by;		/* backward: all steps end at or before */
	PlanTask   *tasks;
	int			failed;			/* step without room; -1: none */
	ShopStock  *stocks;
	int			nstocks;
	bool	   *is_placed;		/* each step; only with stocks */
	int		   *order;			/* that has enough for each; NULL: as listed */
} ShopLot;

/* workshop.c */
extern ShopResource *workshop_resource(Workshop *workshop,
									   PlanResource *resource);
extern WorkTime *workshop_joint_calendar(Workshop *workshop, WorkTime *a,
										 WorkTime *b);
extern int	workshop_setup_number(Workshop *workshop, const char *state,
								  int64 changeover);
extern Span workshop_piece(const ShopResource *resource, Instant at);

/* workshop_room.c */
extern StepRoom *workshop_room_create(Workshop *workshop);
extern PromiseStatus workshop_room_fill(StepRoom *room, const PlanStep *step,
										PlanResource *const *resources,
										int nuses, Quantity lot, int64 work);
extern bool workshop_room_first(StepRoom *room, Instant from, Instant limit,
								StepFit *fit);
extern bool workshop_room_last(StepRoom *room, Instant until, Instant floor,
							   Instant latest_start, StepFit *fit);
extern bool workshop_room_open(const StepRoom *room, bool forward,
							   Instant from, Instant until, Span *span);
extern const PlanResource *workshop_room_busy(const StepRoom *room,
											  Instant from, Instant until);
extern void workshop_room_occupy(StepRoom *room, const StepFit *fit);

/* workshop_step.c */
extern PromiseStatus workshop_step_first(ShopLot *lot, int step, Instant from,
										 bool *found);
extern PromiseStatus workshop_step_last(ShopLot *lot, int step, Instant until,
										Instant latest_start, bool *found);
extern PromiseStatus workshop_step_occupy(ShopLot *lot, int step);

/* workshop_lead.c */
extern Instant workshop_lead_end(const PlanSource *source, Instant start);
extern Instant workshop_lead_start(const PlanSource *source, Instant end,
								   Instant floor);

/* workshop_lot.c */
extern PromiseStatus workshop_lot_place(ShopLot *lot, bool forward,
										bool *placed);
extern PromiseStatus workshop_lot_forward(ShopLot *lot, const int *order,
										  bool *placed);
extern PromiseStatus workshop_lot_backward(ShopLot *lot, const int *order,
										   bool *placed);
extern Instant workshop_ready_from(const ShopLot *lot, int step);
extern Instant workshop_done_by(const ShopLot *lot, int step);

/* workshop_stock.c */
extern PromiseStatus workshop_stock_open(ShopLot *lot);
extern void workshop_stock_close(ShopLot *lot);
extern void workshop_stock_begin(ShopLot *lot, bool forward);
extern int	workshop_stock_next(const ShopLot *lot, const int *order,
								bool forward);
extern Instant workshop_stock_from(const ShopLot *lot, int step,
								   Instant ready);
extern Instant workshop_stock_until(const ShopLot *lot, int step,
									Instant done);
extern void workshop_stock_place(ShopLot *lot, int step, bool forward);
extern bool workshop_stock_holds(const ShopLot *lot);
extern bool workshop_stock_starts(const ShopLot *lot, Instant start);

/* workshop_stock_order.c */
extern bool workshop_stock_order(ShopLot *lot, int *order);

/* workshop_bound.c */
extern PromiseStatus workshop_bound_forward(ShopLot *lot, bool placed,
											LotSchedule *schedule);
extern PromiseStatus workshop_bound_backward(ShopLot *lot, bool placed,
											 LotSchedule *schedule);

/* workshop_improve.c */
extern PromiseStatus workshop_improve(ShopLot *lot, bool forward,
									  const WorkshopEffort *effort,
									  bool *placed);

#endif							/* PROMISE_WORKSHOP_STATE_H */
