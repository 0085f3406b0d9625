/*
 * rivals.c - the promises whose plans use what a request waits for.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "store/kept_query.h"
#include "store/owner.h"
#include "store/planned.h"
#include "store/rivals.h"

/* refs that are looked at for each one that is wanted */
#define LOOKED_AT	4

#define NUM_PARAMS	8

/*
 * Those that use it first are few, and only of those it is asked whether they could
 * be moved.
 */
static KeptQuery rivals_query = {
	"SELECT r.ref FROM ("
	"SELECT u.ref, pg_catalog.min(u.at) AS at FROM ("
	"SELECT l.ref, pg_catalog.lower(l.during) AS at FROM promise.planned_load AS l"
	" WHERE l.resource OPERATOR(pg_catalog.=) ANY ($1)"
	" AND pg_catalog.upper(l.during) OPERATOR(pg_catalog.>) $4"
	" AND pg_catalog.lower(l.during) OPERATOR(pg_catalog.<) $5"
	" AND NOT l.handed_over"
	" UNION ALL "
	"SELECT f.ref, f.at FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3))"
	" AS n (item, location)"
	" JOIN promise.planned_flow AS f ON f.item OPERATOR(pg_catalog.=) n.item"
	" AND f.location OPERATOR(pg_catalog.=) n.location"
	" WHERE f.quantity OPERATOR(pg_catalog.<) 0"
	" AND f.at OPERATOR(pg_catalog.>=) $4 AND f.at OPERATOR(pg_catalog.<) $5"
	" AND NOT f.handed_over"
	") AS u WHERE u.ref OPERATOR(pg_catalog.<>) ALL ($6)"
	" GROUP BY u.ref ORDER BY 2, u.ref COLLATE \"C\" LIMIT $8"
	") AS r"
	" WHERE (SELECT pg_catalog.count(DISTINCT t.plan) OPERATOR(pg_catalog.=) 1"
	" AND pg_catalog.min(t.start_at) OPERATOR(pg_catalog.>=) $4"
	" AND NOT pg_catalog.bool_or(t.inherited OR t.firm)"
	" FROM promise.planned_lot AS t WHERE t.ref OPERATOR(pg_catalog.=) r.ref)"
	" AND NOT EXISTS (SELECT FROM promise.planned_flow AS f"
	" WHERE f.ref OPERATOR(pg_catalog.=) r.ref AND f.plan IS NULL)"
	" AND NOT EXISTS (SELECT FROM promise.planned_load AS l"
	" WHERE l.ref OPERATOR(pg_catalog.=) r.ref AND l.plan IS NULL)"
	" ORDER BY r.at, r.ref COLLATE \"C\" LIMIT $7",
	NUM_PARAMS,
	{
		TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TIMESTAMPTZOID,
		TIMESTAMPTZOID, TEXTARRAYOID, INT8OID, INT8OID
	}
};

static const char **run(const RivalQuery *query, int *nrefs);

bool
rivals_are_visible(void)
{
	static const char *const tables[] = {
		"planned_lot", "planned_flow", "planned_load"
	};
	Oid			namespace = get_namespace_oid("promise", false);

	for (int i = 0; i < lengthof(tables); i++)
	{
		Oid			table = get_relname_relid(tables[i], namespace);

		if (pg_class_aclcheck(table, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
			return false;
	}
	return true;
}

const char **
rivals_find(const RivalQuery *query, int *nrefs)
{
	OwnerRights before;
	const char **result;

	if (!query->as_owner)
		return run(query, nrefs);
	owner_enter(planned_table(), &before);
	result = run(query, nrefs);
	owner_leave(&before);
	return result;
}

static const char **
run(const RivalQuery *query, int *nrefs)
{
	MemoryContext caller = CurrentMemoryContext;
	const char **resources = palloc((query->nresources + 1) * sizeof(char *));
	const char **items = palloc((query->nnodes + 1) * sizeof(char *));
	const char **locations = palloc((query->nnodes + 1) * sizeof(char *));
	const char **result;
	Datum		values[NUM_PARAMS];

	for (int i = 0; i < query->nresources; i++)
		resources[i] = query->resources[i]->name;
	for (int i = 0; i < query->nnodes; i++)
	{
		items[i] = query->nodes[i]->item;
		locations[i] = query->nodes[i]->location;
	}
	values[0] = kept_query_texts(resources, query->nresources);
	values[1] = kept_query_texts(items, query->nnodes);
	values[2] = kept_query_texts(locations, query->nnodes);
	values[3] = TimestampTzGetDatum(query->now);
	values[4] = TimestampTzGetDatum(query->until);
	values[5] = kept_query_texts(query->exclude, query->nexclude);
	values[6] = Int64GetDatum(query->limit);
	values[7] = Int64GetDatum((int64) query->limit * LOOKED_AT);

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	kept_query_read(&rivals_query, values);

	*nrefs = SPI_processed;
	result = MemoryContextAlloc(caller, Max(SPI_processed, 1) * sizeof(char *));
	for (uint64 i = 0; i < SPI_processed; i++)
		result[i] = MemoryContextStrdup(caller,
										SPI_getvalue(SPI_tuptable->vals[i],
													 SPI_tuptable->tupdesc, 1));
	SPI_finish();
	return result;
}
