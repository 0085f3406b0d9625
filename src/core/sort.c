/*
 * sort.c - sorting that can be interrupted.
 */
#include "core/sort.h"

/* how many comparisons take no time that anybody would notice */
#define COMPARISONS_AT_ONCE (64 * 1024)

typedef struct Sorting
{
	SortCompare compare;
	int			ncompared;		/* since interrupts were looked for */
} Sorting;

static int	compare_and_count(const void *a, const void *b, void *arg);

/*
 * As qsort(), and in the same order.  The array is sorted in place and nothing is
 * allocated, so an interrupt in between leaves nothing behind.
 */
void
core_sort(void *base, size_t n, size_t size, SortCompare compare)
{
	Sorting		sorting = {.compare = compare,.ncompared = 0};

	if (n < COMPARISONS_AT_ONCE / 16)
		pg_qsort(base, n, size, compare);
	else
		qsort_arg(base, n, size, compare_and_count, &sorting);
}

static int
compare_and_count(const void *a, const void *b, void *arg)
{
	Sorting    *sorting = arg;

	if (++sorting->ncompared == COMPARISONS_AT_ONCE)
	{
		sorting->ncompared = 0;
		CORE_CHECK_INTERRUPTS();
	}
	return sorting->compare(a, b);
}
