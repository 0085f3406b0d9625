/*
 * guard_limit.h - registered limits, asked about what a transaction claims.
 */
#ifndef PROMISE_GUARD_LIMIT_H
#define PROMISE_GUARD_LIMIT_H

#include "postgres.h"

#include "core/core.h"
#include "engine/problem.h"
#include "store/touched.h"

/* does any limit want to know what is claimed of such nodes? */
extern bool guard_limit_any(NodeKind kind);

/*
 * Ask the limits about every claim that rose between two images of these nodes,
 * and every hold that became a promise, and act on what they do not allow as the
 * modes of the nodes say.  Of those that have not risen since an image between
 * them, they were asked before.  The images are read with details and facts;
 * the active snapshot is that of the last.
 *
 * True if promises became exceptions and do not count any more: their nodes are
 * touched again.
 */
extern bool guard_limit_ask_stock(TouchedNode **nodes, int nnodes,
								  const StockNode *before,
								  const StockNode *judged,
								  const StockNode *after, Instant now);
extern void guard_limit_ask_capacity(TouchedNode **nodes, int nnodes,
									 const CapacityNode *before,
									 const CapacityNode *judged,
									 const CapacityNode *after, Instant now);

#endif							/* PROMISE_GUARD_LIMIT_H */
