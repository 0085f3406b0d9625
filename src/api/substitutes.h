/*
 * substitutes.h - other items that would do.
 */
#ifndef PROMISE_SUBSTITUTES_H
#define PROMISE_SUBSTITUTES_H

#include "postgres.h"

#include "api/book.h"
#include "api/ways.h"

extern void substitutes_add(const BookQuery *query, const WaysSearch *search,
							Ways *ways);

#endif							/* PROMISE_SUBSTITUTES_H */
