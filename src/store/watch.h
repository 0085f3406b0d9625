/*
 * watch.h - the queries of a protected view: from changed rows to nodes.
 */
#ifndef PROMISE_WATCH_H
#define PROMISE_WATCH_H

#include "postgres.h"

/*
 * Raises unless this is a query over "changed", rows of that table, that
 * yields the columns item and, perhaps, location, and the document, unless NULL,
 * an expression over a row of the table: a key, or a text[] of several.
 */
extern void watch_check(Oid relation, const char *query, const char *document);

#endif							/* PROMISE_WATCH_H */
