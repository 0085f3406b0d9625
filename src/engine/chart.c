/*
 * chart.c - a curve as a picture of characters.
 */
#include "engine/chart.h"

/* rows above and below zero to aim at; rounding may add one on either side */
#define ROWS_WANTED 16

static Quantity round_step(Quantity half_range);
static void fill_column(const AtpCurve *curve, Chart *chart, int column);
static Quantity least_available(const AtpCurve *curve, Instant from,
								Instant upto);
static Quantity lowest_balance(const AtpCurve *curve, Instant from,
							   Instant upto);

/* the instant at which a column begins; that of CHART_COLUMNS is the end */
Instant
chart_column_begin(const Chart *chart, int column)
{
	int64		length = chart->upto - chart->from;

	/* the remainder apart: the product would leave int64 within centuries */
	return chart->from + length / CHART_COLUMNS * column +
		length % CHART_COLUMNS * column / CHART_COLUMNS;
}

/*
 * Draw a curve from one finite instant to a later one.  What comes before now
 * is left empty.
 */
void
chart_draw(const AtpCurve *curve, Instant from, Instant upto, Chart *chart)
{
	Quantity	highest = 0;
	Quantity	lowest = 0;

	Assert(INSTANT_IS_FINITE(from) && INSTANT_IS_FINITE(upto));
	Assert(from < upto && upto - from >= CHART_COLUMNS);

	chart->from = from;
	chart->upto = upto;

	for (int i = atp_curve_find(curve, from); i < curve->nsteps; i++)
	{
		if (curve->steps[i].at >= upto)
			break;
		highest = Max(highest, curve->steps[i].balance);
		lowest = Min(lowest, curve->steps[i].balance);
	}

	/* halves, so that the range of two large numbers fits */
	chart->row_step = round_step(highest / 2 - lowest / 2 + 1);
	chart->top = (int) (highest / chart->row_step);
	chart->bottom = (int) (lowest / chart->row_step);
	if (lowest % chart->row_step != 0)
		chart->bottom--;
	if (chart->top == 0)
		chart->top = 1;
	chart->nrows = chart->top - chart->bottom + 1;
	Assert(chart->nrows <= CHART_MAX_ROWS);

	for (int row = 0; row < chart->nrows; row++)
	{
		memset(chart->cells[row], CHART_EMPTY, CHART_COLUMNS);
		chart->cells[row][CHART_COLUMNS] = '\0';
	}
	memset(chart->receipts, CHART_EMPTY, CHART_COLUMNS);
	memset(chart->demand, CHART_EMPTY, CHART_COLUMNS);
	chart->receipts[CHART_COLUMNS] = '\0';
	chart->demand[CHART_COLUMNS] = '\0';

	for (int column = 0; column < CHART_COLUMNS; column++)
		fill_column(curve, chart, column);
}

/*
 * The least of 1, 2 or 5 times a power of ten that divides twice a quantity
 * into no more rows than wanted.
 */
static Quantity
round_step(Quantity half_range)
{
	Quantity	step = 1;

	for (;;)
	{
		static const int factors[] = {1, 2, 5};

		for (int i = 0; i < lengthof(factors); i++)
		{
			if (half_range / (step * factors[i]) < ROWS_WANTED / 2)
				return step * factors[i];
		}
		step *= 10;
	}
}

static void
fill_column(const AtpCurve *curve, Chart *chart, int column)
{
	Instant		from = chart_column_begin(chart, column);
	Instant		upto = chart_column_begin(chart, column + 1);
	Quantity	balance;
	Quantity	available;

	if (upto <= curve->now)
		return;
	from = Max(from, curve->now);
	balance = lowest_balance(curve, from, upto);
	available = least_available(curve, from, upto);

	for (int row = 0; row < chart->nrows; row++)
	{
		int			multiple = chart->top - row;
		Quantity	level = multiple * chart->row_step;
		char	   *cell = &chart->cells[row][column];

		if (multiple < 0)
		{
			/* any shortage shows */
			if (balance < level + chart->row_step)
				*cell = CHART_SHORT;
		}
		else if (multiple > 0)
		{
			if (available == ATP_UNLIMITED)
				*cell = CHART_REPLENISHED;
			else if (available >= level)
				*cell = CHART_AVAILABLE;
			else if (balance >= level)
				*cell = CHART_RESERVED;
		}
	}

	/* what is there now is no receipt, and what is overdue no new demand */
	for (int i = core_max(atp_curve_find(curve, from), 1); i < curve->nsteps; i++)
	{
		const AtpStep *step = &curve->steps[i];

		if (step->at >= upto)
			break;
		if (step->at < from)
			continue;
		if (step->supply > 0)
			chart->receipts[column] = '+';
		if (step->demand > 0)
			chart->demand[column] = '-';
	}
}

/* what is available all through [from, upto) */
static Quantity
least_available(const AtpCurve *curve, Instant from, Instant upto)
{
	int			i = atp_curve_find(curve, from);
	Quantity	least = curve->steps[i].available;

	for (i++; i < curve->nsteps && curve->steps[i].at < upto; i++)
		least = Min(least, curve->steps[i].available);
	return least;
}

/* the lowest balance in [from, upto) */
static Quantity
lowest_balance(const AtpCurve *curve, Instant from, Instant upto)
{
	int			i = atp_curve_find(curve, from);
	Quantity	lowest = curve->steps[i].balance;

	for (i++; i < curve->nsteps && curve->steps[i].at < upto; i++)
		lowest = Min(lowest, curve->steps[i].balance);
	return lowest;
}
