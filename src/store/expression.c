/*
 * expression.c - SQL expressions over the row of a mapped relation.
 *
 * The text of a mapping's expression goes into the middle of a query, so it
 * must be one balanced expression, whatever is written in it; and what it says
 * must follow from its row alone, so that nothing changes a promise unseen.
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/analyze.h"
#include "parser/parser.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "store/expression.h"
#include "types/report.h"

static bool is_single_expression(List *statements);
static bool contains_system_columns(List *targets);
static bool contains_temporary(Node *node, void *arg);
static bool is_temporary(Oid function, void *arg);
static void reject(const char *what);

/*
 * Parse and analyze the text over a relation, given as it stands in FROM, in
 * the current memory context.  Raises if it is no expression over a row.
 */
void
expression_analyze(const char *text, const char *relation, ExpressionInfo *info)
{
	StringInfoData select;
	List	   *statements;
	Query	   *query;
	TargetEntry *target;

	/* the newline ends a comment that the text may end with */
	initStringInfo(&select);
	appendStringInfo(&select, "SELECT (%s\n)", text);
	statements = raw_parser(select.data, RAW_PARSE_DEFAULT);
	if (!is_single_expression(statements))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("it is not a single expression")));

	appendStringInfo(&select, " FROM %s", relation);
	statements = raw_parser(select.data, RAW_PARSE_DEFAULT);
	query = parse_analyze_fixedparams(linitial_node(RawStmt, statements),
									  select.data, NULL, 0, NULL);

	if (query->hasSubLinks)
		reject("subqueries");
	if (query->hasAggs)
		reject("aggregate functions");
	if (query->hasWindowFuncs)
		reject("window functions");
	if (query->hasTargetSRFs)
		reject("functions that return sets");
	if (contain_volatile_functions((Node *) query->targetList))
		reject("volatile functions");
	if (contains_system_columns(query->targetList))
		reject("system columns, which the guard could not read");
	if (contains_temporary((Node *) query->targetList, NULL))
		reject("temporary functions, which no other session could call");

	target = linitial_node(TargetEntry, query->targetList);
	info->tree = (Node *) target->expr;
	info->type = getBaseType(exprType(info->tree));
	info->collation = exprCollation(info->tree);
	info->is_null = false;
	if (IsA(info->tree, Const) && info->type == TEXTOID)
		info->is_null = castNode(Const, info->tree)->constisnull;
}

/*
 * The parts of a composed key, which is written as an array of expressions:
 * '{company_id,product_id}'.  NIL if it is a single expression; none begins with a
 * brace.
 */
List *
expression_split(const char *expression)
{
	Oid			input;
	Oid			ioparam;
	ArrayType  *array;
	Datum	   *elements;
	bool	   *nulls;
	int			nelements;
	List	   *result = NIL;

	if (expression[strspn(expression, " \t\n\r\f")] != '{')
		return NIL;

	getTypeInputInfo(TEXTARRAYOID, &input, &ioparam);
	array = DatumGetArrayTypeP(OidInputFunctionCall(input,
													unconstify(char *, expression),
													ioparam, -1));
	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT,
					  &elements, &nulls, &nelements);
	if (ARR_NDIM(array) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("a composed key is an array of one dimension")));

	for (int i = 0; i < nelements; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("a part of a composed key is null")));
		result = lappend(result, TextDatumGetCString(elements[i]));
	}
	return result;
}

/*
 * Is this SELECT followed by one expression and nothing else?  The text may
 * have closed the parenthesis that was opened for it.
 */
static bool
is_single_expression(List *statements)
{
	SelectStmt *select;

	if (list_length(statements) != 1)
		return false;
	if (!IsA(linitial_node(RawStmt, statements)->stmt, SelectStmt))
		return false;

	select = (SelectStmt *) linitial_node(RawStmt, statements)->stmt;
	return select->op == SETOP_NONE &&
		list_length(select->targetList) == 1 &&
		linitial_node(ResTarget, select->targetList)->name == NULL &&
		select->distinctClause == NIL &&
		select->intoClause == NULL &&
		select->fromClause == NIL &&
		select->whereClause == NULL &&
		select->groupClause == NIL &&
		select->havingClause == NULL &&
		select->windowClause == NIL &&
		select->valuesLists == NIL &&
		select->sortClause == NIL &&
		select->limitOffset == NULL &&
		select->limitCount == NULL &&
		select->lockingClause == NIL &&
		select->withClause == NULL;
}

/*
 * Rows that a statement changed come to its triggers without them.
 */
static bool
contains_system_columns(List *targets)
{
	Bitmapset  *columns = NULL;
	int			first;

	pull_varattnos((Node *) targets, 1, &columns);
	first = bms_next_member(columns, -1);
	return first >= 0 && first + FirstLowInvalidHeapAttributeNumber < 0;
}

static bool
contains_temporary(Node *node, void *arg)
{
	if (node == NULL)
		return false;
	return check_functions_in_node(node, is_temporary, NULL) ||
		expression_tree_walker(node, contains_temporary, arg);
}

static bool
is_temporary(Oid function, void *arg)
{
	return isAnyTempNamespace(get_func_namespace(function));
}

static void
reject(const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("it contains %s", what)));
}

/*
 * In PG_CATCH: raise the error anew as that of a broken mapping, if it says
 * that the mapping is broken; others, such as a cancelled query, as they are.
 * Without a hint of its own it gets the one given, if any.
 * The current memory context must not be ErrorContext.
 */
void
expression_rethrow(const char *message, const char *hint)
{
	ErrorData  *error = CopyErrorData();

	switch (ERRCODE_TO_CATEGORY(error->sqlerrcode))
	{
		case MAKE_SQLSTATE('4', '2', '0', '0', '0'):	/* syntax, access */
		case MAKE_SQLSTATE('2', '2', '0', '0', '0'):	/* data */
		case MAKE_SQLSTATE('0', 'A', '0', '0', '0'):	/* not supported */
		case MAKE_SQLSTATE('5', '4', '0', '0', '0'):	/* limits */
			break;
		default:
			PG_RE_THROW();
	}

	FlushErrorState();
	ereport(ERROR,
			(errcode(ERRCODE_PROMISE_MAPPING),
			 errmsg("%s", message),
			 errdetail("The expression is not valid: %s.", error->message),
			 error->hint != NULL ? errhint("%s", error->hint) :
			 hint != NULL ? errhint("%s", hint) : 0));
}
