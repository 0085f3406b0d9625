/*
 * kept_query.c - queries of the own tables that are planned once.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_type.h"
#include "nodes/parsenodes.h"
#include "storage/bufmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "store/kept_query.h"
#include "store/pin.h"
#include "store/planned.h"
#include "types/compat.h"

static void prepare(KeptQuery *query);
static bool is_current(const KeptQuery *query, BlockNumber size);
static BlockNumber planned_size(void);

void
kept_query_read(KeptQuery *query, Datum *values)
{
	MemoryContext old = CurrentMemoryContext;
	int			nest_level = compat_pin_search_path();
	int			pins = pin_index_scans();
	int			result;

	prepare(query);
	result = SPI_execute_plan(query->plan, values, NULL, true, 0);
	if (result != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_plan failed: %s",
			 SPI_result_code_string(result));
	pin_release(pins);
	compat_unpin_search_path(nest_level);
	MemoryContextSwitchTo(old);
}

static void
prepare(KeptQuery *query)
{
	BlockNumber size = planned_size();
	SPIPlanPtr	plan;

	if (is_current(query, size))
		return;
	if (query->plan != NULL)
		SPI_freeplan(query->plan);
	query->plan = NULL;
	plan = SPI_prepare_cursor(query->text, query->nparams, query->types,
							  CURSOR_OPT_GENERIC_PLAN);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare_cursor failed: %s",
			 SPI_result_code_string(SPI_result));
	SPI_keepplan(plan);
	query->plan = plan;
	query->size = size;
}

static bool
is_current(const KeptQuery *query, BlockNumber size)
{
	return query->plan != NULL && size <= 2 * query->size &&
		size >= query->size / 2;
}

static BlockNumber
planned_size(void)
{
	Relation	table = table_open(planned_table(), AccessShareLock);
	BlockNumber size = RelationGetNumberOfBlocks(table);

	table_close(table, NoLock);
	return size;
}

Datum
kept_query_texts(const char **texts, int ntexts)
{
	Datum	   *datums = palloc(Max(ntexts, 1) * sizeof(Datum));

	for (int i = 0; i < ntexts; i++)
		datums[i] = CStringGetTextDatum(texts[i]);
	return PointerGetDatum(construct_array(datums, ntexts, TEXTOID, -1, false,
										   TYPALIGN_INT));
}
