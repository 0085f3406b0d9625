/*
 * seen.h - keeping offers with the promises that were made of them.
 */
#ifndef PROMISE_SEEN_H
#define PROMISE_SEEN_H

#include "postgres.h"

#include "api/decide.h"
#include "api/promising.h"

/* what was accepted, and why it could be */
typedef struct Seen
{
	const Offer *offer;
	Instant		decided_at;
	const Decision *decision;	/* NULL: none, or one of many */
	const CapablePlan *planned; /* NULL: no plan */
} Seen;

/* keep the offer of one row that was written */
extern void seen_keep_row(const Commitment *row, PromisingWrite how,
						  const Decision *decision, const LedgerEntries *entries);

/* keep offers, in the order in which their rows were written */
extern void seen_keep(const Seen *seen, int nseen, const LedgerEntries *entries);

#endif							/* PROMISE_SEEN_H */
