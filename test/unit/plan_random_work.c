/*
 * plan_random_work.c - the steps, resources and calendars of random networks.
 */
#include "plan_random_maker.h"
#include "unit.h"

#include "core/calendar_draft.h"

static void make_setups(PlanResource *resource, const char *const *states);
static void make_links(Maker *maker, PlanSource *source);
static void make_uses(Maker *maker, PlanSource *source, PlanStep *step);
static PlanResource *make_resource(Maker *maker);
static CalendarRules *random_hours(const Maker *maker);

static void
utc_regime(const CalendarZone *zone, Instant at, int64 *offset, Instant *until)
{
	*offset = 0;
	*until = INSTANT_END;
}

static const CalendarZone utc = {utc_regime};

void
random_calendar(Maker *maker, PlanSource *source)
{
	const PlanNetwork *network = &maker->problem->fixture->network;

	source->calendar = random_hours(maker);
	source->zone = &utc;
	source->work = work_time_create(source->calendar, &utc, network->now,
									network->limit);
}

/*
 * Slots of the day at which something is open, the same on every open day.
 */
static CalendarRules *
random_hours(const Maker *maker)
{
	CalendarRules *rules = palloc(sizeof(CalendarRules));
	CalendarDraft draft;
	CalendarFault fault;
	PromiseStatus status;
	bool		quarters = maker->slot != HOUR;
	int32		slot = maker->slot / CALENDAR_SEC;
	int			start = unit_random(0, quarters ? 1 : 4);
	int			pause = start + unit_random(1, quarters ? 1 : 6);
	int			resume = pause + unit_random(1, quarters ? 1 : 6);
	int			end = resume + unit_random(1, quarters ? 1 : 7);

	calendar_draft_init(&draft, "UTC");
	for (int i = 0; i < CALENDAR_WEEK; i++)
	{
		ShiftList  *day = &draft.periods[0].week[i];

		if (quarters && one_in(4))
			continue;
		status = calendar_draft_shift(day, start * slot, pause * slot, &fault);
		Assert(status == PROMISE_OK);
		if (resume * slot >= CALENDAR_DAY_SECS)
			continue;
		status = calendar_draft_shift(day, resume * slot,
									  Min(end * slot, CALENDAR_DAY_SECS),
									  &fault);
		Assert(status == PROMISE_OK);
	}
	status = calendar_finish(&draft, rules, &fault);
	Assert(status == PROMISE_OK);
	return rules;
}

void
random_steps(Maker *maker, PlanSource *source)
{
	int			nsteps = unit_random(0, 3);

	for (int i = 0; i < nsteps && maker->steps > 0; i++)
	{
		PlanStep   *step = fixture_step(source, NULL, 0,
										unit_random(0, 2) * maker->slot,
										unit_random(0, 2) * maker->slot);

		maker->steps--;
		if (one_in(6))
			step->batch = UNITS(unit_random(1, 3));
		step->pauses = !one_in(3);
	}
	make_links(maker, source);
	for (int i = 0; i < source->nsteps; i++)
		make_uses(maker, source, &source->steps[i]);
}

static void
make_links(Maker *maker, PlanSource *source)
{
	for (int i = 1; i < source->nsteps; i++)
	{
		PlanStep   *step = &source->steps[i];

		if (one_in(3))
		{
			fixture_parallel(step);
			for (int k = 0; k < i; k++)
			{
				if (one_in(3))
					fixture_link(step, k, unit_random(0, 2) * maker->slot);
			}
		}
		else if (one_in(3))
			step->before[0].lag = unit_random(0, 3) * maker->slot;
	}
}

static void
make_uses(Maker *maker, PlanSource *source, PlanStep *step)
{
	int			nuses = one_in(4) ? 2 : one_in(8) ? 0 : 1;

	for (int i = 0; i < nuses; i++)
	{
		PlanResource *choices[2];
		int			nchoices = 1;
		Quantity	units;

		choices[0] = make_resource(maker);
		/* two uses of one step hold two resources */
		if (step->nuses > 0 && step->uses[0].choices[0] == choices[0])
			return;
		units = choices[0]->capacity.units;
		if (!maker->problem->exact && nuses == 1 && one_in(3))
		{
			choices[nchoices] = make_resource(maker);
			if (choices[0] != choices[nchoices])
				nchoices++;
		}
		fixture_use(step, choices, nchoices,
					one_in(2) ? units : Min(units, UNITS(1)));
	}
}

static PlanResource *
make_resource(Maker *maker)
{
	PlanFixture *fixture = maker->problem->fixture;
	PlanResource *resource;
	int			nloads = unit_random(0, 2);

	if (!maker->problem->exact && maker->nresources > 0 && !one_in(3))
		return maker->resources[unit_random(0, maker->nresources - 1)];

	resource = fixture_resource(fixture, psprintf("r%d",
												  fixture->network.nresources),
								UNITS(unit_random(1, 2)));
	resource->capacity.finite = !one_in(6);
	resource->bucketed = one_in(8);
	if (resource->bucketed)
		resource->capacity.units *= 2;
	if (one_in(3))
		resource->work = work_time_create(random_hours(maker), &utc,
										  fixture->network.now,
										  fixture->network.limit);
	for (int i = 0; i < nloads; i++)
	{
		Instant		from = random_slot(maker);
		bool		is_load = !one_in(3);

		fixture_capacity(resource, from,
						 from + unit_random(1, 6) * maker->slot,
						 UNITS(!is_load && one_in(3) ? 1 : -1), is_load);
	}
	if (maker->nresources < MAX_SHARED)
		maker->resources[maker->nresources++] = resource;
	return resource;
}

/*
 * Machines of which one does one thing at a time, in one of two states; what is on
 * them already is in one, too.
 */
void
random_changeovers(Maker *maker)
{
	static const char *const states[] = {"black", "white"};
	PlanFixture *fixture = maker->problem->fixture;

	for (int i = 0; i < fixture->network.nresources; i++)
	{
		PlanResource *resource = fixture->resources[i];

		if (resource->bucketed || resource->capacity.units != UNITS(1))
			continue;
		resource->capacity.finite = true;
		resource->changeover = "colours";
		if (one_in(2))
			resource->initial_setup = states[unit_random(0, 1)];
		make_setups(resource, states);
	}
	for (int i = 0; i < fixture->network.nsources; i++)
	{
		for (int j = 0; j < fixture->sources[i]->nsteps; j++)
			fixture->sources[i]->steps[j].setup_state = one_in(4) ? NULL :
				states[unit_random(0, 1)];
	}
	fixture_changeover(fixture, states[0], states[1],
					   unit_random(0, 2) * maker->slot);
	fixture_changeover(fixture, states[1], states[0],
					   unit_random(1, 2) * maker->slot);
}

static void
make_setups(PlanResource *resource, const char *const *states)
{
	Instant		free_from = INSTANT_BEGIN;

	for (int i = 0; i < resource->capacity.nevents; i++)
	{
		const CapacityEvent *event = &resource->capacity.events[i];

		/* one after the other, as the rows of a resource are */
		if (!event->is_load || event->from < free_from || one_in(3))
			continue;
		resource->setups = resource->setups == NULL ?
			palloc(8 * sizeof(PlanSetup)) : resource->setups;
		resource->setups[resource->nsetups++] = (PlanSetup)
		{
			.from = event->from,.until = event->until,
				.setup = states[unit_random(0, 1)]
		};
		free_from = event->until;
	}
}

Instant
random_slot(const Maker *maker)
{
	return NOW + unit_random(0, maker->slots - 1) * maker->slot;
}

bool
one_in(int n)
{
	return unit_random(1, n) == 1;
}
