/*
 * project_test.c - critical paths of projects against all paths there are, and
 * drawn times against what is known of them exactly.
 */
#include "engine/project.h"

#include <math.h>

#include "plan_fixture.h"
#include "unit.h"

/* a Monday */
#define NOW		(9823 * DAY)
#define NRUNS	40000
#define WEEK	"UTC; Mon-Fri 08:00-16:00"
#define NIGHTS	"UTC; Mon-Thu 20:00-23:00"
#define MAX_PROJECT_STEPS 7

extern void test_project(void);

static void random_paths(void);
static void by_calendar(void);
static void by_who_is_done_first(void);
static void never_done(void);
static void one_step(void);
static void chain(void);
static void side_by_side(void);
static void nothing_drawn(void);
static void nothing_negative(void);
static PlanSource *new_project(PlanFixture **fixture);
static void random_project(PlanSource *source, PlanResource **people);
static bool is_open(int person, Instant at);
static Instant naive_end(const PlanSource *source, int step,
						 const int64 *works, PlanResource **people,
						 Instant *start);
static ProjectEstimate estimate_of(int64 least, int64 likely, int64 most);
static bool is_about(double actual, double expected, double tolerance);

void
test_project(void)
{
	random_paths();
	by_calendar();
	by_who_is_done_first();
	never_done();
	one_step();
	chain();
	side_by_side();
	nothing_drawn();
	nothing_negative();
}

/*
 * Steps, lags and calendars at random, hour by hour.  A step is critical if one
 * more hour of it makes the end later; with calendars it may lie within a night, so
 * that is only tried without.
 */
static void
random_paths(void)
{
	for (int trial = 0; trial < UNIT_TRIALS / 50; trial++)
	{
		PlanFixture *fixture;
		PlanSource *source = new_project(&fixture);
		bool		always_there = unit_random(0, 1) == 0;
		PlanResource *people[2];
		Project		project;
		ProjectTask tasks[MAX_PROJECT_STEPS];
		int64		works[MAX_PROJECT_STEPS];
		Instant		end;
		Instant		latest = NOW;

		for (int i = 0; i < 2; i++)
		{
			people[i] = fixture_resource(fixture, i == 0 ? "day" : "night",
										 UNITS(1));
			if (!always_there)
				fixture_work(fixture, people[i], i == 0 ? WEEK : NIGHTS);
		}
		random_project(source, people);
		plan_fixture_finish(fixture);
		for (int i = 0; i < source->nsteps; i++)
			works[i] = unit_random(0, 3) * HOUR;

		project_open(&project, &fixture->network, source, NOW, always_there);
		CHECK_INT(project_place(&project, works, tasks, &end), PROMISE_OK);
		for (int i = 0; i < source->nsteps; i++)
		{
			Instant		start;
			Instant		done = naive_end(source, i, works,
										 always_there ? NULL : people, &start);

			CHECK_INT(tasks[i].end, done);
			CHECK_INT(tasks[i].start, start);
			latest = Max(latest, done);
		}
		CHECK_INT(end, latest);

		for (int i = 0; i < source->nsteps && always_there; i++)
		{
			ProjectTask longer[MAX_PROJECT_STEPS];
			Instant		later;

			works[i] += HOUR;
			CHECK_INT(project_place(&project, works, longer, &later), PROMISE_OK);
			CHECK_INT(tasks[i].critical, later > end);
			works[i] -= HOUR;
		}
	}
}

/* 20 hours from Monday noon: 4, 8, 8; a day's lag from Wednesday evening */
static void
by_calendar(void)
{
	PlanFixture *fixture;
	PlanSource *source = new_project(&fixture);
	PlanResource *ann = fixture_resource(fixture, "Ann", UNITS(1));
	Project		project;
	ProjectTask tasks[2];
	int64		works[2] = {20 * HOUR, 3 * HOUR};
	Instant		end;

	fixture_work(fixture, ann, WEEK);
	fixture_step(source, ann, UNITS(1), 0, 0);
	fixture_step(source, ann, UNITS(1), 0, 0)->pauses = false;
	source->steps[1].before[0].lag = 23 * HOUR;
	plan_fixture_finish(fixture);

	project_open(&project, &fixture->network, source, NOW + 12 * HOUR, false);
	CHECK_INT(project_place(&project, works, tasks, &end), PROMISE_OK);
	CHECK_INT(tasks[0].end, NOW + 2 * DAY + 16 * HOUR);
	CHECK_INT(tasks[1].ready, NOW + 3 * DAY + 15 * HOUR);

	/*
	 * one hour is left on Thursday: not enough for what must not be
	 * interrupted
	 */
	CHECK_INT(tasks[1].start, NOW + 4 * DAY + 8 * HOUR);
	CHECK_INT(end, NOW + 4 * DAY + 11 * HOUR);
	CHECK_INT(tasks[1].waits_for, 0);
	CHECK(tasks[0].critical && tasks[1].critical);
}

/* Nia has three hours in each of four nights, Ann is there by day; both only then */
static void
by_who_is_done_first(void)
{
	PlanFixture *fixture;
	PlanSource *source = new_project(&fixture);
	PlanResource *people[2];
	PlanResource *both_of;
	Project		project;
	ProjectTask task;
	int64		work = 3 * HOUR;
	Instant		end;

	people[0] = fixture_resource(fixture, "Ann", UNITS(1));
	people[1] = fixture_resource(fixture, "Nia", UNITS(1));
	fixture_work(fixture, people[0], WEEK);
	fixture_work(fixture, people[1], NIGHTS);
	fixture_use(fixture_step(source, NULL, 0, 0, 0), people, 2, UNITS(1));
	plan_fixture_finish(fixture);

	project_open(&project, &fixture->network, source, NOW + 17 * HOUR, false);
	CHECK_INT(project.crews[0].ntimes, 2);
	CHECK_INT(project_place(&project, &work, &task, &end), PROMISE_OK);
	CHECK_INT(end, NOW + 23 * HOUR);
	work = 4 * HOUR;
	CHECK_INT(project_place(&project, &work, &task, &end), PROMISE_OK);
	CHECK_INT(end, NOW + DAY + 12 * HOUR);

	/* together with somebody who is there from Monday to Sunday, 22 to 2 */
	both_of = fixture_resource(fixture, "Eve", UNITS(1));
	fixture_work(fixture, both_of, "UTC; Mon-Sun 22:00-02:00");
	fixture_use(&source->steps[0], &both_of, 1, UNITS(1));
	project_open(&project, &fixture->network, source, NOW + 17 * HOUR, false);
	CHECK_INT(project.crews[0].ntimes, 2);
	CHECK_INT(project_place(&project, &work, &task, &end), PROMISE_OK);
	CHECK_INT(end, NOW + 3 * DAY + 23 * HOUR);
}

static void
never_done(void)
{
	PlanFixture *fixture;
	PlanSource *source = new_project(&fixture);
	PlanResource *ann = fixture_resource(fixture, "Ann", UNITS(1));
	ProjectEstimate estimates[2];
	ProjectRuns runs;
	Project		project;
	ProjectTask tasks[2];
	int64		works[2] = {5 * DAY, PG_INT64_MAX / 2};
	Instant		end;

	fixture_work(fixture, ann, WEEK);
	fixture_step(source, ann, UNITS(1), 0, 0)->pauses = false;
	fixture_step(source, NULL, 0, 0, 0);
	plan_fixture_finish(fixture);
	project_open(&project, &fixture->network, source, NOW, false);
	CHECK_INT(project_place(&project, works, tasks, &end),
			  PROMISE_CALENDAR_EXHAUSTED);
	estimates[0] = estimate_of(20 * HOUR, 20 * HOUR, 20 * HOUR);
	estimates[1] = estimate_of(0, 0, 0);
	CHECK_INT(project_simulate(&project, estimates, 1, 1, &runs),
			  PROMISE_CALENDAR_EXHAUSTED);
	estimates[1].sure = PG_INT64_MAX;
	CHECK_INT(project_simulate(&project, estimates, 1, 1, &runs),
			  PROMISE_INSTANT_OVERFLOW);
}

/*
 * One step has the mean and the deviation of PERT, wherever the mode lies, and
 * stays within its range.  With the mode in the middle the distribution is
 * Beta(4, 4), whose probability up to a quarter of the range is that of at least
 * four of seven draws below it: 1156 / 16384.
 */
static void
one_step(void)
{
	for (int mode = 0; mode <= 4; mode++)
	{
		PlanFixture *fixture;
		PlanSource *source = new_project(&fixture);
		ProjectEstimate estimate = estimate_of(20 * HOUR, (20 + 10 * mode) * HOUR,
											   60 * HOUR);
		Project		project;
		ProjectRuns runs;

		fixture_step(source, NULL, 0, 0, 0);
		plan_fixture_finish(fixture);
		project_open(&project, &fixture->network, source, NOW, true);
		CHECK_INT(project_simulate(&project, &estimate, NRUNS, 7, &runs), PROMISE_OK);
		CHECK(is_about(runs.mean, estimate.mean, 0.005));
		CHECK(is_about(runs.deviation, 40.0 / 6 * HOUR, 0.02));
		CHECK(runs.elapsed[0] >= 20 * HOUR);
		CHECK(runs.elapsed[NRUNS - 1] <= 60 * HOUR);
		CHECK_INT(runs.ncritical[0], NRUNS);
		if (mode == 2)
		{
			CHECK(is_about(project_done_within(&runs, 30 * HOUR),
						   NRUNS * 1156.0 / 16384, 0.06));
			CHECK(is_about(project_done_within(&runs, 40 * HOUR), NRUNS / 2, 0.03));
			CHECK(is_about(project_quantile(&runs, 5), 40 * HOUR, 0.01));
		}

		/* the times that are reported are those of the runs */
		CHECK_INT(project_quantile(&runs, 10), runs.elapsed[NRUNS - 1]);
		CHECK_INT(project_quantile(&runs, 8), runs.elapsed[NRUNS * 8 / 10 - 1]);
		CHECK_INT(project_done_within(&runs, runs.elapsed[NRUNS - 1]), NRUNS);
		CHECK_INT(project_done_within(&runs, runs.elapsed[0] - 1), 0);
	}
}

/* in a chain means, lags and variances add up */
static void
chain(void)
{
	PlanFixture *fixture;
	PlanSource *source = new_project(&fixture);
	ProjectEstimate estimates[3];
	Project		project;
	ProjectRuns runs;
	ProjectRuns again;

	for (int i = 0; i < 3; i++)
		fixture_step(source, NULL, 0, 0, 0);
	source->steps[2].before[0].lag = 50 * HOUR;
	plan_fixture_finish(fixture);
	estimates[0] = estimate_of(12 * HOUR, 15 * HOUR, 30 * HOUR);
	estimates[1] = estimate_of(0, 24 * HOUR, 24 * HOUR);
	estimates[2] = estimate_of(8 * HOUR, 8 * HOUR, 8 * HOUR);
	estimates[2].sure = 2 * HOUR;

	project_open(&project, &fixture->network, source, NOW, true);
	CHECK_INT(project_simulate(&project, estimates, NRUNS, 1, &runs), PROMISE_OK);
	CHECK(is_about(runs.mean, (17 + 20 + 10 + 50) * (double) HOUR, 0.002));
	CHECK(is_about(runs.deviation, sqrt(9 + 16) * HOUR, 0.02));

	/* a seed has its runs, another has others */
	CHECK_INT(project_simulate(&project, estimates, NRUNS, 1, &again), PROMISE_OK);
	CHECK(memcmp(runs.elapsed, again.elapsed, sizeof(int64) * NRUNS) == 0);
	CHECK_INT(project_simulate(&project, estimates, NRUNS, 2, &again), PROMISE_OK);
	CHECK(memcmp(runs.elapsed, again.elapsed, sizeof(int64) * NRUNS) != 0);
}

/*
 * Of two steps alike each is the longer one in half of the runs, and both are done
 * by the median of one in a quarter of them; a third one that is sure to take less
 * never counts.
 */
static void
side_by_side(void)
{
	PlanFixture *fixture;
	PlanSource *source = new_project(&fixture);
	ProjectEstimate estimates[3];
	Project		project;
	ProjectRuns runs;

	for (int i = 0; i < 3; i++)
		fixture_parallel(fixture_step(source, NULL, 0, 0, 0));
	plan_fixture_finish(fixture);
	estimates[0] = estimates[1] = estimate_of(20 * HOUR, 40 * HOUR, 60 * HOUR);
	estimates[2] = estimate_of(20 * HOUR, 20 * HOUR, 20 * HOUR);
	project_open(&project, &fixture->network, source, NOW, true);
	CHECK_INT(project_simulate(&project, estimates, NRUNS, 3, &runs), PROMISE_OK);
	CHECK(is_about(runs.ncritical[0], NRUNS / 2, 0.03));
	CHECK(is_about(runs.ncritical[1], NRUNS / 2, 0.03));
	CHECK_INT(runs.ncritical[2], 0);
	CHECK(is_about(project_done_within(&runs, 40 * HOUR), NRUNS / 4, 0.04));
	CHECK(runs.mean > 40.0 * HOUR * 1.05);
}

/* steps that take what they say, side by side: the longer of two, or both */
static void
nothing_drawn(void)
{
	PlanFixture *fixture;
	PlanSource *source = new_project(&fixture);
	ProjectEstimate estimates[3] = {{.sure = 5 * HOUR}, {.sure = 8 * HOUR},
	{.sure = 3 * HOUR}};
	Project		project;
	ProjectRuns runs;

	fixture_parallel(fixture_step(source, NULL, 0, 0, 0));
	fixture_parallel(fixture_step(source, NULL, 0, 0, 0));
	fixture_parallel(fixture_step(source, NULL, 0, 0, 0));
	fixture_link(&source->steps[2], 0, 0);
	plan_fixture_finish(fixture);
	project_open(&project, &fixture->network, source, NOW, true);
	CHECK_INT(project_simulate(&project, estimates, 10, 1, &runs), PROMISE_OK);
	CHECK_INT(runs.elapsed[0], 8 * HOUR);
	CHECK_INT(runs.elapsed[9], 8 * HOUR);
	CHECK_INT((int64) runs.deviation, 0);
	CHECK_INT(runs.ncritical[0], 10);
	CHECK_INT(runs.ncritical[1], 10);
	CHECK_INT(runs.ncritical[2], 10);
	estimates[1].sure = 7 * HOUR;
	CHECK_INT(project_simulate(&project, estimates, 10, 1, &runs), PROMISE_OK);
	CHECK_INT(runs.ncritical[1], 0);
}

/* a correction has stretched the times: some would be below nothing */
static void
nothing_negative(void)
{
	PlanFixture *fixture;
	PlanSource *source = new_project(&fixture);
	ProjectEstimate estimate = estimate_of(10 * HOUR, 20 * HOUR, 30 * HOUR);
	Project		project;
	ProjectRuns runs;

	estimate.sure = HOUR;
	estimate.deviation *= 5;
	fixture_step(source, NULL, 0, 0, 0);
	plan_fixture_finish(fixture);
	project_open(&project, &fixture->network, source, NOW, true);
	CHECK_INT(project_simulate(&project, &estimate, 1000, 1, &runs), PROMISE_OK);
	CHECK_INT(runs.elapsed[0], HOUR);
	CHECK(runs.elapsed[999] > 60 * HOUR);
}

static PlanSource *
new_project(PlanFixture **fixture)
{
	*fixture = plan_fixture_create(NOW, NOW + 400 * DAY);
	return fixture_source(*fixture, PLAN_MAKE, "do it",
						  fixture_node(*fixture, "project"));
}

/* each step after some of those before it, done by one of two or by nobody */
static void
random_project(PlanSource *source, PlanResource **people)
{
	int			nsteps = (int) unit_random(1, MAX_PROJECT_STEPS);

	for (int i = 0; i < nsteps; i++)
	{
		int			who = (int) unit_random(0, 2);
		PlanStep   *step = fixture_step(source, who == 2 ? NULL : people[who],
										who == 2 ? 0 : UNITS(1), 0, 0);

		step->pauses = unit_random(0, 1) == 0;
		if (i > 0)
			fixture_parallel(step);
		for (int j = 0; j < i; j++)
		{
			if (unit_random(0, 2) == 0)
				fixture_link(step, j, unit_random(0, 30) * HOUR);
		}
	}
}

static bool
is_open(int person, Instant at)
{
	int64		hour = at / HOUR % 24;
	int64		day = (at / DAY - NOW / DAY) % 7;

	return person == 0 ? day < 5 && hour >= 8 && hour < 16 :
		day < 4 && hour >= 20 && hour < 23;
}

/* by trying each hour as the first of the work */
static Instant
naive_end(const PlanSource *source, int step, const int64 *works,
		  PlanResource **people, Instant *start)
{
	const PlanStep *it = &source->steps[step];
	int			person = people == NULL || it->nuses == 0 ? -1 :
	it->uses[0].choices[0] == people[0] ? 0 : 1;
	Instant		ready = NOW;
	int64		left;

	for (int i = 0; i < it->nbefore; i++)
	{
		Instant		ignored;

		ready = Max(ready, it->before[i].lag +
					naive_end(source, it->before[i].step, works, people, &ignored));
	}
	*start = ready;
	for (;; *start += HOUR)
	{
		Instant		at = *start;

		if (works[step] == 0)
			return ready;
		if (person >= 0 && !is_open(person, at))
			continue;
		for (left = works[step]; left > 0; at += HOUR)
		{
			if (person < 0 || is_open(person, at))
				left -= HOUR;
			else if (!it->pauses)
				break;
		}
		if (left == 0)
			return at;
	}
}

static ProjectEstimate
estimate_of(int64 least, int64 likely, int64 most)
{
	ProjectEstimate estimate = {
		.mean = (least + 4.0 * likely + most) / 6,
		.deviation = (most - least) / 6.0,
		.position = 0.5
	};

	if (most > least)
		estimate.position = (estimate.mean - least) / (most - least);
	return estimate;
}

static bool
is_about(double actual, double expected, double tolerance)
{
	return fabs(actual - expected) <= tolerance * expected;
}
