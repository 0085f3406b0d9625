/*
 * mapped_rows.h - what the rows of mapped relations say, for reports over all of
 * them.
 */
#ifndef PROMISE_MAPPED_ROWS_H
#define PROMISE_MAPPED_ROWS_H

#include "postgres.h"

#include "core/core.h"
#include "store/query.h"
#include "store/value.h"

/* What a row says of a field. */
typedef struct MappedFact
{
	bool		is_known;
	bool		is_instant;
	ValueClock	clock;			/* while it is being read: how */
	const char *text;			/* of a key, a text or a number */
	Instant		at;				/* of a date */
} MappedFact;

/* takes the facts of one row, in the order of the fields that were asked for */
typedef void (*MappedRowFunction) (const MappedFact *facts, void *arg);

/*
 * Hand every row of the relations that are mapped to a role to a function, or
 * those that have one of the keys if there are any.  It is a report on what the
 * caller may see: policies hide rows of it.  Rows in which a field is
 * NULL that must not be are left out; promise.mapping_problems lists them.
 */
extern void mapped_rows_read(RoleId role, const Field *fields, int nfields,
							 const char **keys, int nkeys,
							 MappedRowFunction function, void *arg);

#endif							/* PROMISE_MAPPED_ROWS_H */
