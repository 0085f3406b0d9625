/*
 * history.c - what promise.keep_history and promise.verify cannot do in SQL.
 */
#include "postgres.h"

#include "catalog/pg_inherits.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

#include "store/history.h"
#include "store/ledger.h"

PG_FUNCTION_INFO_V1(history_open);
PG_FUNCTION_INFO_V1(history_rows);

static void check_reader(Oid relation);

/*
 * promise.history_open(relation regclass): what is open of its rows is now in the
 * ledger, too.  Whoever may call it has been asked for his rights.
 */
Datum
history_open(PG_FUNCTION_ARGS)
{
	Oid			relation = PG_GETARG_OID(0);
	TupleDesc	desc = ledger_open_desc();
	Tuplestorestate *rows = tuplestore_begin_heap(false, false, work_mem);

	LockRelationOid(relation, ShareRowExclusiveLock);
	(void) find_all_inheritors(relation, ShareRowExclusiveLock, NULL);
	PushActiveSnapshot(GetLatestSnapshot());
	history_read(relation, desc, rows);
	PopActiveSnapshot();
	ledger_add_mapped_opening(relation, desc, rows);
	tuplestore_end(rows);
	PG_RETURN_VOID();
}

/*
 * promise.history_rows(relation regclass)
 */
Datum
history_rows(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Oid			relation = PG_GETARG_OID(0);

	InitMaterializedSRF(fcinfo, 0);
	check_reader(relation);
	history_read(relation, result->setDesc, result->setResult);
	PG_RETURN_NULL();
}

/*
 * The rows are read with the rights of their owner, so the caller must be
 * allowed to see all of them.
 */
static void
check_reader(Oid relation)
{
	AclResult	allowed = pg_class_aclcheck(relation, GetUserId(), ACL_SELECT);

	if (allowed != ACLCHECK_OK)
		aclcheck_error(allowed, get_relkind_objtype(get_rel_relkind(relation)),
					   get_rel_name(relation));
	if (check_enable_rls(relation, InvalidOid, true) == RLS_ENABLED)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("policies hide rows of table \"%s\"",
						get_rel_name(relation))));
}
