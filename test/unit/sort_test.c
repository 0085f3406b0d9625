/*
 * sort_test.c - sorting that can be interrupted.
 */
#include "unit.h"

#include "core/sort.h"

#define MANY 200000

static int	ninterrupts;

static int	compare_values(const void *a, const void *b);
static void count_interrupt(void);
static void check_sorted(int n, int64 highest);

void
test_sort(void)
{
	core_interrupt_hook = count_interrupt;
	for (int n = 0; n < 50; n++)
		check_sorted(n, n);
	CHECK_INT(ninterrupts, 0);

	check_sorted(MANY, PG_INT64_MAX);
	CHECK(ninterrupts >= 10);
	ninterrupts = 0;
	check_sorted(MANY, 3);
	CHECK(ninterrupts > 0);
	core_interrupt_hook = NULL;
}

static int
compare_values(const void *a, const void *b)
{
	int64		va = *(const int64 *) a;
	int64		vb = *(const int64 *) b;

	return (va > vb) - (va < vb);
}

static void
count_interrupt(void)
{
	ninterrupts++;
}

static void
check_sorted(int n, int64 highest)
{
	int64	   *values = palloc(((Size) n + 1) * sizeof(int64));
	int64	   *expected = palloc(((Size) n + 1) * sizeof(int64));
	int			different = 0;

	for (int i = 0; i < n; i++)
		expected[i] = values[i] = unit_random(0, highest);
	core_sort(values, n, sizeof(int64), compare_values);
	qsort(expected, n, sizeof(int64), compare_values);
	for (int i = 0; i < n; i++)
		different += values[i] != expected[i];
	CHECK_INT(different, 0);
	pfree(values);
	pfree(expected);
}
