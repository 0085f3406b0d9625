/*
 * workshop_test.c - lots on resources, against a reference that tries every hour.
 *
 * The reference knows time as hours in arrays.  It places step after step as the
 * workshop says it does, so that schedules are compared task by task; where steps do
 * not share resources that is the earliest (latest) there is.
 */
#include "plan_fixture.h"
#include "unit.h"

#include "core/calendar_text.h"
#include "engine/workshop.h"

extern void test_workshop(void);

#define HOURS		72			/* that the reference looks at */
#define LIMIT		60			/* of the network */
#define NRESOURCES	4
#define MAX_STEPS	5
#define NSTATES		3

static const char *const state_names[NSTATES] = {"red", "green", "blue"};

/* something done on a resource with a changeover matrix */
typedef struct SlotSetup
{
	int			from;
	int			until;
	int			state;
	int			held;			/* hours for a changeover */
} SlotSetup;

typedef struct SlotResource
{
	bool		open[HOURS];
	int			free[HOURS];
	int			piece[HOURS];	/* of capacity, numbered */
	SlotSetup	setups[3 + 4 * MAX_STEPS];
	int			nsetups;
} SlotResource;

typedef struct SlotTask
{
	int			start;
	int			end;
	int			setup;
	int			picks[2];		/* choice of each use */
} SlotTask;

/* one random problem, for both */
typedef struct Shop
{
	PlanFixture *fixture;
	PlanResource *resources[NRESOURCES];
	SlotResource slots[NRESOURCES];
	int			matrix[NSTATES][NSTATES];
	PlanSource *source;
	Instant		release[MAX_STEPS];
	int			lot;
	bool		any_bucketed;
	bool		any_closed;
} Shop;

static void random_shop(Shop *shop, bool shared, bool changeovers);
static void random_resource(Shop *shop, int number, bool calendars,
							bool changeovers);
static WorkTime *random_calendar(SlotResource *slots);
static void random_source(Shop *shop, bool shared);
static bool naive_forward(Shop *shop, SlotTask *tasks);
static bool naive_backward(Shop *shop, int ready_by, SlotTask *tasks);
static bool naive_step(Shop *shop, int step, int bound, int latest_start,
					   bool forward, SlotTask *task);
static bool naive_fit(const Shop *shop, int step, int start, SlotTask *task);
static int	naive_changeover(const Shop *shop, const SlotResource *slots,
							 int state, int start);
static bool naive_next_agrees(const Shop *shop, const SlotResource *slots,
							  int state, const SlotTask *task);
static void naive_take(Shop *shop, int step, const SlotTask *task);
static PlanResource *chosen(const Shop *shop, int step, int use,
							const SlotTask *task);
static int	floor_hour(const Shop *shop);
static int	setup_state(const Shop *shop, int step);
static bool compare_tasks(const Shop *shop, const LotSchedule *schedule,
						  const SlotTask *tasks, bool possible);

static void
utc_regime(const CalendarZone *zone, Instant at, int64 *offset, Instant *until)
{
	*offset = 0;
	*until = INSTANT_END;
}

static const CalendarZone utc = {utc_regime};

void
test_workshop(void)
{
	static Shop shop;
	static Shop copy;

	for (int trial = 0; trial < UNIT_TRIALS / 5; trial++)
	{
		TimeJournal *journal = time_journal_create();
		Workshop   *workshop;
		LotSchedule schedule;
		SlotTask	tasks[MAX_STEPS];
		int			deadline = (int) unit_random(5, LIMIT - 1);

		random_shop(&shop, trial % 3 == 0, trial % 4 == 0);
		workshop = workshop_create(&shop.fixture->network, journal);

		for (int round = 0; round < 3; round++)
		{
			bool		possible;
			bool		same;

			copy = shop;
			possible = naive_forward(&copy, tasks);
			CHECK_INT(workshop_forward(workshop, shop.source, UNITS(shop.lot),
									   shop.release, NULL, &schedule),
					  PROMISE_OK);
			same = compare_tasks(&shop, &schedule, tasks, possible);

			/* the last start in a bucket is not at the hour */
			if (round % 2 == 0 && !shop.any_bucketed)
			{
				copy = shop;
				possible = naive_backward(&copy, deadline, tasks);
				CHECK_INT(workshop_backward(workshop, shop.source,
											UNITS(shop.lot), deadline * HOUR,
											NULL, &schedule), PROMISE_OK);
				same = compare_tasks(&shop, &schedule, tasks, possible);
			}
			if (!same)
				break;

			/* the next round finds it taken */
			CHECK_INT(workshop_take(workshop, shop.source, UNITS(shop.lot),
									&schedule), PROMISE_OK);
			for (int i = 0; i < shop.source->nsteps; i++)
				naive_take(&shop, i, &tasks[i]);
			deadline = (int) unit_random(5, LIMIT - 1);
		}
		time_journal_free(journal);
	}
}

static void
random_shop(Shop *shop, bool shared, bool changeovers)
{
	bool		calendars = unit_random(0, 2) != 0;

	memset(shop, 0, sizeof(*shop));
	shop->fixture = plan_fixture_create(unit_random(0, 3) * HOUR,
										LIMIT * HOUR);
	shop->lot = (int) unit_random(1, 2);
	for (int i = 0; i < NSTATES; i++)
	{
		for (int j = 0; j < NSTATES; j++)
		{
			shop->matrix[i][j] = (int) unit_random(0, 3);
			fixture_changeover(shop->fixture, state_names[i], state_names[j],
							   shop->matrix[i][j] * HOUR);
		}
	}
	for (int i = 0; i < NRESOURCES; i++)
		random_resource(shop, i, calendars, changeovers && unit_random(0, 1) == 0);
	random_source(shop, shared);
	plan_fixture_finish(shop->fixture);
}

static void
random_resource(Shop *shop, int number, bool calendars, bool changeovers)
{
	static const char *const names[NRESOURCES] = {"A", "B", "C", "D"};
	SlotResource *slots = &shop->slots[number];
	int			units = changeovers ? 1 : (int) unit_random(1, 3);
	PlanResource *resource = fixture_resource(shop->fixture, names[number],
											  units);
	int			nevents = (int) unit_random(0, 4);

	shop->resources[number] = resource;
	resource->capacity.finite = unit_random(0, 9) != 0;
	resource->bucketed = !changeovers && unit_random(0, 5) == 0;
	shop->any_bucketed |= resource->bucketed;
	for (int i = 0; i < HOURS; i++)
		slots->free[i] = units;
	if (calendars && unit_random(0, 1) == 0)
	{
		resource->work = random_calendar(slots);
		shop->any_closed = true;
	}
	else
		memset(slots->open, true, sizeof(slots->open));

	for (int i = 0; i < nevents; i++)
	{
		int			from = (int) unit_random(0, LIMIT);
		int			until = (int) unit_random(from + 1, LIMIT + 10);
		int			delta = (int) unit_random(-1, resource->bucketed ? 3 : 1);
		bool		is_load = delta < 0 && unit_random(0, 1) == 0;

		fixture_capacity(resource, from * HOUR, until * HOUR, delta, is_load);
		for (int j = from; j < until; j++)
			slots->free[j] += delta;
	}
	/* pieces are told apart by where they begin */
	for (int i = 1; i < HOURS; i++)
	{
		bool		begins = false;

		for (int j = 0; j < resource->capacity.nevents; j++)
		{
			const CapacityEvent *event = &resource->capacity.events[j];

			begins |= !event->is_load &&
				(event->from == i * HOUR || event->until == i * HOUR);
		}
		slots->piece[i] = slots->piece[i - 1] + begins;
	}

	if (changeovers)
	{
		int			from = 0;
		int			n = (int) unit_random(0, 3);

		resource->changeover = "matrix";
		if (unit_random(0, 1) == 0)
			resource->initial_setup = state_names[unit_random(0, 2)];
		resource->setups = palloc0(3 * sizeof(PlanSetup));
		for (int i = 0; i < n; i++)
		{
			SlotSetup  *setup = &slots->setups[slots->nsetups++];

			from += (int) unit_random(0, 15);
			setup->from = from;
			setup->until = from + (int) unit_random(2, 5);
			setup->state = (int) unit_random(0, 2);
			setup->held = (int) unit_random(0, 2);
			from = setup->until;
			resource->setups[i] = (PlanSetup)
			{
				setup->from * HOUR, setup->until * HOUR,
					state_names[setup->state], setup->held * HOUR
			};
			resource->nsetups = n;
			fixture_capacity(resource, setup->from * HOUR,
							 setup->until * HOUR, -1, true);
			for (int j = setup->from; j < setup->until; j++)
				slots->free[j] -= 1;
		}
	}
}

/*
 * The same hours every day.
 */
static WorkTime *
random_calendar(SlotResource *slots)
{
	CalendarDraft *draft = palloc(sizeof(CalendarDraft));
	CalendarRules *rules = palloc(sizeof(CalendarRules));
	CalendarFault fault;
	StringInfoData text;
	int			hour = 0;

	initStringInfo(&text);
	appendStringInfoString(&text, "UTC; Mon-Sun");
	while (hour < 22)
	{
		int			from = hour + (int) unit_random(hour > 0 ? 1 : 0, 8);
		int			until = from + (int) unit_random(1, 9);

		if (from >= 24)
			break;
		until = Min(until, 24);
		appendStringInfo(&text, " %02d:00-%02d:00", from, until);
		for (int i = 0; i < HOURS; i++)
			slots->open[i] |= i % 24 >= from && i % 24 < until;
		hour = until;
	}
	if (calendar_parse(text.data, draft, &fault) != PROMISE_OK ||
		calendar_finish(draft, rules, &fault) != PROMISE_OK)
	{
		CHECK(false);
		return NULL;
	}
	return work_time_create(rules, &utc, 0, HOURS * HOUR);
}

static void
random_source(Shop *shop, bool shared)
{
	PlanNode   *node = fixture_node(shop->fixture, "X");
	PlanSource *source = fixture_source(shop->fixture, PLAN_MAKE, "make X",
										node);
	int			nsteps = (int) unit_random(1, shared ? MAX_STEPS : 2);

	shop->source = source;
	if (unit_random(0, 3) == 0)
		source->first_start = Max(shop->fixture->network.now,
								  unit_random(0, 10) * HOUR);
	if (unit_random(0, 3) == 0)
		source->effective.start = unit_random(0, 12) * HOUR;
	if (!shop->any_closed && unit_random(0, 3) == 0)
		source->effective.end = unit_random(12, 40) * HOUR + 1;
	if (unit_random(0, 3) == 0)
		source->lead_time.time = unit_random(0, 5) * HOUR;

	for (int i = 0; i < nsteps; i++)
	{
		PlanStep   *step = fixture_step(source, NULL, 0,
										unit_random(0, 3) * HOUR,
										unit_random(0, 3) * HOUR);
		int			nuses = (int) unit_random(0, shared ? 2 : 1);

		step->pauses = unit_random(0, 2) != 0;
		if (unit_random(0, 1) == 0)
			step->batch = UNITS(unit_random(1, 2));
		if (unit_random(0, 2) != 0)
			step->setup_state = state_names[unit_random(0, 2)];
		fixture_parallel(step);
		for (int j = 0; j < i; j++)
		{
			if (unit_random(0, 2) == 0)
				fixture_link(step, j, unit_random(0, 3) * HOUR);
		}
		for (int j = 0; j < nuses; j++)
		{
			PlanResource *choices[NRESOURCES];
			int			nchoices = 0;

			/* not shared: two resources for each step alone */
			for (int k = 0; k < NRESOURCES; k++)
			{
				if (shared ? unit_random(0, 1) == 0 : k / 2 == i)
					choices[nchoices++] = shop->resources[k];
			}
			if (nchoices > 0)
				fixture_use(step, choices, nchoices, unit_random(1, 2));
		}
		shop->release[i] = unit_random(0, 1) == 0 ? 0 :
			unit_random(0, 12) * HOUR;
	}
}

static bool
naive_forward(Shop *shop, SlotTask *tasks)
{
	const PlanSource *source = shop->source;
	int			start = HOURS;

	for (int i = 0; i < source->nsteps; i++)
	{
		int			ready = Max(floor_hour(shop),
								(int) (shop->release[i] / HOUR));

		for (int j = 0; j < source->steps[i].nbefore; j++)
		{
			const PlanLink *link = &source->steps[i].before[j];

			ready = Max(ready, tasks[link->step].end +
						(int) (link->lag / HOUR));
		}
		if (!naive_step(shop, i, ready, HOURS, true, &tasks[i]))
			return false;
		naive_take(shop, i, &tasks[i]);
		start = Min(start, tasks[i].start);
	}
	for (int i = 0; i < source->nsteps; i++)
	{
		if (tasks[i].end + source->lead_time.time / HOUR >= LIMIT)
			return false;
	}
	return start * HOUR < source->effective.end;
}

static bool
naive_backward(Shop *shop, int ready_by, SlotTask *tasks)
{
	Shop	   *before = palloc(sizeof(Shop));
	const PlanSource *source = shop->source;
	int			start = HOURS;
	int			first = -1;

	*before = *shop;
	ready_by -= (int) (source->lead_time.time / HOUR);
	for (int i = source->nsteps - 1; i >= 0; i--)
	{
		int			done = ready_by;

		for (int j = i + 1; j < source->nsteps; j++)
		{
			for (int k = 0; k < source->steps[j].nbefore; k++)
			{
				const PlanLink *link = &source->steps[j].before[k];

				if (link->step == i)
					done = Min(done, tasks[j].start -
							   (int) (link->lag / HOUR));
			}
		}
		if (!naive_step(shop, i, done, HOURS, false, &tasks[i]))
			return false;
		naive_take(shop, i, &tasks[i]);
		start = Min(start, tasks[i].start);
	}
	if (start * HOUR < source->effective.end)
		return true;

	for (int i = 0; i < source->nsteps; i++)
	{
		if (source->steps[i].nbefore == 0 &&
			(first < 0 || tasks[i].start < tasks[first].start))
			first = i;
	}
	*shop = *before;
	for (int i = 0; i < source->nsteps; i++)
	{
		if (i != first)
			naive_take(shop, i, &tasks[i]);
	}
	return naive_step(shop, first, tasks[first].end,
					  (int) ((source->effective.end - 1) / HOUR), false,
					  &tasks[first]);
}

static bool
naive_step(Shop *shop, int step, int bound, int latest_start, bool forward,
		   SlotTask *task)
{
	const PlanStep *placed = &shop->source->steps[step];
	bool		found = false;
	int			floor = floor_hour(shop);
	int			total = 1;

	for (int i = 0; i < placed->nuses; i++)
		total *= placed->uses[i].nchoices;
	for (int i = 0; i < total; i++)
	{
		SlotTask	trial;
		int			rest = i;

		for (int j = placed->nuses - 1; j >= 0; j--)
		{
			trial.picks[j] = rest % placed->uses[j].nchoices;
			rest /= placed->uses[j].nchoices;
		}
		if (forward)
		{
			for (int s = bound; s < LIMIT; s++)
			{
				if (naive_fit(shop, step, s, &trial) && trial.end < LIMIT)
				{
					if (!found || trial.end < task->end)
						*task = trial;
					found = true;
					break;
				}
			}
		}
		else
		{
			for (int s = Min(bound, latest_start); s >= floor; s--)
			{
				if (naive_fit(shop, step, s, &trial) && trial.end <= bound)
				{
					if (!found || trial.start > task->start)
						*task = trial;
					found = true;
					break;
				}
			}
		}
	}
	return found;
}

/*
 * Can the step start at that hour, and when does it end?
 */
static bool
naive_fit(const Shop *shop, int step, int start, SlotTask *task)
{
	const PlanStep *placed = &shop->source->steps[step];
	int			runs = placed->batch > 0 ?
	(int) ((shop->lot * QUANTITY_SCALE + placed->batch - 1) / placed->batch) :
	shop->lot;
	int			amount = (int) ((placed->setup + runs * placed->run) / HOUR);
	int			state = setup_state(shop, step);
	bool		holds = amount > 0;

	task->start = task->end = start;
	task->setup = 0;
	for (int i = 0; i < placed->nuses && holds && state >= 0; i++)
	{
		const PlanResource *resource = chosen(shop, step, i, task);

		if (resource->changeover != NULL)
			task->setup = Max(task->setup,
							  naive_changeover(shop,
											   &shop->slots[resource->number],
											   state, start));
	}
	amount += task->setup;

	for (int done = 0; done < amount; task->end++)
	{
		bool		open = task->end < HOURS;

		for (int i = 0; i < placed->nuses && open; i++)
			open = shop->slots[chosen(shop, step, i, task)->number].open[task->end];
		if (!open && (done == 0 || !placed->pauses || task->end >= HOURS))
			return false;
		done += open;
	}

	for (int i = 0; i < placed->nuses; i++)
	{
		const PlanResource *resource = chosen(shop, step, i, task);
		const SlotResource *slots = &shop->slots[resource->number];
		int			units = 0;

		for (int j = 0; j < placed->nuses; j++)
		{
			if (chosen(shop, step, j, task) == resource)
				units += (int) placed->uses[j].units;
		}
		if (resource->bucketed)
			units *= shop->lot;
		for (int j = 0; j < HOURS && resource->capacity.finite; j++)
		{
			if (resource->bucketed ? slots->piece[j] == slots->piece[start] :
				j >= start && j < task->end)
			{
				if (slots->free[j] < units)
					return false;
			}
		}
		if (holds && state >= 0 && resource->changeover != NULL &&
			!naive_next_agrees(shop, slots, state, task))
			return false;
	}
	return true;
}

static int
naive_changeover(const Shop *shop, const SlotResource *slots, int state,
				 int start)
{
	const PlanResource *resource = shop->resources[slots - shop->slots];
	int			before = -1;
	int			last = -1;

	for (int i = 0; i < NSTATES; i++)
	{
		if (resource->initial_setup == state_names[i])
			before = i;
	}
	for (int i = 0; i < slots->nsetups; i++)
	{
		if (slots->setups[i].from <= start && slots->setups[i].from > last)
		{
			last = slots->setups[i].from;
			before = slots->setups[i].state;
		}
	}
	return before < 0 ? 0 : shop->matrix[before][state];
}

/*
 * Nothing else may be set up in the meantime, and what comes next must have the time
 * for its changeover.
 */
static bool
naive_next_agrees(const Shop *shop, const SlotResource *slots, int state,
				  const SlotTask *task)
{
	const SlotSetup *next = NULL;
	int			lacks;

	for (int i = 0; i < slots->nsetups; i++)
	{
		const SlotSetup *setup = &slots->setups[i];

		if (setup->from < task->end && setup->until > task->start)
			return false;
		if (setup->from >= task->end &&
			(next == NULL || setup->from < next->from))
			next = setup;
	}
	if (next == NULL)
		return true;
	lacks = shop->matrix[state][next->state] - next->held;
	for (int i = next->from - 1; i >= task->end && lacks > 0; i--)
	{
		if (shop->resources[slots - shop->slots]->capacity.finite &&
			slots->free[i] < 1)
			return false;
		lacks -= slots->open[i];
	}
	return lacks <= 0;
}

static void
naive_take(Shop *shop, int step, const SlotTask *task)
{
	const PlanStep *placed = &shop->source->steps[step];
	int			state = setup_state(shop, step);

	for (int i = 0; i < placed->nuses; i++)
	{
		const PlanResource *resource = chosen(shop, step, i, task);
		SlotResource *slots = &shop->slots[resource->number];
		bool		again = false;

		for (int j = 0; j < HOURS; j++)
		{
			if (resource->bucketed)
				slots->free[j] -= slots->piece[j] == slots->piece[task->start] ?
					(int) placed->uses[i].units * shop->lot : 0;
			else if (j >= task->start && j < task->end)
				slots->free[j] -= (int) placed->uses[i].units;
		}
		for (int j = 0; j < i; j++)
			again |= chosen(shop, step, j, task) == resource;
		if (resource->changeover != NULL && state >= 0 && !again &&
			task->end > task->start)
			slots->setups[slots->nsetups++] = (SlotSetup)
		{
			task->start, task->end, state, task->setup
		};
	}
}

static PlanResource *
chosen(const Shop *shop, int step, int use, const SlotTask *task)
{
	return shop->source->steps[step].uses[use].choices[task->picks[use]];
}

static int
floor_hour(const Shop *shop)
{
	return (int) (Max(Max(shop->fixture->network.now,
						  shop->source->first_start),
					  shop->source->effective.start) / HOUR);
}

static int
setup_state(const Shop *shop, int step)
{
	for (int i = 0; i < NSTATES; i++)
	{
		if (shop->source->steps[step].setup_state == state_names[i])
			return i;
	}
	return -1;
}

static bool
compare_tasks(const Shop *shop, const LotSchedule *schedule,
			  const SlotTask *tasks, bool possible)
{
	const PlanSource *source = shop->source;
	Instant		start = INSTANT_END;
	Instant		end = INSTANT_BEGIN;

	bool		same = true;

	if (!CHECK_INT(schedule->end != INSTANT_END, possible) || !possible)
		return false;
	for (int i = 0; i < source->nsteps; i++)
	{
		same &= CHECK_INT(schedule->tasks[i].start, tasks[i].start * HOUR);
		same &= CHECK_INT(schedule->tasks[i].end, tasks[i].end * HOUR);
		same &= CHECK_INT(schedule->tasks[i].setup, tasks[i].setup * HOUR);
		for (int j = 0; j < source->steps[i].nuses; j++)
			same &= CHECK(schedule->tasks[i].resources[j] ==
						  chosen(shop, i, j, &tasks[i]));
		start = Min(start, schedule->tasks[i].start);
		end = Max(end, schedule->tasks[i].end);
	}
	CHECK_INT(schedule->start, start);
	CHECK_INT(schedule->end, end + source->lead_time.time);
	return same;
}
