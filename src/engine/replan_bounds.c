/*
 * replan_bounds.c - what a request waits for.
 *
 * Down the critical path of its plan: the nodes that do not have enough, and the
 * resources of the lots that are made for them.  Of a request that cannot be met,
 * all that the planner has come to below it.
 */
#include "engine/replan.h"

/* of one request; more is not looked at */
#define MAX_BOUNDS	200

static void bound_plan(const SupplyPlan *plan, ReplanBounds *bounds);
static void bound_failure(PlanNode *node, ReplanBounds *bounds);
static void add_node(ReplanBounds *bounds, PlanNode *node);
static void add_source(ReplanBounds *bounds, const PlanSource *source);
static void add_resource(ReplanBounds *bounds, PlanResource *resource);

void
replan_bounds(const PlanRequest *request, const PlanAnswer *answer,
			  ReplanBounds *bounds)
{
	bounds->nodes = palloc(sizeof(PlanNode *) * MAX_BOUNDS);
	bounds->nnodes = 0;
	bounds->resources = palloc(sizeof(PlanResource *) * MAX_BOUNDS);
	bounds->nresources = 0;
	if (answer->possible)
		bound_plan(&answer->plan, bounds);
	else
		bound_failure(request->node, bounds);
}

static void
bound_plan(const SupplyPlan *plan, ReplanBounds *bounds)
{
	for (int need = 0; need >= 0; need = plan->needs[need].bound_by_need)
	{
		add_node(bounds, plan->needs[need].node);
		for (int lot = plan->needs[need].first_lot; lot >= 0;
			 lot = plan->lots[lot].next_lot)
			add_source(bounds, plan->lots[lot].source);
	}
}

/*
 * Breadth first; what the planner has not read it has not come to.
 */
static void
bound_failure(PlanNode *node, ReplanBounds *bounds)
{
	add_node(bounds, node);
	for (int i = 0; i < bounds->nnodes; i++)
	{
		const PlanNode *next = bounds->nodes[i];

		if (!next->was_read)
			continue;
		for (int j = 0; j < next->nsources; j++)
		{
			const PlanSource *source = next->sources[j];

			add_source(bounds, source);
			for (int k = 0; k < source->ncomponents; k++)
				add_node(bounds, source->components[k].node);
		}
	}
}

static void
add_node(ReplanBounds *bounds, PlanNode *node)
{
	for (int i = 0; i < bounds->nnodes; i++)
	{
		if (bounds->nodes[i] == node)
			return;
	}
	if (bounds->nnodes < MAX_BOUNDS)
		bounds->nodes[bounds->nnodes++] = node;
}

/* what its steps may take */
static void
add_source(ReplanBounds *bounds, const PlanSource *source)
{
	for (int i = 0; i < source->nsteps; i++)
	{
		const PlanStep *step = &source->steps[i];

		for (int j = 0; j < step->nuses; j++)
		{
			for (int k = 0; k < step->uses[j].nchoices; k++)
				add_resource(bounds, step->uses[j].choices[k]);
		}
	}
}

static void
add_resource(ReplanBounds *bounds, PlanResource *resource)
{
	/* what is known to have room for everybody is not waited for */
	if (resource->was_read && resource->capacity.known &&
		!resource->capacity.finite)
		return;
	for (int i = 0; i < bounds->nresources; i++)
	{
		if (bounds->resources[i] == resource)
			return;
	}
	if (bounds->nresources < MAX_BOUNDS)
		bounds->resources[bounds->nresources++] = resource;
}
