/*
 * attributes.c - families of items, calendars of resources, as SQL asks for them.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "store/attributes.h"

PG_FUNCTION_INFO_V1(attributes_families);
PG_FUNCTION_INFO_V1(attributes_calendars);

static void put_attributes(FunctionCallInfo fcinfo, RoleId role, Field field);

/*
 * promise.families(items text[])
 */
Datum
attributes_families(PG_FUNCTION_ARGS)
{
	put_attributes(fcinfo, ROLE_ITEM, FIELD_FAMILY);
	PG_RETURN_NULL();
}

/*
 * promise.resource_calendars(resources text[])
 */
Datum
attributes_calendars(PG_FUNCTION_ARGS)
{
	put_attributes(fcinfo, ROLE_RESOURCE, FIELD_CALENDAR);
	PG_RETURN_NULL();
}

/* a row for each name, and what is said of it */
static void
put_attributes(FunctionCallInfo fcinfo, RoleId role, Field field)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	Datum	   *elements;
	bool	   *is_null;
	int			nelements;
	const char **keys;
	const char **values;
	int			nkeys = 0;

	InitMaterializedSRF(fcinfo, 0);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TEXTOID, -1, false,
					  TYPALIGN_INT, &elements, &is_null, &nelements);
	keys = palloc(Max(nelements, 1) * sizeof(char *));
	for (int i = 0; i < nelements; i++)
	{
		if (!is_null[i])
			keys[nkeys++] = TextDatumGetCString(elements[i]);
	}

	values = attributes_read(role, field, keys, nkeys);
	for (int i = 0; i < nkeys; i++)
	{
		Datum		row[2];
		bool		nulls[2] = {false, values[i] == NULL};

		row[0] = CStringGetTextDatum(keys[i]);
		row[1] = nulls[1] ? (Datum) 0 : CStringGetTextDatum(values[i]);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, row, nulls);
	}
}
