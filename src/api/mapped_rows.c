/*
 * mapped_rows.c - what the rows of a role say, for reports in SQL: the promises
 * and deliveries in mapped relations, and the network, own and mapped.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "core/sort.h"
#include "store/mapped_rows.h"

PG_FUNCTION_INFO_V1(mapped_rows_deliveries);
PG_FUNCTION_INFO_V1(mapped_rows_promises);
PG_FUNCTION_INFO_V1(mapped_rows_sources);
PG_FUNCTION_INFO_V1(mapped_rows_outputs);
PG_FUNCTION_INFO_V1(mapped_rows_steps);
PG_FUNCTION_INFO_V1(mapped_rows_precedences);
PG_FUNCTION_INFO_V1(mapped_rows_resources);

static Datum put_rows(FunctionCallInfo fcinfo, MappedRowsQuery rows);
static Datum put_stated(FunctionCallInfo fcinfo, MappedRowsQuery rows);
static void take_keys(FunctionCallInfo fcinfo, MappedRowsQuery *rows);
static int	compare_keys(const void *left, const void *right);
static void put_row(const MappedRow *row, void *arg);
static Datum fact_datum(const MappedFact *fact, Oid type);

/*
 * promise.mapped_deliveries(refs text[])
 */
Datum
mapped_rows_deliveries(PG_FUNCTION_ARGS)
{
	static const Field fields[] = {
		FIELD_KEY, FIELD_AT, FIELD_QUANTITY, FIELD_COST
	};
	MappedRowsQuery rows = {
		.role = ROLE_DELIVERY,.fields = fields,.nfields = lengthof(fields)
	};

	take_keys(fcinfo, &rows);
	return put_rows(fcinfo, rows);
}

/*
 * promise.mapped_promises(refs text[])
 */
Datum
mapped_rows_promises(PG_FUNCTION_ARGS)
{
	static const Field fields[] = {
		FIELD_REF, FIELD_KEY, FIELD_LOCATION, FIELD_AT, FIELD_QUANTITY,
		FIELD_KIND, FIELD_GROUP_REF, FIELD_ACCEPTED_AT, FIELD_REQUESTED_AT,
		FIELD_CUSTOMER, FIELD_CHANNEL, FIELD_SELLER, FIELD_PRICE, FIELD_COST,
		FIELD_CURRENCY
	};
	MappedRowsQuery rows = {
		.role = ROLE_DEMAND,.by_other = true,
		.fields = fields,.nfields = lengthof(fields)
	};

	take_keys(fcinfo, &rows);
	return put_rows(fcinfo, rows);
}

/*
 * promise.stated_sources(sources text[])
 */
Datum
mapped_rows_sources(PG_FUNCTION_ARGS)
{
	static const Field fields[] = {
		FIELD_SOURCE, FIELD_ITEM, FIELD_KIND, FIELD_PRIORITY, FIELD_LEAD_TIME,
		FIELD_CALENDAR
	};
	MappedRowsQuery rows = {
		.role = ROLE_SOURCE,.by_other = true,
		.fields = fields,.nfields = lengthof(fields)
	};

	return put_stated(fcinfo, rows);
}

/*
 * promise.stated_outputs(sources text[])
 */
Datum
mapped_rows_outputs(PG_FUNCTION_ARGS)
{
	static const Field fields[] = {
		FIELD_SOURCE, FIELD_ITEM, FIELD_QUANTITY, FIELD_QUANTITY_FIXED
	};
	MappedRowsQuery rows = {
		.role = ROLE_OUTPUT,.fields = fields,.nfields = lengthof(fields)
	};

	return put_stated(fcinfo, rows);
}

/*
 * promise.stated_steps(sources text[])
 */
Datum
mapped_rows_steps(PG_FUNCTION_ARGS)
{
	static const Field fields[] = {
		FIELD_KEY, FIELD_STEP, FIELD_RESOURCE, FIELD_SKILL, FIELD_SETUP,
		FIELD_RUN, FIELD_BATCH, FIELD_SETUP_STATE, FIELD_CHOICE, FIELD_QUANTITY,
		FIELD_PRIORITY, FIELD_PAUSES
	};
	MappedRowsQuery rows = {
		.role = ROLE_STEP,.fields = fields,.nfields = lengthof(fields)
	};

	return put_stated(fcinfo, rows);
}

/*
 * promise.stated_precedences(sources text[])
 */
Datum
mapped_rows_precedences(PG_FUNCTION_ARGS)
{
	static const Field fields[] = {
		FIELD_KEY, FIELD_BEFORE, FIELD_AFTER, FIELD_LAG
	};
	MappedRowsQuery rows = {
		.role = ROLE_PRECEDENCE,.fields = fields,.nfields = lengthof(fields)
	};

	return put_stated(fcinfo, rows);
}

/*
 * promise.stated_resources()
 */
Datum
mapped_rows_resources(PG_FUNCTION_ARGS)
{
	static const Field fields[] = {FIELD_KEY, FIELD_POOL, FIELD_CALENDAR};
	MappedRowsQuery rows = {
		.role = ROLE_RESOURCE,.own = true,
		.fields = fields,.nfields = lengthof(fields)
	};

	return put_rows(fcinfo, rows);
}

/* rows of the network about the sources in the first argument, or about all */
static Datum
put_stated(FunctionCallInfo fcinfo, MappedRowsQuery rows)
{
	rows.own = true;
	take_keys(fcinfo, &rows);
	return put_rows(fcinfo, rows);
}

/* the keys in the first argument, each once; if it is NULL, every row is meant */
static void
take_keys(FunctionCallInfo fcinfo, MappedRowsQuery *rows)
{
	Datum	   *elements;
	bool	   *is_null;
	int			nelements;
	int			nkeys = 0;

	if (PG_ARGISNULL(0))
		return;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TEXTOID, -1, false,
					  TYPALIGN_INT, &elements, &is_null, &nelements);
	rows->keys = palloc(Max(nelements, 1) * sizeof(char *));
	for (int i = 0; i < nelements; i++)
	{
		if (!is_null[i])
			rows->keys[nkeys++] = TextDatumGetCString(elements[i]);
	}
	core_sort(rows->keys, nkeys, sizeof(char *), compare_keys);
	for (int i = 0; i < nkeys; i++)
	{
		if (rows->nkeys == 0 ||
			strcmp(rows->keys[rows->nkeys - 1], rows->keys[i]) != 0)
			rows->keys[rows->nkeys++] = rows->keys[i];
	}
}

static int
compare_keys(const void *left, const void *right)
{
	return strcmp(*(const char *const *) left, *(const char *const *) right);
}

static Datum
put_rows(FunctionCallInfo fcinfo, MappedRowsQuery rows)
{
	InitMaterializedSRF(fcinfo, 0);
	mapped_rows_read(&rows, put_row, fcinfo->resultinfo);
	return (Datum) 0;
}

/*
 * A row as its facts and, if own rows are told from mapped ones, after them the
 * relation and the name of the mapping.
 */
static void
put_row(const MappedRow *row, void *arg)
{
	ReturnSetInfo *result = arg;
	TupleDesc	desc = result->setDesc;
	Datum	   *values = palloc0(desc->natts * sizeof(Datum));
	bool	   *nulls = palloc0(desc->natts * sizeof(bool));

	for (int i = 0; i < desc->natts; i++)
	{
		Oid			type = TupleDescAttr(desc, i)->atttypid;

		if (type == REGCLASSOID)
		{
			values[i++] = ObjectIdGetDatum(row->relation);
			nulls[i] = row->mapping == NULL;
			if (!nulls[i])
				values[i] = CStringGetTextDatum(row->mapping);
			break;
		}
		nulls[i] = !row->facts[i].is_known;
		if (!nulls[i])
			values[i] = fact_datum(&row->facts[i], type);
	}
	tuplestore_putvalues(result->setResult, desc, values, nulls);
	pfree(values);
	pfree(nulls);
}

static Datum
fact_datum(const MappedFact *fact, Oid type)
{
	Oid			input;
	Oid			parameter;

	switch (type)
	{
		case TEXTOID:
			return CStringGetTextDatum(fact->text);
		case TIMESTAMPTZOID:
			return TimestampTzGetDatum(fact->at);
		case INTERVALOID:
			return IntervalPGetDatum(fact->interval);
		case INT4OID:
			return Int32GetDatum(fact->integer);
		case NUMERICOID:
			return DirectFunctionCall3(numeric_in, CStringGetDatum(fact->text),
									   ObjectIdGetDatum(InvalidOid),
									   Int32GetDatum(-1));
		default:
			getTypeInputInfo(type, &input, &parameter);
			return OidInputFunctionCall(input,
										unconstify(char *, fact->text),
										parameter, -1);
	}
}
