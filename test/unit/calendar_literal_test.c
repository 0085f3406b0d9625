/*
 * calendar_literal_test.c - dates, literals of random words, and far jumps.
 */
#include "unit.h"

#include "core/calendar_text.h"
#include "core/calendar_time.h"

extern void test_calendar_literal(void);

static void
utc_regime(const CalendarZone *zone, Instant at, int64 *offset, Instant *until)
{
	*offset = 0;
	*until = INSTANT_END;
}

/*
 * The literal of a calendar is read as the same calendar.
 */
static void
check_text(const CalendarRules *rules)
{
	StringInfoData out;
	CalendarDraft draft;
	CalendarRules again;
	CalendarFault fault;

	initStringInfo(&out);
	calendar_print(rules, &out);
	if (CHECK_INT(calendar_parse(out.data, &draft, &fault), PROMISE_OK) &&
		CHECK_INT(calendar_finish(&draft, &again, &fault), PROMISE_OK))
		CHECK(calendar_compare(rules, &again) == 0);
	else
		printf("%s: %s\n", out.data, fault.detail);
	pfree(out.data);
}

/* every date of some centuries, counted one by one */
static void
check_dates(void)
{
	static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int32		day = CALENDAR_DATE_MIN;

	for (int y = 1; y <= 9999; y++)
	{
		for (int m = 0; m < 12; m++)
		{
			int			days = length[m];

			if (m == 1 && (y % 400 == 0 || (y % 4 == 0 && y % 100 != 0)))
				days++;
			if (y % 100 > 4 && y % 100 < 96)
			{
				day += days;
				continue;
			}
			for (int d = 1; d <= days; d++)
			{
				char		date[CALENDAR_DATE_LEN];
				char		expected[CALENDAR_DATE_LEN];

				snprintf(expected, sizeof(expected), "%04d-%02d-%02d", y, m + 1, d);
				calendar_print_date(date, day);
				CHECK(strcmp(date, expected) == 0);
				if (d == 1 || d == days)
				{
					char		literal[64];
					CalendarDraft draft;
					CalendarFault fault;

					snprintf(literal, sizeof(literal), "UTC; %s closed", date);
					CHECK_INT(calendar_parse(literal, &draft, &fault), PROMISE_OK);
					CHECK_INT(draft.entries[0].day, day);
				}
				day++;
			}
		}
	}
	CHECK_INT(day, CALENDAR_DATE_MAX + 1);
	CHECK_INT(calendar_weekday(0), 5);	/* 2000-01-01 was a Saturday */
	for (int32 d = -20; d < 20; d++)
		CHECK_INT(calendar_weekday(d + 1), (calendar_weekday(d) + 1) % 7);
}

/*
 * Far jumps: as fast as near ones, and right to the microsecond.
 */
static void
check_far(void)
{
	CalendarZone utc = {utc_regime};
	CalendarDraft draft;
	CalendarRules rules;
	CalendarFault fault;
	Instant		result;
	int64		counted;
	int64		week = 40 * 3600 * CALENDAR_SEC;

	CHECK_INT(calendar_parse("UTC; Mon-Fri 08:00-16:00; 2026-12-25 closed", &draft,
							 &fault), PROMISE_OK);
	CHECK_INT(calendar_finish(&draft, &rules, &fault), PROMISE_OK);

	/* 2000-01-03 was a Monday; a million weeks from there miss one day */
	CHECK_INT(calendar_advance(&rules, &utc, 2 * CALENDAR_DAY,
							   1000000 * week, &result, &counted), PROMISE_OK);
	CHECK_INT(result, (2 + INT64CONST(7000000)) * CALENDAR_DAY + 16 * 3600 * CALENDAR_SEC);
	CHECK_INT(calendar_advance(&rules, &utc, result,
							   -1000000 * week, &result, &counted), PROMISE_OK);
	CHECK_INT(result, 2 * CALENDAR_DAY + 8 * 3600 * CALENDAR_SEC);
	CHECK_INT(calendar_working(&rules, &utc, 2 * CALENDAR_DAY,
							   (2 + INT64CONST(7000000)) * CALENDAR_DAY),
			  1000000 * week - 8 * 3600 * CALENDAR_SEC);
	CHECK_INT(calendar_advance_days(&rules, &utc, 2 * CALENDAR_DAY, 5000000,
									&result, &counted), PROMISE_OK);
	CHECK_INT(calendar_advance(&rules, &utc, 0, PG_INT64_MAX, &result,
							   &counted), PROMISE_CALENDAR_EXHAUSTED);
	CHECK_INT(calendar_advance(&rules, &utc, 0, PG_INT64_MIN + 1, &result,
							   &counted), PROMISE_CALENDAR_EXHAUSTED);
	CHECK_INT(calendar_advance(&rules, &utc, 0, PG_INT64_MIN, &result,
							   &counted), PROMISE_INSTANT_OVERFLOW);
	CHECK_INT(calendar_advance_days(&rules, &utc, 0, PG_INT32_MAX, &result,
									&counted), PROMISE_CALENDAR_EXHAUSTED);
	CHECK_INT(calendar_advance_days(&rules, &utc, 0, PG_INT32_MIN, &result,
									&counted), PROMISE_INSTANT_OVERFLOW);

	/* always open: instants from one end of time to the other */
	CHECK_INT(calendar_parse("UTC; always", &draft, &fault), PROMISE_OK);
	CHECK_INT(calendar_finish(&draft, &rules, &fault), PROMISE_OK);
	CHECK_INT(calendar_advance(&rules, &utc, CALENDAR_EARLIEST,
							   PG_INT64_MAX, &result, &counted), PROMISE_OK);
	CHECK_INT(result, CALENDAR_EARLIEST + PG_INT64_MAX);
	CHECK_INT(calendar_advance(&rules, &utc, CALENDAR_LATEST - 1,
							   -PG_INT64_MAX, &result, &counted), PROMISE_OK);
	CHECK_INT(result, CALENDAR_LATEST - 1 - PG_INT64_MAX);
	CHECK_INT(calendar_advance(&rules, &utc, CALENDAR_LATEST - 1, 2, &result,
							   &counted), PROMISE_CALENDAR_EXHAUSTED);
	CHECK_INT(counted, 1);
	CHECK_INT(calendar_advance_days(&rules, &utc, CALENDAR_LATEST - 1, 1,
									&result, &counted), PROMISE_CALENDAR_EXHAUSTED);
	CHECK(calendar_is_open(&rules, &utc, CALENDAR_EARLIEST));
	CHECK_INT(calendar_working(&rules, &utc, 0, CALENDAR_LATEST), CALENDAR_LATEST);
}

/*
 * Literals made of random words: whatever comes out, it is a fault with a
 * sentence, or a calendar that can be written and read.
 */
static void
check_garbage(void)
{
	static const char *const words[] = {
		"UTC", ";", "; ", "Mon", "Fri", "-", ",", " ", "08:00-12:00", "12:00",
		"24:00", "48:00", "99:99", "from", "to", "2026-01-01", "2026-12-31",
		"2026-02-30", "9999-12-31", "0001-01-01", "daily", "always", "never",
		"closed", "\303\244", "1", ":", "22:00-06:00", "\n"
	};
	StringInfoData literal;

	initStringInfo(&literal);
	for (int trial = 0; trial < UNIT_TRIALS; trial++)
	{
		CalendarDraft draft;
		CalendarRules rules;
		CalendarFault fault;
		PromiseStatus status;

		resetStringInfo(&literal);
		if (unit_random(0, 3) > 0)
			appendStringInfoString(&literal, "UTC; ");
		for (int n = unit_random(0, 12); n > 0; n--)
			appendStringInfoString(&literal, words[unit_random(0, lengthof(words) - 1)]);

		status = calendar_parse(literal.data, &draft, &fault);
		if (status == PROMISE_OK)
			status = calendar_finish(&draft, &rules, &fault);
		if (status == PROMISE_OK)
			check_text(&rules);
		else
			CHECK(fault.detail[0] != '\0' && strlen(fault.detail) < sizeof(fault.detail) - 1);
	}
	pfree(literal.data);
}

void
test_calendar_literal(void)
{
	check_dates();
	check_garbage();
	check_far();
}
