/*
 * attributes.h - what the rows of a role say of single things.
 */
#ifndef PROMISE_ATTRIBUTES_H
#define PROMISE_ATTRIBUTES_H

#include "postgres.h"

#include "store/query.h"

/*
 * A text of each of these things, which a query for details returns as "field":
 * NULL where no row says it, in the current memory context.  Of several rows the
 * first counts, own rows before mapped ones.
 */
extern const char **attributes_read(RoleId role, Field field,
									const char **keys, int nkeys);

#endif							/* PROMISE_ATTRIBUTES_H */
