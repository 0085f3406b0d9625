/*
 * vanished.h - demand of protected views that a transaction has made vanish.
 */
#ifndef PROMISE_VANISHED_H
#define PROMISE_VANISHED_H

#include "postgres.h"

#include "store/touched.h"

/*
 * The refs that rows of protected views had at these nodes when this transaction
 * last judged them, else without it, and have no more at any of them: under the
 * active snapshot, in the current memory context, each once.
 */
extern const char **vanished_refs(TouchedNode **nodes, int nnodes, int *nrefs);

#endif							/* PROMISE_VANISHED_H */
