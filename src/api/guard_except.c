/*
 * guard_except.c - promises that are let pass although they cannot be kept.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "api/guard_except.h"
#include "api/reason.h"
#include "engine/claim.h"
#include "store/exceptions.h"
#include "types/report.h"

/* A claim that does not fit. */
typedef struct Misfit
{
	const ClaimChange *claim;
	Verdict		verdict;		/* with it and those before it */
	Refusal		refusal;
} Misfit;

static void find_misfit(const StockNode *before, const StockNode *node,
						Instant now, const Verdict *verdict,
						RefusalPlannable is_plannable, void *arg,
						Misfit *misfit);
static bool record(const TouchedNode *node, const StockNode *before,
				   const StockNode *after, Instant now, const Misfit *misfit);
static ExceptionCase case_of(const TouchedNode *node, const Verdict *verdict,
							 const ClaimChange *claim);
static bool is_of_ref(const FlowEvent *event, const char **refs, int nrefs);

StockNode
guard_except_approved(const TouchedNode *node, const StockNode *before,
					  const StockNode *after, const Verdict *verdict)
{
	const char **approved = palloc(Max(verdict->nclaims, 1) * sizeof(char *));
	int			napproved = 0;
	StockNode	result = *before;

	for (int i = 0; i < verdict->nclaims; i++)
	{
		ExceptionCase wanted = case_of(node, verdict, &verdict->claims[i]);

		if (wanted.ref != NULL && exceptions_is_approved(&wanted))
			approved[napproved++] = wanted.ref;
	}
	if (napproved == 0)
		return result;

	result.nevents = 0;
	result.events = MemoryContextAllocHuge(CurrentMemoryContext,
										   Max(before->nevents + after->nevents, 1) *
										   sizeof(FlowEvent));
	for (int i = 0; i < before->nevents; i++)
	{
		if (!is_of_ref(&before->events[i], approved, napproved))
			result.events[result.nevents++] = before->events[i];
	}
	for (int i = 0; i < after->nevents; i++)
	{
		if (is_of_ref(&after->events[i], approved, napproved))
			result.events[result.nevents++] = after->events[i];
	}
	return result;
}

bool
guard_except_claims(const TouchedNode *node, const StockNode *before,
					const StockNode *after, Instant now,
					RefusalPlannable is_plannable, void *arg)
{
	StockNode	rest = *after;
	bool		left_out = false;
	Verdict		verdict;

	promise_check(verdict_of_stock(before, &rest, now, &verdict));
	while (verdict.broken)
	{
		Misfit		misfit;
		ClaimSet	set;

		CHECK_FOR_INTERRUPTS();
		find_misfit(before, &rest, now, &verdict, is_plannable, arg, &misfit);
		if (misfit.claim->ref == NULL)
			guard_except_refuse(node, &misfit.refusal,
								"It cannot become an exception, because its row has no ref (promise.protect(..., ref => ...)).");
		left_out |= record(node, before, after, now, &misfit);
		refusal_report(NOTICE, node->relation, &misfit.refusal);

		claim_set_init(&set, misfit.claim, 1);
		rest = claim_leave_out_of_stock(&rest, &set);
		promise_check(verdict_of_stock(before, &rest, now, &verdict));
	}
	if (left_out)
		touched_add(node->kind, node->name, node->location, node->mode, false,
					node->relation, false);
	return left_out;
}

/*
 * The first claim that does not fit, and what is missing with it but without
 * those after it.
 */
static void
find_misfit(const StockNode *before, const StockNode *node, Instant now,
			const Verdict *verdict, RefusalPlannable is_plannable, void *arg,
			Misfit *misfit)
{
	StockNode	prefix;
	ClaimSet	following;
	int			number;

	refusal_of_stock(before, node, now, verdict, is_plannable, arg,
					 &misfit->refusal);
	misfit->claim = misfit->refusal.claim;
	misfit->verdict = *verdict;
	number = (int) (misfit->claim - verdict->claims);
	if (number == verdict->nclaims - 1)
		return;

	claim_set_init(&following, misfit->claim + 1, verdict->nclaims - 1 - number);
	prefix = claim_leave_out_of_stock(node, &following);
	promise_check(verdict_of_stock(before, &prefix, now, &misfit->verdict));
	Assert(misfit->verdict.broken);
	refusal_of_stock(before, &prefix, now, &misfit->verdict, is_plannable, arg,
					 &misfit->refusal);
	misfit->claim = misfit->refusal.claim;
}

/* true if its order does not count any more */
static bool
record(const TouchedNode *node, const StockNode *before, const StockNode *after,
	   Instant now, const Misfit *misfit)
{
	ExceptionCase wanted = case_of(node, &misfit->verdict, misfit->claim);

	wanted.reason = reason_name(misfit->refusal.reason);
	wanted.detail = misfit->refusal.detail;
	wanted.now = now;
	promise_check(problem_demand_of_ref(after, wanted.ref, &wanted.order));
	promise_check(problem_demand_of_ref(before, wanted.ref, &wanted.was));
	return exceptions_record(&wanted);
}

void
guard_except_refuse(const TouchedNode *node, const Refusal *refusal,
					const char *why)
{
	Refusal		result = *refusal;

	result.hint = psprintf("%s %s", refusal->hint, why);
	refusal_report(ERROR, node->relation, &result);
}

void
guard_except_forget(const ItemNodes *read)
{
	int64	   *changed = palloc(Max(read->norders, 1) * sizeof(int64));
	int			nchanged = 0;

	for (int i = 0; i < read->norders; i++)
	{
		if (!read->orders[i].is_current)
			changed[nchanged++] = read->orders[i].exception;
	}
	if (nchanged > 0)
		unaccepted_forget(changed, nchanged);
}

static ExceptionCase
case_of(const TouchedNode *node, const Verdict *verdict,
		const ClaimChange *claim)
{
	return (ExceptionCase)
	{
		.ref = claim->ref,
			.item = node->name,
			.location = node->location,
			.at = claim->at,
			.quantity = claim->after,
			.missing = verdict->missing
	};
}

/* is it claimed by, or planned for, one of these? */
static bool
is_of_ref(const FlowEvent *event, const char **refs, int nrefs)
{
	if (event->detail->origin == FLOW_SUPPLY || event->detail->ref == NULL)
		return false;
	for (int i = 0; i < nrefs; i++)
	{
		if (strcmp(event->detail->ref, refs[i]) == 0)
			return true;
	}
	return false;
}
