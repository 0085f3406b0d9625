/*
 * fulfil.c - what becomes of a promise: it is changed, delivered or released.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"

#include "api/decide.h"
#include "api/guard_check.h"
#include "api/moves.h"
#include "api/promise_parts.h"
#include "api/question.h"
#include "api/reserve.h"
#include "types/quantity_numeric.h"
#include "types/report.h"
#include "types/wording.h"

PG_FUNCTION_INFO_V1(fulfil_release);
PG_FUNCTION_INFO_V1(fulfil_deliver);
PG_FUNCTION_INFO_V1(fulfil_change);

static void lock_open(const char *ref, PromiseParts *parts);
static void sort_by_date(PromiseParts *parts);
static void share_out(const PromiseParts *parts, Quantity wanted,
					  Quantity *quantities);
static Instant change_row(Commitment *row, Quantity quantity, Instant at,
						  const PlanWish *wish, const CapablePlan **planned);

/*
 * release(ref): takes back what is open; false if nothing is.
 */
Datum
fulfil_release(PG_FUNCTION_ARGS)
{
	PromiseParts parts;
	bool		any = false;

	commitment_activate();
	promise_parts_lock(question_text(fcinfo, 0), &parts);
	for (int i = 0; i < parts.nrows; i++)
	{
		Commitment *row = parts.rows[i];

		if (row->quantity == 0)
			continue;
		row->quantity = 0;
		(void) promising_write(row, PROMISING_CHANGE, LEDGER_RELEASE,
							   NULL);
		any = true;
	}
	PG_RETURN_BOOL(any);
}

/*
 * deliver(ref, quantity, at): what is still open afterwards.  Of several parts the
 * earlier go first.  The claim goes before the stock, so that nobody else is short
 * in between.
 */
Datum
fulfil_deliver(PG_FUNCTION_ARGS)
{
	const char *ref = promising_text(fcinfo, 0, "ref");
	PromiseParts parts;
	Quantity	open;
	Quantity	quantity;
	Quantity	rest;
	Instant		now;
	Instant		at;

	commitment_activate();
	lock_open(ref, &parts);
	open = promise_parts_open(&parts);
	quantity = PG_ARGISNULL(1) ? open : promising_quantity(fcinfo, 1, ref);
	if (quantity > open)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("cannot deliver %s of commitment \"%s\"",
						wording_quantity(quantity), ref),
				 errdetail("Only %s is open.", wording_quantity(open)),
				 errhint("Raise the commitment with promise.change() first, or deliver %s.",
						 wording_quantity(open))));

	now = decide_now();
	at = question_instant(fcinfo, 2, now);
	if (at == INSTANT_BEGIN || at == INSTANT_END)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("date of the delivery of commitment \"%s\" must be finite",
						ref)));

	rest = quantity;
	for (int i = 0; i < parts.nrows && rest > 0; i++)
	{
		Commitment *row = parts.rows[i];
		Quantity	taken = Min(rest, row->quantity);

		if (taken == 0)
			continue;
		commitment_lock_nodes(row->item, &row->location, 1);
		row->quantity -= taken;
		if (row->quantity == 0)
			row->delivered_at = at;
		promising_deliver(row, at);
		commitment_book_stock(row, taken, now);
		rest -= taken;
	}
	PG_RETURN_NUMERIC(quantity_get_numeric(open - quantity));
}

/*
 * change(ref, quantity, due, placement, objective, effort): what is open from now on,
 * and when it is promised; NULL: as it is.
 *
 * Of several parts the last is the one that grows, or moves to the date; less is
 * taken from the last ones, and none stays promised for after the date.
 */
Datum
fulfil_change(PG_FUNCTION_ARGS)
{
	const char *ref = promising_text(fcinfo, 0, "ref");
	PromiseParts parts;
	Quantity   *quantities;
	Instant    *available;
	const CapablePlan **planned;
	Instant		due;
	PlanWish	wish;
	OfferList	list;
	int			last = 0;

	InitMaterializedSRF(fcinfo, 0);
	commitment_activate();
	lock_open(ref, &parts);
	quantities = palloc((Size) parts.nrows * sizeof(Quantity));
	available = palloc((Size) parts.nrows * sizeof(Instant));
	planned = palloc0((Size) parts.nrows * sizeof(CapablePlan *));
	share_out(&parts, PG_ARGISNULL(1) ? promise_parts_open(&parts) :
			  promising_quantity(fcinfo, 1, ref), quantities);
	due = question_instant(fcinfo, 2, INSTANT_END);
	if (!PG_ARGISNULL(2) && (due == INSTANT_BEGIN || due == INSTANT_END))
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("date of commitment \"%s\" must be finite", ref)));
	promising_wish(fcinfo, 3, &wish);
	for (int i = 0; i < parts.nrows; i++)
	{
		if (quantities[i] > 0)
			last = i;
	}

	/* what makes room comes first: the last parts may be taken back */
	for (int i = parts.nrows - 1; i >= 0; i--)
	{
		Commitment *row = parts.rows[i];
		Instant		at = PG_ARGISNULL(2) ? row->at :
		i == last ? due : Min(row->at, due);

		available[i] = row->quantity == 0 ? row->at :
			change_row(row, quantities[i], at, &wish, &planned[i]);
	}
	offer_list_init(&list);
	for (int i = 0; i < parts.nrows; i++)
	{
		if (parts.rows[i]->quantity == 0)
			continue;
		promising_changed_offer(parts.rows[i], available[i], &list);
		moves_tell(planned[i], &list);
	}
	for (int i = 0; i < list.noffers && list.noffers > 1; i++)
	{
		list.offers[i].part = i + 1;
		list.offers[i].kind = OFFER_PARTS;
	}
	offer_list_put((ReturnSetInfo *) fcinfo->resultinfo, &list);
	return (Datum) 0;
}

/*
 * What each part has open if all of them are to have so much.
 */
static void
share_out(const PromiseParts *parts, Quantity wanted, Quantity *quantities)
{
	Quantity	open = promise_parts_open(parts);
	int			last = 0;

	for (int i = 0; i < parts->nrows; i++)
	{
		quantities[i] = parts->rows[i]->quantity;
		if (quantities[i] > 0)
			last = i;
	}
	for (int i = last; i >= 0 && open > wanted; i--)
	{
		Quantity	less = Min(quantities[i], open - wanted);

		quantities[i] -= less;
		open -= less;
	}
	if (open < wanted)
		quantities[last] += wanted - open;
}

/*
 * To want less, or later, is always possible; the rest is decided as if the promise
 * was given anew.  When it could be had, and what is planned for it now.
 */
static Instant
change_row(Commitment *row, Quantity quantity, Instant at,
		   const PlanWish *wish, const CapablePlan **planned)
{
	Commitment	before = *row;
	Decision	decision = {.available_at = at};

	row->quantity = quantity;
	row->at = at;
	if (row->quantity > before.quantity || row->at < before.at)
	{
		Demand		demand = {
			.ref = row->ref,
			.item = row->item,
			.location = row->location,
			.quantity = row->quantity,
			.due = (row->at == before.at) ?
			core_max(row->at, decide_now()) : row->at,
			.after = INSTANT_BEGIN,
			.wish = *wish
		};

		guard_let_go(row->ref, LET_GO_TO_OTHERS);
		decide(&demand, &decision);
		if (!decision.feasible && !commitment_may_pass(row->ref))
			decide_refuse(&demand, &decision);
		if (row->at != before.at)
			row->at = decision.at;
	}
	if (row->quantity != before.quantity || row->at != before.at)
		(void) reserve_write(row, PROMISING_CHANGE, LEDGER_CHANGE, &decision);
	if (decision.planned == NULL)
		guard_let_go(row->ref, LET_GO_UNNEEDED);
	*planned = decision.planned;
	return decision.available_at;
}

/*
 * The rows of a promise that something is still to be done about, the earliest
 * first.
 */
static void
lock_open(const char *ref, PromiseParts *parts)
{
	const Commitment *row;
	bool		any_delivered = false;

	promise_parts_lock(ref, parts);
	if (parts->nrows == 0)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_UNKNOWN),
				 errmsg("unknown commitment \"%s\"", ref)));
	sort_by_date(parts);
	row = parts->rows[parts->nrows - 1];
	for (int i = 0; i < parts->nrows; i++)
		any_delivered |= parts->rows[i]->delivered_at != INSTANT_END;
	if (promise_parts_open(parts) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("nothing is open of commitment \"%s\"", ref),
				 row->delivered_at != INSTANT_END ?
				 errdetail("It was delivered on %s.",
						   wording_instant(row->delivered_at)) :
				 any_delivered ?
				 errdetail("What was not delivered has been released.") :
				 errdetail("It has been released.")));
	if (promising_is_hold(row) && promising_has_expired(row, decide_now()))
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("hold \"%s\" has expired", ref),
				 errdetail("It ended on %s.", wording_instant(row->expires_at)),
				 errhint("Ask for it again with promise.hold() or promise.commit().")));
}

/* insertion sort: stable, and parts are few and mostly in order */
static void
sort_by_date(PromiseParts *parts)
{
	for (int i = 1; i < parts->nrows; i++)
	{
		Commitment *row = parts->rows[i];
		int			k = i;

		/* invariant: rows[0 .. k) are sorted, rows(k .. i] are later */
		while (k > 0 && parts->rows[k - 1]->at > row->at)
		{
			parts->rows[k] = parts->rows[k - 1];
			k--;
		}
		parts->rows[k] = row;
	}
	for (int i = 0; i < parts->nrows; i++)
		parts->refs[i] = parts->rows[i]->ref;
}
