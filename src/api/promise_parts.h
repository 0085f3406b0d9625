/*
 * promise_parts.h - promises that are kept in parts.
 *
 * Each part is a row of promise.commitment, and so a promise of its own to the
 * guard, the plans and the ledger.  The first part, the earliest, has the ref that
 * was promised; the others, from 2 on, have that ref with " part 2" and so on
 * appended, and the column part_of names the whole.  So somebody who writes the same
 * ref at the same time is noticed as ever, and the quantities of the rows add up to
 * the whole.
 *
 * Who names the whole means all of its parts; who names a part means that one.
 */
#ifndef PROMISE_PROMISE_PARTS_H
#define PROMISE_PROMISE_PARTS_H

#include "postgres.h"

#include "api/decide.h"
#include "api/promising.h"

/* the rows of a promise, that of the ref itself first */
typedef struct PromiseParts
{
	Commitment **rows;
	int			nrows;			/* 0: the ref is not known */
	const char **refs;			/* of the rows */
} PromiseParts;

/* the rows of a ref, which is known, locked to the end of the transaction */
extern void promise_parts_lock(const char *ref, PromiseParts *parts);

/* the same if its first row was locked already; NULL: the ref is not known */
extern void promise_parts_lock_rest(Commitment *first, PromiseParts *parts);

/* their sums */
extern Quantity promise_parts_open(const PromiseParts *parts);
extern Quantity promise_parts_requested(const PromiseParts *parts);

/* what was accepted, part by part */
extern void promise_parts_offer(const PromiseParts *parts, OfferList *list);

/*
 * What a decision makes of a row: itself, or its parts.  How many there are, in the
 * current memory context.
 */
extern int	promise_parts_make(const Commitment *row, const DecidedPart *parts,
							   int nparts, Commitment **rows);

/*
 * Write the rows that a decision has made, and what was planned for them.  "known"
 * are those that the promise has already: they become parts in their order, and
 * nothing is left open of those that are not needed.  False if the first is not
 * known, but has been written by somebody else meanwhile.
 */
extern bool promise_parts_write(const Commitment *rows, int nrows,
								const PromiseParts *known, LedgerCause cause,
								const Decision *decision);

/* raise if another promise has the name of one of these parts but the first */
extern void promise_parts_check_names(const Commitment *rows, int nrows);

#endif							/* PROMISE_PROMISE_PARTS_H */
