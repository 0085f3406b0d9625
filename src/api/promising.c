/*
 * promising.c - what the commands on promises have in common.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "api/promising.h"
#include "api/question.h"
#include "types/quantity_numeric.h"
#include "types/report.h"
#include "types/wording.h"

/* a text argument that must not be NULL */
const char *
promising_text(FunctionCallInfo fcinfo, int argno, const char *name)
{
	if (PG_ARGISNULL(argno))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be null", name)));
	return question_text(fcinfo, argno);
}

/* a ref that a promise is to be known by */
const char *
promising_ref(FunctionCallInfo fcinfo, int argno)
{
	const char *ref = promising_text(fcinfo, argno, "ref");

	if (ref[0] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("ref must not be empty"),
				 errhint("Give the promise a name of its own, such as the number of the order line.")));
	return ref;
}

/* a quantity that must be above zero */
Quantity
promising_quantity(FunctionCallInfo fcinfo, int argno, const char *ref)
{
	ErrorContextCallback context = {
		.callback = promising_name,
		.arg = unconstify(char *, ref),
		.previous = error_context_stack
	};
	Quantity	quantity;

	if (PG_ARGISNULL(argno))
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("quantity of commitment \"%s\" must not be null", ref)));
	error_context_stack = &context;
	quantity = quantity_from_datum(PG_GETARG_DATUM(argno));
	error_context_stack = context.previous;
	if (quantity <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_PROMISE_INVALID),
				 errmsg("quantity of commitment \"%s\" must be above zero", ref),
				 errdetail("The quantity is %s.", wording_quantity(quantity)),
				 errhint("The smallest quantity is 0.000001; promise.release() takes a promise back.")));
	return quantity;
}

/*
 * How to plan what stock does not serve: placement, objective and effort, from
 * that argument on.
 */
void
promising_wish(FunctionCallInfo fcinfo, int argno, PlanWish *wish)
{
	wish->placement = question_placement(fcinfo, argno);
	wish->objective = question_objective(fcinfo, argno + 1);
	wish->effort = question_effort(fcinfo, argno + 2);
}

/*
 * What is taken in place of all by the date: parts_max, part_minimum, ship_complete
 * and lateness_max, from that argument on.
 */
void
promising_parts(FunctionCallInfo fcinfo, int argno, PartsWish *parts)
{
	parts->parts_max = PG_ARGISNULL(argno) ? 1 : PG_GETARG_INT32(argno);
	parts->part_minimum = question_part_minimum(fcinfo, argno + 1);
	parts->ship_complete = !PG_ARGISNULL(argno + 2) && PG_GETARG_BOOL(argno + 2);
	parts->lateness_max = PG_ARGISNULL(argno + 3) ? NULL :
		PG_GETARG_INTERVAL_P(argno + 3);
	promising_check_parts(parts);
}

void
promising_check_parts(const PartsWish *parts)
{
	question_check_parts(parts->parts_max);
	question_check_part_minimum(parts->part_minimum);
}

/*
 * Write a row, and say in the ledger why.  False if it could not be inserted,
 * because there is one.  What was entered is added to "entries", unless that is
 * NULL.
 */
bool
promising_write(const Commitment *row, PromisingWrite how, LedgerCause cause,
				LedgerEntries *entries)
{
	LedgerCause before = ledger_set_cause(cause);
	LedgerEntries *others = ledger_collect(entries);
	volatile bool written = true;

	PG_TRY();
	{
		switch (how)
		{
			case PROMISING_INSERT:
				written = commitment_insert(row);
				break;
			case PROMISING_RENEW:
				commitment_renew(row);
				break;
			case PROMISING_CHANGE:
				commitment_change(row);
				break;
		}
	}
	PG_FINALLY();
	{
		(void) ledger_set_cause(before);
		(void) ledger_collect(others);
	}
	PG_END_TRY();
	return written;
}

void
promising_deliver(const Commitment *row, Instant at)
{
	Instant		before = ledger_set_delivery(at);

	PG_TRY();
	{
		(void) promising_write(row, PROMISING_CHANGE, LEDGER_DELIVER, NULL);
	}
	PG_FINALLY();
	{
		(void) ledger_set_delivery(before);
	}
	PG_END_TRY();
}

/* error context: which promise is it about? */
void
promising_name(void *ref)
{
	errcontext("commitment \"%s\"", (const char *) ref);
}

bool
promising_is_hold(const Commitment *row)
{
	return strcmp(row->kind, "hold") == 0;
}

bool
promising_has_expired(const Commitment *row, Instant now)
{
	return row->expires_at <= now;
}

/*
 * The offer that was accepted.  A row that no function has written was not
 * offered: then its date stands for it.
 */
void
promising_offer(const Commitment *row, OfferList *list)
{
	promising_offer_part(row, 1, 1, list);
}

void
promising_offer_part(const Commitment *row, int part, int nparts,
					 OfferList *list)
{
	Offer		offer = {0};

	offer.ref = row->ref;
	offer.option = 1;
	offer.part = part;
	offer.kind = nparts > 1 ? OFFER_PARTS : OFFER_WHOLE;
	offer.item = row->item;
	offer.location = row->location;
	offer.quantity = row->has_requested_quantity ?
		row->requested_quantity : row->quantity;
	offer.available_at = row->available_at;
	if (!row->has_requested_quantity)
		offer.available_at = row->at;
	offer.due = row->requested_at;
	offer.on_time = offer.available_at <= offer.due;
	offer.valid_until = row->expires_at;
	offer_list_add(list, &offer);
}

/*
 * What a promise is offered as that is changed.
 */
void
promising_changed_offer(const Commitment *row, Instant available_at,
						OfferList *list)
{
	Offer		offer = {
		.ref = row->ref,
		.option = 1,
		.part = 1,
		.kind = OFFER_WHOLE,
		.item = row->item,
		.location = row->location,
		.quantity = row->quantity,
		.available_at = available_at,
		.due = row->at,
		.on_time = available_at <= row->at,
		.valid_until = row->expires_at
	};

	offer_list_add(list, &offer);
}
