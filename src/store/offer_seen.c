/*
 * offer_seen.c - offers that were accepted, kept as they were seen.
 *
 * The ledger says who promised what and when; this adds what it was decided on.
 * Rows follow from what the caller was allowed to promise (record.h).
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "core/sort.h"
#include "engine/plan_network.h"
#include "store/offer_seen.h"
#include "store/record.h"
#include "types/quantity_numeric.h"

/* columns of promise.offer_seen */
enum
{
	SEEN_ENTRY,
	SEEN_REF,
	SEEN_KIND,
	SEEN_ITEM,
	SEEN_LOCATION,
	SEEN_QUANTITY,
	SEEN_AVAILABLE_AT,
	SEEN_DUE,
	SEEN_ON_TIME,
	SEEN_VALID_UNTIL,
	SEEN_DECIDED_AT,
	SEEN_SNAPSHOT,
	SEEN_SUPPLY,
	SEEN_DEMAND,
	SEEN_SOURCES,
	SEEN_MOVED,
	NUM_SEEN_COLUMNS
};

static Datum snapshot_now(void);
static void keep(Record *record, const OfferSeen *offer, Datum snapshot);
static void put_instant(Datum *values, bool *nulls, int column, Instant at);
static void put_names(Datum *values, bool *nulls, int column,
					  const char **names, int nnames);
static const char **source_names(const SupplyPlan *plan, int *nnames);
static int	compare_names(const void *left, const void *right);

void
offer_seen_keep(const OfferSeen *offers, int noffers)
{
	Record	   *record = record_open("offer_seen");
	Datum		snapshot = snapshot_now();

	for (int i = 0; i < noffers; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (offers[i].entry != 0)
			keep(record, &offers[i], snapshot);
	}
	record_close(record);
}

/*
 * Which transactions had committed: promises are decided on the latest state,
 * whatever the isolation level.
 */
static Datum
snapshot_now(void)
{
	Datum		result;

	PushActiveSnapshot(GetLatestSnapshot());
	result = DirectFunctionCall1(pg_current_snapshot, (Datum) 0);
	PopActiveSnapshot();
	return result;
}

static void
keep(Record *record, const OfferSeen *offer, Datum snapshot)
{
	Datum		values[NUM_SEEN_COLUMNS];
	bool		nulls[NUM_SEEN_COLUMNS] = {0};
	const char **sources;
	int			nsources = 0;
	MemoryContext caller = MemoryContextSwitchTo(record_memory(record));

	values[SEEN_ENTRY] = Int64GetDatum(offer->entry);
	values[SEEN_REF] = CStringGetTextDatum(offer->ref);
	values[SEEN_KIND] = CStringGetTextDatum(offer->kind);
	values[SEEN_ITEM] = CStringGetTextDatum(offer->item);
	values[SEEN_LOCATION] = CStringGetTextDatum(offer->location);
	values[SEEN_QUANTITY] =
		NumericGetDatum(quantity_get_numeric(offer->quantity));
	put_instant(values, nulls, SEEN_AVAILABLE_AT, offer->available_at);
	put_instant(values, nulls, SEEN_DUE, offer->due);
	values[SEEN_ON_TIME] = BoolGetDatum(offer->on_time);
	put_instant(values, nulls, SEEN_VALID_UNTIL, offer->valid_until);
	values[SEEN_DECIDED_AT] = TimestampTzGetDatum(offer->decided_at);
	values[SEEN_SNAPSHOT] = snapshot;
	nulls[SEEN_SUPPLY] = nulls[SEEN_DEMAND] = !offer->has_balance;
	values[SEEN_SUPPLY] = NumericGetDatum(quantity_get_numeric(offer->supply));
	values[SEEN_DEMAND] = NumericGetDatum(quantity_get_numeric(offer->demand));
	sources = source_names(offer->plan, &nsources);
	put_names(values, nulls, SEEN_SOURCES, sources, nsources);
	put_names(values, nulls, SEEN_MOVED, offer->moved, offer->nmoved);
	record_add(record, values, nulls);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(record_memory(record));
}

static void
put_instant(Datum *values, bool *nulls, int column, Instant at)
{
	nulls[column] = at == INSTANT_END;
	values[column] = TimestampTzGetDatum(at);
}

/* none at all is NULL */
static void
put_names(Datum *values, bool *nulls, int column, const char **names, int nnames)
{
	Datum	   *elements = palloc((Size) Max(nnames, 1) * sizeof(Datum));

	nulls[column] = nnames == 0;
	if (nnames == 0)
		return;
	for (int i = 0; i < nnames; i++)
		elements[i] = CStringGetTextDatum(names[i]);
	values[column] = PointerGetDatum(construct_array(elements, nnames, TEXTOID,
													 -1, false, TYPALIGN_INT));
}

/* each once, in order */
static const char **
source_names(const SupplyPlan *plan, int *nnames)
{
	const char **names;
	int			nlots = plan == NULL ? 0 : plan->nlots;

	names = palloc((Size) Max(nlots, 1) * sizeof(char *));
	for (int i = 0; i < nlots; i++)
		names[i] = plan->lots[i].source->name;
	core_sort(names, nlots, sizeof(char *), compare_names);
	*nnames = 0;
	for (int i = 0; i < nlots; i++)
	{
		if (*nnames == 0 || strcmp(names[*nnames - 1], names[i]) != 0)
			names[(*nnames)++] = names[i];
	}
	return names;
}

static int
compare_names(const void *left, const void *right)
{
	return strcmp(*(const char *const *) left, *(const char *const *) right);
}
