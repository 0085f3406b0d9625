/*
 * plan_cycle.c - an item that is made of itself.
 *
 * A cycle counts if something on it is made, not just moved.  So each such step,
 * from an item to a component, is tried: does it lead back to the item?  That is
 * slow, and done only to say what is wrong.
 */
#include "engine/plan_cycle.h"

/* a walk through the network, breadth first; by number of the node */
typedef struct CycleWalk
{
	const PlanNode **from;		/* from which each was reached */
	bool	   *reached;
	const PlanNode **nodes;		/* in the order in which they were reached */
	int			nnodes;
} CycleWalk;

static CycleWalk *begin_walk(const PlanNetwork *network);
static void walk_from(CycleWalk *walk, const PlanNode *start,
					  const PlanNode *goal);
static void reach(CycleWalk *walk, const PlanNode *node, const PlanNode *from);
static bool is_way(const PlanSource *source, const PlanNode *made,
				   const PlanNode *component);
static int	walk_back(const CycleWalk *walk, const PlanNode *goal,
					  const PlanNode **cycle);

bool
plan_cycle_find(const PlanNetwork *network, const PlanNode *node,
				const PlanNode ***cycle, int *ncycle)
{
	CycleWalk  *all = begin_walk(network);
	CycleWalk  *back = begin_walk(network);

	walk_from(all, node, NULL);
	for (int i = 0; i < all->nnodes; i++)
	{
		const PlanNode *made = all->nodes[i];

		for (int j = 0; j < made->nsources; j++)
		{
			const PlanSource *source = made->sources[j];

			for (int k = 0; k < source->ncomponents &&
				 source->kind != PLAN_MOVE; k++)
			{
				if (!is_way(source, made, source->components[k].node))
					continue;
				walk_from(back, source->components[k].node, made);
				if (!back->reached[made->number])
					continue;
				*cycle = palloc(back->nnodes * sizeof(PlanNode *));
				*ncycle = walk_back(back, made, *cycle);
				return true;
			}
		}
	}
	return false;
}

static CycleWalk *
begin_walk(const PlanNetwork *network)
{
	CycleWalk  *walk = palloc0(sizeof(CycleWalk));

	walk->from = palloc(network->nnodes * sizeof(PlanNode *));
	walk->reached = palloc0(network->nnodes * sizeof(bool));
	walk->nodes = palloc(network->nnodes * sizeof(PlanNode *));
	return walk;
}

/*
 * Reach what is needed for the start, until the goal is reached.
 */
static void
walk_from(CycleWalk *walk, const PlanNode *start, const PlanNode *goal)
{
	for (int i = 0; i < walk->nnodes; i++)
		walk->reached[walk->nodes[i]->number] = false;
	walk->nnodes = 0;

	reach(walk, start, NULL);
	for (int i = 0; i < walk->nnodes; i++)
	{
		const PlanNode *node = walk->nodes[i];

		CORE_CHECK_INTERRUPTS();
		if (node == goal)
			return;
		for (int j = 0; j < node->nsources; j++)
		{
			const PlanSource *source = node->sources[j];

			for (int k = 0; k < source->ncomponents; k++)
			{
				if (is_way(source, node, source->components[k].node))
					reach(walk, source->components[k].node, node);
			}
		}
	}
}

static void
reach(CycleWalk *walk, const PlanNode *node, const PlanNode *from)
{
	if (walk->reached[node->number])
		return;
	walk->reached[node->number] = true;
	walk->from[node->number] = from;
	walk->nodes[walk->nnodes++] = node;
}

/*
 * Is a component had to make that node?  What steps of a lot consume of other steps
 * stays among them.
 */
static bool
is_way(const PlanSource *source, const PlanNode *made,
	   const PlanNode *component)
{
	return !plan_is_between_steps(source, made) &&
		!plan_is_between_steps(source, component);
}

/* the goal, and from the start of the walk on what led to it */
static int
walk_back(const CycleWalk *walk, const PlanNode *goal, const PlanNode **cycle)
{
	int			length = 0;
	int			i;

	for (const PlanNode *node = goal; node != NULL; node = walk->from[node->number])
		length++;
	cycle[0] = goal;
	i = length - 1;
	for (const PlanNode *node = walk->from[goal->number]; node != NULL;
		 node = walk->from[node->number])
		cycle[i--] = node;
	return length;
}
