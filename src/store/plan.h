/*
 * plan.h - the prepared queries of a mapping, kept in the backend.
 */
#ifndef PROMISE_PLAN_H
#define PROMISE_PLAN_H

#include "postgres.h"

#include "executor/spi.h"
#include "nodes/params.h"
#include "pgtime.h"

#include "store/index_read.h"
#include "store/mapping.h"
#include "store/query.h"
#include "store/set_plan.h"

/* One query, ready to run. */
typedef struct PreparedQuery
{
	MappedQuery query;
	SPIPlanPtr	spi;			/* kept; NULL until prepared */
	IndexRead  *index_read;		/* instead of it; NULL if it must run */
	SetPlan    *set_plan;		/* preferred for a set; NULL if it is not */
	bool		pinned;			/* runs under pinned settings */
	bool		visible;		/* ... among them not row_security */
	bool		replanned;		/* planned anew each time it runs */
	bool		as_owner;		/* runs as the owner of the relation */
	int			column_of[NUM_FIELDS];	/* position in a row; -1: not in it */
} PreparedQuery;

/*
 * What a mapping was prepared to.  Never changed once complete, only replaced,
 * except that queries are added to it when they are first used.
 */
struct Prepared
{
	MemoryContext context;
	const char *label;			/* the relation, for people */
	pg_tz	   *zone;			/* promise.timezone when it was prepared */
	MappedColumns columns;
	PreparedQuery *queries[NUM_QUERIES];	/* by flags; NULL: not prepared */
};

/*
 * Takes one row of a query: values and nulls are in the order of the query's
 * columns and belong to the executor.  False ends the query.
 */
typedef bool (*PlanRowFunction) (const PreparedQuery *query, const Datum *values,
								 const bool *nulls, void *arg);

extern const PreparedQuery *plan_get(Mapping *mapping, int flags);
extern const char *plan_text(Mapping *mapping, int flags);
extern void plan_execute(const Mapping *mapping, const PreparedQuery *query,
						 const Datum *params, PlanRowFunction function,
						 void *arg);
extern bool plan_execute_in_flight(const Mapping *mapping,
								   const PreparedQuery *query,
								   const Datum *params,
								   PlanRowFunction function, void *arg);
extern void plan_free_prepared(Prepared *prepared);

#endif							/* PROMISE_PLAN_H */
