/*
 * conflicts.c - promises that cannot be kept, and the date that each promise
 * can be kept at.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "api/endangered.h"
#include "api/question.h"
#include "api/reason.h"
#include "engine/verdict.h"
#include "store/claimed.h"
#include "store/nodes.h"
#include "store/resources.h"
#include "types/quantity_numeric.h"
#include "types/report.h"

PG_FUNCTION_INFO_V1(conflicts_list);
PG_FUNCTION_INFO_V1(conflicts_feasible_dates);
PG_FUNCTION_INFO_V1(conflicts_counted_items);
PG_FUNCTION_INFO_V1(conflicts_counted_resources);

/* how many items, or resources, are read at once */
#define ITEM_BATCH_SIZE 500
#define RESOURCE_BATCH_SIZE 100

/* the columns of promise.conflict, in order */
enum
{
	CONFLICT_REF,
	CONFLICT_ITEM,
	CONFLICT_LOCATION,
	CONFLICT_QUANTITY,
	CONFLICT_PROMISED_AT,
	CONFLICT_MISSING,
	CONFLICT_SHORT_FROM,
	CONFLICT_FEASIBLE_AT,
	CONFLICT_REASON,
	CONFLICT_DETAIL,
	CONFLICT_TAKERS,
	CONFLICT_RECEIPTS,
	CONFLICT_KIND,
	CONFLICT_RESOURCE,
	NUM_CONFLICT_COLUMNS
};

/* the columns of promise.feasible_dates(), in order */
enum
{
	DATE_REF,
	DATE_KIND,
	DATE_ITEM,
	DATE_LOCATION,
	DATE_QUANTITY,
	DATE_PROMISED_AT,
	DATE_FEASIBLE_AT,
	DATE_MET,
	NUM_DATE_COLUMNS
};

typedef struct Walk Walk;

/* What is done with a node that was read with details. */
typedef void (*NodeFunction) (Walk *walk, const StockNode *node);

/* A walk over the nodes of some items, or of all that anybody claims. */
struct Walk
{
	ReturnSetInfo *rsinfo;
	const char *location;		/* NULL: all */
	bool		only_short;		/* only nodes whose balance is negative */
	Instant		now;
	NodeFunction function;
};

static void list_keys(FunctionCallInfo fcinfo, const RoleId *roles, int nroles);
static void walk_items(FunctionCallInfo fcinfo, Walk *walk);
static void walk_batch(Walk *walk, const char **items, int nitems);
static const char **short_items(const Walk *walk, const char **items,
								int *nitems);
static ItemNodes *read_items(const Walk *walk, const char **items, int nitems,
							 bool detail);
static int	compare_nodes(const void *a, const void *b);
static void name_node(void *arg);
static void walk_resources(FunctionCallInfo fcinfo, const char *resource);
static void walk_resource_batch(ReturnSetInfo *rsinfo, const char **resources,
								int nresources, Instant now);
static void list_overloads(ReturnSetInfo *rsinfo, const CapacityNode *node,
						   Instant now);
static void name_resource(void *arg);
static void list_conflicts(Walk *walk, const StockNode *node);
static void put_conflict(ReturnSetInfo *rsinfo, const Endangered *endangered);
static void list_dates(Walk *walk, const StockNode *node);
static void put_text(Datum *values, bool *nulls, int column, const char *string);
static void put_instant(Datum *values, bool *nulls, int column, Instant at,
						Instant null);
static Datum text_array(const char *const *texts, int ntexts);

/*
 * promise.conflicts(item text, location text, resource text)
 *
 * Naming a resource leaves out the items, and the other way round.
 */
Datum
conflicts_list(PG_FUNCTION_ARGS)
{
	Walk		walk = {
		.only_short = true,
		.function = list_conflicts
	};
	const char *resource = question_text(fcinfo, 2);
	bool		any_stock = !PG_ARGISNULL(0) || !PG_ARGISNULL(1);

	InitMaterializedSRF(fcinfo, 0);
	if (any_stock || resource == NULL)
		walk_items(fcinfo, &walk);
	if (!any_stock || resource != NULL)
		walk_resources(fcinfo, resource);
	return (Datum) 0;
}

/*
 * promise.feasible_dates(item text, location text)
 */
Datum
conflicts_feasible_dates(PG_FUNCTION_ARGS)
{
	Walk		walk = {
		.function = list_dates
	};

	InitMaterializedSRF(fcinfo, 0);
	walk_items(fcinfo, &walk);
	return (Datum) 0;
}

/*
 * promise.counted_items()
 */
Datum
conflicts_counted_items(PG_FUNCTION_ARGS)
{
	static const RoleId roles[] = {ROLE_SUPPLY, ROLE_DEMAND, ROLE_PLANNED_FLOW};

	list_keys(fcinfo, roles, lengthof(roles));
	return (Datum) 0;
}

/*
 * promise.counted_resources()
 */
Datum
conflicts_counted_resources(PG_FUNCTION_ARGS)
{
	static const RoleId roles[] = {ROLE_LOAD, ROLE_PLANNED_LOAD};

	list_keys(fcinfo, roles, lengthof(roles));
	return (Datum) 0;
}

static void
list_keys(FunctionCallInfo fcinfo, const RoleId *roles, int nroles)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	const char **keys;
	int			nkeys;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	keys = claimed_keys(roles, nroles, &nkeys);
	for (int i = 0; i < nkeys; i++)
	{
		Datum		value = CStringGetTextDatum(keys[i]);
		bool		isnull = false;

		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, &value,
							 &isnull);
		pfree(DatumGetPointer(value));
	}
}

/*
 * Walk over the nodes of the item and location that the arguments name, NULL
 * meaning all: items, then locations, in order of their bytes.
 */
static void
walk_items(FunctionCallInfo fcinfo, Walk *walk)
{
	static const RoleId roles[] = {ROLE_DEMAND, ROLE_PLANNED_FLOW};
	const char *item = question_text(fcinfo, 0);
	const char **items = &item;
	int			nitems = 1;
	MemoryContext batch;

	walk->rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	walk->location = question_text(fcinfo, 1);
	walk->now = nodes_now();

	if (item == NULL)
		items = claimed_keys(roles, lengthof(roles), &nitems);

	batch = AllocSetContextCreate(CurrentMemoryContext, "promise items",
								  ALLOCSET_DEFAULT_SIZES);
	for (int i = 0; i < nitems; i += ITEM_BATCH_SIZE)
	{
		MemoryContext old = MemoryContextSwitchTo(batch);

		walk_batch(walk, &items[i], Min(nitems - i, ITEM_BATCH_SIZE));
		MemoryContextSwitchTo(old);
		MemoryContextReset(batch);
	}
	MemoryContextDelete(batch);
}

/*
 * Walk over some items, in a memory context of their own.
 */
static void
walk_batch(Walk *walk, const char **items, int nitems)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "promise node",
												  ALLOCSET_DEFAULT_SIZES);
	ItemNodes  *found;

	/* most items are sound, and their rows need no details */
	if (walk->only_short)
		items = short_items(walk, items, &nitems);
	if (nitems == 0)
		return;

	found = read_items(walk, items, nitems, true);
	for (int i = 0; i < nitems; i++)
	{
		qsort(found[i].nodes, found[i].nnodes, sizeof(StockNode), compare_nodes);
		for (int k = 0; k < found[i].nnodes; k++)
		{
			MemoryContext old = MemoryContextSwitchTo(context);
			ErrorContextCallback error_context = {
				.callback = name_node,
				.arg = &found[i].nodes[k],
				.previous = error_context_stack
			};

			CHECK_FOR_INTERRUPTS();
			error_context_stack = &error_context;
			walk->function(walk, &found[i].nodes[k]);
			error_context_stack = error_context.previous;
			MemoryContextSwitchTo(old);
			MemoryContextReset(context);
		}
	}
}

/*
 * Those of the items that are short somewhere.
 */
static const char **
short_items(const Walk *walk, const char **items, int *nitems)
{
	const char **result = palloc(sizeof(char *) * (Size) *nitems);
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "promise balances",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	ItemNodes  *found = read_items(walk, items, *nitems, false);
	int			nresult = 0;

	for (int i = 0; i < *nitems; i++)
	{
		bool		is_short = false;

		CHECK_FOR_INTERRUPTS();
		for (int k = 0; k < found[i].nnodes && !is_short; k++)
		{
			ErrorContextCallback error_context = {
				.callback = name_node,
				.arg = &found[i].nodes[k],
				.previous = error_context_stack
			};

			error_context_stack = &error_context;
			promise_check(verdict_is_short(&found[i].nodes[k], walk->now,
										   &is_short));
			error_context_stack = error_context.previous;
		}
		if (is_short)
			result[nresult++] = items[i];
	}

	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
	*nitems = nresult;
	return result;
}

static ItemNodes *
read_items(const Walk *walk, const char **items, int nitems, bool detail)
{
	NodeQuery	query = {
		.items = items,
		.nitems = nitems,
		.location = walk->location,
		.detail = detail,
		.now = walk->now
	};

	return nodes_read(&query);
}

static int
compare_nodes(const void *a, const void *b)
{
	return strcmp(((const StockNode *) a)->location,
				  ((const StockNode *) b)->location);
}

/* error context: whose rows do not add up? */
static void
name_node(void *arg)
{
	const StockNode *node = arg;

	errcontext("balance of item \"%s\" at location \"%s\"",
			   node->item, node->location);
}

/*
 * Walk over the loads of a resource, NULL meaning all resources that anything
 * loads, in order of their bytes.
 */
static void
walk_resources(FunctionCallInfo fcinfo, const char *resource)
{
	static const RoleId roles[] = {ROLE_LOAD, ROLE_PLANNED_LOAD};
	const char **resources = &resource;
	int			nresources = 1;
	Instant		now = nodes_now();
	MemoryContext batch;

	if (resource == NULL)
		resources = claimed_keys(roles, lengthof(roles), &nresources);

	batch = AllocSetContextCreate(CurrentMemoryContext, "promise resources",
								  ALLOCSET_DEFAULT_SIZES);
	for (int i = 0; i < nresources; i += RESOURCE_BATCH_SIZE)
	{
		MemoryContext old = MemoryContextSwitchTo(batch);

		walk_resource_batch((ReturnSetInfo *) fcinfo->resultinfo, &resources[i],
							Min(nresources - i, RESOURCE_BATCH_SIZE), now);
		MemoryContextSwitchTo(old);
		MemoryContextReset(batch);
	}
	MemoryContextDelete(batch);
}

static void
walk_resource_batch(ReturnSetInfo *rsinfo, const char **resources,
					int nresources, Instant now)
{
	ResourceQuery query = {
		.resources = resources,
		.nresources = nresources,
		.order = true,
		.now = now
	};
	CapacityNode *nodes = resources_read(&query);

	for (int i = 0; i < nresources; i++)
	{
		ErrorContextCallback error_context = {
			.callback = name_resource,
			.arg = &nodes[i],
			.previous = error_context_stack
		};

		CHECK_FOR_INTERRUPTS();
		error_context_stack = &error_context;
		list_overloads(rsinfo, &nodes[i], now);
		error_context_stack = error_context.previous;
	}
}

static void
list_overloads(ReturnSetInfo *rsinfo, const CapacityNode *node, Instant now)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "promise overloads",
												  ALLOCSET_SMALL_SIZES);
	CapacityServing serving;

	promise_check(capacity_serving_build(node, now, &serving));
	for (int i = 0; i < serving.nloads && serving.nlosers > 0; i++)
	{
		Endangered	endangered;
		MemoryContext old;

		if (serving.loads[i].is_met)
			continue;
		CHECK_FOR_INTERRUPTS();

		/* the timeline that it may build anew stays with the serving */
		endangered_describe_load(&serving, i, &endangered);
		old = MemoryContextSwitchTo(context);
		put_conflict(rsinfo, &endangered);
		MemoryContextSwitchTo(old);
		MemoryContextReset(context);
		pfree(endangered.detail);
	}
	MemoryContextDelete(context);
}

/* error context: whose rows do not add up? */
static void
name_resource(void *arg)
{
	const CapacityNode *node = arg;

	errcontext("capacity of resource \"%s\"", node->resource);
}

static void
list_conflicts(Walk *walk, const StockNode *node)
{
	MemoryContext context;
	Serving		serving;

	promise_check(serving_build(node, walk->now, &serving));
	if (serving.nlosers == 0)
		return;

	context = AllocSetContextCreate(CurrentMemoryContext, "promise conflict",
									ALLOCSET_DEFAULT_SIZES);
	for (int i = 0; i < serving.nclaims; i++)
	{
		Endangered	endangered;
		MemoryContext old;

		if (serving.claims[i].is_met)
			continue;
		CHECK_FOR_INTERRUPTS();

		endangered_describe(&serving, i, &endangered);
		old = MemoryContextSwitchTo(context);
		put_conflict(walk->rsinfo, &endangered);
		MemoryContextSwitchTo(old);
		MemoryContextReset(context);
		pfree(endangered.detail);
	}
	MemoryContextDelete(context);
}

static void
put_conflict(ReturnSetInfo *rsinfo, const Endangered *endangered)
{
	Datum		values[NUM_CONFLICT_COLUMNS] = {0};
	bool		nulls[NUM_CONFLICT_COLUMNS] = {0};

	Assert(rsinfo->setDesc->natts == NUM_CONFLICT_COLUMNS);

	put_text(values, nulls, CONFLICT_REF, endangered->ref);
	put_text(values, nulls, CONFLICT_ITEM, endangered->item);
	put_text(values, nulls, CONFLICT_LOCATION, endangered->location);
	values[CONFLICT_QUANTITY] =
		NumericGetDatum(quantity_get_numeric(endangered->quantity));
	put_instant(values, nulls, CONFLICT_PROMISED_AT, endangered->promised_at,
				INSTANT_BEGIN);
	values[CONFLICT_MISSING] =
		NumericGetDatum(quantity_get_numeric(endangered->missing));
	put_instant(values, nulls, CONFLICT_SHORT_FROM, endangered->short_from,
				INSTANT_END);
	put_instant(values, nulls, CONFLICT_FEASIBLE_AT, endangered->feasible_at,
				INSTANT_END);
	values[CONFLICT_REASON] =
		reason_datum(endangered->reason,
					 TupleDescAttr(rsinfo->setDesc,
								   CONFLICT_REASON)->atttypid);
	put_text(values, nulls, CONFLICT_DETAIL, endangered->detail);
	values[CONFLICT_TAKERS] = text_array(endangered->takers,
										 endangered->ntakers);
	values[CONFLICT_RECEIPTS] = text_array(endangered->receipts,
										   endangered->nreceipts);
	put_text(values, nulls, CONFLICT_KIND, endangered->kind);
	put_text(values, nulls, CONFLICT_RESOURCE, endangered->resource);

	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

static void
list_dates(Walk *walk, const StockNode *node)
{
	MemoryContext context;
	Serving		serving;

	promise_check(serving_build(node, walk->now, &serving));
	context = AllocSetContextCreate(CurrentMemoryContext, "promise dates",
									ALLOCSET_SMALL_SIZES);
	for (int i = 0; i < serving.nclaims; i++)
	{
		const ServedClaim *claim = &serving.claims[i];
		const FlowDetail *detail = claim->flow->detail;
		Datum		values[NUM_DATE_COLUMNS] = {0};
		bool		nulls[NUM_DATE_COLUMNS] = {0};
		MemoryContext old;

		CHECK_FOR_INTERRUPTS();
		old = MemoryContextSwitchTo(context);
		put_text(values, nulls, DATE_REF, detail->ref);
		put_text(values, nulls, DATE_KIND, detail->kind);
		put_text(values, nulls, DATE_ITEM, node->item);
		put_text(values, nulls, DATE_LOCATION, node->location);
		values[DATE_QUANTITY] =
			NumericGetDatum(quantity_get_numeric(claim->quantity));
		put_instant(values, nulls, DATE_PROMISED_AT,
					detail->at_is_null ? INSTANT_BEGIN : claim->flow->stated_at,
					INSTANT_BEGIN);
		put_instant(values, nulls, DATE_FEASIBLE_AT, claim->feasible_at,
					INSTANT_END);
		values[DATE_MET] = BoolGetDatum(claim->is_met);
		tuplestore_putvalues(walk->rsinfo->setResult, walk->rsinfo->setDesc,
							 values, nulls);
		MemoryContextSwitchTo(old);
		MemoryContextReset(context);
	}
	MemoryContextDelete(context);
}

static void
put_text(Datum *values, bool *nulls, int column, const char *string)
{
	nulls[column] = string == NULL;
	if (string != NULL)
		values[column] = CStringGetTextDatum(string);
}

/* an instant, and the one that stands for SQL's NULL */
static void
put_instant(Datum *values, bool *nulls, int column, Instant at, Instant null)
{
	nulls[column] = at == null;
	values[column] = TimestampTzGetDatum(at);
}

static Datum
text_array(const char *const *texts, int ntexts)
{
	Datum	   *elements = palloc(sizeof(Datum) * (Size) (ntexts + 1));

	for (int i = 0; i < ntexts; i++)
		elements[i] = CStringGetTextDatum(texts[i]);
	return PointerGetDatum(construct_array(elements, ntexts, TEXTOID, -1, false,
										   TYPALIGN_INT));
}
