/*
 * plan.c - how a quantity could be had, and what has been planned.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "api/moves.h"
#include "api/plan_question.h"
#include "api/plan_reason.h"
#include "api/plan_rows.h"
#include "api/question.h"
#include "store/nodes.h"
#include "store/planned_read.h"
#include "store/planned_write.h"
#include "types/report.h"

PG_FUNCTION_INFO_V1(promise_plan);
PG_FUNCTION_INFO_V1(promise_planned);
PG_FUNCTION_INFO_V1(promise_plan_reads);

#define NUM_READ_COLUMNS 7

static void write_plan(const char *ref, const SupplyPlan *plan);
static void put_failure(ReturnSetInfo *result, const PlanQuestion *question);
static const char *failure_detail(const PlanAnswer *answer);

/*
 * plan(item, quantity, due, location, after, exclude, objective, placement,
 *		effort)
 *
 * Declared with a tenth argument, a ref, it also writes the plan down for that:
 * for tests.
 */
Datum
promise_plan(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	PlanQuestion question;
	const SupplyPlan *plan = &question.plan.answer.plan;
	int			nrows = 0;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();

	plan_question_get(fcinfo, &question);
	plan_question_get_wishes(fcinfo, &question, 8);
	question.without_moves = PG_NARGS() > 9;
	plan_question_ask(&question);
	if (!question.found || !question.plan.answer.possible)
		put_failure(result, &question);
	else
	{
		plan_rows_put(result, question.capable->network, plan, NULL, NULL,
					  &nrows);
		for (int i = 0; i < question.plan.nmoves; i++)
			plan_rows_put(result, question.capable->network,
						  &question.plan.moves[i].after,
						  question.plan.moves[i].ref, NULL, &nrows);
		if (PG_NARGS() > 9)
			write_plan(question_text(fcinfo, 9), plan);
	}
	PG_RETURN_NULL();
}

static void
write_plan(const char *ref, const SupplyPlan *plan)
{
	PlanChanges changes;
	PlanToWrite planned = {.ref = ref,.plan = plan,.changes = &changes};

	promise_check(plan_changes(plan, &changes));
	planned_write(&planned, 1);
}

/*
 * plan_reads(item, quantity, due, location): how much a plan reads.
 */
Datum
promise_plan_reads(PG_FUNCTION_ARGS)
{
	PlanQuestion question;
	NetworkReads reads;
	TupleDesc	desc;
	Datum		values[NUM_READ_COLUMNS];
	bool		nulls[NUM_READ_COLUMNS] = {false};

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");

	plan_question_get(fcinfo, &question);
	plan_question_ask(&question);
	reads = network_reads(question.capable->network);
	values[0] = Int64GetDatum(reads.nodes);
	values[1] = Int64GetDatum(reads.events);
	values[2] = Int64GetDatum(reads.sources);
	values[3] = Int64GetDatum(reads.components);
	values[4] = Int64GetDatum(reads.steps);
	values[5] = Int64GetDatum(reads.resources);
	values[6] = Int64GetDatum(reads.loads);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc),
													  values, nulls)));
}

static void
put_failure(ReturnSetInfo *result, const PlanQuestion *question)
{
	const CapableRequest *request = &question->request;
	const PlanAnswer *answer = &question->plan.answer;

	if (!question->found)
		plan_rows_put_none(result, request->item, question->location,
						   request->quantity, REASON_UNKNOWN_ITEM,
						   "nothing is known of the item");
	else
		plan_rows_put_none(result, request->item, question->plan.location,
						   request->quantity,
						   plan_reason_failed(answer->binding),
						   failure_detail(answer));
}

/* what keeps a request from being met at all */
static const char *
failure_detail(const PlanAnswer *answer)
{
	if (answer->bound_source != NULL)
		return psprintf("of source \"%s\"", answer->bound_source->name);
	if (answer->bound_node != NULL)
		return psprintf("of item \"%s\" at location \"%s\"",
						answer->bound_node->item,
						answer->bound_node->location);
	return NULL;
}

/*
 * planned(ref)
 */
Datum
promise_planned(PG_FUNCTION_ARGS)
{
	const char *ref;
	NetworkQuery query = {
		.limit = INSTANT_END,
		.exclude = &ref,
		.nexclude = 1
	};
	PlanNetwork *network;
	RecordedPlan *plans;
	int			nplans;
	int			nrows = 0;

	InitMaterializedSRF(fcinfo, 0);
	ref = text_to_cstring(PG_GETARG_TEXT_PP(0));
	query.now = nodes_now();
	network = network_open(&query);
	plans = planned_read(network, ref, PLANNED_ALL, &nplans);
	for (int i = 0; i < nplans; i++)
	{
		if (plans[i].problem != NULL)
			ereport(ERROR,
					(errcode(ERRCODE_PROMISE_MAPPING),
					 errmsg("what is planned for \"%s\" cannot be understood",
							ref),
					 errdetail("%s.", plans[i].problem)));
		plan_rows_put((ReturnSetInfo *) fcinfo->resultinfo, network,
					  &plans[i].plan, ref, plans[i].firm, &nrows);
	}
	PG_RETURN_NULL();
}
