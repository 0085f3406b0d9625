/*
 * row_reader.h - what a mapping says about rows that are at hand.
 *
 * The reader of questions evaluates a mapping's expressions in queries.  A
 * trigger has the rows themselves, so here the same expressions are evaluated
 * over them without a query, and to the same values.
 */
#ifndef PROMISE_ROW_READER_H
#define PROMISE_ROW_READER_H

#include "postgres.h"

#include "executor/tuptable.h"
#include "utils/rel.h"

#include "store/mapping.h"

typedef struct RowReader RowReader;

/* What one row says.  Valid until row_reader_next. */
typedef struct MappedRow
{
	bool		counts;			/* it passes the filter, names its node, and
								 * its quantity is none that changes nothing */
	Datum	   *values;			/* that a promise depends on; for
								 * row_reader_same */
	bool	   *nulls;
} MappedRow;

/*
 * Begin to read rows of a relation, which is that of the mapping or a
 * partition or child of it; until row_reader_end the current user is the owner
 * of the mapping's relation.  An error on the way undoes that, too.
 */
extern RowReader *row_reader_begin(int guard, RoleId role, Oid mapped,
								   const char *name, Relation rel);
extern void row_reader_end(RowReader *reader);

extern void row_reader_read(RowReader *reader, TupleTableSlot *slot,
							MappedRow *row);
extern bool row_reader_same(const RowReader *reader, const MappedRow *a,
							const MappedRow *b);

/* forget the rows that were read */
extern void row_reader_next(RowReader *reader);

/*
 * The text of a row's key, as the reader of questions makes it, until
 * row_reader_next; NULL if the row has none.  The location of rows that do not
 * say it is FETCH_DEFAULT_LOCATION.
 */
extern const char *row_reader_key(RowReader *reader, const MappedRow *row,
								  const char *column);

#endif							/* PROMISE_ROW_READER_H */
