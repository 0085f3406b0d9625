/*
 * gone_order.c - what rows of mapped relations said when they went.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "store/gone_order.h"
#include "store/value.h"

/* columns of promise.gone_order */
enum
{
	GONE_ENTRY,
	GONE_REF,
	GONE_FIRST_FACT,
	NUM_FACTS = 8,
	NUM_GONE_COLUMNS = GONE_FIRST_FACT + NUM_FACTS
};

typedef enum FactKind
{
	FACT_KEY,
	FACT_TEXT,
	FACT_NUMBER,
	FACT_INSTANT
} FactKind;

/* the others, in order */
static const struct
{
	const char *column;
	FactKind	kind;
}			facts[NUM_FACTS] = {
	{"kind", FACT_TEXT},
	{"group_ref", FACT_KEY},
	{"accepted_at", FACT_INSTANT},
	{"requested_at", FACT_INSTANT},
	{"channel", FACT_TEXT},
	{"price", FACT_NUMBER},
	{"cost", FACT_NUMBER},
	{"currency", FACT_TEXT}
};

struct GoneOrder
{
	const char *texts[NUM_FACTS];	/* NULL: not known */
	LocalInstant instants[NUM_FACTS];
};

static const char *read_text(RowReader *reader, const MappedRow *row, int fact);

GoneOrder *
gone_order_read(MemoryContext context, RowReader *reader, const MappedRow *row)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	GoneOrder  *gone = palloc0(sizeof(GoneOrder));

	for (int i = 0; i < NUM_FACTS; i++)
	{
		if (facts[i].kind == FACT_INSTANT)
			gone->instants[i] = row_reader_instant(reader, row, facts[i].column);
		else
			gone->texts[i] = read_text(reader, row, i);
	}
	MemoryContextSwitchTo(old);
	return gone;
}

/* in the current memory context; NULL: the row does not say it */
static const char *
read_text(RowReader *reader, const MappedRow *row, int fact)
{
	Datum		value;
	Oid			type;

	if (facts[fact].kind == FACT_KEY)
	{
		const char *key = row_reader_key(reader, row, facts[fact].column);

		return key == NULL ? NULL : pstrdup(key);
	}
	if (!row_reader_value(reader, row, facts[fact].column, &value, &type))
		return NULL;
	return facts[fact].kind == FACT_NUMBER ? value_number_text(value, type) :
		TextDatumGetCString(value);
}

void
gone_order_add(Record *record, const GoneOrder *gone, int64 entry,
			   const char *ref, DueZone *zone)
{
	MemoryContext old = MemoryContextSwitchTo(record_memory(record));
	Datum		values[NUM_GONE_COLUMNS] = {0};
	bool		nulls[NUM_GONE_COLUMNS] = {0};

	values[GONE_ENTRY] = Int64GetDatum(entry);
	values[GONE_REF] = CStringGetTextDatum(ref);
	for (int i = 0; i < NUM_FACTS; i++)
	{
		int			column = GONE_FIRST_FACT + i;
		const LocalInstant *instant = &gone->instants[i];

		nulls[column] = gone->texts[i] == NULL && !instant->is_known;
		if (nulls[column])
			continue;
		if (instant->is_known)
			values[column] =
				TimestampTzGetDatum(value_in_zone(instant->at, instant->clock,
												  zone));
		else if (facts[i].kind == FACT_NUMBER)
			values[column] = DirectFunctionCall3(numeric_in,
												 CStringGetDatum(gone->texts[i]),
												 ObjectIdGetDatum(InvalidOid),
												 Int32GetDatum(-1));
		else
			values[column] = CStringGetTextDatum(gone->texts[i]);
	}
	record_add(record, values, nulls);
	MemoryContextSwitchTo(old);
	MemoryContextReset(record_memory(record));
}
