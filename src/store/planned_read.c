/*
 * planned_read.c - reading back what was planned for promises.
 *
 * The rows name lots and needs by their numbers in the plan, steps by theirs in
 * the routing, sources, items and resources by their names.  What has changed
 * since it was planned may be nowhere to be found any more; then the plan cannot
 * be understood, and says so.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "store/network.h"
#include "store/nodes.h"
#include "store/planned_read.h"
#include "store/value.h"
#include "types/compat.h"

typedef struct LotRow
{
	int64		plan;
	int			lot;
	const char *source;
	Quantity	quantity;
	Instant		start;
	Instant		end;
	int			need;
	bool		inherited;
	int		   *steps;
	Instant    *starts;
	Instant    *ends;
	int64	   *changeovers;
	int			nsteps;
} LotRow;

typedef struct NeedRow
{
	int64		plan;
	int			need;
	int			lot;
	int			component;
	const char *item;
	const char *location;
	Quantity	quantity;
	Instant		at;
} NeedRow;

typedef struct UseRow
{
	int64		plan;
	int			lot;
	int			step;
	int			use;
	const char *resource;
} UseRow;

/* the rows of a ref, each array by plan and number */
typedef struct PlannedRows
{
	MemoryContext context;
	LotRow	   *lots;
	int			nlots;
	NeedRow    *needs;
	int			nneeds;
	UseRow	   *uses;
	int			nuses;
} PlannedRows;

/* a plan while it is put together from lots [first, end) */
typedef struct PlanBuilder
{
	PlanNetwork *network;
	const PlannedRows *rows;
	const LotRow *lots;
	int			nlots;
	RecordedPlan *record;
	const NeedRow **needs;		/* by need of the plan; NULL of the first */
} PlanBuilder;

static const char refs_query[] =
"SELECT DISTINCT l.ref COLLATE \"C\" FROM promise.planned_lot AS l ORDER BY 1";

static const char lots_query[] =
"SELECT l.plan, l.lot, l.source, l.quantity, l.start_at, l.end_at, l.need,"
" l.inherited, l.steps, l.step_starts, l.step_ends, l.step_changeovers"
" FROM promise.planned_lot AS l WHERE l.ref OPERATOR(pg_catalog.=) $1"
" ORDER BY l.inherited, l.plan, l.lot";

static const char needs_query[] =
"SELECT f.plan, f.need, f.lot, f.component, f.item, f.location, f.quantity, f.at"
" FROM promise.planned_flow AS f WHERE f.ref OPERATOR(pg_catalog.=) $1"
" AND f.need IS NOT NULL AND f.plan IS NOT NULL AND f.lot IS NOT NULL"
" ORDER BY f.plan, f.need";

static const char uses_query[] =
"SELECT o.plan, o.lot, o.step, o.use, o.resource"
" FROM promise.planned_load AS o WHERE o.ref OPERATOR(pg_catalog.=) $1"
" AND o.plan IS NOT NULL AND o.lot IS NOT NULL AND o.step IS NOT NULL"
" AND o.use IS NOT NULL"
" ORDER BY o.plan, o.lot, o.step, o.use";

static void read_rows(const char *ref, PlannedRows *rows);
static void run(const char *query, const char *ref);
static Datum get(uint64 row, int column, bool *is_null);
static const char *get_text(uint64 row, int column);
static Quantity get_quantity(uint64 row, int column);
static void read_lot(uint64 row, LotRow *lot);
static Datum *get_array(uint64 row, int column, Oid type, int *n);
static void build(PlanBuilder *builder);
static int	find_lot(const PlanBuilder *builder, int64 plan, int lot);
static void add_need(PlanBuilder *builder, const NeedRow *row);
static void add_lot(PlanBuilder *builder, const LotRow *row);
static void add_tasks(PlanBuilder *builder, const LotRow *row, PlanLot *lot);
static PlanResource *find_resource(PlanBuilder *builder, const LotRow *row,
								   const PlanStep *step, int use);
static void link_lots(PlanBuilder *builder);
static void find_components(PlanBuilder *builder);
static void fill_request(PlanBuilder *builder);
static bool find_demand(PlanBuilder *builder, PlanNode *node,
						PlanNeed *request);
static void complain(PlanBuilder *builder, const char *problem);

const char **
planned_refs(int *nrefs)
{
	MemoryContext caller = CurrentMemoryContext;
	const char **refs;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	run(refs_query, NULL);
	*nrefs = SPI_processed;
	refs = MemoryContextAllocHuge(caller, Max(SPI_processed, 1) * sizeof(char *));
	for (uint64 i = 0; i < SPI_processed; i++)
		refs[i] = MemoryContextStrdup(caller, get_text(i, 1));
	SPI_finish();
	return refs;
}

RecordedPlan *
planned_read(PlanNetwork *network, const char *ref, int *nplans)
{
	PlannedRows rows = {.context = CurrentMemoryContext};
	RecordedPlan *result;
	int			end;

	read_rows(ref, &rows);
	result = palloc0(Max(rows.nlots, 1) * sizeof(RecordedPlan));
	*nplans = 0;
	for (int start = 0; start < rows.nlots; start = end)
	{
		const LotRow *first = &rows.lots[start];
		PlanBuilder builder = {
			.network = network,
			.rows = &rows,
			.lots = first,
			.record = &result[(*nplans)++]
		};

		/* what was planned for it, however often, is one plan */
		end = start + 1;
		while (end < rows.nlots &&
			   rows.lots[end].inherited == first->inherited &&
			   (!first->inherited || rows.lots[end].plan == first->plan))
			end++;
		builder.nlots = end - start;
		builder.record->ref = pstrdup(ref);
		builder.record->inherited = first->inherited;
		build(&builder);
	}
	return result;
}

static void
read_rows(const char *ref, PlannedRows *rows)
{
	MemoryContext old;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	old = MemoryContextSwitchTo(rows->context);

	run(lots_query, ref);
	rows->nlots = SPI_processed;
	rows->lots = palloc0(Max(rows->nlots, 1) * sizeof(LotRow));
	for (int i = 0; i < rows->nlots; i++)
		read_lot(i, &rows->lots[i]);

	run(needs_query, ref);
	rows->nneeds = SPI_processed;
	rows->needs = palloc0(Max(rows->nneeds, 1) * sizeof(NeedRow));
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
	}

	run(uses_query, ref);
	rows->nuses = SPI_processed;
	rows->uses = palloc0(Max(rows->nuses, 1) * sizeof(UseRow));
	for (int i = 0; i < rows->nuses; i++)
	{
		UseRow	   *use = &rows->uses[i];
		bool		is_null;

		use->plan = DatumGetInt64(get(i, 1, &is_null));
		use->lot = DatumGetInt32(get(i, 2, &is_null));
		use->step = DatumGetInt32(get(i, 3, &is_null));
		use->use = DatumGetInt32(get(i, 4, &is_null));
		use->resource = get_text(i, 5);
	}

	MemoryContextSwitchTo(old);
	SPI_finish();
}

/*
 * Run a query about a ref, within SPI, under the active snapshot.
 */
static void
run(const char *query, const char *ref)
{
	Oid			types[1] = {TEXTOID};
	Datum		values[1];
	MemoryContext old = CurrentMemoryContext;
	int			nest_level = compat_pin_search_path();
	int			result;

	values[0] = ref == NULL ? (Datum) 0 : CStringGetTextDatum(ref);
	result = SPI_execute_with_args(query, ref == NULL ? 0 : 1, types, values,
								   NULL, true, 0);
	if (result != SPI_OK_SELECT)
		elog(ERROR, "could not read what is planned: %s",
			 SPI_result_code_string(result));
	compat_unpin_search_path(nest_level);

	/* SPI leaves its own */
	MemoryContextSwitchTo(old);
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

/*
 * Put a plan together.
 */
static void
build(PlanBuilder *builder)
{
	const PlannedRows *rows = builder->rows;
	SupplyPlan *plan = &builder->record->plan;

	plan->needs = palloc0((1 + rows->nneeds) * sizeof(PlanNeed));
	builder->needs = palloc0((1 + rows->nneeds) * sizeof(NeedRow *));
	plan->nneeds = 1;
	plan->lots = palloc0(builder->nlots * sizeof(PlanLot));

	for (int i = 0; i < builder->nlots; i++)
		add_lot(builder, &builder->lots[i]);
	for (int i = 0; i < rows->nneeds; i++)
		add_need(builder, &rows->needs[i]);
	if (builder->record->problem == NULL)
		link_lots(builder);
	if (builder->record->problem == NULL)
		find_components(builder);
	if (builder->record->problem == NULL)
		fill_request(builder);
	if (builder->record->problem != NULL)
		memset(plan, 0, sizeof(SupplyPlan));
}

/* the position of a lot in the plan; -1 if it is in another */
static int
find_lot(const PlanBuilder *builder, int64 plan, int lot)
{
	for (int i = 0; i < builder->nlots; i++)
	{
		if (builder->lots[i].plan == plan && builder->lots[i].lot == lot)
			return i;
	}
	return -1;
}

static void
add_need(PlanBuilder *builder, const NeedRow *row)
{
	SupplyPlan *plan = &builder->record->plan;
	int			lot = find_lot(builder, row->plan, row->lot);

	if (lot < 0)
		return;
	builder->needs[plan->nneeds] = row;
	plan->needs[plan->nneeds++] = (PlanNeed)
	{
		.node = builder->network->find_node(builder->network, row->item,
											row->location),
			.lot = lot,.component = row->component,
			.quantity = row->quantity,.at = row->at,.first_lot = -1,
			.possible_at = row->at,.bound_by_need = -1
	};
}

static void
add_lot(PlanBuilder *builder, const LotRow *row)
{
	SupplyPlan *plan = &builder->record->plan;
	PlanSource *source = network_find_source(builder->network, row->source);
	PlanLot    *lot = &plan->lots[plan->nlots++];

	if (source == NULL)
	{
		complain(builder, psprintf("source \"%s\" does not exist any more",
								   row->source));
		return;
	}
	*lot = (PlanLot)
	{
		.source = source,.need = row->need,.next_lot = -1,
			.quantity = row->quantity,.start = row->start,.end = row->end,
			.tasks = palloc0(Max(source->nsteps, 1) * sizeof(PlanTask)),
			.uses_component = palloc0(Max(source->ncomponents, 1) * sizeof(bool))
	};
	add_tasks(builder, row, lot);
}

static void
add_tasks(PlanBuilder *builder, const LotRow *row, PlanLot *lot)
{
	if (row->nsteps > lot->source->nsteps)
		complain(builder, psprintf("source \"%s\" has fewer steps than when it was planned",
								   row->source));
	for (int i = 0; i < lot->source->nsteps; i++)
	{
		const PlanStep *step = &lot->source->steps[i];
		PlanTask   *task = &lot->tasks[i];
		int			j = 0;

		while (j < row->nsteps && row->steps[j] != step->step)
			j++;
		if (j == row->nsteps)
		{
			complain(builder, psprintf("step %d of source \"%s\" was not planned",
									   step->step, row->source));
			return;
		}
		task->start = row->starts[j];
		task->end = row->ends[j];
		task->setup = row->changeovers[j];
		task->resources = palloc(Max(step->nuses, 1) * sizeof(PlanResource *));
		for (int use = 0; use < step->nuses; use++)
			task->resources[use] = find_resource(builder, row, step, use);
	}
}

/* what takes no time occupies nothing: then the first would have done */
static PlanResource *
find_resource(PlanBuilder *builder, const LotRow *row, const PlanStep *step,
			  int use)
{
	for (int i = 0; i < builder->rows->nuses; i++)
	{
		const UseRow *used = &builder->rows->uses[i];

		if (used->plan == row->plan && used->lot == row->lot &&
			used->step == step->step && used->use == use)
			return network_find_resource(builder->network, used->resource);
	}
	return step->uses[use].choices[0];
}

/*
 * Find out which lots serve which needs, and what of them comes from the balance.
 */
static void
link_lots(PlanBuilder *builder)
{
	SupplyPlan *plan = &builder->record->plan;

	plan->needs[0].first_lot = -1;
	for (int i = plan->nlots - 1; i >= 0; i--)
	{
		PlanLot    *lot = &plan->lots[i];
		int			need = 0;

		while (lot->need > 0 && need < plan->nneeds &&
			   (need == 0 ||
				builder->needs[need]->plan != builder->lots[i].plan ||
				builder->needs[need]->need != lot->need))
			need++;
		if (need == plan->nneeds)
		{
			complain(builder, psprintf("lot %d of plan " INT64_FORMAT " is for a need that is not there",
									   builder->lots[i].lot,
									   builder->lots[i].plan));
			return;
		}
		lot->need = need;
		lot->next_lot = plan->needs[need].first_lot;
		plan->needs[need].first_lot = i;
	}
}

/* which component of its lot's source is each need? */
static void
find_components(PlanBuilder *builder)
{
	SupplyPlan *plan = &builder->record->plan;

	for (int i = 1; i < plan->nneeds; i++)
	{
		PlanNeed   *need = &plan->needs[i];
		PlanLot    *lot = &plan->lots[need->lot];
		const PlanSource *source = lot->source;
		int			found = need->component;

		/* where the list has changed, another line may be meant */
		if (found < 0 || found >= source->ncomponents ||
			source->components[found].node != need->node ||
			lot->uses_component[found])
		{
			found = 0;
			while (found < source->ncomponents &&
				   (source->components[found].node != need->node ||
					lot->uses_component[found]))
				found++;
		}
		if (found == source->ncomponents)
		{
			complain(builder, psprintf("source \"%s\" does not take item \"%s\" any more",
									   source->name, need->node->item));
			return;
		}
		need->component = found;
		lot->uses_component[found] = true;
	}
}

/*
 * The request, and what of each need the lots do not supply.
 */
static void
fill_request(PlanBuilder *builder)
{
	SupplyPlan *plan = &builder->record->plan;
	PlanNeed   *request = &plan->needs[0];
	const PlanLot *first;

	if (request->first_lot < 0)
	{
		complain(builder, "no lot is for the promise itself");
		return;
	}
	first = &plan->lots[request->first_lot];
	request->node = first->source->outputs[0].node;
	request->at = first->end;
	request->lot = -1;
	request->component = -1;
	request->bound_by_need = -1;
	for (int i = 0; i < first->source->noutputs && !builder->record->inherited; i++)
	{
		if (find_demand(builder, first->source->outputs[i].node, request))
			break;
	}
	request->possible_at = request->at;

	for (int i = 0; i < plan->nneeds; i++)
	{
		PlanNeed   *need = &plan->needs[i];
		Quantity	lacking = need->quantity;

		for (int lot = need->first_lot; lot >= 0 && lacking > 0;
			 lot = plan->lots[lot].next_lot)
		{
			const PlanSource *source = plan->lots[lot].source;

			for (int j = 0; j < source->noutputs; j++)
			{
				Quantity	yield;

				if (source->outputs[j].node == need->node &&
					plan_output_quantity(&source->outputs[j],
										 plan->lots[lot].quantity,
										 &yield) == PROMISE_OK)
					lacking -= Min(lacking, yield);
			}
		}
		need->from_balance = lacking;
	}
}

/* what is demanded of a node with the plan's ref; false: nothing */
static bool
find_demand(PlanBuilder *builder, PlanNode *node, PlanNeed *request)
{
	NodeQuery	query = {
		.items = &node->item,
		.nitems = 1,
		.location = node->location,
		.detail = true,
		.now = builder->network->now
	};
	ItemNodes  *found = nodes_read(&query);
	Quantity	quantity = 0;
	Instant		at = INSTANT_END;

	for (int i = 0; found->nnodes > 0 && i < found->nodes[0].nevents; i++)
	{
		const FlowEvent *event = &found->nodes[0].events[i];

		if (event->detail->origin != FLOW_DEMAND || event->detail->ref == NULL ||
			strcmp(event->detail->ref, builder->record->ref) != 0)
			continue;
		if (pg_sub_s64_overflow(quantity, event->delta, &quantity))
			quantity = QUANTITY_MAX;
		at = Min(at, Max(event->at, builder->network->now));
	}
	if (quantity == 0)
		return false;
	request->node = node;
	request->quantity = quantity;
	request->at = at;
	return true;
}

/* the first problem is told */
static void
complain(PlanBuilder *builder, const char *problem)
{
	if (builder->record->problem == NULL)
		builder->record->problem = problem;
}
