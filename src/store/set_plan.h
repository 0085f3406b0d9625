/*
 * set_plan.h - reading many keys by an index.
 *
 * The planner expects nothing to be in memory, and without statistics many rows
 * of every key: for some thousand keys it likes to read the whole table.  The
 * guard asks for one batch of keys after the other, just after their rows were
 * written, and so would read the table once for each batch.
 */
#ifndef PROMISE_SET_PLAN_H
#define PROMISE_SET_PLAN_H

#include "postgres.h"

#include "executor/spi.h"

#include "store/query.h"

typedef struct SetPlan SetPlan;

/*
 * The plan for a query over a set of keys with this many parts, allocated in
 * "context".  To be called as SPI_prepare is.
 */
extern SetPlan *set_plan_create(MappedQuery *query, int nparts,
								MemoryContext context);
extern void set_plan_free(SetPlan *plan);

/*
 * Run it if it looks up each key in an index.  False, with nothing done, if
 * there is no such plan.
 */
extern bool set_plan_run(SetPlan *plan, const SPIExecuteOptions *options);

#endif							/* PROMISE_SET_PLAN_H */
