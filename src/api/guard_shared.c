/*
 * guard_shared.c - judging new claims without keeping others waiting.
 *
 * Most transactions at a hot item only add to what is claimed, and most of the
 * time there is enough for all of them.  They need not wait for each other's
 * commits: each takes a shared lock of the node, which keeps out whoever does
 * anything else there, and counts, beside what is committed, all demand that
 * others have inserted and not yet committed, as if it were.  If nothing is
 * missing then, the claims pass.  Otherwise the shared locks are given back, and
 * the nodes are judged by guard_check under locks of this transaction alone:
 * these wait until all claims in flight have been committed or rolled back, so
 * nothing is refused, recorded or reported because of a claim that never came to
 * be.
 *
 * Why that is safe.  Let a number of transactions hold the shared lock of a node
 * at some time in the same period without another lock there, and let L be the
 * one among those that commit which began last to read it.  Every other one had
 * inserted its rows before it began to read, thus before L did.  So L found them
 * in the index, each of them visible or in flight.  A version in flight cannot be
 * pruned while L's snapshot is held, unless it was rolled back, and L counts it
 * whatever else has been done to the row since.  So L counted whatever those that
 * commit have claimed, and nothing was missing.  Nor is anything if one of them
 * is rolled back: with less demand every balance is as high or higher.  That does
 * not hold where supply expires or is kept for one demand, and such nodes are
 * not judged here.
 *
 * Whoever changes anything else at the node, supply, a row that is there, a plan,
 * takes the lock alone, so after all of them have ended; what he has written
 * and not yet had judged does not count here.
 *
 * A transaction that holds a shared lock and then needs the node for itself can
 * deadlock with another one that does the same.  So locks are shared only where
 * nothing else is to be expected from the transaction: while it commits, or at
 * the end of a statement that is a transaction of its own.  Of a pipeline the
 * first statement looks like one; what it has locked so, the others use, too.
 * An INSERT that calls a function which writes, or is followed by a deferred
 * trigger that does, is taken for a plain one: then one of two that deadlock is
 * ended, and has only to try again.
 */
#include "postgres.h"

#include "access/xact.h"
#include "tcop/pquery.h"
#include "utils/fmgrprotos.h"
#include "utils/portal.h"
#include "utils/snapmgr.h"

#include "api/decide.h"
#include "api/guard_judge.h"
#include "api/guard_shared.h"
#include "store/guards.h"
#include "store/node_lock.h"
#include "store/planned.h"
#include "store/touched.h"

/* nodes that can be judged so at once: each is read by itself */
#define MAX_NODES	100

/*
 * Nodes where it was tried in vain, by the hash of their locks, and how often
 * it is not tried again there.
 */
#define MAX_VAIN	16
#define VAIN_CHECKS	16

typedef struct Vain
{
	uint64		hash;
	int			checks;
} Vain;

static bool is_at_end(void);
static bool only_inserts(const PlannedStmt *statement);
static bool only_claims(TouchedNode **nodes, int nnodes);
static bool is_in_vain(const TouchedNode *node);
static void note_vain(TouchedNode **nodes, int nnodes);

/* only saves time, so what a transaction that is rolled back leaves is right */
static Vain vain[MAX_VAIN];

bool
guard_shared_check(bool all)
{
	TouchedNode **nodes;
	TouchedNode **locked;
	int			nnodes;
	int			nlocked = 0;
	bool		passed;

	if (IsolationIsSerializable() || touched_any_ref(all) ||
		touched_all_locked())
		return false;
	nodes = touched_unchecked(all, &nnodes);
	if (nnodes > MAX_NODES || touched_nlocked() + nnodes > NODE_LOCK_MAX ||
		!only_claims(nodes, nnodes))
		return false;

	locked = palloc(nnodes * sizeof(TouchedNode *));
	for (int i = 0; i < nnodes; i++)
	{
		if (!nodes[i]->shared)
			locked[nlocked++] = nodes[i];
	}
	if (nlocked > 0)
	{
		if (!is_at_end())
			return false;
		node_lock_share(locked, nlocked);
	}

	/* what this transaction did last must be seen, too */
	CommandCounterIncrement();
	PushActiveSnapshot(GetLatestSnapshot());
	passed = guard_judge_in_flight(nodes, nnodes, decide_now());
	if (passed)
		touched_mark_checked(nodes, nnodes, GetActiveSnapshot()->curcid);
	PopActiveSnapshot();
	if (!passed)
	{
		node_lock_release_shared(locked, nlocked);
		note_vain(nodes, nnodes);
	}
	return passed;
}

/*
 * Is the transaction about to commit, or nothing but the statement whose end this
 * is?  Where that cannot be told, it is taken to be more.
 */
static bool
is_at_end(void)
{
	/* a trigger in a trigger may be one of many */
	if (GetCurrentTransactionNestLevel() > 1 ||
		DatumGetInt32(DirectFunctionCall1(pg_trigger_depth, (Datum) 0)) != 1)
		return false;

	/* at commit the last statement has ended */
	if (ActivePortal == NULL)
		return true;
	return !IsTransactionBlock() &&
		(MyXactFlags & XACT_FLAGS_PIPELINING) == 0 &&
		list_length(ActivePortal->stmts) == 1 &&
		only_inserts(linitial_node(PlannedStmt, ActivePortal->stmts));
}

/*
 * Does a statement insert rows and do nothing else?  A function or procedure may
 * do more than one thing.
 */
static bool
only_inserts(const PlannedStmt *statement)
{
	ListCell   *cell;

	if (statement->commandType != CMD_INSERT)
		return statement->utilityStmt != NULL &&
			IsA(statement->utilityStmt, CopyStmt);

	/* in a WITH there may be other changes */
	foreach(cell, statement->subplans)
	{
		const ModifyTable *change = lfirst(cell);

		if (change != NULL && IsA(change, ModifyTable) &&
			change->operation != CMD_INSERT)
			return false;
	}
	return true;
}

/*
 * Has this transaction done nothing at the nodes but claim?  Limits want to know
 * of everything that rises.  Of rows of views one has to look whether any are
 * gone, if something may have been planned for them.
 */
static bool
only_claims(TouchedNode **nodes, int nnodes)
{
	int			nlimits;

	for (int i = 0; i < nnodes; i++)
	{
		if (nodes[i]->kind != NODE_STOCK || !nodes[i]->only_claims ||
			nodes[i]->locked || is_in_vain(nodes[i]))
			return false;
	}
	return guards_limits(&nlimits) == NULL &&
		!(guards_any_view() && (planned_any() || planned_any_hidden()));
}

static bool
is_in_vain(const TouchedNode *node)
{
	uint64		hash = node_lock_hash(node);
	Vain	   *entry = &vain[hash % MAX_VAIN];

	if (entry->hash != hash || entry->checks == 0)
		return false;
	entry->checks--;
	return true;
}

static void
note_vain(TouchedNode **nodes, int nnodes)
{
	for (int i = 0; i < nnodes; i++)
	{
		uint64		hash = node_lock_hash(nodes[i]);

		vain[hash % MAX_VAIN] = (Vain)
		{
			.hash = hash,.checks = VAIN_CHECKS
		};
	}
}
