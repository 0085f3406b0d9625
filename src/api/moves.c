/*
 * moves.c - before a "no": plans of other promises placed anew.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "api/moves.h"
#include "api/plan_status.h"
#include "engine/replan.h"
#include "store/planned_demand.h"
#include "store/rivals.h"
#include "store/settings.h"
#include "types/report.h"

/* the plans of others that come into question */
typedef struct Others
{
	int			limit;
	RecordedPlan *plans;
	int			nplans;
	ReplanOther *others;		/* in the order of their use */
	RecordedPlan **recorded;	/* the plan of each */
	int			n;
} Others;

static bool try_moves(Capable *capable, const CapableRequest *request,
					  CapablePlan *plan);
static void read_others(Capable *capable, const PlanRequest *wanted,
						const CapablePlan *plan, Others *others);
static bool could_help(Capable *capable, const PlanRequest *wanted,
					   const CapablePlan *plan, Others *others);
static void read_promises(Capable *capable, Others *others, bool known);
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
	Others		others = {.limit = Min((wanted.effort + 1) / 2, REPLAN_MAX_OTHERS)};
	ReplanAnswer moved;

	if (others.limit == 0)
		return false;

	old = MemoryContextSwitchTo(capable->context);
	memset(&moved, 0, sizeof(moved));
	read_others(capable, &wanted, plan, &others);
	if (others.n > 0 && could_help(capable, &wanted, plan, &others))
	{
		read_promises(capable, &others, false);
		plan_status_check(capable->network, plan->node,
						  replan(capable->planner, &wanted, request->is_hold,
								 &plan->answer, others.others, others.n, &moved));
	}
	if (moved.found)
	{
		plan->answer = moved.answer;
		capable_judge(capable, request, plan);
		set_moves(plan, others.others, &moved);
	}
	MemoryContextSwitchTo(old);
	return moved.found;
}

/*
 * The plans of those that use what is waited for, those first that use it first.
 */
static void
read_others(Capable *capable, const PlanRequest *wanted,
			const CapablePlan *plan, Others *others)
{
	ReplanBounds bounds;
	RivalQuery	query = {
		.now = capable->network->now,
		.until = plan->answer.possible ? plan->answer.at :
		capable->network->limit,
		.exclude = capable->fixed,
		.nexclude = capable->nfixed,
		.limit = others->limit,
		.as_owner = capable->as_owner
	};
	const char **refs;
	int			nrefs;

	replan_bounds(wanted, &plan->answer, &bounds);
	query.nodes = bounds.nodes;
	query.nnodes = bounds.nnodes;
	query.resources = bounds.resources;
	query.nresources = bounds.nresources;
	refs = rivals_find(&query, &nrefs);
	if (nrefs == 0)
		return;
	others->others = palloc(nrefs * sizeof(ReplanOther));
	others->recorded = palloc(nrefs * sizeof(RecordedPlan *));
	others->plans = planned_read_many(capable->network, refs, nrefs,
									  &others->nplans);
	for (int i = 0; i < nrefs; i++)
	{
		for (int j = 0; j < others->nplans; j++)
		{
			RecordedPlan *recorded = &others->plans[j];

			/* each of them has one plan, see rivals.h */
			if (strcmp(recorded->ref, refs[i]) != 0 || recorded->problem != NULL)
				continue;
			others->recorded[others->n] = recorded;
			others->others[others->n++] = (ReplanOther)
			{
				.ref = refs[i],.plan = &recorded->plan
			};
		}
	}
}

/*
 * Could it help to move them?  What the request comes to while that is tried has
 * promises, too.
 */
static bool
could_help(Capable *capable, const PlanRequest *wanted, const CapablePlan *plan,
		   Others *others)
{
	bool		could = false;
	bool		came_to_more = true;

	while (!could && came_to_more)
	{
		read_promises(capable, others, true);
		plan_status_check(capable->network, plan->node,
						  replan_could_help(capable->planner, wanted,
											&plan->answer, others->others,
											others->n, &could, &came_to_more));
	}
	return could;
}

/* what the others have promised; with "known", of what has been read */
static void
read_promises(Capable *capable, Others *others, bool known)
{
	planned_demand_fill_many(capable->network, others->plans, others->nplans,
							 known);
	for (int i = 0; i < others->n; i++)
		others->others[i].promise_unread = others->recorded[i]->demand_unread;
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

void
moves_written(Capable *capable)
{
	capable->nfixed = capable->nexcluded;
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

void
moves_tell(const CapablePlan *plan, OfferList *list)
{
	if (plan != NULL)
		list->offers[list->noffers - 1].detail = moves_text(plan);
}
