/*
 * attempt.h - doing something that may fail.
 */
#ifndef PROMISE_ATTEMPT_H
#define PROMISE_ATTEMPT_H

#include "postgres.h"

/*
 * Run a function in a subtransaction.  If it raises, all that it did in the
 * database is undone, and its error is the result, in the current memory context:
 * whoever does not know what to do with it throws it again.  NULL: it went well.
 */
extern ErrorData *attempt(void (*function) (void *), void *arg);

#endif							/* PROMISE_ATTEMPT_H */
