/*
 * planner_place.c - where a plan lies within its date.
 *
 * Top down: the request is taken at its date, its lots supply what the balance
 * lacks then and no more, and their components are needed when their steps begin.
 * Just in time, each lot is as late as its need allows, from the first source that
 * works.  As early as possible, the lots are those of a plan that was found
 * forward, the hint, unless less of them is needed at their dates than was when
 * they were found; then the rest is looked for again.
 */
#include "engine/planner_state.h"

/* a need that is being placed */
typedef struct Placement
{
	const PlannerNeed *ask;
	const PlannerFragment *hint;	/* NULL: none */
	int			hint_need;		/* in the hint; -1: none */
	PlannerNode *state;
	int			need;			/* in the draft */
	Quantity	limit;
	Quantity	missing;		/* what lots must supply */
} Placement;

/* a lot that is being placed */
typedef struct LotPlacement
{
	PlannerLot	ask;			/* latest is its deadline */
	const PlannerFragment *hint;
	int			hint_lot;		/* in the hint; -1: none */
	int			lot;			/* in the draft */
	Instant		at;				/* of its need */
} LotPlacement;

static PromiseStatus place_missing(Planner *planner, Placement *place,
								   bool *placed);
static PromiseStatus place_late(Planner *planner, Placement *place,
								bool *placed);
static PromiseStatus place_late_source(Planner *planner,
									   const Placement *place,
									   PlanSource *source,
									   PlannerChoice *choice);
static PromiseStatus place_late_lots(Planner *planner, const Placement *place,
									 PlanSource *source, PlannerSplit split,
									 int *nlots, bool *placed);
static PromiseStatus place_anew(Planner *planner, Placement *place,
								bool *placed);
static int	hinted_lot_of(const Placement *place, const PlanSource *source,
						  int n);
static bool hint_fits(const Placement *place);
static PromiseStatus place_as_hinted(Planner *planner, const Placement *place,
									 bool *placed);
static PromiseStatus lots_are_in_time(const Planner *planner,
									  const Placement *place, int first_lot,
									  bool *in_time);
static PromiseStatus place_lot(Planner *planner, LotPlacement *place,
							   bool *placed);
static PromiseStatus schedule_lot(Planner *planner, const LotPlacement *place,
								  bool *found);
static PromiseStatus schedule_as_hinted(Planner *planner,
										const LotPlacement *place,
										LotSchedule *schedule);
static PromiseStatus place_components(Planner *planner,
									  const LotPlacement *place, bool *placed);
static PromiseStatus place_one_of(Planner *planner, const LotPlacement *place,
								  int choice, bool *placed);
static PromiseStatus place_component(Planner *planner,
									 const LotPlacement *place, int component,
									 bool *placed);
static void copy_bound(Planner *planner, const LotPlacement *place, int hint,
					   int component_need);
static void copy_between_steps(Planner *planner, const LotPlacement *place,
							   int component);
static void copy_hint(Planner *planner, const Placement *place);
static void copy_reason(Planner *planner, const PlannerFragment *hint,
						int hint_need, int need);

static inline const DraftNeed *
hinted_need(const PlannerFragment *hint, int need)
{
	return &hint->needs[need - hint->first_need];
}

static inline const DraftLot *
hinted_lot(const PlannerFragment *hint, int lot)
{
	return &hint->lots[lot - hint->first_lot];
}

/*
 * Meet a need at ask->at, and leave that in the draft.  need is -1, and nothing is
 * left, if that was not possible.
 */
PromiseStatus
planner_place(Planner *planner, const PlannerNeed *ask,
			  const PlannerFragment *hint, int hint_need, int *need)
{
	PlannerMark mark = planner_draft_mark(planner);
	Placement	place = {
		.ask = ask,.hint = hint,.hint_need = hint == NULL ? -1 : hint_need
	};
	bool		placed = true;
	PromiseStatus status;

	*need = -1;
	status = planner_node(planner, ask->node, &place.state);
	if (status == PROMISE_OK)
		status = planner_limit(planner, place.state, ask->quantity,
							   &place.limit);
	if (status == PROMISE_OK)
		status = planner_add_need(planner, ask, &place.need);
	if (status != PROMISE_OK)
		return status;
	copy_hint(planner, &place);

	if (!ask->node->unlimited && ask->quantity > 0)
	{
		status = planner_may_take(planner, place.state, &placed);
		if (status == PROMISE_OK && placed)
			place.missing = planner_missing(planner, place.state, ask->at,
											ask->quantity);
	}
	if (status == PROMISE_OK && placed && place.missing > 0)
		status = place_missing(planner, &place, &placed);
	else if (status == PROMISE_OK && placed)
		status = planner_take_need(planner, place.need, ask->at);
	if (status != PROMISE_OK)
		return status;

	if (placed)
		*need = place.need;
	else
		planner_draft_undo(planner, mark);
	return PROMISE_OK;
}

static PromiseStatus
place_missing(Planner *planner, Placement *place, bool *placed)
{
	PromiseStatus status;

	*placed = false;
	planner->needs[place->need].need.from_balance =
		place->ask->quantity - place->missing;
	if (place->ask->node->nsources == 0)
		return PROMISE_OK;

	if (planner->placement == PLAN_JIT)
		status = place_late(planner, place, placed);
	else if (hint_fits(place))
		status = place_as_hinted(planner, place, placed);
	else
		status = place_anew(planner, place, placed);
	return status;
}

/*
 * Just in time, from the first source that works, or the one with which the plan is
 * cheapest.
 */
static PromiseStatus
place_late(Planner *planner, Placement *place, bool *placed)
{
	PlanNode   *node = place->ask->node;
	PlannerChoice choice;
	bool		tried = false;
	PromiseStatus status = planner_enter(planner, place->state);

	/* what is taken is not there for its own components */
	if (status == PROMISE_OK)
		status = planner_take_need(planner, place->need, place->ask->at);
	planner_choice_begin(planner, PG_INT64_MAX, &choice);
	for (int i = 0; i < node->nsources && status == PROMISE_OK; i++)
	{
		if (choice.number >= 0 && planner->objective != PLAN_CHEAPEST)
			break;
		if (plan_is_between_steps(node->sources[i], node))
			continue;
		if (tried && !planner_is_weighing(planner))
			break;
		tried = true;
		status = place_late_source(planner, place, node->sources[i], &choice);
	}
	if (status == PROMISE_OK)
		status = planner_choice_end(planner, &choice);
	*placed = choice.number >= 0;
	planner_leave(planner, place->state);
	return status;
}

static PromiseStatus
place_late_source(Planner *planner, const Placement *place, PlanSource *source,
				  PlannerChoice *choice)
{
	for (int split = 0; split < PLANNER_SPLITS; split++)
	{
		int			nlots;
		bool		placed;
		int64		cost = 0;
		PromiseStatus status;

		planner_choice_try(planner, choice);
		status = place_late_lots(planner, place, source, split, &nlots,
								 &placed);
		if (status == PROMISE_OK && placed)
			placed = planner_is_served(planner, place->state, place->ask->at, 0);
		if (status == PROMISE_OK && placed)
			status = planner_draft_cost(planner, choice->mark.nlots, &cost);
		if (status != PROMISE_OK)
			return status;
		if (planner_choice_offer(planner, choice, 0,
								 placed ? cost : PG_INT64_MAX) || nlots < 2)
			break;
	}
	return PROMISE_OK;
}

/*
 * Each lot is due when the balance, with the lots before it, would fall short.
 */
static PromiseStatus
place_late_lots(Planner *planner, const Placement *place, PlanSource *source,
				PlannerSplit split, int *nlots, bool *placed)
{
	int			output = planner_output_of(source, place->ask->node);
	Quantity	kept = place->limit - place->ask->quantity;
	Quantity   *sizes;
	Instant    *deadlines;
	PromiseStatus status = planner_lot_sizes(source, output, place->missing,
											 split, place->state->pieces,
											 &sizes, nlots);

	if (status != PROMISE_OK)
		return status;
	*placed = *nlots > 0;
	if (!*placed)
	{
		pfree(sizes);
		return PROMISE_OK;
	}

	deadlines = palloc(sizeof(Instant) * (Size) *nlots);
	for (int i = 0; i < *nlots && status == PROMISE_OK; i++)
	{
		Quantity	yield;

		deadlines[i] = core_min(planner_due_at(place->state, place->ask->at, kept),
								planner->network->limit - 1);
		status = plan_output_quantity(&source->outputs[output], sizes[i],
									  &yield);
		kept -= yield;
	}

	for (int i = *nlots - 1; i >= 0 && status == PROMISE_OK && *placed; i--)
	{
		LotPlacement lot = {
			.ask =
			{
				.need = place->need,.source = source,.output = output,
				.quantity = sizes[i],.latest = deadlines[i]
			},
			.hint = place->hint,.hint_lot = -1,.at = place->ask->at
		};

		lot.hint_lot = hinted_lot_of(place, source, i);
		status = place_lot(planner, &lot, placed);
	}
	pfree(sizes);
	pfree(deadlines);
	return status;
}

/*
 * The n-th lot that the hint has for a need; -1 if it is not of that source.
 */
static int
hinted_lot_of(const Placement *place, const PlanSource *source, int n)
{
	int			lot;

	if (place->hint_need < 0)
		return -1;
	lot = hinted_need(place->hint, place->hint_need)->need.first_lot;
	while (lot >= 0 && n-- > 0)
		lot = hinted_lot(place->hint, lot)->lot.next_lot;
	if (lot >= 0 && hinted_lot(place->hint, lot)->lot.source != source)
		return -1;
	return lot;
}

/*
 * Are the lots of the hint what is missing?
 */
static bool
hint_fits(const Placement *place)
{
	const PlanNeed *hint;

	if (place->hint_need < 0)
		return false;
	hint = &hinted_need(place->hint, place->hint_need)->need;
	return hint->quantity == place->ask->quantity &&
		hint->quantity - hint->from_balance == place->missing;
}

/*
 * The lots of the hint, when the hint says.
 */
static PromiseStatus
place_as_hinted(Planner *planner, const Placement *place, bool *placed)
{
	int			first_lot = planner->nlots;
	int			hint = hinted_need(place->hint, place->hint_need)->need.first_lot;
	PromiseStatus status = planner_enter(planner, place->state);

	*placed = true;
	if (status == PROMISE_OK)
		status = planner_take_need(planner, place->need, place->ask->at);
	while (hint >= 0 && status == PROMISE_OK && *placed)
	{
		const DraftLot *hinted = hinted_lot(place->hint, hint);
		LotPlacement lot = {
			.ask =
			{
				.need = place->need,.source = hinted->lot.source,
				.output = hinted->output,.quantity = hinted->lot.quantity,
				.latest = planner->network->limit - 1
			},
			.hint = place->hint,.hint_lot = hint,.at = place->ask->at
		};

		status = place_lot(planner, &lot, placed);
		hint = hinted->lot.next_lot;
	}
	if (status == PROMISE_OK && *placed)
		status = lots_are_in_time(planner, place, first_lot, placed);
	planner_leave(planner, place->state);
	return status;
}

/*
 * Is the balance, with the need taken and its lots, nowhere short before the lots
 * yield all that is needed?
 */
static PromiseStatus
lots_are_in_time(const Planner *planner, const Placement *place,
				 int first_lot, bool *in_time)
{
	Instant		from = place->ask->at;
	Instant		enough;
	Instant		last = INSTANT_BEGIN;
	int			nlots = 0;
	int		   *lots = palloc(sizeof(int) *
							  (Size) (planner->nlots - first_lot + 1));
	PromiseStatus status;

	for (int i = first_lot; i < planner->nlots; i++)
	{
		if (planner->lots[i].lot.need != place->need)
			continue;
		lots[nlots++] = i;
		last = Max(last, planner->lots[i].lot.end);
	}
	status = planner_enough_from(planner, place->ask->quantity, lots, nlots,
								 &enough);
	pfree(lots);
	if (status == PROMISE_OK && place->state->shelf != NULL)
		*in_time = last <= from &&
			planner_is_served(planner, place->state, from, 0);
	else if (status == PROMISE_OK)
		*in_time = from >= enough ||
			time_tree_first_below(place->state->balance, from, enough,
								  place->limit - place->ask->quantity) ==
			INSTANT_END;
	return status;
}

/*
 * Look for the need again, at its date, and take what is found for the hint.
 */
static PromiseStatus
place_anew(Planner *planner, Placement *place, bool *placed)
{
	PlannerMark mark = planner_draft_mark(planner);
	Placement	again = *place;
	PlannerFragment found;
	int			need;
	PromiseStatus status;

	*placed = false;
	if (!planner_is_weighing(planner))
		return PROMISE_OK;
	status = planner_earliest(planner, place->ask, place->ask->at + 1, &need);
	if (status != PROMISE_OK || need < 0)
		return status;

	planner_lift(planner, mark, &found);
	planner_link_lots(&found);
	again.hint = &found;
	again.hint_need = need;
	if (hint_fits(&again))
		status = place_as_hinted(planner, &again, placed);
	if (status == PROMISE_OK && *placed && place->hint_need >= 0)
		copy_reason(planner, place->hint, place->hint_need, place->need);
	planner_fragment_free(&found);
	return status;
}

/*
 * Schedule a lot, and place what it needs.
 */
static PromiseStatus
place_lot(Planner *planner, LotPlacement *place, bool *placed)
{
	PromiseStatus status;

	CORE_CHECK_INTERRUPTS();
	planner->drafted += Max(place->ask.source->nsteps, 1);
	status = planner_add_lot(planner, &place->ask, &place->lot);
	if (status == PROMISE_OK)
		status = planner_open_stocks(planner, place->ask.source,
									 place->ask.quantity);
	if (status == PROMISE_OK)
		status = schedule_lot(planner, place, placed);
	if (status == PROMISE_OK && *placed)
		status = planner_take_lot(planner, place->lot);
	if (status == PROMISE_OK && *placed)
		status = planner_take_between_steps(planner, place->lot);
	if (status == PROMISE_OK && *placed)
		status = place_components(planner, place, placed);
	return status;
}

static PromiseStatus
schedule_lot(Planner *planner, const LotPlacement *place, bool *found)
{
	PlanSource *source = place->ask.source;
	LotSchedule schedule = {
		.start = place->at,.end = place->at,.bound_step = -1
	};
	PromiseStatus status = PROMISE_OK;

	if (source->kind == PLAN_KIT)
	{
		*found = planner_span_has(source->effective, place->at) &&
			place->at >= source->first_start;
	}
	else
	{
		if (planner->placement == PLAN_JIT)
			status = workshop_backward(planner->workshop, source,
									   place->ask.quantity, place->ask.latest,
									   &planner->effort, &schedule);
		else
			status = schedule_as_hinted(planner, place, &schedule);
		*found = schedule.end <= place->ask.latest;
	}
	if (status == PROMISE_OK)
		planner_set_schedule(planner, place->lot, &schedule);
	return status;
}

/*
 * With the room that the hint found still there, each step begins when it did.
 */
static PromiseStatus
schedule_as_hinted(Planner *planner, const LotPlacement *place,
				   LotSchedule *schedule)
{
	PlanSource *source = place->ask.source;
	const PlanLot *hint = &hinted_lot(place->hint, place->hint_lot)->lot;
	Instant    *release = palloc(sizeof(Instant) *
								 (Size) Max(source->nsteps, 1));
	PromiseStatus status;

	release[0] = hint->start;
	for (int i = 0; i < source->nsteps; i++)
		release[i] = hint->tasks[i].start;
	status = workshop_forward(planner->workshop, source, place->ask.quantity,
							  release, NULL, schedule);
	/* in another order some of them may have found another resource */
	if (status == PROMISE_OK && schedule->end > hint->end)
		status = workshop_forward(planner->workshop, source,
								  place->ask.quantity, release,
								  &planner->effort, schedule);
	pfree(release);
	return status;
}

static PromiseStatus
place_components(Planner *planner, const LotPlacement *place, bool *placed)
{
	const PlanSource *source = place->ask.source;
	Instant		start = planner->lots[place->lot].lot.start;
	PromiseStatus status = PROMISE_OK;

	planner->conversions += source->kind != PLAN_MOVE;
	for (int i = 0; i < source->ncomponents && *placed; i++)
	{
		int			choice = source->components[i].choice;

		if (!planner_span_has(source->components[i].effective, start))
			continue;
		if (planner_is_between_steps(source, i))
		{
			copy_between_steps(planner, place, i);
			continue;
		}
		if (choice == 0)
			status = place_component(planner, place, i, placed);
		else if (planner_first_of_choice(source, choice, start) == i)
			status = place_one_of(planner, place, choice, placed);
		if (status != PROMISE_OK)
			break;
	}
	planner->conversions -= source->kind != PLAN_MOVE;
	return status;
}

/*
 * The one that the hint has, or the first one that works.
 */
static PromiseStatus
place_one_of(Planner *planner, const LotPlacement *place, int choice,
			 bool *placed)
{
	const PlanSource *source = place->ask.source;
	Instant		start = planner->lots[place->lot].lot.start;
	bool		as_hinted = planner->placement != PLAN_JIT &&
	place->hint_lot >= 0;

	for (int i = planner_next_of_choice(source, choice, start, -1); i >= 0;
		 i = planner_next_of_choice(source, choice, start, i))
	{
		PromiseStatus status;

		if (as_hinted &&
			hinted_lot(place->hint, place->hint_lot)->needs[i] < 0)
			continue;
		status = place_component(planner, place, i, placed);
		if (status != PROMISE_OK || *placed)
			return status;
	}
	*placed = false;
	return PROMISE_OK;
}

static PromiseStatus
place_component(Planner *planner, const LotPlacement *place, int component,
				bool *placed)
{
	const PlanComponent *consumed = &place->ask.source->components[component];
	DraftLot   *lot = &planner->lots[place->lot];
	PlannerNeed ask = {
		.node = consumed->node,.at = planner_component_at(lot, component),
		.lot = place->lot,.component = component
	};
	int			hint = place->hint_lot < 0 ? -1 :
	hinted_lot(place->hint, place->hint_lot)->needs[component];
	int			need;
	PromiseStatus status = plan_component_quantity(consumed,
												   place->ask.quantity,
												   &ask.quantity);

	if (status == PROMISE_OK)
		status = planner_place(planner, &ask, place->hint, hint, &need);
	if (status != PROMISE_OK)
		return status;
	*placed = need >= 0;
	planner->lots[place->lot].needs[component] = need;
	if (hint >= 0 && need >= 0)
		copy_bound(planner, place, hint, need);
	return PROMISE_OK;
}

/*
 * If a component was what made its need late, it is called otherwise now.
 */
static void
copy_bound(Planner *planner, const LotPlacement *place, int hint,
		   int component_need)
{
	int			lot_need = hinted_lot(place->hint, place->hint_lot)->lot.need;

	if (hinted_need(place->hint, lot_need)->need.bound_by_need == hint)
		planner->needs[place->ask.need].need.bound_by_need = component_need;
}

/*
 * What a lot takes of its own steps was taken with it.
 */
static void
copy_between_steps(Planner *planner, const LotPlacement *place, int component)
{
	int			taken = planner->lots[place->lot].needs[component];
	PlanNeed   *need = &planner->needs[taken].need;
	const PlanNeed *hint;
	int			hinted = place->hint_lot < 0 ? -1 :
	hinted_lot(place->hint, place->hint_lot)->needs[component];

	if (hinted < 0)
		return;
	hint = &hinted_need(place->hint, hinted)->need;
	need->possible_at = hint->possible_at;
	need->binding = hint->binding;
	copy_bound(planner, place, hinted, taken);
}

/*
 * What people want to know was found out when the need was looked for.
 */
static void
copy_hint(Planner *planner, const Placement *place)
{
	PlanNeed   *need = &planner->needs[place->need].need;
	const PlanNeed *hint;

	if (place->hint_need < 0)
		return;
	hint = &hinted_need(place->hint, place->hint_need)->need;
	need->possible_at = hint->possible_at;
	need->binding = hint->binding;
	need->bound_by = hint->bound_by;
}

/*
 * The same for a need whose lots are others than those of the hint: what it waited
 * for is the need below it that is for the same node.
 */
static void
copy_reason(Planner *planner, const PlannerFragment *hint, int hint_need,
			int need)
{
	const PlanNeed *from = &hinted_need(hint, hint_need)->need;
	PlanNeed   *to = &planner->needs[need].need;

	to->possible_at = from->possible_at;
	to->binding = from->binding;
	to->bound_by = from->bound_by;
	if (from->bound_by_need < 0)
		return;
	for (int i = need + 1; i < planner->nneeds; i++)
	{
		const PlanNeed *below = &planner->needs[i].need;

		if (planner->lots[below->lot].lot.need != need ||
			below->node != hinted_need(hint, from->bound_by_need)->need.node)
			continue;
		to->bound_by_need = i;
		copy_reason(planner, hint, from->bound_by_need, i);
		return;
	}
}
