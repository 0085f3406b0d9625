/*
 * planned_units.h - what was planned for a ref, as far as it can be given up or
 * passed on by itself.
 *
 * That is a lot with what it yields, takes and occupies, unless it is firm: then it
 * is an order of the business.  Rows without a lot belong together.  What is
 * changed is changed with the rights of the own tables' owner.
 */
#ifndef PROMISE_PLANNED_UNITS_H
#define PROMISE_PLANNED_UNITS_H

#include "postgres.h"

#include "core/core.h"

typedef struct PlannedUnitFlow
{
	const char *item;
	const char *location;
	Instant		at;
	Quantity	quantity;		/* supply is positive */
} PlannedUnitFlow;

typedef struct PlannedUnit
{
	bool		is_lot;			/* else the rows without one */
	int64		plan;
	int			lot;
	Instant		start;
	int			need;			/* that it serves; 0: of the promise itself */
	int			parent;			/* the unit that takes it; -1: none */
	bool		for_firm;		/* a firm lot takes it */
	PlannedUnitFlow *flows;
	int			nflows;
} PlannedUnit;

/* where units go; those of a plan that stay together have one number */
typedef struct PlannedMove
{
	const PlannedUnit *unit;
	bool		is_root;		/* no lot takes it any more */
	int64		plan;			/* new number */
} PlannedMove;

/*
 * The units of a ref under the active snapshot, in the current memory context: by
 * plan and lot, rows without a lot last.
 */
extern PlannedUnit *planned_units(const char *ref, int *nunits);

extern void planned_units_remove(const char *ref, const PlannedUnit *const *units,
								 int nunits);

/* Give them to a ref, perhaps the same, for which they were not planned. */
extern void planned_units_move(const char *ref, const char *to,
							   const PlannedMove *moves, int nmoves);

/* a number for a plan that splits off another one */
extern int64 planned_new_number(void);

#endif							/* PROMISE_PLANNED_UNITS_H */
