/*
 * commitment_row.c - the columns of promise.commitment.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "store/commitment_row.h"
#include "types/quantity_numeric.h"

static void put_text(Datum *values, char *nulls, Column column, const char *text);
static void put_instant(Datum *values, char *nulls, Column column, Instant at);

Commitment *
commitment_row_make(HeapTuple tuple, TupleDesc desc, MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	Commitment *row = palloc0(sizeof(Commitment));
	Datum		values[NUM_COLUMNS];
	bool		nulls[NUM_COLUMNS];

	heap_deform_tuple(tuple, desc, values, nulls);

#define TEXT(column_) \
	(nulls[column_] ? NULL : TextDatumGetCString(values[column_]))
#define INSTANT(column_) \
	(nulls[column_] ? INSTANT_END : DatumGetTimestampTz(values[column_]))

	row->ref = TEXT(COLUMN_REF);
	row->item = TEXT(COLUMN_ITEM);
	row->location = TEXT(COLUMN_LOCATION);
	row->at = INSTANT(COLUMN_AT);
	row->quantity = quantity_from_datum(values[COLUMN_QUANTITY]);
	row->kind = TEXT(COLUMN_ROW_KIND);
	row->group_ref = TEXT(COLUMN_GROUP_REF);
	row->priority = DatumGetInt32(values[COLUMN_PRIORITY]);
	row->has_requested_quantity = !nulls[COLUMN_REQUESTED_QUANTITY];
	if (row->has_requested_quantity)
		row->requested_quantity =
			quantity_from_datum(values[COLUMN_REQUESTED_QUANTITY]);
	row->requested_at = INSTANT(COLUMN_REQUESTED_AT);
	row->accepted_at = INSTANT(COLUMN_ACCEPTED_AT);
	row->available_at = INSTANT(COLUMN_AVAILABLE_AT);
	row->delivered_at = INSTANT(COLUMN_DELIVERED_AT);
	row->expires_at = INSTANT(COLUMN_EXPIRES_AT);
	row->fixed = DatumGetBool(values[COLUMN_FIXED]);
	row->customer = TEXT(COLUMN_CUSTOMER);
	row->channel = TEXT(COLUMN_CHANNEL);
	row->zone = TEXT(COLUMN_ZONE);
	row->seller = TEXT(COLUMN_SELLER);
	row->currency = TEXT(COLUMN_CURRENCY);
	row->price_is_null = nulls[COLUMN_PRICE];
	if (!row->price_is_null)
		row->price = NumericGetDatum(DatumGetNumericCopy(values[COLUMN_PRICE]));
	row->cost_is_null = nulls[COLUMN_COST];
	if (!row->cost_is_null)
		row->cost = NumericGetDatum(DatumGetNumericCopy(values[COLUMN_COST]));
	row->part_of = TEXT(COLUMN_PART_OF);

#undef TEXT
#undef INSTANT

	MemoryContextSwitchTo(old);
	return row;
}

void
commitment_row_fill(const Commitment *row, Datum *values, char *nulls)
{
	memset(nulls, ' ', NUM_COLUMNS);

	put_text(values, nulls, COLUMN_REF, row->ref);
	put_text(values, nulls, COLUMN_ITEM, row->item);
	put_text(values, nulls, COLUMN_LOCATION, row->location);
	values[COLUMN_AT] = TimestampTzGetDatum(row->at);
	values[COLUMN_QUANTITY] =
		NumericGetDatum(quantity_get_numeric(row->quantity));
	put_text(values, nulls, COLUMN_ROW_KIND, row->kind);
	put_text(values, nulls, COLUMN_GROUP_REF, row->group_ref);
	values[COLUMN_PRIORITY] = Int32GetDatum(row->priority);
	if (row->has_requested_quantity)
		values[COLUMN_REQUESTED_QUANTITY] =
			NumericGetDatum(quantity_get_numeric(row->requested_quantity));
	else
		nulls[COLUMN_REQUESTED_QUANTITY] = 'n';
	put_instant(values, nulls, COLUMN_REQUESTED_AT, row->requested_at);
	put_instant(values, nulls, COLUMN_ACCEPTED_AT, row->accepted_at);
	put_instant(values, nulls, COLUMN_AVAILABLE_AT, row->available_at);
	put_instant(values, nulls, COLUMN_DELIVERED_AT, row->delivered_at);
	put_instant(values, nulls, COLUMN_EXPIRES_AT, row->expires_at);
	values[COLUMN_FIXED] = BoolGetDatum(row->fixed);
	put_text(values, nulls, COLUMN_CUSTOMER, row->customer);
	put_text(values, nulls, COLUMN_CHANNEL, row->channel);
	put_text(values, nulls, COLUMN_ZONE, row->zone);
	put_text(values, nulls, COLUMN_SELLER, row->seller);
	put_text(values, nulls, COLUMN_CURRENCY, row->currency);
	values[COLUMN_PRICE] = row->price;
	if (row->price_is_null)
		nulls[COLUMN_PRICE] = 'n';
	values[COLUMN_COST] = row->cost;
	if (row->cost_is_null)
		nulls[COLUMN_COST] = 'n';
	put_text(values, nulls, COLUMN_PART_OF, row->part_of);
}

static void
put_text(Datum *values, char *nulls, Column column, const char *text)
{
	if (text == NULL)
		nulls[column] = 'n';
	else
		values[column] = CStringGetTextDatum(text);
}

static void
put_instant(Datum *values, char *nulls, Column column, Instant at)
{
	if (at == INSTANT_END)
		nulls[column] = 'n';
	else
		values[column] = TimestampTzGetDatum(at);
}
