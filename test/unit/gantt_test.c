/*
 * gantt_test.c - bars of characters, and the scale that they are drawn on.
 */
#include "engine/gantt.h"
#include "plan_fixture.h"
#include "unit.h"

/* a Monday */
#define NOW		(9823 * DAY)
#define LIMIT	(NOW + 400 * DAY)

extern void test_gantt(void);

static void scales(void);
static void bars(void);
static bool bar_is(const Gantt *gantt, const PlanTreeRow *row,
				   const char *expected);

void
test_gantt(void)
{
	scales();
	bars();
}

/*
 * Both ends are on the scale, columns begin at multiples of their length, and
 * with the next shorter length there would be too many.
 */
static void
scales(void)
{
	for (int trial = 0; trial < UNIT_TRIALS / 10; trial++)
	{
		int64		range = INT64CONST(1) << unit_random(1, 58);
		Instant		origin = NOW - unit_random(0, 10) * HOUR;
		Instant		from = origin + unit_random(0, DAY);
		Instant		upto = from + unit_random(0, range);
		int			maxcolumns = (int) unit_random(1, 200);
		Gantt		gantt;

		gantt_scale(origin, from, upto, maxcolumns, &gantt);
		CHECK(gantt.ncolumns >= 1 && gantt.ncolumns <= maxcolumns);
		CHECK_INT((gantt.from - origin) % gantt.length, 0);
		CHECK(gantt_column_begin(&gantt, 0) <= from);
		CHECK(gantt_column_begin(&gantt, 1) > from);
		CHECK(gantt_column_begin(&gantt, gantt.ncolumns - 1) <= upto);
		CHECK(gantt_column_begin(&gantt, gantt.ncolumns) > upto);

		/* no two lengths that follow each other differ by more than 3.5 */
		CHECK(gantt.length == 60 * INT64CONST(1000000) ||
			  (upto - from) / (gantt.length * 2 / 7) + 2 > maxcolumns);
	}
}

static void
bars(void)
{
	PlanFixture *fixture = plan_fixture_create(NOW, LIMIT);
	PlanResource *bench = fixture_resource(fixture, "bench", UNITS(1));
	PlanTreeRow row = {
		.kind = PLAN_ROW_STEP,.start = NOW + 9 * HOUR,.end = NOW + 34 * HOUR
	};
	Gantt		gantt;

	/* Monday and Tuesday, in columns of two hours */
	gantt_scale(NOW, NOW + HOUR, NOW + 2 * DAY - 1, 24, &gantt);
	CHECK_INT(gantt.from, NOW);
	CHECK_INT(gantt.length, 2 * HOUR);
	CHECK_INT(gantt.ncolumns, 24);

	CHECK(bar_is(&gantt, &row, "    =============       "));
	row.critical = true;
	CHECK(bar_is(&gantt, &row, "    #############       "));

	/* a column is closed if none of what it shows is open */
	fixture_work(fixture, bench, "UTC; Mon-Fri 08:00-15:00");
	row.work = bench->work;
	CHECK(bar_is(&gantt, &row, "    ####........#       "));
	row.critical = false;
	CHECK(bar_is(&gantt, &row, "    ====........=       "));

	/* the shortest step shows, in the column in which it is */
	row.end = row.start + 1;
	CHECK(bar_is(&gantt, &row, "    =                   "));
	row.start = NOW + 10 * HOUR - 1;
	row.end = NOW + 10 * HOUR;
	CHECK(bar_is(&gantt, &row, "    =                   "));
	row.end++;
	CHECK(bar_is(&gantt, &row, "    ==                  "));

	/* what takes no time */
	row.kind = PLAN_ROW_NEED;
	row.start = row.end = NOW + 10 * HOUR;
	CHECK(bar_is(&gantt, &row, "     |                  "));
	row.start = row.end = NOW + 2 * DAY - 1;
	CHECK(bar_is(&gantt, &row, "                       |"));
	row.start = row.end = NOW;
	CHECK(bar_is(&gantt, &row, "|                       "));

	row.kind = PLAN_ROW_LOT;
	row.has_steps = true;
	row.critical = true;
	row.end = NOW + 9 * HOUR;
	CHECK(bar_is(&gantt, &row, "-----                   "));
}

static bool
bar_is(const Gantt *gantt, const PlanTreeRow *row, const char *expected)
{
	char		bar[201];

	gantt_bar(gantt, row, bar);
	return strcmp(bar, expected) == 0;
}
