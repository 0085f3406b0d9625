/*
 * time_tree.c - how fast trees of time are, from 100 breakpoints to a million.
 *
 * A resource of one unit has work after work on it, with gaps of an hour at most.
 * Prints nanoseconds of processor time for each call.  bench/time_tree compiles and
 * runs it.
 */
#include "core/first_fit.h"

#include "common/pg_prng.h"

#include <time.h>

#define HOUR INT64CONST(3600000000)
#define CALLS 100000
#define SIZES 5
#define MAX_ROWS 20

/* a row of the table: nanoseconds at 100, 1000, ... breakpoints */
typedef struct Row
{
	const char *name;
	double		nanoseconds[SIZES];
} Row;

static Row	rows[MAX_ROWS];
static int	size;				/* column that is being filled */
static int	nrows;				/* in it, so far */

typedef struct Bench
{
	int			n;
	TimeJournal *journal;
	TimeTree   *tree;
	Instant		end;			/* of all work */
	pg_prng_state prng;
} Bench;

static double clock_start;

/* what is computed must not be optimized away */
static volatile int64 sink;

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void
start(void)
{
	clock_start = seconds();
}

static void
report(const char *name, double elapsed, int64 ncalls)
{
	rows[nrows].name = name;
	rows[nrows++].nanoseconds[size] = elapsed * 1e9 / ncalls;
}

static void
stop(const char *name, int64 ncalls)
{
	report(name, seconds() - clock_start, ncalls);
}

static int64
random_between(Bench *bench, int64 lowest, int64 highest)
{
	return lowest + (int64) pg_prng_uint64_range(&bench->prng, 0, highest - lowest);
}

static void
setup(Bench *bench, int n)
{
	TimeChange *changes = palloc(n * sizeof(TimeChange));
	Instant		at = 0;

	bench->n = n;
	pg_prng_seed(&bench->prng, 1);
	bench->journal = time_journal_create();
	for (int i = 0; i + 1 < n; i += 2)
	{
		at += random_between(bench, 1, HOUR);
		changes[i].at = at;
		changes[i].delta = -1;
		at += random_between(bench, HOUR, 4 * HOUR);
		changes[i + 1].at = at;
		changes[i + 1].delta = 1;
	}
	bench->end = at;
	start();
	bench->tree = time_tree_create(bench->journal, 1, changes, n);
	stop("create, for each breakpoint", n);
	pfree(changes);
}

static void
measure_changes(Bench *bench)
{
	Instant    *at = palloc(2 * CALLS * sizeof(Instant));

	for (int i = 0; i < CALLS; i++)
	{
		at[2 * i] = random_between(bench, 0, bench->end);
		at[2 * i + 1] = at[2 * i] + random_between(bench, 1, 4 * HOUR);
	}

	/* no more than a tenth at once, so that the tree keeps its size */
	for (int pass = 0; pass < 2; pass++)
	{
		int			step = Max(bench->n / 20, 5);
		double		adding = 0;
		double		undoing = 0;

		for (int done = 0; done < CALLS; done += step)
		{
			int			until = Min(done + step, CALLS);
			TimeMark	mark = time_journal_mark(bench->journal);
			double		begun = seconds();
			double		added;

			for (int i = done; i < until; i++)
				time_tree_add(bench->tree, at[2 * i],
							  pass == 0 ? at[2 * i + 1] : INSTANT_END, -1);
			added = seconds();
			time_journal_undo(bench->journal, mark);
			undoing += seconds() - added;
			adding += added - begun;
		}
		report(pass == 0 ? "add over some hours" : "add to the end", adding, CALLS);
		if (pass == 0)
			report("take that back", undoing, CALLS);
	}
	pfree(at);
}

static void
measure_searches(Bench *bench)
{
	Instant    *at = palloc(CALLS * sizeof(Instant));
	FitDemand	demand = {bench->tree, 1};
	Span		fit;
	static const char *const fits[] = {
		"first fit, near", "first fit backward, near",
		"first fit, far", "first fit backward, far"
	};

	for (int i = 0; i < CALLS; i++)
		at[i] = random_between(bench, 0, bench->end);

	start();
	for (int i = 0; i < CALLS; i++)
		sink += time_tree_value(bench->tree, at[i]);
	stop("value", CALLS);

	/* to the end: half of all that there is */
	start();
	for (int i = 0; i < CALLS; i++)
		sink += time_tree_least(bench->tree, at[i], INSTANT_END);
	stop("least value to the end", CALLS);

	/* never below: all has to be excluded */
	start();
	for (int i = 0; i < CALLS; i++)
		sink += time_tree_first_below(bench->tree, at[i], INSTANT_END, 0);
	stop("first below, to the end", CALLS);

	/* half an hour finds a gap soon, two hours only behind all work */
	for (int pass = 0; pass < 4; pass++)
	{
		int64		amount = (pass < 2) ? HOUR / 2 : 2 * HOUR;

		/* the first few searches make the tree remember */
		for (int warming = 1; warming >= 0; warming--)
		{
			start();
			for (int i = 0; i < CALLS; i++)
			{
				if (pass % 2 == 0)
					sink += first_fit_forward(&demand, 1, NULL, amount, true, at[i],
											  INSTANT_END, &fit);
				else
					sink += first_fit_backward(&demand, 1, NULL, amount, true, at[i],
											   INSTANT_BEGIN, &fit);
			}
		}
		stop(fits[pass], CALLS);
	}
	pfree(at);
}

static void
utc_regime(const CalendarZone *zone, Instant at, int64 *offset, Instant *until)
{
	*offset = 0;
	*until = INSTANT_END;
}

/*
 * Place n jobs on an empty resource, each as early as it can be after a random
 * instant: of one to four hours, at any time or within shifts, paused or not.  They
 * fill most of the time that there is, so that most gaps are too short in the end.
 */
static void
measure_batch(int n)
{
	CalendarZone zone = {utc_regime};
	CalendarPeriod period = {CALENDAR_DATE_BEGIN, {0, 1, 2, 3, 4, 5, 5, 5}};
	CalendarShift shifts[5];
	static const char *const batches[] = {
		"place a job", "the same in shifts", "the same unbroken"
	};

	CalendarRules rules = {"UTC", 1, 0, 5, &period, NULL, shifts};

	for (int i = 0; i < lengthof(shifts); i++)
	{
		shifts[i].start = 8 * 3600;
		shifts[i].end = 16 * 3600;
	}
	for (int pass = 0; pass < 3; pass++)
	{
		WorkTime   *work = NULL;
		Bench		bench;
		FitDemand	demand = {NULL, 1};
		Instant		last;

		if (pass > 0)
			work = work_time_create(&rules, &zone, 0, INSTANT_END);
		last = work_time_forward(work, 0, n * HOUR * 5 / 2);
		pg_prng_seed(&bench.prng, 1);
		demand.tree = time_tree_create(NULL, 1, NULL, 0);
		start();
		for (int i = 0; i < n; i++)
		{
			Span		fit;

			if (first_fit_forward(&demand, 1, work,
								  random_between(&bench, HOUR, 4 * HOUR),
								  pass < 2, random_between(&bench, 0, last),
								  INSTANT_END, &fit))
				time_tree_add(demand.tree, fit.start, fit.end, -1);
		}
		stop(batches[pass], n);
		time_tree_free(demand.tree);
	}
}

int
main(int argc, char **argv)
{
	int			n = 100;

	for (size = 0; size < SIZES; size++)
	{
		Bench		bench;

		nrows = 0;
		setup(&bench, n);
		measure_changes(&bench);
		measure_searches(&bench);
		measure_batch(n / 2);
		time_tree_free(bench.tree);
		time_journal_free(bench.journal);
		n *= 10;
	}

	printf("| ns | 100 | 1,000 | 10,000 | 100,000 | 1,000,000 |\n|---|---:|---:|---:|---:|---:|\n");
	for (int row = 0; row < nrows; row++)
	{
		printf("| %s |", rows[row].name);
		for (int i = 0; i < SIZES; i++)
			printf(" %.0f |", rows[row].nanoseconds[i]);
		printf("\n");
	}
	return 0;
}
