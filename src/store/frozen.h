/*
 * frozen.h - rows that are written as if they had always been there.
 */
#ifndef PROMISE_FROZEN_H
#define PROMISE_FROZEN_H

#include "postgres.h"

#include "utils/relcache.h"

/*
 * Raises if the statement that has just added rows to a relation was COPY with
 * FREEZE.
 */
extern void frozen_refuse(Relation rel);

#endif							/* PROMISE_FROZEN_H */
