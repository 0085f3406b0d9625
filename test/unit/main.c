/*
 * main.c - run the unit tests of the pure layers, or the suites that are named.
 *
 * Prints one line per suite and the totals; the exit status is 0 only if every
 * check passed.
 */
#include "unit.h"

#include <sys/time.h>

/* the suites, each in its own file */
extern void test_atp(void);
extern void test_calendar(void);
extern void test_calendar_literal(void);
extern void test_capacity(void);
extern void test_capacity_serving(void);
extern void test_chart(void);
extern void test_first_fit(void);
extern void test_flow(void);
extern void test_gantt(void);
extern void test_plan_book(void);
extern void test_plan_brute(void);
extern void test_plan_check(void);
extern void test_plan_check_random(void);
extern void test_plan_check_rule(void);
extern void test_plan_check_work(void);
extern void test_plan_cycle(void);
extern void test_plan_join(void);
extern void test_plan_tree(void);
extern void test_planner(void);
extern void test_planner_binding(void);
extern void test_planner_changeover(void);
extern void test_planner_cheapest(void);
extern void test_planner_limits(void);
extern void test_planner_make(void);
extern void test_planner_place(void);
extern void test_planner_reason(void);
extern void test_planner_shelf(void);
extern void test_profile(void);
extern void test_project(void);
extern void test_quantity(void);
extern void test_quote(void);
extern void test_replan(void);
extern void test_serving(void);
extern void test_serving_same(void);
extern void test_sort(void);
extern void test_span(void);
extern void test_time_tree(void);
extern void test_timeline(void);
extern void test_verdict(void);
extern void test_work_time(void);
extern void test_workshop(void);
extern void test_workshop_improve(void);
extern void test_workshop_lead(void);
extern void test_workshop_stock(void);

typedef struct UnitSuite
{
	const char *name;
	void		(*run) (void);
} UnitSuite;

static const UnitSuite suites[] = {
	{"atp", test_atp},
	{"calendar", test_calendar},
	{"calendar_literal", test_calendar_literal},
	{"capacity", test_capacity},
	{"capacity_serving", test_capacity_serving},
	{"chart", test_chart},
	{"first_fit", test_first_fit},
	{"flow", test_flow},
	{"gantt", test_gantt},
	{"plan_book", test_plan_book},
	{"plan_brute", test_plan_brute},
	{"plan_check", test_plan_check},
	{"plan_check_random", test_plan_check_random},
	{"plan_check_rule", test_plan_check_rule},
	{"plan_check_work", test_plan_check_work},
	{"plan_cycle", test_plan_cycle},
	{"plan_join", test_plan_join},
	{"plan_tree", test_plan_tree},
	{"planner", test_planner},
	{"planner_binding", test_planner_binding},
	{"planner_changeover", test_planner_changeover},
	{"planner_cheapest", test_planner_cheapest},
	{"planner_limits", test_planner_limits},
	{"planner_make", test_planner_make},
	{"planner_place", test_planner_place},
	{"planner_reason", test_planner_reason},
	{"planner_shelf", test_planner_shelf},
	{"profile", test_profile},
	{"project", test_project},
	{"quantity", test_quantity},
	{"quote", test_quote},
	{"replan", test_replan},
	{"serving", test_serving},
	{"serving_same", test_serving_same},
	{"sort", test_sort},
	{"span", test_span},
	{"time_tree", test_time_tree},
	{"timeline", test_timeline},
	{"verdict", test_verdict},
	{"work_time", test_work_time},
	{"workshop", test_workshop},
	{"workshop_improve", test_workshop_improve},
	{"workshop_lead", test_workshop_lead},
	{"workshop_stock", test_workshop_stock},
};

/* a broken property fails for most inputs: show the first few of a suite */
#define MAX_FAILURES_SHOWN 10

pg_prng_state unit_prng;

static int	unit_passed;
static int	unit_failed;

/* AddressSanitizer asks for this by name */
extern const char *__asan_default_options(void);

/*
 * The pure layers palloc and leave the freeing to the server's memory
 * contexts, which a frontend does not have.
 */
const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}

static double
seconds_now(void)
{
	struct timeval now;

	gettimeofday(&now, NULL);
	return (double) now.tv_sec + (double) now.tv_usec / 1000000.0;
}

/* all suites are wanted unless some are named */
static bool
is_wanted(const UnitSuite *suite, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
	{
		if (strcmp(suite->name, argv[i]) == 0)
			return true;
	}
	return argc == 1;
}

int
main(int argc, char **argv)
{
	int			total_passed = 0;
	int			total_failed = 0;

	for (int i = 0; i < lengthof(suites); i++)
	{
		double		start = seconds_now();

		if (!is_wanted(&suites[i], argc, argv))
			continue;
		unit_passed = 0;
		unit_failed = 0;
		pg_prng_seed(&unit_prng, 20000101);

		suites[i].run();

		printf("%-20s %9d passed, %d failed (%.2f s)\n", suites[i].name,
			   unit_passed, unit_failed, seconds_now() - start);
		fflush(stdout);
		total_passed += unit_passed;
		total_failed += unit_failed;
	}
	printf("%d passed, %d failed\n", total_passed, total_failed);

	return total_failed == 0 ? 0 : 1;
}

bool
unit_check(bool passed, const char *what, const char *file, int line)
{
	if (passed)
		unit_passed++;
	else if (unit_failed++ < MAX_FAILURES_SHOWN)
		printf("%s:%d: failed: %s\n", file, line, what);

	return passed;
}

bool
unit_check_int(int64 actual, int64 expected, const char *what,
			   const char *file, int line)
{
	if (actual == expected)
		unit_passed++;
	else if (unit_failed++ < MAX_FAILURES_SHOWN)
		printf("%s:%d: failed: %s is " INT64_FORMAT ", not " INT64_FORMAT "\n",
			   file, line, what, actual, expected);

	return actual == expected;
}

/*
 * A random integer, both ends included.
 */
int64
unit_random(int64 lowest, int64 highest)
{
	uint64		range = (uint64) highest - (uint64) lowest;

	return (int64) ((uint64) lowest +
					pg_prng_uint64_range(&unit_prng, 0, range));
}
