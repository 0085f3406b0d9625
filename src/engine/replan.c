/*
 * replan.c - before a "no": plans of others placed anew.
 */
#include "engine/replan.h"
#include "engine/replan_effect.h"

/* a plan that may be moved */
typedef struct Rival
{
	int			other;			/* among those given */
	bool		is_bound;
	ReplanEffect effect;
	Instant		promised;
	int64		slack;			/* from when it is ready to then */
	bool		is_lifted;
	bool		is_moved;		/* placed anew, as in "plan"; else back */
	SupplyPlan	plan;
	ReplanEffect anew;			/* of that plan */
} Rival;

typedef struct Replan
{
	Planner    *planner;
	const PlanRequest *request;
	bool		is_bound;		/* what is planned for the request */
	const ReplanOther *others;
	Rival	   *rivals;			/* in the order in which they are tried */
	int			nrivals;
	Rival	  **by_date;		/* in the order of their promised dates */
	Instant		enough;			/* earlier is of no use */
	Instant		best;
	int			sets_left;
	int64		drafts_left;
	ReplanAnswer *answer;
} Replan;

/* a way to ask for the request */
typedef struct Asking
{
	bool		at_once;		/* as early as possible, whatever the date */
	bool		otherwise;		/* with the other placement */
} Asking;

static const Asking askings[] = {{false, false}, {true, false}, {true, true}};

static PromiseStatus find_rivals(Replan *replan, int nothers);
static PromiseStatus may_move(Planner *planner, const ReplanOther *other,
							  Rival *rival, bool *may);
static bool is_in_future(const PlanNetwork *network, const SupplyPlan *plan);
static bool can_be_lifted(const PlanChanges *changes, const char *ref,
						  bool *is_bound);
static int	compare_slacks(const void *a, const void *b);
static int	compare_dates(const void *a, const void *b);
static PromiseStatus is_of_use(Replan *replan, bool *is);
static PromiseStatus try_sets(Replan *replan);
static PromiseStatus try_set(Replan *replan, int first, int end);
static PromiseStatus try_asking(Replan *replan, const Asking *asking,
								bool *placed);
static int64 drafts(const Planner *planner);
static PromiseStatus lift_set(Replan *replan, int first, int end,
							  int *nlifted);
static PromiseStatus ask(Replan *replan, const Asking *asking,
						 PlanAnswer *answer, bool *earlier);
static Instant date_of(const Replan *replan);
static bool postpone(Instant date, PlanAnswer *answer);
static PromiseStatus place_lifted(Replan *replan, bool all_back_first,
								  bool *placed);
static PromiseStatus place_anew(Replan *replan, Rival *rival, bool *placed);
static bool keeps_safety_stock(const Replan *replan, const SupplyPlan *plan,
							   const ReplanEffect *effect);
static void keep(Replan *replan, const PlanAnswer *answer);

PromiseStatus
replan(Planner *planner, const PlanRequest *request, bool is_bound,
	   const PlanAnswer *before, const ReplanOther *others, int nothers,
	   ReplanAnswer *answer)
{
	TimeMark	mark = planner_mark(planner);
	Instant		from = Max(request->after, planner->network->now);
	Replan		replan = {
		.planner = planner,.request = request,.is_bound = is_bound,
		.others = others,
		.enough = request->due == INSTANT_END ? from : Max(request->due, from),
		.best = before->possible ? before->at : INSTANT_END,
		.sets_left = request->effort,
		.drafts_left = (int64) request->effort * PLANNER_SEARCHED_DRAFTS,
		.answer = answer
	};
	PromiseStatus status;
	bool		of_use;

	memset(answer, 0, sizeof(*answer));
	if (replan.best <= replan.enough)
		return PROMISE_OK;
	status = find_rivals(&replan, Min(nothers, REPLAN_MAX_OTHERS));
	if (status == PROMISE_OK)
		status = is_of_use(&replan, &of_use);
	if (status == PROMISE_OK && of_use)
		status = try_sets(&replan);
	planner_undo(planner, mark);
	return status;
}

/*
 * Those of the others that may be moved, in the order in which they are tried.
 */
static PromiseStatus
find_rivals(Replan *replan, int nothers)
{
	replan->rivals = palloc(sizeof(Rival) * (Size) (nothers + 1));
	replan->by_date = palloc(sizeof(Rival *) * (Size) (nothers + 1));
	for (int i = 0; i < nothers; i++)
	{
		Rival	   *rival = &replan->rivals[replan->nrivals];
		bool		may;
		PromiseStatus status;

		*rival = (Rival)
		{
			.other = i
		};
		status = may_move(replan->planner, &replan->others[i], rival, &may);
		if (status != PROMISE_OK)
			return status;
		replan->nrivals += may;
	}
	qsort(replan->rivals, replan->nrivals, sizeof(Rival), compare_slacks);
	for (int i = 0; i < replan->nrivals; i++)
		replan->by_date[i] = &replan->rivals[i];
	qsort(replan->by_date, replan->nrivals, sizeof(Rival *), compare_dates);
	return PROMISE_OK;
}

static PromiseStatus
may_move(Planner *planner, const ReplanOther *other, Rival *rival, bool *may)
{
	const SupplyPlan *plan = other->plan;
	Instant		ready = INSTANT_BEGIN;
	PromiseStatus status;

	for (int i = plan->needs[0].first_lot; i >= 0; i = plan->lots[i].next_lot)
		ready = Max(ready, plan->lots[i].end);
	rival->promised = plan->needs[0].at;
	*may = plan->nlots > 0 && plan->needs[0].quantity > 0 &&
		is_in_future(planner->network, plan);
	if (!*may)
		return PROMISE_OK;
	rival->slack = ready == INSTANT_BEGIN || ready > rival->promised ? 0 :
		rival->promised - ready;

	status = replan_effect(planner, plan, false, &rival->effect);
	if (status != PROMISE_OK)
		return status;
	*may = can_be_lifted(&rival->effect.changes, other->ref, &rival->is_bound);
	if (*may && rival->is_bound)
		status = replan_effect(planner, plan, true, &rival->effect);
	return status;
}

/*
 * Has nothing of it begun, and could all of it be begun anew?
 */
static bool
is_in_future(const PlanNetwork *network, const SupplyPlan *plan)
{
	for (int i = 0; i < plan->nneeds; i++)
	{
		if (plan->needs[i].at < network->now)
			return false;
	}
	for (int i = 0; i < plan->nlots; i++)
	{
		const PlanLot *lot = &plan->lots[i];

		if (lot->start < network->now || lot->start < lot->source->first_start)
			return false;
	}
	return true;
}

/*
 * Is what the plan changes all that the trees know of it?
 */
static bool
can_be_lifted(const PlanChanges *changes, const char *ref, bool *is_bound)
{
	*is_bound = false;
	for (int i = 0; i < changes->nloads; i++)
	{
		if (changes->loads[i].resource->changeover != NULL)
			return false;
	}
	for (int i = 0; i < changes->nflows; i++)
	{
		const PlanNode *node = changes->flows[i].node;
		const StockNode *stock = &node->stock;

		if (i > 0 && node == changes->flows[i - 1].node)
			continue;
		if (((PlannerNode *) node->state)->shelf != NULL)
			return false;
		for (int k = 0; k < stock->nevents; k++)
		{
			const FlowDetail *detail = stock->events[k].detail;

			/* either all rows have their details or none */
			if (detail == NULL)
				break;
			if (!detail->is_supply || detail->for_ref == NULL ||
				strcmp(detail->for_ref, ref) != 0)
				continue;
			if (detail->origin != FLOW_PLANNED)
				return false;
			*is_bound = true;
		}
	}
	return true;
}

static int
compare_slacks(const void *a, const void *b)
{
	const Rival *ra = a;
	const Rival *rb = b;

	if (ra->slack != rb->slack)
		return ra->slack > rb->slack ? -1 : 1;
	return (ra->other > rb->other) - (ra->other < rb->other);
}

static int
compare_dates(const void *a, const void *b)
{
	const Rival *ra = *(Rival *const *) a;
	const Rival *rb = *(Rival *const *) b;

	if (ra->promised != rb->promised)
		return ra->promised < rb->promised ? -1 : 1;
	return (ra->other > rb->other) - (ra->other < rb->other);
}

/*
 * Would the request be earlier with all of them out of the way?
 */
static PromiseStatus
is_of_use(Replan *replan, bool *is)
{
	TimeMark	mark = planner_mark(replan->planner);
	PlanAnswer	answer;
	int			nlifted;
	PromiseStatus status = lift_set(replan, 0, replan->nrivals, &nlifted);

	*is = nlifted > 0;
	if (status == PROMISE_OK && *is)
		status = ask(replan, &askings[1], &answer, is);
	planner_undo(replan->planner, mark);
	return status;
}

static PromiseStatus
try_sets(Replan *replan)
{
	PromiseStatus status = PROMISE_OK;
	int			n = replan->nrivals;
	int			end = 1;

	for (int i = 0; i < n && status == PROMISE_OK; i++)
		status = try_set(replan, i, i + 1);
	while (end < n && status == PROMISE_OK)
	{
		end = Min(2 * end, n);
		status = try_set(replan, 0, end);
	}
	return status;
}

/*
 * Move the rivals from first to before end out of the way of the request.
 */
static PromiseStatus
try_set(Replan *replan, int first, int end)
{
	TimeMark	mark = planner_mark(replan->planner);
	PromiseStatus status;
	int			nlifted;
	bool		placed = false;

	CORE_CHECK_INTERRUPTS();
	if (replan->best <= replan->enough || replan->sets_left <= 0 ||
		replan->drafts_left <= 0)
		return PROMISE_OK;
	replan->sets_left--;
	status = lift_set(replan, first, end, &nlifted);
	if (status != PROMISE_OK)
		return status;
	for (int i = 0; i < lengthof(askings) && nlifted > 0 && !placed; i++)
	{
		/* without a date the first way to ask is the second one */
		if (askings[i].at_once || replan->request->due != INSTANT_END)
			status = try_asking(replan, &askings[i], &placed);
		if (status != PROMISE_OK)
			return status;
	}
	planner_undo(replan->planner, mark);
	return PROMISE_OK;
}

/*
 * Where room was made, is the request earlier, and do all others find room?
 */
static PromiseStatus
try_asking(Replan *replan, const Asking *asking, bool *placed)
{
	Planner    *planner = replan->planner;
	TimeMark	mark = planner_mark(planner);
	int64		before = drafts(planner);
	PlanAnswer	answer;
	bool		earlier;
	PromiseStatus status = ask(replan, asking, &answer, &earlier);

	for (int back = 1; back >= 0 && earlier && !*placed; back--)
	{
		ReplanEffect taken;

		if (status == PROMISE_OK)
			status = replan_take(planner, &answer.plan, replan->is_bound,
								 &taken);
		if (status == PROMISE_OK)
			status = place_lifted(replan, back > 0, placed);
		if (status != PROMISE_OK)
			return status;
		*placed = *placed && keeps_safety_stock(replan, &answer.plan, &taken);
		planner_undo(planner, mark);
	}
	if (status == PROMISE_OK && *placed)
		keep(replan, &answer);

	/* what a date costs must not keep from what is found without one */
	if (asking->at_once)
		replan->drafts_left -= drafts(planner) - before;
	return status;
}

/* needs that were looked into and steps that were scheduled, so far */
static int64
drafts(const Planner *planner)
{
	return planner->drafted_before + planner->drafted;
}

/*
 * Lift what can be lifted: what others rely on, after those.
 */
static PromiseStatus
lift_set(Replan *replan, int first, int end, int *nlifted)
{
	bool		again = true;

	*nlifted = 0;
	for (int i = 0; i < replan->nrivals; i++)
		replan->rivals[i].is_lifted = false;
	while (again)
	{
		again = false;
		for (int i = first; i < end; i++)
		{
			Rival	   *rival = &replan->rivals[i];
			PromiseStatus status;

			if (rival->is_lifted)
				continue;
			status = replan_lift(replan->planner, &rival->effect,
								 &rival->is_lifted);
			if (status != PROMISE_OK)
				return status;
			*nlifted += rival->is_lifted;
			again |= rival->is_lifted;
		}
	}
	return PROMISE_OK;
}

/*
 * Plan the request where room was made for it.
 */
static PromiseStatus
ask(Replan *replan, const Asking *asking, PlanAnswer *answer, bool *earlier)
{
	PlanRequest request = *replan->request;
	PromiseStatus status;

	request.effort = 0;
	if (asking->at_once)
		request.due = INSTANT_END;
	if (asking->otherwise)
		request.placement = request.placement == PLAN_JIT ? PLAN_ASAP : PLAN_JIT;
	*earlier = false;
	status = planner_plan(replan->planner, &request, answer);
	if (status == PROMISE_OK && answer->possible)
		*earlier = answer->at < replan->best && postpone(date_of(replan), answer);
	return status;
}

/*
 * When the request is to be taken; INSTANT_END: as early as possible.  What is due
 * beyond all plans is taken as late as plans reach.
 */
static Instant
date_of(const Replan *replan)
{
	const PlanRequest *request = replan->request;

	if (request->due == INSTANT_END)
		return INSTANT_END;
	return Min(Min(request->due, replan->planner->network->limit - 1),
			   request->node->stock.rules.horizon_end);
}

/*
 * A request that could be had before its date is taken at its date.  That what
 * spoils, or is put together when it is taken, would then be the same is not said.
 */
static bool
postpone(Instant date, PlanAnswer *answer)
{
	PlanNeed   *need = &answer->plan.needs[0];

	if (date == INSTANT_END || answer->at >= date)
		return true;
	if (((PlannerNode *) need->node->state)->shelf != NULL)
		return false;
	for (int i = 0; i < answer->plan.nlots; i++)
	{
		if (answer->plan.lots[i].source->kind == PLAN_KIT)
			return false;
	}
	need->at = answer->at = date;
	return true;
}

/*
 * Place what was lifted: all that fits goes back to where it was before anything is
 * planned anew, or each has its turn by its promised date.
 */
static PromiseStatus
place_lifted(Replan *replan, bool all_back_first, bool *placed)
{
	PromiseStatus status = PROMISE_OK;

	*placed = true;
	for (int i = 0; i < replan->nrivals && *placed; i++)
	{
		Rival	   *rival = replan->by_date[i];
		bool		fits;

		if (!rival->is_lifted)
			continue;
		status = replan_put_back(replan->planner, &rival->effect, &fits);
		rival->is_moved = !fits;
		if (status == PROMISE_OK && rival->is_moved && !all_back_first)
			status = place_anew(replan, rival, placed);
		if (status != PROMISE_OK)
			return status;
	}
	for (int i = 0; i < replan->nrivals && *placed && all_back_first; i++)
	{
		Rival	   *rival = replan->by_date[i];

		if (rival->is_lifted && rival->is_moved)
			status = place_anew(replan, rival, placed);
		if (status != PROMISE_OK)
			return status;
	}
	return PROMISE_OK;
}

/*
 * Just in time for what was promised.  What keeps that from being planned at all is
 * no error of the request.
 */
static PromiseStatus
place_anew(Replan *replan, Rival *rival, bool *placed)
{
	const PlanNeed *promise = &replan->others[rival->other].plan->needs[0];
	PlanRequest request = {
		.node = promise->node,.quantity = promise->quantity,
		.due = promise->at,.after = INSTANT_BEGIN,
		.placement = PLAN_JIT,.seed = replan->request->seed
	};
	PlanAnswer	answer;

	*placed = planner_plan(replan->planner, &request, &answer) == PROMISE_OK &&
		answer.possible && answer.at == promise->at;
	if (!*placed)
		return PROMISE_OK;
	rival->plan = answer.plan;
	return replan_take(replan->planner, &rival->plan, rival->is_bound,
					   &rival->anew);
}

/*
 * Is the safety stock still there that the new plans have left?
 */
static bool
keeps_safety_stock(const Replan *replan, const SupplyPlan *plan,
				   const ReplanEffect *effect)
{
	bool		keeps = !plan->keeps_safety_stock ||
	replan_keeps_safety_stock(effect);

	for (int i = 0; i < replan->nrivals && keeps; i++)
	{
		const Rival *rival = &replan->rivals[i];

		if (rival->is_lifted && rival->is_moved &&
			rival->plan.keeps_safety_stock)
			keeps = replan_keeps_safety_stock(&rival->anew);
	}
	return keeps;
}

/*
 * The request, and the rivals as they were moved for it, are the best so far.
 */
static void
keep(Replan *replan, const PlanAnswer *answer)
{
	ReplanAnswer *best = replan->answer;

	best->found = true;
	best->answer = *answer;
	best->moves = palloc(sizeof(ReplanMove) * (Size) replan->nrivals);
	best->nmoves = 0;
	for (int other = 0; other < REPLAN_MAX_OTHERS; other++)
	{
		for (int i = 0; i < replan->nrivals; i++)
		{
			const Rival *rival = &replan->rivals[i];

			if (rival->other != other || !rival->is_lifted || !rival->is_moved)
				continue;
			best->moves[best->nmoves++] = (ReplanMove)
			{
				.other = other,.is_bound = rival->is_bound,.plan = rival->plan
			};
		}
	}
	replan->best = answer->at;
}
