/*
 * network_row.h - the columns of one row of a network.
 *
 * What a row names but cannot mean is an error that names the row.  Texts are
 * allocated in the current memory context.
 */
#ifndef PROMISE_NETWORK_ROW_H
#define PROMISE_NETWORK_ROW_H

#include "postgres.h"

#include "engine/plan_network.h"
#include "store/plan.h"

typedef struct NetworkRow
{
	const PreparedQuery *query;
	const Datum *values;
	const bool *nulls;
	const char *relation;		/* for people */
	const char *what;			/* what its key names: "source" */
	const char *key;
} NetworkRow;

/* A range whose local bounds are not resolved yet. */
typedef struct RowRange
{
	bool		given;
	Datum		value;
	Oid			type;
} RowRange;

extern bool row_has(const NetworkRow *row, Field field);
extern void row_require(const NetworkRow *row, Field field, const char *name);
extern const char *row_key(const NetworkRow *row, Field field);
extern const char *row_text(const NetworkRow *row, Field field);
extern int	row_integer(const NetworkRow *row, Field field);
extern bool row_boolean(const NetworkRow *row, Field field, bool otherwise);
extern Quantity row_quantity(const NetworkRow *row, Field field,
							 const char *name, Quantity otherwise);
extern PlanDuration row_duration(const NetworkRow *row, Field field,
								 const char *name);
extern int64 row_time(const NetworkRow *row, Field field, const char *name);
extern RowRange row_range(const NetworkRow *row, Field field);

#endif							/* PROMISE_NETWORK_ROW_H */
