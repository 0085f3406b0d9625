/*
 * availability.c - the time-phased picture of one item.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "api/question.h"
#include "types/quantity_numeric.h"

PG_FUNCTION_INFO_V1(promise_availability);

static Datum offered_datum(Quantity available);

/*
 * availability(item, location, exclude, method)
 *
 * One row for now and one for each later instant at which anything changes,
 * for one location after another.
 */
Datum
promise_availability(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	const char *item = question_text(fcinfo, 0);
	BookQuery	query;
	Book	   *book;

	InitMaterializedSRF(fcinfo, 0);
	if (item == NULL)
		return (Datum) 0;

	question_query(&query, &item, question_text(fcinfo, 1));
	query.exclude = question_refs(fcinfo, 2, &query.nexclude);
	query.method = question_method(fcinfo, 3);
	book = book_read(&query);

	for (int i = 0; i < book->nlocations; i++)
	{
		const AtpCurve *curve = &book->curves[i];

		for (int k = 0; k < curve->nsteps; k++)
		{
			const AtpStep *step = &curve->steps[k];
			Datum		values[6];
			bool		nulls[6] = {0};

			values[0] = TimestampTzGetDatum(step->at);
			values[1] = NumericGetDatum(quantity_get_numeric(step->supply));
			values[2] = NumericGetDatum(quantity_get_numeric(step->demand));
			values[3] = NumericGetDatum(quantity_get_numeric(step->balance));
			values[4] = offered_datum(step->available);
			values[5] = CStringGetTextDatum(curve->location);
			tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc,
								 values, nulls);
		}
	}
	return (Datum) 0;
}

/*
 * What is offered: never less than nothing, and without limit from the end of
 * the replenishment lead time on.
 */
static Datum
offered_datum(Quantity available)
{
	if (available == ATP_UNLIMITED)
		return DirectFunctionCall3(numeric_in, CStringGetDatum("Infinity"),
								   ObjectIdGetDatum(InvalidOid),
								   Int32GetDatum(-1));
	return NumericGetDatum(quantity_get_numeric(Max(available, 0)));
}
