/*
 * chart.h - a curve as a picture of characters.
 *
 * Time runs to the right, a column for each stretch of equal length; quantity
 * runs upwards, a row for each multiple of a round number.  A cell is filled
 * if the value of its column reaches its row.  Within a column the balance is
 * the lowest and available is what can be taken all through it, so that the
 * picture never promises more than the numbers.
 */
#ifndef PROMISE_CHART_H
#define PROMISE_CHART_H

#include "engine/atp.h"

#define CHART_COLUMNS	66
#define CHART_MAX_ROWS	24		/* above and below zero, and zero itself */

#define CHART_AVAILABLE		'#' /* can be promised */
#define CHART_RESERVED		'.' /* there, but promised for later */
#define CHART_SHORT			'!' /* promised and not there */
#define CHART_REPLENISHED	'~' /* can be replenished on demand */
#define CHART_EMPTY			' '

typedef struct Chart
{
	Instant		from;
	Instant		upto;
	Quantity	row_step;		/* quantity between two rows */
	int			top;			/* row of the highest multiple of row_step */
	int			bottom;			/* of the lowest, at most 0 */
	int			nrows;			/* top - bottom + 1; cells[0] is the top */
	char		cells[CHART_MAX_ROWS][CHART_COLUMNS + 1];
	char		receipts[CHART_COLUMNS + 1];
	char		demand[CHART_COLUMNS + 1];
} Chart;

extern Instant chart_column_begin(const Chart *chart, int column);
extern void chart_draw(const AtpCurve *curve, Instant from, Instant upto,
					   Chart *chart);

#endif							/* PROMISE_CHART_H */
