/*
 * amendment.c - what is changed of a promise that the ledger does not tell.
 *
 * Rows follow from what the caller was allowed to change (record.h).
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"
#include "utils/xid8.h"

#include "store/amendment.h"
#include "store/record.h"
#include "store/settings.h"
#include "types/instant_literal.h"

/* columns of promise.amendment */
enum
{
	AMENDMENT_ENTRY,
	AMENDMENT_REF,
	AMENDMENT_COLUMN_NAME,
	AMENDMENT_WAS,
	AMENDMENT_BECAME,
	AMENDMENT_WHO,
	AMENDMENT_SESSION_WHO,
	AMENDMENT_AT_TIME,
	AMENDMENT_TRANSACTION,
	NUM_AMENDMENT_COLUMNS
};

/* what a column holds */
typedef struct Content
{
	Form_pg_attribute column;
	Datum		value;
	bool		is_null;
} Content;

static Content read_column(TupleTableSlot *slot, const char *name);
static bool same_content(const Content *a, const Content *b);
static void put_content(const Content *content, Datum *value, bool *is_null);
static Datum role_name(Oid role);

void
amendment_add(const TriggerData *trigger)
{
	Record	   *record = record_open("amendment");
	Oid			sequence = get_relname_relid("ledger_entry_seq",
											 get_namespace_oid("promise", false));
	MemoryContext caller = MemoryContextSwitchTo(record_memory(record));
	Datum		values[NUM_AMENDMENT_COLUMNS];
	bool		nulls[NUM_AMENDMENT_COLUMNS] = {0};
	Instant		now;

	if (!settings_clock(&now))
		now = GetCurrentTimestamp();
	values[AMENDMENT_REF] = read_column(trigger->tg_trigslot, "ref").value;
	values[AMENDMENT_WHO] = role_name(GetUserId());
	values[AMENDMENT_SESSION_WHO] = role_name(GetSessionUserId());
	values[AMENDMENT_AT_TIME] = TimestampTzGetDatum(now);
	values[AMENDMENT_TRANSACTION] =
		FullTransactionIdGetDatum(GetTopFullTransactionId());

	for (int i = 0; i < trigger->tg_trigger->tgnargs; i++)
	{
		const char *name = trigger->tg_trigger->tgargs[i];
		Content		before = read_column(trigger->tg_trigslot, name);
		Content		after = read_column(trigger->tg_newslot, name);

		if (same_content(&before, &after))
			continue;
		values[AMENDMENT_ENTRY] =
			Int64GetDatum(nextval_internal(sequence, false));
		values[AMENDMENT_COLUMN_NAME] = CStringGetTextDatum(name);
		put_content(&before, &values[AMENDMENT_WAS], &nulls[AMENDMENT_WAS]);
		put_content(&after, &values[AMENDMENT_BECAME], &nulls[AMENDMENT_BECAME]);
		record_add(record, values, nulls);
	}
	MemoryContextSwitchTo(caller);
	record_close(record);
}

static Content
read_column(TupleTableSlot *slot, const char *name)
{
	TupleDesc	desc = slot->tts_tupleDescriptor;
	int			number = SPI_fnumber(desc, name);
	Content		result;

	if (number <= 0)
		elog(ERROR, "there is no column \"%s\"", name);
	result.column = TupleDescAttr(desc, number - 1);
	result.value = slot_getattr(slot, number, &result.is_null);
	return result;
}

/* as IS NOT DISTINCT FROM has it */
static bool
same_content(const Content *a, const Content *b)
{
	TypeCacheEntry *type;

	if (a->is_null || b->is_null)
		return a->is_null && b->is_null;
	type = lookup_type_cache(a->column->atttypid, TYPECACHE_EQ_OPR_FINFO);
	return DatumGetBool(FunctionCall2Coll(&type->eq_opr_finfo,
										  a->column->attcollation,
										  a->value, b->value));
}

/* as text that depends on no setting */
static void
put_content(const Content *content, Datum *value, bool *is_null)
{
	StringInfoData text;
	Oid			output;
	bool		is_varlena;

	*is_null = content->is_null;
	if (content->is_null)
		return;

	initStringInfo(&text);
	if (content->column->atttypid == TIMESTAMPTZOID)
		instant_literal_append(&text, DatumGetTimestampTz(content->value));
	else
	{
		getTypeOutputInfo(content->column->atttypid, &output, &is_varlena);
		appendStringInfoString(&text,
							   OidOutputFunctionCall(output, content->value));
	}
	*value = CStringGetTextDatum(text.data);
}

static Datum
role_name(Oid role)
{
	return CStringGetTextDatum(GetUserNameFromId(role, false));
}
