/*
 * sort_runs_template.h - a stable sort by instant for what is nearly in order.
 *
 * Rows usually come from an index for each relation, so they are a few runs that
 * are in order already.  These are found and merged two by two; what is one run
 * costs one pass and no memory.
 *
 * As for PostgreSQL's lib/sort_template.h, who includes this file defines
 *
 *	SORT_RUNS			the name of the function
 *	SORT_RUNS_ELEMENT	the type of the elements, which have an Instant "at"
 *
 * and gets "static void SORT_RUNS(SORT_RUNS_ELEMENT *elements, int nelements)".
 * The buffer and the starts of the runs are palloc'd in the current context, and
 * freed.
 */
#include "core/core.h"

#define SORT_RUNS_CONCAT_(a, b) a##_##b
#define SORT_RUNS_CONCAT(a, b) SORT_RUNS_CONCAT_(a, b)
#define SORT_RUNS_FIND SORT_RUNS_CONCAT(SORT_RUNS, find)
#define SORT_RUNS_MERGE SORT_RUNS_CONCAT(SORT_RUNS, merge)

static void SORT_RUNS(SORT_RUNS_ELEMENT * elements, int nelements);

/*
 * How many runs there are within which nothing is earlier than what is before it;
 * where they start goes to "starts" unless it is NULL.
 */
static int
SORT_RUNS_FIND(const SORT_RUNS_ELEMENT * elements, int nelements, int *starts)
{
	int			nruns = 0;

	for (int i = 0; i < nelements; i++)
	{
		if (i > 0 && elements[i].at >= elements[i - 1].at)
			continue;
		if (starts != NULL)
			starts[nruns] = i;
		nruns++;
	}
	return nruns;
}

/*
 * Merge the run up to "middle" with the one from there to "end".
 */
static void
SORT_RUNS_MERGE(SORT_RUNS_ELEMENT * elements, int middle, int end,
				SORT_RUNS_ELEMENT * buffer)
{
	SORT_RUNS_ELEMENT *to = elements;
	const		SORT_RUNS_ELEMENT *left = buffer;
	const		SORT_RUNS_ELEMENT *left_end = buffer + middle;
	const		SORT_RUNS_ELEMENT *right = elements + middle;
	const		SORT_RUNS_ELEMENT *right_end = elements + end;

	memcpy(buffer, elements, (size_t) middle * sizeof(*elements));
	while (left < left_end && right < right_end)
		*to++ = (right->at < left->at) ? *right++ : *left++;
	memcpy(to, left, (size_t) (left_end - left) * sizeof(*elements));
}

static void
SORT_RUNS(SORT_RUNS_ELEMENT * elements, int nelements)
{
	int			nruns = SORT_RUNS_FIND(elements, nelements, NULL);
	int		   *starts;
	SORT_RUNS_ELEMENT *buffer;

	if (nruns <= 1)
		return;

	/* starts[i] is where a run begins; the last one ends where all do */
	starts = palloc(((size_t) nruns + 1) * sizeof(int));
	buffer = palloc((size_t) nelements * sizeof(*elements));
	SORT_RUNS_FIND(elements, nelements, starts);
	starts[nruns] = nelements;

	while (nruns > 1)
	{
		int			nmerged = 0;

		for (int i = 0; i < nruns; i += 2)
		{
			if ((i & 0x3FFF) == 0)
				CORE_CHECK_INTERRUPTS();
			if (i + 1 < nruns)
				SORT_RUNS_MERGE(&elements[starts[i]], starts[i + 1] - starts[i],
								starts[i + 2] - starts[i], buffer);
			starts[nmerged++] = starts[i];
		}
		nruns = nmerged;
		starts[nruns] = nelements;
	}
	pfree(starts);
	pfree(buffer);
}

#undef SORT_RUNS
#undef SORT_RUNS_ELEMENT
#undef SORT_RUNS_FIND
#undef SORT_RUNS_MERGE
#undef SORT_RUNS_CONCAT
#undef SORT_RUNS_CONCAT_
