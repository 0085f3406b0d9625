/*
 * protect.c - what promise.protect cannot do in SQL.
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/catalog.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "store/watch.h"

PG_FUNCTION_INFO_V1(guard_tables);
PG_FUNCTION_INFO_V1(guard_check_watch);
PG_FUNCTION_INFO_V1(guard_changed);

static void check_table(Oid relation);

/*
 * promise.guard_tables(relation regclass): the table and everything that
 * inherits from it, locked against writers to the end of the transaction, in
 * PostgreSQL's own order.
 */
Datum
guard_tables(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Oid			relation = PG_GETARG_OID(0);
	List	   *tables;
	ListCell   *cell;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);

	/* the rights first: nobody else may lock it */
	check_table(relation);
	LockRelationOid(relation, ShareRowExclusiveLock);
	tables = find_all_inheritors(relation, ShareRowExclusiveLock, NULL);
	foreach(cell, tables)
	{
		Datum		value = ObjectIdGetDatum(lfirst_oid(cell));
		bool		is_null = false;

		check_table(lfirst_oid(cell));
		tuplestore_putvalues(result->setResult, result->setDesc, &value,
							 &is_null);
	}
	PG_RETURN_NULL();
}

/*
 * Can triggers of ours see every change of this table, and may the caller
 * create them?
 */
static void
check_table(Oid relation)
{
	char	   *name = get_rel_name(relation);
	Oid			namespace = get_rel_namespace(relation);

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", relation)));

	switch (get_rel_relkind(relation))
	{
		case RELKIND_RELATION:
		case RELKIND_PARTITIONED_TABLE:
			break;
		case RELKIND_FOREIGN_TABLE:
			ereport(ERROR,
					(errcode(ERRCODE_WRONG_OBJECT_TYPE),
					 errmsg("cannot guard foreign table \"%s\"", name),
					 errdetail("It changes where no trigger sees it.")));
			break;
		case RELKIND_MATVIEW:
			ereport(ERROR,
					(errcode(ERRCODE_WRONG_OBJECT_TYPE),
					 errmsg("cannot guard materialized view \"%s\"", name),
					 errdetail("It changes when it is refreshed, and no trigger sees it."),
					 errhint("Protect the tables that it is made from.")));
			break;
		default:
			ereport(ERROR,
					(errcode(ERRCODE_WRONG_OBJECT_TYPE),
					 errmsg("\"%s\" is not a table or view", name)));
	}

	if (get_rel_persistence(relation) == RELPERSISTENCE_TEMP)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("cannot guard temporary table \"%s\"", name),
				 errdetail("No other session could read it.")));
	if (relation < FirstUnpinnedObjectId ||
		IsCatalogNamespace(namespace))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("cannot guard system catalog \"%s\"", name)));

	/*
	 * own tables have their triggers, who may write promise.guard activates
	 * them
	 */
	if (namespace != get_namespace_oid("promise", false) &&
		pg_class_aclcheck(relation, GetUserId(), ACL_TRIGGER) != ACLCHECK_OK)
	{
		char	   *label = quote_qualified_identifier(get_namespace_name(namespace),
													   name);

		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for table %s", name),
				 errdetail("Guarding a table creates triggers on it."),
				 errhint("Ask its owner for it: GRANT TRIGGER ON %s TO %s.",
						 label,
						 quote_identifier(GetUserNameFromId(GetUserId(), false)))));
	}
}

/*
 * promise.guard_check_watch(relation regclass, query text, document text)
 */
Datum
guard_check_watch(PG_FUNCTION_ARGS)
{
	char	   *document = text_to_cstring(PG_GETARG_TEXT_PP(2));

	watch_check(PG_GETARG_OID(0), text_to_cstring(PG_GETARG_TEXT_PP(1)),
				document[0] != '\0' ? document : NULL);
	PG_RETURN_VOID();
}

/*
 * promise.guard_changed(), trigger on the tables of the guard: at the end of
 * this command here, and when the transaction commits elsewhere, the table
 * counts as changed.
 *
 * Guards also end all at once if somebody truncates an own table with CASCADE,
 * because of the foreign keys that order a dump.  Nobody means that.
 */
Datum
guard_changed(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called by trigger manager",
						"guard_changed")));

	if (TRIGGER_FIRED_BY_TRUNCATE(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot truncate table \"%s\"",
						RelationGetRelationName(trigger->tg_relation)),
				 errhint("Use promise.unprotect to end a guard, and DELETE to empty a table of the extension.")));

	CacheInvalidateRelcache(trigger->tg_relation);
	return PointerGetDatum(NULL);
}
