/*
 * mapped_rows.c - mapped promises and deliveries, for the scoreboard.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "store/mapped_rows.h"

PG_FUNCTION_INFO_V1(mapped_rows_deliveries);
PG_FUNCTION_INFO_V1(mapped_rows_promises);

static void put_rows(FunctionCallInfo fcinfo, RoleId role, const Field *fields,
					 int nfields, const char **keys, int nkeys);
static void put_row(const MappedFact *facts, void *arg);

/*
 * promise.mapped_deliveries(refs text[])
 */
Datum
mapped_rows_deliveries(PG_FUNCTION_ARGS)
{
	static const Field fields[] = {
		FIELD_KEY, FIELD_AT, FIELD_QUANTITY, FIELD_COST
	};
	Datum	   *elements;
	bool	   *is_null;
	int			nelements;
	const char **refs = NULL;
	int			nrefs = 0;

	InitMaterializedSRF(fcinfo, 0);
	if (!PG_ARGISNULL(0))
	{
		deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TEXTOID, -1, false,
						  TYPALIGN_INT, &elements, &is_null, &nelements);
		refs = palloc(Max(nelements, 1) * sizeof(char *));
		for (int i = 0; i < nelements; i++)
		{
			if (!is_null[i])
				refs[nrefs++] = TextDatumGetCString(elements[i]);
		}
		if (nrefs == 0)
			PG_RETURN_NULL();
	}
	put_rows(fcinfo, ROLE_DELIVERY, fields, lengthof(fields), refs, nrefs);
	PG_RETURN_NULL();
}

/*
 * promise.mapped_promises()
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

	InitMaterializedSRF(fcinfo, 0);
	put_rows(fcinfo, ROLE_DEMAND, fields, lengthof(fields), NULL, 0);
	PG_RETURN_NULL();
}

static void
put_rows(FunctionCallInfo fcinfo, RoleId role, const Field *fields, int nfields,
		 const char **keys, int nkeys)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	Assert(result->setDesc->natts == nfields);
	mapped_rows_read(role, fields, nfields, keys, nkeys, put_row, result);
}

static void
put_row(const MappedFact *facts, void *arg)
{
	ReturnSetInfo *result = arg;
	TupleDesc	desc = result->setDesc;
	Datum	   *values = palloc0(desc->natts * sizeof(Datum));
	bool	   *nulls = palloc(desc->natts * sizeof(bool));

	for (int i = 0; i < desc->natts; i++)
	{
		nulls[i] = !facts[i].is_known;
		if (nulls[i])
			continue;
		switch (TupleDescAttr(desc, i)->atttypid)
		{
			case TIMESTAMPTZOID:
				values[i] = TimestampTzGetDatum(facts[i].at);
				break;
			case NUMERICOID:
				values[i] = DirectFunctionCall3(numeric_in,
												CStringGetDatum(facts[i].text),
												ObjectIdGetDatum(InvalidOid),
												Int32GetDatum(-1));
				break;
			default:
				values[i] = CStringGetTextDatum(facts[i].text);
				break;
		}
	}
	tuplestore_putvalues(result->setResult, desc, values, nulls);
	pfree(values);
	pfree(nulls);
}
