/*
 * watch.c - the queries of a protected view: from changed rows to nodes.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "optimizer/optimizer.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/plancache.h"

#include "store/expression.h"
#include "store/key.h"
#include "store/watch.h"
#include "types/compat.h"
#include "types/report.h"

/* what an error is about */
typedef struct WatchText
{
	const char *relation;
	const char *query;
} WatchText;

static bool is_single_query(const char *query);
static void check_columns(TupleDesc desc);
static void check_document(const char *document, const char *relation);
static void add_context(void *arg);

void
watch_check(Oid relation, const char *query, const char *document)
{
	const char *label =
	quote_qualified_identifier(get_namespace_name(get_rel_namespace(relation)),
							   get_rel_name(relation));
	WatchText text = {label, query};
	ErrorContextCallback context = {
		.previous = error_context_stack,
		.callback = add_context,
		.arg = &text
	};
	int			nest_level;
	SPIPlanPtr	plan;
	ListCell   *cell;

	error_context_stack = &context;
	if (!is_single_query(query))
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_MAPPING),
				 errmsg("a watch must be a single SELECT")));

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	nest_level = compat_pin_search_path();
	plan = SPI_prepare(psprintf("WITH changed AS (SELECT * FROM %s)\nSELECT n.* FROM (%s\n) AS n",
								label, query), 0, NULL);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s",
			 SPI_result_code_string(SPI_result));
	compat_unpin_search_path(nest_level);

	foreach(cell, SPI_plan_get_plan_sources(plan))
	{
		CachedPlanSource *source = lfirst(cell);

		check_columns(source->resultDesc);
		if (contain_volatile_functions((Node *) source->query_list))
			ereport(ERROR,
					(errcode(ERRCODE_PROMISE_MAPPING),
					 errmsg("a watch must not call volatile functions")));
	}
	SPI_finish();
	error_context_stack = context.previous;

	if (document != NULL)
		check_document(document, label);
}

/*
 * The text will stand within parentheses: it must not end them.
 */
static bool
is_single_query(const char *query)
{
	List	   *statements = raw_parser(query, RAW_PARSE_DEFAULT);

	return list_length(statements) == 1 &&
		IsA(linitial_node(RawStmt, statements)->stmt, SelectStmt);
}

static void
check_columns(TupleDesc desc)
{
	bool		has_item = false;

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(desc, i);
		bool		is_item = strcmp(NameStr(column->attname), "item") == 0;
		KeyPart		part;

		if (!is_item && strcmp(NameStr(column->attname), "location") != 0)
			continue;
		if (!key_part_from_type(getBaseType(column->atttypid),
								column->attcollation, &part))
			ereport(ERROR,
					(errcode(ERRCODE_PROMISE_MAPPING),
					 errmsg("column \"%s\" of a watch cannot be of type %s",
							NameStr(column->attname),
							format_type_be(column->atttypid)),
					 errdetail("The text of a key must not depend on settings.")));
		has_item |= is_item;
	}
	if (!has_item)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_MAPPING),
				 errmsg("a watch must yield a column \"item\""),
				 errdetail("A column \"location\" may stand beside it; without it the location is \"main\".")));
}

static void
check_document(const char *document, const char *relation)
{
	MemoryContext context = CurrentMemoryContext;
	int			nest_level = compat_pin_search_path();

	PG_TRY();
	{
		ExpressionInfo info;
		KeyPart		part;

		expression_analyze(document, relation, &info);
		if (info.type != TEXTARRAYOID &&
			!key_part_from_type(info.type, info.collation, &part))
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("the text of type %s depends on settings",
							format_type_be(info.type))));
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		expression_rethrow(psprintf("cannot tell the document of a row of table %s",
									relation), NULL);
	}
	PG_END_TRY();
	compat_unpin_search_path(nest_level);
}

static void
add_context(void *arg)
{
	const WatchText *text = arg;
	int			position = geterrposition();

	/* of the query here, not of what the client sent */
	if (position > 0)
	{
		errposition(0);
		internalerrposition(position);
		internalerrquery(text->query);
	}
	errcontext("watch of table %s", text->relation);
}
