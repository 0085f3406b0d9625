/*
 * gantt.c - a plan against time, as bars of characters.
 */
#include "engine/gantt.h"

#define MINUTE	INT64CONST(60000000)
#define HOUR	(60 * MINUTE)
#define DAY		(24 * HOUR)

static int64 columns_needed(const Gantt *gantt, Instant upto);

/*
 * The smallest round length that is enough: from a minute to four weeks, then
 * twice that and so on.
 */
void
gantt_scale(Instant origin, Instant from, Instant upto, int maxcolumns,
			Gantt *gantt)
{
	static const int64 lengths[] = {
		MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
		HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 12 * HOUR,
		DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY
	};

	Assert(origin <= from && from <= upto && maxcolumns > 0);
	for (int i = 0;; i++)
	{
		gantt->length = i < lengthof(lengths) ? lengths[i] :
			2 * gantt->length;
		gantt->from = from - (from - origin) % gantt->length;
		if (columns_needed(gantt, upto) <= maxcolumns)
			break;
	}
	gantt->ncolumns = (int) columns_needed(gantt, upto);
}

/* that of the last instant is one of them */
static int64
columns_needed(const Gantt *gantt, Instant upto)
{
	return (upto - gantt->from) / gantt->length + 1;
}

Instant
gantt_column_begin(const Gantt *gantt, int column)
{
	Instant		begin;

	if (pg_add_s64_overflow(gantt->from, gantt->length * column, &begin))
		return INSTANT_END;
	return begin;
}

/*
 * A column shows work if any of the work touches it, closed time if there is no
 * work in it.
 */
void
gantt_bar(const Gantt *gantt, const PlanTreeRow *row, char *bar)
{
	for (int column = 0; column < gantt->ncolumns; column++)
	{
		Instant		next = gantt_column_begin(gantt, column + 1);
		Instant		begin = core_max(gantt_column_begin(gantt, column), row->start);
		Instant		end = Min(next, row->end);

		bar[column] = GANTT_EMPTY;
		if (row->start == row->end)
		{
			if (begin == row->start && begin < next)
				bar[column] = GANTT_INSTANT;
		}
		else if (begin >= end)
			continue;
		else if (row->has_steps)
			bar[column] = GANTT_LOT;
		else if (work_time_between(row->work, begin, end) == 0)
			bar[column] = GANTT_CLOSED;
		else
			bar[column] = row->critical ? GANTT_CRITICAL : GANTT_UNDER_WAY;
	}
	bar[gantt->ncolumns] = '\0';
}
