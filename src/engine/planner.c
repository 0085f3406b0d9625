/*
 * planner.c - the plan for a request.
 */
#include "engine/planner_state.h"

/* room for the first needs and lots */
#define FIRST_RECORDS	64

/* an answer that is being looked for */
typedef struct Attempt
{
	const PlanRequest *request;
	Instant		from;			/* not taken before */
	Instant		before;			/* taken before that */
	Instant		due;			/* INSTANT_END: as early as possible */
} Attempt;

static PromiseStatus plan_attempt(Planner *planner, const Attempt *attempt,
								  PlanAnswer *answer);
static PromiseStatus place_cheapest(Planner *planner, const Attempt *attempt,
									PlanAnswer *answer, bool *placed);
static void begin_phase(Planner *planner);
static PromiseStatus place_at(Planner *planner, const Attempt *attempt,
							  Instant at, const PlannerFragment *hint,
							  bool *placed);
static PromiseStatus place_found(Planner *planner, const Attempt *attempt,
								 PlanAnswer *answer);
static PromiseStatus find_earliest(Planner *planner, const Attempt *attempt,
								   PlannerFragment *found, Instant *earliest);
static PlannerNeed wanted_at(const Attempt *attempt, Instant at);
static void answer_plan(Planner *planner, Instant at, Instant earliest,
						PlanAnswer *answer);
static void answer_failure(Planner *planner, const Attempt *attempt,
						   PlanAnswer *answer);
static bool is_late(const Attempt *attempt, const PlanAnswer *answer);

Planner *
planner_create(PlanNetwork *network)
{
	Planner    *planner = palloc0(sizeof(Planner));

	planner->network = network;
	planner->journal = time_journal_create();
	planner->workshop = workshop_create(network, planner->journal);
	planner_share_balances(planner);
	planner->maxneeds = FIRST_RECORDS;
	planner->needs = palloc(sizeof(DraftNeed) * FIRST_RECORDS);
	planner->maxlots = FIRST_RECORDS;
	planner->lots = palloc(sizeof(DraftLot) * FIRST_RECORDS);
	planner->maxvisited = FIRST_RECORDS;
	planner->visited = palloc(sizeof(PlannerNode *) * FIRST_RECORDS);
	planner->maxvolumes = FIRST_RECORDS;
	planner->volumes = palloc(sizeof(VolumeChange) * FIRST_RECORDS);
	return planner;
}

PromiseStatus
planner_plan(Planner *planner, const PlanRequest *request, PlanAnswer *answer)
{
	PlannerMark mark = planner_draft_mark(planner);
	PlannerNode *state;
	Attempt		attempt = {
		.request = request,
		.from = Max(request->after, planner->network->now),
		.due = request->due
	};
	PromiseStatus status = planner_node(planner, request->node, &state);

	if (status != PROMISE_OK)
		return status;
	attempt.before = planner->network->limit;
	if (request->node->stock.rules.horizon_end < attempt.before)
		attempt.before = request->node->stock.rules.horizon_end + 1;

	/* what is due beyond all plans is taken as late as plans reach */
	if (attempt.due != INSTANT_END)
		attempt.due = Min(attempt.due, attempt.before - 1);

	planner->objective = request->objective;
	planner->placement = request->placement;
	planner->effort.schedules =
		Min(request->effort, PLANNER_MAX_EFFORT) * PLANNER_LOT_SCHEDULES;
	planner->effort.left = &planner->steps_left;
	planner->effort.seed = request->seed;
	planner->keeps_safety_stock = true;
	status = plan_attempt(planner, &attempt, answer);
	if (status == PROMISE_OK && request->late_eats_safety_stock &&
		is_late(&attempt, answer))
	{
		PlanAnswer	second;

		planner->keeps_safety_stock = false;
		status = plan_attempt(planner, &attempt, &second);
		if (status == PROMISE_OK && second.possible &&
			(!answer->possible || second.at < answer->at))
			*answer = second;
	}
	if (status != PROMISE_OK)
		planner_draft_undo(planner, mark);
	return status;
}

/*
 * Plan with the present settings, and leave the draft and the trees as they were.
 */
static PromiseStatus
plan_attempt(Planner *planner, const Attempt *attempt, PlanAnswer *answer)
{
	const PlanRequest *request = attempt->request;
	PlannerMark mark = planner_draft_mark(planner);
	bool		may_keep_date = attempt->due != INSTANT_END &&
	attempt->due >= attempt->from;
	bool		placed = false;
	PromiseStatus status = PROMISE_OK;

	planner_reset_genes(planner);
	planner->depth = 0;
	planner->conversions = 0;
	begin_phase(planner);
	planner->is_stale = false;
	planner->failure.is_known = false;
	memset(answer, 0, sizeof(*answer));

	/* just in time, the date itself is tried first */
	if (request->placement == PLAN_JIT && may_keep_date)
	{
		status = place_at(planner, attempt, attempt->due, NULL, &placed);
		if (status == PROMISE_OK && placed)
			answer_plan(planner, attempt->due, INSTANT_BEGIN, answer);
	}
	else if (request->objective == PLAN_CHEAPEST && may_keep_date)
		status = place_cheapest(planner, attempt, answer, &placed);
	if (status == PROMISE_OK && !placed)
		status = place_found(planner, attempt, answer);
	if (status == PROMISE_OK)
		planner_draft_undo(planner, mark);
	return status;
}

/*
 * The cheapest plan for the date, as early as can be.  Which sources are the
 * cheapest is found just in time, where the date is sure to be kept.  Earlier,
 * these sources may have to make what would be in stock by then: the cheaper of
 * the two plans is the answer.
 */
static PromiseStatus
place_cheapest(Planner *planner, const Attempt *attempt, PlanAnswer *answer,
			   bool *placed)
{
	PlannerMark mark = planner_draft_mark(planner);
	PlanAnswer	late = {0};
	int64		late_cost = 0;
	int64		cost = 0;
	PromiseStatus status;

	planner->placement = PLAN_JIT;
	status = place_at(planner, attempt, attempt->due, NULL, placed);
	planner->placement = PLAN_ASAP;
	if (status != PROMISE_OK || !*placed)
		return status;

	planner_prefer_sources(planner);
	answer_plan(planner, attempt->due, INSTANT_BEGIN, &late);
	planner_draft_undo(planner, mark);

	status = plan_cost(&late.plan, &late_cost);
	if (status == PROMISE_OK)
		status = place_found(planner, attempt, answer);
	if (status == PROMISE_OK && answer->possible)
		status = plan_cost(&answer->plan, &cost);
	if (status == PROMISE_OK &&
		(!answer->possible || answer->at > attempt->due || cost > late_cost))
		*answer = late;
	return status;
}

/*
 * Find the earliest date, then place the plan within it.
 */
static PromiseStatus
place_found(Planner *planner, const Attempt *attempt, PlanAnswer *answer)
{
	PlannerFragment found;
	Instant		earliest;
	Instant		at;
	bool		placed;
	PromiseStatus status;

	status = find_earliest(planner, attempt, &found, &earliest);
	if (status != PROMISE_OK)
		return status;
	if (found.nneeds == 0)
	{
		answer_failure(planner, attempt, answer);
		return PROMISE_OK;
	}

	at = attempt->due == INSTANT_END ? earliest : Max(earliest, attempt->due);
	begin_phase(planner);
	status = place_at(planner, attempt, at, &found, &placed);
	if (status != PROMISE_OK)
		return status;
	if (!placed && planner->placement == PLAN_JIT)
	{
		planner->placement = PLAN_ASAP;
		status = place_at(planner, attempt, at, &found, &placed);
		planner->placement = PLAN_JIT;
	}
	if (status == PROMISE_OK && !placed)
	{
		/* as it was found */
		status = planner_put_back(planner, &found);
		if (status == PROMISE_OK)
			status = planner_move_need(planner, 0, at);
		placed = status == PROMISE_OK && !planner->is_stale;
	}
	planner_fragment_free(&found);
	if (status != PROMISE_OK)
		return status;

	if (placed)
		answer_plan(planner, at, earliest, answer);
	else
		answer_failure(planner, attempt, answer);
	return PROMISE_OK;
}

/*
 * Find the earliest date, and a plan for it; a plan without needs: there is none.
 */
static PromiseStatus
find_earliest(Planner *planner, const Attempt *attempt, PlannerFragment *found,
			  Instant *earliest)
{
	PlannerMark mark = planner_draft_mark(planner);
	PlannerNeed ask = wanted_at(attempt, attempt->from);
	int			need;
	PromiseStatus status;

	memset(found, 0, sizeof(*found));
	begin_phase(planner);
	*earliest = attempt->before;
	status = planner_earliest(planner, &ask, attempt->before, &need);
	if (status != PROMISE_OK)
		return status;
	if (need >= 0)
	{
		*earliest = planner->needs[need].need.at;
		planner_lift(planner, mark, found);
		planner_link_lots(found);
	}
	if (attempt->request->effort > 0)
	{
		begin_phase(planner);
		status = planner_improve(planner, attempt->request, &ask,
								 attempt->due == INSTANT_END ? attempt->from :
								 Max(attempt->from, attempt->due),
								 found, earliest);
	}
	return status;
}

/*
 * What may be spent on looking for better ways begins anew.
 */
static void
begin_phase(Planner *planner)
{
	planner->drafted_before += planner->drafted;
	planner->drafted = 0;
	planner->most_drafted = PLANNER_WEIGHED_DRAFTS;
	planner->steps_left = planner->effort.schedules / PLANNER_LOT_SCHEDULES *
		PLANNER_ORDERED_STEPS;
}

static PromiseStatus
place_at(Planner *planner, const Attempt *attempt, Instant at,
		 const PlannerFragment *hint, bool *placed)
{
	PlannerNeed ask = wanted_at(attempt, at);
	int			need;
	PromiseStatus status = planner_place(planner, &ask, hint, 0, &need);

	*placed = need >= 0;
	return status;
}

static PlannerNeed
wanted_at(const Attempt *attempt, Instant at)
{
	return (PlannerNeed)
	{
		.node = attempt->request->node,.quantity = attempt->request->quantity,
			.at = at,.lot = -1,.component = -1
	};
}

static void
answer_plan(Planner *planner, Instant at, Instant earliest, PlanAnswer *answer)
{
	answer->possible = true;
	answer->at = at;
	answer->earliest = earliest;
	planner_draft_plan(planner, &answer->plan);
}

static void
answer_failure(Planner *planner, const Attempt *attempt, PlanAnswer *answer)
{
	/* nothing but the horizon of the item stands in the way */
	planner_fail(planner, PLAN_BOUND_BY_LIMIT, attempt->request->node, NULL);
	answer->possible = false;
	answer->at = INSTANT_END;
	answer->earliest = INSTANT_END;
	answer->binding = planner->failure.binding;
	answer->bound_node = planner->failure.node;
	answer->bound_source = planner->failure.source;
}

static bool
is_late(const Attempt *attempt, const PlanAnswer *answer)
{
	if (!answer->possible)
		return true;
	return answer->at > attempt->request->due;
}

/*
 * Count a plan as accepted.
 */
PromiseStatus
planner_take(Planner *planner, const SupplyPlan *plan)
{
	PromiseStatus status = PROMISE_OK;

	for (int i = 0; i < plan->nneeds && status == PROMISE_OK; i++)
		status = planner_add_need_of(planner, plan->needs[i].node,
									 plan->needs[i].at,
									 plan->needs[i].quantity);
	for (int i = 0; i < plan->nlots && status == PROMISE_OK; i++)
	{
		const PlanLot *lot = &plan->lots[i];
		LotSchedule schedule = {
			.tasks = lot->tasks,.start = lot->start,.end = lot->end
		};

		if (lot->source->nsteps > 0)
			status = workshop_take(planner->workshop, lot->source,
								   lot->quantity, &schedule);
		if (status == PROMISE_OK)
			status = planner_add_outputs(planner, lot, false);
	}
	return status;
}

TimeMark
planner_mark(const Planner *planner)
{
	return time_journal_mark(planner->journal);
}

void
planner_undo(Planner *planner, TimeMark mark)
{
	time_journal_undo(planner->journal, mark);
	while (planner->nvolumes > 0 &&
		   planner->volumes[planner->nvolumes - 1].mark >= mark)
		planner_volume_undo(planner);
}
