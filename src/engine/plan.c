/*
 * plan.c - what a plan changes.
 */
#include "core/quantity.h"
#include "core/sort.h"
#include "engine/plan.h"

static PromiseStatus add_lot_flows(const SupplyPlan *plan, int lot,
								   PlanChanges *changes);
static PromiseStatus add_lot_loads(const SupplyPlan *plan, int lot,
								   PlanChanges *changes);
static void count(const SupplyPlan *plan, int *nflows, int *nloads);
static int	compare_flows(const void *a, const void *b);
static int	compare_loads(const void *a, const void *b);

/*
 * The flows and loads of a plan, in the current memory context.
 */
PromiseStatus
plan_changes(const SupplyPlan *plan, PlanChanges *changes)
{
	int			nflows;
	int			nloads;

	count(plan, &nflows, &nloads);
	changes->flows = palloc(Max(nflows, 1) * sizeof(PlanFlow));
	changes->nflows = 0;
	changes->loads = palloc(Max(nloads, 1) * sizeof(PlanLoad));
	changes->nloads = 0;

	for (int i = 0; i < plan->nneeds; i++)
	{
		const PlanNeed *need = &plan->needs[i];

		changes->flows[changes->nflows++] = (PlanFlow)
		{
			.node = need->node,.at = need->at,.delta = -need->quantity,
				.need = i,.lot = need->lot
		};
	}
	for (int i = 0; i < plan->nlots; i++)
	{
		PromiseStatus status = add_lot_flows(plan, i, changes);

		if (status == PROMISE_OK)
			status = add_lot_loads(plan, i, changes);
		if (status != PROMISE_OK)
			return status;
	}
	Assert(changes->nflows == nflows);

	core_sort(changes->flows, changes->nflows, sizeof(PlanFlow), compare_flows);
	core_sort(changes->loads, changes->nloads, sizeof(PlanLoad), compare_loads);
	return PROMISE_OK;
}

static PromiseStatus
add_lot_flows(const SupplyPlan *plan, int lot, PlanChanges *changes)
{
	const PlanLot *made = &plan->lots[lot];
	const PlanSource *source = made->source;

	for (int i = 0; i < source->noutputs; i++)
	{
		PlanFlow   *flow = &changes->flows[changes->nflows++];
		PromiseStatus status;

		*flow = (PlanFlow)
		{
			.node = source->outputs[i].node,
				.at = plan_output_at(&source->outputs[i], made->tasks, made->end),
				.need = -1,.lot = lot
		};
		status = plan_output_quantity(&source->outputs[i], made->quantity,
									  &flow->delta);
		if (status != PROMISE_OK)
			return status;
	}
	return PROMISE_OK;
}

static PromiseStatus
add_lot_loads(const SupplyPlan *plan, int lot, PlanChanges *changes)
{
	const PlanLot *made = &plan->lots[lot];

	for (int i = 0; i < made->source->nsteps; i++)
	{
		const PlanStep *step = &made->source->steps[i];
		const PlanTask *task = &made->tasks[i];

		for (int j = 0; j < step->nuses; j++)
		{
			PlanResource *resource = task->resources[j];
			PlanLoad   *load = &changes->loads[changes->nloads];

			/* what takes no time occupies nothing */
			if (task->start == task->end && !resource->bucketed)
				continue;
			*load = (PlanLoad)
			{
				.resource = resource,.from = task->start,.until = task->end,
					.units = step->uses[j].units,.lot = lot,.step = i
			};
			if (resource->bucketed)
			{
				Span		piece = plan_bucket_piece(resource, task->start);
				PromiseStatus status;

				load->from = piece.start;
				load->until = piece.end;
				status = plan_bucket_quantity(&step->uses[j], made->quantity,
											  &load->units);
				if (status != PROMISE_OK)
					return status;
			}
			changes->nloads++;
		}
	}
	return PROMISE_OK;
}

static void
count(const SupplyPlan *plan, int *nflows, int *nloads)
{
	*nflows = plan->nneeds;
	*nloads = 0;
	for (int i = 0; i < plan->nlots; i++)
	{
		const PlanSource *source = plan->lots[i].source;

		*nflows += source->noutputs;
		for (int j = 0; j < source->nsteps; j++)
			*nloads += source->steps[j].nuses;
	}
}

static int
compare_flows(const void *a, const void *b)
{
	const PlanFlow *fa = a;
	const PlanFlow *fb = b;

	if (fa->node->number != fb->node->number)
		return fa->node->number < fb->node->number ? -1 : 1;
	if (fa->at != fb->at)
		return fa->at < fb->at ? -1 : 1;
	/* supply comes before demand */
	if (fa->delta != fb->delta)
		return fa->delta > fb->delta ? -1 : 1;
	if (fa->lot != fb->lot)
		return fa->lot < fb->lot ? -1 : 1;
	return (fa->need > fb->need) - (fa->need < fb->need);
}

static int
compare_loads(const void *a, const void *b)
{
	const PlanLoad *la = a;
	const PlanLoad *lb = b;

	if (la->resource->number != lb->resource->number)
		return la->resource->number < lb->resource->number ? -1 : 1;
	if (la->from != lb->from)
		return la->from < lb->from ? -1 : 1;
	if (la->lot != lb->lot)
		return la->lot < lb->lot ? -1 : 1;
	return (la->step > lb->step) - (la->step < lb->step);
}

int
plan_last_lot(const SupplyPlan *plan, int need)
{
	int			last = -1;

	for (int i = plan->needs[need].first_lot; i >= 0; i = plan->lots[i].next_lot)
	{
		if (last < 0 || plan->lots[i].end > plan->lots[last].end)
			last = i;
	}
	return last;
}

PromiseStatus
plan_cost(const SupplyPlan *plan, int64 *cost)
{
	PromiseStatus status = PROMISE_OK;

	*cost = 0;
	for (int i = 0; i < plan->nlots && status == PROMISE_OK; i++)
		status = plan_lot_add_cost(&plan->lots[i], cost);
	return status;
}

PromiseStatus
plan_lot_add_cost(const PlanLot *lot, int64 *cost)
{
	Quantity	more;
	PromiseStatus status = quantity_multiply_up(lot->quantity, lot->source->cost,
												&more);

	if (status == PROMISE_OK && pg_add_s64_overflow(*cost, more, cost))
		status = PROMISE_QUANTITY_OVERFLOW;
	return status;
}
