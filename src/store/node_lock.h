/*
 * node_lock.h - heavyweight locks on nodes, to the end of the transaction.
 *
 * The tag of a node is a hash of its canonical text within the table
 * promise.node_lock, which has no rows: two nodes that share a tag only wait
 * for each other without need.  Locks are taken in the order of their tags, so
 * that two checks cannot wait for each other in a circle.
 *
 * Every check first takes RowExclusiveLock on that table.  A transaction with
 * more nodes than NODE_LOCK_MAX takes ShareRowExclusiveLock on it instead, and
 * no lock of a node: the lock table is finite.
 */
#ifndef PROMISE_NODE_LOCK_H
#define PROMISE_NODE_LOCK_H

#include "postgres.h"

#include "store/touched.h"

#define NODE_LOCK_MAX 1000

extern void node_lock(TouchedNode **nodes, int nnodes);

/* the one lock that stands for all nodes */
extern void node_lock_all(void);

/*
 * The same out of order, without waiting: false, with nothing locked that was
 * not locked before, if it would have to wait.
 */
extern bool node_lock_try(TouchedNode **nodes, int nnodes);

/*
 * Shared locks, which do not wait for each other, only for locks of the other
 * kind, and these for them.  Of nodes that are not locked in either way; not
 * if touched_all_locked().
 */
extern void node_lock_share(TouchedNode **nodes, int nnodes);
extern void node_lock_release_shared(TouchedNode **nodes, int nnodes);

/* what stands for the node in its lock's tag */
extern uint64 node_lock_hash(const TouchedNode *node);

/* give back locks that were taken in this subtransaction and served nothing */
extern void node_lock_release(TouchedNode **nodes, int nnodes);

#endif							/* PROMISE_NODE_LOCK_H */
