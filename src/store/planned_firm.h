/*
 * planned_firm.h - handing lots over to the orders of the business.
 *
 * Both functions act with the rights of the own tables' owner.
 */
#ifndef PROMISE_PLANNED_FIRM_H
#define PROMISE_PLANNED_FIRM_H

#include "postgres.h"

#include "nodes/execnodes.h"

/* a lot, and what its source says of it */
typedef struct FirmLot
{
	int64		plan;
	int			lot;
	const char *kind;			/* make, buy, move or kit */
	const char *item;			/* that it is for, and where */
	const char *location;
	const char *supplier;		/* NULL: none */
	const char *from_location;	/* NULL: none */
} FirmLot;

/* what is handed over */
typedef struct FirmLots
{
	const char *ref;
	const FirmLot *lots;
	int			nlots;
	bool		components;		/* with what the lots take */
	bool		loads;			/* with what they occupy */
} FirmLots;

/* The lots as rows of type promise.firmed, under the active snapshot. */
extern void planned_firm_put(const FirmLots *firm, ReturnSetInfo *result);

/*
 * Mark them as firm.  An error if they have changed since the transaction's
 * snapshot was taken.
 */
extern void planned_firm_mark(const FirmLots *firm);

#endif							/* PROMISE_PLANNED_FIRM_H */
