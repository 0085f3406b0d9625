/*
 * gone_order.h - what rows of mapped relations said when they went.
 */
#ifndef PROMISE_GONE_ORDER_H
#define PROMISE_GONE_ORDER_H

#include "postgres.h"

#include "store/record.h"
#include "store/row_reader.h"
#include "types/due.h"

typedef struct GoneOrder GoneOrder;

/* in a memory context */
extern GoneOrder *gone_order_read(MemoryContext context, RowReader *reader,
								  const MappedRow *row);

/* add it to promise.gone_order, under the entry of the ledger about its going */
extern void gone_order_add(Record *record, const GoneOrder *gone, int64 entry,
						   const char *ref, DueZone *zone);

#endif							/* PROMISE_GONE_ORDER_H */
