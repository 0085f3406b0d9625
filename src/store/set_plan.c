/*
 * set_plan.c - reading many keys by an index.
 *
 * The query is planned once, for sets of any size, with nothing to choose from
 * but nested loops over indexes.  Where there is no index that suits, that makes
 * a bad plan, which is not used.
 */
#include "postgres.h"

#include "nodes/nodeFuncs.h"
#include "nodes/plannodes.h"
#include "utils/plancache.h"

#include "store/pin.h"
#include "store/set_plan.h"
#include "types/compat.h"

struct SetPlan
{
	SPIPlanPtr	spi;			/* kept */
	int			nparts;			/* of the key */
	int			generation;		/* of the plan that was looked at; -1: none */
	bool		is_usable;		/* does that one look up each key? */
};

static bool is_current(const SetPlan *plan);
static void inspect(SetPlan *plan);
static bool looks_up(const Plan *plan, int nparts);
static bool all_look_up(const List *plans, int nparts);
static bool is_by_key(List *conditions, int nparts);
static bool collect_params(Node *node, Bitmapset **params);

SetPlan *
set_plan_create(MappedQuery *query, int nparts, MemoryContext context)
{
	SetPlan    *plan = MemoryContextAllocZero(context, sizeof(SetPlan));

	plan->nparts = nparts;
	plan->generation = -1;
	plan->spi = SPI_prepare_cursor(query->text, query->nparams,
								   query->param_types,
								   CURSOR_OPT_GENERIC_PLAN);
	if (plan->spi == NULL)
		elog(ERROR, "SPI_prepare_cursor failed: %s",
			 SPI_result_code_string(SPI_result));
	SPI_keepplan(plan->spi);
	return plan;
}

void
set_plan_free(SetPlan *plan)
{
	SPI_freeplan(plan->spi);
}

bool
set_plan_run(SetPlan *plan, const SPIExecuteOptions *options)
{
	int			nest_level;
	int			result;

	if (is_current(plan) && !plan->is_usable)
		return false;

	/* it may be planned again at any time */
	nest_level = pin_index_scans();
	if (!is_current(plan))
		inspect(plan);
	if (plan->is_usable)
	{
		result = SPI_execute_plan_extended(plan->spi, options);
		if (result < 0)
			elog(ERROR, "SPI_execute_plan_extended failed: %s",
				 SPI_result_code_string(result));
	}
	pin_release(nest_level);
	return plan->is_usable;
}

/* is the plan the one that was looked at? */
static bool
is_current(const SetPlan *plan)
{
	const CachedPlanSource *source = linitial(SPI_plan_get_plan_sources(plan->spi));

	return source->is_valid && source->gplan != NULL &&
		source->gplan->is_valid && source->gplan->generation == plan->generation;
}

static void
inspect(SetPlan *plan)
{
	CachedPlan *cached = SPI_plan_get_cached_plan(plan->spi);

	plan->is_usable = false;
	if (cached == NULL)
		return;
	if (list_length(cached->stmt_list) == 1)
	{
		const PlannedStmt *statement = linitial_node(PlannedStmt,
													 cached->stmt_list);

		plan->is_usable = statement->subplans == NIL &&
			looks_up(statement->planTree, plan->nparts);
	}
	plan->generation = cached->generation;
	ReleaseCachedPlan(cached, CurrentResourceOwner);
}

/*
 * Does it read tables only where an index compares as many columns as the key
 * has parts with something known by then?
 */
static bool
looks_up(const Plan *plan, int nparts)
{
	if (plan == NULL)
		return true;

	switch (nodeTag(plan))
	{
		case T_IndexScan:
			return is_by_key(((const IndexScan *) plan)->indexqual, nparts);
		case T_IndexOnlyScan:
			return is_by_key(((const IndexOnlyScan *) plan)->indexqual, nparts);
		case T_BitmapIndexScan:
			return is_by_key(((const BitmapIndexScan *) plan)->indexqual, nparts);
		case T_Append:
			return all_look_up(((const Append *) plan)->appendplans, nparts);
		case T_SubqueryScan:
			return looks_up(((const SubqueryScan *) plan)->subplan, nparts);
		case T_BitmapHeapScan:
		case T_FunctionScan:
		case T_NestLoop:
		case T_Result:
			return looks_up(plan->lefttree, nparts) &&
				looks_up(plan->righttree, nparts);
		default:
			return false;
	}
}

static bool
all_look_up(const List *plans, int nparts)
{
	ListCell   *cell;

	foreach(cell, plans)
	{
		if (!looks_up(lfirst(cell), nparts))
			return false;
	}
	return true;
}

/* the parts of the key come from the set, so from another node of the plan */
static bool
is_by_key(List *conditions, int nparts)
{
	Bitmapset  *params = NULL;

	(void) collect_params((Node *) conditions, &params);
	return bms_num_members(params) >= nparts;
}

static bool
collect_params(Node *node, Bitmapset **params)
{
	if (node == NULL)
		return false;
	if (IsA(node, Param) && ((Param *) node)->paramkind == PARAM_EXEC)
		*params = bms_add_member(*params, ((Param *) node)->paramid);
	return expression_tree_walker(node, collect_params, params);
}
