/*
 * row_columns.h - which columns of a mapping a trigger needs of its rows.
 */
#ifndef PROMISE_ROW_COLUMNS_H
#define PROMISE_ROW_COLUMNS_H

#include "postgres.h"

/* What rows are read for. */
typedef enum ReaderPurpose
{
	READ_TO_GUARD,				/* which nodes do they touch? */
	READ_FOR_HISTORY			/* what do they promise, and to whom? */
} ReaderPurpose;

/*
 * Does the purpose depend on the column?  For the guard with_facts says whether
 * anybody cares who is promised, and at what price.
 */
extern bool row_column_is_read(const char *column, ReaderPurpose purpose,
							   bool with_facts);

#endif							/* PROMISE_ROW_COLUMNS_H */
