/*
 * endangered.c - a promise that cannot be kept, and why, in words.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "api/endangered.h"
#include "api/reason.h"
#include "types/report.h"
#include "types/wording.h"

static PromiseReason reason_of(const Serving *serving, const ServedClaim *claim,
							   const ServingCause *cause,
							   const Flow **receipt);
static bool is_overdue(const Flow *receipt, Instant now);
static char *sentence(const ServedClaim *claim, const ServingCause *cause,
					  PromiseReason reason, const Flow *receipt);
static char *load_sentence(const CapacityServing *serving,
						   const ServedLoad *load, const LoadCause *cause);
static char *span_text(Instant from, Instant until);
static void add_name(const char **names, int *nnames, int maxnames,
					 const char *ref);

/*
 * Describe a loser.  It lives in the current context.
 */
void
endangered_describe(Serving *serving, int loser, Endangered *result)
{
	const ServedClaim *claim = &serving->claims[loser];
	const FlowDetail *detail = claim->flow->detail;
	const Flow *receipt;
	ServingCause cause;

	promise_check(serving_cause(serving, loser, &cause));

	memset(result, 0, sizeof(Endangered));
	result->ref = detail->ref;
	result->kind = detail->kind;
	result->item = serving->balance.node->item;
	result->location = serving->balance.node->location;
	result->quantity = claim->quantity;
	result->promised_at = detail->at_is_null ? INSTANT_BEGIN :
		claim->flow->stated_at;
	result->missing = claim->missing;
	result->short_from = claim->short_from;
	result->feasible_at = claim->feasible_at;
	result->reason = reason_of(serving, claim, &cause, &receipt);
	result->detail = sentence(claim, &cause, result->reason, receipt);

	for (int i = 0; i < cause.ntakers; i++)
		add_name(result->takers, &result->ntakers, ENDANGERED_MAX_NAMES,
				 cause.takers[i]->detail->ref);
	for (int i = 0; i < cause.nreceipts; i++)
		add_name(result->receipts, &result->nreceipts, SERVING_MAX_RECEIPTS,
				 cause.receipts[i]->detail->ref);
	pfree(cause.takers);
}

/*
 * The same for a load that does not fit.
 */
void
endangered_describe_load(CapacityServing *serving, int loser,
						 Endangered *result)
{
	const ServedLoad *load = &serving->loads[loser];
	LoadCause	cause;

	capacity_serving_cause(serving, loser, &cause);

	memset(result, 0, sizeof(Endangered));
	result->ref = load->event->ref;
	result->resource = serving->node->resource;
	result->quantity = load->units;
	result->promised_at = load->event->from;
	result->missing = load->missing;
	result->short_from = load->short_from;
	result->feasible_at = load->feasible_at;
	result->reason = REASON_CAPACITY;
	result->detail = load_sentence(serving, load, &cause);

	for (int i = 0; i < cause.ntakers; i++)
		add_name(result->takers, &result->ntakers, ENDANGERED_MAX_NAMES,
				 cause.takers[i]->ref);
	pfree(cause.takers);
}

/*
 * Why, and the receipt that says so; NULL if none does.  One that should have
 * come already is named before one that was never to come in time.
 */
static PromiseReason
reason_of(const Serving *serving, const ServedClaim *claim,
		  const ServingCause *cause, const Flow **receipt)
{
	*receipt = NULL;
	if (claim->feasible_at == serving->balance.lead_end &&
		claim->feasible_at != INSTANT_END)
		return REASON_LEAD_TIME;

	for (int i = 0; i < cause->nreceipts; i++)
	{
		if (is_overdue(cause->receipts[i], serving->balance.now))
		{
			*receipt = cause->receipts[i];
			return REASON_RECEIPT_OVERDUE;
		}
	}

	/* had they come in time, it would be stock that lacks all the same */
	if (!cause->suffice && claim->feasible_at == INSTANT_END)
		return REASON_STOCK;

	/* the one that makes it enough; without a date it is none to wait for */
	for (int i = cause->nreceipts - 1; i >= 0 && *receipt == NULL; i--)
	{
		if (cause->receipts[i]->at != INSTANT_END)
			*receipt = cause->receipts[i];
	}
	return (*receipt != NULL) ? REASON_RECEIPT_LATE : REASON_STOCK;
}

static bool
is_overdue(const Flow *receipt, Instant now)
{
	return receipt->stated_at != INSTANT_BEGIN && receipt->stated_at < now;
}

/*
 * One sentence: what is missing and from when, who takes it, what comes late.
 */
static char *
sentence(const ServedClaim *claim, const ServingCause *cause,
		 PromiseReason reason, const Flow *receipt)
{
	const Flow *largest = NULL;
	StringInfoData text;

	for (int i = 0; i < cause->ntakers; i++)
	{
		if (largest == NULL || flow_compare_size(cause->takers[i], largest) < 0)
			largest = cause->takers[i];
	}

	initStringInfo(&text);
	appendStringInfo(&text, "%s of %s missing from %s",
					 wording_quantity(claim->missing),
					 wording_quantity(claim->quantity),
					 wording_instant(claim->short_from));

	if (largest != NULL)
	{
		appendStringInfo(&text, "; %s takes %s on %s",
						 reason_flow_name(largest),
						 wording_quantity(-largest->delta),
						 wording_instant(largest->at));
		if (cause->ntakers > 1)
			appendStringInfo(&text, " (and %d more)", cause->ntakers - 1);
	}

	if (reason == REASON_LEAD_TIME)
		appendStringInfo(&text, "; can be replenished by %s",
						 wording_instant(claim->feasible_at));
	else if (receipt == NULL)
		appendStringInfoString(&text,
							   "; nothing more is expected that is not promised");
	else if (reason == REASON_RECEIPT_OVERDUE && receipt->at == INSTANT_END)
		appendStringInfo(&text, "; %s of %s was due on %s and does not count",
						 reason_flow_name(receipt),
						 wording_quantity(receipt->delta),
						 wording_instant(receipt->stated_at));
	else if (reason == REASON_RECEIPT_OVERDUE)
		appendStringInfo(&text, "; %s of %s was due on %s and counts on %s",
						 reason_flow_name(receipt),
						 wording_quantity(receipt->delta),
						 wording_instant(receipt->stated_at),
						 wording_instant(receipt->at));
	else
		appendStringInfo(&text, "; %s of %s comes on %s",
						 reason_flow_name(receipt),
						 wording_quantity(receipt->delta),
						 wording_instant(receipt->at));
	return text.data;
}

/*
 * One sentence: what is missing and from when, who takes it, what lowers the
 * capacity, and when it fits.
 */
static char *
load_sentence(const CapacityServing *serving, const ServedLoad *load,
			  const LoadCause *cause)
{
	const CapacityEvent *largest = NULL;
	StringInfoData text;

	for (int i = 0; i < cause->ntakers; i++)
	{
		if (largest == NULL || cause->takers[i]->delta < largest->delta)
			largest = cause->takers[i];
	}

	initStringInfo(&text);
	appendStringInfo(&text, "%s of %s missing from %s",
					 wording_quantity(load->missing),
					 wording_quantity(load->units),
					 wording_instant(load->short_from));
	if (largest != NULL)
	{
		appendStringInfoString(&text, "; load");
		if (largest->ref != NULL)
			appendStringInfo(&text, " \"%s\"", largest->ref);
		appendStringInfo(&text, " takes %s %s",
						 wording_quantity(-largest->delta),
						 span_text(largest->from, largest->until));
		if (cause->ntakers > 1)
			appendStringInfo(&text, " (and %d more)", cause->ntakers - 1);
	}

	if (!serving->node->known)
		appendStringInfoString(&text, "; the resource has no row");
	else if (cause->change != NULL)
		appendStringInfo(&text, "; a change of %s %s leaves %s",
						 wording_quantity(cause->change->delta),
						 span_text(cause->change->from, cause->change->until),
						 wording_quantity(cause->capacity));
	else
		appendStringInfo(&text, "; the resource has %s",
						 wording_quantity(cause->capacity));

	if (load->feasible_at == INSTANT_END)
		appendStringInfoString(&text, "; it never fits");
	else
		appendStringInfo(&text, "; it fits from %s",
						 wording_instant(load->feasible_at));
	return text.data;
}

static char *
span_text(Instant from, Instant until)
{
	StringInfoData text;

	initStringInfo(&text);
	if (from != INSTANT_BEGIN)
		appendStringInfo(&text, "from %s", wording_instant(from));
	if (until != INSTANT_END)
		appendStringInfo(&text, "%suntil %s", text.len > 0 ? " " : "",
						 wording_instant(until));
	if (text.len == 0)
		appendStringInfoString(&text, "always");
	return text.data;
}

/* rows without a ref have no name, and those of one ref the same */
static void
add_name(const char **names, int *nnames, int maxnames, const char *ref)
{
	if (ref == NULL || *nnames == maxnames)
		return;
	for (int i = 0; i < *nnames; i++)
	{
		if (strcmp(names[i], ref) == 0)
			return;
	}
	names[(*nnames)++] = ref;
}
