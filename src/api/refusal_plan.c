/*
 * refusal_plan.c - why no plan meets a claim, and what could be planned instead.
 *
 * It is planned once more, as if the claim and those after it had not been made:
 * few claims are refused, and of many that are refused at once one is named.
 */
#include "postgres.h"

#include "api/moves.h"
#include "api/nearest_yes.h"
#include "api/plan_reason.h"
#include "api/refusal_plan.h"
#include "store/settings.h"

static const char **refs_of(const UnplannedClaim *unplanned, int *nrefs);

bool
refusal_plan(const UnplannedClaim *unplanned, LatePlan *late)
{
	const ClaimChange *claim = &unplanned->claims[0];
	const AtpCurve *curve = unplanned->ledger->curve;
	Instant		due = Max(claim->at, unplanned->now);
	NetworkLocation location = {
		.name = curve->location,
		.priority = curve->priority
	};
	CapableQuery query = {.now = unplanned->now,.as_owner = true};
	CapableRequest request = {
		.item = curve->item,
		.quantity = claim->after,
		.due = due,
		.after = INSTANT_BEGIN,
		.wish = {.effort = settings_search_effort()}
	};
	WaysSearch	search = {
		.ledgers = unplanned->ledger,
		.nledgers = 1,
		.item = curve->item,
		.request = {
			.quantity = claim->after,
			.due = due,
			.after = INSTANT_BEGIN,
			.location = curve->location,
			.parts_max = 2,
			.part_minimum = 1
		},
		.by = due,
		.only_here = true,
		.may_move = true,
		.wish = request.wish
	};
	CapablePlan plan;
	Ways		ways;

	query.exclude = refs_of(unplanned, &query.nexclude);
	search.capable = capable_open(&query);
	if (!capable_plan(search.capable, &request, &location, &plan))
		return false;
	(void) moves_improve(search.capable, &request, &plan, 1);
	if (plan.answer.possible && plan.answer.at <= due)
		return false;

	ways_from_stock(&search, &ways);
	ways_add_plans(&search, &ways);
	late->reason = plan_reason(&plan.answer, plan.node);
	late->missing = plan_reason_missing(search.capable->network, &plan.answer);
	late->hint = nearest_yes(&search, &ways);
	late->available_at = plan.answer.at;
	return true;
}

static const char **
refs_of(const UnplannedClaim *unplanned, int *nrefs)
{
	const char **refs = palloc(unplanned->nclaims * sizeof(char *));

	*nrefs = 0;
	for (int i = 0; i < unplanned->nclaims; i++)
	{
		if (unplanned->claims[i].ref != NULL)
			refs[(*nrefs)++] = unplanned->claims[i].ref;
	}
	return refs;
}
