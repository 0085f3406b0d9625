/*
 * advice.c - does an index serve the questions to a mapping?
 *
 * The planner is asked, because it alone knows of views, partitions, partial
 * indexes and indexes on expressions: the query by key is planned as if a
 * sequential scan were out of the question.  If one is left in the plan, or no
 * index is searched by the key, then no index can serve.
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "nodes/nodeFuncs.h"
#include "nodes/plannodes.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/plancache.h"

#include "store/advice.h"
#include "store/expression.h"
#include "store/pin.h"
#include "store/plan.h"

/* what the leaves of a plan are */
typedef struct PlanLeaves
{
	bool		searches_index; /* by the key */
	bool		scans_table;	/* from end to end */
	bool		scans_other;	/* in some way of its own */
} PlanLeaves;

static bool is_served(const Mapping *mapping, const PreparedQuery *query);
static void look_at_plan(const Plan *plan, PlanLeaves *leaves);
static void look_at_plans(const List *plans, PlanLeaves *leaves);
static bool searches_by_key(const List *conditions);
static bool has_parameter(Node *node, void *context);
static bool has_first_column(Node *node, void *context);
static const char *create_index(const Mapping *mapping);
static void add_index_column(const Mapping *mapping, const char *column,
							 bool only_plain, StringInfo keys,
							 Bitmapset **used);
static void add_index_expression(const Mapping *mapping, const char *text,
								 bool only_plain, StringInfo keys,
								 Bitmapset **used);
static void collect_columns(const Mapping *mapping, const char *text,
							Bitmapset **columns);

/*
 * Give notice if no index can serve the query by key.  To be called as
 * plan_execute is.
 */
void
advice_on_index(Mapping *mapping)
{
	const PreparedQuery *query = plan_get(mapping, 0);
	char		kind = get_rel_relkind(mapping->relation);
	const char *lookup = role_list[mapping->role].lookup;
	const Key  *key;

	if (kind == RELKIND_FOREIGN_TABLE || is_served(mapping, query))
		return;

	key = &mapping->prepared->columns.keys[role_column(mapping->role, lookup)];
	for (int i = 0; i < key->nparts; i++)
	{
		if (key->parts[i].type == KEY_OTHER)
		{
			ereport(NOTICE,
					(errmsg("no index can serve questions about one %s of relation %s",
							lookup, mapping->prepared->label),
					 errdetail("Keys of this type are compared by their text."),
					 errhint("Map an expression of type text, integer, numeric or uuid.")));
			return;
		}
	}

	if (kind == RELKIND_VIEW)
		ereport(NOTICE,
				(errmsg("no index serves questions about one %s of view %s",
						lookup, mapping->prepared->label),
				 errhint("Create one on the table behind the view, or map that table.")));
	else
		ereport(NOTICE,
				(errmsg("no index serves questions about one %s of relation %s",
						lookup, mapping->prepared->label),
				 errhint("%s", create_index(mapping))));
}

static bool
is_served(const Mapping *mapping, const PreparedQuery *query)
{
	int			nest_level = pin_settings();
	PlanLeaves	leaves = {false, false, false};
	SPIPlanPtr	spi;
	CachedPlan *cached;
	ListCell   *cell;

	(void) set_config_option("enable_seqscan", "off", PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	spi = SPI_prepare_cursor(query->query.text, query->query.nparams,
							 (Oid *) query->query.param_types,
							 CURSOR_OPT_GENERIC_PLAN);
	if (spi == NULL)
		elog(ERROR, "SPI_prepare_cursor failed: %s",
			 SPI_result_code_string(SPI_result));

	cached = SPI_plan_get_cached_plan(spi);
	if (cached == NULL)
		elog(ERROR, "query by key is not a single one");
	foreach(cell, cached->stmt_list)
	{
		PlannedStmt *statement = lfirst_node(PlannedStmt, cell);

		look_at_plan(statement->planTree, &leaves);
		look_at_plans(statement->subplans, &leaves);
	}
	/* a plan that is not kept belongs to no resource owner */
	ReleaseCachedPlan(cached, NULL);
	SPI_freeplan(spi);
	pin_release(nest_level);

	/* a partitioned table without partitions has nothing to scan */
	if (!leaves.searches_index)
		return !leaves.scans_table && !leaves.scans_other;

	/* a view may well scan some small table besides */
	return !leaves.scans_table ||
		get_rel_relkind(mapping->relation) == RELKIND_VIEW;
}

static void
look_at_plan(const Plan *plan, PlanLeaves *leaves)
{
	if (plan == NULL)
		return;

	switch (nodeTag(plan))
	{
		case T_SeqScan:
			leaves->scans_table = true;
			break;
		case T_IndexScan:
			if (searches_by_key(((const IndexScan *) plan)->indexqual))
				leaves->searches_index = true;
			else
				leaves->scans_other = true;
			break;
		case T_IndexOnlyScan:
			if (searches_by_key(((const IndexOnlyScan *) plan)->indexqual))
				leaves->searches_index = true;
			else
				leaves->scans_other = true;
			break;
		case T_BitmapIndexScan:
			if (searches_by_key(((const BitmapIndexScan *) plan)->indexqual))
				leaves->searches_index = true;
			else
				leaves->scans_other = true;
			break;
		case T_Append:
			look_at_plans(((const Append *) plan)->appendplans, leaves);
			break;
		case T_MergeAppend:
			look_at_plans(((const MergeAppend *) plan)->mergeplans, leaves);
			break;
		case T_BitmapAnd:
			look_at_plans(((const BitmapAnd *) plan)->bitmapplans, leaves);
			break;
		case T_BitmapOr:
			look_at_plans(((const BitmapOr *) plan)->bitmapplans, leaves);
			break;
		case T_SubqueryScan:
			look_at_plan(((const SubqueryScan *) plan)->subplan, leaves);
			break;
		case T_ForeignScan:
		case T_FunctionScan:
		case T_ValuesScan:
		case T_CustomScan:
			leaves->scans_other = true;
			break;
		default:
			break;
	}

	look_at_plan(plan->lefttree, leaves);
	look_at_plan(plan->righttree, leaves);
}

static void
look_at_plans(const List *plans, PlanLeaves *leaves)
{
	ListCell   *cell;

	foreach(cell, plans)
		look_at_plan(lfirst(cell), leaves);
}

/*
 * Is the first column of the index compared with a parameter of the query?  An
 * index can be used for its later columns alone, but only by reading all of it.
 */
static bool
searches_by_key(const List *conditions)
{
	ListCell   *cell;

	foreach(cell, conditions)
	{
		Node	   *condition = lfirst(cell);

		if (has_parameter(condition, NULL) && has_first_column(condition, NULL))
			return true;
	}
	return false;
}

static bool
has_parameter(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Param))
		return castNode(Param, node)->paramkind == PARAM_EXTERN;
	return expression_tree_walker(node, has_parameter, context);
}

/* in the conditions of an index scan, columns are those of the index */
static bool
has_first_column(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var))
		return castNode(Var, node)->varno == INDEX_VAR &&
			castNode(Var, node)->varattno == 1;
	return expression_tree_walker(node, has_first_column, context);
}

/*
 * The statement that creates an index for the query by key.  For supply and
 * demand it covers what most questions read, so that the table itself need not
 * be visited.
 */
static const char *
create_index(const Mapping *mapping)
{
	bool		events = mapping->role == ROLE_SUPPLY || mapping->role == ROLE_DEMAND;
	const Role *role = &role_list[mapping->role];
	StringInfoData text;
	StringInfoData keys;
	Bitmapset  *used = NULL;
	Bitmapset  *covered = NULL;
	int			column = -1;
	bool		first = true;

	initStringInfo(&keys);
	add_index_column(mapping, role->lookup, false, &keys, &used);
	if (events)
		add_index_column(mapping, "at", true, &keys, &used);

	initStringInfo(&text);
	appendStringInfo(&text, "CREATE INDEX ON %s (%s)",
					 mapping->prepared->label, keys.data);
	if (!events)
		return text.data;

	for (int i = 0; role->columns[i].name != NULL; i++)
	{
		const char *name = role->columns[i].name;

		if (mapping->expressions[i] == NULL)
			continue;
		if (strcmp(name, "location") == 0 || strcmp(name, "at") == 0 ||
			strcmp(name, "quantity") == 0 || strcmp(name, "expires_at") == 0 ||
			strcmp(name, "for_ref") == 0)
			collect_columns(mapping, mapping->expressions[i], &covered);
	}
	if (mapping->filter != NULL)
		collect_columns(mapping, mapping->filter, &covered);

	covered = bms_difference(covered, used);
	while ((column = bms_next_member(covered, column)) >= 0)
	{
		AttrNumber	number = column + FirstLowInvalidHeapAttributeNumber;

		/* neither a system column nor the whole row can be in an index */
		if (number <= 0)
			continue;
		appendStringInfo(&text, "%s%s", first ? " INCLUDE (" : ", ",
						 quote_identifier(get_attname(mapping->relation,
													  number, false)));
		first = false;
	}
	if (!first)
		appendStringInfoChar(&text, ')');
	return text.data;
}

/*
 * Append what a column of the role reads to the columns of the index; with
 * only_plain, only if that is a column of the relation.
 */
static void
add_index_column(const Mapping *mapping, const char *column, bool only_plain,
				 StringInfo keys, Bitmapset **used)
{
	const char *text = mapping->expressions[role_column(mapping->role, column)];
	List	   *parts;
	ListCell   *part;

	if (text == NULL)
		return;

	parts = expression_split(text);
	if (parts == NIL)
		parts = list_make1(unconstify(char *, text));
	foreach(part, parts)
		add_index_expression(mapping, lfirst(part), only_plain, keys, used);
}

static void
add_index_expression(const Mapping *mapping, const char *text, bool only_plain,
					 StringInfo keys, Bitmapset **used)
{
	ExpressionInfo info;

	expression_analyze(text, mapping->prepared->label, &info);
	if (IsA(info.tree, Var) && castNode(Var, info.tree)->varattno > 0)
	{
		AttrNumber	number = castNode(Var, info.tree)->varattno;

		*used = bms_add_member(*used,
							   number - FirstLowInvalidHeapAttributeNumber);
		appendStringInfo(keys, "%s%s", keys->len > 0 ? ", " : "",
						 quote_identifier(get_attname(mapping->relation,
													  number, false)));
	}
	else if (!only_plain)
		appendStringInfo(keys, "%s(%s)", keys->len > 0 ? ", " : "", text);
}

/* add the columns of the relation that a key or an expression reads */
static void
collect_columns(const Mapping *mapping, const char *text, Bitmapset **columns)
{
	List	   *parts = expression_split(text);
	ListCell   *part;
	ExpressionInfo info;

	if (parts == NIL)
		parts = list_make1(unconstify(char *, text));
	foreach(part, parts)
	{
		expression_analyze(lfirst(part), mapping->prepared->label, &info);
		pull_varattnos(info.tree, 1, columns);
	}
}
