/*
 * stamp.h - what an answer depends on besides its question.
 */
#ifndef PROMISE_STAMP_H
#define PROMISE_STAMP_H

#include "postgres.h"

#include "core/core.h"

typedef struct Stamp Stamp;

extern Stamp *stamp_take(MemoryContext context, Instant now);
extern bool stamp_is_current(const Stamp *stamp, Instant now);
extern void stamp_init(void);

#endif							/* PROMISE_STAMP_H */
