/*
 * network_setup.c - what it takes to bring a resource into another state.
 */
#include "postgres.h"

#include "core/text_order.h"
#include "store/network_state.h"

typedef struct ChangeoverReader
{
	Network    *network;
	const char *name;
	Changeovers *matrix;
} ChangeoverReader;

static void read_matrix(void *arg);
static bool take_changeover(const PreparedQuery *query, const Datum *values,
							const bool *nulls, void *arg);
static const ChangeoverRow *find_row(const Changeovers *matrix,
									 const char *from, const char *to);
static int	compare_rows(const void *a, const void *b);

/*
 * Working time from one state of a resource to another: of the row that names
 * both, else the state before, else the state after, else any.  To stay as it is
 * takes time only if a row says so by name.
 */
int64
network_changeover(PlanNetwork *base, const PlanResource *resource,
				   const char *from, const char *to)
{
	Network    *network = (Network *) base;
	const ChangeoverRow *row;
	Changeovers *matrix;
	void	  **slot;

	if (resource->changeover == NULL || from == NULL || to == NULL)
		return 0;

	slot = network_name(network->changeovers, resource->changeover);
	if (*slot == NULL)
		*slot = MemoryContextAllocZero(network->context, sizeof(Changeovers));
	matrix = *slot;
	if (!matrix->was_read)
	{
		ChangeoverReader reader = {
			.network = network,
			.name = resource->changeover,
			.matrix = matrix
		};

		fetch_run(read_matrix, &reader);
		matrix->was_read = true;
	}

	row = find_row(matrix, from, to);
	if (row == NULL && strcmp(from, to) == 0)
		return 0;
	if (row == NULL)
		row = find_row(matrix, from, NULL);
	if (row == NULL)
		row = find_row(matrix, NULL, to);
	if (row == NULL)
		row = find_row(matrix, NULL, NULL);
	return row == NULL ? 0 : row->duration;
}

static void
read_matrix(void *arg)
{
	ChangeoverReader *reader = arg;
	Network    *network = reader->network;
	Changeovers *matrix = reader->matrix;
	KeyList		keys = {.keys = &reader->name,.nkeys = 1};

	network_begin_fetch(network, NULL);
	fetch_role(&network->fetch, ROLE_CHANGEOVER, 0, &keys, take_changeover,
			   reader);
	qsort(matrix->rows, matrix->nrows, sizeof(ChangeoverRow), compare_rows);
}

static bool
take_changeover(const PreparedQuery *query, const Datum *values,
				const bool *nulls, void *arg)
{
	ChangeoverReader *reader = arg;
	Network    *network = reader->network;
	Changeovers *matrix = reader->matrix;
	MemoryContext old = MemoryContextSwitchTo(network->context);
	NetworkRow	row = {
		.query = query,.values = values,.nulls = nulls,
		.relation = network->fetch.label,
		.what = "changeover",.key = reader->name
	};

	row_require(&row, FIELD_DURATION, "duration");
	NETWORK_GROW(matrix->rows, matrix->nrows, matrix->max_rows);
	matrix->rows[matrix->nrows++] = (ChangeoverRow)
	{
		.from = row_text(&row, FIELD_FROM_SETUP),
			.to = row_text(&row, FIELD_TO_SETUP),
			.duration = row_time(&row, FIELD_DURATION, "duration")
	};
	MemoryContextSwitchTo(old);
	return true;
}

/* of several such rows the longest comes first */
static const ChangeoverRow *
find_row(const Changeovers *matrix, const char *from, const char *to)
{
	ChangeoverRow wanted = {from, to, PG_INT64_MAX};
	int			low = 0;
	int			high = matrix->nrows;
	const ChangeoverRow *found;

	/* invariant: rows before low sort before what is wanted, others do not */
	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (compare_rows(&matrix->rows[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	found = &matrix->rows[low];
	return low < matrix->nrows && text_order(found->from, from) == 0 &&
		text_order(found->to, to) == 0 ? found : NULL;
}

/* by from, to, and the longest first */
static int
compare_rows(const void *a, const void *b)
{
	const ChangeoverRow *ra = a;
	const ChangeoverRow *rb = b;
	int			cmp = text_order(ra->from, rb->from);

	if (cmp == 0)
		cmp = text_order(ra->to, rb->to);
	if (cmp == 0)
		cmp = (ra->duration < rb->duration) - (ra->duration > rb->duration);
	return cmp;
}
