/*
 * parts.c - a request that is met in parts.
 */
#include "postgres.h"

#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include "api/parts.h"
#include "engine/plan_join.h"
#include "store/settings.h"

/* pieces that one part is made of, at most */
#define MAX_PIECES		8

/* plans to try beyond the first for a piece: there are many to be planned */
#define PIECE_EFFORT	4

static bool plan_next(Capable *capable, const PartsRequest *request,
					  Quantity rest, CapablePlan *part);
static bool fill_by(Capable *capable, const CapableRequest *request,
					const NetworkLocation *location, Instant by,
					Quantity minimum, CapablePlan *part);
static bool is_less_late(const PartsRequest *request, const CapablePlan *last);
static Datum lateness(Quantity quantity, Instant at, Instant by);
static bool plan_rest(Capable *capable, const PartsRequest *request,
					  Quantity rest, CapablePlan *part);
static bool join(Capable *capable, const CapableRequest *request,
				 const CapablePlan *pieces, int npieces, CapablePlan *whole);

int
parts_plan(Capable *capable, const PartsRequest *request, CapablePlan **parts)
{
	TimeMark	mark = capable_mark(capable);
	int			parts_max = Min(request->parts_max, PARTS_MAX);
	Quantity	rest = request->whole.quantity;
	int			nparts = 0;

	*parts = palloc((Size) Max(parts_max, 1) * sizeof(CapablePlan));
	while (rest > 0 && nparts < parts_max - 1 &&
		   plan_next(capable, request, rest, &(*parts)[nparts]))
	{
		capable_take(capable, &(*parts)[nparts]);
		rest -= (*parts)[nparts++].quantity;
	}
	if (rest > 0 && nparts > 0 &&
		plan_rest(capable, request, rest, &(*parts)[nparts]))
	{
		capable_take(capable, &(*parts)[nparts]);
		rest -= (*parts)[nparts++].quantity;
	}
	if (rest == 0 && nparts > 1 &&
		is_less_late(request, &(*parts)[nparts - 1]))
		return nparts;
	capable_undo(capable, mark);
	return 0;
}

/*
 * The next part: the largest that any location can have ready by the date.  What it
 * leaves is none, or enough for a part.
 */
static bool
plan_next(Capable *capable, const PartsRequest *request, Quantity rest,
		  CapablePlan *part)
{
	CapableRequest wanted = request->whole;
	bool		found = false;

	wanted.quantity = rest;
	for (int i = 0; i < request->nlocations; i++)
	{
		CapablePlan plan;

		if (!fill_by(capable, &wanted, &request->locations[i], request->by,
					 request->part_minimum, &plan) ||
			(found && plan.quantity <= part->quantity))
			continue;
		*part = plan;
		found = true;
	}
	return found;
}

/*
 * As much of a request as a location can have ready by a date: all of it, or a
 * part that is not too small and leaves none that is.  Nothing is taken.
 */
static bool
fill_by(Capable *capable, const CapableRequest *request,
		const NetworkLocation *location, Instant by, Quantity minimum,
		CapablePlan *part)
{
	TimeMark	mark = capable_mark(capable);
	int			most_pieces = settings_smaller_lots() ? MAX_PIECES : 1;
	Quantity	most = request->quantity;
	Quantity	filled = 0;
	CapablePlan *pieces = palloc(MAX_PIECES * sizeof(CapablePlan));
	int			npieces = 0;
	CapableRequest piece = *request;

	piece.wish.effort = Min(request->wish.effort, PIECE_EFFORT);
	while (npieces < most_pieces && filled < most)
	{
		piece.quantity = most - filled;
		piece.quantity = capable_most(capable, &piece, location, by, 1);
		if (piece.quantity == 0)
			break;
		capable_plan_anyway(capable, &piece, location, &pieces[npieces]);
		if (!pieces[npieces].answer.possible ||
			pieces[npieces].available_at > by)
			break;
		capable_take(capable, &pieces[npieces]);
		filled += pieces[npieces++].quantity;
	}
	capable_undo(capable, mark);
	if (filled < most && filled > most - minimum)
	{
		/* the rest would be too small */
		piece = *request;
		piece.quantity = most - minimum;
		if (piece.quantity < minimum)
			return false;
		capable_plan_anyway(capable, &piece, location, &pieces[0]);
		*part = pieces[0];
		return part->answer.possible && part->available_at <= by;
	}
	if (npieces == 0 || filled < minimum)
		return false;
	if (!join(capable, request, pieces, npieces, part))
		*part = pieces[0];
	return part->quantity >= minimum;
}

static bool
plan_rest(Capable *capable, const PartsRequest *request, Quantity rest,
		  CapablePlan *part)
{
	CapableRequest wanted = request->whole;
	bool		found = false;

	wanted.quantity = rest;
	for (int i = 0; i < request->nlocations; i++)
	{
		CapablePlan plan;

		capable_plan_anyway(capable, &wanted, &request->locations[i], &plan);
		if (!plan.answer.possible || plan.available_at > request->latest ||
			(found && capable_compare(&plan, part) >= 0))
			continue;
		*part = plan;
		found = true;
	}
	return found;
}

/*
 * Only the last part can be late.
 */
static bool
is_less_late(const PartsRequest *request, const CapablePlan *last)
{
	if (request->whole_at == INSTANT_END)
		return true;
	return DatumGetBool(DirectFunctionCall2(numeric_lt,
											lateness(last->quantity,
													 last->available_at,
													 request->by),
											lateness(request->whole.quantity,
													 request->whole_at,
													 request->by)));
}

/* as numeric, since the product of two large numbers is no small one */
static Datum
lateness(Quantity quantity, Instant at, Instant by)
{
	return DirectFunctionCall2(numeric_mul,
							   NumericGetDatum(int64_to_numeric(quantity)),
							   NumericGetDatum(int64_to_numeric(Max(at - by, 0))));
}

void
parts_hasten(Capable *capable, const CapableRequest *request,
			 const NetworkLocation *location, CapablePlan *plan)
{
	TimeMark	mark = capable_mark(capable);
	CapablePlan *pieces;
	CapableRequest wanted = *request;

	if (!settings_smaller_lots() || request->wish.effort == 0 ||
		request->due == INSTANT_END)
		return;
	pieces = palloc(2 * sizeof(CapablePlan));
	if (!fill_by(capable, request, location, request->due, 1, &pieces[0]))
		return;
	if (pieces[0].quantity == request->quantity)
	{
		*plan = pieces[0];
		return;
	}
	capable_take(capable, &pieces[0]);
	wanted.quantity -= pieces[0].quantity;
	capable_plan_anyway(capable, &wanted, location, &pieces[1]);
	capable_undo(capable, mark);
	if (pieces[1].answer.possible &&
		(!plan->answer.possible ||
		 pieces[1].available_at <= plan->available_at))
		(void) join(capable, request, pieces, 2, plan);
}

/*
 * One plan for pieces of which each was planned beside those before it; false,
 * and nothing is changed, if they cannot be one.
 */
static bool
join(Capable *capable, const CapableRequest *request,
	 const CapablePlan *pieces, int npieces, CapablePlan *whole)
{
	MemoryContext old = MemoryContextSwitchTo(capable->context);
	const SupplyPlan **plans = palloc((Size) npieces * sizeof(SupplyPlan *));
	CapableRequest joined = *request;
	PlanAnswer *answer = &whole->answer;
	SupplyPlan	joined_plan;

	for (int i = 0; i < npieces; i++)
		plans[i] = &pieces[i].answer.plan;
	if (!plan_join(plans, npieces, &joined_plan))
	{
		MemoryContextSwitchTo(old);
		return false;
	}

	*whole = pieces[0];
	answer->plan = joined_plan;
	joined.quantity = 0;
	for (int i = 0; i < npieces; i++)
	{
		joined.quantity += pieces[i].quantity;
		answer->at = Max(answer->at, pieces[i].answer.at);
		answer->earliest = Max(answer->earliest, pieces[i].answer.earliest);
	}
	whole->quantity = joined.quantity;
	capable_judge(capable, &joined, whole);
	MemoryContextSwitchTo(old);
	return true;
}
