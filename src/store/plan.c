/*
 * plan.c - the prepared queries of a mapping, kept in the backend.
 *
 * A query for one key runs with a generic plan: it is planned once.  A query
 * for a set of keys is planned each time, because the best plan for ten keys
 * is not the best one for ten thousand.  The guard prefers to look them up in an
 * index, if there is one.
 *
 * A mapping is prepared anew whenever its relation, or anything that its
 * queries depend on, may have changed: the plan cache alone would silently
 * follow a column to another type, and a view to a volatile function.
 *
 * What runs with the rights of the relation's owner is prepared apart from what
 * runs with the caller's: the plan cache does not see whether an owner's own
 * policies apply, and would plan anew with every change of role.
 */
#include "postgres.h"

#include "executor/executor.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/plancache.h"

#include "store/owner.h"
#include "store/pin.h"
#include "store/plan.h"
#include "types/compat.h"
#include "types/report.h"
#include "types/timezone_setting.h"

/* hands each row to a function, without storing it */
typedef struct RowReceiver
{
	DestReceiver pub;
	const Mapping *mapping;
	const PreparedQuery *query;
	PlanRowFunction function;
	void	   *arg;
} RowReceiver;

static bool execute(const Mapping *mapping, const PreparedQuery *query,
					const Datum *params, bool in_flight,
					PlanRowFunction function, void *arg);
static bool is_fresh(const Mapping *mapping, int flags);
static void prepare(Mapping *mapping);
static PreparedQuery *prepare_query(const Mapping *mapping, Prepared *prepared,
									int flags);
static SPIPlanPtr prepare_text(MappedQuery *query, int options, bool visible);
static void read_own_index(PreparedQuery *query, MemoryContext context);
static void read_covering_index(PreparedQuery *query, MemoryContext context);
static void run_plan(const PreparedQuery *query, SPIExecuteOptions *options);
static void receive_startup(DestReceiver *self, int operation, TupleDesc desc);
static bool receive_row(TupleTableSlot *slot, DestReceiver *self);
static bool receive_values(void *arg, const Datum *values, const bool *nulls);
static void receive_nothing(DestReceiver *self);
static void name_mapping(void *arg);

/*
 * The mapping's query for these flags, for a caller between mapping_enter and
 * mapping_leave; to be called as plan_execute is.  Locks the relation to the
 * end of the transaction.
 */
const PreparedQuery *
plan_get(Mapping *mapping, int flags)
{
	PreparedQuery *query;
	OwnerRights before;
	bool		fresh;

	LockRelationOid(mapping->relation, AccessShareLock);
	fresh = is_fresh(mapping, flags);
	if (fresh && mapping->prepared->queries[flags] != NULL)
		return mapping->prepared->queries[flags];

	if (flags & QUERY_AS_OWNER)
		owner_enter(mapping->relation, &before);
	if (!fresh)
		prepare(mapping);
	query = prepare_query(mapping, mapping->prepared, flags);
	if (flags & QUERY_AS_OWNER)
		owner_leave(&before);
	return query;
}

/*
 * The text of a query, in the current memory context, for people.
 */
const char *
plan_text(Mapping *mapping, int flags)
{
	MemoryContext caller = CurrentMemoryContext;
	const char *volatile result = NULL;
	int			nest_level;

	mapping_enter();
	PG_TRY();
	{
		if (SPI_connect() != SPI_OK_CONNECT)
			elog(ERROR, "SPI_connect failed");
		nest_level = compat_pin_search_path();
		result = MemoryContextStrdup(caller,
									 plan_get(mapping, flags)->query.text);
		compat_unpin_search_path(nest_level);
		SPI_finish();
	}
	PG_FINALLY();
	{
		mapping_leave();
	}
	PG_END_TRY();
	return result;
}

/*
 * Run a query under the snapshot that is active, and hand its rows to a
 * function.  To be called between SPI_connect and SPI_finish, with the search
 * path pinned.  An error in a mapped expression says whose it is.  The function
 * runs with the rights of the query.
 */
void
plan_execute(const Mapping *mapping, const PreparedQuery *query,
			 const Datum *params, PlanRowFunction function, void *arg)
{
	(void) execute(mapping, query, params, false, function, arg);
}

/*
 * The same, and also hand over rows that others have inserted and not yet
 * committed.  False, with nothing done, if that cannot be.
 */
bool
plan_execute_in_flight(const Mapping *mapping, const PreparedQuery *query,
					   const Datum *params, PlanRowFunction function, void *arg)
{
	return execute(mapping, query, params, true, function, arg);
}

static bool
execute(const Mapping *mapping, const PreparedQuery *query,
		const Datum *params, bool in_flight, PlanRowFunction function, void *arg)
{
	RowReceiver receiver = {
		.pub = {
			.receiveSlot = receive_row,
			.rStartup = receive_startup,
			.rShutdown = receive_nothing,
			.rDestroy = receive_nothing,
			.mydest = DestNone
		},
		.mapping = mapping,
		.query = query,
		.function = function,
		.arg = arg
	};
	SPIExecuteOptions options = {
		.params = makeParamList(query->query.nparams),
		.read_only = true,
		.dest = &receiver.pub
	};
	ErrorContextCallback context = {
		.callback = name_mapping,
		.arg = unconstify(Mapping *, mapping),
		.previous = error_context_stack
	};
	OwnerRights before;
	bool		done;

	for (int i = 0; i < query->query.nparams; i++)
	{
		ParamExternData *param = &options.params->params[i];

		param->value = params[i];
		param->isnull = false;
		param->pflags = PARAM_FLAG_CONST;
		param->ptype = query->query.param_types[i];
	}

	if (!mapping->own)
		error_context_stack = &context;

	if (query->as_owner)
		owner_enter(mapping->relation, &before);

	done = query->index_read != NULL && !mapping->stale &&
		index_read_run(query->index_read, query->spi, params, in_flight,
					   receive_values, &receiver);
	if (!done && !in_flight)
	{
		run_plan(query, &options);
		done = true;
	}

	if (query->as_owner)
		owner_leave(&before);
	error_context_stack = context.previous;
	return done;
}

static void
run_plan(const PreparedQuery *query, SPIExecuteOptions *options)
{
	int			nest_level = 0;

	if (query->pinned)
		nest_level = query->visible ? pin_expressions() : pin_settings();
	else if (query->replanned)
		nest_level = pin_no_compilation();

	if (query->set_plan == NULL || !set_plan_run(query->set_plan, options))
	{
		int			result = SPI_execute_plan_extended(query->spi, options);

		if (result < 0)
			elog(ERROR, "SPI_execute_plan_extended failed: %s",
				 SPI_result_code_string(result));
	}

	if (query->pinned || query->replanned)
		pin_release(nest_level);
}

void
plan_free_prepared(Prepared *prepared)
{
	for (int i = 0; i < NUM_QUERIES; i++)
	{
		const PreparedQuery *query = prepared->queries[i];

		if (query == NULL)
			continue;
		SPI_freeplan(query->spi);
		if (query->set_plan != NULL)
			set_plan_free(query->set_plan);
	}
	MemoryContextDelete(prepared->context);
}

/*
 * May the mapping's query be used as it is, if it has been prepared?
 */
static bool
is_fresh(const Mapping *mapping, int flags)
{
	const Prepared *prepared = mapping->prepared;
	const PreparedQuery *query;

	if (prepared == NULL || mapping->stale)
		return false;
	if (prepared->zone != timezone_setting_get())
		return false;
	query = prepared->queries[flags];
	if (query == NULL)
		return true;
	if (query->index_read != NULL)
		return index_read_is_valid(query->index_read, query->spi);
	return SPI_plan_is_valid(query->spi);
}

/*
 * Analyze the mapping's expressions, and forget what was prepared before.
 */
static void
prepare(Mapping *mapping)
{
	MemoryContext context;
	MemoryContext old;
	Prepared   *prepared;
	Prepared   *before = mapping->prepared;
	int			nest_level;

	if (get_rel_name(mapping->relation) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_MAPPING),
				 errmsg("relation with OID %u, mapped as %s, does not exist",
						mapping->relation, role_list[mapping->role].name),
				 errhint("Remove the mapping with %s.",
						 mapping_removal(mapping))));

	/* from here on, a message that arrives counts against what is prepared */
	mapping->stale = false;

	context = AllocSetContextCreate(CurrentMemoryContext, "promise mapping",
									ALLOCSET_SMALL_SIZES);
	old = MemoryContextSwitchTo(context);
	prepared = palloc0(sizeof(Prepared));
	prepared->context = context;
	prepared->label = mapping->own ? get_rel_name(mapping->relation) :
		mapping_label(mapping);
	prepared->zone = timezone_setting_get();

	mapping->prepared = NULL;
	if (before != NULL)
		mapping_retire(before);

	MemoryContextSwitchTo(old);

	/* only the text is kept of what the parser makes */
	nest_level = pin_settings();
	query_analyze(mapping, &prepared->columns);
	pin_release(nest_level);
	prepared->columns.inner = MemoryContextStrdup(context,
												  prepared->columns.inner);
	if (prepared->columns.inner_alone != NULL)
		prepared->columns.inner_alone =
			MemoryContextStrdup(context, prepared->columns.inner_alone);

	/* nothing can fail any more */
	MemoryContextSetParent(context, CacheMemoryContext);
	mapping->prepared = prepared;
}

/*
 * Prepare one query, check what only the rewritten query shows, and keep it.
 */
static PreparedQuery *
prepare_query(const Mapping *mapping, Prepared *prepared, int flags)
{
	PreparedQuery query = {.spi = NULL};
	PreparedQuery *result;
	MemoryContext old;
	int			options;
	int			nest_level;
	ListCell   *source;

	query_build(mapping, &prepared->columns, flags, &query.query);
	for (int i = 0; i < NUM_FIELDS; i++)
		query.column_of[i] = -1;
	for (int i = 0; i < query.query.nfields; i++)
		query.column_of[query.query.fields[i]] = i;

	query.as_owner = (flags & QUERY_AS_OWNER) != 0;
	query.visible = (flags & QUERY_VISIBLE) != 0;
	query.replanned = (flags & (QUERY_SET | QUERY_REFS)) != 0;
	options = query.replanned ?
		CURSOR_OPT_CUSTOM_PLAN : CURSOR_OPT_GENERIC_PLAN;
	query.spi = prepare_text(&query.query, options, query.visible);
	foreach(source, SPI_plan_get_plan_sources(query.spi))
	{
		CachedPlanSource *plan_source = lfirst(source);

		if (contain_volatile_functions((Node *) plan_source->query_list))
			ereport(ERROR,
					(errcode(ERRCODE_PROMISE_MAPPING),
					 errmsg("relation %s cannot be read for promises",
							prepared->label),
					 errdetail("It is a view that calls a volatile function, or that reads such a view.")));
		if (plan_source->dependsOnRLS ||
			contain_mutable_functions((Node *) plan_source->query_list))
			query.pinned = true;
	}

	old = MemoryContextSwitchTo(prepared->context);
	result = palloc(sizeof(PreparedQuery));
	query.query.text = pstrdup(query.query.text);
	SPI_keepplan(query.spi);
	*result = query;
	prepared->queries[flags] = result;
	MemoryContextSwitchTo(old);

	/*
	 * To plan it may fail: then SPI will try again.  It may also call
	 * functions that read in turn and have the mapping prepared anew, so
	 * "prepared" need not be the mapping's any more.
	 */
	if (!query.replanned && (flags & QUERY_SCAN) == 0 && !query.pinned)
	{
		if (mapping->own)
			read_own_index(result, prepared->context);
		else if (query.as_owner)
			read_covering_index(result, prepared->context);
		else
			result->index_read = index_read_create(result->spi, &result->query,
												   prepared->context);
	}
	else if ((flags & QUERY_SET) != 0 && query.as_owner)
	{
		int			lookup = role_column(mapping->role,
										 query_lookup(mapping->role, flags));

		nest_level = pin_settings();
		result->set_plan = set_plan_create(&result->query,
										   prepared->columns.keys[lookup].nparts,
										   prepared->context);
		pin_release(nest_level);
	}
	return result;
}

static SPIPlanPtr
prepare_text(MappedQuery *query, int options, bool visible)
{
	int			nest_level = visible ? pin_expressions() : pin_settings();
	SPIPlanPtr	result = SPI_prepare_cursor(query->text, query->nparams,
											query->param_types, options);

	pin_release(nest_level);
	if (result == NULL)
		elog(ERROR, "SPI_prepare_cursor failed: %s",
			 SPI_result_code_string(SPI_result));
	return result;
}

/*
 * Own tables have an index for every way in which they are read.  How many rows
 * there are when the query is planned says nothing about later.
 */
static void
read_own_index(PreparedQuery *query, MemoryContext context)
{
	int			nest_level = pin_index_scans();

	query->index_read = index_read_create(query->spi, &query->query, context);
	pin_release(nest_level);
}

/*
 * The guard prefers a covering index to whatever the planner likes better, as it
 * may while a table is small: reading that, it can see what others are about to
 * promise.
 */
static void
read_covering_index(PreparedQuery *query, MemoryContext context)
{
	int			nest_level = pin_covering_indexes();
	SPIPlanPtr	other;

	query->index_read = index_read_create(query->spi, &query->query, context);
	pin_release(nest_level);
	if (query->index_read != NULL)
		return;

	/* let the planner choose anew */
	other = prepare_text(&query->query, CURSOR_OPT_GENERIC_PLAN, query->visible);
	SPI_keepplan(other);
	SPI_freeplan(query->spi);
	query->spi = other;
}

/*
 * A kept plan may have changed its types since it was prepared.
 */
static void
receive_startup(DestReceiver *self, int operation, TupleDesc desc)
{
	RowReceiver *receiver = (RowReceiver *) self;
	const MappedQuery *query = &receiver->query->query;

	for (int i = 0; i < query->nfields; i++)
	{
		if (i >= desc->natts || TupleDescAttr(desc, i)->atttypid != query->types[i])
			ereport(ERROR,
					(errcode(ERRCODE_PROMISE_MAPPING),
					 errmsg("relation %s was changed while it was being read",
							mapping_label(receiver->mapping))));
	}
}

static bool
receive_row(TupleTableSlot *slot, DestReceiver *self)
{
	RowReceiver *receiver = (RowReceiver *) self;

	slot_getallattrs(slot);
	return receiver->function(receiver->query, slot->tts_values,
							  slot->tts_isnull, receiver->arg);
}

/* a row that did not come through the executor */
static bool
receive_values(void *arg, const Datum *values, const bool *nulls)
{
	RowReceiver *receiver = arg;

	return receiver->function(receiver->query, values, nulls, receiver->arg);
}

static void
receive_nothing(DestReceiver *self)
{
}

/* error context: whose expression was it? */
static void
name_mapping(void *arg)
{
	const Mapping *mapping = arg;

	errcontext("promise mapping of relation %s as %s",
			   mapping->prepared != NULL ? mapping->prepared->label : "?",
			   role_list[mapping->role].name);
}
