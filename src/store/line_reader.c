/*
 * line_reader.c - order lines from a query of the user.
 *
 * The query runs with the rights and under the snapshot of the caller.  Its
 * columns are found by name: item and quantity must be there, due, location,
 * ref and who asks at what price may be, and where the lines are to become
 * promises, so may whatever else promise.commit() takes of one.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "parser/parse_type.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "store/line_reader.h"
#include "types/quantity_numeric.h"
#include "types/report.h"

typedef enum LineColumn
{
	LINE_ITEM,
	LINE_QUANTITY,
	LINE_DUE,
	LINE_LOCATION,
	LINE_REF,
	LINE_CUSTOMER,
	LINE_CHANNEL,
	LINE_ZONE,
	LINE_SELLER,
	LINE_PRICE,
	LINE_COST,
	LINE_CURRENCY,
	NUM_QUESTION_COLUMNS,

	/* of promises */
	LINE_KIND = NUM_QUESTION_COLUMNS,
	LINE_GROUP_REF,
	LINE_PRIORITY,
	LINE_FIXED,
	LINE_AFTER,
	LINE_PARTS_MAX,
	LINE_PART_MINIMUM,
	LINE_SHIP_COMPLETE,
	LINE_LATENESS_MAX,
	NUM_LINE_COLUMNS
} LineColumn;

typedef struct LineColumnDef
{
	const char *name;
	const char *type;
	bool		required;
} LineColumnDef;

static const LineColumnDef line_columns[NUM_LINE_COLUMNS] = {
	[LINE_ITEM] = {"item", "pg_catalog.text", true},
	[LINE_QUANTITY] = {"quantity", "pg_catalog.numeric", true},
	[LINE_DUE] = {"due", "promise.due", false},
	[LINE_LOCATION] = {"location", "pg_catalog.text", false},
	[LINE_REF] = {"ref", "pg_catalog.text", false},
	[LINE_CUSTOMER] = {"customer", "pg_catalog.text", false},
	[LINE_CHANNEL] = {"channel", "pg_catalog.text", false},
	[LINE_ZONE] = {"zone", "pg_catalog.text", false},
	[LINE_SELLER] = {"seller", "pg_catalog.text", false},
	[LINE_PRICE] = {"price", "pg_catalog.numeric", false},
	[LINE_COST] = {"cost", "pg_catalog.numeric", false},
	[LINE_CURRENCY] = {"currency", "pg_catalog.text", false},
	[LINE_KIND] = {"kind", "pg_catalog.text", false},
	[LINE_GROUP_REF] = {"group_ref", "pg_catalog.text", false},
	[LINE_PRIORITY] = {"priority", "pg_catalog.int4", false},
	[LINE_FIXED] = {"fixed", "pg_catalog.bool", false},
	[LINE_AFTER] = {"after", "pg_catalog.timestamptz", false},
	[LINE_PARTS_MAX] = {"parts_max", "pg_catalog.int4", false},
	[LINE_PART_MINIMUM] = {"part_minimum", "pg_catalog.numeric", false},
	[LINE_SHIP_COMPLETE] = {"ship_complete", "pg_catalog.bool", false},
	[LINE_LATENESS_MAX] = {"lateness_max", "pg_catalog.interval", false},
};

/*
 * An open query.  It lives in the context that was current when it was
 * opened; its portal ends with the transaction if it is not closed.
 */
struct LineReader
{
	Portal		portal;
	bool		with_terms;
};

static char *wrap_query(const char *query, int ncolumns);
static bool query_has_column(TupleDesc desc, const char *name);
static const DemandFacts *facts_of(HeapTuple tuple, TupleDesc desc);
static const LineTerms *terms_of(HeapTuple tuple, TupleDesc desc);
static void parts_of(HeapTuple tuple, TupleDesc desc, LineTerms *terms);
static char *text_field(HeapTuple tuple, TupleDesc desc, LineColumn column);
static bool numeric_field(HeapTuple tuple, TupleDesc desc, LineColumn column,
						  Datum *value);

/*
 * Open a query.  The caller closes the reader before its function returns.
 */
LineReader *
line_reader_open(const char *query, bool with_terms)
{
	LineReader *reader = palloc(sizeof(LineReader));
	MemoryContext caller = CurrentMemoryContext;
	char	   *wrapped;
	SPIPlanPtr	plan;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	reader->with_terms = with_terms;
	wrapped = wrap_query(query, with_terms ? NUM_LINE_COLUMNS :
						 NUM_QUESTION_COLUMNS);

	plan = SPI_prepare_cursor(wrapped, 0, NULL, CURSOR_OPT_NO_SCROLL);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare_cursor failed: %s",
			 SPI_result_code_string(SPI_result));
	reader->portal = SPI_cursor_open(NULL, plan, NULL, NULL, true);

	MemoryContextSwitchTo(caller);
	return reader;
}

/*
 * Fetch up to "most" lines and return how many there were.  What the lines
 * point to is allocated in the current context.
 */
int
line_reader_fetch(LineReader *reader, int most, RequestLine *lines)
{
	MemoryContext caller = CurrentMemoryContext;
	TupleDesc	desc;
	int			nlines;

	SPI_cursor_fetch(reader->portal, true, most);
	nlines = (int) SPI_processed;
	desc = SPI_tuptable->tupdesc;
	MemoryContextSwitchTo(caller);

	for (int i = 0; i < nlines; i++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[i];
		RequestLine *line = &lines[i];
		Datum		value;
		bool		isnull;

		line->item = text_field(tuple, desc, LINE_ITEM);
		line->location = text_field(tuple, desc, LINE_LOCATION);
		line->ref = text_field(tuple, desc, LINE_REF);

		value = SPI_getbinval(tuple, desc, LINE_DUE + 1, &isnull);
		line->due = isnull ? INSTANT_END : DatumGetTimestampTz(value);

		value = SPI_getbinval(tuple, desc, LINE_QUANTITY + 1, &isnull);
		if (isnull)
			line->item = NULL;
		else
			line->quantity = quantity_from_datum(value);
		line->facts = facts_of(tuple, desc);
		line->terms = reader->with_terms ? terms_of(tuple, desc) : NULL;
	}
	SPI_freetuptable(SPI_tuptable);
	return nlines;
}

void
line_reader_close(LineReader *reader)
{
	SPI_cursor_close(reader->portal);
	SPI_finish();
	pfree(reader);
}

/*
 * The query with its columns in our order and of our types.
 */
static char *
wrap_query(const char *query, int ncolumns)
{
	StringInfoData sql;
	SPIPlanPtr	plan;
	Portal		portal;
	TupleDesc	desc;

	/* a newline ends a comment at the end of the query */
	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT * FROM (%s\n) AS q LIMIT 0", query);
	plan = SPI_prepare(sql.data, 0, NULL);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s",
			 SPI_result_code_string(SPI_result));
	portal = SPI_cursor_open(NULL, plan, NULL, NULL, true);
	desc = portal->tupDesc;

	resetStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT");
	for (int i = 0; i < ncolumns; i++)
	{
		const char *name = line_columns[i].name;

		appendStringInfoString(&sql, i > 0 ? ", " : " ");
		if (query_has_column(desc, name))
			appendStringInfo(&sql, "CAST(q.%s AS %s)", quote_identifier(name),
							 line_columns[i].type);
		else if (!line_columns[i].required)
			appendStringInfo(&sql, "CAST(NULL AS %s)", line_columns[i].type);
		else
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("query of order lines has no column \"%s\"", name),
					 ncolumns == NUM_QUESTION_COLUMNS ?
					 errhint("Name the columns item, quantity and, if there are any, due, location and ref.") :
					 errhint("Name the columns ref, item, quantity and, if there are any, due, location and others as the arguments of promise.commit().")));
	}
	appendStringInfo(&sql, " FROM (%s\n) AS q", query);

	SPI_cursor_close(portal);
	SPI_freeplan(plan);
	return sql.data;
}

static bool
query_has_column(TupleDesc desc, const char *name)
{
	for (int i = 0; i < desc->natts; i++)
	{
		if (strcmp(NameStr(TupleDescAttr(desc, i)->attname), name) == 0)
			return true;
	}
	return false;
}

static const DemandFacts *
facts_of(HeapTuple tuple, TupleDesc desc)
{
	DemandFacts *facts;
	Datum		value;
	bool		any = false;

	for (LineColumn i = LINE_CUSTOMER; i <= LINE_CURRENCY; i++)
	{
		bool		isnull;

		(void) SPI_getbinval(tuple, desc, i + 1, &isnull);
		any |= !isnull;
	}
	if (!any)
		return NULL;

	facts = palloc0(sizeof(DemandFacts));
	facts->customer = text_field(tuple, desc, LINE_CUSTOMER);
	facts->channel = text_field(tuple, desc, LINE_CHANNEL);
	facts->zone = text_field(tuple, desc, LINE_ZONE);
	facts->seller = text_field(tuple, desc, LINE_SELLER);
	facts->currency = text_field(tuple, desc, LINE_CURRENCY);
	if (numeric_field(tuple, desc, LINE_PRICE, &value))
		facts->price = DatumGetCString(DirectFunctionCall1(numeric_out, value));
	if (numeric_field(tuple, desc, LINE_COST, &value))
		facts->cost = DatumGetCString(DirectFunctionCall1(numeric_out, value));
	return facts;
}

static const LineTerms *
terms_of(HeapTuple tuple, TupleDesc desc)
{
	LineTerms  *terms = palloc0(sizeof(LineTerms));
	Commitment *row = &terms->row;
	Datum		value;
	bool		isnull;

	row->kind = text_field(tuple, desc, LINE_KIND);
	if (row->kind == NULL)
		row->kind = "customer";
	row->group_ref = text_field(tuple, desc, LINE_GROUP_REF);
	row->customer = text_field(tuple, desc, LINE_CUSTOMER);
	row->channel = text_field(tuple, desc, LINE_CHANNEL);
	row->zone = text_field(tuple, desc, LINE_ZONE);
	row->seller = text_field(tuple, desc, LINE_SELLER);
	row->currency = text_field(tuple, desc, LINE_CURRENCY);
	row->price_is_null = !numeric_field(tuple, desc, LINE_PRICE, &row->price);
	row->cost_is_null = !numeric_field(tuple, desc, LINE_COST, &row->cost);

	value = SPI_getbinval(tuple, desc, LINE_PRIORITY + 1, &isnull);
	terms->has_priority = !isnull;
	row->priority = isnull ? 0 : DatumGetInt32(value);
	value = SPI_getbinval(tuple, desc, LINE_FIXED + 1, &isnull);
	row->fixed = !isnull && DatumGetBool(value);
	value = SPI_getbinval(tuple, desc, LINE_AFTER + 1, &isnull);
	terms->after = isnull ? INSTANT_BEGIN : DatumGetTimestampTz(value);
	parts_of(tuple, desc, terms);
	return terms;
}

/* what is not said stays 0, so what is said to be 0 is not */
static void
parts_of(HeapTuple tuple, TupleDesc desc, LineTerms *terms)
{
	Datum		value;
	bool		isnull;

	value = SPI_getbinval(tuple, desc, LINE_PARTS_MAX + 1, &isnull);
	if (!isnull)
		terms->parts.parts_max = DatumGetInt32(value) == 0 ? -1 :
			DatumGetInt32(value);
	value = SPI_getbinval(tuple, desc, LINE_PART_MINIMUM + 1, &isnull);
	if (!isnull)
		terms->parts.part_minimum = quantity_from_datum(value) == 0 ? -1 :
			quantity_from_datum(value);
	value = SPI_getbinval(tuple, desc, LINE_SHIP_COMPLETE + 1, &isnull);
	terms->has_ship_complete = !isnull;
	terms->parts.ship_complete = !isnull && DatumGetBool(value);
	value = SPI_getbinval(tuple, desc, LINE_LATENESS_MAX + 1, &isnull);
	if (!isnull)
		terms->parts.lateness_max = DatumGetIntervalP(datumCopy(value, false,
																sizeof(Interval)));
}

static char *
text_field(HeapTuple tuple, TupleDesc desc, LineColumn column)
{
	bool		isnull;
	Datum		value = SPI_getbinval(tuple, desc, column + 1, &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

/* false, if it is NULL */
static bool
numeric_field(HeapTuple tuple, TupleDesc desc, LineColumn column,
			  Datum *value)
{
	bool		isnull;
	Datum		field = SPI_getbinval(tuple, desc, column + 1, &isnull);

	if (!isnull)
		*value = NumericGetDatum(DatumGetNumericCopy(field));
	return !isnull;
}
