/*
 * planned_read.c - reading back what was planned for promises.
 *
 * The rows name lots and needs by their numbers in the plan, steps by theirs in
 * the routing, sources, items and resources by their names.  What has changed
 * since it was planned may be nowhere to be found any more; then the plan cannot
 * be understood, and says so.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/palloc.h"

#include "store/network.h"
#include "store/owner.h"
#include "store/planned.h"
#include "store/planned_demand.h"
#include "store/planned_read.h"
#include "store/planned_rows.h"

/* a plan while it is put together from lots [first, end) */
typedef struct PlanBuilder
{
	PlanNetwork *network;
	PlannedDemand *demand;		/* NULL: not to be read now */
	PlannedLots which;
	const PlannedRows *rows;
	const LotRow *lots;
	int			nlots;
	RecordedPlan *record;
	const NeedRow **needs;		/* by need of the plan; NULL of the first */
} PlanBuilder;

static RecordedPlan *read_plans(PlanNetwork *network, PlannedDemand *demand,
								PlannedLots which, const char **refs,
								int nrefs, int *nplans);
static void name_ref(void *arg);
static bool next_ref(const PlannedRows *all, PlannedRows *of_ref);
static void build_plans(PlanNetwork *network, PlannedDemand *demand,
						PlannedLots which, PlannedRows rows,
						RecordedPlan *plans, int *nplans);
static void build(PlanBuilder *builder);
static int	find_lot(const PlanBuilder *builder, int64 plan, int lot);
static int	compare_lots(const void *a, const void *b);
static void add_need(PlanBuilder *builder, const NeedRow *row);
static void add_lot(PlanBuilder *builder, const LotRow *row);
static void add_tasks(PlanBuilder *builder, const LotRow *row, PlanLot *lot);
static PlanResource *find_resource(PlanBuilder *builder, const LotRow *row,
								   const PlanStep *step, int use);
static int	compare_uses(const void *a, const void *b);
static void link_lots(PlanBuilder *builder);
static int	find_need(const PlanBuilder *builder, int64 plan, int need);
static int	compare_needs(const void *a, const void *b);
static void find_components(PlanBuilder *builder);
static void fill_request(PlanBuilder *builder);
static void complain(PlanBuilder *builder, const char *problem);

RecordedPlan *
planned_read(PlanNetwork *network, const char *ref, PlannedLots lots,
			 int *nplans)
{
	return read_plans(network, planned_demand_open(network, false), lots, &ref,
					  1, nplans);
}

RecordedPlan *
planned_read_many(PlanNetwork *network, const char **refs, int nrefs,
				  int *nplans)
{
	return read_plans(network, NULL, PLANNED_ALL, refs, nrefs, nplans);
}

RecordedPlan *
planned_read_whole(PlanNetwork *network, const char **refs, int nrefs,
				   int *nplans)
{
	return read_plans(network, planned_demand_open(network, true),
					  PLANNED_UNFIRM, refs, nrefs, nplans);
}

/*
 * The plans of refs.
 */
static RecordedPlan *
read_plans(PlanNetwork *network, PlannedDemand *demand, PlannedLots which,
		   const char **refs, int nrefs, int *nplans)
{
	PlannedRows all;
	PlannedRows of_ref = {0};
	OwnerRights before;
	RecordedPlan *result;
	ErrorContextCallback context = {
		.callback = name_ref,
		.arg = &of_ref,
		.previous = error_context_stack
	};

	if (network_is_as_owner(network))
		owner_enter(planned_table(), &before);
	planned_rows_read(refs, nrefs, &all);
	if (network_is_as_owner(network))
		owner_leave(&before);
	result = MemoryContextAllocExtended(CurrentMemoryContext,
										Max(all.nlots, 1) * sizeof(RecordedPlan),
										MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	of_ref.lots = all.lots;
	of_ref.needs = all.needs;
	of_ref.uses = all.uses;
	*nplans = 0;
	error_context_stack = &context;
	while (next_ref(&all, &of_ref))
	{
		CHECK_FOR_INTERRUPTS();
		build_plans(network, demand, which, of_ref, result, nplans);
	}
	error_context_stack = context.previous;
	return result;
}

/* error context: whose plans were to be read? */
static void
name_ref(void *arg)
{
	const PlannedRows *of_ref = arg;

	errcontext("what is planned for \"%s\"", of_ref->lots->ref);
}

/*
 * Go on to the rows of the next ref, behind those of the last one.
 */
static bool
next_ref(const PlannedRows *all, PlannedRows *of_ref)
{
	const LotRow *lots_end = all->lots + all->nlots;
	const NeedRow *needs_end = all->needs + all->nneeds;
	const UseRow *uses_end = all->uses + all->nuses;
	const char *ref;

	of_ref->lots += of_ref->nlots;
	of_ref->needs += of_ref->nneeds;
	of_ref->uses += of_ref->nuses;
	of_ref->nlots = of_ref->nneeds = of_ref->nuses = 0;
	if (of_ref->lots == lots_end)
		return false;

	/* what belongs to no lot belongs to no plan */
	ref = of_ref->lots->ref;
	while (of_ref->needs < needs_end && strcmp(of_ref->needs->ref, ref) < 0)
		of_ref->needs++;
	while (of_ref->uses < uses_end && strcmp(of_ref->uses->ref, ref) < 0)
		of_ref->uses++;

	while (of_ref->lots + of_ref->nlots < lots_end &&
		   strcmp(of_ref->lots[of_ref->nlots].ref, ref) == 0)
		of_ref->nlots++;
	while (of_ref->needs + of_ref->nneeds < needs_end &&
		   strcmp(of_ref->needs[of_ref->nneeds].ref, ref) == 0)
		of_ref->nneeds++;
	while (of_ref->uses + of_ref->nuses < uses_end &&
		   strcmp(of_ref->uses[of_ref->nuses].ref, ref) == 0)
		of_ref->nuses++;
	return true;
}

/*
 * The plans of a ref, added to others.
 */
static void
build_plans(PlanNetwork *network, PlannedDemand *demand, PlannedLots which,
			PlannedRows rows, RecordedPlan *plans,
			int *nplans)
{
	int			end;

	planned_rows_find_trees(&rows, which == PLANNED_UNFIRM);
	for (int start = 0; start < rows.nlots; start = end)
	{
		const LotRow *first = &rows.lots[start];
		PlanBuilder builder = {
			.network = network,
			.demand = demand,
			.which = which,
			.rows = &rows,
			.lots = first,
			.record = &plans[(*nplans)++]
		};

		/* what was planned for it, however often, is one plan */
		end = start + 1;
		while (end < rows.nlots &&
			   rows.lots[end].inherited == first->inherited &&
			   rows.lots[end].tree == first->tree &&
			   (!first->inherited || rows.lots[end].plan == first->plan))
			end++;
		builder.nlots = end - start;
		builder.record->ref = first->ref;
		builder.record->inherited = first->inherited;
		build(&builder);
	}
}

/*
 * Put a plan together.
 */
static void
build(PlanBuilder *builder)
{
	const PlannedRows *rows = builder->rows;
	SupplyPlan *plan = &builder->record->plan;

	plan->needs = palloc0((1 + rows->nneeds) * sizeof(PlanNeed));
	builder->needs = palloc0((1 + rows->nneeds) * sizeof(NeedRow *));
	plan->nneeds = 1;
	plan->lots = palloc0(builder->nlots * sizeof(PlanLot));
	builder->record->firm = palloc(builder->nlots * sizeof(bool));

	for (int i = 0; i < builder->nlots; i++)
		add_lot(builder, &builder->lots[i]);
	for (int i = 0; i < rows->nneeds; i++)
		add_need(builder, &rows->needs[i]);
	if (builder->record->problem == NULL)
		link_lots(builder);
	if (builder->record->problem == NULL)
		find_components(builder);
	if (builder->record->problem == NULL)
		fill_request(builder);
	if (builder->record->problem != NULL)
		memset(plan, 0, sizeof(SupplyPlan));
}

/* the position of a lot in the plan; -1 if it is in another */
static int
find_lot(const PlanBuilder *builder, int64 plan, int lot)
{
	LotRow		key = {.plan = plan,.lot = lot};
	const LotRow *found = bsearch(&key, builder->lots, builder->nlots,
								  sizeof(LotRow), compare_lots);

	return found == NULL ? -1 : found - builder->lots;
}

static int
compare_lots(const void *a, const void *b)
{
	const LotRow *la = a;
	const LotRow *lb = b;

	if (la->plan != lb->plan)
		return la->plan < lb->plan ? -1 : 1;
	return (la->lot > lb->lot) - (la->lot < lb->lot);
}

static void
add_need(PlanBuilder *builder, const NeedRow *row)
{
	SupplyPlan *plan = &builder->record->plan;
	int			lot = find_lot(builder, row->plan, row->lot);

	if (lot < 0 || (row->firm && builder->which == PLANNED_UNFIRM))
		return;
	builder->needs[plan->nneeds] = row;
	plan->needs[plan->nneeds++] = (PlanNeed)
	{
		.node = builder->network->find_node(builder->network, row->item,
											row->location),
			.lot = lot,.component = row->component,
			.quantity = row->quantity,.at = row->at,.first_lot = -1,
			.possible_at = row->at,.bound_by_need = -1
	};
}

static void
add_lot(PlanBuilder *builder, const LotRow *row)
{
	SupplyPlan *plan = &builder->record->plan;
	PlanSource *source = network_find_source(builder->network, row->source);
	PlanLot    *lot = &plan->lots[plan->nlots];

	builder->record->firm[plan->nlots++] = row->firm;
	if (source == NULL)
	{
		complain(builder, psprintf("source \"%s\" does not exist any more",
								   row->source));
		return;
	}
	*lot = (PlanLot)
	{
		.source = source,.need = row->need,.next_lot = -1,
			.quantity = row->quantity,.start = row->start,.end = row->end,
			.tasks = palloc0(Max(source->nsteps, 1) * sizeof(PlanTask)),
			.uses_component = palloc0(Max(source->ncomponents, 1) * sizeof(bool))
	};
	add_tasks(builder, row, lot);
}

static void
add_tasks(PlanBuilder *builder, const LotRow *row, PlanLot *lot)
{
	if (row->nsteps > lot->source->nsteps)
		complain(builder, psprintf("source \"%s\" has fewer steps than when it was planned",
								   row->source));
	for (int i = 0; i < lot->source->nsteps; i++)
	{
		const PlanStep *step = &lot->source->steps[i];
		PlanTask   *task = &lot->tasks[i];
		int			j = 0;

		while (j < row->nsteps && row->steps[j] != step->step)
			j++;
		if (j == row->nsteps)
		{
			complain(builder, psprintf("step %d of source \"%s\" was not planned",
									   step->step, row->source));
			return;
		}
		task->start = row->starts[j];
		task->end = row->ends[j];
		task->setup = row->changeovers[j];
		task->resources = palloc(Max(step->nuses, 1) * sizeof(PlanResource *));
		for (int use = 0; use < step->nuses; use++)
			task->resources[use] = find_resource(builder, row, step, use);
	}
}

/* what takes no time occupies nothing: then the first would have done */
static PlanResource *
find_resource(PlanBuilder *builder, const LotRow *row, const PlanStep *step,
			  int use)
{
	UseRow		key = {
		.plan = row->plan,.lot = row->lot,.step = step->step,.use = use
	};
	const UseRow *found = bsearch(&key, builder->rows->uses,
								  builder->rows->nuses, sizeof(UseRow),
								  compare_uses);

	if (found != NULL)
		return network_find_resource(builder->network, found->resource);
	return step->uses[use].choices[0];
}

static int
compare_uses(const void *a, const void *b)
{
	const UseRow *ua = a;
	const UseRow *ub = b;

	if (ua->plan != ub->plan)
		return ua->plan < ub->plan ? -1 : 1;
	if (ua->lot != ub->lot)
		return ua->lot < ub->lot ? -1 : 1;
	if (ua->step != ub->step)
		return ua->step < ub->step ? -1 : 1;
	return (ua->use > ub->use) - (ua->use < ub->use);
}

/*
 * Find out which lots serve which needs, and what of them comes from the balance.
 */
static void
link_lots(PlanBuilder *builder)
{
	SupplyPlan *plan = &builder->record->plan;

	plan->needs[0].first_lot = -1;
	for (int i = plan->nlots - 1; i >= 0; i--)
	{
		PlanLot    *lot = &plan->lots[i];
		const LotRow *row = &builder->lots[i];
		int			need = row->need == 0 ||
		planned_rows_is_root(builder->rows, row,
							 builder->which == PLANNED_UNFIRM) ? 0 :
		find_need(builder, row->plan, row->need);

		if (need < 0)
		{
			complain(builder, psprintf("lot %d of plan " INT64_FORMAT " is for a need that is not there",
									   row->lot, row->plan));
			return;
		}
		lot->need = need;
		lot->next_lot = plan->needs[need].first_lot;
		plan->needs[need].first_lot = i;
	}
}

/* the position of a need in the plan, not of the request; -1 if it is not there */
static int
find_need(const PlanBuilder *builder, int64 plan, int need)
{
	NeedRow		key = {.plan = plan,.need = need};
	const NeedRow *wanted = &key;
	const NeedRow **found = bsearch(&wanted, builder->needs + 1,
									builder->record->plan.nneeds - 1,
									sizeof(NeedRow *), compare_needs);

	return found == NULL ? -1 : found - builder->needs;
}

static int
compare_needs(const void *a, const void *b)
{
	const NeedRow *na = *(const NeedRow *const *) a;
	const NeedRow *nb = *(const NeedRow *const *) b;

	if (na->plan != nb->plan)
		return na->plan < nb->plan ? -1 : 1;
	return (na->need > nb->need) - (na->need < nb->need);
}

/* which component of its lot's source is each need? */
static void
find_components(PlanBuilder *builder)
{
	SupplyPlan *plan = &builder->record->plan;

	for (int i = 1; i < plan->nneeds; i++)
	{
		PlanNeed   *need = &plan->needs[i];
		PlanLot    *lot = &plan->lots[need->lot];
		const PlanSource *source = lot->source;
		int			found = need->component;

		/* where the list has changed, another line may be meant */
		if (found < 0 || found >= source->ncomponents ||
			source->components[found].node != need->node ||
			lot->uses_component[found])
		{
			found = 0;
			while (found < source->ncomponents &&
				   (source->components[found].node != need->node ||
					lot->uses_component[found]))
				found++;
		}
		if (found == source->ncomponents)
		{
			complain(builder, psprintf("source \"%s\" does not take item \"%s\" any more",
									   source->name, need->node->item));
			return;
		}
		need->component = found;
		lot->uses_component[found] = true;
	}
}

/*
 * The request, and what of each need the lots do not supply.
 */
static void
fill_request(PlanBuilder *builder)
{
	RecordedPlan *record = builder->record;
	SupplyPlan *plan = &record->plan;
	PlanNeed   *request = &plan->needs[0];
	const PlanLot *first;

	if (request->first_lot < 0)
	{
		complain(builder, "no lot is for the promise itself");
		return;
	}
	first = &plan->lots[request->first_lot];
	request->node = first->source->outputs[0].node;
	request->at = first->end;
	request->possible_at = request->at;
	request->lot = -1;
	request->component = -1;
	request->bound_by_need = -1;
	for (int i = 0; i < plan->nneeds; i++)
		planned_demand_lacking(plan, i);

	record->demand_unread = !record->inherited && builder->lots[0].tree == 0;
	if (record->demand_unread && builder->demand != NULL)
		planned_demand_fill(builder->demand, record);
}

/* the first problem is told */
static void
complain(PlanBuilder *builder, const char *problem)
{
	if (builder->record->problem == NULL)
		builder->record->problem = problem;
}
