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

#include "nodes/pg_list.h"
#include "utils/memutils.h"

#include "api/capable.h"
#include "api/decide.h"
#include "api/guard_plan.h"
#include "api/let_go.h"
#include "api/moves.h"
#include "api/reserve.h"
#include "store/attempt.h"
#include "store/node_lock.h"
#include "store/planned.h"
#include "store/planned_write.h"
#include "store/settings.h"
#include "types/report.h"

/* the attempt at which all that a plan could touch is locked */
#define LAST_ATTEMPT 2

/* a ref that was planned for, in vain or not */
typedef struct TriedRef
{
	const char *ref;
	bool		is_broken;		/* the network could not be planned with */
} TriedRef;

struct GuardPlanning
{
	MemoryContext lasting;		/* of the whole check */
	MemoryContext context;		/* of the plans, until they are settled; NULL:
								 * none was tried */
	NodeSet		wanted;			/* to be locked in order next time */
	int			attempt;
	TriedRef   *tried;
	int			ntried;
	int			max_tried;
	List	   *passed_on;		/* refs whose plans were passed on as far as
								 * others rely on them; once each, for two
								 * could rely on each other's */

	/* what was planned, for claims at one node; all of it in "context" */
	const TouchedNode *node;	/* NULL: nothing */
	Capable    *capable;
	PlanToWrite *plans;
	int			nplans;
	NodeSet		touched;		/* by these plans */
};

/* refs to be planned for at a node */
typedef struct RefsToPlan
{
	GuardPlanning *planning;
	const TouchedNode *node;
	const StockNode *after;
	const char **refs;
	int			nrefs;
	Instant		now;
} RefsToPlan;

static const TriedRef *find_tried(const GuardPlanning *planning,
								  const char *ref);
static void add_tried(GuardPlanning *planning, const char *ref,
					  bool is_broken);
static const FlowEvent *find_demand(const StockNode *node, const char *ref);
static bool is_new(const StockNode *before, const FlowEvent *demand);
static bool run_if_sound(const TouchedNode *node, void (*function) (void *),
						 void *arg);
static void warn_of_network(const TouchedNode *node, const ErrorData *error);
static void plan_refs(void *arg);
static void add_plans(GuardPlanning *planning, const char *ref,
					  const CapablePlan *plan);
static void forget_plans(GuardPlanning *planning);
static void add_closure(void *arg);
static void touch_again(const TouchedNode *node);
static bool pass_on_plans(GuardPlanning *planning);
static bool is_passed_on(const GuardPlanning *planning, const char *ref);
static void add_passed_on(GuardPlanning *planning, const char *ref);
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
				  const StockNode *before, const StockNode *after,
				  const Verdict *verdict, Instant now)
{
	RefsToPlan	task = {
		.planning = planning,
		.node = node,
		.after = after,
		.now = now
	};
	bool		is_sound;
	MemoryContext old;

	if (node->mode == GUARD_REPORT)
		return false;

	/* the plans of another node come first */
	if (planning->node != NULL)
	{
		touch_again(node);
		return true;
	}

	task.refs = palloc(verdict->nclaims * sizeof(char *));
	for (int i = 0; i < verdict->nclaims; i++)
	{
		const char *ref = verdict->claims[i].ref;

		if (ref != NULL && find_tried(planning, ref) == NULL &&
			is_new(before, find_demand(after, ref)))
			task.refs[task.nrefs++] = ref;
	}
	if (task.nrefs == 0)
		return false;

	if (planning->context == NULL)
		planning->context = AllocSetContextCreate(planning->lasting,
												  "promise check plan",
												  ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(planning->context);
	is_sound = run_if_sound(node, plan_refs, &task);
	MemoryContextSwitchTo(old);
	if (is_sound && planning->nplans > 0)
	{
		planning->node = node;
		return true;
	}

	planning->nplans = 0;
	for (int i = 0; i < task.nrefs; i++)
		add_tried(planning, task.refs[i], !is_sound);
	MemoryContextReset(planning->context);
	return false;
}

bool
guard_plan_was_tried(const GuardPlanning *planning, const StockNode *after,
					 const char *ref)
{
	const TriedRef *tried = find_tried(planning, ref);

	return tried != NULL && !tried->is_broken && find_demand(after, ref) != NULL;
}

static const TriedRef *
find_tried(const GuardPlanning *planning, const char *ref)
{
	for (int i = 0; i < planning->ntried; i++)
	{
		if (strcmp(planning->tried[i].ref, ref) == 0)
			return &planning->tried[i];
	}
	return NULL;
}

static void
add_tried(GuardPlanning *planning, const char *ref, bool is_broken)
{
	if (planning->ntried == planning->max_tried)
	{
		planning->max_tried = Max(2 * planning->max_tried, 16);
		planning->tried = planning->tried == NULL ?
			MemoryContextAlloc(planning->lasting,
							   planning->max_tried * sizeof(TriedRef)) :
			repalloc_huge(planning->tried,
						  planning->max_tried * sizeof(TriedRef));
	}
	planning->tried[planning->ntried++] = (TriedRef)
	{
		.ref = MemoryContextStrdup(planning->lasting, ref),
			.is_broken = is_broken
	};
}

/*
 * Run a function that reads the network.  Where the guard refuses, what cannot be
 * read as a network is an error.  Where it lets pass, that must not stop the
 * business either: it is a warning then, and what the function has read and locked
 * is given back as that of a subtransaction.  Every other error stays one.
 */
static bool
run_if_sound(const TouchedNode *node, void (*function) (void *), void *arg)
{
	ErrorData  *error;

	if (node->mode == GUARD_BLOCK)
	{
		function(arg);
		return true;
	}

	error = attempt(function, arg);
	if (error == NULL)
		return true;
	if (error->sqlerrcode != ERRCODE_PROMISE_MAPPING)
		ReThrowError(error);
	warn_of_network(node, error);
	return false;
}

static void
warn_of_network(const TouchedNode *node, const ErrorData *error)
{
	ereport(WARNING,
			(errcode(error->sqlerrcode),
			 errmsg("cannot plan item \"%s\" at location \"%s\": %s",
					node->name, node->location, error->message),
			 error->detail != NULL ? errdetail_internal("%s", error->detail) : 0,
			 error->hint != NULL ? errhint("%s", error->hint) : 0));
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

/* is it demand, and was it not there before? */
static bool
is_new(const StockNode *before, const FlowEvent *demand)
{
	const FlowEvent *was = demand == NULL ? NULL :
	find_demand(before, demand->detail->ref);

	return demand != NULL &&
		(was == NULL || was->at != demand->at || was->delta != demand->delta);
}

/*
 * Plan for the refs, in the order in which they claim; those for which it can be
 * done in time.
 */
static void
plan_refs(void *arg)
{
	const RefsToPlan *task = arg;
	GuardPlanning *planning = task->planning;
	const TouchedNode *node = task->node;
	const StockNode *after = task->after;
	const char **refs = task->refs;
	int			nrefs = task->nrefs;
	Instant		now = task->now;
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
	planning->plans = NULL;
	planning->nplans = 0;
	memset(&planning->touched, 0, sizeof(NodeSet));
	for (int i = 0; i < nrefs; i++)
	{
		const FlowEvent *demand = find_demand(after, refs[i]);
		CapableRequest request = {
			.item = node->name,
			.quantity = -demand->delta,
			.due = Max(demand->at, now),
			.after = INSTANT_BEGIN,
			.wish = {.effort = settings_search_effort()},
			.is_hold = demand->detail->kind != NULL &&
			strcmp(demand->detail->kind, "hold") == 0
		};
		CapablePlan *plan = palloc(sizeof(CapablePlan));

		if (!capable_plan(planning->capable, &request, &location, plan))
			return;
		(void) moves_improve(planning->capable, &request, plan, 1);
		if (!plan->answer.possible || plan->answer.at > request.due)
			continue;
		capable_take(planning->capable, plan);
		if (plan->answer.plan.nlots + plan->nmoves > 0)
			add_plans(planning, refs[i], plan);
	}
}

/* a plan for a ref, with those that it moves */
static void
add_plans(GuardPlanning *planning, const char *ref, const CapablePlan *plan)
{
	PlanToWrite *plans;
	int			nplans = reserve_plans(plan, ref, &plans);

	planning->plans = planning->plans == NULL ?
		palloc(nplans * sizeof(PlanToWrite)) :
		repalloc_huge(planning->plans,
					  (planning->nplans + nplans) * sizeof(PlanToWrite));
	memcpy(&planning->plans[planning->nplans], plans,
		   nplans * sizeof(PlanToWrite));
	planning->nplans += nplans;
	reserve_add_moves(&planning->touched, plan);
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
	NodeSet		touched;
	NodeSet		involved = {0};
	NodeSet		missing = {0};
	MemoryContext old;

	if (planning->node == NULL)
		return;

	reserve_unique(&planning->touched);
	touched = planning->touched;
	for (int i = 0; i < touched.nnodes; i++)
		reserve_add_node(&involved, touched.nodes[i]);

	/* others may rely on what was planned before */
	for (int i = 0; i < planning->nplans && planned_any(); i++)
		reserve_add_planned(&involved, planning->plans[i].ref);
	reserve_unique(&involved);
	for (int i = 0; i < involved.nnodes; i++)
	{
		if (!involved.nodes[i]->locked && !touched_all_locked())
			reserve_add_node(&missing, involved.nodes[i]);
	}

	touch_again(planning->node);
	if (missing.nnodes == 0)
	{
		/* what others rely on stays, which the plans do not know yet */
		if (!pass_on_plans(planning))
			write_plans(planning, &touched);
	}
	else if (planning->attempt >= LAST_ATTEMPT ||
			 !node_lock_try(missing.nodes, missing.nnodes))
	{
		old = MemoryContextSwitchTo(planning->lasting);
		for (int i = 0; i < missing.nnodes; i++)
			reserve_add_node(&planning->wanted, missing.nodes[i]);
		if (planning->attempt >= LAST_ATTEMPT)
			(void) run_if_sound(planning->node, add_closure, planning);
		reserve_unique(&planning->wanted);
		MemoryContextSwitchTo(old);
		planning->attempt++;

		/* what was judged under these locks must be judged again */
		node_lock_release(taken, ntaken);
		for (int i = 0; i < nnodes; i++)
			touch_again(nodes[i]);
	}
	forget_plans(planning);
}

void
guard_plan_drop(GuardPlanning *planning)
{
	if (planning->node == NULL)
		return;
	touch_again(planning->node);
	forget_plans(planning);
}

static void
forget_plans(GuardPlanning *planning)
{
	planning->node = NULL;
	planning->nplans = 0;
	MemoryContextReset(planning->context);
}

static void
add_closure(void *arg)
{
	GuardPlanning *planning = arg;

	reserve_add_closure(&planning->wanted, planning->capable,
						planning->node->name, planning->node->location);
}

static void
touch_again(const TouchedNode *node)
{
	touched_add(node->kind, node->name, node->location, node->mode, false,
				node->relation, false);
}

/*
 * Pass on what was planned for these refs before, as far as others rely on it, and
 * let go what nobody needs then: they may turn out to need no plan any more.  True
 * if others did.
 */
static bool
pass_on_plans(GuardPlanning *planning)
{
	bool		any = false;

	for (int i = 0; i < planning->nplans && planned_any(); i++)
	{
		const char *ref = planning->plans[i].ref;

		if (planning->plans[i].is_moved || is_passed_on(planning, ref))
			continue;
		add_passed_on(planning, ref);
		if (!let_go(ref, LET_GO_TO_OTHERS, decide_now()))
			continue;
		(void) let_go(ref, LET_GO_UNNEEDED, decide_now());
		any = true;
	}
	return any;
}

static bool
is_passed_on(const GuardPlanning *planning, const char *ref)
{
	ListCell   *cell;

	foreach(cell, planning->passed_on)
	{
		if (strcmp(lfirst(cell), ref) == 0)
			return true;
	}
	return false;
}

static void
add_passed_on(GuardPlanning *planning, const char *ref)
{
	MemoryContext old = MemoryContextSwitchTo(planning->lasting);

	planning->passed_on = lappend(planning->passed_on, pstrdup(ref));
	MemoryContextSwitchTo(old);
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
		const PlanToWrite *plan = &planning->plans[i];

		if (!plan->is_moved)
			add_tried(planning, plan->ref, false);
		if (!planned_any())
			continue;

		/* whoever relied on what is moved is served without it */
		if (!plan->is_moved)
			(void) let_go(plan->ref, LET_GO_TO_OTHERS, decide_now());
		planned_remove_unfirm(plan->ref);
	}
	planned_write(planning->plans, planning->nplans);

	for (int i = 0; i < touched->nnodes; i++)
	{
		const TouchedNode *as = before[i].touched &&
		before[i].mode > asked.mode ? &before[i] : &asked;

		touched_set_mode(touched->nodes[i], as->mode, as->relation);
	}
}
