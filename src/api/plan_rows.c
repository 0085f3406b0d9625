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
	NUM_ROW_COLUMNS
};

typedef struct PlanRowWriter
{
	ReturnSetInfo *result;
	const SupplyPlan *plan;
	const bool *firm;			/* of each lot; NULL: none is */
	const char *ref;			/* whose it is; NULL: what was asked for */
	int		   *first_need;		/* of each lot's needs; -1: none */
	int		   *next_need;		/* of the same lot; -1: the last */
	int			nrows;

	/* the row that is being made */
	Datum		values[NUM_ROW_COLUMNS];
	bool		nulls[NUM_ROW_COLUMNS];
} PlanRowWriter;

static void put_need(PlanRowWriter *writer, int need, int parent, int level);
static void put_lot(PlanRowWriter *writer, int lot, int parent, int level);
static void put_outputs(PlanRowWriter *writer, int lot, int parent, int level);
static void put_loads(PlanRowWriter *writer, int lot, int parent, int level);
static void begin_row(PlanRowWriter *writer, const char *kind, int parent,
					  int level);
static void set_text(PlanRowWriter *writer, int column, const char *value);
static void set_quantity(PlanRowWriter *writer, Quantity quantity);
static void set_time(PlanRowWriter *writer, Instant start, Instant end);
static void set_reason(PlanRowWriter *writer, PromiseReason reason);
static void end_row(PlanRowWriter *writer);

/*
 * The rows of a plan, after so many others of the same result.
 */
void
plan_rows_put(ReturnSetInfo *result, const SupplyPlan *plan, const char *ref,
			  const bool *firm, int *nrows)
{
	PlanRowWriter writer = {
		.result = result,.plan = plan,.ref = ref,.firm = firm,.nrows = *nrows
	};

	writer.first_need = palloc(Max(plan->nlots, 1) * sizeof(int));
	writer.next_need = palloc(plan->nneeds * sizeof(int));
	for (int i = 0; i < plan->nlots; i++)
		writer.first_need[i] = -1;
	for (int i = plan->nneeds - 1; i > 0; i--)
	{
		int			lot = plan->needs[i].lot;

		writer.next_need[i] = writer.first_need[lot];
		writer.first_need[lot] = i;
	}
	put_need(&writer, 0, 0, 0);
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

	begin_row(&writer, "none", 0, 0);
	set_text(&writer, ROW_ITEM, item);
	set_text(&writer, ROW_LOCATION, location);
	set_quantity(&writer, -quantity);
	set_reason(&writer, reason);
	set_text(&writer, ROW_DETAIL, detail);
	end_row(&writer);
}

/*
 * A need, and below it the lots for it.
 */
static void
put_need(PlanRowWriter *writer, int number, int parent, int level)
{
	const PlanNeed *need = &writer->plan->needs[number];
	int			row;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	begin_row(writer, "demand", parent, level);
	row = writer->nrows;
	set_text(writer, ROW_ITEM, need->node->item);
	set_text(writer, ROW_LOCATION, need->node->location);
	set_quantity(writer, -need->quantity);
	set_time(writer, need->at, need->at);
	if (need->binding != PLAN_BOUND_BY_NOTHING)
		set_reason(writer, plan_reason_bound(need->binding));
	if (need->first_lot < 0)
		set_text(writer, ROW_DETAIL, "from the balance");
	else if (need->from_balance > 0)
		set_text(writer, ROW_DETAIL,
				 psprintf("%s from the balance",
						  wording_quantity(need->from_balance)));
	end_row(writer);

	for (int lot = need->first_lot; lot >= 0;
		 lot = writer->plan->lots[lot].next_lot)
		put_lot(writer, lot, row, level + 1);
}

/*
 * A lot, and below it what it yields besides, occupies and takes.
 */
static void
put_lot(PlanRowWriter *writer, int number, int parent, int level)
{
	static const char *const kinds[] = {
		[PLAN_MAKE] = "make",[PLAN_BUY] = "buy",
		[PLAN_MOVE] = "move",[PLAN_KIT] = "kit"
	};
	const PlanLot *lot = &writer->plan->lots[number];
	const PlanNode *node = writer->plan->needs[lot->need].node;
	int			row;

	begin_row(writer, kinds[lot->source->kind], parent, level);
	row = writer->nrows;
	set_text(writer, ROW_ITEM, node->item);
	set_text(writer, ROW_LOCATION, node->location);
	set_text(writer, ROW_SOURCE, lot->source->name);
	set_time(writer, lot->start, lot->end);
	for (int i = 0; i < lot->source->noutputs; i++)
	{
		Quantity	yield;

		if (lot->source->outputs[i].node != node)
			continue;
		promise_check(plan_output_quantity(&lot->source->outputs[i],
										   lot->quantity, &yield));
		set_quantity(writer, yield);
	}
	if (writer->firm != NULL && writer->firm[number])
		set_text(writer, ROW_DETAIL, "firm");
	end_row(writer);

	put_outputs(writer, number, row, level + 1);
	put_loads(writer, number, row, level + 1);
	for (int need = writer->first_need[number]; need >= 0;
		 need = writer->next_need[need])
		put_need(writer, need, row, level + 1);
}

/* what a lot yields beside what it is for */
static void
put_outputs(PlanRowWriter *writer, int number, int parent, int level)
{
	const PlanLot *lot = &writer->plan->lots[number];
	const PlanNode *node = writer->plan->needs[lot->need].node;

	for (int i = 0; i < lot->source->noutputs; i++)
	{
		const PlanOutput *output = &lot->source->outputs[i];
		Instant		at = plan_output_at(output, lot->tasks, lot->end);
		Quantity	yield;

		if (output->node == node)
			continue;
		promise_check(plan_output_quantity(output, lot->quantity, &yield));
		begin_row(writer, "yield", parent, level);
		set_text(writer, ROW_ITEM, output->node->item);
		set_text(writer, ROW_LOCATION, output->node->location);
		set_text(writer, ROW_SOURCE, lot->source->name);
		set_quantity(writer, yield);
		set_time(writer, at, at);
		end_row(writer);
	}
}

/* what its steps occupy; a step that occupies nothing has a row, too */
static void
put_loads(PlanRowWriter *writer, int number, int parent, int level)
{
	const PlanLot *lot = &writer->plan->lots[number];

	for (int i = 0; i < lot->source->nsteps; i++)
	{
		const PlanStep *step = &lot->source->steps[i];
		const PlanTask *task = &lot->tasks[i];

		for (int j = 0; j < Max(step->nuses, 1); j++)
		{
			begin_row(writer, "step", parent, level);
			set_text(writer, ROW_SOURCE, lot->source->name);
			writer->values[ROW_STEP] = Int32GetDatum(step->step);
			writer->nulls[ROW_STEP] = false;
			set_time(writer, task->start, task->end);
			if (step->nuses > 0)
			{
				Quantity	units = step->uses[j].units;

				if (task->resources[j]->bucketed)
					promise_check(plan_bucket_quantity(&step->uses[j],
													   lot->quantity, &units));
				set_text(writer, ROW_RESOURCE, task->resources[j]->name);
				set_quantity(writer, units);
			}
			end_row(writer);
		}
	}
}

static void
begin_row(PlanRowWriter *writer, const char *kind, int parent, int level)
{
	for (int i = 0; i < NUM_ROW_COLUMNS; i++)
	{
		writer->values[i] = (Datum) 0;
		writer->nulls[i] = true;
	}
	writer->values[ROW_NUMBER] = Int32GetDatum(++writer->nrows);
	writer->nulls[ROW_NUMBER] = false;
	writer->values[ROW_PARENT] = Int32GetDatum(parent);
	writer->nulls[ROW_PARENT] = parent == 0;
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
end_row(PlanRowWriter *writer)
{
	tuplestore_putvalues(writer->result->setResult, writer->result->setDesc,
						 writer->values, writer->nulls);
}
