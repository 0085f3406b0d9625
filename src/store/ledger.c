/*
 * ledger.c - the insert-only record of every promise.
 *
 * Entries are put into the table below SQL (record.h): nobody has the right to
 * change the ledger (promise.ledger_keep refuses it).  What is written is not
 * the caller's to say, it follows from the rows that the caller was allowed to
 * change.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "utils/xid8.h"

#include "store/ledger.h"
#include "store/record.h"
#include "store/settings.h"
#include "types/quantity_numeric.h"

/* columns of promise.commitment that the ledger follows */
enum
{
	COMMITMENT_REF,
	COMMITMENT_ITEM,
	COMMITMENT_LOCATION,
	COMMITMENT_AT,
	COMMITMENT_QUANTITY,
	COMMITMENT_KIND,
	COMMITMENT_DELIVERED_AT = 17,
	COMMITMENT_PART_OF = 22,
	NUM_COMMITMENT_COLUMNS
};

/* columns of promise.ledger */
enum
{
	ENTRY_NUMBER,
	ENTRY_REF,
	ENTRY_ITEM,
	ENTRY_LOCATION,
	ENTRY_AT,
	ENTRY_CHANGE,
	ENTRY_KIND,
	ENTRY_WHO,
	ENTRY_SESSION_WHO,
	ENTRY_AT_TIME,
	ENTRY_TRANSACTION,
	ENTRY_DELIVERED_AT,
	ENTRY_PART_OF,
	ENTRY_RELATION,
	ENTRY_CUSTOMER,
	ENTRY_SELLER,
	NUM_ENTRY_COLUMNS
};

/* writing entries, within one statement */
struct LedgerWriter
{
	Oid			relation;		/* that is mapped; InvalidOid:
								 * promise.commitment */
	Datum		customer;		/* as its row says; 0: NULL */
	Datum		seller;
	Record	   *record;			/* its memory is for one row of
								 * promise.commitment */
	Oid			sequence;
	LedgerEntry last;			/* of that row; number 0: none */
	Datum		at_time;
	Datum		who;
	Datum		session_who;
	Datum		transaction;
	Instant		delivered_at;	/* of what the row has less of; INSTANT_END:
								 * that was not delivered */
};

/* reading a transition table; values belong to the slot */
typedef struct ChangedRows
{
	Tuplestorestate *store;		/* NULL: it has no rows */
	TupleTableSlot *slot;
	Instant		delivered_at;	/* of the current row; INSTANT_END: none */
} ChangedRows;

static void writer_open(LedgerWriter *writer, Oid relation);
static void collect(const LedgerEntry *entry);
static void add_change(LedgerWriter *writer, const Datum *before,
					   const Datum *after);
static void add_entry(LedgerWriter *writer, const Datum *row, Datum change,
					  const char *kind);
static const char *cause_kind(const char *statement);
static bool is_less(Datum change);
static bool same_place(const Datum *a, const Datum *b);
static bool same_text(Datum a, Datum b);
static bool is_hold(Datum kind);
static void rows_open(ChangedRows *rows, const TriggerData *trigger,
					  Tuplestorestate *store);
static const Datum *rows_next(ChangedRows *rows);
static void add_query(Oid relation, const char *text, const char *kind,
					  EphemeralNamedRelation rows);
static Datum query_column(uint64 row, int column);
static void register_rows(EphemeralNamedRelation rows);
static Datum role_name(Oid role);

/* on whose behalf; set and set back by ledger_set_cause */
static LedgerCause current_cause = LEDGER_STATEMENT;

/* when that is delivered; set and set back by ledger_set_delivery */
static Instant current_delivery = INSTANT_END;

/* who wants to know the numbers; set and set back by ledger_collect */
static LedgerEntries *current_entries = NULL;

LedgerCause
ledger_set_cause(LedgerCause cause)
{
	LedgerCause before = current_cause;

	current_cause = cause;
	return before;
}

Instant
ledger_set_delivery(Instant at)
{
	Instant		before = current_delivery;

	current_delivery = at;
	return before;
}

void
ledger_entries_init(LedgerEntries *entries)
{
	entries->max_entries = 1;
	entries->nentries = 0;
	entries->entries = palloc(sizeof(LedgerEntry));
}

LedgerEntries *
ledger_collect(LedgerEntries *entries)
{
	LedgerEntries *before = current_entries;

	current_entries = entries;
	return before;
}

/*
 * The rows of an update come in the same order before and after.  Would they
 * not, the sums were right all the same: two halves are written instead of a
 * difference.
 */
void
ledger_add_statement(const TriggerData *trigger)
{
	LedgerWriter writer;
	ChangedRows before;
	ChangedRows after;

	writer_open(&writer, InvalidOid);
	rows_open(&before, trigger, trigger->tg_oldtable);
	rows_open(&after, trigger, trigger->tg_newtable);

	for (;;)
	{
		const Datum *old_row = rows_next(&before);
		const Datum *new_row = rows_next(&after);
		MemoryContext caller;

		CHECK_FOR_INTERRUPTS();
		if (old_row == NULL && new_row == NULL)
			break;

		writer.delivered_at = current_delivery;
		if (current_cause == LEDGER_STATEMENT &&
			before.delivered_at == INSTANT_END)
			writer.delivered_at = after.delivered_at;

		writer.last.number = 0;
		caller = MemoryContextSwitchTo(record_memory(writer.record));
		add_change(&writer, old_row, new_row);
		MemoryContextSwitchTo(caller);
		collect(&writer.last);
		MemoryContextReset(record_memory(writer.record));
	}

	if (before.slot != NULL)
		ExecDropSingleTupleTableSlot(before.slot);
	if (after.slot != NULL)
		ExecDropSingleTupleTableSlot(after.slot);
	record_close(writer.record);
}

void
ledger_add_opening(void)
{
	add_query(InvalidOid,
			  "SELECT n.ref, n.item, n.location, n.at, pg_catalog.sum(n.quantity),\n"
			  "  pg_catalog.max(n.part_of)\n"
			  "FROM (SELECT c.ref, c.item, c.location, c.at, c.quantity, c.part_of\n"
			  "  FROM promise.commitment AS c\n"
			  "  UNION ALL\n"
			  "  SELECT l.ref, l.item, l.location, l.at, OPERATOR(pg_catalog.-) l.change,\n"
			  "    l.part_of\n"
			  "  FROM promise.ledger AS l WHERE l.relation IS NULL) AS n\n"
			  "GROUP BY n.ref, n.item, n.location, n.at\n"
			  "HAVING pg_catalog.sum(n.quantity) OPERATOR(pg_catalog.<>) 0\n"
			  "ORDER BY n.ref, n.at", "opening", NULL);
}

void
ledger_add_truncate(void)
{
	add_query(InvalidOid,
			  "SELECT c.ref, c.item, c.location, c.at,\n"
			  "  OPERATOR(pg_catalog.-) c.quantity, c.part_of\n"
			  "FROM promise.commitment AS c\n"
			  "WHERE c.quantity OPERATOR(pg_catalog.>) 0\n"
			  "ORDER BY c.ref", "delete", NULL);
}

TupleDesc
ledger_open_desc(void)
{
	TupleDesc	desc = CreateTemplateTupleDesc(LEDGER_OPEN_COLUMNS);

	TupleDescInitEntry(desc, 1, "ref", TEXTOID, -1, 0);
	TupleDescInitEntry(desc, 2, "item", TEXTOID, -1, 0);
	TupleDescInitEntry(desc, 3, "location", TEXTOID, -1, 0);
	TupleDescInitEntry(desc, 4, "at", TIMESTAMPTZOID, -1, 0);
	TupleDescInitEntry(desc, 5, "quantity", NUMERICOID, -1, 0);
	TupleDescInitEntry(desc, 6, "customer", TEXTOID, -1, 0);
	TupleDescInitEntry(desc, 7, "seller", TEXTOID, -1, 0);
	return desc;
}

void
ledger_add_mapped_opening(Oid relation, TupleDesc desc, Tuplestorestate *rows)
{
	EphemeralNamedRelationData named = {
		.md = {
			.name = "open_row",
			.tupdesc = desc,
			.enrtype = ENR_NAMED_TUPLESTORE,
			.enrtuples = tuplestore_tuple_count(rows)
		},
		.reldata = rows
	};
	char	   *text =
	psprintf("SELECT n.ref, n.item, n.location, n.at, pg_catalog.sum(n.quantity),\n"
			 "  NULL::pg_catalog.text, pg_catalog.max(n.customer), pg_catalog.max(n.seller)\n"
			 "FROM (SELECT o.ref, o.item, o.location, o.at, o.quantity, o.customer, o.seller\n"
			 "  FROM open_row AS o\n"
			 "  UNION ALL\n"
			 "  SELECT l.ref, l.item, l.location, l.at, OPERATOR(pg_catalog.-) l.change,\n"
			 "    l.customer, l.seller\n"
			 "  FROM promise.ledger AS l\n"
			 "  WHERE l.relation OPERATOR(pg_catalog.=) %u) AS n\n"
			 "GROUP BY n.ref, n.item, n.location, n.at\n"
			 "HAVING pg_catalog.sum(n.quantity) OPERATOR(pg_catalog.<>) 0\n"
			 "ORDER BY n.ref, n.at", relation);

	add_query(relation, text, "opening", &named);
}

LedgerWriter *
ledger_begin(Oid relation)
{
	LedgerWriter *writer = palloc(sizeof(LedgerWriter));

	writer_open(writer, relation);
	return writer;
}

/*
 * Returns the number of the entry.
 */
int64
ledger_put(LedgerWriter *writer, const LedgerLine *line)
{
	MemoryContext caller = MemoryContextSwitchTo(record_memory(writer->record));
	Datum		row[NUM_COMMITMENT_COLUMNS] = {0};

	row[COMMITMENT_REF] = CStringGetTextDatum(line->ref);
	row[COMMITMENT_ITEM] = CStringGetTextDatum(line->item);
	row[COMMITMENT_LOCATION] = CStringGetTextDatum(line->location);
	row[COMMITMENT_AT] = TimestampTzGetDatum(line->at);
	writer->customer = line->customer == NULL ? 0 :
		CStringGetTextDatum(line->customer);
	writer->seller = line->seller == NULL ? 0 :
		CStringGetTextDatum(line->seller);
	add_entry(writer, row, NumericGetDatum(quantity_get_numeric(line->change)),
			  line->kind);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(record_memory(writer->record));
	return writer->last.number;
}

void
ledger_end(LedgerWriter *writer)
{
	record_close(writer->record);
	pfree(writer);
}

/*
 * Write an entry for every row of a query that yields ref, item, location, at,
 * change and part_of, and of a mapped relation customer and seller.  It sees what is committed now, whatever the transaction's
 * snapshot, and every row, whatever the policies: it runs as the owner of the
 * ledger.  Rows that are at hand it may read by their name; NULL: there are none.
 */
static void
add_query(Oid relation, const char *text, const char *kind,
		  EphemeralNamedRelation rows)
{
	LedgerWriter writer;
	SPIPlanPtr	plan;
	Portal		portal;
	Oid			caller;
	int			security;

	writer_open(&writer, relation);
	GetUserIdAndSecContext(&caller, &security);
	SetUserIdAndSecContext(record_owner(writer.record),
						   security | SECURITY_LOCAL_USERID_CHANGE |
						   SECURITY_RESTRICTED_OPERATION |
						   SECURITY_NOFORCE_RLS);
	PushActiveSnapshot(GetLatestSnapshot());
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (rows != NULL)
		register_rows(rows);
	plan = SPI_prepare(text, 0, NULL);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	portal = SPI_cursor_open(NULL, plan, NULL, NULL, true);

	for (;;)
	{
		SPI_cursor_fetch(portal, true, 1000);
		if (SPI_processed == 0)
			break;
		for (uint64 i = 0; i < SPI_processed; i++)
		{
			Datum		row[NUM_COMMITMENT_COLUMNS] = {0};

			CHECK_FOR_INTERRUPTS();
			for (int j = 0; j <= COMMITMENT_QUANTITY; j++)
				row[j] = query_column(i, j);
			row[COMMITMENT_PART_OF] = query_column(i, COMMITMENT_QUANTITY + 1);
			if (rows != NULL)
			{
				writer.customer = query_column(i, COMMITMENT_QUANTITY + 2);
				writer.seller = query_column(i, COMMITMENT_QUANTITY + 3);
			}
			add_entry(&writer, row, row[COMMITMENT_QUANTITY], kind);
			MemoryContextReset(record_memory(writer.record));
		}
		SPI_freetuptable(SPI_tuptable);
	}
	SPI_cursor_close(portal);
	SPI_finish();
	PopActiveSnapshot();
	SetUserIdAndSecContext(caller, security);
	record_close(writer.record);
}

/* of a row that was fetched; 0: NULL */
static Datum
query_column(uint64 row, int column)
{
	bool		is_null;
	Datum		value = SPI_getbinval(SPI_tuptable->vals[row],
									  SPI_tuptable->tupdesc, column + 1, &is_null);

	return is_null ? 0 : value;
}

static void
register_rows(EphemeralNamedRelation rows)
{
	int			result = SPI_register_relation(rows);

	if (result < 0)
		elog(ERROR, "SPI_register_relation failed: %s",
			 SPI_result_code_string(result));
}

static void
writer_open(LedgerWriter *writer, Oid relation)
{
	Oid			namespace = get_namespace_oid("promise", false);
	Instant		now;

	writer->relation = relation;
	writer->customer = 0;
	writer->seller = 0;
	writer->record = record_open("ledger");
	writer->sequence = get_relname_relid("ledger_entry_seq", namespace);
	writer->last.number = 0;
	if (!settings_clock(&now))
		now = GetCurrentTimestamp();
	writer->at_time = TimestampTzGetDatum(now);
	writer->who = role_name(GetUserId());
	writer->session_who = role_name(GetSessionUserId());
	writer->transaction =
		FullTransactionIdGetDatum(GetTopFullTransactionId());
	writer->delivered_at = INSTANT_END;
}

static Datum
role_name(Oid role)
{
	return CStringGetTextDatum(GetUserNameFromId(role, false));
}

/*
 * One row of promise.commitment that was (NULL: was not there) and is (NULL: is
 * not there any more).
 */
static void
add_change(LedgerWriter *writer, const Datum *before, const Datum *after)
{
	Datum		zero = NumericGetDatum(int64_to_numeric(0));
	Datum		was = before == NULL ? zero : before[COMMITMENT_QUANTITY];
	Datum		is = after == NULL ? zero : after[COMMITMENT_QUANTITY];
	bool		expired = current_cause == LEDGER_RENEW ||
	current_cause == LEDGER_CONVERT_EXPIRED;
	bool		converted = before != NULL && after != NULL &&
	is_hold(before[COMMITMENT_KIND]) && !is_hold(after[COMMITMENT_KIND]);
	const char *statement = converted ? "convert" :
	before == NULL ? "insert" : after == NULL ? "delete" : "update";

	if (before != NULL && after != NULL && !expired &&
		same_place(before, after))
	{
		Datum		change = DirectFunctionCall2(numeric_sub, is, was);

		if (converted ||
			!DatumGetBool(DirectFunctionCall2(numeric_eq, change, zero)))
			add_entry(writer, after, change, cause_kind(statement));
		return;
	}

	if (DatumGetBool(DirectFunctionCall2(numeric_gt, was, zero)))
		add_entry(writer, before, DirectFunctionCall1(numeric_uminus, was),
				  expired ? "expire" : cause_kind(statement));
	if (DatumGetBool(DirectFunctionCall2(numeric_gt, is, zero)))
		add_entry(writer, after, is, cause_kind(statement));
}

/* what an entry is called; a statement says so itself */
static const char *
cause_kind(const char *statement)
{
	switch (current_cause)
	{
		case LEDGER_STATEMENT:
			break;
		case LEDGER_COMMIT:
			return "commit";
		case LEDGER_HOLD:
		case LEDGER_RENEW:
			return "hold";
		case LEDGER_CONVERT:
		case LEDGER_CONVERT_EXPIRED:
			return "convert";
		case LEDGER_CHANGE:
			return "change";
		case LEDGER_DELIVER:
			return "deliver";
		case LEDGER_RELEASE:
			return "release";
	}
	return statement;
}

static void
add_entry(LedgerWriter *writer, const Datum *row, Datum change,
		  const char *kind)
{
	Datum		values[NUM_ENTRY_COLUMNS];
	bool		nulls[NUM_ENTRY_COLUMNS] = {0};
	MemoryContext caller = MemoryContextSwitchTo(record_memory(writer->record));

	writer->last.number = nextval_internal(writer->sequence, false);
	writer->last.ref = TextDatumGetCString(row[COMMITMENT_REF]);
	values[ENTRY_NUMBER] = Int64GetDatum(writer->last.number);
	values[ENTRY_REF] = row[COMMITMENT_REF];
	values[ENTRY_ITEM] = row[COMMITMENT_ITEM];
	values[ENTRY_LOCATION] = row[COMMITMENT_LOCATION];
	values[ENTRY_AT] = row[COMMITMENT_AT];
	values[ENTRY_CHANGE] = change;
	values[ENTRY_KIND] = CStringGetTextDatum(kind);
	values[ENTRY_WHO] = writer->who;
	values[ENTRY_SESSION_WHO] = writer->session_who;
	values[ENTRY_AT_TIME] = writer->at_time;
	values[ENTRY_TRANSACTION] = writer->transaction;
	values[ENTRY_DELIVERED_AT] = TimestampTzGetDatum(writer->delivered_at);
	nulls[ENTRY_DELIVERED_AT] =
		writer->delivered_at == INSTANT_END || !is_less(change);
	/* a NULL of a row is 0, which no text is */
	values[ENTRY_PART_OF] = row[COMMITMENT_PART_OF];
	nulls[ENTRY_PART_OF] = row[COMMITMENT_PART_OF] == 0;
	values[ENTRY_RELATION] = ObjectIdGetDatum(writer->relation);
	nulls[ENTRY_RELATION] = !OidIsValid(writer->relation);
	values[ENTRY_CUSTOMER] = writer->customer;
	nulls[ENTRY_CUSTOMER] = writer->customer == 0;
	values[ENTRY_SELLER] = writer->seller;
	nulls[ENTRY_SELLER] = writer->seller == 0;
	record_add(writer->record, values, nulls);
	MemoryContextSwitchTo(caller);
}

static void
collect(const LedgerEntry *entry)
{
	LedgerEntries *entries = current_entries;

	if (entries == NULL || entry->number == 0)
		return;
	if (entries->nentries == entries->max_entries)
	{
		entries->max_entries *= 2;
		entries->entries = repalloc_huge(entries->entries,
										 (Size) entries->max_entries *
										 sizeof(LedgerEntry));
	}
	entries->entries[entries->nentries].number = entry->number;
	entries->entries[entries->nentries++].ref =
		MemoryContextStrdup(GetMemoryChunkContext(entries->entries), entry->ref);
}

static bool
is_less(Datum change)
{
	Datum		zero = NumericGetDatum(int64_to_numeric(0));

	return DatumGetBool(DirectFunctionCall2(numeric_lt, change, zero));
}

static bool
same_place(const Datum *a, const Datum *b)
{
	return same_text(a[COMMITMENT_REF], b[COMMITMENT_REF]) &&
		same_text(a[COMMITMENT_ITEM], b[COMMITMENT_ITEM]) &&
		same_text(a[COMMITMENT_LOCATION], b[COMMITMENT_LOCATION]) &&
		DatumGetTimestampTz(a[COMMITMENT_AT]) ==
		DatumGetTimestampTz(b[COMMITMENT_AT]);
}

static bool
same_text(Datum a, Datum b)
{
	text	   *left = DatumGetTextPP(a);
	text	   *right = DatumGetTextPP(b);
	Size		length = VARSIZE_ANY_EXHDR(left);

	return length == VARSIZE_ANY_EXHDR(right) &&
		memcmp(VARDATA_ANY(left), VARDATA_ANY(right), length) == 0;
}

static bool
is_hold(Datum kind)
{
	text	   *name = DatumGetTextPP(kind);

	return VARSIZE_ANY_EXHDR(name) == strlen("hold") &&
		memcmp(VARDATA_ANY(name), "hold", strlen("hold")) == 0;
}

static void
rows_open(ChangedRows *rows, const TriggerData *trigger, Tuplestorestate *store)
{
	rows->store = store;
	rows->slot = NULL;
	rows->delivered_at = INSTANT_END;
	if (store != NULL)
	{
		rows->slot = MakeSingleTupleTableSlot(RelationGetDescr(trigger->tg_relation),
											  &TTSOpsMinimalTuple);
		/* other triggers read the same rows */
		tuplestore_select_read_pointer(store, 0);
		tuplestore_rescan(store);
	}
}

/*
 * The columns of the next row, valid until the next call; NULL at the end.
 */
static const Datum *
rows_next(ChangedRows *rows)
{
	rows->delivered_at = INSTANT_END;
	if (rows->store == NULL ||
		!tuplestore_gettupleslot(rows->store, true, false, rows->slot))
		return NULL;
	slot_getsomeattrs(rows->slot, NUM_COMMITMENT_COLUMNS);
	if (rows->slot->tts_isnull[COMMITMENT_PART_OF])
		rows->slot->tts_values[COMMITMENT_PART_OF] = 0;
	if (!rows->slot->tts_isnull[COMMITMENT_DELIVERED_AT])
		rows->delivered_at =
			DatumGetTimestampTz(rows->slot->tts_values[COMMITMENT_DELIVERED_AT]);
	return rows->slot->tts_values;
}
