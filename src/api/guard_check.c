/*
 * guard_check.c - judging what a transaction has changed.
 *
 * The discipline is that of foreign keys in PostgreSQL (ri_triggers.c): lock
 * first, then look at the latest state, whatever the isolation level.  A node
 * that has nothing missing needs no more than one look.  Otherwise it is read
 * again as it would be without this transaction, under the same snapshot, and
 * the two are compared.
 *
 * Claims that are merely added are first judged without keeping others waiting
 * (guard_shared.c); what that does not settle is judged here.
 *
 * What is planned for promises is settled under the same locks, before the
 * nodes are judged.  That touches nodes in turn, which are judged too.
 * What they find missing is planned, if it can be (guard_plan.c), and judged
 * once more.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "api/decide.h"
#include "api/guard_check.h"
#include "api/guard_judge.h"
#include "api/guard_plan.h"
#include "api/guard_shared.h"
#include "api/reserve.h"
#include "store/guards.h"
#include "store/node_lock.h"
#include "store/planned.h"
#include "store/touched.h"
#include "store/vanished.h"

/* One attempt to lock what must be judged. */
typedef struct Attempt
{
	GuardPlanning *planning;
	bool		settled;		/* has what was planned for promises that are
								 * gone been settled? */
	TouchedNode **nodes;		/* to be judged */
	int			nnodes;
	TouchedNode **taken;		/* that were not locked before */
	int			ntaken;
} Attempt;

static bool change_unjudged(void (*change) (void *), void *arg);
static bool is_anything_open(bool all);
static void check_unchecked(bool all);
static bool lock_and_settle(bool all, Attempt *attempt);
static void lock_in_order(Attempt *attempt);
static void touch_vanished(TouchedNode **nodes, int nnodes);
static TouchedNode **unlocked_nodes(TouchedNode **nodes, int nnodes, int *count);
static void touch_plans(bool all);
static bool settle_plans(bool all, Instant now);
static bool has_plan(const PlannedNode *planned, int nplanned,
					 const char *ref);
static void at_transaction_end(XactEvent event, void *arg);

/*
 * What a check writes fires triggers, which leave judging to it, and so do those
 * of changes that are to be judged together.
 */
static bool is_checking = false;

/* was it asked meanwhile for what a transaction should judge at its end? */
static bool was_asked_for_all = false;

/* whose plan the running check is to settle besides, and how; NULL: nobody's */
static struct
{
	const char *ref;
	LetGo		how;
} letting_go;

/*
 * Called once, when the library is loaded.
 */
void
guard_check_init(void)
{
	RegisterXactCallback(at_transaction_end, NULL);
}

void
guard_check(bool all)
{
	if (is_checking)
		was_asked_for_all |= all;
	if (is_checking || !is_anything_open(all))
		return;

	is_checking = true;
	PG_TRY();
	{
		check_unchecked(all);
	}
	PG_FINALLY();
	{
		is_checking = false;
	}
	PG_END_TRY();
}

/*
 * Make changes that are judged only when all of them have been made, by their
 * sum.  What a change fires in turn may do the same.
 */
void
guard_together(void (*change) (void *), void *arg)
{
	guard_check(change_unjudged(change, arg));
}

/*
 * Make changes without judging them.  Should all that is open be judged now, as
 * their triggers say?  They do not say it again.
 */
static bool
change_unjudged(void (*change) (void *), void *arg)
{
	bool		was_checking = is_checking;
	bool		was_asked = was_asked_for_all;
	bool		result;

	is_checking = true;
	was_asked_for_all = false;
	PG_TRY();
	{
		change(arg);
	}
	PG_FINALLY();
	{
		result = was_asked_for_all;
		is_checking = was_checking;
		was_asked_for_all |= was_asked;
	}
	PG_END_TRY();
	return result;
}

void
guard_let_go(const char *ref, LetGo how)
{
	if (is_checking || !planned_any())
		return;

	touched_add_ref(ref, false);
	letting_go. ref = ref;
	letting_go. how = how;

	PG_TRY();
	{
		guard_check(false);
	}
	PG_FINALLY();
	{
		letting_go. ref = NULL;
	}
	PG_END_TRY();
}

void
guard_later(void (*change) (void *), void *arg, TouchedNode **nodes,
			int nnodes)
{
	bool	   *was_open = palloc(Max(nnodes, 1) * sizeof(bool));

	for (int i = 0; i < nnodes; i++)
		was_open[i] = !nodes[i]->checked && nodes[i]->immediate;

	if (change_unjudged(change, arg))
	{
		guard_check(true);
		return;
	}
	for (int i = 0; i < nnodes; i++)
	{
		if (!was_open[i] && !nodes[i]->checked)
			touched_postpone(nodes[i]);
	}
}

/* is there a node to be judged, or a plan to be settled? */
static bool
is_anything_open(bool all)
{
	return touched_any_unchecked(all) || touched_any_ref(all);
}

static void
check_unchecked(bool all)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "promise check",
												  ALLOCSET_DEFAULT_SIZES);
	GuardPlanning *planning = guard_plan_begin();
	MemoryContext old = MemoryContextSwitchTo(context);
	Attempt		attempt = {.planning = planning};

	while (is_anything_open(all))
	{
		CHECK_FOR_INTERRUPTS();
		if (!guard_shared_check(all) && lock_and_settle(all, &attempt))
		{
			/* first: what judging them writes may touch them again */
			touched_mark_checked(attempt.nodes, attempt.nnodes,
								 GetActiveSnapshot()->curcid);
			guard_judge(attempt.nodes, attempt.nnodes, decide_now(), planning);
			guard_plan_settle(planning, attempt.nodes, attempt.nnodes,
							  attempt.taken, attempt.ntaken);
			PopActiveSnapshot();
			attempt.settled = false;
		}
		MemoryContextReset(context);
	}

	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
}

/*
 * Lock the unchecked nodes and read the latest state, which stays the active
 * snapshot.  False, with no snapshot, if it must be tried again: more had to be
 * locked, or what was planned for promises that are gone was settled, which is
 * done once in a check.
 *
 * Whatever turns out to be needed only under the locks is locked out of order,
 * so without waiting.  If that cannot be, the locks of this attempt are given
 * back, and the next one takes all of them in order.
 */
static bool
lock_and_settle(bool all, Attempt *attempt)
{
	TouchedNode **added;
	int			nrefs;
	int			nadded;
	bool		done = false;

	/* what this transaction did last must be seen, too */
	CommandCounterIncrement();

	/* nodes of plans that may have to leave, as far as can be told now */
	(void) touched_refs(all, &nrefs);
	if (nrefs > 0)
	{
		PushActiveSnapshot(GetLatestSnapshot());
		touch_plans(all);
		PopActiveSnapshot();
	}

	attempt->nodes = touched_unchecked(all, &attempt->nnodes);
	lock_in_order(attempt);

	PushActiveSnapshot(GetLatestSnapshot());
	if (!attempt->settled)
		touch_vanished(attempt->nodes, attempt->nnodes);
	(void) touched_refs(all, &nrefs);
	if (nrefs == 0)
		return true;
	touch_plans(all);
	attempt->nodes = touched_unchecked(all, &attempt->nnodes);
	added = unlocked_nodes(attempt->nodes, attempt->nnodes, &nadded);
	if (nadded == 0 || touched_all_locked())
	{
		done = !settle_plans(all, decide_now());
		attempt->settled = true;
	}
	else if (!node_lock_try(added, nadded))
		node_lock_release(attempt->taken, attempt->ntaken);

	if (!done)
		PopActiveSnapshot();
	return done;
}

/*
 * Lock the nodes to be judged, and what plans for them will touch.
 */
static void
lock_in_order(Attempt *attempt)
{
	int			nwanted;
	TouchedNode **wanted = guard_plan_wanted(attempt->planning, &nwanted);
	NodeSet		nodes = {0};

	if (nwanted == 0)
	{
		attempt->taken = unlocked_nodes(attempt->nodes, attempt->nnodes,
										&attempt->ntaken);
		node_lock(attempt->nodes, attempt->nnodes);
		return;
	}

	for (int i = 0; i < attempt->nnodes; i++)
		reserve_add_node(&nodes, attempt->nodes[i]);
	for (int i = 0; i < nwanted; i++)
		reserve_add_node(&nodes, wanted[i]);
	reserve_unique(&nodes);
	attempt->taken = unlocked_nodes(nodes.nodes, nodes.nnodes,
									&attempt->ntaken);
	node_lock(nodes.nodes, nodes.nnodes);
}

/*
 * Rows of protected views do not go through triggers: the refs that they had at
 * these nodes, and have no more, are found by comparing.
 */
static void
touch_vanished(TouchedNode **nodes, int nnodes)
{
	const char **refs;
	int			nrefs;

	if (!guards_any_view() || !(planned_any() || planned_any_hidden()))
		return;

	refs = vanished_refs(nodes, nnodes, &nrefs);
	for (int i = 0; i < nrefs; i++)
		touched_add_ref(refs[i], false);
}

/* those that this transaction has not locked */
static TouchedNode **
unlocked_nodes(TouchedNode **nodes, int nnodes, int *count)
{
	TouchedNode **result = MemoryContextAllocHuge(CurrentMemoryContext,
												  Max(nnodes, 1) *
												  sizeof(TouchedNode *));

	*count = 0;
	for (int i = 0; i < nnodes; i++)
	{
		if (!nodes[i]->locked)
			result[(*count)++] = nodes[i];
	}
	return result;
}

/*
 * Touch the nodes where refs whose demand may be gone have planned rows, and
 * those of their own commitments, which may count again.
 */
static void
touch_plans(bool all)
{
	int			nrefs;
	int			nplanned;
	const char **refs = touched_refs(all, &nrefs);
	PlannedNode *planned = planned_nodes(refs, nrefs, &nplanned);

	for (int i = 0; i < nplanned; i++)
	{
		const PlannedNode *node = &planned[i];
		GuardMode	mode = GUARD_REPORT;

		/* removing or assigning a plan touches it with the mode of its guard */
		if (OidIsValid(node->commitments))
		{
			const Guard *guard = guards_find_own(node->commitments);

			mode = guard != NULL ? guard->mode : GUARD_BLOCK;
		}
		if (node->location != NULL)
			touched_add(NODE_STOCK, node->name, node->location, mode, false,
						node->commitments, false);
		else
			touched_add(NODE_RESOURCE, node->name, "", mode, false,
						node->commitments, false);
	}
}

/*
 * Settle the plans of promises that are gone (let_go.c).  All their nodes are locked.  True if rows were
 * written, which the active snapshot does not see.
 */
static bool
settle_plans(bool all, Instant now)
{
	int			nrefs;
	int			nplanned;
	int			norphans;
	const char **refs = touched_refs(all, &nrefs);
	PlannedNode *planned = planned_nodes(refs, nrefs, &nplanned);
	const char **orphans = NULL;
	bool		written = false;

	norphans = 0;
	if (nplanned > 0)
		orphans = planned_orphans(refs, nrefs, &norphans);
	touched_forget_refs(refs, nrefs);

	/* one by one: what is done about a plan counts for the next */
	for (int i = 0; i < norphans; i++)
	{
		if (!has_plan(planned, nplanned, orphans[i]))
			continue;
		CHECK_FOR_INTERRUPTS();
		(void) let_go(orphans[i], LET_GO_ALL, now);
		planned_remove(orphans[i]);
		written = true;
	}

	/* it may have been asked for of one that still has demand */
	if (letting_go.ref != NULL &&
		has_plan(planned, nplanned, letting_go.ref) &&
		let_go(letting_go.ref, letting_go.how, now))
		written = true;
	return written;
}

/* is any of these nodes there because of what is planned for the ref? */
static bool
has_plan(const PlannedNode *planned, int nplanned, const char *ref)
{
	for (int i = 0; i < nplanned; i++)
	{
		if (!OidIsValid(planned[i].commitments) &&
			strcmp(planned[i].ref, ref) == 0)
			return true;
	}
	return false;
}

/*
 * At the end of a transaction everything must have been judged.  Nothing is
 * done about it here: rows written now would escape deferred constraints.
 */
static void
at_transaction_end(XactEvent event, void *arg)
{
	TouchedNode **nodes;
	int			nnodes;

	if (event != XACT_EVENT_PRE_COMMIT && event != XACT_EVENT_PRE_PREPARE)
		return;
	if (!touched_any_unchecked(true))
		return;

	nodes = touched_unchecked(true, &nnodes);
	ereport(ERROR,
			(errcode(ERRCODE_TRIGGERED_ACTION_EXCEPTION),
			 nodes[0]->kind == NODE_STOCK ?
			 errmsg("item \"%s\" at location \"%s\" was changed but not judged",
					nodes[0]->name, nodes[0]->location) :
			 errmsg("resource \"%s\" was changed but not judged",
					nodes[0]->name),
			 errdetail("A trigger of its guard did not run; it may be disabled."),
			 errhint("Call promise.protect again for the table.")));
}
