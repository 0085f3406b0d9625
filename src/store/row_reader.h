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
#include "store/row_columns.h"
#include "store/value.h"

typedef struct RowReader RowReader;

/* What one row says.  Valid until row_reader_next. */
typedef struct MappedRow
{
	bool		counts;			/* it passes the filter, names its node, and
								 * its quantity is none that changes nothing;
								 * for history any quantity counts */
	Datum	   *values;			/* that its purpose depends on; for
								 * row_reader_same and row_reader_value */
	bool	   *nulls;
} MappedRow;

/*
 * Begin to read rows of a relation, which is that of the mapping or a
 * partition or child of it; until row_reader_end the current user is the owner
 * of the mapping's relation.  An error on the way undoes that, too.
 */
extern RowReader *row_reader_begin(ReaderPurpose purpose, int guard,
								   RoleId role, Oid mapped, const char *name,
								   Relation rel);
extern void row_reader_end(RowReader *reader);

extern void row_reader_read(RowReader *reader, TupleTableSlot *slot,
							MappedRow *row);
extern bool row_reader_same(const RowReader *reader, const MappedRow *a,
							const MappedRow *b);

/* A date or time as a row says it, to be read in the zone of its location. */
typedef struct LocalInstant
{
	bool		is_known;
	ValueClock	clock;
	int64		at;
} LocalInstant;

/* forget the rows that were read */
extern void row_reader_next(RowReader *reader);

/*
 * The text of a row's key, as the reader of questions makes it, until
 * row_reader_next; NULL if the row has none.  The location of rows that do not
 * say it is FETCH_DEFAULT_LOCATION.
 */
extern const char *row_reader_key(RowReader *reader, const MappedRow *row,
								  const char *column);

/*
 * The value of a column that is no key, which has a type that value.h reads;
 * false if the row does not say it.
 */
extern bool row_reader_value(const RowReader *reader, const MappedRow *row,
							 const char *column, Datum *value, Oid *type);
extern LocalInstant row_reader_instant(const RowReader *reader,
									   const MappedRow *row,
									   const char *column);

#endif							/* PROMISE_ROW_READER_H */
