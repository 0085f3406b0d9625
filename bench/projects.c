/*
 * projects.c - how good and how fast schedules of projects are.
 *
 * projects SCHEDULES BEST_KNOWN FILE...: places each project of the PSPLIB library
 * (.sm) with so many schedules tried, compares its length with the best known and the
 * proven bounds, and has the plan checked.  Prints a line for each project and the
 * averages of each set.  The exit status is not 0 if a schedule is wrong.
 */
#include "placement.h"

/* what is known about a project; 0: not known */
typedef struct Known
{
	int			critical_path;
	int			lower_bound;
	int			best;
	int			optimum;
} Known;

typedef struct Summary
{
	char		name[16];
	int			nprojects;
	int			noptima;		/* that are known */
	int			nreached;		/* as good as the best known */
	double		above_best;
	double		above_optimum;
	double		above_path;
	double		seconds;
	double		most_seconds;
} Summary;

static Project *read_project(const char *path);
static void read_precedence(FILE *file, Project *project);
static void read_requests(FILE *file, Project *project,
						  PlanResource **resources, int nresources);
static void skip_to(FILE *file, const char *heading);
static bool read_known(const char *path, const char *set, const char *name,
					   Known *known);
static int	field_number(const char *line, int field);
static void print_summary(const Summary *summary);

int
main(int argc, char **argv)
{
	Summary		summary = {.nprojects = 0};
	bool		wrong = false;

	if (argc < 4)
		project_fail("usage: projects SCHEDULES BEST_KNOWN FILE...", "");
	printf("%-12s %6s %6s %6s %6s %8s %8s\n", "project", "length", "path",
		   "bound", "best", "above", "ms");

	for (int i = 3; i < argc; i++)
	{
		char	   *path = strdup(argv[i]);
		char	   *name = strrchr(path, '/') + 1;
		char	   *set;
		Project    *project = read_project(path);
		Known		known;
		Placement	placed;

		*strstr(name, ".sm") = '\0';
		name[-1] = '\0';
		set = strrchr(path, '/') + 1;
		if (!read_known(argv[2], set, name, &known))
			project_fail("nothing is known about", argv[i]);
		if (strcmp(summary.name, set) != 0)
		{
			print_summary(&summary);
			memset(&summary, 0, sizeof(summary));
			snprintf(summary.name, sizeof(summary.name), "%s", set);
		}

		placed = placement_make(project, atoi(argv[1]));
		printf("%-12s %6d %6d %6d %6d %7.2f%% %8.2f%s\n", name, placed.length,
			   known.critical_path, known.lower_bound, known.best,
			   100.0 * (placed.length - known.best) / known.best, 1000.0 * placed.seconds,
			   !placed.sound ? "  breaks a rule" :
			   placed.length < known.lower_bound ? "  below the bound" : "");
		wrong |= !placed.sound || placed.length < known.lower_bound;

		summary.nprojects++;
		summary.nreached += placed.length <= known.best;
		summary.above_best += 100.0 * (placed.length - known.best) / known.best;
		summary.above_path += 100.0 * (placed.length - known.critical_path) /
			known.critical_path;
		if (known.optimum > 0)
		{
			summary.noptima++;
			summary.above_optimum += 100.0 * (placed.length - known.optimum) /
				known.optimum;
		}
		summary.seconds += placed.seconds;
		summary.most_seconds = Max(summary.most_seconds, placed.seconds);
	}
	print_summary(&summary);
	return wrong ? 1 : 0;
}

static Project *
read_project(const char *path)
{
	FILE	   *file = fopen(path, "r");
	Project    *project = project_create();
	PlanResource *resources[MAX_RESOURCES];
	char		line[1024];
	int			nresources = 0;
	int			units;

	if (file == NULL)
		project_fail("cannot read", path);
	while (fgets(line, sizeof(line), file) != NULL)
	{
		if (strncmp(line, "jobs", 4) == 0)
			project->nsteps = atoi(strchr(line, ':') + 1);
		else if (strstr(line, "- renewable") != NULL)
			nresources = atoi(strchr(line, ':') + 1);
		else if (strncmp(line, "PRECEDENCE", 10) == 0)
			break;
	}
	if (project->nsteps == 0 || nresources < 1 || nresources > MAX_RESOURCES)
		project_fail("cannot understand", path);

	for (int i = 0; i < nresources; i++)
		resources[i] = fixture_resource(project->fixture, psprintf("R%d", i),
										0);
	read_precedence(file, project);
	read_requests(file, project, resources, nresources);
	skip_to(file, "RESOURCEAVAILABILITIES");
	if (fgets(line, sizeof(line), file) == NULL)
		project_fail("cannot understand", path);
	for (int i = 0; i < nresources; i++)
	{
		if (fscanf(file, "%d", &units) != 1)
			project_fail("cannot understand", path);
		resources[i]->capacity.units = UNITS(units);
	}
	fclose(file);
	plan_fixture_finish(project->fixture);
	return project;
}

static void
read_precedence(FILE *file, Project *project)
{
	char		line[1024];

	for (int i = 0; i < project->nsteps; i++)
		fixture_parallel(fixture_step(project->source, NULL, 0, 0, 0));
	if (fgets(line, sizeof(line), file) == NULL)
		return;
	for (int i = 0; i < project->nsteps; i++)
	{
		int			job;
		int			modes;
		int			nafter;
		int			after;

		if (fscanf(file, "%d %d %d", &job, &modes, &nafter) != 3)
			return;
		for (int j = 0; j < nafter; j++)
		{
			if (fscanf(file, "%d", &after) == 1)
				fixture_link(&project->source->steps[after - 1], job - 1, 0);
		}
	}
}

static void
read_requests(FILE *file, Project *project, PlanResource **resources,
			  int nresources)
{
	char		line[1024];

	skip_to(file, "REQUESTS/DURATIONS");
	for (int i = 0; i < 2; i++)
	{
		if (fgets(line, sizeof(line), file) == NULL)
			return;
	}
	for (int i = 0; i < project->nsteps; i++)
	{
		PlanStep   *step = &project->source->steps[i];
		int			job;
		int			mode;
		int			duration;
		int			units;

		if (fscanf(file, "%d %d %d", &job, &mode, &duration) != 3)
			return;
		step->setup = duration * HOUR;
		for (int j = 0; j < nresources; j++)
		{
			if (fscanf(file, "%d", &units) == 1 && units > 0)
				fixture_use(step, &resources[j], 1, UNITS(units));
		}
	}
}

static void
skip_to(FILE *file, const char *heading)
{
	char		line[1024];

	while (fgets(line, sizeof(line), file) != NULL)
	{
		if (strncmp(line, heading, strlen(heading)) == 0)
			return;
	}
}

/*
 * Columns: set, instance, critical path, then bounds and lengths of several
 * sources, of which the best counts.
 */
static bool
read_known(const char *path, const char *set, const char *name, Known *known)
{
	static const int lengths[] = {4, 6, 7, 8, 9};
	FILE	   *file = fopen(path, "r");
	char	   *wanted = psprintf("%s,%s,", set, name);
	char		line[1024];
	bool		found = false;

	if (file == NULL)
		project_fail("cannot read", path);
	memset(known, 0, sizeof(*known));
	while (!found && fgets(line, sizeof(line), file) != NULL)
		found = strncmp(line, wanted, strlen(wanted)) == 0;
	fclose(file);
	if (!found)
		return false;

	known->critical_path = field_number(line, 2);
	known->lower_bound = Max(field_number(line, 3), field_number(line, 10));
	known->optimum = field_number(line, 5);
	for (int i = 0; i < lengthof(lengths); i++)
	{
		int			length = field_number(line, lengths[i]);

		if (length > 0 && (known->best == 0 || length < known->best))
			known->best = length;
	}
	return known->best > 0;
}

static int
field_number(const char *line, int field)
{
	while (field-- > 0 && line != NULL)
	{
		line = strchr(line, ',');
		line = line != NULL ? line + 1 : NULL;
	}
	return line != NULL ? atoi(line) : 0;
}

static void
print_summary(const Summary *summary)
{
	int			n = summary->nprojects;

	if (n == 0)
		return;
	printf("%s: %d projects, %d as good as the best known; on average "
		   "%.2f %% above the best known, %.2f %% above the critical path, "
		   "%.2f %% above the optimum (of %d); %.1f ms, at most %.1f ms\n",
		   summary->name, n, summary->nreached, summary->above_best / n,
		   summary->above_path / n,
		   summary->noptima > 0 ? summary->above_optimum / summary->noptima : 0,
		   summary->noptima, 1000.0 * summary->seconds / n,
		   1000.0 * summary->most_seconds);
}
