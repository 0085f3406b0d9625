/*
 * kept_query.h - queries of the own tables that are planned once.
 *
 * A session that finds the tables empty may fill them, and nothing would tell it
 * to plan anew: so a query that looks up keys is planned for scans of indexes, and
 * for whatever values.
 */
#ifndef PROMISE_KEPT_QUERY_H
#define PROMISE_KEPT_QUERY_H

#include "postgres.h"

#include "executor/spi.h"

#define KEPT_QUERY_PARAMS	8

typedef struct KeptQuery
{
	const char *text;
	int			nparams;
	Oid			types[KEPT_QUERY_PARAMS];
	SPIPlanPtr	plan;			/* kept in the backend once used */
} KeptQuery;

/*
 * Read within SPI, under the active snapshot; the result is that of SPI.  The
 * current memory context stays.
 */
extern void kept_query_read(KeptQuery *query, Datum *values);

/* text[] */
extern Datum kept_query_texts(const char **texts, int ntexts);

#endif							/* PROMISE_KEPT_QUERY_H */
