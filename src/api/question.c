/*
 * question.c - the arguments that questions have in common.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

#include "api/parts.h"
#include "api/question.h"
#include "store/nodes.h"
#include "store/settings.h"
#include "types/quantity_numeric.h"
#include "types/report.h"
#include "types/wording.h"

/* a text argument as a C string; NULL if it is NULL */
char *
question_text(FunctionCallInfo fcinfo, int argno)
{
	if (PG_ARGISNULL(argno))
		return NULL;
	return text_to_cstring(PG_GETARG_TEXT_PP(argno));
}

/* an instant, or what stands for a missing one */
Instant
question_instant(FunctionCallInfo fcinfo, int argno, Instant missing)
{
	return PG_ARGISNULL(argno) ? missing : PG_GETARG_TIMESTAMPTZ(argno);
}

/*
 * The instant before which nothing is wanted: now if it is NULL.
 */
Instant
question_after(FunctionCallInfo fcinfo, int argno)
{
	Instant		after = question_instant(fcinfo, argno, INSTANT_BEGIN);

	question_check_after(after);
	return after;
}

void
question_check_after(Instant after)
{
	if (after == INSTANT_END)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("\"after\" must not be infinity")));
}

/*
 * A text[] of refs; NULL elements name nothing.
 */
const char **
question_refs(FunctionCallInfo fcinfo, int argno, int *nrefs)
{
	const char **refs;
	Datum	   *elements;
	bool	   *nulls;
	int			nelements;

	*nrefs = 0;
	if (PG_ARGISNULL(argno))
		return NULL;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(argno), TEXTOID, -1, false,
					  TYPALIGN_INT, &elements, &nulls, &nelements);
	refs = palloc(sizeof(char *) * (Size) (nelements + 1));
	for (int i = 0; i < nelements; i++)
	{
		if (!nulls[i])
			refs[(*nrefs)++] = TextDatumGetCString(elements[i]);
	}
	return refs;
}

/*
 * The method by name; look-ahead if it is NULL.
 */
AtpMethod
question_method(FunctionCallInfo fcinfo, int argno)
{
	static const char *const names[] = {
		[ATP_LOOKAHEAD] = "lookahead",
		[ATP_DISCRETE] = "discrete",
		[ATP_CUMULATIVE] = "cumulative",
	};
	char	   *name = question_text(fcinfo, argno);

	if (name == NULL)
		return ATP_LOOKAHEAD;
	for (int i = 0; i < lengthof(names); i++)
	{
		if (strcmp(name, names[i]) == 0)
			return (AtpMethod) i;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown method \"%s\"", name),
			 errhint("Methods are \"lookahead\", \"discrete\" and \"cumulative\".")));
	return ATP_LOOKAHEAD;		/* keep compiler quiet */
}

/*
 * What a plan is to be best in; the date if it is NULL.
 */
PlanObjective
question_objective(FunctionCallInfo fcinfo, int argno)
{
	char	   *name = question_text(fcinfo, argno);

	if (name == NULL || strcmp(name, "earliest") == 0)
		return PLAN_EARLIEST;
	if (strcmp(name, "cheapest") == 0)
		return PLAN_CHEAPEST;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown objective \"%s\"", name),
			 errhint("Objectives are \"earliest\" and \"cheapest\".")));
	return PLAN_EARLIEST;		/* keep compiler quiet */
}

/*
 * Where a plan lies within its date; as soon as possible if it is NULL.
 */
PlanPlacement
question_placement(FunctionCallInfo fcinfo, int argno)
{
	char	   *name = question_text(fcinfo, argno);

	if (name == NULL || strcmp(name, "asap") == 0)
		return PLAN_ASAP;
	if (strcmp(name, "jit") == 0)
		return PLAN_JIT;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown placement \"%s\"", name),
			 errhint("Placements are \"asap\" and \"jit\".")));
	return PLAN_ASAP;			/* keep compiler quiet */
}

/*
 * How many plans to try beyond the first; the setting if it is NULL.
 */
int
question_effort(FunctionCallInfo fcinfo, int argno)
{
	int			effort;

	if (PG_ARGISNULL(argno))
		return settings_search_effort();
	effort = PG_GETARG_INT32(argno);
	if (effort < 0 || effort > MAX_SEARCH_EFFORT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("effort must be between 0 and %d", MAX_SEARCH_EFFORT)));
	return effort;
}

/*
 * By when the last of a request must be there: so much after the date asked for;
 * NULL: whenever it can be.
 */
Instant
question_latest(Instant due, const Interval *lateness)
{
	Instant		latest;

	if (due == INSTANT_END || lateness == NULL)
		return INSTANT_END;
	latest = DatumGetTimestampTz(DirectFunctionCall2(timestamptz_pl_interval,
													 TimestampTzGetDatum(due),
													 IntervalPGetDatum(lateness)));
	if (latest < due)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("greatest lateness must not be negative")));
	return latest;
}

/*
 * The number of parts: one if the order ships complete, else two if nothing is
 * said.
 */
int
question_parts(FunctionCallInfo fcinfo, int argno, int ship_complete_argno)
{
	bool		ship_complete = !PG_ARGISNULL(ship_complete_argno) &&
	PG_GETARG_BOOL(ship_complete_argno);
	int			parts = PG_ARGISNULL(argno) ? 2 : PG_GETARG_INT32(argno);

	question_check_parts(parts);
	return ship_complete ? 1 : Min(parts, PARTS_MAX);
}

void
question_check_parts(int parts)
{
	if (parts < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("number of parts must be at least 1")));
}

/* the least quantity of a part: anything if nothing is said */
Quantity
question_part_minimum(FunctionCallInfo fcinfo, int argno)
{
	Quantity	minimum = PG_ARGISNULL(argno) ? 1 :
	quantity_from_datum(PG_GETARG_DATUM(argno));

	question_check_part_minimum(minimum);
	return minimum;
}

void
question_check_part_minimum(Quantity minimum)
{
	if (minimum < 1)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("minimum of a part must be above zero"),
				 errhint("The smallest quantity is 0.000001; NULL is no minimum.")));
}

/*
 * Who asks, for guidelines: customer, channel and seller, from that argument on.
 */
void
question_facts(FunctionCallInfo fcinfo, int argno, DemandFacts *facts)
{
	memset(facts, 0, sizeof(DemandFacts));
	facts->customer = question_text(fcinfo, argno);
	facts->channel = question_text(fcinfo, argno + 1);
	facts->seller = question_text(fcinfo, argno + 2);
}

/* a number in words; NULL if it is NULL */
char *
question_number(FunctionCallInfo fcinfo, int argno)
{
	return PG_ARGISNULL(argno) ? NULL :
		DatumGetCString(DirectFunctionCall1(numeric_out,
											PG_GETARG_DATUM(argno)));
}

/*
 * after, exclude, parts_max, part_minimum, ship_complete, objective, placement
 * and effort, from that argument on.
 */
void
question_terms(FunctionCallInfo fcinfo, int argno, QuestionTerms *terms)
{
	terms->after = question_after(fcinfo, argno);
	terms->exclude = question_refs(fcinfo, argno + 1, &terms->nexclude);
	terms->parts_max = question_parts(fcinfo, argno + 2, argno + 4);
	terms->part_minimum = question_part_minimum(fcinfo, argno + 3);
	terms->wish.objective = question_objective(fcinfo, argno + 5);
	terms->wish.placement = question_placement(fcinfo, argno + 6);
	terms->wish.effort = question_effort(fcinfo, argno + 7);
}

/*
 * A quantity that is asked for: above zero.
 */
Quantity
question_quantity(Datum numeric)
{
	Quantity	quantity = quantity_from_datum(numeric);

	question_check_quantity(quantity);
	return quantity;
}

void
question_check_quantity(Quantity quantity)
{
	if (quantity <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("quantity must be above zero"),
				 errdetail("The quantity is %s.", wording_quantity(quantity)),
				 errhint("The smallest quantity is 0.000001.")));
}

/*
 * A query for one item, by look-ahead and without detail.
 */
void
question_query(BookQuery *query, const char **item, const char *location)
{
	memset(query, 0, sizeof(BookQuery));
	query->items = item;
	query->nitems = 1;
	query->location = location;
	query->method = ATP_LOOKAHEAD;
	query->now = nodes_now();
}
