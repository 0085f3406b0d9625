/*
 * moves.c - before a "no": plans of other promises placed anew.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "api/moves.h"
#include "api/plan_status.h"
#include "engine/replan.h"
#include "store/planned_read.h"
#include "store/rivals.h"
#include "store/settings.h"
#include "types/report.h"

static bool try_moves(Capable *capable, const CapableRequest *request,
					  CapablePlan *plan);
static ReplanOther *read_others(Capable *capable, const ReplanBounds *bounds,
								const CapablePlan *plan, int limit,
								int *nothers);
static void set_moves(CapablePlan *plan, const ReplanOther *others,
					  const ReplanAnswer *moved);

bool
moves_improve(Capable *capable, const CapableRequest *request,
			  CapablePlan *plans, int nplans)
{
	bool		improved = false;

	if (!settings_replan() ||
		(!capable->as_owner && !rivals_are_visible()))
		return false;
	for (int i = 0; i < nplans; i++)
	{
		if (plans[i].in_time)
			return false;
	}
	for (int i = 0; i < nplans; i++)
		improved |= try_moves(capable, request, &plans[i]);
	return improved;
}

static bool
try_moves(Capable *capable, const CapableRequest *request, CapablePlan *plan)
{
	MemoryContext old;
	PlanRequest wanted = capable_request(request, plan->node);
	ReplanBounds bounds;
	ReplanOther *others;
	ReplanAnswer moved;
	int			limit = Min((wanted.effort + 1) / 2, REPLAN_MAX_OTHERS);
	int			nothers;

	if (limit == 0)
		return false;

	old = MemoryContextSwitchTo(capable->context);
	memset(&moved, 0, sizeof(moved));
	replan_bounds(&wanted, &plan->answer, &bounds);
	others = read_others(capable, &bounds, plan, limit, &nothers);
	if (nothers > 0)
		plan_status_check(capable->network, plan->node,
						  replan(capable->planner, &wanted, request->is_hold,
								 &plan->answer, others, nothers, &moved));
	if (moved.found)
	{
		plan->answer = moved.answer;
		capable_judge(capable, request, plan);
		set_moves(plan, others, &moved);
	}
	MemoryContextSwitchTo(old);
	return moved.found;
}

/*
 * The plans of those that use what is waited for, those first that use it first.
 */
static ReplanOther *
read_others(Capable *capable, const ReplanBounds *bounds,
			const CapablePlan *plan, int limit, int *nothers)
{
	RivalQuery	query = {
		.nodes = bounds->nodes,
		.nnodes = bounds->nnodes,
		.resources = bounds->resources,
		.nresources = bounds->nresources,
		.now = capable->network->now,
		.until = plan->answer.possible ? plan->answer.at :
		capable->network->limit,
		.exclude = capable->fixed,
		.nexclude = capable->nfixed,
		.limit = limit,
		.as_owner = capable->as_owner
	};
	int			nrefs;
	const char **refs = rivals_find(&query, &nrefs);
	ReplanOther *others = palloc((nrefs + 1) * sizeof(ReplanOther));
	RecordedPlan *plans;
	int			nplans;

	*nothers = 0;
	if (nrefs == 0)
		return others;
	plans = planned_read_many(capable->network, refs, nrefs, &nplans);
	for (int i = 0; i < nrefs; i++)
	{
		for (int j = 0; j < nplans; j++)
		{
			/* each of them has one plan, see rivals.h */
			if (strcmp(plans[j].ref, refs[i]) == 0 && plans[j].problem == NULL)
				others[(*nothers)++] = (ReplanOther)
			{
				.ref = refs[i],.plan = &plans[j].plan
			};
		}
	}
	return others;
}

static void
set_moves(CapablePlan *plan, const ReplanOther *others,
		  const ReplanAnswer *moved)
{
	PlanMove   *moves = palloc((moved->nmoves + 1) * sizeof(PlanMove));

	for (int i = 0; i < moved->nmoves; i++)
	{
		const ReplanMove *move = &moved->moves[i];

		moves[i] = (PlanMove)
		{
			.ref = others[move->other].ref,
				.is_bound = move->is_bound,
				.before = others[move->other].plan,
				.after = move->plan
		};
	}
	plan->moves = moves;
	plan->nmoves = moved->nmoves;
}

/*
 * What was moved stays where it is now: the rows still say where it was.
 */
void
moves_take(Capable *capable, const CapablePlan *plan)
{
	if (plan->nmoves == 0)
		return;
	capable->fixed = capable->nfixed == 0 ?
		palloc(plan->nmoves * sizeof(char *)) :
		repalloc(capable->fixed,
				 (capable->nfixed + plan->nmoves) * sizeof(char *));
	for (int i = 0; i < plan->nmoves; i++)
	{
		const PlanMove *move = &plan->moves[i];

		promise_check(replan_move(capable->planner, move->before, &move->after,
								  move->is_bound));
		capable->fixed[capable->nfixed++] = move->ref;
	}
}

char *
moves_text(const CapablePlan *plan)
{
	StringInfoData text;

	if (plan->nmoves == 0)
		return NULL;
	initStringInfo(&text);
	appendStringInfoString(&text, plan->nmoves == 1 ? "moves the plan of " :
						   "moves the plans of ");
	for (int i = 0; i < plan->nmoves; i++)
		appendStringInfo(&text, "%s\"%s\"",
						 i == 0 ? "" :
						 i + 1 == plan->nmoves ? " and " : ", ",
						 plan->moves[i].ref);
	return text.data;
}
