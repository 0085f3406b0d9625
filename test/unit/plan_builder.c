/*
 * plan_builder.c - plans made by hand.
 */
#include "plan_builder.h"

static PlanNeed *add_need(SupplyPlan *plan);
static bool is_first_choice(const PlanSource *source, int component);
static void *copy(const void *from, Size size);

SupplyPlan *
plan_build(PlanNode *node, Quantity quantity, Instant at,
		   Quantity from_balance)
{
	SupplyPlan *plan = palloc0(sizeof(SupplyPlan));
	PlanNeed   *need = add_need(plan);

	plan->keeps_safety_stock = true;
	need->node = node;
	need->lot = -1;
	need->component = -1;
	need->quantity = quantity;
	need->at = at;
	need->from_balance = from_balance;
	return plan;
}

int
plan_build_lot(SupplyPlan *plan, int need, PlanSource *source,
			   Quantity quantity, Instant start, Instant end)
{
	PlanLot    *lot;
	int		   *link = &plan->needs[need].first_lot;

	while (*link >= 0)
		link = &plan->lots[*link].next_lot;
	*link = plan->nlots;

	plan->lots = plan->lots == NULL ? palloc(sizeof(PlanLot)) :
		repalloc(plan->lots, (plan->nlots + 1) * sizeof(PlanLot));
	lot = &plan->lots[plan->nlots];
	memset(lot, 0, sizeof(*lot));
	lot->source = source;
	lot->need = need;
	lot->next_lot = -1;
	lot->quantity = quantity;
	lot->start = start;
	lot->end = end;
	lot->tasks = palloc0((source->nsteps + 1) * sizeof(PlanTask));
	for (int i = 0; i < source->nsteps; i++)
	{
		const PlanStep *step = &source->steps[i];

		lot->tasks[i].start = start;
		lot->tasks[i].end = start;
		lot->tasks[i].resources = palloc((step->nuses + 1) *
										 sizeof(PlanResource *));
		for (int j = 0; j < step->nuses; j++)
			lot->tasks[i].resources[j] = step->uses[j].choices[0];
	}
	lot->uses_component = palloc0((source->ncomponents + 1) * sizeof(bool));
	for (int i = 0; i < source->ncomponents; i++)
		lot->uses_component[i] = is_first_choice(source, i);
	return plan->nlots++;
}

void
plan_build_task(SupplyPlan *plan, int lot, int step, Instant start,
				Instant end)
{
	plan->lots[lot].tasks[step].start = start;
	plan->lots[lot].tasks[step].end = end;
}

int
plan_build_need(SupplyPlan *plan, int lot, int component, Quantity quantity,
				Instant at, Quantity from_balance)
{
	PlanNeed   *need = add_need(plan);

	need->node = plan->lots[lot].source->components[component].node;
	need->lot = lot;
	need->component = component;
	need->quantity = quantity;
	need->at = at;
	need->from_balance = from_balance;
	return plan->nneeds - 1;
}

SupplyPlan *
plan_build_copy(const SupplyPlan *plan)
{
	SupplyPlan *result = copy(plan, sizeof(SupplyPlan));

	result->needs = copy(plan->needs, plan->nneeds * sizeof(PlanNeed));
	result->lots = copy(plan->lots, plan->nlots * sizeof(PlanLot));
	for (int i = 0; i < plan->nlots; i++)
	{
		PlanLot    *lot = &result->lots[i];
		const PlanSource *source = lot->source;

		lot->uses_component = copy(lot->uses_component,
								   source->ncomponents * sizeof(bool));
		lot->tasks = copy(lot->tasks, source->nsteps * sizeof(PlanTask));
		for (int j = 0; j < source->nsteps; j++)
			lot->tasks[j].resources = copy(lot->tasks[j].resources,
										   source->steps[j].nuses *
										   sizeof(PlanResource *));
	}
	return result;
}

static PlanNeed *
add_need(SupplyPlan *plan)
{
	PlanNeed   *need;

	plan->needs = plan->needs == NULL ? palloc(sizeof(PlanNeed)) :
		repalloc(plan->needs, (plan->nneeds + 1) * sizeof(PlanNeed));
	need = &plan->needs[plan->nneeds++];
	memset(need, 0, sizeof(*need));
	need->first_lot = -1;
	need->bound_by_need = -1;
	return need;
}

/* is it taken unless another one is chosen for it? */
static bool
is_first_choice(const PlanSource *source, int component)
{
	for (int i = 0; i < component; i++)
	{
		if (source->components[component].choice != 0 &&
			source->components[i].choice == source->components[component].choice)
			return false;
	}
	return true;
}

static void *
copy(const void *from, Size size)
{
	void	   *result = palloc(size + 1);

	if (size > 0)
		memcpy(result, from, size);
	return result;
}
