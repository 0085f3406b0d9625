/*
 * plan_violation.c - what a recorded plan breaks, as rows of promise.plan_violation.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "api/plan_violation.h"
#include "types/quantity_numeric.h"
#include "types/wording.h"

/* columns of promise.plan_violation */
enum
{
	VIOLATION_REF,
	VIOLATION_RULE,
	VIOLATION_ITEM,
	VIOLATION_LOCATION,
	VIOLATION_SOURCE,
	VIOLATION_RESOURCE,
	VIOLATION_STEP,
	VIOLATION_AT,
	VIOLATION_MISSING,
	VIOLATION_DETAIL,
	NUM_VIOLATION_COLUMNS
};

typedef struct ViolationRow
{
	Datum		values[NUM_VIOLATION_COLUMNS];
	bool		nulls[NUM_VIOLATION_COLUMNS];
} ViolationRow;

static void begin_row(ViolationRow *row, const RecordedPlan *record,
					  PlanRule rule);
static void set_text(ViolationRow *row, int column, const char *value);
static void end_row(ReturnSetInfo *result, ViolationRow *row);
static const char *rule_name(PlanRule rule);
static const char *node_name(const PlanNode *node);
static const char *step_name(const SupplyPlan *plan,
							 const PlanViolation *violation);
static const char *detail(const SupplyPlan *plan,
						  const PlanViolation *violation);
static const char *component_detail(const SupplyPlan *plan,
									const PlanViolation *violation);

void
plan_violation_put(ReturnSetInfo *result, const RecordedPlan *record,
				   const PlanViolation *violation)
{
	const SupplyPlan *plan = &record->plan;
	ViolationRow row;

	begin_row(&row, record, violation->rule);
	if (violation->node != NULL)
	{
		set_text(&row, VIOLATION_ITEM, violation->node->item);
		set_text(&row, VIOLATION_LOCATION, violation->node->location);
	}
	if (violation->lot >= 0)
		set_text(&row, VIOLATION_SOURCE, plan->lots[violation->lot].source->name);
	if (violation->resource != NULL)
		set_text(&row, VIOLATION_RESOURCE, violation->resource->name);
	if (violation->step >= 0)
	{
		const PlanSource *source = plan->lots[violation->lot].source;

		row.values[VIOLATION_STEP] =
			Int32GetDatum(source->steps[violation->step].step);
		row.nulls[VIOLATION_STEP] = false;
	}
	if (violation->rule != PLAN_RULE_SHAPE)
	{
		row.values[VIOLATION_AT] = TimestampTzGetDatum(violation->at);
		row.nulls[VIOLATION_AT] = false;
	}
	if (violation->missing != 0)
	{
		row.values[VIOLATION_MISSING] =
			NumericGetDatum(quantity_get_numeric(violation->missing));
		row.nulls[VIOLATION_MISSING] = false;
	}
	set_text(&row, VIOLATION_DETAIL, detail(plan, violation));
	end_row(result, &row);
}

void
plan_violation_put_problem(ReturnSetInfo *result, const RecordedPlan *record)
{
	ViolationRow row;

	begin_row(&row, record, PLAN_RULE_SHAPE);
	set_text(&row, VIOLATION_DETAIL, record->problem);
	end_row(result, &row);
}

static void
begin_row(ViolationRow *row, const RecordedPlan *record, PlanRule rule)
{
	for (int i = 0; i < NUM_VIOLATION_COLUMNS; i++)
	{
		row->values[i] = (Datum) 0;
		row->nulls[i] = true;
	}
	set_text(row, VIOLATION_REF, record->ref);
	set_text(row, VIOLATION_RULE, rule_name(rule));
}

static void
set_text(ViolationRow *row, int column, const char *value)
{
	row->values[column] = CStringGetTextDatum(value);
	row->nulls[column] = false;
}

static void
end_row(ReturnSetInfo *result, ViolationRow *row)
{
	tuplestore_putvalues(result->setResult, result->setDesc, row->values,
						 row->nulls);
}

static const char *
rule_name(PlanRule rule)
{
	switch (rule)
	{
		case PLAN_RULE_SHAPE:
			return "shape";
		case PLAN_RULE_BALANCE:
			return "balance";
		case PLAN_RULE_SAFETY_STOCK:
			return "safety_stock";
		case PLAN_RULE_SHELF_LIFE:
			return "shelf_life";
		case PLAN_RULE_SUPPLIED:
			return "supplied";
		case PLAN_RULE_LOT_SIZE:
			return "lot_size";
		case PLAN_RULE_LEAD_TIME:
			return "lead_time";
		case PLAN_RULE_FENCE:
			return "fence";
		case PLAN_RULE_EFFECTIVITY:
			return "effectivity";
		case PLAN_RULE_COMPONENT:
			return "component";
		case PLAN_RULE_WORK:
			return "work";
		case PLAN_RULE_CHANGEOVER:
			return "changeover";
		case PLAN_RULE_PRECEDENCE:
			return "precedence";
		case PLAN_RULE_RESOURCE:
			return "resource";
		case PLAN_RULE_CAPACITY:
			return "capacity";
		case PLAN_RULE_LIMIT:
			return "limit";
	}
	pg_unreachable();
}

static const char *
node_name(const PlanNode *node)
{
	return psprintf("item \"%s\" at location \"%s\"", node->item,
					node->location);
}

static const char *
step_name(const SupplyPlan *plan, const PlanViolation *violation)
{
	const PlanSource *source = plan->lots[violation->lot].source;

	return psprintf("step %d of source \"%s\"",
					source->steps[violation->step].step, source->name);
}

/*
 * What is wrong, in words.
 */
static const char *
detail(const SupplyPlan *plan, const PlanViolation *violation)
{
	const PlanLot *lot = violation->lot < 0 ? NULL : &plan->lots[violation->lot];
	const char *missing = wording_quantity(violation->missing);

	switch (violation->rule)
	{
		case PLAN_RULE_SHAPE:
			return "its lots and needs do not fit together";
		case PLAN_RULE_BALANCE:
			return psprintf("%s of %s is not there", missing,
							node_name(violation->node));
		case PLAN_RULE_SAFETY_STOCK:
			return psprintf("%s of %s is safety stock", missing,
							node_name(violation->node));
		case PLAN_RULE_SHELF_LIFE:
			return psprintf("%s of %s has spoiled by then", missing,
							node_name(violation->node));
		case PLAN_RULE_SUPPLIED:
			if (lot != NULL)
				return psprintf("source \"%s\" does not yield %s",
								lot->source->name,
								node_name(violation->node));
			return psprintf("its lots yield %s of %s too little", missing,
							node_name(violation->node));
		case PLAN_RULE_LOT_SIZE:
			return psprintf("source \"%s\" has no lots of %s",
							lot->source->name,
							wording_quantity(lot->quantity));
		case PLAN_RULE_LEAD_TIME:
			return psprintf("a lot of source \"%s\" that begins at %s does not end then",
							lot->source->name, wording_instant(lot->start));
		case PLAN_RULE_FENCE:
			return psprintf("source \"%s\" starts nothing then",
							lot->source->name);
		case PLAN_RULE_EFFECTIVITY:
			if (violation->node != plan->needs[lot->need].node)
				return psprintf("source \"%s\" does not take %s then",
								lot->source->name,
								node_name(violation->node));
			return psprintf("source \"%s\" is not in force then",
							lot->source->name);
		case PLAN_RULE_COMPONENT:
			return component_detail(plan, violation);
		case PLAN_RULE_WORK:
			return psprintf("%s does not last until %s",
							step_name(plan, violation),
							wording_instant(lot->tasks[violation->step].end));
		case PLAN_RULE_CHANGEOVER:
			return psprintf("resource \"%s\" is not set up in time",
							violation->resource->name);
		case PLAN_RULE_PRECEDENCE:
			if (violation->step < 0)
				return psprintf("a lot of source \"%s\" does not begin with its first step",
								lot->source->name);
			return psprintf("%s cannot begin yet",
							step_name(plan, violation));
		case PLAN_RULE_RESOURCE:
			return psprintf("%s is not done on resource \"%s\"",
							step_name(plan, violation),
							violation->resource->name);
		case PLAN_RULE_CAPACITY:
			return psprintf("%s of resource \"%s\" is not free", missing,
							violation->resource->name);
		case PLAN_RULE_LIMIT:
			return "it lies beyond the horizon";
	}
	pg_unreachable();
}

static const char *
component_detail(const SupplyPlan *plan, const PlanViolation *violation)
{
	const PlanLot *lot = &plan->lots[violation->lot];

	if (violation->need >= 0)
		return psprintf("source \"%s\" takes another quantity of %s, or at another time",
						lot->source->name, node_name(violation->node));
	return psprintf("source \"%s\" takes %s, of which nothing is planned",
					lot->source->name, node_name(violation->node));
}
