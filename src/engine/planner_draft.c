/*
 * planner_draft.c - the needs and lots of a plan that is being made.
 */
#include "engine/planner_state.h"

static PromiseStatus move_kit(Planner *planner, int lot, Instant at);
static void free_tasks(DraftLot *lot);
static void free_lot(DraftLot *lot);

PlannerMark
planner_draft_mark(const Planner *planner)
{
	return (PlannerMark)
	{
		.trees = time_journal_mark(planner->journal),
			.nneeds = planner->nneeds,.nlots = planner->nlots,
			.nvolumes = planner->nvolumes
	};
}

/*
 * Forget what came into the draft since the mark.
 */
void
planner_draft_undo(Planner *planner, PlannerMark mark)
{
	time_journal_undo(planner->journal, mark.trees);
	while (planner->nvolumes > mark.nvolumes)
		planner_volume_undo(planner);
	while (planner->nlots > mark.nlots)
		free_lot(&planner->lots[--planner->nlots]);
	planner->nneeds = mark.nneeds;
}

/*
 * A new need, from which nothing has been taken yet.
 */
PromiseStatus
planner_add_need(Planner *planner, const PlannerNeed *ask, int *need)
{
	if (planner->nneeds == PLANNER_MAX_NEEDS)
		return PROMISE_NETWORK_TOO_DEEP;
	if (planner->nneeds == planner->maxneeds)
	{
		planner->maxneeds *= 2;
		planner->needs = repalloc(planner->needs, sizeof(DraftNeed) *
								  (Size) planner->maxneeds);
	}
	planner->drafted++;
	*need = planner->nneeds++;
	planner->needs[*need] = (DraftNeed)
	{
		.need =
		{
			.node = ask->node,.lot = ask->lot,.component = ask->component,
				.quantity = ask->quantity,.at = ask->at,
				.from_balance = ask->quantity,.first_lot = -1,
				.possible_at = INSTANT_BEGIN,
				.binding = PLAN_BOUND_BY_NOTHING,.bound_by_need = -1
		}
	};
	return PROMISE_OK;
}

PromiseStatus
planner_take_need(Planner *planner, int need, Instant at)
{
	DraftNeed  *taken = &planner->needs[need];

	Assert(!taken->is_taken);
	taken->need.at = at;
	taken->is_taken = true;
	return planner_add_need_of(planner, taken->need.node, at,
							   taken->need.quantity);
}

/*
 * Take a need later than it was taken.  A kit is put together when it is taken,
 * so that what was planned for the need as kits moves with it.
 */
PromiseStatus
planner_move_need(Planner *planner, int need, Instant at)
{
	PlanNeed   *moved = &planner->needs[need].need;
	Instant		before = moved->at;
	PromiseStatus status;

	Assert(at >= before);
	if (at == before)
		return PROMISE_OK;
	moved->at = at;
	status = planner_add_need_of(planner, moved->node, before,
								 -moved->quantity);
	if (status == PROMISE_OK)
	{
		/* what was there at first may have spoiled by then */
		planner->is_stale |= !planner_is_served(planner, moved->node->state,
												at, moved->quantity);
		status = planner_add_need_of(planner, moved->node, at,
									 moved->quantity);
	}
	if (status == PROMISE_OK && planner->needs[need].has_kits)
		status = planner_move_kits(planner, need, at);
	return status;
}

/*
 * Put the kits that are planned for a need together at an instant.
 */
PromiseStatus
planner_move_kits(Planner *planner, int need, Instant at)
{
	PromiseStatus status = PROMISE_OK;

	/* its lots came after the one that consumes it */
	for (int i = planner->needs[need].need.lot + 1;
		 i < planner->nlots && status == PROMISE_OK; i++)
	{
		if (planner->lots[i].lot.need == need &&
			planner->lots[i].lot.source->kind == PLAN_KIT)
			status = move_kit(planner, i, at);
	}
	return status;
}

static PromiseStatus
move_kit(Planner *planner, int lot, Instant at)
{
	DraftLot   *kit = &planner->lots[lot];
	const PlanSource *source = kit->lot.source;
	PromiseStatus status = planner_add_outputs(planner, &kit->lot, true);

	/* what it consists of may be another then */
	planner->is_stale |= !planner_starts_alike(source, kit->lot.start, at);
	kit->lot.start = kit->lot.end = at;
	kit->schedule.start = kit->schedule.end = at;
	if (status == PROMISE_OK)
		status = planner_add_outputs(planner, &kit->lot, false);
	for (int i = 0; i < source->ncomponents && status == PROMISE_OK; i++)
	{
		if (kit->needs[i] >= 0)
			status = planner_move_need(planner, kit->needs[i], at);
	}
	return status;
}

/*
 * A new lot for a need, not scheduled yet.
 */
PromiseStatus
planner_add_lot(Planner *planner, const PlannerLot *ask, int *lot)
{
	const PlanSource *source = ask->source;
	DraftLot   *added;

	if (planner->nlots == PLANNER_MAX_NEEDS)
		return PROMISE_NETWORK_TOO_DEEP;
	if (planner->nlots == planner->maxlots)
	{
		planner->maxlots *= 2;
		planner->lots = repalloc(planner->lots, sizeof(DraftLot) *
								 (Size) planner->maxlots);
	}
	*lot = planner->nlots++;
	added = &planner->lots[*lot];
	*added = (DraftLot)
	{
		.lot =
		{
			.source = ask->source,.need = ask->need,.next_lot = -1,
				.quantity = ask->quantity
		},
			.output = ask->output,.bound_by_component = -1
	};
	if (source->ncomponents > 0)
	{
		added->needs = palloc(sizeof(int) * (Size) source->ncomponents);
		for (int i = 0; i < source->ncomponents; i++)
			added->needs[i] = -1;
	}
	planner->needs[ask->need].has_kits |= source->kind == PLAN_KIT;
	return PROMISE_OK;
}

/*
 * Occupy what a lot occupies by its schedule, and yield what it yields.
 */
PromiseStatus
planner_take_lot(Planner *planner, int lot)
{
	DraftLot   *taken = &planner->lots[lot];
	PromiseStatus status = PROMISE_OK;

	taken->lot.start = taken->schedule.start;
	taken->lot.end = taken->schedule.end;
	taken->lot.tasks = taken->schedule.tasks;
	if (taken->lot.source->nsteps > 0)
		status = workshop_take(planner->workshop, taken->lot.source,
							   taken->lot.quantity, &taken->schedule);
	if (status == PROMISE_OK)
		status = planner_add_outputs(planner, &taken->lot, false);
	taken->is_taken = true;
	return status;
}

/*
 * Give a lot that has not been taken yet another schedule.
 */
void
planner_set_schedule(Planner *planner, int lot, const LotSchedule *schedule)
{
	Assert(!planner->lots[lot].is_taken);
	free_tasks(&planner->lots[lot]);
	planner->lots[lot].schedule = *schedule;
}

/* the workshop gives tasks and their resources as one piece of memory */
static void
free_tasks(DraftLot *lot)
{
	if (lot->schedule.tasks != NULL)
		pfree(lot->schedule.tasks);
	lot->schedule.tasks = NULL;
}

static void
free_lot(DraftLot *lot)
{
	free_tasks(lot);
	if (lot->needs != NULL)
		pfree(lot->needs);
}

/*
 * Take what came into the draft since the mark out of it, to be put back later.
 */
void
planner_lift(Planner *planner, PlannerMark mark, PlannerFragment *fragment)
{
	fragment->first_need = mark.nneeds;
	fragment->first_lot = mark.nlots;
	fragment->nneeds = planner->nneeds - mark.nneeds;
	fragment->nlots = planner->nlots - mark.nlots;
	fragment->needs = palloc(sizeof(DraftNeed) *
							 ((Size) fragment->nneeds + 1));
	fragment->lots = palloc(sizeof(DraftLot) * ((Size) fragment->nlots + 1));
	memcpy(fragment->needs, &planner->needs[mark.nneeds],
		   sizeof(DraftNeed) * (Size) fragment->nneeds);
	memcpy(fragment->lots, &planner->lots[mark.nlots],
		   sizeof(DraftLot) * (Size) fragment->nlots);

	/* what the lots hold has gone with them */
	planner->nlots = mark.nlots;
	planner_draft_undo(planner, mark);
}

/*
 * Let each need of a fragment name its lots, in their order.
 */
void
planner_link_lots(PlannerFragment *fragment)
{
	for (int i = 0; i < fragment->nneeds; i++)
		fragment->needs[i].need.first_lot = -1;
	for (int i = fragment->nlots - 1; i >= 0; i--)
	{
		PlanLot    *lot = &fragment->lots[i].lot;
		PlanNeed   *need = &fragment->needs[lot->need -
											fragment->first_need].need;

		lot->next_lot = need->first_lot;
		need->first_lot = fragment->first_lot + i;
	}
}

/*
 * Put a fragment back where it was.  The draft must be as it was at the mark.
 */
PromiseStatus
planner_put_back(Planner *planner, PlannerFragment *fragment)
{
	PromiseStatus status = PROMISE_OK;

	Assert(planner->nneeds == fragment->first_need);
	Assert(planner->nlots == fragment->first_lot);

	/* the arrays have been large enough for it before */
	memcpy(&planner->needs[planner->nneeds], fragment->needs,
		   sizeof(DraftNeed) * (Size) fragment->nneeds);
	memcpy(&planner->lots[planner->nlots], fragment->lots,
		   sizeof(DraftLot) * (Size) fragment->nlots);
	planner->nneeds += fragment->nneeds;
	planner->nlots += fragment->nlots;

	for (int i = 0; i < fragment->nneeds && status == PROMISE_OK; i++)
	{
		const DraftNeed *need = &fragment->needs[i];

		if (need->is_taken)
			status = planner_add_need_of(planner, need->need.node,
										 need->need.at, need->need.quantity);
	}
	for (int i = 0; i < fragment->nlots && status == PROMISE_OK; i++)
	{
		if (fragment->lots[i].is_taken)
			status = planner_take_lot(planner, fragment->first_lot + i);
	}
	fragment->nlots = 0;
	planner_fragment_free(fragment);
	return status;
}

void
planner_fragment_free(PlannerFragment *fragment)
{
	for (int i = 0; i < fragment->nlots; i++)
		free_lot(&fragment->lots[i]);
	if (fragment->needs != NULL)
		pfree(fragment->needs);
	if (fragment->lots != NULL)
		pfree(fragment->lots);
	*fragment = (PlannerFragment)
	{
		0
	};
}

/*
 * What the lots of the draft cost, from one of them on.
 */
PromiseStatus
planner_draft_cost(const Planner *planner, int first_lot, int64 *cost)
{
	PromiseStatus status = PROMISE_OK;

	*cost = 0;
	for (int i = first_lot; i < planner->nlots && status == PROMISE_OK; i++)
		status = plan_lot_add_cost(&planner->lots[i].lot, cost);
	return status;
}

/*
 * The draft as a plan, which owns all that it points to.  The draft is empty
 * afterwards but for what it took from the trees.
 */
void
planner_draft_plan(Planner *planner, SupplyPlan *plan)
{
	plan->nneeds = planner->nneeds;
	plan->needs = palloc(sizeof(PlanNeed) * ((Size) plan->nneeds + 1));
	plan->nlots = planner->nlots;
	plan->lots = palloc(sizeof(PlanLot) * ((Size) plan->nlots + 1));
	plan->keeps_safety_stock = planner->keeps_safety_stock;

	for (int i = 0; i < plan->nneeds; i++)
	{
		plan->needs[i] = planner->needs[i].need;
		plan->needs[i].first_lot = -1;
	}
	for (int i = plan->nlots - 1; i >= 0; i--)
	{
		const DraftLot *draft = &planner->lots[i];
		PlanLot    *lot = &plan->lots[i];
		PlanNeed   *need = &plan->needs[draft->lot.need];
		int			ncomponents = draft->lot.source->ncomponents;

		*lot = draft->lot;
		lot->next_lot = need->first_lot;
		need->first_lot = i;
		if (ncomponents == 0)
			continue;
		lot->uses_component = palloc(sizeof(bool) * (Size) ncomponents);
		for (int j = 0; j < ncomponents; j++)
			lot->uses_component[j] = draft->needs[j] >= 0;
		pfree(draft->needs);
	}
	planner->nneeds = 0;
	planner->nlots = 0;
}
