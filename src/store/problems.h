/*
 * problems.h - rows of mapped relations that cannot be read.
 */
#ifndef PROMISE_PROBLEMS_H
#define PROMISE_PROBLEMS_H

#include "store/mapping.h"

/* takes one problem; key and ref are NULL where the row has none */
typedef void (*ProblemFunction) (void *arg, const Mapping *mapping,
								 const char *key, const char *ref,
								 const char *problem);

extern void problems_find(Oid relation, ProblemFunction function, void *arg);

#endif							/* PROMISE_PROBLEMS_H */
