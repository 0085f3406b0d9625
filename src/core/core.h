/*
 * core.h - what every file of the pure layers starts with.
 *
 * The layers "core" and "engine" are plain C over PostgreSQL's frontend
 * library: they compile into the extension and, with -DFRONTEND, into the unit
 * tests.  They know no Datum, no SPI, no clock and no memory context: they
 * write into arrays of the caller or palloc in the current context.
 */
#ifndef PROMISE_CORE_H
#define PROMISE_CORE_H

#ifdef FRONTEND
#include "postgres_fe.h"
#else
#include "postgres.h"
#endif

#include "common/int.h"

/*
 * An instant: microseconds since 2000-01-01 00:00 UTC, the representation of
 * timestamptz.  The two ends stand for -infinity and infinity, as there.
 */
typedef int64 Instant;

#define INSTANT_BEGIN	PG_INT64_MIN
#define INSTANT_END		PG_INT64_MAX
#define INSTANT_IS_FINITE(t)	((t) != INSTANT_BEGIN && (t) != INSTANT_END)

/* A quantity: decimal fixed point, in millionths of the item's unit. */
typedef int64 Quantity;

#define QUANTITY_DIGITS 6
#define QUANTITY_SCALE	INT64CONST(1000000)
#define QUANTITY_MIN	PG_INT64_MIN
#define QUANTITY_MAX	PG_INT64_MAX

/*
 * Min() and Max() for what is found out by a call: as macros they would make it
 * twice.
 */
static inline int64
core_min(int64 a, int64 b)
{
	return a < b ? a : b;
}

static inline int64
core_max(int64 a, int64 b)
{
	return a > b ? a : b;
}

/*
 * What can go wrong in the pure layers.  They report by value; types/report.c
 * alone turns a status into a SQLSTATE and a message.
 */
typedef enum PromiseStatus
{
	PROMISE_OK = 0,
	PROMISE_QUANTITY_OVERFLOW,	/* a quantity left the range of int64 */
	PROMISE_INSTANT_OVERFLOW,	/* an instant left the range of timestamptz */
	PROMISE_TOO_MANY_STEPS,		/* a profile above its limit of steps */
	PROMISE_INVALID_PROFILE,	/* steps that no profile can have */
	PROMISE_INVALID_CALENDAR,	/* rules that no calendar can have */
	PROMISE_CALENDAR_TOO_LARGE, /* a calendar, or its answer, above a limit */
	PROMISE_CALENDAR_EXHAUSTED, /* open time ran out */
	PROMISE_NETWORK_CYCLE,		/* an item that is made of itself */
	PROMISE_NETWORK_TOO_DEEP	/* more levels than a plan can have */
} PromiseStatus;

/*
 * Long loops call CORE_CHECK_INTERRUPTS().  The extension points the hook at
 * the server's interrupt check when it is loaded; the unit tests leave it
 * NULL.
 */
extern PGDLLIMPORT void (*core_interrupt_hook) (void);

#define CORE_CHECK_INTERRUPTS() \
	do { \
		if (core_interrupt_hook != NULL) \
			core_interrupt_hook(); \
	} while (0)

#endif							/* PROMISE_CORE_H */
