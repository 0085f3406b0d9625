/*
 * wording.h - instants and quantities as people read them.
 */
#ifndef PROMISE_WORDING_H
#define PROMISE_WORDING_H

#include "core/core.h"

extern char *wording_instant(Instant at);
extern char *wording_quantity(Quantity quantity);

#endif							/* PROMISE_WORDING_H */
