/*
 * planned_write.c - writing down what was planned for promises.
 *
 * Each table takes one statement for all plans, whose rows come as one array for
 * each column.  What will be read together is written together: the flows of a
 * node, and the loads of a resource.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "core/sort.h"
#include "store/owner.h"
#include "store/planned_write.h"
#include "types/compat.h"
#include "types/instant_range.h"
#include "types/quantity_numeric.h"

/* the rows of a statement, column by column */
#define MAX_COLUMNS 14

typedef struct Column
{
	Oid			type;			/* of its elements */
	Datum	   *values;
	bool	   *nulls;
	int			nvalues;
	int			max_values;
} Column;

typedef struct RowBatch
{
	const char *statement;
	int			ncolumns;
	Column		columns[MAX_COLUMNS];
} RowBatch;

/* a flow or a load, while they are put into order */
typedef struct ChangeToWrite
{
	const PlanToWrite *planned;
	int64		number;			/* of the plan */
	int			node;			/* number of the flow's, or of the resource */
	Instant		at;				/* or when the load begins */
	int			position;		/* among the changes of the plan */
} ChangeToWrite;

/* positions of a batch's columns: those that differ in length come last */
enum LotColumn
{
	LOT_PLAN, LOT_LOT, LOT_REF, LOT_SOURCE, LOT_QUANTITY, LOT_START, LOT_END,
	LOT_NEED, LOT_FIRST, LOT_LAST,
	LOT_STEPS, LOT_STEP_STARTS, LOT_STEP_ENDS, LOT_STEP_CHANGEOVERS,
	NUM_LOT_COLUMNS
};

enum FlowColumn
{
	FLOW_REF, FLOW_ITEM, FLOW_LOCATION, FLOW_AT, FLOW_QUANTITY, FLOW_KIND,
	FLOW_PLAN, FLOW_LOT, FLOW_NEED, FLOW_COMPONENT,
	NUM_FLOW_COLUMNS
};

enum LoadColumn
{
	LOAD_REF, LOAD_RESOURCE, LOAD_DURING, LOAD_UNITS,
	LOAD_PLAN, LOAD_LOT, LOAD_STEP, LOAD_USE, LOAD_SETUP_STATE,
	LOAD_CHANGEOVER,
	NUM_LOAD_COLUMNS
};

static const Oid lot_types[NUM_LOT_COLUMNS] = {
	INT8OID, INT4OID, TEXTOID, TEXTOID, NUMERICOID, TIMESTAMPTZOID,
	TIMESTAMPTZOID, INT4OID, INT4OID, INT4OID,
	INT4OID, TIMESTAMPTZOID, TIMESTAMPTZOID, INTERVALOID
};
static const Oid flow_types[NUM_FLOW_COLUMNS] = {
	TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, NUMERICOID, TEXTOID,
	INT8OID, INT4OID, INT4OID, INT4OID
};
static const Oid load_types[NUM_LOAD_COLUMNS] = {
	TEXTOID, TEXTOID, TSTZRANGEOID, NUMERICOID,
	INT8OID, INT4OID, INT4OID, INT4OID, TEXTOID, INTERVALOID
};

/* the steps of all lots are one array, of which each lot has a slice */
static const char lot_statement[] =
"INSERT INTO promise.planned_lot"
" (plan, lot, ref, source, quantity, start_at, end_at, need,"
" steps, step_starts, step_ends, step_changeovers)"
" SELECT l.plan, l.lot, l.ref, l.source, l.quantity, l.start_at, l.end_at, l.need,"
" ($11)[l.first:l.last], ($12)[l.first:l.last], ($13)[l.first:l.last], ($14)[l.first:l.last]"
" FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2),"
" pg_catalog.unnest($3), pg_catalog.unnest($4), pg_catalog.unnest($5),"
" pg_catalog.unnest($6), pg_catalog.unnest($7), pg_catalog.unnest($8),"
" pg_catalog.unnest($9), pg_catalog.unnest($10))"
" AS l (plan, lot, ref, source, quantity, start_at, end_at, need, first, last)";

static const char flow_statement[] =
"INSERT INTO promise.planned_flow"
" (ref, item, location, at, quantity, kind, plan, lot, need, component)"
" SELECT f.* FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2),"
" pg_catalog.unnest($3), pg_catalog.unnest($4), pg_catalog.unnest($5),"
" pg_catalog.unnest($6), pg_catalog.unnest($7), pg_catalog.unnest($8),"
" pg_catalog.unnest($9), pg_catalog.unnest($10)) AS f";

static const char load_statement[] =
"INSERT INTO promise.planned_load"
" (ref, resource, during, units, plan, lot, step, use, setup_state, changeover)"
" SELECT l.* FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2),"
" pg_catalog.unnest($3), pg_catalog.unnest($4), pg_catalog.unnest($5),"
" pg_catalog.unnest($6), pg_catalog.unnest($7), pg_catalog.unnest($8),"
" pg_catalog.unnest($9), pg_catalog.unnest($10)) AS l";

static void begin_batch(RowBatch *batch, const char *statement,
						const Oid *types, int ncolumns);
static void add(RowBatch *batch, int column, Datum value);
static void add_null(RowBatch *batch, int column);
static void add_text(RowBatch *batch, int column, const char *text);
static void add_quantity(RowBatch *batch, int column, Quantity quantity);
static void add_time(RowBatch *batch, int column, int64 time);
static void add_lots(RowBatch *batch, const PlanToWrite *planned, int64 number);
static int	compare_changes(const void *a, const void *b);
static void add_flow(RowBatch *batch, const ChangeToWrite *change);
static void add_load(RowBatch *batch, const ChangeToWrite *change);
static int	find_use(const PlanChanges *changes, int position,
					 const PlanTask *task, const PlanStep *step);
static void insert(const RowBatch *batch);

void
planned_write(const PlanToWrite *plans, int nplans)
{
	Oid			namespace = get_namespace_oid("promise", false);
	Oid			numbers = get_relname_relid("plan_number", namespace);
	OwnerRights before;
	RowBatch	lots;
	RowBatch	flows;
	RowBatch	loads;
	ChangeToWrite *flow_changes;
	ChangeToWrite *load_changes;
	Size		nflows = 0;
	Size		nloads = 0;

	for (int i = 0; i < nplans; i++)
	{
		nflows += plans[i].changes->nflows;
		nloads += plans[i].changes->nloads;
	}
	flow_changes = MemoryContextAllocHuge(CurrentMemoryContext,
										  Max(nflows, 1) *
										  sizeof(ChangeToWrite));
	load_changes = MemoryContextAllocHuge(CurrentMemoryContext,
										  Max(nloads, 1) *
										  sizeof(ChangeToWrite));
	nflows = nloads = 0;
	begin_batch(&lots, lot_statement, lot_types, NUM_LOT_COLUMNS);
	begin_batch(&flows, flow_statement, flow_types, NUM_FLOW_COLUMNS);
	begin_batch(&loads, load_statement, load_types, NUM_LOAD_COLUMNS);
	for (int i = 0; i < nplans; i++)
	{
		const PlanChanges *changes = plans[i].changes;
		ChangeToWrite change = {.planned = &plans[i]};

		/* what takes from the balance alone plans nothing */
		if (plans[i].plan->nlots == 0)
			continue;
		change.number = nextval_internal(numbers, false);
		add_lots(&lots, &plans[i], change.number);
		for (int j = 0; j < changes->nflows; j++)
		{
			const PlanFlow *flow = &changes->flows[j];

			change.node = flow->node->number;
			change.at = flow->at;
			change.position = j;
			if (flow->lot >= 0 && flow->delta != 0)
				flow_changes[nflows++] = change;
		}
		for (int j = 0; j < changes->nloads; j++)
		{
			change.node = changes->loads[j].resource->number;
			change.at = changes->loads[j].from;
			change.position = j;
			load_changes[nloads++] = change;
		}
	}

	core_sort(flow_changes, nflows, sizeof(ChangeToWrite), compare_changes);
	for (Size i = 0; i < nflows; i++)
		add_flow(&flows, &flow_changes[i]);
	core_sort(load_changes, nloads, sizeof(ChangeToWrite), compare_changes);
	for (Size i = 0; i < nloads; i++)
		add_load(&loads, &load_changes[i]);

	owner_enter_to_write(get_relname_relid("planned_flow", namespace), &before);
	insert(&lots);
	insert(&flows);
	insert(&loads);
	owner_leave(&before);
}

static void
add_lots(RowBatch *batch, const PlanToWrite *planned, int64 number)
{
	const SupplyPlan *plan = planned->plan;

	for (int i = 0; i < plan->nlots; i++)
	{
		const PlanLot *lot = &plan->lots[i];
		const PlanSource *source = lot->source;
		int			first = batch->columns[LOT_STEPS].nvalues + 1;

		add(batch, LOT_PLAN, Int64GetDatum(number));
		add(batch, LOT_LOT, Int32GetDatum(i));
		add_text(batch, LOT_REF, planned->ref);
		add_text(batch, LOT_SOURCE, source->name);
		add_quantity(batch, LOT_QUANTITY, lot->quantity);
		add(batch, LOT_START, TimestampTzGetDatum(lot->start));
		add(batch, LOT_END, TimestampTzGetDatum(lot->end));
		add(batch, LOT_NEED, Int32GetDatum(lot->need));
		add(batch, LOT_FIRST, Int32GetDatum(first));
		add(batch, LOT_LAST, Int32GetDatum(first + source->nsteps - 1));
		for (int j = 0; j < source->nsteps; j++)
		{
			add(batch, LOT_STEPS, Int32GetDatum(source->steps[j].step));
			add(batch, LOT_STEP_STARTS, TimestampTzGetDatum(lot->tasks[j].start));
			add(batch, LOT_STEP_ENDS, TimestampTzGetDatum(lot->tasks[j].end));
			add_time(batch, LOT_STEP_CHANGEOVERS, lot->tasks[j].setup);
		}
	}
}

static int
compare_changes(const void *a, const void *b)
{
	const ChangeToWrite *ca = a;
	const ChangeToWrite *cb = b;

	if (ca->node != cb->node)
		return ca->node < cb->node ? -1 : 1;
	if (ca->at != cb->at)
		return ca->at < cb->at ? -1 : 1;
	if (ca->number != cb->number)
		return ca->number < cb->number ? -1 : 1;
	return (ca->position > cb->position) - (ca->position < cb->position);
}

static void
add_flow(RowBatch *batch, const ChangeToWrite *change)
{
	static const char *const supply_kinds[] = {
		[PLAN_MAKE] = "production",[PLAN_BUY] = "purchase",
		[PLAN_MOVE] = "transfer",[PLAN_KIT] = "kit"
	};
	const SupplyPlan *plan = change->planned->plan;
	const PlanFlow *flow = &change->planned->changes->flows[change->position];
	PlanKind	kind = plan->lots[flow->lot].source->kind;

	add_text(batch, FLOW_REF, change->planned->ref);
	add_text(batch, FLOW_ITEM, flow->node->item);
	add_text(batch, FLOW_LOCATION, flow->node->location);
	add(batch, FLOW_AT, TimestampTzGetDatum(flow->at));
	add_quantity(batch, FLOW_QUANTITY, flow->delta);
	add_text(batch, FLOW_KIND, flow->need < 0 ? supply_kinds[kind] :
			 kind == PLAN_MOVE ? "transfer" : "component");
	add(batch, FLOW_PLAN, Int64GetDatum(change->number));
	add(batch, FLOW_LOT, Int32GetDatum(flow->lot));
	if (flow->need < 0)
	{
		add_null(batch, FLOW_NEED);
		add_null(batch, FLOW_COMPONENT);
		return;
	}
	add(batch, FLOW_NEED, Int32GetDatum(flow->need));
	add(batch, FLOW_COMPONENT,
		Int32GetDatum(plan->needs[flow->need].component));
}

static void
add_load(RowBatch *batch, const ChangeToWrite *change)
{
	const PlanChanges *changes = change->planned->changes;
	const PlanLoad *load = &changes->loads[change->position];
	const PlanLot *lot = &change->planned->plan->lots[load->lot];
	const PlanStep *step = &lot->source->steps[load->step];
	const PlanTask *task = &lot->tasks[load->step];

	add_text(batch, LOAD_REF, change->planned->ref);
	add_text(batch, LOAD_RESOURCE, load->resource->name);
	add(batch, LOAD_DURING,
		RangeTypePGetDatum(instant_range_make(load->from, load->until, false)));
	add_quantity(batch, LOAD_UNITS, load->units);
	add(batch, LOAD_PLAN, Int64GetDatum(change->number));
	add(batch, LOAD_LOT, Int32GetDatum(load->lot));
	add(batch, LOAD_STEP, Int32GetDatum(step->step));
	add(batch, LOAD_USE, Int32GetDatum(find_use(changes, change->position, task,
												step)));
	if (load->resource->changeover == NULL || step->setup_state == NULL)
	{
		add_null(batch, LOAD_SETUP_STATE);
		add_null(batch, LOAD_CHANGEOVER);
		return;
	}
	add_text(batch, LOAD_SETUP_STATE, step->setup_state);
	add_time(batch, LOAD_CHANGEOVER, task->setup);
}

/*
 * Which use of the step takes the resource?  A step may use one several times; its
 * loads come together.
 */
static int
find_use(const PlanChanges *changes, int position, const PlanTask *task,
		 const PlanStep *step)
{
	const PlanLoad *load = &changes->loads[position];
	int			skip = 0;

	while (skip < position &&
		   load[-skip - 1].resource == load->resource &&
		   load[-skip - 1].lot == load->lot &&
		   load[-skip - 1].step == load->step)
		skip++;
	for (int i = 0; i < step->nuses; i++)
	{
		if (task->resources[i] == load->resource && skip-- == 0)
			return i;
	}
	elog(ERROR, "step %d does not use resource \"%s\"", step->step,
		 load->resource->name);
}

static void
begin_batch(RowBatch *batch, const char *statement, const Oid *types,
			int ncolumns)
{
	memset(batch, 0, sizeof(RowBatch));
	batch->statement = statement;
	batch->ncolumns = ncolumns;
	for (int i = 0; i < ncolumns; i++)
		batch->columns[i].type = types[i];
}

static void
add(RowBatch *batch, int column, Datum value)
{
	Column	   *values = &batch->columns[column];

	if (values->nvalues == values->max_values)
	{
		values->max_values = Max(2 * values->max_values, 16);
		values->values = values->values == NULL ?
			palloc(values->max_values * sizeof(Datum)) :
			repalloc_huge(values->values, values->max_values * sizeof(Datum));
		values->nulls = values->nulls == NULL ?
			palloc(values->max_values * sizeof(bool)) :
			repalloc_huge(values->nulls, values->max_values * sizeof(bool));
	}
	values->values[values->nvalues] = value;
	values->nulls[values->nvalues++] = false;
}

static void
add_null(RowBatch *batch, int column)
{
	add(batch, column, (Datum) 0);
	batch->columns[column].nulls[batch->columns[column].nvalues - 1] = true;
}

static void
add_text(RowBatch *batch, int column, const char *text)
{
	add(batch, column, CStringGetTextDatum(text));
}

static void
add_quantity(RowBatch *batch, int column, Quantity quantity)
{
	add(batch, column, NumericGetDatum(quantity_get_numeric(quantity)));
}

static void
add_time(RowBatch *batch, int column, int64 time)
{
	Interval   *interval = palloc0(sizeof(Interval));

	interval->time = time;
	add(batch, column, IntervalPGetDatum(interval));
}

static void
insert(const RowBatch *batch)
{
	Oid			types[MAX_COLUMNS];
	Datum		values[MAX_COLUMNS];
	int			nest_level;
	int			result;

	if (batch->columns[0].nvalues == 0)
		return;

	for (int i = 0; i < batch->ncolumns; i++)
	{
		const Column *column = &batch->columns[i];
		int16		length;
		bool		by_value;
		char		align;
		int			dimensions[1] = {column->nvalues};
		int			bounds[1] = {1};

		get_typlenbyvalalign(column->type, &length, &by_value, &align);
		types[i] = get_array_type(column->type);
		values[i] = PointerGetDatum(construct_md_array(column->values,
													   column->nulls,
													   column->nvalues > 0 ? 1 : 0,
													   dimensions, bounds,
													   column->type, length,
													   by_value, align));
	}

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	nest_level = compat_pin_search_path();
	result = SPI_execute_with_args(batch->statement, batch->ncolumns, types,
								   values, NULL, false, 0);
	if (result != SPI_OK_INSERT)
		elog(ERROR, "could not write what is planned: %s",
			 SPI_result_code_string(result));
	compat_unpin_search_path(nest_level);
	SPI_finish();
}
