/*
 * time_changes.c - the order of changes in time.
 */
#include "core/time_tree_nodes.h"

static int	find_runs(const TimeChange *changes, int nchanges, int *starts);
static void merge_runs(TimeChange *changes, int middle, int end,
					   TimeChange *buffer);

/*
 * Sort by instant.  Changes usually come as a few runs that are in order already:
 * these are merged two by two.
 */
void
time_changes_sort(TimeChange *changes, int nchanges)
{
	int			nruns = find_runs(changes, nchanges, NULL);
	int		   *starts;
	TimeChange *buffer;

	if (nruns <= 1)
		return;

	/* starts[i] is where a run begins; the last one ends where all do */
	starts = palloc((nruns + 1) * sizeof(int));
	buffer = palloc(nchanges * sizeof(TimeChange));
	find_runs(changes, nchanges, starts);
	starts[nruns] = nchanges;
	while (nruns > 1)
	{
		int			nmerged = 0;

		CORE_CHECK_INTERRUPTS();
		for (int i = 0; i < nruns; i += 2)
		{
			if (i + 1 < nruns)
				merge_runs(&changes[starts[i]], starts[i + 1] - starts[i],
						   starts[i + 2] - starts[i], buffer);
			starts[nmerged++] = starts[i];
		}
		nruns = nmerged;
		starts[nruns] = nchanges;
	}
	pfree(starts);
	pfree(buffer);
}

/*
 * How many runs there are within which nothing is earlier than what is before it;
 * where they start goes to "starts" unless it is NULL.
 */
static int
find_runs(const TimeChange *changes, int nchanges, int *starts)
{
	int			nruns = 0;

	for (int i = 0; i < nchanges; i++)
	{
		if (i > 0 && changes[i].at >= changes[i - 1].at)
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
merge_runs(TimeChange *changes, int middle, int end, TimeChange *buffer)
{
	TimeChange *to = changes;
	const TimeChange *left = buffer;
	const TimeChange *left_end = buffer + middle;
	const TimeChange *right = changes + middle;
	const TimeChange *right_end = changes + end;

	memcpy(buffer, changes, middle * sizeof(TimeChange));
	while (left < left_end && right < right_end)
		*to++ = (right->at < left->at) ? *right++ : *left++;
	memcpy(to, left, (left_end - left) * sizeof(TimeChange));
}
