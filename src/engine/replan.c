/*
 * replan.c - before a "no": plans of others placed anew.
 */
#include "engine/replan_hope.h"

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
static int	compare_slacks(const void *a, const void *b);
static int	compare_dates(const void *a, const void *b);
static void order_by_date(Replan *replan);
static PromiseStatus try_sets(Replan *replan);
static PromiseStatus try_set(Replan *replan, int first, int end);
static bool is_over(const Replan *replan);
static PromiseStatus is_hopeful(Replan *replan, int first, int end,
								bool *hopeful);
static PromiseStatus read_whole(Replan *replan, int first, int end);
static void leave_out_fixed(Replan *replan);
static PromiseStatus try_asking(Replan *replan, const Asking *asking,
								bool *placed);
static int64 drafts(const Planner *planner);
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

	memset(answer, 0, sizeof(*answer));
	if (replan.best <= replan.enough)
		return PROMISE_OK;
	status = find_rivals(&replan, Min(nothers, REPLAN_MAX_OTHERS));
	if (status == PROMISE_OK)
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
		status = replan_rival(replan->planner, &replan->others[i], REPLAN_READ,
							  rival, &may);
		if (status != PROMISE_OK)
			return status;
		replan->nrivals += may;
	}
	qsort(replan->rivals, replan->nrivals, sizeof(Rival), compare_slacks);
	order_by_date(replan);
	return PROMISE_OK;
}

static void
order_by_date(Replan *replan)
{
	for (int i = 0; i < replan->nrivals; i++)
		replan->by_date[i] = &replan->rivals[i];
	qsort(replan->by_date, replan->nrivals, sizeof(Rival *), compare_dates);
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
 * One after the other, then, without those that turn out not to be movable, more and
 * more of them together.
 */
static PromiseStatus
try_sets(Replan *replan)
{
	PromiseStatus status = PROMISE_OK;
	bool		hopeful;
	int			end = 1;

	for (int i = 0; i < replan->nrivals && status == PROMISE_OK; i++)
		status = try_set(replan, i, i + 1);
	if (status != PROMISE_OK || replan->nrivals < 2 || is_over(replan))
		return status;

	status = is_hopeful(replan, 0, replan->nrivals, &hopeful);
	if (status != PROMISE_OK || !hopeful)
		return status;
	status = read_whole(replan, 0, replan->nrivals);
	leave_out_fixed(replan);
	while (end < replan->nrivals && status == PROMISE_OK)
	{
		end = Min(2 * end, replan->nrivals);
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
	bool		hopeful;
	bool		placed = false;

	CORE_CHECK_INTERRUPTS();
	if (is_over(replan))
		return PROMISE_OK;
	status = is_hopeful(replan, first, end, &hopeful);
	if (status != PROMISE_OK || !hopeful)
		return status;
	replan->sets_left--;
	status = read_whole(replan, first, end);
	if (status != PROMISE_OK)
		return status;
	for (int i = 0; i < replan->nrivals; i++)
		replan->rivals[i].is_lifted = false;
	status = replan_lift_rivals(replan->planner, &replan->rivals[first],
								end - first, &nlifted);
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

static bool
is_over(const Replan *replan)
{
	return replan->best <= replan->enough || replan->sets_left <= 0 ||
		replan->drafts_left <= 0;
}

/*
 * A set without hope costs as much as the one way to ask for the request that would
 * have shown it.
 */
static PromiseStatus
is_hopeful(Replan *replan, int first, int end, bool *hopeful)
{
	int64		before = drafts(replan->planner);
	PromiseStatus status = replan_is_hopeful(replan->planner, replan->request,
											 replan->best, replan->others,
											 &replan->rivals[first],
											 end - first, hopeful);

	if (!*hopeful)
		replan->drafts_left -= drafts(replan->planner) - before;
	return status;
}

/*
 * Know all of what the plans of a set do; one that may not be moved stays.
 */
static PromiseStatus
read_whole(Replan *replan, int first, int end)
{
	PromiseStatus status = PROMISE_OK;

	for (int i = first; i < end && status == PROMISE_OK; i++)
	{
		Rival	   *rival = &replan->rivals[i];
		bool		may;

		if (rival->scope == REPLAN_WHOLE)
			continue;
		status = replan_rival(replan->planner, &replan->others[rival->other],
							  REPLAN_WHOLE, rival, &may);
		rival->is_fixed = status == PROMISE_OK && !may;
	}
	return status;
}

static void
leave_out_fixed(Replan *replan)
{
	int			n = 0;

	for (int i = 0; i < replan->nrivals; i++)
	{
		if (!replan->rivals[i].is_fixed)
			replan->rivals[n++] = replan->rivals[i];
	}
	replan->nrivals = n;
	order_by_date(replan);
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
