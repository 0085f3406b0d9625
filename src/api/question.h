/*
 * question.h - the arguments that questions have in common.
 */
#ifndef PROMISE_QUESTION_H
#define PROMISE_QUESTION_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "fmgr.h"

#include "api/book.h"
#include "api/capable.h"
#include "engine/problem.h"

/* the arguments of a question that hold for all of its lines */
typedef struct QuestionTerms
{
	Instant		after;
	const char **exclude;
	int			nexclude;
	int			parts_max;
	Quantity	part_minimum;
	PlanWish	wish;
	DemandFacts facts;
} QuestionTerms;

extern char *question_text(FunctionCallInfo fcinfo, int argno);
extern Instant question_instant(FunctionCallInfo fcinfo, int argno,
								Instant missing);
extern Instant question_after(FunctionCallInfo fcinfo, int argno);
extern void question_check_after(Instant after);
extern const char **question_refs(FunctionCallInfo fcinfo, int argno,
								  int *nrefs);
extern AtpMethod question_method(FunctionCallInfo fcinfo, int argno);
extern PlanObjective question_objective(FunctionCallInfo fcinfo, int argno);
extern PlanPlacement question_placement(FunctionCallInfo fcinfo, int argno);
extern int	question_effort(FunctionCallInfo fcinfo, int argno);
extern Instant question_latest(Instant due, const Interval *lateness);
extern int	question_parts(FunctionCallInfo fcinfo, int argno,
						   int ship_complete_argno);
extern void question_check_parts(int parts);
extern Quantity question_part_minimum(FunctionCallInfo fcinfo, int argno);
extern void question_check_part_minimum(Quantity minimum);
extern void question_facts(FunctionCallInfo fcinfo, int argno,
						   DemandFacts *facts);
extern char *question_number(FunctionCallInfo fcinfo, int argno);
extern void question_terms(FunctionCallInfo fcinfo, int argno,
						   QuestionTerms *terms);
extern Quantity question_quantity(Datum numeric);
extern void question_check_quantity(Quantity quantity);
extern void question_query(BookQuery *query, const char **item,
						   const char *location);

#endif							/* PROMISE_QUESTION_H */
