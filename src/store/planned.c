/*
 * planned.c - the rows that were planned for promises, by ref.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "storage/bufmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "store/fetch.h"
#include "store/owner.h"
#include "store/planned.h"
#include "store/planned_access.h"
#include "types/compat.h"

/* What is asked of the own tables; the texts are qualified throughout. */
typedef enum Statement
{
	NODES_OF_REFS,
	REMOVE_FLOWS,
	REMOVE_LOADS,
	REMOVE_LOTS,
	REMOVE_UNFIRM_FLOWS,
	REMOVE_UNFIRM_LOADS,
	REMOVE_UNFIRM_LOTS
} Statement;

#define NUM_STATEMENTS (REMOVE_UNFIRM_LOTS + 1)

static const struct
{
	const char *text;
	int			nparams;
	Oid			types[1];
}			statements[NUM_STATEMENTS] = {

	[NODES_OF_REFS] = {
		"SELECT p.ref, p.item, p.location, pg_catalog.bool_or(p.quantity OPERATOR(pg_catalog.>) 0), false"
		" FROM promise.planned_flow AS p"
		" WHERE p.ref OPERATOR(pg_catalog.=) ANY ($1)"
		" GROUP BY p.ref, p.item, p.location"
		" UNION ALL"
		" SELECT DISTINCT l.ref, l.resource, NULL::pg_catalog.text, false, false"
		" FROM promise.planned_load AS l"
		" WHERE l.ref OPERATOR(pg_catalog.=) ANY ($1)"
		" UNION ALL"
		" SELECT c.ref, c.item, c.location, false, true"
		" FROM promise.commitment AS c"
		" WHERE c.ref OPERATOR(pg_catalog.=) ANY ($1)"
		" AND c.quantity OPERATOR(pg_catalog.>) 0"
		" ORDER BY 1, 2, 3",
		1, {TEXTARRAYOID}
	},
	[REMOVE_FLOWS] = {
		"DELETE FROM promise.planned_flow AS p WHERE p.ref OPERATOR(pg_catalog.=) $1",
		1, {TEXTOID}
	},
	[REMOVE_LOADS] = {
		"DELETE FROM promise.planned_load AS l WHERE l.ref OPERATOR(pg_catalog.=) $1",
		1, {TEXTOID}
	},
	[REMOVE_LOTS] = {
		"DELETE FROM promise.planned_lot AS l WHERE l.ref OPERATOR(pg_catalog.=) $1",
		1, {TEXTOID}
	},
	[REMOVE_UNFIRM_FLOWS] = {
		"DELETE FROM promise.planned_flow AS p WHERE p.ref OPERATOR(pg_catalog.=) $1"
		" AND NOT p.handed_over AND NOT p.kept",
		1, {TEXTOID}
	},
	[REMOVE_UNFIRM_LOADS] = {
		"DELETE FROM promise.planned_load AS l WHERE l.ref OPERATOR(pg_catalog.=) $1"
		" AND NOT l.handed_over AND NOT l.kept",
		1, {TEXTOID}
	},
	[REMOVE_UNFIRM_LOTS] = {
		"DELETE FROM promise.planned_lot AS l WHERE l.ref OPERATOR(pg_catalog.=) $1"
		" AND NOT l.firm",
		1, {TEXTOID}
	}
};

/* What is asked within fetch_run. */
typedef struct RefSearch
{
	const char **refs;
	int			nrefs;
	const bool *found;
	MemoryContext context;		/* of the answer */
} RefSearch;

/* kept in the backend once used */
static SPIPlanPtr plans[NUM_STATEMENTS];

static bool is_empty(const char *table);
static Oid	own_table(const char *table);
static void execute(Statement statement, Datum *values, bool read_only);
static Datum text_array(const char **texts, int ntexts);
static void find_demand(void *arg);
static void delete_rows(Statement flows, Statement loads, Statement lots,
						const char *ref);

Oid
planned_table(void)
{
	return own_table("planned_flow");
}

/*
 * A table without blocks has no rows under any snapshot.
 */
bool
planned_any(void)
{
	return !is_empty("planned_flow") || !is_empty("planned_load");
}

bool
planned_any_hidden(void)
{
	return !is_empty("commitment");
}

PlannedNode *
planned_nodes(const char **refs, int nrefs, int *nnodes)
{
	MemoryContext caller = CurrentMemoryContext;
	PlannedNode *result;
	OwnerRights before;
	Datum		values[1];

	*nnodes = 0;
	if (nrefs == 0 || !(planned_any() || planned_any_hidden()))
		return NULL;

	owner_enter(own_table("planned_flow"), &before);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	values[0] = text_array(refs, nrefs);
	execute(NODES_OF_REFS, values, true);

	result = MemoryContextAllocHuge(caller, Max(SPI_processed, 1) *
									sizeof(PlannedNode));
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[i];
		TupleDesc	desc = SPI_tuptable->tupdesc;
		PlannedNode *node = &result[(*nnodes)++];
		char	   *location = SPI_getvalue(tuple, desc, 3);
		bool		is_null;

		node->ref = MemoryContextStrdup(caller, SPI_getvalue(tuple, desc, 1));
		node->name = MemoryContextStrdup(caller, SPI_getvalue(tuple, desc, 2));
		node->location = location == NULL ? NULL :
			MemoryContextStrdup(caller, location);
		node->has_supply = DatumGetBool(SPI_getbinval(tuple, desc, 4, &is_null));
		node->commitments = InvalidOid;
		if (DatumGetBool(SPI_getbinval(tuple, desc, 5, &is_null)))
			node->commitments = own_table("commitment");
	}
	SPI_finish();
	owner_leave(&before);
	return result;
}

const char **
planned_orphans(const char **refs, int nrefs, int *norphans)
{
	const char **result = palloc(Max(nrefs, 1) * sizeof(char *));
	RefSearch	search = {
		.refs = refs,
		.nrefs = nrefs,
		.context = CurrentMemoryContext
	};

	*norphans = 0;
	if (nrefs == 0)
		return result;

	fetch_run(find_demand, &search);
	for (int i = 0; i < nrefs; i++)
	{
		if (!search.found[i])
			result[(*norphans)++] = refs[i];
	}
	return result;
}

void
planned_remove(const char *ref)
{
	delete_rows(REMOVE_FLOWS, REMOVE_LOADS, REMOVE_LOTS, ref);
}

void
planned_remove_unfirm(const char *ref)
{
	delete_rows(REMOVE_UNFIRM_FLOWS, REMOVE_UNFIRM_LOADS, REMOVE_UNFIRM_LOTS,
				ref);
}

static bool
is_empty(const char *table)
{
	Relation	rel = table_open(own_table(table), AccessShareLock);
	bool		result = !rel->rd_rel->relhassubclass &&
	RelationGetNumberOfBlocks(rel) == 0;

	table_close(rel, NoLock);
	return result;
}

static Oid
own_table(const char *table)
{
	Oid			result = get_relname_relid(table,
										   get_namespace_oid("promise", false));

	if (!OidIsValid(result))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"promise.%s\" does not exist", table)));
	return result;
}

/* run one of the statements, within SPI */
static void
execute(Statement statement, Datum *values, bool read_only)
{
	int			nest_level = compat_pin_search_path();

	if (plans[statement] == NULL)
	{
		Oid			types[1];
		SPIPlanPtr	plan;

		memcpy(types, statements[statement].types, sizeof(types));
		plan = SPI_prepare(statements[statement].text,
						   statements[statement].nparams, types);
		if (plan == NULL)
			elog(ERROR, "SPI_prepare failed: %s",
				 SPI_result_code_string(SPI_result));
		SPI_keepplan(plan);
		plans[statement] = plan;
	}
	planned_run(plans[statement], values, read_only);
	compat_unpin_search_path(nest_level);
}

static Datum
text_array(const char **texts, int ntexts)
{
	Datum	   *values = palloc(Max(ntexts, 1) * sizeof(Datum));

	for (int i = 0; i < ntexts; i++)
		values[i] = CStringGetTextDatum(texts[i]);
	return PointerGetDatum(construct_array(values, ntexts, TEXTOID, -1, false,
										   TYPALIGN_INT));
}

/* which of the refs have demand? */
static void
find_demand(void *arg)
{
	RefSearch  *search = arg;
	Fetch		fetch = {
		.catalogue = mapping_catalogue(),
		.as_owner = true
	};
	MemoryContext old = MemoryContextSwitchTo(search->context);

	search->found = fetch_in_demand(&fetch, search->refs, search->nrefs);
	MemoryContextSwitchTo(old);
}

static void
delete_rows(Statement flows, Statement loads, Statement lots, const char *ref)
{
	OwnerRights before;
	Datum		values[1];

	planned_enter(&before);
	values[0] = CStringGetTextDatum(ref);
	execute(flows, values, false);
	execute(loads, values, false);
	execute(lots, values, false);
	planned_leave(&before);
}
