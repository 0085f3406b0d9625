/*
 * plan_tree.c - a plan as rows to show: what it is for first, its path marked.
 */
#include "engine/plan_tree.h"

typedef struct TreeBuilder
{
	PlanNetwork *network;
	const SupplyPlan *plan;
	PlanTree   *tree;
	int			maxrows;
	int		   *first_need;		/* of each lot's needs; -1: none */
	int		   *next_need;		/* of the same lot; -1: the last */
	bool	   *critical_needs;
	bool	   *critical_lots;
	bool	  **critical_steps; /* of each lot; NULL: none */
} TreeBuilder;

static void list_needs(TreeBuilder *builder);
static void mark_path(TreeBuilder *builder);
static int	mark_lot(TreeBuilder *builder, int lot);
static int	waited_for(const TreeBuilder *builder, int lot, int step,
					   Instant *arrival);
static void step_yielding_for(const TreeBuilder *builder, int lot, int step,
							  int *before, Instant *arrival);
static Instant need_arrival(const SupplyPlan *plan, int need);
static bool could_not_begin_sooner(const TreeBuilder *builder, int lot,
								   int step, Instant arrival);
static WorkTime *step_work(const TreeBuilder *builder, int lot, int step);
static void add_need(TreeBuilder *builder, int need, int level);
static void add_lot(TreeBuilder *builder, int lot, int level);
static PlanTreeRow *add_row(TreeBuilder *builder, PlanRowKind kind, int level);

void
plan_tree_build(PlanNetwork *network, const SupplyPlan *plan, PlanTree *tree)
{
	TreeBuilder builder = {.network = network,.plan = plan,.tree = tree};

	*tree = (PlanTree)
	{
		.plan = plan,.waiting_lot = -1,.waiting_step = -1,
			.waiting_since = INSTANT_END
	};
	list_needs(&builder);
	mark_path(&builder);
	add_need(&builder, 0, 0);
}

static void
list_needs(TreeBuilder *builder)
{
	const SupplyPlan *plan = builder->plan;

	builder->first_need = palloc(Max(plan->nlots, 1) * sizeof(int));
	builder->next_need = palloc(plan->nneeds * sizeof(int));
	for (int i = 0; i < plan->nlots; i++)
		builder->first_need[i] = -1;
	for (int i = plan->nneeds - 1; i > 0; i--)
	{
		int			lot = plan->needs[i].lot;

		builder->next_need[i] = builder->first_need[lot];
		builder->first_need[lot] = i;
	}
}

/*
 * From the request down, a lot and what it waited for at a time.
 */
static void
mark_path(TreeBuilder *builder)
{
	const SupplyPlan *plan = builder->plan;
	int			need = 0;

	builder->critical_needs = palloc0(plan->nneeds * sizeof(bool));
	builder->critical_lots = palloc0(Max(plan->nlots, 1) * sizeof(bool));
	builder->critical_steps = palloc0(Max(plan->nlots, 1) * sizeof(bool *));
	while (need >= 0)
	{
		int			lot = plan_last_lot(plan, need);

		CORE_CHECK_INTERRUPTS();
		builder->critical_needs[need] = true;
		if (lot < 0 || plan->needs[need].binding == PLAN_BOUND_BY_STOCK)
			break;
		builder->critical_lots[lot] = true;
		need = mark_lot(builder, lot);
	}
}

/*
 * Mark the steps on the path, from the last one back.  Returns the need that the
 * first of them waited for, or the lot itself if it has no steps; -1: none.
 */
static int
mark_lot(TreeBuilder *builder, int lot)
{
	const PlanSource *source = builder->plan->lots[lot].source;
	const PlanTask *tasks = builder->plan->lots[lot].tasks;
	int			step = source->nsteps == 0 ? -1 : 0;

	for (int i = 1; i < source->nsteps; i++)
	{
		if (tasks[i].end > tasks[step].end)
			step = i;
	}
	if (step >= 0)
		builder->critical_steps[lot] = palloc0(source->nsteps * sizeof(bool));

	/* steps are in an order that respects precedence and time, so this ends */
	for (;;)
	{
		Instant		arrival = INSTANT_BEGIN;
		int			need = waited_for(builder, lot, step, &arrival);
		int			before = -1;

		if (step >= 0)
		{
			const PlanStep *done = &source->steps[step];

			builder->critical_steps[lot][step] = true;
			for (int i = 0; i < done->nbefore; i++)
			{
				const PlanLink *link = &done->before[i];

				if (tasks[link->step].end + link->lag >= arrival)
				{
					arrival = tasks[link->step].end + link->lag;
					before = link->step;
				}
			}
			step_yielding_for(builder, lot, step, &before, &arrival);
		}
		if (need < 0 && before < 0)
			return -1;
		if (!could_not_begin_sooner(builder, lot, step, arrival))
		{
			if (step >= 0)
			{
				builder->tree->waiting_lot = lot;
				builder->tree->waiting_step = step;
				builder->tree->waiting_since = arrival;
			}
			return -1;
		}
		if (before < 0)
			return need;
		step = before;
	}
}

/*
 * Of what a step (-1: a lot without steps) takes and is not simply there, that
 * which comes last, and when.
 */
static int
waited_for(const TreeBuilder *builder, int lot, int step, Instant *arrival)
{
	const SupplyPlan *plan = builder->plan;
	const PlanSource *source = plan->lots[lot].source;
	int			last = -1;

	for (int i = builder->first_need[lot]; i >= 0; i = builder->next_need[i])
	{
		Instant		at = need_arrival(plan, i);

		if (step >= 0 &&
			source->components[plan->needs[i].component].step != step)
			continue;
		if (at > *arrival)
		{
			last = i;
			*arrival = at;
		}
	}
	return last;
}

/*
 * Of the steps that yield what another step takes, the one that ends last before
 * that begins, if nothing else comes later.  Steps without length are left out: they
 * might wait for each other.
 */
static void
step_yielding_for(const TreeBuilder *builder, int lot, int step, int *before,
				  Instant *arrival)
{
	const PlanSource *source = builder->plan->lots[lot].source;
	const PlanTask *tasks = builder->plan->lots[lot].tasks;

	for (int i = 0; i < source->ncomponents; i++)
	{
		const PlanNode *node = source->components[i].node;

		if (source->components[i].step != step ||
			!plan_is_between_steps(source, node))
			continue;
		for (int j = 0; j < source->noutputs; j++)
		{
			int			yielding = source->outputs[j].after_step - 1;

			if (yielding < 0 || source->outputs[j].node != node ||
				tasks[yielding].start == tasks[yielding].end ||
				tasks[yielding].end > tasks[step].start ||
				tasks[yielding].end <= *arrival)
				continue;
			*before = yielding;
			*arrival = tasks[yielding].end;
		}
	}
}

/* when what a need takes was there; INSTANT_BEGIN: always, as far as we know */
static Instant
need_arrival(const SupplyPlan *plan, int need)
{
	int			lot = plan_last_lot(plan, need);

	if (plan->needs[need].binding == PLAN_BOUND_BY_STOCK)
		return plan->needs[need].possible_at;
	return lot < 0 ? INSTANT_BEGIN : plan->lots[lot].end;
}

/*
 * Is it open time alone that lies between what a step waited for and its start,
 * or did it wait for something else?
 */
static bool
could_not_begin_sooner(const TreeBuilder *builder, int lot, int step,
					   Instant arrival)
{
	const PlanLot *made = &builder->plan->lots[lot];
	WorkTime   *work = step_work(builder, lot, step);

	if (step < 0)
		return work_time_open_from(work, arrival) >= made->start;
	if (made->source->steps[step].pauses)
		return work_time_open_from(work, arrival) >= made->tasks[step].start;
	return work_time_unbroken_from(work, arrival,
								   made->tasks[step].end -
								   made->tasks[step].start) >=
		made->tasks[step].start;
}

/*
 * When work on a step is possible: all that it uses is open.
 */
static WorkTime *
step_work(const TreeBuilder *builder, int lot, int step)
{
	const PlanLot *made = &builder->plan->lots[lot];
	WorkTime   *work = NULL;

	if (step < 0)
		return made->source->kind == PLAN_KIT ? NULL : made->source->work;
	for (int i = 0; i < made->source->steps[step].nuses; i++)
	{
		PlanResource *resource = made->tasks[step].resources[i];

		if (!resource->was_read)
			builder->network->read_resource(builder->network, resource);
		if (work == NULL)
			work = resource->work;
		else if (resource->work != NULL && resource->work != work)
			work = work_time_intersect(work, resource->work);
	}
	return work;
}

static void
add_need(TreeBuilder *builder, int need, int level)
{
	const PlanNeed *taken = &builder->plan->needs[need];
	PlanTreeRow *row = add_row(builder, PLAN_ROW_NEED, level);

	row->need = need;
	row->start = taken->at;
	row->end = taken->at;
	row->critical = builder->critical_needs[need];
	for (int lot = taken->first_lot; lot >= 0;
		 lot = builder->plan->lots[lot].next_lot)
		add_lot(builder, lot, level + 1);
}

static void
add_lot(TreeBuilder *builder, int lot, int level)
{
	const PlanLot *made = &builder->plan->lots[lot];
	PlanTreeRow *row = add_row(builder, PLAN_ROW_LOT, level);

	row->need = made->need;
	row->lot = lot;
	row->start = made->start;
	row->end = made->end;
	row->critical = builder->critical_lots[lot];
	row->has_steps = made->source->nsteps > 0;
	if (!row->has_steps)
		row->work = step_work(builder, lot, -1);

	for (int i = 0; i < made->source->nsteps; i++)
	{
		row = add_row(builder, PLAN_ROW_STEP, level + 1);
		row->need = made->need;
		row->lot = lot;
		row->step = i;
		row->start = made->tasks[i].start;
		row->end = made->tasks[i].end;
		row->critical = builder->critical_steps[lot] != NULL &&
			builder->critical_steps[lot][i];
		row->work = step_work(builder, lot, i);
	}
	for (int need = builder->first_need[lot]; need >= 0;
		 need = builder->next_need[need])
		add_need(builder, need, level + 1);
}

static PlanTreeRow *
add_row(TreeBuilder *builder, PlanRowKind kind, int level)
{
	PlanTree   *tree = builder->tree;
	PlanTreeRow *row;

	CORE_CHECK_INTERRUPTS();
	if (tree->nrows == builder->maxrows)
	{
		builder->maxrows = Max(2 * builder->maxrows, 32);
		tree->rows = tree->rows == NULL ?
			palloc(builder->maxrows * sizeof(PlanTreeRow)) :
			repalloc(tree->rows, builder->maxrows * sizeof(PlanTreeRow));
	}
	row = &tree->rows[tree->nrows++];
	*row = (PlanTreeRow)
	{
		.kind = kind,.level = level,.lot = -1,.step = -1
	};
	return row;
}
