/*
 * plan_reason.c - why a plan is as late as it is, or why there is none.
 */
#include "postgres.h"

#include "api/plan_reason.h"
#include "types/wording.h"

static PromiseReason reason_of(PlanBinding binding, bool possible);
static int	last_lot(const SupplyPlan *plan, int need);
static int	last_binding(const SupplyPlan *plan);
static char *detail_of_need(const SupplyPlan *plan, int need);
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

/* the lot of a need that yields last; -1: it has none */
static int
last_lot(const SupplyPlan *plan, int need)
{
	int			last = -1;

	for (int i = plan->needs[need].first_lot; i >= 0; i = plan->lots[i].next_lot)
	{
		if (last < 0 || plan->lots[i].end > plan->lots[last].end)
			last = i;
	}
	return last;
}

static char *
detail_of_need(const SupplyPlan *plan, int need_no)
{
	const PlanNeed *need = &plan->needs[need_no];
	int			lot = last_lot(plan, need_no);
	const PlanSource *source = lot < 0 ? NULL : plan->lots[lot].source;
	char	   *when = psprintf("%s of item \"%s\" can be had on %s",
								wording_quantity(need->quantity),
								need->node->item,
								wording_instant(need->possible_at));

	if (source == NULL)
		return psprintf("%s, from stock and receipts", when);
	switch (need->binding)
	{
		case PLAN_BOUND_BY_CAPACITY:
			if (need->bound_by != NULL)
				return psprintf("%s: source \"%s\" waits for resource \"%s\"",
								when, source->name, need->bound_by->name);
			return psprintf("%s: source \"%s\" waits for its resources",
							when, source->name);
		case PLAN_BOUND_BY_CALENDAR:
			return psprintf("%s: source \"%s\" waits for open time",
							when, source->name);
		case PLAN_BOUND_BY_LEAD_TIME:
			return psprintf("%s, after the lead time of source \"%s\"",
							when, source->name);
		case PLAN_BOUND_BY_WORK:
			return psprintf("%s, after the work of source \"%s\"",
							when, source->name);
		case PLAN_BOUND_BY_FENCE:
			return psprintf("%s: source \"%s\" may not start before %s",
							when, source->name,
							wording_instant(source->first_start));
		case PLAN_BOUND_BY_EFFECTIVITY:
			return psprintf("%s: source \"%s\" is not in force before",
							when, source->name);
		default:
			return psprintf("%s, by source \"%s\"", when, source->name);
	}
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
		case PLAN_BOUND_BY_LIMIT:
			return psprintf("%s cannot be had within the horizon", what);
		default:
			return psprintf("%s of %s cannot be done in time", source, what);
	}
}
