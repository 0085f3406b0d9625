/*
 * commit_same.c - is a ref that is known asked for as it was?
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "api/commit_same.h"
#include "api/decide.h"
#include "types/report.h"
#include "types/wording.h"

static void check_same_due(const CommitRequest *request, const Commitment *row,
						   StringInfo differences);
static void compare_text(StringInfo differences, const char *name,
						 const char *wanted, const char *is);
static void compare_numeric(StringInfo differences, const char *name,
							bool given, Datum wanted, bool is_null, Datum is);
static void add_difference(StringInfo differences, const char *name,
						   const char *wanted, const char *is);
static const char *due_text(Instant due);

/*
 * Raise unless the request asks for what the row was asked for.  What it does
 * not name may be anything; and a hold that becomes a promise, or begins anew,
 * need only be of the same item and location, and of the quantity that it has now.
 */
void
commit_check_same(const CommitRequest *request, const PromiseParts *known)
{
	const Commitment *wanted = &request->row;
	const Commitment *row = known->rows[0];
	bool		is_kept = !promising_is_hold(row) ||
	(request->is_hold && !promising_has_expired(row, decide_now()));
	Quantity	asked = is_kept ? promise_parts_requested(known) :
	promise_parts_open(known);
	StringInfoData differences;

	initStringInfo(&differences);
	compare_text(&differences, "item", wanted->item, row->item);
	if (wanted->quantity != asked)
		add_difference(&differences, "quantity",
					   wording_quantity(wanted->quantity),
					   wording_quantity(asked));
	compare_text(&differences, "location", wanted->location, row->location);

	if (is_kept)
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
		commit_report_difference(row->ref, psprintf("Asked for is %s.",
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

void
commit_report_difference(const char *ref, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROMISE_REF),
			 errmsg("ref \"%s\" is promised otherwise", ref),
			 errdetail("%s", detail),
			 errhint("Use promise.change() to change a promise, or another ref.")));
}
