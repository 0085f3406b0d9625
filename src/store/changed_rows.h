/*
 * changed_rows.h - from the rows that a trigger was called for to the nodes
 * that they touch.
 */
#ifndef PROMISE_CHANGED_ROWS_H
#define PROMISE_CHANGED_ROWS_H

#include "postgres.h"

#include "commands/trigger.h"

#include "store/guards.h"

/*
 * Add the nodes of all rows of a statement (its transition tables), before and
 * after, to the set of touched nodes, and the refs of rows that went away.  A
 * row that says the same before and after touches nothing.  The expressions of
 * the mapping are evaluated with the rights of the protected relation's owner.
 */
extern void changed_rows_of_statement(const Guard *guard,
									  const TriggerData *trigger);

/* the same for the row of a row-level trigger */
extern void changed_rows_of_row(const Guard *guard, const TriggerData *trigger);

/* TRUNCATE: add every node that has rows in the relation now */
extern void changed_rows_all(const Guard *guard);

#endif							/* PROMISE_CHANGED_ROWS_H */
