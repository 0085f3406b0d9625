/*
 * plan_check.c - is a plan feasible?  All rules, and what follows from a source.
 */
#include "core/sort.h"
#include "engine/plan_checking.h"

static PromiseStatus check_itself(PlanChecking *check);
static void conclude(PlanChecking *check, PlanVerdict *verdict);
static int	compare_violations(const void *a, const void *b);
static int	compare_ints(int64 a, int64 b);

/*
 * Every rule that the plan breaks, in the current memory context.  A plan whose
 * shape is broken is not looked at any further.
 */
PromiseStatus
plan_check(PlanNetwork *network, const SupplyPlan *const *taken, int ntaken,
		   const SupplyPlan *plan, PlanVerdict *verdict)
{
	PlanChecking check = {
		.network = network,.taken = taken,.ntaken = ntaken,.plan = plan
	};
	PromiseStatus status = PROMISE_OK;

	if (plan_check_shape(&check))
	{
		status = check_itself(&check);
		if (status == PROMISE_OK)
			status = plan_check_balances(&check);
		if (status == PROMISE_OK)
			status = plan_check_capacity(&check);
	}
	conclude(&check, verdict);
	return status;
}

PromiseStatus
plan_check_alone(PlanNetwork *network, const SupplyPlan *plan,
				 PlanVerdict *verdict)
{
	PlanChecking check = {.network = network,.plan = plan};
	PromiseStatus status = PROMISE_OK;

	if (plan_check_shape(&check))
		status = check_itself(&check);
	conclude(&check, verdict);
	return status;
}

/* the rules that follow from what is planned alone */
static PromiseStatus
check_itself(PlanChecking *check)
{
	PromiseStatus status = plan_check_needs(check);

	if (status == PROMISE_OK)
		status = plan_check_lots(check);
	return status;
}

static void
conclude(PlanChecking *check, PlanVerdict *verdict)
{
	if (check->nviolations > 1)
		core_sort(check->violations, check->nviolations, sizeof(PlanViolation),
				  compare_violations);
	verdict->violations = check->violations;
	verdict->nviolations = check->nviolations;
}

/*
 * Add a violation.  Where it stands and whom it concerns follow from the most
 * special of step, lot and need, unless the caller knows better.
 */
PlanViolation *
plan_check_add(PlanChecking *check, PlanRule rule, int need, int lot, int step)
{
	const SupplyPlan *plan = check->plan;
	PlanViolation *violation;

	if (check->nviolations == check->maxviolations)
	{
		check->maxviolations = Max(8, 2 * check->maxviolations);
		if (check->violations == NULL)
			check->violations = palloc(check->maxviolations *
									   sizeof(PlanViolation));
		else
			check->violations = repalloc(check->violations,
										 check->maxviolations *
										 sizeof(PlanViolation));
	}

	violation = &check->violations[check->nviolations++];
	memset(violation, 0, sizeof(*violation));
	violation->rule = rule;
	violation->need = need;
	violation->lot = lot;
	violation->step = step;
	violation->at = INSTANT_BEGIN;

	/* of a plan without shape nothing can be looked up */
	if (rule == PLAN_RULE_SHAPE)
		return violation;
	if (lot >= 0)
	{
		violation->node = plan->needs[plan->lots[lot].need].node;
		violation->at = plan->lots[lot].start;
	}
	if (need >= 0)
	{
		violation->node = plan->needs[need].node;
		violation->at = plan->needs[need].at;
	}
	if (step >= 0)
		violation->at = plan->lots[lot].tasks[step].start;
	return violation;
}

/*
 * a * b / divisor, rounded up or down; neither a nor b is negative, and the
 * divisor is above zero and at most QUANTITY_SCALE.  The product need not fit
 * into 64 bits: a's bits are taken one by one, from the highest, while "remainder"
 * stays below the divisor.
 */
PromiseStatus
plan_check_ratio(int64 a, int64 b, int64 divisor, bool up, int64 *result)
{
	int64		quotient = 0;
	uint64		remainder = 0;

	Assert(a >= 0 && b >= 0);
	Assert(divisor > 0 && divisor <= QUANTITY_SCALE);
	for (int bit = 62; bit >= 0; bit--)
	{
		if (pg_mul_s64_overflow(quotient, 2, &quotient))
			return PROMISE_QUANTITY_OVERFLOW;
		remainder *= 2;
		if (((a >> bit) & 1) != 0)
		{
			if (pg_add_s64_overflow(quotient, b / divisor, &quotient))
				return PROMISE_QUANTITY_OVERFLOW;
			remainder += (uint64) (b % divisor);
		}
		while (remainder >= (uint64) divisor)
		{
			remainder -= (uint64) divisor;
			if (pg_add_s64_overflow(quotient, 1, &quotient))
				return PROMISE_QUANTITY_OVERFLOW;
		}
	}
	if (up && remainder > 0 && pg_add_s64_overflow(quotient, 1, &quotient))
		return PROMISE_QUANTITY_OVERFLOW;

	*result = quotient;
	return PROMISE_OK;
}

/*
 * What a lot yields of a node, from all of its outputs.
 */
PromiseStatus
plan_check_yield(const PlanSource *source, const PlanNode *node, Quantity lot,
				 Quantity *yield)
{
	*yield = 0;
	for (int i = 0; i < source->noutputs; i++)
	{
		Quantity	quantity;
		PromiseStatus status;

		if (source->outputs[i].node != node)
			continue;
		status = plan_check_output(&source->outputs[i], lot, &quantity);
		if (status != PROMISE_OK)
			return status;
		if (pg_add_s64_overflow(*yield, quantity, yield))
			return PROMISE_QUANTITY_OVERFLOW;
	}
	return PROMISE_OK;
}

/*
 * What a lot yields of one output.
 */
PromiseStatus
plan_check_output(const PlanOutput *output, Quantity lot, Quantity *quantity)
{
	PromiseStatus status;

	status = plan_check_ratio(lot, output->quantity, QUANTITY_SCALE, false,
							  quantity);
	if (status == PROMISE_OK &&
		pg_add_s64_overflow(*quantity, output->fixed, quantity))
		return PROMISE_QUANTITY_OVERFLOW;
	return status;
}

/*
 * What a step of a lot takes of a resource.
 */
PromiseStatus
plan_check_resource_units(const PlanResource *resource, const PlanUse *use,
						  Quantity lot, Quantity *units)
{
	*units = use->units;
	if (!resource->bucketed)
		return PROMISE_OK;
	return plan_check_ratio(lot, use->units, QUANTITY_SCALE, true, units);
}

/* an order that no two different violations share */
static int
compare_violations(const void *a, const void *b)
{
	const PlanViolation *va = a;
	const PlanViolation *vb = b;
	int			order = compare_ints(va->rule, vb->rule);

	if (order == 0)
		order = compare_ints(va->lot, vb->lot);
	if (order == 0)
		order = compare_ints(va->need, vb->need);
	if (order == 0)
		order = compare_ints(va->step, vb->step);
	if (order == 0)
		order = compare_ints(va->at, vb->at);
	if (order == 0)
		order = compare_ints(va->node == NULL ? -1 : va->node->number,
							 vb->node == NULL ? -1 : vb->node->number);
	if (order == 0)
		order = compare_ints(va->resource == NULL ? -1 : va->resource->number,
							 vb->resource == NULL ? -1 : vb->resource->number);
	if (order == 0)
		order = compare_ints(va->missing, vb->missing);
	return order;
}

static int
compare_ints(int64 a, int64 b)
{
	return (a > b) - (a < b);
}
