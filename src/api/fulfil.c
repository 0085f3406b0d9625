/*
 * fulfil.c - what becomes of a promise: it is changed, delivered or released.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"

#include "api/decide.h"
#include "api/guard_check.h"
#include "api/promising.h"
#include "api/question.h"
#include "api/reserve.h"
#include "types/quantity_numeric.h"
#include "types/report.h"
#include "types/wording.h"

PG_FUNCTION_INFO_V1(fulfil_release);
PG_FUNCTION_INFO_V1(fulfil_deliver);
PG_FUNCTION_INFO_V1(fulfil_change);

static Commitment *open_commitment(const char *ref);

/*
 * release(ref): takes back what is open; false if nothing is.
 */
Datum
fulfil_release(PG_FUNCTION_ARGS)
{
	const char *ref = question_text(fcinfo, 0);
	Commitment *row;

	commitment_activate();
	row = commitment_lock(ref);
	if (row == NULL || row->quantity == 0)
		PG_RETURN_BOOL(false);

	row->quantity = 0;
	(void) promising_write(row, PROMISING_CHANGE, LEDGER_RELEASE, NULL);
	PG_RETURN_BOOL(true);
}

/*
 * deliver(ref, quantity, at): what is still open afterwards.  The claim goes
 * before the stock, so that nobody else is short in between.
 */
Datum
fulfil_deliver(PG_FUNCTION_ARGS)
{
	const char *ref = promising_text(fcinfo, 0, "ref");
	Quantity	quantity;
	Instant		now;
	Instant		at;
	Commitment *row;

	commitment_activate();
	row = open_commitment(ref);
	quantity = PG_ARGISNULL(1) ? row->quantity :
		promising_quantity(fcinfo, 1, ref);
	if (quantity > row->quantity)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("cannot deliver %s of commitment \"%s\"",
						wording_quantity(quantity), ref),
				 errdetail("Only %s is open.", wording_quantity(row->quantity)),
				 errhint("Raise the commitment with promise.change() first, or deliver %s.",
						 wording_quantity(row->quantity))));

	now = decide_now();
	at = question_instant(fcinfo, 2, now);
	if (at == INSTANT_BEGIN || at == INSTANT_END)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("date of the delivery of commitment \"%s\" must be finite",
						ref)));

	commitment_lock_nodes(row->item, &row->location, 1);
	row->quantity -= quantity;
	if (row->quantity == 0)
		row->delivered_at = at;
	promising_deliver(row, at);
	commitment_book_stock(row, quantity, now);
	PG_RETURN_NUMERIC(quantity_get_numeric(row->quantity));
}

/*
 * change(ref, quantity, due, placement, objective, effort): what is open from now on, and when it is
 * promised; NULL: as it is.  To want less, or later, is always possible; the
 * rest is decided as if the promise was given anew.
 */
Datum
fulfil_change(PG_FUNCTION_ARGS)
{
	const char *ref = promising_text(fcinfo, 0, "ref");
	Commitment	before;
	Commitment *row;
	Decision	decision = {0};
	OfferList	list;

	InitMaterializedSRF(fcinfo, 0);
	commitment_activate();
	row = open_commitment(ref);
	before = *row;

	if (!PG_ARGISNULL(1))
		row->quantity = promising_quantity(fcinfo, 1, ref);
	row->at = question_instant(fcinfo, 2, row->at);
	if (row->at != before.at &&
		(row->at == INSTANT_BEGIN || row->at == INSTANT_END))
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("date of commitment \"%s\" must be finite", ref)));

	decision.available_at = row->at;
	if (row->quantity > before.quantity || row->at < before.at)
	{
		Demand		demand = {
			.ref = ref,
			.item = row->item,
			.location = row->location,
			.quantity = row->quantity,
			.due = (row->at == before.at) ?
			core_max(row->at, decide_now()) : row->at,
			.after = INSTANT_BEGIN
		};

		promising_wish(fcinfo, 3, &demand.wish);
		guard_let_go(ref, LET_GO_TO_OTHERS);
		decide(&demand, &decision);
		if (!decision.feasible && !commitment_may_pass(ref))
			decide_refuse(&demand, &decision);
		if (row->at != before.at)
			row->at = decision.at;
	}
	if (row->quantity != before.quantity || row->at != before.at)
		(void) reserve_write(row, PROMISING_CHANGE, LEDGER_CHANGE, &decision);
	if (decision.planned == NULL)
		guard_let_go(ref, LET_GO_UNNEEDED);

	offer_list_init(&list);
	promising_changed_offer(row, decision.available_at, &list);
	offer_list_put((ReturnSetInfo *) fcinfo->resultinfo, &list);
	return (Datum) 0;
}

/*
 * The row of a promise that something is still to be done about.
 */
static Commitment *
open_commitment(const char *ref)
{
	Commitment *row = commitment_lock(ref);

	if (row == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_UNKNOWN),
				 errmsg("unknown commitment \"%s\"", ref)));
	if (row->quantity == 0)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("nothing is open of commitment \"%s\"", ref),
				 row->delivered_at != INSTANT_END ?
				 errdetail("It was delivered on %s.",
						   wording_instant(row->delivered_at)) :
				 errdetail("It has been released.")));
	if (promising_is_hold(row) && promising_has_expired(row, decide_now()))
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("hold \"%s\" has expired", ref),
				 errdetail("It ended on %s.", wording_instant(row->expires_at)),
				 errhint("Ask for it again with promise.hold() or promise.commit().")));
	return row;
}
