/*
 * holds.h - which refs are those of holds.
 *
 * What is planned for a hold is bound to it and expires with it, so every row of
 * a plan must be asked whose it is.  Holds are few beside what is planned for
 * promises, so they are read first.
 */
#ifndef PROMISE_HOLDS_H
#define PROMISE_HOLDS_H

#include "postgres.h"

#include "core/core.h"
#include "store/fetch.h"

typedef struct Holds Holds;

/*
 * The open holds, as the fetch sees them, in the current memory context; NULL if
 * there is none.
 */
extern Holds *holds_read(Fetch *fetch);

/*
 * Is this ref, a text, that of a hold?  When it ends: INSTANT_END if never.
 */
extern bool holds_find(const Holds *holds, Datum ref, Instant *expires_at);

#endif							/* PROMISE_HOLDS_H */
