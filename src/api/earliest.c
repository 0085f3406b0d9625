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

#include "api/question.h"
#include "engine/quote.h"
#include "types/compat.h"

PG_FUNCTION_INFO_V1(promise_earliest);
PG_FUNCTION_INFO_V1(promise_feasible);
PG_FUNCTION_INFO_V1(promise_windows);

/* What a call site keeps from call to call of one statement. */
typedef struct CallSite
{
	BookCache  *books;
} CallSite;

static const Book *ask(FunctionCallInfo fcinfo, int location_arg,
					   int exclude_arg, int method_arg);
static Instant earliest_anywhere(const Book *book, Quantity quantity,
								 Instant after);
static void add_window(RangeType **windows, int *nwindows,
					   TypeCacheEntry *rangetype, Instant from, Instant upto,
					   bool upto_inclusive);

/*
 * earliest(item, quantity, location, after, exclude, method)
 */
Datum
promise_earliest(PG_FUNCTION_ARGS)
{
	Quantity	quantity;
	Instant		at;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	quantity = question_quantity(PG_GETARG_DATUM(1));

	at = earliest_anywhere(ask(fcinfo, 2, 4, 5), quantity,
						   question_after(fcinfo, 3));
	if (at == INSTANT_END)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(at);
}

/*
 * feasible(item, quantity, due, location, after, exclude, method)
 */
Datum
promise_feasible(PG_FUNCTION_ARGS)
{
	Quantity	quantity;
	Instant		at;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	quantity = question_quantity(PG_GETARG_DATUM(1));

	at = earliest_anywhere(ask(fcinfo, 3, 5, 6), quantity,
						   question_after(fcinfo, 4));
	PG_RETURN_BOOL(at != INSTANT_END && at <= PG_GETARG_TIMESTAMPTZ(2));
}

/*
 * windows(item, quantity, within, location, after, exclude, method)
 */
Datum
promise_windows(PG_FUNCTION_ARGS)
{
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
	book = ask(fcinfo, 3, 5, 6);

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
ask(FunctionCallInfo fcinfo, int location_arg, int exclude_arg,
	int method_arg)
{
	CallSite   *site = fcinfo->flinfo->fn_extra;
	const char *item = question_text(fcinfo, 0);
	BookQuery	query;

	question_query(&query, &item, question_text(fcinfo, location_arg));
	query.exclude = question_refs(fcinfo, exclude_arg, &query.nexclude);
	query.method = question_method(fcinfo, method_arg);

	/* a question that leaves out refs is about one order: read it afresh */
	if (query.nexclude > 0)
		return book_read(&query);

	if (site == NULL)
	{
		site = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt,
									  sizeof(CallSite));
		fcinfo->flinfo->fn_extra = site;
	}
	return book_read_cached(&site->books, fcinfo->flinfo->fn_mcxt, &query);
}

/*
 * The earliest date of all locations; INSTANT_END if there is none.
 */
static Instant
earliest_anywhere(const Book *book, Quantity quantity, Instant after)
{
	Instant		first = INSTANT_END;

	for (int i = 0; i < book->nlocations; i++)
		first = Min(first, quote_earliest(&book->ledgers[i], quantity, after));
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
