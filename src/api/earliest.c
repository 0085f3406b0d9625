/*
 * earliest.c - the questions whose answer is a date, a yes or no, or a set of
 * dates.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/multirangetypes.h"
#include "utils/rangetypes.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

#include "api/moves.h"
#include "api/question.h"
#include "engine/quote.h"
#include "store/nodes.h"
#include "types/compat.h"

PG_FUNCTION_INFO_V1(promise_earliest);
PG_FUNCTION_INFO_V1(promise_feasible);
PG_FUNCTION_INFO_V1(promise_windows);

/* What a call site keeps from call to call of one statement. */
typedef struct CallSite
{
	BookCache  *books;
	CapableCache *plans;
} CallSite;

/* the arguments that the questions have in common, by their numbers */
typedef struct Arguments
{
	int			location;
	int			after;
	int			exclude;
	int			method;
	int			effort;
} Arguments;

static const Book *ask(FunctionCallInfo fcinfo, const Arguments *arguments);
static Capable *ask_plans(FunctionCallInfo fcinfo, const Arguments *arguments,
						  Instant now);
static Instant earliest_planned(FunctionCallInfo fcinfo,
								const Arguments *arguments,
								Quantity quantity, Instant due,
								Instant stock_at);
static void add_planned_windows(FunctionCallInfo fcinfo,
								const Arguments *arguments,
								Quantity quantity, const Book *book,
								TypeCacheEntry *rangetype,
								RangeType ***windows, int *nwindows);
static bool spoils_at(const Book *book, const char *location);
static CallSite *call_site(FunctionCallInfo fcinfo);
static Instant earliest_anywhere(const Book *book, Quantity quantity,
								 Instant after);
static void add_window(RangeType **windows, int *nwindows,
					   TypeCacheEntry *rangetype, Instant from, Instant upto,
					   bool upto_inclusive);

/*
 * earliest(item, quantity, location, after, exclude, method, effort)
 */
Datum
promise_earliest(PG_FUNCTION_ARGS)
{
	static const Arguments arguments = {
		.location = 2,.after = 3,.exclude = 4,.method = 5,.effort = 6
	};
	Quantity	quantity;
	Instant		at;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	quantity = question_quantity(PG_GETARG_DATUM(1));

	at = earliest_anywhere(ask(fcinfo, &arguments), quantity,
						   question_after(fcinfo, 3));
	at = earliest_planned(fcinfo, &arguments, quantity, INSTANT_END, at);
	if (at == INSTANT_END)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(at);
}

/*
 * feasible(item, quantity, due, location, after, exclude, method, effort)
 */
Datum
promise_feasible(PG_FUNCTION_ARGS)
{
	static const Arguments arguments = {
		.location = 3,.after = 4,.exclude = 5,.method = 6,.effort = 7
	};
	Quantity	quantity;
	Instant		due;
	Instant		at;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	quantity = question_quantity(PG_GETARG_DATUM(1));
	due = PG_GETARG_TIMESTAMPTZ(2);

	at = earliest_anywhere(ask(fcinfo, &arguments), quantity,
						   question_after(fcinfo, 4));
	at = earliest_planned(fcinfo, &arguments, quantity, due, at);
	PG_RETURN_BOOL(at != INSTANT_END && at <= due);
}

/*
 * windows(item, quantity, within, location, after, exclude, method, effort)
 */
Datum
promise_windows(PG_FUNCTION_ARGS)
{
	static const Arguments arguments = {
		.location = 3,.after = 4,.exclude = 5,.method = 6,.effort = 7
	};
	TypeCacheEntry *rangetype;
	const Book *book;
	Quantity	quantity;
	Instant		after;
	RangeType **windows;
	int			nwindows = 0;
	int			maxwindows = 0;
	Datum		result;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	quantity = question_quantity(PG_GETARG_DATUM(1));
	after = question_after(fcinfo, 4);
	book = ask(fcinfo, &arguments);

	for (int i = 0; i < book->nlocations; i++)
		maxwindows += book->curves[i].nsteps;
	windows = palloc(sizeof(RangeType *) * (Size) (maxwindows + 1));
	rangetype = lookup_type_cache(TSTZRANGEOID, TYPECACHE_RANGE_INFO);

	for (int i = 0; i < book->nlocations; i++)
	{
		const AtpCurve *curve = &book->curves[i];
		Instant		horizon_end = curve->rules.horizon_end;

		/* one window for each run of steps that have enough */
		for (int k = 0; k < curve->nsteps; k++)
		{
			int			first = k;
			Instant		from;
			Instant		upto;

			if (curve->steps[k].available < quantity)
				continue;
			while (k + 1 < curve->nsteps &&
				   curve->steps[k + 1].available >= quantity)
				k++;
			from = Max(curve->steps[first].at, after);
			upto = (k + 1 < curve->nsteps) ?
				curve->steps[k + 1].at : INSTANT_END;

			if (horizon_end < upto)
				add_window(windows, &nwindows, rangetype, from, horizon_end,
						   true);
			else
				add_window(windows, &nwindows, rangetype, from, upto, false);
		}
	}

	add_planned_windows(fcinfo, &arguments, quantity, book, rangetype,
						&windows, &nwindows);

	result = MultirangeTypePGetDatum(make_multirange(TSTZMULTIRANGEOID,
													 rangetype, nwindows,
													 windows));
	if (!PG_ARGISNULL(2))
	{
		RangeType  *within = PG_GETARG_RANGE_P(2);

		result = OidFunctionCall2(F_MULTIRANGE_INTERSECT, result,
								  MultirangeTypePGetDatum(
														  make_multirange(TSTZMULTIRANGEOID,
																		  rangetype, 1, &within)));
	}
	PG_RETURN_DATUM(result);
}

/*
 * The book that a scalar question asks for.
 */
static const Book *
ask(FunctionCallInfo fcinfo, const Arguments *arguments)
{
	const char *item = question_text(fcinfo, 0);
	BookQuery	query;

	question_query(&query, &item, question_text(fcinfo, arguments->location));
	query.exclude = question_refs(fcinfo, arguments->exclude,
								  &query.nexclude);
	query.method = question_method(fcinfo, arguments->method);

	/* a question that leaves out refs is about one order: read it afresh */
	if (query.nexclude > 0)
		return book_read(&query);
	return book_read_cached(&call_site(fcinfo)->books,
							fcinfo->flinfo->fn_mcxt, &query);
}

/*
 * Where plans are made for it; NULL if the method only looks.
 */
static Capable *
ask_plans(FunctionCallInfo fcinfo, const Arguments *arguments, Instant now)
{
	CapableQuery query = {.now = now};

	if (question_method(fcinfo, arguments->method) != ATP_LOOKAHEAD)
		return NULL;
	query.exclude = question_refs(fcinfo, arguments->exclude,
								  &query.nexclude);
	if (query.nexclude > 0)
		return capable_open(&query);
	return capable_open_cached(&call_site(fcinfo)->plans,
							   fcinfo->flinfo->fn_mcxt, now);
}

/*
 * The earliest date by a plan, if stock is later than anybody asks.
 */
static Instant
earliest_planned(FunctionCallInfo fcinfo, const Arguments *arguments,
				 Quantity quantity, Instant due, Instant stock_at)
{
	Instant		now = nodes_now();
	CapableRequest request = {
		.item = question_text(fcinfo, 0),
		.quantity = quantity,
		.due = due,
		.after = question_after(fcinfo, arguments->after),
		.wish.effort = question_effort(fcinfo, arguments->effort)
	};
	Capable    *capable;

	if (stock_at <= (due == INSTANT_END ? Max(now, request.after) : due))
		return stock_at;
	capable = ask_plans(fcinfo, arguments, now);
	if (capable == NULL)
		return stock_at;
	return core_min(stock_at,
					capable_earliest(capable, &request,
									 question_text(fcinfo, arguments->location)));
}

/*
 * What can be had by a plan can be had from then on, since it keeps; unless stock
 * is there at once.
 */
static void
add_planned_windows(FunctionCallInfo fcinfo, const Arguments *arguments,
					Quantity quantity, const Book *book,
					TypeCacheEntry *rangetype, RangeType ***windows,
					int *nwindows)
{
	const char *location = question_text(fcinfo, arguments->location);
	Instant		now = nodes_now();
	CapableRequest request = {
		.item = question_text(fcinfo, 0),
		.quantity = quantity,
		.due = INSTANT_END,
		.after = question_after(fcinfo, arguments->after),
		.wish.effort = question_effort(fcinfo, arguments->effort)
	};
	Capable    *capable;
	NetworkLocation *locations;
	int			nlocations;
	CapablePlan *plans;
	int			nplans = 0;

	if (earliest_anywhere(book, quantity, request.after) <=
		Max(now, request.after))
		return;
	capable = ask_plans(fcinfo, arguments, now);
	if (capable == NULL)
		return;

	locations = capable_locations(capable, request.item, &nlocations);
	*windows = repalloc(*windows, sizeof(RangeType *) *
						(Size) (*nwindows + nlocations + 1));
	plans = palloc(sizeof(CapablePlan) * (Size) (nlocations + 1));
	for (int i = 0; i < nlocations; i++)
	{
		if ((location == NULL || strcmp(locations[i].name, location) == 0) &&
			capable_plan(capable, &request, &locations[i], &plans[nplans]))
			nplans++;
	}
	(void) moves_improve(capable, &request, plans, nplans);
	for (int i = 0; i < nplans; i++)
	{
		Instant		horizon_end = plans[i].node->stock.rules.horizon_end;

		if (plans[i].answer.possible && !spoils_at(book, plans[i].location))
			add_window(*windows, nwindows, rangetype, plans[i].available_at,
					   horizon_end, horizon_end != INSTANT_END);
	}
}

static bool
spoils_at(const Book *book, const char *location)
{
	for (int i = 0; i < book->nlocations; i++)
	{
		if (strcmp(book->curves[i].location, location) == 0)
			return !atp_curve_rises(&book->curves[i]);
	}
	return false;
}

static CallSite *
call_site(FunctionCallInfo fcinfo)
{
	if (fcinfo->flinfo->fn_extra == NULL)
		fcinfo->flinfo->fn_extra =
			MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(CallSite));
	return fcinfo->flinfo->fn_extra;
}

/*
 * The earliest date of all locations; INSTANT_END if there is none.
 */
static Instant
earliest_anywhere(const Book *book, Quantity quantity, Instant after)
{
	Instant		first = INSTANT_END;

	for (int i = 0; i < book->nlocations; i++)
		first = core_min(first, quote_earliest(&book->ledgers[i], quantity, after));
	return first;
}

/*
 * Add [from, upto) or, if upto is included, [from, upto]; nothing if it is
 * empty.  INSTANT_END means without end.
 */
static void
add_window(RangeType **windows, int *nwindows, TypeCacheEntry *rangetype,
		   Instant from, Instant upto, bool upto_inclusive)
{
	RangeBound	lower = {0};
	RangeBound	upper = {0};

	if (from > upto || (from == upto && !upto_inclusive))
		return;

	lower.val = TimestampTzGetDatum(from);
	lower.inclusive = true;
	lower.lower = true;
	upper.val = TimestampTzGetDatum(upto);
	upper.infinite = upto == INSTANT_END;
	upper.inclusive = upto_inclusive && !upper.infinite;
	windows[(*nwindows)++] = compat_make_range(rangetype, &lower, &upper);
}
