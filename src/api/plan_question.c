/*
 * plan_question.c - one request, and its best plan of all locations.
 */
#include "postgres.h"

#include "api/moves.h"
#include "api/plan_question.h"
#include "api/question.h"
#include "store/nodes.h"
#include "store/settings.h"

void
plan_question_get(FunctionCallInfo fcinfo, PlanQuestion *question)
{
	memset(question, 0, sizeof(PlanQuestion));
	question->query.now = nodes_now();
	question->request.item = question_text(fcinfo, 0);
	question->request.quantity = question_quantity(PG_GETARG_DATUM(1));
	question->request.due = question_instant(fcinfo, 2, INSTANT_END);
	question->request.after = INSTANT_BEGIN;
	question->request.wish.effort = settings_search_effort();
	question->location = question_text(fcinfo, 3);
}

void
plan_question_get_wishes(FunctionCallInfo fcinfo, PlanQuestion *question,
						 int effort_argno)
{
	question->request.after = question_after(fcinfo, 4);
	question->query.exclude = question_refs(fcinfo, 5,
											&question->query.nexclude);
	question->request.wish.objective = question_objective(fcinfo, 6);
	question->request.wish.placement = question_placement(fcinfo, 7);
	question->request.wish.effort = question_effort(fcinfo, effort_argno);
}

void
plan_question_ask(PlanQuestion *question)
{
	PlanNetwork *network;
	NetworkLocation *locations;
	CapablePlan *plans;
	int			nplans = 0;
	int			nlocations;

	question->capable = capable_open(&question->query);
	network = question->capable->network;
	locations = network_locations(network, question->request.item, &nlocations);
	plans = palloc(Max(nlocations, 1) * sizeof(CapablePlan));
	for (int i = 0; i < nlocations; i++)
	{
		if (question->location != NULL &&
			strcmp(question->location, locations[i].name) != 0)
			continue;
		capable_plan_anyway(question->capable, &question->request, &locations[i],
							&plans[nplans++]);
	}
	if (!question->without_moves)
		(void) moves_improve(question->capable, &question->request, plans,
							 nplans);
	for (int i = 0; i < nplans; i++)
	{
		if (!question->found || capable_compare(&plans[i], &question->plan) < 0)
			question->plan = plans[i];
		question->found = true;
	}
}
