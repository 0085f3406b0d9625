/*
 * kept_query.h - queries about what was planned that are planned once.
 *
 * Their plans are for whatever values.  A session that finds the tables empty may
 * fill them, and nothing would tell the server to plan anew: so that is done here
 * whenever there is twice as much, or half.
 */
#ifndef PROMISE_KEPT_QUERY_H
#define PROMISE_KEPT_QUERY_H

#include "postgres.h"

#include "executor/spi.h"
#include "storage/block.h"

#define KEPT_QUERY_PARAMS	8

typedef struct KeptQuery
{
	const char *text;
	int			nparams;
	Oid			types[KEPT_QUERY_PARAMS];

	/* kept in the backend once used */
	SPIPlanPtr	plan;
	BlockNumber size;			/* of promise.planned_flow when it was made */
} KeptQuery;

/*
 * Read within SPI, under the active snapshot; the result is that of SPI.  The
 * current memory context stays.
 */
extern void kept_query_read(KeptQuery *query, Datum *values);

/* text[] */
extern Datum kept_query_texts(const char **texts, int ntexts);

#endif							/* PROMISE_KEPT_QUERY_H */
