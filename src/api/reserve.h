/*
 * reserve.h - plans of promises: what they touch, and writing them down.
 */
#ifndef PROMISE_RESERVE_H
#define PROMISE_RESERVE_H

#include "postgres.h"

#include "api/decide.h"
#include "api/promising.h"
#include "store/planned_write.h"
#include "store/touched.h"

/* a growing set of nodes to be locked */
typedef struct NodeSet
{
	TouchedNode **nodes;
	int			nnodes;
	int			max_nodes;
} NodeSet;

extern void reserve_add_node(NodeSet *set, TouchedNode *node);

/* each node once; the order is lost */
extern void reserve_unique(NodeSet *set);

/* the nodes whose balance or capacity a plan changes */
extern void reserve_add_plan(NodeSet *set, const SupplyPlan *plan);

/* the same of a plan with what it moves, from where and to where */
extern void reserve_add_moves(NodeSet *set, const CapablePlan *planned);

/* what is to be written down for a ref, beside what it moves of others */
extern int	reserve_plans(const CapablePlan *planned, const char *ref,
						  PlanToWrite **plans);

/* in place of what was planned for their refs */
extern void reserve_write_plans(const PlanToWrite *plans, int nplans);

/* the plans of new promises, with what they move of others */
extern void reserve_write_new(const Commitment *rows, const CapablePlan *plans,
							  int nrows);

/*
 * All that a plan for the item could ever touch, at one location or, if that is
 * NULL, at all of them.
 */
extern void reserve_add_closure(NodeSet *set, Capable *capable,
								const char *item, const char *location);

/* the nodes where something is planned for a ref now, and that of its own promise */
extern void reserve_add_planned(NodeSet *set, const char *ref);

/*
 * Lock all nodes where something is planned for a ref, and that of its own
 * promise; "set" has them then.
 */
extern void reserve_lock_planned(NodeSet *set, const char *ref);

/*
 * As promising_write, and in the same step write down the plan that was decided
 * on, if there is one, in place of what was planned for that ref.  The guard
 * judges all of it at once.
 */
extern bool reserve_write(const Commitment *row, PromisingWrite how,
						  LedgerCause cause, const Decision *decision);

#endif							/* PROMISE_RESERVE_H */
