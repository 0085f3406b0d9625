/*
 * frozen.c - rows that are written as if they had always been there.
 *
 * The guard compares what there is with what there would be without the
 * transaction.  COPY with FREEZE writes rows that every snapshot sees, so they
 * would be in both, and nobody would have promised them.
 */
#include "postgres.h"

#include "access/tableam.h"
#include "access/xact.h"
#include "executor/tuptable.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "store/frozen.h"
#include "types/compat.h"

static bool last_is_frozen(Relation rel);

void
frozen_refuse(Relation rel)
{
	if (!compat_has_new_storage(rel) || !last_is_frozen(rel))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("cannot copy frozen rows into guarded relation \"%s\"",
					RelationGetRelationName(rel)),
			 errdetail("They cannot be told from rows that were there before."),
			 errhint("Use COPY without FREEZE."),
			 errtable(rel)));
}

/*
 * FREEZE takes storage that the same transaction has made, and where nothing was
 * removed yet: rows are added at its end.
 */
static bool
last_is_frozen(Relation rel)
{
	TableScanDesc scan = table_beginscan_strat(rel, SnapshotAny, 0, NULL, true,
											   false);
	TupleTableSlot *slot = table_slot_create(rel, NULL);
	bool		result = false;

	if (table_scan_getnextslot(scan, BackwardScanDirection, slot) &&
		TTS_IS_BUFFERTUPLE(slot))
	{
		HeapTuple	tuple = ExecFetchSlotHeapTuple(slot, false, NULL);

		/* the number stays in a frozen row */
		result = HeapTupleHeaderXminFrozen(tuple->t_data) &&
			TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetRawXmin(tuple->t_data));
	}
	ExecDropSingleTupleTableSlot(slot);
	table_endscan(scan);
	return result;
}
