/*
 * guard_plan.c - planning what a check finds missing.
 *
 * A row that claims more than there is passes if its ref can be planned for: the
 * plan is written for that ref, and everything that it touches is judged as if
 * the business had written it.  As with promise.commit(), a plan counts once it
 * has been made under the locks of all that it touches; they are taken without
 * waiting, since they come out of order, and if that cannot be, then the locks of
 * this attempt are given back and the next one takes all of them in order.
 *
 * The nodes of one check are planned one after the other: the plan for the next
 * sees the rows of the plan before it.  For each ref it is tried once.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "api/capable.h"
#include "api/guard_plan.h"
#include "api/reserve.h"
#include "store/node_lock.h"
#include "store/planned.h"
#include "store/planned_write.h"
#include "store/settings.h"
#include "types/report.h"

/* the attempt at which all that a plan could touch is locked */
#define LAST_ATTEMPT 2

struct GuardPlanning
{
	MemoryContext lasting;		/* of the whole check */
	MemoryContext context;		/* of the plans, until they are settled; NULL:
								 * none was tried */
	NodeSet		wanted;			/* to be locked in order next time */
	int			attempt;
	const char **tried;			/* refs */
	int			ntried;
	int			max_tried;

	/* what was planned, for claims at one node; all of it in "context" */
	const TouchedNode *node;	/* NULL: nothing */
	Capable    *capable;
	PlanToWrite *plans;
	int			nplans;
};

static bool is_tried(const GuardPlanning *planning, const char *ref);
static void add_tried(GuardPlanning *planning, const char *ref);
static const FlowEvent *find_demand(const StockNode *node, const char *ref);
static void plan_refs(GuardPlanning *planning, const TouchedNode *node,
					  const StockNode *after, const char **refs, int nrefs,
					  Instant now);
static void touch_again(const TouchedNode *node);
static void write_plans(GuardPlanning *planning, const NodeSet *touched);

GuardPlanning *
guard_plan_begin(void)
{
	GuardPlanning *planning = palloc0(sizeof(GuardPlanning));

	planning->lasting = CurrentMemoryContext;
	return planning;
}

bool
guard_plan_claims(GuardPlanning *planning, const TouchedNode *node,
				  const StockNode *after, const Verdict *verdict, Instant now)
{
	const char **refs;
	int			nrefs = 0;
	MemoryContext old;

	if (node->mode == GUARD_REPORT)
		return false;

	/* the plans of another node come first */
	if (planning->node != NULL)
	{
		touch_again(node);
		return true;
	}

	refs = palloc(verdict->nclaims * sizeof(char *));
	for (int i = 0; i < verdict->nclaims; i++)
	{
		const char *ref = verdict->claims[i].ref;

		if (ref != NULL && !is_tried(planning, ref) &&
			find_demand(after, ref) != NULL)
			refs[nrefs++] = ref;
	}
	if (nrefs == 0)
		return false;

	if (planning->context == NULL)
		planning->context = AllocSetContextCreate(planning->lasting,
												  "promise check plan",
												  ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(planning->context);
	plan_refs(planning, node, after, refs, nrefs, now);
	MemoryContextSwitchTo(old);
	if (planning->nplans > 0)
	{
		planning->node = node;
		return true;
	}

	for (int i = 0; i < nrefs; i++)
		add_tried(planning, refs[i]);
	MemoryContextReset(planning->context);
	return false;
}

static bool
is_tried(const GuardPlanning *planning, const char *ref)
{
	for (int i = 0; i < planning->ntried; i++)
	{
		if (strcmp(planning->tried[i], ref) == 0)
			return true;
	}
	return false;
}

static void
add_tried(GuardPlanning *planning, const char *ref)
{
	if (planning->ntried == planning->max_tried)
	{
		planning->max_tried = Max(2 * planning->max_tried, 16);
		planning->tried = planning->tried == NULL ?
			MemoryContextAlloc(planning->lasting,
							   planning->max_tried * sizeof(char *)) :
			repalloc_huge(planning->tried,
						  planning->max_tried * sizeof(char *));
	}
	planning->tried[planning->ntried++] =
		MemoryContextStrdup(planning->lasting, ref);
}

/*
 * The demand of a ref at a node; NULL if there is none, or if several rows share
 * it: no plan could say which of them it is for.
 */
static const FlowEvent *
find_demand(const StockNode *node, const char *ref)
{
	const FlowEvent *result = NULL;

	for (int i = 0; i < node->nevents; i++)
	{
		const FlowEvent *event = &node->events[i];

		if (event->detail->origin != FLOW_DEMAND || event->delta >= 0 ||
			event->detail->ref == NULL || strcmp(event->detail->ref, ref) != 0)
			continue;
		if (result != NULL)
			return NULL;
		result = event;
	}
	return result;
}

/*
 * Plan for the refs, in the order in which they claim; those for which it can be
 * done in time.
 */
static void
plan_refs(GuardPlanning *planning, const TouchedNode *node,
		  const StockNode *after, const char **refs, int nrefs, Instant now)
{
	CapableQuery query = {
		.now = now,
		.as_owner = true,
		.exclude = refs,
		.nexclude = nrefs
	};
	NetworkLocation location = {
		.name = node->location,
		.priority = after->priority
	};

	planning->capable = capable_open(&query);
	planning->plans = palloc(nrefs * sizeof(PlanToWrite));
	planning->nplans = 0;
	for (int i = 0; i < nrefs; i++)
	{
		const FlowEvent *demand = find_demand(after, refs[i]);
		CapableRequest request = {
			.item = node->name,
			.quantity = -demand->delta,
			.due = Max(demand->at, now),
			.after = INSTANT_BEGIN,
			.wish = {.effort = settings_search_effort()}
		};
		CapablePlan *plan = palloc(sizeof(CapablePlan));
		PlanChanges *changes;

		if (!capable_plan(planning->capable, &request, &location, plan))
			return;
		if (!plan->answer.possible || plan->answer.at > request.due)
			continue;
		capable_take(planning->capable, plan);
		if (plan->answer.plan.nlots == 0)
			continue;

		changes = palloc(sizeof(PlanChanges));
		promise_check(plan_changes(&plan->answer.plan, changes));
		planning->plans[planning->nplans++] = (PlanToWrite)
		{
			.ref = pstrdup(refs[i]),
				.plan = &plan->answer.plan,
				.changes = changes
		};
	}
}

TouchedNode **
guard_plan_wanted(const GuardPlanning *planning, int *nnodes)
{
	*nnodes = planning->wanted.nnodes;
	return planning->wanted.nodes;
}

void
guard_plan_settle(GuardPlanning *planning, TouchedNode **nodes, int nnodes,
				  TouchedNode **taken, int ntaken)
{
	NodeSet		touched = {0};
	NodeSet		missing = {0};
	MemoryContext old;

	if (planning->node == NULL)
		return;

	for (int i = 0; i < planning->nplans; i++)
		reserve_add_plan(&touched, planning->plans[i].plan);
	reserve_unique(&touched);
	for (int i = 0; i < touched.nnodes; i++)
	{
		if (!touched.nodes[i]->locked && !touched_all_locked())
			reserve_add_node(&missing, touched.nodes[i]);
	}

	touch_again(planning->node);
	if (missing.nnodes == 0)
		write_plans(planning, &touched);
	else if (planning->attempt >= LAST_ATTEMPT ||
			 !node_lock_try(missing.nodes, missing.nnodes))
	{
		old = MemoryContextSwitchTo(planning->lasting);
		for (int i = 0; i < missing.nnodes; i++)
			reserve_add_node(&planning->wanted, missing.nodes[i]);
		if (planning->attempt >= LAST_ATTEMPT)
			reserve_add_closure(&planning->wanted, planning->capable,
								planning->node->name, planning->node->location);
		reserve_unique(&planning->wanted);
		MemoryContextSwitchTo(old);
		planning->attempt++;

		/* what was judged under these locks must be judged again */
		node_lock_release(taken, ntaken);
		for (int i = 0; i < nnodes; i++)
			touch_again(nodes[i]);
	}
	planning->node = NULL;
	planning->nplans = 0;
	MemoryContextReset(planning->context);
}

static void
touch_again(const TouchedNode *node)
{
	touched_add(node->kind, node->name, node->location, node->mode, false,
				node->relation, false);
}

/*
 * In place of what was planned for these refs.  What a plan breaks is as serious
 * as what it was made for, whatever the guard of the tables that it is written
 * to says.
 */
static void
write_plans(GuardPlanning *planning, const NodeSet *touched)
{
	TouchedNode asked = *planning->node;
	TouchedNode *before = palloc(touched->nnodes * sizeof(TouchedNode));

	for (int i = 0; i < touched->nnodes; i++)
		before[i] = *touched->nodes[i];
	for (int i = 0; i < planning->nplans; i++)
	{
		add_tried(planning, planning->plans[i].ref);
		if (planned_any())
			planned_remove(planning->plans[i].ref);
	}
	planned_write(planning->plans, planning->nplans);

	for (int i = 0; i < touched->nnodes; i++)
	{
		const TouchedNode *as = before[i].touched &&
		before[i].mode > asked.mode ? &before[i] : &asked;

		touched_set_mode(touched->nodes[i], as->mode, as->relation);
	}
}
