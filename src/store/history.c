/*
 * history.c - what becomes of the promises in a mapped relation, for
 * promise.ledger.
 *
 * Rows are taken in batches: read with the rights of the relation's owner, as the
 * guard reads them, dated in the zones of their locations, and entered in the name of
 * whoever changed them.
 */
#include "postgres.h"

#include "access/tableam.h"
#include "access/table.h"
#include "catalog/pg_inherits.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "store/fetch.h"
#include "store/gone_order.h"
#include "store/history.h"
#include "store/ledger.h"
#include "store/locations.h"
#include "store/record.h"
#include "store/row_reader.h"
#include "store/value.h"
#include "types/quantity_numeric.h"

/* so many rows are held at a time */
#define BATCH_ROWS 1000

/* where rows come from: a transition table, a table, or nowhere */
typedef struct RowSource
{
	Tuplestorestate *store;
	int			pointer;
	TableScanDesc scan;
	TupleTableSlot *slot;		/* NULL: nowhere */
} RowSource;

/* what a row promises */
typedef struct Promised
{
	bool		is_there;
	const char *ref;
	const char *item;
	const char *location;
	LocalInstant at;
	Quantity	quantity;		/* not below zero */
	bool		is_hold;
	const char *customer;		/* NULL: not known */
	const char *seller;			/* the same */
} Promised;

/* a row before and after */
typedef struct RowChange
{
	Promised	was;
	Promised	is;
	GoneOrder  *gone;			/* what it said; NULL: it is still there */
	int64		entry;			/* of its going */
} RowChange;

/* reading the rows of one table */
typedef struct History
{
	const Guard *guard;
	Relation	rel;
	RowSource	before;
	RowSource	after;
	MemoryContext batch;		/* of the changes */
	RowChange  *changes;
	int			nchanges;
	int			max_changes;
	LocationInfo *locations;	/* of the changes with local dates, by name */
	int			nlocations;
	LedgerWriter *writer;		/* NULL: nothing has changed yet */
} History;

static History *history_begin(const Guard *guard, Relation rel,
							  int64 nrows);
static int64 count_rows(Tuplestorestate *rows);
static void history_end(History *history);
static void source_begin(RowSource *source, Relation rel, Tuplestorestate *rows);
static void source_begin_scan(RowSource *source, Relation rel,
							  Snapshot snapshot);
static TupleTableSlot *source_next(RowSource *source);
static void source_end(RowSource *source);
static bool read_batch(History *history);
static bool read_change(RowReader *reader, MemoryContext batch,
						TupleTableSlot *before, TupleTableSlot *after,
						RowChange *change);
static void read_promised(RowReader *reader, const MappedRow *row,
						  Promised *promised);
static void keep_keys(MemoryContext batch, Promised *promised);
static void find_locations(History *history);
static bool needs_zone(const Promised *promised);
static void look_up(void *arg);
static int	compare_names(const void *left, const void *right);
static int	compare_location(const void *name, const void *location);
static DueZone *zone_of(const History *history, const Promised *promised);
static Instant promised_at(const History *history, const Promised *promised);
static void enter_all(History *history);
static void enter_change(History *history, RowChange *change);
static int64 enter(History *history, const Promised *promised, Quantity change,
				   const char *kind);
static bool same_place(const History *history, const RowChange *change);
static void enter_gone(const History *history);
static void read_table(const Guard *guard, Oid table, TupleDesc desc,
					   Tuplestorestate *rows);
static void put_open(const History *history, const Promised *promised,
					 TupleDesc desc, Tuplestorestate *rows);

void
history_of_statement(const Guard *guard, const TriggerData *trigger)
{
	History    *history;
	int64		nrows = core_max(count_rows(trigger->tg_oldtable),
								 count_rows(trigger->tg_newtable));

	if (nrows == 0)
		return;
	history = history_begin(guard, trigger->tg_relation, nrows);
	source_begin(&history->before, history->rel, trigger->tg_oldtable);
	source_begin(&history->after, history->rel, trigger->tg_newtable);
	enter_all(history);
	history_end(history);
}

void
history_of_truncate(const Guard *guard, Relation rel)
{
	History    *history;
	Snapshot	snapshot;

	if (!RELKIND_HAS_STORAGE(rel->rd_rel->relkind))
		return;
	history = history_begin(guard, rel, BATCH_ROWS);
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	source_begin_scan(&history->before, rel, snapshot);
	enter_all(history);
	history_end(history);
	UnregisterSnapshot(snapshot);
}

void
history_read(Oid relation, TupleDesc desc, Tuplestorestate *rows)
{
	List	   *tables = find_all_inheritors(relation, AccessShareLock, NULL);
	const Guard *guards;
	int			nguards;
	ListCell   *cell;

	guards = guards_list(&nguards);
	for (int i = 0; i < nguards; i++)
	{
		if (guards[i].relation != relation || !guards[i].keeps_history)
			continue;
		foreach(cell, tables)
			read_table(&guards[i], lfirst_oid(cell), desc, rows);
	}
}

static void
read_table(const Guard *guard, Oid table, TupleDesc desc, Tuplestorestate *rows)
{
	Relation	rel = table_open(table, AccessShareLock);
	History    *history;
	bool		more = RELKIND_HAS_STORAGE(rel->rd_rel->relkind);

	history = history_begin(guard, rel, BATCH_ROWS);
	if (more)
		source_begin_scan(&history->after, rel, GetActiveSnapshot());
	while (more)
	{
		more = read_batch(history);
		for (int i = 0; i < history->nchanges; i++)
			put_open(history, &history->changes[i].is, desc, rows);
	}
	history_end(history);
	table_close(rel, NoLock);
}

static void
put_open(const History *history, const Promised *promised, TupleDesc desc,
		 Tuplestorestate *rows)
{
	MemoryContext old = MemoryContextSwitchTo(history->batch);
	Datum		values[LEDGER_OPEN_COLUMNS] = {0};
	bool		nulls[LEDGER_OPEN_COLUMNS] = {0};

	values[0] = CStringGetTextDatum(promised->ref);
	values[1] = CStringGetTextDatum(promised->item);
	values[2] = CStringGetTextDatum(promised->location);
	values[3] = TimestampTzGetDatum(promised_at(history, promised));
	values[4] = NumericGetDatum(quantity_get_numeric(promised->quantity));
	nulls[5] = promised->customer == NULL;
	if (!nulls[5])
		values[5] = CStringGetTextDatum(promised->customer);
	nulls[6] = promised->seller == NULL;
	if (!nulls[6])
		values[6] = CStringGetTextDatum(promised->seller);
	tuplestore_putvalues(rows, desc, values, nulls);
	MemoryContextSwitchTo(old);
}

static History *
history_begin(const Guard *guard, Relation rel, int64 nrows)
{
	History    *history = palloc0(sizeof(History));

	history->guard = guard;
	history->rel = rel;
	/* one more than there are, to come to their end */
	history->max_changes = core_min(nrows + 1, BATCH_ROWS);
	history->changes = palloc(history->max_changes * sizeof(RowChange));
	history->batch = AllocSetContextCreate(CurrentMemoryContext,
										   "promise history",
										   ALLOCSET_DEFAULT_SIZES);
	return history;
}

static void
history_end(History *history)
{
	source_end(&history->before);
	source_end(&history->after);
	MemoryContextDelete(history->batch);
	pfree(history->changes);
	pfree(history);
}

static int64
count_rows(Tuplestorestate *rows)
{
	return rows == NULL ? 0 : tuplestore_tuple_count(rows);
}

/*
 * Others read the same transition table, so it gets a position of our own.
 */
static void
source_begin(RowSource *source, Relation rel, Tuplestorestate *rows)
{
	if (rows == NULL)
		return;
	source->store = rows;
	source->pointer = tuplestore_alloc_read_pointer(rows, EXEC_FLAG_REWIND);
	tuplestore_select_read_pointer(rows, source->pointer);
	tuplestore_rescan(rows);
	source->slot = MakeSingleTupleTableSlot(RelationGetDescr(rel),
											&TTSOpsMinimalTuple);
}

static void
source_begin_scan(RowSource *source, Relation rel, Snapshot snapshot)
{
	source->scan = table_beginscan(rel, snapshot, 0, NULL);
	source->slot = table_slot_create(rel, NULL);
}

/* NULL at the end */
static TupleTableSlot *
source_next(RowSource *source)
{
	bool		found = false;

	if (source->scan != NULL)
		found = table_scan_getnextslot(source->scan, ForwardScanDirection,
									   source->slot);
	else if (source->store != NULL)
	{
		/* an expression may have read it in between */
		tuplestore_select_read_pointer(source->store, source->pointer);
		found = tuplestore_gettupleslot(source->store, true, false, source->slot);
	}
	return found ? source->slot : NULL;
}

static void
source_end(RowSource *source)
{
	if (source->slot != NULL)
		ExecDropSingleTupleTableSlot(source->slot);
	if (source->scan != NULL)
		table_endscan(source->scan);
}

/*
 * The changes of the next rows, in place of those before; false: there are no
 * more.
 */
static bool
read_batch(History *history)
{
	const Guard *guard = history->guard;
	RowReader  *reader;
	bool		more = true;

	MemoryContextReset(history->batch);
	history->nchanges = 0;
	reader = row_reader_begin(READ_FOR_HISTORY, guard->number, guard->role,
							  guard->relation, guard->mapping, history->rel);
	while (more && history->nchanges < history->max_changes)
	{
		TupleTableSlot *before = source_next(&history->before);
		TupleTableSlot *after = source_next(&history->after);

		more = before != NULL || after != NULL;
		if (more && read_change(reader, history->batch, before, after,
								&history->changes[history->nchanges]))
			history->nchanges++;
		row_reader_next(reader);
	}
	row_reader_end(reader);
	find_locations(history);
	return more;
}

/*
 * A row before and one after; NULL if there is none.  False: neither promises
 * anything.
 */
static bool
read_change(RowReader *reader, MemoryContext batch, TupleTableSlot *before,
			TupleTableSlot *after, RowChange *change)
{
	MappedRow	old_row = {.counts = false};
	MappedRow	new_row = {.counts = false};

	memset(change, 0, sizeof(RowChange));
	if (before != NULL)
		row_reader_read(reader, before, &old_row);
	if (after != NULL)
		row_reader_read(reader, after, &new_row);
	read_promised(reader, &old_row, &change->was);
	read_promised(reader, &new_row, &change->is);

	if (change->was.is_there &&
		(!change->is.is_there || strcmp(change->was.ref, change->is.ref) != 0))
		change->gone = gone_order_read(batch, reader, &old_row);
	keep_keys(batch, &change->was);
	keep_keys(batch, &change->is);
	return change->was.is_there || change->is.is_there;
}

/*
 * Its keys belong to the reader, and to the next row.
 */
static void
read_promised(RowReader *reader, const MappedRow *row, Promised *promised)
{
	Datum		value;
	Oid			type;

	if (!row->counts ||
		!row_reader_value(reader, row, "quantity", &value, &type) ||
		!value_quantity(value, type, &promised->quantity))
		return;
	promised->at = row_reader_instant(reader, row, "at");
	promised->ref = row_reader_key(reader, row, "ref");
	promised->item = row_reader_key(reader, row, "item");
	promised->location = row_reader_key(reader, row, "location");
	promised->quantity = Max(promised->quantity, 0);
	promised->is_hold =
		row_reader_value(reader, row, "kind", &value, &type) &&
		strcmp(TextDatumGetCString(value), "hold") == 0;
	promised->customer = row_reader_key(reader, row, "customer");
	promised->seller = row_reader_value(reader, row, "seller", &value, &type) ?
		TextDatumGetCString(value) : NULL;
	promised->is_there = promised->ref != NULL && promised->at.is_known;
}

static void
keep_keys(MemoryContext batch, Promised *promised)
{
	if (!promised->is_there)
		return;
	promised->ref = MemoryContextStrdup(batch, promised->ref);
	promised->item = MemoryContextStrdup(batch, promised->item);
	promised->location = MemoryContextStrdup(batch, promised->location);
	if (promised->customer != NULL)
		promised->customer = MemoryContextStrdup(batch, promised->customer);
	if (promised->seller != NULL)
		promised->seller = MemoryContextStrdup(batch, promised->seller);
}

/*
 * What is known of the locations of changes with local dates.
 */
static void
find_locations(History *history)
{
	MemoryContext old = MemoryContextSwitchTo(history->batch);
	const char **names = palloc((2 * history->nchanges + 1) * sizeof(char *));
	int			nnames = 0;

	for (int i = 0; i < history->nchanges; i++)
	{
		const RowChange *change = &history->changes[i];

		if (needs_zone(&change->was) || change->gone != NULL)
			names[nnames++] = change->was.location;
		if (needs_zone(&change->is))
			names[nnames++] = change->is.location;
	}
	qsort(names, nnames, sizeof(char *), compare_names);

	history->nlocations = 0;
	history->locations = palloc(Max(nnames, 1) * sizeof(LocationInfo));
	for (int i = 0; i < nnames; i++)
	{
		if (i == 0 || strcmp(names[i - 1], names[i]) != 0)
			locations_init(&history->locations[history->nlocations++], names[i]);
	}
	if (nnames > 0)
		fetch_run(look_up, history);
	MemoryContextSwitchTo(old);
}

static bool
needs_zone(const Promised *promised)
{
	return promised->is_there && promised->at.clock != VALUE_INSTANT;
}

static void
look_up(void *arg)
{
	History    *history = arg;
	Fetch		fetch = {
		.catalogue = mapping_catalogue(),
		.as_owner = true
	};

	locations_look_up(&fetch, history->locations, history->nlocations);
}

static int
compare_names(const void *left, const void *right)
{
	return strcmp(*(const char *const *) left, *(const char *const *) right);
}

static int
compare_location(const void *name, const void *location)
{
	return strcmp(name, ((const LocationInfo *) location)->name);
}

static DueZone *
zone_of(const History *history, const Promised *promised)
{
	LocationInfo *location = bsearch(promised->location, history->locations,
									 history->nlocations,
									 sizeof(LocationInfo), compare_location);

	Assert(location != NULL);
	return &location->zone;
}

static Instant
promised_at(const History *history, const Promised *promised)
{
	if (!needs_zone(promised))
		return promised->at.at;
	return value_in_zone(promised->at.at, promised->at.clock,
						 zone_of(history, promised));
}

/*
 * Enter the changes of all rows.
 */
static void
enter_all(History *history)
{
	bool		more = true;

	while (more)
	{
		more = read_batch(history);
		for (int i = 0; i < history->nchanges; i++)
			enter_change(history, &history->changes[i]);
		enter_gone(history);
	}
	if (history->writer != NULL)
		ledger_end(history->writer);
}

static void
enter_change(History *history, RowChange *change)
{
	const Promised *was = &change->was;
	const Promised *is = &change->is;
	bool		converted = was->is_there && was->is_hold &&
	is->is_there && !is->is_hold;

	if (change->gone != NULL)
	{
		change->entry = enter(history, was, -was->quantity, "delete");
		if (is->is_there && is->quantity > 0)
			enter(history, is, is->quantity, "insert");
	}
	else if (!was->is_there)
	{
		if (is->quantity > 0)
			enter(history, is, is->quantity, "insert");
	}
	else if (same_place(history, change))
	{
		if (is->quantity != was->quantity || converted)
			enter(history, is, is->quantity - was->quantity,
				  converted ? "convert" : "update");
	}
	else
	{
		const char *kind = converted ? "convert" : "update";

		if (was->quantity > 0)
			enter(history, was, -was->quantity, kind);
		if (is->quantity > 0)
			enter(history, is, is->quantity, kind);
	}
}

static bool
same_place(const History *history, const RowChange *change)
{
	return strcmp(change->was.item, change->is.item) == 0 &&
		strcmp(change->was.location, change->is.location) == 0 &&
		promised_at(history, &change->was) == promised_at(history, &change->is);
}

static int64
enter(History *history, const Promised *promised, Quantity change,
	  const char *kind)
{
	LedgerLine	line = {
		.ref = promised->ref,
		.item = promised->item,
		.location = promised->location,
		.at = promised_at(history, promised),
		.change = change,
		.kind = kind,
		.customer = promised->customer,
		.seller = promised->seller
	};

	if (history->writer == NULL)
		history->writer = ledger_begin(history->guard->relation);
	return ledger_put(history->writer, &line);
}

/*
 * Keep what the rows said that are gone.
 */
static void
enter_gone(const History *history)
{
	Record	   *record = NULL;

	for (int i = 0; i < history->nchanges; i++)
	{
		const RowChange *change = &history->changes[i];

		if (change->gone == NULL)
			continue;
		if (record == NULL)
			record = record_open("gone_order");
		gone_order_add(record, change->gone, change->entry, change->was.ref,
					   zone_of(history, &change->was));
	}
	if (record != NULL)
		record_close(record);
}
