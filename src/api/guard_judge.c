/*
 * guard_judge.c - do nodes that a transaction changed keep their promises?
 *
 * A node where nothing is missing needs no more than one look, without details.
 * The others are read twice: as they are, and as they would be without this
 * transaction, under the same snapshot.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "api/alert.h"
#include "api/guard_except.h"
#include "api/guard_judge.h"
#include "api/guard_limit.h"
#include "api/refusal.h"
#include "engine/verdict.h"
#include "store/exceptions.h"
#include "store/nodes.h"
#include "store/resources.h"
#include "types/report.h"

/*
 * How many nodes are read at once follows from how many rows of supply and demand
 * the last batch had: about as many should be in memory at a time.
 */
#define FIRST_BATCH_NODES	500
#define MIN_BATCH_NODES		20
#define MAX_BATCH_NODES		5000
#define BATCH_EVENTS		200000

/* Nodes that are judged together. */
typedef struct Batch
{
	TouchedNode **nodes;		/* of one kind and at one location */
	int			nnodes;
	Instant		now;
	GuardPlanning *planning;
	StockNode  *before;			/* of each, with details */
	StockNode  *after;
	const ItemNodes *read;		/* at first: as they are */
	int64		nevents;		/* that were read */
} Batch;

/* What was tried to keep the promises of a node. */
typedef struct NodePromises
{
	const GuardPlanning *planning;
	const StockNode *after;
} NodePromises;

/* How nodes are read. */
typedef enum Reading
{
	READ_LEAN,
	READ_DETAIL,
	READ_FACTS,					/* with details and all that limits ask for */
	READ_IN_FLIGHT				/* lean, with what others have not committed */
} Reading;

static TouchedNode **sort_nodes(TouchedNode **nodes, int nnodes);
static Batch batch_of(TouchedNode **sorted, int nnodes, int max_nodes,
					  Instant now);
static int	compare_nodes(const void *left, const void *right, void *arg);
static int	next_batch_nodes(const Batch *batch, int max_nodes);
static void judge_stock(Batch *batch);
static bool read_stock(Batch *batch, Reading reading, StockNode *result);
static const ItemNodes *read_nodes(const Batch *batch, Reading reading);
static void compare_stock(Batch *batch);
static StockNode *read_stock_judged(const Batch *batch);
static void push_snapshot_before(CommandId command);
static void judge_capacity(Batch *batch);
static CapacityNode *read_capacity_before(Batch *batch);
static CapacityNode *read_capacity_judged(const Batch *batch,
										  const CapacityNode *before);
static CapacityNode *read_capacity(Batch *batch, bool order);
static void act_on_capacity(const TouchedNode *node, const CapacityNode *before,
							const CapacityNode *after, Instant now,
							const Verdict *verdict);
static void act(const TouchedNode *node, const Refusal *refusal);
static bool act_on_stock(const Batch *batch, int number,
						 const Verdict *verdict);
static bool is_plannable(void *arg, const char *ref);

void
guard_judge(TouchedNode **nodes, int nnodes, Instant now,
			GuardPlanning *planning)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "promise check batch",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = CurrentMemoryContext;
	TouchedNode **sorted = sort_nodes(nodes, nnodes);
	int			start = 0;
	int			max_nodes = FIRST_BATCH_NODES;

	MemoryContextSwitchTo(context);
	while (start < nnodes)
	{
		Batch		batch = batch_of(&sorted[start], nnodes - start, max_nodes,
									 now);

		CHECK_FOR_INTERRUPTS();
		batch.planning = planning;
		if (sorted[start]->kind == NODE_STOCK)
		{
			judge_stock(&batch);
			guard_except_forget(batch.read);
		}
		else
			judge_capacity(&batch);
		start += batch.nnodes;
		max_nodes = next_batch_nodes(&batch, max_nodes);
		MemoryContextReset(context);
	}

	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
}

bool
guard_judge_in_flight(TouchedNode **nodes, int nnodes, Instant now)
{
	TouchedNode **sorted = sort_nodes(nodes, nnodes);
	StockNode  *lean = palloc(nnodes * sizeof(StockNode));
	int			start = 0;

	while (start < nnodes)
	{
		Batch		batch = batch_of(&sorted[start], nnodes - start, nnodes, now);

		CHECK_FOR_INTERRUPTS();
		if (!read_stock(&batch, READ_IN_FLIGHT, lean))
			return false;
		for (int i = 0; i < batch.nnodes; i++)
		{
			bool		is_short;

			if (verdict_is_short(&lean[i], now, &is_short) != PROMISE_OK ||
				is_short)
				return false;
		}
		start += batch.nnodes;
	}
	return true;
}

/* the nodes in the order in which they are judged */
static TouchedNode **
sort_nodes(TouchedNode **nodes, int nnodes)
{
	TouchedNode **sorted;

	if (nnodes <= 1)
		return nodes;

	sorted = MemoryContextAllocHuge(CurrentMemoryContext,
									nnodes * sizeof(TouchedNode *));
	memcpy(sorted, nodes, nnodes * sizeof(TouchedNode *));
	qsort_interruptible(sorted, nnodes, sizeof(TouchedNode *), compare_nodes,
						NULL);
	return sorted;
}

/* as many of the first nodes as can be judged together */
static Batch
batch_of(TouchedNode **sorted, int nnodes, int max_nodes, Instant now)
{
	Batch		batch = {.nodes = sorted,.nnodes = 1,.now = now};

	while (batch.nnodes < Min(nnodes, max_nodes) &&
		   sorted[batch.nnodes]->kind == sorted[0]->kind &&
		   strcmp(sorted[batch.nnodes]->location, sorted[0]->location) == 0)
		batch.nnodes++;
	return batch;
}

/* by kind, location and name: the order is always the same */
static int
compare_nodes(const void *left, const void *right, void *arg)
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
 * How many nodes to read next, at most.  One batch of few rows does not say that
 * all are like that.
 */
static int
next_batch_nodes(const Batch *batch, int max_nodes)
{
	int64		wanted = (int64) BATCH_EVENTS * batch->nnodes / Max(batch->nevents, 1);

	wanted = Min(wanted, (int64) max_nodes * 4);
	return (int) Max(Min(wanted, MAX_BATCH_NODES), MIN_BATCH_NODES);
}

/*
 * Items at a location.
 */
static void
judge_stock(Batch *batch)
{
	StockNode  *lean = palloc(batch->nnodes * sizeof(StockNode));
	Batch		suspect = {
		.nodes = palloc(batch->nnodes * sizeof(TouchedNode *)),
		.now = batch->now,
		.planning = batch->planning
	};

	/* a limit wants to know of everything that rises */
	if (guard_limit_any(NODE_STOCK))
	{
		compare_stock(batch);
		if (guard_limit_ask_stock(batch->nodes, batch->nnodes, batch->before,
								  read_stock_judged(batch), batch->after,
								  batch->now))
			guard_plan_drop(batch->planning);
		return;
	}

	(void) read_stock(batch, READ_LEAN, lean);
	for (int i = 0; i < batch->nnodes; i++)
	{
		bool		is_short;

		CHECK_FOR_INTERRUPTS();
		promise_check(verdict_is_short(&lean[i], batch->now, &is_short));
		if (is_short)
			suspect.nodes[suspect.nnodes++] = batch->nodes[i];
	}
	if (suspect.nnodes > 0)
		compare_stock(&suspect);
	batch->nevents += suspect.nevents;
}

/*
 * Read the batch's nodes under the active snapshot.  One that does not exist
 * has no events.  False, if rows in flight cannot be read.
 */
static bool
read_stock(Batch *batch, Reading reading, StockNode *result)
{
	const ItemNodes *read = read_nodes(batch, reading);

	if (read == NULL)
		return false;
	if (batch->read == NULL)
		batch->read = read;
	for (int i = 0; i < batch->nnodes; i++)
	{
		if (read[i].nnodes > 0)
		{
			result[i] = read[i].nodes[0];
			batch->nevents += result[i].nevents;
		}
		else
			result[i] = (StockNode)
		{
			.item = read[i].item,
				.location = batch->nodes[0]->location,
				.rules =
			{
				.horizon_end = INSTANT_END,
					.lead_end = INSTANT_END,
					.overdue_at = INSTANT_END
			}
		};
	}
	return true;
}

static const ItemNodes *
read_nodes(const Batch *batch, Reading reading)
{
	const char **items = palloc(batch->nnodes * sizeof(char *));
	NodeQuery	query = {
		.items = items,
		.nitems = batch->nnodes,
		.location = batch->nodes[0]->location,
		.as_owner = true,
		.detail = reading == READ_DETAIL || reading == READ_FACTS,
		.facts = reading == READ_FACTS,
		.in_flight = reading == READ_IN_FLIGHT,
		.now = batch->now
	};

	for (int i = 0; i < batch->nnodes; i++)
		items[i] = batch->nodes[i]->name;
	return nodes_read(&query);
}

/*
 * Nodes with and without this transaction.
 */
static void
compare_stock(Batch *batch)
{
	Reading		reading = guard_limit_any(NODE_STOCK) ? READ_FACTS : READ_DETAIL;

	batch->after = palloc(batch->nnodes * sizeof(StockNode));
	batch->before = palloc(batch->nnodes * sizeof(StockNode));
	(void) read_stock(batch, reading, batch->after);

	/* the same state, less everything that this transaction has done */
	push_snapshot_before(FirstCommandId);
	(void) read_stock(batch, reading, batch->before);
	PopActiveSnapshot();

	for (int i = 0; i < batch->nnodes; i++)
	{
		Verdict		verdict;

		CHECK_FOR_INTERRUPTS();
		promise_check(verdict_of_stock(&batch->before[i], &batch->after[i],
									   batch->now, &verdict));
		if (verdict.broken && !act_on_stock(batch, i, &verdict))
			continue;

		/* what passes may still hit others */
		(void) alert_newly_endangered(&batch->before[i], &batch->after[i],
									  batch->now);
	}
}

/*
 * Nodes as they were when this transaction was last judged there; without it, if
 * it was not.
 */
static StockNode *
read_stock_judged(const Batch *batch)
{
	StockNode  *result = palloc(batch->nnodes * sizeof(StockNode));

	for (int i = 0; i < batch->nnodes; i++)
	{
		Batch		one = {.nodes = &batch->nodes[i],.nnodes = 1,.now = batch->now};

		result[i] = batch->before[i];
		if (one.nodes[0]->judged_before == FirstCommandId)
			continue;
		push_snapshot_before(one.nodes[0]->judged_before);
		(void) read_stock(&one, READ_FACTS, &result[i]);
		PopActiveSnapshot();
	}
	return result;
}

/* the active snapshot, less what this transaction did from a command on */
static void
push_snapshot_before(CommandId command)
{
	PushCopiedSnapshot(GetActiveSnapshot());
	GetActiveSnapshot()->curcid = command;
}

/*
 * A promise is broken: do what the guard says, unless it was approved.  False if
 * it may be planned or does not count any more, and will be judged again.
 */
static bool
act_on_stock(const Batch *batch, int number, const Verdict *verdict)
{
	const TouchedNode *node = batch->nodes[number];
	const StockNode *before = &batch->before[number];
	const StockNode *after = &batch->after[number];
	Instant		now = batch->now;
	NodePromises promises = {.planning = batch->planning,.after = after};
	StockNode	exempt;
	Verdict		rest;
	Refusal		refusal;

	if (exceptions_any())
	{
		exempt = guard_except_approved(node, before, after, verdict);
		promise_check(verdict_of_stock(&exempt, after, now, &rest));
		if (!rest.broken)
			return true;
		before = &exempt;
		verdict = &rest;
	}
	if (guard_plan_claims(batch->planning, node, &batch->before[number], after,
						  verdict, now))
		return false;

	if (node->mode == GUARD_EXCEPT)
		return !guard_except_claims(node, before, after, now, is_plannable,
									&promises);
	refusal_of_stock(before, after, now, verdict, is_plannable, &promises,
					 &refusal);
	act(node, &refusal);
	return true;
}

static bool
is_plannable(void *arg, const char *ref)
{
	const NodePromises *promises = arg;

	return guard_plan_was_tried(promises->planning, promises->after, ref);
}

/*
 * Resources.  Their rows are few, and always read with all that they say.
 */
static void
judge_capacity(Batch *batch)
{
	bool		has_limits = guard_limit_any(NODE_RESOURCE);
	CapacityNode *after = read_capacity(batch, has_limits);
	CapacityNode *before = has_limits ? read_capacity_before(batch) : NULL;

	for (int i = 0; i < batch->nnodes; i++)
	{
		bool		is_overloaded;
		Verdict		verdict;

		CHECK_FOR_INTERRUPTS();
		promise_check(verdict_is_overloaded(&after[i], batch->now,
											&is_overloaded));
		if (!is_overloaded)
			continue;
		if (before == NULL)
		{
			after = read_capacity(batch, true);
			before = read_capacity_before(batch);
		}
		promise_check(verdict_of_capacity(&before[i], &after[i], batch->now,
										  &verdict));
		if (verdict.broken)
			act_on_capacity(batch->nodes[i], &before[i], &after[i], batch->now,
							&verdict);

		/* what passes may still hit others */
		(void) alert_newly_overloaded(&before[i], &after[i], batch->now);
	}
	if (has_limits)
		guard_limit_ask_capacity(batch->nodes, batch->nnodes, before,
								 read_capacity_judged(batch, before), after,
								 batch->now);
}

/* resources as they would be without this transaction */
static CapacityNode *
read_capacity_before(Batch *batch)
{
	CapacityNode *before;

	push_snapshot_before(FirstCommandId);
	before = read_capacity(batch, true);
	PopActiveSnapshot();
	return before;
}

/* the same as for items */
static CapacityNode *
read_capacity_judged(const Batch *batch, const CapacityNode *before)
{
	CapacityNode *result = palloc(batch->nnodes * sizeof(CapacityNode));

	for (int i = 0; i < batch->nnodes; i++)
	{
		Batch		one = {.nodes = &batch->nodes[i],.nnodes = 1,.now = batch->now};

		result[i] = before[i];
		if (one.nodes[0]->judged_before == FirstCommandId)
			continue;
		push_snapshot_before(one.nodes[0]->judged_before);
		result[i] = *read_capacity(&one, true);
		PopActiveSnapshot();
	}
	return result;
}

/* the order of loads is needed only to say whom an overload hits */
static CapacityNode *
read_capacity(Batch *batch, bool order)
{
	const char **resources = palloc(batch->nnodes * sizeof(char *));
	ResourceQuery query = {
		.resources = resources,
		.nresources = batch->nnodes,
		.as_owner = true,
		.order = order,
		.now = batch->now
	};
	CapacityNode *read;

	for (int i = 0; i < batch->nnodes; i++)
		resources[i] = batch->nodes[i]->name;
	read = resources_read(&query);
	for (int i = 0; i < batch->nnodes; i++)
		batch->nevents += read[i].nevents;
	return read;
}

/*
 * Too much is to be done at once.  Exceptions are for items: of a resource
 * they would say too little.
 */
static void
act_on_capacity(const TouchedNode *node, const CapacityNode *before,
				const CapacityNode *after, Instant now, const Verdict *verdict)
{
	Refusal		refusal;

	refusal_of_capacity(before, after, now, verdict, &refusal);
	if (node->mode == GUARD_EXCEPT)
		guard_except_refuse(node, &refusal,
							"It cannot become an exception, because it is a load.");
	act(node, &refusal);
}

/*
 * What the guard says is to be done, if that is not to except.
 */
static void
act(const TouchedNode *node, const Refusal *refusal)
{
	switch (node->mode)
	{
		case GUARD_BLOCK:
		case GUARD_EXCEPT:
			refusal_report(ERROR, node->relation, refusal);
			break;
		case GUARD_WARN:
			refusal_report(WARNING, node->relation, refusal);
			break;
		case GUARD_REPORT:
			break;
	}
}
