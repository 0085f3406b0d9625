/*
 * plan_slots.h - a small network cut into slots of equal length.
 *
 * The reference planner (plan_brute.h) counts on its fingers: what is there of a
 * node, what is free of a resource and what is open, each an array with one entry
 * for each slot from now on.  Every instant of the network must be the begin of a
 * slot, and everything beyond the last one is as in the last one.
 *
 * Nothing of the planner is used here, and of work time only whether a slot is
 * open.
 */
#ifndef PROMISE_TEST_PLAN_SLOTS_H
#define PROMISE_TEST_PLAN_SLOTS_H

#include "engine/plan.h"

#define MAX_SLOTS		64
#define MAX_NODES		24
#define MAX_RESOURCES	16
#define MAX_SLOT_LOTS	8

/* supply that spoils */
typedef struct SlotLot
{
	int			from;
	int			until;
	Quantity	quantity;
} SlotLot;

/* the balance of a node during each slot, without the plan and by it */
typedef struct SlotNode
{
	PlanNode   *node;			/* NULL: not reached by the request */
	Quantity	balance[MAX_SLOTS];
	Quantity	change[MAX_SLOTS];
	Quantity	floor;			/* below which nothing may be taken */
	int			checked;		/* slots in which there is a limit at all */

	/*
	 * Where supply spoils a sum does not tell what is there.  What comes in
	 * each slot, by others and by the plan, and what is taken.
	 */
	bool		spoils;
	SlotLot		lots[MAX_SLOT_LOTS];
	int			nlots;
	Quantity	supply[MAX_SLOTS];
	Quantity	demand[MAX_SLOTS];
	Quantity	plan_supply[MAX_SLOTS];
	Quantity	plan_demand[MAX_SLOTS];
} SlotNode;

typedef struct SlotResource
{
	PlanResource *resource;		/* NULL: not reached by the request */
	Quantity	free[MAX_SLOTS];	/* less what the plan takes */
	bool		open[MAX_SLOTS];
	bool		bounds[MAX_SLOTS];	/* a change of its capacity, not a load */
} SlotResource;

typedef struct PlanSlots
{
	PlanNetwork *network;
	int64		length;
	int			nslots;
	SlotNode	nodes[MAX_NODES];	/* by number */
	SlotResource resources[MAX_RESOURCES];	/* by number */
} PlanSlots;

extern void plan_slots_read(PlanSlots *slots, PlanNetwork *network,
							PlanNode *root, int64 length, bool safety);

/* what a plan that was accepted before has taken */
extern void plan_slots_take(PlanSlots *slots, const SupplyPlan *plan);

extern int	slots_at(const PlanSlots *slots, Instant at);
extern Instant slots_instant(const PlanSlots *slots, int slot);

/*
 * A balance: take something from a slot on, or yield it, or take that back if it is
 * negative; is what the plan takes there?
 */
extern void slots_take(PlanSlots *slots, const PlanNode *node, int from,
					   Quantity quantity);
extern void slots_yield(PlanSlots *slots, const PlanNode *node, int from,
						Quantity quantity);
extern int	slots_first_short(const PlanSlots *slots, const PlanNode *node);

/*
 * Where a step ends that starts in a slot, on these resources; -1: not within the
 * slots, or not if it starts there.
 */
extern int	slots_step_end(const PlanSlots *slots, const PlanStep *step,
						   PlanResource **resources, int start, int work);

/* what a use of a step takes of a resource, during the slots [from, until) */
typedef struct SlotLoad
{
	const PlanResource *resource;
	int			from;
	int			until;
	Quantity	units;
} SlotLoad;

extern SlotLoad slots_load_of(const PlanSlots *slots, const PlanUse *use,
							  const PlanResource *resource, Quantity lot,
							  int start, int end);
extern bool slots_is_free(const PlanSlots *slots, const SlotLoad *load);
extern void slots_load(PlanSlots *slots, const SlotLoad *load, int sign);
extern int	slots_lead_end(const PlanSlots *slots, const PlanSource *source,
						   int from);

/* what follows from a lot, by arithmetic of its own */
extern int	slots_step_work(const PlanSlots *slots, const PlanStep *step,
							Quantity lot);
extern Quantity slots_output(const PlanOutput *output, Quantity lot);
extern Quantity slots_component(const PlanComponent *component, Quantity lot);

#endif							/* PROMISE_TEST_PLAN_SLOTS_H */
