/*
 * planned_units.c - what was planned for a ref, as far as it can be given up or
 * passed on by itself.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "store/planned_access.h"
#include "store/planned_units.h"
#include "store/value.h"

static const char lots_query[] =
"SELECT l.plan, l.lot, l.start_at, l.need, n.lot, n.handed_over OR n.kept"
" FROM promise.planned_lot AS l"
" LEFT JOIN promise.planned_flow AS n"
" ON n.ref = l.ref AND n.plan = l.plan AND n.need = l.need"
" WHERE l.ref = $1 AND NOT l.firm"
" ORDER BY l.plan, l.lot";

static const char flows_query[] =
"SELECT l.plan, l.lot, f.item, f.location, f.at, f.quantity"
" FROM promise.planned_flow AS f"
" LEFT JOIN promise.planned_lot AS l ON l.plan = f.plan AND l.lot = f.lot"
" WHERE f.ref = $1 AND NOT f.handed_over AND NOT f.kept"
" ORDER BY l.plan, l.lot, f.id";

/* of one table; they differ only in its name */
#define CHOSEN "ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3))" \
	" AS c (plan, lot)"
#define REMOVE(table) \
	"DELETE FROM promise." table " AS p USING " CHOSEN \
	" WHERE p.ref = $1 AND p.plan = c.plan AND p.lot = c.lot"
#define MOVED "ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3)," \
	" pg_catalog.unnest($4), pg_catalog.unnest($5)) AS c (plan, lot, new_plan, is_root)"
#define MOVE(table, more) \
	"UPDATE promise." table " AS p SET ref = $6, plan = c.new_plan" more \
	" FROM " MOVED \
	" WHERE p.ref = $1 AND p.plan = c.plan AND p.lot = c.lot"
#define WITHOUT_LOT \
	" WHERE p.ref = $1 AND NOT EXISTS (SELECT FROM promise.planned_lot AS l" \
	" WHERE l.plan = p.plan AND l.lot = p.lot)"
#define REMOVE_REST(table) "DELETE FROM promise." table " AS p" WITHOUT_LOT
#define MOVE_REST(table) "UPDATE promise." table " AS p SET ref = $2" WITHOUT_LOT

static const char *const tables_remove[] = {
	REMOVE("planned_flow"), REMOVE("planned_load"), REMOVE("planned_lot")
};
static const char *const tables_move[] = {
	MOVE("planned_flow", ""), MOVE("planned_load", ""),
	MOVE("planned_lot", ", inherited = true,"
		 " need = CASE WHEN c.is_root THEN 0 ELSE p.need END")
};
static const char *const tables_remove_rest[] = {
	REMOVE_REST("planned_flow"), REMOVE_REST("planned_load")
};
static const char *const tables_move_rest[] = {
	MOVE_REST("planned_flow"), MOVE_REST("planned_load")
};

static void read_lots(MemoryContext context, PlannedUnit **units, int *nunits,
					  int **parents);
static void read_flows(MemoryContext context, PlannedUnit *units, int nlots,
					   int *nunits);
static int	find_unit(const PlannedUnit *units, int nunits, int64 plan, int lot);
static int64 get_number(uint64 row, int column, bool *is_null);
static Datum plan_array(const int64 *plans, int n);
static Datum lot_array(const int *lots, int n);

PlannedUnit *
planned_units(const char *ref, int *nunits)
{
	MemoryContext context = CurrentMemoryContext;
	Oid			types[1] = {TEXTOID};
	Datum		values[1];
	PlannedUnit *units;
	int			nlots;
	int		   *parents;
	OwnerRights before;

	planned_enter(&before);
	values[0] = CStringGetTextDatum(ref);
	planned_execute(lots_query, types, values, 1, SPI_OK_SELECT);
	read_lots(context, &units, &nlots, &parents);
	for (int i = 0; i < nlots; i++)
		units[i].parent = parents[i] < 0 ? -1 :
			find_unit(units, nlots, units[i].plan, parents[i]);
	planned_execute(flows_query, types, values, 1, SPI_OK_SELECT);
	read_flows(context, units, nlots, nunits);
	planned_leave(&before);
	return units;
}

/* with room for one more */
static void
read_lots(MemoryContext context, PlannedUnit **units, int *nunits,
		  int **parents)
{
	*nunits = SPI_processed;
	*units = MemoryContextAllocZero(context,
									(*nunits + 1) * sizeof(PlannedUnit));
	*parents = palloc((*nunits + 1) * sizeof(int));
	for (int i = 0; i < *nunits; i++)
	{
		PlannedUnit *unit = &(*units)[i];
		bool		is_null;
		int			parent;

		unit->is_lot = true;
		unit->plan = get_number(i, 1, &is_null);
		unit->lot =
			DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[i],
										SPI_tuptable->tupdesc, 2, &is_null));
		unit->start =
			DatumGetTimestampTz(SPI_getbinval(SPI_tuptable->vals[i],
											  SPI_tuptable->tupdesc, 3, &is_null));
		unit->need =
			DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[i],
										SPI_tuptable->tupdesc, 4, &is_null));
		parent = DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[i],
											 SPI_tuptable->tupdesc, 5, &is_null));
		(*parents)[i] = is_null ? -1 : parent;
		if (!is_null)
			unit->for_firm =
				DatumGetBool(SPI_getbinval(SPI_tuptable->vals[i],
										   SPI_tuptable->tupdesc, 6, &is_null));
	}
}

/* flows come in the order of their lots, those without one last */
static void
read_flows(MemoryContext context, PlannedUnit *units, int nlots, int *nunits)
{
	PlannedUnitFlow *flows =
	MemoryContextAllocHuge(context, Max(SPI_processed, 1) * sizeof(PlannedUnitFlow));
	int			current = 0;

	*nunits = nlots;
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[i];
		TupleDesc	desc = SPI_tuptable->tupdesc;
		bool		has_no_lot;
		bool		is_null;
		int64		plan = get_number(i, 1, &has_no_lot);
		int			lot = DatumGetInt32(SPI_getbinval(tuple, desc, 2, &is_null));
		PlannedUnit *unit;

		while (current < nlots &&
			   (has_no_lot || units[current].plan != plan ||
				units[current].lot != lot))
			current++;
		if (current == nlots)
			*nunits = nlots + 1;
		unit = &units[current];
		if (unit->nflows == 0)
			unit->flows = &flows[i];
		unit->nflows++;
		if (!unit->is_lot)
			unit->parent = -1;

		flows[i].item = MemoryContextStrdup(context, SPI_getvalue(tuple, desc, 3));
		flows[i].location = MemoryContextStrdup(context,
												SPI_getvalue(tuple, desc, 4));
		flows[i].at = DatumGetTimestampTz(SPI_getbinval(tuple, desc, 5, &is_null));
		if (!value_quantity(SPI_getbinval(tuple, desc, 6, &is_null), NUMERICOID,
							&flows[i].quantity))
			elog(ERROR, "a planned quantity is out of range");
	}
}

static int64
get_number(uint64 row, int column, bool *is_null)
{
	return DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[row],
									   SPI_tuptable->tupdesc, column, is_null));
}

/* units are sorted by plan and lot; -1: none of these */
static int
find_unit(const PlannedUnit *units, int nunits, int64 plan, int lot)
{
	int			low = 0;
	int			high = nunits;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (units[middle].plan < plan ||
			(units[middle].plan == plan && units[middle].lot < lot))
			low = middle + 1;
		else
			high = middle;
	}
	return low < nunits && units[low].plan == plan && units[low].lot == lot ?
		low : -1;
}

void
planned_units_remove(const char *ref, const PlannedUnit *const *units,
					 int nunits)
{
	static const Oid types[] = {TEXTOID, INT8ARRAYOID, INT4ARRAYOID};
	int64	   *plans = palloc(Max(nunits, 1) * sizeof(int64));
	int		   *lots = palloc(Max(nunits, 1) * sizeof(int));
	int			nlots = 0;
	Datum		values[3];
	OwnerRights before;

	for (int i = 0; i < nunits; i++)
	{
		if (!units[i]->is_lot)
			continue;
		plans[nlots] = units[i]->plan;
		lots[nlots++] = units[i]->lot;
	}
	planned_enter(&before);
	values[0] = CStringGetTextDatum(ref);
	values[1] = plan_array(plans, nlots);
	values[2] = lot_array(lots, nlots);
	if (nlots < nunits)
	{
		for (int i = 0; i < lengthof(tables_remove_rest); i++)
			planned_execute(tables_remove_rest[i], types, values, 1, SPI_OK_DELETE);
	}
	if (nlots > 0)
	{
		for (int i = 0; i < lengthof(tables_remove); i++)
			planned_execute(tables_remove[i], types, values, 3, SPI_OK_DELETE);
	}
	planned_leave(&before);
}

void
planned_units_move(const char *ref, const char *to, const PlannedMove *moves,
				   int nmoves)
{
	static const Oid types[] = {
		TEXTOID, INT8ARRAYOID, INT4ARRAYOID, INT8ARRAYOID, BOOLARRAYOID, TEXTOID
	};
	static const Oid rest_types[] = {TEXTOID, TEXTOID};
	int64	   *plans = palloc(Max(nmoves, 1) * sizeof(int64));
	int64	   *new_plans = palloc(Max(nmoves, 1) * sizeof(int64));
	int		   *lots = palloc(Max(nmoves, 1) * sizeof(int));
	Datum	   *roots = palloc(Max(nmoves, 1) * sizeof(Datum));
	int			nlots = 0;
	Datum		values[lengthof(types)];
	Datum		rest_values[2];
	OwnerRights before;

	for (int i = 0; i < nmoves; i++)
	{
		if (!moves[i].unit->is_lot)
			continue;
		plans[nlots] = moves[i].unit->plan;
		lots[nlots] = moves[i].unit->lot;
		new_plans[nlots] = moves[i].plan;
		roots[nlots++] = BoolGetDatum(moves[i].is_root);
	}
	planned_enter(&before);
	rest_values[0] = values[0] = CStringGetTextDatum(ref);
	values[1] = plan_array(plans, nlots);
	values[2] = lot_array(lots, nlots);
	values[3] = plan_array(new_plans, nlots);
	values[4] = PointerGetDatum(construct_array(roots, nlots, BOOLOID, 1, true,
												TYPALIGN_CHAR));
	rest_values[1] = values[5] = CStringGetTextDatum(to);
	if (nlots < nmoves)
	{
		for (int i = 0; i < lengthof(tables_move_rest); i++)
			planned_execute(tables_move_rest[i], rest_types, rest_values, 2,
							SPI_OK_UPDATE);
	}
	if (nlots > 0)
	{
		for (int i = 0; i < lengthof(tables_move); i++)
			planned_execute(tables_move[i], types, values, 6, SPI_OK_UPDATE);
	}
	planned_leave(&before);
}

int64
planned_new_number(void)
{
	return nextval_internal(get_relname_relid("plan_number",
											  get_namespace_oid("promise", false)),
							false);
}

static Datum
plan_array(const int64 *plans, int n)
{
	Datum	   *values = palloc(Max(n, 1) * sizeof(Datum));

	for (int i = 0; i < n; i++)
		values[i] = Int64GetDatum(plans[i]);
	return PointerGetDatum(construct_array(values, n, INT8OID, sizeof(int64),
										   FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

static Datum
lot_array(const int *lots, int n)
{
	Datum	   *values = palloc(Max(n, 1) * sizeof(Datum));

	for (int i = 0; i < n; i++)
		values[i] = Int32GetDatum(lots[i]);
	return PointerGetDatum(construct_array(values, n, INT4OID, sizeof(int32),
										   true, TYPALIGN_INT));
}
