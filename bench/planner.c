/*
 * planner.c - how fast the planner is.
 *
 * A factory of 200 products in three levels (each is assembled of two parts, each of
 * which is made of bought material) on 20 machines in two shifts a day.  Orders of 1
 * to 20 come in any order of their dates and are planned one after the other, just
 * in time; each counts for those after it.  Then 50 orders are asked for that are in
 * time, and 50 that cannot be.  bench/planner compiles and runs it.
 */
#include "plan_fixture.h"

#include <time.h>

#include "common/pg_prng.h"
#include "engine/planner.h"

#define PRODUCTS	200
#define MACHINES	20
#define MATERIALS	50
#define QUOTES		50

/* hours of work that an order takes, on average, and that a day has */
#define ORDER_HOURS 14.6
#define DAY_HOURS	(MACHINES * 16.0 * 5 / 7)

static pg_prng_state prng;
static PlanNode *products[PRODUCTS];

static void utc_regime(const CalendarZone *zone, Instant at, int64 *offset,
					   Instant *until);

static int64
draw(int64 lowest, int64 highest)
{
	return lowest + (int64) pg_prng_uint64_range(&prng, 0,
												 (uint64) (highest - lowest));
}

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

static int
compare_doubles(const void *a, const void *b)
{
	double		da = *(const double *) a;
	double		db = *(const double *) b;

	return (da > db) - (da < db);
}

static void
utc_regime(const CalendarZone *zone, Instant at, int64 *offset, Instant *until)
{
	*offset = 0;
	*until = INSTANT_END;
}

static PlanFixture *
factory(Instant now, Instant limit)
{
	static CalendarZone zone = {utc_regime};
	static CalendarShift shifts[5];
	static CalendarPeriod period = {CALENDAR_DATE_BEGIN, {0, 1, 2, 3, 4, 5, 5, 5}};
	static CalendarRules rules = {"UTC", 1, 0, 5, &period, NULL, shifts};
	PlanFixture *fixture = plan_fixture_create(now, limit);
	PlanResource *machines[MACHINES];
	PlanNode   *materials[MATERIALS];
	WorkTime   *work;
	int			nsteps = 0;

	for (int i = 0; i < lengthof(shifts); i++)
	{
		shifts[i].start = 6 * 3600;
		shifts[i].end = 22 * 3600;
	}
	work = work_time_create(&rules, &zone, now, limit);

	for (int i = 0; i < MACHINES; i++)
	{
		machines[i] = fixture_resource(fixture, psprintf("machine %d", i),
									   UNITS(1));
		machines[i]->work = work;
	}
	for (int i = 0; i < MATERIALS; i++)
	{
		materials[i] = fixture_node(fixture, psprintf("material %d", i));
		fixture_source(fixture, PLAN_BUY, psprintf("buy %d", i),
					   materials[i])->lead_time.days = (int32) draw(3, 14);
	}
	for (int i = 0; i < PRODUCTS; i++)
	{
		PlanSource *assembly;

		products[i] = fixture_node(fixture, psprintf("product %d", i));
		assembly = fixture_source(fixture, PLAN_MAKE,
								  psprintf("assemble %d", i), products[i]);
		for (int j = 0; j < 2; j++)
			fixture_step(assembly, machines[nsteps++ % MACHINES], UNITS(1),
						 HOUR / 2, HOUR * 3 / 10);
		for (int j = 0; j < 2; j++)
		{
			PlanNode   *part = fixture_node(fixture,
											psprintf("part %d/%d", i, j));
			PlanSource *making = fixture_source(fixture, PLAN_MAKE,
												psprintf("make %d/%d", i, j),
												part);

			fixture_step(making, machines[nsteps++ % MACHINES], UNITS(1),
						 HOUR / 2, HOUR * 3 / 10);
			fixture_component(making, materials[draw(0, MATERIALS - 1)],
							  UNITS(1), 0);
			fixture_component(assembly, part, UNITS(1), 0);
		}
	}
	plan_fixture_finish(fixture);
	return fixture;
}

static PlanRequest
order(Instant due)
{
	return (PlanRequest)
	{
		.node = products[draw(0, PRODUCTS - 1)],.quantity = UNITS(draw(1, 20)),
			.due = due,.after = INSTANT_BEGIN,.placement = PLAN_JIT
	};
}

/* the median and the longest time of some questions, in milliseconds */
static void
quote(Planner *planner, Instant from, Instant until)
{
	double		times[QUOTES];
	int			nlate = 0;

	for (int i = 0; i < QUOTES; i++)
	{
		PlanRequest request = order(draw(from, until));
		PlanAnswer	answer;
		double		begun = seconds();

		if (planner_plan(planner, &request, &answer) != PROMISE_OK)
			abort();
		times[i] = 1000 * (seconds() - begun);
		nlate += answer.at > request.due;
	}
	qsort(times, QUOTES, sizeof(double), compare_doubles);
	printf("  %2d late %7.3f %7.3f", nlate, times[QUOTES / 2],
		   times[QUOTES - 1]);
}

static void
measure(int norders, double load)
{
	Instant		now = 1000 * DAY;
	Instant		span = (Instant) (norders * ORDER_HOURS / DAY_HOURS / load *
								  (double) DAY);
	PlanFixture *fixture = factory(now, now + 4 * span + 1000 * DAY);
	Planner    *planner = planner_create(&fixture->network);
	int			nlate = 0;
	double		late = 0;
	double		begun = seconds();

	for (int i = 0; i < norders; i++)
	{
		PlanRequest request = order(now + draw(0, span));
		PlanAnswer	answer;

		if (planner_plan(planner, &request, &answer) != PROMISE_OK ||
			!answer.possible ||
			planner_take(planner, &answer.plan) != PROMISE_OK)
			abort();
		if (answer.at > request.due)
		{
			nlate++;
			late += (double) (answer.at - request.due) / (double) DAY;
		}
	}
	printf("%6d %4.0f %% %8.3f s %7.1f us  %5d late, %6.1f days",
		   norders, 100 * load, seconds() - begun,
		   1e6 * (seconds() - begun) / norders, nlate,
		   nlate > 0 ? late / nlate : 0);
	quote(planner, now + span, now + 2 * span);
	quote(planner, now, now + DAY);
	printf("\n");
}

int
main(void)
{
	static const int sizes[] = {1000, 2000, 4000, 10000, 20000};

	for (int i = 0; i < lengthof(sizes); i++)
	{
		pg_prng_seed(&prng, 1);
		measure(sizes[i], 0.7);
	}
	pg_prng_seed(&prng, 1);
	measure(10000, 0.9);
	return 0;
}
