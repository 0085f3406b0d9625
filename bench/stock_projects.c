/*
 * stock_projects.c - projects whose activities consume and yield stock.
 *
 * stock_projects SCHEDULES BEST_KNOWN FILE...: as projects.c, for the instances with
 * consumption and production of resources (.rcp).  Prints a line for each project,
 * how many of those that can be done at all were solved, and how far from the best
 * known.  The exit status is not 0 if a schedule is wrong, or one was found where
 * there is none.
 */
#include "placement.h"

#define MAX_STEPS		64

typedef struct Known
{
	bool		feasible;		/* not proven to be infeasible */
	int			lower_bound;
	int			best;			/* 0: not known */
} Known;

static Project *read_project(const char *path);
static void read_step(FILE *file, const char *path, Project *project, int step,
					  int nresources, int nstocks, PlanResource **resources,
					  PlanNode **nodes);
static int	read_number(FILE *file, const char *path);
static void read_known(const char *path, const char *name, Known *known);

int
main(int argc, char **argv)
{
	int			npossible = 0;
	int			nimpossible = 0;
	int			nsolved = 0;
	int			ncompared = 0;
	int			nbest = 0;
	int			nwrong = 0;
	double		above = 0;
	double		seconds = 0;
	double		most_seconds = 0;

	if (argc < 4)
		project_fail("usage: stock_projects SCHEDULES BEST_KNOWN FILE...", "");
	printf("%-24s %6s %6s %6s %8s\n", "project", "length", "bound", "best",
		   "ms");

	for (int i = 3; i < argc; i++)
	{
		char	   *name = strdup(strrchr(argv[i], '/') + 1);
		Project    *project = read_project(argv[i]);
		Placement	placed = placement_make(project, atoi(argv[1]));
		Known		known;
		bool		wrong;

		*strstr(name, ".rcp") = '\0';
		read_known(argv[2], name, &known);
		wrong = !placed.sound || (placed.length >= 0 &&
								  (!known.feasible ||
								   placed.length < known.lower_bound));
		printf("%-24s %6d %6d %6d %8.2f%s%s\n", name, placed.length,
			   known.lower_bound, known.best, 1000.0 * placed.seconds,
			   known.feasible ? "" : "  infeasible",
			   wrong ? "  wrong" : "");

		nwrong += wrong;
		npossible += known.feasible;
		nimpossible += !known.feasible;
		nsolved += known.feasible && placed.length >= 0;
		if (known.best > 0 && placed.length >= 0)
		{
			ncompared++;
			nbest += placed.length <= known.best;
			above += 100.0 * (placed.length - known.best) / known.best;
		}
		seconds += placed.seconds;
		most_seconds = Max(most_seconds, placed.seconds);
	}
	printf("%d projects, %d of them proven infeasible; solved %d of %d "
		   "(%.1f %%), %d as good as the best known, on average %.2f %% above it; "
		   "%d wrong; %.1f ms, at most %.1f ms\n",
		   npossible + nimpossible, nimpossible, nsolved, npossible,
		   npossible > 0 ? 100.0 * nsolved / npossible : 0, nbest,
		   ncompared > 0 ? above / ncompared : 0, nwrong,
		   1000.0 * seconds / (argc - 3), 1000.0 * most_seconds);
	return nwrong > 0 ? 1 : 0;
}

static Project *
read_project(const char *path)
{
	FILE	   *file = fopen(path, "r");
	Project    *project = project_create();
	PlanResource *resources[MAX_RESOURCES];
	PlanNode   *nodes[MAX_RESOURCES];
	int			nresources;
	int			nstocks;

	if (file == NULL)
		project_fail("cannot read", path);
	project->nsteps = read_number(file, path);
	nresources = read_number(file, path);
	nstocks = read_number(file, path);
	if (project->nsteps < 1 || project->nsteps > MAX_STEPS ||
		nresources > MAX_RESOURCES || nstocks >= MAX_RESOURCES)
		project_fail("cannot understand", path);

	for (int i = 0; i < nresources; i++)
		resources[i] = fixture_resource(project->fixture, psprintf("R%d", i),
										UNITS(read_number(file, path)));
	for (int i = 0; i < nstocks; i++)
	{
		nodes[i] = fixture_node(project->fixture, psprintf("S%d", i));
		fixture_event(nodes[i], INSTANT_BEGIN, UNITS(read_number(file, path)));
	}
	for (int i = 0; i < project->nsteps; i++)
		fixture_parallel(fixture_step(project->source, NULL, 0, 0, 0));
	for (int i = 0; i < project->nsteps; i++)
		read_step(file, path, project, i, nresources, nstocks, resources,
				  nodes);
	fclose(file);
	plan_fixture_finish(project->fixture);
	return project;
}

/*
 * What the first and the last activity do to the stocks is not looked at: they
 * stand for the project's begin and end.
 */
static void
read_step(FILE *file, const char *path, Project *project, int step,
		  int nresources, int nstocks, PlanResource **resources,
		  PlanNode **nodes)
{
	PlanSource *source = project->source;
	bool		is_dummy = step == 0 || step == project->nsteps - 1;
	int			nafter;

	source->steps[step].setup = read_number(file, path) * HOUR;
	for (int i = 0; i < nresources; i++)
	{
		int			units = read_number(file, path);

		if (units > 0)
			fixture_use(&source->steps[step], &resources[i], 1, UNITS(units));
	}
	for (int i = 0; i < nstocks; i++)
	{
		int			consumed = read_number(file, path);
		int			yielded = read_number(file, path);

		if (consumed > 0 && !is_dummy)
			fixture_component(source, nodes[i], UNITS(consumed), step);
		if (yielded > 0 && !is_dummy)
			fixture_output(source, nodes[i], UNITS(yielded))->after_step =
				step + 1;
	}
	nafter = read_number(file, path);
	for (int i = 0; i < nafter; i++)
	{
		int			after = read_number(file, path) - 1;

		/* steps are to be in a topological order */
		if (after <= step || after >= project->nsteps)
			project_fail("cannot understand", path);
		fixture_link(&source->steps[after], step, 0);
	}
}

static int
read_number(FILE *file, const char *path)
{
	int			number;

	if (fscanf(file, "%d", &number) != 1)
		project_fail("cannot understand", path);
	return number;
}

/*
 * Columns: instance, lower bound, best known length, verdict.
 */
static void
read_known(const char *path, const char *name, Known *known)
{
	FILE	   *file = fopen(path, "r");
	char	   *wanted = psprintf("rcpsp-cpr_KSD30_ConsProd_%s,", name);
	char		line[1024];
	bool		found = false;

	if (file == NULL)
		project_fail("cannot read", path);
	while (!found && fgets(line, sizeof(line), file) != NULL)
		found = strncmp(line, wanted, strlen(wanted)) == 0;
	fclose(file);
	if (!found)
		project_fail("nothing is known about", name);
	known->feasible = strstr(line, "Infeasible") == NULL;
	known->lower_bound = atoi(strchr(line, ',') + 1);
	known->best = atoi(strchr(strchr(line, ',') + 1, ',') + 1);
	/* of one instance a bound is recorded that its own best schedule is below */
	if (known->best > 0)
		known->lower_bound = Min(known->lower_bound, known->best);
}
