/*
 * quote_lines.c - the best offer for each of many lines.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

#include "api/competition.h"
#include "api/joint_delivery.h"
#include "api/question.h"

PG_FUNCTION_INFO_V1(promise_quote_lines);
PG_FUNCTION_INFO_V1(promise_quote_query);

/* the columns of promise.request, in order */
enum
{
	REQUEST_ITEM,
	REQUEST_QUANTITY,
	REQUEST_DUE,
	REQUEST_LOCATION,
	REQUEST_REF,
	NUM_REQUEST_COLUMNS
};

static RequestLine *lines_from_array(ArrayType *array, int *nlines);
static char *text_or_null(Datum value, bool isnull);

/*
 * quote_lines(lines request[], together, after, exclude, parts_max,
 *			   part_minimum, ship_complete, objective, placement, effort,
 *			   customer, channel, seller)
 */
Datum
promise_quote_lines(PG_FUNCTION_ARGS)
{
	RequestLine *lines;
	QuestionTerms terms;
	Competition *competition;
	int			nlines;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;

	question_terms(fcinfo, 2, &terms);
	question_facts(fcinfo, 10, &terms.facts);
	competition = line_batch_competition((ReturnSetInfo *) fcinfo->resultinfo,
										 &terms);
	lines = lines_from_array(PG_GETARG_ARRAYTYPE_P(0), &nlines);

	if (!PG_ARGISNULL(1) && PG_GETARG_BOOL(1))
		joint_delivery_answer(competition, lines, nlines);
	else
	{
		for (int i = 0; i < nlines; i += LINE_BATCH_SIZE)
			competition_answer(competition, &lines[i],
							   Min(nlines - i, LINE_BATCH_SIZE));
	}
	return (Datum) 0;
}

/*
 * quote_query(query, together, after, exclude, parts_max, part_minimum,
 *			   ship_complete, objective, placement, effort)
 *
 * Lines that are delivered together are one question and held in memory; else
 * one batch is, and what its lines took.
 */
Datum
promise_quote_query(PG_FUNCTION_ARGS)
{
	bool		together = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
	QuestionTerms terms;
	Competition *competition;
	MemoryContext line_context;
	MemoryContext old;
	LineReader *reader;
	RequestLine *lines;
	int			maxlines = LINE_BATCH_SIZE;
	int			nlines = 0;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;

	question_terms(fcinfo, 2, &terms);
	memset(&terms.facts, 0, sizeof(DemandFacts));
	competition = line_batch_competition((ReturnSetInfo *) fcinfo->resultinfo,
										 &terms);
	line_context = AllocSetContextCreate(CurrentMemoryContext,
										 "promise lines",
										 ALLOCSET_DEFAULT_SIZES);
	lines = palloc(sizeof(RequestLine) * (Size) maxlines);
	reader = line_reader_open(text_to_cstring(PG_GETARG_TEXT_PP(0)), false);

	for (;;)
	{
		int			fetched;

		old = MemoryContextSwitchTo(line_context);
		fetched = line_reader_fetch(reader, LINE_BATCH_SIZE, lines + nlines);
		MemoryContextSwitchTo(old);
		for (int i = nlines; i < nlines + fetched; i++)
		{
			if (lines[i].item != NULL)
				question_check_quantity(lines[i].quantity);
		}
		nlines += fetched;

		if (!together)
		{
			competition_answer(competition, lines, nlines);
			MemoryContextReset(line_context);
			nlines = 0;
		}
		else if (nlines + LINE_BATCH_SIZE > maxlines)
		{
			maxlines = 2 * maxlines + LINE_BATCH_SIZE;
			lines = repalloc_huge(lines, sizeof(RequestLine) * (Size) maxlines);
		}
		if (fetched < LINE_BATCH_SIZE)
			break;
	}
	line_reader_close(reader);

	if (together)
		joint_delivery_answer(competition, lines, nlines);
	return (Datum) 0;
}

/*
 * The elements of a request[] as lines, in order.
 */
static RequestLine *
lines_from_array(ArrayType *array, int *nlines)
{
	Datum	   *elements;
	bool	   *nulls;
	RequestLine *lines;
	TupleDesc	desc;
	int16		typlen;
	bool		typbyval;
	char		typalign;

	get_typlenbyvalalign(ARR_ELEMTYPE(array), &typlen, &typbyval, &typalign);
	deconstruct_array(array, ARR_ELEMTYPE(array), typlen, typbyval, typalign,
					  &elements, &nulls, nlines);
	desc = lookup_rowtype_tupdesc_copy(ARR_ELEMTYPE(array), -1);
	if (desc->natts != NUM_REQUEST_COLUMNS)
		elog(ERROR, "type promise.request has %d columns", desc->natts);

	lines = palloc0(sizeof(RequestLine) * ((Size) *nlines + 1));
	for (int i = 0; i < *nlines; i++)
	{
		HeapTupleHeader header;
		HeapTupleData tuple;
		Datum		values[NUM_REQUEST_COLUMNS];
		bool		isnull[NUM_REQUEST_COLUMNS];

		if (nulls[i])
			continue;
		header = DatumGetHeapTupleHeader(elements[i]);
		tuple.t_len = HeapTupleHeaderGetDatumLength(header);
		ItemPointerSetInvalid(&tuple.t_self);
		tuple.t_tableOid = InvalidOid;
		tuple.t_data = header;
		heap_deform_tuple(&tuple, desc, values, isnull);

		if (isnull[REQUEST_ITEM] || isnull[REQUEST_QUANTITY])
			continue;
		lines[i].item = TextDatumGetCString(values[REQUEST_ITEM]);
		lines[i].quantity = question_quantity(values[REQUEST_QUANTITY]);
		lines[i].due = isnull[REQUEST_DUE] ? INSTANT_END :
			DatumGetTimestampTz(values[REQUEST_DUE]);
		lines[i].location = text_or_null(values[REQUEST_LOCATION],
										 isnull[REQUEST_LOCATION]);
		lines[i].ref = text_or_null(values[REQUEST_REF],
									isnull[REQUEST_REF]);
	}
	return lines;
}

static char *
text_or_null(Datum value, bool isnull)
{
	return isnull ? NULL : TextDatumGetCString(value);
}
