/*
 * check_plan.c - do the plans that were written down still hold?
 *
 * Every plan is read back and handed to the checker as if it were to be accepted
 * now, with everything there but itself.  What has begun by now is different from
 * what is to be accepted: it was allowed to begin, and calendars and capacity are
 * not read for the past.
 *
 * That reads all rows of whatever a plan touches, so of many plans only those are
 * checked so that do not turn out to be sound when all rows are summed up once.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "api/capable.h"
#include "api/plan_violation.h"
#include "api/question.h"
#include "engine/plan_book.h"
#include "store/nodes.h"
#include "store/planned_rows.h"
#include "types/report.h"

PG_FUNCTION_INFO_V1(promise_check_plan);

/* how many refs are read at once */
#define REFS_AT_ONCE 500

/* the plans of one ref, and how they count from now on */
typedef struct RefCheck
{
	PlanNetwork *network;
	RecordedPlan *plans;
	SupplyPlan *counting;
	int			nplans;
	ReturnSetInfo *result;
} RefCheck;

static void check_whole(ReturnSetInfo *result);
static void check_batch(PlanNetwork *network, MemoryContext sums,
						const char **refs, int nrefs, ReturnSetInfo *result);
static void check_by_itself(const char *ref, ReturnSetInfo *result);
static bool is_sound(RefCheck *check, MemoryContext sums);
static bool are_sound_alone(RefCheck *check, MemoryContext sums);
static bool are_sound_together(RefCheck *check);
static bool is_sound_alone(const RefCheck *check, const RecordedPlan *record);
static void check_ref(const char *ref, ReturnSetInfo *result);
static void name_ref(void *arg);
static void count_from_now(RefCheck *check);
static SupplyPlan counting_from(PlanNetwork *network, const SupplyPlan *plan);
static bool is_served(const RecordedPlan *record);
static SupplyPlan taken_at_once(const SupplyPlan *plan);
static void check_recorded(RefCheck *check, int number);
static void put_violations(RefCheck *check, int number, bool of_balances);
static const SupplyPlan **others_of(const RefCheck *check, int number,
									int *nothers);
static bool is_of_balance(PlanRule rule);
static bool is_past(const RefCheck *check, const RecordedPlan *record,
					const PlanViolation *violation);

/*
 * check_plan(ref)
 */
Datum
promise_check_plan(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const char *ref = question_text(fcinfo, 0);

	InitMaterializedSRF(fcinfo, 0);
	if (ref != NULL)
		check_ref(ref, result);
	else
		check_whole(result);
	PG_RETURN_NULL();
}

/*
 * All plans.  The network and what is summed up of it serve them all; what is read
 * of the plans is forgotten with each batch.
 */
static void
check_whole(ReturnSetInfo *result)
{
	NetworkQuery query = {.by_ref = true};
	PlanNetwork *network;
	int			nrefs;
	const char **refs = planned_refs(&nrefs);
	MemoryContext sums = CurrentMemoryContext;
	MemoryContext batch = AllocSetContextCreate(sums, "promise plan check",
												ALLOCSET_DEFAULT_SIZES);

	query.now = nodes_now();
	query.limit = query.now + CAPABLE_DAYS_AHEAD * USECS_PER_DAY;
	network = network_open(&query);
	for (int i = 0; i < nrefs; i += REFS_AT_ONCE)
	{
		MemoryContextSwitchTo(batch);
		check_batch(network, sums, refs + i, Min(nrefs - i, REFS_AT_ONCE),
					result);
		MemoryContextSwitchTo(sums);
		MemoryContextReset(batch);
	}
	MemoryContextDelete(batch);
}

static void
check_batch(PlanNetwork *network, MemoryContext sums, const char **refs,
			int nrefs, ReturnSetInfo *result)
{
	int			nplans;
	RecordedPlan *plans = planned_read_whole(network, refs, nrefs, &nplans);
	int			end;

	for (int start = 0; start < nplans; start = end)
	{
		RefCheck	check = {.network = network,.plans = &plans[start]};

		end = start + 1;
		while (end < nplans && strcmp(plans[end].ref, plans[start].ref) == 0)
			end++;
		check.nplans = end - start;
		if (!is_sound(&check, sums))
			check_by_itself(plans[start].ref, result);
	}
}

/*
 * A ref whose memory is given back.
 */
static void
check_by_itself(const char *ref, ReturnSetInfo *result)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "promise plan check of a ref",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);

	check_ref(ref, result);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
}

/*
 * Can it be told, from what all rows add up to, that the plans of a ref break no
 * rule?
 */
static bool
is_sound(RefCheck *check, MemoryContext sums)
{
	ErrorContextCallback context = {
		.callback = name_ref,
		.arg = unconstify(char *, check->plans[0].ref),
		.previous = error_context_stack
	};
	bool		sound;

	error_context_stack = &context;
	sound = are_sound_alone(check, sums) && are_sound_together(check);
	error_context_stack = context.previous;
	return sound;
}

/* do the plans break none of the rules that need no rows?  If so, rows are summed up */
static bool
are_sound_alone(RefCheck *check, MemoryContext sums)
{
	for (int i = 0; i < check->nplans; i++)
	{
		MemoryContext old;

		CHECK_FOR_INTERRUPTS();
		if (check->plans[i].problem != NULL ||
			!is_sound_alone(check, &check->plans[i]))
			return false;
		old = MemoryContextSwitchTo(sums);
		plan_book_add(check->network, &check->plans[i].plan);
		MemoryContextSwitchTo(old);
	}
	return true;
}

/* is what the plans take there, beside all the rest? */
static bool
are_sound_together(RefCheck *check)
{
	count_from_now(check);
	for (int i = 0; i < check->nplans; i++)
	{
		const RecordedPlan *record = &check->plans[i];
		BookedPlan	booked = {.ref = record->ref,.plan = &record->plan};
		SupplyPlan	counting = check->counting[i];

		if (is_served(record))
			counting = taken_at_once(&counting);
		booked.counting = &counting;
		booked.others = others_of(check, i, &booked.nothers);
		if (!plan_book_is_sound(check->network, &booked))
			return false;
	}
	return true;
}

/* does a plan break none of the rules that need no rows? */
static bool
is_sound_alone(const RefCheck *check, const RecordedPlan *record)
{
	SupplyPlan	plan = record->plan;
	PlanVerdict verdict;

	if (is_served(record))
		plan = taken_at_once(&plan);
	plan.accepted = true;
	promise_check(plan_check_alone(check->network, &plan, &verdict));
	for (int i = 0; i < verdict.nviolations; i++)
	{
		if (!is_past(check, record, &verdict.violations[i]))
			return false;
	}
	return true;
}

/*
 * The plans of a ref, each with its others taken, under a network from which the
 * ref's own rows are left out.
 */
static void
check_ref(const char *ref, ReturnSetInfo *result)
{
	RefCheck	check = {.result = result};
	NetworkQuery query = {.exclude = &ref,.nexclude = 1};
	ErrorContextCallback context = {
		.callback = name_ref,
		.arg = unconstify(char *, ref),
		.previous = error_context_stack
	};

	error_context_stack = &context;
	query.now = nodes_now();
	query.limit = query.now + CAPABLE_DAYS_AHEAD * USECS_PER_DAY;
	check.network = network_open(&query);
	check.plans = planned_read(check.network, ref, PLANNED_UNFIRM,
							   &check.nplans);
	count_from_now(&check);
	for (int i = 0; i < check.nplans; i++)
	{
		if (check.plans[i].problem != NULL)
			plan_violation_put_problem(result, &check.plans[i]);
		else
			check_recorded(&check, i);
	}
	error_context_stack = context.previous;
}

/* error context: whose plan was to be checked? */
static void
name_ref(void *arg)
{
	errcontext("check of what is planned for \"%s\"", (const char *) arg);
}

static void
count_from_now(RefCheck *check)
{
	check->counting = palloc(Max(check->nplans, 1) * sizeof(SupplyPlan));
	for (int i = 0; i < check->nplans; i++)
		check->counting[i] = counting_from(check->network,
										   &check->plans[i].plan);
}

/*
 * A plan as it counts from now on: as for all rows (flow.h), what was to be taken
 * in the past is taken now, and what should have come is overdue.
 */
static SupplyPlan
counting_from(PlanNetwork *network, const SupplyPlan *plan)
{
	SupplyPlan	result = *plan;

	result.needs = palloc(Max(plan->nneeds, 1) * sizeof(PlanNeed));
	for (int i = 0; i < plan->nneeds; i++)
	{
		result.needs[i] = plan->needs[i];
		result.needs[i].at = Max(plan->needs[i].at, network->now);
	}
	result.lots = palloc(Max(plan->nlots, 1) * sizeof(PlanLot));
	for (int i = 0; i < plan->nlots; i++)
	{
		PlanNode   *node = plan->lots[i].source->outputs[0].node;

		result.lots[i] = plan->lots[i];
		if (plan->lots[i].end >= network->now)
			continue;
		network->read_node(network, node);
		result.lots[i].end = Min(node->stock.rules.overdue_at, network->limit);
	}
	return result;
}

/* is nothing demanded any more of what the plan was made for? */
static bool
is_served(const RecordedPlan *record)
{
	return record->plan.needs[0].quantity == 0;
}

/*
 * A plan that serves no demand of its own, as if all of it were taken when it is
 * complete: the request of a plan is never nothing.
 */
static SupplyPlan
taken_at_once(const SupplyPlan *plan)
{
	SupplyPlan	result = *plan;
	PlanNeed   *request;

	result.needs = palloc(plan->nneeds * sizeof(PlanNeed));
	memcpy(result.needs, plan->needs, plan->nneeds * sizeof(PlanNeed));
	request = &result.needs[0];
	for (int i = request->first_lot; i >= 0; i = plan->lots[i].next_lot)
	{
		const PlanLot *lot = &plan->lots[i];

		request->at = Max(request->at, lot->end);
		for (int j = 0; j < lot->source->noutputs; j++)
		{
			Quantity	yield;

			if (lot->source->outputs[j].node != request->node)
				continue;
			promise_check(plan_output_quantity(&lot->source->outputs[j],
											   lot->quantity, &yield));
			if (pg_add_s64_overflow(request->quantity, yield,
									&request->quantity))
				promise_check(PROMISE_QUANTITY_OVERFLOW);
		}
	}
	return result;
}

/*
 * The rules about balances are judged of the plan as it counts, the others of what
 * was written down.
 */
static void
check_recorded(RefCheck *check, int number)
{
	put_violations(check, number, false);
	put_violations(check, number, true);
}

static void
put_violations(RefCheck *check, int number, bool of_balances)
{
	const RecordedPlan *record = &check->plans[number];
	SupplyPlan	plan = of_balances ? check->counting[number] : record->plan;
	int			nothers;
	const SupplyPlan **others = others_of(check, number, &nothers);
	PlanVerdict verdict;

	if (is_served(record))
		plan = taken_at_once(&plan);
	plan.accepted = true;
	promise_check(plan_check(check->network, others, nothers, &plan, &verdict));
	for (int i = 0; i < verdict.nviolations; i++)
	{
		const PlanViolation *violation = &verdict.violations[i];

		if (is_of_balance(violation->rule) == of_balances &&
			!is_past(check, record, violation))
			plan_violation_put(check->result, record, violation);
	}
}

/* the other plans of the ref, as they count */
static const SupplyPlan **
others_of(const RefCheck *check, int number, int *nothers)
{
	const SupplyPlan **others = palloc(check->nplans * sizeof(SupplyPlan *));

	*nothers = 0;
	for (int i = 0; i < check->nplans; i++)
	{
		if (i != number && check->plans[i].problem == NULL)
			others[(*nothers)++] = &check->counting[i];
	}
	return others;
}

static bool
is_of_balance(PlanRule rule)
{
	return rule == PLAN_RULE_BALANCE || rule == PLAN_RULE_SAFETY_STOCK ||
		rule == PLAN_RULE_SHELF_LIFE;
}

/*
 * Is this broken only because time has passed?  The fence and the limits are for
 * what is planned anew, and what has begun has found its resources open and set
 * up; what is still under way needs them until it ends.
 */
static bool
is_past(const RefCheck *check, const RecordedPlan *record,
		const PlanViolation *violation)
{
	Instant		now = check->network->now;
	const PlanLot *lot = violation->lot < 0 ? NULL :
	&record->plan.lots[violation->lot];
	const PlanTask *task = violation->step < 0 ? NULL :
	&lot->tasks[violation->step];

	switch (violation->rule)
	{
		case PLAN_RULE_FENCE:
			return true;
		case PLAN_RULE_LIMIT:
			return violation->at < now || is_served(record);
		case PLAN_RULE_EFFECTIVITY:
			return lot->start < now;
		case PLAN_RULE_LEAD_TIME:
			return lot->source->kind == PLAN_KIT && lot->start < now;
		case PLAN_RULE_WORK:
			return task->start < now;
		case PLAN_RULE_CHANGEOVER:
			return violation->at < now;
		case PLAN_RULE_CAPACITY:
			return task->end <= now;
		default:
			return false;
	}
}
