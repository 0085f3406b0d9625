/*
 * plan_reason.c - why a plan is as late as it is, or why there is none.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "api/plan_reason.h"
#include "engine/plan_tree.h"
#include "store/fetch.h"
#include "types/wording.h"

static PromiseReason reason_of(PlanBinding binding, bool possible);
static int	last_binding(const SupplyPlan *plan);
static char *detail_of_need(const SupplyPlan *plan, int need);
static char *wait_for_room(const PlanTree *tree);
static const char *place_of(const PlanNode *node);
static char *detail_of_failure(const PlanAnswer *answer);

/*
 * The reason for the request itself, which is for the node: "component" if it waits
 * for another.
 */
PromiseReason
plan_reason(const PlanAnswer *answer, const PlanNode *node)
{
	if (answer->possible)
		return reason_of(answer->plan.needs[0].binding, true);
	if (answer->bound_node != NULL && answer->bound_node != node)
		return REASON_COMPONENT;
	return reason_of(answer->binding, false);
}

static PromiseReason
reason_of(PlanBinding binding, bool possible)
{
	switch (binding)
	{
		case PLAN_BOUND_BY_NOTHING:
		case PLAN_BOUND_BY_STOCK:
			return REASON_STOCK;
		case PLAN_BOUND_BY_COMPONENT:
			return REASON_COMPONENT;
		case PLAN_BOUND_BY_CAPACITY:
			return REASON_CAPACITY;
		case PLAN_BOUND_BY_CALENDAR:
			return possible ? REASON_LEAD_TIME : REASON_CALENDAR_EXHAUSTED;
		case PLAN_BOUND_BY_LEAD_TIME:
		case PLAN_BOUND_BY_WORK:
			return REASON_LEAD_TIME;
		case PLAN_BOUND_BY_FENCE:
			return REASON_FENCE;
		case PLAN_BOUND_BY_EFFECTIVITY:
			return REASON_EFFECTIVITY;
		case PLAN_BOUND_BY_LOT_SIZE:
			return REASON_LOT_SIZE;
		case PLAN_BOUND_BY_NO_SOURCE:
			return REASON_NO_SOURCE;
		case PLAN_BOUND_BY_LIMIT:
			return REASON_HORIZON;
	}
	return REASON_STOCK;		/* not reached */
}

/*
 * What binds in words: the last one of those that wait for each other.
 */
char *
plan_reason_detail(const PlanAnswer *answer)
{
	if (!answer->possible)
		return detail_of_failure(answer);
	return detail_of_need(&answer->plan, last_binding(&answer->plan));
}

static int
last_binding(const SupplyPlan *plan)
{
	int			need = 0;

	while (plan->needs[need].bound_by_need >= 0)
		need = plan->needs[need].bound_by_need;
	return need;
}

static char *
detail_of_need(const SupplyPlan *plan, int need)
{
	char	   *reason = plan_reason_of_need(plan, need);
	bool		is_sentence = strncmp(reason, "source", 6) == 0;

	return psprintf("%s of item \"%s\" can be had on %s%s %s",
					wording_quantity(plan->needs[need].quantity),
					plan->needs[need].node->item,
					wording_instant(plan->needs[need].possible_at),
					is_sentence ? ":" : ",", reason);
}

PromiseReason
plan_reason_bound(PlanBinding binding)
{
	return reason_of(binding, true);
}

PromiseReason
plan_reason_failed(PlanBinding binding)
{
	return reason_of(binding, false);
}

char *
plan_reason_of_need(const SupplyPlan *plan, int need_no)
{
	const PlanNeed *need = &plan->needs[need_no];
	int			lot = plan_last_lot(plan, need_no);
	const char *source = lot < 0 ? NULL : plan->lots[lot].source->name;

	if (source == NULL || need->binding == PLAN_BOUND_BY_STOCK)
		return pstrdup("from stock and receipts");
	switch (need->binding)
	{
		case PLAN_BOUND_BY_COMPONENT:
			if (need->bound_by_need >= 0)
				return psprintf("source \"%s\" waits for item \"%s\"", source,
								plan->needs[need->bound_by_need].node->item);
			return psprintf("source \"%s\" waits for what it takes", source);
		case PLAN_BOUND_BY_CAPACITY:
			if (need->bound_by != NULL)
				return psprintf("source \"%s\" waits for resource \"%s\"",
								source, need->bound_by->name);
			return psprintf("source \"%s\" waits for its resources", source);
		case PLAN_BOUND_BY_CALENDAR:
			return psprintf("source \"%s\" waits for open time", source);
		case PLAN_BOUND_BY_LEAD_TIME:
			return psprintf("after the lead time of source \"%s\"", source);
		case PLAN_BOUND_BY_WORK:
			return psprintf("after the work of source \"%s\"", source);
		case PLAN_BOUND_BY_FENCE:
			return psprintf("source \"%s\" may not start before %s", source,
							wording_instant(plan->lots[lot].source->first_start));
		case PLAN_BOUND_BY_EFFECTIVITY:
			return psprintf("source \"%s\" is not in force before", source);
		default:
			return psprintf("by source \"%s\"", source);
	}
}

/*
 * Where the critical path ends: at a step that waited for room, or at the last
 * need of those that wait for each other.
 */
char *
plan_reason_missing(PlanNetwork *network, const PlanAnswer *answer)
{
	const SupplyPlan *plan = &answer->plan;
	const PlanNeed *need;
	PlanTree	tree;
	Quantity	missing;
	int			number;
	char	   *reason;

	if (!answer->possible)
		return psprintf("there is no plan: %s", detail_of_failure(answer));

	plan_tree_build(network, plan, &tree);
	number = tree.waiting_lot >= 0 ? plan->lots[tree.waiting_lot].need :
		last_binding(plan);
	need = &plan->needs[number];
	reason = tree.waiting_lot >= 0 ? wait_for_room(&tree) :
		plan_reason_of_need(plan, number);

	/* what is there only later is not missing, but late */
	missing = need->first_lot < 0 ? need->quantity :
		need->quantity - need->from_balance;
	return psprintf("for a plan %s of item \"%s\"%s %s %s, and can be had on %s%s %s",
					wording_quantity(missing),
					need->node->item, place_of(need->node),
					missing == QUANTITY_SCALE ? "is" : "are",
					need->first_lot < 0 ? "late" : "missing",
					wording_instant(need->possible_at),
					strncmp(reason, "s", 1) == 0 ? ":" : ",", reason);
}

/* as the path has it: since when a step could have been done, and when it is */
static char *
wait_for_room(const PlanTree *tree)
{
	const PlanLot *lot = &tree->plan->lots[tree->waiting_lot];
	int			step = tree->waiting_step;
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "step %d of source \"%s\" waits for room",
					 lot->source->steps[step].step, lot->source->name);
	for (int i = 0; i < lot->source->steps[step].nuses; i++)
		appendStringInfo(&text, "%s \"%s\"", i == 0 ? " on" : " and",
						 lot->tasks[step].resources[i]->name);
	appendStringInfo(&text, " from %s to %s",
					 wording_instant(tree->waiting_since),
					 wording_instant(lot->tasks[step].start));
	return text.data;
}

static const char *
place_of(const PlanNode *node)
{
	if (strcmp(node->location, FETCH_DEFAULT_LOCATION) == 0)
		return "";
	return psprintf(" at location \"%s\"", node->location);
}

static char *
detail_of_failure(const PlanAnswer *answer)
{
	const char *what = answer->bound_node == NULL ? "it" :
	psprintf("item \"%s\" at location \"%s\"", answer->bound_node->item,
			 answer->bound_node->location);
	const char *source = answer->bound_source == NULL ? "its source" :
	psprintf("source \"%s\"", answer->bound_source->name);

	switch (answer->binding)
	{
		case PLAN_BOUND_BY_NO_SOURCE:
			return psprintf("%s has no source, and nothing more is expected of it that is not promised",
							what);
		case PLAN_BOUND_BY_LOT_SIZE:
			return psprintf("%s of %s has no lot of that size", source, what);
		case PLAN_BOUND_BY_EFFECTIVITY:
			return psprintf("%s of %s is no longer in force", source, what);
		case PLAN_BOUND_BY_CAPACITY:
			return psprintf("%s of %s never finds room on its resources",
							source, what);
		case PLAN_BOUND_BY_CALENDAR:
			return psprintf("%s of %s finds no open time", source, what);
		case PLAN_BOUND_BY_COMPONENT:
			return psprintf("%s of %s lacks what its own steps take", source,
							what);
		case PLAN_BOUND_BY_LIMIT:
			return psprintf("%s cannot be had within the horizon", what);
		default:
			return psprintf("%s of %s cannot be done in time", source, what);
	}
}
