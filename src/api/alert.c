/*
 * alert.c - promises that a change has newly put at risk.
 */
#include "postgres.h"

#include "commands/async.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "api/alert.h"
#include "api/endangered.h"
#include "api/reason.h"
#include "engine/verdict.h"
#include "store/alerts.h"
#include "store/settings.h"
#include "types/report.h"

/* the channel that setting promise.notify speaks of */
#define ALERT_CHANNEL "promise_alert"

/* what the promises of one ref lack together */
typedef struct RefLack
{
	const char *ref;			/* of rows without one, their relation */
	bool		has_ref;
	Quantity	missing;
} RefLack;

static RefLack *find_lacks(const Serving *serving, int *nlacks);
static RefLack *find_load_lacks(const CapacityServing *serving, int *nlacks);
static int	merge_lacks(RefLack *lacks, int n);
static RefLack lack_of(const ServedClaim *claim);
static RefLack lack_of_load(const ServedLoad *load);
static int	compare_lacks(const void *a, const void *b);
static Quantity missing_of(const RefLack *lacks, int nlacks, RefLack ref);
static int	write_rows(Serving *after, const RefLack *was, int nwas,
					   const RefLack *is, int nis);
static int	write_load_rows(CapacityServing *after,
							const RefLack *was, int nwas,
							const RefLack *is, int nis);
static void fill_row(AlertRow *row, const Endangered *endangered, Instant now);
static int	write_and_notify(const AlertRow *rows, int nrows);

int
alert_newly_endangered(const StockNode *before, const StockNode *after,
					   Instant now)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "promise alerts",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	bool		is_short;
	bool		is_same = false;
	int			nrows = 0;

	promise_check(verdict_is_short(after, now, &is_short));
	/* most changes beside a shortage that stands have nothing to do with it */
	if (is_short)
		promise_check(serving_is_same(before, after, now, &is_same));
	if (is_short && !is_same)
	{
		Serving		serving;
		Serving		was;
		RefLack    *lacks_before;
		RefLack    *lacks_after;
		int			nbefore;
		int			nafter;

		promise_check(serving_build(after, now, &serving));
		promise_check(serving_build(before, now, &was));
		lacks_before = find_lacks(&was, &nbefore);
		lacks_after = find_lacks(&serving, &nafter);
		nrows = write_rows(&serving, lacks_before, nbefore, lacks_after, nafter);
	}

	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
	return nrows;
}

int
alert_newly_overloaded(const CapacityNode *before, const CapacityNode *after,
					   Instant now)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "promise alerts",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	CapacityServing is;
	int			nrows = 0;

	promise_check(capacity_serving_build(after, now, &is));
	if (is.nlosers > 0)
	{
		CapacityServing was;
		RefLack    *lacks_before;
		RefLack    *lacks_after;
		int			nbefore;
		int			nafter;

		promise_check(capacity_serving_build(before, now, &was));
		lacks_before = find_load_lacks(&was, &nbefore);
		lacks_after = find_load_lacks(&is, &nafter);
		nrows = write_load_rows(&is, lacks_before, nbefore, lacks_after, nafter);
	}

	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
	return nrows;
}

/*
 * What each ref lacks, in order of the refs.
 */
static RefLack *
find_lacks(const Serving *serving, int *nlacks)
{
	RefLack    *lacks = palloc(sizeof(RefLack) * ((Size) serving->nlosers + 1));
	int			n = 0;

	for (int i = 0; i < serving->nclaims; i++)
	{
		if (!serving->claims[i].is_met)
			lacks[n++] = lack_of(&serving->claims[i]);
	}
	*nlacks = merge_lacks(lacks, n);
	return lacks;
}

static RefLack *
find_load_lacks(const CapacityServing *serving, int *nlacks)
{
	RefLack    *lacks = palloc(sizeof(RefLack) * ((Size) serving->nlosers + 1));
	int			n = 0;

	for (int i = 0; i < serving->nloads; i++)
	{
		if (!serving->loads[i].is_met)
			lacks[n++] = lack_of_load(&serving->loads[i]);
	}
	*nlacks = merge_lacks(lacks, n);
	return lacks;
}

/*
 * Sort lacks and make one of those of a ref.  None lacks more than it claims,
 * and all claims together fit into a quantity.
 */
static int
merge_lacks(RefLack *lacks, int n)
{
	int			ndistinct = 0;

	qsort(lacks, n, sizeof(RefLack), compare_lacks);
	for (int i = 0; i < n; i++)
	{
		if (ndistinct > 0 && compare_lacks(&lacks[ndistinct - 1], &lacks[i]) == 0)
			lacks[ndistinct - 1].missing += lacks[i].missing;
		else
			lacks[ndistinct++] = lacks[i];
	}
	return ndistinct;
}

static RefLack
lack_of(const ServedClaim *claim)
{
	const FlowDetail *detail = claim->flow->detail;
	RefLack		lack;

	lack.has_ref = detail->ref != NULL;
	lack.ref = lack.has_ref ? detail->ref : detail->relation;
	lack.missing = claim->missing;
	return lack;
}

static RefLack
lack_of_load(const ServedLoad *load)
{
	RefLack		lack;

	lack.has_ref = load->event->ref != NULL;
	lack.ref = lack.has_ref ? load->event->ref : load->event->relation;
	lack.missing = load->missing;
	return lack;
}

static int
compare_lacks(const void *a, const void *b)
{
	const RefLack *la = a;
	const RefLack *lb = b;

	if (la->has_ref != lb->has_ref)
		return la->has_ref ? -1 : 1;
	return strcmp(la->ref, lb->ref);
}

static Quantity
missing_of(const RefLack *lacks, int nlacks, RefLack ref)
{
	const RefLack *found = bsearch(&ref, lacks, nlacks, sizeof(RefLack),
								   compare_lacks);

	return (found == NULL) ? 0 : found->missing;
}

/*
 * A row for each promise whose ref lacks more than it did.
 */
static int
write_rows(Serving *after, const RefLack *was, int nwas,
		   const RefLack *is, int nis)
{
	AlertRow   *rows = palloc(sizeof(AlertRow) * ((Size) after->nlosers + 1));
	int			nrows = 0;

	for (int i = 0; i < after->nclaims; i++)
	{
		const ServedClaim *claim = &after->claims[i];
		Endangered	endangered;

		if (claim->is_met ||
			missing_of(is, nis, lack_of(claim)) <=
			missing_of(was, nwas, lack_of(claim)))
			continue;
		CHECK_FOR_INTERRUPTS();

		endangered_describe(after, i, &endangered);
		fill_row(&rows[nrows++], &endangered, after->balance.now);
	}
	return write_and_notify(rows, nrows);
}

static int
write_load_rows(CapacityServing *after, const RefLack *was, int nwas,
				const RefLack *is, int nis)
{
	AlertRow   *rows = palloc(sizeof(AlertRow) * ((Size) after->nlosers + 1));
	int			nrows = 0;

	for (int i = 0; i < after->nloads; i++)
	{
		RefLack		lack = lack_of_load(&after->loads[i]);
		Endangered	endangered;

		if (after->loads[i].is_met ||
			missing_of(is, nis, lack) <= missing_of(was, nwas, lack))
			continue;
		CHECK_FOR_INTERRUPTS();

		endangered_describe_load(after, i, &endangered);
		fill_row(&rows[nrows++], &endangered, after->now);
	}
	return write_and_notify(rows, nrows);
}

static void
fill_row(AlertRow *row, const Endangered *endangered, Instant now)
{
	row->raised_at = now;
	row->raised_by = GetUserNameFromId(GetUserId(), false);
	row->item = endangered->item;
	row->location = endangered->location;
	row->resource = endangered->resource;
	row->ref = endangered->ref;
	row->promised_at = endangered->promised_at;
	row->quantity = endangered->quantity;
	row->missing = endangered->missing;
	row->short_from = endangered->short_from;
	row->feasible_at = endangered->feasible_at;
	row->reason = reason_name(endangered->reason);
	row->detail = endangered->detail;
	row->notified = settings_notify();
}

static int
write_and_notify(const AlertRow *rows, int nrows)
{
	int			nwritten = (nrows > 0) ? alerts_write(rows, nrows) : 0;

	if (nwritten > 0 && settings_notify())
		Async_Notify(ALERT_CHANNEL, "");
	return nwritten;
}
