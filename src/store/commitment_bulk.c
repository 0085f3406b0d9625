/*
 * commitment_bulk.c - many rows of promise.commitment at once.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

#include "store/commitment_bulk.h"
#include "store/commitment_row.h"
#include "store/fetch.h"
#include "store/owner.h"

/* What is asked within fetch_run. */
typedef struct MappedSearch
{
	const char **refs;
	int			nrefs;
	bool	   *found;
} MappedSearch;

static const Oid column_types[NUM_COLUMNS] = ROW_TYPES;

static void find_own(const char **refs, int nrefs, bool *found);
static void find_mapped(void *arg);

bool *
commitment_bulk_known(const char **refs, int nrefs)
{
	bool	   *found = palloc0(Max(nrefs, 1) * sizeof(bool));
	MappedSearch search = {
		.refs = refs,
		.nrefs = nrefs,
		.found = found
	};

	if (nrefs == 0)
		return found;
	PushActiveSnapshot(GetLatestSnapshot());
	fetch_run(find_mapped, &search);
	find_own(refs, nrefs, found);
	PopActiveSnapshot();
	return found;
}

static void
find_mapped(void *arg)
{
	MappedSearch *search = arg;
	Fetch		fetch = {
		.catalogue = mapping_catalogue(),
		.as_owner = true
	};
	const bool *taken_over = fetch_taken_over(&fetch, search->refs,
											  search->nrefs);

	memcpy(search->found, taken_over, search->nrefs * sizeof(bool));
}

/*
 * The positions of the refs that the own table has.
 */
static void
find_own(const char **refs, int nrefs, bool *found)
{
	Oid			table = get_relname_relid("commitment",
										  get_namespace_oid("promise", false));
	Datum	   *values = palloc(nrefs * sizeof(Datum));
	Oid			types[1] = {TEXTARRAYOID};
	Datum		array;
	OwnerRights before;
	int			result;

	for (int i = 0; i < nrefs; i++)
		values[i] = CStringGetTextDatum(refs[i]);
	array = PointerGetDatum(construct_array(values, nrefs, TEXTOID, -1, false,
											TYPALIGN_INT));

	owner_enter(table, &before);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	result = SPI_execute_with_args("SELECT r.position"
								   " FROM pg_catalog.unnest($1) WITH ORDINALITY AS r (ref, position)"
								   " JOIN promise.commitment AS c"
								   " ON c.ref OPERATOR(pg_catalog.=) r.ref",
								   1, types, &array, NULL, true, 0);
	if (result != SPI_OK_SELECT)
		elog(ERROR, "reading promise.commitment failed: %s",
			 SPI_result_code_string(result));
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		bool		is_null;

		found[DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[i],
										  SPI_tuptable->tupdesc, 1,
										  &is_null)) - 1] = true;
	}
	SPI_finish();
	owner_leave(&before);
}

uint64
commitment_bulk_insert(const Commitment *rows, int nrows)
{
	static const char statement[] =
	"INSERT INTO promise.commitment (" COLUMN_LIST ")"
	" SELECT r.* FROM ROWS FROM ("
	" pg_catalog.unnest($1), pg_catalog.unnest($2), pg_catalog.unnest($3),"
	" pg_catalog.unnest($4), pg_catalog.unnest($5), pg_catalog.unnest($6),"
	" pg_catalog.unnest($7), pg_catalog.unnest($8), pg_catalog.unnest($9),"
	" pg_catalog.unnest($10), pg_catalog.unnest($11), pg_catalog.unnest($12),"
	" pg_catalog.unnest($13), pg_catalog.unnest($14), pg_catalog.unnest($15),"
	" pg_catalog.unnest($16), pg_catalog.unnest($17), pg_catalog.unnest($18),"
	" pg_catalog.unnest($19), pg_catalog.unnest($20), pg_catalog.unnest($21),"
	" pg_catalog.unnest($22), pg_catalog.unnest($23)) AS r ON CONFLICT DO NOTHING";
	Datum	   *columns[NUM_COLUMNS];
	bool	   *column_nulls[NUM_COLUMNS];
	Oid			types[NUM_COLUMNS];
	Datum		arrays[NUM_COLUMNS];
	int			dimensions[1] = {nrows};
	int			bounds[1] = {1};
	uint64		count;
	int			result;

	if (nrows == 0)
		return 0;

	for (int i = 0; i < NUM_COLUMNS; i++)
	{
		columns[i] = palloc(nrows * sizeof(Datum));
		column_nulls[i] = palloc(nrows * sizeof(bool));
	}
	for (int i = 0; i < nrows; i++)
	{
		Datum		values[NUM_COLUMNS];
		char		nulls[NUM_COLUMNS];

		commitment_row_fill(&rows[i], values, nulls);
		for (int j = 0; j < NUM_COLUMNS; j++)
		{
			column_nulls[j][i] = nulls[j] == 'n';
			columns[j][i] = column_nulls[j][i] ? (Datum) 0 : values[j];
		}
	}
	for (int i = 0; i < NUM_COLUMNS; i++)
	{
		int16		length;
		bool		by_value;
		char		align;

		get_typlenbyvalalign(column_types[i], &length, &by_value, &align);
		types[i] = get_array_type(column_types[i]);
		arrays[i] = PointerGetDatum(construct_md_array(columns[i],
													   column_nulls[i], 1,
													   dimensions, bounds,
													   column_types[i], length,
													   by_value, align));
	}

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	result = SPI_execute_with_args(statement, NUM_COLUMNS, types, arrays, NULL,
								   false, 0);
	if (result != SPI_OK_INSERT)
		elog(ERROR, "writing promise.commitment failed: %s",
			 SPI_result_code_string(result));
	count = SPI_processed;
	SPI_finish();
	return count;
}
