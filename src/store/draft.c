/*
 * draft.c - a mapping that is being made.
 *
 * It is checked as far as can be told without its rows: the relation, the
 * columns, their types, what the expressions may contain, and whether an index
 * serves it.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "store/advice.h"
#include "store/draft.h"
#include "store/plan.h"
#include "types/compat.h"
#include "types/report.h"

static void check_relation(const Mapping *draft);
static void add_defaults(Mapping *draft);
static void check_required(const Mapping *draft);

/*
 * Start a mapping without columns.  Locks the relation, so that it stays what
 * it is until the transaction ends.
 */
void
draft_begin(Mapping *draft, const char *role, Oid relation, const char *name)
{
	memset(draft, 0, sizeof(Mapping));
	if (!role_find(role, &draft->role) || !role_list[draft->role].mappable)
	{
		StringInfoData roles;

		initStringInfo(&roles);
		for (int i = 0; i < NUM_ROLES; i++)
		{
			if (role_list[i].mappable)
				appendStringInfo(&roles, "%s%s", i > 0 ? ", " : "",
								 role_list[i].name);
		}
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_MAPPING),
				 errmsg("role \"%s\" does not exist", role),
				 errhint("Relations can be mapped to the roles %s.",
						 roles.data)));
	}

	draft->relation = relation;
	draft->name = name;
	LockRelationOid(relation, AccessShareLock);
	check_relation(draft);
}

/*
 * Give the expression for a column.
 */
void
draft_set(Mapping *draft, const char *column, const char *expression)
{
	int			position = role_column(draft->role, column);

	if (position < 0)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_MAPPING),
				 errmsg("role \"%s\" has no column \"%s\"",
						role_list[draft->role].name, column)));
	draft->expressions[position] = expression;
}

/*
 * Fill in the columns that have not been given, and check all.
 */
void
draft_complete(Mapping *draft)
{
	int			nest_level;

	add_defaults(draft);
	check_required(draft);

	mapping_enter();
	PG_TRY();
	{
		if (SPI_connect() != SPI_OK_CONNECT)
			elog(ERROR, "SPI_connect failed");
		nest_level = compat_pin_search_path();
		(void) plan_get(draft, 0);
		(void) plan_get(draft, QUERY_SCAN);
		advice_on_index(draft);
		compat_unpin_search_path(nest_level);
		SPI_finish();
	}
	PG_FINALLY();
	{
		if (draft->prepared != NULL)
			plan_free_prepared(draft->prepared);
		draft->prepared = NULL;
		mapping_leave();
	}
	PG_END_TRY();
}

/*
 * Write it to promise.mapping, in place of one with the same names.
 */
void
draft_save(const Mapping *draft)
{
	static const Oid types[] = {
		TEXTOID, REGCLASSOID, TEXTOID, TEXTARRAYOID, TEXTARRAYOID, TEXTOID
	};
	const RoleColumn *role_columns = role_list[draft->role].columns;
	Datum		columns[ROLE_MAX_COLUMNS];
	Datum		expressions[ROLE_MAX_COLUMNS];
	int			ncolumns = 0;
	Datum		values[lengthof(types)];
	char		nulls[lengthof(types) + 1] = "      ";
	int			result;

	for (int i = 0; role_columns[i].name != NULL; i++)
	{
		if (draft->expressions[i] == NULL)
			continue;
		columns[ncolumns] = CStringGetTextDatum(role_columns[i].name);
		expressions[ncolumns++] = CStringGetTextDatum(draft->expressions[i]);
	}

	values[0] = CStringGetTextDatum(role_list[draft->role].name);
	values[1] = ObjectIdGetDatum(draft->relation);
	values[2] = CStringGetTextDatum(draft->name);
	values[3] = PointerGetDatum(construct_array(columns, ncolumns, TEXTOID,
												-1, false, TYPALIGN_INT));
	values[4] = PointerGetDatum(construct_array(expressions, ncolumns, TEXTOID,
												-1, false, TYPALIGN_INT));
	if (draft->filter != NULL)
		values[5] = CStringGetTextDatum(draft->filter);
	else
		nulls[5] = 'n';

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	result = SPI_execute_with_args("INSERT INTO promise.mapping"
								   " (role, relation, name, columns, expressions, filter)"
								   " VALUES ($1, $2, $3, $4, $5, $6)"
								   " ON CONFLICT (role, relation, name) DO UPDATE SET"
								   " columns = excluded.columns,"
								   " expressions = excluded.expressions,"
								   " filter = excluded.filter",
								   lengthof(types), (Oid *) types, values,
								   nulls, false, 0);
	if (result != SPI_OK_INSERT)
		elog(ERROR, "SPI_execute_with_args failed: %s",
			 SPI_result_code_string(result));
	SPI_finish();
}

/*
 * The relation must have rows that everybody sees the same, and the caller
 * must be allowed to see them.
 */
static void
check_relation(const Mapping *draft)
{
	char	   *name = get_rel_name(draft->relation);
	Oid			namespace = get_rel_namespace(draft->relation);

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", draft->relation)));

	switch (get_rel_relkind(draft->relation))
	{
		case RELKIND_RELATION:
		case RELKIND_PARTITIONED_TABLE:
		case RELKIND_VIEW:
		case RELKIND_MATVIEW:
		case RELKIND_FOREIGN_TABLE:
			break;
		default:
			ereport(ERROR,
					(errcode(ERRCODE_PROMISE_MAPPING),
					 errmsg("\"%s\" is not a table or view", name)));
	}

	if (get_rel_persistence(draft->relation) == RELPERSISTENCE_TEMP)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_MAPPING),
				 errmsg("cannot map temporary relation \"%s\"", name),
				 errdetail("No other session could read it.")));
	if (namespace == get_namespace_oid("promise", true))
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_MAPPING),
				 errmsg("cannot map \"%s\", which belongs to the extension", name),
				 errdetail("The rows of its own tables count without a mapping.")));

	if (pg_class_aclcheck(draft->relation, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV,
					   get_relkind_objtype(get_rel_relkind(draft->relation)),
					   name);
}

/*
 * A column of the role that was not given is the relation's column of the same
 * name, if it has one now: one that is added later does not change the mapping.
 */
static void
add_defaults(Mapping *draft)
{
	const RoleColumn *columns = role_list[draft->role].columns;

	for (int i = 0; columns[i].name != NULL; i++)
	{
		if (draft->expressions[i] == NULL &&
			get_attnum(draft->relation, columns[i].name) > 0)
			draft->expressions[i] = quote_identifier(columns[i].name);
	}
}

static void
check_required(const Mapping *draft)
{
	const RoleColumn *columns = role_list[draft->role].columns;

	for (int i = 0; columns[i].name != NULL; i++)
	{
		if (draft->expressions[i] != NULL)
			continue;
		if (columns[i].required ||
			strcmp(columns[i].name, role_list[draft->role].lookup) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_PROMISE_MAPPING),
					 errmsg("role \"%s\" needs column \"%s\"",
							role_list[draft->role].name, columns[i].name),
					 errhint("Relation %s has no column of that name: give an expression, %s => '...'.",
							 mapping_label(draft), columns[i].name)));
	}
}
