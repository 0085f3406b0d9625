/*
 * cause.h - why a quantity cannot be had sooner.
 */
#ifndef PROMISE_CAUSE_H
#define PROMISE_CAUSE_H

#include "engine/atp.h"

/*
 * The reasons of the design, section 8, in the order of the SQL enum
 * promise.reason.
 */
typedef enum PromiseReason
{
	REASON_STOCK,				/* all there is, is promised or reserved */
	REASON_RECEIPT_LATE,		/* the receipt that frees it comes too late */
	REASON_RECEIPT_OVERDUE,		/* ... and should have come already */
	REASON_COMPONENT,
	REASON_CAPACITY,
	REASON_CALENDAR_EXHAUSTED,
	REASON_LEAD_TIME,			/* it must be replenished */
	REASON_FENCE,
	REASON_LOT_SIZE,
	REASON_EFFECTIVITY,
	REASON_ALLOCATION,
	REASON_POLICY,
	REASON_HORIZON,				/* there is a date, beyond the horizon */
	REASON_NO_SOURCE,
	REASON_UNKNOWN_ITEM
} PromiseReason;

#define NUM_REASONS (REASON_UNKNOWN_ITEM + 1)

/*
 * The cause for not having a quantity at one location by an instant.
 *
 * With look-ahead, what is available at an instant is the balance at the lowest
 * point after it.  It rises behind that point, so what binds is the step before
 * the first rise.
 */
typedef struct Cause
{
	PromiseReason reason;
	Quantity	there;			/* what is offered by then, at least 0 */
	Quantity	missing;		/* what is asked less what is there */
	Instant		frees_at;		/* when the whole is available; INSTANT_END */
	Instant		binds_at;		/* the low point; INSTANT_END if none */
	const Flow *binds;			/* demand at the low point; NULL if none */
	const Flow *frees;			/* receipt that lifts it; NULL if none */
	bool		competing;		/* earlier lines of the question took it */
} Cause;

extern void cause_find(const AtpLedger *ledger, Quantity quantity,
					   Instant by, Instant after, Cause *cause);

#endif							/* PROMISE_CAUSE_H */
