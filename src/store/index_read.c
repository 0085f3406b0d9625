/*
 * index_read.c - reading rows from a covering index without the executor.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/relscan.h"
#include "access/skey.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/transam.h"
#include "access/visibilitymap.h"
#include "access/xact.h"
#include "catalog/pg_am.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "nodes/nodeFuncs.h"
#include "parser/parsetree.h"
#include "miscadmin.h"
#include "nodes/plannodes.h"
#include "optimizer/optimizer.h"
#include "storage/bufmgr.h"
#include "storage/bufpage.h"
#include "storage/lmgr.h"
#include "storage/predicate.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/plancache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "store/index_read.h"
#include "types/compat.h"

/* conditions on one index, and columns of one query; more are left to SPI */
#define MAX_CONDITIONS	8
#define MAX_COLUMNS		16

/*
 * Heap blocks that one page of the visibility map covers.  The map's own
 * definition is private; if this were wrong, pages would be pinned more often.
 */
#define BLOCKS_PER_MAP_PAGE \
	((BLCKSZ - MAXALIGN(SizeOfPageHeaderData)) * (BITS_PER_BYTE / 2))

/* pages of the visibility map that are kept pinned during a scan */
#define MAP_PAGES		8

/* an index column compared with a parameter */
typedef struct Condition
{
	AttrNumber	column;			/* of the index */
	StrategyNumber strategy;
	Oid			type;			/* of the parameter */
	Oid			collation;
	RegProcedure function;
	int			param;			/* index in the parameters */
} Condition;

/* where a column of the result comes from */
typedef struct Column
{
	AttrNumber	column;			/* of the index; 0: an expression */
	ExprState  *expression;
} Column;

/*
 * A scan, as the planner has planned it.  It lives in the context in which it
 * was made.
 */
struct IndexRead
{
	int			generation;		/* of the plan that it was taken from */
	Oid			role;			/* that may call what the expressions call */
	Oid			table;
	Oid			index;
	List	   *range_table;	/* these two for the permissions */
	List	   *permissions;
	bool		running;		/* expressions are not reentrant */
	int			nconditions;
	Condition	conditions[MAX_CONDITIONS];
	int			ncolumns;
	Column		columns[MAX_COLUMNS];
	bool		has_expressions;
	bool		deforms;		/* columns lie behind others of varying width:
								 * faster all at once than one by one */
	bool		reads_in_flight;	/* can it read rows that may never count? */
};

/* what one run needs, to be given back at its end */
typedef struct IndexRun
{
	Relation	table;
	Relation	index;
	IndexScanDesc scan;
	TupleTableSlot *heap_slot;	/* NULL until a row's visibility is in doubt */
	TupleTableSlot *index_slot; /* NULL without expressions */
	ExprContext *econtext;		/* likewise */
	Buffer		map_pages[MAP_PAGES];
} IndexRun;

static IndexOnlyScan *find_scan(CachedPlan *plan, PlannedStmt **statement);
static bool take_conditions(IndexRead *read, const IndexOnlyScan *scan,
							Relation index, int nparams);
static bool take_columns(IndexRead *read, const IndexOnlyScan *scan,
						 Relation index, const Oid *types, int ntypes);
static bool deforms(const IndexRead *read, Relation index);
static bool reads_as_stored(Node *expression, Relation index);
static const Node *strip_relabel(const Node *node);
static bool is_heap(Oid table);
static bool may_fail(Node *node, void *context);
static bool function_may_fail(Oid function, void *context);
static void run_scan(const IndexRead *read, const Datum *params,
					 bool in_flight, IndexRowFunction function, void *arg);
static void run_begin(IndexRun *run, const IndexRead *read,
					  const Datum *params);
static bool row_is_visible(IndexRun *run, ItemPointer tid);
static bool row_is_in_flight(const IndexRun *run, ItemPointer tid);
static void copy_row(const IndexRun *run, const IndexRead *read, Datum *values,
					 bool *nulls);
static void form_row(IndexRun *run, const IndexRead *read, Datum *values,
					 bool *nulls);
static void run_end(IndexRun *run);

/*
 * The scan of a generic plan, allocated in "context"; NULL if the
 * plan is anything but a scan of one b-tree index without touching the table,
 * by conditions that compare its columns with parameters, the first one among
 * them.  The plan is kept and of that query.  What the planner leaves behind is in
 * the current context.
 */
IndexRead *
index_read_create(SPIPlanPtr plan, const MappedQuery *query,
				  MemoryContext context)
{
	CachedPlan *cached = SPI_plan_get_cached_plan(plan);
	PlannedStmt *statement;
	IndexOnlyScan *scan;
	IndexRead  *read = NULL;

	if (cached == NULL)
		return NULL;
	scan = find_scan(cached, &statement);
	if (scan != NULL)
	{
		Relation	index = index_open(scan->indexid, AccessShareLock);
		MemoryContext old = MemoryContextSwitchTo(context);

		read = palloc0(sizeof(IndexRead));
		read->generation = cached->generation;
		read->role = GetUserId();
		read->table = rt_fetch(scan->scan.scanrelid, statement->rtable)->relid;
		read->index = scan->indexid;
		if (index->rd_rel->relam == BTREE_AM_OID &&
			take_conditions(read, scan, index, query->nparams) &&
			take_columns(read, scan, index, query->types, query->nfields))
		{
			read->range_table = copyObject(statement->rtable);
			read->permissions =
				copyObject(compat_plan_permissions(statement));
			read->reads_in_flight = is_heap(read->table) &&
				!may_fail((Node *) scan->scan.plan.targetlist, NULL);
		}
		else
		{
			pfree(read);
			read = NULL;
		}
		MemoryContextSwitchTo(old);
		index_close(index, NoLock);
	}
	ReleaseCachedPlan(cached, CurrentResourceOwner);
	return read;
}

/*
 * Is the scan what the planner would still choose?  The plan may have become
 * invalid although its query has not: a function may be in the plan only, where
 * another one was inlined.
 */
bool
index_read_is_valid(const IndexRead *read, SPIPlanPtr plan)
{
	const CachedPlanSource *source = linitial(SPI_plan_get_plan_sources(plan));

	return source->is_valid && source->gplan != NULL &&
		source->gplan->is_valid && source->gplan->generation == read->generation;
}

/*
 * Run a scan under the active snapshot and hand its rows to a function, until
 * there are no more or it says so.  False, with nothing done, if SPI must run
 * the plan: because it is no longer valid and must be planned again, because a
 * mapped expression reads the mapping that it belongs to, or because it remains
 * to be seen whether the current role may call the functions in it.
 *
 * With "in_flight", rows that others have inserted and not yet committed are
 * among them.  That only a scan of our own can do: false also if this one cannot.
 */
bool
index_read_run(IndexRead *read, SPIPlanPtr plan, const Datum *params,
			   bool in_flight, IndexRowFunction function, void *arg)
{
	if (in_flight && (!read->reads_in_flight || IsolationIsSerializable()))
		return false;

	/* with the locks come the messages that make a plan invalid */
	LockRelationOid(read->table, AccessShareLock);
	LockRelationOid(read->index, AccessShareLock);
	if (!index_read_is_valid(read, plan) || read->running ||
		(read->has_expressions && read->role != GetUserId()))
		return false;
	compat_check_permissions(read->range_table, read->permissions);

	read->running = true;
	PG_TRY();
	{
		run_scan(read, params, in_flight, function, arg);
	}
	PG_FINALLY();
	{
		read->running = false;
	}
	PG_END_TRY();
	return true;
}

static void
run_scan(const IndexRead *read, const Datum *params, bool in_flight,
		 IndexRowFunction function, void *arg)
{
	IndexRun	run;
	ItemPointer tid;
	bool		more = true;

	run_begin(&run, read, params);
	while (more &&
		   (tid = index_getnext_tid(run.scan, ForwardScanDirection)) != NULL)
	{
		Datum		values[MAX_COLUMNS];
		bool		nulls[MAX_COLUMNS];

		CHECK_FOR_INTERRUPTS();
		if (!row_is_visible(&run, tid) &&
			!(in_flight && row_is_in_flight(&run, tid)))
			continue;
		if (read->has_expressions)
			form_row(&run, read, values, nulls);
		else
			copy_row(&run, read, values, nulls);
		more = function(arg, values, nulls);
	}
	run_end(&run);
}

/*
 * The index-only scan that is the whole of a plan; NULL if it is not that.
 */
static IndexOnlyScan *
find_scan(CachedPlan *plan, PlannedStmt **statement)
{
	IndexOnlyScan *scan;
	RangeTblEntry *entry;

	if (list_length(plan->stmt_list) != 1)
		return NULL;
	*statement = linitial_node(PlannedStmt, plan->stmt_list);
	if ((*statement)->commandType != CMD_SELECT ||
		(*statement)->transientPlan || (*statement)->dependsOnRole ||
		(*statement)->subplans != NIL || (*statement)->rowMarks != NIL ||
		!IsA((*statement)->planTree, IndexOnlyScan))
		return NULL;

	scan = (IndexOnlyScan *) (*statement)->planTree;
	if (scan->scan.plan.qual != NIL || scan->scan.plan.initPlan != NIL ||
		scan->indexorderby != NIL)
		return NULL;
	entry = rt_fetch(scan->scan.scanrelid, (*statement)->rtable);
	return (entry->relkind == RELKIND_RELATION) ? scan : NULL;
}

/*
 * The conditions of a scan, if each compares an index column with a parameter.
 */
static bool
take_conditions(IndexRead *read, const IndexOnlyScan *scan, Relation index,
				int nparams)
{
	bool		is_by_first = false;
	ListCell   *cell;

	foreach(cell, scan->indexqual)
	{
		OpExpr	   *op = lfirst(cell);
		Condition  *condition = &read->conditions[read->nconditions];
		const Var  *var;
		const Param *param;
		int			strategy;
		Oid			left_type;

		if (read->nconditions == MAX_CONDITIONS || !IsA(op, OpExpr) ||
			list_length(op->args) != 2)
			return false;
		var = (const Var *) strip_relabel(linitial(op->args));
		param = (const Param *) strip_relabel(lsecond(op->args));
		if (!IsA(var, Var) || var->varno != INDEX_VAR ||
			!IsA(param, Param) || param->paramkind != PARAM_EXTERN ||
			param->paramid < 1 || param->paramid > nparams)
			return false;

		get_op_opfamily_properties(op->opno,
								   index->rd_opfamily[var->varattno - 1],
								   false, &strategy, &left_type,
								   &condition->type);
		condition->column = var->varattno;
		is_by_first |= var->varattno == 1;
		condition->strategy = strategy;
		condition->collation = op->inputcollid;
		condition->function = op->opfuncid;
		condition->param = param->paramid - 1;
		read->nconditions++;
	}
	return is_by_first;
}

/*
 * The columns of the result: columns of the index, or expressions over them.
 */
static bool
take_columns(IndexRead *read, const IndexOnlyScan *scan, Relation index,
			 const Oid *types, int ntypes)
{
	ListCell   *cell;

	if (list_length(scan->scan.plan.targetlist) != ntypes ||
		ntypes > MAX_COLUMNS)
		return false;

	foreach(cell, scan->scan.plan.targetlist)
	{
		TargetEntry *entry = lfirst_node(TargetEntry, cell);
		Column	   *column = &read->columns[read->ncolumns];
		const Var  *var = (const Var *) strip_relabel((const Node *) entry->expr);

		if (exprType((const Node *) entry->expr) != types[read->ncolumns] ||
			!reads_as_stored((Node *) entry->expr, index))
			return false;
		if (IsA(var, Var))
			column->column = var->varattno;
		else
		{
			column->expression = ExecInitExpr(copyObject(entry->expr), NULL);
			read->has_expressions = true;
		}
		read->ncolumns++;
	}
	read->deforms = deforms(read, index);
	return true;
}

/*
 * Must most columns be searched for from the beginning of an entry?
 */
static bool
deforms(const IndexRead *read, Relation index)
{
	TupleDesc	desc = RelationGetDescr(index);
	int			first_varying = 0;
	int			nbehind = 0;

	while (first_varying < desc->natts &&
		   TupleDescAttr(desc, first_varying)->attlen > 0)
		first_varying++;
	for (int i = 0; i < read->ncolumns; i++)
		nbehind += read->columns[i].column > first_varying + 1;
	return nbehind > 1;
}

/*
 * Does an expression read nothing but columns of the index that have their own
 * type there?  An index may store a column as another one, names as C strings:
 * leave that to SPI.
 */
static bool
reads_as_stored(Node *expression, Relation index)
{
	ListCell   *cell;

	foreach(cell, pull_var_clause(expression, 0))
	{
		const Var  *var = lfirst_node(Var, cell);

		if (var->varno != INDEX_VAR || var->varattno < 1 ||
			TupleDescAttr(RelationGetDescr(index),
						  var->varattno - 1)->atttypid != var->vartype)
			return false;
	}
	return true;
}

/* what a relabelling leaves as it is */
static const Node *
strip_relabel(const Node *node)
{
	while (node != NULL && IsA(node, RelabelType))
		node = (const Node *) ((const RelabelType *) node)->arg;
	return node;
}

/* are the table's rows stored as row_is_in_flight knows them? */
static bool
is_heap(Oid table)
{
	Relation	rel = table_open(table, AccessShareLock);
	bool		result = rel->rd_rel->relam == HEAP_TABLE_AM_OID;

	table_close(rel, NoLock);
	return result;
}

/*
 * May an expression raise an error?  A row in flight of which it does will not
 * be committed, but the error must not hit others who read the row until then.
 * Functions that leak nothing raise no errors; exact arithmetic does not either,
 * or only beyond of what any quantity may be.
 */
static bool
may_fail(Node *node, void *context)
{
	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_List:
		case T_TargetEntry:
		case T_Var:
		case T_Const:
		case T_RelabelType:
		case T_FuncExpr:
		case T_OpExpr:
		case T_BoolExpr:
		case T_CaseExpr:
		case T_CaseWhen:
		case T_CoalesceExpr:
		case T_NullTest:
		case T_BooleanTest:
			break;
		case T_MinMaxExpr:
			if (((MinMaxExpr *) node)->minmaxtype != NUMERICOID)
				return true;
			break;
		default:
			return true;
	}
	return check_functions_in_node(node, function_may_fail, NULL) ||
		expression_tree_walker(node, may_fail, context);
}

static bool
function_may_fail(Oid function, void *context)
{
	switch (function)
	{
		case F_NUMERIC_ADD:
		case F_NUMERIC_SUB:
		case F_NUMERIC_MUL:
		case F_NUMERIC_UMINUS:
		case F_NUMERIC_INT2:
		case F_NUMERIC_INT4:
		case F_NUMERIC_INT8:
		case F_NUMERIC_EQ:
		case F_NUMERIC_NE:
		case F_NUMERIC_LT:
		case F_NUMERIC_LE:
		case F_NUMERIC_GT:
		case F_NUMERIC_GE:
			return false;
	}
	return !get_func_leakproof(function);
}

static void
run_begin(IndexRun *run, const IndexRead *read, const Datum *params)
{
	ScanKeyData keys[MAX_CONDITIONS];

	for (int i = 0; i < read->nconditions; i++)
	{
		const Condition *condition = &read->conditions[i];

		ScanKeyEntryInitialize(&keys[i], 0, condition->column,
							   condition->strategy, condition->type,
							   condition->collation, condition->function,
							   params[condition->param]);
	}

	run->table = table_open(read->table, NoLock);
	run->index = index_open(read->index, NoLock);
	run->scan = compat_index_beginscan(run->table, run->index,
									   GetActiveSnapshot(),
									   read->nconditions);
	run->scan->xs_want_itup = true;
	index_rescan(run->scan, keys, read->nconditions, NULL, 0);

	run->heap_slot = NULL;
	run->index_slot = NULL;
	run->econtext = NULL;
	if (read->has_expressions)
	{
		run->index_slot =
			MakeSingleTupleTableSlot(RelationGetDescr(run->index),
									 &TTSOpsVirtual);
		run->econtext = CreateStandaloneExprContext();
	}
	for (int i = 0; i < MAP_PAGES; i++)
		run->map_pages[i] = InvalidBuffer;
}

/*
 * The columns of the result, from the index entry just found, if they are
 * nothing but columns of the index.
 */
static void
copy_row(const IndexRun *run, const IndexRead *read, Datum *values, bool *nulls)
{
	IndexTuple	entry = run->scan->xs_itup;
	TupleDesc	desc = run->scan->xs_itupdesc;
	Datum		all[INDEX_MAX_KEYS];
	bool		all_null[INDEX_MAX_KEYS];

	if (!read->deforms)
	{
		for (int i = 0; i < read->ncolumns; i++)
			values[i] = index_getattr(entry, read->columns[i].column, desc,
									  &nulls[i]);
		return;
	}

	index_deform_tuple(entry, desc, all, all_null);
	for (int i = 0; i < read->ncolumns; i++)
	{
		values[i] = all[read->columns[i].column - 1];
		nulls[i] = all_null[read->columns[i].column - 1];
	}
}

/*
 * The same with expressions.
 */
static void
form_row(IndexRun *run, const IndexRead *read, Datum *values, bool *nulls)
{
	ResetExprContext(run->econtext);
	ExecClearTuple(run->index_slot);
	index_deform_tuple(run->scan->xs_itup, run->scan->xs_itupdesc,
					   run->index_slot->tts_values,
					   run->index_slot->tts_isnull);
	ExecStoreVirtualTuple(run->index_slot);
	run->econtext->ecxt_scantuple = run->index_slot;

	for (int i = 0; i < read->ncolumns; i++)
	{
		const Column *column = &read->columns[i];

		if (column->expression != NULL)
			values[i] = ExecEvalExprSwitchContext(column->expression,
												  run->econtext, &nulls[i]);
		else
		{
			values[i] = run->index_slot->tts_values[column->column - 1];
			nulls[i] = run->index_slot->tts_isnull[column->column - 1];
		}
	}
}

/*
 * Does the snapshot see the row of the index entry just found?
 *
 * As in nodeIndexonlyscan.c: where the whole page is visible to everybody the
 * index entry is as good as the row, and the page is locked for serializable
 * transactions because the row is not looked at.  Rows come in the order of
 * the index, from all over the table, so several pages of the map are kept.
 */
static bool
row_is_visible(IndexRun *run, ItemPointer tid)
{
	BlockNumber block = ItemPointerGetBlockNumber(tid);
	Buffer	   *map_page =
	&run->map_pages[(block / BLOCKS_PER_MAP_PAGE) % MAP_PAGES];

	if (VM_ALL_VISIBLE(run->table, block, map_page))
	{
		if (IsolationIsSerializable())
			PredicateLockPage(run->table, block, run->scan->xs_snapshot);
		return true;
	}

	if (run->heap_slot == NULL)
		run->heap_slot = table_slot_create(run->table, NULL);
	if (!index_fetch_heap(run->scan, run->heap_slot))
		return false;
	ExecClearTuple(run->heap_slot);
	if (run->scan->xs_heap_continue)
		elog(ERROR, "non-MVCC snapshots are not supported in index reads");
	return true;
}

/*
 * Has somebody else inserted the row of the index entry just found, and neither
 * committed that when the snapshot was taken nor rolled it back since?  Whatever
 * has become of the row after that, the version that was inserted is still there:
 * nobody may remove it as long as the snapshot is held.
 *
 * Later versions are passed over.  The first one stands for them until whoever
 * wrote them has been judged, and that is not done by reading rows in flight.
 */
static bool
row_is_in_flight(const IndexRun *run, ItemPointer tid)
{
	HeapTupleData tuple = {.t_self = *tid};
	Buffer		buffer;
	TransactionId writer;
	bool		result = false;

	if (!heap_fetch(run->table, SnapshotAny, &tuple, &buffer, false))
		return false;
	writer = HeapTupleHeaderGetXmin(tuple.t_data);
	if (!HeapTupleHeaderXminInvalid(tuple.t_data) &&
		(tuple.t_data->t_infomask & HEAP_UPDATED) == 0 &&
		!TransactionIdIsCurrentTransactionId(writer) &&
		XidInMVCCSnapshot(writer, run->scan->xs_snapshot))
		result = !TransactionIdDidAbort(writer);
	ReleaseBuffer(buffer);
	return result;
}

static void
run_end(IndexRun *run)
{
	for (int i = 0; i < MAP_PAGES; i++)
	{
		if (BufferIsValid(run->map_pages[i]))
			ReleaseBuffer(run->map_pages[i]);
	}
	if (run->heap_slot != NULL)
		ExecDropSingleTupleTableSlot(run->heap_slot);
	if (run->index_slot != NULL)
		ExecDropSingleTupleTableSlot(run->index_slot);
	if (run->econtext != NULL)
		FreeExprContext(run->econtext, true);
	index_endscan(run->scan);
	index_close(run->index, NoLock);
	table_close(run->table, NoLock);
}
