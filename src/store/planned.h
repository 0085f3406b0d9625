/*
 * planned.h - the rows that were planned for promises, by ref.
 *
 * What is planned for a promise leaves with it.  The functions that say which
 * refs those are read under the active snapshot; all act with the rights of the
 * own tables' owner.
 */
#ifndef PROMISE_PLANNED_H
#define PROMISE_PLANNED_H

#include "postgres.h"

/* A node where a ref has planned rows. */
typedef struct PlannedNode
{
	const char *ref;
	const char *name;			/* item or resource */
	const char *location;		/* NULL: it is a resource */
	bool		has_supply;		/* is any of it supply? */
	Oid			commitments;	/* its table, if it is an own commitment's
								 * node and not a plan's; else InvalidOid */
} PlannedNode;

/* the table promise.planned_flow, whose owner is that of all own tables */
extern Oid	planned_table(void);

/* could there be any planned rows? */
extern bool planned_any(void);

/* could there be own commitments, hidden by a mapped row of the same ref? */
extern bool planned_any_hidden(void);

/*
 * The nodes of these refs' planned rows and of their own commitments, which
 * count again when the mapped row is gone; in the current memory context.
 */
extern PlannedNode *planned_nodes(const char **refs, int nrefs, int *nnodes);

/* Those of the refs that no row of demand has which counts, in the same order. */
extern const char **planned_orphans(const char **refs, int nrefs,
									int *norphans);

/*
 * Remove the planned rows of a ref: all of them, or those that would be planned
 * anew, which is not what was handed over to the business and what that keeps.
 */
extern void planned_remove(const char *ref);
extern void planned_remove_unfirm(const char *ref);

#endif							/* PROMISE_PLANNED_H */
