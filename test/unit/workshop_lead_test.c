/*
 * workshop_lead_test.c - lead times: days are open days, what begins later never
 * ends earlier, and the last start that is early enough is found where there is one.
 */
#include "plan_fixture.h"
#include "unit.h"

#include "core/calendar_text.h"
#include "engine/workshop.h"

extern void test_workshop_lead(void);

static void
utc_regime(const CalendarZone *zone, Instant at, int64 *offset, Instant *until)
{
	*offset = 0;
	*until = INSTANT_END;
}

static const CalendarZone utc = {utc_regime};

void
test_workshop_lead(void)
{
	CalendarDraft draft;
	CalendarRules rules;
	CalendarFault fault;
	PlanFixture *fixture = plan_fixture_create(0, 60 * DAY);
	Workshop   *workshop = workshop_create(&fixture->network,
										   time_journal_create());
	PlanSource *source = fixture_source(fixture, PLAN_BUY, "buy",
										fixture_node(fixture, "X"));

	CHECK_INT(calendar_parse("UTC; Mon-Fri 08:00-16:00", &draft, &fault),
			  PROMISE_OK);
	CHECK_INT(calendar_finish(&draft, &rules, &fault), PROMISE_OK);
	source->calendar = &rules;
	source->zone = &utc;
	source->work = work_time_create(&rules, &utc, 0, 60 * DAY);
	plan_fixture_finish(fixture);

	for (int trial = 0; trial < UNIT_TRIALS / 100; trial++)
	{
		Instant		release = unit_random(0, 20 * 24) * HOUR;
		LotSchedule early;
		LotSchedule late;

		source->lead_time.days = (int32) unit_random(0, 6);
		source->lead_time.time = unit_random(0, 12) * HOUR;
		CHECK_INT(workshop_forward(workshop, source, UNITS(1), &release, NULL,
								   &early), PROMISE_OK);
		CHECK_INT(early.start, release);
		CHECK(early.end >= release + source->lead_time.days * DAY);
		CHECK(early.end < INSTANT_END);

		CHECK_INT(workshop_backward(workshop, source, UNITS(1), early.end,
									NULL, &late), PROMISE_OK);
		CHECK(late.end <= early.end);
		CHECK(late.start >= release);

		if (late.start == early.end)
			continue;
		release = late.start + 1;
		CHECK_INT(workshop_forward(workshop, source, UNITS(1), &release, NULL,
								   &late), PROMISE_OK);
		CHECK(late.end > early.end);
		release += unit_random(0, 7 * 24) * HOUR;
		CHECK_INT(workshop_forward(workshop, source, UNITS(1), &release, NULL,
								   &early), PROMISE_OK);
		CHECK(early.end >= late.end);
	}
}
