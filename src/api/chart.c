/*
 * chart.c - the availability of an item drawn in 80 columns.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/rangetypes.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"

#include "api/question.h"
#include "engine/chart.h"
#include "types/report.h"
#include "types/wording.h"

PG_FUNCTION_INFO_V1(promise_chart);

#define LINE_WIDTH		80
#define LABEL_WIDTH		11
#define COLUMNS_PER_TICK 11

/* what a chart shows if nothing is asked and nothing happens */
#define DEFAULT_LENGTH	(28 * USECS_PER_DAY)

static void chart_span(FunctionCallInfo fcinfo, int argno,
					   const AtpCurve *curve, Instant *from, Instant *upto);
static void put_chart(const AtpCurve *curve, const Chart *chart,
					  ReturnSetInfo *rsinfo);
static char *title(const AtpCurve *curve, const Chart *chart);
static void put_line(StringInfo line, ReturnSetInfo *rsinfo);
static char *axis_dates(const Chart *chart);

/*
 * chart(item, location, within)
 */
Datum
promise_chart(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	const char *item = question_text(fcinfo, 0);
	BookQuery	query;
	Book	   *book;
	Chart	   *chart = palloc(sizeof(Chart));

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (item == NULL)
		return (Datum) 0;

	question_query(&query, &item, question_text(fcinfo, 1));
	book = book_read(&query);

	for (int i = 0; i < book->nlocations; i++)
	{
		Instant		from;
		Instant		upto;

		chart_span(fcinfo, 2, &book->curves[i], &from, &upto);
		chart_draw(&book->curves[i], from, upto, chart);
		put_chart(&book->curves[i], chart, rsinfo);
	}
	return (Datum) 0;
}

/*
 * From when to when: as asked, else from now until a little after the last
 * change.
 */
static void
chart_span(FunctionCallInfo fcinfo, int argno, const AtpCurve *curve,
		   Instant *from, Instant *upto)
{
	Instant		last = curve->steps[curve->nsteps - 1].at;
	int64		length;

	*from = curve->now;
	if (last <= curve->now || pg_sub_s64_overflow(last, curve->now, &length))
		length = DEFAULT_LENGTH;
	else
	{
		/* a little more, in full minutes, which reads better */
		length += length / 10;
		length += USECS_PER_MINUTE - length % USECS_PER_MINUTE -
			curve->now % USECS_PER_MINUTE;
	}
	if (pg_add_s64_overflow(curve->now, length, upto) ||
		!IS_VALID_TIMESTAMP(*upto))
		*upto = END_TIMESTAMP - 1;

	if (!PG_ARGISNULL(argno))
	{
		RangeType  *within = PG_GETARG_RANGE_P(argno);
		TypeCacheEntry *rangetype =
		lookup_type_cache(RangeTypeGetOid(within), TYPECACHE_RANGE_INFO);
		RangeBound	lower;
		RangeBound	upper;
		bool		empty;

		range_deserialize(rangetype, within, &lower, &upper, &empty);
		if (!empty && !lower.infinite &&
			INSTANT_IS_FINITE(DatumGetTimestampTz(lower.val)))
			*from = DatumGetTimestampTz(lower.val);
		if (!empty && !upper.infinite &&
			INSTANT_IS_FINITE(DatumGetTimestampTz(upper.val)))
			*upto = DatumGetTimestampTz(upper.val);
		if (empty)
			*upto = *from;
	}

	if (pg_sub_s64_overflow(*upto, *from, &length) ||
		length < CHART_COLUMNS)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("range to draw is empty, too short or too long"),
				 errhint("Give a range of at least %d microseconds and at most 292,000 years.",
						 CHART_COLUMNS)));
}

static void
put_chart(const AtpCurve *curve, const Chart *chart, ReturnSetInfo *rsinfo)
{
	StringInfoData line;

	initStringInfo(&line);
	appendStringInfoString(&line, title(curve, chart));
	put_line(&line, rsinfo);

	for (int row = 0; row < chart->nrows; row++)
	{
		int			multiple = chart->top - row;

		appendStringInfo(&line, "%*s %c", LABEL_WIDTH,
						 wording_quantity(multiple * chart->row_step),
						 multiple == 0 ? '+' : '|');
		for (int column = 0; column < CHART_COLUMNS; column++)
		{
			if (multiple != 0)
				appendStringInfoChar(&line, chart->cells[row][column]);
			else
				appendStringInfoChar(&line, column % COLUMNS_PER_TICK == 0 ?
									 '+' : '-');
		}
		put_line(&line, rsinfo);
	}
	appendStringInfo(&line, "%*s  %s", LABEL_WIDTH, "", axis_dates(chart));
	put_line(&line, rsinfo);
	appendStringInfo(&line, "%*s  %s", LABEL_WIDTH, "receipts",
					 chart->receipts);
	put_line(&line, rsinfo);
	appendStringInfo(&line, "%*s  %s", LABEL_WIDTH, "demand", chart->demand);
	put_line(&line, rsinfo);
	appendStringInfo(&line, "%*s  %c can be promised  %c promised for later  %c short  %c replenished",
					 LABEL_WIDTH, "", CHART_AVAILABLE, CHART_RESERVED,
					 CHART_SHORT, CHART_REPLENISHED);
	put_line(&line, rsinfo);
}

/* what is drawn, in one line; of long names the beginning */
static char *
title(const AtpCurve *curve, const Chart *chart)
{
	char	   *names = psprintf("%s at %s", curve->item, curve->location);
	char	   *span = psprintf("%s to %s", wording_instant(chart->from),
								wording_instant(chart->upto));
	int			room = Max(LINE_WIDTH - (int) strlen(span) - 2, 10);

	if (pg_mbstrlen(names) > room)
		strcpy(names + pg_mbcharcliplen(names, strlen(names), room - 3), "...");
	return psprintf("%s, %s", names, span);
}

/* send a line without its trailing blanks, and empty it */
static void
put_line(StringInfo line, ReturnSetInfo *rsinfo)
{
	Datum		value;
	bool		isnull = false;

	while (line->len > 0 && line->data[line->len - 1] == ' ')
		line->data[--line->len] = '\0';
	value = CStringGetTextDatum(line->data);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, &value, &isnull);
	resetStringInfo(line);
}

/*
 * The dates at the ticks; the time of day if the whole chart is a few days.
 */
static char *
axis_dates(const Chart *chart)
{
	char	   *dates = palloc(CHART_COLUMNS + 32);

	memset(dates, ' ', CHART_COLUMNS + 32);
	for (int column = 0; column < CHART_COLUMNS; column += COLUMNS_PER_TICK)
	{
		char	   *label = wording_instant(chart_column_begin(chart, column));
		const char *shown = label;
		int			length = 10;

		/* "yyyy-mm-dd hh:mm..." shows its date or its day and time */
		if (chart->upto - chart->from < 4 * USECS_PER_DAY &&
			strlen(label) >= 16)
			shown = label + 6;
		memcpy(dates + column, shown, Min(strlen(shown), length));
	}
	dates[CHART_COLUMNS + 3] = '\0';
	return dates;
}
