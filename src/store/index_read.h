/*
 * index_read.h - reading rows from a covering index without the executor.
 *
 * Most questions are answered by a few rows from each of several indexes.
 * Starting and stopping an executor for each costs more than reading them, and
 * passing each row through it as much as reading it.  Where the planner has
 * chosen a plain index-only scan, the same scan is run here directly: the same
 * index and conditions, the same locks and permissions, the same visibility,
 * under the same snapshot.  Whatever else the planner chose is left to SPI.
 */
#ifndef PROMISE_INDEX_READ_H
#define PROMISE_INDEX_READ_H

#include "postgres.h"

#include "executor/spi.h"

#include "store/query.h"

typedef struct IndexRead IndexRead;

/* takes one row, and says whether to go on */
typedef bool (*IndexRowFunction) (void *arg, const Datum *values,
								  const bool *nulls);

extern IndexRead *index_read_create(SPIPlanPtr plan, const MappedQuery *query,
									MemoryContext context);
extern bool index_read_is_valid(const IndexRead *read, SPIPlanPtr plan);
extern bool index_read_run(IndexRead *read, SPIPlanPtr plan,
						   const Datum *params, bool in_flight,
						   IndexRowFunction function, void *arg);

#endif							/* PROMISE_INDEX_READ_H */
