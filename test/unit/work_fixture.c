/*
 * work_fixture.c - calendars and clocks for tests of working time.
 */
#include "unit.h"
#include "work_fixture.h"

#include "core/calendar_draft.h"

static void random_list(ShiftList *list, bool *sound);
static void clock_regime(const CalendarZone *zone, Instant at,
						 int64 *offset, Instant *until);

void
work_random_rules(CalendarRules *rules)
{
	bool		sound;

	do
	{
		CalendarDraft draft;
		CalendarFault fault;
		int			open_days = (int) unit_random(0, 7);

		sound = true;
		calendar_draft_init(&draft, "UTC");
		for (int day = 0; day < open_days; day++)
			random_list(&draft.periods[0].week[day], &sound);
		for (int i = (int) unit_random(0, 5); i > 0; i--)
		{
			ShiftList	list = {NULL, 0, 0};

			if (unit_random(0, 1) == 0)
				random_list(&list, &sound);
			sound &= calendar_draft_entry(&draft, (int32) unit_random(0, 6000),
										  &list, &fault) == PROMISE_OK;
		}
		sound = sound && calendar_finish(&draft, rules, &fault) == PROMISE_OK;
	} while (!sound);
}

static void
random_list(ShiftList *list, bool *sound)
{
	CalendarFault fault;
	int32		at = 0;

	for (int i = (int) unit_random(1, 3); i > 0 && at < 24; i--)
	{
		int32		start = (int32) unit_random(at, 23);
		int32		end = (int32) unit_random(start + 1, unit_random(0, 5) ? 24 : 30);

		*sound &= calendar_draft_shift(list, start * 3600, end * 3600, &fault) == PROMISE_OK;
		at = end;
	}
}

static void
clock_regime(const CalendarZone *zone, Instant at, int64 *offset, Instant *until)
{
	const WorkClock *clock = (const WorkClock *) zone;
	int			i = 0;

	while (i < clock->nswitches && clock->at[i] <= at)
		i++;
	*offset = clock->offset[i];
	*until = i < clock->nswitches ? clock->at[i] : INSTANT_END;
}

void
work_random_clock(WorkClock *clock, Instant begin)
{
	Instant		at = begin;

	clock->base.regime = clock_regime;
	clock->nswitches = (int) unit_random(0, WORK_MAX_SWITCHES);
	clock->offset[0] = unit_random(-10, 10) * HOUR;
	for (int i = 0; i < clock->nswitches; i++)
	{
		at += unit_random(1, 200 * 24) * HOUR;
		clock->at[i] = at;
		clock->offset[i + 1] = clock->offset[i] + (i % 2 == 0 ? HOUR : -HOUR);
	}
}

WorkClock
work_utc(void)
{
	WorkClock	clock = {{clock_regime}, 0};

	return clock;
}
