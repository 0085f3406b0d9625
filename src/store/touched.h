/*
 * touched.h - the nodes that a transaction has touched, and whether they have
 * been checked since.
 *
 * Statements only add to the set, and it holds names, never sums: what has
 * changed is computed from the rows when it is checked.  It is a superset of
 * what changed.
 *
 * A node is unchecked from the moment when it is added until a check marks it.
 * Everything that a subtransaction did to the set is undone when it aborts: the
 * locks that it took are gone by then, and so are its changes.  The undo log
 * costs time in proportion to what is undone, however many nodes there are.
 *
 * The set lives in TopTransactionContext.
 */
#ifndef PROMISE_TOUCHED_H
#define PROMISE_TOUCHED_H

#include "postgres.h"

#include "store/guards.h"

typedef enum NodeKind
{
	NODE_STOCK,					/* an item at a location */
	NODE_RESOURCE,				/* a resource; location is "" */
	NODE_DOCUMENT				/* rows of several tables that make up
								 * promises together; location is the guard's
								 * number.  Only locked, never unchecked. */
} NodeKind;

typedef struct TouchedNode
{
	NodeKind	kind;
	const char *name;			/* item, resource or document */
	const char *location;
	GuardMode	mode;			/* the strictest of what touched it */
	Oid			relation;		/* whose guard was the first of that mode */
	bool		immediate;		/* some guard that is not deferred touched it
								 * since it was last checked */
	bool		touched;		/* else whoever touched it was rolled back */
	bool		only_claims;	/* whatever touched it inserted demand, and
								 * did nothing else */
	bool		checked;		/* nothing has touched it since */
	bool		locked;			/* this transaction holds its lock */
	bool		shared;			/* it holds its shared lock, perhaps besides */
	CommandId	judged_until;	/* the last check saw what came before this
								 * command; FirstCommandId: there was none */
	CommandId	judged_before;	/* the same of the check before the last */
} TouchedNode;

extern void touched_init(void);

extern void touched_add(NodeKind kind, const char *name, const char *location,
						GuardMode mode, bool deferred, Oid relation,
						bool adds_claims);

/*
 * The node of these names, to be locked before anything is changed: it is not
 * touched by that, and stays as it is if it was.
 */
extern TouchedNode *touched_node(NodeKind kind, const char *name,
								 const char *location);

/* is, or will be, judged what this command did to the node? */
extern bool touched_covers(NodeKind kind, const char *name,
						   const char *location, CommandId command);

/*
 * The refs whose demand may be gone: their plans may have to leave.  As with
 * nodes, those that only deferred guards added wait for the end.
 */
extern void touched_add_ref(const char *ref, bool deferred);
extern const char **touched_refs(bool all, int *nrefs);
extern bool touched_any_ref(bool all);
extern void touched_forget_refs(const char **refs, int nrefs);

/* The unchecked nodes, all or only those that an immediate guard touched. */
extern TouchedNode **touched_unchecked(bool all, int *nnodes);
extern bool touched_any_unchecked(bool all);
extern void touched_mark_locked(TouchedNode *node, bool locked);
extern void touched_mark_shared(TouchedNode *node, bool shared);

/* what touched a node acted for another relation: its mode is that of this */
extern void touched_set_mode(TouchedNode *node, GuardMode mode, Oid relation);
extern void touched_mark_checked(TouchedNode **nodes, int nnodes,
								 CommandId judged_until);

/* let it wait for the end of the transaction, as if a deferred guard touched it */
extern void touched_postpone(TouchedNode *node);

/* how many node locks this transaction holds */
extern int	touched_nlocked(void);

/* does it hold the one lock that stands for all nodes? */
extern bool touched_all_locked(void);
extern void touched_mark_all_locked(void);

/*
 * A row-level trigger of a deferred guard has fired.  Before the end of the
 * transaction it does so only after SET CONSTRAINTS ... IMMEDIATE, at the end of
 * its statement, and before the statement-level triggers of that and of the
 * statements around it: these must judge, then, what they collect.  They run
 * under the snapshot of their statement, which says of which command it is.
 */
extern void touched_note_early(void);
extern bool touched_is_early(void);

#endif							/* PROMISE_TOUCHED_H */
