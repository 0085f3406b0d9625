/*
 * project_runs.c - a project run many times, each step as long as chance has it.
 *
 * R. M. Van Slyke, Monte Carlo methods and the PERT problem, Operations Research
 * 11 (1963) 839-860: the end of a project is the longest of its paths, and which
 * of them that is differs from run to run.  The critical path of PERT knows only
 * one of them.
 *
 * Times are drawn from the beta distribution over the range of the estimate that
 * has the mean and the deviation that PERT gives it, so that nothing but the
 * paths makes a difference to PERT.  With the deviation a sixth of the range and
 * the mean at p of it, its parameters are p k and (1 - p) k, where k =
 * 36 p (1 - p) - 1.  That is at least 4, as (a + 4m + b) / 6 lies between a sixth
 * and five sixths of the range.
 */
#include "engine/project.h"

#include <math.h>

#include "common/pg_prng.h"
#include "core/sort.h"

/* no step takes longer, in microseconds: sums of them stay within int64 */
#define MAX_TIME	1e17

static int64 draw_time(pg_prng_state *prng, const ProjectEstimate *estimate);
static double draw_beta(pg_prng_state *prng, double alpha, double beta);
static double draw_gamma(pg_prng_state *prng, double shape);
static double draw_normal(pg_prng_state *prng);
static double draw_positive(pg_prng_state *prng);
static void sum_up(ProjectRuns *runs);
static int	compare_times(const void *a, const void *b);

PromiseStatus
project_means(const ProjectEstimate *estimates, int nsteps, int64 *works)
{
	for (int i = 0; i < nsteps; i++)
	{
		if ((double) estimates[i].sure + estimates[i].mean +
			6 * estimates[i].deviation > MAX_TIME)
			return PROMISE_INSTANT_OVERFLOW;
		works[i] = estimates[i].sure + llrint(estimates[i].mean);
	}
	return PROMISE_OK;
}

PromiseStatus
project_simulate(const Project *project, const ProjectEstimate *estimates,
				 int nruns, uint64 seed, ProjectRuns *runs)
{
	int			nsteps = project->source->nsteps;
	int64	   *works = palloc(sizeof(int64) * (Size) Max(nsteps, 1));
	ProjectTask *tasks = palloc(sizeof(ProjectTask) * (Size) Max(nsteps, 1));
	pg_prng_state prng;
	PromiseStatus status;

	status = project_means(estimates, nsteps, works);
	if (status != PROMISE_OK)
		return status;

	runs->nruns = nruns;
	runs->elapsed = palloc(sizeof(int64) * (Size) nruns);
	runs->ncritical = palloc0(sizeof(int) * (Size) Max(nsteps, 1));
	pg_prng_seed(&prng, seed);
	for (int run = 0; run < nruns; run++)
	{
		Instant		end;

		CORE_CHECK_INTERRUPTS();
		for (int i = 0; i < nsteps; i++)
			works[i] = estimates[i].sure + draw_time(&prng, &estimates[i]);
		status = project_place(project, works, tasks, &end);
		if (status != PROMISE_OK)
			return status;
		runs->elapsed[run] = end - project->start;
		for (int i = 0; i < nsteps; i++)
			runs->ncritical[i] += tasks[i].critical;
	}
	sum_up(runs);
	pfree(works);
	pfree(tasks);
	return PROMISE_OK;
}

/*
 * A correction moves the mean and stretches what lies around it, so that a time
 * could come out negative.
 */
static int64
draw_time(pg_prng_state *prng, const ProjectEstimate *estimate)
{
	double		p = estimate->position;
	double		k = 36 * p * (1 - p) - 1;
	double		drawn;

	if (estimate->deviation == 0)
		return llrint(estimate->mean);
	drawn = draw_beta(prng, p * k, (1 - p) * k);
	return llrint(fmax(estimate->mean +
					   estimate->deviation * 6 * (drawn - p), 0));
}

/* of two gamma variates, the part that one has in their sum */
static double
draw_beta(pg_prng_state *prng, double alpha, double beta)
{
	double		a = draw_gamma(prng, alpha);
	double		b = draw_gamma(prng, beta);

	return a / (a + b);
}

/*
 * G. Marsaglia and W. W. Tsang, A simple method for generating gamma variables,
 * ACM Transactions on Mathematical Software 26 (2000) 363-372.
 */
static double
draw_gamma(pg_prng_state *prng, double shape)
{
	double		d = shape - 1.0 / 3;
	double		c = 1 / sqrt(9 * d);

	if (shape < 1)
		return draw_gamma(prng, shape + 1) *
			pow(draw_positive(prng), 1 / shape);
	for (;;)
	{
		double		x = draw_normal(prng);
		double		v = 1 + c * x;

		if (v <= 0)
			continue;
		v = v * v * v;
		if (log(draw_positive(prng)) < x * x / 2 + d * (1 - v + log(v)))
			return d * v;
	}
}

/* by Box and Muller */
static double
draw_normal(pg_prng_state *prng)
{
	double		radius = sqrt(-2 * log(draw_positive(prng)));

	return radius * cos(2 * M_PI * pg_prng_double(prng));
}

/* above 0 and at most 1 */
static double
draw_positive(pg_prng_state *prng)
{
	return 1 - pg_prng_double(prng);
}

static void
sum_up(ProjectRuns *runs)
{
	double		sum = 0;
	double		squares = 0;

	for (int i = 0; i < runs->nruns; i++)
		sum += (double) runs->elapsed[i];
	runs->mean = sum / runs->nruns;
	for (int i = 0; i < runs->nruns; i++)
	{
		double		off = (double) runs->elapsed[i] - runs->mean;

		squares += off * off;
	}
	runs->deviation = sqrt(squares / runs->nruns);
	core_sort(runs->elapsed, runs->nruns, sizeof(int64), compare_times);
}

static int
compare_times(const void *a, const void *b)
{
	int64		left = *(const int64 *) a;
	int64		right = *(const int64 *) b;

	return (left > right) - (left < right);
}

int64
project_quantile(const ProjectRuns *runs, int tenths)
{
	int64		rank = ((int64) runs->nruns * tenths + 9) / 10;

	return runs->elapsed[rank - 1];
}

int
project_done_within(const ProjectRuns *runs, int64 elapsed)
{
	int			low = 0;
	int			high = runs->nruns;

	/* invariant: elapsed[0 .. low) are within, elapsed[high ..) are not */
	while (low < high)
	{
		int			mid = low + (high - low) / 2;

		if (runs->elapsed[mid] <= elapsed)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}
