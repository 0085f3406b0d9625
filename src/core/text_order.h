/*
 * text_order.h - the order of texts that break ties.
 *
 * By bytes, whatever the collation of the database, so that the same data give
 * the same answer everywhere; NULL comes last, as in SQL.
 */
#ifndef PROMISE_TEXT_ORDER_H
#define PROMISE_TEXT_ORDER_H

#include "core/core.h"

static inline int
text_order(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a == NULL) - (b == NULL);
	return strcmp(a, b);
}

#endif							/* PROMISE_TEXT_ORDER_H */
