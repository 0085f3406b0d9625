/*
 * placement.c - a project, made by hand, placed and checked.
 */
#include "placement.h"

#include "engine/plan_check.h"
#include "engine/workshop.h"

#include <time.h>

/* the balances of the nodes, made when they are asked for */
typedef struct Balances
{
	TimeJournal *journal;
	PlanNode   *nodes[MAX_RESOURCES];
	TimeTree   *trees[MAX_RESOURCES];
	int			n;
} Balances;

static TimeTree *balance(void *owner, PlanNode *node);
static bool is_sound(Project *project, const LotSchedule *schedule);
static double seconds_now(void);

Project *
project_create(void)
{
	Project    *project = palloc0(sizeof(Project));

	project->fixture = plan_fixture_create(0, 1000000 * HOUR);
	project->source = fixture_source(project->fixture, PLAN_MAKE, "project",
									 fixture_node(project->fixture,
												  "project"));
	return project;
}

Placement
placement_make(Project *project, int schedules)
{
	WorkshopEffort effort = {.schedules = schedules,.seed = 0};
	Instant    *release = palloc0(project->nsteps * sizeof(Instant));
	Balances	balances = {.journal = time_journal_create()};
	Workshop   *workshop = workshop_create(&project->fixture->network,
										   balances.journal);
	Placement	placement = {.length = -1};
	LotSchedule schedule;
	double		begin = seconds_now();

	workshop_share_balances(workshop, balance, &balances);
	if (workshop_forward(workshop, project->source, UNITS(1), release,
						 &effort, &schedule) != PROMISE_OK)
		return placement;
	placement.seconds = seconds_now() - begin;
	placement.sound = schedule.end == INSTANT_END ||
		is_sound(project, &schedule);
	if (schedule.end != INSTANT_END)
		placement.length = (int) (schedule.end / HOUR);
	time_journal_free(balances.journal);
	return placement;
}

void
project_fail(const char *what, const char *path)
{
	fprintf(stderr, "%s %s\n", what, path);
	exit(2);
}

static TimeTree *
balance(void *owner, PlanNode *node)
{
	Balances   *balances = owner;
	Quantity	stock = 0;

	for (int i = 0; i < balances->n; i++)
	{
		if (balances->nodes[i] == node)
			return balances->trees[i];
	}
	for (int i = 0; i < node->stock.nevents; i++)
		stock += node->stock.events[i].delta;
	balances->nodes[balances->n] = node;
	balances->trees[balances->n] = time_tree_create(balances->journal, stock,
													NULL, 0);
	return balances->trees[balances->n++];
}

/*
 * The checker's verdict on the plan.
 */
static bool
is_sound(Project *project, const LotSchedule *schedule)
{
	PlanSource *source = project->source;
	PlanNeed   *needs = palloc0((source->ncomponents + 1) * sizeof(PlanNeed));
	bool	   *uses = palloc((source->ncomponents + 1) * sizeof(bool));
	PlanLot		lot = {
		.source = source,.next_lot = -1,.quantity = UNITS(1),
		.start = schedule->start,.end = schedule->end,
		.tasks = schedule->tasks,.uses_component = uses
	};
	SupplyPlan	plan = {
		.needs = needs,.nneeds = source->ncomponents + 1,.lots = &lot,
		.nlots = 1,.keeps_safety_stock = true
	};
	PlanVerdict verdict;

	needs[0].node = source->outputs[0].node;
	needs[0].lot = -1;
	needs[0].component = -1;
	needs[0].quantity = UNITS(1);
	needs[0].at = schedule->end;
	needs[0].bound_by_need = -1;
	for (int i = 0; i < source->ncomponents; i++)
	{
		const PlanComponent *component = &source->components[i];
		PlanNeed   *need = &needs[i + 1];

		uses[i] = true;
		need->node = component->node;
		need->component = i;
		need->quantity = component->quantity;
		need->from_balance = component->quantity;
		need->at = schedule->tasks[component->step].start;
		need->first_lot = -1;
		need->bound_by_need = -1;
	}
	return plan_check(&project->fixture->network, NULL, 0, &plan,
					  &verdict) == PROMISE_OK && verdict.nviolations == 0;
}

static double
seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}
