/*
 * ledger_trigger.c - the triggers that keep promise.ledger and
 * promise.amendment.
 */
#include "postgres.h"

#include "commands/trigger.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "store/amendment.h"
#include "store/guards.h"
#include "store/ledger.h"

PG_FUNCTION_INFO_V1(ledger_record);
PG_FUNCTION_INFO_V1(ledger_open);
PG_FUNCTION_INFO_V1(ledger_keep);
PG_FUNCTION_INFO_V1(amendment_record);

static const TriggerData *trigger_data(FunctionCallInfo fcinfo,
									   const char *function);

/*
 * AFTER INSERT, UPDATE or DELETE ON promise.commitment with transition tables,
 * BEFORE TRUNCATE.
 */
Datum
ledger_record(PG_FUNCTION_ARGS)
{
	const TriggerData *trigger = trigger_data(fcinfo, "ledger_record");

	if (guards_find_own(RelationGetRelid(trigger->tg_relation)) == NULL)
		return PointerGetDatum(NULL);
	if (TRIGGER_FIRED_BY_TRUNCATE(trigger->tg_event))
		ledger_add_truncate();
	else
		ledger_add_statement(trigger);
	return PointerGetDatum(NULL);
}

/*
 * AFTER INSERT ON promise.guard of the guard of promise.commitment: what was
 * promised before is now in the ledger, too.
 */
Datum
ledger_open(PG_FUNCTION_ARGS)
{
	const TriggerData *trigger = trigger_data(fcinfo, "ledger_open");
	Oid			namespace = RelationGetNamespace(trigger->tg_relation);

	LockRelationOid(get_relname_relid("commitment", namespace),
					ShareRowExclusiveLock);
	ledger_add_opening();
	return PointerGetDatum(NULL);
}

/*
 * BEFORE INSERT, UPDATE, DELETE or TRUNCATE ON promise.ledger.  A restore adds
 * entries before it adds the guard of promise.commitment.
 */
Datum
ledger_keep(PG_FUNCTION_ARGS)
{
	const TriggerData *trigger = trigger_data(fcinfo, "ledger_keep");
	Oid			namespace = RelationGetNamespace(trigger->tg_relation);

	if (superuser())
		return PointerGetDatum(NULL);
	if (TRIGGER_FIRED_BY_INSERT(trigger->tg_event) &&
		guards_find_own(get_relname_relid("commitment", namespace)) == NULL)
		return PointerGetDatum(NULL);

	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("the ledger cannot be changed"),
			 errdetail("Its entries follow from the rows of promise.commitment and of mapped tables.")));
	return PointerGetDatum(NULL);	/* keep compiler quiet */
}

/*
 * AFTER UPDATE ON promise.commitment FOR EACH ROW; the arguments name columns.
 */
Datum
amendment_record(PG_FUNCTION_ARGS)
{
	const TriggerData *trigger = trigger_data(fcinfo, "amendment_record");

	if (guards_find_own(RelationGetRelid(trigger->tg_relation)) != NULL)
		amendment_add(trigger);
	return PointerGetDatum(NULL);
}

static const TriggerData *
trigger_data(FunctionCallInfo fcinfo, const char *function)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called by trigger manager",
						function)));
	return (const TriggerData *) fcinfo->context;
}
