/*
 * map.c - adding rows of other tables to the roles of the network.
 */
#include "postgres.h"

#include "commands/trigger.h"
#include "fmgr.h"
#include "utils/inval.h"
#include "utils/rel.h"

PG_FUNCTION_INFO_V1(mapping_changed);

/*
 * promise.mapping_changed(), trigger on promise.mapping: at the end of this
 * command here, and when the transaction commits elsewhere, the table counts as
 * changed.
 */
Datum
mapping_changed(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called by trigger manager",
						"mapping_changed")));

	CacheInvalidateRelcache(trigger->tg_relation);
	return PointerGetDatum(NULL);
}
