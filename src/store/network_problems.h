/*
 * network_problems.h - rows of a network that cannot be read.
 */
#ifndef PROMISE_NETWORK_PROBLEMS_H
#define PROMISE_NETWORK_PROBLEMS_H

#include "store/plan.h"

/* takes what is wrong with one row */
typedef void (*NetworkProblemFunction) (void *arg, const char *problem);

/*
 * Look at one row for what would stop a plan that comes to it, except for what is
 * missing.
 */
extern void network_problems_find(const Mapping *mapping,
								  const PreparedQuery *query,
								  const Datum *values, const bool *nulls,
								  NetworkProblemFunction function, void *arg);

#endif							/* PROMISE_NETWORK_PROBLEMS_H */
