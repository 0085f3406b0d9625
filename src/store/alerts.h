/*
 * alerts.h - writing rows of promise.alert.
 */
#ifndef PROMISE_ALERTS_H
#define PROMISE_ALERTS_H

#include "core/core.h"

/* strings may be NULL where the column may */
typedef struct AlertRow
{
	Instant		raised_at;
	const char *raised_by;
	const char *item;			/* NULL: it is of a resource */
	const char *location;
	const char *resource;		/* NULL: it is of an item */
	const char *ref;
	Instant		promised_at;	/* INSTANT_BEGIN: the promise has no date */
	Quantity	quantity;
	Quantity	missing;
	Instant		short_from;
	Instant		feasible_at;	/* INSTANT_END: never */
	const char *reason;			/* a label of promise.reason */
	const char *detail;
	bool		notified;
} AlertRow;

/*
 * Write rows with the rights of the owner of promise.alert.  Only within a
 * command: never from a transaction callback.  One that says of a promise no more
 * than another of the same transaction is left out.  Returns how many were
 * written.
 */
extern int	alerts_write(const AlertRow *rows, int nrows);

#endif							/* PROMISE_ALERTS_H */
