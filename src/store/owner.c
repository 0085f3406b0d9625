/*
 * owner.c - acting with the rights of a relation's owner.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/syscache.h"

#include "store/owner.h"

static void enter(Oid relation, int flags, OwnerRights *before);

/*
 * Act as whoever owns the relation now, until owner_leave.  If an error comes
 * before, the abort of the transaction or subtransaction restores who acted;
 * there must be no other way past owner_leave.
 *
 * The owner's policies do not hide rows of the owner's tables.  Others that
 * would raise an error if row_security is off, see pin_settings.  The relation
 * stays locked to the end of the transaction, so its owner stays the same.  One
 * that does not exist has no owner and changes nothing.
 */
void
owner_enter(Oid relation, OwnerRights *before)
{
	enter(relation, SECURITY_LOCAL_USERID_CHANGE |
		  SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS, before);
}

/*
 * The same to write to a table of our own.  Its triggers may be deferred, which
 * a restricted operation does not allow.
 */
void
owner_enter_to_write(Oid relation, OwnerRights *before)
{
	enter(relation, SECURITY_LOCAL_USERID_CHANGE | SECURITY_NOFORCE_RLS, before);
}

/*
 * The same as whoever owns a function that somebody has registered: to register
 * a function gives nobody rights that its owner does not have.
 */
void
owner_enter_function(Oid function, OwnerRights *before)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));

	GetUserIdAndSecContext(&before->user, &before->context);
	if (!HeapTupleIsValid(tuple))
		return;
	SetUserIdAndSecContext(((Form_pg_proc) GETSTRUCT(tuple))->proowner,
						   before->context | SECURITY_LOCAL_USERID_CHANGE |
						   SECURITY_RESTRICTED_OPERATION |
						   SECURITY_NOFORCE_RLS);
	ReleaseSysCache(tuple);
}

void
owner_leave(const OwnerRights *before)
{
	SetUserIdAndSecContext(before->user, before->context);
}

static void
enter(Oid relation, int flags, OwnerRights *before)
{
	HeapTuple	tuple;

	GetUserIdAndSecContext(&before->user, &before->context);

	LockRelationOid(relation, AccessShareLock);
	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	if (!HeapTupleIsValid(tuple))
		return;
	SetUserIdAndSecContext(((Form_pg_class) GETSTRUCT(tuple))->relowner,
						   before->context | flags);
	ReleaseSysCache(tuple);
}
