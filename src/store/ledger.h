/*
 * ledger.h - the insert-only record of every promise, promise.ledger.
 *
 * What is open of a commitment is the sum of its entries, for each item,
 * location and date.  Entries follow the rows of promise.commitment, whoever
 * changes them: nobody writes them directly.  Those of a mapped relation name
 * it, and follow its rows (history.h); the two are summed apart, also where they
 * have the same ref.
 */
#ifndef PROMISE_LEDGER_H
#define PROMISE_LEDGER_H

#include "postgres.h"

#include "commands/trigger.h"
#include "utils/tuplestore.h"

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

/*
 * The same for a mapped relation, whose rows as they are now are handed over,
 * with these columns: ref, item, location, at, quantity, customer,
 * seller.
 */
#define LEDGER_OPEN_COLUMNS 7

extern TupleDesc ledger_open_desc(void);
extern void ledger_add_mapped_opening(Oid relation, TupleDesc desc,
									  Tuplestorestate *rows);

/* one entry about a row of a mapped relation */
typedef struct LedgerLine
{
	const char *ref;
	const char *item;
	const char *location;
	Instant		at;
	Quantity	change;
	const char *kind;
	const char *customer;		/* NULL: not known */
	const char *seller;			/* the same */
} LedgerLine;

/*
 * Write entries about a mapped relation, within one statement.  Who acts when it
 * begins has done it.
 */
typedef struct LedgerWriter LedgerWriter;

extern LedgerWriter *ledger_begin(Oid relation);
extern int64 ledger_put(LedgerWriter *writer, const LedgerLine *line);
extern void ledger_end(LedgerWriter *writer);

#endif							/* PROMISE_LEDGER_H */
