/*
 * chart_test.c - every cell of a chart against the sentence that defines it.
 */
#include "unit.h"

#include "engine/chart.h"

extern void test_chart(void);

#define NOW			INT64CONST(1000)
#define MAX_EVENTS	8

static Quantity naive_balance(const FlowEvent *events, int nevents,
							  Instant at);

void
test_chart(void)
{
	int			shorts = 0;

	for (int trial = 0; trial < UNIT_TRIALS / 50; trial++)
	{
		FlowEvent	events[MAX_EVENTS];
		StockNode	node = {0};
		AtpCurve	curve;
		Chart		chart;
		Instant		from = NOW + unit_random(-300, 300);
		Quantity	size = unit_random(1, 3) == 1 ? 10 : QUANTITY_MAX / 100;

		node.item = "ITEM";
		node.location = "main";
		node.events = events;
		node.nevents = (int) unit_random(0, MAX_EVENTS);
		node.rules.horizon_end = INSTANT_END;
		node.rules.lead_end = unit_random(0, 3) == 0 ?
			NOW + unit_random(0, 500) : INSTANT_END;
		node.rules.overdue_at = INSTANT_END;
		for (int i = 0; i < node.nevents; i++)
		{
			events[i].at = NOW + unit_random(0, 1000);
			events[i].delta = unit_random(-size, size);
			events[i].detail = NULL;
		}
		CHECK_INT(atp_curve_build(&node, NOW, ATP_LOOKAHEAD, &curve),
				  PROMISE_OK);
		chart_draw(&curve, from, from + unit_random(CHART_COLUMNS, 2000),
				   &chart);

		CHECK(chart.nrows >= 2 && chart.nrows <= CHART_MAX_ROWS);
		CHECK(chart.bottom <= 0 && chart.top > 0);
		CHECK_INT(chart_column_begin(&chart, 0), chart.from);
		CHECK_INT(chart_column_begin(&chart, CHART_COLUMNS), chart.upto);

		for (int column = 0; column < CHART_COLUMNS; column++)
		{
			Instant		begin = Max(chart_column_begin(&chart, column), NOW);
			Instant		end = chart_column_begin(&chart, column + 1);
			Quantity	lowest = QUANTITY_MAX;
			Quantity	available = QUANTITY_MAX;
			bool		same = true;

			for (Instant t = begin; t < end; t++)
				lowest = Min(lowest, naive_balance(events, node.nevents, t));
			for (Instant t = begin; t <= NOW + 1000 &&
				 t < node.rules.lead_end; t++)
				available = Min(available,
								naive_balance(events, node.nevents, t));
			if (begin > NOW + 1000 && begin < node.rules.lead_end)
				available = naive_balance(events, node.nevents, begin);

			for (int row = 0; row < chart.nrows; row++)
			{
				int			multiple = chart.top - row;
				Quantity	level = multiple * chart.row_step;
				char		expected = CHART_EMPTY;

				if (begin < end && multiple > 0)
				{
					if (begin >= node.rules.lead_end)
						expected = CHART_REPLENISHED;
					else if (available >= level)
						expected = CHART_AVAILABLE;
					else if (lowest >= level)
						expected = CHART_RESERVED;
				}
				else if (begin < end && multiple < 0 &&
						 lowest < level + chart.row_step)
					expected = CHART_SHORT;
				same &= chart.cells[row][column] == expected;
				shorts += expected == CHART_SHORT;
			}
			CHECK(same);
		}
	}
	CHECK(shorts > 0);
}

static Quantity
naive_balance(const FlowEvent *events, int nevents, Instant at)
{
	Quantity	balance = 0;

	for (int i = 0; i < nevents; i++)
	{
		if (events[i].at <= at)
			balance += events[i].delta;
	}
	return balance;
}
