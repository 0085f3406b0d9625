/*
 * plan_question.h - one request, and its best plan of all locations.
 */
#ifndef PROMISE_PLAN_QUESTION_H
#define PROMISE_PLAN_QUESTION_H

#include "postgres.h"

#include "fmgr.h"

#include "api/capable.h"

typedef struct PlanQuestion
{
	CapableQuery query;
	CapableRequest request;
	const char *location;		/* NULL: the best of all */
	bool		without_moves;	/* plans of others stay where they are */
	Capable    *capable;
	bool		found;			/* is anything known of the item there? */
	CapablePlan plan;
} PlanQuestion;

/* the arguments 0 to 3: item and quantity, neither NULL, due, location */
extern void plan_question_get(FunctionCallInfo fcinfo, PlanQuestion *question);

/* the arguments 4 to 7: after, exclude, objective, placement; and effort */
extern void plan_question_get_wishes(FunctionCallInfo fcinfo,
									 PlanQuestion *question,
									 int effort_argno);

/* the best plan of all locations, or that at the one that was asked for */
extern void plan_question_ask(PlanQuestion *question);

#endif							/* PROMISE_PLAN_QUESTION_H */
