/*
 * plan_brute_search.h - the state of the exhaustive search (plan_brute.c).
 *
 * The state is a list of needs.  Those before "next" are decided; the lots that
 * were decided on have put their components at its end.  The recursion goes from
 * need to need, lot to lot and step to step, and takes back what it did on its way
 * home.
 */
#ifndef PROMISE_TEST_PLAN_BRUTE_SEARCH_H
#define PROMISE_TEST_PLAN_BRUTE_SEARCH_H

#include "plan_brute.h"
#include "plan_slots.h"

#define MAX_NEEDS		40
#define MAX_LOTS		40
#define MAX_STEPS		6
#define MAX_USES		3
#define MAX_COMPONENTS	6
#define MAX_PARTS		6
#define MAX_CHANGEOVER	2		/* slots */
#define MAX_UNITS		64		/* quantities with a remembered date */
#define UNKNOWN			(-1)

#define UNIT			QUANTITY_SCALE

/* what a request and all the needs that are dated apart from it share */
typedef struct Brute
{
	PlanSlots	slots;
	int64		budget;
	bool		splits;			/* several lots where fewer would do */
	bool		alone[MAX_NODES];	/* shares nothing with the rest */
	bool		touches[MAX_NODES][MAX_NODES];	/* may a need change a node? */
	bool		supplies[MAX_NODES][MAX_NODES]; /* may it yield one? */
	bool		any_shelf;		/* waiting may spoil something */
	const SupplyPlan *const *taken;
	int			ntaken;
	int			earliest[MAX_NODES][MAX_UNITS];
} Brute;

typedef struct Need
{
	PlanNode   *node;
	Quantity	quantity;
	int			at;
	int			lot;
	int			component;
} Need;

typedef struct Lot
{
	PlanSource *source;
	Quantity	quantity;
	int			need;
	int			start;
	int			end;
	bool		uses[MAX_COMPONENTS];
	int			task_start[MAX_STEPS];
	int			task_end[MAX_STEPS];
	int			task_setup[MAX_STEPS];
	PlanResource *resources[MAX_STEPS][MAX_USES];
} Lot;

typedef struct Search
{
	Brute	   *brute;
	Need		needs[MAX_NEEDS];
	int			nneeds;
	int			next;
	Lot			lots[MAX_LOTS];
	int			nlots;
	bool		later;			/* it failed one slot earlier */
	bool		in_full;		/* place also what is known to be possible */
	int64		cost;			/* of the lots */
	int64		cost_below;		/* what costs as much is no plan */
} Search;

extern bool brute_decide(Search *search);

/* changeovers, which depend on all that is decided: as the checker says */
extern bool brute_changeovers_hold(const Search *search);

/* of a need that shares nothing with the rest: from when on it can be met */
extern int	brute_earliest_alone(Brute *brute, PlanNode *node,
								 Quantity quantity);

#endif							/* PROMISE_TEST_PLAN_BRUTE_SEARCH_H */
