/*
 * reason.c - reasons in words.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "api/reason.h"
#include "types/wording.h"

/* the labels of promise.reason */
static const char *const reason_names[NUM_REASONS] = {
	[REASON_STOCK] = "stock",
	[REASON_RECEIPT_LATE] = "receipt_late",
	[REASON_RECEIPT_OVERDUE] = "receipt_overdue",
	[REASON_COMPONENT] = "component",
	[REASON_CAPACITY] = "capacity",
	[REASON_CALENDAR_EXHAUSTED] = "calendar_exhausted",
	[REASON_LEAD_TIME] = "lead_time",
	[REASON_FENCE] = "fence",
	[REASON_LOT_SIZE] = "lot_size",
	[REASON_EFFECTIVITY] = "effectivity",
	[REASON_ALLOCATION] = "allocation",
	[REASON_POLICY] = "policy",
	[REASON_HORIZON] = "horizon",
	[REASON_NO_SOURCE] = "no_source",
	[REASON_UNKNOWN_ITEM] = "unknown_item",
};

const char *
reason_name(PromiseReason reason)
{
	return reason_names[reason];
}

/* a value of the enum promise.reason, whose OID is given */
Datum
reason_datum(PromiseReason reason, Oid enum_type)
{
	return DirectFunctionCall2(enum_in,
							   CStringGetDatum(reason_names[reason]),
							   ObjectIdGetDatum(enum_type));
}

/*
 * What a flow is called: its kind and its ref, as far as the row has them.
 */
char *
reason_flow_name(const Flow *flow)
{
	const FlowDetail *detail = flow->detail;
	const char *kind;

	if (flow->lost)
		kind = "expiry of";
	else if (detail != NULL && detail->kind != NULL)
		kind = strcmp(detail->kind, "customer") == 0 ? "customer order" :
			detail->kind;
	else if (flow->delta < 0)
		kind = "demand";
	else
		kind = (flow->stated_at == INSTANT_BEGIN) ? "stock" : "receipt";

	if (detail != NULL && detail->ref != NULL)
		return psprintf("%s \"%s\"", kind, detail->ref);
	return pstrdup(kind);
}

/*
 * One sentence for people: what is there by then, what binds, what frees.
 */
char *
reason_detail(const Cause *cause, const AtpLedger *ledger,
			  Quantity quantity, Instant by)
{
	StringInfoData text;
	char	   *binding = reason_binding(cause);

	initStringInfo(&text);
	appendStringInfo(&text, "%s of %s available %s",
					 wording_quantity(cause->there),
					 wording_quantity(quantity),
					 by <= ledger->curve->now ? "now" :
					 psprintf("by %s", wording_instant(by)));
	if (binding != NULL)
		appendStringInfo(&text, "; %s", binding);
	appendStringInfo(&text, "; %s", reason_freeing(cause, ledger));
	return text.data;
}

/*
 * What binds; NULL if it is nothing in particular.
 */
char *
reason_binding(const Cause *cause)
{
	if (cause->competing)
		return pstrdup("earlier lines of this question take the rest");
	if (cause->binds != NULL)
		return psprintf("%s takes %s on %s",
						reason_flow_name(cause->binds),
						wording_quantity(-cause->binds->delta),
						wording_instant(cause->binds->at));
	return NULL;
}

/*
 * What frees it, and when.
 */
char *
reason_freeing(const Cause *cause, const AtpLedger *ledger)
{
	const Flow *frees = cause->frees;

	switch (cause->reason)
	{
		case REASON_LEAD_TIME:
			return psprintf("can be replenished by %s",
							wording_instant(cause->frees_at));
		case REASON_HORIZON:
			return psprintf("%s available on %s, beyond the horizon %s",
							frees == NULL ? "it is" :
							psprintf("%s makes it",
									 reason_flow_name(frees)),
							wording_instant(cause->frees_at),
							wording_instant(ledger->curve->rules.horizon_end));
		case REASON_RECEIPT_LATE:
			return psprintf("%s of %s comes on %s",
							reason_flow_name(frees),
							wording_quantity(frees->delta),
							wording_instant(frees->at));
		case REASON_RECEIPT_OVERDUE:
			if (frees->at == INSTANT_END)
				return psprintf("%s of %s was due on %s and does not count",
								reason_flow_name(frees),
								wording_quantity(frees->delta),
								wording_instant(frees->stated_at));
			return psprintf("%s of %s was due on %s and counts on %s",
							reason_flow_name(frees),
							wording_quantity(frees->delta),
							wording_instant(frees->stated_at),
							wording_instant(frees->at));
		default:
			return pstrdup("nothing more is expected that is not promised");
	}
}
