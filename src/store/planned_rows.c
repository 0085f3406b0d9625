/*
 * planned_rows.c - reading the rows of what was planned for promises.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "store/kept_query.h"
#include "store/planned_rows.h"
#include "store/value.h"

static KeptQuery refs_query = {
	"SELECT DISTINCT l.ref COLLATE \"C\" FROM promise.planned_lot AS l WHERE NOT l.firm"
	" ORDER BY 1"
};

static KeptQuery lots_query = {
	"SELECT l.plan, l.lot, l.source, l.quantity, l.start_at, l.end_at, l.need,"
	" l.inherited, l.steps, l.step_starts, l.step_ends, l.step_changeovers, l.ref,"
	" l.firm"
	" FROM promise.planned_lot AS l WHERE l.ref OPERATOR(pg_catalog.=) ANY ($1)"
	" ORDER BY l.ref COLLATE \"C\", l.inherited, l.plan, l.lot",
	1, {TEXTARRAYOID}
};

static KeptQuery needs_query = {
	"SELECT f.plan, f.need, f.lot, f.component, f.item, f.location, f.quantity, f.at,"
	" f.ref, f.handed_over OR f.kept"
	" FROM promise.planned_flow AS f WHERE f.ref OPERATOR(pg_catalog.=) ANY ($1)"
	" AND f.need IS NOT NULL AND f.plan IS NOT NULL AND f.lot IS NOT NULL"
	" ORDER BY f.ref COLLATE \"C\", f.plan, f.need",
	1, {TEXTARRAYOID}
};

static KeptQuery uses_query = {
	"SELECT o.plan, o.lot, o.step, o.use, o.resource, o.ref"
	" FROM promise.planned_load AS o WHERE o.ref OPERATOR(pg_catalog.=) ANY ($1)"
	" AND o.plan IS NOT NULL AND o.lot IS NOT NULL AND o.step IS NOT NULL"
	" AND o.use IS NOT NULL"
	" ORDER BY o.ref COLLATE \"C\", o.plan, o.lot, o.step, o.use",
	1, {TEXTARRAYOID}
};

static Datum get(uint64 row, int column, bool *is_null);
static const char *get_text(uint64 row, int column);
static Quantity get_quantity(uint64 row, int column);
static void read_lot(uint64 row, LotRow *lot);
static Datum *get_array(uint64 row, int column, Oid type, int *n);
static int	find_tree(const PlannedRows *rows, int lot, bool leave_out_firm);
static int	compare_lots(const void *left, const void *right);
static int	compare_needs(const void *left, const void *right);

const char **
planned_refs(int *nrefs)
{
	MemoryContext caller = CurrentMemoryContext;
	const char **refs;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	kept_query_read(&refs_query, NULL);
	*nrefs = SPI_processed;
	refs = MemoryContextAllocHuge(caller, Max(SPI_processed, 1) * sizeof(char *));
	for (uint64 i = 0; i < SPI_processed; i++)
		refs[i] = MemoryContextStrdup(caller, get_text(i, 1));
	SPI_finish();
	return refs;
}

void
planned_rows_read(const char **refs, int nrefs, PlannedRows *rows)
{
	MemoryContext context = CurrentMemoryContext;
	MemoryContext old;
	Datum		values;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	old = MemoryContextSwitchTo(context);
	values = kept_query_texts(refs, nrefs);

	kept_query_read(&lots_query, &values);
	rows->nlots = SPI_processed;
	rows->lots = palloc_extended(Max(rows->nlots, 1) * sizeof(LotRow),
								 MCXT_ALLOC_HUGE);
	for (int i = 0; i < rows->nlots; i++)
		read_lot(i, &rows->lots[i]);

	kept_query_read(&needs_query, &values);
	rows->nneeds = SPI_processed;
	rows->needs = palloc_extended(Max(rows->nneeds, 1) * sizeof(NeedRow),
								  MCXT_ALLOC_HUGE);
	for (int i = 0; i < rows->nneeds; i++)
	{
		NeedRow    *need = &rows->needs[i];
		bool		is_null;
		Datum		component = get(i, 4, &is_null);

		need->component = is_null ? -1 : DatumGetInt32(component);
		need->plan = DatumGetInt64(get(i, 1, &is_null));
		need->need = DatumGetInt32(get(i, 2, &is_null));
		need->lot = DatumGetInt32(get(i, 3, &is_null));
		need->item = get_text(i, 5);
		need->location = get_text(i, 6);
		need->quantity = -get_quantity(i, 7);
		need->at = DatumGetTimestampTz(get(i, 8, &is_null));
		need->ref = get_text(i, 9);
		need->firm = DatumGetBool(get(i, 10, &is_null));
	}

	kept_query_read(&uses_query, &values);
	rows->nuses = SPI_processed;
	rows->uses = palloc_extended(Max(rows->nuses, 1) * sizeof(UseRow),
								 MCXT_ALLOC_HUGE);
	for (int i = 0; i < rows->nuses; i++)
	{
		UseRow	   *use = &rows->uses[i];
		bool		is_null;

		use->plan = DatumGetInt64(get(i, 1, &is_null));
		use->lot = DatumGetInt32(get(i, 2, &is_null));
		use->step = DatumGetInt32(get(i, 3, &is_null));
		use->use = DatumGetInt32(get(i, 4, &is_null));
		use->resource = get_text(i, 5);
		use->ref = get_text(i, 6);
	}

	MemoryContextSwitchTo(old);
	SPI_finish();
}

static Datum
get(uint64 row, int column, bool *is_null)
{
	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column,
						 is_null);
}

/* in the current memory context */
static const char *
get_text(uint64 row, int column)
{
	bool		is_null;

	return TextDatumGetCString(get(row, column, &is_null));
}

static Quantity
get_quantity(uint64 row, int column)
{
	bool		is_null;
	Quantity	quantity;

	if (!value_quantity(get(row, column, &is_null), NUMERICOID, &quantity))
		elog(ERROR, "a planned quantity is out of range");
	return quantity;
}

static void
read_lot(uint64 row, LotRow *lot)
{
	bool		is_null;
	Datum	   *steps;
	Datum	   *starts;
	Datum	   *ends;
	Datum	   *changeovers;

	lot->plan = DatumGetInt64(get(row, 1, &is_null));
	lot->lot = DatumGetInt32(get(row, 2, &is_null));
	lot->source = get_text(row, 3);
	lot->quantity = get_quantity(row, 4);
	lot->start = DatumGetTimestampTz(get(row, 5, &is_null));
	lot->end = DatumGetTimestampTz(get(row, 6, &is_null));
	lot->need = DatumGetInt32(get(row, 7, &is_null));
	lot->inherited = DatumGetBool(get(row, 8, &is_null));
	lot->ref = get_text(row, 13);
	lot->firm = DatumGetBool(get(row, 14, &is_null));
	lot->tree = 0;

	/* a check of the table has them all of one length */
	steps = get_array(row, 9, INT4OID, &lot->nsteps);
	starts = get_array(row, 10, TIMESTAMPTZOID, &lot->nsteps);
	ends = get_array(row, 11, TIMESTAMPTZOID, &lot->nsteps);
	changeovers = get_array(row, 12, INTERVALOID, &lot->nsteps);
	lot->steps = palloc(Max(lot->nsteps, 1) * sizeof(int));
	lot->starts = palloc(Max(lot->nsteps, 1) * sizeof(Instant));
	lot->ends = palloc(Max(lot->nsteps, 1) * sizeof(Instant));
	lot->changeovers = palloc(Max(lot->nsteps, 1) * sizeof(int64));
	for (int i = 0; i < lot->nsteps; i++)
	{
		lot->steps[i] = DatumGetInt32(steps[i]);
		lot->starts[i] = DatumGetTimestampTz(starts[i]);
		lot->ends[i] = DatumGetTimestampTz(ends[i]);
		lot->changeovers[i] = value_time(changeovers[i]);
	}
}

static Datum *
get_array(uint64 row, int column, Oid type, int *n)
{
	bool		is_null;
	ArrayType  *array = DatumGetArrayTypeP(get(row, column, &is_null));
	Datum	   *values;
	bool	   *nulls;
	int16		length;
	bool		by_value;
	char		align;

	get_typlenbyvalalign(type, &length, &by_value, &align);
	deconstruct_array(array, type, length, by_value, align, &values, &nulls, n);
	for (int i = 0; i < *n; i++)
	{
		if (nulls[i])
			elog(ERROR, "a planned step has no time");
	}
	return values;
}

void
planned_rows_find_trees(PlannedRows *rows, bool leave_out_firm)
{
	int			nlots = 0;
	bool		any_firm = false;

	for (int i = 0; i < rows->nlots; i++)
		any_firm |= rows->lots[i].firm;
	if (!any_firm)
		return;

	for (int i = 0; i < rows->nlots; i++)
		rows->lots[i].tree = find_tree(rows, i, leave_out_firm);
	for (int i = 0; i < rows->nlots; i++)
	{
		if (!(leave_out_firm && rows->lots[i].firm))
			rows->lots[nlots++] = rows->lots[i];
	}
	rows->nlots = nlots;
	qsort(rows->lots, nlots, sizeof(LotRow), compare_lots);
}

bool
planned_rows_is_root(const PlannedRows *rows, const LotRow *lot,
					 bool leave_out_firm)
{
	const NeedRow *need;

	if (lot->need == 0)
		return false;
	need = planned_rows_need(rows, lot->plan, lot->need);
	return need == NULL ? lot->firm : need->firm && leave_out_firm;
}

/* up from lot to lot, to the promise or the lot that a tree begins with */
static int
find_tree(const PlannedRows *rows, int lot, bool leave_out_firm)
{
	/* a plan is no deeper than it has lots */
	for (int i = 0; i < rows->nlots; i++)
	{
		const LotRow *row = &rows->lots[lot];
		const NeedRow *need;
		int			parent = 0;

		if (planned_rows_is_root(rows, row, leave_out_firm))
			return lot + 1;
		need = planned_rows_need(rows, row->plan, row->need);
		if (need == NULL)
			return 0;
		while (parent < rows->nlots &&
			   (rows->lots[parent].plan != need->plan ||
				rows->lots[parent].lot != need->lot))
			parent++;
		if (parent == rows->nlots)
			return 0;
		lot = parent;
	}
	return 0;
}

/* those of a plan together: what was planned for the ref itself is one */
static int
compare_lots(const void *left, const void *right)
{
	const LotRow *a = left;
	const LotRow *b = right;

	if (a->inherited != b->inherited)
		return a->inherited ? 1 : -1;
	if (a->inherited && a->plan != b->plan)
		return a->plan < b->plan ? -1 : 1;
	if (a->tree != b->tree)
		return a->tree < b->tree ? -1 : 1;
	if (a->plan != b->plan)
		return a->plan < b->plan ? -1 : 1;
	return (a->lot > b->lot) - (a->lot < b->lot);
}

const NeedRow *
planned_rows_need(const PlannedRows *rows, int64 plan, int need)
{
	NeedRow		key = {.plan = plan,.need = need};

	return bsearch(&key, rows->needs, rows->nneeds, sizeof(NeedRow),
				   compare_needs);
}

static int
compare_needs(const void *left, const void *right)
{
	const NeedRow *a = left;
	const NeedRow *b = right;

	if (a->plan != b->plan)
		return a->plan < b->plan ? -1 : 1;
	return (a->need > b->need) - (a->need < b->need);
}
