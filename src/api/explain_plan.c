/*
 * explain_plan.c - a plan as part of an explanation.
 *
 * Lines are those of the plan's tree, below each need what makes it as late as it
 * is.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "api/explain_plan.h"
#include "api/moves.h"
#include "api/plan_reason.h"
#include "api/reason.h"
#include "engine/plan_tree.h"
#include "types/wording.h"

static void explain_moves(TextTree *tree, int depth, const CapablePlan *plan);
static char *extent(const SupplyPlan *plan);
static void explain_need(TextTree *tree, int depth, const PlanTree *rows,
						 const PlanTreeRow *row, const char *location);
static void explain_binding(TextTree *tree, int depth, const PlanTree *rows,
							const PlanTreeRow *row);
static char *resources_of(const PlanLot *lot, int step);
static void explain_lot(TextTree *tree, int depth, const PlanLot *lot,
						const PlanTreeRow *row);
static void explain_step(TextTree *tree, int depth, const PlanLot *lot,
						 const PlanTreeRow *row);
static const char *mark(const PlanTreeRow *row);

void
explain_plan(TextTree *tree, int depth, PlanNetwork *network,
			 const CapablePlan *plan)
{
	const SupplyPlan *made = &plan->answer.plan;
	PlanTree	rows;

	explain_moves(tree, depth, plan);
	if (made->nlots == 0)
		return;
	plan_tree_build(network, made, &rows);
	text_tree_line(tree, depth, "plan at location \"%s\", its critical path marked by *",
				   plan->location);
	for (int i = 0; i < rows.nrows; i++)
	{
		const PlanTreeRow *row = &rows.rows[i];
		int			row_depth = depth + 1 + row->level;

		CHECK_FOR_INTERRUPTS();
		switch (row->kind)
		{
			case PLAN_ROW_NEED:
				explain_need(tree, row_depth, &rows, row, plan->location);
				break;
			case PLAN_ROW_LOT:
				explain_lot(tree, row_depth, &made->lots[row->lot], row);
				break;
			case PLAN_ROW_STEP:
				explain_step(tree, row_depth, &made->lots[row->lot], row);
				break;
		}
	}
}

/*
 * What becomes of the plans of others that are in the way.
 */
static void
explain_moves(TextTree *tree, int depth, const CapablePlan *plan)
{
	if (plan->nmoves > 0)
		text_tree_line(tree, depth, "%s, %s", moves_text(plan),
					   plan->nmoves == 1 ? "whose promised date holds" :
					   "whose promised dates hold");
	for (int i = 0; i < plan->nmoves; i++)
	{
		const PlanMove *move = &plan->moves[i];
		const PlanNeed *promise = &move->before->needs[0];

		text_tree_line(tree, depth + 1, "\"%s\", %s of item \"%s\" promised for %s: %s, not %s",
					   move->ref, wording_quantity(promise->quantity),
					   promise->node->item, wording_instant(promise->at),
					   extent(&move->after), extent(move->before));
	}
}

/* from when to when something is made, bought or moved */
static char *
extent(const SupplyPlan *plan)
{
	Instant		from = INSTANT_END;
	Instant		until = INSTANT_BEGIN;

	if (plan->nlots == 0)
		return pstrdup("from stock");
	for (int i = 0; i < plan->nlots; i++)
	{
		from = Min(from, plan->lots[i].start);
		until = Max(until, plan->lots[i].end);
	}
	return psprintf("%s to %s", wording_instant(from), wording_instant(until));
}

/*
 * What is taken, where it is not where the request is delivered from, and how
 * much of it is there without a lot.
 */
static void
explain_need(TextTree *tree, int depth, const PlanTree *rows,
			 const PlanTreeRow *row, const char *location)
{
	const PlanNeed *need = &rows->plan->needs[row->need];
	const char *supplied = "";

	if (need->first_lot < 0)
		supplied = ", there without a lot";
	else if (need->from_balance > 0)
		supplied = psprintf(", %s of it there without a lot",
							wording_quantity(need->from_balance));
	text_tree_line(tree, depth, "%s%s of item \"%s\"%s on %s%s", mark(row),
				   wording_quantity(need->quantity), need->node->item,
				   strcmp(need->node->location, location) == 0 ? "" :
				   psprintf(" at location \"%s\"", need->node->location),
				   wording_instant(need->at), supplied);
	if (need->binding != PLAN_BOUND_BY_NOTHING)
		explain_binding(tree, depth + 1, rows, row);
}

/*
 * What makes a need as late as it is.  Of a step that waits for room the path knows
 * since when.
 */
static void
explain_binding(TextTree *tree, int depth, const PlanTree *rows,
				const PlanTreeRow *row)
{
	const SupplyPlan *plan = rows->plan;
	const PlanNeed *need = &plan->needs[row->need];
	int			lot = plan_last_lot(plan, row->need);
	char	   *when = wording_instant(need->possible_at);

	if (row->critical && lot >= 0 && lot == rows->waiting_lot &&
		need->binding == PLAN_BOUND_BY_CAPACITY)
		text_tree_line(tree, depth, "not before %s (%s): step %d waits for room%s since %s",
					   when, reason_name(REASON_CAPACITY),
					   plan->lots[lot].source->steps[rows->waiting_step].step,
					   resources_of(&plan->lots[lot], rows->waiting_step),
					   wording_instant(rows->waiting_since));
	else
		text_tree_line(tree, depth, "not before %s (%s): %s", when,
					   reason_name(plan_reason_bound(need->binding)),
					   plan_reason_of_need(plan, row->need));
}

static void
explain_lot(TextTree *tree, int depth, const PlanLot *lot,
			const PlanTreeRow *row)
{
	static const char *const verbs[] = {
		[PLAN_MAKE] = "make",[PLAN_BUY] = "buy",
		[PLAN_MOVE] = "move",[PLAN_KIT] = "put together"
	};

	text_tree_line(tree, depth, "%s%s %s by source \"%s\": %s to %s", mark(row),
				   verbs[lot->source->kind], wording_quantity(lot->quantity),
				   lot->source->name, wording_instant(lot->start),
				   wording_instant(lot->end));
}

static void
explain_step(TextTree *tree, int depth, const PlanLot *lot,
			 const PlanTreeRow *row)
{
	text_tree_line(tree, depth, "%sstep %d%s: %s to %s", mark(row),
				   lot->source->steps[row->step].step,
				   resources_of(lot, row->step), wording_instant(row->start),
				   wording_instant(row->end));
}

/* what a step is done on, as the end of a phrase */
static char *
resources_of(const PlanLot *lot, int step)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < lot->source->steps[step].nuses; i++)
		appendStringInfo(&text, "%s \"%s\"", i == 0 ? " on" : " and",
						 lot->tasks[step].resources[i]->name);
	return text.data;
}

static const char *
mark(const PlanTreeRow *row)
{
	return row->critical ? "* " : "";
}
