/*
 * planner_lot.c - how early a lot can be there.
 *
 * Its components are had as early as can be, one after the other, each not before
 * the step that needs it could begin anyway; what one of them takes, the next ones
 * find taken.  Then the steps are scheduled, not before what they need is there,
 * and each component is taken when its step begins.
 */
#include "engine/planner_state.h"

/* a lot whose components are being looked for */
typedef struct LotSearch
{
	const PlannerLot *ask;
	int			lot;			/* in the draft */
	Span		starts;			/* instants at which it may start */
	Instant    *release;		/* of each step */
	Instant    *arrival;		/* the same, by what was not there at once */
} LotSearch;

static PromiseStatus forward_within(Planner *planner, const PlannerLot *ask,
									Span starts, int *lot);
static PromiseStatus find_components(Planner *planner, LotSearch *search,
									 bool *found);
static PromiseStatus find_component(Planner *planner, LotSearch *search,
									int component, bool *found);
static PromiseStatus find_one_of(Planner *planner, LotSearch *search,
								 int choice, bool *found);
static PromiseStatus look_for(Planner *planner, LotSearch *search,
							  int component, Instant bound, int *need);
static PromiseStatus use_component(Planner *planner, LotSearch *search,
								   int component, int need, bool *found);
static void delay_steps(const PlanSource *source, int component, Instant until,
						Instant *release);
static PromiseStatus schedule_steps(Planner *planner, LotSearch *search,
									bool *found);
static PromiseStatus judge_schedule(Planner *planner, const LotSearch *search);
static int	awaited_component(const Planner *planner, const LotSearch *search);

/*
 * Schedule a lot as early as can be, with all that it needs, and leave that in the
 * draft.  lot is -1, and what is in the draft is to be undone, if there is no way.
 */
PromiseStatus
planner_forward_lot(Planner *planner, const PlannerLot *ask, int *lot)
{
	const PlanSource *source = ask->source;
	Span		starts = {
		Max(Max(planner->network->now, source->first_start),
			source->effective.start),
		source->effective.end
	};
	Instant		next = planner_next_effective(source, starts.start);
	PlannerChoice choice;
	PromiseStatus status = PROMISE_OK;

	*lot = -1;
	if (starts.start >= starts.end)
	{
		planner_fail(planner, PLAN_BOUND_BY_EFFECTIVITY,
					 source->outputs[ask->output].node, source);
		return PROMISE_OK;
	}
	if (next >= starts.end)
		return forward_within(planner, ask, starts, lot);

	/* which components it takes depends on its start */
	planner_choice_begin(planner, ask->latest + 1, &choice);
	while (starts.start < Min(choice.best, starts.end) &&
		   status == PROMISE_OK)
	{
		Span		alike = {starts.start, Min(next, starts.end)};

		planner_choice_try(planner, &choice);
		status = forward_within(planner, ask, alike, lot);
		if (status == PROMISE_OK)
			planner_choice_offer(planner, &choice, 0, *lot < 0 ? INSTANT_END :
								 planner->lots[*lot].lot.end);
		starts.start = alike.end;
		next = planner_next_effective(source, starts.start);
	}
	if (status == PROMISE_OK)
		status = planner_choice_end(planner, &choice);
	*lot = choice.number < 0 ? -1 : choice.mark.nlots;
	return status;
}

static PromiseStatus
forward_within(Planner *planner, const PlannerLot *ask, Span starts, int *lot)
{
	int			nsteps = Max(ask->source->nsteps, 1);
	int			nlots = planner->nlots;
	LotSearch	search = {
		.ask = ask,.starts = starts
	};
	bool		found = false;
	PromiseStatus status;

	CORE_CHECK_INTERRUPTS();
	*lot = -1;
	status = planner_add_lot(planner, ask, &search.lot);
	if (status == PROMISE_OK)
		status = planner_open_stocks(planner, ask->source, ask->quantity);
	if (status != PROMISE_OK)
		return status;

	search.release = palloc(sizeof(Instant) * (Size) nsteps);
	search.arrival = palloc(sizeof(Instant) * (Size) nsteps);
	for (int i = 0; i < nsteps; i++)
		search.release[i] = search.arrival[i] = starts.start;
	status = schedule_steps(planner, &search, &found);
	if (status == PROMISE_OK && found)
		status = find_components(planner, &search, &found);

	/* what its components take may be what it had found free */
	if (status == PROMISE_OK && found &&
		(planner->nlots > nlots + 1 || planner_shares_stock(ask->source)))
		status = schedule_steps(planner, &search, &found);
	if (status == PROMISE_OK && found && ask->source->ncomponents > 0)
		status = judge_schedule(planner, &search);
	pfree(search.release);
	pfree(search.arrival);
	if (status != PROMISE_OK || !found)
		return status;

	for (int i = 0; i < ask->source->ncomponents && status == PROMISE_OK; i++)
	{
		const DraftLot *draft = &planner->lots[search.lot];

		if (draft->needs[i] >= 0)
			status = planner_move_need(planner, draft->needs[i],
									   planner_component_at(draft, i));
	}
	if (status == PROMISE_OK)
		status = planner_take_between_steps(planner, search.lot);
	if (status == PROMISE_OK)
		status = planner_take_lot(planner, search.lot);
	*lot = search.lot;
	return status;
}

static PromiseStatus
find_components(Planner *planner, LotSearch *search, bool *found)
{
	const PlanSource *source = search->ask->source;
	Instant		start = search->starts.start;
	int		   *order = planner_component_order(planner, source);
	PromiseStatus status = PROMISE_OK;

	for (int i = 0; i < source->ncomponents && *found; i++)
	{
		int			component = order == NULL ? i : order[i];
		int			choice = source->components[component].choice;

		if (!planner_span_has(source->components[component].effective, start) ||
			planner_is_between_steps(source, component))
			continue;
		if (choice == 0)
			status = find_component(planner, search, component, found);
		else if (planner_first_of_choice(source, choice, start) == component)
			status = find_one_of(planner, search, choice, found);
		if (status != PROMISE_OK)
			break;
	}
	if (order != NULL)
		pfree(order);
	return status;
}

static PromiseStatus
find_component(Planner *planner, LotSearch *search, int component, bool *found)
{
	int			need;
	PromiseStatus status = look_for(planner, search, component, INSTANT_END,
									&need);

	*found = need >= 0;
	if (status == PROMISE_OK && *found)
		status = use_component(planner, search, component, need, found);
	return status;
}

/*
 * Of components that stand for each other, the one that delays its step least.
 */
static PromiseStatus
find_one_of(Planner *planner, LotSearch *search, int choice, bool *found)
{
	const PlanSource *source = search->ask->source;
	PlannerChoice ways;
	PromiseStatus status = PROMISE_OK;

	planner_choice_begin(planner, INSTANT_END, &ways);
	for (int i = planner_next_of_choice(source, choice, search->starts.start, -1);
		 i >= 0 && ways.best > 0 && status == PROMISE_OK;
		 i = planner_next_of_choice(source, choice, search->starts.start, i))
	{
		Instant		from = planner_component_at(&planner->lots[search->lot], i);
		int			need;

		if (ways.number >= 0 && !planner_is_weighing(planner))
			break;
		if (!planner_gene_allows(planner, source, i))
			continue;
		planner_choice_try(planner, &ways);
		status = look_for(planner, search, i, ways.best, &need);
		if (status == PROMISE_OK)
			planner_choice_offer(planner, &ways, i, need < 0 ? INSTANT_END :
								 planner->needs[need].need.at - from);
	}
	if (status == PROMISE_OK)
		status = planner_choice_end(planner, &ways);
	*found = ways.number >= 0;
	if (status == PROMISE_OK && *found)
		status = use_component(planner, search, ways.number,
							   ways.mark.nneeds, found);
	return status;
}

/*
 * Look for a component that delays its step by less than the bound.
 */
static PromiseStatus
look_for(Planner *planner, LotSearch *search, int component, Instant bound,
		 int *need)
{
	const PlanComponent *wanted = &search->ask->source->components[component];
	Instant		at = planner_component_at(&planner->lots[search->lot],
										  component);
	Instant		before = search->ask->latest + 1;
	PlannerNeed ask = {
		.node = wanted->node,.at = at,.lot = search->lot,
		.component = component
	};
	PromiseStatus status;

	*need = -1;
	status = plan_component_quantity(wanted, search->ask->quantity,
									 &ask.quantity);
	if (status != PROMISE_OK)
		return status;
	if (bound < before - at)
		before = at + bound;

	planner->conversions += search->ask->source->kind != PLAN_MOVE;
	status = planner_earliest(planner, &ask, before, need);
	planner->conversions -= search->ask->source->kind != PLAN_MOVE;
	return status;
}

/*
 * Let the lot consume a component that was found.
 */
static PromiseStatus
use_component(Planner *planner, LotSearch *search, int component, int need,
			  bool *found)
{
	DraftLot   *lot = &planner->lots[search->lot];
	const PlanSource *source = search->ask->source;
	Instant		from = planner_component_at(lot, component);
	Instant		at = planner->needs[need].need.at;

	lot->needs[component] = need;
	/* another schedule may not begin before it is there either */
	delay_steps(source, component, at, search->release);
	if (at == from)
		return PROMISE_OK;

	delay_steps(source, component, at, search->arrival);
	return schedule_steps(planner, search, found);
}

/*
 * The steps that need a component do not begin before it is there.
 */
static void
delay_steps(const PlanSource *source, int component, Instant until,
			Instant *release)
{
	if (source->nsteps > 0 && source->kind != PLAN_MOVE)
	{
		Instant    *of_step = &release[source->components[component].step];

		*of_step = Max(*of_step, until);
		return;
	}
	/* what is moved must be there when the lot begins */
	for (int i = 0; i < Max(source->nsteps, 1); i++)
		release[i] = Max(release[i], until);
}

/*
 * Schedule the steps after what is known so far.
 */
static PromiseStatus
schedule_steps(Planner *planner, LotSearch *search, bool *found)
{
	PlanSource *source = search->ask->source;
	LotSchedule schedule = {
		.start = search->release[0],.end = search->release[0],
		.bound_step = -1
	};
	PromiseStatus status = PROMISE_OK;

	planner->drafted += Max(source->nsteps, 1);
	if (source->kind != PLAN_KIT)
		status = workshop_forward(planner->workshop, source,
								  search->ask->quantity, search->release,
								  &planner->effort, &schedule);
	if (status != PROMISE_OK)
		return status;

	planner_set_schedule(planner, search->lot, &schedule);
	*found = schedule.end <= search->ask->latest &&
		schedule.start < search->starts.end;
	if (schedule.end == INSTANT_END)
		planner_fail(planner, schedule.binding,
					 source->outputs[search->ask->output].node, source);
	return PROMISE_OK;
}

/*
 * What made the lot as late as it is.  A component that was there as soon as it was
 * asked for did not: it was not asked for sooner.
 */
static PromiseStatus
judge_schedule(Planner *planner, const LotSearch *search)
{
	DraftLot   *lot = &planner->lots[search->lot];
	PromiseStatus status = workshop_judge(planner->workshop,
										  search->ask->source,
										  search->ask->quantity,
										  search->arrival, &lot->schedule);

	if (lot->schedule.binding != PLAN_BOUND_BY_COMPONENT)
		return status;
	lot->bound_by_component = awaited_component(planner, search);
	/* from then on it takes other components than before */
	if (lot->bound_by_component < 0)
		lot->schedule.binding = PLAN_BOUND_BY_EFFECTIVITY;
	return status;
}

/*
 * The component that the step that binds waited for; -1: none.
 */
static int
awaited_component(const Planner *planner, const LotSearch *search)
{
	const PlanSource *source = search->ask->source;
	const DraftLot *lot = &planner->lots[search->lot];
	int			step = Max(lot->schedule.bound_step, 0);
	bool		all_steps = source->nsteps == 0 || source->kind == PLAN_MOVE;

	for (int i = 0; i < source->ncomponents; i++)
	{
		if (!all_steps && source->components[i].step != step)
			continue;
		if (lot->needs[i] >= 0 &&
			planner->needs[lot->needs[i]].need.at == search->arrival[step] &&
			search->arrival[step] > search->starts.start)
			return i;
	}

	/* one that is shared with other steps is taken when enough is there */
	for (int i = 0; i < source->ncomponents; i++)
	{
		if (source->components[i].step == step &&
			planner_is_between_steps(source, i))
			return i;
	}
	return -1;
}

/*
 * When a lot takes a component.
 */
Instant
planner_component_at(const DraftLot *lot, int component)
{
	const PlanSource *source = lot->lot.source;

	if (source->nsteps == 0 || source->kind == PLAN_MOVE)
		return lot->schedule.start;
	return lot->schedule.tasks[source->components[component].step].start;
}
