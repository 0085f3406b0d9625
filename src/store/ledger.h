/*
 * ledger.h - the insert-only record of every promise, promise.ledger.
 *
 * What is open of a commitment is the sum of its entries, for each item,
 * location and date.  Entries follow the rows of promise.commitment, whoever
 * changes them: nobody writes them directly.
 */
#ifndef PROMISE_LEDGER_H
#define PROMISE_LEDGER_H

#include "postgres.h"

#include "commands/trigger.h"

#include "core/core.h"

/* On whose behalf promise.commitment is being changed. */
typedef enum LedgerCause
{
	LEDGER_STATEMENT,			/* somebody's own statement */
	LEDGER_COMMIT,
	LEDGER_HOLD,
	LEDGER_RENEW,				/* of a hold that had expired */
	LEDGER_CONVERT,				/* of a hold into a promise */
	LEDGER_CONVERT_EXPIRED,
	LEDGER_CHANGE,
	LEDGER_DELIVER,
	LEDGER_RELEASE
} LedgerCause;

/*
 * Entries written from now on name this cause, until it is set back to what
 * is returned; the caller does so also when an error is thrown.
 */
extern LedgerCause ledger_set_cause(LedgerCause cause);

/* The same for the date on which what they take away is delivered. */
extern Instant ledger_set_delivery(Instant at);

/* the last entry of a row of promise.commitment that was changed */
typedef struct LedgerEntry
{
	int64		number;
	char	   *ref;
} LedgerEntry;

typedef struct LedgerEntries
{
	LedgerEntry *entries;		/* palloc'd, in the order of the rows */
	int			nentries;
	int			max_entries;	/* at least one */
} LedgerEntries;

extern void ledger_entries_init(LedgerEntries *entries);

/* Entries are noted there, NULL: nowhere, until it is set back as above. */
extern LedgerEntries *ledger_collect(LedgerEntries *entries);

/* add what a statement on promise.commitment has changed */
extern void ledger_add_statement(const TriggerData *trigger);

/*
 * Add what the ledger does not know: for every commitment the difference
 * between its row and the sum of its entries, or, before its table is emptied,
 * for every commitment what is open.  Its table must be locked against writers.
 */
extern void ledger_add_opening(void);
extern void ledger_add_truncate(void);

#endif							/* PROMISE_LEDGER_H */
