/*
 * substitutes.h - other items that would do.
 *
 * A substitute is offered whole, from the location asked for if there is one, and
 * only where it is sooner than the item itself.  It has no substitutes of its own.
 */
#ifndef PROMISE_SUBSTITUTES_H
#define PROMISE_SUBSTITUTES_H

#include "postgres.h"

#include "api/book.h"
#include "api/ways.h"

/* the ledgers of an item at the location asked for, read with detail */
typedef const AtpLedger *(*SubstituteLedgers) (void *arg, const char *item,
											   int *nledgers);

/* add what would do to the ways that were found for the item itself */
extern void substitutes_add(const NetworkSubstitute *substitutes,
							int nsubstitutes, SubstituteLedgers ledgers,
							void *arg, const WaysSearch *search, Ways *ways);

/* the same for a question about one item, which reads what it needs */
extern void substitutes_add_read(const BookQuery *query,
								 const WaysSearch *search, Ways *ways);

#endif							/* PROMISE_SUBSTITUTES_H */
