/*
 * exceptions.h - promises that are let pass although they cannot be kept.
 *
 * All functions act with the rights of the owner of promise.exception.
 */
#ifndef PROMISE_EXCEPTIONS_H
#define PROMISE_EXCEPTIONS_H

#include "postgres.h"

#include "core/core.h"

/* A promise that would need an exception. */
typedef struct ExceptionCase
{
	const char *ref;
	const char *item;
	const char *location;
	Instant		at;
	Quantity	quantity;
	Quantity	missing;
	const char *reason;			/* name of a promise.reason */
	const char *detail;
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

/* Record it as pending, unless exactly that is pending already. */
extern void exceptions_record(const ExceptionCase *wanted);

#endif							/* PROMISE_EXCEPTIONS_H */
