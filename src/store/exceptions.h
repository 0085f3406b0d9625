/*
 * exceptions.h - promises that are let pass although they cannot be kept.
 *
 * All functions act with the rights of the owner of promise.exception.
 */
#ifndef PROMISE_EXCEPTIONS_H
#define PROMISE_EXCEPTIONS_H

#include "postgres.h"

#include "engine/problem.h"

/* A promise that would need an exception. */
typedef struct ExceptionCase
{
	const char *ref;
	const char *item;
	const char *location;
	Instant		at;
	Quantity	quantity;
	Quantity	missing;

	/* to be recorded */
	const char *reason;			/* name of a promise.reason */
	const char *detail;
	const char *limit;			/* that refuses it; NULL: it cannot be kept */
	RefDemand	order;			/* what is demanded under the ref there, as
								 * its rows say it */
	RefDemand	was;			/* and what counted before */
	Instant		now;			/* of the check */
} ExceptionCase;

/* could there be any exception? */
extern bool exceptions_any(void);

/*
 * Has someone approved it?  Approval is for a ref at one node, for up to a
 * quantity and from a date on.  Read under the active snapshot.
 */
extern bool exceptions_is_approved(const ExceptionCase *wanted);

/* Has someone approved anything for this ref? */
extern bool exceptions_is_ref_approved(const char *ref);

/*
 * Record it as pending, unless exactly that is pending already, with what the
 * settings say about it.  True if the order does not count from now on (see
 * unaccepted.h), but did.
 */
extern bool exceptions_record(const ExceptionCase *wanted);

/* promise.exception */
extern Oid	exceptions_table(void);

#endif							/* PROMISE_EXCEPTIONS_H */
