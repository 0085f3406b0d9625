/*
 * commitment.c - reading and writing the rows of promise.commitment.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "store/commitment.h"
#include "store/commitment_row.h"
#include "store/fetch.h"
#include "store/guards.h"
#include "store/mapping.h"
#include "store/node_lock.h"
#include "types/quantity_numeric.h"

/* The statements, prepared when they are first used and kept. */
typedef enum Statement
{
	STATEMENT_LOCK,
	STATEMENT_LOCK_PARTS,
	STATEMENT_INSERT,
	STATEMENT_RENEW,
	STATEMENT_CHANGE,
	STATEMENT_STOCK,
	STATEMENT_TAKE,
	STATEMENT_CORRECT,
	STATEMENT_EXCEPTION,
	STATEMENT_PROTECT
} Statement;

#define NUM_STATEMENTS (STATEMENT_PROTECT + 1)

/* What is asked within fetch_run. */
typedef struct MappedSearch
{
	const char *ref;
	bool		found;
} MappedSearch;

typedef struct StatementDef
{
	const char *text;
	int			nparams;
	Oid			types[NUM_COLUMNS];
} StatementDef;

static const StatementDef statements[NUM_STATEMENTS] = {
	[STATEMENT_LOCK] = {
		"SELECT " COLUMN_LIST " FROM promise.commitment"
		" WHERE ref OPERATOR(pg_catalog.=) $1 FOR UPDATE",
		1, {TEXTOID}
	},
	/* the parts are numbered from 2, at the end of their refs */
	[STATEMENT_LOCK_PARTS] = {
		"SELECT " COLUMN_LIST " FROM promise.commitment"
		" WHERE part_of OPERATOR(pg_catalog.=) $1"
		" ORDER BY pg_catalog.length(ref), ref FOR UPDATE",
		1, {TEXTOID}
	},
	[STATEMENT_INSERT] = {
		"INSERT INTO promise.commitment (" COLUMN_LIST ")"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
		" $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)"
		" ON CONFLICT DO NOTHING",
		NUM_COLUMNS, ROW_TYPES
	},
	[STATEMENT_RENEW] = {
		"UPDATE promise.commitment SET"
		" item = $2, location = $3, at = $4, quantity = $5, kind = $6,"
		" group_ref = $7, priority = $8, requested_quantity = $9,"
		" requested_at = $10, accepted_at = $11, available_at = $12,"
		" delivered_at = $13, expires_at = $14, fixed = $15, customer = $16,"
		" channel = $17, zone = $18, seller = $19, currency = $20,"
		" price = $21, cost = $22, part_of = $23"
		" WHERE ref OPERATOR(pg_catalog.=) $1",
		NUM_COLUMNS, ROW_TYPES
	},
	[STATEMENT_CHANGE] = {
		"UPDATE promise.commitment"
		" SET at = $2, quantity = $3, delivered_at = $4"
		" WHERE ref OPERATOR(pg_catalog.=) $1",
		4, {TEXTOID, TIMESTAMPTZOID, NUMERICOID, TIMESTAMPTZOID}
	},
	[STATEMENT_STOCK] = {
		"SELECT id, quantity FROM promise.supply"
		" WHERE item OPERATOR(pg_catalog.=) $1"
		" AND location OPERATOR(pg_catalog.=) $2"
		" AND at OPERATOR(pg_catalog.=) '-infinity'::pg_catalog.timestamptz"
		" AND quantity OPERATOR(pg_catalog.>) 0"
		" AND (for_ref IS NULL OR for_ref OPERATOR(pg_catalog.=) $3)"
		" AND (expires_at IS NULL OR expires_at OPERATOR(pg_catalog.>) $4)"
		" ORDER BY (for_ref IS NULL), expires_at NULLS LAST, id"
		" FOR UPDATE",
		4, {TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID}
	},
	[STATEMENT_TAKE] = {
		"UPDATE promise.supply"
		" SET quantity = quantity OPERATOR(pg_catalog.-) $2"
		" WHERE id OPERATOR(pg_catalog.=) $1",
		2, {INT8OID, NUMERICOID}
	},
	[STATEMENT_CORRECT] = {
		"INSERT INTO promise.supply (item, location, at, quantity, ref, kind)"
		" VALUES ($1, $2, '-infinity', $3, $4, 'correction')",
		4, {TEXTOID, TEXTOID, NUMERICOID, TEXTOID}
	},
	[STATEMENT_EXCEPTION] = {
		"SELECT true FROM promise.exception"
		" WHERE ref OPERATOR(pg_catalog.=) $1"
		" AND status OPERATOR(pg_catalog.=) 'approved'"
		" AND (expires_at IS NULL OR expires_at OPERATOR(pg_catalog.>) promise.now())",
		1, {TEXTOID}
	},
	[STATEMENT_PROTECT] = {
		"SELECT promise.protect($1)",
		1, {REGCLASSOID}
	},
};

static Commitment **lock_rows(Statement statement, const char *ref, int *nrows);
static void find_mapped(void *arg);
static SPIPlanPtr statement_plan(Statement statement);
static uint64 execute(Statement statement, Datum *values, char *nulls,
					  int expected);
static void check_written(const Commitment *row, uint64 count);
static void begin(void);
static Oid	table_oid(void);
static Oid	own_table(const char *name);
static void activate(Oid table);
static void become_owner(Oid table, Oid *caller, int *security);
static bool business_keeps_stock(void);

static SPIPlanPtr plans[NUM_STATEMENTS];

Commitment *
commitment_lock(const char *ref)
{
	int			nrows;
	Commitment **rows = lock_rows(STATEMENT_LOCK, ref, &nrows);

	return nrows > 0 ? rows[0] : NULL;
}

Commitment **
commitment_lock_parts(const char *ref, int *nparts)
{
	return lock_rows(STATEMENT_LOCK_PARTS, ref, nparts);
}

static Commitment **
lock_rows(Statement statement, const char *ref, int *nrows)
{
	MemoryContext caller_context = CurrentMemoryContext;
	Commitment **result;
	Datum		value = CStringGetTextDatum(ref);
	Oid			caller;
	int			security;

	become_owner(table_oid(), &caller, &security);
	begin();
	if (SPI_execute_snapshot(statement_plan(statement), &value, NULL,
							 GetLatestSnapshot(), InvalidSnapshot, false,
							 false, 0) != SPI_OK_SELECT)
		elog(ERROR, "reading promise.commitment failed");
	*nrows = (int) SPI_processed;
	result = MemoryContextAlloc(caller_context,
								Max(*nrows, 1) * sizeof(Commitment *));
	for (int i = 0; i < *nrows; i++)
		result[i] = commitment_row_make(SPI_tuptable->vals[i],
										SPI_tuptable->tupdesc,
										caller_context);
	SPI_finish();
	SetUserIdAndSecContext(caller, security);
	return result;
}

bool
commitment_is_mapped(const char *ref)
{
	MappedSearch search = {.ref = ref};

	PushActiveSnapshot(GetLatestSnapshot());
	fetch_run(find_mapped, &search);
	PopActiveSnapshot();
	return search.found;
}

static void
find_mapped(void *arg)
{
	MappedSearch *search = arg;
	Fetch		fetch = {
		.catalogue = mapping_catalogue(),
		.as_owner = true
	};

	search->found = fetch_taken_over(&fetch, &search->ref, 1)[0];
}

bool
commitment_insert(const Commitment *row)
{
	Datum		values[NUM_COLUMNS];
	char		nulls[NUM_COLUMNS];
	uint64		count;

	begin();
	commitment_row_fill(row, values, nulls);
	count = execute(STATEMENT_INSERT, values, nulls, SPI_OK_INSERT);
	SPI_finish();
	return count > 0;
}

void
commitment_change(const Commitment *row)
{
	Datum		values[4];
	char		nulls[4] = {' ', ' ', ' ', ' '};
	uint64		count;

	begin();
	values[0] = CStringGetTextDatum(row->ref);
	values[1] = TimestampTzGetDatum(row->at);
	values[2] = NumericGetDatum(quantity_get_numeric(row->quantity));
	values[3] = TimestampTzGetDatum(row->delivered_at);
	if (row->delivered_at == INSTANT_END)
		nulls[3] = 'n';
	count = execute(STATEMENT_CHANGE, values, nulls, SPI_OK_UPDATE);
	SPI_finish();
	check_written(row, count);
}

void
commitment_renew(const Commitment *row)
{
	Datum		values[NUM_COLUMNS];
	char		nulls[NUM_COLUMNS];
	uint64		count;

	begin();
	commitment_row_fill(row, values, nulls);
	count = execute(STATEMENT_RENEW, values, nulls, SPI_OK_UPDATE);
	SPI_finish();
	check_written(row, count);
}

/*
 * The row was locked, so it is there; but perhaps not for the caller.
 */
static void
check_written(const Commitment *row, uint64 count)
{
	if (count > 0)
		return;
	if (IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access due to concurrent update"),
				 errdetail("Commitment \"%s\" was made after this transaction began.",
						   row->ref),
				 errhint("The transaction might succeed if retried.")));
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("commitment \"%s\" cannot be changed", row->ref),
			 errdetail("Row-level security hides it from this role, or a trigger suppresses the change.")));
}

void
commitment_book_stock(const Commitment *row, Quantity quantity, Instant now)
{
	Datum		node[4] = {
		CStringGetTextDatum(row->item),
		CStringGetTextDatum(row->location),
		CStringGetTextDatum(row->ref),
		TimestampTzGetDatum(now)
	};
	Quantity	rest = quantity;
	SPITupleTable *rows;
	uint64		nrows;
	Quantity	stock = 0;
	Quantity   *available;

	begin();
	(void) execute(STATEMENT_STOCK, node, NULL, SPI_OK_SELECT);
	rows = SPI_tuptable;
	nrows = SPI_processed;
	available = palloc(sizeof(Quantity) * Max(nrows, 1));
	for (uint64 i = 0; i < nrows && stock < quantity; i++)
	{
		bool		isnull;

		available[i] = quantity_from_datum(SPI_getbinval(rows->vals[i],
														 rows->tupdesc, 2, &isnull));
		/* cannot overflow before it suffices */
		stock += Min(available[i], quantity - stock);
	}

	if (stock < quantity && business_keeps_stock())
	{
		SPI_finish();
		return;
	}

	for (uint64 i = 0; i < nrows && rest > 0; i++)
	{
		Quantity	taken = Min(available[i], rest);
		Datum		values[2];
		bool		isnull;

		values[0] = SPI_getbinval(rows->vals[i], rows->tupdesc, 1, &isnull);
		values[1] = NumericGetDatum(quantity_get_numeric(taken));
		(void) execute(STATEMENT_TAKE, values, NULL, SPI_OK_UPDATE);
		rest -= taken;
	}
	if (rest > 0)
	{
		Datum		values[4] = {
			node[0], node[1],
			NumericGetDatum(quantity_get_numeric(-rest)),
			node[2]
		};

		(void) execute(STATEMENT_CORRECT, values, NULL, SPI_OK_INSERT);
	}
	SPI_finish();
}

/* does a mapping say what is in stock? */
static bool
business_keeps_stock(void)
{
	Catalogue  *catalogue = mapping_catalogue();

	for (int i = 0; i < catalogue->nmappings; i++)
	{
		if (catalogue->mappings[i].role == ROLE_SUPPLY &&
			!catalogue->mappings[i].own)
			return true;
	}
	return false;
}

bool
commitment_may_pass(const char *ref)
{
	Oid			table = table_oid();
	const Guard *guard = guards_find_own(table);
	Datum		value = CStringGetTextDatum(ref);
	Oid			caller;
	int			security;
	uint64		count;

	if (guard == NULL || guard->mode != GUARD_BLOCK)
		return true;

	become_owner(table, &caller, &security);
	begin();
	(void) SPI_execute_snapshot(statement_plan(STATEMENT_EXCEPTION), &value,
								NULL, GetLatestSnapshot(), InvalidSnapshot,
								true, false, 1);
	count = SPI_processed;
	SPI_finish();
	SetUserIdAndSecContext(caller, security);
	return count > 0;
}

/*
 * Own supply is watched, too, so that a delivery that endangers other promises is
 * reported, whoever has guarded the promises before.
 */
void
commitment_activate(void)
{
	activate(table_oid());
	activate(own_table("supply"));
}

/*
 * Protecting needs more than the right to promise, which is all that the caller
 * may have: it creates nothing here, it only makes the triggers that the
 * extension put on its own table do their work.  So it is done as the owner of
 * that table, who could have done it before.
 */
static void
activate(Oid table)
{
	Datum		value = ObjectIdGetDatum(table);
	Oid			caller;
	int			security;

	if (guards_find_own(table) != NULL)
		return;

	/* somebody else may be about to do the same */
	LockRelationOid(table, ShareRowExclusiveLock);
	if (guards_find_own(table) != NULL)
		return;

	become_owner(table, &caller, &security);
	begin();
	(void) execute(STATEMENT_PROTECT, &value, NULL, SPI_OK_SELECT);
	SPI_finish();
	SetUserIdAndSecContext(caller, security);
}

void
commitment_lock_nodes(const char *item, const char **locations, int nlocations)
{
	TouchedNode **nodes = palloc(sizeof(TouchedNode *) * (Size) Max(nlocations, 1));

	for (int i = 0; i < nlocations; i++)
		nodes[i] = touched_node(NODE_STOCK, item, locations[i]);
	node_lock(nodes, nlocations);
	pfree(nodes);
}

static void
begin(void)
{
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
}

/*
 * Run a statement as part of the caller's transaction; the number of its rows.
 */
static uint64
execute(Statement statement, Datum *values, char *nulls, int expected)
{
	int			result = SPI_execute_plan(statement_plan(statement), values,
										  nulls, false, 0);

	if (result != expected)
		elog(ERROR, "SPI_execute_plan failed: %s", SPI_result_code_string(result));
	return SPI_processed;
}

static SPIPlanPtr
statement_plan(Statement statement)
{
	const StatementDef *def = &statements[statement];

	if (plans[statement] == NULL)
	{
		SPIPlanPtr	plan = SPI_prepare(def->text, def->nparams,
									   (Oid *) def->types);

		if (plan == NULL)
			elog(ERROR, "SPI_prepare failed: %s",
				 SPI_result_code_string(SPI_result));
		if (SPI_keepplan(plan) != 0)
			elog(ERROR, "SPI_keepplan failed");
		plans[statement] = plan;
	}
	return plans[statement];
}

static Oid
table_oid(void)
{
	return own_table("commitment");
}

static Oid
own_table(const char *name)
{
	Oid			result = get_relname_relid(name,
										   get_namespace_oid("promise", false));

	if (!OidIsValid(result))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"promise.%s\" does not exist", name)));
	return result;
}

/*
 * Act as the owner of a table, as a foreign key does, until the caller's
 * identity is set back; an error does so, too.
 */
static void
become_owner(Oid table, Oid *caller, int *security)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", table);
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);

	GetUserIdAndSecContext(caller, security);
	SetUserIdAndSecContext(owner, *security | SECURITY_LOCAL_USERID_CHANGE |
						   SECURITY_RESTRICTED_OPERATION |
						   SECURITY_NOFORCE_RLS);
}
