/*
 * node_lock.c - heavyweight locks on nodes, to the end of the transaction.
 *
 * The lock manager counts how often a lock is taken, so every node takes its
 * lock, also if another node has the same tag, and gives back its own.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "utils/lsyscache.h"

#include "store/node_lock.h"

/* A node and where its lock stands in the order. */
typedef struct Locking
{
	TouchedNode *node;
	uint32		high;			/* what makes its tag */
	uint16		low;
} Locking;

static Oid	lock_table(void);
static Locking *unlocked_nodes(TouchedNode **nodes, int nnodes, int *count);
static Locking locking_of(TouchedNode *node);
static int	compare_lockings(const void *left, const void *right);
static void set_tag(LOCKTAG *tag, Oid table, const Locking *locking);

void
node_lock(TouchedNode **nodes, int nnodes)
{
	Oid			table = lock_table();
	Locking    *lockings;
	int			count;

	lockings = unlocked_nodes(nodes, nnodes, &count);
	if (touched_all_locked() || touched_nlocked() + count > NODE_LOCK_MAX)
	{
		/* not the weaker lock first: two that do so would wait for each other */
		LockRelationOid(table, ShareRowExclusiveLock);
		touched_mark_all_locked();
		pfree(lockings);
		return;
	}

	LockRelationOid(table, RowExclusiveLock);
	for (int i = 0; i < count; i++)
	{
		LOCKTAG		tag;

		set_tag(&tag, table, &lockings[i]);
		(void) LockAcquire(&tag, ExclusiveLock, false, false);
		touched_mark_locked(lockings[i].node, true);
	}
	pfree(lockings);
}

void
node_lock_all(void)
{
	if (touched_all_locked())
		return;
	LockRelationOid(lock_table(), ShareRowExclusiveLock);
	touched_mark_all_locked();
}

bool
node_lock_try(TouchedNode **nodes, int nnodes)
{
	Oid			table = lock_table();
	Locking    *lockings;
	int			count;
	int			taken;

	if (touched_all_locked())
		return true;

	lockings = unlocked_nodes(nodes, nnodes, &count);
	if (touched_nlocked() + count > NODE_LOCK_MAX)
	{
		pfree(lockings);
		if (!ConditionalLockRelationOid(table, ShareRowExclusiveLock))
			return false;
		touched_mark_all_locked();
		return true;
	}

	if (!ConditionalLockRelationOid(table, RowExclusiveLock))
	{
		pfree(lockings);
		return false;
	}
	for (taken = 0; taken < count; taken++)
	{
		LOCKTAG		tag;

		set_tag(&tag, table, &lockings[taken]);
		if (LockAcquire(&tag, ExclusiveLock, false, true) == LOCKACQUIRE_NOT_AVAIL)
			break;
		touched_mark_locked(lockings[taken].node, true);
	}
	if (taken < count)
	{
		for (int i = 0; i < taken; i++)
			node_lock_release(&lockings[i].node, 1);
	}
	pfree(lockings);
	return taken == count;
}

/*
 * Shared locks, of nodes that this transaction has no lock of.  The caller knows
 * that they are few, and that the table is not locked as a whole.
 */
void
node_lock_share(TouchedNode **nodes, int nnodes)
{
	Oid			table = lock_table();
	Locking    *lockings;
	int			count;

	Assert(!touched_all_locked());
	lockings = unlocked_nodes(nodes, nnodes, &count);
	LockRelationOid(table, RowExclusiveLock);
	for (int i = 0; i < count; i++)
	{
		LOCKTAG		tag;

		set_tag(&tag, table, &lockings[i]);
		(void) LockAcquire(&tag, RowShareLock, false, false);
		touched_mark_shared(lockings[i].node, true);
	}
	pfree(lockings);
}

void
node_lock_release_shared(TouchedNode **nodes, int nnodes)
{
	Oid			table = lock_table();

	for (int i = 0; i < nnodes; i++)
	{
		Locking		locking = locking_of(nodes[i]);
		LOCKTAG		tag;

		Assert(nodes[i]->shared);
		set_tag(&tag, table, &locking);
		(void) LockRelease(&tag, RowShareLock, false);
		touched_mark_shared(nodes[i], false);
	}
}

/* what stands for the node in its lock's tag */
uint64
node_lock_hash(const TouchedNode *node)
{
	uint64		hash = hash_bytes_extended((const unsigned char *) node->name,
										   strlen(node->name),
										   (uint64) node->kind);

	/* seeded with the name, so that 'ab','c' is not 'a','bc' */
	return hash_bytes_extended((const unsigned char *) node->location,
							   strlen(node->location), hash);
}

/*
 * Give back locks.  The caller took them in this subtransaction and has based
 * nothing on them.
 */
void
node_lock_release(TouchedNode **nodes, int nnodes)
{
	Oid			table = lock_table();

	for (int i = 0; i < nnodes; i++)
	{
		Locking		locking;
		LOCKTAG		tag;

		if (!nodes[i]->locked)
			continue;
		locking = locking_of(nodes[i]);
		set_tag(&tag, table, &locking);
		(void) LockRelease(&tag, ExclusiveLock, false);
		touched_mark_locked(nodes[i], false);
	}
}

static Oid
lock_table(void)
{
	Oid			result = get_relname_relid("node_lock",
										   get_namespace_oid("promise", false));

	if (!OidIsValid(result))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"%s\" does not exist", "promise.node_lock")));
	return result;
}

/* those that are not locked yet, in the order of their tags unless too many */
static Locking *
unlocked_nodes(TouchedNode **nodes, int nnodes, int *count)
{
	Locking    *result = MemoryContextAllocHuge(CurrentMemoryContext,
												Max(nnodes, 1) * sizeof(Locking));
	int			n = 0;

	for (int i = 0; i < nnodes; i++)
	{
		if (!nodes[i]->locked)
			result[n++] = locking_of(nodes[i]);
	}
	/* so many will not be locked one by one */
	if (n > 1 && n <= NODE_LOCK_MAX)
		qsort(result, n, sizeof(Locking), compare_lockings);
	*count = n;
	return result;
}

static Locking
locking_of(TouchedNode *node)
{
	uint64		hash = node_lock_hash(node);

	return (Locking)
	{
		.node = node,
			.high = (uint32) (hash >> 32),
			.low = (uint16) hash
	};
}

static int
compare_lockings(const void *left, const void *right)
{
	const Locking *a = left;
	const Locking *b = right;

	if (a->high != b->high)
		return a->high < b->high ? -1 : 1;
	return (int) a->low - (int) b->low;
}

static void
set_tag(LOCKTAG *tag, Oid table, const Locking *locking)
{
	SET_LOCKTAG_OBJECT(*tag, MyDatabaseId, table, locking->high, locking->low);
}
