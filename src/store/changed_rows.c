/*
 * changed_rows.c - from the rows that a trigger was called for to the nodes
 * that they touch.
 *
 * The rows of a table that is mapped itself are evaluated one by one.  Where an
 * old and a new row at the same position say the same, both are passed over:
 * whether or not they are the same row, what is left is the net change.
 *
 * Of a view, the queries of its guard say which nodes a row affects.  They read
 * other tables as they are now, whatever the isolation level, and with the
 * rights of the view's owner.
 *
 * That leaves a gap: one transaction moves the date of an order, another one adds
 * a line to it, neither sees the other, and nobody judges the new line at the new
 * date.  So the rows of a watched table also name the document that they belong
 * to, and a transaction locks the documents of its rows before it asks which nodes
 * they affect: the second one waits, and then sees what the first one did.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

#include "store/changed_rows.h"
#include "store/fetch.h"
#include "store/node_lock.h"
#include "store/owner.h"
#include "store/pin.h"
#include "store/plan.h"
#include "store/planned.h"
#include "store/row_reader.h"
#include "store/touched.h"
#include "store/value.h"
#include "types/compat.h"
#include "types/report.h"

/* how the names of a guard's triggers begin */
#define TRIGGER_PREFIX	"promise_guard_"

/* What the rows of one call belong to.  A copy: the guard may go away. */
typedef struct Change
{
	GuardMode	mode;
	bool		deferred;
	RoleId		role;
	bool		own;			/* rows of an own table */
	bool		with_refs;		/* something may depend on refs that are gone */
	bool		refs_decided;	/* is that known yet? */
	bool		is_row;			/* of a row-level trigger */
	bool		adds_claims;	/* rows of demand were inserted, no others */
	CommandId	command;		/* that changed its row */
	Oid			mapped;
	const char *mapping;
	MemoryContext scratch;		/* for one row of a relation that is emptied */
} Change;

/* A kept plan of a watched table's query. */
typedef struct WatchKey
{
	int			guard;
	Oid			relation;		/* that the trigger is on */
	int			event;			/* insert, update or delete */
	bool		documents;		/* is it about documents, or about nodes? */
} WatchKey;

typedef struct WatchPlan
{
	WatchKey	key;
	uint64		generation;		/* of the guards when it was made */
	SPIPlanPtr	plan;
} WatchPlan;

static bool has_statement_trigger(const TriggerData *trigger);
static CommandId command_of(TupleTableSlot *slot, bool deleted);
static Change change_of(const Guard *guard);
static void touch_rows(Change *change, const Guard *guard,
					   Relation rel, Tuplestorestate *before,
					   Tuplestorestate *after);
static TupleTableSlot *open_rows(Relation rel, Tuplestorestate *rows, int *pointer);
static bool next_row(Tuplestorestate *rows, int pointer, TupleTableSlot *slot);
static void touch_pair(Change *change, RowReader *reader,
					   TupleTableSlot *before, TupleTableSlot *after);
static bool is_hold(TupleTableSlot *slot);
static bool has_refs(Change *change);
static void touch_refs(Change *change, RowReader *reader,
					   const MappedRow *before, const MappedRow *after);
static void touch_row(const Change *change, RowReader *reader,
					  const MappedRow *row);
static void touch_node(const Change *change, NodeKind kind, const char *name,
					   const char *location);
static bool is_resource(RoleId role);
static bool touch_scanned(const PreparedQuery *query, const Datum *values,
						  const bool *nulls, void *arg);
static void touch_watched(const Change *change, const Guard *guard,
						  const TriggerData *trigger);
static void lock_documents(const Change *change, const Guard *guard,
						   const TriggerData *trigger);
static void run_watch(const Guard *guard, const TriggerData *trigger,
					  bool documents);
static SPIPlanPtr watch_plan(const Guard *guard, const TriggerData *trigger,
							 bool documents);
static const GuardWatch *watch_of(const Guard *guard, Relation rel);
static SPIPlanPtr prepare_documents(const char *changed, const char *document);
static SPIPlanPtr prepare_watch(const char *changed, const char *query);

/* by guard, relation and event, in TopMemoryContext */
static HTAB *watch_plans = NULL;

void
changed_rows_of_statement(const Guard *guard, const TriggerData *trigger)
{
	Change		change = change_of(guard);

	if (guard->nwatches > 0)
		touch_watched(&change, guard, trigger);
	else
	{
		change.adds_claims = change.role == ROLE_DEMAND &&
			TRIGGER_FIRED_BY_INSERT(trigger->tg_event);
		touch_rows(&change, guard, trigger->tg_relation, trigger->tg_oldtable,
				   trigger->tg_newtable);
	}
}

void
changed_rows_of_row(const Guard *guard, const TriggerData *trigger)
{
	Change		change = change_of(guard);
	RowReader  *reader;
	TupleTableSlot *before = NULL;
	TupleTableSlot *after = NULL;

	/* only a partition that was attached later has none of its own */
	if (guard->nwatches > 0 || has_statement_trigger(trigger))
		return;

	if (TRIGGER_FIRED_BY_INSERT(trigger->tg_event))
		after = trigger->tg_trigslot;
	else
	{
		before = trigger->tg_trigslot;
		if (TRIGGER_FIRED_BY_UPDATE(trigger->tg_event))
			after = trigger->tg_newslot;
	}
	change.is_row = true;
	change.command = after != NULL ? command_of(after, false) :
		command_of(before, true);

	reader = row_reader_begin(READ_TO_GUARD, guard->number, change.role,
							  change.mapped, change.mapping, trigger->tg_relation);
	touch_pair(&change, reader, before, after);
	row_reader_end(reader);
}

/*
 * Does the row's own relation have a statement-level trigger of the guard?  Then
 * whoever wrote the row fired that, or the one of a parent.
 */
static bool
has_statement_trigger(const TriggerData *trigger)
{
	const Trigger *row_trigger = trigger->tg_trigger;
	const TriggerDesc *all = trigger->tg_relation->trigdesc;

	/* own tables have no partitions */
	if (row_trigger->tgnargs == 0)
		return true;
	for (int i = 0; all != NULL && i < all->numtriggers; i++)
	{
		const Trigger *other = &all->triggers[i];

		if (!TRIGGER_FOR_ROW(other->tgtype) && TRIGGER_FOR_AFTER(other->tgtype) &&
			!TRIGGER_FOR_TRUNCATE(other->tgtype) &&
			other->tgenabled != TRIGGER_DISABLED &&
			strncmp(other->tgname, TRIGGER_PREFIX, strlen(TRIGGER_PREFIX)) == 0 &&
			other->tgnargs == 1 &&
			strcmp(other->tgargs[0], row_trigger->tgargs[0]) == 0)
			return true;
	}
	return false;
}

/*
 * The command of this transaction that wrote a row, or deleted it; if that
 * cannot be told, one later than any.
 */
static CommandId
command_of(TupleTableSlot *slot, bool deleted)
{
	HeapTuple	tuple;

	if (!TTS_IS_BUFFERTUPLE(slot))
		return InvalidCommandId;
	tuple = ExecFetchSlotHeapTuple(slot, false, NULL);
	return deleted ? HeapTupleHeaderGetCmax(tuple->t_data) :
		HeapTupleHeaderGetCmin(tuple->t_data);
}

void
changed_rows_all(const Guard *guard)
{
	Change		change = change_of(guard);
	OwnerRights before;

	change.scratch = AllocSetContextCreate(CurrentMemoryContext,
										   "promise emptied relation",
										   ALLOCSET_DEFAULT_SIZES);
	owner_enter(change.mapped, &before);
	PushActiveSnapshot(GetLatestSnapshot());
	mapping_enter();
	PG_TRY();
	{
		Catalogue  *catalogue = mapping_catalogue();
		int			nest_level;

		if (SPI_connect() != SPI_OK_CONNECT)
			elog(ERROR, "SPI_connect failed");
		nest_level = compat_pin_search_path();
		for (int i = 0; i < catalogue->nmappings; i++)
		{
			Mapping    *mapping = &catalogue->mappings[i];

			if (mapping->role == change.role && mapping->relation == change.mapped &&
				(mapping->own || strcmp(mapping->name, change.mapping) == 0))
				plan_execute(mapping, plan_get(mapping, QUERY_SCAN), NULL,
							 touch_scanned, &change);
		}
		compat_unpin_search_path(nest_level);
		SPI_finish();
	}
	PG_FINALLY();
	{
		mapping_leave();
	}
	PG_END_TRY();
	PopActiveSnapshot();
	owner_leave(&before);
	MemoryContextDelete(change.scratch);
}

static Change
change_of(const Guard *guard)
{
	return (Change)
	{
		.mode = guard->mode,
			.deferred = guard->deferred,
			.role = guard->role,
			.own = get_rel_namespace(guard->relation) ==
			get_namespace_oid("promise", true),
			.mapped = guard->relation,
			.mapping = pstrdup(guard->mapping)
	};
}

/*
 * The rows of a statement: before, after, or both.
 */
static void
touch_rows(Change *change, const Guard *guard, Relation rel,
		   Tuplestorestate *before, Tuplestorestate *after)
{
	RowReader  *reader;
	TupleTableSlot *old_slot;
	TupleTableSlot *new_slot;
	int			old_pointer;
	int			new_pointer;
	bool		more = true;

	if ((before == NULL || tuplestore_tuple_count(before) == 0) &&
		(after == NULL || tuplestore_tuple_count(after) == 0))
		return;

	old_slot = open_rows(rel, before, &old_pointer);
	new_slot = open_rows(rel, after, &new_pointer);
	reader = row_reader_begin(READ_TO_GUARD, guard->number, change->role,
							  change->mapped, change->mapping, rel);
	while (more)
	{
		bool		has_old = next_row(before, old_pointer, old_slot);
		bool		has_new = next_row(after, new_pointer, new_slot);

		more = has_old || has_new;
		if (more)
			touch_pair(change, reader, has_old ? old_slot : NULL,
					   has_new ? new_slot : NULL);
	}
	row_reader_end(reader);
	if (old_slot != NULL)
		ExecDropSingleTupleTableSlot(old_slot);
	if (new_slot != NULL)
		ExecDropSingleTupleTableSlot(new_slot);
}

/*
 * Others read the same transition table, so it gets a position of our own.
 */
static TupleTableSlot *
open_rows(Relation rel, Tuplestorestate *rows, int *pointer)
{
	*pointer = 0;
	if (rows == NULL)
		return NULL;
	*pointer = tuplestore_alloc_read_pointer(rows, EXEC_FLAG_REWIND);
	tuplestore_select_read_pointer(rows, *pointer);
	tuplestore_rescan(rows);
	return MakeSingleTupleTableSlot(RelationGetDescr(rel), &TTSOpsMinimalTuple);
}

static bool
next_row(Tuplestorestate *rows, int pointer, TupleTableSlot *slot)
{
	if (rows == NULL)
		return false;
	/* an expression may have read it in between */
	tuplestore_select_read_pointer(rows, pointer);
	return tuplestore_gettupleslot(rows, true, false, slot);
}

/*
 * A row before and one after; NULL if there is none.
 */
static void
touch_pair(Change *change, RowReader *reader, TupleTableSlot *before,
		   TupleTableSlot *after)
{
	MappedRow	old_row = {.counts = false};
	MappedRow	new_row = {.counts = false};

	if (before != NULL)
		row_reader_read(reader, before, &old_row);
	if (after != NULL)
		row_reader_read(reader, after, &new_row);

	if (!row_reader_same(reader, &old_row, &new_row))
	{
		touch_row(change, reader, &old_row);
		touch_row(change, reader, &new_row);

		/* what nobody had promised depends on a plan only if it is a hold */
		if (change->role == ROLE_DEMAND &&
			(old_row.counts || (change->own && has_refs(change) &&
								(before != NULL || is_hold(after)))))
			touch_refs(change, reader, &old_row, &new_row);
	}
	row_reader_next(reader);
}

/*
 * A demand that is gone may leave a plan behind, and uncover an own commitment
 * of the same ref, which may be of another node.  An own commitment may be a
 * hold, which its plan depends on.
 */
static void
touch_refs(Change *change, RowReader *reader, const MappedRow *before,
		   const MappedRow *after)
{
	const char *was;
	const char *is;

	if (!has_refs(change))
		return;
	was = before->counts ? row_reader_key(reader, before, "ref") : NULL;
	is = after->counts ? row_reader_key(reader, after, "ref") : NULL;
	if (was != NULL && (change->own || is == NULL || strcmp(was, is) != 0))
		touched_add_ref(was, change->deferred);
	if (is != NULL && change->own)
		touched_add_ref(is, change->deferred);
}

/* is an own commitment a hold? */
static bool
is_hold(TupleTableSlot *slot)
{
	int			column = SPI_fnumber(slot->tts_tupleDescriptor, "kind");
	Datum		kind;
	bool		is_null;

	kind = slot_getattr(slot, column, &is_null);
	return !is_null && strcmp(TextDatumGetCString(kind), "hold") == 0;
}

/* may anything depend on the refs that are gone? */
static bool
has_refs(Change *change)
{
	if (!change->refs_decided)
	{
		change->with_refs = change->role == ROLE_DEMAND &&
			(planned_any() || (!change->own && planned_any_hidden()));
		change->refs_decided = true;
	}
	return change->with_refs;
}

static void
touch_row(const Change *change, RowReader *reader, const MappedRow *row)
{
	if (!row->counts)
		return;
	if (is_resource(change->role))
		touch_node(change, NODE_RESOURCE,
				   row_reader_key(reader, row, "resource"), "");
	else
		touch_node(change, NODE_STOCK, row_reader_key(reader, row, "item"),
				   row_reader_key(reader, row, "location"));
}

static void
touch_node(const Change *change, NodeKind kind, const char *name,
		   const char *location)
{
	/* most rows were written through the parent, whose triggers saw them */
	if (!change->is_row ||
		!touched_covers(kind, name, location, change->command))
		touched_add(kind, name, location, change->mode, change->deferred,
					change->mapped, change->adds_claims);
}

/* is a row of this role about a resource? */
static bool
is_resource(RoleId role)
{
	return strcmp(role_list[role].lookup, "resource") == 0;
}

/* a row of a relation that is about to be emptied */
static bool
touch_scanned(const PreparedQuery *query, const Datum *values,
			  const bool *nulls, void *arg)
{
	Change	   *change = arg;
	int			key = query->column_of[FIELD_KEY];
	int			location = query->column_of[FIELD_LOCATION];
	int			ref = query->column_of[FIELD_REF];
	const char *name;
	const char *place = FETCH_DEFAULT_LOCATION;
	MemoryContext caller;

	if (nulls[key] || (location >= 0 && nulls[location]))
		return true;

	/* TRUNCATE cannot wait for the end of the transaction */
	caller = MemoryContextSwitchTo(change->scratch);
	name = value_key(change->scratch, values[key], query->query.types[key]);
	if (location >= 0)
		place = value_key(change->scratch, values[location],
						  query->query.types[location]);
	if (is_resource(change->role))
		touched_add(NODE_RESOURCE, name, "", change->mode, false, change->mapped,
					false);
	else
		touched_add(NODE_STOCK, name, place, change->mode, false, change->mapped,
					false);
	if (ref >= 0 && !nulls[ref] && has_refs(change))
		touched_add_ref(value_key(change->scratch, values[ref],
								  query->query.types[ref]), false);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(change->scratch);
	return true;
}

/*
 * The nodes that rows of a watched table affect.
 */
static void
touch_watched(const Change *change, const Guard *guard,
			  const TriggerData *trigger)
{
	OwnerRights before;
	int			path_level;
	int			guc_level;
	int			result;

	owner_enter(change->mapped, &before);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	path_level = compat_pin_search_path();
	guc_level = pin_settings();
	result = SPI_register_trigger_data(unconstify(TriggerData *, trigger));
	if (result < 0)
		elog(ERROR, "SPI_register_trigger_data failed: %s",
			 SPI_result_code_string(result));

	/* the queries must see what the statement did */
	CommandCounterIncrement();
	lock_documents(change, guard, trigger);
	run_watch(guard, trigger, false);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[i];
		char	   *item = SPI_getvalue(tuple, SPI_tuptable->tupdesc, 1);
		char	   *location = SPI_getvalue(tuple, SPI_tuptable->tupdesc, 2);

		CHECK_FOR_INTERRUPTS();
		if (item == NULL)
			continue;
		touched_add(NODE_STOCK, item, location != NULL ? location :
					FETCH_DEFAULT_LOCATION, change->mode, change->deferred,
					change->mapped, false);
	}

	pin_release(guc_level);
	compat_unpin_search_path(path_level);
	SPI_finish();
	owner_leave(&before);
}

/*
 * Lock the documents that the rows belong to, in the order in which nodes are
 * locked.  They are nothing that could be judged.
 */
static void
lock_documents(const Change *change, const Guard *guard,
			   const TriggerData *trigger)
{
	char	   *number = psprintf("%d", guard->number);
	TouchedNode **documents;
	int			ndocuments = 0;

	if (watch_of(guard, trigger->tg_relation)->document == NULL)
		return;

	run_watch(guard, trigger, true);
	documents = MemoryContextAllocHuge(CurrentMemoryContext,
									   Max(SPI_processed, 1) * sizeof(TouchedNode *));
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		char	   *document = SPI_getvalue(SPI_tuptable->vals[i],
											SPI_tuptable->tupdesc, 1);

		if (document != NULL)
			documents[ndocuments++] = touched_node(NODE_DOCUMENT, document, number);
	}
	node_lock(documents, ndocuments);
	pfree(documents);
}

/* run one of the queries about the changed rows, as they are seen now */
static void
run_watch(const Guard *guard, const TriggerData *trigger, bool documents)
{
	SPIPlanPtr	plan = watch_plan(guard, trigger, documents);
	int			result = SPI_execute_snapshot(plan, NULL, NULL,
											  GetLatestSnapshot(),
											  InvalidSnapshot, true, false, 0);

	if (result != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_snapshot failed: %s",
			 SPI_result_code_string(result));
}

/*
 * The plan for a watched table and an event.  To be called within SPI.
 */
static SPIPlanPtr
watch_plan(const Guard *guard, const TriggerData *trigger, bool documents)
{
	WatchKey	key;
	const GuardWatch *watch;
	uint64		generation = guards_generation();
	const char *changed;
	SPIPlanPtr	plan;
	WatchPlan  *entry;
	bool		found;

	/* it is hashed byte by byte */
	memset(&key, 0, sizeof(key));
	key.guard = guard->number;
	key.relation = RelationGetRelid(trigger->tg_relation);
	key.event = trigger->tg_event & TRIGGER_EVENT_OPMASK;
	key.documents = documents;

	if (watch_plans == NULL)
	{
		HASHCTL		control = {
			.keysize = sizeof(WatchKey),
			.entrysize = sizeof(WatchPlan),
			.hcxt = TopMemoryContext
		};

		watch_plans = hash_create("promise watch plans", 16, &control,
								  HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}

	entry = hash_search(watch_plans, &key, HASH_FIND, NULL);
	if (entry != NULL && entry->generation == generation &&
		SPI_plan_is_valid(entry->plan))
		return entry->plan;

	changed = trigger->tg_oldtable == NULL ? "SELECT * FROM promise_new" :
		trigger->tg_newtable == NULL ? "SELECT * FROM promise_old" :
		"SELECT * FROM promise_old UNION ALL SELECT * FROM promise_new";
	watch = watch_of(guard, trigger->tg_relation);
	plan = documents ? prepare_documents(changed, watch->document) :
		prepare_watch(changed, watch->query);
	SPI_keepplan(plan);

	entry = hash_search(watch_plans, &key, HASH_ENTER, &found);
	if (found)
		SPI_freeplan(entry->plan);
	entry->plan = plan;
	entry->generation = generation;
	return plan;
}

/*
 * The watched table that the trigger's relation is, or is a partition or child
 * of.
 */
static const GuardWatch *
watch_of(const Guard *guard, Relation rel)
{
	for (int i = 0; i < guard->nwatches; i++)
	{
		if (guard->watches[i].relation == RelationGetRelid(rel))
			return &guard->watches[i];
	}
	for (int i = 0; i < guard->nwatches; i++)
	{
		if (list_member_oid(find_all_inheritors(guard->watches[i].relation,
												NoLock, NULL),
							RelationGetRelid(rel)))
			return &guard->watches[i];
	}
	ereport(ERROR,
			(errcode(ERRCODE_PROMISE_MAPPING),
			 errmsg("relation \"%s\" has a trigger of guard %d but is not watched",
					RelationGetRelationName(rel), guard->number),
			 errhint("Call promise.protect for the view again.")));
	pg_unreachable();
}

/*
 * A row may belong to several documents: then it names them in a text[].
 */
static SPIPlanPtr
prepare_documents(const char *changed, const char *document)
{
	char	   *from = psprintf("FROM (%s) AS changed", changed);
	SPIPlanPtr	plan = SPI_prepare(psprintf("SELECT (%s\n) %s", document, from),
								   0, NULL);
	CachedPlanSource *source;

	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	source = linitial(SPI_plan_get_plan_sources(plan));
	plan = SPI_prepare(psprintf(TupleDescAttr(source->resultDesc, 0)->atttypid == TEXTARRAYOID ?
								"SELECT DISTINCT pg_catalog.unnest(%s\n) %s" :
								"SELECT DISTINCT (%s\n)::pg_catalog.text %s",
								document, from), 0, NULL);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	return plan;
}

static SPIPlanPtr
prepare_watch(const char *changed, const char *query)
{
	char	   *nodes = psprintf("(%s\n) AS n", query);
	SPIPlanPtr	plan;
	CachedPlanSource *source;
	bool		has_location = false;

	/* its columns are known when it has been parsed */
	plan = SPI_prepare(psprintf("WITH changed AS (%s)\nSELECT * FROM %s",
								changed, nodes), 0, NULL);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	source = linitial(SPI_plan_get_plan_sources(plan));
	for (int i = 0; i < source->resultDesc->natts; i++)
	{
		if (strcmp(NameStr(TupleDescAttr(source->resultDesc, i)->attname),
				   "location") == 0)
			has_location = true;
	}
	SPI_freeplan(plan);

	plan = SPI_prepare(psprintf("WITH changed AS (%s)\n"
								"SELECT DISTINCT n.item::pg_catalog.text, %s FROM %s",
								changed,
								has_location ? "n.location::pg_catalog.text" :
								"NULL::pg_catalog.text", nodes),
					   0, NULL);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	return plan;
}
