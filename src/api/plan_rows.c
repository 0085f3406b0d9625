/*
 * plan_rows.c - a plan as rows of type promise.plan_row.
 *
 * The rows are the tree of the plan from the request down.  Their quantities are
 * what the plan changes: supply is positive, demand negative, of a resource the
 * units that it occupies.
 */
#include "postgres.h"

#include "access/tupdesc.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "api/plan_reason.h"
#include "api/plan_rows.h"
#include "api/reason.h"
#include "engine/plan_tree.h"
#include "types/quantity_numeric.h"
#include "types/report.h"
#include "types/wording.h"

/* columns of promise.plan_row */
enum
{
	ROW_NUMBER,
	ROW_PARENT,
	ROW_LEVEL,
	ROW_KIND,
	ROW_ITEM,
	ROW_LOCATION,
	ROW_SOURCE,
	ROW_STEP,
	ROW_RESOURCE,
	ROW_QUANTITY,
	ROW_START_AT,
	ROW_END_AT,
	ROW_REASON,
	ROW_DETAIL,
	ROW_REF,
	ROW_CRITICAL,
	NUM_ROW_COLUMNS
};

typedef struct PlanRowWriter
{
	ReturnSetInfo *result;
	const SupplyPlan *plan;
	const bool *firm;			/* of each lot; NULL: none is */
	const char *ref;			/* whose it is; NULL: what was asked for */
	int		   *parents;		/* of each level, the row that was last on it */
	int			nrows;

	/* the row that is being made */
	Datum		values[NUM_ROW_COLUMNS];
	bool		nulls[NUM_ROW_COLUMNS];
} PlanRowWriter;

static void put_need(PlanRowWriter *writer, const PlanTreeRow *row);
static void put_lot(PlanRowWriter *writer, const PlanTreeRow *row);
static void put_outputs(PlanRowWriter *writer, const PlanTreeRow *row);
static void put_step(PlanRowWriter *writer, const PlanTreeRow *row);
static void begin_row(PlanRowWriter *writer, const char *kind, int level);
static void set_text(PlanRowWriter *writer, int column, const char *value);
static void set_quantity(PlanRowWriter *writer, Quantity quantity);
static void set_time(PlanRowWriter *writer, Instant start, Instant end);
static void set_reason(PlanRowWriter *writer, PromiseReason reason);
static void set_critical(PlanRowWriter *writer, bool critical);
static void end_row(PlanRowWriter *writer);

/*
 * The rows of a plan, after so many others of the same result.
 */
void
plan_rows_put(ReturnSetInfo *result, PlanNetwork *network,
			  const SupplyPlan *plan, const char *ref, const bool *firm,
			  int *nrows)
{
	PlanTree	tree;
	int			nlevels = 0;
	PlanRowWriter writer = {
		.result = result,.plan = plan,.ref = ref,.firm = firm,.nrows = *nrows
	};

	plan_tree_build(network, plan, &tree);
	for (int i = 0; i < tree.nrows; i++)
		nlevels = Max(nlevels, tree.rows[i].level + 1);
	writer.parents = palloc(nlevels * sizeof(int));

	for (int i = 0; i < tree.nrows; i++)
	{
		const PlanTreeRow *row = &tree.rows[i];

		CHECK_FOR_INTERRUPTS();
		if (row->kind == PLAN_ROW_NEED)
			put_need(&writer, row);
		else if (row->kind == PLAN_ROW_LOT)
			put_lot(&writer, row);
		else
			put_step(&writer, row);
	}
	*nrows = writer.nrows;
}

/*
 * One row that says that there is no plan, and why.
 */
void
plan_rows_put_none(ReturnSetInfo *result, const char *item,
				   const char *location, Quantity quantity,
				   PromiseReason reason, const char *detail)
{
	PlanRowWriter writer = {.result = result};

	begin_row(&writer, "none", 0);
	set_text(&writer, ROW_ITEM, item);
	set_text(&writer, ROW_LOCATION, location);
	set_quantity(&writer, -quantity);
	set_reason(&writer, reason);
	set_text(&writer, ROW_DETAIL, detail);
	end_row(&writer);
}

static void
put_need(PlanRowWriter *writer, const PlanTreeRow *row)
{
	const PlanNeed *need = &writer->plan->needs[row->need];

	begin_row(writer, "demand", row->level);
	writer->parents[row->level] = writer->nrows;
	set_text(writer, ROW_ITEM, need->node->item);
	set_text(writer, ROW_LOCATION, need->node->location);
	set_quantity(writer, -need->quantity);
	set_time(writer, row->start, row->end);
	set_critical(writer, row->critical);
	if (need->binding != PLAN_BOUND_BY_NOTHING)
		set_reason(writer, plan_reason_bound(need->binding));
	if (need->first_lot < 0)
		set_text(writer, ROW_DETAIL, "from the balance");
	else if (need->from_balance > 0)
		set_text(writer, ROW_DETAIL,
				 psprintf("%s from the balance",
						  wording_quantity(need->from_balance)));
	end_row(writer);
}

/*
 * A lot, and below it what it yields besides.
 */
static void
put_lot(PlanRowWriter *writer, const PlanTreeRow *row)
{
	static const char *const kinds[] = {
		[PLAN_MAKE] = "make",[PLAN_BUY] = "buy",
		[PLAN_MOVE] = "move",[PLAN_KIT] = "kit"
	};
	const PlanLot *lot = &writer->plan->lots[row->lot];
	const PlanNode *node = writer->plan->needs[lot->need].node;

	begin_row(writer, kinds[lot->source->kind], row->level);
	writer->parents[row->level] = writer->nrows;
	set_text(writer, ROW_ITEM, node->item);
	set_text(writer, ROW_LOCATION, node->location);
	set_text(writer, ROW_SOURCE, lot->source->name);
	set_time(writer, row->start, row->end);
	set_critical(writer, row->critical);
	for (int i = 0; i < lot->source->noutputs; i++)
	{
		Quantity	yield;

		if (lot->source->outputs[i].node != node)
			continue;
		promise_check(plan_output_quantity(&lot->source->outputs[i],
										   lot->quantity, &yield));
		set_quantity(writer, yield);
	}
	if (writer->firm != NULL && writer->firm[row->lot])
		set_text(writer, ROW_DETAIL, "firm");
	end_row(writer);
	put_outputs(writer, row);
}

/* what a lot yields beside what it is for; nothing waits for that */
static void
put_outputs(PlanRowWriter *writer, const PlanTreeRow *row)
{
	const PlanLot *lot = &writer->plan->lots[row->lot];
	const PlanNode *node = writer->plan->needs[lot->need].node;

	for (int i = 0; i < lot->source->noutputs; i++)
	{
		const PlanOutput *output = &lot->source->outputs[i];
		Instant		at = plan_output_at(output, lot->tasks, lot->end);
		Quantity	yield;

		if (output->node == node)
			continue;
		promise_check(plan_output_quantity(output, lot->quantity, &yield));
		begin_row(writer, "yield", row->level + 1);
		set_text(writer, ROW_ITEM, output->node->item);
		set_text(writer, ROW_LOCATION, output->node->location);
		set_text(writer, ROW_SOURCE, lot->source->name);
		set_quantity(writer, yield);
		set_time(writer, at, at);
		set_critical(writer, false);
		end_row(writer);
	}
}

/* what a step occupies; one that occupies nothing has a row, too */
static void
put_step(PlanRowWriter *writer, const PlanTreeRow *row)
{
	const PlanLot *lot = &writer->plan->lots[row->lot];
	const PlanStep *step = &lot->source->steps[row->step];
	const PlanTask *task = &lot->tasks[row->step];

	for (int i = 0; i < Max(step->nuses, 1); i++)
	{
		begin_row(writer, "step", row->level);
		set_text(writer, ROW_SOURCE, lot->source->name);
		writer->values[ROW_STEP] = Int32GetDatum(step->step);
		writer->nulls[ROW_STEP] = false;
		set_time(writer, row->start, row->end);
		set_critical(writer, row->critical);
		if (step->nuses > 0)
		{
			Quantity	units = step->uses[i].units;

			if (task->resources[i]->bucketed)
				promise_check(plan_bucket_quantity(&step->uses[i],
												   lot->quantity, &units));
			set_text(writer, ROW_RESOURCE, task->resources[i]->name);
			set_quantity(writer, units);
		}
		end_row(writer);
	}
}

/* below the row that was last on the level above */
static void
begin_row(PlanRowWriter *writer, const char *kind, int level)
{
	for (int i = 0; i < NUM_ROW_COLUMNS; i++)
	{
		writer->values[i] = (Datum) 0;
		writer->nulls[i] = true;
	}
	writer->values[ROW_NUMBER] = Int32GetDatum(++writer->nrows);
	writer->nulls[ROW_NUMBER] = false;
	if (level > 0)
		writer->values[ROW_PARENT] = Int32GetDatum(writer->parents[level - 1]);
	writer->nulls[ROW_PARENT] = level == 0;
	writer->values[ROW_LEVEL] = Int32GetDatum(level);
	writer->nulls[ROW_LEVEL] = false;
	set_text(writer, ROW_KIND, kind);
	set_text(writer, ROW_REF, writer->ref);
}

static void
set_text(PlanRowWriter *writer, int column, const char *value)
{
	writer->nulls[column] = value == NULL;
	if (value != NULL)
		writer->values[column] = CStringGetTextDatum(value);
}

static void
set_quantity(PlanRowWriter *writer, Quantity quantity)
{
	writer->values[ROW_QUANTITY] =
		NumericGetDatum(quantity_get_numeric(quantity));
	writer->nulls[ROW_QUANTITY] = false;
}

static void
set_time(PlanRowWriter *writer, Instant start, Instant end)
{
	writer->values[ROW_START_AT] = TimestampTzGetDatum(start);
	writer->nulls[ROW_START_AT] = false;
	writer->values[ROW_END_AT] = TimestampTzGetDatum(end);
	writer->nulls[ROW_END_AT] = false;
}

static void
set_reason(PlanRowWriter *writer, PromiseReason reason)
{
	TupleDesc	desc = writer->result->setDesc;

	writer->values[ROW_REASON] =
		reason_datum(reason, TupleDescAttr(desc, ROW_REASON)->atttypid);
	writer->nulls[ROW_REASON] = false;
}

static void
set_critical(PlanRowWriter *writer, bool critical)
{
	writer->values[ROW_CRITICAL] = BoolGetDatum(critical);
	writer->nulls[ROW_CRITICAL] = false;
}

static void
end_row(PlanRowWriter *writer)
{
	tuplestore_putvalues(writer->result->setResult, writer->result->setDesc,
						 writer->values, writer->nulls);
}
