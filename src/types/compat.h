/*
 * compat.h - every difference between the supported PostgreSQL versions.
 *
 * No other file tests PG_VERSION_NUM.
 */
#ifndef PROMISE_COMPAT_H
#define PROMISE_COMPAT_H

#include "postgres.h"

#include "access/genam.h"
#include "catalog/namespace.h"
#include "executor/executor.h"
#include "nodes/plannodes.h"
#include "rewrite/rewriteHandler.h"
#include "storage/proc.h"
#include "utils/datetime.h"
#include "utils/guc.h"
#include "utils/rangetypes.h"
#include "utils/rel.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#if PG_VERSION_NUM < 150000
#error "promise needs PostgreSQL 15 or later"
#endif

/*
 * The "extra" of a setting's check hook: plain malloc up to 15, afterwards
 * from the settings' own context.  NULL if there is no memory.
 */
static inline void *
compat_guc_malloc(size_t size)
{
#if PG_VERSION_NUM >= 160000
	return guc_malloc(LOG, size);
#else
	return malloc(size);
#endif
}

/* and what frees such memory, also the text that a check hook replaces */
static inline void
compat_guc_free(void *pointer)
{
#if PG_VERSION_NUM >= 160000
	guc_free(pointer);
#else
	free(pointer);
#endif
}

/* The number of this backend's transaction, which has one before its xid. */
static inline LocalTransactionId
compat_local_xid(void)
{
#if PG_VERSION_NUM >= 170000
	return MyProc->vxid.lxid;
#else
	return MyProc->lxid;
#endif
}

/* A range from two bounds that are in order: nothing can be wrong with it. */
static inline RangeType *
compat_make_range(TypeCacheEntry *typcache, RangeBound *lower,
				  RangeBound *upper)
{
#if PG_VERSION_NUM >= 160000
	return make_range(typcache, lower, upper, false, NULL);
#else
	return make_range(typcache, lower, upper, false);
#endif
}

/*
 * Parse and run with no schema but pg_catalog on the search path, whatever
 * the session's setting.  Up to 16 the override costs next to nothing; later
 * versions only have the setting itself.  An error on the way undoes either.
 */
static inline int
compat_pin_search_path(void)
{
#if PG_VERSION_NUM >= 170000
	int			nest_level = NewGUCNestLevel();

	(void) set_config_option("search_path", "pg_catalog, pg_temp",
							 PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	return nest_level;
#else
	OverrideSearchPath path = {
		.schemas = NIL,
		.addCatalog = true,
		.addTemp = false
	};

	PushOverrideSearchPath(&path);
	return 0;
#endif
}

static inline void
compat_unpin_search_path(int nest_level)
{
#if PG_VERSION_NUM >= 170000
	AtEOXact_GUC(false, nest_level);
#else
	PopOverrideSearchPath();
#endif
}

/* from 17 on, an interval can be infinite */
static inline bool
compat_interval_is_infinite(const Interval *interval)
{
#if PG_VERSION_NUM >= 170000
	return INTERVAL_NOT_FINITE(interval);
#else
	return false;
#endif
}

/*
 * Decoding the fields of a date and time: from 16 on an error carries details
 * that go from the decoder to the report.
 */
#if PG_VERSION_NUM >= 160000
typedef DateTimeErrorExtra CompatDateTimeError;
#else
typedef struct CompatDateTimeError
{
	char		unused;
} CompatDateTimeError;
#endif

/* a negative result is a DTERR code */
static inline int
compat_decode_datetime(char **field, int *ftype, int nfields, int *dtype,
					   struct pg_tm *tm, fsec_t *fsec, int *tz,
					   CompatDateTimeError *error)
{
#if PG_VERSION_NUM >= 160000
	return DecodeDateTime(field, ftype, nfields, dtype, tm, fsec, tz, error);
#else
	return DecodeDateTime(field, ftype, nfields, dtype, tm, fsec, tz);
#endif
}

static inline void
compat_datetime_error(int dterr, CompatDateTimeError *error, const char *str,
					  const char *datatype)
{
#if PG_VERSION_NUM >= 160000
	DateTimeParseError(dterr, error, str, datatype, NULL);
#else
	DateTimeParseError(dterr, str, datatype);
#endif
}

/*
 * The permissions that a plan needs: with its range table up to 15, then in a
 * list of their own.
 */
static inline List *
compat_plan_permissions(const PlannedStmt *statement)
{
#if PG_VERSION_NUM >= 160000
	return statement->permInfos;
#else
	return NIL;
#endif
}

static inline void
compat_check_permissions(List *range_table, List *permissions)
{
#if PG_VERSION_NUM >= 160000
	ExecCheckPermissions(range_table, permissions, true);
#else
	ExecCheckRTPerms(range_table, true);
#endif
}

/* 18 can count what a scan does */
static inline IndexScanDesc
compat_index_beginscan(Relation table, Relation index, Snapshot snapshot,
					   int nkeys)
{
#if PG_VERSION_NUM >= 180000
	return index_beginscan(table, index, snapshot, NULL, nkeys, 0);
#else
	return index_beginscan(table, index, snapshot, nkeys, 0);
#endif
}

/* from 18 on, generated columns can be virtual; the relation is number 1 */
static inline Node *
compat_expand_generated(Node *expression, Relation rel)
{
#if PG_VERSION_NUM >= 180000
	return expand_generated_columns_in_expr(expression, rel, 1);
#else
	return expression;
#endif
}

/* has this transaction made the table, or emptied or rewritten it? */
static inline bool
compat_has_new_storage(Relation rel)
{
#if PG_VERSION_NUM >= 160000
	SubTransactionId made_in = rel->rd_newRelfilelocatorSubid;
#else
	SubTransactionId made_in = rel->rd_newRelfilenodeSubid;
#endif

	return rel->rd_createSubid != InvalidSubTransactionId ||
		made_in != InvalidSubTransactionId;
}

#endif							/* PROMISE_COMPAT_H */
