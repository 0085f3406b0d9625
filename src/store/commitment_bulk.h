/*
 * commitment_bulk.h - many rows of promise.commitment at once.
 */
#ifndef PROMISE_COMMITMENT_BULK_H
#define PROMISE_COMMITMENT_BULK_H

#include "store/commitment.h"

/*
 * Which of the refs have a row, of whatever age, here or in a mapped relation of
 * demand?  In the current memory context.
 */
extern bool *commitment_bulk_known(const char **refs, int nrefs);

/*
 * Add rows in one statement, as commitment_insert does; how many of them there
 * were that nobody has written meanwhile.
 */
extern uint64 commitment_bulk_insert(const Commitment *rows, int nrows);

#endif							/* PROMISE_COMMITMENT_BULK_H */
