/*
 * stamp.c - what an answer depends on besides its question.
 *
 * Something that was read from the tables may be used again as long as
 * nothing could be read differently: the same transaction, with no
 * subtransaction aborted since, the same contents of the snapshot, the same
 * mappings and settings, the same role and the same now.
 *
 * The snapshot is compared by contents.  Its address is used again by the
 * next one, and within a REPEATABLE READ transaction xmin, xmax and curcid of
 * two questions can agree although a savepoint between them was rolled back:
 * therefore the count of aborted subtransactions.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "api/stamp.h"
#include "store/mapping.h"
#include "store/settings.h"
#include "types/compat.h"
#include "types/timezone_setting.h"

struct Stamp
{
	LocalTransactionId transaction;
	uint64		aborted_subtransactions;
	uint64		mapping_generation;
	Instant		now;
	int64		grain;
	pg_tz	   *zone;
	Oid			role;

	/* contents of the snapshot */
	TransactionId xmin;
	TransactionId xmax;
	CommandId	curcid;
	bool		suboverflowed;
	uint32		xcnt;
	int32		subxcnt;
	TransactionId xids[FLEXIBLE_ARRAY_MEMBER];	/* xip, then subxip */
};

/*
 * Counts in this backend, over all transactions.  It only ever grows, so a
 * rolled-back transaction leaves nothing wrong.
 */
static uint64 aborted_subtransactions = 0;

static void count_abort(SubXactEvent event, SubTransactionId mine,
						SubTransactionId parent, void *arg);

/*
 * Called once, when the library is loaded.
 */
void
stamp_init(void)
{
	RegisterSubXactCallback(count_abort, NULL);
}

static void
count_abort(SubXactEvent event, SubTransactionId mine,
			SubTransactionId parent, void *arg)
{
	if (event == SUBXACT_EVENT_ABORT_SUB)
		aborted_subtransactions++;
}

/*
 * The stamp of what is read now, allocated in "context".
 */
Stamp *
stamp_take(MemoryContext context, Instant now)
{
	Snapshot	snapshot = GetActiveSnapshot();
	uint32		xcnt = snapshot->xcnt;
	int32		subxcnt = Max(snapshot->subxcnt, 0);
	Stamp	   *stamp;

	stamp = MemoryContextAllocZero(context,
								   offsetof(Stamp, xids) +
								   sizeof(TransactionId) * (xcnt + subxcnt));
	stamp->transaction = compat_local_xid();
	stamp->aborted_subtransactions = aborted_subtransactions;
	stamp->mapping_generation = mapping_generation();
	stamp->now = now;
	stamp->grain = settings_grain();
	stamp->zone = timezone_setting_get();
	stamp->role = GetUserId();
	stamp->xmin = snapshot->xmin;
	stamp->xmax = snapshot->xmax;
	stamp->curcid = snapshot->curcid;
	stamp->suboverflowed = snapshot->suboverflowed;
	stamp->xcnt = xcnt;
	stamp->subxcnt = subxcnt;
	if (xcnt > 0)
		memcpy(stamp->xids, snapshot->xip, sizeof(TransactionId) * xcnt);
	if (subxcnt > 0)
		memcpy(stamp->xids + xcnt, snapshot->subxip,
			   sizeof(TransactionId) * subxcnt);
	return stamp;
}

/*
 * Could nothing be read differently now?
 */
bool
stamp_is_current(const Stamp *stamp, Instant now)
{
	Snapshot	snapshot = GetActiveSnapshot();

	return stamp->transaction == compat_local_xid() &&
		stamp->aborted_subtransactions == aborted_subtransactions &&
		stamp->curcid == snapshot->curcid &&
		stamp->xmin == snapshot->xmin &&
		stamp->xmax == snapshot->xmax &&
		stamp->suboverflowed == snapshot->suboverflowed &&
		stamp->xcnt == snapshot->xcnt &&
		stamp->subxcnt == Max(snapshot->subxcnt, 0) &&
		stamp->now == now &&
		stamp->role == GetUserId() &&
		stamp->zone == timezone_setting_get() &&
		stamp->grain == settings_grain() &&
		stamp->mapping_generation == mapping_generation() &&
		(stamp->xcnt == 0 ||
		 memcmp(stamp->xids, snapshot->xip,
				sizeof(TransactionId) * stamp->xcnt) == 0) &&
		(stamp->subxcnt == 0 ||
		 memcmp(stamp->xids + stamp->xcnt, snapshot->subxip,
				sizeof(TransactionId) * stamp->subxcnt) == 0);
}
