/*
 * advice.h - does an index serve the questions to a mapping?
 */
#ifndef PROMISE_ADVICE_H
#define PROMISE_ADVICE_H

#include "store/mapping.h"

extern void advice_on_index(Mapping *mapping);

#endif							/* PROMISE_ADVICE_H */
