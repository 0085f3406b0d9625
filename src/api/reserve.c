/*
 * reserve.c - plans of promises: what they touch, and writing them down.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/snapmgr.h"

#include "api/guard_check.h"
#include "api/moves.h"
#include "api/reserve.h"
#include "api/seen.h"
#include "store/node_lock.h"
#include "store/planned.h"
#include "store/planned_write.h"
#include "types/report.h"

/* A row of promise.commitment with the plan for it. */
typedef struct PlannedPromise
{
	const Commitment *row;
	PromisingWrite how;
	LedgerCause cause;
	const CapablePlan *planned;
	bool		written;
	LedgerEntries entries;
} PlannedPromise;

static int	compare_nodes(const void *left, const void *right);
static void add_resources(NodeSet *set, const PlanSource *source);
static void add_once(PlanNode ***nodes, int *nnodes, int *max_nodes,
					 bool **seen, int *nseen, PlanNode *node);
static void write_planned(void *arg);

void
reserve_add_node(NodeSet *set, TouchedNode *node)
{
	if (set->nnodes == set->max_nodes)
	{
		set->max_nodes = Max(2 * set->max_nodes, 16);
		set->nodes = set->nodes == NULL ?
			palloc(set->max_nodes * sizeof(TouchedNode *)) :
			repalloc_huge(set->nodes,
						  set->max_nodes * sizeof(TouchedNode *));
	}
	set->nodes[set->nnodes++] = node;
}

void
reserve_unique(NodeSet *set)
{
	int			nunique = 0;

	if (set->nnodes > 1)
		qsort(set->nodes, set->nnodes, sizeof(TouchedNode *), compare_nodes);
	for (int i = 0; i < set->nnodes; i++)
	{
		if (i == 0 || set->nodes[i] != set->nodes[i - 1])
			set->nodes[nunique++] = set->nodes[i];
	}
	set->nnodes = nunique;
}

/* any order will do, as nodes are in memory once */
static int
compare_nodes(const void *left, const void *right)
{
	const TouchedNode *a = *(TouchedNode *const *) left;
	const TouchedNode *b = *(TouchedNode *const *) right;

	return (a > b) - (a < b);
}

void
reserve_add_plan(NodeSet *set, const SupplyPlan *plan)
{
	PlanChanges changes;

	promise_check(plan_changes(plan, &changes));
	for (int i = 0; i < changes.nflows; i++)
	{
		const PlanNode *node = changes.flows[i].node;

		if (i == 0 || node != changes.flows[i - 1].node)
			reserve_add_node(set, touched_node(NODE_STOCK, node->item,
											   node->location));
	}
	for (int i = 0; i < changes.nloads; i++)
	{
		const PlanResource *resource = changes.loads[i].resource;

		if (i == 0 || resource != changes.loads[i - 1].resource)
			reserve_add_node(set, touched_node(NODE_RESOURCE, resource->name,
											   ""));
	}
}

void
reserve_add_moves(NodeSet *set, const CapablePlan *planned)
{
	reserve_add_plan(set, &planned->answer.plan);
	for (int i = 0; i < planned->nmoves; i++)
	{
		reserve_add_plan(set, planned->moves[i].before);
		reserve_add_plan(set, &planned->moves[i].after);
	}
}

/*
 * Breadth first, each node once.
 */
void
reserve_add_closure(NodeSet *set, Capable *capable, const char *item,
					const char *location)
{
	PlanNetwork *network = capable->network;
	int			nlocations;
	NetworkLocation *locations = capable_locations(capable, item, &nlocations);
	PlanNode  **nodes = NULL;
	int			nnodes = 0;
	int			max_nodes = 0;
	bool	   *seen = NULL;
	int			nseen = 0;

	for (int i = 0; i < nlocations; i++)
	{
		if (location == NULL || strcmp(location, locations[i].name) == 0)
			add_once(&nodes, &nnodes, &max_nodes, &seen, &nseen,
					 network->find_node(network, item, locations[i].name));
	}
	for (int i = 0; i < nnodes; i++)
	{
		PlanNode   *node = nodes[i];

		CHECK_FOR_INTERRUPTS();
		network->read_node(network, node);
		reserve_add_node(set, touched_node(NODE_STOCK, node->item,
										   node->location));
		for (int j = 0; j < node->nsources; j++)
		{
			const PlanSource *source = node->sources[j];

			add_resources(set, source);
			for (int k = 0; k < source->noutputs; k++)
				add_once(&nodes, &nnodes, &max_nodes, &seen, &nseen,
						 source->outputs[k].node);
			for (int k = 0; k < source->ncomponents; k++)
				add_once(&nodes, &nnodes, &max_nodes, &seen, &nseen,
						 source->components[k].node);
		}
	}
}

static void
add_resources(NodeSet *set, const PlanSource *source)
{
	for (int i = 0; i < source->nsteps; i++)
	{
		const PlanStep *step = &source->steps[i];

		for (int j = 0; j < step->nuses; j++)
		{
			for (int k = 0; k < step->uses[j].nchoices; k++)
				reserve_add_node(set,
								 touched_node(NODE_RESOURCE,
											  step->uses[j].choices[k]->name,
											  ""));
		}
	}
}

/* nodes of a network are numbered from 0 */
static void
add_once(PlanNode ***nodes, int *nnodes, int *max_nodes, bool **seen,
		 int *nseen, PlanNode *node)
{
	if (node->number >= *nseen)
	{
		int			more = Max(2 * *nseen, node->number + 64);

		*seen = *seen == NULL ? palloc0(more * sizeof(bool)) :
			repalloc_huge(*seen, more * sizeof(bool));
		memset(*seen + *nseen, 0, (more - *nseen) * sizeof(bool));
		*nseen = more;
	}
	if ((*seen)[node->number])
		return;
	(*seen)[node->number] = true;
	if (*nnodes == *max_nodes)
	{
		*max_nodes = Max(2 * *max_nodes, 64);
		*nodes = *nodes == NULL ? palloc(*max_nodes * sizeof(PlanNode *)) :
			repalloc_huge(*nodes, *max_nodes * sizeof(PlanNode *));
	}
	(*nodes)[(*nnodes)++] = node;
}

/*
 * Which nodes those are is known for certain under their locks.  What turns out
 * then is locked out of order, so without waiting.
 */
void
reserve_lock_planned(NodeSet *set, const char *ref)
{
	NodeSet		taken = {0};
	bool		in_order = true;

	for (;;)
	{
		NodeSet		missing = {0};

		CHECK_FOR_INTERRUPTS();
		reserve_add_planned(set, ref);
		reserve_unique(set);
		for (int i = 0; i < set->nnodes; i++)
		{
			if (!set->nodes[i]->locked && !touched_all_locked())
				reserve_add_node(&missing, set->nodes[i]);
		}
		if (missing.nnodes == 0)
			return;
		if (in_order)
		{
			node_lock(set->nodes, set->nnodes);
			taken = missing;
			in_order = false;
		}
		else if (node_lock_try(missing.nodes, missing.nnodes))
		{
			for (int i = 0; i < missing.nnodes; i++)
				reserve_add_node(&taken, missing.nodes[i]);
		}
		else
		{
			node_lock_release(taken.nodes, taken.nnodes);
			in_order = true;
		}
	}
}

void
reserve_add_planned(NodeSet *set, const char *ref)
{
	PlannedNode *planned;
	int			nplanned;

	PushActiveSnapshot(GetLatestSnapshot());
	planned = planned_nodes(&ref, 1, &nplanned);
	PopActiveSnapshot();
	for (int i = 0; i < nplanned; i++)
	{
		if (planned[i].location != NULL)
			reserve_add_node(set, touched_node(NODE_STOCK, planned[i].name,
											   planned[i].location));
		else
			reserve_add_node(set, touched_node(NODE_RESOURCE,
											   planned[i].name, ""));
	}
}

bool
reserve_write(const Commitment *row, PromisingWrite how, LedgerCause cause,
			  const Decision *decision)
{
	PlannedPromise promise = {
		.row = row,
		.how = how,
		.cause = cause,
		.planned = decision->planned
	};

	ledger_entries_init(&promise.entries);
	if (decision->planned == NULL)
		promise.written = promising_write(row, how, cause, &promise.entries);
	else
		guard_together(write_planned, &promise);
	if (promise.written)
		seen_keep_row(row, how, decision, &promise.entries);
	return promise.written;
}

/*
 * The promise first: if somebody else has written its ref meanwhile, then there
 * is nothing to plan for.
 */
static void
write_planned(void *arg)
{
	PlannedPromise *promise = arg;
	PlanToWrite *plans;
	int			nplans;

	promise->written = promising_write(promise->row, promise->how,
									   promise->cause, &promise->entries);
	if (!promise->written)
		return;

	nplans = reserve_plans(promise->planned, promise->row->ref, &plans);
	reserve_write_plans(plans, nplans);
}

int
reserve_plans(const CapablePlan *planned, const char *ref, PlanToWrite **plans)
{
	int			nplans = 1 + planned->nmoves;

	*plans = palloc(nplans * sizeof(PlanToWrite));
	for (int i = 0; i < nplans; i++)
	{
		const PlanMove *move = i == 0 ? NULL : &planned->moves[i - 1];
		const SupplyPlan *plan = move == NULL ? &planned->answer.plan : &move->after;
		PlanChanges *changes = palloc(sizeof(PlanChanges));

		promise_check(plan_changes(plan, changes));
		(*plans)[i] = (PlanToWrite)
		{
			.ref = move == NULL ? pstrdup(ref) : move->ref,
				.plan = plan,
				.changes = changes,
				.is_moved = move != NULL
		};
	}
	return nplans;
}

void
reserve_write_plans(const PlanToWrite *plans, int nplans)
{
	if (planned_any())
	{
		for (int i = 0; i < nplans; i++)
			planned_remove_unfirm(plans[i].ref);
	}
	planned_write(plans, nplans);
}

/*
 * Nothing was planned before but what is moved.
 */
void
reserve_write_new(const Commitment *rows, const CapablePlan *plans, int nrows)
{
	PlanToWrite *all;
	int			nall = 0;

	for (int i = 0; i < nrows; i++)
		nall += 1 + plans[i].nmoves;
	all = palloc_extended((Size) nall * sizeof(PlanToWrite), MCXT_ALLOC_HUGE);
	nall = 0;
	for (int i = 0; i < nrows; i++)
	{
		PlanToWrite *of_row;
		int			n = reserve_plans(&plans[i], rows[i].ref, &of_row);

		for (int k = 0; k < n; k++)
		{
			if (of_row[k].is_moved)
				planned_remove_unfirm(of_row[k].ref);
			all[nall++] = of_row[k];
		}
		pfree(of_row);
	}
	planned_write(all, nall);
}
