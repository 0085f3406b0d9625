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
#include "api/decide.h"
#include "api/guard_check.h"
#include "api/promising.h"
#include "api/question.h"
#include "api/reserve.h"
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
static void promise_known(const CommitRequest *request, Commitment *row,
						  OfferList *list);
static bool settle(CommitRequest *request, const Commitment *known,
				   Decision *decision);
static Instant end_of_hold(const CommitRequest *request, Instant now);
static Demand demand_of(const CommitRequest *request);
static void take_over(Commitment *row, const CommitRequest *request);
static void check_same(const CommitRequest *request, const Commitment *row);
static void check_same_due(const CommitRequest *request, const Commitment *row,
						   StringInfo differences);
static void compare_text(StringInfo differences, const char *name,
						 const char *wanted, const char *is);
static void compare_numeric(StringInfo differences, const char *name,
							bool given, Datum wanted, bool is_null, Datum is);
static void add_difference(StringInfo differences, const char *name,
						   const char *wanted, const char *is);
static void report_difference(const char *ref, const char *detail);
static const char *due_text(Instant due);

/*
 * commit(ref, item, quantity, due, location, customer, channel, zone, seller,
 *		  price, cost, currency, priority, group_ref, kind, after, fixed,
 *		  placement, objective, effort)
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
	commit_check_kind(&request.row, request.row.ref);
	answer(fcinfo, &request);
	return (Datum) 0;
}

/*
 * hold(ref, item, quantity, due, ttl, location, customer, channel, zone,
 *		seller, price, cost, currency, priority, group_ref, after,
 *		placement, objective, effort)
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
		Commitment *row = commitment_lock(request->row.ref);

		CHECK_FOR_INTERRUPTS();
		if (row != NULL)
		{
			promise_known(request, row, list);
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
	Decision	decision;

	if (!settle(&accepted, NULL, &decision))
		return false;
	if (!reserve_write(&accepted.row, PROMISING_INSERT,
					   request->is_hold ? LEDGER_HOLD : LEDGER_COMMIT,
					   &decision))
		return false;
	promising_offer(&accepted.row, list);
	return true;
}

/*
 * Decide where and when.  What is not feasible is an error, unless the guard has
 * a say that differs.  False if somebody has written the ref, which was not
 * known, while this waited for its locks.
 */
static bool
settle(CommitRequest *request, const Commitment *known, Decision *decision)
{
	Commitment *row = &request->row;
	Demand		demand = demand_of(request);

	decide(&demand, decision);
	if (!decision->feasible)
	{
		if (known == NULL && commitment_lock(row->ref) != NULL)
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
demand_of(const CommitRequest *request)
{
	return (Demand)
	{
		.ref = request->row.ref,
			.item = request->row.item,
			.location = request->row.location,
			.quantity = request->row.quantity,
			.due = request->row.requested_at,
			.after = request->after,
			.wish = request->wish,
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
	report_difference(row->ref,
					  "A mapped row of demand has this ref, with another item, location or quantity.");
	return false;				/* keep compiler quiet */
}

/*
 * The ref is known: the same answer as before, a hold that becomes a promise,
 * a hold that begins anew, or an error.
 */
static void
promise_known(const CommitRequest *request, Commitment *row, OfferList *list)
{
	Instant		now = decide_now();
	CommitRequest renewed;
	Decision	decision = {0};
	bool		expired;

	check_same(request, row);
	if (row->quantity == 0 && row->delivered_at == INSTANT_END)
		report_difference(row->ref, "It has been released.");

	expired = promising_is_hold(row) && promising_has_expired(row, now);
	if (row->quantity == 0 || !promising_is_hold(row) ||
		(request->is_hold && !expired))
	{
		promising_offer(row, list);
		return;
	}

	renewed = *request;
	renewed.row = *row;
	take_over(&renewed.row, request);
	if (expired || request->row.requested_at < row->at)
	{
		/* what it asks for now is new demand */
		renewed.row.location = request->row.location;
		(void) settle(&renewed, row, &decision);
	}
	else
		renewed.row.expires_at = INSTANT_END;

	(void) reserve_write(&renewed.row, PROMISING_RENEW,
						 request->is_hold ? LEDGER_RENEW :
						 expired ? LEDGER_CONVERT_EXPIRED : LEDGER_CONVERT,
						 &decision);
	if (decision.feasible && decision.planned == NULL)
		guard_let_go(row->ref, LET_GO_UNNEEDED);
	promising_offer(&renewed.row, list);
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

/*
 * Raise unless the request asks for what the row was asked for.  What it does
 * not name may be anything; and a hold that becomes a promise, or begins anew,
 * need only be of the same item, quantity and location.
 */
static void
check_same(const CommitRequest *request, const Commitment *row)
{
	const Commitment *wanted = &request->row;
	Quantity	asked = row->has_requested_quantity ?
	row->requested_quantity : row->quantity;
	StringInfoData differences;

	initStringInfo(&differences);
	compare_text(&differences, "item", wanted->item, row->item);
	if (wanted->quantity != asked)
		add_difference(&differences, "quantity",
					   wording_quantity(wanted->quantity),
					   wording_quantity(asked));
	compare_text(&differences, "location", wanted->location, row->location);

	if (!promising_is_hold(row) ||
		(request->is_hold && !promising_has_expired(row, decide_now())))
	{
		check_same_due(request, row, &differences);
		compare_text(&differences, "customer", wanted->customer, row->customer);
		compare_text(&differences, "channel", wanted->channel, row->channel);
		compare_text(&differences, "zone", wanted->zone, row->zone);
		compare_text(&differences, "seller", wanted->seller, row->seller);
		compare_text(&differences, "currency", wanted->currency, row->currency);
		compare_text(&differences, "group_ref", wanted->group_ref,
					 row->group_ref);
		if (!request->is_hold)
			compare_text(&differences, "kind", wanted->kind, row->kind);
		compare_numeric(&differences, "price", !wanted->price_is_null,
						wanted->price, row->price_is_null, row->price);
		compare_numeric(&differences, "cost", !wanted->cost_is_null,
						wanted->cost, row->cost_is_null, row->cost);
		if (request->has_priority && wanted->priority != row->priority)
			add_difference(&differences, "priority",
						   psprintf("%d", wanted->priority),
						   psprintf("%d", row->priority));
	}
	if (differences.len > 0)
		report_difference(row->ref, psprintf("Asked for is %s.",
											 differences.data));
}

/*
 * A row that no function has written does not say what was requested: then the
 * promised date is compared.
 */
static void
check_same_due(const CommitRequest *request, const Commitment *row,
			   StringInfo differences)
{
	Instant		asked = row->requested_at;

	if (asked == INSTANT_END && !row->has_requested_quantity)
		asked = (request->row.requested_at == INSTANT_END) ? INSTANT_END : row->at;
	if (request->row.requested_at != asked)
		add_difference(differences, "due", due_text(request->row.requested_at),
					   due_text(asked));
}

static const char *
due_text(Instant due)
{
	return due == INSTANT_END ? "none" : wording_instant(due);
}

static void
compare_text(StringInfo differences, const char *name, const char *wanted,
			 const char *is)
{
	if (wanted != NULL && (is == NULL || strcmp(wanted, is) != 0))
		add_difference(differences, name, psprintf("\"%s\"", wanted),
					   is == NULL ? "none" : psprintf("\"%s\"", is));
}

static void
compare_numeric(StringInfo differences, const char *name, bool given,
				Datum wanted, bool is_null, Datum is)
{
	if (given &&
		(is_null || !DatumGetBool(DirectFunctionCall2(numeric_eq, wanted, is))))
		add_difference(differences, name,
					   DatumGetCString(DirectFunctionCall1(numeric_out, wanted)),
					   is_null ? "none" :
					   DatumGetCString(DirectFunctionCall1(numeric_out, is)));
}

static void
add_difference(StringInfo differences, const char *name, const char *wanted,
			   const char *is)
{
	if (differences->len > 0)
		appendStringInfoString(differences, ", ");
	appendStringInfo(differences, "%s %s, not %s", name, wanted, is);
}

static void
report_difference(const char *ref, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROMISE_REF),
			 errmsg("ref \"%s\" is promised otherwise", ref),
			 errdetail("%s", detail),
			 errhint("Use promise.change() to change a promise, or another ref.")));
}
