/*
 * map.c - adding rows of other tables to the roles of the network.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_proc.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "store/draft.h"
#include "store/mapping.h"
#include "store/plan.h"
#include "store/problems.h"
#include "types/report.h"

PG_FUNCTION_INFO_V1(map_relation);
PG_FUNCTION_INFO_V1(map_query);
PG_FUNCTION_INFO_V1(map_problems);
PG_FUNCTION_INFO_V1(map_changed);

static char *text_argument(FunctionCallInfo fcinfo, int number);
static void require(FunctionCallInfo fcinfo, int number, const char *name);
static void put_problem(void *result, const Mapping *mapping, const char *key,
						const char *ref, const char *problem);

/*
 * promise.map(role text, relation regclass, <a parameter for every column of
 * every role>, filter text, name text)
 *
 * The parameters are declared once, in SQL; here they are known by name.
 */
Datum
map_relation(PG_FUNCTION_ARGS)
{
	Mapping		draft;
	HeapTuple	procedure;
	Oid		   *types;
	char	  **names;
	char	   *modes;
	int			nargs;
	char	   *name = "";

	require(fcinfo, 0, "role");
	require(fcinfo, 1, "relation");

	procedure = SearchSysCache1(PROCOID, ObjectIdGetDatum(fcinfo->flinfo->fn_oid));
	if (!HeapTupleIsValid(procedure))
		elog(ERROR, "cache lookup failed for function %u",
			 fcinfo->flinfo->fn_oid);
	nargs = get_func_arg_info(procedure, &types, &names, &modes);
	ReleaseSysCache(procedure);

	for (int i = 2; i < nargs; i++)
	{
		if (!PG_ARGISNULL(i) && strcmp(names[i], "name") == 0)
			name = text_argument(fcinfo, i);
	}

	draft_begin(&draft, text_argument(fcinfo, 0), PG_GETARG_OID(1), name);
	for (int i = 2; i < nargs; i++)
	{
		if (PG_ARGISNULL(i) || strcmp(names[i], "name") == 0)
			continue;
		if (strcmp(names[i], "filter") == 0)
			draft.filter = text_argument(fcinfo, i);
		else
			draft_set(&draft, names[i], text_argument(fcinfo, i));
	}
	draft_complete(&draft);
	draft_save(&draft);
	PG_RETURN_VOID();
}

/*
 * promise.mapping_query(role text, relation regclass, name text)
 */
Datum
map_query(PG_FUNCTION_ARGS)
{
	RoleId		role;
	Mapping    *mapping = NULL;

	require(fcinfo, 0, "role");
	require(fcinfo, 1, "relation");

	if (role_find(text_argument(fcinfo, 0), &role))
		mapping = mapping_find(role, PG_GETARG_OID(1),
							   PG_ARGISNULL(2) ? "" : text_argument(fcinfo, 2));
	if (mapping == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(plan_text(mapping, 0)));
}

/*
 * promise.mapping_problems(relation regclass)
 */
Datum
map_problems(PG_FUNCTION_ARGS)
{
	InitMaterializedSRF(fcinfo, 0);
	problems_find(PG_ARGISNULL(0) ? InvalidOid : PG_GETARG_OID(0),
				  put_problem, fcinfo->resultinfo);
	PG_RETURN_NULL();
}

/*
 * promise.mapping_changed(), trigger on promise.mapping: at the end of this
 * command here, and when the transaction commits elsewhere, the table counts as
 * changed.
 */
Datum
map_changed(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called by trigger manager",
						"mapping_changed")));

	CacheInvalidateRelcache(((TriggerData *) fcinfo->context)->tg_relation);
	return PointerGetDatum(NULL);
}

static char *
text_argument(FunctionCallInfo fcinfo, int number)
{
	return text_to_cstring(PG_GETARG_TEXT_PP(number));
}

static void
require(FunctionCallInfo fcinfo, int number, const char *name)
{
	if (PG_ARGISNULL(number))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("parameter \"%s\" must not be null", name)));
}

/* takes the problems that problems_find has found */
static void
put_problem(void *arg, const Mapping *mapping, const char *key,
			const char *ref, const char *problem)
{
	ReturnSetInfo *result = arg;
	Datum		values[6];
	bool		nulls[6] = {false};

	values[0] = CStringGetTextDatum(role_list[mapping->role].name);
	values[1] = ObjectIdGetDatum(mapping->relation);
	values[2] = CStringGetTextDatum(mapping->name);
	values[3] = key != NULL ? CStringGetTextDatum(key) : (Datum) 0;
	nulls[3] = key == NULL;
	values[4] = ref != NULL ? CStringGetTextDatum(ref) : (Datum) 0;
	nulls[4] = ref == NULL;
	values[5] = CStringGetTextDatum(problem);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}
