/*
 * commitment_row.h - the columns of promise.commitment.
 */
#ifndef PROMISE_COMMITMENT_ROW_H
#define PROMISE_COMMITMENT_ROW_H

#include "postgres.h"

#include "access/htup.h"
#include "access/tupdesc.h"

#include "store/commitment.h"

/*
 * The columns that are read and written, in the order of the parameters.
 */
typedef enum Column
{
	COLUMN_REF,
	COLUMN_ITEM,
	COLUMN_LOCATION,
	COLUMN_AT,
	COLUMN_QUANTITY,
	COLUMN_ROW_KIND,
	COLUMN_GROUP_REF,
	COLUMN_PRIORITY,
	COLUMN_REQUESTED_QUANTITY,
	COLUMN_REQUESTED_AT,
	COLUMN_ACCEPTED_AT,
	COLUMN_AVAILABLE_AT,
	COLUMN_DELIVERED_AT,
	COLUMN_EXPIRES_AT,
	COLUMN_FIXED,
	COLUMN_CUSTOMER,
	COLUMN_CHANNEL,
	COLUMN_ZONE,
	COLUMN_SELLER,
	COLUMN_CURRENCY,
	COLUMN_PRICE,
	COLUMN_COST,
	COLUMN_PART_OF
} Column;

#define NUM_COLUMNS (COLUMN_PART_OF + 1)

#define COLUMN_LIST \
	"ref, item, location, at, quantity, kind, group_ref, priority," \
	" requested_quantity, requested_at, accepted_at, available_at," \
	" delivered_at, expires_at, fixed, customer, channel, zone, seller," \
	" currency, price, cost, part_of"

#define ROW_TYPES \
	{TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, NUMERICOID, TEXTOID, TEXTOID, \
	INT4OID, NUMERICOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID, \
	TIMESTAMPTZOID, TIMESTAMPTZOID, BOOLOID, TEXTOID, TEXTOID, TEXTOID, \
	TEXTOID, TEXTOID, NUMERICOID, NUMERICOID, TEXTOID}

/* a row of COLUMN_LIST, in a context */
extern Commitment *commitment_row_make(HeapTuple tuple, TupleDesc desc,
									   MemoryContext context);

/* the values of a row, with nulls as SPI has them */
extern void commitment_row_fill(const Commitment *row, Datum *values,
								char *nulls);

#endif							/* PROMISE_COMMITMENT_ROW_H */
