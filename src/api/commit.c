/*
 * commit.c - giving a promise, for good or for a while.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "api/commit.h"
#include "api/commit_same.h"
#include "api/decide.h"
#include "api/guard_check.h"
#include "api/moves.h"
#include "api/promise_parts.h"
#include "api/question.h"
#include "store/nodes.h"
#include "types/report.h"
#include "types/wording.h"

PG_FUNCTION_INFO_V1(commit_promise);
PG_FUNCTION_INFO_V1(commit_hold);

static void common_arguments(FunctionCallInfo fcinfo, CommitRequest *request,
							 int location);
static void answer(FunctionCallInfo fcinfo, CommitRequest *request);
static bool promise_new(CommitRequest *request, OfferList *list);
static bool promise_mapped(const CommitRequest *request, OfferList *list);
static void promise_known(const CommitRequest *request, PromiseParts *known,
						  OfferList *list);
static void convert(const CommitRequest *request, PromiseParts *known,
					OfferList *list);
static void promise_anew(const CommitRequest *request, PromiseParts *known,
						 LedgerCause cause, OfferList *list);
static bool settle(CommitRequest *request, const PromiseParts *known,
				   Decision *decision);
static Instant end_of_hold(const CommitRequest *request, Instant now);
static Demand demand_of(const CommitRequest *request,
						const PromiseParts *known);
static void take_over(Commitment *row, const CommitRequest *request);

/*
 * commit(ref, item, quantity, due, location, customer, channel, zone, seller,
 *		  price, cost, currency, priority, group_ref, kind, after, fixed,
 *		  placement, objective, effort, parts_max, part_minimum, ship_complete,
 *		  lateness_max)
 */
Datum
commit_promise(PG_FUNCTION_ARGS)
{
	CommitRequest request = {0};

	InitMaterializedSRF(fcinfo, 0);
	common_arguments(fcinfo, &request, 4);
	request.row.kind = PG_ARGISNULL(14) ? "customer" : question_text(fcinfo, 14);
	request.after = question_after(fcinfo, 15);
	request.row.fixed = !PG_ARGISNULL(16) && PG_GETARG_BOOL(16);
	promising_wish(fcinfo, 17, &request.wish);
	promising_parts(fcinfo, 20, &request.parts);
	commit_check_kind(&request.row, request.row.ref);
	answer(fcinfo, &request);
	return (Datum) 0;
}

/*
 * hold(ref, item, quantity, due, ttl, location, customer, channel, zone,
 *		seller, price, cost, currency, priority, group_ref, after,
 *		placement, objective, effort, parts_max, part_minimum, ship_complete,
 *		lateness_max)
 */
Datum
commit_hold(PG_FUNCTION_ARGS)
{
	CommitRequest request = {0};

	InitMaterializedSRF(fcinfo, 0);
	common_arguments(fcinfo, &request, 5);
	request.row.kind = "hold";
	request.is_hold = true;
	request.after = question_after(fcinfo, 15);
	promising_wish(fcinfo, 16, &request.wish);
	promising_parts(fcinfo, 19, &request.parts);
	if (PG_ARGISNULL(4))
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("time to live of hold \"%s\" must not be null",
						request.row.ref)));
	request.ttl = PG_GETARG_INTERVAL_P(4);
	(void) end_of_hold(&request, decide_now());
	answer(fcinfo, &request);
	return (Datum) 0;
}

void
commit_check_kind(const Commitment *row, const char *ref)
{
	if (promising_is_hold(row))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("commitment \"%s\" cannot be of kind \"hold\"", ref),
				 errhint("Holds are made by promise.hold().")));
}

/*
 * The arguments that both have: the first four, and from the location on.
 */
static void
common_arguments(FunctionCallInfo fcinfo, CommitRequest *request, int location)
{
	Commitment *row = &request->row;

	row->ref = promising_ref(fcinfo, 0);
	row->item = promising_text(fcinfo, 1, "item");
	row->quantity = promising_quantity(fcinfo, 2, row->ref);
	row->has_requested_quantity = true;
	row->requested_quantity = row->quantity;
	row->requested_at = question_instant(fcinfo, 3, INSTANT_END);
	if (row->requested_at == INSTANT_BEGIN)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("date of commitment \"%s\" must not be -infinity",
						row->ref)));

	row->location = question_text(fcinfo, location);
	row->customer = question_text(fcinfo, location + 1);
	row->channel = question_text(fcinfo, location + 2);
	row->zone = question_text(fcinfo, location + 3);
	row->seller = question_text(fcinfo, location + 4);
	row->price_is_null = PG_ARGISNULL(location + 5);
	row->price = PG_GETARG_DATUM(location + 5);
	row->cost_is_null = PG_ARGISNULL(location + 6);
	row->cost = PG_GETARG_DATUM(location + 6);
	row->currency = question_text(fcinfo, location + 7);
	request->has_priority = !PG_ARGISNULL(location + 8);
	if (request->has_priority)
		row->priority = PG_GETARG_INT32(location + 8);
	row->group_ref = question_text(fcinfo, location + 9);
	row->delivered_at = INSTANT_END;
	row->expires_at = INSTANT_END;
}

static void
answer(FunctionCallInfo fcinfo, CommitRequest *request)
{
	OfferList	list;

	commitment_activate();
	offer_list_init(&list);
	commit_give(request, &list);
	offer_list_put((ReturnSetInfo *) fcinfo->resultinfo, &list);
}

/*
 * Give the promise, or the answer that was given before.  If somebody else
 * writes the same ref at the same time, then his row is there when we have
 * waited for him.
 */
void
commit_give(CommitRequest *request, OfferList *list)
{
	ErrorContextCallback context = {
		.callback = promising_name,
		.arg = unconstify(char *, request->row.ref),
		.previous = error_context_stack
	};

	error_context_stack = &context;
	for (;;)
	{
		PromiseParts known;

		CHECK_FOR_INTERRUPTS();
		promise_parts_lock(request->row.ref, &known);
		if (known.nrows > 0)
		{
			promise_known(request, &known, list);
			break;
		}
		if (promise_mapped(request, list) || promise_new(request, list))
			break;
	}
	error_context_stack = context.previous;
}

/*
 * Decide and write; false if the ref is known meanwhile.
 */
static bool
promise_new(CommitRequest *request, OfferList *list)
{
	CommitRequest accepted = *request;
	PromiseParts unknown = {0};
	Decision	decision;
	Commitment *rows;
	int			nrows;

	if (!settle(&accepted, &unknown, &decision))
		return false;
	nrows = promise_parts_make(&accepted.row, decision.parts, decision.nparts,
							   &rows);
	if (!promise_parts_write(rows, nrows, &unknown,
							 request->is_hold ? LEDGER_HOLD : LEDGER_COMMIT,
							 &decision))
		return false;
	for (int i = 0; i < nrows; i++)
	{
		promising_offer_part(&rows[i], i + 1, nrows, list);
		moves_tell(decision_planned(&decision, i), list);
	}
	return true;
}

/*
 * Decide where and when.  What is not feasible is an error, unless the guard has
 * a say that differs.  False if somebody has written the ref, which was not
 * known, while this waited for its locks.
 */
static bool
settle(CommitRequest *request, const PromiseParts *known, Decision *decision)
{
	Commitment *row = &request->row;
	Demand		demand = demand_of(request, known);

	decide(&demand, decision);
	if (!decision->feasible)
	{
		if (known->nrows == 0 && commitment_lock(row->ref) != NULL)
			return false;
		if (decision->location == NULL || decision->at == INSTANT_END ||
			!commitment_may_pass(row->ref))
			decide_refuse(&demand, decision);
	}

	row->location = decision->location;
	row->at = decision->at;
	row->available_at = decision->available_at;
	row->accepted_at = decision->now;
	row->expires_at = request->is_hold ?
		end_of_hold(request, decision->now) : INSTANT_END;
	return true;
}

static Instant
end_of_hold(const CommitRequest *request, Instant now)
{
	Instant		end =
	DatumGetTimestampTz(DirectFunctionCall2(timestamptz_pl_interval,
											TimestampTzGetDatum(now),
											IntervalPGetDatum(request->ttl)));

	if (end <= now)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("time to live of hold \"%s\" must be above zero",
						request->row.ref)));
	return end;
}

static Demand
demand_of(const CommitRequest *request, const PromiseParts *known)
{
	const PartsWish *parts = &request->parts;

	return (Demand)
	{
		.ref = request->row.ref,
			.item = request->row.item,
			.location = request->row.location,
			.quantity = request->row.quantity,
			.due = request->row.requested_at,
			.after = request->after,
			.wish = request->wish,
			.latest = question_latest(request->row.requested_at,
									  parts->lateness_max),
			.parts_max = parts->ship_complete ? 1 : parts->parts_max,
			.part_minimum = parts->part_minimum,
			.own_refs = known->refs,
			.nown_refs = known->nrows,
			.is_hold = request->is_hold
	};
}

/*
 * A ref that a mapped row has belongs to the business.  If it says the same,
 * the promise has been given.
 */
static bool
promise_mapped(const CommitRequest *request, OfferList *list)
{
	const Commitment *row = &request->row;
	NodeQuery	query = {0};
	ItemNodes  *item;

	if (!commitment_is_mapped(row->ref))
		return false;

	query.items = (const char **) &row->item;
	query.nitems = 1;
	query.as_owner = true;
	query.detail = true;
	query.now = decide_now();
	PushActiveSnapshot(GetLatestSnapshot());
	item = nodes_read(&query);
	PopActiveSnapshot();
	for (int i = 0; i < item->nnodes; i++)
	{
		const StockNode *node = &item->nodes[i];

		for (int j = 0; j < node->nevents; j++)
		{
			const FlowEvent *event = &node->events[j];
			Commitment	mapped = {0};

			if (event->detail->origin != FLOW_DEMAND ||
				event->detail->ref == NULL ||
				strcmp(event->detail->ref, row->ref) != 0)
				continue;
			if (event->delta != -row->quantity ||
				(row->location != NULL &&
				 strcmp(row->location, node->location) != 0))
				break;

			mapped = *row;
			mapped.location = node->location;
			mapped.at = (event->at == INSTANT_BEGIN) ? query.now : event->at;
			mapped.available_at = mapped.at;
			mapped.expires_at = INSTANT_END;
			promising_offer(&mapped, list);
			return true;
		}
	}
	commit_report_difference(row->ref,
							 "A mapped row of demand has this ref, with another item, location or quantity.");
}

/*
 * The ref is known: the same answer as before, a hold that becomes a promise,
 * a hold that begins anew, or an error.
 */
static void
promise_known(const CommitRequest *request, PromiseParts *known,
			  OfferList *list)
{
	Commitment *row = known->rows[0];
	bool		expired = promising_is_hold(row) &&
	promising_has_expired(row, decide_now());
	bool		is_settled = promise_parts_open(known) == 0;
	bool		any_delivered = false;

	commit_check_same(request, known);
	for (int i = 0; i < known->nrows; i++)
		any_delivered |= known->rows[i]->delivered_at != INSTANT_END;
	if (is_settled && !any_delivered)
		commit_report_difference(row->ref, "It has been released.");

	if (is_settled || !promising_is_hold(row) ||
		(request->is_hold && !expired))
		promise_parts_offer(known, list);
	else if (expired)
		promise_anew(request, known, request->is_hold ? LEDGER_RENEW :
					 LEDGER_CONVERT_EXPIRED, list);
	else if (request->row.requested_at < known->rows[known->nrows - 1]->at)
		promise_anew(request, known, LEDGER_CONVERT, list);
	else
		convert(request, known, list);
}

/*
 * A hold becomes a promise as it is.
 */
static void
convert(const CommitRequest *request, PromiseParts *known, OfferList *list)
{
	Decision	as_is = {0};
	Commitment *rows = palloc((Size) known->nrows * sizeof(Commitment));

	for (int i = 0; i < known->nrows; i++)
	{
		rows[i] = *known->rows[i];
		take_over(&rows[i], request);
		if (known->nrows > 1)
			rows[i].requested_quantity = rows[i].quantity;
		rows[i].expires_at = INSTANT_END;
	}
	(void) promise_parts_write(rows, known->nrows, known, LEDGER_CONVERT,
							   &as_is);
	for (int i = 0; i < known->nrows; i++)
		promising_offer_part(&rows[i], i + 1, known->nrows, list);
}

/*
 * What is asked for now is new demand.
 */
static void
promise_anew(const CommitRequest *request, PromiseParts *known,
			 LedgerCause cause, OfferList *list)
{
	CommitRequest renewed = *request;
	Decision	decision = {0};
	Commitment *rows;
	int			nrows;

	renewed.row = *known->rows[0];
	renewed.row.quantity = promise_parts_open(known);
	take_over(&renewed.row, request);
	renewed.row.location = request->row.location;
	(void) settle(&renewed, known, &decision);
	nrows = promise_parts_make(&renewed.row, decision.parts, decision.nparts,
							   &rows);
	(void) promise_parts_write(rows, nrows, known, cause, &decision);
	for (int i = 0; i < nrows; i++)
	{
		const CapablePlan *planned = decision_planned(&decision, i);

		if (decision.feasible && planned == NULL)
			guard_let_go(rows[i].ref, LET_GO_UNNEEDED);
		promising_offer_part(&rows[i], i + 1, nrows, list);
		moves_tell(planned, list);
	}
}

/*
 * What a request says of a hold that it converts or renews counts from now on.
 */
static void
take_over(Commitment *row, const CommitRequest *request)
{
	const Commitment *wanted = &request->row;

#define TAKE(field_) \
	if (wanted->field_ != NULL) \
		row->field_ = wanted->field_

	TAKE(customer);
	TAKE(channel);
	TAKE(zone);
	TAKE(seller);
	TAKE(currency);
	TAKE(group_ref);
#undef TAKE
	if (!wanted->price_is_null)
	{
		row->price = wanted->price;
		row->price_is_null = false;
	}
	if (!wanted->cost_is_null)
	{
		row->cost = wanted->cost;
		row->cost_is_null = false;
	}
	if (request->has_priority)
		row->priority = wanted->priority;
	row->kind = wanted->kind;
	row->fixed = wanted->fixed;
	row->requested_at = wanted->requested_at;
	row->has_requested_quantity = true;
	row->requested_quantity = wanted->requested_quantity;
}
