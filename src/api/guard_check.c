/*
 * guard_check.c - judging what a transaction has changed.
 *
 * The discipline is that of foreign keys in PostgreSQL (ri_triggers.c): lock
 * first, then look at the latest state, whatever the isolation level.  A node
 * that has nothing missing needs no more than one look.  Otherwise it is read
 * again as it would be without this transaction, under the same snapshot, and
 * the two are compared.
 *
 * What is planned for promises is settled under the same locks, before the
 * nodes are judged.  That touches nodes in turn, which are judged too.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "api/guard_check.h"
#include "engine/verdict.h"
#include "store/node_lock.h"
#include "store/nodes.h"
#include "store/planned.h"
#include "store/settings.h"
#include "store/touched.h"
#include "types/quantity_numeric.h"
#include "types/report.h"

/* at most this many nodes are read at once */
#define BATCH_NODES 2000

/* a set of nodes that is judged at one time */
typedef struct Batch
{
	TouchedNode **nodes;		/* all at one location, or all resources */
	int			nnodes;
	Instant		now;
} Batch;

static void check_unchecked(bool all);
static bool lock_and_settle(bool all, TouchedNode ***nodes, int *nnodes);
static TouchedNode **unlocked_nodes(TouchedNode **nodes, int nnodes, int *count);
static void touch_plans(bool all);
static bool settle_plans(bool all, Instant now);
static const char *find_heir(const PlannedNode *planned, Instant now);
static Instant read_clock(void);
static void judge_nodes(TouchedNode **nodes, int nnodes, Instant now);
static int	compare_nodes(const void *left, const void *right);
static void judge_stock(const Batch *batch);
static ItemNodes *read_stock(const Batch *batch, bool detail);
static const StockNode *node_of(const ItemNodes *read);
static void judge_short(const Batch *batch);
static void act(const TouchedNode *node, const Verdict *verdict);
static void at_transaction_end(XactEvent event, void *arg);

/* what a check writes fires triggers, which leave judging to it */
static bool is_checking = false;

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
	if (is_checking || !touched_any_unchecked(all))
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

static void
check_unchecked(bool all)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "promise check",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);

	while (touched_any_unchecked(all))
	{
		TouchedNode **nodes;
		int			nnodes;

		CHECK_FOR_INTERRUPTS();
		if (lock_and_settle(all, &nodes, &nnodes))
		{
			judge_nodes(nodes, nnodes, read_clock());
			PopActiveSnapshot();
			touched_mark_checked(nodes, nnodes);
		}
		MemoryContextReset(context);
	}

	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
}

/*
 * Lock the unchecked nodes and read the latest state, which stays the active
 * snapshot.  False, with no snapshot, if it must be tried again: more had to be
 * locked, or what was planned for promises that are gone was settled.
 *
 * Whatever turns out to be needed only under the locks is locked out of order,
 * so without waiting.  If that cannot be, the locks of this attempt are given
 * back, and the next one takes all of them in order.
 */
static bool
lock_and_settle(bool all, TouchedNode ***nodes, int *nnodes)
{
	TouchedNode **added;
	TouchedNode **taken;
	int			nadded;
	int			ntaken;
	bool		done = false;

	/* what this transaction did last must be seen, too */
	CommandCounterIncrement();

	/* nodes of plans that may have to leave, as far as can be told now */
	PushActiveSnapshot(GetLatestSnapshot());
	touch_plans(all);
	PopActiveSnapshot();

	*nodes = touched_unchecked(all, nnodes);
	taken = unlocked_nodes(*nodes, *nnodes, &ntaken);
	node_lock(*nodes, *nnodes);

	PushActiveSnapshot(GetLatestSnapshot());
	touch_plans(all);
	*nodes = touched_unchecked(all, nnodes);
	added = unlocked_nodes(*nodes, *nnodes, &nadded);
	if (nadded == 0 || touched_all_locked())
		done = !settle_plans(all, read_clock());
	else if (!node_lock_try(added, nadded))
		node_lock_release(taken, ntaken);

	if (!done)
		PopActiveSnapshot();
	return done;
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
 * Touch the nodes where refs whose demand may be gone have planned rows.
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
		if (planned[i].location != NULL)
			touched_add(NODE_STOCK, planned[i].name, planned[i].location,
						GUARD_BLOCK, false);
		else
			touched_add(NODE_RESOURCE, planned[i].name, "", GUARD_BLOCK, false);
	}
}

/*
 * Remove the plans of promises that are gone, or give each to the first promise
 * that has come to rely on it.  All their nodes are locked.  True if rows were
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

	norphans = 0;
	if (nplanned > 0)
		orphans = planned_orphans(refs, nrefs, &norphans);
	touched_forget_refs(refs, nrefs);

	/* one by one: what is done about a plan counts for the next */
	for (int i = 0; i < norphans; i++)
	{
		const char *heir = NULL;
		bool		has_plan = false;

		CHECK_FOR_INTERRUPTS();
		CommandCounterIncrement();
		PushActiveSnapshot(GetLatestSnapshot());
		for (int j = 0; j < nplanned && heir == NULL; j++)
		{
			if (strcmp(planned[j].ref, orphans[i]) != 0)
				continue;
			has_plan = true;
			if (planned[j].has_supply)
				heir = find_heir(&planned[j], now);
		}
		PopActiveSnapshot();

		if (!has_plan)
			continue;
		if (heir != NULL)
			planned_assign(orphans[i], heir);
		else
			planned_remove(orphans[i]);
	}
	return norphans > 0;
}

/*
 * The first promise, in order of serving, that needs what was planned for
 * another one at this node; NULL if none does.
 */
static const char *
find_heir(const PlannedNode *planned, Instant now)
{
	NodeQuery	query = {
		.items = (const char *[]) {planned->name},
		.nitems = 1,
		.location = planned->location,
		.as_owner = true,
		.detail = true,
		.now = now
	};
	const StockNode *with = node_of(nodes_read(&query));
	StockNode	without;
	Verdict		verdict;

	if (with == NULL)
		return NULL;

	without = *with;
	without.events = palloc(Max(with->nevents, 1) * sizeof(FlowEvent));
	without.nevents = 0;
	for (int i = 0; i < with->nevents; i++)
	{
		const FlowEvent *event = &with->events[i];

		if (event->detail->origin != FLOW_PLANNED ||
			event->detail->ref == NULL ||
			strcmp(event->detail->ref, planned->ref) != 0)
			without.events[without.nevents++] = *event;
	}

	promise_check(verdict_of_stock(with, &without, now, &verdict));
	if (!verdict.broken)
		return NULL;

	return NULL;
}

/*
 * The instant of a check: setting promise.clock, else the time now that the
 * locks are held.
 */
static Instant
read_clock(void)
{
	Instant		clock;

	if (settings_clock(&clock))
		return clock;
	return GetCurrentTimestamp();
}

/*
 * Judge nodes under the active snapshot, in an order that is always the same.
 */
static void
judge_nodes(TouchedNode **nodes, int nnodes, Instant now)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "promise check batch",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	TouchedNode **sorted = nodes;
	int			start = 0;

	if (nnodes > 1)
	{
		sorted = MemoryContextAllocHuge(GetMemoryChunkContext(nodes),
										nnodes * sizeof(TouchedNode *));
		memcpy(sorted, nodes, nnodes * sizeof(TouchedNode *));
		qsort(sorted, nnodes, sizeof(TouchedNode *), compare_nodes);
	}

	while (start < nnodes)
	{
		Batch		batch = {.nodes = &sorted[start],.nnodes = 1,.now = now};

		while (start + batch.nnodes < nnodes && batch.nnodes < BATCH_NODES &&
			   sorted[start + batch.nnodes]->kind == sorted[start]->kind &&
			   strcmp(sorted[start + batch.nnodes]->location,
					  sorted[start]->location) == 0)
			batch.nnodes++;

		if (sorted[start]->kind == NODE_STOCK)
			judge_stock(&batch);
		start += batch.nnodes;
		MemoryContextReset(context);
	}

	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
}

/* by kind, location and name */
static int
compare_nodes(const void *left, const void *right)
{
	const TouchedNode *a = *(const TouchedNode *const *) left;
	const TouchedNode *b = *(const TouchedNode *const *) right;
	int			order;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	order = strcmp(a->location, b->location);
	return order != 0 ? order : strcmp(a->name, b->name);
}

/*
 * Items at a location.
 */
static void
judge_stock(const Batch *batch)
{
	ItemNodes  *after = read_stock(batch, false);
	Batch		suspect = *batch;

	suspect.nodes = palloc(batch->nnodes * sizeof(TouchedNode *));
	suspect.nnodes = 0;
	for (int i = 0; i < batch->nnodes; i++)
	{
		const StockNode *node = node_of(&after[i]);
		bool		is_short = false;

		CHECK_FOR_INTERRUPTS();
		if (node != NULL)
			promise_check(verdict_is_short(node, batch->now, &is_short));
		if (is_short)
			suspect.nodes[suspect.nnodes++] = batch->nodes[i];
	}
	if (suspect.nnodes > 0)
		judge_short(&suspect);
}

static ItemNodes *
read_stock(const Batch *batch, bool detail)
{
	const char **items = palloc(batch->nnodes * sizeof(char *));
	NodeQuery	query = {
		.items = items,
		.nitems = batch->nnodes,
		.location = batch->nodes[0]->location,
		.as_owner = true,
		.detail = detail,
		.now = batch->now
	};

	for (int i = 0; i < batch->nnodes; i++)
		items[i] = batch->nodes[i]->name;
	return nodes_read(&query);
}

/* the node at the location that was asked for; NULL if there is nothing */
static const StockNode *
node_of(const ItemNodes *read)
{
	return read->nnodes > 0 ? &read->nodes[0] : NULL;
}

/*
 * Something is missing at these nodes: did this transaction do it?
 */
static void
judge_short(const Batch *batch)
{
	ItemNodes  *after = read_stock(batch, true);
	ItemNodes  *before;

	/* the same state, less everything that this transaction has done */
	PushCopiedSnapshot(GetActiveSnapshot());
	GetActiveSnapshot()->curcid = FirstCommandId;
	before = read_stock(batch, true);
	PopActiveSnapshot();

	for (int i = 0; i < batch->nnodes; i++)
	{
		const StockNode *node = node_of(&after[i]);
		const StockNode *was = node_of(&before[i]);
		StockNode	nothing;
		Verdict		verdict;

		CHECK_FOR_INTERRUPTS();
		if (node == NULL)
			continue;
		if (was == NULL)
		{
			nothing = *node;
			nothing.events = NULL;
			nothing.nevents = 0;
			was = &nothing;
		}
		promise_check(verdict_of_stock(was, node, batch->now, &verdict));
		if (verdict.broken)
			act(batch->nodes[i], &verdict);
	}
}

static void
act(const TouchedNode *node, const Verdict *verdict)
{
	char	   *missing = DatumGetCString(DirectFunctionCall1(numeric_out,
															  NumericGetDatum(quantity_get_numeric(verdict->missing))));

	switch (node->mode)
	{
		case GUARD_BLOCK:
		case GUARD_EXCEPT:
			ereport(ERROR,
					(errcode(ERRCODE_PROMISE_NOT_FEASIBLE),
					 errmsg("item \"%s\" at location \"%s\" cannot be promised",
							node->name, node->location),
					 errdetail("%s missing.", missing)));
			break;
		case GUARD_WARN:
			ereport(WARNING,
					(errcode(ERRCODE_PROMISE_NOT_FEASIBLE),
					 errmsg("item \"%s\" at location \"%s\" cannot be promised",
							node->name, node->location),
					 errdetail("%s missing.", missing)));
			break;
		case GUARD_REPORT:
			break;
	}
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
