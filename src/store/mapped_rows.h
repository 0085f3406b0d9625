/*
 * mapped_rows.h - what the rows of a role say, for reports over all of them.
 */
#ifndef PROMISE_MAPPED_ROWS_H
#define PROMISE_MAPPED_ROWS_H

#include "postgres.h"

#include "core/core.h"
#include "store/query.h"
#include "store/value.h"

/* What a row says of a field, as the kind of its column. */
typedef struct MappedFact
{
	bool		is_known;
	bool		is_instant;
	ValueClock	clock;			/* while it is being read: how */
	union
	{
		const char *text;		/* of a key, a text or a number */
		Instant		at;			/* of a date */
		const Interval *interval;
		int			integer;
	};
} MappedFact;

typedef struct MappedRow
{
	Oid			relation;
	const char *mapping;		/* its name; NULL: an own table */
	const MappedFact *facts;	/* in the order of the fields asked for */
} MappedRow;

/* Which rows of a role, and what of them. */
typedef struct MappedRowsQuery
{
	RoleId		role;
	bool		own;			/* those of the own table, too */
	bool		by_other;		/* keys are those of the other lookup */
	const char **keys;			/* NULL: every row */
	int			nkeys;
	const Field *fields;
	int			nfields;
} MappedRowsQuery;

typedef void (*MappedRowFunction) (const MappedRow *row, void *arg);

/*
 * Hand the rows to a function.  It is a report on what the caller may see:
 * policies hide rows of it.  Rows in which a field is NULL that must not be are
 * left out, and rows of the network with which nothing can be planned;
 * promise.mapping_problems lists them.
 */
extern void mapped_rows_read(const MappedRowsQuery *rows,
							 MappedRowFunction function, void *arg);

#endif							/* PROMISE_MAPPED_ROWS_H */
