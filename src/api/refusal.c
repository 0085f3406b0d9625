/*
 * refusal.c - why a promise cannot be accepted, in words.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/lsyscache.h"

#include "api/reason.h"
#include "api/refusal.h"
#include "api/refusal_plan.h"
#include "engine/quote.h"
#include "store/fetch.h"
#include "types/report.h"
#include "types/wording.h"

/* The claims of a verdict, of which one is named. */
typedef struct Choice
{
	const ClaimChange *claim;
	int			number;			/* of the claim, from 0 */
	int			nfollow;		/* claims after it */
} Choice;

static void choose_of_stock(const StockNode *before, const StockNode *after,
							Instant now, const Verdict *verdict,
							Choice *choice);
static void choose_of_capacity(const CapacityNode *before,
							   const CapacityNode *after, Instant now,
							   const Verdict *verdict, Choice *choice);
static bool prefix_of_stock_breaks(const StockNode *before,
								   const StockNode *after, Instant now,
								   const Verdict *verdict, int nclaims);
static bool prefix_of_capacity_breaks(const CapacityNode *before,
									  const CapacityNode *after, Instant now,
									  const Verdict *verdict, int nclaims);
static void set_choice(Choice *choice, const Verdict *verdict, int number);
static StockNode stock_without(const StockNode *after, const Verdict *verdict,
							   int first);
static CapacityNode capacity_without(const CapacityNode *after,
									 const Verdict *verdict, int first);
static void add_late_plan(const AtpLedger *ledger, const Verdict *verdict,
						  const Choice *choice, Instant now,
						  StringInfo detail, Refusal *refusal);
static char *stock_message(const StockNode *node, const Choice *choice,
						   Instant now);
static void append_shortage(StringInfo text, const Verdict *verdict,
							const Choice *choice);
static void append_rival(StringInfo text, const Verdict *verdict,
						 const Choice *choice);
static void append_sentence(StringInfo text, const char *words);
static char *stock_hint(const AtpLedger *ledger, const ClaimChange *claim,
						Instant at);
static Quantity most_available(const AtpLedger *ledger, Instant after,
							   Instant *at);
static char *capacity_message(const CapacityNode *node,
							  const ClaimChange *claim);
static void append_load(StringInfo text, const CapacityNode *node,
						const Verdict *verdict);
static const char *wording_span(Instant from, Instant until);
static const char *in_relation(const char *relation);

void
refusal_of_stock(const StockNode *before, const StockNode *after, Instant now,
				 const Verdict *verdict, RefusalPlannable is_plannable,
				 void *arg, Refusal *refusal)
{
	Choice		choice;
	StockNode	rest;
	AtpCurve	curve;
	AtpLedger	ledger;
	StringInfoData detail;

	Assert(verdict->broken && verdict->nclaims > 0);
	choose_of_stock(before, after, now, verdict, &choice);

	/* what can be had beside those who come before it */
	rest = stock_without(after, verdict, choice.number);
	promise_check(atp_curve_build(&rest, now, ATP_LOOKAHEAD, &curve));
	atp_ledger_init(&ledger, &curve);

	refusal->claim = choice.claim;
	refusal->message = stock_message(after, &choice, now);

	initStringInfo(&detail);
	append_shortage(&detail, verdict, &choice);
	append_rival(&detail, verdict, &choice);

	if (choice.claim->after <= 0)
	{
		/* what was planned for it serves others now */
		refusal->reason = REASON_STOCK;
		refusal->available_at = INSTANT_END;
		refusal->hint = pstrdup("Change the promises that rely on it first.");
	}
	else
	{
		Cause		cause;
		Instant		at = Max(choice.claim->at, now);

		cause_find(&ledger, choice.claim->after, at, at, &cause);
		append_sentence(&detail, cause.reason == REASON_LEAD_TIME ?
						psprintf("it %s", reason_freeing(&cause, &ledger)) :
						reason_freeing(&cause, &ledger));
		refusal->reason = cause.reason;
		refusal->available_at = quote_earliest(&ledger, choice.claim->after,
											   at);
		refusal->hint = stock_hint(&ledger, choice.claim, at);
		if (choice.claim->ref != NULL && is_plannable(arg, choice.claim->ref))
			add_late_plan(&ledger, verdict, &choice, now, &detail, refusal);
	}
	refusal->detail = detail.data;
}

/*
 * Stock is not all that could serve it.
 */
static void
add_late_plan(const AtpLedger *ledger, const Verdict *verdict,
			  const Choice *choice, Instant now, StringInfo detail,
			  Refusal *refusal)
{
	UnplannedClaim unplanned = {
		.ledger = ledger,
		.claims = choice->claim,
		.nclaims = verdict->nclaims - choice->number,
		.now = now
	};
	LatePlan	late;

	if (!refusal_plan(&unplanned, &late))
		return;
	append_sentence(detail, late.missing);
	refusal->reason = late.reason;
	if (late.hint != NULL)
		refusal->hint = late.hint;
	refusal->available_at = Min(refusal->available_at, late.available_at);
}

/*
 * The first claim that breaks the rule together with those before it.  As long
 * as claims only take this is so from there on, and bisection finds it; where
 * one brings supply, it finds one such claim.
 */
static void
choose_of_stock(const StockNode *before, const StockNode *after, Instant now,
				const Verdict *verdict, Choice *choice)
{
	int			lo = 0;
	int			hi = verdict->nclaims - 1;

	/* invariant: the claims up to and including number "hi" break the rule */
	while (lo < hi)
	{
		int			mid = lo + (hi - lo) / 2;

		if (prefix_of_stock_breaks(before, after, now, verdict, mid + 1))
			hi = mid;
		else
			lo = mid + 1;
	}
	set_choice(choice, verdict, hi);
}

static bool
prefix_of_stock_breaks(const StockNode *before, const StockNode *after,
					   Instant now, const Verdict *verdict, int nclaims)
{
	StockNode	prefix = stock_without(after, verdict, nclaims);
	Verdict		of_prefix;

	promise_check(verdict_of_stock(before, &prefix, now, &of_prefix));
	return of_prefix.broken;
}

static void
set_choice(Choice *choice, const Verdict *verdict, int number)
{
	choice->claim = &verdict->claims[number];
	choice->number = number;
	choice->nfollow = verdict->nclaims - 1 - number;
}

/* the node as it is without the claims from "first" on */
static StockNode
stock_without(const StockNode *after, const Verdict *verdict, int first)
{
	ClaimSet	set;

	claim_set_init(&set, &verdict->claims[first], verdict->nclaims - first);
	return claim_leave_out_of_stock(after, &set);
}

static char *
stock_message(const StockNode *node, const Choice *choice, Instant now)
{
	const ClaimChange *claim = choice->claim;
	const char *location = "";

	if (strcmp(node->location, FETCH_DEFAULT_LOCATION) != 0)
		location = psprintf(" at location \"%s\"", node->location);

	if (claim->after <= 0)
		return psprintf("cannot withdraw %s of item \"%s\"%s planned for \"%s\"",
						wording_quantity(claim->after - claim->before),
						node->item, location,
						claim->ref == NULL ? "" : claim->ref);
	if (claim->at <= now)
		return psprintf("cannot promise %s of item \"%s\"%s now",
						wording_quantity(claim->after), node->item, location);
	return psprintf("cannot promise %s of item \"%s\"%s by %s",
					wording_quantity(claim->after), node->item, location,
					wording_instant(claim->at));
}

/*
 * How much would be missing, and when.
 */
static void
append_shortage(StringInfo text, const Verdict *verdict, const Choice *choice)
{
	const ClaimChange *claim = choice->claim;

	if (claim->ref != NULL)
		appendStringInfo(text, "Promise \"%s\"%s", claim->ref,
						 in_relation(claim->relation));
	else
		appendStringInfo(text, "A promise%s", in_relation(claim->relation));
	if (claim->before > 0 && claim->after > claim->before)
		appendStringInfo(text, ", with %s more than before,",
						 wording_quantity(claim->after - claim->before));
	if (choice->nfollow > 0)
		appendStringInfo(text, " and %d after it", choice->nfollow);
	appendStringInfo(text, " would leave %s missing%s",
					 wording_quantity(verdict->missing),
					 wording_span(verdict->from, verdict->until));
	if (verdict->missing_before > 0)
		appendStringInfo(text, ", where %s were missing before",
						 wording_quantity(verdict->missing_before));
	appendStringInfoChar(text, '.');
}

/*
 * Who has what it asks for.
 */
static void
append_rival(StringInfo text, const Verdict *verdict, const Choice *choice)
{
	const Flow *binds = verdict->binds;

	if (binds != NULL)
		append_sentence(text,
						psprintf("%s%s takes %s on %s",
								 reason_flow_name(binds),
								 in_relation(binds->detail->relation),
								 wording_quantity(-binds->delta),
								 wording_instant(binds->at)));
	else if (choice->number > 0)
		append_sentence(text, "other promises of this transaction come first");
}

/*
 * Words that begin in lower case and end without a period become a sentence.
 */
static void
append_sentence(StringInfo text, const char *words)
{
	if (text->len > 0)
		appendStringInfoChar(text, ' ');
	appendStringInfoChar(text, (char) pg_ascii_toupper((unsigned char) words[0]));
	appendStringInfo(text, "%s.", words + 1);
}

/*
 * The nearest yes: in parts and whole, else whole, else less.
 */
static char *
stock_hint(const AtpLedger *ledger, const ClaimChange *claim, Instant at)
{
	const AtpCurve *curve = ledger->curve;
	Quantity	quantity = claim->after;
	Instant		whole_at = quote_earliest(ledger, quantity, at);
	Quantity	there = (at > curve->rules.horizon_end) ? 0 :
	core_max(atp_available(ledger, at), 0);
	Instant		most_at;
	Quantity	most;

	if (whole_at != INSTANT_END && there > 0 && there < quantity &&
		atp_curve_rises(curve))
		return psprintf("Promise %s by %s and the other %s by %s, or all %s by %s.",
						wording_quantity(there), wording_instant(at),
						wording_quantity(quantity - there),
						wording_instant(whole_at),
						wording_quantity(quantity), wording_instant(whole_at));
	if (whole_at != INSTANT_END)
		return psprintf("Promise it by %s.", wording_instant(whole_at));

	most = most_available(ledger, at, &most_at);
	if (most > 0)
		return psprintf("Promise at most %s by %s.", wording_quantity(most),
						wording_instant(most_at));
	if (curve->rules.horizon_end != INSTANT_END)
		return pstrdup("Nothing more can be promised within the horizon.");
	return pstrdup("Nothing more can be promised.");
}

/*
 * The most that is available at one instant from "after" on, within the
 * horizon, and the first such instant.
 */
static Quantity
most_available(const AtpLedger *ledger, Instant after, Instant *at)
{
	const AtpCurve *curve = ledger->curve;
	Quantity	most = 0;

	for (int i = atp_curve_find(curve, after); i < curve->nsteps; i++)
	{
		Instant		step_at = Max(curve->steps[i].at, after);
		Quantity	there;

		if (step_at > curve->rules.horizon_end)
			break;
		there = atp_available(ledger, step_at);
		if (there > most)
		{
			most = there;
			*at = step_at;
		}
	}
	return most;
}

void
refusal_of_capacity(const CapacityNode *before, const CapacityNode *after,
					Instant now, const Verdict *verdict, Refusal *refusal)
{
	const ClaimChange *claim;
	Choice		choice;
	CapacityNode rest;
	StringInfoData detail;

	Assert(verdict->broken && verdict->nclaims > 0);
	choose_of_capacity(before, after, now, verdict, &choice);
	claim = choice.claim;

	refusal->claim = claim;
	refusal->reason = REASON_CAPACITY;
	refusal->message = capacity_message(after, claim);

	initStringInfo(&detail);
	append_shortage(&detail, verdict, &choice);
	append_load(&detail, after, verdict);
	refusal->detail = detail.data;

	rest = capacity_without(after, verdict, choice.number);
	promise_check(verdict_capacity_room(&rest, claim->after,
										claim->until == INSTANT_END ?
										INSTANT_END : claim->until - claim->at,
										claim->at, &refusal->available_at));
	if (refusal->available_at != INSTANT_END)
		refusal->hint = psprintf("The same load fits from %s on.",
								 wording_instant(refusal->available_at));
	else
		refusal->hint = pstrdup("There is no later time at which it fits.");
}

static void
choose_of_capacity(const CapacityNode *before, const CapacityNode *after,
				   Instant now, const Verdict *verdict, Choice *choice)
{
	int			lo = 0;
	int			hi = verdict->nclaims - 1;

	/* invariant: the claims up to and including number "hi" break the rule */
	while (lo < hi)
	{
		int			mid = lo + (hi - lo) / 2;

		if (prefix_of_capacity_breaks(before, after, now, verdict, mid + 1))
			hi = mid;
		else
			lo = mid + 1;
	}
	set_choice(choice, verdict, hi);
}

static bool
prefix_of_capacity_breaks(const CapacityNode *before,
						  const CapacityNode *after, Instant now,
						  const Verdict *verdict, int nclaims)
{
	CapacityNode prefix = capacity_without(after, verdict, nclaims);
	Verdict		of_prefix;

	promise_check(verdict_of_capacity(before, &prefix, now, &of_prefix));
	return of_prefix.broken;
}

static CapacityNode
capacity_without(const CapacityNode *after, const Verdict *verdict, int first)
{
	ClaimSet	set;

	claim_set_init(&set, &verdict->claims[first], verdict->nclaims - first);
	return claim_leave_out_of_capacity(after, &set);
}

static char *
capacity_message(const CapacityNode *node, const ClaimChange *claim)
{
	return psprintf("cannot load resource \"%s\" with %s%s",
					node->resource, wording_quantity(claim->after),
					wording_span(claim->at, claim->until));
}

/*
 * What else loads the resource, or that there is none.
 */
static void
append_load(StringInfo text, const CapacityNode *node, const Verdict *verdict)
{
	const CapacityEvent *load = verdict->occupies;

	if (!node->known)
		append_sentence(text, "it is not known as a resource");
	else if (load == NULL)
		append_sentence(text, psprintf("it has %s",
									   wording_quantity(node->units)));
	else
		append_sentence(text,
						psprintf("load%s%s takes %s of %s%s",
								 load->ref == NULL ? "" :
								 psprintf(" \"%s\"", load->ref),
								 in_relation(load->relation),
								 wording_quantity(-load->delta),
								 wording_quantity(node->units),
								 wording_span(load->from, load->until)));
}

/* " from X to Y" */
static const char *
wording_span(Instant from, Instant until)
{
	if (until == INSTANT_END)
		return psprintf(" from %s on", wording_instant(from));
	return psprintf(" from %s to %s", wording_instant(from),
					wording_instant(until));
}

static const char *
in_relation(const char *relation)
{
	return (relation == NULL) ? "" : psprintf(" in %s", relation);
}

void
refusal_report(int elevel, Oid relation, const Refusal *refusal)
{
	char	   *table = OidIsValid(relation) ? get_rel_name(relation) : NULL;
	char	   *schema = (table == NULL) ? NULL :
	get_namespace_name(get_rel_namespace(relation));

	ereport(elevel,
			(errcode(ERRCODE_PROMISE_NOT_FEASIBLE),
			 errmsg_internal("%s", refusal->message),
			 errdetail_internal("%s", refusal->detail),
			 errhint("%s", refusal->hint),
			 schema == NULL ? 0 :
			 err_generic_string(PG_DIAG_SCHEMA_NAME, schema),
			 table == NULL ? 0 :
			 err_generic_string(PG_DIAG_TABLE_NAME, table)));
}
