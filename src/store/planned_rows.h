/*
 * planned_rows.h - the rows of what was planned for promises.
 *
 * planned_read.c makes plans of them.
 */
#ifndef PROMISE_PLANNED_ROWS_H
#define PROMISE_PLANNED_ROWS_H

#include "engine/plan.h"

typedef struct LotRow
{
	const char *ref;
	int64		plan;
	int			lot;
	const char *source;
	Quantity	quantity;
	Instant		start;
	Instant		end;
	int			need;
	bool		inherited;
	bool		firm;
	int			tree;			/* 0: what is for the ref; else number, from
								 * 1, of the lot that a tree begins with */
	int		   *steps;
	Instant    *starts;
	Instant    *ends;
	int64	   *changeovers;
	int			nsteps;
} LotRow;

typedef struct NeedRow
{
	const char *ref;
	int64		plan;
	int			need;
	int			lot;
	int			component;
	const char *item;
	const char *location;
	Quantity	quantity;
	Instant		at;
	bool		firm;			/* of a lot that was handed over */
} NeedRow;

typedef struct UseRow
{
	const char *ref;
	int64		plan;
	int			lot;
	int			step;
	int			use;
	const char *resource;
} UseRow;

/* the rows of refs, each array by ref, plan and number */
typedef struct PlannedRows
{
	LotRow	   *lots;
	int			nlots;
	NeedRow    *needs;
	int			nneeds;
	UseRow	   *uses;
	int			nuses;
} PlannedRows;

/*
 * The refs for which lots are planned that are not firm, by name, in the current
 * memory context.
 */
extern const char **planned_refs(int *nrefs);

/*
 * The rows of refs, in the current memory context.  Needs and uses may be of lots
 * that are not there.
 */
extern void planned_rows_read(const char **refs, int nrefs, PlannedRows *rows);

/*
 * Find the trees among the lots of one ref, and sort them by tree.  A firm lot may
 * have been for one that was planned anew.  If firm lots are to be left out, what
 * others were made for may be taken by one of them.  Then they are a tree of their
 * own, which begins with that lot.
 */
extern void planned_rows_find_trees(PlannedRows *rows, bool leave_out_firm);

/* does a tree begin with a lot, whatever need it names? */
extern bool planned_rows_is_root(const PlannedRows *rows, const LotRow *lot,
								 bool leave_out_firm);

/* of one ref; NULL if there is none of these numbers */
extern const NeedRow *planned_rows_need(const PlannedRows *rows, int64 plan,
										int need);

#endif							/* PROMISE_PLANNED_ROWS_H */
