/*
 * project.c - when a project would end if nobody did anything else, by estimates
 * of its steps.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "api/question.h"
#include "engine/project.h"
#include "store/network.h"
#include "store/nodes.h"
#include "store/value.h"
#include "types/report.h"

PG_FUNCTION_INFO_V1(project_tasks);
PG_FUNCTION_INFO_V1(project_runs);

#define NUM_TASK_COLUMNS 5
#define NUM_RUNS_COLUMNS 8
#define MAX_RUNS 1000000

/* people who have not met in a hundred years are not looked at any longer */
#define LONGEST	(100 * INT64CONST(31557600000000))

typedef struct Array
{
	Datum	   *values;
	int			nvalues;
} Array;

static bool open_project(FunctionCallInfo fcinfo, Project *project,
						 ProjectEstimate **estimates);
static Array get_array(FunctionCallInfo fcinfo, int argno, Oid type, int length,
					   int size, bool by_value, char align);
static int	find_number(const Array *numbers, int number);
static int64 get_time(Datum interval);
static Datum time_datum(int64 time);
static ArrayType *integer_array(const int *values, int n);

/*
 * promise.project_tasks(source, quantity, start_at, steps, means, deviations,
 *						 positions)
 */
Datum
project_tasks(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Project		project;
	ProjectEstimate *estimates;
	ProjectTask *tasks;
	int64	   *works;
	int			nsteps;
	Instant		end;

	InitMaterializedSRF(fcinfo, 0);
	if (!open_project(fcinfo, &project, &estimates))
		PG_RETURN_NULL();

	nsteps = project.source->nsteps;
	works = palloc(sizeof(int64) * (Size) Max(nsteps, 1));
	tasks = palloc(sizeof(ProjectTask) * (Size) Max(nsteps, 1));
	promise_check(project_means(estimates, nsteps, works));
	promise_check(project_place(&project, works, tasks, &end));
	for (int i = 0; i < nsteps; i++)
	{
		const ProjectTask *task = &tasks[i];
		Datum		values[NUM_TASK_COLUMNS];
		bool		nulls[NUM_TASK_COLUMNS] = {false};

		values[0] = Int32GetDatum(project.source->steps[i].step);
		values[1] = time_datum(task->start - project.start);
		values[2] = time_datum(task->end - project.start);
		nulls[3] = task->waits_for < 0;
		values[3] = nulls[3] ? (Datum) 0 :
			Int32GetDatum(project.source->steps[task->waits_for].step);
		values[4] = BoolGetDatum(task->critical);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	PG_RETURN_NULL();
}

/*
 * promise.project_runs(source, quantity, start_at, steps, means, deviations,
 *						positions, runs, seed, within)
 */
Datum
project_runs(PG_FUNCTION_ARGS)
{
	Project		project;
	ProjectEstimate *estimates;
	ProjectRuns runs;
	TupleDesc	desc;
	Datum		values[NUM_RUNS_COLUMNS];
	bool		nulls[NUM_RUNS_COLUMNS] = {false};
	int		   *numbers;
	int			nruns = PG_ARGISNULL(7) ? 0 : PG_GETARG_INT32(7);

	if (nruns < 1 || nruns > MAX_RUNS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("runs must be between 1 and %d", MAX_RUNS)));
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	if (PG_ARGISNULL(8) || !open_project(fcinfo, &project, &estimates))
		PG_RETURN_NULL();

	promise_check(project_simulate(&project, estimates, nruns,
								   (uint64) PG_GETARG_INT64(8), &runs));
	numbers = palloc(sizeof(int) * (Size) project.source->nsteps);
	for (int i = 0; i < project.source->nsteps; i++)
		numbers[i] = project.source->steps[i].step;
	values[0] = PointerGetDatum(integer_array(numbers, project.source->nsteps));
	values[1] = PointerGetDatum(integer_array(runs.ncritical,
											  project.source->nsteps));
	values[2] = time_datum((int64) runs.mean);
	values[3] = time_datum((int64) runs.deviation);
	values[4] = time_datum(project_quantile(&runs, 5));
	values[5] = time_datum(project_quantile(&runs, 8));
	values[6] = time_datum(project_quantile(&runs, 9));
	nulls[7] = PG_ARGISNULL(9);
	values[7] = nulls[7] ? (Datum) 0 :
		Int32GetDatum(project_done_within(&runs, get_time(PG_GETARG_DATUM(9))));
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc),
													  values, nulls)));
}

/*
 * The first seven arguments.  False: there is no such source, or it has no steps.
 */
static bool
open_project(FunctionCallInfo fcinfo, Project *project,
			 ProjectEstimate **estimates)
{
	NetworkQuery query = {0};
	bool		always_there = PG_ARGISNULL(2);
	Array		numbers = get_array(fcinfo, 3, INT4OID, -1, sizeof(int32), true,
									TYPALIGN_INT);
	Array		means = get_array(fcinfo, 4, INTERVALOID, numbers.nvalues,
								  sizeof(Interval), false, TYPALIGN_DOUBLE);
	Array		deviations = get_array(fcinfo, 5, INTERVALOID, numbers.nvalues,
									   sizeof(Interval), false, TYPALIGN_DOUBLE);
	Array		positions = get_array(fcinfo, 6, FLOAT8OID, numbers.nvalues,
									  sizeof(float8), FLOAT8PASSBYVAL,
									  TYPALIGN_DOUBLE);
	Quantity	quantity;
	PlanNetwork *network;
	PlanSource *source;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return false;
	query.now = question_instant(fcinfo, 2, nodes_now());
	if (!INSTANT_IS_FINITE(query.now))
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("\"start_at\" must be finite")));
	if (pg_add_s64_overflow(query.now, LONGEST, &query.limit))
		query.limit = INSTANT_END;
	quantity = question_quantity(PG_GETARG_DATUM(1));
	network = network_open(&query);
	source = network_find_source(network, text_to_cstring(PG_GETARG_TEXT_PP(0)));
	if (source == NULL || source->nsteps == 0)
		return false;

	project_open(project, network, source, query.now, always_there);
	*estimates = palloc0(sizeof(ProjectEstimate) * (Size) source->nsteps);
	for (int i = 0; i < source->nsteps; i++)
	{
		const PlanStep *step = &source->steps[i];
		ProjectEstimate *estimate = &(*estimates)[i];
		int			j = find_number(&numbers, step->step);

		promise_check(plan_step_work(step, quantity, &estimate->sure));
		if (j < 0)
			continue;
		estimate->sure -= step->setup;
		estimate->mean = get_time(means.values[j]);
		estimate->deviation = get_time(deviations.values[j]);
		estimate->position = DatumGetFloat8(positions.values[j]);
		if (!(estimate->position > 0.1 && estimate->position < 0.9))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("estimate of step %d has its mean at %g of its range",
							step->step, estimate->position),
					 errdetail("By PERT it lies between a sixth and five sixths.")));
	}
	return true;
}

/*
 * The elements of an array, of which there must be so many unless length is
 * negative.  NULL is an array of none.
 */
static Array
get_array(FunctionCallInfo fcinfo, int argno, Oid type, int length, int size,
		  bool by_value, char align)
{
	Array		array = {NULL, 0};
	bool	   *nulls;

	if (!PG_ARGISNULL(argno))
	{
		deconstruct_array(PG_GETARG_ARRAYTYPE_P(argno), type, size, by_value,
						  align, &array.values, &nulls, &array.nvalues);
		for (int i = 0; i < array.nvalues; i++)
		{
			if (nulls[i])
				ereport(ERROR,
						(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						 errmsg("estimates must not be null")));
		}
	}
	if (length >= 0 && array.nvalues != length)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%d steps have %d estimates", length, array.nvalues)));
	return array;
}

static int
find_number(const Array *numbers, int number)
{
	for (int i = 0; i < numbers->nvalues; i++)
	{
		if (DatumGetInt32(numbers->values[i]) == number)
			return i;
	}
	return -1;
}

static int64
get_time(Datum interval)
{
	int64		time = value_time(interval);

	if (time < 0)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("an interval is no working time"),
				 errhint("Give days, hours and minutes, none of them negative.")));
	return time;
}

static Datum
time_datum(int64 time)
{
	Interval   *interval = palloc0(sizeof(Interval));

	interval->time = time;
	return IntervalPGetDatum(interval);
}

static ArrayType *
integer_array(const int *values, int n)
{
	Datum	   *elements = palloc(sizeof(Datum) * (Size) n);

	for (int i = 0; i < n; i++)
		elements[i] = Int32GetDatum(values[i]);
	return construct_array(elements, n, INT4OID, sizeof(int32), true,
						   TYPALIGN_INT);
}
