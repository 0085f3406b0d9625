/*
 * watch.h - the queries of a protected view: from changed rows to nodes.
 */
#ifndef PROMISE_WATCH_H
#define PROMISE_WATCH_H

#include "postgres.h"

/*
 * Raises unless this is a query over "changed", rows of that table, that
 * yields the columns item and, perhaps, location.
 */
extern void watch_check(Oid relation, const char *query);

#endif							/* PROMISE_WATCH_H */
