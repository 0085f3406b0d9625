/*
 * history.h - what becomes of the promises in a mapped relation, for
 * promise.ledger.
 *
 * What is said there holds for rows that have a ref, a date and a quantity that
 * can be counted, and pass the mapping's filter.  Others promise nothing that
 * could be told again: they count as not there.
 *
 * 1. For each ref, item, location and date the sum of a relation's entries is
 *    what is open of its rows; less than nothing is nothing.  Rows that share
 *    these are one promise, whether of one relation or in two mappings of it.
 *    Relations are summed apart from each other, and from promise.commitment.
 * 2. A row that comes is entered as "insert", one that goes as "delete", also if
 *    nothing was open of it any more; what such a row said is kept in
 *    promise.gone_order.  All else is an "update", or the "convert" of a hold.  A row
 *    whose ref changes goes and another one comes.
 * 3. What is open becomes less when it is delivered, too.  The statement that says
 *    so does not say why: the delivery may be booked before it, after it or in
 *    another transaction.  So the entry only says that it is less, and whoever
 *    reads it compares it with what role delivery says by then.
 *
 * Only statement-level triggers write entries, from the rows that the statement
 * has changed, once each, through whatever table they were written: so COPY,
 * MERGE and ON CONFLICT need nothing of their own, and what is rolled back was
 * never entered.  Whoever changes a row waits for the one who changed it before, so
 * the entries of a ref are in the order of its changes.
 *
 * Entries follow from the expressions of the mapping.  Where these come to say
 * something else although no row changes (they are mapped anew, or the zone of a
 * location is another one), the sums are right again when the relation is opened
 * anew; promise.verify() tells.
 */
#ifndef PROMISE_HISTORY_H
#define PROMISE_HISTORY_H

#include "postgres.h"

#include "commands/trigger.h"
#include "utils/tuplestore.h"

#include "store/guards.h"

/* enter what a statement has changed; for a guard that keeps history */
extern void history_of_statement(const Guard *guard, const TriggerData *trigger);

/* enter that the rows of a table go; not those of its partitions and children */
extern void history_of_truncate(const Guard *guard, Relation rel);

/*
 * Put what is open of a relation's rows, of whatever mapping that keeps history,
 * as they are in the active snapshot, into a tuplestore: the columns of
 * ledger_add_mapped_opening.  With the rights of the relation's owner.
 */
extern void history_read(Oid relation, TupleDesc desc, Tuplestorestate *rows);

#endif							/* PROMISE_HISTORY_H */
